#!/bin/bash
# Invented patients go through parse, detect, replay and the whole system; no
# word that names them is anywhere but in the journal.
. "$(dirname "$0")/lib.sh"
shopt -s nullglob

CANARIES='1985010112357 canary-mrn-77 CANARY^JANE Q0FOQVJZ canaryportal CANARYNAME'

object() { # id
	printf '%s' "<ParticipantObjectIdentification ParticipantObjectID=\"$1^^^HOSP&amp;2.999.7&amp;ISO^PI\" ParticipantObjectTypeCode=\"1\" ParticipantObjectTypeCodeRole=\"1\"><ParticipantObjectIDTypeCode csd-code=\"2\"/><ParticipantObjectName>CANARY^JANE</ParticipantObjectName><ParticipantObjectDetail type=\"a\" value=\"Q0FOQVJZ\"/></ParticipantObjectIdentification>"
}
audit() { # event id, type, object's id
	local stamp
	stamp=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	printf '%s' "<85>1 $stamp ehr1 ehr 1 IHE+RFC-3881 - <AuditMessage><EventIdentification EventActionCode=\"R\" EventDateTime=\"$stamp\" EventOutcomeIndicator=\"0\"><EventID csd-code=\"$1\"/><EventTypeCode csd-code=\"$2\"/></EventIdentification><ActiveParticipant UserID=\"u-31\" UserIsRequestor=\"true\" NetworkAccessPointID=\"192.0.2.31\" NetworkAccessPointTypeCode=\"2\"/><ActiveParticipant UserID=\"canaryportal\" UserName=\"CANARYNAME\" UserIsRequestor=\"false\"><RoleIDCode csd-code=\"PAT\"/></ActiveParticipant>"
	object "$3"
	printf '</AuditMessage>\n'
}
lines() {
	local i
	for i in $(seq 60); do
		audit 110110 x "canary-mrn-77$i"
	done
	audit 110113 110133 1985010112357
	for i in $(seq 12); do
		printf '<38>%s srv1 sshd[1%s]: Failed password for invalid user 1985010112357 from 192.0.2.7 port 4022 ssh2\n' \
		    "$(now3164)" "$i"
	done
	printf '<85>1 - ehr2 Epic 1 - - <EventLog><E1Mid>CHART_OPEN</E1Mid><EMPid>7^DOE, LEA^LEA7</EMPid><Mnemonics><Mnemonic Name="PATIENT"><Value>canary-mrn-77^CANARY^JANE</Value></Mnemonic><Mnemonic Name="NOTE"><Value>CANARYNAME</Value></Mnemonic></Mnemonics></EventLog>\n'
	# Neither cut nor foreign audit messages let anything through.
	audit 110110 x canary-mrn-77 | head -c 700
	echo
	printf '<85>1 - h a - - - {"resourceType":"AuditEvent","text":{"div":"CANARY^JANE"},"type":{"code":"110110"},"agent":[{"who":{"identifier":{"value":"u-31"}},"requestor":true}],"entity":[{"what":{"reference":"Patient/canary-mrn-77","display":"CANARYNAME"},"role":{"code":"1"}}]}\n'
	# In another product's frame, as an object and as text.
	printf '<85>1 - h a - - - {"level":"info","log":{"resourceType":"AuditEvent","entity":[{"what":{"reference":"Patient/canary-mrn-77"},"name":"CANARYNAME"}]}}\n'
	printf '<85>1 - h a - - - {"log":"%s</AuditMessage>"}\n' \
	    "$(object canary-mrn-77 | sed 's/^/<AuditMessage>/; s/"/\\"/g')"
	printf '<85>1 - h a - - [x@32473 audit="%s"] -\n' \
	    "$(object canary-mrn-77 | sed 's/"/\\"/g')"
	# Behind labels, in products that nobody knows.
	printf '<85>1 - h his - - - %s\n' \
	    'opened patient_id=canary-mrn-77 patientName="CANARY^JANE" user=lea' \
	    '{"user":"lea","patient":{"id":"canary-mrn-77","name":"CANARYNAME"}}' \
	    '{"resourceType":"Patient","id":"canary-mrn-77","name":[{"family":"CANARYNAME"}]}' \
	    'GET /fhir/Patient/canary-mrn-77 by lea' \
	    '<r><PatientID>canary-mrn-77</PatientID><PatientName>CANARYNAME</PatientName></r>' \
	    'CEF:0|a|b|1|x|y|3|suser=lea cs1=canary-mrn-77 cs1Label=PatientID'
	printf '<85>1 - h his - - [x@32473 patientId="canary-mrn-77"] -\n'
}
clean() { # what, files...
	local what=$1 word
	shift
	for word in $CANARIES; do
		! grep -aqirF -- "$word" "$@" || fail "'$word' is in $what"
	done
}

