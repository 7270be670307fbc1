# riptide serve as a process: its output, its signals, real fetches.
. "$(dirname "$0")/../cli/lib.sh"
: "${SITE:?the test site}"
command -v curl >/dev/null || { echo "curl is not installed (tools/packages.txt)"; exit 1; }

# serve OPTION...: starts a service on a free port; $base is its address, $pid its process.
log_option='--log debug,json'
serve() {
    : >log
    "$RIPTIDE" serve --listen 127.0.0.1:0 $log_option "$@" 2>log &   # several words, or none
    pid=$!
    local address=
    for _ in $(seq 3000); do   # compiling takes long under a sanitizer
        address=$(sed -n 's/.*"msg":"listening","address":"\([^"]*\)".*/\1/p' log)
        [ -n "$address" ] && break
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    base=http://$address
}
# end SIGNAL: and waits; the exit code is in $code.
end() {
    kill "-$1" "$pid"
    wait "$pid"
    code=$?
    ran="serve, ended by $1"
    cp log err
}
# ask STATUS CURL-ARGUMENT...: the body is in out, the head in head.
ask() {
    local want=$1
    shift
    : >out
    ran="curl $*"
    got=$(curl -s -m 30 -o out -D head -w '%{http_code}' "$@")
    cp log err
    check "HTTP status $want, got $got" [ "$got" = "$want" ]
}
until_log_has() {
    for _ in $(seq 200); do
        grep -qE -- "$1" log && return
        sleep 0.1
    done
    ran="the log"
    cp log err
    fail "expected a line that matches: $1"
}

coproc SITE_PROCESS { "$SITE"; }
read -r port <&"${SITE_PROCESS[0]}"
site=http://127.0.0.1:$port
page='<title>Tides</title><article><h1>Tides</h1><p>The tide comes in twice a day, and goes out twice a
day, since the earth turns under the bulges that the moon raises.</p></article>'
printf '%s' "$page" >page.html

# ---- a page from the shell, in three forms; the log says what was asked, not what it was
serve
ask 200 -H 'Content-Type: text/html' --data-binary @page.html "$base/extract?url=https://u:p@a.example/x?token=1"
expect_out_has '"title":"Tides"'
ask 200 -H 'Content-Type: text/html' -H 'Accept: text/markdown' --data-binary @page.html "$base/v1/extract"
expect_out_has '^# Tides$'
ask 200 -H 'Content-Type: text/html' -H 'Accept: text/plain' --data-binary @page.html "$base/extract"
expect_out_has '^Tides$'
ask 200 "$base/health"
expect_out_has '"status":"healthy"'
ask 200 "$base/metrics"
expect_out_has '^riptide_http_request_duration_seconds_count\{route="/extract",code="200"\} 3$'
if command -v promtool >/dev/null; then
    ran="promtool check metrics"
    promtool check metrics <out >findings 2>&1
    sed -i '/^riptide_wasm_/d' findings   # the engine's kept names, see tests/deploy
    check "no fault with the service's metrics, got $(head -1 findings)" [ ! -s findings ]
fi
ran="the log"
expect_log_lacks() { check "nothing in the log that matches $1" bash -c '! grep -qE -- "$1" log' _ "$1"; }
expect_log_lacks 'Tides|token=|u:p'
check "the address in the log" grep -q '"url":"https://a.example/x"' log
check "only objects in the log" bash -c '! grep -vE "^\{\"ts\":\"[0-9T:.-]+Z\",\"level\":\"[a-z]+\",\"msg\":.*\}$" log'

# ---- nothing private is fetched unless that is allowed
ask 422 -H 'Content-Type: application/json' -d "{\"url\":\"$site/page\"}" "$base/extract"
expect_out_has '"code":"forbidden_address"'
ask 200 -H 'Content-Type: application/json' -d "{\"urls\":[\"$site/page\",\"file:///etc/passwd\"]}" "$base/crawl"
expect_out_has '"successful":0,"failed":2'
expect_out_has '"code":"forbidden_address".*"code":"invalid_url"'

# ---- the end: what is idle ends at once
end TERM
expect_code 0
expect_err '"msg":"draining"'

# ---- real fetches
export RIPTIDE_FETCH_PORTS='*'
serve --allow-private
ask 200 -H 'Content-Type: application/json' -d "{\"url\":\"$site/page\",\"stats\":true}" "$base/extract"
expect_out_has '"title":"Tides".*"fetch":\{"final_url":"'"$site"'/page","status":200'
ask 200 -H 'Content-Type: application/json' \
    -d "{\"urls\":[\"$site/slow\",\"$site/page\",\"$site/nothing\"]}" "$base/crawl"
