/* Meetings, their minutes and decisions, and the tasks that come out of them: who may what when,
 * who is told, and what others see of it. */
#include "people/meeting.h"

#include "base/calendar.h"
#include "core/mail.h"
#include "core/outbox.h"
#include "people/decision.h"
#include "people/seat.h"
#include "people/task.h"
#include "people/test_walk.h"

typedef struct World {
    int64_t office, lead, member, shown, partner; /* persons; shown: named to everybody */
    ItemId body;
} World;

static World world;

static Item item_of(TestCore *f, ItemId id)
{
    Item item;
    assert_ok(&f->t.cx, item_get_unseen(&f->t.cx, id, &item));
    return item;
}

static void place(TestCore *f, int64_t person, RelationRole role, bool shown)
{
    int64_t id;
    Item body = item_of(f, world.body);
    SeatDraft draft = {
        .person = {person}, .role = role, .title = S(""), .placed = true, .shown = shown};
    assert_ok(&f->t.cx, seat_invite(&f->t.cx, &body, &draft, &f->events, &id));
}

enum { MAILS_MAX = 100 };

/* Takes what waits to be sent, and counts those of a kind. */
static size_t mails(TestCore *f, MailKind kind)
{
    OutboxRow *rows;
    size_t count, found = 0;
    Cx *cx = &f->t.cx;
    assert_ok(cx, outbox_take(cx, S("mail"), MAILS_MAX, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        Mail mail;
        assert_ok(cx, mail_parse(cx, rows[i].id, rows[i].created_us, rows[i].payload, &mail));
        found += mail.draft.kind == kind;
        assert_ok(cx, outbox_done(cx, rows[i].id));
    }
    assert_int_equal(found, count); /* and of no other kind */
    return found;
}

static void setup_world(TestCore *f)
{
    Cx *cx = &f->t.cx;
    ItemDraft draft = draft_of("Mobilität");
    world = (World){.office = add_person(f, "office"),
                    .lead = add_person(f, "lead"),
                    .member = add_person(f, "member"),
                    .shown = add_person(f, "shown"),
                    .partner = add_person(f, "partner")};
    act_as(f, world.office, ROLE_OFFICE);
    assert_ok(cx, body_add(cx, BODY_EXPERT, &draft, &f->events, &world.body));
    place(f, world.lead, RELATION_LEAD, false);
    place(f, world.member, RELATION_MEMBER, false);
    place(f, world.shown, RELATION_MEMBER, true);
    assert_int_equal(mails(f, MAIL_SEAT_ACCEPTED), 3);
    Item body = item_of(f, world.body);
    assert_ok(cx, item_step(cx, &BODY_MACHINE, &body, S("activate"), S(""), &f->events));
}

static const MeetingAgenda AGENDA[] = {{S_INIT("Begrüßung"), S_INIT("Leitung"), 5},
                                       {S_INIT("Radwege"), S_INIT(""), 0}};

static MeetingDraft meeting_draft(TestCore *f, int64_t in_us)
{
    int64_t start_us = cx_now_us(&f->t.cx) + in_us;
    MeetingDraft draft = {.item = draft_of("Dritte Sitzung"),
                          .start_us = start_us,
                          .end_us = start_us + 2 * TIME_HOUR_US,
                          .place = S("Rathaus"),
                          .link = S("https://video.example.org/x"),
                          .guests = S(""),
                          .agenda = AGENDA,
                          .agenda_count = COUNT_OF(AGENDA)};
    draft.item.visibility = AUDIENCE_TEAM;
    return draft;
}

static ItemId add_meeting(TestCore *f, int64_t in_us)
{
    ItemId id;
    Item body = item_of(f, world.body);
    MeetingDraft draft = meeting_draft(f, in_us);
    act_as(f, world.lead, 0);
    assert_ok(&f->t.cx, meeting_add(&f->t.cx, &body, &draft, &f->events, &id));
    return id;
}

static void take(TestCore *f, ItemId id, const char *verb)
{
    Item item = item_of(f, id);
    act_as(f, world.lead, 0);
    assert_ok(&f->t.cx,
              item_step(&f->t.cx, &MEETING_MACHINE, &item, str_from(verb), S("weil"), &f->events));
}

/* It has taken place, and all but the member were there. */
static ItemId add_held(TestCore *f)
{
    Cx *cx = &f->t.cx;
    ItemId id = add_meeting(f, -TIME_HOUR_US);
    take(f, id, "hold");
    Item item = item_of(f, id);
    MeetingPerson people[] = {{.person = {world.lead}, .attended = S("present")},
                              {.person = {world.shown}, .attended = S("present")},
                              {.person = {world.member}, .attended = S("excused")}};
    assert_ok(cx, meeting_attend(cx, &item, people, COUNT_OF(people), &f->events));
    return id;
}

static bool reads(TestCore *f, ItemId id, int64_t person, uint32_t roles)
{
    Item item;
    act_as(f, person, roles);
    return item_get_by_id(&f->t.cx, id, &item) == OK;
}

/* ---- planning and inviting ---- */

static void a_planned_meeting_is_known_to_the_body_alone(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    ItemId id;
    setup_world(f);
    Item body = item_of(f, world.body);
    MeetingDraft draft = meeting_draft(f, TIME_DAY_US);
    act_as(f, world.member, 0);
    assert_err(cx, ERR_DENIED, "meeting.edit", meeting_add(cx, &body, &draft, &f->events, &id));
    draft.item.visibility = AUDIENCE_PUBLIC;
    act_as(f, world.lead, 0);
    assert_ok(cx, meeting_add(cx, &body, &draft, &f->events, &id));
    assert_true(reads(f, id, world.member, 0));
    assert_true(reads(f, id, world.office, ROLE_OFFICE));
    assert_false(reads(f, id, world.partner, ROLE_ALLIANCE));
    assert_false(reads(f, id, 0, 0));
    take(f, id, "invite");
    assert_true(reads(f, id, 0, 0));
    Meeting m;
    Item item = item_of(f, id);
    act_as(f, 0, 0);
    assert_ok(cx, meeting_own(cx, &item, &m));
    assert_str("Rathaus", m.place);
    assert_str("", m.link); /* whoever knows it could walk in */
    assert_int_equal(m.agenda_count, 2);
    assert_str("Begrüßung", m.agenda[0].title);
}

static void what_is_wrong_is_said_all_at_once(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    ItemId id;
    size_t flaws = 0;
    setup_world(f);
    Item body = item_of(f, world.body);
    MeetingDraft draft = meeting_draft(f, TIME_DAY_US);
    const MeetingAgenda untitled[] = {{S_INIT(" "), S_INIT("Wer"), 5}};
    draft.item.text.title = S("");
    draft.start_us = 0;
    draft.end_us = 0;
    draft.link = S("javascript:alert(1)");
    draft.agenda = untitled;
    draft.agenda_count = 1;
    act_as(f, world.lead, 0);
    assert_err(cx, ERR_INVALID, "item.title", meeting_add(cx, &body, &draft, &f->events, &id));
    for (const Flaw *one = cx->error->flaws; one; one = one->next)
        flaws++;
    assert_int_equal(flaws, 5);
}

static void those_invited_are_told_and_told_again_when_it_moves(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    setup_world(f);
    ItemId id = add_meeting(f, TIME_DAY_US);
    MeetingDraft draft = meeting_draft(f, TIME_DAY_US);
    Item item = item_of(f, id);
    draft.place = S("Hafenhaus");
    assert_ok(cx, meeting_change(cx, &item, item.version, &draft, &f->events));
    assert_int_equal(mails(f, MAIL_MEETING_MOVED), 0); /* nobody knows of it yet */
    take(f, id, "invite");
    assert_int_equal(mails(f, MAIL_MEETING_INVITED), 2); /* the lead who invites knows */
    item = item_of(f, id);
    draft.item.text.lead = S("Anders beschrieben.");
    assert_ok(cx, meeting_change(cx, &item, item.version, &draft, &f->events));
    assert_int_equal(mails(f, MAIL_MEETING_MOVED), 0);
    item = item_of(f, id);
    draft.start_us += TIME_HOUR_US;
    draft.end_us += TIME_HOUR_US;
    assert_ok(cx, meeting_change(cx, &item, item.version, &draft, &f->events));
    assert_int_equal(mails(f, MAIL_MEETING_MOVED), 2);
    take(f, id, "cancel");
    assert_int_equal(mails(f, MAIL_MEETING_CANCELLED), 2);
    MeetingEntry *list;
    size_t count;
    act_as(f, world.member, 0);
    assert_ok(cx,
              meeting_list(cx, &(MeetingQuery){.body = world.body, .announced = true, .limit = 10},
                           &list, &count));
    assert_int_equal(count, 1); /* it stays in the calendars, as what does not take place */
    IcalEvent event = meeting_ical(cx->arena, &list[0], S("Mobilität"), S(""));
    assert_true(event.cancelled);
    assert_int_equal(event.sequence, 3);
    assert_str("Mobilität: Dritte Sitzung", event.summary);
    assert_str("Hafenhaus", event.location);
}

static void who_is_invited_answers(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    MeetingPerson *people;
    size_t count;
    setup_world(f);
    ItemId id = add_meeting(f, TIME_DAY_US);
    take(f, id, "invite");
    Item item = item_of(f, id);
    act_as(f, world.partner, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "meeting.reply", meeting_reply(cx, &item, true));
    assert_ok(cx, meeting_people(cx, &item, &people, &count));
    assert_int_equal(count, 0);
    act_as(f, world.member, 0);
    assert_ok(cx, meeting_reply(cx, &item, false));
    assert_ok(cx, meeting_people(cx, &item, &people, &count));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++)
        assert_str_equal(people[i].person.v == world.member ? S("no") : S(""), people[i].reply);
    take(f, id, "cancel");
    item = item_of(f, id);
    act_as(f, world.member, 0);
    assert_err(cx, ERR_CONFLICT, "verb.state", meeting_reply(cx, &item, true));
}

