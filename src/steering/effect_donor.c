#include "steering/effect_donor.h"

#include "base/matrix.h"

#include <math.h>

/* ---- least squares on the simplex, exactly ---- */

/* min |A w - b|, w >= 0, sum w = 1; A by columns. */
typedef struct Simplex {
    size_t n, k;
    const double *a, *b;
    double *w;
    double *rest;   /* b - A w */
    uint16_t *used; /* the columns that may have a weight */
    size_t used_count;
    double *qr, *diag, *y, *step;
} Simplex;

static void set_rest(Simplex *s)
{
    memcpy(s->rest, s->b, s->n * sizeof *s->rest);
    for (size_t u = 0; u < s->used_count; u++) {
        const double *column = s->a + s->used[u] * s->n;
        for (size_t i = 0; i < s->n; i++)
            s->rest[i] -= s->w[s->used[u]] * column[i];
    }
}

/* The best weights of the used columns when only their sum counts: the first is what the others
 * leave of 1. False where the columns depend on each other. */
static bool free_minimum(Simplex *s)
{
    size_t k = s->used_count - 1, n = s->n;
    const double *first = s->a + s->used[0] * n;
    Qr qr;
    if (k > n)
        return false;
    for (size_t u = 0; u < k; u++)
        for (size_t i = 0; i < n; i++)
            s->qr[u * n + i] = s->a[s->used[u + 1] * n + i] - first[i];
    for (size_t i = 0; i < n; i++)
        s->y[i] = s->b[i] - first[i];
    if (!qr_factor(&qr, s->qr, s->diag, n, k))
        return false;
    qr_project(&qr, s->y);
    qr_solve(&qr, s->y);
    s->step[0] = 1;
    for (size_t u = 0; u < k; u++) {
        s->step[u + 1] = s->y[u];
        s->step[0] -= s->y[u];
    }
    return true;
}

static void drop(Simplex *s, size_t u)
{
    s->w[s->used[u]] = 0;
    s->used[u] = s->used[--s->used_count];
}

/* Goes towards the free minimum until it is there, dropping each column whose weight ends. */
static void descend(Simplex *s)
{
    while (s->used_count > 1) {
        if (!free_minimum(s)) {
            drop(s, s->used_count - 1);
            continue;
        }
        double reach = 1;
        size_t ends = s->used_count;
        for (size_t u = 0; u < s->used_count; u++) {
            double from = s->w[s->used[u]], to = s->step[u];
            if (to < 0 && from / (from - to) < reach) {
                reach = from / (from - to);
                ends = u;
            }
        }
        for (size_t u = 0; u < s->used_count; u++)
            s->w[s->used[u]] += reach * (s->step[u] - s->w[s->used[u]]);
        if (ends == s->used_count)
            return;
        drop(s, ends);
    }
    if (s->used_count == 1)
        s->w[s->used[0]] = 1;
}

static bool is_used(const Simplex *s, size_t j)
{
    for (size_t u = 0; u < s->used_count; u++)
        if (s->used[u] == j)
            return true;
    return false;
}

/* The unused column whose weight would help most; false where none would. */
static bool entering(const Simplex *s, size_t *ret)
{
    double level = 0, scale = 0, best = 0;
    for (size_t u = 0; u < s->used_count; u++)
        level += s->w[s->used[u]] * vector_dot(s->a + s->used[u] * s->n, s->rest, s->n);
    for (size_t j = 0; j < s->k; j++) {
        const double *column = s->a + j * s->n;
        double gain = vector_dot(column, s->rest, s->n) - level;
        scale = fmax(scale, vector_norm(column, s->n));
        if (gain > best && !is_used(s, j)) {
            best = gain;
            *ret = j;
        }
    }
    return best > 1e-10 * scale * vector_norm(s->rest, s->n);
}

