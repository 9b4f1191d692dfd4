#include "core/worker.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct WorkerThread {
    pthread_t thread;
    WorkerPool *pool;
    Db *db;
} WorkerThread;

struct WorkerPool {
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    WorkerTask *first, *last;
    size_t count;
    bool closing;
    WorkerThread *threads;
    int thread_count;
};

static WorkerTask *take(WorkerPool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    while (!pool->first && !pool->closing)
        pthread_cond_wait(&pool->wake, &pool->mutex);
    WorkerTask *task = pool->first;
    if (task) {
        pool->first = task->next;
        if (!pool->first)
            pool->last = NULL;
        pool->count--;
    }
    pthread_mutex_unlock(&pool->mutex);
    return task;
}

static void *worker_thread(void *arg)
{
    WorkerThread *self = arg;
    for (WorkerTask *task; (task = take(self->pool)) != NULL;)
        task->run(task, self->db);
    return NULL;
}

Err worker_pool_open(Cx *cx, Str where, int threads, WorkerPool **ret)
{
    WorkerPool *pool = calloc(1, sizeof *pool);
    if (!pool || !(pool->threads = calloc((size_t)threads, sizeof *pool->threads)))
        abort();
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    for (int i = 0; i < threads; i++) {
        WorkerThread *self = &pool->threads[i];
        self->pool = pool;
        Err err = db_open(cx, where, (DbOptions){.mode = DB_READ}, &self->db);
        if (err == OK && pthread_create(&self->thread, NULL, worker_thread, self) != 0)
            abort();
        if (err != OK) {
            worker_pool_close(pool);
            return err;
        }
        pool->thread_count++;
    }
    *ret = pool;
    return OK;
}

bool worker_submit(WorkerPool *pool, WorkerTask *task)
{
    pthread_mutex_lock(&pool->mutex);
    bool fits = pool->count < WORKER_QUEUE_MAX && !pool->closing;
    if (fits) {
        task->next = NULL;
        if (pool->last)
            pool->last->next = task;
        else
            pool->first = task;
        pool->last = task;
        pool->count++;
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->mutex);
    return fits;
}

void worker_pool_close(WorkerPool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    pool->closing = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->thread_count; i++) {
        pthread_join(pool->threads[i].thread, NULL);
        db_close(pool->threads[i].db);
    }
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->threads);
    free(pool);
}
