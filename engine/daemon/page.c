#include "engine/daemon/page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct page *
page_open(const char *state, bool create)
{
	char path[4096];
	struct page *page;
	struct stat st;
	bool fresh;
	int fd, flags = create ? O_RDWR | O_CREAT : O_RDWR;

	(void)snprintf(path, sizeof(path), "%s/page", state);
	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0) {
		close(fd);
		return NULL;
	}
	fresh = st.st_size == 0;
	if (create && ftruncate(fd, sizeof(*page)) != 0) {
		close(fd);
		return NULL;
	}
	if (!create && (size_t)st.st_size < sizeof(*page)) {
		close(fd);
		errno = EINVAL;
		return NULL;
	}
	page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
	    0);
	close(fd);
	if (page == MAP_FAILED)
		return NULL;
	if (create && (page->magic != PAGE_MAGIC ||
		page->size != sizeof(*page))) {
		if (!fresh)
			memset(page, 0, sizeof(*page));
		page->magic = PAGE_MAGIC;
		page->size = sizeof(*page);
	}
	return page;
}

void
page_close(struct page *page)
{
	if (page != NULL)
		munmap(page, sizeof(*page));
}
