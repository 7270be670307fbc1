# riptide extract: where pages come from, what comes out, what is refused.
. "$(dirname "$0")/lib.sh"
url=https://quayside.example/town/harbour-clock

run "$RIPTIDE" extract --url $url "$PAGES/article.html"
expect_code 0
expect_no_err
expect_out_has '^## One wheel, and what it took$'
expect_out_has '\*\*four of its ninety-six teeth\*\*'
expect_out_has '\[Edda Holm\]\(https://quayside.example/people/edda\)'
expect_out_lacks 'Most read|Imprint|window.analytics|Sign up'
cp out article.md

# the same page through every door
run_with "$PAGES/article.html" "$RIPTIDE" extract --url $url
expect_same out article.md
run_with "$PAGES/article.html" "$RIPTIDE" extract --url $url -
expect_same out article.md
gzip -c "$PAGES/article.html" >article.html.gz
run "$RIPTIDE" extract --url=$url article.html.gz
expect_same out article.md
run_with article.html.gz "$RIPTIDE" extract -u $url -
expect_same out article.md
run "$RIPTIDE" extract --native -u$url article.html.gz
expect_same out article.md

# formats
run "$RIPTIDE" extract --url $url --format md "$PAGES/article.html"
expect_same out article.md
run "$RIPTIDE" extract --url $url --format text "$PAGES/article.html"
expect_code 0
expect_out_has '^One wheel, and what it took$'
expect_out_lacks '\*\*|\]\('
run "$RIPTIDE" extract --url $url --format json "$PAGES/article.html"
expect_code 0
expect_lines out 1
expect_out_has '^\{"url":"https://quayside.example/town/harbour-clock","title":"How the harbour clock was mended","byline":"Mara Lindqvist","published_iso":"2024-03-18T07:30:00\+01:00","markdown":"'
expect_out_has '"language":"en","reading_time":[0-9]+,"quality_score":[0-9]+,"word_count":[0-9]+,"categories":\['
expect_out_has '"site_name":"The Quayside Post","description":"After eleven silent years .*"\}$'
cp out article.json
run "$RIPTIDE" extract --native --url $url --format json "$PAGES/article.html"
expect_same out article.json

# details of links: the native core's alone
run "$RIPTIDE" extract --native --link-details --url $url --format json "$PAGES/article.html"
expect_code 0
expect_out_has '"link_details":\[\{"url":"https?://[^"]*","text":"[^"]*","nofollow":(true|false),"ugc":(true|false),"sponsored":(true|false),"hreflang":(null|"[^"]*")\}'
expect_out_has '\{"url":"https://quayside.example/people/edda","text":"Edda Holm","nofollow":false,"ugc":false,"sponsored":false,"hreflang":null\}'
check "all else to be the same" cmp -s <(sed 's/,"link_details":.*/}/' out) article.json
run "$RIPTIDE" extract --link-details --format json "$PAGES/article.html"
expect_code 2
expect_no_out
expect_err '^riptide extract: --link-details: expected --native with it$'

# modes
run "$RIPTIDE" extract --mode full --format text "$PAGES/article.html"
expect_code 0
expect_out_has 'Imprint'
run "$RIPTIDE" extract --mode metadata --format json "$PAGES/article.html"
expect_code 0
expect_out_has '"markdown":"","text":""'
run "$RIPTIDE" extract --selector blockquote --format text "$PAGES/article.html"
expect_code 0
expect_out 'A clock like this does not want to be new. It wants to be looked after.
'
run "$RIPTIDE" extract -s h1 --selector h2 --format text "$PAGES/article.html"
expect_out 'How the harbour clock was mended

One wheel, and what it took
'
run "$RIPTIDE" extract --mode custom "$PAGES/article.html"
expect_code 2
expect_err '^riptide extract: Empty custom selectors provided$'
run "$RIPTIDE" extract --selector 'p[' "$PAGES/article.html"
check "the exit code of invalid input, got $code" [ "$code" -ne 0 ]
expect_no_out
expect_err "^riptide extract: Invalid custom selector: 'p\['$"

