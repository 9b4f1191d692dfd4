#include "steering/effect_weather.h"

#include "base/calendar.h"
#include "base/matrix.h"

#include <math.h>

enum { HEATING_MIN = 8, HEATING_MAX = 20, COOLING_MIN = 16, COOLING_MAX = 26 };

/* ---- balance points ---- */

typedef struct Days {
    size_t n, count; /* steps, days */
    const double *celsius;
    const int32_t *step_of;
    double *counted; /* days with a temperature, by steps */
} Days;

/* Mean over each step's days of what they are beyond a balance point: sign 1 above, -1 below. */
static void degree_days(const Days *d, double point, double sign, double *ret)
{
    for (size_t i = 0; i < d->n; i++)
        ret[i] = d->counted[i] > 0 ? 0 : NAN;
    for (size_t i = 0; i < d->count; i++)
        if (d->step_of[i] >= 0 && !isnan(d->celsius[i]))
            ret[d->step_of[i]] += fmax(0, sign * (d->celsius[i] - point));
    for (size_t i = 0; i < d->n; i++)
        ret[i] /= d->counted[i] > 0 ? d->counted[i] : 1;
}

typedef struct BalanceFit {
    size_t n; /* usable baseline steps */
    const size_t *at;
    const double *y; /* of those */
    double total;    /* squares around the mean */
    double *a, *diag, *q_y;
} BalanceFit;

/* Of an intercept and those of both columns that vary. */
static double r_squared(const BalanceFit *f, const double *heat, const double *cool)
{
    const double *columns[] = {heat, cool};
    size_t k = 1;
    for (size_t i = 0; i < f->n; i++)
        f->a[i] = 1;
    for (size_t c = 0; c < 2; c++) {
        Qr trial;
        double *probe = f->a + 3 * f->n; /* a copy, since factoring spoils it */
        for (size_t i = 0; i < f->n; i++)
            f->a[k * f->n + i] = columns[c][f->at[i]];
        memcpy(probe, f->a, (k + 1) * f->n * sizeof *probe);
        k += qr_factor(&trial, probe, f->diag, f->n, k + 1);
    }
    Qr qr;
    if (!qr_factor(&qr, f->a, f->diag, f->n, k))
        return 0;
    memcpy(f->q_y, f->y, f->n * sizeof *f->q_y);
    qr_project(&qr, f->q_y);
    return 1 - vector_dot(f->q_y + k, f->q_y + k, f->n - k) / f->total;
}

static bool usable_baseline(Arena *arena, const Days *d, size_t baseline, const double *y,
                            BalanceFit *ret)
{
    size_t *at = arena_array(arena, size_t, baseline + 1);
    double *values = arena_array(arena, double, baseline + 1), mean = 0;
    *ret = (BalanceFit){.at = at, .y = values};
    for (size_t i = 0; i < baseline; i++)
        if (d->counted[i] > 0 && !isnan(y[i])) {
            at[ret->n] = i;
            values[ret->n++] = y[i];
        }
    for (size_t i = 0; i < ret->n; i++)
        mean += values[i] / (double)ret->n;
    for (size_t i = 0; i < ret->n; i++)
        ret->total += (values[i] - mean) * (values[i] - mean);
    ret->a = arena_array(arena, double, 6 * ret->n);
    ret->diag = arena_array(arena, double, 3);
    ret->q_y = arena_array(arena, double, ret->n);
    return ret->n > 3 && ret->total > 1e-24 * mean * mean * (double)ret->n;
}

bool effect_balance(Arena *arena, size_t n, size_t baseline, const double *y, size_t days,
                    const double *celsius, const int32_t *step_of, EffectBalance *ret,
                    double *ret_heat, double *ret_cool)
{
    ArenaMark mark = arena_mark(arena);
    Days d = {.n = n, .count = days, .celsius = celsius, .step_of = step_of};
    BalanceFit fit;
    d.counted = arena_array(arena, double, n + 1);
    for (size_t i = 0; i < days; i++)
        if (step_of[i] >= 0 && !isnan(celsius[i]))
            d.counted[step_of[i]]++;
    bool ok = usable_baseline(arena, &d, baseline, y, &fit);
    EffectBalance best = {.r2 = -INFINITY};
    for (int heating = HEATING_MIN; ok && heating <= HEATING_MAX; heating++)
        for (int cooling = MAX(COOLING_MIN, heating); cooling <= COOLING_MAX; cooling++) {
            degree_days(&d, heating, -1, ret_heat);
            degree_days(&d, cooling, 1, ret_cool);
            double r2 = r_squared(&fit, ret_heat, ret_cool);
            if (r2 > best.r2 + 1e-12)
                best = (EffectBalance){heating, cooling, r2};
        }
    if (ok) {
        degree_days(&d, best.heating, -1, ret_heat);
        degree_days(&d, best.cooling, 1, ret_cool);
        *ret = best;
    }
    arena_rewind(arena, mark);
    return ok;
}

/* ---- gaps ---- */

void effect_fill_short_gaps(size_t n, const int64_t *at_us, double *readings)
{
    static const int64_t LONGEST_US = 6 * TIME_HOUR_US;
    for (size_t i = 0, next; i < n; i = next) {
        for (next = i + 1; next < n && isnan(readings[next]); next++)
            ;
        if (isnan(readings[i]) || next == n || at_us[next] - at_us[i] > LONGEST_US)
            continue;
        double slope = (readings[next] - readings[i]) / (double)(at_us[next] - at_us[i]);
        for (size_t j = i + 1; j < next; j++)
            readings[j] = readings[i] + slope * (double)(at_us[j] - at_us[i]);
    }
}

/* ---- controls ---- */

/* Mean and deviation of the known among the first steps. */
static void moments(const double *x, size_t n, double *ret_mean, double *ret_sd)
{
    double sum = 0, squares = 0, known = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i])) {
            sum += x[i];
            known++;
        }
    *ret_mean = known > 0 ? sum / known : 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            squares += (x[i] - *ret_mean) * (x[i] - *ret_mean);
    *ret_sd = known > 1 ? sqrt(squares / (known - 1)) : 0;
}

bool effect_control_mean(Arena *arena, size_t n, size_t baseline, const double *controls,
                         size_t count, double *ret)
{
    ArenaMark mark = arena_mark(arena);
    double *sum = arena_array(arena, double, n + 1), used = 0;
    for (size_t c = 0; c < count; c++) {
        double mean, sd;
        const double *x = controls + c * n;
        moments(x, baseline, &mean, &sd);
        if (!(sd > 0))
            continue;
        used++;
        for (size_t i = 0; i < n; i++)
            sum[i] += (x[i] - mean) / sd;
    }
    for (size_t i = 0; i < n && used > 0; i++)
        ret[i] = sum[i] / used;
    arena_rewind(arena, mark);
    return used > 0;
}
