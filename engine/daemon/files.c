#include "engine/daemon/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
cannot(struct err *err, const char *path, const char *what)
{
	struct place at = {.file = str_from(path)};

	return err_add(err, at, "file", "cannot read the %s: %s", what,
	    strerror(errno));
}

static bool
read_all(struct arena *arena, int fd, size_t size, struct str *text)
{
	char *p = arena_text(arena, size + 1);
	size_t n = 0;

	while (n < size) {
		ssize_t got = read(fd, p + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	p[n] = '\0';
	*text = str_make(p, n);
	return true;
}

bool
file_read(struct arena *arena, const char *path, const char *what,
    struct str *text, struct err *err)
{
	struct stat st;
	bool ok;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		ok = cannot(err, path, what);
	} else if (!S_ISREG(st.st_mode) ||
	    (size_t)st.st_size > FILES_MAX_BYTES) {
		ok = err_add(err, (struct place){.file = str_from(path)},
		    "file", "the %s is no regular file of at most %zu bytes",
		    what, FILES_MAX_BYTES);
	} else {
		ok = read_all(arena, fd, (size_t)st.st_size, text);
		if (!ok)
			cannot(err, path, what);
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

/* SigmaHQ's layout: tests lie beside rules, in files of this name. */
static bool
is_regression(const char *path, struct str text)
{
	struct str line, name = str_from(path);
	size_t slash = str_find_last_char(name, '/');

	if (slash != SIZE_MAX)
		name = str_skip(name, slash + 1);
	if (!str_eq(name, STR("info.yml")) && !str_eq(name, STR("info.yaml")))
		return false;
	while (str_next_line(&text, &line)) {
		if (str_has_prefix(line, STR("rule_metadata:")))
			return true;
	}
	return false;
}

/* Which of the files in a folder are taken. */
enum wanted { WANT_DOCUMENTS, WANT_REGRESSION };

static bool
add_file(struct arena *arena, const char *path, struct files *files,
    struct err *err)
{
	struct text_file file = {.file = arena_dup(arena, str_from(path))};

	if (files->n >= FILES_MAX)
		return err_add(err, (struct place){.file = file.file}, "file",
		    "more than %d files", FILES_MAX);
	if (!file_read(arena, path, "file", &file.text, err))
		return false;
	ARENA_PUSH_ROOM(arena, files->items, files->n, files->cap);
	files->items[files->n++] = file;
	return true;
}

static int
keep_entry(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool
has_yaml_name(const char *name)
{
	struct str s = str_from(name);

	return str_has_suffix(s, STR(".yml")) || str_has_suffix(s, STR(".yaml"));
}

static bool
add_wanted(struct arena *arena, const char *path, enum wanted wanted,
    struct files *files, struct err *err)
{
	bool ok = add_file(arena, path, files, err);

	if (ok && is_regression(path, files->items[files->n - 1].text) !=
	    (wanted == WANT_REGRESSION))
		files->n--;
	return ok;
}

static bool
add_folder(struct arena *arena, const char *path, int depth,
    enum wanted wanted, struct files *files, struct err *err)
{
	struct dirent **entries;
	bool ok = true;
	int n;

	if (depth > 16)
		return err_add(err, (struct place){.file = str_from(path)},
		    "file", "folders nested deeper than 16");
	n = scandir(path, &entries, keep_entry, alphasort);
	if (n < 0)
		return cannot(err, path, "folder");
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		struct str child = arena_printf(arena, "%s/%s", path, name);
		struct stat st;

		if (stat(child.p, &st) != 0)
			ok = cannot(err, child.p, "file");
		else if (S_ISDIR(st.st_mode))
			ok &= add_folder(arena, child.p, depth + 1, wanted,
			    files, err);
		else if (has_yaml_name(name))
			ok &= add_wanted(arena, child.p, wanted, files, err);
		free(entries[i]);
	}
	free(entries);
	return ok;
}

static bool
add_path(struct arena *arena, const char *path, enum wanted wanted,
    struct files *files, struct err *err)
{
	struct stat st;
	struct str clean = arena_dup(arena, str_from(path));
	char *text = arena_text(arena, clean.n + 1);
	size_t n = clean.n;

	while (n > 1 && clean.p[n - 1] == '/')
		n--;
	memcpy(text, clean.p, n);
	text[n] = '\0';
	if (stat(text, &st) != 0)
		return cannot(err, text, "file or folder");
	if (S_ISDIR(st.st_mode))
		return add_folder(arena, text, 0, wanted, files, err);
	/* A file that was named is what the caller takes it for. */
	if (wanted == WANT_REGRESSION)
		return add_wanted(arena, text, wanted, files, err);
	return add_file(arena, text, files, err);
}

bool
files_add(struct arena *arena, const char *path, struct files *files,
    struct err *err)
{
	return add_path(arena, path, WANT_DOCUMENTS, files, err);
}

bool
files_has(const struct files *files, struct str path)
{
	for (size_t i = 0; i < files->n; i++) {
		if (str_eq(files->items[i].file, path))
			return true;
	}
	return false;
}

bool
files_add_like(struct arena *arena, struct files *files, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; i < files->n; i++) {
		struct str line, rest = files->items[i].text;
		struct str dir = files->items[i].file, path;
		size_t slash = str_find_last_char(dir, '/');

		dir.n = slash == SIZE_MAX ? 0 : slash + 1;
		while (str_next_line(&rest, &line)) {
			if (!str_has_prefix(line, STR("like: ")))
				continue;
			line = str_trim(str_skip(line, 6));
			/* A remark may stand behind it. */
			(void)str_cut(line, ' ', &line, &path);
			path = arena_printf(arena, "%.*s%.*s.yaml",
			    STR_ARG(dir), STR_ARG(line));
			if (!files_has(files, path) &&
			    access(path.p, R_OK) == 0)
				ok &= add_file(arena, path.p, files, err);
		}
	}
	return ok;
}

static struct str
base_name(struct str path)
{
	size_t slash = str_find_last_char(path, '/');

	return slash == SIZE_MAX ? path : str_skip(path, slash + 1);
}

struct str
files_pack_name(struct str text)
{
	struct str line, key, value;

	if (str_has_prefix(text, STR("\xef\xbb\xbf")))
		text = str_skip(text, 3);
	while (str_next_line(&text, &line)) {
		if (!str_has_prefix(line, STR("pack")) ||
		    !str_cut(line, ':', &key, &value) ||
		    str_trim(key).n != 4)
			continue;
		(void)str_cut(str_trim(value), ' ', &value, &key);
		return str_trim(value);
	}
	return STR_NONE;
}

const char *
files_folder_of(struct arena *arena, const char *pack_path)
{
	struct str path = str_from(pack_path), folder;
	struct stat st;

	if (stat(pack_path, &st) != 0 || !S_ISREG(st.st_mode))
		return NULL;
	path.n -= base_name(path).n;
	folder = path.n == 0 ? STR(".") : path;
	while (folder.n > 1 && folder.p[folder.n - 1] == '/')
		folder.n--;
	folder = arena_dup(arena, folder);
	if (access(arena_printf(arena, "%.*s/generic-text.yaml",
		       STR_ARG(folder)).p, R_OK) == 0)
		return folder.p;
	return data_path(arena, "parsers");
}

/* Is it one of `named`, or another's pack of the same name? */
static bool
is_replaced(const struct files *named, const struct text_file *file)
{
	struct str name = files_pack_name(file->text);

	for (size_t i = 0; i < named->n; i++) {
		if (str_eq(named->items[i].file, file->file) ||
		    (name.n > 0 && str_eq(name,
				       files_pack_name(named->items[i].text))))
			return true;
	}
	return false;
}

bool
files_among(struct arena *arena, const struct files *named,
    const char *folder, struct files *all, struct err *err)
{
	size_t depth = strlen(folder);
	struct files found = {0};
	bool ok = files_add(arena, folder, &found, err);

	*all = (struct files){.cap = found.n + named->n + 1};
	all->items = ARENA_ARRAY(arena, all->cap, struct text_file);
	for (size_t i = 0; i < found.n; i++) {
		if (!is_replaced(named, &found.items[i]))
			all->items[all->n++] = found.items[i];
	}
	for (size_t i = 0; i < named->n; i++) {
		struct str name = base_name(named->items[i].file);
		size_t at = 0;

		while (at < all->n &&
		    (base_name(all->items[at].file).n + depth + 1 !=
			    all->items[at].file.n ||
			str_cmp(base_name(all->items[at].file), name) < 0))
			at++;
		memmove(all->items + at + 1, all->items + at,
		    (all->n - at) * sizeof(*all->items));
		all->items[at] = named->items[i];
		all->n++;
	}
	return ok;
}

bool
files_add_regression(struct arena *arena, const char *path,
    struct files *files, struct err *err)
{
	return add_path(arena, path, WANT_REGRESSION, files, err);
}

const char *
data_path(struct arena *arena, const char *name)
{
	char self[PATH_MAX];
	struct str path;
	ssize_t n;

	if (access(name, R_OK) == 0)
		return arena_dup(arena, str_from(name)).p;
	n = readlink("/proc/self/exe", self, sizeof(self));
	if (n > 0 && (size_t)n < sizeof(self)) {
		struct str dir = str_make(self, (size_t)n);

		dir.n = str_find_last_char(dir, '/');
		path = arena_printf(arena, "%.*s/%s", STR_ARG(dir), name);
		if (access(path.p, R_OK) == 0)
			return path.p;
	}
	path = arena_printf(arena, "/usr/share/vigie/%s", name);
	return access(path.p, R_OK) == 0 ? path.p : NULL;
}
