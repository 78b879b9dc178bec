#include "engine/daemon/config.h"

#include "engine/base/yaml.h"
#include "engine/daemon/files.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

struct reading {
	struct arena *arena;
	struct config *config;
	struct err *err;
	struct str folder; /* of the file; empty: the working directory */
};

/* A path as written in the file, seen from the working directory. */
static const char *
path_of(const struct reading *r, struct str path)
{
	if (path.n == 0)
		return "";
	if (path.p[0] == '/' || r->folder.n == 0)
		return arena_dup(r->arena, path).p;
	return arena_printf(r->arena, "%.*s/%.*s", STR_ARG(r->folder),
	    STR_ARG(path))
	    .p;
}

static bool
read_path(struct reading *r, const struct yaml *node, const char *what,
    const char **out)
{
	struct str text = STR_NONE;

	if (node == NULL)
		return true;
	if (!yaml_read_str(node, what, &text, r->err))
		return false;
	*out = path_of(r, text);
	return true;
}

/* "ADDRESS:PORT", IPv6 in brackets. */
static bool
parse_address(struct str text, struct listen_address *out)
{
	size_t colon = str_find_last_char(text, ':');
	struct str host, port;
	uint64_t number;

	if (colon == SIZE_MAX)
		return false;
	host = str_first(text, colon);
	port = str_skip(text, colon + 1);
	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = str_make(host.p + 1, host.n - 2);
	else if (str_find_char(host, ':') != SIZE_MAX)
		return false;
	if (!ip_parse(host, &out->ip) || !str_to_u64(port, &number) ||
	    number == 0 || number > 65535)
		return false;
	out->port = (uint16_t)number;
	out->only_v6 = !ip_is_v4(&out->ip);
	return true;
}

static bool
add_listen(struct reading *r, const struct yaml *node, bool udp)
{
	struct config *c = r->config;
	struct listen_at at = {.udp = udp};

	if (!yaml_read_str(node, "listen", &at.text, r->err))
		return false;
	if (!parse_address(at.text, &at.address)) {
		err_add(r->err, node->at, "listen",
		    "'%.*s' is no address to listen on", STR_ARG(at.text));
		err_hint(r->err, "write ADDRESS:PORT, IPv6 in brackets: "
				 "'[::1]:5514'");
		return false;
	}
	if (c->n_listen == CONFIG_MAX_LISTEN)
		return err_add(r->err, node->at, "listen",
		    "more than %d addresses", CONFIG_MAX_LISTEN);
	c->listen[c->n_listen++] = at;
	return true;
}

static bool
read_listen(struct reading *r, const struct yaml *map)
{
	static const struct str names[] = {STR_INIT("udp"), STR_INIT("tcp")};
	struct config *c = r->config;
	bool ok;

	if (map == NULL)
		return true;
	ok = yaml_check_keys(map, names, 2, r->err);
	if (map->kind != YAML_MAP)
		return false;
	c->n_listen = 0;
	for (size_t k = 0; k < map->n; k++) {
		bool udp = str_eq(map->pairs[k].key->text, STR("udp"));
		const struct yaml *list = map->pairs[k].value;

		if (list->kind == YAML_SCALAR)
			ok &= add_listen(r, list, udp);
		for (size_t i = 0; list->kind == YAML_LIST && i < list->n; i++)
			ok &= add_listen(r, list->items[i], udp);
	}
	return ok;
}

static bool
read_server(struct reading *r, const struct yaml *node)
{
	struct config *c = r->config;
	struct str text = STR_NONE, host, port;
	uint64_t number;
	size_t colon;

	if (node == NULL)
		return true;
	if (!yaml_read_str(node, "server", &text, r->err))
		return false;
	if (str_eq(text, STR("embedded")))
		return true;
	c->redis_embedded = false;
	if (str_has_prefix(text, STR("unix:"))) {
		c->redis_path = path_of(r, str_skip(text, 5));
		return true;
	}
	colon = str_find_last_char(text, ':');
	host = str_first(text, colon == SIZE_MAX ? 0 : colon);
	port = str_skip(text, host.n + 1);
	if (host.n > 2 && host.p[0] == '[')
		host = str_make(host.p + 1, host.n - 2);
	if (host.n == 0 || !str_to_u64(port, &number) || number == 0 ||
	    number > 65535) {
		err_add(r->err, node->at, "redis",
		    "'%.*s' is no Redis server", STR_ARG(text));
		err_hint(r->err, "write embedded, unix:PATH or ADDRESS:PORT");
		return false;
	}
	c->redis_path = NULL;
	c->redis_host = arena_dup(r->arena, host).p;
	c->redis_port = (uint16_t)number;
	return true;
}

