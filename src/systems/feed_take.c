#include "systems/feed_take.h"

#include "base/str.h"
#include "systems/history.h"

#include <stdlib.h>

enum {
    SCAN_MAX = 64,         /* rows passed over before the series is looked into anew */
    EQUAL_TIMES_MAX = 256, /* values of one time that a reading is compared with */
    BODY_MAX = 16 << 20    /* a fragment is bounded by the records that it comes from */
};

static TenantId tenant_of(const Cx *cx)
{
    return cx->actor ? cx->actor->tenant : TENANT_DEFAULT;
}

/* ---- what history has already ---- */

static bool is_same_value(const HistoryRow *row, Str value)
{
    double number;
    if (row->flags & HISTORY_DELETED)
        return false;
    if (row->raw.p && str_eq(row->raw, value))
        return true;
    return row->has_num && str_to_f64(value, &number) && number == row->num;
}

/* A walk through a series in step with readings that are in the order of time. Each look takes a
 * bounded number of rows, so that no engine holds the whole series in memory. */
typedef struct Known {
    const HistorySeries *series;
    HistoryCursor cursor;
    bool open;
    bool at_end; /* of the whole series */
    bool has_row;
    HistoryRow row;
    size_t limit; /* of rows per look */
    size_t seen;  /* in this look */
    int64_t last_us;
} Known;

static void known_close(Known *known)
{
    if (known->open)
        history_end(&known->cursor);
    known->open = false;
}

static Err known_open(Cx *cx, Known *known, int64_t from_us)
{
    known_close(known);
    HistoryWindow window = {HISTORY_ANY, from_us, INT64_MAX};
    TRY(history_start(cx, known->series, window, false, known->limit, &known->cursor));
    known->open = true;
    known->at_end = known->has_row = false;
    known->seen = 0;
    return OK;
}

/* The next row, from a new look where this one has given all that it may. */
static Err known_step(Cx *cx, Known *known)
{
    TRY(history_next(cx, &known->cursor, &known->row, &known->has_row));
    known->seen += known->has_row;
    known->at_end = !known->has_row && known->seen < known->limit;
    return OK;
}

/* Whether the value stands at the time. Times never go back from call to call. Of a time with
 * very many values (a sensor whose clock stands still) only the first ones are compared. */
static Err known_has(Cx *cx, Known *known, int64_t at_us, Str value, bool *ret)
{
    *ret = false;
    if (!known->open || known->last_us == at_us)
        TRY(known_open(cx, known, at_us));
    known->last_us = at_us;
    for (size_t passed = 0, equal = 0;;) {
        if (!known->has_row)
            TRY(known_step(cx, known));
        if (known->at_end || (known->has_row && known->row.at_us > at_us))
            return OK;
        if (known->has_row && known->row.at_us == at_us) {
            *ret = is_same_value(&known->row, value);
            if (*ret || ++equal == EQUAL_TIMES_MAX)
                return OK;
        } else if (!known->has_row || ++passed == SCAN_MAX) {
            TRY(known_open(cx, known, at_us));
            passed = equal = 0;
        }
        known->has_row = false;
    }
}

/* ---- readings in order ---- */

typedef struct Key {
    uint32_t entity;
    uint32_t attribute;
    int64_t at_us;
    uint32_t index;
} Key;

