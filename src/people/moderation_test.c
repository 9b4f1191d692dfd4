/* Moderation: flags, decisions with reasons, blocking, and five hundred accounts that write spam.
 */
#include "people/moderation.h"

#include "base/str.h"
#include "people/relation.h"
#include "people/support.h"
#include "people/test_people.h"

typedef struct Cast {
    TestCore *f;
    int64_t author, writer, editor, other;
    Item item;
} Cast;

static const RulingDraft HIDE = {RULING_HIDE, S_INIT("insult"), S_INIT("Das beleidigt.")};
static const RulingDraft SHOW = {RULING_SHOW, S_INIT(""), S_INIT("")};
static const RulingDraft KEEP = {RULING_KEEP, S_INIT(""), S_INIT("")};
static const RulingDraft UNHIDE = {RULING_UNHIDE, S_INIT(""), S_INIT("")};
static const RulingDraft BLOCK = {RULING_BLOCK, S_INIT("spam"), S_INIT("Werbung.")};

static Cast cast_of(TestCore *f)
{
    Cast c = {.f = f,
              .author = add_person(f, "author"),
              .writer = add_person(f, "writer"),
              .editor = add_person(f, "editor"),
              .other = add_person(f, "other")};
    c.item = published_idea(f, c.author, "Bank");
    return c;
}

static PostId say(Cast *c, int64_t person, uint32_t roles, const char *body)
{
    PostId id;
    act_as(c->f, person, roles);
    assert_ok(&c->f->t.cx,
              post_add(&c->f->t.cx, &c->item, (PostId){0}, str_from(body), &c->f->events, &id));
    return id;
}

static PostState state_of(Cast *c, PostId id)
{
    Post post;
    assert_ok(&c->f->t.cx, post_get_unseen(&c->f->t.cx, id, &post));
    return post.state;
}

static int64_t waiting(Cast *c, Queue queue)
{
    Case *cases;
    size_t count;
    int64_t total;
    act_as(c->f, c->editor, ROLE_EDITOR);
    assert_ok(&c->f->t.cx,
              moderation_list(&c->f->t.cx, queue, (PersonId){0}, 200, 0, &cases, &count, &total));
    return total;
}

static Err rule(Cast *c, PostId id, const RulingDraft *draft)
{
    Err err = moderation_rule(&c->f->t.cx, (Target){.post = id}, draft, &c->f->events);
    if (err != OK)
        *c->f->t.cx.error = (Error){.key = c->f->t.cx.error->key};
    return err;
}

static void a_flag_leads_to_a_decision_that_ends_it(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    PostId bad = say(&c, c.writer, ROLE_ALLIANCE, "Dumm"),
           good = say(&c, c.writer, ROLE_ALLIANCE, "Gut");
    Ruling last;
    act_as(c.f, c.other, 0);
    assert_ok(cx, flag_add(cx, (Target){.post = bad}, S("insult"), S("")));
    assert_ok(cx, flag_add(cx, (Target){.post = bad}, S("spam"), S("doch eher"))); /* the same */
    assert_ok(cx, flag_add(cx, (Target){.post = good}, S("spam"), S("")));
    act_as(c.f, c.author, 0);
    assert_ok(cx, flag_add(cx, (Target){.post = bad}, S("insult"), S("")));
    assert_int_equal(waiting(&c, QUEUE_FLAGGED), 2);
    FlagRow *flags;
    size_t count;
    assert_ok(cx, flag_list(cx, (Target){bad, c.item.id}, &flags, &count));
    assert_int_equal(count, 2);
    assert_int_equal(flags[0].ground, GROUND_SPAM);
    assert_err(cx, ERR_INVALID, "ruling.ground",
               rule(&c, bad, &(RulingDraft){RULING_HIDE, S(""), S("")}));
    assert_ok(cx, rule(&c, bad, &HIDE));
    assert_ok(cx, rule(&c, bad, &HIDE)); /* a second click */
    assert_ok(cx, rule(&c, good, &KEEP));
    assert_int_equal(state_of(&c, bad), POST_HIDDEN);
    assert_int_equal(state_of(&c, good), POST_VISIBLE);
    assert_int_equal(waiting(&c, QUEUE_FLAGGED), 0);
    assert_ok(cx, moderation_last(cx, (Target){bad, c.item.id}, &last));
    assert_str("Das beleidigt.", last.reason);
    assert_str("insult", last.ground);
    assert_int_equal(last.handler.v, c.editor);
    assert_int_equal(last.author.v, c.writer);
    assert_int_equal(test_count_events(c.f, &MODERATION_RULED), 2);
    assert_ok(cx, rule(&c, bad, &UNHIDE));
    assert_int_equal(state_of(&c, bad), POST_VISIBLE);
    /* Directly, without a flag. */
    assert_ok(cx, rule(&c, good, &HIDE));
    assert_int_equal(state_of(&c, good), POST_HIDDEN);
}

