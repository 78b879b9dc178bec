#!/bin/bash
# rules.sh [RULES] [CASES]: what loaded rules cost (`make bench-rules`).
#
# Syslog lines of six products (bench/corpus.c) and Windows events as NXLog
# sends them (bench/windows_events.py) go through header, pack, rules and
# matches on one core, without sockets, with 0, 30, 300, 3,000 and all of the
# rules in RULES; told are times, instructions (callgrind, which do not depend
# on the machine's other work), load and memory. Writes bench/RESULTS-RULES.md.
#
# RULES: a folder of rules, or of archives of them (../shared/sigma/rules).
# CASES: events that Windows rules were made for. CPU, LINES, EVENTS.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
rules=${1:-../shared/sigma/rules}
cases=${2:-../shared/sigma/cases-open/regression.ndjson}
cpu=${CPU:-0} lines=${LINES:-200000} events=${EVENTS:-10000}
bin=build/bench
for path in "$rules" "$cases"; do
	[ -e "$path" ] || { echo "rules.sh: no $path: give RULES and CASES" >&2; exit 3; }
done
packages=""
command -v valgrind >/dev/null || packages="$packages valgrind"
command -v python3 >/dev/null || packages="$packages python3-minimal"
[ -z "$packages" ] || packaging/deps.sh $packages
make --no-print-directory -s bench-tools
dir=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

mkdir "$dir/all"
for archive in "$rules"/rules*.tar.xz; do
	[ -f "$archive" ] && tar -xf "$archive" -C "$dir/all"
done
[ -n "$(ls "$dir/all")" ] || cp -r "$rules/." "$dir/all/"
find "$dir/all" -name '*.yml' | sort >"$dir/list"
total=$(wc -l <"$dir/list")
choose() { # n: every (total/n)-th rule, in a folder of its own
	mkdir -p "$dir/$1"
	awk -v n="$1" -v total="$total" \
	    'int(NR * n / total) > int((NR - 1) * n / total)' "$dir/list" |
	while read -r file; do
		ln -s "$file" "$dir/$1/$(echo "${file#"$dir"/all/}" | tr / _)"
	done
}

"$bin/corpus" --lines "$lines" --seed 7 --span 900 \
    --attacks "$dir/attacks" >"$dir/syslog" 2>/dev/null
python3 bench/windows_events.py --events "$events" "$cases" >"$dir/windows"
head -n 4000 "$dir/syslog" >"$dir/syslog.few"
head -n 2000 "$dir/windows" >"$dir/windows.few"

count() { # rules, stage, corpus: instructions a line
	valgrind --tool=callgrind --toggle-collect=round_of \
	    --callgrind-out-file=/dev/null "$bin/stages" --rules "$1" \
	    --only "$2" "$3" 2>&1 >/dev/null |
	    awk -v n="$(wc -l <"$3")" '/Collected/ {printf "%.0f", $4 / n}'
}
value() { # stage, key
	jq -r "select(.stage == \"$1\") | .$2" "$dir/out"
}
row() { # label, rules
	for kind in syslog windows; do
		taskset -c "$cpu" "$bin/stages" --rules "$2" --rounds 5 \
		    "$dir/$kind" >"$dir/out"
		parse=$(count "$2" parse "$dir/$kind.few")
		match=$(count "$2" match "$dir/$kind.few")
		printf '| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n' \
		    "$1" "$kind" "$(value 'all of these' lines_per_second)" \
		    "$(value parse ns_per_line)" "$(value detect ns_per_line)" \
		    "$parse" $((match - parse)) "$(value found matches)" \
		    "$(value load ms)" "$(value load peak_mib)"
	done
}
bytes() { awk '{n += length($0) + 1} END {printf "%.0f", n / NR}' "$1"; }

{
	echo "# What loaded rules cost"
	echo
	echo "One run of \`make bench-rules\` on $(date -u +%F):" \
	    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)," \
	    "one core, other work on the machine. $lines syslog lines of" \
	    "$(bytes "$dir/syslog") bytes, $events Windows events of" \
	    "$(bytes "$dir/windows") bytes, of which 2 % are attacks;" \
	    "$(ls parsers/*.yaml | wc -l) packs; $total rules, of which" \
	    "every n-th is taken. Times are the best of five rounds;" \
	    "instructions are callgrind's, detect with matches. Load and" \
	    "peak memory are those of packs and rules together."
	echo
	echo "| rules | input | lines/s | parse ns | detect ns |" \
	    "parse instr. | detect instr. | matches | load ms | MiB |"
	echo "|---|---|---|---|---|---|---|---|---|---|"
	row 0 bench/silent
	for n in 30 300 3000; do
		choose $n
		row $n "$dir/$n"
	done
	row "all $total" "$dir/all"
} >"$dir/results"
cp "$dir/results" bench/RESULTS-RULES.md
cat bench/RESULTS-RULES.md
