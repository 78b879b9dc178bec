/* Packs from text, and one event of them, for the tests of this room. */
#ifndef VIGIE_TESTS_PACK_FIXTURE_H
#define VIGIE_TESTS_PACK_FIXTURE_H

#include "engine/normalise/normalise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* 2026-11-24T10:00:00Z */
#define ARRIVAL (1795514400 * SECOND)

struct fixture {
	struct arena *arena;
	struct field_table *fields;
	struct word_table *words;
	struct err err;
	struct packs *packs;
	struct normaliser *n;
	struct event *ev;
	struct member member;
};

static struct fixture
load_packs(const struct text_file *files, size_t n)
{
	struct fixture f = {.arena = arena_new(0)};

	f.fields = field_table_new(f.arena);
	f.words = word_table_new(f.arena);
	err_init(&f.err, f.arena);
	f.packs = packs_load(f.arena, f.fields, f.words, files, n, &f.err);
	if (f.packs == NULL)
		return f;
	f.n = normaliser_new(f.packs, f.fields, f.words);
	f.ev = event_alloc(f.fields);
	f.member = (struct member){.id = STR("m"), .index = 1};
	return f;
}

static inline struct fixture
load_pack(const char *text)
{
	struct text_file file = {STR("pack.yaml"), str_from(text)};

	return load_packs(&file, 1);
}

static inline void
drop(struct fixture *f)
{
	normaliser_free(f->n);
	event_release(f->ev);
	packs_free(f->packs);
	arena_free(f->arena);
}

static inline void
feed(struct fixture *f, const char *line)
{
	struct origin origin = {.received = ARRIVAL, .member = &f->member};

	normalise(f->n, f->ev, str_from(line), &origin);
}

/* All values of a field, with "," between; "" when it is absent. */
static inline struct str
values(struct fixture *f, const char *name)
{
	struct buf out;
	struct str s;

	buf_init(&out, 65536);
	for (uint16_t i = 0; i < f->ev->count; i++) {
		const struct value *v = &f->ev->values[i];
		struct str n = v->field == FIELD_NONE
		    ? v->name : field_name(f->fields, v->field);

		if (!str_eq(n, str_from(name)))
			continue;
		if (v->field != FIELD_NONE &&
		    f->ev->first[v->field] != i + 1)
			continue;
		for (; v != NULL; v = event_next(f->ev, v)) {
			if (out.n > 0)
				buf_add_char(&out, ',');
			buf_add(&out, v->text);
		}
		break;
	}
	s = arena_dup(f->arena, buf_str(&out));
	buf_fini(&out);
	return s;
}

static inline void
expect(struct fixture *f, const char *name, const char *want)
{
	struct str got = values(f, name);

	if (!str_eq(got, str_from(want)))
		fail_msg("%s: expected '%s', found '%.*s'", name, want,
		    STR_ARG(got));
}

struct field_row {
	const char *name, *line, *field, *want;
};

/* Each line gives the wanted values in its field. */
static inline void
expect_rows(const char *pack, const struct field_row *rows, size_t n)
{
	struct fixture f = load_pack(pack);

	assert_non_null(f.packs);
	for (size_t i = 0; i < n; i++) {
		feed(&f, rows[i].line);
		struct str got = values(&f, rows[i].field);

		if (!str_eq(got, str_from(rows[i].want)))
			fail_msg("%s: expected '%s', found '%.*s'",
			    rows[i].name, rows[i].want, STR_ARG(got));
	}
	drop(&f);
}

/* The fixture's member's. */
static inline struct pseudonym_key
test_key(void)
{
	struct pseudonym_keys keys;
	struct pseudonym_key key;

	pseudonym_keys_test(&keys);
	pseudonym_key_derive(&keys, STR("m"), &key);
	return key;
}

/* A line has the word "canary" where patients stand: neither its event nor its
 * evidence may. */
static inline void
expect_no_canary(struct fixture *f, const char *line)
{
	static struct pseudonym_key key;
	struct buf raw;

	feed(f, line);
	for (uint16_t i = 0; i < f->ev->count; i++) {
		if (str_find(f->ev->values[i].text, STR("canary")) != SIZE_MAX)
			fail_msg("a field of %s", line);
	}
	if (str_find(f->ev->message, STR("canary")) != SIZE_MAX)
		fail_msg("the message of %s", line);
	buf_init(&raw, SIZE_MAX);
	if (pseudonym_redact(&key, str_from(line), &raw) == 0 ||
	    str_find(buf_str(&raw), STR("canary")) != SIZE_MAX)
		fail_msg("the evidence of %s", line);
	buf_fini(&raw);
}

#endif
