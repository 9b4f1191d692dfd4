#include "steering/effect.h"

#include "base/calendar.h"

#include <math.h>
#include <stdlib.h>

static const double YEAR_DAYS = 365.2425;
static const double TWO_PI = 6.283185307179586;
static const double COVERED = .75; /* from here on a step is valid */

/* ---- the steps ---- */

typedef struct Column {
    Str name;
    EffectTerm term;
    int harmonic; /* 1, 2, ...; 0: none */
} Column;

/* Valid steps in order, and the columns that may explain them. */
typedef struct Prepared {
    const EffectInput *input;
    EffectSeries series; /* baseline and window; on the model's scale */
    double *native;      /* y before the logarithm */
    Column columns[EFFECT_COLUMNS_MAX];
    size_t baseline; /* steps before the start */
    size_t stuck, trimmed;
    int32_t last; /* step of the last row, valid or not */
    double coverage_before, coverage_after;
} Prepared;

/* A row of the input that may be used, by its number. */
typedef struct Row {
    int32_t t;
    size_t at;
    double y;
    double coverage; /* 0: not valid */
} Row;

static int by_step(const void *a, const void *b)
{
    int32_t x = ((const Row *)a)->t, y = ((const Row *)b)->t;
    return (x > y) - (x < y);
}

static double coverage_of(const EffectInput *input, size_t i)
{
    return input->coverage ? fmin(1, fmax(0, input->coverage[i])) : 1;
}

static bool is_known(const EffectInput *input, size_t i)
{
    if (isnan(input->y[i]))
        return false;
    for (size_t j = 0; j < input->regressor_count; j++)
        if (isnan(input->regressors[j].at[i]))
            return false;
    return true;
}

static Err check_row(Cx *cx, const EffectInput *input, size_t i)
{
    if (isinf(input->y[i]))
        return fail(cx, ERR_INVALID, "effect.number", "step %d has no finite value", input->t[i]);
    for (size_t j = 0; j < input->regressor_count; j++)
        if (isinf(input->regressors[j].at[i]))
            return fail(cx, ERR_INVALID, "effect.number", "step %d has no finite %.*s", input->t[i],
                        SARG(input->regressors[j].name));
    if (input->log && !isnan(input->y[i]) && input->y[i] <= 0)
        return fail(cx, ERR_INVALID, "effect.log",
                    "step %d is %g: only values above 0 have a logarithm", input->t[i],
                    input->y[i]);
    return OK;
}

static Err sorted_rows(Cx *cx, const EffectInput *input, Row **ret)
{
    Row *rows = arena_array(cx->arena, Row, input->n + 1);
    for (size_t i = 0; i < input->n; i++) {
        TRY(check_row(cx, input, i));
        double coverage = coverage_of(input, i);
        bool known = is_known(input, i) && coverage > 0;
        double scale = input->is_sum && known ? coverage : 1;
        rows[i] = (Row){.t = input->t[i], .at = i};
        rows[i].coverage = known ? coverage : 0;
        rows[i].y = input->y[i] / scale;
    }
    if (input->n)
        qsort(rows, input->n, sizeof *rows, by_step);
    for (size_t i = 1; i < input->n; i++)
        if (rows[i].t == rows[i - 1].t)
            return fail(cx, ERR_INVALID, "effect.twice", "step %d is there twice", rows[i].t);
    *ret = rows;
    return OK;
}

/* ---- sensors that stand still ---- */

/* Equal neighbours from i on: how many values. */
static size_t run_length(const Row *rows, size_t n, size_t i)
{
    size_t length = 1;
    while (i + length < n && rows[i + length].y == rows[i].y)
        length++;
    return length;
}

/* Drops runs of equal values that chance would hardly give to this series: with q the part of
 * neighbours that are equal elsewhere, fewer than .01 such runs are to be expected. Coarse counts
 * repeat themselves often, fine readings never. */