lines >"$DIR/lines"
for word in $CANARIES; do
	grep -qF -- "$word" "$DIR/lines" || fail "'$word' was never sent"
done
"$VIGIE" parse "$DIR/lines" >"$DIR/parse.out" 2>&1
[ "$(grep -c '"p:patient:' "$DIR/parse.out")" -ge 60 ] ||
	fail "parse shows no pseudonyms"
clean "vigie parse" "$DIR/parse.out"
"$VIGIE" detect --rules "$ROOT/correlation-rules" "$DIR/lines" \
    >"$DIR/detect.out" 2>&1
clean "vigie detect" "$DIR/detect.out"
"$VIGIE" replay --rules "$ROOT/correlation-rules" "$DIR/lines" \
    >"$DIR/replay.out" 2>&1
grep -q '"p:patient:\|p:patient:test' "$DIR/replay.out" ||
	fail "replay shows no evidence with pseudonyms"
clean "vigie replay" "$DIR/replay.out"

start
[ "$(stat -c %a "$DIR/state/privacy.key")" = 600 ] ||
	fail "the key file is not for its owner alone"
cat "$DIR/lines" >"/dev/tcp/127.0.0.1/$PORT"
wait_for 15 has_incidents 3 || fail "fewer than three incidents: $(incidents)"
# While it runs: streams and hashes as they are.
redis() { redis-cli -s "$DIR/state/redis.sock" "$@"; }
redis --scan >"$DIR/keys" || fail "redis-cli does not answer"
[ -s "$DIR/keys" ] || fail "Redis has no keys"
while read -r key; do
	case $(redis type "$key") in
	stream) redis --no-raw xrange "$key" - + ;;
	hash) redis --no-raw hgetall "$key" ;;
	string) redis --no-raw get "$key" ;;
	list) redis --no-raw lrange "$key" 0 -1 ;;
	zset) redis --no-raw zrange "$key" 0 -1 ;;
	set) redis --no-raw smembers "$key" ;;
	esac
done <"$DIR/keys" >"$DIR/redis.out"
clean "Redis" "$DIR/keys" "$DIR/redis.out"
incidents >"$DIR/incidents.out"
for id in $(jq -r .id "$DIR/incidents.out"); do
	"$VIGIE" incidents show "$id" --socket "$DIR/state/desk.sock" \
	    --output json
done >"$DIR/show.out"
grep -q 'p:patient:' "$DIR/show.out" || fail "no pseudonym in the evidence"
! grep -q 'p:patient:test' "$DIR/show.out" ||
	fail "the daemon used the key of the tests"
clean "the incidents" "$DIR/incidents.out" "$DIR/show.out"
check_books
stop
# After it ended: all files but the journal's (AOF, desk.db, page, logs).
grep -aqrF canary-mrn-77 "$DIR/state/journal" ||
	fail "the journal has not what was sent"
for file in "$DIR"/state/* "$DIR/out" "$DIR/log"; do
	[ "$file" = "$DIR/state/journal" ] || clean "${file##*/}" "$file"
done
