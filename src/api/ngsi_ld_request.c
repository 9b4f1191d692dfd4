#include "api/ngsi_ld_request.h"

#include "base/str.h"
#include "base/uri.h"
#include "systems/query_select.h"

#define CONTEXT_REL "http://www.w3.org/ns/json-ld#context"

/* The standard's URL parameters, of all operations: a client that gives one where it means nothing
 * is not refused, one that misspells it is (6.3.2). */
static const Str PARAMETERS[] = {S_INIT("aggrMethods"),
                                 S_INIT("aggrPeriodDuration"),
                                 S_INIT("attrs"),
                                 S_INIT("coordinates"),
                                 S_INIT("count"),
                                 S_INIT("datasetId"),
                                 S_INIT("deleteAll"),
                                 S_INIT("details"),
                                 S_INIT("endTimeAt"),
                                 S_INIT("expandValues"),
                                 S_INIT("format"),
                                 S_INIT("geometry"),
                                 S_INIT("geometryProperty"),
                                 S_INIT("geoproperty"),
                                 S_INIT("georel"),
                                 S_INIT("id"),
                                 S_INIT("idPattern"),
                                 S_INIT("joinLevel"),
                                 S_INIT("jsonKeys"),
                                 S_INIT("kind"),
                                 S_INIT("lang"),
                                 S_INIT("lastN"),
                                 S_INIT("limit"),
                                 S_INIT("local"),
                                 S_INIT("observedAt"),
                                 S_INIT("offset"),
                                 S_INIT("omit"),
                                 S_INIT("options"),
                                 S_INIT("pick"),
                                 S_INIT("q"),
                                 S_INIT("scopeQ"),
                                 S_INIT("sysAttrs"),
                                 S_INIT("timeAt"),
                                 S_INIT("timeproperty"),
                                 S_INIT("timerel"),
                                 S_INIT("type")};

/* Parameters that would change the answer and that are not implemented. */
static const Str NOT_HERE[] = {S_INIT("collation"), S_INIT("containedBy"), S_INIT("csf"),
                               S_INIT("entityMap"), S_INIT("join"),        S_INIT("orderBy"),
                               S_INIT("orderFrom"), S_INIT("ordering"),    S_INIT("splitEntities")};

static bool is_one_of(Str name, const Str *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(name, list[i]))
            return true;
    return false;
}

static Err parameter_check(Call *call, Str name, Str value)
{
    if (is_one_of(name, PARAMETERS, COUNT_OF(PARAMETERS)))
        return OK;
    bool off = str_eq(value, S("false")) || str_eq(value, S("@none"));
    if (!is_one_of(name, NOT_HERE, COUNT_OF(NOT_HERE)))
        return fail(call->cx, ERR_INVALID, "request.parameter",
                    "NGSI-LD has no query parameter \"%.*s\"", SARG(str_slice(name, 0, 60)));
    if (!off)
        return fail(call->cx, ERR_UNSUPPORTED, "request.unsupported",
                    "the query parameter %.*s is not supported here", SARG(name));
    return OK;
}

static Err parameters_check(Call *call)
{
    Str key, value, name;
    for (Str rest = call->http->query; uri_next_pair(&rest, &key, &value);) {
        if (uri_decode(call->cx->arena, key, true, &name))
            TRY(parameter_check(call, name, value));
    }
    return OK;
}

Err request_check(Call *call)
{
    TRY(call_check_query(call, NULL));
    TRY(parameters_check(call));
    Str tenant = str_trim(call_header(call, S("ngsild-tenant")));
    if (tenant.n && !str_eq(tenant, S("default")))
        return fail(call->cx, ERR_NOT_FOUND, "tenant.unknown", "there is no tenant %.*s",
                    SARG(str_slice(tenant, 0, 100)));
    return OK;
}

/* ---- The Link header (RFC 8288) ---- */

/* Whether the parameters behind a link's URL say that it is a JSON-LD @context. */
static bool is_context_link(Str parameters)
{
    while (parameters.p) {
        Str value = str_trim(str_cut(&parameters, ';'));
        Str name = str_trim(str_cut(&value, '='));
        value = str_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            value = str_slice(value, 1, value.n - 1);
        if (str_eq_nocase(name, S("rel")) && str_eq(value, S(CONTEXT_REL)))
            return true;
    }
    return false;
}