static bool
read_redis(struct reading *r, const struct yaml *map)
{
	static const struct str names[] = {STR_INIT("server"),
	    STR_INIT("password_file"), STR_INIT("program")};
	const char *password_file = NULL;
	struct str password;
	bool ok;

	if (map == NULL)
		return true;
	ok = yaml_check_keys(map, names, 3, r->err);
	ok &= read_server(r, yaml_get(map, "server"));
	ok &= read_path(r, yaml_get(map, "program"), "program",
	    &r->config->redis_program);
	ok &= read_path(r, yaml_get(map, "password_file"), "password_file",
	    &password_file);
	if (password_file != NULL) {
		if (!file_read(r->arena, password_file, "password file",
			&password, r->err))
			return false;
		r->config->redis_password =
		    arena_dup(r->arena, str_trim(password)).p;
	}
	return ok;
}

static bool
read_journal(struct reading *r, const struct yaml *map)
{
	static const struct str names[] = {STR_INIT("segment"),
	    STR_INIT("floor"), STR_INIT("keep"), STR_INIT("size"),
	    STR_INIT("write")};
	struct config *c = r->config;
	struct err *err = r->err;
	bool ok;

	if (map == NULL)
		return true;
	ok = yaml_check_keys(map, names, 5, err);
	ok &= yaml_read_bool(yaml_get(map, "write"), "write",
	    &c->journal_write, err);
	ok &= yaml_read_size(yaml_get(map, "segment"), "segment",
	    &c->journal_segment, err);
	ok &= yaml_read_size(yaml_get(map, "floor"), "floor",
	    &c->journal_floor, err);
	ok &= yaml_read_size(yaml_get(map, "size"), "size", &c->journal_size,
	    err);
	ok &= yaml_read_span(yaml_get(map, "keep"), "keep", &c->journal_keep,
	    err);
	if (ok && (c->journal_segment < 1048576 ||
		c->journal_segment > 1073741824))
		return err_add(err, map->at, "journal",
		    "'segment' has to lie between 1MiB and 1GiB");
	return ok;
}

static bool
read_limits(struct reading *r, const struct yaml *map)
{
	static const struct {
		struct str name;
		size_t at;
		uint64_t max;
	} rows[] = {
	    {STR_INIT("groups"), offsetof(struct config, limit_groups),
		1000000},
	    {STR_INIT("windows"), offsetof(struct config, limit_windows),
		100000000},
	    {STR_INIT("connections"),
		offsetof(struct config, limit_connections), 1000000},
	    {STR_INIT("connections_per_address"),
		offsetof(struct config, limit_connections_per_address),
		1000000},
	};
	struct str names[4];
	bool ok = true;

	if (map == NULL)
		return true;
	for (size_t i = 0; i < 4; i++) {
		void *at = (char *)r->config + rows[i].at;

		names[i] = rows[i].name;
		ok &= yaml_read_u64(yaml_get(map, rows[i].name.p),
		    rows[i].name.p, 1, rows[i].max, at, r->err);
	}
	return yaml_check_keys(map, names, 4, r->err) && ok;
}

static bool
read_data(struct reading *r, const struct yaml *map)
{
	struct generation_paths *p = &r->config->paths;
	struct str *list = NULL;
	size_t n = 0;
	bool ok;

	ok = read_path(r, yaml_get(map, "members"), "members", &p->members);
	ok &= read_path(r, yaml_get(map, "packs"), "packs", &p->packs);
	ok &= read_path(r, yaml_get(map, "placeholders"), "placeholders",
	    &p->placeholders);
	ok &= yaml_read_list(yaml_get(map, "rules"), "rules", r->arena, &list,
	    &n, r->err);
	if (n > GENERATION_MAX_RULES)
		return err_add(r->err, map->at, "rules",
		    "more than %d folders of rules", GENERATION_MAX_RULES);
	for (size_t i = 0; i < n; i++)
		p->rules[i] = path_of(r, list[i]);
	p->n_rules = n;
	return ok;
}

static bool
read_unknown(struct reading *r, const struct yaml *node)
{
	struct str text = STR_NONE;

	/* Without a table of members nobody could send; with one, who is not
	 * in it is refused unless said otherwise. */
	r->config->refuse_unknown = r->config->paths.members != NULL;
	if (node == NULL)
		return true;
	if (!yaml_read_str(node, "unknown_senders", &text, r->err))
		return false;
	if (!str_eq(text, STR("accept")) && !str_eq(text, STR("refuse")))
		return err_add(r->err, node->at, "unknown_senders",
		    "'%.*s' is neither accept nor refuse", STR_ARG(text));
	r->config->refuse_unknown = str_eq(text, STR("refuse"));
	return true;
}

static bool
read_workers(struct reading *r, const struct yaml *node)
{
	uint64_t n = r->config->workers;

	if (node == NULL ||
	    (node->kind == YAML_SCALAR && str_eq(node->text, STR("auto"))))
		return true;
	if (!yaml_read_u64(node, "workers", 1, CONFIG_MAX_WORKERS, &n, r->err))
		return false;
	r->config->workers = (uint32_t)n;
	return true;
}

