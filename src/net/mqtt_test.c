#include "net/mqtt.h"

#include "base/test.h"

/* A row's bytes are a literal, so that a NUL may stand in it. */
#define BYTES(lit) S_INIT(lit)

enum { BROKER, CLIENT };

static MqttVersion start_version(int speaker, MqttVersion version)
{
    return speaker == BROKER ? version : MQTT_VERSION_UNKNOWN;
}

static void feed(MqttDecoder *d, Str bytes)
{
    while (bytes.n) {
        size_t room;
        char *to = mqtt_decoder_room(d, &room);
        size_t n = MIN(room, bytes.n);
        memcpy(to, bytes.p, n);
        mqtt_decoder_add(d, n);
        bytes = str_from_index(bytes, n);
    }
}

/* A decoder for what follows CONNECT where the client speaks. */
static MqttDecoder decoder_for(Cx *cx, int speaker, MqttVersion version, Str bytes)
{
    MqttDecoder d = mqtt_decoder(cx->arena, version, speaker == BROKER, MQTT_PACKET_BYTES_MAX);
    if (bytes.n && bytes.p[0] == 0x10)
        d.version = start_version(speaker, version);
    feed(&d, bytes);
    return d;
}

/* ---- well-formed packets, in their shortest form ---- */

typedef struct Good {
    const char *what;
    int speaker;
    MqttVersion version;
    Str bytes;
} Good;

static const Good GOOD[] = {
    {"connect 3.1.1", CLIENT, MQTT_3_1_1, BYTES("\x10\x0e\0\4MQTT\4\2\0\x3c\0\2id")},
    {"connect 3.1.1 with all", CLIENT, MQTT_3_1_1,
     BYTES("\x10\x1b\0\4MQTT\4\xec\0\x3c\0\2id\0\1t\0\1p\0\1u\0\2pw")},
    {"connect 5", CLIENT, MQTT_5,
     BYTES("\x10\x17\0\4MQTT\5\0\0\x3c\x08\x11\0\0\0\x0a\x21\0\x14\0\2id")},
    {"connect 5 with a will and its properties", CLIENT, MQTT_5,
     BYTES("\x10\x1b\0\4MQTT\5\x0e\0\x3c\0\0\2id\5\x18\0\0\0\5\0\1t\0\1p")},
    {"connect 5 with a password alone", CLIENT, MQTT_5,
     BYTES("\x10\x11\0\4MQTT\5\x42\0\x3c\0\0\0\0\2pw")},
    {"connack 3.1.1", BROKER, MQTT_3_1_1, BYTES("\x20\2\1\0")},
    {"connack 3.1.1 refused", BROKER, MQTT_3_1_1, BYTES("\x20\2\0\5")},
    {"connack 5", BROKER, MQTT_5, BYTES("\x20\x06\1\0\3\x21\0\x0a")},
    {"connack 5 refused with words", BROKER, MQTT_5, BYTES("\x20\x08\0\x87\5\x1f\0\2no")},
    {"publish qos 0", BROKER, MQTT_3_1_1, BYTES("\x30\6\0\3a/bX")},
    {"publish without payload", CLIENT, MQTT_3_1_1, BYTES("\x30\5\0\3a/b")},
    {"publish qos 1 again, retained", BROKER, MQTT_3_1_1, BYTES("\x3b\x08\0\3a/b\1\2X")},
    {"publish qos 2", CLIENT, MQTT_5, BYTES("\x34\x09\0\3a/b\1\2\0X")},
    {"publish 5 with properties", BROKER, MQTT_5,
     BYTES("\x32\x19\0\1t\0\1\x13\1\1\2\0\0\0\5\x0b\1\x0b\2\x26\0\1k\0\2vv")},
    {"publish 5 with an alias alone", BROKER, MQTT_5, BYTES("\x30\7\0\0\3\x23\0\1X")},
    {"puback", BROKER, MQTT_3_1_1, BYTES("\x40\2\0\1")},
    {"puback 5 short", CLIENT, MQTT_5, BYTES("\x40\2\0\1")},
    {"puback 5 refused", CLIENT, MQTT_5, BYTES("\x40\3\0\1\x97")},
    {"pubrec 5 with words", CLIENT, MQTT_5, BYTES("\x50\x09\0\1\x80\5\x1f\0\2no")},
    {"pubrel", BROKER, MQTT_5, BYTES("\x62\2\0\1")},
    {"pubrel of an unknown id", BROKER, MQTT_5, BYTES("\x62\3\0\1\x92")},
    {"pubcomp", BROKER, MQTT_3_1_1, BYTES("\x70\2\0\1")},
    {"subscribe 3.1.1", CLIENT, MQTT_3_1_1, BYTES("\x82\x0c\0\1\0\3a/#\1\0\1b\0")},
    {"subscribe 5", CLIENT, MQTT_5, BYTES("\x82\x0b\0\1\2\x0b\7\0\3a/#\x2d")},
    {"subscribe shared", CLIENT, MQTT_5, BYTES("\x82\x10\0\1\0\0\x0a$share/g/#\1")},
    {"suback 3.1.1", BROKER, MQTT_3_1_1, BYTES("\x90\5\0\1\0\2\x80")},
    {"suback 5", BROKER, MQTT_5, BYTES("\x90\5\0\1\0\1\x87")},
    {"unsubscribe", CLIENT, MQTT_3_1_1, BYTES("\xa2\7\0\1\0\3a/#")},
    {"unsubscribe 5", CLIENT, MQTT_5, BYTES("\xa2\x08\0\1\0\0\3a/#")},
    {"unsuback 3.1.1", BROKER, MQTT_3_1_1, BYTES("\xb0\2\0\1")},
    {"unsuback 5", BROKER, MQTT_5, BYTES("\xb0\4\0\1\0\x11")},
    {"pingreq", CLIENT, MQTT_5, BYTES("\xc0\0")},
    {"pingresp", BROKER, MQTT_3_1_1, BYTES("\xd0\0")},
    {"disconnect 3.1.1", CLIENT, MQTT_3_1_1, BYTES("\xe0\0")},
    {"disconnect 5 by the broker", BROKER, MQTT_5, BYTES("\xe0\1\x8e")},
    {"disconnect 5 with expiry", CLIENT, MQTT_5, BYTES("\xe0\7\0\5\x11\0\0\0\1")},
};

