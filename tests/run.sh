#!/bin/bash
# Runs the named suites and closes with "N passed, N failed".
#   tests/run.sh layers unit golden data e2e sanitized
# Environment: VIGIE (default ./vigie), UNITS (default build/unit).
cd "$(dirname "$0")/.." || exit 1
export VIGIE=${VIGIE:-$PWD/vigie}
UNITS=${UNITS:-build/unit}
passed=0 failed=0 skipped=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

count() { # passed failed
	passed=$((passed + $1))
	failed=$((failed + $2))
}

report() { # name, exit code, log
	if [ "$2" -eq 0 ]; then
		count 1 0
	elif [ "$2" -eq 77 ]; then
		skipped=$((skipped + 1))
		echo "skipped: $1: $(tail -n 1 "$3")"
	else
		count 0 1
		echo "FAILED: $1"
		tail -n 40 "$3" | sed 's/^/    /'
	fi
}

run_layers() {
	tests/layers.sh >"$scratch/log" 2>&1
	report "layers" $? "$scratch/log"
	# The check itself: a tree that breaks the order has to be refused.
	mkdir -p "$scratch/tree/engine/base"
	echo '#include "engine/desk/desk.h"' >"$scratch/tree/engine/base/x.c"
	! tests/layers.sh "$scratch/tree" >"$scratch/log" 2>&1
	report "layers refuse a base that includes the desk" $? "$scratch/log"
}

run_unit() {
	for test in "$UNITS"/*_test; do
		[ -x "$test" ] || continue
		"$test" >"$scratch/log" 2>&1
		code=$?
		good=$(grep -c '^\[       OK' "$scratch/log")
		bad=$(grep -c '^\[  FAILED  \] [a-z]' "$scratch/log")
		if [ $code -ne 0 ]; then
			[ "$bad" -gt 0 ] && bad=$((bad / 2))
			[ "$bad" -gt 0 ] || bad=1
			echo "FAILED: $test"
			grep -v '^\[ RUN\|^\[       OK' "$scratch/log" |
			    tail -n 40 | sed 's/^/    /'
		else
			bad=0
		fi
		count "$good" "$bad"
	done
}

# tests/golden/NAME/: `args`, a command line for vigie, and `expected`.
run_golden() {
	for dir in tests/golden/*/; do
		[ -f "$dir/args" ] || continue
		(cd "$dir" && bash -c "\"$VIGIE\" $(cat args)") \
		    >"$scratch/got" 2>"$scratch/err" </dev/null
		echo "exit $?" >>"$scratch/got"
		diff -u "$dir/expected" "$scratch/got" >"$scratch/log" 2>&1
		code=$?
		report "golden $(basename "$dir")" $code "$scratch/log"
	done
}

run_data() {
	"$VIGIE" check parsers correlation-rules samples >"$scratch/log" 2>&1
	report "vigie check parsers correlation-rules" $? "$scratch/log"
	# Fields and types; which packs set them may be older.
	diff <(sed -n '/^<!-- made by/,$p' docs/fields.md | cut -d'|' -f2,3 |
	    tail -n +2) <("$VIGIE" check --fields parsers 2>/dev/null |
	    cut -d'|' -f2,3) >"$scratch/log" 2>&1
	report "docs/fields.md is current ('make fields' makes it so)" $? \
	    "$scratch/log"
	for what in parsers correlation-rules; do
		"$VIGIE" test $what >"$scratch/log" 2>&1
		code=$?
		last=$(tail -n 1 "$scratch/log")
		good=$(sed -n 's/^\([0-9]*\) passed.*/\1/p' <<<"$last")
		bad=$(sed -n 's/.* \([0-9]*\) failed.*/\1/p' <<<"$last")
		if [ $code -ne 0 ]; then
			echo "FAILED: vigie test $what"
			grep -i fail "$scratch/log" | head -n 20 | sed 's/^/    /'
			[ "${bad:-0}" -gt 0 ] || bad=1
		fi
		count "${good:-0}" "${bad:-0}"
	done
}

run_e2e() {
	for test in tests/e2e/*_test.sh; do
		[ -f "$test" ] || continue
		timeout 240 bash "$test" >"$scratch/log" 2>&1
		code=$?
		report "$(basename "$test" .sh): $(sed -n '2s/^# //p' "$test")" \
		    $code "$scratch/log"
	done
}

# Units and golden files again, built with the sanitizers.
run_sanitized() {
	UNITS=build/san/unit
	plain=$VIGIE
	VIGIE=$PWD/build/san/vigie
	# Shipped data is looked for beside the program.
	ln -sfn "$PWD/parsers" build/san/parsers
	ln -sfn "$PWD/correlation-rules" build/san/correlation-rules
	export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
	run_unit
	run_golden
	run_data
	VIGIE=$plain
}

for suite in "$@"; do
	before=$passed/$failed
	start=$SECONDS
	"run_$suite"
	echo "suite $suite: $((passed - ${before%/*})) passed," \
	    "$((failed - ${before#*/})) failed ($((SECONDS - start)) s)"
done
[ $skipped -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
