/*
 * What a line of each product costs on one core: the sample lines in the
 * packs, and messages of files, through the normaliser.
 *
 *   packs [--packs DIR] [--rounds N] [--all] [--lines] [--only-files]
 *       [FILE...]
 *
 * A FILE holds octet-counted messages (RFC 6587, 3.4.1), of one product; or
 * lines. The messages of one pack or file go through in turn, N times (15);
 * a line's cost is the median of its rounds, less that of the clock. Of
 * several files, the messages go through mixed once more. The tables have the
 * ten dearest (--all: all) by the median of their lines, and mark what is over
 * 2 us a line; with --lines each row's dearest line stands below it.
 */
#include "bench/messages.h"
#include "bench/normaliser.h"

#include <stdlib.h>

#define MARK_NS 2000
#define SHOWN	10

struct cost {
	char name[64];
	size_t lines;
	size_t bytes;
	double median, dearest, mean; /* ns a line */
	struct str line; /* the dearest; while its file is there */
};

struct costs {
	struct cost *rows;
	size_t n;
	size_t cap;
};

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median_of(double *list, size_t n)
{
	qsort(list, n, sizeof(*list), by_value);
	return list[n / 2];
}

/* What looking at the clock twice costs. */
static double
clock_ns(void)
{
	double list[101];

	for (size_t i = 0; i < 101; i++) {
		int64_t from = bench_ns();

		list[i] = (double)(bench_ns() - from);
	}
	return median_of(list, 101);
}

static void
measure(struct costs *t, struct bench_normaliser *b, const char *name,
    const struct messages *m, size_t rounds)
{
	double *times = mem_get((m->n + 1) * rounds * sizeof(*times));
	double *lines = mem_get((m->n + 1) * sizeof(*lines));
	double clock = clock_ns();
	struct cost *row;

	if (t->n == t->cap) {
		t->cap = t->cap == 0 ? 64 : t->cap * 2;
		t->rows = mem_resize(t->rows, t->cap * sizeof(*t->rows));
	}
	row = &t->rows[t->n++];
	*row = (struct cost){.lines = m->n};
	snprintf(row->name, sizeof(row->name), "%s", name);
	for (size_t r = 0; r < rounds; r++) {
		for (size_t i = 0; i < m->n; i++) {
			int64_t from = bench_ns();

			bench_line(b, m->items[i]);
			times[i * rounds + r] =
			    (double)(bench_ns() - from) - clock;
		}
	}
	for (size_t i = 0; i < m->n; i++) {
		lines[i] = median_of(times + i * rounds, rounds);
		if (i == 0 || lines[i] > row->dearest) {
			row->dearest = lines[i];
			row->line = m->items[i];
		}
		row->mean += lines[i] / (double)m->n;
		row->bytes += m->items[i].n;
	}
	if (m->n > 0)
		row->median = median_of(lines, m->n);
	free(times);
	free(lines);
}

static void
measure_packs(struct costs *t, struct bench_normaliser *b, size_t rounds)
{
	const struct packs *packs = b->packs;

	for (size_t i = 0; i < packs->n; i++) {
		const struct pack *pack = packs->items[i];
		struct messages m = {0};
		char name[72];

		messages_of_pack(&m, pack);
		snprintf(name, sizeof(name), "%.*s", STR_ARG(pack->name));
		measure(t, b, name, &m, rounds);
		free(m.items);
	}
}

/* One message of each file in turn, as a day of all of them would come. */
static void
mix(const struct messages *files, size_t n, struct messages *out)
{
	size_t longest = 0;

	for (size_t i = 0; i < n; i++)
		longest = files[i].n > longest ? files[i].n : longest;
	for (size_t k = 0; k < longest; k++) {
		for (size_t i = 0; i < n; i++) {
			if (k < files[i].n)
				messages_add(out, files[i].items[k]);
		}
	}
}

static bool
measure_files(struct costs *t, struct costs *mixed,
    struct bench_normaliser *b, char *const *paths, size_t n, size_t rounds)
{
	struct messages *files = mem_get_zero(n, sizeof(*files)), all = {0};
	bool good = true;

