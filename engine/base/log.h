/*
 * Our own log, on stderr: one line a message, escaped, with journald's
 * priority prefix when stderr is the journal. It is for what an operator has
 * to know; a peer's rubbish is counted (stats.h), not logged.
 */
#ifndef VIGIE_BASE_LOG_H
#define VIGIE_BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* `part` names the process ("worker 0"), copied; messages above `level` are
 * dropped. */
void log_init(const char *part, enum log_level level);
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One sentence, then exit 1: the world is broken beyond repair. */
_Noreturn void die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* A place that cannot be reached. */
#define BUG(text) bug(__FILE__, __LINE__, text)
_Noreturn void bug(const char *file, int line, const char *text);

#endif
