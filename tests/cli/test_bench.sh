# riptide bench: a report for people and the figures as JSON.
. "$(dirname "$0")/lib.sh"
: "${GUESTS:?the folder of components that tests/guests builds}"

run "$RIPTIDE" bench --runs 1 --output speed.json "$PAGES/article.html" "$PAGES/forum.html"
expect_code 0
expect_out_has '^\| whole call in the sandbox, all limits on \| ms \|'
expect_out_has '^\| process start to first result \(a small page\), compiled code in the cache \| ms \|'
check "the figures as JSON" grep -q '"start_warm"' speed.json
run "$RIPTIDE" bench --list -
expect_code 2
run "$RIPTIDE" bench --component "$GUESTS/foreign.wasm" missing.html   # compiles at once
check "a failure, got $code" [ "$code" -ne 0 ]

done_testing
