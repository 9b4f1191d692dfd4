#include "app/import_report.h"

#include "base/csv.h"

#include <inttypes.h>
#include <unistd.h>

enum { SHOW_EVERY_US = 200000, LINE_MAX_BYTES = 16 << 10 };

void import_report_begin(ImportReport *report, uint64_t bytes_total)
{
    report->bytes_total = bytes_total;
    report->started_us = clock_mono_us();
    report->terminal = report->out && isatty(fileno(report->out));
    if (report->refused)
        fputs("file,line,field,value,reason\r\n", report->refused);
}

static void clear_line(ImportReport *report)
{
    if (report->line_open)
        fputs("\r\033[K", report->out);
    report->line_open = false;
}

static double rate(const ImportReport *report, uint64_t rows)
{
    int64_t took_us = clock_mono_us() - report->started_us;
    return took_us > 0 ? (double)rows * 1e6 / (double)took_us : 0;
}

static void tenth_show(const ImportReport *report, uint64_t rows)
{
    fprintf(report->out, "%d %%: %" PRIu64 " rows, %.0f rows/s\n", report->shown_tenth * 10, rows,
            rate(report, rows));
}

void import_report_progress(ImportReport *report, uint64_t at, uint64_t rows)
{
    if (!report->out || report->bytes_total == 0)
        return;
    uint64_t done = MIN(report->bytes_done + at, report->bytes_total);
    /* Bytes are read ahead of the rows: the last percent is for the end. */
    int percent = (int)MIN(done * 100 / report->bytes_total, 99);
    int64_t now_us = clock_mono_us();
    if (report->terminal) {
        if (now_us - report->shown_us < SHOW_EVERY_US)
            return;
        report->shown_us = now_us;
        fprintf(report->out, "\r\033[K%3d %%  %" PRIu64 " rows  %.0f rows/s", percent, rows,
                rate(report, rows));
        report->line_open = true;
        fflush(report->out);
    } else if (percent / 10 > report->shown_tenth) {
        report->shown_tenth = percent / 10;
        tenth_show(report, rows);
    }
}

/* Control characters cannot move the cursor of whoever reads along. */
static void put_shown(Buf *buf, Str s)
{
    for (size_t i = 0; i < s.n; i++)
        buf_char(buf, (unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F ? '?' : s.p[i]);
}

static void refusal_show(ImportReport *report, Arena *arena, Str file, uint64_t line, Str field,
                         Str value, Str reason)
{
    Buf buf = buf_new(arena, LINE_MAX_BYTES);
    put_shown(&buf, file);
    buf_fmt(&buf, ":%" PRIu64 ": ", line);
    if (field.n) {
        put_shown(&buf, field);
        buf_put(&buf, S(": "));
    }
    if (value.n) {
        buf_char(&buf, '"');
        put_shown(&buf, value);
        buf_put(&buf, S("\" "));
    }
    put_shown(&buf, reason);
    clear_line(report);
    fprintf(report->out, "%.*s\n", SARG(buf_str(&buf)));
}

static void refusal_write(ImportReport *report, Arena *arena, Str file, uint64_t line, Str field,
                          Str value, Str reason)
{
    const Str columns[] = {field, value, reason};
    Buf buf = buf_new(arena, LINE_MAX_BYTES);
    csv_put(&buf, file, ',');
    buf_fmt(&buf, ",%" PRIu64, line);
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        buf_char(&buf, ',');
        csv_put(&buf, columns[i], ',');
    }
    fprintf(report->refused, "%.*s\r\n", SARG(buf_str(&buf)));
}

void import_report_refusal(ImportReport *report, Arena *arena, Str file, uint64_t line, Str field,
                           Str value, Str reason)
{
    ArenaMark mark = arena_mark(arena);
    if (report->refused)
        refusal_write(report, arena, file, line, field, value, reason);
    if (report->out && report->listed < IMPORT_LISTED_MAX)
        refusal_show(report, arena, file, line, field, value, reason);
    else if (report->out && report->listed == IMPORT_LISTED_MAX)
        fprintf(report->out, "more rows are refused; --refused FILE lists all of them\n");
    report->listed++;
    arena_rewind(arena, mark);
}

void import_report_end(ImportReport *report, bool complete, uint64_t rows)
{
    if (!report->out)
        return;
    clear_line(report);
    report->shown_tenth = 10;
    if (complete && !report->terminal)
        tenth_show(report, rows);
}
