#include "people/erasure_store.h"

#include "base/str.h"

enum { PAGE_ROWS = 200 };

enum {
    LEADS,
    SETTINGS,
    SLUGS,
    DRAFTS,
    HASHES,
    TEXTS,
    TOPICS,
    SIGN_UPS,
    ENQUIRIES,
    APPLICATIONS,
    INTERESTS,
    INVITATIONS,
    MAILS,
    NAMES,
    NEXT,
    POSTS,
    END_RELATIONS,
    EMPTY_RELATIONS,
    EMPTY_SEATS,
    FORGET_SUPPORTS,
    OWN,
    EMPTY_TEXTS,
    FORGET_VERSIONS,
    END_MAILS,
    FORGET_KEPT,
    FORGET_SIGN_UPS,
    FORGET_INTEREST,
    FORGET_APPLICATIONS,
    EMPTY_APPLICATIONS,
    END_INVITATIONS,
    DROP_DRAFT,
    DROP_SLUG,
    ADD_SLUG,
    SET_SLUG,
    SET_HASH,
    REST,
    SET_REST,
    RESTED
};

/* What only the person could read: drafts on which nobody else works. */
#define OWN_DRAFTS                                                                                 \
    "(SELECT i.id FROM item i WHERE i.tenant = ?1 AND i.author = ?2 AND i.audience = 4"            \
    " AND NOT EXISTS (SELECT 1 FROM relation r WHERE r.tenant = ?1 AND r.item = i.id"              \
    " AND r.person <> ?2 AND r.state = 'active'))"

/* A mail to somebody without an account names person 0. */
#define TO_PERSON                                                                                  \
    "UPDATE outbox SET state = 'done', payload = '', error = '', ended_us = ?4 WHERE tenant = ?1"  \
    " AND kind = 'mail' AND payload <> '' AND ((CAST(?2 AS BIGINT) > 0 AND"                        \
    " payload LIKE '%\"person\":' || ?2 || ',%') OR "

#define BEHIND " WHERE tenant = ?1 AND id > ?3 AND mail <> '' ORDER BY id LIMIT ?2"

