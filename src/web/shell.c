/* The frame of every page. */
#include "web/shell.h"

#include "base/str.h"
#include "text_gen.h"

/* Only pages that exist stand here. */
static const struct {
    MenuItem item;
    Str path;
    Str (*label)(Arena *arena, Lang lang);
} MENU[] = {
    {MENU_LIVE, S_INIT("/stadt"), text_menu_live},
    {MENU_MAP, S_INIT("/stadt/karte"), text_menu_map},
    {MENU_PROJECTS, S_INIT("/projekte"), text_menu_projects},
    {MENU_IDEAS, S_INIT("/ideen"), text_menu_ideas},
    {MENU_PARTNERS, S_INIT("/partner"), text_menu_partners},
    {MENU_TEAMS, S_INIT("/teams"), text_menu_teams},
    {MENU_STRATEGY, S_INIT("/strategie"), text_menu_strategy},
};

Buf page_buf(Arena *arena)
{
    return buf_new(arena, PAGE_BYTES_MAX);
}

static Url other_language(Arena *arena, const PageShell *shell)
{
    Str path = shell->path.n ? shell->path : S("/");
    return url_requested(arena, shell->lang == LANG_DE ? LANG_EN : LANG_DE, path);
}

static HtmlPageShell shell_of(Arena *arena, const PageShell *shell)
{
    Lang lang = shell->lang;
    Str by = shell->operator_line.n ? shell->operator_line
                                    : text_shell_by_city(arena, lang, shell->city);
    Str simulated = shell->simulated ? text_shell_simulated(arena, lang, shell->city) : S("");
    return html_page_shell(text_of(shell->city), text_of(shell->claim), text_of(by),
                           text_of(simulated), text_of(shell->user),
                           url_page(arena, lang, S("/anmelden")),
                           url_page(arena, lang, S("/abmelden")), text_of(shell->form_token),
                           other_language(arena, shell), url_page(arena, lang, S("/")));
}

/* A page that has no summary of its own says whose it is. */
static Text described(Arena *arena, const PageShell *shell, Text title, Text description)
{
    if (description.s.n)
        return description;
    return text_of(arena_fmt(arena, "%.*s – %.*s. %.*s", SARG(title.s), SARG(shell->city),
                             SARG(shell->claim)));
}

void page_put(Buf *out, const PageShell *shell, PageKind kind, Text title, Text description,
              Html body)
{
    Arena *arena = out->arena;
    HtmlPageMenu menu[COUNT_OF(MENU)];
    for (size_t i = 0; i < COUNT_OF(MENU); i++)
        menu[i] = html_page_menu(url_page(arena, shell->lang, MENU[i].path),
                                 text_of(MENU[i].label(arena, shell->lang)),
                                 flag_of(MENU[i].item == shell->current));
    HtmlPageOwn own[SHELL_LINKS_MAX];
    for (size_t i = 0; i < shell->own_count; i++)
        own[i] = html_page_own(url_page(arena, shell->lang, shell->own[i].path),
                               text_of(shell->own[i].label));
    html_page(out, shell->lang,
              html_page_head(
                  title, described(arena, shell, title, description), text_of(shell->zone),
                  shell->feed.n ? url_requested(arena, shell->lang, shell->feed) : URL_NONE_GIVEN,
                  text_of(shell->feed_title)),
              shell_of(arena, shell), menu, COUNT_OF(menu), own, shell->own_count,
              flag_of(kind == PAGE_BOARD), body);
}
