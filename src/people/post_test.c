/* Posts: who reads, writes and changes them in which state, threads, mentions, closing. */
#include "people/post.h"

#include "base/calendar.h"
#include "base/str.h"
#include "people/block.h"
#include "people/mention.h"
#include "people/relation.h"
#include "people/test_people.h"

/* Somebody of that name; their address is told apart by a number. */
static int64_t add_named(TestCore *f, const char *name)
{
    static int number;
    Cx *cx = &f->t.cx;
    PersonId id;
    assert_ok(cx, person_add(cx, arena_fmt(cx->arena, "p%d@example.org", number++), str_from(name),
                             S("x"), LANG_DE, ROLE_MEMBER, &f->events, &id));
    return id.v;
}

static PostId say(TestCore *f, const Item *item, PostId to, const char *body)
{
    Cx *cx = &f->t.cx;
    PostId id;
    assert_ok(cx, post_add(cx, item, to, str_from(body), &f->events, &id));
    return id;
}

static Err try_say(TestCore *f, const Item *item, PostId to, const char *body, const char *key)
{
    Cx *cx = &f->t.cx;
    PostId id;
    Err err = post_add(cx, item, to, str_from(body), &f->events, &id);
    assert_int_not_equal(err, OK);
    assert_string_equal(cx->error->key, key);
    *cx->error = (Error){0}; /* the next try is a unit of work of its own */
    return err;
}

static void show(TestCore *f, PostId id)
{
    Post post;
    assert_ok(&f->t.cx, post_get_unseen(&f->t.cx, id, &post));
    assert_ok(&f->t.cx, post_set_state(&f->t.cx, &post, POST_VISIBLE, S(""), 0, &f->events));
}

static void hide(TestCore *f, PostId id)
{
    Post post;
    assert_ok(&f->t.cx, post_get_unseen(&f->t.cx, id, &post));
    assert_ok(&f->t.cx,
              post_set_state(&f->t.cx, &post, POST_HIDDEN, S("Beleidigung"), 7, &f->events));
}

/* "3 posts": how many the actor sees. */
static int64_t seen(TestCore *f, const Item *item)
{
    Post *posts;
    size_t count;
    int64_t total;
    assert_ok(&f->t.cx, post_list(&f->t.cx, item, POST_LIST_MAX, 0, &posts, &count, &total));
    assert_int_equal(total, count);
    return total;
}

static Post read_post(TestCore *f, PostId id)
{
    Post post;
    Item item;
    assert_ok(&f->t.cx, post_get(&f->t.cx, id, &post, &item));
    return post;
}

static bool is_known(TestCore *f, PostId id)
{
    Post post;
    Item item;
    Err err = post_get(&f->t.cx, id, &post, &item);
    if (err != OK)
        assert_int_equal(err, ERR_NOT_FOUND);
    return err == OK;
}

static void the_first_posts_of_an_account_wait_and_their_author_sees_them(void **state)
{
    TestCore *f = *state;
    int64_t author = add_person(f, "author"), new = add_person(f, "new"),
            mod = add_person(f, "mod");
    Item item = published_idea(f, author, "Bank");
    act_as(f, new, 0);
    PostId one = say(f, &item, (PostId){0}, "Erster"), two = say(f, &item, (PostId){0}, "Zweiter");
    assert_int_equal(read_post(f, one).state, POST_PENDING);
    assert_int_equal(read_post(f, two).state, POST_PENDING);
    assert_int_equal(seen(f, &item), 2);
    act_as(f, author, 0);
    assert_int_equal(seen(f, &item), 0);
    assert_false(is_known(f, one));
    act_as(f, 0, 0);
    assert_int_equal(seen(f, &item), 0);
    act_as(f, mod, ROLE_EDITOR);
    assert_int_equal(seen(f, &item), 2);
    show(f, one);
    act_as(f, new, 0);
    PostId three = say(f, &item, (PostId){0}, "Dritter");
    assert_int_equal(read_post(f, three).state, POST_PENDING); /* one of two is visible */
    act_as(f, mod, ROLE_EDITOR);
    show(f, two);
    act_as(f, new, 0);
    assert_int_equal(read_post(f, say(f, &item, (PostId){0}, "Vierter")).state, POST_VISIBLE);
    act_as(f, 0, 0);
    assert_int_equal(seen(f, &item), 3);
}

