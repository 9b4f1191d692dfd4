#include "steering/effect_verdict.h"

#include "base/matrix.h"
#include "base/str.h"

#include <math.h>

/* Weeks are counted in steps of days and months, whose sums may lack a last bit. */
static const double ROUNDING = 1e-9;
static const double MONTH_WEEKS = 30.436875 / 7;

static bool below(double weeks, double least)
{
    return weeks < least - ROUNDING;
}

static double weeks_before(const EffectFacts *f)
{
    return (double)f->n0 * f->step_weeks;
}

static double weeks_after(const EffectFacts *f)
{
    return (double)f->m * f->step_weeks;
}

static bool is_monthly(const EffectFacts *f)
{
    return f->step_weeks >= 4;
}

static EffectLight light(bool red, bool yellow)
{
    return red ? EFFECT_RED : yellow ? EFFECT_YELLOW : EFFECT_GREEN;
}

/* ---- guards ---- */

static EffectLight look_baseline(const EffectFacts *f)
{
    double least = is_monthly(f) ? 18 * MONTH_WEEKS : 26;
    return light(below(weeks_before(f), least), below(weeks_before(f), 52));
}

static EffectLight look_window(const EffectFacts *f)
{
    return light(below(weeks_after(f), 8), below(weeks_after(f), 13) || f->heating_without_winter);
}

static EffectLight look_coverage(const EffectFacts *f)
{
    double least = fmin(f->coverage_before, f->coverage_after);
    double apart = fabs(f->coverage_before - f->coverage_after);
    return light(least < .75 - ROUNDING, least < .90 - ROUNDING || apart > .10 + ROUNDING);
}

static EffectLight look_device(const EffectFacts *f)
{
    return light(f->exchanged_at_start, f->device_event_weeks <= 4);
}

static EffectLight look_stuck(const EffectFacts *f)
{
    return light(false, f->stuck > 0);
}

static EffectLight look_drift(const EffectFacts *f)
{
    return f->slow > .5 ? EFFECT_NOTE : EFFECT_GREEN;
}

static EffectLight look_fit(const EffectFacts *f)
{
    return light(f->cv_rmse > 1, f->cv_rmse > (is_monthly(f) ? .15 : .30));
}

static EffectLight look_terms(const EffectFacts *f)
{
    return light(f->k * 8 > f->n0, false);
}

static EffectLight look_extrapolation(const EffectFacts *f)
{
    return light(f->outside > .20 + ROUNDING, f->outside > .05 + ROUNDING);
}

static EffectLight look_regime(const EffectFacts *f)
{
    return light(false, f->control && f->control_break <= 8);
}

static EffectLight look_coincident(const EffectFacts *f)
{
    return light(f->coincident_weeks < 8 || (f->coincident_weeks <= 26 && !f->separable),
                 f->coincident_weeks <= 26);
}

static EffectLight look_control(const EffectFacts *f)
{
    return light(f->control && f->control_inside, f->control && f->control_slope < .1);
}

static EffectLight look_peeking(const EffectFacts *f)
{
    return f->interim ? EFFECT_NOTE : EFFECT_GREEN;
}

