# The example in another language, examples/foreign, as `make foreign` built it: both export forms, our
# checks and our limits.
. "$(dirname "$0")/lib.sh"
: "${FOREIGN:?the folder that make foreign fills}"
page=$PAGES/article.html

for name in javascript javascript-root; do
    component=$FOREIGN/$name.wasm
    if [ ! -f "$component" ]; then
        echo "skipped: $component is not there; make foreign builds it (needs node and npm)"
        exit 77
    fi
    # its type, and that it imports nothing: imports would be refused
    run "$RIPTIDE" check "$component"
    expect_code 0
    expect_no_err
    expect_out_has 'all 7 functions match'
    run "$RIPTIDE" version --component "$component"
    expect_out_has '"name":"riptide-example-javascript"'

    # content, in the modes it knows
    run "$RIPTIDE" extract --component "$component" --url https://example.org/a --format json "$page"
    expect_code 0
    expect_no_err
    expect_out_has '^\{"url":"https://example.org/a","title":"How the harbour clock was mended"'
    expect_out_has '"markdown":"# How the harbour clock was mended\\n\\n'
    expect_out_has '"language":"en"'
    expect_out_has '"quality_score":null'
    expect_out_lacks 'Related|Cookie'
    cp out first
    run "$RIPTIDE" extract --component "$component" --url https://example.org/a --format json "$page"
    expect_same first out
    run "$RIPTIDE" extract --component "$component" --mode metadata --format json "$page"
    expect_code 0
    expect_out_has '"markdown":"","text":""'
    run "$RIPTIDE" extract --component "$component" --selector p "$page"
    expect_code 2
    expect_err 'this extractor knows article, full, metadata, not custom'

    # its errors are typed errors of ours
    printf '<script>only()</script>' >no-text.html
    run "$RIPTIDE" extract --component "$component" no-text.html
    expect_code 4
    expect_err 'the page shows no text'

    # many pages, each in an instance of its own, in any order
    run "$RIPTIDE" batch --component "$component" -j 2 "$PAGES"/*.html
    expect_code 0
    expect_out_lacks '"error"'
    cp out first
    run "$RIPTIDE" batch --component "$component" -j 1 "$PAGES"/*.html
    expect_same first out

    # the limits hold
    run "$RIPTIDE" extract --component "$component" --set RIPTIDE_WASM_FUEL_LIMIT=1000000 \
        --set RIPTIDE_WASM_FUEL_PER_KB=0 "$page"
    expect_code 5
    expect_no_out
    head -c 9000000 /dev/zero | tr '\0' x >large.html
    run "$RIPTIDE" extract --component "$component" --set RIPTIDE_WASM_MAX_MEMORY_PAGES=256 large.html
    check "a typed failure, got $code" [ "$code" = 5 -o "$code" = 6 ]
    expect_no_out
done

done_testing
