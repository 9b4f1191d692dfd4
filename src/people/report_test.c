/* Reporting rounds: who is asked, what a report changes, what changed since the last one, what is
 * frozen, who is reminded. */
#include "people/report.h"

#include "base/str.h"
#include "core/mail.h"
#include "core/outbox.h"
#include "people/day.h"
#include "people/test_people.h"

typedef struct World {
    int64_t lead, second, rep, office, other;
    ItemId goal, organisation;
} World;

static World world_of(TestCore *f)
{
    Cx *cx = &f->t.cx;
    int64_t relation;
    World w = {.lead = add_person(f, "lead"),
               .second = add_person(f, "second"),
               .rep = add_person(f, "rep"),
               .office = add_person(f, "office"),
               .other = add_person(f, "other")};
    act_as(f, w.office, ROLE_OFFICE);
    w.goal = open_item(f, NOUN_GOAL, "Weniger Strom", "adopted");
    w.organisation = open_item(f, NOUN_ORGANISATION, "Stadtwerke", "accepted");
    assert_ok(cx, relation_add(cx, (PersonId){w.rep}, RELATION_REP, w.organisation, (ItemId){0},
                               S(""), RELATION_ACTIVE, &relation));
    return w;
}

static void step(TestCore *f, Item *item, const char *verb)
{
    Cx *cx = &f->t.cx;
    assert_ok(cx, item_get_by_id(cx, item->id, item));
    assert_ok(cx, item_step(cx, &PROJECT_MACHINE, item, str_from(verb), S("weil"), &f->events));
    assert_ok(cx, item_get_by_id(cx, item->id, item));
}

/* lead 0: nobody leads it, so that its organisation's representative is asked. */
static Item add_project(TestCore *f, const World *w, const char *title, int64_t lead, bool runs)
{
    Cx *cx = &f->t.cx;
    Item item = {0};
    ProjectDraft draft = {
        .item = draft_of(title), .goals = &w->goal, .goal_count = 1, .lead = (PersonId){lead}};
    draft.item.organisation = w->organisation;
    act_as(f, w->office, ROLE_OFFICE);
    assert_ok(cx, project_add(cx, &draft, &f->events, &item.id));
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    if (runs)
        step(f, &item, "approve");
    return item;
}

