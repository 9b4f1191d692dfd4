/* Compiling subscriptions from their documents. */
#include "systems/subscription.h"

#include "base/calendar.h"
#include "base/str.h"
#include "base/uri.h"

#include <math.h>

typedef struct Compiler {
    Cx *cx;
    const ContextStore *contexts;
    const LdContext *context;
    Subscription *to;
} Compiler;

static Err invalid(Cx *cx, const char *member, const char *what)
{
    return fail(cx, ERR_INVALID, "subscription.invalid", "%s: %s", member, what);
}

static Str text_of(Compiler *c, JsonValue v)
{
    return json_text(c->cx->arena, v);
}

static Str iri_of(Compiler *c, JsonValue v)
{
    return context_expand(c->context, c->cx->arena, text_of(c, v));
}

/* A member that is a string; p NULL where it is not there. */
static Err string_member(Compiler *c, JsonValue of, const char *name, Str *ret)
{
    JsonValue v;
    *ret = (Str){0};
    if (!json_find(of, str_from(name), &v))
        return OK;
    if (!json_is(v, JSON_STRING) || json_raw(v).n == 0)
        return invalid(c->cx, name, "expected a text that is not empty");
    *ret = text_of(c, v);
    return OK;
}

/* A number above 0; 0 where it is not there. */
static Err positive_member(Compiler *c, JsonValue of, const char *name, double max, double *ret)
{
    JsonValue v;
    *ret = 0;
    if (!json_find(of, str_from(name), &v))
        return OK;
    if (!json_f64(v, ret) || !(*ret > 0) || *ret > max)
        return fail(c->cx, ERR_INVALID, "subscription.invalid",
                    "%s: expected a number above 0 and not above %g", name, max);
    return OK;
}

static Err bool_member(Compiler *c, JsonValue of, const char *name, bool *ret)
{
    JsonValue v;
    if (!json_find(of, str_from(name), &v))
        return OK;
    if (!json_is(v, JSON_TRUE) && !json_is(v, JSON_FALSE))
        return invalid(c->cx, name, "expected true or false");
    *ret = json_is(v, JSON_TRUE);
    return OK;
}

/* An array of names that is not empty, as IRIs; count 0 where it is not there. */
static Err names_member(Compiler *c, JsonValue of, const char *name, const Str **ret,
                        size_t *ret_count)
{
    JsonValue v;
    *ret_count = 0;
    if (!json_find(of, str_from(name), &v))
        return OK;
    size_t count = json_count(v), i = 0;
    if (!json_is(v, JSON_ARRAY) || count == 0)
        return invalid(c->cx, name, "expected an array with names in it");
    if (count > SUBSCRIPTION_SELECTORS_MAX)
        return invalid(c->cx, name, "more than 100 names");
    Str *names = arena_array(c->cx->arena, Str, count);
    for (JsonIter it = json_iter(v); json_next(&it);) {
        if (!json_is(it.value, JSON_STRING) || json_raw(it.value).n == 0)
            return invalid(c->cx, name, "expected names");
        names[i++] = iri_of(c, it.value);
    }
    *ret = names;
    *ret_count = count;
    return OK;
}

/* ---- Which entities ---- */

static Err selector_types(Compiler *c, JsonValue v, EntitySelector *to)
{
    Str type;
    TRY(string_member(c, v, "type", &type));
    if (!type.p)
        return invalid(c->cx, "entities", "each entry needs a type");
    Selection *types = arena_new(c->cx->arena, Selection);
    TRY(type_selection_compile(c->cx, type, c->context, types));
    to->types = types->count ? types : NULL;
    return OK;
}

static Err selector_read(Compiler *c, JsonValue v, EntitySelector *to)
{
    Str pattern;
    if (!json_is(v, JSON_OBJECT))
        return invalid(c->cx, "entities", "expected objects");
    TRY(selector_types(c, v, to));
    TRY(string_member(c, v, "id", &to->id));
    if (to->id.p && !uri_is_absolute(to->id))
        return invalid(c->cx, "entities", "an id is a URI");
    TRY(string_member(c, v, "idPattern", &pattern));
    return pattern.p && !to->id.p ? pattern_compile(c->cx, pattern, &to->id_pattern) : OK;
}

static Err entities_read(Compiler *c, JsonValue doc)
{
    JsonValue v;
    size_t i = 0;
    if (!json_find(doc, S("entities"), &v))
        return OK;
    if (!json_is(v, JSON_ARRAY) || json_count(v) == 0)
        return invalid(c->cx, "entities", "expected an array with something in it");
    if (json_count(v) > SUBSCRIPTION_SELECTORS_MAX)
        return invalid(c->cx, "entities", "more than 100 entries");
    EntitySelector *list = arena_array(c->cx->arena, EntitySelector, json_count(v));
    for (JsonIter it = json_iter(v); json_next(&it);)
        TRY(selector_read(c, it.value, &list[i++]));
    c->to->entities = list;
    c->to->entity_count = i;
    return OK;
}

