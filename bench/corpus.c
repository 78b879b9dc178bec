/*
 * corpus: a seeded stream of syslog lines with planted attacks.
 *
 * The event time of line i is start + i * span / lines. The same options give
 * the same bytes; without --start the clock is read once.
 */
#include "bench/corpus/plant.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_BYTES = 1 << 20 };

struct options {
	uint64_t lines;
	uint64_t seed;
	uint64_t span_seconds;
	const char *start;
	const char *attacks;
	bool stamp_now;
};

static const char usage[] =
    "usage: corpus --lines N [--seed S] [--attacks FILE] [--span SECONDS]\n"
    "              [--start YYYY-MM-DDTHH:MM:SSZ | --stamp now]\n"
    "  Writes N syslog lines to standard output, and what was planted in them\n"
    "  to FILE. The last line is of now, unless --start gives the time of the\n"
    "  first; with --stamp now the first is (to be sent at N/SECONDS lines a\n"
    "  second). SECONDS is 900 unless given.\n";

static bool
number_parse(const char *text, uint64_t *value)
{
	uint64_t n = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' || n > UINT64_MAX / 100)
			return false;
		n = n * 10 + (uint64_t)(*text - '0');
	}
	*value = n;
	return true;
}

static bool
start_parse(const char *text, int64_t *us)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

	if (end == NULL || *end != '\0')
		return false;
	*us = (int64_t)timegm(&tm) * 1000000;
	return true;
}

static bool
options_parse(struct options *o, int argc, char **argv)
{
	static const struct option names[] = {
	    {"lines",   required_argument, NULL, 'n'},
	    {"seed",    required_argument, NULL, 's'},
	    {"attacks", required_argument, NULL, 'a'},
	    {"span",    required_argument, NULL, 'p'},
	    {"start",   required_argument, NULL, 't'},
	    {"stamp",   required_argument, NULL, 'w'},
	    {NULL,      0,                 NULL, 0  },
	};
	int c;

	*o = (struct options){.seed = 1, .span_seconds = 900};
	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		bool good = true;

		switch (c) {
		case 'n':
			good = number_parse(optarg, &o->lines);
			break;
		case 's':
			good = number_parse(optarg, &o->seed);
			break;
		case 'p':
			good = number_parse(optarg, &o->span_seconds);
			break;
		case 'a':
			o->attacks = optarg;
			break;
		case 't':
			o->start = optarg;
			break;
		case 'w':
			o->stamp_now = strcmp(optarg, "now") == 0;
			good = o->stamp_now;
			break;
		default:
			return false;
		}
		if (!good) {
			fprintf(stderr, "corpus: '%s': no such value\n",
				optarg);
			return false;
		}
	}
	return optind == argc && o->lines > 0 && o->span_seconds > 0 &&
	       (o->start == NULL || !o->stamp_now);
}

static bool
bytes_put(const char *from, size_t size)
{
	while (size > 0) {
		ssize_t n = write(STDOUT_FILENO, from, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		from += n;
		size -= (size_t)n;
	}
	return true;
}

static bool
corpus_put(struct world *w, struct background *background,
	   const struct plan *plan, const struct extent *extent,
	   uint64_t *bytes)
{
	static char buffer[BUFFER_BYTES];
	char *to = buffer;
	size_t planted = 0;

	for (uint64_t i = 0; i < extent->lines; i++) {
		const struct planted *p = &plan->lines[planted];

		world_set_time(w, extent_time(extent, i));
		if (planted < plan->count && p->line == i) {
			to = line_write(w, to, p->kind, &p->flow);
			planted++;
		} else {
			to = background_write(background, w, to);
		}
		if (buffer + BUFFER_BYTES - to >= LINE_MAX_BYTES)
			continue;
		*bytes += (uint64_t)(to - buffer);
		if (!bytes_put(buffer, (size_t)(to - buffer)))
			return false;
		to = buffer;
	}
	*bytes += (uint64_t)(to - buffer);
	return bytes_put(buffer, (size_t)(to - buffer));
}

static bool
plan_load(struct plan *plan, struct world *w, const struct extent *extent,
	  const char *path)
{
	FILE *attacks = NULL;
	bool good;

	if (path != NULL && (attacks = fopen(path, "w")) == NULL) {
		fprintf(stderr, "corpus: %s: %s\n", path, strerror(errno));
		return false;
	}
	good = plan_make(plan, w, extent, attacks);
	if (!good)
		fprintf(stderr,
			"corpus: 10000 lines or more, and two a second\n");
	if (attacks != NULL && fclose(attacks) != 0) {
		fprintf(stderr, "corpus: %s: %s\n", path, strerror(errno));
		return false;
	}
	return good;
}

int
main(int argc, char **argv)
{
	static struct world world;
	static struct background background;
	struct options o;
	struct extent extent;
	struct plan plan;
	uint64_t bytes = 0;

	if (!options_parse(&o, argc, argv)) {
		fputs(usage, stderr);
		return 3;
	}
	extent = (struct extent){
	    .lines = o.lines,
	    .start = (int64_t)time(NULL) * 1000000,
	    .span = (int64_t)o.span_seconds * 1000000,
	};
	if (o.start == NULL && !o.stamp_now)
		extent.start -= extent.span;
	if (o.start != NULL && !start_parse(o.start, &extent.start)) {
		fprintf(
		    stderr,
		    "corpus: --start: '%s', expected 'YYYY-MM-DDTHH:MM:SSZ'\n",
		    o.start);
		return 3;
	}
	world_init(&world, o.seed);
	background_init(&background, &world);
	if (!plan_load(&plan, &world, &extent, o.attacks))
		return 3;
	if (!corpus_put(&world, &background, &plan, &extent, &bytes)) {
		fprintf(stderr, "corpus: standard output: %s\n",
			strerror(errno));
		return 1;
	}
	fprintf(stderr,
		"corpus: %llu lines, %.1f bytes each, %u attacks and their "
		"decoys in %zu lines\n",
		(unsigned long long)o.lines, (double)bytes / (double)o.lines,
		plan.attacks, plan.count);
	plan_fini(&plan);
	return 0;
}
