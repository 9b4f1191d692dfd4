#include "systems/history_input.h"

#include "base/calendar.h"
#include "base/str.h"
#include "systems/history_query.h"
#include "systems/history_store.h"

#include <stdlib.h>

/* An instance as it stands in the body. */
typedef struct Item {
    JsonValue value;
    size_t attribute; /* number of the member */
    Str dataset;      /* empty: the default one */
    int64_t at_us;
    size_t order; /* in the body: later ones are newer at equal times */
    size_t rank;  /* 0: the newest of its attribute and dataset */
} Item;

typedef struct Body {
    Cx *cx;
    JsonValue root;
    JsonValue names[TEMPORAL_ATTRIBUTES_MAX];
    size_t name_count;
    Item *items;
    size_t count;
    size_t rounds;
} Body;

/* Members that are not attributes and belong into every round. */
static bool is_head(Str name)
{
    static const Str HEADS[] = {S_INIT("id"),        S_INIT("type"),       S_INIT("@id"),
                                S_INIT("@type"),     S_INIT("@context"),   S_INIT("scope"),
                                S_INIT("createdAt"), S_INIT("modifiedAt"), S_INIT("deletedAt"),
                                S_INIT("expiresAt")};
    for (size_t i = 0; i < COUNT_OF(HEADS); i++)
        if (str_eq(name, HEADS[i]))
            return true;
    return false;
}

/* Instances without an observedAt are taken as of now: newer than all that have one. */
static int64_t time_of(JsonValue instance)
{
    JsonValue observed;
    int64_t at_us;
    bool has = json_find(instance, S("observedAt"), &observed) && json_is(observed, JSON_STRING) &&
               time_parse(json_raw(observed), &at_us);
    return has ? at_us : INT64_MAX;
}

static Err take_item(Body *b, JsonValue instance)
{
    JsonValue dataset;
    if (b->count == TEMPORAL_INSTANCES_MAX)
        return fail(b->cx, ERR_LIMIT, "temporal.large",
                    "more than %d instances in one request; send them in parts",
                    TEMPORAL_INSTANCES_MAX);
    bool has = json_find(instance, S("datasetId"), &dataset) && json_is(dataset, JSON_STRING);
    b->items[b->count] = (Item){.value = instance,
                                .attribute = b->name_count - 1,
                                .dataset = has ? json_raw(dataset) : S(""),
                                .at_us = time_of(instance),
                                .order = b->count};
    b->count++;
    return OK;
}

static Err take_attribute(Body *b, JsonIter member)
{
    if (b->name_count == TEMPORAL_ATTRIBUTES_MAX)
        return fail(b->cx, ERR_LIMIT, "temporal.large", "more than %d attributes",
                    TEMPORAL_ATTRIBUTES_MAX);
    b->names[b->name_count++] = member.key;
    if (!json_is(member.value, JSON_ARRAY))
        return take_item(b, member.value);
    for (JsonIter it = json_iter(member.value); json_next(&it);)
        TRY(take_item(b, it.value));
    return OK;
}

static int compare_items(const void *a, const void *b)
{
    const Item *left = a, *right = b;
    if (left->attribute != right->attribute)
        return left->attribute < right->attribute ? -1 : 1;
    int order = str_cmp(left->dataset, right->dataset);
    if (order)
        return order;
    if (left->at_us != right->at_us)
        return left->at_us > right->at_us ? -1 : 1;
    return left->order > right->order ? -1 : 1;
}

/* Newest first within each attribute and dataset. */
static void rank_items(Body *b)
{
    if (b->count)
        qsort(b->items, b->count, sizeof *b->items, compare_items);
    b->rounds = 1;
    for (size_t i = 1; i < b->count; i++) {
        Item *item = &b->items[i];
        bool same =
            item->attribute == item[-1].attribute && str_eq(item->dataset, item[-1].dataset);
        item->rank = same ? item[-1].rank + 1 : 0;
        b->rounds = MAX(b->rounds, item->rank + 1);
    }
}

static int compare_ranks(const void *a, const void *b)
{
    const Item *left = a, *right = b;
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return (left->attribute > right->attribute) - (left->attribute < right->attribute);
}

static void put_pair(Buf *buf, JsonValue key, Str value)
{
    if (buf->n > 1)
        buf_char(buf, ',');
    buf_put(buf, json_span(key));
    buf_char(buf, ':');
    buf_put(buf, value);
}

/* The items from..to, which are of one round, as a body of its own. */
static void put_round(Body *b, Buf *buf, size_t from, size_t to, bool first)
{
    buf_char(buf, '{');
    for (JsonIter it = json_iter(b->root); json_next(&it);)
        if (is_head(json_raw(it.key)) && (first || !str_eq(json_raw(it.key), S("scope"))))
            put_pair(buf, it.key, json_span(it.value));
    for (size_t i = from; i < to;) {
        size_t end = i + 1;
        while (end < to && b->items[end].attribute == b->items[i].attribute)
            end++;
        put_pair(buf, b->names[b->items[i].attribute], S("["));
        for (size_t k = i; k < end; k++) {
            if (k > i)
                buf_char(buf, ',');
            buf_put(buf, json_span(b->items[k].value));
        }
        buf_char(buf, ']');
        i = end;
    }
    buf_char(buf, '}');
}

