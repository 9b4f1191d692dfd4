/* Whoever was told of a change sees it, on whichever connection and loop they ask next, while other
 * requests keep the loops busy. */
#include "program_fault.h"

enum { BUSY = 12, READERS = 4, WRITERS = 4, ASKED_AT_ONCE = 40, CHANGES = 400 };

static void busy_send(City *city, Client *client)
{
    Buf many = buf_new(&city->arena, 1 << 16);
    Request request = {.path = S(ENTITIES "?type=Fresh&limit=100")};
    for (int i = 0; i < ASKED_AT_ONCE; i++)
        buf_put(&many, client_request_text(client, request));
    client_send(client, buf_str(&many));
}

static void busy_receive(Client *client)
{
    for (int i = 0; i < ASKED_AT_ONCE; i++)
        assert_status(200, client_read_answer(client, false));
}

/* The readers' requests are begun before the change and ended after it, so that a loop may take
 * them in the same turn as reads that came before. */
static void change_and_look(City *city, Client *writer, Client *readers, int value)
{
    static const Str GET = S_INIT("GET " ENTITIES "/urn:fault:fresh HTTP/1.1\r\nHost: 127");
    for (int i = 0; i < READERS; i++)
        client_send(&readers[i], GET);
    assert_status(204, ask(writer, .method = "PATCH",
                           .path = S(ENTITIES "/urn:fault:fresh/attrs/n"), .type = AS_JSON,
                           .body = str_fmt(city, "{\"type\":\"Property\",\"value\":%d}", value)));
    for (int i = 0; i < READERS; i++)
        client_send(&readers[i], S(".0.0.1\r\n\r\n"));
    for (int i = 0; i < READERS; i++) {
        Answer answer = client_read_answer(&readers[i], false);
        int64_t seen;
        assert_status(200, answer);
        assert_true(json_i64(json_at(answer_json(&city->arena, &answer), "n value"), &seen));
        assert_int_equal(seen, value);
    }
}

static void who_was_told_of_a_change_sees_it(void **state)
{
    City *city = *state;
    Client busy[BUSY], readers[READERS], writers[WRITERS];
    Client *const all[] = {busy, readers, writers};
    static const int COUNTS[] = {BUSY, READERS, WRITERS};
    city_serve(city, "--open", "--loops", "2");
    for (size_t k = 0; k < COUNT_OF(all); k++)
        for (int i = 0; i < COUNTS[k]; i++) {
            client_init(&all[k][i], &city->arena, city->port);
            client_connect(&all[k][i]);
        }
    assert_status(201, ask(&writers[0], .path = S(ENTITIES), .type = AS_JSON,
                           .body = S("{\"id\":\"urn:fault:fresh\",\"type\":\"Fresh\","
                                     "\"n\":{\"type\":\"Property\",\"value\":0}}")));
    for (int value = 1; value <= CHANGES; value++) {
        ArenaMark mark = arena_mark(&city->arena);
        for (int i = 0; i < BUSY; i++)
            busy_send(city, &busy[i]);
        change_and_look(city, &writers[value % WRITERS], readers, value);
        for (int i = 0; i < BUSY; i++)
            busy_receive(&busy[i]);
        arena_rewind(&city->arena, mark);
    }
    for (size_t k = 0; k < COUNT_OF(all); k++)
        for (int i = 0; i < COUNTS[k]; i++)
            client_done(&all[k][i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_was_told_of_a_change_sees_it, city_setup,
                                        city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
