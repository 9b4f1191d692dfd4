/* One's own pages: what waits for one, what one wrote, where one belongs, and for the office the
 * way to its work. */
#include "web/pages.h"

#include "base/str.h"
#include "people/inbox.h"
#include "people/support.h"
#include "people/waiting.h"
#include "text_gen.h"
#include "web/discussion.h"
#include "web/format.h"
#include "web/item_page.h"
#include "web/project_page.h"

enum {
    MINE_MAX = 50 /* of each noun */,
    MINE_OPEN = 5 /* the rest is folded */,
    POSTS_MAX = 10,
    POST_EXCERPT_BYTES = 120
};

static void put_heading(Page *page, Str title)
{
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2>"));
}

/* ---- what waits ---- */

/* What each kind is called ("Meilenstein"), and where it is done: below the item, or on a page of
 * its own. */
static const struct {
    Str (*word)(Arena *arena, Lang lang);
    Str (*deed)(Arena *arena, Lang lang);
    const char *below;
    Str path;
} WAITING[WAITING_KIND_COUNT_] = {
    [WAITING_INBOX] = {NULL, text_waiting_inbox_go, NULL, S_INIT("/buero/eingang")},
    [WAITING_MODERATION] = {NULL, text_waiting_moderation_go, NULL, S_INIT("/buero/moderation")},
    [WAITING_INVITATION] = {text_waiting_invitation, text_waiting_answer, NULL,
                            S_INIT("/mein/einladungen")},
    [WAITING_INVITED] = {text_waiting_invitation, text_waiting_answer, "", {0}},
    [WAITING_REQUEST] = {NULL, text_waiting_decide, "/mitglieder", {0}},
    [WAITING_REPORT] = {text_waiting_report, text_waiting_report_do, "/bericht", {0}},
    [WAITING_QUESTION] = {text_waiting_question, text_waiting_report_do, "/bericht", {0}},
    [WAITING_TASK] = {text_waiting_task, text_waiting_tick, NULL, S_INIT("/mein/aufgaben")},
    [WAITING_MILESTONE] = {text_waiting_milestone, text_waiting_milestone_do, "/meilensteine", {0}},
};

static Str waiting_item_path(Page *page, const Waiting *one, const char *below)
{
    Str base = noun_path(one->noun);
    return arena_fmt(page->arena, "%.*s/%.*s%s", SARG(base), SARG(one->item_slug), below);
}

static Url waiting_url(Page *page, const Waiting *one)
{
    const char *below = WAITING[one->kind].below;
    if (!below)
        return url_page(page->arena, page->lang, WAITING[one->kind].path);
    if (one->kind == WAITING_REQUEST && one->noun == NOUN_PROJECT)
        below = "/menschen";
    return url_page(page->arena, page->lang, waiting_item_path(page, one, below));
}

static Str waiting_title(Page *page, const Waiting *one)
{
    if (one->kind == WAITING_INBOX)
        return text_waiting_inbox(page->arena, page->lang, one->count);
    if (one->kind == WAITING_MODERATION)
        return text_waiting_moderation(page->arena, page->lang, one->count);
    return one->title;
}

static Str waiting_word(Page *page, const Waiting *one)
{
    if (one->kind == WAITING_REQUEST)
        return text_waiting_request(page->arena, page->lang, one->count);
    if (one->late)
        return text_waiting_late(page->arena, page->lang, one->late);
    return WAITING[one->kind].word ? WAITING[one->kind].word(page->arena, page->lang) : S("");
}

static void put_waiting_row(Page *page, const Waiting *one)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Buf badge = page_buf(arena), deed = page_buf(arena);
    if (one->overdue)
        html_badge(&badge, lang, TEXT("warning"), ICON_WARNING,
                   text_of(text_task_overdue(arena, lang)));
    html_link_button(&deed, lang, waiting_url(page, one),
                     text_of(WAITING[one->kind].deed(arena, lang)), TEXT("secondary"), ICON_NONE);
    html_task_row(
        &page->body, lang, text_of(waiting_title(page, one)), html_of(&badge),
        text_of(waiting_word(page, one)),
        text_of(one->due_day.n ? text_task_until(arena, lang, day_words(page, one->due_day))
                               : S("")),
        html_task_row_from(url_page(arena, lang, waiting_item_path(page, one, "")),
                           text_of(str_eq(one->title, one->item_title) ? S("") : one->item_title)),
        html_of(&deed));
}

static Err put_waiting_list(Page *page)
{
    Waiting *list;
    size_t count;
    bool more;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    TRY(waiting_list(page->cx, page->frame->zone, &list, &count, &more));
    buf_put(&page->body, S("<section class=\"h-stack\" id=\"wartet\">"));
    put_heading(page, text_waiting_title(arena, lang));
    if (!count) {
        html_empty(&page->body, lang, ICON_OK, text_of(text_waiting_none(arena, lang)),
                   text_of(text_waiting_none_advice(arena, lang)), HTML_NONE);
    } else {
        buf_put(&page->body, S("<ul class=\"h-tasks\">"));
        for (size_t i = 0; i < count; i++)
            put_waiting_row(page, &list[i]);
        buf_put(&page->body, S("</ul>"));
    }
    if (more) {
        buf_put(&page->body, S("<p>"));
        html_put_text(&page->body, text_of(text_waiting_more(arena, lang)));
        buf_put(&page->body, S("</p>"));
    }
    buf_put(&page->body, S("</section>"));
    return OK;
}

