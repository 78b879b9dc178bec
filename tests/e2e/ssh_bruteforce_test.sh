#!/bin/bash
# Six failed SSH logins by logger give exactly one incident, with evidence.
. "$(dirname "$0")/lib.sh"
start
for i in 1 2 3 4 5 6; do
	send_udp -t "sshd[81$i]" -p auth.info \
	    "Failed password for root from 192.0.2.7 port 4022 ssh2"
done
wait_for 10 has_incidents 1 || fail "no incident"
sleep 1.5
[ "$(count_incidents)" -eq 1 ] || fail "not one incident: $(incidents)"
id=$(incidents | jq -r .id)
shown=$("$VIGIE" incidents show "$id" --socket "$DIR/state/desk.sock" \
    --output json)
jq -e '.incident | .priority.score > 0 and (.priority.terms | length) > 2 and
    .deadline != null' <<<"$shown" >/dev/null ||
	fail "priority and deadline are missing: $shown"
lines=$("$VIGIE" incidents show "$id" --socket "$DIR/state/desk.sock" |
    grep -c 'Failed password for root from 192.0.2.7')
[ "$lines" -ge 5 ] || fail "the raw lines are not shown as evidence ($lines)"
check_books
[ "$(stat_sum received)" -eq 6 ] || fail "not six messages received"