	for (size_t i = 0; i < n && good; i++) {
		const char *slash = strrchr(paths[i], '/');

		good = messages_of_file(&files[i], paths[i]);
		if (!good) {
			fprintf(stderr, "cannot read %s\n", paths[i]);
			break;
		}
		measure(t, b, slash == NULL ? paths[i] : slash + 1, &files[i],
		    rounds);
	}
	if (good && n > 1) {
		mix(files, n, &all);
		measure(mixed, b, "all of them, mixed", &all, rounds);
	}
	for (size_t i = 0; i < n; i++)
		free(files[i].items);
	free(files);
	free(all.items);
	return good;
}

static int
by_median(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;

	return x->median > y->median ? -1 : x->median < y->median;
}

/* The dearest line, control characters apart. */
static void
print_line(const struct cost *row)
{
	printf("    ");
	for (size_t i = 0; i < row->line.n && i < 160; i++)
		putchar(row->line.p[i] < ' ' ? '?' : row->line.p[i]);
	printf("\n");
}

static void
print(const char *what, const struct costs *t, size_t shown, bool lines_too)
{
	double spent = 0, lines = 0, bytes = 0;
	size_t over = 0;

	if (t->n == 0)
		return;
	qsort(t->rows, t->n, sizeof(*t->rows), by_median);
	printf("%-32s %6s %6s %9s %9s %10s\n", what, "lines", "bytes",
	    "median ns", "dearest", "lines/s");
	for (size_t i = 0; i < t->n; i++) {
		const struct cost *r = &t->rows[i];

		spent += r->mean * (double)r->lines;
		lines += (double)r->lines;
		bytes += (double)r->bytes;
		over += r->median > MARK_NS;
		if (i < shown && r->lines > 0)
			printf("%-32s %6zu %6zu %9.0f %9.0f %10.0f%s\n",
			    r->name, r->lines, r->bytes / r->lines, r->median,
			    r->dearest, 1e9 / r->mean,
			    r->median > MARK_NS ? " !" : "");
		if (i < shown && lines_too && r->lines > 0)
			print_line(r);
	}
	if (t->n > 1)
		printf("%-32s %6.0f %6.0f %9.0f %9s %10.0f\n"
		       "%zu of %zu over %d ns at the median\n",
		    "the mean of all", lines, bytes / lines, spent / lines, "",
		    lines / spent * 1e9, over, t->n, MARK_NS);
	printf("\n");
}

int
main(int argc, char **argv)
{
	struct bench_normaliser b;
	const char *packs = NULL;
	struct costs samples = {0}, files = {0}, mixed = {0};
	size_t rounds = 15, shown = SHOWN;
	bool only_files = false, lines = false, good;
	int at = 1;

	for (; at < argc && argv[at][0] == '-'; at++) {
		struct str name = str_from(argv[at]);
		uint64_t n;

		if (str_eq(name, STR("--all"))) {
			shown = SIZE_MAX;
		} else if (str_eq(name, STR("--only-files"))) {
			only_files = true;
		} else if (str_eq(name, STR("--lines"))) {
			lines = true;
		} else if (str_eq(name, STR("--packs")) && at + 1 < argc) {
			packs = argv[++at];
		} else if (str_eq(name, STR("--rounds")) && at + 1 < argc &&
		    str_to_u64(str_from(argv[at + 1]), &n) && n > 0 &&
		    n < 100000) {
			rounds = (size_t)n;
			at++;
		} else {
			fprintf(stderr, "usage: packs [--packs DIR] "
			    "[--rounds N] [--all] [--lines] [--only-files] "
			    "[FILE...]\n");
			return 3;
		}
	}
	if (!bench_normaliser_init(&b, packs))
		return 2;
	if (!only_files)
		measure_packs(&samples, &b, rounds);
	good = measure_files(&files, &mixed, &b, argv + at,
	    (size_t)(argc - at), rounds);
	print("pack, its own samples", &samples, shown, lines);
	print("file", &files, shown, lines);
	print("files", &mixed, shown, lines);
	free(samples.rows);
	free(files.rows);
	free(mixed.rows);
	bench_normaliser_fini(&b);
	return good ? 0 : 3;
}
