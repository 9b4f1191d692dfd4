/* MQTT 3.1.1 and 5.0 on the wire, both directions, without sockets. Sources: OASIS "MQTT Version
 * 3.1.1" (2014) and "MQTT Version 5.0" (2019); clause numbers below are those of 5.0.
 *
 * Reading is strict and copies nothing: a packet's texts point into the decoder's buffer, and its
 * lists (properties, filters, reason codes) stay the checked bytes of the packet, to be walked.
 * One struct serves both directions: what mqtt_decoder_next gives, mqtt_emit writes again.
 * Reason codes are those of 5.0 in both versions; 3.1.1's return codes are translated. */
#ifndef HANSE_NET_MQTT_H
#define HANSE_NET_MQTT_H

#include "base/buf.h"
#include "base/err.h"

enum {
    /* A whole packet with its header: far above any sensor's message, and small enough that a
     * thousand hostile connections cannot fill the memory. */
    MQTT_PACKET_BYTES_MAX = 1 << 20,
    MQTT_TEXT_BYTES_MAX = 65535, /* the two length bytes of 1.5.4 and 1.5.6 */
    MQTT_VARINT_MAX = 268435455  /* 1.5.5 */
};

typedef enum MqttVersion { MQTT_VERSION_UNKNOWN = 0, MQTT_3_1_1 = 4, MQTT_5 = 5 } MqttVersion;

typedef enum MqttType {
    MQTT_CONNECT = 1,
    MQTT_CONNACK,
    MQTT_PUBLISH,
    MQTT_PUBACK,
    MQTT_PUBREC,
    MQTT_PUBREL,
    MQTT_PUBCOMP,
    MQTT_SUBSCRIBE,
    MQTT_SUBACK,
    MQTT_UNSUBSCRIBE,
    MQTT_UNSUBACK,
    MQTT_PINGREQ,
    MQTT_PINGRESP,
    MQTT_DISCONNECT,
    MQTT_AUTH
} MqttType;

/* Reason codes that the program itself sends or looks at (2.4); mqtt_reason_name knows all. */
typedef enum MqttReason {
    MQTT_SUCCESS = 0x00,
    MQTT_UNSPECIFIED = 0x80,
    MQTT_MALFORMED = 0x81,
    MQTT_PROTOCOL_ERROR = 0x82,
    MQTT_IMPLEMENTATION = 0x83,
    MQTT_BAD_VERSION = 0x84,
    MQTT_BAD_CLIENT_ID = 0x85,
    MQTT_BAD_LOGIN = 0x86,
    MQTT_NOT_AUTHORIZED = 0x87,
    MQTT_SERVER_UNAVAILABLE = 0x88,
    MQTT_BANNED = 0x8A,
    MQTT_BAD_AUTH_METHOD = 0x8C,
    MQTT_BAD_FILTER = 0x8F,
    MQTT_BAD_TOPIC = 0x90,
    MQTT_ID_NOT_FOUND = 0x92,
    MQTT_BAD_ALIAS = 0x94,
    MQTT_TOO_LARGE = 0x95
} MqttReason;
/* "Not authorized"; empty for a number that 5.0 does not define. */
Str mqtt_reason_name(uint8_t reason);
/* The reason code for an error of this codec, for CONNACK and DISCONNECT. */
uint8_t mqtt_reason_of(const Error *error);

/* Property identifiers (2.2.2.2). */
typedef enum MqttPropId {
    MQTT_PROP_PAYLOAD_FORMAT = 1,
    MQTT_PROP_MESSAGE_EXPIRY_S = 2,
    MQTT_PROP_CONTENT_TYPE = 3,
    MQTT_PROP_RESPONSE_TOPIC = 8,
    MQTT_PROP_CORRELATION_DATA = 9,
    MQTT_PROP_SUBSCRIPTION_ID = 11,
    MQTT_PROP_SESSION_EXPIRY_S = 17,
    MQTT_PROP_ASSIGNED_CLIENT_ID = 18,
    MQTT_PROP_SERVER_KEEP_ALIVE_S = 19,
    MQTT_PROP_AUTH_METHOD = 21,
    MQTT_PROP_AUTH_DATA = 22,
    MQTT_PROP_REQUEST_PROBLEM = 23,
    MQTT_PROP_WILL_DELAY_S = 24,
    MQTT_PROP_REQUEST_RESPONSE = 25,
    MQTT_PROP_RESPONSE_INFO = 26,
    MQTT_PROP_SERVER_REFERENCE = 28,
    MQTT_PROP_REASON_STRING = 31,
    MQTT_PROP_RECEIVE_MAX = 33,
    MQTT_PROP_TOPIC_ALIAS_MAX = 34,
    MQTT_PROP_TOPIC_ALIAS = 35,
    MQTT_PROP_QOS_MAX = 36,
    MQTT_PROP_RETAIN_AVAILABLE = 37,
    MQTT_PROP_USER = 38,
    MQTT_PROP_PACKET_MAX = 39,
    MQTT_PROP_WILDCARD_AVAILABLE = 40,
    MQTT_PROP_SUBSCRIPTION_ID_AVAILABLE = 41,
    MQTT_PROP_SHARED_AVAILABLE = 42,
    MQTT_PROP_COUNT_
} MqttPropId;

