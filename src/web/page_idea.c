/* One idea: its page, writing and changing it. */
#include "web/idea_page.h"

#include "base/str.h"
#include "people/moderation.h"
#include "text_gen.h"
#include "web/attachment.h"
#include "web/follow_button.h"
#include "web/format.h"
#include "web/pages.h"
#include "web/svg.h"

Str idea_subpath(Arena *arena, const Item *item, const char *below)
{
    Str path = item_path(arena, item);
    return arena_fmt(arena, "%.*s/%s", SARG(path), below);
}

/* ---- its page ---- */

typedef struct Facts {
    HtmlFactsRows rows[8];
    size_t count;
} Facts;

static void fact(Facts *facts, Str label, Html value)
{
    if (value.s.n && facts->count < COUNT_OF(facts->rows))
        facts->rows[facts->count++] = html_facts_rows(text_of(label), value);
}

static Html link_html(Page *page, Str path, Str words)
{
    Buf out = page_buf(page->arena);
    page_put_link(&out, url_page(page->arena, page->lang, path), words, TEXT(""));
    return html_of(&out);
}

/* Another item by its number, where the reader may read it. */
static Err linked(Page *page, ItemId id, Html *ret)
{
    Item item;
    Error before = *page->cx->error;
    *ret = HTML_NONE;
    if (!id.v)
        return OK;
    Err err = item_get_by_id(page->cx, id, &item);
    if (err == ERR_NOT_FOUND) {
        *page->cx->error = before;
        return OK;
    }
    TRY(err);
    *ret = link_html(page, item_path(page->arena, &item), item.text.title);
    return OK;
}

static Err put_facts(Page *page, const Item *item)
{
    Facts facts = {0};
    Html link;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    fact(&facts, text_idea_by(arena, lang),
         html_escaped(arena, item->author.v ? person_words(page, item->author_name) : S("")));
    TRY(linked(page, item->organisation, &link));
    fact(&facts, text_idea_for(arena, lang), link);
    fact(&facts, text_idea_published(arena, lang),
         html_escaped(arena, item->published_us
                                 ? format_date(arena, lang, page->frame->zone, item->published_us)
                                 : S("")));
    fact(&facts, text_item_district(arena, lang), html_escaped(arena, item->district));
    TRY(linked(page, item->body, &link));
    fact(&facts, text_idea_body(arena, lang), link);
    html_facts(&page->body, lang, facts.rows, facts.count);
    return OK;
}

static void put_small_map(Page *page, const Item *item)
{
    if (!item->place.known)
        return;
    MapMarker marker = {item->place.lon, item->place.lat, MARK_PLACE, text_of(item->text.title)};
    buf_put(&page->body, S("<div class=\"h-map__place\">"));
    svg_map(&page->body,
            &(MapScene){.label = text_of(text_idea_map(page->arena, page->lang, item->text.title)),
                        .layers = page->frame->ground,
                        .markers = &marker,
                        .marker_count = 1,
                        .around_m = page->frame->ground ? 1500 : 0});
    buf_put(&page->body, S("</div>"));
}

/* How many support it, which organisations do, and the way to do it for one's own. */
static Err put_support(Page *page, const Item *item)
{
    SupportCount count;
    SupportOwn own;
    Supporter *list;
    size_t n;
    Arena *arena = page->arena;
    if (!idea_is_open(item->state))
        return OK;
    TRY(support_count(page->cx, item->id, &count));
    TRY(support_organisations(page->cx, item->id, &list, &n));
    TRY(support_own(page->cx, item, &own));
    Buf body = page_buf(arena);
    Str words = idea_support_words(page, count);
    buf_put(&body, S("<div class=\"h-panel__body\"><p>"));
    html_put_text(&body, text_of(words.n ? words : text_support_none(arena, page->lang)));
    buf_put(&body, S("</p>"));
    if (n)
        buf_put(&body, S("<ul class=\"h-list\">"));
    for (size_t i = 0; i < n; i++) {
        buf_put(&body, S("<li>"));
        html_put_html(&body, link_html(page, list[i].path, list[i].title));
        buf_put(&body, S("</li>"));
    }
    if (n)
        buf_put(&body, S("</ul>"));
    if (own.organisation_count) {
        buf_put(&body, S("<p>"));
        html_put_html(&body, link_html(page, idea_subpath(arena, item, "unterstuetzen"),
                                       text_support_for_organisation(arena, page->lang)));
        buf_put(&body, S("</p>"));
    }
    buf_put(&body, S("</div>"));
    html_panel(&page->body, page->lang, TEXT("zuspruch"),
               text_of(text_support_title(arena, page->lang)),
               html_panel_link(URL_NONE_GIVEN, TEXT("")), html_of(&body));
    return OK;
}

