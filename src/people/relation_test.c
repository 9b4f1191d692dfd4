/* Relations: how persons stand to items. */
#include "people/relation.h"

#include "people/test_people.h"

static ItemId add_item(TestCore *f, const char *title, ItemId organisation, ItemId body)
{
    Cx *cx = &f->t.cx;
    ItemDraft draft = draft_of(title);
    ItemId id;
    draft.organisation = organisation;
    draft.body = body;
    assert_ok(cx, item_add(cx, NOUN_IDEA, S("published"), AUDIENCE_PUBLIC, &draft, &id));
    return id;
}

static uint32_t stand_to(TestCore *f, ItemId id)
{
    Cx *cx = &f->t.cx;
    Item item;
    uint32_t stand;
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx, item_stand(cx, &item, &stand));
    return stand;
}

static void one_stands_by_role_author_organisation_and_body(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    ItemId none = {0};
    int64_t author = add_person(f, "author"), rep = add_person(f, "rep"),
            lead = add_person(f, "lead"), id;
    act_as(f, author, 0);
    ItemId organisation = add_item(f, "Stadtwerke", none, none),
           body = add_item(f, "Team", none, none);
    ItemId item = add_item(f, "Idee", organisation, body);
    assert_int_equal(stand_to(f, item), STAND_ANYONE | STAND_PERSON | STAND_AUTHOR);
    assert_ok(cx, relation_add(cx, (PersonId){rep}, RELATION_REP, organisation, none, S(""),
                               RELATION_ACTIVE, &id));
    assert_ok(cx, relation_add(cx, (PersonId){lead}, RELATION_LEAD, body, organisation, S(""),
                               RELATION_ACTIVE, &id));
    act_as(f, rep, ROLE_ALLIANCE);
    assert_int_equal(stand_to(f, item),
                     STAND_ANYONE | STAND_PERSON | STAND_ALLIANCE | STAND_REP | STAND_COLLEAGUE);
    act_as(f, lead, ROLE_OFFICE);
    assert_int_equal(stand_to(f, item),
                     STAND_ANYONE | STAND_PERSON | STAND_OFFICE | STAND_LEAD | STAND_MEMBER);
    act_as(f, 0, 0);
    assert_int_equal(stand_to(f, item), STAND_ANYONE);
}

static void asking_and_being_invited_meet(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Relation relation;
    int64_t person = add_person(f, "person"), asked, invited;
    act_as(f, person, 0);
    ItemId item = add_item(f, "Team", (ItemId){0}, (ItemId){0});
    assert_ok(cx, relation_add(cx, (PersonId){person}, RELATION_MEMBER, item, (ItemId){0}, S(""),
                               RELATION_ASKED, &asked));
    assert_ok(cx, relation_add(cx, (PersonId){person}, RELATION_MEMBER, item, (ItemId){0}, S(""),
                               RELATION_ASKED, &invited));
    assert_ok(cx, relation_get(cx, asked, &relation));
    assert_int_equal(relation.state, RELATION_ASKED); /* asking twice is asking once */
    assert_ok(cx, relation_add(cx, (PersonId){person}, RELATION_MEMBER, item, (ItemId){0}, S(""),
                               RELATION_INVITED, &invited));
    assert_int_equal(asked, invited);
    assert_ok(cx, relation_get(cx, asked, &relation));
    assert_int_equal(relation.state, RELATION_ACTIVE);
    assert_int_equal(relation.from_us, f->t.clock.fixed_us);
}

static void what_has_ended_stays_and_is_dated(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Relation *list;
    size_t count;
    int64_t person = add_person(f, "person"), first, second, active;
    act_as(f, person, 0);
    ItemId item = add_item(f, "Team", (ItemId){0}, (ItemId){0});
    assert_ok(cx, relation_add(cx, (PersonId){person}, RELATION_MEMBER, item, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &first));
    f->t.clock.fixed_us += 1000;
    assert_ok(cx, relation_set_state(cx, first, RELATION_ENDED));
    assert_int_equal(relation_set_state(cx, first, RELATION_ACTIVE), ERR_CONFLICT);
    assert_ok(cx, relation_add(cx, (PersonId){person}, RELATION_MEMBER, item, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &second));
    assert_int_not_equal(first, second);
    assert_ok(cx, relation_count(cx, item, RELATION_MEMBER, &active));
    assert_int_equal(active, 1);
    assert_ok(cx, relation_list(cx, item, false, &list, &count));
    assert_int_equal(count, 1);
    assert_ok(cx, relation_list(cx, item, true, &list, &count));
    assert_int_equal(count, 2);
    assert_int_equal(list[1].until_us, f->t.clock.fixed_us);
    assert_ok(cx, relation_end_all(cx, item));
    assert_ok(cx, relation_count(cx, item, RELATION_MEMBER, &active));
    assert_int_equal(active, 0);
}

/* The alliance follows who belongs to its partners: nobody leaves one behind its back. */
static void who_belongs_to_an_organisation_leaves_by_it_alone(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t rep = add_person(f, "rep"), id;
    ItemId none = {0}, organisation;
    ItemDraft draft = draft_of("Stadtwerke");
    Relation relation;
    act_as(f, rep, ROLE_OFFICE);
    assert_ok(
        cx, item_add(cx, NOUN_ORGANISATION, S("accepted"), AUDIENCE_PUBLIC, &draft, &organisation));
    assert_ok(cx, relation_add(cx, (PersonId){rep}, RELATION_REP, organisation, none, S(""),
                               RELATION_ACTIVE, &id));
    static const RelationRole ROLES[] = {RELATION_REP, RELATION_COLLEAGUE};
    for (size_t i = 0; i < COUNT_OF(ROLES); i++) {
        assert_ok(cx, relation_set_role(cx, id, ROLES[i], S("")));
        assert_err(cx, ERR_CONFLICT, "relation.organisation", relation_end(cx, id, cx_now_us(cx)));
    }
    assert_ok(cx, relation_get(cx, id, &relation));
    assert_int_equal(relation.state, RELATION_ACTIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(one_stands_by_role_author_organisation_and_body, teardown),
        TEST_ON_BOTH(asking_and_being_invited_meet, teardown),
        TEST_ON_BOTH(what_has_ended_stays_and_is_dated, teardown),
        TEST_ON_BOTH(who_belongs_to_an_organisation_leaves_by_it_alone, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
