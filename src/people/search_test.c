/* What is found, by whom, and that nothing tells of what is not for the reader. */
#include "people/search.h"

#include "people/search_text.h"
#include "people/test_people.h"

/* An idea with these words, published for those readers. */
static Item put(TestCore *f, Audience audience, const char *title, const char *lead,
                const char *body)
{
    Cx *cx = &f->t.cx;
    Item item;
    ItemId id;
    Events events = {.arena = cx->arena};
    ItemDraft draft = {
        .text = {.title = str_from(title), .lead = str_from(lead), .body = str_from(body)}};
    assert_ok(cx, item_add(cx, NOUN_IDEA, S("published"), audience, &draft, &id));
    assert_ok(cx, item_record(cx, id, S("add"), S(""), S("{}"), &events));
    assert_ok(cx, search_project(NULL, cx, &events));
    assert_ok(cx, item_get_unseen(cx, id, &item));
    return item;
}

static SearchResult ask_for(TestCore *f, const char *words)
{
    SearchResult result = {0};
    SearchQuery query = {.words = str_from(words), .limit = 10};
    assert_ok(&f->t.cx, search_find(&f->t.cx, &query, &result));
    return result;
}

/* The titles of what was found, with semicolons. */
static Str titles(TestCore *f, const char *words)
{
    SearchResult result = ask_for(f, words);
    Buf out = buf_new(f->t.cx.arena, 4096);
    assert_int_equal(result.total, result.count);
    for (size_t i = 0; i < result.count; i++)
        buf_fmt(&out, "%s%.*s", i ? "; " : "", SARG(result.hits[i].title));
    return out.n ? buf_str(&out) : S("");
}

static Item put_noun(TestCore *f, Noun noun, const char *state, const char *title, const char *lead)
{
    Cx *cx = &f->t.cx;
    Item item;
    ItemId id;
    Events events = {.arena = cx->arena};
    ItemDraft draft = {.text = {.title = str_from(title), .lead = str_from(lead)}};
    assert_ok(cx, item_add(cx, noun, str_from(state), AUDIENCE_PUBLIC, &draft, &id));
    assert_ok(cx, item_record(cx, id, S("add"), S(""), S("{}"), &events));
    assert_ok(cx, search_project(NULL, cx, &events));
    assert_ok(cx, item_get_unseen(cx, id, &item));
    return item;
}

static void a_word_finds_what_is_written_with_another_that_means_the_same(void **state)
{
    static const struct {
        const char *words, *found;
    } CASES[] = {
        {"CO2", "Weniger Kohlendioxid"},
        {"CO2-Ausstoß", "Weniger Kohlendioxid"},
        {"Kohlendioxid", "Weniger Kohlendioxid; Eine CO2-Ampel"},
        {"Kohlenstoffdioxid", "Eine CO2-Ampel"},
        {"PV", "Photovoltaikanlage auf der Schule"},
        {"Solarstrom", "Photovoltaikanlage auf der Schule"},
        {"ÖPNV", "Mehr Bus am Abend"},
        {"Bus und Bahn", "\xc3\x96PNV f\xc3\xbcr alle"},
        {"E-Autos", "Elektroautos teilen"},
        {"Elektroauto", "Elektroautos teilen"},
        {"Elektroauto", "Ein E-Auto im Dorf"},
        {"Kindergärten", "Kita im Park"},
        {"künstliche Intelligenz", "KI im Rathaus"},
        {"Rad", "Fahrradstra\xc3\x9f"
                "e"},
        {"Pkw", "Autos teilen"},
    };
    static const struct {
        const char *words, *not ;
    } APART[] = {{"Pkw", "Automat"}, {"Bus", "\xc3\x96PNV"}};
    TestCore *f = *state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        put(f, AUDIENCE_PUBLIC, CASES[i].found, "", "");
    put(f, AUDIENCE_PUBLIC, "Eine CO2-Ampel", "", "");
    put(f, AUDIENCE_PUBLIC, "Automat am Bahnhof", "", "");
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Str rest = str_from(CASES[i].found), one = str_cut(&rest, ';');
        Str found = titles(f, CASES[i].words);
        if (str_find(found, one) < 0)
            print_message("# %s: %.*s\n", CASES[i].words, SARG(found));
        assert_true(str_find(found, one) >= 0);
    }
    for (size_t i = 0; i < COUNT_OF(APART); i++)
        assert_true(str_find(titles(f, APART[i].words), str_from(APART[i].not )) < 0);
}

