#!/bin/sh
# Compiles the native search kernels into OUT/OS-ARCH/: for this machine, and for linux-aarch64 where Debian's cross compiler is
# there. Called by Maven; what is newer than the sources is left as it is. Without a compiler nothing is made, a line says
# so, and Sluice hashes with its Java kernels. CC names another compiler than cc.
#
#   build.sh OUT
set -eu

out=$1
source=$(CDPATH='' cd -- "${0%/*}" && pwd -P)
flags='-std=gnu11 -O2 -fPIC -fvisibility=hidden -Wall -Wextra'

say() {
    printf 'Native kernels: %s\n' "$1"
}

is_up_to_date() { # LIBRARY
    [ -f "$1" ] && [ -z "$(find "$source" -type f -newer "$1" -print)" ]
}

# Each family of kernels is compiled for the instructions it is made of; which of them may be called is found out at run time.
compile() { # COMPILER PLATFORM LIBRARY, and for each family FILE:MACRO:OPTIONS
    compiler=$1
    library=$out/$2/$3
    shift 3
    ! is_up_to_date "$library" || return 0
    objects=$library.objects
    log=${TMPDIR:-/tmp}/sluice-native-$$.log
    mkdir -p "$objects"
    {
        for family; do
            file=${family%%:*}
            rest=${family#*:}
            # shellcheck disable=SC2086 # several flags
            "$compiler" $flags ${rest#*:} ${rest%%:*} -c "$source/$file" -o "$objects/$file-$#.o" || break
            shift
        done
        # shellcheck disable=SC2086
        [ $# -eq 0 ] && "$compiler" $flags -shared "$objects"/*.o -o "$library.next"
    } 2>"$log" || {
        rm -rf "$library.next" "$library" "$objects"
        say "$compiler cannot compile them (see $log); going on with the Java kernels"
        return 0
    }
    mv "$library.next" "$library"
    rm -rf "$objects" "$log"
}

for_architecture() { # COMPILER MACHINE PLATFORM LIBRARY
    case $2 in
    x86_64 | amd64)
        # gcc's own order of AVX-512's instructions is slower than that in which they are written.
        compile "$1" "$3-x86_64" "$4" 'sha.c::-mssse3 -msse4.1 -msha' \
            'vector.c:-DVECTOR="vector_avx512.h":-mavx512f -mavx512bw -fno-schedule-insns2' 'vector.c:-DVECTOR="vector_avx2.h":-mavx2'
        ;;
    aarch64 | arm64) compile "$1" "$3-aarch64" "$4" 'sha.c::-march=armv8-a+crypto' ;;
    *) say "there are none for $2" ;;
    esac
}

mkdir -p "$out"
host=${CC:-cc}
if command -v "$host" >/dev/null 2>&1; then
    case $(uname -s) in
    Linux) for_architecture "$host" "$(uname -m)" linux libsluice-search.so ;;
    Darwin) for_architecture "$host" "$(uname -m)" macos libsluice-search.dylib ;;
    *) say "they are not made for $(uname -s)" ;;
    esac
else
    say "no C compiler ($host) here, so they are left out and the Java kernels do their work (Debian: apt install gcc libc6-dev)"
fi
cross=aarch64-linux-gnu-gcc
if command -v $cross >/dev/null 2>&1 && [ "$(uname -m)" != aarch64 ]; then
    for_architecture $cross aarch64 linux libsluice-search.so
fi

# A library that could not be made anew must not pass for that of these sources.
find "$out" -name '*sluice-search.*' -type f -print | while read -r library; do
    is_up_to_date "$library" || rm -f "$library"
done

# What Java believes a library to be, wherever it then lies.
if command -v sha256sum >/dev/null 2>&1; then sum=sha256sum; else sum='shasum -a 256'; fi
(
    cd "$out"
    find . -name '*sluice-search.*' -type f | sed 's|^\./||' | LC_ALL=C sort | while read -r library; do
        $sum "$library"
    done
) >"$out/checksums"
