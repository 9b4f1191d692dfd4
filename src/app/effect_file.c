#include "app/effect_file.h"

#include "base/calendar.h"
#include "base/matrix.h"
#include "base/str.h"

#include <inttypes.h>
#include <math.h>

/* ---- cells ---- */

bool effect_time_parse(Str text, int64_t *ret_us)
{
    char whole[] = "0000-01-01";
    if (text.n != 4 && text.n != 7)
        return time_parse_lax(text, ret_us);
    memcpy(whole, text.p, text.n);
    return time_parse_lax((Str){whole, sizeof whole - 1}, ret_us);
}

static bool is_missing(Str cell)
{
    static const Str WORDS[] = {S_INIT(""), S_INIT("NA"), S_INIT("N/A"), S_INIT("NaN"),
                                S_INIT("null")};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        if (str_eq_nocase(cell, WORDS[i]))
            return true;
    return false;
}

/* JSON's grammar, and what spreadsheets write beside it: "+1", ".5", "1.", with a decimal comma. */
static bool number_parse(Str cell, bool comma, double *ret)
{
    enum { DIGITS_MAX = 64 };
    char text[DIGITS_MAX + 2];
    size_t n = 0, from = 0;
    if (cell.n == 0 || cell.n > DIGITS_MAX)
        return false;
    if (cell.p[0] == '+' || cell.p[0] == '-')
        from = 1;
    if (cell.p[0] == '-')
        text[n++] = '-';
    if (from < cell.n && (cell.p[from] == '.' || (comma && cell.p[from] == ',')))
        text[n++] = '0';
    for (size_t i = from; i < cell.n; i++)
        text[n++] = comma && cell.p[i] == ',' ? '.' : cell.p[i];
    if (text[n - 1] == '.')
        n--;
    return str_to_f64((Str){text, n}, ret);
}

/* ---- rows ---- */

typedef struct Reading {
    EffectFile *file;
    bool comma;
    double *cells; /* by rows; EFFECT_FILE_COLUMNS_MAX each */
} Reading;

static Err read_header(Cx *cx, const CsvRecord *record, EffectFile *file)
{
    if (record->count < 2)
        return fail(cx, ERR_INVALID, "effect.file",
                    "line %" PRIu64 ": the first line names at least two columns: time and value; "
                    "columns are parted by comma, semicolon or tab",
                    record->line);
    if (record->count - 1 > EFFECT_FILE_COLUMNS_MAX)
        return fail(cx, ERR_LIMIT, "effect.file", "%zu columns; at most %d can be read",
                    record->count, EFFECT_FILE_COLUMNS_MAX + 1);
    file->columns = record->count - 1;
    for (size_t j = 0; j < file->columns; j++)
        file->names[j] = arena_copy(cx->arena, str_trim(record->fields[j + 1]));
    return OK;
}

static Err read_row(Cx *cx, const Reading *reading, const CsvRecord *record)
{
    EffectFile *file = reading->file;
    if (record->count != file->columns + 1)
        return fail(cx, ERR_INVALID, "effect.file", "line %" PRIu64 " has %zu columns, not %zu",
                    record->line, record->count, file->columns + 1);
    Str time = str_trim(record->fields[0]);
    if (!effect_time_parse(time, &file->at_us[file->rows]))
        return fail(cx, ERR_INVALID, "effect.file",
                    "line %" PRIu64 ": \"%.*s\" is no time like 2021-03-01 or 2021-03-01T08:00:00Z",
                    record->line, SARG(time));
    for (size_t j = 0; j < file->columns; j++) {
        Str cell = str_trim(record->fields[j + 1]);
        double *to = &reading->cells[file->rows * EFFECT_FILE_COLUMNS_MAX + j];
        *to = NAN;
        if (!is_missing(cell) && !number_parse(cell, reading->comma, to))
            return fail(cx, ERR_INVALID, "effect.file",
                        "line %" PRIu64 ", column \"%.*s\": \"%.*s\" is no number", record->line,
                        SARG(file->names[j]), SARG(cell));
    }
    file->lines[file->rows++] = record->line;
    return OK;
}

static Err read_rows(Cx *cx, CsvReader *reader, const Reading *reading)
{
    CsvRecord record;
    bool more = true;
    TRY(csv_next(cx, reader, &record, &more));
    if (!more)
        return fail(cx, ERR_INVALID, "effect.file", "the file is empty");
    TRY(read_header(cx, &record, reading->file));
    for (;;) {
        TRY(csv_next(cx, reader, &record, &more));
        if (!more)
            return OK;
        if (reading->file->rows == EFFECT_FILE_ROWS_MAX)
            return fail(cx, ERR_LIMIT, "effect.file", "line %" PRIu64 ": at most %d steps are read",
                        record.line, EFFECT_FILE_ROWS_MAX);
        TRY(read_row(cx, reading, &record));
    }
}

/* ---- steps ---- */

