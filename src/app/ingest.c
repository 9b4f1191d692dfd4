#include "app/ingest.h"

#include "base/log.h"
#include "base/str.h"
#include "net/mqtt_client.h"
#include "systems/feed_take.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

enum {
    RETRY_MS = 100, /* until what waits for the store is tried again */
    PASSWORD_BYTES_MAX = 4096,
    ERROR_BYTES_MAX = 300,  /* of the last error that is shown */
    LOG_EVERY_US = 1000000, /* a line per feed about refused messages */
    NAME_BYTES_MAX = 100
};

typedef struct IngestMessage IngestMessage;

typedef struct IngestFeed {
    Ingest *ingest;
    Str name;
    const Feed *feed; /* NULL: the mapping is broken */
    Actor actor;
    MqttClient *client;
    IngestMessage *waiting, *waiting_last; /* for the store; on the loop */
    int64_t logged_us;
    uint64_t unlogged;
    /* under the ingest's mutex */
    IngestStatus status;
    char error[ERROR_BYTES_MAX];
} IngestFeed;

struct Ingest {
    Arena arena;
    IngestOptions options;
    Clock clock;
    IngestFeed *feeds;
    size_t count;
    Loop *loop;
    pthread_t thread;
    bool running;
    uv_timer_t timer;
    size_t in_flight; /* units that the writer has; on the loop */
    size_t clients;   /* that are not gone yet; on the loop */
    bool closing;     /* no message is taken any more */
    bool leaving;     /* the clients are told to go */
    bool left;
    LoopMessage close_message;
    pthread_mutex_t mutex;
};

/* A received message, from its arrival to its acknowledgement. */
struct IngestMessage {
    Unit unit; /* first */
    LoopMessage back;
    IngestMessage *next;
    IngestFeed *feed;
    MqttAck ack;
    uint8_t qos;
    int tries;
    Arena arena;
    Error error;
    Cx cx;
    FeedBatch batch;
    FeedTaken taken;
};

/* ---- status ---- */

static void status_add(IngestFeed *feed, uint64_t *counter, uint64_t n)
{
    pthread_mutex_lock(&feed->ingest->mutex);
    *counter += n;
    pthread_mutex_unlock(&feed->ingest->mutex);
}

static void status_error(IngestFeed *feed, Str detail)
{
    size_t n = MIN(detail.n, sizeof feed->error);
    while (n && n < detail.n && ((unsigned char)detail.p[n] & 0xC0) == 0x80)
        n--;
    pthread_mutex_lock(&feed->ingest->mutex);
    memcpy(feed->error, detail.p, n);
    feed->status.last_error = (Str){feed->error, n};
    feed->status.last_error_us = feed->ingest->clock.now_us(&feed->ingest->clock);
    pthread_mutex_unlock(&feed->ingest->mutex);
}

/* A sensor gone mad fills neither the log nor the disk. */
static void log_refusal(IngestFeed *feed, Str field, Str reason)
{
    int64_t now_us = clock_mono_us();
    status_error(feed, reason);
    if (feed->logged_us && now_us - feed->logged_us < LOG_EVERY_US) {
        feed->unlogged++;
        return;
    }
    log_line(feed->ingest->options.log, LOG_WARN, "feed.refused", LOG_S("feed", feed->name),
             LOG_S("field", field), LOG_S("reason", reason),
             LOG_I("unlogged", (int64_t)feed->unlogged));
    feed->logged_us = now_us;
    feed->unlogged = 0;
}

size_t ingest_status(Ingest *ingest, Arena *arena, IngestStatus **ret)
{
    IngestStatus *list = arena_array(arena, IngestStatus, ingest->count);
    pthread_mutex_lock(&ingest->mutex);
    for (size_t i = 0; i < ingest->count; i++) {
        list[i] = ingest->feeds[i].status;
        list[i].last_error = arena_copy(arena, list[i].last_error);
        list[i].name = arena_copy(arena, list[i].name);
        list[i].broker = arena_copy(arena, list[i].broker);
    }
    pthread_mutex_unlock(&ingest->mutex);
    *ret = list;
    return ingest->count;
}

/* ---- messages ---- */

static void message_free(IngestMessage *message)
{
    arena_done(&message->arena);
    free(message);
}

static void message_end(IngestMessage *message)
{
    if (message->qos)
        mqtt_client_ack(message->feed->client, message->ack);
    message_free(message);
}

