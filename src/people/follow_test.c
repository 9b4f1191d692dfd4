/* Following: by choice and by itself, ended for good, and what followers are told. */
#include "people/follow.h"

#include "base/str.h"
#include "people/meeting.h"
#include "people/moderation.h"
#include "people/relation.h"
#include "people/test_notice.h"

static Item idea_by(TestCore *f, int64_t person, const char *title)
{
    Item item = published_idea(f, person, title);
    end_unit(f);
    return item;
}

static PostId say(TestCore *f, int64_t person, const Item *item, PostId root, const char *body)
{
    PostId id;
    act_as(f, person, ROLE_ALLIANCE);
    assert_ok(&f->t.cx, post_add(&f->t.cx, item, root, str_from(body), &f->events, &id));
    end_unit(f);
    return id;
}

static void set(TestCore *f, int64_t person, const Item *item, bool follows)
{
    act_as(f, person, 0);
    assert_ok(&f->t.cx, follow_set(&f->t.cx, item, follows));
}

static Follow seen_by(TestCore *f, int64_t person, const Item *item)
{
    Follow follow;
    act_as(f, person, 0);
    assert_ok(&f->t.cx, follow_get(&f->t.cx, item->id, &follow));
    return follow;
}

static int64_t listed(TestCore *f, int64_t person)
{
    Followed *list;
    size_t count;
    int64_t total;
    act_as(f, person, 0);
    assert_ok(&f->t.cx, follow_list(&f->t.cx, 50, 0, &list, &count, &total));
    assert_int_equal(count, total);
    return total;
}

static void one_follows_by_choice_and_what_is_one_s_own(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), reader = add_person(f, "reader"),
            writer = add_person(f, "writer"), lead = add_person(f, "lead"), relation;
    Item item = idea_by(f, author, "Bank");
    Follow follow = seen_by(f, author, &item);
    assert_true(follow.follows);
    assert_int_equal(follow.followers, 1);
    assert_false(seen_by(f, 0, &item).follows);
    set(f, reader, &item, true);
    set(f, reader, &item, true); /* a second click */
    assert_true(seen_by(f, reader, &item).follows);
    say(f, writer, &item, (PostId){0}, "Gut");
    assert_true(seen_by(f, writer, &item).follows);
    assert_ok(cx, relation_add(cx, (PersonId){lead}, RELATION_LEAD, item.id, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &relation));
    assert_int_equal(seen_by(f, lead, &item).followers, 4);
    assert_int_equal(listed(f, author), 1);
    assert_int_equal(listed(f, reader), 1);
    assert_int_equal(listed(f, writer), 1);
    assert_int_equal(listed(f, lead), 1);
    act_as(f, 0, 0);
    assert_err(cx, ERR_DENIED, "auth.required", follow_set(cx, &item, true));
    *cx->error = (Error){0};
}

static void what_was_ended_stays_ended(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), writer = add_person(f, "writer");
    Item item = idea_by(f, author, "Bank"), other = idea_by(f, author, "Baum");
    say(f, writer, &item, (PostId){0}, "Gut");
    set(f, writer, &item, false);
    set(f, writer, &item, false);
    assert_false(seen_by(f, writer, &item).follows);
    say(f, writer, &item, (PostId){0}, "Sehr gut");
    assert_false(seen_by(f, writer, &item).follows); /* writing again is no wish to follow */
    assert_int_equal(listed(f, writer), 0);
    set(f, writer, &item, true);
    assert_true(seen_by(f, writer, &item).follows);
    set(f, writer, &other, true);
    assert_int_equal(listed(f, writer), 2);
    assert_ok(cx, follow_end_all(cx));
    assert_int_equal(listed(f, writer), 0);
    assert_int_equal(listed(f, author), 2); /* theirs alone */
    act_as(f, author, 0);
    assert_ok(cx, follow_end_all(cx));
    assert_int_equal(listed(f, author), 0);
    assert_int_equal(seen_by(f, author, &item).followers, 0);
}

static void followers_are_told_once_of_each_post_and_never_of_their_own(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), reader = add_person(f, "reader"),
            writer = add_person(f, "writer"), ends = add_person(f, "ends");
    Item item = idea_by(f, author, "Bank");
    set(f, reader, &item, true);
    set(f, ends, &item, true);
    set(f, ends, &item, false);
    PostId root = say(f, writer, &item, (PostId){0}, "Gut");
    assert_int_equal(told(f, author, NOTICE_POSTED), 1);
    assert_int_equal(told(f, reader, NOTICE_POSTED), 1);
    assert_int_equal(told(f, ends, NOTICE_POSTED), 0);
    assert_int_equal(told(f, writer, NOTICE_POSTED), 0);
    /* Who is answered or named is not told of the same post by following. */
    say(f, author, &item, root, "Danke");
    assert_int_equal(told(f, writer, NOTICE_ANSWERED), 1);
    assert_int_equal(told(f, writer, NOTICE_POSTED), 0);
    assert_int_equal(told(f, reader, NOTICE_POSTED), 2);
    say(f, writer, &item, (PostId){0}, "Hallo @author");
    assert_int_equal(told(f, author, NOTICE_MENTIONED), 1);
    assert_int_equal(told(f, author, NOTICE_POSTED), 1);
    assert_int_equal(told(f, reader, NOTICE_POSTED), 3);
    /* A change is no new post. */
    act_as(f, writer, ROLE_ALLIANCE);
    assert_ok(cx, post_change(cx, root, 1, S("Sehr gut"), &f->events));
    end_unit(f);
    assert_int_equal(told(f, reader, NOTICE_POSTED), 3);
}