/* The newest answer stands above all. */
static Err put_answers(Page *page, const Item *item)
{
    Answer *answers;
    size_t count;
    TRY(answer_list(page->cx, item, &answers, &count));
    for (size_t i = 0; i < count; i++)
        TRY(idea_put_answer(page, &answers[i]));
    return OK;
}

static Err put_project(Page *page, const Item *item)
{
    Item *projects;
    size_t count;
    ItemQuery query = {.noun = NOUN_PROJECT,
                       .linked = item->id,
                       .linked_kind = S("became"),
                       .order = ITEM_NEWEST,
                       .limit = 10};
    TRY(item_list(page->cx, &query, &projects, &count, NULL));
    if (!count)
        return OK;
    buf_put(&page->body, S("<section class=\"h-block\" aria-labelledby=\"projekt\">"
                           "<h2 id=\"projekt\">"));
    html_put_text(&page->body, text_of(text_idea_became(page->arena, page->lang)));
    buf_put(&page->body, S("</h2>"));
    item_put_list(page, projects, count, S(""), S(""));
    buf_put(&page->body, S("</section>"));
    return OK;
}

/* To its author, and to who moderates: why others do not see it. */
static Err put_hidden(Page *page, const Item *item)
{
    Ruling last;
    if (!str_eq(item->state, S("hidden")))
        return OK;
    TRY(moderation_last(page->cx, (Target){.item = item->id}, &last));
    html_alert(&page->body, page->lang, TEXT("warning"), ICON_WARNING,
               text_of(text_idea_is_hidden(page->arena, page->lang)),
               html_escaped(page->arena, last.reason), flag_of(false));
    return OK;
}

/* Small ways at the foot, for what is rare. */
static void put_foot(Page *page, const Item *item)
{
    const Actor *actor = page->cx->actor;
    bool own = item->author.v && item->author.v == actor->person.v;
    if (!actor->person.v || own || !idea_is_open(item->state))
        return;
    buf_put(&page->body, S("<p class=\"h-post__actions\">"));
    html_put_html(&page->body, link_html(page, idea_subpath(page->arena, item, "melden"),
                                         text_flag_link(page->arena, page->lang)));
    if (actor_may(actor, MAY_MODERATE))
        html_put_html(&page->body, link_html(page,
                                             arena_fmt(page->arena, "/buero/moderation/ideen/%lld",
                                                       (long long)item->id.v),
                                             text_moderation_link(page->arena, page->lang)));
    buf_put(&page->body, S("</p>"));
}

static void put_way(Page *page, Buf *out, const Item *item, const char *below, Str words)
{
    html_link_button(out, page->lang,
                     url_page(page->arena, page->lang, idea_subpath(page->arena, item, below)),
                     text_of(words), TEXT("secondary"), ICON_NONE);
}

/* What its author is asked about first is published by the panel that asks, too. */
static Err put_actions(Page *page, Buf *out, const Item *item, uint32_t stand, bool asks_first)
{
    Arena *arena = page->arena;
    bool may_edit = idea_may_edit(item, stand);
    Buf more = page_buf(arena);
    TRY(idea_put_support_button(page, out, item));
    if (idea_may_answer(item, stand))
        put_way(page, &more, item, "antwort", text_answer_way(arena, page->lang));
    if (idea_may_become_project(item, stand))
        put_way(page, &more, item, "projekt", text_idea_make_project(arena, page->lang));
    if (stand & STAND_OFFICE && idea_may_answer(item, stand))
        put_way(page, &more, item, "zuweisen", text_idea_assign(arena, page->lang));
    item_put_actions(page, out, item, &IDEA_MACHINE,
                     asks_first ? stand & ~(uint32_t)STAND_AUTHOR : stand, may_edit,
                     html_of(&more));
    return follow_put_button(page, out, item);
}

