#include "systems/history.h"

#include "base/calendar.h"
#include "base/str.h"
#include "systems/history_store.h"

enum {
    SUB_PATH_MAX = 4096, /* bytes; deeper names are kept in more alone */
    MORE_MAX = 8 << 20   /* an instance comes out of a body that is no larger */
};

static const struct {
    Str name;
    Str member;
} KINDS[HISTORY_KIND_COUNT_] = {
    [HISTORY_PROPERTY] = {S_INIT("Property"), S_INIT("value")},
    [HISTORY_RELATIONSHIP] = {S_INIT("Relationship"), S_INIT("object")},
    [HISTORY_GEO_PROPERTY] = {S_INIT("GeoProperty"), S_INIT("value")},
    [HISTORY_LANGUAGE_PROPERTY] = {S_INIT("LanguageProperty"), S_INIT("languageMap")},
    [HISTORY_VOCAB_PROPERTY] = {S_INIT("VocabProperty"), S_INIT("vocab")},
    [HISTORY_JSON_PROPERTY] = {S_INIT("JsonProperty"), S_INIT("json")},
    [HISTORY_LIST_PROPERTY] = {S_INIT("ListProperty"), S_INIT("valueList")},
    [HISTORY_LIST_RELATIONSHIP] = {S_INIT("ListRelationship"), S_INIT("objectList")},
};

Str history_kind_name(HistoryKind kind)
{
    return KINDS[kind].name;
}

Str history_kind_member(HistoryKind kind)
{
    return KINDS[kind].member;
}

static bool kind_parse(JsonValue type, HistoryKind *ret)
{
    Str name = json_raw(type);
    for (size_t i = HISTORY_PROPERTY; i < HISTORY_KIND_COUNT_; i++)
        if (str_eq(KINDS[i].name, name)) {
            *ret = (HistoryKind)i;
            return true;
        }
    return false;
}

/* What an instance says, found in one pass over its members. */
typedef struct Instance {
    HistoryKind kind;
    bool has_value;
    JsonValue value;
    bool observed;
    int64_t observed_us;
    Str unit;
    bool more; /* has members that no column holds */
} Instance;

static bool is_value_member(Str name, HistoryKind kind)
{
    return str_eq(name, KINDS[kind].member);
}

/* The members that columns hold or that are told anew when history is read. */
static bool is_column_member(Str name)
{
    static const Str NAMES[] = {S_INIT("type"),      S_INIT("unitCode"),  S_INIT("observedAt"),
                                S_INIT("datasetId"), S_INIT("createdAt"), S_INIT("modifiedAt")};
    if (name.n < 4 || name.n > 10)
        return false;
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        if (str_eq(name, NAMES[i]))
            return true;
    return false;
}

static bool instance_read(JsonValue instance, Instance *ret)
{
    JsonValue type;
    Instance in = {.unit = S("")};
    if (!json_find(instance, S("type"), &type) || !kind_parse(type, &in.kind))
        return false;
    for (JsonIter it = json_iter(instance); json_next(&it);) {
        Str name = json_raw(it.key);
        if (is_value_member(name, in.kind)) {
            in.value = it.value;
            in.has_value = true;
        } else if (!is_column_member(name)) {
            in.more = true;
        } else if (str_eq(name, S("observedAt"))) {
            in.observed = time_parse(json_raw(it.value), &in.observed_us);
        } else if (str_eq(name, S("unitCode"))) {
            in.unit = json_raw(it.value);
        }
    }
    *ret = in;
    return in.has_value;
}

/* Whether buf_f64 prints the number's double with the same digits: no exponent, at most 15
 * digits, none of them an idle zero. Rather no for some that would. */
static bool prints_back(Str digits)
{
    size_t i = digits.n && digits.p[0] == '-', start = i, point = 0;
    if (digits.n - i > 15)
        return false;
    for (; i < digits.n; i++) {
        if (digits.p[i] == '.')
            point = i;
        else if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
    }
    if (!point)
        return !(start && digits.p[1] == '0');
    /* "%g" turns to exponents below 0.0001. */
    bool tiny = digits.p[start] == '0' && str_starts(str_from_index(digits, point + 1), S("000"));
    return digits.p[digits.n - 1] != '0' && !tiny;
}

