#!/bin/sh
# judge.sh ALERTS ATTACKS: holds what an engine found against what was planted.
#
# ALERTS has one "attack source" a line, ATTACKS is what corpus wrote. Prints
# members of a JSON object, and ends with 1 if something was missed or made up.
# The same attack told twice is counted in "alerts", and is no fault.
set -eu
export LC_ALL=C

if [ $# -ne 2 ]; then
	echo 'usage: judge.sh ALERTS ATTACKS' >&2
	exit 3
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

sort -u "$1" >"$dir/found"
sed 's/.*"attack":"\([^"]*\)","source":"\([^"]*\)".*/\1 \2/' "$2" |
	sort -u >"$dir/planted"
comm -13 "$dir/found" "$dir/planted" >"$dir/missed"
comm -23 "$dir/found" "$dir/planted" >"$dir/extra"

# Lines as JSON strings; the first fifty say enough.
list()
{
	head -n 50 "$1" | sed 's/["\\]/\\&/g; s/.*/"&"/' | paste -s -d, -
}

valid=true
if [ -s "$dir/missed" ] || [ -s "$dir/extra" ]; then
	valid=false
fi
printf '"alerts":%d,"expected":%d,"missed":[%s],"extra":[%s],"valid":%s' \
	"$(wc -l <"$1")" "$(wc -l <"$dir/planted")" \
	"$(list "$dir/missed")" "$(list "$dir/extra")" $valid
[ $valid = true ]
