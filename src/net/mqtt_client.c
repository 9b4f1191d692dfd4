#include "net/mqtt_client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

#include "base/str.h"
#include "net/mqtt_link.h"
#include "net/mqtt_session.h"

enum {
    /* What may wait for a broker that does not read: beyond, we neither read nor publish. */
    PENDING_BYTES_MAX = 256 * 1024,
    FAIL_TEXT_BYTES = 1024
};

typedef enum State {
    STATE_WAITING,  /* for the next attempt */
    STATE_LINKING,  /* name, TCP, TLS */
    STATE_GREETING, /* CONNECT is sent, CONNACK not read yet */
    STATE_ONLINE,
    STATE_LEAVING, /* DISCONNECT is sent */
    STATE_GONE     /* closing; the last callback frees the client */
} State;

/* A received message that its owner has not acknowledged, or not in its turn. */
typedef struct Unacked {
    uint16_t id;
    uint8_t qos;
    bool done;
} Unacked;

struct MqttClient {
    Loop *loop;
    uv_loop_t *uv;
    MqttClientOptions options; /* texts in own */
    MqttClientEvents events;
    MqttLinkTarget target;
    MqttTls *tls;
    Arena own;  /* as long as the client */
    Arena talk; /* as long as one connection */
    Error error;
    Cx cx; /* of the connection's arena */
    State state;
    uv_timer_t timer;
    MqttLink *link; /* NULL while waiting */
    unsigned links; /* not closed yet, with those that were given up */
    bool timer_closed;
    /* the connection */
    MqttVersion version;
    MqttDecoder decoder;
    bool full;            /* reading waits for acknowledgements */
    uint64_t deadline_ms; /* of the state */
    uint64_t online_ms, last_read_ms, last_write_ms, ping_ms; /* ping_ms 0: none on its way */
    uint64_t keep_alive_ms;
    uint32_t attempt;
    uint64_t wait_ms; /* of the last retry */
    /* what the broker can do (3.2.2.3) */
    uint32_t broker_receive_max, broker_packet_max, broker_qos_max;
    bool broker_retains;
    /* received */
    Unacked *ring;       /* in_flight_max places; seq % in_flight_max */
    uint64_t head, next; /* [head, next) are not acknowledged; never used twice */
    MqttIds released;    /* QoS 2: PUBREC sent, PUBREL not come */
    /* sent */
    MqttIds ids;
    MqttSubs subs;
    MqttQueue queue;
    void (*done)(void *user);
    void *done_user;
};

static void client_drop(MqttClient *c, Err code, const char *key, Str detail, bool refused);

/* ---- time ---- */

static void on_timer(uv_timer_t *timer);

/* An owner who is slow to acknowledge stops the reading, and with it the answers to pings: they
 * are not missed then, but pings still tell the broker that we live. */
static bool misses_ping(const MqttClient *c)
{
    return c->ping_ms && !c->full;
}

static uint64_t next_ping_ms(const MqttClient *c)
{
    if (misses_ping(c))
        return c->ping_ms + (uint64_t)(c->options.ping_timeout_us / 1000);
    if (c->keep_alive_ms == 0)
        return UINT64_MAX;
    return c->keep_alive_ms + (c->full ? c->last_write_ms : MIN(c->last_read_ms, c->last_write_ms));
}

static void client_arm(MqttClient *c)
{
    uint64_t at = c->state == STATE_ONLINE ? next_ping_ms(c) : c->deadline_ms;
    uint64_t now = uv_now(c->uv);
    if (c->state == STATE_GONE)
        return;
    if (at == UINT64_MAX)
        uv_timer_stop(&c->timer);
    else
        uv_timer_start(&c->timer, on_timer, at > now ? at - now : 0, 0);
}

/* ---- sending ---- */