static void a_young_account_s_links_wait_and_an_old_one_s_do_not(void **state)
{
    static const char *const LINKS[] = {"siehe https://example.org", "siehe WWW.example.org",
                                        "[hier](/x)", "[a]\n\n[a]: b", "mailto:a@example.org"};
    TestCore *f = *state;
    int64_t author = add_person(f, "author"), new = add_person(f, "new");
    Item item = published_idea(f, author, "Bank");
    act_as(f, new, 0);
    PostId one = say(f, &item, (PostId){0}, "Erster"), two = say(f, &item, (PostId){0}, "Zweiter");
    show(f, one);
    show(f, two);
    for (size_t i = 0; i < COUNT_OF(LINKS); i++) {
        PostId id = say(f, &item, (PostId){0}, LINKS[i]);
        assert_int_equal(read_post(f, id).state, POST_PENDING);
    }
    try_say(f, &item, (PostId){0}, "https://example.org", "post.waiting");
    /* A link that is put in later is looked at too. */
    PostId plain = say(f, &item, (PostId){0}, "Ohne");
    assert_int_equal(read_post(f, plain).state, POST_VISIBLE);
    assert_ok(&f->t.cx, post_change(&f->t.cx, plain, 1, S("https://example.org"), &f->events));
    assert_int_equal(read_post(f, plain).state, POST_PENDING);
    /* The alliance is known; and a fortnight later so is everybody. */
    act_as(f, new, ROLE_ALLIANCE);
    assert_int_equal(read_post(f, say(f, &item, (PostId){0}, LINKS[0])).state, POST_VISIBLE);
    act_as(f, new, 0);
    f->t.clock.fixed_us += POST_LINKS_AFTER_DAYS * TIME_DAY_US;
    assert_int_equal(read_post(f, say(f, &item, (PostId){0}, LINKS[0])).state, POST_VISIBLE);
}

static void replies_stand_in_one_level_and_none_to_what_is_not_visible(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), other = add_person(f, "other");
    Item item = published_idea(f, author, "Bank"), elsewhere = published_idea(f, author, "Baum");
    act_as(f, other, ROLE_ALLIANCE);
    PostId a = say(f, &item, (PostId){0}, "A"), b = say(f, &item, (PostId){0}, "B");
    PostId a1 = say(f, &item, a, "A1"), b1 = say(f, &item, b, "B1"), a2 = say(f, &item, a1, "A2");
    const PostId ORDER[] = {a, a1, a2, b, b1};
    Post *posts;
    size_t count;
    int64_t total, position;
    assert_ok(cx, post_list(cx, &item, 3, 1, &posts, &count, &total));
    assert_int_equal(total, 5);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(posts[i].id.v, ORDER[i + 1].v);
    for (size_t i = 0; i < COUNT_OF(ORDER); i++) {
        Post post = read_post(f, ORDER[i]);
        assert_ok(cx, post_position(cx, &item, &post, &position));
        assert_int_equal(position, i);
        assert_int_equal(post.root.v, i < 3 ? a.v : b.v);
    }
    assert_int_equal(read_post(f, a).replies, 2);
    /* A post of another item is no thread of this one. */
    assert_int_equal(try_say(f, &elsewhere, a, "X", "post.unknown"), ERR_NOT_FOUND);
    act_as(f, author, 0);
    PostId waits = say(f, &item, (PostId){0}, "Wartet");
    assert_int_equal(try_say(f, &item, waits, "X", "post.pending"), ERR_CONFLICT);
    hide(f, b);
    try_say(f, &item, b, "X", "post.pending");
    try_say(f, &item, b1, "X", "post.pending"); /* nor in its thread */
}

static void what_is_hidden_keeps_its_place_without_its_words(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), other = add_person(f, "other"),
            mod = add_person(f, "mod");
    Item item = published_idea(f, author, "Bank");
    act_as(f, other, ROLE_ALLIANCE);
    PostId a = say(f, &item, (PostId){0}, "Geheim"), a1 = say(f, &item, a, "A1");
    PostId alone = say(f, &item, (PostId){0}, "Allein");
    PostVersion *versions;
    size_t count;
    act_as(f, mod, ROLE_EDITOR);
    hide(f, a);
    hide(f, alone);
    act_as(f, author, 0);
    assert_int_equal(seen(f, &item), 2); /* a's place, and the reply */
    Post post = read_post(f, a);
    assert_int_equal(post.body.n + post.author_name.n + post.reason.n + (size_t)post.author.v, 0);
    assert_err(cx, ERR_DENIED, "post.versions", post_versions(cx, &post, &versions, &count));
    assert_false(is_known(f, alone));
    /* Who wrote it is told why, and reads it still; so does moderation. */
    act_as(f, other, ROLE_ALLIANCE);
    post = read_post(f, alone);
    assert_str("Allein", post.body);
    assert_str("Beleidigung", post.reason);
    assert_err(cx, ERR_DENIED, "post.edit", post_change(cx, alone, 1, S("Neu"), &f->events));
    act_as(f, mod, ROLE_EDITOR);
    assert_str("Geheim", read_post(f, a).body);
    /* Without a visible reply its place goes too; back again, all is as it was. */
    hide(f, a1);
    act_as(f, author, 0);
    assert_int_equal(seen(f, &item), 0);
    show(f, a);
    show(f, a1);
    assert_int_equal(seen(f, &item), 2);
    post = read_post(f, a);
    assert_str("Geheim", post.body);
    assert_int_equal(post.reason.n, 0);
}

