/* Bodies: the list, one of them, founding and changing one, its projects. */
#include "base/str.h"
#include "text_gen.h"
#include "web/attachment.h"
#include "web/pages.h"
#include "web/partner_page.h"
#include "web/team.h"
#include "web/meeting_page.h"

enum { TEAMS_MAX = 200 /* on one page: a city has some ten */ };

static Str kind_word(const Page *page, BodyKind kind)
{
    switch (kind) {
    case BODY_MANAGEMENT:
        return text_body_kind_management(page->arena, page->lang);
    case BODY_EXPERT:
        return text_body_kind_expert(page->arena, page->lang);
    case BODY_OTHER:
    case BODY_KIND_COUNT_:
        break;
    }
    return text_body_kind_other(page->arena, page->lang);
}

/* ---- the list ---- */

/* When it meets next, as far as the reader may know; empty: nothing is known. */
static Err next_meeting(Page *page, const Item *body, Str *ret)
{
    MeetingEntry *list;
    size_t count;
    *ret = S("");
    TRY(meeting_list(
        page->cx,
        &(MeetingQuery){.body = body->id, .from_us = page->now_us, .announced = true, .limit = 20},
        &list, &count));
    for (size_t i = 0; i < count && !ret->n; i++)
        if (!str_eq(list[i].item.state, S("cancelled")))
            *ret = meeting_when(page, list[i].start_us, list[i].end_us);
    return OK;
}

static Err put_card(Page *page, const Item *item)
{
    SeatList list;
    Str next;
    HtmlTeamCardRows rows[3];
    HtmlTeamCardCells cells[ORGANISATION_KIND_COUNT_];
    size_t count = 0;
    Arena *arena = page->arena;
    TRY(seat_list(page->cx, item, false, &list));
    Str leads = team_leads(page, &list);
    if (leads.n)
        rows[count++] =
            html_team_card_rows(text_of(text_team_lead(arena, page->lang)), text_of(leads));
    rows[count++] = html_team_card_rows(text_of(text_team_members(arena, page->lang)),
                                        text_of(team_size(page, &list)));
    TRY(next_meeting(page, item, &next));
    if (next.n)
        rows[count++] =
            html_team_card_rows(text_of(text_team_next_meeting(arena, page->lang)), text_of(next));
    for (size_t k = 0; k < ORGANISATION_KIND_COUNT_; k++)
        cells[k] = html_team_card_cells(flag_of(k < (size_t)list.kind_count));
    bool usual = str_eq(item->state, S("active")) && item->audience == AUDIENCE_PUBLIC;
    html_team_card(&page->body, page->lang, url_page(arena, page->lang, item_path(arena, item)),
                   text_of(item->text.title), item_lang(page, item), text_of(item->text.lead),
                   usual ? HTML_NONE : item_badges(page, item), rows, count, cells, COUNT_OF(cells),
                   text_of(list.kind_count ? team_mix_words(page, &list) : S("")));
    return OK;
}

static bool is_over(const Item *item)
{
    return str_eq(item->state, S("dissolved"));
}

static Err put_group(Page *page, const Item *items, const BodyKind *kinds, size_t count,
                     BodyKind kind)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (kinds[i] != kind || is_over(&items[i]))
            continue;
        if (!any) {
            buf_put(&page->body, S("<h2>"));
            html_put_text(&page->body,
                          text_of(kind == BODY_EXPERT ? text_teams_expert(page->arena, page->lang)
                                                      : kind_word(page, kind)));
            buf_put(&page->body, S("</h2><div class=\"h-grid h-grid--wide\">"));
        }
        any = true;
        TRY(put_card(page, &items[i]));
    }
    if (any)
        buf_put(&page->body, S("</div>"));
    return OK;
}

static void put_dissolved(Page *page, const Item *items, size_t count)
{
    Buf body = page_buf(page->arena);
    size_t over = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_over(&items[i]))
            continue;
        buf_put(&body, over++ ? S("<li><a href=\"") : S("<ul class=\"h-list\"><li><a href=\""));
        html_put_url(&body, url_page(page->arena, page->lang, item_path(page->arena, &items[i])));
        buf_put(&body, S("\">"));
        html_put_text(&body, text_of(items[i].text.title));
        buf_put(&body, S("</a></li>"));
    }
    if (!over)
        return;
    buf_put(&body, S("</ul>"));
    html_fold(&page->body, page->lang,
              text_of(text_teams_dissolved(page->arena, page->lang, (int64_t)over)), flag_of(false),
              html_of(&body));
}

