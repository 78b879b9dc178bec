#include "engine/correlate/admit.h"

#include "engine/base/arena.h"

#include <stdlib.h>

#define ROWS     4
#define ROW_SIZE 65536
#define SIGHTS   3
/* After so many sights all counts are halved: what is not seen again is
 * forgotten, and the sketch never fills up. */
#define FORGET_AFTER (ROW_SIZE / 2)

void
admit_fini(struct admit *a)
{
	free(a->cells);
	free(a->sketch);
	*a = (struct admit){0};
}

static struct admit_cell *
place(struct admit_cell *cells, size_t n, uint64_t key)
{
	size_t at = hash_u64(key) & (n - 1);

	while (cells[at].key != 0 && cells[at].key != key)
		at = (at + 1) & (n - 1);
	return &cells[at];
}

static void
grow(struct admit *a)
{
	size_t n = a->n_cells == 0 ? 256 : a->n_cells * 2;
	struct admit_cell *cells = mem_get_zero(n, sizeof(*cells));

	for (size_t i = 0; i < a->n_cells; i++)
		if (a->cells[i].key != 0)
			*place(cells, n, a->cells[i].key) = a->cells[i];
	free(a->cells);
	a->cells = cells;
	a->n_cells = n;
}

struct admit_cell *
admit_cell(struct admit *a, uint64_t spec, uint32_t member)
{
	uint64_t key = (spec ^ (uint64_t)member * 0x9e3779b97f4a7c15u) | 1;
	struct admit_cell *cell;

	if (a->n * 2 >= a->n_cells)
		grow(a);
	cell = place(a->cells, a->n_cells, key);
	if (cell->key == 0) {
		cell->key = key;
		a->n++;
	}
	return cell;
}

bool
admit_sight(struct admit *a, struct hash128 window)
{
	uint64_t h = window.lo;
	unsigned least = UINT8_MAX;

	if (a->sketch == NULL)
		a->sketch = mem_get_zero(ROWS, ROW_SIZE);
	if (++a->sights >= FORGET_AFTER) {
		a->sights = 0;
		for (size_t i = 0; i < (size_t)ROWS * ROW_SIZE; i++)
			a->sketch[i] /= 2;
	}
	for (unsigned row = 0; row < ROWS; row++) {
		uint8_t *cell = &a->sketch[row * ROW_SIZE +
		    (h >> 16 * row & 0xffff)];

		if (*cell < UINT8_MAX)
			++*cell;
		if (*cell < least)
			least = *cell;
	}
	return least >= SIGHTS;
}
