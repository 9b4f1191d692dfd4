/* Reading in a table: the page with its form, what would be taken of it, and taking it. A page of
 * one noun says what is its own and passes the rest on. */
#ifndef HANSE_WEB_IMPORT_PAGE_H
#define HANSE_WEB_IMPORT_PAGE_H

#include "people/sheet.h"
#include "web/page.h"

enum { IMPORT_BYTES_MAX = 1 << 20 /* of a table */ };

typedef struct ImportRow {
    SheetRow row;
    Str title, state;
} ImportRow;

typedef struct ImportRows {
    ImportRow *rows;
    size_t count;
} ImportRows;

/* A column whose values are codes, which people know by the words that stand on pages. */
typedef struct ImportCodes {
    size_t column;
    const char *refused;   /* the key of a row that says another one */
    const char *words;     /* the key of their texts, % for the code: "organisation.kind.%" */
    Str (*code)(size_t i); /* empty behind the last one */
} ImportCodes;

typedef struct Import {
    Noun noun;
    MenuItem current;
    Str path;                                   /* where the form stands, and posts to */
    Str after;                                  /* the page that shows what was taken */
    Str (*list_title)(Arena *arena, Lang lang); /* NULL: the noun's list does not stand above */
    Str (*title)(Arena *arena, Lang lang);
    Str (*lead)(Arena *arena, Lang lang);
    const SheetColumn *columns; /* that are read, the needed one first */
    size_t column_count;
    const Str *example; /* what stands in them in the template; codes become words */
    const ImportCodes *codes;
    size_t code_count;
    Str (*what)(Arena *arena, Lang lang);               /* heads the column of titles */
    Str (*take)(Arena *arena, Lang lang, int64_t rows); /* on the button that takes the rows */
    Err (*read)(Cx *cx, const Zone *zone, Str text, ImportRows *ret);
    Err (*run)(Cx *cx, const Zone *zone, Str text, struct Events *events);
} Import;

/* A field for a file and one for the table itself ("columns"), the way to the template, and the
 * button that shows what would be taken. */
MUST Err import_put_form(Call *call, const Import *import);
/* A table to fill in: the columns in the reader's language, and a row as an example. */
MUST Err import_put_template(Call *call, const Import *import);
/* Reads the table, or takes it where that is asked for ("take"); import_decode is before it:
 * LIMIT "import.large.file", INVALID "import.encoding.file" for what is no UTF-8,
 * "import.none.file" for nothing. */
MUST Err import_apply(Call *call, Cx *cx, struct Events *events, const Import *import);
/* Refused rows with line and reason, good ones with their state, and the button, where one is
 * good. */
MUST Err import_encode(Call *call, const Import *import);
/* The words of the codes in all languages, to read a table with. */
SheetWords import_words(Arena *arena, const ImportCodes *codes);

#endif
