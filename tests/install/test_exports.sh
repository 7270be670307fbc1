#!/bin/sh
# test_exports.sh SOURCES SHARED ARCHIVE: the names of the symbol list, of riptide.h, of the shared
# library and of the archive are the same, and all begin with rt_.
set -eu
sources=$1 shared=$2 archive=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

sed -n 's/^ *\(rt_[a-z0-9_]*\);$/\1/p' "$sources/host/libriptide.map" | sort >map
tr '\n' ' ' <"$sources/include/riptide/riptide.h" | sed 's/RT_API/\n&/g' |
    sed -n 's/^RT_API [^(]*[ *]\(rt_[a-z0-9_]*\)(.*/\1/p' | sort >header
nm -D --defined-only "$shared" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >shared
nm -g --defined-only "$archive" | awk 'NF == 3 { print $3 }' | sort >archive

[ -s map ] || { echo "the symbol list names nothing" >&2; exit 1; }
bad=0
for other in header shared archive; do
    diff map "$other" >difference || {
        echo "host/libriptide.map (<) and $other (>) differ:" >&2
        cat difference >&2
        bad=1
    }
done
exit $bad
