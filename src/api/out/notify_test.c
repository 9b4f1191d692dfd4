#include "api/out/notify.h"

#include "api/out/notify_part.h"
#include "db/test_db.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/* A receiver on a loopback port: answers every request with one status, and counts. */
typedef struct Sink {
    int listener;
    uint16_t port;
    pthread_t thread;
    pthread_mutex_t mutex;
    const char *answer; /* NULL: never */
    size_t requests;
    char last[8192];
} Sink;

/* Reads one request; false when the peer is gone. */
static bool read_request(int fd, char *to, size_t max)
{
    size_t n = 0;
    for (;;) {
        ssize_t got = read(fd, to + n, max - 1 - n);
        if (got <= 0)
            return false;
        n += (size_t)got;
        to[n] = 0;
        const char *end = strstr(to, "\r\n\r\n"), *length = strstr(to, "Content-Length: ");
        if (end && length && n >= (size_t)(end + 4 - to) + strtoul(length + 16, NULL, 10))
            return true;
    }
}

static void *sink_run(void *user)
{
    Sink *sink = user;
    char request[8192];
    for (int fd; (fd = accept(sink->listener, NULL, NULL)) >= 0; close(fd))
        while (read_request(fd, request, sizeof request)) {
            pthread_mutex_lock(&sink->mutex);
            sink->requests++;
            memcpy(sink->last, request, sizeof request);
            const char *answer = sink->answer;
            pthread_mutex_unlock(&sink->mutex);
            if (answer && write(fd, answer, strlen(answer)) < 0)
                break;
        }
    return NULL;
}

static void sink_open(Sink *sink, const char *answer)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    *sink = (Sink){.answer = answer};
    pthread_mutex_init(&sink->mutex, NULL);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sink->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(sink->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(sink->listener, 16), 0);
    assert_int_equal(getsockname(sink->listener, (struct sockaddr *)&address, &length), 0);
    sink->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&sink->thread, NULL, sink_run, sink), 0);
}

static void sink_close(Sink *sink)
{
    shutdown(sink->listener, SHUT_RDWR);
    close(sink->listener);
    pthread_join(sink->thread, NULL);
    pthread_mutex_destroy(&sink->mutex);
}

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Cx *cx;
    ContextStore *contexts;
    SubscriptionSet *set;
    DeliveryCount total;
    pthread_mutex_t mutex;
} Fixture;

static int setup_sqlite(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    f->cx = test_cx_init(&f->t);
    test_db_open(f->cx, &f->db);
    f->contexts = context_store_new();
    pthread_mutex_init(&f->mutex, NULL);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    subscription_set_free(f->set);
    context_store_free(f->contexts);
    test_db_done(&f->db);
    test_cx_done(&f->t);
    pthread_mutex_destroy(&f->mutex);
    free(f);
    return 0;
}

static void count_up(void *user, const DeliveryCount *counts, size_t count)
{
    Fixture *f = user;
    pthread_mutex_lock(&f->mutex);
    for (size_t i = 0; i < count; i++) {
        f->total.sent += counts[i].sent;
        f->total.failed += counts[i].failed;
    }
    pthread_mutex_unlock(&f->mutex);
}

static void subscribe(Fixture *f, const char *id, uint16_t port, const char *members)
{
    Json doc;
    Str made;
    Events events = {.arena = f->cx->arena};
    Str text = arena_fmt(f->cx->arena,
                         "{\"id\":\"urn:s:%s\",\"type\":\"Subscription\",\"entities\":[{\"type\":"
                         "\"Room\"}]%s,\"notification\":{\"endpoint\":{\"uri\":"
                         "\"http://127.0.0.1:%u/in?a=1\",\"timeout\":300,\"cooldown\":60000,"
                         "\"receiverInfo\":[{\"key\":\"X-Key\",\"value\":\"secret\"}]}}}",
                         id, members, port);
    assert_ok(f->cx, json_parse(f->cx, text, &doc));
    assert_ok(f->cx, subscription_create(f->cx, f->contexts, context_core(f->contexts),
                                         json_root(&doc), S(""), &events, &made));
    subscription_set_free(f->set);
    assert_ok(f->cx, subscription_set_read(f->cx, f->contexts, &f->set));
}

