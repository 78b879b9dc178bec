/* members.yaml to the table. */
#include "engine/member/table.h"

#include <stdlib.h>

#define KEYS(list) list, sizeof(list) / sizeof(*list)
#define ID_MAX 40

static const struct {
	struct str name;
	uint32_t weight;
} types[] = {
#define TYPE(name, weight) {STR_INIT(name), weight},
#include "engine/member/types.def"
#undef TYPE
};
#define N_TYPES (sizeof(types) / sizeof(*types))

struct loader {
	struct members *m;
	struct word_table *words;
	zone_find_fn *find_zone;
	void *arg;
	struct err *err;
};

static bool
is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((s.p[i] < 'a' || s.p[i] > 'z') && !char_is_digit(s.p[i]) &&
		    s.p[i] != '-')
			return false;
	}
	return s.n > 0 && s.n <= ID_MAX;
}

static void
read_id(struct loader *l, const struct yaml *node, struct member *m)
{
	const struct yaml *id = yaml_get(node, "id");

	if (id == NULL) {
		err_add(l->err, node->at, "missing_key",
		    "a member needs an 'id'");
		return;
	}
	if (!yaml_read_str(id, "id", &m->id, l->err))
		return;
	if (!is_id(m->id)) {
		err_add(l->err, id->at, "bad_id",
		    "'%.*s' is no id: 1 to %d of a-z, 0-9 and '-'",
		    STR_ARG(m->id), ID_MAX);
		return;
	}
	if (map_get(&l->m->by_id, m->id) != NULL) {
		err_add(l->err, id->at, "duplicate_id",
		    "the member '%.*s' exists already", STR_ARG(m->id));
		return;
	}
	map_put(&l->m->by_id, m->id, m);
}

static void
read_type(struct loader *l, const struct yaml *node, struct member *m)
{
	const struct yaml *type = yaml_get(node, "type");
	struct str names[N_TYPES];
	uint64_t weight;

	m->type = STR("unregistered");
	if (type == NULL) {
		err_add(l->err, node->at, "missing_key",
		    "a member needs a 'type'");
		err_hint(l->err, "one of acute-hospital, laboratory, "
		    "pharmacy, practice, ...");
	} else {
		bool found = false;

		yaml_read_str(type, "type", &m->type, l->err);
		for (size_t i = 0; i < N_TYPES; i++) {
			names[i] = types[i].name;
			if (!str_eq(types[i].name, m->type))
				continue;
			m->weight = types[i].weight;
			found = true;
		}
		if (!found) {
			err_add(l->err, type->at, "unknown_type",
			    "there is no type of member '%.*s'",
			    STR_ARG(m->type));
			err_did_you_mean(l->err, m->type, names, N_TYPES);
		}
	}
	weight = m->weight;
	yaml_read_u64(yaml_get(node, "weight"), "weight", 0, 4, &weight,
	    l->err);
	m->weight = (uint32_t)weight;
}

static bool
read_net(struct loader *l, struct str text, struct place at,
    struct ip_net *out)
{
	if (ip_net_parse(text, true, out))
		return true;
	err_add(l->err, at, "bad_network",
	    "'%.*s' is no network like 192.0.2.0/24 or 2001:db8::/32",
	    STR_ARG(text));
	if (ip_net_parse(text, false, out))
		err_hint(l->err, "there are bits behind the prefix");
	return false;
}

static void
add_network(struct loader *l, const struct ip_net *net, struct place at,
    const struct member *m)
{
	struct members *all = l->m;

	for (size_t i = 0; i < all->n_networks; i++) {
		const struct network *other = &all->networks[i];

		if (!network_same(&other->net, net))
			continue;
		err_add(l->err, at, "duplicate_network",
		    "the network is declared already, for '%.*s' (line %u)",
		    STR_ARG(other->member->id), other->at.line);
		return;
	}
	ARENA_PUSH_ROOM(all->arena, all->networks, all->n_networks,
	    all->cap_networks);
	all->networks[all->n_networks++] = (struct network){*net, m, at};
}

static void
read_networks(struct loader *l, const struct yaml *node, struct member *m)
{
	const struct yaml *list = yaml_get(node, "networks");
	struct str *texts = NULL;
	size_t n = 0;

	if (!yaml_read_list(list, "networks", l->m->arena, &texts, &n, l->err))
		return;
	m->networks = ARENA_ARRAY(l->m->arena, n + 1, struct ip_net);
	for (size_t i = 0; i < n; i++) {
		struct place at = list->kind == YAML_LIST ? list->items[i]->at
							  : list->at;

		if (!read_net(l, texts[i], at, &m->networks[m->n_networks]))
			continue;
		add_network(l, &m->networks[m->n_networks], at, m);
		m->n_networks++;
	}
}

