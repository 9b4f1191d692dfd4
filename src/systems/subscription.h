/* Subscriptions to changes of entities (ETSI GS CIM 009 V1.9.1, 5.2.12 to 5.2.15, 5.8).
 *
 * A subscription is stored as it was sent, with the @context that its names need. From all of
 * them an immutable set is compiled; the writer matches each change against it right after the
 * commit, and the senders in api/out deliver. Not offered, and refused: timeInterval, join,
 * showChanges, csf, MQTT endpoints (UNSUPPORTED "subscription.unsupported"). */
#ifndef HANSE_SYSTEMS_SUBSCRIPTION_H
#define HANSE_SYSTEMS_SUBSCRIPTION_H

#include "systems/entity_query.h"
#include "systems/represent.h"

enum {
    SUBSCRIPTION_SELECTORS_MAX = 100, /* entities, watchedAttributes: entries */
    SUBSCRIPTION_HEADERS_MAX = 20,    /* receiverInfo */
    SUBSCRIPTION_DOC_MAX = 64 << 10,  /* bytes of a stored one */
    SUBSCRIPTION_TIMEOUT_MS_MAX = 60000
};

typedef enum NotificationTrigger {
    TRIGGER_ENTITY_CREATED = 1 << 0,
    TRIGGER_ENTITY_DELETED = 1 << 1,
    TRIGGER_ATTRIBUTE_CREATED = 1 << 2,
    TRIGGER_ATTRIBUTE_UPDATED = 1 << 3,
    TRIGGER_ATTRIBUTE_DELETED = 1 << 4
} NotificationTrigger;

/* One of "entities": all that is said must hold. */
typedef struct EntitySelector {
    Str id;                    /* p NULL: any */
    const Pattern *id_pattern; /* NULL: any */
    const Selection *types;    /* NULL: any */
} EntitySelector;

typedef struct KeyValue {
    Str key, value;
} KeyValue;

typedef enum EndpointMedia { ENDPOINT_JSON, ENDPOINT_LD, ENDPOINT_GEO } EndpointMedia;

typedef struct Endpoint {
    Str uri; /* http or https */
    EndpointMedia media;
    const KeyValue *headers; /* receiverInfo */
    size_t header_count;
    int64_t timeout_us;  /* 0: the sender's default */
    int64_t cooldown_us; /* after a failure; 0: the sender's back-off */
} Endpoint;

typedef struct Subscription {
    TenantId tenant;
    Str id;
    const EntitySelector *entities;
    size_t entity_count;  /* 0: any entity */
    const Str *watched;   /* IRIs */
    size_t watched_count; /* 0: any attribute */
    uint32_t triggers;
    const Query *query;
    const GeoQuery *geo;
    const Selection *scopes;
    bool active;         /* isActive */
    int64_t expires_us;  /* 0: never */
    int64_t throttle_us; /* 0: none */
    Representation how;  /* context, attributes, format, system attributes */
    Endpoint endpoint;
} Subscription;

/* Compiles a whole document; context is that of its names. Errors: INVALID
 * "subscription.invalid" with the member, and those of the languages in it; UNSUPPORTED as above;
 * UNAVAILABLE "context.unknown" for a jsonldContext that is not here. */
MUST Err subscription_compile(Cx *cx, const ContextStore *contexts, const LdContext *context,
                              JsonValue doc, Subscription *ret);

/* ---- Kept ones ---- */

extern const EventKind SUBSCRIPTION_CHANGED; /* data: NULL */

/* "urn:ngsi-ld:Subscription:" and 128 random bits. */
Str subscription_new_id(Arena *arena);
/* Creates one from a body; new_id is its id where the body has none. Names of attributes and
 * types are kept as IRIs, so that each reader sees them by its own @context. CONFLICT
 * "subscription.exists"; errors of subscription_compile. */
MUST Err subscription_create(Cx *cx, const ContextStore *contexts, const LdContext *context,
                             JsonValue body, Str new_id, Events *events, Str *ret_id);
/* 5.8.2: members of the fragment replace those of the same name; null removes. NOT_FOUND
 * "subscription.unknown". */
MUST Err subscription_update(Cx *cx, const ContextStore *contexts, const LdContext *context, Str id,
                             JsonValue fragment, Events *events);
MUST Err subscription_remove(Cx *cx, Str id, Events *events);

/* One as it is stored. */
typedef struct SubscriptionRow {
    Str id;
    Json doc;
    Str context; /* JSON of "@context" */
    int64_t times_sent, times_failed;
    int64_t last_notification_us, last_success_us, last_failure_us; /* 0: never */
} SubscriptionRow;
MUST Err subscription_get(Cx *cx, Str id, SubscriptionRow *ret);
MUST Err subscription_list(Cx *cx, size_t limit, size_t offset, SubscriptionRow **ret,
                           size_t *ret_count, uint64_t *ret_total);
/* Appends it as JSON: names compacted for the asked @context, status and counters added. */
void subscription_put(Cx *cx, const LdContext *context, const SubscriptionRow *row,
                      bool put_context, Buf *buf);

/* What deliveries came to; added to the counters, at most once a second per subscription. */
typedef struct DeliveryCount {
    TenantId tenant;
    Str id;
    int64_t sent, failed;
    int64_t last_notification_us, last_success_us, last_failure_us; /* 0: none of these */
} DeliveryCount;
MUST Err subscription_add_counts(Cx *cx, const DeliveryCount *counts, size_t count);

/* ---- The set ---- */

typedef struct SubscriptionSet SubscriptionSet;
/* Reads and compiles all subscriptions of all tenants into memory of its own. One that does not
 * compile any more (its @context is gone) is left out, and logged. */
MUST Err subscription_set_read(Cx *cx, const ContextStore *contexts, SubscriptionSet **ret);
void subscription_set_free(SubscriptionSet *set);
size_t subscription_set_count(const SubscriptionSet *set);

typedef struct Notification {
    const Subscription *subscription; /* as long as the set */
    const EntityChange *change;
} Notification;
/* The subscriptions that a change is to be told to. Pure but for cx->arena. Throttling is the
 * sender's. */
size_t subscription_match(Cx *cx, const SubscriptionSet *set, const EntityChange *change,
                          const Notification **ret);
/* Appends the message (5.3.1). */
void notification_put(Buf *buf, Arena *arena, const Notification *notification, Str id,
                      int64_t at_us);

#endif
