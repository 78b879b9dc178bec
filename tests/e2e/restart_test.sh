#!/bin/bash
# A second start keeps the incidents and what people wrote to them.
. "$(dirname "$0")/lib.sh"
start
for i in 1 2 3 4 5 6; do
	send_udp -t sshd "Failed password for root from 192.0.2.9 port 4022 ssh2"
done
wait_for 10 has_incidents 1 || fail "no incident"
id=$(incidents | jq -r .id)
sock=$DIR/state/desk.sock
"$VIGIE" incidents ack "$id" --socket "$sock" --by anna || fail "ack"
"$VIGIE" incidents note "$id" --socket "$sock" --by anna "called the member" ||
	fail "note"
sleep 1.2
before=$(incidents | jq -c '[.id, .title, .priority.score, .state]')
stop
start
wait_for 10 has_incidents 1 || fail "the incident is gone"
sleep 1.2
after=$(incidents | jq -c '[.id, .title, .priority.score, .state]')
[ "$before" = "$after" ] || fail "before: $before after: $after"
"$VIGIE" incidents show "$id" --socket "$sock" | grep -q 'called the member' ||
	fail "the note is gone"
check_books
