/*
 * Writing JSON (RFC 8259) into a buffer. Bytes that are no UTF-8 become
 * U+FFFD; control characters (C1 too), line separators and direction marks are
 * escaped, so that the output is safe in a terminal and in a page. The writer sets commas by itself.
 */
#ifndef VIGIE_BASE_JSON_H
#define VIGIE_BASE_JSON_H

#include "engine/base/buf.h"

struct json {
	struct buf *out;
	bool comma; /* a value stands before */
};

static inline struct json
json_to(struct buf *out)
{
	return (struct json){.out = out};
}

void json_open(struct json *j);	      /* { */
void json_close(struct json *j);      /* } */
void json_open_list(struct json *j);  /* [ */
void json_close_list(struct json *j); /* ] */
void json_key(struct json *j, struct str key);
void json_str(struct json *j, struct str s);
void json_u64(struct json *j, uint64_t v);
void json_i64(struct json *j, int64_t v);
void json_bool(struct json *j, bool v);
/* `null`; not json_null, which is jansson's. */
void json_nil(struct json *j);
/* Text that is JSON already. */
void json_raw(struct json *j, struct str s);

/* key and value at once */
void json_pair_str(struct json *j, const char *key, struct str s);
void json_pair_u64(struct json *j, const char *key, uint64_t v);
void json_pair_i64(struct json *j, const char *key, int64_t v);
void json_pair_bool(struct json *j, const char *key, bool v);

/* Only the escaped text, without quotes. */
void json_escape(struct buf *out, struct str s);

/* s is a number as RFC 8259 section 6 writes it (no leading zero, no "+"). */
bool json_is_number(struct str s);

#endif
