#include "engine/base/buf.h"

#include "engine/base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){.max = max};
}

void
buf_fini(struct buf *buf)
{
	free(buf->p);
	*buf = (struct buf){.max = buf->max};
}

char *
buf_room(struct buf *buf, size_t n)
{
	size_t need, cap;

	if (n <= buf->cap - buf->n)
		return buf->p + buf->n;
	if (n > buf->max - buf->n) {
		buf->full = true;
		return NULL;
	}
	need = buf->n + n;
	cap = buf->cap < 64 ? 64 : buf->cap;
	while (cap < need)
		cap *= 2;
	if (cap > buf->max)
		cap = buf->max;
	buf->p = mem_resize(buf->p, cap);
	buf->cap = cap;
	return buf->p + buf->n;
}

void
buf_add(struct buf *buf, struct str s)
{
	char *p = s.n == 0 ? NULL : buf_room(buf, s.n);

	if (p == NULL)
		return;
	memcpy(p, s.p, s.n);
	buf->n += s.n;
}

void
buf_add_grown(struct buf *buf, char c)
{
	char *p = buf_room(buf, 1);

	if (p == NULL)
		return;
	*p = c;
	buf->n++;
}

static void
add_number(struct buf *buf, bool minus, uint64_t v)
{
	char text[21];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	if (minus)
		text[--at] = '-';
	buf_add(buf, str_make(text + at, sizeof(text) - at));
}

void
buf_add_u64(struct buf *buf, uint64_t v)
{
	add_number(buf, false, v);
}

void
buf_add_i64(struct buf *buf, int64_t v)
{
	add_number(buf, v < 0, v < 0 ? ~(uint64_t)v + 1 : (uint64_t)v);
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	char text[256], *p = text;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n <= 0)
		return;
	if ((size_t)n >= sizeof(text)) {
		p = mem_get((size_t)n + 1);
		va_start(args, format);
		(void)vsnprintf(p, (size_t)n + 1, format, args);
		va_end(args);
	}
	buf_add(buf, str_make(p, (size_t)n));
	if (p != text)
		free(p);
}

void
buf_drop(struct buf *buf, size_t n)
{
	if (n >= buf->n) {
		buf->n = 0;
		return;
	}
	memmove(buf->p, buf->p + n, buf->n - n);
	buf->n -= n;
}