static void it_is_neither_held_before_it_begins_nor_invited_to_when_it_is_over(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    setup_world(f);
    Item ahead = item_of(f, add_meeting(f, TIME_DAY_US)),
         over = item_of(f, add_meeting(f, -TIME_DAY_US));
    assert_err(cx, ERR_CONFLICT, "meeting.ahead",
               item_step(cx, &MEETING_MACHINE, &ahead, S("hold"), S(""), &f->events));
    assert_err(cx, ERR_CONFLICT, "meeting.past",
               item_step(cx, &MEETING_MACHINE, &over, S("invite"), S(""), &f->events));
}

/* ---- minutes ---- */

static void two_who_write_the_same_minutes_do_not_overwrite_each_other(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Meeting m;
    setup_world(f);
    ItemId id = add_held(f);
    Item mine = item_of(f, id), yours = item_of(f, id);
    act_as(f, world.member, 0); /* any member may write */
    assert_ok(cx, meeting_write(cx, &mine, mine.version, S("Von mir."), &f->events));
    act_as(f, world.lead, 0);
    Item now = item_of(f, id);
    assert_err(cx, ERR_CONFLICT, "item.version",
               meeting_write(cx, &now, yours.version, S("Von dir."), &f->events));
    assert_ok(cx, meeting_own(cx, &now, &m));
    assert_str("Von mir.", m.minutes);
    assert_ok(cx, meeting_write(cx, &now, now.version, S("Von beiden."), &f->events));
    act_as(f, world.partner, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "meeting.edit",
               meeting_write(cx, &now, now.version, S("Von draußen."), &f->events));
}

