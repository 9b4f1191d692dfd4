/* The search over all that people wrote. */
#include "people/search.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/item_page.h"
#include "web/pages.h"

enum { HITS_PER_PAGE = 10, TOPICS_SHOWN_MAX = 200 };

typedef struct Asked {
    Str words, kind, topic;
    int64_t number;
    SearchQuery query;
    Topic *topics;
    size_t topic_count;
    Str topic_name;
} Asked;

#define POSTS S("beitrag")

static Err read_asked(Call *call, Cx *cx, Asked *ret)
{
    *ret = (Asked){.words = str_trim(call_query(call, S("q"))),
                   .kind = call_query(call, S("art")),
                   .topic = call_query(call, S("thema")),
                   .topic_name = S("")};
    TRY(call_query_i64(call, S("seite"), 1, 1, 1000, &ret->number));
    TRY(topic_list(cx, &ret->topics, &ret->topic_count));
    ret->query = (SearchQuery){
        .words = ret->words, .limit = HITS_PER_PAGE, .offset = (ret->number - 1) * HITS_PER_PAGE};
    ret->query.by_post = str_eq(ret->kind, POSTS);
    ret->query.by_noun = !ret->query.by_post && noun_parse(ret->kind, &ret->query.noun);
    for (size_t i = 0; i < ret->topic_count; i++)
        if (ret->topic.n && str_eq(ret->topics[i].slug, ret->topic)) {
            ret->query.topic = ret->topics[i].id;
            ret->topic_name = ret->topics[i].name;
        }
    return OK;
}

static Str path_of(Arena *arena, const Asked *asked, Str kind, Str topic)
{
    Url url = url_query(arena, url_trusted(S("/suche")), S("q"), asked->words);
    if (kind.n)
        url = url_query(arena, url, S("art"), kind);
    if (topic.n)
        url = url_query(arena, url, S("thema"), topic);
    return url.s;
}

static Str kind_words(const Page *page, Noun noun, bool post)
{
    Str words, key = post ? S("search.kind.post")
                          : arena_fmt(page->arena, "search.kind.%.*s", SARG(noun_name(noun)));
    return text_find(page->lang, key, &words) ? words : noun_name(noun);
}

/* The same of one of them. */
static Str one_words(const Page *page, Noun noun, bool post)
{
    Str words, key = post ? S("search.one.post")
                          : arena_fmt(page->arena, "search.one.%.*s", SARG(noun_name(noun)));
    return text_find(page->lang, key, &words) ? words : noun_name(noun);
}

/* ---- filters ---- */

static HtmlChipsChips chip(Page *page, const Asked *asked, Str label, Str kind, int64_t count,
                           bool current)
{
    return html_chips_chips(
        url_page(page->arena, page->lang, path_of(page->arena, asked, kind, asked->topic)),
        text_of(label), text_of(format_int(page->arena, page->lang, count)), flag_of(current));
}

static void put_kinds(Page *page, const Asked *asked, const SearchResult *result)
{
    HtmlChipsChips chips[NOUN_COUNT_ + 2];
    size_t count = 0;
    bool any = !asked->query.by_noun && !asked->query.by_post;
    chips[count++] =
        chip(page, asked, text_search_any(page->arena, page->lang), S(""), result->all, any);
    for (Noun noun = 0; noun < NOUN_COUNT_; noun++)
        if (result->nouns[noun] || (asked->query.by_noun && asked->query.noun == noun))
            chips[count++] =
                chip(page, asked, kind_words(page, noun, false), noun_name(noun),
                     result->nouns[noun], asked->query.by_noun && asked->query.noun == noun);
    if (result->posts || asked->query.by_post)
        chips[count++] = chip(page, asked, kind_words(page, 0, true), POSTS, result->posts,
                              asked->query.by_post);
    html_chips(&page->body, page->lang, text_of(text_search_by_kind(page->arena, page->lang)),
               TEXT(""), chips, count);
}

static void put_topics(Page *page, const Asked *asked)
{
    HtmlChipsChips *chips = arena_array(page->arena, HtmlChipsChips, asked->topic_count + 1);
    Buf body = page_buf(page->arena);
    Text title = text_of(text_search_by_topic(page->arena, page->lang));
    size_t count = 0;
    if (!asked->topic_count)
        return;
    chips[count++] = html_chips_chips(
        url_page(page->arena, page->lang, path_of(page->arena, asked, asked->kind, S(""))),
        text_of(text_search_any_topic(page->arena, page->lang)), TEXT(""),
        flag_of(!asked->query.topic));
    for (size_t i = 0; i < MIN(asked->topic_count, (size_t)TOPICS_SHOWN_MAX); i++)
        chips[count++] = html_chips_chips(
            url_page(page->arena, page->lang,
                     path_of(page->arena, asked, asked->kind, asked->topics[i].slug)),
            text_of(asked->topics[i].name), TEXT(""),
            flag_of(asked->query.topic == asked->topics[i].id));
    html_chips(&body, page->lang, title, TEXT(""), chips, count);
    html_fold(&page->body, page->lang, title, flag_of(asked->query.topic != 0), html_of(&body));
}

