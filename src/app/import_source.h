/* What an import reads: a file as a stream of bytes, and JSON values out of such a stream without
 * holding the whole text. */
#ifndef HANSE_APP_IMPORT_SOURCE_H
#define HANSE_APP_IMPORT_SOURCE_H

#include "base/csv.h"

/* A file that tells how far it was read. */
typedef struct ImportFile {
    CsvSource source; /* first: the reader's view of it */
    int fd;
    Str name;
    uint64_t size;
    uint64_t at;
} ImportFile;
/* NOT_FOUND "import.file" with the reason. */
MUST Err import_file_open(Cx *cx, Str name, ImportFile *ret);
void import_file_close(ImportFile *file);
/* Up to n bytes from the file's start, which stays unread. */
MUST Err import_file_peek(Cx *cx, ImportFile *file, char *to, size_t n, size_t *ret_n);

enum { IMPORT_VALUE_BYTES_MAX = 8 << 20 /* of one record: two of the largest entities */ };

typedef enum JsonShape {
    JSON_SHAPE_VALUES, /* values one after the other; the elements where the first is an array */
    JSON_SHAPE_LINES,  /* a value per line: a broken line costs that line alone */
    JSON_SHAPE_MEMBER  /* the elements of an array that is a member of the one top-level object */
} JsonShape;

typedef struct JsonStream JsonStream;
/* The stream lives in cx->arena; its buffer grows to IMPORT_VALUE_BYTES_MAX at the most. member is
 * for JSON_SHAPE_MEMBER. */
JsonStream *json_stream(Cx *cx, CsvSource *source, JsonShape shape, Str member);
/* The text of the next value, not parsed yet and valid until the next call, and the line where it
 * begins, from 1. LIMIT "import.large" for one that is too large: the next call goes on behind it.
 * INVALID "import.json", with the line, where the rest of the file cannot be told apart. */
MUST Err json_stream_next(Cx *cx, JsonStream *stream, Str *ret_text, uint64_t *ret_line,
                          bool *ret_more);

#endif
