/* Ideas: who writes and changes them, support, the official answer, what becomes of them. */
#include "people/idea.h"

#include "base/str.h"
#include "people/answer.h"
#include "people/block.h"
#include "people/organisation.h"
#include "people/project.h"
#include "people/support.h"
#include "people/test_people.h"

typedef struct Cast {
    TestCore *f;
    int64_t author, office, lead, other;
    ItemId body;
} Cast;

static Cast cast_of(TestCore *f)
{
    Cx *cx = &f->t.cx;
    int64_t relation;
    Cast c = {.f = f,
              .author = add_person(f, "author"),
              .office = add_person(f, "office"),
              .lead = add_person(f, "lead"),
              .other = add_person(f, "other")};
    ItemDraft team = draft_of("Team Hafen");
    act_as(f, c.office, ROLE_OFFICE);
    assert_ok(cx, item_add(cx, NOUN_BODY, S("active"), AUDIENCE_PUBLIC, &team, &c.body));
    assert_ok(cx, relation_add(cx, (PersonId){c.lead}, RELATION_LEAD, c.body, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &relation));
    return c;
}

static AnswerDraft answer_draft(bool accepts)
{
    return (AnswerDraft){.accepts = accepts,
                         .body = S("Wir fangen im Mai an."),
                         .cost = {1250000},
                         .period = S("2027")};
}

static size_t answers(Cast *c, const Item *item)
{
    Answer *list;
    size_t count;
    assert_ok(&c->f->t.cx, answer_list(&c->f->t.cx, item, &list, &count));
    return count;
}

static int64_t versions(Cast *c, const Item *item)
{
    Item now;
    assert_ok(&c->f->t.cx, item_get_unseen(&c->f->t.cx, item->id, &now));
    return now.version;
}

static void an_answer_is_prepared_looked_at_and_published_by_a_second_action(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    Item item = published_idea(c.f, c.author, "Bank");
    int64_t before = versions(&c, &item);
    AnswerDraft draft = answer_draft(true);
    Answer answer;
    act_as(c.f, c.office, ROLE_OFFICE);
    assert_ok(cx, answer_prepare(cx, &item, 0, &draft));
    assert_ok(cx, answer_prepared(cx, &item, &answer));
    assert_int_equal(answer.version, 1);
    assert_str("Wir fangen im Mai an.", answer.draft.body);
    assert_int_equal(answer.draft.cost.cent, 1250000);
    /* Nobody else can tell: no answer, no version, no state. */
    act_as(c.f, c.author, 0);
    assert_err(cx, ERR_DENIED, "idea.answer", answer_prepared(cx, &item, &answer));
    assert_int_equal(answers(&c, &item), 0);
    assert_int_equal(versions(&c, &item), before);
    Str doc;
    assert_ok(cx, item_version_unseen(cx, item.id, before, &doc));
    assert_true(str_find(doc, S("im Mai")) < 0);
    /* A second person publishes what the first has prepared. */
    act_as(c.f, add_person(c.f, "chief"), ROLE_OFFICE);
    assert_ok(cx, answer_publish(cx, &item, 1, &c.f->events));
    assert_str("accepted", item.state);
    act_as(c.f, 0, 0);
    assert_int_equal(answers(&c, &item), 1);
    assert_ok(cx, item_version_unseen(cx, item.id, before + 1, &doc));
    assert_true(str_find(doc, S("im Mai")) > 0);
}

static void what_is_published_is_what_was_looked_at(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    Item item = published_idea(c.f, c.author, "Bank");
    AnswerDraft yes = answer_draft(true), no = answer_draft(false);
    Answer answer;
    act_as(c.f, c.office, ROLE_OFFICE);
    assert_err(cx, ERR_CONFLICT, "answer.none", answer_publish(cx, &item, 0, &c.f->events));
    assert_ok(cx, answer_prepare(cx, &item, 0, &yes));
    assert_err(cx, ERR_CONFLICT, "answer.version",
               answer_prepare(cx, &item, 0, &no)); /* somebody was faster */
    assert_ok(cx, answer_prepare(cx, &item, 1, &no));
    assert_err(cx, ERR_CONFLICT, "answer.version", answer_publish(cx, &item, 1, &c.f->events));
    assert_str("published", item.state);
    assert_ok(cx, answer_discard(cx, &item));
    assert_ok(cx, answer_prepared(cx, &item, &answer));
    assert_int_equal(answer.id, 0);
    /* Nor does the step alone, without an answer. */
    assert_int_equal(item_step(cx, &IDEA_MACHINE, &item, S("accept"), S("weil"), &c.f->events),
                     ERR_CONFLICT);
    assert_ok(cx, answer_prepare(cx, &item, 0, &no));
    assert_int_equal(item_step(cx, &IDEA_MACHINE, &item, S("reject"), S("weil"), &c.f->events),
                     ERR_CONFLICT);
    assert_ok(cx, answer_publish(cx, &item, 1, &c.f->events));
    assert_str("rejected", item.state);
    /* Answered is answered, until it is looked at again; the first answer stays. */
    assert_err(cx, ERR_CONFLICT, "verb.state", answer_prepare(cx, &item, 0, &yes));
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &item, S("reconsider"), S("Neues"), &c.f->events));
    c.f->t.clock.fixed_us += 1000;
    assert_ok(cx, answer_prepare(cx, &item, 0, &yes));
    assert_ok(cx, answer_publish(cx, &item, 1, &c.f->events));
    assert_str("accepted", item.state);
    assert_int_equal(answers(&c, &item), 2);
}

