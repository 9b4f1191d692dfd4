#include "api/out/notify_part.h"

#include "base/str.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>

enum {
    BACKOFF_MIN_US = 1000000,
    BACKOFF_MAX_US = 60000000,
    COUNT_EVERY_US = 1000000,
    ENDPOINT_BUCKETS = 1024,
    SUBSCRIPTIONS_BUCKETS = 1024,
    IDLE_US = 600000000 /* an endpoint that nobody wrote to for so long is forgotten */
};

/* All texts stand behind the struct, in one piece of memory. */
typedef struct Message {
    struct Message *next;
    size_t bytes;
    TenantId tenant;
    const char *subscription, *uri;
    struct curl_slist *headers;
    const char *body;
    size_t body_n;
    int64_t timeout_us, cooldown_us, throttle_us;
} Message;

typedef struct EndpointQueue {
    struct EndpointQueue *next; /* of its bucket */
    char *origin;
    Message *first, *last;
    size_t count;
    Message *going; /* on its way */
    CURL *easy;
    int64_t pause_until_us, backoff_us, touched_us;
} EndpointQueue;

/* Of one subscription: counters not told yet, and when it was last told. */
typedef struct Tally {
    struct Tally *next;
    TenantId tenant;
    char *id;
    DeliveryCount count;
    int64_t last_us; /* for throttling; monotonic */
    int64_t keep_until_us;
    bool dirty;
} Tally;

struct Notifier {
    NotifyOptions options;
    CidrList allow;
    pthread_t thread;
    CURLM *multi;
    /* Between the threads. */
    pthread_mutex_t mutex;
    Message *inbox_first, *inbox_last;
    size_t bytes; /* of all messages alive */
    NotifyStats stats;
    bool closing;
    /* The sender's own. */
    EndpointQueue *endpoints[ENDPOINT_BUCKETS];
    size_t endpoint_count;
    Tally *tallies[SUBSCRIPTIONS_BUCKETS];
    int64_t counted_us;
};

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

/* ---- Messages ---- */

static char *text_keep(char **at, Str s)
{
    char *kept = *at;
    if (s.n)
        memcpy(kept, s.p, s.n);
    kept[s.n] = 0;
    *at += s.n + 1;
    return kept;
}

static void header_add(Message *m, const char *name, Str value)
{
    char line[8300];
    snprintf(line, sizeof line, "%s: %.*s", name, (int)MIN(value.n, 8000), value.p);
    m->headers = must(curl_slist_append(m->headers, line));
}

static void headers_add(Message *m, Cx *cx, const Subscription *s)
{
    static const Str TYPES[] = {[ENDPOINT_JSON] = S_INIT("application/json"),
                                [ENDPOINT_LD] = S_INIT("application/ld+json"),
                                [ENDPOINT_GEO] = S_INIT("application/geo+json")};
    Str url = context_url(s->how.context);
    header_add(m, "Content-Type", TYPES[s->endpoint.media]);
    header_add(m, "Expect", S("")); /* no 100-continue */
    if (url.p && s->endpoint.media != ENDPOINT_LD)
        header_add(m, "Link",
                   arena_fmt(cx->arena,
                             "<%.*s>; rel=\"http://www.w3.org/ns/json-ld#context\"; "
                             "type=\"application/ld+json\"",
                             SARG(url)));
    for (size_t i = 0; i < s->endpoint.header_count; i++)
        header_add(m, arena_cstr(cx->arena, s->endpoint.headers[i].key),
                   s->endpoint.headers[i].value);
}

static Message *message_new(Cx *cx, const Subscription *s, Str body)
{
    size_t bytes = sizeof(Message) + s->id.n + s->endpoint.uri.n + body.n + 3;
    Message *m = must(malloc(bytes));
    char *at = (char *)(m + 1);
    *m = (Message){.bytes = bytes,
                   .tenant = s->tenant,
                   .timeout_us = s->endpoint.timeout_us,
                   .cooldown_us = s->endpoint.cooldown_us,
                   .throttle_us = s->throttle_us};
    m->subscription = text_keep(&at, s->id);
    m->uri = text_keep(&at, s->endpoint.uri);
    m->body_n = body.n;
    m->body = text_keep(&at, body);
    headers_add(m, cx, s);
    return m;
}

static void message_free(Notifier *n, Message *m)
{
    pthread_mutex_lock(&n->mutex);
    n->bytes -= m->bytes;
    n->stats.waiting--;
    pthread_mutex_unlock(&n->mutex);
    curl_slist_free_all(m->headers);
    free(m);
}

