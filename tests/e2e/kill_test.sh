#!/bin/bash
# Kill -9 of worker, desk and Redis in the sample day: the same incidents.
. "$(dirname "$0")/lib.sh"
configure </dev/null
# All networks of the sample day are on loopback.
play() {
	"$VIGIE" play -c "$DIR/vigie.yaml" --udp --to "127.0.0.1:$PORT" --speed 5 \
	    "$ROOT/samples/day.log" >>"$DIR/log" 2>&1
}
settled() { # the books balance and nothing is under way any more
	books_balance && "$VIGIE" top --once --output json \
	    -c "$DIR/vigie.yaml" | jq -e '.stats | .applied + .repeated >= .matches' >/dev/null
}
finish() {
	wait_for 30 settled || fail "not settled"
	sleep 4
	incidents | jq -c '[.title, .priority.score, (.members | sort)]' | sort
}
start
play || fail "the sample day was not sent"
finish >"$DIR/quiet"
stop
[ "$(wc -l <"$DIR/quiet")" -ge 8 ] || fail "few incidents: $(cat "$DIR/quiet")"

rm -rf "$DIR/state"
start
play &
player=$!
sleep 3
kill_hard worker 0
sleep 1.5
kill_hard desk
sleep 1.5
kill_hard redis
sleep 1.5
kill_hard worker 1
wait $player || fail "the sample day was not sent the second time"
finish >"$DIR/hurt"
diff "$DIR/quiet" "$DIR/hurt" || fail "the incidents differ"
check_books
