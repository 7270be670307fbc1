#!/bin/sh
# test_headers.sh INCLUDE: every public header compiles alone and twice, as strict C99 and C++11.
set -eu
include=$1
bad=0

try() { # try HEADER COMPILER...
    header=$1
    shift
    printf '#include <%s>\n#include <%s>\nextern int nothing;\n' "$header" "$header" |
        "$@" -pedantic-errors -Wall -Wextra -Werror -fsyntax-only -I"$include" - || {
        echo "$header: $*" >&2
        bad=1
    }
}

for path in "$include"/riptide/*.h; do
    header=riptide/${path##*/}
    try "$header" "${CC:-cc}" -std=c99 -x c
    try "$header" "${CC:-cc}" -std=c11 -x c
    if command -v "${CXX:-c++}" >/dev/null; then
        try "$header" "${CXX:-c++}" -std=c++11 -x c++
    fi
done
exit $bad