/* ---- On the writer's thread ---- */

static void inbox_put(Notifier *n, Message *m)
{
    bool fits;
    pthread_mutex_lock(&n->mutex);
    fits = !n->closing && n->bytes + m->bytes <= NOTIFY_BYTES_MAX;
    if (fits) {
        n->bytes += m->bytes;
        n->stats.waiting++;
        if (n->inbox_last)
            n->inbox_last->next = m;
        else
            n->inbox_first = m;
        n->inbox_last = m;
    } else {
        n->stats.dropped++;
    }
    pthread_mutex_unlock(&n->mutex);
    if (!fits) {
        curl_slist_free_all(m->headers);
        free(m);
    }
}

static Str notification_id(Cx *cx)
{
    Str id = subscription_new_id(cx->arena);
    return arena_fmt(cx->arena, "urn:ngsi-ld:Notification:%.*s",
                     SARG(str_from_index(id, sizeof "urn:ngsi-ld:Subscription:" - 1)));
}

void notifier_tell(Notifier *n, Cx *cx, const SubscriptionSet *set, const EntityChange *change)
{
    const Notification *list;
    ArenaMark mark = arena_mark(cx->arena);
    size_t count = subscription_match(cx, set, change, &list);
    for (size_t i = 0; i < count; i++) {
        Buf body = buf_new(cx->arena, NOTIFY_BYTES_MAX);
        notification_put(&body, cx->arena, &list[i], notification_id(cx), cx_now_us(cx));
        if (!body.overflow)
            inbox_put(n, message_new(cx, list[i].subscription, buf_str(&body)));
    }
    arena_rewind(cx->arena, mark);
    if (count)
        curl_multi_wakeup(n->multi);
}

NotifyStats notifier_stats(Notifier *n)
{
    pthread_mutex_lock(&n->mutex);
    NotifyStats stats = n->stats;
    pthread_mutex_unlock(&n->mutex);
    return stats;
}

/* ---- Counting ---- */

static Tally *tally_of(Notifier *n, const Message *m)
{
    Tally **head = &n->tallies[str_hash(str_from(m->subscription)) % SUBSCRIPTIONS_BUCKETS];
    for (Tally *t = *head; t; t = t->next)
        if (t->tenant.v == m->tenant.v && strcmp(t->id, m->subscription) == 0)
            return t;
    Tally *t = must(calloc(1, sizeof *t));
    t->tenant = m->tenant;
    t->id = must(strdup(m->subscription));
    t->next = *head;
    *head = t;
    return t;
}

static void tally_result(Notifier *n, const Message *m, bool tried, bool ok)
{
    Tally *t = tally_of(n, m);
    int64_t now_us = CLOCK_SYSTEM.now_us(&CLOCK_SYSTEM);
    t->dirty = true;
    t->count.sent += tried;
    t->count.failed += !ok;
    if (tried)
        t->count.last_notification_us = now_us;
    if (ok)
        t->count.last_success_us = now_us;
    else
        t->count.last_failure_us = now_us;
    pthread_mutex_lock(&n->mutex);
    n->stats.sent += tried;
    n->stats.succeeded += ok;
    n->stats.failed += tried && !ok;
    n->stats.dropped += !tried;
    pthread_mutex_unlock(&n->mutex);
}

/* Tells some; how many. */
static size_t counts_tell_some(Notifier *n)
{
    enum { AT_ONCE = 256 };
    DeliveryCount counts[AT_ONCE];
    size_t count = 0;
    for (size_t i = 0; i < SUBSCRIPTIONS_BUCKETS; i++)
        for (Tally *t = n->tallies[i]; t && count < AT_ONCE; t = t->next) {
            if (!t->dirty)
                continue;
            counts[count] = t->count;
            counts[count].tenant = t->tenant;
            counts[count++].id = str_from(t->id);
            t->count = (DeliveryCount){0};
            t->dirty = false;
        }
    if (count && n->options.count)
        n->options.count(n->options.user, counts, count);
    return count;
}

static void counts_tell(Notifier *n)
{
    n->counted_us = clock_mono_us();
    while (counts_tell_some(n) > 0)
        ;
}

