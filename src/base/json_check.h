/* For tests and fuzzing only: json.h held against jansson, an independent parser.
 *
 * Both readings are written down as a plain text of their meaning (types, lengths, values in
 * reading order), which must be equal. Two files, since jansson.h and json.h share names. */
#ifndef HANSE_BASE_JSON_CHECK_H
#define HANSE_BASE_JSON_CHECK_H

#include "base/buf.h"
#include "base/err.h"

typedef enum OracleAnswer {
    ORACLE_ACCEPTS,
    ORACLE_REFUSES,
    /* Not held against us: a number beyond C's types, or a NUL in a member name, which jansson
     * cannot keep; and whatever stands behind it was not looked at. */
    ORACLE_CANNOT
} OracleAnswer;

/* What jansson makes of the text. */
OracleAnswer json_oracle_read(Str text, Buf *ret_meaning);
/* NULL when both agree and the document survives being written again, else what is wrong. Nesting
 * beyond JSON_DEPTH_MAX is ours alone to refuse. */
const char *json_check(Cx *cx, Str text);

#endif