static void what_the_city_resolved_comes_before_what_somebody_proposes(void **state)
{
    TestCore *f = *state;
    put(f, AUDIENCE_PUBLIC, "CO2-Ampel in jedem Klassenraum", "Müde Kinder lernen nicht.", "");
    put_noun(f, NOUN_GOAL, "adopted", "Klimaneutral bis 2035",
             "Die Stadt stößt kein CO2 mehr aus.");
    put_noun(f, NOUN_PROJECT, "pilot", "CO2 messen", "An zehn Straßen.");
    assert_true(str_starts(titles(f, "CO2"), S("Klimaneutral bis 2035; ")));
    assert_true(str_starts(titles(f, "Kohlendioxid"), S("Klimaneutral bis 2035; ")));
}

static void any_form_of_a_word_finds_it(void **state)
{
    static const struct {
        const char *words, *found;
    } CASES[] = {
        {"Bäume", "B\xc3\xa4ume am Kanal"},
        {"baeume", "B\xc3\xa4ume am Kanal"},
        {"BAUM", "B\xc3\xa4ume am Kanal"},
        {"Baums", "B\xc3\xa4ume am Kanal"},
        {"strasse", "Ruhige Stra\xc3\x9f"
                    "e"},
        {"Straßen", "Ruhige Stra\xc3\x9f"
                    "e"},
        {"parkhaus", "Innenstadtparkhaus"},
        {"Parkhäuser", "Innenstadtparkhaus"},
        {"innenstadt", "Innenstadtparkhaus"},
        {"Innenstadt Parkhaus", "Innenstadtparkhaus"},
        {"Kitas", "Eine Kita f\xc3\xbcr alle"},
        {"Wahlomat", "Wahl-O-Mat"},
        {"wahl-o-mat", "Wahl-O-Mat"},
        {"Kanalbäume", "B\xc3\xa4ume am Kanal"},
        {"Innenstadtparkhuas", "Innenstadtparkhaus"},
        {"Kannal", "B\xc3\xa4ume am Kanal"},
        {"Knal", "B\xc3\xa4ume am Kanal"},
        {"Hafenlicht", "Ruhige Stra\xc3\x9f"
                       "e"},
        {"wo ist die Kita", "Eine Kita f\xc3\xbcr alle"},
        {"Nashorn", ""},
        {"der die das", ""},
        {"", ""},
        {"%_'\"\\", ""},
    };
    TestCore *f = *state;
    put(f, AUDIENCE_PUBLIC, "B\xc3\xa4ume am Kanal", "Schatten im Sommer.", "");
    put(f, AUDIENCE_PUBLIC,
        "Ruhige Stra\xc3\x9f"
        "e",
        "", "Weniger **Licht** am [Hafen](/x).");
    put(f, AUDIENCE_PUBLIC, "Innenstadtparkhaus", "Freie Pl\xc3\xa4tze.", "");
    put(f, AUDIENCE_PUBLIC, "Eine Kita f\xc3\xbcr alle", "", "");
    put(f, AUDIENCE_PUBLIC, "Wahl-O-Mat", "", "");
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Str found = titles(f, CASES[i].words);
        if (!str_eq(found, str_from(CASES[i].found)))
            print_message("# %s\n", CASES[i].words);
        assert_str_equal(str_from(CASES[i].found), found);
    }
}

static void the_title_weighs_more_than_the_text_and_a_whole_word_more_than_a_part(void **state)
{
    TestCore *f = *state;
    put(f, AUDIENCE_PUBLIC, "Am Fluss", "", "Hier steht ein Brunnen neben dem Weg.");
    put(f, AUDIENCE_PUBLIC, "Trinkbrunnenplan", "", "Wasser.");
    put(f, AUDIENCE_PUBLIC, "Brunnen", "", "Wasser.");
    put(f, AUDIENCE_PUBLIC, "Anderes", "", "Etwas anderes.");
    Str found = titles(f, "Brunnen");
    assert_true(str_starts(found, S("Brunnen; ")));
    assert_int_equal(ask_for(f, "Brunnen").total, 3);
    /* What has both words stands before what has one of them. */
    assert_true(str_starts(titles(f, "Brunnen Fluss"), S("Am Fluss")));
}

