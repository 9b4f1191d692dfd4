/* Small drawings: sparks, bars, and what all drawings share. */
#include "web/svg.h"

#include <math.h>

#include "base/str.h"

/* A sensor may say anything, such as 1e308: what lies so far outside is drawn at the edge. */
#define COORDINATE_MAX 1e9

enum { SPARK_WIDTH = 240, SPARK_HEIGHT = 44, SPARK_MARGIN = 3 };

void svg_number(Buf *out, double v)
{
    v = isfinite(v) ? fmax(-COORDINATE_MAX, fmin(COORDINATE_MAX, v)) : 0;
    int64_t tenths = llround(v * 10);
    if (tenths < 0)
        buf_char(out, '-');
    int64_t size = tenths < 0 ? -tenths : tenths;
    buf_i64(out, size / 10);
    if (size % 10) {
        buf_char(out, '.');
        buf_char(out, (char)('0' + size % 10));
    }
}

static void open_image(Buf *out, Str class_name, Text label, Str view_box)
{
    buf_put(out, S("<svg class=\""));
    buf_put(out, class_name);
    buf_put(out, S("\" viewBox=\""));
    buf_put(out, view_box);
    buf_put(out, S("\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\""));
    html_put_text(out, label);
    buf_put(out, S("\">"));
}

/* --- sparks --- */

typedef struct Band {
    double low, high;
} Band;

static Band band_of(const SvgSpark *spark)
{
    Band band = {INFINITY, -INFINITY};
    for (size_t i = 0; i < spark->count; i++) {
        if (!isfinite(spark->values[i]))
            continue;
        band.low = fmin(band.low, spark->values[i]);
        band.high = fmax(band.high, spark->values[i]);
    }
    if (isfinite(spark->target)) {
        band.low = fmin(band.low, spark->target);
        band.high = fmax(band.high, spark->target);
    }
    if (spark->from_zero)
        band.low = fmin(band.low, 0);
    if (!(band.high > band.low)) {
        band.low -= 1;
        band.high = band.low + 2;
    }
    return band;
}

static double spark_x(const SvgSpark *spark, size_t i)
{
    return spark->count < 2 ? SPARK_WIDTH : (double)i * SPARK_WIDTH / (double)(spark->count - 1);
}

static double spark_y(Band band, double v)
{
    double share = (v - band.low) / (band.high - band.low);
    return SPARK_HEIGHT - SPARK_MARGIN - share * (SPARK_HEIGHT - 2 * SPARK_MARGIN);
}

/* Each unbroken run of values is one subpath; with closed, the area down to the ground. */
static void put_runs(Buf *out, const SvgSpark *spark, Band band, bool closed)
{
    size_t i = 0;
    while (i < spark->count) {
        while (i < spark->count && !isfinite(spark->values[i]))
            i++;
        size_t from = i;
        for (; i < spark->count && isfinite(spark->values[i]); i++) {
            buf_char(out, i == from ? 'M' : 'L');
            svg_number(out, spark_x(spark, i));
            buf_char(out, ' ');
            svg_number(out, spark_y(band, spark->values[i]));
        }
        if (i == from)
            break;
        if (i == from + 1)
            buf_put(out, S("h0")); /* a lone value is a dot, by the round caps */
        if (closed) {
            buf_fmt(out, "V%dH", SPARK_HEIGHT);
            svg_number(out, spark_x(spark, from));
            buf_char(out, 'Z');
        }
    }
}

