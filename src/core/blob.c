#include "core/blob.h"

#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HASH_BYTES = 32, FOLDER_BYTES = 2 };
#define UNFINISHED ".part-"

static bool is_name(Str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!((name.p[i] >= '0' && name.p[i] <= '9') || (name.p[i] >= 'a' && name.p[i] <= 'f')))
            return false;
    return name.n == BLOB_NAME_BYTES;
}

static const char *path_of(Cx *cx, Str dir, Str name)
{
    return arena_fmt(cx->arena, "%.*s/%.*s/%.*s", SARG(dir), FOLDER_BYTES, name.p, SARG(name)).p;
}

static Err cannot_write(Cx *cx, const char *what)
{
    return fail(cx, ERR_UNAVAILABLE, "blob.write", "cannot write %s: %s", what, strerror(errno));
}

static Err sync_folder(Cx *cx, const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return synced ? OK : cannot_write(cx, folder);
}

static Err make_folder(Cx *cx, const char *folder, const char *parent)
{
    if (mkdir(folder, 0700) == 0)
        return sync_folder(cx, parent);
    return errno == EEXIST ? OK : cannot_write(cx, folder);
}

static bool write_all(int fd, Str bytes)
{
    while (bytes.n) {
        ssize_t put = write(fd, bytes.p, bytes.n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        bytes = str_from_index(bytes, (size_t)put);
    }
    return true;
}

Err blob_put(Cx *cx, Str dir, Str bytes, Str *ret_name)
{
    unsigned char hash[HASH_BYTES];
    char *hex = arena_alloc_raw(cx->arena, BLOB_NAME_BYTES + 1, 1);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)bytes.p, bytes.n, NULL, 0);
    sodium_bin2hex(hex, BLOB_NAME_BYTES + 1, hash, sizeof hash);
    Str name = {hex, BLOB_NAME_BYTES};
    const char *top = arena_cstr(cx->arena, dir);
    const char *folder = arena_fmt(cx->arena, "%s/%.*s", top, FOLDER_BYTES, hex).p;
    char *part = arena_cstr(cx->arena, arena_fmt(cx->arena, "%s/" UNFINISHED "XXXXXX", folder));
    TRY(make_folder(cx, top, arena_fmt(cx->arena, "%s/..", top).p));
    TRY(make_folder(cx, folder, top));
    int fd = mkostemp(part, O_CLOEXEC);
    if (fd < 0)
        return cannot_write(cx, part);
    bool written = write_all(fd, bytes) && fsync(fd) == 0;
    written = close(fd) == 0 && written;
    if (!written || rename(part, path_of(cx, dir, name)) != 0) {
        Err err = cannot_write(cx, part);
        unlink(part);
        return err;
    }
    TRY(sync_folder(cx, folder));
    *ret_name = name;
    return OK;
}

bool blob_exists(Cx *cx, Str dir, Str name)
{
    return is_name(name) && access(path_of(cx, dir, name), R_OK) == 0;
}

static bool read_all(int fd, char *to, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t got = read(fd, to + at, n - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

Err blob_get(Cx *cx, Str dir, Str name, size_t max, Str *ret)
{
    struct stat info;
    if (!is_name(name))
        return fail(cx, ERR_INVALID, "blob.name", "%.*s names no file", SARG(name));
    int fd = open(path_of(cx, dir, name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &info) != 0) {
        if (fd >= 0)
            close(fd);
        return fail(cx, ERR_NOT_FOUND, "blob.missing", "the file %.*s is not there: %s", SARG(name),
                    strerror(errno));
    }
    size_t n = (size_t)info.st_size;
    char *bytes = n <= max ? arena_alloc_raw(cx->arena, n + 1, 1) : NULL;
    bool whole = bytes && read_all(fd, bytes, n);
    close(fd);
    if (!bytes)
        return fail(cx, ERR_LIMIT, "blob.large", "%zu bytes are more than %zu", n, max);
    if (!whole)
        return fail(cx, ERR_UNAVAILABLE, "blob.read", "cannot read the file %.*s", SARG(name));
    *ret = (Str){bytes, n};
    return OK;
}

static bool is_older(const char *path, int64_t before_us)
{
    struct stat info;
    return lstat(path, &info) == 0 && S_ISREG(info.st_mode) &&
           (int64_t)info.st_mtim.tv_sec * 1000000 + info.st_mtim.tv_nsec / 1000 < before_us;
}

typedef struct Listing {
    int64_t before_us;
    size_t limit, count, cap;
    Str *names;
} Listing;

static void list_add(Cx *cx, Listing *list, Str name)
{
    if (list->count == list->cap) {
        size_t cap = list->cap * 2 + 64;
        list->names = arena_grow(cx->arena, list->names, list->cap * sizeof(Str), cap * sizeof(Str),
                                 _Alignof(Str));
        list->cap = cap;
    }
    list->names[list->count++] = arena_copy(cx->arena, name);
}

static void list_folder(Cx *cx, const char *folder, Listing *list)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && list->count < list->limit && (entry = readdir(dir));) {
        Str name = str_from(entry->d_name);
        bool unfinished = str_starts(name, S(UNFINISHED));
        if (!unfinished && !is_name(name))
            continue;
        ArenaMark mark = arena_mark(cx->arena);
        const char *path = arena_fmt(cx->arena, "%s/%s", folder, entry->d_name).p;
        bool older = is_older(path, list->before_us);
        if (older && unfinished)
            unlink(path);
        arena_rewind(cx->arena, mark);
        if (older && !unfinished)
            list_add(cx, list, name);
    }
    if (dir)
        closedir(dir);
}

Err blob_list_old(Cx *cx, Str dir, int64_t before_us, size_t limit, Str **ret, size_t *ret_count)
{
    Listing list = {.before_us = before_us, .limit = limit};
    for (int i = 0; i < 256 && list.count < limit; i++)
        list_folder(cx, arena_fmt(cx->arena, "%.*s/%02x", SARG(dir), i).p, &list);
    *ret = list.names;
    *ret_count = list.count;
    return OK;
}

bool blob_is_older(Cx *cx, Str dir, Str name, int64_t before_us)
{
    return is_name(name) && is_older(path_of(cx, dir, name), before_us);
}

void blob_remove(Cx *cx, Str dir, Str name)
{
    if (is_name(name))
        unlink(path_of(cx, dir, name));
}
