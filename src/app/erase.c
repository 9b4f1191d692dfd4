#include "app/erase.h"

#include "base/log.h"
#include "base/str.h"
#include "people/search.h"

#include <unistd.h>

Str erase_files(Arena *arena, Str data)
{
    return arena_fmt(arena, "%.*s/files", SARG(data));
}

Err erase_prepare(Cx *cx, const Person *person, const Str *also, size_t also_count, EraseRun *run)
{
    Person *next = arena_new(cx->arena, Person);
    TRY(erasure_rest(cx, &run->rest));
    run->found = person != NULL;
    if (!person) {
        TRY(erasure_next(cx, &run->found, next));
        person = next;
    }
    if (!run->found)
        return OK;
    TRY(erasure_look(cx, person, false, also, also_count, run->files, &run->erasure));
    return erasure_list_add(cx, run->data, run->erasure.lines, run->erasure.line_count);
}

Err erase_apply(Cx *cx, EraseRun *run, Events *events)
{
    run->done = false;
    return run->found ? erasure_run(cx, &run->erasure, events, &run->done) : OK;
}

/* The copy that migrations make holds what was erased; the store has shown since that it works. */
static void remove_migration_backup(Cx *cx, Str data)
{
    static const char *const ENDS[] = {"", "-wal", "-shm", "-journal", ".part"};
    for (size_t i = 0; i < COUNT_OF(ENDS); i++)
        unlink(arena_fmt(cx->arena, "%.*s/before-migration.db%s", SARG(data), ENDS[i]).p);
}

Err erase_take_back(Cx *cx, const EraseRun *run)
{
    return erasure_list_take_back(cx, run->data, run->erasure.lines, run->erasure.line_count);
}

Err erase_settle(Cx *cx, const EraseRun *run)
{
    if (run->done)
        erasure_remove_files(cx, &run->erasure, run->files);
    else
        TRY(erase_take_back(cx, run));
    if (!run->done && !run->rest)
        return OK;
    remove_migration_backup(cx, run->data);
    TRY(db_scrub(cx));
    TRY(db_begin(cx));
    Err err = erasure_rested(cx);
    if (err == OK)
        return db_commit(cx);
    db_rollback(cx);
    return err;
}

/* ---- again, after a restore ---- */

static Err apply_again(Cx *cx, EraseRun *run)
{
    Events events = {.arena = cx->arena};
    TRY(db_begin(cx));
    Err err = erase_apply(cx, run, &events);
    if (err == OK)
        err = search_project(NULL, cx, &events);
    if (err == OK)
        return db_commit(cx);
    Error first = *cx->error;
    db_rollback(cx);
    *cx->error = first;
    return err;
}

/* Somebody else may have got the number, in a store from before the account. */
static Err erase_line(Cx *cx, const ErasureLine *line, EraseRun *run)
{
    Person person;
    bool same;
    Err err = person_get(cx, line->person, &person);
    if (err == ERR_NOT_FOUND)
        return OK;
    TRY(err);
    if (person.state == PERSON_ERASED)
        return OK;
    TRY(erasure_is_of(cx, line, &person, &same));
    if (!same)
        return OK;
    person.erase_posts = line->posts;
    TRY(erasure_look(cx, &person, true, NULL, 0, run->files, &run->erasure));
    run->found = true;
    TRY(apply_again(cx, run));
    log_line(cx->log, LOG_INFO, "erasure.again", LOG_I("person", line->person.v));
    return erase_settle(cx, run);
}

/* What came from an address without an account, in a store from before it. */
static Err erase_traces(Cx *cx, const ErasureLine *lines, size_t count, EraseRun *run)
{
    bool found;
    TRY(erasure_look_for_traces(cx, lines, count, run->files, &found, &run->erasure));
    if (!found)
        return OK;
    run->erasure.again = run->found = true;
    TRY(apply_again(cx, run));
    return erase_settle(cx, run);
}

Err erase_again(Cx *cx, Str store, Str data)
{
    ErasureLine *lines;
    size_t count;
    Actor actor = {.tenant = TENANT_DEFAULT, .roles = ROLE_ADMIN, .may = UINT32_MAX};
    Cx own = *cx;
    TRY(erasure_list_read(cx, data, &lines, &count));
    if (!count)
        return OK;
    own.actor = &actor;
    TRY(db_open(cx, store, (DbOptions){.mode = DB_WRITE}, &own.db));
    Err err = OK;
    for (size_t i = 0; i < count && err == OK; i++) {
        EraseRun run = {.data = data, .files = erase_files(cx->arena, data)};
        ArenaMark mark = arena_mark(cx->arena);
        if (lines[i].tenant.v == actor.tenant.v)
            err = erase_line(&own, &lines[i], &run);
        arena_rewind(cx->arena, mark);
    }
    EraseRun run = {.data = data, .files = erase_files(cx->arena, data)};
    if (err == OK)
        err = erase_traces(&own, lines, count, &run);
    db_close(own.db);
    return err;
}
