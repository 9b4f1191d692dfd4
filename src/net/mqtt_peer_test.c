/* The client against a broker played by the test, which looks at every packet and can do what a
 * real one does not: lose answers, break rules, stop reading. */
#include "net/mqtt_rig.h"

#include <netinet/in.h>
#include <stdlib.h>

enum { LOG_MAX = 4096 };

typedef struct Peer {
    Rig *rig;
    uv_tcp_t listener, conn;
    uint16_t port;
    bool open;
    MqttDecoder decoder;
    size_t connections;
    /* what it answers */
    bool mute; /* no CONNACK */
    bool mute_pings, mute_publish;
    bool knows_only_3; /* refuses 5.0 as a broker of 3.1.1 does */
    bool session_present;
    uint8_t connack, suback;
    Str connack_props;
    /* what it read; texts are gone, but for their lengths */
    MqttPacket log[LOG_MAX];
    size_t log_count;
} Peer;

static void on_write(uv_write_t *request, int rc)
{
    (void)rc;
    free(request);
}

/* The bytes live in the rig's arena until the end of the test. */
static void peer_send_bytes(Peer *p, Str bytes)
{
    uv_write_t *request = malloc(sizeof *request);
    assert_non_null(request);
    uv_buf_t buf = uv_buf_init(arena_cstr(&p->rig->t.arena, bytes), (unsigned)bytes.n);
    assert_int_equal(uv_write(request, (uv_stream_t *)&p->conn, &buf, 1, on_write), 0);
}

static void peer_send(Peer *p, const MqttPacket *packet)
{
    Buf buf = buf_new(&p->rig->t.arena, 1 << 20);
    mqtt_emit(&buf, p->decoder.version, packet);
    peer_send_bytes(p, buf_str(&buf));
}

static void peer_publish(Peer *p, uint16_t id, uint8_t qos, bool dup)
{
    peer_send(p, &(MqttPacket){.type = MQTT_PUBLISH,
                               .id = id,
                               .publish = {S("t"), S("payload"), qos, dup, false}});
}

static void peer_answer(Peer *p, const MqttPacket *packet)
{
    char code = (char)p->suback;
    MqttPacket answer = {.id = packet->id};
    if (packet->type == MQTT_CONNECT && p->knows_only_3 && p->decoder.version == MQTT_5) {
        peer_send_bytes(p, S("\x20\2\0\1"));
        return;
    }
    if (packet->type == MQTT_CONNECT && !p->mute)
        answer = (MqttPacket){.type = MQTT_CONNACK,
                              .reason = p->connack,
                              .session_present = p->session_present,
                              .props = p->connack_props};
    else if (packet->type == MQTT_SUBSCRIBE)
        answer.type = MQTT_SUBACK, answer.list = (Str){&code, 1};
    else if (packet->type == MQTT_PINGREQ && !p->mute_pings)
        answer.type = MQTT_PINGRESP;
    else if (packet->type == MQTT_PUBLISH && packet->publish.qos && !p->mute_publish)
        answer.type = MQTT_PUBACK;
    if (answer.type)
        peer_send(p, &answer);
}

static void on_conn_closed(uv_handle_t *handle)
{
    Peer *p = handle->data;
    p->open = false;
}

/* The connection ends without a word. */
static void peer_drop(Peer *p)
{
    if (p->open && !uv_is_closing((uv_handle_t *)&p->conn))
        uv_close((uv_handle_t *)&p->conn, on_conn_closed);
    rig_until(p->rig, !p->open);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    (void)suggested;
    Peer *p = handle->data;
    size_t room;
    char *to = mqtt_decoder_room(&p->decoder, &room);
    *ret = uv_buf_init(to, (unsigned)room);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    (void)buf;
    Peer *p = stream->data;
    if (n < 0) {
        if (!uv_is_closing((uv_handle_t *)stream))
            uv_close((uv_handle_t *)stream, on_conn_closed);
        return;
    }
    mqtt_decoder_add(&p->decoder, (size_t)n);
    bool found = true;
    while (found) {
        MqttPacket packet;
        assert_ok(p->rig->cx, mqtt_decoder_next(p->rig->cx, &p->decoder, &packet, &found));
        if (!found)
            break;
        assert_true(p->log_count < LOG_MAX);
        p->log[p->log_count++] = packet;
        peer_answer(p, &packet);
    }
}

