/* Moderation: flagging a post or an idea, deciding on one, the queues, an account. */
#include "people/moderation.h"

#include "base/str.h"
#include "core/person.h"
#include "text_gen.h"
#include "web/discussion.h"
#include "web/format.h"
#include "web/idea_page.h"
#include "web/pages.h"

enum { CASES_PER_PAGE = 50, EXCERPT_BYTES = 300 };

static Err number_of_call(Call *call, Cx *cx, int64_t *ret)
{
    if (!str_to_i64(call->params[0], ret))
        return fail(cx, ERR_NOT_FOUND, "post.unknown", "there is no such page");
    return OK;
}

static Str account_path(Arena *arena, PersonId person)
{
    return arena_fmt(arena, "/buero/moderation/konten/%lld", (long long)person.v);
}

/* ---- words and fields ---- */

static Str found(const Page *page, Str key, Str otherwise)
{
    Str words;
    return text_find(page->lang, key, &words) ? words : otherwise;
}

static Str ground_word(const Page *page, Str name)
{
    return found(page, arena_fmt(page->arena, "ground.%.*s", SARG(name)), name);
}

static Str ruling_word(const Page *page, Str name)
{
    return found(page, arena_fmt(page->arena, "ruling.%.*s", SARG(name)), name);
}

static Str done_word(const Page *page, Str name)
{
    return found(page, arena_fmt(page->arena, "ruling.done.%.*s", SARG(name)), name);
}

static void put_ground(Form *form, Str label)
{
    FormOption options[GROUND_COUNT_];
    for (Ground ground = 0; ground < GROUND_COUNT_; ground++)
        options[ground] =
            (FormOption){ground_name(ground), ground_word(form->page, ground_name(ground)), false};
    form_radio(form, S("ground"), label, S(""), options, COUNT_OF(options));
}

/* when: what an optional reason is needed for; empty: for nothing. */
static void put_reason(Form *form, bool optional, Str when)
{
    Page *page = form->page;
    form_area(form, S("reason"), text_step_reason(page->arena, page->lang),
              (FormText){.hint = text_moderation_reason_hint(page->arena, page->lang),
                         .optional = optional,
                         .when = when});
}

static void put_paragraph(Page *page, Str words)
{
    buf_put(&page->body, S("<p>"));
    html_put_text(&page->body, text_of(words));
    buf_put(&page->body, S("</p>"));
}

static Err put_post(Page *page, const Post *post)
{
    page_put_hidden_heading(page, text_post_one(page->arena, page->lang));
    buf_put(&page->body, S("<ol class=\"h-posts\">"));
    TRY(post_put(page, post, HTML_NONE));
    buf_put(&page->body, S("</ol>"));
    return OK;
}

/* ---- flagging ---- */

static void put_flag_form(Page *page, Str path)
{
    Form form;
    Arena *arena = page->arena;
    form_begin(&form, page, path, 0);
    put_ground(&form, text_flag_ground(arena, page->lang));
    form_area(&form, S("words"), text_flag_words(arena, page->lang),
              (FormText){.hint = text_flag_words_hint(arena, page->lang), .optional = true});
    form_submit(&form, text_flag_send(arena, page->lang));
    form_end(&form);
}

Err page_post_flag(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Post post;
    Item item;
    PostId id;
    (void)events;
    TRY(number_of_call(call, cx, &id.v));
    TRY(post_get(cx, id, &post, &item));
    Str title = text_flag_title(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, text_flag_lead(cx->arena, cx->actor->lang), &page);
    TRY(put_post(&page, &post));
    put_flag_form(&page, post_path(cx->arena, id, "/melden"));
    item_subpage_close(&page, title);
    return OK;
}

Err page_idea_flag(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    (void)events;
    TRY(item_get(cx, NOUN_IDEA, call->params[0], &item));
    Str title = text_flag_title(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, text_flag_lead(cx->arena, cx->actor->lang), &page);
    put_flag_form(&page, idea_subpath(cx->arena, &item, "melden"));
    item_subpage_close(&page, title);
    return OK;
}

Err post_flag_apply(Call *call, Cx *cx, struct Events *events)
{
    PostId id;
    (void)events;
    TRY(number_of_call(call, cx, &id.v));
    TRY(flag_add(cx, (Target){.post = id}, call_form(call, S("ground")),
                 call_form(call, S("words"))));
    call->location = page_path(call, S("/meldung-erhalten"));
    return OK;
}

