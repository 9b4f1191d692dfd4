/* Sheet: a table (CSV) that somebody pasted, read row by row by the names of its columns. Each row
 * is judged by its noun, and refused with a reason or taken; the first line names the columns, in
 * English or in German, parted by comma, semicolon or tab. What an export of ours defused against
 * spreadsheets is as it was. */
#ifndef HANSE_PEOPLE_SHEET_H
#define HANSE_PEOPLE_SHEET_H

#include "base/csv.h"
#include "people/item.h"

enum { SHEET_ROWS_MAX = 1000, SHEET_COLUMNS_MAX = 40 };

/* A column by its names. */
typedef struct SheetColumn {
    Str name, german;
} SheetColumn;

/* What a sheet says in one line, and why it is not taken. */
typedef struct SheetRow {
    uint64_t line;
    const char *refused; /* the fault's key; NULL: it can be taken */
    Str detail;
} SheetRow;

/* A word that pages use for a code ("Mittelstand" for "company"), in any language. This folder
 * knows no language: who reads a sheet in passes the words. */
typedef struct SheetWord {
    Str word, code;
} SheetWord;
typedef struct SheetWords {
    const SheetWord *list;
    size_t count;
} SheetWords;

typedef struct SheetSource {
    CsvSource source; /* first: the reader knows no other */
    Str rest;
} SheetSource;

typedef struct Sheet {
    Cx *cx;
    SheetSource source;
    CsvReader *reader;
    CsvRecord record;          /* the row that was read last */
    size_t count;              /* rows read */
    size_t columns;            /* that are known */
    int at[SHEET_COLUMNS_MAX]; /* position in a record; -1: the sheet has no such column */
    const Topic *topics;
    size_t topic_count;
} Sheet;

/* Reads the first line; the first of the columns is needed. INVALID "import.columns" where it
 * lacks, or a column stands there twice; "import.unknown" for one that is unknown, its detail is
 * the name alone. The sheet must stay where it is. */
MUST Err sheet_open(Sheet *sheet, Cx *cx, Str text, const SheetColumn *columns, size_t count);
/* LIMIT "import.rows"; the faults of csv.h that end a file. */
MUST Err sheet_next(Sheet *sheet, SheetRow *ret, bool *ret_more);
Str sheet_field(const Sheet *sheet, size_t column);
/* The same, the code where it is one of its words, in upper or lower case. */
Str sheet_code(const Sheet *sheet, size_t column, SheetWords words);
/* The first reason stays. */
void sheet_refuse(SheetRow *row, const char *key, Str detail);
/* Slugs parted by blanks, or names parted by commas; refuses with "import.topic". */
void sheet_topics(const Sheet *sheet, size_t column, ItemDraft *draft, SheetRow *row);
/* Degrees; refuses with "item.place". */
void sheet_place(const Sheet *sheet, size_t lat, size_t lon, ItemDraft *draft, SheetRow *row);
/* Refuses with the first flaw that check finds, which is then forgotten: the next row has its own.
 */
void sheet_check(Cx *cx, void (*check)(Cx *cx, const void *draft), const void *draft,
                 SheetRow *row);

#endif
