/* What the pages of all items share: badges, texts in their language, buttons for the steps that
 * the reader may take, lists, versions, the page that asks for a reason. */
#ifndef HANSE_WEB_ITEM_PAGE_H
#define HANSE_WEB_ITEM_PAGE_H

#include "people/verb.h"
#include "web/form.h"

/* "Entwurf": the words of state.NOUN.STATE. */
Str item_state_word(const Page *page, const Item *item);
/* State, and who may read it where that is not everybody. */
Html item_badges(Page *page, const Item *item);
/* The language code where it is not the page's, else empty: for lang="". */
Text item_lang(const Page *page, const Item *item);
/* "12. März 2026, Maria Muster" */
Str item_meta(Page *page, const Item *item);
/* The first letters of the first and the last word. */
Str name_initials(Arena *arena, Str name);
/* What somebody is there: the title of the relation, else the word for its role. */
Str relation_words(const Page *page, const Relation *relation);
Str person_words(const Page *page, Str name); /* "Gelöschtes Konto" for an empty one */

/* Lead and body as Markdown, with a note where the words are in the other language. */
MUST Err item_put_text(Page *page, const Item *item);
/* One card of a list; topics may be NULL. */
void item_put_card(Page *page, const Item *item, const Topic *topics, size_t count);
/* The list itself, or the empty state. */
void item_put_list(Page *page, const Item *items, size_t count, Str empty_title, Str empty_text);
/* Buttons, what one comes for first: steps that go on, editing (where may_edit), more (HTML_NONE:
 * nothing), and last the steps that end something or take it back. Opens no section of its own. */
void item_put_actions(Page *page, Buf *out, const Item *item, const Machine *machine,
                      uint32_t stand, bool may_edit, Html more);
/* Crumbs to the noun's list, badges, title, lead, actions. */
void item_put_head(Page *page, const Item *item, Str list_title, Html actions);
/* "Fassungen": who changed what when, folded. */
MUST Err item_put_versions(Page *page, const Item *item);
void item_put_people(Page *page, const Relation *relations, size_t count);

/* For handlers: the item that the route's {slug} names. An old slug answers with a redirect, and
 * *ret_moved says so: then return OK. */
MUST Err item_of_call(Call *call, Cx *cx, Noun noun, Item *ret, bool *ret_moved);
/* The item that the route's first parameter numbers. */
MUST Err item_of_number(Call *call, Cx *cx, Item *ret);

/* ---- fields that all drafts share ---- */

/* Title, lead, text, topics, visibility, place: what is given is the item's. */
MUST Err item_put_fields(Form *form, const Item *item);
/* Parts of them, for forms of one's own. */
void item_put_words(Form *form, const Item *item); /* title, lead, text */
void item_put_audience(Form *form, const Item *item);
MUST Err item_put_topics(Form *form, const Item *item);
void item_put_place(Form *form, const Item *item); /* district, latitude, longitude */
/* A list where the city's map has districts, else a field to type one into. The first of the list
 * says what it means to name none. */
void item_put_district(Form *form, Str label, Str hint, Str none, Str given);
/* From the sent form; the language is the one that the form names, else the page's. */
MUST Err item_decode_fields(Call *call, ItemDraft *ret);

#endif
