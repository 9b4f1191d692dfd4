#include "db/db.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

static Err fail_locked(Cx *cx, int fd, Str dir)
{
    char pid[24];
    ssize_t n = pread(fd, pid, sizeof pid, 0);
    Str owner = str_trim((Str){pid, n > 0 ? (size_t)n : 0});
    return fail(cx, ERR_UNAVAILABLE, "db.locked",
                "%.*s is in use by process %.*s: stop it first, or take another directory",
                SARG(dir), SARG(owner));
}

Err db_lock(Cx *cx, Str dir, DbLock *ret)
{
    const char *path = arena_fmt(cx->arena, "%.*s/lock", SARG(dir)).p;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail(cx, ERR_UNAVAILABLE, "db.open", "%s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        Err err = errno == EWOULDBLOCK
                      ? fail_locked(cx, fd, dir)
                      : fail(cx, ERR_UNAVAILABLE, "db.open", "%s: %s", path, strerror(errno));
        close(fd);
        return err;
    }
    /* The pid is for people only; the lock holds without it. */
    char pid[24];
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n) {
        close(fd);
        return fail(cx, ERR_UNAVAILABLE, "db.open", "%s: %s", path, strerror(errno));
    }
    ret->fd = fd;
    return OK;
}

void db_unlock(DbLock *lock)
{
    close(lock->fd);
    lock->fd = -1;
}
