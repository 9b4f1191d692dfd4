/* Bodies and their seats: who may found, join, invite, decide and leave, and who is named where. */
#include "people/seat.h"

#include "base/calendar.h"
#include "base/str.h"
#include "people/test_walk.h"

typedef struct Team {
    int64_t office, lead, member, partner, stranger; /* persons */
    ItemId organisation, other, body;
} Team;

/* An accepted partner. */
static ItemId add_organisation(TestCore *f, const char *name, OrganisationKind kind)
{
    Cx *cx = &f->t.cx;
    ItemId id;
    Item item;
    OrganisationDraft draft = {.item = draft_of(name), .own = {.kind = kind}};
    assert_ok(cx, organisation_add(cx, &draft, S("applied"), &f->events, &id));
    assert_ok(cx, item_get_unseen(cx, id, &item));
    assert_ok(cx, item_set_state(cx, &item, S("accepted"), AUDIENCE_PUBLIC));
    return id;
}

static void add_to(TestCore *f, int64_t person, ItemId organisation)
{
    int64_t id;
    assert_ok(&f->t.cx, relation_add(&f->t.cx, (PersonId){person}, RELATION_COLLEAGUE, organisation,
                                     (ItemId){0}, S(""), RELATION_ACTIVE, &id));
}

static Item body_of(TestCore *f, ItemId id)
{
    Item item;
    assert_ok(&f->t.cx, item_get_unseen(&f->t.cx, id, &item));
    return item;
}

static int64_t place(TestCore *f, const Item *body, int64_t person, RelationRole role, bool shown)
{
    int64_t id;
    SeatDraft draft = {
        .person = {person}, .role = role, .title = S(""), .placed = true, .shown = shown};
    assert_ok(&f->t.cx, seat_invite(&f->t.cx, body, &draft, &f->events, &id));
    return id;
}

/* A working team with a lead, who is shown, and a member, who is not. */
static Team setup_team(TestCore *f)
{
    Cx *cx = &f->t.cx;
    Team t = {.office = add_person(f, "office"),
              .lead = add_person(f, "lead"),
              .member = add_person(f, "member"),
              .partner = add_person(f, "partner"),
              .stranger = add_person(f, "stranger")};
    act_as(f, t.office, ROLE_OFFICE);
    t.organisation = add_organisation(f, "Hafenwerke", ORGANISATION_COMPANY);
    t.other = add_organisation(f, "Hochschule", ORGANISATION_SCIENCE);
    add_to(f, t.lead, t.organisation);
    add_to(f, t.member, t.other);
    add_to(f, t.partner, t.other);
    ItemDraft draft = draft_of("Mobilität");
    assert_ok(cx, body_add(cx, BODY_EXPERT, &draft, &f->events, &t.body));
    Item body = body_of(f, t.body);
    place(f, &body, t.lead, RELATION_LEAD, true);
    assert_ok(cx, item_step(cx, &BODY_MACHINE, &body, S("activate"), S(""), &f->events));
    place(f, &body, t.member, RELATION_MEMBER, false);
    return t;
}

static size_t seen(TestCore *f, ItemId body, int64_t person, uint32_t roles, bool ended)
{
    SeatList list;
    Item item = body_of(f, body);
    act_as(f, person, roles);
    assert_ok(&f->t.cx, seat_list(&f->t.cx, &item, ended, &list));
    assert_int_equal(list.members, 2);
    assert_int_equal(list.organisations, 2);
    assert_int_equal(list.kind_count, 2);
    assert_true(list.kinds[ORGANISATION_COMPANY] && list.kinds[ORGANISATION_SCIENCE]);
    return list.count;
}

static void only_the_office_founds_and_a_body_works_with_a_lead(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t office = add_person(f, "office"), member = add_person(f, "member");
    ItemDraft draft = draft_of("Energie");
    ItemId id;
    act_as(f, member, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "auth.denied", body_add(cx, BODY_EXPERT, &draft, &f->events, &id));
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, body_add(cx, BODY_EXPERT, &draft, &f->events, &id));
    Item body = body_of(f, id);
    assert_err(cx, ERR_CONFLICT, "body.lead",
               item_step(cx, &BODY_MACHINE, &body, S("activate"), S(""), &f->events));
    place(f, &body, member, RELATION_LEAD, false);
    assert_ok(cx, item_step(cx, &BODY_MACHINE, &body, S("activate"), S(""), &f->events));
    BodyKind kind;
    assert_ok(cx, body_kind(cx, id, &kind));
    assert_int_equal(kind, BODY_EXPERT);
}