const EffectGuard EFFECT_GUARDS[] = {
    {S_INIT("baseline"), look_baseline,
     "the baseline has fewer than 26 weeks (by months: 18 months)",
     "the baseline has no full year: seasons cannot be told from an effect", NULL},
    {S_INIT("window"), look_window, "fewer than 8 weeks were measured since the start",
     "fewer than 13 weeks were measured since the start, or no winter for a measure on heating",
     NULL},
    {S_INIT("coverage"), look_coverage, "less than 75 % of the steps are valid on one side",
     "less than 90 % of the steps are valid, or the sides differ by more than 10 points", NULL},
    {S_INIT("device"), look_device,
     "the meter or sensor was exchanged at the start without an overlap",
     "a recalibration, change of unit or of firmware lies within 4 weeks of the start", NULL},
    {S_INIT("stuck"), look_stuck, NULL,
     "the sensor stood still for some steps, which were left out", NULL},
    {S_INIT("drift"), look_drift, NULL, NULL,
     "the series drifts: the 99 % interval decides in place of the 98 % interval"},
    {S_INIT("fit"), look_fit, "the model misses the baseline by more than its mean",
     "the model misses the baseline by more than 30 % of its mean (by months: 15 %)", NULL},
    {S_INIT("terms"), look_terms, "the model has more than one term for 8 steps of the baseline",
     NULL, NULL},
    {S_INIT("extrapolation"), look_extrapolation,
     "more than 20 % of the steps since the start had weather that the baseline never saw",
     "more than 5 % of the steps since the start had weather that the baseline never saw", NULL},
    {S_INIT("regime"), look_regime, NULL, "the control breaks within 8 weeks of the start", NULL},
    {S_INIT("coincident"), look_coincident,
     "another project on the same figure and area cannot be told apart",
     "another project on the same figure and area started within 26 weeks", NULL},
    {S_INIT("control"), look_control,
     "the control lies inside the project's area or that of a coincident project",
     "the control ran apart from the series already before the start", NULL},
    {S_INIT("peeking"), look_peeking, NULL, NULL,
     "provisional: the declared day of evaluation has not come"},
};
_Static_assert(COUNT_OF(EFFECT_GUARDS) == EFFECT_GUARD_COUNT, "effect_verdict.h counts them");

EffectLight effect_guards(const EffectFacts *facts, EffectLight lights[EFFECT_GUARD_COUNT])
{
    EffectLight worst = EFFECT_GREEN;
    for (size_t i = 0; i < EFFECT_GUARD_COUNT; i++) {
        lights[i] = EFFECT_GUARDS[i].look(facts);
        worst = MAX(worst, lights[i]);
    }
    return worst;
}

Str effect_guard_reason(const EffectGuard *guard, EffectLight light)
{
    const char *reason = light == EFFECT_RED      ? guard->red
                         : light == EFFECT_YELLOW ? guard->yellow
                         : light == EFFECT_NOTE   ? guard->note
                                                  : NULL;
    return str_from(reason);
}

/* ---- names ---- */

Str effect_light_name(EffectLight light)
{
    static const Str NAMES[] = {S_INIT("green"), S_INIT("note"), S_INIT("yellow"), S_INIT("red")};
    return NAMES[light];
}

Str effect_verdict_name(EffectVerdict verdict)
{
    static const Str NAMES[] = {[EFFECT_PROVISIONAL] = S_INIT("provisional"),
                                [EFFECT_NOT_ASSESSABLE] = S_INIT("not_assessable"),
                                [EFFECT_OPPOSITE] = S_INIT("opposite"),
                                [EFFECT_PROVEN] = S_INIT("proven"),
                                [EFFECT_INDICATION] = S_INIT("indication"),
                                [EFFECT_NONE] = S_INIT("none")};
    return NAMES[verdict];
}

Str effect_lack_reason(unsigned lack)
{
    static const Str REASONS[EFFECT_LACKS_KINDS] = {
        S_INIT("a yellow guard speaks"),
        S_INIT("the 98 % interval (drifting series: 99 %) has 0 in it"),
        S_INIT(
            "the baseline has fewer than 104 weeks, and no valid control with 70 weeks more than "
            "the window"),
        S_INIT("there are fewer than 19 fake start dates to compare with"),
        S_INIT("more than 10 % of the fake start dates look the same"),
        S_INIT("the step model points the other way"),
        S_INIT("among all evaluated projects this may be chance")};
    for (size_t i = 0; i < EFFECT_LACKS_KINDS; i++)
        if (lack == 1u << i)
            return REASONS[i];
    return S("");
}

/* ---- the verdict ---- */

/* +1 or -1 where the central interval of this level lies on one side of 0, else 0. */
static int side(const EffectMixture *mixture, double level)
{
    double tail = (1 - level) / 2;
    double below_zero = effect_mixture_cdf(mixture, 0);
    return below_zero < tail ? 1 : 1 - below_zero < tail ? -1 : 0;
}

