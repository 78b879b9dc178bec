#include "engine/daemon/desk.h"

#include "engine/base/hash.h"
#include "engine/base/log.h"
#include "engine/base/stamp.h"
#include "engine/daemon/config.h"
#include "engine/daemon/files.h"
#include "engine/desk/run.h"
#include "engine/store/alerts.h"

#include <time.h>

struct process {
	struct arena *arena;
	struct config config;
	struct members *members;
	struct desk *desk;
	struct alerts *alerts;
	uint64_t unreadable; /* entries that were no alert */
};

static int64_t
wall_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

/* One transaction a batch; what comes again changes nothing. */
static bool
on_batch(void *arg, const struct alerts_entry *entries, size_t n)
{
	struct process *p = arg;
	int64_t now = wall_now();

	if (!desk_begin(p->desk))
		return false;
	for (size_t i = 0; i < n; i++) {
		switch (desk_take_alert_json(p->desk, entries[i].json, now)) {
		case DESK_TAKEN:
			break;
		case DESK_NOT_IT:
			if (p->unreadable++ == 0)
				log_warn("the stream of alerts holds "
					 "something that is no alert");
			break;
		case DESK_FAILED:
			desk_rollback(p->desk);
			return false;
		}
	}
	return desk_commit(p->desk);
}

static void
on_state(void *arg, const char *why)
{
	(void)arg;
	if (why == NULL)
		log_info("connected to Redis");
	else
		log_warn("Redis is away (%s): no new alerts reach the desk",
		    why);
}

static bool
begin_source(void *arg, struct event_base *base, struct desk *desk)
{
	struct process *p = arg;
	struct alerts_options o = {
	    .base = base,
	    .redis = {
		.path = p->config.redis_path,
		.host = p->config.redis_host,
		.port = p->config.redis_port,
		.password = p->config.redis_password,
	    },
	    .on_batch = on_batch,
	    .on_state = on_state,
	    .arg = p,
	};

	p->desk = desk;
	p->alerts = alerts_new(&o);
	return p->alerts != NULL;
}

static void
end_source(void *arg)
{
	struct process *p = arg;

	alerts_free(p->alerts);
	p->alerts = NULL;
}

static bool
load(struct process *p, const char *config_path)
{
	struct str text = STR("");
	const char *path;
	struct err err;

	err_init(&err, p->arena);
	if (!config_load(p->arena, config_path, &p->config, &err))
		return false;
	path = p->config.paths.members;
	if (path != NULL &&
	    !file_read(p->arena, path, "members file", &text, &err))
		return false;
	p->members = members_load(p->arena, word_table_new(p->arena),
	    str_from(path == NULL ? "members" : path), text,
	    generation_find_zone, p->arena, &err);
	return p->members != NULL;
}

int
desk_process(const char *config_path)
{
	struct process p = {.arena = arena_new(0)};
	struct desk_options options;
	int code = 3;

	log_init("desk", LOG_LEVEL_INFO);
	if (!load(&p, config_path)) {
		log_error("the configuration or the table of members has "
			  "mistakes; see vigie check");
	} else {
		options = (struct desk_options){
		    .state_dir = p.config.state,
		    .socket = p.config.desk_socket,
		    .members = p.members,
		    .source = begin_source,
		    .source_stop = end_source,
		    .arg = &p,
		};
		code = desk_run(&options);
	}
	arena_free(p.arena);
	return code;
}