static void a_lead_describes_the_body_and_cannot_change_its_kind(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Team t = setup_team(f);
    ItemDraft draft = draft_of("Mobilität und Verkehr");
    BodyKind kind;
    Item body = body_of(f, t.body);
    act_as(f, t.member, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "body.edit",
               body_change(cx, &body, body.version, BODY_OTHER, &draft, &f->events));
    act_as(f, t.lead, ROLE_ALLIANCE);
    assert_err(cx, ERR_CONFLICT, "item.version",
               body_change(cx, &body, body.version - 1, BODY_OTHER, &draft, &f->events));
    assert_ok(cx, body_change(cx, &body, body.version, BODY_OTHER, &draft, &f->events));
    assert_ok(cx, body_kind(cx, t.body, &kind));
    assert_int_equal(kind, BODY_EXPERT);
    body = body_of(f, t.body);
    act_as(f, t.office, ROLE_OFFICE);
    assert_ok(cx, body_change(cx, &body, body.version, BODY_OTHER, &draft, &f->events));
    assert_ok(cx, body_kind(cx, t.body, &kind));
    assert_int_equal(kind, BODY_OTHER);
}

static void names_are_for_everybody_only_with_consent(void **state)
{
    TestCore *f = *state;
    Team t = setup_team(f);
    assert_int_equal(seen(f, t.body, 0, 0, false), 1);          /* the lead agreed */
    assert_int_equal(seen(f, t.body, t.stranger, 0, false), 1); /* has an account */
    assert_int_equal(seen(f, t.body, t.partner, ROLE_ALLIANCE, false), 2);
    assert_int_equal(seen(f, t.body, t.member, 0, false), 2);
    Seat own;
    bool found;
    Item body = body_of(f, t.body);
    act_as(f, t.member, ROLE_ALLIANCE);
    assert_ok(&f->t.cx, seat_own(&f->t.cx, &body, &found, &own));
    assert_true(found);
    assert_ok(&f->t.cx, seat_show(&f->t.cx, &body, own.relation.id, true));
    assert_int_equal(seen(f, t.body, 0, 0, false), 2);
    act_as(f, t.member, ROLE_ALLIANCE);
    assert_ok(&f->t.cx, seat_show(&f->t.cx, &body, own.relation.id, false));
    assert_int_equal(seen(f, t.body, 0, 0, false), 1);
    act_as(f, 0, 0);
    Seat seat;
    assert_err(&f->t.cx, ERR_NOT_FOUND, "relation.unknown",
               seat_get(&f->t.cx, &body, own.relation.id, &seat));
    act_as(f, t.lead, ROLE_ALLIANCE); /* nobody agrees for somebody else */
    assert_err(&f->t.cx, ERR_DENIED, "seat.denied",
               seat_show(&f->t.cx, &body, own.relation.id, true));
}

static void who_belongs_to_a_partner_asks_and_the_lead_decides(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Team t = setup_team(f);
    Item body = body_of(f, t.body);
    ItemId none = {0};
    int64_t id, again;
    act_as(f, t.stranger, 0);
    assert_err(cx, ERR_INVALID, "seat.through",
               seat_ask(cx, &body, none, S("Bitte."), false, &f->events, &id));
    cx->error->flaws = NULL;
    act_as(f, t.partner, ROLE_ALLIANCE);
    assert_err(cx, ERR_INVALID, "seat.through",
               seat_ask(cx, &body, t.organisation, S("Bitte."), false, &f->events, &id));
    cx->error->flaws = NULL;
    assert_ok(cx, seat_ask(cx, &body, none, S("Ich forsche dazu."), true, &f->events, &id));
    assert_err(cx, ERR_CONFLICT, "seat.there",
               seat_ask(cx, &body, none, S("Noch einmal"), true, &f->events, &again));
    assert_int_equal(seen(f, t.body, t.member, 0, false), 2); /* not for members, */
    assert_int_equal(seen(f, t.body, t.lead, 0, false), 3);   /* but for the lead */
    assert_int_equal(seen(f, t.body, t.partner, 0, false), 2);
    act_as(f, t.member, ROLE_ALLIANCE);
    assert_err(cx, ERR_NOT_FOUND, "relation.unknown",
               seat_decide(cx, &body, id, true, S(""), &f->events));
    act_as(f, t.lead, ROLE_ALLIANCE);
    assert_err(cx, ERR_INVALID, "seat.reason",
               seat_decide(cx, &body, id, false, S(" "), &f->events));
    cx->error->flaws = NULL;
    assert_ok(cx, seat_decide(cx, &body, id, true, S("Willkommen"), &f->events));
    assert_err(cx, ERR_CONFLICT, "relation.state",
               seat_decide(cx, &body, id, false, S("doch nicht"), &f->events));
    Seat seat;
    assert_ok(cx, seat_get(cx, &body, id, &seat));
    assert_int_equal(seat.relation.state, RELATION_ACTIVE);
    assert_int_equal(seat.relation.through.v, t.other.v);
    assert_str("Ich forsche dazu.", seat.message);
    assert_str("Willkommen", seat.reason);
    assert_true(seat.shown);
}