static void message_refuse(IngestMessage *message, Str reason)
{
    status_add(message->feed, &message->feed->status.refused, 1);
    log_refusal(message->feed, S(""), reason);
    message_end(message);
}

static void message_wait(IngestMessage *message)
{
    IngestFeed *feed = message->feed;
    if (message->qos == 0 && feed->status.waiting >= INGEST_WAITING_MAX) {
        status_add(feed, &feed->status.dropped, 1);
        message_free(message);
        return;
    }
    message->next = NULL;
    if (feed->waiting_last)
        feed->waiting_last->next = message;
    else
        feed->waiting = message;
    feed->waiting_last = message;
    status_add(feed, &feed->status.waiting, 1);
}

static Err message_apply(Unit *unit)
{
    IngestMessage *message = (IngestMessage *)unit; /* its first member */
    message->taken = (FeedTaken){0};
    return feed_take(&unit->cx, message->feed->feed, message->batch.readings, message->batch.count,
                     &unit->events, &message->taken);
}

static void message_done(Unit *unit)
{
    IngestMessage *message = (IngestMessage *)unit;
    loop_post(message->feed->ingest->loop, &message->back);
}

static void leave_when_idle(Ingest *ingest);

static void message_stored(IngestMessage *message)
{
    IngestFeed *feed = message->feed;
    pthread_mutex_lock(&feed->ingest->mutex);
    feed->status.stored++;
    feed->status.readings += message->taken.readings;
    pthread_mutex_unlock(&feed->ingest->mutex);
    message_end(message);
}

/* Behind the commit, or the failure, on the loop again. */
static void message_back(LoopMessage *back)
{
    IngestMessage *message =
        (IngestMessage *)(void *)((char *)back - offsetof(IngestMessage, back));
    Ingest *ingest = message->feed->ingest;
    Err result = message->unit.result;
    ingest->in_flight--;
    if (result == OK) {
        message_stored(message);
    } else if (result == ERR_UNAVAILABLE ||
               (result == ERR_INTERNAL && ++message->tries < INGEST_INTERNAL_TRIES)) {
        status_error(message->feed, message->error.detail);
        message_wait(message);
    } else {
        message_refuse(message, message->error.detail);
    }
    leave_when_idle(ingest);
}

static bool message_submit(IngestMessage *message)
{
    message->unit = (Unit){.cx = message->cx, .apply = message_apply, .done = message_done};
    message->back.run = message_back;
    message->feed->ingest->in_flight++;
    if (writer_submit(message->feed->ingest->options.writer, &message->unit))
        return true;
    message->feed->ingest->in_flight--;
    return false;
}

static void feed_retry(IngestFeed *feed)
{
    while (feed->waiting) {
        IngestMessage *message = feed->waiting, *next = message->next;
        if (!message_submit(message))
            return;
        feed->waiting = next;
        if (!next)
            feed->waiting_last = NULL;
        pthread_mutex_lock(&feed->ingest->mutex);
        feed->status.waiting--;
        pthread_mutex_unlock(&feed->ingest->mutex);
    }
}

static void on_timer(uv_timer_t *timer)
{
    Ingest *ingest = timer->data;
    for (size_t i = 0; i < ingest->count && !ingest->closing; i++)
        feed_retry(&ingest->feeds[i]);
}

/* ---- from a message to readings ---- */

static Err payload_read(IngestMessage *message, Str payload, Json *ret)
{
    Cx *cx = &message->cx;
    if (!message->feed->feed->mqtt.text)
        return json_parse(cx, arena_copy(cx->arena, payload), ret);
    if (!str_is_utf8(payload))
        return fail(cx, ERR_INVALID, "feed.payload", "the payload is no UTF-8 text");
    Buf buf = buf_new(cx->arena, payload.n * 6 + 16);
    buf_json_string(&buf, payload);
    return json_parse(cx, buf_str(&buf), ret);
}

static bool captures_find(const Feed *feed, Str topic, Str *captures, size_t *ret_count)
{
    for (size_t i = 0; i < feed->mqtt.topic_count; i++)
        if (feed_topic_match(feed->mqtt.topics[i], topic, captures, ret_count))
            return true;
    return false;
}

static void values_refused(IngestMessage *message, FeedOutcome outcome)
{
    IngestFeed *feed = message->feed;
    if (outcome == FEED_TAKEN)
        status_add(feed, &feed->status.values_refused, message->batch.refusal_count);
    for (size_t i = 0; i < message->batch.refusal_count; i++)
        log_refusal(feed, message->batch.refusals[i].field, message->batch.refusals[i].reason);
}

