/* Organisations from a file (CSV): read as a whole, each row judged, then taken in one unit of
 * work. The first line names the columns:
 *
 *   name (needed), kind, state (interested, applied, accepted), founder (1 or 0), lead, district,
 *   lat, lon, topics (as sheet_topics reads them), offers and seeks (one a line), website, mail,
 * phone, street, postcode, town, register, since, agreement, agreed_on, rep_mail, rep_name
 *
 * A row is refused, with its reason, when it says
 * what an organisation cannot be, or is there already (by name or register number), in the file
 * or in the store; the others are taken. Nobody is sent a mail: representatives choose a password
 * of their own where the login page offers it. */
#ifndef HANSE_PEOPLE_ORGANISATION_IMPORT_H
#define HANSE_PEOPLE_ORGANISATION_IMPORT_H

#include "base/calendar.h"
#include "people/organisation.h"
#include "people/sheet.h"

enum { ORGANISATION_COLUMN_COUNT = 23 };
/* In English and in German, in the order above. */
extern const SheetColumn ORGANISATION_COLUMNS[ORGANISATION_COLUMN_COUNT];

/* What state may say, beside nothing, which is the first one. */
enum { ORGANISATION_IMPORT_STATE_COUNT = 3 };
extern const Str ORGANISATION_IMPORT_STATES[ORGANISATION_IMPORT_STATE_COUNT];

/* What kind, state and founder may say beside the codes; empty: nothing else. */
typedef struct OrganisationWords {
    SheetWords kinds, states, founder;
} OrganisationWords;

typedef struct OrganisationRow {
    SheetRow row;
    OrganisationDraft draft;
    Str state;
    Str rep_mail, rep_name;
    Str key; /* its name as it is compared with others */
} OrganisationRow;

typedef struct OrganisationRows {
    OrganisationRow *rows;
    size_t count, good;
} OrganisationRows;

/* The faults of sheet_open and sheet_next; DENIED without MAY_OFFICE_WORK. */
MUST Err organisation_import_read(Cx *cx, const Zone *zone, OrganisationWords words, Str text,
                                  OrganisationRows *ret);
/* Takes the good rows of the same text. */
MUST Err organisation_import(Cx *cx, const Zone *zone, OrganisationWords words, Str text,
                             Events *events, size_t *ret_taken);

#endif
