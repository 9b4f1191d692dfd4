#include "core/snapshot.h"

#include <stdlib.h>

void snapshot_init(Snapshot *snapshot)
{
    pthread_mutex_init(&snapshot->mutex, NULL);
    snapshot->current = NULL;
}

static void ref_free(SnapshotRef *ref)
{
    ref->free(ref->owned);
    free(ref);
}

void snapshot_swap(Snapshot *snapshot, void *value, void (*free_value)(void *value))
{
    SnapshotRef *fresh = malloc(sizeof *fresh);
    if (!fresh)
        abort();
    *fresh = (SnapshotRef){.value = value, .free = free_value, .owned = value, .refs = 1};
    pthread_mutex_lock(&snapshot->mutex);
    SnapshotRef *old = snapshot->current;
    snapshot->current = fresh;
    pthread_mutex_unlock(&snapshot->mutex);
    if (old)
        snapshot_release(snapshot, old);
}

SnapshotRef *snapshot_take(Snapshot *snapshot)
{
    pthread_mutex_lock(&snapshot->mutex);
    SnapshotRef *ref = snapshot->current;
    if (ref)
        ref->refs++;
    pthread_mutex_unlock(&snapshot->mutex);
    return ref;
}

void snapshot_release(Snapshot *snapshot, SnapshotRef *ref)
{
    if (!ref)
        return;
    pthread_mutex_lock(&snapshot->mutex);
    bool last = --ref->refs == 0;
    pthread_mutex_unlock(&snapshot->mutex);
    if (last)
        ref_free(ref);
}

void snapshot_done(Snapshot *snapshot)
{
    if (snapshot->current)
        snapshot_release(snapshot, snapshot->current);
    snapshot->current = NULL;
    pthread_mutex_destroy(&snapshot->mutex);
}
