#include "engine/detect/regex.h"

#include "engine/base/stamp.h"
#include "engine/base/stats.h"
#include "engine/base/utf8.h"

#include <stdlib.h>

#define MATCH_LIMIT   10000
#define DEPTH_LIMIT   250  /* interpreter only, as is the next */
#define HEAP_LIMIT    1024 /* KiB */
#define STACK_FIRST   ((size_t)32 * 1024)
#define STACK_MAX     ((size_t)512 * 1024)
#define SUBJECT_MAX   ((size_t)64 * 1024)
#define PATTERN_MAX   ((size_t)16 * 1024)

struct regex {
	pcre2_code *code;
	uint32_t number;
	uint32_t rule;
	bool utf;
	bool jit;
};

static bool
is_ascii(struct str s)
{
	uint64_t all = 0, v;
	size_t i = 0;

	for (; i + sizeof(v) <= s.n; i += sizeof(v)) {
		memcpy(&v, s.p + i, sizeof(v));
		all |= v;
	}
	for (; i < s.n; i++)
		all |= (unsigned char)s.p[i];
	return (all & 0x8080808080808080u) == 0;
}

static uint32_t
options_of(const struct sigma_test *t, bool utf)
{
	uint32_t options = PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UCP;

	if (t->regex_i)
		options |= PCRE2_CASELESS;
	if (t->regex_m)
		options |= PCRE2_MULTILINE;
	if (t->regex_s)
		options |= PCRE2_DOTALL;
	if (utf)
		options |= PCRE2_UTF;
	return options;
}

/*
 * As UTF-8, so that `.` is a character and letter case is Unicode's; an
 * expression that is no UTF-8 itself is taken byte by byte.
 */
struct regex *
regex_compile(struct arena *arena, const struct sigma_test *t,
    struct err *err)
{
	bool utf = utf8_is_valid(t->regex);
	struct regex *regex;
	pcre2_code *code;
	PCRE2_SIZE at;
	int error;

	if (t->regex.n > PATTERN_MAX) {
		err_add(err, t->at, "regex_length",
		    "the regular expression has %zu bytes, at most %zu are "
		    "taken", t->regex.n, PATTERN_MAX);
		return NULL;
	}
	code = pcre2_compile((PCRE2_SPTR)(t->regex.n == 0 ? "" : t->regex.p),
	    t->regex.n, options_of(t, utf), &error, &at, NULL);
	if (code == NULL) {
		PCRE2_UCHAR text[160] = {0};

		(void)pcre2_get_error_message(error, text, sizeof(text));
		err_add(err, t->at, "regex",
		    "the regular expression is broken at byte %zu: %s",
		    (size_t)at + 1, (const char *)text);
		return NULL;
	}
	regex = ARENA_NEW(arena, struct regex);
	/* Without JIT (memory protection) it still matches, only slower. */
	regex->jit = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
	regex->code = code;
	regex->utf = utf;
	return regex;
}

void
regex_free(struct regex *regex)
{
	if (regex != NULL)
		pcre2_code_free(regex->code);
}

