#include "people/project_store.h"

#include "base/str.h"
#include "core/person.h"

enum {
    ADD,
    UPDATE,
    GET,
    TAKE_NUMBER,
    ADD_LIGHT,
    LIGHTS,
    CLEAR_DISTRICTS,
    ADD_DISTRICT,
    DISTRICTS,
    CLEAR_REFERENCES,
    ADD_REFERENCE,
    REFERENCES,
    TARGETS
};

#define COLUMNS                                                                                    \
    "SELECT t.id, t.start_day, t.end_day, t.investment_cent, t.running_cent, t.spent_cent,"        \
    " t.lifetime_years, t.light, t.light_us, t.light_person, coalesce(p.name, ''),"                \
    " t.light_reason, t.result, t.result_lang FROM project t"                                      \
    " LEFT JOIN person p ON p.tenant = t.tenant AND p.id = t.light_person"

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO project (tenant, id, start_day, end_day, investment_cent,"
                " running_cent, spent_cent, lifetime_years, light, light_us, light_person,"
                " light_reason, result, result_lang, next_number)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', 0, 0, '', '', 'de', 1)"),
    [UPDATE] = SQL("UPDATE project SET start_day = ?3, end_day = ?4, investment_cent = ?5,"
                   " running_cent = ?6, spent_cent = ?7, lifetime_years = ?8, light = ?9,"
                   " light_us = ?10, light_person = ?11, light_reason = ?12, result = ?13,"
                   " result_lang = ?14 WHERE tenant = ?1 AND id = ?2"),
    [GET] = SQL(COLUMNS " WHERE t.tenant = ?1 AND t.id = ?2"),
    [TAKE_NUMBER] = SQL("UPDATE project SET next_number = next_number + 1"
                        " WHERE tenant = ?1 AND id = ?2 RETURNING next_number - 1"),
    [ADD_LIGHT] = SQL("INSERT INTO project_light (tenant, project, number, light, reason, person,"
                      " at_us) SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, ?5, ?6"
                      " FROM project_light WHERE tenant = ?1 AND project = ?2"),
    [LIGHTS] = SQL("SELECT l.light, l.at_us, l.person, coalesce(p.name, ''), l.reason"
                   " FROM project_light l LEFT JOIN person p ON p.tenant = l.tenant"
                   " AND p.id = l.person WHERE l.tenant = ?1 AND l.project = ?2"
                   " ORDER BY l.number DESC LIMIT ?3"),
    [CLEAR_DISTRICTS] = SQL("DELETE FROM project_district WHERE tenant = ?1 AND project = ?2"),
    [ADD_DISTRICT] = SQL("INSERT INTO project_district (tenant, project, district)"
                         " VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"),
    [DISTRICTS] = SQL("SELECT district FROM project_district WHERE tenant = ?1 AND project = ?2"
                      " ORDER BY district LIMIT ?3"),
    [CLEAR_REFERENCES] = SQL("DELETE FROM project_reference"
                             " WHERE tenant = ?1 AND project = ?2"),
    [ADD_REFERENCE] = SQL("INSERT INTO project_reference (tenant, project, kind, target, position,"
                          " title) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING"),
    [REFERENCES] = SQL("SELECT kind, target, title FROM project_reference"
                       " WHERE tenant = ?1 AND project = ?2 ORDER BY kind, position LIMIT ?3"),
    [TARGETS] = SQL("SELECT target FROM item_link WHERE tenant = ?1 AND source = ?2 AND kind = ?3"
                    " ORDER BY target LIMIT ?4"),
};
const StatementTable PROJECT_STATEMENTS = {"project", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static DbValue years_value(int64_t years)
{
    return years > 0 ? V_I64(years) : V_NULL;
}

Err project_store_add(Cx *cx, const Project *p)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_I64(p->id.v), V_TEXT(p->start_day), V_TEXT(p->end_day),
                          money_value(p->investment), money_value(p->running),
                          money_value(p->spent), years_value(p->lifetime_years)));
}

Err project_store_update(Cx *cx, const Project *p)
{
    return db_run(cx, &STATEMENTS[UPDATE],
                  DB_ARGS(TENANT(cx), V_I64(p->id.v), V_TEXT(p->start_day), V_TEXT(p->end_day),
                          money_value(p->investment), money_value(p->running),
                          money_value(p->spent), years_value(p->lifetime_years),
                          V_TEXT(light_name(p->light.light)), V_I64(p->light.at_us),
                          V_I64(p->light.person.v), V_TEXT(p->light.reason), V_TEXT(p->result),
                          V_TEXT(lang_code(p->result_lang))));
}

