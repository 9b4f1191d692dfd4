/* CSV (RFC 4180), read record by record from a stream: quoted fields with line breaks, CRLF or
 * LF, a UTF-8 byte order mark skipped, any single-byte separator. */
#ifndef HANSE_BASE_CSV_H
#define HANSE_BASE_CSV_H

#include "base/buf.h"
#include "base/err.h"

enum { CSV_FIELDS_MAX = 4096, CSV_RECORD_BYTES_MAX = 1 << 20 };

typedef struct CsvRecord {
    const Str *fields; /* unquoted; valid until the next record */
    size_t count;
    uint64_t line; /* of the record's first byte, from 1 */
} CsvRecord;

/* Where bytes come from: fills up to n bytes, gives 0 at the end. */
typedef struct CsvSource {
    MUST Err (*read)(struct CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n);
} CsvSource;

typedef struct CsvReader CsvReader;
/* The reader lives in cx->arena and uses bounded memory, however long the file is. */
CsvReader *csv_reader(Cx *cx, CsvSource *source, char separator);
/* *ret_more is false at the end. Errors, with the line: INVALID "csv.quote", "csv.utf8";
 * LIMIT "csv.record". After an error the reader stands behind the bad record and can go on,
 * except after an unclosed quote, which takes the rest of the file. */
MUST Err csv_next(Cx *cx, CsvReader *reader, CsvRecord *ret, bool *ret_more);
/* A field with its quotes where it needs them; a leading = + - @ tab or CR, which a spreadsheet
 * would run as a formula, is defused by a leading apostrophe unless it is a number. */
void csv_put(Buf *buf, Str field, char separator);

#endif
