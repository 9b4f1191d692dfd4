/* A figure of the city as pages show it: an indicator with its course of the last day. */
#ifndef HANSE_WEB_FIGURE_H
#define HANSE_WEB_FIGURE_H

#include "steering/indicator.h"
#include "web/page.h"
#include "web/svg.h"

enum { FIGURE_HOURS = 24, FIGURE_STEPS = 96 /* a quarter of an hour each */ };

typedef struct Figure {
    const Indicator *indicator;
    IndicatorResult result;
    double course[FIGURE_STEPS]; /* NAN: no value */
    bool has_course;
} Figure;

/* Those of the city's indicators that have been computed. */
MUST Err figure_list(Page *page, const Figure **ret, size_t *ret_count);
MUST Err figure_read(Page *page, const Indicator *indicator, Figure *ret, bool *ret_found);
void figure_tile(Buf *out, Page *page, const Figure *figure);

Text figure_name(Page *page, const Indicator *indicator);
Str figure_value(Page *page, const Figure *figure); /* formatted, without unit */
/* "9 von 17 melden" */
Str figure_reporting(Page *page, const IndicatorResult *result);
Icon figure_icon(const Indicator *indicator);
/* "hängt" or "ohne Signal", with its sign. */
Text source_word(Page *page, SourceState state);
/* "gestern, 14:06 Uhr", or that it never reported. */
Str source_since(Page *page, const Source *source);
MarkState source_mark(SourceState state);
Url thing_url(Page *page, Str id);

#endif