static void send_packet(MqttClient *c, const MqttPacket *packet)
{
    size_t bytes = mqtt_emit_bytes(c->version, packet);
    char *room = mqtt_link_write(c->link, bytes);
    /* The link gave exactly this room: a Buf over it has nothing to allocate. */
    Buf buf = {.p = room, .cap = bytes, .max = bytes, .arena = &c->talk};
    mqtt_emit(&buf, c->version, packet);
    ASSERT(buf.n == bytes && !buf.overflow && buf.p == room);
    c->last_write_ms = uv_now(c->uv);
}

static void send_ack(MqttClient *c, MqttType type, uint16_t id, uint8_t reason)
{
    send_packet(c, &(MqttPacket){.type = type, .id = id, .reason = reason});
}

static void send_connect(MqttClient *c)
{
    Buf props = buf_new(&c->talk, 64);
    if (c->version == MQTT_5) {
        const MqttProp list[] = {
            {.id = MQTT_PROP_SESSION_EXPIRY_S, .number = c->options.session_expiry_s},
            {.id = MQTT_PROP_RECEIVE_MAX, .number = c->options.in_flight_max},
            {.id = MQTT_PROP_PACKET_MAX, .number = (uint32_t)c->options.packet_max},
        };
        for (size_t i = 0; i < COUNT_OF(list); i++)
            mqtt_prop_put(&props, &list[i]);
    }
    send_packet(c, &(MqttPacket){.type = MQTT_CONNECT,
                                 .props = buf_str(&props),
                                 .connect = {.version = c->version,
                                             .keep_alive_s = c->options.keep_alive_s,
                                             .client_id = c->options.client_id,
                                             .user = c->options.user,
                                             .password = c->options.password}});
}

/* DISCONNECT with a reason is a word of 5.0; 3.1.1 just closes. */
static void send_farewell(MqttClient *c, uint8_t reason)
{
    if (c->version == MQTT_5 || reason == MQTT_SUCCESS)
        send_packet(c, &(MqttPacket){.type = MQTT_DISCONNECT, .reason = reason});
}

/* ---- subscriptions ---- */

static void send_sub(MqttClient *c, MqttSub *sub)
{
    bool add = sub->state == SUB_WANTED;
    MqttType type = add ? MQTT_SUBSCRIBE : MQTT_UNSUBSCRIBE;
    sub->id = mqtt_ids_take(&c->ids);
    if (sub->id == 0)
        return; /* asked again when an identifier is free */
    ArenaMark mark = arena_mark(&c->talk);
    Buf list = buf_new(&c->talk, MQTT_TEXT_BYTES_MAX + 8);
    /* 5.0: retained messages come with a new subscription only (retain handling 1). */
    uint8_t options = (uint8_t)(sub->qos | (c->version == MQTT_5 ? 0x10 : 0));
    mqtt_filter_put(type, &list, (MqttFilter){sub->filter, options});
    send_packet(c, &(MqttPacket){.type = type, .id = sub->id, .list = buf_str(&list)});
    arena_rewind(&c->talk, mark);
    sub->state = add ? SUB_ASKED : SUB_UNASKED;
}

static void send_subs(MqttClient *c)
{
    if (c->state != STATE_ONLINE)
        return;
    for (MqttSub *sub = c->subs.first; sub; sub = sub->next)
        if (sub->state == SUB_WANTED || sub->state == SUB_UNWANTED)
            send_sub(c, sub);
}

/* SUBACK and UNSUBACK; each of our packets has one filter. */
static void take_suback(MqttClient *c, const MqttPacket *packet)
{
    MqttSub *sub = mqtt_subs_find_answered(&c->subs, packet->type, packet->id);
    if (!mqtt_queue_find(&c->queue, packet->id))
        mqtt_ids_release(&c->ids, packet->id);
    if (!sub) /* its owner changed it meanwhile, which asked anew */
        return;
    sub->id = 0;
    if (packet->type == MQTT_UNSUBACK) {
        mqtt_subs_remove(&c->subs, sub);
        return;
    }
    sub->state = SUB_ANSWERED;
    if (c->events.subscribed)
        c->events.subscribed(c->events.user, sub->filter, (uint8_t)packet->list.p[0]);
}