static void every_packet_reads_and_writes_back(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    uint32_t seen = 0;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        MqttDecoder d = decoder_for(cx, GOOD[i].speaker, GOOD[i].version, GOOD[i].bytes);
        MqttPacket packet;
        bool found = false;
        Err err = mqtt_decoder_next(cx, &d, &packet, &found);
        if (err || !found)
            fprintf(stderr, "# %s\n", GOOD[i].what);
        assert_ok(cx, err);
        assert_true(found);
        seen |= 1u << packet.type;
        Buf out = buf_new(cx->arena, 4096);
        mqtt_emit(&out, GOOD[i].version, &packet);
        if (!str_eq(GOOD[i].bytes, buf_str(&out)))
            fprintf(stderr, "# %s\n", GOOD[i].what);
        assert_str_equal(GOOD[i].bytes, buf_str(&out));
        assert_int_equal(mqtt_emit_bytes(GOOD[i].version, &packet), out.n);
        assert_ok(cx, mqtt_decoder_next(cx, &d, &packet, &found));
        assert_false(found);
    }
    assert_int_equal(seen, 0x7ffe); /* every type but 0 and AUTH */
    test_cx_done(&t);
}

/* ---- refused packets ---- */

typedef struct Bad {
    int speaker;
    MqttVersion version;
    Str bytes;
    const char *key;
    const char *words; /* in the detail */
} Bad;