static void what_can_be_flagged_and_by_whom(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    PostId id = say(&c, c.writer, ROLE_ALLIANCE, "Wort"), waits = say(&c, c.other, 0, "Wartet");
    const struct {
        int64_t person;
        Target target;
        const char *ground, *words;
        Err err;
    } TRIES[] = {{0, {.post = id}, "spam", "", ERR_DENIED},
                 {c.writer, {.post = id}, "spam", "", ERR_DENIED},
                 {c.author, {.item = c.item.id}, "spam", "", ERR_DENIED},
                 {c.author, {.post = waits}, "spam", "", ERR_NOT_FOUND},
                 {c.author, {.post = id}, "nonsense", "", ERR_INVALID},
                 {c.author, {.post = id}, "other", "", ERR_INVALID},
                 {c.author, {.post = id}, "illegal", " ", ERR_INVALID},
                 {c.author, {.post = id}, "illegal", "Volksverhetzung", OK},
                 {c.other, {.item = c.item.id}, "rights", "", OK}};
    for (size_t i = 0; i < COUNT_OF(TRIES); i++) {
        act_as(c.f, TRIES[i].person, 0);
        print_message("# try %zu\n", i);
        assert_int_equal(
            flag_add(cx, TRIES[i].target, str_from(TRIES[i].ground), str_from(TRIES[i].words)),
            TRIES[i].err);
        *cx->error = (Error){0};
    }
    assert_int_equal(waiting(&c, QUEUE_FLAGGED), 2);
    /* What its author erased waits for nobody. */
    act_as(c.f, c.writer, ROLE_ALLIANCE);
    assert_ok(cx, post_erase(cx, id, &c.f->events));
    assert_int_equal(waiting(&c, QUEUE_FLAGGED), 1);
}

static void nobody_decides_on_what_they_wrote_and_leads_on_their_own_team_s(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    int64_t lead = add_person(c.f, "lead"), relation;
    PostId by_editor = say(&c, c.editor, ROLE_EDITOR, "Von mir"),
           by_writer = say(&c, c.writer, ROLE_ALLIANCE, "Von dir");
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_err(cx, ERR_DENIED, "moderation.own", rule(&c, by_editor, &HIDE));
    Item own = published_idea(c.f, c.editor, "Eigene");
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_int_equal(moderation_rule(cx, (Target){.item = own.id}, &HIDE, &c.f->events),
                     ERR_DENIED);
    act_as(c.f, c.author, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "moderation.denied", rule(&c, by_writer, &HIDE));
    assert_err(cx, ERR_DENIED, "auth.denied",
               moderation_block(cx, (PersonId){c.writer}, &BLOCK, &c.f->events));
    assert_ok(cx, relation_add(cx, (PersonId){lead}, RELATION_LEAD, c.item.id, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &relation));
    act_as(c.f, lead, ROLE_ALLIANCE);
    assert_ok(cx, rule(&c, by_writer, &HIDE));
    assert_int_equal(state_of(&c, by_writer), POST_HIDDEN);
    assert_err(cx, ERR_DENIED, "auth.denied", rule(&c, by_editor, &BLOCK));
    /* Of what an editor may not read they decide nothing. */
    act_as(c.f, c.writer, ROLE_ALLIANCE);
    assert_ok(cx, item_set_state(cx, &c.item, S("published"), AUDIENCE_TEAM));
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_err(cx, ERR_DENIED, "moderation.denied", rule(&c, by_writer, &UNHIDE));
    assert_int_equal(waiting(&c, QUEUE_PENDING), 0);
}

