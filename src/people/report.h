/* Report: what the lead of a project says of it in a round; and the round, a quarter in which every
 * running project reports.
 *
 *   round:  open -> closed -> open again (with a reason)
 *   report: asked -> submitted -> accepted
 *                 -> submitted -> returned (with a question) -> submitted
 *
 * Opening a round asks every running project: each of its leads (where it has none, the
 * representatives of its organisation) gets one mail with one link, which stands for that person
 * and that report until the round is closed; it works without a login. Who leads it may also report
 * logged in. Handing a report in changes the project at once: light, milestones, money spent,
 * states of risks; and keeps the project as it stood then, so that what changed since the last
 * report follows from both. What was not handed in is named as such.
 *
 * Closing a round freezes its reports: nothing of them changes until it is opened again. */
#ifndef HANSE_PEOPLE_REPORT_H
#define HANSE_PEOPLE_REPORT_H

#include "people/milestone.h"
#include "people/risk.h"

enum {
    REPORT_TEXT_BYTES_MAX = 16 << 10, /* each of the three texts */
    REPORT_LEADS_MAX = 50,            /* that are asked about one project */
    /* A week before the day, on it, and a week after: */
    REPORT_REMINDERS_MAX = 3,
    REPORT_REMIND_FIRST_DAYS = -7,
    REPORT_REMIND_EVERY_DAYS = 7,
    REPORT_REMIND_AT_ONCE = 100, /* reports of one run of the job */
    ROUNDS_LIST_MAX = 200
};

extern const StatementTable REPORT_STATEMENTS;

typedef struct Round {
    int64_t id;
    int64_t year, quarter;
    Str due_day;
    int64_t opened_us, closed_us;                 /* closed_us 0: open */
    Str reason;                                   /* why it was opened again */
    int64_t asked, submitted, returned, accepted; /* how many of its reports are in each state */
} Round;

typedef enum ReportState {
    REPORT_ASKED,
    REPORT_SUBMITTED,
    REPORT_RETURNED,
    REPORT_ACCEPTED,
    REPORT_STATE_COUNT_
} ReportState;
Str report_state_name(ReportState state); /* "asked" */

typedef struct Report {
    int64_t round;
    ItemId project;
    ReportState state;
    int64_t asked_us, submitted_us, reminders, version;
    PersonId person;
    Str person_name;
    Str happened, next_steps, risks_note, question;
    Str doc; /* empty before it was handed in */
} Report;

static inline bool report_is_in(const Report *report)
{
    return report->state == REPORT_SUBMITTED || report->state == REPORT_ACCEPTED;
}

/* What the form says. */
typedef struct ReportDraft {
    Light light;
    Str reason;
    Str happened, next_steps, risks_note;
    Money spent;
    struct ReportMilestone {
        int64_t number;
        Str done_day; /* as typed; empty: still open */
    } * milestones;
    size_t milestone_count;
    struct ReportRisk {
        int64_t number;
        RiskState state;
    } * risks;
    size_t risk_count;
} ReportDraft;

/* ---- rounds: all for the office, DENIED else ---- */

/* INVALID "round.quarter", "round.due"; CONFLICT "round.exists" for a quarter that had its round,
 * "round.open" while another one is open. Mails: MAIL_REPORT_ASKED to each lead. */
MUST Err round_open(Cx *cx, int64_t year, int64_t quarter, Str due_day, Events *events,
                    int64_t *ret);
/* CONFLICT "round.closed" for one that is. */
MUST Err round_close(Cx *cx, int64_t round);
/* INVALID "verb.reason" without one; CONFLICT "round.open". */
MUST Err round_reopen(Cx *cx, int64_t round, Str reason);
MUST Err round_list(Cx *cx, Round **ret, size_t *ret_count); /* the newest first */
/* NOT_FOUND "round.unknown". */
MUST Err round_get(Cx *cx, int64_t year, int64_t quarter, Round *ret);
/* Reminds the leads of what is missing in the open round; a job, as the program itself. */
MUST Err round_remind(Cx *cx, int64_t *ret_reminded);
/* The round that is open; ret->id 0: none. Anybody may ask. */
MUST Err round_current(Cx *cx, Round *ret);

/* ---- reports ---- */

typedef struct ReportRow {
    Report report;
    Item item; /* of the project, as it is now */
} ReportRow;
/* Of a round, for the office: by title. giver: only of projects that it funds; empty: all. */
MUST Err report_list(Cx *cx, int64_t round, Str giver, ReportRow **ret, size_t *ret_count);
/* Of one project in a round, for those who may hand it in. NOT_FOUND "report.unknown". */
MUST Err report_get(Cx *cx, int64_t round, ItemId project, Report *ret);
/* The same; *ret_found false: none is wanted of it. */
MUST Err report_find(Cx *cx, int64_t round, ItemId project, bool *ret_found, Report *ret);
/* Who is asked about a project: names for the list of those who are late. */
MUST Err report_leads(Cx *cx, const Item *item, Relation **ret, size_t *ret_count);

/* The link of a mail: the actor becomes its person in everything that is done with `as`. NOT_FOUND
 * "report.link" for one that is unknown or whose round is closed. */
typedef struct ReportLink {
    int64_t round;
    ItemId project;
    PersonId person;
} ReportLink;
MUST Err report_find_link(Cx *cx, Str secret, ReportLink *ret);
/* The person of the link as actor, with the rights of a member. */
MUST Err report_act_as(Cx *cx, const ReportLink *link, Actor *ret);

/* Hands it in, as its lead. DENIED "project.edit"; CONFLICT "round.closed", "item.version" where
 * somebody else was faster, "report.accepted". Flaws "report.light", "report.reason",
 * "report.happened", "report.next_steps", "report.risks_note", "report.spent", "report.done". */
MUST Err report_submit(Cx *cx, int64_t round, Item *item, int64_t version, const ReportDraft *draft,
                       Events *events);
/* The office takes it as it is. CONFLICT "report.state". */
MUST Err report_accept(Cx *cx, int64_t round, ItemId project);
/* Gives it back with a question; mail MAIL_REPORT_RETURNED to who handed it in. INVALID
 * "report.question". */
MUST Err report_return(Cx *cx, int64_t round, ItemId project, Str question);

/* ---- what changed since the last report ---- */

typedef struct ReportMark {
    Str title, before, now; /* days; before empty: there was none */
} ReportMark;
typedef struct ReportChange {
    bool first; /* there is no earlier report: nothing to compare with */
    Str since;  /* the day of the earlier one */
    Str state_before, state_now;
    Light light_before, light_now;
    Money spent_before, spent_now, investment_before, investment_now;
    ReportMark *reached, *moved, *added; /* milestones */
    size_t reached_count, moved_count, added_count;
} ReportChange;
/* Of a report that was handed in, against the last one of an earlier round. */
MUST Err report_change(Cx *cx, const Report *report, ReportChange *ret);
/* The same of two documents (of Report.doc); before empty: the first one. */
MUST Err report_compare(Cx *cx, Str before, Str now, ReportChange *ret);

#endif
