/* Subscriptions kept in the store. */
#include "base/calendar.h"
#include "base/str.h"
#include "systems/subscription_store.h"

#include <stdlib.h>
#include <sys/random.h>

const EventKind SUBSCRIPTION_CHANGED = {"subscription.changed"};

static TenantId tenant_of(const Cx *cx)
{
    return cx->actor ? cx->actor->tenant : TENANT_DEFAULT;
}

Str subscription_new_id(Arena *arena)
{
    unsigned char bits[16];
    if (getrandom(bits, sizeof bits, 0) != sizeof bits)
        abort();
    Buf buf = buf_new(arena, 100);
    buf_put(&buf, S("urn:ngsi-ld:Subscription:"));
    for (size_t i = 0; i < sizeof bits; i++)
        buf_fmt(&buf, "%02x", bits[i]);
    return buf_str(&buf);
}

/* ---- Names in a document, to IRIs or back ---- */

typedef struct Rewriter {
    Cx *cx;
    const LdContext *context;
    bool compact;
    Buf *buf;
} Rewriter;

static bool is_head_word(Str name)
{
    return str_eq(name, S("id")) || str_eq(name, S("type")) || str_eq(name, S("scope"));
}

static Str rewritten(Rewriter *r, Str name)
{
    return r->compact ? context_compact(r->context, r->cx->arena, name)
                      : context_expand(r->context, r->cx->arena, name);
}

static void name_put(Rewriter *r, JsonValue v)
{
    if (!json_is(v, JSON_STRING)) {
        buf_put(r->buf, json_span(v));
        return;
    }
    Str name = json_text(r->cx->arena, v);
    buf_json_string(r->buf, is_head_word(name) ? name : rewritten(r, name));
}

/* A type selection: names between its operators. */
static void types_put(Rewriter *r, JsonValue v)
{
    if (!json_is(v, JSON_STRING)) {
        buf_put(r->buf, json_span(v));
        return;
    }
    Str text = json_text(r->cx->arena, v);
    Buf made = buf_new(r->cx->arena, SUBSCRIPTION_DOC_MAX);
    size_t from = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && !strchr("|,;()", text.p[i]))
            continue;
        Str name = str_slice(text, from, i);
        if (name.n)
            buf_put(&made, str_eq(name, S("*")) ? name : rewritten(r, name));
        if (i < text.n)
            buf_char(&made, text.p[i]);
        from = i + 1;
    }
    buf_json_string(r->buf, buf_str(&made));
}

static void names_put(Rewriter *r, JsonValue v)
{
    bool first = true;
    if (!json_is(v, JSON_ARRAY)) {
        buf_put(r->buf, json_span(v));
        return;
    }
    buf_char(r->buf, '[');
    for (JsonIter it = json_iter(v); json_next(&it); first = false) {
        if (!first)
            buf_char(r->buf, ',');
        name_put(r, it.value);
    }
    buf_char(r->buf, ']');
}

static void key_put(Buf *buf, JsonValue key)
{
    if (buf->p[buf->n - 1] != '{')
        buf_char(buf, ',');
    buf_put(buf, json_span(key));
    buf_char(buf, ':');
}

/* An object with one member that is a name, or a selection of types. */
static void object_put(Rewriter *r, JsonValue v, Str member,
                       void (*put)(Rewriter *r, JsonValue value))
{
    if (!json_is(v, JSON_OBJECT)) {
        buf_put(r->buf, json_span(v));
        return;
    }
    buf_char(r->buf, '{');
    for (JsonIter it = json_iter(v); json_next(&it);) {
        key_put(r->buf, it.key);
        if (str_eq(json_raw(it.key), member))
            put(r, it.value);
        else
            buf_put(r->buf, json_span(it.value));
    }
    buf_char(r->buf, '}');
}

/* What the system alone says of a notification (5.2.14.2). */
static bool is_counter(Str key)
{
    static const Str COUNTERS[] = {S_INIT("status"),      S_INIT("timesSent"),
                                   S_INIT("timesFailed"), S_INIT("lastNotification"),
                                   S_INIT("lastSuccess"), S_INIT("lastFailure")};
    for (size_t i = 0; i < COUNT_OF(COUNTERS); i++)
        if (str_eq(key, COUNTERS[i]))
            return true;
    return false;
}

