/* Bars over time, one for each row, with marks on them and a line for today.
 *
 * The drawing is as wide as its place: places along the time are in per cent, heights in pixels,
 * so that words keep their size. */
#include "web/svg.h"

#include "base/str.h"
#include "web/format.h"

enum {
    TOP = 34,         /* pixels for the words of the axis */
    ROW = 46,         /* of a row: its name, and below it its bar */
    NAME_Y = 15,      /* base line of the name, within the row */
    BAR_Y = 22,       /* upper edge of the bar */
    BAR_H = 14,       /* height of the bar */
    NAME_CHARS = 44,  /* fits a phone; the table has all of it */
    QUARTERS_MAX = 14 /* beyond, the axis has years alone */
};

static double share_of(const SvgTimeline *t, int64_t day)
{
    double share = (double)(day - t->from_day) / (double)(t->to_day - t->from_day);
    return share < 0 ? 0 : share > 1 ? 100 : share * 100;
}

static void put_percent(Buf *out, const char *name, double percent)
{
    buf_fmt(out, " %s=\"", name);
    svg_number(out, percent);
    buf_put(out, S("%\""));
}

static int height_of(const SvgTimeline *t)
{
    return TOP + ROW * (int)t->count + 6;
}

static void put_line(Buf *out, const SvgTimeline *t, Str class, double percent)
{
    buf_fmt(out, "<line class=\"%.*s\"", SARG(class));
    put_percent(out, "x1", percent);
    put_percent(out, "x2", percent);
    buf_fmt(out, " y1=\"%d\" y2=\"%d\"/>", TOP - 6, height_of(t));
}

static void put_word(Buf *out, Str class, double percent, int y, Str word)
{
    bool last = percent > 92;
    buf_fmt(out, "<text class=\"%.*s\"", SARG(class));
    put_percent(out, "x", percent);
    buf_fmt(out, " y=\"%d\"%s>", y, last ? " text-anchor=\"end\"" : "");
    buf_html(out, word);
    buf_put(out, S("</text>"));
}

static int64_t first_of(int32_t year, int32_t month)
{
    return time_from_civil((Civil){.year = year, .month = month, .day = 1}) / TIME_DAY_US;
}

/* A line at each new year, and at each quarter where the axis is short. */
static void put_axis(Buf *out, const SvgTimeline *t)
{
    Civil from = time_civil(t->from_day * TIME_DAY_US), to = time_civil(t->to_day * TIME_DAY_US);
    int quarters = (to.year - from.year) * 4 + (to.month - from.month) / 3;
    int step = quarters <= QUARTERS_MAX ? 3 : 12;
    int years_apart = quarters <= 40 ? 1 : quarters <= 100 ? 2 : 5;
    for (int32_t year = from.year; year <= to.year; year++)
        for (int32_t month = 1; month <= 12; month += step) {
            int64_t day = first_of(year, month);
            if (day < t->from_day || day > t->to_day || year % years_apart)
                continue;
            double at = share_of(t, day);
            Str word = month == 1 ? arena_fmt(out->arena, "%d", year)
                                  : arena_fmt(out->arena, "Q%d", (month - 1) / 3 + 1);
            put_line(out, t, month == 1 ? S("h-timeline__year") : S("h-timeline__quarter"), at);
            put_word(out,
                     month == 1 ? S("h-timeline__tick h-timeline__tick--year")
                                : S("h-timeline__tick"),
                     at, 16, word);
        }
}

/* At most NAME_CHARS characters, with an ellipsis where there were more. */
static Str shortened(Arena *arena, Str name)
{
    size_t at = 0, chars = 0;
    while (at < name.n && chars < NAME_CHARS) {
        size_t n = str_utf8_length(str_from_index(name, at));
        at += n ? n : 1;
        chars++;
    }
    return at < name.n ? arena_fmt(arena, "%.*s…", (int)at, name.p) : name;
}

static void put_mark(Buf *out, const SvgTimeline *t, const TimelineMark *mark, int y)
{
    buf_fmt(out, "<circle class=\"h-timeline__mark%s\" r=\"5\" cy=\"%d\"",
            mark->done ? " h-timeline__mark--done" : "", y + BAR_Y + BAR_H / 2);
    put_percent(out, "cx", share_of(t, mark->day));
    buf_put(out, S("><title>"));
    buf_html(out, mark->name.s);
    buf_put(out, S("</title></circle>"));
}

static void put_row(Buf *out, const SvgTimeline *t, const TimelineRow *row, int y)
{
    double from = share_of(t, row->from_day), to = share_of(t, row->to_day);
    buf_fmt(out, "<text class=\"h-timeline__name\" x=\"0\" y=\"%d\">", y + NAME_Y);
    buf_html(out, shortened(out->arena, row->name.s));
    buf_put(out, S("</text><rect class=\"h-timeline__bar h-timeline__bar--"));
    buf_html(out, row->class.s);
    buf_put(out, row->open_end ? S(" h-timeline__bar--open\"") : S("\""));
    put_percent(out, "x", from);
    put_percent(out, "width", to - from < 0.4 ? 0.4 : to - from);
    buf_fmt(out, " y=\"%d\" height=\"%d\" rx=\"4\"/>", y + BAR_Y, BAR_H);
    for (size_t i = 0; i < row->mark_count; i++)
        if (row->marks[i].day >= t->from_day && row->marks[i].day <= t->to_day)
            put_mark(out, t, &row->marks[i], y);
}

void svg_timeline(Buf *out, const SvgTimeline *t)
{
    ASSERT(t->from_day < t->to_day);
    buf_fmt(out,
            "<svg class=\"h-timeline__svg\" width=\"100%%\" height=\"%d\" role=\"img\""
            " aria-label=\"",
            height_of(t));
    buf_html(out, t->label.s);
    buf_put(out, S("\">"));
    put_axis(out, t);
    for (size_t i = 0; i < t->count; i++)
        put_row(out, t, &t->rows[i], TOP + ROW * (int)i);
    if (t->today >= t->from_day && t->today <= t->to_day) {
        double at = share_of(t, t->today);
        put_line(out, t, S("h-timeline__today"), at);
        put_word(out, S("h-timeline__tick h-timeline__tick--today"), at, TOP - 4, t->today_word.s);
    }
    buf_put(out, S("</svg>"));
}
