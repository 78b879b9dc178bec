/*
 * ECS gives a few fields a list of words; rules and dashboards ask for them.
 * Another word sets the field as well, and nobody ever finds the event.
 */
#include "engine/normalise/pack.h"

static const struct str kinds[] = {STR_INIT("alert"), STR_INIT("asset"),
    STR_INIT("enrichment"), STR_INIT("event"), STR_INIT("metric"),
    STR_INIT("pipeline_error"), STR_INIT("signal"), STR_INIT("state")};
static const struct str categories[] = {STR_INIT("api"),
    STR_INIT("authentication"), STR_INIT("configuration"),
    STR_INIT("database"), STR_INIT("driver"), STR_INIT("email"),
    STR_INIT("file"), STR_INIT("host"), STR_INIT("iam"),
    STR_INIT("intrusion_detection"), STR_INIT("library"),
    STR_INIT("malware"), STR_INIT("network"), STR_INIT("package"),
    STR_INIT("process"), STR_INIT("registry"), STR_INIT("session"),
    STR_INIT("threat"), STR_INIT("vulnerability"), STR_INIT("web")};
static const struct str types[] = {STR_INIT("access"), STR_INIT("admin"),
    STR_INIT("allowed"), STR_INIT("change"), STR_INIT("connection"),
    STR_INIT("creation"), STR_INIT("deletion"), STR_INIT("denied"),
    STR_INIT("device"), STR_INIT("end"), STR_INIT("error"),
    STR_INIT("group"), STR_INIT("indicator"), STR_INIT("info"),
    STR_INIT("installation"), STR_INIT("protocol"), STR_INIT("start"),
    STR_INIT("user")};
static const struct str outcomes[] = {STR_INIT("failure"),
    STR_INIT("success"), STR_INIT("unknown")};

#define WORDS(list) list, sizeof(list) / sizeof(*list)

static const struct {
	struct str field;
	const struct str *words;
	size_t n;
} closed[] = {
    {STR_INIT("event.kind"),	 WORDS(kinds)	  },
    {STR_INIT("event.category"), WORDS(categories)},
    {STR_INIT("event.type"),	 WORDS(types)	  },
    {STR_INIT("event.outcome"),	 WORDS(outcomes)  },
};

static bool
is_word(const struct str *words, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(words[i], s))
			return true;
	}
	return false;
}

static void
doubt(struct loader *l, const struct yaml *node, struct str field,
    const struct str *words, size_t n)
{
	char all[512];
	size_t at = 0;

	err_warn(l->err, node->at, "unknown_value",
	    "'%.*s' is no %.*s of ECS", STR_ARG(node->text), STR_ARG(field));
	for (size_t i = 0; i < n && at + words[i].n + 2 < sizeof(all); i++) {
		memcpy(all + at, words[i].p, words[i].n);
		at += words[i].n;
		memcpy(all + at, ", ", 2);
		at += 2;
	}
	err_hint(l->err, "it has: %.*s", (int)at - 2, all);
	err_did_you_mean(l->err, node->text, words, n);
}

/* A constant that is none of the field's type never sets it. */
static void
check_type(struct loader *l, field_id field, const struct yaml *node)
{
	struct str name = field_name(l->fields, field);
	enum field_type type = field_type(l->fields, field);
	bool digit = false, boolean;

	for (size_t i = 0; i < node->text.n; i++)
		digit |= char_is_digit(node->text.p[i]);
	if (type == FIELD_BOOL ? str_to_bool(node->text, &boolean)
			       : digit || (type != FIELD_LONG &&
				     type != FIELD_DOUBLE &&
				     type != FIELD_DATE))
		return;
	err_warn(l->err, node->at, "bad_value",
	    "'%.*s' is no %s: it never sets %.*s", STR_ARG(node->text),
	    type == FIELD_BOOL ? "true or false"
			       : type == FIELD_DATE ? "time" : "number",
	    STR_ARG(name));
}

void
check_words(struct loader *l, field_id field, const struct yaml *node)
{
	struct str name = field_name(l->fields, field);

	if (node->kind == YAML_LIST) {
		for (size_t i = 0; i < node->n; i++)
			check_words(l, field, node->items[i]);
		return;
	}
	if (node->kind != YAML_SCALAR || yaml_is_null(node) ||
	    str_find(node->text, STR("%{")) != SIZE_MAX)
		return;
	check_type(l, field, node);
	for (size_t i = 0; i < sizeof(closed) / sizeof(*closed); i++) {
		if (str_eq(name, closed[i].field) &&
		    !is_word(closed[i].words, closed[i].n, node->text))
			doubt(l, node, name, closed[i].words, closed[i].n);
	}
}
