# The HEALTHCHECK of the container file, as it stands there, against a service: good while it is ready,
# bad once nobody listens.  No container is needed for that.
set -u
: "${SOURCE:?the source folder}" "${RIPTIDE:?the program}"
work=$(mktemp -d)
trap 'kill -KILL $pid 2>/dev/null; rm -rf "$work"' EXIT
fail() {
    echo "$1"
    cat "$work/log"
    exit 1
}
command=$(sed -n 's/^ *CMD \["bash", "-c", "\(.*\)"\]$/\1/p' "$SOURCE/deploy/Containerfile" | sed 's/\\\(["\\]\)/\1/g')
[ -n "$command" ] || { echo "no HEALTHCHECK was found"; exit 1; }

"$RIPTIDE" serve --config /dev/null --listen 127.0.0.1:0 --log info,json 2>"$work/log" &
pid=$!
address=
for _ in $(seq 600); do
    address=$(sed -n 's/.*"msg":"listening".*"address":"\([^"]*\)".*/\1/p' "$work/log")
    [ -n "$address" ] && break
    kill -0 $pid 2>/dev/null || fail "the service did not start"
    sleep 0.1
done
[ -n "$address" ] || fail "the service did not say where it listens"
export RIPTIDE_LISTEN=*:${address##*:}
bash -c "$command" || fail "a service that is ready is called unhealthy"
RIPTIDE_LISTEN='*' PORT=${address##*:} bash -c "$command" || fail "the port of the platform is not asked"
kill -TERM $pid
wait $pid || fail "the service did not end well"
bash -c "$command" 2>/dev/null && fail "a service that is gone is called healthy"
exit 0
