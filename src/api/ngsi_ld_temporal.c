#include "api/ngsi_ld_temporal.h"

#include "api/ngsi_ld_request.h"
#include "base/calendar.h"
#include "base/str.h"
#include "base/uri.h"
#include "systems/history_input.h"
#include "systems/history_query.h"

typedef struct ReadState {
    EntityView view;
    TemporalSpec spec;
    Str timerel; /* p NULL: no temporal query */
    int64_t at_us, end_us;
    bool list;
    EntityFilter filter;
    EntityPage page;
    TemporalResult result;
} ReadState;

/* ---- The temporal query (4.11) ---- */

static Err time_read(Call *call, Str name, int64_t *ret_us)
{
    Str text = call_query(call, name);
    if (!text.p)
        return fail(call->cx, ERR_INVALID, "request.query", "timerel=%.*s needs %.*s",
                    SARG(call_query(call, S("timerel"))), SARG(name));
    if (!time_parse(text, ret_us))
        return fail(call->cx, ERR_INVALID, "request.query",
                    "%.*s is no DateTime like 2026-01-31T12:00:00Z: \"%.*s\"", SARG(name),
                    SARG(str_slice(text, 0, 60)));
    return OK;
}

static Err property_read(Call *call, HistoryTime *ret)
{
    static const struct {
        Str name;
        HistoryTime time;
    } PROPERTIES[] = {{S_INIT("observedAt"), HISTORY_OBSERVED_AT},
                      {S_INIT("createdAt"), HISTORY_CREATED_AT},
                      {S_INIT("modifiedAt"), HISTORY_MODIFIED_AT},
                      {S_INIT("deletedAt"), HISTORY_DELETED_AT}};
    Str text = call_query(call, S("timeproperty"));
    if (!text.p)
        return OK;
    for (size_t i = 0; i < COUNT_OF(PROPERTIES); i++)
        if (str_eq(PROPERTIES[i].name, text)) {
            *ret = PROPERTIES[i].time;
            return OK;
        }
    return fail(call->cx, ERR_INVALID, "request.query",
                "timeproperty is observedAt, createdAt, modifiedAt or deletedAt, not \"%.*s\"",
                SARG(str_slice(text, 0, 60)));
}

static Err window_read(Call *call, ReadState *state)
{
    HistoryWindow *window = &state->spec.window;
    *window = HISTORY_ALL;
    state->timerel = call_query(call, S("timerel"));
    if (!state->timerel.p && (call_query(call, S("timeAt")).p || state->list))
        return fail(call->cx, ERR_INVALID, "request.query",
                    "a temporal query needs timerel=before, after or between, and timeAt");
    if (state->timerel.p)
        window->time = HISTORY_OBSERVED_AT;
    TRY(property_read(call, &window->time));
    if (!state->timerel.p)
        return OK;
    TRY(time_read(call, S("timeAt"), &state->at_us));
    if (str_eq(state->timerel, S("before"))) {
        window->to_us = state->at_us;
    } else if (str_eq(state->timerel, S("after"))) {
        window->from_us = state->at_us;
    } else if (str_eq(state->timerel, S("between"))) {
        TRY(time_read(call, S("endTimeAt"), &state->end_us));
        window->from_us = state->at_us;
        window->to_us = state->end_us;
    } else {
        return fail(call->cx, ERR_INVALID, "request.query",
                    "timerel is before, after or between, not \"%.*s\"",
                    SARG(str_slice(state->timerel, 0, 60)));
    }
    return OK;
}

/* ---- The representation (4.5.6 to 4.5.9, 4.5.19, 6.3.12) ---- */

static Err format_read(Call *call, TemporalFormat *ret)
{
    static const struct {
        Str word;
        TemporalFormat format;
    } FORMATS[] = {{S_INIT("normalized"), TEMPORAL_NORMALIZED},
                   {S_INIT("concise"), TEMPORAL_CONCISE},
                   {S_INIT("temporalValues"), TEMPORAL_VALUES},
                   {S_INIT("simplified"), TEMPORAL_VALUES},
                   {S_INIT("aggregatedValues"), TEMPORAL_AGGREGATED}};
    Str format = call_query(call, S("format"));
    size_t named = 0;
    *ret = TEMPORAL_NORMALIZED;
    for (size_t i = 0; i < COUNT_OF(FORMATS); i++)
        if (format.p ? str_eq(format, FORMATS[i].word) : request_option(call, FORMATS[i].word)) {
            *ret = FORMATS[i].format;
            named++;
        }
    if (named > 1 || (format.p && !named))
        return fail(call->cx, ERR_INVALID, "request.parameter",
                    "one of normalized, concise, temporalValues and aggregatedValues");
    return OK;
}

