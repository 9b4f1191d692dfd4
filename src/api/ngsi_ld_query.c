/* GET entities (6.4.3.2) and POST entityOperations/query (6.23): which entities, shown how. */
#include "api/ngsi_ld_request.h"

#include "base/str.h"
#include "base/uri.h"
#include "systems/entity_query.h"

/* A query in words, be it from the URL or from a body. p NULL: not said. */
typedef struct QueryWords {
    const Str *ids;
    size_t id_count;
    Str id_pattern, type, q, scope_q;
    Str georel, geometry, geoproperty;
    JsonValue coordinates;
    bool has_coordinates, has_attrs;
    Str expand_values, json_keys;
} QueryWords;

typedef struct ListState {
    const LdContext *context;
    EntityView view;
    EntityFilter filter;
    Selection types, scopes;
    EntityPage page;
    EntityResult result;
} ListState;

/* ---- The filter ---- */

static Err ids_check(Call *call, const QueryWords *words)
{
    for (size_t i = 0; i < words->id_count; i++)
        if (!uri_is_absolute(words->ids[i]))
            return fail(call->cx, ERR_INVALID, "entity.id", "id is not a URI: \"%.*s\"",
                        SARG(str_slice(words->ids[i], 0, 100)));
    return OK;
}

static Err geo_read(Call *call, const LdContext *context, const QueryWords *words,
                    EntityFilter *filter)
{
    int said = (words->georel.p != NULL) + (words->geometry.p != NULL) + words->has_coordinates;
    if (said == 0)
        return OK;
    if (said < 3)
        return fail(call->cx, ERR_INVALID, "geo.parameters",
                    "a geo-query needs georel, geometry and coordinates");
    Str property = {NULL, 0};
    if (words->geoproperty.p)
        property = context_expand(context, call->cx->arena, words->geoproperty);
    return geo_query_compile(call->cx, words->georel, words->geometry, words->coordinates, property,
                             &filter->geo);
}

static Err filter_read(Call *call, ListState *state, const QueryWords *words)
{
    Cx *cx = call->cx;
    EntityFilter *filter = &state->filter;
    TRY(ids_check(call, words));
    filter->ids = words->ids;
    filter->id_count = words->id_count;
    if (words->id_pattern.p && !words->id_count) /* id comes first (5.2.33) */
        TRY(pattern_compile(cx, words->id_pattern, &filter->id_pattern));
    if (words->type.p) {
        TRY(type_selection_compile(cx, words->type, state->context, &state->types));
        filter->types = &state->types;
    }
    if (words->scope_q.p) {
        TRY(scope_query_compile(cx, words->scope_q, &state->scopes));
        filter->scopes = &state->scopes;
    }
    if (words->q.p) {
        QueryOptions options = {.context = state->context,
                                .expand_values = words->expand_values,
                                .json_keys = words->json_keys};
        TRY(query_compile(cx, words->q, options, &filter->query));
    }
    if (state->view.has_attrs) {
        filter->attributes = state->view.how.pick.iris;
        filter->attribute_count = state->view.how.pick.count;
    }
    return geo_read(call, state->context, words, filter);
}

/* 5.7.2.4: an unbounded question is asked of this broker alone, by local=true. */
static Err is_bounded(Call *call, const ListState *state, const QueryWords *words)
{
    if (words->type.p || state->view.has_attrs || words->q.p || words->georel.p ||
        call_query_flag(call, S("local")))
        return OK;
    return fail(call->cx, ERR_INVALID, "query.unbounded",
                "say at least one of type, attrs, q and georel, or local=true");
}

static Err page_read(Call *call, EntityPage *page)
{
    int64_t limit, offset;
    page->want_count = call_query_flag(call, S("count")) || request_option(call, S("count"));
    TRY(call_query_i64(call, S("limit"), QUERY_LIMIT_DEFAULT, 0, INT32_MAX, &limit));
    TRY(call_query_i64(call, S("offset"), 0, 0, INT64_MAX / 2, &offset));
    if (limit > QUERY_LIMIT_MAX)
        return fail(call->cx, ERR_LIMIT, "request.limit", "limit is at most %d", QUERY_LIMIT_MAX);
    if (limit == 0 && !page->want_count)
        return fail(call->cx, ERR_INVALID, "request.number",
                    "limit is 0, which only makes sense with count=true");
    page->limit = (size_t)limit;
    page->offset = (size_t)offset;
    return OK;
}

/* ---- GET entities ---- */

static Err url_words(Call *call, QueryWords *words)
{
    Str ids = call_query(call, S("id")), coordinates = call_query(call, S("coordinates"));
    words->ids = request_list(call, ids, &words->id_count);
    words->id_pattern = call_query(call, S("idPattern"));
    words->type = call_query(call, S("type"));
    words->q = call_query(call, S("q"));
    words->scope_q = call_query(call, S("scopeQ"));
    words->georel = call_query(call, S("georel"));
    words->geometry = call_query(call, S("geometry"));
    words->geoproperty = call_query(call, S("geoproperty"));
    words->expand_values = call_query(call, S("expandValues"));
    words->json_keys = call_query(call, S("jsonKeys"));
    words->has_coordinates = coordinates.p != NULL;
    if (!words->has_coordinates)
        return OK;
    Json *json = arena_new(call->cx->arena, Json);
    if (json_parse(call->cx, coordinates, json) != OK)
        return fail(call->cx, ERR_INVALID, "geo.parameters", "coordinates are no JSON array: %.*s",
                    SARG(call->cx->error->detail));
    words->coordinates = json_root(json);
    return OK;
}