static void obs_set_value(ObsInsert *obs, JsonValue value)
{
    obs->raw = json_span(value);
    switch (json_type(value)) {
    case JSON_NUMBER:
        obs->has_num = json_f64(value, &obs->num);
        if (obs->has_num && prints_back(obs->raw))
            obs->raw = (Str){0};
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        obs->has_num = true;
        obs->num = json_type(value) == JSON_TRUE;
        break;
    case JSON_NULL:
    case JSON_STRING:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
}

/* The members of an instance that no column holds, as an object. */
static Str more_of(Cx *cx, JsonValue instance, HistoryKind kind)
{
    Buf buf = buf_new(cx->arena, MORE_MAX);
    buf_char(&buf, '{');
    for (JsonIter it = json_iter(instance); json_next(&it);) {
        Str name = json_raw(it.key);
        if (is_column_member(name) || is_value_member(name, kind))
            continue;
        if (buf.n > 1)
            buf_char(&buf, ',');
        buf_put(&buf, json_span(it.key));
        buf_char(&buf, ':');
        buf_put(&buf, json_span(it.value));
    }
    buf_char(&buf, '}');
    return buf.overflow ? (Str){0} : buf_str(&buf);
}

/* Whether a member of an instance is a Property with a number, found by its value's type. */
static bool is_numeric_sub(JsonIter it)
{
    JsonValue value, type;
    return json_is(it.value, JSON_OBJECT) && !is_column_member(json_raw(it.key)) &&
           json_find(it.value, S("type"), &type) && str_eq(json_raw(type), S("Property")) &&
           json_find(it.value, S("value"), &value) && json_is(value, JSON_NUMBER);
}

static Str sub_path(Cx *cx, Str parent, JsonValue key)
{
    Str name = json_text(cx->arena, key);
    return parent.n ? arena_fmt(cx->arena, "%.*s %.*s", SARG(parent), SARG(name)) : name;
}

/* When it happened, as far as the enclosing change and instance know. */
typedef struct Moment {
    int64_t at_us;
    int64_t received_us;
    uint32_t flags;
} Moment;

static Err record_instance(Cx *cx, const HistorySeriesName *name, JsonValue instance, Moment moment,
                           int depth);

static Err record_subs(Cx *cx, const HistorySeriesName *name, JsonValue instance, Moment moment,
                       int depth)
{
    for (JsonIter it = json_iter(instance); json_next(&it);) {
        if (!is_numeric_sub(it))
            continue;
        HistorySeriesName sub = *name;
        sub.sub = sub_path(cx, name->sub, it.key);
        if (sub.sub.n <= SUB_PATH_MAX)
            TRY(record_instance(cx, &sub, it.value, moment, depth + 1));
    }
    return OK;
}

static Err record_instance(Cx *cx, const HistorySeriesName *name, JsonValue instance, Moment moment,
                           int depth)
{
    Instance in;
    if (!instance_read(instance, &in))
        return fail(cx, ERR_INTERNAL, "history.instance", "%.*s is stored without a known type",
                    SARG(name->attribute));
    if (in.observed) {
        moment.at_us = in.observed_us;
        moment.flags |= HISTORY_OBSERVED;
    }
    ObsInsert obs = {.at_us = moment.at_us,
                     .received_us = moment.received_us,
                     .what = (int64_t)in.kind | moment.flags,
                     .unit = in.unit};
    obs_set_value(&obs, in.value);
    if (in.more)
        obs.more = more_of(cx, instance, in.kind);
    TRY(obs_insert(cx, name, &obs));
    if (!in.more || depth == HISTORY_SUB_DEPTH_MAX)
        return OK;
    return record_subs(cx, name, instance, moment, depth);
}

/* The instance of a dataset among those of an attribute, which are one or an array. */
static bool instance_find(const Entity *entity, Str attribute, Str dataset, JsonValue *ret)
{
    JsonValue held, id;
    if (!json_find(json_root(&entity->doc), attribute, &held))
        return false;
    if (json_is(held, JSON_OBJECT)) {
        bool has = json_find(held, S("datasetId"), &id);
        *ret = held;
        return has ? json_text_is(id, dataset) : dataset.n == 0;
    }
    for (JsonIter it = json_iter(held); json_next(&it);) {
        bool has = json_find(it.value, S("datasetId"), &id);
        *ret = it.value;
        if (has ? json_text_is(id, dataset) : dataset.n == 0)
            return true;
    }
    return false;
}

/* Numeric sub-attributes that the old instance had and the new one has not come to an end. */
static Err end_lost_subs(Cx *cx, const HistorySeriesName *name, JsonValue before, JsonValue after,
                         int64_t at_us)
{
    for (JsonIter it = json_iter(before); json_next(&it);) {
        JsonValue still;
        if (!is_numeric_sub(it))
            continue;
        HistorySeriesName sub = *name;
        sub.sub = sub_path(cx, name->sub, it.key);
        if (!json_find(after, sub.sub, &still))
            TRY(obs_delete_series(cx, &sub, at_us));
    }
    return OK;
}

static Err record_attribute(Cx *cx, const EntityChange *change, const AttributeChange *attribute)
{
    const Entity *entity = change->after;
    HistorySeriesName name = {.tenant = entity->tenant,
                              .id = entity->id,
                              .key = entity->key,
                              .attribute = attribute->attribute,
                              .dataset = attribute->dataset};
    if (attribute->verb == ATTRIBUTE_DELETED)
        return obs_delete_instance(cx, &name, change->at_us);
    Moment moment = {change->at_us, change->at_us,
                     attribute->verb == ATTRIBUTE_CREATED ? HISTORY_CREATED : 0};
    TRY(record_instance(cx, &name, attribute->instance, moment, 0));
    JsonValue before;
    if (attribute->verb == ATTRIBUTE_UPDATED && !attribute->late && change->before &&
        instance_find(change->before, attribute->attribute, attribute->dataset, &before))
        TRY(end_lost_subs(cx, &name, before, attribute->instance, change->at_us));
    return OK;
}

Err history_add_instance(Cx *cx, const HistorySeriesName *name, JsonValue instance)
{
    int64_t now_us = cx_now_us(cx);
    return record_instance(cx, name, instance, (Moment){now_us, now_us, 0}, 0);
}

Err history_record(Cx *cx, const EntityChange *change)
{
    if (change->verb == ENTITY_DELETED)
        return obs_delete_entity(cx, change->before, change->at_us);
    for (size_t i = 0; i < change->attribute_count; i++)
        TRY(record_attribute(cx, change, &change->attributes[i]));
    return OK;
}

static Err point_read(Cx *cx, const HistorySeriesName *name, const HistoryPoint *points, size_t i,
                      ObsInsert *obs)
{
    const HistoryPoint *point = &points[i];
    obs->at_us = point->at_us;
    obs->has_num = true;
    obs->num = point->num;
    obs->raw = (Str){0};
    if (point->raw.p) {
        Json doc;
        if (json_parse(cx, point->raw, &doc) != OK)
            return fail(cx, ERR_INVALID, "history.value", "value %zu of %.*s is no JSON", i + 1,
                        SARG(name->attribute));
        obs->has_num = false;
        obs_set_value(obs, json_root(&doc));
    } else if (point->num - point->num != 0) {
        return fail(cx, ERR_INVALID, "history.value", "value %zu of %.*s is not finite", i + 1,
                    SARG(name->attribute));
    }
    return OK;
}

static bool is_ascending(const HistoryPoint *points, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (points[i].at_us <= points[i - 1].at_us)
            return false;
    return count > 0;
}

Err history_append(Cx *cx, const HistorySeriesName *name, HistoryKind kind, Str unit,
                   const HistoryPoint *points, size_t count)
{
    ObsInsert obs = {
        .received_us = cx_now_us(cx), .what = (int64_t)kind | HISTORY_OBSERVED, .unit = unit};
    ObsTarget target = {.empty = false};
    /* Where a series has nothing of that time yet, no row has to look for its place. */
    if (is_ascending(points, count))
        TRY(obs_target(cx, name, &obs, points[0].at_us, points[count - 1].at_us, &target));
    for (size_t i = 0; i < count; i++) {
        TRY(point_read(cx, name, points, i, &obs));
        TRY(target.empty ? obs_insert_at(cx, name, &target, &obs) : obs_insert(cx, name, &obs));
    }
    return OK;
}
