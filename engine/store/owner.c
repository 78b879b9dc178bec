/*
 * One connection writes (checkpoints, alerts), one blocks in XREAD. When
 * either breaks, or a checkpoint shows that Redis is not as we left it (its
 * epoch or its count of checkpoints differs: flushed, rolled back, or another
 * owner), all windows are dropped and loaded again.
 */
#include "engine/store/owner_private.h"

#include "engine/base/log.h"
#include "engine/base/stamp.h"
#include "engine/base/stats.h"
#include "engine/store/entry.h"
#include "engine/store/keys.h"

#include <stdio.h>
#include <stdlib.h>

#define IDLE_CHECKPOINT	  (5 * SECOND)
#define MANY_DIRTY	  20000
#define WATERMARK_BEHIND  (30 * SECOND)
#define JOURNAL_DEAD	  (60 * SECOND)
#define READ_COUNT	  STR("64")
#define READ_BLOCK	  STR("1000") /* ms */

static void start_reading(struct owner *o);

/* --- losing and loading ------------------------------------------------- */

static void
drop_all(struct owner *o)
{
	o->generation++;
	o->saving = -1;
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		struct shard *s = &o->shards[i];

		if (!s->ours)
			continue;
		windows_drop(o->windows, i);
		s->state = SHARD_IDLE;
		s->n_slots = 0;
		s->moved = s->queued = false;
		s->rev = 0;
		(void)snprintf(s->last, sizeof(s->last), "0-0");
	}
	if (o->done != NULL) {
		void (*done)(void *) = o->done;

		o->done = NULL;
		done(o->done_arg);
	}
}

void
owner_reload(struct owner *o, const char *why)
{
	redis_break(o->read, why);
	redis_break(o->write, why);
}

bool
owner_is_running(const struct owner *o)
{
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		if (o->shards[i].ours && o->shards[i].state != SHARD_RUNNING)
			return false;
	}
	return true;
}

static struct slot *
find_slot(struct shard *s, uint16_t number)
{
	for (size_t i = 0; i < s->n_slots; i++) {
		if (s->slots[i].slot == number)
			return &s->slots[i];
	}
	if (s->n_slots >= OWNER_MAX_SLOTS)
		return NULL;
	if (s->slots == NULL)
		s->slots = mem_get(OWNER_MAX_SLOTS * sizeof(*s->slots));
	s->slots[s->n_slots] = (struct slot){.slot = number,
	    .heard = s->owner->now};
	return &s->slots[s->n_slots++];
}

static void
load_position(struct shard *s, struct str name, struct str value)
{
	struct str segment, offset;
	uint64_t number;
	struct slot *slot;

	if (str_eq(name, STR("log")) && value.n < sizeof(s->last)) {
		memcpy(s->last, value.p, value.n);
		s->last[value.n] = '\0';
	} else if (str_eq(name, STR("rev"))) {
		(void)str_to_u64(value, &s->rev);
	} else if (name.n > 1 && name.p[0] == 'j' &&
	    str_to_u64(str_skip(name, 1), &number) && number < UINT16_MAX) {
		slot = find_slot(s, (uint16_t)number);
		if (slot == NULL)
			return;
		str_cut(value, ':', &segment, &offset);
		(void)str_to_u64(segment, &slot->applied.segment);
		(void)str_to_u64(offset, &slot->applied.offset);
	}
}

static void
on_epoch(void *arg, const struct redisReply *reply)
{
	struct shard *s = arg;

	if (reply == NULL || s->state != SHARD_LOADING)
		return;
	if (reply->type != REDIS_REPLY_INTEGER)
		owner_reload(s->owner, "Redis refuses to count an epoch");
	else
		s->epoch = (uint64_t)reply->integer;
}

