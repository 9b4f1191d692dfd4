/* Configuration: what concerns the machine, as a table (config.def). */
#ifndef HANSE_APP_CONFIG_H
#define HANSE_APP_CONFIG_H

#include "base/buf.h"
#include "base/err.h"

typedef struct Config {
#define TEXT(field, name, def, help) Str field;
#define NUMBER(field, name, def, min, max, unit, help) int64_t field;
#define SWITCH(field, name, help) bool field;
#include "app/config.def"
#undef TEXT
#undef NUMBER
#undef SWITCH
} Config;

/* Command-line words that are no options, in order. */
enum { CONFIG_WORDS_MAX = 64 };
typedef struct Words {
    Str at[CONFIG_WORDS_MAX];
    size_t count;
} Words;

/* Options that a single command adds ("--name VALUE"), filled while the line is read. One that has
 * the name of an option for all commands takes its place on that command's line. */
typedef struct ExtraOption {
    const char *name;
    Str *value; /* or */
    bool *switch_on;
} ExtraOption;

/* Reads defaults, DATA/hanse.conf, the environment and the line (argv behind the command). Errors:
 * INVALID "config.unknown", "config.value", with the option, its range and what was given. */
MUST Err config_read(Cx *cx, int argc, char **argv, const ExtraOption *extra, size_t extra_count,
                     Config *ret, Words *ret_words);
/* The options as --help shows them. */
void config_help(Buf *buf);
/* The same as roff for the manual page. */
void config_roff(Buf *buf);

#endif