static void notification_rewrite(Rewriter *r, JsonValue v)
{
    static const Str LISTS[] = {S_INIT("attributes"), S_INIT("pick"), S_INIT("omit")};
    if (!json_is(v, JSON_OBJECT)) {
        buf_put(r->buf, json_span(v));
        return;
    }
    buf_char(r->buf, '{');
    for (JsonIter it = json_iter(v); json_next(&it);) {
        bool list = false;
        if (is_counter(json_raw(it.key)))
            continue;
        for (size_t i = 0; i < COUNT_OF(LISTS); i++)
            list |= str_eq(json_raw(it.key), LISTS[i]);
        key_put(r->buf, it.key);
        if (list)
            names_put(r, it.value);
        else
            buf_put(r->buf, json_span(it.value));
    }
}

static void entities_rewrite(Rewriter *r, JsonValue v)
{
    bool first = true;
    if (!json_is(v, JSON_ARRAY)) {
        buf_put(r->buf, json_span(v));
        return;
    }
    buf_char(r->buf, '[');
    for (JsonIter it = json_iter(v); json_next(&it); first = false) {
        if (!first)
            buf_char(r->buf, ',');
        object_put(r, it.value, S("type"), types_put);
    }
    buf_char(r->buf, ']');
}

/* A member's value of a document; notification's object is left open, for the counters. */
static void member_put(Rewriter *r, Str key, JsonValue v)
{
    if (str_eq(key, S("entities"))) {
        entities_rewrite(r, v);
    } else if (str_eq(key, S("watchedAttributes"))) {
        names_put(r, v);
    } else if (str_eq(key, S("geoQ"))) {
        object_put(r, v, S("geoproperty"), name_put);
    } else if (str_eq(key, S("notification"))) {
        notification_rewrite(r, v);
        if (!r->compact && json_is(v, JSON_OBJECT))
            buf_char(r->buf, '}');
    } else {
        buf_put(r->buf, json_span(v));
    }
}

/* ---- Writing ---- */

/* Members that are the system's own (5.2.12): what a client says of them is ignored. */
static bool is_own_member(Str key)
{
    return str_eq(key, S("status")) || str_eq(key, S("@context")) || str_eq(key, S("createdAt")) ||
           str_eq(key, S("modifiedAt"));
}

static bool is_null(JsonValue v)
{
    return json_is(v, JSON_NULL) ||
           (json_is(v, JSON_STRING) && json_text_is(v, S("urn:ngsi-ld:null")));
}

/* The members of a body, names as IRIs. */
static void members_put(Rewriter *r, JsonValue body)
{
    for (JsonIter it = json_iter(body); json_next(&it);) {
        if (is_own_member(json_raw(it.key)) || is_null(it.value))
            continue;
        key_put(r->buf, it.key);
        member_put(r, json_raw(it.key), it.value);
    }
}

static Err check_future(Cx *cx, const Subscription *made)
{
    if (made->expires_us && made->expires_us <= cx_now_us(cx))
        return fail(cx, ERR_INVALID, "subscription.invalid", "expiresAt lies in the past");
    return OK;
}

/* Parses what was written, and compiles it: nothing is kept that cannot be used. */
static Err check_doc(Cx *cx, const ContextStore *contexts, const LdContext *context, Buf *buf,
                     Subscription *ret)
{
    Json doc;
    if (buf->overflow)
        return fail(cx, ERR_LIMIT, "subscription.large", "the subscription is larger than %d bytes",
                    SUBSCRIPTION_DOC_MAX);
    TRY(json_parse(cx, buf_str(buf), &doc));
    return subscription_compile(cx, contexts, context, json_root(&doc), ret);
}

