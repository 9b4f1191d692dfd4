/* Goals: one of them with what measures it and the projects that serve it, writing and changing. */
#include "base/str.h"
#include "people/strategy.h"
#include "text_gen.h"
#include "web/attachment.h"
#include "web/discussion.h"
#include "web/figure.h"
#include "web/follow_button.h"
#include "web/goal_page.h"
#include "web/pages.h"

/* ---- what the pages share ---- */

Str strategy_path(Page *page, const Item *strategy, const char *below)
{
    Str path = item_path(page->arena, strategy);
    return arena_fmt(page->arena, "%.*s/%s", SARG(path), below);
}

static Str project_state_word(const Page *page, Str state)
{
    Str words;
    return text_find(page->lang, arena_fmt(page->arena, "state.project.%.*s", SARG(state)), &words)
               ? words
               : state;
}

Err goal_projects_words(Page *page, const ItemId *goals, size_t count, Str *ret)
{
    GoalProjects states[GOAL_PROJECT_STATES_MAX];
    size_t state_count;
    int64_t total = 0;
    Buf out = buf_new(page->arena, 4096);
    TRY(goal_count_projects(page->cx, goals, count, states, &state_count));
    for (size_t i = 0; i < state_count; i++)
        total += states[i].count;
    for (size_t i = 0; i < state_count; i++) {
        Str word = project_state_word(page, states[i].state);
        buf_fmt(&out, "%s%lld × %.*s", i ? ", " : "", (long long)states[i].count, SARG(word));
    }
    Str list = buf_str(&out);
    *ret = !total             ? text_goal_no_projects(page->arena, page->lang)
           : state_count == 1 ? list
                              : arena_fmt(page->arena, "%lld (%.*s)", (long long)total, SARG(list));
    return OK;
}

Str goal_target_words(const Page *page, const Goal *goal)
{
    if (!goal->target_year)
        return goal->target;
    Str by = text_goal_by(page->arena, page->lang,
                          arena_fmt(page->arena, "%lld", (long long)goal->target_year));
    return goal->target.n ? arena_fmt(page->arena, "%.*s, %.*s", SARG(goal->target), SARG(by)) : by;
}

