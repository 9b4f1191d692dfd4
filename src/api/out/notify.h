/* Delivers notifications by HTTP (ETSI GS CIM 009 V1.9.1, 5.8.6, 6.2): one thread with libcurl's
 * multi interface, and for each endpoint (scheme, host, port) a bounded queue with one request on
 * its way, so that messages stay in order and one dead receiver slows nobody.
 *
 * A failure (no answer in time, no 2xx) opens a pause: the endpoint's cooldown, else a back-off
 * from 1 s to 60 s. What comes in during a pause is dropped and counted as failed, and so is what
 * finds the queue full: notifications tell the state of things, the next one tells it again.
 * Redirects are not followed, proxies not used, and no loopback, link-local or private address is
 * reached, after name resolution, unless it is allowed. */
#ifndef HANSE_API_OUT_NOTIFY_H
#define HANSE_API_OUT_NOTIFY_H

#include "systems/subscription.h"

enum {
    NOTIFY_QUEUE_MAX = 1024,      /* messages waiting for one endpoint */
    NOTIFY_ENDPOINTS_MAX = 10000, /* known at once; idle ones are forgotten first */
    NOTIFY_BYTES_MAX = 64 << 20,  /* of all waiting messages */
    NOTIFY_TIMEOUT_US = 5000000   /* unless the subscription says otherwise */
};

typedef struct NotifyOptions {
    /* Addresses that may be reached although they are private: "127.0.0.0/8,::1/128". INVALID
     * "notify.allow" for what is no CIDR. */
    Str allow;
    /* What deliveries came to, at most once a second, on the sender's thread; texts die with the
     * call. It may not block for long: it submits a unit of work. */
    void (*count)(void *user, const DeliveryCount *counts, size_t count);
    void *user;
} NotifyOptions;

typedef struct NotifyStats {
    uint64_t sent, succeeded, failed, dropped, waiting;
} NotifyStats;

typedef struct Notifier Notifier;
MUST Err notifier_open(Cx *cx, NotifyOptions options, Notifier **ret);
/* Stops within a second; what waits is dropped. Counts are told once more. */
void notifier_close(Notifier *notifier);
NotifyStats notifier_stats(Notifier *notifier);

/* Matches a change against the set, renders the messages, and queues them. On the writer's
 * thread, after the commit; never blocks. cx->arena is used for the time of the call. */
void notifier_tell(Notifier *notifier, Cx *cx, const SubscriptionSet *set,
                   const EntityChange *change);

#endif
