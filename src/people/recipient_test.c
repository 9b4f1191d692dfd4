/* Who is told of what: each deed with exactly the notices that it must lead to. */
#include "people/recipient.h"

#include "base/str.h"
#include "people/answer.h"
#include "people/follow.h"
#include "people/mention.h"
#include "people/moderation.h"
#include "people/recipient_store.h"
#include "people/project.h"
#include "people/relation.h"
#include "people/test_notice.h"

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

static int64_t add_with_role(TestCore *f, const char *name, uint32_t role)
{
    int64_t id = add_person(f, name);
    assert_ok(&f->t.cx, person_grant(&f->t.cx, (PersonId){id}, role, &f->events));
    return id;
}

static Cast cast_of(TestCore *f)
{
    Cast c = {.f = f,
              .author = add_person(f, "author"),
              .writer = add_person(f, "writer"),
              .editor = add_with_role(f, "editor", ROLE_EDITOR),
              .other = add_person(f, "other")};
    Cx *cx = &f->t.cx;
    c.item = published_idea(f, c.author, "Bank");
    end_unit(f);
    /* Nobody follows by writing here: that is follow_test.c's. */
    const int64_t all[] = {c.author, c.writer, c.editor, c.other};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        act_as(f, all[i], 0);
        assert_ok(cx, follow_set(cx, &c.item, true));
        assert_ok(cx, follow_set(cx, &c.item, false));
    }
    return c;
}

static PostId say(Cast *c, int64_t person, uint32_t roles, PostId root, const char *body)
{
    PostId id;
    act_as(c->f, person, roles);
    assert_ok(&c->f->t.cx,
              post_add(&c->f->t.cx, &c->item, root, str_from(body), &c->f->events, &id));
    return id;
}

static void rule(Cast *c, Target target, const RulingDraft *draft)
{
    act_as(c->f, c->editor, ROLE_EDITOR);
    assert_ok(&c->f->t.cx, moderation_rule(&c->f->t.cx, target, draft, &c->f->events));
    end_unit(c->f);
}

/* ---- the rule ---- */

static void who_may_read_is_the_same_seen_from_both_sides(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    static const uint32_t ROLES[] = {0, ROLE_ALLIANCE, ROLE_EDITOR, ROLE_OFFICE, ROLE_ADMIN};
    int64_t persons[COUNT_OF(ROLES)], author = add_person(f, "author"), own = add_person(f, "own"),
                                      team = add_person(f, "team"), relation;
    ItemDraft draft = draft_of("Ding");
    ItemId none = {0}, body, id;
    act_as(f, author, 0);
    assert_ok(cx, item_add(cx, NOUN_BODY, S("active"), AUDIENCE_PUBLIC, &draft, &body));
    for (size_t i = 0; i < COUNT_OF(ROLES); i++) {
        persons[i] = add_person(f, arena_fmt(cx->arena, "p%zu", i).p);
        if (ROLES[i] == ROLE_ALLIANCE)
            assert_ok(cx, person_set_alliance(cx, (PersonId){persons[i]}, 7, true, &f->events));
        else if (ROLES[i])
            assert_ok(cx, person_grant(cx, (PersonId){persons[i]}, ROLES[i], &f->events));
    }
    assert_ok(cx, relation_add(cx, (PersonId){team}, RELATION_MEMBER, body, none, S(""),
                               RELATION_ACTIVE, &relation));
    for (Audience audience = 0; audience < AUDIENCE_COUNT_; audience++)
        for (int in_body = 0; in_body < 2; in_body++) {
            const int64_t others[] = {author, own, team};
            draft.body = in_body ? body : none;
            act_as(f, author, 0);
            assert_ok(cx, item_add(cx, NOUN_IDEA, S("published"), audience, &draft, &id));
            assert_ok(cx, relation_add(cx, (PersonId){own}, RELATION_MEMBER, id, none, S(""),
                                       RELATION_ACTIVE, &relation));
            int readers = 0;
            for (size_t i = 0; i < COUNT_OF(ROLES) + COUNT_OF(others); i++) {
                Recipient *list;
                size_t count;
                Item item;
                bool role = i < COUNT_OF(ROLES);
                int64_t person = role ? persons[i] : others[i - COUNT_OF(ROLES)];
                act_as(f, person, role ? ROLES[i] : 0);
                bool reads = item_get_by_id(cx, id, &item) == OK;
                *cx->error = (Error){0};
                act_as(f, author, 0);
                RecipientQuery query = {
                    .item = id, .circle = CIRCLE_PERSON, .of = person, .limit = 10};
                assert_ok(cx, recipient_store_list(cx, &query, &list, &count));
                assert_int_equal(count, reads);
                readers += reads;
            }
            static const int EXPECTED[AUDIENCE_COUNT_][2] = {
                {8, 8}, {5, 5}, {3, 4}, {3, 3}, {2, 2}};
            assert_int_equal(readers, EXPECTED[audience][in_body]);
        }
}

