#!/bin/bash
# An incident is acknowledged, assigned, noted and closed only with an answer.
. "$(dirname "$0")/lib.sh"
start
sock=$DIR/state/desk.sock
for i in 1 2 3 4 5 6; do
	send_udp -t sshd "Failed password for root from 192.0.2.8 port 4022 ssh2"
done
wait_for 10 has_incidents 1 || fail "no incident"
id=$(incidents | jq -r .id)
"$VIGIE" incidents close "$id" --socket "$sock" --by anna 2>/dev/null &&
	fail "closed without a reason"
"$VIGIE" incidents ack "$id" --socket "$sock" --by anna || fail "ack"
"$VIGIE" incidents assign "$id" marc --socket "$sock" --by anna ||
	fail "assign"
"$VIGIE" incidents close "$id" --socket "$sock" --by marc \
    --reason benign "a pentest that was announced" || fail "close"
"$VIGIE" incidents show "$id" --socket "$sock" --output json |
    jq -e '.incident.state == "closed"' >/dev/null || fail "not closed"
"$VIGIE" incidents ack INC-1999-0001 --socket "$sock" --by anna 2>/dev/null &&
	fail "an unknown incident was acknowledged"
"$VIGIE" incidents list --socket "$DIR/nobody.sock" 2>/dev/null
[ $? -eq 4 ] || fail "no answer has to be exit code 4"
exit 0