static size_t drop_stuck(Row *rows, size_t n)
{
    enum { RUN_MIN = 4 };
    size_t dropped = 0, equal = 0;
    for (size_t i = 0; i < n; i += run_length(rows, n, i))
        equal += run_length(rows, n, i) - 1;
    for (size_t i = 0, length; i < n; i += length) {
        length = run_length(rows, n, i);
        double q = (double)(equal - (length - 1) + 1) / (double)(n - length + 1);
        double expected = (double)n * pow(fmin(q, 1), (double)length - 1);
        if (length < RUN_MIN || (length < n && expected >= .01))
            continue;
        for (size_t j = i; j < i + length; j++)
            rows[j].coverage = 0;
        dropped += length;
    }
    return dropped;
}

/* Rows with a value alone, in order; the others count for coverage only. */
static size_t drop_unknown(Row *rows, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (rows[i].coverage >= COVERED - 1e-9)
            rows[kept++] = rows[i];
    return kept;
}

/* ---- coverage ---- */

static double covered(const Row *rows, size_t n, int32_t from, int32_t to)
{
    double sum = 0;
    if (to <= from)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (rows[i].t >= from && rows[i].t < to)
            sum += rows[i].coverage;
    return sum / ((double)to - (double)from);
}

/* Leaves out the oldest steps of a baseline that is too long; gives how many. */
static size_t trim(Row **rows, size_t *n, int32_t start)
{
    size_t before = 0, cut = 0;
    for (size_t i = 0; i < *n; i++)
        before += (*rows)[i].t < start && (*rows)[i].coverage >= COVERED - 1e-9;
    while (before > EFFECT_BASELINE_MAX) {
        before -= (*rows)[0].coverage >= COVERED - 1e-9;
        ++*rows;
        --*n;
        cut++;
    }
    return cut;
}

/* ---- coincident projects ---- */

/* Weeks from the start of this project to that of another, negative where that was earlier. */
static double weeks_apart(const EffectInput *input, size_t other)
{
    double steps = (double)input->coincident[other] - (double)input->start;
    return steps * input->facts.step_weeks;
}

static bool is_joint(double weeks)
{
    return fabs(weeks) >= 8 && fabs(weeks) <= 26;
}

/* What comes after the start of a later project belongs to both. */
static size_t cut_window(const EffectInput *input, const Row *rows, size_t n)
{
    for (size_t c = 0; c < input->coincident_count; c++) {
        double weeks = weeks_apart(input, c);
        while (weeks > 0 && is_joint(weeks) && n && rows[n - 1].t >= input->coincident[c])
            n--;
    }
    return n;
}

static size_t joint_count(const EffectInput *input)
{
    size_t count = 0;
    for (size_t c = 0; c < input->coincident_count; c++)
        count += weeks_apart(input, c) < 0 && is_joint(weeks_apart(input, c));
    return count;
}

/* The nearest one, and whether both windows of each are long enough to tell them apart; last is the
 * step of the last row. */
static void look_at_coincidents(const EffectInput *input, int32_t last, EffectFacts *facts)
{
    double window = (double)facts->m * input->facts.step_weeks;
    if (input->coincident_count)
        facts->separable = true;
    for (size_t c = 0; c < input->coincident_count; c++) {
        double weeks = weeks_apart(input, c), theirs = -weeks;
        facts->coincident_weeks = fmin(facts->coincident_weeks, fabs(weeks));
        if (weeks > 0)
            theirs = ((double)last - (double)input->coincident[c] + 1) * input->facts.step_weeks;
        if (is_joint(weeks) && fmin(window, theirs) < 13 - 1e-9)
            facts->separable = false;
    }
}

/* ---- columns ---- */

static double year_phase(const EffectInput *input, const Row *row)
{
    double days = input->at_us ? (double)(input->at_us[row->at] / TIME_SECOND_US) / 86400
                               : (double)row->t * input->facts.step_weeks * 7;
    return TWO_PI * days / YEAR_DAYS;
}