static int compare_keys(const void *a, const void *b)
{
    const Key *x = a, *y = b;
    if (x->entity != y->entity)
        return x->entity < y->entity ? -1 : 1;
    if (x->attribute != y->attribute)
        return x->attribute < y->attribute ? -1 : 1;
    if (x->at_us != y->at_us)
        return x->at_us < y->at_us ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Numbers for ids, in the order of their first sight, by open addressing. */
typedef struct Ids {
    const FeedReading *readings;
    uint32_t *slots; /* index of a reading with the id, + 1 */
    uint32_t *numbers;
    size_t mask;
    uint32_t count;
} Ids;

static uint32_t id_number(Ids *ids, uint32_t index)
{
    Str id = ids->readings[index].id;
    size_t i = str_hash(id) & ids->mask;
    for (; ids->slots[i]; i = (i + 1) & ids->mask)
        if (str_eq(ids->readings[ids->slots[i] - 1].id, id))
            return ids->numbers[i];
    ids->slots[i] = index + 1;
    ids->numbers[i] = ids->count;
    return ids->count++;
}

static Key *keys_sorted(Cx *cx, const Feed *feed, const FeedReading *readings, size_t count)
{
    Ids ids = {.readings = readings, .mask = 15};
    while (ids.mask < count * 2)
        ids.mask = ids.mask * 2 + 1;
    ids.slots = arena_array(cx->arena, uint32_t, ids.mask + 1);
    ids.numbers = arena_array(cx->arena, uint32_t, ids.mask + 1);
    Key *keys = arena_array(cx->arena, Key, count);
    for (uint32_t i = 0; i < count; i++)
        keys[i] = (Key){.entity = id_number(&ids, i),
                        .attribute = (uint32_t)(readings[i].attribute - feed->attributes),
                        .at_us = readings[i].timed ? readings[i].at_us : INT64_MIN,
                        .index = i};
    qsort(keys, count, sizeof *keys, compare_keys);
    return keys;
}

/* ---- one entity ---- */

typedef struct Take {
    Cx *cx;
    const Feed *feed;
    const FeedReading *readings;
    Events *events;
    FeedTaken *taken;
    Str id;
    bool found;
    Entity entity;
    Buf body;
    size_t body_start; /* where the first attribute begins */
} Take;

/* Readings of one attribute that are for history alone. */
typedef struct Late {
    const FeedAttribute *attribute;
    HistoryPoint *points;
    size_t count;
} Late;

static void instance_put(Take *t, const FeedReading *reading)
{
    const FeedAttribute *attribute = reading->attribute;
    Buf *buf = &t->body;
    if (buf->n > t->body_start)
        buf_char(buf, ',');
    buf_json_string(buf, attribute->name);
    buf_put(buf, S(":{\"type\":\""));
    buf_put(buf, history_kind_name(attribute->kind));
    buf_put(buf, S("\",\""));
    buf_put(buf, history_kind_member(attribute->kind));
    buf_put(buf, S("\":"));
    buf_put(buf, reading->value);
    if (attribute->unit.n) {
        buf_put(buf, S(",\"unitCode\":"));
        buf_json_string(buf, attribute->unit);
    }
    if (reading->timed) {
        buf_put(buf, S(",\"observedAt\":\""));
        buf_time(buf, reading->at_us);
        buf_char(buf, '"');
    }
    buf_char(buf, '}');
}

static bool stored_instance(const Take *t, const FeedAttribute *attribute, JsonValue *ret)
{
    return t->found && entity_instance(&t->entity, attribute->iri, (Str){0}, ret);
}

static Err is_stored_value(const Take *t, const FeedReading *reading, bool *ret)
{
    JsonValue instance, value, unit;
    Json doc;
    *ret = false;
    if (!stored_instance(t, reading->attribute, &instance) ||
        !json_find(instance, history_kind_member(reading->attribute->kind), &value))
        return OK;
    bool has_unit = json_find(instance, S("unitCode"), &unit);
    if (has_unit != (reading->attribute->unit.n > 0) ||
        (has_unit && !json_text_is(unit, reading->attribute->unit)))
        return OK;
    TRY(json_parse(t->cx, reading->value, &doc));
    *ret = json_equal(value, json_root(&doc));
    return OK;
}

static Err timeless_take(Take *t, const FeedReading *reading)
{
    bool same;
    TRY(is_stored_value(t, reading, &same));
    if (same) {
        t->taken->known++;
        return OK;
    }
    instance_put(t, reading);
    t->taken->readings++;
    return OK;
}

/* The observedAt of the stored value; INT64_MIN where it has none, or there is none. */
static int64_t current_us(const Take *t, const FeedAttribute *attribute)
{
    JsonValue instance, at;
    int64_t at_us;
    if (stored_instance(t, attribute, &instance) && json_find(instance, S("observedAt"), &at) &&
        time_parse(json_raw(at), &at_us))
        return at_us;
    return INT64_MIN;
}

static HistorySeriesName series_name(const Take *t, const FeedAttribute *attribute)
{
    return (HistorySeriesName){
        .tenant = tenant_of(t->cx), .id = t->id, .key = t->entity.key, .attribute = attribute->iri};
}

/* False where nothing was ever recorded of it. */
static Err series_find(Cx *cx, const HistorySeriesName *name, HistorySeries *ret, bool *ret_found)
{
    Err err = history_series_get(cx, name, ret);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    *ret_found = err == OK;
    return OK;
}

static bool is_same_reading(const FeedReading *a, const FeedReading *b)
{
    double x, y;
    return str_eq(a->value, b->value) ||
           (str_to_f64(a->value, &x) && str_to_f64(b->value, &y) && x == y);
}

/* Whether one of the readings kept so far has the same time and value. */
static bool is_told_before(const FeedReading *const *kept, size_t n, const FeedReading *reading)
{
    while (n-- && kept[n]->at_us == reading->at_us)
        if (is_same_reading(kept[n], reading))
            return true;
    return false;
}

/* The readings of a run that neither the run nor history has already, in order. */
static Err fresh_walk(Take *t, const Key *keys, size_t n, Known *known, const FeedReading **ret,
                      size_t *ret_count)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const FeedReading *reading = &t->readings[keys[i].index];
        bool has = is_told_before(ret, count, reading);
        if (!has && known)
            TRY(known_has(t->cx, known, reading->at_us, reading->value, &has));
        if (has)
            t->taken->known++;
        else
            ret[count++] = reading;
    }
    *ret_count = count;
    return OK;
}

