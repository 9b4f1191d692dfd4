/* A program that knows nothing of power cuts: writes groups into the database FILE and says each
 * number on standard output once its group is committed, while another thread reads. */
#include "db/db.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { GROUPS = 400, ROWS = 5, CHECKPOINT_EVERY = 50 };

enum { CREATE, ADD, COUNT };
static const Statement Q[] = {
    [CREATE] = SQL("CREATE TABLE IF NOT EXISTS entry(number INTEGER PRIMARY KEY, grp INTEGER)"),
    [ADD] = SQL("INSERT INTO entry(grp) VALUES(?1)"),
    [COUNT] = SQL("SELECT count(*) FROM entry"),
};

typedef struct Writer {
    Cx cx;
    Arena arena;
    Error error;
    Str file;
} Writer;

typedef struct Reader {
    Str file;
    atomic_bool stop;
    bool wrong; /* a reader saw half a group, or less than before */
} Reader;

static void cx_init(Writer *w, Str file)
{
    *w = (Writer){.file = file};
    arena_init(&w->arena, 0, 0);
    w->cx = (Cx){.arena = &w->arena, .clock = &CLOCK_SYSTEM, .error = &w->error};
}

static Err count_rows(Cx *cx, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &Q[COUNT], DB_NO_ARGS, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

static void *read_often(void *user)
{
    Reader *reader = user;
    Writer w;
    int64_t before = 0, now = 0;
    cx_init(&w, reader->file);
    if (db_open(&w.cx, reader->file, (DbOptions){.mode = DB_READ}, &w.cx.db) != OK)
        return NULL; /* the power went before the file was there */
    while (!atomic_load(&reader->stop)) {
        if (count_rows(&w.cx, &now) != OK)
            break;
        reader->wrong = reader->wrong || now < before || now % ROWS != 0;
        before = now;
    }
    db_close(w.cx.db);
    arena_done(&w.arena);
    return NULL;
}

static Err write_group(Cx *cx, int group)
{
    TRY(db_begin(cx));
    for (int i = 0; i < ROWS; i++)
        TRY(db_run(cx, &Q[ADD], DB_ARGS(V_I64(group))));
    return db_commit(cx);
}

static Err write_groups(Cx *cx)
{
    for (int group = 0; group < GROUPS; group++) {
        TRY(write_group(cx, group));
        char text[16];
        int n = snprintf(text, sizeof text, "%d\n", group);
        if (write(1, text, (size_t)n) != n)
            return fail(cx, ERR_UNAVAILABLE, "test.pipe", "nobody listens");
        if (group % CHECKPOINT_EVERY == CHECKPOINT_EVERY - 1)
            TRY(db_checkpoint(cx));
    }
    return OK;
}

static Err run(Cx *cx, Str file, Reader *reader)
{
    pthread_t thread;
    TRY(db_open(cx, file, (DbOptions){.mode = DB_WRITE}, &cx->db));
    TRY(db_run(cx, &Q[CREATE], DB_NO_ARGS));
    if (pthread_create(&thread, NULL, read_often, reader) != 0)
        return fail(cx, ERR_UNAVAILABLE, "test.thread", "no thread");
    Err err = write_groups(cx);
    atomic_store(&reader->stop, true);
    pthread_join(thread, NULL);
    return err;
}

int main(int argc, char **argv)
{
    Writer w;
    if (argc != 2)
        return 2;
    Str file = {argv[1], strlen(argv[1])};
    Reader reader = {.file = file};
    cx_init(&w, file);
    Err err = run(&w.cx, file, &reader);
    if (err != OK)
        fprintf(stderr, "%s %s: %.*s\n", err_name(err), w.error.key, SARG(w.error.detail));
    db_close(w.cx.db);
    arena_done(&w.arena);
    return err == OK && !reader.wrong ? 0 : 1;
}
