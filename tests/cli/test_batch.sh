# riptide batch: order, failures as lines, lists, --resume, closed pipes, interruptions.
. "$(dirname "$0")/lib.sh"

part copies 40 "copies of each page"
pages=$((5 * copies))
for i in $(seq "$copies"); do
    for page in article documentation forum product russian-windows-1251; do
        printf '%s\thttps://site.example/%s/%d\t%s-%d\n' "$PAGES/$page.html" $page "$i" $page "$i"
    done
done >pages.list

run "$RIPTIDE" batch -j 1 --list pages.list
expect_code 0
expect_no_err
expect_lines out "$pages"
cp out one.ndjson
check "the ids in the order of the list" cmp -s <(cut -f3 pages.list) \
    <(sed -E 's/^\{"id":"([^"]*)".*/\1/' one.ndjson)
run "$RIPTIDE" batch -j 8 --list pages.list
expect_same out one.ndjson
run_with pages.list "$RIPTIDE" batch -j8 --list -
expect_same out one.ndjson
run "$RIPTIDE" batch -j 24 --set RIPTIDE_WASM_MAX_POOL_SIZE=2 --list pages.list
expect_same out one.ndjson
run "$RIPTIDE" batch -j 24 --list pages.list
expect_same out one.ndjson
run "$RIPTIDE" batch -j 3 --native --list pages.list
expect_same out one.ndjson
run "$RIPTIDE" batch -j 3 --list pages.list -o file.ndjson
expect_no_out
expect_same file.ndjson one.ndjson

# ids and addresses where the list gives none
cp "$PAGES/article.html" a.html
cp "$PAGES/article.html" b.htm
gzip -c "$PAGES/article.html" >c.html.gz
printf 'a.html\r\n\nb.htm\thttps://b.example/\nc.html.gz\t\tsea' >short.list
run "$RIPTIDE" batch --list short.list
expect_code 0
expect_lines out 3
expect_out_has '^\{"id":"a","url":"https://example.invalid/",'
expect_out_has '^\{"id":"b","url":"https://b.example/",'
expect_out_has '^\{"id":"sea","url":"https://example.invalid/",'
run "$RIPTIDE" batch a.html b.htm c.html.gz
check "ids from the names of the files" grep -q '^{"id":"c","url":"https://example.invalid/",' out

# a page that fails is a line, and the rest goes on
: >empty.html
printf 'a.html\thttps://a.example/\nmissing.html\nempty.html\nb.htm\tftp://b.example/\nc.html.gz\n' >faulty.list
run "$RIPTIDE" batch -j 4 --list faulty.list
expect_code 1
expect_lines out 5
check "the missing page's line" [ "$(sed -n 2p out)" = \
    '{"id":"missing","url":"https://example.invalid/","error":{"code":"io_error","message":"missing.html: No such file or directory"}}' ]
check "the empty page's line" [ "$(sed -n 3p out)" = \
    '{"id":"empty","url":"https://example.invalid/","error":{"code":"invalid_input","message":"HTML content is empty"}}' ]
expect_out_has '"url":"ftp://b.example/","error":\{"code":"invalid_input","message":"Invalid URL scheme'
check "a line for the page after the failures" grep -q '^{"id":"c",' out

# modes and selectors hold for all pages
run "$RIPTIDE" batch --mode metadata a.html
expect_out_has '"markdown":"","text":""'
run "$RIPTIDE" batch --native --link-details a.html
expect_out_has '"link_details":\[\{"url":"'
run "$RIPTIDE" batch --link-details a.html
expect_code 2
run "$RIPTIDE" batch --selector blockquote a.html
expect_out_has '"text":"A clock like this does not want to be new. It wants to be looked after."'

# a name that is not UTF-8 still gives JSON
cp a.html $'bad\377name.html'
run "$RIPTIDE" batch $'bad\377name.html' $'worse\376.html'
expect_code 1
check "UTF-8" iconv -f utf-8 -t utf-8 out

# --resume: a torn line is cut off, what is there is not made again
head -c "$(($(head -n $((pages / 4)) one.ndjson | wc -c) + 70))" one.ndjson >torn.ndjson
run "$RIPTIDE" batch -j 4 --list pages.list -o torn.ndjson --resume
expect_code 0
expect_same torn.ndjson one.ndjson
run "$RIPTIDE" batch -j 4 --list pages.list -o torn.ndjson --resume
expect_code 0
expect_same torn.ndjson one.ndjson
run "$RIPTIDE" batch --list pages.list -o new.ndjson --resume
expect_same new.ndjson one.ndjson
echo 'dear diary' >diary
run "$RIPTIDE" batch --list pages.list -o diary --resume
expect_code 2
expect_err 'line 1 of diary is not of a batch'
check "the file to be left alone" [ "$(cat diary)" = 'dear diary' ]
printf 'dear diary' >diary
run "$RIPTIDE" batch --list pages.list -o diary --resume
expect_code 2
check "the file to be left alone" [ "$(cat diary)" = 'dear diary' ]
run "$RIPTIDE" batch --list pages.list --resume
expect_code 2
expect_err 'expected --output FILE'

# a reader that had enough, a disk that is full
run bash -c '"$0" batch --list pages.list | head -1; exit ${PIPESTATUS[0]}' "$RIPTIDE"
expect_code 0
expect_no_err
expect_lines out 1
run "$RIPTIDE" batch --list pages.list -o /dev/full
expect_code 9
expect_err '^riptide batch: /dev/full: No space left on device$'
run "$RIPTIDE" batch --list pages.list -o missing-folder/out.ndjson
expect_code 9
expect_err 'missing-folder/out.ndjson: No such file or directory'
run "$RIPTIDE" batch --list missing.list
expect_code 9
expect_err '^riptide batch: missing.list: No such file or directory$'

# Ctrl-C while the list still waits for lines: what was taken is written, whole lines only.
# (bash lets background jobs ignore SIGINT, so SIGTERM stands for it: the same handler.)
mkfifo slow
"$RIPTIDE" batch --list slow >out 2>err &
pid=$!
ran="batch, interrupted"
exec 9>slow
printf 'a.html\nb.htm\n' >&9
for _ in $(seq 300); do
    [ "$(wc -l <out)" -ge 2 ] && break
    sleep 0.1
done
kill -TERM $pid
wait $pid
code=$?
exec 9>&-
expect_code 130
expect_lines out 2

# misuse
run "$RIPTIDE" batch
expect_code 2
expect_err 'expected either pages or --list'
run "$RIPTIDE" batch --list pages.list a.html
expect_code 2
run "$RIPTIDE" batch -j many a.html
expect_code 2
expect_err "^riptide batch: number 'many': expected a whole number from 1 to 256"

# progress is for people
run "$RIPTIDE" batch --progress a.html
expect_err '1 pages, 0 failed'
run "$RIPTIDE" batch a.html
expect_no_err

done_testing
