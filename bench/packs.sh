#!/bin/bash
# `make bench-packs`: a line's cost for each product, from the packs' own
# samples; with CORPORA=DIR also from files of cases below DIR (*.ndjson: an
# object a line with `raw` or `raws`; `header` false: it has no syslog header,
# `app` and `wrap` say what to send it under), one row a file, and all of them mixed.
# ROUNDS (15), CPU (0), ALL=yes for the whole table.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
dir=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# Octet-counted messages, since some have line feeds inside.
messages() { # ndjson
	jq -j 'select(.raw or .raws) | . as $case | (.raws // [.raw])[] |
	    if $case.header == false
	    then "<\($case.wrap.pri // 134)>1 - host \($case.app // "-") - " +
		"\($case.wrap.msgid // "-") - \(.)"
	    else . end | "\(utf8bytelength) \(.)"' "$1"
}
files=()
if [ -n "${CORPORA:-}" ]; then
	while IFS= read -r file; do
		name=$(basename "$(dirname "$file")")/$(basename "$file" .ndjson)
		out=$dir/${name//\//:}
		messages "$file" >"$out"
		[ -s "$out" ] || continue
		files+=("$out")
	done < <(find -L "$CORPORA" -name '*.ndjson' | sort)
fi
taskset -c "${CPU:-0}" build/bench/packs --rounds "${ROUNDS:-15}" \
    ${ALL:+--all} "${files[@]}"
