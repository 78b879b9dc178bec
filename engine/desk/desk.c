#include "engine/desk/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/log.h"

/* Who the history names when it was no person. */
#define MACHINE STR("vigie")

struct desk {
	struct desk_store *store;
	struct incidents *incidents;
	const struct members *members;
	struct arena *arena; /* of one alert */
	int lock;            /* holds desk.lock: one desk a state folder */
	bool in_batch;
	bool broken;     /* memory and file differ until desk_load() */
	int64_t now;     /* of the last call, for loading anew */
	int64_t expired; /* when incidents were last expired */
};

static bool
desk_load(struct desk *desk)
{
	incidents_free(desk->incidents);
	desk->incidents = incidents_new();
	bool good = desk_store_load(desk->store, desk->incidents, desk->members,
	    desk->now - INCIDENT_REOPEN_WINDOW);
	if (good)
		(void)incidents_expire(desk->incidents, desk->now);
	desk->broken = !good;
	return good;
}

static int
lock_folder(const char *dir, char *why, size_t n)
{
	char path[4096];
	if (mkdir(dir, 0700) == -1 && errno != EEXIST) {
		snprintf(why, n, "%s: %s", dir, strerror(errno));
		return -1;
	}
	snprintf(path, sizeof(path), "%s/desk.lock", dir);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1) {
		snprintf(why, n, "%s: %s", path, strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		snprintf(why, n, "%s: another desk works in this folder", dir);
		(void)close(fd);
		return -1;
	}
	return fd;
}

struct desk *
desk_open(const char *state_dir, const struct members *members, int64_t now,
    char *why, size_t n)
{
	int lock = lock_folder(state_dir, why, n);
	if (lock == -1)
		return NULL;
	struct desk *desk = mem_get_zero(1, sizeof(*desk));
	char path[4096];
	snprintf(path, sizeof(path), "%s/desk.db", state_dir);
	desk->lock = lock;
	desk->members = members;
	desk->now = now;
	desk->arena = arena_new(0);
	desk->store = desk_store_open(path, why, n);
	if (desk->store == NULL) {
		desk_close(desk);
		return NULL;
	}
	if (!desk_load(desk)) {
		snprintf(why, n, "%s: the incidents are unreadable", path);
		desk_close(desk);
		return NULL;
	}
	return desk;
}

void
desk_close(struct desk *desk)
{
	if (desk == NULL)
		return;
	if (desk->store != NULL)
		desk_store_rollback(desk->store);
	desk_store_close(desk->store);
	incidents_free(desk->incidents);
	arena_free(desk->arena);
	(void)close(desk->lock);
	free(desk);
}

void
desk_set_members(struct desk *desk, const struct members *members)
{
	desk->members = members;
}

struct incidents *
desk_incidents(struct desk *desk)
{
	return desk->incidents;
}

struct desk_store *
desk_store_of(struct desk *desk)
{
	return desk->store;
}

/* Batches */

static bool
desk_start(struct desk *desk, int64_t now)
{
	desk->now = now > desk->now ? now : desk->now;
	if (desk->broken && !desk_load(desk))
		return false;
	return desk_store_begin(desk->store);
}

bool
desk_begin(struct desk *desk)
{
	desk->in_batch = desk_start(desk, desk->now);
	return desk->in_batch;
}

/* Takes back what memory has and the file has not. */
static void
desk_undo(struct desk *desk)
{
	desk_store_rollback(desk->store);
	desk->in_batch = false;
	if (!desk_load(desk))
		log_error("the incidents cannot be read from desk.db");
}

bool
desk_commit(struct desk *desk)
{
	if (!desk->in_batch)
		return false;
	desk->in_batch = false;
	if (desk_store_commit(desk->store))
		return true;
	desk_undo(desk);
	return false;
}

void
desk_rollback(struct desk *desk)
{
	if (desk->in_batch)
		desk_undo(desk);
}

/* Taking alerts in */

static bool tell(struct desk *desk, const struct incident *in, int64_t now,
    const char *act, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static bool
tell(struct desk *desk, const struct incident *in, int64_t now, const char *act,
    const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	int n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0)
		die("out of memory");
	bool good = desk_store_history(desk->store, str_from(in->id), now,
	    MACHINE, act, str_make(text, (size_t)n));
	free(text);
	return good;
}

