# Configuration files: which are read, which one wins, and what is refused.
. "$(dirname "$0")/lib.sh"
: "${GUESTS:?the folder of components that tests/guests builds}"
small=$GUESTS/foreign.wasm   # compiles at once
in_force() { expect_out_has "^[* ] $1 +$2\$"; }

cat >mine.toml <<'END'
# a comment
RIPTIDE_MAX_HTML_SIZE = 5_000
RIPTIDE_FALLBACK = "off"
END
mkdir -p home/.config/riptide xdg/riptide
echo 'RIPTIDE_MAX_HTML_SIZE = 6000' >home/.config/riptide/riptide.toml
echo 'RIPTIDE_MAX_HTML_SIZE = 7000' >xdg/riptide/riptide.toml

# which file: --config over RIPTIDE_CONFIG over the user's own
run "$RIPTIDE" doctor -c "$small"
in_force RIPTIDE_MAX_HTML_SIZE "6000 bytes +$work/home/.config/riptide/riptide.toml:1"
expect_out_has '^  /etc/riptide/riptide.toml +(read|not there)$'
expect_out_has "^  $work/home/.config/riptide/riptide.toml +read\$"
run env XDG_CONFIG_HOME="$work/xdg" "$RIPTIDE" doctor -c "$small"
in_force RIPTIDE_MAX_HTML_SIZE "7000 bytes +$work/xdg/riptide/riptide.toml:1"
run env XDG_CONFIG_HOME=xdg "$RIPTIDE" doctor -c "$small"
in_force RIPTIDE_MAX_HTML_SIZE "6000 bytes +$work/home/.config/riptide/riptide.toml:1"
run env XDG_CONFIG_HOME="$work/nowhere" "$RIPTIDE" doctor -c "$small"
in_force RIPTIDE_MAX_HTML_SIZE '10000000 bytes'
expect_out_has "^  $work/nowhere/riptide/riptide.toml +not there\$"
run env RIPTIDE_CONFIG=mine.toml "$RIPTIDE" doctor -c "$small"
in_force RIPTIDE_MAX_HTML_SIZE '5000 bytes +mine.toml:2'
expect_out_has '^  mine.toml +read, named by RIPTIDE_CONFIG$'
expect_out_lacks 'in the environment'
run env RIPTIDE_CONFIG=missing.toml "$RIPTIDE" doctor -c "$small" --config mine.toml
expect_code 0
in_force RIPTIDE_MAX_HTML_SIZE '5000 bytes +mine.toml:2'
in_force RIPTIDE_FALLBACK 'off +mine.toml:3'
expect_out_has '^  mine.toml +read, named by --config$'
expect_out_lacks 'home/.config'
run "$RIPTIDE" doctor -c "$small" --config /dev/null
in_force RIPTIDE_MAX_HTML_SIZE '10000000 bytes'

# what it says against environment and command line
run env RIPTIDE_MAX_HTML_SIZE=4000 "$RIPTIDE" doctor -c "$small" --config mine.toml
in_force RIPTIDE_MAX_HTML_SIZE '4000 bytes +environment'
run env RIPTIDE_MAX_HTML_SIZE=4000 "$RIPTIDE" doctor -c "$small" --config mine.toml --set RIPTIDE_MAX_HTML_SIZE=3000
in_force RIPTIDE_MAX_HTML_SIZE '3000 bytes +command line'

# every command that opens an engine reads it
echo 'RIPTIDE_MAX_HTML_SIZE = 100' >small.toml
run "$RIPTIDE" extract -c "$small" --config small.toml "$PAGES/article.html"
expect_code 3
expect_err 'HTML content too large: [0-9]+ bytes \(max: 100 bytes\)'
run "$RIPTIDE" batch -c "$small" --config=small.toml "$PAGES/article.html"
expect_code 1
expect_out_has 'max: 100 bytes'
run "$RIPTIDE" bench --runs 1 -c "$small" --config small.toml "$PAGES/article.html"
check "a failure, got $code" [ "$code" -ne 0 ]
echo 'RIPTIDE_COMPONENT = "missing.wasm"' >component.toml
for command in version check doctor; do
    run "$RIPTIDE" "$command" --config component.toml
    check "a failure, got $code" [ "$code" -ne 0 ]
    check "missing.wasm to be named" grep -q 'missing.wasm' out err
done
run "$RIPTIDE" help --config small.toml
expect_code 2

# what is refused, with file and line
refused() {   # TEXT MESSAGE
    printf '%s\n' '# first line' "$1" >bad.toml
    run "$RIPTIDE" extract --config bad.toml "$PAGES/article.html"
    expect_code 2
    expect_no_out
    expect_err "^riptide extract: bad.toml:2: $2\$"
}
refused 'RIPTIDE_MAX_HTML_SIZE = 0' \
    'RIPTIDE_MAX_HTML_SIZE=0: expected a whole number from 1 to 1073741824 \(bytes\)'
refused 'RIPTIDE_MAX_HTML_SIZE = "5000"' \
    'RIPTIDE_MAX_HTML_SIZE="5000": expected a whole number from 1 to 1073741824 \(bytes\), without quotes'
refused 'RIPTIDE_MAX_HTLM_SIZE = 5000' \
    'RIPTIDE_MAX_HTLM_SIZE: no such setting; the nearest is RIPTIDE_MAX_HTML_SIZE'
refused '[limits]' '\[limits\]: expected NAME = VALUE; there are no tables here'
run "$RIPTIDE" extract --config missing.toml "$PAGES/article.html"
check "a failure, got $code" [ "$code" -ne 0 ]
expect_err 'missing.toml cannot be read'
run env RIPTIDE_CONFIG=missing.toml "$RIPTIDE" extract "$PAGES/article.html"
check "a failure, got $code" [ "$code" -ne 0 ]
expect_err 'missing.toml cannot be read'
echo 'RIPTIDE_MAX_HTML_SIZE = lots' >home/.config/riptide/riptide.toml
run "$RIPTIDE" extract "$PAGES/article.html"
expect_code 2
expect_err "^riptide extract: $work/home/.config/riptide/riptide.toml:1: lots: expected "

done_testing
