/* The SQL of attachments; private to attachment.c and, for versions, to item.c. */
#ifndef HANSE_PEOPLE_ATTACHMENT_STORE_H
#define HANSE_PEOPLE_ATTACHMENT_STORE_H

#include "people/attachment.h"

MUST Err attachment_store_add(Cx *cx, ItemId item, const AttachmentFile *file,
                              const AttachmentWords *words, int64_t *ret);
MUST Err attachment_store_set(Cx *cx, const Attachment *attachment);
/* Whoever has the role gives it up. */
MUST Err attachment_store_clear_role(Cx *cx, ItemId item, AttachmentRole role);
MUST Err attachment_store_remove(Cx *cx, ItemId item, int64_t id, int64_t *ret_changed);
MUST Err attachment_store_list(Cx *cx, ItemId item, Attachment *ret, size_t max, size_t *ret_count);
MUST Err attachment_store_get(Cx *cx, int64_t id, bool *ret_found, Attachment *ret);
/* Of one item or more, by number; each has one at most, and ret has room for that. */
MUST Err attachment_store_of_role(Cx *cx, const ItemId *items, size_t item_count,
                                  AttachmentRole role, Attachment *ret, size_t *ret_count);
/* How many bytes all files have together. */
MUST Err attachment_store_total(Cx *cx, int64_t *ret);
MUST Err attachment_store_is_named(Cx *cx, Str hash, bool *ret);
MUST Err attachment_store_forget(Cx *cx, int64_t before_us);
/* The item's files as a JSON array, for its versions. */
MUST Err attachment_store_json(Cx *cx, ItemId item, Buf *out);

#endif
