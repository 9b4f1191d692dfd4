#include "net/mqtt_wire.h"

#include "base/str.h"

#define BIT(type) (1u << (type))

/* ---- what the standard tabulates ---- */

enum {
    FROM_CLIENT = 1,
    FROM_SERVER = 2,
    FROM_BOTH = 3,
    HAS_ID = 4 /* begins with a packet identifier; PUBLISH only sometimes does */
};

/* 2.1.2 and 2.1.3: who may send it, and the flags it must have. */
static const struct {
    const char *name;
    uint8_t traits;
    uint8_t flags;
} TYPES[] = {
    [0] = {"type 0", 0, 0},
    [MQTT_CONNECT] = {"CONNECT", FROM_CLIENT, 0},
    [MQTT_CONNACK] = {"CONNACK", FROM_SERVER, 0},
    [MQTT_PUBLISH] = {"PUBLISH", FROM_BOTH, 0},
    [MQTT_PUBACK] = {"PUBACK", FROM_BOTH | HAS_ID, 0},
    [MQTT_PUBREC] = {"PUBREC", FROM_BOTH | HAS_ID, 0},
    [MQTT_PUBREL] = {"PUBREL", FROM_BOTH | HAS_ID, 2},
    [MQTT_PUBCOMP] = {"PUBCOMP", FROM_BOTH | HAS_ID, 0},
    [MQTT_SUBSCRIBE] = {"SUBSCRIBE", FROM_CLIENT | HAS_ID, 2},
    [MQTT_SUBACK] = {"SUBACK", FROM_SERVER | HAS_ID, 0},
    [MQTT_UNSUBSCRIBE] = {"UNSUBSCRIBE", FROM_CLIENT | HAS_ID, 2},
    [MQTT_UNSUBACK] = {"UNSUBACK", FROM_SERVER | HAS_ID, 0},
    [MQTT_PINGREQ] = {"PINGREQ", FROM_CLIENT, 0},
    [MQTT_PINGRESP] = {"PINGRESP", FROM_SERVER, 0},
    [MQTT_DISCONNECT] = {"DISCONNECT", FROM_BOTH, 0},
    [MQTT_AUTH] = {"AUTH", FROM_BOTH, 0},
};

enum { WILL = 0, NON_ZERO = 1, REPEATS = 2 };
#define P(type) BIT(MQTT_##type)
#define P_ACKS (P(PUBACK) | P(PUBREC) | P(PUBREL) | P(PUBCOMP) | P(SUBACK) | P(UNSUBACK))