void goal_open_form(Call *call, const Item *strategy, Str title, Str lead, Page *ret)
{
    page_open(call, MENU_STRATEGY, ret);
    Buf crumbs = page_buf(ret->arena);
    HtmlCrumbsLinks links[2] = {
        html_crumbs_links(url_page(ret->arena, ret->lang, S("/strategie")),
                          text_of(text_strategy_title(ret->arena, ret->lang)))};
    if (strategy)
        links[1] =
            html_crumbs_links(url_page(ret->arena, ret->lang, item_path(ret->arena, strategy)),
                              text_of(strategy->text.title));
    html_crumbs(&crumbs, ret->lang, links, strategy ? 2 : 1, text_of(title));
    html_intro(&ret->body, ret->lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               HTML_NONE);
    buf_put(&ret->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

void goal_close_form(Page *page, Str title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

/* ---- one goal ---- */

static void put_title(Page *page, Str title)
{
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2>"));
}

static Html link_html(Page *page, const Item *item)
{
    Buf out = page_buf(page->arena);
    buf_put(&out, S("<a href=\""));
    html_put_url(&out, url_page(page->arena, page->lang, item_path(page->arena, item)));
    buf_put(&out, S("\">"));
    html_put_text(&out, text_of(item->text.title));
    buf_put(&out, S("</a>"));
    return html_of(&out);
}

static void put_fact(HtmlFactsRows *rows, size_t *count, Str label, Html value)
{
    if (value.s.n)
        rows[(*count)++] = html_facts_rows(text_of(label), value);
}

static Err put_facts(Page *page, const Item *item, const Goal *goal, const Item *strategy)
{
    HtmlFactsRows rows[6];
    Topic *topics;
    Item before, next;
    size_t count = 0, topic_count;
    bool followed;
    Arena *arena = page->arena;
    TRY(item_topics(page->cx, item->id, &topics, &topic_count));
    TRY(goal_successor(page->cx, item->id, &followed, &next));
    put_fact(rows, &count, text_goal_target(arena, page->lang),
             html_escaped(arena, goal_target_words(page, goal)));
    if (topic_count)
        put_fact(rows, &count, text_goal_field(arena, page->lang),
                 html_escaped(arena, topics[0].name));
    put_fact(rows, &count, text_goal_strategy(arena, page->lang), link_html(page, strategy));
    if (goal->follows.v && item_get_by_id(page->cx, goal->follows, &before) == OK)
        put_fact(rows, &count, text_goal_follows(arena, page->lang), link_html(page, &before));
    if (followed)
        put_fact(rows, &count, text_goal_successor(arena, page->lang), link_html(page, &next));
    html_facts(&page->body, page->lang, rows, count);
    return OK;
}

static Err put_indicators(Page *page, const Goal *goal)
{
    Buf tiles = page_buf(page->arena);
    for (size_t i = 0; i < goal->indicator_count; i++) {
        const Indicator *indicator = indicator_by_slug(goal->indicators[i]);
        Figure figure;
        bool found = false;
        if (indicator)
            TRY(figure_read(page, indicator, &figure, &found));
        if (found)
            figure_tile(&tiles, page, &figure);
    }
    put_title(page, text_goal_measure(page->arena, page->lang));
    if (tiles.n) {
        buf_put(&page->body, S("<div class=\"h-grid\">"));
        html_put_html(&page->body, html_of(&tiles));
        buf_put(&page->body, S("</div>"));
        return OK;
    }
    Str words = goal->unmeasured.n          ? goal->unmeasured
                : goal->indicator_count > 0 ? text_goal_not_yet(page->arena, page->lang)
                                            : text_goal_open_advice(page->arena, page->lang);
    html_alert(&page->body, page->lang, TEXT("info"), ICON_INFO,
               text_of(goal->unmeasured.n ? text_goal_unmeasured(page->arena, page->lang)
                                          : text_goal_open(page->arena, page->lang)),
               html_escaped(page->arena, words), flag_of(false));
    return OK;
}

enum { PROJECTS_PER_PAGE = 20 };

static Err put_projects(Page *page, const Item *item, int64_t number)
{
    Item *list;
    size_t count;
    int64_t total;
    TRY(goal_projects(page->cx, item->id, PROJECTS_PER_PAGE, (number - 1) * PROJECTS_PER_PAGE,
                      &list, &count, &total));
    put_title(page, text_goal_projects(page->arena, page->lang));
    item_put_list(page, list, count, text_goal_projects_empty(page->arena, page->lang),
                  text_goal_projects_empty_advice(page->arena, page->lang));
    page_pager(page, item_path(page->arena, item), number, PROJECTS_PER_PAGE, (int64_t)count,
               total);
    return OK;
}

static Err put_head(Page *page, const Item *item, const Item *strategy, uint32_t stand)
{
    Buf crumbs = page_buf(page->arena), actions = page_buf(page->arena);
    HtmlCrumbsLinks links[2] = {
        html_crumbs_links(url_page(page->arena, page->lang, S("/strategie")),
                          text_of(text_strategy_title(page->arena, page->lang))),
        html_crumbs_links(url_page(page->arena, page->lang, item_path(page->arena, strategy)),
                          text_of(strategy->text.title))};
    html_crumbs(&crumbs, page->lang, links, 2, text_of(item->text.title));
    if (goal_may_edit(item, stand)) {
        Str path = item_path(page->arena, item);
        Str step = arena_fmt(page->arena, "%.*s/schritt", SARG(path));
        html_link_button(&actions, page->lang,
                         url_page(page->arena, page->lang,
                                  arena_fmt(page->arena, "%.*s/bearbeiten", SARG(path))),
                         text_of(text_item_edit(page->arena, page->lang)), TEXT("secondary"),
                         ICON_NONE);
        html_link_button(
            &actions, page->lang,
            url_query(page->arena, url_page(page->arena, page->lang, step), S("verb"), S("drop")),
            text_of(text_verb_goal_drop(page->arena, page->lang)), TEXT("tertiary"), ICON_NONE);
    }
    TRY(follow_put_button(page, &actions, item));
    html_intro(&page->body, page->lang, html_of(&crumbs), item_badges(page, item),
               text_of(item->text.title), text_of(item->text.lead), html_of(&actions));
    return OK;
}

Err page_goal(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item, strategy;
    Goal goal;
    bool moved;
    uint32_t stand;
    int64_t number;
    (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    TRY(item_of_call(call, cx, NOUN_GOAL, &item, &moved));
    if (moved)
        return OK;
    TRY(item_stand(cx, &item, &stand));
    TRY(goal_own(cx, item.id, &goal));
    TRY(item_get_by_id(cx, goal.strategy, &strategy));
    page_open(call, MENU_STRATEGY, &page);
    TRY(put_head(&page, &item, &strategy, stand));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\"><div class=\"h-columns\"><div>"));
    page_put_hidden_heading(&page, text_goal_text(page.arena, page.lang));
    TRY(item_put_text(&page, &item));
    buf_put(&page.body, S("</div><div>"));
    TRY(put_facts(&page, &item, &goal, &strategy));
    buf_put(&page.body, S("</div></div>"));
    TRY(put_indicators(&page, &goal));
    TRY(put_projects(&page, &item, number));
    TRY(attachment_put(&page, &item, stand));
    if (!str_eq(item.state, S("draft")))
        TRY(discussion_put(&page, &item));
    TRY(item_put_versions(&page, &item));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(item.text.title), text_of(item.text.lead));
    return OK;
}

/* ---- writing ---- */

static Err put_field(Form *form, const Item *item)
{
    Page *page = form->page;
    Topic *topics, *own = NULL;
    size_t count, own_count = 0;
    TRY(topic_list(page->cx, &topics, &count));
    if (item->id.v)
        TRY(item_topics(page->cx, item->id, &own, &own_count));
    FormOption *options = arena_array(page->arena, FormOption, count);
    for (size_t i = 0; i < count; i++)
        options[i] = (FormOption){arena_fmt(page->arena, "%lld", (long long)topics[i].id),
                                  topics[i].name, own_count && own[0].id == topics[i].id};
    form_radio(form, S("topics"), text_goal_field(page->arena, page->lang), S(""), options, count);
    return OK;
}

static void put_indicator_boxes(Form *form, const Goal *goal)
{
    Page *page = form->page;
    FormOption *options = arena_array(page->arena, FormOption, INDICATOR_COUNT);
    for (size_t i = 0; i < INDICATOR_COUNT; i++) {
        options[i] = (FormOption){INDICATORS[i].slug, figure_name(page, &INDICATORS[i]).s, false};
        for (size_t k = 0; k < goal->indicator_count; k++)
            options[i].chosen |= str_eq(goal->indicators[k], INDICATORS[i].slug);
    }
    form_boxes(form, S("indicators"), text_goal_indicators(page->arena, page->lang),
               text_goal_indicators_hint(page->arena, page->lang), options, INDICATOR_COUNT);
}

static Err put_form(Page *page, Str path, const Item *item, const Goal *goal)
{
    Form form;
    form_begin(&form, page, path, item->version);
    item_put_words(&form, item);
    TRY(put_field(&form, item));
    form_text(&form, S("target"), text_goal_target(page->arena, page->lang),
              (FormText){.given = goal->target,
                         .hint = text_goal_target_hint(page->arena, page->lang),
                         .optional = true});
    form_text(&form, S("target_year"), text_goal_year(page->arena, page->lang),
              (FormText){.given = goal->target_year
                                      ? arena_fmt(page->arena, "%lld", (long long)goal->target_year)
                                      : S(""),
                         .type = S("number"),
                         .optional = true});
    put_indicator_boxes(&form, goal);
    form_area(&form, S("unmeasured"), text_goal_why_not(page->arena, page->lang),
              (FormText){.given = goal->unmeasured,
                         .hint = text_goal_why_not_hint(page->arena, page->lang),
                         .optional = true});
    form_submit(&form, text_item_save(page->arena, page->lang));
    form_end(&form);
    return OK;
}

Err page_goal_new(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item strategy;
    bool moved;
    uint32_t stand;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_STRATEGY, &strategy, &moved));
    TRY(item_stand(cx, &strategy, &stand));
    if (moved || !strategy_may_edit(&strategy, stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &strategy)));
        return OK;
    }
    Str title = text_goal_new(cx->arena, cx->actor->lang);
    goal_open_form(call, &strategy, title, S(""), &page);
    TRY(put_form(&page, strategy_path(&page, &strategy, "ziele/neu"), &(Item){0}, &(Goal){0}));
    goal_close_form(&page, title);
    return OK;
}

