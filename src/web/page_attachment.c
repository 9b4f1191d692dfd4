/* The files of an item: adding, describing, ordering and removing them, and the bytes themselves.
 */
#include "web/attachment.h"

#include "base/str.h"
#include "core/blob.h"
#include "text_gen.h"
#include "web/form.h"
#include "web/pages.h"

/* ---- which item, which file ---- */

static Err number_of(Call *call, size_t param, const char *key, int64_t *ret)
{
    if (!str_to_i64(call->params[param], ret) || *ret < 1)
        return fail(call->cx, ERR_NOT_FOUND, key, "there is none of that number");
    return OK;
}

/* The item whose files the actor may change. */
static Err own_item(Call *call, Cx *cx, Item *ret)
{
    int64_t id;
    uint32_t stand;
    TRY(number_of(call, 0, "item.unknown", &id));
    TRY(item_get_by_id(cx, (ItemId){id}, ret));
    TRY(item_stand(cx, ret, &stand));
    if (!item_may_edit(ret, stand))
        return fail(cx, ERR_DENIED, "attachment.denied", "who may change it adds its files");
    return OK;
}

static Err own_file(Call *call, Cx *cx, Item *ret_item, Attachment *ret)
{
    int64_t id;
    TRY(own_item(call, cx, ret_item));
    TRY(number_of(call, 1, "attachment.unknown", &id));
    TRY(attachment_get(cx, id, ret, ret_item));
    int64_t asked;
    TRY(number_of(call, 0, "item.unknown", &asked));
    if (ret_item->id.v != asked)
        return fail(cx, ERR_NOT_FOUND, "attachment.unknown", "there is no such file");
    return OK;
}

static Str list_path(Arena *arena, const Item *item)
{
    return arena_fmt(arena, "/anhaenge/%lld", (long long)item->id.v);
}

/* ---- the list ---- */

static Str role_words(Page *page, AttachmentRole role)
{
    if (role == ATTACHMENT_MAIN)
        return text_attachment_role_main(page->arena, page->lang);
    return role == ATTACHMENT_LOGO ? text_attachment_role_logo(page->arena, page->lang) : S("");
}

static void put_moves(Page *page, Buf *out, Str path, size_t at, size_t count)
{
    FormPair up = {S("verb"), S("up")}, down = {S("verb"), S("down")};
    if (at > 0)
        form_button(page, out, path, text_attachment_up(page->arena, page->lang), TEXT("tertiary"),
                    ICON_NONE, &up, 1);
    if (at + 1 < count)
        form_button(page, out, path, text_attachment_down(page->arena, page->lang),
                    TEXT("tertiary"), ICON_NONE, &down, 1);
}

static void put_rows(Page *page, const Item *item, const Attachment *list, size_t count)
{
    Arena *arena = page->arena;
    page_put_hidden_heading(page, text_attachment_present(page->arena, page->lang));
    buf_put(&page->body, S("<ul class=\"h-file-rows\">"));
    for (size_t i = 0; i < count; i++) {
        const Attachment *one = &list[i];
        Str base = list_path(arena, item);
        Str path = arena_fmt(arena, "%.*s/%lld", SARG(base), (long long)one->id);
        Str title = one->words.title.n ? one->words.title : one->file.name;
        Str hidden = one->shown ? S("") : text_attachment_hidden(arena, page->lang);
        Buf actions = page_buf(arena);
        put_moves(page, &actions, path, i, count);
        html_attachment_row(&page->body, page->lang, url_page(arena, page->lang, path),
                            text_of(title), text_of(attachment_kind_words(arena, one->file.kind)),
                            text_of(attachment_size_words(arena, page->lang, one->file.bytes)),
                            text_of(role_words(page, one->words.role)), text_of(hidden),
                            file_is_picture(one->file.kind) ? attachment_url(arena, one)
                                                            : URL_NONE_GIVEN,
                            html_of(&actions));
    }
    buf_put(&page->body, S("</ul>"));
}

/* ---- what a file is called and shows ---- */

static void put_role(Form *form, const Item *item, AttachmentRole role)
{
    Page *page = form->page;
    FormOption options[ATTACHMENT_ROLE_COUNT_] = {
        {S("file"), text_attachment_role_file(page->arena, page->lang), role == ATTACHMENT_FILE},
        {S("main"), text_attachment_role_main(page->arena, page->lang), role == ATTACHMENT_MAIN},
        {S("logo"), text_attachment_role_logo(page->arena, page->lang), role == ATTACHMENT_LOGO},
    };
    size_t count = item->noun == NOUN_ORGANISATION ? COUNT_OF(options) : COUNT_OF(options) - 1;
    form_radio(form, S("role"), text_attachment_role(page->arena, page->lang), S(""), options,
               count);
}

