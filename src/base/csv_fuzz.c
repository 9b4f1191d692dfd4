/* A CSV file reads the same however its bytes arrive, and what was read, written and read again
 * gives the same fields. The first byte of the input picks the separator. */
#include "base/csv.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Memory {
    CsvSource source;
    Str rest;
    size_t step; /* bytes per read at the most */
} Memory;

static Err memory_read(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    (void)cx;
    Memory *memory = (Memory *)source;
    n = MIN(MIN(n, memory->step), memory->rest.n);
    if (n)
        memcpy(to, memory->rest.p, n);
    memory->rest = str_from_index(memory->rest, n);
    *ret_n = n;
    return OK;
}

/* Everything that a reader tells, as one text: fields with their lengths, or the error. */
static Str telling(Cx *cx, Str file, char separator, size_t step, Buf *rewritten)
{
    Memory memory = {{memory_read}, file, step};
    CsvReader *reader = csv_reader(cx, &memory.source, separator);
    Buf buf = buf_new(cx->arena, SIZE_MAX / 4);
    buf_put(rewritten, S("\xef\xbb\xbf"));
    for (;;) {
        CsvRecord record;
        bool more = true;
        Err err = csv_next(cx, reader, &record, &more);
        if (err != OK) {
            buf_fmt(&buf, "%s %.*s\n", cx->error->key, SARG(cx->error->detail));
            continue;
        }
        if (!more)
            return buf_str(&buf);
        ASSERT(record.count > 0 && record.count <= CSV_FIELDS_MAX);
        buf_fmt(&buf, "line %llu:", (unsigned long long)record.line);
        for (size_t i = 0; i < record.count; i++) {
            buf_fmt(&buf, " %zu ", record.fields[i].n);
            buf_put(&buf, record.fields[i]);
            if (i > 0)
                buf_char(rewritten, separator);
            /* An apostrophe on the way out is none of the data. */
            size_t from = rewritten->n;
            csv_put(rewritten, record.fields[i], separator);
            Str put = str_from_index(buf_str(rewritten), from);
            if (record.fields[i].n && record.fields[i].p[0] != '\'' &&
                (str_starts(put, S("'")) || str_starts(put, S("\"'")))) {
                buf_truncate(rewritten, from);
                buf_char(rewritten, 'x');
                csv_put(rewritten, S("defused"), separator);
            }
        }
        if (record.count == 1 && record.fields[0].n == 0)
            buf_put(rewritten, S("\"\""));
        buf_char(rewritten, '\n');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char SEPARATORS[] = {',', ';', '\t', '|'};
    if (size == 0)
        return 0;
    Arena arena;
    arena_init(&arena, 0, 0);
    Error error = {0};
    Cx cx = {.arena = &arena, .error = &error};
    char separator = SEPARATORS[data[0] % COUNT_OF(SEPARATORS)];
    Str file = {(const char *)data + 1, size - 1};
    Buf once = buf_new(&arena, SIZE_MAX / 4), twice = once, thrice = once;
    Str whole = telling(&cx, file, separator, SIZE_MAX, &once);
    Str split = telling(&cx, file, separator, 1 + data[0] % 7, &twice);
    ASSERT(str_eq(whole, split));
    /* What was written once is well formed, and writing it again changes nothing. */
    Str again = telling(&cx, buf_str(&once), separator, SIZE_MAX, &thrice);
    ASSERT(str_find(again, S("csv.")) < 0 || str_find(buf_str(&once), S("csv.")) >= 0);
    ASSERT(str_eq(buf_str(&once), buf_str(&thrice)));
    arena_done(&arena);
    return 0;
}
