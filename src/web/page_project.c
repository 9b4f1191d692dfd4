/* One project: what it wants, whether it worked, how it goes, who does it, what it costs. */
#include "web/project_page.h"

#include "base/str.h"
#include "people/day.h"
#include "people/report.h"
#include "text_gen.h"
#include "web/attachment.h"
#include "web/discussion.h"
#include "web/follow_button.h"
#include "web/format.h"
#include "web/markdown.h"
#include "web/pages.h"

/* What the whole page is made of. */
typedef struct Shown {
    Item item;
    Project project;
    uint32_t stand;
    bool edits;
    int64_t stale_us;
    Topic *topics;
    size_t topic_count;
    Item *goals;
    size_t goal_count;
    ProjectPartner *leader, *partners;
    size_t partner_count;
    Relation *people;
    size_t people_count;
    Milestone *milestones;
    size_t milestone_count;
    Reference *references;
    size_t reference_count;
    Str *districts;
    size_t district_count;
} Shown;

static Err linked(Cx *cx, ItemId id, Noun noun, Str kind, bool back, Item **ret, size_t *ret_count)
{
    ItemQuery query = {.noun = noun,
                       .linked = id,
                       .linked_kind = kind,
                       .linked_back = back,
                       .order = ITEM_TITLE,
                       .limit = PROJECT_GOALS_MAX};
    return item_list(cx, &query, ret, ret_count, NULL);
}

static Err read_shown(Cx *cx, Shown *s)
{
    ItemId id = s->item.id;
    TRY(project_get(cx, id, &s->project));
    TRY(item_stand(cx, &s->item, &s->stand));
    TRY(project_stale_us(cx, &s->stale_us));
    TRY(item_topics(cx, id, &s->topics, &s->topic_count));
    TRY(linked(cx, id, NOUN_GOAL, S("serves"), false, &s->goals, &s->goal_count));
    TRY(project_leaders(cx, &s->item, 1, &s->leader));
    TRY(project_partners(cx, id, &s->partners, &s->partner_count));
    TRY(relation_list(cx, id, false, &s->people, &s->people_count));
    TRY(milestone_list(cx, id, &s->milestones, &s->milestone_count));
    TRY(project_references(cx, id, &s->references, &s->reference_count));
    TRY(project_districts(cx, id, &s->districts, &s->district_count));
    s->edits = project_may_edit(&s->item, s->stand);
    return OK;
}

/* ---- head ---- */

static Html badges(Page *page, const Shown *s)
{
    Buf out = page_buf(page->arena);
    html_put_html(&out, item_badges(page, &s->item));
    if (project_runs(s->item.state) && s->project.light.light != LIGHT_NONE) {
        MarkState mark = light_mark(s->project.light.light);
        html_badge(&out, page->lang, mark_class(mark), mark_icon(mark),
                   text_of(light_word(page, s->project.light.light)));
    }
    for (size_t i = 0; i < s->topic_count; i++)
        html_badge(&out, page->lang, TEXT("plain"), ICON_NONE, text_of(s->topics[i].name));
    return html_of(&out);
}

static bool takes_part(const Shown *s)
{
    return s->stand & (STAND_LEAD | STAND_MEMBER);
}

static bool has_asked(const Page *page, const Shown *s)
{
    for (size_t i = 0; i < s->people_count; i++)
        if (s->people[i].person.v == page->cx->actor->person.v &&
            s->people[i].state == RELATION_ASKED)
            return true;
    return false;
}

static void put_join(Page *page, Buf *out, const Shown *s)
{
    bool known = page->cx->actor->person.v != 0;
    if (!project_runs(s->item.state) || takes_part(s))
        return;
    Str path = project_path(page->arena, &s->item, "mitarbeiten");
    if (known && has_asked(page, s))
        html_badge(out, page->lang, TEXT("info"), ICON_CLOCK,
                   text_of(text_project_asked(page->arena, page->lang)));
    else
        html_link_button(out, page->lang, url_page(page->arena, page->lang, path),
                         text_of(text_project_join(page->arena, page->lang)), TEXT("primary"),
                         ICON_NONE);
}