Err idea_flag_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    (void)events;
    TRY(item_get(cx, NOUN_IDEA, call->params[0], &item));
    TRY(flag_add(cx, (Target){.item = item.id}, call_form(call, S("ground")),
                 call_form(call, S("words"))));
    call->location = page_path(call, S("/meldung-erhalten"));
    return OK;
}

Err page_flag_thanks(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    (void)events;
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_flag_thanks(cx->arena, page.lang));
    html_intro(&page.body, page.lang, HTML_NONE, HTML_NONE, title,
               text_of(text_flag_thanks_lead(cx->arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-actions\">"));
    html_link_button(&page.body, page.lang, url_page(cx->arena, page.lang, S("/ideen")),
                     text_of(text_flag_back(cx->arena, page.lang)), TEXT("secondary"), ICON_NONE);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    return OK;
}

/* ---- deciding on one ---- */

static Err put_flags(Page *page, Target target)
{
    FlagRow *flags;
    size_t count;
    Arena *arena = page->arena;
    TRY(flag_list(page->cx, target, &flags, &count));
    if (!count)
        return OK;
    buf_put(&page->body, S("<section class=\"h-block\"><h2>"));
    html_put_text(&page->body, text_of(text_flag_count(arena, page->lang, (int64_t)count)));
    buf_put(&page->body, S("</h2><ul class=\"h-list\">"));
    for (size_t i = 0; i < count; i++) {
        Str ground = ground_word(page, ground_name(flags[i].ground));
        Str when =
            format_relative(arena, page->lang, page->frame->zone, flags[i].at_us, page->now_us);
        Str name = person_words(page, flags[i].person_name);
        buf_put(&page->body, S("<li>"));
        html_put_text(&page->body, text_of(text_flag_row(arena, page->lang, ground, name, when)));
        if (flags[i].words.n) {
            buf_put(&page->body, S("<br>"));
            html_put_text(&page->body, text_of(flags[i].words));
        }
        buf_put(&page->body, S("</li>"));
    }
    buf_put(&page->body, S("</ul></section>"));
    return OK;
}

/* What can be decided about it as it stands; the author is blocked by editors and office alone. */
static size_t choices_of(const Page *page, bool pending, bool shown, bool hidden, FormOption *ret)
{
    const struct {
        RulingVerb verb;
        bool open;
    } CHOICES[] = {{RULING_SHOW, pending},
                   {RULING_KEEP, shown},
                   {RULING_HIDE, shown || pending},
                   {RULING_UNHIDE, hidden},
                   {RULING_BLOCK, (shown || pending) && actor_may(page->cx->actor, MAY_MODERATE)}};
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(CHOICES); i++) {
        Str name = ruling_verb_name(CHOICES[i].verb);
        if (CHOICES[i].open)
            ret[count++] = (FormOption){name, ruling_word(page, name), false};
    }
    return count;
}

static void put_ruling_form(Page *page, Str path, const FormOption *options, size_t count)
{
    Form form;
    Arena *arena = page->arena;
    form_begin(&form, page, path, 0);
    form_radio(&form, S("verb"), text_ruling_decision(arena, page->lang), S(""), options, count);
    put_ground(&form, text_ruling_ground(arena, page->lang));
    put_reason(&form, true, text_moderation_reason_when(arena, page->lang));
    form_submit(&form, text_ruling_send(arena, page->lang));
    form_end(&form);
}

static Err require_moderator(Cx *cx, Target target)
{
    bool may;
    TRY(moderation_may(cx, target, &may));
    if (!may)
        return fail(cx, ERR_DENIED, "moderation.denied",
                    "moderation decides that, and nobody on what they wrote");
    return OK;
}

static Err put_last(Page *page, Target target)
{
    Ruling last;
    TRY(moderation_last(page->cx, target, &last));
    if (!last.id)
        return OK;
    Str when =
        format_relative(page->arena, page->lang, page->frame->zone, last.at_us, page->now_us);
    Str verb = done_word(page, ruling_verb_name(last.verb));
    put_paragraph(page, text_ruling_last(page->arena, page->lang, verb,
                                         person_words(page, last.handler_name), when));
    if (last.reason.n)
        put_paragraph(page, last.reason);
    return OK;
}