/* 2.2.2.2: which packets may carry it; bit WILL stands for the will's own properties. */
static const struct {
    MqttPropType type;
    uint8_t rules;
    uint32_t packets;
} PROPS[MQTT_PROP_COUNT_] = {
    [MQTT_PROP_PAYLOAD_FORMAT] = {PROP_FLAG, 0, P(PUBLISH) | BIT(WILL)},
    [MQTT_PROP_MESSAGE_EXPIRY_S] = {PROP_U32, 0, P(PUBLISH) | BIT(WILL)},
    [MQTT_PROP_CONTENT_TYPE] = {PROP_TEXT, 0, P(PUBLISH) | BIT(WILL)},
    [MQTT_PROP_RESPONSE_TOPIC] = {PROP_TEXT, 0, P(PUBLISH) | BIT(WILL)},
    [MQTT_PROP_CORRELATION_DATA] = {PROP_BINARY, 0, P(PUBLISH) | BIT(WILL)},
    [MQTT_PROP_SUBSCRIPTION_ID] = {PROP_VARINT, NON_ZERO, P(PUBLISH) | P(SUBSCRIBE)},
    [MQTT_PROP_SESSION_EXPIRY_S] = {PROP_U32, 0, P(CONNECT) | P(CONNACK) | P(DISCONNECT)},
    [MQTT_PROP_ASSIGNED_CLIENT_ID] = {PROP_TEXT, 0, P(CONNACK)},
    [MQTT_PROP_SERVER_KEEP_ALIVE_S] = {PROP_U16, 0, P(CONNACK)},
    [MQTT_PROP_AUTH_METHOD] = {PROP_TEXT, 0, P(CONNECT) | P(CONNACK) | P(AUTH)},
    [MQTT_PROP_AUTH_DATA] = {PROP_BINARY, 0, P(CONNECT) | P(CONNACK) | P(AUTH)},
    [MQTT_PROP_REQUEST_PROBLEM] = {PROP_FLAG, 0, P(CONNECT)},
    [MQTT_PROP_WILL_DELAY_S] = {PROP_U32, 0, BIT(WILL)},
    [MQTT_PROP_REQUEST_RESPONSE] = {PROP_FLAG, 0, P(CONNECT)},
    [MQTT_PROP_RESPONSE_INFO] = {PROP_TEXT, 0, P(CONNACK)},
    [MQTT_PROP_SERVER_REFERENCE] = {PROP_TEXT, 0, P(CONNACK) | P(DISCONNECT)},
    [MQTT_PROP_REASON_STRING] = {PROP_TEXT, 0, P(CONNACK) | P_ACKS | P(DISCONNECT) | P(AUTH)},
    [MQTT_PROP_RECEIVE_MAX] = {PROP_U16, NON_ZERO, P(CONNECT) | P(CONNACK)},
    [MQTT_PROP_TOPIC_ALIAS_MAX] = {PROP_U16, 0, P(CONNECT) | P(CONNACK)},
    [MQTT_PROP_TOPIC_ALIAS] = {PROP_U16, NON_ZERO, P(PUBLISH)},
    [MQTT_PROP_QOS_MAX] = {PROP_FLAG, 0, P(CONNACK)},
    [MQTT_PROP_RETAIN_AVAILABLE] = {PROP_FLAG, 0, P(CONNACK)},
    [MQTT_PROP_USER] = {PROP_PAIR, REPEATS,
                        P(CONNECT) | P(CONNACK) | P(PUBLISH) | BIT(WILL) | P_ACKS | P(SUBSCRIBE) |
                            P(UNSUBSCRIBE) | P(DISCONNECT) | P(AUTH)},
    [MQTT_PROP_PACKET_MAX] = {PROP_U32, NON_ZERO, P(CONNECT) | P(CONNACK)},
    [MQTT_PROP_WILDCARD_AVAILABLE] = {PROP_FLAG, 0, P(CONNACK)},
    [MQTT_PROP_SUBSCRIPTION_ID_AVAILABLE] = {PROP_FLAG, 0, P(CONNACK)},
    [MQTT_PROP_SHARED_AVAILABLE] = {PROP_FLAG, 0, P(CONNACK)},
};

#define P_PUB (P(PUBACK) | P(PUBREC))
#define P_SUBS (P(SUBACK) | P(UNSUBACK))

