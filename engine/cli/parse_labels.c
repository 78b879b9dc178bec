#include "engine/cli/parse_labels.h"

#define NAME_MAX_BYTES 32

/* Which kinds of pieces a word speaks of, as bits. */
#define OF(kind) (1u << (kind))
#define TEXTS                                                             \
	(OF(PIECE_WORD) | OF(PIECE_NAME) | OF(PIECE_QUOTED) |             \
	    OF(PIECE_HEX) | OF(PIECE_NUMBER))
#define ANY (TEXTS | OF(PIECE_IP) | OF(PIECE_MAC) | OF(PIECE_PATH))

/* A field that begins with a dot is of the side that was spoken of. */
static const struct {
	struct str word;
	unsigned kinds;
	struct str field;
} known[] = {
    {STR_INIT("user"),	      TEXTS,		STR_INIT("user.name")	    },
    {STR_INIT("username"),    TEXTS,		STR_INIT("user.name")	    },
    {STR_INIT("usr"),	      TEXTS,		STR_INIT("user.name")	    },
    {STR_INIT("account"),     TEXTS,		STR_INIT("user.name")	    },
    {STR_INIT("acct"),	      TEXTS,		STR_INIT("user.name")	    },
    {STR_INIT("login"),	      TEXTS,		STR_INIT("user.name")	    },
    {STR_INIT("for"),	      OF(PIECE_WORD) | OF(PIECE_NAME),
	STR_INIT("user.name")						    },
    {STR_INIT("by"),	      OF(PIECE_WORD) | OF(PIECE_NAME),
	STR_INIT("user.name")						    },
    {STR_INIT("usrname"),     TEXTS,		STR_INIT("user.name")	    },
    {STR_INIT("suser"),	      TEXTS,		STR_INIT("source.user.name")},
    {STR_INIT("duser"),	      TEXTS,
	STR_INIT("destination.user.name")				    },
    {STR_INIT("action"),      TEXTS,		STR_INIT("event.action")    },
    {STR_INIT("act"),	      TEXTS,		STR_INIT("event.action")    },
    {STR_INIT("uid"),	      OF(PIECE_NUMBER), STR_INIT("user.id")	    },
    {STR_INIT("pid"),	      OF(PIECE_NUMBER), STR_INIT("process.pid")	    },
    {STR_INIT("port"),	      OF(PIECE_NUMBER), STR_INIT(".port")	    },
    {STR_INIT("spt"),	      OF(PIECE_NUMBER), STR_INIT("source.port")	    },
    {STR_INIT("sport"),	      OF(PIECE_NUMBER), STR_INIT("source.port")	    },
    {STR_INIT("srcport"),     OF(PIECE_NUMBER), STR_INIT("source.port")	    },
    {STR_INIT("dpt"),	      OF(PIECE_NUMBER),
	STR_INIT("destination.port")					    },
    {STR_INIT("dport"),	      OF(PIECE_NUMBER),
	STR_INIT("destination.port")					    },
    {STR_INIT("dstport"),     OF(PIECE_NUMBER),
	STR_INIT("destination.port")					    },
    {STR_INIT("sprt"),	      OF(PIECE_NUMBER), STR_INIT("source.port")	    },
    {STR_INIT("dprt"),	      OF(PIECE_NUMBER),
	STR_INIT("destination.port")					    },
    {STR_INIT("verb"),	      TEXTS,		STR_INIT("event.action")    },
    {STR_INIT("mail"),	      TEXTS,		STR_INIT("user.email")	    },
    {STR_INIT("email"),	      TEXTS,		STR_INIT("user.email")	    },
    {STR_INIT("why"),	      ANY,		STR_INIT("event.reason")    },
    {STR_INIT("reason"),      ANY,		STR_INIT("event.reason")    },
    {STR_INIT("url"),	      ANY,		STR_INIT("url.original")    },
    {STR_INIT("uri"),	      ANY,		STR_INIT("url.original")    },
    {STR_INIT("file"),	      TEXTS | OF(PIECE_PATH), STR_INIT("file.path") },
    {STR_INIT("path"),	      OF(PIECE_PATH) | OF(PIECE_QUOTED),
	STR_INIT("file.path")						    },
    {STR_INIT("proto"),	      OF(PIECE_WORD) | OF(PIECE_NAME),
	STR_INIT("network.transport")					    },
    {STR_INIT("protocol"),    OF(PIECE_WORD) | OF(PIECE_NAME),
	STR_INIT("network.protocol")					    },
};

static const struct {
	struct str word;
	const char *side;
} sides[] = {
    {STR_INIT("from"),	 "source"     }, {STR_INIT("src"),	"source"     },
    {STR_INIT("source"), "source"     }, {STR_INIT("srcip"),	"source"     },
    {STR_INIT("client"), "source"     }, {STR_INIT("rhost"),	"source"     },
    {STR_INIT("peer"),	 "source"     }, {STR_INIT("remote"),	"source"     },
    {STR_INIT("addr"),	 "source"     }, {STR_INIT("ip"),	"source"     },
    {STR_INIT("sip"),	 "source"     }, {STR_INIT("dip"),	"destination"},
    {STR_INIT("to"),	 "destination"}, {STR_INIT("dst"),	"destination"},
    {STR_INIT("dest"),	 "destination"}, {STR_INIT("dstip"),	"destination"},
    {STR_INIT("server"), "destination"},
    {STR_INIT("destination"), "destination"},
};