static void a_team_lead_answers_the_ideas_of_the_team(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    Item item = published_idea(c.f, c.author, "Bank");
    AnswerDraft draft = answer_draft(true);
    act_as(c.f, c.lead, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "idea.answer", answer_prepare(cx, &item, 0, &draft));
    assert_err(cx, ERR_DENIED, "auth.denied", idea_assign(cx, &item, c.body, &c.f->events));
    act_as(c.f, c.office, ROLE_OFFICE);
    assert_err(cx, ERR_INVALID, "idea.body",
               idea_assign(cx, &item, item.id, &c.f->events)); /* no body */
    assert_ok(cx, idea_assign(cx, &item, c.body, &c.f->events));
    int64_t version = versions(&c, &item);
    assert_ok(cx, idea_assign(cx, &item, c.body, &c.f->events)); /* a second click */
    assert_int_equal(versions(&c, &item), version);
    /* The author's next change leaves the body as it is. */
    ItemDraft words = draft_of("Bank am Hafen");
    act_as(c.f, c.author, 0);
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_ok(cx, idea_change(cx, &item, item.version, &words, &c.f->events));
    assert_int_equal(item.body.v, c.body.v);
    act_as(c.f, c.lead, ROLE_ALLIANCE);
    draft.by = c.body;
    assert_ok(cx, answer_prepare(cx, &item, 0, &draft));
    assert_ok(cx, answer_publish(cx, &item, 1, &c.f->events));
    Answer *list;
    size_t count;
    assert_ok(cx, answer_list(cx, &item, &list, &count));
    assert_str("Team Hafen", list[0].by_title);
    assert_str("/teams/team-hafen", list[0].by_path);
}

static void all_that_is_wrong_with_an_answer_is_told_at_once(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    Item item = published_idea(c.f, c.author, "Bank");
    char period[ANSWER_PERIOD_BYTES_MAX + 2];
    memset(period, 'x', sizeof period);
    period[sizeof period - 1] = 0;
    AnswerDraft draft = {
        .body = S("  "), .cost = MONEY_BAD, .period = str_from(period), .by = item.id};
    act_as(c.f, c.office, ROLE_OFFICE);
    assert_err(cx, ERR_INVALID, "answer.body", answer_prepare(cx, &item, 0, &draft));
    size_t flaws = 0;
    for (const Flaw *one = cx->error->flaws; one; one = one->next)
        flaws++;
    assert_int_equal(flaws, 4);
}

static void an_accepted_idea_becomes_a_project_and_both_know_it(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    Item item = published_idea(c.f, c.author, "Bank"), project;
    AnswerDraft draft = answer_draft(true);
    ItemId id;
    act_as(c.f, c.office, ROLE_OFFICE);
    assert_err(cx, ERR_CONFLICT, "verb.state", idea_become_project(cx, &item, &c.f->events, &id));
    assert_ok(cx, answer_prepare(cx, &item, 0, &draft));
    assert_ok(cx, answer_publish(cx, &item, 1, &c.f->events));
    act_as(c.f, c.author, 0);
    assert_err(cx, ERR_DENIED, "idea.answer", idea_become_project(cx, &item, &c.f->events, &id));
    act_as(c.f, c.office, ROLE_OFFICE);
    assert_ok(cx, idea_become_project(cx, &item, &c.f->events, &id));
    assert_str("project", item.state);
    assert_err(cx, ERR_CONFLICT, "verb.state",
               idea_become_project(cx, &item, &c.f->events, &id)); /* once */
    assert_ok(cx, item_get_by_id(cx, id, &project));
    assert_str("proposed", project.state);
    assert_str("Bank", project.text.title);
    Item *found;
    size_t count;
    ItemQuery there = {
        .noun = NOUN_PROJECT, .linked = item.id, .linked_kind = S("became"), .limit = 10};
    assert_ok(cx, item_list(cx, &there, &found, &count, NULL));
    assert_int_equal(count, 1);
    ItemQuery back = {.noun = NOUN_IDEA,
                      .linked = id,
                      .linked_kind = S("became"),
                      .linked_back = true,
                      .limit = 10};
    assert_ok(cx, item_list(cx, &back, &found, &count, NULL));
    assert_int_equal(count, 1);
    assert_int_equal(found[0].id.v, item.id.v);
}

