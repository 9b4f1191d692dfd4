#include "base/csv.h"

#include "base/str.h"

enum {
    INPUT_BYTES = 1 << 16,
    LOOKAHEAD = 3, /* a byte order mark */
    TEXT_BYTES_AT_FIRST = 1 << 10,
    FIELDS_AT_FIRST = 32
};

/* What is wrong with the record at hand; the first fault is the one that is told. */
typedef enum Fault { FAULT_NONE, FAULT_QUOTE, FAULT_UNCLOSED, FAULT_LONG, FAULT_FIELDS } Fault;

struct CsvReader {
    Arena *arena; /* of the reader; the Cx of a record may be another's */
    CsvSource *source;
    char separator;
    bool begun;
    bool ended;    /* the source gave all it has */
    uint64_t line; /* of the next byte */
    char *input;
    size_t input_at, input_n;
    char *text; /* the record's fields one behind the other, unquoted */
    size_t text_n, text_cap;
    Str *fields; /* while the record is read, n is where the field ends in text */
    size_t count, fields_cap;
    Fault fault;
    uint64_t fault_line;
};

CsvReader *csv_reader(Cx *cx, CsvSource *source, char separator)
{
    ASSERT(separator > 0 && separator != '"' && separator != '\r' && separator != '\n');
    CsvReader *reader = arena_new(cx->arena, CsvReader);
    *reader = (CsvReader){.arena = cx->arena,
                          .source = source,
                          .separator = separator,
                          .line = 1,
                          .input = arena_alloc_raw(cx->arena, INPUT_BYTES, 1),
                          .text_cap = TEXT_BYTES_AT_FIRST,
                          .text = arena_alloc_raw(cx->arena, TEXT_BYTES_AT_FIRST, 1),
                          .fields_cap = FIELDS_AT_FIRST,
                          .fields = arena_array(cx->arena, Str, FIELDS_AT_FIRST)};
    return reader;
}

/* Sees to it that LOOKAHEAD bytes stand ready, or all that are left. */
static Err fill(Cx *cx, CsvReader *reader)
{
    while (reader->input_n - reader->input_at < LOOKAHEAD && !reader->ended) {
        size_t n = 0, left = reader->input_n - reader->input_at;
        memmove(reader->input, reader->input + reader->input_at, left);
        reader->input_at = 0;
        reader->input_n = left;
        TRY(reader->source->read(reader->source, cx, reader->input + left, INPUT_BYTES - left, &n));
        ASSERT(n <= INPUT_BYTES - left);
        reader->input_n += n;
        reader->ended = n == 0;
    }
    return OK;
}

static Str ready(const CsvReader *reader)
{
    return (Str){reader->input + reader->input_at, reader->input_n - reader->input_at};
}

/* What stands next, without taking it. */
typedef enum Next { NEXT_END, NEXT_BREAK, NEXT_SEPARATOR, NEXT_QUOTE, NEXT_OTHER } Next;

static Err peek(Cx *cx, CsvReader *reader, Next *ret)
{
    TRY(fill(cx, reader));
    Str s = ready(reader);
    if (s.n == 0)
        *ret = NEXT_END;
    else if (s.p[0] == reader->separator)
        *ret = NEXT_SEPARATOR;
    else if (s.p[0] == '"')
        *ret = NEXT_QUOTE;
    else if (s.p[0] == '\n' || (s.p[0] == '\r' && (s.n == 1 || s.p[1] == '\n')))
        *ret = NEXT_BREAK; /* LF, CR LF, or a CR that ends the file; any other CR is a byte */
    else
        *ret = NEXT_OTHER;
    return OK;
}

static void take_break(CsvReader *reader)
{
    Str s = ready(reader);
    reader->input_at += s.p[0] == '\r' && s.n > 1 ? 2 : 1;
    reader->line++;
}

static void fault_set(CsvReader *reader, Fault fault)
{
    if (reader->fault == FAULT_NONE) {
        reader->fault = fault;
        reader->fault_line = reader->line;
    }
}

