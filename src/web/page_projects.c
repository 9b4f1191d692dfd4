/* The portfolio of projects: one filter, and four ways to look at what it finds. */
#include "web/project_page.h"

#include "base/str.h"
#include "people/day.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/pages.h"

enum { PROJECTS_PER_PAGE = 24, CHOICES_MAX = 500 /* goals and partners to filter by */ };

/* ---- words ---- */

Str phase_word(const Page *page, Phase phase)
{
    Str words = {0}, name = phase_name(phase);
    Str key = arena_fmt(page->arena, "state.project.%.*s", SARG(name));
    return text_find(page->lang, key, &words) ? words : name;
}

Str light_word(const Page *page, Light light)
{
    switch (light) {
    case LIGHT_GREEN:
        return text_light_green(page->arena, page->lang);
    case LIGHT_YELLOW:
        return text_light_yellow(page->arena, page->lang);
    case LIGHT_RED:
        return text_light_red(page->arena, page->lang);
    case LIGHT_NONE:
    case LIGHT_COUNT_:
        break;
    }
    return text_light_none(page->arena, page->lang);
}

MarkState light_mark(Light light)
{
    static const MarkState MARKS[LIGHT_COUNT_] = {[LIGHT_NONE] = MARK_NO_SIGNAL,
                                                  [LIGHT_GREEN] = MARK_OK,
                                                  [LIGHT_YELLOW] = MARK_WARNING,
                                                  [LIGHT_RED] = MARK_ALARM};
    return MARKS[light];
}

Html light_state(Page *page, Light light)
{
    Buf out = page_buf(page->arena);
    if (light == LIGHT_NONE)
        return HTML_NONE;
    html_state(&out, page->lang, mark_class(light_mark(light)), mark_icon(light_mark(light)),
               text_of(light_word(page, light)));
    return html_of(&out);
}

Str light_stale_words(const Page *page, const ProjectLight *light, int64_t stale_us)
{
    if (!light_is_stale(light, stale_us))
        return S("");
    return text_light_stale(page->arena, page->lang, (page->now_us - light->at_us) / TIME_DAY_US);
}

Str money_words(const Page *page, Money money)
{
    if (!money_known(money))
        return S("–");
    Str number =
        format_number(page->arena, page->lang, (double)money.cent / 100, money.cent % 100 ? 2 : 0);
    return page->lang == LANG_DE ? arena_fmt(page->arena, "%.*s\xe2\x80\xaf€", SARG(number))
                                 : arena_fmt(page->arena, "€%.*s", SARG(number));
}

Str day_words(const Page *page, Str day)
{
    /* Days have no zone: they are written as they stand. */
    return day.n ? format_date_short(page->arena, page->lang, NULL, day_us(day)) : S("–");
}

Str span_words(const Page *page, Str from, Str until)
{
    if (from.n && until.n)
        return text_span_both(page->arena, page->lang, day_words(page, from),
                              day_words(page, until));
    if (from.n)
        return text_span_from(page->arena, page->lang, day_words(page, from));
    return until.n ? text_span_until(page->arena, page->lang, day_words(page, until)) : S("–");
}

/* ---- the filter ---- */

static const Str VIEWS[VIEW_COUNT_] = {[VIEW_LIST] = S_INIT(""),
                                       [VIEW_BOARD] = S_INIT("tafel"),
                                       [VIEW_TIME] = S_INIT("zeit"),
                                       [VIEW_MAP] = S_INIT("karte")};

static ItemId id_of_slug(const Item *items, size_t count, Str slug)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(items[i].slug, slug))
            return items[i].id;
    return (ItemId){-1}; /* nothing has this number: a filter by what is not there finds nothing */
}

static Err read_choices(Cx *cx, Portfolio *p)
{
    ItemQuery goals = {.noun = NOUN_GOAL, .order = ITEM_TITLE, .limit = CHOICES_MAX};
    ItemQuery partners = {.noun = NOUN_ORGANISATION,
                          .state = S("accepted"),
                          .order = ITEM_TITLE,
                          .limit = CHOICES_MAX};
    TRY(topic_list(cx, &p->topics, &p->topic_count));
    TRY(item_list(cx, &goals, &p->goals, &p->goal_count, NULL));
    TRY(item_list(cx, &partners, &p->organisations, &p->organisation_count, NULL));
    return project_all_districts(cx, &p->districts, &p->district_count);
}

