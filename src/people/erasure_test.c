/* Erasures, redactions and one's own data, and that each column that refers to a person, and each
 * one with text, is dealt with. */
#include "people/erasure.h"

#include "base/buf.h"
#include "base/fold.h"
#include "base/json.h"
#include "base/str.h"
#include "core/auth.h"
#include "core/blob.h"
#include "core/setting.h"
#include "people/enquiry.h"
#include "people/organisation.h"
#include "people/own_data.h"
#include "people/post.h"
#include "people/search.h"
#include "people/test_people.h"

#include <ctype.h>

/* ---- the schema ---- */

/* Columns with whole numbers that are never a person's, by name alone. */
static const char PLAIN[] =
    " tenant version item organisation body number post project meeting idea goal source target"
    " through ruling round strategy follows enquiry object by_item part_of root topic ref doc term"
    " token abstentions accepts amount amount_cent at audience bytes cost docs duration_min edition"
    " erase_posts founder height impact investment_cent lifetime_years likelihood next_number"
    " position quarter reminders replies running_cent sequence spent_cent target_year tries"
    " visibility votes_against votes_for weight width words year more named done total ";

static const char SYSTEMS[] =
    " entity entity_past entity_type series obs place place_box place_box_node place_box_parent"
    " place_box_rowid subscription schema_migration ";

static bool stands_in(Cx *cx, const char *list, Str word)
{
    return str_find(str_from(list), arena_fmt(cx->arena, " %.*s ", SARG(word))) >= 0;
}

static const PersonalColumn *personal(Str table, Str column)
{
    for (size_t i = 0; i < PERSONAL_COLUMN_COUNT; i++)
        if (str_eq(PERSONAL_COLUMNS[i].table, table) && str_eq(PERSONAL_COLUMNS[i].column, column))
            return &PERSONAL_COLUMNS[i];
    return NULL;
}

static void expect(bool good, const DbColumn *column, const char *what)
{
    if (!good)
        fprintf(stderr, "# %.*s.%.*s: %s\n", SARG(column->table), SARG(column->name), what);
    assert_true(good);
}

static void every_column_that_may_refer_to_a_person_is_dealt_with(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    DbColumn *columns;
    size_t count;
    assert_ok(cx, db_columns(cx, &columns, &count));
    assert_true(count > 300);
    for (size_t i = 0; i < count; i++) {
        const DbColumn *one = &columns[i];
        bool own_number = str_eq(one->name, S("id")) && !str_eq(one->table, S("person"));
        if (!one->is_number || stands_in(cx, SYSTEMS, one->table) || own_number ||
            str_ends(one->name, S("_us")) || stands_in(cx, PLAIN, one->name))
            continue;
        expect(personal(one->table, one->name), one,
               "a row of personal.def says what the own data and an erasure do with it");
    }
}

/* Whether the table stands behind one of the words, and not as the beginning of a longer name. */
static bool stands_behind(Cx *cx, Str sql, const char *word, Str table)
{
    Str part = arena_fmt(cx->arena, "%s%.*s", word, SARG(table));
    for (ptrdiff_t at; (at = str_find(sql, part)) >= 0;) {
        sql = str_from_index(sql, (size_t)at + part.n);
        if (!sql.n || (!isalnum((unsigned char)sql.p[0]) && sql.p[0] != '_'))
            return true;
    }
    return false;
}

static bool reads(Cx *cx, const OwnSection *section, Str table)
{
    Str sql = str_from(section->statement.sql);
    return stands_behind(cx, sql, "FROM ", table) || stands_behind(cx, sql, "JOIN ", table);
}

