#include "engine/desk/api.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>

#include "engine/base/log.h"
#include "engine/desk/answer.h"
#include "engine/desk/body.h"

#define HEADERS_MAX    8192
#define TIMEOUT_S      10
#define ANSWER_MAX     ((size_t)64 * 1024 * 1024)
#define LISTEN_BACKLOG 16

struct api {
	struct desk *desk;
	struct evhttp *http;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

static int64_t
clock_now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

static void
on_request(struct evhttp_request *req, void *arg)
{
	struct api *api = arg;
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(req);
	struct evbuffer *body = evhttp_request_get_input_buffer(req);
	size_t n = evbuffer_get_length(body);
	struct request request = {
	    .post = evhttp_request_get_command(req) == EVHTTP_REQ_POST,
	    .path = str_from(evhttp_uri_get_path(uri)),
	    .query = str_from(evhttp_uri_get_query(uri)),
	    .body = str_make((const char *)evbuffer_pullup(body, -1), n),
	};
	struct buf out;
	buf_init(&out, ANSWER_MAX);
	int status = desk_answer(api->desk, &request, clock_now(), &out);
	if (out.full)
		status = desk_problem(
		    503, STR("The answer is too large; ask for less."), &out);
	buf_add_char(&out, '\n');

	struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
	(void)evhttp_add_header(headers, "Content-Type",
	    status < 400 ? "application/json" : "application/problem+json");
	(void)evhttp_add_header(headers, "Cache-Control", "no-store");
	(void)evhttp_add_header(headers, "X-Content-Type-Options", "nosniff");
	struct evbuffer *reply = evbuffer_new();
	if (reply == NULL || evbuffer_add(reply, out.p, out.n) != 0)
		die("out of memory");
	evhttp_send_reply(req, status, NULL, reply);
	evbuffer_free(reply);
	buf_fini(&out);
}

/* Is somebody listening there? */
static bool
is_answered(const struct sockaddr_un *sa)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return false;
	bool yes = connect(fd, (const struct sockaddr *)sa, sizeof(*sa)) == 0;
	(void)close(fd);
	return yes;
}

static int
listen_at(const char *path, char *why, size_t n)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(sa.sun_path)) {
		snprintf(why, n,
		    "%s: the path of a socket has at most %zu "
		    "bytes",
		    path, sizeof(sa.sun_path) - 1);
		return -1;
	}
	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
	if (is_answered(&sa)) {
		snprintf(why, n, "%s: another desk listens there", path);
		return -1;
	}
	struct stat st;
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		(void)unlink(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t mask = umask(0177); /* it is 0600 from its first moment */
	bool bound = fd != -1 &&
	    bind(fd, (const struct sockaddr *)&sa, sizeof(sa)) == 0;
	(void)umask(mask);
	if (bound && listen(fd, LISTEN_BACKLOG) == 0)
		return fd;
	snprintf(why, n, "%s: %s", path, strerror(errno));
	if (fd != -1)
		(void)close(fd);
	return -1;
}

struct api *
api_open(struct event_base *base, struct desk *desk, const char *path,
    char *why, size_t n)
{
	int fd = listen_at(path, why, n);
	if (fd == -1)
		return NULL;
	struct api *api = mem_get_zero(1, sizeof(*api));
	snprintf(api->path, sizeof(api->path), "%s", path);
	api->desk = desk;
	api->http = evhttp_new(base);
	if (api->http == NULL)
		die("out of memory");
	evhttp_set_allowed_methods(api->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST);
	evhttp_set_max_headers_size(api->http, HEADERS_MAX);
	evhttp_set_max_body_size(api->http, (ev_ssize_t)BODY_MAX);
	evhttp_set_timeout(api->http, TIMEOUT_S);
	evhttp_set_gencb(api->http, on_request, api);
	struct evconnlistener *listener = evconnlistener_new(base, NULL, NULL,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (listener == NULL ||
	    evhttp_bind_listener(api->http, listener) == NULL)
		die("out of memory");
	return api;
}

void
api_close(struct api *api)
{
	if (api == NULL)
		return;
	evhttp_free(api->http);
	(void)unlink(api->path);
	free(api);
}
