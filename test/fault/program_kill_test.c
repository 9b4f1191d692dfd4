/* kill -9 in the middle of work: every new start finds all that was acknowledged, takes no time,
 * and is stopped by nothing that the last life left behind. */
#include "program_fault.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { START_MS = 1000, START_SANITIZED_MS = 5000 };

static void kill_soon(City *city)
{
    usleep((useconds_t)(rand() % 3000));
    assert_int_equal(kill(city->pid, SIGKILL), 0);
}

static void live_and_die(City *city, Promises *promises, int rounds)
{
    assert_true(promises_connect(city, promises));
    for (int i = 0; i < rounds; i++)
        assert_true(promises_round(city, promises, NULL));
    /* Answers may still arrive after the kill; what has left the server is a promise too. */
    (void)promises_round(city, promises, kill_soon);
    promises_disconnect(promises);
    assert_int_equal(city_wait_end(city, 10000), -SIGKILL);
}

static void all_is_there_after_each_kill(void **state)
{
    City *city = *state;
    int kills = 10 * counts_factor(5), slowest_ms = 0;
    Promises *promises = calloc(1, sizeof *promises);
    ASSERT(promises);
    promises_init(promises);
    srand(7);
    for (int i = 0; i < kills; i++) {
        live_and_die(city, promises, rand() % 120);
        ArenaMark mark = arena_mark(&city->arena);
        city_serve(city, "--open", "--temporal-page", "10000"); /* history in one answer */
        slowest_ms = MAX(slowest_ms, city->start_ms);
        assert_int_equal(promises_check(city, promises), 0);
        arena_rewind(&city->arena, mark);
        client_done(&city->client);
        client_init(&city->client, &city->arena, city->port);
    }
    assert_true(promises_stored(promises) > kills);
    print_message("# slowest start after a kill: %d ms\n", slowest_ms);
    assert_true(slowest_ms < (is_sanitized() ? START_SANITIZED_MS : START_MS));
    assert_int_equal(city_stop(city), 0);
    store_check(city);
    free(promises);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_is_there_after_each_kill, city_setup_open,
                                        city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