/* 2.4: which packets may carry it. */
static const struct {
    uint8_t code;
    const char *name;
    uint32_t packets;
} REASONS[] = {
    {0x00, "Success",
     P(CONNACK) | P_PUB | P(PUBREL) | P(PUBCOMP) | P_SUBS | P(DISCONNECT) | P(AUTH)},
    {0x01, "Granted QoS 1", P(SUBACK)},
    {0x02, "Granted QoS 2", P(SUBACK)},
    {0x04, "Disconnect with Will Message", P(DISCONNECT)},
    {0x10, "No matching subscribers", P_PUB},
    {0x11, "No subscription existed", P(UNSUBACK)},
    {0x18, "Continue authentication", P(AUTH)},
    {0x19, "Re-authenticate", P(AUTH)},
    {0x80, "Unspecified error", P(CONNACK) | P_PUB | P_SUBS | P(DISCONNECT)},
    {0x81, "Malformed Packet", P(CONNACK) | P(DISCONNECT)},
    {0x82, "Protocol Error", P(CONNACK) | P(DISCONNECT)},
    {0x83, "Implementation specific error", P(CONNACK) | P_PUB | P_SUBS | P(DISCONNECT)},
    {0x84, "Unsupported Protocol Version", P(CONNACK)},
    {0x85, "Client Identifier not valid", P(CONNACK)},
    {0x86, "Bad User Name or Password", P(CONNACK)},
    {0x87, "Not authorized", P(CONNACK) | P_PUB | P_SUBS | P(DISCONNECT)},
    {0x88, "Server unavailable", P(CONNACK)},
    {0x89, "Server busy", P(CONNACK) | P(DISCONNECT)},
    {0x8A, "Banned", P(CONNACK)},
    {0x8B, "Server shutting down", P(DISCONNECT)},
    {0x8C, "Bad authentication method", P(CONNACK) | P(DISCONNECT)},
    {0x8D, "Keep Alive timeout", P(DISCONNECT)},
    {0x8E, "Session taken over", P(DISCONNECT)},
    {0x8F, "Topic Filter invalid", P_SUBS | P(DISCONNECT)},
    {0x90, "Topic Name invalid", P(CONNACK) | P_PUB | P(DISCONNECT)},
    {0x91, "Packet Identifier in use", P_PUB | P_SUBS},
    {0x92, "Packet Identifier not found", P(PUBREL) | P(PUBCOMP)},
    {0x93, "Receive Maximum exceeded", P(DISCONNECT)},
    {0x94, "Topic Alias invalid", P(DISCONNECT)},
    {0x95, "Packet too large", P(CONNACK) | P(DISCONNECT)},
    {0x96, "Message rate too high", P(DISCONNECT)},
    {0x97, "Quota exceeded", P(CONNACK) | P_PUB | P(SUBACK) | P(DISCONNECT)},
    {0x98, "Administrative action", P(DISCONNECT)},
    {0x99, "Payload format invalid", P(CONNACK) | P_PUB | P(DISCONNECT)},
    {0x9A, "Retain not supported", P(CONNACK) | P(DISCONNECT)},
    {0x9B, "QoS not supported", P(CONNACK) | P(DISCONNECT)},
    {0x9C, "Use another server", P(CONNACK) | P(DISCONNECT)},
    {0x9D, "Server moved", P(CONNACK) | P(DISCONNECT)},
    {0x9E, "Shared Subscriptions not supported", P(SUBACK) | P(DISCONNECT)},
    {0x9F, "Connection rate exceeded", P(CONNACK) | P(DISCONNECT)},
    {0xA0, "Maximum connect time", P(DISCONNECT)},
    {0xA1, "Subscription Identifiers not supported", P(SUBACK) | P(DISCONNECT)},
    {0xA2, "Wildcard Subscriptions not supported", P(SUBACK) | P(DISCONNECT)},
};

/* 3.1.1, table 3.1: its CONNACK return codes, by number. */
static const uint8_t RETURN_CODES[] = {MQTT_SUCCESS,       MQTT_BAD_VERSION,
                                       MQTT_BAD_CLIENT_ID, MQTT_SERVER_UNAVAILABLE,
                                       MQTT_BAD_LOGIN,     MQTT_NOT_AUTHORIZED};

Str mqtt_reason_name(uint8_t reason)
{
    for (size_t i = 0; i < COUNT_OF(REASONS); i++)
        if (REASONS[i].code == reason)
            return str_from(REASONS[i].name);
    return (Str){0};
}

uint8_t mqtt_return_code(uint8_t reason)
{
    for (uint8_t i = 0; i < COUNT_OF(RETURN_CODES); i++)
        if (RETURN_CODES[i] == reason)
            return i;
    return 3;
}

static bool reason_fits(uint8_t reason, MqttType type)
{
    for (size_t i = 0; i < COUNT_OF(REASONS); i++)
        if (REASONS[i].code == reason)
            return REASONS[i].packets & BIT(type);
    return false;
}