static void put_account_link(Page *page, PersonId author)
{
    if (!author.v || !actor_may(page->cx->actor, MAY_MODERATE))
        return;
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    html_link_button(&page->body, page->lang,
                     url_page(page->arena, page->lang, account_path(page->arena, author)),
                     text_of(text_moderation_account(page->arena, page->lang)), TEXT("secondary"),
                     ICON_USER);
    buf_put(&page->body, S("</div>"));
}

Err page_post_moderate(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Post post;
    Item item;
    PostId id;
    FormOption options[8];
    (void)events;
    TRY(number_of_call(call, cx, &id.v));
    TRY(post_get(cx, id, &post, &item));
    Target target = {id, item.id};
    TRY(require_moderator(cx, target));
    Str title = text_moderation_one(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, S(""), &page);
    TRY(put_post(&page, &post));
    TRY(put_flags(&page, target));
    TRY(put_last(&page, target));
    size_t count = choices_of(&page, post.state == POST_PENDING, post.state == POST_VISIBLE,
                              post.state == POST_HIDDEN, options);
    put_ruling_form(&page, post_path(cx->arena, id, "/moderation"), options, count);
    put_account_link(&page, post.author);
    item_subpage_close(&page, title);
    return OK;
}

/* Ideas that are hidden are read here by who moderates, and nowhere else. */
static Err idea_for_moderation(Call *call, Cx *cx, Item *ret)
{
    int64_t id;
    TRY(require(cx, MAY_MODERATE));
    TRY(number_of_call(call, cx, &id));
    TRY(item_get_unseen(cx, (ItemId){id}, ret));
    if (ret->noun != NOUN_IDEA || (!idea_is_open(ret->state) && !str_eq(ret->state, S("hidden"))))
        return fail(cx, ERR_NOT_FOUND, "item.unknown", "there is no such page");
    return require_moderator(cx, (Target){.item = ret->id});
}

static Str idea_moderation_path(Arena *arena, ItemId id)
{
    return arena_fmt(arena, "/buero/moderation/ideen/%lld", (long long)id.v);
}

Err page_idea_moderate(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    FormOption options[8];
    (void)events;
    TRY(idea_for_moderation(call, cx, &item));
    Target target = {.item = item.id};
    bool shown = idea_is_open(item.state), hidden = str_eq(item.state, S("hidden"));
    Str title = text_moderation_one_idea(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, item.text.lead, &page);
    page_put_hidden_heading(&page, text_idea_words(page.arena, page.lang));
    TRY(item_put_text(&page, &item));
    TRY(put_flags(&page, target));
    TRY(put_last(&page, target));
    size_t count = choices_of(&page, false, shown, hidden, options);
    put_ruling_form(&page, idea_moderation_path(cx->arena, item.id), options, count);
    put_account_link(&page, item.author);
    item_subpage_close(&page, title);
    return OK;
}

static Err read_ruling(Call *call, RulingDraft *ret)
{
    Str verb = call_form(call, S("verb"));
    *ret = (RulingDraft){.ground = call_form(call, S("ground")),
                         .reason = call_form(call, S("reason"))};
    if (!ret->ground.p)
        ret->ground = S("");
    if (!ruling_verb_parse(verb, &ret->verb))
        return fail(call->cx, ERR_INVALID, "ruling.verb", "choose a decision");
    return OK;
}

Err ruling_decode(Call *call)
{
    RulingDraft *draft = arena_new(call->cx->arena, RulingDraft);
    TRY(read_ruling(call, draft));
    call->state = draft;
    return OK;
}

Err post_moderate_apply(Call *call, Cx *cx, struct Events *events)
{
    PostId id;
    TRY(number_of_call(call, cx, &id.v));
    TRY(moderation_rule(cx, (Target){.post = id}, call->state, events));
    call->location =
        page_path(call, actor_may(cx->actor, MAY_MODERATE) ? S("/buero/moderation")
                                                           : post_path(cx->arena, id, ""));
    return OK;
}

Err idea_moderate_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    TRY(idea_for_moderation(call, cx, &item));
    TRY(moderation_rule(cx, (Target){.item = item.id}, call->state, events));
    call->location = page_path(call, S("/buero/moderation"));
    return OK;
}

/* ---- the queues ---- */

static Str case_path(Arena *arena, const Case *one)
{
    return one->target.post.v ? post_path(arena, one->target.post, "/moderation")
                              : idea_moderation_path(arena, one->target.item);
}

/* Whether the box was ticked in a form that was refused. */
static bool is_ticked(Page *page, Str id)
{
    Str rest = call_form_body(page->call), one;
    while (page->call->fault && call_form_next(page->call, S("posts"), &rest, &one))
        if (str_eq(one, id))
            return true;
    return false;
}

