/* Workers: threads with a read connection each, for what may be slow: password hashing, heavy
 * reads, exports. A bounded queue; when it is full the caller is told. */
#ifndef HANSE_CORE_WORKER_H
#define HANSE_CORE_WORKER_H

#include "db/db.h"

enum { WORKER_QUEUE_MAX = 64 };

/* Embedded in what is to be done. run gets the worker's read connection and is on its own to
 * say that it is done. */
typedef struct WorkerTask {
    struct WorkerTask *next;
    void (*run)(struct WorkerTask *task, Db *db);
} WorkerTask;

typedef struct WorkerPool WorkerPool;
MUST Err worker_pool_open(Cx *cx, Str where, int threads, WorkerPool **ret);
/* From every thread; false when the queue is full or the pool is closing. */
MUST bool worker_submit(WorkerPool *pool, WorkerTask *task);
/* Runs what is queued, then stops. */
void worker_pool_close(WorkerPool *pool);

#endif