static void an_idea_is_hidden_with_a_reason_and_shown_again(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    Target target = {.item = c.item.id};
    Item item;
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_ok(cx, moderation_rule(cx, target, &HIDE, &c.f->events));
    act_as(c.f, 0, 0);
    assert_int_equal(item_get_by_id(cx, c.item.id, &item), ERR_NOT_FOUND);
    act_as(c.f, c.author, 0);
    assert_ok(cx, item_get_by_id(cx, c.item.id, &item)); /* its author is told why */
    assert_str("hidden", item.state);
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_ok(cx, moderation_rule(cx, target, &UNHIDE, &c.f->events));
    act_as(c.f, 0, 0);
    assert_ok(cx, item_get_by_id(cx, c.item.id, &item));
    assert_str("published", item.state);
}

static void a_block_takes_all_of_an_account_away_and_gives_it_back(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    Item idea = published_idea(c.f, c.writer, "Werbung"), item;
    PostId first = say(&c, c.writer, 0, "Eins"), second = say(&c, c.writer, ROLE_ALLIANCE, "Zwei"),
           third = say(&c, c.writer, ROLE_ALLIANCE, "Drei");
    SupportCount support;
    Block block;
    PostId none;
    act_as(c.f, c.writer, 0);
    assert_ok(cx, support_set(cx, &c.item, (ItemId){0}, true));
    assert_ok(cx, flag_add(cx, (Target){.item = c.item.id}, S("spam"), S("")));
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_ok(cx, rule(&c, third, &HIDE)); /* on its own, before */
    assert_ok(cx, rule(&c, second, &BLOCK));
    assert_ok(cx, rule(&c, second, &BLOCK));
    assert_ok(cx, block_get(cx, (PersonId){c.writer}, &block));
    assert_str("Werbung.", block.reason);
    assert_int_equal(state_of(&c, first), POST_HIDDEN);
    assert_int_equal(state_of(&c, second), POST_HIDDEN);
    assert_ok(cx, item_get_unseen(cx, idea.id, &item));
    assert_str("hidden", item.state);
    assert_ok(cx, support_count(cx, c.item.id, &support));
    assert_int_equal(support.persons, 0);
    assert_int_equal(waiting(&c, QUEUE_FLAGGED), 0);
    act_as(c.f, c.writer, ROLE_ALLIANCE);
    assert_int_equal(post_add(cx, &c.item, none = (PostId){0}, S("Doch"), &c.f->events, &none),
                     ERR_DENIED);
    assert_err(cx, ERR_DENIED, "block.blocked",
               flag_add(cx, (Target){.item = c.item.id}, S("spam"), S("")));
    assert_int_equal(item_step(cx, &IDEA_MACHINE, &item, S("publish"), S(""), &c.f->events),
                     ERR_CONFLICT);
    /* Back: what the block has hidden and nothing else; what was pending waits again. */
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_ok(cx, moderation_unblock(cx, (PersonId){c.writer}, S("Irrtum"), &c.f->events));
    assert_int_equal(state_of(&c, first), POST_PENDING);
    assert_int_equal(state_of(&c, second), POST_VISIBLE);
    assert_int_equal(state_of(&c, third), POST_HIDDEN);
    assert_ok(cx, item_get_unseen(cx, idea.id, &item));
    assert_str("published", item.state);
    act_as(c.f, c.writer, ROLE_ALLIANCE);
    assert_ok(cx, post_add(cx, &c.item, (PostId){0}, S("Wieder"), &c.f->events, &none));
}