/* ---- Which changes ---- */

static Err triggers_read(Compiler *c, JsonValue doc)
{
    static const struct {
        Str name;
        uint32_t triggers;
    } TRIGGERS[] = {
        {S_INIT("entityCreated"), TRIGGER_ENTITY_CREATED},
        {S_INIT("entityDeleted"), TRIGGER_ENTITY_DELETED},
        {S_INIT("attributeCreated"), TRIGGER_ATTRIBUTE_CREATED},
        {S_INIT("attributeUpdated"), TRIGGER_ATTRIBUTE_UPDATED},
        {S_INIT("attributeDeleted"), TRIGGER_ATTRIBUTE_DELETED},
        {S_INIT("entityUpdated"),
         TRIGGER_ATTRIBUTE_CREATED | TRIGGER_ATTRIBUTE_UPDATED | TRIGGER_ATTRIBUTE_DELETED},
    };
    JsonValue v;
    c->to->triggers = TRIGGER_ATTRIBUTE_CREATED | TRIGGER_ATTRIBUTE_UPDATED;
    if (!json_find(doc, S("notificationTrigger"), &v))
        return OK;
    if (!json_is(v, JSON_ARRAY) || json_count(v) == 0)
        return invalid(c->cx, "notificationTrigger", "expected an array with triggers in it");
    c->to->triggers = 0;
    for (JsonIter it = json_iter(v); json_next(&it);) {
        size_t i = 0;
        while (i < COUNT_OF(TRIGGERS) &&
               !(json_is(it.value, JSON_STRING) && json_text_is(it.value, TRIGGERS[i].name)))
            i++;
        if (i == COUNT_OF(TRIGGERS))
            return invalid(c->cx, "notificationTrigger",
                           "expected entityCreated, entityUpdated, entityDeleted, "
                           "attributeCreated, attributeUpdated or attributeDeleted");
        c->to->triggers |= TRIGGERS[i].triggers;
    }
    return OK;
}

static Err geo_read(Compiler *c, JsonValue doc)
{
    JsonValue v, coordinates;
    Str georel, geometry, property;
    if (!json_find(doc, S("geoQ"), &v))
        return OK;
    if (!json_is(v, JSON_OBJECT) || !json_find(v, S("coordinates"), &coordinates))
        return invalid(c->cx, "geoQ", "expected georel, geometry and coordinates");
    TRY(string_member(c, v, "georel", &georel));
    TRY(string_member(c, v, "geometry", &geometry));
    TRY(string_member(c, v, "geoproperty", &property));
    if (!georel.p || !geometry.p)
        return invalid(c->cx, "geoQ", "expected georel, geometry and coordinates");
    if (json_is(coordinates, JSON_STRING)) {
        Json *parsed = arena_new(c->cx->arena, Json);
        TRY(json_parse(c->cx, text_of(c, coordinates), parsed));
        coordinates = json_root(parsed);
    }
    Str iri = property.p ? context_expand(c->context, c->cx->arena, property) : GEO_LOCATION;
    return geo_query_compile(c->cx, georel, geometry, coordinates, iri, &c->to->geo);
}

static Err languages_read(Compiler *c, JsonValue doc)
{
    Str q, scope_q, expand, keys;
    TRY(string_member(c, doc, "q", &q));
    TRY(string_member(c, doc, "scopeQ", &scope_q));
    TRY(string_member(c, doc, "expandValues", &expand));
    TRY(string_member(c, doc, "jsonKeys", &keys));
    if (q.p)
        TRY(query_compile(c->cx, q, (QueryOptions){c->context, expand, keys}, &c->to->query));
    if (c->to->query && query_has_links(c->to->query))
        return fail(c->cx, ERR_UNSUPPORTED, "subscription.unsupported",
                    "q of a subscription cannot follow Relationships");
    if (scope_q.p) {
        Selection *scopes = arena_new(c->cx->arena, Selection);
        TRY(scope_query_compile(c->cx, scope_q, scopes));
        c->to->scopes = scopes;
    }
    return geo_read(c, doc);
}

/* ---- How to tell ---- */

