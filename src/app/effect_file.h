/* A figure's steps from a CSV file: the first column is the step's time (a date, a time, "2021-03"
 * or "2021"), the second the value, all others explain it. The first line names them.
 *
 * Steps are as long as most neighbours are apart; months and years are counted by the calendar. An
 * empty cell, NA and NaN are missing values. Where a semicolon or a tab parts the columns, a
 * decimal comma is read as well. */
#ifndef HANSE_APP_EFFECT_FILE_H
#define HANSE_APP_EFFECT_FILE_H

#include "base/csv.h"
#include "steering/effect.h"

enum { EFFECT_FILE_ROWS_MAX = 20000, EFFECT_FILE_COLUMNS_MAX = 40 };

typedef struct EffectFile {
    size_t rows, columns; /* of numbers: the value and what explains it */
    Str names[EFFECT_FILE_COLUMNS_MAX];
    double *at; /* by columns */
    int64_t *at_us;
    int32_t *steps;  /* the first row in time is 0 */
    uint64_t *lines; /* where each row stands */
    double step_weeks;
    Str step_name; /* "day", "7 days", "month", "3 months", "year" */
} EffectFile;

/* "2021-03-01", "2021-03-01T08:00:00Z", "2021-03" and "2021". */
MUST bool effect_time_parse(Str text, int64_t *ret_us);

/* Everything lives in cx->arena. Errors with the line: INVALID "effect.file" for what is wrong in
 * it, and those of csv_next; LIMIT "effect.file". */
MUST Err effect_file_read(Cx *cx, CsvSource *source, char separator, EffectFile *ret);
/* The first step at or after an instant; behind the last one where there is none. */
int32_t effect_file_step(const EffectFile *file, int64_t at_us);

#endif
