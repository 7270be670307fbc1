# The rest of the command line: help, misuse, version, settings, check.
. "$(dirname "$0")/lib.sh"

run "$RIPTIDE"
expect_code 2
expect_no_out
expect_err '^usage: riptide COMMAND'
run "$RIPTIDE" --help
expect_code 0
expect_out_has '^  extract +Extract one page'
run "$RIPTIDE" help extract
cp out extract.help
run "$RIPTIDE" extract --help
expect_same out extract.help
expect_out_has '^  -u, --url URL '
run "$RIPTIDE" --version
expect_out_has '^riptide [0-9]+\.[0-9]+\.[0-9]+$'

run "$RIPTIDE" extrct
expect_code 2
expect_err "^riptide: unknown command 'extrct': expected one that riptide help lists$"
run "$RIPTIDE" help extrct
expect_code 2
run "$RIPTIDE" extract --fromat json
expect_code 2
expect_err "^riptide extract: unknown option '--fromat': "
run "$RIPTIDE" extract -x
expect_code 2
run "$RIPTIDE" extract --format xml
expect_code 2
expect_err "^riptide extract: format 'xml': expected md\|json\|text"
run "$RIPTIDE" extract --url
expect_code 2
expect_err "^riptide extract: option '--url': expected URL"
run "$RIPTIDE" extract --native=yes
expect_code 2
run "$RIPTIDE" extract one.html two.html
expect_code 2
expect_err "argument too many 'two.html'"

run "$RIPTIDE" extract --set RIPTIDE_WASM_TIMEOUT_SECS=5m "$PAGES/article.html"
expect_code 2
expect_err 'RIPTIDE_WASM_TIMEOUT_SECS.*5m.*expected a whole number from 1 to 600'
run env RIPTIDE_WASM_TIMEOUT_SECS=0 "$RIPTIDE" extract "$PAGES/article.html"
expect_code 2
expect_err 'RIPTIDE_WASM_TIMEOUT_SECS'
run "$RIPTIDE" extract --set RIPTIDE_NO_SUCH=1 "$PAGES/article.html"
expect_code 2
expect_err 'RIPTIDE_NO_SUCH'
run "$RIPTIDE" extract --set nonsense "$PAGES/article.html"
expect_code 2
expect_err 'expected NAME=VALUE'
run "$RIPTIDE" extract --set RIPTIDE_MAX_HTML_SIZE=100 "$PAGES/article.html"
expect_code 3
expect_err 'HTML content too large: [0-9]+ bytes \(max: 100 bytes\)'

run "$RIPTIDE" version
expect_code 0
expect_out_has '^wasmtime +[0-9]+\.'
expect_out_has '^component +embedded, [0-9]+ bytes$'
expect_out_has '^get-info +\{'
expect_no_err

run "$RIPTIDE" check
expect_code 0
run "$RIPTIDE" check "$PAGES/article.html"
expect_code 7
run "$RIPTIDE" check missing.wasm
check "a failure, got $code" [ "$code" -ne 0 ]
expect_err 'missing.wasm'
run "$RIPTIDE" extract --component missing.wasm "$PAGES/article.html"
check "a failure, got $code" [ "$code" -ne 0 ]
expect_no_out
expect_err 'missing.wasm'

done_testing
