#include "engine/normalise/normalise.h"

#include "engine/base/stats.h"
#include "engine/base/utf8.h"
#include "engine/normalise/audit_join.h"
#include "engine/normalise/emit.h"
#include "engine/normalise/envelope.h"
#include "engine/normalise/format_json.h"
#include "engine/normalise/generic.h"
#include "engine/normalise/work.h"

#include <stdlib.h>

#define LATE   (5 * MINUTE)
#define FUTURE (5 * MINUTE)

/* Of 64 bits each, for the matchers of any pack. */
static size_t
text_words(const struct packs *packs)
{
	size_t most = 1;

	for (size_t i = 0; i < packs->n; i++)
		most = packs->items[i]->n_matchers > most
		    ? packs->items[i]->n_matchers : most;
	return (most + 63) / 64;
}

struct normaliser *
normaliser_new(const struct packs *packs, const struct field_table *fields,
    const struct word_table *words)
{
	struct normaliser *n = mem_get_zero(1, sizeof(*n));

	n->packs = packs;
	n->fields = fields;
	n->words = words;
	n->scratch = pattern_scratch_new();
	n->json = json_reader_new();
	n->privacy = privacy_new();
	n->audit = audit_join_new(packs, fields);
	n->arena = arena_new(0);
	buf_init(&n->text, (size_t)256 * 1024);
	n->keys = mem_get_zero(KEY_CACHE, sizeof(*n->keys));
	n->gates = mem_get_zero(packs->selector.words, sizeof(*n->gates));
	n->texts.open = mem_get_zero(text_words(packs), sizeof(uint64_t));
	n->how = mem_get_zero(field_count(fields), sizeof(*n->how));
	n->slot_line = mem_get_zero(field_count(fields),
	    sizeof(*n->slot_line));
	for (size_t i = 0; i < field_count(fields); i++)
		n->how[i] = (uint8_t)value_how_of(fields, (field_id)i);
	return n;
}

void
normaliser_free(struct normaliser *n)
{
	if (n == NULL)
		return;
	pattern_scratch_free(n->scratch);
	json_reader_free(n->json);
	privacy_free(n->privacy);
	audit_join_free(n->audit);
	arena_free(n->arena);
	arena_free(n->old_arena);
	buf_fini(&n->text);
	free(n->keys);
	free(n->how);
	free(n->gates);
	free(n->texts.open);
	free(n->slot_line);
	free(n);
}

void
normaliser_set_keys(struct normaliser *n, const struct pseudonym_keys *keys)
{
	privacy_set_keys(n->privacy, keys);
}

void
normaliser_trace(struct normaliser *n, trace_fn *fn, void *arg)
{
	n->trace = fn;
	n->trace_arg = arg;
}

void
event_time(struct normaliser *n, struct event *ev, const struct time_text *t)
{
	int64_t at = time_resolve(&n->times, t, ev->received,
	    n->origin->member->zone, n->origin->past);

	/* The header's, where it has one: packs come later. */
	if (ev->sent == 0)
		ev->sent = at;
	/* A clock that runs ahead must not carry windows with it. */
	if (at > ev->received + FUTURE && !n->origin->history) {
		ev->time = ev->received;
		ev->late = false;
		n->bad_time = true;
		reason_add(ev, STR("future-time"));
		return;
	}
	ev->time = at;
	ev->late = at < ev->received - LATE;
}

static bool
is_zero(const struct ip *ip)
{
	static const struct ip zero;

	return ip_eq(ip, &zero);
}

static void
forget_keys(struct normaliser *n)
{
	memset(n->keys, 0, KEY_CACHE * sizeof(*n->keys));
	n->n_keys = 0;
	arena_free(n->old_arena);
	n->old_arena = n->arena;
	n->arena = arena_new(0);
}

static void
start(struct normaliser *n, struct event *ev, struct str line,
    const struct origin *origin)
{
	event_reset(ev);
	if (n->n_keys >= KEY_CACHE_MAX - KEY_CACHE_LINE)
		forget_keys(n);
	n->line++;
	n->origin = origin;
	privacy_begin(n->privacy, line);
	pattern_scratch_reset(n->scratch);
	n->bad_time = n->limit = false;
	ev->id = origin->id;
	ev->raw = line;
	ev->time = ev->received = origin->received;
	ev->member = origin->member->index;
	ev->transport = origin->transport;
}