static void put_form(Page *page, const Asked *asked)
{
    HtmlSearchFormKeep keep[2];
    size_t count = 0;
    if (asked->kind.n)
        keep[count++] = html_search_form_keep(TEXT("art"), text_of(asked->kind));
    if (asked->topic.n)
        keep[count++] = html_search_form_keep(TEXT("thema"), text_of(asked->topic));
    html_search_form(
        &page->body, page->lang, TEXT("suchwort"), url_page(page->arena, page->lang, S("/suche")),
        text_of(text_search_label(page->arena, page->lang)), TEXT("q"), text_of(asked->words),
        text_of(text_search_button(page->arena, page->lang)), keep, count);
}

/* ---- hits ---- */

static Html pieces_html(Page *page, const SearchPiece *pieces, size_t count)
{
    Buf out = page_buf(page->arena);
    for (size_t i = 0; i < count; i++) {
        buf_put(&out, pieces[i].marked ? S("<mark>") : S(""));
        html_put_text(&out, text_of(pieces[i].text));
        buf_put(&out, pieces[i].marked ? S("</mark>") : S(""));
    }
    return html_of(&out);
}

static Err put_hit(Page *page, const SearchHit *hit)
{
    Item item;
    bool post = hit->kind == SEARCH_POST;
    TRY(item_get_by_id(page->cx, hit->item, &item));
    Str path = item_path(page->arena, &item);
    if (post)
        path = arena_fmt(page->arena, "%.*s#beitrag-%lld", SARG(path), (long long)hit->ref);
    Str kind = one_words(page, item.noun, post);
    Html title = post ? html_escaped(page->arena, item.text.title)
                      : pieces_html(page, hit->title_pieces, hit->title_piece_count);
    Str meta = post ? S("") : item_state_word(page, &item);
    if (str_eq(meta, kind))
        meta = S("");
    html_search_hit(&page->body, page->lang, url_page(page->arena, page->lang, path), title,
                    hit->lang == page->lang ? TEXT("") : text_of(lang_code(hit->lang)),
                    pieces_html(page, hit->pieces, hit->piece_count), text_of(kind), text_of(meta));
    return OK;
}

static Err put_hits(Page *page, const Asked *asked, const SearchResult *result)
{
    buf_put(&page->body, S("<h2 class=\"h-hits__title\">"));
    html_put_text(&page->body,
                  text_of(result->more
                              ? text_search_more(page->arena, page->lang, result->total)
                              : text_search_found(page->arena, page->lang, result->total)));
    buf_put(&page->body, S("</h2>"));
    if (result->corrected.n)
        html_search_corrected(&page->body, page->lang, text_of(result->corrected));
    buf_put(&page->body, S("<div class=\"h-items\">"));
    for (size_t i = 0; i < result->count; i++)
        TRY(put_hit(page, &result->hits[i]));
    buf_put(&page->body, S("</div>"));
    page_pager(page, path_of(page->arena, asked, asked->kind, asked->topic), asked->number,
               HITS_PER_PAGE, (int64_t)result->count, result->total);
    return OK;
}

static void put_nothing(Page *page, const Asked *asked)
{
    Buf actions = page_buf(page->arena);
    bool narrow = asked->kind.n || asked->topic.n;
    if (narrow)
        html_link_button(
            &actions, page->lang,
            url_page(page->arena, page->lang, path_of(page->arena, asked, S(""), S(""))),
            text_of(text_search_everywhere(page->arena, page->lang)), TEXT("secondary"), ICON_NONE);
    html_empty(&page->body, page->lang, ICON_SEARCH,
               text_of(text_search_nothing(page->arena, page->lang, asked->words)),
               text_of(narrow ? text_search_nothing_narrow(page->arena, page->lang)
                              : text_search_nothing_advice(page->arena, page->lang)),
               html_of(&actions));
}

Err page_search(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Asked asked;
    SearchResult result = {0};
    (void)events;
    TRY(read_asked(call, cx, &asked));
    if (asked.words.n)
        TRY(search_find(cx, &asked.query, &result));
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_search_title(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_search_lead(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    put_form(&page, &asked);
    if (asked.words.n) {
        if (result.all || asked.kind.n)
            put_kinds(&page, &asked, &result);
        put_topics(&page, &asked);
        if (result.total)
            TRY(put_hits(&page, &asked, &result));
        else
            put_nothing(&page, &asked);
    }
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, text_of(text_search_lead(page.arena, page.lang)));
    return OK;
}
