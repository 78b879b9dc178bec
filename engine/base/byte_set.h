/* Sets of bytes, as classes and escapes of regular expressions give them. */
#ifndef VIGIE_BASE_BYTE_SET_H
#define VIGIE_BASE_BYTE_SET_H

#include <stdbool.h>
#include <stdint.h>

/* Adds the bytes `from` to `to`, both included. */
void byte_set_add(uint64_t set[4], unsigned char from, unsigned char to);

static inline bool
byte_set_has(const uint64_t set[4], char c)
{
	unsigned char u = (unsigned char)c;

	return (set[u >> 6] >> (u & 63) & 1) != 0;
}

/* Adds the bytes of \d, \w or \s or of their opposites (PCRE2 without UCP);
 * false for other letters, with nothing added. */
bool byte_set_add_escape(uint64_t set[4], char letter);

#endif
