/* The portal's first page: what this is, and how the city is now. */
#include "people/organisation.h"
#include "web/figure.h"
#include "web/item_page.h"
#include "web/pages.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/svg.h"

static void put_stage(Page *page)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Buf actions = page_buf(arena);
    html_link_button(&actions, lang, url_page(arena, lang, S("/stadt/karte")),
                     text_of(text_home_to_map(arena, lang)), TEXT("primary"), ICON_MAP);
    html_link_button(&actions, lang, url_page(arena, lang, S("/stadt")),
                     text_of(text_home_to_city(arena, lang)), TEXT("secondary"), ICON_NONE);
    html_stage(&page->body, lang, text_of(text_home_kicker(arena, lang)),
               text_of(text_home_title(arena, lang, page->shell.city)),
               text_of(text_home_lead(arena, lang)), html_of(&actions));
}

static void put_now(Page *page, const Figure *figures, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Buf tiles = page_buf(arena);
    for (size_t i = 0; i < count; i++)
        figure_tile(&tiles, page, &figures[i]);
    buf_put(&page->body, S("<div class=\"h-wrap h-overlap\">"));
    if (count == 0) {
        html_empty(&page->body, lang, ICON_SENSOR, text_of(text_home_empty(arena, lang)),
                   text_of(text_home_empty_advice(arena, lang)), HTML_NONE);
    } else {
        Str moment = format_moment(arena, lang, page->frame->zone, page->now_us, page->now_us);
        html_live_panel(
            &page->body, lang, TEXT("jetzt"), text_of(text_home_now(arena, lang)),
            html_live_panel_at(text_of(format_machine_time(arena, page->now_us)), text_of(moment)),
            html_live_panel_link(url_page(arena, lang, S("/stadt")),
                                 text_of(text_home_all(arena, lang))),
            html_of(&tiles));
    }
    buf_put(&page->body, S("</div>"));
}

static void put_left_out_row(Buf *out, Page *page, const Figure *figure, const Source *source)
{
    MarkState mark = source_mark(source->state);
    Text word = source_word(page, source->state);
    Str since = source_since(page, source);
    if (source->since_us)
        since = text_home_since(page->arena, page->lang, since);
    html_notice_row(
        out, page->lang, mark_class(mark), mark_icon(mark), word,
        text_of(source->name.n ? source->name : source->id), thing_url(page, source->id),
        text_of(arena_fmt(page->arena, "%.*s · %.*s", SARG(word.s),
                          SARG(figure_name(page, figure->indicator).s))),
        text_of(source->since_us ? format_machine_time(page->arena, source->since_us) : S("")),
        text_of(since), HTML_NONE);
}

/* Who does not report: a city that hides its gaps cannot be believed. */
static void put_left_out(Page *page, const Figure *figures, size_t count)
{
    enum { SHOWN_MAX = 6 };
    Lang lang = page->lang;
    Arena *arena = page->arena;
    Buf rows = page_buf(arena);
    size_t shown = 0, total = 0;
    for (size_t i = 0; i < count; i++)
        total += figures[i].result.left_out_count;
    if (total == 0)
        return;
    /* In turn, so that no indicator hides the others. */
    for (size_t nth = 0; shown < MIN(total, SHOWN_MAX); nth++)
        for (size_t i = 0; i < count && shown < SHOWN_MAX; i++)
            if (nth < figures[i].result.left_out_count) {
                put_left_out_row(&rows, page, &figures[i], &figures[i].result.left_out[nth]);
                shown++;
            }
    Buf list = page_buf(arena);
    buf_put(&list, S("<ul class=\"h-notices h-notices--wide\">"));
    html_put_html(&list, html_of(&rows));
    buf_put(&list, S("</ul>"));
    html_section(
        &page->body, lang, TEXT("ohne-signal"), text_of(text_home_left_out(arena, lang)),
        text_of(text_home_left_out_lead(arena, lang, (int64_t)total)),
        html_section_link(url_page(arena, lang, S("/stadt")), text_of(text_home_all(arena, lang))),
        flag_of(false), html_of(&list));
}

enum { NEWEST_SHOWN = 3 };