static void put_words(Form *form, const Item *item, const AttachmentWords *words, bool picture)
{
    Page *page = form->page;
    form_text(form, S("title"), text_attachment_name(page->arena, page->lang),
              (FormText){.given = words->title,
                         .hint = text_attachment_name_hint(page->arena, page->lang),
                         .optional = true});
    if (!picture)
        return;
    form_text(form, S("alt"), text_attachment_alt(page->arena, page->lang),
              (FormText){.given = words->alt,
                         .hint = text_attachment_alt_hint(page->arena, page->lang),
                         .optional = true,
                         .when = text_attachment_when(page->arena, page->lang)});
    form_text(form, S("credit"), text_attachment_credit(page->arena, page->lang),
              (FormText){.given = words->credit,
                         .hint = text_attachment_credit_hint(page->arena, page->lang),
                         .optional = true,
                         .when = text_attachment_when(page->arena, page->lang)});
    put_role(form, item, words->role);
}

static void page_head(Page *page, const Item *item, bool below, Text title)
{
    Arena *arena = page->arena;
    Buf crumbs = page_buf(arena);
    HtmlCrumbsLinks links[2] = {
        html_crumbs_links(url_page(arena, page->lang, item_path(arena, item)),
                          text_of(item->text.title)),
        html_crumbs_links(url_page(arena, page->lang, list_path(arena, item)),
                          text_of(text_attachment_title(arena, page->lang)))};
    html_crumbs(&crumbs, page->lang, links, below ? 2 : 1, title);
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, title,
               text_of(item->text.title), HTML_NONE);
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

static void put_new_form(Page *page, const Item *item)
{
    Form form;
    Arena *arena = page->arena;
    bool logo = str_eq(call_query(page->call, S("rolle")), S("logo"));
    AttachmentWords words = {.role = logo ? ATTACHMENT_LOGO : ATTACHMENT_FILE};
    buf_put(&page->body, S("<section class=\"h-stack\" aria-labelledby=\"neu\"><h2 id=\"neu\">"));
    html_put_text(&page->body, text_of(text_attachment_new(arena, page->lang)));
    buf_put(&page->body, S("</h2>"));
    form_begin_files(&form, page, list_path(arena, item), 0);
    form_file(&form, S("file"), text_attachment_file(arena, page->lang),
              text_attachment_file_hint(arena, page->lang), file_accept(false), FILE_BYTES_MAX,
              false);
    put_words(&form, item, &words, true);
    form_submit(&form, text_attachment_add(arena, page->lang));
    form_end(&form);
    buf_put(&page->body, S("</section>"));
}

Err page_attachments(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    Attachment *list;
    size_t count;
    (void)events;
    TRY(own_item(call, cx, &item));
    TRY(attachment_list(cx, &item, &list, &count));
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_attachment_title(page.arena, page.lang));
    page_head(&page, &item, false, title);
    if (count)
        put_rows(&page, &item, list, count);
    else
        html_empty(&page.body, page.lang, ICON_LIST,
                   text_of(text_attachment_empty(page.arena, page.lang)),
                   text_of(text_attachment_empty_advice(page.arena, page.lang)), HTML_NONE);
    put_new_form(&page, &item);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    return OK;
}

Err page_attachment(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Item item;
    Attachment one;
    (void)events;
    TRY(own_file(call, cx, &item, &one));
    page_open(call, MENU_NONE, &page);
    Arena *arena = page.arena;
    bool picture = file_is_picture(one.file.kind);
    Str base = list_path(arena, &item);
    page_head(&page, &item, true, text_of(one.file.name));
    if (picture) {
        HtmlAttachmentPreviewImage image =
            html_attachment_preview_image(attachment_url(arena, &one), int_of(one.file.width),
                                          int_of(one.file.height), text_of(one.words.alt));
        html_attachment_preview(&page.body, page.lang, image);
    }
    form_begin(&form, &page, arena_fmt(arena, "%.*s/%lld", SARG(base), (long long)one.id), 0);
    put_words(&form, &item, &one.words, picture);
    buf_put(&page.body, S("<div class=\"h-actions\">"));
    html_button(&page.body, page.lang, text_of(text_item_save(arena, page.lang)), TEXT("primary"),
                ICON_NONE, TEXT("verb"), TEXT("save"));
    html_confirm_button(&page.body, page.lang, text_of(text_attachment_remove(arena, page.lang)),
                        text_of(text_attachment_remove_question(arena, page.lang)), TEXT("verb"),
                        TEXT("remove"));
    buf_put(&page.body, S("</div>"));
    form_end(&form);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(one.file.name), TEXT(""));
    return OK;
}

/* ---- adding ---- */

typedef struct NewFile {
    const MultipartPart *part;
    AttachmentWords words;
    AttachmentFile file;
} NewFile;

static Err decode_words(Call *call, AttachmentWords *ret)
{
    Str role = call_form(call, S("role"));
    *ret = (AttachmentWords){.lang = call->cx->actor->lang,
                             .title = call_form(call, S("title")),
                             .alt = call_form(call, S("alt")),
                             .credit = call_form(call, S("credit"))};
    if (role.n && !attachment_role_parse(role, &ret->role))
        return fail(call->cx, ERR_INVALID, "request.form", "the form names no role");
    return OK;
}