static Err sub_set(Cx *cx, MqttClient *c, Str filter, uint8_t qos, MqttSubState state)
{
    if (!mqtt_filter_ok(filter))
        return fail(cx, ERR_INVALID, "mqtt.filter",
                    "\"%.*s\" is no topic filter: + and # stand for whole levels, # at the end",
                    SARG(str_slice(filter, 0, 300)));
    MqttSub *sub = mqtt_subs_find(&c->subs, filter);
    if (!sub && c->subs.count == MQTT_SUBSCRIPTIONS_MAX)
        return fail(cx, ERR_LIMIT, "mqtt.subscriptions",
                    "%d filters stand already; join some of them by a wildcard",
                    MQTT_SUBSCRIPTIONS_MAX);
    if (!sub)
        sub = mqtt_subs_add(&c->subs, filter);
    sub->id = 0; /* the answer to an earlier packet no longer counts */
    sub->qos = qos;
    sub->state = state;
    send_subs(c);
    return OK;
}

Err mqtt_client_subscribe(Cx *cx, MqttClient *client, Str filter, uint8_t qos)
{
    if (qos > 2)
        return fail(cx, ERR_INVALID, "mqtt.qos", "QoS %u; it is 0, 1 or 2", qos);
    return sub_set(cx, client, filter, qos, SUB_WANTED);
}

Err mqtt_client_unsubscribe(Cx *cx, MqttClient *client, Str filter)
{
    return sub_set(cx, client, filter, 0, SUB_UNWANTED);
}

/* ---- publishing ---- */

static void tell_published(MqttClient *c, uint64_t tag, Err code, uint8_t reason)
{
    if (c->events.published)
        c->events.published(c->events.user, tag, code, reason);
}

/* What this broker cannot take is given up at once. */
static uint8_t broker_refusal(const MqttClient *c, const MqttPacket *packet)
{
    if (mqtt_emit_bytes(c->version, packet) > c->broker_packet_max)
        return MQTT_TOO_LARGE;
    if (packet->publish.qos > c->broker_qos_max)
        return 0x9B; /* QoS not supported */
    if (packet->publish.retain && !c->broker_retains)
        return 0x9A; /* Retain not supported */
    return 0;
}

static void give_up(MqttClient *c, MqttQueued *queued, uint8_t reason)
{
    uint64_t tag = queued->tag;
    if (queued->id)
        mqtt_ids_release(&c->ids, queued->id);
    mqtt_queue_remove(&c->queue, queued);
    tell_published(c, tag, ERR_UNSUPPORTED, reason);
}

/* False when it has to wait. */
static bool send_queued(MqttClient *c)
{
    MqttQueued *queued = c->queue.unsent;
    if (!queued || c->state != STATE_ONLINE)
        return false;
    if (mqtt_link_pending(c->link) > PENDING_BYTES_MAX) {
        mqtt_link_resume(c->link); /* looked at again when they are gone */
        return false;
    }
    uint32_t in_flight_max = MIN(c->broker_receive_max, MQTT_PUBLISH_IN_FLIGHT_MAX);
    if (queued->message.qos && c->queue.in_flight >= in_flight_max)
        return false;
    MqttPacket packet = {.type = MQTT_PUBLISH, .props = queued->props, .publish = queued->message};
    uint8_t refusal = broker_refusal(c, &packet);
    if (refusal) {
        give_up(c, queued, refusal);
        return true;
    }
    packet.publish.dup = queued->id != 0;
    if (packet.publish.qos && queued->id == 0)
        queued->id = mqtt_ids_take(&c->ids);
    packet.id = queued->id;
    if (packet.publish.qos && packet.id == 0)
        return false;
    uint64_t tag = queued->tag;
    send_packet(c, &packet);
    mqtt_queue_sent(&c->queue); /* frees it at QoS 0 */
    if (packet.publish.qos == 0)
        tell_published(c, tag, OK, 0);
    return true;
}