Err page_idea(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    bool moved;
    uint32_t stand;
    Html similar = HTML_NONE;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_IDEA, &item, &moved));
    if (moved)
        return OK;
    TRY(item_stand(cx, &item, &stand));
    page_open(call, MENU_IDEAS, &page);
    Buf actions = page_buf(page.arena);
    if (str_eq(item.state, S("draft")) && stand & STAND_AUTHOR)
        TRY(idea_similar_panel(&page, &item, &similar));
    TRY(put_actions(&page, &actions, &item, stand, similar.s.n > 0));
    item_put_head(&page, &item, text_ideas_title(page.arena, page.lang), html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-columns\"><div class=\"h-stack\">"));
    html_put_html(&page.body, similar);
    TRY(put_hidden(&page, &item));
    TRY(put_answers(&page, &item));
    TRY(put_project(&page, &item));
    page_put_hidden_heading(&page, text_idea_words(page.arena, page.lang));
    TRY(item_put_text(&page, &item));
    TRY(attachment_put(&page, &item, stand));
    TRY(discussion_put(&page, &item));
    TRY(item_put_versions(&page, &item));
    buf_put(&page.body, S("</div><div class=\"h-stack\">"));
    TRY(put_support(&page, &item));
    TRY(put_facts(&page, &item));
    put_small_map(&page, &item);
    put_foot(&page, &item);
    buf_put(&page.body, S("</div></div>"));
    page_close(&page, PAGE_PLAIN, text_of(item.text.title), text_of(item.text.lead));
    return OK;
}

/* ---- writing ---- */

/* Who belongs to no organisation writes as oneself and is not asked. */
static Err put_organisation(Form *form)
{
    FormOption *options;
    size_t count;
    TRY(idea_organisation_options(form->page, &options, &count));
    if (count > 1)
        form_select(form, S("organisation"), text_idea_for(form->page->arena, form->page->lang),
                    S(""), options, count);
    return OK;
}

static Err form_page(Call *call, Str path, Text title, const Item *item)
{
    Page page;
    Form form;
    page_open(call, MENU_IDEAS, &page);
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(page.arena, page.lang, S("/ideen")),
                                             text_of(text_ideas_title(page.arena, page.lang)));
    html_crumbs(&crumbs, page.lang, &link, 1, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_idea_form_lead(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    form_begin(&form, &page, path, item->version);
    TRY(item_put_fields(&form, item));
    if (!item->id.v)
        TRY(put_organisation(&form));
    if (!item->id.v || str_eq(item->state, S("draft")))
        TRY(idea_put_similar_box(&form, item));
    form_submit(&form, text_item_save(page.arena, page.lang));
    form_end(&form);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

Err page_idea_new(Call *call, Cx *cx, struct Events *events)
{
    Item item = {0};
    (void)events;
    return form_page(call, S("/ideen/neu"), text_of(text_idea_new(cx->arena, cx->actor->lang)),
                     &item);
}

Err page_idea_edit(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    bool moved;
    uint32_t stand;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_IDEA, &item, &moved));
    TRY(item_stand(cx, &item, &stand));
    if (moved || !idea_may_edit(&item, stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &item)));
        return OK;
    }
    Str path = item_path(cx->arena, &item);
    return form_page(call, arena_fmt(cx->arena, "%.*s/bearbeiten", SARG(path)),
                     text_of(text_item_edit(cx->arena, cx->actor->lang)), &item);
}

typedef struct IdeaForm {
    ItemDraft draft;
    int64_t version;
} IdeaForm;

Err idea_decode(Call *call)
{
    IdeaForm *form = arena_new(call->cx->arena, IdeaForm);
    TRY(form_i64(call, S("version"), 0, &form->version));
    TRY(item_decode_fields(call, &form->draft));
    TRY(form_i64(call, S("organisation"), 0, &form->draft.organisation.v));
    call->state = form;
    return OK;
}

Err idea_new_apply(Call *call, Cx *cx, struct Events *events)
{
    const IdeaForm *form = call->state;
    Item item;
    ItemId id;
    TRY(idea_add(cx, &form->draft, events, &id));
    TRY(item_get_by_id(cx, id, &item));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

Err idea_edit_apply(Call *call, Cx *cx, struct Events *events)
{
    const IdeaForm *form = call->state;
    Item item;
    TRY(item_get(cx, NOUN_IDEA, call->params[0], &item));
    TRY(idea_change(cx, &item, form->version, &form->draft, events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}
