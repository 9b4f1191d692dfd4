/* What is like an idea: beside its form while it is written, and before it is published. */
#include "base/str.h"
#include "text_gen.h"
#include "web/idea_page.h"
#include "web/pages.h"

/* "Projekt · Pilot" */
static Str kind_words(Page *page, const Item *item)
{
    Str state = item_state_word(page, item);
    return item->noun == NOUN_IDEA ? text_similar_idea(page->arena, page->lang, state)
                                   : text_similar_project(page->arena, page->lang, state);
}

/* The words that say so are the page's, whatever language the title has. */
static void put_new_window_link(Page *page, Buf *out, Url href, Str title, Text lang)
{
    buf_put(out, S("<a href=\""));
    html_put_url(out, href);
    buf_put(out, S("\" target=\"_blank\">"));
    if (lang.s.n) {
        buf_put(out, S("<span lang=\""));
        html_put_text(out, lang);
        buf_put(out, S("\">"));
    }
    html_put_text(out, text_of(title));
    if (lang.s.n)
        buf_put(out, S("</span>"));
    buf_put(out, S(" <span class=\"h-visually-hidden\">"));
    html_put_text(out, text_of(text_similar_new_window(page->arena, page->lang)));
    buf_put(out, S("</span></a>"));
}

static void put_one(Page *page, Buf *out, const Item *item, bool new_window)
{
    Url href = url_page(page->arena, page->lang, item_path(page->arena, item));
    Text lang = item_lang(page, item);
    if (new_window)
        put_new_window_link(page, out, href, item->text.title, lang);
    else
        page_put_link(out, href, item->text.title, lang);
    buf_put(out, S(" <span class=\"h-item__meta\">"));
    html_put_text(out, text_of(kind_words(page, item)));
    buf_put(out, S("</span>"));
}

static void put_words(Buf *out, Str words)
{
    buf_put(out, S("<p>"));
    html_put_text(out, text_of(words));
    buf_put(out, S("</p>"));
}

/* With the button that supports each, or, inside of another form, without. */
static Err put_list(Page *page, Buf *out, const Item *items, size_t count, bool in_form)
{
    buf_put(out, S("<ul class=\"h-list\">"));
    for (size_t i = 0; i < count; i++) {
        buf_put(out, S("<li>"));
        put_one(page, out, &items[i], in_form);
        if (!in_form && items[i].noun == NOUN_IDEA)
            TRY(idea_put_support_button(page, out, &items[i]));
        buf_put(out, S("</li>"));
    }
    buf_put(out, S("</ul>"));
    return OK;
}

static bool is_on(const Page *page)
{
    return str_eq(city_setting(page->frame, S("idea.similar")), S("true"));
}

/* What js/similar.js puts anew while somebody types. */
static Err put_box(Page *page, const SearchDraft *draft)
{
    Item items[IDEA_SIMILAR_MAX];
    size_t count = 0;
    Buf *out = &page->body;
    bool asked = draft->title.n > 0;
    if (asked)
        TRY(idea_similar(page->cx, draft, items, &count));
    buf_put(out, S("<div id=\"aehnlich\" class=\"h-similar\" role=\"status\" data-similar=\""));
    html_put_url(out, url_page(page->arena, page->lang, S("/ideen/aehnlich")));
    buf_put(out, S("\">"));
    if (count)
        put_words(out, text_similar_found(page->arena, page->lang, (int64_t)count));
    else
        put_words(out, asked ? text_similar_none(page->arena, page->lang)
                             : text_similar_hint(page->arena, page->lang));
    if (count)
        TRY(put_list(page, out, items, count, true));
    buf_put(out, S("</div>"));
    return OK;
}

Err idea_put_similar_box(Form *form, const Item *item)
{
    SearchDraft draft = {.title = form_value(form, S("title"), item->text.title),
                         .lead = form_value(form, S("lead"), item->text.lead),
                         .body = form_value(form, S("body"), item->text.body),
                         .district = form_value(form, S("district"), item->district),
                         .without = item->id};
    return is_on(form->page) ? put_box(form->page, &draft) : OK;
}

Err idea_similar_panel(Page *page, const Item *item, Html *ret)
{
    Item items[IDEA_SIMILAR_MAX];
    size_t count = 0;
    SearchDraft draft = {item->text.title, item->text.lead, item->text.body, item->district,
                         item->id};
    TRY(idea_similar(page->cx, &draft, items, &count));
    *ret = HTML_NONE;
    if (!count)
        return OK;
    Buf body = page_buf(page->arena), panel = page_buf(page->arena);
    FormPair publish = {S("verb"), S("publish")};
    buf_put(&body, S("<div class=\"h-panel__body h-similar\">"));
    put_words(&body, text_similar_before(page->arena, page->lang));
    TRY(put_list(page, &body, items, count, false));
    form_button(page, &body, idea_subpath(page->arena, item, "schritt"),
                text_similar_different(page->arena, page->lang), TEXT("secondary"), ICON_NONE,
                &publish, 1);
    buf_put(&body, S("</div>"));
    html_panel(&panel, page->lang, TEXT("gibt-es-schon"),
               text_of(text_similar_title(page->arena, page->lang)),
               html_panel_link(URL_NONE_GIVEN, TEXT("")), html_of(&body));
    *ret = html_of(&panel);
    return OK;
}

static Str query_words(Call *call, Str name)
{
    Str words = str_trim(call_query(call, name));
    return str_is_utf8(words) ? words : S("");
}

Err page_ideas_similar(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    SearchDraft draft = {.title = query_words(call, S("titel")),
                         .body = query_words(call, S("text")),
                         .district = query_words(call, S("stadtteil"))};
    (void)events;
    page_open(call, MENU_IDEAS, &page);
    Text title = text_of(text_similar_title(cx->arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(page.arena, page.lang, S("/ideen")),
                                             text_of(text_ideas_title(page.arena, page.lang)));
    html_crumbs(&crumbs, page.lang, &link, 1, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_similar_lead(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    html_search_form(
        &page.body, page.lang, TEXT("titel"), url_page(page.arena, page.lang, S("/ideen/aehnlich")),
        text_of(text_similar_field(page.arena, page.lang)), TEXT("titel"), text_of(draft.title),
        text_of(text_similar_search(page.arena, page.lang)), NULL, 0);
    if (is_on(&page))
        TRY(put_box(&page, &draft));
    html_link_button(&page.body, page.lang, url_page(page.arena, page.lang, S("/ideen/neu")),
                     text_of(text_idea_new(page.arena, page.lang)), TEXT("primary"), ICON_NONE);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}