void
regex_scratch_init(struct view *view)
{
	view->match = pcre2_match_data_create(1, NULL);
	view->context = pcre2_match_context_create(NULL);
	view->stack = pcre2_jit_stack_create(STACK_FIRST, STACK_MAX, NULL);
	if (view->context == NULL || view->match == NULL)
		abort();
	pcre2_set_match_limit(view->context, MATCH_LIMIT);
	pcre2_set_depth_limit(view->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(view->context, HEAP_LIMIT);
	if (view->stack != NULL)
		pcre2_jit_stack_assign(view->context, NULL, view->stack);
}

void
regex_scratch_fini(struct view *view)
{
	pcre2_match_data_free(view->match);
	pcre2_match_context_free(view->context);
	pcre2_jit_stack_free(view->stack);
	free(view->meters);
}

void
regex_meters_init(struct view *view, size_t n)
{
	view->meters = mem_get_zero(n, sizeof(*view->meters));
	view->n_meters = n;
}

void
regex_set_place(struct regex *regex, uint32_t number, uint32_t rule)
{
	regex->number = number;
	regex->rule = rule;
}

uint32_t
regex_rule(const struct regex *regex)
{
	return regex->rule;
}

/* May it run? A new minute has a new budget. */
static bool
budget_left(struct view *view, struct regex_meter *m)
{
	if (m->hits < REGEX_BUDGET)
		return true;
	if (view->ev->received / MINUTE == m->minute) {
		m->skipped++;
		STAT_ADD(regex_skipped, 1);
		return false;
	}
	m->hits = 0;
	m->state = METER_OVER;
	view->has_news = true;
	return true;
}

static void
budget_spend(struct view *view, struct regex_meter *m)
{
	int64_t minute = view->ev->received / MINUTE;

	STAT_ADD(regex_limit, 1);
	if (m == NULL)
		return;
	m->hits = minute == m->minute ? m->hits + 1 : 1;
	m->minute = minute;
	if (m->hits < REGEX_BUDGET)
		return;
	STAT_ADD(regex_suspended, 1);
	if (m->state == METER_FREE)
		m->told = false;
	m->state = METER_SUSPENDED;
	view->has_news = true;
}

bool
regex_news(struct view *view, uint32_t *number, bool *over, uint64_t *skipped)
{
	if (!view->has_news)
		return false;
	for (size_t i = 0; i < view->n_meters; i++) {
		struct regex_meter *m = &view->meters[i];

		if (m->state == METER_FREE ||
		    (m->state == METER_SUSPENDED && m->told))
			continue;
		*number = (uint32_t)i;
		*over = m->told;
		*skipped = m->skipped;
		m->told = !m->told;
		if (!m->told) {
			m->state = METER_FREE;
			m->skipped = 0;
		}
		return true;
	}
	view->has_news = false;
	return false;
}

/* s is valid where the expression is UTF-8: JIT's direct entry does not
 * look. */
static int
run(const struct regex *regex, struct view *view, struct str s,
    uint32_t options)
{
	PCRE2_SPTR p = (PCRE2_SPTR)(s.n == 0 ? "" : s.p);
	int rc;

	if (regex->jit)
		rc = pcre2_jit_match(regex->code, p, s.n, 0, 0, view->match,
		    view->context);
	else
		rc = pcre2_match(regex->code, p, s.n, 0, options, view->match,
		    view->context);

	/* Too deep for JIT's stack is no answer; ask the interpreter. */
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(regex->code, p, s.n, 0,
		    options | PCRE2_NO_JIT, view->match, view->context);
	return rc;
}

/* Bytes that are no UTF-8 become U+FFFD. */
static struct str
repair(struct arena *arena, struct str s)
{
	char *p = arena_text(arena, s.n * 3);
	size_t n = 0;

	for (size_t at = 0; at < s.n;) {
		uint32_t code;
		size_t step = utf8_decode(str_skip(s, at), &code);

		if (step == 0) {
			n += utf8_encode(0xfffd, p + n);
			at++;
			continue;
		}
		memcpy(p + n, s.p + at, step);
		n += step;
		at += step;
	}
	return str_make(p, n);
}

bool
regex_match(const struct regex *regex, struct view *view, struct str text)
{
	struct regex_meter *meter = view->meters == NULL ? NULL
	    : &view->meters[regex->number];
	uint32_t options = 0;
	int rc;

	if (meter != NULL && !budget_left(view, meter))
		return false;
	if (text.n > SUBJECT_MAX) {
		STAT_ADD(regex_limit, 1);
		text.n = SUBJECT_MAX;
	}
	if (!regex->utf || is_ascii(text))
		options = PCRE2_NO_UTF_CHECK;
	else if (!utf8_is_valid(text))
		text = repair(view->arena, text);
	rc = run(regex, view, text, options);
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		budget_spend(view, meter);
	return rc >= 0;
}
