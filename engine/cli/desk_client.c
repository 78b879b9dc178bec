#include "engine/cli/desk_client.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <curl/curl.h>
#include <jansson.h>

#include "engine/base/log.h"
#include "engine/cli/screen.h"

#define TIMEOUT_S 60L

struct str
desk_escape(struct arena *arena, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *p = arena_text(arena, 3 * s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (char_is_alnum(c) || c == '-' || c == '.' || c == '_' ||
		    c == '~') {
			p[n++] = c;
			continue;
		}
		p[n++] = '%';
		p[n++] = digits[(unsigned char)c >> 4];
		p[n++] = digits[(unsigned char)c & 15];
	}
	p[n] = '\0';
	return str_make(p, n);
}

static size_t
on_bytes(char *p, size_t size, size_t n, void *arg)
{
	struct buf *out = arg;
	buf_add(out, str_make(p, size * n));
	return out->full ? 0 : size * n;
}

/* The sentence of a problem document (RFC 9457). */
static void
print_problem(long status, struct str text)
{
	json_t *root = json_loadb(text.n == 0 ? "" : text.p, text.n, 0, NULL);
	json_t *detail = json_object_get(root, "detail");
	struct buf out;
	buf_init(&out, SIZE_MAX);
	if (json_is_string(detail))
		screen_add(&out,
		    str_make(
			json_string_value(detail), json_string_length(detail)));
	else
		buf_printf(&out, "the desk answered with status %ld", status);
	fprintf(stderr, "vigie: %.*s\n", STR_ARG(buf_str(&out)));
	buf_fini(&out);
	json_decref(root);
}

static void
print_silence(const char *socket, CURLcode code)
{
	if (code == CURLE_COULDNT_CONNECT && access(socket, F_OK) != 0)
		fprintf(stderr,
		    "vigie: the desk does not answer: %s: %s. Is 'vigie run' "
		    "or 'vigie desk' running?\n",
		    socket, strerror(errno));
	else if (code == CURLE_COULDNT_CONNECT && access(socket, W_OK) != 0)
		fprintf(stderr,
		    "vigie: the desk's socket is not yours: %s: "
		    "%s\n",
		    socket, strerror(errno));
	else
		fprintf(stderr, "vigie: the desk does not answer at %s: %s\n",
		    socket, curl_easy_strerror(code));
}

static CURLcode
perform(const char *socket, const char *path, const struct buf *body,
    struct buf *out, long *status)
{
	struct buf url;
	CURL *curl = curl_easy_init();
	if (curl == NULL)
		die("out of memory");
	buf_init(&url, SIZE_MAX);
	buf_printf(&url, "http://desk%s", path);
	buf_add_char(&url, '\0');
	struct curl_slist *headers = curl_slist_append(
	    NULL, "Content-Type: application/json");
	headers = curl_slist_append(headers, "Expect:");
	(void)curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket);
	(void)curl_easy_setopt(curl, CURLOPT_URL, url.p);
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (body != NULL) {
		(void)curl_easy_setopt(
		    curl, CURLOPT_POSTFIELDSIZE, (long)body->n);
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->p);
	}
	CURLcode code = curl_easy_perform(curl);
	*status = 0;
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	buf_fini(&url);
	return code;
}

bool
desk_try(const char *socket, const char *path, struct buf *out)
{
	long status;

	return perform(socket, path, NULL, out, &status) == CURLE_OK &&
	    status == 200;
}

int
desk_ask(const char *socket, const char *path, const struct buf *body,
    struct buf *out)
{
	long status;
	CURLcode code = perform(socket, path, body, out, &status);

	if (code != CURLE_OK) {
		print_silence(socket, code);
		return EXIT_NO_ANSWER;
	}
	if (status == 200)
		return EXIT_OK;
	print_problem(status, buf_str(out));
	return EXIT_FINDINGS;
}
