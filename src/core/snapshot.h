/* An immutable value that is replaced whole: built by one thread, read by all.
 *
 * A reader takes a reference, looks, and lets go; the value is freed when nobody holds it. */
#ifndef HANSE_CORE_SNAPSHOT_H
#define HANSE_CORE_SNAPSHOT_H

#include "base/base.h"

#include <pthread.h>

typedef struct SnapshotRef {
    const void *value;
    void (*free)(void *value);
    void *owned; /* the same as value, to be freed */
    int refs;    /* under the snapshot's mutex */
} SnapshotRef;

typedef struct Snapshot {
    pthread_mutex_t mutex;
    SnapshotRef *current;
} Snapshot;

void snapshot_init(Snapshot *snapshot);
/* Puts a new value in place; the snapshot owns it from here. */
void snapshot_swap(Snapshot *snapshot, void *value, void (*free_value)(void *value));
/* NULL before the first swap. */
SnapshotRef *snapshot_take(Snapshot *snapshot);
void snapshot_release(Snapshot *snapshot, SnapshotRef *ref);
void snapshot_done(Snapshot *snapshot);

#endif
