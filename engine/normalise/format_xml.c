/*
 * XML as logs have it: elements, attributes, text. Elements become paths
 * without the root's name ("EventIdentification.EventActionCode"), repeated
 * ones lists. No DTD, no entities but the five of XML and numeric ones, so
 * nothing can grow: a text with DOCTYPE is refused unread. A cut message
 * gives what stands before the cut.
 */
#include "engine/normalise/work.h"
#include "engine/normalise/xml_text.h"

#define XML_PATH 512

struct xml {
	struct decoder *d;
	struct str s;
	char path[XML_PATH];
	size_t ends[DECODE_MAX_DEPTH]; /* path length at each depth */
	int depth;
	bool windows; /* names of Windows events instead of paths */
	struct str data_name; /* <Data Name="..."> */
};

static bool
is_name_char(char c)
{
	return char_is_alnum(c) || c == '_' || c == '-' || c == '.' ||
	    c == ':' || (c & 0x80) != 0;
}

static struct str
take_name(struct str *s)
{
	size_t n = 0;
	struct str name, behind;

	while (n < s->n && is_name_char(s->p[n]))
		n++;
	name = str_first(*s, n);
	*s = str_skip(*s, n);
	/* The prefix of a name space says nothing that we need. */
	if (str_cut(name, ':', &name, &behind))
		return behind;
	return name;
}

static void
skip_blanks(struct str *s)
{
	while (s->n > 0 && (unsigned char)s->p[0] <= ' ')
		*s = str_skip(*s, 1);
}

static void
put_xml(struct xml *x, struct str last, struct str value)
{
	size_t n = x->depth == 0 ? 0 : x->ends[x->depth - 1];
	char key[XML_PATH + 130];

	value = xml_text(x->d->ev->scratch, str_trim(value));
	if (value.n == 0 || last.n > 128)
		return;
	memcpy(key, x->path, n);
	if (last.n > 0) {
		if (n > 0)
			key[n++] = '.';
		memcpy(key + n, last.p, last.n);
		n += last.n;
	}
	decode_put(x->d, str_make(key, n), value, VALUE_TEXT);
}

/* Windows: Provider/@Name is Provider_Name, TimeCreated/@SystemTime is
 * TimeCreated, Data/@Name names its text. */
static void
put_windows(struct xml *x, struct str element, struct str attribute,
    struct str value)
{
	static const struct {
		struct str element, attribute, key;
	} names[] = {
	    {STR_INIT("Provider"), STR_INIT("Name"),
		STR_INIT("Provider_Name")},
	    {STR_INIT("Provider"), STR_INIT("Guid"),
		STR_INIT("ProviderGuid")},
	    {STR_INIT("TimeCreated"), STR_INIT("SystemTime"),
		STR_INIT("TimeCreated")},
	    {STR_INIT("Execution"), STR_INIT("ProcessID"),
		STR_INIT("ExecutionProcessID")},
	    {STR_INIT("Execution"), STR_INIT("ThreadID"),
		STR_INIT("ExecutionThreadID")},
	    {STR_INIT("Security"), STR_INIT("UserID"), STR_INIT("UserID")},
	};

	value = xml_text(x->d->ev->scratch, str_trim(value));
	if (attribute.n == 0) {
		if (str_eq(element, STR("Data")) && x->data_name.n > 0)
			element = x->data_name;
		decode_put(x->d, element, value, VALUE_TEXT);
		return;
	}
	if (str_eq(element, STR("Data")) && str_eq(attribute, STR("Name"))) {
		x->data_name = value;
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (str_eq(names[i].element, element) &&
		    str_eq(names[i].attribute, attribute))
			decode_put(x->d, names[i].key, value, VALUE_TEXT);
	}
}

/* No more fields are taken: what follows need not be read. */
static bool
is_full(const struct xml *x)
{
	return x->d->count > DECODE_MAX_FIELDS;
}