static void fill_columns(Arena *arena, const Row *rows, Prepared *p)
{
    const EffectInput *input = p->input;
    EffectSeries *s = &p->series;
    size_t n = s->n, k = 0;
    double *x = arena_array(arena, double, n * s->k);
    p->columns[k++] = (Column){.name = S("intercept"), .term = EFFECT_TERM_ANNUAL};
    for (size_t i = 0; i < n; i++)
        x[i] = 1;
    for (size_t j = 0; j < input->regressor_count; j++, k++) {
        p->columns[k] = (Column){input->regressors[j].name, input->regressors[j].term, 0};
        for (size_t i = 0; i < n; i++)
            x[k * n + i] = input->regressors[j].at[rows[i].at];
    }
    for (size_t c = 0; c < input->coincident_count; c++) {
        if (weeks_apart(input, c) > 0 || !is_joint(weeks_apart(input, c)))
            continue;
        p->columns[k] = (Column){S("coincident project"), EFFECT_TERM_PLAIN, 0};
        for (size_t i = 0; i < n; i++)
            x[k * n + i] = rows[i].t >= input->coincident[c] ? 1 : 0;
        k++;
    }
    for (int h = 1; h <= input->harmonics; h++, k += 2) {
        Str name = arena_fmt(arena, "annual harmonic %d", h);
        p->columns[k] = p->columns[k + 1] = (Column){name, EFFECT_TERM_ANNUAL, h};
        for (size_t i = 0; i < n; i++) {
            double phase = (double)h * year_phase(input, &rows[i]);
            x[k * n + i] = sin(phase);
            x[(k + 1) * n + i] = cos(phase);
        }
    }
    s->x = x;
}

static Err fill_series(Cx *cx, const Row *rows, size_t n, Prepared *p)
{
    const EffectInput *input = p->input;
    int32_t *t = arena_array(cx->arena, int32_t, n);
    double *y = arena_array(cx->arena, double, n);
    p->native = arena_array(cx->arena, double, n);
    if (n > EFFECT_STEPS_MAX)
        return fail(cx, ERR_LIMIT, "effect.steps", "%zu steps; at most %d can be evaluated", n,
                    EFFECT_STEPS_MAX);
    if (n && (int64_t)rows[n - 1].t - rows[0].t >= EFFECT_SPAN_MAX)
        return fail(cx, ERR_LIMIT, "effect.span",
                    "the last step is more than %d steps after the first", EFFECT_SPAN_MAX);
    for (size_t i = 0; i < n; i++) {
        t[i] = rows[i].t;
        p->native[i] = rows[i].y;
        y[i] = input->log ? log(rows[i].y) : rows[i].y;
        p->baseline += rows[i].t < input->start;
    }
    p->series = (EffectSeries){.n = n, .t = t, .y = y};
    p->series.k = 1 + input->regressor_count + joint_count(input) + 2 * (size_t)input->harmonics;
    fill_columns(cx->arena, rows, p);
    return OK;
}

static Err prepare(Cx *cx, const EffectInput *input, Prepared *p)
{
    Row *rows = NULL;
    size_t n = input->n, kept = 0;
    int64_t begin = (int64_t)input->start + input->ramp;
    ASSERT(input->harmonics >= 0 && input->harmonics <= EFFECT_HARMONICS_MAX && input->ramp >= 0);
    *p = (Prepared){.input = input};
    if (input->regressor_count + joint_count(input) + 1 + 2 * EFFECT_HARMONICS_MAX >
        EFFECT_COLUMNS_MAX)
        return fail(cx, ERR_LIMIT, "effect.columns", "at most %d columns can explain a figure",
                    EFFECT_COLUMNS_MAX - 1 - 2 * EFFECT_HARMONICS_MAX);
    TRY(sorted_rows(cx, input, &rows));
    p->last = n ? rows[n - 1].t : 0;
    n = cut_window(input, rows, n);
    for (size_t i = 0; i < n; i++) /* works and start-up are neither before nor after */
        if (rows[i].t < input->start || rows[i].t >= begin)
            rows[kept++] = rows[i];
    p->trimmed = trim(&rows, &kept, input->start);
    Row *known = arena_array(cx->arena, Row, kept + 1);
    memcpy(known, rows, kept * sizeof *known);
    size_t known_count = drop_unknown(known, kept);
    p->stuck = drop_stuck(known, known_count);
    for (size_t i = 0, j = 0; i < known_count; i++) { /* what stood still covered nothing */
        while (rows[j].t != known[i].t)
            j++;
        rows[j].coverage = known[i].coverage;
    }
    if (kept) {
        p->coverage_before = covered(rows, kept, rows[0].t, input->start);
        p->coverage_after = covered(rows, kept, (int32_t)begin, rows[kept - 1].t + 1);
    }
    known_count = drop_unknown(known, known_count);
    return fill_series(cx, known, known_count, p);
}

