# The manual pages: what they must name, and that the tools which read them find no fault.
. "$(dirname "$0")/lib.sh"
: "${DOCGEN:?the printer of tables}" "${SOURCE:?the source folder}"

run "$RIPTIDE" help --man
expect_code 0
expect_no_err
cp out riptide.1
run "$DOCGEN" man
expect_code 0
expect_no_err
cp out riptide.toml.5
run "$SOURCE/tools/make-man3" "$SOURCE"
expect_code 0
expect_no_err
cp out libriptide.3

for page in riptide.1 riptide.toml.5 libriptide.3; do
    if command -v groff >/dev/null; then
        run groff -man -ww -z -Tutf8 "$page"
        expect_code 0
        expect_no_err
    fi
    if command -v mandoc >/dev/null; then
        # The date is that of the sources, which an archive of them does not tell.
        run bash -c "mandoc -Tlint -W warning $page | grep -v 'missing date'"
        expect_no_out
    fi
done

# names as a reader sees them: the escapes taken out
plain() { sed 's/\\f[BIP]//g; s/\\-/-/g; s/\\(ha/^/g; s/\\(ti/~/g; s/\\(aq/'"'"'/g' "$1"; }
plain riptide.1 >page.1
plain riptide.toml.5 >page.5
ran="riptide.1"
for command in $("$RIPTIDE" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    check "a section of $command" grep -qx ".SS \"riptide $command\"" page.1
    for option in $("$RIPTIDE" help "$command" | grep -oE '^ +(-[a-z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
        check "$option" grep -qE -- "^(-[a-z], )?$option( |\$)" page.1
    done
done
for code in 0 1 2 3 130; do
    check "exit code $code" grep -qx "$code" page.1
done
check "the outcome resource_limit" grep -qw resource_limit page.1
ran="riptide.toml.5"
settings=$("$RIPTIDE" completion bash | grep -oE '\bRIPTIDE_[A-Z_]+=' | tr -d = | sort -u)
check "several settings" [ "$(wc -w <<<"$settings")" -ge 30 ]
for setting in $settings; do
    check "$setting" grep -qx "$setting" page.5
done
ran="libriptide.3"
plain libriptide.3 >page.3
functions=$(sed -n 's/^ *\(rt_[a-z_]*\);$/\1/p' "$SOURCE/host/libriptide.map")
check "several functions" [ "$(wc -w <<<"$functions")" -ge 30 ]
for function in $functions; do
    check "$function()" grep -qE "^[a-z_ ]+[ *]$function\(" page.3
done
for line in "rt_str markdown;" "RT_OUT_OF_FUEL," "const rt_cancel \*cancel;"; do
    check "$line" grep -q "^ *$line" page.3
done
check "nothing of the header's own" bash -c '! grep -nE "RT_API|^#(if|define|endif)|^ *(/\*|\*/)$" page.3'

done_testing
