/* `select:` and `decode:` of a pack. */
#include "engine/normalise/pack.h"

#define KEYS(list) list, sizeof(list) / sizeof(*list)

static const struct {
	struct str name;
	uint32_t bit;
} styles[] = {
    {STR_INIT("text"),	  1u << BODY_TEXT},
    {STR_INIT("json"),	  1u << BODY_JSON},
    {STR_INIT("cef"),	  1u << BODY_CEF },
    {STR_INIT("leef"),	  1u << BODY_LEEF},
    {STR_INIT("xml"),	  1u << BODY_XML },
    {STR_INIT("kv"),	  1u << BODY_KV  },
    {STR_INIT("cisco"),	  STYLE_CISCO    },
    {STR_INIT("ios"),	  STYLE_IOS	 },
    {STR_INIT("iosxr"),	  STYLE_IOS_XR	 },
    {STR_INIT("nxos"),	  STYLE_NXOS	 },
    {STR_INIT("tagged"),  STYLE_TAGGED	 },
    {STR_INIT("rfc5424"), STYLE_RFC5424  },
    {STR_INIT("rfc3164"), STYLE_RFC3164  },
    {STR_INIT("none"),	  STYLE_BARE     },
};
#define N_STYLES (sizeof(styles) / sizeof(*styles))

static bool
read_styles(struct loader *l, const struct yaml *node, uint32_t *out)
{
	struct str *list = NULL, names[N_STYLES];
	size_t n = 0;
	bool good = yaml_read_list(node, "header", l->arena, &list, &n,
	    l->err);

	for (size_t i = 0; i < N_STYLES; i++)
		names[i] = styles[i].name;
	for (size_t i = 0; i < n; i++) {
		uint32_t bit = 0;

		for (size_t k = 0; k < N_STYLES; k++) {
			if (str_eq(styles[k].name, list[i]))
				bit = styles[k].bit;
		}
		*out |= bit;
		if (bit != 0)
			continue;
		good = err_add(l->err, node->at, "bad_select",
		    "'%.*s' is no style of header or message",
		    STR_ARG(list[i]));
		err_did_you_mean(l->err, list[i], names, N_STYLES);
	}
	return good;
}

/* Texts of a gate; an empty one would let everything through. */
static bool
read_texts(struct loader *l, const struct yaml *map, const char *key,
    bool lower, struct str **out, size_t *n)
{
	const struct yaml *node = yaml_get(map, key);

	if (!yaml_read_list(node, key, l->arena, out, n, l->err))
		return false;
	for (size_t i = 0; i < *n; i++) {
		if ((*out)[i].n == 0)
			return err_add(l->err, node->at, "bad_select",
			    "'%s' has an empty text", key);
		if (lower)
			(*out)[i] = lower_copy(l->arena, (*out)[i]);
	}
	return true;
}

/* A star is a prefix's: one at another place would never match. */
static bool
stars_are_last(struct loader *l, const struct yaml *map, const char *key,
    const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t star = str_find_char(names[i], '*');

		if (star == SIZE_MAX || star + 1 == names[i].n)
			continue;
		return err_add(l->err, yaml_get(map, key)->at, "bad_select",
		    "'%.*s' has a '*' that is not its last sign; a '*' is the "
		    "rest of a name", STR_ARG(names[i]));
	}
	return true;
}

static int
rank_of(const struct gate *g)
{
	return (g->n_programs > 0 ? 16 : 0) + (g->n_msgids > 0 ? 16 : 0) +
	    (g->n_facilities > 0 ? 8 : 0) + (g->n_starts > 0 ? 8 : 0) +
	    (g->n_contains > 0 ? 4 : 0) + (int)(g->n_all * 4) +
	    (g->styles != 0 ? 2 : 0) +
	    (g->source.product != 0 ? 2 : 0) +
	    (g->source.service != 0 ? 2 : 0);
}

/* One that asks for nothing but how a line looks would take what others know
 * better. */
static bool
is_last(const struct gate *g)
{
	return g->styles != 0 && g->rank == 2 && g->source.category == 0;
}

