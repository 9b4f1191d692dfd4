/* The discussion of an item: on its page (discussion_put), and whole on a page of its own. */
#ifndef HANSE_WEB_DISCUSSION_H
#define HANSE_WEB_DISCUSSION_H

#include "people/post.h"
#include "web/item_page.h"

enum { POSTS_PER_PAGE = 50 };

/* The section "Austausch" of an item's page: its first posts with the way to the others, what the
 * discussion came to where it is closed, and the form for a post. Nothing for a draft. */
MUST Err discussion_put(Page *page, const Item *item);

/* What a post says as markup, with names in the place of numbers; headings begin at h4. */
MUST Err post_html(Page *page, const Post *post, Html *ret);
/* "/diskussion/7", "/beitraege/12/antworten"; action may be empty. */
Str discussion_path(Arena *arena, ItemId item);
/* That it waits or is hidden; nothing for what everybody reads. */
Html post_state_badge(Page *page, const Post *post);
Str post_path(Arena *arena, PostId id, const char *action);
/* One post as it stands in a list. `actions` may be empty. */
MUST Err post_put(Page *page, const Post *post, Html actions);

/* A page of its own below an item: crumbs back to it and a heading. page_close ends it, after
 * item_subpage_close. */
void item_subpage_open(Call *call, const Item *item, Str title, Str lead, Page *ret);
void item_subpage_close(Page *page, Str title);

#endif
