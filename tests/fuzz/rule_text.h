/*
 * One rule made of a fuzzer's bytes, put to an event by the engine and by the
 * plain reference (tests/unit/detect_reference.h): both have to say the same.
 */
#ifndef VIGIE_TESTS_FUZZ_RULE_TEXT_H
#define VIGIE_TESTS_FUZZ_RULE_TEXT_H

#include "engine/detect/detect.h"
#include "engine/sigma/sigma.h"
#include "tests/unit/detect_reference.h"

/* As a YAML scalar in double quotes; bytes that YAML has no room for (no
 * UTF-8, NUL) become dots. */
static inline void
quote(struct buf *out, struct str s)
{
	buf_add_char(out, '"');
	while (s.n > 0) {
		uint32_t code;
		size_t n = utf8_decode(s, &code);

		if (n == 0 || code == 0) {
			buf_add_char(out, '.');
			n = 1;
		} else if (n > 1) {
			buf_printf(out, code > 0xffff ? "\\U%08x" : "\\u%04x",
			    (unsigned)code);
		} else if (code < 0x20 || code == 0x7f || code == '"' ||
		    code == '\\') {
			buf_printf(out, "\\x%02x", (unsigned)code);
		} else {
			buf_add_char(out, (char)code);
		}
		s = str_skip(s, n);
	}
	buf_add_char(out, '"');
}

/* Fields and their values for the event. */
struct rule_field {
	const char *name;
	struct str value; /* no pointer: not there */
};

/* Loads the text; when there is a rule in it, puts it to the event. With
 * `compare` the reference has to agree. */
static inline void
rule_run(struct str text, const struct rule_field *fields, size_t n,
    bool compare)
{
	struct arena *arena = arena_new(0);
	struct field_table *table = field_table_new(arena);
	struct word_table *words = word_table_new(arena);
	struct text_file file = {STR("f.yml"), text};
	const struct sigma_collection *c;
	struct ruleset *set;
	struct detector *d;
	struct event *ev;
	const uint32_t *matches;
	struct err err;

	err_init(&err, arena);
	c = sigma_load(arena, words, &file, 1, NULL, 0, &err);
	for (size_t i = 0; i < n; i++)
		field_intern(table, str_from(fields[i].name));
	set = ruleset_compile(arena, table, words, c, &err);
	d = detector_new(set);
	ev = event_alloc(table);
	ev->received = ev->time = 1772438400000000;
	for (size_t i = 0; i < n; i++) {
		if (fields[i].value.p != NULL)
			event_put(ev, field_find(table,
			    str_from(fields[i].name)), fields[i].value,
			    VALUE_TEXT);
	}
	if (c->n_rules == 1 && ruleset_count(set) <= 1) {
		bool got = detect(d, ev, &matches) == 1;

		assert(got == detect_rule(d, ev, 0));
		assert(!compare || err.errors > 0 ||
		    got == reference_node(ev, c->rules[0].detection->root));
	}
	event_release(ev);
	detector_free(d);
	ruleset_free(set);
	arena_free(arena);
}

#endif
