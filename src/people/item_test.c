/* Items: who may read them, their slugs, texts and versions. */
#include "people/item.h"

#include "base/str.h"
#include "people/test_people.h"

static ItemId add_item(TestCore *f, const char *title, Audience audience)
{
    Cx *cx = &f->t.cx;
    ItemDraft draft = draft_of(title);
    ItemId id;
    draft.visibility = audience == AUDIENCE_OWN ? AUDIENCE_PUBLIC : audience;
    assert_ok(cx, item_add(cx, NOUN_IDEA, S("draft"), audience, &draft, &id));
    assert_ok(cx, item_record(cx, id, S("add"), S(""), S("{}"), &f->events));
    return id;
}

static size_t count_readable(TestCore *f)
{
    Cx *cx = &f->t.cx;
    ItemQuery query = {.noun = NOUN_IDEA, .limit = 100};
    Item *items;
    size_t count;
    int64_t total;
    assert_ok(cx, item_list(cx, &query, &items, &count, &total));
    assert_int_equal(count, total); /* what must not be read is not counted */
    return count;
}

/* One item of each audience, written by the first person. */
static void each_audience_is_read_by_those_it_is_for(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), other = add_person(f, "other");
    ItemId ids[AUDIENCE_COUNT_];
    act_as(f, author, 0);
    for (Audience audience = 0; audience < AUDIENCE_COUNT_; audience++)
        ids[audience] = add_item(f, "Gleicher Titel", audience);
    static const struct {
        bool author;
        bool stranger;
        uint32_t roles;
        size_t reads;
    } CASES[] = {{true, false, 0, 5},
                 {false, true, 0, 1},
                 {false, false, 0, 1},
                 {false, false, ROLE_ALLIANCE, 2},
                 {false, false, ROLE_EDITOR, 2},
                 {false, false, ROLE_ADMIN, 1},
                 {false, false, ROLE_OFFICE, 4}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        act_as(f, CASES[i].stranger ? 0 : CASES[i].author ? author : other, CASES[i].roles);
        assert_int_equal(count_readable(f), CASES[i].reads);
        for (Audience audience = 0; audience < AUDIENCE_COUNT_; audience++) {
            Item item;
            Err err = item_get_by_id(cx, ids[audience], &item);
            assert_int_equal(err, audience < CASES[i].reads ? OK : ERR_NOT_FOUND);
        }
    }
}

static void a_relation_opens_what_it_is_to(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t author = add_person(f, "author"), member = add_person(f, "member"), relation;
    act_as(f, author, 0);
    ItemId body = add_item(f, "Expertenteam", AUDIENCE_OWN);
    ItemDraft draft = draft_of("Im Team");
    ItemId inside;
    draft.body = body;
    draft.visibility = AUDIENCE_TEAM;
    assert_ok(cx, item_add(cx, NOUN_IDEA, S("published"), AUDIENCE_TEAM, &draft, &inside));
    act_as(f, member, 0);
    assert_int_equal(count_readable(f), 0);
    assert_ok(cx, relation_add(cx, (PersonId){member}, RELATION_MEMBER, body, (ItemId){0}, S(""),
                               RELATION_ASKED, &relation));
    assert_int_equal(count_readable(f), 0); /* who asks is not in */
    assert_ok(cx, relation_set_state(cx, relation, RELATION_ACTIVE));
    assert_int_equal(count_readable(f), 2);
    assert_ok(cx, relation_set_state(cx, relation, RELATION_ENDED));
    assert_int_equal(count_readable(f), 0);
}

static void old_slugs_lead_to_the_item(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Item first, second, found;
    act_as(f, add_person(f, "author"), 0);
    ItemId a = add_item(f, "Grüne Straßen", AUDIENCE_PUBLIC);
    ItemId b = add_item(f, "Grüne Straßen", AUDIENCE_PUBLIC);
    assert_ok(cx, item_get_by_id(cx, a, &first));
    assert_ok(cx, item_get_by_id(cx, b, &second));
    assert_str("gruene-strassen", first.slug);
    assert_str("gruene-strassen-2", second.slug);
    ItemDraft draft = draft_of("Schattige Wege");
    assert_ok(cx, item_change(cx, &first, &draft, AUDIENCE_PUBLIC));
    assert_ok(cx, item_get(cx, NOUN_IDEA, S("gruene-strassen"), &found));
    assert_int_equal(found.id.v, a.v);
    assert_str("schattige-wege", found.slug);
    ItemId c = add_item(f, "Grüne Straßen", AUDIENCE_PUBLIC); /* a slug is never given again */
    assert_ok(cx, item_get_by_id(cx, c, &found));
    assert_str("gruene-strassen-3", found.slug);
}

