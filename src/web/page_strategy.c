/* The strategy: the edition in force with its fields of action and goals, older ones, drafting,
 * changing and adopting one. */
#include "people/strategy.h"

#include "base/str.h"
#include "people/day.h"
#include "people/meeting.h"
#include "text_gen.h"
#include "web/attachment.h"
#include "web/discussion.h"
#include "web/follow_button.h"
#include "web/format.h"
#include "web/goal_page.h"
#include "web/pages.h"

/* ---- the goals, field by field ---- */

/* A goal with the field of action that it stands under. */
typedef struct Placed {
    const Item *item;
    Topic topic; /* id 0: none */
} Placed;

static int by_topic(const Placed *a, const Placed *b)
{
    if (!a->topic.id != !b->topic.id)
        return a->topic.id ? -1 : 1;
    return str_cmp(a->topic.slug, b->topic.slug);
}

/* Stable, so that goals of one field keep their order; there are some dozens. */
static void sort_placed(Placed *list, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && by_topic(&list[k - 1], &list[k]) > 0; k--) {
            Placed one = list[k];
            list[k] = list[k - 1];
            list[k - 1] = one;
        }
}

static Err place_goals(Cx *cx, const Item *goals, size_t count, Placed **ret)
{
    Placed *list = arena_array(cx->arena, Placed, count);
    for (size_t i = 0; i < count; i++) {
        Topic *topics;
        size_t topic_count;
        TRY(item_topics(cx, goals[i].id, &topics, &topic_count));
        list[i] = (Placed){.item = &goals[i]};
        if (topic_count)
            list[i].topic = topics[0];
    }
    sort_placed(list, count);
    *ret = list;
    return OK;
}

static Html link_html(Page *page, const Item *item, Text lang)
{
    Buf out = page_buf(page->arena);
    page_put_link(&out, url_page(page->arena, page->lang, item_path(page->arena, item)),
                  item->text.title, lang);
    return html_of(&out);
}

enum { COLUMNS = 4 };

static Err goal_row(Page *page, const Item *item, const Text labels[COLUMNS], HtmlTableRows *ret)
{
    Goal goal;
    Arena *arena = page->arena;
    Str projects;
    TRY(goal_own(page->cx, item->id, &goal));
    TRY(goal_projects_words(page, &item->id, 1, &projects));
    HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, COLUMNS);
    Str measured = goal.indicator_count ? text_goal_measured(arena, page->lang)
                   : goal.unmeasured.n  ? text_goal_unmeasured(arena, page->lang)
                                        : text_goal_open(arena, page->lang);
    cells[0] = html_table_rows_cells(labels[0], link_html(page, item, item_lang(page, item)),
                                     flag_of(false), flag_of(true));
    cells[1] = html_table_rows_cells(labels[1], html_escaped(arena, goal_target_words(page, &goal)),
                                     flag_of(false), flag_of(false));
    cells[2] = html_table_rows_cells(labels[2], html_escaped(arena, measured), flag_of(false),
                                     flag_of(false));
    cells[3] = html_table_rows_cells(labels[3], html_escaped(arena, projects), flag_of(false),
                                     flag_of(false));
    *ret = html_table_rows(cells, COLUMNS);
    return OK;
}

static Err put_field(Page *page, const Placed *goals, size_t count)
{
    Arena *arena = page->arena;
    const Text labels[COLUMNS] = {text_of(text_goal_one(arena, page->lang)),
                                  text_of(text_goal_target(arena, page->lang)),
                                  text_of(text_goal_measure(arena, page->lang)),
                                  text_of(text_goal_projects(arena, page->lang))};
    HtmlTableHeads heads[COLUMNS];
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < COLUMNS; i++)
        heads[i] = html_table_heads(labels[i], flag_of(false));
    for (size_t i = 0; i < count; i++)
        TRY(goal_row(page, goals[i].item, labels, &rows[i]));
    Str name = goals[0].topic.id ? goals[0].topic.name : text_goal_no_field(arena, page->lang);
    html_table(&page->body, page->lang, text_of(name), flag_of(true), heads, COLUMNS, rows, count);
    return OK;
}

