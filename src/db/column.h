/* Column: what tables there are in the store and what they hold, as the engine tells it: for what
 * has to go through all of them, also through those that are added later. */
#ifndef HANSE_DB_COLUMN_H
#define HANSE_DB_COLUMN_H

#include "db/db.h"

typedef struct DbColumn {
    Str table, name;
    bool is_text, is_number; /* whole ones */
    int64_t key;             /* its place in the primary key, from 1; 0: not in it */
} DbColumn;

enum { DB_COLUMNS_MAX = 5000 };

/* By table, then in the order of the table. Tables that the engine keeps for itself are left out,
 * and so are virtual ones. LIMIT "db.columns". */
MUST Err db_columns(Cx *cx, DbColumn **ret, size_t *ret_count);

#endif
