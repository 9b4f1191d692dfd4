/* Reading what comes in: where it is, what is wrong with it, and the values that the kinds of
 * attributes hold. Private to entity_input.c. */
#ifndef HANSE_SYSTEMS_ENTITY_READER_H
#define HANSE_SYSTEMS_ENTITY_READER_H

#include "systems/entity.h"
#include "systems/entity_kind.h"

/* Where in the entity: "temperature", "temperature.accuracy". */
typedef struct Step {
    const struct Step *above;
    Str name;
} Step;

typedef struct Reader {
    Cx *cx;
    const LdContext *context;
    InputOptions options;
    bool kinds_told; /* the list of attribute types has been told once */
    bool attribute;  /* the body is one attribute, not an entity */
    Buf out;
    Buf faults;
    int more_faults; /* that found no room */
} Reader;

/* Notes a fault, in printf's words; step NULL for one of the entity itself. */
PRINTF_LIKE(3, 4) void reader_fault(Reader *rd, const Step *step, const char *fmt, ...);
/* What stands there, short enough to be shown. */
Str reader_shown(JsonValue v);
/* False for anything but a string. */
bool reader_string(Reader *rd, JsonValue v, Str *ret);
void reader_check_uri(Reader *rd, const Step *step, const char *what, JsonValue v);
void reader_check_time(Reader *rd, const Step *step, const char *what, JsonValue v);
void reader_check_geometry(Reader *rd, const Step *step, JsonValue v);
/* "urn:ngsi-ld:null" anywhere in it, where it means nothing. */
void reader_check_no_null(Reader *rd, const Step *step, JsonValue v);
/* "name": at the place of a key. */
void reader_name_put(Reader *rd, Str name);
/* ,"name":value */
void reader_span_put(Reader *rd, Str name, JsonValue v);
/* A name, or an array of names, expanded. */
void reader_names_put(Reader *rd, const Step *step, const char *what, JsonValue v);
/* Checks and writes ,"value":... or whatever the kind's main member is. */
void reader_main_put(Reader *rd, const Step *step, AttributeKind kind, JsonValue v);

#endif
