/* Any bytes as a JSON file that streams in pieces: whatever the pieces, the values are the same; a
 * list that the parser accepts is cut into just its elements. */
#include "app/import_source.h"

#include "base/json.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Pieces {
    CsvSource source;
    Str rest;
    size_t step;
} Pieces;

static Err pieces_read(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    Pieces *p = (Pieces *)source;
    (void)cx;
    *ret_n = MIN(n, MIN(p->step, p->rest.n));
    memcpy(to, p->rest.p, *ret_n);
    p->rest = str_from_index(p->rest, *ret_n);
    return OK;
}

/* A hash over values, lines and errors. */
static uint64_t cut(Cx *cx, Str text, JsonShape shape, size_t step, size_t *ret_values)
{
    Pieces pieces = {{pieces_read}, text, step};
    JsonStream *stream = json_stream(cx, &pieces.source, shape, S("list"));
    uint64_t hash = 0, last_line = 0;
    *ret_values = 0;
    for (bool more = true; more;) {
        Str value = {0};
        uint64_t line = 0;
        Err err = json_stream_next(cx, stream, &value, &line, &more);
        hash = hash * 31 + str_hash(value) + line * 7 + (uint64_t)err;
        if (err == OK && more) {
            ASSERT(value.n > 0 && line >= last_line);
            last_line = line;
            ++*ret_values;
        }
        more |= err != OK;
    }
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Error error;
    Clock clock = clock_fixed(0);
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .clock = &clock, .error = &error};
    Str text = {(const char *)data, size};
    for (JsonShape shape = JSON_SHAPE_VALUES; shape <= JSON_SHAPE_MEMBER; shape++) {
        size_t one, other;
        uint64_t hash = cut(&cx, text, shape, 3, &one);
        ASSERT(hash == cut(&cx, text, shape, 1 << 20, &other) && one == other);
        Json doc;
        if (shape == JSON_SHAPE_VALUES && json_parse(&cx, text, &doc) == OK &&
            json_is(json_root(&doc), JSON_ARRAY))
            ASSERT(one == json_count(json_root(&doc)));
    }
    arena_done(&arena);
    return 0;
}