static void send_queue(MqttClient *c)
{
    while (send_queued(c))
        ;
}

static void take_puback(MqttClient *c, const MqttPacket *packet)
{
    MqttQueued *queued = mqtt_queue_find(&c->queue, packet->id);
    if (!queued)
        return;
    uint64_t tag = queued->tag;
    mqtt_ids_release(&c->ids, queued->id);
    mqtt_queue_remove(&c->queue, queued);
    tell_published(c, tag, packet->reason < 0x80 ? OK : ERR_DENIED, packet->reason);
    send_queue(c);
}

Err mqtt_client_publish(Cx *cx, MqttClient *client, const MqttPublish *message, Str props,
                        uint64_t tag)
{
    size_t bytes = mqtt_queue_bytes(message, props);
    if (!mqtt_topic_ok(message->topic))
        return fail(cx, ERR_INVALID, "mqtt.topic",
                    "\"%.*s\" is no topic to publish to: it is empty, has a wildcard, or is no "
                    "UTF-8",
                    SARG(str_slice(message->topic, 0, 300)));
    if (message->qos > 1)
        return fail(cx, ERR_INVALID, "mqtt.qos", "QoS %u; publish with 0 or 1", message->qos);
    if (message->payload.n + message->topic.n + props.n + 16 > client->options.packet_max)
        return fail(cx, ERR_LIMIT, "mqtt.packet_size", "a message of %zu bytes; at most %zu go",
                    message->payload.n, client->options.packet_max);
    if (client->queue.count >= client->options.queue_max ||
        client->queue.bytes + bytes > client->options.queue_bytes_max)
        return fail(cx, ERR_LIMIT, "mqtt.queue",
                    "%zu messages of %zu bytes wait for the broker already", client->queue.count,
                    client->queue.bytes);
    mqtt_queue_add(&client->queue, message, props, tag);
    if (client->link)
        mqtt_link_resume(client->link); /* sent from the loop, not from here */
    return OK;
}

size_t mqtt_client_count_queued(const MqttClient *client)
{
    return client->queue.count;
}

/* ---- receiving ---- */

size_t mqtt_client_count_unacked(const MqttClient *client)
{
    return (size_t)(client->next - client->head);
}

/* Acknowledges what is done, as far as nothing older waits (4.6.0-2, 4.6.0-3). */
static void send_done_acks(MqttClient *c)
{
    while (c->head < c->next) {
        Unacked *oldest = &c->ring[c->head % c->options.in_flight_max];
        if (!oldest->done)
            return;
        if (oldest->qos == 2)
            mqtt_ids_set(&c->released, oldest->id);
        send_ack(c, oldest->qos == 2 ? MQTT_PUBREC : MQTT_PUBACK, oldest->id, 0);
        c->head++;
    }
}

void mqtt_client_ack(MqttClient *client, MqttAck ack)
{
    if (ack.seq < client->head || ack.seq >= client->next || client->state != STATE_ONLINE)
        return;
    client->ring[ack.seq % client->options.in_flight_max].done = true;
    if (ack.seq != client->head)
        return;
    send_done_acks(client);
    if (client->full)
        mqtt_link_resume(client->link);
}

