/*
 * By address: networks sorted by length of prefix, the first that has the
 * address wins. A sector has hundreds of networks, not millions, and a
 * connection is looked up once; only UDP asks per datagram, where a worker
 * remembers the last sender.
 */
#include "engine/member/member.h"

#include "engine/member/table.h"

size_t
members_count(const struct members *m)
{
	return m->n;
}

const struct member *
members_at(const struct members *m, uint32_t index)
{
	return index < m->n ? m->items[index] : m->items[0];
}

const struct member *
members_find(const struct members *m, struct str id)
{
	return map_get(&m->by_id, id);
}

bool
network_same(const struct ip_net *a, const struct ip_net *b)
{
	return a->bits == b->bits && ip_eq(&a->ip, &b->ip);
}

const struct member *
members_by_ip(const struct members *m, const struct ip *ip)
{
	for (size_t i = 0; i < m->n_networks; i++) {
		if (ip_net_has(&m->networks[i].net, ip))
			return m->networks[i].member;
	}
	return NULL;
}

bool
member_is_critical(const struct member *m, struct str asset)
{
	struct ip ip;
	bool is_ip;

	if (asset.n == 0 || m->n_assets == 0)
		return false;
	is_ip = ip_parse(asset, &ip);
	for (size_t i = 0; i < m->n_assets; i++) {
		struct ip_net net;

		if (str_eq_nocase(m->assets[i], asset))
			return true;
		if (is_ip && ip_net_parse(m->assets[i], false, &net) &&
		    ip_net_has(&net, &ip))
			return true;
	}
	return false;
}

/* "fw1" in the table is fw1.hospital.example in the log, and reversed. */
static bool
same_host(struct str a, struct str b)
{
	struct str short_a, short_b, rest_a, rest_b;
	struct ip ip;

	if (str_eq_nocase(a, b))
		return true;
	if (ip_parse(a, &ip) || ip_parse(b, &ip))
		return false;
	str_cut(a, '.', &short_a, &rest_a);
	str_cut(b, '.', &short_b, &rest_b);
	return (rest_a.n == 0 || rest_b.n == 0) &&
	    str_eq_nocase(short_a, short_b);
}

struct logsource
member_source(const struct member *m, struct str host, const struct ip *ip)
{
	struct logsource found = {0, 0, 0};

	for (size_t i = 0; i < m->n_sources; i++) {
		const struct member_source *s = &m->sources[i];

		if (s->host.n > 0 && !same_host(s->host, host))
			continue;
		if (s->has_net && !ip_net_has(&s->net, ip))
			continue;
		found = logsource_fill(found, s->source);
	}
	return found;
}
