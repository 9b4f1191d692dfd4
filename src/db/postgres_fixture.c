#include "db/postgres_fixture.h"

#include "base/test.h"
#include "db/db.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_WAIT_MS = 30000, STEP_MS = 20 };

/* Newest first; Debian 12 has 15, Debian 13 has 17. */
static const char *const FOLDERS[] = {"/usr/lib/postgresql/18/bin", "/usr/lib/postgresql/17/bin",
                                      "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin"};

/* One per test program; a test program is one thread. */
static struct {
    pid_t server;
    const char *bin;
    char dir[64];
    char data[80];
    char address[128];
} pg;

static const char *find_bin(void)
{
    char path[128];
    for (size_t i = 0; i < COUNT_OF(FOLDERS); i++) {
        snprintf(path, sizeof path, "%s/initdb", FOLDERS[i]);
        if (access(path, X_OK) == 0)
            return FOLDERS[i];
    }
    fprintf(stderr, "# PostgreSQL is not installed: apt-get install postgresql-15\n");
    return NULL;
}

/* PostgreSQL refuses to run as root; its package has made a user for it. */
static bool become_postgres(void)
{
    if (getuid() != 0)
        return true;
    const struct passwd *user = getpwnam("postgres");
    return user && setgroups(0, NULL) == 0 && setgid(user->pw_gid) == 0 &&
           setuid(user->pw_uid) == 0;
}

/* Starts a program with its output in DIR/log. It ends with this process, whatever happens. */
static pid_t spawn(const char *const *argv)
{
    char log[96];
    snprintf(log, sizeof log, "%s/log", pg.dir);
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0666);
    bool ok = fd >= 0 && dup2(fd, 1) == 1 && dup2(fd, 2) == 2 && become_postgres() &&
              prctl(PR_SET_PDEATHSIG, SIGQUIT) == 0 && chdir(pg.dir) == 0;
    union {
        const char *const *in;
        char *const *out;
    } args = {argv};
    if (ok)
        execv(argv[0], args.out);
    _exit(127);
}

static bool run_initdb(void)
{
    char program[128];
    int status = -1;
    snprintf(program, sizeof program, "%s/initdb", pg.bin);
    const char *const argv[] = {program, "-D", pg.data, "-U",         "postgres",  "-A",
                                "trust", "-E", "UTF8",  "--locale=C", "--no-sync", NULL};
    pid_t pid = spawn(argv);
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

/* Without fsync: what is tested here is SQL, not PostgreSQL's durability. */
static bool run_server(void)
{
    char program[128];
    snprintf(program, sizeof program, "%s/postgres", pg.bin);
    const char *const argv[] = {program,
                                "-D",
                                pg.data,
                                "-k",
                                pg.dir,
                                "-c",
                                "listen_addresses=",
                                "-c",
                                "fsync=off",
                                "-c",
                                "full_page_writes=off",
                                "-c",
                                "max_connections=40",
                                NULL};
    pg.server = spawn(argv);
    return pg.server > 0;
}

static bool try_script(Str sql)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Db *db = NULL;
    Err err = db_open(cx, str_from(pg.address), (DbOptions){.mode = DB_WRITE}, &db);
    cx->db = db;
    if (err == OK)
        err = db_script(cx, sql);
    db_close(db);
    test_cx_done(&t);
    return err == OK;
}

static bool wait_for_server(void)
{
    for (int waited = 0; waited < START_WAIT_MS; waited += STEP_MS) {
        if (try_script(S("SELECT 1")))
            return true;
        if (waitpid(pg.server, NULL, WNOHANG) == pg.server) {
            pg.server = 0;
            return false;
        }
        nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000L}, NULL);
    }
    return false;
}

static bool start(void)
{
    pg.bin = find_bin();
    snprintf(pg.dir, sizeof pg.dir, "/tmp/hanse-pg-XXXXXX");
    if (!pg.bin || !mkdtemp(pg.dir))
        return false;
    const struct passwd *user = getuid() == 0 ? getpwnam("postgres") : NULL;
    if (user && chown(pg.dir, user->pw_uid, user->pw_gid) != 0)
        return false;
    snprintf(pg.data, sizeof pg.data, "%s/data", pg.dir);
    snprintf(pg.address, sizeof pg.address, "postgresql://postgres@/postgres?host=%s", pg.dir);
    return run_initdb() && run_server() && wait_for_server();
}

static void show_log(void)
{
    char command[128];
    snprintf(command, sizeof command, "tail -n 20 '%s/log' | sed 's/^/# /' >&2", pg.dir);
    if (pg.dir[0] && system(command) != 0)
        fprintf(stderr, "# no log\n");
}

const char *pg_fixture_start(void)
{
    if (!pg.server && !start()) {
        fprintf(stderr, "# PostgreSQL did not start\n");
        show_log();
        pg_fixture_stop();
        return NULL;
    }
    if (!try_script(S("DROP SCHEMA public CASCADE; CREATE SCHEMA public")))
        return NULL;
    return pg.address;
}

void pg_fixture_stop(void)
{
    char command[96];
    if (pg.server > 0) {
        kill(pg.server, SIGINT); /* "fast": breaks connections, ends cleanly */
        waitpid(pg.server, NULL, 0);
    }
    snprintf(command, sizeof command, "rm -rf '%s'", pg.dir);
    if (pg.dir[0] && system(command) != 0)
        fprintf(stderr, "# %s stays behind\n", pg.dir);
    memset(&pg, 0, sizeof pg);
}