static Err put_goals(Page *page, const Item *strategy)
{
    Item *goals;
    Placed *placed;
    size_t count;
    TRY(goal_list(page->cx, strategy->id, &goals, &count));
    if (!count) {
        html_empty(&page->body, page->lang, ICON_TARGET,
                   text_of(text_strategy_no_goals(page->arena, page->lang)), TEXT(""), HTML_NONE);
        return OK;
    }
    TRY(place_goals(page->cx, goals, count, &placed));
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && placed[to].topic.id == placed[from].topic.id;)
            to++;
        TRY(put_field(page, &placed[from], to - from));
    }
    return OK;
}

/* ---- one edition ---- */

static Html item_link_html(Page *page, ItemId id)
{
    Item item;
    /* What the reader may not read has no name here. */
    if (!id.v || item_get_by_id(page->cx, id, &item) != OK)
        return HTML_NONE;
    return link_html(page, &item, TEXT(""));
}

static void put_fact(HtmlFactsRows *rows, size_t *count, Str label, Html value)
{
    if (value.s.n)
        rows[(*count)++] = html_facts_rows(text_of(label), value);
}

static Str day_words(Page *page, Str day)
{
    return day.n ? format_date(page->arena, page->lang, page->frame->zone,
                               day_us(day) + 12 * TIME_HOUR_US)
                 : S("");
}

static Err put_facts(Page *page, const Item *item)
{
    Strategy own;
    Item *goals;
    ItemId ids[GOALS_MAX];
    HtmlFactsRows rows[6];
    size_t count = 0, goal_count;
    Str projects = S("");
    Arena *arena = page->arena;
    TRY(strategy_own(page->cx, item->id, &own));
    TRY(goal_list(page->cx, item->id, &goals, &goal_count));
    for (size_t i = 0; i < goal_count; i++)
        ids[i] = goals[i].id;
    if (goal_count)
        TRY(goal_projects_words(page, ids, goal_count, &projects));
    put_fact(rows, &count, text_strategy_edition(arena, page->lang),
             html_escaped(arena, arena_fmt(arena, "%lld", (long long)own.edition)));
    put_fact(rows, &count, text_strategy_body(arena, page->lang), item_link_html(page, item->body));
    put_fact(rows, &count, text_strategy_adopted_day(arena, page->lang),
             html_escaped(arena, day_words(page, own.adopted_day)));
    put_fact(rows, &count, text_strategy_meeting(arena, page->lang),
             item_link_html(page, own.meeting));
    put_fact(rows, &count, text_strategy_follows(arena, page->lang),
             item_link_html(page, own.follows));
    put_fact(rows, &count, text_goal_projects(arena, page->lang), html_escaped(arena, projects));
    html_facts(&page->body, page->lang, rows, count);
    return OK;
}

static void put_title(Page *page, Str title)
{
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2>"));
}

/* Where the reader looks at an edition that is not the one in force. */
static void put_standing(Page *page, const Item *item)
{
    Str title = str_eq(item->state, S("superseded")) ? text_strategy_old(page->arena, page->lang)
                : str_eq(item->state, S("consultation"))
                    ? text_strategy_consulted(page->arena, page->lang)
                    : S("");
    if (title.n)
        html_alert(&page->body, page->lang, TEXT("info"), ICON_INFO, text_of(title), HTML_NONE,
                   flag_of(false));
}

static Err put_edition(Page *page, const Item *item)
{
    put_standing(page, item);
    buf_put(&page->body, S("<div class=\"h-columns\"><div>"));
    page_put_hidden_heading(page, text_strategy_text(page->arena, page->lang));
    TRY(item_put_text(page, item));
    buf_put(&page->body, S("</div><div>"));
    TRY(put_facts(page, item));
    buf_put(&page->body, S("</div></div>"));
    put_title(page, text_strategy_goals(page->arena, page->lang));
    TRY(put_goals(page, item));
    return OK;
}

