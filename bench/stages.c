/*
 * What each stage costs on one core, without sockets: lines of a corpus
 * through more and more of the pipeline, the difference is the stage.
 *
 *   stages [--rules PATH]... [--packs DIR] [--rounds N] [--only STAGE] CORPUS
 *
 * Prints one JSON object a stage: ns a line, lines a second; first what the
 * load of packs and rules took. A first round that counts for nothing makes
 * what is made when it is first asked for (the index of a log source).
 * Instructions: valgrind --tool=callgrind --toggle-collect=round_of, with
 * --only for one round of a stage and those before it.
 */
#include "bench/map_file.h"
#include "engine/base/stamp.h"
#include "engine/correlate/correlate.h"
#include "engine/daemon/generation.h"
#include "engine/pipeline/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct bench {
	const char *name;
	struct generation *gen;
	struct pipeline *pipeline;
	struct str text;
	uint64_t lines, matches, alerts;
	int64_t received;
	struct match_list all; /* of the last round, for the windows */
};

static int64_t
mono_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000 + ts.tv_nsec;
}

enum stage { STAGE_CUT, STAGE_PARSE, STAGE_DETECT, STAGE_MATCH, STAGES };

static const char *const names[STAGES] = {"cut", "parse", "detect", "match"};

static inline void
pass(struct bench *b, enum stage stage)
{
	struct pipeline *p = b->pipeline;
	struct str rest = b->text, line;
	struct origin origin = {.received = b->received,
	    .member = members_at(p->parts.members, 0),
	    .transport = TRANSPORT_TCP};

	b->lines = b->matches = 0;
	while (str_next_line(&rest, &line)) {
		b->lines++;
		origin.id.segment = 1;
		origin.id.offset = (uint32_t)b->lines;
		if (stage >= STAGE_PARSE)
			normalise(p->normaliser, p->event, line, &origin);
		if (stage >= STAGE_DETECT)
			p->n_rules = detect(p->detector, p->event, &p->rules);
		if (stage >= STAGE_MATCH && p->n_rules > 0) {
			specs_match(p->parts.specs, p->parts.members, p->event,
			    p->rules, p->n_rules, &p->matches);
			b->matches += p->matches.n;
			match_list_clear(&p->matches);
		}
	}
}

static __attribute__((noinline)) void
round_of(struct bench *b, enum stage stage)
{
	pass(b, stage);
}

static __attribute__((noinline)) void
warm_up(struct bench *b)
{
	pass(b, STAGE_MATCH);
}

/* Most resident memory until now, KiB. */
static uint64_t
peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)usage.ru_maxrss;
}

static void
report(const char *stage, double ns, uint64_t n)
{
	printf("{\"stage\":\"%s\",\"ns_per_line\":%.1f,\"lines_per_second\":"
	       "%.0f}\n",
	    stage, ns / (double)n, (double)n / ns * 1e9);
}

static void
on_alert(void *arg, const struct alert *alert)
{
	struct bench *b = arg;

	if (alert->revision == 1)
		b->alerts++;
}

static void
on_match(void *arg, const struct match *match)
{
	(void)arg;
	(void)match;
}

