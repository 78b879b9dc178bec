/*
 * JUnit's XML, as build servers read it: a suite for each file.
 */
#include "engine/cli/test.h"

#include "engine/base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* XML 1.0 section 2.2: what is no character, and what has to be escaped. */
static void
add_escaped(struct buf *out, struct str s)
{
	size_t n;

	for (size_t i = 0; i < s.n; i += n) {
		uint32_t code = 0;

		n = utf8_decode(str_skip(s, i), &code);
		if (n == 0 || code == 0xfffe || code == 0xffff ||
		    (code < 0x20 && code != '\t' && code != '\n')) {
			buf_add(out, STR("?"));
			n = n == 0 ? 1 : n;
		} else if (strchr("<>&\"'\n\t", (int)code) != NULL &&
		    code < 0x80) {
			buf_printf(out, "&#%u;", code);
		} else {
			buf_add(out, str_make(s.p + i, n));
		}
	}
}

static void
add_pair(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, " %s=\"", name);
	add_escaped(out, value);
	buf_add_char(out, '"');
}

static void
add_case(struct buf *out, const struct test_case *c)
{
	buf_add(out, STR("    <testcase"));
	add_pair(out, "classname", c->what);
	add_pair(out, "name", c->name);
	add_pair(out, "file", c->at.file);
	buf_printf(out, " line=\"%u\"", c->at.line);
	if (c->failure.n == 0) {
		buf_add(out, STR("/>\n"));
		return;
	}
	buf_add(out, STR(">\n      <failure"));
	add_pair(out, "message", c->failure);
	buf_add(out, STR("/>\n    </testcase>\n"));
}

static void
add_suite(struct buf *out, const struct test_case *c, size_t n)
{
	size_t failed = 0;

	for (size_t i = 0; i < n; i++)
		failed += c[i].failure.n > 0;
	buf_add(out, STR("  <testsuite"));
	add_pair(out, "name", c->at.file);
	buf_printf(out, " tests=\"%zu\" failures=\"%zu\">\n", n, failed);
	for (size_t i = 0; i < n; i++)
		add_case(out, &c[i]);
	buf_add(out, STR("  </testsuite>\n"));
}

bool
test_write_junit(const struct tally *t, const char *path)
{
	FILE *file = fopen(path, "we");
	bool ok = file != NULL;
	size_t n;
	struct buf out;

	buf_init(&out, SIZE_MAX / 2);
	buf_printf(&out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<testsuites name=\"vigie\" tests=\"%zu\" failures=\"%zu\">\n",
	    t->n, t->failed);
	for (size_t i = 0; i < t->n; i += n) {
		n = 1;
		while (i + n < t->n &&
		    str_eq(t->cases[i + n].at.file, t->cases[i].at.file))
			n++;
		add_suite(&out, &t->cases[i], n);
	}
	buf_add(&out, STR("</testsuites>\n"));
	if (ok)
		ok = fwrite(out.p, 1, out.n, file) == out.n;
	if (file != NULL)
		ok &= fclose(file) == 0;
	if (!ok)
		fprintf(stderr, "vigie: %s cannot be written: %s\n", path,
		    strerror(errno));
	buf_fini(&out);
	return ok;
}
