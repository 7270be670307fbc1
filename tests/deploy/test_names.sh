# Every metric that deploy/ names is one of an engine or of the service, and the dashboard has them all.
set -u
: "${SOURCE:?the source folder}"
cd "$SOURCE" || exit 1
names() { grep -oh '"\(riptide\|process\)_[a-z_]*"' "$@" | tr -d '"' | sort -u; }
known=$(names tables/metrics.def service/metrics.def service/metrics.c)
named=$(grep -ohE '\b(riptide|process)_[a-z0-9_]*[a-z0-9]' deploy/*.yml deploy/grafana.json | sort -u)
[ -n "$known" ] && [ -n "$named" ] || { echo "no names found"; exit 1; }
bad=0
for name in $named; do
    for ending in '' _bucket _count _sum; do
        grep -qx "${name%"$ending"}" <<<"$known" && continue 2
    done
    echo "$name: no table has such a metric"
    bad=1
done

# Left out of the dashboard: kept names, whose twins are there, and what says nothing over time.
kept=$(sed -n 's/.*"\([a-z_]*\)".*(kept name; see .*/\1/p' tables/metrics.def)
for name in $known; do
    case $name in process_virtual_memory_bytes | process_start_time_seconds | riptide_schema_check_seconds) continue ;; esac
    grep -qx "$name" <<<"$kept" && continue
    grep -qE "\b$name(_bucket|_count)?\b" deploy/grafana.json || { echo "deploy/grafana.json: nothing shows $name"; bad=1; }
done
exit "$bad"
