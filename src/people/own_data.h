/* Own data: all that is kept of a person, as one JSON document (GDPR, articles 15 and 20).
 *
 * A section is a row of OWN_SECTIONS: name, fields, a statement with ?1 the tenant, ?2 the person
 * and, where by_mail says so, ?3 the address as it is compared. A later noun adds a row, and one
 * for each column that refers to a person in personal.def; a test walks the schema. What others
 * wrote, and the names of things that the person may not see, are not told. doc/own-data.md
 * describes the fields. */
#ifndef HANSE_PEOPLE_OWN_DATA_H
#define HANSE_PEOPLE_OWN_DATA_H

#include "core/person.h"
#include "people/item.h"

#define OWN_DATA_FORMAT "hanse-own-data-1"

enum {
    OWN_DATA_BYTES_MAX = 48 << 20, /* of what a page gives; the command line gives all */
    OWN_FIELDS_MAX = 24
};

/* Fields are parted by blanks, in the order of the columns. "id#" is a number, "at*" a time,
 * "doc{}" JSON, all others are text. */
typedef struct OwnSection {
    const char *name, *fields;
    Statement statement;
    bool by_mail;
} OwnSection;
extern const OwnSection OWN_SECTIONS[];
extern const size_t OWN_SECTION_COUNT;

/* What personal.def says of a column. */
typedef enum PersonalAct {
    PERSONAL_REMOVE,
    PERSONAL_NOBODY,
    PERSONAL_KEEP,
    PERSONAL_OWN
} PersonalAct;
typedef struct PersonalColumn {
    Str table, column, section;
    const char *untold; /* why no section tells it */
    PersonalAct act;
    const char *why;
} PersonalColumn;
extern const PersonalColumn PERSONAL_COLUMNS[];
extern const size_t PERSONAL_COLUMN_COUNT;

/* Writes the document. LIMIT "own.large" where it does not fit. */
MUST Err own_data_put(Cx *cx, PersonId person, Buf *out);
/* Notes in the audit that the actor took it along. */
MUST Err own_data_taken(Cx *cx, PersonId person);

#endif
