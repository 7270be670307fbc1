# test_promtool.sh metrics|rules|dashboard: what promtool, which comes with Prometheus, says of our
# metrics, of the alert rules and of the queries of the dashboard.  Skipped, as exit code 77 tells ctest, where it is not installed.
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

# As rules, which promtool parses; the variables of the dashboard get values that could be theirs.
check_dashboard() {
    local queries
    queries=$(grep -c '"expr": ' "$SOURCE/deploy/grafana.json")
    [ "$queries" -ge 40 ] || { echo "only $queries queries were found"; return 1; }
    {
        printf 'groups:\n  - name: dashboard\n    rules:\n'
        sed -n 's/^ *"expr": \(".*"\),$/\1/p' "$SOURCE/deploy/grafana.json" |
            sed 's/\$__rate_interval/2m/g; s/\$\(job\|instance\)/.*/g' |
            awk '{ print "      - record: query:" NR; print "        expr: " $0 }'
    } >"$work/dashboard.yml"
    [ "$(grep -c expr: "$work/dashboard.yml")" = "$queries" ] || { echo "queries were not read"; return 1; }
    promtool check rules "$work/dashboard.yml"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $1 in
metrics) check_metrics ;;
rules) check_rules ;;
dashboard) check_dashboard ;;
*) echo "expected metrics, rules or dashboard"; exit 2 ;;
esac
