/* The SQL of items; private to item.c. */
#ifndef HANSE_PEOPLE_ITEM_STORE_H
#define HANSE_PEOPLE_ITEM_STORE_H

#include "people/item.h"

MUST Err item_store_add(Cx *cx, const Item *item, ItemId *ret);
MUST Err item_store_update(Cx *cx, const Item *item);
MUST Err item_store_put_text(Cx *cx, ItemId id, const ItemText *text);
MUST Err item_store_drop_text(Cx *cx, ItemId id, Lang lang);
MUST Err item_store_texts(Cx *cx, ItemId id, ItemTexts *ret);
/* Whose slug this is, now or formerly; 0: nobody's. */
MUST Err item_store_slug(Cx *cx, Noun noun, Str slug, ItemId *ret);
MUST Err item_store_put_slug(Cx *cx, Noun noun, Str slug, ItemId id);
/* One item by the read rule where ruled. */
MUST Err item_store_get(Cx *cx, ItemId id, bool ruled, bool *ret_found, Item *ret);
/* " WHERE ...": what the query names of the rows of item i, by the read rule. */
void item_store_where(Cx *cx, DbDynamic *query, const ItemQuery *q);
MUST Err item_store_list(Cx *cx, const ItemQuery *query, Item **ret, size_t *ret_count);
MUST Err item_store_list_public(Cx *cx, int64_t limit, int64_t offset, Item **ret,
                                size_t *ret_count);
MUST Err item_store_count_public(Cx *cx, int64_t *ret);
MUST Err item_store_count(Cx *cx, const ItemQuery *query, int64_t *ret);
MUST Err item_store_clear_topics(Cx *cx, ItemId id);
MUST Err item_store_add_topic(Cx *cx, ItemId id, int64_t topic);
MUST Err item_store_topics(Cx *cx, ItemId id, Topic **ret, size_t *ret_count); /* 0: all */
MUST Err topic_store_add(Cx *cx, Str slug, Str de, Str en, int64_t *ret, bool *ret_added);
MUST Err topic_store_retire(Cx *cx, int64_t id, int64_t at_us, int64_t *ret_changed);
MUST Err item_store_link(Cx *cx, ItemId source, Str kind, ItemId target, Str note);
MUST Err item_store_unlink(Cx *cx, ItemId source, Str kind, ItemId target);
MUST Err item_store_count_links(Cx *cx, ItemId source, int64_t *ret);
/* The links from an item as a JSON array of {kind, target, note}. */
MUST Err item_store_links_json(Cx *cx, ItemId source, Buf *out);
/* The version that the item has now. */
MUST Err item_store_keep(Cx *cx, const Item *item, Str verb, Str reason, Str doc);
/* Those that were for this audience or a wider one. */
MUST Err item_store_versions(Cx *cx, ItemId id, Audience reads, ItemVersion **ret,
                             size_t *ret_count);
/* The last version at that moment, or the one of that number where version is not 0; p NULL: none.
 */
MUST Err item_store_doc(Cx *cx, ItemId id, int64_t at_us, int64_t version, Str *ret);

#endif
