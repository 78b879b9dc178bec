/*
 * `vigie top`: what happens right now. Rates come from the page of counters,
 * the queue from the desk. On a terminal it draws again twice a second; with
 * --follow where stdout is no terminal it prints each change of an incident
 * as a line.
 */
#include "engine/cli/cli.h"

#include "engine/base/json.h"
#include "engine/base/log.h"
#include "engine/base/map.h"
#include "engine/base/stamp.h"
#include "engine/cli/desk_client.h"
#include "engine/cli/top_clocks.h"
#include "engine/daemon/config.h"
#include "engine/daemon/page.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { OPT_CONFIG, OPT_ONCE, OPT_FOLLOW, OPT_OUTPUT };

static const struct option_row options[] = {
    {"config", 'c', "FILE",	 "configuration of the running system"	   },
    {"once",	 0,   NULL,	 "one look, then end"			   },
    {"follow", 0,   NULL,	 "until interrupted, also without terminal"},
    {"output", 0,   "table|json", "json: all counters, with --once"	   },
};

static const struct command_help help = {
    .usage = "vigie top [-c FILE] [--once [--output json]]",
    .what = "Live: rates, lag, and the incidents in the order of work.",
    .example = "vigie top -c samples/vigie.yaml",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

struct top {
	struct arena *arena;
	struct config config;
	struct page *page;
	struct stats before;
	int64_t before_at; /* monotonic */
	struct map seen;   /* id to what was printed of it, as heap text */
	struct buf out;
	struct buf body;
};

static volatile sig_atomic_t stop;

static void
on_signal(int number)
{
	(void)number;
	stop = 1;
}

static int64_t
now_of(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

static struct stats
sum_workers(const struct top *t)
{
	struct stats all = {0};

	for (uint32_t i = 0; i < t->page->workers; i++)
		stats_sum(&all, &t->page->worker[i].stats);
	return all;
}

/* --- as JSON ---------------------------------------------------------------- */

static void
add_stats(struct json *j, const struct stats *s)
{
	json_key(j, STR("stats"));
	json_open(j);
	for (int i = 0; i < STAT_COUNT; i++)
		json_pair_u64(j, stat_name((enum stat_id)i), s->n[i]);
	json_close(j);
}

static int
print_json(struct top *t)
{
	static const char *const modes[] = {"starting", "behind", "live"};
	struct json j = json_to(&t->out);
	struct stats all = sum_workers(t);

	json_open(&j);
	json_pair_bool(&j, "ready", PAGE_GET(t->page->ready) != 0);
	add_stats(&j, &all);
	top_clocks_json(&j, t->page, now_of(CLOCK_REALTIME));
	json_key(&j, STR("workers"));
	json_open_list(&j);
	for (uint32_t i = 0; i < t->page->workers; i++) {
		const struct page_worker *w = &t->page->worker[i];

		json_open(&j);
		json_pair_u64(&j, "slot", i);
		json_pair_u64(&j, "pid", (uint64_t)w->pid);
		json_pair_str(&j, "mode", str_from(modes[w->mode % 3]));
		json_pair_bool(&j, "redis", w->redis_up != 0);
		add_stats(&j, &w->stats);
		json_close(&j);
	}
	json_close_list(&j);
	json_close(&j);
	buf_add_char(&t->out, '\n');
	cli_write(buf_str(&t->out));
	return EXIT_OK;
}

/* --- the screen -------------------------------------------------------------- */

static const char *
colour_of(const char *band)
{
	if (strcmp(band, "P1") == 0)
		return "\033[1;37;41m";
	if (strcmp(band, "P2") == 0)
		return "\033[1;31m";
	if (strcmp(band, "P3") == 0)
		return "\033[33m";
	return "";
}

/* Texts come from logs: nothing that is not printable reaches a terminal. */
static void
add_clean(struct buf *out, const char *text, size_t width)
{
	size_t n = 0;

	for (; *text != '\0' && n < width; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c & 0xc0) != 0x80)
			n++;
		buf_add_char(out, c < 0x20 || c == 0x7f ? '?' : (char)c);
	}
	for (; n < width; n++)
		buf_add_char(out, ' ');
}

