#!/bin/bash
# A broken rule at reload changes nothing; a good one is in force at once.
. "$(dirname "$0")/lib.sh"
mkdir "$DIR/rules"
cp -r "$ROOT"/correlation-rules/* "$DIR/rules/"
RULES=$DIR/rules
start
attack() {
	for i in 1 2 3 4 5 6; do
		send_udp -t sshd "Failed password for root from $1 port 4022 ssh2"
	done
}
attack 192.0.2.31
wait_for 10 has_incidents 1 || fail "no incident"
printf 'title: Broken\nlogsource: {product: linux}\ndetection: {sel: {a: b}, condition: sell}\n' \
    >"$DIR/rules/broken.yml"
kill -HUP "$MASTER"
refused() { grep -q 'refused' "$DIR/log"; }
wait_for 10 refused || fail "the broken rule was not refused"
grep -q 'broken.yml:3:' "$DIR/log" || fail "no file:line of the mistake"
attack 192.0.2.32
wait_for 10 has_incidents 2 || fail "the old rules are gone"
cat >"$DIR/rules/broken.yml" <<'Y'
title: A word that nobody says
id: 5a2f1c52-0f6e-4d55-8c8e-2f1f6c1f00aa
status: test
level: high
logsource: {product: linux}
detection: {keywords: [xyzzy-plugh], condition: keywords}
vigie: {rsit: 'other:undetermined', entity: [host.name]}
Y
kill -HUP "$MASTER"
in_force() { grep -q 'in force' "$DIR/log"; }
wait_for 20 in_force || fail "the new rules are not in force"
send_udp -t demo 'somebody says xyzzy-plugh'
wait_for 10 has_incidents 3 || fail "the new rule finds nothing"
check_books