static void every_row_of_personal_names_a_column_and_is_told_or_says_why_not(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    DbColumn *columns;
    size_t count;
    assert_ok(cx, db_columns(cx, &columns, &count));
    for (size_t i = 0; i < PERSONAL_COLUMN_COUNT; i++) {
        const PersonalColumn *row = &PERSONAL_COLUMNS[i];
        DbColumn named = {.table = row->table, .name = row->column};
        bool there = false, told = false;
        for (size_t k = 0; k < count; k++)
            there |= str_eq(columns[k].table, row->table) && str_eq(columns[k].name, row->column);
        expect(there, &named, "there is no such column");
        expect(row->why[0] != 0, &named, "no reason for what an erasure does");
        expect((row->section.n > 0) != (row->untold[0] != 0), &named, "a section, or a reason");
        for (size_t k = 0; k < OWN_SECTION_COUNT; k++)
            told |= str_eq(row->section, str_from(OWN_SECTIONS[k].name)) &&
                    reads(cx, &OWN_SECTIONS[k], row->table);
        expect(told || !row->section.n, &named, "its section does not read the table");
    }
}

static void every_text_is_gone_through_or_has_its_reason(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    DbColumn *columns;
    size_t count;
    assert_ok(cx, db_columns(cx, &columns, &count));
    for (size_t i = 0; i < count; i++)
        if (columns[i].is_text && columns[i].key)
            expect(redaction_keeps(columns[i].table, columns[i].name), &columns[i],
                   "a text in a key cannot be redacted: a row of text.def says what happens");
    for (size_t i = 0; i < REDACTION_KEEP_COUNT; i++) {
        const RedactionKeep *keep = &REDACTION_KEEPS[i];
        DbColumn named = {.table = keep->table, .name = keep->column};
        bool there = false;
        for (size_t k = 0; k < count; k++)
            there |= str_eq(columns[k].table, keep->table) &&
                     (str_eq(keep->column, S("*")) || str_eq(columns[k].name, keep->column));
        expect(there && keep->why[0], &named, "there is no such column, or no reason");
    }
}

/* ---- what is found in texts ---- */

static Str redacted(Cx *cx, const Redaction *redaction, const char *text)
{
    Str out = redaction_apply(cx->arena, redaction, str_from(text));
    return out.p ? out : str_from(text);
}

static void a_name_is_found_however_it_is_written(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Redaction r = redaction_new();
    redaction_add_name(cx, &r, S("Jörg Grünspecht"));
    redaction_add_name(cx, &r, S("grunspecht"));
    redaction_add_mail(cx, &r, S("Jo.G@Example.org"));
    assert_ok(cx, redaction_ready(cx, &r));
    assert_str("(…) kommt.", redacted(cx, &r, "Jörg Grünspecht kommt."));
    assert_str("(…)s Idee", redacted(cx, &r, "JOERG GRUENSPECHTs Idee"));
    assert_str("(…)", redacted(cx, &r, "Gru\xcc\x88nspecht, Jorg"));
    assert_str("Frau (…)-Weg", redacted(cx, &r, "Frau Grünspecht-Weg"));
    assert_str("/ideen/(…)-baut", redacted(cx, &r, "/ideen/joerg-gruenspecht-baut"));
    assert_str("{\"a\":\"b\\n(…)\"}", redacted(cx, &r, "{\"a\":\"b\\nJörg\\nGrünspecht\"}"));
    assert_str("x%20(…)", redacted(cx, &r, "x%20J\xc3\xb6rg+Gr\xc3\xbcnspecht"));
    assert_str("an (…), bitte", redacted(cx, &r, "an jo.g@example.ORG, bitte"));
    assert_str("an (…).", redacted(cx, &r, "an jo.g@example.org."));
    assert_str("", redacted(cx, &r, "jo.g@example.org"));
    /* Others. */
    assert_str("Jörg", redacted(cx, &r, "Jörg"));
    assert_str("Haselgrünspecht", redacted(cx, &r, "Haselgrünspecht"));
    assert_str("ajo.g@example.org", redacted(cx, &r, "ajo.g@example.org"));
    assert_str("jo.g@example.org.uk", redacted(cx, &r, "jo.g@example.org.uk"));
    assert_str("jo.g@example.organic", redacted(cx, &r, "jo.g@example.organic"));
    assert_false(redaction_finds(&r, S("")));
}

/* ---- a life, and its end ---- */

typedef struct Life {
    PersonId tilda, office;
    Item idea;
    PostId own, other;
} Life;

static void write_post(TestCore *f, const Item *idea, const char *words, PostId *ret)
{
    Cx *cx = &f->t.cx;
    assert_ok(cx, post_add(cx, idea, (PostId){0}, str_from(words), &f->events, ret));
}

