#!/bin/bash
# Starts an engine and measures the delay from a line to its alert.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
bin=${BENCH_BIN:-$root/build/bench}
dir=$(mktemp -d)
pid=
cleanup() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || :
	[ -z "$pid" ] || wait "$pid" 2>/dev/null || :
	rm -rf "$dir"
}
trap cleanup EXIT
port=$((20000 + $$ % 9000))
cat >"$dir/vigie.yaml" <<Y
state: $dir/state
workers: 1
listen: {tcp: ['127.0.0.1:$port']}
unknown_senders: accept
packs: $root/parsers
rules: [$root/correlation-rules, $here/rules]
journal: {floor: 16MiB}
Y
"$root/vigie" engine -c "$dir/vigie.yaml" 2>"$dir/log" &
pid=$!
for _ in $(seq 600); do
	grep -q ': ready$' "$dir/log" && break
	kill -0 $pid 2>/dev/null || { cat "$dir/log" >&2; exit 1; }
	sleep 0.05
done
sleep 1
"$bin/latency" "$dir/state/redis.sock" "$port" "${1:-1000}"
