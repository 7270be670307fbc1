# Every name that a document uses is one that a table or the code has: settings, metrics, events,
# outcomes, alerts, variables of OpenTelemetry; and every link leads somewhere.
set -u -o pipefail
: "${SOURCE:?the source folder}"
export LC_ALL=C
cd "$SOURCE" || exit 1
bad=0 checks=0
documents=(README.md SECURITY.md CONTRIBUTING.md docs/*.md examples/*/README.md tests/guests/README.md deploy/*)

column() { sed -n "s/^$1\( *([^\"]*\"\([^\"]*\)\".*\)/\2/p" "$2"; }     # first text of each row
settings=$(sed -n 's/^RT_SETTING_[A-Z]* *(\([A-Z_]*\),.*/\1/p' tables/settings.def)
metrics=$(column RT_METRIC tables/metrics.def)
service_metrics=$(grep -ohE '"riptide_[a-z_]+"' service/metrics.def service/metrics.c | tr -d '"' | sort -u)
events=$(column RT_EVENT tables/events.def)
outcomes=$(column RT_STATUS tables/status.def)
alerts=$(sed -n 's/^ *- alert: *//p' deploy/alerts.yml)

has() { grep -qxF -- "$1" <<<"$2"; }    # NAME LIST
fail() {
    bad=1
    echo "$*"
}
# words PATTERN FILE...: "file word", each once a file
words() {
    local pattern=$1
    shift
    for file; do grep -oE -- "$pattern" "$file" | sort -u | sed "s|^|$file |"; done
}
each() {    # WHAT LIST PATTERN [STRIP]: each word that matches is in the list
    local what=$1 list=$2 pattern=$3 strip=${4:-}
    while read -r file word; do
        [ -n "$strip" ] && word=$(sed -E "$strip" <<<"$word")
        checks=$((checks + 1))
        has "$word" "$list" || fail "$file: $word is no $what"
    done < <(words "$pattern" "${documents[@]}")
}

for list in "$settings" "$metrics" "$service_metrics" "$events" "$outcomes" "$alerts"; do
    [ "$(wc -l <<<"$list")" -ge 5 ] || fail "a table was not read: ${list:0:100}"
done

# settings; variables of the build, the program and the tests are where they are used
while read -r file word; do
    checks=$((checks + 1))
    has "$word" "$settings" && continue
    grep -qrw -- "$word" Makefile CMakeLists.txt cmake host/CMakeLists.txt tools/bootstrap cli tests/CMakeLists.txt \
        tests/guests/CMakeLists.txt || fail "$file: $word is no setting"
done < <(words '\bRIPTIDE_[A-Z][A-Z_]*[A-Z]\b' "${documents[@]}")

all_series=$metrics$'\n'$service_metrics
for metric in $all_series; do
    all_series+=$'\n'"${metric}_bucket"$'\n'"${metric}_count"$'\n'"${metric}_sum"
done
each metric "$all_series" '\b(riptide|process)_[a-z_]+[a-z]\b'
each event "$events" '\b[Ee]vents? `[a-z_]+`' 's/.*`(.*)`/\1/'
each event "$events" 'event="[a-z_]+"' 's/.*"(.*)"/\1/'
each outcome "$outcomes" '\bend(s|ed)? (the page )?as `[a-z_]+`' 's/.*`(.*)`/\1/'
each outcome "$outcomes" '(reason|outcome)="[a-z_]+"' 's/.*"(.*)"/\1/'
each alert "$alerts"$'\nRipTide' '\bRipTide[A-Za-z]*\b'
for alert in $alerts; do
    checks=$((checks + 1))
    grep -qw -- "$alert" docs/runbook.md || fail "docs/runbook.md says nothing of the alert $alert"
done

# what the exporter reads and writes is in its document, and the other way round
for pattern in 'OTEL_[A-Z_]+[A-Z]' 'riptide\.[a-z]+_?[a-z]+'; do
    code=$(grep -ohE -- "\"$pattern\"" net/otlp*.c | tr -d '"' | sort -u)
    document=$(grep -ohE -- "\`$pattern\`" docs/tracing.md | tr -d '`' | sort -u)
    checks=$((checks + 1))
    [ -n "$code" ] && [ "$code" = "$document" ] ||
        fail "docs/tracing.md and net/ differ:"$'\n'"$(diff <(echo "$document") <(echo "$code"))"
done

# links: the file is there, and the heading in it
heading() { tr 'A-Z' 'a-z' | sed 's/[^a-z0-9 _-]//g; s/ /-/g'; }
while read -r file link; do
    link=${link#*](} link=${link%)}
    case $link in *://* | mailto:*) continue ;; esac
    checks=$((checks + 1))
    target=${link%%#*} anchor=
    case $link in *#*) anchor=${link#*#} ;; esac
    path=$file
    [ -n "$target" ] && path=$(dirname "$file")/$target
    if [ ! -e "$path" ]; then
        fail "$file: nothing is at $link"
    elif [ -n "$anchor" ] && ! sed -n 's/^##* //p' "$path" | heading | grep -qxF -- "$anchor"; then
        fail "$file: $target has no heading for $link"
    fi
done < <(words '\]\([^) ]+\)' $(printf '%s\n' "${documents[@]}" | grep '\.md$') CHANGELOG.md)

[ "$bad" = 0 ] && echo "$checks names and links"
exit "$bad"
