#!/bin/bash
# `make bench`: Vigie beside its peers in one run, one pinned core each, on one
# seeded corpus; writes bench/RESULTS.md. LINES (1,000,000), SEED (7), CPU (0).
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
cd "$root"
lines=${LINES:-1000000} seed=${SEED:-7} cpu=${CPU:-0}
export BENCH_BIN=$root/build/bench
mkdir -p "$BENCH_BIN"
dir=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
say() { printf '%s\n' "$*" >&2; }

packages=""
for package in syslog-ng-core sec libjemalloc2; do
	dpkg-query -W -f='${Status}' $package 2>/dev/null | grep -q 'ok inst' ||
		packages="$packages $package"
done
[ -z "$packages" ] || packaging/deps.sh $packages

say "building the tools"
make --no-print-directory -s bench-tools

"$BENCH_BIN/corpus" --lines "$lines" --seed "$seed" --span 900 \
    --attacks "$dir/attacks" >"$dir/corpus"
bytes=$(($(stat -c %s "$dir/corpus") / lines))

one() { # label, command...
	local label=$1
	shift
	say "running $label"
	"$@" >"$dir/out.$label" || say "  $label: the figure is void"
	cat "$dir/out.$label" >&2
}
one vigie bench/vigie.sh "$dir/corpus" "$dir/attacks" "$cpu"
one syslog-ng bench/peers/run.sh syslog-ng "$dir/corpus" "$dir/attacks" "$cpu"
one sec bench/peers/run.sh sec "$dir/corpus" "$dir/attacks" "$cpu"
LABEL="vigie again" one vigie-2 bench/vigie.sh "$dir/corpus" "$dir/attacks" "$cpu"
# The journal on a disk instead of memory.
mkdir -p build/bench/disk
LABEL="vigie, journal on disk" one vigie-disk \
    bench/vigie.sh "$dir/corpus" "$dir/attacks" "$cpu" "$root/build/bench/disk"
JOURNAL=off LABEL="vigie, no journal" one vigie-nojournal \
    bench/vigie.sh "$dir/corpus" "$dir/attacks" "$cpu"
WORKERS=2 CONNECTIONS=8 LABEL="vigie, 2 workers" one vigie-workers \
    bench/vigie.sh "$dir/corpus" "$dir/attacks" "$cpu"

say "stages"
taskset -c "$cpu" "$BENCH_BIN/stages" --rules correlation-rules \
    --rules bench/rules "$dir/corpus" >"$dir/stages"
cat "$dir/stages" >&2
say "matches through the log"
bench/matches.sh "$cpu" >"$dir/matches"
cat "$dir/matches" >&2
say "latency"
bench/latency.sh >"$dir/latency"
cat "$dir/latency" >&2

{
	echo "# Results"
	echo
	echo "One run of \`make bench\` on $(date -u +%F): $(nproc) cores," \
	    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1);" \
	    "$lines lines of six products, $bytes bytes in the mean, seed" \
	    "$seed. One engine after the other on one pinned core, its" \
	    "sender (and Vigie's Redis) on the other. A figure is void when" \
	    "the attacks found are not just the planted ones."
	echo
	echo "| engine | lines/s | attacks found | valid | peak memory |"
	echo "|---|---|---|---|---|"
	for file in vigie vigie-2 vigie-disk vigie-nojournal vigie-workers \
	    syslog-ng sec; do
		[ -s "$dir/out.$file" ] || continue
		jq -r '"| \(.engine) | \(.lines_per_second) | " +
		    "\(.expected - (.missed | length)) of \(.expected) | " +
		    "\(.valid) | \(.peak_kib / 1024 | floor) MiB |"' \
		    "$dir/out.$file"
	done
	echo
	echo "Stages, one core, without sockets:"
	echo
	echo "| stage | ns | per second |"
	echo "|---|---|---|"
	jq -r 'if .stage == "window"
	    then "| window, a match | \(.ns_per_match) | \(.matches_per_second) |"
	    else "| \(.stage), a line | \(.ns_per_line) | \(.lines_per_second) |"
	    end' "$dir/stages"
	echo
	echo "Matches through the log into windows of their own," \
	    "checkpointed (\`bench/matches.sh\`):"
	echo
	echo '```'
	cat "$dir/matches"
	echo '```'
	echo
	echo "From the last event to its alert in the desk's stream" \
	    "(\`bench/latency.sh\`):"
	echo
	echo '```'
	cat "$dir/latency"
	echo '```'
} >bench/RESULTS.md
say "written to bench/RESULTS.md"
cat bench/RESULTS.md