static const Statement STATEMENTS[] = {
    [LEADS] = SQL("SELECT i.id, i.noun, i.state, i.slug, coalesce(t.title, '') FROM relation r"
                  " JOIN item i ON i.tenant = r.tenant AND i.id = r.item LEFT JOIN item_text t"
                  " ON t.tenant = i.tenant AND t.item = i.id AND t.lang = i.lang"
                  " WHERE r.tenant = ?1 AND r.person = ?2 AND r.role = 'lead'"
                  " AND r.state = 'active' AND i.noun IN ('body', 'project') AND NOT EXISTS"
                  " (SELECT 1 FROM relation x WHERE x.tenant = r.tenant AND x.item = r.item"
                  " AND x.role = 'lead' AND x.state = 'active' AND x.until_us = 0"
                  " AND x.person <> r.person) ORDER BY i.noun, i.id"),
    [SETTINGS] = SQL("SELECT name, value, 0, 0 FROM setting WHERE tenant = ?1 AND name > ?3"
                     " ORDER BY name LIMIT ?2"),
    [SLUGS] = SQL("SELECT noun, slug, item, 0 FROM item_slug WHERE tenant = ?1"
                  " AND (noun, slug) > (?3, ?4) ORDER BY noun, slug LIMIT ?2"),
    [DRAFTS] = SQL("SELECT key, body, 0, 0 FROM form_draft WHERE tenant = ?1 AND key > ?3"
                   " ORDER BY key LIMIT ?2"),
    [HASHES] = SQL("SELECT hash, '', 0, 0 FROM attachment WHERE tenant = ?1 AND hash > ?3"
                   " GROUP BY hash ORDER BY hash LIMIT ?2"),
    [TEXTS] = SQL("SELECT d.kind, t.title || ' ' || t.body || ' ' || t.beside, d.ref, d.id"
                  " FROM search_doc d JOIN search_text t ON t.tenant = d.tenant AND t.doc = d.id"
                  " WHERE d.tenant = ?1 AND d.id > ?3 ORDER BY d.id LIMIT ?2"),
    [TOPICS] = SQL("SELECT de, en, 0, id FROM topic WHERE tenant = ?1 AND id > ?3 ORDER BY id"
                   " LIMIT ?2"),
    [SIGN_UPS] = SQL("SELECT mail, name, created_us, id FROM sign_up" BEHIND),
    [ENQUIRIES] = SQL("SELECT mail, name, created_us, id FROM enquiry" BEHIND),
    [APPLICATIONS] = SQL("SELECT mail, person_name, created_us, id FROM application" BEHIND),
    [INTERESTS] = SQL("SELECT mail, '', created_us, id FROM interest" BEHIND),
    [INVITATIONS] = SQL("SELECT mail, '', created_us, id FROM invitation" BEHIND),
    [MAILS] = SQL("SELECT mail FROM (SELECT mail FROM person_identity WHERE tenant = ?1"
                  " AND person = ?2 UNION SELECT mail FROM account_link WHERE tenant = ?1"
                  " AND person = ?2) x WHERE mail > ?3 ORDER BY mail LIMIT ?4"),
    [NAMES] = SQL2("SELECT name FROM person WHERE tenant = ?1 AND id <> ?2"
                   " AND instr(name_folded, ?3) > 0 LIMIT 200",
                   "SELECT name FROM person WHERE tenant = ?1 AND id <> ?2"
                   " AND strpos(name_folded, ?3) > 0 LIMIT 200"),
    [NEXT] = SQL("SELECT id FROM person WHERE tenant = ?1 AND erase_due_us > 0"
                 " AND erase_due_us <= ?2 AND state <> 'erased' ORDER BY erase_due_us, id LIMIT 1"),
    [POSTS] = SQL("SELECT id FROM post WHERE tenant = ?1 AND author = ?2 AND id > ?3"
                  " AND state <> 'erased' ORDER BY id LIMIT ?4"),
    [END_RELATIONS] = SQL("UPDATE relation SET state = 'ended', until_us = ?3 WHERE tenant = ?1"
                          " AND person = ?2 AND (state <> 'ended' OR until_us > ?3)"),
    [EMPTY_RELATIONS] =
        SQL("UPDATE relation SET title = '' WHERE tenant = ?1 AND person = ?2 AND title <> ''"),
    [EMPTY_SEATS] = SQL("UPDATE seat SET message = '', shown_us = 0 WHERE tenant = ?1 AND id IN"
                        " (SELECT id FROM relation WHERE tenant = ?1 AND person = ?2)"),
    [FORGET_SUPPORTS] = SQL("DELETE FROM idea_support WHERE tenant = ?1 AND kind = 'person'"
                            " AND supporter = ?2"),
    [OWN] = SQL("SELECT id FROM item WHERE tenant = ?1 AND id > ?3 AND id IN " OWN_DRAFTS
                " ORDER BY id LIMIT ?4"),
    [EMPTY_TEXTS] = SQL("UPDATE item_text SET title = '" REDACTION_MARK "', lead = '', body = ''"
                        " WHERE tenant = ?1 AND item IN " OWN_DRAFTS),
    [FORGET_VERSIONS] = SQL("DELETE FROM item_version WHERE tenant = ?1 AND item IN " OWN_DRAFTS),
    [END_MAILS] = SQL2(TO_PERSON "instr(lower(payload), '\"address\":\"' || ?3 || '\"') > 0)",
                       TO_PERSON "strpos(lower(payload), '\"address\":\"' || ?3 || '\"') > 0)"),
    [FORGET_KEPT] = SQL("DELETE FROM mail_kept WHERE tenant = ?1 AND lower(address) = ?2"),
    [FORGET_SIGN_UPS] = SQL("DELETE FROM sign_up WHERE tenant = ?1 AND mail_folded = ?2"),
    [FORGET_INTEREST] = SQL("DELETE FROM interest WHERE tenant = ?1 AND mail_key = ?2"),
    [FORGET_APPLICATIONS] =
        SQL("DELETE FROM application WHERE tenant = ?1 AND lower(mail) = ?2 AND state = 'sent'"),
    [EMPTY_APPLICATIONS] = SQL("UPDATE application SET person_name = '', mail = '', role = ''"
                               " WHERE tenant = ?1 AND lower(mail) = ?2"),
    [END_INVITATIONS] = SQL("UPDATE invitation SET mail = '', title = '', ended_us ="
                            " CASE WHEN ended_us = 0 THEN ?3 ELSE ended_us END"
                            " WHERE tenant = ?1 AND lower(mail) = ?2"),
    [DROP_DRAFT] = SQL("DELETE FROM form_draft WHERE tenant = ?1 AND key = ?2"),
    [DROP_SLUG] = SQL("DELETE FROM item_slug WHERE tenant = ?1 AND noun = ?2 AND slug = ?3"),
    [ADD_SLUG] = SQL("INSERT INTO item_slug (tenant, noun, slug, item) VALUES (?1, ?2, ?3, ?4)"
                     " ON CONFLICT (tenant, noun, slug) DO NOTHING"),
    [SET_SLUG] = SQL("UPDATE item SET slug = ?3 WHERE tenant = ?1 AND id = ?2 AND slug = ?4"),
    [SET_HASH] = SQL("UPDATE attachment SET hash = ?3 WHERE tenant = ?1 AND hash = ?2"),
    [REST] = SQL("SELECT since_us FROM erasure_rest WHERE tenant = ?1"),
    [SET_REST] = SQL("INSERT INTO erasure_rest (tenant, since_us) VALUES (?1, ?2)"
                     " ON CONFLICT (tenant) DO NOTHING"),
    [RESTED] = SQL("DELETE FROM erasure_rest WHERE tenant = ?1"),
};
const StatementTable ERASURE_STATEMENTS = {"erasure", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err erasure_store_leads(Cx *cx, PersonId person, ErasureLead *ret, size_t max, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    TRY(db_start(cx, &STATEMENTS[LEADS], DB_ARGS(TENANT(cx), V_I64(person.v)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < max) {
        ErasureLead *one = &ret[count];
        *one = (ErasureLead){.id = {db_i64(&rows, 0)},
                             .state = arena_copy(cx->arena, db_text(&rows, 2)),
                             .slug = arena_copy(cx->arena, db_text(&rows, 3)),
                             .title = arena_copy(cx->arena, db_text(&rows, 4))};
        count += noun_parse(db_text(&rows, 1), &one->noun);
    }
    db_end(&rows);
    *ret_count = count;
    return err;
}

static const struct {
    int statement;
    enum { BY_ID, BY_A, BY_A_AND_B } key;
} LISTS[] = {[ERASURE_SETTINGS] = {SETTINGS, BY_A},
             [ERASURE_SLUGS] = {SLUGS, BY_A_AND_B},
             [ERASURE_DRAFTS] = {DRAFTS, BY_A},
             [ERASURE_HASHES] = {HASHES, BY_A},
             [ERASURE_TEXTS] = {TEXTS, BY_ID},
             [ERASURE_TOPICS] = {TOPICS, BY_ID},
             [ERASURE_TRACES_SIGN_UP] = {SIGN_UPS, BY_ID},
             [ERASURE_TRACES_ENQUIRY] = {ENQUIRIES, BY_ID},
             [ERASURE_TRACES_APPLICATION] = {APPLICATIONS, BY_ID},
             [ERASURE_TRACES_INTEREST] = {INTERESTS, BY_ID},
             [ERASURE_TRACES_INVITATION] = {INVITATIONS, BY_ID}};

/* The rows behind the last one. */
static Err read_page(Cx *cx, ErasureList list, const ErasureRow *last, ErasureRow ret[PAGE_ROWS],
                     size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    const Statement *statement = &STATEMENTS[LISTS[list].statement];
    DbValue args[] = {TENANT(cx), V_I64(PAGE_ROWS),
                      LISTS[list].key == BY_ID ? V_I64(last->id) : V_TEXT(last->a),
                      V_TEXT(last->b)};
    TRY(db_start(cx, statement, args, LISTS[list].key == BY_A_AND_B ? 4 : 3, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < PAGE_ROWS)
        ret[count++] = (ErasureRow){.a = arena_copy(cx->arena, db_text(&rows, 0)),
                                    .b = arena_copy(cx->arena, db_text(&rows, 1)),
                                    .number = db_i64(&rows, 2),
                                    .id = db_i64(&rows, 3)};
    db_end(&rows);
    *ret_count = count;
    return err;
}

Err erasure_store_each(Cx *cx, ErasureList list, ErasureVisit *visit, void *user)
{
    Arena pages[2]; /* the last row of a page is the place where the next one begins */
    ErasureRow page[PAGE_ROWS], last = {.a = S(""), .b = S("")};
    size_t count = PAGE_ROWS;
    Err err = OK;
    Cx own = *cx;
    arena_init(&pages[0], 0, 0);
    arena_init(&pages[1], 0, 0);
    for (size_t at = 0; err == OK && count == PAGE_ROWS; at++) {
        own.arena = &pages[at % 2];
        arena_reset(own.arena);
        err = read_page(&own, list, &last, page, &count);
        for (size_t i = 0; i < count && err == OK; i++)
            err = visit(cx, user, &page[i]);
        if (count)
            last = page[count - 1];
    }
    arena_done(&pages[0]);
    arena_done(&pages[1]);
    return err;
}

static Err list_texts(Cx *cx, const Statement *statement, const DbValue *args, size_t n, Str *ret,
                      size_t max, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    TRY(db_start(cx, statement, args, n, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < max)
        ret[count++] = arena_copy(cx->arena, db_text(&rows, 0));
    db_end(&rows);
    *ret_count = count;
    return err;
}

Err erasure_store_mails(Cx *cx, PersonId person, Str after, Str *ret, size_t max, size_t *ret_count)
{
    return list_texts(cx, &STATEMENTS[MAILS],
                      DB_ARGS(TENANT(cx), V_I64(person.v), V_TEXT(after), V_I64((int64_t)max)), ret,
                      max, ret_count);
}

Err erasure_store_names(Cx *cx, PersonId person, Str folded, Str **ret, size_t *ret_count)
{
    enum { NAMES_MAX = 200 };
    *ret = arena_array(cx->arena, Str, NAMES_MAX);
    return list_texts(cx, &STATEMENTS[NAMES], DB_ARGS(TENANT(cx), V_I64(person.v), V_TEXT(folded)),
                      *ret, NAMES_MAX, ret_count);
}

Err erasure_store_next(Cx *cx, int64_t *ret_person)
{
    return db_one_i64(cx, &STATEMENTS[NEXT], DB_ARGS(TENANT(cx), V_I64(cx_now_us(cx))), ret_person);
}

Err erasure_store_posts(Cx *cx, PersonId person, int64_t after, size_t limit, int64_t *ret,
                        size_t *ret_count)
{
    return db_list_i64(cx, &STATEMENTS[POSTS],
                       DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(after), V_I64((int64_t)limit)),
                       ret, limit, ret_count);
}

Err erasure_store_own(Cx *cx, PersonId person, int64_t after, size_t limit, int64_t *ret,
                      size_t *ret_count)
{
    return db_list_i64(cx, &STATEMENTS[OWN],
                       DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(after), V_I64((int64_t)limit)),
                       ret, limit, ret_count);
}

/* The names stand in personal.def: literals of the program. */
Err erasure_store_act(Cx *cx, const PersonalColumn *column, PersonId person)
{
    DbRows rows;
    bool row = false;
    bool removes = column->act == PERSONAL_REMOVE;
    DbDynamic *sql = db_dynamic(cx);
    ASSERT(removes || column->act == PERSONAL_NOBODY);
    db_dynamic_put(sql, removes ? S("DELETE FROM ") : S("UPDATE "));
    db_dynamic_put(sql, column->table);
    if (!removes) {
        db_dynamic_sql(sql, " SET ");
        db_dynamic_put(sql, column->column);
        db_dynamic_sql(sql, " = 0");
    }
    db_dynamic_sql(sql, " WHERE tenant = ");
    db_dynamic_bind(sql, TENANT(cx));
    db_dynamic_sql(sql, " AND ");
    db_dynamic_put(sql, column->column);
    db_dynamic_sql(sql, " = ");
    db_dynamic_bind(sql, V_I64(person.v));
    TRY(db_start_dynamic(cx, sql, &rows));
    Err err = db_next(cx, &rows, &row);
    db_end(&rows);
    return err;
}

Err erasure_store_person(Cx *cx, PersonId person)
{
    static const int STEPS[] = {EMPTY_RELATIONS, EMPTY_SEATS, FORGET_SUPPORTS, EMPTY_TEXTS,
                                FORGET_VERSIONS};
    TRY(db_run(cx, &STATEMENTS[END_RELATIONS],
               DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(cx_now_us(cx)))));
    for (size_t i = 0; i < COUNT_OF(STEPS); i++)
        TRY(db_run(cx, &STATEMENTS[STEPS[i]], DB_ARGS(TENANT(cx), V_I64(person.v))));
    return OK;
}

Err erasure_store_mail(Cx *cx, PersonId person, Str mail_key)
{
    static const int STEPS[] = {FORGET_KEPT, FORGET_SIGN_UPS, FORGET_INTEREST, FORGET_APPLICATIONS,
                                EMPTY_APPLICATIONS};
    for (size_t i = 0; i < COUNT_OF(STEPS); i++)
        TRY(db_run(cx, &STATEMENTS[STEPS[i]], DB_ARGS(TENANT(cx), V_TEXT(mail_key))));
    TRY(db_run(cx, &STATEMENTS[END_INVITATIONS],
               DB_ARGS(TENANT(cx), V_TEXT(mail_key), V_I64(cx_now_us(cx)))));
    return db_run(cx, &STATEMENTS[END_MAILS],
                  DB_ARGS(TENANT(cx), V_I64(person.v), V_TEXT(mail_key), V_I64(cx_now_us(cx))));
}

Err erasure_store_drop_draft(Cx *cx, Str key)
{
    return db_run(cx, &STATEMENTS[DROP_DRAFT], DB_ARGS(TENANT(cx), V_TEXT(key)));
}

Err erasure_store_slug(Cx *cx, Str noun, Str before, Str after, int64_t item)
{
    int64_t changed;
    TRY(db_run(cx, &STATEMENTS[DROP_SLUG], DB_ARGS(TENANT(cx), V_TEXT(noun), V_TEXT(before))));
    TRY(db_run_count(cx, &STATEMENTS[SET_SLUG],
                     DB_ARGS(TENANT(cx), V_I64(item), V_TEXT(after), V_TEXT(before)), &changed));
    if (!changed)
        return OK; /* an old one */
    return db_run(cx, &STATEMENTS[ADD_SLUG],
                  DB_ARGS(TENANT(cx), V_TEXT(noun), V_TEXT(after), V_I64(item)));
}

Err erasure_store_file(Cx *cx, const ErasureFile *file)
{
    return db_run(cx, &STATEMENTS[SET_HASH],
                  DB_ARGS(TENANT(cx), V_TEXT(file->before), V_TEXT(file->after)));
}

Err erasure_store_rest(Cx *cx, int64_t *ret_since_us)
{
    *ret_since_us = 0;
    return db_one_i64(cx, &STATEMENTS[REST], DB_ARGS(TENANT(cx)), ret_since_us);
}

Err erasure_store_set_rest(Cx *cx, bool rest)
{
    if (!rest)
        return db_run(cx, &STATEMENTS[RESTED], DB_ARGS(TENANT(cx)));
    return db_run(cx, &STATEMENTS[SET_REST], DB_ARGS(TENANT(cx), V_I64(cx_now_us(cx))));
}