/* Takes the next n bytes of the input into the record. */
static void take_text(CsvReader *reader, size_t n)
{
    const char *from = reader->input + reader->input_at;
    reader->input_at += n;
    if (reader->fault != FAULT_NONE)
        return;
    if (n > CSV_RECORD_BYTES_MAX - reader->text_n) {
        fault_set(reader, FAULT_LONG);
        return;
    }
    if (n > reader->text_cap - reader->text_n) {
        size_t cap =
            MIN(MAX(reader->text_cap * 2, reader->text_n + n), (size_t)CSV_RECORD_BYTES_MAX);
        reader->text = arena_grow(reader->arena, reader->text, reader->text_cap, cap, 1);
        reader->text_cap = cap;
    }
    memcpy(reader->text + reader->text_n, from, n);
    reader->text_n += n;
}

static void field_end(CsvReader *reader)
{
    if (reader->fault != FAULT_NONE)
        return;
    if (reader->count == CSV_FIELDS_MAX) {
        fault_set(reader, FAULT_FIELDS);
        return;
    }
    if (reader->count == reader->fields_cap) {
        size_t bytes = reader->fields_cap * sizeof(Str);
        reader->fields = arena_grow(reader->arena, reader->fields, bytes, 2 * bytes, _Alignof(Str));
        reader->fields_cap *= 2;
    }
    reader->fields[reader->count++].n = reader->text_n;
}

/* What is not quoted, up to a separator, a line break or the end, which are left standing. A quote
 * within is a fault. */
static Err read_plain(Cx *cx, CsvReader *reader)
{
    Next next;
    for (;;) {
        TRY(peek(cx, reader, &next));
        if (next == NEXT_QUOTE)
            fault_set(reader, FAULT_QUOTE);
        if (next != NEXT_OTHER)
            return OK;
        Str s = ready(reader);
        size_t n = 1; /* the byte just looked at, which may be a CR */
        while (n < s.n && s.p[n] != reader->separator && s.p[n] != '\n' && s.p[n] != '\r' &&
               s.p[n] != '"')
            n++;
        take_text(reader, n);
    }
}

