#!/bin/bash
# Redis away at the start and later: lines are taken, incidents come on return.
. "$(dirname "$0")/lib.sh"
sock=$DIR/redis.sock
configure <<Y
redis: {server: 'unix:$sock'}
Y
own_redis() {
	redis-server --port 0 --unixsocket "$sock" --dir "$DIR" --save '' \
	    --appendonly yes --maxmemory-policy noeviction >/dev/null 2>&1 &
	REDIS=$!
}
attack() {
	for i in 1 2 3 4 5 6; do
		send_udp -t sshd "Failed password for root from $1 port 4022 ssh2"
	done
}
trap 'kill $REDIS 2>/dev/null; cleanup' EXIT
REDIS=
start
attack 192.0.2.21
received() { [ "$(stat_sum received)" -eq "$1" ]; }
wait_for 10 received 6 || fail "not taken while Redis is away at the start"
own_redis
wait_for 15 has_incidents 1 || fail "no incident after Redis came"
kill -9 $REDIS
sleep 0.5
attack 192.0.2.22
wait_for 10 received 12 || fail "not taken while Redis is away later"
own_redis
wait_for 15 has_incidents 2 || fail "no incident after Redis came back"
redis-cli -s "$sock" flushall >/dev/null
sleep 3
attack 192.0.2.23
wait_for 15 has_incidents 3 || fail "no incident after a flush"
sleep 2
[ "$(count_incidents)" -eq 3 ] || fail "repeated incidents: $(incidents)"
check_books