void svg_spark(Buf *out, const SvgSpark *spark)
{
    ASSERT(spark->count <= SVG_SPARK_MAX);
    Band band = band_of(spark);
    open_image(out, S("h-spark"), spark->label, S("0 0 240 44"));
    if (isfinite(band.low)) {
        buf_put(out, S("<path class=\"h-spark__area\" d=\""));
        put_runs(out, spark, band, true);
        buf_put(out, S("\"/>"));
    }
    if (isfinite(spark->target)) {
        buf_put(out, S("<path class=\"h-spark__target\" vector-effect=\"non-scaling-stroke\" "
                       "d=\"M0 "));
        svg_number(out, spark_y(band, spark->target));
        buf_fmt(out, "H%d\"/>", SPARK_WIDTH);
    }
    if (isfinite(band.low)) {
        buf_put(out, S("<path class=\"h-spark__line\" vector-effect=\"non-scaling-stroke\" d=\""));
        put_runs(out, spark, band, false);
        buf_put(out, S("\"/>"));
    }
    buf_put(out, S("</svg>"));
}

/* --- bars --- */

static double on_scale(double v, double min, double max)
{
    if (!isfinite(v) || !(max > min))
        return 0;
    return fmax(0, fmin(1000, (v - min) / (max - min) * 1000));
}

static void put_bar(Buf *out, Str class_name, double x, double y, double width, double height)
{
    buf_put(out, S("<rect class=\""));
    buf_put(out, class_name);
    buf_put(out, S("\" x=\""));
    svg_number(out, x);
    buf_put(out, S("\" y=\""));
    svg_number(out, y);
    buf_put(out, S("\" width=\""));
    svg_number(out, fmax(width, 0));
    buf_put(out, S("\" height=\""));
    svg_number(out, height);
    buf_put(out, S("\"/>"));
}

void svg_bullet(Buf *out, Text label, double value, double target, double max)
{
    open_image(out, S("h-bullet"), label, S("0 0 1000 20"));
    put_bar(out, S("h-bullet__ground"), 0, 6, 1000, 8);
    put_bar(out, S("h-bullet__value"), 0, 6, on_scale(value, 0, max), 8);
    if (isfinite(target)) {
        buf_put(out, S("<path class=\"h-bullet__target\" vector-effect=\"non-scaling-stroke\" "
                       "d=\"M"));
        svg_number(out, on_scale(target, 0, max));
        buf_put(out, S(" 0V20\"/>"));
    }
    buf_put(out, S("</svg>"));
}

void svg_range(Buf *out, Text label, double low, double middle, double high, double min, double max)
{
    open_image(out, S("h-range"), label, S("0 0 1000 20"));
    put_bar(out, S("h-range__ground"), 0, 9, 1000, 2);
    double from = on_scale(low, min, max);
    put_bar(out, S("h-range__band"), from, 5, on_scale(high, min, max) - from, 10);
    buf_put(out, S("<path class=\"h-range__middle\" vector-effect=\"non-scaling-stroke\" d=\"M"));
    svg_number(out, on_scale(middle, min, max));
    buf_put(out, S(" 2V18\"/>"));
    if (min < 0 && max > 0) {
        buf_put(out, S("<path class=\"h-range__zero\" vector-effect=\"non-scaling-stroke\" d=\"M"));
        svg_number(out, on_scale(0, min, max));
        buf_put(out, S(" 0V20\"/>"));
    }
    buf_put(out, S("</svg>"));
}

/* --- states --- */

Text mark_class(MarkState state)
{
    static const Text NAMES[] = {
        [MARK_OK] = {S_INIT("ok")},       [MARK_WARNING] = {S_INIT("warning")},
        [MARK_ALARM] = {S_INIT("alarm")}, [MARK_NO_SIGNAL] = {S_INIT("no-signal")},
        [MARK_PLACE] = {S_INIT("place")},
    };
    ASSERT((size_t)state < COUNT_OF(NAMES));
    return NAMES[state];
}

Icon mark_icon(MarkState state)
{
    static const Icon ICONS_OF[] = {
        [MARK_OK] = ICON_OK,       [MARK_WARNING] = ICON_WARNING,
        [MARK_ALARM] = ICON_ALARM, [MARK_NO_SIGNAL] = ICON_NO_SIGNAL,
        [MARK_PLACE] = ICON_PIN,
    };
    ASSERT((size_t)state < COUNT_OF(ICONS_OF));
    return ICONS_OF[state];
}
