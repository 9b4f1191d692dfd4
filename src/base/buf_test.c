#include "base/buf.h"

#include "base/test.h"

#include <math.h>
#include <stdlib.h>

/* The definition: the fewest significant digits that read back, in the form of %g. */
static Str shortest(Arena *arena, double v)
{
    if (v == floor(v) && fabs(v) < 1e15)
        return arena_fmt(arena, "%.0f", v + 0.0);
    for (int digits = 1; digits < 17; digits++) {
        Str text = arena_fmt(arena, "%.*g", digits, v);
        bool plain = strchr(text.p, 'e') == NULL || fabs(v) < 1e-4 || fabs(v) >= 1e15;
        if (plain && strtod(text.p, NULL) == v)
            return text;
    }
    return arena_fmt(arena, "%.17g", v);
}

static void check(Arena *arena, double v)
{
    Buf buf = buf_new(arena, 100);
    buf_f64(&buf, v);
    double back = 0;
    assert_true(str_to_f64(buf_str(&buf), &back) && back == v);
    assert_str_equal(shortest(arena, v), buf_str(&buf));
}

static void numbers_are_written_shortest_and_read_back(void **state)
{
    (void)state;
    static const double EDGES[] = {
        0,
        1,
        -1,
        0.1,
        -0.1,
        0.5,
        1.5,
        178.865,
        1e-4,
        9.99e-5,
        0.00012,
        1e15,
        999999999999999.9,
        99999999999999.95,
        1e22,
        1e-7,
        5e-324,
        1.7976931348623157e308,
        0.1 + 0.2,
        1.0 / 3,
        123456789.123456,
        53.592354,
        10.053571,
        4503599627370497.5,
        0.999999999999,
        1e14 + 0.5,
        2.2250738585072014e-308,
    };
    uint64_t seed = 88172645463325252u;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(EDGES); i++) {
        check(cx->arena, EDGES[i]);
        check(cx->arena, -EDGES[i]);
    }
    for (int i = 0; i < 20000; i++) {
        arena_reset(cx->arena);
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        double any;
        memcpy(&any, &seed, sizeof any);
        if (isfinite(any))
            check(cx->arena, any);
        double decimal = (double)(int64_t)(seed >> 20 >> seed % 40);
        check(cx->arena, decimal / pow(10, (double)(seed % 14)));
        check(cx->arena, nextafter(decimal / pow(10, (double)(seed % 14)), 0));
    }
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_shortest_and_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