static void take_publish(MqttClient *c, const MqttPacket *packet)
{
    const MqttPublish *m = &packet->publish;
    MqttProp alias;
    if (mqtt_prop_find(packet->props, MQTT_PROP_TOPIC_ALIAS, &alias)) {
        send_farewell(c, MQTT_BAD_ALIAS);
        client_drop(c, ERR_INVALID, "mqtt.alias", S("the broker uses a topic alias unasked"),
                    false);
        return;
    }
    /* QoS 2: our PUBREC was lost on its way; the owner has the message already (4.3.3). */
    if (m->qos == 2 && mqtt_ids_used(&c->released, packet->id)) {
        send_ack(c, MQTT_PUBREC, packet->id, 0);
        return;
    }
    MqttAck ack = {0};
    if (m->qos) {
        ack.seq = c->next++;
        c->ring[ack.seq % c->options.in_flight_max] = (Unacked){.id = packet->id, .qos = m->qos};
    }
    MqttMessage message = {.topic = m->topic,
                           .payload = m->payload,
                           .props = packet->props,
                           .qos = m->qos,
                           .dup = m->dup,
                           .retain = m->retain};
    c->events.message(c->events.user, &message, ack);
}

static void take_pubrel(MqttClient *c, const MqttPacket *packet)
{
    bool known = mqtt_ids_used(&c->released, packet->id);
    mqtt_ids_release(&c->released, packet->id);
    send_ack(c, MQTT_PUBCOMP, packet->id, known ? MQTT_SUCCESS : MQTT_ID_NOT_FOUND);
}

/* ---- the conversation ---- */

static void tell_status(MqttClient *c, const MqttStatus *status)
{
    if (c->events.status)
        c->events.status(c->events.user, status);
}

static void drop_text(MqttClient *c, Err code, const char *key, bool refused, const char *fmt, ...)
    PRINTF_LIKE(5, 6);
static void drop_text(MqttClient *c, Err code, const char *key, bool refused, const char *fmt, ...)
{
    char text[FAIL_TEXT_BYTES];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ASSERT(n >= 0);
    client_drop(c, code, key, (Str){text, MIN((size_t)n, sizeof text - 1)}, refused);
}

static void take_limits(MqttClient *c, const MqttPacket *packet)
{
    c->broker_receive_max = mqtt_prop_number(packet->props, MQTT_PROP_RECEIVE_MAX, 65535);
    c->broker_packet_max = mqtt_prop_number(packet->props, MQTT_PROP_PACKET_MAX, UINT32_MAX);
    c->broker_qos_max = mqtt_prop_number(packet->props, MQTT_PROP_QOS_MAX, 2);
    c->broker_retains = mqtt_prop_number(packet->props, MQTT_PROP_RETAIN_AVAILABLE, 1);
    c->keep_alive_ms =
        1000 * (uint64_t)mqtt_prop_number(packet->props, MQTT_PROP_SERVER_KEEP_ALIVE_S,
                                          c->options.keep_alive_s);
}

/* Nothing changes a login or a client id but a person: no use in asking every second. */
static bool is_lasting(uint8_t reason)
{
    static const uint8_t LASTING[] = {MQTT_BAD_CLIENT_ID, MQTT_BAD_LOGIN,       MQTT_NOT_AUTHORIZED,
                                      MQTT_BANNED,        MQTT_BAD_AUTH_METHOD, MQTT_BAD_VERSION};
    return memchr(LASTING, reason, sizeof LASTING) != NULL;
}

static void take_refusal(MqttClient *c, uint8_t reason)
{
    bool older = reason == MQTT_BAD_VERSION && c->version == MQTT_5 &&
                 c->options.version == MQTT_VERSION_UNKNOWN;
    if (older)
        c->version = MQTT_3_1_1;
    drop_text(c, is_lasting(reason) ? ERR_DENIED : ERR_UNAVAILABLE, "mqtt.refused",
              is_lasting(reason) && !older, "the broker refuses the connection: %.*s (0x%02x)",
              SARG(mqtt_reason_name(reason)), reason);
}