static void nobody_is_told_of_what_is_not_for_them(void **state)
{
    TestCore *f = *state;
    int64_t author = add_person(f, "ada"), other = add_person(f, "ben");
    act_as(f, author, 0);
    Item secret = put(f, AUDIENCE_OFFICE, "Zeppelin", "Landeplatz", "Zeppelinhalle");
    put(f, AUDIENCE_ALLIANCE, "Luftschiff", "Zeppelin f\xc3\xbcr Partner", "");
    put(f, AUDIENCE_PUBLIC, "Zepelin", "Mit einem p geschrieben", "");
    static const char *const WORDS[] = {"Zeppelin", "zeppelinhalle", "Landeplatz", "eppeli",
                                        "Zeppelim"};
    struct {
        int64_t person;
        uint32_t roles;
        int64_t sees;
    } READERS[] = {{0, 0, 1}, {other, 0, 1}, {other, ROLE_ALLIANCE, 1}, {other, ROLE_OFFICE, 2}};
    for (size_t i = 0; i < COUNT_OF(READERS); i++) {
        act_as(f, READERS[i].person, READERS[i].roles);
        bool office = READERS[i].roles & ROLE_OFFICE;
        for (size_t w = 0; w < COUNT_OF(WORDS); w++) {
            SearchResult result = ask_for(f, WORDS[w]);
            int64_t counted = result.posts;
            for (Noun noun = 0; noun < NOUN_COUNT_; noun++)
                counted += result.nouns[noun];
            assert_int_equal(counted, result.all);
            assert_int_equal(result.all, result.total);
            for (size_t k = 0; k < result.count; k++)
                assert_true(office || result.hits[k].item.v != secret.id.v);
            assert_true(office || str_find(result.corrected, S("Zeppelin")) < 0 ||
                        READERS[i].roles);
        }
        /* The word that only the secret text has is as unknown as any: what is near it is shown, as
         * if the secret were not there. */
        SearchResult result = ask_for(f, "Zeppelin");
        assert_int_equal(result.total, READERS[i].sees);
        if (!READERS[i].roles)
            assert_str("Zepelin", result.corrected);
        assert_int_equal(ask_for(f, "Landeplatz").total, office);
    }
    act_as(f, author, 0);
    assert_int_equal(ask_for(f, "Landeplatz").total, 1); /* one's own */
}

/* The rule is asked for all items between the first and the last where a word has many of them. */
static void the_rule_holds_where_a_word_has_many_items(void **state)
{
    enum { ITEMS = 130, SECRET_EVERY = 13 };
    TestCore *f = *state;
    int64_t author = add_person(f, "ada"), other = add_person(f, "ben");
    act_as(f, author, 0);
    for (int i = 0; i < ITEMS; i++)
        put(f, i % SECRET_EVERY == 5 ? AUDIENCE_OFFICE : AUDIENCE_PUBLIC, "Brunnen",
            i == 7 * SECRET_EVERY + 5 ? "Laterne" : "", "");
    put(f, AUDIENCE_OFFICE, "Brunnen am Rand", "", "");
    put(f, AUDIENCE_PUBLIC, "Laterne", "", "");
    put(f, AUDIENCE_OFFICE, "Laterne", "Alt", "");
    act_as(f, other, 0);
    assert_int_equal(ask_for(f, "Brunnen").total, ITEMS - ITEMS / SECRET_EVERY);
    assert_int_equal(ask_for(f, "Brunnen Rand").total, ITEMS - ITEMS / SECRET_EVERY);
    /* Of a second word's items, some are known from the first one's. */
    assert_int_equal(ask_for(f, "Laterne").total, 1);
    assert_int_equal(ask_for(f, "Brunnen Laterne").total, 1);
    act_as(f, other, ROLE_OFFICE);
    assert_int_equal(ask_for(f, "Brunnen").total, ITEMS + 1);
    assert_int_equal(ask_for(f, "Laterne").total, 3);
}