static void on_connection(uv_stream_t *listener, int rc)
{
    Peer *p = listener->data;
    assert_int_equal(rc, 0);
    assert_false(p->open);
    uv_tcp_init(listener->loop, &p->conn);
    p->conn.data = p;
    p->open = true;
    p->connections++;
    p->decoder = mqtt_decoder(&p->rig->t.arena, MQTT_VERSION_UNKNOWN, false, 1 << 20);
    assert_int_equal(uv_accept(listener, (uv_stream_t *)&p->conn), 0);
    uv_read_start((uv_stream_t *)&p->conn, on_alloc, on_read);
}

static void peer_init(Peer *p, Rig *rig)
{
    *p = (Peer){.rig = rig, .suback = 1};
    struct sockaddr_in address;
    int bytes = sizeof address;
    uv_tcp_init(loop_uv(rig->loop), &p->listener);
    p->listener.data = p;
    uv_ip4_addr("127.0.0.1", 0, &address);
    assert_int_equal(uv_tcp_bind(&p->listener, (struct sockaddr *)&address, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *)&p->listener, 8, on_connection), 0);
    uv_tcp_getsockname(&p->listener, (struct sockaddr *)&address, &bytes);
    p->port = ntohs(address.sin_port);
}

static void peer_done(Peer *p)
{
    peer_drop(p);
    uv_close((uv_handle_t *)&p->listener, NULL);
}

static size_t count_type(const Peer *p, MqttType type)
{
    size_t n = 0;
    for (size_t i = 0; i < p->log_count; i++)
        n += p->log[i].type == type;
    return n;
}

/* The last packet of this type; there must be one. */
static const MqttPacket *last_of(const Peer *p, MqttType type)
{
    for (size_t i = p->log_count; i > 0; i--)
        if (p->log[i - 1].type == type)
            return &p->log[i - 1];
    fprintf(stderr, "# no packet of type %d came\n", (int)type);
    _fail(__FILE__, __LINE__);
    abort();
}

static RigOwner owner;
static Peer peer;

typedef struct Bench {
    Rig rig;
    MqttClientOptions options;
} Bench;

static void bench_init(Bench *b)
{
    rig_init(&b->rig);
    peer_init(&peer, &b->rig);
    b->options = rig_options(&b->rig, false, "127.0.0.1", peer.port, "client");
    owner.acks_at_once = false;
}

static void bench_connect(Bench *b)
{
    rig_open(&b->rig, &owner, &b->options);
    rig_until(&b->rig, owner.connected_count == 1);
}

static void bench_done(Bench *b)
{
    if (owner.client)
        rig_stop(&b->rig, &owner);
    peer_done(&peer);
    rig_done(&b->rig);
}

/* ---- acknowledgements ---- */

static void acknowledgements_go_out_in_the_order_of_receipt(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    bench_connect(&b);
    for (uint16_t id = 11; id <= 14; id++)
        peer_publish(&peer, id, 1, false);
    rig_until(&b.rig, owner.seen_count == 4);
    rig_pass(&b.rig, 50);
    assert_int_equal(count_type(&peer, MQTT_PUBACK), 0); /* never by itself */
    mqtt_client_ack(owner.client, owner.seen[2].ack);
    mqtt_client_ack(owner.client, owner.seen[3].ack);
    rig_pass(&b.rig, 50);
    assert_int_equal(count_type(&peer, MQTT_PUBACK), 0);
    mqtt_client_ack(owner.client, owner.seen[0].ack);
    rig_until(&b.rig, count_type(&peer, MQTT_PUBACK) == 1);
    assert_int_equal(last_of(&peer, MQTT_PUBACK)->id, 11);
    mqtt_client_ack(owner.client, owner.seen[0].ack); /* twice is once */
    mqtt_client_ack(owner.client, owner.seen[1].ack);
    rig_until(&b.rig, count_type(&peer, MQTT_PUBACK) == 4);
    uint16_t expected = 11;
    for (size_t i = 0; i < peer.log_count; i++)
        if (peer.log[i].type == MQTT_PUBACK)
            assert_int_equal(peer.log[i].id, expected++);
    bench_done(&b);
}