/* Forgets subscriptions that nothing was sent for in a long time, such as removed ones. */
static void tallies_sweep(Notifier *n)
{
    int64_t now_us = clock_mono_us();
    for (size_t i = 0; i < SUBSCRIPTIONS_BUCKETS; i++)
        for (Tally **at = &n->tallies[i]; *at;) {
            Tally *t = *at;
            if (t->dirty || t->keep_until_us > now_us) {
                at = &t->next;
                continue;
            }
            *at = t->next;
            free(t->id);
            free(t);
        }
}

/* ---- Endpoints ---- */

/* "https://host:port" of a URI. */
static Str origin_of(const char *uri)
{
    Str whole = str_from(uri);
    ptrdiff_t scheme = str_find(whole, S("://"));
    size_t at = scheme < 0 ? 0 : (size_t)scheme + 3;
    while (at < whole.n && !strchr("/?#", whole.p[at]))
        at++;
    return str_slice(whole, 0, at);
}

static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    const Notifier *n = user;
    (void)purpose;
    if (!address_is_open(&n->allow, &address->addr))
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* What a receiver answers is of no interest. */
static size_t swallow(char *data, size_t size, size_t count, void *user)
{
    (void)data;
    (void)user;
    return size * count;
}

static EndpointQueue *endpoint_of(Notifier *n, const Message *m)
{
    Str origin = origin_of(m->uri);
    EndpointQueue **head = &n->endpoints[str_hash(origin) % ENDPOINT_BUCKETS];
    for (EndpointQueue *e = *head; e; e = e->next)
        if (str_eq(str_from(e->origin), origin))
            return e;
    if (n->endpoint_count == NOTIFY_ENDPOINTS_MAX)
        return NULL;
    EndpointQueue *e = must(calloc(1, sizeof *e));
    e->origin = must(strndup(origin.p, origin.n));
    e->next = *head;
    *head = e;
    n->endpoint_count++;
    return e;
}

