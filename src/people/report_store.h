/* The SQL of rounds and reports; private to report.c and round.c. */
#ifndef HANSE_PEOPLE_REPORT_STORE_H
#define HANSE_PEOPLE_REPORT_STORE_H

#include "people/report.h"

MUST Err round_store_add(Cx *cx, const Round *round, int64_t *ret);
MUST Err round_store_set(Cx *cx, const Round *round);
/* id 0: of that quarter; all 0: the open one. */
MUST Err round_store_find(Cx *cx, int64_t id, int64_t year, int64_t quarter, bool *ret_found,
                          Round *ret);
MUST Err round_store_list(Cx *cx, Round **ret, size_t *ret_count);
MUST Err report_store_add(Cx *cx, int64_t round, ItemId project);
MUST Err report_store_set(Cx *cx, const Report *report);
MUST Err report_store_get(Cx *cx, int64_t round, ItemId project, bool *ret_found, Report *ret);
/* Of a round, by project; only those that are missing where so. */
MUST Err report_store_list(Cx *cx, int64_t round, bool missing, int64_t limit, Report **ret,
                           size_t *ret_count);
/* The document of the last report that was handed in, in a round before that one; p NULL: none. */
MUST Err report_store_before(Cx *cx, const Report *report, Str *ret_doc, int64_t *ret_us);
/* Projects that run, whoever may read them. */
MUST Err report_store_running(Cx *cx, ItemId **ret, size_t *ret_count);
MUST Err report_store_funded(Cx *cx, Str giver, ItemId **ret, size_t *ret_count);
MUST Err report_store_new_link(Cx *cx, const ReportLink *link, int64_t *ret_number);
MUST Err report_store_seal_link(Cx *cx, int64_t number, Str digest);
/* One mail of that kind (MailKind) with a link to each lead; in round.c. */
MUST Err report_send_links(Cx *cx, int kind, const Round *round, const Item *item, Str reason);
MUST Err report_store_find_link(Cx *cx, Str digest, bool *ret_found, ReportLink *ret);

#endif