static void texts_fall_back_to_the_first_language(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Item item;
    act_as(f, add_person(f, "author"), 0);
    ItemId id = add_item(f, "Licht", AUDIENCE_PUBLIC);
    f->actor.lang = LANG_EN;
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_int_equal(item.text.lang, LANG_DE);
    assert_str("Licht", item.text.title);
    ItemDraft draft = draft_of("Light");
    draft.text.lang = LANG_EN;
    assert_ok(cx, item_change(cx, &item, &draft, AUDIENCE_PUBLIC));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_int_equal(item.text.lang, LANG_EN);
    assert_str("Light", item.text.title);
    assert_str("licht", item.slug); /* a translation does not move the page */
    f->actor.lang = LANG_DE;
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_str("Licht", item.text.title);
}

/* The text of a member in the German words that a document keeps. */
static Str title_then(TestCore *f, ItemId id, int64_t at_us)
{
    Cx *cx = &f->t.cx;
    Str doc;
    Json json;
    JsonValue texts, de, title;
    assert_ok(cx, item_at_unseen(cx, id, at_us, &doc));
    assert_ok(cx, json_parse(cx, doc, &json));
    assert_true(json_find(json_root(&json), S("texts"), &texts));
    assert_true(json_find(texts, S("de"), &de));
    assert_true(json_find(de, S("title"), &title));
    return json_text(cx->arena, title);
}

static void the_state_of_any_moment_can_be_rebuilt(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Item item;
    ItemVersion *versions;
    size_t count;
    Str doc;
    act_as(f, add_person(f, "author"), 0);
    int64_t start_us = f->t.clock.fixed_us;
    ItemId id = add_item(f, "Fassung 1", AUDIENCE_PUBLIC);
    for (int i = 2; i <= 4; i++) {
        f->t.clock.fixed_us += 1000;
        ItemDraft draft = draft_of(arena_fmt(cx->arena, "Fassung %d", i).p);
        assert_ok(cx, item_get_by_id(cx, id, &item));
        assert_ok(cx, item_change(cx, &item, &draft, AUDIENCE_PUBLIC));
        assert_ok(cx, item_record(cx, id, S("change"), S(""), S("{}"), &f->events));
    }
    for (int i = 1; i <= 4; i++) {
        Str expected = arena_fmt(cx->arena, "Fassung %d", i);
        assert_true(str_eq(title_then(f, id, start_us + (i - 1) * 1000 + 500), expected));
    }
    assert_int_equal(item_at_unseen(cx, id, start_us - 1, &doc), ERR_NOT_FOUND);
    assert_ok(cx, item_versions(cx, &item, &versions, &count));
    assert_int_equal(count, 4);
    assert_int_equal(versions[0].version, 4);
    assert_str("author", versions[0].person_name);
}

/* Drafted, announced, withdrawn into the office with a reason, and published again. */
static void what_was_said_while_it_was_internal_stays_internal(void **state)
{
    static const struct {
        Audience audience;
        const char *verb, *reason;
    } STORY[] = {{AUDIENCE_PUBLIC, "publish", "fertig"},
                 {AUDIENCE_OFFICE, "withdraw", "intern: falsche Zahlen"},
                 {AUDIENCE_ALLIANCE, "share", "zum Gegenlesen"},
                 {AUDIENCE_PUBLIC, "publish", "berichtigt"}};
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Item item;
    ItemVersion *versions;
    size_t count;
    int64_t author = add_person(f, "author"), other = add_person(f, "other");
    act_as(f, author, 0);
    ItemId id = add_item(f, "Licht", AUDIENCE_OWN);
    for (size_t i = 0; i < COUNT_OF(STORY); i++) {
        assert_ok(cx, item_get_unseen(cx, id, &item));
        assert_ok(cx, item_set_state(cx, &item, item.state, STORY[i].audience));
        assert_ok(cx, item_record(cx, id, str_from(STORY[i].verb), str_from(STORY[i].reason),
                                  S("{}"), &f->events));
    }
    static const struct {
        bool author;
        uint32_t roles;
        size_t count;
        bool named;
    } READERS[] = {{true, 0, 5, true},
                   {false, ROLE_OFFICE, 4, true},
                   {false, ROLE_ALLIANCE, 3, true},
                   {false, 0, 2, false}};
    for (size_t i = 0; i < COUNT_OF(READERS); i++) {
        act_as(f, READERS[i].author ? author : other, READERS[i].roles);
        assert_ok(cx, item_get_by_id(cx, id, &item));
        assert_ok(cx, item_versions(cx, &item, &versions, &count));
        assert_int_equal(count, READERS[i].count);
        assert_str("berichtigt", versions[0].reason);
        assert_int_equal(versions[0].named, READERS[i].named);
    }
    act_as(f, 0, 0);
    assert_ok(cx, item_versions(cx, &item, &versions, &count));
    assert_int_equal(count, 2);
    assert_str("fertig", versions[1].reason);
    assert_false(versions[1].named);
}

