/* Workers: what is queued is done, and a full queue says no. */
#include "core/worker.h"

#include "core/test_core.h"

#include <pthread.h>

typedef struct Gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool open;
    int running, done, most;
    int order[WORKER_QUEUE_MAX + 8];
} Gate;

typedef struct Task {
    WorkerTask task;
    Gate *gate;
    int number;
    TestCx t;
    Err read, write;
} Task;

static void run_behind_gate(WorkerTask *task, Db *db)
{
    Task *self = (Task *)task; /* the task is its first member */
    Gate *gate = self->gate;
    (void)db;
    pthread_mutex_lock(&gate->mutex);
    gate->running++;
    gate->most = MAX(gate->most, gate->running);
    pthread_cond_broadcast(&gate->changed);
    while (!gate->open)
        pthread_cond_wait(&gate->changed, &gate->mutex);
    gate->running--;
    gate->order[gate->done++] = self->number;
    pthread_mutex_unlock(&gate->mutex);
}

static void gate_init(Gate *gate)
{
    *gate = (Gate){0};
    pthread_mutex_init(&gate->mutex, NULL);
    pthread_cond_init(&gate->changed, NULL);
}

static void wait_for_running(Gate *gate, int running)
{
    pthread_mutex_lock(&gate->mutex);
    while (gate->running < running)
        pthread_cond_wait(&gate->changed, &gate->mutex);
    pthread_mutex_unlock(&gate->mutex);
}

static void open_gate(Gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    gate->open = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->mutex);
}

static WorkerPool *pool_open(TestCore *f, int threads)
{
    WorkerPool *pool = NULL;
    assert_ok(&f->t.cx, worker_pool_open(&f->t.cx, str_from(f->db.where), threads, &pool));
    return pool;
}

static void a_full_queue_says_no_and_what_is_queued_is_done_in_order(void **state)
{
    TestCore *f = *state;
    static Gate gate;
    static Task tasks[WORKER_QUEUE_MAX + 2];
    WorkerPool *pool = pool_open(f, 1);
    gate_init(&gate);
    for (int i = 0; i < WORKER_QUEUE_MAX + 2; i++)
        tasks[i] = (Task){.task.run = run_behind_gate, .gate = &gate, .number = i};
    assert_true(worker_submit(pool, &tasks[0].task));
    wait_for_running(&gate, 1);
    for (int i = 1; i <= WORKER_QUEUE_MAX; i++)
        assert_true(worker_submit(pool, &tasks[i].task));
    assert_false(worker_submit(pool, &tasks[WORKER_QUEUE_MAX + 1].task));
    open_gate(&gate);
    worker_pool_close(pool);
    assert_int_equal(gate.done, WORKER_QUEUE_MAX + 1);
    for (int i = 0; i < gate.done; i++)
        assert_int_equal(gate.order[i], i);
}

static void workers_work_at_the_same_time(void **state)
{
    TestCore *f = *state;
    static Gate gate;
    static Task tasks[3];
    WorkerPool *pool = pool_open(f, 3);
    gate_init(&gate);
    for (int i = 0; i < 3; i++) {
        tasks[i] = (Task){.task.run = run_behind_gate, .gate = &gate, .number = i};
        assert_true(worker_submit(pool, &tasks[i].task));
    }
    wait_for_running(&gate, 3);
    open_gate(&gate);
    worker_pool_close(pool);
    assert_int_equal(gate.most, 3);
    assert_int_equal(gate.done, 3);
}

static void run_statements(WorkerTask *task, Db *db)
{
    static const Statement READ = SQL("SELECT count(*) FROM setting");
    static const Statement WRITE = SQL("DELETE FROM setting");
    Task *self = (Task *)task;
    Cx *cx = test_cx_init(&self->t);
    DbRows rows;
    bool row = false;
    cx->db = db;
    self->read = db_start(cx, &READ, DB_NO_ARGS, &rows);
    if (self->read == OK) {
        self->read = db_next(cx, &rows, &row);
        db_end(&rows);
    }
    self->write = db_run(cx, &WRITE, DB_NO_ARGS);
    test_cx_done(&self->t);
}

static void a_worker_reads_the_store_and_cannot_write(void **state)
{
    TestCore *f = *state;
    Task task = {.task.run = run_statements};
    WorkerPool *pool = pool_open(f, 1);
    assert_true(worker_submit(pool, &task.task));
    worker_pool_close(pool);
    assert_int_equal(task.read, OK);
    assert_int_not_equal(task.write, OK);
}

static void a_pool_without_a_store_does_not_open(void **state)
{
    TestCore *f = *state;
    WorkerPool *pool;
    Cx *cx = &f->t.cx;
    Str nowhere = arena_fmt(cx->arena, "%s/none/hanse.db", f->db.dir);
    assert_err(cx, ERR_UNAVAILABLE, "db.open", worker_pool_open(cx, nowhere, 2, &pool));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_SQLITE(a_full_queue_says_no_and_what_is_queued_is_done_in_order, teardown),
        TEST_ON_SQLITE(workers_work_at_the_same_time, teardown),
        TEST_ON_BOTH(a_worker_reads_the_store_and_cannot_write, teardown),
        TEST_ON_SQLITE(a_pool_without_a_store_does_not_open, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
