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
/* The reader lives in cx->arena, whatever Cx its records are read with, and uses bounded memory
 * (about 2 MiB at the most), however long the file is. The separator is an ASCII character, but no
 * quote and no line break. */
CsvReader *csv_reader(Cx *cx, CsvSource *source, char separator);
/* *ret_more is false at the end. Empty lines are passed over; a CR that does not belong to a line
 * break is a byte as any other. Errors, with the line: INVALID "csv.quote", "csv.utf8" (a NUL too);
 * LIMIT "csv.record"; and the source's own. After an error of the first three kinds the reader
 * stands behind the bad record and can go on; after a misplaced quote this is the next line, and
 * an unclosed quote takes the rest of the file. */
MUST Err csv_next(Cx *cx, CsvReader *reader, CsvRecord *ret, bool *ret_more);
/* A field with its quotes where it needs them; a leading = + - @ tab or CR, which a spreadsheet
 * would run as a formula, is defused by a leading apostrophe unless it is a number. Separators and
 * line breaks are the caller's; a record of one empty field alone would be an empty line, which
 * readers pass over. */
void csv_put(Buf *buf, Str field, char separator);

#endif