/* ---- posts ---- */

static void a_reply_is_told_to_who_is_answered(void **state)
{
    Cast c = cast_of(*state);
    PostId root = say(&c, c.writer, ROLE_ALLIANCE, (PostId){0}, "Gut");
    end_unit(c.f);
    PostId reply = say(&c, c.other, ROLE_ALLIANCE, root, "Sehr gut");
    end_unit(c.f);
    Notice notice = last_of(c.f, c.writer, 1);
    assert_int_equal(notice.kind, NOTICE_ANSWERED);
    assert_str("other", notice.who);
    assert_str("Bank", notice.what);
    assert_str_equal(arena_fmt(c.f->t.cx.arena, "/beitraege/%lld", (long long)reply.v),
                     notice.path);
    say(&c, c.writer, ROLE_ALLIANCE, root, "Danke"); /* oneself */
    end_unit(c.f);
    assert_int_equal(told_in_all(c.f, c.writer), 1);
}

static void what_waits_is_told_when_it_is_shown(void **state)
{
    Cast c = cast_of(*state);
    PostId root = say(&c, c.writer, ROLE_ALLIANCE, (PostId){0}, "Gut");
    end_unit(c.f);
    PostId held = say(&c, c.other, 0, root, "Hallo @writer und @author");
    end_unit(c.f);
    assert_int_equal(told_in_all(c.f, c.writer), 0);
    assert_int_equal(told_in_all(c.f, c.author), 0);
    rule(&c, (Target){.post = held}, &SHOW);
    /* Who is named in the answer to them is told of it once. */
    assert_int_equal(last_of(c.f, c.writer, 1).kind, NOTICE_ANSWERED);
    Notice notice = last_of(c.f, c.author, 1);
    assert_int_equal(notice.kind, NOTICE_MENTIONED);
    assert_str("other", notice.who);
    notice = last_of(c.f, c.other, 1);
    assert_int_equal(notice.kind, NOTICE_SHOWN);
    /* Hidden and shown again: others know it already. */
    rule(&c, (Target){.post = held}, &HIDE);
    rule(&c, (Target){.post = held}, &UNHIDE);
    assert_int_equal(told_in_all(c.f, c.writer), 1);
    assert_int_equal(told_in_all(c.f, c.author), 1);
    assert_int_equal(told_in_all(c.f, c.other), 3);
}

static void change(Cast *c, PostId id, int64_t version, const char *body)
{
    assert_ok(&c->f->t.cx, post_change(&c->f->t.cx, id, version, str_from(body), &c->f->events));
    end_unit(c->f);
}

