#include "base/log.h"

#include "base/str.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 4096 };

typedef struct Line {
    char text[LINE_BYTES];
    size_t n;
} Line;

static void line_put(Line *line, Str s)
{
    size_t n = MIN(s.n, LINE_BYTES - 4 - line->n);
    memcpy(line->text + line->n, s.p, n);
    line->n += n;
}

static bool is_plain(Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
            return false;
    }
    return s.n > 0;
}

static void line_quoted(Line *line, Str s)
{
    line_put(line, S("\""));
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        char escape[8];
        int n;
        if (c == '"' || c == '\\')
            n = snprintf(escape, sizeof escape, "\\%c", c);
        else if (c < ' ' || c == 0x7f)
            n = snprintf(escape, sizeof escape, "\\x%02x", c);
        else
            n = snprintf(escape, sizeof escape, "%c", c);
        line_put(line, (Str){escape, (size_t)n});
    }
    line_put(line, S("\""));
}

static void stamp_set(char stamp[24], int64_t second)
{
    struct tm utc;
    time_t time = (time_t)second;
    gmtime_r(&time, &utc);
    strftime(stamp, 24, "%Y-%m-%dT%H:%M:%S", &utc);
}

static void line_number(Line *line, int64_t number)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do
        text[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        text[--at] = '-';
    line_put(line, (Str){text + at, sizeof text - at});
}

static void line_head(Line *line, const char *stamp, int64_t ms, LogLevel level, const char *event)
{
    static const char *const LEVELS[] = {"debug", "info", "warn", "error"};
    char part[8] = {
        '.', (char)('0' + ms / 100), (char)('0' + ms / 10 % 10), (char)('0' + ms % 10), 'Z', ' '};
    line_put(line, str_from(stamp));
    line_put(line, (Str){part, 6});
    line_put(line, str_from(LEVELS[level]));
    line_put(line, S(" "));
    line_put(line, str_from(event));
}

static void line_fields(Line *line, const LogField *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        line_put(line, S(" "));
        line_put(line, str_from(fields[i].key));
        line_put(line, S("="));
        if (fields[i].kind == LOG_I64)
            line_number(line, fields[i].i64);
        else if (is_plain(fields[i].str))
            line_put(line, fields[i].str);
        else
            line_quoted(line, fields[i].str);
    }
    if (line->n >= LINE_BYTES - 4) {
        memcpy(line->text + LINE_BYTES - 4, "...", 3);
        line->n = LINE_BYTES - 1;
    }
    line->text[line->n++] = '\n';
}

static void write_text(const Log *log, const char *text, size_t n)
{
    ssize_t written = write(log->fd, text, n);
    (void)written; /* a log that cannot be written must not stop the program */
}

void log_fields(Log *log, LogLevel level, const char *event, const LogField *fields, size_t n)
{
    if (!log || level < log->level)
        return;
    Line line;
    char stamp[24];
    struct timespec now;
    line.n = 0;
    clock_gettime(CLOCK_REALTIME, &now);
    stamp_set(stamp, now.tv_sec);
    line_head(&line, stamp, now.tv_nsec / 1000000, level, event);
    line_fields(&line, fields, n);
    write_text(log, line.text, line.n);
}

void log_fields_later(Log *log, LogBuffer *buffer, LogLevel level, const char *event,
                      const LogField *fields, size_t n)
{
    if (!log || level < log->level)
        return;
    Line line;
    struct timespec now;
    line.n = 0;
    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec != buffer->second || !buffer->stamp[0])
        stamp_set(buffer->stamp, buffer->second = now.tv_sec);
    line_head(&line, buffer->stamp, now.tv_nsec / 1000000, level, event);
    line_fields(&line, fields, n);
    if (line.n > LOG_BUFFER_BYTES - buffer->n)
        log_flush(log, buffer);
    memcpy(buffer->text + buffer->n, line.text, line.n);
    buffer->n += line.n;
}

void log_flush(Log *log, LogBuffer *buffer)
{
    if (buffer->n)
        write_text(log, buffer->text, buffer->n);
    buffer->n = 0;
}

bool log_level_parse(Str name, LogLevel *ret)
{
    static const struct {
        Str name;
        LogLevel level;
    } LEVELS[] = {{S_INIT("debug"), LOG_DEBUG},
                  {S_INIT("info"), LOG_INFO},
                  {S_INIT("warn"), LOG_WARN},
                  {S_INIT("error"), LOG_ERROR}};
    for (size_t i = 0; i < COUNT_OF(LEVELS); i++)
        if (str_eq(name, LEVELS[i].name)) {
            *ret = LEVELS[i].level;
            return true;
        }
    return false;
}
