#include "web/live.h"

#include "base/json.h"
#include "base/str.h"
#include "base/uri.h"
#include "core/throttle.h"
#include "web/format.h"
#include "web/thing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <uv.h>

enum {
    TICK_MS = 100,
    FLUSH_MS = 1000, /* between two values of one attribute */
    ALIVE_MS = 20000 /* between comments that keep proxies awake */
};

struct LiveList {
    atomic_int refs;
    Arena arena;
    LiveValue *values;
    size_t count, room;
};

typedef struct LiveClient {
    struct LiveClient *next, **at;
    Live *live;
    HttpStream *stream;
    Arena arena;
    uint64_t *ids; /* hashes, sorted; none: all */
    size_t id_count;
    uint64_t address; /* its key at the gate */
    Actor actor;      /* who opened it, without the name */
    Lang lang;
} LiveClient;

typedef struct Pending {
    LiveValue value;
    uint64_t id_hash, key_hash;
    Str event[LANG_COUNT]; /* made when the first client of that language wants it */
} Pending;

struct Live {
    Loop *loop;
    LiveOptions options;
    uv_timer_t timer;
    bool ticking, closing;
    uint64_t flushed_ms, alive_ms; /* by uv_now */
    LiveClient *clients;
    Arena arena; /* of pending values; emptied by each flush */
    Pending *pending;
    size_t pending_count;
    uint32_t *slots; /* of key_hash: index + 1 */
    atomic_uint_least64_t client_count, sent, dropped;
};
enum { SLOTS = LIVE_PENDING_MAX * 2 };

typedef struct LivePost {
    LoopMessage message;
    Live *live;
    LiveList *list; /* NULL: logins changed */
} LivePost;

/* ---- the gate ---- */

typedef struct Guest {
    struct Guest *next;
    uint64_t address;
    int64_t streams; /* at least one */
} Guest;

enum { GATE_BUCKETS = 1024 };

struct LiveGate {
    pthread_mutex_t mutex; /* each loop comes here, for moments */
    int64_t max;
    Guest *guests[GATE_BUCKETS];
};

LiveGate *live_gate_new(int64_t streams_per_address)
{
    LiveGate *gate = calloc(1, sizeof *gate);
    if (!gate)
        abort();
    gate->max = streams_per_address;
    pthread_mutex_init(&gate->mutex, NULL);
    return gate;
}

void live_gate_free(LiveGate *gate)
{
    for (size_t i = 0; i < GATE_BUCKETS; i++)
        ASSERT(!gate->guests[i]);
    pthread_mutex_destroy(&gate->mutex);
    free(gate);
}

/* Where the guest's pointer is, or would be. */
static Guest **gate_place(LiveGate *gate, uint64_t address)
{
    Guest **at = &gate->guests[address % GATE_BUCKETS];
    while (*at && (*at)->address != address)
        at = &(*at)->next;
    return at;
}

static bool gate_enter(LiveGate *gate, uint64_t address)
{
    pthread_mutex_lock(&gate->mutex);
    Guest **at = gate_place(gate, address);
    bool fits = !*at || (*at)->streams < gate->max;
    if (!*at) {
        *at = calloc(1, sizeof **at);
        if (!*at)
            abort();
        (*at)->address = address;
    }
    (*at)->streams += fits;
    pthread_mutex_unlock(&gate->mutex);
    return fits;
}

static void gate_leave(LiveGate *gate, uint64_t address)
{
    pthread_mutex_lock(&gate->mutex);
    Guest **at = gate_place(gate, address), *guest = *at;
    ASSERT(guest);
    if (--guest->streams == 0) {
        *at = guest->next;
        free(guest);
    }
    pthread_mutex_unlock(&gate->mutex);
}

/* ---- lists ---- */

LiveList *live_list_new(void)
{
    LiveList *list = calloc(1, sizeof *list);
    if (!list)
        abort();
    atomic_init(&list->refs, 1);
    arena_init(&list->arena, 0, 0);
    return list;
}

static LiveValue value_copy(Arena *arena, const LiveValue *value)
{
    return (LiveValue){.id = arena_copy(arena, value->id),
                       .attribute = arena_copy(arena, value->attribute),
                       .raw = arena_copy(arena, value->raw),
                       .unit = arena_copy(arena, value->unit),
                       .state = arena_copy(arena, value->state),
                       .at_us = value->at_us};
}