/* The next link's URL and parameters; a comma inside of <> or quotes ends nothing. */
static bool link_next(Str *rest, Str *ret_url, Str *ret_parameters)
{
    ptrdiff_t open = str_find_char(*rest, '<');
    if (open < 0)
        return false;
    Str tail = str_from_index(*rest, (size_t)open + 1);
    ptrdiff_t close = str_find_char(tail, '>');
    if (close < 0)
        return false;
    *ret_url = str_slice(tail, 0, (size_t)close);
    tail = str_from_index(tail, (size_t)close + 1);
    size_t end = 0;
    for (bool quoted = false; end < tail.n && (quoted || tail.p[end] != ','); end++)
        quoted = quoted != (tail.p[end] == '"');
    *ret_parameters = str_slice(tail, 0, end);
    *rest = str_from_index(tail, end);
    return true;
}

/* p NULL where there is no link to a @context. */
static Err context_link(Call *call, Str *ret_url)
{
    Str rest = call_header(call, S("link")), url, parameters;
    Str found = {NULL, 0};
    while (rest.n && link_next(&rest, &url, &parameters)) {
        if (!is_context_link(parameters))
            continue;
        if (found.p)
            return fail(call->cx, ERR_INVALID, "request.link",
                        "the Link header names two JSON-LD @contexts");
        found = str_trim(url);
    }
    *ret_url = found;
    return OK;
}

Err request_link_context(Call *call, const LdContext **ret)
{
    Str url;
    TRY(context_link(call, &url));
    if (!url.p) {
        *ret = context_core(services_of(call)->contexts);
        return OK;
    }
    if (!uri_is_absolute(url))
        return fail(call->cx, ERR_INVALID, "request.link",
                    "the Link header's @context is not an absolute URL: %.*s",
                    SARG(str_slice(url, 0, 200)));
    return context_resolve_url(call->cx, services_of(call)->contexts, url, ret);
}

/* ---- Bodies ---- */

static Err media_read(Call *call, bool *ret_ld, bool *ret_merge)
{
    Str type = call_content_type(call);
    bool patch = str_eq(call->http->method, S("PATCH"));
    *ret_ld = str_eq(type, S("application/ld+json"));
    *ret_merge = patch && str_eq(type, S("application/merge-patch+json"));
    if (*ret_ld || *ret_merge || str_eq(type, S("application/json")))
        return OK;
    return fail(call->cx, ERR_UNSUPPORTED, "request.type",
                "Content-Type must be application/json or application/ld+json, not \"%.*s\"",
                SARG(type));
}

static Err body_parse(Call *call, RequestBody *body)
{
    bool merge;
    TRY(media_read(call, &body->is_ld, &merge));
    if (str_trim(call->http->body).n == 0)
        return fail(call->cx, ERR_INVALID, "request.body", "the request has no body");
    TRY(json_parse(call->cx, call->http->body, &body->json));
    body->root = json_root(&body->json);
    Str link;
    TRY(context_link(call, &link));
    if (body->is_ld && link.p)
        return fail(call->cx, ERR_INVALID, "request.context",
                    "application/ld+json carries its @context in the body: leave out the Link "
                    "header, or send application/json");
    return OK;
}

static Err object_context(Call *call, const RequestBody *body, JsonValue object,
                          const LdContext **ret)
{
    JsonValue value;
    bool has = json_is(object, JSON_OBJECT) && json_find(object, S("@context"), &value);
    if (body->is_ld && !has)
        return fail(call->cx, ERR_INVALID, "request.context",
                    "application/ld+json needs a member @context in the body");
    if (!body->is_ld && has)
        return fail(call->cx, ERR_INVALID, "request.context",
                    "a @context in the body needs Content-Type application/ld+json");
    if (!has) {
        *ret = body->context;
        return OK;
    }
    return context_resolve(call->cx, services_of(call)->contexts, value, ret);
}

Err request_body(Call *call, RequestBody *ret)
{
    TRY(request_batch_body(call, ret));
    return object_context(call, ret, ret->root, &ret->context);
}

Err request_batch_body(Call *call, RequestBody *ret)
{
    *ret = (RequestBody){0};
    TRY(request_check(call));
    TRY(body_parse(call, ret));
    ret->root.doc = &ret->json;
    ret->context = context_core(services_of(call)->contexts);
    return ret->is_ld ? OK : request_link_context(call, &ret->context);
}