static Err aggregation_read(Call *call, TemporalSpec *spec)
{
    Str methods = call_query(call, S("aggrMethods"));
    Str period = call_query(call, S("aggrPeriodDuration"));
    if (spec->format != TEMPORAL_AGGREGATED)
        return OK;
    if (!methods.p)
        return fail(call->cx, ERR_INVALID, "request.query", "aggregatedValues needs aggrMethods");
    TRY(aggregate_methods_parse(call->cx, methods, &spec->methods));
    return period.p ? aggregate_period_parse(call->cx, period, &spec->period) : OK;
}

static Err view_decode(Call *call, const LdContext *context, ReadState *state)
{
    static const Str OPTIONS[] = {S_INIT("normalized"),     S_INIT("concise"),
                                  S_INIT("temporalValues"), S_INIT("simplified"),
                                  S_INIT("sysAttrs"),       S_INIT("aggregatedValues"),
                                  S_INIT("count"),          {NULL, 0}};
    ViewWords words = {.attrs = call_query(call, S("attrs")),
                       .pick = call_query(call, S("pick")),
                       .omit = call_query(call, S("omit")),
                       .lang = call_query(call, S("lang")),
                       .dataset_id = call_query(call, S("datasetId")),
                       .no_geojson = true};
    int64_t last_n;
    TRY(request_check_options(call, OPTIONS));
    TRY(view_read(call, context, &words, &state->view));
    const Representation *how = &state->view.how;
    TemporalSpec *spec = &state->spec;
    TRY(format_read(call, &spec->format));
    TRY(aggregation_read(call, spec));
    TRY(call_query_i64(call, S("lastN"), 0, 1, TEMPORAL_LAST_MAX, &last_n));
    spec->last_n = (size_t)last_n;
    spec->page = services_of(call)->temporal_page;
    spec->attributes = how->pick.iris;
    spec->attribute_count = how->has_pick ? how->pick.count : 0;
    spec->omitted = how->omit.iris;
    spec->omitted_count = how->omit.count;
    spec->datasets = how->datasets;
    spec->dataset_count = how->dataset_count;
    return OK;
}

static Err read_decode(Call *call, const LdContext *context, bool list, ReadState **ret)
{
    ReadState *state = arena_new(call->cx->arena, ReadState);
    state->list = list;
    TRY(request_check(call));
    if (!context)
        TRY(request_link_context(call, &context));
    TRY(view_decode(call, context, state));
    TRY(window_read(call, state));
    call->state = state;
    *ret = state;
    return OK;
}

/* ---- GET temporal/entities/{id} ---- */

static Err id_check(Call *call)
{
    if (uri_is_absolute(call->params[0]))
        return OK;
    return fail(call->cx, ERR_INVALID, "entity.id", "the id is not a URI: %.*s",
                SARG(str_slice(call->params[0], 0, 200)));
}

Err temporal_get_decode(Call *call)
{
    ReadState *state;
    TRY(id_check(call));
    return read_decode(call, NULL, false, &state);
}

Err temporal_get_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    ReadState *state = call->state;
    return history_read_entity(cx, call->params[0], &state->spec, &state->result);
}

/* ---- GET temporal/entities ---- */