static void a_text_that_changes_is_found_by_its_new_words_alone(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    act_as(f, add_person(f, "ada"), 0);
    Item item = put(f, AUDIENCE_PUBLIC, "Giraffe", "", "");
    put(f, AUDIENCE_PUBLIC, "Elefant", "", "");
    ItemDraft draft = {.text = {.title = S("Nashorn"), .lead = S("Grau."), .body = S("")}};
    assert_ok(cx, item_change(cx, &item, &draft, AUDIENCE_PUBLIC));
    draft.text =
        (ItemText){.lang = LANG_EN, .title = S("Rhinoceros"), .lead = S(""), .body = S("")};
    assert_ok(cx, item_change(cx, &item, &draft, AUDIENCE_PUBLIC));
    Events events = {.arena = cx->arena};
    assert_ok(cx, item_record(cx, item.id, S("change"), S(""), S("{}"), &events));
    assert_ok(cx, search_project(NULL, cx, &events));
    assert_str("", titles(f, "Giraffe"));
    assert_str("Nashorn", titles(f, "Nashorn"));
    assert_str("Rhinoceros", titles(f, "rhinoceros"));
    /* One of both languages, the reader's. */
    f->actor.lang = LANG_DE;
    SearchResult result = ask_for(f, "Nashorn Rhinoceros");
    assert_int_equal(result.total, 1);
    assert_int_equal(result.hits[0].lang, LANG_DE);
    f->actor.lang = LANG_EN;
    result = ask_for(f, "Nashorn Rhinoceros");
    assert_int_equal(result.total, 1);
    assert_int_equal(result.hits[0].lang, LANG_EN);
    /* And a language that is dropped is not found any more. */
    assert_ok(cx, item_drop_text(cx, &item, LANG_EN));
    events = (Events){.arena = cx->arena};
    assert_ok(cx, item_record(cx, item.id, S("change"), S(""), S("{}"), &events));
    assert_ok(cx, search_project(NULL, cx, &events));
    assert_str("", titles(f, "rhinoceros"));
}

/* After an erasure nothing of the words is left, not even in the list of words. */
static void what_is_dropped_leaves_no_word_behind(void **state)
{
    static const Statement COUNTS[] = {
        SQL("SELECT count(*) FROM search_term WHERE term LIKE '%giraff%'"),
        SQL("SELECT count(*) FROM search_ending WHERE ending LIKE '%giraff%'"),
        SQL("SELECT count(*) FROM search_text WHERE title LIKE '%iraffe%'"),
        SQL("SELECT count(*) FROM search_posting"),
        SQL("SELECT coalesce(sum(docs + words), 0) FROM search_total"),
    };
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Item item = put(f, AUDIENCE_PUBLIC, "Die Giraffe im Zoo", "Giraffenhaus", "");
    assert_str("Die Giraffe im Zoo", titles(f, "Giraffe"));
    assert_ok(cx, search_drop(cx, SEARCH_ITEM, item.id.v));
    for (size_t i = 0; i < COUNT_OF(COUNTS); i++) {
        DbRows rows;
        bool row = false;
        assert_ok(cx, db_start(cx, &COUNTS[i], DB_NO_ARGS, &rows));
        assert_ok(cx, db_next(cx, &rows, &row));
        assert_int_equal(db_i64(&rows, 0), 0);
        db_end(&rows);
    }
    /* What should be there is found missing, and put. */
    SearchMissing missing;
    assert_ok(cx, search_missing(cx, 10, &missing));
    assert_int_equal(missing.count, 1);
    assert_ok(cx, search_fill(cx, &missing));
    assert_str("Die Giraffe im Zoo", titles(f, "Giraffe"));
    assert_ok(cx, search_missing(cx, 10, &missing));
    assert_int_equal(missing.count, 0);
    int64_t last;
    size_t count;
    assert_ok(cx, search_rebuild(cx, SEARCH_ITEM, 0, 10, &last, &count));
    assert_int_equal(count, 1);
    assert_int_equal(last, item.id.v);
    assert_str("Die Giraffe im Zoo", titles(f, "Giraffe"));
}

