/* Tables of organisations, of any bytes: a table is refused with a reason, or each of its rows is
 * judged; what is good can stand in the store. Reads from a store that is empty but migrated. */
#include "people/organisation_import.h"

#include "base/str.h"
#include "core/actor.h"
#include "core/person.h"
#include "db/migration.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[64];

static void remove_store(void)
{
    static const char *const NAMES[] = {"hanse.db", "hanse.db-wal", "hanse.db-shm"};
    char path[128];
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        snprintf(path, sizeof path, "%s/%s", dir, NAMES[i]);
        unlink(path);
    }
    rmdir(dir);
}

static Db *store(Cx *cx)
{
    static Db *db;
    int applied;
    if (db)
        return db;
    snprintf(dir, sizeof dir, "/tmp/hanse-fuzz-XXXXXX");
    ASSERT(mkdtemp(dir));
    atexit(remove_store);
    Str where = arena_fmt(cx->arena, "%s/hanse.db", dir);
    ASSERT(db_open(cx, where, (DbOptions){.mode = DB_WRITE}, &db) == OK);
    cx->db = db;
    ASSERT(migration_run(cx, S(""), &applied) == OK);
    return db;
}

static const Zone *zone(void)
{
    static Arena arena;
    static const Zone *utc;
    if (!utc) {
        Error error = {0};
        arena_init(&arena, 0, 0);
        ASSERT(zone_load(&(Cx){.arena = &arena, .error = &error}, S("UTC"), &utc) == OK);
    }
    return utc;
}

static void check_row(const OrganisationRow *row)
{
    const ItemText *text = &row->draft.item.text;
    ASSERT(row->row.line > 0 && row->state.n);
    if (row->row.refused)
        return;
    ASSERT(str_trim(text->title).n && text->title.n <= ITEM_TITLE_BYTES_MAX);
    ASSERT(str_is_utf8(text->title) && str_is_utf8(text->lead));
    ASSERT(str_find_char(text->title, 0) < 0);
    ASSERT(!row->rep_mail.n || person_is_mail(row->rep_mail));
    ASSERT(row->draft.item.place.lat >= -90 && row->draft.item.place.lat <= 90);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Error error = {0};
    Actor actor = {.tenant = TENANT_DEFAULT, .may = UINT32_MAX};
    OrganisationRows rows;
    size_t good = 0;
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .error = &error, .actor = &actor, .clock = &CLOCK_SYSTEM};
    cx.db = store(&cx);
    Str text = {(const char *)data, size};
    if (organisation_import_read(&cx, zone(), (OrganisationWords){0}, text, &rows) == OK) {
        ASSERT(rows.count <= SHEET_ROWS_MAX);
        for (size_t i = 0; i < rows.count; i++) {
            check_row(&rows.rows[i]);
            good += !rows.rows[i].row.refused;
        }
        ASSERT(good == rows.good);
    } else {
        ASSERT(error.key && error.detail.n);
    }
    arena_done(&arena);
    return 0;
}
