/* How often the engine errs: whole evaluations of invented weeks in which nothing happened, or in
 * which an effect of known size did, by kinds of noise and lengths of baseline.
 *
 *   false_alarms [--runs N] [--noise NAME] [--window N0+M[c]] [--effect X] [--seed N]
 *
 * Without --effect the column "proven" is the rate of false ones; --effect 1.5 adds an effect
 * of 1.5 times the smallest detectable one, and the column is the power. Runs go on until N of them
 * (2,000) are eligible: no guard speaks that would keep them from being proven, as a control that
 * happens to run apart does; "of all" counts the others too. Two kinds of control: c has all of the
 * row's noise in common with the series, each with white noise of half a unit beside it; h has half
 * of the variance in common, and the other half of each is drawn from the row's noise as well, so
 * that no stable relation holds the two together where they drift. Two annual harmonics are fitted,
 * as by the default of weekly series; more is wanted, so that what goes down is the opposite. */
#include "base/str.h"
#include "steering/effect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { WEEKS_MAX = 400, TRIES_PER_RUN = 20 };

typedef struct Random {
    uint64_t at;
} Random;

/* splitmix64: from 0 to below 1. */
static double uniform(Random *random)
{
    uint64_t z = random->at += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) / (double)(UINT64_C(1) << 53);
}