/* Every state and what leads out of it. */
static void each_state_knows_its_ways(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), other = add_person(f, "other");
    Item item = published_idea(f, author, "Bank");
    for (PostState from = 0; from < POST_STATE_COUNT_; from++)
        for (PostState to = POST_VISIBLE; to <= POST_ERASED; to++) {
            act_as(f, other, from == POST_PENDING ? 0 : ROLE_ALLIANCE);
            f->t.clock.fixed_us += TIME_HOUR_US;
            PostId id = say(f, &item, (PostId){0}, "Wort");
            Post post;
            if (from == POST_HIDDEN)
                hide(f, id);
            if (from == POST_ERASED)
                assert_ok(cx, post_erase(cx, id, &f->events));
            assert_ok(cx, post_get_unseen(cx, id, &post));
            assert_int_equal(post.state, from);
            Err err = to == POST_ERASED ? post_erase(cx, id, &f->events)
                                        : post_set_state(cx, &post, to, S("weil"), 1, &f->events);
            bool possible = from != POST_ERASED || to == POST_ERASED;
            assert_int_equal(err, possible ? OK : ERR_CONFLICT);
            assert_ok(cx, post_get_unseen(cx, id, &post));
            assert_int_equal(post.state, possible ? to : from);
            assert_int_equal(post_may_edit(cx, &post),
                             post.state == POST_VISIBLE || post.state == POST_PENDING);
            if (post.state != POST_ERASED)
                assert_ok(cx, post_erase(cx, id, &f->events)); /* room among the pending */
        }
}

static void a_change_keeps_each_version_and_the_slower_one_is_told(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), other = add_person(f, "other");
    Item item = published_idea(f, author, "Bank");
    PostVersion *versions;
    size_t count;
    act_as(f, other, ROLE_ALLIANCE);
    PostId id = say(f, &item, (PostId){0}, "Eins");
    f->t.clock.fixed_us += 1000;
    assert_ok(cx, post_change(cx, id, 1, S("Zwei"), &f->events));
    assert_err(cx, ERR_CONFLICT, "post.version",
               post_change(cx, id, 1, S("Auch zwei"), &f->events));
    act_as(f, author, 0);
    assert_err(cx, ERR_DENIED, "post.edit", post_change(cx, id, 2, S("Fremd"), &f->events));
    assert_err(cx, ERR_DENIED, "post.edit", post_erase(cx, id, &f->events));
    Post post = read_post(f, id);
    assert_str("Zwei", post.body);
    assert_int_equal(post.changed_us, f->t.clock.fixed_us);
    assert_ok(cx, post_versions(cx, &post, &versions, &count));
    assert_int_equal(count, 2);
    assert_str("Zwei", versions[0].body);
    assert_str("Eins", versions[1].body);
    act_as(f, other, ROLE_ALLIANCE);
    assert_ok(cx, post_erase(cx, id, &f->events));
    assert_ok(cx, post_erase(cx, id, &f->events)); /* a second click */
    assert_false(is_known(f, id));
    assert_ok(cx, post_get_unseen(cx, id, &post));
    assert_int_equal(post.body.n, 0);
}

static void an_item_s_readers_are_its_posts_readers(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), other = add_person(f, "other");
    Item item = published_idea(f, author, "Bank");
    act_as(f, author, ROLE_ALLIANCE);
    PostId id = say(f, &item, (PostId){0}, "Intern");
    assert_ok(cx, item_set_state(cx, &item, S("published"), AUDIENCE_ALLIANCE));
    act_as(f, other, 0);
    assert_false(is_known(f, id));
    assert_int_equal(seen(f, &item), 0); /* even with the item in hand */
    act_as(f, other, ROLE_ALLIANCE);
    assert_int_equal(seen(f, &item), 1);
}

