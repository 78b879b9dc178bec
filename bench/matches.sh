#!/bin/bash
# matches.sh CPU: starts a Redis on the other core and runs `matches`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
bin=${BENCH_BIN:-$root/build/bench}
cpu=${1:-0} count=${COUNT:-1000000}
other=$(((cpu + 1) % $(nproc)))
dir=$(mktemp -d -p /dev/shm)
pid=
cleanup() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || :
	[ -z "$pid" ] || wait "$pid" 2>/dev/null || :
	rm -rf "$dir"
}
trap cleanup EXIT
taskset -c "$other" redis-server --port 0 --unixsocket "$dir/redis.sock" \
    --dir "$dir" --appendonly yes --appendfsync everysec --save '' \
    --maxmemory-policy noeviction >"$dir/log" 2>&1 &
pid=$!
for _ in $(seq 200); do
	[ -S "$dir/redis.sock" ] && break
	sleep 0.05
done
taskset -c "$cpu" "$bin/matches" "$dir/redis.sock" "$count" \
    "$here/silent/silent.yml"
redis-cli -s "$dir/redis.sock" info memory |
    sed -n 's/^used_memory:\([0-9]*\).*/{"redis_bytes_per_window":\1}/p' |
    jq -c --argjson n "$count" '.redis_bytes_per_window |= (. / $n | floor)'
