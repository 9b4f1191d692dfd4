/* The words of a line of a weekly mail: the text weekly.KEY of its row in people/weekly.def. */
#ifndef HANSE_WEB_WEEKLY_TEXT_H
#define HANSE_WEB_WEEKLY_TEXT_H

#include "base/lang.h"
#include "people/weekly.h"

/* What the program no longer knows is its title alone. */
Str weekly_line_words(Arena *arena, Lang lang, const MailLine *line);

#endif