static void read_topic(Portfolio *p)
{
    p->filter.topic = p->topic.n ? -1 : 0;
    for (size_t i = 0; i < p->topic_count; i++)
        if (str_eq(p->topics[i].slug, p->topic))
            p->filter.topic = p->topics[i].id;
}

Err portfolio_read(Call *call, Portfolio *ret)
{
    Cx *cx = call->cx;
    Portfolio p = {.topic = call_query(call, S("thema")),
                   .goal = call_query(call, S("ziel")),
                   .organisation = call_query(call, S("partner"))};
    Str view = call_query(call, S("ansicht")), light = call_query(call, S("ampel"));
    p.filter.words = str_slice(str_trim(call_query(call, S("suche"))), 0, 200);
    p.filter.district = call_query(call, S("stadtteil"));
    if (!str_is_utf8(p.filter.words))
        p.filter.words = S("");
    for (int v = 0; v < VIEW_COUNT_; v++)
        if (view.n && str_eq(VIEWS[v], view))
            p.view = (ProjectView)v;
    p.filter.has_phase = phase_parse(call_query(call, S("phase")), &p.filter.phase);
    p.filter.stale = str_eq(light, S("stale"));
    if (!p.filter.stale && !light_parse(light, &p.filter.light))
        p.filter.light = LIGHT_NONE;
    TRY(project_stale_us(cx, &p.stale_us));
    p.filter.stale_us = p.stale_us;
    TRY(read_choices(cx, &p));
    read_topic(&p);
    if (p.goal.n)
        p.filter.goal = id_of_slug(p.goals, p.goal_count, p.goal);
    if (p.organisation.n)
        p.filter.organisation = id_of_slug(p.organisations, p.organisation_count, p.organisation);
    p.filtered = p.filter.has_phase || p.filter.stale || p.filter.light != LIGHT_NONE ||
                 p.topic.n || p.goal.n || p.organisation.n || p.filter.words.n ||
                 p.filter.district.n;
    TRY(project_count_phases(cx, &p.filter, p.phases));
    for (int i = 0; i < PHASE_COUNT_; i++)
        p.total += p.filter.has_phase && p.filter.phase != (Phase)i ? 0 : p.phases[i];
    *ret = p;
    return OK;
}

static Str light_value(const ProjectFilter *filter)
{
    return filter->stale ? S("stale") : light_name(filter->light);
}

Url portfolio_url(Page *page, const Portfolio *p, Str path)
{
    Url url = url_page(page->arena, page->lang, path);
    const struct {
        Str name, value;
    } PAIRS[] = {
        {S("suche"), p->filter.words},
        {S("phase"), p->filter.has_phase ? phase_name(p->filter.phase) : S("")},
        {S("ampel"), light_value(&p->filter)},
        {S("thema"), p->topic},
        {S("stadtteil"), p->filter.district},
        {S("ziel"), p->goal},
        {S("partner"), p->organisation},
        {S("ansicht"), VIEWS[p->view]},
    };
    for (size_t i = 0; i < COUNT_OF(PAIRS); i++)
        if (PAIRS[i].value.n)
            url = url_query(page->arena, url, PAIRS[i].name, PAIRS[i].value);
    return url;
}

typedef struct Choice {
    HtmlFieldSelectOptions *options;
    size_t count;
} Choice;

static Choice choice_of(Page *page, size_t count, Str any)
{
    Choice choice = {.options = arena_array(page->arena, HtmlFieldSelectOptions, count + 1)};
    choice.options[choice.count++] =
        html_field_select_options(TEXT(""), text_of(any), flag_of(false));
    return choice;
}

static void add_choice(Choice *choice, Str value, Str label, bool chosen)
{
    choice->options[choice->count++] =
        html_field_select_options(text_of(value), text_of(label), flag_of(chosen));
}