static void simplex_least_squares(Arena *arena, size_t n, size_t k, const double *a,
                                  const double *b, double *ret_w)
{
    ArenaMark mark = arena_mark(arena);
    Simplex s = {.n = n, .k = k, .a = a, .b = b, .w = ret_w};
    s.rest = arena_array(arena, double, n);
    s.used = arena_array(arena, uint16_t, k + 1);
    s.qr = arena_array(arena, double, n *(k + 1));
    s.diag = arena_array(arena, double, k + 1);
    s.y = arena_array(arena, double, n);
    s.step = arena_array(arena, double, k + 1);
    memset(ret_w, 0, k * sizeof *ret_w);
    double nearest = INFINITY;
    for (size_t j = 0; j < k; j++) {
        s.used[0] = (uint16_t)j;
        s.used_count = 1;
        ret_w[j] = 1;
        set_rest(&s);
        ret_w[j] = 0;
        double distance = vector_norm(s.rest, n);
        if (distance < nearest) {
            nearest = distance;
            s.used[1] = (uint16_t)j;
        }
    }
    s.used[0] = s.used[1];
    ret_w[s.used[0]] = 1;
    set_rest(&s);
    /* Each round is nearer than the one before; the bound is for what rounding leaves. */
    size_t j = 0;
    for (size_t round = 0; round < 20 * k && entering(&s, &j); round++) {
        s.used[s.used_count++] = (uint16_t)j;
        descend(&s);
        set_rest(&s);
    }
    arena_rewind(arena, mark);
}

/* ---- synthetic control ---- */

static const double *unit(const EffectPanel *panel, size_t i)
{
    return panel->at + i * panel->times;
}

bool effect_donor_weights(Arena *arena, const EffectPanel *panel, size_t treated,
                          double *ret_weights)
{
    if (panel->units < 2 || panel->units > EFFECT_UNITS_MAX || panel->before == 0)
        return false;
    ArenaMark mark = arena_mark(arena);
    size_t n = panel->before, donors = panel->units - 1;
    double *a = arena_array(arena, double, n *donors), *w = arena_array(arena, double, donors);
    for (size_t i = 0, j = 0; i < panel->units; i++)
        if (i != treated)
            memcpy(a + n * j++, unit(panel, i), n * sizeof *a);
    simplex_least_squares(arena, n, donors, a, unit(panel, treated), w);
    for (size_t i = 0, j = 0; i < panel->units; i++)
        ret_weights[i] = i == treated ? 0 : w[j++];
    arena_rewind(arena, mark);
    return true;
}

EffectSynthetic effect_synthetic(const EffectPanel *panel, size_t treated, const double *weights)
{
    EffectSynthetic result = {0};
    double before = 0, after = 0, sum = 0;
    for (size_t t = 0; t < panel->times; t++) {
        double gap = unit(panel, treated)[t];
        for (size_t i = 0; i < panel->units; i++)
            gap -= weights[i] * unit(panel, i)[t];
        result.last = gap;
        if (t < panel->before) {
            before += gap * gap;
        } else {
            after += gap * gap;
            sum += gap;
        }
    }
    double past = (double)panel->before, future = (double)(panel->times - panel->before);
    result.effect = sum / future;
    result.rmspe_before = sqrt(before / past);
    result.rmspe_after = sqrt(after / future);
    return result;
}

/* Squared, after over before; INFINITY where the past was met exactly. */
static double error_ratio(const EffectSynthetic *synthetic)
{
    double ratio = synthetic->rmspe_after / synthetic->rmspe_before;
    return synthetic->rmspe_before > 0 ? ratio * ratio : INFINITY;
}

bool effect_placebo_in_space(Arena *arena, const EffectPanel *panel, size_t treated,
                             EffectSpace *ret)
{
    if (panel->units < EFFECT_DONORS_MIN + 1 || panel->before >= panel->times)
        return false;
    ArenaMark mark = arena_mark(arena);
    double *weights = arena_array(arena, double, panel->units);
    double *ratios = arena_array(arena, double, panel->units);
    for (size_t i = 0; i < panel->units; i++) {
        if (!effect_donor_weights(arena, panel, i, weights))
            return false;
        EffectSynthetic synthetic = effect_synthetic(panel, i, weights);
        ratios[i] = error_ratio(&synthetic);
    }
    EffectSpace space = {.units = panel->units};
    for (size_t i = 0; i < panel->units; i++)
        space.rank += ratios[i] >= ratios[treated];
    space.p = (double)space.rank / (double)space.units;
    arena_rewind(arena, mark);
    *ret = space;
    return true;
}

