#!/bin/bash
# What cannot work is said in one sentence, with the right exit code.
. "$(dirname "$0")/lib.sh"
expect() { # code, text, command...
	local code=$1 text=$2 got
	shift 2
	timeout 20 "$@" >"$DIR/said" 2>&1
	got=$?
	[ $got -eq "$code" ] || { cat "$DIR/said"; fail "exit $got, not $code: $*"; }
	grep -q "$text" "$DIR/said" || { cat "$DIR/said"; fail "no '$text': $*"; }
}
echo 'stat: here' >"$DIR/bad.yaml"
expect 3 "bad.yaml:1:1: .*unknown key 'stat'.*did you mean 'state'" \
    "$VIGIE" run -c "$DIR/bad.yaml" --no-view
echo 'listen: {udp: nowhere}' >"$DIR/bad.yaml"
expect 3 "bad.yaml:1:15: .*no address" "$VIGIE" run -c "$DIR/bad.yaml" --no-view
echo "state: /proc/nothing/here" >"$DIR/bad.yaml"
expect 3 "state folder" "$VIGIE" run -c "$DIR/bad.yaml" --no-view
mkdir "$DIR/rules"
printf 'title: x\nlogsource: {product: linux}\ndetection: {sel: {a: b}, condition: nope}\n' \
    >"$DIR/rules/x.yml"
printf 'state: %s\nrules: %s\nlisten: {udp: "127.0.0.1:%s"}\n' "$DIR/s" \
    "$DIR/rules" "$PORT" >"$DIR/bad.yaml"
expect 2 "x.yml:3:" "$VIGIE" run -c "$DIR/bad.yaml" --no-view
expect 3 "no command" "$VIGIE" frobnicate
start
printf 'state: %s\nlisten: {tcp: "127.0.0.1:%s"}\n' "$DIR/s2" "$PORT" \
    >"$DIR/bad.yaml"
expect 3 "$PORT" "$VIGIE" run -c "$DIR/bad.yaml" --no-view
expect 3 "another vigie" "$VIGIE" run -c "$DIR/vigie.yaml" --no-view
exit 0
