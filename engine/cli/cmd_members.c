/*
 * `vigie members`: who forwards logs to us, as members.yaml says.
 */
#include "engine/cli/cli.h"

#include <stdio.h>

#include "engine/base/arena.h"
#include "engine/base/json.h"
#include "engine/cli/screen.h"
#include "engine/daemon/config.h"
#include "engine/daemon/files.h"
#include "engine/member/member.h"

enum { OPT_CONFIG, OPT_MEMBERS, OPT_OUTPUT };

static const struct option_row options[] = {
    {"config",  'c', "FILE", "configuration, default vigie.yaml"        },
    {"members", 0,   "FILE", "table of members, not the configuration's"},
    {"output",  'o', "FORM", "table, json or ndjson"                    },
};

static const struct command_help help = {
    .usage = "vigie members list|show [ID] [--members FILE]",
    .what = "The members: who forwards logs, and how much each weighs.",
    .example = "vigie members list --members members.yaml",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

static int
usage_error(const char *text)
{
	fprintf(stderr, "vigie: %s\nUsage: %s\n", text, help.usage);
	return EXIT_USAGE;
}

/* The table of members; NULL after the mistakes were printed. */
static struct members *
load(struct arena *arena, const char *config_path, const char *path)
{
	struct config config;
	struct str text;
	struct members *members = NULL;
	struct err err;
	err_init(&err, arena);
	if (path == NULL && config_load(arena, config_path, &config, &err))
		path = config.paths.members;
	if (err.errors == 0 && path == NULL) {
		fprintf(stderr,
		    "vigie: no table of members is configured; "
		    "name one with --members\n");
		return NULL;
	}
	if (err.errors == 0 &&
	    file_read(arena, path, "members file", &text, &err))
		members = members_load(arena, word_table_new(arena),
		    str_from(path), text, generation_find_zone, arena, &err);
	cli_print_errors(&err, true);
	return err.errors > 0 ? NULL : members;
}

static struct str
net_text(const struct ip_net *net, struct arena *arena)
{
	char text[IP_TEXT];
	struct str ip = ip_format(&net->ip, text);
	unsigned bits = net->bits;
	if (ip_is_v4(&net->ip))
		bits -= 96;
	return arena_printf(arena, "%.*s/%u", STR_ARG(ip), bits);
}

static void
format_texts(struct json *j, const char *key, const struct str *texts, size_t n)
{
	json_key(j, str_from(key));
	json_open_list(j);
	for (size_t i = 0; i < n; i++)
		json_str(j, texts[i]);
	json_close_list(j);
}

static void
format_member(const struct member *m, struct arena *arena, struct json *j)
{
	json_open(j);
	json_pair_str(j, "id", m->id);
	json_pair_str(j, "name", m->name);
	json_pair_str(j, "type", m->type);
	json_pair_u64(j, "weight", m->weight);
	if (m->users > 0)
		json_pair_u64(j, "users", m->users);
	json_pair_str(
	    j, "zone", m->zone_name.n > 0 ? m->zone_name : STR("UTC"));
	struct str *nets = ARENA_ARRAY(arena, m->n_networks + 1, struct str);
	for (size_t i = 0; i < m->n_networks; i++)
		nets[i] = net_text(&m->networks[i], arena);
	format_texts(j, "networks", nets, m->n_networks);
	format_texts(j, "certificates", m->certificates, m->n_certificates);
	format_texts(j, "assets", m->assets, m->n_assets);
	struct str *hosts = ARENA_ARRAY(arena, m->n_sources + 1, struct str);
	for (size_t i = 0; i < m->n_sources; i++)
		hosts[i] = m->sources[i].host.n > 0 ? m->sources[i].host
		    : m->sources[i].has_net
		    ? net_text(&m->sources[i].net, arena)
		    : STR("any");
	format_texts(j, "sources", hosts, m->n_sources);
	json_key(j, STR("contact"));
	json_open(j);
	json_pair_str(j, "email", m->contact_email);
	json_pair_str(j, "phone", m->contact_phone);
	json_pair_str(j, "key", m->contact_key);
	json_close(j);
	json_close(j);
}

/* Forms of JSON: a list in brackets, or an object a line. */
static void
print_json(const struct members *members, const struct member *one, bool lines,
    struct arena *arena, struct buf *out)
{
	struct json j = json_to(out);
	bool list = one == NULL && !lines;
	if (list)
		json_open_list(&j);
	for (uint32_t i = 0; i < members_count(members); i++) {
		const struct member *m = members_at(members, i);
		if (one != NULL ? m != one : i == 0)
			continue;
		if (!list)
			j = json_to(out);
		format_member(m, arena, &j);
		if (!list)
			buf_add_char(out, '\n');
	}
	if (list) {
		json_close_list(&j);
		buf_add_char(out, '\n');
	}
}

static void
print_list(const struct members *members, struct arena *arena, struct buf *out)
{
	static const char *const heads[] = {
	    "ID", "TYPE", "WEIGHT", "USERS", "NETWORKS", "SOURCES", "NAME"};
	struct table t = {.arena = arena,
	    .columns = sizeof(heads) / sizeof(heads[0]),
	    .width = screen_columns()};
	for (size_t i = 0; i < t.columns; i++)
		table_add(&t, str_from(heads[i]));
	for (uint32_t i = 1; i < members_count(members); i++) {
		const struct member *m = members_at(members, i);
		table_add(&t, m->id);
		table_add(&t, m->type);
		table_add(&t, arena_printf(arena, "%u", m->weight));
		table_add(&t,
		    m->users == 0 ? STR("?")
				  : arena_printf(arena, "%u", m->users));
		table_add(&t, arena_printf(arena, "%zu", m->n_networks));
		table_add(&t, arena_printf(arena, "%zu", m->n_sources));
		table_add(&t, m->name);
	}
	table_print(&t, out);
}

static void
print_texts(
    const char *name, const struct str *texts, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "  %-12s ", i == 0 ? name : "");
		screen_add(out, texts[i]);
		buf_add_char(out, '\n');
	}
}

