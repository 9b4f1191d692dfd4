#include "people/search_store.h"

#include "base/stem.h"
#include "base/str.h"
#include "core/person.h"

enum {
    DOC,
    SAME,
    ADD_DOC,
    ADD_TEXT,
    ADD_TOTAL,
    WORDS_OF_DOC,
    TERMS_OF_DOC,
    REMOVE_POSTINGS,
    REMOVE_TEXT,
    REMOVE_DOC,
    REMOVE_TERM,
    REMOVE_ENDINGS,
    DOCS,
    TERM,
    ADD_TERM,
    ADD_ENDING,
    ADD_POSTING,
    ITEMS,
    POSTS,
    ITEMS_MISSING,
    POSTS_MISSING,
    BEGINS,
    BEGINS_WHOLE,
    ENDS,
    TOTAL,
    TEXT_OF,
    REF_OF
};

#define ENDING_COLUMNS                                                                             \
    "SELECT e.term, t.term, e.at FROM search_ending e JOIN search_term t"                          \
    " ON t.tenant = e.tenant AND t.id = e.term WHERE e.tenant = ?1 AND "

static const Statement STATEMENTS[] = {
    [DOC] = SQL("SELECT id FROM search_doc"
                " WHERE tenant = ?1 AND kind = ?2 AND ref = ?3 AND lang = ?4"),
    [SAME] = SQL("SELECT 1 FROM search_text WHERE tenant = ?1 AND doc = ?2 AND title = ?3"
                 " AND body = ?4 AND beside = ?5"),
    [ADD_DOC] = SQL("INSERT INTO search_doc (tenant, id, kind, ref, item, noun, lang, words)"
                    " SELECT ?1, coalesce((SELECT id FROM search_doc WHERE tenant = ?1"
                    " ORDER BY id DESC LIMIT 1), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7 RETURNING id"),
    [ADD_TEXT] = SQL("INSERT INTO search_text (tenant, doc, title, body, beside)"
                     " VALUES (?1, ?2, ?3, ?4, ?5)"),
    [ADD_TOTAL] = SQL("INSERT INTO search_total (tenant, docs, words) VALUES (?1, ?2, ?3)"
                      " ON CONFLICT (tenant) DO UPDATE SET"
                      " docs = search_total.docs + excluded.docs,"
                      " words = search_total.words + excluded.words"),
    [WORDS_OF_DOC] = SQL("SELECT words FROM search_doc WHERE tenant = ?1 AND id = ?2"),
    [TERMS_OF_DOC] = SQL("SELECT term FROM search_posting WHERE tenant = ?1 AND doc = ?2"),
    [REMOVE_POSTINGS] = SQL("DELETE FROM search_posting WHERE tenant = ?1 AND doc = ?2"),
    [REMOVE_TEXT] = SQL("DELETE FROM search_text WHERE tenant = ?1 AND doc = ?2"),
    [REMOVE_DOC] = SQL("DELETE FROM search_doc WHERE tenant = ?1 AND id = ?2"),
    [REMOVE_TERM] = SQL("DELETE FROM search_term WHERE tenant = ?1 AND id = ?2 AND NOT EXISTS"
                        " (SELECT 1 FROM search_posting WHERE tenant = ?1 AND term = ?2)"),
    [REMOVE_ENDINGS] = SQL("DELETE FROM search_ending WHERE tenant = ?1 AND term = ?2"),
    [DOCS] = SQL("SELECT id FROM search_doc WHERE tenant = ?1 AND kind = ?2 AND ref = ?3"
                 " LIMIT ?4"),
    [TERM] = SQL("SELECT id FROM search_term WHERE tenant = ?1 AND term = ?2"),
    [ADD_TERM] = SQL("INSERT INTO search_term (tenant, id, term)"
                     " SELECT ?1, coalesce((SELECT id FROM search_term WHERE tenant = ?1"
                     " ORDER BY id DESC LIMIT 1), 0) + 1, ?2 RETURNING id"),
    [ADD_ENDING] = SQL("INSERT INTO search_ending (tenant, ending, term, at)"
                       " VALUES (?1, ?2, ?3, ?4)"),
    [ADD_POSTING] = SQL("INSERT INTO search_posting (tenant, term, doc, weight, words, item, post)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
    [ITEMS] = SQL("SELECT id FROM item WHERE tenant = ?1 AND id > ?2 ORDER BY id LIMIT ?3"),
    [POSTS] = SQL("SELECT id FROM post WHERE tenant = ?1 AND id > ?2 AND state = 'visible'"
                  " ORDER BY id LIMIT ?3"),
    [ITEMS_MISSING] = SQL("SELECT i.id FROM item i WHERE i.tenant = ?1 AND NOT EXISTS (SELECT 1"
                          " FROM search_doc d WHERE d.tenant = i.tenant AND d.kind = 'item'"
                          " AND d.ref = i.id) LIMIT ?2"),
    [POSTS_MISSING] = SQL("SELECT p.id FROM post p WHERE p.tenant = ?1 AND p.state = 'visible'"
                          " AND NOT EXISTS (SELECT 1 FROM search_doc d WHERE d.tenant = p.tenant"
                          " AND d.kind = 'post' AND d.ref = p.id) LIMIT ?2"),
    [BEGINS] = SQL(ENDING_COLUMNS "e.ending >= ?2 AND e.ending < ?3 ORDER BY e.ending LIMIT ?4"),
    [BEGINS_WHOLE] = SQL("SELECT id, term, 0 FROM search_term WHERE tenant = ?1 AND term >= ?2"
                         " AND term < ?3 ORDER BY term LIMIT ?4"),
    [ENDS] = SQL(ENDING_COLUMNS "e.ending = ?2 LIMIT ?3"),
    [TOTAL] = SQL("SELECT docs, words FROM search_total WHERE tenant = ?1"),
    [REF_OF] = SQL("SELECT ref, lang FROM search_doc WHERE tenant = ?1 AND id = ?2"),
    [TEXT_OF] = SQL("SELECT title, body, beside FROM search_text WHERE tenant = ?1 AND doc = ?2"),
};
const StatementTable SEARCH_STATEMENTS = {"search", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static const Str KINDS[SEARCH_KIND_COUNT_] = {S_INIT("item"), S_INIT("post")};

Str search_kind_name(SearchKind kind)
{
    return KINDS[kind];
}

/* ---- writing ---- */

Err search_store_doc(Cx *cx, const SearchText *text, int64_t *ret)
{
    *ret = 0;
    return db_one_i64(cx, &STATEMENTS[DOC],
                      DB_ARGS(TENANT(cx), V_TEXT(KINDS[text->kind]), V_I64(text->ref),
                              V_TEXT(lang_code(text->lang))),
                      ret);
}

Err search_store_same(Cx *cx, int64_t doc, Str title, Str body, Str beside, bool *ret)
{
    int64_t one = 0;
    TRY(db_one_i64(cx, &STATEMENTS[SAME],
                   DB_ARGS(TENANT(cx), V_I64(doc), V_TEXT(title), V_TEXT(body), V_TEXT(beside)),
                   &one));
    *ret = one != 0;
    return OK;
}

Err search_store_add_doc(Cx *cx, const SearchText *text, Str body, int64_t words, int64_t *ret)
{
    int64_t doc = 0;
    TRY(db_one_i64(cx, &STATEMENTS[ADD_DOC],
                   DB_ARGS(TENANT(cx), V_TEXT(KINDS[text->kind]), V_I64(text->ref),
                           V_I64(text->item.v), V_TEXT(noun_name(text->noun)),
                           V_TEXT(lang_code(text->lang)), V_I64(words)),
                   &doc));
    TRY(db_run(
        cx, &STATEMENTS[ADD_TEXT],
        DB_ARGS(TENANT(cx), V_I64(doc), V_TEXT(text->title), V_TEXT(body), V_TEXT(text->beside))));
    *ret = doc;
    return db_run(cx, &STATEMENTS[ADD_TOTAL], DB_ARGS(TENANT(cx), V_I64(1), V_I64(words)));
}

Err search_store_remove_doc(Cx *cx, int64_t doc)
{
    int64_t words = 0;
    TRY(db_one_i64(cx, &STATEMENTS[WORDS_OF_DOC], DB_ARGS(TENANT(cx), V_I64(doc)), &words));
    TRY(db_run(cx, &STATEMENTS[REMOVE_POSTINGS], DB_ARGS(TENANT(cx), V_I64(doc))));
    TRY(db_run(cx, &STATEMENTS[REMOVE_TEXT], DB_ARGS(TENANT(cx), V_I64(doc))));
    TRY(db_run(cx, &STATEMENTS[REMOVE_DOC], DB_ARGS(TENANT(cx), V_I64(doc))));
    return db_run(cx, &STATEMENTS[ADD_TOTAL], DB_ARGS(TENANT(cx), V_I64(-1), V_I64(-words)));
}

Err search_store_terms_of(Cx *cx, int64_t doc, int64_t *ret, size_t max, size_t *ret_count)
{
    return db_list_i64(cx, &STATEMENTS[TERMS_OF_DOC], DB_ARGS(TENANT(cx), V_I64(doc)), ret, max,
                       ret_count);
}

Err search_store_prune(Cx *cx, int64_t term)
{
    int64_t removed;
    TRY(db_run_count(cx, &STATEMENTS[REMOVE_TERM], DB_ARGS(TENANT(cx), V_I64(term)), &removed));
    return removed ? db_run(cx, &STATEMENTS[REMOVE_ENDINGS], DB_ARGS(TENANT(cx), V_I64(term))) : OK;
}

Err search_store_docs(Cx *cx, SearchKind kind, int64_t ref, int64_t *ret, size_t max,
                      size_t *ret_count)
{
    return db_list_i64(cx, &STATEMENTS[DOCS],
                       DB_ARGS(TENANT(cx), V_TEXT(KINDS[kind]), V_I64(ref), V_I64((int64_t)max)),
                       ret, max, ret_count);
}

static Err add_endings(Cx *cx, int64_t id, Str term)
{
    for (size_t at = 0; term.n - at >= SEARCH_ENDING_BYTES_MIN || at == 0;) {
        TRY(db_run(
            cx, &STATEMENTS[ADD_ENDING],
            DB_ARGS(TENANT(cx), V_TEXT(str_from_index(term, at)), V_I64(id), V_I64((int64_t)at))));
        size_t step = str_utf8_length(str_from_index(term, at));
        at += step ? step : 1;
        if (at >= term.n)
            break;
    }
    return OK;
}

Err search_store_term(Cx *cx, Str term, int64_t *ret)
{
    int64_t id = 0;
    TRY(db_one_i64(cx, &STATEMENTS[TERM], DB_ARGS(TENANT(cx), V_TEXT(term)), &id));
    if (!id) {
        TRY(db_one_i64(cx, &STATEMENTS[ADD_TERM], DB_ARGS(TENANT(cx), V_TEXT(term)), &id));
        TRY(add_endings(cx, id, term));
    }
    *ret = id;
    return OK;
}

Err search_store_add_posting(Cx *cx, const SearchRow *row)
{
    return db_run(cx, &STATEMENTS[ADD_POSTING],
                  DB_ARGS(TENANT(cx), V_I64(row->term), V_I64(row->doc), V_I64(row->weight),
                          V_I64(row->words), V_I64(row->item), V_I64(row->post)));
}

Err search_store_refs(Cx *cx, SearchKind kind, int64_t after, size_t limit, int64_t *ret,
                      size_t *ret_count)
{
    return db_list_i64(cx, &STATEMENTS[kind == SEARCH_ITEM ? ITEMS : POSTS],
                       DB_ARGS(TENANT(cx), V_I64(after), V_I64((int64_t)limit)), ret, limit,
                       ret_count);
}

Err search_store_missing(Cx *cx, SearchKind kind, size_t limit, int64_t *ret, size_t *ret_count)
{
    return db_list_i64(cx, &STATEMENTS[kind == SEARCH_ITEM ? ITEMS_MISSING : POSTS_MISSING],
                       DB_ARGS(TENANT(cx), V_I64((int64_t)limit)), ret, limit, ret_count);
}

/* ---- terms ---- */

static Err list_terms(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
                      SearchTerm *ret, size_t max, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    TRY(db_start(cx, statement, args, n, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < max)
        ret[count++] = (SearchTerm){db_i64(&rows, 0), arena_copy(cx->arena, db_text(&rows, 1)),
                                    db_i64(&rows, 2)};
    db_end(&rows);
    TRY(err);
    *ret_count = count;
    return OK;
}

Err search_store_begins(Cx *cx, Str text, bool whole_only, SearchTerm *ret, size_t max,
                        size_t *ret_count)
{
    /* Above all texts that begin so: U+10FFFF is the last character. */
    Str above = arena_fmt(cx->arena, "%.*s\xf4\x8f\xbf\xbf", SARG(text));
    return list_terms(cx, &STATEMENTS[whole_only ? BEGINS_WHOLE : BEGINS],
                      DB_ARGS(TENANT(cx), V_TEXT(text), V_TEXT(above), V_I64((int64_t)max)), ret,
                      max, ret_count);
}

Err search_store_ends(Cx *cx, Str text, SearchTerm *ret, size_t max, size_t *ret_count)
{
    return list_terms(cx, &STATEMENTS[ENDS], DB_ARGS(TENANT(cx), V_TEXT(text), V_I64((int64_t)max)),
                      ret, max, ret_count);
}

/* A list of values whose length is one of a few, so that few statements are made of it. */
static size_t list_length(size_t count)
{
    size_t length = 1;
    while (length < count)
        length *= 2;
    return MIN(length, SEARCH_TERMS_MAX);
}

/* " IN (...)" */
static void put_words(DbDynamic *query, const Str *words, size_t count)
{
    db_dynamic_sql(query, " IN (");
    for (size_t i = 0; i < list_length(count); i++) {
        if (i)
            db_dynamic_sql(query, ", ");
        db_dynamic_bind(query, V_TEXT(words[MIN(i, count - 1)]));
    }
    db_dynamic_sql(query, ")");
}

static void put_numbers(DbDynamic *query, const int64_t *numbers, size_t count)
{
    db_dynamic_sql(query, " IN (");
    for (size_t i = 0; i < list_length(count); i++) {
        if (i)
            db_dynamic_sql(query, ", ");
        db_dynamic_bind(query, V_I64(numbers[MIN(i, count - 1)]));
    }
    db_dynamic_sql(query, ")");
}

Err search_store_whole(Cx *cx, const Str *words, size_t count, SearchTerm *ret, size_t max,
                       size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t found = 0;
    *ret_count = 0;
    if (!count)
        return OK;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT id, term FROM search_term WHERE tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND term");
    put_words(query, words, count);
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && found < max)
        ret[found++] = (SearchTerm){db_i64(&rows, 0), arena_copy(cx->arena, db_text(&rows, 1)), 0};
    db_end(&rows);
    TRY(err);
    *ret_count = found;
    return OK;
}

Err search_store_often(Cx *cx, const Str *words, size_t count, SearchTerm *ret, int64_t *ret_often,
                       size_t max, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t found = 0;
    *ret_count = 0;
    if (!count)
        return OK;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT t.id, t.term, (SELECT count(*) FROM (SELECT 1 FROM search_posting"
                          " p WHERE p.tenant = t.tenant AND p.term = t.id LIMIT ");
    db_dynamic_bind(query, V_I64(SEARCH_OFTEN_MAX));
    db_dynamic_sql(query, ") x) FROM search_term t WHERE t.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND t.term");
    put_words(query, words, count);
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    for (; (err = db_next(cx, &rows, &row)) == OK && row && found < max; found++) {
        ret[found] = (SearchTerm){db_i64(&rows, 0), arena_copy(cx->arena, db_text(&rows, 1)), 0};
        ret_often[found] = db_i64(&rows, 2);
    }
    db_end(&rows);
    TRY(err);
    *ret_count = found;
    return OK;
}

/* ---- which texts have them ---- */

Err search_store_rows(Cx *cx, const int64_t *terms, size_t count,
                      void (*each)(void *user, const SearchRow *row), void *user, bool *ret_more)
{
    DbRows rows;
    bool row = false;
    int64_t seen = 0;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT term, doc, weight, words, item, post FROM search_posting"
                          " WHERE tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND term");
    put_numbers(query, terms, count);
    db_dynamic_sql(query, " LIMIT ");
    db_dynamic_bind(query, V_I64(SEARCH_ROWS_MAX));
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    for (; (err = db_next(cx, &rows, &row)) == OK && row; seen++)
        each(user, &(SearchRow){.term = db_i64(&rows, 0),
                                .doc = db_i64(&rows, 1),
                                .weight = db_i64(&rows, 2),
                                .words = db_i64(&rows, 3),
                                .item = db_i64(&rows, 4),
                                .post = db_i64(&rows, 5)});
    db_end(&rows);
    *ret_more |= seen >= SEARCH_ROWS_MAX;
    return err;
}

static void put_conditions(Cx *cx, DbDynamic *query, const SearchOnly *only)
{
    item_read_rule(query, cx);
    if (only->topic) {
        db_dynamic_sql(query, " AND EXISTS (SELECT 1 FROM item_topic x WHERE x.tenant = i.tenant"
                              " AND x.item = i.id AND x.topic = ");
        db_dynamic_bind(query, V_I64(only->topic));
        db_dynamic_sql(query, ")");
    }
    if (only->without.v) {
        db_dynamic_sql(query, " AND i.id <> ");
        db_dynamic_bind(query, V_I64(only->without.v));
    }
    if (only->changed_since_us) {
        db_dynamic_sql(query, " AND i.changed_us > ");
        db_dynamic_bind(query, V_I64(only->changed_since_us));
    }
}

/* "SELECT ... AND i.id", which the caller goes on from. */
static DbDynamic *ask_readable(Cx *cx)
{
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT i.id, i.noun FROM item i WHERE i.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND i.id");
    return query;
}

static Err each_readable(Cx *cx, DbDynamic *query, const SearchOnly *only,
                         void (*each)(void *user, int64_t item, Noun noun), void *user)
{
    DbRows rows;
    bool row = false;
    put_conditions(cx, query, only);
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        Noun noun = NOUN_IDEA;
        bool known = noun_parse(db_text(&rows, 1), &noun);
        ASSERT(known); /* item_store wrote it */
        each(user, db_i64(&rows, 0), noun);
    }
    db_end(&rows);
    return err;
}

Err search_store_readable(Cx *cx, const int64_t *items, size_t count, const SearchOnly *only,
                          void (*each)(void *user, int64_t item, Noun noun), void *user)
{
    DbDynamic *query = ask_readable(cx);
    put_numbers(query, items, count);
    return each_readable(cx, query, only, each, user);
}

Err search_store_readable_between(Cx *cx, int64_t from, int64_t to, const SearchOnly *only,
                                  void (*each)(void *user, int64_t item, Noun noun), void *user)
{
    DbDynamic *query = ask_readable(cx);
    db_dynamic_sql(query, " BETWEEN ");
    db_dynamic_bind(query, V_I64(from));
    db_dynamic_sql(query, " AND ");
    db_dynamic_bind(query, V_I64(to));
    return each_readable(cx, query, only, each, user);
}

Err search_store_ref(Cx *cx, int64_t doc, int64_t *ret_ref, Lang *ret_lang)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[REF_OF], DB_ARGS(TENANT(cx), V_I64(doc)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row) {
        *ret_ref = db_i64(&rows, 0);
        bool known = lang_parse(db_text(&rows, 1), ret_lang);
        ASSERT(known); /* search_store_add_doc wrote it */
    }
    db_end(&rows);
    return err;
}

