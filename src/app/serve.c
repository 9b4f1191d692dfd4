#include "app/serve.h"

#include "app/effects.h"
#include "app/erase.h"
#include "app/ingest.h"
#include "app/jobs.h"
#include "app/mailer.h"
#include "app/oidc_config.h"
#include "base/str.h"
#include "core/notice.h"
#include "db/migration.h"
#include "people/recipient.h"
#include "people/search.h"
#include "systems/entity.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PROXIES_MAX = 16,
    LOOPS_MAX = 64,
    OUTWARD_THREADS = 4 /* logins that wait for their provider at the same time */
};

/* ---- the store ---- */

static Err data_dir_make(Cx *cx, Str data)
{
    if (data.n == 0)
        return fail(cx, ERR_INVALID, "config.data", "say where the data is: --data DIR");
    const char *dir = arena_cstr(cx->arena, data);
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return fail(cx, ERR_UNAVAILABLE, "config.data", "cannot make the directory %s: %s", dir,
                    strerror(errno));
    if (access(dir, R_OK | W_OK | X_OK) != 0)
        return fail(cx, ERR_UNAVAILABLE, "config.data", "cannot write in the directory %s: %s", dir,
                    strerror(errno));
    return OK;
}

static Err store_migrate(Cx *cx, Str store, Str data)
{
    Db *db;
    TRY(db_open(cx, store, (DbOptions){.mode = DB_WRITE}, &db));
    Cx own = *cx;
    own.db = db;
    int applied = 0;
    Str backup = arena_fmt(cx->arena, "%.*s/before-migration.db", SARG(data));
    Err err = migration_run(&own, backup, &applied);
    db_close(db);
    if (err == OK && applied)
        log_line(cx->log, LOG_INFO, "store.migrated", LOG_I("applied", applied));
    return err;
}

Err store_prepare(Cx *cx, const Config *config, Str *ret_store)
{
    TRY(data_dir_make(cx, config->data));
    Str store =
        config->store.n ? config->store : arena_fmt(cx->arena, "%.*s/hanse.db", SARG(config->data));
    TRY(store_migrate(cx, store, config->data));
    *ret_store = store;
    return OK;
}

/* ---- loops ---- */

static size_t split_words(Cx *cx, Str list, Str **ret)
{
    Str *words = arena_array(cx->arena, Str, PROXIES_MAX);
    size_t count = 0;
    while (list.p && count < PROXIES_MAX) {
        Str word = str_trim(str_cut(&list, ','));
        if (word.n)
            words[count++] = word;
    }
    *ret = words;
    return count;
}

/* Where a session has ended, or its person has other roles, the page has to come again. */
static bool may_stay(void *user, const Actor *actor)
{
    App *app = user;
    Actor now = {0};
    SnapshotRef *ref = snapshot_take(&app->auth);
    bool known = ref && auth_session_by_id(ref->value, actor->tenant, actor->session,
                                           app->clock.now_us(&app->clock), &now);
    snapshot_release(&app->auth, ref);
    return known && now.roles == actor->roles;
}

static Err loop_state_open(Cx *cx, App *app, LoopState *state, Str listen)
{
    const Config *config = &app->config;
    HttpOptions options = http_options_default();
    Str *proxies;
    options.trusted_proxy_count = split_words(cx, config->trusted_proxy, &proxies);
    options.trusted_proxies = proxies;
    options.body_max = (size_t)config->body_mib << 20;
    options.connections_max = (size_t)config->connections;
    if (config->tls_cert.n)
        options.tls_cert_file = arena_cstr(cx->arena, config->tls_cert);
    if (config->tls_key.n)
        options.tls_key_file = arena_cstr(cx->arena, config->tls_key);
    state->app = app;
    HttpFace face = {.body_max = dispatch_body_max,
                     .request = dispatch_request,
                     .answered = dispatch_answered,
                     .user = state};
    TRY(loop_open(cx, &state->loop));
    LiveOptions live = {.gate = app->gate, .may_stay = may_stay, .user = app};
    TRY(live_open(cx, state->loop, live, &state->live));
    TRY(db_open(cx, app->store, (DbOptions){.mode = DB_READ}, &state->db));
    state->pages = page_cache_open();
    state->compressor = compressor_open();
    state->reads_shared = db_engine(state->db) == DB_SQLITE;
    loop_on_rest(state->loop, dispatch_rest, state);
    return http_server_open(cx, state->loop, listen, &options, &face, &state->server);
}

