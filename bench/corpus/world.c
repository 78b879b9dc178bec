#include "bench/corpus/world.h"

#include <stdio.h>
#include <time.h>

/* clang-format off */
static const struct {
	const char *name;
	uint32_t count;
} devices[PRODUCTS] = {
    [SSHD] = {"srv", 60},     [IPTABLES] = {"gw", 8}, [ASA] = {"asa", 8},
    [FORTIGATE] = {"fgt", 9}, [NGINX] = {"web", 12},  [POSTFIX] = {"mx", 5},
};
/* clang-format on */

static const uint16_t known_ports[] = {443, 443, 443, 80, 8443, 104, 2575, 22};

/* Ports that a stray packet or a firewall's refusal is about. */
static const uint16_t stray_ports[] = {23,   445,  3389, 1433, 5900, 8080,
				       2323, 5060, 161,  123,  6379, 9200};

/* splitmix64: small, fast, and every seed is a good one. */
uint64_t
random_next(struct world *w)
{
	uint64_t z = (w->random += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint32_t
random_below(struct world *w, uint32_t n)
{
	return (uint32_t)(((random_next(w) >> 32) * n) >> 32);
}

/*
 * The next address that may fail. An odd factor makes a permutation of the
 * 23 bits of 10.128.0.0/9, so none comes back before 8 million others have.
 */
uint32_t
source_next(struct world *w)
{
	uint32_t address;

	do
		address = (w->source_key ^ (w->next_source++ * 0x2c9277b5u)) &
			  0x7fffff;
	while ((address & 0xff) == 0 || (address & 0xff) == 0xff);
	return 0x0a800000u | address;
}

const char *
device_name(enum product product)
{
	return devices[product].name;
}

struct flow
flow_make(struct world *w, enum product product)
{
	uint64_t bits = random_next(w);

	return (struct flow){
	    .client = 0x0a000000u | (uint32_t)(bits & 0x3fff00) |
		      (uint32_t)(1 + (bits & 0xff) % 254),
	    .server = 0x0a400000u | (uint32_t)(bits >> 22 & 0x0700) |
		      (uint32_t)(1 + (bits >> 33 & 0xff) % 254),
	    .outside = 0xc0000200u | (uint32_t)(1 + (bits >> 41 & 0xff) % 250),
	    .client_port = (uint16_t)(32768 + (bits >> 49) % 28000),
	    .server_port = PICK(w, known_ports),
	    .aimed_port = PICK(w, stray_ports),
	    .host = (uint16_t)(1 + random_below(w, devices[product].count)),
	    .id = w->next_id++,
	    .pid = 1000 + random_below(w, 30000),
	    .token = random_next(w),
	    .user = w->users[random_below(w, USERS)],
	};
}

/* Names that nobody has, of three syllables. */
static void
users_make(struct world *w)
{
	static const char syllables[][3] = {"ba", "do", "fe", "gi", "ko", "lu",
					    "mi", "na", "po", "ra", "se", "ti",
					    "vo", "wu", "xa", "zy"};

	for (uint32_t i = 0; i < USERS; i++)
		snprintf(w->users[i], USER_BYTES, "%s%s%s%u", syllables[i % 16],
			 syllables[(i / 16 + 5 * i) % 16],
			 syllables[(i / 256 + 3 * i) % 16], i / 16);
}

void
world_init(struct world *w, uint64_t seed)
{
	*w = (struct world){.random = seed, .next_id = 1000000};
	w->source_key = (uint32_t)random_next(w);
	users_make(w);
}

void
world_set_time(struct world *w, int64_t us)
{
	struct moment *now = &w->now;
	time_t second = (time_t)(us / 1000000);
	struct tm tm;

	now->us = us;
	if (second == now->second)
		return;
	now->second = second;
	gmtime_r(&second, &tm);
	/* No setlocale() anywhere: the months are English. */
	strftime(now->date, sizeof(now->date), "%Y-%m-%d", &tm);
	strftime(now->clock, sizeof(now->clock), "%H:%M:%S", &tm);
	strftime(now->stamp, sizeof(now->stamp), "%b %e %H:%M:%S", &tm);
	strftime(now->common, sizeof(now->common), "%d/%b/%Y:%H:%M:%S +0000",
		 &tm);
}
