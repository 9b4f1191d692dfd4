/* Blob: the bytes of a file, kept in a folder under the name of their hash (BLAKE2b, 32 bytes, as
 * hex), so that the same bytes are kept once.
 *
 *   DIR/3f/3f9a...e2
 *
 * Bytes are on disk, whole and under their name, before blob_put comes back: a commit that names
 * them names something. What no row names any more is removed later by a job, never at once. */
#ifndef HANSE_CORE_BLOB_H
#define HANSE_CORE_BLOB_H

#include "base/err.h"

enum { BLOB_NAME_BYTES = 64 };

/* Writes the bytes, or touches them where they are already. UNAVAILABLE "blob.write". */
MUST Err blob_put(Cx *cx, Str dir, Str bytes, Str *ret_name);
bool blob_exists(Cx *cx, Str dir, Str name);
/* NOT_FOUND "blob.missing"; LIMIT "blob.large" beyond max bytes; INVALID "blob.name". */
MUST Err blob_get(Cx *cx, Str dir, Str name, size_t max, Str *ret);
/* Names of blobs last written before then, at most limit of them, and removes leftovers of
 * interrupted writes that are older. A folder that is not there holds none. */
MUST Err blob_list_old(Cx *cx, Str dir, int64_t before_us, size_t limit, Str **ret,
                       size_t *ret_count);
/* Whether the blob was last written before then; false for one that is not there. */
bool blob_is_older(Cx *cx, Str dir, Str name, int64_t before_us);
void blob_remove(Cx *cx, Str dir, Str name);

#endif