static void
emit_origin(struct normaliser *n, struct event *ev)
{
	const struct origin *o = n->origin;

	event_put(ev, FIELD_VIGIE_TRANSPORT, transport_name(o->transport),
	    VALUE_TEXT);
	if (o->member->index != 0)
		event_put(ev, FIELD_VIGIE_MEMBER, o->member->id, VALUE_TEXT);
	if (is_zero(&o->peer))
		return;
	if (n->peer_n == 0 || !ip_eq(&n->peer, &o->peer)) {
		n->peer = o->peer;
		n->peer_n = ip_format(&o->peer, n->peer_text).n;
	}
	event_put(ev, FIELD_LOG_SOURCE_ADDRESS,
	    str_make(n->peer_text, n->peer_n), VALUE_TEXT);
}

/* Nearly all lines are ASCII, 32 bytes at a time; the last ones twice. */
static bool
is_ascii(struct str s)
{
	uint64_t w[4], any = 0;
	size_t i = 0;

	while (i + sizeof(w) <= s.n) {
		memcpy(w, s.p + i, sizeof(w));
		any |= (w[0] | w[1]) | (w[2] | w[3]);
		i += sizeof(w);
		if (i < s.n && i + sizeof(w) > s.n)
			i = s.n - sizeof(w);
	}
	for (; i < s.n; i++)
		any |= (unsigned char)s.p[i];
	return (any & 0x8080808080808080u) == 0;
}

static void
emit_reasons(struct normaliser *n, struct event *ev, const struct header *h)
{
	if (h->bad_pri) {
		reason_add(ev, STR("bad-pri"));
		STAT_ADD(bad_pri, 1);
	} else if (!h->has_pri) {
		reason_add(ev, STR("no-pri"));
	}
	if (h->bad_stamp) {
		reason_add(ev, STR("bad-time"));
		n->bad_time = true;
	}
	if (h->bad_sd)
		reason_add(ev, STR("bad-structured-data"));
	if (h->more > 0) {
		reason_add(ev, STR("more-records"));
		STAT_ADD(more_records, h->more);
	}
	if (n->origin->partial)
		reason_add(ev, STR("partial"));
	if (n->origin->truncated)
		reason_add(ev, STR("truncated"));
	if (!is_ascii(ev->raw) && !utf8_is_valid(ev->raw))
		reason_add(ev, STR("bad-utf8"));
}

/* event.module: of a known product the pack, else the program. */
static void
put_module(struct event *ev, const struct search *search,
    const struct pack *pack)
{
	struct str name = search->program;

	if (event_has(ev, FIELD_EVENT_MODULE))
		return;
	if (pack != NULL && (!pack->generic || name.n == 0))
		name = pack->name;
	else if (name.p >= search->text &&
	    name.p < search->text + sizeof(search->text))
		name = arena_dup(ev->scratch, name);
	if (name.n > 0)
		event_put(ev, FIELD_EVENT_MODULE, name, VALUE_TEXT);
}

/*
 * The first pack that understands the line has it. When none does, the first
 * that took it by its gate names it; *who is that one. `depth`: of the
 * envelopes around it.
 */
static bool
run_packs(struct normaliser *n, struct event *ev, const struct header *h,
    int depth, const struct pack **who)
{
	struct logsource declared = member_source(n->origin->member,
	    h->hostname, &n->origin->peer);
	const struct pack *pack, *first = NULL;
	enum run_result result = RUN_MISS;
	struct event_saved before;
	struct search search;
	struct header inner;
	bool parsed;

	n->rest.matcher = NULL;
	search_start(&search, &n->packs->selector, h, declared,
	    privacy_may_change(n->privacy), n->gates);
	while ((pack = search_next(&search)) != NULL) {
		if (pack->envelope != FIELD_NONE) {
			if (depth == ENVELOPE_DEPTH ||
			    !envelope_run(n, ev, pack, h, &inner, &before))
				continue;
			parsed = run_packs(n, ev, &inner, depth + 1, who);
			/* A line without header that is no product's says less
			 * than the object. */
			if (inner.has_pri || inner.has_stamp ||
			    (*who != NULL && !(*who)->generic))
				return parsed;
			envelope_undo(n, ev, &before);
			search_again(&search);
			continue;
		}
		if (first == NULL)
			first = pack;
		result = pack_run(n, ev, pack, h);
		if (result != RUN_MISS) {
			first = pack;
			break;
		}
	}
	if (result == RUN_MISS || n->rest.matcher != NULL)
		first = generic_run(n, ev, &search, h, first);
	else
		pack_finish(n, ev, first);
	put_module(ev, &search, first);
	*who = first;
	ev->source = logsource_fill(ev->source, declared);
	return result == RUN_PARSED;
}

