/* What an MQTT client remembers between connections: the filters it wants, what it still has to
 * publish, oldest first, and the packet identifiers in use. Private to mqtt_client.c. */
#ifndef HANSE_NET_MQTT_SESSION_H
#define HANSE_NET_MQTT_SESSION_H

#include "net/mqtt.h"

typedef struct MqttQueued {
    struct MqttQueued *next;
    MqttPublish message;
    Str props;
    uint64_t tag;
    uint16_t id; /* 0 until it is sent for the first time, and at QoS 0 */
    bool sent;   /* on this connection */
    size_t bytes;
} MqttQueued;

typedef struct MqttQueue {
    MqttQueued *first, **end;
    MqttQueued *unsent; /* the oldest that was not sent on this connection */
    size_t count, bytes;
    size_t in_flight; /* sent and not acknowledged */
} MqttQueue;

void mqtt_queue_init(MqttQueue *queue);
void mqtt_queue_done(MqttQueue *queue);
/* Copies message and properties. */
void mqtt_queue_add(MqttQueue *queue, const MqttPublish *message, Str props, uint64_t tag);
size_t mqtt_queue_bytes(const MqttPublish *message, Str props);
/* Takes queue->unsent as sent; QoS 1 stays until it is acknowledged. */
void mqtt_queue_sent(MqttQueue *queue);
void mqtt_queue_remove(MqttQueue *queue, MqttQueued *queued);
/* NULL where none of this identifier is in flight. */
MqttQueued *mqtt_queue_find(MqttQueue *queue, uint16_t id);
/* The connection ended: what was in flight is to be sent again. */
void mqtt_queue_rewind(MqttQueue *queue);

typedef struct MqttIds {
    uint64_t used[1024]; /* one bit for each of 65536 */
    uint16_t last;
} MqttIds;
/* 0 when all 65535 are used. */
uint16_t mqtt_ids_take(MqttIds *ids);
void mqtt_ids_release(MqttIds *ids, uint16_t id);
bool mqtt_ids_used(const MqttIds *ids, uint16_t id);
void mqtt_ids_set(MqttIds *ids, uint16_t id);
/* The connection ended: only what is to be published again keeps its identifier. */
void mqtt_ids_rewind(MqttIds *ids, const MqttQueue *queue);

typedef enum MqttSubState {
    SUB_WANTED,
    SUB_ASKED,
    SUB_ANSWERED,
    SUB_UNWANTED, /* UNSUBSCRIBE is to be sent */
    SUB_UNASKED   /* and was sent */
} MqttSubState;

typedef struct MqttSub {
    struct MqttSub *next;
    MqttSubState state;
    uint16_t id; /* of the packet on its way */
    uint8_t qos;
    Str filter;
} MqttSub;

typedef struct MqttSubs {
    MqttSub *first;
    size_t count;
} MqttSubs;

MqttSub *mqtt_subs_find(const MqttSubs *subs, Str filter);
/* The one that waits for the answer of this type and identifier; NULL where there is none. */
MqttSub *mqtt_subs_find_answered(const MqttSubs *subs, MqttType answer, uint16_t id);
MqttSub *mqtt_subs_add(MqttSubs *subs, Str filter);
void mqtt_subs_remove(MqttSubs *subs, MqttSub *sub);
/* What was asked and not answered is to be asked again; all of it where the session is new. */
void mqtt_subs_rewind(MqttSubs *subs, bool session_present);

#endif