static bool
read_gate(struct loader *l, const struct yaml *node, struct gate *g)
{
	static const struct str keys[] = {STR_INIT("program"),
	    STR_INIT("msgid"), STR_INIT("facility"), STR_INIT("header"),
	    STR_INIT("starts"), STR_INIT("contains"),
	    STR_INIT("all_contains"), STR_INIT("source"), STR_INIT("last")};
	bool good;

	if (node->kind != YAML_MAP)
		return err_add(l->err, node->at, "bad_select",
		    "'select' has to be a map, or a list of maps");
	if (node->n == 0)
		return err_add(l->err, node->at, "bad_select",
		    "an empty 'select' would take every line");
	good = yaml_check_keys(node, KEYS(keys), l->err);
	good &= read_texts(l, node, "program", true, &g->programs,
	    &g->n_programs);
	good &= stars_are_last(l, node, "program", g->programs, g->n_programs);
	good &= read_texts(l, node, "msgid", false, &g->msgids, &g->n_msgids);
	good &= read_texts(l, node, "facility", false, &g->facilities,
	    &g->n_facilities);
	good &= stars_are_last(l, node, "facility", g->facilities,
	    g->n_facilities);
	good &= read_texts(l, node, "starts", false, &g->starts,
	    &g->n_starts);
	good &= read_texts(l, node, "contains", false, &g->contains,
	    &g->n_contains);
	good &= read_texts(l, node, "all_contains", false, &g->all_contains,
	    &g->n_all);
	good &= read_styles(l, yaml_get(node, "header"), &g->styles);
	good &= read_logsource(l, yaml_get(node, "source"), &g->source);
	g->rank = rank_of(g);
	g->last = is_last(g);
	return yaml_read_bool(yaml_get(node, "last"), "last", &g->last,
	    l->err) && good;
}

bool
read_gates(struct loader *l, const struct yaml *node, struct pack *pack)
{
	bool good = true;

	if (node == NULL)
		return err_add(l->err, pack->at, "missing_key",
		    "missing 'select': which lines does the pack take?");
	if (node->kind != YAML_LIST) {
		pack->gates = ARENA_NEW(l->arena, struct gate);
		pack->gates->pack = pack;
		pack->n_gates = 1;
		return read_gate(l, node, pack->gates);
	}
	pack->gates = ARENA_ARRAY(l->arena, node->n + 1, struct gate);
	for (size_t i = 0; i < node->n; i++) {
		struct gate *g = &pack->gates[pack->n_gates++];

		g->pack = pack;
		good &= read_gate(l, node->items[i], g);
	}
	return good;
}

static const struct {
	struct str name;
	enum decode_format format;
} formats[] = {
    {STR_INIT("json"),	      DECODE_JSON   },
    {STR_INIT("kv"),	      DECODE_KV     },
    {STR_INIT("cef"),	      DECODE_CEF    },
    {STR_INIT("leef"),	      DECODE_LEEF   },
    {STR_INIT("csv"),	      DECODE_CSV    },
    {STR_INIT("xml"),	      DECODE_XML    },
    {STR_INIT("windows"),     DECODE_WINDOWS},
    {STR_INIT("dicom-audit"), DECODE_DICOM  },
    {STR_INIT("fhir-audit"),  DECODE_FHIR   },
    {STR_INIT("epic-audit"),  DECODE_EPIC   },
    {STR_INIT("sd"),	      DECODE_SD     },
    {STR_INIT("linux-audit"), DECODE_AUDITD },
    {STR_INIT("labels"),      DECODE_LABELS },
};
#define N_FORMATS (sizeof(formats) / sizeof(*formats))

static bool
read_format(struct loader *l, const struct yaml *node,
    enum decode_format *out)
{
	struct str names[N_FORMATS];

	if (node == NULL || node->kind != YAML_SCALAR)
		return err_add(l->err,
		    node == NULL ? (struct place){0} : node->at, "bad_decode",
		    "'decode' needs the name of a format");
	for (size_t i = 0; i < N_FORMATS; i++) {
		names[i] = formats[i].name;
		if (str_eq(names[i], node->text)) {
			*out = formats[i].format;
			return true;
		}
	}
	err_add(l->err, node->at, "bad_decode",
	    "'%.*s' is no format", STR_ARG(node->text));
	err_hint(l->err, "expected json, kv (key=value), cef, leef, csv, xml, "
	    "windows, labels, sd, linux-audit or one of docs/parsers.md");
	err_did_you_mean(l->err, node->text, names, N_FORMATS);
	return false;
}

static bool
read_char(struct loader *l, const struct yaml *node, const char *what,
    char *out)
{
	struct str s = STR_NONE;

	if (node == NULL)
		return true;
	if (!yaml_read_str(node, what, &s, l->err))
		return false;
	if (str_eq(s, STR("tab")) || str_eq(s, STR("\\t")))
		s = STR("\t");
	if (s.n != 1)
		return err_add(l->err, node->at, "bad_decode",
		    "'%s' has to be one character (or 'tab')", what);
	*out = s.p[0];
	return true;
}