static int32_t month_of(int64_t at_us)
{
    Civil c = time_civil(at_us);
    return c.year * 12 + c.month - 1;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* Rows in the order of time, by their numbers. */
static double *sorted_times(Cx *cx, const EffectFile *file)
{
    double *times = arena_array(cx->arena, double, file->rows);
    for (size_t i = 0; i < file->rows; i++)
        times[i] = (double)file->at_us[i];
    vector_sort(times, file->rows);
    return times;
}

/* Steps of months or years: no two rows in one month, and none nearer than 28 days. */
static bool number_by_months(Cx *cx, EffectFile *file, const double *times)
{
    int64_t step = 0;
    int32_t first = month_of((int64_t)times[0]);
    for (size_t i = 1; i < file->rows; i++) {
        int32_t before = month_of((int64_t)times[i - 1]), at = month_of((int64_t)times[i]);
        if (times[i] - times[i - 1] < 27.9 * (double)TIME_DAY_US || at == before)
            return false;
        step = common_divisor(step, at - before);
    }
    for (size_t i = 0; i < file->rows; i++)
        file->steps[i] = (int32_t)((month_of(file->at_us[i]) - first) / step);
    file->step_weeks = (double)step * 30.436875 / 7;
    file->step_name = step == 1        ? S("month")
                      : step == 12     ? S("year")
                      : step % 12 == 0 ? arena_fmt(cx->arena, "%lld years", (long long)step / 12)
                                       : arena_fmt(cx->arena, "%lld months", (long long)step);
    return true;
}

static Str length_name(Cx *cx, double step_us)
{
    double days = step_us / (double)TIME_DAY_US;
    if (days == 7)
        return S("week");
    if (days == 1)
        return S("day");
    return arena_fmt(cx->arena, "%g %s", days >= 1 ? days : days * 24,
                     days >= 1 ? "days" : "hours");
}

/* Of one length: the median of what neighbours are apart. A shift of an hour, as summer time makes
 * it, is no other step. */
static Err number_by_length(Cx *cx, EffectFile *file, const double *times)
{
    double *gaps = arena_array(cx->arena, double, file->rows - 1);
    for (size_t i = 1; i < file->rows; i++)
        gaps[i - 1] = times[i] - times[i - 1];
    vector_sort(gaps, file->rows - 1);
    double step_us = gaps[(file->rows - 1) / 2];
    if (step_us <= 0)
        return fail(cx, ERR_INVALID, "effect.file", "most steps have the same time");
    for (size_t i = 0; i < file->rows; i++) {
        double number = ((double)file->at_us[i] - times[0]) / step_us;
        if (fabs(number - round(number)) > .25 || number > INT32_MAX / 2)
            return fail(cx, ERR_INVALID, "effect.file",
                        "line %" PRIu64 ": its time is no whole number of steps (each %.*s) after "
                        "the first",
                        file->lines[i], SARG(length_name(cx, step_us)));
        file->steps[i] = (int32_t)round(number);
    }
    file->step_weeks = step_us / (double)(7 * TIME_DAY_US);
    file->step_name = length_name(cx, step_us);
    return OK;
}

static Err refuse_twice(Cx *cx, const EffectFile *file)
{
    int32_t last = 0;
    for (size_t i = 0; i < file->rows; i++)
        last = MAX(last, file->steps[i]);
    if (last > 64 * EFFECT_FILE_ROWS_MAX)
        return fail(cx, ERR_LIMIT, "effect.file", "the times span more than %d steps",
                    64 * EFFECT_FILE_ROWS_MAX);
    uint64_t *line = arena_array(cx->arena, uint64_t, (size_t)last + 1);
    for (size_t i = 0; i < file->rows; i++) {
        if (line[file->steps[i]])
            return fail(cx, ERR_INVALID, "effect.file",
                        "line %" PRIu64 ": the same step (each %.*s) stands in line %" PRIu64,
                        file->lines[i], SARG(file->step_name), line[file->steps[i]]);
        line[file->steps[i]] = file->lines[i];
    }
    return OK;
}

Err effect_file_read(Cx *cx, CsvSource *source, char separator, EffectFile *ret)
{
    EffectFile file = {0};
    Reading reading = {.file = &file, .comma = separator == ';' || separator == '\t'};
    file.at_us = arena_array(cx->arena, int64_t, EFFECT_FILE_ROWS_MAX);
    file.steps = arena_array(cx->arena, int32_t, EFFECT_FILE_ROWS_MAX);
    file.lines = arena_array(cx->arena, uint64_t, EFFECT_FILE_ROWS_MAX);
    reading.cells =
        arena_array(cx->arena, double, (size_t)EFFECT_FILE_ROWS_MAX *EFFECT_FILE_COLUMNS_MAX);
    TRY(read_rows(cx, csv_reader(cx, source, separator), &reading));
    if (file.rows < 3)
        return fail(cx, ERR_INVALID, "effect.file", "at least three steps are needed, not %zu",
                    file.rows);
    file.at = arena_array(cx->arena, double, file.rows *file.columns);
    for (size_t j = 0; j < file.columns; j++)
        for (size_t i = 0; i < file.rows; i++)
            file.at[j * file.rows + i] = reading.cells[i * EFFECT_FILE_COLUMNS_MAX + j];
    const double *times = sorted_times(cx, &file);
    if (!number_by_months(cx, &file, times))
        TRY(number_by_length(cx, &file, times));
    TRY(refuse_twice(cx, &file));
    *ret = file;
    return OK;
}

int32_t effect_file_step(const EffectFile *file, int64_t at_us)
{
    int32_t last = INT32_MIN, next = INT32_MAX;
    for (size_t i = 0; i < file->rows; i++) {
        if (file->at_us[i] < at_us)
            last = MAX(last, file->steps[i]);
        else
            next = MIN(next, file->steps[i]);
    }
    return next != INT32_MAX ? next : last + 1;
}
