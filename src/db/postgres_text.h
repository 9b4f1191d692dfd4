/* Private to db/: texts that PostgreSQL writes differently. */
#ifndef HANSE_DB_POSTGRES_TEXT_H
#define HANSE_DB_POSTGRES_TEXT_H

#include "base/arena.h"

/* ?1 becomes $1, outside of quotes and comments. */
const char *postgres_parameters(Arena *arena, Str sql);
/* The bytes of bytea's hex form "\x0aff" (manual, 8.4.1), written to `to`, which has room for
 * half of the text. */
Str postgres_unhex(Str text, char *to);
/* The end of the token at `at`: a word, a quoted text, a comment, or one character. */
size_t sql_token_end(Str sql, size_t at);

#endif
