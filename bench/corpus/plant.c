/*
 * Every attack has an address of its own in 203.0.113.0/24, every decoy one in
 * 198.51.100.0/24, and nothing else comes from these. An attack takes half a
 * minute of event time at most, well inside each window, so that engines that
 * go by arrival (SEC) see what those see that go by event time.
 */
#include "bench/corpus/plant.h"

#include <assert.h>
#include <stdlib.h>

enum varies { NOTHING, USER, PORT, KIND };

/* What engines have to find; NONE is a decoy, which nobody may report. */
enum attack { NONE, BRUTE, BRUTE_SUCCESS, SPRAY, SCAN, VPN_BRUTE, WEB_SCAN };

static const char *const attack_names[] = {
    [BRUTE] = "ssh_bruteforce",     [BRUTE_SUCCESS] = "ssh_bruteforce_success",
    [SPRAY] = "ssh_spray",          [SCAN] = "port_scan",
    [VPN_BRUTE] = "vpn_bruteforce", [WEB_SCAN] = "web_scan",
};

static const char *const product_names[PRODUCTS] = {
    [SSHD] = "openssh",        [IPTABLES] = "iptables", [ASA] = "cisco_asa",
    [FORTIGATE] = "fortigate", [NGINX] = "nginx",       [POSTFIX] = "postfix",
};

struct scheme {
	enum attack attack;
	enum attack also; /* that the same lines make */
	uint32_t kind;
	enum varies varies; /* what is different on each line */
	uint32_t least;     /* lines */
	uint32_t most;
	bool succeeds; /* ends with an accepted password */
};

#define ATTACKER_FIRST 0xcb007101u /* 203.0.113.1 */
#define DECOY_FIRST    0xc6336401u /* 198.51.100.1 */
#define ADDRESSES      254u

static const struct scheme schemes[] = {
    {BRUTE,         NONE,  SSH_FAILED,    KIND,    8,  20, false},
    {BRUTE_SUCCESS, BRUTE, SSH_FAILED,    NOTHING, 8,  16, true },
    {SPRAY,         BRUTE, SSH_FAILED,    USER,    10, 16, false},
    {SCAN,          NONE,  IPTABLES_DROP, PORT,    25, 60, false},
    {SCAN,          NONE,  ASA_DENY,      PORT,    25, 60, false},
    {VPN_BRUTE,     NONE,  VPN_FAILED,    NOTHING, 8,  20, false},
    {WEB_SCAN,      NONE,  WEB_NOT_FOUND, NOTHING, 25, 60, false},
 /* Too few of what counts, or many of what does not. */
    {NONE,          NONE,  SSH_FAILED,    NOTHING, 3,  3,  false},
    {NONE,          NONE,  SSH_FAILED,    NOTHING, 2,  3,  true },
    {NONE,          NONE,  SSH_FAILED,    USER,    4,  4,  false},
    {NONE,          NONE,  IPTABLES_DROP, PORT,    8,  10, false},
    {NONE,          NONE,  IPTABLES_DROP, NOTHING, 30, 40, false},
    {NONE,          NONE,  ASA_DENY,      PORT,    8,  10, false},
    {NONE,          NONE,  ASA_DENY,      NOTHING, 30, 40, false},
    {NONE,          NONE,  VPN_FAILED,    NOTHING, 3,  3,  false},
    {NONE,          NONE,  WEB_NOT_FOUND, NOTHING, 8,  10, false},
    {NONE,          NONE,  WEB_FOUND,     NOTHING, 40, 60, false},
};
#define SCHEMES (sizeof(schemes) / sizeof(schemes[0]))

/* Whom a brute force tries that does not know the house. */
static const char *const strangers[] = {"admin",   "oracle", "postgres",
					"test",    "backup", "guest",
					"support", "ubuntu"};

int64_t
extent_time(const struct extent *extent, uint64_t line)
{
	double share = (double)line / (double)extent->lines;

	return extent->start + (int64_t)(share * (double)extent->span);
}

static void
plan_add(struct plan *plan, uint64_t line, uint32_t kind,
	 const struct flow *flow)
{
	if (plan->count == plan->room) {
		plan->room = plan->room * 2 + 1024;
		plan->lines =
		    realloc(plan->lines, plan->room * sizeof(plan->lines[0]));
		if (plan->lines == NULL)
			abort();
	}
	plan->lines[plan->count] = (struct planted){
	    .line = line,
	    .order = (uint32_t)plan->count,
	    .kind = kind,
	    .flow = *flow,
	};
	plan->count++;
}