static Err fresh_find(Take *t, const Key *keys, size_t n, const FeedReading **ret,
                      size_t *ret_count)
{
    HistorySeries series;
    bool found = false;
    HistorySeriesName name = series_name(t, t->readings[keys[0].index].attribute);
    if (t->found)
        TRY(series_find(t->cx, &name, &series, &found));
    Known known = {.series = &series, .limit = n * 2 + EQUAL_TIMES_MAX + 1};
    Err err = fresh_walk(t, keys, n, found ? &known : NULL, ret, ret_count);
    known_close(&known);
    return err;
}

static HistoryPoint point_of(const FeedReading *reading)
{
    return (HistoryPoint){.at_us = reading->at_us,
                          .num = reading->num,
                          .raw = reading->numeric ? (Str){0} : reading->value};
}

/* The newest one into the body where it is news, the others to *late. */
static Err timed_take(Take *t, const Key *keys, size_t n, Late *late)
{
    const FeedReading **fresh = arena_array(t->cx->arena, const FeedReading *, n);
    size_t count = 0;
    TRY(fresh_find(t, keys, n, fresh, &count));
    const FeedAttribute *attribute = t->readings[keys[0].index].attribute;
    *late = (Late){.attribute = attribute};
    t->taken->readings += count;
    if (count && fresh[count - 1]->at_us > current_us(t, attribute))
        instance_put(t, fresh[--count]);
    late->points = arena_array(t->cx->arena, HistoryPoint, count);
    for (size_t i = 0; i < count; i++)
        late->points[late->count++] = point_of(fresh[i]);
    return OK;
}

static void body_begin(Take *t)
{
    t->body = buf_new(t->cx->arena, BODY_MAX);
    buf_char(&t->body, '{');
    if (!t->found) {
        buf_put(&t->body, S("\"id\":"));
        buf_json_string(&t->body, t->id);
        buf_put(&t->body, S(",\"type\":"));
        buf_json_string(&t->body, t->feed->type);
        buf_char(&t->body, ',');
    }
    t->body_start = t->body.n;
}

static Err body_store(Take *t)
{
    Json doc;
    EntityInput input;
    if (t->body.n == t->body_start)
        return OK;
    buf_char(&t->body, '}');
    if (t->body.overflow)
        return fail(t->cx, ERR_LIMIT, "entity.large", "what is told of %.*s at once is too large",
                    SARG(t->id));
    TRY(json_parse(t->cx, buf_str(&t->body), &doc));
    InputOptions options = {.fragment = t->found};
    TRY(entity_input_read(t->cx, t->feed->context, json_root(&doc), options, &input));
    if (t->found)
        return entity_append(t->cx, t->id, &input, true, t->events, NULL);
    t->taken->created++;
    TRY(entity_create(t->cx, &input, t->events));
    return entity_find(t->cx, t->id, &t->entity, &t->found);
}

