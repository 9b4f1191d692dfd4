/* What an import tells while it runs: progress, refused rows, the summary. */
#ifndef HANSE_APP_IMPORT_REPORT_H
#define HANSE_APP_IMPORT_REPORT_H

#include "base/buf.h"
#include "base/err.h"

#include <stdio.h>

typedef struct ImportReport {
    FILE *out;      /* progress and refused rows; NULL: nothing is shown */
    FILE *refused;  /* the same rows as CSV; NULL: none */
    bool terminal;  /* one line is rewritten; else a line per tenth */
    bool line_open; /* a progress line stands on the terminal */
    uint64_t bytes_total;
    uint64_t bytes_done; /* of files that are finished */
    int64_t started_us, shown_us;
    int shown_tenth;
    uint64_t listed; /* refusals on out */
} ImportReport;

enum { IMPORT_LISTED_MAX = 1000 /* refusals on the terminal; the CSV has all of them */ };

void import_report_begin(ImportReport *report, uint64_t bytes_total);
/* rows: read so far; at: bytes of the current file. */
void import_report_progress(ImportReport *report, uint64_t at, uint64_t rows);
/* field and value may be empty. */
void import_report_refusal(ImportReport *report, Arena *arena, Str file, uint64_t line, Str field,
                           Str value, Str reason);
/* Ends the progress line; complete: everything was read. */
void import_report_end(ImportReport *report, bool complete, uint64_t rows);

#endif