static Err headers_read(Compiler *c, JsonValue endpoint)
{
    JsonValue v;
    size_t i = 0;
    if (!json_find(endpoint, S("receiverInfo"), &v))
        return OK;
    if (!json_is(v, JSON_ARRAY) || json_count(v) > SUBSCRIPTION_HEADERS_MAX)
        return invalid(c->cx, "receiverInfo", "expected an array of at most 20 keys and values");
    KeyValue *list = arena_array(c->cx->arena, KeyValue, json_count(v) + 1);
    for (JsonIter it = json_iter(v); json_next(&it); i++) {
        TRY(string_member(c, it.value, "key", &list[i].key));
        TRY(string_member(c, it.value, "value", &list[i].value));
        if (!list[i].key.p || !list[i].value.p)
            return invalid(c->cx, "receiverInfo", "each entry needs a key and a value");
        /* They become header lines: nothing may break out of them. */
        for (size_t k = 0; k < list[i].key.n; k++)
            if (list[i].key.p[k] <= ' ' || list[i].key.p[k] == ':' || list[i].key.p[k] == 0x7F)
                return invalid(c->cx, "receiverInfo", "a key is the name of a header");
        for (size_t k = 0; k < list[i].value.n; k++)
            if ((unsigned char)list[i].value.p[k] < ' ')
                return invalid(c->cx, "receiverInfo", "a value holds a control character");
    }
    c->to->endpoint.headers = list;
    c->to->endpoint.header_count = i;
    return OK;
}

static Err media_read(Compiler *c, JsonValue endpoint)
{
    static const Str MEDIA[] = {S_INIT("application/json"), S_INIT("application/ld+json"),
                                S_INIT("application/geo+json")};
    Str accept;
    TRY(string_member(c, endpoint, "accept", &accept));
    for (size_t i = 0; accept.p && i < COUNT_OF(MEDIA); i++)
        if (str_eq(accept, MEDIA[i])) {
            c->to->endpoint.media = (EndpointMedia)i;
            return OK;
        }
    return accept.p ? invalid(c->cx, "accept",
                              "expected application/json, application/ld+json or "
                              "application/geo+json")
                    : OK;
}

static Err endpoint_read(Compiler *c, JsonValue notification)
{
    JsonValue v;
    double timeout_ms, cooldown_ms;
    Endpoint *to = &c->to->endpoint;
    if (!json_find(notification, S("endpoint"), &v) || !json_is(v, JSON_OBJECT))
        return invalid(c->cx, "notification", "expected an endpoint");
    TRY(string_member(c, v, "uri", &to->uri));
    if (!to->uri.p || !uri_is_absolute(to->uri))
        return invalid(c->cx, "endpoint", "uri is an absolute URI");
    if (str_starts(to->uri, S("mqtt")))
        return fail(c->cx, ERR_UNSUPPORTED, "subscription.unsupported",
                    "notifications by MQTT are not offered");
    if (!str_starts(to->uri, S("http://")) && !str_starts(to->uri, S("https://")))
        return invalid(c->cx, "endpoint", "uri begins with http:// or https://");
    TRY(media_read(c, v));
    TRY(positive_member(c, v, "timeout", SUBSCRIPTION_TIMEOUT_MS_MAX, &timeout_ms));
    TRY(positive_member(c, v, "cooldown", 86400000, &cooldown_ms));
    to->timeout_us = (int64_t)(timeout_ms * 1000);
    to->cooldown_us = (int64_t)(cooldown_ms * 1000);
    return headers_read(c, v);
}

static Err format_read(Compiler *c, JsonValue notification)
{
    Str format;
    TRY(string_member(c, notification, "format", &format));
    if (!format.p || str_eq(format, S("normalized")))
        c->to->how.format = FORMAT_NORMALIZED;
    else if (str_eq(format, S("concise")))
        c->to->how.format = FORMAT_CONCISE;
    else if (str_eq(format, S("simplified")) || str_eq(format, S("keyValues")))
        c->to->how.format = FORMAT_SIMPLIFIED;
    else
        return invalid(c->cx, "format", "expected normalized, concise or simplified");
    return OK;
}

/* id, type and scope are no attributes: they say what of the entity's head is shown. */
static Err pick_read(Compiler *c, JsonValue notification, const char *name, bool pick)
{
    Representation *how = &c->to->how;
    AttributeList *list = pick ? &how->pick : &how->omit;
    const Str *all;
    size_t count, kept = 0;
    TRY(names_member(c, notification, name, &all, &count));
    if (!count)
        return OK;
    Str *iris = arena_array(c->cx->arena, Str, count);
    Str id = context_expand(c->context, c->cx->arena, S("id"));
    Str type = context_expand(c->context, c->cx->arena, S("type"));
    Str scope = context_expand(c->context, c->cx->arena, S("scope"));
    if (pick) {
        how->has_pick = true;
        how->keep_id = how->keep_type = how->keep_scope = false;
    }
    for (size_t i = 0; i < count; i++) {
        if (str_eq(all[i], id))
            how->keep_id = pick;
        else if (str_eq(all[i], type))
            how->keep_type = pick;
        else if (str_eq(all[i], scope))
            how->keep_scope = pick;
        else
            iris[kept++] = all[i];
    }
    *list = (AttributeList){iris, kept};
    return OK;
}

