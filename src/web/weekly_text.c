#include "web/weekly_text.h"

#include "base/str.h"
#include "text_gen.h"

/* The text of a row: "weekly.%s" with its key. */
typedef Str WeeklyWords(Arena *arena, Lang lang, Str who, Str what, int64_t n);

static WeeklyWords *const WORDS[WEEKLY_KIND_COUNT_] = {
#define WEEKLY(code, key) text_weekly_##key,
#include "people/weekly.def"
#undef WEEKLY
};

Str weekly_line_words(Arena *arena, Lang lang, const MailLine *line)
{
    WeeklyKind kind;
    Str state;
    if (!weekly_kind_parse(line->kind, &kind))
        return line->what;
    Str key = arena_fmt(arena, "state.%.*s", SARG(line->who));
    bool known = line->who.n && text_find(lang, key, &state);
    return WORDS[kind](arena, lang, known ? state : line->who, line->what, line->more);
}
