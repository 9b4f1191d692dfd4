#include "web/attachment.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/item_page.h"

Url attachment_url(Arena *arena, const Attachment *attachment)
{
    return url_trusted(attachment_path(arena, attachment));
}

Str attachment_kind_words(Arena *arena, FileKind kind)
{
    Str name = file_kind_name(kind);
    char *upper = arena_cstr(arena, name);
    for (size_t i = 0; i < name.n; i++)
        if (upper[i] >= 'a' && upper[i] <= 'z')
            upper[i] = (char)(upper[i] - 'a' + 'A');
    return (Str){upper, name.n};
}

Str attachment_size_words(Arena *arena, Lang lang, int64_t bytes)
{
    enum { KB = 1000, MB = 1000 * 1000 };
    if (bytes < MB)
        return format_with_unit(arena, lang, (double)MAX(bytes / KB, 1), 0, S("KB"));
    return format_with_unit(arena, lang, (double)bytes / MB, 1, S("MB"));
}

static Text words_lang(const Page *page, const Attachment *one)
{
    return one->words.lang == page->lang ? TEXT("") : text_of(lang_code(one->words.lang));
}

static HtmlAttachmentsPictures picture_of(Page *page, const Attachment *one)
{
    Str hidden = one->shown ? S("") : text_attachment_hidden(page->arena, page->lang);
    return html_attachments_pictures(attachment_url(page->arena, one), int_of(one->file.width),
                                     int_of(one->file.height), text_of(one->words.alt),
                                     words_lang(page, one), text_of(one->words.title),
                                     text_of(one->words.credit), text_of(hidden));
}

static HtmlAttachmentsFiles file_of(Page *page, const Attachment *one)
{
    Str title = one->words.title.n ? one->words.title : one->file.name;
    return html_attachments_files(
        attachment_url(page->arena, one), text_of(title), words_lang(page, one),
        text_of(attachment_kind_words(page->arena, one->file.kind)),
        text_of(attachment_size_words(page->arena, page->lang, one->file.bytes)));
}

/* A logo that is shown stands beside what is known of the item. */
static size_t leave_out_logo(Attachment *list, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (list[i].words.role != ATTACHMENT_LOGO || !list[i].shown)
            list[kept++] = list[i];
    return kept;
}

Err attachment_put(Page *page, const Item *item, uint32_t stand)
{
    Attachment *list;
    size_t count, pictures = 0, files = 0;
    Arena *arena = page->arena;
    bool edits = item_may_edit(item, stand);
    TRY(attachment_list(page->cx, item, &list, &count));
    count = leave_out_logo(list, count);
    if (!count && !edits)
        return OK;
    HtmlAttachmentsPictures *seen = arena_array(arena, HtmlAttachmentsPictures, count + 1);
    HtmlAttachmentsFiles *read = arena_array(arena, HtmlAttachmentsFiles, count + 1);
    for (size_t i = 0; i < count; i++)
        if (file_is_picture(list[i].file.kind))
            seen[pictures++] = picture_of(page, &list[i]);
        else
            read[files++] = file_of(page, &list[i]);
    Str empty = count ? S("") : text_attachment_empty(arena, page->lang);
    Url href =
        url_page(arena, page->lang, arena_fmt(arena, "/anhaenge/%lld", (long long)item->id.v));
    Str label = edits ? text_attachment_edit(arena, page->lang) : S("");
    html_attachments(&page->body, page->lang, seen, pictures, read, files, text_of(empty),
                     html_attachments_edit(href, text_of(label)));
    return OK;
}

/* ---- logos ---- */

static Str logo_path(Arena *arena, const Item *item, const Attachment *logo)
{
    return logo
               ? arena_fmt(arena, "/anhaenge/%lld/%lld", (long long)item->id.v, (long long)logo->id)
               : arena_fmt(arena, "/anhaenge/%lld", (long long)item->id.v);
}

/* Where the shown logo (NULL: there is none) is changed, or one is added. */
static Url logo_way(Page *page, const Item *item, const Attachment *logo)
{
    Url url = url_page(page->arena, page->lang, logo_path(page->arena, item, logo));
    return logo ? url : url_query(page->arena, url, S("rolle"), S("logo"));
}

static Str logo_way_words(const Page *page, const Attachment *logo)
{
    return logo ? text_logo_change(page->arena, page->lang)
                : text_logo_add(page->arena, page->lang);
}

Err attachment_logo_way(Page *page, const Item *item, Url *ret, Str *ret_label)
{
    Attachment logo;
    bool found;
    TRY(attachment_find(page->cx, item->id, ATTACHMENT_LOGO, &found, &logo));
    *ret = logo_way(page, item, found ? &logo : NULL);
    *ret_label = logo_way_words(page, found ? &logo : NULL);
    return OK;
}

Err attachment_put_logo(Page *page, const Item *item, bool may_edit)
{
    Attachment logo;
    bool found;
    Arena *arena = page->arena;
    TRY(attachment_find(page->cx, item->id, ATTACHMENT_LOGO, &found, &logo));
    const Attachment *shown = found ? &logo : NULL;
    Url edit = may_edit ? logo_way(page, item, shown) : URL_NONE_GIVEN;
    Str label = may_edit ? logo_way_words(page, shown) : S("");
    if (!found)
        logo = (Attachment){0};
    html_partner_logo(
        &page->body, page->lang, found ? attachment_url(arena, &logo) : URL_NONE_GIVEN,
        int_of(logo.file.width), int_of(logo.file.height), text_of(found ? logo.words.alt : S("")),
        found ? words_lang(page, &logo) : TEXT(""),
        text_of(found ? text_logo_credit(arena, page->lang, logo.words.credit) : S("")),
        text_of(name_initials(arena, item->text.title)), edit, text_of(label));
    return OK;
}
