/* hanse backup and restore: one SQLite file holds the store and the files beside it. */
#include "app/backup_store.h"
#include "app/command.h"
#include "app/erase.h"
#include "app/serve.h"
#include "base/str.h"
#include "core/actor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 256 << 20, DEPTH_MAX = 8 };

static void show_progress(void *user, int done, int total)
{
    int *shown = user;
    int percent = total ? (int)((int64_t)done * 100 / total) : 100;
    if (percent < *shown + (isatty(2) ? 1 : 25))
        return;
    *shown = percent;
    fprintf(stderr, isatty(2) ? "\rbackup: %d %%%s" : "backup: %d %%%s\n", percent,
            isatty(2) && percent == 100 ? "\n" : "");
}

static Err read_file(Cx *cx, const char *name, Str *ret)
{
    struct stat info;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &info) != 0 || info.st_size > FILE_BYTES_MAX) {
        if (fd >= 0)
            close(fd);
        return fail(cx, ERR_UNAVAILABLE, "backup.file", "cannot take %s into the backup: %s", name,
                    fd < 0 ? strerror(errno) : "it is larger than 256 MiB");
    }
    char *text = arena_alloc_raw(cx->arena, (size_t)info.st_size + 1, 1);
    size_t n = 0;
    for (ssize_t got;
         n < (size_t)info.st_size && (got = read(fd, text + n, (size_t)info.st_size - n)) > 0;)
        n += (size_t)got;
    close(fd);
    *ret = (Str){text, n};
    return OK;
}

/* What the engine keeps, and what a new directory makes for itself. */
static bool is_left_out(Str name)
{
    return str_starts(name, S("hanse.db")) || str_starts(name, S("before-migration.db")) ||
           str_eq(name, S("lock")) || str_starts(name, S("."));
}

/* One at a time in memory: all uploads together may be larger than that. */
static Err add_file(Cx *cx, const char *full, Str path)
{
    Str bytes;
    ArenaMark mark = arena_mark(cx->arena);
    TRY(read_file(cx, full, &bytes));
    TRY(backup_store_add_file(cx, path, bytes));
    arena_rewind(cx->arena, mark);
    return OK;
}

static Err add_files(Cx *cx, Str dir, Str below, int depth, int *ret_count)
{
    if (depth > DEPTH_MAX)
        return fail(cx, ERR_LIMIT, "backup.depth", "%.*s is nested too deeply", SARG(below));
    DIR *open_dir = opendir(arena_fmt(cx->arena, "%.*s/%.*s", SARG(dir), SARG(below)).p);
    if (!open_dir)
        return fail(cx, ERR_UNAVAILABLE, "backup.file", "cannot read %.*s/%.*s: %s", SARG(dir),
                    SARG(below), strerror(errno));
    Err err = OK;
    for (struct dirent *entry; err == OK && (entry = readdir(open_dir)) != NULL;) {
        Str name = str_from(entry->d_name);
        if (str_starts(name, S(".")) || (below.n == 0 && is_left_out(name)))
            continue;
        Str path = below.n ? arena_fmt(cx->arena, "%.*s/%.*s", SARG(below), SARG(name))
                           : arena_copy(cx->arena, name);
        const char *full = arena_fmt(cx->arena, "%.*s/%.*s", SARG(dir), SARG(path)).p;
        struct stat info;
        if (lstat(full, &info) != 0)
            continue; /* gone meanwhile */
        if (S_ISDIR(info.st_mode)) {
            err = add_files(cx, dir, path, depth + 1, ret_count);
        } else if (S_ISREG(info.st_mode)) {
            err = add_file(cx, full, path);
            ++*ret_count;
        }
    }
    closedir(open_dir);
    return err;
}

/* What the copy of the store names must lie beside it. */
static Err check_uploads(Cx *cx, int64_t *ret_uploads)
{
    Str missing;
    TRY(backup_store_uploads(cx, ret_uploads, &missing));
    if (missing.p)
        return fail(cx, ERR_UNAVAILABLE, "backup.file",
                    "the store names the uploaded file %.*s, which is not there", SARG(missing));
    return OK;
}

static Err add_files_to(Cx *cx, Str file, Str dir, int *ret_count, int64_t *ret_uploads)
{
    Cx own = *cx;
    TRY(db_open(cx, file, (DbOptions){.mode = DB_WRITE}, &own.db));
    Err err = db_begin(&own);
    if (err == OK)
        err = backup_store_create(&own);
    if (err == OK)
        err = add_files(&own, dir, S(""), 0, ret_count);
    if (err == OK)
        err = check_uploads(&own, ret_uploads);
    if (err == OK)
        err = db_commit(&own);
    if (err == OK)
        err = db_checkpoint(&own);
    db_close(own.db);
    return err;
}

static Err backup_store(Cx *cx, void *user)
{
    int shown = -100;
    return db_backup(cx, *(Str *)user, show_progress, &shown);
}

static bool exists(Cx *cx, Str name)
{
    return access(arena_cstr(cx->arena, name), F_OK) == 0;
}

Err command_backup(Cx *cx, int argc, char **argv)
{
    Config config;
    Words words;
    int files = 0;
    int64_t uploads = 0;
    TRY(config_read(cx, argc, argv, NULL, 0, &config, &words));
    if (words.count != 1)
        return fail(cx, ERR_INVALID, "command.usage", "usage: hanse backup FILE --data DIR");
    Str target = words.at[0];
    if (exists(cx, target))
        return fail(cx, ERR_CONFLICT, "backup.exists", "%.*s exists already; name a new file",
                    SARG(target));
    /* It gets its name when it is whole. */
    Str part = arena_fmt(cx->arena, "%.*s.part", SARG(target));
    unlink(part.p);
    TRY(command_read(cx, &config, backup_store, &part));
    Err err = add_files_to(cx, part, config.data, &files, &uploads);
    if (err != OK) {
        unlink(part.p);
        return err;
    }
    if (rename(part.p, arena_cstr(cx->arena, target)) != 0)
        return fail(cx, ERR_UNAVAILABLE, "backup.file", "cannot write %.*s: %s", SARG(target),
                    strerror(errno));
    printf("%.*s: the store and %d files, %lld of them uploaded\n", SARG(target), files,
           (long long)uploads);
    return OK;
}

