/* Drafts of packs for messages of a known format: JSON, key=value, CEF,
 * LEEF, XML, columns between commas, labels. */
#ifndef VIGIE_CLI_PARSE_DRAFT_DECODE_H
#define VIGIE_CLI_PARSE_DRAFT_DECODE_H

#include "engine/base/buf.h"
#include "engine/cli/parse_keys.h"

enum draft_format {
	DRAFT_TEXT,
	DRAFT_JSON,
	DRAFT_PAIRS,
	DRAFT_CEF,
	DRAFT_LEEF,
	DRAFT_XML,
	DRAFT_COLUMNS,
	DRAFT_LABELS,
	DRAFT_FORMATS
};

enum draft_format draft_format_of(struct str message);
void draft_keys(struct key_list *keys, enum draft_format format,
    struct str message);
/* The message, where what YAML does not take (bytes that are no UTF-8,
 * controls) is DRAFT_ANY: any byte in a regular expression. */
#define DRAFT_ANY '\1'
struct str draft_text(struct arena *arena, struct str message);
/* For the inside of YAML's single quotes; a control character is a blank. */
void draft_quote(struct buf *out, struct str s);
/* "|Vendor|Product|" of CEF and LEEF; empty: the format has none. */
struct str draft_maker(enum draft_format format, struct str message);
/* `decode:` and `fields:`, then `tests:` with one line. */
void draft_print_decode(struct buf *out, enum draft_format format,
    struct key_list *keys, struct str prefix, struct str program,
    struct str maker);

#endif
