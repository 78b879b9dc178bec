#!/bin/sh
# The order of floors (DESIGN section 8): a file of engine/ includes its own
# folder and floors below it, nothing above. Give another root to check a
# tree that is meant to fail.
cd "${1:-.}" || exit 1
floors="base header patient event member sigma normalise detect correlate incident pipeline
journal ingest store desk daemon cli"
bad=0
allowed=""
for floor in $floors; do
	allowed="$allowed $floor"
	for file in engine/"$floor"/*.[ch] engine/"$floor"/*.cpp; do
		[ -f "$file" ] || continue
		for room in $(sed -n 's|^#include "engine/\([a-z]*\)/.*|\1|p' "$file" | sort -u); do
			case " $allowed " in
			*" $room "*) ;;
			*)
				echo "$file: includes engine/$room, a floor above engine/$floor"
				bad=$((bad + 1))
				;;
			esac
		done
		# Includes are written from the root.
		if grep -nE '^#include "(\.|[a-z_]+\.h)' "$file"; then
			echo "$file: an include not written from the root"
			bad=$((bad + 1))
		fi
	done
done
# No socket, file, Redis or clock below the journal (log.c excepted).
pure="base header patient event member sigma normalise detect correlate incident pipeline"
for floor in $pure; do
	for file in engine/"$floor"/*.[ch] engine/"$floor"/*.cpp; do
		[ -f "$file" ] && [ "$file" != engine/base/log.c ] || continue
		if grep -nE '\b(open|fopen|socket|connect|recv|send|time|clock_gettime|gettimeofday)\(|<(hiredis|event2|sqlite3)' "$file" |
		    grep -vE '^\s*[0-9]+:\s*(/?\*|//)'; then
			echo "$file: a file, socket, Redis or clock in a pure room"
			bad=$((bad + 1))
		fi
	done
done
[ "$bad" -eq 0 ]
