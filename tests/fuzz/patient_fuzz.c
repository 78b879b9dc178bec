/* Texts with labels of patients; and the bytes as the name of a field. */
#include "engine/patient/patient.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str s = str_make((const char *)data, n);
	struct pseudonym_keys keys;
	struct pseudonym_key key;
	struct buf out;

	pseudonym_keys_test(&keys);
	pseudonym_key_derive(&keys, STR("m"), &key);
	buf_init(&out, SIZE_MAX);
	if (patient_hide(&key, s, &out) == 0 && !str_eq(buf_str(&out), s))
		abort();
	buf_clear(&out);
	(void)patient_hide_value(&key, patient_field(s), s, &out);
	buf_fini(&out);
	return 0;
}