static void a_closed_discussion_is_read_and_not_written_in(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), office = add_person(f, "office");
    Item item = published_idea(f, author, "Bank");
    Discussion discussion;
    act_as(f, author, ROLE_ALLIANCE);
    PostId id = say(f, &item, (PostId){0}, "Frage");
    assert_err(cx, ERR_DENIED, "discussion.close",
               discussion_close(cx, &item, S("Fertig"), &f->events));
    act_as(f, office, ROLE_OFFICE);
    assert_err(cx, ERR_INVALID, "discussion.summary",
               discussion_close(cx, &item, S(" "), &f->events));
    assert_ok(cx, discussion_close(cx, &item, S("Fertig"), &f->events));
    assert_ok(cx, discussion_get(cx, item.id, &discussion));
    assert_str("Fertig", discussion.summary);
    assert_str("office", discussion.closed_by);
    assert_int_equal(discussion.posts, 1);
    act_as(f, author, ROLE_ALLIANCE);
    assert_int_equal(try_say(f, &item, id, "Noch was", "discussion.closed"), ERR_CONFLICT);
    assert_err(cx, ERR_CONFLICT, "discussion.closed",
               post_change(cx, id, 1, S("Anders"), &f->events));
    assert_int_equal(seen(f, &item), 1);
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, discussion_reopen(cx, &item, &f->events));
    assert_ok(cx, discussion_get(cx, item.id, &discussion));
    assert_int_equal(discussion.closed_us, 0);
    assert_str("Fertig", discussion.summary);
    act_as(f, author, ROLE_ALLIANCE);
    say(f, &item, id, "Noch was");
}

static void what_no_post_is_is_refused(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author");
    Item item = published_idea(f, author, "Bank");
    char large[POST_BODY_BYTES_MAX + 2];
    memset(large, 'a', sizeof large);
    large[sizeof large - 1] = 0;
    act_as(f, author, ROLE_ALLIANCE);
    try_say(f, &item, (PostId){0}, " \n ", "post.body");
    try_say(f, &item, (PostId){0}, "\xff\xfe", "post.body");
    try_say(f, &item, (PostId){0}, large, "post.body");
    large[POST_BODY_BYTES_MAX] = 0;
    say(f, &item, (PostId){0}, large);
    for (int i = 1; i < POST_PER_HOUR_MAX; i++)
        say(f, &item, (PostId){0}, "Noch einer");
    assert_int_equal(try_say(f, &item, (PostId){0}, "Zu viel", "post.often"), ERR_LIMIT);
    f->t.clock.fixed_us += TIME_HOUR_US;
    say(f, &item, (PostId){0}, "Eine Stunde spaeter");
    assert_ok(cx, block_put(cx, (PersonId){author}, 1));
    assert_int_equal(try_say(f, &item, (PostId){0}, "Gesperrt", "block.blocked"), ERR_DENIED);
    assert_ok(cx, block_remove(cx, (PersonId){author}));
    say(f, &item, (PostId){0}, "Wieder da");
    act_as(f, 0, 0);
    assert_int_equal(try_say(f, &item, (PostId){0}, "Fremd", "auth.required"), ERR_DENIED);
}

/* ---- mentions ---- */

static Str shown(TestCore *f, PostId id)
{
    Cx *cx = &f->t.cx;
    Mention *mentions;
    size_t count;
    Post post = read_post(f, id);
    assert_ok(cx, mention_list(cx, id.v, &mentions, &count));
    return mention_markdown(cx->arena, post.body, mentions, count, S("niemand"));
}

static void who_takes_part_can_be_named_and_nobody_else(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_named(f, "Maria Muster"), twin = add_named(f, "Maria-Muster"),
            lead = add_named(f, "Leo Leitung"), far = add_named(f, "Fern Fremd");
    Item item = published_idea(f, author, "Bank");
    int64_t relation;
    assert_ok(cx, relation_add(cx, (PersonId){lead}, RELATION_LEAD, item.id, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &relation));
    act_as(f, twin, ROLE_ALLIANCE);
    say(f, &item, (PostId){0}, "Hallo");
    PostId id = say(f, &item, (PostId){0},
                    "@maria-muster, @Maria-Muster-2 und @leo-leitung, nicht @fern-fremd,"
                    " ich@maria-muster.de, /@maria-muster");
    assert_str("@Maria Muster, @Maria\\-Muster und @Leo Leitung, nicht @fern-fremd,"
               " ich@maria-muster.de, /@maria-muster",
               shown(f, id));
    assert_true(str_find(read_post(f, id).body, S("Muster")) < 0); /* no name is stored */
    /* A reader outside learns nothing of the people; who wrote here can be named by all. */
    act_as(f, far, 0);
    id = say(f, &item, (PostId){0}, "@leo-leitung @maria-muster");
    assert_str("@leo-leitung @Maria Muster", shown(f, id));
}