static Err put_groups(Page *page, const Item *items, size_t count)
{
    BodyKind *kinds = arena_array(page->arena, BodyKind, count);
    for (size_t i = 0; i < count; i++)
        TRY(body_kind(page->cx, items[i].id, &kinds[i]));
    for (BodyKind kind = 0; kind < BODY_KIND_COUNT_; kind++)
        TRY(put_group(page, items, kinds, count, kind));
    put_dissolved(page, items, count);
    return OK;
}

Err page_teams(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item *items;
    size_t count;
    (void)events;
    TRY(item_list(cx, &(ItemQuery){.noun = NOUN_BODY, .order = ITEM_TITLE, .limit = TEAMS_MAX},
                  &items, &count, NULL));
    page_open(call, MENU_TEAMS, &page);
    page_feed(&page, S("/sitzungen.atom"), text_atom_minutes(page.arena, page.lang));
    Text title = text_of(text_teams_title(page.arena, page.lang));
    Text lead = text_of(text_teams_intro(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena), actions = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    if (actor_may(cx->actor, MAY_OFFICE_WORK))
        html_link_button(&actions, page.lang, url_page(page.arena, page.lang, S("/teams/neu")),
                         text_of(text_team_new(page.arena, page.lang)), TEXT("primary"), ICON_NONE);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title, lead, html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    if (!count)
        html_empty(&page.body, page.lang, ICON_PEOPLE,
                   text_of(text_teams_empty(page.arena, page.lang)),
                   text_of(text_teams_empty_advice(page.arena, page.lang)), HTML_NONE);
    TRY(put_groups(&page, items, count));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, lead);
    return OK;
}

/* ---- one body ---- */

static void put_mix(Page *page, const SeatList *list)
{
    HtmlMixKinds kinds[ORGANISATION_KIND_COUNT_];
    for (size_t k = 0; k < ORGANISATION_KIND_COUNT_; k++)
        kinds[k] = html_mix_kinds(text_of(partner_kind_word(page, (OrganisationKind)k)),
                                  flag_of(list->kinds[k]));
    html_mix(&page->body, page->lang, text_of(team_mix_words(page, list)), kinds, COUNT_OF(kinds));
}

static Html topic_links(Page *page, const Topic *topics, size_t count)
{
    Buf out = page_buf(page->arena);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_put(&out, S(", "));
        html_put_text(&out, text_of(topics[i].name));
    }
    return html_of(&out);
}

static Err put_facts(Page *page, const Item *item, const SeatList *list)
{
    HtmlFactsRows rows[5];
    BodyKind kind;
    Str next;
    Topic *topics;
    size_t count = 0, topic_count;
    Arena *arena = page->arena;
    TRY(body_kind(page->cx, item->id, &kind));
    TRY(item_topics(page->cx, item->id, &topics, &topic_count));
    Str leads = team_leads(page, list);
    rows[count++] = html_facts_rows(text_of(text_team_kind(arena, page->lang)),
                                    html_escaped(arena, kind_word(page, kind)));
    if (leads.n)
        rows[count++] =
            html_facts_rows(text_of(text_team_lead(arena, page->lang)), html_escaped(arena, leads));
    rows[count++] = html_facts_rows(text_of(text_team_members(arena, page->lang)),
                                    html_escaped(arena, team_size(page, list)));
    TRY(next_meeting(page, item, &next));
    if (next.n)
        rows[count++] = html_facts_rows(text_of(text_team_next_meeting(arena, page->lang)),
                                        html_escaped(arena, next));
    if (topic_count)
        rows[count++] = html_facts_rows(text_of(text_item_topics(arena, page->lang)),
                                        topic_links(page, topics, topic_count));
    html_facts(&page->body, page->lang, rows, count);
    return OK;
}

Err page_team(Call *call, Cx *cx, struct Events *events)
{
    Team team = {0};
    SeatList list;
    (void)events;
    TRY(team_open(call, cx, TEAM_ABOUT, &team));
    if (team.moved)
        return OK;
    Page *page = &team.page;
    TRY(seat_list(cx, &team.item, false, &list));
    buf_put(&page->body, S("<div class=\"h-columns\"><div class=\"h-stack\"><h2>"));
    html_put_text(&page->body, text_of(text_team_mandate(page->arena, page->lang)));
    buf_put(&page->body, S("</h2>"));
    if (team.item.text.body.n)
        TRY(item_put_text(page, &team.item));
    else
        html_empty(&page->body, page->lang, ICON_INFO,
                   text_of(text_team_no_mandate(page->arena, page->lang)), TEXT(""), HTML_NONE);
    buf_put(&page->body, S("</div><div class=\"h-stack\">"));
    TRY(put_facts(page, &team.item, &list));
    if (list.members)
        put_mix(page, &list);
    buf_put(&page->body, S("</div></div>"));
    TRY(attachment_put(page, &team.item, team.stand));
    if (body_is_inside(team.stand))
        TRY(item_put_versions(page, &team.item));
    team_close(&team);
    return OK;
}

