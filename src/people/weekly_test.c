/* The weekly mail: what it tells to whom, that it tells nothing twice and nothing hidden, and that
 * nobody gets two for one week. */
#include "people/weekly.h"

#include "base/str.h"
#include "core/outbox.h"
#include "people/answer.h"
#include "people/body.h"
#include "people/meeting.h"
#include "people/organisation.h"
#include "people/project.h"
#include "people/relation.h"
#include "people/search.h"
#include "people/test_people.h"

#define DISTRICT "Nordstadt & Hafen"

static const char SATURDAY[] = "2026-11-28T12:00:00Z", MONDAY[] = "2026-11-30T06:30:00Z",
                  NEXT_MONDAY[] = "2026-12-07T06:30:00Z";

static void go_to(TestCore *f, const char *time)
{
    int64_t at_us = 0;
    assert_true(time_parse(str_from(time), &at_us));
    f->t.clock = clock_fixed(at_us);
}

/* Who lives in the district and wants to be told. */
static int64_t add_reader(TestCore *f, const char *name)
{
    Cx *cx = &f->t.cx;
    int64_t person = add_person(f, name);
    assert_ok(cx, person_set_district(cx, (PersonId){person}, S(DISTRICT)));
    assert_ok(cx,
              notice_choose(cx, (PersonId){person}, NOTICE_CATEGORY_WEEKLY, NOTICE_PACE_WEEKLY));
    return person;
}

static Item add_idea(TestCore *f, int64_t person, const char *title, const char *district,
                     int64_t topic, bool publish)
{
    Cx *cx = &f->t.cx;
    ItemDraft draft = draft_of(title);
    ItemId id;
    Item item;
    draft.district = str_from(district);
    draft.topics = &topic;
    draft.topic_count = topic != 0;
    act_as(f, person, 0);
    assert_ok(cx, idea_add(cx, &draft, &f->events, &id));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    if (publish)
        assert_ok(cx, item_step(cx, &IDEA_MACHINE, &item, S("publish"), S(""), &f->events));
    return item;
}

/* As the job does it: what was written. */
static size_t work(TestCore *f)
{
    Cx *cx = &f->t.cx;
    WeeklyRun run;
    size_t count;
    act_as(f, 0, 0);
    assert_ok(cx, search_project(NULL, cx, &f->events));
    f->events = (Events){.arena = cx->arena};
    assert_ok(cx, weekly_gather(cx, &run));
    assert_ok(cx, weekly_send(cx, &run, &count));
    return count;
}

static size_t take(TestCore *f, Mail ret[30])
{
    OutboxRow *rows;
    size_t taken, count = 0;
    Cx *cx = &f->t.cx;
    assert_ok(cx, outbox_take(cx, S("mail"), 30, &rows, &taken));
    for (size_t i = 0; i < taken; i++) {
        assert_ok(cx, mail_parse(cx, rows[i].id, rows[i].created_us, rows[i].payload, &ret[count]));
        assert_ok(cx, outbox_done(cx, rows[i].id));
        count += ret[count].draft.kind == MAIL_WEEKLY;
    }
    return count;
}

/* The only mail, which is the person's. */
static MailDraft only_mail(TestCore *f, int64_t person)
{
    Mail mails[30];
    assert_int_equal(work(f), 1);
    assert_int_equal(take(f, mails), 1);
    assert_int_equal(mails[0].draft.person.v, person);
    return mails[0].draft;
}

/* The line about a title; NULL: none. */
static const MailLine *line_of(const MailDraft *mail, const char *title)
{
    const MailLine *found = NULL;
    for (size_t i = 0; i < mail->line_count; i++)
        if (str_eq(mail->lines[i].what, str_from(title))) {
            assert_null(found); /* nothing stands there twice */
            found = &mail->lines[i];
        }
    return found;
}

static void expect_line(const MailDraft *mail, const char *title, const char *kind)
{
    const MailLine *line = line_of(mail, title);
    if (!line)
        print_message("# no line about %s\n", title);
    assert_non_null(line);
    assert_true(str_eq(line->kind, str_from(kind)));
}

