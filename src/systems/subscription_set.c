/* The compiled set and what it says to a change. */
#include "base/calendar.h"
#include "base/log.h"
#include "base/str.h"
#include "systems/subscription_store.h"

#include <stdlib.h>

/* A subscription under one type that its selectors name first, so that a change is not held
 * against all subscriptions there are. */
typedef struct Entry {
    Str type; /* p NULL: any */
    const Subscription *subscription;
    struct Entry *next;
} Entry;

struct SubscriptionSet {
    Arena arena;
    Subscription *list;
    size_t count, cap;
    Entry **buckets;
    size_t bucket_count; /* a power of two */
    Entry *any_type;
};

/* ---- Building ---- */

static void entry_add(SubscriptionSet *set, Str type, const Subscription *subscription)
{
    Entry **head =
        type.p ? &set->buckets[str_hash(type) & (set->bucket_count - 1)] : &set->any_type;
    for (const Entry *e = *head; e; e = e->next)
        if (e->subscription == subscription && (!type.p || str_eq(e->type, type)))
            return;
    Entry *entry = arena_new(&set->arena, Entry);
    *entry = (Entry){type, subscription, *head};
    *head = entry;
}

static void index_subscription(SubscriptionSet *set, const Subscription *s)
{
    bool any = s->entity_count == 0;
    for (size_t i = 0; i < s->entity_count; i++)
        any |= s->entities[i].types == NULL;
    if (any) {
        entry_add(set, (Str){0}, s);
        return;
    }
    for (size_t i = 0; i < s->entity_count; i++)
        for (size_t k = 0; k < s->entities[i].types->count; k++)
            entry_add(set, s->entities[i].types->groups[k].names[0], s);
}

static Err add_row(Cx *cx, const ContextStore *contexts, TenantId tenant,
                   const SubscriptionRow *row, SubscriptionSet *set)
{
    Json *context_doc = arena_new(cx->arena, Json);
    const LdContext *context;
    Subscription made;
    TRY(json_parse(cx, row->context, context_doc));
    TRY(context_resolve(cx, contexts, json_root(context_doc), &context));
    TRY(subscription_compile(cx, contexts, context, json_root(&row->doc), &made));
    made.tenant = tenant;
    made.id = row->id;
    if (set->count == set->cap) {
        size_t cap = set->cap ? set->cap * 2 : 64;
        Subscription *grown = arena_array(cx->arena, Subscription, cap);
        if (set->count)
            memcpy(grown, set->list, set->count * sizeof *grown);
        set->list = grown;
        set->cap = cap;
    }
    set->list[set->count++] = made;
    return OK;
}

/* cx->arena is the set's. */
static Err read_all(Cx *cx, const ContextStore *contexts, SubscriptionSet *set)
{
    DbRows rows;
    Err err = OK;
    TRY(subscription_start_all(cx, &rows));
    for (bool row = true; err == OK;) {
        TenantId tenant;
        SubscriptionRow *read = arena_new(cx->arena, SubscriptionRow);
        err = db_next(cx, &rows, &row);
        if (err != OK || !row)
            break;
        err = subscription_read(cx, &rows, &tenant, read);
        if (err == OK && add_row(cx, contexts, tenant, read, set) != OK && cx->log)
            log_line(cx->log, LOG_WARN, "subscription.left_out", LOG_S("id", read->id),
                     LOG_S("detail", cx->error->detail));
    }
    db_end(&rows);
    return err;
}

Err subscription_set_read(Cx *cx, const ContextStore *contexts, SubscriptionSet **ret)
{
    SubscriptionSet *set = calloc(1, sizeof *set);
    if (!set)
        abort();
    arena_init(&set->arena, 0, 0);
    Cx own = *cx;
    own.arena = &set->arena;
    Err err = read_all(&own, contexts, set);
    if (err != OK) {
        cx->error->detail = arena_copy(cx->arena, cx->error->detail);
        subscription_set_free(set);
        return err;
    }
    for (set->bucket_count = 16; set->bucket_count < set->count * 2;)
        set->bucket_count *= 2;
    set->buckets = arena_array(&set->arena, Entry *, set->bucket_count);
    for (size_t i = 0; i < set->count; i++)
        index_subscription(set, &set->list[i]);
    *ret = set;
    return OK;
}

void subscription_set_free(SubscriptionSet *set)
{
    if (!set)
        return;
    arena_done(&set->arena);
    free(set);
}

size_t subscription_set_count(const SubscriptionSet *set)
{
    return set->count;
}

/* ---- Matching ---- */

