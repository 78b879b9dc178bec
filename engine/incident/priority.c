#include "engine/incident/priority.h"

#include <stdarg.h>
#include <stdio.h>

#include "engine/base/log.h"
#include "engine/base/stamp.h"
#include "engine/incident/rsit.h"

/* Weights of the formula; the largest G, E, M and X give 60+20+8+12 = 100. */
#define POINTS_GRAVITY 12
#define POINTS_EXTENT  4
#define POINTS_MEMBER  2
#define POINTS_FACT    4
#define SCORE_MAX      100
#define SCORE_AT_ONCE  80 /* from here on work is due at t0 */
#define MEMBER_MAX     4
#define STEP_MAX       5

#define SPAN_POINT  (18 * MINUTE)
#define SPAN_ANSWER (15 * MINUTE) /* nobody reads faster than that */

static const struct {
	enum floor_kind kind;
	int score;
	const char *name;
} floors[] = {
    {FLOOR_RANSOMWARE, 70, "ransomware"     },
    {FLOOR_DIRECTORY,  80, "whole directory"},
    {FLOOR_PATIENT,    90, "patient safety" },
};

static void __attribute__((format(printf, 3, 4)))
term(struct priority *out, int points, const char *format, ...)
{
	if (out->n_terms == PRIORITY_TERMS)
		return;
	struct priority_term *t = &out->terms[out->n_terms++];
	va_list args;
	va_start(args, format);
	vsnprintf(t->text, sizeof(t->text), format, args);
	va_end(args);
	t->points = points;
	out->score += points;
}

static void
add_gravity(const struct priority_input *in, struct priority *out)
{
	const struct rsit *type = rsit_find(in->rsit);
	if (type == NULL)
		type = rsit_find(STR("other:undetermined"));
	int base = type->gravity;
	term(out, POINTS_GRAVITY * base, "gravity: %.*s %d",
	    STR_ARG(type->type), base);
	out->gravity = base;
	if (base == 0)
		return; /* a test stays a test */
	int g = base;
	if (in->critical_asset) {
		term(out, POINTS_GRAVITY, "gravity: critical asset +1");
		g++;
	}
	if (in->blocked) {
		term(out, -POINTS_GRAVITY, "gravity: blocked -1");
		g--;
	}
	if (in->low_confidence) {
		term(out, -POINTS_GRAVITY, "gravity: low confidence -1");
		g--;
	}
	int kept = g < 1 ? 1 : g > STEP_MAX ? STEP_MAX : g;
	if (kept != g)
		term(out, POINTS_GRAVITY * (kept - g),
		    "gravity: kept within 1 and %d", STEP_MAX);
	out->gravity = kept;
}

/* How many of the five bounds v reaches. */
static int
step(uint64_t v, const uint64_t bounds[STEP_MAX])
{
	int n = 0;
	while (n < STEP_MAX && v >= bounds[n])
		n++;
	return n;
}

/* Share of the member's users, in hundredths of a per cent. */
static uint64_t
share_of(uint64_t affected, uint64_t users)
{
	if (users == 0)
		return 0;
	if (affected >= users)
		return 10000;
	/* Cut first: nobody has 2^40 users. */
	uint64_t a = affected < (UINT64_C(1) << 40) ? affected
						    : UINT64_C(1) << 40;
	return a * 10000 / users;
}

static void
add_extent(const struct priority_input *in, struct priority *out)
{
	static const uint64_t affected_steps[STEP_MAX] = {
	    2, 10, 100, 1000, 10000};
	static const uint64_t share_steps[STEP_MAX] = {
	    100, 500, 1000, 2500, 5000};
	static const uint64_t member_steps[STEP_MAX] = {2, 2, 2, 3, 5};
	static const uint64_t hour_steps[STEP_MAX] = {1, 4, 8, 24, 72};

	uint64_t affected = in->affected == 0 ? 1 : in->affected;
	uint64_t share = share_of(affected, in->member_users);
	uint64_t hours = in->outage > 0 ? (uint64_t)(in->outage / HOUR) : 0;
	int e_affected = step(affected, affected_steps);
	int e_share = step(share, share_steps);
	int e_members = step(in->members, member_steps);
	int e_outage = step(hours, hour_steps);
	if (e_share > e_affected + 2)
		e_share = e_affected + 2;

	int e = e_affected;
	if (e_share > e)
		e = e_share;
	if (e_members > e)
		e = e_members;
	if (e_outage > e)
		e = e_outage;
	out->extent = e;
	int points = POINTS_EXTENT * e;
	if (e == e_members && e > 0)
		term(out, points, "extent: %llu members %d",
		    (unsigned long long)in->members, e);
	else if (e == e_affected)
		term(out, points, "extent: %llu affected %d",
		    (unsigned long long)affected, e);
	else if (e == e_share)
		term(out, points, "extent: %llu.%llu %% of the users %d",
		    (unsigned long long)(share / 100),
		    (unsigned long long)(share % 100 / 10), e);
	else
		term(out, points, "extent: %llu h without service %d",
		    (unsigned long long)hours, e);
	if (in->lower_bound)
		term(out, 0, "extent: lower bound");
}

static void
add_floor(const struct priority_input *in, struct priority *out)
{
	for (size_t i = 0; i < sizeof(floors) / sizeof(floors[0]); i++) {
		if (floors[i].kind != in->floor)
			continue;
		int lift = floors[i].score - out->score;
		term(out, lift > 0 ? lift : 0, "floor: %s %d%s", floors[i].name,
		    floors[i].score, lift > 0 ? "" : " (reached already)");
	}
}

void
priority_compute(const struct priority_input *in, struct priority *out)
{
	*out = (struct priority){0};
	add_gravity(in, out);
	add_extent(in, out);
	uint32_t m = in->weight > MEMBER_MAX ? MEMBER_MAX : in->weight;
	term(out, POINTS_MEMBER * (int)m, "member: weight %u", m);
	if (in->health_data)
		term(out, POINTS_FACT, "aggravation: health data exposed");
	if (in->nis2)
		term(out, POINTS_FACT,
		    "aggravation: candidate for NIS2 significance");
	if (in->spreading)
		term(out, POINTS_FACT, "aggravation: spreading");
	if (out->score > SCORE_MAX)
		BUG("the terms of a priority add up to more than 100");
	add_floor(in, out);
	out->band = out->score >= 80 ? 1
	    : out->score >= 60       ? 2
	    : out->score >= 40       ? 3
	    : out->score >= 20       ? 4
				     : 5;
}

int64_t
priority_order(int score, int64_t t0)
{
	int left = SCORE_AT_ONCE - score;
	return left > 0 ? t0 + left * SPAN_POINT : t0;
}

int64_t
priority_deadline(int score, int64_t t0)
{
	int64_t d = priority_order(score, t0);
	return d > t0 + SPAN_ANSWER ? d : t0 + SPAN_ANSWER;
}