Err page_goal_edit(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item, strategy;
    Goal goal;
    bool moved;
    uint32_t stand;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_GOAL, &item, &moved));
    TRY(item_stand(cx, &item, &stand));
    if (moved || !goal_may_edit(&item, stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &item)));
        return OK;
    }
    TRY(goal_own(cx, item.id, &goal));
    TRY(item_get_by_id(cx, goal.strategy, &strategy));
    Str title = text_item_edit(cx->arena, cx->actor->lang);
    goal_open_form(call, &strategy, title, item.text.title, &page);
    Str path = item_path(cx->arena, &item);
    TRY(put_form(&page, arena_fmt(cx->arena, "%.*s/bearbeiten", SARG(path)), &item, &goal));
    goal_close_form(&page, title);
    return OK;
}

typedef struct GoalForm {
    GoalDraft draft;
    int64_t version;
} GoalForm;

Err goal_decode(Call *call)
{
    GoalForm *form = arena_new(call->cx->arena, GoalForm);
    Str *indicators = arena_array(call->cx->arena, Str, GOAL_INDICATORS_MAX + 1);
    Str rest = call_form_body(call), one;
    TRY(form_i64(call, S("version"), 0, &form->version));
    TRY(form_i64(call, S("target_year"), 0, &form->draft.target_year));
    TRY(item_decode_fields(call, &form->draft.item));
    form->draft.target = call_form(call, S("target"));
    form->draft.unmeasured = call_form(call, S("unmeasured"));
    while (form->draft.indicator_count <= GOAL_INDICATORS_MAX &&
           call_form_next(call, S("indicators"), &rest, &one)) {
        if (!indicator_by_slug(one))
            return fail(call->cx, ERR_INVALID, "request.form", "the form names no indicator");
        indicators[form->draft.indicator_count++] = one;
    }
    form->draft.indicators = indicators;
    call->state = form;
    return OK;
}

Err goal_new_apply(Call *call, Cx *cx, struct Events *events)
{
    const GoalForm *form = call->state;
    Item strategy, item;
    ItemId id;
    TRY(item_get(cx, NOUN_STRATEGY, call->params[0], &strategy));
    TRY(goal_add(cx, &strategy, &form->draft, events, &id));
    TRY(item_get_by_id(cx, id, &item));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

Err goal_edit_apply(Call *call, Cx *cx, struct Events *events)
{
    const GoalForm *form = call->state;
    Item item;
    TRY(item_get(cx, NOUN_GOAL, call->params[0], &item));
    TRY(goal_change(cx, &item, form->version, &form->draft, events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

/* A goal that was dropped leads back to its strategy: it may not be readable any more. */
Err goal_step_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item, strategy;
    Goal goal;
    TRY(item_get(cx, NOUN_GOAL, call->params[0], &item));
    TRY(goal_own(cx, item.id, &goal));
    TRY(item_get_by_id(cx, goal.strategy, &strategy));
    TRY(item_step(cx, &GOAL_MACHINE, &item, call_form(call, S("verb")),
                  call_form(call, S("reason")), events));
    call->location = page_path(call, item_path(cx->arena, &strategy));
    return OK;
}