Err request_item_context(Call *call, const RequestBody *body, JsonValue item, const LdContext **ret)
{
    return object_context(call, body, item, ret);
}

/* ---- Parameters ---- */

const Str *request_list(Call *call, Str value, size_t *ret_count)
{
    size_t count = value.n ? 1 : 0;
    for (size_t i = 0; i < value.n; i++)
        count += value.p[i] == ',';
    Str *list = arena_array(call->cx->arena, Str, count + 1);
    for (size_t i = 0; i < count; i++)
        list[i] = str_trim(str_cut(&value, ','));
    *ret_count = count;
    return list;
}

bool request_option(Call *call, Str word)
{
    for (Str rest = call_query(call, S("options")); rest.p;)
        if (str_eq(str_trim(str_cut(&rest, ',')), word))
            return true;
    return false;
}

Err request_check_options(Call *call, const Str *known)
{
    for (Str rest = call_query(call, S("options")); rest.p;) {
        Str word = str_trim(str_cut(&rest, ','));
        const Str *one = known;
        while (one->p && !str_eq(*one, word))
            one++;
        if (!one->p && word.n)
            return fail(call->cx, ERR_INVALID, "request.parameter", "options has no \"%.*s\" here",
                        SARG(str_slice(word, 0, 60)));
    }
    return OK;
}

static bool is_simplified_word(Str word)
{
    return str_eq(word, S("keyValues")) || str_eq(word, S("simplified"));
}

bool request_is_simplified(Call *call)
{
    Str format = call_query(call, S("format"));
    if (format.p)
        return is_simplified_word(format);
    return request_option(call, S("keyValues")) || request_option(call, S("simplified"));
}

Err request_accept(Call *call, bool geojson, Media *ret)
{
    static const Str OFFERS[] = {S_INIT("application/json"), S_INIT("application/ld+json"),
                                 S_INIT("application/geo+json")};
    int offer = call_accept(call, OFFERS, geojson ? 3 : 2);
    if (offer < 0)
        return fail(call->cx, ERR_UNSUPPORTED, "request.accept",
                    "offered here: application/json, application/ld+json%s",
                    geojson ? ", application/geo+json" : "");
    *ret = (Media)offer;
    return OK;
}

Err request_type_matches(Call *call, Cx *cx, const LdContext *context, const Entity *entity)
{
    Str text = call_query(call, S("type"));
    Selection types;
    if (!text.p)
        return OK;
    TRY(type_selection_compile(cx, text, context, &types));
    if (!type_selection_matches(&types, entity))
        return fail(cx, ERR_NOT_FOUND, "entity.unknown", "the entity %.*s is of another type",
                    SARG(entity->id));
    return OK;
}

Err request_type_check(Call *call, Cx *cx, const LdContext *context)
{
    Entity entity;
    if (!call_query(call, S("type")).p)
        return OK;
    TRY(entity_get(cx, call->params[0], &entity));
    return request_type_matches(call, cx, context, &entity);
}

/* A term, a compact or a full IRI: no brackets, quotes, spaces or controls. */
static bool is_member_name(Str name)
{
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] <= ' ' || strchr("{}[]()<>\"\\^`|*;!?$", name.p[i]))
            return false;
    return name.n > 0;
}

Err request_attribute_check(Call *call, Str name)
{
    static const Str HEADS[] = {S_INIT("id"),  S_INIT("type"),  S_INIT("scope"),
                                S_INIT("@id"), S_INIT("@type"), S_INIT("@context")};
    for (size_t i = 0; i < COUNT_OF(HEADS); i++)
        if (str_eq(name, HEADS[i]))
            return fail(call->cx, ERR_INVALID, "attribute.name", "%.*s is not an attribute",
                        SARG(name));
    if (!is_member_name(name) || str_eq(name, S(".")) || str_eq(name, S("..")))
        return fail(call->cx, ERR_INVALID, "attribute.name", "not an attribute's name: \"%.*s\"",
                    SARG(str_slice(name, 0, 100)));
    return OK;
}

Err request_dataset(Call *call, Str *ret)
{
    Str dataset = call_query(call, S("datasetId"));
    if (dataset.p && !str_eq(dataset, S("@none")) && !uri_is_absolute(dataset))
        return fail(call->cx, ERR_INVALID, "request.query", "datasetId is not a URI: \"%.*s\"",
                    SARG(str_slice(dataset, 0, 100)));
    *ret = str_eq(dataset, S("@none")) ? (Str){NULL, 0} : dataset;
    return OK;
}