static Err put_head(Page *page, const Shown *s)
{
    Buf crumbs = page_buf(page->arena), actions = page_buf(page->arena);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(page->arena, page->lang, S("/projekte")),
                                             text_of(text_projects_title(page->arena, page->lang)));
    html_crumbs(&crumbs, page->lang, &link, 1, text_of(s->item.text.title));
    put_join(page, &actions, s);
    TRY(follow_put_button(page, &actions, &s->item));
    html_intro(&page->body, page->lang, html_of(&crumbs), badges(page, s),
               text_of(s->item.text.title), text_of(s->item.text.lead), html_of(&actions));
    return OK;
}

/* Who was invited says yes or no where the project is read. */
static void put_invited(Page *page, const Shown *s)
{
    for (size_t i = 0; i < s->people_count; i++) {
        const Relation *one = &s->people[i];
        if (one->person.v != page->cx->actor->person.v || one->state != RELATION_INVITED)
            continue;
        Buf out = page_buf(page->arena);
        Str path = project_path(page->arena, &s->item, "menschen");
        FormPair pairs[2] = {{S("relation"), arena_fmt(page->arena, "%lld", (long long)one->id)},
                             {S("do"), S("in")}};
        buf_put(&out, S("<div class=\"h-actions\">"));
        form_button(page, &out, path, text_project_accept(page->arena, page->lang), TEXT("primary"),
                    ICON_NONE, pairs, 2);
        pairs[1].value = S("out");
        form_button(page, &out, path, text_project_turn_away(page->arena, page->lang),
                    TEXT("tertiary"), ICON_NONE, pairs, 2);
        buf_put(&out, S("</div>"));
        html_alert(&page->body, page->lang, TEXT("info"), ICON_PEOPLE,
                   text_of(text_project_invited(page->arena, page->lang)), html_of(&out),
                   flag_of(false));
    }
}

static void put_nav(Page *page, const Shown *s)
{
    HtmlPageNavLinks links[8];
    size_t count = 0;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    const struct {
        Str to;
        Str words;
        bool shown;
    } PARTS[] = {
        {S("#wirkung"), text_project_effect(arena, lang), true},
        {S("#meilensteine"), text_project_milestones(arena, lang), true},
        {S("#status"), text_project_light(arena, lang), project_runs(s->item.state)},
        {S("#austausch"), text_project_talk(arena, lang), true},
        {S("#menschen"), text_project_people(arena, lang), true},
        {S("#geld"), text_project_money(arena, lang), true},
        {S("#daten"), text_project_data(arena, lang), true},
        {S("#risiken"), text_project_risks(arena, lang), risk_may_read(s->stand)},
    };
    for (size_t i = 0; i < COUNT_OF(PARTS); i++)
        if (PARTS[i].shown)
            links[count++] = html_page_nav_links(url_trusted(PARTS[i].to), text_of(PARTS[i].words),
                                                 flag_of(false));
    html_page_nav(&page->body, lang, text_of(text_project_parts(arena, lang)), links, count);
}

/* ---- the phases ---- */

static HtmlStepsSteps phase_step(Page *page, const Shown *s, Phase phase)
{
    Arena *arena = page->arena;
    Phase now = project_phase(s->item.state);
    bool runs = project_runs(s->item.state), current = phase == now;
    if (current && str_eq(s->item.state, S("cancelled")))
        return html_steps_steps(ICON_CLOSE, TEXT("no-signal"),
                                text_of(item_state_word(page, &s->item)), TEXT(""), flag_of(false));
    if (current && runs)
        return html_steps_steps(ICON_TARGET, TEXT("info"), text_of(phase_word(page, phase)),
                                text_of(project_held(s->item.state)
                                            ? text_project_held(arena, page->lang)
                                            : text_phase_now(arena, page->lang)),
                                flag_of(true));
    bool done = phase <= now;
    return html_steps_steps(
        done ? ICON_OK : ICON_NO_SIGNAL, done ? TEXT("ok") : TEXT("open"),
        text_of(phase_word(page, phase)),
        text_of(done ? text_phase_done(arena, page->lang) : text_phase_to_come(arena, page->lang)),
        flag_of(false));
}