expect_out_has '"total_urls":3,"successful":2,"failed":1'
expect_out_has '"url":"[^"]*/slow".*"url":"[^"]*/page".*"url":"[^"]*/nothing".*"code":"http_client_error"'
ask 200 -N -H 'Content-Type: application/json' -H 'Accept: application/x-ndjson' \
    -d "{\"urls\":[\"$site/slow\",\"$site/page\"]}" "$base/crawl"
expect_lines out 2
expect_out_has '"index":1'

# ---- a client that goes away ends its crawl
ran="a client that goes away"
curl -s -m 1 -o /dev/null -H 'Content-Type: application/json' -d "{\"urls\":[\"$site/hang\",\"$site/hang\"]}" "$base/crawl"
until_log_has '"route":"/crawl".*"outcome":"aborted"'

# ---- SIGTERM lets what runs finish
curl -s -m 30 -o slow.out -H 'Content-Type: application/json' -d "{\"url\":\"$site/slow\"}" "$base/extract" &
client=$!
for _ in $(seq 100); do
    curl -s "$base/metrics" | grep -q '^riptide_http_requests_admitted 1$' && break
    sleep 0.02
done
end TERM
expect_code 0
wait "$client"
check "the answer of the request that ran" grep -q '"title":"Tides"' slow.out

# ---- a second one ends it at once
serve --allow-private
curl -s -m 30 -o /dev/null -H 'Content-Type: application/json' -d "{\"url\":\"$site/hang\"}" "$base/extract" &
client=$!
for _ in $(seq 100); do
    curl -s "$base/metrics" | grep -q '^riptide_http_requests_admitted 1$' && break
    sleep 0.02
done
kill -TERM "$pid"
until_log_has '"msg":"draining"'
end TERM
expect_code 130
wait "$client"
unset RIPTIDE_FETCH_PORTS

# ---- keys, and new ones by SIGHUP
echo 'first-key-0123456789' >keys
serve --api-keys-file keys
ask 401 "$base/health"
ask 200 -H 'Authorization: Bearer first-key-0123456789' "$base/health"
ask 200 "$base/readyz"
echo 'other-key-0123456789' >keys
kill -HUP "$pid"
until_log_has '"msg":"reloaded"'
ask 401 -H 'X-API-Key: first-key-0123456789' "$base/health"
ask 200 -H 'X-API-Key: other-key-0123456789' "$base/health"
echo 'short' >keys
kill -HUP "$pid"
until_log_has '"msg":"reload failed'
ask 200 -H 'X-API-Key: other-key-0123456789' "$base/health"
expect_log_lacks 'key-0123456789|"short"'
end INT
expect_code 0

# ---- the same by the settings' file, and the log's level; what is wrong in it changes nothing
says() { printf 'RIPTIDE_API_KEYS = "%s"\nRIPTIDE_LOG = "%s"\n' "$1" "$2" >riptide.toml; }
log_option=
says first-key-0123456789 info,json
serve --config riptide.toml
ask 401 "$base/health"
ask 200 -H 'X-API-Key: first-key-0123456789' "$base/health"
ask 200 "$base/livez"
says other-key-0123456789 debug,json
kill -HUP "$pid"
until_log_has '"msg":"reloaded"'
expect_log_lacks '"route":"/livez"'
ask 401 -H 'X-API-Key: first-key-0123456789' "$base/health"
ask 200 -H 'X-API-Key: other-key-0123456789' "$base/health"
ask 200 "$base/livez"
until_log_has '"route":"/livez"'
says third-key-0123456789 loud
kill -HUP "$pid"
until_log_has '"msg":"reload failed, all stays as it was: log .*loud'
ask 200 -H 'X-API-Key: other-key-0123456789' "$base/health"
says short error
kill -HUP "$pid"
until_log_has '"msg":"reload failed, all stays as it was: RIPTIDE_API_KEYS'
ask 200 -H 'X-API-Key: other-key-0123456789' "$base/health"
# refused WHY FILE-LINE...: reads that file of settings again, and the key stays as it was
refused() {
    local why=$1
    shift
    : >log
    printf '%s\n' "$@" >riptide.toml
    kill -HUP "$pid"
    until_log_has "\"msg\":\"reload failed, all stays as it was: .*$why"
    ask 401 "$base/health"
    ask 200 -H 'X-API-Key: other-key-0123456789' "$base/health"
}
key='RIPTIDE_API_KEYS = "other-key-0123456789"'
refused 'expected a key: without one everybody may; restart for that' 'RIPTIDE_LOG = "error"'
refused 'expected a key: without one everybody may; restart for that' ''
refused 'RIPTIDE_API_KEYS: expected at least one API key' 'RIPTIDE_API_KEYS = ","'
refused 'API key 2 was given before: expected each one once' \
    'RIPTIDE_API_KEYS = "other-key-0123456789,other-key-0123456789"'
