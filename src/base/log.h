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

/* The lines of one thread, gathered so that many of them cost one write and the date is formatted
 * once a second. What is not flushed when the process dies is lost: for lines that tell of
 * success only. Starts zeroed. */
enum { LOG_BUFFER_BYTES = 32 * 1024 };
typedef struct LogBuffer {
    int64_t second; /* since 1970, of stamp */
    char stamp[24]; /* 2026-01-31T12:00:00 */
    size_t n;
    char text[LOG_BUFFER_BYTES];
} LogBuffer;
/* As log_line, later; a full buffer is flushed by itself. */
#define log_later(log, buffer, level, event, ...)                                                  \
    log_fields_later(log, buffer, level, event, (const LogField[]){__VA_ARGS__},                   \
                     sizeof((const LogField[]){__VA_ARGS__}) / sizeof(LogField))
void log_fields_later(Log *log, LogBuffer *buffer, LogLevel level, const char *event,
                      const LogField *fields, size_t n);
void log_flush(Log *log, LogBuffer *buffer);

bool log_level_parse(Str name, LogLevel *ret);

#endif