/* ---- which columns a baseline can bear ---- */

static bool season_fits(const Column *column, double weeks)
{
    static const double ROUNDING = 1e-9;
    if (column->term == EFFECT_TERM_TREND)
        return weeks >= 104 - ROUNDING;
    if (column->harmonic == 0)
        return true;
    return weeks >= (column->harmonic > 1 ? 78 : 52) - ROUNDING;
}

static bool is_droppable(const Column *column, int round)
{
    switch (round) {
    case 0:
        return column->term == EFFECT_TERM_SCHOOL_HOLIDAY;
    case 1:
        return column->harmonic > 1;
    case 2:
        return column->term == EFFECT_TERM_WIND_DIRECTION;
    case 3:
        return column->term == EFFECT_TERM_RAIN;
    case 4:
        return column->term == EFFECT_TERM_HOLIDAY;
    default:
        return false;
    }
}

static EffectCut cut_at(Arena *arena, const Prepared *p, size_t baseline, size_t from, size_t to)
{
    EffectCut cut = {.baseline = baseline, .from = from, .to = to};
    double weeks = (double)baseline * p->input->facts.step_weeks;
    for (size_t j = 0; j < p->series.k; j++)
        if (season_fits(&p->columns[j], weeks))
            cut.columns[cut.k++] = (uint8_t)j;
    for (int round = 0; round <= 4 && cut.k * 8 > baseline; round++) {
        size_t kept = 0;
        for (size_t j = 0; j < cut.k; j++)
            if (!is_droppable(&p->columns[cut.columns[j]], round))
                cut.columns[kept++] = cut.columns[j];
        cut.k = kept;
    }
    if (baseline > cut.k)
        effect_cut_independent(arena, &p->series, &cut);
    return cut;
}

static void list_left_out(Arena *arena, const Prepared *p, const EffectCut *cut, EffectResult *ret)
{
    Str *names = arena_array(arena, Str, p->series.k);
    for (size_t j = 0; j < p->series.k; j++) {
        bool used = false;
        for (size_t c = 0; c < cut->k; c++)
            used = used || cut->columns[c] == j;
        bool told = ret->left_out_count && p->columns[j].harmonic &&
                    p->columns[j].harmonic == p->columns[j - 1].harmonic;
        if (!used && !told)
            names[ret->left_out_count++] = p->columns[j].name;
    }
    ret->left_out = names;
}

/* ---- fake start dates ---- */

static size_t steps_below(const EffectSeries *s, int64_t t)
{
    size_t count = 0;
    while (count < s->n && s->t[count] < t)
        count++;
    return count;
}

/* All that have a year before them and a window of the true length that ends before the start. The
 * first cut is the true one. */
static size_t all_cuts(Arena *arena, const Prepared *p, EffectCut **ret)
{
    const EffectSeries *s = &p->series;
    EffectCut *cuts = arena_array(arena, EffectCut, EFFECT_SPAN_MAX + 1);
    size_t count = 1;
    cuts[0] = cut_at(arena, p, p->baseline, p->baseline, s->n);
    *ret = cuts;
    if (p->baseline == 0 || p->baseline == s->n)
        return count;
    int64_t ramp = p->input->ramp, start = p->input->start;
    int64_t length = s->t[s->n - 1] - (start + ramp) + 1;
    for (int64_t fake = s->t[0]; fake + ramp + length <= start; fake++) {
        size_t baseline = steps_below(s, fake), from = steps_below(s, fake + ramp);
        size_t to = steps_below(s, fake + ramp + length);
        bool year = (double)baseline * p->input->facts.step_weeks >= 52 - 1e-9;
        if (year && (double)(to - from) >= COVERED * (double)length)
            cuts[count++] = cut_at(arena, p, baseline, from, to);
    }
    return count;
}

/* ---- facts of the series ---- */

static double *cut_columns(Arena *arena, const Prepared *p, const EffectCut *cut, size_t n)
{
    double *x = arena_array(arena, double, n * cut->k);
    for (size_t j = 0; j < cut->k; j++)
        memcpy(x + j * n, p->series.x + cut->columns[j] * p->series.n, n * sizeof *x);
    return x;
}