/* All matches of the corpus applied to windows in memory. */
static void
bench_windows(struct bench *b)
{
	struct windows_sink sink = {on_alert, on_match, b};
	struct windows *w = windows_new(b->gen->parts.specs,
	    &(struct windows_limits){50000, 4000000}, &sink);
	struct pipeline *p = b->pipeline;
	struct str rest = b->text, line;
	struct origin origin = {.received = b->received,
	    .member = members_at(p->parts.members, 0),
	    .transport = TRANSPORT_TCP};
	int64_t spent = 0, from;
	uint64_t n = 0, lines = 0;

	while (str_next_line(&rest, &line)) {
		origin.id.segment = 1;
		origin.id.offset = (uint32_t)++lines;
		pipeline_line(p, line, &origin);
		if (p->matches.n < 1000)
			continue;
		from = mono_ns();
		for (size_t i = 0; i < p->matches.n; i++)
			windows_apply(w, &p->matches.items[i]);
		spent += mono_ns() - from;
		n += p->matches.n;
		match_list_clear(&p->matches);
	}
	match_list_clear(&p->matches);
	printf("{\"stage\":\"window\",\"ns_per_match\":%.1f,"
	       "\"matches_per_second\":%.0f,\"matches\":%llu,\"windows\":%zu,"
	       "\"bytes_per_window\":%.0f,\"alerts\":%llu}\n",
	    (double)spent / (double)(n + !n),
	    (double)n / (double)(spent + !spent) * 1e9, (unsigned long long)n,
	    windows_count(w),
	    (double)windows_size(w) / (double)(windows_count(w) + !windows_count(w)),
	    (unsigned long long)b->alerts);
	windows_free(w);
}

static void
run(struct bench *b, int rounds)
{
	double best[STAGES], before = 0;

	warm_up(b);
	for (int s = 0; s < STAGES; s++) {
		best[s] = 1e18;
		for (int i = 0; i < rounds; i++) {
			int64_t from = mono_ns();
			double spent;

			round_of(b, (enum stage)s);
			spent = (double)(mono_ns() - from);
			if (spent < best[s])
				best[s] = spent;
		}
		report(names[s], best[s] - before, b->lines);
		before = best[s];
	}
	report("all of these", before, b->lines);
	printf("{\"stage\":\"found\",\"lines\":%llu,\"bytes_per_line\":%.0f,"
	       "\"matches\":%llu,\"peak_mib\":%.1f}\n",
	    (unsigned long long)b->lines,
	    (double)b->text.n / (double)b->lines,
	    (unsigned long long)b->matches, (double)peak_kib() / 1024);
	bench_windows(b);
}

int
main(int argc, char **argv)
{
	struct generation_paths paths = {.lenient = true};
	struct bench b = {0};
	struct timespec ts;
	int64_t from;
	int rounds = 3;
	enum stage only = STAGES;
	bool ok;

	for (int i = 1; i + 1 < argc; i += 2) {
		struct str name = str_from(argv[i]);
		uint64_t n;

		if (str_eq(name, STR("--rules")) &&
		    paths.n_rules < GENERATION_MAX_RULES)
			paths.rules[paths.n_rules++] = argv[i + 1];
		else if (str_eq(name, STR("--packs")))
			paths.packs = argv[i + 1];
		else if (str_eq(name, STR("--rounds")) &&
		    str_to_u64(str_from(argv[i + 1]), &n) && n < 1000)
			rounds = (int)n;
		else if (str_eq(name, STR("--only")))
			for (only = 0; only < STAGES &&
			     strcmp(names[only], argv[i + 1]) != 0; only++)
				;
	}
	if (argc < 2 || !map_file(argv[argc - 1], &b.text) ||
	    b.text.n == 0) {
		fprintf(stderr, "usage: stages [OPTIONS] CORPUS\n");
		return 3;
	}
	clock_gettime(CLOCK_REALTIME, &ts);
	b.received = ts.tv_sec * SECOND;
	from = mono_ns();
	b.gen = generation_load(&paths, &ok);
	if (!ok) {
		fprintf(stderr, "the generation cannot be loaded\n");
		return 2;
	}
	printf("{\"stage\":\"load\",\"rules\":%zu,\"ms\":%.0f,\"peak_mib\":"
	       "%.1f}\n",
	    ruleset_count(b.gen->rules), (double)(mono_ns() - from) / 1e6,
	    (double)peak_kib() / 1024);
	b.pipeline = pipeline_new(&b.gen->parts);
	if (only < STAGES) {
		warm_up(&b);
		round_of(&b, only);
	} else {
		run(&b, rounds);
	}
	pipeline_free(b.pipeline);
	generation_free(b.gen);
	return 0;
}
