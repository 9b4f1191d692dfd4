#include "base/student.h"

#include "base/test.h"

#include <math.h>

static void assert_close(double expected, double actual, double relative)
{
    if (fabs(actual - expected) <= relative * fabs(expected))
        return;
    fprintf(stderr, "# expected %.17g, got %.17g\n", expected, actual);
    _fail(__FILE__, __LINE__);
}

/* Expected values to 20 digits by arithmetic of 40 digits. */
static void tails_have_their_digits(void **state)
{
    static const struct {
        double t, df, tail;
    } CASES[] = {{0.1, 1, 0.46827448256944643049},    {1, 1, 0.25},
                 {2.5, 3, 0.043853323504032773625},   {12, 5, 0.000035447462585807613433},
                 {0.001, 99, 0.49960206392856852998}, {1.96, 153, 0.025906281272016076065},
                 {40, 30, 6.8630225972032013936e-28}, {5, 398, 4.3058230231157629974e-7},
                 {2.3, 7.5, 0.026286448052184547051}, {1e-8, 4, 0.49999999625},
                 {3, 100000, 0.001350230442032359595}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_close(CASES[i].tail, student_tail(CASES[i].t, CASES[i].df), 1e-11);
        assert_close(CASES[i].tail, student_cdf(-CASES[i].t, CASES[i].df), 1e-11);
        assert_close(1 - CASES[i].tail, student_cdf(CASES[i].t, CASES[i].df), 1e-14);
    }
    assert_true(student_tail(0, 7) == 0.5);
    assert_true(student_tail(INFINITY, 7) == 0);
    assert_true(student_cdf(INFINITY, 7) == 1);
}

static void quantiles_lead_back(void **state)
{
    static const struct {
        double p, df, t;
    } CASES[] = {{0.975, 10, 2.2281388519862747484},  {0.995, 153, 2.608344423224261967},
                 {0.9, 3, 1.6377443536962101055},     {0.975, 1, 12.706204736174704646},
                 {0.55, 398, 0.12574155308729186895}, {0.999999, 20, 6.596530148358775745}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_close(CASES[i].t, student_quantile(CASES[i].p, CASES[i].df), 1e-9);
    for (double p = 0.001; p < 1; p += 0.0313)
        for (double df = 1; df < 500; df *= 3)
            assert_close(p, student_cdf(student_quantile(p, df), df), 1e-12);
    assert_true(student_quantile(0.5, 3) == 0);
}

static void beta_function_agrees_with_long_arithmetic(void **state)
{
    static const struct {
        double a, b, x, value;
    } CASES[] = {{0.5, 0.5, 0.3, 0.36901011956554537504}, {2, 3, 0.4, 0.5248},
                 {50, 0.5, 0.98, 0.15624350786681792573}, {0.5, 50, 0.001, 0.24763098003462321468},
                 {10, 200, 0.05, 0.6013895619129562974},  {1, 1, 0.25, 0.25}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_close(CASES[i].value, beta_incomplete(CASES[i].a, CASES[i].b, CASES[i].x), 1e-12);
    assert_true(beta_incomplete(2, 3, 0) == 0);
    assert_true(beta_incomplete(2, 3, 1) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tails_have_their_digits),
        cmocka_unit_test(quantiles_lead_back),
        cmocka_unit_test(beta_function_agrees_with_long_arithmetic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