static Err read_rounds(Body *b, const LdContext *context, bool fragment, TemporalInput *ret)
{
    EntityInput *rounds = arena_array(b->cx->arena, EntityInput, b->rounds);
    InputOptions options = {.fragment = fragment};
    size_t from = 0;
    for (size_t round = 0; round < b->rounds; round++) {
        size_t to = from;
        Json *doc = arena_new(b->cx->arena, Json);
        Buf buf = buf_new(b->cx->arena, (size_t)16 << 20);
        while (to < b->count && b->items[to].rank == round)
            to++;
        put_round(b, &buf, from, to, round == 0);
        if (buf.overflow)
            return fail(b->cx, ERR_LIMIT, "temporal.large", "the body is too large");
        TRY(json_parse(b->cx, buf_str(&buf), doc));
        TRY(entity_input_read(b->cx, context, json_root(doc), options, &rounds[round]));
        from = to;
    }
    *ret = (TemporalInput){rounds, b->rounds};
    return OK;
}

Err temporal_input_read(Cx *cx, const LdContext *context, JsonValue body, bool fragment,
                        TemporalInput *ret)
{
    Body *b = arena_new(cx->arena, Body);
    b->cx = cx;
    b->root = body;
    if (!json_is(body, JSON_OBJECT))
        return fail(cx, ERR_INVALID, "temporal.input", "expected an object, an EntityTemporal");
    b->items = arena_array(cx->arena, Item, TEMPORAL_INSTANCES_MAX);
    for (JsonIter it = json_iter(body); json_next(&it);)
        if (!is_head(json_raw(it.key)))
            TRY(take_attribute(b, it));
    rank_items(b);
    if (b->count)
        qsort(b->items, b->count, sizeof *b->items, compare_ranks);
    return read_rounds(b, context, fragment, ret);
}

/* ---- Writing ---- */

static Err add_instances(Cx *cx, const Entity *entity, JsonIter member)
{
    HistorySeriesName name = {.tenant = entity->tenant,
                              .id = entity->id,
                              .key = entity->key,
                              .attribute = json_text(cx->arena, member.key)};
    if (!json_is(member.value, JSON_ARRAY))
        return history_add_instance(cx, &name, member.value);
    for (JsonIter it = json_iter(member.value); json_next(&it);) {
        JsonValue dataset;
        name.dataset =
            json_find(it.value, S("datasetId"), &dataset) ? json_text(cx->arena, dataset) : S("");
        TRY(history_add_instance(cx, &name, it.value));
    }
    return OK;
}

/* An attribute with one instance of a dataset is no array in the stored form. */
static Err add_attribute(Cx *cx, const Entity *entity, JsonIter member)
{
    JsonValue dataset;
    if (json_is(member.value, JSON_OBJECT) && json_find(member.value, S("datasetId"), &dataset)) {
        HistorySeriesName name = {.tenant = entity->tenant,
                                  .id = entity->id,
                                  .key = entity->key,
                                  .attribute = json_text(cx->arena, member.key),
                                  .dataset = json_text(cx->arena, dataset)};
        return history_add_instance(cx, &name, member.value);
    }
    return add_instances(cx, entity, member);
}

/* The oldest first, so that equal times keep the order in which they were told. */
static Err add_older(Cx *cx, Str id, const TemporalInput *input)
{
    Entity entity;
    TRY(entity_get(cx, id, &entity));
    for (size_t round = input->count; round-- > 1;)
        for (JsonIter it = json_iter(json_root(&input->rounds[round].doc)); json_next(&it);)
            TRY(add_attribute(cx, &entity, it));
    return OK;
}

Err temporal_append(Cx *cx, Str id, const TemporalInput *input, Events *events)
{
    UpdateResult result;
    TRY(add_older(cx, id, input));
    return entity_append(cx, id, &input->rounds[0], true, events, &result);
}

Err temporal_upsert(Cx *cx, const TemporalInput *input, Events *events, bool *ret_created)
{
    Entity entity;
    bool found = false;
    Str id = input->rounds[0].id;
    HistorySeries *series;
    size_t series_count = 0;
    TRY(entity_find(cx, id, &entity, &found));
    if (found)
        TRY(history_series_list(cx, entity.tenant, id, entity.key, &series, &series_count));
    *ret_created = series_count == 0;
    if (found)
        return temporal_append(cx, id, input, events);
    TRY(entity_create(cx, &input->rounds[0], events));
    return add_older(cx, id, input);
}