static void message_map(IngestMessage *message, const MqttMessage *from)
{
    IngestFeed *feed = message->feed;
    Str captures[FEED_CAPTURES_MAX];
    size_t count = 0;
    Json doc;
    if (!captures_find(feed->feed, from->topic, captures, &count)) {
        message_refuse(message, S("the topic is none of the mapping's; an older subscription"));
        return;
    }
    if (payload_read(message, from->payload, &doc) != OK) {
        message_refuse(message, message->error.detail);
        return;
    }
    FeedRecord record = {.json = json_root(&doc),
                         .topic = from->topic,
                         .captures = captures,
                         .capture_count = count,
                         .received_us = cx_now_us(&message->cx)};
    FeedOutcome outcome = feed_map(&message->cx, feed->feed, &record, &message->batch);
    values_refused(message, outcome);
    if (outcome != FEED_TAKEN) {
        status_add(feed, outcome == FEED_SKIPPED ? &feed->status.skipped : &feed->status.refused,
                   1);
        message_end(message);
    } else if (feed->waiting || !message_submit(message)) {
        message_wait(message); /* behind those that wait already: readings keep their order */
    }
}

static void on_message(void *user, const MqttMessage *from, MqttAck ack)
{
    IngestFeed *feed = user;
    Ingest *ingest = feed->ingest;
    if (ingest->closing)
        return; /* not acknowledged: the broker keeps it for the next start */
    pthread_mutex_lock(&ingest->mutex);
    feed->status.messages++;
    feed->status.last_message_us = ingest->clock.now_us(&ingest->clock);
    pthread_mutex_unlock(&ingest->mutex);
    IngestMessage *message = calloc(1, sizeof *message);
    if (!message)
        abort();
    message->feed = feed;
    message->ack = ack;
    message->qos = from->qos;
    arena_init(&message->arena, 4096, 0);
    message->cx = (Cx){.arena = &message->arena,
                       .actor = &feed->actor,
                       .clock = &ingest->clock,
                       .error = &message->error,
                       .log = ingest->options.log};
    message_map(message, from);
}

/* ---- the broker ---- */

static void on_status(void *user, const MqttStatus *status)
{
    IngestFeed *feed = user;
    pthread_mutex_lock(&feed->ingest->mutex);
    bool changed = feed->status.connected != status->connected;
    feed->status.connected = status->connected;
    pthread_mutex_unlock(&feed->ingest->mutex);
    if (!status->connected && !feed->ingest->closing)
        status_error(feed, status->detail);
    if (changed || (!status->connected && status->attempt == 1))
        log_line(feed->ingest->options.log, status->connected ? LOG_INFO : LOG_WARN,
                 status->connected ? "feed.connected" : "feed.disconnected",
                 LOG_S("feed", feed->name), LOG_S("broker", feed->feed->mqtt.broker),
                 LOG_S("detail", status->connected ? S("") : status->detail));
}

static void on_subscribed(void *user, Str filter, uint8_t reason)
{
    IngestFeed *feed = user;
    if (reason < 0x80)
        return;
    Str why = mqtt_reason_name(reason);
    char text[ERROR_BYTES_MAX];
    int n = snprintf(text, sizeof text, "the broker refused the topic %.*s: %.*s",
                     (int)MIN(filter.n, 150), filter.p, SARG(why));
    status_error(feed, (Str){text, MIN((size_t)n, sizeof text - 1)});
    log_line(feed->ingest->options.log, LOG_ERROR, "feed.topic_refused", LOG_S("feed", feed->name),
             LOG_S("topic", filter), LOG_S("reason", why));
}

/* A file beside the mappings, unless its name is absolute. */
static Str beside(Cx *cx, const Ingest *ingest, Str name)
{
    return name.n && name.p[0] == '/'
               ? arena_copy(cx->arena, name)
               : arena_fmt(cx->arena, "%.*s/%.*s", SARG(ingest->options.dir), SARG(name));
}