static bool
tell_opened(struct desk *desk, const struct incident *in, int64_t now)
{
	struct buf why;
	char due[STAMP_TEXT];
	struct str when = stamp_format(incident_deadline(in), due);
	buf_init(&why, 64 * 1024);
	incident_why(in, &why);
	bool good = tell(desk, in, now, "opened", "%s. %.*s", in->title,
	    STR_ARG(buf_str(&why)));
	buf_fini(&why);
	/* The acknowledgement that is promised within 60 s of opening. */
	return good &&
	    tell(desk, in, now, "acknowledged automatically",
		"Received as %s with priority P%d (%d). A person answers by "
		"%.*s.",
		in->id, in->priority.band, in->priority.score, STR_ARG(when));
}

/* The history of what the last alert changed. */
static bool
tell_changes(struct desk *desk, const struct incident *in,
    const struct alert *alert, int64_t now)
{
	unsigned changes = in->changes;
	char id[33];
	hash128_format(alert->id, id);
	if ((changes & CHANGE_OPENED) != 0 && !tell_opened(desk, in, now))
		return false;
	if ((changes & CHANGE_ALERT) != 0 &&
	    !tell(desk, in, now, "alert", "%.*s (alert %s)",
		STR_ARG(alert->rule_title), id))
		return false;
	if ((changes & CHANGE_OPENED) != 0)
		return true;
	if ((changes & CHANGE_REOPENED) != 0 &&
	    !tell(desk, in, now, "opened again",
		"New evidence came after it was closed."))
		return false;
	if ((changes & CHANGE_CAMPAIGN) != 0)
		return tell(desk, in, now, "campaign",
		    "A second member is touched; it is a campaign now.");
	if ((changes & CHANGE_MEMBER) != 0)
		return tell(desk, in, now, "member", "%zu members are touched.",
		    in->n_members);
	if ((changes & CHANGE_BAND) != 0)
		return tell(desk, in, now, "priority", "It rose to P%d (%d).",
		    in->priority.band, in->priority.score);
	return true;
}

enum desk_taken
desk_take_alert(struct desk *desk, const struct alert *alert, int64_t now)
{
	if (!desk->in_batch)
		BUG("an alert was taken outside desk_begin and desk_commit");
	desk->now = now > desk->now ? now : desk->now;
	/* Incidents that were forgotten have their alerts in the file only. */
	if (incidents_find_alert(desk->incidents, alert->id) == NULL) {
		uint32_t known;
		if (!desk_store_revision(desk->store, alert->id, &known))
			return DESK_FAILED;
		if (known >= alert->revision)
			return DESK_TAKEN;
	}
	struct incident *in;
	if (incidents_alert(desk->incidents, desk->members, alert, now, &in) ==
	    INCIDENT_UNCHANGED)
		return DESK_TAKEN;
	struct incident_alert *entry = incidents_find_alert(
	    desk->incidents, alert->id);
	/* Incident first: alerts refer to it. A merged incident keeps its
	 * own alerts, so that unmerging is exact. */
	bool good = desk_store_incident(desk->store, in) &&
	    desk_store_alert(
		desk->store, str_from(entry->incident->id), alert, now);
	for (size_t i = 0; good && i < alert->n_joined; i++)
		if (!hash128_eq(alert->joined[i], alert->id))
			good = desk_store_joined(desk->store, alert->joined[i]);
	good = good && tell_changes(desk, in, alert, now);
	return good ? DESK_TAKEN : DESK_FAILED;
}

enum desk_taken
desk_take_alert_json(struct desk *desk, struct str json, int64_t now)
{
	struct alert alert;
	arena_reset(desk->arena);
	if (!alert_parse(desk->arena, json, &alert) || alert.revision == 0)
		return DESK_NOT_IT;
	return desk_take_alert(desk, &alert, now);
}

/* What people do */

static void
act_text(const struct action *action, struct buf *out)
{
	if (action->act == ACT_ASSIGN)
		buf_printf(out, "To %.*s.", STR_ARG(action->owner));
	if (action->act == ACT_CLOSE)
		buf_printf(out, "Reason: %.*s.", STR_ARG(action->reason));
	if (action->act == ACT_MERGE)
		buf_printf(out, "Into %.*s.", STR_ARG(action->into));
	if (out->n > 0 && action->text.n > 0)
		buf_add_char(out, ' ');
	buf_add(out, action->text);
}

