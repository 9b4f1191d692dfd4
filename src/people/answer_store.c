#include "people/answer_store.h"

#include "base/str.h"
#include "core/person.h"

enum { PREPARED, LIST, ADD, UPDATE, PUBLISH, DISCARD };

#define COLUMNS                                                                                    \
    "SELECT a.id, a.accepts, a.body, a.lang, a.cost, a.period, a.by_item,"                         \
    " coalesce(t.title, ''), coalesce(b.noun, ''), coalesce(b.slug, ''), a.version,"               \
    " a.prepared_by, coalesce(p.name, ''), a.prepared_us, a.published_us FROM idea_answer a"       \
    " LEFT JOIN item b ON b.tenant = a.tenant AND b.id = a.by_item LEFT JOIN item_text t"          \
    " ON t.tenant = b.tenant AND t.item = b.id AND t.lang = b.lang LEFT JOIN person p"             \
    " ON p.tenant = a.tenant AND p.id = a.prepared_by WHERE a.tenant = ?1 AND a.idea = ?2"

static const Statement STATEMENTS[] = {
    [PREPARED] = SQL(COLUMNS " AND a.published_us = 0"),
    [LIST] =
        SQL(COLUMNS " AND a.published_us > 0 ORDER BY a.published_us DESC, a.id DESC LIMIT ?3"),
    [ADD] = SQL("INSERT INTO idea_answer (tenant, id, idea, accepts, body, lang, cost, period,"
                " by_item, version, prepared_by, prepared_us, published_by, published_us)"
                " SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10, 0, 0"
                " FROM idea_answer WHERE tenant = ?1"),
    [UPDATE] = SQL("UPDATE idea_answer SET accepts = ?3, body = ?4, lang = ?5, cost = ?6,"
                   " period = ?7, by_item = ?8, version = version + 1, prepared_by = ?9,"
                   " prepared_us = ?10 WHERE tenant = ?1 AND id = ?2 AND published_us = 0"),
    [PUBLISH] = SQL("UPDATE idea_answer SET published_by = ?3, published_us = ?4"
                    " WHERE tenant = ?1 AND id = ?2"),
    [DISCARD] = SQL("DELETE FROM idea_answer WHERE tenant = ?1 AND idea = ?2 AND published_us = 0"),
};
const StatementTable ANSWER_STATEMENTS = {"answer", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static void read_answer(Cx *cx, const DbRows *rows, Answer *ret)
{
    Arena *arena = cx->arena;
    Noun noun;
    *ret = (Answer){.id = db_i64(rows, 0),
                    .draft = {.accepts = db_i64(rows, 1) != 0,
                              .body = arena_copy(arena, db_text(rows, 2)),
                              .cost = money_column(rows, 4),
                              .period = arena_copy(arena, db_text(rows, 5)),
                              .by = {db_i64(rows, 6)}},
                    .by_title = arena_copy(arena, db_text(rows, 7)),
                    .version = db_i64(rows, 10),
                    .prepared_by = {db_i64(rows, 11)},
                    .prepared_name = arena_copy(arena, db_text(rows, 12)),
                    .prepared_us = db_i64(rows, 13),
                    .published_us = db_i64(rows, 14)};
    if (!lang_parse(db_text(rows, 3), &ret->lang))
        ret->lang = LANG_DE;
    if (noun_parse(db_text(rows, 8), &noun)) {
        Str path = noun_path(noun), slug = db_text(rows, 9);
        ret->by_path = arena_fmt(arena, "%.*s/%.*s", SARG(path), SARG(slug));
    }
}

Err answer_store_prepared(Cx *cx, ItemId idea, Answer *ret)
{
    DbRows rows;
    bool row = false;
    Answer answer = {0};
    TRY(db_start(cx, &STATEMENTS[PREPARED], DB_ARGS(TENANT(cx), V_I64(idea.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        read_answer(cx, &rows, &answer);
    db_end(&rows);
    TRY(err);
    *ret = answer;
    return OK;
}

Err answer_store_list(Cx *cx, ItemId idea, Answer **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Answer *list = arena_array(cx->arena, Answer, ANSWERS_MAX);
    TRY(db_start(cx, &STATEMENTS[LIST], DB_ARGS(TENANT(cx), V_I64(idea.v), V_I64(ANSWERS_MAX)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        read_answer(cx, &rows, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

static Err put(Cx *cx, const Statement *statement, int64_t key, const Answer *answer)
{
    const AnswerDraft *draft = &answer->draft;
    return db_run(cx, statement,
                  DB_ARGS(TENANT(cx), V_I64(key), V_I64(draft->accepts), V_TEXT(draft->body),
                          V_TEXT(lang_code(answer->lang)), money_value(draft->cost),
                          V_TEXT(draft->period), V_I64(draft->by.v), V_I64(answer->prepared_by.v),
                          V_I64(answer->prepared_us)));
}

Err answer_store_add(Cx *cx, ItemId idea, const Answer *answer)
{
    return put(cx, &STATEMENTS[ADD], idea.v, answer);
}

Err answer_store_update(Cx *cx, const Answer *answer)
{
    return put(cx, &STATEMENTS[UPDATE], answer->id, answer);
}

Err answer_store_publish(Cx *cx, int64_t id)
{
    return db_run(cx, &STATEMENTS[PUBLISH],
                  DB_ARGS(TENANT(cx), V_I64(id), V_I64(cx->actor->person.v), V_I64(cx_now_us(cx))));
}

Err answer_store_discard(Cx *cx, ItemId idea)
{
    return db_run(cx, &STATEMENTS[DISCARD], DB_ARGS(TENANT(cx), V_I64(idea.v)));
}
