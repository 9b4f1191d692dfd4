#include "app/effects.h"

#include "base/str.h"
#include "systems/entity.h"

#include <stdlib.h>

enum { LIVE_VALUE_BYTES_MAX = 4096 /* larger values are for the API, not for a line on a page */ };

/* ---- snapshots ---- */

static void free_auth(void *value)
{
    auth_free(value);
}

static void free_city(void *value)
{
    city_frame_free(value);
}

static void free_subscriptions(void *value)
{
    subscription_set_free(value);
}

static Err read_auth(Cx *cx, App *app)
{
    AuthSnapshot *snapshot;
    TRY(auth_read(cx, &snapshot));
    snapshot_swap(&app->auth, snapshot, free_auth);
    return OK;
}

static Err read_city(Cx *cx, App *app)
{
    CityFrame *frame;
    Str warning;
    TRY(city_frame_read(cx, app->config.data, &frame, &warning));
    if (warning.p)
        log_line(&app->log, LOG_WARN, "city", LOG_S("detail", warning));
    snapshot_swap(&app->city, frame, free_city);
    return OK;
}

static Err read_subscriptions(Cx *cx, App *app)
{
    SubscriptionSet *set;
    TRY(subscription_set_read(cx, app->contexts, &set));
    snapshot_swap(&app->subscriptions, set, free_subscriptions);
    return OK;
}

Err snapshots_read(Cx *cx, App *app)
{
    TRY(read_auth(cx, app));
    TRY(read_city(cx, app));
    return read_subscriptions(cx, app);
}

static Err reload_apply(Unit *unit)
{
    event_add(&unit->events, &AUTH_CHANGED, NULL);
    event_add(&unit->events, &SETTING_CHANGED, NULL);
    event_add(&unit->events, &SUBSCRIPTION_CHANGED, NULL);
    return OK;
}

/* By the writer, as after any commit: who read the store here could put an older snapshot in the
 * place of the one that a revocation has just made. */
void snapshots_reload(App *app)
{
    Arena arena;
    Error error = {0};
    Actor actor = {.tenant = TENANT_DEFAULT};
    arena_init(&arena, 0, 0);
    Cx cx = {
        .arena = &arena, .actor = &actor, .clock = &app->clock, .error = &error, .log = &app->log};
    Err err = writer_run(&cx, app->writer, reload_apply, NULL);
    log_line(&app->log, err == OK ? LOG_INFO : LOG_ERROR, "reloaded",
             LOG_S("detail", err == OK ? S("grants, settings, subscriptions") : error.detail));
    arena_done(&arena);
}

/* ---- live pages ---- */

static Str value_span(JsonValue instance)
{
    static const Str MEMBERS[] = {S_INIT("value"), S_INIT("object"), S_INIT("vocab"),
                                  S_INIT("languageMap"), S_INIT("json")};
    JsonValue value;
    for (size_t i = 0; i < COUNT_OF(MEMBERS); i++)
        if (json_find(instance, MEMBERS[i], &value))
            return json_span(value);
    return (Str){0};
}

static void add_live(LiveList *list, const EntityChange *change)
{
    if (change->verb == ENTITY_DELETED)
        return;
    for (size_t i = 0; i < change->attribute_count; i++) {
        const AttributeChange *attribute = &change->attributes[i];
        JsonValue unit;
        if (attribute->late || attribute->verb == ATTRIBUTE_DELETED || attribute->dataset.n)
            continue;
        Str raw = value_span(attribute->instance);
        if (!raw.p || raw.n > LIVE_VALUE_BYTES_MAX)
            continue;
        bool has_unit = json_find(attribute->instance, S("unitCode"), &unit);
        live_list_add(list, &(LiveValue){.id = change->after->id,
                                         .attribute = attribute->attribute,
                                         .raw = raw,
                                         .unit = has_unit ? json_raw(unit) : S(""),
                                         .at_us = change->at_us});
    }
}

static bool anybody_looks(const App *app)
{
    for (size_t i = 0; i < app->loop_count; i++)
        if (live_stats(app->loops[i].live).clients)
            return true;
    return false;
}

static void tell_pages(App *app, Unit *const *units, size_t count)
{
    if (!anybody_looks(app))
        return;
    LiveList *list = live_list_new();
    for (size_t i = 0; i < count; i++)
        for (const Event *event = units[i]->events.first; event; event = event->next)
            if (event->kind == &ENTITY_CHANGED)
                add_live(list, event->data);
    for (size_t i = 0; live_list_count(list) && i < app->loop_count; i++)
        live_post(app->loops[i].live, list);
    live_list_release(list);
}

