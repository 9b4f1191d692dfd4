/* libcut.so under a program that was not made for it. */
#include "db/test_db.h"

#include <signal.h>
#include <sys/wait.h>

enum { ROWS = 5, CUT_STATUS = 137 };

enum { GROUP_SIZES, CHECK, TABLES };
static const Statement Q[] = {
    [GROUP_SIZES] = SQL("SELECT grp, count(*) FROM entry GROUP BY grp ORDER BY grp"),
    [CHECK] = SQL("PRAGMA integrity_check"),
    [TABLES] = SQL("SELECT count(*) FROM sqlite_schema WHERE name = 'entry'"),
};

typedef struct Life {
    TestCx t;
    Cx *cx;
    char dir[64], file[96], log[96];
    int acknowledged; /* groups */
    int status;       /* of the program */
} Life;

static void life_init(Life *life)
{
    *life = (Life){0};
    life->cx = test_cx_init(&life->t);
    snprintf(life->dir, sizeof life->dir, "/tmp/hanse-cut-XXXXXX");
    assert_non_null(mkdtemp(life->dir));
    snprintf(life->file, sizeof life->file, "%s/hanse.db", life->dir);
    snprintf(life->log, sizeof life->log, "%s/log", life->dir);
}

static void life_done(Life *life)
{
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", life->dir);
    assert_int_equal(system(command), 0);
    test_cx_done(&life->t);
}

static pid_t spawn(const Life *life, const char *control, int out)
{
    char plan[256];
    const char *library = getenv("HANSE_LIBCUT");
    const char *writer = getenv("HANSE_CUT_WRITER");
    assert_non_null(library);
    assert_non_null(writer);
    snprintf(plan, sizeof plan, "%s,log=%s", control, life->log);
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    setenv("LD_PRELOAD", library, 1);
    setenv("HANSE_TEST_CUT", plan, 1);
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
    if (dup2(out, 1) == 1)
        execl(writer, writer, life->file, (char *)NULL);
    _exit(127);
}

/* Counts the acknowledged groups until the program ends; asks for the cut after some of them. */
static void listen_to(Life *life, int in, pid_t pid, int signal_after)
{
    char c;
    while (read(in, &c, 1) == 1) {
        life->acknowledged += c == '\n';
        if (c == '\n' && life->acknowledged == signal_after)
            assert_int_equal(kill(pid, SIGUSR2), 0);
    }
    close(in);
    assert_int_equal(waitpid(pid, &life->status, 0), pid);
}

static void live(Life *life, const char *control, int signal_after)
{
    int ends[2];
    life_init(life);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = spawn(life, control, ends[1]);
    close(ends[1]);
    listen_to(life, ends[0], pid, signal_after);
    assert_true(WIFEXITED(life->status));
}

static int count_groups(Cx *cx)
{
    DbRows rows;
    bool row = false;
    int groups = 0;
    assert_ok(cx, db_start(cx, &Q[TABLES], DB_NO_ARGS, &rows));
    assert_ok(cx, db_next(cx, &rows, &row));
    bool there = db_i64(&rows, 0) == 1;
    db_end(&rows);
    if (!there)
        return 0;
    assert_ok(cx, db_start(cx, &Q[GROUP_SIZES], DB_NO_ARGS, &rows));
    while (db_next(cx, &rows, &row) == OK && row) {
        assert_int_equal(db_i64(&rows, 0), groups++);
        assert_int_equal(db_i64(&rows, 1), ROWS);
    }
    db_end(&rows);
    return groups;
}

static void check_and_done(Life *life)
{
    DbRows rows;
    bool row = false;
    Cx *cx = life->cx;
    assert_ok(cx, db_open(cx, str_from(life->file), (DbOptions){.mode = DB_WRITE}, &cx->db));
    assert_ok(cx, db_start(cx, &Q[CHECK], DB_NO_ARGS, &rows));
    assert_ok(cx, db_next(cx, &rows, &row));
    assert_str("ok", db_text(&rows, 0));
    db_end(&rows);
    assert_true(count_groups(cx) >= life->acknowledged);
    db_close(cx->db);
    life_done(life);
}

static void an_unmodified_program_loses_nothing_at_the_nth_event(void **state)
{
    char control[64];
    Life life;
    (void)state;
    for (int cut = 1; cut < 1200; cut += 1 + cut / 8) {
        snprintf(control, sizeof control, "cut=%d,seed=%d", cut, cut % 3);
        live(&life, control, 0);
        assert_int_equal(WEXITSTATUS(life.status), CUT_STATUS);
        check_and_done(&life);
    }
}

static void an_unmodified_program_is_cut_by_a_signal(void **state)
{
    Life life;
    (void)state;
    live(&life, "seed=5", 20);
    assert_int_equal(WEXITSTATUS(life.status), CUT_STATUS);
    assert_true(life.acknowledged >= 20 && life.acknowledged < 400);
    assert_int_equal(access(life.log, F_OK), 0);
    check_and_done(&life);
}

static void without_a_cut_the_program_does_its_work(void **state)
{
    Life life;
    (void)state;
    live(&life, "seed=0", 0);
    assert_int_equal(WEXITSTATUS(life.status), 0);
    assert_int_equal(life.acknowledged, 400);
    check_and_done(&life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unmodified_program_loses_nothing_at_the_nth_event),
        cmocka_unit_test(an_unmodified_program_is_cut_by_a_signal),
        cmocka_unit_test(without_a_cut_the_program_does_its_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
