/* Power cuts under the real server: what it acknowledged over HTTP is there after the next start.
 *
 *   program_cut_test                              all points, as TAP
 *   program_cut_test POINT CUT SEED [OPTION]      one point by hand: the power goes at the CUT-th
 *       write or sync. Ends with 0, or with LOST_STATUS when acknowledged steps are gone. */
#include "program_fault.h"

#include <signal.h>
#include <stdlib.h>

enum { LOST_STATUS = 3, ROUNDS_MAX = 400 };

static void cut_now(City *city)
{
    assert_int_equal(kill(city->pid, SIGUSR2), 0);
}

/* Until the power goes; it is cut by hand where the server never comes to its cut. */
static void live(City *city, Promises *promises, const char *control, const char *option)
{
    const char *options[] = {"--open", "--loops", "1", option, NULL};
    promises_init(promises);
    if (cut_serve(city, control, options) && promises_connect(city, promises)) {
        int rounds = 0;
        while (promises_round(city, promises, rounds == ROUNDS_MAX ? cut_now : NULL))
            rounds++;
    }
    promises_disconnect(promises);
    int code = city_wait_end(city, 20000);
    if (code != CUT_STATUS)
        print_message("# ended with %d: %.*s\n", code, SARG(city_log(city)));
    assert_int_equal(code, CUT_STATUS);
}

static int run_point(const char *cut, const char *seed, const char *option)
{
    void *state;
    Promises *promises = calloc(1, sizeof *promises);
    ASSERT(promises);
    city_setup(&state);
    City *city = state;
    if (option) /* a new store that is lost whole has no promise in it yet */
        store_make(city);
    live(city, promises, city_fmt(city, "cut=%s,seed=%s", cut, seed), option);
    city_serve(city, "--open", "--loops", "1");
    int lost = promises_check(city, promises);
    /* It is a server as any other: it takes writes, and ends when it is told. */
    assert_status(201, ask(&city->client, .path = S(ENTITIES), .type = AS_JSON,
                           .body = S("{\"id\":\"urn:fault:after\",\"type\":\"FaultAfter\"}")));
    assert_int_equal(city_stop(city), 0);
    store_check(city);
    city_teardown(&state);
    free(promises);
    return lost ? LOST_STATUS : 0;
}

static Points run_points(const char *self, int count, int step, const char *option)
{
    Points points = {.self = self};
    char cut[16], seed[16];
    for (int i = 0; i < count; i++) {
        /* Dense at first, where a new store is made, then over the life of many groups. */
        snprintf(cut, sizeof cut, "%d", 1 + i * step + i * i / 40);
        snprintf(seed, sizeof seed, "%d", option ? 0 : i % 3 ? i : 0);
        points_start(&points, (const char *[]){"POINT", cut, seed, option, NULL});
    }
    points_wait(&points);
    return points;
}

static void nothing_acknowledged_is_lost_at_the_nth_write_or_sync(void **state)
{
    int count = 200 * counts_factor(5);
    Points points = run_points(*state, count, 5, NULL);
    assert_int_equal(points.counts[LOST_STATUS], 0);
    assert_int_equal(points.counts[0], count);
}

static void without_syncs_acknowledged_writes_are_lost(void **state)
{
    enum { COUNT = 8 };
    Points points = run_points(*state, COUNT, 150, "--test-no-sync");
    assert_int_equal(points.counts[LOST_STATUS] + points.counts[0], COUNT);
    assert_true(points.counts[LOST_STATUS] >= COUNT / 2);
}

int main(int argc, char **argv)
{
    if (argc >= 4)
        return run_point(argv[2], argv[3], argc > 4 ? argv[4] : NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(nothing_acknowledged_is_lost_at_the_nth_write_or_sync, argv[0]),
        cmocka_unit_test_prestate(without_syncs_acknowledged_writes_are_lost, argv[0]),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
