/*
 * The API on a Unix socket of mode 0600: HTTP/1.1 by evhttp, answered by
 * answer.h. Whoever can open the socket is believed to be whom they say
 * (`by`); it is for the desk's own user and the command line.
 */
#ifndef VIGIE_DESK_API_H
#define VIGIE_DESK_API_H

#include "engine/desk/desk.h"

struct event_base;
struct api;

/* NULL with a sentence in `why`; a socket file that nobody listens on is
 * taken over. */
struct api *api_open(struct event_base *base, struct desk *desk,
    const char *path, char *why, size_t n);
/* Stops listening and removes the socket. */
void api_close(struct api *api);

#endif