/* How far the regression misses the baseline, as part of its mean. */
static double cv_rmse(Arena *arena, const Prepared *p, const EffectCut *cut)
{
    size_t n = cut->baseline;
    double *residual = arena_array(arena, double, n), sum = 0, squares = 0;
    EffectRegression fit;
    if (!effect_ols(arena, n, cut->k, cut_columns(arena, p, cut, n), p->series.y, &fit, residual))
        return NAN;
    for (size_t i = 0; i < n; i++) {
        double miss = residual[i];
        if (p->native[i] < 0)
            return NAN;
        if (p->input->log)
            miss = p->native[i] - exp(p->series.y[i] - residual[i]);
        sum += p->native[i];
        squares += miss * miss;
    }
    return sum > 0 ? sqrt(squares / (double)(n - cut->k)) / (sum / (double)n) : NAN;
}

static bool is_weather(EffectTerm term)
{
    return term == EFFECT_TERM_WEATHER || term == EFFECT_TERM_RAIN ||
           term == EFFECT_TERM_WIND_DIRECTION;
}

static bool is_outside(const Prepared *p, size_t i)
{
    const EffectSeries *s = &p->series;
    for (size_t j = 0; j < s->k; j++) {
        const double *column = s->x + j * s->n;
        double low = INFINITY, high = -INFINITY;
        if (!is_weather(p->columns[j].term))
            continue;
        for (size_t b = 0; b < p->baseline; b++) {
            low = fmin(low, column[b]);
            high = fmax(high, column[b]);
        }
        if (column[i] < low || column[i] > high)
            return true;
    }
    return false;
}

static double outside(const Prepared *p)
{
    size_t count = 0;
    for (size_t i = p->baseline; i < p->series.n; i++)
        count += is_outside(p, i);
    return p->series.n > p->baseline ? (double)count / (double)(p->series.n - p->baseline) : 0;
}

/* In the baseline's standard deviations around its mean. False where it does not vary. */
static bool standardise(const double *from, size_t n, size_t baseline, double *to)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < baseline; i++)
        mean += from[i] / (double)baseline;
    for (size_t i = 0; i < baseline; i++)
        squares += (from[i] - mean) * (from[i] - mean);
    double sd = sqrt(squares / (double)baseline);
    for (size_t i = 0; i < n && sd > 0; i++)
        to[i] = (from[i] - mean) / sd;
    return sd > 0;
}

/* Weeks from the start to where the control breaks, if it does: an F that allows for how long the
 * control's own errors remember, which would pass for breaks. */
static double break_weeks(const Prepared *p, const double *control)
{
    static const double CRITICAL = 8.68;
    EffectBreak found;
    double squares = 0, neighbours = 0, last = 0;
    if (!effect_break(p->series.n, control, &found))
        return INFINITY;
    for (size_t i = 0; i < p->series.n; i++) {
        double off = control[i] - (i < found.at ? found.before : found.after);
        squares += off * off;
        neighbours += i > 0 ? off * last : 0;
        last = off;
    }
    double rho = fmin(.99, fmax(0, neighbours / squares));
    if (found.f * (1 - rho) / (1 + rho) <= CRITICAL)
        return INFINITY;
    double steps = fabs((double)p->series.t[found.at] - (double)p->input->start);
    return steps * p->input->facts.step_weeks;
}

static void look_at_controls(Arena *arena, const Prepared *p, EffectResult *ret)
{
    const EffectSeries *s = &p->series;
    double *all = arena_array(arena, double, s->n * s->k), *y = arena_array(arena, double, s->n);
    double *mean = arena_array(arena, double, s->n);
    size_t count = 0;
    for (size_t j = 0; j < s->k; j++)
        if (p->columns[j].term == EFFECT_TERM_CONTROL)
            count += standardise(s->x + j * s->n, s->n, p->baseline, all + count * s->n);
    ret->facts.control = count > 0;
    if (count == 0 || !standardise(s->y, s->n, p->baseline, y))
        return;
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < count; j++)
            mean[i] += all[j * s->n + i] / (double)count;
    ret->has_difference =
        effect_difference(arena, s->n, p->baseline, s->t, y, all, count, &ret->difference);
    if (ret->has_difference)
        ret->facts.control_slope = ret->difference.slope_p;
    ret->facts.control_break = break_weeks(p, mean);
}

