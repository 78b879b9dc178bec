/* FHIR audit messages, read, redacted and printed. */
#include "tests/fuzz/payload.h"

static const char pack[] = "pack: p\nselect: {program: p}\n"
			   "decode: fhir-audit\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct payload *p;
	static struct pseudonym_key key;
	struct pseudonym_keys keys;
	struct buf out;

	if (p == NULL) {
		p = payload_new(pack);
		pseudonym_keys_test(&keys);
		pseudonym_key_derive(&keys, STR("m"), &key);
	}
	payload_run(p, data, n);
	buf_init(&out, SIZE_MAX);
	(void)pseudonym_redact(&key, str_make((const char *)data, n), &out);
	buf_fini(&out);
	return 0;
}
