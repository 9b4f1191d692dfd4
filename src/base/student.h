/* Student's t distribution, by the incomplete beta function. Degrees of freedom need not be whole;
 * from a million on they count as a million. Relative errors are about 1e-13 in either tail. */
#ifndef HANSE_BASE_STUDENT_H
#define HANSE_BASE_STUDENT_H

#include "base/base.h"

/* The regularised incomplete beta function I_x(a, b), a and b > 0, x from 0 to 1. Source: NIST
 * Digital Library of Mathematical Functions, 8.17; the continued fraction is 8.17.22. */
double beta_incomplete(double a, double b, double x);
/* P(T <= t); df > 0. */
double student_cdf(double t, double df);
/* P(T > t), which keeps its digits where the CDF is nearly 1. */
double student_tail(double t, double df);
/* The t with P(T <= t) = p, 0 < p < 1. */
double student_quantile(double p, double df);

#endif
