/* Ideas from a table (CSV): read as a whole, each row judged, then taken in one unit of work. It
 * reads what the list of ideas gives out:
 *
 *   title (needed), lead, body, state (published, evaluation), topics (as sheet_topics reads
 *   them), district, lat, lon; published, persons and organisations may stand there and are passed
 * over
 *
 * A row is refused, with its reason, when it says what an idea cannot be, when it was answered
 * already (the answer does not stand in the table), or when an idea of that title is there, in the
 * file or in the store; the others are taken, written by who reads them in. */
#ifndef HANSE_PEOPLE_IDEA_IMPORT_H
#define HANSE_PEOPLE_IDEA_IMPORT_H

#include "people/idea.h"
#include "people/sheet.h"

typedef struct IdeaRow {
    SheetRow row;
    ItemDraft draft;
    Str state;
    Str slug; /* its title as it is compared with others */
} IdeaRow;

typedef struct IdeaRows {
    IdeaRow *rows;
    size_t count, good;
} IdeaRows;

/* The columns of the table that is given out, of which the first eight are read. */
enum { IDEA_COLUMN_COUNT = 11 };
extern const SheetColumn IDEA_COLUMNS[IDEA_COLUMN_COUNT];

/* What state may say, beside nothing, which is the first one. */
enum { IDEA_IMPORT_STATE_COUNT = 2 };
extern const Str IDEA_IMPORT_STATES[IDEA_IMPORT_STATE_COUNT];

/* states: the words for them. The faults of sheet_open and sheet_next; DENIED without
 * MAY_OFFICE_WORK. */
MUST Err idea_import_read(Cx *cx, SheetWords states, Str text, IdeaRows *ret);
/* Takes the good rows of the same text. */
MUST Err idea_import(Cx *cx, SheetWords states, Str text, Events *events, size_t *ret_taken);

#endif