static void put_phases(Page *page, const Shown *s)
{
    HtmlStepsSteps steps[PHASE_COUNT_];
    if (!project_runs(s->item.state) && project_phase(s->item.state) == PHASE_IDEA)
        return; /* not approved */
    for (int i = 0; i < PHASE_COUNT_; i++)
        steps[i] = phase_step(page, s, (Phase)i);
    buf_put(&page->body, S("<div class=\"h-phases\">"));
    html_steps(&page->body, page->lang, text_of(text_projects_phase(page->arena, page->lang)),
               steps, PHASE_COUNT_);
    buf_put(&page->body, S("</div>"));
}

/* ---- what those who lead it see first ---- */

static void put_manage_links(Page *page, const Shown *s)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    const struct {
        const char *part;
        Str words;
    } LINKS[] = {{"bearbeiten", text_project_edit_facts(arena, lang)},
                 {"meilensteine", text_project_edit_milestones(arena, lang)},
                 {"geld", text_project_edit_money(arena, lang)},
                 {"risiken", text_project_edit_risks(arena, lang)},
                 {"partner", text_project_edit_partners(arena, lang)},
                 {"menschen", text_project_edit_people(arena, lang)},
                 {"verweise", text_project_edit_references(arena, lang)},
                 {"ergebnis", text_project_edit_result(arena, lang)}};
    buf_put(&page->body, S("<ul class=\"h-inline-list\">"));
    for (size_t i = 0; i < COUNT_OF(LINKS); i++) {
        Str path = project_path(arena, &s->item, LINKS[i].part);
        buf_put(&page->body, S("<li>"));
        html_put_html(&page->body, page_link(page, url_page(arena, lang, path), LINKS[i].words));
        buf_put(&page->body, S("</li>"));
    }
    buf_put(&page->body, S("</ul>"));
}

static void put_steps(Page *page, const Shown *s)
{
    Buf steps = page_buf(page->arena);
    item_put_actions(page, &steps, &s->item, &PROJECT_MACHINE, s->stand, false, HTML_NONE);
    if (!steps.n)
        return;
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    html_put_html(&page->body, html_of(&steps));
    buf_put(&page->body, S("</div>"));
}

static Str report_words(Page *page, const Round *round, const Report *report)
{
    Arena *arena = page->arena;
    Str day = day_words(page, round->due_day);
    if (!report || report->state == REPORT_ASKED)
        return text_report_wanted(arena, page->lang, day);
    if (report->state == REPORT_RETURNED)
        return text_report_returned(arena, page->lang, day);
    Str handed_in = format_date(arena, page->lang, page->frame->zone, report->submitted_us);
    return report->state == REPORT_ACCEPTED ? text_report_accepted_at(arena, page->lang, handed_in)
                                            : text_report_in_at(arena, page->lang, handed_in);
}

/* While a round is open, the way to the report's form, or what became of it. */
static Err put_report_link(Page *page, const Shown *s)
{
    Round round;
    Report report;
    bool found;
    TRY(round_current(page->cx, &round));
    if (!round.id)
        return OK;
    TRY(report_find(page->cx, round.id, s->item.id, &found, &report));
    Str path = project_path(page->arena, &s->item, "bericht");
    buf_put(&page->body, S("<p class=\"h-note\">"));
    html_put_icon(&page->body, ICON_CLOCK);
    html_put_html(&page->body, page_link(page, url_page(page->arena, page->lang, path),
                                         report_words(page, &round, found ? &report : NULL)));
    buf_put(&page->body, S("</p>"));
    return OK;
}

