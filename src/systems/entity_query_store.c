#include "systems/entity_query_store.h"

#include "base/str.h"
#include "systems/entity_store.h"
#include "systems/geo_store.h"

static TenantId tenant_of(const Cx *cx)
{
    return cx->actor ? cx->actor->tenant : TENANT_DEFAULT;
}

/* The first type of each group: every match has one of them. */
static void put_types(DbDynamic *d, TenantId tenant, const Selection *types)
{
    db_dynamic_sql(d, " AND e.key IN (SELECT t.key FROM entity_type t WHERE t.tenant = ");
    db_dynamic_bind(d, V_I64(tenant.v));
    db_dynamic_sql(d, " AND t.type IN (");
    for (size_t i = 0; i < types->count; i++) {
        if (i)
            db_dynamic_sql(d, ", ");
        db_dynamic_bind(d, V_TEXT(types->groups[i].names[0]));
    }
    db_dynamic_sql(d, "))");
}

static void put_box(DbDynamic *d, DbEngine engine, TenantId tenant, const GeoQuery *geo,
                    const GeoBox *box)
{
    if (engine == DB_SQLITE)
        db_dynamic_sql(d, " AND e.key IN (SELECT p.entity FROM place_box b JOIN place p"
                          " ON p.id = b.id WHERE b.min_x <= ");
    else
        db_dynamic_sql(d, " AND e.key IN (SELECT b.entity FROM place b WHERE b.min_x <= ");
    db_dynamic_bind(d, V_F64(box->max_x));
    db_dynamic_sql(d, " AND b.max_x >= ");
    db_dynamic_bind(d, V_F64(box->min_x));
    db_dynamic_sql(d, " AND b.min_y <= ");
    db_dynamic_bind(d, V_F64(box->max_y));
    db_dynamic_sql(d, " AND b.max_y >= ");
    db_dynamic_bind(d, V_F64(box->min_y));
    if (engine == DB_SQLITE)
        db_dynamic_sql(d, " AND p.attribute = ");
    else
        db_dynamic_sql(d, " AND b.attribute = ");
    db_dynamic_bind(d, V_TEXT(geo->property));
    if (engine == DB_SQLITE)
        db_dynamic_sql(d, " AND p.tenant = ");
    else
        db_dynamic_sql(d, " AND b.tenant = ");
    db_dynamic_bind(d, V_I64(tenant.v));
    db_dynamic_sql(d, ")");
}

bool entity_query_is_plain(const EntityFilter *filter)
{
    for (size_t i = 0; filter->types && i < filter->types->count; i++)
        if (filter->types->groups[i].count > 1)
            return false;
    return !filter->id_count && !filter->id_pattern && !filter->attribute_count && !filter->query &&
           !filter->geo && !filter->scopes;
}

/* From FROM on, without an order. One type is walked in the order of keys by its own index. */
static void put_candidates(Cx *cx, DbDynamic *d, const EntityFilter *filter)
{
    TenantId tenant = tenant_of(cx);
    const Selection *types = filter->types;
    GeoBox box;
    bool boxed = filter->geo && geo_query_box(filter->geo, &box);
    if (types && types->count == 1 && !boxed) {
        db_dynamic_sql(d, " FROM entity_type t JOIN entity e ON e.key = t.key"
                          " AND e.tenant = t.tenant WHERE t.tenant = ");
        db_dynamic_bind(d, V_I64(tenant.v));
        db_dynamic_sql(d, " AND t.type = ");
        db_dynamic_bind(d, V_TEXT(types->groups[0].names[0]));
    } else {
        db_dynamic_sql(d, " FROM entity e WHERE e.tenant = ");
        db_dynamic_bind(d, V_I64(tenant.v));
        if (types && types->count)
            put_types(d, tenant, types);
        if (boxed)
            put_box(d, db_engine(cx->db), tenant, filter->geo, &box);
    }
    db_dynamic_sql(d, " AND (e.expires_us IS NULL OR e.expires_us > ");
    db_dynamic_bind(d, V_I64(cx_now_us(cx)));
    db_dynamic_sql(d, ")");
}

static bool by_type_index(const EntityFilter *filter)
{
    GeoBox box;
    return filter->types && filter->types->count == 1 &&
           !(filter->geo && geo_query_box(filter->geo, &box));
}

Err entity_query_start(Cx *cx, const EntityFilter *filter, EntityRange range, DbRows *ret)
{
    DbDynamic *d = db_dynamic(cx);
    db_dynamic_sql(d, "SELECT " ENTITY_COLUMNS);
    put_candidates(cx, d, filter);
    if (by_type_index(filter))
        db_dynamic_sql(d, " ORDER BY t.key");
    else
        db_dynamic_sql(d, " ORDER BY e.key");
    if (range.limit != SIZE_MAX) {
        db_dynamic_sql(d, " LIMIT ");
        db_dynamic_bind(d, V_I64((int64_t)range.limit));
        db_dynamic_sql(d, " OFFSET ");
        db_dynamic_bind(d, V_I64((int64_t)range.offset));
    }
    return db_start_dynamic(cx, d, ret);
}

Err entity_query_count(Cx *cx, const EntityFilter *filter, uint64_t *ret)
{
    DbDynamic *d = db_dynamic(cx);
    DbRows rows;
    bool row = false;
    db_dynamic_sql(d, "SELECT COUNT(*)");
    put_candidates(cx, d, filter);
    TRY(db_start_dynamic(cx, d, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = (uint64_t)db_i64(&rows, 0);
    db_end(&rows);
    return err;
}
