#include "base/student.h"

#include <math.h>

static const double DF_MAX = 1e6;
static const double TINY = 1e-300;

/* Without the global that lgamma writes. */
static double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

/* What Stirling's formula lacks of log Gamma(x), x >= 20. */
static double stirling_rest(double x)
{
    double s = 1 / (x * x);
    return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s / 1188)))) / x;
}

/* log B(a, b). For a large parameter the difference of two large logarithms is written out, which
 * would lose digits otherwise. */
static double log_beta(double a, double b)
{
    if (a < b)
        return log_beta(b, a);
    if (a < 20)
        return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
    double step =
        (a - 0.5) * log1p(b / a) + b * log(a + b) - b + stirling_rest(a + b) - stirling_rest(a);
    return log_gamma(b) - step;
}

/* log(x), given y = 1 - x. */
static double log_of(double x, double y)
{
    return y < 0.5 ? log1p(-y) : log(x);
}

static double guard_zero(double x)
{
    return fabs(x) < TINY ? TINY : x;
}

/* Lentz's method; converges fast for x < (a + 1) / (a + b + 2). The number of steps grows with the
 * square root of the larger parameter, so the bound is never met below DF_MAX. */
static double fraction(double a, double b, double x)
{
    double c = 1, d = 1 / guard_zero(1 - (a + b) * x / (a + 1)), h = d;
    for (int i = 1; i < 10000; i++) {
        double m = i;
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / guard_zero(1 + even * d);
        c = guard_zero(1 + even / c);
        h *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / guard_zero(1 + odd * d);
        c = guard_zero(1 + odd / c);
        h *= d * c;
        if (fabs(d * c - 1) < 4e-16)
            break;
    }
    return h;
}

/* I_x(a, b), with y = 1 - x given because it may have digits that x has lost. */
static double beta_of(double a, double b, double x, double y)
{
    if (x <= 0)
        return 0;
    if (y <= 0)
        return 1;
    double front = exp(a * log_of(x, y) + b * log_of(y, x) - log_beta(a, b));
    if (x < (a + 1) / (a + b + 2))
        return front * fraction(a, b, x) / a;
    return 1 - front * fraction(b, a, y) / b;
}

double beta_incomplete(double a, double b, double x)
{
    ASSERT(a > 0 && b > 0);
    return beta_of(a, b, x, 1 - x);
}

/* P(T > t) for t >= 0. */
static double upper_tail(double t, double df)
{
    double square = t * t;
    if (isinf(square))
        return 0;
    return beta_of(df / 2, 0.5, df / (df + square), square / (df + square)) / 2;
}

double student_tail(double t, double df)
{
    ASSERT(df > 0);
    df = MIN(df, DF_MAX);
    return t >= 0 ? upper_tail(t, df) : 1 - upper_tail(-t, df);
}

double student_cdf(double t, double df)
{
    return student_tail(-t, df);
}

/* The t > 0 with P(T > t) = tail < 1/2: bisection, to the last bit. */
static double upper_quantile(double tail, double df)
{
    double low = 0, high = 1;
    while (upper_tail(high, df) > tail && high < 1e300) {
        low = high;
        high *= 2;
    }
    for (;;) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            return middle;
        if (upper_tail(middle, df) > tail)
            low = middle;
        else
            high = middle;
    }
}

double student_quantile(double p, double df)
{
    ASSERT(p > 0 && p < 1 && df > 0);
    df = MIN(df, DF_MAX);
    if (p == 0.5)
        return 0;
    return p < 0.5 ? -upper_quantile(p, df) : upper_quantile(1 - p, df);
}
