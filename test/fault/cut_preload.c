/* libcut.so: puts the VFS "cut" under an unmodified program that is linked with libsqlite3.
 *
 *   LD_PRELOAD=libcut.so HANSE_TEST_CUT=cut=1234,seed=7 hanse serve ...
 *
 * SQLite must be configured by the program before any VFS is registered, so this is done by the
 * program's first sqlite3_open_v2 instead of a constructor. SIGUSR2 cuts at once. */
#include "cut_vfs.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int wake[2];

static void on_signal(int number)
{
    (void)number;
    /* The lock of the VFS cannot be taken here; the thread below takes it. */
    if (write(wake[1], "", 1) != 1)
        _exit(1);
}

static void *wait_for_signal(void *user)
{
    char byte;
    (void)user;
    if (read(wake[0], &byte, 1) == 1)
        cut_vfs_now();
    return NULL;
}

static void start(void)
{
    pthread_t thread;
    sigset_t all, before;
    const char *control = getenv("HANSE_TEST_CUT");
    char text[4096];
    snprintf(text, sizeof text, "exit=1,%s", control ? control : "");
    /* The thread takes no signals of the program's. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool ok = cut_vfs_register(text, true) && pipe(wake) == 0 &&
              pthread_create(&thread, NULL, wait_for_signal, NULL) == 0 &&
              signal(SIGUSR2, on_signal) != SIG_ERR;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!ok) {
        fprintf(stderr, "libcut.so: cannot follow HANSE_TEST_CUT=%s\n", control ? control : "");
        abort();
    }
    pthread_detach(thread);
}

int sqlite3_open_v2(const char *path, sqlite3 **ret, int flags, const char *vfs)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    int (*real)(const char *, sqlite3 **, int, const char *);
    pthread_once(&once, start);
    void *address = dlsym(RTLD_NEXT, "sqlite3_open_v2");
    if (!address)
        abort();
    memcpy(&real, &address, sizeof real);
    return real(path, ret, flags, vfs);
}