/* The mails that wait, each taken and done: how many, and the secret of the last one's link. */
static size_t take_mails(TestCore *f, MailKind kind, Str *ret_secret)
{
    Cx *cx = &f->t.cx;
    OutboxRow *rows;
    size_t count, found = 0;
    assert_ok(cx, outbox_take(cx, S("mail"), OUTBOX_TAKE_MAX, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        Mail mail;
        assert_ok(cx, mail_parse(cx, rows[i].id, rows[i].created_us, rows[i].payload, &mail));
        assert_ok(cx, outbox_done(cx, rows[i].id));
        if (mail.draft.kind != kind)
            continue;
        found++;
        ptrdiff_t at = str_find(mail.draft.path, S("?code="));
        assert_true(at > 0);
        if (ret_secret)
            *ret_secret = str_from_index(mail.draft.path, (size_t)at + 6);
    }
    return found;
}

static int64_t open_round(TestCore *f, const World *w, int64_t quarter, const char *due)
{
    int64_t round;
    act_as(f, w->office, ROLE_OFFICE);
    assert_ok(&f->t.cx, round_open(&f->t.cx, 2022, quarter, str_from(due), &f->events, &round));
    return round;
}

static ReportDraft good_draft(void)
{
    return (ReportDraft){.light = LIGHT_YELLOW,
                         .reason = S("Der Winter war lang."),
                         .happened = S("Zwölf Leuchten umgerüstet."),
                         .next_steps = S("Die übrigen."),
                         .spent = {4230000}};
}

static void opening_a_round_asks_each_lead_of_each_running_project_once(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    int64_t relation, round;
    ReportRow *rows;
    size_t count;
    Item two = add_project(f, &w, "Zwei Leitungen", w.lead, true);
    assert_ok(cx, relation_add(cx, (PersonId){w.second}, RELATION_LEAD, two.id, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &relation));
    assert_ok(cx, relation_add(cx, (PersonId){w.other}, RELATION_MEMBER, two.id, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &relation));
    add_project(f, &w, "Ohne Leitung", 0, true);
    add_project(f, &w, "Nur vorgeschlagen", w.lead, false);
    Item gone = add_project(f, &w, "Abgebrochen", w.lead, true);
    step(f, &gone, "cancel");
    assert_int_equal(take_mails(f, MAIL_REPORT_ASKED, NULL), 0);
    round = open_round(f, &w, 2, "15.07.2022");
    assert_int_equal(take_mails(f, MAIL_REPORT_ASKED, NULL), 3); /* two leads, one representative */
    assert_ok(cx, report_list(cx, round, S(""), &rows, &count));
    assert_int_equal(count, 2);
    assert_str("ohne-leitung", rows[0].item.slug);
    assert_err(cx, ERR_CONFLICT, "round.exists",
               round_open(cx, 2022, 2, S("2022-07-20"), &f->events, &round));
    assert_err(cx, ERR_CONFLICT, "round.open",
               round_open(cx, 2022, 3, S("2022-10-20"), &f->events, &round));
    assert_err(cx, ERR_INVALID, "round.quarter",
               round_open(cx, 2022, 5, S("morgen"), &f->events, &round));
    assert_string_equal(cx->error->flaws->next->key, "round.due");
    act_as(f, w.lead, 0);
    assert_err(cx, ERR_DENIED, "auth.denied",
               round_open(cx, 2022, 4, S("2022-12-20"), &f->events, &round));
    assert_err(cx, ERR_DENIED, "auth.denied", report_list(cx, round, S(""), &rows, &count));
}

static void a_link_stands_for_its_person_until_the_round_is_closed(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_project(f, &w, "Licht", w.lead, true);
    int64_t round = open_round(f, &w, 2, "2022-07-15");
    Str secret = {0};
    ReportLink link;
    Actor actor;
    Report report;
    ReportDraft draft = good_draft();
    assert_int_equal(take_mails(f, MAIL_REPORT_ASKED, &secret), 1);
    act_as(f, 0, 0); /* who follows the link is a stranger */
    assert_ok(cx, report_find_link(cx, secret, &link));
    assert_int_equal(link.person.v, w.lead);
    assert_int_equal(link.project.v, item.id.v);
    assert_int_equal(report_find_link(cx, S("geraten"), &link), ERR_NOT_FOUND);
    assert_int_equal(report_find_link(cx, S(""), &link), ERR_NOT_FOUND);
    assert_ok(cx, report_find_link(cx, secret, &link));
    assert_ok(cx, report_act_as(cx, &link, &actor));
    Cx as = *cx;
    as.actor = &actor;
    assert_ok(&as, report_submit(&as, round, &item, 1, &draft, &f->events));
    act_as(f, w.lead, 0);
    assert_ok(cx, report_get(cx, round, item.id, &report));
    assert_int_equal(report.person.v, w.lead);
    assert_int_equal(report.state, REPORT_SUBMITTED);
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, round_close(cx, round));
    act_as(f, 0, 0);
    assert_err(cx, ERR_NOT_FOUND, "report.link", report_find_link(cx, secret, &link));
}

static void a_report_changes_the_project_and_keeps_how_it_stood(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_project(f, &w, "Licht", w.lead, true);
    Milestone plan[] = {{.title = S("Gemessen"), .due_day = S("2022-03-01")},
                        {.title = S("Umgerüstet"), .due_day = S("2022-09-01")}};
    Risk fear[] = {{.text = S("Lieferung"), .likelihood = 2, .impact = 2}};
    Milestone *milestones;
    Risk *risks;
    Project project;
    size_t count;
    act_as(f, w.lead, 0);
    assert_ok(cx, milestone_set(cx, &item, item.version, plan, 2, &f->events));
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_ok(cx, risk_set(cx, &item, item.version, fear, 1, &f->events));
    assert_ok(cx, milestone_list(cx, item.id, &milestones, &count));
    assert_ok(cx, risk_list(cx, item.id, &risks, &count));
    int64_t round = open_round(f, &w, 2, "2022-07-15");
    struct ReportMilestone reached[] = {{milestones[0].number, S("1.4.2022")},
                                        {milestones[1].number, S("")},
                                        {9999, S("2022-01-01")}}; /* gone meanwhile */
    struct ReportRisk states[] = {{risks[0].number, RISK_OCCURRED}};
    ReportDraft draft = good_draft();
    draft.milestones = reached;
    draft.milestone_count = 3;
    draft.risks = states;
    draft.risk_count = 1;
    act_as(f, w.other, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "project.edit",
               report_submit(cx, round, &item, 1, &draft, &f->events));
    act_as(f, w.lead, 0);
    assert_ok(cx, report_submit(cx, round, &item, 1, &draft, &f->events));
    assert_ok(cx, project_get(cx, item.id, &project));
    assert_int_equal(project.light.light, LIGHT_YELLOW);
    assert_int_equal(project.spent.cent, 4230000);
    assert_ok(cx, milestone_list(cx, item.id, &milestones, &count));
    assert_str("2022-04-01", milestones[0].done_day);
    assert_int_equal(milestones[1].done_day.n, 0);
    assert_ok(cx, risk_list(cx, item.id, &risks, &count));
    assert_int_equal(risks[0].state, RISK_OCCURRED);
    /* Somebody else had the form open as well. */
    assert_err(cx, ERR_CONFLICT, "item.version",
               report_submit(cx, round, &item, 1, &draft, &f->events));
    draft.light = LIGHT_RED;
    draft.reason = S(" ");
    draft.happened = S("");
    draft.spent = MONEY_BAD;
    reached[1].done_day = S("2022-06-30"); /* the clock says 1 June */
    assert_err(cx, ERR_INVALID, "report.reason",
               report_submit(cx, round, &item, 2, &draft, &f->events));
    const Flaw *flaws = cx->error->flaws;
    assert_string_equal(flaws->next->key, "report.happened");
    assert_string_equal(flaws->next->next->key, "report.spent");
    assert_string_equal(flaws->next->next->next->key, "report.done");
}

