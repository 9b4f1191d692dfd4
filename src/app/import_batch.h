/* The way of an import's rows into the store: units of at most IMPORT_ROWS_MAX rows, a few of them
 * on their way at once, so that reading and writing overlap and memory stays bounded.
 *
 * A unit that the store refuses is taken apart: its rows are tried one by one, so that a bad one
 * takes no good one with it. */
#ifndef HANSE_APP_IMPORT_BATCH_H
#define HANSE_APP_IMPORT_BATCH_H

#include "app/import_report.h"
#include "core/unit.h"
#include "systems/feed_take.h"

enum {
    IMPORT_ROWS_MAX = 500,      /* per unit: the server's own changes wait no longer than that */
    IMPORT_READINGS_MAX = 4000, /* per unit of a wide file, for the same reason */
    IMPORT_UNIT_BYTES_MAX = 16 << 20, /* of large records: a unit ends behind the one beyond */
    IMPORT_SLOTS = 3                  /* units that are filled, wait, or are applied */
};

typedef struct ImportCounts {
    uint64_t rows;           /* read */
    uint64_t taken;          /* gave at least one value */
    uint64_t skipped;        /* left out as the mapping says, or empty */
    uint64_t refused;        /* gave none, with a reason */
    uint64_t values_refused; /* of rows that were taken otherwise */
    uint64_t entities;       /* that were spoken of */
    FeedTaken store;
} ImportCounts;

typedef struct ImportRow {
    Str file; /* outlives the import */
    uint64_t line;
    FeedOutcome outcome;
    const EntityInput *entity; /* of a row that is a whole entity */
} ImportRow;

/* A unit while it is filled. */
typedef struct ImportSlot {
    Unit unit; /* first */
    Arena arena;
    Error error;
    Cx cx; /* for mapping rows: the slot's arena */
    const Feed *feed;
    FeedBatch batch;
    ImportRow rows[IMPORT_ROWS_MAX];
    uint32_t row_count;
    uint32_t from, to; /* rows that the unit takes */
    FeedTaken taken;
    bool busy; /* the writer has it; under the batches' mutex */
    bool full; /* handed over and not looked at yet */
    struct ImportBatches *batches;
} ImportSlot;

typedef struct ImportBatches ImportBatches;
MUST Err import_batches_open(Cx *cx, Writer *writer, const Actor *actor, ImportReport *report,
                             ImportBatches **ret);
/* The slot for the next row, with room for it. Errors: UNAVAILABLE and INTERNAL of the store, at
 * which the import ends; what was committed stays. */
MUST Err import_batches_slot(Cx *cx, ImportBatches *batches, const Feed *feed, ImportSlot **ret);
/* Numbers the row that was just mapped into the slot; its outcome is counted. */
void import_batches_row(ImportBatches *batches, ImportSlot *slot, ImportRow row);
/* Hands over what is left and waits for all. */
MUST Err import_batches_finish(Cx *cx, ImportBatches *batches);
void import_batches_close(ImportBatches *batches);
const ImportCounts *import_batches_counts(const ImportBatches *batches);

#endif
