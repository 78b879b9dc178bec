#include "engine/daemon/files_input.h"

#include "engine/base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define PACKED_CHUNK ((size_t)64 * 1024)
#define PLAIN_CHUNK  ((size_t)256 * 1024)

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_ZSTD };

struct input {
	int fd;
	bool is_stdin;
	bool eof;     /* of the file itself */
	bool inside;  /* a member or frame is open */
	enum packing packing;
	z_stream gzip;
	ZSTD_DStream *zstd;
	char *bytes;	   /* as they are in the file */
	size_t at, filled; /* of bytes */
	uint64_t packed, plain; /* so far */
	char why[128];
};

static const struct {
	enum packing packing;
	size_t n;
	unsigned char magic[4];
} magics[] = {
    {PACKING_GZIP, 3, {0x1f, 0x8b, 0x08, 0}	   },
    {PACKING_ZSTD, 4, {0x28, 0xb5, 0x2f, 0xfd}},
};

static bool
broken(struct input *in, const char *why)
{
	(void)snprintf(in->why, sizeof(in->why), "%s", why);
	return false;
}

/* More bytes of the file behind those not yet used. */
static bool
fill(struct input *in)
{
	ssize_t n;

	if (in->at > 0) {
		memmove(in->bytes, in->bytes + in->at, in->filled - in->at);
		in->filled -= in->at;
		in->at = 0;
	}
	do {
		n = read(in->fd, in->bytes + in->filled,
		    PACKED_CHUNK - in->filled);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return broken(in, strerror(errno));
	in->eof = n == 0;
	in->filled += (size_t)n;
	in->packed += (size_t)n;
	return true;
}

static bool
start(struct input *in)
{
	while (!in->eof && in->filled < 4) {
		if (!fill(in))
			return false;
	}
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (in->filled >= magics[i].n &&
		    memcmp(in->bytes, magics[i].magic, magics[i].n) == 0)
			in->packing = magics[i].packing;
	}
	/* 16 more than the window's 15 bits: a gzip header, nothing else. */
	if (in->packing == PACKING_GZIP &&
	    inflateInit2(&in->gzip, 15 + 16) != Z_OK)
		return broken(in, "no memory to unpack");
	if (in->packing == PACKING_ZSTD &&
	    (in->zstd = ZSTD_createDStream()) == NULL)
		return broken(in, "no memory to unpack");
	return true;
}

struct input *
input_open(const char *path, char *why, size_t why_size)
{
	struct input *in = mem_get_zero(1, sizeof(*in));

	in->is_stdin = strcmp(path, "-") == 0;
	in->fd = in->is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	in->bytes = mem_get(PACKED_CHUNK);
	if (in->fd < 0)
		broken(in, strerror(errno));
	if (in->fd >= 0 && start(in))
		return in;
	(void)snprintf(why, why_size, "%s", in->why);
	input_close(in);
	return NULL;
}

void
input_close(struct input *in)
{
	if (in == NULL)
		return;
	if (in->packing == PACKING_GZIP)
		inflateEnd(&in->gzip);
	ZSTD_freeDStream(in->zstd);
	if (in->fd >= 0 && !in->is_stdin)
		close(in->fd);
	free(in->bytes);
	free(in);
}

const char *
input_why(const struct input *in)
{
	return in->why;
}

/* Both take from in->bytes and give how many plain bytes came out. */
static bool
step_gzip(struct input *in, char *to, size_t n, size_t *got)
{
	z_stream *z = &in->gzip;
	int code;

	/* Padding behind the last member is legal (gzip of tapes). */
	while (!in->inside && in->at < in->filled && in->bytes[in->at] == 0)
		in->at++;
	if (in->at == in->filled && !in->inside) {
		*got = 0;
		return true;
	}
	z->next_in = (unsigned char *)in->bytes + in->at;
	z->avail_in = (uInt)(in->filled - in->at);
	z->next_out = (unsigned char *)to;
	z->avail_out = (uInt)n;
	in->inside = true;
	code = inflate(z, Z_NO_FLUSH);
	in->at = in->filled - z->avail_in;
	*got = n - z->avail_out;
	if (code == Z_STREAM_END) {
		in->inside = false;
		return inflateReset(z) == Z_OK;
	}
	return code == Z_OK || code == Z_BUF_ERROR ||
	    broken(in, "the gzip data are damaged");
}

static bool
step_zstd(struct input *in, char *to, size_t n, size_t *got)
{
	ZSTD_inBuffer from = {in->bytes, in->filled, in->at};
	ZSTD_outBuffer out = {to, n, 0};
	size_t left;

	if (in->at == in->filled && !in->inside) {
		*got = 0;
		return true;
	}
	left = ZSTD_decompressStream(in->zstd, &out, &from);
	in->at = from.pos;
	*got = out.pos;
	in->inside = left != 0;
	return !ZSTD_isError(left) ||
	    broken(in, "the zstd data are damaged");
}

static bool
is_too_much(const struct input *in)
{
	return in->plain > INPUT_MAX_PLAIN ||
	    (in->plain > INPUT_FREE_PLAIN &&
		in->plain / INPUT_MAX_RATIO > in->packed);
}

static bool
read_plain(struct input *in, char *to, size_t n, size_t *got)
{
	if (in->at == in->filled && !in->eof && !fill(in))
		return false;
	*got = in->filled - in->at < n ? in->filled - in->at : n;
	memcpy(to, in->bytes + in->at, *got);
	in->at += *got;
	return true;
}

bool
input_read(struct input *in, char *to, size_t n, size_t *got)
{
	*got = 0;
	if (in->packing == PACKING_NONE)
		return read_plain(in, to, n, got);
	for (;;) {
		bool ok = in->packing == PACKING_GZIP
		    ? step_gzip(in, to, n, got)
		    : step_zstd(in, to, n, got);

		if (!ok)
			return false;
		in->plain += *got;
		if (is_too_much(in))
			return broken(in, "it unpacks to more than is "
					  "believable");
		if (*got > 0)
			return true;
		if (in->at < in->filled)
			continue;
		if (in->eof)
			return !in->inside ||
			    broken(in, "the packed data end too early");
		if (!fill(in))
			return false;
	}
}

bool
input_read_all(const char *path, struct buf *out, char *why, size_t why_size)
{
	struct input *in = input_open(path, why, why_size);
	size_t got = 1;
	bool ok = in != NULL;

	while (ok && got > 0) {
		char *room = buf_room(out, PLAIN_CHUNK);

		if (room == NULL)
			ok = broken(in, "it is too long");
		else
			ok = input_read(in, room, PLAIN_CHUNK, &got);
		if (ok)
			out->n += got;
	}
	if (in != NULL && !ok)
		(void)snprintf(why, why_size, "%s", in->why);
	input_close(in);
	return ok;
}
