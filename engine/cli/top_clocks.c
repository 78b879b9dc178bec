#include "engine/cli/top_clocks.h"

#include "engine/cli/screen.h"

#include <stdlib.h>

#define OFF   (10 * SECOND) /* from here on a clock is worth a word */
#define STALE HOUR
#define SHOWN 3

struct clock_row {
	const struct clock_source *source;
	int64_t ahead;
};

struct clock_rows {
	struct clock_row *row; /* heap */
	size_t n;
};

static int
by_name(const void *a, const void *b)
{
	const struct clock_source *x = ((const struct clock_row *)a)->source;
	const struct clock_source *y = ((const struct clock_row *)b)->source;
	int c = strcmp(x->member, y->member);

	return c != 0 ? c : strcmp(x->source, y->source);
}

static int64_t
size_of(int64_t ahead)
{
	return ahead < 0 ? -ahead : ahead;
}

static int
by_error(const void *a, const void *b)
{
	int64_t x = size_of(((const struct clock_row *)a)->ahead);
	int64_t y = size_of(((const struct clock_row *)b)->ahead);

	return x != y ? (x < y) - (x > y) : by_name(a, b);
}

/* The connections of a source may end at several workers: the least way of
 * all counts, which is the greatest lead. */
static void
merge(struct clock_rows *rows)
{
	size_t n = 0;

	qsort(rows->row, rows->n, sizeof(*rows->row), by_name);
	for (size_t i = 0; i < rows->n; i++) {
		struct clock_row *last = n > 0 ? &rows->row[n - 1] : NULL;

		if (last == NULL || by_name(last, &rows->row[i]) != 0)
			rows->row[n++] = rows->row[i];
		else if (rows->row[i].ahead > last->ahead)
			*last = rows->row[i];
	}
	rows->n = n;
}

static struct clock_rows
collect(const struct page *page, int64_t now)
{
	struct clock_rows rows = {mem_get((size_t)page->workers * CLOCK_SLOTS *
				      sizeof(struct clock_row) + 1), 0};

	for (uint32_t w = 0; w < page->workers; w++) {
		const struct clock_table *t = &page->worker[w].clocks;

		for (size_t i = 0; i < CLOCK_SLOTS; i++) {
			const struct clock_source *c = &t->at[i];
			int64_t ahead;

			if (__atomic_load_n(&c->lines, __ATOMIC_ACQUIRE) == 0 ||
			    now - c->seen > STALE || !clock_ahead(c, &ahead))
				continue;
			rows.row[rows.n++] = (struct clock_row){c, ahead};
		}
	}
	merge(&rows);
	qsort(rows.row, rows.n, sizeof(*rows.row), by_error);
	return rows;
}

static size_t
count_off(const struct clock_rows *rows)
{
	size_t n = 0;

	while (n < rows->n && size_of(rows->row[n].ahead) >= OFF)
		n++;
	return n;
}

void
top_clocks_json(struct json *j, const struct page *page, int64_t now)
{
	struct clock_rows rows = collect(page, now);
	size_t n = count_off(&rows);

	json_key(j, STR("clocks"));
	json_open(j);
	json_pair_u64(j, "sources", rows.n);
	json_key(j, STR("off"));
	json_open_list(j);
	for (size_t i = 0; i < n; i++) {
		const struct clock_row *r = &rows.row[i];

		json_open(j);
		json_pair_str(j, "member", str_from(r->source->member));
		json_pair_str(j, "source", str_from(r->source->source));
		json_key(j, STR("ahead_ms"));
		json_i64(j, r->ahead / 1000);
		json_pair_bool(j, "zone", clock_is_zone(r->ahead));
		json_pair_u64(j, "lines", r->source->lines);
		json_close(j);
	}
	json_close_list(j);
	json_close(j);
	free(rows.row);
}

static void
add_span(struct buf *out, int64_t us)
{
	if (us >= 2 * HOUR)
		buf_printf(out, "%.1f h", (double)us / (double)HOUR);
	else if (us >= 2 * MINUTE)
		buf_printf(out, "%d min", (int)(us / MINUTE));
	else
		buf_printf(out, "%d s", (int)(us / SECOND));
}

void
top_clocks_text(struct buf *out, const struct page *page, int64_t now)
{
	struct clock_rows rows = collect(page, now);
	size_t n = count_off(&rows);

	for (size_t i = 0; i < n && i < SHOWN; i++) {
		const struct clock_row *r = &rows.row[i];

		buf_add(out, STR(" clock: "));
		screen_add(out, str_from(r->source->source));
		buf_add(out, STR(" of "));
		screen_add(out, str_from(r->source->member));
		buf_add(out, STR(" is "));
		add_span(out, size_of(r->ahead));
		buf_add(out, r->ahead < 0 ? STR(" behind") : STR(" ahead"));
		if (clock_is_zone(r->ahead))
			buf_add(out, STR(": probably its time zone"));
		buf_add_char(out, '\n');
	}
	if (n > SHOWN)
		buf_printf(out, " clock: %zu more\n", n - SHOWN);
	free(rows.row);
}