static void
print_one(const struct member *m, struct arena *arena, struct buf *out)
{
	screen_add(out, m->id);
	buf_add(out, STR("  "));
	screen_add(out, m->name);
	buf_add_char(out, '\n');
	struct str type = arena_printf(
	    arena, "%.*s, weight %u", STR_ARG(m->type), m->weight);
	struct str users = m->users == 0 ? STR("not said")
					 : arena_printf(arena, "%u", m->users);
	struct str zone = m->zone_name.n > 0 ? m->zone_name : STR("UTC");
	print_texts("Type", &type, 1, out);
	print_texts("Users", &users, 1, out);
	print_texts("Zone", &zone, 1, out);
	for (size_t i = 0; i < m->n_networks; i++) {
		struct str net = net_text(&m->networks[i], arena);
		print_texts(i == 0 ? "Networks" : "", &net, 1, out);
	}
	print_texts("Certificates", m->certificates, m->n_certificates, out);
	print_texts("Assets", m->assets, m->n_assets, out);
	print_texts("E-mail", &m->contact_email, m->contact_email.n > 0, out);
	print_texts("Phone", &m->contact_phone, m->contact_phone.n > 0, out);
	print_texts("OpenPGP", &m->contact_key, m->contact_key.n > 0, out);
}

static int
answer(struct arena *arena, const struct members *members, const char *id,
    struct str form)
{
	const struct member *one = NULL;
	struct buf out;
	if (id != NULL) {
		one = members_find(members, str_from(id));
		if (one == NULL) {
			fprintf(stderr, "vigie: there is no member '%s'\n", id);
			return EXIT_FINDINGS;
		}
	}
	buf_init(&out, SIZE_MAX);
	if (!str_eq(form, STR("table")))
		print_json(
		    members, one, str_eq(form, STR("ndjson")), arena, &out);
	else if (one != NULL)
		print_one(one, arena, &out);
	else
		print_list(members, arena, &out);
	cli_write(buf_str(&out));
	buf_fini(&out);
	return EXIT_OK;
}

int
cmd_members(int argc, char **argv)
{
	const char *values[sizeof(options) / sizeof(options[0])] = {NULL};
	const char *words[2] = {NULL, NULL};
	size_t n = 0;
	int at = 1;
	while (at < argc) {
		const char *arg;
		int o = cli_option(&help, argc, argv, &at, &arg);
		if (o == CLI_HELP)
			return EXIT_OK;
		if (o == CLI_WRONG)
			return EXIT_USAGE;
		if (o >= 0)
			values[o] = arg;
		else if (at < argc && n == 2)
			return usage_error("that is one word too many");
		else if (at < argc)
			words[n++] = argv[at++];
	}
	struct str form = values[OPT_OUTPUT] == NULL
	    ? STR("table")
	    : str_from(values[OPT_OUTPUT]);
	if (!str_eq(form, STR("table")) && !str_eq(form, STR("json")) &&
	    !str_eq(form, STR("ndjson")))
		return usage_error("--output takes table, json or ndjson");
	struct str word = str_from(words[0]);
	bool show = str_eq(word, STR("show"));
	if (!show && !str_eq(word, STR("list")))
		return usage_error("say 'list' or 'show'");
	if (show != (n == 2))
		return usage_error(show ? "'show' takes the id of a member"
					: "'list' takes options only");
	struct arena *arena = arena_new(0);
	struct members *members = load(
	    arena, values[OPT_CONFIG], values[OPT_MEMBERS]);
	int code = members == NULL ? EXIT_USAGE
				   : answer(arena, members, words[1], form);
	arena_free(arena);
	return code;
}
