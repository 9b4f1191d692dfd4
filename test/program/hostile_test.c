/* What a stranger, a broken sensor or an impatient client sends: none of it ends the program, and
 * none of it outlives the program's end. Assertions and sanitizers tell. */
#include "program.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* Bytes that RFC 3986 forbids and clients send nevertheless. */
static void any_address_has_an_answer(void **state)
{
    City *city = *state;
    static const char *const PATHS[] = {
        "/stadt?x=\"<>",  "/stadt?x=\\",          "/x\"y<z>", "/en//example.org",  "//example.org",
        "/en/stadt?\\\"", "/anmelden?weiter=//x", "/en//",    "/stadt/daten/\"%22"};
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        Answer answer = ask(&city->client, .path = str_from(PATHS[i]));
        assert_in_range(answer.status, 200, 404);
        assert_int_equal(str_find(answer.body, S("href=\"//")), -1);
    }
    assert_int_equal(city_stop(city), 0);
}

static void a_sensor_may_say_any_number(void **state)
{
    City *city = *state;
    static const char *const VALUES[] = {"1e308", "-1e308", "5e-324", "1e400"};
    assert_status(201, ask(&city->client, .path = S(ENTITIES), .type = AS_JSON,
                           .body = S("{\"id\":\"urn:x:1\",\"type\":\"Sensor\"}")));
    for (size_t i = 0; i < COUNT_OF(VALUES); i++) {
        Str body = str_fmt(city,
                           "{\"v\":{\"type\":\"Property\",\"value\":%s,"
                           "\"observedAt\":\"2022-06-01T0%zu:00:00Z\"}}",
                           VALUES[i], i);
        assert_status(204,
                      ask(&city->client, .method = "POST", .path = S(ENTITIES "/urn:x:1/attrs"),
                          .type = AS_JSON, .body = body));
        assert_status(200, ask(&city->client, .path = S("/stadt/daten/urn:x:1")));
    }
    assert_int_equal(city_stop(city), 0);
}

/* Passwords are checked one after another, which outlasts the drain. */
static void the_end_comes_while_passwords_are_checked(void **state)
{
    enum { CLIENTS = 8 };
    City *city = *state;
    Client clients[CLIENTS];
    city_serve(city, "--drain", "0", "--workers", "1");
    for (int i = 0; i < CLIENTS; i++) {
        client_init(&clients[i], &city->arena, city->port);
        Request login = {.path = S("/anmelden"),
                         .type = S("application/x-www-form-urlencoded"),
                         .body = str_fmt(city, "mail=nobody%d@example.org&password=wrong", i)};
        client_connect(&clients[i]);
        client_send(&clients[i], client_request_text(&clients[i], login));
    }
    assert_true(client_read_answer(&clients[0], false).status == 422);
    assert_int_equal(city_stop(city), 0);
    for (int i = 0; i < CLIENTS; i++)
        client_done(&clients[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_address_has_an_answer, city_setup_open, city_teardown),
        cmocka_unit_test_setup_teardown(a_sensor_may_say_any_number, city_setup_open,
                                        city_teardown),
        cmocka_unit_test_setup_teardown(the_end_comes_while_passwords_are_checked, city_setup,
                                        city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