/* ---- support ---- */

static SupportCount supports(Cast *c, const Item *item)
{
    SupportCount count;
    assert_ok(&c->f->t.cx, support_count(&c->f->t.cx, item->id, &count));
    return count;
}

static ItemId partner(Cast *c, const char *name, int64_t rep)
{
    Cx *cx = &c->f->t.cx;
    ItemDraft draft = draft_of(name);
    ItemId id;
    int64_t relation;
    act_as(c->f, c->office, ROLE_OFFICE);
    assert_ok(cx, item_add(cx, NOUN_ORGANISATION, S("accepted"), AUDIENCE_PUBLIC, &draft, &id));
    assert_ok(cx, relation_add(cx, (PersonId){rep}, RELATION_REP, id, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &relation));
    return id;
}

static void everybody_supports_once_and_can_take_it_back(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    Item item = published_idea(c.f, c.author, "Bank");
    ItemId werft = partner(&c, "Werft", c.other), fremd = partner(&c, "Fremd", c.lead);
    const ItemId SELF = {0};
    act_as(c.f, c.author, 0);
    assert_err(cx, ERR_DENIED, "support.own", support_set(cx, &item, SELF, true));
    act_as(c.f, c.other, ROLE_ALLIANCE);
    for (int i = 0; i < 2; i++) { /* a second click */
        assert_ok(cx, support_set(cx, &item, SELF, true));
        assert_ok(cx, support_set(cx, &item, werft, true));
    }
    assert_err(cx, ERR_DENIED, "support.rep", support_set(cx, &item, fremd, true));
    assert_int_equal(supports(&c, &item).persons, 1);
    assert_int_equal(supports(&c, &item).organisations, 1);
    /* A second representative finds it done, and can take it back. */
    int64_t second = add_person(c.f, "second"), relation;
    assert_ok(cx, relation_add(cx, (PersonId){second}, RELATION_REP, werft, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &relation));
    act_as(c.f, second, ROLE_ALLIANCE);
    SupportOwn own;
    assert_ok(cx, support_own(cx, &item, &own));
    assert_true(own.may && !own.supports);
    assert_int_equal(own.organisation_count, 1);
    assert_true(own.organisations[0].supports);
    assert_ok(cx, support_set(cx, &item, werft, true));
    assert_int_equal(supports(&c, &item).organisations, 1);
    assert_ok(cx, support_set(cx, &item, werft, false));
    assert_int_equal(supports(&c, &item).organisations, 0);
    assert_int_equal(supports(&c, &item).persons, 1);
    assert_ok(cx, block_put(cx, (PersonId){second}, 1));
    assert_err(cx, ERR_DENIED, "block.blocked", support_set(cx, &item, SELF, true));
    assert_int_equal(
        idea_add(cx, &(ItemDraft){.text = draft_of("X").text}, &c.f->events, &(ItemId){0}),
        ERR_DENIED);
}

static void what_is_answered_keeps_its_support(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    Item item = published_idea(c.f, c.author, "Bank");
    AnswerDraft draft = answer_draft(true);
    act_as(c.f, c.other, 0);
    assert_ok(cx, support_set(cx, &item, (ItemId){0}, true));
    act_as(c.f, c.office, ROLE_OFFICE);
    assert_ok(cx, answer_prepare(cx, &item, 0, &draft));
    assert_ok(cx, answer_publish(cx, &item, 1, &c.f->events));
    act_as(c.f, c.other, 0);
    assert_err(cx, ERR_CONFLICT, "support.state", support_set(cx, &item, (ItemId){0}, false));
    assert_int_equal(supports(&c, &item).persons, 1);
}

static void an_organisation_s_people_write_for_it_and_nobody_else(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    ItemDraft draft = draft_of("Kran");
    ItemId id;
    draft.organisation = partner(&c, "Werft", c.other);
    act_as(c.f, c.author, 0);
    assert_err(cx, ERR_INVALID, "idea.organisation", idea_add(cx, &draft, &c.f->events, &id));
    *cx->error = (Error){0};
    act_as(c.f, c.other, ROLE_ALLIANCE);
    assert_ok(cx, idea_add(cx, &draft, &c.f->events, &id));
}

/* ---- lists ---- */

