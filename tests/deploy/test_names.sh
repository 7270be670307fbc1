# Every metric that deploy/ names is one of tables/metrics.def.
set -u
: "${SOURCE:?the source folder}"
known=$(grep -o '"\(riptide\|process\)_[a-z_]*"' "$SOURCE/tables/metrics.def" | tr -d '"')
named=$(grep -oh '\b\(riptide\|process\)_[a-z0-9_]*[a-z0-9]' "$SOURCE"/deploy/*.yml | sort -u)
[ -n "$known" ] && [ -n "$named" ] || { echo "no names found"; exit 1; }
bad=0
for name in $named; do
    for ending in '' _bucket _count _sum; do
        grep -qx "${name%"$ending"}" <<<"$known" && continue 2
    done
    echo "$name: tables/metrics.def has no such metric"
    bad=1
done
exit "$bad"
