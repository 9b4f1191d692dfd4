/* The parts of the HTTP server that need no socket. */
#include "base/test.h"

#include "net/http_forwarded.h"
#include "net/http_trace.h"

#include <stdlib.h>

static void dates_are_those_of_rfc_9110(void **state)
{
    (void)state;
    Arena arena;
    arena_init(&arena, 0, 0);
    Buf buf = buf_new(&arena, 200);
    http_date(&buf, INT64_C(784111777999999));
    assert_str("Sun, 06 Nov 1994 08:49:37 GMT", buf_str(&buf));
    buf_truncate(&buf, 0);
    http_date(&buf, -1);
    assert_str("Wed, 31 Dec 1969 23:59:59 GMT", buf_str(&buf));
    buf_truncate(&buf, 0);
    http_date(&buf, INT64_C(951827696000000));
    assert_str("Tue, 29 Feb 2000 12:34:56 GMT", buf_str(&buf));
    arena_done(&arena);
}

static void every_status_has_a_reason(void **state)
{
    (void)state;
    assert_str("OK", http_reason(200));
    assert_str("Content Too Large", http_reason(413));
    assert_str("Unknown", http_reason(299));
}

static void authorities_are_hosts_with_a_port(void **state)
{
    static const Str GOOD[] = {S_INIT("a"),         S_INIT("a.b-c_d~e"),
                               S_INIT("a:"),        S_INIT("a:65535"),
                               S_INIT("[::1]"),     S_INIT("[2001:DB8::1]:1"),
                               S_INIT("127.0.0.1"), S_INIT("[::ffff:1.2.3.4]")};
    static const Str BAD[] = {
        S_INIT(""),     S_INIT(":80"),      S_INIT("a:65536"), S_INIT("a:b"),  S_INIT("[]"),
        S_INIT("[::1"), S_INIT("::1"),      S_INIT("a b"),     S_INIT("a,b"),  S_INIT("u@a"),
        S_INIT("a/b"),  S_INIT("a:1:2"),    S_INIT("[a]b"),    S_INIT("a%00"), S_INIT("[g]"),
        S_INIT("a?"),   S_INIT("\xC3\xA4"), S_INIT("a:1 ")};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++)
        if (!http_is_authority(GOOD[i]))
            assert_str_equal(S("accepted"), GOOD[i]);
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        if (http_is_authority(BAD[i]))
            assert_str_equal(S("refused"), BAD[i]);
}

static void control_characters_are_found_anywhere(void **state)
{
    (void)state;
    char text[40];
    for (size_t n = 0; n <= sizeof text; n++) {
        memset(text, '\xE4', sizeof text);
        assert_false(http_has_control((Str){text, n}));
        for (size_t i = 0; i < n; i++) {
            text[i] = '\t';
            assert_false(http_has_control((Str){text, n}));
            text[i] = i % 2 ? '\x1F' : '\x7F';
            assert_true(http_has_control((Str){text, n}));
            text[i] = 0;
            assert_true(http_has_control((Str){text, n}));
            text[i] = i % 2 ? ' ' : '~';
        }
        assert_false(http_has_control((Str){text, n}));
    }
}

static void tokens_are_those_of_rfc_9110(void **state)
{
    (void)state;
    static const char OTHERS[] = "\"(),/:;<=>?@[\\]{} \t";
    for (int c = 0; c < 256; c++) {
        char byte = (char)c;
        bool token = c > 0x20 && c < 0x7F && !strchr(OTHERS, c);
        assert_int_equal(http_is_token((Str){&byte, 1}), token);
    }
    assert_false(http_is_token(S("")));
    assert_false(http_is_token(S("a b")));
}

/* Everything that the machine takes, and a refusal at the end. */
static const Str LONG =
    S_INIT("\r\nGET /a?b=c HTTP/1.1\r\nHost: x\r\nCookie: 1\r\nX: y\r\ncookie: 2\r\nx:\tz \r\n\r\n"
           "POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nGET / HTTP/"
           "POST http://y:1/chunks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
           "a;x=\"y\"\r\n0123456789\r\n001\r\nx\r\n0\r\nT: u\r\n\r\n"
           "HEAD /hold HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab"
           "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"
           "GET /bad HTTP/1.1\r\nHost: x\r\n folded\r\n\r\nGET /never HTTP/1.1\r\nHost: x\r\n\r\n");