static void easy_set(Notifier *n, EndpointQueue *e, Message *m)
{
    int64_t timeout_us = m->timeout_us ? m->timeout_us : NOTIFY_TIMEOUT_US;
    if (!e->easy)
        e->easy = must(curl_easy_init());
    curl_easy_reset(e->easy);
    curl_easy_setopt(e->easy, CURLOPT_URL, m->uri);
    curl_easy_setopt(e->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e->easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(e->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e->easy, CURLOPT_TIMEOUT_MS, (long)(timeout_us / 1000 + 1));
    curl_easy_setopt(e->easy, CURLOPT_HTTPHEADER, m->headers);
    curl_easy_setopt(e->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(e->easy, CURLOPT_POSTFIELDS, m->body);
    curl_easy_setopt(e->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)m->body_n);
    curl_easy_setopt(e->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(e->easy, CURLOPT_OPENSOCKETDATA, n);
    curl_easy_setopt(e->easy, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(e->easy, CURLOPT_PRIVATE, e);
}

static void drop(Notifier *n, Message *m)
{
    tally_result(n, m, false, false);
    message_free(n, m);
}

static bool is_throttled(Notifier *n, const Message *m)
{
    Tally *t = tally_of(n, m);
    int64_t now_us = clock_mono_us();
    if (m->throttle_us && t->last_us && now_us - t->last_us < m->throttle_us)
        return true;
    t->last_us = now_us;
    t->keep_until_us = now_us + MAX(IDLE_US, m->throttle_us);
    return false;
}

/* Sends the next message of an endpoint that is idle and not paused. */
static void endpoint_start(Notifier *n, EndpointQueue *e)
{
    while (!e->going && e->first) {
        Message *m = e->first;
        e->first = m->next;
        e->last = e->first ? e->last : NULL;
        e->count--;
        m->next = NULL;
        if (clock_mono_us() < e->pause_until_us) {
            drop(n, m);
            continue;
        }
        e->going = m;
        easy_set(n, e, m);
        curl_multi_add_handle(n->multi, e->easy);
    }
}

static void endpoint_finish(Notifier *n, EndpointQueue *e, CURLcode code)
{
    long status = 0;
    Message *m = e->going;
    curl_easy_getinfo(e->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(n->multi, e->easy);
    bool ok = code == CURLE_OK && status >= 200 && status < 300;
    if (ok) {
        e->backoff_us = 0;
    } else {
        e->backoff_us = MIN(MAX(e->backoff_us * 2, BACKOFF_MIN_US), BACKOFF_MAX_US);
        e->pause_until_us = clock_mono_us() + (m->cooldown_us ? m->cooldown_us : e->backoff_us);
    }
    e->going = NULL;
    tally_result(n, m, true, ok);
    message_free(n, m);
    endpoint_start(n, e);
}

static void endpoint_queue(Notifier *n, Message *m)
{
    if (is_throttled(n, m)) {
        message_free(n, m); /* no failure */
        return;
    }
    EndpointQueue *e = endpoint_of(n, m);
    if (!e) {
        drop(n, m);
        return;
    }
    e->touched_us = clock_mono_us();
    if (e->count == NOTIFY_QUEUE_MAX) {
        drop(n, m);
        return;
    }
    if (e->last)
        e->last->next = m;
    else
        e->first = m;
    e->last = m;
    e->count++;
    endpoint_start(n, e);
}

static void endpoint_free(Notifier *n, EndpointQueue *e)
{
    if (e->going) {
        curl_multi_remove_handle(n->multi, e->easy);
        drop(n, e->going);
    }
    while (e->first) {
        Message *m = e->first;
        e->first = m->next;
        drop(n, m);
    }
    if (e->easy)
        curl_easy_cleanup(e->easy);
    free(e->origin);
    free(e);
    n->endpoint_count--;
}

static void endpoints_sweep(Notifier *n, bool all)
{
    int64_t before_us = clock_mono_us() - IDLE_US;
    for (size_t i = 0; i < ENDPOINT_BUCKETS; i++)
        for (EndpointQueue **at = &n->endpoints[i]; *at;) {
            EndpointQueue *e = *at;
            bool idle = !e->going && !e->first && e->touched_us < before_us;
            if (all || idle) {
                *at = e->next;
                endpoint_free(n, e);
            } else {
                at = &e->next;
            }
        }
}

/* ---- The sender's thread ---- */

static bool inbox_take(Notifier *n)
{
    pthread_mutex_lock(&n->mutex);
    Message *m = n->inbox_first;
    n->inbox_first = n->inbox_last = NULL;
    bool closing = n->closing;
    pthread_mutex_unlock(&n->mutex);
    while (m) {
        Message *next = m->next;
        m->next = NULL;
        endpoint_queue(n, m);
        m = next;
    }
    return !closing;
}

static void finished_take(Notifier *n)
{
    int left;
    for (CURLMsg *msg; (msg = curl_multi_info_read(n->multi, &left));) {
        EndpointQueue *e = NULL;
        if (msg->msg != CURLMSG_DONE)
            continue;
        CURLcode code = msg->data.result;
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &e);
        endpoint_finish(n, e, code);
    }
}

static void *run(void *user)
{
    Notifier *n = user;
    int running;
    n->counted_us = clock_mono_us();
    while (inbox_take(n)) {
        curl_multi_perform(n->multi, &running);
        finished_take(n);
        if (clock_mono_us() - n->counted_us >= COUNT_EVERY_US) {
            counts_tell(n);
            endpoints_sweep(n, false);
            tallies_sweep(n);
        }
        curl_multi_poll(n->multi, NULL, 0, 200, NULL);
    }
    endpoints_sweep(n, true);
    counts_tell(n);
    return NULL;
}

Err notifier_open(Cx *cx, NotifyOptions options, Notifier **ret)
{
    CidrList allow;
    TRY(cidr_list_parse(cx, options.allow, &allow));
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        return fail(cx, ERR_UNAVAILABLE, "notify.curl", "libcurl cannot be started");
    Notifier *n = must(calloc(1, sizeof *n));
    n->options = options;
    n->allow = allow;
    n->multi = must(curl_multi_init());
    pthread_mutex_init(&n->mutex, NULL);
    if (pthread_create(&n->thread, NULL, run, n) != 0) {
        curl_multi_cleanup(n->multi);
        free(n);
        return fail(cx, ERR_UNAVAILABLE, "notify.thread", "no thread for notifications");
    }
    *ret = n;
    return OK;
}

static void tallies_free(Notifier *n)
{
    for (size_t i = 0; i < SUBSCRIPTIONS_BUCKETS; i++)
        while (n->tallies[i]) {
            Tally *t = n->tallies[i];
            n->tallies[i] = t->next;
            free(t->id);
            free(t);
        }
}

void notifier_close(Notifier *n)
{
    if (!n)
        return;
    pthread_mutex_lock(&n->mutex);
    n->closing = true;
    pthread_mutex_unlock(&n->mutex);
    curl_multi_wakeup(n->multi);
    pthread_join(n->thread, NULL);
    curl_multi_cleanup(n->multi);
    tallies_free(n);
    pthread_mutex_destroy(&n->mutex);
    free(n);
}
