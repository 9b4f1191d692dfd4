/* What the pages of the strategy and of its goals share. */
#ifndef HANSE_WEB_GOAL_PAGE_H
#define HANSE_WEB_GOAL_PAGE_H

#include "people/goal.h"
#include "web/item_page.h"

/* "/strategie/{slug}/{below}" */
Str strategy_path(Page *page, const Item *strategy, const char *below);
/* "12: 8 im Probebetrieb, 4 im Regelbetrieb"; "keine" */
MUST Err goal_projects_words(Page *page, const ItemId *goals, size_t count, Str *ret);
/* "unter 10 Prozent, bis 2030" */
Str goal_target_words(const Page *page, const Goal *goal);
/* A page with a form: crumbs lead to the strategy (NULL: to the one in force). */
void goal_open_form(Call *call, const Item *strategy, Str title, Str lead, Page *ret);
void goal_close_form(Page *page, Str title);

#endif
