# riptide doctor: what it tries, what it warns of, and the settings it shows.
. "$(dirname "$0")/lib.sh"
: "${GUESTS:?the folder of components that tests/guests builds}"
small=$GUESTS/foreign.wasm   # compiles at once

run "$RIPTIDE" doctor
expect_code 0
expect_no_err
expect_out_has '^ok +settings +[0-9]+ in all, 1 of them given; every value is allowed$'
expect_out_has '^ok +interface +the component is what riptide:extractor@0.2.0 asks for$'
expect_out_has '^ok +pool +8 calls at once; instances that are ready: [0-9]+$'
expect_out_has '^ok +breaker +closed; opens at 5 faults in 10 calls; fallback: native$'
expect_out_has '^(ok|warning) +memory +.*pressure is low$'
expect_out_has '^ok +trial +extracted; sandbox and native core give the same bytes$'
expect_out_has '^ok +service +riptide serve would listen on 127\.0\.0\.1:8080; no API key is needed$'
expect_out_has '^  RIPTIDE_WASM_TIMEOUT_SECS +30 s$'
expect_out_has '^  RIPTIDE_COMPONENT +-$'
expect_out_has '^  Circuit breaker$'
expect_out_has '^RipTide works here.$'
expect_out_lacks '^(warning +settings|FAULT)'

run env RIPTIDE_WASM_TIMEOUT_SECS=31 "$RIPTIDE" doctor -c "$small" --set RIPTIDE_MAX_HTML_SIZE=5000
expect_out_has '^ok +settings +[0-9]+ in all, 4 of them given'
expect_out_has '^\* RIPTIDE_WASM_TIMEOUT_SECS +31 s +environment$'
expect_out_has '^\* RIPTIDE_MAX_HTML_SIZE +5000 bytes +command line$'

# a default that gives way, and a contradiction
run "$RIPTIDE" doctor -c "$small" --set RIPTIDE_BREAKER_WINDOW=3
expect_code 0
expect_out_has '^  RIPTIDE_BREAKER_FAILURES +3 faults +the default 5, lowered to what another setting allows$'
run "$RIPTIDE" doctor -c "$small" --set RIPTIDE_BREAKER_WINDOW=3 --set RIPTIDE_BREAKER_FAILURES=4
expect_code 1
expect_out_has '^FAULT +settings +RIPTIDE_BREAKER_FAILURES=4 \(faults\) and RIPTIDE_BREAKER_WINDOW=3 \(calls\): expected the first to be at most the second$'
expect_out_has '^\* RIPTIDE_BREAKER_FAILURES +4 faults +command line$'
run "$RIPTIDE" extract --set RIPTIDE_BREAKER_WINDOW=3 --set RIPTIDE_BREAKER_FAILURES=4 "$PAGES/article.html"
expect_code 2
expect_err 'RIPTIDE_BREAKER_FAILURES=4 .* RIPTIDE_BREAKER_WINDOW=3 '

# warnings
run env RIPTIDE_WASM_TIMEOUT_SEC=31 RIPTIDE_BREAKER_COUNT_LIMITS=1 "$RIPTIDE" doctor -c "$small" \
    --set RIPTIDE_WASM_PROCESS_MEMORY_MB=32
expect_out_has '^warning +settings +in the environment: RIPTIDE_WASM_TIMEOUT_SEC: no such setting; the nearest is RIPTIDE_WASM_TIMEOUT_SECS$'
expect_out_has '^warning +settings +RIPTIDE_BREAKER_COUNT_LIMITS is true: '
expect_out_has '^warning +settings +RIPTIDE_WASM_PROCESS_MEMORY_MB=32: less than the 64 MiB '

# faults
run "$RIPTIDE" doctor --component "$PAGES/article.html"
expect_code 1
expect_out_has '^FAULT'
run env RIPTIDE_WASM_TIMEOUT_SECS=5m "$RIPTIDE" doctor
expect_code 1
expect_out_has '^FAULT +settings +RIPTIDE_WASM_TIMEOUT_SECS="5m": expected '
while read -r setting said; do
    run "$RIPTIDE" doctor -c "$small" --set "$setting"
    expect_code 1
    expect_out_has "^FAULT +service +.*$said"
done <<'END'
RIPTIDE_HTTP_HOSTS=a/b expected names
RIPTIDE_CORS_ORIGIN=app.example expected \*, or SCHEME://HOST
RIPTIDE_FETCH_PROXY=proxy.example expected 
RIPTIDE_FETCH_PORTS=99999 expected numbers from 1 to 65535
RIPTIDE_FETCH_CA_FILE=/nowhere /nowhere
RIPTIDE_API_KEYS=short expected 
RIPTIDE_LISTEN=127.0.0.1:99999 expected HOST:PORT
RIPTIDE_LOG=loud expected error, warn, info or debug
END
run env RIPTIDE_API_KEYS=tide-table-2026-alice "$RIPTIDE" doctor -c "$small"
expect_code 0
expect_out_has '^ok +service .*; an API key is needed$'
expect_out_lacks 'tide-table-2026-alice'
run "$RIPTIDE" doctor -c "$small" --set RIPTIDE_WASM_CACHE_DIR=/proc/no-such-folder
expect_code 0
expect_out_has '^warning +cache'

done_testing
