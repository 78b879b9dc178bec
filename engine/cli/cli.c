#include "engine/cli/cli.h"

#include "engine/base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_CHUNK ((size_t)64 * 1024)

static void
print_help(const struct command_help *help)
{
	printf("%s\n\nUsage: %s\n", help->what, help->usage);
	if (help->n_options > 0)
		printf("\nOptions:\n");
	for (size_t i = 0; i < help->n_options; i++) {
		const struct option_row *row = &help->options[i];
		char left[64];

		if (row->help == NULL)
			continue;
		if (row->letter != 0)
			(void)snprintf(left, sizeof(left), "-%c, --%s %s",
			    row->letter, row->name,
			    row->arg == NULL ? "" : row->arg);
		else
			(void)snprintf(left, sizeof(left), "    --%s %s",
			    row->name, row->arg == NULL ? "" : row->arg);
		printf("  %-28s %s\n", left, row->help);
	}
	printf("  %-28s %s\n", "-h, --help", "this text");
	printf("\nExample:\n  %s\n", help->example);
}

static int
wrong(const struct command_help *help, const char *what, struct str option)
{
	fprintf(stderr, "vigie: %s '%.*s'\nUsage: %s\n", what, STR_ARG(option),
	    help->usage);
	return CLI_WRONG;
}

static int
take_argument(const struct command_help *help, int row, struct str attached,
    bool has_attached, int argc, char **argv, int *at, const char **arg)
{
	const struct option_row *o = &help->options[row];

	*arg = NULL;
	if (o->arg == NULL) {
		if (has_attached)
			return wrong(help, "no argument goes with",
			    str_from(o->name));
		return row;
	}
	if (has_attached) {
		*arg = attached.p;
		return row;
	}
	if (*at >= argc)
		return wrong(help, "an argument is missing behind",
		    str_from(o->name));
	*arg = argv[(*at)++];
	return row;
}

static int
long_option(const struct command_help *help, struct str word, int argc,
    char **argv, int *at, const char **arg)
{
	struct str name, value;
	bool attached = str_cut(word, '=', &name, &value);
	size_t best = SIZE_MAX, distance = 3;

	if (str_eq(name, STR("help"))) {
		print_help(help);
		return CLI_HELP;
	}
	for (size_t i = 0; i < help->n_options; i++) {
		struct str known = str_from(help->options[i].name);
		size_t d = str_distance(name, known, 2);

		if (d == 0 && name.n == known.n)
			return take_argument(help, (int)i, value, attached,
			    argc, argv, at, arg);
		if (d < distance && help->options[i].help != NULL) {
			distance = d;
			best = i;
		}
	}
	wrong(help, "unknown option", name);
	if (best != SIZE_MAX)
		fprintf(stderr, "Did you mean --%s?\n",
		    help->options[best].name);
	return CLI_WRONG;
}

int
cli_option(const struct command_help *help, int argc, char **argv, int *at,
    const char **arg)
{
	struct str word;

	if (*at >= argc)
		return CLI_END;
	word = str_from(argv[*at]);
	if (word.n < 2 || word.p[0] != '-')
		return CLI_END;
	(*at)++;
	if (str_eq(word, STR("--")))
		return CLI_END;
	if (word.p[1] == '-')
		return long_option(help, str_skip(word, 2), argc, argv, at,
		    arg);
	if (word.p[1] == 'h' && word.n == 2) {
		print_help(help);
		return CLI_HELP;
	}
	for (size_t i = 0; i < help->n_options; i++) {
		if (help->options[i].letter == word.p[1])
			return take_argument(help, (int)i, str_skip(word, 2),
			    word.n > 2, argc, argv, at, arg);
	}
	return wrong(help, "unknown option", word);
}

void
cli_print_errors(struct err *err, bool warnings)
{
	bool colour = isatty(STDERR_FILENO) && getenv("NO_COLOR") == NULL;
	struct err shown = *err;
	struct buf out;

	err_sort(err);
	shown.items = arena_get_array(err->arena, err->n, sizeof(*err->items));
	shown.n = 0;
	for (size_t i = 0; i < err->n; i++) {
		if (warnings || err->items[i].level == ERR_ERROR)
			shown.items[shown.n++] = err->items[i];
	}
	buf_init(&out, (size_t)64 * 1024 * 1024);
	err_print(&shown, &out, colour);
	fwrite(out.p == NULL ? "" : out.p, 1, out.n, stderr);
	buf_fini(&out);
}

void
cli_write(struct str s)
{
	if (s.n == 0 || fwrite(s.p, 1, s.n, stdout) == s.n)
		return;
	if (errno != EPIPE)
		fprintf(stderr, "vigie: cannot write: %s\n", strerror(errno));
	exit(errno == EPIPE ? EXIT_OK : EXIT_PARTIAL);
}

bool
cli_read(struct arena *arena, const char *path, struct str *out)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct buf all;
	ssize_t n = -1;
	char *p;

	buf_init(&all, SIZE_MAX / 2);
	while (fd >= 0) {
		p = buf_room(&all, READ_CHUNK);
		n = read(fd, p, READ_CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		all.n += (size_t)n;
	}
	if (n < 0)
		fprintf(stderr, "vigie: %s cannot be read: %s\n", path,
		    strerror(errno));
	else
		*out = arena_dup(arena, buf_str(&all));
	buf_fini(&all);
	if (fd >= 0 && !is_stdin)
		close(fd);
	return n == 0;
}

int
cli_wrong_value(const char *option, const char *value, const char *expected)
{
	fprintf(stderr, "vigie: --%s '%s': expected %s\n", option, value,
	    expected);
	return EXIT_USAGE;
}

bool
cli_read_source(
    struct word_table *words, const char *text, struct logsource *out)
{
	struct str rest = str_from(text);

	while (rest.n > 0) {
		struct str pair, key, value;

		str_cut(rest, ',', &pair, &rest);
		if (!str_cut(pair, '=', &key, &value))
			return false;
		key = str_trim(key);
		value = str_trim(value);
		if (str_eq(key, STR("product")))
			out->product = word_intern(words, value);
		else if (str_eq(key, STR("category")))
			out->category = word_intern(words, value);
		else if (str_eq(key, STR("service")))
			out->service = word_intern(words, value);
		else
			return false;
	}
	return true;
}