/* A SAN, or the SHA-256 of the certificate as hexadecimal digits. */
static void
read_certificates(struct loader *l, const struct yaml *node, struct member *m)
{
	const struct yaml *list = yaml_get(node, "certificates");

	if (!yaml_read_list(list, "certificates", l->m->arena,
		&m->certificates, &m->n_certificates, l->err))
		return;
	for (size_t i = 0; i < m->n_certificates; i++) {
		struct str s = m->certificates[i];
		size_t hex = 0;

		if (!str_has_prefix(s, STR("sha256:"))) {
			if (s.n == 0)
				err_add(l->err, list->at, "bad_certificate",
				    "a certificate's name is empty");
			continue;
		}
		for (size_t k = 7; k < s.n; k++)
			hex += char_is_digit(s.p[k]) ||
			    (char_lower(s.p[k]) >= 'a' &&
				char_lower(s.p[k]) <= 'f');
		if (hex != 64 || s.n != 71)
			err_add(l->err, list->at, "bad_certificate",
			    "'sha256:' needs 64 hexadecimal digits");
	}
}

static void
read_timezone(struct loader *l, const struct yaml *node, struct member *m)
{
	const struct yaml *zone = yaml_get(node, "timezone");
	struct str bytes;

	m->zone_name = STR("UTC");
	if (zone == NULL ||
	    !yaml_read_str(zone, "timezone", &m->zone_name, l->err) ||
	    str_eq(m->zone_name, STR("UTC")))
		return;
	if (l->find_zone != NULL &&
	    l->find_zone(l->arg, m->zone_name, &bytes))
		m->zone = zone_load(l->m->arena, m->zone_name, bytes);
	if (m->zone == NULL) {
		err_add(l->err, zone->at, "unknown_timezone",
		    "there is no time zone '%.*s'", STR_ARG(m->zone_name));
		err_hint(l->err, "a name like Europe/Luxembourg");
	}
}

static void
read_contact(struct loader *l, const struct yaml *node, struct member *m)
{
	static const struct str keys[] = {STR_INIT("email"),
	    STR_INIT("phone"), STR_INIT("key")};
	const struct yaml *c = yaml_get(node, "contact");

	if (c == NULL)
		return;
	if (c->kind != YAML_MAP) {
		err_add(l->err, c->at, "bad_contact",
		    "'contact' has to be a map of email, phone, key");
		return;
	}
	yaml_check_keys(c, KEYS(keys), l->err);
	yaml_read_str(yaml_get(c, "email"), "email", &m->contact_email,
	    l->err);
	yaml_read_str(yaml_get(c, "phone"), "phone", &m->contact_phone,
	    l->err);
	yaml_read_str(yaml_get(c, "key"), "key", &m->contact_key, l->err);
	if (m->contact_email.n > 0 &&
	    str_find_char(m->contact_email, '@') == SIZE_MAX)
		err_add(l->err, yaml_get(c, "email")->at, "bad_contact",
		    "'%.*s' is no e-mail address", STR_ARG(m->contact_email));
}

static void
read_source(struct loader *l, const struct yaml *node,
    struct member_source *s)
{
	static const struct str keys[] = {STR_INIT("host"),
	    STR_INIT("network"), STR_INIT("product"), STR_INIT("category"),
	    STR_INIT("service")};
	struct str product = STR_NONE, category = STR_NONE,
		   service = STR_NONE, net = STR_NONE;

	if (node->kind != YAML_MAP) {
		err_add(l->err, node->at, "bad_source",
		    "a source has to be a map of host, network, product, "
		    "category, service");
		return;
	}
	yaml_check_keys(node, KEYS(keys), l->err);
	yaml_read_str(yaml_get(node, "host"), "host", &s->host, l->err);
	yaml_read_str(yaml_get(node, "network"), "network", &net, l->err);
	yaml_read_str(yaml_get(node, "product"), "product", &product, l->err);
	yaml_read_str(yaml_get(node, "category"), "category", &category,
	    l->err);
	yaml_read_str(yaml_get(node, "service"), "service", &service, l->err);
	if (net.n > 0)
		s->has_net = read_net(l, net, yaml_get(node, "network")->at,
		    &s->net);
	if (product.n + category.n + service.n == 0)
		err_add(l->err, node->at, "bad_source",
		    "a source needs a product, category or service");
	s->source.product = word_intern(l->words, product);
	s->source.category = word_intern(l->words, category);
	s->source.service = word_intern(l->words, service);
}

