#ifndef VIGIE_BENCH_MAP_FILE_H
#define VIGIE_BENCH_MAP_FILE_H

#include "engine/base/str.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The whole file, mapped until the program ends. */
static inline bool
map_file(const char *path, struct str *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p;

	if (fd < 0 || fstat(fd, &st) != 0)
		return false;
	if (st.st_size == 0) {
		close(fd);
		*out = STR_NONE;
		return true;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return false;
	*out = str_make(p, (size_t)st.st_size);
	return true;
}

#endif
