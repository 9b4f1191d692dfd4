#include "base/str.h"
#include "systems/history_query.h"

typedef struct Out {
    Buf *buf;
    Cx *cx;
    const Representation *how;
    const TemporalSpec *spec;
} Out;

void history_put_instance_id(Buf *buf, const HistorySeries *series, const HistoryRow *row)
{
    buf_fmt(buf, "urn:ngsi-ld:Instance:%lld-%lld-%lld", (long long)series->number,
            (long long)row->at_us, (long long)row->seq);
}

static void key_put(Buf *buf, Str name)
{
    char last = buf->n ? buf->p[buf->n - 1] : '{';
    if (last != '{' && last != '[')
        buf_char(buf, ',');
    buf_json_string(buf, name);
    buf_char(buf, ':');
}

static void time_put(Buf *buf, int64_t at_us)
{
    buf_char(buf, '"');
    buf_time(buf, at_us);
    buf_char(buf, '"');
}

static void time_member_put(Buf *buf, Str name, int64_t at_us)
{
    key_put(buf, name);
    time_put(buf, at_us);
}

/* A deletion's value (4.5.7, 4.5.18). */
static void value_put(Buf *buf, const HistoryRow *row)
{
    if ((row->flags & HISTORY_DELETED) && row->kind == HISTORY_LANGUAGE_PROPERTY)
        buf_put(buf, S("{\"@none\":\"urn:ngsi-ld:null\"}"));
    else
        history_put_value(buf, row);
}

/* The instance as a stored document would have it, which represent_attribute then shows. */
static void stored_put(Out *out, Buf *buf, const HistorySeries *series, const HistoryRow *row)
{
    buf_put(buf, S("{\"type\":"));
    buf_json_string(buf, history_kind_name(row->kind));
    key_put(buf, history_kind_member(row->kind));
    value_put(buf, row);
    if (row->unit.n) {
        key_put(buf, S("unitCode"));
        buf_json_string(buf, row->unit);
    }
    if (row->flags & HISTORY_OBSERVED)
        time_member_put(buf, S("observedAt"), row->at_us);
    if (row->flags & HISTORY_DELETED)
        time_member_put(buf, S("deletedAt"), row->received_us);
    if (series->dataset.n) {
        key_put(buf, S("datasetId"));
        buf_json_string(buf, series->dataset);
    }
    if (out->spec->format != TEMPORAL_VALUES) {
        key_put(buf, S("instanceId"));
        buf_char(buf, '"');
        history_put_instance_id(buf, series, row);
        buf_char(buf, '"');
        time_member_put(buf, S("createdAt"), row->received_us);
        time_member_put(buf, S("modifiedAt"), row->received_us);
    }
    if (row->more.n > 2) {
        buf_char(buf, ',');
        buf_put(buf, str_slice(row->more, 1, row->more.n - 1));
    }
    buf_char(buf, '}');
}

static void instance_put(Out *out, const Representation *how, const HistorySeries *series,
                         const HistoryRow *row)
{
    Json doc;
    Arena scratch; /* the answer grows in the arena of cx */
    arena_init(&scratch, 0, 0);
    Buf buf = buf_new(&scratch, (size_t)1 << 28);
    Cx cx = *out->cx;
    cx.arena = &scratch;
    stored_put(out, &buf, series, row);
    if (json_parse(&cx, buf_str(&buf), &doc) == OK)
        represent_attribute(out->buf, &scratch, how, json_root(&doc));
    else
        buf_put(out->buf, S("null"));
    arena_done(&scratch);
}

static void instances_put(Out *out, const TemporalEntity *entity, size_t from, size_t to)
{
    Representation how = *out->how;
    how.format = out->spec->format == TEMPORAL_CONCISE ? FORMAT_CONCISE : FORMAT_NORMALIZED;
    how.dataset_count = 0;
    bool first = true;
    buf_char(out->buf, '[');
    for (size_t i = from; i < to; i++)
        for (size_t k = 0; k < entity->attributes[i].count; k++) {
            if (!first)
                buf_char(out->buf, ',');
            first = false;
            instance_put(out, &how, &entity->attributes[i].series, &entity->attributes[i].rows[k]);
        }
    buf_char(out->buf, ']');
}

static int64_t shown_time(const TemporalSpec *spec, const HistoryRow *row)
{
    return spec->window.time >= HISTORY_CREATED_AT ? row->received_us : row->at_us;
}

