/* For tests only: a migrated database of one's own and an actor, on either engine. */
#ifndef HANSE_CORE_TEST_CORE_H
#define HANSE_CORE_TEST_CORE_H

#include "core/actor.h"
#include "core/event.h"
#include "db/test_db.h"

#include <sodium.h>

typedef struct TestCore {
    TestCx t;
    TestDb db;
    Actor actor;
    Events events;
} TestCore;

static inline UNUSED int test_core_setup(void **state, DbEngine engine)
{
    TestCore *f = calloc(1, sizeof *f);
    assert_non_null(f);
    Cx *cx = test_cx_init(&f->t);
    assert_true(sodium_init() >= 0);
    test_db_open_on(cx, engine, &f->db);
    f->actor = (Actor){.tenant = TENANT_DEFAULT};
    cx->actor = &f->actor;
    f->events = (Events){.arena = cx->arena};
    *state = f;
    return 0;
}

static inline UNUSED int setup_sqlite(void **state)
{
    return test_core_setup(state, DB_SQLITE);
}

static inline UNUSED int setup_postgres(void **state)
{
    return test_core_setup(state, DB_POSTGRES);
}

static inline UNUSED int teardown(void **state)
{
    TestCore *f = *state;
    test_db_done(&f->db);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

static inline UNUSED size_t test_count_events(const TestCore *f, const EventKind *kind)
{
    size_t count = 0;
    for (const Event *event = f->events.first; event; event = event->next)
        count += event->kind == kind;
    return count;
}

#endif