static void
on_positions(void *arg, const struct redisReply *reply)
{
	struct shard *s = arg;

	if (reply == NULL || s->state != SHARD_LOADING)
		return;
	if (!is_array(reply)) {
		owner_reload(s->owner, "Redis does not give the positions");
		return;
	}
	for (size_t i = 0; i + 1 < reply->elements; i += 2)
		load_position(s, reply_str(reply->element[i]),
		    reply_str(reply->element[i + 1]));
}

static void load_windows(struct shard *s, struct str cursor);

static void
on_windows(void *arg, const struct redisReply *reply)
{
	struct shard *s = arg;
	const struct redisReply *list;
	struct str cursor;

	if (reply == NULL || s->state != SHARD_LOADING)
		return;
	if (!is_array(reply) || reply->elements != 2 ||
	    !is_array(reply->element[1])) {
		owner_reload(s->owner, "Redis does not give the windows");
		return;
	}
	list = reply->element[1];
	for (size_t i = 0; i + 1 < list->elements; i += 2) {
		if (!windows_load(s->owner->windows,
			reply_str(list->element[i]),
			reply_str(list->element[i + 1])))
			log_warn("a window of shard %u was unreadable and is "
				 "left out",
			    s->number);
	}
	cursor = reply_str(reply->element[0]);
	if (!str_eq(cursor, STR("0"))) {
		load_windows(s, cursor);
		return;
	}
	s->state = SHARD_RUNNING;
	if (owner_is_running(s->owner))
		start_reading(s->owner);
}

static void
load_windows(struct shard *s, struct str cursor)
{
	struct key win = key_of_shard(s->number, "win");

	redis_call(s->owner->write, on_windows, s, STR("HSCAN"), key_str(&win),
	    cursor, STR("COUNT"), STR("1000"));
}

static void
load_shard(struct shard *s)
{
	struct key epoch = key_of_shard(s->number, "epoch");
	struct key pos = key_of_shard(s->number, "pos");

	s->state = SHARD_LOADING;
	redis_call(s->owner->write, on_epoch, s, STR("INCR"), key_str(&epoch));
	redis_call(s->owner->write, on_positions, s, STR("HGETALL"),
	    key_str(&pos));
	load_windows(s, STR("0"));
}

/* A Redis that may throw keys away would lose windows without a word. */
static void
on_policy(void *arg, const struct redisReply *reply)
{
	struct owner *o = arg;
	struct str info, policy;
	size_t at;

	if (reply == NULL)
		return;
	if (reply->type != REDIS_REPLY_STRING) {
		owner_reload(o, "Redis does not tell its memory policy");
		return;
	}
	info = reply_str(reply);
	at = str_find(info, STR("maxmemory_policy:"));
	policy = at == SIZE_MAX ? STR("unknown") : str_skip(info, at + 17);
	policy = str_trim(str_first(policy, str_find_char(policy, '\r')));
	if (!str_eq(policy, STR("noeviction"))) {
		log_error("Redis may throw windows away (maxmemory-policy "
			  "%.*s): nothing is correlated until it is "
			  "noeviction",
		    STR_ARG(policy));
		owner_reload(o, "wrong maxmemory-policy");
		return;
	}
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		if (o->shards[i].ours)
			load_shard(&o->shards[i]);
	}
}

static void
on_up(void *arg)
{
	struct owner *o = arg;

	if (!redis_is_up(o->write) || !redis_is_up(o->read))
		return;
	drop_all(o);
	redis_call(o->write, on_policy, o, STR("INFO"), STR("memory"));
}

static void
on_down(void *arg, const char *why)
{
	struct owner *o = arg;

	o->reading = false;
	drop_all(o);
	/* Both go together, so that both come up before shards are loaded. */
	redis_break(o->read, why);
	redis_break(o->write, why);
}

/* --- alerts ------------------------------------------------------------- */

/* What was refused is decided again from the last checkpoint. */
static void
on_appended(void *arg, const struct redisReply *reply)
{
	struct owner *o = arg;

	if (reply != NULL && reply->type == REDIS_REPLY_ERROR)
		owner_reload(o, reply->str);
}