static void
read_sources(struct loader *l, const struct yaml *node, struct member *m)
{
	const struct yaml *list = yaml_get(node, "sources");

	if (list == NULL)
		return;
	if (list->kind != YAML_LIST) {
		err_add(l->err, list->at, "bad_source",
		    "'sources' has to be a list");
		return;
	}
	m->sources = ARENA_ARRAY(l->m->arena, list->n + 1,
	    struct member_source);
	for (size_t i = 0; i < list->n; i++)
		read_source(l, list->items[i], &m->sources[m->n_sources++]);
}

static struct member *
add_member(struct members *all)
{
	struct member *m = ARENA_NEW(all->arena, struct member);

	m->index = (uint32_t)all->n;
	m->zone_name = STR("UTC");
	ARENA_PUSH_ROOM(all->arena, all->items, all->n, all->cap);
	all->items[all->n++] = m;
	return m;
}

static void
read_member(struct loader *l, const struct yaml *node)
{
	static const struct str keys[] = {STR_INIT("id"), STR_INIT("name"),
	    STR_INIT("type"), STR_INIT("weight"), STR_INIT("users"),
	    STR_INIT("networks"), STR_INIT("certificates"),
	    STR_INIT("timezone"), STR_INIT("contact"), STR_INIT("assets"),
	    STR_INIT("sources")};
	struct member *m;
	uint64_t users = 0;

	if (node->kind != YAML_MAP) {
		err_add(l->err, node->at, "bad_member",
		    "a member has to be a map");
		return;
	}
	m = add_member(l->m);
	yaml_check_keys(node, KEYS(keys), l->err);
	read_id(l, node, m);
	m->name = m->id;
	yaml_read_str(yaml_get(node, "name"), "name", &m->name, l->err);
	read_type(l, node, m);
	yaml_read_u64(yaml_get(node, "users"), "users", 0, UINT32_MAX, &users,
	    l->err);
	m->users = (uint32_t)users;
	read_networks(l, node, m);
	read_certificates(l, node, m);
	read_timezone(l, node, m);
	read_contact(l, node, m);
	yaml_read_list(yaml_get(node, "assets"), "assets", l->m->arena,
	    &m->assets, &m->n_assets, l->err);
	read_sources(l, node, m);
}

static void
read_document(struct loader *l, const struct yaml *doc)
{
	static const struct str keys[] = {STR_INIT("members")};
	const struct yaml *list = yaml_get(doc, "members");

	if (doc->kind != YAML_MAP || list == NULL || list->kind != YAML_LIST) {
		err_add(l->err, list == NULL ? doc->at : list->at,
		    "missing_key", "'members' has to be a list");
		return;
	}
	yaml_check_keys(doc, KEYS(keys), l->err);
	for (size_t i = 0; i < list->n; i++)
		read_member(l, list->items[i]);
}

/* A certificate tells who it is: it can be one member's only. */
static void
check_certificates(struct loader *l, struct str file)
{
	struct map seen;

	map_init_in(&seen, l->m->arena);
	for (size_t i = 1; i < l->m->n; i++) {
		struct member *m = l->m->items[i];

		for (size_t k = 0; k < m->n_certificates; k++) {
			const struct member *other =
			    map_put(&seen, m->certificates[k], m);

			if (other == NULL || other == m)
				continue;
			err_add(l->err, (struct place){.file = file},
			    "duplicate_certificate",
			    "'%.*s' belongs to '%.*s' and to '%.*s'",
			    STR_ARG(m->certificates[k]), STR_ARG(other->id),
			    STR_ARG(m->id));
		}
	}
}

static int
by_length(const void *a, const void *b)
{
	const struct network *x = a, *y = b;

	return (int)y->net.bits - (int)x->net.bits;
}

struct members *
members_load(struct arena *arena, struct word_table *words, struct str file,
    struct str text, zone_find_fn *find_zone, void *arg, struct err *err)
{
	struct members *all = ARENA_NEW(arena, struct members);
	struct loader l = {all, words, find_zone, arg, err};
	size_t before = err->errors, n = 0;
	struct yaml **docs = NULL;
	struct member *none;

	all->arena = arena;
	map_init_in(&all->by_id, arena);
	none = add_member(all);
	none->id = none->type = STR("unregistered");
	none->name = STR("an unregistered sender");
	map_put(&all->by_id, none->id, none);
	yaml_parse(arena, file, text, &docs, &n, err);
	for (size_t i = 0; i < n; i++)
		read_document(&l, docs[i]);
	check_certificates(&l, file);
	if (err->errors > before)
		return NULL;
	if (all->n_networks > 1)
		qsort(all->networks, all->n_networks, sizeof(struct network),
		    by_length);
	return all;
}