static void minutes_are_approved_and_published_in_words_of_their_own(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Meeting m;
    setup_world(f);
    ItemId id = add_held(f);
    Item item = item_of(f, id);
    act_as(f, world.lead, 0);
    assert_err(cx, ERR_CONFLICT, "meeting.unwritten",
               item_step(cx, &MEETING_MACHINE, &item, S("approve"), S(""), &f->events));
    assert_ok(cx, meeting_write(cx, &item, item.version, S("Vertraulich: alles."), &f->events));
    take(f, id, "approve");
    item = item_of(f, id);
    act_as(f, world.lead, 0);
    assert_err(cx, ERR_INVALID, "meeting.public",
               item_step(cx, &MEETING_MACHINE, &item, S("publish"), S(""), &f->events));
    assert_err(cx, ERR_INVALID, "meeting.public",
               meeting_publish(cx, &item, S(" "), S(""), &f->events));
    cx->error->flaws = NULL;
    assert_false(reads(f, id, 0, 0));
    act_as(f, world.lead, 0);
    assert_ok(cx, meeting_publish(cx, &item, S("Es ging um Radwege."), S(""), &f->events));
    assert_true(reads(f, id, 0, 0));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_str("Es ging um Radwege.", item.text.body);
    assert_ok(cx, meeting_own(cx, &item, &m));
    assert_str("", m.minutes);
    take(f, id, "withdraw");
    assert_false(reads(f, id, 0, 0));
    assert_str("", item_of(f, id).text.body);
}