static Err put_manage(Page *page, const Shown *s)
{
    Arena *arena = page->arena;
    if (!s->edits)
        return OK;
    buf_put(&page->body, S("<section class=\"h-manage h-stack\" aria-labelledby=\"leitung\">"
                           "<h2 id=\"leitung\">"));
    html_put_text(&page->body, text_of(text_project_manage(arena, page->lang)));
    buf_put(&page->body, S("</h2>"));
    if (project_runs(s->item.state))
        TRY(put_report_link(page, s));
    put_manage_links(page, s);
    put_steps(page, s);
    if (project_runs(s->item.state)) {
        buf_put(&page->body, S("<details class=\"h-fold\"><summary>"));
        html_put_icon(&page->body, ICON_CHEVRON_DOWN);
        html_put_text(&page->body, text_of(text_project_light_set(arena, page->lang)));
        buf_put(&page->body, S("</summary><div class=\"h-fold__body\">"));
        project_put_light_form(page, &s->item, &s->project.light);
        buf_put(&page->body, S("</div></details>"));
    }
    buf_put(&page->body, S("</section>"));
    return OK;
}

/* ---- effect, text, result ---- */

/* Nothing is claimed here that was not measured. */
static void put_effect(Page *page, const Shown *s)
{
    (void)s;
    page_open_block(page, "wirkung", text_project_effect_title(page->arena, page->lang));
    html_not_measured(&page->body, page->lang,
                      text_of(text_project_not_measured(page->arena, page->lang)),
                      text_of(text_project_not_measured_text(page->arena, page->lang)));
    page_close_block(page);
}

static Err put_result(Page *page, const Shown *s)
{
    Html body;
    if (!s->project.result.n)
        return OK;
    page_open_block(page, "ergebnis", text_project_result(page->arena, page->lang));
    TRY(markdown_html(page->cx, s->project.result, 2, &body));
    Text lang = s->project.result_lang == page->lang ? TEXT("")
                                                     : text_of(lang_code(s->project.result_lang));
    html_item_text(&page->body, page->lang, lang, TEXT(""), body);
    page_close_block(page);
    return OK;
}

static Err put_text(Page *page, const Shown *s)
{
    if (!s->item.text.body.n)
        return OK;
    page_open_block(page, "vorhaben", text_project_about(page->arena, page->lang));
    TRY(item_put_text(page, &s->item));
    page_close_block(page);
    return OK;
}

/* ---- status light ---- */

static Str light_line(Page *page, const ProjectLight *light)
{
    return text_project_light_by(
        page->arena, page->lang,
        format_date(page->arena, page->lang, page->frame->zone, light->at_us),
        person_words(page, light->person_name));
}

/* Every light that was set, with who set it when and why; folded where the last one stands above.
 */
static void put_light_history(Page *page, const ProjectLight *list, size_t count, bool open)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    buf_put(&page->body, open ? S("<details class=\"h-fold\" open><summary>")
                              : S("<details class=\"h-fold\"><summary>"));
    html_put_icon(&page->body, ICON_CHEVRON_DOWN);
    html_put_text(&page->body, text_of(text_project_light_history(arena, lang, (int64_t)count)));
    buf_put(&page->body, S("</summary><div class=\"h-fold__body\"><ol class=\"h-versions\">"));
    for (size_t i = 0; i < count; i++) {
        buf_put(&page->body, S("<li>"));
        html_put_html(&page->body, light_state(page, list[i].light));
        page_put_paragraph(page, "h-quiet", light_line(page, &list[i]));
        if (list[i].reason.n)
            page_put_paragraph(page, "h-versions__reason", list[i].reason);
        buf_put(&page->body, S("</li>"));
    }
    buf_put(&page->body, S("</ol></div></details>"));
}

