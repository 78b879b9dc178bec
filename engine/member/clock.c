#include "engine/member/clock.h"

#include "engine/base/hash.h"

#define STRETCH	  (5 * MINUTE)
#define FEW	  4
#define PROBES	  4
#define ZONE_STEP (15 * MINUTE)
#define ZONE_NEAR (90 * SECOND)

static bool
is_text(const char *text, struct str s)
{
	return memcmp(text, s.p, s.n) == 0 && text[s.n] == '\0';
}

static bool
is_source(const struct clock_source *c, struct str member, struct str source)
{
	return c->lines > 0 && is_text(c->source, source) &&
	    is_text(c->member, member);
}

static void
copy_text(char *text, struct str s)
{
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
}

/* Readers of other processes see a free slot while the names change. */
static void
begin(struct clock_source *c, struct str member, struct str source,
    int64_t received)
{
	__atomic_store_n(&c->lines, 0, __ATOMIC_RELEASE);
	copy_text(c->member, member);
	copy_text(c->source, source);
	c->least = c->before = INT64_MAX;
	c->since = received;
}

static struct clock_source *
find(struct clock_table *t, struct str member, struct str source,
    int64_t received)
{
	uint64_t hash = hash_bytes(source) ^ hash_bytes(member);
	uint32_t oldest = (uint32_t)(hash % CLOCK_SLOTS);

	for (uint32_t i = 0; i < PROBES; i++) {
		uint32_t at = (uint32_t)((hash + i) % CLOCK_SLOTS);

		if (is_source(&t->at[at], member, source)) {
			t->last = at;
			return &t->at[at];
		}
		if (t->at[at].lines == 0 ||
		    (t->at[oldest].lines > 0 &&
			t->at[at].seen < t->at[oldest].seen))
			oldest = at;
	}
	begin(&t->at[oldest], member, source, received);
	t->last = oldest;
	return &t->at[oldest];
}

void
clock_note(struct clock_table *t, struct str member, struct str source,
    int64_t sent, int64_t received)
{
	struct clock_source *c = &t->at[t->last % CLOCK_SLOTS];
	int64_t lag = received - sent;

	if (source.n == 0)
		return;
	source = str_first(source, CLOCK_SOURCE - 1);
	member = str_first(member, CLOCK_MEMBER - 1);
	if (!is_source(c, member, source))
		c = find(t, member, source, received);
	if (received - c->since >= STRETCH) {
		c->before = received - c->since < 2 * STRETCH ? c->least
							      : INT64_MAX;
		c->least = INT64_MAX;
		c->since = received;
	}
	if (lag < c->least)
		c->least = lag;
	c->seen = received;
	if (c->lines < UINT32_MAX)
		__atomic_store_n(&c->lines, c->lines + 1, __ATOMIC_RELEASE);
}

bool
clock_ahead(const struct clock_source *s, int64_t *ahead)
{
	int64_t least = s->least < s->before ? s->least : s->before;

	if (s->lines < FEW || least == INT64_MAX)
		return false;
	*ahead = -least;
	return true;
}

bool
clock_is_zone(int64_t ahead)
{
	int64_t off = ahead < 0 ? -ahead : ahead, rest = off % ZONE_STEP;

	return off >= ZONE_STEP - ZONE_NEAR && off <= 14 * HOUR &&
	    (rest <= ZONE_NEAR || rest >= ZONE_STEP - ZONE_NEAR);
}