static void typed_numbers_and_letters_that_look_alike_name_nobody(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_named(f, "Maria Muster");
    Item item = published_idea(f, author, "Bank");
    act_as(f, author, ROLE_ALLIANCE);
    /* Cyrillic a in the first, and behind the second. */
    PostId id = say(f, &item, (PostId){0}, "@m\xd0\xb0ria-muster @maria-muster\xd0\xb0 @{1} @{x}");
    Mention *mentions;
    size_t count;
    assert_ok(cx, mention_list(cx, id.v, &mentions, &count));
    assert_int_equal(count, 0);
    assert_str("@m\xd0\xb0ria-muster @maria-muster\xd0\xb0 @{1} @{x}", shown(f, id));
}

static void a_name_is_no_markdown_and_a_crowd_cannot_be_called(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t evil = add_named(f, "[x](javascript:alert)<b>"), author = add_person(f, "author");
    Item item = published_idea(f, evil, "Bank");
    Mention *candidates;
    size_t count;
    act_as(f, author, ROLE_ALLIANCE);
    assert_ok(cx, mention_candidates(cx, &item, 0, &candidates, &count));
    assert_int_equal(count, 1);
    Str typed = arena_fmt(cx->arena, "@%.*s", SARG(candidates[0].handle));
    PostId id;
    assert_ok(cx, post_add(cx, &item, (PostId){0}, typed, &f->events, &id));
    assert_str("@\\[x\\]\\(javascript\\:alert\\)\\<b\\>", shown(f, id));
    Buf crowd = buf_new(cx->arena, 4096);
    for (int i = 0; i <= MENTIONS_MAX; i++) {
        char name[32];
        int64_t relation;
        snprintf(name, sizeof name, "mitglied %d", i);
        assert_ok(cx, relation_add(cx, (PersonId){add_named(f, name)}, RELATION_MEMBER, item.id,
                                   (ItemId){0}, S(""), RELATION_ACTIVE, &relation));
        buf_fmt(&crowd, "@mitglied-%d ", i);
    }
    assert_int_equal(post_add(cx, &item, (PostId){0}, buf_str(&crowd), &f->events, &id),
                     ERR_INVALID);
    assert_string_equal(cx->error->key, "post.mentions");
}

static void a_change_offers_the_handles_again(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_named(f, "Maria Muster"), other = add_person(f, "other");
    Item item = published_idea(f, author, "Bank");
    Mention *candidates, *mentions;
    size_t count;
    act_as(f, other, ROLE_ALLIANCE);
    PostId id = say(f, &item, (PostId){0}, "Liebe @maria-muster!");
    assert_ok(cx, mention_candidates(cx, &item, id.v, &candidates, &count));
    Str typed = mention_decode(cx->arena, read_post(f, id).body, candidates, count);
    assert_str("Liebe @maria-muster!", typed);
    assert_ok(cx, post_change(cx, id, 1, typed, &f->events));
    assert_str("Liebe @Maria Muster!", shown(f, id));
    assert_ok(cx, post_change(cx, id, 2, S("Liebe alle!"), &f->events));
    assert_ok(cx, mention_list(cx, id.v, &mentions, &count));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(the_first_posts_of_an_account_wait_and_their_author_sees_them, teardown),
        TEST_ON_BOTH(a_young_account_s_links_wait_and_an_old_one_s_do_not, teardown),
        TEST_ON_BOTH(replies_stand_in_one_level_and_none_to_what_is_not_visible, teardown),
        TEST_ON_BOTH(what_is_hidden_keeps_its_place_without_its_words, teardown),
        TEST_ON_BOTH(each_state_knows_its_ways, teardown),
        TEST_ON_BOTH(a_change_keeps_each_version_and_the_slower_one_is_told, teardown),
        TEST_ON_BOTH(an_item_s_readers_are_its_posts_readers, teardown),
        TEST_ON_BOTH(a_closed_discussion_is_read_and_not_written_in, teardown),
        TEST_ON_BOTH(what_no_post_is_is_refused, teardown),
        TEST_ON_BOTH(who_takes_part_can_be_named_and_nobody_else, teardown),
        TEST_ON_BOTH(typed_numbers_and_letters_that_look_alike_name_nobody, teardown),
        TEST_ON_BOTH(a_name_is_no_markdown_and_a_crowd_cannot_be_called, teardown),
        TEST_ON_BOTH(a_change_offers_the_handles_again, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
