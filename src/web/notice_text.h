/* The words of a notice: the text notice.KEY of its row in core/notice.def. */
#ifndef HANSE_WEB_NOTICE_TEXT_H
#define HANSE_WEB_NOTICE_TEXT_H

#include "base/lang.h"
#include "core/notice.h"

/* "Ada Lovelace hat auf „Bank am Rathaus“ geantwortet (und 2 weitere)" */
Str notice_words(Arena *arena, Lang lang, NoticeKind kind, Str who, Str what, int64_t more);
/* The same for a line of a mail; what the program no longer knows is its title alone. */
Str notice_line_words(Arena *arena, Lang lang, const MailLine *line);

#endif