/* ---- decisions ---- */

static void who_is_partial_takes_no_part_and_is_named(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t number;
    Decision *list;
    size_t count;
    setup_world(f);
    ItemId id = add_held(f); /* two were there */
    Item item = item_of(f, id);
    DecisionRecusal recusal = {.person = {world.shown}};
    Decision d = {.body = S("Der Radweg wird gebaut."),
                  .result = DECISION_ACCEPTED,
                  .votes_for = 1,
                  .votes_against = 1,
                  .recusals = &recusal,
                  .recusal_count = 1};
    act_as(f, world.member, 0);
    assert_err(cx, ERR_DENIED, "meeting.edit", decision_put(cx, &item, &d, &f->events, &number));
    act_as(f, world.lead, 0);
    assert_err(cx, ERR_INVALID, "decision.votes", /* one of the two has no vote */
               decision_put(cx, &item, &d, &f->events, &number));
    cx->error->flaws = NULL;
    d.votes_against = 0;
    recusal.person.v = world.member; /* was not there */
    assert_err(cx, ERR_INVALID, "decision.recusals",
               decision_put(cx, &item, &d, &f->events, &number));
    cx->error->flaws = NULL;
    recusal.person.v = world.shown;
    assert_ok(cx, decision_put(cx, &item, &d, &f->events, &number));
    assert_int_equal(number, 1);
    d.number = 1;
    d.result = DECISION_POSTPONED;
    assert_ok(cx, decision_put(cx, &item, &d, &f->events, &number));
    d.number = 9;
    assert_err(cx, ERR_NOT_FOUND, "decision.unknown",
               decision_put(cx, &item, &d, &f->events, &number));
    assert_ok(cx, decision_list(cx, &item, &list, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].result, DECISION_POSTPONED);
    assert_str("shown", list[0].recusals[0].name);
    act_as(f, 0, 0);
    assert_ok(cx, decision_list(cx, &item, &list, &count));
    assert_int_equal(count, 0); /* not before it is published */
}

static void the_public_reads_names_of_those_who_agreed(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t number;
    Decision *list;
    size_t count;
    setup_world(f);
    ItemId id = add_held(f);
    Item item = item_of(f, id);
    DecisionRecusal recusals[] = {{.person = {world.shown}}, {.person = {world.lead}}};
    Decision d = {.body = S("Vertagt."),
                  .result = DECISION_POSTPONED,
                  .recusals = recusals,
                  .recusal_count = 2};
    act_as(f, world.lead, 0);
    assert_ok(cx, decision_put(cx, &item, &d, &f->events, &number));
    item = item_of(f, id);
    assert_ok(cx, meeting_write(cx, &item, item.version, S("Protokoll."), &f->events));
    take(f, id, "approve");
    item = item_of(f, id);
    assert_ok(cx, meeting_publish(cx, &item, S("Öffentlich."), S(""), &f->events));
    act_as(f, 0, 0);
    assert_ok(cx, decision_list(cx, &item, &list, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].recusal_count, 2); /* that there were two is for everybody */
    size_t named = 0;
    for (size_t i = 0; i < 2; i++) {
        named += list[0].recusals[i].name.n > 0;
        assert_true(!list[0].recusals[i].name.n || str_eq(list[0].recusals[i].name, S("shown")));
    }
    assert_int_equal(named, 1);
    Str doc;
    assert_ok(cx, item_version_unseen(cx, id, item_of(f, id).version, &doc));
    assert_true(str_find(doc, S("\"minutes\":\"Protokoll.\"")) > 0);
    assert_true(str_find(doc, S("\"result\":\"postponed\"")) > 0);
    assert_true(str_find(doc, S("\"attended\":\"excused\"")) > 0);
}