/* ---- synthdid ---- */

/* min zeta^2 |w|^2 + |A w - b|^2 / n over the simplex, by Frank-Wolfe from these weights on. */
typedef struct FrankWolfe {
    size_t n, k;
    double *a, *b; /* a by columns */
    double zeta, min_decrease;
    bool intercept;
} FrankWolfe;

static void centre(double *column, size_t n)
{
    double mean = 0;
    for (size_t i = 0; i < n; i++)
        mean += column[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        column[i] -= mean;
}

/* One step; gives the objective after it. error (n numbers) holds A w - b before and after. */
static double frank_wolfe_step(const FrankWolfe *f, double *w, double *error)
{
    double eta = (double)f->n * f->zeta * f->zeta, least = INFINITY, along = 0, length = 0;
    size_t to = 0;
    for (size_t j = 0; j < f->k; j++) {
        double half = vector_dot(f->a + j * f->n, error, f->n) + eta * w[j];
        along -= half * w[j];
        if (half < least) {
            least = half;
            to = j;
        }
    }
    along += least; /* half gradient times direction */
    double ridge = 0, squares = 0;
    for (size_t j = 0; j < f->k; j++) {
        double d = (j == to ? 1 : 0) - w[j];
        ridge += d * d;
    }
    for (size_t i = 0; i < f->n; i++) {
        double d = f->a[to * f->n + i] - (error[i] + f->b[i]);
        length += d * d;
    }
    if (ridge > 0) {
        double step = fmin(1, fmax(0, -along / (length + eta * ridge)));
        for (size_t j = 0; j < f->k; j++)
            w[j] += step * ((j == to ? 1 : 0) - w[j]);
        for (size_t i = 0; i < f->n; i++)
            error[i] += step * (f->a[to * f->n + i] - (error[i] + f->b[i]));
    }
    for (size_t j = 0; j < f->k; j++)
        squares += w[j] * w[j];
    return f->zeta * f->zeta * squares + vector_dot(error, error, f->n) / (double)f->n;
}

static void frank_wolfe(Arena *arena, const FrankWolfe *f, double *w, int rounds)
{
    ArenaMark mark = arena_mark(arena);
    double *error = arena_array(arena, double, f->n), before = 0, last = 0;
    for (size_t i = 0; i < f->n; i++) {
        error[i] = -f->b[i];
        for (size_t j = 0; j < f->k; j++)
            error[i] += f->a[j * f->n + i] * w[j];
    }
    for (int t = 0; t < rounds; t++) {
        if (t >= 2 && before - last <= f->min_decrease * f->min_decrease)
            break;
        before = last;
        last = frank_wolfe_step(f, w, error);
    }
    arena_rewind(arena, mark);
}

/* Uniform, a hundred steps, small weights cut off, then to the end. */
static void synthdid_weights(Arena *arena, FrankWolfe *f, double *w)
{
    double most = 0, sum = 0;
    if (f->intercept) {
        for (size_t j = 0; j < f->k; j++)
            centre(f->a + j * f->n, f->n);
        centre(f->b, f->n);
    }
    for (size_t j = 0; j < f->k; j++)
        w[j] = 1 / (double)f->k;
    frank_wolfe(arena, f, w, 100);
    for (size_t j = 0; j < f->k; j++)
        most = fmax(most, w[j]);
    for (size_t j = 0; j < f->k; j++) {
        w[j] = w[j] <= most / 4 ? 0 : w[j];
        sum += w[j];
    }
    for (size_t j = 0; j < f->k; j++)
        w[j] /= sum;
    frank_wolfe(arena, f, w, 10000);
}

/* The panel without the treated unit, and how much its units move from one time to the next. */
typedef struct Donors {
    size_t count, times, before;
    const double **at;
    const double *treated;
    double noise;
} Donors;

static Donors donors_of(Arena *arena, const EffectPanel *panel, size_t treated)
{
    Donors d = {.times = panel->times, .before = panel->before, .treated = unit(panel, treated)};
    d.at = arena_array(arena, const double *, panel->units);
    double sum = 0, squares = 0, n = 0;
    for (size_t i = 0; i < panel->units; i++)
        if (i != treated)
            d.at[d.count++] = unit(panel, i);
    for (size_t i = 0; i < d.count; i++)
        for (size_t t = 1; t < d.before; t++, n++)
            sum += d.at[i][t] - d.at[i][t - 1];
    for (size_t i = 0; i < d.count; i++)
        for (size_t t = 1; t < d.before; t++) {
            double off = d.at[i][t] - d.at[i][t - 1] - sum / n;
            squares += off * off;
        }
    d.noise = sqrt(squares / (n - 1));
    return d;
}

static double mean_after(const Donors *d, const double *y)
{
    double sum = 0;
    for (size_t t = d->before; t < d->times; t++)
        sum += y[t];
    return sum / (double)(d->times - d->before);
}

/* Weights of the donors, from their past against the treated unit's. */
static void unit_weights(Arena *arena, const Donors *d, double zeta, bool intercept, double *w)
{
    FrankWolfe f = {.n = d->before, .k = d->count, .zeta = zeta, .intercept = intercept};
    f.min_decrease = 1e-5 * d->noise;
    f.a = arena_array(arena, double, f.n *f.k);
    f.b = arena_array(arena, double, f.n);
    for (size_t j = 0; j < f.k; j++)
        memcpy(f.a + j * f.n, d->at[j], f.n * sizeof *f.a);
    memcpy(f.b, d->treated, f.n * sizeof *f.b);
    synthdid_weights(arena, &f, w);
}

/* Weights of the past, from the donors' against what they did after the start. */
static void time_weights(Arena *arena, const Donors *d, double *w)
{
    FrankWolfe f = {.n = d->count, .k = d->before, .zeta = 1e-6 * d->noise, .intercept = true};
    f.min_decrease = 1e-5 * d->noise;
    f.a = arena_array(arena, double, f.n *f.k);
    f.b = arena_array(arena, double, f.n);
    for (size_t i = 0; i < f.n; i++) {
        for (size_t t = 0; t < f.k; t++)
            f.a[t * f.n + i] = d->at[i][t];
        f.b[i] = mean_after(d, d->at[i]);
    }
    synthdid_weights(arena, &f, w);
}

/* After less before, of the treated unit less the donors. */
static double weighted_difference(const Donors *d, const double *omega, const double *lambda)
{
    double effect = mean_after(d, d->treated);
    for (size_t t = 0; t < d->before; t++)
        effect -= lambda[t] * d->treated[t];
    for (size_t i = 0; i < d->count; i++) {
        effect -= omega[i] * mean_after(d, d->at[i]);
        for (size_t t = 0; t < d->before; t++)
            effect += omega[i] * lambda[t] * d->at[i][t];
    }
    return effect;
}

bool effect_synthdid(Arena *arena, const EffectPanel *panel, size_t treated, EffectSynthdid *ret)
{
    if (panel->units < 3 || panel->units > EFFECT_UNITS_MAX || panel->before < 3 ||
        panel->before >= panel->times)
        return false;
    ArenaMark mark = arena_mark(arena);
    Donors d = donors_of(arena, panel, treated);
    double *omega = arena_array(arena, double, d.count);
    double *lambda = arena_array(arena, double, d.before);
    double *none = arena_array(arena, double, d.before);
    bool ok = d.noise > 0;
    if (ok) {
        for (size_t i = 0; i < d.count; i++)
            omega[i] = 1 / (double)d.count;
        for (size_t t = 0; t < d.before; t++)
            lambda[t] = 1 / (double)d.before;
        ret->did = weighted_difference(&d, omega, lambda);
        unit_weights(arena, &d, 1e-6 * d.noise, false, omega);
        ret->sc = weighted_difference(&d, omega, none);
        double after = (double)(d.times - d.before);
        unit_weights(arena, &d, sqrt(sqrt(after)) * d.noise, true, omega);
        time_weights(arena, &d, lambda);
        ret->sdid = weighted_difference(&d, omega, lambda);
    }
    arena_rewind(arena, mark);
    return ok;
}