static Life live(TestCore *f)
{
    Cx *cx = &f->t.cx;
    Life l;
    ItemDraft draft = draft_of("Tilda Quastenberger baut Brücken");
    ItemId id;
    assert_ok(cx, person_add(cx, S("office@example.org"), S("Olga Office"), S("x"), LANG_DE,
                             ROLE_MEMBER | ROLE_OFFICE, &f->events, &l.office));
    assert_ok(cx, person_add(cx, S("tilda.q@example.org"), S("Tilda Quastenberger"), S("x"),
                             LANG_DE, ROLE_MEMBER, &f->events, &l.tilda));
    act_as(f, l.tilda.v, ROLE_ALLIANCE);
    assert_ok(cx, idea_add(cx, &draft, &f->events, &id));
    assert_ok(cx, item_get_unseen(cx, id, &l.idea));
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &l.idea, S("publish"), S(""), &f->events));
    write_post(f, &l.idea, "Schreibt mir: Tilda.Q@example.org", &l.own);
    assert_ok(cx, person_set_name(cx, l.tilda, S("Tilda Zwirbelhuber"), LANG_DE, &f->events));
    act_as(f, l.office.v, ROLE_OFFICE | ROLE_EDITOR);
    write_post(f, &l.idea, "Frau Zwirbelhuber, früher Tilda Quastenberger, hat recht.", &l.other);
    assert_ok(cx, search_project(NULL, cx, &f->events));
    f->events = (Events){.arena = cx->arena};
    return l;
}

static Str all_texts(TestCore *f)
{
    Cx *cx = &f->t.cx;
    DbColumn *columns;
    size_t count;
    Buf out = buf_new(cx->arena, 8 << 20);
    assert_ok(cx, db_columns(cx, &columns, &count));
    for (size_t i = 0; i < count; i++) {
        DbRows rows;
        bool row;
        if (!columns[i].is_text)
            continue;
        DbDynamic *sql = db_dynamic(cx);
        db_dynamic_sql(sql, "SELECT ");
        db_dynamic_put(sql, columns[i].name);
        db_dynamic_sql(sql, " FROM ");
        db_dynamic_put(sql, columns[i].table);
        assert_ok(cx, db_start_dynamic(cx, sql, &rows));
        while (db_next(cx, &rows, &row) == OK && row) {
            buf_fmt(&out, "%.*s.%.*s: ", SARG(columns[i].table), SARG(columns[i].name));
            buf_put(&out, db_text(&rows, 0));
            buf_char(&out, '\n');
        }
        db_end(&rows);
    }
    return fold_search(cx->arena, buf_str(&out));
}

static void expect_nowhere(TestCore *f, const char *word)
{
    Str all = all_texts(f);
    ptrdiff_t at = str_find(all, str_from(word));
    if (at >= 0)
        fprintf(stderr, "# found: %.*s\n",
                SARG(str_slice(all, (size_t)MAX(at - 60, 0), (size_t)at + 60)));
    assert_true(at < 0);
}

static int64_t count_of(TestCore *f, const char *what)
{
    Cx *cx = &f->t.cx;
    int64_t count;
    DbDynamic *sql = db_dynamic(cx);
    db_dynamic_sql(sql, "SELECT count(*) FROM ");
    db_dynamic_put(sql, str_from(what));
    assert_ok(cx, db_one_i64_dynamic(cx, sql, &count));
    return count;
}

static Erasure erase(TestCore *f, PersonId id, bool again, bool *ret_done)
{
    Cx *cx = &f->t.cx;
    Person person;
    Erasure e;
    assert_ok(cx, person_get(cx, id, &person));
    assert_ok(cx, erasure_look(cx, &person, again, NULL, 0,
                               arena_fmt(cx->arena, "%s/files", f->db.dir), &e));
    for (int i = 0; i < 2; i++) { /* as units of work are: applied, rolled back, applied */
        f->events = (Events){.arena = cx->arena};
        assert_ok(cx, db_begin(cx));
        assert_ok(cx, db_savepoint(cx));
        assert_ok(cx, erasure_run(cx, &e, &f->events, ret_done));
        assert_ok(cx, search_project(NULL, cx, &f->events));
        if (i)
            assert_ok(cx, db_release(cx));
        else
            assert_ok(cx, db_rollback_to(cx));
        assert_ok(cx, db_commit(cx));
    }
    return e;
}