static void what_changed_since_the_last_report_follows_from_both(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_project(f, &w, "Licht", w.lead, true);
    Milestone plan[] = {{.title = S("Gemessen"), .due_day = S("2022-03-01")},
                        {.title = S("Umgerüstet"), .due_day = S("2022-09-01")}};
    Milestone *list;
    Report report;
    ReportChange change;
    size_t count;
    ReportDraft draft = good_draft();
    act_as(f, w.lead, 0);
    assert_ok(cx, milestone_set(cx, &item, item.version, plan, 2, &f->events));
    int64_t round = open_round(f, &w, 1, "2022-04-15");
    act_as(f, w.lead, 0);
    assert_ok(cx, report_submit(cx, round, &item, 1, &draft, &f->events));
    assert_ok(cx, report_get(cx, round, item.id, &report));
    assert_ok(cx, report_change(cx, &report, &change));
    assert_true(change.first);
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, round_close(cx, round));

    f->t.clock.fixed_us += 90 * TIME_DAY_US;
    step(f, &item, "plan");
    act_as(f, w.lead, 0);
    assert_ok(cx, milestone_list(cx, item.id, &list, &count));
    Milestone next[] = {list[0], list[1], {.title = S("Abgenommen"), .due_day = S("2023-01-31")}};
    next[0].done_day = S("2022-06-15");
    next[1].due_day = S("2022-12-01");
    assert_ok(cx, milestone_set(cx, &item, item.version, next, 3, &f->events));
    round = open_round(f, &w, 2, "2022-09-15");
    act_as(f, w.lead, 0);
    draft.light = LIGHT_GREEN;
    draft.spent = (Money){5000000};
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_ok(cx, report_submit(cx, round, &item, 1, &draft, &f->events));
    assert_ok(cx, report_get(cx, round, item.id, &report));
    assert_ok(cx, report_change(cx, &report, &change));
    assert_false(change.first);
    assert_str("2022-06-01", change.since);
    assert_str("idea", change.state_before);
    assert_str("concept", change.state_now);
    assert_int_equal(change.light_before, LIGHT_YELLOW);
    assert_int_equal(change.light_now, LIGHT_GREEN);
    assert_int_equal(change.spent_before.cent, 4230000);
    assert_int_equal(change.spent_now.cent, 5000000);
    assert_int_equal(change.reached_count, 1);
    assert_str("Gemessen", change.reached[0].title);
    assert_str("2022-06-15", change.reached[0].now);
    assert_int_equal(change.moved_count, 1);
    assert_str("2022-09-01", change.moved[0].before);
    assert_str("2022-12-01", change.moved[0].now);
    assert_int_equal(change.added_count, 1);
    assert_str("Abgenommen", change.added[0].title);
    /* What happens to the project afterwards does not change the report. */
    Str doc = report.doc;
    step(f, &item, "start");
    assert_ok(cx, report_get(cx, round, item.id, &report));
    assert_str_equal(doc, report.doc);
}

static void a_report_is_taken_or_given_back_with_a_question(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_project(f, &w, "Licht", w.lead, true);
    int64_t round = open_round(f, &w, 2, "2022-07-15");
    Report report;
    ReportDraft draft = good_draft();
    take_mails(f, MAIL_REPORT_ASKED, NULL);
    assert_err(cx, ERR_CONFLICT, "report.state", report_accept(cx, round, item.id));
    act_as(f, w.lead, 0);
    assert_ok(cx, report_submit(cx, round, &item, 1, &draft, &f->events));
    assert_err(cx, ERR_DENIED, "auth.denied", report_accept(cx, round, item.id));
    act_as(f, w.office, ROLE_OFFICE);
    assert_err(cx, ERR_INVALID, "report.question", report_return(cx, round, item.id, S(" ")));
    assert_ok(cx, report_return(cx, round, item.id, S("Was heißt lang?")));
    assert_int_equal(take_mails(f, MAIL_REPORT_RETURNED, NULL), 1);
    assert_err(cx, ERR_CONFLICT, "report.state", report_accept(cx, round, item.id));
    act_as(f, w.lead, 0);
    assert_ok(cx, report_get(cx, round, item.id, &report));
    assert_int_equal(report.state, REPORT_RETURNED);
    assert_str("Was heißt lang?", report.question);
    assert_ok(cx, report_submit(cx, round, &item, report.version, &draft, &f->events));
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, report_accept(cx, round, item.id));
    act_as(f, w.lead, 0);
    assert_ok(cx, report_get(cx, round, item.id, &report));
    assert_err(cx, ERR_CONFLICT, "report.accepted",
               report_submit(cx, round, &item, report.version, &draft, &f->events));
}

