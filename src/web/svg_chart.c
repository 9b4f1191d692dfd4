/* A value over time, with axes.
 *
 * The drawing is as wide as its place: the line stretches, the words do not. Therefore the plot
 * is an inner drawing without an aspect ratio, and the words stand beside it in per cent. */
#include "web/svg.h"

#include <math.h>

#include "base/str.h"
#include "web/format.h"

enum {
    WIDTH = 1000,  /* of the plot, in its own units */
    HEIGHT = 220,  /* of the plot, in pixels */
    TOP = 18,      /* room for the word of the highest line */
    BOTTOM = 28,   /* room for the words of the time axis */
    LINES_MAX = 6, /* of the value axis */
    TICKS_MAX = 7  /* of the time axis: 44 px each on a phone */
};

/* Beyond, sums and differences of values leave the range of numbers; closer together than this, in
 * proportion, no line of the axis would lie between them. */
#define AXIS_MAX 1e300
#define AXIS_DIGITS 1e-13

SvgScale svg_scale(double low, double high, int count_max)
{
    ASSERT(isfinite(low) && isfinite(high) && count_max >= 2);
    low = fmax(-AXIS_MAX, fmin(AXIS_MAX, low));
    high = fmax(-AXIS_MAX, fmin(AXIS_MAX, high));
    double least = fmax(fabs(low), fabs(high)) * AXIS_DIGITS;
    if (!(high - low > fmax(least, 1 / AXIS_MAX))) {
        double width = fmax(fabs(low) * 0.1, 1);
        low -= width / 2;
        high = low + width;
    }
    double rough = (high - low) / (count_max - 1);
    double power = pow(10, floor(log10(rough)));
    static const double STEPS[] = {1, 2, 5, 10, 20};
    SvgScale scale = {0};
    for (size_t i = 0; i < COUNT_OF(STEPS); i++) {
        scale.step = STEPS[i] * power;
        scale.low = floor(low / scale.step + 1e-9) * scale.step;
        scale.high = ceil(high / scale.step - 1e-9) * scale.step;
        if (lround((scale.high - scale.low) / scale.step) < count_max)
            break;
    }
    double digits = -floor(log10(scale.step) + 1e-9);
    scale.decimals = digits > 0 ? (int)fmin(digits, 9) : 0;
    return scale;
}

static SvgScale scale_of(const SvgChart *chart)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < chart->count; i++) {
        if (!isfinite(chart->samples[i].value))
            continue;
        low = fmin(low, chart->samples[i].value);
        high = fmax(high, chart->samples[i].value);
    }
    if (isfinite(chart->target)) {
        low = fmin(low, chart->target);
        high = fmax(high, chart->target);
    }
    if (!isfinite(low))
        low = high = 0;
    if (chart->from_zero) {
        low = fmin(low, 0);
        high = fmax(high, 0);
    }
    return svg_scale(low, high, LINES_MAX);
}

static double x_of(const SvgChart *chart, int64_t at_us)
{
    double share = (double)(at_us - chart->from_us) / (double)(chart->to_us - chart->from_us);
    return fmax(0, fmin(1, share)) * WIDTH;
}

static double y_of(const SvgScale *scale, double v)
{
    return HEIGHT - (v - scale->low) / (scale->high - scale->low) * HEIGHT;
}

static void put_line(Buf *out, const SvgChart *chart, const SvgScale *scale, bool area)
{
    bool pen_down = false;
    double start_x = 0, last_x = 0;
    for (size_t i = 0; i <= chart->count; i++) {
        const SvgSample *s = i < chart->count ? &chart->samples[i] : NULL;
        bool far = s && i && chart->gap_us && s->at_us - s[-1].at_us > chart->gap_us;
        if (pen_down && (!s || far || !isfinite(s->value))) {
            if (area) {
                buf_fmt(out, "V%dH", HEIGHT);
                svg_number(out, start_x);
                buf_char(out, 'Z');
            } else if (last_x <= start_x) {
                buf_put(out, S("h0"));
            }
            pen_down = false;
        }
        if (!s || !isfinite(s->value))
            continue;
        double x = x_of(chart, s->at_us), y = y_of(scale, s->value);
        if (pen_down && chart->steps) {
            buf_char(out, 'H');
            svg_number(out, x);
            buf_char(out, 'V');
            svg_number(out, y);
        } else {
            buf_char(out, pen_down ? 'L' : 'M');
            svg_number(out, x);
            buf_char(out, ' ');
            svg_number(out, y);
        }
        if (!pen_down)
            start_x = x;
        pen_down = true;
        last_x = x;
    }
}

static void put_grid(Buf *out, const SvgChart *chart, const SvgScale *scale)
{
    long count = lround((scale->high - scale->low) / scale->step);
    for (long i = 0; i <= count; i++) {
        double v = scale->low + (double)i * scale->step;
        double y = y_of(scale, v) + TOP;
        buf_put(out, S("<line class=\"h-chart__grid\" x1=\"0\" x2=\"100%\" y1=\""));
        svg_number(out, y);
        buf_put(out, S("\" y2=\""));
        svg_number(out, y);
        buf_put(out, S("\"/><text class=\"h-chart__value\" x=\"-10\" y=\""));
        svg_number(out, y + 4.5);
        buf_put(out, S("\">"));
        buf_put(out, format_number(out->arena, chart->lang, v, scale->decimals));
        buf_put(out, S("</text>"));
    }
}