static void nothing_that_is_written_names_the_person_any_more(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Life l = live(f);
    bool done;
    int64_t rest;
    Item idea;
    Post post;
    Person person;
    assert_true(str_find(all_texts(f), S("quastenberger")) >= 0);
    Erasure e = erase(f, l.tilda, true, &done);
    assert_true(done);
    assert_int_equal(e.line_count, 1);
    static const char *const WORDS[] = {"quastenb", "zwirbelh", "tilda"};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        expect_nowhere(f, WORDS[i]);
    act_as(f, 0, 0);
    assert_ok(cx, item_get_unseen(cx, l.idea.id, &idea));
    assert_str("(…) baut Brücken", idea.text.title);
    assert_str("baut-bruecken-1", idea.slug);
    assert_int_equal(idea.author.v, 0);
    assert_ok(cx, post_get(cx, l.other, &post, &idea));
    assert_str("Frau (…), früher (…), hat recht.", post.body);
    assert_ok(cx, person_get(cx, l.tilda, &person));
    assert_int_equal(person.state, PERSON_ERASED);
    assert_str("", person.name);
    assert_ok(cx, erasure_rest(cx, &rest));
    assert_int_not_equal(rest, 0);
    assert_ok(cx, erasure_rested(cx));
    /* What is searched for is what is written now. */
    SearchResult found;
    assert_ok(cx,
              search_find(cx, &(SearchQuery){.words = S("Quastenberger"), .limit = 10}, &found));
    assert_int_equal(found.count, 0);
    assert_ok(cx, search_find(cx, &(SearchQuery){.words = S("Brücken"), .limit = 10}, &found));
    assert_int_equal(found.count, 1);
    /* Once more changes nothing. */
    erase(f, l.tilda, true, &done);
    assert_false(done);
}

static void posts_go_where_the_person_wants_it(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Life l = live(f);
    bool done;
    Post post;
    act_as(f, l.tilda.v, 0);
    assert_ok(cx, setting_set(cx, S("account.erase_days"), S("0"), &f->events));
    assert_ok(cx, erasure_ask(cx, true, &f->events));
    erase(f, l.tilda, false, &done);
    assert_true(done);
    assert_ok(cx, post_get_unseen(cx, l.own, &post));
    assert_int_equal(post.state, POST_ERASED);
    assert_ok(cx, post_get_unseen(cx, l.other, &post));
    assert_int_equal(post.state, POST_VISIBLE);
}

static void a_name_that_another_account_has_too_stays(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Life l = live(f);
    PersonId twin;
    Post post;
    Item item;
    bool done;
    assert_ok(cx, person_add(cx, S("twin@example.org"), S("Tilda Zwirbelhuber"), S("x"), LANG_DE,
                             ROLE_MEMBER, &f->events, &twin));
    erase(f, l.tilda, true, &done);
    act_as(f, 0, 0);
    assert_ok(cx, post_get(cx, l.other, &post, &item));
    assert_str("Frau Zwirbelhuber, früher (…), hat recht.", post.body);
    expect_nowhere(f, "quastenb");
    expect_nowhere(f, "tilda.q@");
    Person person;
    assert_ok(cx, person_get(cx, twin, &person));
    assert_str("Tilda Zwirbelhuber", person.name);
}