static void put_case(Page *page, const Case *one, bool box)
{
    Arena *arena = page->arena;
    Str when = format_relative(arena, page->lang, page->frame->zone, one->since_us, page->now_us);
    Str since = format_date(arena, page->lang, page->frame->zone, one->account_us);
    Str id = arena_fmt(arena, "%lld", (long long)one->target.post.v);
    Str words = one->target.post.v ? text_moderation_case(arena, page->lang, one->item_title)
                                   : text_moderation_case_idea(arena, page->lang, one->item_title);
    HtmlModerationCaseBox given = html_moderation_case_box(
        box ? text_of(id) : TEXT(""), text_of(words), flag_of(box && is_ticked(page, id)));
    html_moderation_case(
        &page->body, page->lang, given, url_page(arena, page->lang, case_path(arena, one)),
        text_of(words), text_of(format_excerpt(arena, one->excerpt, EXCERPT_BYTES)),
        text_of(one->author.v ? text_moderation_by(arena, page->lang,
                                                   person_words(page, one->author_name), since)
                              : person_words(page, S(""))),
        text_of(when),
        text_of(one->flags ? text_flag_count(arena, page->lang, one->flags) : S("")));
}

static void put_bulk_choices(Form *form)
{
    Page *page = form->page;
    static const RulingVerb VERBS[] = {RULING_SHOW, RULING_HIDE, RULING_BLOCK};
    FormOption options[COUNT_OF(VERBS)];
    for (size_t i = 0; i < COUNT_OF(VERBS); i++) {
        Str name = ruling_verb_name(VERBS[i]);
        options[i] = (FormOption){name, ruling_word(page, name), false};
    }
    form_radio(form, S("verb"), text_ruling_decision(page->arena, page->lang), S(""), options,
               COUNT_OF(options));
}

static Err put_pending(Page *page, int64_t number)
{
    Case *cases;
    size_t count;
    int64_t total;
    Form form;
    Arena *arena = page->arena;
    TRY(moderation_list(page->cx, QUEUE_PENDING, (PersonId){0}, CASES_PER_PAGE,
                        (number - 1) * CASES_PER_PAGE, &cases, &count, &total));
    buf_put(&page->body, S("<section class=\"h-block\" id=\"wartend\"><h2>"));
    html_put_text(&page->body, text_of(text_moderation_pending(arena, page->lang, total)));
    buf_put(&page->body, S("</h2>"));
    if (!count) {
        put_paragraph(page, text_moderation_pending_none(arena, page->lang));
        buf_put(&page->body, S("</section>"));
        return OK;
    }
    form_begin(&form, page, S("/buero/moderation"), 0);
    buf_put(&page->body, S("<ul class=\"h-cases\">"));
    for (size_t i = 0; i < count; i++)
        put_case(page, &cases[i], true);
    buf_put(&page->body, S("</ul>"));
    form_box(&form, S("all"), text_moderation_all(arena, page->lang, total), false);
    put_bulk_choices(&form);
    put_ground(&form, text_ruling_ground(arena, page->lang));
    put_reason(&form, true, text_moderation_reason_when(arena, page->lang));
    form_submit(&form, text_moderation_bulk(arena, page->lang));
    form_end(&form);
    page_pager(page, S("/buero/moderation"), number, CASES_PER_PAGE, (int64_t)count, total);
    buf_put(&page->body, S("</section>"));
    return OK;
}

static Err put_flagged(Page *page)
{
    Case *cases;
    size_t count;
    int64_t total;
    Arena *arena = page->arena;
    TRY(moderation_list(page->cx, QUEUE_FLAGGED, (PersonId){0}, MODERATION_PAGE_MAX, 0, &cases,
                        &count, &total));
    buf_put(&page->body, S("<section class=\"h-block\" id=\"gemeldet\"><h2>"));
    html_put_text(&page->body, text_of(text_moderation_flagged(arena, page->lang, total)));
    buf_put(&page->body, S("</h2>"));
    if (!count)
        put_paragraph(page, text_moderation_flagged_none(arena, page->lang));
    else
        buf_put(&page->body, S("<ul class=\"h-cases\">"));
    for (size_t i = 0; i < count; i++)
        put_case(page, &cases[i], false);
    if (count)
        buf_put(&page->body, S("</ul>"));
    buf_put(&page->body, S("</section>"));
    return OK;
}

