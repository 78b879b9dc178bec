#include "engine/cli/screen.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/base/arena.h"
#include "engine/base/utf8.h"

/* Characters that hide or turn what stands around them. */
static bool
is_invisible(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {
	    {0x80,    0x9f   }, /* C1 controls */
	    {0xad,    0xad   }, /* soft hyphen */
	    {0x200b,  0x200f }, /* zero width, direction marks */
	    {0x2028,  0x202e }, /* separators, direction */
	    {0x2060,  0x206f },
	    {0xfe00,  0xfe0f },
	    {0xfeff,  0xfeff },
	    {0xfff9,  0xfffb },
	    {0xe0000, 0xe0fff},
	};
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return true;
	return false;
}

void
screen_add(struct buf *out, struct str s)
{
	while (s.n > 0) {
		uint32_t code;
		size_t n = utf8_decode(s, &code);
		if (n == 0 || code < 0x20 || code == 0x7f) {
			buf_printf(out, "\\x%02x", (unsigned char)s.p[0]);
			n = 1;
		} else if (is_invisible(code)) {
			buf_printf(out, "\\u{%x}", code);
		} else {
			buf_add(out, str_first(s, n));
		}
		s = str_skip(s, n);
	}
}

size_t
screen_width(struct str s)
{
	/* Wide characters are rare in logs; one column each will do. */
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

void
table_add(struct table *t, struct str cell)
{
	struct buf text;
	buf_init(&text, SIZE_MAX);
	screen_add(&text, cell);
	ARENA_PUSH_ROOM(t->arena, t->cells, t->n, t->cap);
	t->cells[t->n++] = arena_dup(t->arena, buf_str(&text));
	buf_fini(&text);
}

/* The first `width` columns of s. */
static struct str
cut_columns(struct str s, size_t width)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
		if (n > width)
			return str_first(s, i);
	}
	return s;
}

static void
print_row(
    const struct table *t, size_t at, const size_t *widths, struct buf *out)
{
	size_t used = 0;
	for (size_t c = 0; c < t->columns; c++) {
		struct str cell = t->cells[at + c];
		if (c + 1 == t->columns) {
			size_t room = t->width > used + 10 ? t->width - used
							   : 10;
			buf_add(out,
			    t->width == 0 ? cell : cut_columns(cell, room));
			break;
		}
		buf_add(out, cell);
		for (size_t i = screen_width(cell); i < widths[c] + 2; i++)
			buf_add_char(out, ' ');
		used += widths[c] + 2;
	}
	buf_add_char(out, '\n');
}

void
table_print(const struct table *t, struct buf *out)
{
	size_t widths[TABLE_COLUMNS] = {0};
	for (size_t i = 0; i < t->n; i++) {
		size_t w = screen_width(t->cells[i]);
		if (w > widths[i % t->columns])
			widths[i % t->columns] = w;
	}
	for (size_t i = 0; i + t->columns <= t->n; i += t->columns)
		print_row(t, i, widths, out);
}

size_t
screen_columns(void)
{
	struct winsize size;
	if (isatty(STDOUT_FILENO) == 0 ||
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1)
		return 0;
	return size.ws_col;
}

bool
screen_has_colour(void)
{
	return isatty(STDOUT_FILENO) != 0 && getenv("NO_COLOR") == NULL;
}