static void who_comes_back_in_time_stays(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Life l = live(f);
    Person person;
    bool found, done;
    Clock clock = clock_fixed(INT64_C(1790000000000000));
    cx->clock = &clock;
    act_as(f, l.tilda.v, 0);
    assert_ok(cx, erasure_ask(cx, false, &f->events));
    assert_ok(cx, person_get(cx, l.tilda, &person));
    int64_t day_us = INT64_C(86400000000);
    assert_in_range(person.erase_due_us - clock.fixed_us, 14 * day_us, 15 * day_us + 1);
    assert_ok(cx, erasure_next(cx, &found, &person));
    assert_false(found);
    assert_ok(cx,
              session_open(cx, l.tilda, auth_secret(cx->arena), S("Browser"), day_us, &f->events));
    clock.fixed_us += 20 * day_us;
    assert_ok(cx, erasure_next(cx, &found, &person));
    assert_false(found);
    erase(f, l.tilda, false, &done);
    assert_false(done);
    /* Without a login the time comes. */
    assert_ok(cx, erasure_ask(cx, false, &f->events));
    clock.fixed_us += 16 * day_us;
    assert_ok(cx, erasure_next(cx, &found, &person));
    assert_true(found);
    assert_int_equal(person.id.v, l.tilda.v);
}

static void who_is_needed_cannot_end_the_account(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Life l = live(f);
    ErasureNeed needs[ERASURE_NEEDS_MAX];
    size_t count;
    OrganisationDraft draft = {.item = draft_of("Hafenwerk"),
                               .own = {.kind = ORGANISATION_COMPANY}};
    ItemId id;
    Item item;
    act_as(f, l.office.v, ROLE_OFFICE);
    assert_ok(cx, organisation_add(cx, &draft, S("applied"), &f->events, &id));
    assert_ok(cx, item_get_unseen(cx, id, &item));
    assert_ok(cx, organisation_join(cx, &item, l.tilda, RELATION_REP, S(""), &f->events));
    assert_ok(cx,
              db_script(cx, S("UPDATE item SET state = 'accepted' WHERE noun = 'organisation'")));
    act_as(f, l.tilda.v, 0);
    assert_ok(cx, erasure_needs(cx, l.tilda, needs, &count));
    assert_int_equal(count, 1);
    assert_int_equal(needs[0].kind, ERASURE_NEED_REP);
    assert_str("Hafenwerk", needs[0].name);
    assert_err(cx, ERR_CONFLICT, "erasure.needed", erasure_ask(cx, false, &f->events));
    act_as(f, l.office.v, ROLE_OFFICE);
    assert_err(cx, ERR_CONFLICT, "erasure.needed",
               erasure_order(cx, l.tilda, S("Brief"), false, &f->events));
    assert_ok(cx, db_script(cx, S("UPDATE item SET state = 'left' WHERE noun = 'organisation'")));
    assert_ok(cx, setting_set(cx, S("legal.imprint"), S("Verantwortlich: Tilda Zwirbelhuber"),
                              &f->events));
    assert_ok(cx, erasure_needs(cx, l.tilda, needs, &count));
    assert_int_equal(count, 1);
    assert_int_equal(needs[0].kind, ERASURE_NEED_SETTING);
    assert_str("legal.imprint", needs[0].name);
    assert_ok(cx, setting_set(cx, S("legal.imprint"), S("Stadt"), &f->events));
    assert_err(cx, ERR_INVALID, "account.reason",
               erasure_order(cx, l.tilda, S(" "), false, &f->events));
    assert_ok(cx, erasure_order(cx, l.tilda, S("Brief von Tilda Zwirbelhuber"), false, &f->events));
    act_as(f, l.tilda.v, 0);
    assert_err(cx, ERR_DENIED, "auth.denied",
               erasure_order(cx, l.office, S("x"), false, &f->events));
    /* Somebody is needed since: it is put off. */
    bool done;
    assert_ok(cx, setting_set(cx, S("legal.imprint"), S("Tilda Zwirbelhuber"), &f->events));
    int64_t noted = count_of(f, "audit");
    Erasure e = erase(f, l.tilda, false, &done);
    assert_false(done);
    assert_int_equal(e.line_count, 0);
    assert_int_equal(count_of(f, "audit"), noted);
    assert_ok(cx, setting_set(cx, S("legal.imprint"), S("Stadt"), &f->events));
    erase(f, l.tilda, false, &done);
    assert_true(done);
    expect_nowhere(f, "zwirbelh");
}