static bool is_watched(const Subscription *s, Str attribute)
{
    for (size_t i = 0; i < s->watched_count; i++)
        if (str_eq(s->watched[i], attribute))
            return true;
    return s->watched_count == 0;
}

static uint32_t trigger_of(AttributeVerb verb)
{
    return verb == ATTRIBUTE_CREATED   ? TRIGGER_ATTRIBUTE_CREATED
           : verb == ATTRIBUTE_UPDATED ? TRIGGER_ATTRIBUTE_UPDATED
                                       : TRIGGER_ATTRIBUTE_DELETED;
}

static bool attributes_trigger(const Subscription *s, const EntityChange *change, bool any_verb)
{
    for (size_t i = 0; i < change->attribute_count; i++) {
        const AttributeChange *a = &change->attributes[i];
        if (!a->late && (any_verb || (s->triggers & trigger_of(a->verb))) &&
            is_watched(s, a->attribute))
            return true;
    }
    return false;
}

static bool had_watched(const Subscription *s, const Entity *entity)
{
    JsonValue v;
    for (size_t i = 0; i < s->watched_count; i++)
        if (json_find(json_root(&entity->doc), s->watched[i], &v))
            return true;
    return s->watched_count == 0;
}

static bool is_triggered(const Subscription *s, const EntityChange *change)
{
    switch (change->verb) {
    case ENTITY_CREATED:
        if ((s->triggers & TRIGGER_ENTITY_CREATED) &&
            (!s->watched_count || attributes_trigger(s, change, true)))
            return true;
        return attributes_trigger(s, change, false);
    case ENTITY_UPDATED:
        return attributes_trigger(s, change, false);
    case ENTITY_DELETED:
        return (s->triggers & TRIGGER_ENTITY_DELETED) && had_watched(s, change->before);
    }
    return false;
}

static bool is_selected(const Subscription *s, const Entity *entity)
{
    for (size_t i = 0; i < s->entity_count; i++) {
        const EntitySelector *e = &s->entities[i];
        if ((!e->id.p || str_eq(e->id, entity->id)) &&
            (!e->types || type_selection_matches(e->types, entity)) &&
            (!e->id_pattern || pattern_found(e->id_pattern, entity->id, NULL)))
            return true;
    }
    return s->entity_count == 0;
}

static bool is_in_force(const Subscription *s, const EntityChange *change, TenantId tenant)
{
    return s->tenant.v == tenant.v && s->active &&
           (!s->expires_us || s->expires_us > change->at_us);
}

static bool meets_conditions(Cx *cx, const Subscription *s, const Entity *entity)
{
    EntityFilter filter = {.query = s->query, .geo = s->geo, .scopes = s->scopes};
    if (!s->query && !s->geo && !s->scopes)
        return true;
    QueryRun run = {.arena = cx->arena, .steps = QUERY_STEPS_MAX / 100};
    GeoMatcher *matcher = s->geo ? geo_matcher_open(s->geo) : NULL;
    bool meets = entity_filter_matches(cx, &filter, matcher, entity, &run);
    geo_matcher_close(matcher);
    return meets;
}

typedef struct Matches {
    Cx *cx;
    const EntityChange *change;
    const Entity *entity;
    Notification *list;
    size_t count, cap;
} Matches;

static bool is_taken(const Matches *m, const Subscription *s)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->list[i].subscription == s)
            return true;
    return false;
}

static void hold_against(Matches *m, const Subscription *s)
{
    if (!is_in_force(s, m->change, m->entity->tenant) || !is_triggered(s, m->change) ||
        !is_selected(s, m->entity) || !meets_conditions(m->cx, s, m->entity) || is_taken(m, s))
        return;
    if (m->count == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 8;
        m->list = arena_grow(m->cx->arena, m->list, m->cap * sizeof *m->list, cap * sizeof *m->list,
                             _Alignof(Notification));
        m->cap = cap;
    }
    m->list[m->count++] = (Notification){s, m->change};
}

size_t subscription_match(Cx *cx, const SubscriptionSet *set, const EntityChange *change,
                          const Notification **ret)
{
    Matches m = {
        .cx = cx, .change = change, .entity = change->after ? change->after : change->before};
    for (size_t i = 0; i < m.entity->type_count; i++) {
        Str type = m.entity->types[i];
        for (const Entry *e = set->buckets[str_hash(type) & (set->bucket_count - 1)]; e;
             e = e->next)
            if (str_eq(e->type, type))
                hold_against(&m, e->subscription);
    }
    for (const Entry *e = set->any_type; e; e = e->next)
        hold_against(&m, e->subscription);
    *ret = m.list;
    return m.count;
}

/* ---- The message (5.3.1, 5.8.6) ---- */

