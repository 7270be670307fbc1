# riptide calibrate: what pages take, and settings that hold for them.
. "$(dirname "$0")/lib.sh"

run "$RIPTIDE" calibrate "$PAGES"/*.html
expect_code 0
expect_no_err
cp out report
expect_out_has '^# Instruction budgets$'
expect_out_has '^`riptide calibrate \([0-9]+ pages\)`, riptide [0-9.]+, component embedded, '
for row in 'article \| 10/50' 'full \| 50/50' 'metadata \| 1/50' 'custom \| 20/50'; do
    expect_out_has "^\| $row \| [1-9][0-9]* \| [0-9]+\.[0-9] \|"
done
expect_out_has '^\| in force \| 2[0-9]{9} \| '
expect_out_has 'Custom mode: `main`, '
advice=$(sed -n '/^```$/,/^```$/p' out | grep '^RIPTIDE_')
check "two settings" [ "$(wc -l <<<"$advice")" = 2 ]

# with the settings that it prints no page takes more than a quarter of its budget, and some page
# takes nearly that
arguments=()
for line in $advice; do arguments+=(--set "$line"); done
run "$RIPTIDE" calibrate "${arguments[@]}" "$PAGES"/*.html
expect_code 0
check "the same advice again" cmp -s <(grep '^RIPTIDE_' out) <(grep '^RIPTIDE_' report)
check "the settings given to be those in force" cmp -s <(sed -n 's/^| in force |//p' out) \
    <(sed -n 's/^| for these pages |//p' out)
worst=$(sed -n 's/^| in force |//p' out | tr '|' '\n' | sed -n 's/^ *\([0-9]*\)\.\([0-9]\) %.*/\1\2/p' | sort -n | tail -1)
check "the worst page to take a quarter of its budget, got $worst per mille" [ "$worst" -le 250 -a "$worst" -ge 200 ]

# the limits that are measured are not in force meanwhile
run "$RIPTIDE" calibrate --set RIPTIDE_WASM_FUEL_LIMIT=50 --set RIPTIDE_WASM_FUEL_PER_KB=0 "$PAGES/article.html"
expect_code 0
expect_out_has '^\| article \| 10/50 \| 1 \|'
expect_out_has '^\| in force \| 50 \| 0 \| [0-9]{6,}\.[0-9] % \|'

# lists, selectors of one's own, pages that cannot be read or have nothing to measure
printf '%s\thttps://example.org/\ta\n%s\thttps://example.org/\tb\n' "$PAGES/article.html" missing.html >pages.list
run "$RIPTIDE" calibrate --list pages.list --selector article --selector '#none'
expect_code 1
expect_err '^riptide calibrate: b: .*missing\.html'
expect_out_has 'riptide calibrate --list pages.list`'
expect_out_has 'Custom mode: `article`, `#none`\.'
: >empty.html
run "$RIPTIDE" calibrate empty.html
check "a failure, got $code" [ "$code" -ne 0 ]
expect_no_out
expect_err 'has content to measure'
run "$RIPTIDE" calibrate
expect_code 2

done_testing
