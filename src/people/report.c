#include "people/report.h"

#include "base/str.h"
#include "core/audit.h"
#include "core/mail.h"
#include "core/person.h"
#include "core/stamp.h"
#include "people/day.h"
#include "people/project_own.h"
#include "people/report_store.h"

#include <stdlib.h>

static const Str STATES[REPORT_STATE_COUNT_] = {[REPORT_ASKED] = S_INIT("asked"),
                                                [REPORT_SUBMITTED] = S_INIT("submitted"),
                                                [REPORT_RETURNED] = S_INIT("returned"),
                                                [REPORT_ACCEPTED] = S_INIT("accepted")};

Str report_state_name(ReportState state)
{
    return STATES[state];
}

/* ---- reading ---- */

static Err get(Cx *cx, int64_t round, ItemId project, Report *ret)
{
    bool found = false;
    if (round > 0)
        TRY(report_store_get(cx, round, project, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "report.unknown", "no report is wanted of this project");
    return OK;
}

Err report_find(Cx *cx, int64_t round, ItemId project, bool *ret_found, Report *ret)
{
    Item item;
    TRY(item_get_by_id(cx, project, &item));
    TRY(project_require_edit(cx, &item));
    return report_store_get(cx, round, project, ret_found, ret);
}

Err report_get(Cx *cx, int64_t round, ItemId project, Report *ret)
{
    Item item;
    TRY(item_get_by_id(cx, project, &item));
    TRY(project_require_edit(cx, &item));
    return get(cx, round, project, ret);
}

static bool is_in(ItemId id, const ItemId *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].v == id.v)
            return true;
    return false;
}

static int by_slug(const void *a, const void *b)
{
    const ReportRow *left = a, *right = b;
    return str_cmp(left->item.slug, right->item.slug);
}

Err report_list(Cx *cx, int64_t round, Str giver, ReportRow **ret, size_t *ret_count)
{
    Report *reports;
    ItemId *funded = NULL;
    size_t count, funded_count = 0, found = 0;
    TRY(require(cx, MAY_OFFICE_WORK));
    TRY(report_store_list(cx, round, false, ITEM_LIST_MAX, &reports, &count));
    if (giver.n)
        TRY(report_store_funded(cx, giver, &funded, &funded_count));
    ReportRow *rows = arena_array(cx->arena, ReportRow, count);
    for (size_t i = 0; i < count; i++) {
        if (giver.n && !is_in(reports[i].project, funded, funded_count))
            continue;
        rows[found].report = reports[i];
        TRY(item_get_unseen(cx, reports[i].project, &rows[found++].item));
    }
    qsort(rows, found, sizeof *rows, by_slug);
    *ret = rows;
    *ret_count = found;
    return OK;
}

/* ---- links ---- */

