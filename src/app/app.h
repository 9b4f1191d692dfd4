/* The running program: what serve wires together. Nothing here is known to the layers below. */
#ifndef HANSE_APP_APP_H
#define HANSE_APP_APP_H

#include "api/ngsi_ld.h"
#include "api/out/mail.h"
#include "api/out/notify.h"
#include "api/out/oidc_fetch.h"
#include "app/compress.h"
#include "app/config.h"
#include "app/page_cache.h"
#include "base/log.h"
#include "core/auth.h"
#include "core/setting.h"
#include "core/snapshot.h"
#include "core/unit.h"
#include "core/worker.h"
#include "net/call.h"
#include "web/city_frame.h"
#include "web/live.h"
#include "web/page.h"

#include <stdatomic.h>

typedef struct App App;

/* Answers by status class and how long they took, per loop; read by /metrics. */
typedef struct LoopMetrics {
    atomic_uint_least64_t answers[6]; /* by hundreds of the status */
    atomic_uint_least64_t took_us;
    atomic_uint_least64_t bytes_out;
    atomic_uint_least64_t again; /* answers that were kept from a moment before */
} LoopMetrics;

/* One event loop with its server, its read connection and its live pages. */
typedef struct LoopState {
    App *app;
    Loop *loop;
    HttpServer *server;
    Db *db;
    Live *live;
    pthread_t thread;
    LoopMetrics metrics;
    PageCache *pages;
    Compressor *compressor;
    LogBuffer access;     /* one line per request, written when the loop rests */
    bool reads_shared;    /* several reads of a turn in one snapshot of the store */
    bool reading;         /* such a snapshot is open */
    uint64_t read_groups; /* writer_groups when it was taken */
} LoopState;

/* Snapshots that must be read again; the effects' own. */
typedef struct Owed {
    bool auth, settings, subscriptions;
} Owed;

struct App {
    Config config;
    Log log;
    Clock clock;
    Str store; /* as for db_open */
    Str files; /* the folder of uploaded files */
    Str base;  /* what addresses of this site begin with; known when it listens */
    ContextStore *contexts;
    NgsiLdServices ngsi_ld;
    Snapshot auth;          /* AuthSnapshot */
    Snapshot city;          /* CityFrame */
    Snapshot subscriptions; /* SubscriptionSet */
    Db *effects_db;         /* read connection of the effects on the writer's thread */
    Arena effects_arena;    /* theirs too; emptied after each commit */
    Owed owed;
    Notifier *notifier;
    Mailer *mailer;
    pthread_mutex_t counting; /* guards writer_gone: the notifier counts until it is closed, */
    bool writer_gone;         /* which is after the writer, whose effects it serves */
    Writer *writer;
    WorkerPool *workers;
    WorkerPool *outward; /* for routes that wait for other servers; NULL: there are none */
    OidcProviders *oidc;
    OidcFetcher *fetcher;
    OidcServices oidc_services;
    const struct DemoLogin *demo_logins; /* that the login page names; NULL: none */
    size_t demo_login_count;
    struct Jobs *jobs;
    struct Ingest *ingest;
    LiveGate *gate; /* how many live pages an address has open */
    LoopState *loops;
    size_t loop_count;
    int64_t started_us;
    uint16_t port;
    atomic_bool draining;
};

/* The table of all routes, and the tables that a test walks. */
extern const Route ROUTES[];
extern const size_t ROUTE_COUNT;
extern const StatementTable *const STATEMENT_TABLES[];
extern const size_t STATEMENT_TABLE_COUNT;

/* HttpFace.request and HttpFace.answered of every loop; user is the LoopState. */
void dispatch_request(void *user, HttpExchange *exchange);
size_t dispatch_body_max(void *user, const HttpRequest *head);
void dispatch_answered(void *user, const HttpRequest *request, int status, size_t body_bytes,
                       int64_t took_us);

/* For loop_on_rest of every loop; user is the LoopState. */
void dispatch_rest(void *user);

/* Finds the route of a request. Fills params with the decoded segments. */
typedef enum RouteMatch { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD } RouteMatch;
RouteMatch route_find(Arena *arena, Str method, Str path, const Route **ret,
                      Str params[ROUTE_PARAMS_MAX], size_t *ret_param_count);
/* The methods of a path, for Allow. */
Str route_allow(Arena *arena, Str path);

#endif