typedef struct MqttProp {
    MqttPropId id;
    uint32_t number; /* of bytes, integers and flags */
    Str text;        /* of texts and binary data; a user property's value */
    Str name;        /* of a user property */
} MqttProp;
/* Walks a packet's checked properties: `for (Str rest = p.props; mqtt_prop_next(&rest, &prop);)`.
 * False at the end. */
bool mqtt_prop_next(Str *rest, MqttProp *ret);
/* The first of this identifier; false where there is none. */
bool mqtt_prop_find(Str props, MqttPropId id, MqttProp *ret);
uint32_t mqtt_prop_number(Str props, MqttPropId id, uint32_t otherwise);
/* Appends one property to a list that becomes MqttPacket.props. name only for MQTT_PROP_USER. */
void mqtt_prop_put(Buf *props, const MqttProp *prop);

/* One line of SUBSCRIBE or UNSUBSCRIBE. */
typedef struct MqttFilter {
    Str filter;
    uint8_t options; /* 3.8.3.1: QoS in bits 0-1; 5.0: no local, as published, retain handling */
} MqttFilter;
bool mqtt_filter_next(MqttType type, Str *rest, MqttFilter *ret);
void mqtt_filter_put(MqttType type, Buf *filters, MqttFilter filter);

typedef struct MqttWill {
    Str topic; /* p NULL: no will */
    Str payload;
    Str props;
    uint8_t qos;
    bool retain;
} MqttWill;

typedef struct MqttConnect {
    MqttVersion version;
    bool clean;
    uint16_t keep_alive_s; /* 0: none */
    Str client_id;
    Str user;     /* p NULL: none */
    Str password; /* p NULL: none */
    MqttWill will;
} MqttConnect;

typedef struct MqttPublish {
    Str topic; /* empty only with a topic alias */
    Str payload;
    uint8_t qos;
    bool dup;
    bool retain;
} MqttPublish;

typedef struct MqttPacket {
    MqttType type;
    uint16_t id;          /* packet identifier where the type has one */
    uint8_t reason;       /* CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, DISCONNECT */
    bool session_present; /* CONNACK */
    Str props;            /* 5.0 */
    Str list;             /* filters of (UN)SUBSCRIBE, one byte each for codes of (UN)SUBACK */
    MqttConnect connect;
    MqttPublish publish;
} MqttPacket;

/* Takes a stream of bytes apart. By value, but for its buffer, which grows in the arena as bytes
 * arrive (not as they are announced), to twice packet_max at the most. */
typedef struct MqttDecoder {
    Arena *arena;
    size_t packet_max;
    MqttVersion version; /* unknown on the server's side until CONNECT tells it */
    bool from_server;    /* who speaks: a broker may not send what only clients send */
    char *p;
    size_t at, n, cap; /* bytes [at, n) are not read yet */
} MqttDecoder;
MqttDecoder mqtt_decoder(Arena *arena, MqttVersion version, bool from_server, size_t packet_max);
/* Where the next bytes go; at least 1 KiB. Invalidates the texts of earlier packets. */
char *mqtt_decoder_room(MqttDecoder *decoder, size_t *ret_n);
void mqtt_decoder_add(MqttDecoder *decoder, size_t n);
/* The next packet; *ret_found is false, and *ret untouched, when more bytes are needed.
 * After an error the stream is lost: close the connection, in 5.0 after DISCONNECT with
 * mqtt_reason_of. Errors: INVALID "mqtt.malformed", "mqtt.protocol", "mqtt.topic", "mqtt.filter",
 * "mqtt.alias", "mqtt.client_id"; LIMIT "mqtt.packet_size"; UNSUPPORTED "mqtt.version",
 * "mqtt.auth". */
MUST Err mqtt_decoder_next(Cx *cx, MqttDecoder *decoder, MqttPacket *ret, bool *ret_found);

/* Appends the packet in its shortest form. The packet must be valid: topics and filters by the
 * functions below, texts UTF-8 of at most MQTT_TEXT_BYTES_MAX. 3.1.1 leaves properties out. */
void mqtt_emit(Buf *buf, MqttVersion version, const MqttPacket *packet);
/* How many bytes mqtt_emit would write. */
size_t mqtt_emit_bytes(MqttVersion version, const MqttPacket *packet);

/* UTF-8 without NUL, at most MQTT_TEXT_BYTES_MAX bytes (1.5.4). */
bool mqtt_text_ok(Str text);
/* A name to publish to: not empty, no wildcards (4.7.1, 4.7.3). */
bool mqtt_topic_ok(Str topic);
/* A filter to subscribe to: + and # whole levels, # last, "$share/NAME/FILTER" (4.7.1, 4.8.2). */
bool mqtt_filter_ok(Str filter);
/* Cuts "$share/NAME/FILTER"; without that prefix the share is empty. */
Str mqtt_filter_share(Str filter, Str *ret_inner);
/* Both valid. Wildcards at the first level do not match topics that begin with $ (4.7.2). */
bool mqtt_topic_matches(Str filter, Str topic);

#endif