static void who_is_named_is_told_once_over_all_changes(void **state)
{
    Cast c = cast_of(*state);
    PostId id = say(&c, c.writer, ROLE_ALLIANCE, (PostId){0}, "Hallo @author");
    end_unit(c.f);
    assert_int_equal(told(c.f, c.author, NOTICE_MENTIONED), 1);
    change(&c, id, 1, "Hallo @author!");
    change(&c, id, 2, "Hallo");
    change(&c, id, 3, "Hallo @author");
    assert_int_equal(told_in_all(c.f, c.author), 1);
    Mention *list;
    size_t count;
    assert_ok(&c.f->t.cx, mention_list(&c.f->t.cx, id.v, &list, &count));
    assert_int_equal(count, 1);
    change(&c, id, 4, "Hallo");
    assert_ok(&c.f->t.cx, mention_list(&c.f->t.cx, id.v, &list, &count));
    assert_int_equal(count, 0);
    /* One more who is named by a change is told. */
    say(&c, c.other, ROLE_ALLIANCE, (PostId){0}, "Auch ich");
    end_unit(c.f);
    act_as(c.f, c.writer, ROLE_ALLIANCE);
    change(&c, id, 5, "Hallo @other");
    assert_int_equal(told(c.f, c.other, NOTICE_MENTIONED), 1);
}

static void nobody_is_told_of_what_they_may_not_read(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    PostId root = say(&c, c.other, ROLE_ALLIANCE, (PostId){0}, "Gut");
    end_unit(c.f);
    assert_ok(cx, item_set_state(cx, &c.item, S("published"), AUDIENCE_OFFICE));
    say(&c, c.editor, ROLE_OFFICE, root, "Nur fuer uns: @other");
    end_unit(c.f);
    assert_int_equal(told_in_all(c.f, c.other), 0);
}

/* ---- moderation ---- */

static void a_flag_is_told_to_those_who_moderate_and_its_outcome_to_who_flagged(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    int64_t office = add_with_role(c.f, "office", ROLE_OFFICE);
    PostId bad = say(&c, c.writer, ROLE_ALLIANCE, (PostId){0}, "Dumm"),
           good = say(&c, c.writer, ROLE_ALLIANCE, (PostId){0}, "Gut");
    end_unit(c.f);
    act_as(c.f, c.other, 0);
    assert_ok(cx, flag_add(cx, (Target){.post = bad}, S("insult"), S("Das geht nicht")));
    assert_ok(cx, flag_add(cx, (Target){.post = bad}, S("spam"), S("doch eher")));
    assert_ok(cx, flag_add(cx, (Target){.post = good}, S("spam"), S("")));
    act_as(c.f, c.author, 0);
    assert_ok(cx, flag_add(cx, (Target){.post = bad}, S("insult"), S("")));
    assert_int_equal(told(c.f, c.editor, NOTICE_FLAGGED), 2); /* one for each thing */
    assert_int_equal(told(c.f, office, NOTICE_FLAGGED), 2);
    assert_int_equal(told_in_all(c.f, c.writer), 0);
    rule(&c, (Target){.post = bad}, &HIDE);
    Notice notice = last_of(c.f, c.writer, 1);
    assert_int_equal(notice.kind, NOTICE_HIDDEN);
    assert_str("Das beleidigt.", notice.reason);
    assert_str("", notice.who); /* moderation decides, not a person */
    assert_int_equal(last_of(c.f, c.other, 1).kind, NOTICE_UPHELD);
    assert_int_equal(last_of(c.f, c.author, 1).kind, NOTICE_UPHELD);
    rule(&c, (Target){.post = good}, &KEEP);
    assert_int_equal(last_of(c.f, c.other, 2).kind, NOTICE_DISMISSED);
    assert_int_equal(told_in_all(c.f, c.writer), 1); /* nothing was done to it */
    rule(&c, (Target){.post = bad}, &UNHIDE);
    assert_int_equal(last_of(c.f, c.writer, 2).kind, NOTICE_SHOWN);
    /* An idea. */
    act_as(c.f, c.other, 0);
    assert_ok(cx, flag_add(cx, (Target){.item = c.item.id}, S("spam"), S("")));
    assert_int_equal(told(c.f, office, NOTICE_FLAGGED), 3);
    rule(&c, (Target){.item = c.item.id}, &HIDE);
    notice = last_of(c.f, c.author, 2);
    assert_int_equal(notice.kind, NOTICE_HIDDEN);
    assert_str("/ideen/bank", notice.path);
    notice = last_of(c.f, c.other, 3);
    assert_int_equal(notice.kind, NOTICE_UPHELD);
    assert_str("", notice.path); /* they can no longer read it */
}

