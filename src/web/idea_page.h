/* What the pages of ideas share. */
#ifndef HANSE_WEB_IDEA_PAGE_H
#define HANSE_WEB_IDEA_PAGE_H

#include "people/answer.h"
#include "people/support.h"
#include "web/discussion.h"

/* The list's filters and its order as the address says them. */
MUST Err idea_filter(Call *call, Cx *cx, IdeaFilter *ret, IdeaOrder *ret_order, Str *ret_topic);
/* "/ideen/x/antwort" */
Str idea_subpath(Arena *arena, const Item *item, const char *below);
/* An official answer as readers see it. */
MUST Err idea_put_answer(Page *page, const Answer *answer);
/* "12 Menschen und 3 Organisationen unterstützen das"; empty for nobody. */
Str idea_support_words(const Page *page, SupportCount count);
/* The button that supports as a person, or takes it back; nothing where one may not. */
MUST Err idea_put_support_button(Page *page, Buf *out, const Item *item);
/* In the form of an idea: what is like what stands in it. */
MUST Err idea_put_similar_box(Form *form, const Item *item);
/* Before it is published: what is like it, to be supported instead, and publishing all the same;
 * HTML_NONE where there is nothing like it. */
MUST Err idea_similar_panel(Page *page, const Item *item, Html *ret);
/* Organisations that the actor belongs to and may write for, first "as myself". */
MUST Err idea_organisation_options(Page *page, FormOption **ret, size_t *ret_count);

#endif
