/* A full disk under the real server: writes are refused with a clear answer, reads go on, and when
 * there is room again writes work, with nothing half done. */
#include "program_fault.h"

#include <signal.h>
#include <stdlib.h>

enum { ROUNDS_BEFORE_MAX = 200, ROUNDS_FULL_MAX = 400, FAILURES = 40 };

/* Where the first call that fails is a sync, it can only say "I/O error". */
static void assert_clear_refusal(City *city, const Promises *promises)
{
    JsonValue problem = answer_json(&city->arena, &promises->refusal);
    Str detail = json_raw(json_at(problem, "detail"));
    bool clear = str_find(detail, S("not stored")) >= 0 &&
                 (str_find(detail, S("disk is full: free some space")) >= 0 ||
                  str_find(detail, S("disk I/O error")) >= 0);
    if (!clear)
        print_message("# %.*s\n", SARG(detail));
    assert_true(clear);
    assert_true(answer_header(&promises->refusal, S("Retry-After")).n > 0);
}

static void assert_reads(City *city)
{
    assert_status(200, ask(&city->client, .path = S(ENTITIES "?type=FaultOwn")));
    assert_status(200, ask(&city->client, .path = S("/")));
    assert_status(200, ask(&city->client, .path = S("/health")));
}

/* Rounds until one is stored by all lanes. */
static void until_stored(City *city, Promises *promises)
{
    for (int i = 0; i < ROUNDS_FULL_MAX; i++) {
        int before = promises->refused;
        assert_true(promises_round(city, promises, NULL));
        if (promises->refused == before)
            return;
        if (i % 8 == 0)
            assert_reads(city);
    }
    print_message("# writes never worked again\n");
    assert_true(false);
}

static void run_full(City *city, int at)
{
    const char *options[] = {"--open", "--loops", "1", NULL};
    Promises *promises = calloc(1, sizeof *promises);
    ASSERT(promises);
    promises_init(promises);
    promises->no_unknown_refusal = true;
    store_make(city);
    assert_true(
        cut_serve(city, city_fmt(city, "fail=%d,fails=%d,code=full", at, FAILURES), options));
    client_init(&city->client, &city->arena, city->port);
    assert_true(promises_connect(city, promises));
    for (int i = 0; i < ROUNDS_BEFORE_MAX && !promises->refused; i++)
        assert_true(promises_round(city, promises, NULL));
    assert_true(promises->refused > 0);
    assert_clear_refusal(city, promises);
    assert_reads(city);
    until_stored(city, promises);
    assert_int_equal(promises_check(city, promises), 0);
    promises_disconnect(promises);
    assert_int_equal(city_stop(city), 0);
    city_serve(city, "--open");
    assert_int_equal(promises_check(city, promises), 0);
    assert_int_equal(city_stop(city), 0);
    store_check(city);
    free(promises);
}

static void a_full_disk_refuses_clearly_and_is_forgotten(void **state)
{
    (void)state;
    for (int i = 0; i < 12 * counts_factor(5); i++) {
        void *own;
        city_setup(&own);
        run_full(own, 40 + i * 17);
        assert_int_equal(city_teardown(&own), 0);
    }
}

/* The very first start: it says so and ends, and the next one, with room, works. */
static void a_start_on_a_full_disk_says_so(void **state)
{
    City *city = *state;
    const char *options[] = {"--open", NULL};
    assert_false(cut_serve(city, "fail=30,fails=1000000,code=full", options));
    assert_int_equal(city_wait_end(city, 10000), 69); /* EX_UNAVAILABLE of sysexits.h */
    assert_true(str_find(city_log(city), S("full")) >= 0);
    city_serve(city, "--open");
    assert_status(200, ask(&city->client, .path = S("/health")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_refuses_clearly_and_is_forgotten),
        cmocka_unit_test_setup_teardown(a_start_on_a_full_disk_says_so, city_setup, city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
