/* The SQL of weekly.h; private to weekly.c and weekly_fit.c, which it serves. */
#ifndef HANSE_PEOPLE_WEEKLY_STORE_H
#define HANSE_PEOPLE_WEEKLY_STORE_H

#include "people/weekly.h"

/* A step of an item that is news. */
typedef struct WeeklyStep {
    Noun noun;
    const char *verb;
    WeeklyKind kind;
    bool first;        /* only where the item was not to be read before that time */
    const char *state; /* that it must still have; NULL: any */
} WeeklyStep;

typedef struct WeeklyQuery {
    const WeeklyStep *steps;
    size_t step_count;
    Str district; /* empty: any */
    int64_t since_us, until_us;
    size_t limit;
} WeeklyQuery;

typedef struct WeeklyNews {
    ItemId item;
    Noun noun;
    WeeklyKind kind;
    int64_t at_us;
    double score; /* of weekly_fit.c */
} WeeklyNews;

/* The newest first, each item once. For the actor: what it may read, and did not do or write. */
MUST Err weekly_store_news(Cx *cx, const WeeklyQuery *query, WeeklyNews **ret, size_t *ret_count);
/* When the last version was kept: what is in the store is from then or before. */
MUST Err weekly_store_last(Cx *cx, int64_t *ret_us);
/* The accepted organisations that the actor represents. */
MUST Err weekly_store_organisations(Cx *cx, int64_t *ret, size_t max, size_t *ret_count);

/* ---- the parts, which share a page of lines ---- */

typedef struct WeeklyLines {
    MailLine *list;
    size_t count, room;
    ItemId items[WEEKLY_LINES_MAX * 2]; /* that have a line */
    size_t item_count;
} WeeklyLines;

/* A line for the item, in the actor's language; nothing where it cannot be read any more. */
MUST Err weekly_put_item(Cx *cx, WeeklyLines *lines, const WeeklyNews *news);
void weekly_put(WeeklyLines *lines, const MailLine *line);
MUST Err weekly_put_fits(Cx *cx, WeeklyLines *lines, int64_t since_us, int64_t until_us,
                         Str district);

#endif