static void take_connack(MqttClient *c, const MqttPacket *packet)
{
    if (packet->reason != MQTT_SUCCESS) {
        take_refusal(c, packet->reason);
        return;
    }
    c->state = STATE_ONLINE;
    c->online_ms = uv_now(c->uv);
    c->ping_ms = 0;
    take_limits(c, packet);
    mqtt_subs_rewind(&c->subs, packet->session_present);
    if (!packet->session_present)
        c->released = (MqttIds){0};
    client_arm(c);
    tell_status(c, &(MqttStatus){.connected = true,
                                 .session_present = packet->session_present,
                                 .version = c->version});
    send_subs(c);
}

static void take_disconnect(MqttClient *c, const MqttPacket *packet)
{
    MqttProp words = {0};
    mqtt_prop_find(packet->props, MQTT_PROP_REASON_STRING, &words);
    drop_text(c, ERR_UNAVAILABLE, "mqtt.disconnected", is_lasting(packet->reason),
              "the broker took leave: %.*s (0x%02x) %.*s", SARG(mqtt_reason_name(packet->reason)),
              packet->reason, SARG(str_slice(words.text, 0, 300)));
}

/* The types that a broker may send; the decoder refuses the others. */
static void take_packet(MqttClient *c, const MqttPacket *packet)
{
    bool greeting = c->state == STATE_GREETING;
    if (packet->type == MQTT_DISCONNECT)
        take_disconnect(c, packet);
    else if (packet->type == MQTT_CONNACK && greeting)
        take_connack(c, packet);
    else if (packet->type == MQTT_PUBLISH && !greeting)
        take_publish(c, packet);
    else if (packet->type == MQTT_PUBACK && !greeting)
        take_puback(c, packet);
    else if (packet->type == MQTT_PUBREL && !greeting)
        take_pubrel(c, packet);
    else if ((packet->type == MQTT_SUBACK || packet->type == MQTT_UNSUBACK) && !greeting)
        take_suback(c, packet);
    else if (packet->type == MQTT_PINGRESP && !greeting)
        c->ping_ms = 0;
    else {
        send_farewell(c, MQTT_PROTOCOL_ERROR);
        drop_text(c, ERR_INVALID, "mqtt.protocol", false, "packet type %d out of its turn",
                  (int)packet->type);
    }
}

static void stream_failed(MqttClient *c)
{
    Error error = c->error;
    send_farewell(c, mqtt_reason_of(&error));
    client_drop(c, error.code, error.key, error.detail, false);
}

static bool is_talking(const MqttClient *c)
{
    return c->state == STATE_GREETING || c->state == STATE_ONLINE;
}

/* Stops reading where the owner has to acknowledge or the broker has to read first. */
static bool must_wait(MqttClient *c)
{
    bool choked = mqtt_link_pending(c->link) > PENDING_BYTES_MAX;
    c->full = c->next - c->head >= c->options.in_flight_max;
    if (c->full || choked)
        mqtt_link_pause(c->link);
    if (choked)
        mqtt_link_resume(c->link); /* when they are gone */
    return c->full || choked;
}

/* Takes all packets that are there. */
static void client_pump(MqttClient *c)
{
    bool found = true;
    while (found && is_talking(c) && !must_wait(c)) {
        MqttPacket packet;
        if (mqtt_decoder_next(&c->cx, &c->decoder, &packet, &found) != OK)
            stream_failed(c);
        else if (found)
            take_packet(c, &packet);
    }
}

/* ---- the link's events ---- */

static void on_opened(void *user)
{
    MqttClient *c = user;
    c->state = STATE_GREETING;
    c->last_read_ms = uv_now(c->uv);
    send_connect(c);
}

static char *on_room(void *user, size_t *ret_n)
{
    MqttClient *c = user;
    return mqtt_decoder_room(&c->decoder, ret_n);
}

static void on_filled(void *user, size_t n)
{
    MqttClient *c = user;
    if (!is_talking(c))
        return;
    bool was_full = c->full;
    mqtt_decoder_add(&c->decoder, n);
    if (n)
        c->last_read_ms = uv_now(c->uv);
    client_pump(c);
    send_queue(c);
    if (was_full && !c->full && c->state == STATE_ONLINE) {
        if (c->ping_ms) /* its answer could not be read until now */
            c->ping_ms = uv_now(c->uv);
        client_arm(c);
    }
}