static Err put_light(Page *page, const Shown *s)
{
    const ProjectLight *light = &s->project.light;
    ProjectLight *list;
    size_t count;
    bool runs = project_runs(s->item.state);
    TRY(project_lights(page->cx, s->item.id, &list, &count));
    if (!runs && !count)
        return OK;
    page_open_block(page, "status", text_project_light(page->arena, page->lang));
    if (!runs) {
        page_put_paragraph(page, "h-quiet", text_project_light_past(page->arena, page->lang));
    } else if (light->light == LIGHT_NONE) {
        page_put_paragraph(page, "h-quiet", text_light_none_yet(page->arena, page->lang));
    } else {
        Str stale = light_stale_words(page, light, s->stale_us);
        buf_put(&page->body, S("<div class=\"h-light\">"));
        html_put_html(&page->body, light_state(page, light->light));
        page_put_paragraph(page, "h-quiet", light_line(page, light));
        if (stale.n) {
            buf_put(&page->body, S("<p class=\"h-note\">"));
            html_put_icon(&page->body, ICON_CLOCK);
            html_put_text(&page->body, text_of(stale));
            buf_put(&page->body, S("</p>"));
        }
        if (light->reason.n)
            page_put_paragraph(page, "h-light__reason", light->reason);
        buf_put(&page->body, S("</div>"));
    }
    if (count > 1 || (!runs && count))
        put_light_history(page, list, count, !runs);
    page_close_block(page);
    return OK;
}

/* ---- milestones ---- */

static HtmlMilestonesRows milestone_row(Page *page, const Milestone *m, Str today)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    if (m->done_day.n)
        return html_milestones_rows(TEXT("ok"), ICON_OK, text_of(text_milestone_done(arena, lang)),
                                    text_of(m->title), text_of(day_words(page, m->done_day)));
    bool late = m->due_day.n && str_cmp(m->due_day, today) < 0;
    Str detail = late ? text_milestone_late_detail(arena, lang, day_words(page, m->due_day))
                 : m->due_day.n ? day_words(page, m->due_day)
                                : text_milestone_undated(arena, lang);
    return html_milestones_rows(
        late ? TEXT("warning") : TEXT("open"), late ? ICON_WARNING : ICON_NO_SIGNAL,
        text_of(late ? text_milestone_late(arena, lang) : text_milestone_open(arena, lang)),
        text_of(m->title), text_of(detail));
}

static void put_milestones(Page *page, const Shown *s)
{
    HtmlMilestonesRows *rows = arena_array(page->arena, HtmlMilestonesRows, s->milestone_count);
    Str today = day_at(page->arena, page->frame->zone, page->now_us);
    page_open_block(page, "meilensteine", text_project_milestones(page->arena, page->lang));
    for (size_t i = 0; i < s->milestone_count; i++)
        rows[i] = milestone_row(page, &s->milestones[i], today);
    if (s->milestone_count)
        html_milestones(&page->body, page->lang,
                        text_of(text_project_milestones(page->arena, page->lang)), rows,
                        s->milestone_count);
    else
        page_put_paragraph(page, "h-quiet", text_milestone_none(page->arena, page->lang));
    project_put_edit_link(page, &s->item, s->edits, "meilensteine",
                          text_project_edit_milestones(page->arena, page->lang));
    page_close_block(page);
}

/* ---- people and partners ---- */

/* Strangers see who answers for it; the others are named to those who work with them. */
static bool shows_person(const Shown *s, const Relation *one)
{
    return one->state == RELATION_ACTIVE &&
           (one->role == RELATION_LEAD ||
            s->stand & (STAND_ALLIANCE | STAND_MEMBER | STAND_LEAD | STAND_REP | STAND_OFFICE));
}