/* One attack or decoy: its lines evenly over a piece of the corpus. */
static void
scheme_plant(struct plan *plan, struct world *w, const struct extent *extent,
	     const struct scheme *scheme, uint32_t source)
{
	struct flow flow = flow_make(w, kind_product(scheme->kind));
	uint32_t count =
	    scheme->least + random_below(w, scheme->most - scheme->least + 1);
	uint64_t half_minute =
	    (uint64_t)(30e6 * (double)extent->lines / (double)extent->span);
	uint64_t length = extent->lines / 4;
	uint32_t first = random_below(w, 1000);
	uint64_t begin;

	if (length > half_minute)
		length = half_minute;
	begin = random_next(w) % (extent->lines - length - 3 * count);
	flow.source = source;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t kind = scheme->kind;

		flow.client_port = (uint16_t)(32768 + random_below(w, 28000));
		flow.token = flow.token * 5 + 1;
		flow.pid++;
		if (scheme->varies == USER)
			flow.user = w->users[(first + i) % USERS];
		if (scheme->varies == PORT) /* 37 and 8000 have no divisor */
			flow.aimed_port =
			    (uint16_t)(1 + (first + 37 * i) % 8000);
		if (scheme->varies == KIND) {
			/* Three users, two of whom are unknown here. */
			flow.user = i % 3 == 0 ? "root"
					       : strangers[(first + i % 3) % 8];
			kind = i % 3 == 0 ? SSH_FAILED : SSH_FAILED_INVALID;
		}
		plan_add(plan, begin + length * i / count, kind, &flow);
	}
	if (scheme->succeeds)
		plan_add(plan, begin + length, SSH_ACCEPTED, &flow);
}

static int
planted_compare(const void *a, const void *b)
{
	const struct planted *one = a;
	const struct planted *other = b;

	if (one->line != other->line)
		return one->line < other->line ? -1 : 1;
	return one->order < other->order ? -1 : 1;
}

static void
attack_write(FILE *to, enum attack attack, uint32_t kind, uint32_t source)
{
	fprintf(to,
		"{\"attack\":\"%s\",\"source\":\"%u.%u.%u.%u\","
		"\"product\":\"%s\"}\n",
		attack_names[attack], source >> 24, source >> 16 & 255,
		source >> 8 & 255, source & 255,
		product_names[kind_product(kind)]);
}

bool
plan_make(struct plan *plan, struct world *w, const struct extent *extent,
	  FILE *attacks)
{
	/* Of each scheme three, and more in a long corpus. */
	uint64_t each = extent->lines / 50000;
	uint32_t attacker = 0;
	uint32_t decoy = 0;

	*plan = (struct plan){.count = 0};
	/* Sparser, and an attack would not fit into its window. */
	if (extent->lines < 8000 ||
	    (double)extent->lines < 2e-6 * (double)extent->span)
		return false;
	each = each < 3 ? 3 : each > 20 ? 20 : each;
	for (uint64_t n = 0; n < each; n++)
		for (size_t i = 0; i < SCHEMES; i++) {
			const struct scheme *s = &schemes[i];
			uint32_t source = s->attack != NONE
					      ? ATTACKER_FIRST + attacker++
					      : DECOY_FIRST + decoy++;

			scheme_plant(plan, w, extent, s, source);
			if (s->attack == NONE || attacks == NULL)
				continue;
			attack_write(attacks, s->attack, s->kind, source);
			if (s->also != NONE)
				attack_write(attacks, s->also, s->kind, source);
		}
	assert(attacker <= ADDRESSES && decoy <= ADDRESSES);
	plan->attacks = attacker;
	qsort(plan->lines, plan->count, sizeof(plan->lines[0]),
	      planted_compare);
	for (size_t i = 1; i < plan->count; i++)
		if (plan->lines[i].line <= plan->lines[i - 1].line)
			plan->lines[i].line = plan->lines[i - 1].line + 1;
	return plan->lines[plan->count - 1].line < extent->lines;
}

void
plan_fini(struct plan *plan)
{
	free(plan->lines);
	*plan = (struct plan){.count = 0};
}
