#!/bin/bash
# `make soak-lines`: a million messages, cut, torn and bent (mutate.c), through
# `vigie parse` built with the address and undefined-behaviour sanitizers: it
# has to print one event for each and to end well. They are made of the packs'
# samples, of the benchmark's corpus and, with CORPORA=DIR, of all cases
# (bench/cases.sh) and *.log below DIR. LINES (1,000,000), SEED (1).
set -eu -o pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."
lines=${LINES:-1000000} seed=${SEED:-1}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

build/bench/corpus --lines 10000 --seed 7 >"$dir/corpus" 2>/dev/null
files=("$dir/corpus")
if [ -n "${CORPORA:-}" ]; then
	find -L "$CORPORA" -name '*.ndjson' -print0 | sort -z |
	    xargs -0 bench/cases.sh >"$dir/cases"
	files+=("$dir/cases")
	while IFS= read -r file; do
		files+=("$file")
	done < <(find -L "$CORPORA" -name '*.log' | sort)
fi
ln -sfn "$PWD/parsers" build/san/parsers
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
build/bench/mutate --packs parsers --lines "$lines" --seed "$seed" \
    "${files[@]}" |
    build/san/vigie parse --packs parsers --framing octet - \
	2>"$dir/err" | wc -l >"$dir/n" || {
	cat "$dir/err"
	echo "FAILED: seed $seed"
	exit 1
}
n=$(cat "$dir/n")
if [ "$n" -ne "$lines" ]; then
	cat "$dir/err"
	echo "FAILED: $n events for $lines messages, seed $seed"
	exit 1
fi
echo "$n messages, seed $seed"
