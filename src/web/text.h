/* The words that a person reads. Each key of text/de.po and text/en.po is a C function, made by
 * tools/text and declared in text_gen.h:
 *
 *   text_home_title(arena, lang)
 *   text_park_reporting(arena, lang, 9, 17)      "9 von 17 melden", "9 of 17 report"
 *
 * A number chooses the plural and is written in the language's way. The result is plain text:
 * it is escaped where it is put into a page. */
#ifndef HANSE_WEB_TEXT_H
#define HANSE_WEB_TEXT_H

#include "base/arena.h"
#include "base/lang.h"

typedef struct TextArg {
    Str name;
    bool is_int;
    Str text;
    int64_t number;
} TextArg;

/* Puts the arguments into the places {name} of the pattern. */
Str text_fill(Arena *arena, Lang lang, Str pattern, const TextArg *args, size_t count);

/* The text of a key that is known only at run time, such as an error's; keys whose text has
 * arguments cannot be found. */
MUST bool text_find(Lang lang, Str key, Str *ret);

typedef struct TextKey {
    Str key;
    Str (*get)(Arena *arena, Lang lang);
} TextKey;
extern const TextKey TEXT_KEYS[]; /* sorted */
extern const size_t TEXT_KEY_COUNT;

#endif
