/* The table of vectors.h against a real server, each on a connection of its own. */
#include "raw.h"
#include "vectors.h"

#include <stdlib.h>

static RawServer server;

/* "200", "H200" */
static void expect_statuses(RawClient *client, const char *expect, int *ret_count)
{
    Str rest = str_from(expect);
    *ret_count = 0;
    while (rest.n > 0) {
        Str word = str_cut(&rest, ' ');
        bool to_head = word.p[0] == 'H';
        int64_t status = 0;
        RawAnswer answer = {0};
        assert_true(str_to_i64(str_from_index(word, to_head), &status));
        assert_true(raw_answer(client, to_head, &answer));
        assert_int_equal(answer.status, status);
        bool refused = status >= 400 && status != 500;
        if (status >= 200 && !refused)
            ++*ret_count;
        if (refused) {
            assert_str("application/problem+json", raw_header(&answer, S("Content-Type")));
            assert_str("close", raw_header(&answer, S("Connection")));
        }
        if (status >= 200)
            assert_int_equal(raw_header(&answer, S("Date")).n, 29);
    }
}

static void send_vector(RawClient *client, const Vector *v)
{
    for (size_t i = 0; i < COUNT_OF(v->pieces) && v->pieces[i].p; i++) {
        if (i > 0)
            raw_sleep_ms(15); /* so that the server reads them one by one */
        raw_send(client, v->pieces[i]);
        for (int k = 0; i == 0 && k < v->fill_times; k++)
            raw_send(client, v->fill);
    }
    if (strcmp(v->name, "target_of_the_longest_length") == 0)
        raw_send(client, S(" HTTP/1.1\r\nHost: a\r\n\r\n"));
    if (v->half_close)
        raw_send_end(client);
}

static void check_vector(void **state)
{
    const Vector *v = *state;
    RawClient client;
    int ok = 0, before = server.requests;
    server.smuggled = 0;
    raw_connect(&client, &server);
    send_vector(&client, v);
    expect_statuses(&client, v->expect, &ok);
    if (v->after == CLOSES) {
        assert_true(raw_is_closed(&client));
    } else {
        raw_send(&client, S("GET /after HTTP/1.1\r\nHost: a\r\n\r\n"));
        raw_expect(&client, 200);
        ok++;
    }
    raw_close(&client);
    assert_int_equal(server.smuggled, 0);
    assert_int_equal(server.requests - before, ok); /* the handler saw no refused one */
}

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

int main(void)
{
    struct CMUnitTest tests[COUNT_OF(VECTORS)];
    for (size_t i = 0; i < COUNT_OF(VECTORS); i++)
        tests[i] = (struct CMUnitTest){.name = VECTORS[i].name,
                                       .test_func = check_vector,
                                       .initial_state = (void *)(uintptr_t)&VECTORS[i]};
    return _cmocka_run_group_tests("raw", tests, COUNT_OF(tests), start, stop);
}
