# Sourced by each case: bash, the program in $RIPTIDE, pages in $PAGES, a fresh folder to work in.
# A case runs a command with `run` and then says what it expects of it.
set -u -o pipefail
: "${RIPTIDE:?the program to test}" "${PAGES:?the folder of pages}"
export LC_ALL=C.UTF-8
for name in ${!RIPTIDE_@}; do   # only the cache that the tests share stays
    [ "$name" = RIPTIDE_WASM_CACHE_DIR ] || unset "$name"
done
unset XDG_CONFIG_HOME
unset "${!OTEL_@}" TRACEPARENT
work=$(mktemp -d)
export HOME=$work/home   # no configuration of the user's
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0 checks=0

# part NAME NUMBER WHAT: sets NAME to the part of NUMBER rounds that RT_TEST_SHARE (tests/CMakeLists.txt)
# asks for, at least 1, and says what that leaves out.
part() {
    local some=$((($2 + ${RT_TEST_SHARE:-1} - 1) / ${RT_TEST_SHARE:-1}))
    [ "$some" = "$2" ] || echo "left out: $some of $2 $3"
    printf -v "$1" %d "$some"
}

# run COMMAND...: keeps standard output in `out`, standard error in `err`, the exit code in $code.
run() {
    ran="$*"
    "$@" >out 2>err </dev/null
    code=$?
}
# The same with standard input from FILE.
run_with() {
    local input=$1
    shift
    ran="$* < $input"
    "$@" >out 2>err <"$input"
    code=$?
}

fail() {
    bad=1
    echo "FAILED: ${ran:0:160}"
    echo "  $1"
    sed 's/^/  stderr: /' err | head -5
}
check() {   # check WHAT COMMAND...: the command succeeds
    local what=$1
    shift
    checks=$((checks + 1))
    "$@" >/dev/null 2>&1 || fail "expected $what"
}
expect_code() { check "exit code $1, got $code" [ "$code" = "$1" ]; }
expect_out() { check "standard output to be exactly: $1" cmp -s out <(printf '%s' "$1"); }
expect_out_has() { check "standard output to match: $1" grep -qE -- "$1" out; }
expect_out_lacks() { check "standard output not to match: $1" bash -c '! grep -qE -- "$1" out' _ "$1"; }
expect_no_out() { check "no standard output" [ ! -s out ]; }
expect_err() { check "standard error to match: $1" grep -qE -- "$1" err; }
expect_no_err() { check "nothing on standard error" [ ! -s err ]; }
expect_lines() { check "$2 lines in $1" [ "$(wc -l <"$1")" -eq "$2" ]; }
expect_same() { check "$1 and $2 to be the same bytes" cmp -s "$1" "$2"; }

done_testing() {
    [ "$bad" = 0 ] && echo "$checks checks"
    exit "$bad"
}
