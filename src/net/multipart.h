/* Forms that carry files: multipart/form-data (RFC 7578, RFC 2046), as a whole in memory.
 *
 * A parser of foreign bytes that reads what browsers write and nothing else: no text before the
 * first and behind the last boundary, one Content-Disposition per part, no nesting, no transfer
 * encoding. What is malformed is an error; nothing is guessed. Results point into the body. */
#ifndef HANSE_NET_MULTIPART_H
#define HANSE_NET_MULTIPART_H

#include "base/buf.h"
#include "base/err.h"

enum {
    MULTIPART_PARTS_MAX = 200,       /* more fields than any form of ours has */
    MULTIPART_HEAD_BYTES_MAX = 4096, /* of the header lines of one part, all together */
    MULTIPART_NAME_BYTES_MAX = 200,  /* of a field */
    MULTIPART_FILE_NAME_BYTES_MAX = 1000,
    MULTIPART_BOUNDARY_BYTES_MAX = 70 /* RFC 2046, 5.1.1 */
};

typedef struct MultipartPart {
    Str name;
    bool is_file;  /* has a file name, be it empty */
    Str file_name; /* without any folder; empty where the reader chose no file */
    Str type;      /* as the sender says, which proves nothing; may be empty */
    Str body;      /* UTF-8 where it is no file */
} MultipartPart;

typedef struct Multipart {
    const MultipartPart *parts;
    size_t count;
} Multipart;

/* Whether the value of a Content-Type says multipart/form-data. */
bool multipart_is(Str content_type);
/* INVALID "request.multipart" for what is malformed; LIMIT "request.parts" for more parts, longer
 * names or longer header lines than the limits above. */
MUST Err multipart_parse(Cx *cx, Str content_type, Str body, Multipart *ret);
/* The fields that are no files, as the urlencoded body that the form would have had without. */
Str multipart_fields(Arena *arena, const Multipart *form);

#endif