uint8_t mqtt_reason_of(const Error *error)
{
    static const struct {
        Str key;
        uint8_t reason;
    } KEYS[] = {
        {S_INIT("mqtt.malformed"), MQTT_MALFORMED},
        {S_INIT("mqtt.protocol"), MQTT_PROTOCOL_ERROR},
        {S_INIT("mqtt.topic"), MQTT_BAD_TOPIC},
        {S_INIT("mqtt.filter"), MQTT_BAD_FILTER},
        {S_INIT("mqtt.alias"), MQTT_BAD_ALIAS},
        {S_INIT("mqtt.client_id"), MQTT_BAD_CLIENT_ID},
        {S_INIT("mqtt.packet_size"), MQTT_TOO_LARGE},
        {S_INIT("mqtt.version"), MQTT_BAD_VERSION},
        {S_INIT("mqtt.auth"), MQTT_BAD_AUTH_METHOD},
    };
    for (size_t i = 0; i < COUNT_OF(KEYS); i++)
        if (str_eq(KEYS[i].key, str_from(error->key)))
            return KEYS[i].reason;
    return MQTT_UNSPECIFIED;
}

/* ---- reading: a cursor whose first failure sticks and empties it ---- */

typedef struct In {
    Str rest;
    const char *key; /* NULL as long as all is well */
    const char *why;
} In;

static void refuse(In *in, const char *key, const char *why)
{
    if (in->key)
        return;
    in->key = key;
    in->why = why;
    in->rest.n = 0;
}

static void malformed(In *in, const char *why)
{
    refuse(in, "mqtt.malformed", why);
}

static void violated(In *in, const char *why)
{
    refuse(in, "mqtt.protocol", why);
}

static Str take(In *in, size_t n)
{
    if (n > in->rest.n) {
        malformed(in, "it ends inside a field");
        return (Str){in->rest.p, 0};
    }
    Str taken = {in->rest.p, n};
    in->rest.p += n;
    in->rest.n -= n;
    return taken;
}

static uint32_t take_number(In *in, size_t bytes)
{
    Str s = take(in, bytes);
    uint32_t v = 0;
    for (size_t i = 0; i < s.n; i++)
        v = v << 8 | (unsigned char)s.p[i];
    return v;
}

static uint8_t take_u8(In *in)
{
    return (uint8_t)take_number(in, 1);
}

static uint16_t take_u16(In *in)
{
    return (uint16_t)take_number(in, 2);
}

static uint32_t take_varint(In *in)
{
    uint32_t v = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        uint8_t byte = take_u8(in);
        v |= (uint32_t)(byte & 0x7F) << shift;
        if (byte & 0x80)
            continue;
        if (shift && byte == 0)
            malformed(in, "a variable byte integer is longer than it need be");
        return v;
    }
    malformed(in, "a variable byte integer is longer than four bytes");
    return 0;
}

static Str take_binary(In *in)
{
    return take(in, take_u16(in));
}

static Str take_text(In *in)
{
    Str text = take_binary(in);
    if (!mqtt_text_ok(text))
        malformed(in, "a text is not UTF-8 or holds a NUL");
    return text;
}

/* ---- properties ---- */

MqttPropType mqtt_prop_type(uint32_t id)
{
    return id < MQTT_PROP_COUNT_ ? PROPS[id].type : PROP_NONE;
}

static MqttProp take_prop(In *in)
{
    uint32_t id = take_varint(in);
    MqttProp prop = {.id = (MqttPropId)id};
    switch (mqtt_prop_type(id)) {
    case PROP_FLAG:
        prop.number = take_number(in, 1);
        break;
    case PROP_U16:
        prop.number = take_number(in, 2);
        break;
    case PROP_U32:
        prop.number = take_number(in, 4);
        break;
    case PROP_VARINT:
        prop.number = take_varint(in);
        break;
    case PROP_BINARY:
        prop.text = take_binary(in);
        break;
    case PROP_TEXT:
        prop.text = take_text(in);
        break;
    case PROP_PAIR:
        prop.name = take_text(in);
        prop.text = take_text(in);
        break;
    case PROP_NONE:
    default:
        malformed(in, "a property has an unknown identifier");
    }
    return prop;
}

