#include "engine/store/keys.h"

#include <stdio.h>

struct key
key_of_shard(unsigned shard, const char *part)
{
	struct key key;
	int n = snprintf(key.text, sizeof(key.text), "{w%02u}:%s", shard, part);

	key.n = n < 0 ? 0 : (size_t)n;
	return key;
}
