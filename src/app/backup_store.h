/* The files of a data directory inside of a backup. */
#ifndef HANSE_APP_BACKUP_STORE_H
#define HANSE_APP_BACKUP_STORE_H

#include "db/db.h"

MUST Err backup_store_create(Cx *cx);
MUST Err backup_store_add_file(Cx *cx, Str path, Str bytes);
/* The Str are valid during the call. */
MUST Err backup_store_each_file(Cx *cx, Err (*each)(Cx *cx, void *user, Str path, Str bytes),
                                void *user);
/* How many files of the folder of uploads it holds, and the hash of one that a row names and the
 * backup has not; p NULL: it is whole. */
MUST Err backup_store_uploads(Cx *cx, int64_t *ret_count, Str *ret_missing);
MUST Err backup_store_drop(Cx *cx);

#endif