static Err geo_decode(Call *call, const LdContext *context, const GeoQuery **ret)
{
    Str georel = call_query(call, S("georel")), geometry = call_query(call, S("geometry"));
    Str coordinates = call_query(call, S("coordinates"));
    Str property = call_query(call, S("geoproperty"));
    if (!georel.p && !geometry.p && !coordinates.p)
        return OK;
    if (!georel.p || !geometry.p || !coordinates.p)
        return fail(call->cx, ERR_INVALID, "request.query",
                    "a geo-query needs georel, geometry and coordinates");
    Json *json = arena_new(call->cx->arena, Json);
    if (json_parse(call->cx, coordinates, json) != OK)
        return fail(call->cx, ERR_INVALID, "request.query", "coordinates are no JSON array");
    Str iri = property.p ? context_expand(context, call->cx->arena, property) : GEO_LOCATION;
    return geo_query_compile(call->cx, georel, geometry, json_root(json), iri, ret);
}

static Err names_decode(Call *call, const LdContext *context, EntityFilter *filter)
{
    Str id = call_query(call, S("id")), type = call_query(call, S("type"));
    Str pattern = call_query(call, S("idPattern")), scopes = call_query(call, S("scopeQ"));
    Cx *cx = call->cx;
    if (id.p)
        filter->ids = request_list(call, id, &filter->id_count);
    for (size_t i = 0; i < filter->id_count; i++)
        if (!uri_is_absolute(filter->ids[i]))
            return fail(cx, ERR_INVALID, "entity.id", "the id is not a URI: %.*s",
                        SARG(str_slice(filter->ids[i], 0, 200)));
    if (pattern.p && !id.p)
        TRY(pattern_compile(cx, pattern, &filter->id_pattern));
    if (type.p) {
        Selection *types = arena_new(cx->arena, Selection);
        TRY(type_selection_compile(cx, type, context, types));
        filter->types = types;
    }
    if (scopes.p) {
        Selection *selection = arena_new(cx->arena, Selection);
        TRY(scope_query_compile(cx, scopes, selection));
        filter->scopes = selection;
    }
    return OK;
}

static Err filter_decode(Call *call, ReadState *state)
{
    EntityFilter *filter = &state->filter;
    const LdContext *context = state->view.how.context;
    Str q = call_query(call, S("q"));
    TRY(names_decode(call, context, filter));
    TRY(geo_decode(call, context, &filter->geo));
    if (q.p)
        TRY(query_compile(call->cx, q,
                          (QueryOptions){.context = context,
                                         .expand_values = call_query(call, S("expandValues")),
                                         .json_keys = call_query(call, S("jsonKeys"))},
                          &filter->query));
    if (state->view.has_attrs) {
        filter->attributes = state->spec.attributes;
        filter->attribute_count = state->spec.attribute_count;
    }
    bool any = filter->types || filter->query || filter->geo || filter->attribute_count;
    if (!any && !call_query_flag(call, S("local")))
        return fail(call->cx, ERR_INVALID, "request.query",
                    "name at least one of type, attrs, q, georel, or say local=true");
    return OK;
}

static Err list_decode(Call *call, const LdContext *context)
{
    ReadState *state;
    int64_t limit, offset;
    TRY(read_decode(call, context, true, &state));
    TRY(filter_decode(call, state));
    TRY(call_query_i64(call, S("limit"), QUERY_LIMIT_DEFAULT, 0, INT64_MAX, &limit));
    TRY(call_query_i64(call, S("offset"), 0, 0, INT32_MAX, &offset));
    if (limit > QUERY_LIMIT_MAX)
        return fail(call->cx, ERR_LIMIT, "request.limit", "limit is %d at the most",
                    QUERY_LIMIT_MAX);
    bool count = call_query_flag(call, S("count")) || request_option(call, S("count"));
    if (limit == 0 && !count)
        return fail(call->cx, ERR_INVALID, "request.query", "limit=0 needs count=true");
    state->page =
        (EntityPage){.limit = (size_t)limit, .offset = (size_t)offset, .want_count = count};
    return OK;
}

Err temporal_list_decode(Call *call)
{
    return list_decode(call, NULL);
}

Err temporal_query_decode(Call *call)
{
    const HttpRequest *asked = call->http;
    RequestBody body;
    Str words;
    TRY(request_body(call, &body));
    TRY(temporal_query_words(call, (JsonValue){&body.json, 0}, &words));
    HttpRequest as_get = *asked;
    as_get.query = words;
    call->http = &as_get;
    Err err = list_decode(call, body.context);
    call->http = asked; /* links to other pages are of what was asked */
    return err;
}

