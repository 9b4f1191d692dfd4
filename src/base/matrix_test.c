/* Against LAPACKE, which computes the same by other means, and NIST's certified values. */
#include "base/matrix.h"

#include "base/test.h"

#include <lapacke.h>
#include <math.h>

typedef struct Rig {
    TestCx t;
    uint64_t random;
} Rig;

static int set_up(void **state)
{
    Rig *rig = test_calloc(1, sizeof *rig);
    test_cx_init(&rig->t);
    rig->random = 42;
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    Rig *rig = *state;
    test_cx_done(&rig->t);
    test_free(rig);
    return 0;
}

static double *numbers(Rig *rig, size_t n)
{
    return arena_array(&rig->t.arena, double, n);
}

/* From -1 to 1. */
static double draw(Rig *rig)
{
    rig->random = rig->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(int64_t)(rig->random >> 11) / (double)(UINT64_C(1) << 52) - 1;
}

static double *drawn(Rig *rig, size_t n)
{
    double *a = numbers(rig, n);
    for (size_t i = 0; i < n; i++)
        a[i] = draw(rig);
    return a;
}

static double *copy(Rig *rig, const double *a, size_t n)
{
    return memcpy(numbers(rig, n), a, n * sizeof *a);
}

static void assert_close(double expected, double actual, double relative)
{
    if (fabs(actual - expected) <= relative * fabs(expected))
        return;
    fprintf(stderr, "# expected %.15g, got %.15g\n", expected, actual);
    _fail(__FILE__, __LINE__);
}

static void assert_all_close(const double *expected, const double *actual, size_t n, double within)
{
    double scale = 0;
    for (size_t i = 0; i < n; i++)
        scale = fmax(scale, fabs(expected[i]));
    for (size_t i = 0; i < n; i++)
        if (!(fabs(actual[i] - expected[i]) <= within * scale)) {
            fprintf(stderr, "# at %zu: expected %.15g, got %.15g\n", i, expected[i], actual[i]);
            _fail(__FILE__, __LINE__);
        }
}

/* ---- against LAPACKE ---- */

