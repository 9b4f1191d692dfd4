/* Ideas: the list, one idea, writing and changing one. */
#include "people/idea.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/attachment.h"
#include "web/discussion.h"
#include "web/pages.h"

enum { IDEAS_PER_PAGE = 20 };

Err page_ideas(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item *items;
    size_t count;
    int64_t number, total;
    (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    ItemQuery query = {.noun = NOUN_IDEA,
                       .state = S("published"),
                       .order = ITEM_NEWEST,
                       .limit = IDEAS_PER_PAGE,
                       .offset = (number - 1) * IDEAS_PER_PAGE};
    TRY(item_list(cx, &query, &items, &count, &total));
    page_open(call, MENU_IDEAS, &page);
    Text title = text_of(text_ideas_title(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena), actions = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_link_button(&actions, page.lang, url_page(page.arena, page.lang, S("/ideen/neu")),
                     text_of(text_idea_new(page.arena, page.lang)), TEXT("primary"), ICON_NONE);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_ideas_lead(page.arena, page.lang)), html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"
                          "<h2 class=\"h-visually-hidden\">"));
    html_put_text(&page.body, title);
    buf_put(&page.body, S("</h2>"));
    item_put_list(&page, items, count, text_ideas_empty(page.arena, page.lang),
                  text_ideas_empty_advice(page.arena, page.lang));
    page_pager(&page, S("/ideen"), number, IDEAS_PER_PAGE, (int64_t)count, total);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, text_of(text_ideas_lead(page.arena, page.lang)));
    return OK;
}

Err page_idea(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    bool moved;
    uint32_t stand;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_IDEA, &item, &moved));
    if (moved)
        return OK;
    TRY(item_stand(cx, &item, &stand));
    page_open(call, MENU_IDEAS, &page);
    Buf actions = page_buf(page.arena);
    item_put_actions(&page, &actions, &item, &IDEA_MACHINE, stand, idea_may_edit(&item, stand));
    item_put_head(&page, &item, text_ideas_title(page.arena, page.lang), html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    TRY(item_put_text(&page, &item));
    TRY(attachment_put(&page, &item));
    TRY(discussion_put(&page, &item));
    TRY(item_put_versions(&page, &item));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(item.text.title), text_of(item.text.lead));
    return OK;
}

/* ---- writing ---- */

static Err form_page(Call *call, Str path, Text title, const Item *item)
{
    Page page;
    Form form;
    page_open(call, MENU_IDEAS, &page);
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(page.arena, page.lang, S("/ideen")),
                                             text_of(text_ideas_title(page.arena, page.lang)));
    html_crumbs(&crumbs, page.lang, &link, 1, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_idea_form_lead(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    form_begin(&form, &page, path, item->version);
    TRY(item_put_fields(&form, item));
    form_submit(&form, text_item_save(page.arena, page.lang));
    form_end(&form);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

Err page_idea_new(Call *call, Cx *cx, struct Events *events)
{
    Item item = {0};
    (void)events;
    return form_page(call, S("/ideen/neu"), text_of(text_idea_new(cx->arena, cx->actor->lang)),
                     &item);
}

Err page_idea_edit(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    bool moved;
    uint32_t stand;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_IDEA, &item, &moved));
    TRY(item_stand(cx, &item, &stand));
    if (moved || !idea_may_edit(&item, stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &item)));
        return OK;
    }
    Str path = item_path(cx->arena, &item);
    return form_page(call, arena_fmt(cx->arena, "%.*s/bearbeiten", SARG(path)),
                     text_of(text_item_edit(cx->arena, cx->actor->lang)), &item);
}

typedef struct IdeaForm {
    ItemDraft draft;
    int64_t version;
} IdeaForm;

Err idea_decode(Call *call)
{
    IdeaForm *form = arena_new(call->cx->arena, IdeaForm);
    TRY(form_i64(call, S("version"), 0, &form->version));
    TRY(item_decode_fields(call, &form->draft));
    call->state = form;
    return OK;
}

Err idea_new_apply(Call *call, Cx *cx, struct Events *events)
{
    const IdeaForm *form = call->state;
    Item item;
    ItemId id;
    TRY(idea_add(cx, &form->draft, events, &id));
    TRY(item_get_by_id(cx, id, &item));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

Err idea_edit_apply(Call *call, Cx *cx, struct Events *events)
{
    const IdeaForm *form = call->state;
    Item item;
    TRY(item_get(cx, NOUN_IDEA, call->params[0], &item));
    TRY(idea_change(cx, &item, form->version, &form->draft, events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}
