#include "web/discussion.h"

#include "base/str.h"
#include "people/mention.h"
#include "people/relation.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/markdown.h"
#include "web/pages.h"

enum { HANDLES_SHOWN_MAX = 40 };

Str discussion_path(Arena *arena, ItemId item)
{
    return arena_fmt(arena, "/diskussion/%lld", (long long)item.v);
}

Str post_path(Arena *arena, PostId id, const char *action)
{
    return arena_fmt(arena, "/beitraege/%lld%s", (long long)id.v, action);
}

void item_subpage_open(Call *call, const Item *item, Str title, Str lead, Page *ret)
{
    page_open(call, MENU_NONE, ret);
    Buf crumbs = page_buf(ret->arena);
    HtmlCrumbsLinks link = html_crumbs_links(
        url_page(ret->arena, ret->lang, item_path(ret->arena, item)), text_of(item->text.title));
    html_crumbs(&crumbs, ret->lang, &link, 1, text_of(title));
    html_intro(&ret->body, ret->lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               HTML_NONE);
    buf_put(&ret->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

void item_subpage_close(Page *page, Str title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(title), TEXT(""));
}

/* ---- one post ---- */

Err post_html(Page *page, const Post *post, Html *ret)
{
    Mention *mentions = NULL;
    size_t count = 0;
    if (str_find(post->body, S("@{")) >= 0)
        TRY(mention_list(page->cx, post->id.v, &mentions, &count));
    Str body = mention_markdown(page->arena, post->body, mentions, count,
                                text_person_erased(page->arena, page->lang));
    return markdown_html(page->cx, body, 4, ret);
}

static Str voice_word(const Page *page, Str voice)
{
    Str words;
    Str key = arena_fmt(page->arena, "post.voice.%.*s", SARG(voice));
    return voice.n && text_find(page->lang, key, &words) ? words : S("");
}

Html post_state_badge(Page *page, const Post *post)
{
    Buf out = page_buf(page->arena);
    if (post->state == POST_PENDING)
        html_badge(&out, page->lang, TEXT("warning"), ICON_CLOCK,
                   text_of(text_post_pending(page->arena, page->lang)));
    else if (post->state == POST_HIDDEN)
        html_badge(&out, page->lang, TEXT("alarm"), ICON_WARNING,
                   text_of(text_post_hidden(page->arena, page->lang)));
    return html_of(&out);
}

static Html plain_words(Page *page, Str words)
{
    Buf out = page_buf(page->arena);
    buf_put(&out, S("<p class=\"h-note\">"));
    html_put_text(&out, text_of(words));
    buf_put(&out, S("</p>"));
    return html_of(&out);
}

/* The words, with the reason where they are hidden; where they are not to be read, why. */
static Err words_html(Page *page, const Post *post, Html *ret)
{
    if (post->state == POST_ERASED || (post->state == POST_HIDDEN && !post->body.n)) {
        *ret = plain_words(page, post->state == POST_ERASED
                                     ? text_post_is_erased(page->arena, page->lang)
                                     : text_post_is_hidden(page->arena, page->lang));
        return OK;
    }
    if (!post->body.n) {
        *ret = plain_words(page, text_post_is_pending(page->arena, page->lang));
        return OK;
    }
    TRY(post_html(page, post, ret));
    if (post->state != POST_HIDDEN)
        return OK;
    Buf out = page_buf(page->arena);
    html_put_html(
        &out, plain_words(page, text_post_hidden_because(page->arena, page->lang, post->reason)));
    html_put_html(&out, *ret);
    *ret = html_of(&out);
    return OK;
}

Err post_put(Page *page, const Post *post, Html actions)
{
    Arena *arena = page->arena;
    Html words;
    bool readable = post->body.n > 0;
    Str name = readable ? person_words(page, post->author_name) : S("–");
    TRY(words_html(page, post, &words));
    Text lang = readable && post->lang != page->lang ? text_of(lang_code(post->lang)) : TEXT("");
    Str edited = post->changed_us && readable
                     ? text_post_edited(arena, page->lang,
                                        format_relative(arena, page->lang, page->frame->zone,
                                                        post->changed_us, page->now_us))
                     : S("");
    Str id = arena_fmt(arena, "beitrag-%lld", (long long)post->id.v);
    html_post(
        &page->body, page->lang, text_of(id),
        readable ? text_of(name_initials(arena, name)) : TEXT(""), text_of(name),
        text_of(voice_word(page, post->voice)),
        html_post_time(url_page(arena, page->lang, post_path(arena, post->id, "")),
                       text_of(format_machine_time(arena, post->created_us)),
                       text_of(format_relative(arena, page->lang, page->frame->zone,
                                               post->created_us, page->now_us))),
        html_post_edited(url_page(arena, page->lang, post_path(arena, post->id, "/fassungen")),
                         text_of(edited)),
        post_state_badge(page, post), html_post_words(lang, words), actions,
        flag_of(post->root.v != post->id.v));
    return OK;
}

/* ---- the section ---- */

typedef struct Place {
    const Item *item;
    Discussion discussion;
    uint32_t stand;
    bool may_write; /* logged in, and the discussion is open */
    bool moderates;
} Place;

static void put_link(Page *page, Buf *out, Str path, Str words)
{
    buf_put(out, S("<a href=\""));
    html_put_url(out, url_page(page->arena, page->lang, path));
    buf_put(out, S("\">"));
    html_put_text(out, text_of(words));
    buf_put(out, S("</a>"));
}

static Html post_actions(Page *page, const Place *place, const Post *post)
{
    Buf out = page_buf(page->arena);
    Arena *arena = page->arena;
    bool own = post->author.v && post->author.v == page->cx->actor->person.v;
    if (!page->cx->actor->person.v || !post->body.n)
        return HTML_NONE;
    if (place->may_write && post->state == POST_VISIBLE)
        put_link(page, &out, post_path(arena, post->id, "/antworten"),
                 text_post_reply(arena, page->lang));
    if (place->may_write && post_may_edit(page->cx, post))
        put_link(page, &out, post_path(arena, post->id, "/bearbeiten"),
                 text_item_edit(arena, page->lang));
    if (own && post->state != POST_ERASED)
        put_link(page, &out, post_path(arena, post->id, "/loeschen"),
                 text_post_erase(arena, page->lang));
    if (!own && post->state == POST_VISIBLE)
        put_link(page, &out, post_path(arena, post->id, "/melden"),
                 text_flag_link(arena, page->lang));
    if (!own && place->moderates)
        put_link(page, &out, post_path(arena, post->id, "/moderation"),
                 text_moderation_link(arena, page->lang));
    return html_of(&out);
}

static Err put_posts(Page *page, const Place *place, const Post *posts, size_t count)
{
    buf_put(&page->body, S("<ol class=\"h-posts\">"));
    for (size_t i = 0; i < count; i++)
        TRY(post_put(page, &posts[i], post_actions(page, place, &posts[i])));
    buf_put(&page->body, S("</ol>"));
    return OK;
}

static void put_head(Page *page, const Place *place)
{
    buf_put(&page->body, S("<section class=\"h-block h-discussion\" id=\"austausch\""
                           " aria-labelledby=\"austausch-titel\"><h2 id=\"austausch-titel\">"));
    html_put_text(&page->body, text_of(text_discussion_title(page->arena, page->lang)));
    buf_put(&page->body, S("</h2>"));
    if (!place->discussion.posts)
        return;
    buf_put(&page->body, S("<p class=\"h-discussion__more\">"));
    html_put_text(&page->body,
                  text_of(text_discussion_count(page->arena, page->lang, place->discussion.posts)));
    buf_put(&page->body, S("</p>"));
}

/* Of one that was opened again, what it had come to by then. */
static Err put_summary(Page *page, const Place *place)
{
    const Discussion *d = &place->discussion;
    Html summary;
    if (!d->closed_us && !d->summary.n)
        return OK;
    TRY(markdown_html(page->cx, d->summary, 4, &summary));
    Buf body = page_buf(page->arena);
    buf_put(&body, S("<div class=\"h-prose\""));
    if (d->lang != page->lang)
        buf_fmt(&body, " lang=\"%s\"", d->lang == LANG_DE ? "de" : "en");
    buf_put(&body, S(">"));
    html_put_html(&body, summary);
    buf_put(&body, S("</div>"));
    if (!d->closed_us) {
        html_fold(&page->body, page->lang,
                  text_of(text_discussion_earlier(page->arena, page->lang)), flag_of(true),
                  html_of(&body));
        return OK;
    }
    Str date = format_date(page->arena, page->lang, page->frame->zone, d->closed_us);
    html_alert(&page->body, page->lang, TEXT("info"), ICON_INFO,
               text_of(text_discussion_closed(page->arena, page->lang, date,
                                              person_words(page, d->closed_by))),
               html_of(&body), flag_of(false));
    return OK;
}

/* Whom one can name, for those who do not know how names become handles. */
static Err put_handles(Page *page, const Item *item)
{
    Mention *list;
    size_t count;
    Arena *arena = page->arena;
    TRY(mention_candidates(page->cx, item, 0, &list, &count));
    if (!count)
        return OK;
    Buf body = page_buf(arena);
    buf_put(&body, S("<p>"));
    html_put_text(&body, text_of(text_post_mentions_hint(arena, page->lang)));
    buf_put(&body, S("</p><ul class=\"h-handles\">"));
    for (size_t i = 0; i < count && i < HANDLES_SHOWN_MAX; i++) {
        buf_put(&body, S("<li><code>@"));
        html_put_text(&body, text_of(list[i].handle));
        buf_put(&body, S("</code> "));
        html_put_text(&body, text_of(list[i].name));
        buf_put(&body, S("</li>"));
    }
    buf_put(&body, S("</ul>"));
    html_fold(&page->body, page->lang, text_of(text_post_mentions(arena, page->lang)),
              flag_of(false), html_of(&body));
    return OK;
}

static Err put_form(Page *page, const Place *place)
{
    Form form;
    Arena *arena = page->arena;
    form_begin(&form, page, discussion_path(arena, place->item->id), 0);
    form_area(&form, S("body"), text_post_new(arena, page->lang),
              (FormText){.hint = text_post_hint(arena, page->lang)});
    TRY(put_handles(page, place->item));
    form_submit(&form, text_post_send(arena, page->lang));
    form_end(&form);
    return OK;
}

static void put_login(Page *page, const Place *place)
{
    Arena *arena = page->arena;
    Str back = page_path(page->call, discussion_path(arena, place->item->id));
    Url login = url_query(arena, url_page(arena, page->lang, S("/anmelden")), S("weiter"), back);
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    html_link_button(&page->body, page->lang, login,
                     text_of(text_discussion_login(arena, page->lang)), TEXT("secondary"),
                     ICON_USER);
    buf_put(&page->body, S("</div>"));
}

static void put_lead_actions(Page *page, const Place *place)
{
    Arena *arena = page->arena;
    Str path = discussion_path(arena, place->item->id);
    if (!place->moderates)
        return;
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    html_link_button(&page->body, page->lang,
                     url_page(arena, page->lang, arena_fmt(arena, "%.*s/schliessen", SARG(path))),
                     text_of(place->discussion.closed_us
                                 ? text_discussion_reopen(arena, page->lang)
                                 : text_discussion_close(arena, page->lang)),
                     TEXT("tertiary"), ICON_NONE);
    buf_put(&page->body, S("</div>"));
}

static Err put_tail(Page *page, const Place *place)
{
    if (place->may_write)
        TRY(put_form(page, place));
    else if (!place->discussion.closed_us && !page->cx->actor->person.v)
        put_login(page, place);
    put_lead_actions(page, place);
    buf_put(&page->body, S("</section>"));
    return OK;
}

static Err read_place(Page *page, const Item *item, Place *ret)
{
    *ret = (Place){.item = item};
    TRY(discussion_get(page->cx, item->id, &ret->discussion));
    TRY(item_stand(page->cx, item, &ret->stand));
    ret->may_write = !ret->discussion.closed_us && actor_may(page->cx->actor, MAY_CONTRIBUTE);
    ret->moderates = post_may_moderate(page->cx, ret->stand);
    return OK;
}

static Err put_page(Page *page, const Item *item, int64_t number)
{
    Place place;
    Post *posts;
    size_t count;
    int64_t total;
    TRY(read_place(page, item, &place));
    TRY(post_list(page->cx, item, POSTS_PER_PAGE, (number - 1) * POSTS_PER_PAGE, &posts, &count,
                  &total));
    put_head(page, &place);
    TRY(put_summary(page, &place));
    if (count)
        TRY(put_posts(page, &place, posts, count));
    else if (!place.discussion.closed_us)
        html_empty(&page->body, page->lang, ICON_PEOPLE,
                   text_of(text_discussion_empty(page->arena, page->lang)),
                   text_of(text_discussion_empty_advice(page->arena, page->lang)), HTML_NONE);
    page_pager(page, discussion_path(page->arena, item->id), number, POSTS_PER_PAGE, (int64_t)count,
               total);
    return put_tail(page, &place);
}

/* Without the query, which is not the discussion's. */
static void feed_of(Page *page, const Item *item)
{
    Str path = discussion_path(page->arena, item->id);
    page->shell.feed = arena_fmt(page->arena, "%.*s/beitraege.atom", SARG(path));
    page->shell.feed_title = text_discussion_title(page->arena, page->lang);
}

Err discussion_put(Page *page, const Item *item)
{
    if (item->audience == AUDIENCE_OWN)
        return OK;
    feed_of(page, item);
    return put_page(page, item, 1);
}

/* ---- its own page ---- */

Err page_discussion(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    int64_t number;
    (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    TRY(item_of_number(call, cx, &item));
    Str title = text_discussion_title(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, item.text.title, item.text.lead, &page);
    feed_of(&page, &item);
    TRY(put_page(&page, &item, number));
    item_subpage_close(&page,
                       arena_fmt(page.arena, "%.*s: %.*s", SARG(title), SARG(item.text.title)));
    return OK;
}

Err post_new_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    PostId id;
    TRY(item_of_number(call, cx, &item));
    TRY(post_add(cx, &item, (PostId){0}, call_form(call, S("body")), events, &id));
    call->location = page_path(call, post_path(cx->arena, id, ""));
    return OK;
}

/* ---- closing ---- */

Err page_discussion_close(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    Discussion discussion;
    uint32_t stand;
    Form form;
    (void)events;
    TRY(item_of_number(call, cx, &item));
    TRY(item_stand(cx, &item, &stand));
    TRY(discussion_get(cx, item.id, &discussion));
    if (!post_may_moderate(cx, stand))
        return fail(cx, ERR_DENIED, "discussion.close", "who moderates it closes it");
    bool closed = discussion.closed_us != 0;
    Str title = closed ? text_discussion_reopen(cx->arena, cx->actor->lang)
                       : text_discussion_close(cx->arena, cx->actor->lang);
    Str path = discussion_path(cx->arena, item.id);
    item_subpage_open(call, &item, title, text_discussion_close_lead(cx->arena, cx->actor->lang),
                      &page);
    form_begin(&form, &page, arena_fmt(cx->arena, "%.*s/schliessen", SARG(path)), 0);
    if (closed)
        form_hidden(&form, S("open"), S("1"));
    else
        form_area(&form, S("summary"), text_discussion_summary(page.arena, page.lang),
                  (FormText){.given = discussion.summary,
                             .hint = text_discussion_summary_hint(page.arena, page.lang)});
    form_submit(&form, title);
    form_end(&form);
    item_subpage_close(&page, title);
    return OK;
}

Err discussion_close_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    TRY(item_of_number(call, cx, &item));
    if (call_form(call, S("open")).n)
        TRY(discussion_reopen(cx, &item, events));
    else
        TRY(discussion_close(cx, &item, call_form(call, S("summary")), events));
    call->location = page_path(call, discussion_path(cx->arena, item.id));
    return OK;
}