#define MALFORMED "mqtt.malformed"
#define PROTOCOL "mqtt.protocol"
static const Bad BAD[] = {
    {CLIENT, MQTT_5, BYTES("\x00\0"), MALFORMED, "type 0"},
    {CLIENT, MQTT_5, BYTES("\xf0\0"), "mqtt.auth", "refused"},
    {CLIENT, MQTT_5, BYTES("\x80\x08\0\1\0\0\3a/#\0"), MALFORMED, "flags 0"},
    {CLIENT, MQTT_5, BYTES("\xc1\0"), MALFORMED, "flags 1"},
    {CLIENT, MQTT_5, BYTES("\xd0\0"), PROTOCOL, "wrong side"},
    {BROKER, MQTT_5, BYTES("\x82\x09\0\1\0\0\3a/#\0"), PROTOCOL, "wrong side"},
    {BROKER, MQTT_3_1_1, BYTES("\xe0\0"), PROTOCOL, "3.1.1 does not have"},
    {BROKER, MQTT_5, BYTES("\x30\x80\x80\x80\x80\1"), MALFORMED, "five bytes"},
    {BROKER, MQTT_5, BYTES("\x30\x80\0"), MALFORMED, "longer than it need be"},
    {BROKER, MQTT_5, BYTES("\xd0\1\0"), MALFORMED, "behind its end"},
    /* CONNECT */
    {CLIENT, MQTT_5, BYTES("\x10\x0e\0\4MQTT\3\2\0\x3c\0\2id"), "mqtt.version", "neither"},
    {CLIENT, MQTT_5, BYTES("\x10\x10\0\6MQIsdp\3\2\0\x3c\0\2id"), "mqtt.version", "neither"},
    {CLIENT, MQTT_5, BYTES("\x10\x0e\0\4MQTT\4\3\0\x3c\0\2id"), MALFORMED, "reserved flag"},
    {CLIENT, MQTT_5, BYTES("\x10\x0e\0\4MQTT\4\x22\0\x3c\0\2id"), MALFORMED, "without a will"},
    {CLIENT, MQTT_5, BYTES("\x10\x14\0\4MQTT\4\x1e\0\x3c\0\2id\0\1t\0\1p"), MALFORMED, "QoS is 3"},
    {CLIENT, MQTT_5, BYTES("\x10\x14\0\4MQTT\4\x06\0\x3c\0\2id\0\1#\0\1p"), "mqtt.topic", "will"},
    {CLIENT, MQTT_5, BYTES("\x10\x10\0\4MQTT\4\x42\0\x3c\0\0\0\2pw"), MALFORMED, "without a user"},
    {CLIENT, MQTT_5, BYTES("\x10\x0c\0\4MQTT\4\0\0\x3c\0\0"), "mqtt.client_id", "identifier"},
    {CLIENT, MQTT_5, BYTES("\x10\x0e\0\4MQTT\4\2\0\x3c\0\3id"), MALFORMED, "ends inside"},
    {CLIENT, MQTT_5, BYTES("\x10\x12\0\4MQTT\5\2\0\x3c\3\x21\0\0\0\2id"), PROTOCOL, "is 0"},
    {CLIENT, MQTT_5, BYTES("\x10\x13\0\4MQTT\5\2\0\x3c\4\x16\0\1x\0\2id"), PROTOCOL,
     "without a method"},
    /* CONNACK */
    {BROKER, MQTT_3_1_1, BYTES("\x20\2\2\0"), MALFORMED, "reserved flag"},
    {BROKER, MQTT_3_1_1, BYTES("\x20\2\0\6"), MALFORMED, "return code"},
    {BROKER, MQTT_3_1_1, BYTES("\x20\2\1\5"), PROTOCOL, "with a session"},
    {BROKER, MQTT_5, BYTES("\x20\3\0\7\0"), MALFORMED, "reason code"},
    {BROKER, MQTT_5, BYTES("\x20\2\0\0"), MALFORMED, "ends inside"},
    /* PUBLISH */
    {BROKER, MQTT_5, BYTES("\x36\x09\0\3a/b\1\2\0X"), MALFORMED, "QoS 3"},
    {BROKER, MQTT_3_1_1, BYTES("\x38\6\0\3a/bX"), MALFORMED, "DUP"},
    {BROKER, MQTT_3_1_1, BYTES("\x32\x08\0\3a/b\0\0X"), PROTOCOL, "identifier is 0"},
    {BROKER, MQTT_3_1_1, BYTES("\x30\6\0\3a/+X"), "mqtt.topic", "wildcard"},
    {BROKER, MQTT_3_1_1, BYTES("\x30\3\0\0X"), "mqtt.topic", "empty"},
    {BROKER, MQTT_5, BYTES("\x30\4\0\0\0X"), PROTOCOL, "neither a topic"},
    {BROKER, MQTT_5, BYTES("\x30\7\0\0\3\x23\0\0X"), "mqtt.alias", "alias is 0"},
    {BROKER, MQTT_3_1_1, BYTES("\x30\6\0\3a\0bX"), MALFORMED, "NUL"},
    {BROKER, MQTT_3_1_1, BYTES("\x30\6\0\3\xed\xa0\x80X"), MALFORMED, "UTF-8"},
    {BROKER, MQTT_3_1_1, BYTES("\x30\5\0\2\xc0\x80X"), MALFORMED, "UTF-8"},
    {BROKER, MQTT_5, BYTES("\x30\x08\0\1t\4\1\0\1\0"), PROTOCOL, "twice"},
    {BROKER, MQTT_5, BYTES("\x30\6\0\1t\2\1\2"), PROTOCOL, "neither 0 nor 1"},
    {BROKER, MQTT_5, BYTES("\x30\6\0\1t\2\x04\0"), MALFORMED, "unknown identifier"},
    {BROKER, MQTT_5, BYTES("\x30\6\0\1t\2\x7f\0"), MALFORMED, "unknown identifier"},
    {BROKER, MQTT_5, BYTES("\x30\x06\0\1t\2\x24\0"), PROTOCOL, "does not belong"},
    {BROKER, MQTT_5, BYTES("\x30\x06\0\1t\2\x0b\0"), PROTOCOL, "is 0"},
    {CLIENT, MQTT_5, BYTES("\x30\x06\0\1t\2\x0b\1"), PROTOCOL, "client sends a subscription"},
    {BROKER, MQTT_5, BYTES("\x30\x08\0\1t\4\x08\0\1+"), "mqtt.topic", "response topic"},
    {BROKER, MQTT_5, BYTES("\x30\5\0\1t\2\1"), MALFORMED, "ends inside"},
    /* the others */
    {BROKER, MQTT_5, BYTES("\x40\2\0\0"), PROTOCOL, "identifier is 0"},
    {BROKER, MQTT_5, BYTES("\x40\3\0\1\x92"), MALFORMED, "reason code"},
    {BROKER, MQTT_3_1_1, BYTES("\x40\3\0\1\0"), MALFORMED, "behind its end"},
    {BROKER, MQTT_5, BYTES("\x60\2\0\1"), MALFORMED, "flags 0"},
    {CLIENT, MQTT_3_1_1, BYTES("\x82\2\0\1"), PROTOCOL, "no topic filter"},
    {CLIENT, MQTT_3_1_1, BYTES("\x82\x08\0\1\0\3a/#\3"), MALFORMED, "options"},
    {CLIENT, MQTT_3_1_1, BYTES("\x82\x08\0\1\0\3a/#\4"), MALFORMED, "options"},
    {CLIENT, MQTT_5, BYTES("\x82\x09\0\1\0\0\3a/#\x30"), MALFORMED, "options"},
    {CLIENT, MQTT_5, BYTES("\x82\x09\0\1\0\0\3a/#\x40"), MALFORMED, "options"},
    {CLIENT, MQTT_3_1_1, BYTES("\x82\x08\0\1\0\3#/a\0"), "mqtt.filter", "out of place"},
    {CLIENT, MQTT_5, BYTES("\x82\x10\0\1\0\0\x0a$share/g/#\5"), PROTOCOL, "no local"},
    {CLIENT, MQTT_5, BYTES("\xa2\7\0\1\0\0\2a+"), "mqtt.filter", "out of place"},
    {BROKER, MQTT_3_1_1, BYTES("\x90\2\0\1"), PROTOCOL, "no reason code"},
    {BROKER, MQTT_3_1_1, BYTES("\x90\3\0\1\x87"), MALFORMED, "reason code"},
    {BROKER, MQTT_5, BYTES("\x90\4\0\1\0\3"), MALFORMED, "reason code"},
    {BROKER, MQTT_5, BYTES("\xb0\4\0\1\0\1"), MALFORMED, "reason code"},
    {BROKER, MQTT_5, BYTES("\xe0\7\0\5\x11\0\0\0\1"), PROTOCOL, "session expiry"},
    {CLIENT, MQTT_5, BYTES("\xe0\1\x1f"), MALFORMED, "reason code"},
};

