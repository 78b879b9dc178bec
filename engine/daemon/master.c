/*
 * The sockets are the master's: a worker that dies leaves what waits in them
 * to its successor in the slot. Signals reach the loop by libevent; nothing
 * blocks but fork and the check of a new generation.
 */
#include "engine/daemon/master_private.h"

#include "engine/base/log.h"
#include "engine/base/stamp.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define STOP_WAIT   (15 * SECOND)
#define REDIS_WAIT  (5 * SECOND)

static int64_t
mono_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

static int64_t
wall_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

/* All children that this master has, one after the other; NULL at the end. */
static struct child *
child_at(struct master *m, size_t i)
{
	if (i == 0)
		return &m->redis;
	if (i == 1)
		return &m->desk;
	i -= 2;
	return i < m->config.workers ? &m->slots[i].child : NULL;
}

static bool
answers(const char *path)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	ok = fd >= 0 && connect(fd, (struct sockaddr *)&un, sizeof(un)) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

/* Our own Redis first, so that nobody finds it missing at a normal start. */
static bool
redis_is_awaited(const struct master *m, int64_t now)
{
	return m->redis.program != NULL && !m->told_ready &&
	    now - m->redis.started < REDIS_WAIT && m->redis.starts == 1 &&
	    !answers(m->config.redis_path);
}

static void
start_due(struct master *m)
{
	int64_t now = mono_now();
	struct child *c = &m->redis;

	if (c->program != NULL && c->pid == 0 && now >= c->due &&
	    !m->stopping)
		child_start(c, now);
	if (redis_is_awaited(m, now))
		return;
	for (size_t i = 1; (c = child_at(m, i)) != NULL; i++) {
		if (c->program != NULL && c->pid == 0 && now >= c->due &&
		    !m->stopping)
			child_start(c, now);
	}
}

static void
on_child(evutil_socket_t fd, short what, void *arg)
{
	struct master *m = arg;
	struct child *c;
	int status;
	pid_t pid;

	(void)fd;
	(void)what;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; (c = child_at(m, i)) != NULL; i++) {
			if (c->pid != pid)
				continue;
			if (m->stopping)
				c->pid = 0;
			else
				child_ended(c, status, mono_now());
		}
	}
}

/* --- reload ---------------------------------------------------------------- */

static void
on_reload(evutil_socket_t fd, short what, void *arg)
{
	struct master *m = arg;

	(void)fd;
	(void)what;
	if (m->switch_to != 0) {
		log_warn("a reload is under way already");
		return;
	}
	if (setup_check(m) != 0) {
		log_error("the new rules are refused; the old ones stay");
		STAT_ADD(reloads_refused, 1);
		return;
	}
	m->switch_to = PAGE_GET(m->page->want_load) + 1;
	PAGE_SET(m->page->want_load, m->switch_to);
	log_info("the new rules are being compiled");
}

static bool
all_workers(struct master *m, size_t field)
{
	for (unsigned i = 0; i < m->config.workers; i++) {
		char *cell = (char *)&m->page->worker[i] + field;

		if (PAGE_GET(*(uint64_t *)cell) < m->switch_to)
			return false;
	}
	return true;
}

static void
follow_reload(struct master *m)
{
	struct page *p = m->page;

	if (m->switch_to == 0)
		return;
	for (unsigned i = 0; i < m->config.workers; i++) {
		if (PAGE_GET(p->worker[i].refused) == m->switch_to) {
			log_error("worker %u could not load the new rules; the "
				  "old ones stay",
			    i);
			m->switch_to = 0;
			return;
		}
	}
	if (p->want_windows < m->switch_to &&
	    all_workers(m, offsetof(struct page_worker, loaded)))
		PAGE_SET(p->want_windows, m->switch_to);
	if (p->want_windows == m->switch_to &&
	    p->want_detect < m->switch_to &&
	    all_workers(m, offsetof(struct page_worker, windows)))
		PAGE_SET(p->want_detect, m->switch_to);
	if (p->want_detect == m->switch_to &&
	    all_workers(m, offsetof(struct page_worker, detecting))) {
		log_info("the new rules are in force");
		m->switch_to = 0;
	}
}

/* --- stopping, and the loop -------------------------------------------------- */

/* Redis last: workers and desk write to it until they end. */
static void
signal_children(struct master *m, int signal)
{
	struct child *c;
	bool others = false;

	for (size_t i = 1; (c = child_at(m, i)) != NULL; i++) {
		if (c->pid > 0) {
			others = true;
			kill(c->pid, signal);
		}
	}
	if (!others && m->redis.pid > 0)
		kill(m->redis.pid, signal);
}

