/* The city's indicators: all at a glance, and each with its course and its sources. */
#include "web/figure.h"
#include "web/pages.h"

#include "base/str.h"
#include "systems/history.h"
#include "text_gen.h"
#include "web/chart.h"
#include "web/format.h"
#include "web/svg.h"
#include "web/thing.h"

Err page_city(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    Page page;
    const Figure *figures;
    size_t count;
    page_open(call, MENU_LIVE, &page);
    TRY(figure_list(&page, &figures, &count));
    Lang lang = page.lang;
    Buf crumbs = page_buf(page.arena), tiles = page_buf(page.arena), actions = page_buf(page.arena);
    Text title = text_of(text_city_title(page.arena, lang));
    html_crumbs(&crumbs, lang, NULL, 0, title);
    html_link_button(&actions, lang, url_page(page.arena, lang, S("/stadt/karte")),
                     text_of(text_home_to_map(page.arena, lang)), TEXT("secondary"), ICON_MAP);
    html_link_button(&actions, lang, url_page(page.arena, lang, S("/stadt/daten")),
                     text_of(text_city_to_data(page.arena, lang)), TEXT("secondary"), ICON_LIST);
    html_intro(&page.body, lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_city_lead(page.arena, lang)), html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page\">"));
    for (size_t i = 0; i < count; i++)
        figure_tile(&tiles, &page, &figures[i]);
    if (count == 0) {
        html_empty(&page.body, lang, ICON_CHART, text_of(text_home_empty(page.arena, lang)),
                   text_of(text_home_empty_advice(page.arena, lang)), HTML_NONE);
    } else {
        page_put_hidden_heading(&page, text_city_all(page.arena, lang));
        buf_put(&page.body, S("<div class=\"h-tiles\">"));
        html_put_html(&page.body, html_of(&tiles));
        buf_put(&page.body, S("</div>"));
    }
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, text_of(text_city_lead(page.arena, lang)));
    return OK;
}

static Html source_link(Page *page, const Source *source)
{
    Buf buf = page_buf(page->arena);
    buf_put(&buf, S("<a href=\""));
    html_put_url(&buf, thing_url(page, source->id));
    buf_put(&buf, S("\">"));
    html_put_text(&buf, text_of(source->name.n ? source->name : source->id));
    buf_put(&buf, S("</a>"));
    return html_of(&buf);
}

static Html source_state(Page *page, const Source *source)
{
    Buf buf = page_buf(page->arena);
    MarkState mark = source_mark(source->state);
    html_state(&buf, page->lang, mark_class(mark), mark_icon(mark),
               source_word(page, source->state));
    Str since = source_since(page, source);
    if (source->since_us)
        since = text_home_since(page->arena, page->lang, since);
    buf_put(&buf, S("<br><span class=\"h-quiet\">"));
    html_put_text(&buf, text_of(since));
    buf_put(&buf, S("</span>"));
    return html_of(&buf);
}

static void put_left_out(Page *page, const IndicatorResult *result)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    size_t count = result->left_out_count;
    if (count == 0) {
        html_alert(&page->body, lang, TEXT("ok"), ICON_OK,
                   text_of(text_indicator_all_report(arena, lang)), HTML_NONE, flag_of(false));
        return;
    }
    Text label[2] = {text_of(text_indicator_source(arena, lang)),
                     text_of(text_indicator_state(arena, lang))};
    HtmlTableHeads heads[2] = {html_table_heads(label[0], flag_of(false)),
                               html_table_heads(label[1], flag_of(false))};
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < count; i++) {
        const Source *source = &result->left_out[i];
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 2);
        cells[0] = html_table_rows_cells(label[0], source_link(page, source), flag_of(false),
                                         flag_of(true));
        cells[1] = html_table_rows_cells(label[1], source_state(page, source), flag_of(false),
                                         flag_of(false));
        rows[i] = html_table_rows(cells, 2);
    }
    html_table(&page->body, lang, text_of(text_indicator_left_out(arena, lang)), flag_of(true),
               heads, 2, rows, count);
}

static void put_head(Page *page, const Figure *figure)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Buf crumbs = page_buf(arena), badges = page_buf(arena);
    Text title = figure_name(page, figure->indicator);
    HtmlCrumbsLinks link =
        html_crumbs_links(url_page(arena, lang, S("/stadt")), text_of(text_menu_live(arena, lang)));
    html_crumbs(&crumbs, lang, &link, 1, title);
    html_badge(&badges, lang, figure->result.left_out_count ? TEXT("warning") : TEXT("ok"),
               figure->result.left_out_count ? ICON_WARNING : ICON_OK,
               text_of(figure_reporting(page, &figure->result)));
    Buf actions = page_buf(arena);
    html_link_button(&actions, lang, map_url_of_type(page, figure->indicator->type),
                     text_of(text_indicator_sources(arena, lang)), TEXT("secondary"), ICON_NONE);
    html_intro(&page->body, lang, html_of(&crumbs), html_of(&badges), title,
               text_of(text_indicator_how(arena, lang)), html_of(&actions));
}

Err page_indicator(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    Page page;
    Figure figure;
    bool found = false;
    const Indicator *indicator = indicator_by_slug(call->params[0]);
    page_open(call, MENU_LIVE, &page);
    if (indicator)
        TRY(figure_read(&page, indicator, &figure, &found));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "indicator.unknown", "there is no indicator %.*s",
                    SARG(call->params[0]));
    put_head(&page, &figure);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-columns\"><div class=\"h-stack\">"));
    page_put_hidden_heading(&page, text_indicator_now(page.arena, page.lang));
    buf_put(&page.body, S("<div class=\"h-tiles\">"));
    figure_tile(&page.body, &page, &figure);
    buf_put(&page.body, S("</div>"));
    ChartOf chart = {.id = indicator_entity_id(page.arena, indicator),
                     .attribute = S(INDICATOR_VALUE_IRI),
                     .title = figure_name(&page, indicator),
                     .target = indicator->target,
                     .gap_us = 2 * TIME_HOUR_US};
    TRY(chart_put(&page, &chart));
    buf_put(&page.body, S("</div><div class=\"h-stack\">"));
    put_left_out(&page, &figure.result);
    html_source(&page.body, page.lang,
                text_of(format_machine_time(page.arena, figure.result.at_us)),
                text_of(format_moment(page.arena, page.lang, page.frame->zone, figure.result.at_us,
                                      page.now_us)),
                text_of(text_indicator_entity(page.arena, page.lang)),
                thing_url(&page, indicator_entity_id(page.arena, indicator)));
    buf_put(&page.body, S("</div></div>"));
    page_close(&page, PAGE_PLAIN, figure_name(&page, indicator), TEXT(""));
    return OK;
}
