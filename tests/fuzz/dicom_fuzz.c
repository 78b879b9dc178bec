/* Audit messages in XML and JSON, and Epic's, read, redacted and printed. */
#include "tests/fuzz/payload.h"

static const char xml[] = "pack: p\nselect: {program: p}\n"
			  "decode: dicom-audit\n";
static const char json[] = "pack: p\nselect: {program: p}\n"
			   "decode: fhir-audit\n";
static const char epic[] = "pack: p\nselect: {program: p}\n"
			   "decode: epic-audit\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct payload *a, *b, *c;
	static struct pseudonym_key key;
	struct pseudonym_keys keys;
	struct buf out;

	if (a == NULL) {
		a = payload_new(xml);
		b = payload_new(json);
		c = payload_new(epic);
		pseudonym_keys_test(&keys);
		pseudonym_key_derive(&keys, STR("m"), &key);
	}
	payload_run(a, data, n);
	payload_run(b, data, n);
	payload_run(c, data, n);
	buf_init(&out, SIZE_MAX);
	(void)pseudonym_redact(&key, str_make((const char *)data, n), &out);
	buf_fini(&out);
	return 0;
}
