/* The SQL of redactions, whose tables and columns the engine names; private to people/redaction.c.
 */
#ifndef HANSE_PEOPLE_REDACTION_STORE_H
#define HANSE_PEOPLE_REDACTION_STORE_H

#include "people/redaction.h"

enum { REDACTION_KEYS_MAX = 6, REDACTION_TEXTS_MAX = 40 };

typedef struct RedactionTable {
    Str name;
    bool has_tenant, has_key;
    Str keys[REDACTION_KEYS_MAX];      /* without the tenant */
    int key_kinds[REDACTION_KEYS_MAX]; /* of DbValue */
    size_t key_count;
    Str texts[REDACTION_TEXTS_MAX];
    size_t text_count;
} RedactionTable;

typedef struct RedactionRow {
    DbValue keys[REDACTION_KEYS_MAX];
    Str texts[REDACTION_TEXTS_MAX];
} RedactionRow;

/* By key, behind that row (NULL: from the first one); fewer than asked for at the end. */
MUST Err redaction_store_rows(Cx *cx, const RedactionTable *table, const RedactionRow *last,
                              size_t limit, RedactionRow **ret, size_t *ret_count);
MUST Err redaction_store_set(Cx *cx, const RedactionTable *table, const RedactionRow *row,
                             Str column, Str text);

#endif