static size_t count_lines(Str s)
{
    size_t lines = 0;
    const char *end = s.p + s.n;
    for (const char *p = s.p; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        lines++;
    return lines;
}

/* Behind the opening quote; takes the closing one. */
static Err read_quoted(Cx *cx, CsvReader *reader)
{
    uint64_t opened_line = reader->line;
    Next next;
    for (;;) {
        TRY(fill(cx, reader));
        Str s = ready(reader);
        if (s.n == 0) {
            reader->line = opened_line;
            fault_set(reader, FAULT_UNCLOSED);
            return OK;
        }
        ptrdiff_t quote = str_find_char(s, '"');
        Str inside = quote < 0 ? s : str_slice(s, 0, (size_t)quote);
        reader->line += count_lines(inside);
        take_text(reader, inside.n);
        if (quote < 0)
            continue;
        reader->input_at++;
        TRY(peek(cx, reader, &next));
        if (next == NEXT_OTHER)
            fault_set(reader, FAULT_QUOTE);
        if (next != NEXT_QUOTE)
            return OK;
        take_text(reader, 1);
    }
}

static Err skip_line(Cx *cx, CsvReader *reader)
{
    for (;;) {
        TRY(fill(cx, reader));
        Str s = ready(reader);
        ptrdiff_t end = str_find_char(s, '\n');
        reader->input_at += end < 0 ? s.n : (size_t)end + 1;
        reader->line += end >= 0;
        if (end >= 0 || s.n == 0)
            return OK;
    }
}

/* The fields up to the line break, which is taken too. After a misplaced quote nothing says any
 * more what is quoted, so the rest of the line is given up; a record that is too long is still
 * read to its end. */
static Err read_record(Cx *cx, CsvReader *reader)
{
    Next next;
    for (;;) {
        TRY(peek(cx, reader, &next));
        if (next == NEXT_QUOTE) {
            reader->input_at++;
            TRY(read_quoted(cx, reader));
        } else {
            TRY(read_plain(cx, reader));
        }
        field_end(reader);
        TRY(peek(cx, reader, &next));
        if (next == NEXT_QUOTE || next == NEXT_OTHER)
            return skip_line(cx, reader);
        if (next == NEXT_BREAK)
            take_break(reader);
        if (next != NEXT_SEPARATOR)
            return OK;
        reader->input_at++;
    }
}

static Err skip_to_record(Cx *cx, CsvReader *reader, bool *ret_more)
{
    Next next;
    TRY(fill(cx, reader));
    if (!reader->begun && str_starts(ready(reader), S("\xef\xbb\xbf")))
        reader->input_at += 3;
    reader->begun = true;
    for (;;) {
        TRY(peek(cx, reader, &next));
        if (next != NEXT_BREAK)
            break;
        take_break(reader);
    }
    *ret_more = next != NEXT_END;
    return OK;
}

/* A NUL is no text: where one stands, the file is UTF-16 or no text at all. */
static bool is_text(Str s)
{
    return str_find_char(s, 0) < 0 && str_is_utf8(s);
}

static Err fault_check(Cx *cx, const CsvReader *reader, uint64_t line)
{
    unsigned long long at = reader->fault_line;
    switch (reader->fault) {
    case FAULT_NONE:
        break;
    case FAULT_QUOTE:
        return fail(cx, ERR_INVALID, "csv.quote",
                    "line %llu: a quote inside a field; put the field into quotes and double the "
                    "quotes in it",
                    at);
    case FAULT_UNCLOSED:
        return fail(cx, ERR_INVALID, "csv.quote", "line %llu: a quote opens here and never closes",
                    at);
    case FAULT_LONG:
        return fail(cx, ERR_LIMIT, "csv.record", "line %llu: the record has more than %d bytes",
                    (unsigned long long)line, CSV_RECORD_BYTES_MAX);
    case FAULT_FIELDS:
        return fail(cx, ERR_LIMIT, "csv.record", "line %llu: the record has more than %d fields",
                    (unsigned long long)line, CSV_FIELDS_MAX);
    }
    return OK;
}

/* Lays the fields over the text. Each is checked for itself, or two halves of a character could
 * hide in neighbours. */
static Err fields_finish(Cx *cx, CsvReader *reader, uint64_t line)
{
    size_t from = 0;
    for (size_t i = 0; i < reader->count; i++) {
        size_t to = reader->fields[i].n;
        reader->fields[i] = (Str){reader->text + from, to - from};
        if (!is_text(reader->fields[i]))
            return fail(cx, ERR_INVALID, "csv.utf8",
                        "line %llu: field %zu is no UTF-8 text; save the file as UTF-8",
                        (unsigned long long)line, i + 1);
        from = to;
    }
    return OK;
}

Err csv_next(Cx *cx, CsvReader *reader, CsvRecord *ret, bool *ret_more)
{
    bool more = false;
    TRY(skip_to_record(cx, reader, &more));
    if (!more) {
        *ret_more = false;
        return OK;
    }
    uint64_t line = reader->line;
    reader->text_n = reader->count = 0;
    reader->fault = FAULT_NONE;
    TRY(read_record(cx, reader));
    TRY(fault_check(cx, reader, line));
    TRY(fields_finish(cx, reader, line));
    *ret = (CsvRecord){reader->fields, reader->count, line};
    *ret_more = true;
    return OK;
}

static bool is_number(Str s)
{
    double number;
    if (s.n > 1 && s.p[0] == '+' && s.p[1] != '-')
        s = str_from_index(s, 1);
    return str_to_f64(s, &number);
}

void csv_put(Buf *buf, Str field, char separator)
{
    bool formula = field.n > 0 && field.p[0] && strchr("=+-@\t\r", field.p[0]) && !is_number(field);
    bool quotes = str_find_char(field, separator) >= 0 || str_find_char(field, '"') >= 0 ||
                  str_find_char(field, '\n') >= 0 || str_find_char(field, '\r') >= 0;
    if (quotes)
        buf_char(buf, '"');
    if (formula)
        buf_char(buf, '\'');
    while (quotes && field.n > 0) {
        ptrdiff_t quote = str_find_char(field, '"');
        size_t n = quote < 0 ? field.n : (size_t)quote + 1;
        buf_put(buf, str_slice(field, 0, n));
        if (quote >= 0)
            buf_char(buf, '"');
        field = str_from_index(field, n);
    }
    buf_put(buf, field);
    if (quotes)
        buf_char(buf, '"');
}