/* The first ones, and the rest in a fold that says how many they are. */
static void put_items(Page *page, const Item *items, size_t count)
{
    size_t open = MIN(count, (size_t)MINE_OPEN);
    item_put_list(page, items, open, S(""), S(""));
    if (count == open)
        return;
    Buf shown = page->body;
    page->body = page_buf(page->arena);
    item_put_list(page, items + open, count - open, S(""), S(""));
    Html rest = html_of(&page->body);
    page->body = shown;
    html_fold(&page->body, page->lang,
              text_of(text_mine_rest(page->arena, page->lang, (int64_t)(count - open))),
              flag_of(false), rest);
}

/* ---- what one said, and what one supports ---- */

static Err put_post_row(Page *page, const Post *post)
{
    Item item;
    Arena *arena = page->arena;
    Buf go = page_buf(arena);
    TRY(item_get_by_id(page->cx, post->item, &item));
    html_link_button(&go, page->lang, url_page(arena, page->lang, post_path(arena, post->id, "")),
                     text_of(text_mine_post_go(arena, page->lang)), TEXT("tertiary"), ICON_NONE);
    html_task_row(&page->body, page->lang,
                  text_of(format_excerpt(arena, post->body, POST_EXCERPT_BYTES)),
                  post_state_badge(page, post), TEXT(""),
                  text_of(format_relative(arena, page->lang, page->frame->zone, post->created_us,
                                          page->now_us)),
                  html_task_row_from(url_page(arena, page->lang, item_path(arena, &item)),
                                     text_of(item.text.title)),
                  html_of(&go));
    return OK;
}

static Err put_posts(Page *page, size_t *ret_count)
{
    Post *posts;
    size_t count;
    TRY(post_list_own(page->cx, POSTS_MAX, &posts, &count));
    *ret_count += count;
    if (!count)
        return OK;
    buf_put(&page->body, S("<section class=\"h-stack\" id=\"beitraege\">"));
    put_heading(page, text_mine_posts(page->arena, page->lang));
    buf_put(&page->body, S("<ul class=\"h-tasks\">"));
    for (size_t i = 0; i < count; i++)
        TRY(put_post_row(page, &posts[i]));
    buf_put(&page->body, S("</ul></section>"));
    return OK;
}

static Err put_supported(Page *page, size_t *ret_count)
{
    Item *items;
    size_t count;
    TRY(support_list_own(page->cx, MINE_MAX, &items, &count));
    *ret_count += count;
    if (!count)
        return OK;
    buf_put(&page->body, S("<section class=\"h-stack\" id=\"unterstuetzt\">"));
    put_heading(page, text_mine_supported(page->arena, page->lang));
    put_items(page, items, count);
    buf_put(&page->body, S("</section>"));
    return OK;
}

/* ---- /mein ---- */

static Str noun_title(Page *page, Noun noun)
{
    Str words, name = noun_name(noun);
    Str key = arena_fmt(page->arena, "mine.noun.%.*s", SARG(name));
    return text_find(page->lang, key, &words) ? words : name;
}

/* What one wrote of a noun, the last changed first; nothing where there is none. */
static Err put_written(Page *page, Noun noun, size_t *ret_count)
{
    Item *items;
    size_t count;
    ItemQuery query = {.noun = noun,
                       .author = page->cx->actor->person,
                       .order = ITEM_CHANGED_LAST,
                       .limit = MINE_MAX};
    TRY(item_list(page->cx, &query, &items, &count, NULL));
    *ret_count += count;
    if (!count)
        return OK;
    buf_put(&page->body, S("<section class=\"h-stack\">"));
    put_heading(page, noun_title(page, noun));
    put_items(page, items, count);
    buf_put(&page->body, S("</section>"));
    return OK;
}

static Html relation_link(Page *page, const Relation *relation)
{
    Buf out = page_buf(page->arena);
    Str base = noun_path(relation->item_noun);
    Url href = url_page(page->arena, page->lang,
                        arena_fmt(page->arena, "%.*s/%.*s", SARG(base), SARG(relation->item_slug)));
    buf_put(&out, S("<a href=\""));
    html_put_url(&out, href);
    buf_put(&out, S("\">"));
    html_put_text(&out, text_of(relation->item_title));
    buf_put(&out, S("</a>"));
    return html_of(&out);
}