static Str with_port(Cx *cx, Str listen, uint16_t port)
{
    ptrdiff_t colon = str_find_last_char(listen, ':');
    return arena_fmt(cx->arena, "%.*s:%u", (int)colon, listen.p, port);
}

/* Every loop listens on the same port (SO_REUSEPORT), and so could another program of this user:
 * half of the requests would go there. Asking for the port alone tells. */
static Err check_port_free(Cx *cx, Str listen)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    ptrdiff_t colon = str_find_last_char(listen, ':');
    Str host = str_slice(listen, 0, (size_t)colon);
    int64_t port;
    bool is_v6 = host.n > 2 && host.p[0] == '[';
    const char *text = arena_cstr(cx->arena, is_v6 ? str_slice(host, 1, host.n - 1) : host);
    if (!str_to_i64(str_from_index(listen, (size_t)colon + 1), &port) || port < 1 || port > 65535 ||
        inet_pton(is_v6 ? AF_INET6 : AF_INET, text,
                  is_v6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) != 1)
        return OK; /* port 0, or what the server itself will refuse */
    v4.sin_port = v6.sin6_port = htons((uint16_t)port);
    int one = 1, fd = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return OK;
    bool taken = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
                 bind(fd, is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4,
                      is_v6 ? sizeof v6 : sizeof v4) != 0 &&
                 errno == EADDRINUSE;
    close(fd);
    if (taken)
        return fail(cx, ERR_UNAVAILABLE, "http.listen",
                    "%.*s is in use by another program; choose another port with --listen",
                    SARG(listen));
    return OK;
}

static Err loops_open(Cx *cx, App *app)
{
    app->gate = live_gate_new(app->config.streams);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t wanted = app->config.loops ? app->config.loops : MAX(cores, 1);
    app->loops = arena_array(cx->arena, LoopState, (size_t)MIN(wanted, LOOPS_MAX));
    Str listen = app->config.listen;
    if (str_find_last_char(listen, ':') < 0)
        return fail(cx, ERR_INVALID, "config.listen", "--listen is ADDRESS:PORT, not \"%.*s\"",
                    SARG(listen));
    TRY(check_port_free(cx, listen));
    for (int64_t i = 0; i < MIN(wanted, LOOPS_MAX); i++) {
        TRY(loop_state_open(cx, app, &app->loops[i], listen));
        app->loop_count++;
        if (i == 0) {
            app->port = http_server_port(app->loops[0].server);
            app->base = mailer_base(cx->arena, &app->config, app->port);
            listen = with_port(cx, listen, app->port); /* port 0: the others share what came */
        }
    }
    return OK;
}

static void *loop_thread(void *arg)
{
    LoopState *state = arg;
    loop_run(state->loop);
    return NULL;
}

/* ---- start and stop ---- */

static Err check_open(Cx *cx, const Config *config)
{
    Str listen = config->listen;
    bool loopback = str_starts(listen, S("127.")) || str_starts(listen, S("[::1]:")) ||
                    str_starts(listen, S("localhost:"));
    if (config->open && !loopback && !config->open_anywhere)
        return fail(cx, ERR_INVALID, "config.open",
                    "--open lets anyone write, and %.*s can be reached by others; "
                    "say --open-anywhere if that is meant",
                    SARG(listen));
    if ((config->tls_cert.n == 0) != (config->tls_key.n == 0))
        return fail(cx, ERR_INVALID, "config.tls", "--tls-cert and --tls-key go together");
    return OK;
}

/* --contexts, or what the data directory brings along. */
static Err contexts_open(Cx *cx, App *app)
{
    Str dir = app->config.contexts;
    app->contexts = context_store_new();
    if (!dir.n) {
        Str own = arena_fmt(cx->arena, "%.*s/contexts", SARG(app->config.data));
        if (access(arena_fmt(cx->arena, "%.*s/contexts.tsv", SARG(own)).p, R_OK) == 0)
            dir = own;
    }
    if (dir.n)
        TRY(context_store_load(cx, app->contexts, dir));
    app->ngsi_ld = (NgsiLdServices){.contexts = app->contexts,
                                    .started_us = cx_now_us(cx),
                                    .temporal_page = (size_t)app->config.temporal_page};
    return OK;
}

static Err writer_start(Cx *cx, App *app)
{
    static const Projection PROJECTIONS[] = {{"search", search_project, NULL},
                                             {"notices", recipient_project, NULL}};
    static Effect effects[1];
    effects[0] = (Effect){"after commit", effects_after_commit, app};
    WriterOptions options = {.where = app->store,
                             .unsafe_no_sync = app->config.unsafe_no_sync,
                             .apply_twice = app->config.apply_twice,
                             .log = &app->log,
                             .projections = PROJECTIONS,
                             .projection_count = COUNT_OF(PROJECTIONS),
                             .effects = effects,
                             .effect_count = COUNT_OF(effects)};
    return writer_open(cx, &options, &app->writer);
}