# without an address relative links go to a host that cannot be
run "$RIPTIDE" extract "$PAGES/article.html"
expect_out_has '\(https://example.invalid/people/edda\)'

# encodings
run "$RIPTIDE" extract --format json "$PAGES/russian-windows-1251.html"
expect_code 0
expect_out_has '"title":"Старый маяк снова светит'
expect_out_has 'смотритель Иван Громов'
expect_out_has '"language":"ru"'
iconv -f windows-1251 -t koi8-r//TRANSLIT "$PAGES/russian-windows-1251.html" | sed 's/<meta http[^>]*>//' >koi8.html
run "$RIPTIDE" extract --charset koi8-r --format text koi8.html
expect_out_has 'смотритель Иван Громов'
printf '<p>not \377\376 UTF-8, and no encoding that is named \300\200</p>' >bytes.html
run "$RIPTIDE" extract --mode full --format text bytes.html
expect_code 0
expect_out_has 'UTF-8, and no encoding'

# what it costs goes to standard error
run "$RIPTIDE" extract --stats --url $url "$PAGES/article.html"
expect_same out article.md
expect_err '^store and instance +[0-9.]+ us$'

# refused, with the specified texts
run "$RIPTIDE" extract --mode fast "$PAGES/article.html"
expect_code 2
expect_no_out
expect_err "^riptide extract: Unsupported extraction mode: 'fast'$"
run "$RIPTIDE" extract --url ftp://files.example/ "$PAGES/article.html"
expect_code 3
expect_err "^riptide extract: Invalid URL scheme: 'ftp://files.example/' \(must start with http:// or https://\)$"
run "$RIPTIDE" extract --url "https://long.example/$(printf 'a%.0s' $(seq 2979))" "$PAGES/article.html"
expect_code 3
expect_err '^riptide extract: URL too long: 3000 characters \(max: 2048 characters\)$'
: >empty.html
run "$RIPTIDE" extract empty.html
expect_code 3
expect_err '^riptide extract: HTML content is empty$'
run_with /dev/null "$RIPTIDE" extract
expect_code 3
head -c 11000000 /dev/zero | tr '\0' a >large.html
run "$RIPTIDE" extract large.html
expect_code 3
expect_err '^riptide extract: HTML content too large: 11000000 bytes \(max: 10000000 bytes\)$'
head -c 300000000 /dev/zero | gzip >bomb.html.gz
run "$RIPTIDE" extract bomb.html.gz
expect_code 3
expect_err '^riptide extract: HTML content too large: 300000000 bytes \(max: 10000000 bytes\)$'
run "$RIPTIDE" extract missing.html
expect_code 9
expect_err '^riptide extract: missing.html: No such file or directory$'
run "$RIPTIDE" extract .
expect_code 9
expect_err '^riptide extract: \.: Is a directory$'
head -c 500 article.html.gz >cut.html.gz
run "$RIPTIDE" extract cut.html.gz
expect_code 9
expect_err '^riptide extract: cut.html.gz: the gzip data is cut off$'
run bash -c '"$0" extract "$1" >/dev/full' "$RIPTIDE" "$PAGES/article.html"
expect_code 9
expect_err '^riptide extract: standard output: No space left on device$'

# traces: off without an endpoint; one that nobody answers is a warning and changes nothing else
run "$RIPTIDE" extract "$PAGES/article.html"
cp out plain
run env OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1 "$RIPTIDE" extract "$PAGES/article.html"
expect_code 0
expect_same plain out
expect_err '^riptide extract: traces are lost'
expect_lines err 1
run env OTEL_EXPORTER_OTLP_ENDPOINT=nowhere "$RIPTIDE" batch "$PAGES/article.html"
expect_code 0
expect_err '^riptide batch: OTEL_EXPORTER_OTLP_ENDPOINT: expected an address'
run env OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1 OTEL_SDK_DISABLED=true "$RIPTIDE" extract "$PAGES/article.html"
expect_code 0
expect_no_err

done_testing