static void a_decision_about_many_is_one_notice_to_each(void **state)
{
    enum { POSTS = 30 };
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    PostId posts[POSTS];
    BulkCount count;
    for (size_t i = 0; i < POSTS; i++) {
        posts[i] = say(&c, i % 3 ? c.writer : c.other, ROLE_ALLIANCE, (PostId){0}, "Werbung");
        end_unit(c.f);
    }
    act_as(c.f, c.author, 0);
    for (size_t i = 0; i < 5; i++)
        assert_ok(cx, flag_add(cx, (Target){.post = posts[i]}, S("spam"), S("")));
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_ok(cx, moderation_bulk(cx, posts, POSTS, &HIDE, &c.f->events, &count));
    end_unit(c.f);
    assert_int_equal(count.done, POSTS);
    Notice notice = last_of(c.f, c.writer, 1);
    assert_int_equal(notice.kind, NOTICE_HIDDEN);
    assert_int_equal(notice.more, POSTS / 3 * 2 - 1);
    assert_int_equal(last_of(c.f, c.other, 1).more, POSTS / 3 - 1);
    notice = last_of(c.f, c.author, 1);
    assert_int_equal(notice.kind, NOTICE_UPHELD);
    assert_int_equal(notice.more, 4);
}

static void a_block_is_told_once_with_its_reason(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    for (int i = 0; i < 3; i++)
        say(&c, c.author, ROLE_ALLIANCE, (PostId){0}, "Werbung");
    PostId other = say(&c, c.other, ROLE_ALLIANCE, (PostId){0}, "Gut");
    act_as(c.f, c.author, 0);
    assert_ok(cx, flag_add(cx, (Target){.post = other}, S("spam"), S("")));
    end_unit(c.f);
    act_as(c.f, c.editor, ROLE_EDITOR);
    assert_ok(cx, moderation_block(cx, (PersonId){c.author}, &BLOCK, &c.f->events));
    end_unit(c.f);
    Notice notice = last_of(c.f, c.author, 1); /* three posts, an idea and a flag went with it */
    assert_int_equal(notice.kind, NOTICE_BLOCKED);
    assert_str("Werbung.", notice.reason);
    assert_ok(cx, moderation_unblock(cx, (PersonId){c.author}, S("Irrtum."), &c.f->events));
    end_unit(c.f);
    notice = last_of(c.f, c.author, 2);
    assert_int_equal(notice.kind, NOTICE_UNBLOCKED);
    assert_str("Irrtum.", notice.reason);
}

/* ---- decisions ---- */

static void an_official_answer_is_told_to_the_author(void **state)
{
    Cast c = cast_of(*state);
    Cx *cx = &c.f->t.cx;
    int64_t office = add_with_role(c.f, "office", ROLE_OFFICE);
    act_as(c.f, office, ROLE_OFFICE);
    assert_ok(cx, answer_prepare(cx, &c.item, 0,
                                 &(AnswerDraft){.accepts = true,
                                                .body = S("Das machen wir."),
                                                .period = S(""),
                                                .cost = MONEY_NONE}));
    end_unit(c.f);
    assert_int_equal(told_in_all(c.f, c.author), 0); /* prepared is no answer yet */
    assert_ok(cx, answer_publish(cx, &c.item, 1, &c.f->events));
    end_unit(c.f);
    Notice notice = last_of(c.f, c.author, 1);
    assert_int_equal(notice.kind, NOTICE_DECIDED);
    assert_str("/ideen/bank", notice.path);
}