Err subscription_create(Cx *cx, const ContextStore *contexts, const LdContext *context,
                        JsonValue body, Str new_id, Events *events, Str *ret_id)
{
    Subscription made;
    Buf buf = buf_new(cx->arena, SUBSCRIPTION_DOC_MAX);
    Rewriter r = {cx, context, false, &buf};
    if (!json_is(body, JSON_OBJECT))
        return fail(cx, ERR_INVALID, "subscription.invalid", "expected an object");
    buf_char(&buf, '{');
    members_put(&r, body);
    buf_char(&buf, '}');
    TRY(check_doc(cx, contexts, context, &buf, &made));
    TRY(check_future(cx, &made));
    Str id = made.id.p ? made.id : new_id;
    TRY(subscription_insert(cx, tenant_of(cx), id, buf_str(&buf), context_json(context)));
    event_add(events, &SUBSCRIPTION_CHANGED, NULL);
    *ret_id = id;
    return OK;
}

/* Old members that the fragment does not name; id and type cannot be changed. */
static void old_members_put(Buf *buf, JsonValue old, JsonValue fragment)
{
    JsonValue v;
    for (JsonIter it = json_iter(old); json_next(&it);) {
        Str key = json_raw(it.key);
        bool fixed = str_eq(key, S("id")) || str_eq(key, S("type"));
        if (!fixed && json_find(fragment, key, &v))
            continue;
        key_put(buf, it.key);
        buf_put(buf, json_span(it.value));
    }
}

static void fragment_put(Rewriter *r, JsonValue fragment)
{
    for (JsonIter it = json_iter(fragment); json_next(&it);) {
        Str key = json_raw(it.key);
        if (str_eq(key, S("id")) || str_eq(key, S("type")) || is_own_member(key) ||
            is_null(it.value))
            continue;
        key_put(r->buf, it.key);
        member_put(r, key, it.value);
    }
}

static Err check_fragment(Cx *cx, Str id, JsonValue fragment)
{
    JsonValue v;
    if (!json_is(fragment, JSON_OBJECT))
        return fail(cx, ERR_INVALID, "subscription.invalid", "expected an object");
    if (json_find(fragment, S("id"), &v) && !(json_is(v, JSON_STRING) && json_text_is(v, id)))
        return fail(cx, ERR_INVALID, "subscription.invalid", "the id cannot be changed");
    if (json_find(fragment, S("type"), &v) &&
        !(json_is(v, JSON_STRING) && json_text_is(v, S("Subscription"))))
        return fail(cx, ERR_INVALID, "subscription.invalid", "the type is \"Subscription\"");
    return OK;
}

Err subscription_update(Cx *cx, const ContextStore *contexts, const LdContext *context, Str id,
                        JsonValue fragment, Events *events)
{
    SubscriptionRow row;
    Subscription made;
    JsonValue v;
    Json kept;
    Buf buf = buf_new(cx->arena, SUBSCRIPTION_DOC_MAX);
    Rewriter r = {cx, context, false, &buf};
    TRY(subscription_get(cx, id, &row));
    TRY(check_fragment(cx, id, fragment));
    buf_char(&buf, '{');
    old_members_put(&buf, json_root(&row.doc), fragment);
    fragment_put(&r, fragment);
    buf_char(&buf, '}');
    /* All names but those in q are IRIs by now: only a new q brings its own @context. */
    const LdContext *of_names = context;
    if (!json_find(fragment, S("q"), &v)) {
        TRY(json_parse(cx, row.context, &kept));
        TRY(context_resolve(cx, contexts, json_root(&kept), &of_names));
    }
    TRY(check_doc(cx, contexts, of_names, &buf, &made));
    if (json_find(fragment, S("expiresAt"), &v))
        TRY(check_future(cx, &made));
    TRY(subscription_set_doc(cx, tenant_of(cx), id, buf_str(&buf), context_json(of_names)));
    event_add(events, &SUBSCRIPTION_CHANGED, NULL);
    return OK;
}

Err subscription_remove(Cx *cx, Str id, Events *events)
{
    bool there = false;
    TRY(subscription_delete(cx, tenant_of(cx), id, &there));
    if (!there)
        return fail(cx, ERR_NOT_FOUND, "subscription.unknown", "there is no subscription %.*s",
                    SARG(id));
    event_add(events, &SUBSCRIPTION_CHANGED, NULL);
    return OK;
}

