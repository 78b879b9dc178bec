#!/bin/bash
# What choosing the pack costs when there are many: instructions a line with
# 0, 100, 200 and 400 more packs that are told by text alone, for lines that
# are found by their program or text (the corpus) and for lines that nothing
# knows. Counted by valgrind; takes a minute.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
make --no-print-directory -s bench-tools
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# Gates as packs without a program have them, in the five forms that there are.
more_packs() { # n
	awk -v n="$1" -v dir="$dir/packs" 'BEGIN {
		for (i = 1; i <= n; i++) {
			v = "vendor" i
			file = sprintf("%s/bench-%03d.yaml", dir, i)
			if (i % 5 == 0)
				gate = "{contains: [\"" v ": alert\", \"[" v "] \", \" " v "-audit \"]}"
			else if (i % 5 == 1)
				gate = "{all_contains: [\"type=\", \"" v "_id=\", \"action=\"]}"
			else if (i % 5 == 2)
				gate = "{header: json, all_contains: [\"\\\"" v "\\\":\", \"\\\"severity\\\":\"]}"
			else if (i % 5 == 3)
				gate = "{starts: [\"" v "|\", \"1\"], contains: [\" " v " flows \", \" " v " urls \"]}"
			else
				gate = "{header: kv, contains: [\"devid=\\\"" v "\", \"devid=" v "\"]}"
			printf "pack: bench-%d\nselect: %s\nunparsed: parsed\n" \
			    "tests:\n  - line: \"<13>x\"\n", i, gate >file
			close(file)
		}
	}'
}

# Free text, key=value and JSON of products that there are no packs for.
awk 'BEGIN {
	for (i = 0; i < 1200; i++) {
		printf "<13>Nov 24 10:00:%02d srv%d agent%d[%d]: ", i % 60, i % 7, i % 11, i
		if (i % 3 == 0)
			printf "unit %d of the cooling plant went to state %s after %d ms, pressure in the second loop is %d kPa and falls\n", i, i % 2 ? "idle" : "running", i * 7, 90 + i % 40
		else if (i % 3 == 1)
			printf "time=10:00:%02d level=info action=\"open\" type=valve unit=%d src=192.0.2.%d state=running pressure=%d msg=\"all is well\"\n", i % 60, i, i % 250, i
		else
			printf "{\"time\":\"10:00:%02d\",\"severity\":\"info\",\"unit\":%d,\"message\":\"valve opened\",\"pressure\":%d,\"state\":\"running\"}\n", i % 60, i, i
	}
}' >"$dir/unknown"
build/bench/corpus --lines 10000 --seed 7 >"$dir/corpus" 2>"$dir/log"
head -n 1200 "$dir/corpus" >"$dir/known"

count() { # lines
	valgrind --tool=callgrind --callgrind-out-file="$dir/out" \
	    --toggle-collect=normalise build/bench/packs --packs "$dir/packs" \
	    --only-files --rounds 1 "$1" >"$dir/log" 2>&1 || cat "$dir/log"
	awk -v lines="$(wc -l <"$1")" '/^(summary|totals):/ { n = $2 }
	    END { printf "%.0f", n / lines }' "$dir/out"
}

printf '%s\n' '| more packs | a known line | an unknown line |' '|---|---|---|'
for n in ${PACKS:-0 100 200 400}; do
	rm -rf "$dir/packs"
	cp -r parsers "$dir/packs"
	more_packs "$n"
	echo "| $n | $(count "$dir/known") | $(count "$dir/unknown") |"
done
