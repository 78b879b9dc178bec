#include "engine/incident/rsit.h"

#include "engine/incident/priority.h"

static const struct rsit rows[] = {
#define RSIT(gravity, class, type, words)                                      \
	{STR_INIT(class), STR_INIT(type), gravity, STR_INIT(words)},
#include "engine/incident/rsit.def"
#undef RSIT
};

const struct rsit *
rsit_at(size_t index)
{
	return index < sizeof(rows) / sizeof(rows[0]) ? &rows[index] : NULL;
}

const struct rsit *
rsit_find(struct str rsit)
{
	struct str class, type;
	if (!str_cut(rsit, ':', &class, &type))
		return NULL;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_eq(rows[i].type, type) && str_eq(rows[i].class, class))
			return &rows[i];
	return NULL;
}

bool
rsit_gravity(struct str rsit, int *gravity)
{
	const struct rsit *row = rsit_find(rsit);
	if (row == NULL)
		return false;
	*gravity = row->gravity;
	return true;
}
