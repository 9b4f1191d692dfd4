#include "people/organisation_store.h"

#include "base/str.h"
#include "core/person.h"

enum { PUT, GET, TOPICS, LIKE, PEOPLE, SHOW, HIDE, IS_SHOWN, NEEDS };

#define OWN                                                                                        \
    "g.kind, g.founder, g.offers, g.seeks, g.website, g.register, g.mail, g.phone, g.street,"      \
    " g.postcode, g.town, g.since_us, g.agreement, g.agreement_us"
#define TITLE " LEFT JOIN item_text o ON o.tenant = i.tenant AND o.item = i.id AND o.lang = i.lang"

static const Statement STATEMENTS[] = {
    [PUT] = SQL("INSERT INTO organisation (tenant, id, kind, founder, offers, seeks, website,"
                " register, mail, phone, street, postcode, town, since_us, agreement,"
                " agreement_us, name_key, domain) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
                " ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18) ON CONFLICT (tenant, id) DO UPDATE SET"
                " kind = excluded.kind, founder = excluded.founder, offers = excluded.offers,"
                " seeks = excluded.seeks, website = excluded.website,"
                " register = excluded.register, mail = excluded.mail, phone = excluded.phone,"
                " street = excluded.street, postcode = excluded.postcode, town = excluded.town,"
                " since_us = excluded.since_us, agreement = excluded.agreement,"
                " agreement_us = excluded.agreement_us, name_key = excluded.name_key,"
                " domain = excluded.domain"),
    [GET] = SQL("SELECT " OWN " FROM organisation g WHERE g.tenant = ?1 AND g.id = ?2"),
    [TOPICS] = SQL("SELECT x.item, t.id, t.slug, t.de, t.en FROM organisation g JOIN item_topic x"
                   " ON x.tenant = g.tenant AND x.item = g.id JOIN topic t ON t.tenant = x.tenant"
                   " AND t.id = x.topic WHERE g.tenant = ?1 ORDER BY x.item, t.de"),
    [LIKE] = SQL(
        "SELECT i.id, i.slug, coalesce(o.title, ''), i.state,"
        " CASE WHEN g.name_key = ?3 THEN 1 ELSE 0 END,"
        " CASE WHEN g.domain <> '' AND g.domain = ?4 THEN 1 ELSE 0 END,"
        " CASE WHEN g.register <> '' AND g.register = ?5 THEN 1 ELSE 0 END"
        " FROM organisation g JOIN item i ON i.tenant = g.tenant AND i.id = g.id" TITLE
        " WHERE g.tenant = ?1 AND g.id <> ?2 AND (g.name_key = ?3 OR (g.domain <> ''"
        " AND g.domain = ?4) OR (g.register <> '' AND g.register = ?5)) ORDER BY i.id LIMIT ?6"),
    [PEOPLE] = SQL("SELECT r.id, r.person, p.name, r.role, r.title, r.from_us FROM relation r"
                   " JOIN person p ON p.tenant = r.tenant AND p.id = r.person"
                   " WHERE r.tenant = ?1 AND r.item = ?2 AND r.state = 'active'"
                   " AND (?3 = 0 OR r.person = ?4 OR EXISTS (SELECT 1 FROM member_shown m"
                   " WHERE m.tenant = r.tenant AND m.organisation = r.item"
                   " AND m.person = r.person)) ORDER BY CASE r.role WHEN 'rep' THEN 0 ELSE 1 END,"
                   " p.name, r.id LIMIT ?5"),
    [SHOW] = SQL("INSERT INTO member_shown (tenant, organisation, person, at_us)"
                 " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (tenant, organisation, person) DO NOTHING"),
    [HIDE] = SQL("DELETE FROM member_shown WHERE tenant = ?1 AND organisation = ?2"
                 " AND person = ?3"),
    [IS_SHOWN] = SQL("SELECT 1 FROM member_shown WHERE tenant = ?1 AND organisation = ?2"
                     " AND person = ?3"),
    [NEEDS] = SQL("SELECT i.id, coalesce(o.title, '') FROM relation r JOIN item i"
                  " ON i.tenant = r.tenant AND i.id = r.item" TITLE
                  " WHERE r.tenant = ?1 AND r.person = ?2 AND r.role = 'rep'"
                  " AND r.state = 'active' AND i.noun = 'organisation'"
                  " AND i.state IN ('accepted', 'paused')"
                  " AND NOT EXISTS (SELECT 1 FROM relation x WHERE x.tenant = r.tenant"
                  " AND x.item = r.item AND x.role = 'rep' AND x.state = 'active'"
                  " AND x.person <> r.person) ORDER BY i.id LIMIT 1"),
};
const StatementTable ORGANISATION_STATEMENTS = {"organisation", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err organisation_store_put(Cx *cx, ItemId id, const OrganisationOwn *own, Str name_key, Str domain)
{
    return db_run(cx, &STATEMENTS[PUT],
                  DB_ARGS(TENANT(cx), V_I64(id.v), V_TEXT(organisation_kind_name(own->kind)),
                          V_I64(own->founder), V_TEXT(own->offers), V_TEXT(own->seeks),
                          V_TEXT(own->website), V_TEXT(own->register_number), V_TEXT(own->mail),
                          V_TEXT(own->phone), V_TEXT(own->street), V_TEXT(own->postcode),
                          V_TEXT(own->town), V_I64(own->since_us), V_TEXT(own->agreement),
                          V_I64(own->agreement_us), V_TEXT(name_key), V_TEXT(domain)));
}

/* From the column of that number on, in the order of OWN. */
static void read_own(Cx *cx, const DbRows *rows, int at, OrganisationOwn *ret)
{
    Arena *arena = cx->arena;
    *ret = (OrganisationOwn){.founder = db_i64(rows, at + 1) != 0,
                             .offers = arena_copy(arena, db_text(rows, at + 2)),
                             .seeks = arena_copy(arena, db_text(rows, at + 3)),
                             .website = arena_copy(arena, db_text(rows, at + 4)),
                             .register_number = arena_copy(arena, db_text(rows, at + 5)),
                             .mail = arena_copy(arena, db_text(rows, at + 6)),
                             .phone = arena_copy(arena, db_text(rows, at + 7)),
                             .street = arena_copy(arena, db_text(rows, at + 8)),
                             .postcode = arena_copy(arena, db_text(rows, at + 9)),
                             .town = arena_copy(arena, db_text(rows, at + 10)),
                             .since_us = db_i64(rows, at + 11),
                             .agreement = arena_copy(arena, db_text(rows, at + 12)),
                             .agreement_us = db_i64(rows, at + 13)};
    if (!organisation_kind_parse(db_text(rows, at), &ret->kind))
        ret->kind = ORGANISATION_KIND_NONE;
}

Err organisation_store_get(Cx *cx, ItemId id, bool *ret_found, OrganisationOwn *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(id.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row;
        if (row)
            read_own(cx, &rows, 0, ret);
    }
    db_end(&rows);
    return err;
}

/* ---- the directory ---- */

static void put_accepted(Cx *cx, DbDynamic *query)
{
    db_dynamic_sql(query, " FROM item i JOIN organisation g ON g.tenant = i.tenant AND g.id = i.id"
                          " LEFT JOIN item_text o ON o.tenant = i.tenant AND o.item = i.id"
                          " AND o.lang = i.lang LEFT JOIN item_text a ON a.tenant = i.tenant"
                          " AND a.item = i.id AND a.lang = ");
    db_dynamic_bind(query, V_TEXT(lang_code(cx->actor->lang)));
    db_dynamic_sql(query, " WHERE i.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND i.noun = 'organisation' AND i.state = 'accepted'");
}

Err organisation_store_count(Cx *cx, Str state, int64_t *ret)
{
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT count(*) FROM item i WHERE i.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND i.noun = 'organisation' AND i.state = ");
    db_dynamic_bind(query, V_TEXT(state));
    item_read_rule(query, cx);
    return db_one_i64_dynamic(cx, query, ret);
}

static void read_partner(Cx *cx, const DbRows *rows, Partner *ret)
{
    Arena *arena = cx->arena;
    *ret = (Partner){.id = {db_i64(rows, 0)},
                     .slug = arena_copy(arena, db_text(rows, 1)),
                     .name = arena_copy(arena, db_text(rows, 3)),
                     .lead = arena_copy(arena, db_text(rows, 4)),
                     .district = arena_copy(arena, db_text(rows, 5)),
                     .place = {.known = !db_is_null(rows, 6) && !db_is_null(rows, 7)}};
    if (!lang_parse(db_text(rows, 2), &ret->lang))
        ret->lang = LANG_DE;
    if (ret->place.known) {
        ret->place.lon = db_f64(rows, 6);
        ret->place.lat = db_f64(rows, 7);
    }
    read_own(cx, rows, 8, &ret->own);
    ret->published_us = db_i64(rows, 22);
    ret->changed_us = db_i64(rows, 23);
}

Err organisation_store_list(Cx *cx, bool own, Partner **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0, room = 160;
    Partner *list = arena_array(cx->arena, Partner, room);
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT i.id, i.slug, coalesce(a.lang, o.lang, i.lang),"
                          " coalesce(a.title, o.title, ''), coalesce(a.lead, o.lead, ''),"
                          " i.district, i.lon, i.lat, " OWN ", i.published_us, i.changed_us");
    put_accepted(cx, query);
    if (own)
        item_read_rule_own(query, cx);
    else
        item_read_rule_shared(query, cx);
    db_dynamic_sql(query, " ORDER BY i.id LIMIT ");
    db_dynamic_bind(query, V_I64(DIRECTORY_MAX));
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        if (count == room) {
            list = arena_grow(cx->arena, list, room * sizeof *list, 2 * room * sizeof *list,
                              _Alignof(Partner));
            room *= 2;
        }
        read_partner(cx, &rows, &list[count++]);
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err organisation_store_topics(Cx *cx, OrganisationTopic **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0, room = 512;
    int name = cx->actor->lang == LANG_DE ? 3 : 4;
    OrganisationTopic *list = arena_array(cx->arena, OrganisationTopic, room);
    TRY(db_start(cx, &STATEMENTS[TOPICS], DB_ARGS(TENANT(cx)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        if (count == room) {
            list = arena_grow(cx->arena, list, room * sizeof *list, 2 * room * sizeof *list,
                              _Alignof(OrganisationTopic));
            room *= 2;
        }
        list[count++] = (OrganisationTopic){{db_i64(&rows, 0)},
                                            {.id = db_i64(&rows, 1),
                                             .slug = arena_copy(cx->arena, db_text(&rows, 2)),
                                             .name = arena_copy(cx->arena, db_text(&rows, name))}};
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err organisation_store_like(Cx *cx, ItemId id, Str name_key, Str domain, Str register_number,
                            OrganisationLike **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    OrganisationLike *list = arena_array(cx->arena, OrganisationLike, ORGANISATION_LIKE_MAX);
    TRY(db_start(cx, &STATEMENTS[LIKE],
                 DB_ARGS(TENANT(cx), V_I64(id.v), V_TEXT(name_key), V_TEXT(domain),
                         V_TEXT(register_number), V_I64(ORGANISATION_LIKE_MAX)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (OrganisationLike){.id = {db_i64(&rows, 0)},
                                           .slug = arena_copy(cx->arena, db_text(&rows, 1)),
                                           .name = arena_copy(cx->arena, db_text(&rows, 2)),
                                           .state = arena_copy(cx->arena, db_text(&rows, 3)),
                                           .by_name = db_i64(&rows, 4) != 0,
                                           .by_domain = db_i64(&rows, 5) != 0,
                                           .by_register = db_i64(&rows, 6) != 0};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

/* ---- people ---- */

Err organisation_store_people(Cx *cx, ItemId id, bool shown, PersonId also, Relation **ret,
                              size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0, room = 32;
    Relation *list = arena_array(cx->arena, Relation, room);
    TRY(db_start(
        cx, &STATEMENTS[PEOPLE],
        DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(shown), V_I64(also.v), V_I64(RELATION_LIST_MAX)),
        &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        if (count == room) {
            list = arena_grow(cx->arena, list, room * sizeof *list, 2 * room * sizeof *list,
                              _Alignof(Relation));
            room *= 2;
        }
        Relation *one = &list[count++];
        *one = (Relation){.id = db_i64(&rows, 0),
                          .person = {db_i64(&rows, 1)},
                          .person_name = arena_copy(cx->arena, db_text(&rows, 2)),
                          .item = id,
                          .title = arena_copy(cx->arena, db_text(&rows, 4)),
                          .state = RELATION_ACTIVE,
                          .from_us = db_i64(&rows, 5)};
        bool known = relation_role_parse(db_text(&rows, 3), &one->role);
        ASSERT(known); /* relation_role_name wrote it */
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err organisation_store_show(Cx *cx, ItemId id, PersonId person, bool shown)
{
    if (shown)
        return db_run(cx, &STATEMENTS[SHOW],
                      DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(person.v), V_I64(cx_now_us(cx))));
    return db_run(cx, &STATEMENTS[HIDE], DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(person.v)));
}

Err organisation_store_is_shown(Cx *cx, ItemId id, PersonId person, bool *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[IS_SHOWN], DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(person.v)),
                 &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = row;
    db_end(&rows);
    return err;
}

Err organisation_store_needs(Cx *cx, PersonId person, ItemId *ret, Str *ret_name)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[NEEDS], DB_ARGS(TENANT(cx), V_I64(person.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret = (ItemId){row ? db_i64(&rows, 0) : 0};
        *ret_name = row ? arena_copy(cx->arena, db_text(&rows, 1)) : S("");
    }
    db_end(&rows);
    return err;
}
