/*
 * Where a message of HL7 version 2 or of ASTM E1394 (laboratories) begins in a
 * text, by its own segments: what stands from there on is a payload.
 */
#ifndef VIGIE_PATIENT_HL7_H
#define VIGIE_PATIENT_HL7_H

#include "engine/base/str.h"

/* The first segment that tells, or SIZE_MAX. */
size_t hl7_find(struct str s);

#endif
