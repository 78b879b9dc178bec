/*
 * The members: who forwards logs to us, and how much weight each has. Read
 * from members.yaml (docs/man/vigie-members.5); belongs to one generation.
 * Index 0 is always "unregistered": lines of networks that nobody declared,
 * where the configuration takes them at all.
 */
#ifndef VIGIE_MEMBER_MEMBER_H
#define VIGIE_MEMBER_MEMBER_H

#include "engine/base/arena.h"
#include "engine/base/err.h"
#include "engine/base/ip.h"
#include "engine/base/stamp.h"
#include "engine/base/yaml.h"
#include "engine/event/logsource.h"

/* DESIGN section 5: "expected sources"; `networks` empty: any address. */
struct member_source {
	struct str host;     /* HOSTNAME as the device writes it; empty: any */
	struct ip_net net;   /* address it sends from */
	bool has_net;
	struct logsource source;
};

struct member {
	uint32_t index;
	struct str id;	 /* [a-z0-9-]{1,40}, unique */
	struct str name; /* for people */
	struct str type; /* key of the table of types: acute-hospital, ... */
	uint32_t weight; /* M, 0..4, from the type (domain.md 3.3) */
	uint32_t users;	 /* 0: not known */
	struct ip_net *networks;
	size_t n_networks;
	struct str *certificates; /* SANs, or "sha256:<64 hex>" */
	size_t n_certificates;
	struct zone *zone; /* NULL: UTC */
	struct str zone_name;
	struct str *assets; /* critical: host names, addresses, as text */
	size_t n_assets;
	struct member_source *sources;
	size_t n_sources;
	struct str contact_email; /* may be empty */
	struct str contact_phone;
	struct str contact_key; /* OpenPGP fingerprint */
};

struct members;

/*
 * How a zone's TZif bytes are found ("Europe/Luxembourg" to bytes); this room
 * opens no file. Returns false when there is no such zone. The bytes need to
 * live until the call returns only.
 */
typedef bool zone_find_fn(void *arg, struct str name, struct str *bytes);

/*
 * From the text of members.yaml; all mistakes go to err (place, hint). An
 * empty text gives the table with only "unregistered" in it. NULL when there
 * were errors. Words of sources are interned in `words`.
 */
struct members *members_load(struct arena *arena, struct word_table *words,
    struct str file, struct str text, zone_find_fn *find_zone, void *arg,
    struct err *err);

size_t members_count(const struct members *m); /* "unregistered" included */
const struct member *members_at(const struct members *m, uint32_t index);
const struct member *members_find(const struct members *m, struct str id);

/* Who sends from this address: the longest network wins. NULL: nobody's. */
const struct member *members_by_ip(const struct members *m,
    const struct ip *ip);

/* Does the member call this host name or address critical? Case ignored. */
bool member_is_critical(const struct member *m, struct str asset);

/* What the member declared of this sender: words not said are 0. */
struct logsource member_source(const struct member *m, struct str host,
    const struct ip *ip);

#endif