static Err password_read(Cx *cx, const Ingest *ingest, Str name, Str *ret)
{
    char text[PASSWORD_BYTES_MAX];
    Str path = beside(cx, ingest, name);
    int fd = open(path.p, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    if (n < 0)
        return fail(cx, ERR_NOT_FOUND, "feed.password", "cannot read the password file %.*s",
                    SARG(path));
    Str rest = {text, (size_t)n};
    *ret = arena_copy(cx->arena, str_trim(str_cut(&rest, '\n')));
    return OK;
}

/* Stable, and this installation's own: a broker lets one connection per client id live. */
static Str client_id(Cx *cx, const IngestFeed *feed)
{
    if (feed->feed->mqtt.client_id.n)
        return feed->feed->mqtt.client_id;
    return arena_fmt(cx->arena, "hanse-%.*s-%08llx", (int)MIN(feed->name.n, 40), feed->name.p,
                     (unsigned long long)(str_hash(feed->ingest->options.installation) >> 32));
}

static Err feed_connect(Cx *cx, IngestFeed *feed)
{
    const FeedMqtt *mqtt = &feed->feed->mqtt;
    MqttClientOptions options = mqtt_client_options_default();
    options.url = mqtt->broker;
    options.client_id = client_id(cx, feed);
    options.user = mqtt->user;
    if (mqtt->password_file.n)
        TRY(password_read(cx, feed->ingest, mqtt->password_file, &options.password));
    if (mqtt->ca.n)
        options.ca_file = beside(cx, feed->ingest, mqtt->ca).p;
    MqttClientEvents events = {
        .message = on_message, .status = on_status, .subscribed = on_subscribed, .user = feed};
    TRY(mqtt_client_open(cx, feed->ingest->loop, &options, &events, &feed->client));
    feed->ingest->clients++;
    for (size_t i = 0; i < mqtt->topic_count; i++)
        TRY(mqtt_client_subscribe(cx, feed->client, mqtt->topics[i], mqtt->qos));
    return OK;
}

/* ---- mappings ---- */

static int compare_names(const void *a, const void *b)
{
    return str_cmp(*(const Str *)a, *(const Str *)b);
}

/* The names of *.json, without that, in order. */
static Err names_list(Cx *cx, Str dir, Str **ret, size_t *ret_count)
{
    Str *names = arena_array(cx->arena, Str, INGEST_FEEDS_MAX);
    size_t count = 0;
    Err err = OK;
    DIR *d = opendir(arena_cstr(cx->arena, dir));
    for (struct dirent *entry; d && err == OK && (entry = readdir(d));) {
        Str name = str_from(entry->d_name);
        if (!str_ends(name, S(".json")) || name.p[0] == '.' || name.n > NAME_BYTES_MAX)
            continue;
        if (count == INGEST_FEEDS_MAX)
            err = fail(cx, ERR_LIMIT, "feed.count", "%.*s holds more than %d mappings", SARG(dir),
                       INGEST_FEEDS_MAX);
        else
            names[count++] = arena_copy(cx->arena, str_slice(name, 0, name.n - 5));
    }
    if (d)
        closedir(d);
    qsort(names, count, sizeof *names, compare_names);
    *ret = names;
    *ret_count = count;
    return err;
}

static Err mapping_read(Cx *cx, const Ingest *ingest, Str name, Feed **ret)
{
    Str path = arena_fmt(cx->arena, "%.*s/%.*s.json", SARG(ingest->options.dir), SARG(name));
    char *text = arena_alloc_raw(cx->arena, FEED_FILE_BYTES_MAX + 1, 1);
    size_t n = 0;
    int fd = open(path.p, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(cx, ERR_NOT_FOUND, "feed.file", "cannot read %.*s", SARG(path));
    for (ssize_t got;
         n <= FEED_FILE_BYTES_MAX && (got = read(fd, text + n, FEED_FILE_BYTES_MAX + 1 - n)) > 0;)
        n += (size_t)got;
    close(fd);
    return feed_parse(cx, ingest->options.contexts, (Str){text, n}, ret);
}

static void feed_broken(Cx *cx, IngestFeed *feed)
{
    status_error(feed, cx->error->detail);
    log_line(feed->ingest->options.log, LOG_ERROR, "feed.broken", LOG_S("feed", feed->name),
             LOG_S("detail", cx->error->detail));
}

/* Mappings for files alone are none of ours; broken ones are shown. */
static Err feeds_read(Cx *cx, Ingest *ingest)
{
    Str *names;
    size_t count;
    TRY(names_list(cx, ingest->options.dir, &names, &count));
    ingest->feeds = arena_array(cx->arena, IngestFeed, count);
    for (size_t i = 0; i < count; i++) {
        Feed *mapping = NULL;
        Err err = mapping_read(cx, ingest, names[i], &mapping);
        if (err == OK && !mapping->mqtt.broker.p)
            continue;
        IngestFeed *feed = &ingest->feeds[ingest->count++];
        *feed = (IngestFeed){
            .ingest = ingest,
            .name = names[i],
            .feed = mapping,
            .actor = {.tenant = TENANT_DEFAULT, .name = names[i], .may = permissions_open()},
            .status = {.name = names[i]}};
        if (err == OK)
            feed->status.broker = mapping->mqtt.broker;
        else
            feed_broken(cx, feed);
    }
    return OK;
}

/* ---- start and end ---- */

static void *ingest_thread(void *arg)
{
    loop_run(((Ingest *)arg)->loop);
    return NULL;
}

static Err feeds_start(Cx *cx, Ingest *ingest)
{
    TRY(loop_open(cx, &ingest->loop));
    uv_timer_init(loop_uv(ingest->loop), &ingest->timer);
    ingest->timer.data = ingest;
    uv_timer_start(&ingest->timer, on_timer, RETRY_MS, RETRY_MS);
    for (size_t i = 0; i < ingest->count; i++)
        if (ingest->feeds[i].feed && feed_connect(cx, &ingest->feeds[i]) != OK)
            feed_broken(cx, &ingest->feeds[i]);
    if (pthread_create(&ingest->thread, NULL, ingest_thread, ingest) != 0)
        return fail(cx, ERR_UNAVAILABLE, "ingest.thread", "cannot start a thread for the feeds");
    ingest->running = true;
    return OK;
}

Err ingest_start(Cx *cx, const IngestOptions *options, Ingest **ret)
{
    Ingest *ingest = calloc(1, sizeof *ingest);
    if (!ingest)
        abort();
    arena_init(&ingest->arena, (size_t)64 << 10, 0);
    ingest->options = *options;
    ingest->clock = *options->clock;
    ingest->options.dir = arena_copy(&ingest->arena, options->dir);
    pthread_mutex_init(&ingest->mutex, NULL);
    Cx own = *cx;
    own.arena = &ingest->arena;
    Err err = feeds_read(&own, ingest);
    if (err == OK && ingest->count)
        err = feeds_start(&own, ingest);
    if (err != OK) {
        cx->error->detail = arena_copy(cx->arena, cx->error->detail);
        ingest_close(ingest);
        return err;
    }
    *ret = ingest;
    return OK;
}

static void on_client_gone(void *user)
{
    Ingest *ingest = user;
    if (--ingest->clients == 0)
        leave_when_idle(ingest);
}

/* When the last unit is back and acknowledged the clients go; when they are gone, the loop. */
static void leave_when_idle(Ingest *ingest)
{
    if (!ingest->closing || ingest->in_flight || ingest->left)
        return;
    if (!ingest->leaving) {
        ingest->leaving = true;
        for (size_t i = 0; i < ingest->count; i++)
            if (ingest->feeds[i].client)
                mqtt_client_stop(ingest->feeds[i].client, on_client_gone, ingest);
    }
    if (ingest->clients == 0 && !ingest->left) {
        ingest->left = true;
        uv_close((uv_handle_t *)&ingest->timer, NULL);
        loop_stop(ingest->loop);
    }
}

/* What waits for the store stays with the broker. */
static void waiting_free(IngestFeed *feed)
{
    for (IngestMessage *message = feed->waiting, *next; message; message = next) {
        next = message->next;
        message_free(message);
    }
    feed->waiting = feed->waiting_last = NULL;
}

static void on_close(LoopMessage *message)
{
    Ingest *ingest = (Ingest *)(void *)((char *)message - offsetof(struct Ingest, close_message));
    ingest->closing = true;
    leave_when_idle(ingest);
}

void ingest_close(Ingest *ingest)
{
    if (!ingest)
        return;
    if (ingest->loop && !ingest->running)
        ingest->running = pthread_create(&ingest->thread, NULL, ingest_thread, ingest) == 0;
    if (ingest->running) {
        ingest->close_message.run = on_close;
        loop_post(ingest->loop, &ingest->close_message);
        pthread_join(ingest->thread, NULL);
        for (size_t i = 0; i < ingest->count; i++)
            waiting_free(&ingest->feeds[i]);
        loop_close(ingest->loop);
    }
    pthread_mutex_destroy(&ingest->mutex);
    arena_done(&ingest->arena);
    free(ingest);
}
