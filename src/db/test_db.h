/* For tests only: a database of one's own, migrated, with a writer; on SQLite in a temporary
 * folder, or on PostgreSQL. Store tests run their bodies on both:
 *
 *   static int setup_sqlite(void **state) { return setup(state, DB_SQLITE); }
 *   static int setup_postgres(void **state) { return setup(state, DB_POSTGRES); }
 *   TEST_ON_BOTH(a_body, teardown) in the table of tests; postgres_fixture.c in the executable;
 *   test_db_group_done as the group's tear-down. */
#ifndef HANSE_DB_TEST_DB_H
#define HANSE_DB_TEST_DB_H

#include "base/test.h"
#include "db/db.h"
#include "db/migration.h"
#include "db/postgres_fixture.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct TestDb {
    DbEngine engine;
    char dir[64];    /* for the test's own files too */
    char where[128]; /* for db_open */
    Db *writer;
} TestDb;

#define TEST_ON_SQLITE(body, teardown)                                                             \
    {                                                                                              \
#body, body, setup_sqlite, teardown, NULL                                                  \
    }
#define TEST_ON_POSTGRES(body, teardown)                                                           \
    {                                                                                              \
#body "_on_postgresql", body, setup_postgres, teardown, NULL                               \
    }
#define TEST_ON_BOTH(body, teardown)                                                               \
    TEST_ON_SQLITE(body, teardown), TEST_ON_POSTGRES(body, teardown)

/* Another connection to the same database; the caller closes it. */
static inline UNUSED Db *test_db_connect(Cx *cx, const TestDb *t, DbMode mode)
{
    Db *db = NULL;
    assert_ok(cx, db_open(cx, str_from(t->where), (DbOptions){.mode = mode}, &db));
    return db;
}

/* A fresh database with the given migrations; its writer becomes cx->db. */
static inline UNUSED void test_db_open_list(Cx *cx, DbEngine engine, const Migration *list,
                                            size_t count, TestDb *t)
{
    int applied = 0;
    *t = (TestDb){.engine = engine};
    snprintf(t->dir, sizeof t->dir, "/tmp/hanse-test-XXXXXX");
    assert_non_null(mkdtemp(t->dir));
    if (engine == DB_SQLITE) {
        snprintf(t->where, sizeof t->where, "%s/hanse.db", t->dir);
    } else {
        const char *address = pg_fixture_start();
        assert_non_null(address);
        snprintf(t->where, sizeof t->where, "%s", address);
    }
    t->writer = test_db_connect(cx, t, DB_WRITE);
    cx->db = t->writer;
    assert_ok(cx, migration_run_list(cx, list, count, S(""), &applied));
    assert_int_equal(applied, count);
}

/* A fresh database with the schema of the program; its writer becomes cx->db. */
static inline UNUSED void test_db_open_on(Cx *cx, DbEngine engine, TestDb *t)
{
    test_db_open_list(cx, engine, MIGRATIONS, MIGRATION_COUNT, t);
}

static inline UNUSED void test_db_open(Cx *cx, TestDb *t)
{
    test_db_open_on(cx, DB_SQLITE, t);
}

/* A read connection to the same database; the caller closes it. */
static inline UNUSED Db *test_db_reader(Cx *cx, const TestDb *t)
{
    return test_db_connect(cx, t, DB_READ);
}

/* Closes the writer and removes the folder. */
static inline UNUSED void test_db_done(TestDb *t)
{
    char command[128];
    db_close(t->writer);
    snprintf(command, sizeof command, "rm -rf '%s'", t->dir);
    assert_int_equal(system(command), 0);
}

static inline UNUSED int test_db_group_done(void **state)
{
    (void)state;
    pg_fixture_stop();
    return 0;
}

#endif
