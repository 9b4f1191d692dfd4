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

void log_fields(Log *log, LogLevel level, const char *event, const LogField *fields, size_t n)
{
    static const char *const LEVELS[] = {"debug", "info", "warn", "error"};
    if (!log || level < log->level)
        return;
    Line line = {.n = 0};
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    char head[96];
    size_t len = strftime(head, sizeof head, "%Y-%m-%dT%H:%M:%S", &utc);
    line_put(&line, (Str){head, len});
    int more = snprintf(head, sizeof head, ".%03dZ %s %s", (int)(now.tv_nsec / 1000000),
                        LEVELS[level], event);
    line_put(&line, (Str){head, (size_t)more});
    for (size_t i = 0; i < n; i++) {
        line_put(&line, S(" "));
        line_put(&line, str_from(fields[i].key));
        line_put(&line, S("="));
        if (fields[i].kind == LOG_I64) {
            more = snprintf(head, sizeof head, "%lld", (long long)fields[i].i64);
            line_put(&line, (Str){head, (size_t)more});
        } else if (is_plain(fields[i].str)) {
            line_put(&line, fields[i].str);
        } else {
            line_quoted(&line, fields[i].str);
        }
    }
    if (line.n >= LINE_BYTES - 4) {
        memcpy(line.text + LINE_BYTES - 4, "...", 3);
        line.n = LINE_BYTES - 1;
    }
    line.text[line.n++] = '\n';
    ssize_t written = write(log->fd, line.text, line.n);
    (void)written; /* a log that cannot be written must not stop the program */
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
