/*
 * DICOM audit messages (PS3.15 A.5, IHE ATNA ITI-20; RFC 3881) by expat.
 */
#ifndef VIGIE_NORMALISE_FORMAT_DICOM_H
#define VIGIE_NORMALISE_FORMAT_DICOM_H

#include "engine/normalise/audit.h"

struct dicom_reader;

struct dicom_reader *dicom_reader_new(void);
void dicom_reader_free(struct dicom_reader *r);

/*
 * Reads s, from "<" on (U+FEFF before it is skipped). The result is the
 * reader's until the next call, its texts are the arena's; NULL: no audit
 * message. A cut or broken message is kept as far as it parses, with
 * `truncated`; a document type declaration is not read (`refused`).
 */
struct audit *dicom_read(struct dicom_reader *r, struct arena *arena,
    struct str s);

/*
 * The text that was read last, without what nobody outside the member may
 * see, is added to `out`. Returns the number of changes.
 */
size_t dicom_redact(struct dicom_reader *r, const struct pseudonym_key *key,
    struct buf *out);

#endif