/* ---- the result ---- */

static void set_figures(const Prepared *p, EffectResult *ret)
{
    const EffectMixture *mixture = &ret->mixture;
    double at[] = {mixture->mean, effect_mixture_quantile(mixture, .025),
                   effect_mixture_quantile(mixture, .975)};
    double percent[3], cumulative[3];
    double window = 0;
    for (size_t i = p->baseline; i < p->series.n; i++)
        window += p->native[i];
    for (size_t i = 0; i < 3; i++) {
        percent[i] = p->input->log ? 100 * expm1(at[i]) : 100 * at[i] / mixture->forecast;
        cumulative[i] = p->input->log ? -window * expm1(-at[i]) : (double)mixture->m * at[i];
    }
    ret->low95 = at[1], ret->high95 = at[2];
    ret->percent = percent[0];
    ret->percent_low = fmin(percent[1], percent[2]);
    ret->percent_high = fmax(percent[1], percent[2]);
    ret->cumulative = cumulative[0];
    ret->cumulative_low = cumulative[1], ret->cumulative_high = cumulative[2];
    ret->p = effect_mixture_p(mixture);
    ret->smallest_detectable = effect_smallest_detectable(mixture);
}

static void set_placebos(const EffectMixture *all, size_t count, EffectResult *ret)
{
    double own = fabs(all[0].mean) / all[0].sd;
    for (size_t i = 1; i < count; i++) {
        if (!all[i].ok)
            continue;
        ret->placebos++;
        ret->beyond += fabs(all[i].mean) / all[i].sd >= own;
    }
}

static void set_facts(Arena *arena, const Prepared *p, const EffectCut *cut, EffectResult *ret)
{
    EffectFacts *facts = &ret->facts;
    *facts = p->input->facts;
    facts->n0 = p->baseline;
    facts->m = p->series.n - p->baseline;
    facts->k = cut->k;
    facts->coverage_before = p->coverage_before;
    facts->coverage_after = p->coverage_after;
    facts->stuck = p->stuck;
    facts->cv_rmse = cv_rmse(arena, p, cut);
    facts->outside = outside(p);
    look_at_coincidents(p->input, p->last, facts);
    look_at_controls(arena, p, ret);
}

static void judge(Arena *arena, const EffectInput *input, EffectResult *ret)
{
    EffectEvidence evidence = {.mixture = &ret->mixture,
                               .want = input->want,
                               .smallest = input->smallest,
                               .target = input->target,
                               .placebos = ret->placebos,
                               .beyond = ret->beyond,
                               .step = ret->has_step ? ret->step.reml.b[ret->step.step] : NAN};
    if (ret->mixture.ok) {
        double *p = arena_array(arena, double, input->others + 1);
        bool *kept = arena_array(arena, bool, input->others + 1);
        p[0] = ret->p;
        if (input->others)
            memcpy(p + 1, input->others_p, input->others * sizeof *p);
        effect_discoveries(arena, p, input->others + 1, EFFECT_DISCOVERY_Q, kept);
        evidence.discovery = kept[0];
    }
    ret->judgement = effect_judge(&ret->facts, &evidence);
}

Err effect_evaluate(Cx *cx, const EffectInput *input, EffectResult *ret)
{
    Prepared p;
    EffectCut *cuts = NULL;
    TRY(prepare(cx, input, &p));
    EffectResult result = {0};
    size_t count = all_cuts(cx->arena, &p, &cuts);
    EffectMixture *all = arena_array(cx->arena, EffectMixture, count);
    effect_mixtures(cx->arena, &p.series, cuts, count, all);
    result.mixture = all[0];
    result.trimmed = p.trimmed;
    set_facts(cx->arena, &p, &cuts[0], &result);
    list_left_out(cx->arena, &p, &cuts[0], &result);
    if (all[0].ok) {
        result.facts.slow = all[0].slow;
        EffectSeries chosen = p.series;
        chosen.k = cuts[0].k;
        chosen.x = cut_columns(cx->arena, &p, &cuts[0], p.series.n);
        result.has_step = effect_step_model(cx->arena, &chosen, p.baseline, &result.step);
        set_figures(&p, &result);
        set_placebos(all, count, &result);
    }
    judge(cx->arena, input, &result);
    *ret = result;
    return OK;
}

