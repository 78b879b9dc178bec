#!/bin/bash
# Fuzzing with clang's libFuzzer:
#   tests/fuzz/run.sh SECONDS [NAME...]
# builds tests/fuzz/NAME_fuzz.c (all without a NAME) against the engine with
# the address and undefined-behaviour sanitizers, and runs it for SECONDS on
# the seeds of tests/fuzz/corpus/NAME. What it finds new goes to
# build/fuzz/corpus/NAME, inputs that fail to build/fuzz/NAME-*. Closes with
# "N passed, N failed".
cd "$(dirname "$0")/../.." || exit 1
out=build/fuzz
seconds=${1:?usage: tests/fuzz/run.sh SECONDS [NAME...]}
shift
if [ $# -eq 0 ]; then
	for file in tests/fuzz/*_fuzz.c; do
		set -- "$@" "$(basename "$file" _fuzz.c)"
	done
fi
for tool in clang clang++ pkg-config; do
	command -v $tool >/dev/null || {
		echo "$tool is missing: apt-get install clang libclang-rt-14-dev"
		exit 1
	}
done

packages="libevent libevent_pthreads libpcre2-8 hiredis yaml-0.1 libcrypto
	sqlite3 simdjson jansson expat libcurl"
# shellcheck disable=SC2086
export FLAGS="-D_GNU_SOURCE -I. -O1 -g -fno-omit-frame-pointer -fPIE
	-fsanitize=address,undefined -fno-sanitize-recover=all
	$(pkg-config --cflags $packages 2>/dev/null)"
# shellcheck disable=SC2086
libs="$(pkg-config --libs $packages 2>/dev/null) -lpthread -lm"
export out

# An object is built again when its source or any header is newer. The whole
# engine goes into one archive, and the linker takes what a target needs. A
# file that does not compile is told, and is only missed by who needs it.
build_object() {
	object=$out/obj/${1//\//_}.o
	if [ "$object" -nt "$1" ] && [ "$object" -nt "$out/headers" ]; then
		return
	fi
	case $1 in
	*.cpp) compiler="clang++ -std=c++17" ;;
	*) compiler="clang -std=c17" ;;
	esac
	# shellcheck disable=SC2086
	$compiler $FLAGS -fsanitize=fuzzer-no-link -c "$1" -o "$object" \
	    2>"$object.log" || {
		rm -f "$object"
		echo "does not compile: $1"
		head -n 5 "$object.log"
	}
}
export -f build_object

mkdir -p "$out/obj"
newest=$(find engine -name '*.h' -o -name '*.def' | xargs ls -t | sed -n 1p)
[ "$out/headers" -nt "$newest" ] || touch "$out/headers"
ls engine/*/*.c engine/*/*.cpp 2>/dev/null | grep -v '^engine/cli/' |
    xargs -P "$(nproc)" -I{} bash -c 'build_object {}'
rm -f "$out/engine.a"
ar rcs "$out/engine.a" "$out"/obj/*.o

passed=0 failed=0
for name in "$@"; do
	target=$out/$name
	log=$out/$name.log
	# shellcheck disable=SC2086
	if ! clang -std=c17 $FLAGS -fsanitize=fuzzer-no-link -c \
	    "tests/fuzz/${name}_fuzz.c" -o "$target.o" 2>"$log" ||
	    ! clang++ -fsanitize=fuzzer,address,undefined -pie "$target.o" \
		"$out/engine.a" $libs -o "$target" 2>>"$log"; then
		echo "FAILED: $name: does not build"
		grep -m 5 -E 'error|undefined' "$log"
		failed=$((failed + 1))
		continue
	fi
	mkdir -p "$out/corpus/$name"
	seeds=
	[ ! -d "tests/fuzz/corpus/$name" ] || seeds=tests/fuzz/corpus/$name
	dictionary=
	[ ! -f "tests/fuzz/$name.dict" ] ||
	    dictionary=-dict=tests/fuzz/$name.dict
	# shellcheck disable=SC2086
	if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
	    -print_final_stats=1 -artifact_prefix="$out/$name-" $dictionary \
	    "$out/corpus/$name" $seeds >"$log" 2>&1; then
		passed=$((passed + 1))
		echo "ok: $name:" \
		    "$(sed -n 's/^stat::number_of_executed_units: *//p' \
			"$log") inputs in $seconds s"
	else
		failed=$((failed + 1))
		echo "FAILED: $name"
		grep -m 1 -E 'ERROR|runtime error|Assert|ALARM' "$log"
		tail -n 15 "$log" | sed 's/^/    /'
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