static void qos_2_is_delivered_once_though_the_broker_repeats_it(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    bench_connect(&b);
    peer_publish(&peer, 7, 2, false);
    rig_until(&b.rig, owner.seen_count == 1);
    mqtt_client_ack(owner.client, owner.seen[0].ack);
    rig_until(&b.rig, count_type(&peer, MQTT_PUBREC) == 1);
    peer_drop(&peer);
    peer.session_present = true;
    rig_until(&b.rig, owner.connected_count == 2);
    peer_publish(&peer, 7, 2, true);
    rig_until(&b.rig, count_type(&peer, MQTT_PUBREC) == 2);
    assert_int_equal(owner.seen_count, 1);
    peer_send(&peer, &(MqttPacket){.type = MQTT_PUBREL, .id = 7});
    rig_until(&b.rig, count_type(&peer, MQTT_PUBCOMP) == 1);
    assert_int_equal(last_of(&peer, MQTT_PUBCOMP)->reason, 0);
    peer_send(&peer, &(MqttPacket){.type = MQTT_PUBREL, .id = 7});
    rig_until(&b.rig, count_type(&peer, MQTT_PUBCOMP) == 2);
    assert_int_equal(last_of(&peer, MQTT_PUBCOMP)->reason, MQTT_ID_NOT_FOUND);
    peer_publish(&peer, 7, 2, false); /* the identifier is free for another message */
    rig_until(&b.rig, owner.seen_count == 2);
    bench_done(&b);
}

static void reading_stops_at_the_limit_and_pings_go_on(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    b.options.in_flight_max = 4;
    b.options.keep_alive_s = 1;
    b.options.ping_timeout_us = 200000;
    bench_connect(&b);
    for (uint16_t id = 1; id <= 10; id++)
        peer_publish(&peer, id, 1, false);
    rig_until(&b.rig, owner.seen_count == 4);
    rig_until(&b.rig, count_type(&peer, MQTT_PINGREQ) >= 2);
    assert_int_equal(owner.seen_count, 4);
    assert_int_equal(owner.dropped_count, 0);
    mqtt_client_ack(owner.client, owner.seen[1].ack);
    rig_pass(&b.rig, 30);
    assert_int_equal(owner.seen_count, 4); /* the oldest still waits */
    mqtt_client_ack(owner.client, owner.seen[0].ack);
    rig_until(&b.rig, owner.seen_count == 6);
    rig_pass(&b.rig, 30);
    assert_int_equal(owner.seen_count, 6);
    for (size_t i = 2; i < 10; i++) {
        rig_until(&b.rig, owner.seen_count > i);
        mqtt_client_ack(owner.client, owner.seen[i].ack);
    }
    rig_until(&b.rig, count_type(&peer, MQTT_PUBACK) == 10);
    rig_until(&b.rig, count_type(&peer, MQTT_PINGREQ) >= 4);
    assert_int_equal(owner.dropped_count, 0);
    bench_done(&b);
}

static void an_acknowledgement_of_an_ended_connection_is_ignored(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    peer.session_present = true;
    bench_connect(&b);
    peer_publish(&peer, 1, 1, false);
    rig_until(&b.rig, owner.seen_count == 1);
    peer_drop(&peer);
    mqtt_client_ack(owner.client, owner.seen[0].ack);
    rig_until(&b.rig, owner.connected_count == 2);
    peer_publish(&peer, 1, 1, true);
    rig_until(&b.rig, owner.seen_count == 2);
    assert_true(owner.seen[1].dup);
    mqtt_client_ack(owner.client, owner.seen[0].ack); /* not taken for the new one */
    rig_pass(&b.rig, 50);
    assert_int_equal(count_type(&peer, MQTT_PUBACK), 0);
    mqtt_client_ack(owner.client, owner.seen[1].ack);
    rig_until(&b.rig, count_type(&peer, MQTT_PUBACK) == 1);
    bench_done(&b);
}

/* ---- time ---- */

static void a_lost_ping_ends_the_connection_and_another_begins(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    peer.mute_pings = true;
    b.options.keep_alive_s = 1;
    b.options.ping_timeout_us = 100000;
    bench_connect(&b);
    rig_until(&b.rig, owner.dropped_count == 1);
    assert_string_equal(owner.down_key, "mqtt.timeout");
    assert_int_equal(count_type(&peer, MQTT_PINGREQ), 1);
    rig_until(&b.rig, owner.connected_count == 2);
    bench_done(&b);
}