static void what_is_malformed_is_refused_with_its_reason(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        MqttDecoder d = decoder_for(cx, BAD[i].speaker, BAD[i].version, BAD[i].bytes);
        MqttPacket packet;
        bool found = true;
        Err err = mqtt_decoder_next(cx, &d, &packet, &found);
        bool as_said = err && strcmp(cx->error->key, BAD[i].key) == 0 &&
                       str_find(cx->error->detail, str_from(BAD[i].words)) >= 0;
        if (!as_said)
            fprintf(stderr, "# row %zu (%s, %s): %s %.*s\n", i, BAD[i].key, BAD[i].words,
                    err_name(err), SARG(err ? cx->error->detail : S("")));
        assert_true(as_said);
        assert_false(found);
        assert_true(mqtt_reason_of(cx->error) > MQTT_UNSPECIFIED);
    }
    test_cx_done(&t);
}

static void nothing_comes_before_connect_and_connect_comes_once(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    MqttPacket packet;
    bool found;
    MqttDecoder d = mqtt_decoder(cx->arena, MQTT_VERSION_UNKNOWN, false, 1000);
    feed(&d, S("\xc0\0"));
    assert_err(cx, ERR_INVALID, "mqtt.protocol", mqtt_decoder_next(cx, &d, &packet, &found));

    d = mqtt_decoder(cx->arena, MQTT_VERSION_UNKNOWN, false, 1000);
    feed(&d, GOOD[0].bytes);
    feed(&d, GOOD[0].bytes);
    assert_ok(cx, mqtt_decoder_next(cx, &d, &packet, &found));
    assert_true(found);
    assert_int_equal(d.version, MQTT_3_1_1);
    assert_err(cx, ERR_INVALID, "mqtt.protocol", mqtt_decoder_next(cx, &d, &packet, &found));
    test_cx_done(&t);
}

