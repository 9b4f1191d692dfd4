/* Compression of answers that are made on the fly; assets bring theirs along. */
#ifndef HANSE_APP_COMPRESS_H
#define HANSE_APP_COMPRESS_H

#include "net/call.h"

/* Its tables are large, so they are made once and used again: one per loop. */
typedef struct Compressor Compressor;
Compressor *compressor_open(void);
void compressor_close(Compressor *compressor);

/* Replaces the body of a page by its gzip (RFC 1952) where the client takes it and it is worth
 * it. Machine faces are left alone: their clients sit near, and time is dearer than bytes. */
void compress_page(Compressor *compressor, Call *call);

#endif