struct labels
labels_start(struct str prefix, struct arena *arena)
{
	return (struct labels){.prefix = prefix, .arena = arena};
}

void
labels_word(struct labels *l, struct str word)
{
	l->word = word;
	l->between = STR_NONE;
}

void
labels_between(struct labels *l, struct str text)
{
	l->between = text;
}

static bool
take(struct labels *l, struct str field)
{
	for (size_t i = 0; i < l->n_used; i++) {
		if (str_eq(l->used[i], field))
			return false;
	}
	l->used[l->n_used++] = field;
	return true;
}

static struct str
side_of(struct str word)
{
	for (size_t i = 0; i < sizeof(sides) / sizeof(*sides); i++) {
		if (str_eq_nocase(sides[i].word, word))
			return str_from(sides[i].side);
	}
	return STR_NONE;
}

static struct str
with_side(struct labels *l, struct str side, const char *what)
{
	return arena_printf(l->arena, "%.*s%s", STR_ARG(side), what);
}

/* ECS's name, or none. */
static struct str
known_field(struct labels *l, struct str word, enum piece_kind kind)
{
	struct str side = side_of(word);

	if (kind == PIECE_IP && side.n > 0) {
		l->side = side;
		return with_side(l, side, ".ip");
	}
	if (kind == PIECE_MAC && side.n > 0)
		return with_side(l, side, ".mac");
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!str_eq_nocase(known[i].word, word) ||
		    (known[i].kinds & OF(kind)) == 0)
			continue;
		if (known[i].field.p[0] != '.')
			return known[i].field;
		return l->side.n > 0 ? with_side(l, l->side, ".port")
				     : STR_NONE;
	}
	return STR_NONE;
}

/* Of a stamp in the text: no name for the day behind it. */
static bool
is_month(struct str word)
{
	static const struct str months = STR_INIT(
	    "jan feb mar apr may jun jul aug sep oct nov dec");

	for (size_t i = 0; word.n == 3 && i < months.n; i += 4) {
		if (str_eq_nocase(word, str_make(months.p + i, 3)))
			return true;
	}
	return false;
}

/* "Queue-Id" of the pack door is door.queue_id. */
static struct str
own_field(struct labels *l, struct str word, size_t number)
{
	char name[NAME_MAX_BYTES];
	size_t n = 0;

	for (size_t i = 0; i < word.n && n < sizeof(name); i++) {
		char c = char_lower(word.p[i]);

		if (char_is_alnum(c))
			name[n++] = c;
		else if (n > 0 && name[n - 1] != '_')
			name[n++] = '_';
	}
	while (n > 0 && name[n - 1] == '_')
		n--;
	if (n == 0)
		return STR_NONE;
	if (number == 0)
		return arena_printf(l->arena, "%.*s.%.*s", STR_ARG(l->prefix),
		    (int)n, name);
	return arena_printf(l->arena, "%.*s.%.*s_%zu", STR_ARG(l->prefix),
	    (int)n, name, number + 1);
}

static struct str
choose(struct labels *l, enum piece_kind kind)
{
	struct str word = l->word, field;

	/* "192.0.2.7:4022" */
	if (kind == PIECE_NUMBER && word.n == 0 && l->side.n > 0 &&
	    str_eq(l->between, STR(":"))) {
		field = with_side(l, l->side, ".port");
		if (take(l, field))
			return field;
	}
	if (is_month(word))
		word = STR_NONE;
	if (word.n == 0)
		word = kind == PIECE_IP ? STR("address") : STR_NONE;
	field = known_field(l, word, kind);
	if (field.n > 0 && take(l, field))
		return field;
	for (size_t i = 0; i < 9; i++) {
		field = own_field(l, word, i);
		if (field.n > 0 && take(l, field))
			return field;
	}
	return STR_NONE;
}

struct str
labels_field(struct labels *l, enum piece_kind kind)
{
	struct str field = choose(l, kind);

	l->word = STR_NONE;
	l->between = STR_NONE;
	return field;
}

struct str
labels_sample(struct str field, enum piece_kind kind)
{
	bool to = str_has_prefix(field, STR("destination."));

	switch (kind) {
	case PIECE_IP:
		return to ? STR("198.51.100.9") : STR("192.0.2.7");
	case PIECE_MAC:
		return to ? STR("02:00:5e:10:53:02") : STR("02:00:5e:10:53:01");
	case PIECE_NUMBER:
		return STR("42");
	case PIECE_HEX:
		return STR("c0ffee12");
	case PIECE_PATH:
		return STR("/srv/example");
	case PIECE_QUOTED:
	case PIECE_BETWEEN:
	case PIECE_WORD:
	case PIECE_NAME:
		break;
	}
	return str_eq(field, STR("user.name")) ? STR("anna") : STR("sample");
}
