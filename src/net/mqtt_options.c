#include "net/mqtt_client.h"

#include "base/str.h"
#include "net/mqtt_link.h"

MqttClientOptions mqtt_client_options_default(void)
{
    return (MqttClientOptions){.keep_alive_s = 60,
                               .session_expiry_s = 7 * 24 * 3600,
                               .in_flight_max = 256,
                               .packet_max = MQTT_PACKET_BYTES_MAX,
                               .queue_max = 1024,
                               .queue_bytes_max = (size_t)8 << 20,
                               .connect_timeout_us = INT64_C(20000000),
                               .ping_timeout_us = INT64_C(10000000),
                               .retry_min_us = INT64_C(1000000),
                               .retry_max_us = INT64_C(60000000)};
}

Err mqtt_client_options_check(Cx *cx, const MqttClientOptions *o)
{
    MqttUrl url;
    TRY(mqtt_url_parse(cx, o->url, &url));
    bool texts = mqtt_text_ok(o->user) && o->password.n <= MQTT_TEXT_BYTES_MAX;
    bool known =
        o->version == MQTT_VERSION_UNKNOWN || o->version == MQTT_3_1_1 || o->version == MQTT_5;
    if (o->client_id.n == 0 || !mqtt_text_ok(o->client_id))
        return fail(cx, ERR_INVALID, "mqtt.client_id",
                    "the client id is empty or no UTF-8; give one that stays the same");
    if (!texts || (o->password.p && !o->user.p))
        return fail(cx, ERR_INVALID, "mqtt.options",
                    "user or password: too long, no UTF-8, or a password without a user");
    if (!known || o->in_flight_max == 0 || o->packet_max < 256 || o->packet_max > MQTT_VARINT_MAX ||
        o->retry_min_us < 1000 || o->retry_max_us < o->retry_min_us ||
        o->connect_timeout_us < 1000 || o->ping_timeout_us < 1000)
        return fail(cx, ERR_INVALID, "mqtt.options",
                    "a version, size or time is out of its range; begin with the defaults");
    return OK;
}