static Str relation_state_word(Page *page, RelationState state)
{
    switch (state) {
    case RELATION_ASKED:
        return text_relation_asked(page->arena, page->lang);
    case RELATION_INVITED:
        return text_relation_invited(page->arena, page->lang);
    case RELATION_ACTIVE:
        return text_relation_active(page->arena, page->lang);
    case RELATION_ENDED:
    case RELATION_STATE_COUNT_:
        break;
    }
    return text_relation_ended(page->arena, page->lang);
}

static void put_relations(Page *page, const Relation *relations, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Text label[3] = {text_of(text_mine_where(arena, lang)), text_of(text_mine_as(arena, lang)),
                     text_of(text_mine_state(arena, lang))};
    HtmlTableHeads heads[3];
    for (size_t i = 0; i < 3; i++)
        heads[i] = html_table_heads(label[i], flag_of(false));
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < count; i++) {
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 3);
        Html values[3] = {relation_link(page, &relations[i]),
                          html_escaped(arena, relation_words(page, &relations[i])),
                          html_escaped(arena, relation_state_word(page, relations[i].state))};
        for (size_t c = 0; c < 3; c++)
            cells[c] = html_table_rows_cells(label[c], values[c], flag_of(false), flag_of(c == 0));
        rows[i] = html_table_rows(cells, 3);
    }
    html_table(&page->body, lang, text_of(text_mine_relations(arena, lang)), flag_of(true), heads,
               3, rows, count);
}

Err page_mine(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Relation *relations;
    size_t count, written = 0;
    (void)events;
    TRY(relation_of_person(cx, cx->actor->person, &relations, &count));
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_menu_mine(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena), actions = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_link_button(&actions, page.lang, url_page(page.arena, page.lang, S("/ideen/neu")),
                     text_of(text_idea_new(page.arena, page.lang)), TEXT("primary"), ICON_NONE);
    html_link_button(&actions, page.lang, url_page(page.arena, page.lang, S("/mein/folgen")),
                     text_of(text_followed_title(page.arena, page.lang)), TEXT("secondary"),
                     ICON_NONE);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_mine_lead(page.arena, page.lang)), html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    TRY(put_waiting_list(&page));
    if (count)
        put_relations(&page, relations, count);
    for (Noun noun = 0; noun < NOUN_COUNT_; noun++)
        TRY(put_written(&page, noun, &written));
    TRY(put_posts(&page, &written));
    TRY(put_supported(&page, &written));
    if (!count && !written)
        html_empty(&page.body, page.lang, ICON_USER,
                   text_of(text_mine_empty(page.arena, page.lang)),
                   text_of(text_mine_empty_advice(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

/* ---- /buero ---- */

/* The office's pages; only those that exist. */
static const struct {
    Str path;
    Icon icon;
    Str (*label)(Arena *arena, Lang lang);
    Str (*text)(Arena *arena, Lang lang);
} OFFICE_PAGES[] = {
    {S_INIT("/buero/eingang"), ICON_LIST, text_inbox_title, text_inbox_empty_advice},
    {S_INIT("/buero/interessierte"), ICON_PEOPLE, text_interest_office, text_interest_office_text},
    {S_INIT("/buero/berichte"), ICON_CHART, text_office_reports, text_office_reports_text},
    {S_INIT("/buero/partner"), ICON_PEOPLE, text_partners_office, text_partners_office_lead},
    {S_INIT("/buero/ideen/einlesen"), ICON_LIST, text_idea_import_title, text_idea_import_lead},
    {S_INIT("/buero/personen"), ICON_USER, text_persons_title, text_persons_lead},
};

static void put_waiting(Page *page, const Inbox *inbox)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    HtmlFactsRows rows[3] = {
        html_facts_rows(text_of(text_office_waiting(arena, lang)),
                        html_escaped(arena, arena_fmt(arena, "%lld", (long long)inbox->total))),
        html_facts_rows(text_of(text_office_overdue(arena, lang)),
                        html_escaped(arena, arena_fmt(arena, "%lld", (long long)inbox->overdue))),
        html_facts_rows(text_of(text_office_unowned(arena, lang)),
                        html_escaped(arena, arena_fmt(arena, "%lld", (long long)inbox->unowned)))};
    html_facts(&page->body, lang, rows, COUNT_OF(rows));
}

Err page_office(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Inbox inbox;
    (void)events;
    TRY(inbox_read(cx, &(InboxQuery){0}, &inbox));
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_menu_office(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_office_lead(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    put_waiting(&page, &inbox);
    put_heading(&page, text_office_work(page.arena, page.lang));
    buf_put(&page.body, S("<div class=\"h-grid\">"));
    for (size_t i = 0; i < COUNT_OF(OFFICE_PAGES); i++)
        html_card(&page.body, page.lang, url_page(page.arena, page.lang, OFFICE_PAGES[i].path),
                  TEXT(""), text_of(OFFICE_PAGES[i].label(page.arena, page.lang)),
                  text_of(OFFICE_PAGES[i].text(page.arena, page.lang)), TEXT(""),
                  OFFICE_PAGES[i].icon);
    buf_put(&page.body, S("</div></div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}
