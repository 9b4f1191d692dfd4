#include "app/erase.h"

#include "base/log.h"
#include "base/str.h"
#include "people/search.h"

#include <unistd.h>

#define REST_MAX_US (ERASE_REST_MAX_S * INT64_C(1000000))

Str erase_files(Arena *arena, Str data)
{
    return arena_fmt(arena, "%.*s/files", SARG(data));
}

Err erase_prepare(Cx *cx, const Person *person, const Str *also, size_t also_count, EraseRun *run)
{
    Person *next = arena_new(cx->arena, Person);
    int64_t since_us;
    TRY(erasure_rest(cx, &since_us));
    run->rest = since_us != 0;
    run->found = person != NULL;
    run->done = false;
    run->erasure = (Erasure){0};
    run->at_once = person || (run->rest && cx_now_us(cx) - since_us >= REST_MAX_US);
    if (!run->at_once) {
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

static Err settle_files(Cx *cx, const EraseRun *run)
{
    if (!run->done)
        return erase_take_back(cx, run);
    erasure_remove_files(cx, &run->erasure, run->files);
    return OK;
}

static Err write_anew(Cx *cx, Str data)
{
    remove_migration_backup(cx, data);
    TRY(db_scrub(cx));
    TRY(db_begin(cx));
    Err err = erasure_rested(cx);
    if (err == OK)
        return db_commit(cx);
    db_rollback(cx);
    return err;
}

Err erase_settle(Cx *cx, const EraseRun *run)
{
    Person next;
    bool more = false;
    TRY(settle_files(cx, run));
    if (!run->done && !run->rest)
        return OK;
    if (!run->at_once)
        TRY(erasure_next(cx, &more, &next));
    return more ? OK : write_anew(cx, run->data);
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
    return settle_files(cx, run);
}

/* What came from an address without an account, in a store from before it; some at a time. */
static Err erase_traces(Cx *cx, const ErasureLine *lines, size_t count, EraseRun *run)
{
    for (size_t from = 0; from <= count; from += ERASURE_TRACES_MAX) {
        bool found;
        TRY(erasure_look_for_traces(cx, lines, count, run->files, &found, &run->erasure));
        if (!found)
            return OK;
        run->erasure.again = run->found = true;
        TRY(apply_again(cx, run));
        TRY(settle_files(cx, run));
    }
    return OK;
}

/* The store is written anew once for all of them. */
static Err erase_lines(Cx *cx, const ErasureLine *lines, size_t count, Str data)
{
    int64_t rest_us;
    EraseRun run = {.data = data, .files = erase_files(cx->arena, data)};
    for (size_t i = 0; i < count; i++) {
        EraseRun one = run;
        ArenaMark mark = arena_mark(cx->arena);
        if (lines[i].tenant.v == cx->actor->tenant.v)
            TRY(erase_line(cx, &lines[i], &one));
        arena_rewind(cx->arena, mark);
    }
    TRY(erase_traces(cx, lines, count, &run));
    TRY(erasure_rest(cx, &rest_us));
    return rest_us ? write_anew(cx, data) : OK;
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
    Err err = erase_lines(&own, lines, count, data);
    db_close(own.db);
    return err;
}