static void a_packet_gives_its_fields(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    MqttPacket p;
    bool found;
    MqttDecoder d = decoder_for(cx, CLIENT, MQTT_3_1_1, GOOD[1].bytes);
    assert_ok(cx, mqtt_decoder_next(cx, &d, &p, &found));
    assert_int_equal(p.connect.keep_alive_s, 60);
    assert_false(p.connect.clean);
    assert_str("id", p.connect.client_id);
    assert_str("t", p.connect.will.topic);
    assert_str("p", p.connect.will.payload);
    assert_int_equal(p.connect.will.qos, 1);
    assert_true(p.connect.will.retain);
    assert_str("u", p.connect.user);
    assert_str("pw", p.connect.password);

    d = decoder_for(cx, BROKER, MQTT_3_1_1, S("\x20\2\0\4"));
    assert_ok(cx, mqtt_decoder_next(cx, &d, &p, &found));
    assert_int_equal(p.reason, MQTT_BAD_LOGIN);
    d = decoder_for(cx, BROKER, MQTT_5, S("\x20\2\0\1")); /* a 3.1.1 broker's answer to 5.0 */
    assert_ok(cx, mqtt_decoder_next(cx, &d, &p, &found));
    assert_int_equal(p.reason, MQTT_BAD_VERSION);
    test_cx_done(&t);
}