/* ---- The view ---- */

static Err format_read(Call *call, Str word, Format *ret)
{
    if (!word.p || str_eq(word, S("normalized")))
        *ret = FORMAT_NORMALIZED;
    else if (str_eq(word, S("concise")))
        *ret = FORMAT_CONCISE;
    else if (is_simplified_word(word))
        *ret = FORMAT_SIMPLIFIED;
    else
        return fail(call->cx, ERR_INVALID, "request.parameter",
                    "format is normalized, concise or simplified, not \"%.*s\"",
                    SARG(str_slice(word, 0, 60)));
    return OK;
}

/* "format" wins over "options" (6.3.7). */
static Str format_word(Call *call)
{
    static const Str WORDS[] = {S_INIT("keyValues"), S_INIT("simplified"), S_INIT("concise"),
                                S_INIT("normalized")};
    Str format = call_query(call, S("format"));
    for (size_t i = 0; !format.p && i < COUNT_OF(WORDS); i++)
        if (request_option(call, WORDS[i]))
            format = WORDS[i];
    return format;
}

typedef struct Members {
    bool id, type, scope;
    AttributeList attributes;
} Members;

/* Names of attributes and of id, type, scope. */
static Err members_read(Call *call, const char *what, const LdContext *context, Str words,
                        bool heads, Members *ret)
{
    size_t count, n = 0;
    const Str *names = request_list(call, words, &count);
    Str *iris = arena_array(call->cx->arena, Str, count + 1);
    *ret = (Members){0};
    for (size_t i = 0; i < count; i++) {
        bool head = true;
        if (heads && str_eq(names[i], S("id")))
            ret->id = true;
        else if (heads && str_eq(names[i], S("type")))
            ret->type = true;
        else if (heads && str_eq(names[i], S("scope")))
            ret->scope = true;
        else
            head = false;
        if (head)
            continue;
        if (!is_member_name(names[i]))
            return fail(call->cx, ERR_INVALID, "request.query",
                        "%s is a list of names parted by commas; found \"%.*s\"", what,
                        SARG(str_slice(names[i], 0, 60)));
        iris[n++] = context_expand(context, call->cx->arena, names[i]);
    }
    if (count == 0)
        return fail(call->cx, ERR_INVALID, "request.query", "%s is empty", what);
    ret->attributes = (AttributeList){iris, n};
    return OK;
}

/* 4.21: what is picked cannot be left out again. */
static bool picks_some_of(const Representation *how, const Members *omitted)
{
    bool both = (how->keep_id && omitted->id) || (how->keep_type && omitted->type) ||
                (how->keep_scope && omitted->scope);
    for (size_t i = 0; i < omitted->attributes.count; i++)
        both = both || is_one_of(omitted->attributes.iris[i], how->pick.iris, how->pick.count);
    return both;
}

static Err choice_read(Call *call, const LdContext *context, const ViewWords *words,
                       EntityView *view)
{
    Members members;
    Representation *how = &view->how;
    if (words->attrs.p && (words->pick.p || words->omit.p))
        return fail(call->cx, ERR_INVALID, "request.query",
                    "attrs is the old name of pick: give pick and omit, or attrs alone");
    if (words->attrs.p) {
        TRY(members_read(call, "attrs", context, words->attrs, false, &members));
        view->has_attrs = how->has_pick = true;
        how->pick = members.attributes;
    }
    if (words->pick.p) {
        TRY(members_read(call, "pick", context, words->pick, true, &members));
        how->has_pick = true;
        how->pick = members.attributes;
        how->keep_id = members.id;
        how->keep_type = members.type;
        how->keep_scope = members.scope;
    }
    if (words->omit.p) {
        TRY(members_read(call, "omit", context, words->omit, true, &members));
        if (words->pick.p && picks_some_of(how, &members))
            return fail(call->cx, ERR_INVALID, "request.query",
                        "pick and omit name the same member");
        how->omit = members.attributes;
        how->keep_id = how->keep_id && !members.id;
        how->keep_type = how->keep_type && !members.type;
        how->keep_scope = how->keep_scope && !members.scope;
    }
    return OK;
}