static void asking_to_take_part_in_a_project_is_told_and_so_is_the_decision(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t lead = add_person(f, "lead"), asks = add_person(f, "asks"), relation;
    ItemDraft draft = draft_of("Radweg");
    ItemId id;
    Item item;
    Relation one;
    bool found;
    act_as(f, lead, 0);
    assert_ok(cx, project_add(cx, &(ProjectDraft){.item = draft, .lead = {lead}}, &f->events, &id));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx, item_set_state(cx, &item, S("pilot"), AUDIENCE_PUBLIC));
    act_as(f, asks, 0);
    assert_ok(cx, project_ask(cx, &item, S(""), &f->events));
    assert_ok(cx, project_ask(cx, &item, S(""), &f->events)); /* a second click */
    end_unit(f);
    assert_int_equal(last_of(f, lead, 1).kind, NOTICE_ASKED);
    assert_ok(cx, relation_find(cx, (PersonId){asks}, id, &found, &one));
    relation = one.id;
    act_as(f, lead, 0);
    assert_ok(cx, project_decide(cx, &item, relation, true, &f->events));
    end_unit(f);
    assert_int_equal(last_of(f, asks, 1).kind, NOTICE_JOINED);
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx, project_decide(cx, &item, relation, false, &f->events));
    end_unit(f);
    assert_int_equal(last_of(f, asks, 2).kind, NOTICE_ENDED);
    act_as(f, asks, 0);
    assert_ok(cx, project_ask(cx, &item, S(""), &f->events));
    end_unit(f);
    assert_ok(cx, relation_find(cx, (PersonId){asks}, id, &found, &one));
    act_as(f, lead, 0);
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx, project_decide(cx, &item, one.id, false, &f->events));
    end_unit(f);
    assert_int_equal(last_of(f, asks, 3).kind, NOTICE_REFUSED);
    assert_int_equal(told_in_all(f, lead), 2);
}

static void who_is_asked_into_a_project_is_told_in_their_language(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t lead = add_person(f, "lead"), wanted = add_person(f, "wanted");
    ItemDraft draft = draft_of("Radweg");
    ItemId id;
    Item item;
    act_as(f, lead, 0);
    assert_ok(cx, project_add(cx, &(ProjectDraft){.item = draft, .lead = {lead}}, &f->events, &id));
    assert_ok(cx, item_add_text(cx, id, &(ItemText){.lang = LANG_EN, .title = S("Cycle path")}));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx, item_set_state(cx, &item, S("pilot"), AUDIENCE_PUBLIC));
    assert_ok(cx, person_set_name(cx, (PersonId){wanted}, S("wanted"), LANG_EN, &f->events));
    assert_ok(cx, project_invite(cx, &item, (PersonId){wanted}, RELATION_MEMBER, (ItemId){0},
                                 &f->events));
    assert_ok(cx, project_invite(cx, &item, (PersonId){wanted}, RELATION_MEMBER, (ItemId){0},
                                 &f->events)); /* a second click */
    end_unit(f);
    Notice notice = last_of(f, wanted, 1);
    assert_int_equal(notice.kind, NOTICE_INVITED);
    assert_str("Cycle path", notice.what);
    assert_str("/projekte/radweg", notice.path);
    assert_int_equal(told_in_all(f, lead), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(who_may_read_is_the_same_seen_from_both_sides, teardown),
        TEST_ON_BOTH(a_reply_is_told_to_who_is_answered, teardown),
        TEST_ON_BOTH(what_waits_is_told_when_it_is_shown, teardown),
        TEST_ON_BOTH(who_is_named_is_told_once_over_all_changes, teardown),
        TEST_ON_BOTH(nobody_is_told_of_what_they_may_not_read, teardown),
        TEST_ON_BOTH(a_flag_is_told_to_those_who_moderate_and_its_outcome_to_who_flagged, teardown),
        TEST_ON_BOTH(a_decision_about_many_is_one_notice_to_each, teardown),
        TEST_ON_BOTH(a_block_is_told_once_with_its_reason, teardown),
        TEST_ON_BOTH(an_official_answer_is_told_to_the_author, teardown),
        TEST_ON_BOTH(asking_to_take_part_in_a_project_is_told_and_so_is_the_decision, teardown),
        TEST_ON_BOTH(who_is_asked_into_a_project_is_told_in_their_language, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
