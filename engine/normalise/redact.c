/* pseudonym_redact: what of a raw line may leave the journal. */
#include "engine/normalise/format_dicom.h"
#include "engine/normalise/format_epic.h"
#include "engine/normalise/format_fhir.h"
#include "engine/normalise/format_json.h"
#include "engine/normalise/pseudonym.h"

#include <stdlib.h>

/* Words that only audit messages have, in the text from `at` on. */
static bool
has_any(struct str s, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_find(s, words[i]) != SIZE_MAX)
			return true;
	}
	return false;
}

static size_t
redact_xml(const struct pseudonym_key *key, struct str s, struct buf *out)
{
	struct dicom_reader *r = dicom_reader_new();
	struct arena *arena = arena_new(0);
	size_t changes = 1;

	if (dicom_read(r, arena, s) != NULL)
		changes = dicom_redact(r, key, out);
	else
		buf_add(out, STR("[...]"));
	arena_free(arena);
	dicom_reader_free(r);
	return changes;
}

static size_t
redact_json(const struct pseudonym_key *key, struct str s, struct buf *out)
{
	struct json_reader *reader = json_reader_new();
	struct audit *a = mem_get(sizeof(*a));
	struct arena *arena = arena_new(0);
	struct json_node *event = fhir_parse(reader, arena, s);

	if (event == NULL) {
		buf_add(out, STR("[...]"));
	} else {
		fhir_read(event, arena, a);
		fhir_redact(event, a, key, out);
	}
	arena_free(arena);
	free(a);
	json_reader_free(reader);
	return 1;
}

/* The audit message in a line and what stands before it. */
static size_t
redact_payload(const struct pseudonym_key *key, struct str s, struct buf *out)
{
	static const struct str xml[] = {STR_INIT("AuditMessage"),
	    STR_INIT("ParticipantObject"), STR_INIT("ActiveParticipant")};
	static const struct str fhir[] = {STR_INIT("\"AuditEvent\"")};
	size_t at = epic_find(s);

	if (at != SIZE_MAX) {
		buf_add(out, str_first(s, at));
		return epic_redact(key, str_skip(s, at), out);
	}
	at = str_find_char(s, '<');
	/* "<85>1 ..." is no markup. */
	if (at == 0 && s.n > 1 && char_is_digit(s.p[1])) {
		size_t next = str_find_char(str_skip(s, 1), '<');

		at = next == SIZE_MAX ? next : next + 1;
	}
	if (at != SIZE_MAX && has_any(str_skip(s, at), xml, 3)) {
		buf_add(out, str_first(s, at));
		return redact_xml(key, str_skip(s, at), out);
	}
	at = str_find_char(s, '{');
	if (at != SIZE_MAX && has_any(str_skip(s, at), fhir, 1)) {
		buf_add(out, str_first(s, at));
		return redact_json(key, str_skip(s, at), out);
	}
	buf_add(out, s);
	return 0;
}

size_t
pseudonym_redact(const struct pseudonym_key *key, struct str raw,
    struct buf *out)
{
	struct buf first;
	size_t changes;

	buf_init(&first, SIZE_MAX);
	changes = redact_payload(key, raw, &first);
	changes += pseudonym_text(key, buf_str(&first), out);
	buf_fini(&first);
	return changes;
}