Err temporal_list_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    ReadState *state = call->state;
    return history_query(cx, &state->filter, state->page, &state->spec, &state->result);
}

/* ---- The answer ---- */

/* Forwards from the window's begin, or backwards from its end with lastN (6.3.10). */
static void range_put(Call *call, const ReadState *state)
{
    const TemporalResult *result = &state->result;
    bool backwards = state->spec.last_n > 0, before = str_eq(state->timerel, S("before"));
    bool between = str_eq(state->timerel, S("between"));
    int64_t from_us, to_us;
    if (backwards) {
        from_us = before ? state->at_us : between ? state->end_us : result->last_us;
        to_us = result->first_us;
    } else {
        from_us = state->timerel.p && !before ? state->at_us : result->first_us;
        to_us = result->last_us;
    }
    Buf buf = buf_new(call->cx->arena, 200);
    buf_put(&buf, S("date-time "));
    buf_time(&buf, from_us);
    buf_char(&buf, '-');
    buf_time(&buf, to_us);
    buf_char(&buf, '/');
    if (backwards)
        buf_u64(&buf, state->spec.last_n);
    else
        buf_char(&buf, '*');
    call->status = 206;
    call_add_header(call, S("Content-Range"), buf_str(&buf));
}

static void page_link(Call *call, Buf *link, size_t offset, Str rel)
{
    Str name, value;
    bool first = true;
    if (link->n)
        buf_char(link, ',');
    buf_char(link, '<');
    buf_put(link, call->http->path);
    for (Str rest = call->http->query; uri_next_pair(&rest, &name, &value);) {
        if (str_eq(name, S("offset")))
            continue;
        buf_char(link, first ? '?' : '&');
        buf_put(link, name);
        buf_char(link, '=');
        buf_put(link, value);
        first = false;
    }
    buf_fmt(link, "%coffset=%zu>; rel=\"%.*s\"; type=\"application/ld+json\"", first ? '?' : '&',
            offset, SARG(rel));
}

static void list_head(Call *call, const ReadState *state)
{
    Buf link = buf_new(call->cx->arena, 64 << 10);
    const EntityPage *page = &state->page;
    if (page->offset)
        page_link(call, &link, page->offset > page->limit ? page->offset - page->limit : 0,
                  S("prev"));
    if (state->result.more_entities)
        page_link(call, &link, page->offset + page->limit, S("next"));
    if (link.n && !link.overflow)
        call_add_header(call, S("Link"), buf_str(&link));
    if (page->want_count)
        call_add_header(
            call, S("NGSILD-Results-Count"),
            arena_fmt(call->cx->arena, "%llu", (unsigned long long)state->result.total));
}

Err temporal_encode(Call *call)
{
    const ReadState *state = call->state;
    const TemporalResult *result = &state->result;
    answer_head(call, state->view.media, state->view.how.context);
    if (state->list)
        list_head(call, state);
    if (result->cut)
        range_put(call, state);
    Representation how = state->view.how;
    how.put_context = state->view.media == MEDIA_LD;
    if (state->list)
        buf_char(&call->body, '[');
    for (size_t i = 0; i < result->count; i++) {
        if (i)
            buf_char(&call->body, ',');
        represent_temporal(&call->body, call->cx, &how, &state->spec, &result->entities[i]);
    }
    if (state->list)
        buf_char(&call->body, ']');
    return OK;
}

/* ---- POST temporal/entities, POST temporal/entities/{id}/attrs ---- */

typedef struct WriteState {
    TemporalInput input;
    bool created;
} WriteState;

static Err input_decode(Call *call, bool fragment)
{
    RequestBody body;
    WriteState *state = arena_new(call->cx->arena, WriteState);
    TRY(request_body(call, &body));
    TRY(temporal_input_read(call->cx, body.context, body.root, fragment, &state->input));
    call->state = state;
    return OK;
}

Err temporal_create_decode(Call *call)
{
    return input_decode(call, false);
}

Err temporal_create_apply(Call *call, Cx *cx, struct Events *events)
{
    WriteState *state = call->state;
    return temporal_upsert(cx, &state->input, events, &state->created);
}

