/*
 * Which alerts are one incident.
 *
 * The key of an incident is (kind of attack, scope, entity):
 * - the kind is the class of the RSIT type; intrusion-attempts and intrusions
 *   are one kind, so that a break-in joins the attempts before it;
 * - an entity that names the attacker wherever it is seen (a public address,
 *   a domain, a URL, a hash, a sender) has the whole sector as its scope: at
 *   the first member it is an incident of that member, from the second on it
 *   is a campaign. So has every alert of a rule with `scope: sector`;
 * - everything else (users, hosts, private addresses) is a member's own;
 * - values that everybody shares are no entity: such alerts are joined by
 *   their rule and its group values only.
 */
#include "engine/incident/private.h"

#include <stdio.h>

#include "engine/base/ip.h"
#include "engine/base/utf8.h"
#include "engine/incident/rsit.h"

/* The fields whose role is known; ECS first, then Sigma's own names. */
static const struct entity_field {
	struct str name;
	enum entity_role role;
	struct str class; /* fields of one class share values; empty: itself */
	const char *word; /* between "Brute force" and the value */
} fields[] = {
#define ENTITY(name, role, class, word)                                        \
	{STR_INIT(name), role, STR_INIT(class), word},
#include "engine/incident/entity.def"
#undef ENTITY
};

/* Values, in lower case, that say nothing about who or where. */
static const struct str stop_values[] = {
    STR_INIT("-"),
    STR_INIT("--"),
    STR_INIT("*"),
    STR_INIT("?"),
    STR_INIT("0"),
    STR_INIT("0.0.0.0"),
    STR_INIT("::"),
    STR_INIT("::1"),
    STR_INIT("127.0.0.1"),
    STR_INIT("255.255.255.255"),
    STR_INIT("localhost"),
    STR_INIT("localhost.localdomain"),
    STR_INIT("n/a"),
    STR_INIT("na"),
    STR_INIT("none"),
    STR_INIT("null"),
    STR_INIT("(null)"),
    STR_INIT("nil"),
    STR_INIT("unknown"),
    STR_INIT("undefined"),
    STR_INIT("any"),
    STR_INIT("anonymous"),
    STR_INIT("anonymous logon"),
    STR_INIT("nobody"),
    STR_INIT("guest"),
    STR_INIT("root"),
    STR_INIT("admin"),
    STR_INIT("administrator"),
    STR_INIT("system"),
    STR_INIT("nt authority\\system"),
    STR_INIT("s-1-5-18"),
    STR_INIT("local service"),
    STR_INIT("network service"),
    STR_INIT("nt authority\\local service"),
    STR_INIT("nt authority\\network service"),
    STR_INIT("nt authority\\anonymous logon"),
    STR_INIT("local system"),
};

/* Networks that mean something else at every member (RFC 1918, 6598, 3927,
 * 4193, 4291); mapped form, so an IPv4 /8 is 104. */
#define V4(a, b)                                                               \
	{                                                                      \
		{                                                              \
			0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b         \
		}                                                              \
	}
static const struct ip_net own_networks[] = {
    {V4(0,   0),     104},
    {V4(10,      0),        104},
    {V4(100,   64),  106},
    {V4(127, 0),   104},
    {V4(169, 254),     112},
    {V4(172,      16),       108},
    {V4(192,   168),     112},
    {{{0xfc}},7},
    {{{0xfe, 0x80}}, 10},
    {{{0}},      127    },
};

static const struct entity_field *
entity_field(struct str name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (str_eq(fields[i].name, name))
			return &fields[i];
	return NULL;
}

enum entity_role
entity_role(struct str field)
{
	const struct entity_field *f = entity_field(field);
	return f == NULL ? ROLE_OTHER : f->role;
}

static struct str
lower(struct arena *arena, struct str s)
{
	char *p = arena_text(arena, s.n);
	for (size_t i = 0; i < s.n; i++)
		p[i] = char_lower(s.p[i]);
	return str_make(p, s.n);
}

static bool
is_stop_value(const struct incidents *all, struct str value)
{
	if (value.n == 0 || map_get(&all->stops, value) != NULL)
		return true;
	for (size_t i = 0; i < sizeof(stop_values) / sizeof(stop_values[0]);
	     i++)
		if (str_eq(stop_values[i], value))
			return true;
	return false;
}

static bool
is_own_address(const struct ip *ip)
{
	for (size_t i = 0; i < sizeof(own_networks) / sizeof(own_networks[0]);
	     i++)
		if (ip_net_has(&own_networks[i], ip))
			return true;
	return false;
}

/* "intrusion-attempts:brute-force" -> "intrusion". */
static struct str
kind_of(struct str rsit)
{
	struct str class, type;
	(void)str_cut(rsit, ':', &class, &type);
	if (str_eq(class, STR("intrusion-attempts")) ||
	    str_eq(class, STR("intrusions")))
		return STR("intrusion");
	return class.n == 0 ? STR("other") : class;
}