static void
finish(struct normaliser *n, struct event *ev, bool parsed)
{
	privacy_finish(n->privacy, ev, n->origin->member);
	ev->parsed = parsed;
	if (parsed)
		STAT_ADD(parsed, 1);
	else
		STAT_ADD(unparsed, 1);
	if (n->bad_time)
		STAT_ADD(bad_time, 1);
	if (ev->late)
		STAT_ADD(late, 1);
	if (n->limit) {
		reason_add(ev, STR("regex-limit"));
		STAT_ADD(regex_limit, 1);
	}
}

void
normalise(struct normaliser *n, struct event *ev, struct str line,
    const struct origin *origin)
{
	const struct pack *who;
	struct header h;
	bool parsed;

	start(n, ev, line, origin);
	header_parse(line, &h);
	(void)header_rejoin(ev->scratch, &h);
	ev->message = h.message;
	header_emit(ev, n->packs, &h, &n->text);
	emit_origin(n, ev);
	emit_reasons(n, ev, &h);
	if (h.has_stamp)
		event_time(n, ev, &h.stamp);
	trace(n, TRACE_HEADER, STR_NONE, ev);
	parsed = run_packs(n, ev, &h, 0, &who);
	implied_fields(ev);
	finish(n, ev, parsed);
	event_put(ev, FIELD_VIGIE_PARSED, parsed ? STR("true") : STR("false"),
	    VALUE_BOOL);
	trace(n, TRACE_DONE, STR_NONE, ev);
}

void
normalise_next(struct normaliser *n, struct event *ev, struct str line,
    const struct origin *origin)
{
	normalise(n, ev, line, origin);
	if (audit_join_run(n->audit, ev))
		trace(n, TRACE_JOINED, STR_NONE, ev);
}

static struct str
get_named(const struct event *ev, struct str name)
{
	field_id id = field_find(ev->table, name);

	if (id != FIELD_NONE)
		return event_get(ev, id);
	for (uint16_t i = 0; i < ev->count; i++) {
		const struct value *v = &ev->values[i];

		if (v->field == FIELD_NONE && str_eq(v->name, name))
			return v->text;
	}
	return STR_NONE;
}

static void
time_of_object(struct normaliser *n, struct event *ev)
{
	static const struct str names[] = {STR_INIT("@timestamp"),
	    STR_INIT("timestamp"), STR_INIT("time"), STR_INIT("UtcTime"),
	    STR_INIT("TimeCreated"), STR_INIT("SystemTime"),
	    STR_INIT("TimeCreated_SystemTime")};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct str text = get_named(ev, names[i]);
		struct time_text t;

		if (text.n == 0 || !time_read_all(text, &t))
			continue;
		event_time(n, ev, &t);
		return;
	}
}

bool
normalise_json(struct normaliser *n, struct event *ev, struct str line,
    const struct origin *origin, struct logsource source)
{
	struct decoder d = {.n = n, .ev = ev, .keep_empty = true};
	bool good;

	start(n, ev, line, origin);
	good = format_json(&d, line);
	if (!good)
		reason_add(ev, STR("bad-json"));
	if (d.limit) {
		reason_add(ev, STR("decode-limit"));
		STAT_ADD(decode_limit, 1);
	}
	time_of_object(n, ev);
	/* Not the whole object: keywords are no names of keys. */
	ev->message = event_get(ev, FIELD_MESSAGE);
	ev->source = source;
	finish(n, ev, good);
	return good;
}
