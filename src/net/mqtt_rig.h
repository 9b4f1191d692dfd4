/* For tests only: an owner of an MQTT client that writes down what happens to it, and a real
 * mosquitto on a free loopback port. */
#ifndef HANSE_NET_MQTT_RIG_H
#define HANSE_NET_MQTT_RIG_H

#include "base/test.h"
#include "net/mqtt_client.h"

#include <sys/types.h>
#include <uv.h>

enum { RIG_SEEN_MAX = 512, RIG_WAIT_MS = 15000 };

typedef struct RigSeen {
    char topic[64];
    char payload[64];
    size_t payload_bytes;
    uint8_t qos;
    bool dup, retain;
    MqttAck ack;
} RigSeen;

/* One client and its memory of events; several may share a loop. */
typedef struct RigOwner {
    MqttClient *client;
    bool acks_at_once;
    RigSeen seen[RIG_SEEN_MAX];
    size_t seen_count;
    size_t connected_count, dropped_count;
    MqttStatus up, down; /* the last ones */
    char down_key[64], down_detail[512];
    uint64_t up_ms;
    char answered_filter[64];
    int answered; /* the last reason of SUBACK, -1 for none */
    size_t published_count, refused_count;
    uint64_t published_tag;
    uint8_t refused_reason;
    bool done;
} RigOwner;

/* The loop of a test, with a tick so that waiting ends. */
typedef struct Rig {
    TestCx t;
    Cx *cx;
    Loop *loop;
    uv_timer_t tick;
} Rig;
void rig_init(Rig *rig);
void rig_done(Rig *rig);
/* One turn of the loop; false when the time since *start_ms (0 at first) is over. */
bool rig_turn(Rig *rig, uint64_t *start_ms, uint64_t limit_ms);
#define rig_until(rig, cond)                                                                       \
    do {                                                                                           \
        uint64_t start_ms_ = 0;                                                                    \
        while (!(cond))                                                                            \
            if (!rig_turn(rig, &start_ms_, RIG_WAIT_MS)) {                                         \
                fprintf(stderr, "# waited in vain for %s\n", #cond);                               \
                _fail(__FILE__, __LINE__);                                                         \
            }                                                                                      \
    } while (0)
/* Lets time pass. */
void rig_pass(Rig *rig, uint64_t wait_ms);

/* Defaults with short waits: 50 ms to 400 ms between attempts. */
MqttClientOptions rig_options(Rig *rig, bool tls, const char *host, uint16_t port,
                              const char *client_id);
void rig_open(Rig *rig, RigOwner *owner, const MqttClientOptions *options);
/* Opens, subscribes, and waits for the broker's word. */
void rig_open_subscribed(Rig *rig, RigOwner *owner, const MqttClientOptions *options,
                         const char *filter, uint8_t qos);
void rig_publish(Rig *rig, RigOwner *owner, const char *topic, const char *payload, uint8_t qos);
void rig_stop(Rig *rig, RigOwner *owner);

typedef struct RigBroker {
    char dir[64];
    uint16_t port;
    pid_t pid;
} RigBroker;
/* A directory with a configuration for this port; extra is added to it ("%D" is the directory). */
void rig_broker_init(RigBroker *broker, const char *extra);
void rig_broker_start(RigBroker *broker);
void rig_broker_stop(RigBroker *broker, int signal);
void rig_broker_done(RigBroker *broker);
/* Writes a file into the broker's directory. */
void rig_broker_file(const RigBroker *broker, const char *name, const char *text);
uint16_t rig_free_port(void);

#endif
