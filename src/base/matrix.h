/* Small dense linear algebra in the caller's memory: Cholesky, Householder QR, triangular systems.
 *
 * For regressions of a few hundred rows. Every sum has one fixed order, nothing runs in threads and
 * nothing allocates, so that the same numbers come out to the last bit wherever the same code runs,
 * also in a browser. Two layouts: a square matrix is stored by rows, of which only the lower
 * triangle is read or written; what is factored to QR is stored by columns, one behind the other.
 */
#ifndef HANSE_BASE_MATRIX_H
#define HANSE_BASE_MATRIX_H

#include "base/base.h"

double vector_dot(const double *a, const double *b, size_t n);
/* The length, also where squares would pass the range of double. */
double vector_norm(const double *a, size_t n);
/* Sorts ascending. */
void vector_sort(double *a, size_t n);

/* A = L L' in place: the lower triangle of n rows, each of stride numbers, becomes L. The rows are
 * worked from the top, so that the L of a leading block is the leading block of L. False, with the
 * matrix spoilt, where A is not positive definite. */
MUST bool cholesky_factor(double *a, size_t n, size_t stride);
/* L x = b; b becomes x. */
void cholesky_forward(const double *l, size_t n, size_t stride, double *b);

/* A = Q R for n rows and k <= n columns. */
typedef struct Qr {
    double *a;    /* n * k numbers: the Householder vectors, above them R without its diagonal */
    double *diag; /* k numbers: the diagonal of R */
    size_t n, k;
} Qr;

/* a holds A, which the factors replace. False where a column depends on those before it, to within
 * 1e-12 of its length; qr->k then is that column's number. */
MUST bool qr_factor(Qr *qr, double *a, double *diag, size_t n, size_t k);
/* y becomes Q' y: the first k numbers are what the columns explain, the rest is the residual. */
void qr_project(const Qr *qr, double *y);
/* y becomes Q y. */
void qr_unproject(const Qr *qr, double *y);
/* Least squares: b (k numbers) for which x b is nearest to y, and the residual y - x b (n numbers).
 * x is the matrix before it was factored. Refined with sums of twice the digits (Bjoerck 1967), so
 * that b is good where columns are nearly dependent and the residual is large. work: n + k. */
void qr_least_squares(const Qr *qr, const double *x, const double *y, double *b, double *residual,
                      double *work);
/* R b = c; c becomes b. */
void qr_solve(const Qr *qr, double *c);
/* R' b = c; c becomes b. */
void qr_solve_transposed(const Qr *qr, double *c);

#endif