static void who_moderates_is_not_blocked_by_others_who_do(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    PersonId office;
    assert_ok(cx, person_add(cx, S("office@example.org"), S("office"), S("x"), LANG_DE,
                             ROLE_MEMBER | ROLE_OFFICE, &c.f->events, &office));
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_err(cx, ERR_DENIED, "moderation.staff",
               moderation_block(cx, office, &BLOCK, &c.f->events));
    assert_err(cx, ERR_DENIED, "moderation.staff",
               moderation_block(cx, (PersonId){c.editor}, &BLOCK, &c.f->events));
    assert_int_equal(moderation_block(cx, (PersonId){9999}, &BLOCK, &c.f->events), ERR_NOT_FOUND);
}

/* Two posts each, all blocked by one decision on all that waits. */
static void five_hundred_accounts_of_spam_are_gone_at_once(void **state)
{
    enum { ACCOUNTS = 500 };
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    BulkCount count;
    PostId one = {0};
    Block block;
    int64_t last = 0;
    for (int i = 0; i < ACCOUNTS; i++) {
        char name[32];
        snprintf(name, sizeof name, "spam%d", i);
        last = add_person(c.f, name);
        say(&c, last, 0, "Kauft https://example.org");
        one = say(&c, last, 0, "Kauft mehr");
    }
    PostId honest = say(&c, c.other, 0, "Eine echte Frage");
    PostId shown = say(&c, c.writer, ROLE_ALLIANCE, "Steht schon da");
    assert_int_equal(waiting(&c, QUEUE_PENDING), 2 * ACCOUNTS + 1);
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_ok(cx, moderation_bulk(cx, &honest, 1, &SHOW, &c.f->events, &count));
    assert_int_equal(count.done, 1);
    int64_t from_us = clock_mono_us();
    assert_ok(cx, db_begin(cx)); /* as a unit of work does */
    assert_ok(cx, moderation_bulk(cx, NULL, 0, &BLOCK, &c.f->events, &count));
    assert_ok(cx, db_commit(cx));
    print_message("# %d accounts in %lld ms\n", ACCOUNTS,
                  (long long)(clock_mono_us() - from_us) / 1000);
    assert_int_equal(count.done, 2 * ACCOUNTS);
    assert_int_equal(count.skipped, 0);
    assert_int_equal(waiting(&c, QUEUE_PENDING), 0);
    assert_int_equal(state_of(&c, one), POST_HIDDEN);
    assert_int_equal(state_of(&c, honest), POST_VISIBLE);
    assert_int_equal(state_of(&c, shown), POST_VISIBLE);
    assert_ok(cx, block_get(cx, (PersonId){last}, &block));
    assert_true(block.since_us > 0);
    assert_ok(cx, block_get(cx, (PersonId){c.other}, &block));
    assert_int_equal(block.since_us, 0);
}

static void a_bulk_decision_passes_over_what_is_not_for_it(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    BulkCount count;
    PostId posts[] = {say(&c, c.writer, 0, "Eins"), say(&c, c.editor, ROLE_EDITOR, "Meins"),
                      say(&c, c.other, 0, "Weg")};
    act_as(c.f, c.other, 0);
    assert_ok(cx, post_erase(cx, posts[2], &c.f->events));
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_ok(cx, moderation_bulk(cx, posts, COUNT_OF(posts), &HIDE, &c.f->events, &count));
    assert_int_equal(count.done, 1);
    assert_int_equal(count.skipped, 2);
    act_as(c.f, c.author, 0);
    assert_err(cx, ERR_DENIED, "auth.denied",
               moderation_bulk(cx, posts, 1, &SHOW, &c.f->events, &count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_flag_leads_to_a_decision_that_ends_it, teardown),
        TEST_ON_BOTH(what_can_be_flagged_and_by_whom, teardown),
        TEST_ON_BOTH(nobody_decides_on_what_they_wrote_and_leads_on_their_own_team_s, teardown),
        TEST_ON_BOTH(an_idea_is_hidden_with_a_reason_and_shown_again, teardown),
        TEST_ON_BOTH(a_block_takes_all_of_an_account_away_and_gives_it_back, teardown),
        TEST_ON_BOTH(who_moderates_is_not_blocked_by_others_who_do, teardown),
        TEST_ON_BOTH(five_hundred_accounts_of_spam_are_gone_at_once, teardown),
        TEST_ON_BOTH(a_bulk_decision_passes_over_what_is_not_for_it, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
