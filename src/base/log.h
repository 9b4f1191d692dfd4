/* The log: one line per event on standard error, `2026-01-31T12:00:00.123Z level event key=value`.
 *
 * Values are quoted when they hold a space, a quote or a control character, so that a line can
 * neither be split nor forged by input. Library code returns errors and does not log. */
#ifndef HANSE_BASE_LOG_H
#define HANSE_BASE_LOG_H

#include "base/base.h"

typedef enum LogLevel { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR } LogLevel;

typedef struct Log {
    LogLevel level; /* lines below are dropped */
    int fd;
} Log;

typedef struct LogField {
    const char *key;
    enum { LOG_STR, LOG_I64 } kind;
    Str str;
    int64_t i64;
} LogField;

#define LOG_S(key, value) ((LogField){key, LOG_STR, value, 0})
#define LOG_I(key, value) ((LogField){key, LOG_I64, {0}, value})

/* One line; longer than 4 KiB is cut with a mark. Safe from every thread. */
#define log_line(log, level, event, ...)                                                           \
    log_fields(log, level, event, (const LogField[]){__VA_ARGS__},                                 \
               sizeof((const LogField[]){__VA_ARGS__}) / sizeof(LogField))
void log_fields(Log *log, LogLevel level, const char *event, const LogField *fields, size_t n);
bool log_level_parse(Str name, LogLevel *ret);

#endif
