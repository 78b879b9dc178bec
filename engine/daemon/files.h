/*
 * Reading people's files and folders into memory, for the loaders, which see
 * only names and bytes.
 */
#ifndef VIGIE_DAEMON_FILES_H
#define VIGIE_DAEMON_FILES_H

#include "engine/base/arena.h"
#include "engine/base/err.h"

struct files {
	struct text_file *items;
	size_t n;
	size_t cap;
};

#define FILES_MAX	100000
#define FILES_MAX_BYTES ((size_t)64 * 1024 * 1024) /* of one file */

/*
 * Adds the file `path`, or all files below the folder `path` whose names end
 * in .yml or .yaml, in the order of their names. A path that cannot be read
 * is said in err; false then. Names are as given, joined with '/'.
 */
bool files_add(struct arena *arena, const char *path, struct files *files,
    struct err *err);
/*
 * The other way round: all files below `path` that describe SigmaHQ's
 * regression tests (info.yml with `rule_metadata:`), which files_add leaves
 * out of a folder. `path` itself may be such a file.
 */
bool files_add_regression(struct arena *arena, const char *path,
    struct files *files, struct err *err);
/*
 * Adds the packs that the packs among `files` are like (`like: other` at the
 * beginning of a line), other.yaml in the same folder, where they are not
 * among them yet: so that a pack can be loaded by itself. What is not there
 * is left to the loader to say.
 */
bool files_add_like(struct arena *arena, struct files *files,
    struct err *err);
/* One file whole; `what` for the message ("members file"). */
bool file_read(struct arena *arena, const char *path, const char *what,
    struct str *text, struct err *err);

/*
 * Where shipped data lies: `name` ("parsers") in the working directory, else
 * beside the program, else below /usr/share/vigie. NULL when nowhere. The
 * text is the arena's.
 */
const char *data_path(struct arena *arena, const char *name);

#endif
