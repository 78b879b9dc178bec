/* Text with labels, with and without headings. */
#include "tests/fuzz/payload.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct payload *p;

	if (p == NULL)
		p = payload_new("pack: p\nselect: {program: p}\n"
		    "decode: labels\nfields: {a: source.ip, b: event.severity, "
		    "'h.b': user.name, 'b c': event.start, 'k.b c': user.id, "
		    "'Account Name': url.path, 'Subject.Account Name': "
		    "file.path}\n");
	payload_behind(p, PAYLOAD_HEADER, data, n);
	return 0;
}