/* Slowly forgetting noise, as the engine factors it. */
static double *correlations(Rig *rig, size_t n)
{
    double *a = numbers(rig, n * n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            a[i * n + j] = i == j ? 1 : 0.8 * pow(0.98, fabs((double)i - (double)j));
    return a;
}

static void cholesky_agrees_with_lapack(void **state)
{
    static const size_t SIZES[] = {1, 2, 7, 156, 400};
    Rig *rig = *state;
    for (size_t s = 0; s < COUNT_OF(SIZES); s++) {
        size_t n = SIZES[s];
        double *mine = correlations(rig, n), *theirs = copy(rig, mine, n * n);
        assert_true(cholesky_factor(mine, n, n));
        assert_int_equal(
            LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', (lapack_int)n, theirs, (lapack_int)n), 0);
        for (size_t i = 0; i < n; i++)
            assert_all_close(theirs + i * n, mine + i * n, i + 1, 1e-13);
        double *b = drawn(rig, n), *x = copy(rig, b, n);
        cholesky_forward(mine, n, n, x);
        assert_int_equal(LAPACKE_dtrtrs(LAPACK_ROW_MAJOR, 'L', 'N', 'N', (lapack_int)n, 1, theirs,
                                        (lapack_int)n, b, 1),
                         0);
        assert_all_close(b, x, n, 1e-12);
    }
}

static void a_leading_block_has_the_leading_factor(void **state)
{
    enum { N = 60, PART = 41 };
    Rig *rig = *state;
    double *whole = correlations(rig, N), *part = copy(rig, whole, (size_t)N * N);
    assert_true(cholesky_factor(whole, N, N));
    assert_true(cholesky_factor(part, PART, N));
    for (size_t i = 0; i < PART; i++)
        assert_memory_equal(whole + i * N, part + i * N, (i + 1) * sizeof *whole);
}

static void what_is_not_positive_definite_is_refused(void **state)
{
    (void)state;
    double same[] = {1, 0, 1, 1}, negative[] = {-1}, unknown[] = {NAN};
    assert_false(cholesky_factor(same, 2, 2));
    assert_false(cholesky_factor(negative, 1, 1));
    assert_false(cholesky_factor(unknown, 1, 1));
}

static void qr_agrees_with_lapack(void **state)
{
    static const size_t SIZES[][2] = {{1, 1}, {5, 5}, {30, 4}, {156, 19}, {400, 50}};
    Rig *rig = *state;
    for (size_t s = 0; s < COUNT_OF(SIZES); s++) {
        size_t n = SIZES[s][0], k = SIZES[s][1];
        double *a = drawn(rig, n * k), *theirs = copy(rig, a, n * k), *diag = numbers(rig, k);
        double *y = drawn(rig, n), *b = copy(rig, y, n), *tau = numbers(rig, k);
        double *again = copy(rig, a, n * k);
        Qr qr;
        assert_true(qr_factor(&qr, a, diag, n, k));
        assert_int_equal(LAPACKE_dgeqrf(LAPACK_COL_MAJOR, (lapack_int)n, (lapack_int)k, theirs,
                                        (lapack_int)n, tau),
                         0);
        for (size_t j = 0; j < k; j++) /* the signs are a matter of taste */
            assert_close(fabs(theirs[j * n + j]), fabs(diag[j]), 1e-12);
        double *z = copy(rig, y, n);
        qr_project(&qr, z);
        assert_close(vector_norm(y, n), vector_norm(z, n), 1e-13);
        double *c = copy(rig, z, k), *d = drawn(rig, k), *e = copy(rig, d, k);
        qr_solve(&qr, c);
        assert_int_equal(LAPACKE_dgels(LAPACK_COL_MAJOR, 'N', (lapack_int)n, (lapack_int)k, 1,
                                       again, (lapack_int)n, b, (lapack_int)n),
                         0);
        assert_all_close(b, c, k, 1e-10);
        qr_unproject(&qr, z);
        assert_all_close(y, z, n, 1e-13);
        /* R' e = d, R as dgeqrf has it up to the signs of its rows, which leave e's sizes alone. */
        qr_solve_transposed(&qr, e);
        assert_int_equal(LAPACKE_dtrtrs(LAPACK_COL_MAJOR, 'U', 'T', 'N', (lapack_int)k, 1, theirs,
                                        (lapack_int)n, d, (lapack_int)k),
                         0);
        assert_close(vector_norm(d, k), vector_norm(e, k), 1e-9);
    }
}

static void a_column_that_says_nothing_new_is_refused(void **state)
{
    enum { N = 20 };
    Rig *rig = *state;
    double a[3 * N], diag[3];
    Qr qr;
    for (size_t i = 0; i < N; i++) {
        a[i] = 1;
        a[N + i] = draw(rig);
        a[2 * N + i] = 3e6 - 2 * a[N + i];
    }
    assert_false(qr_factor(&qr, a, diag, N, 3));
    assert_int_equal(qr.k, 2);
    double zero[2] = {0};
    assert_false(qr_factor(&qr, zero, diag, 2, 1));
}

static void lengths_keep_within_range(void **state)
{
    (void)state;
    assert_close(5e200, vector_norm((const double[]){3e200, 4e200}, 2), 1e-15);
    assert_close(5e-200, vector_norm((const double[]){3e-200, 4e-200}, 2), 1e-15);
    assert_true(vector_norm((const double[]){0, 0}, 2) == 0);
}

/* ---- NIST Statistical Reference Datasets ---- */

typedef struct Fit {
    double b[16], sd[16], residual_sd, r2;
} Fit;

/* sd by the rows of the inverse of R. */
static Fit least_squares(Rig *rig, const double *x, const double *y, size_t n, size_t k)
{
    Fit fit = {0};
    double *a = copy(rig, x, n * k), *diag = numbers(rig, k), *rest = numbers(rig, n), mean = 0;
    Qr qr;
    assert_true(qr_factor(&qr, a, diag, n, k));
    qr_least_squares(&qr, x, y, fit.b, rest, numbers(rig, n + k));
    double rss = vector_dot(rest, rest, n), total = 0;
    for (size_t i = 0; i < n; i++)
        mean += y[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        total += (y[i] - mean) * (y[i] - mean);
    fit.residual_sd = sqrt(rss / (double)(n - k));
    fit.r2 = 1 - rss / total;
    for (size_t j = 0; j < k; j++) {
        double *unit = numbers(rig, k);
        unit[j] = 1;
        qr_solve_transposed(&qr, unit);
        fit.sd[j] = fit.residual_sd * vector_norm(unit, k);
    }
    return fit;
}

/* A small CSV of numbers below test/effects, by columns, its first line left out. */
static double *table(Rig *rig, const char *name, size_t *ret_rows, size_t columns)
{
    enum { ROWS = 64 };
    char line[512];
    double *cells = numbers(rig, ROWS * columns);
    size_t n = 0;
    Str path = arena_fmt(&rig->t.arena, "%s/test/effects/%s", getenv("HANSE_SOURCE"), name);
    FILE *file = fopen(path.p, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    while (n < ROWS && fgets(line, sizeof line, file)) {
        Str rest = str_trim(str_from(line));
        for (size_t j = 0; j < columns; j++)
            assert_true(str_to_f64(str_cut(&rest, ','), &cells[j * ROWS + n]));
        n++;
    }
    fclose(file);
    for (size_t j = 0; j < columns; j++)
        memmove(cells + j * n, cells + j * ROWS, n * sizeof *cells);
    *ret_rows = n;
    return cells;
}

static void longley_is_certified(void **state)
{
    enum { OBS, TOTEMP, GNPDEFL, COLUMNS = 8 };
    Rig *rig = *state;
    size_t n;
    double *cells = table(rig, "longley.csv", &n, COLUMNS);
    assert_int_equal(n, 16);
    double *x = numbers(rig, n * 7);
    for (size_t i = 0; i < n; i++)
        x[i] = 1;
    memcpy(x + n, cells + GNPDEFL * n, 6 * n * sizeof *x);
    Fit fit = least_squares(rig, x, cells + TOTEMP * n, n, 7);
    assert_close(-3482258.63459582, fit.b[0], 1e-9);
    assert_close(890420.383607373, fit.sd[0], 1e-9);
    assert_close(1829.15146461355, fit.b[6], 1e-9);
    assert_close(304.854073561965, fit.residual_sd, 1e-9);
    assert_close(0.995479004577296, fit.r2, 1e-9);
}

static void norris_is_certified(void **state)
{
    Rig *rig = *state;
    size_t n;
    double *cells = table(rig, "nist_norris.csv", &n, 2);
    assert_int_equal(n, 36);
    double *x = numbers(rig, 2 * n);
    for (size_t i = 0; i < n; i++)
        x[i] = 1;
    memcpy(x + n, cells + n, n * sizeof *x);
    Fit fit = least_squares(rig, x, cells, n, 2);
    assert_close(-0.262323073774029, fit.b[0], 1e-9);
    assert_close(1.00211681802045, fit.b[1], 1e-9);
    assert_close(0.884796396144373, fit.residual_sd, 1e-9);
}

static void wampler5_is_certified(void **state)
{
    Rig *rig = *state;
    size_t n;
    double *cells = table(rig, "nist_wampler5.csv", &n, 2);
    assert_int_equal(n, 21);
    double *x = numbers(rig, 6 * n);
    for (size_t j = 0; j < 6; j++)
        for (size_t i = 0; i < n; i++)
            x[j * n + i] = pow(cells[n + i], (double)j);
    Fit fit = least_squares(rig, x, cells, n, 6);
    for (size_t j = 0; j < 6; j++)
        assert_close(1, fit.b[j], 1e-9);
    assert_close(21523262.4678170, fit.sd[0], 1e-6);
    assert_close(23601450.2379268, fit.residual_sd, 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_keep_within_range),
        cmocka_unit_test_setup_teardown(cholesky_agrees_with_lapack, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_leading_block_has_the_leading_factor, set_up, tear_down),
        cmocka_unit_test(what_is_not_positive_definite_is_refused),
        cmocka_unit_test_setup_teardown(qr_agrees_with_lapack, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_column_that_says_nothing_new_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(longley_is_certified, set_up, tear_down),
        cmocka_unit_test_setup_teardown(norris_is_certified, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wampler5_is_certified, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
