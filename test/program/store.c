#include "store.h"

#include "core/actor.h"

void city_open_store(City *city, DbMode mode)
{
    Actor *actor = arena_new(&city->arena, Actor);
    Cx *cx = &city->cx;
    actor->tenant = TENANT_DEFAULT;
    cx->actor = actor;
    cx->clock = &CLOCK_SYSTEM;
    assert_ok(cx, db_open(cx, str_fmt(city, "%s/hanse.db", city->data), (DbOptions){.mode = mode},
                          &cx->db));
}

void city_close_store(City *city)
{
    if (city->cx.db)
        db_close(city->cx.db);
    city->cx.db = NULL;
}

void city_store_run(City *city, Str sql)
{
    Cx *cx = &city->cx;
    city_open_store(city, DB_WRITE);
    assert_ok(cx, db_begin(cx));
    assert_ok(cx, db_script(cx, sql));
    assert_ok(cx, db_commit(cx));
    city_close_store(city);
}

size_t things_of(City *city, bool newest_first, Thing *ret, size_t max)
{
    static const Statement OLDEST =
        SQL("SELECT id, noun, slug FROM item WHERE tenant = ?1 ORDER BY id LIMIT ?2");
    static const Statement NEWEST =
        SQL("SELECT id, noun, slug FROM item WHERE tenant = ?1 ORDER BY id DESC LIMIT ?2");
    Cx *cx = &city->cx;
    DbRows rows;
    bool row;
    size_t count = 0;
    city_open_store(city, DB_READ);
    assert_ok(cx, db_start(cx, newest_first ? &NEWEST : &OLDEST,
                           DB_ARGS(V_I64(TENANT_DEFAULT.v), V_I64((int64_t)max)), &rows));
    for (;;) {
        assert_ok(cx, db_next(cx, &rows, &row));
        if (!row)
            break;
        Str noun = arena_copy(&city->arena, db_text(&rows, 1)), slug = db_text(&rows, 2);
        ret[count++] = (Thing){.id = db_i64(&rows, 0),
                               .noun = noun,
                               .path = str_fmt(city, "%s/%.*s", noun_base(noun), SARG(slug))};
    }
    db_end(&rows);
    city_close_store(city);
    return count;
}
