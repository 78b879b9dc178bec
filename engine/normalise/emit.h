/* The header's parts into the event's fields. */
#ifndef VIGIE_NORMALISE_EMIT_H
#define VIGIE_NORMALISE_EMIT_H

#include "engine/normalise/pack.h"

/* ev->raw is the line that h was read from. Time and flags are not set. `text`
 * is room to work in. */
void header_emit(struct event *ev, const struct packs *packs,
    const struct header *h, struct buf *text);

/* Of a line that stood in another one (envelope.h): its header takes the
 * place of the one that was emitted. */
void header_emit_again(struct event *ev, const struct packs *packs,
    const struct header *h, struct buf *text);

#endif
