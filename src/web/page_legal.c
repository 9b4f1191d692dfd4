/* Imprint, privacy, accessibility: texts of the city, from settings. */
#include "web/pages.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/markdown.h"

typedef Str TextOf(Arena *arena, Lang lang);

static void put_missing(Page *page)
{
    html_alert(&page->body, page->lang, TEXT("warning"), ICON_WARNING,
               text_of(text_legal_missing(page->arena, page->lang)), HTML_NONE, flag_of(false));
}

/* What every such page ends with: whom to write to. */
static void put_contact(Page *page)
{
    Str mail = city_setting(page->frame, S("legal.contact"));
    Url url;
    if (!url_parse(arena_fmt(page->arena, "mailto:%.*s", SARG(mail)), &url) || mail.n == 0)
        return;
    buf_put(&page->body, S("<p>"));
    html_put_text(&page->body, text_of(text_legal_contact(page->arena, page->lang)));
    buf_put(&page->body, S(" <a href=\""));
    html_put_url(&page->body, url);
    buf_put(&page->body, S("\">"));
    html_put_text(&page->body, text_of(mail));
    buf_put(&page->body, S("</a></p>"));
}

/* The level of the text's first headings: 1 for "# ", 2 for "## ". */
static int top_heading(Str text)
{
    int top = 6;
    while (text.n) {
        Str line = str_cut(&text, '\n');
        int level = 0;
        while ((size_t)level < line.n && line.p[level] == '#')
            level++;
        if (level && (size_t)level < line.n && line.p[level] == ' ')
            top = MIN(top, level);
    }
    return top;
}

static Err legal_page(Call *call, TextOf *title_of, Str setting, bool dated)
{
    Page page;
    page_open(call, MENU_NONE, &page);
    Text title = text_of(title_of(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title, TEXT(""), HTML_NONE);
    /* The city writes its legal texts in German; other pages say so. */
    buf_put(&page.body, S("<div class=\"h-wrap h-prose\""));
    buf_put(&page.body, page.lang == LANG_DE ? S(">") : S(" lang=\"de\">"));
    Str text = city_setting(page.frame, setting);
    if (text.n) {
        Html html;
        TRY(markdown_html(call->cx, text, 3 - top_heading(text), &html));
        html_put_html(&page.body, html);
    }
    buf_put(&page.body, S("</div><div class=\"h-wrap h-prose\">"));
    if (text.n == 0)
        put_missing(&page);
    put_contact(&page);
    Str tested = city_setting(page.frame, S("legal.tested_on"));
    int64_t at_us;
    if (dated && tested.n && time_parse_lax(tested, &at_us)) {
        buf_put(&page.body, S("<p>"));
        html_put_text(&page.body, text_of(text_legal_tested(page.arena, page.lang,
                                                            format_date(page.arena, page.lang,
                                                                        page.frame->zone, at_us))));
        buf_put(&page.body, S("</p>"));
    }
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    return OK;
}

Err page_imprint(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return legal_page(call, text_shell_imprint, S("legal.imprint"), false);
}

Err page_terms(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return legal_page(call, text_terms_title, S("legal.terms"), false);
}

Err page_privacy(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return legal_page(call, text_shell_privacy, S("legal.privacy"), false);
}

Err page_accessibility(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return legal_page(call, text_shell_accessibility, S("legal.accessibility"), true);
}
