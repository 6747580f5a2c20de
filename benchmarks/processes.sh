# Starts and ends commands of Sluice, for the scripts beside it, which set $scratch to a folder of their own (bash).
# What a command says is in the file $said, $scratch/out unless a script names another.

stop() { # PID: asks it to end, and waits until it has
    if [[ -n $1 ]]; then
        kill "$1" 2>/dev/null || true
        wait "$1" 2>/dev/null || true
    fi
}

begin() { # EXPRESSION ARGUMENTS: starts a command, sets $pid, and returns when a line of its output matches
    local expression=$1 into=${said:-$scratch/out}
    shift
    : >"$into"
    ./sluice "$@" >"$into" 2>&1 &
    pid=$!
    until grep -q "$expression" "$into"; do
        kill -0 "$pid" 2>/dev/null || { cat "$into" >&2; exit 1; }
        sleep 0.01
    done
}

begin_network() { # sets $network, and in the environment the tracker that the commands after it use
    begin 'Ctrl-C stops it' up --port 0 --data "$scratch/network"
    network=$pid
    SLUICE_TRACKER=$(awk '$1 == "Tracker" { print $2 }' "${said:-$scratch/out}")
    export SLUICE_TRACKER
}

cpu_seconds() { # PID: of the process, to which the launcher becomes, and of those that it has waited for
    awk -v ticks="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13 + $14 + $15) / ticks }' "/proc/$1/stat"
}

build_benchmarks() { # the classes in benchmarks/src; with SLUICE_MAIN the launcher runs them from then on
    ./sluice --version >/dev/null
    mvn -B -q -Dmaven.test.skip=true -Dspotless.check.skip=true -pl benchmarks -am package >&2
    export SLUICE_CLASS_PATH=benchmarks/target/classes
}

median() { # of the numbers on standard input
    sort -n | awk '{ all[NR] = $1 } END { printf "%.2f", NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'
}

# A header for jobs without solutions.
header=0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d
