/* The inside of the table of members. Private to this room. */
#ifndef VIGIE_MEMBER_TABLE_H
#define VIGIE_MEMBER_TABLE_H

#include "engine/base/map.h"
#include "engine/member/member.h"

/* One declared network; the list is sorted, the longest prefix first. */
struct network {
	struct ip_net net;
	const struct member *member;
	struct place at;
};

struct members {
	struct arena *arena;
	struct member **items;
	size_t n;
	size_t cap;
	struct map by_id;
	struct network *networks;
	size_t n_networks;
	size_t cap_networks;
};

/* Same prefix length and same bits. */
bool network_same(const struct ip_net *a, const struct ip_net *b);

#endif
