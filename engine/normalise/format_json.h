/*
 * simdjson behind a C face (format_json.cpp). Plain types only: the C++
 * compiler sees none of our headers.
 */
#ifndef VIGIE_NORMALISE_FORMAT_JSON_H
#define VIGIE_NORMALISE_FORMAT_JSON_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum json_kind { JSON_TEXT, JSON_NUMBER, JSON_BOOL, JSON_NULL };

enum json_result {
	JSON_GOOD,
	JSON_BAD,      /* no object, or broken somewhere */
	JSON_BAD_UTF8, /* nothing was read */
	JSON_DEPTH,    /* parts below the depth limit were left out */
};

/* Keys are joined by dots; key is borrowed for the call, value lives as long
 * as the text or what `room` gave. False: stop. */
typedef bool json_put_fn(void *arg, const char *key, size_t key_n,
    const char *value, size_t value_n, enum json_kind kind, bool nested);
typedef char *json_room_fn(void *arg, size_t n);

struct json_reader;
struct json_reader *json_reader_new(void);
void json_reader_free(struct json_reader *r);
/* Had the text that was read last a character as "\u0031"? */
bool json_reader_had_codes(const struct json_reader *r);

/* Bytes that have to be readable behind the text. */
#define JSON_PADDING 64

/*
 * Top-level values come before those of nested objects, so that a flat key
 * is seen before a path that means the same.
 */
enum json_result json_read(struct json_reader *r, const char *text, size_t n,
    int depth_max, json_put_fn *put, json_room_fn *room, void *arg);

/*
 * All of the object as it stands, in its order, for who wants the tree:
 * `nest` is told where an object or list begins (with its key) and ends, and
 * `put` gets the values, whose keys are their own and live as long as values
 * do. What lies deeper than depth_max is passed over.
 */
enum json_nest { JSON_OBJECT_BEGINS, JSON_LIST_BEGINS, JSON_ENDS };
typedef bool json_nest_fn(void *arg, enum json_nest what, const char *key,
    size_t key_n);
enum json_result json_walk(struct json_reader *r, const char *text, size_t n,
    int depth_max, json_nest_fn *nest, json_put_fn *put, json_room_fn *room,
    void *arg);

#ifdef __cplusplus
}
#endif

#endif