static void put_choice(Page *page, Buf *out, Str name, Str label, const Choice *choice)
{
    if (choice->count > 1)
        html_field_select(out, page->lang, text_of(name), text_of(name), text_of(label), TEXT(""),
                          TEXT(""), choice->options, choice->count);
}

static void put_phase(Page *page, Buf *out, const Portfolio *p)
{
    Choice choice = choice_of(page, PHASE_COUNT_, text_projects_any_phase(page->arena, page->lang));
    for (int i = 0; i < PHASE_COUNT_; i++)
        add_choice(&choice, phase_name((Phase)i),
                   arena_fmt(page->arena, "%.*s (%lld)", SARG(phase_word(page, (Phase)i)),
                             (long long)p->phases[i]),
                   p->filter.has_phase && p->filter.phase == (Phase)i);
    put_choice(page, out, S("phase"), text_projects_phase(page->arena, page->lang), &choice);
}

static void put_light(Page *page, Buf *out, const Portfolio *p)
{
    Choice choice = choice_of(page, LIGHT_COUNT_, text_projects_any_light(page->arena, page->lang));
    for (int l = LIGHT_GREEN; l < LIGHT_COUNT_; l++)
        add_choice(&choice, light_name((Light)l), light_word(page, (Light)l),
                   p->filter.light == (Light)l);
    add_choice(&choice, S("stale"), text_projects_stale(page->arena, page->lang), p->filter.stale);
    put_choice(page, out, S("ampel"), text_project_light(page->arena, page->lang), &choice);
}

static void put_items(Page *page, Buf *out, Str name, Str label, Str any, const Item *items,
                      size_t count, Str chosen)
{
    Choice choice = choice_of(page, count, any);
    for (size_t i = 0; i < count; i++)
        add_choice(&choice, items[i].slug, items[i].text.title, str_eq(items[i].slug, chosen));
    put_choice(page, out, name, label, &choice);
}

static void put_more_choices(Page *page, Buf *out, const Portfolio *p)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Choice topics = choice_of(page, p->topic_count, text_projects_any_topic(arena, lang));
    for (size_t i = 0; i < p->topic_count; i++)
        add_choice(&topics, p->topics[i].slug, p->topics[i].name,
                   str_eq(p->topics[i].slug, p->topic));
    put_choice(page, out, S("thema"), text_item_topic(arena, lang), &topics);
    Choice districts = choice_of(page, p->district_count, text_projects_any_district(arena, lang));
    for (size_t i = 0; i < p->district_count; i++)
        add_choice(&districts, p->districts[i], p->districts[i],
                   str_eq(p->districts[i], p->filter.district));
    put_choice(page, out, S("stadtteil"), text_item_district(arena, lang), &districts);
    put_items(page, out, S("ziel"), text_project_goal(arena, lang),
              text_projects_any_goal(arena, lang), p->goals, p->goal_count, p->goal);
    put_items(page, out, S("partner"), text_project_partner(arena, lang),
              text_projects_any_partner(arena, lang), p->organisations, p->organisation_count,
              p->organisation);
}

static void put_filter(Page *page, const Portfolio *p)
{
    Buf fields = page_buf(page->arena);
    Lang lang = page->lang;
    Portfolio all = {.view = p->view};
    html_field(&fields, lang, TEXT("suche"), TEXT("suche"), TEXT("search"),
               text_of(text_projects_words(page->arena, lang)), text_of(p->filter.words), TEXT(""),
               TEXT(""), flag_of(true), TEXT("off"), TEXT(""));
    put_phase(page, &fields, p);
    put_light(page, &fields, p);
    put_more_choices(page, &fields, p);
    HtmlFilterFormKeep keep = html_filter_form_keep(TEXT("ansicht"), text_of(VIEWS[p->view]));
    html_filter_form(&page->body, lang, url_page(page->arena, lang, S("/projekte")),
                     text_of(text_projects_filter(page->arena, lang)),
                     p->filtered ? portfolio_url(page, &all, S("/projekte")) : URL_NONE_GIVEN,
                     &keep, p->view != VIEW_LIST, html_of(&fields));
}

/* ---- the head of the results ---- */

