/*
 * Private to the migration of old aggregations: changes of a file by its
 * lines, so that what is not old stays byte for byte.
 */
#ifndef VIGIE_SIGMA_MIGRATE_EDIT_H
#define VIGIE_SIGMA_MIGRATE_EDIT_H

#include "engine/base/buf.h"
#include "engine/base/yaml.h"

enum edit_kind { EDIT_BEFORE, EDIT_DROP, EDIT_REPLACE, EDIT_AFTER };

struct edit {
	uint32_t line; /* 1-based */
	enum edit_kind kind;
	struct str text; /* whole lines, or empty */
};

struct migration {
	struct arena *arena;
	struct err *err;
	struct str text; /* the file */
	struct str *lines;
	size_t n_lines;
	struct yaml **docs;
	size_t n_docs;
	struct edit *edits;
	size_t n_edits, cap_edits;
};

void migrate_edit(struct migration *m, uint32_t line, enum edit_kind kind,
    struct str text);
/* The last line of a document: before its "---", or the file's. */
uint32_t migrate_last_line(const struct migration *m, const struct yaml *doc);
/* The condition's line with nothing from the pipe on. */
void migrate_condition(struct migration *m, const struct yaml *condition);
/* The text under `key`, or empty. */
struct str migrate_text(const struct yaml *doc, const char *key);
/* "title: '...'" with `more` behind the title, and the status. */
void migrate_head(struct buf *out, const struct yaml *doc, struct str more);
/* The title in lower case with '_' for all but letters and digits. */
struct str migrate_slug(struct arena *arena, struct str title);

/*
 * `condition: a | near b and not c`: each of b and c becomes a rule of its
 * own, with the old one's log source, and a temporal correlation joins them.
 * `near` is the text behind the pipe. False, with a warning, when it is of
 * another form.
 */
bool migrate_near(struct migration *m, const struct yaml *doc,
    const struct yaml *condition, struct str near);

#endif