/* ---- before the start ---- */

/* The input's baseline, and behind it a window whose values do not matter for the error. */
static EffectInput planned(Arena *arena, const EffectInput *input, int32_t steps)
{
    EffectInput plan = *input;
    size_t kept = 0, room = input->n + (size_t)steps;
    int32_t *t = arena_array(arena, int32_t, room);
    int64_t *at_us = arena_array(arena, int64_t, room);
    double *y = arena_array(arena, double, room), *coverage = arena_array(arena, double, room);
    double *x = arena_array(arena, double, room *(input->regressor_count + 1));
    EffectRegressor *regressors = arena_array(arena, EffectRegressor, input->regressor_count + 1);
    int64_t last_us = 0;
    int32_t last = 0;
    for (size_t i = 0; i < input->n; i++) {
        if (input->t[i] >= input->start)
            continue;
        t[kept] = input->t[i];
        at_us[kept] = input->at_us ? input->at_us[i] : 0;
        y[kept] = input->y[i];
        coverage[kept] = input->coverage ? input->coverage[i] : 1;
        for (size_t j = 0; j < input->regressor_count; j++)
            x[j * room + kept] = input->regressors[j].at[i];
        if (kept == 0 || t[kept] > last) {
            last = t[kept];
            last_us = at_us[kept];
        }
        kept++;
    }
    plan.n = kept;
    for (int32_t i = 0; i < steps; i++, plan.n++) {
        t[plan.n] = input->start + input->ramp + i;
        at_us[plan.n] = last_us + (int64_t)((double)(t[plan.n] - last) * input->facts.step_weeks *
                                            (double)(7 * TIME_DAY_US));
        y[plan.n] = 1 + i; /* no sensor stands still there */
        coverage[plan.n] = 1;
    }
    for (size_t j = 0; j < input->regressor_count; j++) {
        double sum = 0, known = 0;
        for (size_t i = 0; i < kept; i++)
            if (!isnan(x[j * room + i])) {
                sum += x[j * room + i];
                known++;
            }
        for (size_t i = kept; i < plan.n; i++)
            x[j * room + i] = known > 0 ? sum / known : 0;
        regressors[j] = input->regressors[j];
        regressors[j].at = x + j * room;
    }
    plan.t = t;
    plan.at_us = input->at_us ? at_us : NULL;
    plan.y = y;
    plan.coverage = coverage;
    plan.regressors = regressors;
    return plan;
}

Err effect_plan(Cx *cx, const EffectInput *input, int32_t steps, double *ret_smallest)
{
    Prepared p;
    EffectMixture mixture = {0};
    if (steps <= 0 || steps > EFFECT_STEPS_MAX - EFFECT_BASELINE_MAX)
        return fail(cx, ERR_LIMIT, "effect.steps", "a window has 1 to %d steps, not %d",
                    EFFECT_STEPS_MAX - EFFECT_BASELINE_MAX, steps);
    EffectInput plan = planned(cx->arena, input, steps);
    TRY(prepare(cx, &plan, &p));
    EffectCut cut = cut_at(cx->arena, &p, p.baseline, p.baseline, p.series.n);
    effect_mixtures(cx->arena, &p.series, &cut, 1, &mixture);
    if (!mixture.ok || cut.k * 8 > cut.baseline)
        return fail(cx, ERR_UNAVAILABLE, "effect.plan",
                    "%zu valid steps of baseline are too few for %zu columns", p.baseline, cut.k);
    *ret_smallest = effect_smallest_detectable(&mixture);
    return OK;
}

EffectTotal effect_total(const double *cumulative, const double *sd, size_t n)
{
    static const double NORMAL_975 = 1.959963984540054;
    EffectTotal total = {0};
    double variance = 0;
    for (size_t i = 0; i < n; i++) {
        total.sum += cumulative[i];
        variance += sd[i] * sd[i];
    }
    total.low95 = total.sum - NORMAL_975 * sqrt(variance);
    total.high95 = total.sum + NORMAL_975 * sqrt(variance);
    return total;
}