static void files_that_name_the_person_are_written_anew(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Life l = live(f);
    Str hash, bytes, dir = arena_fmt(cx->arena, "%s/files", f->db.dir);
    bool done;
    assert_ok(cx, blob_put(cx, dir, S("Liste;Tilda Quastenberger;ja\n"), &hash));
    assert_ok(cx,
              db_script(cx, arena_fmt(cx->arena,
                                      "INSERT INTO attachment VALUES (1, 1, %lld, 'file', 1,"
                                      " '%.*s', 'csv', 'Tilda Quastenberger.csv', 'de', 'T',"
                                      " '', '', 29, 0, 0, %lld, 1, 0)",
                                      (long long)l.idea.id.v, SARG(hash), (long long)l.tilda.v)));
    Erasure e = erase(f, l.tilda, true, &done);
    assert_int_equal(e.file_count, 1);
    erasure_remove_files(cx, &e, dir);
    assert_false(blob_exists(cx, dir, hash));
    assert_ok(cx, blob_get(cx, dir, e.files[0].after, 1000, &bytes));
    assert_str("Liste;...................;ja\n", bytes);
    expect_nowhere(f, "quastenb");
}

/* ---- what came from an address without an account ---- */

static void send_enquiry(TestCore *f, const char *mail, const char *name)
{
    Cx *cx = &f->t.cx;
    Str number;
    assert_ok(cx, enquiry_send(cx,
                               &(EnquiryDraft){.subject = S("Frage"),
                                               .body = S("Wann kommt der Bus?"),
                                               .name = str_from(name),
                                               .mail = str_from(mail),
                                               .consent = true},
                               &number));
}

static void traces_of_an_address_go_and_those_of_strangers_stay(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Erasure e;
    bool found, done;
    act_as(f, 0, 0);
    send_enquiry(f, "ada@example.org", "Ada Quastenberger");
    send_enquiry(f, "stranger@example.org", "Berta Zwirbelhuber");
    send_enquiry(f, "", "Berta Zwirbelhuber");
    assert_int_equal(count_of(f, "outbox WHERE payload <> ''"), 2); /* receipts */
    ErasureLine line = erasure_line(cx, (PersonId){7}, false, S("ada@example.org"));
    assert_ok(cx, erasure_look_for_traces(cx, &line, 1, arena_fmt(cx->arena, "%s/f", f->db.dir),
                                          &found, &e));
    assert_true(found);
    assert_ok(cx, db_begin(cx));
    assert_ok(cx, erasure_run(cx, &e, &f->events, &done));
    assert_ok(cx, db_commit(cx));
    assert_true(done);
    expect_nowhere(f, "quastenb");
    expect_nowhere(f, "ada@");
    assert_int_equal(count_of(f, "enquiry WHERE state = 'erased'"), 1);
    assert_int_equal(count_of(f, "enquiry WHERE name = 'Berta Zwirbelhuber'"), 2);
    assert_int_equal(count_of(f, "outbox WHERE payload <> ''"), 1);
}

/* ---- much of it ---- */

/* One row for each number up to that. */
static void fill(TestCore *f, int count, const char *insert)
{
    Cx *cx = &f->t.cx;
    assert_ok(cx, db_script(cx, arena_fmt(cx->arena,
                                          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                                          " FROM n WHERE i < %d) %s",
                                          count, insert)));
}

static void however_much_names_the_person_nothing_is_left(void **state)
{
    TestCore *f = *state;
    Life l = live(f);
    bool done;
    char text[2048];
    int n = 0;
    for (int i = 1; i <= 150; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "Nixe%d Q ", i);
    write_post(f, &l.idea, text, &l.other);
    n = 0;
    for (int i = 1; i <= 70; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "m%d@anderswo.example ", i);
    write_post(f, &l.idea, text, &l.other);
    fill(f, 150,
         "INSERT INTO person_former SELECT 1, 2, 'name', 'Nixe' || i || ' Quirl' || i, i FROM n");
    fill(f, 70,
         "INSERT INTO person_identity SELECT 1, 'is', i, 2, 'is', 'm' || i ||"
         " '@anderswo.example', 0, 0 FROM n");
    fill(f, 450,
         arena_fmt(
             f->t.cx.arena,
             "INSERT INTO item_slug SELECT 1, 'idea', 'tilda-quastenberger-' || i, %lld FROM n",
             (long long)l.idea.id.v)
             .p);
    for (int i = 0; i < 450; i++) {
        assert_ok(&f->t.cx, db_script(&f->t.cx, S("UPDATE post SET created_us = 1")));
        write_post(f, &l.idea, "Das sagt auch Tilda Quastenberger.", &l.other);
    }
    assert_ok(&f->t.cx, search_project(NULL, &f->t.cx, &f->events));
    erase(f, l.tilda, true, &done);
    assert_true(done);
    expect_nowhere(f, "nixe");
    expect_nowhere(f, "anderswo");
    expect_nowhere(f, "quastenb");
}