static bool
act_merge(struct desk *desk, struct incident *from, const struct action *action,
    struct buf *why)
{
	struct incident *into = incidents_find(desk->incidents, action->into);
	if (into == NULL || !incident_is_open(into)) {
		buf_printf(
		    why, "%.*s is no open incident.", STR_ARG(action->into));
		return false;
	}
	if (into == from) {
		buf_add(why, STR("An incident cannot go into itself."));
		return false;
	}
	incidents_merge(desk->incidents, from, into);
	return true;
}

/* The target keeps its score; its members and counts are read anew. */
static void
act_unmerge(struct incident *in)
{
	in->state = in->unmerged;
	in->merged_into = NULL;
}

static bool
act_write(struct desk *desk, struct incident *in, const struct action *action,
    int64_t now)
{
	struct buf text;
	buf_init(&text, SIZE_MAX);
	act_text(action, &text);
	bool good = desk_store_incident(desk->store, in) &&
	    (in->merged_into == NULL ||
		desk_store_incident(desk->store, in->merged_into)) &&
	    desk_store_history(desk->store, str_from(in->id), now, action->by,
		act_name(action->act), buf_str(&text)) &&
	    (in->merged_into == NULL ||
		tell(desk, in->merged_into, now, "merged",
		    "%s was merged into it by %.*s.", in->id,
		    STR_ARG(action->by)));
	buf_fini(&text);
	return good;
}

enum desk_done
desk_act(struct desk *desk, struct str id, const struct action *action,
    int64_t now, struct buf *why)
{
	if (desk->in_batch)
		BUG("a person acted within a batch of alerts");
	if (desk->broken && !desk_load(desk)) {
		buf_add(why, STR("The desk cannot read its file."));
		return DESK_UNWRITTEN;
	}
	struct incident *in = incidents_find(desk->incidents, id);
	if (in == NULL) {
		buf_printf(why,
		    "There is no incident %.*s, or it was closed too long "
		    "ago to be changed.",
		    STR_ARG(id));
		return DESK_NO_SUCH;
	}
	if (action->version != 0 && action->version != in->version) {
		buf_printf(why,
		    "%s has changed since (version %u now): look again.",
		    in->id, in->version);
		return DESK_STALE;
	}
	if (!lifecycle_apply(in, action, now, why))
		return DESK_ILLEGAL;
	if (action->act == ACT_MERGE && !act_merge(desk, in, action, why))
		return DESK_ILLEGAL;
	if (action->act == ACT_UNMERGE)
		act_unmerge(in);
	if (action->act != ACT_MERGE)
		incidents_touch(desk->incidents, in);
	if (!desk_start(desk, now) || !act_write(desk, in, action, now) ||
	    !desk_store_commit(desk->store)) {
		desk_undo(desk);
		buf_add(why, STR("The desk cannot write its file."));
		return DESK_UNWRITTEN;
	}
	if (action->act == ACT_UNMERGE)
		desk->broken = !desk_load(desk);
	return DESK_DONE;
}

static bool
tick_overdue(struct desk *desk, int64_t now)
{
	struct incidents *all = desk->incidents;
	const struct incident *at = NULL;
	while ((at = incidents_next(all, at)) != NULL) {
		if (!incident_is_open(at) || at->answered != 0 || at->overdue ||
		    now < incident_deadline(at))
			continue;
		struct incident *in = incidents_find(all, str_from(at->id));
		in->overdue = true;
		in->version++;
		if (!desk_store_incident(desk->store, in) ||
		    !tell(desk, in, now, "overdue",
			"Its deadline passed without an answer of a person."))
			return false;
	}
	return true;
}

void
desk_tick(struct desk *desk, int64_t now)
{
	if (desk->in_batch)
		return;
	if (!desk_start(desk, now) || !tick_overdue(desk, now) ||
	    !desk_store_commit(desk->store)) {
		desk_undo(desk);
		return;
	}
	if (now - desk->expired < MINUTE)
		return;
	desk->expired = now;
	(void)incidents_expire(desk->incidents, now);
}
