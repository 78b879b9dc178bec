/*
 * vigie.yaml: strict keys, units, a default for everything; no file at all is
 * a working set-up on loopback. Reference: docs/man/vigie.yaml.5. Paths in a
 * file are relative to the file's folder.
 */
#ifndef VIGIE_DAEMON_CONFIG_H
#define VIGIE_DAEMON_CONFIG_H

#include "engine/base/arena.h"
#include "engine/base/err.h"
#include "engine/daemon/generation.h"
#include "engine/ingest/listen.h"

#define CONFIG_MAX_LISTEN  16
#define CONFIG_MAX_WORKERS 64

struct listen_at {
	bool udp;
	struct str text; /* "127.0.0.1:5514", "[::1]:5514" */
	struct listen_address address;
};

struct config {
	struct str file; /* empty: none */
	const char *state; /* folder */
	uint32_t workers;
	struct listen_at listen[CONFIG_MAX_LISTEN];
	size_t n_listen;
	bool refuse_unknown; /* senders that are no member's */
	struct generation_paths paths;

	bool redis_embedded;
	const char *redis_program;
	const char *redis_path; /* Unix socket; NULL: host and port */
	const char *redis_host;
	uint16_t redis_port;
	const char *redis_password; /* NULL: none */

	bool journal_write; /* false: for measurements; nothing is durable */
	uint64_t journal_segment, journal_floor, journal_size; /* bytes */
	int64_t journal_keep;				       /* us */

	uint64_t limit_groups, limit_windows;
	uint64_t limit_connections, limit_connections_per_address;

	const char *desk_socket;
	/* paths.key_file was not given: the master makes one in `state`. */
	bool own_key_file;
};

/*
 * Reads `path` (NULL: vigie.yaml in the working directory where there is one,
 * else the defaults). False when there were mistakes; they are in err.
 * Everything lives in the arena.
 */
bool config_load(struct arena *arena, const char *path, struct config *out,
    struct err *err);

#endif
