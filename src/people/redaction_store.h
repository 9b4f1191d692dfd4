/* The SQL of redactions, whose tables and columns the engine names; private to people/redaction.c.
 */
#ifndef HANSE_PEOPLE_REDACTION_STORE_H
#define HANSE_PEOPLE_REDACTION_STORE_H

#include "people/redaction.h"

enum { REDACTION_KEYS_MAX = 6, REDACTION_TEXTS_MAX = 40 };

typedef struct RedactionTable {
    Str name;
    bool has_tenant;
    Str keys[REDACTION_KEYS_MAX];
    bool key_is_text[REDACTION_KEYS_MAX];
    size_t key_count;
    Str texts[REDACTION_TEXTS_MAX];
    size_t text_count;
} RedactionTable;

typedef struct RedactionRow {
    Str keys[REDACTION_KEYS_MAX]; /* as text */
    Str texts[REDACTION_TEXTS_MAX];
} RedactionRow;

MUST Err redaction_store_rows(Cx *cx, const RedactionTable *table, int64_t from, size_t limit,
                              RedactionRow **ret, size_t *ret_count);
MUST Err redaction_store_set(Cx *cx, const RedactionTable *table, const RedactionRow *row,
                             Str column, Str text);

#endif