static void put_editions(Page *page, const Item *list, size_t count, const Item *shown)
{
    Buf body = page_buf(page->arena);
    size_t others = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].id.v == shown->id.v)
            continue;
        buf_put(&body, others++ ? S("<li><a href=\"") : S("<ul class=\"h-list\"><li><a href=\""));
        html_put_url(&body, url_page(page->arena, page->lang, item_path(page->arena, &list[i])));
        buf_put(&body, S("\">"));
        html_put_text(&body, text_of(list[i].text.title));
        buf_put(&body, S("</a> "));
        html_put_html(&body, item_badges(page, &list[i]));
        buf_put(&body, S("</li>"));
    }
    if (!others)
        return;
    buf_put(&body, S("</ul>"));
    put_title(page, text_strategy_editions(page->arena, page->lang));
    html_put_html(&page->body, html_of(&body));
}

static void put_strategy_actions(Page *page, Buf *out, const Item *item, uint32_t stand)
{
    if (strategy_may_edit(item, stand))
        html_link_button(out, page->lang,
                         url_page(page->arena, page->lang, strategy_path(page, item, "ziele/neu")),
                         text_of(text_goal_new(page->arena, page->lang)), TEXT("secondary"),
                         ICON_NONE);
    item_put_actions(page, out, item, &STRATEGY_MACHINE, stand, strategy_may_edit(item, stand),
                     HTML_NONE);
}

static bool may_draft(const Page *page, const Item *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i].state, S("draft")) || str_eq(list[i].state, S("consultation")))
            return false;
    return actor_may(page->cx->actor, MAY_OFFICE_WORK);
}

static void put_draft_button(Page *page, Buf *out)
{
    html_link_button(out, page->lang, url_page(page->arena, page->lang, S("/strategie/neu")),
                     text_of(text_strategy_new(page->arena, page->lang)), TEXT("secondary"),
                     ICON_NONE);
}

static Err put_current(Page *page, const Item *item)
{
    Item *list;
    size_t count;
    uint32_t stand;
    Text title = text_of(item->text.title);
    Buf crumbs = page_buf(page->arena), actions = page_buf(page->arena);
    TRY(item_stand(page->cx, item, &stand));
    TRY(strategy_list(page->cx, &list, &count));
    put_strategy_actions(page, &actions, item, stand);
    if (may_draft(page, list, count))
        put_draft_button(page, &actions);
    html_crumbs(&crumbs, page->lang, NULL, 0,
                text_of(text_strategy_title(page->arena, page->lang)));
    TRY(follow_put_button(page, &actions, item));
    html_intro(&page->body, page->lang, html_of(&crumbs), item_badges(page, item), title,
               text_of(item->text.lead), html_of(&actions));
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
    TRY(put_edition(page, item));
    TRY(attachment_put(page, item, stand));
    put_editions(page, list, count, item);
    TRY(item_put_versions(page, item));
    buf_put(&page->body, S("</div>"));
    return OK;
}

static Err put_none(Page *page)
{
    Item *list;
    size_t count;
    Buf crumbs = page_buf(page->arena), actions = page_buf(page->arena);
    Text title = text_of(text_strategy_title(page->arena, page->lang));
    TRY(strategy_list(page->cx, &list, &count));
    if (may_draft(page, list, count))
        put_draft_button(page, &actions);
    html_crumbs(&crumbs, page->lang, NULL, 0, title);
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_strategy_lead(page->arena, page->lang)), html_of(&actions));
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
    html_empty(&page->body, page->lang, ICON_TARGET,
               text_of(text_strategy_empty(page->arena, page->lang)), TEXT(""), HTML_NONE);
    put_editions(page, list, count, &(Item){.id = {0}});
    buf_put(&page->body, S("</div>"));
    return OK;
}