static Err late_store(Take *t, const Late *late)
{
    HistorySeriesName name = series_name(t, late->attribute);
    return history_append(t->cx, &name, late->attribute->kind, late->attribute->unit, late->points,
                          late->count);
}

static size_t run_length(const Key *keys, size_t n, bool attribute)
{
    size_t i = 1;
    while (i < n && keys[i].entity == keys[0].entity &&
           (!attribute || keys[i].attribute == keys[0].attribute))
        i++;
    return i;
}

static Err entity_take(Take *t, const Key *keys, size_t n)
{
    Late *lates = arena_array(t->cx->arena, Late, t->feed->attribute_count + 1);
    size_t late_count = 0;
    t->id = t->readings[keys[0].index].id;
    TRY(entity_find(t->cx, t->id, &t->entity, &t->found));
    body_begin(t);
    for (size_t at = 0; at < n;) {
        size_t run = run_length(keys + at, n - at, true);
        const FeedReading *last = &t->readings[keys[at + run - 1].index];
        if (last->timed)
            TRY(timed_take(t, keys + at, run, &lates[late_count++]));
        else
            TRY(timeless_take(t, last));
        at += run;
    }
    TRY(body_store(t));
    for (size_t i = 0; i < late_count; i++)
        if (lates[i].count)
            TRY(late_store(t, &lates[i]));
    return OK;
}

Err feed_take(Cx *cx, const Feed *feed, const FeedReading *readings, size_t count, Events *events,
              FeedTaken *taken)
{
    ASSERT(count < UINT32_MAX);
    Key *keys = keys_sorted(cx, feed, readings, count);
    for (size_t at = 0; at < count;) {
        Take t = {.cx = cx, .feed = feed, .readings = readings, .events = events, .taken = taken};
        size_t run = run_length(keys + at, count - at, false);
        TRY(entity_take(&t, keys + at, run));
        at += run;
    }
    return OK;
}

/* ---- whole entities ---- */

static bool is_store_member(Str name)
{
    return str_eq(name, S("createdAt")) || str_eq(name, S("modifiedAt"));
}

/* Sub-attributes have expanded names; the members of the standard have none of these signs. */
static bool is_sub_attribute(Str name)
{
    return str_find_char(name, ':') >= 0;
}

/* Whether the told instance says what the stored one says. A plain value is told without type and
 * has that of the attribute it meets. */
static bool is_same_instance(JsonValue told, JsonValue stored)
{
    size_t members = 0;
    if (!json_is(told, JSON_OBJECT) || !json_is(stored, JSON_OBJECT))
        return json_equal(told, stored);
    for (JsonIter it = json_iter(stored); json_next(&it);) {
        JsonValue other;
        Str name = json_raw(it.key);
        bool found = json_find(told, name, &other);
        if (is_store_member(name) || (!found && str_eq(name, S("type"))))
            continue;
        members++;
        if (!found)
            return false;
        if (is_sub_attribute(name) ? !is_same_instance(other, it.value)
                                   : !json_equal(other, it.value))
            return false;
    }
    return members == json_count(told);
}

static bool observed_at(JsonValue instance, int64_t *ret_us)
{
    JsonValue at;
    return json_find(instance, S("observedAt"), &at) && time_parse(json_raw(at), ret_us);
}

static bool instance_value(JsonValue instance, JsonValue *ret)
{
    JsonValue type;
    if (!json_find(instance, S("type"), &type))
        return false;
    for (HistoryKind kind = HISTORY_PROPERTY; kind < HISTORY_KIND_COUNT_; kind++)
        if (json_text_is(type, history_kind_name(kind)))
            return json_find(instance, history_kind_member(kind), ret);
    return false;
}