static Err datasets_read(Call *call, Str words, Representation *how)
{
    if (!words.p)
        return OK;
    how->datasets = request_list(call, words, &how->dataset_count);
    for (size_t i = 0; i < how->dataset_count; i++)
        if (!str_eq(how->datasets[i], S("@none")) && !uri_is_absolute(how->datasets[i]))
            return fail(call->cx, ERR_INVALID, "request.query",
                        "datasetId is a list of URIs and @none; found \"%.*s\"",
                        SARG(str_slice(how->datasets[i], 0, 100)));
    return OK;
}

Err view_read(Call *call, const LdContext *context, const ViewWords *words, EntityView *ret)
{
    EntityView view = {.how = representation_default(context)};
    view.how.now_us = cx_now_us(call->cx);
    TRY(request_accept(call, !words->no_geojson, &view.media));
    TRY(format_read(call, words->format, &view.how.format));
    TRY(choice_read(call, context, words, &view));
    TRY(datasets_read(call, words->dataset_id, &view.how));
    view.how.sys_attrs =
        request_option(call, S("sysAttrs")) || str_eq(call_query(call, S("sysAttrs")), S("true"));
    view.how.lang = words->lang;
    view.how.geojson = view.media == MEDIA_GEO;
    Str prefer = call_header(call, S("prefer"));
    view.how.put_context =
        view.media == MEDIA_LD || (view.media == MEDIA_GEO && str_find(prefer, S("body=json")) < 0);
    if (words->geometry_property.p && !view.how.geojson)
        return fail(call->cx, ERR_INVALID, "request.query",
                    "geometryProperty is for GeoJSON: say Accept: application/geo+json");
    if (words->geometry_property.p)
        view.how.geo_property = context_expand(context, call->cx->arena, words->geometry_property);
    *ret = view;
    return OK;
}

Err request_view(Call *call, const LdContext *context, EntityView *ret)
{
    static const Str OPTIONS[] = {
        S_INIT("keyValues"), S_INIT("simplified"), S_INIT("concise"), S_INIT("normalized"),
        S_INIT("sysAttrs"),  S_INIT("count"),      {NULL, 0}};
    if (!call->http->query.p)
        return view_read(call, context, &(ViewWords){0}, ret);
    TRY(request_check_options(call, OPTIONS));
    ViewWords words = {.format = format_word(call),
                       .attrs = call_query(call, S("attrs")),
                       .pick = call_query(call, S("pick")),
                       .omit = call_query(call, S("omit")),
                       .lang = call_query(call, S("lang")),
                       .dataset_id = call_query(call, S("datasetId")),
                       .geometry_property = call_query(call, S("geometryProperty"))};
    return view_read(call, context, &words, ret);
}

/* ---- The answer ---- */

static void link_put(Call *call, const LdContext *context)
{
    Str url = context_url(context);
    if (!url.p)
        return;
    Buf buf = buf_new(call->cx->arena, url.n + 128);
    buf_char(&buf, '<');
    buf_put(&buf, url);
    buf_put(&buf, S(">; rel=\"" CONTEXT_REL "\"; type=\"application/ld+json\""));
    call_add_header(call, S("Link"), buf_str(&buf));
}

void answer_head(Call *call, Media media, const LdContext *context)
{
    static const Str TYPES[] = {[MEDIA_JSON] = S_INIT("application/json"),
                                [MEDIA_LD] = S_INIT("application/ld+json"),
                                [MEDIA_GEO] = S_INIT("application/geo+json")};
    call_add_header(call, S("Content-Type"), TYPES[media]);
    if (media == MEDIA_JSON)
        link_put(call, context);
}

void answer_view_head(Call *call, const EntityView *view)
{
    answer_head(call, view->media, view->how.context);
    if (view->media == MEDIA_GEO && !view->how.put_context)
        link_put(call, view->how.context);
}

static bool is_segment_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~:@!$&'()*+,;=", c));
}

Str entity_location(Arena *arena, Str id)
{
    static const char HEX[] = "0123456789ABCDEF";
    Buf buf = buf_new(arena, id.n * 3 + 64);
    buf_put(&buf, S(NGSI_LD_BASE "/entities/"));
    for (size_t i = 0; i < id.n; i++) {
        unsigned char c = (unsigned char)id.p[i];
        if (is_segment_char(id.p[i])) {
            buf_char(&buf, id.p[i]);
        } else {
            buf_char(&buf, '%');
            buf_char(&buf, HEX[c >> 4]);
            buf_char(&buf, HEX[c & 15]);
        }
    }
    return buf_str(&buf);
}
