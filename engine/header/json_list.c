#include "engine/header/json_list.h"

#include "engine/base/find.h"

/* Behind blanks. */
static struct str
blanks(struct str s)
{
	size_t i = 0;

	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	return str_skip(s, i);
}

static bool
take(struct str *s, struct str what)
{
	*s = blanks(*s);
	if (!str_has_prefix(*s, what))
		return false;
	*s = blanks(str_skip(*s, what.n));
	return true;
}

/* Behind the object's bracket; s.n: it has no end. */
static size_t
object_end(struct str s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '{':
			depth++;
			break;
		case '}':
			if (--depth == 0)
				return i + 1;
			break;
		case '"':
			for (i++; i < s.n && s.p[i] != '"'; i++)
				i += s.p[i] == '\\';
			break;
		default:
			break;
		}
	}
	return s.n;
}

struct str
json_list_first(struct str s, uint32_t *more)
{
	struct str first;
	size_t end;
	bool named;

	*more = 0;
	named = take(&s, STR("{"));
	if (named && ((!take(&s, STR("\"records\"")) &&
			  !take(&s, STR("\"Records\""))) ||
			 !take(&s, STR(":"))))
		return STR_NONE;
	/* "[{" alone may begin a text. */
	if (!take(&s, STR("[")) || s.n < 3 || s.p[0] != '{' ||
	    (blanks(str_skip(s, 1)).n > 0 &&
		blanks(str_skip(s, 1)).p[0] != '"'))
		return STR_NONE;
	end = object_end(s);
	first = str_first(s, end);
	s = str_skip(s, end);
	while (take(&s, STR(",")) && s.n > 0 && s.p[0] == '{') {
		s = str_skip(s, object_end(s));
		++*more;
	}
	/* What stands beside the list would be lost. */
	if (s.n > 0 && (!take(&s, STR("]")) || (named && !take(&s, STR("}"))) ||
			   blanks(s).n > 0)) {
		*more = 0;
		return STR_NONE;
	}
	return first;
}
