#include "web/team.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/follow_button.h"
#include "web/pages.h"

Str team_path(Arena *arena, const Item *body, const char *below)
{
    Str path = item_path(arena, body);
    return arena_fmt(arena, "%.*s/%s", SARG(path), below);
}

Err team_of_call(Call *call, Cx *cx, Item *ret)
{
    return item_get(cx, NOUN_BODY, call->params[0], ret);
}

Str team_mix_words(const Page *page, const SeatList *list)
{
    return text_team_mix(page->arena, page->lang, list->kind_count, ORGANISATION_KIND_COUNT_);
}

Str team_size(const Page *page, const SeatList *list)
{
    Str members = text_team_members_count(page->arena, page->lang, list->members);
    if (!list->organisations)
        return members;
    Str from = text_team_members_from(page->arena, page->lang, list->organisations);
    return arena_fmt(page->arena, "%.*s %.*s", SARG(members), SARG(from));
}

Str team_leads(const Page *page, const SeatList *list)
{
    Buf names = buf_new(page->arena, 4096);
    for (size_t i = 0; i < list->count; i++) {
        const Relation *relation = &list->seats[i].relation;
        if (relation->role != RELATION_LEAD || relation->state != RELATION_ACTIVE)
            continue;
        if (names.n)
            buf_put(&names, S(", "));
        buf_put(&names, person_words(page, relation->person_name));
    }
    return buf_str(&names);
}

/* ---- head and parts ---- */

static void put_parts(Team *team, TeamPart current)
{
    Page *page = &team->page;
    Arena *arena = page->arena;
    const struct {
        TeamPart part;
        const char *below;
        Str label;
    } PARTS[] = {{TEAM_ABOUT, "", text_team_about(arena, page->lang)},
                 {TEAM_MEMBERS, "mitglieder", text_team_members(arena, page->lang)},
                 {TEAM_MEETINGS, "sitzungen", text_team_meetings(arena, page->lang)},
                 {TEAM_TASKS, "aufgaben", text_team_tasks(arena, page->lang)},
                 {TEAM_PROJECTS, "projekte", text_team_projects(arena, page->lang)}};
    HtmlPageNavLinks links[COUNT_OF(PARTS)];
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(PARTS); i++) {
        Str path = PARTS[i].below[0] ? team_path(arena, &team->item, PARTS[i].below)
                                     : item_path(arena, &team->item);
        if (PARTS[i].part == TEAM_TASKS && !body_is_inside(team->stand))
            continue;
        links[count++] =
            html_page_nav_links(url_page(arena, page->lang, path), text_of(PARTS[i].label),
                                flag_of(PARTS[i].part == current));
    }
    html_page_nav(&page->body, page->lang, text_of(text_team_parts(arena, page->lang)), links,
                  count);
}

static Err may_ask(Team *team, bool *ret)
{
    Cx *cx = team->page.cx;
    BodyKind kind;
    Seat seat;
    bool there;
    *ret = false;
    if (str_eq(team->item.state, S("dissolved")))
        return OK;
    TRY(body_kind(cx, team->item.id, &kind));
    TRY(seat_own(cx, &team->item, &there, &seat));
    *ret = kind != BODY_MANAGEMENT && !there;
    return OK;
}

static Err put_head_actions(Team *team, Buf *out)
{
    Page *page = &team->page;
    bool asks;
    TRY(may_ask(team, &asks));
    if (asks)
        html_link_button(
            out, page->lang,
            url_page(page->arena, page->lang, team_path(page->arena, &team->item, "mitmachen")),
            text_of(text_team_join(page->arena, page->lang)), TEXT("primary"), ICON_NONE);
    item_put_actions(page, out, &team->item, &BODY_MACHINE, team->stand,
                     body_may_edit(&team->item, team->stand), HTML_NONE);
    return follow_put_button(page, out, &team->item);
}

Err team_open(Call *call, Cx *cx, TeamPart part, Team *ret)
{
    Buf actions = page_buf(cx->arena);
    TRY(item_of_call(call, cx, NOUN_BODY, &ret->item, &ret->moved));
    if (ret->moved)
        return OK;
    TRY(item_stand(cx, &ret->item, &ret->stand));
    page_open(call, MENU_TEAMS, &ret->page);
    TRY(put_head_actions(ret, &actions));
    item_put_head(&ret->page, &ret->item, text_teams_title(cx->arena, ret->page.lang),
                  html_of(&actions));
    put_parts(ret, part);
    buf_put(&ret->page.body, S("<div class=\"h-wrap h-page h-stack h-under\">"));
    return OK;
}

void team_close(Team *team)
{
    Page *page = &team->page;
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(team->item.text.title), text_of(team->item.text.lead));
}

/* ---- pages below ---- */

Err team_open_form(Call *call, Cx *cx, Str title, Str lead, Team *ret)
{
    TRY(item_of_call(call, cx, NOUN_BODY, &ret->item, &ret->moved));
    if (ret->moved)
        return OK;
    TRY(item_stand(cx, &ret->item, &ret->stand));
    Page *page = &ret->page;
    page_open(call, MENU_TEAMS, page);
    Buf crumbs = page_buf(page->arena);
    HtmlCrumbsLinks links[2] = {
        html_crumbs_links(url_page(page->arena, page->lang, S("/teams")),
                          text_of(text_teams_title(page->arena, page->lang))),
        html_crumbs_links(url_page(page->arena, page->lang, item_path(page->arena, &ret->item)),
                          text_of(ret->item.text.title))};
    html_crumbs(&crumbs, page->lang, links, 2, text_of(title));
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               HTML_NONE);
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
    return OK;
}

void team_close_form(Team *team, Str title)
{
    Page *page = &team->page;
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}