static void put_decision(Page *page, const Shown *s, const Relation *one)
{
    Str path = project_path(page->arena, &s->item, "menschen");
    FormPair pairs[2] = {{S("relation"), arena_fmt(page->arena, "%lld", (long long)one->id)},
                         {S("do"), S("in")}};
    buf_put(&page->body, S("<li><span>"));
    html_put_text(&page->body, text_of(person_words(page, one->person_name)));
    buf_put(&page->body, S("</span><span class=\"h-actions\">"));
    form_button(page, &page->body, path, text_project_take_in(page->arena, page->lang),
                TEXT("secondary"), ICON_NONE, pairs, 2);
    pairs[1].value = S("out");
    form_button(page, &page->body, path, text_project_turn_away(page->arena, page->lang),
                TEXT("tertiary"), ICON_NONE, pairs, 2);
    buf_put(&page->body, S("</span></li>"));
}

static void put_asking(Page *page, const Shown *s)
{
    size_t asking = 0;
    for (size_t i = 0; i < s->people_count; i++)
        asking += s->people[i].state == RELATION_ASKED;
    if (!asking || !s->edits)
        return;
    buf_put(&page->body, S("<h3>"));
    html_put_text(&page->body, text_of(text_project_asking(page->arena, page->lang)));
    buf_put(&page->body, S("</h3><ul class=\"h-rows\">"));
    for (size_t i = 0; i < s->people_count; i++)
        if (s->people[i].state == RELATION_ASKED)
            put_decision(page, s, &s->people[i]);
    buf_put(&page->body, S("</ul>"));
}

static void put_people(Page *page, const Shown *s)
{
    Relation *shown = arena_array(page->arena, Relation, s->people_count);
    size_t count = 0, active = 0;
    for (size_t i = 0; i < s->people_count; i++) {
        active += s->people[i].state == RELATION_ACTIVE;
        if (shows_person(s, &s->people[i]))
            shown[count++] = s->people[i];
    }
    page_open_block(page, "menschen", text_project_people(page->arena, page->lang));
    if (count)
        item_put_people(page, shown, count);
    else if (!active)
        page_put_paragraph(page, "h-quiet", text_project_nobody(page->arena, page->lang));
    if (active > count)
        page_put_paragraph(
            page, "h-quiet",
            text_project_more_people(page->arena, page->lang, (int64_t)(active - count)));
    put_asking(page, s);
    page_close_block(page);
}

static void put_partner(Page *page, const ProjectPartner *one, Str role)
{
    Url href =
        url_page(page->arena, page->lang, arena_fmt(page->arena, "/partner/%.*s", SARG(one->slug)));
    buf_put(&page->body, S("<li>"));
    html_put_html(&page->body, page_link(page, href, one->title));
    if (role.n) {
        buf_put(&page->body, S("<br><span class=\"h-quiet\">"));
        html_put_text(&page->body, text_of(role));
        buf_put(&page->body, S("</span>"));
    }
    buf_put(&page->body, S("</li>"));
}

static void put_partners(Page *page, const Shown *s)
{
    page_open_block(page, "partner", text_project_partners(page->arena, page->lang));
    if (!s->leader->title.n && !s->partner_count)
        page_put_paragraph(page, "h-quiet", text_project_no_partner(page->arena, page->lang));
    buf_put(&page->body, S("<ul class=\"h-list\">"));
    if (s->leader->title.n)
        put_partner(page, s->leader, text_project_leads(page->arena, page->lang));
    for (size_t i = 0; i < s->partner_count; i++)
        put_partner(page, &s->partners[i], s->partners[i].role);
    buf_put(&page->body, S("</ul>"));
    page_close_block(page);
}

/* ---- facts ---- */

static Html goal_links(Page *page, const Shown *s)
{
    Buf out = page_buf(page->arena);
    for (size_t i = 0; i < s->goal_count; i++) {
        buf_put(&out, i ? S("<br>") : S(""));
        html_put_html(
            &out,
            page_link(page, url_page(page->arena, page->lang, item_path(page->arena, &s->goals[i])),
                      s->goals[i].text.title));
    }
    return html_of(&out);
}