Err page_strategy_in_force(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    bool found;
    (void)events;
    TRY(strategy_in_force(cx, &found, &item));
    page_open(call, MENU_STRATEGY, &page);
    TRY(found ? put_current(&page, &item) : put_none(&page));
    page_close(&page, PAGE_PLAIN, text_of(text_strategy_title(cx->arena, page.lang)),
               text_of(text_strategy_lead(cx->arena, page.lang)));
    return OK;
}

Err page_strategy(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item, *list;
    size_t count;
    bool moved;
    uint32_t stand;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_STRATEGY, &item, &moved));
    if (moved)
        return OK;
    TRY(item_stand(cx, &item, &stand));
    TRY(strategy_list(cx, &list, &count));
    page_open(call, MENU_STRATEGY, &page);
    Buf actions = page_buf(page.arena);
    put_strategy_actions(&page, &actions, &item, stand);
    TRY(follow_put_button(&page, &actions, &item));
    item_put_head(&page, &item, text_strategy_title(cx->arena, page.lang), html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    TRY(put_edition(&page, &item));
    TRY(attachment_put(&page, &item, stand));
    if (!str_eq(item.state, S("draft")))
        TRY(discussion_put(&page, &item));
    put_editions(&page, list, count, &item);
    TRY(item_put_versions(&page, &item));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(item.text.title), text_of(item.text.lead));
    return OK;
}

/* ---- drafting and changing ---- */

static Err put_bodies(Form *form, ItemId current)
{
    Page *page = form->page;
    Item *bodies;
    size_t count, kept = 0;
    enum { BODIES_MAX = 200 };
    TRY(item_list(page->cx,
                  &(ItemQuery){.noun = NOUN_BODY, .order = ITEM_TITLE, .limit = BODIES_MAX},
                  &bodies, &count, NULL));
    FormOption *options = arena_array(page->arena, FormOption, count + 1);
    options[kept++] =
        (FormOption){S(""), text_strategy_choose_body(page->arena, page->lang), !current.v};
    for (size_t i = 0; i < count; i++)
        if (!str_eq(bodies[i].state, S("dissolved")) || bodies[i].id.v == current.v)
            options[kept++] =
                (FormOption){arena_fmt(page->arena, "%lld", (long long)bodies[i].id.v),
                             bodies[i].text.title, bodies[i].id.v == current.v};
    form_select(form, S("body_id"), text_strategy_body(page->arena, page->lang),
                text_strategy_body_hint(page->arena, page->lang), options, kept);
    return OK;
}

static Err put_form(Page *page, Str path, const Item *item, int64_t version)
{
    Form form;
    form_begin(&form, page, path, version);
    item_put_words(&form, item);
    if (actor_may(page->cx->actor, MAY_OFFICE_WORK)) {
        TRY(put_bodies(&form, item->body));
        item_put_audience(&form, item);
    }
    form_submit(&form, text_item_save(page->arena, page->lang));
    form_end(&form);
    return OK;
}

Err page_strategy_new(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item = {0};
    bool found;
    (void)events;
    TRY(strategy_in_force(cx, &found, &item));
    Str title = text_strategy_new(cx->arena, cx->actor->lang);
    goal_open_form(call, NULL, title, text_strategy_new_lead(cx->arena, cx->actor->lang), &page);
    TRY(put_form(&page, S("/strategie/neu"), &item, 0));
    goal_close_form(&page, title);
    return OK;
}

Err page_strategy_edit(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    bool moved;
    uint32_t stand;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_STRATEGY, &item, &moved));
    TRY(item_stand(cx, &item, &stand));
    if (moved || !strategy_may_edit(&item, stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &item)));
        return OK;
    }
    Str title = text_item_edit(cx->arena, cx->actor->lang);
    goal_open_form(call, &item, title, S(""), &page);
    TRY(put_form(&page, strategy_path(&page, &item, "bearbeiten"), &item, item.version));
    goal_close_form(&page, title);
    return OK;
}

typedef struct StrategyForm {
    ItemDraft draft;
    int64_t version;
    Str day;
    int64_t meeting;
} StrategyForm;

