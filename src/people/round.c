/* Rounds: opened by the office, reminded of by a job, closed. */
#include "base/str.h"
#include "core/audit.h"
#include "core/mail.h"
#include "core/stamp.h"
#include "people/day.h"
#include "people/report.h"
#include "people/report_store.h"

/* ---- who is asked ---- */

/* Rows of an item that are active in one of two roles, in their order. */
static Err people_of(Cx *cx, ItemId id, RelationRole role, Relation **ret, size_t *ret_count)
{
    Relation *list;
    size_t count, found = 0;
    *ret_count = 0;
    if (!id.v)
        return OK;
    TRY(relation_list(cx, id, false, &list, &count));
    for (size_t i = 0; i < count && found < REPORT_LEADS_MAX; i++)
        if (list[i].state == RELATION_ACTIVE && list[i].role == role)
            list[found++] = list[i];
    *ret = list;
    *ret_count = found;
    return OK;
}

Err report_leads(Cx *cx, const Item *item, Relation **ret, size_t *ret_count)
{
    TRY(people_of(cx, item->id, RELATION_LEAD, ret, ret_count));
    if (!*ret_count)
        TRY(people_of(cx, item->organisation, RELATION_REP, ret, ret_count));
    return OK;
}

/* "15.01.2027", "2027-01-15": as the reader has it. */
static Str day_words(Arena *arena, Lang lang, Str day)
{
    return lang == LANG_DE
               ? arena_fmt(arena, "%.*s.%.*s.%.*s", 2, day.p + 8, 2, day.p + 5, 4, day.p)
               : day;
}

/* One mail with a link that stands for this person. */
static Err send_link(Cx *cx, MailKind kind, const Round *round, const Item *item, PersonId person,
                     Str reason)
{
    int64_t number;
    Person reader;
    ReportLink link = {.round = round->id, .project = item->id, .person = person};
    TRY(person_get(cx, person, &reader));
    TRY(report_store_new_link(cx, &link, &number));
    Str secret = secret_derive(cx->arena, S("report"), number);
    TRY(report_store_seal_link(cx, number, secret_digest(cx->arena, secret)));
    return mail_add(cx,
                    &(MailDraft){.kind = kind,
                                 .person = person,
                                 .what = item->text.title,
                                 .reason = reason,
                                 .date = day_words(cx->arena, reader.lang, round->due_day),
                                 .path = arena_fmt(cx->arena, "/bericht?code=%.*s", SARG(secret)),
                                 .thread = arena_fmt(cx->arena, "report-%lld-%lld",
                                                     (long long)round->id, (long long)item->id.v)});
}

Err report_send_links(Cx *cx, int kind, const Round *round, const Item *item, Str reason)
{
    Relation *leads = NULL;
    size_t count;
    TRY(report_leads(cx, item, &leads, &count));
    for (size_t i = 0; i < count; i++)
        TRY(send_link(cx, (MailKind)kind, round, item, leads[i].person, reason));
    return OK;
}

/* ---- rounds ---- */

static Err audit_round(Cx *cx, Str verb, int64_t round, Str value)
{
    return audit_add_number(cx, verb, S("round"), round, value);
}

static Err check_round(Cx *cx, Round *round)
{
    bool found;
    Round other;
    if (round->year < 2000 || round->year > 9998 || round->quarter < 1 || round->quarter > 4)
        flaw(cx, "round.quarter", "a quarter is 1 to 4 of a year");
    if (!day_parse(cx->arena, round->due_day, &round->due_day) || !round->due_day.n)
        flaw(cx, "round.due", "say until when the reports are wanted");
    TRY(flaws_end(cx));
    TRY(round_store_find(cx, 0, round->year, round->quarter, &found, &other));
    if (found)
        return fail(cx, ERR_CONFLICT, "round.exists", "this quarter had its round");
    TRY(round_store_find(cx, 0, 0, 0, &found, &other));
    if (found)
        return fail(cx, ERR_CONFLICT, "round.open", "another round is open: close it first");
    return OK;
}