static void properties_are_walked_and_found(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Buf props = buf_new(cx->arena, 1000);
    mqtt_prop_put(&props, &(MqttProp){.id = MQTT_PROP_SUBSCRIPTION_ID, .number = 300});
    mqtt_prop_put(&props, &(MqttProp){.id = MQTT_PROP_CONTENT_TYPE, .text = S("text/csv")});
    mqtt_prop_put(&props, &(MqttProp){.id = MQTT_PROP_USER, .name = S("k"), .text = S("v")});
    mqtt_prop_put(&props, &(MqttProp){.id = MQTT_PROP_MESSAGE_EXPIRY_S, .number = 0x01020304});
    MqttPacket sent = {.type = MQTT_PUBLISH,
                       .props = buf_str(&props),
                       .publish = {.topic = S("t"), .payload = S("x")}};
    Buf out = buf_new(cx->arena, 1000);
    mqtt_emit(&out, MQTT_5, &sent);

    MqttDecoder d = decoder_for(cx, BROKER, MQTT_5, buf_str(&out));
    MqttPacket p;
    MqttProp prop;
    bool found;
    assert_ok(cx, mqtt_decoder_next(cx, &d, &p, &found));
    assert_true(mqtt_prop_find(p.props, MQTT_PROP_CONTENT_TYPE, &prop));
    assert_str("text/csv", prop.text);
    assert_true(mqtt_prop_find(p.props, MQTT_PROP_USER, &prop));
    assert_str("k", prop.name);
    assert_str("v", prop.text);
    assert_int_equal(mqtt_prop_number(p.props, MQTT_PROP_MESSAGE_EXPIRY_S, 0), 0x01020304);
    assert_int_equal(mqtt_prop_number(p.props, MQTT_PROP_SUBSCRIPTION_ID, 0), 300);
    assert_int_equal(mqtt_prop_number(p.props, MQTT_PROP_PAYLOAD_FORMAT, 7), 7);
    size_t n = 0;
    for (Str rest = p.props; mqtt_prop_next(&rest, &prop);)
        n++;
    assert_int_equal(n, 4);
    test_cx_done(&t);
}

static void filters_are_walked(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Buf list = buf_new(cx->arena, 100);
    mqtt_filter_put(MQTT_SUBSCRIBE, &list, (MqttFilter){S("a/#"), 1});
    mqtt_filter_put(MQTT_SUBSCRIBE, &list, (MqttFilter){S("b"), 2});
    Str rest = buf_str(&list);
    MqttFilter f;
    assert_true(mqtt_filter_next(MQTT_SUBSCRIBE, &rest, &f));
    assert_str("a/#", f.filter);
    assert_int_equal(f.options, 1);
    assert_true(mqtt_filter_next(MQTT_SUBSCRIBE, &rest, &f));
    assert_str("b", f.filter);
    assert_int_equal(f.options, 2);
    assert_false(mqtt_filter_next(MQTT_SUBSCRIBE, &rest, &f));
    test_cx_done(&t);
}