Err page_team_projects(Call *call, Cx *cx, struct Events *events)
{
    Team team = {0};
    Item *items;
    size_t count;
    int64_t number, total;
    enum { PER_PAGE = 20 };
    (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    TRY(team_open(call, cx, TEAM_PROJECTS, &team));
    if (team.moved)
        return OK;
    Page *page = &team.page;
    ItemQuery query = {.noun = NOUN_PROJECT,
                       .body = team.item.id,
                       .order = ITEM_NEWEST,
                       .limit = PER_PAGE,
                       .offset = (number - 1) * PER_PAGE};
    TRY(item_list(cx, &query, &items, &count, &total));
    page_put_hidden_heading(page, text_team_projects(page->arena, page->lang));
    item_put_list(page, items, count, text_team_no_projects(page->arena, page->lang),
                  text_team_no_projects_advice(page->arena, page->lang));
    page_pager(page, team_path(page->arena, &team.item, "projekte"), number, PER_PAGE,
               (int64_t)count, total);
    team_close(&team);
    return OK;
}

/* ---- founding and changing ---- */

static void put_kinds(Form *form, BodyKind current)
{
    Page *page = form->page;
    FormOption options[BODY_KIND_COUNT_];
    for (BodyKind kind = 0; kind < BODY_KIND_COUNT_; kind++)
        options[kind] = (FormOption){body_kind_name(kind), kind_word(page, kind), kind == current};
    form_radio(form, S("kind"), text_team_kind(page->arena, page->lang),
               text_team_kind_hint(page->arena, page->lang), options, COUNT_OF(options));
}

static Err put_form(Page *page, Str path, const Item *item, BodyKind kind)
{
    Form form;
    form_begin(&form, page, path, item->version);
    item_put_words(&form, item);
    TRY(item_put_topics(&form, item));
    if (actor_may(page->cx->actor, MAY_OFFICE_WORK))
        put_kinds(&form, kind);
    item_put_audience(&form, item);
    form_submit(&form, text_item_save(page->arena, page->lang));
    form_end(&form);
    return OK;
}

Err page_team_new(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item = {0};
    (void)events, (void)cx;
    page_open(call, MENU_TEAMS, &page);
    Text title = text_of(text_team_new(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(page.arena, page.lang, S("/teams")),
                                             text_of(text_teams_title(page.arena, page.lang)));
    html_crumbs(&crumbs, page.lang, &link, 1, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_team_form_lead(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    TRY(put_form(&page, S("/teams/neu"), &item, BODY_EXPERT));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

Err page_team_edit(Call *call, Cx *cx, struct Events *events)
{
    Team team = {0};
    BodyKind kind;
    (void)events;
    Str title = text_item_edit(cx->arena, cx->actor->lang);
    TRY(team_open_form(call, cx, title, S(""), &team));
    if (team.moved)
        return OK;
    if (!body_may_edit(&team.item, team.stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &team.item)));
        return OK;
    }
    TRY(body_kind(cx, team.item.id, &kind));
    TRY(put_form(&team.page, team_path(cx->arena, &team.item, "bearbeiten"), &team.item, kind));
    team_close_form(&team, title);
    return OK;
}

typedef struct TeamForm {
    ItemDraft draft;
    BodyKind kind;
    int64_t version;
} TeamForm;

Err team_decode(Call *call)
{
    TeamForm *form = arena_new(call->cx->arena, TeamForm);
    Str kind = call_form(call, S("kind"));
    TRY(form_i64(call, S("version"), 0, &form->version));
    TRY(item_decode_fields(call, &form->draft));
    form->kind = BODY_EXPERT;
    if (kind.n && !body_kind_parse(kind, &form->kind))
        return fail(call->cx, ERR_INVALID, "request.form", "the form names no kind of body");
    call->state = form;
    return OK;
}

Err team_new_apply(Call *call, Cx *cx, struct Events *events)
{
    const TeamForm *form = call->state;
    Item item;
    ItemId id;
    TRY(body_add(cx, form->kind, &form->draft, events, &id));
    TRY(item_get_by_id(cx, id, &item));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

Err team_edit_apply(Call *call, Cx *cx, struct Events *events)
{
    const TeamForm *form = call->state;
    Item item;
    TRY(team_of_call(call, cx, &item));
    TRY(body_change(cx, &item, form->version, form->kind, &form->draft, events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}
