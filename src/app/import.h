/* Import: files into the store, by the same way that messages take (feed_take.h).
 *
 * NGSI-LD (one entity, an array, one per line), GeoJSON and other JSON lists, CSV. Files are read
 * as streams, so their size does not matter. Good rows go in, bad ones are listed with file, line
 * and reason. Importing the same file twice changes nothing. */
#ifndef HANSE_APP_IMPORT_H
#define HANSE_APP_IMPORT_H

#include "app/config.h"
#include "app/import_batch.h"

typedef struct ImportInput {
    Str name;
    Str text; /* p NULL: the file of that name */
} ImportInput;

typedef struct ImportJob {
    const ContextStore *contexts;
    const Feed *feed; /* NULL: the files are NGSI-LD */
    const ImportInput *inputs;
    size_t input_count;
    FILE *out;     /* progress and refused rows; NULL: none */
    FILE *refused; /* refused rows as CSV; NULL: none */
} ImportJob;

typedef struct ImportSummary {
    ImportCounts counts;
    int64_t took_us;
} ImportSummary;

/* Imports into a store that is up to date (store_prepare). A server may serve it at the same time:
 * the import then leaves the store to it half of the time. Errors:
 * NOT_FOUND "import.file"; INVALID "import.map" for a file that needs a mapping; INVALID
 * "feed.column"; those of the store. Before an error whole units may have been committed. */
MUST Err import_run(Cx *cx, const Config *config, Str store, const ImportJob *job,
                    ImportSummary *ret);

/* Reads a mapping; errors name the file. */
MUST Err import_map_read(Cx *cx, const ContextStore *contexts, Str file, Feed **ret);

#endif
