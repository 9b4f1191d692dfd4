/* Errors: a closed set of codes, and beside it the message key, detail and place.
 *
 * A fallible function returns Err and leaves its out-parameters untouched when it is not OK. The
 * error itself stands in cx->error. Each face (HTTP, MQTT, command line) has one table from the
 * message key, with the code as default, to its own status. */
#ifndef HANSE_BASE_ERR_H
#define HANSE_BASE_ERR_H

#include "base/cx.h"

typedef struct Error {
    Err code;
    const char *key; /* "entity.exists": stable, listed in text/, looked up by the faces */
    Str detail;      /* English, for logs and API details; lives in the arena of the Cx */
    const char *file;
    int line;
    const struct Flaw *flaws; /* what else is wrong with the same input, the first one first */
} Error;

/* One thing that is wrong with a form: pages show it beside its field. */
typedef struct Flaw {
    struct Flaw *next;
    const char *key; /* "idea.title": what stands behind the last dot is the field's name */
    Str detail;
} Flaw;

/* Records the error and returns its code. The detail says what to do, or what was found where. */
#define fail(cx, code, key, ...) fail_at(cx, __FILE__, __LINE__, code, key, __VA_ARGS__)
MUST Err fail_at(Cx *cx, const char *file, int line, Err code, const char *key, const char *fmt,
                 ...) PRINTF_LIKE(6, 7);

/* Passes an error on; the only macro that hides a return. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        Err try_err_ = (call);                                                                     \
        if (try_err_ != OK)                                                                        \
            return try_err_;                                                                       \
    } while (0)

/* Notes a flaw and goes on looking, so that a person is told all of them at once. */
#define flaw(cx, key, ...) flaw_at(cx, key, __VA_ARGS__)
void flaw_at(Cx *cx, const char *key, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* INVALID with the first flaw's key where any was noted since the unit of work began. */
MUST Err flaws_end(Cx *cx);

const char *err_name(Err code); /* "invalid", "not-found", ... */

#endif