/* ---- Forgetting ---- */

/* The keys under which an id has or had a history: past lives, then the present one. */
typedef struct Lives {
    TenantId tenant;
    EntityKey *keys;
    size_t count;
} Lives;

static Err lives_of(Cx *cx, Str id, Lives *ret)
{
    HistoryLife *past;
    size_t count;
    Entity now;
    bool found = false;
    TenantId tenant = cx->actor ? cx->actor->tenant : TENANT_DEFAULT;
    TRY(history_lives(cx, tenant, id, &past, &count));
    TRY(entity_find(cx, id, &now, &found));
    EntityKey *keys = arena_array(cx->arena, EntityKey, count + 1);
    for (size_t i = 0; i < count; i++)
        keys[i] = past[i].key;
    if (found)
        keys[count++] = now.key;
    if (!count)
        return fail(cx, ERR_NOT_FOUND, "entity.unknown", "there is and was no entity %.*s",
                    SARG(id));
    *ret = (Lives){tenant, keys, count};
    return OK;
}

static Err erase(Cx *cx, const Lives *lives, HistorySeriesName name, bool all_datasets)
{
    bool any = false, one = false;
    name.tenant = lives->tenant;
    for (size_t i = 0; i < lives->count; i++) {
        name.key = lives->keys[i];
        TRY(series_erase(cx, &name, all_datasets, &one));
        any = any || one;
    }
    if (!any)
        return fail(cx, ERR_NOT_FOUND, "history.unknown", "%.*s has no such history",
                    SARG(name.id));
    return OK;
}

Err temporal_remove(Cx *cx, Str id)
{
    Lives lives;
    TRY(lives_of(cx, id, &lives));
    TRY(erase(cx, &lives, (HistorySeriesName){.id = id}, true));
    return past_erase(cx, lives.tenant, id);
}

Err temporal_remove_attribute(Cx *cx, Str id, Str attribute, Str dataset, bool all_datasets)
{
    Lives lives;
    TRY(lives_of(cx, id, &lives));
    return erase(cx, &lives,
                 (HistorySeriesName){.id = id, .attribute = attribute, .dataset = dataset},
                 all_datasets);
}

/* urn:ngsi-ld:Instance:SERIES-MICROSECONDS-SEQ; times before 1970 have a sign. */
static bool instance_parse(Str text, int64_t *ret_series, int64_t *ret_at_us, int64_t *ret_seq)
{
    static const Str PREFIX = S_INIT("urn:ngsi-ld:Instance:");
    if (!str_starts(text, PREFIX))
        return false;
    Str rest = str_from_index(text, PREFIX.n), series = str_cut(&rest, '-');
    size_t sign = rest.p && rest.n && rest.p[0] == '-';
    ptrdiff_t end = rest.p ? str_find_char(str_from_index(rest, sign), '-') : -1;
    if (end < 0)
        return false;
    size_t cut = sign + (size_t)end;
    return str_to_i64(series, ret_series) && str_to_i64(str_slice(rest, 0, cut), ret_at_us) &&
           str_to_i64(str_from_index(rest, cut + 1), ret_seq);
}

/* The series of that number, if it is one of the entity's. */
static Err series_of(Cx *cx, Str id, Str attribute, int64_t number, HistorySeries *ret,
                     bool *ret_found)
{
    Lives lives;
    TRY(lives_of(cx, id, &lives));
    for (size_t life = 0; life < lives.count; life++) {
        HistorySeries *all;
        size_t count;
        TRY(history_series_list(cx, lives.tenant, id, lives.keys[life], &all, &count));
        for (size_t i = 0; i < count; i++)
            if (all[i].number == number && str_eq(all[i].attribute, attribute) && !all[i].sub.n) {
                *ret = all[i];
                *ret_found = true;
                return OK;
            }
    }
    return OK;
}

Err temporal_remove_instance(Cx *cx, Str id, Str attribute, Str instance_id)
{
    int64_t number, at_us, seq;
    bool found = false;
    HistorySeries series;
    if (instance_parse(instance_id, &number, &at_us, &seq))
        TRY(series_of(cx, id, attribute, number, &series, &found));
    if (found)
        TRY(obs_erase(cx, &series, at_us, seq, &found));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "history.instance", "%.*s has no instance %.*s of %.*s",
                    SARG(id), SARG(str_slice(instance_id, 0, 100)), SARG(attribute));
    return OK;
}

Err temporal_replace_instance(Cx *cx, Str id, Str instance_id, const EntityInput *input)
{
    JsonIter member = json_iter(json_root(&input->doc));
    Entity entity;
    if (!json_next(&member))
        return fail(cx, ERR_INVALID, "temporal.input", "expected one attribute");
    TRY(temporal_remove_instance(cx, id, json_text(cx->arena, member.key), instance_id));
    TRY(entity_get(cx, id, &entity));
    return add_attribute(cx, &entity, member);
}
