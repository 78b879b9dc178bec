# Helpers of the end-to-end tests: a system of its own in a scratch folder,
# on ports of its own, with its own Redis. Source it; `start` it; it stops at
# the end of the script, whatever happens.
set -u
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VIGIE=${VIGIE:-$ROOT/vigie}
DIR=$(mktemp -d /tmp/vigie-e2e.XXXXXX)
MASTER=

# A port that nobody has, from a range that the kernel does not hand out.
free_port() {
	local port
	for _ in $(seq 50); do
		port=$((20000 + RANDOM % 9000))
		if ! ss -Hlnut "sport = :$port" | grep -q .; then
			echo $port
			return
		fi
	done
	echo "no free port" >&2
	exit 1
}

fail() {
	echo "FAILED: $*"
	echo "--- log"
	tail -n 30 "$DIR/log" 2>/dev/null
	exit 1
}

cleanup() {
	stop
	rm -rf "$DIR"
}
trap cleanup EXIT

PORT=$(free_port)

# Extra lines of configuration come on stdin of `configure`.
configure() {
	{
		echo "state: $DIR/state"
		echo "workers: ${WORKERS:-2}"
		echo "listen:"
		echo "  udp: ['127.0.0.1:$PORT', '[::1]:$PORT']"
		echo "  tcp: ['127.0.0.1:$PORT', '[::1]:$PORT']"
		echo "unknown_senders: ${UNKNOWN:-accept}"
		echo "members: ${MEMBERS:-$ROOT/samples/members.yaml}"
		echo "packs: $ROOT/parsers"
		echo "rules: ${RULES:-$ROOT/correlation-rules}"
		echo "journal: {floor: 16MiB, segment: 4MiB}"
		cat
	} >"$DIR/vigie.yaml"
}

start() {
	[ -f "$DIR/vigie.yaml" ] || configure </dev/null
	"$VIGIE" run -c "$DIR/vigie.yaml" --no-view >>"$DIR/out" 2>>"$DIR/log" &
	MASTER=$!
	wait_for 20 ready_is_told || fail "not ready within 20 s"
}

ready_is_told() {
	kill -0 "$MASTER" 2>/dev/null || fail "the master ended"
	[ "$(grep -c ': ready$' "$DIR/log")" -ge "${STARTS:-1}" ]
}

stop() {
	[ -n "$MASTER" ] || return 0
	kill -TERM "$MASTER" 2>/dev/null
	wait "$MASTER" 2>/dev/null
	MASTER=
	STARTS=$((${STARTS:-1} + 1))
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
	local end=$(($(date +%s%N) / 1000000 + $1 * 1000))
	shift
	while ! "$@"; do
		[ $(($(date +%s%N) / 1000000)) -lt $end ] || return 1
		sleep 0.05
	done
}

incidents() {
	"$VIGIE" incidents list --socket "$DIR/state/desk.sock" \
	    --output ndjson "$@"
}

count_incidents() { incidents | wc -l; }
has_incidents() { [ "$(count_incidents 2>/dev/null)" -ge "$1" ]; }

stat_sum() { # the sum of a counter over the workers
	"$VIGIE" top --once --output json -c "$DIR/vigie.yaml" | jq ".stats.$1"
}

# received = parsed + unparsed + refused + dropped
books_balance() {
	"$VIGIE" top --once --output json -c "$DIR/vigie.yaml" | jq -e '.stats |
	    .received == .parsed + .unparsed + .refused_framing +
	    .refused_tls_on_plain + .refused_empty + .refused_sender +
	    .dropped_udp_kernel + .dropped_disk + .dropped_partial' >/dev/null
}

check_books() {
	wait_for 10 books_balance ||
	    fail "the books do not balance: $("$VIGIE" top --once --output json -c "$DIR/vigie.yaml")"
}

# Process ids: `pid_of worker 0`, `pid_of desk`, `pid_of redis`
pid_of() {
	local pid words
	for pid in $(pgrep -P "$MASTER"); do
		words=$(tr '\0' ' ' <"/proc/$pid/cmdline")
		case "$1 $words" in
		worker*" --slot ${2:-0} "*) ;;
		"desk vigie desk "* | "redis redis-server "*) ;;
		*) continue ;;
		esac
		echo "$pid"
		return
	done
	fail "there is no process '$*'"
}

kill_hard() {
	local pid
	pid=$(pid_of "$@") || { echo "$pid"; exit 1; }
	kill -9 "$pid"
}

now3164() { LC_ALL=C date '+%b %e %H:%M:%S'; }

send_udp() { # text; from 127.0.0.1
	logger -n 127.0.0.1 -P "$PORT" -d "$@"
}
