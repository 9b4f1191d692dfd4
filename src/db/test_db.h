/* For tests only: a database of one's own in a temporary folder, migrated, with a writer. */
#ifndef HANSE_DB_TEST_DB_H
#define HANSE_DB_TEST_DB_H

#include "base/test.h"
#include "db/db.h"
#include "db/migration.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct TestDb {
    char dir[64];
    char file[96];
    Db *writer;
} TestDb;

static inline UNUSED Db *test_db_connect(Cx *cx, const TestDb *t, DbMode mode)
{
    Db *db = NULL;
    assert_ok(cx, db_open(cx, str_from(t->file), (DbOptions){.mode = mode}, &db));
    return db;
}

/* A fresh SQLite database with the given migrations; its writer becomes cx->db. */
static inline UNUSED void test_db_open_list(Cx *cx, const Migration *list, size_t count, TestDb *t)
{
    int applied = 0;
    snprintf(t->dir, sizeof t->dir, "/tmp/hanse-test-XXXXXX");
    assert_non_null(mkdtemp(t->dir));
    snprintf(t->file, sizeof t->file, "%s/hanse.db", t->dir);
    t->writer = test_db_connect(cx, t, DB_WRITE);
    cx->db = t->writer;
    assert_ok(cx, migration_run_list(cx, list, count, S(""), &applied));
    assert_int_equal(applied, count);
}

/* A fresh SQLite database with the schema of the program; its writer becomes cx->db. */
static inline UNUSED void test_db_open(Cx *cx, TestDb *t)
{
    test_db_open_list(cx, MIGRATIONS, MIGRATION_COUNT, t);
}

/* A read connection to the same database; the caller closes it. */
static inline UNUSED Db *test_db_reader(Cx *cx, const TestDb *t)
{
    return test_db_connect(cx, t, DB_READ);
}

/* Closes the writer and removes the database and every file of the test beside it. */
static inline UNUSED void test_db_done(TestDb *t)
{
    char command[128];
    db_close(t->writer);
    snprintf(command, sizeof command, "rm -rf '%s'", t->dir);
    assert_int_equal(system(command), 0);
}

#endif
