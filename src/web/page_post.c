/* One post: where it stands, replying to it, changing and erasing it, what it said before. */
#include "people/mention.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/discussion.h"
#include "web/format.h"
#include "web/pages.h"

static Err post_of_call(Call *call, Cx *cx, Post *ret, Item *ret_item)
{
    int64_t id;
    if (!str_to_i64(call->params[0], &id))
        return fail(cx, ERR_NOT_FOUND, "post.unknown", "there is no such post");
    return post_get(cx, (PostId){id}, ret, ret_item);
}

/* Where the post stands: on the item's own page while that shows it. */
Err page_post(Call *call, Cx *cx, struct Events *events)
{
    Post post;
    Item item;
    int64_t position;
    (void)events;
    TRY(post_of_call(call, cx, &post, &item));
    TRY(post_position(cx, &item, &post, &position));
    int64_t number = position / POSTS_PER_PAGE + 1;
    Str path = number == 1 ? item_path(cx->arena, &item) : discussion_path(cx->arena, item.id);
    Str query = number == 1 ? S("") : arena_fmt(cx->arena, "?seite=%lld", (long long)number);
    page_redirect(call, page_path(call, arena_fmt(cx->arena, "%.*s%.*s#beitrag-%lld", SARG(path),
                                                  SARG(query), (long long)post.id.v)));
    return OK;
}

static Err put_one(Page *page, const Post *post)
{
    page_put_hidden_heading(page, text_post_one(page->arena, page->lang));
    buf_put(&page->body, S("<ol class=\"h-posts\">"));
    TRY(post_put(page, post, HTML_NONE));
    buf_put(&page->body, S("</ol>"));
    return OK;
}

/* ---- replying ---- */

Err page_post_reply(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Post post;
    Item item;
    Form form;
    (void)events;
    TRY(post_of_call(call, cx, &post, &item));
    Str title = text_post_reply(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, S(""), &page);
    TRY(put_one(&page, &post));
    form_begin(&form, &page, post_path(cx->arena, post.id, "/antworten"), 0);
    form_area(&form, S("body"), text_post_your_reply(page.arena, page.lang),
              (FormText){.hint = text_post_hint(page.arena, page.lang)});
    form_submit(&form, text_post_send(page.arena, page.lang));
    form_end(&form);
    item_subpage_close(&page, title);
    return OK;
}

Err post_reply_apply(Call *call, Cx *cx, struct Events *events)
{
    Post post;
    Item item;
    PostId id;
    TRY(post_of_call(call, cx, &post, &item));
    TRY(post_add(cx, &item, post.id, call_form(call, S("body")), events, &id));
    call->location = page_path(call, post_path(cx->arena, id, ""));
    return OK;
}

/* ---- changing ---- */

static Err may_edit(Cx *cx, const Post *post)
{
    if (!post_may_edit(cx, post))
        return fail(cx, ERR_DENIED, "post.edit", "its author changes it, while it is shown");
    return OK;
}

Err page_post_edit(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Post post;
    Item item;
    Form form;
    Mention *mentions;
    size_t count;
    (void)events;
    TRY(post_of_call(call, cx, &post, &item));
    TRY(may_edit(cx, &post));
    TRY(mention_candidates(cx, &item, post.id.v, &mentions, &count));
    Str title = text_post_edit(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, S(""), &page);
    form_begin(&form, &page, post_path(cx->arena, post.id, "/bearbeiten"), post.version);
    form_area(&form, S("body"), text_post_new(page.arena, page.lang),
              (FormText){.given = mention_decode(page.arena, post.body, mentions, count),
                         .hint = text_post_hint(page.arena, page.lang)});
    form_submit(&form, text_item_save(page.arena, page.lang));
    form_end(&form);
    item_subpage_close(&page, title);
    return OK;
}

Err post_edit_apply(Call *call, Cx *cx, struct Events *events)
{
    Post post;
    Item item;
    int64_t version;
    TRY(form_i64(call, S("version"), 0, &version));
    TRY(post_of_call(call, cx, &post, &item));
    TRY(post_change(cx, post.id, version, call_form(call, S("body")), events));
    call->location = page_path(call, post_path(cx->arena, post.id, ""));
    return OK;
}

Err page_post_erase(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Post post;
    Item item;
    Form form;
    (void)events;
    TRY(post_of_call(call, cx, &post, &item));
    if (!post.author.v || post.author.v != cx->actor->person.v)
        return fail(cx, ERR_DENIED, "post.edit", "its author erases it");
    Str title = text_post_erase_title(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, text_post_erase_lead(cx->arena, cx->actor->lang), &page);
    TRY(put_one(&page, &post));
    form_begin(&form, &page, post_path(cx->arena, post.id, "/loeschen"), 0);
    form_submit(&form, text_post_erase_yes(page.arena, page.lang));
    form_end(&form);
    item_subpage_close(&page, title);
    return OK;
}

Err post_erase_apply(Call *call, Cx *cx, struct Events *events)
{
    Post post;
    Item item;
    TRY(post_of_call(call, cx, &post, &item));
    TRY(post_erase(cx, post.id, events));
    call->location = page_path(call, discussion_path(cx->arena, item.id));
    return OK;
}

/* ---- what it said before ---- */

static Err put_version(Page *page, const Post *post, const PostVersion *version)
{
    Post then = *post;
    Html words;
    Arena *arena = page->arena;
    then.body = version->body;
    TRY(post_html(page, &then, &words));
    buf_put(&page->body, S("<section class=\"h-block\"><h2>"));
    html_put_text(&page->body,
                  text_of(text_post_version(arena, page->lang, version->version,
                                            format_moment(arena, page->lang, page->frame->zone,
                                                          version->at_us, page->now_us))));
    buf_put(&page->body, S("</h2><div class=\"h-prose\""));
    if (post->lang != page->lang)
        buf_fmt(&page->body, " lang=\"%s\"", post->lang == LANG_DE ? "de" : "en");
    buf_put(&page->body, S(">"));
    html_put_html(&page->body, words);
    buf_put(&page->body, S("</div></section>"));
    return OK;
}

Err page_post_versions(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Post post;
    Item item;
    PostVersion *versions;
    size_t count;
    (void)events;
    TRY(post_of_call(call, cx, &post, &item));
    TRY(post_versions(cx, &post, &versions, &count));
    Str title = text_post_versions(cx->arena, cx->actor->lang, (int64_t)count);
    item_subpage_open(call, &item, title, post.author_name, &page);
    for (size_t i = 0; i < count; i++)
        TRY(put_version(&page, &post, &versions[i]));
    item_subpage_close(&page, title);
    return OK;
}
