/* Counts what meson's testlog.json holds: every TAP line of every test, and what is missing.
 *
 * Meson counts programs and believes their exit codes; a case that was promised and never ran is
 * nothing to it. Here these count as failed:
 *   - a case that the plan 1..N promised and that did not come; a program without a plan;
 *   - more cases than were promised;
 *   - a program that ended otherwise than with 0, or ran into its time limit;
 *   - a test that meson was to run and of which the log says nothing. */
#ifndef HANSE_TOOLS_TALLY_H
#define HANSE_TOOLS_TALLY_H

#include <stdio.h>

#include "base/arena.h"

typedef struct Tally {
    long passed, failed, skipped;
    FILE *out; /* failures and skipped cases are told here */
} Tally;

/* One log: a JSON object per line. tests is how many were to run, exit_code is meson's own. */
void tally_log(Tally *tally, Arena *arena, Str name, Str log, int64_t tests, int64_t exit_code);

#endif