refused 'RIPTIDE_WASM_INITIAL_POOL_SIZE=7 .*RIPTIDE_WASM_MAX_POOL_SIZE=3' "$key" \
    'RIPTIDE_WASM_INITIAL_POOL_SIZE = 7' 'RIPTIDE_WASM_MAX_POOL_SIZE = 3'
refused 'ports.*http' "$key" 'RIPTIDE_FETCH_PORTS = "80,http"'
refused 'RIPTIDE_CORS_ORIGIN=.*null' "$key" 'RIPTIDE_CORS_ORIGIN = "null"'
refused 'RIPTIDE_FETCH_PROXY=.*proxy:1' "$key" 'RIPTIDE_FETCH_PROXY = "proxy:1"'
refused 'certificates in /nowhere/at/all' "$key" 'RIPTIDE_FETCH_CA_FILE = "/nowhere/at/all"'
end TERM
expect_code 0
expect_log_lacks 'key-0123456789|short'

# ---- the same where the file is one of those that need not be there
mkdir -p "$HOME/.config/riptide"
says other-key-0123456789 info,json
mv riptide.toml "$HOME/.config/riptide/"
serve
ask 401 "$base/health"
rm "$HOME/.config/riptide/riptide.toml"
kill -HUP "$pid"
until_log_has '"msg":"reload failed, all stays as it was: .*expected a key'
ask 401 "$base/health"
ask 200 -H 'X-API-Key: other-key-0123456789' "$base/health"
end TERM
expect_code 0
log_option='--log debug,json'

# ---- what cannot be served is said, and nothing is
for none in here 127.0.0.1: 127.0.0.1:http 127.0.0.1:65536 127.0.0.1:99999 ::1:80; do
    run "$RIPTIDE" serve --listen "$none"
    expect_code 2
    expect_err "^riptide serve: listening on '$none': expected HOST:PORT"
done
run "$RIPTIDE" serve --api-keys-file nowhere
expect_code 9
for none in ',' ' '; do
    run env RIPTIDE_API_KEYS="$none" "$RIPTIDE" serve --listen 127.0.0.1:0
    expect_code 2
    expect_err 'RIPTIDE_API_KEYS: expected at least one API key'
done
echo '# none yet' >keys
run "$RIPTIDE" serve --listen 127.0.0.1:0 --api-keys-file keys
expect_code 2
expect_err 'keys: expected at least one API key'
echo 'first-key-0123456789' >keys
run env RIPTIDE_API_KEYS=first-key-0123456789 "$RIPTIDE" serve --listen 127.0.0.1:0 --api-keys-file keys
expect_code 2
expect_err 'keys: API key 1 was given before: expected each one once'
check "no key in the message" bash -c '! grep -q first-key err'
run "$RIPTIDE" serve --log loud
expect_code 2
run env RIPTIDE_HTTP_QUEUE=many "$RIPTIDE" serve
expect_code 2
expect_err 'RIPTIDE_HTTP_QUEUE="many": expected a whole number'

run "$RIPTIDE" serve --listen 127.0.0.1:0 --set RIPTIDE_CORS_ORIGIN=https://app.example/
expect_code 2
expect_err 'RIPTIDE_CORS_ORIGIN="https://app.example/": expected \*, or SCHEME://HOST'
run "$RIPTIDE" serve --listen 127.0.0.1:0 --set RIPTIDE_FETCH_PROXY=ftp://me:secret@proxy.example
expect_code 2
expect_err 'RIPTIDE_FETCH_PROXY="...@proxy.example": expected SCHEME://HOST:PORT'
check "no credentials in the message" bash -c '! grep -q secret err'
run "$RIPTIDE" serve --listen 127.0.0.1:0 --set RIPTIDE_HTTP_HOSTS=a.example:8080
expect_code 2
expect_err 'RIPTIDE_HTTP_HOSTS="a.example:8080": expected names of hosts without ports'

# ---- a site that gives its name our address is not served, unless it is named
serve
ask 421 -H 'Host: a.example' "$base/health"
expect_out_has '"code":"misdirected_request"'
end TERM
serve --set RIPTIDE_HTTP_HOSTS=a.example
ask 200 -H 'Host: a.example' "$base/health"
end TERM

# ---- without metrics there are none
export RIPTIDE_WASM_ENABLE_METRICS=false
serve
ask 404 "$base/metrics"
end TERM
expect_code 0

eval "exec ${SITE_PROCESS[1]}>&-"
done_testing