static void the_management_is_sent_and_a_dissolved_body_takes_nobody(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Team t = setup_team(f);
    Item body = body_of(f, t.body);
    ItemDraft draft = draft_of("Steuerung");
    ItemId management;
    int64_t id;
    act_as(f, t.office, ROLE_OFFICE);
    assert_ok(cx, body_add(cx, BODY_MANAGEMENT, &draft, &f->events, &management));
    Item closed = body_of(f, management);
    act_as(f, t.partner, ROLE_ALLIANCE);
    assert_err(cx, ERR_CONFLICT, "seat.closed",
               seat_ask(cx, &closed, (ItemId){0}, S(""), false, &f->events, &id));
    act_as(f, t.office, ROLE_OFFICE);
    assert_ok(cx,
              item_step(cx, &BODY_MACHINE, &body, S("dissolve"), S("Auftrag erfüllt"), &f->events));
    body = body_of(f, t.body);
    assert_err(cx, ERR_CONFLICT, "seat.closed",
               seat_invite(cx, &body, &(SeatDraft){.person = {t.partner}, .title = S("")},
                           &f->events, &id));
    SeatList list;
    assert_ok(cx, seat_list(cx, &body, true, &list));
    assert_int_equal(list.members, 0);
    assert_int_equal(list.count, 2); /* the office sees who was in it */
    act_as(f, 0, 0);
    assert_ok(cx, seat_list(cx, &body, true, &list));
    assert_int_equal(list.count, 0);
}

static void an_invitation_is_answered_by_the_person(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Team t = setup_team(f);
    Item body = body_of(f, t.body);
    int64_t id;
    SeatDraft draft = {.person = {t.partner}, .role = RELATION_LEAD, .title = S("Gast")};
    act_as(f, t.lead, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "seat.denied", /* who leads is said by the office */
               seat_invite(cx, &body, &draft, &f->events, &id));
    draft.role = RELATION_MEMBER;
    assert_ok(cx, seat_invite(cx, &body, &draft, &f->events, &id));
    assert_err(cx, ERR_DENIED, "seat.denied",
               seat_answer(cx, &body, id, true, (ItemId){0}, false, &f->events));
    act_as(f, t.partner, ROLE_ALLIANCE);
    assert_err(cx, ERR_INVALID, "seat.through",
               seat_answer(cx, &body, id, true, t.organisation, true, &f->events));
    cx->error->flaws = NULL;
    assert_ok(cx, seat_answer(cx, &body, id, true, (ItemId){0}, true, &f->events));
    Seat seat;
    assert_ok(cx, seat_get(cx, &body, id, &seat));
    assert_int_equal(seat.relation.state, RELATION_ACTIVE);
    assert_int_equal(seat.relation.through.v, t.other.v);
    assert_str("Gast", seat.relation.title);
    assert_true(seat.shown);
    draft.person = (PersonId){t.stranger}; /* of no partner: only the office can */
    act_as(f, t.lead, ROLE_ALLIANCE);
    assert_err(cx, ERR_INVALID, "seat.through", seat_invite(cx, &body, &draft, &f->events, &id));
    cx->error->flaws = NULL;
    act_as(f, t.office, ROLE_OFFICE);
    assert_ok(cx, seat_invite(cx, &body, &draft, &f->events, &id));
    act_as(f, t.stranger, 0);
    assert_ok(cx, seat_answer(cx, &body, id, false, (ItemId){0}, false, &f->events));
    assert_ok(cx, seat_get(cx, &body, id, &seat));
    assert_int_equal(seat.relation.state, RELATION_ENDED);
}

static int64_t seat_id(TestCore *f, const Item *body, int64_t person)
{
    Seat seat;
    bool found;
    act_as(f, person, ROLE_ALLIANCE);
    assert_ok(&f->t.cx, seat_own(&f->t.cx, body, &found, &seat));
    assert_true(found);
    return seat.relation.id;
}

static void the_last_lead_of_a_working_body_stays(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Team t = setup_team(f);
    Item body = body_of(f, t.body);
    int64_t lead = seat_id(f, &body, t.lead), member = seat_id(f, &body, t.member);
    act_as(f, t.lead, ROLE_ALLIANCE);
    int64_t now_us = cx_now_us(cx);
    assert_err(cx, ERR_CONFLICT, "seat.last_lead", seat_end(cx, &body, lead, now_us, &f->events));
    act_as(f, t.office, ROLE_OFFICE);
    assert_err(cx, ERR_CONFLICT, "seat.last_lead",
               seat_set(cx, &body, lead, RELATION_MEMBER, S(""), &f->events));
    assert_ok(cx, seat_set(cx, &body, member, RELATION_LEAD, S("Sprecher"), &f->events));
    /* Whose end is settled does not count as the one who stays. */
    assert_ok(cx, seat_end(cx, &body, member, now_us + TIME_DAY_US, &f->events));
    assert_err(cx, ERR_CONFLICT, "seat.last_lead", seat_end(cx, &body, lead, now_us, &f->events));
    act_as(f, t.partner, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "seat.denied", seat_end(cx, &body, lead, now_us, &f->events));
    act_as(f, t.lead, ROLE_ALLIANCE);
    assert_ok(cx, item_step(cx, &BODY_MACHINE, &body, S("rest"), S("Sommerpause"), &f->events));
    assert_ok(cx, seat_end(cx, &body, lead, now_us, &f->events));
}

