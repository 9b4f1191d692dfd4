/* The MQTT decoder on hostile bytes. The first byte chooses version and side; the rest is the
 * stream. Whatever comes: the packets are the same however the stream is cut, and what was read
 * and written again reads as the same packet and writes as the same bytes. */
#include <stdlib.h>

#include "base/str.h"
#include "net/mqtt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST_HOLD(cond) ((cond) ? (void)0 : abort())

enum { PACKET_MAX = 4096 };

typedef struct Run {
    Buf packets; /* re-emitted, one behind the other */
    Err err;
    const char *key;
} Run;

static void walk_lists(const MqttPacket *packet)
{
    MqttProp prop;
    size_t n = 0;
    for (Str rest = packet->props; mqtt_prop_next(&rest, &prop);)
        n += prop.text.n + prop.name.n;
    for (Str rest = packet->connect.will.props; mqtt_prop_next(&rest, &prop);)
        n += prop.text.n + prop.name.n;
    MqttFilter filter;
    if (packet->type == MQTT_SUBSCRIBE || packet->type == MQTT_UNSUBSCRIBE)
        for (Str rest = packet->list; mqtt_filter_next(packet->type, &rest, &filter);)
            n += filter.filter.n + mqtt_topic_matches(filter.filter, S("a/b/c"));
    MUST_HOLD(n <= 4 * PACKET_MAX);
}

static MqttVersion version_of(const MqttDecoder *d, const MqttPacket *packet)
{
    return packet->type == MQTT_CONNECT ? packet->connect.version : d->version;
}

/* Reads back what mqtt_emit wrote: it must be the same packet, byte for byte when written. */
static void check_round_trip(Cx *cx, const MqttDecoder *d, Str bytes)
{
    MqttDecoder again = mqtt_decoder(cx->arena, d->version, d->from_server, 2 * PACKET_MAX);
    if (bytes.p[0] >> 4 == MQTT_CONNECT)
        again.version = MQTT_VERSION_UNKNOWN;
    size_t room;
    while (again.n < bytes.n) {
        char *to = mqtt_decoder_room(&again, &room);
        size_t part = MIN(room, bytes.n - again.n);
        memcpy(to, bytes.p + again.n, part);
        mqtt_decoder_add(&again, part);
    }
    MqttPacket packet;
    bool found;
    MUST_HOLD(mqtt_decoder_next(cx, &again, &packet, &found) == OK && found);
    MUST_HOLD(again.at == again.n);
    Buf twice = buf_new(cx->arena, 2 * PACKET_MAX);
    mqtt_emit(&twice, version_of(&again, &packet), &packet);
    MUST_HOLD(str_eq(buf_str(&twice), bytes));
    MUST_HOLD(mqtt_emit_bytes(version_of(&again, &packet), &packet) == bytes.n);
}

static void take_packets(Cx *cx, MqttDecoder *d, Run *run)
{
    for (;;) {
        MqttPacket packet;
        bool found = false;
        run->err = mqtt_decoder_next(cx, d, &packet, &found);
        if (run->err)
            run->key = cx->error->key;
        if (run->err || !found)
            return;
        walk_lists(&packet);
        size_t from = run->packets.n;
        mqtt_emit(&run->packets, version_of(d, &packet), &packet);
        check_round_trip(cx, d, str_from_index(buf_str(&run->packets), from));
    }
}

static Run run_stream(Cx *cx, uint8_t mode, Str stream, size_t step)
{
    static const MqttVersion VERSIONS[] = {MQTT_5, MQTT_3_1_1, MQTT_VERSION_UNKNOWN};
    bool from_server = mode % 4 < 2;
    MqttDecoder d =
        mqtt_decoder(cx->arena, VERSIONS[from_server ? mode % 2 : 2], from_server, PACKET_MAX);
    Run run = {.packets = buf_new(cx->arena, (size_t)1 << 22)};
    while (stream.n && !run.err) {
        size_t room;
        char *to = mqtt_decoder_room(&d, &room);
        size_t n = MIN(MIN(step, stream.n), room);
        memcpy(to, stream.p, n);
        mqtt_decoder_add(&d, n);
        stream = str_from_index(stream, n);
        take_packets(cx, &d, &run);
    }
    return run;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    Arena arena;
    arena_init(&arena, 0, 0);
    Error error = {0};
    Cx cx = {.arena = &arena, .clock = &CLOCK_SYSTEM, .error = &error};
    Str stream = {(const char *)data + 1, size - 1};
    Run whole = run_stream(&cx, data[0], stream, SIZE_MAX);
    Run cut = run_stream(&cx, data[0], stream, 1 + data[0] / 4 % 7);
    MUST_HOLD(whole.err == cut.err);
    MUST_HOLD(!whole.err || strcmp(whole.key, cut.key) == 0);
    MUST_HOLD(str_eq(buf_str(&whole.packets), buf_str(&cut.packets)));
    arena_done(&arena);
    return 0;
}