Err strategy_decode(Call *call)
{
    StrategyForm *form = arena_new(call->cx->arena, StrategyForm);
    TRY(form_i64(call, S("version"), 0, &form->version));
    TRY(form_i64(call, S("meeting"), 0, &form->meeting));
    TRY(item_decode_fields(call, &form->draft));
    TRY(form_i64(call, S("body_id"), 0, &form->draft.body.v));
    form->day = call_form(call, S("adopted_day"));
    call->state = form;
    return OK;
}

Err strategy_new_apply(Call *call, Cx *cx, struct Events *events)
{
    const StrategyForm *form = call->state;
    Item item;
    ItemId id;
    TRY(strategy_add(cx, &form->draft, events, &id));
    TRY(item_get_by_id(cx, id, &item));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

Err strategy_edit_apply(Call *call, Cx *cx, struct Events *events)
{
    const StrategyForm *form = call->state;
    Item item;
    TRY(item_get(cx, NOUN_STRATEGY, call->params[0], &item));
    TRY(strategy_change(cx, &item, form->version, &form->draft, events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

/* ---- adoption ---- */

/* The step "adopt" has a page of its own, for it wants a day. */
Err page_strategy_step(Call *call, Cx *cx, struct Events *events)
{
    Str verb = call->fault ? call_form(call, S("verb")) : call_query(call, S("verb"));
    Item item;
    if (!str_eq(verb, S("adopt")) || call->fault)
        return page_step(call, cx, events);
    TRY(item_get(cx, NOUN_STRATEGY, call->params[0], &item));
    Str path = item_path(cx->arena, &item);
    page_redirect(call, page_path(call, arena_fmt(cx->arena, "%.*s/beschluss", SARG(path))));
    return OK;
}

static Err put_meetings(Form *form, const Item *item)
{
    Page *page = form->page;
    MeetingEntry *list;
    size_t count;
    enum { SHOWN = 30 };
    TRY(meeting_list(page->cx, &(MeetingQuery){.body = item->body, .newest = true, .limit = SHOWN},
                     &list, &count));
    FormOption options[SHOWN + 1] = {
        {S("0"), text_strategy_no_meeting(page->arena, page->lang), true}};
    for (size_t i = 0; i < count; i++) {
        Str day = format_date(page->arena, page->lang, page->frame->zone, list[i].start_us);
        options[i + 1] = (FormOption){
            arena_fmt(page->arena, "%lld", (long long)list[i].item.id.v),
            arena_fmt(page->arena, "%.*s, %.*s", SARG(list[i].item.text.title), SARG(day)), false};
    }
    form_select(form, S("meeting"), text_strategy_meeting(page->arena, page->lang), S(""), options,
                count + 1);
    return OK;
}

Err page_strategy_adopt(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    Form form;
    bool moved;
    uint32_t stand;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_STRATEGY, &item, &moved));
    TRY(item_stand(cx, &item, &stand));
    if (moved || !strategy_may_edit(&item, stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &item)));
        return OK;
    }
    Str title = text_verb_strategy_adopt(cx->arena, cx->actor->lang);
    goal_open_form(call, &item, title, text_strategy_adopt_lead(cx->arena, cx->actor->lang), &page);
    form_begin(&form, &page, strategy_path(&page, &item, "beschluss"), 0);
    form_text(&form, S("adopted_day"), text_strategy_adopted_day(page.arena, page.lang),
              (FormText){.type = S("date")});
    TRY(put_meetings(&form, &item));
    form_submit(&form, title);
    form_end(&form);
    goal_close_form(&page, title);
    return OK;
}

Err strategy_adopt_apply(Call *call, Cx *cx, struct Events *events)
{
    const StrategyForm *form = call->state;
    Item item;
    TRY(item_get(cx, NOUN_STRATEGY, call->params[0], &item));
    TRY(strategy_adopt(cx, &item, form->day, (ItemId){form->meeting}, S(""), events));
    call->location = page_path(call, S("/strategie"));
    return OK;
}
