# Compiled code on disk: whatever is wrong with it, a page is extracted as ever.
. "$(dirname "$0")/lib.sh"
: "${GUESTS:?the folder of components that tests/guests builds}"
page=$PAGES/article.html
shared=$RIPTIDE_WASM_CACHE_DIR
cache=$work/cache/riptide
export RIPTIDE_WASM_CACHE_DIR=$cache

cached() { find "$cache" -type f | wc -l; }
expect_cached() { check "$1 files in the cache, got $(cached)" [ "$(cached)" = "$1" ]; }
expect_page() {
    expect_code 0
    expect_same out page.md
}
extract() { run "$RIPTIDE" extract --component small.wasm "$@" "$page"; }

# a component that compiles in no time, so that many can at once
cp "$GUESTS/foreign.wasm" small.wasm
extract --set RIPTIDE_WASM_ENABLE_AOT_CACHE=false
expect_code 0
mv out page.md
check "no cache where it is turned off" [ ! -e "$cache" ]

# 20 processes at once that find nothing: all answer, one entry is left, and it is good
part rounds 3 "rounds of processes that start at once"
part processes 20 "processes at once"
for round in $(seq "$rounds"); do
    rm -rf "$cache" started
    for i in $(seq "$processes"); do
        "$RIPTIDE" extract --component small.wasm "$page" >"out.$i" 2>"err.$i" &
        echo $! >>started
    done
    for i in $(seq "$processes"); do
        wait "$(sed -n "${i}p" started)"
        check "process $i of round $round to end with 0" [ $? = 0 ]
        check "the page from process $i of round $round" cmp -s "out.$i" page.md
        check "nothing on standard error of process $i of round $round" [ ! -s "err.$i" ]
    done
    expect_cached 1
    entry=$(find "$cache" -type f)
    cp "$entry" good
    extract
    expect_page
    check "the entry to be good" cmp -s "$entry" good
done

# damaged, cut off, emptied, not a file, others' to write: made anew
for damage in 'printf x | dd of="$entry" bs=1 seek=10000 conv=notrunc status=none' \
    'truncate -s 1000 "$entry"' ': >"$entry"' 'rm "$entry"; ln -s "$page" "$entry"' 'chmod 666 "$entry"'; do
    eval "$damage"
    extract
    expect_page
    expect_cached 1
    check "a file of the user's own after: $damage" [ "$(find "$entry" -type f -perm 600 | wc -l)" = 1 ]
    check "a good file after: $damage" [ "$(wc -c <"$entry")" = "$(wc -c <good)" ]
done

# no room: nothing half written stays
rm -rf "$cache"
run bash -c 'ulimit -f 20; exec "$@"' _ "$RIPTIDE" extract --component small.wasm "$page"
expect_page
expect_cached 0
# no folder to write to, and one that others can write to
RIPTIDE_WASM_CACHE_DIR=/dev/null/cache extract
expect_page
RIPTIDE_WASM_CACHE_DIR=/proc/cache extract
expect_page
chmod 777 "$cache"
extract
expect_page
expect_cached 0
run "$RIPTIDE" doctor
expect_code 0
expect_out_has '^warning +engine +the cache folder .* others can write to it'
expect_out_has '^warning +cache +nothing is kept, every start compiles'

# the real one, from the cache that the tests share
RIPTIDE_WASM_CACHE_DIR=$shared run "$RIPTIDE" doctor
expect_code 0
expect_out_has '^ok +cache +a second start takes the compiled code'

done_testing