/* Attributes up to ">" or "/>"; false when the text ends before. */
static bool
read_attributes(struct xml *x, struct str element, bool *closed)
{
	*closed = false;
	for (;;) {
		struct str name;
		size_t end;
		char quote;

		skip_blanks(&x->s);
		if (x->s.n == 0 || is_full(x))
			return false;
		if (x->s.p[0] == '>') {
			x->s = str_skip(x->s, 1);
			return true;
		}
		if (x->s.p[0] == '/' || x->s.p[0] == '?') {
			*closed = true;
			x->s = str_skip(x->s, 1);
			continue;
		}
		name = take_name(&x->s);
		skip_blanks(&x->s);
		if (name.n == 0 || x->s.n < 2 || x->s.p[0] != '=')
			return false;
		x->s = str_skip(x->s, 1);
		skip_blanks(&x->s);
		quote = x->s.n > 0 ? x->s.p[0] : '\0';
		if (quote != '"' && quote != '\'')
			return false;
		x->s = str_skip(x->s, 1);
		end = str_find_char(x->s, quote);
		if (end == SIZE_MAX)
			return false;
		if (x->windows)
			put_windows(x, element, name, str_first(x->s, end));
		else if (!str_has_prefix(name, STR("xmlns")))
			put_xml(x, name, str_first(x->s, end));
		x->s = str_skip(x->s, end + 1);
	}
}

/* The root's name is left out of the path. */
static bool
push_name(struct xml *x, struct str name)
{
	size_t n = x->depth == 0 ? 0 : x->ends[x->depth - 1];

	if (x->depth >= DECODE_MAX_DEPTH || n + name.n + 1 > XML_PATH) {
		x->d->limit = true;
		return false;
	}
	if (x->depth > 0) {
		if (n > 0)
			x->path[n++] = '.';
		memcpy(x->path + n, name.p, name.n);
		n += name.n;
	}
	x->ends[x->depth++] = n;
	return true;
}

/* Behind "<!--", "<![CDATA[", "<?": false at the end of the text. */
static bool
skip_special(struct xml *x)
{
	static const struct {
		struct str begin, end;
	} parts[] = {{STR_INIT("!--"), STR_INIT("-->")},
	    {STR_INIT("?"), STR_INIT("?>")}};

	for (size_t i = 0; i < 2; i++) {
		size_t at;

		if (!str_has_prefix(x->s, parts[i].begin))
			continue;
		at = str_find(x->s, parts[i].end);
		x->s = at == SIZE_MAX ? STR_NONE
				      : str_skip(x->s, at + parts[i].end.n);
		return true;
	}
	return false;
}

/* One tag, x->s being behind its "<". */
static bool
read_tag(struct xml *x, struct str *element, struct str *text)
{
	bool closed;

	if (x->s.p[0] == '/') {
		size_t end = str_find_char(x->s, '>');

		if (x->depth == 0 || end == SIZE_MAX)
			return false;
		if (x->windows && text->n > 0)
			put_windows(x, *element, STR_NONE, *text);
		else if (text->n > 0)
			put_xml(x, STR_NONE, *text);
		x->s = str_skip(x->s, end + 1);
		x->depth--;
		*text = STR_NONE;
		x->data_name = STR_NONE;
		return x->depth > 0;
	}
	*element = take_name(&x->s);
	if (element->n == 0 || !push_name(x, *element) ||
	    !read_attributes(x, *element, &closed))
		return false;
	*text = STR_NONE;
	if (closed)
		x->depth--;
	return x->depth > 0;
}

static bool
read_xml(struct xml *x)
{
	struct str element = STR_NONE, text = STR_NONE;
	size_t tags = 0;

	if (str_find(x->s, STR("<!DOCTYPE")) != SIZE_MAX ||
	    str_find(x->s, STR("<!ENTITY")) != SIZE_MAX)
		return false;
	while (x->s.n > 0 && !is_full(x)) {
		size_t at = str_find_char(x->s, '<');

		if (at == SIZE_MAX || at + 1 >= x->s.n)
			break;
		text = str_trim(str_first(x->s, at));
		x->s = str_skip(x->s, at + 1);
		if (str_has_prefix(x->s, STR("![CDATA["))) {
			at = str_find(x->s, STR("]]>"));
			if (at == SIZE_MAX)
				break;
			put_xml(x, STR_NONE, str_make(x->s.p + 8, at - 8));
			x->s = str_skip(x->s, at + 3);
			continue;
		}
		if (skip_special(x))
			continue;
		if (!read_tag(x, &element, &text))
			break;
		tags++;
	}
	return tags > 0;
}

bool
format_xml(struct decoder *d, struct str s)
{
	struct xml x = {.d = d, .s = s};

	return read_xml(&x);
}

bool
format_windows_xml(struct decoder *d, struct str s)
{
	struct xml x = {.d = d, .s = s, .windows = true};

	return read_xml(&x);
}
