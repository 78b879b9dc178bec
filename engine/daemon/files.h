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
/*
 * A pack is read among others: some take its lines before it, the generic
 * ones read what it leaves to them (`rest`). `pack_path` is a pack's file; the
 * folder is its own when that has the generic packs, else the shipped one;
 * NULL when there is none, or `pack_path` is a folder.
 */
const char *files_folder_of(struct arena *arena, const char *pack_path);
/* `named` in the order that they would have in `folder`, whose other files are
 * in `all`, too; a pack of `named` takes the place of one of that name. */
bool files_among(struct arena *arena, const struct files *named,
    const char *folder, struct files *all, struct err *err);
bool files_has(const struct files *files, struct str path);
/* What `pack:` says in a file's text, or empty. */
struct str files_pack_name(struct str text);
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
