/* The desk's process behind its real Unix socket, from another process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/log.h"
#include "engine/desk/run.h"
#include "tests/unit/alert_fixture.h"

struct world {
	char dir[64];
	char socket[96];
	pid_t child;
	struct buf reply;
	int status;
};

/* Two alerts, given before the loop runs. */
static bool
source(void *arg, struct event_base *base, struct desk *desk)
{
	(void)arg;
	(void)base;
	if (!desk_begin(desk))
		return false;
	for (uint64_t i = 1; i <= 2; i++) {
		struct alert a = brute(i);

		if (i == 2)
			a.entity = STR("198.51.100.7");
		a.n_events = 1;
		a.events[0].raw = STR("<38>sshd[1]: \x1b[31mred");
		if (desk_take_alert(desk, &a, T0) != DESK_TAKEN)
			return false;
	}
	return desk_commit(desk);
}

static int
set_up(void **state)
{
	struct world *w = mem_get_zero(1, sizeof(*w));
	snprintf(w->dir, sizeof(w->dir), "/tmp/vigie-desk-XXXXXX");
	if (mkdtemp(w->dir) == NULL)
		return 1;
	snprintf(w->socket, sizeof(w->socket), "%s/desk.sock", w->dir);
	buf_init(&w->reply, SIZE_MAX);
	w->child = fork();
	if (w->child == 0) {
		log_init("desk", LOG_LEVEL_ERROR);
		_exit(desk_run(&(struct desk_options){
		    .state_dir = w->dir, .source = source}));
	}
	for (int i = 0; i < 500 && access(w->socket, F_OK) != 0; i++)
		(void)usleep(10000);
	*state = w;
	return w->child == -1;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {
	    "desk.db", "desk.db-wal", "desk.db-shm", "desk.lock", "desk.sock"};
	struct world *w = *state;
	char path[128];
	if (w->child > 0) {
		(void)kill(w->child, SIGKILL);
		(void)waitpid(w->child, NULL, 0);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", w->dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(w->dir);
	buf_fini(&w->reply);
	free(w);
	return 0;
}

/* Sends a request and reads to the end; true when there was an answer. */
static bool
ask(struct world *w, const char *method, const char *path, struct str body)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", w->socket);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_true(fd != -1);
	/* A child that hangs must not hang the test. */
	struct timeval patience = {.tv_sec = 20};
	(void)setsockopt(
	    fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) != 0)
		fail_msg("nobody listens at %s", w->socket);
	struct buf out;
	buf_init(&out, SIZE_MAX);
	buf_printf(&out,
	    "%s %s HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    method, path, body.n);
	buf_add(&out, body);
	for (size_t at = 0; at < out.n;) {
		ssize_t n = send(fd, out.p + at, out.n - at, MSG_NOSIGNAL);
		if (n <= 0)
			break;
		at += (size_t)n;
	}
	buf_fini(&out);
	buf_clear(&w->reply);
	ssize_t n;
	do {
		char *room = buf_room(&w->reply, 65536);
		n = recv(fd, room, 65536, 0);
		w->reply.n += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	(void)close(fd);
	buf_add_char(&w->reply, '\0');
	uint64_t status = 0;
	if (w->reply.n > 12)
		(void)str_to_u64(str_make(w->reply.p + 9, 3), &status);
	w->status = (int)status;
	return status != 0;
}

static bool
said(const struct world *w, const char *text)
{
	return strstr(w->reply.p, text) != NULL;
}

static void
requests(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *method, *path, *body;
		int status;
		const char *said;
	} rows[] = {
	    {"GET", "/api/v1/health", "", 200, "\"open\":2,\"unanswered\":2"},
	    {"GET", "/api/v1/incidents", "", 200, "\"total\":2"},
	    {"GET", "/api/v1/incidents?state=open&limit=1", "", 200,
		"\"total\":2"},
	    {"GET", "/api/v1/incidents?member=lab-b", "", 200, "\"total\":0"},
	    {"GET", "/api/v1/incidents?state=no", "", 400, "problem+json"},
	    {"GET", "/api/v1/incidents?limit=0", "", 400, "limit=0"},
	    {"GET", "/api/v1/incidents?member=%zz", "", 400, "no filter"},
	    {"GET", "/api/v1/incidents?state=in%20progress", "", 200,
		"\"total\":0"},
	    {"GET", "/api/v1/incidents/INC-2025-0001", "", 200,
		"<38>sshd[1]: \\u001b[31mred"},
	    {"GET", "/api/v1/incidents/INC-2025-0009", "", 404,
		"\"status\":404"},
	    {"GET", "/", "", 404, "nothing at this path"},
	    {"POST", "/api/v1/health", "{}", 405, "for reading"},
	    {"POST", "/api/v1/incidents/INC-2025-0001/dance",
		"{\"by\":\"anne\"}", 404, "dance"},
	    {"POST", "/api/v1/incidents/INC-2025-0001/ack", "{", 400,
		"JSON object"},
	    {"POST", "/api/v1/incidents/INC-2025-0001/ack", "[]", 400,
		"JSON object"},
	    {"POST", "/api/v1/incidents/INC-2025-0001/ack",
		"{\"by\":\"a\\nb\"}", 400, "one line"},
	    {"POST", "/api/v1/incidents/INC-2025-0001/ack",
		"{\"by\":\"a\",\"bye\":\"b\"}", 400, "'bye'"},
	    {"POST", "/api/v1/incidents/INC-2025-0001/ack", "{}", 422, "'by'"},
	    {"POST", "/api/v1/incidents/INC-2025-0001/close",
		"{\"by\":\"anne\",\"reason\":\"benign\",\"text\":\"scan of "
		"ours\"}",
		422, "without an answer"},
	    {"POST", "/api/v1/incidents/INC-2025-0001/ack",
		"{\"by\":\"anne\",\"version\":9}", 409, "has changed since"},
	    {"POST", "/api/v1/incidents/INC-2025-0001/ack", "{\"by\":\"anne\"}",
		200, "\"state\":\"acknowledged\""},
	    {"POST", "/api/v1/incidents/INC-2025-0001/assign",
		"{\"by\":\"anne\",\"owner\":\"bert\"}", 200,
		"\"owner\":\"bert\""},
	    {"POST", "/api/v1/incidents/INC-2025-0001/note",
		"{\"by\":\"bert\",\"text\":\"called\"}", 200, "in progress"},
	    {"POST", "/api/v1/incidents/INC-2025-0001/close",
		"{\"by\":\"bert\",\"text\":\"ours\"}", 422, "one of: impact"},
	    {"POST", "/api/v1/incidents/INC-2025-0001/close",
		"{\"by\":\"bert\",\"reason\":\"benign\",\"text\":\"ours\"}",
		200, "\"state\":\"closed\""},
	    {"POST", "/api/v1/incidents/INC-2025-0001/close",
		"{\"by\":\"bert\",\"reason\":\"benign\",\"text\":\"ours\"}",
		422, "is closed"},
	    {"GET", "/api/v1/incidents?state=closed", "", 200, "INC-2025-0001"},
	    {"GET", "/api/v1/health", "", 200, "\"open\":1,\"unanswered\":1"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(ask(
		    w, rows[i].method, rows[i].path, str_from(rows[i].body)));
		if (w->status != rows[i].status || !said(w, rows[i].said))
			fail_msg("%s %s %s: %s", rows[i].method, rows[i].path,
			    rows[i].body, w->reply.p);
	}
}

static void
limits(void **state)
{
	struct world *w = *state;
	static char big[200 * 1024];
	memset(big, ' ', sizeof(big));
	struct stat st;
	assert_int_equal(stat(w->socket, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	(void)ask(w, "POST", "/api/v1/incidents/INC-2025-0001/ack",
	    str_make(big, sizeof(big)));
	assert_true(w->status == 413 || w->status == 0);
	(void)ask(w, "DELETE", "/api/v1/incidents/INC-2025-0001", STR(""));
	assert_true(w->status == 405 || w->status == 501);
	memset(big, 'a', sizeof(big));
	big[0] = '/';
	big[sizeof(big) - 1] = '\0';
	(void)ask(w, "GET", big, STR(""));
	assert_true(w->status >= 400 || w->status == 0);
	/* It is still there, and nothing happened. */
	assert_true(ask(w, "GET", "/api/v1/health", STR("")));
	assert_true(said(w, "\"open\":2,\"unanswered\":2"));
}

static void
ends_and_comes_back(void **state)
{
	struct world *w = *state;
	int status;
	assert_int_equal(kill(w->child, SIGTERM), 0);
	assert_int_equal(waitpid(w->child, &status, 0), w->child);
	w->child = -1;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_not_equal(access(w->socket, F_OK), 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(requests),
	    T(limits),
	    T(ends_and_comes_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
