/* Text of XML, with its entities and without (XML 1.0, 4.1 and 4.6). */
#ifndef VIGIE_NORMALISE_XML_TEXT_H
#define VIGIE_NORMALISE_XML_TEXT_H

#include "engine/base/arena.h"
#include "engine/base/buf.h"

/* s with its entities decoded, the five names and numbers: in the arena, or s
 * itself when it has none. What is no entity stays. */
struct str xml_text(struct arena *arena, struct str s);

/* Adds s so that it can stand in an attribute or between tags; control
 * characters become blanks. */
void xml_escape(struct str s, struct buf *out);

/* Bytes before the first tag that is longer than `most`: a parser reads all of
 * its attributes before it can be told to stop. */
size_t xml_before_long_tag(struct str s, size_t most);

#endif
