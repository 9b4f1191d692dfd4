/* Sealed moments, and the digests of secrets. */
#include "core/stamp.h"

#include "base/test.h"

#include <sodium.h>

static void a_stamp_tells_its_age_to_its_maker_alone(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    int64_t age_us = -1;
    assert_true(sodium_init() >= 0);
    Str stamp = stamp_make(cx->arena, 1000);
    assert_true(stamp_age(stamp, 5000, &age_us));
    assert_int_equal(age_us, 4000);
    assert_false(stamp_age(stamp, 999, &age_us));
    assert_false(stamp_age(S(""), 5000, &age_us));
    assert_false(stamp_age(S("1000"), 5000, &age_us));
    assert_false(stamp_age(S("1000."), 5000, &age_us));
    assert_false(stamp_age(S("x.y"), 5000, &age_us));
    /* Another moment under the same seal, and the same one under another seal. */
    assert_false(
        stamp_age(arena_fmt(cx->arena, "2000%.*s", SARG(str_from_index(stamp, 4))), 5000, &age_us));
    char *other = arena_cstr(cx->arena, stamp);
    other[7] = other[7] == 'A' ? 'B' : 'A';
    assert_false(stamp_age(str_from(other), 5000, &age_us));
    test_cx_done(&t);
}

static void digests_are_the_same_for_the_same_secret_alone(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    assert_true(sodium_init() >= 0);
    Str one = secret_digest(cx->arena, S("abc"));
    assert_int_equal(one.n, 43);
    assert_str_equal(one, secret_digest(cx->arena, S("abc")));
    assert_false(str_eq(one, secret_digest(cx->arena, S("abd"))));
    Str derived = secret_derive(cx->arena, S("rep"), 7);
    assert_int_equal(derived.n, 43);
    assert_str_equal(derived, secret_derive(cx->arena, S("rep"), 7));
    assert_false(str_eq(derived, secret_derive(cx->arena, S("rep"), 8)));
    assert_false(str_eq(derived, secret_derive(cx->arena, S("other"), 7)));
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stamp_tells_its_age_to_its_maker_alone),
        cmocka_unit_test(digests_are_the_same_for_the_same_secret_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
