#include "net/mqtt_wire.h"

/* Writes, or only counts where buf is NULL: one description of each packet gives both its length,
 * which stands in front, and its bytes. */
typedef struct Out {
    Buf *buf;
    size_t n;
} Out;

static void put_bytes(Out *out, Str s)
{
    out->n += s.n;
    if (out->buf)
        buf_put(out->buf, s);
}

static void put_number(Out *out, uint32_t v, unsigned bytes)
{
    char text[4];
    for (unsigned i = 0; i < bytes; i++)
        text[i] = (char)(v >> 8 * (bytes - 1 - i));
    put_bytes(out, (Str){text, bytes});
}

static void put_varint(Out *out, size_t v)
{
    ASSERT(v <= MQTT_VARINT_MAX);
    do {
        put_number(out, (uint32_t)(v & 0x7F) | (v > 0x7F ? 0x80 : 0), 1);
        v >>= 7;
    } while (v);
}

static void put_text(Out *out, Str s)
{
    ASSERT(s.n <= MQTT_TEXT_BYTES_MAX);
    put_number(out, (uint32_t)s.n, 2);
    put_bytes(out, s);
}

static void put_props(Out *out, MqttVersion version, Str props)
{
    if (version != MQTT_5)
        return;
    put_varint(out, props.n);
    put_bytes(out, props);
}

void mqtt_prop_put(Buf *props, const MqttProp *prop)
{
    Out out = {.buf = props};
    put_varint(&out, prop->id);
    switch (mqtt_prop_type(prop->id)) {
    case PROP_FLAG:
        put_number(&out, prop->number, 1);
        break;
    case PROP_U16:
        put_number(&out, prop->number, 2);
        break;
    case PROP_U32:
        put_number(&out, prop->number, 4);
        break;
    case PROP_VARINT:
        put_varint(&out, prop->number);
        break;
    case PROP_PAIR:
        put_text(&out, prop->name);
        put_text(&out, prop->text);
        break;
    case PROP_BINARY:
    case PROP_TEXT:
        put_text(&out, prop->text);
        break;
    case PROP_NONE:
    default:
        ASSERT(mqtt_prop_type(prop->id) != PROP_NONE);
    }
}

void mqtt_filter_put(MqttType type, Buf *filters, MqttFilter filter)
{
    Out out = {.buf = filters};
    put_text(&out, filter.filter);
    if (type == MQTT_SUBSCRIBE)
        put_number(&out, filter.options, 1);
}

static uint8_t connect_flags(const MqttConnect *c)
{
    unsigned flags = c->clean ? 2 : 0;
    if (c->will.topic.p)
        flags |= 4 | (unsigned)c->will.qos << 3 | (c->will.retain ? 0x20u : 0);
    flags |= c->user.p ? 0x80 : 0;
    flags |= c->password.p ? 0x40 : 0;
    return (uint8_t)flags;
}

static void put_connect(Out *out, const MqttPacket *packet)
{
    const MqttConnect *c = &packet->connect;
    put_text(out, S("MQTT"));
    put_number(out, c->version, 1);
    put_number(out, connect_flags(c), 1);
    put_number(out, c->keep_alive_s, 2);
    put_props(out, c->version, packet->props);
    put_text(out, c->client_id);
    if (c->will.topic.p) {
        put_props(out, c->version, c->will.props);
        put_text(out, c->will.topic);
        put_text(out, c->will.payload);
    }
    if (c->user.p)
        put_text(out, c->user);
    if (c->password.p)
        put_text(out, c->password);
}

static void put_connack(Out *out, MqttVersion version, const MqttPacket *packet)
{
    uint8_t code = version == MQTT_5 ? packet->reason : mqtt_return_code(packet->reason);
    put_number(out, packet->session_present, 1);
    put_number(out, code, 1);
    put_props(out, version, packet->props);
}

static void put_publish(Out *out, MqttVersion version, const MqttPacket *packet)
{
    put_text(out, packet->publish.topic);
    if (packet->publish.qos)
        put_number(out, packet->id, 2);
    put_props(out, version, packet->props);
    put_bytes(out, packet->publish.payload);
}

/* Acknowledgements and DISCONNECT: a reason of 0 without properties is left out. */
static void put_reason(Out *out, MqttVersion version, const MqttPacket *packet)
{
    if (version != MQTT_5 || (packet->reason == 0 && packet->props.n == 0))
        return;
    put_number(out, packet->reason, 1);
    if (packet->props.n)
        put_props(out, version, packet->props);
}

static void put_body(Out *out, MqttVersion version, const MqttPacket *packet)
{
    switch (packet->type) {
    case MQTT_CONNECT:
        put_connect(out, packet);
        break;
    case MQTT_CONNACK:
        put_connack(out, version, packet);
        break;
    case MQTT_PUBLISH:
        put_publish(out, version, packet);
        break;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        put_number(out, packet->id, 2);
        put_reason(out, version, packet);
        break;
    case MQTT_DISCONNECT:
        put_reason(out, version, packet);
        break;
    case MQTT_SUBSCRIBE:
    case MQTT_SUBACK:
    case MQTT_UNSUBSCRIBE:
    case MQTT_UNSUBACK:
        put_number(out, packet->id, 2);
        put_props(out, version, packet->props);
        put_bytes(out, packet->list);
        break;
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
        break;
    case MQTT_AUTH:
    default:
        ASSERT(packet->type != MQTT_AUTH); /* nothing ever sends it */
    }
}

static uint8_t first_byte(const MqttPacket *packet)
{
    unsigned flags = 0;
    if (packet->type == MQTT_PUBLISH)
        flags = (packet->publish.dup ? 8u : 0) | (unsigned)packet->publish.qos << 1 |
                (packet->publish.retain ? 1u : 0);
    else if (packet->type == MQTT_PUBREL || packet->type == MQTT_SUBSCRIBE ||
             packet->type == MQTT_UNSUBSCRIBE)
        flags = 2;
    return (uint8_t)((unsigned)packet->type << 4 | flags);
}

static size_t body_bytes(MqttVersion version, const MqttPacket *packet)
{
    Out count = {0};
    put_body(&count, version, packet);
    return count.n;
}

void mqtt_emit(Buf *buf, MqttVersion version, const MqttPacket *packet)
{
    Out out = {.buf = buf};
    put_number(&out, first_byte(packet), 1);
    put_varint(&out, body_bytes(version, packet));
    put_body(&out, version, packet);
}

size_t mqtt_emit_bytes(MqttVersion version, const MqttPacket *packet)
{
    Out count = {.n = 1 + body_bytes(version, packet)};
    put_varint(&count, count.n - 1);
    return count.n;
}