/* The newest of a noun that everybody reading may see; nothing where there is none. */
static Err put_newest(Page *page, const ItemQuery *query, Text id, Str title, Str lead, Str all,
                      Icon icon)
{
    Item *items;
    size_t count;
    Lang lang = page->lang;
    Buf cards = page_buf(page->arena);
    TRY(item_list(page->cx, query, &items, &count, NULL));
    if (!count)
        return OK;
    buf_put(&cards, S("<div class=\"h-grid\">"));
    for (size_t i = 0; i < count; i++)
        html_card(&cards, lang, url_page(page->arena, lang, item_path(page->arena, &items[i])),
                  text_of(item_state_word(page, &items[i])), text_of(items[i].text.title),
                  text_of(items[i].text.lead), item_lang(page, &items[i]), icon);
    buf_put(&cards, S("</div>"));
    html_section(
        &page->body, lang, id, text_of(title), text_of(lead),
        html_section_link(url_page(page->arena, lang, noun_path(query->noun)), text_of(all)),
        flag_of(false), html_of(&cards));
    return OK;
}

static Err put_ideas(Page *page)
{
    ItemQuery query = {
        .noun = NOUN_IDEA, .state = S("published"), .order = ITEM_NEWEST, .limit = NEWEST_SHOWN};
    Arena *arena = page->arena;
    return put_newest(page, &query, TEXT("ideen"), text_home_ideas(arena, page->lang),
                      text_ideas_lead(arena, page->lang), text_home_all_ideas(arena, page->lang),
                      ICON_LIGHT);
}

/* What has become of plans: the projects that went into operation last. */
static Err put_projects(Page *page)
{
    ItemQuery query = {.noun = NOUN_PROJECT,
                       .state = S("operation"),
                       .order = ITEM_CHANGED_LAST,
                       .limit = NEWEST_SHOWN};
    Arena *arena = page->arena;
    return put_newest(page, &query, TEXT("projekte"), text_home_projects(arena, page->lang),
                      text_home_projects_lead(arena, page->lang),
                      text_home_all_projects(arena, page->lang), ICON_TARGET);
}

/* How many stand behind it, and the way in. */
static Err put_alliance(Page *page)
{
    int64_t partners = 0;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Buf actions = page_buf(arena);
    TRY(organisation_count(page->cx, S("accepted"), &partners));
    if (!partners)
        return OK;
    html_link_button(&actions, lang, url_page(arena, lang, S("/partner")),
                     text_of(text_home_all_partners(arena, lang)), TEXT("primary"), ICON_NONE);
    html_band(&page->body, lang, text_of(text_home_alliance(arena, lang, partners)),
              text_of(text_home_alliance_lead(arena, lang)), html_of(&actions));
    return OK;
}

static void put_ways(Page *page)
{
    Lang lang = page->lang;
    Arena *arena = page->arena;
    Buf cards = page_buf(arena);
    buf_put(&cards, S("<div class=\"h-grid\">"));
    html_card(&cards, lang, url_page(arena, lang, S("/stadt/karte")), TEXT(""),
              text_of(text_menu_map(arena, lang)), text_of(text_home_card_map(arena, lang)),
              TEXT(""), ICON_MAP);
    html_card(&cards, lang, url_page(arena, lang, S("/stadt/daten")), TEXT(""),
              text_of(text_things_title(arena, lang)), text_of(text_home_card_data(arena, lang)),
              TEXT(""), ICON_LIST);
    html_card(&cards, lang, url_trusted(S("/ngsi-ld/v1/types")), TEXT(""),
              text_of(text_home_card_api_title(arena, lang)),
              text_of(text_home_card_api(arena, lang)), TEXT(""), ICON_DOWNLOAD);
    buf_put(&cards, S("</div>"));
    html_section(&page->body, lang, TEXT("offen"), text_of(text_home_open(arena, lang)),
                 text_of(text_home_open_lead(arena, lang)),
                 html_section_link(URL_NONE_GIVEN, TEXT("")), flag_of(true), html_of(&cards));
}

Err page_home(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    Page page;
    const Figure *figures;
    size_t count;
    page_open(call, MENU_NONE, &page);
    TRY(figure_list(&page, &figures, &count));
    put_stage(&page);
    put_now(&page, figures, count);
    TRY(put_projects(&page));
    TRY(put_ideas(&page));
    TRY(put_alliance(&page));
    put_left_out(&page, figures, count);
    put_ways(&page);
    page_close(&page, PAGE_PLAIN, text_of(text_shell_start(page.arena, page.lang)),
               text_of(text_home_lead(page.arena, page.lang)));
    return OK;
}

Err page_style(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    Page page;
    page_open(call, MENU_NONE, &page);
    page_stil(&call->body, page.arena, &page.shell);
    call_set_header(call, S("Content-Type"), S("text/html; charset=utf-8"));
    return OK;
}
