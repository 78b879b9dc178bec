/*
 * Cutting a byte stream into syslog messages (RFC 6587), one connection each.
 * Pure: bytes in, places out, nothing copied. A run of whole frames is given
 * as one slice, so that it becomes one record of the journal;
 * framing_next() (journal.h) gives its messages.
 *
 * How a stream is framed is found by its first bytes: a count and SP is octet
 * counting, anything else text up to LF. The result does not depend on how
 * the bytes were split on their way. Verdicts: reliability.md 2.3.
 */
#ifndef VIGIE_INGEST_FRAMING_H
#define VIGIE_INGEST_FRAMING_H

#include "engine/journal/journal.h"

/* The largest message; what is longer is cut here, and flagged. */
#define FRAMING_MESSAGE_MAX 65536u
/* A larger count is no message but a mistake or an attack. */
#define FRAMING_COUNT_MAX (1u << 20)
/* More bytes than this never wait for the rest of their frame. */
#define FRAMING_WAIT_MAX (FRAMING_MESSAGE_MAX + 16)

enum framing_mode {
	FRAMING_AUTO,
	FRAMING_ONLY_LF,
	FRAMING_ONLY_OCTET,
};

enum framing_reason {
	FRAMING_FINE,
	FRAMING_BAD_COUNT, /* no count, a zero in front, more than 7 digits */
	FRAMING_TOO_LARGE, /* a count above FRAMING_COUNT_MAX */
	FRAMING_TLS,       /* a TLS hello where plain text was expected */
};

/* Set mode, leave the rest zero. */
struct framer {
	enum framing_mode mode;
	bool decided;   /* `kind` is known */
	bool skip_line; /* passing over an oversize message up to LF */
	enum framing kind;
	uint32_t skip;  /* octets of an oversize message to pass over */
	size_t scanned; /* of the waiting bytes: have no LF */
};

enum framing_verdict {
	FRAMING_MORE,  /* nothing whole; what was not used has to wait */
	FRAMING_RUN,   /* messages; ask again with the rest */
	FRAMING_CLOSE, /* the stream is out of step: close it */
};

struct framed {
	struct str raw; /* the messages (FRAMING_RUN) */
	enum framing kind;
	uint32_t lines;
	bool partial;   /* the end of the stream cut the (only) message */
	bool truncated; /* the (only) message was longer than the largest */
	/*
	 * raw is one message without its count (an oversize one, cut): to be
	 * journaled it needs another frame, FRAMING_DATAGRAM's.
	 */
	bool bare;

	size_t used;    /* bytes to take off the front, whatever the verdict */
	uint32_t empty; /* messages of no bytes among them */
	uint32_t dropped; /* frames that the end cut before any text */
	enum framing_reason reason; /* of FRAMING_CLOSE */
};

/*
 * `bytes` are all that were received and not used yet; `eof`: no more will
 * come. At FRAMING_MORE with eof everything has been used.
 */
enum framing_verdict framing_scan(
    struct framer *f, struct str bytes, bool eof, struct framed *out);

/* Is the stream inside a message, so that its sender owes the rest? */
bool framing_is_open(const struct framer *f, size_t waiting);

/* Adds what the scan found to the counters: received, received_bytes,
 * refused_empty, refused_framing, refused_tls_on_plain, dropped_partial,
 * truncated. Call it when the result was taken, once. */
void framing_count(const struct framed *framed, enum framing_verdict verdict);

/* "bad octet count" */
const char *framing_reason_text(enum framing_reason reason);

#endif