/* --- the time axis --- */

typedef struct Step {
    int32_t hours, days, months;
} Step;

static const Step TIME_STEPS[] = {{1, 0, 0}, {2, 0, 0}, {3, 0, 0},  {6, 0, 0},  {12, 0, 0},
                                  {0, 1, 0}, {0, 2, 0}, {0, 7, 0},  {0, 14, 0}, {0, 0, 1},
                                  {0, 0, 3}, {0, 0, 6}, {0, 0, 12}, {0, 0, 60}, {0, 0, 240}};

static int64_t step_us(Step step)
{
    return step.hours * TIME_HOUR_US + step.days * TIME_DAY_US + step.months * 28 * TIME_DAY_US;
}

/* The next tick's local time at or after the given one: hours from midnight, days from the first
 * of the month on, months from January on. */
static Civil first_tick(Civil c, Step step)
{
    Civil tick = {.year = c.year, .month = c.month, .day = c.day};
    if (step.hours)
        tick.hour = c.hour - c.hour % step.hours;
    if (step.months) {
        int32_t months = c.year * 12 + c.month - 1;
        months -= months % step.months;
        tick = (Civil){.year = months / 12, .month = months % 12 + 1, .day = 1};
    }
    return tick;
}

static Civil next_tick(Civil tick, Step step)
{
    tick.hour += step.hours;
    tick.day += step.days;
    tick.month += step.months;
    return time_civil(time_from_civil(tick));
}

static Str tick_word(Arena *arena, Lang lang, Civil c, Step step)
{
    if (step.hours && c.hour)
        return arena_fmt(arena, "%02d:%02d", c.hour, c.minute);
    if (step.months >= 12 || (step.months && c.month == 1))
        return arena_fmt(arena, "%d", c.year);
    Str month = format_month_short(lang, c.month);
    if (step.months)
        return month;
    return arena_fmt(arena, lang == LANG_DE ? "%d. %.*s" : "%d %.*s", c.day, SARG(month));
}

static void put_tick(Buf *out, const SvgChart *chart, int64_t at_us, Civil c, Step step)
{
    double x = x_of(chart, at_us) / WIDTH * 100;
    const char *anchor = x < 3 ? "start" : x > 97 ? "end" : "middle";
    buf_put(out, S("<line class=\"h-chart__tick\" x1=\""));
    svg_number(out, x);
    buf_put(out, S("%\" x2=\""));
    svg_number(out, x);
    buf_fmt(out, "%%\" y1=\"%d\" y2=\"%d\"/><text class=\"h-chart__time\" text-anchor=\"%s\" x=\"",
            TOP + HEIGHT, TOP + HEIGHT + 5, anchor);
    svg_number(out, x);
    buf_fmt(out, "%%\" y=\"%d\">", TOP + HEIGHT + 21);
    buf_put(out, tick_word(out->arena, chart->lang, c, step));
    buf_put(out, S("</text>"));
}

static void put_time_axis(Buf *out, const SvgChart *chart)
{
    int64_t span_us = chart->to_us - chart->from_us;
    size_t i = 0;
    while (i + 1 < COUNT_OF(TIME_STEPS) && span_us / step_us(TIME_STEPS[i]) > TICKS_MAX - 1)
        i++;
    Step step = TIME_STEPS[i];
    Civil local = first_tick(zone_civil(chart->zone, chart->from_us), step);
    for (int guard = 0; guard < 4 * TICKS_MAX; guard++) {
        int64_t at_us = zone_to_utc(chart->zone, time_from_civil(local));
        if (at_us > chart->to_us)
            break;
        if (at_us >= chart->from_us)
            put_tick(out, chart, at_us, local, step);
        local = next_tick(local, step);
    }
}

static void put_path(Buf *out, const SvgChart *chart, const SvgScale *scale, bool area)
{
    buf_put(out, area ? S("<path class=\"h-chart__area\" d=\"")
                      : S("<path class=\"h-chart__line\" vector-effect=\"non-scaling-stroke\" "
                          "d=\""));
    put_line(out, chart, scale, area);
    buf_put(out, S("\"/>"));
}

void svg_chart(Buf *out, const SvgChart *chart)
{
    ASSERT(chart->count <= SVG_CHART_MAX && chart->from_us < chart->to_us);
    SvgScale scale = scale_of(chart);
    buf_fmt(out,
            "<svg class=\"h-chart__svg\" width=\"100%%\" height=\"%d\" role=\"img\" "
            "aria-label=\"",
            TOP + HEIGHT + BOTTOM);
    html_put_text(out, chart->label);
    buf_put(out, S("\">"));
    put_grid(out, chart, &scale);
    put_time_axis(out, chart);
    buf_fmt(out,
            "<svg y=\"%d\" width=\"100%%\" height=\"%d\" viewBox=\"0 0 %d %d\" "
            "preserveAspectRatio=\"none\" overflow=\"visible\">",
            TOP, HEIGHT, WIDTH, HEIGHT);
    put_path(out, chart, &scale, true);
    if (isfinite(chart->target)) {
        buf_put(out, S("<path class=\"h-chart__target\" vector-effect=\"non-scaling-stroke\" "
                       "d=\"M0 "));
        svg_number(out, y_of(&scale, chart->target));
        buf_fmt(out, "H%d\"/>", WIDTH);
    }
    put_path(out, chart, &scale, false);
    buf_put(out, S("</svg></svg>"));
}