static void put_views(Page *page, const Portfolio *p)
{
    static Str (*const WORDS[VIEW_COUNT_])(Arena * arena, Lang lang) = {
        text_projects_list, text_projects_board, text_projects_timeline, text_projects_map};
    HtmlPageNavLinks links[VIEW_COUNT_];
    Portfolio to = *p;
    for (int v = 0; v < VIEW_COUNT_; v++) {
        to.view = (ProjectView)v;
        links[v] = html_page_nav_links(portfolio_url(page, &to, S("/projekte")),
                                       text_of(WORDS[v](page->arena, page->lang)),
                                       flag_of(p->view == (ProjectView)v));
    }
    html_page_nav(&page->body, page->lang, text_of(text_projects_views(page->arena, page->lang)),
                  links, VIEW_COUNT_);
}

static void put_results_head(Page *page, const Portfolio *p)
{
    Portfolio file = *p;
    file.view = VIEW_LIST;
    buf_put(&page->body, S("<div class=\"h-results\"><div role=\"status\"><h2>"));
    html_put_text(&page->body, text_of(text_projects_count(page->arena, page->lang, p->total)));
    buf_put(&page->body,
            S("</h2></div><div class=\"h-results__links\"><a class=\"h-more\" href=\""));
    html_put_url(&page->body, portfolio_url(page, &file, S("/projekte.csv")));
    buf_put(&page->body, S("\">"));
    html_put_text(&page->body, text_of(text_projects_csv(page->arena, page->lang)));
    buf_put(&page->body, S("</a></div></div>"));
}

static void put_none(Page *page, const Portfolio *p)
{
    Buf actions = page_buf(page->arena);
    Arena *arena = page->arena;
    Lang lang = page->lang;
    if (p->filtered)
        html_link_button(&actions, lang, url_page(arena, lang, S("/projekte")),
                         text_of(text_projects_reset(arena, lang)), TEXT("secondary"), ICON_NONE);
    html_empty(
        &page->body, lang, ICON_LIST,
        text_of(p->filtered ? text_projects_none(arena, lang) : text_projects_empty(arena, lang)),
        text_of(p->filtered ? text_projects_none_advice(arena, lang)
                            : text_projects_empty_advice(arena, lang)),
        html_of(&actions));
}

/* ---- rows ---- */

Err project_rows_read(Cx *cx, Item *items, size_t count, ProjectRows *ret)
{
    ProjectRows rows = {.items = items, .count = count};
    TRY(project_list(cx, items, count, &rows.projects));
    TRY(project_leaders(cx, items, count, &rows.leaders));
    TRY(milestone_list_of(cx, items, count, &rows.milestones, &rows.milestone_count));
    *ret = rows;
    return OK;
}

const Milestone *project_rows_milestones(const ProjectRows *rows, size_t i, size_t *ret_count)
{
    size_t from = 0, count = 0;
    while (from < rows->milestone_count && rows->milestones[from].project.v != rows->items[i].id.v)
        from++;
    while (from + count < rows->milestone_count &&
           rows->milestones[from + count].project.v == rows->items[i].id.v)
        count++;
    *ret_count = count;
    return rows->milestones + from;
}

/* The first open one by its day. */
static const Milestone *next_milestone(const Milestone *list, size_t count)
{
    const Milestone *next = NULL;
    for (size_t i = 0; i < count; i++)
        if (!list[i].done_day.n && list[i].due_day.n &&
            (!next || str_cmp(list[i].due_day, next->due_day) < 0))
            next = &list[i];
    return next;
}

static void add_part(Buf *out, Str part)
{
    if (out->n && part.n)
        buf_put(out, S(" · "));
    buf_put(out, part);
}

static Str row_meta(Page *page, const ProjectRows *rows, size_t i, int64_t stale_us)
{
    size_t count;
    Arena *arena = page->arena;
    Buf out = buf_new(arena, 4096);
    const Project *project = &rows->projects[i];
    const Milestone *list = project_rows_milestones(rows, i, &count);
    const Milestone *next = next_milestone(list, count);
    if (rows->leaders[i].title.n)
        add_part(&out, text_project_led_by(arena, page->lang, rows->leaders[i].title));
    if (project->start_day.n || project->end_day.n)
        add_part(&out, span_words(page, project->start_day, project->end_day));
    if (project_runs(rows->items[i].state)) {
        if (next)
            add_part(&out, text_project_next(arena, page->lang, next->title,
                                             day_words(page, next->due_day)));
        add_part(&out, light_stale_words(page, &project->light, stale_us));
    }
    return buf_str(&out);
}

