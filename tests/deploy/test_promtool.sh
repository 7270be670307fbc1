# test_promtool.sh metrics|rules: what promtool, which comes with Prometheus, says of our metrics and of
# the alert rules.  Skipped, as exit code 77 tells ctest, where it is not installed.
set -u
: "${SOURCE:?the source folder}" "${PRINT_METRICS:?the printer of metrics}"
if ! command -v promtool >/dev/null; then
    echo "skipped: promtool is not installed (tools/packages.txt: prometheus)"
    exit 77
fi

# A name may break the rules of Prometheus only where tables/metrics.def calls it kept.
check_metrics() {
    local kept finding name bad=0 findings
    kept=$(sed -n 's/.*"\([a-z_]*\)".*(kept name; see .*/\1/p' "$SOURCE/tables/metrics.def")
    "$PRINT_METRICS" text >"$work/metrics" || return 1
    findings=$(promtool check metrics <"$work/metrics" 2>&1)
    case $? in
    0 | 3) ;;   # 3: it could read all, and found fault with some
    *) echo "$findings"; return 1 ;;
    esac
    while read -r finding; do
        [ -n "$finding" ] || continue
        name=${finding%% *}
        grep -qx "$name" <<<"$kept" && continue
        echo "$finding"
        bad=1
    done <<<"$findings"
    return "$bad"
}

check_rules() {
    promtool check rules "$SOURCE/deploy/alerts.yml" &&
        promtool test rules "$SOURCE/deploy/alerts_test.yml"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $1 in
metrics) check_metrics ;;
rules) check_rules ;;
*) echo "expected metrics or rules"; exit 2 ;;
esac