/* Each connection is a file: as many as the system lets us have without asking. */
static void raise_file_limit(App *app)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < (rlim_t)app->config.connections)
        log_line(&app->log, LOG_WARN, "files.limit", LOG_I("files", (int64_t)limit.rlim_max),
                 LOG_I("connections", app->config.connections));
}

/* Made outside of apply, which may run twice; the first one that was ever made stays. */
static Err keep_key_apply(Unit *unit)
{
    return notice_keep_key(&unit->cx, *(const Str *)unit->user);
}

static Err keep_key(Cx *cx, App *app)
{
    unsigned char bytes[NOTICE_KEY_BYTES];
    Actor actor = {.tenant = TENANT_DEFAULT};
    Cx own = *cx;
    own.actor = &actor;
    own.clock = &app->clock;
    randombytes_buf(bytes, sizeof bytes);
    Str key = arena_copy(cx->arena, (Str){(const char *)bytes, sizeof bytes});
    return writer_run(&own, app->writer, keep_key_apply, &key);
}

static Err mailer_start(Cx *cx, App *app)
{
    MailerOptions options;
    TRY(keep_key(cx, app));
    TRY(mailer_options(cx, &app->config, app->base, &options));
    options.store = app->store;
    options.writer = app->writer;
    options.clock = &app->clock;
    options.log = &app->log;
    return mailer_open(cx, &options, &app->mailer);
}

static Err oidc_start(void *fetcher, Cx *cx, const OidcProvider *provider,
                      const OidcAttempt *attempt, Str *ret_url)
{
    return oidc_fetch_start(fetcher, cx, provider, attempt, ret_url);
}

static Err oidc_claims(void *fetcher, Cx *cx, const OidcProvider *provider,
                       const OidcAttempt *attempt, const OidcCallback *callback, OidcClaims *ret)
{
    return oidc_fetch_claims(fetcher, cx, provider, attempt, callback, ret);
}

/* Needs the port, which stands in the addresses that providers lead back to. */
static Err oidc_open(Cx *cx, App *app)
{
    TRY(oidc_config_read(cx, &app->config, app->base, &app->oidc));
    if (!app->oidc->count)
        return OK;
    TRY(oidc_fetcher_open(cx, app->oidc, app->config.out_allow, &app->fetcher));
    TRY(worker_pool_open(cx, app->store, OUTWARD_THREADS, &app->outward));
    app->oidc_services = (OidcServices){.providers = app->oidc,
                                        .fetcher = app->fetcher,
                                        .start = oidc_start,
                                        .claims = oidc_claims};
    return OK;
}

static Err app_open(Cx *cx, App *app)
{
    raise_file_limit(app);
    TRY(check_open(cx, &app->config));
    TRY(store_prepare(cx, &app->config, &app->store));
    TRY(erase_again(cx, app->store, app->config.data));
    app->files = arena_fmt(cx->arena, "%.*s/files", SARG(app->config.data));
    TRY(contexts_open(cx, app));
    TRY(db_open(cx, app->store, (DbOptions){.mode = DB_READ}, &app->effects_db));
    Actor actor = {.tenant = TENANT_DEFAULT};
    Cx own = *cx;
    own.db = app->effects_db;
    own.actor = &actor;
    TRY(snapshots_read(&own, app));
    NotifyOptions notify = {
        .allow = app->config.out_allow, .count = effects_count_deliveries, .user = app};
    TRY(notifier_open(cx, notify, &app->notifier));
    TRY(writer_start(cx, app));
    TRY(worker_pool_open(cx, app->store, (int)app->config.workers, &app->workers));
    TRY(loops_open(cx, app));
    TRY(oidc_open(cx, app));
    TRY(mailer_start(cx, app));
    TRY(jobs_open(cx, app, &app->jobs));
    return ingest_open(cx, app, &app->ingest);
}

static void on_drained(void *user)
{
    LoopState *state = user;
    live_close(state->live);
    loop_stop(state->loop);
}

typedef struct DrainMessage {
    LoopMessage message;
    LoopState *state;
} DrainMessage;

static void on_drain(LoopMessage *message)
{
    LoopState *state = ((DrainMessage *)message)->state;
    http_server_drain(state->server, state->app->config.drain_s * 1000000, on_drained, state);
}

