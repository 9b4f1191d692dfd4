/* Ideas from a table: the office reads in what was collected elsewhere. */
#include "people/idea_import.h"
#include "text_gen.h"
#include "web/idea_page.h"
#include "web/import_page.h"
#include "web/pages.h"

static const Str PATH = S_INIT("/buero/ideen/einlesen");

typedef struct ImportForm {
    Str text;
    bool take;
    IdeaRows rows;
} ImportForm;

static void open_import(Page *page, Call *call, Str title, Str lead)
{
    page_open(call, MENU_IDEAS, page);
    Buf crumbs = page_buf(page->arena);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(page->arena, page->lang, S("/ideen")),
                                             text_of(text_ideas_title(page->arena, page->lang)));
    html_crumbs(&crumbs, page->lang, &link, 1, text_of(title));
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               HTML_NONE);
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

static void close_import(Page *page, Str title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

Err page_idea_import(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Str title = text_idea_import_title(cx->arena, cx->actor->lang);
    (void)events;
    open_import(&page, call, title, text_idea_import_lead(cx->arena, cx->actor->lang));
    import_put_form(&page, PATH, text_idea_import_hint(page.arena, page.lang));
    close_import(&page, title);
    return OK;
}

static Err preview(Call *call, const ImportForm *form)
{
    Page page;
    const IdeaRows *rows = &form->rows;
    Str title = text_import_preview(call->cx->arena, call->cx->actor->lang);
    open_import(&page, call, title,
                text_import_preview_lead(call->cx->arena, call->cx->actor->lang));
    ImportRow *list = arena_array(page.arena, ImportRow, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        Item item = {.noun = NOUN_IDEA, .state = rows->rows[i].state};
        list[i] = (ImportRow){rows->rows[i].row, rows->rows[i].draft.text.title,
                              item_state_word(&page, &item)};
    }
    import_put_preview(
        &page, &(Import){.path = PATH,
                         .text = form->text,
                         .what = text_idea_import_what(page.arena, page.lang),
                         .take = text_idea_import_take(page.arena, page.lang, (int64_t)rows->good),
                         .rows = list,
                         .count = rows->count});
    close_import(&page, title);
    return OK;
}

Err idea_import_decode(Call *call)
{
    ImportForm *form = arena_new(call->cx->arena, ImportForm);
    form->text = call_form(call, S("columns"));
    form->take = call_form(call, S("take")).n > 0;
    call->state = form;
    return OK;
}

Err idea_import_apply(Call *call, Cx *cx, struct Events *events)
{
    ImportForm *form = call->state;
    size_t taken;
    if (!form->take)
        return idea_import_read(cx, form->text, &form->rows);
    TRY(idea_import(cx, form->text, events, &taken));
    call->location = page_path(call, S("/ideen"));
    return OK;
}

Err idea_import_encode(Call *call)
{
    const ImportForm *form = call->state;
    if (form->take) {
        page_redirect(call, call->location);
        return OK;
    }
    return preview(call, form);
}