static void a_broker_without_a_word_is_left_after_the_time_out(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    peer.mute = true;
    b.options.connect_timeout_us = 150000;
    rig_open(&b.rig, &owner, &b.options);
    rig_until(&b.rig, owner.dropped_count == 2);
    assert_string_equal(owner.down_key, "mqtt.timeout");
    assert_int_equal(owner.connected_count, 0);
    assert_int_equal(peer.connections, 2);
    bench_done(&b);
}

static void short_connections_do_not_reset_the_pause(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    bench_connect(&b);
    uint32_t last = 0;
    for (size_t i = 1; i <= 4; i++) { /* thrown out at once, as by a client of the same id */
        rig_until(&b.rig, owner.connected_count == i);
        peer_send(&peer, &(MqttPacket){.type = MQTT_DISCONNECT, .reason = 0x8E});
        rig_until(&b.rig, owner.dropped_count == i);
        assert_string_equal(owner.down_key, "mqtt.disconnected");
        assert_non_null(strstr(owner.down_detail, "Session taken over"));
        assert_true(i == 1 || owner.down.attempt > last);
        last = owner.down.attempt;
        rig_until(&b.rig, !peer.open);
    }
    assert_true(owner.down.retry_wait_us >= 200000); /* 8 * 50 ms, less a half */
    bench_done(&b);
}

/* ---- what the broker says ---- */

static void a_refused_subscription_is_reported(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    peer.suback = MQTT_NOT_AUTHORIZED;
    bench_connect(&b);
    assert_ok(b.rig.cx, mqtt_client_subscribe(b.rig.cx, owner.client, S("secret/#"), 1));
    rig_until(&b.rig, owner.answered >= 0);
    assert_int_equal(owner.answered, MQTT_NOT_AUTHORIZED);
    assert_string_equal(owner.answered_filter, "secret/#");
    assert_err(b.rig.cx, ERR_INVALID, "mqtt.filter",
               mqtt_client_subscribe(b.rig.cx, owner.client, S("a#"), 1));
    assert_err(b.rig.cx, ERR_INVALID, "mqtt.qos",
               mqtt_client_subscribe(b.rig.cx, owner.client, S("a"), 3));
    bench_done(&b);
}

static void a_broker_of_3_1_1_is_spoken_to_in_3_1_1(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    peer.knows_only_3 = true;
    bench_connect(&b);
    assert_int_equal(owner.up.version, MQTT_3_1_1);
    assert_int_equal(owner.dropped_count, 1);
    assert_string_equal(owner.down_key, "mqtt.refused");
    assert_int_equal(peer.connections, 2);
    bench_done(&b);
}

static void a_broker_that_breaks_the_rules_is_left_with_a_reason(void **state)
{
    (void)state;
    static const struct {
        Str bytes;
        const char *key;
        uint8_t reason;
    } ROWS[] = {
        {S_INIT("\x30\x08\0\1t\3\x23\0\1x"), "mqtt.alias", MQTT_BAD_ALIAS},
        {S_INIT("\x20\3\0\0\0"), "mqtt.protocol", MQTT_PROTOCOL_ERROR}, /* CONNACK again */
        {S_INIT("\x50\2\0\1"), "mqtt.protocol", MQTT_PROTOCOL_ERROR},   /* PUBREC to nothing */
        {S_INIT("\x36\6\0\1t\0\1\0"), "mqtt.malformed", MQTT_MALFORMED},
        {S_INIT("\x30\xff\xff\xff\x7f"), "mqtt.packet_size", MQTT_TOO_LARGE},
        {S_INIT("\xf0\0"), "mqtt.auth", MQTT_BAD_AUTH_METHOD},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        Bench b;
        bench_init(&b);
        bench_connect(&b);
        peer_send_bytes(&peer, ROWS[i].bytes);
        rig_until(&b.rig, owner.dropped_count == 1);
        assert_string_equal(owner.down_key, ROWS[i].key);
        rig_until(&b.rig, count_type(&peer, MQTT_DISCONNECT) == 1);
        assert_int_equal(last_of(&peer, MQTT_DISCONNECT)->reason, ROWS[i].reason);
        assert_int_equal(owner.seen_count, 0);
        bench_done(&b);
    }
}

static bool no_address(void *user, const struct sockaddr *address)
{
    (void)address;
    *(bool *)user = true;
    return false;
}