static void open_page(Call *call, Str title, Str lead, bool below, Page *ret)
{
    page_open(call, MENU_NONE, ret);
    Buf crumbs = page_buf(ret->arena);
    HtmlCrumbsLinks link =
        html_crumbs_links(url_page(ret->arena, ret->lang, S("/buero/moderation")),
                          text_of(text_moderation_title(ret->arena, ret->lang)));
    html_crumbs(&crumbs, ret->lang, &link, below ? 1 : 0, text_of(title));
    html_intro(&ret->body, ret->lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               HTML_NONE);
    buf_put(&ret->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

Err page_moderation(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    int64_t number;
    (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    Str title = text_moderation_title(cx->arena, cx->actor->lang);
    open_page(call, title, text_moderation_lead(cx->arena, cx->actor->lang), false, &page);
    TRY(put_flagged(&page));
    TRY(put_pending(&page, number));
    buf_put(&page.body, S("<div class=\"h-actions\">"));
    html_link_button(&page.body, page.lang,
                     url_page(page.arena, page.lang, S("/buero/moderation/entscheidungen")),
                     text_of(text_moderation_rulings(page.arena, page.lang)), TEXT("secondary"),
                     ICON_LIST);
    buf_put(&page.body, S("</div>"));
    item_subpage_close(&page, title);
    return OK;
}

typedef struct BulkForm {
    RulingDraft draft;
    PostId *posts;
    size_t count;
} BulkForm;

Err moderation_bulk_decode(Call *call)
{
    BulkForm *form = arena_new(call->cx->arena, BulkForm);
    Str rest = call_form_body(call), one;
    TRY(read_ruling(call, &form->draft));
    form->posts = arena_array(call->cx->arena, PostId, MODERATION_BULK_MAX + 1);
    bool all = call_form(call, S("all")).n > 0;
    while (!all && form->count <= MODERATION_BULK_MAX &&
           call_form_next(call, S("posts"), &rest, &one))
        if (!str_to_i64(one, &form->posts[form->count++].v))
            return fail(call->cx, ERR_INVALID, "request.form", "the form names no post");
    if (!all && !form->count)
        return fail(call->cx, ERR_INVALID, "moderation.none", "no post is chosen");
    call->state = form;
    return OK;
}

Err moderation_bulk_apply(Call *call, Cx *cx, struct Events *events)
{
    const BulkForm *form = call->state;
    BulkCount count;
    TRY(moderation_bulk(cx, form->posts, form->count, &form->draft, events, &count));
    call->location = page_path(call, S("/buero/moderation"));
    return OK;
}

/* ---- an account ---- */

static void put_block_form(Page *page, PersonId person, const Block *block)
{
    Form form;
    Arena *arena = page->arena;
    Str path = account_path(arena, person);
    bool blocked = block->since_us != 0;
    form_begin(&form, page, path, 0);
    form_heading(&form,
                 blocked ? text_moderation_unblock(arena, page->lang)
                         : text_moderation_block(arena, page->lang),
                 blocked ? text_moderation_unblock_lead(arena, page->lang)
                         : text_moderation_block_lead(arena, page->lang));
    form_hidden(&form, S("verb"), ruling_verb_name(blocked ? RULING_UNBLOCK : RULING_BLOCK));
    if (!blocked)
        put_ground(&form, text_ruling_ground(arena, page->lang));
    put_reason(&form, blocked, S(""));
    form_submit(&form, blocked ? text_moderation_unblock(arena, page->lang)
                               : text_moderation_block(arena, page->lang));
    form_end(&form);
}

/* What was decided on, as a link to where it can be decided on again. */
static void put_ruling_subject(Page *page, const Ruling *one)
{
    Arena *arena = page->arena;
    Str author = person_words(page, one->author_name), words, path;
    if (one->target.post.v) {
        words = text_ruling_post(arena, page->lang, author, one->item_title);
        path = post_path(arena, one->target.post, "/moderation");
    } else if (one->target.item.v) {
        words = text_ruling_idea(arena, page->lang, author, one->item_title);
        path = idea_moderation_path(arena, one->target.item);
    } else {
        words = text_ruling_account(arena, page->lang, author);
        path = one->author.v ? account_path(arena, one->author) : S("");
    }
    if (path.n) {
        buf_put(&page->body, S("<a href=\""));
        html_put_url(&page->body, url_page(arena, page->lang, path));
        buf_put(&page->body, S("\">"));
    }
    html_put_text(&page->body, text_of(words));
    if (path.n)
        buf_put(&page->body, S("</a>"));
}

static void put_ruling_row(Page *page, const Ruling *one)
{
    Arena *arena = page->arena;
    Str when = format_moment(arena, page->lang, page->frame->zone, one->at_us, page->now_us);
    Str name = ruling_verb_name(one->verb);
    buf_put(&page->body, S("<li><time datetime=\""));
    html_put_text(&page->body, text_of(format_machine_time(arena, one->at_us)));
    buf_put(&page->body, S("\">"));
    html_put_text(&page->body, text_of(when));
    buf_put(&page->body, S("</time><p>"));
    put_ruling_subject(page, one);
    buf_put(&page->body, S(": <strong>"));
    html_put_text(&page->body,
                  text_of(found(page, arena_fmt(arena, "ruling.deed.%.*s", SARG(name)), name)));
    buf_put(&page->body, S("</strong>. "));
    html_put_text(&page->body, text_of(text_ruling_by(arena, page->lang,
                                                      person_words(page, one->handler_name))));
    buf_put(&page->body, S("</p>"));
    if (one->reason.n) {
        buf_put(&page->body, S("<p class=\"h-versions__reason\">"));
        if (one->ground.n) {
            html_put_text(&page->body, text_of(ground_word(page, one->ground)));
            buf_put(&page->body, S(": "));
        }
        html_put_text(&page->body, text_of(one->reason));
        buf_put(&page->body, S("</p>"));
    }
    buf_put(&page->body, S("</li>"));
}

static Err put_rulings(Page *page, PersonId author, Str path, int64_t number)
{
    Ruling *rulings;
    size_t count;
    int64_t total;
    TRY(moderation_rulings(page->cx, author, CASES_PER_PAGE, (number - 1) * CASES_PER_PAGE,
                           &rulings, &count, &total));
    if (!count) {
        put_paragraph(page, text_moderation_rulings_none(page->arena, page->lang));
        return OK;
    }
    buf_put(&page->body, S("<ol class=\"h-versions\">"));
    for (size_t i = 0; i < count; i++)
        put_ruling_row(page, &rulings[i]);
    buf_put(&page->body, S("</ol>"));
    page_pager(page, path, number, CASES_PER_PAGE, (int64_t)count, total);
    return OK;
}

Err page_moderation_account(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    PersonId id;
    Person person;
    Block block;
    int64_t number;
    (void)events;
    TRY(number_of_call(call, cx, &id.v));
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    TRY(person_get(cx, id, &person));
    TRY(block_get(cx, id, &block));
    Str lead =
        block.since_us
            ? text_moderation_blocked(cx->arena, cx->actor->lang,
                                      format_date(cx->arena, cx->actor->lang,
                                                  web_services(call)->frame->zone, block.since_us))
            : text_moderation_not_blocked(cx->arena, cx->actor->lang);
    open_page(call, person.name, lead, true, &page);
    if (block.since_us && block.reason.n)
        put_paragraph(&page, block.reason);
    put_block_form(&page, id, &block);
    buf_put(&page.body, S("<section class=\"h-block\"><h2>"));
    html_put_text(&page.body, text_of(text_moderation_rulings(page.arena, page.lang)));
    buf_put(&page.body, S("</h2>"));
    TRY(put_rulings(&page, id, account_path(cx->arena, id), number));
    buf_put(&page.body, S("</section>"));
    item_subpage_close(&page, person.name);
    return OK;
}

Err moderation_account_apply(Call *call, Cx *cx, struct Events *events)
{
    const RulingDraft *draft = call->state;
    PersonId id;
    TRY(number_of_call(call, cx, &id.v));
    if (draft->verb == RULING_UNBLOCK)
        TRY(moderation_unblock(cx, id, draft->reason, events));
    else
        TRY(moderation_block(cx, id, draft, events));
    call->location = page_path(call, account_path(cx->arena, id));
    return OK;
}

Err page_moderation_rulings(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    int64_t number;
    (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    Str title = text_moderation_rulings(cx->arena, cx->actor->lang);
    open_page(call, title, text_moderation_rulings_lead(cx->arena, cx->actor->lang), true, &page);
    TRY(put_rulings(&page, (PersonId){0}, S("/buero/moderation/entscheidungen"), number));
    item_subpage_close(&page, title);
    return OK;
}