/* All good packets of one speaker and version in one stream, fed byte by byte and at once. */
static void a_stream_cut_anywhere_gives_the_same_packets(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t step = 1; step < 9; step++) {
        MqttDecoder d = mqtt_decoder(cx->arena, MQTT_5, true, MQTT_PACKET_BYTES_MAX);
        Buf all = buf_new(cx->arena, 10000), out = buf_new(cx->arena, 10000);
        for (size_t i = 0; i < COUNT_OF(GOOD); i++)
            if (GOOD[i].speaker == BROKER && GOOD[i].version == MQTT_5)
                buf_put(&all, GOOD[i].bytes);
        for (size_t at = 0; at < all.n; at += step) {
            feed(&d, str_slice(buf_str(&all), at, at + step));
            MqttPacket packet;
            bool found = true;
            while (found) {
                assert_ok(cx, mqtt_decoder_next(cx, &d, &packet, &found));
                if (found)
                    mqtt_emit(&out, MQTT_5, &packet);
            }
        }
        assert_true(all.n > 60);
        assert_str_equal(buf_str(&all), buf_str(&out));
    }
    test_cx_done(&t);
}

static void a_packet_of_the_limit_passes_and_one_byte_more_does_not(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    static char payload[MQTT_PACKET_BYTES_MAX];
    MqttPacket sent = {.type = MQTT_PUBLISH, .publish = {.topic = S("t")}};
    sent.publish.payload = (Str){payload, MQTT_PACKET_BYTES_MAX - 4 - 3};
    Buf out = buf_new(cx->arena, 2 * MQTT_PACKET_BYTES_MAX);
    mqtt_emit(&out, MQTT_3_1_1, &sent);
    assert_int_equal(out.n, MQTT_PACKET_BYTES_MAX);

    MqttDecoder d = decoder_for(cx, BROKER, MQTT_3_1_1, buf_str(&out));
    MqttPacket p;
    bool found;
    assert_ok(cx, mqtt_decoder_next(cx, &d, &p, &found));
    assert_true(found);
    assert_int_equal(p.publish.payload.n, sent.publish.payload.n);
    assert_true(d.cap <= 2 * MQTT_PACKET_BYTES_MAX);

    sent.publish.payload.n++;
    buf_truncate(&out, 0);
    mqtt_emit(&out, MQTT_3_1_1, &sent);
    d = decoder_for(cx, BROKER, MQTT_3_1_1, str_slice(buf_str(&out), 0, 4));
    assert_err(cx, ERR_LIMIT, "mqtt.packet_size", mqtt_decoder_next(cx, &d, &p, &found));
    assert_int_equal(mqtt_reason_of(cx->error), MQTT_TOO_LARGE);
    test_cx_done(&t);
}

static void an_announced_size_alone_takes_no_memory(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    MqttDecoder d = decoder_for(cx, BROKER, MQTT_5, S("\x30\xf0\xff\x3f\0\1t"));
    MqttPacket p;
    bool found;
    size_t room;
    assert_ok(cx, mqtt_decoder_next(cx, &d, &p, &found));
    assert_false(found);
    assert_non_null(mqtt_decoder_room(&d, &room));
    assert_true(d.cap <= 64 * 1024);
    test_cx_done(&t);
}

/* ---- topics ---- */

static void topics_and_filters_are_checked(void **state)
{
    (void)state;
    static const struct {
        Str text;
        bool topic, filter;
    } ROWS[] = {
        {S_INIT(""), false, false},
        {S_INIT("/"), true, true},
        {S_INIT("a/b c/\xc3\xa4"), true, true},
        {S_INIT("a/\0"), false, false},
        {S_INIT("a/\xed\xa0\x80"), false, false},
        {S_INIT("#"), false, true},
        {S_INIT("+"), false, true},
        {S_INIT("a/+/c/#"), false, true},
        {S_INIT("+/+"), false, true},
        {S_INIT("a+"), false, false},
        {S_INIT("a/+b"), false, false},
        {S_INIT("a#"), false, false},
        {S_INIT("#/a"), false, false},
        {S_INIT("a/#/b"), false, false},
        {S_INIT("##"), false, false},
        {S_INIT("$SYS/x"), true, true},
        {S_INIT("$share/g/a/+"), false, true},
        {S_INIT("$share/g/"), true, false},
        {S_INIT("$share/g"), true, false},
        {S_INIT("$share//a"), true, false},
        {S_INIT("$share/+/a"), false, false},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        if (mqtt_topic_ok(ROWS[i].text) != ROWS[i].topic ||
            mqtt_filter_ok(ROWS[i].text) != ROWS[i].filter)
            fprintf(stderr, "# %.*s\n", SARG(ROWS[i].text));
        assert_int_equal(mqtt_topic_ok(ROWS[i].text), ROWS[i].topic);
        assert_int_equal(mqtt_filter_ok(ROWS[i].text), ROWS[i].filter);
    }
    static char longest[MQTT_TEXT_BYTES_MAX + 1];
    memset(longest, 'a', sizeof longest);
    assert_true(mqtt_topic_ok((Str){longest, MQTT_TEXT_BYTES_MAX}));
    assert_false(mqtt_topic_ok((Str){longest, MQTT_TEXT_BYTES_MAX + 1}));
}

