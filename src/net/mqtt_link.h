/* A link: the byte stream under an MQTT client, over TCP or TLS, on a loop's thread.
 *
 * Resolves the name (uv_getaddrinfo), tries each address in turn, and for TLS (1.2 or newer)
 * always checks the certificate's chain and that it names the host. What is written is gathered
 * and sent in one piece before the loop waits again. Private to mqtt_client.c. */
#ifndef HANSE_NET_MQTT_LINK_H
#define HANSE_NET_MQTT_LINK_H

#include "base/err.h"
#include "net/loop.h"

struct sockaddr;

typedef struct MqttUrl {
    bool tls;
    Str host; /* without brackets */
    uint16_t port;
} MqttUrl;
/* "mqtt://HOST[:PORT]" (1883) and "mqtts://HOST[:PORT]" (8883); [IPv6] in brackets. A user, a
 * path or a query is refused, since a password in an address ends up in logs.
 * Errors: INVALID "mqtt.url". */
MUST Err mqtt_url_parse(Cx *cx, Str url, MqttUrl *ret);

/* What all TLS links of a client share: whom they trust. */
typedef struct MqttTls MqttTls;
/* ca_file: PEM; NULL for the system's authorities. Errors: INVALID "mqtt.ca_file". */
MUST Err mqtt_tls_open(Cx *cx, const char *ca_file, MqttTls **ret);
void mqtt_tls_close(MqttTls *tls);

typedef struct MqttLinkEvents {
    void (*opened)(void *user); /* connected, and for TLS verified */
    /* Where read bytes go, and that n of them are there. n is 0 after a pause: what was left
     * from before is to be looked at. */
    char *(*room)(void *user, size_t *ret_n);
    void (*filled)(void *user, size_t n);
    /* At most once, and then only closed follows. */
    void (*failed)(void *user, Err code, const char *key, Str detail);
    void (*closed)(void *user); /* the last call; the link is freed behind it */
    void *user;
} MqttLinkEvents;

typedef struct MqttLinkTarget {
    const char *host;
    uint16_t port;
    MqttTls *tls;               /* NULL: plain */
    int64_t connect_timeout_us; /* for all addresses together */
    /* Whether this address may be reached; NULL: every one. */
    bool (*address_ok)(void *user, const struct sockaddr *address);
    void *address_user;
} MqttLinkTarget;

typedef struct MqttLink MqttLink;
/* Never fails at once: failed is called later. The target's texts must outlive the link. */
MqttLink *mqtt_link_open(Loop *loop, const MqttLinkTarget *target, MqttLinkEvents events);
/* Room for n bytes at the end of what is to be sent; filled by the caller at once. */
char *mqtt_link_write(MqttLink *link, size_t n);
/* Bytes that the kernel has not taken yet. */
size_t mqtt_link_pending(const MqttLink *link);
void mqtt_link_pause(MqttLink *link);
/* filled is called (with 0) and reading goes on as soon as the kernel has taken what was written;
 * from the loop, not from here. */
void mqtt_link_resume(MqttLink *link);
/* Sends what is pending, for at most 2 s, and closes; only closed is called after that. */
void mqtt_link_finish(MqttLink *link);
/* Closes at once; only closed is called after that. */
void mqtt_link_close(MqttLink *link);

#endif
