#!/bin/bash
# vigie.sh CORPUS ATTACKS CPU [journal folder]
#
# Runs Vigie's engine over a corpus, its worker on one CPU and everything else
# (sender, Redis) on the others: TCP, header, pack, ECS event, all shipped
# rules and the benchmark's, match log in Redis, windows, alerts. Prints one
# line of JSON as peers/run.sh does; ends with 1 when the attacks it found are
# not just the planted ones.
# WORKERS: how many (1); RULES: more rules; LABEL: name in the output.
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
bin=${BENCH_BIN:-$root/build/bench}
corpus=$1 attacks=$2 cpu=$3
other=$(((cpu + 1) % $(nproc)))
workers=${WORKERS:-1}
dir=$(mktemp -d -p "${4:-/dev/shm}")
pid=
cleanup() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || :
	[ -z "$pid" ] || wait "$pid" 2>/dev/null || :
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
taskset -cp "$other" $$ >/dev/null

port=$((20000 + $$ % 9000))
cat >"$dir/vigie.yaml" <<Y
state: $dir/state
workers: $workers
listen: {tcp: ['127.0.0.1:$port']}
unknown_senders: accept
packs: $root/parsers
rules: [$root/correlation-rules, $here/rules${RULES:+, $RULES}]
limits: {groups: 1000000}
journal: {floor: 16MiB, size: 4GiB, write: ${JOURNAL:-on}}
Y
"$root/vigie" engine -c "$dir/vigie.yaml" 2>"$dir/log" &
pid=$!
for _ in $(seq 600); do
	grep -q ': ready$' "$dir/log" && break
	kill -0 $pid 2>/dev/null || { cat "$dir/log" >&2; exit 1; }
	sleep 0.05
done
sleep 1
worker=
n=0
for child in $(pgrep -P $pid -f 'vigie worker'); do
	taskset -cp $(((cpu + n) % $(nproc))) "$child" >/dev/null
	n=$((n + 1))
	worker=${worker:-$child}
done
redis=$(pgrep -P $pid -x redis-server)
lines=$(wc -l <"$corpus")
"$bin/watch" "$dir/state" "$lines" 120 >"$dir/watched" 2>"$dir/watching" &
watcher=$!
sleep 0.2
"$bin/send" --tcp 127.0.0.1 $port "$corpus" --cpu "$other" \
    --connections "${CONNECTIONS:-1}" >"$dir/sent"
wait $watcher || { cat "$dir/watched" "$dir/log" >&2; exit 1; }
peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$worker/status")
# Late arrivals: until the stream of alerts has been quiet for a second.
before=-1
for _ in $(seq 30); do
	now=$(redis-cli -s "$dir/state/redis.sock" XINFO STREAM vigie:alerts |
	    sed -n '/^entries-added/{n;p}')
	[ "$now" = "$before" ] && break
	before=$now
	sleep 1
done
redis-cli -s "$dir/state/redis.sock" XRANGE vigie:alerts - + |
    jq -Rr 'fromjson? | select(.kind == "alert") |
	select(.rule.id | startswith("5a2f1c52")) |
	"\(.rule.title) \(.group["source.ip"])"' | sort -u >"$dir/alerts"
verdict=$("$here/peers/judge.sh" "$dir/alerts" "$attacks") && code=0 || code=1
jq -c --arg engine "${LABEL:-vigie}" --argjson peak "${peak:-0}" \
    --argjson verdict "{$verdict}" '{engine: $engine, lines, seconds,
	lines_per_second: (.lines / .seconds | floor)} + $verdict +
	{peak_kib: $peak, matches, windows, unparsed, alerts_sent: .alerts}' \
    "$dir/watched"
[ -n "$redis" ]
exit $code
