#include "web/notice_text.h"

#include "base/str.h"
#include "text_gen.h"

/* The text of a row: "notice.%s" with its key. */
typedef Str NoticeWords(Arena *arena, Lang lang, Str who, Str what);

static NoticeWords *const WORDS[NOTICE_KIND_COUNT_] = {
#define NOTICE(code, key, category, help) text_notice_##key,
#include "core/notice.def"
};

Str notice_words(Arena *arena, Lang lang, NoticeKind kind, Str who, Str what, int64_t more)
{
    Str name = who.n ? who : text_notice_somebody(arena, lang);
    Str words = WORDS[kind](arena, lang, name, what);
    return more > 0 ? text_notice_more(arena, lang, more, words) : words;
}

Str notice_line_words(Arena *arena, Lang lang, const MailLine *line)
{
    for (NoticeKind kind = 0; kind < NOTICE_KIND_COUNT_; kind++)
        if (str_eq(NOTICES[kind].key, line->kind))
            return notice_words(arena, lang, kind, line->who, line->what, line->more);
    return line->what;
}