static const char LONG_LOG[] =
    "GET /a?b=c|/a|b=c 0 127.0.0.1 http|host=x|cookie=1; 2|x=y, z 0 \n"
    "POST /hold|/hold| 0 127.0.0.1 http|host=x|content-length=11 11 GET / HTTP/\n"
    "POST http://y:1/chunks|/chunks| 0 127.0.0.1 http|host=y:1|transfer-encoding=chunked 11 "
    "0123456789x\n"
    "HEAD /hold|/hold| 0 127.0.0.1 http|host=x|expect=100-continue|content-length=2 2 ab\n"
    "OPTIONS *|*| 0 127.0.0.1 http|host=x 0 \n";

static void check_log(const Trace *trace)
{
    assert_str_equal(str_from(LONG_LOG), buf_str(&trace->log));
    assert_str("200 /a?b=c 0\n200 /hold 11\n200 http://y:1/chunks 11\n200 /hold 0\n200 * 0\n"
               "400  151\n",
               buf_str(&trace->answers));
}

static void any_split_gives_the_same_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i <= LONG.n; i++) {
        Trace trace;
        trace_open(&trace, http_options_default());
        trace_feed(&trace, str_slice(LONG, 0, i));
        trace_feed(&trace, str_from_index(LONG, i));
        trace_end(&trace);
        check_log(&trace);
        assert_true(wire_finished(&trace.wire));
        trace_close(&trace);
    }
}

static void single_bytes_give_the_same_requests(void **state)
{
    (void)state;
    Trace trace;
    trace_open(&trace, http_options_default());
    for (size_t i = 0; i < LONG.n; i++)
        trace_feed(&trace, str_slice(LONG, i, i + 1));
    trace_end(&trace);
    check_log(&trace);
    assert_int_equal(trace.hub->references, 1); /* no exchange is left */
    trace_close(&trace);
}

static void an_answer_is_written_to_the_letter(void **state)
{
    (void)state;
    Trace trace;
    trace_open(&trace, http_options_default());
    trace_feed(&trace,
               S("POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nab"));
    Str out = buf_str(&trace.out);
    assert_true(str_starts(out, S("HTTP/1.1 200 OK\r\nDate: ")));
    assert_true(str_ends(out, S(" GMT\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nab")));
    assert_int_equal(out.n, 17 + 37 + 24 + 19 + 2 + 2);
    trace_close(&trace);
}

