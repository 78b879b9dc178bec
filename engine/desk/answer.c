#include "engine/desk/answer.h"

#include "engine/base/json.h"
#include "engine/base/utf8.h"
#include "engine/desk/body.h"

#define LIST_LIMIT      500 /* rows, unless asked */
#define LIST_LIMIT_MAX  5000
#define SHOW_ALERTS     50 /* with evidence, 64 KiB each at most */
#define SHOW_BYTES      ((size_t)16 * 1024 * 1024)
#define INCIDENTS_PATH  STR("/api/v1/incidents")
#define INCIDENT_PREFIX STR("/api/v1/incidents/")

static const struct {
	int status;
	const char *title;
} titles[] = {
    {400, "Bad Request"          },
    {404, "Not Found"            },
    {405, "Method Not Allowed"   },
    {409, "Conflict"             },
    {413, "Content Too Large"    },
    {422, "Unprocessable Content"},
    {503, "Service Unavailable"  },
};

int
desk_problem(int status, struct str detail, struct buf *out)
{
	const char *title = "Error";
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (titles[i].status == status)
			title = titles[i].title;
	buf_clear(out);
	struct json j = json_to(out);
	json_open(&j);
	json_pair_str(&j, "type", STR("about:blank"));
	json_pair_str(&j, "title", str_from(title));
	json_pair_u64(&j, "status", (uint64_t)status);
	json_pair_str(&j, "detail", detail);
	json_close(&j);
	return status;
}

/* Queries */

struct filter {
	struct str state; /* "open", "all", or a state; "in progress" too */
	struct str member, owner;
	uint64_t limit, offset;
};

/* Percent-encoding of RFC 3986 section 2.1, and '+' for a blank. */
static bool
unescape(struct arena *arena, struct str s, struct str *out)
{
	char *p = arena_text(arena, s.n);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '%') {
			int high = i + 2 < s.n ? char_hex(s.p[i + 1]) : -1;
			int low = high >= 0 ? char_hex(s.p[i + 2]) : -1;
			if (low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+') {
			c = ' ';
		}
		p[n++] = c;
	}
	*out = str_make(p, n);
	return true;
}

static bool
filter_pair(struct filter *f, struct str name, struct str value)
{
	if (str_eq(name, STR("state"))) {
		enum incident_state state;
		f->state = value;
		return str_eq(value, STR("open")) ||
		    str_eq(value, STR("all")) ||
		    incident_state_parse(value, &state);
	}
	if (str_eq(name, STR("member")))
		f->member = value;
	else if (str_eq(name, STR("owner")))
		f->owner = value;
	else if (str_eq(name, STR("limit")))
		return str_to_u64(value, &f->limit) && f->limit > 0 &&
		    f->limit <= LIST_LIMIT_MAX;
	else if (str_eq(name, STR("offset")))
		return str_to_u64(value, &f->offset) && f->offset <= INT64_MAX;
	else
		return false;
	return true;
}

static bool
filter_parse(
    struct arena *arena, struct str query, struct filter *out, struct buf *why)
{
	*out = (struct filter){.state = STR("open"), .limit = LIST_LIMIT};
	while (query.n > 0) {
		struct str pair, name, value;
		(void)str_cut(query, '&', &pair, &query);
		(void)str_cut(pair, '=', &name, &value);
		if (unescape(arena, value, &value) &&
		    filter_pair(out, name, value))
			continue;
		buf_printf(why, "'%.*s' is no filter of this list.",
		    STR_ARG(str_first(pair, 80)));
		return false;
	}
	return true;
}

static bool
filter_has(const struct filter *f, const struct incident *in)
{
	if (str_eq(f->state, STR("open")) ? !incident_is_open(in)
					  : !str_eq(f->state, STR("all")) &&
		    !str_eq(f->state, incident_state_name(in->state)))
		return false;
	if (f->owner.n > 0 && !str_eq(f->owner, str_from(in->owner)))
		return false;
	bool member = f->member.n == 0;
	for (size_t i = 0; i < in->n_members && !member; i++)
		member = str_eq(in->members[i].id, f->member);
	return member;
}

/* GET /api/v1/incidents */

static bool
add_row(void *arg, struct str id, struct str json)
{
	struct json *j = arg;
	(void)id;
	json_raw(j, json);
	return true;
}

static void
add_incident(struct json *j, const struct incident *in)
{
	struct buf text;
	buf_init(&text, SIZE_MAX);
	incident_format_some(in, INCIDENT_SOME_ALERTS, &text);
	json_raw(j, buf_str(&text));
	buf_fini(&text);
}