Err temporal_create_encode(Call *call)
{
    const WriteState *state = call->state;
    call->status = state->created ? 201 : 204;
    if (!state->created)
        return OK;
    Str entity = entity_location(call->cx->arena, state->input.rounds[0].id);
    Str tail = str_from_index(entity, sizeof NGSI_LD_BASE - 1);
    call_add_header(call, S("Location"),
                    arena_fmt(call->cx->arena, NGSI_LD_BASE "/temporal%.*s", SARG(tail)));
    return OK;
}

Err temporal_append_decode(Call *call)
{
    return input_decode(call, true);
}

Err temporal_append_apply(Call *call, Cx *cx, struct Events *events)
{
    const WriteState *state = call->state;
    return temporal_append(cx, call->params[0], &state->input, events);
}

/* ---- DELETE temporal/entities/{id} and below, PATCH of an instance ---- */

typedef struct RemoveState {
    Str attribute; /* IRI */
    Str dataset;
    bool all;
} RemoveState;

Err temporal_remove_decode(Call *call)
{
    TRY(id_check(call));
    return request_check(call);
}

Err temporal_remove_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    return temporal_remove(cx, call->params[0]);
}

static Err remove_decode(Call *call, RemoveState **ret)
{
    RemoveState *state = arena_new(call->cx->arena, RemoveState);
    const LdContext *context;
    TRY(temporal_remove_decode(call));
    TRY(request_attribute_check(call, call->params[1]));
    TRY(request_link_context(call, &context));
    state->attribute = context_expand(context, call->cx->arena, call->params[1]);
    call->state = state;
    *ret = state;
    return OK;
}

Err temporal_attribute_remove_decode(Call *call)
{
    RemoveState *state;
    TRY(remove_decode(call, &state));
    state->all = call_query_flag(call, S("deleteAll"));
    return request_dataset(call, &state->dataset);
}

Err temporal_attribute_remove_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    const RemoveState *state = call->state;
    return temporal_remove_attribute(cx, call->params[0], state->attribute, state->dataset,
                                     state->all);
}

static Err instance_check(Call *call)
{
    if (uri_is_absolute(call->params[2]))
        return OK;
    return fail(call->cx, ERR_INVALID, "history.instance", "the instance's id is not a URI: %.*s",
                SARG(str_slice(call->params[2], 0, 200)));
}

Err temporal_instance_remove_decode(Call *call)
{
    RemoveState *state;
    TRY(instance_check(call));
    return remove_decode(call, &state);
}

Err temporal_instance_remove_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    const RemoveState *state = call->state;
    return temporal_remove_instance(cx, call->params[0], state->attribute, call->params[2]);
}

/* The body is the instance alone, or an object with the attribute, whose value it is, in an array
 * or not (6.22.3.1). */
static JsonValue instance_of(Call *call, JsonValue body)
{
    JsonValue inner;
    if (!json_is(body, JSON_OBJECT) || !json_find(body, call->params[1], &inner))
        return body;
    JsonIter it = json_iter(inner);
    if (json_is(inner, JSON_ARRAY) && json_count(inner) == 1 && json_next(&it))
        return it.value;
    return inner;
}

Err temporal_instance_replace_decode(Call *call)
{
    RequestBody body;
    EntityInput *input = arena_new(call->cx->arena, EntityInput);
    TRY(id_check(call));
    TRY(instance_check(call));
    TRY(request_attribute_check(call, call->params[1]));
    TRY(request_body(call, &body));
    JsonValue root = {&body.json, 0};
    TRY(attribute_input_read(call->cx, body.context, call->params[1], instance_of(call, root),
                             (InputOptions){.nulls = NULLS_REFUSED}, input));
    JsonIter member = json_iter(json_root(&input->doc));
    JsonValue type;
    if (!json_next(&member) || !json_find(member.value, S("type"), &type))
        return fail(call->cx, ERR_INVALID, "temporal.input",
                    "expected one instance of %.*s with its type and value", SARG(call->params[1]));
    call->state = input;
    return OK;
}

Err temporal_instance_replace_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    return temporal_replace_instance(cx, call->params[0], call->params[2], call->state);
}