/* ---- tasks ---- */

static void a_task_is_given_done_and_seen_by_those_inside(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t id;
    Task task, *list;
    size_t count;
    setup_world(f);
    ItemId meeting = add_held(f);
    Item body = item_of(f, world.body);
    TaskDraft draft = {.meeting = meeting, .owner = {world.partner}, .title = S("Angebot holen")};
    act_as(f, world.member, 0);
    assert_err(cx, ERR_INVALID, "task.owner", task_add(cx, &body, &draft, &f->events, &id));
    cx->error->flaws = NULL;
    draft.owner.v = world.shown;
    assert_ok(cx, task_add(cx, &body, &draft, &f->events, &id));
    assert_int_equal(mails(f, MAIL_TASK_GIVEN), 1);
    assert_err(cx, ERR_DENIED, "task.denied", task_set_state(cx, id, TASK_DONE)); /* not hers */
    act_as(f, world.partner, ROLE_ALLIANCE);
    assert_err(cx, ERR_NOT_FOUND, "task.unknown", task_get(cx, id, &task));
    assert_ok(cx, task_list(cx, &body, true, &list, &count));
    assert_int_equal(count, 0);
    act_as(f, world.shown, 0);
    assert_ok(cx, task_list_own(cx, false, &list, &count));
    assert_int_equal(count, 1);
    assert_str("Dritte Sitzung", list[0].meeting_title);
    assert_ok(cx, task_set_state(cx, id, TASK_DONE));
    assert_ok(cx, task_set_state(cx, id, TASK_DONE)); /* a second click */
    assert_ok(cx, task_list_own(cx, false, &list, &count));
    assert_int_equal(count, 0);
    Item held = item_of(f, meeting);
    assert_ok(cx, task_list_of_meeting(cx, &held, &list, &count));
    assert_int_equal(list[0].state, TASK_DONE);
}

static void at(TestCore *f, Clock *clock, int64_t us)
{
    *clock = clock_fixed(us);
    f->t.cx.clock = clock;
    act_as(f, 0, 0);
    assert_ok(&f->t.cx, task_remind(&f->t.cx));
}

static void the_owner_is_reminded_once_before_and_once_after(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t id, now_us = cx_now_us(cx), due_us = now_us + 5 * TIME_DAY_US;
    Clock clock;
    setup_world(f);
    Item body = item_of(f, world.body);
    TaskDraft draft = {.owner = {world.member}, .title = S("Angebot holen"), .due_us = due_us};
    act_as(f, world.lead, 0);
    assert_ok(cx, task_add(cx, &body, &draft, &f->events, &id));
    assert_int_equal(mails(f, MAIL_TASK_GIVEN), 1);
    at(f, &clock, due_us - 41 * TIME_HOUR_US);
    assert_int_equal(mails(f, MAIL_TASK_DUE), 0);
    at(f, &clock, due_us - 39 * TIME_HOUR_US);
    assert_int_equal(mails(f, MAIL_TASK_DUE), 1);
    at(f, &clock, due_us - 20 * TIME_HOUR_US);
    assert_int_equal(mails(f, MAIL_TASK_DUE), 0);
    at(f, &clock, due_us + TIME_HOUR_US);
    assert_int_equal(mails(f, MAIL_TASK_OVERDUE), 1);
    at(f, &clock, due_us + TIME_DAY_US);
    assert_int_equal(mails(f, MAIL_TASK_OVERDUE), 0);
    act_as(f, world.lead, 0); /* another day is told of anew */
    draft.due_us = due_us + 2 * TIME_DAY_US;
    assert_ok(cx, task_change(cx, &body, id, &draft, &f->events));
    at(f, &clock, due_us + 25 * TIME_HOUR_US);
    assert_int_equal(mails(f, MAIL_TASK_DUE), 1);
    act_as(f, world.member, 0);
    assert_ok(cx, task_set_state(cx, id, TASK_DROPPED));
    at(f, &clock, due_us + 9 * TIME_DAY_US);
    assert_int_equal(mails(f, MAIL_TASK_OVERDUE), 0);
}