static void loops_drain(App *app)
{
    static DrainMessage messages[LOOPS_MAX];
    atomic_store(&app->draining, true);
    for (size_t i = 0; i < app->loop_count; i++) {
        messages[i] = (DrainMessage){.message.run = on_drain, .state = &app->loops[i]};
        loop_post(app->loops[i].loop, &messages[i].message);
    }
    for (size_t i = 0; i < app->loop_count; i++)
        pthread_join(app->loops[i].thread, NULL);
}

/* What workers and the writer posted behind the loops' ends: requests that were cut off. */
static void loops_settle(App *app)
{
    for (size_t i = 0; i < app->loop_count; i++) {
        loop_settle(app->loops[i].loop);
        dispatch_rest(&app->loops[i]);
    }
}

static void loops_close(App *app)
{
    for (size_t i = 0; i < app->loop_count; i++) {
        LoopState *state = &app->loops[i];
        http_server_close(state->server);
        live_close(state->live);
        loop_close(state->loop);
        dispatch_rest(state); /* the last lines of the log */
        db_close(state->db);
        page_cache_close(state->pages);
        compressor_close(state->compressor);
        live_free(state->live);
    }
}

/* First what makes changes, then what they go through: a prepared request becomes a unit when the
 * loops settle, and an answer to a unit may read the store. */
static void app_close(App *app)
{
    if (app->ingest)
        ingest_close(app->ingest);
    if (app->jobs)
        jobs_close(app->jobs);
    if (app->mailer)
        mailer_close(app->mailer);
    if (app->fetcher)
        oidc_fetcher_stop(app->fetcher);
    if (app->outward)
        worker_pool_close(app->outward);
    if (app->workers)
        worker_pool_close(app->workers);
    loops_settle(app);
    pthread_mutex_lock(&app->counting);
    app->writer_gone = true;
    pthread_mutex_unlock(&app->counting);
    if (app->writer)
        writer_close(app->writer);
    if (app->notifier)
        notifier_close(app->notifier);
    loops_settle(app);
    loops_close(app);
    if (app->gate)
        live_gate_free(app->gate);
    if (app->fetcher)
        oidc_fetcher_close(app->fetcher);
    if (app->effects_db)
        db_close(app->effects_db);
    if (app->contexts)
        context_store_free(app->contexts);
    snapshot_done(&app->auth);
    snapshot_done(&app->city);
    snapshot_done(&app->subscriptions);
    arena_done(&app->effects_arena);
}

static void wait_for_signal(App *app, const sigset_t *signals)
{
    int number = 0;
    while (sigwait(signals, &number) == 0 && number == SIGHUP)
        snapshots_reload(app);
    log_line(&app->log, LOG_INFO, "stopping", LOG_I("signal", number));
}

static Err wait_for_end(Cx *cx, App *app, const ServeHooks *hooks, const sigset_t *signals)
{
    for (size_t i = 0; i < app->loop_count; i++)
        if (pthread_create(&app->loops[i].thread, NULL, loop_thread, &app->loops[i]) != 0)
            abort();
    log_line(&app->log, LOG_INFO, "started", LOG_S("listen", app->config.listen),
             LOG_I("port", app->port), LOG_I("loops", (int64_t)app->loop_count),
             LOG_I("us", clock_mono_us() - app->started_us));
    Err err = hooks && hooks->started ? hooks->started(cx, app, hooks->user) : OK;
    if (err == OK)
        wait_for_signal(app, signals);
    if (hooks && hooks->stopping)
        hooks->stopping(app, hooks->user);
    loops_drain(app);
    return err;
}

Err serve(Cx *cx, const Config *config, const ServeHooks *hooks)
{
    App *app = arena_new(cx->arena, App);
    app->config = *config;
    if (hooks) {
        app->demo_logins = hooks->logins;
        app->demo_login_count = hooks->login_count;
    }
    app->clock = CLOCK_SYSTEM;
    app->log = *cx->log;
    app->started_us = clock_mono_us();
    snapshot_init(&app->auth);
    snapshot_init(&app->city);
    snapshot_init(&app->subscriptions);
    pthread_mutex_init(&app->counting, NULL);
    arena_init(&app->effects_arena, 64 << 10, 0);
    /* Signals come to sigwait alone; threads inherit the mask. */
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    DbLock lock;
    TRY(data_dir_make(cx, config->data));
    TRY(db_lock(cx, config->data, &lock));
    Err err = app_open(cx, app);
    if (err == OK)
        err = wait_for_end(cx, app, hooks, &signals);
    app_close(app);
    db_unlock(&lock);
    return err;
}
