#!/bin/bash
# Two workers that see halves of one attack give one alert of each rule that
# knows it, and its lines are counted once in the incident.
. "$(dirname "$0")/lib.sh"
WORKERS=2 start
# Each TCP connection lands on a worker by its port: forty of them reach both.
for i in $(seq 40); do
	exec 3<>"/dev/tcp/127.0.0.1/$PORT"
	printf '<38>%s srv1 sshd[812]: Failed password for root from 192.0.2.77 port 40%02d ssh2\n' \
	    "$(now3164)" "$i" >&3
	exec 3>&-
done
counted() {
	[ "$(incidents | jq -r 'select(.title | test("192.0.2.77")) | .count')" = 40 ]
}
wait_for 15 counted || fail "not one incident of 40 events: $(incidents)"
"$VIGIE" top --once --output json -c "$DIR/vigie.yaml" |
    jq -e '[.workers[].stats.received] | min > 0' >/dev/null ||
	fail "one worker saw nothing"
alerts() {
	"$VIGIE" incidents show "$(incidents | jq -r .id)" \
	    --socket "$DIR/state/desk.sock" --output json |
	    jq -c '[.alerts[] | {joined, rule: .alert.rule.name,
		count: .alert.count}]'
}
one_of_each_rule() {
	alerts | jq -e 'map(select(.joined | not)) |
	    (map(.rule) | length > 1 and length == (unique | length)) and
	    all(.count == 40)' >/dev/null
}
wait_for 5 one_of_each_rule ||
	fail "not one alert of 40 events for each rule: $(alerts)"
counted || fail "counted twice: $(incidents)"
check_books