void live_list_add(LiveList *list, const LiveValue *value)
{
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 16;
        list->values = arena_grow(&list->arena, list->values, list->room * sizeof *list->values,
                                  room * sizeof *list->values, _Alignof(LiveValue));
        list->room = room;
    }
    list->values[list->count++] = value_copy(&list->arena, value);
}

size_t live_list_count(const LiveList *list)
{
    return list->count;
}

void live_list_release(LiveList *list)
{
    if (atomic_fetch_sub(&list->refs, 1) != 1)
        return;
    arena_done(&list->arena);
    free(list);
}

/* ---- events ---- */

/* Numbers and plain strings as a reader of the language writes them; other JSON as it is. */
static Str value_text(Arena *arena, Lang lang, Str raw)
{
    double number;
    if (str_to_f64(raw, &number))
        return format_measure(arena, lang, number);
    if (raw.n >= 2 && raw.p[0] == '"' && str_find_char(raw, '\\') < 0)
        return str_slice(raw, 1, raw.n - 1);
    return raw;
}

static Str event_text(Arena *arena, Lang lang, const LiveValue *value)
{
    Buf buf = buf_new(arena, LIVE_RING_BYTES);
    buf_put(&buf, S("id: "));
    buf_i64(&buf, value->at_us);
    buf_put(&buf, S("\ndata: "));
    JsonOut out = json_out(&buf);
    json_begin(&out, '{');
    json_name(&out, S("id"));
    json_put_text(&out, value->id);
    json_name(&out, S("attr"));
    json_put_text(&out, iri_name(value->attribute));
    json_name(&out, S("raw"));
    if (str_find_char(value->raw, '\n') >= 0 || str_find_char(value->raw, '\r') >= 0)
        json_put_null(&out); /* a line break would end the event's line */
    else
        json_put_span(&out, value->raw);
    json_name(&out, S("text"));
    json_put_text(&out, value_text(arena, lang, value->raw));
    json_name(&out, S("unit"));
    json_put_text(&out, format_unit_symbol(value->unit));
    json_name(&out, S("at"));
    json_put_text(&out, format_machine_time(arena, value->at_us));
    json_name(&out, S("state"));
    json_put_text(&out, value->state);
    json_end(&out, '}');
    buf_put(&buf, S("\n\n"));
    return buf.overflow ? S("") : buf_str(&buf);
}

/* ---- clients ---- */

