#include "base/stop.h"

#include "base/cx.h"
#include "base/test.h"

enum { LONG_US = 600 * 1000000 };

static void a_rest_is_as_long_as_it_is_said(void **state)
{
    Stop stop;
    (void)state;
    stop_init(&stop);
    int64_t from_us = clock_mono_us();
    assert_true(stop_rest(&stop, 30000));
    assert_true(clock_mono_us() - from_us >= 30000);
    assert_true(stop_rest(&stop, 0));
    assert_true(stop_rest(&stop, -LONG_US));
    assert_false(stop_is_asked(&stop));
    stop_done(&stop);
}

static void *rest_long(void *arg)
{
    Stop *stop = arg;
    return stop_rest(stop, LONG_US) ? stop : NULL;
}

/* Asked while it rests, or before: it would take ten minutes otherwise. */
static void who_is_asked_rests_no_longer(void **state)
{
    Stop stop;
    pthread_t thread;
    void *rested = &stop;
    (void)state;
    stop_init(&stop);
    assert_int_equal(pthread_create(&thread, NULL, rest_long, &stop), 0);
    assert_true(stop_rest(&stop, 20000)); /* the other one rests by now, or will not */
    stop_ask(&stop);
    assert_int_equal(pthread_join(thread, &rested), 0);
    assert_null(rested);
    assert_false(stop_rest(&stop, LONG_US));
    assert_true(stop_is_asked(&stop));
    stop_done(&stop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rest_is_as_long_as_it_is_said),
        cmocka_unit_test(who_is_asked_rests_no_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
