/* Weekly: the mail of the week, for who asked for it (NOTICE_CATEGORY_WEEKLY). It has two parts:
 *
 *   in one's district   which the person has named (Person.district): new ideas and projects, their
 *                       new states and lights, official answers, meetings, minutes with decisions;
 *                       the newest first, and how many more there are
 *   what fits           who represents an accepted partner: the new ideas, projects and partners,
 *                       and what others newly seek or offer, that fit best by its topics, its
 *                       district and its words (search_like)
 *
 * It tells what happened since the last one, so that nothing is told twice: a week, or up to
 * WEEKLY_DAYS_MAX where the program was down or the account suspended. Nothing is told that the
 * reader may not read, that was said while it was not for the reader, or that is the reader's own.
 * Where there is nothing to say, no mail is written.
 *
 * What it says is gathered on a connection that reads, and written in one commit with the time up
 * to which the reader has been told: a program that is killed between both gathers anew. */
#ifndef HANSE_PEOPLE_WEEKLY_H
#define HANSE_PEOPLE_WEEKLY_H

#include "core/notice.h"
#include "people/item.h"

typedef enum WeeklyKind {
#define WEEKLY(code, key) WEEKLY_##code,
#include "people/weekly.def"
#undef WEEKLY
    WEEKLY_KIND_COUNT_
} WeeklyKind;

enum {
    WEEKLY_LINES_MAX = 10, /* of each part: who reads more looks at the lists */
    WEEKLY_DAYS = 7,
    WEEKLY_DAYS_MAX = 14,
    WEEKLY_NEWS_MAX = 400,        /* of a part that are looked at */
    WEEKLY_ORGANISATIONS_MAX = 5, /* of one person */
    WEEKLY_MAILS_MAX = 20         /* written by one run of the job */
};

extern const StatementTable WEEKLY_STATEMENTS;

Str weekly_kind_name(WeeklyKind kind); /* "idea_state": kind of the line */
bool weekly_kind_parse(Str name, WeeklyKind *ret);

typedef struct WeeklyMail {
    NoticeDue due;
    int64_t until_us; /* up to when it tells */
    MailLine *lines;  /* who is a state ("idea.accepted"), what a title */
    size_t line_count;
} WeeklyMail;

typedef struct WeeklyRun {
    WeeklyMail *mails;
    size_t count;
    bool more; /* others wait */
} WeeklyRun;

/* What is due. */
MUST Err weekly_gather(Cx *cx, WeeklyRun *ret);
/* Those that are still due. */
MUST Err weekly_send(Cx *cx, const WeeklyRun *run, size_t *ret_count);

#endif
