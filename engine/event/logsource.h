/*
 * Sigma's log sources (product, category, service) as small numbers. 0 means
 * "not said". The table of words belongs to one generation.
 */
#ifndef VIGIE_EVENT_LOGSOURCE_H
#define VIGIE_EVENT_LOGSOURCE_H

#include "engine/base/arena.h"
#include "engine/base/map.h"

struct logsource {
	uint16_t product;
	uint16_t category;
	uint16_t service;
};

struct word_table;

struct word_table *word_table_new(struct arena *arena);
/* Case is folded; 0 for an empty word. */
uint16_t word_intern(struct word_table *table, struct str word);
/* 0 when nobody interned it. */
uint16_t word_find(const struct word_table *table, struct str word);
struct str word_text(const struct word_table *table, uint16_t word);

/*
 * May a rule for `rule` concern an event from `event`? Partial knowledge:
 * only two words that are both said and differ exclude (DESIGN section 5).
 */
bool logsource_may_match(struct logsource rule, struct logsource event);
/* Takes from `more` what `base` does not say. */
static inline struct logsource
logsource_fill(struct logsource base, struct logsource more)
{
	return (struct logsource){
	    base.product != 0 ? base.product : more.product,
	    base.category != 0 ? base.category : more.category,
	    base.service != 0 ? base.service : more.service,
	};
}

#endif
