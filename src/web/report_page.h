/* What the pages of reporting rounds share. */
#ifndef HANSE_WEB_REPORT_PAGE_H
#define HANSE_WEB_REPORT_PAGE_H

#include "people/report.h"
#include "web/project_page.h"

Str round_words(const Page *page, const Round *round); /* "3. Quartal 2026" */
/* "/buero/berichte/2026-3", and below it. */
Str round_path(Arena *arena, const Round *round, const char *below);
/* The round that the route's parameter names: "2026-3". */
MUST Err round_of_call(Call *call, Cx *cx, Round *ret);
Str report_state_word(const Page *page, ReportState state);
/* The names of those who are asked, with commas. */
MUST Err report_lead_names(Page *page, const Item *item, Str *ret);
/* What was written, in paragraphs with headings of that level. */
void report_put_words(Page *page, const Report *report, bool risks);
/* What changed since the last report, as a list. */
MUST Err report_put_changes(Page *page, const Report *report);

#endif
