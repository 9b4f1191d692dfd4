/* Redaction: taking a person's names and mail addresses out of everything that is written in the
 * store. What is found is replaced by REDACTION_MARK, the sign for words that were left out.
 *
 * A name is found in any way that it may be written: with and without umlauts and accents, upper
 * and lower case, with hyphens, as in addresses of pages, the family name first, with an ending
 * behind it. A part of a name alone is found where the redaction says so (parts). An address is
 * found whole.
 *
 * The pass goes through all columns with text that the store has, as the engine tells, so that no
 * table is forgotten. What it leaves alone stands in text.def with the reason. */
#ifndef HANSE_PEOPLE_REDACTION_H
#define HANSE_PEOPLE_REDACTION_H

#include "db/column.h"
#include "people/item.h"

#define REDACTION_MARK "(…)"

enum {
    REDACTION_PARTS_MAX = 12, /* of one name */
    REDACTION_PART_BYTES_MIN = 3,
    REDACTION_NAMES_MAX = 4000, /* and as many addresses: each is looked for at each word */
    REDACTION_ROWS = 200        /* of a table at a time */
};

/* A name, folded, word by word. */
typedef struct RedactionName {
    Str parts[REDACTION_PARTS_MAX];
    size_t count;
} RedactionName;

typedef struct Redaction {
    RedactionName *names; /* the longest first; a part that is looked for alone is one of its own */
    size_t name_count, name_room;
    Str *mails; /* lower case */
    size_t mail_count, mail_room;
    bool overflow;    /* there was more than it looks for */
    bool begins[256]; /* with which ASCII characters, folded, something begins that is looked for */
} Redaction;

/* An empty one, and what it looks for. The same twice is kept once. redaction_ready comes last:
 * LIMIT "erasure.many" where there was more than REDACTION_NAMES_MAX. */
Redaction redaction_new(void);
void redaction_add_name(Cx *cx, Redaction *redaction, Str name);
void redaction_add_mail(Cx *cx, Redaction *redaction, Str mail);
MUST Err redaction_ready(Cx *cx, Redaction *redaction);
/* The words of a name that are long enough to be looked for alone, folded. */
size_t redaction_parts(Cx *cx, Str name, Str ret[REDACTION_PARTS_MAX]);

/* How many bytes of it stand at that place; 0: nothing to take out. */
size_t redaction_match(const Redaction *redaction, Str text, size_t at);
bool redaction_finds(const Redaction *redaction, Str text);
/* The text without them; p NULL where there is nothing to take out. A text that is one of the
 * addresses and nothing else becomes empty. */
Str redaction_apply(Arena *arena, const Redaction *redaction, Str text);

/* A row of text.def; column "*": all of the table's. */
typedef struct RedactionKeep {
    Str table, column;
    const char *why;
} RedactionKeep;
extern const RedactionKeep REDACTION_KEEPS[];
extern const size_t REDACTION_KEEP_COUNT;
bool redaction_keeps(Str table, Str column);

/* Through the whole store; in a transaction. */
MUST Err redaction_pass(Cx *cx, const Redaction *redaction, int64_t *ret_changed);

#endif
