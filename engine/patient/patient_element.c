/* Elements of markup that hold a patient: attributes, texts, elements. */
#include "engine/patient/patient_hide.h"

#include "engine/base/text.h"
#include "engine/patient/patient_sign.h"
#include "engine/patient/patient_value.h"

static bool
is_tag_name(char c)
{
	return char_is_alnum(c) || c == '_' || c == '-' || c == '.' || c == ':';
}

/* Of an attribute that says no more than what kind of thing this is. */
static bool
is_kept(struct str name)
{
	static const struct str keeps[] = {STR_INIT("type"), STR_INIT("use"),
	    STR_INIT("root"), STR_INIT("system"), STR_INIT("code"),
	    STR_INIT("codeSystem"), STR_INIT("class"), STR_INIT("vr"),
	    STR_INIT("vm"), STR_INIT("len"), STR_INIT("number"),
	    STR_INIT("tag"), STR_INIT("keyword"), STR_INIT("xmlns")};

	return STR_IS_ONE_OF(name, keeps) ||
	    str_find_char(name, ':') != SIZE_MAX;
}

/* Hides the attributes from i on; behind the tag. An element that does not end
 * with it adds to *depth. */
static size_t
tag_end(struct hiding *h, size_t i, enum patient_part part, size_t *depth)
{
	struct str s = h->s;

	while (i < s.n && s.p[i] != '>' && s.p[i] != '<') {
		size_t end = i, from;
		struct str name, quote;

		while (end < s.n && is_tag_name(s.p[end]))
			end++;
		name = str_make(s.p + i, end - i);
		i = end + (end == i);
		if (name.n == 0 || patient_byte(s, end) != '=')
			continue;
		quote = patient_value_quote(s, end + 1);
		from = end + 1 + quote.n;
		if (quote.n == 0)
			continue;
		end = patient_value_text_end(s, from, quote);
		if (!is_kept(name)) {
			enum patient_part of = str_eq(name, STR("value")) ||
				str_eq(name, STR("extension"))
			    ? part : patient_part_of_key(name);

			size_t to = patient_value_end(s, from, end, of);

			if (of != PATIENT_NOTHING && to > from)
				patient_replace(h, from, to, of, STR_NONE);
		}
		i = end + quote.n;
	}
	if (i >= s.n || s.p[i] == '<')
		return i < s.n ? i : s.n;
	*depth += s.p[i - 1] != '/';
	return i + 1;
}

/* The text of an element at i; behind it. */
static size_t
hide_text(struct hiding *h, size_t i, enum patient_part part)
{
	static const struct str open = STR_INIT("<![CDATA["),
	    close = STR_INIT("]]>");
	struct str s = h->s;
	size_t end, from, to;

	if (has_prefix(str_skip(s, i), open)) {
		i += open.n;
		end = str_find(str_skip(s, i), close);
	} else {
		end = str_find_char(str_skip(s, i), '<');
	}
	end = end == SIZE_MAX ? s.n : i + end;
	from = patient_sign_space(s, i);
	to = patient_value_end(s, from, end, part);
	while (to > from && char_is_space(s.p[to - 1]))
		to--;
	if (part != PATIENT_NOTHING && from < to && to <= end)
		patient_replace(h, from, to, part, STR_NONE);
	if (has_prefix(str_skip(s, end), close))
		end += close.n;
	return end > i ? end : i + 1;
}

size_t
patient_hide_element(struct hiding *h, size_t i, enum patient_part part)
{
	size_t depth = 0, at = tag_end(h, i, part, &depth), end;

	if (depth == 0)
		return at;
	end = patient_hide_content(h, at, part);
	return end == at ? hide_text(h, at, part) : end;
}

size_t
patient_hide_content(struct hiding *h, size_t i, enum patient_part part)
{
	struct str s = h->s;
	size_t depth = 1, at = patient_sign_space(s, i);
	enum patient_part of = part;

	if (patient_byte(s, at) != '<' || patient_byte(s, at + 1) == '/' ||
	    !(patient_is_letter(patient_byte(s, at + 1)) ||
		has_prefix(str_skip(s, at), STR("<![CDATA["))))
		return i;
	while (at < s.n && depth > 0) {
		size_t name = at + 1, end;

		if (s.p[at] != '<' || patient_byte(s, name) == '!') {
			at = hide_text(h, at, of);
			continue;
		}
		if (patient_byte(s, name) == '/') {
			depth--;
			at = str_find_char(str_skip(s, at), '>') == SIZE_MAX
			    ? s.n
			    : at + str_find_char(str_skip(s, at), '>') + 1;
			of = PATIENT_NAME;
			continue;
		}
		for (end = name; end < s.n && is_tag_name(s.p[end]);)
			end++;
		of = part == PATIENT_NUMBER &&
			str_eq(str_make(s.p + name, end - name), STR("value"))
		    ? PATIENT_NUMBER
		    : patient_part_of_key(str_make(s.p + name, end - name));
		at = tag_end(h, end, of, &depth);
	}
	return at;
}
