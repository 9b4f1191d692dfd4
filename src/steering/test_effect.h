/* For tests only: the reference series below test/effects, and invented ones. */
#ifndef HANSE_STEERING_TEST_EFFECT_H
#define HANSE_STEERING_TEST_EFFECT_H

#include "base/test.h"
#include "steering/effect_mixture.h"

#include <math.h>
#include <stdlib.h>

static inline UNUSED int effect_set_up(void **state)
{
    TestCx *t = test_calloc(1, sizeof *t);
    test_cx_init(t);
    *state = t;
    return 0;
}

static inline UNUSED int effect_tear_down(void **state)
{
    test_cx_done(*state);
    test_free(*state);
    return 0;
}

#define effect_test(function)                                                                      \
    cmocka_unit_test_setup_teardown(function, effect_set_up, effect_tear_down)

#define assert_near(expected, actual, within)                                                      \
    assert_near_at(expected, actual, within, __FILE__, __LINE__)
static inline UNUSED void assert_near_at(double expected, double actual, double within,
                                         const char *file, int line)
{
    if (fabs(actual - expected) <= within)
        return;
    fprintf(stderr, "# expected %.10g +- %g, got %.10g\n", expected, within, actual);
    _fail(file, line);
}

/* ---- reference series ---- */

/* A CSV's cells by columns; text becomes NAN. */
typedef struct EffectTable {
    size_t rows, columns;
    double *at;
    Str *text; /* the same cells as they stand there */
} EffectTable;

static inline UNUSED double *effect_column(const EffectTable *table, size_t column)
{
    assert_true(column < table->columns);
    return table->at + column * table->rows;
}

static inline UNUSED Str effect_unquoted(Str s)
{
    return s.n >= 2 && s.p[0] == '"' ? str_slice(s, 1, s.n - 1) : s;
}

static inline UNUSED EffectTable effect_table(TestCx *t, const char *name, char separator,
                                              size_t columns)
{
    enum { ROWS = 1300 };
    char line[1024];
    EffectTable table = {.columns = columns};
    double *wide = arena_array(&t->arena, double, columns *ROWS);
    Str *text = arena_array(&t->arena, Str, columns * ROWS);
    Str path = arena_fmt(&t->arena, "%s/test/effects/%s", getenv("HANSE_SOURCE"), name);
    FILE *file = fopen(path.p, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    while (table.rows < ROWS && fgets(line, sizeof line, file)) {
        Str rest = arena_copy(&t->arena, str_trim(str_from(line)));
        for (size_t j = 0; j < columns; j++) {
            Str cell = effect_unquoted(str_cut(&rest, separator));
            text[j * ROWS + table.rows] = cell;
            if (!str_to_f64(cell, &wide[j * ROWS + table.rows]))
                wide[j * ROWS + table.rows] = NAN;
        }
        table.rows++;
    }
    fclose(file);
    for (size_t j = 0; j < columns; j++) {
        memmove(wide + j * table.rows, wide + j * ROWS, table.rows * sizeof *wide);
        memmove(text + j * table.rows, text + j * ROWS, table.rows * sizeof *text);
    }
    table.at = wide;
    table.text = text;
    return table;
}

/* Steps 0, 1, 2, ..., an intercept and these columns. */
static inline UNUSED EffectSeries effect_series(TestCx *t, size_t n, const double *y,
                                                const double *const *columns, size_t count)
{
    int32_t *steps = arena_array(&t->arena, int32_t, n);
    double *x = arena_array(&t->arena, double, n *(count + 1));
    for (size_t i = 0; i < n; i++) {
        steps[i] = (int32_t)i;
        x[i] = 1;
    }
    for (size_t j = 0; j < count; j++)
        memcpy(x + (j + 1) * n, columns[j], n * sizeof *x);
    return (EffectSeries){.n = n, .k = count + 1, .t = steps, .y = y, .x = x};
}

/* All columns, from one step on to the end. */
static inline UNUSED EffectMixture effect_from(TestCx *t, const EffectSeries *series, size_t start)
{
    EffectMixture mixture;
    EffectCut cut = {.baseline = start, .from = start, .to = series->n, .k = series->k};
    for (size_t j = 0; j < series->k; j++)
        cut.columns[j] = (uint8_t)j;
    effect_mixtures(&t->arena, series, &cut, 1, &mixture);
    return mixture;
}

/* California's sales and those of the 38 other states, by years from 1970 to 2000. */
enum { PROP99_YEARS = 31, PROP99_STATES = 39, PROP99_BEFORE = 19 };
typedef struct Prop99 {
    Str names[PROP99_STATES];
    double sales[PROP99_STATES][PROP99_YEARS];
    size_t california;
} Prop99;

static inline UNUSED void prop99_read(TestCx *t, Prop99 *ret)
{
    EffectTable table = effect_table(t, "california_prop99.csv", ';', 4);
    assert_int_equal(table.rows, PROP99_YEARS * PROP99_STATES);
    for (size_t i = 0; i < table.rows; i++) {
        size_t state = i % PROP99_STATES, year = (size_t)table.at[table.rows + i] - 1970;
        ret->names[state] = table.text[i];
        ret->sales[state][year] = table.at[2 * table.rows + i];
        if (table.at[3 * table.rows + i] == 1)
            ret->california = state;
    }
    assert_str("California", ret->names[ret->california]);
}

/* ---- invented series ---- */

typedef struct EffectRandom {
    uint64_t at;
} EffectRandom;

/* From 0 to below 1 (splitmix64). */
static inline UNUSED double effect_uniform(EffectRandom *random)
{
    uint64_t z = random->at += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) / (double)(UINT64_C(1) << 53);
}

static inline UNUSED double effect_normal(EffectRandom *random)
{
    double u = 1 - effect_uniform(random), v = effect_uniform(random);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

/* AR(1) noise of sd 1 around a mean. */
static inline UNUSED double *effect_noise(TestCx *t, EffectRandom *random, size_t n, double mean,
                                          double rho)
{
    double *y = arena_array(&t->arena, double, n), e = effect_normal(random);
    for (size_t i = 0; i < n; i++) {
        y[i] = mean + e;
        e = rho * e + sqrt(1 - rho * rho) * effect_normal(random);
    }
    return y;
}

#endif
