# Starts and ends commands of Sluice, for the scripts beside it, which set $scratch to a folder of their own (bash).

stop() { # PID: asks it to end, and waits until it has
    if [[ -n $1 ]]; then
        kill "$1" 2>/dev/null || true
        wait "$1" 2>/dev/null || true
    fi
}

begin() { # EXPRESSION ARGUMENTS: starts a command, sets $pid, and returns when a line of its output matches
    local expression=$1
    shift
    : >"$scratch/out"
    ./sluice "$@" >"$scratch/out" 2>&1 &
    pid=$!
    until grep -q "$expression" "$scratch/out"; do
        kill -0 "$pid" 2>/dev/null || { cat "$scratch/out" >&2; exit 1; }
        sleep 0.01
    done
}