static void read_project(Cx *cx, const DbRows *rows, Project *ret)
{
    Arena *arena = cx->arena;
    *ret = (Project){.id = {db_i64(rows, 0)},
                     .start_day = arena_copy(arena, db_text(rows, 1)),
                     .end_day = arena_copy(arena, db_text(rows, 2)),
                     .investment = money_column(rows, 3),
                     .running = money_column(rows, 4),
                     .spent = money_column(rows, 5),
                     .lifetime_years = db_is_null(rows, 6) ? 0 : db_i64(rows, 6),
                     .light = {.at_us = db_i64(rows, 8),
                               .person = {db_i64(rows, 9)},
                               .person_name = arena_copy(arena, db_text(rows, 10)),
                               .reason = arena_copy(arena, db_text(rows, 11))},
                     .result = arena_copy(arena, db_text(rows, 12))};
    bool light = light_parse(db_text(rows, 7), &ret->light.light);
    bool lang = lang_parse(db_text(rows, 13), &ret->result_lang);
    ASSERT(light && lang); /* light_name and lang_code wrote them */
}

Err project_store_get(Cx *cx, ItemId id, bool *ret_found, Project *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(id.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row;
        if (row)
            read_project(cx, &rows, ret);
    }
    db_end(&rows);
    return err;
}

enum { IDS_AT_ONCE = 200 /* values of one dynamic statement */ };

static Err read_some(Cx *cx, const Item *items, size_t count, Project *list)
{
    DbRows rows;
    bool row = false;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, COLUMNS " WHERE t.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND t.id IN (0");
    for (size_t i = 0; i < count; i++) {
        db_dynamic_sql(query, ", ");
        db_dynamic_bind(query, V_I64(items[i].id.v));
    }
    db_dynamic_sql(query, ")");
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        Project one;
        read_project(cx, &rows, &one);
        for (size_t i = 0; i < count; i++)
            if (items[i].id.v == one.id.v)
                list[i] = one;
    }
    db_end(&rows);
    return err;
}

Err project_store_list(Cx *cx, const Item *items, size_t count, Project *list)
{
    for (size_t from = 0; from < count; from += IDS_AT_ONCE)
        TRY(read_some(cx, items + from, MIN(count - from, (size_t)IDS_AT_ONCE), list + from));
    return OK;
}

