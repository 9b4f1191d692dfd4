/* Reading gettext's PO files: the subset that text/ uses, and nothing is guessed.
 *
 *   #. args n:int name:text          the placeholders, in the order of the C function
 *   #. args who:text? what:text?     ones that the text may leave out: functions of one type
 *   msgid "park.reporting"
 *   msgid_plural "park.reporting"    only where a number decides; the first int is that number
 *   msgstr[0] "{n} von {name} meldet"
 *   msgstr[1] "{n} von {name} melden"
 *
 * The plural rule must be nplurals=2; plural=(n != 1), which German and English share. */
#ifndef HANSE_TOOLS_PO_H
#define HANSE_TOOLS_PO_H

#include "base/buf.h"

enum { PO_ARGS_MAX = 6 /* more cannot be told apart at the call */ };

typedef struct PoArg {
    Str name;
    bool is_int;
    bool optional;
} PoArg;

typedef struct PoEntry {
    Str key;
    Str forms[2]; /* the second one only where plural */
    bool plural;
    PoArg args[PO_ARGS_MAX];
    size_t arg_count;
    size_t line;
} PoEntry;

typedef struct Po {
    Str path;
    PoEntry *entries; /* sorted by key */
    size_t count;
    Str error; /* "text/de.po:12: error: ..." */
} Po;

Po po_parse(Arena *arena, Str path, Str text);
const PoEntry *po_find(const Po *po, Str key);
/* Both catalogues have the same keys, with the same arguments. The error is empty where so. */
Str po_compare(Arena *arena, const Po *a, const Po *b);

#endif
