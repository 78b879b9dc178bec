#include "engine/base/err.h"

#include "engine/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
err_init(struct err *err, struct arena *arena)
{
	*err = (struct err){.arena = arena};
}

static struct str
format_va(struct arena *arena, const char *format, va_list args)
{
	char text[1024];
	int n = vsnprintf(text, sizeof(text), format, args);

	if (n < 0)
		return STR_NONE;
	if ((size_t)n >= sizeof(text))
		n = (int)sizeof(text) - 1;
	return arena_dup(arena, str_make(text, (size_t)n));
}

static void
add(struct err *err, enum err_level level, struct place at, const char *code,
    const char *format, va_list args)
{
	ARENA_PUSH_ROOM(err->arena, err->items, err->n, err->cap);
	err->items[err->n++] = (struct err_item){
	    .level = level,
	    .file = arena_dup(err->arena, at.file),
	    .line = at.line,
	    .column = at.column,
	    .code = str_from(code),
	    .text = format_va(err->arena, format, args),
	};
	if (level == ERR_ERROR)
		err->errors++;
}

bool
err_add(struct err *err, struct place at, const char *code, const char *format,
    ...)
{
	va_list args;

	va_start(args, format);
	add(err, ERR_ERROR, at, code, format, args);
	va_end(args);
	return false;
}

bool
err_warn(struct err *err, struct place at, const char *code,
    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(err, ERR_WARNING, at, code, format, args);
	va_end(args);
	return false;
}

void
err_hint(struct err *err, const char *format, ...)
{
	va_list args;

	if (err->n == 0)
		return;
	va_start(args, format);
	err->items[err->n - 1].hint = format_va(err->arena, format, args);
	va_end(args);
}

void
err_did_you_mean(struct err *err, struct str found, const struct str *names,
    size_t n)
{
	size_t limit = found.n < 4 ? 1 : found.n < 6 ? 2 : 3;
	size_t best = limit + 1, which = 0;

	for (size_t i = 0; i < n; i++) {
		size_t d = str_distance(found, names[i], limit);

		if (d < best) {
			best = d;
			which = i;
		}
	}
	if (best <= limit)
		err_hint(err, "did you mean '%.*s'?", STR_ARG(names[which]));
}

static int
item_cmp(const void *a, const void *b)
{
	const struct err_item *x = a, *y = b;
	int c = str_cmp(x->file, y->file);

	if (c != 0)
		return c;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return str_cmp(x->text, y->text);
}

void
err_sort(struct err *err)
{
	if (err->n > 1)
		qsort(err->items, err->n, sizeof(*err->items), item_cmp);
}

/* A text quoted from a file may hold anything; a terminal gets none of it. */
static void
add_clean(struct buf *out, struct str s)
{
	size_t n;

	for (size_t i = 0; i < s.n; i += n) {
		uint32_t code = 0;

		n = utf8_decode(str_skip(s, i), &code);
		if (n == 0 || code < 0x20 || code == 0x7f) {
			buf_printf(out, "\\x%02x", (unsigned char)s.p[i]);
			n = 1;
		} else if (utf8_is_unsafe(code)) {
			buf_printf(out, "\\u%04x", code);
		} else {
			buf_add(out, str_make(s.p + i, n));
		}
	}
}

static void
item_print(const struct err_item *item, struct buf *out, bool colour)
{
	bool error = item->level == ERR_ERROR;

	add_clean(out, item->file);
	if (item->line > 0)
		buf_printf(out, ":%u:%u", item->line, item->column);
	buf_add(out, STR(": "));
	if (colour)
		buf_add(out, error ? STR("\033[31m") : STR("\033[33m"));
	buf_add(out, error ? STR("error") : STR("warning"));
	if (colour)
		buf_add(out, STR("\033[0m"));
	buf_printf(out, "[%.*s]: ", STR_ARG(item->code));
	add_clean(out, item->text);
	if (item->hint.n > 0) {
		buf_add(out, STR("; "));
		add_clean(out, item->hint);
	}
	buf_add_char(out, '\n');
}

void
err_print(const struct err *err, struct buf *out, bool colour)
{
	for (size_t i = 0; i < err->n; i++)
		item_print(&err->items[i], out, colour);
}
