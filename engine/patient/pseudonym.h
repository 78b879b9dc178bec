/*
 * Pseudonyms of people (docs/privacy.md): keyed, one key for each member, so
 * that the same patient at two members cannot be joined and a number cannot
 * be found by trying all of them. Pure: the secret is an argument; reading it
 * from a file is the caller's.
 *
 *     p:<kind>:<keyid>:<32 hex digits>
 *
 * The digits are the first 128 bits of HMAC-SHA-256 (RFC 2104, FIPS 180-4)
 * under the member's key of kind, a zero byte and the canonical id.
 */
#ifndef VIGIE_PATIENT_PSEUDONYM_H
#define VIGIE_PATIENT_PSEUDONYM_H

#include "engine/base/buf.h"

#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif
#include <openssl/sha.h>

enum pseudonym_kind {
	PSEUDONYM_PATIENT,
	PSEUDONYM_PERSON,
	PSEUDONYM_ENCOUNTER,
};

/* A whole pseudonym with its NUL; the longest is "p:encounter:01234567:"
 * and 32 digits. */
#define PSEUDONYM_TEXT 64

/* What stands for a part that nobody may see, or that cannot be read. */
#define LEFT_OUT STR("[...]")

#define PSEUDONYM_TEXT_MAX 1024 /* matricules of one text */

/* What all members' keys are derived from. */
struct pseudonym_keys {
	uint8_t secret[32];
	bool test; /* not secret: see pseudonym_keys_test */
};

/* HMAC-SHA-256 with the key read. */
struct pseudonym_mac {
	SHA256_CTX inner, outer;
};

/* One member's. */
struct pseudonym_key {
	struct pseudonym_mac mac;
	char id[9]; /* 8 hexadecimal digits that say nothing of the key; or
		       "test" */
};

#define PSEUDONYM_SECRET_MIN 32 /* bytes of a key file */

/* From the bytes of a key file; false when they are too few. */
bool pseudonym_keys_load(struct str bytes, struct pseudonym_keys *out);
/* From a published text: stable output for tests and demonstrations, and no
 * protection at all. Pseudonyms made with it carry "test" as their key. */
void pseudonym_keys_test(struct pseudonym_keys *out);
/* The key of the member with this id. */
void pseudonym_key_derive(const struct pseudonym_keys *keys, struct str member,
    struct pseudonym_key *out);

/* Did this key make it? What was redacted may be read again. */
bool pseudonym_is_own(const struct pseudonym_key *key, struct str id);
/* The length of such a pseudonym that stands at i of s; 0: there is none. */
size_t pseudonym_at(const struct pseudonym_key *key, struct str s, size_t i);
/* The pseudonym of a canonical id, in `out`; of one that this key made, that
 * one. */
struct str pseudonym_make(const struct pseudonym_key *key,
    enum pseudonym_kind kind, struct str id, char out[PSEUDONYM_TEXT]);

/*
 * Of an identifier as HL7 version 2 and ATNA write it (CX, "24^^^MPI&2.999.1&
 * ISO^PI", entities decoded): id and assigning authority, whatever stands
 * between. FHIR's value and system give the same. A matricule counts without
 * authority: whoever assigned it, it is the same person.
 */
struct str pseudonym_make_cx(const struct pseudonym_key *key,
    enum pseudonym_kind kind, struct str cx, char out[PSEUDONYM_TEXT]);
struct str pseudonym_make_identifier(const struct pseudonym_key *key,
    enum pseudonym_kind kind, struct str value, struct str authority,
    char out[PSEUDONYM_TEXT]);

/*
 * The next matricule in s at or behind `from`: its offset and length, or
 * SIZE_MAX. Thirteen digits, no more: year, month and day (either may be 00),
 * three digits, Luhn's over the first eleven, one more. The old eleven digits,
 * and years of 18xx, only behind the word "matricule".
 */
size_t pseudonym_find(struct str s, size_t from, size_t *length);
/* s with its matricules replaced is added to `out`; their number. Behind
 * PSEUDONYM_TEXT_MAX of them each becomes "[...]": a line made of matricules
 * would cost a millisecond. */
size_t pseudonym_text(const struct pseudonym_key *key, struct str s,
    struct buf *out);

/*
 * A raw line for people and stores outside the journal (redact.c): patients of
 * ATNA and FHIR audit messages and those that a label announces become
 * pseudonyms, names, queries and details go, matricules become pseudonyms. A
 * part of an audit message that cannot be read is left out. The result is added
 * to `out`; returns the number of replacements (0: `out` has the line as it
 * was). Cut before the call or after it, never count on equal lengths.
 */
size_t pseudonym_redact(const struct pseudonym_key *key, struct str raw,
    struct buf *out);

#endif
