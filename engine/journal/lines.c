/*
 * Cutting raw bytes into messages. The same rules count a record's lines when
 * it is written and find line n when it is read, so they live here, in one
 * place.
 */
#include "engine/journal/journal.h"

#include <endian.h>

#define COUNT_DIGITS 7 /* reliability.md 2.3 */

struct str
framing_name(enum framing framing)
{
	static const struct str names[] = {
	    STR_INIT("lf"), STR_INIT("octet"), STR_INIT("datagram")};

	return names[framing];
}

enum octet_count
octet_count(struct str bytes, uint32_t *count, size_t *size)
{
	uint32_t v = 0;
	size_t i;

	for (i = 0; i < bytes.n && char_is_digit(bytes.p[i]); i++) {
		if (i == COUNT_DIGITS)
			return OCTET_TOO_LONG;
		v = v * 10 + (uint32_t)(bytes.p[i] - '0');
		if (v == 0)
			return OCTET_NONE; /* a zero in front, or no count */
	}
	if (i == bytes.n)
		return OCTET_MORE;
	if (i == 0 || bytes.p[i] != ' ')
		return OCTET_NONE;
	*count = v;
	*size = i + 1;
	return OCTET_COUNT;
}

static bool
next_lf(struct str bytes, size_t *at, struct str *line)
{
	while (*at < bytes.n) {
		struct str rest = str_skip(bytes, *at);
		const char *lf = memchr(rest.p, '\n', rest.n);
		size_t n = lf == NULL ? rest.n : (size_t)(lf - rest.p);

		*at += n + (lf != NULL);
		if (n > 1 || (n == 1 && rest.p[0] != '\r')) {
			*line = str_first(rest, n);
			return true;
		}
	}
	return false;
}

static bool
next_octet(struct str bytes, size_t *at, struct str *line)
{
	struct str rest = str_skip(bytes, *at);
	uint32_t count = 0;
	size_t size = 0;

	if (rest.n == 0)
		return false;
	/* Only whole frames are written; anything else is given as it is. */
	if (octet_count(rest, &count, &size) != OCTET_COUNT)
		count = (uint32_t)rest.n;
	*line = str_first(str_skip(rest, size), count);
	*at += size + line->n;
	return true;
}

static bool
next_datagram(struct str bytes, size_t *at, struct str *line)
{
	struct str rest = str_skip(bytes, *at);
	uint32_t n;

	if (rest.n < sizeof(n))
		return false;
	memcpy(&n, rest.p, sizeof(n));
	*line = str_first(str_skip(rest, sizeof(n)), le32toh(n));
	*at += sizeof(n) + line->n;
	return true;
}

bool
framing_next(
    enum framing framing, struct str bytes, size_t *at, struct str *line)
{
	switch (framing) {
	case FRAMING_LF:
		return next_lf(bytes, at, line);
	case FRAMING_OCTET:
		return next_octet(bytes, at, line);
	case FRAMING_DATAGRAM:
		return next_datagram(bytes, at, line);
	}
	return false;
}

bool
record_line(const struct record *r, size_t *at, struct str *line)
{
	return framing_next(r->framing, r->raw, at, line);
}