static void followers_are_told_of_states_and_of_the_end_of_a_discussion(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), reader = add_person(f, "reader"),
            office = add_person(f, "office");
    Item item = idea_by(f, author, "Bank");
    set(f, reader, &item, true);
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &item, S("evaluate"), S(""), &f->events));
    end_unit(f);
    assert_int_equal(told(f, author, NOTICE_CHANGED), 1);
    assert_int_equal(told(f, reader, NOTICE_CHANGED), 1);
    assert_int_equal(told(f, office, NOTICE_CHANGED), 0);
    assert_ok(cx, discussion_close(cx, &item, S("Alles gesagt."), &f->events));
    end_unit(f);
    assert_int_equal(told(f, reader, NOTICE_CLOSED), 1);
    assert_ok(cx, discussion_reopen(cx, &item, &f->events));
    end_unit(f);
    assert_int_equal(told(f, reader, NOTICE_CLOSED), 1);
    /* What may no longer be read. */
    act_as(f, author, 0);
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &item, S("withdraw"), S(""), &f->events));
    end_unit(f);
    assert_int_equal(told(f, reader, NOTICE_CHANGED), 1);
    assert_int_equal(listed(f, reader), 0);
    set(f, reader, &item, false);
    assert_int_equal(listed(f, author), 1);
}

static void who_follows_a_body_is_told_of_its_published_minutes(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t office = add_person(f, "office"), reader = add_person(f, "reader"),
            stranger = add_person(f, "stranger");
    ItemDraft draft = draft_of("Team Verkehr");
    ItemId body, id;
    Item team;
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, item_add(cx, NOUN_BODY, S("active"), AUDIENCE_PUBLIC, &draft, &body));
    assert_ok(cx, item_get_by_id(cx, body, &team));
    set(f, reader, &team, true);
    set(f, stranger, &team, true);
    set(f, stranger, &team, false);
    act_as(f, office, ROLE_OFFICE);
    draft = draft_of("Sitzung 1");
    draft.body = body;
    assert_ok(cx, item_add(cx, NOUN_MEETING, S("published"), AUDIENCE_PUBLIC, &draft, &id));
    ItemEvent *event = arena_new(cx->arena, ItemEvent);
    *event = (ItemEvent){.id = id,
                         .noun = NOUN_MEETING,
                         .verb = S("publish"),
                         .reason = S(""),
                         .before = AUDIENCE_TEAM,
                         .after = AUDIENCE_PUBLIC};
    event_add(&f->events, &ITEM_CHANGED, event);
    end_unit(f);
    assert_int_equal(told(f, reader, NOTICE_MINUTES), 1);
    assert_int_equal(told(f, stranger, NOTICE_MINUTES), 0);
}

static void there_are_bounds(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), reader = add_person(f, "reader");
    Item item = idea_by(f, author, "Bank");
    Str rows = arena_fmt(cx->arena,
                         "INSERT INTO follow (tenant, item, person, since_us, ended_us)"
                         " WITH RECURSIVE n (v) AS (SELECT 100000 UNION ALL SELECT v + 1 FROM n"
                         " WHERE v < 100999) SELECT 1, v, %lld, 1, 0 FROM n",
                         (long long)reader);
    assert_ok(cx, db_script(cx, rows));
    act_as(f, reader, 0);
    assert_err(cx, ERR_LIMIT, "follow.many", follow_set(cx, &item, true));
    *cx->error = (Error){0};
    assert_int_equal(listed(f, reader), 0); /* items that do not exist are in no list */
    assert_ok(cx, db_script(cx, S("DELETE FROM follow")));
    assert_ok(cx, follow_set(cx, &item, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(one_follows_by_choice_and_what_is_one_s_own, teardown),
        TEST_ON_BOTH(what_was_ended_stays_ended, teardown),
        TEST_ON_BOTH(followers_are_told_once_of_each_post_and_never_of_their_own, teardown),
        TEST_ON_BOTH(followers_are_told_of_states_and_of_the_end_of_a_discussion, teardown),
        TEST_ON_BOTH(who_follows_a_body_is_told_of_its_published_minutes, teardown),
        TEST_ON_BOTH(there_are_bounds, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