static void an_address_that_is_not_allowed_is_not_reached(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    bool asked = false;
    b.options.address_ok = no_address;
    b.options.address_user = &asked;
    rig_open(&b.rig, &owner, &b.options);
    rig_until(&b.rig, owner.dropped_count == 1);
    assert_true(asked);
    assert_string_equal(owner.down_key, "mqtt.connect");
    assert_int_equal(peer.connections, 0);
    bench_done(&b);
}

/* ---- publishing ---- */

static void what_was_not_acknowledged_is_published_again_as_a_duplicate(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    peer.mute_publish = true;
    bench_connect(&b);
    rig_publish(&b.rig, &owner, "a", "x", 1);
    rig_until(&b.rig, count_type(&peer, MQTT_PUBLISH) == 1);
    uint16_t id = last_of(&peer, MQTT_PUBLISH)->id;
    assert_false(last_of(&peer, MQTT_PUBLISH)->publish.dup);
    peer_drop(&peer);
    peer.mute_publish = false;
    rig_until(&b.rig, owner.published_count == 1);
    assert_int_equal(count_type(&peer, MQTT_PUBLISH), 2);
    assert_int_equal(last_of(&peer, MQTT_PUBLISH)->id, id);
    assert_true(last_of(&peer, MQTT_PUBLISH)->publish.dup);
    bench_done(&b);
}

static Str number_prop(Rig *rig, MqttPropId id, uint32_t number)
{
    Buf props = buf_new(&rig->t.arena, 16);
    mqtt_prop_put(&props, &(MqttProp){.id = id, .number = number});
    return buf_str(&props);
}

static void no_more_is_in_flight_than_the_broker_takes(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    peer.mute_publish = true;
    peer.connack_props = number_prop(&b.rig, MQTT_PROP_RECEIVE_MAX, 2);
    bench_connect(&b);
    for (int i = 0; i < 5; i++)
        rig_publish(&b.rig, &owner, "a", "x", 1);
    rig_until(&b.rig, count_type(&peer, MQTT_PUBLISH) == 2);
    rig_pass(&b.rig, 50);
    assert_int_equal(count_type(&peer, MQTT_PUBLISH), 2);
    for (size_t i = 1; i <= 5; i++) {
        peer_send(&peer, &(MqttPacket){.type = MQTT_PUBACK, .id = (uint16_t)i});
        rig_until(&b.rig, owner.published_count == i);
    }
    assert_int_equal(count_type(&peer, MQTT_PUBLISH), 5);
    assert_int_equal(mqtt_client_count_queued(owner.client), 0);
    bench_done(&b);
}

static void what_the_broker_cannot_take_is_given_up_and_told(void **state)
{
    (void)state;
    static const struct {
        MqttPropId id;
        uint32_t number;
        MqttPublish message;
        uint8_t reason;
    } ROWS[] = {
        {MQTT_PROP_RETAIN_AVAILABLE, 0, {S_INIT("a"), S_INIT("x"), 0, false, true}, 0x9A},
        {MQTT_PROP_QOS_MAX, 0, {S_INIT("a"), S_INIT("x"), 1, false, false}, 0x9B},
        {MQTT_PROP_PACKET_MAX, 20, {S_INIT("a"), S_INIT("123456789012345678"), 1, 0, 0}, 0x95},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        Bench b;
        bench_init(&b);
        peer.connack_props = number_prop(&b.rig, ROWS[i].id, ROWS[i].number);
        bench_connect(&b);
        assert_ok(b.rig.cx,
                  mqtt_client_publish(b.rig.cx, owner.client, &ROWS[i].message, (Str){0}, 42));
        rig_until(&b.rig, owner.refused_count == 1);
        assert_int_equal(owner.published_tag, 42);
        assert_int_equal(owner.refused_reason, ROWS[i].reason);
        rig_publish(&b.rig, &owner, "a", "x", 0);
        rig_until(&b.rig, count_type(&peer, MQTT_PUBLISH) == 1);
        bench_done(&b);
    }
}

static void a_broker_that_does_not_read_fills_the_queue_and_nothing_else(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    b.options.queue_max = 2000;
    b.options.queue_bytes_max = (size_t)64 << 20;
    bench_connect(&b);
    uv_read_stop((uv_stream_t *)&peer.conn);
    static char large[10000];
    MqttPublish m = {.topic = S("a"), .payload = {large, sizeof large}};
    for (int i = 0; i < 2000; i++) { /* 20 MB: more than any socket's buffers take */
        assert_ok(b.rig.cx, mqtt_client_publish(b.rig.cx, owner.client, &m, (Str){0}, 0));
        if (i % 50 == 0)
            rig_pass(&b.rig, 1);
    }
    rig_pass(&b.rig, 50);
    assert_true(mqtt_client_count_queued(owner.client) > 500);
    uv_read_start((uv_stream_t *)&peer.conn, on_alloc, on_read);
    rig_until(&b.rig, count_type(&peer, MQTT_PUBLISH) == 2000);
    assert_int_equal(mqtt_client_count_queued(owner.client), 0);
    assert_int_equal(owner.published_count, 2000);
    bench_done(&b);
}

