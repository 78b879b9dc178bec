/* Texts and what becomes of them. In the rows {x} is the pseudonym of x. */
#ifndef VIGIE_TESTS_PATIENT_ROWS_H
#define VIGIE_TESTS_PATIENT_ROWS_H

#include "engine/normalise/redact.h"
#include "engine/patient/patient.h"

#include "tests/unit/pack_fixture.h"

/* `text` with its {x} as pseudonyms; "{{" is a brace. */
static void
spell(const struct pseudonym_key *key, const char *text, struct buf *out)
{
	char made[PSEUDONYM_TEXT];

	for (const char *p = text; *p != '\0'; p++) {
		const char *end = strchr(p, '}');

		if (p[0] != '{' || p[1] == '{' || end == NULL) {
			buf_add_char(out, *p);
			p += p[0] == '{' && p[1] == '{';
			continue;
		}
		buf_add(out, pseudonym_make(key, PSEUDONYM_PATIENT,
		    str_make(p + 1, (size_t)(end - p) - 1), made));
		p = end;
	}
}

struct row {
	const char *text; /* "{{" is a brace here, too */
	const char *want; /* NULL: as it was */
};

static void
expect_hidden(const struct row *rows, size_t n)
{
	struct redactor *r = redactor_new();
	struct pseudonym_key key = test_key();
	struct buf text, got, want;

	buf_init(&text, SIZE_MAX);
	buf_init(&got, SIZE_MAX);
	buf_init(&want, SIZE_MAX);
	for (size_t i = 0; i < n; i++) {
		const char *expected =
		    rows[i].want == NULL ? rows[i].text : rows[i].want;
		size_t changes;

		buf_clear(&text);
		buf_clear(&got);
		buf_clear(&want);
		spell(&key, rows[i].text, &text);
		spell(&key, expected, &want);
		changes = redactor_run(r, &key, buf_str(&text), &got);
		/* A value that is made of it is read again. */
		buf_clear(&text);
		(void)redactor_run(r, &key, buf_str(&got), &text);
		if (!str_eq(buf_str(&text), buf_str(&got)))
			fail_msg("%s\nbecame %.*s\n  then %.*s", rows[i].text,
			    STR_ARG(buf_str(&got)), STR_ARG(buf_str(&text)));
		if (!str_eq(buf_str(&got), buf_str(&want)) ||
		    (changes > 0) != (rows[i].want != NULL))
			fail_msg("%s\nbecame %.*s\n   not %.*s", rows[i].text,
			    STR_ARG(buf_str(&got)), STR_ARG(buf_str(&want)));
	}
	buf_fini(&text);
	buf_fini(&got);
	buf_fini(&want);
	redactor_free(r);
}

#endif