static int by_number(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static bool client_wants(const LiveClient *client, uint64_t id_hash)
{
    return client->id_count == 0 ||
           bsearch(&id_hash, client->ids, client->id_count, sizeof *client->ids, by_number) != NULL;
}

static void client_send(LiveClient *client, Str event)
{
    Live *live = client->live;
    if (event.n && http_stream_write(client->stream, event))
        atomic_fetch_add(&live->sent, 1);
    else
        atomic_fetch_add(&live->dropped, 1);
}

static void client_closed(void *user)
{
    LiveClient *client = user;
    *client->at = client->next;
    if (client->next)
        client->next->at = client->at;
    atomic_fetch_sub(&client->live->client_count, 1);
    gate_leave(client->live->options.gate, client->address);
    arena_done(&client->arena);
    free(client);
}

static void flush(Live *live)
{
    for (LiveClient *client = live->clients, *next; client; client = next) {
        next = client->next; /* a write may find the client gone and close it */
        Lang lang = client->lang;
        for (size_t i = 0; i < live->pending_count; i++) {
            Pending *pending = &live->pending[i];
            if (!client_wants(client, pending->id_hash))
                continue;
            if (!pending->event[lang].p)
                pending->event[lang] = event_text(&live->arena, lang, &pending->value);
            client_send(client, pending->event[lang]);
        }
    }
    live->pending_count = 0;
    live->pending = NULL;
    live->slots = NULL;
    arena_reset(&live->arena);
    live->flushed_ms = uv_now(loop_uv(live->loop));
}

/* After a quiet second the first change goes out at once; later ones wait for their second. */
static void flush_when_due(Live *live)
{
    if (live->pending_count && uv_now(loop_uv(live->loop)) >= live->flushed_ms + FLUSH_MS)
        flush(live);
}

static void keep_alive(Live *live)
{
    live->alive_ms = uv_now(loop_uv(live->loop));
    for (LiveClient *client = live->clients, *next; client; client = next) {
        next = client->next;
        if (!http_stream_write(client->stream, S(": \n\n")))
            atomic_fetch_add(&live->dropped, 1);
    }
}

static void on_tick(uv_timer_t *timer)
{
    Live *live = timer->data;
    flush_when_due(live);
    if (uv_now(loop_uv(live->loop)) >= live->alive_ms + ALIVE_MS)
        keep_alive(live);
    if (!live->clients) {
        uv_timer_stop(&live->timer);
        live->ticking = false;
    }
}

/* ---- values ---- */

static void pending_put(Live *live, const LiveValue *value)
{
    if (!live->slots) {
        live->slots = arena_array(&live->arena, uint32_t, SLOTS);
        live->pending = arena_array(&live->arena, Pending, LIVE_PENDING_MAX);
    }
    uint64_t id_hash = str_hash(value->id);
    uint64_t key_hash = id_hash * 31 + str_hash(value->attribute);
    size_t slot = key_hash % SLOTS;
    while (live->slots[slot] && live->pending[live->slots[slot] - 1].key_hash != key_hash)
        slot = (slot + 1) % SLOTS;
    if (!live->slots[slot]) {
        if (live->pending_count == LIVE_PENDING_MAX) {
            atomic_fetch_add(&live->dropped, 1);
            return;
        }
        live->slots[slot] = (uint32_t)++live->pending_count;
    }
    live->pending[live->slots[slot] - 1] = (Pending){
        .value = value_copy(&live->arena, value), .id_hash = id_hash, .key_hash = key_hash};
}

static bool may_stay(const LiveClient *client)
{
    const LiveOptions *options = &client->live->options;
    return !client->actor.session || options->may_stay(options->user, &client->actor);
}

static void end_sessions(Live *live)
{
    for (LiveClient *client = live->clients, *next; client; client = next) {
        next = client->next;
        if (!may_stay(client))
            http_stream_end(client->stream);
    }
}

static void on_post(LoopMessage *message)
{
    LivePost *post = (LivePost *)message; /* its first member */
    Live *live = post->live;
    if (!post->list) {
        if (!live->closing)
            end_sessions(live);
    } else {
        if (live->clients && !live->closing)
            for (size_t i = 0; i < post->list->count; i++)
                pending_put(live, &post->list->values[i]);
        live_list_release(post->list);
        if (!live->closing)
            flush_when_due(live);
    }
    free(post);
}

static void post(Live *live, LiveList *list)
{
    LivePost *fresh = malloc(sizeof *fresh);
    if (!fresh)
        abort();
    *fresh = (LivePost){.message.run = on_post, .live = live, .list = list};
    loop_post(live->loop, &fresh->message);
}

void live_post(Live *live, LiveList *list)
{
    atomic_fetch_add(&list->refs, 1);
    post(live, list);
}

void live_post_auth(Live *live)
{
    post(live, NULL);
}

/* ---- life ---- */

Err live_open(Cx *cx, Loop *loop, LiveOptions options, Live **ret)
{
    Live *live = calloc(1, sizeof *live);
    if (!live)
        abort();
    live->loop = loop;
    live->options = options;
    arena_init(&live->arena, 64 << 10, 0);
    if (uv_timer_init(loop_uv(loop), &live->timer) != 0) {
        free(live);
        return fail(cx, ERR_INTERNAL, "live.timer", "no timer for live pages");
    }
    live->timer.data = live;
    *ret = live;
    return OK;
}

void live_close(Live *live)
{
    if (live->closing)
        return;
    live->closing = true;
    for (LiveClient *client = live->clients, *next; client; client = next) {
        next = client->next;
        http_stream_end(client->stream);
    }
    uv_close((uv_handle_t *)&live->timer, NULL);
}

void live_free(Live *live)
{
    arena_done(&live->arena);
    free(live);
}

LiveStats live_stats(const Live *live)
{
    return (LiveStats){.clients = atomic_load(&live->client_count),
                       .sent = atomic_load(&live->sent),
                       .dropped = atomic_load(&live->dropped)};
}

/* ---- a new client ---- */

/* The value as it was sent: a comma that belongs to an id comes percent-encoded. */
static Str raw_query(const Call *call, Str name)
{
    Str key, value;
    for (Str rest = call->http->query; uri_next_pair(&rest, &key, &value);)
        if (str_eq(key, name))
            return value;
    return (Str){0};
}

static Err read_ids(Call *call, LiveClient *client)
{
    Cx *cx = call->cx;
    Str ids = raw_query(call, S("ids"));
    if (!ids.p && !call_query_flag(call, S("all")))
        return fail(cx, ERR_INVALID, "live.ids", "say which: ?ids=ID,ID or ?all=true");
    client->ids = arena_array(&client->arena, uint64_t, LIVE_IDS_MAX);
    while (ids.p) {
        Str id;
        if (!uri_decode(cx->arena, str_cut(&ids, ','), true, &id))
            return fail(cx, ERR_INVALID, "live.ids", "an id has a broken percent escape");
        if (client->id_count == LIVE_IDS_MAX)
            return fail(cx, ERR_LIMIT, "live.ids", "at most %d ids; ask for all of them",
                        LIVE_IDS_MAX);
        client->ids[client->id_count++] = str_hash(id);
    }
    qsort(client->ids, client->id_count, sizeof *client->ids, by_number);
    return OK;
}

static void client_enter(Live *live, LiveClient *client)
{
    client->next = live->clients;
    client->at = &live->clients;
    if (client->next)
        client->next->at = &client->next;
    live->clients = client;
    atomic_fetch_add(&live->client_count, 1);
    if (!live->ticking) {
        uv_timer_start(&live->timer, on_tick, TICK_MS, TICK_MS);
        live->ticking = true;
    }
}

static LiveClient *client_new(Call *call, Live *live, Lang lang)
{
    LiveClient *client = calloc(1, sizeof *client);
    if (!client)
        abort();
    *client = (LiveClient){.live = live, .actor = *call->cx->actor, .lang = lang};
    client->actor.name = (Str){0};
    client->address = str_hash(throttle_address_key(call->cx->arena, call->http->peer));
    arena_init(&client->arena, 8 << 10, 0);
    return client;
}

static Err admit(Call *call, LiveClient *client)
{
    Cx *cx = call->cx;
    LiveGate *gate = client->live->options.gate;
    TRY(read_ids(call, client));
    if (!may_stay(client)) /* the message about the session's end may have been here already */
        return fail(cx, ERR_DENIED, "auth.required", "the session has just ended");
    if (!gate_enter(gate, client->address))
        return fail(cx, ERR_LIMIT, "live.address",
                    "%.*s has %lld live pages open, which is the most that one address may have: "
                    "close some, then try again",
                    SARG(call->http->peer), (long long)gate->max);
    return OK;
}

Err live_stream(Call *call, Live *live, Lang lang, const LiveValue *current, size_t current_count)
{
    static const HttpHeader HEAD[] = {{S_INIT("Content-Type"), S_INIT("text/event-stream")},
                                      {S_INIT("Cache-Control"), S_INIT("no-store")},
                                      {S_INIT("X-Accel-Buffering"), S_INIT("no")}};
    Cx *cx = call->cx;
    if (live->closing || atomic_load(&live->client_count) >= LIVE_CLIENTS_MAX)
        return fail(cx, ERR_UNAVAILABLE, "live.full", "too many live pages are open");
    LiveClient *client = client_new(call, live, lang);
    Err err = admit(call, client);
    if (err != OK) {
        arena_done(&client->arena);
        free(client);
        return err;
    }
    HttpResponse head = {.status = 200, .headers = HEAD, .header_count = COUNT_OF(HEAD)};
    HttpStreamEvents events = {.closed = client_closed, .user = client};
    client_enter(live, client);
    client->stream = http_stream(call->exchange, &head, LIVE_RING_BYTES, events);
    call->taken = true;
    client_send(client, S("retry: 3000\n\n"));
    for (size_t i = 0; i < current_count; i++)
        client_send(client, event_text(cx->arena, lang, &current[i]));
    return OK;
}