static void answer(TestCore *f, int64_t office, Item *idea)
{
    Cx *cx = &f->t.cx;
    Answer prepared;
    AnswerDraft draft = {.accepts = true, .body = S("Das machen wir."), .period = S("")};
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, item_get_by_id(cx, idea->id, idea));
    assert_ok(cx, answer_prepare(cx, idea, 0, &draft));
    assert_ok(cx, answer_prepared(cx, idea, &prepared));
    assert_ok(cx, answer_publish(cx, idea, prepared.version, &f->events));
}

static void ones_district_is_told_of_week_by_week(void **state)
{
    TestCore *f = *state;
    go_to(f, SATURDAY);
    int64_t author = add_person(f, "author"), office = add_person(f, "office"),
            reader = add_reader(f, "reader");
    add_person(f, "nobody");
    Item bench = add_idea(f, author, "Bank", DISTRICT, 0, true);
    add_idea(f, author, "Woanders", "Süden", 0, true);
    add_idea(f, author, "Entwurf", DISTRICT, 0, false);
    add_idea(f, reader, "Eigenes", DISTRICT, 0, true);
    assert_int_equal(work(f), 0); /* not before Monday */
    go_to(f, MONDAY);
    MailDraft mail = only_mail(f, reader);
    assert_int_equal(mail.line_count, 2);
    assert_true(str_eq(mail.lines[0].kind, S("in_district")));
    expect_line(&mail, "Bank", "idea");
    assert_str("/ideen/bank", mail.lines[1].path);
    assert_int_equal(work(f), 0);
    /* Nothing new, no mail; and nothing that was told is told again. */
    go_to(f, NEXT_MONDAY);
    assert_int_equal(work(f), 0);
    answer(f, office, &bench);
    go_to(f, "2026-12-14T06:30:00Z");
    mail = only_mail(f, reader);
    assert_int_equal(mail.line_count, 2);
    expect_line(&mail, "Bank", "answer");
    assert_str("idea.accepted", mail.lines[1].who);
}

static void what_is_not_for_the_reader_is_not_told(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    go_to(f, SATURDAY);
    int64_t author = add_person(f, "author"), office = add_person(f, "office"),
            ally = add_reader(f, "ally");
    add_reader(f, "reader");
    assert_ok(cx, person_set_alliance(cx, (PersonId){ally}, 77, true, &f->events));
    Item hidden = add_idea(f, author, "Versteckt", DISTRICT, 0, true);
    Item internal = add_idea(f, author, "Intern", DISTRICT, 0, false);
    ItemDraft draft = draft_of("Intern");
    draft.district = S(DISTRICT);
    draft.visibility = AUDIENCE_ALLIANCE;
    assert_ok(cx, idea_change(cx, &internal, internal.version, &draft, &f->events));
    assert_ok(cx, item_get_by_id(cx, internal.id, &internal));
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &internal, S("publish"), S(""), &f->events));
    /* What was internal when it was said stays so, though all may read the idea now. */
    assert_ok(cx, item_get_by_id(cx, internal.id, &internal));
    draft.visibility = AUDIENCE_PUBLIC;
    assert_ok(cx, idea_change(cx, &internal, internal.version, &draft, &f->events));
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, item_get_by_id(cx, hidden.id, &hidden));
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &hidden, S("hide"), S("Werbung"), &f->events));
    go_to(f, MONDAY);
    MailDraft mail = only_mail(f, ally);
    expect_line(&mail, "Intern", "idea");
    assert_int_equal(mail.line_count, 2);
}