static bool
read_config(struct reading *r, const struct yaml *map)
{
	static const struct str names[] = {STR_INIT("state"),
	    STR_INIT("workers"), STR_INIT("listen"),
	    STR_INIT("unknown_senders"), STR_INIT("members"),
	    STR_INIT("packs"), STR_INIT("rules"), STR_INIT("placeholders"),
	    STR_INIT("redis"), STR_INIT("journal"), STR_INIT("limits"),
	    STR_INIT("desk"), STR_INIT("privacy")};
	static const struct str desk_names[] = {STR_INIT("socket")};
	static const struct str privacy_names[] = {STR_INIT("key_file")};
	const struct yaml *privacy = yaml_get(map, "privacy");
	const struct yaml *desk = yaml_get(map, "desk");
	bool ok = yaml_check_keys(map, names, sizeof(names) / sizeof(names[0]),
	    r->err);

	if (map->kind != YAML_MAP)
		return false;
	ok &= read_path(r, yaml_get(map, "state"), "state", &r->config->state);
	ok &= read_workers(r, yaml_get(map, "workers"));
	ok &= read_listen(r, yaml_get(map, "listen"));
	ok &= read_data(r, map);
	ok &= read_unknown(r, yaml_get(map, "unknown_senders"));
	ok &= read_redis(r, yaml_get(map, "redis"));
	ok &= read_journal(r, yaml_get(map, "journal"));
	ok &= read_limits(r, yaml_get(map, "limits"));
	if (desk != NULL) {
		ok &= yaml_check_keys(desk, desk_names, 1, r->err);
		ok &= read_path(r, yaml_get(desk, "socket"), "socket",
		    &r->config->desk_socket);
	}
	if (privacy != NULL) {
		ok &= yaml_check_keys(privacy, privacy_names, 1, r->err);
		ok &= read_path(r, yaml_get(privacy, "key_file"), "key_file",
		    &r->config->paths.key_file);
	}
	return ok;
}

static void
set_defaults(struct config *c)
{
	static const struct str listen[] = {STR_INIT("127.0.0.1:5514"),
	    STR_INIT("[::1]:5514")};
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	*c = (struct config){
	    .state = "state",
	    .workers = cores < 1		  ? 1
		: cores > CONFIG_MAX_WORKERS ? CONFIG_MAX_WORKERS
						  : (uint32_t)cores,
	    .n_listen = 4,
	    .redis_embedded = true,
	    .redis_program = "redis-server",
	    .journal_write = true,
	    .journal_segment = (uint64_t)64 * 1048576,
	    .journal_floor = (uint64_t)256 * 1048576,
	    .journal_size = (uint64_t)8 * 1073741824,
	    .journal_keep = 24 * HOUR,
	    .limit_groups = 50000,
	    .limit_windows = 4000000,
	    .limit_connections = 10000,
	    .limit_connections_per_address = 64,
	};
	for (size_t i = 0; i < c->n_listen; i++) {
		c->listen[i].udp = i < 2;
		c->listen[i].text = listen[i % 2];
		(void)parse_address(listen[i % 2], &c->listen[i].address);
	}
}

/* What follows from the rest. */
static bool
finish(struct arena *arena, struct config *c, struct err *err)
{
	struct place at = {.file = c->file};
	struct sockaddr_un un;

	if (c->redis_embedded)
		c->redis_path = arena_printf(arena, "%s/redis.sock", c->state).p;
	if (c->desk_socket == NULL)
		c->desk_socket = arena_printf(arena, "%s/desk.sock", c->state).p;
	c->own_key_file = c->paths.key_file == NULL;
	if (c->own_key_file)
		c->paths.key_file =
		    arena_printf(arena, "%s/privacy.key", c->state).p;
	if ((c->redis_path != NULL &&
		strlen(c->redis_path) >= sizeof(un.sun_path)) ||
	    strlen(c->desk_socket) >= sizeof(un.sun_path)) {
		err_add(err, at, "path",
		    "the path of a socket is longer than %zu bytes",
		    sizeof(un.sun_path) - 1);
		err_hint(err, "choose a shorter state folder");
		return false;
	}
	return true;
}

bool
config_load(struct arena *arena, const char *path, struct config *out,
    struct err *err)
{
	struct reading r = {.arena = arena, .config = out, .err = err};
	struct yaml **docs;
	struct str text;
	size_t n, slash;

	set_defaults(out);
	if (path == NULL && access("vigie.yaml", R_OK) == 0)
		path = "vigie.yaml";
	if (path == NULL)
		return finish(arena, out, err);
	out->file = arena_dup(arena, str_from(path));
	slash = str_find_last_char(out->file, '/');
	r.folder = str_first(out->file, slash == SIZE_MAX ? 0 : slash);
	if (!file_read(arena, path, "configuration", &text, err) ||
	    !yaml_parse(arena, out->file, text, &docs, &n, err))
		return false;
	if (n > 1)
		return err_add(err, docs[1]->at, "form",
		    "a configuration is one document");
	if (n == 1 && !read_config(&r, docs[0]))
		return false;
	return finish(arena, out, err);
}