Err entities_list_decode(Call *call)
{
    ListState *state = arena_new(call->cx->arena, ListState);
    QueryWords words = {0};
    TRY(request_check(call));
    TRY(request_link_context(call, &state->context));
    TRY(request_view(call, state->context, &state->view));
    TRY(page_read(call, &state->page));
    TRY(url_words(call, &words));
    TRY(is_bounded(call, state, &words));
    TRY(filter_read(call, state, &words));
    call->state = state;
    return OK;
}

/* ---- POST entityOperations/query (5.2.23) ---- */

static Err member_text(Call *call, JsonValue object, Str name, Str *ret)
{
    JsonValue v;
    if (!json_find(object, name, &v))
        return OK;
    if (!json_is(v, JSON_STRING))
        return fail(call->cx, ERR_INVALID, "query.body", "%.*s is not a string: %.*s", SARG(name),
                    SARG(str_slice(json_span(v), 0, 60)));
    *ret = json_text(call->cx->arena, v);
    return OK;
}

/* An array of strings, or one string, as words parted by commas. */
static Err member_words(Call *call, JsonValue object, Str name, Str *ret)
{
    JsonValue v;
    if (!json_find(object, name, &v) || json_is(v, JSON_STRING))
        return member_text(call, object, name, ret);
    Buf buf = buf_new(call->cx->arena, BODY_QUERY_MAX);
    bool good = json_is(v, JSON_ARRAY) && json_count(v) > 0;
    for (JsonIter it = json_iter(v); good && json_next(&it);) {
        good = json_is(it.value, JSON_STRING);
        if (buf.n)
            buf_char(&buf, ',');
        if (good)
            buf_put(&buf, json_text(call->cx->arena, it.value));
    }
    if (!good)
        return fail(call->cx, ERR_INVALID, "query.body", "%.*s is not an array of strings",
                    SARG(name));
    *ret = buf_str(&buf);
    return OK;
}

/* One EntityInfo or EntitySelector (5.2.8, 5.2.33). */
typedef struct Selector {
    Str ids, id_pattern, type;
} Selector;

static Err selector_read(Call *call, JsonValue v, Selector *ret)
{
    *ret = (Selector){0};
    if (!json_is(v, JSON_OBJECT))
        return fail(call->cx, ERR_INVALID, "query.body",
                    "entities is an array of objects with type, id or idPattern");
    TRY(member_words(call, v, S("id"), &ret->ids));
    TRY(member_text(call, v, S("idPattern"), &ret->id_pattern));
    return member_text(call, v, S("type"), &ret->type);
}

/* Several selectors are alternatives: types are joined where nothing else is said, ids where the
 * types are the same. */
static Err selector_join(Call *call, const Selector *next, Selector *all)
{
    Arena *arena = call->cx->arena;
    bool types_only = !all->ids.p && !next->ids.p && all->type.p && next->type.p;
    bool ids_only = all->ids.p && next->ids.p && str_eq(all->type, next->type);
    if (all->id_pattern.p || next->id_pattern.p || (!types_only && !ids_only))
        return fail(call->cx, ERR_UNSUPPORTED, "query.selectors",
                    "several elements of entities may differ in type, or in id, but not in both; "
                    "ask twice");
    if (types_only)
        all->type = arena_fmt(arena, "%.*s|%.*s", SARG(all->type), SARG(next->type));
    else
        all->ids = arena_fmt(arena, "%.*s,%.*s", SARG(all->ids), SARG(next->ids));
    return OK;
}

static Err selectors_read(Call *call, JsonValue root, QueryWords *words)
{
    JsonValue list;
    Selector all = {0}, next;
    if (!json_find(root, S("entities"), &list))
        return OK;
    if (!json_is(list, JSON_ARRAY) || json_count(list) == 0)
        return fail(call->cx, ERR_INVALID, "query.body",
                    "entities is an array of objects with type, id or idPattern");
    bool first = true;
    for (JsonIter it = json_iter(list); json_next(&it); first = false) {
        TRY(selector_read(call, it.value, &next));
        if (first)
            all = next;
        else
            TRY(selector_join(call, &next, &all));
    }
    words->ids = request_list(call, all.ids, &words->id_count);
    words->id_pattern = all.id_pattern;
    words->type = all.type;
    return OK;
}