static void
on_alert(void *arg, const struct alert *alert)
{
	struct owner *o = arg;
	struct alert copy = *alert;

	if (o->options.fill != NULL)
		o->options.fill(o->options.arg, &copy);
	buf_clear(&o->json);
	alert_format(&copy, &o->json);
	redis_call(o->write, on_appended, o, STR("XADD"), KEY_ALERTS, STR("*"),
	    STR("a"), buf_str(&o->json));
	STAT_ADD(alerts, 1);
}

static void
on_match(void *arg, const struct match *match)
{
	struct owner *o = arg;
	struct key key = key_of_shard(match_shard(match), "log");

	entry_begin(&o->chained);
	match_format(match, &o->chained);
	entry_finish(&o->chained, ENTRY_NO_SLOT, (struct journal_pos){0}, 0);
	redis_call(o->write, on_appended, o, STR("XADD"), key_str(&key),
	    STR("*"), STR("m"), buf_str(&o->chained));
}

/* --- applying ------------------------------------------------------------ */

static int
pos_cmp(struct journal_pos a, struct journal_pos b)
{
	if (a.segment != b.segment)
		return a.segment < b.segment ? -1 : 1;
	return a.offset < b.offset ? -1 : a.offset > b.offset;
}

static void
apply_entry(struct shard *s, const struct entry *e)
{
	struct slot *slot = NULL;
	struct str rest = e->matches;
	struct match m;
	uint64_t applied = 0, repeated = 0;

	if (e->slot != ENTRY_NO_SLOT)
		slot = find_slot(s, e->slot);
	while (match_parse(&rest, &m)) {
		struct journal_pos at = {m.event.segment, m.event.offset};

		if (slot != NULL && pos_cmp(at, slot->applied) < 0) {
			repeated++;
			continue;
		}
		windows_apply(s->owner->windows, &m);
		applied++;
	}
	STAT_ADD(applied, applied);
	STAT_ADD(repeated, repeated);
	if (slot == NULL)
		return;
	if (pos_cmp(slot->applied, e->reached) < 0)
		slot->applied = e->reached;
	if (slot->watermark < e->watermark)
		slot->watermark = e->watermark;
	slot->heard = s->owner->now;
}

static void
apply_record(struct shard *s, const struct redisReply *record)
{
	const struct redisReply *fields;
	struct entry entry;

	if (!is_array(record) || record->elements != 2 ||
	    record->element[0]->len >= sizeof(s->last))
		return;
	fields = record->element[1];
	if (is_array(fields) && fields->elements == 2 &&
	    entry_parse(reply_str(fields->element[1]), &entry))
		apply_entry(s, &entry);
	memcpy(s->last, record->element[0]->str, record->element[0]->len + 1);
	s->moved = true;
}

static struct shard *
shard_of_key(struct owner *o, struct str key)
{
	uint64_t n;

	if (key.n < 5 || !str_to_u64(str_make(key.p + 2, 2), &n) ||
	    n >= SHARD_COUNT)
		return NULL;
	return &o->shards[n];
}

static void
on_entries(void *arg, const struct redisReply *reply)
{
	struct owner *o = arg;

	o->reading = false;
	if (reply == NULL)
		return;
	if (reply->type == REDIS_REPLY_ERROR) {
		owner_reload(o, reply->str);
		return;
	}
	for (size_t i = 0; is_array(reply) && i < reply->elements; i++) {
		const struct redisReply *stream = reply->element[i];
		struct shard *s;

		if (!is_array(stream) || stream->elements != 2)
			continue;
		s = shard_of_key(o, reply_str(stream->element[0]));
		if (s == NULL || !is_array(stream->element[1]))
			continue;
		for (size_t j = 0; j < stream->element[1]->elements; j++)
			apply_record(s, stream->element[1]->element[j]);
		if (windows_dirty(o->windows, s->number) > MANY_DIRTY)
			checkpoint_queue(o, s);
	}
	STAT_SET(windows, windows_count(o->windows));
	if (redis_is_up(o->read))
		start_reading(o);
}

