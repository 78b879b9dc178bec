/*
 * Requests to the desk's API over its Unix socket.
 */
#ifndef VIGIE_CLI_DESK_CLIENT_H
#define VIGIE_CLI_DESK_CLIENT_H

#include "engine/base/arena.h"
#include "engine/base/buf.h"
#include "engine/cli/cli.h"

/*
 * GET, or POST when `body` is not NULL, of a path with its query (escaped
 * already). EXIT_OK: the answer is in *out. Otherwise a sentence was printed
 * on stderr: EXIT_NO_ANSWER when nobody answers at the socket, EXIT_FINDINGS
 * when the desk refused.
 */
int desk_ask(const char *socket, const char *path, const struct buf *body,
    struct buf *out);
/* GET without a word on stderr: for who asks again and again. */
bool desk_try(const char *socket, const char *path, struct buf *out);
/* Percent-escaped for a path or a query (RFC 3986). */
struct str desk_escape(struct arena *arena, struct str s);

#endif