static void filters_match_as_the_standard_says(void **state)
{
    (void)state;
    static const struct {
        Str filter, topic;
        bool matches;
    } ROWS[] = {
        {S_INIT("a/b"), S_INIT("a/b"), true},
        {S_INIT("a/b"), S_INIT("a/b/"), false},
        {S_INIT("a/b"), S_INIT("A/b"), false},
        {S_INIT("a/b/"), S_INIT("a/b"), false},
        {S_INIT("sport/tennis/player1/#"), S_INIT("sport/tennis/player1"), true},
        {S_INIT("sport/tennis/player1/#"), S_INIT("sport/tennis/player1/score/wimbledon"), true},
        {S_INIT("sport/#"), S_INIT("sport"), true},
        {S_INIT("sport/#"), S_INIT("sports"), false},
        {S_INIT("sport/+"), S_INIT("sport"), false},
        {S_INIT("sport/+"), S_INIT("sport/"), true},
        {S_INIT("+/+"), S_INIT("/finance"), true},
        {S_INIT("/+"), S_INIT("/finance"), true},
        {S_INIT("+"), S_INIT("/finance"), false},
        {S_INIT("+/b/+"), S_INIT("a/b/c"), true},
        {S_INIT("+/b/+"), S_INIT("a/b"), false},
        {S_INIT("#"), S_INIT("a/b/c"), true},
        {S_INIT("#"), S_INIT("$SYS/x"), false},
        {S_INIT("+/x"), S_INIT("$SYS/x"), false},
        {S_INIT("$SYS/#"), S_INIT("$SYS/x"), true},
        {S_INIT("$SYS/+"), S_INIT("$SYS/x"), true},
        {S_INIT("a/+"), S_INIT("a/$b"), true},
        {S_INIT("$share/g/a/+"), S_INIT("a/b"), true},
        {S_INIT("$share/g/#"), S_INIT("$SYS/x"), false},
        {S_INIT("$share/g/a"), S_INIT("$share/g/a"), false},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        bool matches = mqtt_topic_matches(ROWS[i].filter, ROWS[i].topic);
        if (matches != ROWS[i].matches)
            fprintf(stderr, "# %.*s on %.*s\n", SARG(ROWS[i].filter), SARG(ROWS[i].topic));
        assert_int_equal(matches, ROWS[i].matches);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_packet_reads_and_writes_back),
        cmocka_unit_test(what_is_malformed_is_refused_with_its_reason),
        cmocka_unit_test(nothing_comes_before_connect_and_connect_comes_once),
        cmocka_unit_test(a_packet_gives_its_fields),
        cmocka_unit_test(properties_are_walked_and_found),
        cmocka_unit_test(filters_are_walked),
        cmocka_unit_test(a_stream_cut_anywhere_gives_the_same_packets),
        cmocka_unit_test(a_packet_of_the_limit_passes_and_one_byte_more_does_not),
        cmocka_unit_test(an_announced_size_alone_takes_no_memory),
        cmocka_unit_test(topics_and_filters_are_checked),
        cmocka_unit_test(filters_match_as_the_standard_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