static void nobody_gets_two_for_a_week(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    WeeklyRun run, again;
    size_t count;
    Mail mails[30];
    go_to(f, SATURDAY);
    int64_t author = add_person(f, "author"), reader = add_reader(f, "reader"),
            ended = add_reader(f, "ended"), blocked = add_reader(f, "blocked"),
            gone = add_reader(f, "gone");
    add_idea(f, author, "Bank", DISTRICT, 0, true);
    go_to(f, MONDAY);
    act_as(f, 0, 0);
    /* Gathered twice before anything was written, as after a kill. */
    assert_ok(cx, weekly_gather(cx, &run));
    assert_ok(cx, weekly_gather(cx, &again));
    assert_int_equal(run.count, 4);
    assert_ok(cx, notice_choose(cx, (PersonId){ended}, NOTICE_CATEGORY_WEEKLY, NOTICE_PACE_OFF));
    assert_ok(cx, person_set_state(cx, (PersonId){blocked}, PERSON_SUSPENDED, S("x"), &f->events));
    assert_ok(cx, person_set_state(cx, (PersonId){gone}, PERSON_ERASED, S(""), &f->events));
    assert_ok(cx, weekly_send(cx, &run, &count));
    assert_ok(cx, weekly_send(cx, &again, &count));
    assert_int_equal(count, 0);
    assert_int_equal(take(f, mails), 1);
    assert_int_equal(mails[0].draft.person.v, reader);
    /* Ended and wanted again in the same week: the next Monday, and nothing of before. */
    assert_ok(cx, notice_choose(cx, (PersonId){reader}, NOTICE_CATEGORY_WEEKLY, NOTICE_PACE_OFF));
    assert_ok(cx,
              notice_choose(cx, (PersonId){reader}, NOTICE_CATEGORY_WEEKLY, NOTICE_PACE_WEEKLY));
    assert_int_equal(work(f), 0);
    go_to(f, NEXT_MONDAY);
    assert_int_equal(work(f), 0);
    assert_int_equal(take(f, mails), 0);
    assert_err(cx, ERR_INVALID, "notice.pace",
               notice_choose(cx, (PersonId){reader}, NOTICE_CATEGORY_WEEKLY, NOTICE_PACE_DAILY));
    *cx->error = (Error){0};
}

static void the_newest_are_named_and_the_rest_is_counted(void **state)
{
    TestCore *f = *state;
    go_to(f, SATURDAY);
    int64_t author = add_person(f, "author"), reader = add_reader(f, "reader");
    for (int i = 0; i < WEEKLY_LINES_MAX + 3; i++) {
        f->t.clock.fixed_us += TIME_SECOND_US;
        add_idea(f, author, arena_fmt(f->t.cx.arena, "Idee %c", 'A' + i).p, DISTRICT, 0, true);
    }
    go_to(f, MONDAY);
    MailDraft mail = only_mail(f, reader);
    assert_int_equal(mail.line_count, WEEKLY_LINES_MAX + 2);
    assert_str("Idee M", mail.lines[1].what);
    const MailLine *rest = &mail.lines[mail.line_count - 1];
    assert_str("more_ideas", rest->kind);
    assert_int_equal(rest->more, 3);
    assert_str("/ideen?stadtteil=Nordstadt%20%26%20Hafen", rest->path);
}

static Item step(TestCore *f, const Machine *machine, ItemId id, const char *verb)
{
    Item item;
    assert_ok(&f->t.cx, item_get_by_id(&f->t.cx, id, &item));
    assert_ok(&f->t.cx, item_step(&f->t.cx, machine, &item, str_from(verb), S("weil"), &f->events));
    return item;
}

static ItemId add_project(TestCore *f, const char *title, int64_t lead)
{
    static const Str DISTRICTS[] = {S_INIT("Westen"), S_INIT(DISTRICT)};
    Cx *cx = &f->t.cx;
    ItemId goal, organisation, id;
    ItemDraft aim = draft_of("Ziel"), leader = draft_of("Stadtwerke");
    assert_ok(cx, item_add(cx, NOUN_ORGANISATION, S("accepted"), AUDIENCE_PUBLIC, &leader,
                           &organisation));
    assert_ok(cx, item_add(cx, NOUN_GOAL, S("adopted"), AUDIENCE_PUBLIC, &aim, &goal));
    ProjectDraft draft = {.item = draft_of(title),
                          .districts = DISTRICTS,
                          .district_count = COUNT_OF(DISTRICTS),
                          .goals = &goal,
                          .goal_count = 1,
                          .lead = {lead}};
    draft.item.district = S("Süden");
    draft.item.organisation = organisation;
    assert_ok(cx, project_add(cx, &draft, &f->events, &id));
    return id;
}

