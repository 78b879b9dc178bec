#!/bin/bash
# A source whose clock is two hours behind is named with its error; one whose
# clock is right is not.
. "$(dirname "$0")/lib.sh"
WORKERS=2 start
behind=$(LC_ALL=C date -d '-2 hours' '+%b %e %H:%M:%S')
for i in $(seq 8); do
	exec 3<>"/dev/tcp/127.0.0.1/$PORT"
	printf '<38>%s slow1 cron[7]: job %d\n<38>%s right1 cron[7]: job %d\n' \
	    "$behind" "$i" "$(LC_ALL=C date -u '+%Y-%m-%dT%H:%M:%SZ')" "$i" >&3
	exec 3>&-
done
top() { "$VIGIE" top --once "$@" -c "$DIR/vigie.yaml"; }
named() {
	top --output json | jq -e '.clocks | .sources == 2 and
	    (.off | length) == 1 and (.off[0] | .source == "slow1" and .zone and
	    .ahead_ms < -7100000 and .ahead_ms > -7300000)' >/dev/null
}
wait_for 10 named || fail "clocks: $(top --output json | jq -c .clocks)"
top | grep -q 'clock: slow1 of .* behind: probably its time zone' ||
	fail "the view does not say it: $(top)"
check_books