static void a_closed_round_is_frozen_until_it_is_opened_with_a_reason(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_project(f, &w, "Licht", w.lead, true);
    int64_t round = open_round(f, &w, 2, "2022-07-15");
    Round now;
    ReportDraft draft = good_draft();
    act_as(f, w.lead, 0);
    assert_err(cx, ERR_DENIED, "auth.denied", round_close(cx, round));
    assert_ok(cx, report_submit(cx, round, &item, 1, &draft, &f->events));
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, round_close(cx, round));
    assert_err(cx, ERR_CONFLICT, "round.closed", round_close(cx, round));
    assert_err(cx, ERR_CONFLICT, "round.closed", report_accept(cx, round, item.id));
    assert_err(cx, ERR_CONFLICT, "round.closed", report_return(cx, round, item.id, S("Wie?")));
    act_as(f, w.lead, 0);
    assert_err(cx, ERR_CONFLICT, "round.closed",
               report_submit(cx, round, &item, 2, &draft, &f->events));
    act_as(f, w.office, ROLE_OFFICE);
    assert_err(cx, ERR_INVALID, "verb.reason", round_reopen(cx, round, S("  ")));
    assert_ok(cx, round_reopen(cx, round, S("Eine Zahl war falsch.")));
    assert_err(cx, ERR_CONFLICT, "round.open", round_reopen(cx, round, S("noch einmal")));
    assert_ok(cx, round_get(cx, 2022, 2, &now));
    assert_str("Eine Zahl war falsch.", now.reason);
    assert_int_equal(now.submitted, 1);
    assert_ok(cx, report_accept(cx, round, item.id));
}

static int64_t remind(TestCore *f, const char *day)
{
    int64_t reminded;
    act_as(f, 0, 0); /* a job acts as nobody */
    f->t.clock.fixed_us = day_us(str_from(day)) + 9 * TIME_HOUR_US;
    assert_ok(&f->t.cx, round_remind(&f->t.cx, &reminded));
    return reminded;
}

static void what_is_missing_is_reminded_of_a_week_before_on_the_day_and_a_week_after(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item in = add_project(f, &w, "Liegt vor", w.lead, true);
    add_project(f, &w, "Fehlt", w.second, true);
    int64_t round = open_round(f, &w, 2, "2022-07-15");
    ReportDraft draft = good_draft();
    take_mails(f, MAIL_REPORT_ASKED, NULL);
    act_as(f, w.lead, 0);
    assert_ok(cx, report_submit(cx, round, &in, 1, &draft, &f->events));
    assert_int_equal(remind(f, "2022-07-07"), 0);
    assert_int_equal(remind(f, "2022-07-08"), 1);
    assert_int_equal(take_mails(f, MAIL_REPORT_REMINDER, NULL), 1);
    assert_int_equal(remind(f, "2022-07-08"), 0);
    assert_int_equal(remind(f, "2022-07-14"), 0);
    assert_int_equal(remind(f, "2022-07-15"), 1);
    assert_int_equal(remind(f, "2022-07-22"), 1);
    assert_int_equal(remind(f, "2022-08-22"), 0); /* three times are enough */
    assert_int_equal(take_mails(f, MAIL_REPORT_REMINDER, NULL), 2);
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, round_close(cx, round));
    assert_int_equal(remind(f, "2022-09-01"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(opening_a_round_asks_each_lead_of_each_running_project_once, teardown),
        TEST_ON_BOTH(a_link_stands_for_its_person_until_the_round_is_closed, teardown),
        TEST_ON_BOTH(a_report_changes_the_project_and_keeps_how_it_stood, teardown),
        TEST_ON_BOTH(what_changed_since_the_last_report_follows_from_both, teardown),
        TEST_ON_BOTH(a_report_is_taken_or_given_back_with_a_question, teardown),
        TEST_ON_BOTH(a_closed_round_is_frozen_until_it_is_opened_with_a_reason, teardown),
        TEST_ON_BOTH(what_is_missing_is_reminded_of_a_week_before_on_the_day_and_a_week_after,
                     teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
