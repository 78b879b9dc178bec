#!/bin/bash
# Redis out of memory, or with a policy that evicts: nothing is lost in the end.
. "$(dirname "$0")/lib.sh"
sock=$DIR/redis.sock
configure <<Y
redis: {server: 'unix:$sock'}
Y
redis-server --port 0 --unixsocket "$sock" --dir "$DIR" --save '' \
    --appendonly yes --maxmemory 100mb --maxmemory-policy allkeys-lru \
    >/dev/null 2>&1 &
REDIS=$!
trap 'kill $REDIS 2>/dev/null; cleanup' EXIT
cli() { redis-cli -s "$sock" "$@" >/dev/null; }
attack() {
	for i in 1 2 3 4 5 6; do
		send_udp -t sshd "Failed password for root from $1 port 4022 ssh2"
	done
}
start
attack 192.0.2.41
told() { grep -q 'maxmemory-policy allkeys-lru' "$DIR/log"; }
wait_for 10 told || fail "the policy is not told"
[ "$(count_incidents)" -eq 0 ] || fail "correlated with an evicting Redis"
cli config set maxmemory-policy noeviction
wait_for 20 has_incidents 1 || fail "nothing after the policy was mended"
cli config set maxmemory 1
attack 192.0.2.42
taken() { [ "$(stat_sum received)" -eq 12 ]; }
wait_for 10 taken || fail "lines were not taken"
sleep 2
[ "$(count_incidents)" -eq 1 ] || fail "an incident without memory?"
cli config set maxmemory 100mb
wait_for 20 has_incidents 2 || fail "the attack in between is lost"
check_books