static void check_prop(In *in, const MqttProp *prop, unsigned holder, bool again)
{
    /* A message matched by several subscriptions carries the identifier of each (3.3.2.3.8). */
    bool repeats = PROPS[prop->id].rules & REPEATS ||
                   (prop->id == MQTT_PROP_SUBSCRIPTION_ID && holder == MQTT_PUBLISH);
    if (!(PROPS[prop->id].packets & BIT(holder)))
        violated(in, "a property does not belong into this packet");
    else if (again && !repeats)
        violated(in, "a property stands twice");
    else if (PROPS[prop->id].type == PROP_FLAG && prop->number > 1)
        violated(in, "a property is neither 0 nor 1");
    else if (prop->id == MQTT_PROP_TOPIC_ALIAS && prop->number == 0)
        refuse(in, "mqtt.alias", "the topic alias is 0");
    else if (PROPS[prop->id].rules & NON_ZERO && prop->number == 0)
        violated(in, "a property is 0 that must not be");
    else if (prop->id == MQTT_PROP_RESPONSE_TOPIC && !mqtt_topic_ok(prop->text))
        refuse(in, "mqtt.topic", "the response topic is empty or has a wildcard");
}

/* holder is an MqttType or WILL. */
static Str take_props(In *in, unsigned holder)
{
    Str props = take(in, take_varint(in));
    In each = {.rest = props};
    uint64_t seen = 0;
    while (each.rest.n && !each.key) {
        MqttProp prop = take_prop(&each);
        if (each.key)
            break;
        check_prop(&each, &prop, holder, seen >> prop.id & 1);
        seen |= UINT64_C(1) << prop.id;
    }
    if (each.key)
        refuse(in, each.key, each.why);
    if (seen >> MQTT_PROP_AUTH_DATA & 1 && !(seen >> MQTT_PROP_AUTH_METHOD & 1))
        violated(in, "authentication data without a method");
    return props;
}

bool mqtt_prop_next(Str *rest, MqttProp *ret)
{
    if (rest->n == 0)
        return false;
    In in = {.rest = *rest};
    MqttProp prop = take_prop(&in);
    ASSERT(!in.key);
    *ret = prop;
    *rest = in.rest;
    return true;
}

bool mqtt_prop_find(Str props, MqttPropId id, MqttProp *ret)
{
    MqttProp prop;
    while (mqtt_prop_next(&props, &prop))
        if (prop.id == id) {
            *ret = prop;
            return true;
        }
    return false;
}

uint32_t mqtt_prop_number(Str props, MqttPropId id, uint32_t otherwise)
{
    MqttProp prop;
    return mqtt_prop_find(props, id, &prop) ? prop.number : otherwise;
}

/* ---- the packets ---- */

static void read_will(In *in, MqttConnect *c, uint8_t flags)
{
    c->will.qos = flags >> 3 & 3;
    c->will.retain = flags & 0x20;
    if (!(flags & 4)) {
        if (c->will.qos || c->will.retain)
            malformed(in, "flags of a will without a will");
        return;
    }
    if (c->will.qos > 2)
        malformed(in, "the will's QoS is 3");
    if (c->version == MQTT_5)
        c->will.props = take_props(in, WILL);
    c->will.topic = take_text(in);
    if (!in->key && !mqtt_topic_ok(c->will.topic))
        refuse(in, "mqtt.topic", "the will's topic is empty or has a wildcard");
    c->will.payload = take_binary(in);
}

static void read_login(In *in, MqttConnect *c, uint8_t flags)
{
    if (flags & 0x80)
        c->user = take_text(in);
    if (flags & 0x40)
        c->password = take_binary(in);
    if ((flags & 0xC0) == 0x40 && c->version == MQTT_3_1_1)
        malformed(in, "a password without a user name");
}