/* ---- calendars ---- */

static void a_key_stands_for_its_person_until_there_is_a_new_one(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    PersonId person;
    setup_world(f);
    act_as(f, world.member, 0);
    assert_ok(cx, calendar_key_set(cx, S("first")));
    assert_ok(cx, calendar_key_find(cx, S("first"), &person));
    assert_int_equal(person.v, world.member);
    assert_ok(cx, calendar_key_set(cx, S("second")));
    assert_ok(cx, calendar_key_find(cx, S("first"), &person));
    assert_int_equal(person.v, 0);
    act_as(f, 0, 0);
    assert_err(cx, ERR_DENIED, "auth.required", calendar_key_set(cx, S("third")));
}

/* ---- every state and verb ---- */

static ItemId make(TestCore *f, Str state, Str verb)
{
    Cx *cx = &f->t.cx;
    ItemId id = add_meeting(f, str_eq(verb, S("hold")) ? -TIME_HOUR_US : TIME_DAY_US);
    Item item = item_of(f, id);
    ItemText text = item.text;
    assert_ok(cx, item_set_state(cx, &item, S("held"), AUDIENCE_TEAM));
    assert_ok(cx, meeting_write(cx, &item, item.version, S("Protokoll."), &f->events));
    text.body = S("Öffentlich.");
    assert_ok(cx, item_add_text(cx, id, &text));
    item = item_of(f, id);
    assert_ok(cx, item_set_state(cx, &item, state,
                                 machine_audience(&MEETING_MACHINE, state, AUDIENCE_TEAM)));
    return id;
}

static void act(TestCore *f, uint32_t stand)
{
    act_as(f,
           stand == STAND_OFFICE   ? world.office
           : stand == STAND_LEAD   ? world.lead
           : stand == STAND_MEMBER ? world.member
                                   : world.partner,
           stand == STAND_OFFICE ? ROLE_OFFICE : 0);
}

static void each_verb_in_each_state_is_for_those_whom_the_table_names(void **state)
{
    TestCore *f = *state;
    setup_world(f);
    walk_all(f, &(Walk){&MEETING_MACHINE, make, act,
                        STAND_PERSON | STAND_MEMBER | STAND_LEAD | STAND_OFFICE});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_planned_meeting_is_known_to_the_body_alone, teardown),
        TEST_ON_BOTH(what_is_wrong_is_said_all_at_once, teardown),
        TEST_ON_BOTH(those_invited_are_told_and_told_again_when_it_moves, teardown),
        TEST_ON_BOTH(who_is_invited_answers, teardown),
        TEST_ON_BOTH(it_is_neither_held_before_it_begins_nor_invited_to_when_it_is_over, teardown),
        TEST_ON_BOTH(two_who_write_the_same_minutes_do_not_overwrite_each_other, teardown),
        TEST_ON_BOTH(minutes_are_approved_and_published_in_words_of_their_own, teardown),
        TEST_ON_BOTH(who_is_partial_takes_no_part_and_is_named, teardown),
        TEST_ON_BOTH(the_public_reads_names_of_those_who_agreed, teardown),
        TEST_ON_BOTH(a_task_is_given_done_and_seen_by_those_inside, teardown),
        TEST_ON_BOTH(the_owner_is_reminded_once_before_and_once_after, teardown),
        TEST_ON_BOTH(a_key_stands_for_its_person_until_there_is_a_new_one, teardown),
        TEST_ON_BOTH(each_verb_in_each_state_is_for_those_whom_the_table_names, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