static void
start_reading(struct owner *o)
{
	struct str args[6 + 2 * SHARD_COUNT];
	struct key keys[SHARD_COUNT];
	size_t n = 0, k = 0;

	if (o->reading)
		return;
	args[n++] = STR("XREAD");
	args[n++] = STR("COUNT");
	args[n++] = READ_COUNT;
	args[n++] = STR("BLOCK");
	args[n++] = READ_BLOCK;
	args[n++] = STR("STREAMS");
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		if (!o->shards[i].ours)
			continue;
		keys[k] = key_of_shard(i, "log");
		args[n++] = key_str(&keys[k++]);
	}
	if (k == 0)
		return;
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		if (o->shards[i].ours)
			args[n++] = str_from(o->shards[i].last);
	}
	o->reading = true;
	redis_send(o->read, on_entries, o, args, n);
}

/* The least receive time that all live journals have passed. */
static int64_t
shard_watermark(const struct shard *s, int64_t now)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < s->n_slots; i++) {
		const struct slot *slot = &s->slots[i];

		if (now - slot->heard <= JOURNAL_DEAD &&
		    slot->watermark < least)
			least = slot->watermark;
	}
	return least == INT64_MAX ? 0 : least;
}

void
owner_tick(struct owner *o, int64_t now)
{
	o->now = now;
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		struct shard *s = &o->shards[i];
		int64_t mark;

		if (!s->ours || s->state != SHARD_RUNNING)
			continue;
		mark = shard_watermark(s, now);
		if (mark > 0)
			windows_advance(o->windows, i, mark - WATERMARK_BEHIND);
		if (windows_dirty(o->windows, i) > 0 ||
		    (s->moved && now - s->saved >= IDLE_CHECKPOINT))
			s->queued = true;
	}
	checkpoint_next(o);
	STAT_SET(windows, windows_count(o->windows));
}

/* --- birth and death ------------------------------------------------------ */

struct owner *
owner_new(const struct owner_options *options)
{
	struct owner *o = mem_get_zero(1, sizeof(*o));
	struct windows_sink sink = {on_alert, on_match, o};
	struct redis_options redis = options->redis;

	o->options = *options;
	o->saving = -1;
	o->windows = windows_new(options->specs, &options->limits, &sink);
	o->scratch = arena_new(256 * 1024);
	o->set = mem_get((2 * CHECKPOINT_PAIRS + 4) * sizeof(*o->set));
	o->del = mem_get((CHECKPOINT_PAIRS + 4) * sizeof(*o->del));
	buf_init(&o->json, (size_t)16 * 1024 * 1024);
	buf_init(&o->chained, (size_t)1024 * 1024);
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		o->shards[i].owner = o;
		o->shards[i].number = i;
		o->shards[i].ours = (options->shards >> i & 1) != 0;
		(void)snprintf(o->shards[i].last, sizeof(o->shards[i].last),
		    "0-0");
	}
	redis.base = options->base;
	redis.on_up = on_up;
	redis.on_down = on_down;
	redis.arg = o;
	o->write = redis_new(&redis);
	redis.timeout = 10 * SECOND;
	o->read = redis_new(&redis);
	return o;
}

void
owner_free(struct owner *o)
{
	if (o == NULL)
		return;
	redis_free(o->read);
	redis_free(o->write);
	windows_free(o->windows);
	arena_free(o->scratch);
	buf_fini(&o->json);
	buf_fini(&o->chained);
	free(o->set);
	free(o->del);
	for (unsigned i = 0; i < SHARD_COUNT; i++)
		free(o->shards[i].slots);
	free(o);
}

void
owner_switch(struct owner *o, const struct specs *specs)
{
	windows_switch(o->windows, specs);
}

size_t
owner_windows(const struct owner *o)
{
	return windows_count(o->windows);
}