Err search_store_total(Cx *cx, int64_t *ret_docs, int64_t *ret_words)
{
    DbRows rows;
    bool row = false;
    *ret_docs = *ret_words = 0;
    TRY(db_start(cx, &STATEMENTS[TOTAL], DB_ARGS(TENANT(cx)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row) {
        *ret_docs = db_i64(&rows, 0);
        *ret_words = db_i64(&rows, 1);
    }
    db_end(&rows);
    return err;
}

Err search_store_text(Cx *cx, int64_t doc, Str *ret_title, Str *ret_body, Str *ret_beside)
{
    DbRows rows;
    bool row = false;
    *ret_title = *ret_body = *ret_beside = S("");
    TRY(db_start(cx, &STATEMENTS[TEXT_OF], DB_ARGS(TENANT(cx), V_I64(doc)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row) {
        *ret_title = arena_copy(cx->arena, db_text(&rows, 0));
        *ret_body = arena_copy(cx->arena, db_text(&rows, 1));
        *ret_beside = arena_copy(cx->arena, db_text(&rows, 2));
    }
    db_end(&rows);
    return err;
}

Err search_store_titles(Cx *cx, const int64_t *docs, size_t count, SearchTitle *ret, size_t max,
                        size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t found = 0;
    *ret_count = 0;
    if (!count)
        return OK;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT doc, title, beside FROM search_text WHERE tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND doc");
    put_numbers(query, docs, count);
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && found < max)
        ret[found++] = (SearchTitle){db_i64(&rows, 0), arena_copy(cx->arena, db_text(&rows, 1)),
                                     arena_copy(cx->arena, db_text(&rows, 2))};
    db_end(&rows);
    TRY(err);
    *ret_count = found;
    return OK;
}