static int
answer_list(
    struct desk *desk, struct arena *arena, struct str query, struct buf *out)
{
	struct filter f;
	struct buf why;
	buf_init(&why, 1024);
	if (!filter_parse(arena, query, &f, &why)) {
		int status = desk_problem(400, buf_str(&why), out);
		buf_fini(&why);
		return status;
	}
	buf_fini(&why);
	struct json j = json_to(out);
	json_open(&j);
	json_key(&j, STR("incidents"));
	json_open_list(&j);
	uint64_t total = 0;
	const struct incident *in = NULL;
	struct incidents *all = desk_incidents(desk);
	/* Closed ones leave the memory after a day: they are in the file. */
	bool closed = str_eq(f.state, STR("closed"));
	if (closed &&
	    !desk_store_incidents(
		desk_store_of(desk), STR(""), f.offset, f.limit, add_row, &j))
		return desk_problem(503, STR("desk.db cannot be read."), out);
	while (!closed && (in = incidents_next(all, in)) != NULL) {
		if (!filter_has(&f, in))
			continue;
		if (total >= f.offset && total - f.offset < f.limit)
			add_incident(&j, in);
		total++;
	}
	json_close_list(&j);
	if (!closed)
		json_pair_u64(&j, "total", total);
	json_close(&j);
	return 200;
}

/* GET /api/v1/incidents/ID */

struct show {
	struct json *j;
	struct desk *desk;
	uint64_t alerts;
};

static void
add_base64(struct json *j, struct str s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf b;
	buf_init(&b, SIZE_MAX);
	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i;
		uint32_t v = (uint32_t)(unsigned char)s.p[i] << 16;
		v |= left > 1 ? (uint32_t)(unsigned char)s.p[i + 1] << 8 : 0;
		v |= left > 2 ? (unsigned char)s.p[i + 2] : 0;
		buf_add_char(&b, digits[v >> 18]);
		buf_add_char(&b, digits[v >> 12 & 63]);
		buf_add_char(&b, left > 1 ? digits[v >> 6 & 63] : '=');
		buf_add_char(&b, left > 2 ? digits[v & 63] : '=');
	}
	json_pair_str(j, "base64", buf_str(&b));
	buf_fini(&b);
}

static bool
add_evidence(void *arg, const struct evidence_row *row)
{
	struct show *show = arg;
	struct json *j = show->j;
	char stamp[STAMP_TEXT];
	json_open(j);
	json_pair_u64(j, "segment", row->id.segment);
	json_pair_u64(j, "offset", row->id.offset);
	json_pair_u64(j, "line", row->id.line);
	json_pair_str(j, "time", stamp_format(row->time, stamp));
	json_pair_str(j, "member", row->member);
	json_pair_u64(j, "bytes", row->whole);
	json_pair_bool(j, "cut", row->whole > row->raw.n);
	json_pair_str(j, "raw", row->raw);
	/* What JSON cannot carry is given byte by byte as well. */
	if (!utf8_is_valid(row->raw))
		add_base64(j, row->raw);
	json_close(j);
	return j->out->n < SHOW_BYTES;
}

static bool
add_alert(void *arg, struct str id, struct str json, bool joined)
{
	struct show *show = arg;
	struct json *j = show->j;
	json_open(j);
	json_pair_str(j, "id", id);
	json_pair_bool(j, "joined", joined);
	json_key(j, STR("alert"));
	json_raw(j, json);
	json_key(j, STR("evidence"));
	json_open_list(j);
	bool good = desk_store_evidence(
	    desk_store_of(show->desk), id, add_evidence, show);
	json_close_list(j);
	json_close(j);
	show->alerts++;
	return good && j->out->n < SHOW_BYTES;
}

static bool
add_history(void *arg, const struct chain_row *row,
    const unsigned char hash[CHAIN_HASH])
{
	struct json *j = arg;
	char stamp[STAMP_TEXT];
	char hex[2 * CHAIN_HASH + 1];
	chain_format(hash, hex);
	json_open(j);
	json_pair_u64(j, "n", row->n);
	json_pair_str(j, "at", stamp_format(row->at, stamp));
	json_pair_str(j, "by", row->by);
	json_pair_str(j, "act", row->act);
	json_pair_str(j, "text", row->text);
	json_pair_str(j, "hash", str_from(hex));
	json_close(j);
	return true;
}

