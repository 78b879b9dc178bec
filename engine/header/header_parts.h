/* The pieces before the text of an RFC 3164 header, for header.c. */
#ifndef VIGIE_HEADER_HEADER_PARTS_H
#define VIGIE_HEADER_HEADER_PARTS_H

#include "engine/header/header.h"

#define NAME_MAX_BYTES 64

/* What an ASCII character can be part of: asked for every byte of a header. */
enum {
	PART_HOST = 1,
	PART_TAG = 2,
	PART_KEY = 4,	   /* of key=value */
	PART_MNEMONIC = 8, /* of %FAC-SEV-MNEMONIC */
	PART_PLAIN = 16,   /* of nearly all host names: a-z 0-9 . - _ */
};
extern const uint8_t header_parts[256];

static inline bool
is_part(char c, unsigned part)
{
	return (header_parts[(unsigned char)c] & part) != 0;
}

/* A host name may have letters of any alphabet. */
static inline bool
is_host_char(char c)
{
	return is_part(c, PART_HOST) || (c & 0x80) != 0;
}

/* Bytes of the word at the start of s if it can be a host name; 0 else. */
static inline size_t
host_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_host_char(s.p[n]))
		n++;
	if (n == 0 || n > 255 || (n < s.n && s.p[n] != ' '))
		return 0;
	return n;
}

static inline void
skip_blanks(struct str *s)
{
	while (s->n > 0 && (s->p[0] == ' ' || s->p[0] == '\t')) {
		s->p++;
		s->n--;
	}
}

/* Each takes its piece off the front of *s and into h; false: not there. */
bool header_cisco(struct str *s, struct header *h);
bool header_stamp(struct str *s, struct header *h);
bool header_origin(struct str *s, struct header *h);
bool header_sequence(struct str *s);
bool header_task(struct str *s, struct header *h);
bool header_forwarded(struct str *s, struct header *h);
bool header_level(struct str *s, struct header *h);
bool header_solaris(struct str *s, struct header *h);
/* "mail.info": the PRI, unless the wire had one, which is the truth. False:
 * the word is no facility and level. */
bool header_take_level(struct header *h, struct str word);
/* All of s, with what is before the mnemonic; false (h untouched): it is none
 * of Cisco's lines. */
bool header_cisco_whole(struct str s, struct header *h);
/* The same in the parts of RFC 5424 that h has already. */
bool header_cisco_5424(struct header *h);

/* header_tag.c: TAG, with what it needs to be believed at this place. */
bool header_tag(struct str *s, struct header *h, bool bare_too);
/* "sogod [26818]: ", the word being n bytes long. */
bool header_spaced_tag(struct str *s, struct header *h, size_t n);
/* "Event": a sentence's word rather than a host's. */
bool header_is_first_word(struct str word);
/* ... and of n bytes at the beginning of s, with no tag behind it. */
bool header_is_sentence(struct str s, size_t n);
/* "Denied" of n bytes at the beginning of s, with pairs behind it. */
bool header_is_verdict(struct str s, size_t n);
/* Of a file that is perhaps no syslog's: is it the text's first word? */
bool header_is_files_word(struct str s, size_t n);
/* "sshd", not "10.in-addr.arpa/IN": a tag that nothing else vouches for. */
bool header_is_name(struct str s);
/* "db01: sshd[1]: " at the beginning of s, the first word being n bytes with
 * its colon; "db01 sshd: ". */
bool header_is_host_with_colon(struct str s, size_t n);
bool header_is_host_and_tag(struct str s);
bool header_bracketed_tag(struct str *s, struct header *h);
void header_stack(struct str *s);

/* header_host.c: HOSTNAME behind a stamp, a word that is neither tag nor text,
 * where there is one; `file`: it is perhaps no syslog's line. */
void header_host(struct str *s, struct header *h, bool file);
/* "last message repeated "; 2026-11-24. */
bool header_is_repetition(struct str s);
bool header_is_date(struct str word);

/* header.c: a whole line; "<13>"; a header that is not the common one; what
 * stands behind host and program. */
void header_line(struct str s, struct header *h);
bool header_pri(struct str *s, struct header *h);
void header_wild(struct str s, struct header *h);
void header_text(struct str s, struct header *h, bool stamped);
/* Without a trailer of the framing or of a program in C. */
struct str header_without_end(struct str s);
/* header_relay.c: the header that begins where the text would. */
bool header_inner(struct str s, struct header *h);
bool header_take_original(struct str s, struct header *h);

/* header_device.c, alike: what only single families of devices write. */
bool header_odd_host(struct str *s, struct header *h);
/* Level and host in columns behind the stamp (Kiwi). */
bool header_columns(struct str *s, struct header *h);
/* A container's stream behind its stamp. */
bool header_stream(struct str *s);
/* The name, without what F5 and syslog-ng put around it. */
struct str header_clean_host(struct str host);
bool header_is_level(struct str word);
/* "[ INFO    ] " before the tag: Axis cameras. */
bool header_level_column(struct str *s, struct header *h);

#endif
