# Components of other people: what `check` says of them, and what a page that meets them ends as.
. "$(dirname "$0")/lib.sh"
: "${GUESTS:?the folder of components that tests/guests builds}"
page=$PAGES/article.html

for name in foreign root; do
    run "$RIPTIDE" check "$GUESTS/$name.wasm"
    expect_code 0
    expect_no_err
    run "$RIPTIDE" extract --component "$GUESTS/$name.wasm" --format text "$page"
    expect_code 0
    expect_out_has 'How the harbour clock was mended'
done

run "$RIPTIDE" check "$GUESTS/wrong-types.wasm"
expect_code 7
expect_out_has '^WIT Interface Validation Errors:$'
expect_out_has '^  1\. .*text: expected string, found list<u8>'
expect_out_has '^  2\. .*word-count: expected option<u32>, found option<s32>'
expect_err '^riptide check: '
run "$RIPTIDE" check "$GUESTS/missing-export.wasm"
expect_code 7
expect_out_has 'get-modes: expected an export'
run "$RIPTIDE" check --component "$GUESTS/missing-export.wasm"
expect_code 7
run "$RIPTIDE" check "$GUESTS/extra-import.wasm"
expect_code 7
expect_out_has 'RIPTIDE_WASM_ALLOW_WASI'

# every fault and every warning of a component that gets everything wrong, in both forms
for name in all-wrong all-wrong-root; do
    run "$RIPTIDE" check "$GUESTS/$name.wasm"
    expect_code 7
    expect_same out "$(dirname "$0")/check_$name.out"
    expect_err "$(wc -l <out | awk '{ print $1 - 3 }') errors against the interface; the first: "
    run "$RIPTIDE" extract --component "$GUESTS/$name.wasm" "$page"
    expect_code 7
done

# a page ends with the reason's own exit code, its line with the reason's label
while read -r name code label; do
    run "$RIPTIDE" extract --component "$GUESTS/$name.wasm" "$page"
    expect_code "$code"
    expect_no_out
    expect_err '^riptide extract: .'
    if [ "$code" != 7 ]; then
        run "$RIPTIDE" batch --component "$GUESTS/$name.wasm" "$page" "$page"
        expect_code 1
        expect_lines out 2
        expect_out_has "\"error\":\{\"code\":\"$label\","
    fi
done <<'END'
loop 5 out_of_fuel
eater 5 resource_limit
trap 6 trap
deep 6 trap
bad-utf8 6 invalid_output
bad-score 6 invalid_output
bad-pointer 6 invalid_output
wrong-types 7 invalid_component
missing-export 7 invalid_component
extra-import 7 invalid_component
END

run "$RIPTIDE" extract --component "$GUESTS/loop.wasm" --set RIPTIDE_WASM_TIMEOUT_SECS=1 \
    --set RIPTIDE_WASM_FUEL_LIMIT=1000000000000000 "$page"
expect_code 5
expect_no_out

run "$RIPTIDE" doctor --component "$GUESTS/trap.wasm"
expect_code 1
expect_out_has '^FAULT +trial '

done_testing