static bool
any_child(struct master *m)
{
	struct child *c;

	for (size_t i = 0; (c = child_at(m, i)) != NULL; i++) {
		if (c->pid > 0)
			return true;
	}
	return false;
}

static void
on_stop(evutil_socket_t fd, short what, void *arg)
{
	struct master *m = arg;

	(void)fd;
	(void)what;
	if (m->stopping) { /* the second time: now */
		m->stop_at = 0;
		return;
	}
	m->stopping = true;
	m->stop_at = mono_now() + STOP_WAIT;
	PAGE_SET(m->page->ready, 0);
	signal_children(m, SIGTERM);
}

static void
go_on_stopping(struct master *m)
{
	if (!any_child(m)) {
		event_base_loopbreak(m->base);
		return;
	}
	if (mono_now() >= m->stop_at)
		signal_children(m, SIGKILL);
	else if (m->desk.pid == 0 && m->redis.pid > 0)
		signal_children(m, SIGTERM);
}

static void
look_ready(struct master *m)
{
	if (m->told_ready)
		return;
	for (unsigned i = 0; m->options->engine && i < m->config.workers; i++) {
		if (PAGE_GET(m->page->worker[i].mode) == WORKER_STARTING)
			return;
	}
	if (m->options->desk && !answers(m->config.desk_socket))
		return;
	m->told_ready = true;
	PAGE_SET(m->page->ready, 1);
	log_info("ready");
	if (m->options->on_ready != NULL)
		m->options->on_ready(m->options->arg, &m->config);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct master *m = arg;

	(void)fd;
	(void)what;
	if (m->stopping) {
		go_on_stopping(m);
		return;
	}
	start_due(m);
	follow_reload(m);
	look_ready(m);
}

/* What could not work was told on the terminal before this. */
static void
log_to_file(struct master *m)
{
	struct str path = arena_printf(m->arena, "%s/vigie.log",
	    m->config.state);
	int fd = open(path.p, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
		O_NOFOLLOW, 0600);

	if (fd < 0) {
		log_warn("%s cannot be written: %s", path.p, strerror(errno));
		return;
	}
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static void
run_loop(struct master *m)
{
	struct timeval tv = {.tv_usec = 20 * 1000};

	m->base = event_base_new();
	if (m->base == NULL)
		die("libevent gives no loop");
	m->on_term = evsignal_new(m->base, SIGTERM, on_stop, m);
	m->on_int = evsignal_new(m->base, SIGINT, on_stop, m);
	m->on_hup = evsignal_new(m->base, SIGHUP, on_reload, m);
	m->on_chld = evsignal_new(m->base, SIGCHLD, on_child, m);
	m->tick = event_new(m->base, -1, EV_PERSIST, on_tick, m);
	event_add(m->on_term, NULL);
	event_add(m->on_int, NULL);
	event_add(m->on_hup, NULL);
	event_add(m->on_chld, NULL);
	event_add(m->tick, &tv);
	start_due(m);
	event_base_dispatch(m->base);
	event_free(m->tick);
	event_free(m->on_term);
	event_free(m->on_int);
	event_free(m->on_hup);
	event_free(m->on_chld);
	event_base_free(m->base);
}

static void
reset_page(struct master *m)
{
	m->page->master = getpid();
	m->page->started = (uint64_t)wall_now();
	m->page->ready = 0;
	m->page->want_load = m->page->want_windows = m->page->want_detect = 0;
	for (unsigned i = 0; i < CONFIG_MAX_WORKERS; i++) {
		struct page_worker *w = &m->page->worker[i];

		w->mode = WORKER_STARTING;
		w->pid = 0;
		w->loaded = w->windows = w->detecting = w->refused = 0;
		memset(w->udp_counted, 0, sizeof(w->udp_counted));
	}
}

int
master_run(const struct master_options *options)
{
	struct master *m = mem_get_zero(1, sizeof(*m));
	struct err err;
	int code = 3;

	m->options = options;
	m->lock = -1;
	m->arena = arena_new(0);
	err_init(&err, m->arena);
	signal(SIGPIPE, SIG_IGN);
	if (!config_load(m->arena, options->config_path, &m->config, &err)) {
		setup_print_errors(&err);
		goto out;
	}
	if (options->engine) {
		code = setup_check(m);
		if (code != 0)
			goto out;
	}
	code = 3;
	if (!setup_state(m))
		goto out;
	if (options->engine)
		reset_page(m);
	if (!setup_children(m))
		goto out;
	if (options->log_file)
		log_to_file(m);
	run_loop(m);
	code = 0;
out:
	page_close(m->page);
	if (m->lock >= 0)
		close(m->lock);
	arena_free(m->arena);
	free(m);
	return code;
}
