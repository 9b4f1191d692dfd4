/* What the reading and the writing half of the MQTT codec share, and nobody else needs. */
#ifndef HANSE_NET_MQTT_WIRE_H
#define HANSE_NET_MQTT_WIRE_H

#include "net/mqtt.h"

typedef enum MqttPropType {
    PROP_NONE,
    PROP_FLAG, /* every property of one byte is 0 or 1 */
    PROP_U16,
    PROP_U32,
    PROP_VARINT,
    PROP_BINARY,
    PROP_TEXT,
    PROP_PAIR
} MqttPropType;
/* PROP_NONE for an identifier that 5.0 does not define. */
MqttPropType mqtt_prop_type(uint32_t id);
/* 3.1.1's return code for a CONNACK of this reason; its "server unavailable" where it has none. */
uint8_t mqtt_return_code(uint8_t reason);

#endif