static void lists_and_counts_hold_what_others_read(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    Item a = published_idea(c.f, c.author, "Alpha"), b = published_idea(c.f, c.author, "Beta"),
         hidden = published_idea(c.f, c.author, "Gamma");
    ItemDraft draft = draft_of("Entwurf");
    ItemId id;
    assert_ok(cx, idea_add(cx, &draft, &c.f->events, &id));
    act_as(c.f, c.office, ROLE_OFFICE);
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &hidden, S("hide"), S("Werbung"), &c.f->events));
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &b, S("evaluate"), S(""), &c.f->events));
    act_as(c.f, c.other, 0);
    assert_ok(cx, support_set(cx, &a, (ItemId){0}, true));
    const uint32_t ROLES[] = {0, ROLE_OFFICE};
    for (size_t i = 0; i < COUNT_OF(ROLES); i++) { /* also for who could read more */
        Item *items;
        IdeaCount *counts;
        size_t count;
        int64_t total;
        act_as(c.f, c.author, ROLES[i]);
        IdeaFilter filter = {0};
        assert_ok(cx, idea_find(cx, &filter, IDEA_SUPPORT, 10, 0, &items, &count, &total));
        assert_int_equal(total, 2);
        assert_int_equal(items[0].id.v, a.id.v);
        assert_ok(cx, idea_count_states(cx, &filter, &counts, &count));
        assert_int_equal(count, 2);
        assert_str("evaluation", counts[0].word);
        assert_int_equal(counts[0].count + counts[1].count, 2);
        filter.state = S("evaluation");
        assert_ok(cx, idea_find(cx, &filter, IDEA_NEWEST, 10, 0, &items, &count, &total));
        assert_int_equal(total, 1);
        assert_int_equal(items[0].id.v, b.id.v);
    }
}

static size_t similar(Cast *c, const char *title, ItemId without, Item ret[IDEA_SIMILAR_MAX])
{
    Cx *cx = &c->f->t.cx;
    size_t count;
    SearchDraft draft = {.title = str_from(title), .without = without};
    assert_ok(cx, search_project(NULL, cx, &c->f->events));
    assert_ok(cx, idea_similar(cx, &draft, ret, &count));
    return count;
}

static void what_is_like_a_draft_is_what_one_may_read_and_support(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    Item found[IDEA_SIMILAR_MAX];
    ItemId id;
    Item benches = published_idea(c.f, c.author, "Mehr B\xc3\xa4nke im Stadtpark");
    published_idea(c.f, c.author, "Nachtbus zum Hafen");
    ItemDraft draft = draft_of("B\xc3\xa4nke am Ufer");
    assert_ok(cx, idea_add(cx, &draft, &c.f->events, &id)); /* nobody else reads it */
    act_as(c.f, c.other, 0);
    assert_int_equal(similar(&c, "Sitzb\xc3\xa4nke im Park", (ItemId){0}, found), 1);
    assert_int_equal(found[0].id.v, benches.id.v);
    assert_int_equal(similar(&c, "Schwimmbad", (ItemId){0}, found), 0);
    assert_int_equal(similar(&c, "", (ItemId){0}, found), 0);
    assert_int_equal(similar(&c, "Mehr B\xc3\xa4nke im Stadtpark", benches.id, found), 0);
    /* One's own draft is no idea yet. */
    act_as(c.f, c.author, 0);
    assert_int_equal(similar(&c, "B\xc3\xa4nke", (ItemId){0}, found), 1);
    /* What was hidden is not offered, not even to who may read it. */
    act_as(c.f, c.office, ROLE_OFFICE);
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &benches, S("hide"), S("weil"), &c.f->events));
    assert_int_equal(similar(&c, "B\xc3\xa4nke", (ItemId){0}, found), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(an_answer_is_prepared_looked_at_and_published_by_a_second_action, teardown),
        TEST_ON_BOTH(what_is_published_is_what_was_looked_at, teardown),
        TEST_ON_BOTH(a_team_lead_answers_the_ideas_of_the_team, teardown),
        TEST_ON_BOTH(all_that_is_wrong_with_an_answer_is_told_at_once, teardown),
        TEST_ON_BOTH(an_accepted_idea_becomes_a_project_and_both_know_it, teardown),
        TEST_ON_BOTH(everybody_supports_once_and_can_take_it_back, teardown),
        TEST_ON_BOTH(what_is_answered_keeps_its_support, teardown),
        TEST_ON_BOTH(an_organisation_s_people_write_for_it_and_nobody_else, teardown),
        TEST_ON_BOTH(lists_and_counts_hold_what_others_read, teardown),
        TEST_ON_BOTH(what_is_like_a_draft_is_what_one_may_read_and_support, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
