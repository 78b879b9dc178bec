/*
 * What %{NAME} stands for. No entry has a capture group. They say what a
 * thing looks like in a log, not whether it is valid: an address is checked
 * when it becomes a field.
 */
#include "engine/normalise/pattern.h"

#define LIBRARY(X)                                                          \
	X("IPV4", "\\d{1,3}(?:\\.\\d{1,3}){3}")                             \
	/* A colon or a dot behind it is the sentence's. */                 \
	X("IPV6", "(?:(?:[0-9A-Fa-f]{0,4}:){2,7}"                           \
		  "[0-9A-Fa-f](?:[0-9A-Fa-f.]{0,13}[0-9A-Fa-f])?|"          \
		  "(?:[0-9A-Fa-f]{1,4}:){1,7}:|::)")                        \
	X("IP", "(?:%{IPV4}|%{IPV6})")                                      \
	/* In a sentence; no part of a network, and no clock or MAC. */      \
	X("IPWORD", "(?:%{IPV4}(?![\\d/]|\\.\\d)|"                         \
		    "(?:(?<![0-9A-Fa-f:])|(?<=[G-Zg-z]:))"                  \
		    "(?=[0-9A-Fa-f:]{0,37}::|(?:[0-9A-Fa-f]{1,4}:){7})"     \
		    "%{IPV6}(?![\\w/]|[.:]\\w))")                          \
	X("HOSTNAME", "[A-Za-z0-9_][A-Za-z0-9_.-]*")                        \
	X("HOST", "%{HOSTNAME}")                                            \
	X("IPORHOST", "(?:%{IP}|%{HOSTNAME})")                              \
	X("HOSTPORT", "%{IPORHOST}:%{PORT}")                                \
	X("PORT", "\\d{1,5}")                                               \
	X("INT", "[+-]?\\d+")                                               \
	X("POSINT", "\\d+")                                                 \
	X("NONNEGINT", "\\d+")                                              \
	X("NUMBER", "[+-]?\\d+(?:\\.\\d+)?")                                \
	X("BASE10NUM", "[+-]?\\d+(?:\\.\\d+)?")                             \
	X("BASE16NUM", "(?:0[xX])?[0-9A-Fa-f]+")                            \
	X("HEX", "(?:0[xX])?[0-9A-Fa-f]+")                                  \
	X("WORD", "\\w+")                                                   \
	X("NOTSPACE", "\\S+")                                               \
	X("SPACE", "\\s*")                                                  \
	X("DATA", ".*?")                                                    \
	X("GREEDYDATA", ".*")                                               \
	X("USER", "[\\w.@\\\\/$+-]+")                                       \
	X("USERNAME", "[\\w.@\\\\/$+-]+")                                   \
	/* A bare word of a sentence that can be a user's name. */          \
	X("USERWORD", "(?!(?i:"                                             \
		      "access|account|accounts|agent|an|and|any|at|"        \
		      "auth\\w*|by|cannot|certificate|client|"              \
		      "config\\w*|connection|could|count|credentials?|"     \
		      "data|database|depuis|did|disabled|does|est|"         \
		      "expired|failed|for|from|group|has|hat|id|"           \
		      "illegal|in|inconnu\\w*|info\\w*|input|"             \
		      "interface|invalid\\w*|is|ist|list|locked|logged|"    \
		      "login|logon|lookups?|management|mode|name|nicht|nil|no|none|not|null|of|on|"      \
		      "or|password|pour|preferences|profile|queries|"       \
		      "query|quota|rejected|request|role|session|"          \
		      "settings|space|successfully|table|the|to|type|"      \
		      "unbekannt\\w*|unknown|users?|von|war|was|with|"      \
		      "wurde"                                               \
		      ")\\b(?![.$@\\\\-]\\w)|"                                 \
		      "\\d{1,3}(?:\\.\\d{1,3}){3}\\b)"                      \
		      "[\\w$@\\\\+-][\\w.$@\\\\+-]{0,62}(?<![.])")          \
	X("EMAIL", "[^\\s@<>]+@[A-Za-z0-9.-]+")                             \
	X("EMAILADDRESS", "[^\\s@<>]+@[A-Za-z0-9.-]+")                      \
	X("QS", "\"(?:[^\"\\\\]|\\\\.)*+\"")                                \
	X("QUOTEDSTRING", "\"(?:[^\"\\\\]|\\\\.)*+\"")                      \
	X("MAC", "(?:(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|"              \
		 "(?:[0-9A-Fa-f]{4}\\.){2}[0-9A-Fa-f]{4})")                 \
	X("UUID", "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")   \
	X("PATH", "(?:/\\S*|[A-Za-z]:\\\\\\S*)")                            \
	X("UNIXPATH", "/\\S*")                                              \
	X("WINPATH", "(?:[A-Za-z]:|\\\\)\\\\[^\\t\"<>|]*")                  \
	X("URI", "[A-Za-z][A-Za-z0-9+.-]*://\\S+")                          \
	X("URIPATH", "/[^\\s?#]*")                                          \
	X("URIPATHPARAM", "/\\S*")                                          \
	X("METHOD", "[A-Z][A-Z_-]+")                                        \
	X("LOGLEVEL", "(?i:trace|debug|info(?:rmation)?|notice|warn(?:ing)?|" \
		      "err(?:or)?|crit(?:ical)?|alert|fatal|severe|"        \
		      "emerg(?:ency)?)")                                    \
	X("PROG", "[\\x21-\\x5a\\x5c\\x5e-\\x7e]+")                         \
	X("MONTH", "[A-Z][a-z]{2}")                                         \
	X("MONTHDAY", "\\d{1,2}")                                           \
	X("YEAR", "\\d{4}")                                                 \
	X("TIME", "\\d{1,2}:\\d\\d:\\d\\d(?:[.,]\\d+)?")                    \
	X("TZ", "(?:Z|[+-]\\d\\d:?\\d\\d|[A-Z]{3,4})")                      \
	X("HTTPDATE", "\\d{1,2}/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d " \
		      "[+-]\\d{4}")                                         \
	X("SYSLOGTIMESTAMP", "[A-Z][a-z]{2} +\\d{1,2} \\d\\d:\\d\\d:\\d\\d" \
			     "(?:\\.\\d+)?")                                \
	X("TIMESTAMP_ISO8601",                                              \
	    "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?" \
	    "(?: ?(?:Z|[+-]\\d\\d:?\\d\\d))?")

static const struct str names[] = {
#define X(name, source) STR_INIT(name),
    LIBRARY(X)
#undef X
};

static const char *const sources[] = {
#define X(name, source) source,
    LIBRARY(X)
#undef X
};

const char *
pattern_library_find(struct str name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (str_eq(names[i], name))
			return sources[i];
	}
	return NULL;
}

size_t
pattern_library_names(const struct str **out)
{
	*out = names;
	return sizeof(names) / sizeof(*names);
}
