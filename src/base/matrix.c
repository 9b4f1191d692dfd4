#include "base/matrix.h"

#include <math.h>
#include <stdlib.h>

/* A column shorter than this part of itself, once what earlier ones explain is taken out, is one of
 * them in other words. Far above the rounding of a few hundred rows, far below what measured
 * columns have in common. */
static const double DEPENDENT = 1e-12;

/* Four sums side by side: a chain of additions would wait for each other. */
double vector_dot(const double *a, const double *b, size_t n)
{
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        s0 += a[i] * b[i];
        s1 += a[i + 1] * b[i + 1];
        s2 += a[i + 2] * b[i + 2];
        s3 += a[i + 3] * b[i + 3];
    }
    for (; i < n; i++)
        s0 += a[i] * b[i];
    return (s0 + s1) + (s2 + s3);
}

double vector_norm(const double *a, size_t n)
{
    double most = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(a[i]));
    if (most == 0)
        return 0;
    if (most > 1e-140 && most < 1e140)
        return sqrt(vector_dot(a, a, n));
    for (size_t i = 0; i < n; i++)
        sum += a[i] / most * (a[i] / most);
    return most * sqrt(sum);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void vector_sort(double *a, size_t n)
{
    if (n)
        qsort(a, n, sizeof *a, compare);
}

/* A sum with the digits that its rounding lost (Ogita, Rump, Oishi 2005). */
typedef struct Twice {
    double sum, lost;
} Twice;

static void twice_add(Twice *s, double x)
{
    double sum = s->sum + x, part = sum - s->sum;
    s->lost += (s->sum - (sum - part)) + (x - part);
    s->sum = sum;
}

/* The product's low half by Dekker's splitting, which needs no fma. */
static void twice_add_product(Twice *s, double a, double b)
{
    static const double SPLIT = 134217729; /* 2^27 + 1 */
    double product = a * b, sa = SPLIT * a, sb = SPLIT * b;
    double a1 = sa - (sa - a), a2 = a - a1, b1 = sb - (sb - b), b2 = b - b1;
    s->lost += a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2);
    twice_add(s, product);
}

/* ---- Cholesky ---- */

bool cholesky_factor(double *a, size_t n, size_t stride)
{
    for (size_t i = 0; i < n; i++) {
        double *row = a + i * stride;
        for (size_t j = 0; j < i; j++) {
            const double *other = a + j * stride;
            row[j] = (row[j] - vector_dot(row, other, j)) / other[j];
        }
        double rest = row[i] - vector_dot(row, row, i);
        if (!(rest > 0))
            return false;
        row[i] = sqrt(rest);
    }
    return true;
}

void cholesky_forward(const double *l, size_t n, size_t stride, double *b)
{
    for (size_t i = 0; i < n; i++)
        b[i] = (b[i] - vector_dot(l + i * stride, b, i)) / l[i * stride + i];
}

/* ---- QR ---- */

/* The reflection that takes x to a multiple of the first unit vector: x becomes its vector v with
 * v'v = 2, and the multiple is returned. */
static double reflector(double *x, size_t n)
{
    double norm = vector_norm(x, n);
    if (norm == 0)
        return 0;
    double to = x[0] > 0 ? -norm : norm;
    double scale = 1 / sqrt(norm) / sqrt(norm + fabs(x[0]));
    x[0] -= to;
    for (size_t i = 0; i < n; i++)
        x[i] *= scale;
    return to;
}

static void reflect(const double *v, double *y, size_t n)
{
    double along = vector_dot(v, y, n);
    for (size_t i = 0; i < n; i++)
        y[i] -= along * v[i];
}

bool qr_factor(Qr *qr, double *a, double *diag, size_t n, size_t k)
{
    ASSERT(k <= n);
    *qr = (Qr){.a = a, .diag = diag, .n = n, .k = k};
    for (size_t j = 0; j < k; j++) {
        double *column = a + j * n;
        double length = vector_norm(column, n);
        for (size_t i = 0; i < j; i++)
            reflect(a + i * n + i, column + i, n - i);
        diag[j] = reflector(column + j, n - j);
        if (!(fabs(diag[j]) > DEPENDENT * length)) {
            qr->k = j;
            return false;
        }
    }
    return true;
}

void qr_project(const Qr *qr, double *y)
{
    for (size_t j = 0; j < qr->k; j++)
        reflect(qr->a + j * qr->n + j, y + j, qr->n - j);
}

void qr_unproject(const Qr *qr, double *y)
{
    for (size_t j = qr->k; j-- > 0;)
        reflect(qr->a + j * qr->n + j, y + j, qr->n - j);
}

void qr_solve(const Qr *qr, double *c)
{
    for (size_t j = qr->k; j-- > 0;) {
        c[j] /= qr->diag[j];
        for (size_t i = 0; i < j; i++)
            c[i] -= qr->a[j * qr->n + i] * c[j];
    }
}

void qr_solve_transposed(const Qr *qr, double *c)
{
    for (size_t j = 0; j < qr->k; j++)
        c[j] = (c[j] - vector_dot(qr->a + j * qr->n, c, j)) / qr->diag[j];
}

/* What the pair (residual, b) still lacks: residual + x b = y and x' residual = 0. The first n
 * numbers of lack are those of y, the next k those of 0. */
static void least_squares_lack(const Qr *qr, const double *x, const double *y, const double *b,
                               const double *residual, double *lack)
{
    for (size_t i = 0; i < qr->n; i++) {
        Twice s = {.sum = y[i]};
        twice_add(&s, -residual[i]);
        for (size_t j = 0; j < qr->k; j++)
            twice_add_product(&s, -x[j * qr->n + i], b[j]);
        lack[i] = s.sum + s.lost;
    }
    for (size_t j = 0; j < qr->k; j++) {
        Twice s = {0};
        for (size_t i = 0; i < qr->n; i++)
            twice_add_product(&s, -x[j * qr->n + i], residual[i]);
        lack[qr->n + j] = s.sum + s.lost;
    }
}

void qr_least_squares(const Qr *qr, const double *x, const double *y, double *b, double *residual,
                      double *work)
{
    enum { ROUNDS = 4 };
    size_t n = qr->n, k = qr->k;
    memset(b, 0, k * sizeof *b);
    memset(residual, 0, n * sizeof *residual);
    for (int round = 0; round < ROUNDS; round++) {
        double *explained = work, *across = work + n;
        least_squares_lack(qr, x, y, b, residual, work);
        qr_solve_transposed(qr, across);
        qr_project(qr, explained);
        for (size_t j = 0; j < k; j++) {
            double step = explained[j] - across[j];
            explained[j] = across[j];
            across[j] = step;
        }
        qr_solve(qr, across);
        for (size_t j = 0; j < k; j++)
            b[j] += across[j];
        qr_unproject(qr, explained);
        for (size_t i = 0; i < n; i++)
            residual[i] += explained[i];
    }
}