static Html districts(Page *page, const Shown *s)
{
    Buf out = page_buf(page->arena);
    for (size_t i = 0; i < s->district_count; i++) {
        buf_put(&out, i ? S(", ") : S(""));
        html_put_text(&out, text_of(s->districts[i]));
    }
    if (!s->district_count && s->item.district.n)
        html_put_text(&out, text_of(s->item.district));
    return html_of(&out);
}

static Err put_origin(Page *page, const Shown *s, HtmlFactsRows *rows, size_t *count)
{
    Item *ideas;
    size_t idea_count;
    TRY(linked(page->cx, s->item.id, NOUN_IDEA, S("became"), true, &ideas, &idea_count));
    if (idea_count)
        rows[(*count)++] = html_facts_rows(
            text_of(text_project_from_idea(page->arena, page->lang)),
            page_link(page, url_page(page->arena, page->lang, item_path(page->arena, &ideas[0])),
                      ideas[0].text.title));
    return OK;
}

static Err put_facts(Page *page, const Shown *s)
{
    HtmlFactsRows rows[5];
    size_t count = 0;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    if (s->goal_count)
        rows[count++] =
            html_facts_rows(text_of(text_project_goals(arena, lang)), goal_links(page, s));
    if (s->project.start_day.n || s->project.end_day.n)
        rows[count++] = html_facts_rows(
            text_of(text_project_time(arena, lang)),
            html_escaped(arena, span_words(page, s->project.start_day, s->project.end_day)));
    if (s->district_count || s->item.district.n)
        rows[count++] =
            html_facts_rows(text_of(text_project_districts(arena, lang)), districts(page, s));
    TRY(put_origin(page, s, rows, &count));
    if (!count)
        return OK;
    page_open_block(page, "eckdaten", text_project_facts(arena, lang));
    html_facts(&page->body, lang, rows, count);
    page_close_block(page);
    return OK;
}

/* ---- the page ---- */

static Err put_main_column(Page *page, const Shown *s)
{
    buf_put(&page->body, S("<div class=\"h-stack\">"));
    put_effect(page, s);
    TRY(put_result(page, s));
    TRY(put_text(page, s));
    TRY(put_light(page, s));
    TRY(project_put_money(page, &s->item, &s->project, s->edits));
    TRY(project_put_data(page, &s->item, s->references, s->reference_count, s->edits));
    TRY(project_put_risks(page, &s->item, s->stand, s->edits));
    TRY(attachment_put(page, &s->item, s->stand));
    TRY(discussion_put(page, &s->item));
    TRY(item_put_versions(page, &s->item));
    buf_put(&page->body, S("</div>"));
    return OK;
}

static Err put_side_column(Page *page, const Shown *s)
{
    buf_put(&page->body, S("<div class=\"h-stack\">"));
    put_milestones(page, s);
    put_people(page, s);
    put_partners(page, s);
    TRY(put_facts(page, s));
    buf_put(&page->body, S("</div>"));
    return OK;
}

Err page_project(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Shown s = {0};
    bool moved;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_PROJECT, &s.item, &moved));
    if (moved)
        return OK;
    TRY(read_shown(cx, &s));
    page_open(call, MENU_PROJECTS, &page);
    TRY(put_head(&page, &s));
    put_nav(&page, &s);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    put_invited(&page, &s);
    TRY(put_manage(&page, &s));
    put_phases(&page, &s);
    buf_put(&page.body, S("<div class=\"h-columns\">"));
    TRY(put_main_column(&page, &s));
    TRY(put_side_column(&page, &s));
    buf_put(&page.body, S("</div></div>"));
    html_json_ld(&page.body, page.lang,
                 json_html_of(project_json_ld(&page, &s.item, &s.project, s.leader)));
    page_close(&page, PAGE_PLAIN, text_of(s.item.text.title), text_of(s.item.text.lead));
    return OK;
}
