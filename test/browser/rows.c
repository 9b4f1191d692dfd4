/* rows FILE: how many rows the tables of a store have, a line each, for tests that ask what a form
 * has written. Tables of the program's own are left out. */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>

static int print_table(sqlite3 *db, const char *name)
{
    sqlite3_stmt *count = NULL;
    char *sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", name);
    int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &count, NULL) : SQLITE_NOMEM;
    if (rc == SQLITE_OK)
        rc = sqlite3_step(count);
    if (rc == SQLITE_ROW)
        printf("%s %" PRId64 "\n", name, (int64_t)sqlite3_column_int64(count, 0));
    sqlite3_finalize(count);
    sqlite3_free(sql);
    return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static const char TABLES[] = "SELECT name FROM sqlite_master WHERE type = 'table'"
                             " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'obs%'"
                             " AND name NOT LIKE 'entity%' AND name NOT LIKE 'place%'"
                             " AND name NOT LIKE 'search_%' AND name NOT LIKE 'series%'"
                             " ORDER BY name";

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *tables = NULL;
    int rc = argc == 2 ? sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) : SQLITE_MISUSE;
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(db, 5000);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "BEGIN", NULL, NULL, NULL); /* one moment for all tables */
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(db, TABLES, -1, &tables, NULL);
    while (rc == SQLITE_OK && (rc = sqlite3_step(tables)) == SQLITE_ROW)
        rc = print_table(db, (const char *)sqlite3_column_text(tables, 0));
    if (rc != SQLITE_DONE)
        fprintf(stderr, "rows: %s\n", db ? sqlite3_errmsg(db) : "rows FILE");
    sqlite3_finalize(tables);
    sqlite3_close(db);
    return rc == SQLITE_DONE ? 0 : 1;
}