Err round_open(Cx *cx, int64_t year, int64_t quarter, Str due_day, Events *events, int64_t *ret)
{
    Round round = {
        .year = year, .quarter = quarter, .due_day = due_day, .opened_us = cx_now_us(cx)};
    ItemId *running;
    size_t count;
    (void)events;
    TRY(require(cx, MAY_OFFICE_WORK));
    TRY(check_round(cx, &round));
    TRY(round_store_add(cx, &round, &round.id));
    TRY(report_store_running(cx, &running, &count));
    for (size_t i = 0; i < count; i++) {
        Item item;
        TRY(item_get_unseen(cx, running[i], &item));
        TRY(report_store_add(cx, round.id, item.id));
        TRY(report_send_links(cx, MAIL_REPORT_ASKED, &round, &item, S("")));
    }
    *ret = round.id;
    return audit_round(cx, S("round.open"), round.id,
                       arena_fmt(cx->arena, "%lld-%lld", (long long)year, (long long)quarter));
}

static Err round_of(Cx *cx, int64_t id, Round *ret)
{
    bool found = false;
    TRY(require(cx, MAY_OFFICE_WORK));
    if (id > 0)
        TRY(round_store_find(cx, id, 0, 0, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "round.unknown", "there is no round %lld", (long long)id);
    return OK;
}

Err round_close(Cx *cx, int64_t id)
{
    Round round;
    TRY(round_of(cx, id, &round));
    if (round.closed_us)
        return fail(cx, ERR_CONFLICT, "round.closed", "the round is closed already");
    round.closed_us = cx_now_us(cx);
    TRY(round_store_set(cx, &round));
    return audit_round(cx, S("round.close"), id, S(""));
}

Err round_reopen(Cx *cx, int64_t id, Str reason)
{
    Round round, other;
    bool found;
    reason = str_trim(reason);
    TRY(round_of(cx, id, &round));
    if (!reason.n)
        return fail(cx, ERR_INVALID, "verb.reason", "say why, for those who read it later");
    TRY(reason_check(cx, reason));
    TRY(round_store_find(cx, 0, 0, 0, &found, &other));
    if (found)
        return fail(cx, ERR_CONFLICT, "round.open", "a round is open: close it first");
    round.closed_us = 0;
    round.reason = reason;
    TRY(round_store_set(cx, &round));
    return audit_round(cx, S("round.reopen"), id, reason);
}

Err round_list(Cx *cx, Round **ret, size_t *ret_count)
{
    TRY(require(cx, MAY_OFFICE_WORK));
    return round_store_list(cx, ret, ret_count);
}

Err round_get(Cx *cx, int64_t year, int64_t quarter, Round *ret)
{
    bool found = false;
    TRY(require(cx, MAY_OFFICE_WORK));
    if (year > 0)
        TRY(round_store_find(cx, 0, year, quarter, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "round.unknown", "there is no such round");
    return OK;
}

Err round_current(Cx *cx, Round *ret)
{
    bool found;
    Round round;
    TRY(round_store_find(cx, 0, 0, 0, &found, &round));
    *ret = found ? round : (Round){0};
    return OK;
}

/* ---- reminders ---- */

/* How many reminders are due by now. */
static int64_t reminders_due(Cx *cx, const Round *round)
{
    int64_t first_us = day_us(round->due_day) + REPORT_REMIND_FIRST_DAYS * TIME_DAY_US;
    int64_t since_us = cx_now_us(cx) - first_us;
    if (since_us < 0)
        return 0;
    int64_t due = since_us / (REPORT_REMIND_EVERY_DAYS * TIME_DAY_US) + 1;
    return MIN(due, (int64_t)REPORT_REMINDERS_MAX);
}

Err round_remind(Cx *cx, int64_t *ret_reminded)
{
    Round round;
    Report *list;
    size_t count;
    int64_t reminded = 0;
    TRY(round_current(cx, &round));
    int64_t due = round.id ? reminders_due(cx, &round) : 0;
    if (due)
        TRY(report_store_list(cx, round.id, true, REPORT_REMIND_AT_ONCE, &list, &count));
    for (size_t i = 0; due && i < count; i++) {
        Item item;
        if (list[i].reminders >= due)
            continue;
        /* Who was asked late, or while the program stood still, is not reminded twice at once. */
        list[i].reminders = due;
        TRY(item_get_unseen(cx, list[i].project, &item));
        TRY(report_store_set(cx, &list[i]));
        TRY(report_send_links(cx, MAIL_REPORT_REMINDER, &round, &item, S("")));
        reminded++;
    }
    *ret_reminded = reminded;
    return OK;
}