static void who_was_slower_is_told(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Item item;
    act_as(f, add_person(f, "author"), 0);
    ItemId id = add_item(f, "Licht", AUDIENCE_PUBLIC);
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx, item_expect(cx, &item, 1));
    assert_ok(cx, item_record(cx, id, S("change"), S(""), S("{}"), &f->events));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_err(cx, ERR_CONFLICT, "item.version", item_expect(cx, &item, 1));
}

static void all_that_is_wrong_is_told_at_once(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    ItemId id;
    ItemDraft draft = draft_of("  ");
    draft.place = (ItemPlace){true, 300, 0};
    assert_err(cx, ERR_INVALID, "item.title",
               item_add(cx, NOUN_IDEA, S("draft"), AUDIENCE_OWN, &draft, &id));
    assert_string_equal(cx->error->flaws->key, "item.title");
    assert_string_equal(cx->error->flaws->next->key, "item.place");
    assert_null(cx->error->flaws->next->next);
}

static void topics_are_set_and_filtered_by(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t energy, water;
    Item *items;
    Topic *topics;
    size_t count;
    act_as(f, add_person(f, "author"), 0);
    assert_ok(cx, topic_add(cx, S("Energie"), S("Energy"), &energy));
    assert_ok(cx, topic_add(cx, S("Wasser"), S("Water"), &water));
    assert_err(cx, ERR_CONFLICT, "topic.exists", topic_add(cx, S("Wasser"), S(""), &water));
    ItemDraft draft = draft_of("Licht");
    draft.topics = &energy;
    draft.topic_count = 1;
    ItemId id;
    assert_ok(cx, item_add(cx, NOUN_IDEA, S("published"), AUDIENCE_PUBLIC, &draft, &id));
    ItemQuery query = {.noun = NOUN_IDEA, .topic = energy, .limit = 10};
    assert_ok(cx, item_list(cx, &query, &items, &count, NULL));
    assert_int_equal(count, 1);
    query.topic = water;
    assert_ok(cx, item_list(cx, &query, &items, &count, NULL));
    assert_int_equal(count, 0);
    assert_ok(cx, item_topics(cx, id, &topics, &count));
    assert_int_equal(count, 1);
    assert_str("Energie", topics[0].name);
}

static void links_are_found_from_both_ends(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Item *items;
    size_t count;
    act_as(f, add_person(f, "author"), 0);
    ItemId a = add_item(f, "Idee", AUDIENCE_PUBLIC), b = add_item(f, "Projekt", AUDIENCE_PUBLIC);
    assert_ok(cx, item_link(cx, a, S("became"), b, S("")));
    ItemQuery query = {.noun = NOUN_IDEA, .linked = a, .linked_kind = S("became"), .limit = 10};
    assert_ok(cx, item_list(cx, &query, &items, &count, NULL));
    assert_int_equal(count, 1);
    assert_int_equal(items[0].id.v, b.v);
    query.linked = b;
    query.linked_back = true;
    assert_ok(cx, item_list(cx, &query, &items, &count, NULL));
    assert_int_equal(count, 1);
    assert_int_equal(items[0].id.v, a.v);
    assert_ok(cx, item_unlink(cx, a, S("became"), b));
    assert_ok(cx, item_list(cx, &query, &items, &count, NULL));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(each_audience_is_read_by_those_it_is_for, teardown),
        TEST_ON_BOTH(a_relation_opens_what_it_is_to, teardown),
        TEST_ON_BOTH(old_slugs_lead_to_the_item, teardown),
        TEST_ON_BOTH(texts_fall_back_to_the_first_language, teardown),
        TEST_ON_BOTH(the_state_of_any_moment_can_be_rebuilt, teardown),
        TEST_ON_BOTH(what_was_said_while_it_was_internal_stays_internal, teardown),
        TEST_ON_BOTH(who_was_slower_is_told, teardown),
        TEST_ON_BOTH(all_that_is_wrong_is_told_at_once, teardown),
        TEST_ON_BOTH(topics_are_set_and_filtered_by, teardown),
        TEST_ON_BOTH(links_are_found_from_both_ends, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
