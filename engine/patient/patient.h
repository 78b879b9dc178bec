/*
 * Patients in texts that nobody decodes as medical: "patient_id=4711",
 * {"patientName":"..."}, <PatientID>4711<, "Patienten-Nr.: 4711", DICOM's
 * (0010,0020), /Patient/4711. What a label announces as a number becomes a
 * pseudonym, the same as an audit message's of that number; a name, a date of
 * birth, an address becomes "[...]" (docs/privacy.md).
 *
 * Only labels tell (patient_label.h). Counts, types and names of services are
 * kept ("patients=12", "patient-portal"). Of a value goes what a number or a
 * name is written with; what stands behind it stays, so that no label hides
 * an attack.
 */
#ifndef VIGIE_PATIENT_PATIENT_H
#define VIGIE_PATIENT_PATIENT_H

#include "engine/base/buf.h"
#include "engine/patient/patient_label.h"
#include "engine/patient/pseudonym.h"

/* s without its patients is added to `out`. Returns how many replacements
 * (0: `out` has s as it was); behind 512 of them numbers become "[...]",
 * too. */
size_t patient_hide(
    const struct pseudonym_key *key, struct str s, struct buf *out);

/* The value of a field of that kind (patient_field()): of a number without what
 * stands behind it. 0: it says nothing ("null"), or was hidden before. */
size_t patient_hide_value(const struct pseudonym_key *key,
    enum patient_part part, struct str s, struct buf *out);

#endif