/* Tells of one new room. */
static void tell(Fixture *f, Notifier *notifier)
{
    static const Str TYPE = S_INIT("https://uri.etsi.org/ngsi-ld/default-context/Room");
    Entity entity = {.tenant = TENANT_DEFAULT, .id = S("urn:r:1"), .types = &TYPE, .type_count = 1};
    assert_ok(f->cx, json_parse(f->cx,
                                S("{\"https://uri.etsi.org/ngsi-ld/default-context/temp\":"
                                  "{\"type\":\"Property\",\"value\":21.50}}"),
                                &entity.doc));
    JsonIter it = json_iter(json_root(&entity.doc));
    assert_true(json_next(&it));
    AttributeChange attribute = {
        .verb = ATTRIBUTE_CREATED, .attribute = json_raw(it.key), .instance = it.value};
    EntityChange change = {.verb = ENTITY_CREATED,
                           .after = &entity,
                           .attributes = &attribute,
                           .attribute_count = 1,
                           .at_us = cx_now_us(f->cx)};
    notifier_tell(notifier, f->cx, f->set, &change);
}

static Notifier *open_notifier(Fixture *f, Str allow)
{
    Notifier *notifier = NULL;
    NotifyOptions options = {.allow = allow, .count = count_up, .user = f};
    assert_ok(f->cx, notifier_open(f->cx, options, &notifier));
    return notifier;
}

/* Until nothing waits any more; at most five seconds. */
static NotifyStats settle(Notifier *notifier)
{
    NotifyStats stats = notifier_stats(notifier);
    for (int i = 0; i < 500 && stats.waiting; i++) {
        usleep(10000);
        stats = notifier_stats(notifier);
    }
    assert_int_equal(stats.waiting, 0);
    return stats;
}

static void messages_arrive_in_full_with_their_headers(void **state)
{
    Fixture *f = *state;
    Sink sink;
    sink_open(&sink, "HTTP/1.1 204 No Content\r\n\r\n");
    subscribe(f, "1", sink.port, "");
    Notifier *notifier = open_notifier(f, S("127.0.0.0/8"));
    for (int i = 0; i < 100; i++)
        tell(f, notifier);
    NotifyStats stats = settle(notifier);
    assert_int_equal(stats.succeeded, 100);
    assert_int_equal(stats.failed + stats.dropped, 0);
    notifier_close(notifier);
    sink_close(&sink);
    assert_int_equal(sink.requests, 100);
    assert_int_equal(f->total.sent, 100);
    assert_int_equal(f->total.failed, 0);
    assert_non_null(strstr(sink.last, "POST /in?a=1 HTTP/1.1\r\n"));
    assert_non_null(strstr(sink.last, "\r\nX-Key: secret\r\n"));
    assert_non_null(strstr(sink.last, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(sink.last, "\r\nLink: <" LD_CORE_URL ">; rel="));
    assert_non_null(strstr(sink.last, "\"subscriptionId\":\"urn:s:1\""));
    assert_non_null(strstr(sink.last, "\"temp\":{\"type\":\"Property\",\"value\":21.50}"));
}

static void private_addresses_are_not_reached(void **state)
{
    Fixture *f = *state;
    Sink sink;
    sink_open(&sink, "HTTP/1.1 204 No Content\r\n\r\n");
    subscribe(f, "1", sink.port, "");
    Notifier *notifier = open_notifier(f, S("10.0.0.0/8"));
    tell(f, notifier);
    NotifyStats stats = settle(notifier);
    assert_int_equal(stats.failed, 1);
    notifier_close(notifier);
    sink_close(&sink);
    assert_int_equal(sink.requests, 0);
}

static void a_dead_receiver_slows_nobody_and_gets_a_pause(void **state)
{
    Fixture *f = *state;
    Sink dead, alive;
    sink_open(&dead, NULL);
    sink_open(&alive, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    subscribe(f, "dead", dead.port, "");
    subscribe(f, "alive", alive.port, "");
    Notifier *notifier = open_notifier(f, S("127.0.0.1"));
    int64_t begin_us = clock_mono_us();
    for (int i = 0; i < 50; i++)
        tell(f, notifier);
    NotifyStats stats = settle(notifier);
    assert_true(clock_mono_us() - begin_us < 3000000);
    assert_int_equal(stats.succeeded, 50);
    assert_int_equal(stats.failed, 1);   /* the time-out of 300 ms */
    assert_int_equal(stats.dropped, 49); /* in the cool-down behind it */
    notifier_close(notifier);
    sink_close(&dead);
    sink_close(&alive);
    assert_int_equal(f->total.sent, 51);
    assert_int_equal(f->total.failed, 50);
}

static void throttled_messages_are_no_failures(void **state)
{
    Fixture *f = *state;
    Sink sink;
    sink_open(&sink, "HTTP/1.1 204 No Content\r\n\r\n");
    subscribe(f, "1", sink.port, ",\"throttling\":60");
    Notifier *notifier = open_notifier(f, S("127.0.0.1/32"));
    for (int i = 0; i < 10; i++)
        tell(f, notifier);
    NotifyStats stats = settle(notifier);
    assert_int_equal(stats.succeeded, 1);
    assert_int_equal(stats.failed + stats.dropped, 0);
    notifier_close(notifier);
    sink_close(&sink);
}

static bool is_open(const CidrList *allow, const char *text)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    struct sockaddr_storage address = {0};
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
        memcpy(&address, &in, sizeof in);
    } else {
        assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
        memcpy(&address, &in6, sizeof in6);
    }
    return address_is_open(allow, (struct sockaddr *)&address);
}

