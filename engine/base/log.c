#include "engine/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct {
	char part[32];
	enum log_level level;
	bool journal; /* stderr goes to journald, which stamps by itself */
} state = {.level = LOG_LEVEL_INFO};

static const struct {
	const char *name;
	int priority; /* syslog's severity, as journald reads it */
} levels[] = {
    {"error",	3},
    {"warning", 4},
    {"info",    6},
    {"debug",   7},
};

/* JOURNAL_STREAM holds "device:inode" of the stream (systemd.exec(5)). */
static bool
stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char own[64];
	struct stat st;

	if (stream == NULL || fstat(STDERR_FILENO, &st) != 0)
		return false;
	(void)snprintf(own, sizeof(own), "%lu:%lu", (unsigned long)st.st_dev,
	    (unsigned long)st.st_ino);
	return strcmp(stream, own) == 0;
}

void
log_init(const char *part, enum log_level level)
{
	(void)snprintf(state.part, sizeof(state.part), "%s", part);
	state.level = level;
	state.journal = stderr_is_journal();
}

static void
write_line(enum log_level level, const char *text)
{
	char line[2048], stamp[32] = "";
	size_t n = 0;
	int head;

	if (state.journal) {
		head = snprintf(line, sizeof(line), "<%d>",
		    levels[level].priority);
	} else {
		time_t now = time(NULL);
		struct tm tm;

		if (gmtime_r(&now, &tm) != NULL)
			(void)strftime(stamp, sizeof(stamp), "%FT%TZ ", &tm);
		head = snprintf(line, sizeof(line), "%s%s: ", stamp,
		    levels[level].name);
	}
	n = head < 0 ? 0 : (size_t)head;
	if (state.part[0] != '\0') {
		head = snprintf(line + n, sizeof(line) - n, "%s: ", state.part);
		n += head < 0 ? 0 : (size_t)head;
	}
	/* Text from outside may stand in a message: no control character
	 * reaches a terminal or starts a line of its own. */
	for (; *text != '\0' && n < sizeof(line) - 5; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			n += (size_t)snprintf(line + n, 5, "\\x%02x", c);
		else
			line[n++] = (char)c;
	}
	line[n++] = '\n';
	(void)!write(STDERR_FILENO, line, n);
}

static void
log_va(enum log_level level, const char *format, va_list args)
{
	char text[1600];

	if (level > state.level)
		return;
	(void)vsnprintf(text, sizeof(text), format, args);
	write_line(level, text);
}

#define LOG_FUNCTION(name, level)                        \
	void name(const char *format, ...)               \
	{                                                \
		va_list args;                            \
                                                         \
		va_start(args, format);                  \
		log_va(level, format, args);             \
		va_end(args);                            \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warn, LOG_LEVEL_WARN)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

void
die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_va(LOG_LEVEL_ERROR, format, args);
	va_end(args);
	exit(1);
}

void
bug(const char *file, int line, const char *text)
{
	log_error("%s:%d: this cannot happen: %s", file, line, text);
	abort();
}