Err subscription_add_counts(Cx *cx, const DeliveryCount *counts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        TRY(subscription_add_count(cx, &counts[i]));
    return OK;
}

/* ---- Reading ---- */

Err subscription_get(Cx *cx, Str id, SubscriptionRow *ret)
{
    DbRows rows;
    bool row = false;
    TRY(subscription_start_one(cx, tenant_of(cx), id, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        err = subscription_read(cx, &rows, NULL, ret);
    db_end(&rows);
    if (err == OK && !row)
        return fail(cx, ERR_NOT_FOUND, "subscription.unknown", "there is no subscription %.*s",
                    SARG(id));
    return err;
}

static Err collect(Cx *cx, DbRows *rows, size_t limit, SubscriptionRow *list, size_t *ret_count)
{
    size_t count = 0;
    for (bool row = true; count < limit; count++) {
        TRY(db_next(cx, rows, &row));
        if (!row)
            break;
        TRY(subscription_read(cx, rows, NULL, &list[count]));
    }
    *ret_count = count;
    return OK;
}

Err subscription_list(Cx *cx, size_t limit, size_t offset, SubscriptionRow **ret, size_t *ret_count,
                      uint64_t *ret_total)
{
    DbRows rows;
    SubscriptionRow *list = arena_array(cx->arena, SubscriptionRow, limit);
    TRY(subscription_count(cx, tenant_of(cx), ret_total));
    TRY(subscription_start_list(cx, tenant_of(cx), limit, offset, &rows));
    Err err = collect(cx, &rows, limit, list, ret_count);
    db_end(&rows);
    *ret = list;
    return err;
}

static void time_put(Buf *buf, const char *name, int64_t at_us)
{
    if (!at_us)
        return;
    buf_fmt(buf, ",\"%s\":\"", name);
    buf_time(buf, at_us);
    buf_char(buf, '"');
}

static void counters_put(Buf *buf, const SubscriptionRow *row)
{
    bool failed = row->last_failure_us > row->last_success_us;
    if (row->last_notification_us)
        buf_fmt(buf, ",\"status\":\"%s\"", failed ? "failed" : "ok");
    buf_fmt(buf, ",\"timesSent\":%lld,\"timesFailed\":%lld", (long long)row->times_sent,
            (long long)row->times_failed);
    time_put(buf, "lastNotification", row->last_notification_us);
    time_put(buf, "lastSuccess", row->last_success_us);
    time_put(buf, "lastFailure", row->last_failure_us);
    buf_char(buf, '}');
}

static const char *status_of(Cx *cx, const SubscriptionRow *row)
{
    JsonValue v;
    int64_t expires_us;
    if (json_find(json_root(&row->doc), S("expiresAt"), &v) &&
        time_parse(json_raw(v), &expires_us) && expires_us <= cx_now_us(cx))
        return "expired";
    if (json_find(json_root(&row->doc), S("isActive"), &v) && json_is(v, JSON_FALSE))
        return "paused";
    return "active";
}

void subscription_put(Cx *cx, const LdContext *context, const SubscriptionRow *row,
                      bool put_context, Buf *buf)
{
    Rewriter r = {cx, context, true, buf};
    buf_put(buf, S("{\"id\":"));
    buf_json_string(buf, row->id);
    for (JsonIter it = json_iter(json_root(&row->doc)); json_next(&it);) {
        if (str_eq(json_raw(it.key), S("id")))
            continue;
        key_put(buf, it.key);
        member_put(&r, json_raw(it.key), it.value);
        if (str_eq(json_raw(it.key), S("notification")))
            counters_put(buf, row);
    }
    buf_fmt(buf, ",\"status\":\"%s\"", status_of(cx, row));
    if (put_context) {
        buf_put(buf, S(",\"@context\":"));
        buf_put(buf, context_json(context));
    }
    buf_char(buf, '}');
}