static void addresses_are_told_apart(void **state)
{
    Fixture *f = *state;
    static const char *const OPEN[] = {"8.8.8.8", "172.32.0.1", "2a00:1450:4001::1", "100.128.0.1"};
    static const char *const SHUT[] = {
        "127.0.0.1",    "10.1.2.3",  "172.31.255.255",    "192.168.0.1",
        "169.254.1.1",  "0.0.0.0",   "224.0.0.1",         "::1",
        "fe80::1",      "fd00::1",   "::ffff:10.0.0.1",   "::",
        "100.64.0.1",   "240.0.0.1", "::ffff:127.0.0.1",  "::127.0.0.1",
        "2001::1",      "fec0::1",   "64:ff9b:1::7f00:1", "64:ff9b::127.0.0.1",
        "2002:7f00:1::"};
    CidrList none, some;
    assert_ok(f->cx, cidr_list_parse(f->cx, S(""), &none));
    assert_ok(f->cx, cidr_list_parse(f->cx, S("127.0.0.0/8, fd00::/8,10.0.0.1"), &some));
    for (size_t i = 0; i < COUNT_OF(OPEN); i++)
        assert_true(is_open(&none, OPEN[i]));
    for (size_t i = 0; i < COUNT_OF(SHUT); i++)
        assert_false(is_open(&none, SHUT[i]));
    assert_true(is_open(&some, "127.1.2.3"));
    assert_true(is_open(&some, "fd12::1"));
    assert_true(is_open(&some, "10.0.0.1"));
    assert_false(is_open(&some, "10.0.0.2"));
    static const char *const WRONG[] = {"127.0.0.0/33", "x", "::1/129", "1.2.3/8", "1.2.3.4/-1"};
    for (size_t i = 0; i < COUNT_OF(WRONG); i++)
        assert_err(f->cx, ERR_INVALID, "notify.allow",
                   cidr_list_parse(f->cx, str_from(WRONG[i]), &some));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_SQLITE(messages_arrive_in_full_with_their_headers, teardown),
        TEST_ON_SQLITE(private_addresses_are_not_reached, teardown),
        TEST_ON_SQLITE(a_dead_receiver_slows_nobody_and_gets_a_pause, teardown),
        TEST_ON_SQLITE(throttled_messages_are_no_failures, teardown),
        TEST_ON_SQLITE(addresses_are_told_apart, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