static ItemId add_meeting(TestCore *f, int64_t lead)
{
    Cx *cx = &f->t.cx;
    ItemId id;
    int64_t relation;
    ItemDraft team = draft_of("Beirat");
    team.district = S(DISTRICT);
    assert_ok(cx, body_add(cx, BODY_EXPERT, &team, &f->events, &id));
    assert_ok(cx, relation_add(cx, (PersonId){lead}, RELATION_LEAD, id, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &relation));
    Item body = step(f, &BODY_MACHINE, id, "activate");
    MeetingDraft draft = {.item = draft_of("Erste Sitzung"),
                          .start_us = cx_now_us(cx) + 20 * TIME_DAY_US,
                          .end_us = cx_now_us(cx) + 20 * TIME_DAY_US + TIME_HOUR_US,
                          .place = S("Rathaus"),
                          .link = S(""),
                          .guests = S("")};
    assert_ok(cx, meeting_add(cx, &body, &draft, &f->events, &id));
    return id;
}

static void projects_and_meetings_of_the_district_are_told_by_what_they_are_now(void **state)
{
    TestCore *f = *state;
    go_to(f, SATURDAY);
    int64_t office = add_person(f, "office"), lead = add_person(f, "lead"),
            reader = add_reader(f, "reader");
    act_as(f, office, ROLE_OFFICE);
    ItemId project = add_project(f, "Licht nach Bedarf", lead);
    add_project(f, "Nur vorgeschlagen", lead);
    step(f, &PROJECT_MACHINE, project, "approve");
    ItemId meeting = add_meeting(f, lead);
    go_to(f, MONDAY);
    MailDraft mail = only_mail(f, reader);
    expect_line(&mail, "Licht nach Bedarf", "project");
    assert_int_equal(mail.line_count, 2); /* a meeting that is planned is the body's alone */
    act_as(f, office, ROLE_OFFICE);
    step(f, &PROJECT_MACHINE, project, "plan");
    step(f, &MEETING_MACHINE, meeting, "invite");
    go_to(f, NEXT_MONDAY);
    mail = only_mail(f, reader);
    expect_line(&mail, "Licht nach Bedarf", "project_state");
    assert_str("project.concept", line_of(&mail, "Licht nach Bedarf")->who);
    expect_line(&mail, "Erste Sitzung", "meeting");
    act_as(f, office, ROLE_OFFICE);
    step(f, &MEETING_MACHINE, meeting, "cancel");
    go_to(f, "2026-12-14T06:30:00Z");
    mail = only_mail(f, reader);
    expect_line(&mail, "Erste Sitzung", "cancelled");
    assert_int_equal(mail.line_count, 2);
}

/* ---- what fits ---- */

static Item add_partner(TestCore *f, int64_t office, int64_t rep, const char *name, int64_t topic,
                        const char *seeks)
{
    Cx *cx = &f->t.cx;
    ItemId id;
    Item item;
    OrganisationDraft draft = {.item = draft_of(name),
                               .own = {.kind = ORGANISATION_COMPANY,
                                       .seeks = str_from(seeks),
                                       .agreement = S("2026-1"),
                                       .agreement_us = cx_now_us(cx)}};
    draft.item.topics = &topic;
    draft.item.topic_count = topic != 0;
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, organisation_add(cx, &draft, S("applied"), &f->events, &id));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx, item_step(cx, &ORGANISATION_MACHINE, &item, S("review"), S(""), &f->events));
    assert_ok(cx, organisation_join(cx, &item, (PersonId){rep}, RELATION_REP, S(""), &f->events));
    assert_ok(cx, item_step(cx, &ORGANISATION_MACHINE, &item, S("accept"), S(""), &f->events));
    return item;
}

static void change_partner(TestCore *f, int64_t office, Item *item, int64_t topic,
                           const char *seeks, const char *lead)
{
    Cx *cx = &f->t.cx;
    OrganisationDraft draft = {.item = draft_of("x")};
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, item_get_by_id(cx, item->id, item));
    assert_ok(cx, organisation_own(cx, item->id, &draft.own));
    draft.own.seeks = str_from(seeks);
    draft.item.text.title = item->text.title;
    draft.item.text.lead = str_from(lead);
    draft.item.topics = &topic;
    draft.item.topic_count = topic != 0;
    assert_ok(cx, organisation_change(cx, item, item->version, &draft, &f->events));
}

