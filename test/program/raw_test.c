/* The vectors of test/http/vectors.h that must be refused, against the real program; and its own
 * limits at their real sizes. test/http/raw_test.c has all of them, against the server alone. */
#include "program.h"

#include "../http/vectors.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void *city_state;

static City *the_city(void)
{
    return city_state;
}

static int start(void **state)
{
    (void)state;
    return city_setup_open(&city_state);
}

static int stop(void **state)
{
    (void)state;
    return city_teardown(&city_state);
}

/* One answer that refuses, whatever the limits and the handler: sizes and time-outs that the
 * smaller test server has of its own are below. */
static bool is_refusal(const Vector *v)
{
    int64_t status;
    return v->after == CLOSES && v->fill_times == 0 && str_to_i64(str_from(v->expect), &status) &&
           status >= 400 && status != 408 && status != 413 && status != 500;
}

static void send_pieces(Client *client, const Vector *v)
{
    for (size_t i = 0; i < COUNT_OF(v->pieces) && v->pieces[i].p; i++) {
        if (i > 0)
            usleep(15000); /* so that the server reads them one by one */
        client_send(client, v->pieces[i]);
    }
    if (v->half_close)
        assert_int_equal(shutdown(client->fd, SHUT_WR), 0);
}

static void refused_and_nothing_behind_it(void **state)
{
    const Vector *v = *state;
    City *city = the_city();
    Client client;
    int64_t status = 0;
    client_init(&client, &city->arena, city->port);
    client_connect(&client);
    send_pieces(&client, v);
    assert_true(str_to_i64(str_from(v->expect), &status));
    assert_int_equal(client_read_answer(&client, false).status, status);
    assert_true(client_is_closed(&client, 2000));
    client_done(&client);
    /* What is refused is logged too; what reached the routes would have been told 404. */
    assert_int_equal(str_find(city_log(city), S("path=/smuggled status=404")), -1);
}

static void expect_refusal(Str text, int status, int wait_ms)
{
    City *city = the_city();
    Client client;
    client_init(&client, &city->arena, city->port);
    client_connect(&client);
    client_send(&client, text);
    assert_int_equal(client_read_answer(&client, false).status, status);
    assert_true(client_is_closed(&client, wait_ms));
    client_done(&client);
}

static Str repeated(City *city, const char *head, size_t n, const char *tail)
{
    Buf buf = buf_new(&city->arena, n + 1024);
    buf_put(&buf, str_from(head));
    for (size_t i = 0; i < n; i++)
        buf_char(&buf, 'x');
    buf_put(&buf, str_from(tail));
    return buf_str(&buf);
}

static void a_target_beyond_its_limit(void **state)
{
    (void)state;
    expect_refusal(repeated(the_city(), "GET /", 9000, " HTTP/1.1\r\nHost: a\r\n\r\n"), 414, 6000);
}

static void a_head_beyond_its_limit(void **state)
{
    (void)state;
    expect_refusal(repeated(the_city(), "GET / HTTP/1.1\r\nHost: a\r\nX: ", 40000, "\r\n\r\n"), 431,
                   6000);
}

static void a_body_beyond_its_limit_before_it_is_sent(void **state)
{
    (void)state;
    expect_refusal(S("POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: a\r\n"
                     "Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n"),
                   413, 6000);
}

static void a_head_that_does_not_come(void **state)
{
    (void)state;
    expect_refusal(S("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "), 408, 6000); /* after ten seconds */
}

int main(void)
{
    struct CMUnitTest tests[COUNT_OF(VECTORS) + 4];
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(VECTORS); i++)
        if (is_refusal(&VECTORS[i]))
            tests[n++] = (struct CMUnitTest){.name = VECTORS[i].name,
                                             .test_func = refused_and_nothing_behind_it,
                                             .initial_state = (void *)(uintptr_t)&VECTORS[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_target_beyond_its_limit);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_head_beyond_its_limit);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_body_beyond_its_limit_before_it_is_sent);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_head_that_does_not_come);
    return _cmocka_run_group_tests("raw", tests, n, start, stop);
}