static struct columns *
read_names(struct loader *l, const struct yaml *node, bool *good)
{
	struct columns *c = ARENA_NEW(l->arena, struct columns);

	*good &= yaml_read_list(node, "columns", l->arena, &c->names, &c->n,
	    l->err);
	for (size_t i = 0; i < c->n; i++) {
		if (str_eq(c->names[i], STR("-")) ||
		    str_eq(c->names[i], STR("~")))
			c->names[i] = STR_NONE;
	}
	return c;
}

/* A list of names, or {by: 4, TRAFFIC: [...], default: [...]} */
static bool
read_columns(struct loader *l, const struct yaml *node, struct decode *o)
{
	uint64_t by = 0;
	bool good = true;

	map_init_in(&o->columns, l->arena);
	if (node == NULL)
		return o->format != DECODE_CSV;
	if (node->kind == YAML_LIST) {
		o->fallback = read_names(l, node, &good);
		return good;
	}
	for (size_t i = 0; i < node->n; i++) {
		const struct yaml_pair *p = &node->pairs[i];

		if (str_eq(p->key->text, STR("by")))
			good &= yaml_read_u64(p->value, "by", 1, 256, &by,
			    l->err);
		else if (str_eq(p->key->text, STR("default")))
			o->fallback = read_names(l, p->value, &good);
		else
			map_put(&o->columns, p->key->text,
			    read_names(l, p->value, &good));
	}
	o->by = (size_t)by;
	return good;
}

bool
read_decode(struct loader *l, const struct yaml *node, struct pack *pack)
{
	static const struct str keys[] = {STR_INIT("format"),
	    STR_INIT("prefix"), STR_INIT("starts"), STR_INIT("on"),
	    STR_INIT("separator"), STR_INIT("assign"), STR_INIT("spaces"),
	    STR_INIT("columns"), STR_INIT("loose"), STR_INIT("inner"),
	    STR_INIT("backslashes")};
	struct decode *o = &pack->decode;
	char *prefix = arena_text(l->arena, pack->name.n + 1);
	struct str slashes = STR_NONE;
	bool good;

	for (size_t i = 0; i < pack->name.n; i++)
		prefix[i] = pack->name.p[i] == '-' ? '_' : pack->name.p[i];
	prefix[pack->name.n] = '.';
	*o = (struct decode){.on = FIELD_MESSAGE, .assign = '=',
	    .prefix = str_make(prefix, pack->name.n + 1)};
	map_init_in(&o->columns, l->arena);
	if (node == NULL)
		return true;
	if (node->kind != YAML_MAP) {
		good = read_format(l, node, &o->format);
		if (o->format == DECODE_CSV)
			good = err_add(l->err, node->at, "bad_decode",
			    "csv needs {format: csv, columns: [...]}");
		return good;
	}
	good = yaml_check_keys(node, KEYS(keys), l->err);
	good &= read_format(l, yaml_get(node, "format"), &o->format);
	good &= yaml_read_str(yaml_get(node, "prefix"), "prefix", &o->prefix,
	    l->err);
	good &= yaml_read_str(yaml_get(node, "starts"), "starts", &o->starts,
	    l->err);
	if (yaml_get(node, "on") != NULL)
		good &= read_field(l, yaml_get(node, "on"), &o->on);
	if (yaml_get(node, "inner") != NULL)
		good &= read_field(l, yaml_get(node, "inner"), &o->inner);
	if (o->format == DECODE_CSV)
		o->separator = ',';
	good &= read_char(l, yaml_get(node, "separator"), "separator",
	    &o->separator);
	good &= read_char(l, yaml_get(node, "assign"), "assign", &o->assign);
	good &= yaml_read_bool(yaml_get(node, "spaces"), "spaces", &o->spaces,
	    l->err);
	good &= yaml_read_bool(yaml_get(node, "loose"), "loose", &o->loose,
	    l->err);
	good &= yaml_read_str(yaml_get(node, "backslashes"), "backslashes",
	    &slashes, l->err);
	o->halved = slashes.n > 0;
	if (o->halved && !str_eq(slashes, STR("single")))
		good = err_add(l->err, yaml_get(node, "backslashes")->at,
		    "bad_decode", "'backslashes' can only be single");
	return read_columns(l, yaml_get(node, "columns"), o) && good;
}
