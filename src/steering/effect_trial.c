#include "steering/effect_trial.h"

#include "base/matrix.h"

#include <math.h>

static uint64_t splitmix(uint64_t *at)
{
    uint64_t z = *at += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void effect_trial_draw(uint64_t seed, size_t blocks, bool *ret_on)
{
    for (size_t b = 0; b < blocks; b++) {
        bool first = splitmix(&seed) >> 63;
        ret_on[2 * b] = first;
        ret_on[2 * b + 1] = !first;
    }
}

/* What is left of the complete blocks once the regressors are taken out: a difference for each
 * block between its first and its second week, of the values and of being on. Only these matter:
 * the mean of on less the mean of off is their mean, each with the sign of its order. */
typedef struct Blocks {
    size_t count, orders;
    double *y, *on;
    bool *first;  /* the block began with on */
    int8_t *sign; /* of each order: count of them, 1 or -1; the first order is the one drawn */
} Blocks;

static bool is_complete(const double *y, const double *x, size_t k, size_t weeks, size_t block)
{
    for (size_t week = 2 * block; week < 2 * block + 2; week++) {
        if (!isfinite(y[week]))
            return false;
        for (size_t j = 0; j < k; j++)
            if (!isfinite(x[j * weeks + week]))
                return false;
    }
    return true;
}

/* y becomes what the columns leave of it. */
static void residual(const Qr *qr, double *y)
{
    qr_project(qr, y);
    memset(y, 0, qr->k * sizeof *y);
    qr_unproject(qr, y);
}

/* False where the regressors depend on each other or leave nothing of being on. */
static bool take_out(Arena *arena, size_t n, double *a, size_t k, double *y, double *on)
{
    Qr qr;
    double before = vector_norm(on, n);
    if (k * 8 > n || !qr_factor(&qr, a, arena_array(arena, double, k), n, k))
        return false;
    residual(&qr, y);
    residual(&qr, on);
    return vector_norm(on, n) > 1e-9 * before;
}

static bool make_blocks(Arena *arena, uint64_t seed, size_t blocks, const double *y,
                        const double *x, size_t k, Blocks *ret)
{
    size_t weeks = 2 * blocks, n = 0;
    bool *on = arena_array(arena, bool, weeks);
    size_t *at = arena_array(arena, size_t, weeks);
    effect_trial_draw(seed, blocks, on);
    for (size_t b = 0; b < blocks; b++)
        if (is_complete(y, x, k, weeks, b)) {
            at[n++] = 2 * b;
            at[n++] = 2 * b + 1;
        }
    if (n < 2 * EFFECT_TRIAL_BLOCKS_MIN)
        return false;
    double *a = arena_array(arena, double, n *(k + 1)), *rest = arena_array(arena, double, n);
    double *is_on = arena_array(arena, double, n);
    for (size_t i = 0; i < n; i++) {
        a[i] = 1;
        rest[i] = y[at[i]];
        is_on[i] = on[at[i]];
        for (size_t j = 0; j < k; j++)
            a[(j + 1) * n + i] = x[j * weeks + at[i]];
    }
    if (!take_out(arena, n, a, k + 1, rest, is_on))
        return false;
    *ret = (Blocks){.count = n / 2,
                    .y = arena_array(arena, double, n / 2),
                    .on = arena_array(arena, double, n / 2),
                    .first = arena_array(arena, bool, n / 2)};
    for (size_t b = 0; b < n / 2; b++) {
        ret->y[b] = rest[2 * b] - rest[2 * b + 1];
        ret->on[b] = is_on[2 * b] - is_on[2 * b + 1];
        ret->first[b] = on[at[2 * b]];
    }
    return true;
}

/* Every order there is, or the drawn one and others by the seed's further numbers. */
static void make_orders(Arena *arena, uint64_t seed, Blocks *b)
{
    bool exact = b->count <= EFFECT_TRIAL_EXACT_BLOCKS;
    b->orders = exact ? (size_t)1 << b->count : 1 + EFFECT_TRIAL_DRAWS;
    b->sign = arena_array(arena, int8_t, b->orders * b->count);
    seed = ~seed;
    for (size_t order = 0; order < b->orders; order++)
        for (size_t i = 0; i < b->count; i++) {
            bool turned = exact ? order >> i & 1 : order > 0 && splitmix(&seed) >> 63;
            b->sign[order * b->count + i] = b->first[i] != turned ? 1 : -1;
        }
}

/* Mean of on less mean of off under an order, had the measure this effect. */
static double difference(const Blocks *b, size_t order, double effect)
{
    double sum = 0;
    for (size_t i = 0; i < b->count; i++)
        sum += b->sign[order * b->count + i] * (b->y[i] - effect * b->on[i]);
    return sum / (double)b->count;
}

/* How many orders look at least as much like another effect than this. */
static double p_of(const Blocks *b, double effect)
{
    double own = fabs(difference(b, 0, effect)), scale = 0;
    size_t beyond = 0;
    for (size_t i = 0; i < b->count; i++)
        scale = fmax(scale, fabs(b->y[i]) + fabs(effect * b->on[i]));
    for (size_t order = 0; order < b->orders; order++)
        beyond += fabs(difference(b, order, effect)) >= own - 1e-12 * scale;
    return (double)beyond / (double)b->orders;
}

/* From the estimate away to where the test refuses: to a thousandth of the distance first tried. */
static double bound(const Blocks *b, double effect, double step)
{
    double inside = effect, outside = effect + step, unit = fabs(step);
    for (int i = 0; i < 60 && p_of(b, outside) > .05; i++) {
        inside = outside;
        outside = effect + (step *= 2);
    }
    while (fabs(outside - inside) > unit / 1000) {
        double middle = inside + (outside - inside) / 2;
        if (p_of(b, middle) > .05)
            inside = middle;
        else
            outside = middle;
    }
    return outside;
}

bool effect_trial_test(Arena *arena, uint64_t seed, size_t blocks, const double *y, const double *x,
                       size_t k, EffectTrial *ret)
{
    Blocks b;
    ArenaMark mark = arena_mark(arena);
    bool ok = blocks >= EFFECT_TRIAL_BLOCKS_MIN && blocks <= EFFECT_TRIAL_BLOCKS_MAX &&
              make_blocks(arena, seed, blocks, y, x, k, &b);
    if (ok) {
        make_orders(arena, seed, &b);
        /* The effect that leaves nothing: with regressors, being on is partly theirs. */
        double on = difference(&b, 0, 1) - difference(&b, 0, 0);
        EffectTrial trial = {.blocks = b.count, .orders = b.orders, .p = p_of(&b, 0)};
        trial.effect = -difference(&b, 0, 0) / on;
        double spread = vector_norm(b.y, b.count) / sqrt((double)b.count);
        trial.low95 = trial.high95 = trial.effect;
        if (spread > 0) {
            trial.low95 = bound(&b, trial.effect, -spread);
            trial.high95 = bound(&b, trial.effect, spread);
        }
        *ret = trial;
    }
    arena_rewind(arena, mark);
    return ok;
}
