#!/bin/bash
# Octet counting, LF, IPv4 and IPv6, one byte at a time: all lines arrive.
. "$(dirname "$0")/lib.sh"
start
msg='<38>Nov 23 15:00:01 srv1 sshd[812]: Accepted publickey for alice from 192.0.2.7 port 4022 ssh2'
exec 3<>"/dev/tcp/127.0.0.1/$PORT"
printf '%d %s%d %s' ${#msg} "$msg" ${#msg} "$msg" >&3
exec 3>&-
exec 3<>"/dev/tcp/127.0.0.1/$PORT"
printf '%s\n%s\n' "$msg" "$msg" >&3
exec 3>&-
exec 3<>"/dev/tcp/::1/$PORT"
for ((i = 0; i < ${#msg}; i++)); do
	printf '%s' "${msg:i:1}" >&3
done
printf '\n' >&3
exec 3>&-
exec 3<>"/dev/tcp/127.0.0.1/$PORT"
printf '%s' "$msg" >&3 # cut by the end: kept as partial
exec 3>&-
exec 3<>"/dev/tcp/127.0.0.1/$PORT"
printf '\x16\x03\x01\x02\x00\x01' >&3 # a TLS hello on the plain port
exec 3>&-
exec 3<>"/dev/tcp/127.0.0.1/$PORT"
printf '99999999999 %s' "$msg" >&3
exec 3>&-
exec 3<>"/dev/udp/127.0.0.1/$PORT"
printf '%s' "$msg" >&3
exec 3>&-
arrived() { [ "$(stat_sum parsed)" -eq 7 ]; }
wait_for 10 arrived || fail "parsed $(stat_sum parsed) of 7"
check_books
[ "$(stat_sum refused_tls_on_plain)" -eq 1 ] || fail "the TLS hello is not counted"