/* "values", "objects", "languageMaps" ... of pairs of value and time (4.5.9). */
static void values_put(Out *out, const TemporalAttribute *a)
{
    static const Str NAMES[HISTORY_KIND_COUNT_] = {
        [HISTORY_PROPERTY] = S_INIT("values"),
        [HISTORY_RELATIONSHIP] = S_INIT("objects"),
        [HISTORY_GEO_PROPERTY] = S_INIT("values"),
        [HISTORY_LANGUAGE_PROPERTY] = S_INIT("languageMaps"),
        [HISTORY_VOCAB_PROPERTY] = S_INIT("vocabs"),
        [HISTORY_JSON_PROPERTY] = S_INIT("jsons"),
        [HISTORY_LIST_PROPERTY] = S_INIT("valueLists"),
        [HISTORY_LIST_RELATIONSHIP] = S_INIT("objectLists"),
    };
    HistoryKind kind = a->rows[a->count - 1].kind;
    Representation how = *out->how;
    how.format = FORMAT_SIMPLIFIED;
    how.dataset_count = 0;
    buf_put(out->buf, S("{\"type\":"));
    buf_json_string(out->buf, history_kind_name(kind));
    if (a->series.dataset.n) {
        key_put(out->buf, S("datasetId"));
        buf_json_string(out->buf, a->series.dataset);
    }
    key_put(out->buf, NAMES[kind]);
    buf_char(out->buf, '[');
    for (size_t i = 0; i < a->count; i++) {
        if (i)
            buf_char(out->buf, ',');
        buf_char(out->buf, '[');
        instance_put(out, &how, &a->series, &a->rows[i]);
        buf_char(out->buf, ',');
        time_put(out->buf, shown_time(out->spec, &a->rows[i]));
        buf_char(out->buf, ']');
    }
    buf_put(out->buf, S("]}"));
}

static void method_put(Out *out, const TemporalAttribute *a, AggregateMethod method)
{
    bool first = true;
    key_put(out->buf, aggregate_method_name(method));
    buf_char(out->buf, '[');
    for (size_t i = 0; i < a->period_count; i++) {
        const AggregatePeriod *period = &a->periods[i];
        if (!aggregate_has(period, method))
            continue;
        if (!first)
            buf_char(out->buf, ',');
        first = false;
        buf_char(out->buf, '[');
        aggregate_put(out->buf, period, method);
        buf_char(out->buf, ',');
        time_put(out->buf, period->from_us);
        buf_char(out->buf, ',');
        time_put(out->buf, period->to_us);
        buf_char(out->buf, ']');
    }
    buf_char(out->buf, ']');
}

static void aggregates_put(Out *out, const TemporalAttribute *a)
{
    buf_put(out->buf, S("{\"type\":"));
    buf_json_string(out->buf, history_kind_name(a->series.kind));
    if (a->series.dataset.n) {
        key_put(out->buf, S("datasetId"));
        buf_json_string(out->buf, a->series.dataset);
    }
    for (AggregateMethod m = AGGREGATE_TOTAL_COUNT; m < AGGREGATE_METHOD_COUNT_; m++)
        if (out->spec->methods & 1u << m)
            method_put(out, a, m);
    buf_char(out->buf, '}');
}

/* One object per series; an array where there are several. */
static void series_put(Out *out, const TemporalEntity *entity, size_t from, size_t to)
{
    size_t told = 0;
    for (size_t i = from; i < to; i++)
        told += entity->attributes[i].count || entity->attributes[i].period_count;
    if (told != 1)
        buf_char(out->buf, '[');
    bool first = true;
    for (size_t i = from; i < to; i++) {
        const TemporalAttribute *a = &entity->attributes[i];
        if (!a->count && !a->period_count)
            continue;
        if (!first)
            buf_char(out->buf, ',');
        first = false;
        if (out->spec->format == TEMPORAL_AGGREGATED)
            aggregates_put(out, a);
        else
            values_put(out, a);
    }
    if (told != 1)
        buf_char(out->buf, ']');
}

static bool has_anything(const TemporalEntity *entity, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (entity->attributes[i].count || entity->attributes[i].period_count)
            return true;
    return false;
}

static void attributes_put(Out *out, const TemporalEntity *entity)
{
    for (size_t from = 0, to; from < entity->count; from = to) {
        Str name = entity->attributes[from].series.attribute;
        for (to = from + 1; to < entity->count; to++)
            if (!str_eq(entity->attributes[to].series.attribute, name))
                break;
        if (!has_anything(entity, from, to))
            continue;
        key_put(out->buf, context_compact(out->how->context, out->cx->arena, name));
        if (out->spec->format == TEMPORAL_VALUES || out->spec->format == TEMPORAL_AGGREGATED)
            series_put(out, entity, from, to);
        else
            instances_put(out, entity, from, to);
    }
}

static void types_put(Out *out, const TemporalEntity *entity)
{
    key_put(out->buf, S("type"));
    if (entity->type_count != 1)
        buf_char(out->buf, '[');
    for (size_t i = 0; i < entity->type_count; i++) {
        if (i)
            buf_char(out->buf, ',');
        buf_json_string(out->buf,
                        context_compact(out->how->context, out->cx->arena, entity->types[i]));
    }
    if (entity->type_count != 1)
        buf_char(out->buf, ']');
}

void represent_temporal(Buf *buf, Cx *cx, const Representation *how, const TemporalSpec *spec,
                        const TemporalEntity *entity)
{
    Out out = {buf, cx, how, spec};
    buf_char(buf, '{');
    if (how->put_context) {
        key_put(buf, S("@context"));
        buf_put(buf, context_json(how->context));
    }
    if (how->keep_id) {
        key_put(buf, S("id"));
        buf_json_string(buf, entity->id);
    }
    if (how->keep_type)
        types_put(&out, entity);
    attributes_put(&out, entity);
    buf_char(buf, '}');
}
