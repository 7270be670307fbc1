#!/bin/sh
# test_install.sh SOURCES BUILD LIBDIR: installs BUILD into a folder that goes away, and uses it from
# there as others do: with pkg-config, with CMake, in C and C++, shared and static.
set -eu
sources=$1 build=$2 libdir=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
prefix=$folder/usr
cmake=${CMAKE:-cmake} cc=${CC:-cc}
[ "${TSAN_OPTIONS-}" != report_bugs=0 ] || echo "left out: data races are not reported"

fail() { echo "$1" >&2; exit 1; }

# The page's title is what each program prints first.
run() {
    echo "== $*"
    XDG_CACHE_HOME=$folder/cache "$@" "$sources/examples/tides.html" https://tides.example/tides >out ||
        fail "$1 failed"
    grep -q '^Title: How Tides Work' out || fail "$1 printed no title"
}

DESTDIR=$folder/stage "$cmake" --install "$build" --prefix /opt/riptide >/dev/null
for file in bin/riptide include/riptide/riptide.h include/riptide/content.h include/riptide/version.h \
    "$libdir/libriptide.a" "$libdir/libriptide.so" "$libdir/libriptide.so.0" "$libdir/riptide/libwasmtime.a" \
    "$libdir/pkgconfig/riptide.pc" "$libdir/cmake/Riptide/RiptideConfig.cmake" \
    share/man/man1/riptide.1 share/man/man3/libriptide.3 share/man/man5/riptide.toml.5 share/man/man5/riptide.conf.5 share/bash-completion/completions/riptide \
    share/zsh/site-functions/_riptide share/fish/vendor_completions.d/riptide.fish \
    lib/systemd/system/riptide.service lib/systemd/system/riptide.socket share/riptide/alerts.yml share/riptide/grafana.json \
    share/riptide/riptide.toml; do
    [ -e "stage/opt/riptide/$file" ] || fail "$file is not installed"
done
grep -q '^prefix=/opt/riptide$' "stage/opt/riptide/$libdir/pkgconfig/riptide.pc" ||
    fail "riptide.pc does not name the prefix, or names DESTDIR"
grep -q '^ExecStart=/opt/riptide/bin/riptide serve$' stage/opt/riptide/lib/systemd/system/riptide.service ||
    fail "the unit does not name the program"
grep -rqF "$build" stage/opt/riptide/include "stage/opt/riptide/$libdir/cmake" && fail "the build folder shows"
rm -rf stage

"$cmake" --install "$build" --prefix "$prefix" >/dev/null
PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig
LD_LIBRARY_PATH=$prefix/$libdir
export PKG_CONFIG_PATH LD_LIBRARY_PATH
embed=$sources/examples/embed.c

# shellcheck disable=SC2046,SC2086
{
    $cc ${LINK_FLAGS-} -std=c99 -pedantic-errors -Wall -Wextra -Werror "$embed" -o shared \
        $(pkg-config --cflags --libs riptide)
    run ./shared
    # As -static would choose, but with the system's own libraries shared.
    $cc ${LINK_FLAGS-} "$embed" -o static $(pkg-config --cflags riptide) \
        $(pkg-config --static --libs riptide | sed 's/-lriptide/-l:libriptide.a/')
}
LD_LIBRARY_PATH= run ./static

mkdir project
cat >project/CMakeLists.txt <<EOF
cmake_minimum_required(VERSION 3.16)
project(embed C)
find_package(Riptide 0.1 REQUIRED)
add_executable(by-cmake $embed)
target_link_libraries(by-cmake PRIVATE Riptide::riptide ${LINK_FLAGS-})
add_executable(by-cmake-static $embed)
target_link_libraries(by-cmake-static PRIVATE Riptide::riptide-static ${LINK_FLAGS-})
EOF
"$cmake" -S project -B project/build -DCMAKE_C_COMPILER="$cc" -DCMAKE_PREFIX_PATH="$prefix" >log &&
    "$cmake" --build project/build >>log || { cat log >&2; fail "the CMake package cannot be used"; }
run project/build/by-cmake
LD_LIBRARY_PATH= run project/build/by-cmake-static

command -v "${CXX:-c++}" >/dev/null || exit 0
cat >version.cpp <<'EOF'
#include <cstring>
#include <riptide/riptide.h>
int main()
{
    rt_request request = RT_REQUEST_INIT;
    return std::strcmp(rt_version(), RT_VERSION) != 0 || request.mode != RT_MODE_ARTICLE;
}
EOF
# shellcheck disable=SC2046,SC2086
"${CXX:-c++}" ${LINK_FLAGS-} -std=c++11 -pedantic-errors -Wall -Wextra -Werror version.cpp -o version \
    $(pkg-config --cflags --libs riptide)
./version || fail "the library's version is not that of its header"