static Err geo_words(Call *call, JsonValue root, QueryWords *words)
{
    JsonValue geo;
    if (!json_find(root, S("geoQ"), &geo))
        return OK;
    if (!json_is(geo, JSON_OBJECT))
        return fail(call->cx, ERR_INVALID, "query.body", "geoQ is not an object");
    TRY(member_text(call, geo, S("georel"), &words->georel));
    TRY(member_text(call, geo, S("geometry"), &words->geometry));
    TRY(member_text(call, geo, S("geoproperty"), &words->geoproperty));
    words->has_coordinates = json_find(geo, S("coordinates"), &words->coordinates);
    if (words->has_coordinates && json_is(words->coordinates, JSON_STRING)) {
        Json *json = arena_new(call->cx->arena, Json);
        TRY(json_parse(call->cx, json_text(call->cx->arena, words->coordinates), json));
        words->coordinates = json_root(json);
    }
    return OK;
}

static Err body_words(Call *call, JsonValue root, QueryWords *words, ViewWords *view)
{
    JsonValue type;
    if (!json_is(root, JSON_OBJECT) || !json_find(root, S("type"), &type) ||
        !json_text_is(type, S("Query")))
        return fail(call->cx, ERR_INVALID, "query.body",
                    "expected an object whose type is \"Query\"");
    TRY(selectors_read(call, root, words));
    TRY(geo_words(call, root, words));
    TRY(member_text(call, root, S("q"), &words->q));
    TRY(member_text(call, root, S("scopeQ"), &words->scope_q));
    TRY(member_words(call, root, S("expandValues"), &words->expand_values));
    TRY(member_words(call, root, S("jsonKeys"), &words->json_keys));
    TRY(member_words(call, root, S("attrs"), &view->attrs));
    TRY(member_words(call, root, S("pick"), &view->pick));
    TRY(member_words(call, root, S("omit"), &view->omit));
    TRY(member_words(call, root, S("datasetId"), &view->dataset_id));
    return member_text(call, root, S("lang"), &view->lang);
}

Err entities_query_decode(Call *call)
{
    RequestBody body;
    ListState *state = arena_new(call->cx->arena, ListState);
    QueryWords words = {0};
    EntityView url_view;
    TRY(request_body(call, &body));
    TRY(request_view(call, body.context, &url_view));
    ViewWords view = {.geometry_property = call_query(call, S("geometryProperty"))};
    Json *json = arena_new(call->cx->arena, Json); /* coordinates outlive this function */
    *json = body.json;
    state->context = body.context;
    TRY(body_words(call, json_root(json), &words, &view));
    TRY(view_read(call, body.context, &view, &state->view));
    state->view.how.format = url_view.how.format;
    TRY(page_read(call, &state->page));
    TRY(is_bounded(call, state, &words));
    TRY(filter_read(call, state, &words));
    call->state = state;
    return OK;
}

/* ---- Both ---- */

Err entities_list_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    ListState *state = call->state;
    return entity_query(cx, &state->filter, state->page, &state->result);
}

/* <path?what was asked, but limit and offset as given>; rel="next" */
static void page_link(Call *call, const EntityPage *page, uint64_t offset, Str rel)
{
    Buf buf = buf_new(call->cx->arena, 65536);
    Str name, value;
    buf_char(&buf, '<');
    buf_put(&buf, call->http->path);
    buf_char(&buf, '?');
    for (Str rest = call->http->query; uri_next_pair(&rest, &name, &value);) {
        if (str_eq(name, S("limit")) || str_eq(name, S("offset")))
            continue;
        buf_put(&buf, name);
        buf_char(&buf, '=');
        buf_put(&buf, value);
        buf_char(&buf, '&');
    }
    buf_fmt(&buf, "limit=%zu&offset=%llu>; rel=\"%.*s\"", page->limit, (unsigned long long)offset,
            SARG(rel));
    if (!buf.overflow)
        call_add_header(call, S("Link"), buf_str(&buf));
}

static void page_headers(Call *call, const ListState *state)
{
    const EntityPage *page = &state->page;
    if (page->want_count)
        call_add_header(
            call, S("NGSILD-Results-Count"),
            arena_fmt(call->cx->arena, "%llu", (unsigned long long)state->result.total));
    if (page->limit == 0)
        return;
    if (state->result.more)
        page_link(call, page, (uint64_t)page->offset + page->limit, S("next"));
    if (page->offset)
        page_link(call, page, page->offset > page->limit ? page->offset - page->limit : 0,
                  S("prev"));
}

Err entities_list_encode(Call *call)
{
    ListState *state = call->state;
    Buf *out = &call->body;
    Representation how = state->view.how;
    answer_view_head(call, &state->view);
    page_headers(call, state);
    if (how.geojson) {
        how.put_context = false;
        buf_put(out, S("{\"type\":\"FeatureCollection\",\"features\":"));
    }
    buf_char(out, '[');
    for (size_t i = 0; i < state->result.count; i++) {
        if (i)
            buf_char(out, ',');
        represent_entity(out, call->cx->arena, &how, &state->result.entities[i]);
    }
    buf_char(out, ']');
    if (how.geojson) {
        if (state->view.how.put_context) {
            buf_put(out, S(",\"@context\":"));
            buf_put(out, context_json(how.context));
        }
        buf_char(out, '}');
    }
    return OK;
}
