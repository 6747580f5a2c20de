#!/bin/sh
# Compiles the native search kernels into OUT/OS-ARCH/: for this machine, and for linux-aarch64 where Debian's cross compiler is
# there. Called by Maven; what is newer than the sources is left as it is. Without a compiler nothing is made, a line says
# so, and Sluice hashes with its Java kernels. CC names another compiler than cc.
#
#   build.sh OUT
set -eu

out=$1
source=$(CDPATH='' cd -- "${0%/*}" && pwd -P)
flags='-std=gnu11 -O3 -fPIC -shared -fvisibility=hidden -Wall -Wextra -Werror'

say() {
    printf 'Native kernels: %s\n' "$1"
}

is_up_to_date() { # LIBRARY
    [ -f "$1" ] && [ -z "$(find "$source" -type f -newer "$1" -print)" ]
}

compile() { # COMPILER PLATFORM LIBRARY OPTIONS...
    compiler=$1
    library=$out/$2/$3
    shift 3
    ! is_up_to_date "$library" || return 0
    mkdir -p "${library%/*}"
    # shellcheck disable=SC2086 # several flags
    if "$compiler" $flags "$@" "$source/search.c" -o "$library.next" 2>"$library.log"; then
        mv "$library.next" "$library"
        rm -f "$library.log"
    else
        rm -f "$library.next" "$library"
        say "$compiler cannot compile them (see $library.log); going on with the Java kernels"
    fi
}

for_architecture() { # COMPILER MACHINE PLATFORM LIBRARY OPTIONS...
    compiler=$1
    machine=$2
    platform=$3
    library=$4
    shift 4
    case $machine in
    x86_64 | amd64) compile "$compiler" "$platform-x86_64" "$library" -mssse3 -msse4.1 -msha "$@" ;;
    aarch64 | arm64) compile "$compiler" "$platform-aarch64" "$library" -march=armv8-a+crypto "$@" ;;
    *) say "there are none for $machine" ;;
    esac
}

mkdir -p "$out"
host=${CC:-cc}
if command -v "$host" >/dev/null 2>&1; then
    case $(uname -s) in
    Linux) for_architecture "$host" "$(uname -m)" linux libsluice-search.so ;;
    Darwin) for_architecture "$host" "$(uname -m)" macos libsluice-search.dylib ;;
    MINGW* | MSYS* | CYGWIN*) for_architecture "$host" "$(uname -m)" windows sluice-search.dll ;;
    *) say "they are not made for $(uname -s)" ;;
    esac
else
    say "no C compiler ($host) here, so they are left out and the Java kernels do their work (Debian: apt install gcc libc6-dev)"
fi
cross=aarch64-linux-gnu-gcc
if command -v $cross >/dev/null 2>&1 && [ "$(uname -m)" != aarch64 ]; then
    for_architecture $cross aarch64 linux libsluice-search.so
fi

# What Java believes a library to be, wherever it then lies.
if command -v sha256sum >/dev/null 2>&1; then sum=sha256sum; else sum='shasum -a 256'; fi
(
    cd "$out"
    find . -name '*sluice-search.*' ! -name '*.log' -type f | sed 's|^\./||' | LC_ALL=C sort | while read -r library; do
        $sum "$library"
    done
) >"$out/checksums"