static void
add_due(struct buf *out, const char *deadline, int64_t now)
{
	int64_t t, left;

	if (deadline == NULL || !stamp_parse(str_from(deadline), &t)) {
		buf_add(out, STR("       "));
		return;
	}
	left = (t - now) / MINUTE;
	if (left < 0)
		buf_add(out, STR("overdue"));
	else
		buf_printf(out, "%3d h %02d", (int)(left / 60),
		    (int)(left % 60));
}

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

static void
add_members(struct buf *out, const json_t *incident, size_t width)
{
	const json_t *list = json_object_get(incident, "members");
	char text[128] = "";
	size_t n = 0, i;
	json_t *one;

	json_array_foreach (list, i, one) {
		int got = snprintf(text + n, sizeof(text) - n, "%s%s",
		    i == 0 ? "" : ",",
		    json_is_object(one) ? text_of(one, "id")
					: json_string_value(one));

		if (got < 0 || (size_t)got >= sizeof(text) - n)
			break;
		n += (size_t)got;
	}
	add_clean(out, text, width);
}

static void
add_incident(struct top *t, const json_t *incident, size_t width, bool colour)
{
	const json_t *priority = json_object_get(incident, "priority");
	const char *band = text_of(priority, "band");
	const char *paint = colour ? colour_of(band) : "";
	size_t left = width > 76 ? width - 70 : 12;

	buf_printf(&t->out, " %s%s %3d%s  ", paint, band,
	    (int)json_integer_value(json_object_get(priority, "score")),
	    paint[0] != '\0' ? "\033[0m" : "");
	add_clean(&t->out, text_of(incident, "id"), 15);
	add_clean(&t->out, text_of(incident, "state"), 13);
	add_due(&t->out, text_of(incident, "deadline"), now_of(CLOCK_REALTIME));
	buf_add(&t->out, STR("  "));
	add_members(&t->out, incident, 18);
	buf_add_char(&t->out, ' ');
	add_clean(&t->out, text_of(incident, "title"), left);
	buf_add_char(&t->out, '\n');
}

/* The list of incidents as JSON, or NULL: the desk does not answer. */
static json_t *
fetch_incidents(struct top *t)
{
	buf_clear(&t->body);
	if (!desk_try(t->config.desk_socket, "/api/v1/incidents?limit=200",
		&t->body))
		return NULL;
	return json_loadb(t->body.p, t->body.n, 0, NULL);
}

static json_t *
list_of(json_t *answer)
{
	json_t *list = json_object_get(answer, "incidents");

	return list != NULL ? list : answer;
}

static void
add_rates(struct top *t)
{
	struct stats now = sum_workers(t);
	int64_t at = now_of(CLOCK_MONOTONIC);
	double span = (double)(at - t->before_at) / (double)SECOND;
	uint64_t dropped = now.n[STAT_dropped_udp_kernel] +
	    now.n[STAT_dropped_disk] + now.n[STAT_dropped_partial];
	uint64_t refused = now.n[STAT_refused_framing] +
	    now.n[STAT_refused_tls_on_plain] + now.n[STAT_refused_empty] +
	    now.n[STAT_refused_sender];

	buf_printf(&t->out,
	    " received %llu (%.0f/s)   parsed %llu   unparsed %llu   refused "
	    "%llu   dropped %llu   matches %llu   windows %llu\n",
	    (unsigned long long)now.n[STAT_received],
	    span <= 0 ? 0
		      : (double)(now.n[STAT_received] -
			    t->before.n[STAT_received]) /
		    span,
	    (unsigned long long)now.n[STAT_parsed],
	    (unsigned long long)now.n[STAT_unparsed],
	    (unsigned long long)refused, (unsigned long long)dropped,
	    (unsigned long long)now.n[STAT_matches],
	    (unsigned long long)now.n[STAT_windows]);
	t->before = now;
	t->before_at = at;
}

static void
add_health(struct top *t)
{
	for (uint32_t i = 0; i < t->page->workers; i++) {
		const struct page_worker *w = &t->page->worker[i];

		if (PAGE_GET(w->redis_up) == 0)
			buf_printf(&t->out, " worker %u: Redis is away, "
					    "correlation is late\n",
			    i);
		else if (PAGE_GET(w->mode) != WORKER_LIVE)
			buf_printf(&t->out, " worker %u: catching up\n", i);
	}
}

