#!/bin/sh
# run.sh syslog-ng|sec CORPUS ATTACKS CPU
#
# Runs one peer over a corpus on one CPU and prints one line of JSON; ends with
# 1 if the peer did not find just what was planted, so that its figure is void.
# ../README.md says what is measured. The helper "send" is taken from
# $BENCH_BIN, else built.
set -eu
export LC_ALL=C

usage()
{
	echo 'usage: run.sh syslog-ng|sec CORPUS ATTACKS CPU' >&2
	exit 3
}

fail()
{
	echo "run.sh: $1" >&2
	exit 1
}

[ $# -eq 4 ] || usage
engine=$1 corpus=$2 attacks=$3 cpu=$4
here=$(cd "$(dirname "$0")" && pwd)
for file in "$corpus" "$attacks"; do
	[ -r "$file" ] || fail "$file: cannot be read"
done

# Files of the run are in memory where that is possible.
dir=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
pid=
cleanup()
{
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || :
	[ -z "$pid" ] || wait "$pid" 2>/dev/null || :
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

# The sender and this script stay off the peer's CPU, if there is another.
other=$(((cpu + 1) % $(nproc)))
taskset -cp "$other" $$ >/dev/null

# The most memory that the process has had; it may be gone already.
peak_kib()
{
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status" 2>/dev/null
}

# listens PORT: whether somebody does (state 0A), on IPv4.
listens()
{
	grep -q "^ *[0-9]*: [0-9A-F]*:$(printf '%04X' "$1") [0-9A-F:]* 0A" \
		/proc/net/tcp
}

report()
{
	lines=$(wc -l <"$corpus")
	verdict=$("$here/judge.sh" "$dir/alerts" "$attacks") && code=0 || code=1
	printf '{"engine":"%s","lines":%d,"seconds":%s,' "$engine" "$lines" "$1"
	printf '"lines_per_second":%s,%s,"peak_kib":%s}\n' \
		"$(echo "$lines $1" | awk '{ printf "%.0f", $1 / $2 }')" \
		"$verdict" "${2:-0}"
	return "$code"
}

run_syslog_ng()
{
	command -v syslog-ng >/dev/null ||
		fail 'syslog-ng is not there (apt-get install syslog-ng-core)'
	send=${BENCH_BIN:-$here/../../build/bench}/send
	if [ ! -x "$send" ]; then
		send=$dir/send
		${CC:-cc} -std=c17 -D_GNU_SOURCE -O2 -o "$send" "$here/../send.c"
	fi

	# The corpus, and a line behind it that comes out as an alert "end".
	cat "$corpus" >"$dir/input"
	tail -n 1 "$corpus" |
		sed 's/^<[0-9]*>\(.\{15\}\).*/<46>\1 bench bench: end/' \
			>>"$dir/input"

	port=$((20000 + $$ % 10000))
	while listens $port; do
		port=$((port + 1))
	done
	# Its best allocator, if that is there.
	preload=
	for file in /usr/lib/*/libjemalloc.so.2; do
		[ ! -e "$file" ] || preload=$file
	done
	: >"$dir/alerts"
	BENCH_PORT=$port BENCH_ALERTS=$dir/alerts BENCH_DB=$here/syslog-ng \
		LD_PRELOAD=$preload taskset -c "$cpu" syslog-ng --foreground \
		--no-caps --cfgfile="$here/syslog-ng/syslog-ng.conf" \
		--persist-file="$dir/persist" --pidfile="$dir/pid" \
		--control="$dir/control" >"$dir/log" 2>&1 &
	pid=$!
	tries=0
	until listens $port; do
		tries=$((tries + 1))
		if [ $tries -gt 500 ] || ! kill -0 $pid 2>/dev/null; then
			cat "$dir/log" >&2
			fail 'syslog-ng did not start'
		fi
		sleep 0.02
	done

	"$send" --tcp 127.0.0.1 $port "$dir/input" \
		--wait "$dir/alerts:end" >"$dir/sent"
	peak=$(peak_kib $pid)
	kill $pid
	wait $pid || :
	pid=
	sed -i '/^end$/d' "$dir/alerts"
	report "$(sed 's/.*"seconds":\([0-9.]*\).*/\1/' "$dir/sent")" "$peak"
}

# sec_time INPUT: SEC over a file to its end; leaves the time in $took.
sec_time()
{
	begun=$(date +%s%N)
	taskset -c "$cpu" sec --conf="$here/sec/bench.sec" --input="$1" \
		--notail --blocksize=65536 --bufsize=1 --debug=3 \
		--dump="$dir/dump" >"$dir/alerts" 2>"$dir/log" &
	pid=$!
	(
		while hwm=$(peak_kib $pid) && [ -n "$hwm" ]; do
			echo "$hwm" >"$dir/peak"
			sleep 0.1
		done
	) &
	watcher=$!
	wait $pid || fail "SEC: $(tail -n 1 "$dir/log")"
	took=$(($(date +%s%N) - begun))
	pid=
	wait $watcher || :
}

run_sec()
{
	command -v sec >/dev/null ||
		fail 'SEC is not there (apt-get install sec)'
	cat "$corpus" >"$dir/input"
	: >"$dir/nothing"
	sec_time "$dir/nothing"
	start=$took
	sec_time "$dir/input"
	report "$(echo "$took $start" |
		awk '{ printf "%.6f", ($1 - $2) / 1e9 }')" \
		"$(cat "$dir/peak")"
}

case $engine in
syslog-ng) run_syslog_ng ;;
sec) run_sec ;;
*) usage ;;
esac
