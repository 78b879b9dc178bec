/* The first byte says which of eight selections hold, the rest is a
 * condition over them. */
#include "tests/fuzz/rule_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"a", "b", "sel_one", "sel_two",
	    "_private", "filter_main_x.conf", "not", "1 of"};
	struct rule_field fields[8];
	struct buf text;

	if (size == 0 || size > 2048)
		return 0;
	buf_init(&text, (size_t)1024 * 1024);
	buf_add(&text, STR("title: t\nlogsource: {product: p}\ndetection:\n"));
	for (size_t i = 0; i < 8; i++) {
		buf_printf(&text, "  '%s': {f%zu: x}\n", names[i], i);
		fields[i] = (struct rule_field){
		    .name = (const char *const[]){"f0", "f1", "f2", "f3", "f4",
			"f5", "f6", "f7"}[i],
		    .value = data[0] >> i & 1 ? STR("x") : STR_NONE};
	}
	buf_add(&text, STR("  condition: "));
	quote(&text, str_make((const char *)data + 1, size - 1));
	buf_add_char(&text, '\n');
	rule_run(buf_str(&text), fields, 8, true);
	buf_fini(&text);
	return 0;
}