/* ---- subscribers ---- */

static void tell_subscribers(Cx *cx, App *app, Unit *const *units, size_t count)
{
    SnapshotRef *ref = snapshot_take(&app->subscriptions);
    const SubscriptionSet *set = ref ? ref->value : NULL;
    for (size_t i = 0; set && subscription_set_count(set) && i < count; i++)
        for (const Event *event = units[i]->events.first; event; event = event->next)
            if (event->kind == &ENTITY_CHANGED)
                notifier_tell(app->notifier, cx, set, event->data);
    snapshot_release(&app->subscriptions, ref);
}

typedef struct Counting {
    Unit unit; /* first: done gets it */
    Arena arena;
    Error error;
    Actor actor;
    DeliveryCount *counts;
    size_t count;
} Counting;

static Err counting_apply(Unit *unit)
{
    const Counting *counting = unit->user;
    return subscription_add_counts(&unit->cx, counting->counts, counting->count);
}

static void counting_done(Unit *unit)
{
    Counting *counting = unit->user;
    arena_done(&counting->arena);
    free(counting);
}

void effects_count_deliveries(void *user, const DeliveryCount *counts, size_t count)
{
    App *app = user;
    Counting *counting = calloc(1, sizeof *counting);
    if (!counting)
        abort();
    arena_init(&counting->arena, 0, 0);
    counting->actor = (Actor){.tenant = TENANT_DEFAULT};
    counting->counts = arena_array(&counting->arena, DeliveryCount, count);
    counting->count = count;
    for (size_t i = 0; i < count; i++) {
        counting->counts[i] = counts[i];
        counting->counts[i].id = arena_copy(&counting->arena, counts[i].id);
    }
    counting->unit = (Unit){.cx = {.arena = &counting->arena,
                                   .actor = &counting->actor,
                                   .clock = &app->clock,
                                   .error = &counting->error,
                                   .log = &app->log},
                            .apply = counting_apply,
                            .done = counting_done,
                            .user = counting,
                            .bulk = true};
    /* A full queue costs counters, never deliveries. */
    pthread_mutex_lock(&app->counting);
    bool taken = !app->writer_gone && writer_submit(app->writer, &counting->unit);
    pthread_mutex_unlock(&app->counting);
    if (!taken)
        counting_done(&counting->unit);
}

/* ---- after a commit ---- */

static Owed what_changed(Unit *const *units, size_t count)
{
    Owed changed = {0};
    for (size_t i = 0; i < count; i++)
        for (const Event *event = units[i]->events.first; event; event = event->next) {
            changed.auth |= event->kind == &AUTH_CHANGED;
            changed.settings |= event->kind == &SETTING_CHANGED;
            changed.subscriptions |= event->kind == &SUBSCRIPTION_CHANGED;
        }
    return changed;
}

/* Reads what is owed; what fails stays owed until the next commit, since a session that was
 * revoked must not live on in an old snapshot. */
static Err read_owed(Cx *cx, App *app)
{
    Owed *owed = &app->owed;
    if (owed->auth)
        TRY(read_auth(cx, app));
    owed->auth = false;
    if (owed->settings)
        TRY(read_city(cx, app));
    owed->settings = false;
    if (owed->subscriptions)
        TRY(read_subscriptions(cx, app));
    owed->subscriptions = false;
    return OK;
}

void effects_after_commit(void *user, Unit *const *units, size_t count)
{
    App *app = user;
    Error error = {0};
    Actor actor = {.tenant = TENANT_DEFAULT};
    Cx cx = {.arena = &app->effects_arena,
             .db = app->effects_db,
             .clock = &app->clock,
             .error = &error,
             .actor = &actor,
             .log = &app->log};
    Owed changed = what_changed(units, count);
    app->owed.auth |= changed.auth;
    app->owed.settings |= changed.settings;
    app->owed.subscriptions |= changed.subscriptions;
    if (read_owed(&cx, app) != OK)
        log_line(&app->log, LOG_ERROR, "snapshot.read", LOG_S("detail", error.detail));
    tell_pages(app, units, count);
    tell_subscribers(&cx, app, units, count);
    for (size_t i = 0; changed.auth && i < app->loop_count; i++)
        live_post_auth(app->loops[i].live);
    arena_reset(&app->effects_arena);
}