/* Does this value name the attacker at every member? */
static bool
is_sector_wide(
    const struct entity_field *field, struct str kind, struct str value)
{
	struct ip ip;
	bool address = ip_parse(value, &ip);
	if (field == NULL || (address && is_own_address(&ip)))
		return false;
	if (field->role == ROLE_ATTACKER)
		return address || !str_eq(field->class, STR("address"));
	/* The far end of malicious code is its master, not a victim. */
	return address && field->role == ROLE_HOST &&
	    str_eq(kind, STR("malicious-code")) &&
	    str_has_prefix(field->name, STR("destination."));
}

static void
add_part(struct buf *key, struct str part)
{
	/* Lengths keep parts apart whatever bytes they have. */
	buf_add_u64(key, part.n);
	buf_add_char(key, ':');
	buf_add(key, part);
	buf_add_char(key, ' ');
}

void
grouping_of(const struct incidents *all, const struct alert *alert,
    struct arena *arena, struct grouping *out)
{
	const struct entity_field *field = entity_field(alert->entity_field);
	struct str value = lower(arena, str_trim(alert->entity));
	struct ip ip;
	char text[IP_TEXT];
	if (ip_parse(value, &ip))
		value = ip_format(&ip, text);
	*out = (struct grouping){.kind = kind_of(alert->rsit)};
	out->stopped = is_stop_value(all, value);
	bool wide = !out->stopped && is_sector_wide(field, out->kind, value);
	out->sector = alert->sector || wide;

	struct buf key;
	buf_init(&key, SIZE_MAX);
	add_part(&key, out->kind);
	add_part(&key, out->sector ? STR("*") : alert->member);
	if (out->stopped) {
		add_part(&key, STR("rule"));
		add_part(&key, alert->rule_id);
		for (size_t i = 0; i < alert->n_group; i++)
			add_part(&key, lower(arena, alert->group[i].value));
	} else {
		/* Near end or far end: one attacker's address. */
		bool far = wide && field->role == ROLE_HOST;
		struct str class = far ? STR("address")
		    : field == NULL    ? alert->entity_field
				       : field->class;
		add_part(&key, class);
		add_part(&key, value);
	}
	out->key = arena_dup(arena, buf_str(&key));
	buf_fini(&key);
}

/* At most `max` bytes of s, no character cut in two. */
static struct str
cut_text(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	size_t n = max;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_first(s, n);
}

static const char *
entity_word(const struct incident *in)
{
	const struct entity_field *f = entity_field(in->entity_field);
	return f == NULL ? "of" : f->word;
}

void
incident_title(const struct incident *in, char *out, size_t n)
{
	const struct rsit *type = rsit_find(in->rsit);
	struct str words = type != NULL ? type->words : STR("Incident");
	struct str entity = cut_text(in->entity, 96);
	char place[96] = "";
	if (in->n_members > 1)
		snprintf(
		    place, sizeof(place), " at %zu members", in->n_members);
	else if (in->n_members == 1)
		snprintf(place, sizeof(place), " at %.*s",
		    STR_ARG(cut_text(in->members[0].name, 80)));
	if (entity.n > 0)
		snprintf(out, n, "%.*s %s %.*s%s", STR_ARG(words),
		    entity_word(in), STR_ARG(entity), place);
	else if (in->n_rules > 0)
		snprintf(out, n, "%.*s: %.*s%s", STR_ARG(words),
		    STR_ARG(cut_text(in->rules[0].title, 96)), place);
	else
		snprintf(out, n, "%.*s%s", STR_ARG(words), place);
}

static struct str
kind_words(struct str kind)
{
	return str_eq(kind, STR("intrusion"))
	    ? STR("intrusion (attempts and break-ins)")
	    : kind;
}

void
incident_why(const struct incident *in, struct buf *out)
{
	struct str kind = kind_words(in->kind);
	if (in->stopped && in->entity.n == 0)
		buf_printf(out,
		    "The alerts name no entity, so only alerts of the same "
		    "rule and group values join.");
	else if (in->stopped)
		buf_printf(out,
		    "The value '%.*s' of %.*s is too common to group by, so "
		    "only alerts of the same rule and group values join.",
		    STR_ARG(in->entity), STR_ARG(in->entity_field));
	else if (in->n_members > 1)
		buf_printf(out,
		    "%.*s %.*s was seen at %zu members with the same kind of "
		    "attack, %.*s, so its alerts are one campaign.",
		    STR_ARG(in->entity_field), STR_ARG(in->entity),
		    in->n_members, STR_ARG(kind));
	else
		buf_printf(out,
		    "Alerts about %.*s %.*s at %s%.*s%s of the same kind of "
		    "attack, %.*s, join while it is open and for 24 h after "
		    "it is closed.",
		    STR_ARG(in->entity_field), STR_ARG(in->entity),
		    in->sector ? "any member (so far " : "",
		    STR_ARG(in->n_members > 0 ? in->members[0].id
					      : STR("no member")),
		    in->sector ? ")" : "", STR_ARG(kind));
	if (in->recurrence[0] != '\0')
		buf_printf(out, " It follows %s, which had the same key.",
		    in->recurrence);
	if (in->merged_into != NULL)
		buf_printf(
		    out, " A person merged it into %s.", in->merged_into->id);
}
