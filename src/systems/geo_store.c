#include "systems/geo_store.h"

/* SQLite's R-tree knows boxes by number, so there a place is two rows. */
enum { SET_PLACE, SET_BOX, REMOVE_BOX, REMOVE_PLACE, REMOVE_BOXES, REMOVE_PLACES };

static const Statement Q[] = {
    [SET_PLACE] = SQL2("INSERT INTO place(tenant, entity, attribute, dataset)"
                       " VALUES(?1, ?2, ?3, ?4)"
                       " ON CONFLICT(entity, attribute, dataset) DO UPDATE SET tenant = ?1"
                       " RETURNING id",
                       "INSERT INTO place(tenant, entity, attribute, dataset, min_x, max_x, min_y,"
                       " max_y) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                       " ON CONFLICT(tenant, entity, attribute, dataset) DO UPDATE SET"
                       " min_x = ?5, max_x = ?6, min_y = ?7, max_y = ?8"),
    [SET_BOX] = SQL2("INSERT OR REPLACE INTO place_box(id, min_x, max_x, min_y, max_y)"
                     " VALUES(?1, ?2, ?3, ?4, ?5)",
                     "SELECT 1"),
    [REMOVE_BOX] = SQL2("DELETE FROM place_box WHERE id IN (SELECT id FROM place"
                        " WHERE tenant = ?1 AND entity = ?2 AND attribute = ?3 AND dataset = ?4)",
                        "SELECT 1"),
    [REMOVE_PLACE] = SQL("DELETE FROM place WHERE tenant = ?1 AND entity = ?2 AND attribute = ?3"
                         " AND dataset = ?4"),
    [REMOVE_BOXES] = SQL2("DELETE FROM place_box WHERE id IN (SELECT id FROM place"
                          " WHERE tenant = ?1 AND entity = ?2)",
                          "SELECT 1"),
    [REMOVE_PLACES] = SQL("DELETE FROM place WHERE tenant = ?1 AND entity = ?2"),
};
const StatementTable GEO_STATEMENTS = {"geo", Q, COUNT_OF(Q)};

static DbValue text(Str s)
{
    return V_TEXT(s.p ? s : S(""));
}

static Err place_number(Cx *cx, const Entity *entity, Str attribute, Str dataset, int64_t *ret)
{
    DbRows rows;
    bool row = false, more;
    TRY(db_start(
        cx, &Q[SET_PLACE],
        DB_ARGS(V_I64(entity->tenant.v), V_I64(entity->key.v), text(attribute), text(dataset)),
        &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row) {
        *ret = db_i64(&rows, 0);
        err = db_next(cx, &rows, &more);
    }
    db_end(&rows);
    return err;
}

Err place_set(Cx *cx, const Entity *entity, Str attribute, Str dataset, const GeoBox *box)
{
    DbValue min_x = V_F64(box->min_x), max_x = V_F64(box->max_x), min_y = V_F64(box->min_y),
            max_y = V_F64(box->max_y);
    if (db_engine(cx->db) == DB_POSTGRES)
        return db_run(cx, &Q[SET_PLACE],
                      DB_ARGS(V_I64(entity->tenant.v), V_I64(entity->key.v), text(attribute),
                              text(dataset), min_x, max_x, min_y, max_y));
    int64_t number = 0;
    TRY(place_number(cx, entity, attribute, dataset, &number));
    return db_run(cx, &Q[SET_BOX], DB_ARGS(V_I64(number), min_x, max_x, min_y, max_y));
}

Err place_remove(Cx *cx, const Entity *entity, Str attribute, Str dataset)
{
    DbValue tenant = V_I64(entity->tenant.v), key = V_I64(entity->key.v);
    if (db_engine(cx->db) == DB_SQLITE)
        TRY(db_run(cx, &Q[REMOVE_BOX], DB_ARGS(tenant, key, text(attribute), text(dataset))));
    return db_run(cx, &Q[REMOVE_PLACE], DB_ARGS(tenant, key, text(attribute), text(dataset)));
}

Err place_remove_all(Cx *cx, const Entity *entity)
{
    DbValue tenant = V_I64(entity->tenant.v), key = V_I64(entity->key.v);
    if (db_engine(cx->db) == DB_SQLITE)
        TRY(db_run(cx, &Q[REMOVE_BOXES], DB_ARGS(tenant, key)));
    return db_run(cx, &Q[REMOVE_PLACES], DB_ARGS(tenant, key));
}
