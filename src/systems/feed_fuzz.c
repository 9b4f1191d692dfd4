/* A mapping and a record in one input, parted by a NUL: the mapping is parsed; what it accepts is
 * applied to the record as JSON, as text, and as CSV with the record's first line for a header.
 * Every reading must be one value of JSON under an absolute URI. */
#include "systems/feed.h"

#include "base/csv.h"
#include "base/str.h"
#include "base/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ContextStore *contexts;

static void check(Cx *cx, const FeedBatch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        const FeedReading *reading = &batch->readings[i];
        Json doc;
        Err err = json_parse(cx, reading->value, &doc);
        ASSERT(err == OK || err == ERR_LIMIT); /* a template may nest too deep together */
        ASSERT(uri_is_absolute(reading->id));
        double num;
        ASSERT(!reading->numeric || (str_to_f64(reading->value, &num) && num == reading->num));
    }
    for (size_t i = 0; i < batch->refusal_count; i++)
        ASSERT(batch->refusals[i].reason.n > 0);
}

static void map_json(Cx *cx, const Feed *feed, Str text)
{
    Json doc;
    FeedBatch batch = {0};
    Str captures[FEED_CAPTURES_MAX];
    FeedRecord record = {.topic = S("a/b/c"), .captures = captures, .received_us = INT64_MIN};
    for (size_t i = 0; i < feed->mqtt.topic_count; i++)
        if (feed_topic_match(feed->mqtt.topics[i], record.topic, captures, &record.capture_count))
            break;
    if (json_parse(cx, text, &doc) != OK) {
        if (!str_is_utf8(text))
            return;
        Buf buf = buf_new(cx->arena, text.n * 6 + 16);
        buf_json_string(&buf, text);
        Err err = json_parse(cx, buf_str(&buf), &doc);
        ASSERT(err == OK);
    }
    record.json = json_root(&doc);
    feed_map(cx, feed, &record, &batch);
    check(cx, &batch);
}

typedef struct TextSource {
    CsvSource source;
    Str rest;
} TextSource;

static Err text_read(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    TextSource *t = (TextSource *)source;
    (void)cx;
    *ret_n = MIN(n, t->rest.n);
    memcpy(to, t->rest.p, *ret_n);
    t->rest = str_from_index(t->rest, *ret_n);
    return OK;
}

static void map_csv(Cx *cx, const Feed *feed, Str text)
{
    TextSource source = {{text_read}, text};
    char separator = feed->separator > 0 ? feed->separator : ',';
    CsvReader *reader = csv_reader(cx, &source.source, separator);
    CsvRecord row;
    FeedBinding binding;
    FeedBatch batch = {0};
    bool more = false;
    if (csv_next(cx, reader, &row, &more) != OK || !more ||
        feed_bind(cx, feed, row.fields, row.count, &binding) != OK)
        return;
    while (csv_next(cx, reader, &row, &more) == OK && more) {
        FeedRecord record = {.binding = &binding,
                             .fields = row.fields,
                             .field_count = row.count,
                             .received_us = INT64_MIN};
        feed_map(cx, feed, &record, &batch);
    }
    check(cx, &batch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Error error;
    Clock clock = clock_fixed(INT64_C(1654041600000000));
    if (!contexts)
        contexts = context_store_new();
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .clock = &clock, .error = &error};
    Str rest = {(const char *)data, size};
    Str mapping = str_cut(&rest, 0);
    Feed *feed;
    if (rest.p && feed_parse(&cx, contexts, mapping, &feed) == OK) {
        map_json(&cx, feed, rest);
        map_csv(&cx, feed, rest);
    }
    arena_done(&arena);
    return 0;
}
