/* An alert, the way the engine gives it to the queue and to the desk. */
#ifndef VIGIE_TESTS_ALERT_FIXTURE_H
#define VIGIE_TESTS_ALERT_FIXTURE_H

#include "engine/correlate/alert.h"

#define T0 (INT64_C(1764000000) * SECOND) /* 2025-11-24T16:00:00Z */

/* Brute force from 192.0.2.7 at clinic-a, five events. */
static inline struct alert
brute(uint64_t id)
{
	return (struct alert){.id = {id, ~id},
	    .revision = 1,
	    .rule_id = STR("r1"),
	    .rule_name = STR(""),
	    .rule_title = STR("Many failed logins"),
	    .level = STR("medium"),
	    .rsit = STR("intrusion-attempts:brute-force"),
	    .confidence = 80,
	    .floor = STR(""),
	    .advice_fr = STR(""),
	    .advice_en = STR(""),
	    .member = STR("clinic-a"),
	    .entity_field = STR("source.ip"),
	    .entity = STR("192.0.2.7"),
	    .first = T0 - MINUTE,
	    .last = T0,
	    .count = 5};
}

#endif
