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
	char *p = buf_room(buf, s.n);

	if (p == NULL || s.n == 0)
		return;
	memcpy(p, s.p, s.n);
	buf->n += s.n;
}

void
buf_add_char(struct buf *buf, char c)
{
	char *p = buf_room(buf, 1);

	if (p == NULL)
		return;
	*p = c;
	buf->n++;
}

void
buf_add_u64(struct buf *buf, uint64_t v)
{
	char text[20];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	buf_add(buf, str_make(text + at, sizeof(text) - at));
}

void
buf_add_i64(struct buf *buf, int64_t v)
{
	if (v < 0)
		buf_add_char(buf, '-');
	buf_add_u64(buf, v < 0 ? ~(uint64_t)v + 1 : (uint64_t)v);
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;
	char *p;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return;
	p = buf_room(buf, (size_t)n + 1);
	if (p == NULL)
		return;
	va_start(args, format);
	(void)vsnprintf(p, (size_t)n + 1, format, args);
	va_end(args);
	buf->n += (size_t)n;
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
