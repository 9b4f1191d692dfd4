/* An MQTT client on a loop's thread: one broker, one session, kept alive for ever.
 *
 * It connects, subscribes, and connects again with growing pauses whenever the connection ends.
 * It never acknowledges by itself: a message of QoS 1 or 2 is acknowledged when its owner says so,
 * after its own commit. What was not acknowledged when the connection ended, the broker sends
 * again, marked DUP; so the owner sees every message at least once (QoS 2 too: exactly once is
 * what the owner's own key for a message makes of it).
 *
 * The session (clean start off, a stable client id) lives on the broker, also while the program
 * does not run: filters stay subscribed until mqtt_client_unsubscribe.
 *
 * All functions and callbacks run on the loop's thread; every function may be called from every
 * callback. Source: mqtt.h. */
#ifndef HANSE_NET_MQTT_CLIENT_H
#define HANSE_NET_MQTT_CLIENT_H

#include "net/loop.h"
#include "net/mqtt.h"

struct sockaddr;
typedef struct MqttClient MqttClient;

/* Names a received message; 0 at QoS 0, where there is nothing to acknowledge. */
typedef struct MqttAck {
    uint64_t seq;
} MqttAck;

/* Valid during the callback only. */
typedef struct MqttMessage {
    Str topic;
    Str payload;
    Str props; /* 5.0: mqtt_prop_next */
    uint8_t qos;
    bool dup;
    bool retain;
} MqttMessage;

/* Told at each change. */
typedef struct MqttStatus {
    bool connected;
    bool session_present; /* the broker kept our session */
    MqttVersion version;
    /* Why it is not connected. Keys: "mqtt.refused" (DENIED: the broker said no), "mqtt.resolve",
     * "mqtt.connect", "mqtt.tls", "mqtt.tls_certificate", "mqtt.lost", "mqtt.timeout",
     * "mqtt.disconnected" (the broker said so), "mqtt.stopped", and those of the decoder. */
    Err code;
    const char *key;
    Str detail;
    uint32_t attempt;      /* failures in a row */
    int64_t retry_wait_us; /* until the next attempt; -1 when it was stopped */
} MqttStatus;

typedef struct MqttClientEvents {
    void (*message)(void *user, const MqttMessage *message, MqttAck ack);
    void (*status)(void *user, const MqttStatus *status); /* may be NULL */
    /* The broker's answer to a subscription: 0 to 2 is the QoS granted, 0x80 and above a refusal
     * (mqtt_reason_name). May be NULL. */
    void (*subscribed)(void *user, Str filter, uint8_t reason);
    /* What became of mqtt_client_publish: OK when the broker has it (QoS 1) or it was sent
     * (QoS 0); else the reason code says why it was given up. May be NULL. */
    void (*published)(void *user, uint64_t tag, Err code, uint8_t reason);
    void *user;
} MqttClientEvents;

enum {
    MQTT_SUBSCRIPTIONS_MAX = 1000, /* all are sent at once after a connect */
    MQTT_PUBLISH_IN_FLIGHT_MAX = 64
};

typedef struct MqttClientOptions {
    Str url;                    /* "mqtt://HOST[:PORT]" or "mqtts://HOST[:PORT]" */
    Str client_id;              /* stable and unique on its broker; must not be empty */
    Str user, password;         /* p NULL: none */
    const char *ca_file;        /* PEM; NULL: the system's authorities */
    MqttVersion version;        /* unknown: 5.0, and 3.1.1 where the broker does not know it */
    uint16_t keep_alive_s;      /* 60 */
    uint32_t session_expiry_s;  /* 5.0: how long the broker keeps our session: 7 days */
    uint16_t in_flight_max;     /* received and not acknowledged: 256; reading stops beyond */
    size_t packet_max;          /* MQTT_PACKET_BYTES_MAX; a larger one ends the connection */
    size_t queue_max;           /* messages that wait to be published: 1024 */
    size_t queue_bytes_max;     /* and their bytes: 8 MiB */
    int64_t connect_timeout_us; /* from the name's look-up to CONNACK: 20 s */
    int64_t ping_timeout_us;    /* 10 s */
    int64_t retry_min_us;       /* 1 s, doubled at each failure in a row, less up to a half */
    int64_t retry_max_us;       /* 60 s; at once where the broker or its certificate is refused */
    /* Whether an address may be reached; NULL: every one. */
    bool (*address_ok)(void *user, const struct sockaddr *address);
    void *address_user;
} MqttClientOptions;
MqttClientOptions mqtt_client_options_default(void);
/* What mqtt_client_open checks, without the CA file: for a configuration before it is kept.
 * Errors: INVALID "mqtt.url", "mqtt.client_id", "mqtt.options". */
MUST Err mqtt_client_options_check(Cx *cx, const MqttClientOptions *options);

/* Copies the options. Connecting begins at once; failures are told by status, and tried again.
 * Errors: INVALID "mqtt.url", "mqtt.client_id", "mqtt.ca_file", "mqtt.options". */
MUST Err mqtt_client_open(Cx *cx, Loop *loop, const MqttClientOptions *options,
                          const MqttClientEvents *events, MqttClient **ret);

/* Kept, and sent again whenever the broker lost the session. A filter that stands already takes
 * the new QoS. Errors: INVALID "mqtt.filter", "mqtt.qos"; LIMIT "mqtt.subscriptions". */
MUST Err mqtt_client_subscribe(Cx *cx, MqttClient *client, Str filter, uint8_t qos);
/* Also removes what an earlier run of the program subscribed to. Errors as above. */
MUST Err mqtt_client_unsubscribe(Cx *cx, MqttClient *client, Str filter);

/* The message is taken care of: the broker may forget it. In any order and at any time; they are
 * sent in the order of receipt (4.6.0-2). Ignored where the connection that brought the message
 * has ended. */
void mqtt_client_ack(MqttClient *client, MqttAck ack);
/* Received and not acknowledged yet. */
size_t mqtt_client_count_unacked(const MqttClient *client);

/* QoS 0 or 1. Queued while there is no connection; at QoS 1 sent again until the broker has it.
 * props: mqtt_prop_put, or empty; 3.1.1 leaves them out. tag comes back in published.
 * Errors: INVALID "mqtt.topic", "mqtt.qos"; LIMIT "mqtt.queue", "mqtt.packet_size". */
MUST Err mqtt_client_publish(Cx *cx, MqttClient *client, const MqttPublish *message, Str props,
                             uint64_t tag);
/* Messages that wait to be published or for the broker's acknowledgement. */
size_t mqtt_client_count_queued(const MqttClient *client);

/* Takes leave of the broker (DISCONNECT) and frees the client; done runs on the loop when it is
 * gone, after 2 s at the most, or when a name's look-up has ended that was running. What is still
 * queued is given up without a call. */
void mqtt_client_stop(MqttClient *client, void (*done)(void *user), void *user);

#endif
