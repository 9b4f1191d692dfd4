/* What takes time or load: fragments, pipelines, slow and vanishing clients, streams, drain. */
#include "raw.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static RawServer server;

static int start(void **state)
{
    (void)state;
    HttpOptions options = raw_options();
    raw_start(&server, &options);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    raw_stop(&server);
    return 0;
}

static Str const PAIR = S_INIT("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfirst"
                               "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                               "\r\n3;x=y\r\nsec\r\n3\r\nond\r\n0\r\nT: u\r\n\r\n");

static void expect_pair(RawClient *client)
{
    RawAnswer answer = {0};
    assert_true(raw_answer(client, false, &answer));
    assert_str("first", answer.body);
    assert_true(raw_answer(client, false, &answer));
    assert_str("second", answer.body);
}

static void a_pipelined_pair_may_be_split_anywhere(void **state)
{
    (void)state;
    RawClient client;
    raw_connect(&client, &server);
    for (size_t i = 1; i < PAIR.n; i++) {
        raw_send(&client, str_slice(PAIR, 0, i));
        if (i % 3 == 0)
            raw_sleep_ms(1);
        raw_send(&client, str_from_index(PAIR, i));
        expect_pair(&client);
    }
    raw_close(&client);
}

static void requests_may_come_byte_by_byte(void **state)
{
    (void)state;
    RawClient client;
    raw_connect(&client, &server);
    for (size_t i = 0; i < PAIR.n; i++) {
        raw_send(&client, str_slice(PAIR, i, i + 1));
        if (i % 8 == 0)
            raw_sleep_ms(1);
    }
    expect_pair(&client);
    raw_close(&client);
}

enum { MANY = 10000 };

static void *send_many(void *user)
{
    for (int i = 0; i < MANY; i++)
        raw_send(user, S(GET("/info?pipelined")));
    return NULL;
}

static void ten_thousand_pipelined_requests_are_answered(void **state)
{
    (void)state;
    RawClient client;
    pthread_t sender;
    int before = server.requests;
    raw_connect(&client, &server);
    assert_int_equal(pthread_create(&sender, NULL, send_many, &client), 0);
    for (int i = 0; i < MANY; i++)
        raw_expect(&client, 200);
    pthread_join(sender, NULL);
    assert_int_equal(server.requests - before, MANY);
    raw_close(&client);
}

static void a_held_request_does_not_let_others_pass(void **state)
{
    (void)state;
    RawClient client;
    RawAnswer answer = {0};
    raw_connect(&client, &server);
    int before = server.requests;
    raw_send(&client, S(GET("/hold?1") GET("/echo") GET("/hold?3")));
    assert_true(raw_wait_for(&server.requests, before + 3));
    raw_sleep_ms(20);
    assert_int_equal(recv(client.fd, &(char){0}, 1, MSG_DONTWAIT), -1);
    raw_release(&server);
    assert_true(raw_answer(&client, false, &answer));
    assert_str("1", answer.body);
    assert_true(raw_answer(&client, false, &answer));
    assert_str("", answer.body);
    assert_true(raw_answer(&client, false, &answer));
    assert_str("3", answer.body);
    raw_close(&client);
}

static void reading_stops_at_the_pipelines_limit(void **state)
{
    (void)state;
    RawClient client;
    raw_connect(&client, &server);
    int before = server.requests;
    for (int i = 0; i < 30; i++)
        raw_send(&client, S(GET("/hold")));
    raw_sleep_ms(50);
    assert_int_equal(server.requests - before, 8); /* pipeline_max */
    for (int i = 0; i < 30; i++) {
        if (i % 8 == 0) {
            assert_true(raw_wait_for(&server.requests, before + (i + 8 < 30 ? i + 8 : 30)));
            raw_release(&server);
        }
        raw_expect(&client, 200);
    }
    raw_close(&client);
}

static void a_half_close_behind_a_full_pipeline_is_answered(void **state)
{
    (void)state;
    RawClient client;
    raw_connect(&client, &server);
    int before = server.requests;
    for (int i = 0; i < 8; i++) /* pipeline_max */
        raw_send(&client, S(GET("/hold")));
    raw_send(&client, S("GET /incomplete HTTP/1.1\r\nHo"));
    raw_send_end(&client);
    assert_true(raw_wait_for(&server.requests, before + 8));
    raw_sleep_ms(30);
    raw_release(&server);
    for (int i = 0; i < 8; i++)
        raw_expect(&client, 200);
    raw_expect(&client, 400);
    assert_true(raw_is_closed(&client));
    raw_close(&client);
}

static void a_head_that_comes_slowly_is_answered_408(void **state)
{
    (void)state;
    RawClient client;
    int64_t begun_us = clock_mono_us();
    raw_connect(&client, &server);
    Str head =
        S("GET / HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    for (size_t i = 0; i < 8; i++) {
        raw_send(&client, str_slice(head, i, i + 1));
        raw_sleep_ms(50); /* each byte in time, the head not */
    }
    raw_expect(&client, 408);
    assert_true(raw_is_closed(&client));
    assert_true(clock_mono_us() - begun_us < 2000000);
    raw_close(&client);
}

static void a_body_below_the_least_rate_is_answered_408(void **state)
{
    (void)state;
    RawClient client;
    int64_t begun_us = clock_mono_us();
    raw_connect(&client, &server);
    raw_send(&client, S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"));
    for (int i = 0; i < 10; i++) {
        raw_send(&client, S("x"));
        raw_sleep_ms(50);
    }
    raw_expect(&client, 408);
    assert_true(raw_is_closed(&client));
    assert_true(clock_mono_us() - begun_us < 2000000);
    raw_close(&client);
}

static void a_body_above_the_least_rate_may_take_its_time(void **state)
{
    (void)state;
    RawClient client;
    raw_connect(&client, &server);
    raw_send(&client, S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n"));
    for (int i = 0; i < 20; i++) {
        raw_send(&client, S("0123456789"));
        raw_sleep_ms(40); /* in all longer than body_timeout_us */
    }
    raw_expect(&client, 200);
    raw_close(&client);
}

/* An answer is larger than what the system's buffers take in for a client that does not read. */
static void a_client_that_does_not_read_is_cut_off(void **state)
{
    (void)state;
    RawClient client;
    int before = server.requests, answered = server.answered;
    raw_connect(&client, &server);
    for (int i = 0; i < 50; i++)
        raw_send(&client, S(GET("/big?16777216")));
    raw_sleep_ms(100);
    assert_true(server.requests - before <= 8); /* the rest is not even read */
    assert_true(raw_wait_for(&server.answered, answered + 1));
    assert_int_equal(server.last_status, HTTP_CLIENT_GONE);
    raw_close(&client);
}

static void a_client_that_reads_slowly_gets_all(void **state)
{
    (void)state;
    RawClient client;
    char bytes[20000];
    size_t all = 0;
    raw_connect(&client, &server);
    raw_send(&client, S("GET /big?4194304 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    for (;;) { /* about 0.8 s, longer than write_timeout_us */
        ssize_t n = recv(client.fd, bytes, sizeof bytes, 0);
        if (n <= 0)
            break;
        all += (size_t)n;
        raw_sleep_ms(4);
    }
    assert_true(all > 4194304 && all < 4194304 + 500);
    raw_close(&client);
}

static void a_large_body_is_echoed(void **state)
{
    (void)state;
    RawClient client;
    RawAnswer answer = {0};
    raw_connect(&client, &server);
    raw_send(&client, S("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n"));
    raw_send(&client, (Str){server.big, 5000000});
    assert_true(raw_answer(&client, false, &answer));
    assert_int_equal(answer.body.n, 5000000);
    assert_memory_equal(answer.body.p, server.big, 5000000);
    raw_send(&client, S("POST /large HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 100; i++) {
        raw_send(&client, S("2710\r\n"));
        raw_send(&client, (Str){server.big, 10000});
        raw_send(&client, S("\r\n"));
    }
    raw_send(&client, S("0\r\n\r\n"));
    assert_true(raw_answer(&client, false, &answer));
    assert_int_equal(answer.body.n, 1000000);
    raw_close(&client);
}

static void a_client_that_sends_on_still_sees_its_refusal(void **state)
{
    (void)state;
    RawClient client;
    raw_connect(&client, &server);
    raw_send(&client, S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n"));
    raw_send(&client, (Str){server.big, 8000000});
    raw_expect(&client, 413);
    assert_true(raw_is_closed(&client));
    raw_close(&client);
}

static void a_client_that_leaves_is_no_harm(void **state)
{
    (void)state;
    RawClient client;
    int answered = server.answered, requests = server.requests;
    raw_connect(&client, &server);
    raw_send(&client, S(GET("/hold?a") GET("/hold?b")));
    assert_true(raw_wait_for(&server.requests, requests + 2));
    struct linger reset = {.l_onoff = 1};
    setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    raw_close(&client);
    raw_sleep_ms(20);
    raw_release(&server);
    assert_true(raw_wait_for(&server.answered, answered + 2));
    assert_int_equal(server.last_status, HTTP_CLIENT_GONE);
}

static void a_client_that_half_closes_and_leaves_is_no_harm(void **state)
{
    (void)state;
    RawClient client;
    RawAnswer answer = {0};
    int closed = server.closed;
    raw_connect(&client, &server);
    raw_send(&client, S(GET("/stream?5000")));
    raw_send_end(&client);
    raw_sleep_ms(50); /* the kernel's buffers are full, the server waits to write */
    raw_close(&client);
    assert_true(raw_wait_for(&server.closed, closed + 1));
    raw_connect(&client, &server); /* and it still lives */
    raw_send(&client, S(GET("/")));
    assert_true(raw_answer(&client, false, &answer));
    raw_close(&client);
}

static void a_stream_that_is_not_read_overflows_and_says_so(void **state)
{
    (void)state;
    RawClient stream, other;
    RawAnswer answer = {0};
    int closed = server.closed;
    raw_connect(&stream, &server);
    raw_connect(&other, &server);
    raw_send(&stream, S(GET("/events")));
    raw_send(&other, S(GET("/info")));
    raw_expect(&other, 200);
    raw_sleep_ms(20);
    raw_send(&other, S(GET("/overflow")));
    assert_true(raw_answer(&other, false, &answer));
    assert_str("9", answer.body); /* of 1007 bytes each, in 10000 */
    raw_close(&stream);
    assert_true(raw_wait_for(&server.closed, closed + 1));
    raw_send(&other, S(GET("/overflow")));
    assert_true(raw_answer(&other, false, &answer));
    assert_str("0", answer.body);
    raw_close(&other);
    raw_sleep_ms(20);
    assert_int_equal(server.closed, closed + 1);
}

static void a_stream_goes_on_as_its_client_reads(void **state)
{
    (void)state;
    RawClient client;
    RawAnswer answer = {0};
    int closed = server.closed;
    raw_connect(&client, &server);
    raw_send(&client, S(GET("/stream?5000")));
    assert_true(raw_answer(&client, false, &answer));
    assert_int_equal(answer.body.n, 5000000);
    assert_true(raw_wait_for(&server.closed, closed + 1));
    raw_send(&client, S(GET("/")));
    raw_expect(&client, 200);
    raw_close(&client);
}

static void an_event_stream_ends_when_its_client_half_closes(void **state)
{
    (void)state;
    RawClient client;
    RawAnswer answer = {0};
    int closed = server.closed;
    raw_connect(&client, &server);
    raw_send(&client, S(GET("/events")));
    raw_sleep_ms(20);
    raw_send_end(&client);
    assert_true(raw_answer(&client, false, &answer));
    assert_str("data: 1\n\n", answer.body);
    assert_true(raw_wait_for(&server.closed, closed + 1));
    assert_true(raw_is_closed(&client));
    raw_close(&client);
}

static void a_connection_beyond_the_limit_is_closed_at_once(void **state)
{
    (void)state;
    RawServer small;
    RawClient clients[4];
    HttpOptions options = raw_options();
    options.connections_max = 3;
    raw_start(&small, &options);
    for (int i = 0; i < 3; i++) {
        raw_connect(&clients[i], &small);
        raw_send(&clients[i], S(GET("/")));
        raw_expect(&clients[i], 200);
    }
    raw_connect(&clients[3], &small);
    assert_true(raw_is_closed(&clients[3]));
    raw_close(&clients[0]);
    raw_close(&clients[3]);
    raw_sleep_ms(30);
    raw_connect(&clients[0], &small);
    raw_send(&clients[0], S(GET("/")));
    raw_expect(&clients[0], 200);
    for (int i = 0; i < 3; i++)
        raw_close(&clients[i]);
    raw_stop(&small);
}

static void large_bodies_share_a_limit_of_memory(void **state)
{
    (void)state;
    RawServer small;
    RawClient first, second;
    HttpOptions options = raw_options();
    options.memory_max = 3000000;
    raw_start(&small, &options);
    Str head = S("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 2500000\r\n\r\n");
    raw_connect(&first, &small);
    raw_connect(&second, &small);
    raw_send(&first, head);
    raw_send(&first, (Str){small.big, 2400000});
    raw_sleep_ms(50);
    raw_send(&second, head);
    raw_send(&second, (Str){small.big, 2400000});
    raw_expect(&second, 503);
    raw_send(&first, (Str){small.big, 100000});
    raw_expect(&first, 200);
    raw_close(&first);
    raw_close(&second);
    raw_stop(&small);
}

static void trusted_proxies_tell_the_client(void **state)
{
    static const struct {
        Str lines;
        const char *expect;
    } CASES[] = {
        {S_INIT(""), "127.0.0.1 http"},
        {S_INIT("X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n"), "192.0.2.7 https"},
        {S_INIT("X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n"), "192.0.2.7 http"},
        {S_INIT("X-Forwarded-For: 6.6.6.6, 192.0.2.7, 10.0.0.9\r\n"), "192.0.2.7 http"},
        {S_INIT("X-Forwarded-For: 2001:DB8:0::1\r\n"), "2001:db8::1 http"},
        {S_INIT("Forwarded: for=\"[2001:db8::1]:4711\";proto=https\r\n"), "2001:db8::1 https"},
        {S_INIT("Forwarded: for=6.6.6.6, For=192.0.2.7:80;by=_x\r\n"), "192.0.2.7 http"},
        {S_INIT("Forwarded: for=unknown\r\n"), "unknown http"},
        {S_INIT("Forwarded: for=192.0.2.7\r\nX-Forwarded-For: 192.0.2.7\r\n"), "192.0.2.7 http"},
        {S_INIT("Forwarded: for=6.6.6.6\r\nX-Forwarded-For: 192.0.2.7\r\n"), NULL},
        {S_INIT("X-Forwarded-For: nonsense\r\n"), NULL},
        {S_INIT("X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: gopher\r\n"), NULL},
    };
    (void)state;
    RawServer proxied;
    const Str proxies[] = {S("127.0.0.1"), S("10.0.0.9")};
    HttpOptions options = raw_options();
    options.trusted_proxies = proxies;
    options.trusted_proxy_count = 2;
    raw_start(&proxied, &options);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        RawClient client;
        RawAnswer answer = {0};
        raw_connect(&client, &proxied);
        raw_send(&client, S("GET /info HTTP/1.1\r\nHost: a\r\n"));
        raw_send(&client, CASES[i].lines);
        raw_send(&client, S("\r\n"));
        assert_true(raw_answer(&client, false, &answer));
        assert_int_equal(answer.status, CASES[i].expect ? 200 : 400);
        if (CASES[i].expect && str_find(answer.body, str_from(CASES[i].expect)) < 0)
            assert_str_equal(str_from(CASES[i].expect), answer.body);
        raw_close(&client);
    }
    raw_stop(&proxied);
}

static void nobody_else_tells_the_client(void **state)
{
    (void)state;
    RawClient client;
    RawAnswer answer = {0};
    raw_connect(&client, &server);
    raw_send(&client, S("GET /info?a=b HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n"
                        "Forwarded: for=6.6.6.7;proto=https\r\nCookie: a=1\r\nX: y\r\n"
                        "Cookie: b=2\r\nx: z\r\n\r\n"));
    assert_true(raw_answer(&client, false, &answer));
    assert_str("GET /info ?a=b 127.0.0.1 http c=a=1; b=2 x=y, z", answer.body);
    raw_close(&client);
}

static void the_targets_authority_is_the_host(void **state)
{
    (void)state;
    RawClient client;
    RawAnswer answer = {0};
    raw_connect(&client, &server);
    raw_send(&client, S("GET http://b.example:81/host HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_true(raw_answer(&client, false, &answer));
    assert_str("b.example:81", answer.body);
    raw_close(&client);
}

static void draining_answers_what_runs_and_closes_the_rest(void **state)
{
    (void)state;
    RawServer drained;
    RawClient idle, running, stream, late;
    RawAnswer answer = {0};
    HttpOptions options = raw_options();
    raw_start(&drained, &options);
    raw_connect(&idle, &drained);
    raw_send(&idle, S(GET("/")));
    raw_expect(&idle, 200);
    raw_connect(&running, &drained);
    raw_send(&running, S(GET("/hold?1") GET("/hold?2")));
    raw_connect(&stream, &drained);
    raw_send(&stream, S(GET("/events")));
    raw_connect(&late, &drained); /* has begun to speak */
    raw_send(&late, S("GET /late HTTP/1.1\r\n"));
    assert_true(raw_wait_for(&drained.requests, 4));
    raw_sleep_ms(20);
    raw_drain(&drained);
    assert_true(raw_is_closed(&idle));
    assert_true(raw_answer(&stream, false, &answer));
    assert_str("data: 1\n\n", answer.body);
    assert_true(raw_is_closed(&stream));
    assert_int_equal(drained.closed, 1);
    raw_send(&late, S("Host: a\r\n\r\n"));
    assert_true(raw_answer(&late, false, &answer));
    assert_str("close", raw_header(&answer, S("Connection")));
    raw_release(&drained);
    assert_true(raw_answer(&running, false, &answer));
    assert_str("1", answer.body);
    assert_true(raw_answer(&running, false, &answer));
    assert_str("2", answer.body);
    assert_str("close", raw_header(&answer, S("Connection")));
    assert_true(raw_is_closed(&running));
    raw_close(&idle);
    raw_close(&running);
    raw_close(&stream);
    raw_close(&late);
    assert_true(raw_wait_for(&drained.drained, 1));
    raw_stop(&drained);
}

static void a_handler_may_begin_the_drain(void **state)
{
    (void)state;
    RawServer drained;
    RawClient client;
    RawAnswer answer = {0};
    HttpOptions options = raw_options();
    raw_start(&drained, &options);
    raw_connect(&client, &drained);
    /* In two pieces, so that the second request is read from what was kept. */
    raw_send(&client, S(GET("/hold?1") "GET /dra"));
    raw_sleep_ms(20);
    raw_send(&client, S("in HTTP/1.1\r\nHost: a\r\n\r\n" GET("/smuggled")));
    assert_true(raw_wait_for(&drained.requests, 2));
    raw_release(&drained);
    assert_true(raw_answer(&client, false, &answer));
    assert_str("1", answer.body);
    assert_true(raw_answer(&client, false, &answer));
    assert_str("drained", answer.body);
    assert_str("close", raw_header(&answer, S("Connection")));
    assert_true(raw_is_closed(&client));
    raw_close(&client);
    assert_true(raw_wait_for(&drained.drained, 1));
    assert_int_equal(drained.smuggled, 0);
    raw_stop(&drained);
}

static void draining_ends_at_its_limit(void **state)
{
    (void)state;
    RawServer drained;
    RawClient client;
    HttpOptions options = raw_options();
    raw_start(&drained, &options);
    raw_connect(&client, &drained);
    raw_send(&client, S(GET("/hold")));
    assert_true(raw_wait_for(&drained.requests, 1));
    int64_t begun_us = clock_mono_us();
    raw_drain(&drained);
    assert_true(raw_wait_for(&drained.drained, 1));
    assert_true(clock_mono_us() - begun_us >= 600000);
    assert_true(raw_is_closed(&client));
    raw_close(&client);
    raw_stop(&drained); /* answers the held exchange behind the server's end */
    assert_int_equal(drained.drained, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pipelined_pair_may_be_split_anywhere),
        cmocka_unit_test(requests_may_come_byte_by_byte),
        cmocka_unit_test(ten_thousand_pipelined_requests_are_answered),
        cmocka_unit_test(a_held_request_does_not_let_others_pass),
        cmocka_unit_test(reading_stops_at_the_pipelines_limit),
        cmocka_unit_test(a_half_close_behind_a_full_pipeline_is_answered),
        cmocka_unit_test(a_head_that_comes_slowly_is_answered_408),
        cmocka_unit_test(a_body_below_the_least_rate_is_answered_408),
        cmocka_unit_test(a_body_above_the_least_rate_may_take_its_time),
        cmocka_unit_test(a_client_that_does_not_read_is_cut_off),
        cmocka_unit_test(a_client_that_reads_slowly_gets_all),
        cmocka_unit_test(a_large_body_is_echoed),
        cmocka_unit_test(a_client_that_sends_on_still_sees_its_refusal),
        cmocka_unit_test(a_client_that_leaves_is_no_harm),
        cmocka_unit_test(a_client_that_half_closes_and_leaves_is_no_harm),
        cmocka_unit_test(a_stream_that_is_not_read_overflows_and_says_so),
        cmocka_unit_test(a_stream_goes_on_as_its_client_reads),
        cmocka_unit_test(an_event_stream_ends_when_its_client_half_closes),
        cmocka_unit_test(a_connection_beyond_the_limit_is_closed_at_once),
        cmocka_unit_test(large_bodies_share_a_limit_of_memory),
        cmocka_unit_test(trusted_proxies_tell_the_client),
        cmocka_unit_test(nobody_else_tells_the_client),
        cmocka_unit_test(the_targets_authority_is_the_host),
        cmocka_unit_test(draining_answers_what_runs_and_closes_the_rest),
        cmocka_unit_test(a_handler_may_begin_the_drain),
        cmocka_unit_test(draining_ends_at_its_limit),
    };
    return cmocka_run_group_tests_name("http_life", tests, start, stop);
}