static void on_failed(void *user, Err code, const char *key, Str detail)
{
    client_drop(user, code, key, detail, code == ERR_DENIED);
}

/* ---- life ---- */

static void client_release(MqttClient *c)
{
    if (c->links > 0 || !c->timer_closed)
        return;
    void (*done)(void *) = c->done;
    void *user = c->done_user;
    while (c->subs.first)
        mqtt_subs_remove(&c->subs, c->subs.first);
    mqtt_queue_done(&c->queue);
    mqtt_tls_close(c->tls);
    arena_done(&c->talk);
    arena_done(&c->own);
    free(c);
    if (done)
        done(user);
}

static void on_timer_closed(uv_handle_t *handle)
{
    MqttClient *c = handle->data;
    c->timer_closed = true;
    client_release(c);
}

static void client_end(MqttClient *c)
{
    if (c->state == STATE_GONE)
        return;
    c->state = STATE_GONE;
    if (c->link)
        mqtt_link_close(c->link);
    c->link = NULL;
    uv_close((uv_handle_t *)&c->timer, on_timer_closed);
}

static void on_link_closed(void *user)
{
    MqttClient *c = user;
    c->links--;
    if (c->state == STATE_LEAVING && c->links == 0) {
        c->link = NULL;
        client_end(c);
    } else if (c->state == STATE_GONE) {
        client_release(c);
    }
}

static void client_connect(MqttClient *c)
{
    arena_reset(&c->talk);
    c->decoder = mqtt_decoder(&c->talk, c->version, true, c->options.packet_max);
    c->full = false;
    c->state = STATE_LINKING;
    c->deadline_ms = uv_now(c->uv) + (uint64_t)(c->options.connect_timeout_us / 1000);
    MqttLinkEvents events = {.opened = on_opened,
                             .room = on_room,
                             .filled = on_filled,
                             .failed = on_failed,
                             .closed = on_link_closed,
                             .user = c};
    c->links++;
    c->link = mqtt_link_open(c->loop, &c->target, events);
    client_arm(c);
}

/* Doubles from retry_min to retry_max, less a random part of up to a half, so that a thousand
 * clients do not come back at once. A connection that lasted longer than the last wait starts
 * the count anew; one that did not (two clients of one id throw each other out) does not. */
static uint64_t retry_wait_ms(MqttClient *c, bool refused)
{
    bool lasted = c->state == STATE_ONLINE && uv_now(c->uv) - c->online_ms > c->wait_ms;
    c->attempt = lasted ? 1 : c->attempt + 1;
    uint64_t least = (uint64_t)(c->options.retry_min_us / 1000);
    uint64_t most = (uint64_t)(c->options.retry_max_us / 1000);
    unsigned doublings = MIN(c->attempt - 1, 20u);
    uint64_t wait = refused ? most : MIN(least << doublings, most);
    uint32_t chance = 0;
    if (uv_random(NULL, NULL, &chance, sizeof chance, 0, NULL) != 0)
        chance = 0; /* without entropy there is just no jitter */
    wait -= wait / 2 * (chance % 1000) / 1000;
    return MAX(wait, 1u);
}

/* Ends the connection, tells why, and waits for the next attempt. */
static void client_drop(MqttClient *c, Err code, const char *key, Str detail, bool refused)
{
    if (!c->link || c->state == STATE_LEAVING || c->state == STATE_GONE)
        return;
    c->wait_ms = retry_wait_ms(c, refused);
    c->state = STATE_WAITING;
    mqtt_link_finish(c->link); /* a farewell may be on its way */
    c->link = NULL;
    c->head = c->next;
    mqtt_queue_rewind(&c->queue);
    mqtt_ids_rewind(&c->ids, &c->queue);
    c->deadline_ms = uv_now(c->uv) + c->wait_ms;
    client_arm(c);
    tell_status(c, &(MqttStatus){.version = c->version,
                                 .code = code,
                                 .key = key,
                                 .detail = detail,
                                 .attempt = c->attempt,
                                 .retry_wait_us = (int64_t)c->wait_ms * 1000});
}