static void
draw(struct top *t, bool screen)
{
	struct winsize size = {.ws_col = 160, .ws_row = 40};
	bool colour = screen && getenv("NO_COLOR") == NULL;
	json_t *answer = fetch_incidents(t), *one;
	size_t i, rows;

	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	rows = size.ws_row > 12 ? size.ws_row - 8u : 8;
	buf_clear(&t->out);
	if (screen)
		buf_add(&t->out, STR("\033[H\033[J"));
	buf_printf(&t->out, "Vigie: %zu incidents   logger -n 127.0.0.1 -P "
			    "%u -d TEXT   Ctrl-C ends\n",
	    answer == NULL ? 0 : json_array_size(list_of(answer)),
	    t->config.n_listen > 0 ? t->config.listen[0].address.port : 0);
	add_rates(t);
	add_health(t);
	top_clocks_text(&t->out, t->page, now_of(CLOCK_REALTIME));
	buf_add(&t->out, STR("\n prio    id             state        due in   "
			     "member             what\n"));
	if (answer == NULL)
		buf_add(&t->out, STR(" the desk does not answer\n"));
	json_array_foreach (list_of(answer), i, one) {
		if (i >= rows && screen)
			break;
		add_incident(t, one, size.ws_col, colour);
	}
	json_decref(answer);
	cli_write(buf_str(&t->out));
	fflush(stdout);
}

/* Without a terminal: a line for each incident that is new or has changed. */
static void
print_changes(struct top *t)
{
	json_t *answer = fetch_incidents(t), *one;
	size_t i;

	json_array_foreach (list_of(answer), i, one) {
		const json_t *priority = json_object_get(one, "priority");
		struct str what = arena_printf(t->arena, "%s %d %s",
		    text_of(priority, "band"),
		    (int)json_integer_value(
			json_object_get(priority, "score")),
		    text_of(one, "state"));
		struct str id = arena_dup(t->arena,
		    str_from(text_of(one, "id")));
		const char *old = map_get(&t->seen, id);

		if (old != NULL && strcmp(old, what.p) == 0)
			continue;
		map_put(&t->seen, id, (void *)(uintptr_t)what.p);
		buf_clear(&t->out);
		add_incident(t, one, 160, false);
		cli_write(buf_str(&t->out));
	}
	json_decref(answer);
	fflush(stdout);
}

static int
watch(struct top *t, bool follow)
{
	bool screen = isatty(STDOUT_FILENO);

	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	while (stop == 0) {
		if (screen)
			draw(t, true);
		else
			print_changes(t);
		if (!screen && !follow)
			break;
		usleep(500 * 1000);
	}
	return EXIT_OK;
}

static int
open_page(struct top *t, const char *config)
{
	struct err err;

	err_init(&err, t->arena);
	if (!config_load(t->arena, config, &t->config, &err)) {
		cli_print_errors(&err, false);
		return EXIT_USAGE;
	}
	t->page = page_open(t->config.state, false);
	if (t->page == NULL) {
		fprintf(stderr, "vigie: nothing runs on the state folder "
				"'%s'\n",
		    t->config.state);
		return EXIT_NO_ANSWER;
	}
	t->before = sum_workers(t);
	t->before_at = now_of(CLOCK_MONOTONIC);
	return EXIT_OK;
}

int
cmd_top(int argc, char **argv)
{
	struct top t = {0};
	const char *config = NULL, *arg;
	bool once = false, follow = false, json = false;
	int at = 1, o, code;

	while ((o = cli_option(&help, argc, argv, &at, &arg)) >= 0) {
		if (o == OPT_CONFIG)
			config = arg;
		else if (o == OPT_ONCE)
			once = true;
		else if (o == OPT_FOLLOW)
			follow = true;
		else
			json = str_eq(str_from(arg), STR("json"));
	}
	if (o != CLI_END)
		return o == CLI_HELP ? EXIT_OK : EXIT_USAGE;
	t.arena = arena_new(0);
	buf_init(&t.out, (size_t)16 * 1024 * 1024);
	buf_init(&t.body, (size_t)64 * 1024 * 1024);
	map_init(&t.seen);
	code = open_page(&t, config);
	if (code == EXIT_OK && once && json)
		code = print_json(&t);
	else if (code == EXIT_OK && once)
		draw(&t, false);
	else if (code == EXIT_OK)
		code = watch(&t, follow);
	map_fini(&t.seen);
	page_close(t.page);
	buf_fini(&t.out);
	buf_fini(&t.body);
	arena_free(t.arena);
	return code;
}
