/*
 * The syslog header: RFC 5424 in full, RFC 3164 as it is found in the wild,
 * Cisco's, and the headers that relays put before another header. Everything
 * in a struct header is a slice of the line.
 */
#ifndef VIGIE_HEADER_HEADER_H
#define VIGIE_HEADER_HEADER_H

#include "engine/base/arena.h"
#include "engine/header/time.h"

enum header_form { HEADER_BARE, HEADER_RFC3164, HEADER_RFC5424 };

/* How the text behind the header begins. */
enum body_style {
	BODY_TEXT,
	BODY_JSON, /* { */
	BODY_CEF,  /* CEF:0| */
	BODY_LEEF, /* LEEF:1.0| */
	BODY_XML,  /* < */
	BODY_KV,   /* word= */
	BODY_STYLES
};

struct header {
	enum header_form form;
	enum body_style body;
	uint8_t pri; /* 13 (user.notice) when there is none */
	bool has_pri;
	bool bad_pri;
	bool has_stamp;
	bool bad_stamp; /* there is something in its place that is none */
	bool bad_sd;	/* structured data not as RFC 5424 section 6.3 */
	bool is_cisco;
	bool is_nxos; /* Cisco's, with the year in front of the month */
	bool stamp_ends; /* in a colon */
	struct time_text stamp;
	struct str version; /* of RFC 5424 */
	struct str hostname;
	struct str appname;
	struct str procid;
	struct str msgid;
	struct str sd; /* with its brackets; empty: none */
	struct str message;
	struct str address; /* the host's own, behind its name */
	struct str relay; /* host of the header around ours */
	struct str level; /* "WARNING" where the host would be */
	struct str facility; /* Cisco: %facility-severity-mnemonic: */
	struct str severity;
	struct str mnemonic;
	struct str sequence; /* Cisco's number of the line */
	struct str node;     /* IOS XR's RP/0/RSP0/CPU0 */
	uint32_t repeated; /* "last message repeated N times" */
	uint32_t more; /* objects behind the message in its list */
};

/* Never fails: what is no header is message. */
void header_parse(struct str line, struct header *out);

/*
 * As header_parse(), of a line whose header stood elsewhere: *h has what is
 * known of host, program, process, message id and PRI, and the rest empty. A
 * header in the line itself says it better.
 */
void header_enclosed(struct str line, struct header *h);

/*
 * A relay took "CEF:0|..." for program and text ("LEEF:1.0|" alike) and handed
 * them on apart, or left the mark out: the message is joined again, in the
 * arena, and a mark is no program. False: it is no such line.
 */
bool header_rejoin(struct arena *arena, struct header *h);

/* One parameter of structured data. */
struct sd_param {
	struct str id;
	struct str name;
	struct str value; /* as written: \" \\ \] still escaped */
	bool escaped;	  /* there is a backslash in it */
	bool odd;	  /* a "]" without backslash, a blank before "=" */
};

/*
 * Walks over sd: start with *rest = header.sd and *id empty. False at the
 * end or where the data is broken (then *rest is not empty).
 */
bool header_sd_next(struct str *rest, struct str *id, struct sd_param *out);

/* Length of "[...][...]", quotes minded; 0 when it has no end. */
size_t header_sd_length(struct str s);
/* Is each element between the brackets as it has to be? With `odd`, such
 * parameters are good, too. */
bool header_sd_is_good(struct str sd, bool odd);

/* For header.c and header_5424.c. */
void header_body(struct header *h, struct str s);
bool header_5424(struct str s, struct header *h);
/* APP-NAME, PROCID, MSGID, structured data, message. */
bool header_5424_tail(struct str s, struct header *h);
bool header_is_body(struct str s);

#endif