/* Whether history has an instance that is older than the stored one. */
static Err is_in_history(Cx *cx, const Entity *entity, Str attribute, Str dataset,
                         JsonValue instance, int64_t at_us, bool *ret)
{
    HistorySeriesName name = {.tenant = tenant_of(cx),
                              .id = entity->id,
                              .key = entity->key,
                              .attribute = attribute,
                              .dataset = dataset};
    HistorySeries series;
    JsonValue value;
    bool found;
    *ret = false;
    TRY(series_find(cx, &name, &series, &found));
    if (!found || !instance_value(instance, &value))
        return OK;
    Known known = {.series = &series, .limit = EQUAL_TIMES_MAX + 1};
    Err err = known_has(cx, &known, at_us, json_span(value), ret);
    known_close(&known);
    return err;
}

static Err is_known_instance(Cx *cx, const Entity *entity, Str attribute, JsonValue instance,
                             bool *ret)
{
    JsonValue stored, id;
    int64_t at_us, stored_us;
    Str dataset = {0};
    if (json_find(instance, S("datasetId"), &id))
        dataset = json_text(cx->arena, id);
    *ret = false;
    if (!entity_instance(entity, attribute, dataset, &stored))
        return OK;
    if (observed_at(instance, &at_us) && observed_at(stored, &stored_us) && at_us < stored_us)
        return is_in_history(cx, entity, attribute, dataset, instance, at_us, ret);
    *ret = is_same_instance(instance, stored);
    return OK;
}

typedef struct News {
    Buf doc;
    size_t instances;
} News;

static Err instance_news(Cx *cx, const Entity *entity, Str attribute, JsonValue instance,
                         News *news, size_t *added, FeedTaken *taken)
{
    bool known;
    TRY(is_known_instance(cx, entity, attribute, instance, &known));
    if (known) {
        taken->known++;
        return OK;
    }
    if (*added == 0) {
        if (news->instances)
            buf_char(&news->doc, ',');
        buf_json_string(&news->doc, attribute);
        buf_put(&news->doc, S(":["));
    } else {
        buf_char(&news->doc, ',');
    }
    buf_put(&news->doc, json_span(instance));
    ++*added;
    news->instances++;
    taken->readings++;
    return OK;
}

static Err attribute_news(Cx *cx, const Entity *entity, Str attribute, JsonValue told, News *news,
                          FeedTaken *taken)
{
    size_t added = 0;
    if (!json_is(told, JSON_ARRAY)) {
        TRY(instance_news(cx, entity, attribute, told, news, &added, taken));
    } else {
        for (JsonIter it = json_iter(told); json_next(&it);)
            TRY(instance_news(cx, entity, attribute, it.value, news, &added, taken));
    }
    if (added)
        buf_char(&news->doc, ']');
    return OK;
}

static Err entity_news(Cx *cx, const Entity *entity, const EntityInput *input, Events *events,
                       FeedTaken *taken)
{
    News news = {.doc = buf_new(cx->arena, ENTITY_DOC_MAX * 2)};
    buf_char(&news.doc, '{');
    for (JsonIter it = json_iter(json_root(&input->doc)); json_next(&it);)
        TRY(attribute_news(cx, entity, json_text(cx->arena, it.key), it.value, &news, taken));
    buf_char(&news.doc, '}');
    if (news.doc.overflow)
        return fail(cx, ERR_LIMIT, "entity.large", "the entity %.*s is too large", SARG(input->id));
    if (news.instances == 0)
        return OK;
    EntityInput fragment = *input;
    TRY(json_parse(cx, buf_str(&news.doc), &fragment.doc));
    return entity_append(cx, input->id, &fragment, true, events, NULL);
}

static uint64_t count_instances(const EntityInput *input)
{
    uint64_t count = 0;
    for (JsonIter it = json_iter(json_root(&input->doc)); json_next(&it);)
        count += json_is(it.value, JSON_ARRAY) ? json_count(it.value) : 1;
    return count;
}

Err feed_take_entity(Cx *cx, const EntityInput *input, Events *events, FeedTaken *taken)
{
    Entity entity;
    bool found;
    TRY(entity_find(cx, input->id, &entity, &found));
    if (found)
        return entity_news(cx, &entity, input, events, taken);
    taken->created++;
    taken->readings += count_instances(input);
    return entity_create(cx, input, events);
}
