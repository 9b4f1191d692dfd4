/* What the pages share that read in a table: the form, and what would be taken of it. */
#ifndef HANSE_WEB_IMPORT_PAGE_H
#define HANSE_WEB_IMPORT_PAGE_H

#include "people/sheet.h"
#include "web/form.h"

typedef struct ImportRow {
    SheetRow row;
    Str title, state; /* in words */
} ImportRow;

typedef struct Import {
    Str path, text; /* where the form posts to, and the table that it carries */
    Str what, take; /* heads the column of titles; on the button that takes the rows */
    const ImportRow *rows;
    size_t count;
} Import;

/* A field for the table ("columns") and the button that shows what would be taken. */
void import_put_form(Page *page, Str path, Str hint);
/* Refused rows with line and reason, good ones with their state, and the button ("take"), where one
 * is good. */
void import_put_preview(Page *page, const Import *import);

#endif
