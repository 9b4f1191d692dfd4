/* Following: the button on items' pages, the page that it leads to where somebody has to log in
 * first, and the list of what one follows. */
#include "people/follow.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/discussion.h"
#include "web/follow_button.h"
#include "web/format.h"
#include "web/item_page.h"
#include "web/pages.h"

enum { FOLLOWED_PER_PAGE = 50 };

static Str follow_path(Arena *arena, ItemId item)
{
    return arena_fmt(arena, "/folgen/%lld", (long long)item.v);
}

static void put_toggle(Page *page, Buf *out, const Item *item, const Follow *follow)
{
    FormPair pair = {S("follows"), follow->follows ? S("0") : S("1")};
    form_toggle(page, out, follow_path(page->arena, item->id),
                text_follow_button(page->arena, page->lang, follow->followers), follow->follows,
                &pair, 1);
}

Err follow_put_button(Page *page, Buf *out, const Item *item)
{
    Follow follow;
    TRY(follow_get(page->cx, item->id, &follow));
    if (actor_may(page->cx->actor, MAY_CONTRIBUTE))
        put_toggle(page, out, item, &follow);
    else if (!page->cx->actor->person.v)
        html_link_button(out, page->lang,
                         url_page(page->arena, page->lang, follow_path(page->arena, item->id)),
                         text_of(text_follow_button(page->arena, page->lang, follow.followers)),
                         TEXT("secondary"), ICON_NONE);
    return OK;
}

Err page_follow(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    Follow follow;
    (void)events;
    TRY(item_of_number(call, cx, &item));
    TRY(follow_get(cx, item.id, &follow));
    Str title = text_follow_title(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, text_follow_lead(cx->arena, cx->actor->lang), &page);
    if (call->fault)
        html_alert(&page.body, page.lang, TEXT("alarm"), ICON_WARNING,
                   text_of(fault_words(&page, call->fault->key, call->fault->detail)), HTML_NONE,
                   flag_of(true));
    buf_put(&page.body, S("<div class=\"h-actions\">"));
    put_toggle(&page, &page.body, &item, &follow);
    buf_put(&page.body, S("</div>"));
    item_subpage_close(&page, title);
    return OK;
}

/* The form says what is to be, so that a second click changes nothing. */
Err follow_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    int64_t follows;
    (void)events;
    TRY(item_of_number(call, cx, &item));
    TRY(form_i64(call, S("follows"), 0, &follows));
    TRY(follow_set(cx, &item, follows != 0));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

/* ---- what one follows ---- */

static Html name_cell(Page *page, const Followed *one)
{
    Buf out = page_buf(page->arena);
    page_put_link(&out, url_page(page->arena, page->lang, one->path), one->title,
                  one->lang == page->lang ? TEXT("") : html_lang_code(one->lang));
    return html_of(&out);
}

static Html state_cell(Page *page, const Followed *one)
{
    Str word = item_state_word(page, &(Item){.noun = one->noun, .state = one->state});
    Buf out = page_buf(page->arena);
    html_badge(&out, page->lang, TEXT("plain"), ICON_NONE, text_of(word));
    return html_of(&out);
}

static Html end_cell(Page *page, const Followed *one)
{
    Buf out = page_buf(page->arena);
    FormPair pair = {S("item"), arena_fmt(page->arena, "%lld", (long long)one->item.v)};
    form_button(page, &out, S("/mein/folgen"), text_follow_end(page->arena, page->lang),
                TEXT("tertiary"), ICON_NONE, &pair, 1);
    return html_of(&out);
}

static void put_table(Page *page, const Followed *list, size_t count)
{
    enum { COLUMNS = 4 };
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Text label[COLUMNS] = {
        text_of(text_follow_thing(arena, lang)), text_of(text_mine_state(arena, lang)),
        text_of(text_follow_changed(arena, lang)), text_of(text_follow_what(arena, lang))};
    HtmlTableHeads heads[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        heads[i] = html_table_heads(label[i], flag_of(false));
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < count; i++) {
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, COLUMNS);
        Html values[COLUMNS] = {
            name_cell(page, &list[i]), state_cell(page, &list[i]),
            html_escaped(arena, format_date(arena, lang, page->frame->zone, list[i].changed_us)),
            end_cell(page, &list[i])};
        for (size_t c = 0; c < COLUMNS; c++)
            cells[c] = html_table_rows_cells(label[c], values[c], flag_of(false), flag_of(c == 0));
        rows[i] = html_table_rows(cells, COLUMNS);
    }
    html_table(&page->body, lang, text_of(text_followed_title(arena, lang)), flag_of(true), heads,
               COLUMNS, rows, count);
}

Err page_followed(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Followed *list;
    size_t count;
    int64_t number, total;
    (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    TRY(follow_list(cx, FOLLOWED_PER_PAGE, (number - 1) * FOLLOWED_PER_PAGE, &list, &count,
                    &total));
    page_open(call, MENU_NONE, &page);
    Lang lang = page.lang;
    Text title = text_of(text_followed_title(page.arena, lang));
    Buf crumbs = page_buf(page.arena), actions = page_buf(page.arena);
    html_crumbs(&crumbs, lang, NULL, 0, title);
    html_link_button(&actions, lang, url_page(page.arena, lang, S("/konto/benachrichtigungen")),
                     text_of(text_paces_title(page.arena, lang)), TEXT("secondary"), ICON_NONE);
    if (total)
        form_button(&page, &actions, S("/mein/folgen"), text_follow_end_all(page.arena, lang),
                    TEXT("tertiary"), ICON_NONE, NULL, 0);
    html_intro(&page.body, lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_followed_lead(page.arena, lang)), html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    if (count)
        put_table(&page, list, count);
    else
        html_empty(&page.body, lang, ICON_INFO, text_of(text_followed_none(page.arena, lang)),
                   text_of(text_followed_none_advice(page.arena, lang)), HTML_NONE);
    page_pager(&page, S("/mein/folgen"), number, FOLLOWED_PER_PAGE, (int64_t)count, total);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

Err followed_end_apply(Call *call, Cx *cx, struct Events *events)
{
    int64_t id;
    Item item;
    (void)events;
    TRY(form_i64(call, S("item"), 0, &id));
    call->location = page_path(call, S("/mein/folgen"));
    if (!id)
        return follow_end_all(cx);
    TRY(item_get_by_id(cx, (ItemId){id}, &item));
    return follow_set(cx, &item, false);
}