static double normal(Random *random)
{
    double u = 1 - uniform(random), v = uniform(random);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

/* y_t = ar1 y_{t-1} + ar2 y_{t-2} + e_t + ma e_{t-1}; and a random walk of this step beside white
 * noise of sd 1. */
typedef struct Noise {
    const char *name;
    double ar1, ar2, ma, drift;
} Noise;

static const Noise NOISES[] = {
    {"white", 0, 0, 0, 0},    {"ar.6", .6, 0, 0, 0},   {"ar.8", .8, 0, 0, 0},
    {"ar2", .5, .3, 0, 0},    {"arma", .9, 0, -.6, 0}, {"drift.3", 0, 0, 0, .3},
    {"drift.1", 0, 0, 0, .1},
};

static void draw(const Noise *noise, Random *random, size_t n, double *ret)
{
    enum { BURN = 200 };
    double y1 = 0, y2 = 0, e1 = 0, walk = 0;
    for (size_t i = 0; i < n + BURN; i++) {
        double e = normal(random), y = noise->ar1 * y1 + noise->ar2 * y2 + e + noise->ma * e1;
        if (i >= BURN) {
            walk += noise->drift > 0 ? noise->drift * normal(random) : 0;
            ret[i - BURN] = y + walk;
        }
        y2 = y1;
        y1 = y;
        e1 = e;
    }
}

typedef struct Window {
    const char *name;
    size_t before, after;
    bool control;
    double common, own; /* of series and control: standard deviations of the row's noise */
    double white;
} Window;

static const Window WINDOWS[] = {
    {"104+26", 104, 26, false, 1, 0, 0},
    {"130+26", 130, 26, false, 1, 0, 0},
    {"156+26", 156, 26, false, 1, 0, 0},
    {"104+26c", 104, 26, true, 1, 0, .5},
    {"104+26h", 104, 26, true, .7071067811865476, .7071067811865476, 0}};

typedef struct Bench {
    Cx cx;
    Arena arena;
    Error error;
    Random random;
    int64_t runs;
    double effect; /* in smallest detectable ones; 0: none */
    Str noise, window;
} Bench;

static void fill(Bench *b, const Noise *noise, const Window *window, double *y, double *control)
{
    double common[WEEKS_MAX], own[2][WEEKS_MAX];
    size_t n = window->before + window->after;
    draw(noise, &b->random, n, common);
    for (size_t k = 0; k < 2 && window->control; k++)
        draw(noise, &b->random, n, own[k]);
    for (size_t i = 0; i < n; i++) {
        y[i] = 100 + window->common * common[i];
        control[i] = 50 + window->common * common[i];
        if (!window->control)
            continue;
        y[i] += window->own * own[0][i] + window->white * normal(&b->random);
        control[i] += window->own * own[1][i] + window->white * normal(&b->random);
    }
}

static EffectResult evaluate(Bench *b, const Window *window, const double *y, const double *control)
{
    int32_t t[WEEKS_MAX];
    EffectRegressor regressor = {S("control"), EFFECT_TERM_CONTROL, control};
    EffectInput input = {.n = window->before + window->after,
                         .t = t,
                         .y = y,
                         .start = (int32_t)window->before,
                         .harmonics = 2,
                         .regressors = &regressor,
                         .regressor_count = window->control,
                         .want = EFFECT_WANT_MORE,
                         .target = NAN,
                         .facts = EFFECT_FACTS_NONE};
    EffectResult result;
    for (size_t i = 0; i < input.n; i++)
        t[i] = (int32_t)i;
    if (effect_evaluate(&b->cx, &input, &result) != OK) {
        fprintf(stderr, "false_alarms: %.*s\n", SARG(b->error.detail));
        exit(1);
    }
    return result;
}

typedef struct Count {
    int64_t tried, eligible, drifting, opposite, verdicts[EFFECT_NONE + 1];
} Count;

static bool is_eligible(const EffectResult *result)
{
    for (size_t i = 0; i < EFFECT_GUARD_COUNT; i++)
        if (result->judgement.guards[i] >= EFFECT_YELLOW)
            return false;
    return true;
}

static void run_once(Bench *b, const Noise *noise, const Window *window, Count *count)
{
    double y[WEEKS_MAX], control[WEEKS_MAX];
    fill(b, noise, window, y, control);
    EffectResult result = evaluate(b, window, y, control);
    if (b->effect > 0 && is_eligible(&result)) {
        for (size_t i = window->before; i < window->before + window->after; i++)
            y[i] += b->effect * result.smallest_detectable;
        result = evaluate(b, window, y, control);
    }
    count->tried++;
    if (is_eligible(&result)) {
        count->eligible++;
        count->drifting += result.facts.slow > .5;
        count->verdicts[result.judgement.verdict]++;
        count->opposite += result.judgement.verdict == EFFECT_OPPOSITE && !result.judgement.weak;
    }
}

static void run_row(Bench *b, const Noise *noise, const Window *window)
{
    Count count = {0};
    while (count.eligible < b->runs && count.tried < TRIES_PER_RUN * b->runs) {
        ArenaMark mark = arena_mark(&b->arena);
        run_once(b, noise, window, &count);
        arena_rewind(&b->arena, mark);
    }
    double n = (double)(count.eligible ? count.eligible : 1);
    double proven = (double)count.verdicts[EFFECT_PROVEN] / n;
    printf("%-8s %-8s %6lld %6lld   %.4f +- %.4f   %.4f   %.4f   %.4f   %.4f\n", noise->name,
           window->name, (long long)count.tried, (long long)count.eligible, proven,
           1.96 * sqrt(proven * (1 - proven) / n),
           (double)count.verdicts[EFFECT_PROVEN] / (double)(count.tried ? count.tried : 1),
           (double)(count.verdicts[EFFECT_PROVEN] + count.verdicts[EFFECT_INDICATION]) / n,
           (double)count.opposite / n, (double)count.drifting / n);
    fflush(stdout);
}

static bool read_option(Bench *b, const char *name, Str value)
{
    int64_t seed;
    if (strcmp(name, "--runs") == 0)
        return str_to_i64(value, &b->runs) && b->runs > 0;
    if (strcmp(name, "--effect") == 0)
        return str_to_f64(value, &b->effect) && b->effect >= 0;
    if (strcmp(name, "--noise") == 0)
        return (b->noise = value).n > 0;
    if (strcmp(name, "--window") == 0)
        return (b->window = value).n > 0;
    if (strcmp(name, "--seed") == 0 && str_to_i64(value, &seed)) {
        b->random.at = (uint64_t)seed;
        return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    Bench b = {.runs = 2000, .random = {1}};
    size_t rows = 0;
    for (int i = 1; i < argc; i += 2)
        if (i + 1 == argc || !read_option(&b, argv[i], str_from(argv[i + 1]))) {
            fprintf(stderr, "false_alarms: wrong option %s\n", argv[i]);
            return 64;
        }
    arena_init(&b.arena, 0, 0);
    b.cx = (Cx){.arena = &b.arena, .clock = &CLOCK_SYSTEM, .error = &b.error};
    printf("noise    weeks     tried eligible proven (95 %%)     of all   or ind.  opposite "
           "drifting\n");
    for (size_t i = 0; i < COUNT_OF(NOISES); i++)
        for (size_t j = 0; j < COUNT_OF(WINDOWS); j++) {
            if (b.noise.n && !str_eq(b.noise, str_from(NOISES[i].name)))
                continue;
            if (b.window.n && !str_eq(b.window, str_from(WINDOWS[j].name)))
                continue;
            run_row(&b, &NOISES[i], &WINDOWS[j]);
            rows++;
        }
    arena_done(&b.arena);
    if (rows == 0)
        fprintf(stderr, "false_alarms: no such noise or window\n");
    return rows ? 0 : 64;
}