static void ones_own_data_are_whole_and_ones_own(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Life l = live(f);
    Json json;
    JsonValue value;
    Buf out = buf_new(cx->arena, OWN_DATA_BYTES_MAX);
    act_as(f, l.tilda.v, 0);
    assert_ok(cx, person_set_district(cx, l.tilda, S("Quastenbergwinkel")));
    assert_ok(cx, own_data_put(cx, l.tilda, &out));
    assert_ok(cx, json_parse(cx, buf_str(&out), &json));
    for (size_t i = 0; i < OWN_SECTION_COUNT; i++)
        assert_true(json_find(json_root(&json), str_from(OWN_SECTIONS[i].name), &value));
    Str text = buf_str(&out);
    assert_true(str_find(text, S("\"mail\":\"tilda.q@example.org\"")) > 0);
    assert_true(str_find(text, S("\"kind\":\"name\",\"value\":\"Tilda Quastenberger\"")) > 0);
    assert_true(str_find(text, S("\"district\":\"Quastenbergwinkel\"")) > 0);
    assert_true(str_find(text, S("Schreibt mir: Tilda.Q@example.org")) > 0);
    assert_true(str_find(text, S("Tilda Quastenberger baut Brücken")) > 0);
    assert_true(str_find(text, S("hat recht")) < 0); /* somebody else's words */
    assert_true(str_find(text, S("Olga")) < 0);
}

/* A name of a field for each column, so that none is told under another one's name. */
static void each_section_names_its_columns(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    for (size_t i = 0; i < OWN_SECTION_COUNT; i++) {
        const OwnSection *section = &OWN_SECTIONS[i];
        DbValue args[] = {V_I64(1), V_I64(1), V_TEXT(S("a@b"))};
        DbRows rows;
        bool row;
        int fields = 0;
        assert_ok(cx, db_start(cx, &section->statement, args, section->by_mail ? 3 : 2, &rows));
        assert_ok(cx, db_next(cx, &rows, &row));
        for (Str rest = str_from(section->fields); rest.p; fields++)
            str_cut(&rest, ' ');
        if (rows.columns != fields)
            fprintf(stderr, "# section %s\n", section->name);
        assert_int_equal(rows.columns, fields);
        db_end(&rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(every_column_that_may_refer_to_a_person_is_dealt_with, teardown),
        TEST_ON_BOTH(every_row_of_personal_names_a_column_and_is_told_or_says_why_not, teardown),
        TEST_ON_BOTH(every_text_is_gone_through_or_has_its_reason, teardown),
        TEST_ON_SQLITE(a_name_is_found_however_it_is_written, teardown),
        TEST_ON_BOTH(nothing_that_is_written_names_the_person_any_more, teardown),
        TEST_ON_BOTH(posts_go_where_the_person_wants_it, teardown),
        TEST_ON_BOTH(a_name_that_another_account_has_too_stays, teardown),
        TEST_ON_BOTH(who_comes_back_in_time_stays, teardown),
        TEST_ON_BOTH(who_is_needed_cannot_end_the_account, teardown),
        TEST_ON_BOTH(files_that_name_the_person_are_written_anew, teardown),
        TEST_ON_BOTH(traces_of_an_address_go_and_those_of_strangers_stay, teardown),
        TEST_ON_BOTH(however_much_names_the_person_nothing_is_left, teardown),
        TEST_ON_BOTH(ones_own_data_are_whole_and_ones_own, teardown),
        TEST_ON_BOTH(each_section_names_its_columns, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