static void time_put(Buf *buf, int64_t at_us)
{
    buf_char(buf, '"');
    buf_time(buf, at_us);
    buf_char(buf, '"');
}

static bool is_shown(const Representation *how, Str attribute)
{
    bool shown = !how->has_pick;
    for (size_t i = 0; i < how->pick.count; i++)
        shown |= str_eq(how->pick.iris[i], attribute);
    for (size_t i = 0; i < how->omit.count; i++)
        shown &= !str_eq(how->omit.iris[i], attribute);
    return shown;
}

/* A deleted attribute: null, or an object where there is more to say. */
static void deleted_put(Buf *buf, const Representation *how, const AttributeChange *a,
                        int64_t at_us)
{
    JsonValue type;
    bool language =
        json_find(a->instance, S("type"), &type) && json_text_is(type, S("LanguageProperty"));
    bool simple =
        how->format == FORMAT_SIMPLIFIED || (!language && !a->dataset.n && !how->sys_attrs);
    if (simple) {
        buf_put(buf, S("\"urn:ngsi-ld:null\""));
        return;
    }
    bool object = json_find(a->instance, S("object"), &(JsonValue){0});
    buf_put(buf, S("{\"type\":"));
    buf_put(buf, json_span(type));
    buf_put(buf, language ? S(",\"languageMap\":{\"@none\":\"urn:ngsi-ld:null\"}")
                 : object ? S(",\"object\":\"urn:ngsi-ld:null\"")
                          : S(",\"value\":\"urn:ngsi-ld:null\""));
    if (a->dataset.n) {
        buf_put(buf, S(",\"datasetId\":"));
        buf_json_string(buf, a->dataset);
    }
    if (how->sys_attrs) {
        buf_put(buf, S(",\"deletedAt\":"));
        time_put(buf, at_us);
    }
    buf_char(buf, '}');
}

/* Attributes that are gone are not in the entity any more: they are added behind it. */
static void deletions_put(Buf *buf, Arena *arena, const Representation *how,
                          const EntityChange *change)
{
    JsonValue still;
    buf_truncate(buf, buf->n - 1); /* the closing brace */
    for (size_t i = 0; i < change->attribute_count; i++) {
        const AttributeChange *a = &change->attributes[i];
        if (a->verb != ATTRIBUTE_DELETED || !is_shown(how, a->attribute) ||
            json_find(json_root(&change->after->doc), a->attribute, &still))
            continue;
        buf_char(buf, ',');
        buf_json_string(buf, context_compact(how->context, arena, a->attribute));
        buf_char(buf, ':');
        deleted_put(buf, how, a, change->at_us);
    }
    buf_char(buf, '}');
}

static void deleted_entity_put(Buf *buf, Arena *arena, const Representation *how,
                               const EntityChange *change)
{
    const Entity *before = change->before;
    Representation bare = *how;
    bare.has_pick = true; /* no attributes */
    bare.pick = (AttributeList){NULL, 0};
    bare.geojson = false;
    represent_entity(buf, arena, &bare, before);
    buf_truncate(buf, buf->n - 1);
    buf_put(buf, S(",\"deletedAt\":"));
    time_put(buf, change->at_us);
    buf_char(buf, '}');
}

static void entity_put(Buf *buf, Arena *arena, const Subscription *s, const EntityChange *change)
{
    Representation how = s->how;
    how.put_context = false;
    if (change->verb == ENTITY_DELETED) {
        deleted_entity_put(buf, arena, &how, change);
        return;
    }
    represent_entity(buf, arena, &how, change->after);
    if (!how.geojson && buf->n && !buf->overflow)
        deletions_put(buf, arena, &how, change);
}

void notification_put(Buf *buf, Arena *arena, const Notification *notification, Str id,
                      int64_t at_us)
{
    const Subscription *s = notification->subscription;
    bool geo = s->endpoint.media == ENDPOINT_GEO;
    buf_put(buf, S("{\"id\":"));
    buf_json_string(buf, id);
    buf_put(buf, S(",\"type\":\"Notification\",\"subscriptionId\":"));
    buf_json_string(buf, s->id);
    buf_put(buf, S(",\"notifiedAt\":"));
    time_put(buf, at_us);
    if (s->endpoint.media == ENDPOINT_LD) {
        buf_put(buf, S(",\"@context\":"));
        buf_put(buf, context_json(s->how.context));
    }
    buf_put(buf,
            geo ? S(",\"data\":{\"type\":\"FeatureCollection\",\"features\":[") : S(",\"data\":["));
    entity_put(buf, arena, s, notification->change);
    buf_put(buf, geo ? S("]}}") : S("]}"));
}