Err report_find_link(Cx *cx, Str secret, ReportLink *ret)
{
    bool found = false;
    if (secret.n)
        TRY(report_store_find_link(cx, secret_digest(cx->arena, secret), &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "report.link",
                    "this link is unknown, or its reporting round is closed");
    return OK;
}

Err report_act_as(Cx *cx, const ReportLink *link, Actor *ret)
{
    Person person;
    TRY(person_get(cx, link->person, &person));
    *ret = (Actor){.tenant = cx->actor->tenant,
                   .person = link->person,
                   .name = person.name,
                   .roles = ROLE_ANYONE | ROLE_MEMBER,
                   .lang = cx->actor->lang};
    ret->may = permissions_of_roles(ret->roles);
    return OK;
}

/* ---- handing in ---- */

static void check_text(Cx *cx, const char *key, Str text, size_t least)
{
    if (text.n < least || text.n > REPORT_TEXT_BYTES_MAX || !str_is_utf8(text))
        flaw(cx, key, "%zu to %d bytes", least, REPORT_TEXT_BYTES_MAX);
}

static void check_days(Cx *cx, const ReportDraft *draft)
{
    for (size_t i = 0; i < draft->milestone_count; i++) {
        Str day;
        /* Zones are at most 14 hours ahead of UTC. */
        if (!day_parse(cx->arena, draft->milestones[i].done_day, &day) ||
            (day.n && day_us(day) > cx_now_us(cx) + 14 * TIME_HOUR_US)) {
            flaw(cx, "report.done", "what was reached was reached today or before");
            return;
        }
    }
}

static Err check_draft(Cx *cx, const ReportDraft *draft)
{
    if (draft->light == LIGHT_NONE)
        flaw(cx, "report.light", "choose green, yellow or red");
    else if (draft->light != LIGHT_GREEN && !str_trim(draft->reason).n)
        flaw(cx, "report.reason", "say why it is not green");
    if (draft->reason.n > REASON_BYTES_MAX || !str_is_utf8(draft->reason))
        flaw(cx, "report.reason", "a reason has at most %d bytes", REASON_BYTES_MAX);
    check_text(cx, "report.happened", draft->happened, 1);
    check_text(cx, "report.next_steps", draft->next_steps, 0);
    check_text(cx, "report.risks_note", draft->risks_note, 0);
    if (!money_known(draft->spent) && draft->spent.cent != MONEY_NONE.cent)
        flaw(cx, "report.spent", "this is no sum of money");
    check_days(cx, draft);
    return flaws_end(cx);
}

/* Milestones and risks that the draft names and the project has; what it does not have any more
 * was removed meanwhile and is passed over. */
static Err change_milestones(Cx *cx, ItemId id, const ReportDraft *draft)
{
    Milestone *list;
    size_t count;
    TRY(milestone_list(cx, id, &list, &count));
    for (size_t i = 0; i < draft->milestone_count; i++)
        for (size_t k = 0; k < count; k++) {
            Str day;
            if (list[k].number != draft->milestones[i].number ||
                !day_parse(cx->arena, draft->milestones[i].done_day, &day))
                continue;
            if (!str_eq(day, list[k].done_day))
                TRY(milestone_reach(cx, id, list[k].number, day));
        }
    return OK;
}

static Err change_risks(Cx *cx, ItemId id, const ReportDraft *draft)
{
    Risk *list;
    size_t count;
    TRY(risk_list(cx, id, &list, &count));
    for (size_t i = 0; i < draft->risk_count; i++)
        for (size_t k = 0; k < count; k++)
            if (list[k].number == draft->risks[i].number && list[k].state != draft->risks[i].state)
                TRY(risk_set_state(cx, id, list[k].number, draft->risks[i].state));
    return OK;
}

static Err change_project(Cx *cx, ItemId id, const ReportDraft *draft)
{
    TRY(project_put_light(cx, id, draft->light, draft->reason));
    TRY(project_put_spent(cx, id, draft->spent));
    TRY(change_milestones(cx, id, draft));
    return change_risks(cx, id, draft);
}

/* {"state": .., "own": ..}: what report_compare reads. */
static Err doc_of(Cx *cx, const Item *item, Str *ret)
{
    Str own;
    TRY(project_own(cx, item->id, &own));
    Buf buf = buf_new(cx->arena, own.n + 256);
    JsonOut out = json_out(&buf);
    json_begin(&out, '{');
    json_name(&out, S("state"));
    json_put_text(&out, item->state);
    json_name(&out, S("own"));
    json_put_span(&out, own);
    json_end(&out, '}');
    *ret = buf_str(&buf);
    return OK;
}

static Err require_open(Cx *cx, int64_t round)
{
    Round now;
    TRY(round_current(cx, &now));
    if (now.id != round)
        return fail(cx, ERR_CONFLICT, "round.closed",
                    "the reporting round is closed: its reports stay as they are");
    return OK;
}

Err report_submit(Cx *cx, int64_t round, Item *item, int64_t version, const ReportDraft *draft,
                  Events *events)
{
    Report report;
    TRY(project_require_edit(cx, item));
    TRY(get(cx, round, item->id, &report));
    TRY(require_open(cx, round));
    if (report.version != version)
        return fail(cx, ERR_CONFLICT, "item.version", "somebody else has reported meanwhile");
    if (report.state == REPORT_ACCEPTED)
        return fail(cx, ERR_CONFLICT, "report.accepted", "the office has taken this report");
    TRY(check_draft(cx, draft));
    TRY(change_project(cx, item->id, draft));
    report.state = REPORT_SUBMITTED;
    report.submitted_us = cx_now_us(cx);
    report.person = cx->actor->person;
    report.version++;
    report.happened = str_trim(draft->happened);
    report.next_steps = str_trim(draft->next_steps);
    report.risks_note = str_trim(draft->risks_note);
    TRY(doc_of(cx, item, &report.doc));
    TRY(report_store_set(cx, &report));
    return item_keep(cx, item->id, NOUN_PROJECT, S("report"), S(""), events);
}

/* ---- the office's answer ---- */

static Err decided(Cx *cx, int64_t round, ItemId project, Report *ret)
{
    TRY(require(cx, MAY_OFFICE_WORK));
    TRY(get(cx, round, project, ret));
    TRY(require_open(cx, round));
    if (ret->state != REPORT_SUBMITTED)
        return fail(cx, ERR_CONFLICT, "report.state", "it does not wait for the office");
    ret->version++;
    return OK;
}

Err report_accept(Cx *cx, int64_t round, ItemId project)
{
    Report report;
    TRY(decided(cx, round, project, &report));
    report.state = REPORT_ACCEPTED;
    TRY(report_store_set(cx, &report));
    return audit_add_number(cx, S("report.accept"), S("project"), project.v, S(""));
}

Err report_return(Cx *cx, int64_t round, ItemId project, Str question)
{
    Report report;
    Round now;
    Item item;
    question = str_trim(question);
    TRY(decided(cx, round, project, &report));
    if (!question.n || question.n > REASON_BYTES_MAX || !str_is_utf8(question))
        return fail(cx, ERR_INVALID, "report.question", "a question has 1 to %d bytes",
                    REASON_BYTES_MAX);
    report.state = REPORT_RETURNED;
    report.question = question;
    TRY(report_store_set(cx, &report));
    TRY(round_current(cx, &now));
    TRY(item_get_unseen(cx, project, &item));
    TRY(report_send_links(cx, MAIL_REPORT_RETURNED, &now, &item, question));
    return audit_add_number(cx, S("report.return"), S("project"), project.v, S(""));
}