static void who_represents_a_partner_is_told_what_fits(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t energy, water;
    Mail mails[30];
    go_to(f, "2026-11-01T12:00:00Z");
    int64_t author = add_person(f, "author"), office = add_person(f, "office"),
            rep = add_person(f, "rep"), other_rep = add_person(f, "other");
    assert_ok(cx, topic_add(cx, S("Energie"), S("Energy"), &energy));
    assert_ok(cx, topic_add(cx, S("Wasser"), S("Water"), &water));
    add_partner(f, office, rep, "Stadtwerke", energy, "Dachflächen für Solarmodule");
    Item near = add_partner(f, office, other_rep, "Dachbau", energy, "Lehrlinge");
    Item far = add_partner(f, office, other_rep, "Ruderclub", water, "Boote");
    go_to(f, SATURDAY);
    assert_ok(cx, notice_choose(cx, (PersonId){rep}, NOTICE_CATEGORY_WEEKLY, NOTICE_PACE_WEEKLY));
    add_idea(f, author, "Wärme aus dem Fluss", "", energy, true);
    add_idea(f, author, "Solarmodule auf Schulen", "", 0, true);
    add_idea(f, author, "Ein Brunnen", "", water, true);
    add_idea(f, author, "Speicher im Entwurf", "", energy, false);
    add_idea(f, rep, "Eigene Idee", "", energy, true);
    change_partner(f, office, &near, energy, "Lehrlinge\nDachflächen", "Kurz.");
    change_partner(f, office, &far, water, "Boote\nRuder", "Kurz.");
    go_to(f, MONDAY);
    MailDraft mail = only_mail(f, rep);
    assert_str("fits", mail.lines[0].kind);
    assert_str("Stadtwerke", mail.lines[0].what);
    expect_line(&mail, "Wärme aus dem Fluss", "idea");
    expect_line(&mail, "Solarmodule auf Schulen", "idea");
    expect_line(&mail, "Dachbau", "partner");
    assert_int_equal(mail.line_count, 4);
    /* Another sentence on its page is no news of what it seeks. */
    change_partner(f, office, &near, energy, "Lehrlinge\nDachflächen", "Ein anderer Satz.");
    go_to(f, NEXT_MONDAY);
    assert_int_equal(work(f), 0);
    assert_int_equal(take(f, mails), 0);
}

static void one_mail_has_both_parts_and_nothing_twice(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t energy;
    go_to(f, "2026-11-01T12:00:00Z");
    int64_t author = add_person(f, "author"), office = add_person(f, "office"),
            rep = add_person(f, "rep");
    assert_ok(cx, topic_add(cx, S("Energie"), S("Energy"), &energy));
    add_partner(f, office, rep, "Stadtwerke", energy, "");
    go_to(f, SATURDAY);
    assert_ok(cx, person_set_district(cx, (PersonId){rep}, S(DISTRICT)));
    assert_ok(cx, notice_choose(cx, (PersonId){rep}, NOTICE_CATEGORY_WEEKLY, NOTICE_PACE_WEEKLY));
    add_idea(f, author, "Hier und passend", DISTRICT, energy, true);
    add_idea(f, author, "Anderswo und passend", "Süden", energy, true);
    go_to(f, MONDAY);
    MailDraft mail = only_mail(f, rep);
    assert_int_equal(mail.line_count, 4);
    assert_str("in_district", mail.lines[0].kind);
    assert_str("Hier und passend", mail.lines[1].what);
    assert_str("fits", mail.lines[2].kind);
    assert_str("Anderswo und passend", mail.lines[3].what);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(ones_district_is_told_of_week_by_week, teardown),
        TEST_ON_BOTH(what_is_not_for_the_reader_is_not_told, teardown),
        TEST_ON_BOTH(nobody_gets_two_for_a_week, teardown),
        TEST_ON_BOTH(the_newest_are_named_and_the_rest_is_counted, teardown),
        TEST_ON_BOTH(projects_and_meetings_of_the_district_are_told_by_what_they_are_now, teardown),
        TEST_ON_BOTH(who_represents_a_partner_is_told_what_fits, teardown),
        TEST_ON_BOTH(one_mail_has_both_parts_and_nothing_twice, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