static void read_connect(In *in, MqttDecoder *d, MqttPacket *packet)
{
    MqttConnect *c = &packet->connect;
    Str name = take_text(in);
    uint8_t level = take_u8(in);
    if (!in->key && (!str_eq(name, S("MQTT")) || (level != MQTT_3_1_1 && level != MQTT_5)))
        refuse(in, "mqtt.version", "the protocol is neither MQTT 3.1.1 nor 5.0");
    c->version = (MqttVersion)level;
    uint8_t flags = take_u8(in);
    if (flags & 1)
        malformed(in, "the reserved flag is set");
    c->clean = flags & 2;
    c->keep_alive_s = take_u16(in);
    if (c->version == MQTT_5)
        packet->props = take_props(in, MQTT_CONNECT);
    c->client_id = take_text(in);
    read_will(in, c, flags);
    read_login(in, c, flags);
    if (!in->key && c->version == MQTT_3_1_1 && c->client_id.n == 0 && !c->clean)
        refuse(in, "mqtt.client_id", "a session to keep needs a client identifier");
    if (!in->key)
        d->version = c->version;
}

static void read_connack(In *in, MqttVersion version, MqttPacket *packet)
{
    uint8_t flags = take_u8(in);
    uint8_t code = take_u8(in);
    packet->session_present = flags & 1;
    packet->reason = code;
    if (flags & 0xFE)
        malformed(in, "a reserved flag is set");
    if (version == MQTT_3_1_1 && code < COUNT_OF(RETURN_CODES))
        packet->reason = RETURN_CODES[code];
    else if (version == MQTT_3_1_1)
        malformed(in, "an unknown return code");
    else if (code == 1 && in->rest.n == 0)
        packet->reason = MQTT_BAD_VERSION; /* a server of 3.1.1 answers a client of 5.0 so */
    else if (!reason_fits(code, MQTT_CONNACK))
        malformed(in, "an unknown reason code");
    else
        packet->props = take_props(in, MQTT_CONNACK);
    if (packet->reason != MQTT_SUCCESS && packet->session_present)
        violated(in, "a refused connection with a session");
}

static void read_publish(In *in, const MqttDecoder *d, uint8_t flags, MqttPacket *packet)
{
    MqttPublish *m = &packet->publish;
    *m = (MqttPublish){.qos = flags >> 1 & 3, .dup = flags & 8, .retain = flags & 1};
    if (m->qos == 3)
        malformed(in, "QoS 3");
    if (m->qos == 0 && m->dup)
        malformed(in, "DUP at QoS 0");
    m->topic = take_text(in);
    if (m->qos > 0)
        packet->id = take_u16(in);
    if (m->qos > 0 && packet->id == 0)
        violated(in, "the packet identifier is 0");
    if (d->version == MQTT_5)
        packet->props = take_props(in, MQTT_PUBLISH);
    if (!in->key) {
        MqttProp found;
        bool alias = mqtt_prop_find(packet->props, MQTT_PROP_TOPIC_ALIAS, &found);
        if (!d->from_server && mqtt_prop_find(packet->props, MQTT_PROP_SUBSCRIPTION_ID, &found))
            violated(in, "a client sends a subscription identifier");
        else if (m->topic.n == 0 && d->version == MQTT_5 && !alias)
            violated(in, "neither a topic nor a topic alias");
        else if (!mqtt_topic_ok(m->topic) && !(alias && m->topic.n == 0))
            refuse(in, "mqtt.topic", "the topic is empty or has a wildcard");
    }
    m->payload = take(in, in->rest.n);
}

/* PUBACK, PUBREC, PUBREL, PUBCOMP: behind the identifier all may be left out. */
static void read_ack(In *in, MqttVersion version, MqttPacket *packet)
{
    if (version == MQTT_3_1_1 || in->rest.n == 0)
        return;
    packet->reason = take_u8(in);
    if (!reason_fits(packet->reason, packet->type))
        malformed(in, "an unknown reason code");
    if (in->rest.n)
        packet->props = take_props(in, packet->type);
}