/* ---- restore ---- */

typedef struct Restore {
    Str dir;
    int files, uploads;
} Restore;

static bool is_safe_path(Str path)
{
    if (path.n == 0 || path.p[0] == '/')
        return false;
    for (Str rest = path; rest.p;) {
        Str part = str_cut(&rest, '/');
        if (part.n == 0 || str_eq(part, S("..")) || str_eq(part, S(".")))
            return false;
    }
    return true;
}

static Err make_parents(Cx *cx, Str dir, Str path)
{
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] == '/') {
            const char *name = arena_fmt(cx->arena, "%.*s/%.*s", SARG(dir), (int)i, path.p).p;
            if (mkdir(name, 0700) != 0 && errno != EEXIST)
                return fail(cx, ERR_UNAVAILABLE, "restore.file", "cannot make %s: %s", name,
                            strerror(errno));
        }
    return OK;
}

/* The list that lies there already may know of erasures that came after the backup. */
static Err merge_erasures(Cx *cx, Restore *restore, Str text)
{
    ErasureLine *lines;
    size_t count;
    erasure_list_parse(cx, text, &lines, &count);
    restore->files++;
    return erasure_list_add(cx, restore->dir, lines, count);
}

static Err write_file(Cx *cx, void *user, Str path, Str bytes)
{
    Restore *restore = user;
    if (!is_safe_path(path))
        return fail(cx, ERR_INVALID, "restore.path", "the backup names a file outside: %.*s",
                    SARG(path));
    if (str_eq(path, S(ERASURE_LIST_NAME)))
        return merge_erasures(cx, restore, bytes);
    TRY(make_parents(cx, restore->dir, path));
    const char *name = arena_fmt(cx->arena, "%.*s/%.*s", SARG(restore->dir), SARG(path)).p;
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    size_t n = 0;
    ssize_t put = 0;
    while (fd >= 0 && n < bytes.n && (put = write(fd, bytes.p + n, bytes.n - n)) > 0)
        n += (size_t)put;
    bool written = fd >= 0 && n == bytes.n && fsync(fd) == 0;
    if (fd >= 0 && close(fd) != 0)
        written = false;
    if (!written)
        return fail(cx, ERR_UNAVAILABLE, "restore.file", "cannot write %s: %s", name,
                    strerror(errno));
    restore->files++;
    restore->uploads += str_starts(path, S("files/"));
    return OK;
}

static Err copy_store(Cx *cx, Str from, Str to)
{
    int shown = -100;
    Cx own = *cx;
    TRY(db_open(cx, from, (DbOptions){.mode = DB_READ}, &own.db));
    Err err = db_backup(&own, to, show_progress, &shown);
    db_close(own.db);
    return err;
}

static Err unpack(Cx *cx, Str store, Restore *restore)
{
    Cx own = *cx;
    TRY(db_open(cx, store, (DbOptions){.mode = DB_WRITE}, &own.db));
    Err err = backup_store_each_file(&own, write_file, restore);
    if (err == ERR_INTERNAL && strcmp(own.error->key, "db.error") == 0)
        err = fail(cx, ERR_INVALID, "restore.backup",
                   "this is no backup made by hanse, or it is damaged");
    if (err == OK)
        err = db_begin(&own);
    if (err == OK) {
        err = backup_store_drop(&own);
        if (err == OK)
            err = db_commit(&own);
        else
            db_rollback(&own);
    }
    db_close(own.db);
    return err;
}

/* Half a store must not be taken for a whole one. */
static void remove_store(Cx *cx, Str store)
{
    static const char *const ENDS[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < COUNT_OF(ENDS); i++)
        unlink(arena_fmt(cx->arena, "%.*s%s", SARG(store), ENDS[i]).p);
}

Err command_restore(Cx *cx, int argc, char **argv)
{
    Config config;
    Words words;
    TRY(config_read(cx, argc, argv, NULL, 0, &config, &words));
    if (words.count != 1 || config.data.n == 0)
        return fail(cx, ERR_INVALID, "command.usage", "usage: hanse restore FILE --data DIR");
    Str store = arena_fmt(cx->arena, "%.*s/hanse.db", SARG(config.data));
    if (!exists(cx, words.at[0]))
        return fail(cx, ERR_NOT_FOUND, "restore.missing", "there is no file %.*s",
                    SARG(words.at[0]));
    if (exists(cx, store))
        return fail(cx, ERR_CONFLICT, "restore.exists",
                    "%.*s holds a store already; restore into a new directory", SARG(config.data));
    if (mkdir(arena_cstr(cx->arena, config.data), 0700) != 0 && errno != EEXIST)
        return fail(cx, ERR_UNAVAILABLE, "restore.file", "cannot make %.*s: %s", SARG(config.data),
                    strerror(errno));
    Restore restore = {.dir = config.data};
    Err err = copy_store(cx, words.at[0], store);
    if (err == OK)
        err = unpack(cx, store, &restore);
    if (err != OK) {
        remove_store(cx, store);
        return err;
    }
    TRY(store_prepare(cx, &config, &store));
    TRY(erase_again(cx, store, config.data));
    printf("%.*s: the store and %d files, %d of them uploaded\n", SARG(config.data), restore.files,
           restore.uploads);
    return OK;
}
