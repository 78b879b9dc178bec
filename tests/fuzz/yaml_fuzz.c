/* People's files: any bytes give a tree or mistakes with a place. */
#include "engine/base/yaml.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct walk {
	struct arena *arena;
	struct err *err;
	size_t nodes;
};

static void
walk(struct walk *w, const struct yaml *node, int depth)
{
	struct str text = STR_NONE, *list = NULL;
	uint64_t number = 0;
	int64_t span = 0;
	bool flag = false;
	size_t n = 0;

	assert(depth <= YAML_MAX_DEPTH && ++w->nodes <= YAML_MAX_NODES);
	assert(node->at.line > 0 && node->at.column > 0);
	if (node->kind == YAML_SCALAR)
		assert(node->text.p[node->text.n] == '\0');
	(void)yaml_read_str(node, "x", &text, w->err);
	(void)yaml_read_u64(node, "x", 1, 1000, &number, w->err);
	(void)yaml_read_bool(node, "x", &flag, w->err);
	(void)yaml_read_span(node, "x", &span, w->err);
	(void)yaml_read_size(node, "x", &number, w->err);
	(void)yaml_read_list(node, "x", w->arena, &list, &n, w->err);
	assert(span >= 0);
	for (size_t i = 0; node->kind == YAML_LIST && i < node->n; i++)
		walk(w, node->items[i], depth + 1);
	for (size_t i = 0; node->kind == YAML_MAP && i < node->n; i++) {
		walk(w, node->pairs[i].key, depth + 1);
		walk(w, node->pairs[i].value, depth + 1);
		/* No key twice: the first that is found is this one. */
		if (memchr(node->pairs[i].key->text.p, '\0',
			node->pairs[i].key->text.n) == NULL)
			assert(yaml_get(node, node->pairs[i].key->text.p) ==
			    node->pairs[i].value);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct walk w = {.arena = arena_new(0)};
	struct yaml **docs;
	struct buf out;
	struct err err;
	size_t count;
	bool ok;

	err_init(&err, w.arena);
	ok = yaml_parse(w.arena, STR("fuzz.yaml"),
	    str_make((const char *)data, n), &docs, &count, &err);
	assert(ok == (err.errors == 0));
	w.err = &err;
	for (size_t i = 0; i < count; i++)
		walk(&w, docs[i], 1);
	err_sort(&err);
	buf_init(&out, (size_t)1024 * 1024);
	err_print(&err, &out, false);
	for (size_t i = 0; i < out.n; i++)
		assert((unsigned char)out.p[i] >= 0x20 || out.p[i] == '\n');
	buf_fini(&out);
	arena_free(w.arena);
	return 0;
}
