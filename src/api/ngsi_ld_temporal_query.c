/* POST temporal/entityOperations/query (6.24): the body says in JSON what the URL of GET
 * temporal/entities says in parameters, and is read as those. */
#include "api/ngsi_ld_temporal.h"

#include "base/str.h"
#include "base/uri.h"

/* A percent-encoded byte takes three. */
#define WORDS_MAX ((size_t)4 * BODY_QUERY_MAX)

static void put_encoded(Buf *buf, Str text)
{
    static const char HEX[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain) {
            buf_char(buf, (char)c);
        } else {
            buf_char(buf, '%');
            buf_char(buf, HEX[c >> 4]);
            buf_char(buf, HEX[c & 15]);
        }
    }
}

static void put_word(Buf *buf, Str name, Str value)
{
    if (buf->n)
        buf_char(buf, '&');
    buf_put(buf, name);
    buf_char(buf, '=');
    put_encoded(buf, value);
}

/* A string as it is, a number as it was sent, an array of strings as a list. */
static Err value_text(Call *call, Str name, JsonValue v, Str *ret)
{
    Buf buf = buf_new(call->cx->arena, BODY_QUERY_MAX);
    if (json_is(v, JSON_STRING)) {
        *ret = json_text(call->cx->arena, v);
        return OK;
    }
    if (json_is(v, JSON_NUMBER)) {
        *ret = json_span(v);
        return OK;
    }
    bool good = json_is(v, JSON_ARRAY);
    for (JsonIter it = json_iter(v); good && json_next(&it);) {
        good = json_is(it.value, JSON_STRING);
        if (buf.n)
            buf_char(&buf, ',');
        if (good)
            buf_put(&buf, json_text(call->cx->arena, it.value));
    }
    if (!good)
        return fail(call->cx, ERR_INVALID, "query.body",
                    "%.*s is neither a string, nor a number, nor an array of strings", SARG(name));
    *ret = buf_str(&buf);
    return OK;
}

static Err put_members(Call *call, JsonValue object, const Str *names, Buf *buf)
{
    JsonValue v;
    Str text;
    for (; names->p; names++) {
        if (!json_find(object, *names, &v))
            continue;
        TRY(value_text(call, *names, v, &text));
        put_word(buf, *names, text);
    }
    return OK;
}

static Err member_object(Call *call, JsonValue root, Str name, JsonValue *ret, bool *ret_has)
{
    JsonValue v;
    *ret_has = json_find(root, name, &v);
    if (!*ret_has)
        return OK;
    if (!json_is(v, JSON_OBJECT))
        return fail(call->cx, ERR_INVALID, "query.body", "%.*s is not an object", SARG(name));
    *ret = v;
    return OK;
}

static Err geo_words(Call *call, JsonValue root, Buf *buf)
{
    static const Str NAMES[] = {
        S_INIT("georel"), S_INIT("geometry"), S_INIT("geoproperty"), {NULL, 0}};
    JsonValue geo, coordinates;
    bool has;
    TRY(member_object(call, root, S("geoQ"), &geo, &has));
    if (!has)
        return OK;
    if (json_find(geo, S("coordinates"), &coordinates))
        put_word(buf, S("coordinates"),
                 json_is(coordinates, JSON_STRING) ? json_text(call->cx->arena, coordinates)
                                                   : json_span(coordinates));
    return put_members(call, geo, NAMES, buf);
}

/* 5.2.21, 5.2.44. Aggregates that are asked for are what is shown. */
static Err time_words(Call *call, JsonValue root, Buf *buf)
{
    static const Str TIMES[] = {S_INIT("timerel"),
                                S_INIT("timeAt"),
                                S_INIT("endTimeAt"),
                                S_INIT("timeproperty"),
                                S_INIT("lastN"),
                                S_INIT("aggrMethods"),
                                S_INIT("aggrPeriodDuration"),
                                {NULL, 0}};
    static const Str AGGREGATES[] = {
        S_INIT("aggrMethods"), S_INIT("aggrPeriodDuration"), {NULL, 0}};
    JsonValue times, aggregates, methods;
    bool has_times, has_aggregates;
    TRY(member_object(call, root, S("temporalQ"), &times, &has_times));
    TRY(member_object(call, root, S("aggrParams"), &aggregates, &has_aggregates));
    if (has_times)
        TRY(put_members(call, times, TIMES, buf));
    if (has_aggregates)
        TRY(put_members(call, aggregates, AGGREGATES, buf));
    bool aggregated = has_aggregates || (has_times && json_find(times, S("aggrMethods"), &methods));
    if (aggregated && !call_query(call, S("format")).p && !call_query(call, S("options")).p)
        put_word(buf, S("format"), S("aggregatedValues"));
    return OK;
}

/* One selector, or several that name nothing but types, which are alternatives. */
static Err selector_words(Call *call, JsonValue root, Buf *buf)
{
    static const Str NAMES[] = {S_INIT("id"), S_INIT("idPattern"), S_INIT("type"), {NULL, 0}};
    JsonValue list, v;
    Buf types = buf_new(call->cx->arena, BODY_QUERY_MAX);
    if (!json_find(root, S("entities"), &list))
        return OK;
    bool good = json_is(list, JSON_ARRAY) && json_count(list) > 0;
    for (JsonIter it = json_iter(list); good && json_next(&it);)
        good = json_is(it.value, JSON_OBJECT);
    if (!good)
        return fail(call->cx, ERR_INVALID, "query.body",
                    "entities is an array of objects with type, id or idPattern");
    JsonIter it = json_iter(list);
    if (json_count(list) == 1 && json_next(&it))
        return put_members(call, it.value, NAMES, buf);
    while (json_next(&it)) {
        if (json_find(it.value, S("id"), &v) || json_find(it.value, S("idPattern"), &v) ||
            !json_find(it.value, S("type"), &v) || !json_is(v, JSON_STRING))
            return fail(call->cx, ERR_UNSUPPORTED, "query.selectors",
                        "several elements of entities may differ in type alone; ask twice");
        if (types.n)
            buf_char(&types, '|');
        buf_put(&types, json_text(call->cx->arena, v));
    }
    put_word(buf, S("type"), buf_str(&types));
    return OK;
}

Err temporal_query_words(Call *call, JsonValue body, Str *ret)
{
    static const Str NAMES[] = {
        S_INIT("attrs"),    S_INIT("pick"), S_INIT("omit"),      S_INIT("q"),
        S_INIT("scopeQ"),   S_INIT("lang"), S_INIT("datasetId"), S_INIT("expandValues"),
        S_INIT("jsonKeys"), {NULL, 0}};
    JsonValue type;
    Buf buf = buf_new(call->cx->arena, WORDS_MAX);
    if (!json_is(body, JSON_OBJECT) || !json_find(body, S("type"), &type) ||
        !json_text_is(type, S("Query")))
        return fail(call->cx, ERR_INVALID, "query.body",
                    "expected an object whose type is \"Query\"");
    TRY(selector_words(call, body, &buf));
    TRY(geo_words(call, body, &buf));
    TRY(time_words(call, body, &buf));
    TRY(put_members(call, body, NAMES, &buf));
    if (call->http->query.n) {
        if (buf.n)
            buf_char(&buf, '&');
        buf_put(&buf, call->http->query);
    }
    if (buf.overflow)
        return fail(call->cx, ERR_LIMIT, "query.complex", "the query is too large");
    *ret = buf_str(&buf);
    return OK;
}
