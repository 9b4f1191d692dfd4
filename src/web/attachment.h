/* The files of an item on its page: pictures and documents, and the way to change them. */
#ifndef HANSE_WEB_ATTACHMENT_H
#define HANSE_WEB_ATTACHMENT_H

#include "people/attachment.h"
#include "web/page.h"

/* A section of its own, with the heading "Bilder und Dateien" (h2); nothing where there is no file
 * and the reader, who stands to the item like that, may not add one. A logo that is shown is left
 * out: attachment_put_logo. */
MUST Err attachment_put(Page *page, const Item *item, uint32_t stand);
/* The logo of an organisation with its credit, else its initials; the way to change it for who
 * may. */
MUST Err attachment_put_logo(Page *page, const Item *item, bool may_edit);
/* The page where a logo is changed, or else added. */
MUST Err attachment_logo_way(Page *page, const Item *item, Url *ret, Str *ret_label);
/* The address of the bytes, for an <img> of one's own: logos, main pictures. */
Url attachment_url(Arena *arena, const Attachment *attachment);
/* "PDF", "1,2 MB" */
Str attachment_kind_words(Arena *arena, FileKind kind);
Str attachment_size_words(Arena *arena, Lang lang, int64_t bytes);

#endif