Err attachment_decode(Call *call)
{
    NewFile *file = arena_new(call->cx->arena, NewFile);
    call->state = file;
    file->part = call_file(call, S("file"));
    if (!file->part)
        return fail(call->cx, ERR_INVALID, "attachment.none.file", "no file was chosen");
    return decode_words(call, &file->words);
}

/* Slow: it writes to the disk and waits until the bytes are there. Who may not add the file is
 * turned away before. */
Err attachment_prepare(Call *call, Cx *cx)
{
    NewFile *file = call->state;
    Item item;
    TRY(own_item(call, cx, &item));
    TRY(attachment_admit(cx, &item, (int64_t)file->part->body.n));
    return attachment_take(cx, web_services(call)->files, file->part->file_name, file->part->body,
                           &file->file);
}

Err attachment_new_apply(Call *call, Cx *cx, struct Events *events)
{
    const NewFile *file = call->state;
    AttachmentWords words = file->words;
    Item item;
    int64_t id;
    if (!file_is_picture(file->file.kind))
        words.role = ATTACHMENT_FILE;
    TRY(own_item(call, cx, &item));
    TRY(attachment_add(cx, &item, web_services(call)->files, &file->file, &words, events, &id));
    call->location = page_path(call, list_path(cx->arena, &item));
    return OK;
}

/* ---- changing ---- */

Err attachment_edit_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    Attachment one;
    AttachmentWords words;
    Str verb = call_form(call, S("verb"));
    TRY(own_file(call, cx, &item, &one));
    if (str_eq(verb, S("remove"))) {
        TRY(attachment_remove(cx, &item, one.id, events));
    } else if (str_eq(verb, S("up")) || str_eq(verb, S("down"))) {
        TRY(attachment_move(cx, &item, one.id, str_eq(verb, S("up")) ? -1 : 1, events));
    } else {
        TRY(decode_words(call, &words));
        TRY(attachment_change(cx, &item, one.id, &words, events));
    }
    call->location = page_path(call, list_path(cx->arena, &item));
    return OK;
}

/* ---- the bytes ---- */

typedef struct Sent {
    Attachment one;
    Str bytes; /* not read where the browser has them */
    Str etag;
    bool known;
} Sent;

Err file_prepare(Call *call, Cx *cx)
{
    Sent *sent = arena_new(cx->arena, Sent);
    Item item;
    int64_t id;
    call->state = sent;
    TRY(number_of(call, 0, "attachment.unknown", &id));
    TRY(attachment_get(cx, id, &sent->one, &item));
    if (!str_eq(call->params[1], sent->one.file.name))
        return fail(cx, ERR_NOT_FOUND, "attachment.unknown", "the file has another name");
    sent->etag = arena_fmt(cx->arena, "\"%.*s\"", 32, sent->one.file.hash.p);
    sent->known = str_find(call_header(call, S("if-none-match")), sent->etag) >= 0;
    return sent->known ? OK
                       : blob_get(cx, web_services(call)->files, sent->one.file.hash,
                                  FILE_BYTES_MAX, &sent->bytes);
}

/* Pictures are shown where they stand, everything else is saved: nothing that somebody sent opens
 * as a page of this site. The name is said twice (RFC 6266, appendix D); it holds neither quotes
 * nor control characters (file.c). */
static Str disposition(Arena *arena, const AttachmentFile *file)
{
    Buf out = buf_new(arena, 2048);
    buf_put(&out, file_is_picture(file->kind) ? S("inline") : S("attachment"));
    buf_put(&out, S("; filename=\""));
    for (size_t at = 0; at < file->name.n;) {
        uint32_t c = str_next_codepoint(file->name, &at);
        buf_char(&out, c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '%' ? (char)c : '_');
    }
    buf_put(&out, S("\"; filename*=UTF-8''"));
    buf_uri_component(&out, file->name);
    return buf_str(&out);
}

static Str type_of(Arena *arena, const AttachmentFile *file, Str bytes)
{
    Str type = file_kind_type(file->kind);
    bool utf8 = (file->kind == FILE_TXT || file->kind == FILE_CSV) && str_is_utf8(bytes);
    return utf8 ? arena_fmt(arena, "%.*s; charset=utf-8", SARG(type)) : type;
}

Err file_encode(Call *call)
{
    const Sent *sent = call->state;
    const AttachmentFile *file = &sent->one.file;
    Arena *arena = call->cx->arena;
    call_set_header(call, S("ETag"), sent->etag);
    call_set_header(call, S("Cache-Control"), S("no-cache, private"));
    call_set_header(call, S("Content-Security-Policy"), S("default-src 'none'; sandbox"));
    call_set_header(call, S("Cross-Origin-Resource-Policy"), S("same-origin"));
    if (sent->known) {
        call->status = 304;
        return OK;
    }
    call_set_header(call, S("Content-Type"), type_of(arena, file, sent->bytes));
    call_set_header(call, S("Content-Disposition"), disposition(arena, file));
    /* The arena's bytes are not copied. */
    call->body = (Buf){.p = (char *)(uintptr_t)sent->bytes.p,
                       .n = sent->bytes.n,
                       .cap = sent->bytes.n,
                       .max = sent->bytes.n};
    return OK;
}
