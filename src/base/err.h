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
} Error;

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

const char *err_name(Err code); /* "invalid", "not-found", ... */

#endif