static bool long_enough(const EffectFacts *f)
{
    bool valid_control = f->control && look_control(f) == EFFECT_GREEN;
    if (!below(weeks_before(f), 104))
        return true;
    return valid_control && !below(weeks_before(f), 70 + weeks_after(f));
}

/* Everything that speaks against "proven" in this direction. */
static unsigned lacks(const EffectFacts *f, const EffectEvidence *e, EffectLight worst,
                      int direction)
{
    enum { PLACEBOS_MIN = 19 };
    unsigned bits = 0;
    double level = f->slow > .5 ? .99 : .98;
    if (worst >= EFFECT_YELLOW)
        bits |= EFFECT_LACKS_CALM;
    if (side(e->mixture, level) != direction)
        bits |= EFFECT_LACKS_CERTAINTY;
    if (!long_enough(f))
        bits |= EFFECT_LACKS_BASELINE;
    if (e->placebos < PLACEBOS_MIN)
        bits |= EFFECT_LACKS_PLACEBOS;
    else if ((double)(e->beyond + 1) / (double)(e->placebos + 1) > .10)
        bits |= EFFECT_LACKS_PLACEBO_P;
    if (!(e->step * direction > 0))
        bits |= EFFECT_LACKS_STEP_SIGN;
    if (!e->discovery)
        bits |= EFFECT_LACKS_DISCOVERY;
    return bits;
}

static int wanted(EffectWant want, int direction)
{
    return want == EFFECT_WANT_CHANGE ? direction : want == EFFECT_WANT_LESS ? -1 : 1;
}

static EffectTarget target_line(const EffectEvidence *e, double low, double high)
{
    if (isnan(e->target))
        return EFFECT_TARGET_NONE;
    int direction = wanted(e->want, e->target < 0 ? -1 : 1);
    double least = direction > 0 ? low : -high, most = direction > 0 ? high : -low;
    double target = e->target * direction;
    return least >= target  ? EFFECT_TARGET_REACHED
           : most >= target ? EFFECT_TARGET_POSSIBLE
                            : EFFECT_TARGET_MISSED;
}

EffectJudgement effect_judge(const EffectFacts *facts, const EffectEvidence *evidence)
{
    EffectJudgement result = {.verdict = EFFECT_NOT_ASSESSABLE};
    EffectLight worst = effect_guards(facts, result.guards);
    if (facts->interim)
        result.verdict = EFFECT_PROVISIONAL;
    if (!evidence->mixture->ok || worst == EFFECT_RED || facts->interim)
        return result;
    double low = effect_mixture_quantile(evidence->mixture, .025);
    double high = effect_mixture_quantile(evidence->mixture, .975);
    int direction = side(evidence->mixture, .90);
    result.target = target_line(evidence, low, high);
    if (direction == 0) {
        result.verdict = EFFECT_NONE;
        result.practically_none = low > -evidence->smallest && high < evidence->smallest;
        return result;
    }
    result.lacks = lacks(facts, evidence, worst, direction);
    if (direction != wanted(evidence->want, direction)) {
        result.verdict = EFFECT_OPPOSITE;
        result.weak = result.lacks != 0;
    } else {
        result.verdict = result.lacks ? EFFECT_INDICATION : EFFECT_PROVEN;
    }
    return result;
}

double effect_smallest_detectable(const EffectMixture *mixture)
{
    return 2.8 * mixture->sd;
}

void effect_discoveries(Arena *arena, const double *p, size_t n, double q, bool *ret)
{
    ArenaMark mark = arena_mark(arena);
    double *sorted = arena_array(arena, double, n), most = -1;
    for (size_t i = 0; i < n; i++)
        sorted[i] = p[i];
    vector_sort(sorted, n);
    for (size_t i = 0; i < n; i++)
        if (sorted[i] <= q * (double)(i + 1) / (double)n)
            most = sorted[i];
    for (size_t i = 0; i < n; i++)
        ret[i] = p[i] <= most;
    arena_rewind(arena, mark);
}
