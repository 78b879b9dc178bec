#!/bin/bash
# A full disk stops reading without a loss, and it goes on when there is room.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || { echo "needs root to mount a small tmpfs"; exit 77; }
mkdir "$DIR/state"
mount -t tmpfs -o size=48m none "$DIR/state" 2>/dev/null ||
	{ echo "no tmpfs can be mounted here"; exit 77; }
trap 'stop; umount -l "$DIR/state"; cleanup' EXIT
start
received() { [ "$(stat_sum received)" -ge "$1" ]; }
send_udp -t demo one
wait_for 10 received 1 || fail "nothing received"
head -c 60m /dev/zero >"$DIR/state/ballast" 2>/dev/null
before=$(stat_sum received)
msg='<38>Nov 23 15:00:01 srv1 sshd[812]: Accepted publickey for alice from 192.0.2.7 port 4022 ssh2'
for i in $(seq 2000); do echo "$msg"; done >"$DIR/lines"
(cat "$DIR/lines" >"/dev/tcp/127.0.0.1/$PORT") &
sender=$!
sleep 2
kill -0 "$(pid_of worker 0)" || fail "a worker ended"
[ "$(stat_sum parsed)" -lt 2000 ] || fail "lines were taken without a journal"
rm "$DIR/state/ballast"
all() { [ "$(stat_sum received)" -ge $((before + 2000)) ]; }
wait_for 20 all || fail "received $(stat_sum received) of $((before + 2000))"
wait $sender
check_books