static Err refuse(Compiler *c, JsonValue of, const char *name, const char *fine)
{
    JsonValue v;
    if (!json_find(of, str_from(name), &v) || json_is(v, JSON_FALSE) ||
        (fine && json_is(v, JSON_STRING) && json_text_is(v, str_from(fine))))
        return OK;
    return fail(c->cx, ERR_UNSUPPORTED, "subscription.unsupported", "%s is not offered", name);
}

static Err notification_read(Compiler *c, JsonValue doc)
{
    JsonValue v;
    Representation *how = &c->to->how;
    if (!json_find(doc, S("notification"), &v) || !json_is(v, JSON_OBJECT))
        return invalid(c->cx, "notification", "expected an object with an endpoint");
    TRY(refuse(c, v, "join", "@none"));
    TRY(refuse(c, v, "showChanges", NULL));
    TRY(endpoint_read(c, v));
    TRY(format_read(c, v));
    TRY(bool_member(c, v, "sysAttrs", &how->sys_attrs));
    TRY(names_member(c, v, "attributes", &how->pick.iris, &how->pick.count));
    how->has_pick = how->pick.count > 0;
    TRY(pick_read(c, v, "pick", true));
    TRY(pick_read(c, v, "omit", false));
    return string_member(c, doc, "lang", &how->lang);
}

/* The @context of the messages: jsonldContext, or that of the subscription. */
static Err context_read(Compiler *c, JsonValue doc)
{
    Str url;
    c->to->how = representation_default(c->context);
    TRY(string_member(c, doc, "jsonldContext", &url));
    if (!url.p)
        return OK;
    if (!uri_is_absolute(url))
        return invalid(c->cx, "jsonldContext", "expected a URI");
    return context_resolve_url(c->cx, c->contexts, url, &c->to->how.context);
}

static Err times_read(Compiler *c, JsonValue doc)
{
    Str expires;
    double throttling;
    c->to->active = true;
    TRY(bool_member(c, doc, "isActive", &c->to->active));
    TRY(positive_member(c, doc, "throttling", 31536000, &throttling));
    c->to->throttle_us = (int64_t)(throttling * 1e6);
    TRY(string_member(c, doc, "expiresAt", &expires));
    if (expires.p && !time_parse(expires, &c->to->expires_us))
        return invalid(c->cx, "expiresAt", "expected a DateTime like 2026-01-31T12:00:00Z");
    return OK;
}

static Err heads_read(Compiler *c, JsonValue doc)
{
    JsonValue v;
    if (!json_is(doc, JSON_OBJECT))
        return invalid(c->cx, "subscription", "expected an object");
    if (!json_find(doc, S("type"), &v) || !json_is(v, JSON_STRING) ||
        !json_text_is(v, S("Subscription")))
        return invalid(c->cx, "type", "expected \"Subscription\"");
    TRY(string_member(c, doc, "id", &c->to->id));
    if (c->to->id.p && !uri_is_absolute(c->to->id))
        return invalid(c->cx, "id", "expected a URI");
    if (json_find(doc, S("timeInterval"), &v))
        return fail(c->cx, ERR_UNSUPPORTED, "subscription.unsupported",
                    "timeInterval: periodic notifications are not offered");
    if (json_find(doc, S("csf"), &v))
        return fail(c->cx, ERR_UNSUPPORTED, "subscription.unsupported",
                    "csf: context source filters are not offered");
    return OK;
}

Err subscription_compile(Cx *cx, const ContextStore *contexts, const LdContext *context,
                         JsonValue doc, Subscription *ret)
{
    Subscription made = {.tenant = cx->actor ? cx->actor->tenant : TENANT_DEFAULT};
    Compiler c = {cx, contexts, context, &made};
    bool local = false;
    TRY(heads_read(&c, doc));
    TRY(context_read(&c, doc));
    TRY(entities_read(&c, doc));
    TRY(names_member(&c, doc, "watchedAttributes", &made.watched, &made.watched_count));
    TRY(bool_member(&c, doc, "localOnly", &local));
    if (!made.entity_count && !made.watched_count && !local)
        return invalid(cx, "subscription", "expected entities or watchedAttributes");
    TRY(triggers_read(&c, doc));
    TRY(languages_read(&c, doc));
    TRY(times_read(&c, doc));
    TRY(notification_read(&c, doc));
    made.how.put_context = made.endpoint.media == ENDPOINT_LD;
    made.how.geojson = made.endpoint.media == ENDPOINT_GEO;
    *ret = made;
    return OK;
}
