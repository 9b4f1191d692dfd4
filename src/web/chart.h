/* The course of one attribute over a time that the reader chooses: today, a week, a month, a
 * year. Drawn on the server; the data for the chart with a cursor lies beside it. */
#ifndef HANSE_WEB_CHART_H
#define HANSE_WEB_CHART_H

#include "web/page.h"

typedef struct ChartOf {
    Str id;        /* of the entity */
    Str attribute; /* IRI */
    Text title;
    double target;  /* NAN: none */
    int64_t gap_us; /* silences longer than this break the line; 0: none does */
    bool from_zero;
} ChartOf;

/* Chips for the span (?zeit=tag|woche|monat|jahr) and the figure. Says so where nothing was
 * recorded. */
MUST Err chart_put(Page *page, const ChartOf *chart);

#endif