static void online_tick(MqttClient *c)
{
    if (next_ping_ms(c) > uv_now(c->uv)) {
        client_arm(c);
    } else if (misses_ping(c)) {
        drop_text(c, ERR_UNAVAILABLE, "mqtt.timeout", false, "no answer to a ping for %lld ms",
                  (long long)(c->options.ping_timeout_us / 1000));
    } else {
        send_packet(c, &(MqttPacket){.type = MQTT_PINGREQ});
        c->ping_ms = uv_now(c->uv);
        client_arm(c);
    }
}

static void on_timer(uv_timer_t *timer)
{
    MqttClient *c = timer->data;
    if (c->state == STATE_ONLINE)
        online_tick(c);
    else if (c->state == STATE_WAITING)
        client_connect(c);
    else
        drop_text(c, ERR_UNAVAILABLE, "mqtt.timeout", false, "no connection after %lld ms",
                  (long long)(c->options.connect_timeout_us / 1000));
}

static void copy_options(MqttClient *c, const MqttClientOptions *options, const MqttUrl *url)
{
    c->options = *options;
    c->options.client_id = arena_copy(&c->own, options->client_id);
    if (options->user.p)
        c->options.user = arena_copy(&c->own, options->user);
    if (options->password.p)
        c->options.password = arena_copy(&c->own, options->password);
    c->options.url = (Str){0}; /* target has it */
    c->options.ca_file = NULL; /* read */
    c->version = options->version ? options->version : MQTT_5;
    c->ring = arena_array(&c->own, Unacked, options->in_flight_max);
    c->target = (MqttLinkTarget){.host = arena_cstr(&c->own, url->host),
                                 .port = url->port,
                                 .tls = c->tls,
                                 .connect_timeout_us = options->connect_timeout_us,
                                 .address_ok = options->address_ok,
                                 .address_user = options->address_user};
}

Err mqtt_client_open(Cx *cx, Loop *loop, const MqttClientOptions *options,
                     const MqttClientEvents *events, MqttClient **ret)
{
    MqttUrl url;
    MqttTls *tls = NULL;
    TRY(mqtt_client_options_check(cx, options));
    TRY(mqtt_url_parse(cx, options->url, &url));
    if (url.tls)
        TRY(mqtt_tls_open(cx, options->ca_file, &tls));
    MqttClient *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    c->loop = loop;
    c->uv = loop_uv(loop);
    c->events = *events;
    c->tls = tls;
    c->head = c->next = 1; /* 0 names a message of QoS 0 */
    arena_init(&c->own, 0, 0);
    arena_init(&c->talk, 0, 0);
    c->cx = (Cx){.arena = &c->talk, .clock = &CLOCK_SYSTEM, .error = &c->error};
    mqtt_queue_init(&c->queue);
    copy_options(c, options, &url);
    uv_timer_init(c->uv, &c->timer);
    c->timer.data = c;
    uv_update_time(c->uv);
    client_connect(c);
    *ret = c;
    return OK;
}

void mqtt_client_stop(MqttClient *client, void (*done)(void *user), void *user)
{
    MqttClient *c = client;
    if (c->state == STATE_LEAVING || c->state == STATE_GONE)
        return;
    c->done = done;
    c->done_user = user;
    if (!is_talking(c)) {
        client_end(c);
        return;
    }
    send_farewell(c, MQTT_SUCCESS);
    c->state = STATE_LEAVING;
    uv_timer_stop(&c->timer);
    mqtt_link_finish(c->link);
}
