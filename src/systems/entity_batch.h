/* Many entities in one unit of work (ETSI GS CIM 009 V1.9.1, 5.6.7 to 5.6.10, 5.6.20, 5.5.11):
 * what is wrong with one does not hold up the others. */
#ifndef HANSE_SYSTEMS_ENTITY_BATCH_H
#define HANSE_SYSTEMS_ENTITY_BATCH_H

#include "systems/entity.h"

typedef enum BatchVerb {
    BATCH_CREATE,
    BATCH_UPSERT_REPLACE, /* create, or replace the entity */
    BATCH_UPSERT_UPDATE,  /* create, or replace the attributes that are named */
    BATCH_UPDATE,
    BATCH_UPDATE_NO_OVERWRITE,
    BATCH_MERGE,
    BATCH_DELETE
} BatchVerb;

typedef struct BatchItem {
    Str id;                   /* p NULL where it could not be read */
    const EntityInput *input; /* NULL for BATCH_DELETE, and where error is set */
    const Error *error;       /* what was wrong before the store was asked */
} BatchItem;

typedef struct BatchError {
    Str id;
    const Error *error;
} BatchError;

typedef struct BatchResult {
    const Str *created;
    size_t created_count;
    const Str *updated; /* or deleted */
    size_t updated_count;
    const BatchError *errors;
    size_t error_count;
} BatchResult;

/* Applies the items in order. Fails itself only where the store does (UNAVAILABLE, INTERNAL); LIMIT
 * "entity.batch" beyond ENTITY_BATCH_MAX. Re-runnable. */
MUST Err entity_batch(Cx *cx, BatchVerb verb, const BatchItem *items, size_t count,
                      MergeOptions merge, Events *events, BatchResult *ret);

#endif