/* ---- leaving ---- */

static void stopping_says_goodbye(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    bench_connect(&b);
    rig_publish(&b.rig, &owner, "a", "x", 0);
    rig_until(&b.rig, owner.published_count == 1);
    rig_stop(&b.rig, &owner);
    rig_until(&b.rig, !peer.open);
    assert_int_equal(peer.log[peer.log_count - 1].type, MQTT_DISCONNECT);
    assert_int_equal(peer.log[peer.log_count - 1].reason, 0);
    assert_int_equal(owner.dropped_count, 0);
    bench_done(&b);
}

static void stopping_works_at_every_moment(void **state)
{
    (void)state;
    for (int turns = 0; turns < 12; turns++) {
        Bench b;
        bench_init(&b);
        peer.mute = turns % 2;
        rig_open(&b.rig, &owner, &b.options);
        uint64_t start_ms = 0;
        for (int i = 0; i < turns; i++)
            rig_turn(&b.rig, &start_ms, 1);
        rig_stop(&b.rig, &owner);
        bench_done(&b);
    }
}

static void stop_done(void *user)
{
    *(bool *)user = true;
}

static MqttClient *stopping;
static bool stopped;
static size_t after_stop;
static void stop_on_message(void *user, const MqttMessage *message, MqttAck ack)
{
    (void)user, (void)message;
    after_stop++;
    mqtt_client_ack(stopping, ack);
    mqtt_client_stop(stopping, stop_done, &stopped);
}

static void a_callback_may_stop_the_client(void **state)
{
    (void)state;
    Bench b;
    bench_init(&b);
    stopped = false;
    after_stop = 0;
    owner.client = NULL;
    MqttClientEvents events = {.message = stop_on_message};
    assert_ok(b.rig.cx, mqtt_client_open(b.rig.cx, b.rig.loop, &b.options, &events, &stopping));
    rig_until(&b.rig, count_type(&peer, MQTT_CONNECT) == 1);
    for (uint16_t id = 1; id <= 3; id++)
        peer_publish(&peer, id, 1, false);
    rig_until(&b.rig, stopped && !peer.open);
    assert_int_equal(after_stop, 1);
    assert_int_equal(count_type(&peer, MQTT_PUBACK), 1);
    assert_int_equal(count_type(&peer, MQTT_DISCONNECT), 1);
    bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acknowledgements_go_out_in_the_order_of_receipt),
        cmocka_unit_test(qos_2_is_delivered_once_though_the_broker_repeats_it),
        cmocka_unit_test(reading_stops_at_the_limit_and_pings_go_on),
        cmocka_unit_test(an_acknowledgement_of_an_ended_connection_is_ignored),
        cmocka_unit_test(a_lost_ping_ends_the_connection_and_another_begins),
        cmocka_unit_test(a_broker_without_a_word_is_left_after_the_time_out),
        cmocka_unit_test(short_connections_do_not_reset_the_pause),
        cmocka_unit_test(a_refused_subscription_is_reported),
        cmocka_unit_test(a_broker_of_3_1_1_is_spoken_to_in_3_1_1),
        cmocka_unit_test(a_broker_that_breaks_the_rules_is_left_with_a_reason),
        cmocka_unit_test(an_address_that_is_not_allowed_is_not_reached),
        cmocka_unit_test(what_was_not_acknowledged_is_published_again_as_a_duplicate),
        cmocka_unit_test(no_more_is_in_flight_than_the_broker_takes),
        cmocka_unit_test(what_the_broker_cannot_take_is_given_up_and_told),
        cmocka_unit_test(a_broker_that_does_not_read_fills_the_queue_and_nothing_else),
        cmocka_unit_test(stopping_says_goodbye),
        cmocka_unit_test(stopping_works_at_every_moment),
        cmocka_unit_test(a_callback_may_stop_the_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