static void read_disconnect(In *in, const MqttDecoder *d, MqttPacket *packet)
{
    if (d->version == MQTT_3_1_1 && d->from_server)
        violated(in, "DISCONNECT from a server, which 3.1.1 does not have");
    MqttProp found;
    read_ack(in, d->version, packet);
    if (!in->key && d->from_server &&
        mqtt_prop_find(packet->props, MQTT_PROP_SESSION_EXPIRY_S, &found))
        violated(in, "a server sends a session expiry");
}

static MqttFilter take_filter(In *in, MqttType type)
{
    Str filter = take_text(in);
    return (MqttFilter){filter, type == MQTT_SUBSCRIBE ? take_u8(in) : 0};
}

static void check_filter(In *in, MqttVersion version, MqttFilter f)
{
    uint8_t reserved = version == MQTT_5 ? 0xC0 : 0xFC;
    Str inner;
    if (in->key)
        return;
    if (!mqtt_filter_ok(f.filter))
        refuse(in, "mqtt.filter", "a topic filter is empty or has a wildcard out of place");
    else if (f.options & reserved || (f.options & 3) == 3 || (f.options & 0x30) == 0x30)
        malformed(in, "subscription options out of their range");
    else if (f.options & 4 && mqtt_filter_share(f.filter, &inner).n)
        violated(in, "no local on a shared subscription");
}

static void read_filters(In *in, MqttVersion version, MqttPacket *packet)
{
    if (version == MQTT_5)
        packet->props = take_props(in, packet->type);
    packet->list = in->rest;
    if (in->rest.n == 0)
        violated(in, "no topic filter");
    while (in->rest.n)
        check_filter(in, version, take_filter(in, packet->type));
}

bool mqtt_filter_next(MqttType type, Str *rest, MqttFilter *ret)
{
    if (rest->n == 0)
        return false;
    In in = {.rest = *rest};
    MqttFilter filter = take_filter(&in, type);
    ASSERT(!in.key);
    *ret = filter;
    *rest = in.rest;
    return true;
}

static void read_codes(In *in, MqttVersion version, MqttPacket *packet)
{
    if (version == MQTT_5)
        packet->props = take_props(in, packet->type);
    else if (packet->type == MQTT_UNSUBACK)
        return;
    packet->list = take(in, in->rest.n);
    if (packet->list.n == 0)
        violated(in, "no reason code");
    for (size_t i = 0; i < packet->list.n; i++) {
        uint8_t code = (uint8_t)packet->list.p[i];
        if (!reason_fits(code, packet->type) ||
            (version == MQTT_3_1_1 && code > 2 && code != MQTT_UNSPECIFIED))
            malformed(in, "an unknown reason code");
    }
}

static void read_body(In *in, MqttDecoder *d, uint8_t flags, MqttPacket *packet)
{
    if (TYPES[packet->type].traits & HAS_ID) {
        packet->id = take_u16(in);
        if (packet->id == 0)
            violated(in, "the packet identifier is 0");
    }
    switch (packet->type) {
    case MQTT_CONNECT:
        read_connect(in, d, packet);
        break;
    case MQTT_CONNACK:
        read_connack(in, d->version, packet);
        break;
    case MQTT_PUBLISH:
        read_publish(in, d, flags, packet);
        break;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        read_ack(in, d->version, packet);
        break;
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        read_filters(in, d->version, packet);
        break;
    case MQTT_SUBACK:
    case MQTT_UNSUBACK:
        read_codes(in, d->version, packet);
        break;
    case MQTT_DISCONNECT:
        read_disconnect(in, d, packet);
        break;
    case MQTT_AUTH: /* refused before */
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
    default:
        break;
    }
    if (in->rest.n)
        malformed(in, "there are bytes behind its end");
}

/* ---- the stream ---- */

enum { ROOM_MIN = 1024, ROOM_FIRST = 16 * 1024 };

MqttDecoder mqtt_decoder(Arena *arena, MqttVersion version, bool from_server, size_t packet_max)
{
    ASSERT(packet_max > 0);
    return (MqttDecoder){
        .arena = arena, .version = version, .from_server = from_server, .packet_max = packet_max};
}

