/*
 * What the master does before anything runs: checks what people wrote, makes
 * the state folder, binds the sockets, and writes the children's command
 * lines.
 */
#include "engine/daemon/master_private.h"

#include "engine/base/log.h"
#include "engine/ingest/listen.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

void
setup_print_errors(struct err *err)
{
	struct buf out;

	buf_init(&out, (size_t)1024 * 1024);
	err_sort(err);
	err_print(err, &out,
	    isatty(STDERR_FILENO) && getenv("NO_COLOR") == NULL);
	(void)!write(STDERR_FILENO, out.p, out.n);
	buf_fini(&out);
}

static bool
make_folder(const char *path)
{
	struct stat st;

	if (mkdir(path, 0700) == 0 || errno == EEXIST) {
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
		    access(path, W_OK | X_OK) == 0)
			return true;
	}
	log_error("the state folder '%s' cannot be used: %s", path,
	    errno == EEXIST ? "it is no folder, or not writable"
			    : strerror(errno));
	return false;
}

/* A key of our own, made once; written whole before it has its name. */
static bool
make_key(const char *path)
{
	uint8_t secret[32];
	char made[4096];
	struct stat st;
	bool ok;
	int fd;

	if (stat(path, &st) == 0)
		return true;
	(void)snprintf(made, sizeof(made), "%s.%d", path, (int)getpid());
	fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ok = fd >= 0 && getentropy(secret, sizeof(secret)) == 0 &&
	    write(fd, secret, sizeof(secret)) == (ssize_t)sizeof(secret) &&
	    fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	explicit_bzero(secret, sizeof(secret));
	/* link: who was first, engine or another, keeps its key. */
	ok = ok && (link(made, path) == 0 || errno == EEXIST);
	if (!ok)
		log_error("the key file '%s' cannot be made: %s", path,
		    strerror(errno));
	(void)unlink(made);
	return ok;
}

static bool
check_key(const struct config *c)
{
	struct stat st;

	if (c->own_key_file && (!make_folder(c->state) ||
		!make_key(c->paths.key_file)))
		return false;
	if (stat(c->paths.key_file, &st) == 0 && (st.st_mode & 077) != 0)
		log_warn("the key file '%s' can be read by others: chmod 600",
		    c->paths.key_file);
	return true;
}

int
setup_check(struct master *m)
{
	struct generation *gen;
	int code;
	bool ok;

	if (!check_key(&m->config))
		return 3;
	gen = generation_load(&m->config.paths, &ok);
	code = ok ? 0 : gen->refused_rules > 0 || gen->packs == NULL ? 2 : 3;
	if (gen->err.errors > 0)
		setup_print_errors(&gen->err);
	generation_free(gen);
	return code;
}

bool
setup_state(struct master *m)
{
	const char *state = m->config.state;
	char path[4096];

	if (!make_folder(state))
		return false;
	(void)snprintf(path, sizeof(path), "%s/journal", state);
	if (!make_folder(path))
		return false;
	(void)snprintf(path, sizeof(path), "%s/redis", state);
	if (!make_folder(path))
		return false;
	(void)snprintf(path, sizeof(path), "%s/%s.lock", state,
	    m->options->engine ? "engine" : "desk");
	m->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (m->lock < 0 || flock(m->lock, LOCK_EX | LOCK_NB) != 0) {
		log_error("another vigie runs on the state folder '%s'", state);
		return false;
	}
	m->page = page_open(state, true);
	if (m->page == NULL) {
		log_error("'%s/page' cannot be made: %s", state,
		    strerror(errno));
		return false;
	}
	return true;
}

static void
add_arg(char **args, const char *arg)
{
	size_t n = 0;

	while (args[n] != NULL)
		n++;
	assert(n + 1 < CHILD_MAX_ARGS);
	args[n] = (char *)(uintptr_t)arg;
}

static void
add_args(char **args, const char *const *more, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_arg(args, more[i]);
}

static void
prepare_redis(struct master *m)
{
	const struct config *c = &m->config;
	const char *dir = arena_printf(m->arena, "%s/redis", c->state).p;
	const char *log = "redis.log";
	const char *rows[] = {c->redis_program, "--port", "0", "--unixsocket",
	    c->redis_path, "--unixsocketperm", "700", "--dir", dir,
	    "--appendonly", "yes", "--appendfsync", "everysec",
	    "--maxmemory-policy", "noeviction", "--save", "", "--daemonize",
	    "no", "--loglevel", "warning", "--logfile", log,
	    "--no-appendfsync-on-rewrite", "yes", "--stop-writes-on-bgsave-error",
	    "no"};
	char *real;

	/* Redis changes into --dir: the socket's path has to be absolute. */
	real = realpath(c->state, NULL);
	if (real != NULL) {
		rows[4] = arena_printf(m->arena, "%s/redis.sock", real).p;
		rows[8] = arena_printf(m->arena, "%s/redis", real).p;
		free(real);
	}
	add_args(m->redis_args, rows, sizeof(rows) / sizeof(rows[0]));
	m->redis = (struct child){.name = "redis", .program = c->redis_program,
	    .args = m->redis_args, .quiet = true};
}

static void
prepare_self(struct master *m, char **args, const char *command)
{
	add_arg(args, "vigie");
	add_arg(args, command);
	if (m->config.file.n > 0) {
		add_arg(args, "-c");
		add_arg(args, m->config.file.p);
	}
}

static bool
open_sockets(struct master *m, struct slot *slot)
{
	size_t used = 0;
	char why[256];

	for (size_t i = 0; i < m->config.n_listen; i++) {
		const struct listen_at *at = &m->config.listen[i];
		int fd;

		if (slot == &m->slots[0] &&
		    !listen_check(&at->address, !at->udp, why, sizeof(why))) {
			log_error("%s", why);
			return false;
		}
		fd = at->udp ? listen_udp(&at->address, 0, why, sizeof(why))
			     : listen_tcp(&at->address, 0, why, sizeof(why));
		if (fd < 0) {
			log_error("%s", why);
			return false;
		}
		slot->sockets[slot->n_sockets++] = fd;
		used += (size_t)snprintf(slot->fds + used,
		    sizeof(slot->fds) - used, "%s%c%d", used == 0 ? "" : ",",
		    at->udp ? 'u' : 't', fd);
	}
	return true;
}

static bool
prepare_worker(struct master *m, unsigned i)
{
	struct slot *slot = &m->slots[i];

	(void)snprintf(slot->name, sizeof(slot->name), "worker %u", i);
	(void)snprintf(slot->number, sizeof(slot->number), "%u", i);
	if (!open_sockets(m, slot))
		return false;
	prepare_self(m, slot->args, "worker");
	add_arg(slot->args, "--slot");
	add_arg(slot->args, slot->number);
	if (slot->n_sockets > 0) {
		add_arg(slot->args, "--sockets");
		add_arg(slot->args, slot->fds);
	}
	slot->child = (struct child){.name = slot->name,
	    .program = "/proc/self/exe", .args = slot->args,
	    .keep = slot->sockets, .n_keep = slot->n_sockets};
	return true;
}

bool
setup_children(struct master *m)
{
	if (m->options->engine) {
		m->page->workers = m->config.workers;
		for (unsigned i = 0; i < m->config.workers; i++) {
			if (!prepare_worker(m, i))
				return false;
		}
		if (m->config.redis_embedded)
			prepare_redis(m);
	}
	if (m->options->desk) {
		prepare_self(m, m->desk_args, "desk");
		add_arg(m->desk_args, "--child");
		m->desk = (struct child){.name = "desk",
		    .program = "/proc/self/exe", .args = m->desk_args};
	}
	return true;
}