static Html row_badges(Page *page, const Item *item, const Project *project)
{
    Buf out = page_buf(page->arena);
    html_put_html(&out, item_badges(page, item));
    if (project_runs(item->state))
        html_put_html(&out, light_state(page, project->light.light));
    return html_of(&out);
}

static Err put_list(Page *page, Portfolio *p, int64_t number)
{
    Item *items;
    size_t count;
    ProjectRows rows;
    TRY(project_find(page->cx, &p->filter, ITEM_TITLE, PROJECTS_PER_PAGE,
                     (number - 1) * PROJECTS_PER_PAGE, &items, &count, NULL));
    TRY(project_rows_read(page->cx, items, count, &rows));
    buf_put(&page->body, S("<div class=\"h-items h-items--pair\">"));
    for (size_t i = 0; i < count; i++)
        html_item_card(&page->body, page->lang, project_url(page, &items[i]),
                       text_of(items[i].text.title), item_lang(page, &items[i]),
                       text_of(items[i].text.lead), text_of(row_meta(page, &rows, i, p->stale_us)),
                       row_badges(page, &items[i], &rows.projects[i]), HTML_NONE);
    buf_put(&page->body, S("</div>"));
    Str url = portfolio_url(page, p, S("/projekte")).s;
    /* page_pager adds the language itself. */
    page_pager(page, page->lang == LANG_DE ? url : str_from_index(url, 3), number,
               PROJECTS_PER_PAGE, (int64_t)count, p->total);
    return OK;
}

/* What is not approved yet, for those who may see it. */
static Err put_waiting(Page *page)
{
    Item *items;
    size_t count;
    ItemQuery query = {
        .noun = NOUN_PROJECT, .state = S("proposed"), .order = ITEM_CHANGED_LAST, .limit = 50};
    if (!page->cx->actor->person.v)
        return OK;
    TRY(item_list(page->cx, &query, &items, &count, NULL));
    if (!count)
        return OK;
    buf_put(&page->body, S("<section class=\"h-block\" aria-labelledby=\"vorschlaege\">"
                           "<h2 id=\"vorschlaege\">"));
    html_put_text(&page->body, text_of(text_projects_waiting(page->arena, page->lang)));
    buf_put(&page->body, S("</h2>"));
    item_put_list(page, items, count, S(""), S(""));
    buf_put(&page->body, S("</section>"));
    return OK;
}

static Err put_view(Page *page, Portfolio *p, int64_t number)
{
    if (!p->total) {
        put_none(page, p);
        return OK;
    }
    switch (p->view) {
    case VIEW_BOARD:
        return project_put_board(page, p);
    case VIEW_TIME:
        return project_put_timeline(page, p, number);
    case VIEW_MAP:
        return project_put_map(page, p);
    case VIEW_LIST:
    case VIEW_COUNT_:
        break;
    }
    return put_list(page, p, number);
}

Err page_projects(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Portfolio p;
    int64_t number;
    (void)cx, (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    TRY(portfolio_read(call, &p));
    page_open(call, MENU_PROJECTS, &page);
    page_feed(&page, S("/projekte.atom"), text_projects_title(page.arena, page.lang));
    Text title = text_of(text_projects_title(page.arena, page.lang));
    Text lead = text_of(text_projects_lead(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena), actions = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_link_button(&actions, page.lang, url_page(page.arena, page.lang, S("/projekte/neu")),
                     text_of(text_project_new(page.arena, page.lang)), TEXT("primary"), ICON_NONE);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title, lead, html_of(&actions));
    put_views(&page, &p);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    if (p.total || p.filtered) {
        put_filter(&page, &p);
        put_results_head(&page, &p);
    }
    TRY(put_view(&page, &p, number));
    TRY(put_waiting(&page));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, lead);
    return OK;
}
