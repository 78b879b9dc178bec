#!/bin/bash
# chaos.sh ROUNDS [SEED]: the sample day again and again while workers, desk
# and Redis are killed at random moments, all lines by UDP, whose sockets
# survive (a TCP line that a dying worker had not read is lost); each round has to end with the same
# incidents as an undisturbed one. A soak, so it is not part of `make test`.
. "$(dirname "$0")/../tests/e2e/lib.sh"
rounds=${1:-10}
RANDOM=${2:-1}
configure </dev/null
play() {
	"$VIGIE" play -c "$DIR/vigie.yaml" --udp --to "127.0.0.1:$PORT" --speed 6 \
	    "$ROOT/samples/day.log" >>"$DIR/log" 2>&1
}
settled() {
	books_balance && "$VIGIE" top --once --output json \
	    -c "$DIR/vigie.yaml" |
	    jq -e '.stats | .applied + .repeated >= .matches' >/dev/null
}
finish() {
	wait_for 30 settled || fail "not settled"
	sleep 4
	incidents | jq -c '[.title, .priority.score, (.members | sort)]' | sort
}
start
play || fail "the sample day was not sent"
finish >"$DIR/quiet"
echo "undisturbed: $(wc -l <"$DIR/quiet") incidents"
bad=0
for round in $(seq "$rounds"); do
	stop
	rm -rf "$DIR/state"
	start
	play &
	player=$!
	killed=
	for _ in 1 2 3 4 5 6; do
		sleep "$((RANDOM % 2)).$((RANDOM % 10))"
		kill -0 $player 2>/dev/null || break
		case $((RANDOM % 4)) in
		0) victim="worker 0" ;;
		1) victim="worker 1" ;;
		2) victim=desk ;;
		3) victim=redis ;;
		esac
		# shellcheck disable=SC2086
		pid=$(pid_of $victim 2>/dev/null) && kill -9 "$pid" 2>/dev/null
		killed="$killed${killed:+, }$victim"
	done
	wait $player || fail "the sample day was not sent"
	finish >"$DIR/hurt"
	if diff "$DIR/quiet" "$DIR/hurt"; then
		echo "round $round: same (killed: $killed)"
	else
		echo "round $round: DIFFERENT (killed: $killed);" \
		    "$(stat_sum received) of 3785 received"
		bad=$((bad + 1))
	fi
done
echo "$((rounds - bad)) passed, $bad failed"
[ $bad -eq 0 ]
