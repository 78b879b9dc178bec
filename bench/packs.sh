#!/bin/bash
# `make bench-packs`: a line's cost for each product, from the packs' own
# samples; with CORPORA=DIR also from the files of cases (cases.sh) below DIR,
# *.ndjson, one row a file, and all of them mixed. ROUNDS (15), CPU (0),
# ALL=yes for the whole table, LINES=yes for each row's dearest line.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
dir=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

files=()
if [ -n "${CORPORA:-}" ]; then
	while IFS= read -r file; do
		name=$(basename "$(dirname "$file")")/$(basename "$file" .ndjson)
		out=$dir/${name//\//:}
		bench/cases.sh "$file" >"$out"
		[ -s "$out" ] || continue
		files+=("$out")
	done < <(find -L "$CORPORA" -name '*.ndjson' | sort)
fi
taskset -c "${CPU:-0}" build/bench/packs --rounds "${ROUNDS:-15}" \
    ${ALL:+--all} ${LINES:+--lines} "${files[@]}"
