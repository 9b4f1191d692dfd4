#include "app/import_source.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- files ---- */

static Err file_read(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    ImportFile *file = (ImportFile *)source; /* its first member */
    ssize_t got;
    do
        got = read(file->fd, to, n);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail(cx, ERR_UNAVAILABLE, "import.read", "%.*s: %s", SARG(file->name),
                    strerror(errno));
    file->at += (uint64_t)got;
    *ret_n = (size_t)got;
    return OK;
}

Err import_file_open(Cx *cx, Str name, ImportFile *ret)
{
    struct stat info;
    int fd = open(arena_cstr(cx->arena, name), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(cx, ERR_NOT_FOUND, "import.file", "cannot read %.*s: %s", SARG(name),
                    strerror(errno));
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        close(fd);
        return fail(cx, ERR_NOT_FOUND, "import.file", "%.*s is no file", SARG(name));
    }
    *ret =
        (ImportFile){.source = {file_read}, .fd = fd, .name = name, .size = (uint64_t)info.st_size};
    return OK;
}

void import_file_close(ImportFile *file)
{
    close(file->fd);
    file->fd = -1;
}

Err import_file_peek(Cx *cx, ImportFile *file, char *to, size_t n, size_t *ret_n)
{
    size_t have = 0;
    while (have < n) {
        ssize_t got = pread(file->fd, to + have, n - have, (off_t)have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(cx, ERR_UNAVAILABLE, "import.read", "%.*s: %s", SARG(file->name),
                        strerror(errno));
        if (got == 0)
            break;
        have += (size_t)got;
    }
    *ret_n = have;
    return OK;
}

/* ---- JSON values out of a stream ---- */

enum { FIRST_BYTES = 64 << 10 };

struct JsonStream {
    CsvSource *source;
    Arena *arena;
    JsonShape shape;
    Str member;
    char *p;
    size_t at, n, cap; /* bytes [at, n) are not consumed yet */
    uint64_t line;     /* of the byte at `at` */
    bool eof, started, elements, done;
    bool lost; /* where values begin and end cannot be told any more */
};

JsonStream *json_stream(Cx *cx, CsvSource *source, JsonShape shape, Str member)
{
    JsonStream *s = arena_new(cx->arena, JsonStream);
    *s = (JsonStream){.source = source,
                      .arena = cx->arena,
                      .shape = shape,
                      .member = member,
                      .cap = FIRST_BYTES,
                      .line = 1};
    s->p = arena_alloc_raw(cx->arena, s->cap, 1);
    return s;
}

static void consume(JsonStream *s, size_t n)
{
    const char *end = s->p + s->at + n;
    for (const char *c = s->p + s->at; (c = memchr(c, '\n', (size_t)(end - c))); c++)
        s->line++;
    s->at += n;
}

/* More bytes behind those that are there, which move to the front. False for no room. */
static bool make_room(JsonStream *s)
{
    if (s->at) {
        memmove(s->p, s->p + s->at, s->n - s->at);
        s->n -= s->at;
        s->at = 0;
    }
    if (s->n < s->cap)
        return true;
    if (s->cap >= IMPORT_VALUE_BYTES_MAX)
        return false;
    s->p = arena_grow(s->arena, s->p, s->cap, s->cap * 2, 1);
    s->cap *= 2;
    return true;
}

static Err read_more(Cx *cx, JsonStream *s)
{
    size_t got = 0;
    TRY(s->source->read(s->source, cx, s->p + s->n, s->cap - s->n, &got));
    s->n += got;
    s->eof = got == 0;
    return OK;
}

/* The first byte that is no white space; -1 at the end. */
static Err peek(Cx *cx, JsonStream *s, int *ret)
{
    for (;;) {
        size_t i = s->at;
        while (i < s->n && memchr(" \t\r\n", s->p[i], 4))
            i++;
        consume(s, i - s->at);
        if (s->at < s->n || s->eof)
            break;
        if (make_room(s))
            TRY(read_more(cx, s));
    }
    *ret = s->at < s->n ? (unsigned char)s->p[s->at] : -1;
    return OK;
}

static Err lost(Cx *cx, JsonStream *s, const char *what)
{
    s->lost = true;
    return fail(cx, ERR_INVALID, "import.json", "line %llu: %s; the rest of the file is not read",
                (unsigned long long)s->line, what);
}

/* Finds the end of a value byte by byte; what is inside is checked by the parser later. */
typedef struct Scan {
    size_t depth;
    bool string, escaped, line;
} Scan;

/* Whether the value ends before this byte (*with false) or with it. */
static bool scan_byte(Scan *scan, char c, bool *with)
{
    *with = true;
    if (scan->line)
        return c == '\n';
    if (scan->string) {
        if (scan->escaped)
            scan->escaped = false;
        else if (c == '\\')
            scan->escaped = true;
        else if (c == '"')
            scan->string = false;
        return !scan->string && scan->depth == 0;
    }
    if (c == '"')
        scan->string = true;
    else if (c == '{' || c == '[')
        scan->depth++;
    else if (c == '}' || c == ']') {
        *with = scan->depth > 0;
        return scan->depth < 2 || --scan->depth == 0;
    } else if (scan->depth == 0 && memchr(" \t\r\n,", c, 5)) {
        *with = false;
        return true;
    }
    return false;
}

/* The length of the value that begins at `at`; one that is too large is consumed. */
static Err scan_value(Cx *cx, JsonStream *s, bool line, size_t *ret_n, bool *ret_large)
{
    Scan scan = {.line = line};
    bool large = false, with = false;
    for (size_t i = 0;; i++) {
        while (s->at + i == s->n && !s->eof) {
            if (!make_room(s)) {
                large = true;
                consume(s, i);
                i = 0;
            } else {
                TRY(read_more(cx, s));
            }
        }
        bool end = s->at + i == s->n;
        if (end && (scan.string || scan.depth))
            return lost(cx, s, "the file ends inside of a value");
        if (!end && !scan_byte(&scan, s->p[s->at + i], &with))
            continue;
        size_t n = i + (!end && with);
        if (large)
            consume(s, n);
        *ret_n = n;
        *ret_large = large;
        return OK;
    }
}

static Err too_large(Cx *cx, uint64_t line)
{
    return fail(cx, ERR_LIMIT, "import.large", "line %llu: a record has at most %d MiB",
                (unsigned long long)line, IMPORT_VALUE_BYTES_MAX >> 20);
}

static Err value_take(Cx *cx, JsonStream *s, bool line, Str *ret, uint64_t *ret_line)
{
    size_t n = 0;
    bool large = false;
    uint64_t from = s->line;
    TRY(scan_value(cx, s, line, &n, &large));
    *ret_line = from;
    if (large)
        return too_large(cx, from);
    if (n == 0)
        return lost(cx, s, "expected a value");
    *ret = (Str){s->p + s->at, n};
    consume(s, n);
    return OK;
}

/* Skips the members before the array that is asked for. */
static Err member_find(Cx *cx, JsonStream *s)
{
    int c;
    Str text;
    uint64_t line;
    consume(s, 1);
    for (;;) {
        TRY(peek(cx, s, &c));
        if (c == ',') {
            consume(s, 1);
            TRY(peek(cx, s, &c));
        }
        if (c != '"')
            return lost(cx, s, "the list of records is not there");
        TRY(value_take(cx, s, false, &text, &line));
        bool found = str_eq(str_slice(text, 1, text.n - 1), s->member);
        TRY(peek(cx, s, &c));
        if (c != ':')
            return lost(cx, s, "expected a colon");
        consume(s, 1);
        TRY(peek(cx, s, &c));
        if (found && c == '[')
            return OK;
        if (c < 0)
            return lost(cx, s, "the file ends inside of an object");
        Err err = value_take(cx, s, false, &text, &line);
        if (err != OK && err != ERR_LIMIT) /* what is passed over may be large */
            return err;
    }
}

static Err stream_start(Cx *cx, JsonStream *s)
{
    int c;
    s->started = true;
    while (s->n < 3 && !s->eof)
        TRY(read_more(cx, s));
    if (str_starts((Str){s->p, s->n}, S("\xEF\xBB\xBF")))
        s->at = 3;
    TRY(peek(cx, s, &c));
    if (s->shape == JSON_SHAPE_MEMBER) {
        if (c != '{')
            return lost(cx, s, "expected an object");
        TRY(member_find(cx, s));
        c = '[';
    }
    s->elements = s->shape != JSON_SHAPE_LINES && c == '[';
    if (s->elements)
        consume(s, 1);
    return OK;
}

/* Stands before an element; *ret_end behind the last one. */
static Err element_find(Cx *cx, JsonStream *s, bool first, bool *ret_end)
{
    int c;
    TRY(peek(cx, s, &c));
    *ret_end = c == ']';
    if (c == ']')
        return OK;
    if (!first) {
        if (c != ',')
            return lost(cx, s, "expected a comma or the end of the list");
        consume(s, 1);
        TRY(peek(cx, s, &c));
    }
    return c < 0 ? lost(cx, s, "the file ends inside of a list") : OK;
}

Err json_stream_next(Cx *cx, JsonStream *s, Str *ret_text, uint64_t *ret_line, bool *ret_more)
{
    bool first = !s->started, end = false;
    int c = 0;
    *ret_more = false;
    if (s->done || s->lost)
        return OK;
    if (first)
        TRY(stream_start(cx, s));
    if (s->elements) {
        TRY(element_find(cx, s, first, &end));
    } else {
        TRY(peek(cx, s, &c));
        end = c < 0;
    }
    s->done = end;
    if (end)
        return OK;
    *ret_more = true;
    return value_take(cx, s, s->shape == JSON_SHAPE_LINES, ret_text, ret_line);
}