char *mqtt_decoder_room(MqttDecoder *d, size_t *ret_n)
{
    if (d->at) {
        memmove(d->p, d->p + d->at, d->n - d->at);
        d->n -= d->at;
        d->at = 0;
    }
    if (d->cap - d->n < ROOM_MIN) {
        size_t cap = d->cap ? d->cap * 2 : ROOM_FIRST;
        d->p = arena_grow(d->arena, d->p, d->n, cap, 1);
        d->cap = cap;
    }
    *ret_n = d->cap - d->n;
    return d->p + d->n;
}

void mqtt_decoder_add(MqttDecoder *d, size_t n)
{
    ASSERT(n <= d->cap - d->n);
    d->n += n;
}

/* The fixed header (2.1). *ret_bytes is 0 when more bytes are needed. */
static Err read_header(Cx *cx, const MqttDecoder *d, size_t *ret_bytes, size_t *ret_body)
{
    const unsigned char *p = (const unsigned char *)d->p + d->at;
    size_t have = d->n - d->at, body = 0;
    for (size_t i = 1; i < have; i++) {
        body |= (size_t)(p[i] & 0x7F) << 7 * (i - 1);
        if (p[i] & 0x80 && i == 4)
            return fail(cx, ERR_INVALID, "mqtt.malformed", "the remaining length has five bytes");
        if (p[i] & 0x80)
            continue;
        if (i > 1 && p[i] == 0 && d->version == MQTT_5)
            return fail(cx, ERR_INVALID, "mqtt.malformed",
                        "the remaining length is longer than it need be");
        if (1 + i + body > d->packet_max)
            return fail(cx, ERR_LIMIT, "mqtt.packet_size",
                        "a packet of %zu bytes; at most %zu are taken", 1 + i + body,
                        d->packet_max);
        *ret_bytes = 1 + i;
        *ret_body = body;
        return OK;
    }
    *ret_bytes = 0;
    return OK;
}

/* All that the first byte tells: type, flags, and whether this peer may say it now. */
static Err check_first(Cx *cx, const MqttDecoder *d, uint8_t first)
{
    unsigned type = first >> 4, flags = first & 15;
    const char *name = TYPES[type].name;
    if (type == MQTT_AUTH)
        return fail(cx, ERR_UNSUPPORTED, "mqtt.auth", "AUTH: enhanced authentication is refused");
    if (type == 0 || (type != MQTT_PUBLISH && flags != TYPES[type].flags))
        return fail(cx, ERR_INVALID, "mqtt.malformed", "%s with flags %u", name, flags);
    if (!(TYPES[type].traits & (d->from_server ? FROM_SERVER : FROM_CLIENT)))
        return fail(cx, ERR_INVALID, "mqtt.protocol", "%s comes from the wrong side", name);
    if (!d->from_server && (type == MQTT_CONNECT) != (d->version == MQTT_VERSION_UNKNOWN))
        return fail(cx, ERR_INVALID, "mqtt.protocol", "%s %s", name,
                    type == MQTT_CONNECT ? "a second time" : "before CONNECT");
    return OK;
}

Err mqtt_decoder_next(Cx *cx, MqttDecoder *d, MqttPacket *ret, bool *ret_found)
{
    *ret_found = false;
    if (d->at == d->n)
        return OK;
    uint8_t first = (uint8_t)d->p[d->at];
    size_t header = 0, body = 0;
    TRY(check_first(cx, d, first));
    TRY(read_header(cx, d, &header, &body));
    if (header == 0 || d->n - d->at < header + body)
        return OK;
    MqttPacket packet = {.type = (MqttType)(first >> 4)};
    In in = {.rest = {d->p + d->at + header, body}};
    read_body(&in, d, first & 15, &packet);
    if (in.key)
        return fail(cx, str_eq(str_from(in.key), S("mqtt.version")) ? ERR_UNSUPPORTED : ERR_INVALID,
                    in.key, "%s: %s", TYPES[packet.type].name, in.why);
    d->at += header + body;
    *ret = packet;
    *ret_found = true;
    return OK;
}