static void posts_are_found_with_their_item_and_by_its_rule(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    act_as(f, add_person(f, "ada"), 0);
    Item open = put(f, AUDIENCE_PUBLIC, "Offen", "", "");
    Item closed = put(f, AUDIENCE_OFFICE, "Verschlossen", "", "");
    for (int i = 0; i < 2; i++) {
        SearchText text = {.kind = SEARCH_POST,
                           .ref = 7 + i,
                           .item = i ? closed.id : open.id,
                           .noun = NOUN_IDEA,
                           .title = S(""),
                           .lead = S(""),
                           .body = S("Ein Kiosk am Strand"),
                           .beside = S("")};
        assert_ok(cx, search_put(cx, &text));
    }
    act_as(f, 0, 0);
    SearchResult result = ask_for(f, "Kiosk");
    assert_int_equal(result.total, 1);
    assert_int_equal(result.posts, 1);
    assert_int_equal(result.hits[0].kind, SEARCH_POST);
    assert_int_equal(result.hits[0].ref, 7);
    assert_int_equal(result.hits[0].item.v, open.id.v);
    SearchQuery query = {.words = S("Kiosk"), .limit = 10, .by_noun = true, .noun = NOUN_IDEA};
    assert_ok(cx, search_find(cx, &query, &result));
    assert_int_equal(result.total, 0);
    assert_int_equal(result.posts, 1);
    query = (SearchQuery){.words = S("Kiosk"), .limit = 10, .by_post = true};
    assert_ok(cx, search_find(cx, &query, &result));
    assert_int_equal(result.total, 1);
    assert_ok(cx, search_drop(cx, SEARCH_POST, 7));
    assert_str("", titles(f, "Kiosk"));
}

static void answers_come_in_pages_and_by_topic(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t topic;
    SearchResult result;
    assert_ok(cx, topic_add(cx, S("Hafen"), S("Harbour"), &topic));
    for (int i = 0; i < 25; i++) {
        ItemId id;
        Events events = {.arena = cx->arena};
        ItemDraft draft = {.text = {.title = arena_fmt(cx->arena, "Boot %d", i)},
                           .topics = &topic,
                           .topic_count = i < 5};
        assert_ok(cx, item_add(cx, NOUN_IDEA, S("published"), AUDIENCE_PUBLIC, &draft, &id));
        assert_ok(cx, item_record(cx, id, S("add"), S(""), S("{}"), &events));
        assert_ok(cx, search_project(NULL, cx, &events));
    }
    SearchQuery query = {.words = S("boot"), .limit = 10, .offset = 20};
    assert_ok(cx, search_find(cx, &query, &result));
    assert_int_equal(result.total, 25);
    assert_int_equal(result.count, 5);
    query = (SearchQuery){.words = S("boot"), .limit = 10, .topic = topic};
    assert_ok(cx, search_find(cx, &query, &result));
    assert_int_equal(result.total, 5);
    assert_str("", titles(f, "harbour")); /* in the language of the text */
    assert_int_equal(ask_for(f, "Hafen").total, 5);
    query.limit = 0;
    assert_err(cx, ERR_INVALID, "search.limit", search_find(cx, &query, &result));
    query.limit = SEARCH_LIMIT_MAX + 1;
    assert_err(cx, ERR_INVALID, "search.limit", search_find(cx, &query, &result));
    /* A question without end is cut. */
    char *large = arena_alloc_bytes(cx->arena, 100000, 1);
    memset(large, 'b', 100000);
    query = (SearchQuery){.words = {large, 100000}, .limit = 10};
    assert_ok(cx, search_find(cx, &query, &result));
    assert_int_equal(result.total, 0);
}

/* ---- texts ---- */

static Str joined(Cx *cx, const SearchPiece *pieces, size_t count)
{
    Buf out = buf_new(cx->arena, 65536);
    for (size_t i = 0; i < count; i++)
        buf_fmt(&out, pieces[i].marked ? "<%.*s>" : "%.*s", SARG(pieces[i].text));
    return out.n ? buf_str(&out) : S("");
}