Err project_store_take_number(Cx *cx, ItemId id, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[TAKE_NUMBER], DB_ARGS(TENANT(cx), V_I64(id.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

/* ---- lights ---- */

Err project_store_add_light(Cx *cx, ItemId id, const ProjectLight *light)
{
    return db_run(cx, &STATEMENTS[ADD_LIGHT],
                  DB_ARGS(TENANT(cx), V_I64(id.v), V_TEXT(light_name(light->light)),
                          V_TEXT(light->reason), V_I64(light->person.v), V_I64(light->at_us)));
}

Err project_store_lights(Cx *cx, ItemId id, ProjectLight **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    ProjectLight *list = arena_array(cx->arena, ProjectLight, PROJECT_LIGHTS_LIST_MAX);
    TRY(db_start(cx, &STATEMENTS[LIGHTS],
                 DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(PROJECT_LIGHTS_LIST_MAX)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        ProjectLight *one = &list[count++];
        *one = (ProjectLight){.at_us = db_i64(&rows, 1),
                              .person = {db_i64(&rows, 2)},
                              .person_name = arena_copy(cx->arena, db_text(&rows, 3)),
                              .reason = arena_copy(cx->arena, db_text(&rows, 4))};
        bool known = light_parse(db_text(&rows, 0), &one->light);
        ASSERT(known);
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

/* ---- districts ---- */

Err project_store_set_districts(Cx *cx, ItemId id, const Str *list, size_t count)
{
    TRY(db_run(cx, &STATEMENTS[CLEAR_DISTRICTS], DB_ARGS(TENANT(cx), V_I64(id.v))));
    for (size_t i = 0; i < count; i++)
        TRY(db_run(cx, &STATEMENTS[ADD_DISTRICT],
                   DB_ARGS(TENANT(cx), V_I64(id.v), V_TEXT(list[i]))));
    return OK;
}

static Err take_texts(Cx *cx, DbRows *rows, Str *list, size_t max, size_t *ret_count)
{
    bool row = false;
    size_t count = 0;
    Err err;
    while ((err = db_next(cx, rows, &row)) == OK && row && count < max)
        list[count++] = arena_copy(cx->arena, db_text(rows, 0));
    db_end(rows);
    TRY(err);
    *ret_count = count;
    return OK;
}

Err project_store_districts(Cx *cx, ItemId id, Str **ret, size_t *ret_count)
{
    DbRows rows;
    Str *list = arena_array(cx->arena, Str, PROJECT_DISTRICTS_MAX);
    TRY(db_start(cx, &STATEMENTS[DISTRICTS],
                 DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(PROJECT_DISTRICTS_MAX)), &rows));
    TRY(take_texts(cx, &rows, list, PROJECT_DISTRICTS_MAX, ret_count));
    *ret = list;
    return OK;
}

enum { DISTRICTS_MAX = 500 /* of a city */ };

Err project_store_all_districts(Cx *cx, Str **ret, size_t *ret_count)
{
    DbRows rows;
    Str *list = arena_array(cx->arena, Str, DISTRICTS_MAX);
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT DISTINCT d.district FROM project_district d"
                          " JOIN item i ON i.tenant = d.tenant AND i.id = d.project"
                          " WHERE d.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    item_read_rule(query, cx);
    db_dynamic_sql(query, " ORDER BY d.district LIMIT ");
    db_dynamic_bind(query, V_I64(DISTRICTS_MAX));
    TRY(db_start_dynamic(cx, query, &rows));
    TRY(take_texts(cx, &rows, list, DISTRICTS_MAX, ret_count));
    *ret = list;
    return OK;
}

/* ---- references and partners ---- */

static const Str KINDS[REFERENCE_KIND_COUNT_] = {[REFERENCE_ENTITY] = S_INIT("entity"),
                                                 [REFERENCE_INDICATOR] = S_INIT("indicator"),
                                                 [REFERENCE_DOCUMENT] = S_INIT("document")};

Err project_store_set_references(Cx *cx, ItemId id, const Reference *list, size_t count)
{
    DbValue tenant = TENANT(cx), project = V_I64(id.v);
    TRY(db_run(cx, &STATEMENTS[CLEAR_REFERENCES], DB_ARGS(tenant, project)));
    for (size_t i = 0; i < count; i++)
        TRY(db_run(cx, &STATEMENTS[ADD_REFERENCE],
                   DB_ARGS(tenant, project, V_TEXT(KINDS[list[i].kind]), V_TEXT(list[i].target),
                           V_I64((int64_t)i), V_TEXT(list[i].title))));
    return OK;
}

static ReferenceKind kind_of(Str name)
{
    for (int k = 0; k < REFERENCE_KIND_COUNT_; k++)
        if (str_eq(KINDS[k], name))
            return (ReferenceKind)k;
    ASSERT(false); /* KINDS wrote it */
    return REFERENCE_ENTITY;
}

Err project_store_references(Cx *cx, ItemId id, Reference **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0, max = (size_t)PROJECT_REFERENCES_MAX * REFERENCE_KIND_COUNT_;
    Reference *list = arena_array(cx->arena, Reference, max);
    TRY(db_start(cx, &STATEMENTS[REFERENCES], DB_ARGS(TENANT(cx), V_I64(id.v), V_I64((int64_t)max)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (Reference){.kind = kind_of(db_text(&rows, 0)),
                                    .target = arena_copy(cx->arena, db_text(&rows, 1)),
                                    .title = arena_copy(cx->arena, db_text(&rows, 2))};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err project_store_partners(Cx *cx, ItemId id, ProjectPartner **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    ProjectPartner *list = arena_array(cx->arena, ProjectPartner, ITEM_LINKS_MAX);
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT i.id, coalesce(a.title, o.title, ''), i.slug, l.note"
                          " FROM item_link l JOIN item i ON i.tenant = l.tenant"
                          " AND i.id = l.target LEFT JOIN item_text o ON o.tenant = i.tenant"
                          " AND o.item = i.id AND o.lang = i.lang LEFT JOIN item_text a"
                          " ON a.tenant = i.tenant AND a.item = i.id AND a.lang = ");
    db_dynamic_bind(query, V_TEXT(lang_code(cx->actor->lang)));
    db_dynamic_sql(query, " WHERE l.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND l.source = ");
    db_dynamic_bind(query, V_I64(id.v));
    db_dynamic_sql(query, " AND l.kind = 'partner'");
    item_read_rule(query, cx);
    db_dynamic_sql(query, " ORDER BY i.slug LIMIT ");
    db_dynamic_bind(query, V_I64(ITEM_LINKS_MAX));
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (ProjectPartner){.organisation = {db_i64(&rows, 0)},
                                         .title = arena_copy(cx->arena, db_text(&rows, 1)),
                                         .slug = arena_copy(cx->arena, db_text(&rows, 2)),
                                         .role = arena_copy(cx->arena, db_text(&rows, 3))};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

#define TITLED                                                                                     \
    "SELECT i.id, coalesce(a.title, o.title, ''), i.slug FROM item i"                              \
    " LEFT JOIN item_text o ON o.tenant = i.tenant AND o.item = i.id AND o.lang = i.lang"          \
    " LEFT JOIN item_text a ON a.tenant = i.tenant AND a.item = i.id AND a.lang = "

static Err read_leaders(Cx *cx, const Item *items, size_t count, ProjectPartner *list)
{
    DbRows rows;
    bool row = false;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, TITLED);
    db_dynamic_bind(query, V_TEXT(lang_code(cx->actor->lang)));
    db_dynamic_sql(query, " WHERE i.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    item_read_rule(query, cx);
    db_dynamic_sql(query, " AND i.id IN (0");
    for (size_t i = 0; i < count; i++) {
        db_dynamic_sql(query, ", ");
        db_dynamic_bind(query, V_I64(items[i].organisation.v));
    }
    db_dynamic_sql(query, ")");
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        ProjectPartner one = {.organisation = {db_i64(&rows, 0)},
                              .title = arena_copy(cx->arena, db_text(&rows, 1)),
                              .slug = arena_copy(cx->arena, db_text(&rows, 2))};
        for (size_t i = 0; i < count; i++)
            if (items[i].organisation.v == one.organisation.v)
                list[i] = one;
    }
    db_end(&rows);
    return err;
}

Err project_store_leaders(Cx *cx, const Item *items, size_t count, ProjectPartner *list)
{
    for (size_t from = 0; from < count; from += IDS_AT_ONCE)
        TRY(read_leaders(cx, items + from, MIN(count - from, (size_t)IDS_AT_ONCE), list + from));
    return OK;
}

Err project_store_targets(Cx *cx, ItemId id, Str kind, ItemId **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    ItemId *list = arena_array(cx->arena, ItemId, ITEM_LINKS_MAX);
    TRY(db_start(cx, &STATEMENTS[TARGETS],
                 DB_ARGS(TENANT(cx), V_I64(id.v), V_TEXT(kind), V_I64(ITEM_LINKS_MAX)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (ItemId){db_i64(&rows, 0)};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

/* ---- the filter ---- */

static void where_phase(DbDynamic *query, const ProjectFilter *filter)
{
    static const Str STATES[PHASE_COUNT_] = {
        [PHASE_IDEA] = S_INIT(" AND i.state = 'idea'"),
        [PHASE_CONCEPT] = S_INIT(" AND i.state IN ('concept', 'concept_held')"),
        [PHASE_PILOT] = S_INIT(" AND i.state IN ('pilot', 'pilot_held')"),
        [PHASE_OPERATION] = S_INIT(" AND i.state IN ('operation', 'operation_held')"),
        [PHASE_ENDED] = S_INIT(" AND i.state IN ('ended', 'cancelled')")};
    db_dynamic_put(query, filter->has_phase
                              ? STATES[filter->phase]
                              : S(" AND i.state NOT IN ('proposed', 'declined', 'withdrawn')"));
}

static void where_organisation(DbDynamic *query, ItemId organisation)
{
    if (!organisation.v)
        return;
    db_dynamic_sql(query, " AND (i.organisation = ");
    db_dynamic_bind(query, V_I64(organisation.v));
    db_dynamic_sql(query, " OR EXISTS (SELECT 1 FROM item_link po WHERE po.tenant = i.tenant"
                          " AND po.source = i.id AND po.kind = 'partner' AND po.target = ");
    db_dynamic_bind(query, V_I64(organisation.v));
    db_dynamic_sql(query, "))");
}

static void where_goal(DbDynamic *query, ItemId goal)
{
    if (!goal.v)
        return;
    db_dynamic_sql(query, " AND EXISTS (SELECT 1 FROM item_link pg WHERE pg.tenant = i.tenant"
                          " AND pg.source = i.id AND pg.kind = 'serves' AND pg.target = ");
    db_dynamic_bind(query, V_I64(goal.v));
    db_dynamic_sql(query, ")");
}

static void where_light(DbDynamic *query, const ProjectFilter *filter)
{
    if (filter->light != LIGHT_NONE) {
        db_dynamic_sql(query, " AND t.light = ");
        db_dynamic_bind(query, V_TEXT(light_name(filter->light)));
    }
    if (filter->stale) {
        db_dynamic_sql(query, " AND i.state NOT IN ('ended', 'cancelled') AND t.light_us < ");
        db_dynamic_bind(query, V_I64(filter->stale_us));
    }
}

void project_store_where(DbDynamic *query, const void *user)
{
    const ProjectFilter *filter = user;
    where_phase(query, filter);
    where_light(query, filter);
    if (filter->district.n) {
        db_dynamic_sql(query, " AND EXISTS (SELECT 1 FROM project_district d"
                              " WHERE d.tenant = i.tenant AND d.project = i.id AND d.district = ");
        db_dynamic_bind(query, V_TEXT(filter->district));
        db_dynamic_sql(query, ")");
    }
    where_goal(query, filter->goal);
    where_organisation(query, filter->organisation);
}
