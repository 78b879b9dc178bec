#include "engine/base/byte_set.h"

#include "engine/base/str.h"

void
byte_set_add(uint64_t set[4], unsigned char from, unsigned char to)
{
	for (unsigned c = from; c <= to; c++)
		set[c >> 6] |= (uint64_t)1 << (c & 63);
}

bool
byte_set_add_escape(uint64_t set[4], char letter)
{
	uint64_t own[4] = {0};

	switch (char_lower(letter)) {
	case 'd':
		byte_set_add(own, '0', '9');
		break;
	case 'w':
		byte_set_add(own, '0', '9');
		byte_set_add(own, 'A', 'Z');
		byte_set_add(own, 'a', 'z');
		byte_set_add(own, '_', '_');
		break;
	case 's':
		byte_set_add(own, '\t', '\r');
		byte_set_add(own, ' ', ' ');
		break;
	default:
		return false;
	}
	for (size_t i = 0; i < 4; i++)
		set[i] |= letter < 'a' ? ~own[i] : own[i];
	return true;
}