static int
answer_show(struct desk *desk, struct str id, struct buf *out)
{
	struct desk_store *store = desk_store_of(desk);
	struct json j = json_to(out);
	json_open(&j);
	json_key(&j, STR("incident"));
	size_t before = out->n;
	const struct incident *in = incidents_find(desk_incidents(desk), id);
	bool good = true;
	if (in != NULL)
		add_incident(&j, in);
	else
		good = desk_store_incidents(store, id, 0, 1, add_row, &j);
	if (good && out->n == before)
		return desk_problem(
		    404, STR("There is no such incident."), out);
	struct show show = {.j = &j, .desk = desk};
	json_key(&j, STR("alerts"));
	json_open_list(&j);
	good = good &&
	    desk_store_alerts(store, id, SHOW_ALERTS, add_alert, &show);
	json_close_list(&j);
	json_key(&j, STR("history"));
	json_open_list(&j);
	good = good && desk_store_histories(store, id, add_history, &j);
	json_close_list(&j);
	json_close(&j);
	if (!good)
		return desk_problem(503, STR("desk.db cannot be read."), out);
	return 200;
}

/* POST /api/v1/incidents/ID/ACT */

static int
answer_act(struct desk *desk, struct arena *arena, struct str id,
    struct str name, struct str body, int64_t now, struct buf *out)
{
	static const int statuses[] = {
	    [DESK_DONE] = 200,
	    [DESK_NO_SUCH] = 404,
	    [DESK_ILLEGAL] = 422,
	    [DESK_STALE] = 409,
	    [DESK_UNWRITTEN] = 503,
	};
	struct action action;
	struct buf why;
	enum act act;
	int status = 200;
	buf_init(&why, 4096);
	if (!act_parse(name, &act)) {
		status = 404;
		buf_printf(&why,
		    "'%.*s' is nothing that can be done to an "
		    "incident.",
		    STR_ARG(str_first(name, 40)));
	} else if (!body_parse(arena, body, &action, &why)) {
		status = body.n > BODY_MAX ? 413 : 400;
	} else {
		action.act = act;
		status = statuses[desk_act(desk, id, &action, now, &why)];
	}
	if (status != 200) {
		(void)desk_problem(status, buf_str(&why), out);
	} else {
		struct json j = json_to(out);
		add_incident(&j, incidents_find(desk_incidents(desk), id));
	}
	buf_fini(&why);
	return status;
}

static int
answer_health(struct desk *desk, int64_t now, struct buf *out)
{
	uint64_t open = 0;
	uint64_t unanswered = 0;
	uint64_t overdue = 0;
	const struct incident *in = NULL;
	while ((in = incidents_next(desk_incidents(desk), in)) != NULL) {
		if (!incident_is_open(in))
			break; /* the closed ones come last */
		open++;
		unanswered += in->answered == 0;
		overdue += in->answered == 0 && now >= incident_deadline(in);
	}
	uint64_t rows;
	unsigned char hash[CHAIN_HASH];
	char hex[2 * CHAIN_HASH + 1];
	desk_store_head(desk_store_of(desk), &rows, hash);
	chain_format(hash, hex);
	struct json j = json_to(out);
	json_open(&j);
	json_pair_str(&j, "status", STR("ok"));
	json_pair_u64(&j, "open", open);
	json_pair_u64(&j, "unanswered", unanswered);
	json_pair_u64(&j, "overdue", overdue);
	json_key(&j, STR("history"));
	json_open(&j);
	json_pair_u64(&j, "rows", rows);
	json_pair_str(&j, "head", str_from(hex));
	json_close(&j);
	json_close(&j);
	return 200;
}

static int
answer_get(struct desk *desk, struct arena *arena,
    const struct request *request, int64_t now, struct buf *out)
{
	struct str path = request->path;
	if (str_eq(path, STR("/api/v1/health")))
		return answer_health(desk, now, out);
	if (str_eq(path, INCIDENTS_PATH))
		return answer_list(desk, arena, request->query, out);
	if (str_has_prefix(path, INCIDENT_PREFIX))
		return answer_show(
		    desk, str_skip(path, INCIDENT_PREFIX.n), out);
	return desk_problem(404, STR("There is nothing at this path."), out);
}

int
desk_answer(struct desk *desk, const struct request *request, int64_t now,
    struct buf *out)
{
	struct arena *arena = arena_new(4096);
	struct str id, act;
	int status;
	if (!request->post)
		status = answer_get(desk, arena, request, now, out);
	else if (str_has_prefix(request->path, INCIDENT_PREFIX) &&
	    str_cut(str_skip(request->path, INCIDENT_PREFIX.n), '/', &id, &act))
		status = answer_act(
		    desk, arena, id, act, request->body, now, out);
	else
		status = desk_problem(
		    405, STR("This path is for reading."), out);
	arena_free(arena);
	return status;
}
