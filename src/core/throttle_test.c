/* How often something may be tried. The table is the process's: each test has keys of its own. */
#include "core/throttle.h"

#include "base/test.h"

#include <pthread.h>
#include <stdatomic.h>

#define PERIOD_US (THROTTLE_PERIOD_S * INT64_C(1000000))
#define NOW_US INT64_C(1654041600000000)

static void ten_at_once_then_one_in_a_while(void **state)
{
    (void)state;
    Str key = S("burst");
    for (int i = 0; i < THROTTLE_BURST; i++)
        assert_true(throttle_try(key, NOW_US));
    assert_false(throttle_try(key, NOW_US));
    assert_false(throttle_try(key, NOW_US + PERIOD_US - 1));
    assert_true(throttle_try(key, NOW_US + PERIOD_US));
    assert_false(throttle_try(key, NOW_US + PERIOD_US));
    assert_true(throttle_try(S("another"), NOW_US));
}

static void a_refused_try_costs_nothing(void **state)
{
    (void)state;
    Str key = S("patient");
    for (int i = 0; i < 1000; i++)
        throttle_try(key, NOW_US);
    assert_true(throttle_try(key, NOW_US + PERIOD_US));
}

static void a_long_rest_gives_no_more_than_the_burst(void **state)
{
    (void)state;
    Str key = S("rested");
    int allowed = 0;
    assert_true(throttle_try(key, NOW_US));
    for (int i = 0; i < 100; i++)
        allowed += throttle_try(key, NOW_US + 1000 * PERIOD_US);
    assert_int_equal(allowed, THROTTLE_BURST);
}

static void a_success_starts_anew(void **state)
{
    (void)state;
    Str key = S("success");
    for (int i = 0; i < 50; i++)
        throttle_try(key, NOW_US);
    throttle_forget(key);
    for (int i = 0; i < THROTTLE_BURST; i++)
        assert_true(throttle_try(key, NOW_US));
    assert_false(throttle_try(key, NOW_US));
}

static void a_net_of_addresses_is_one_client(void **state)
{
    (void)state;
    Arena arena;
    arena_init(&arena, 0, 0);
    assert_str("address 192.0.2.1", throttle_address_key(&arena, S("192.0.2.1")));
    Str key = throttle_address_key(&arena, S("2001:db8:1:2::1"));
    assert_true(str_eq(key, throttle_address_key(&arena, S("2001:db8:1:2:3:4:5:6"))));
    assert_false(str_eq(key, throttle_address_key(&arena, S("2001:db8:1:3::1"))));
    arena_done(&arena);
}

static void an_empty_key_is_always_let_through(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        assert_true(throttle_try(S(""), NOW_US));
}

static void a_clock_that_is_put_back_lets_nobody_in_sooner(void **state)
{
    (void)state;
    Str key = S("clock");
    for (int i = 0; i < THROTTLE_BURST; i++)
        assert_true(throttle_try(key, NOW_US));
    assert_false(throttle_try(key, NOW_US - 1000 * PERIOD_US));
}

/* Strangers who use many keys make the table forget, but never hang it or grow it. */
static void a_full_table_still_answers(void **state)
{
    (void)state;
    char name[32];
    size_t allowed = 0;
    for (int i = 0; i < THROTTLE_SLOTS * 2; i++) {
        snprintf(name, sizeof name, "stranger %d", i);
        allowed += throttle_try(str_from(name), NOW_US);
    }
    assert_int_equal(allowed, THROTTLE_SLOTS * 2);
    for (int i = 0; i < THROTTLE_BURST; i++)
        throttle_try(S("still counted"), NOW_US);
    assert_false(throttle_try(S("still counted"), NOW_US));
}

static atomic_int granted;

static void *try_often(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000; i++)
        if (throttle_try(S("threads"), NOW_US))
            atomic_fetch_add(&granted, 1);
    return NULL;
}

static void threads_share_one_count(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, try_often, NULL), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&granted), THROTTLE_BURST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_at_once_then_one_in_a_while),
        cmocka_unit_test(a_refused_try_costs_nothing),
        cmocka_unit_test(a_long_rest_gives_no_more_than_the_burst),
        cmocka_unit_test(a_success_starts_anew),
        cmocka_unit_test(a_net_of_addresses_is_one_client),
        cmocka_unit_test(an_empty_key_is_always_let_through),
        cmocka_unit_test(a_clock_that_is_put_back_lets_nobody_in_sooner),
        cmocka_unit_test(threads_share_one_count),
        cmocka_unit_test(a_full_table_still_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
