/* A queue, and alerts to put into it. */
#ifndef VIGIE_TESTS_INCIDENT_FIXTURE_H
#define VIGIE_TESTS_INCIDENT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "engine/incident/private.h"
#include "tests/unit/alert_fixture.h"

static const char members_yaml[] =
    "members:\n"
    "  - {id: clinic-a, name: Clinic A, type: acute-hospital, users: 400,\n"
    "     networks: [192.0.2.128/26], assets: [ehr1]}\n"
    "  - {id: lab-b, name: Laboratory B, type: laboratory,\n"
    "     networks: [192.0.2.192/26]}\n"
    "  - {id: practice-c, name: Practice C, type: practice,\n"
    "     networks: [203.0.113.0/26]}\n";

struct world {
	struct arena *arena;
	struct members *members;
	struct incidents *all;
};

static inline bool
no_zone(void *arg, struct str name, struct str *bytes)
{
	(void)arg;
	(void)name;
	(void)bytes;
	return false;
}

static inline int
set_up(void **state)
{
	struct world *w = mem_get_zero(1, sizeof(*w));
	struct err err;
	w->arena = arena_new(0);
	err_init(&err, w->arena);
	w->members = members_load(w->arena, word_table_new(w->arena),
	    STR("members.yaml"), str_from(members_yaml), no_zone, NULL, &err);
	w->all = incidents_new();
	*state = w;
	return w->members == NULL;
}

static inline int
tear_down(void **state)
{
	struct world *w = *state;
	incidents_free(w->all);
	arena_free(w->arena);
	free(w);
	return 0;
}

static inline enum incident_change
take(struct world *w, const struct alert *a, int64_t now, struct incident **out)
{
	return incidents_alert(w->all, w->members, a, now, out);
}

#endif
