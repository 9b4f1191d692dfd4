/* Ideas from a table: what is taken, what is refused and why, and that refusing writes nothing. */
#include "people/idea_import.h"

#include "base/str.h"
#include "people/test_people.h"

static void each_refused_row_has_its_reason_and_the_others_are_taken(void **state)
{
    static const struct {
        const char *line, *refused;
    } ROWS[] = {
        {"Mehr B\xc3\xa4nke,Kurz,\"Eins\nzwei\",published,licht,Hafen,54.2,7.3,2026-01-02,3,1",
         NULL},
        {"'=1+1 ist zwei,,,evaluation,,,,,,,", NULL},
        {"MEHR B\xc3\x84NKE!,,,,,,,,,,", "import.twice"},
        {"Gibt es schon,,,,,,,,,,", "import.exists"},
        {",ohne Titel,,,,,,,,,", "item.title"},
        {"A1,,,accepted,,,,,,,", "import.idea_state"},
        {"A2,,,draft,,,,,,,", "import.idea_state"},
        {"A3,,,,dunkel,,,,,,", "import.topic"},
        {"A4,,,,,,Norden,7,,,", "item.place"},
        {"A5,,,,,,99,7,,,", "item.place"},
    };
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t topic;
    ItemId id;
    Item *ideas;
    size_t count, taken;
    IdeaRows rows;
    act_as(f, add_person(f, "office"), ROLE_OFFICE);
    assert_ok(cx, topic_add(cx, S("Licht"), S("Light"), &topic));
    ItemDraft there = draft_of("Gibt es schon");
    assert_ok(cx, idea_add_published(cx, &there, &f->events, &id));
    Buf text = buf_new(cx->arena, 1 << 16);
    for (size_t i = 0; i < IDEA_COLUMN_COUNT; i++)
        buf_fmt(&text, "%s%.*s", i ? "," : "", SARG(IDEA_COLUMNS[i].name));
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        buf_fmt(&text, "\r\n%s", ROWS[i].line);
    assert_ok(cx, idea_import_read(cx, (SheetWords){0}, buf_str(&text), &rows));
    assert_int_equal(rows.count, COUNT_OF(ROWS));
    assert_int_equal(rows.good, 2);
    for (size_t i = 0; i < rows.count; i++)
        assert_string_equal(rows.rows[i].row.refused ? rows.rows[i].row.refused : "taken",
                            ROWS[i].refused ? ROWS[i].refused : "taken");
    assert_int_equal(rows.rows[1].row.line, 4); /* the text before it has two lines */
    IdeaFilter all = {0};
    assert_ok(cx, idea_find(cx, &all, IDEA_TITLE, 10, 0, &ideas, &count, NULL));
    assert_int_equal(count, 1); /* nothing was written by looking */
    assert_ok(cx, idea_import(cx, (SheetWords){0}, buf_str(&text), &f->events, &taken));
    assert_int_equal(taken, 2);
    assert_ok(cx, idea_find(cx, &all, IDEA_TITLE, 10, 0, &ideas, &count, NULL));
    assert_int_equal(count, 3);
    Item benches;
    assert_ok(cx, item_get(cx, NOUN_IDEA, S("mehr-baenke"), &benches));
    assert_str("Eins\nzwei", benches.text.body);
    assert_str("Hafen", benches.district);
    assert_true(benches.place.known && benches.place.lat > 54.1 && benches.place.lat < 54.3);
    assert_ok(cx, item_get(cx, NOUN_IDEA, S("1-1-ist-zwei"), &benches));
    assert_str("=1+1 ist zwei", benches.text.title);
    assert_str("evaluation", benches.state);
    /* Once more: now all of it is there. */
    assert_ok(cx, idea_import_read(cx, (SheetWords){0}, buf_str(&text), &rows));
    assert_int_equal(rows.good, 0);
}

static void a_table_that_is_none_is_refused_as_a_whole(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    IdeaRows rows;
    act_as(f, add_person(f, "office"), ROLE_OFFICE);
    static const char *const NONE[] = {"", "lead\nx\n", "title,title\na,b\n"};
    for (size_t i = 0; i < COUNT_OF(NONE); i++)
        assert_err(cx, ERR_INVALID, "import.columns",
                   idea_import_read(cx, (SheetWords){0}, str_from(NONE[i]), &rows));
    assert_err(cx, ERR_INVALID, "import.unknown",
               idea_import_read(cx, (SheetWords){0}, S("title,zzz\na,b\n"), &rows));
    Buf many = buf_new(cx->arena, 1 << 20);
    buf_put(&many, S("title\n"));
    for (size_t i = 0; i <= SHEET_ROWS_MAX; i++)
        buf_fmt(&many, "Idee %zu\n", i);
    assert_err(cx, ERR_LIMIT, "import.rows",
               idea_import_read(cx, (SheetWords){0}, buf_str(&many), &rows));
    act_as(f, add_person(f, "member"), 0);
    assert_err(cx, ERR_DENIED, "auth.denied",
               idea_import_read(cx, (SheetWords){0}, S("title\nx\n"), &rows));
}

/* Neither the preview nor a reason tells that somebody has a draft of that title. */
static void a_draft_of_somebody_else_is_not_told_of(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    ItemDraft draft = draft_of("Geheim");
    ItemId id;
    IdeaRows rows;
    act_as(f, add_person(f, "author"), 0);
    assert_ok(cx, idea_add(cx, &draft, &f->events, &id));
    act_as(f, add_person(f, "office"), ROLE_OFFICE);
    assert_ok(cx, idea_import_read(cx, (SheetWords){0}, S("title\nGeheim\n"), &rows));
    assert_int_equal(rows.good, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(each_refused_row_has_its_reason_and_the_others_are_taken, teardown),
        TEST_ON_BOTH(a_table_that_is_none_is_refused_as_a_whole, teardown),
        TEST_ON_BOTH(a_draft_of_somebody_else_is_not_told_of, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
