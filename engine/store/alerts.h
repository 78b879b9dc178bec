/*
 * The stream of alerts, read by the desk. What was read is handed over in
 * batches; the desk keeps the last id in the same transaction as the alerts,
 * so that each is taken once, and only then is the stream trimmed.
 */
#ifndef VIGIE_STORE_ALERTS_H
#define VIGIE_STORE_ALERTS_H

#include "engine/store/redis.h"

struct alerts;

struct alerts_entry {
	struct str id;	 /* of the stream */
	struct str json; /* one alert */
};

struct alerts_options {
	struct event_base *base;
	struct redis_options redis; /* where; callbacks are set here */
	const char *after;	    /* id taken last, "0-0": none */
	/* A batch, in order. True: all is kept durably, go on; false: the
	 * same batch will be given again after a second. */
	bool (*on_batch)(void *arg, const struct alerts_entry *entries,
	    size_t n);
	/* The connection came or went (why: NULL when it came). */
	void (*on_state)(void *arg, const char *why);
	void *arg;
};

struct alerts *alerts_new(const struct alerts_options *options);
void alerts_free(struct alerts *a);

#endif
