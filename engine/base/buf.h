/*
 * A growing run of bytes with a maximum. Adding beyond the maximum adds
 * nothing and sets `full`; the caller looks at it once, at the end. The bytes
 * are the buffer's until the next call that changes it.
 */
#ifndef VIGIE_BASE_BUF_H
#define VIGIE_BASE_BUF_H

#include "engine/base/str.h"

struct buf {
	char *p;
	size_t n;
	size_t cap;
	size_t max;
	bool full;
};

/* `max` in bytes; SIZE_MAX only where no peer decides how much comes. */
void buf_init(struct buf *buf, size_t max);
void buf_fini(struct buf *buf);

/* Room for n more bytes behind buf->n, or NULL (and full). */
char *buf_room(struct buf *buf, size_t n);
void buf_add(struct buf *buf, struct str s);
void buf_add_grown(struct buf *buf, char c);
void buf_add_u64(struct buf *buf, uint64_t v);
void buf_add_i64(struct buf *buf, int64_t v);
void buf_printf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes the first n bytes off. */
void buf_drop(struct buf *buf, size_t n);

static inline void
buf_add_char(struct buf *buf, char c)
{
	if (buf->n < buf->cap)
		buf->p[buf->n++] = c;
	else
		buf_add_grown(buf, c);
}

static inline void
buf_clear(struct buf *buf)
{
	buf->n = 0;
	buf->full = false;
}

static inline struct str
buf_str(const struct buf *buf)
{
	return str_make(buf->p, buf->n);
}

#endif