static void a_seat_ends_with_a_date_that_may_lie_ahead(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Team t = setup_team(f);
    Item body = body_of(f, t.body);
    Seat seat;
    int64_t id = seat_id(f, &body, t.member), now_us = cx_now_us(cx);
    act_as(f, t.lead, ROLE_ALLIANCE);
    assert_err(cx, ERR_INVALID, "seat.until",
               seat_end(cx, &body, id, now_us - TIME_DAY_US, &f->events));
    cx->error->flaws = NULL;
    assert_ok(cx, seat_end(cx, &body, id, now_us + TIME_DAY_US, &f->events));
    assert_ok(cx, relation_end_due(cx));
    assert_ok(cx, seat_get(cx, &body, id, &seat));
    assert_int_equal(seat.relation.state, RELATION_ACTIVE);
    Clock clock = clock_fixed(now_us + 2 * TIME_DAY_US);
    cx->clock = &clock;
    assert_ok(cx, relation_end_due(cx));
    assert_ok(cx, seat_get(cx, &body, id, &seat));
    assert_int_equal(seat.relation.state, RELATION_ENDED);
    assert_int_equal(seat.relation.until_us, now_us + TIME_DAY_US);
    assert_ok(cx, seat_end(cx, &body, id, now_us, &f->events)); /* a second click */
    act_as(f, t.partner, ROLE_ALLIANCE);
    assert_err(cx, ERR_NOT_FOUND, "relation.unknown", seat_get(cx, &body, id, &seat));
}

/* ---- every state and verb ---- */

static Team walked;

static ItemId make(TestCore *f, Str state, Str verb)
{
    (void)verb;
    Cx *cx = &f->t.cx;
    ItemDraft draft = draft_of("Team");
    ItemId id;
    act_as(f, walked.office, ROLE_OFFICE);
    assert_ok(cx, body_add(cx, BODY_EXPERT, &draft, &f->events, &id));
    Item body = body_of(f, id);
    place(f, &body, walked.lead, RELATION_LEAD, false);
    place(f, &body, walked.member, RELATION_MEMBER, false);
    assert_ok(cx, item_set_state(cx, &body, state,
                                 machine_audience(&BODY_MACHINE, state, AUDIENCE_PUBLIC)));
    return id;
}

static void act(TestCore *f, uint32_t stand)
{
    act_as(f,
           stand == STAND_OFFICE   ? walked.office
           : stand == STAND_LEAD   ? walked.lead
           : stand == STAND_MEMBER ? walked.member
                                   : walked.stranger,
           stand == STAND_OFFICE ? ROLE_OFFICE : 0);
}

static void each_verb_in_each_state_is_for_those_whom_the_table_names(void **state)
{
    TestCore *f = *state;
    walked = (Team){.office = add_person(f, "office"),
                    .lead = add_person(f, "lead"),
                    .member = add_person(f, "member"),
                    .stranger = add_person(f, "stranger")};
    walk_all(f, &(Walk){.machine = &BODY_MACHINE,
                        .make = make,
                        .act = act,
                        .stands = STAND_PERSON | STAND_MEMBER | STAND_LEAD | STAND_OFFICE});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(only_the_office_founds_and_a_body_works_with_a_lead, teardown),
        TEST_ON_BOTH(a_lead_describes_the_body_and_cannot_change_its_kind, teardown),
        TEST_ON_BOTH(names_are_for_everybody_only_with_consent, teardown),
        TEST_ON_BOTH(who_belongs_to_a_partner_asks_and_the_lead_decides, teardown),
        TEST_ON_BOTH(the_management_is_sent_and_a_dissolved_body_takes_nobody, teardown),
        TEST_ON_BOTH(an_invitation_is_answered_by_the_person, teardown),
        TEST_ON_BOTH(the_last_lead_of_a_working_body_stays, teardown),
        TEST_ON_BOTH(a_seat_ends_with_a_date_that_may_lie_ahead, teardown),
        TEST_ON_BOTH(each_verb_in_each_state_is_for_those_whom_the_table_names, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