static void spare_exchanges_are_used_again(void **state)
{
    (void)state;
    Trace trace;
    trace_open(&trace, http_options_default());
    for (int i = 0; i < 1000; i++)
        trace_feed(&trace, S("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_int_equal(trace.requests, 1000);
    assert_int_equal(trace.hub->spare_count, 1);
    assert_null(trace.wire.in); /* an idle wire keeps no buffer */
    trace_close(&trace);
}

static void answers_ready_together_go_out_together(void **state)
{
    (void)state;
    Trace trace;
    Str pieces[64];
    trace_open(&trace, http_options_default());
    for (int i = 0; i < 10; i++)
        trace_feed(&trace, S("POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"));
    assert_int_equal(wire_output(&trace.wire, pieces, COUNT_OF(pieces)), 0);
    while (trace.held_count > 1) /* newest first: nothing may go before the oldest */
        trace_answer(trace.held[--trace.held_count]);
    assert_int_equal(wire_output(&trace.wire, pieces, COUNT_OF(pieces)), 0);
    trace_answer(trace.held[--trace.held_count]);
    assert_int_equal(wire_output(&trace.wire, pieces, COUNT_OF(pieces)), 20); /* head and body */
    trace_end(&trace);
    assert_true(wire_finished(&trace.wire));
    trace_close(&trace);
}

static void bodies_in_progress_stop_the_reading(void **state)
{
    (void)state;
    Trace trace;
    char *body = malloc(700000);
    assert_non_null(body);
    memset(body, 'x', 700000);
    trace_open(&trace, http_options_default());
    for (int i = 0; i < 3; i++) {
        trace_feed(&trace, S("POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 700000\r\n\r\n"));
        trace_feed(&trace, (Str){body, 700000});
    }
    assert_int_equal(trace.requests, 2); /* together beyond WIRE_PENDING_MAX */
    assert_false(wire_wants_read(&trace.wire));
    trace_end(&trace);
    trace_end(&trace);
    assert_int_equal(trace.requests, 3);
    assert_true(wire_finished(&trace.wire));
    assert_int_equal(trace.hub->memory, 0);
    trace_close(&trace);
    free(body);
}

static void a_wire_that_ends_leaves_running_exchanges_to_their_holders(void **state)
{
    (void)state;
    Trace trace;
    trace_open(&trace, http_options_default());
    trace_feed(&trace, S("GET /hold HTTP/1.1\r\nHost: a\r\n\r\nPOST /b HTTP/1.1\r\nHost: a\r\n"
                         "Content-Length: 5\r\n\r\nab"));
    /* Another thread may be at work in the held exchange: it must stay as it is. */
    Str peer = http_request(trace.held[0])->peer;
    ArenaMark before = arena_mark(http_arena(trace.held[0]));
    wire_done(&trace.wire);
    ArenaMark after = arena_mark(http_arena(trace.held[0]));
    assert_memory_equal(&before, &after, sizeof before);
    assert_ptr_equal(peer.p, http_request(trace.held[0])->peer.p);
    assert_str("499 /b 0\n", buf_str(&trace.answers)); /* was still being read */
    assert_str("127.0.0.1", http_request(trace.held[0])->peer);
    trace_answer(trace.held[0]);
    assert_str("499 /b 0\n499 /hold 0\n", buf_str(&trace.answers));
    assert_int_equal(trace.hub->references, 1);
    trace_close(&trace);
}

static void addresses_have_one_text(void **state)
{
    (void)state;
    Arena arena;
    arena_init(&arena, 0, 0);
    assert_str("192.0.2.1", forwarded_canonical(&arena, S("192.0.2.1")));
    assert_str("192.0.2.1", forwarded_canonical(&arena, S("::ffff:192.0.2.1")));
    assert_str("2001:db8::1", forwarded_canonical(&arena, S("2001:0DB8:0:0::1")));
    assert_null(forwarded_canonical(&arena, S("192.0.2.256")).p);
    assert_null(forwarded_canonical(&arena, S("192.0.2.1\0")).p);
    assert_null(forwarded_canonical(&arena, S("")).p);
    assert_null(forwarded_canonical(&arena, (Str){0}).p);
    assert_null(forwarded_canonical(&arena, S("localhost")).p);
    arena_done(&arena);
}

static void a_bad_address_is_named(void **state)
{
    static const Str BAD[] = {S_INIT("127.0.0.1"),       S_INIT("localhost:80"), S_INIT(":80"),
                              S_INIT("127.0.0.1:65536"), S_INIT("127.0.0.1:"),   S_INIT("")};
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Loop *loop;
    HttpServer *server = NULL;
    HttpOptions options = http_options_default();
    HttpFace face = {0};
    assert_ok(cx, loop_open(cx, &loop));
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        assert_err(cx, ERR_INVALID, "http.address",
                   http_server_open(cx, loop, BAD[i], &options, &face, &server));
    assert_err(cx, ERR_UNAVAILABLE, "http.listen",
               http_server_open(cx, loop, S("192.0.2.1:0"), &options, &face, &server));
    options.trusted_proxies = &S("nonsense");
    options.trusted_proxy_count = 1;
    assert_err(cx, ERR_INVALID, "http.proxy",
               http_server_open(cx, loop, S("127.0.0.1:0"), &options, &face, &server));
    assert_null(server);
    options.trusted_proxy_count = 0;
    assert_ok(cx, http_server_open(cx, loop, S("[::1]:0"), &options, &face, &server));
    assert_int_not_equal(http_server_port(server), 0);
    http_server_close(server);
    loop_close(loop);
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_those_of_rfc_9110),
        cmocka_unit_test(every_status_has_a_reason),
        cmocka_unit_test(authorities_are_hosts_with_a_port),
        cmocka_unit_test(control_characters_are_found_anywhere),
        cmocka_unit_test(tokens_are_those_of_rfc_9110),
        cmocka_unit_test(any_split_gives_the_same_requests),
        cmocka_unit_test(single_bytes_give_the_same_requests),
        cmocka_unit_test(an_answer_is_written_to_the_letter),
        cmocka_unit_test(spare_exchanges_are_used_again),
        cmocka_unit_test(answers_ready_together_go_out_together),
        cmocka_unit_test(bodies_in_progress_stop_the_reading),
        cmocka_unit_test(a_wire_that_ends_leaves_running_exchanges_to_their_holders),
        cmocka_unit_test(addresses_have_one_text),
        cmocka_unit_test(a_bad_address_is_named),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