static void excerpts_show_where_the_words_stand(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    SearchPiece *pieces;
    size_t count;
    Buf text = buf_new(cx->arena, 65536);
    for (int i = 0; i < 300; i++)
        buf_put(&text, S("F\xc3\xbcllwort "));
    buf_put(&text, S("Die alten B\xc3\xa4ume am Kanal sind krank. "));
    for (int i = 0; i < 300; i++)
        buf_put(&text, S("F\xc3\xbcllwort "));
    SearchMarks marks = search_marks(cx->arena, 8);
    search_mark(&marks, S("baum"));
    search_mark(&marks, S("kanal"));
    search_pieces(cx->arena, &marks, buf_str(&text), SEARCH_EXCERPT_BYTES, &pieces, &count);
    Str shown = joined(cx, pieces, count);
    assert_true(str_is_utf8(shown));
    assert_true(str_find(shown, S("Die alten <B\xc3\xa4ume> am <Kanal> sind krank.")) > 0);
    assert_true(str_starts(shown, S("\xe2\x80\xa6 ")) && str_ends(shown, S(" \xe2\x80\xa6")));
    assert_in_range(shown.n, 100, SEARCH_EXCERPT_BYTES + 60);
    search_pieces(cx->arena, &marks, S("B\xc3\xa4ume"), 0, &pieces, &count);
    assert_str("<B\xc3\xa4ume>", joined(cx, pieces, count));
    search_pieces(cx->arena, &marks, S("Nichts davon"), SEARCH_EXCERPT_BYTES, &pieces, &count);
    assert_str("Nichts davon", joined(cx, pieces, count));
    search_pieces(cx->arena, &marks, S(""), SEARCH_EXCERPT_BYTES, &pieces, &count);
    assert_str("", joined(cx, pieces, count));
    /* One word without end is cut between characters. */
    Buf wall = buf_new(cx->arena, 65536);
    for (int i = 0; i < 9000; i++)
        buf_put(&wall, S("\xc3\xa4"));
    search_pieces(cx->arena, &marks, buf_str(&wall), SEARCH_EXCERPT_BYTES, &pieces, &count);
    assert_true(str_is_utf8(joined(cx, pieces, count)));
}

static void markdown_becomes_words(void **state)
{
    static const struct {
        const char *markdown, *plain;
    } CASES[] = {
        {"# Ein *Titel*\n\nText", "Ein Titel: Text"},
        {"Ein [Link](https://example.org/x?y) hier", "Ein Link hier"},
        {"![Bild](/x.png)", "!Bild"},
        {"a<br/>b <b>c</b>", "a b c"},
        {"siehe https://example.org/lang.html.", "siehe"},
        {"1 < 2 und 3 > 2", "1 < 2 und 3 2"},
        {"<script>alert(1)</script>", "alert(1)"},
        {"", ""},
        {"](", ""},
    };
    TestCore *f = *state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_str_equal(str_from(CASES[i].plain),
                         search_plain(f->t.cx.arena, str_from(CASES[i].markdown)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(any_form_of_a_word_finds_it, teardown),
        TEST_ON_BOTH(a_word_finds_what_is_written_with_another_that_means_the_same, teardown),
        TEST_ON_BOTH(what_the_city_resolved_comes_before_what_somebody_proposes, teardown),
        TEST_ON_BOTH(the_title_weighs_more_than_the_text_and_a_whole_word_more_than_a_part,
                     teardown),
        TEST_ON_BOTH(nobody_is_told_of_what_is_not_for_them, teardown),
        TEST_ON_BOTH(the_rule_holds_where_a_word_has_many_items, teardown),
        TEST_ON_BOTH(a_text_that_changes_is_found_by_its_new_words_alone, teardown),
        TEST_ON_BOTH(what_is_dropped_leaves_no_word_behind, teardown),
        TEST_ON_BOTH(posts_are_found_with_their_item_and_by_its_rule, teardown),
        TEST_ON_BOTH(answers_come_in_pages_and_by_topic, teardown),
        TEST_ON_SQLITE(excerpts_show_where_the_words_stand, teardown),
        TEST_ON_SQLITE(markdown_becomes_words, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
