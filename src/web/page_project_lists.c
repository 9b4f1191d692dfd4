/* The forms of what a project has several of: milestones, funding, risks, partners, references. A
 * row whose first field is left empty goes. */
#include "web/project_page.h"

#include "base/str.h"
#include "people/funding.h"
#include "text_gen.h"
#include "web/figure.h"
#include "web/pages.h"

/* ---- rows ---- */

static void hidden_number(Form *form, size_t i, int64_t number)
{
    Str name = form_row_name(form->page->arena, "number", i);
    Str given = arena_fmt(form->page->arena, "%lld", (long long)number);
    form_hidden(form, name, form_value(form, name, given));
}

static Err number_sent(Call *call, size_t i, int64_t *ret)
{
    return form_i64(call, form_row_name(call->cx->arena, "number", i), 0, ret);
}

static void field(Form *form, const char *name, size_t i, Str label, Str given, Str type)
{
    form_text(form, form_row_name(form->page->arena, name, i), label,
              (FormText){.given = given, .type = type, .optional = true});
}

static void put_intro(Page *page, Str words)
{
    page_put_paragraph(page, "h-note", words);
}

static void end_form(Form *form, Page *page, Str title)
{
    form_submit(form, text_item_save(page->arena, page->lang));
    form_end(form);
    project_close_form(page, title);
}

typedef struct ListForm {
    int64_t version;
    void *rows;
    size_t count;
} ListForm;

static Err begin_decode(Call *call, ListForm **ret)
{
    ListForm *form = arena_new(call->cx->arena, ListForm);
    TRY(form_i64(call, S("version"), 0, &form->version));
    call->state = form;
    *ret = form;
    return OK;
}

/* The project of the route, for apply. */
static Err project_of(Call *call, Cx *cx, Item *ret)
{
    TRY(item_get(cx, NOUN_PROJECT, call->params[0], ret));
    call->location = page_path(call, item_path(cx->arena, ret));
    return OK;
}

/* ---- milestones ---- */

static void milestone_row(Form *form, size_t i, const Milestone *m)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    form_row_begin(form, text_milestone_number(arena, lang, (int64_t)i + 1));
    hidden_number(form, i, m->number);
    field(form, "title", i, text_milestone_title(arena, lang), m->title, S("text"));
    field(form, "due", i, text_milestone_due(arena, lang), m->due_day, S("date"));
    field(form, "done", i, text_milestone_reached(arena, lang), m->done_day, S("date"));
    field(form, "place", i, text_milestone_place(arena, lang),
          m->number ? arena_fmt(arena, "%zu", i + 1) : S(""), S("number"));
    form_row_end(form);
}

Err page_project_milestones(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Item item;
    Milestone *list;
    size_t count;
    bool moved;
    (void)events;
    TRY(project_open_form(call, cx, &item, &page, &moved));
    if (moved)
        return OK;
    TRY(milestone_list(cx, item.id, &list, &count));
    Str title = text_project_edit_milestones(page.arena, page.lang);
    project_put_form_head(&page, &item, title, S(""));
    put_intro(&page, text_milestone_form_note(page.arena, page.lang));
    form_begin(&form, &page, project_path(page.arena, &item, "meilensteine"), item.version);
    size_t rows = form_rows(&form, count, MILESTONES_MAX);
    for (size_t i = 0; i < rows; i++)
        milestone_row(&form, i, i < count ? &list[i] : &(Milestone){0});
    end_form(&form, &page, title);
    return OK;
}

typedef struct PlacedMilestone {
    Milestone milestone;
    int64_t place;
} PlacedMilestone;

/* By the places that were typed; equal ones and those without stay in their order, at the end. */
static void put_in_order(PlacedMilestone *list, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && list[k].place < list[k - 1].place; k--) {
            PlacedMilestone swap = list[k];
            list[k] = list[k - 1];
            list[k - 1] = swap;
        }
}

Err milestones_decode(Call *call)
{
    ListForm *form;
    Arena *arena = call->cx->arena;
    TRY(begin_decode(call, &form));
    size_t sent = form_rows_sent(call, MILESTONES_MAX);
    PlacedMilestone *placed = arena_array(arena, PlacedMilestone, sent);
    for (size_t i = 0; i < sent; i++) {
        PlacedMilestone one = {.place = INT64_MAX};
        one.milestone.title = form_row_value(call, "title", i);
        one.milestone.due_day = form_row_value(call, "due", i);
        one.milestone.done_day = form_row_value(call, "done", i);
        TRY(number_sent(call, i, &one.milestone.number));
        TRY(form_i64(call, form_row_name(arena, "place", i), INT64_MAX, &one.place));
        bool given =
            one.milestone.title.n ||
            (!one.milestone.number && (one.milestone.due_day.n || one.milestone.done_day.n));
        if (given)
            placed[form->count++] = one;
    }
    put_in_order(placed, form->count);
    Milestone *rows = arena_array(arena, Milestone, form->count);
    for (size_t i = 0; i < form->count; i++)
        rows[i] = placed[i].milestone;
    form->rows = rows;
    return OK;
}

Err milestones_apply(Call *call, Cx *cx, struct Events *events)
{
    const ListForm *form = call->state;
    Item item;
    TRY(project_of(call, cx, &item));
    return milestone_set(cx, &item, form->version, form->rows, form->count, events);
}

/* ---- money ---- */

static void funding_row(Form *form, size_t i, const Funding *f)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    char point = lang == LANG_DE ? ',' : '.';
    form_row_begin(form, text_funding_number(arena, lang, (int64_t)i + 1));
    hidden_number(form, i, f->number);
    field(form, "giver", i, text_funding_giver(arena, lang), f->giver, S("text"));
    field(form, "programme", i, text_funding_programme(arena, lang), f->programme, S("text"));
    field(form, "amount", i, text_funding_amount_eur(arena, lang),
          f->number ? money_plain(arena, f->amount, point) : S(""), S("text"));
    field(form, "from", i, text_funding_from(arena, lang), f->from_day, S("date"));
    field(form, "until", i, text_funding_until(arena, lang), f->until_day, S("date"));
    form_row_end(form);
}

static void money_field(Form *form, Str name, Str label, Money given)
{
    Page *page = form->page;
    char point = page->lang == LANG_DE ? ',' : '.';
    form_text(form, name, label,
              (FormText){.given = money_plain(page->arena, given, point),
                         .hint = text_project_money_hint(page->arena, page->lang),
                         .optional = true});
}

static void put_money_fields(Form *form, const Project *p)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    money_field(form, S("investment"), text_project_investment_eur(arena, lang), p->investment);
    money_field(form, S("running"), text_project_running_eur(arena, lang), p->running);
    money_field(form, S("spent"), text_project_spent_eur(arena, lang), p->spent);
    form_text(form, S("lifetime"), text_project_lifetime_years(arena, lang),
              (FormText){.given = p->lifetime_years
                                      ? arena_fmt(arena, "%lld", (long long)p->lifetime_years)
                                      : S(""),
                         .type = S("number"),
                         .optional = true});
    form_heading(form, text_project_fundings(arena, lang), text_funding_form_note(arena, lang));
}

Err page_project_money(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Item item;
    Project project;
    Funding *list;
    size_t count;
    bool moved;
    (void)events;
    TRY(project_open_form(call, cx, &item, &page, &moved));
    if (moved)
        return OK;
    TRY(project_get(cx, item.id, &project));
    TRY(funding_list(cx, item.id, &list, &count));
    Str title = text_project_edit_money(page.arena, page.lang);
    project_put_form_head(&page, &item, title, S(""));
    form_begin(&form, &page, project_path(page.arena, &item, "geld"), item.version);
    put_money_fields(&form, &project);
    size_t rows = form_rows(&form, count, FUNDINGS_MAX);
    for (size_t i = 0; i < rows; i++)
        funding_row(&form, i, i < count ? &list[i] : &(Funding){.amount = MONEY_NONE});
    end_form(&form, &page, title);
    return OK;
}

typedef struct MoneyForm {
    int64_t version;
    ProjectMoney money;
} MoneyForm;

static Err decode_fundings(Call *call, MoneyForm *form)
{
    size_t sent = form_rows_sent(call, FUNDINGS_MAX);
    Funding *rows = arena_array(call->cx->arena, Funding, sent);
    for (size_t i = 0; i < sent; i++) {
        Str amount = form_row_value(call, "amount", i);
        Funding one = {.giver = form_row_value(call, "giver", i),
                       .programme = form_row_value(call, "programme", i),
                       .amount = money_typed(amount),
                       .from_day = form_row_value(call, "from", i),
                       .until_day = form_row_value(call, "until", i)};
        TRY(number_sent(call, i, &one.number));
        bool given =
            one.giver.n ||
            (!one.number && (one.programme.n || amount.n || one.from_day.n || one.until_day.n));
        if (given)
            rows[form->money.funding_count++] = one;
    }
    form->money.funding = rows;
    return OK;
}

Err project_money_decode(Call *call)
{
    MoneyForm *form = arena_new(call->cx->arena, MoneyForm);
    Str years = str_trim(call_form(call, S("lifetime")));
    TRY(form_i64(call, S("version"), 0, &form->version));
    form->money.investment = money_typed(call_form(call, S("investment")));
    form->money.running = money_typed(call_form(call, S("running")));
    form->money.spent = money_typed(call_form(call, S("spent")));
    if (years.n && !str_to_i64(years, &form->money.lifetime_years))
        form->money.lifetime_years = -1; /* the domain refuses it beside the other faults */
    TRY(decode_fundings(call, form));
    call->state = form;
    return OK;
}

Err project_money_apply(Call *call, Cx *cx, struct Events *events)
{
    const MoneyForm *form = call->state;
    Item item;
    TRY(project_of(call, cx, &item));
    return project_set_money(cx, &item, form->version, &form->money, events);
}

/* ---- risks ---- */

static void level_field(Form *form, const char *name, size_t i, Str label, int64_t given)
{
    Page *page = form->page;
    FormOption options[RISK_LEVEL_MAX];
    for (int64_t level = 1; level <= RISK_LEVEL_MAX; level++)
        options[level - 1] = (FormOption){arena_fmt(page->arena, "%lld", (long long)level),
                                          risk_level_word(page, level), level == given};
    form_select(form, form_row_name(page->arena, name, i), label, S(""), options, RISK_LEVEL_MAX);
}

static void risk_row(Form *form, size_t i, const Risk *r)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    FormOption states[RISK_STATE_COUNT_];
    for (int s = 0; s < RISK_STATE_COUNT_; s++)
        states[s] = (FormOption){risk_state_name((RiskState)s), risk_state_word(page, (RiskState)s),
                                 r->state == (RiskState)s};
    form_row_begin(form, text_risk_number(arena, lang, (int64_t)i + 1));
    hidden_number(form, i, r->number);
    field(form, "text", i, text_risk_one(arena, lang), r->text, S("text"));
    level_field(form, "level", i, text_risk_likelihood(arena, lang), r->likelihood);
    level_field(form, "impact", i, text_risk_impact(arena, lang), r->impact);
    field(form, "measure", i, text_risk_measure(arena, lang), r->measure, S("text"));
    field(form, "owner", i, text_risk_owner(arena, lang), r->owner, S("text"));
    form_select(form, form_row_name(arena, "state", i), text_risk_state(arena, lang), S(""), states,
                RISK_STATE_COUNT_);
    form_row_end(form);
}

Err page_project_risks(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Item item;
    Risk *list;
    size_t count;
    bool moved;
    (void)events;
    TRY(project_open_form(call, cx, &item, &page, &moved));
    if (moved)
        return OK;
    TRY(risk_list(cx, item.id, &list, &count));
    Str title = text_project_edit_risks(page.arena, page.lang);
    project_put_form_head(&page, &item, title, text_project_risks_note(page.arena, page.lang));
    put_intro(&page, text_risk_form_note(page.arena, page.lang));
    form_begin(&form, &page, project_path(page.arena, &item, "risiken"), item.version);
    size_t rows = form_rows(&form, count, RISKS_MAX);
    for (size_t i = 0; i < rows; i++)
        risk_row(&form, i, i < count ? &list[i] : &(Risk){.likelihood = 2, .impact = 2});
    end_form(&form, &page, title);
    return OK;
}

Err risks_decode(Call *call)
{
    ListForm *form;
    Arena *arena = call->cx->arena;
    TRY(begin_decode(call, &form));
    size_t sent = form_rows_sent(call, RISKS_MAX);
    Risk *rows = arena_array(arena, Risk, sent);
    for (size_t i = 0; i < sent; i++) {
        Risk one = {.text = form_row_value(call, "text", i),
                    .measure = form_row_value(call, "measure", i),
                    .owner = form_row_value(call, "owner", i)};
        TRY(number_sent(call, i, &one.number));
        TRY(form_i64(call, form_row_name(arena, "level", i), 0, &one.likelihood));
        TRY(form_i64(call, form_row_name(arena, "impact", i), 0, &one.impact));
        if (!risk_state_parse(form_row_value(call, "state", i), &one.state))
            return fail(call->cx, ERR_INVALID, "request.form", "the form names no state");
        if (one.text.n || (!one.number && (one.measure.n || one.owner.n)))
            rows[form->count++] = one;
    }
    form->rows = rows;
    return OK;
}

Err risks_apply(Call *call, Cx *cx, struct Events *events)
{
    const ListForm *form = call->state;
    Item item;
    TRY(project_of(call, cx, &item));
    return risk_set(cx, &item, form->version, form->rows, form->count, events);
}

/* ---- partners ---- */

static Err partner_row(Form *form, size_t i, const ProjectPartner *partner)
{
    Page *page = form->page;
    FormOption *options;
    size_t count;
    TRY(project_organisation_options(page, partner->organisation,
                                     text_project_choose_partner(page->arena, page->lang), &options,
                                     &count));
    form_row_begin(form, text_project_partner_number(page->arena, page->lang, (int64_t)i + 1));
    form_select(form, form_row_name(page->arena, "partners", i),
                text_project_partner(page->arena, page->lang), S(""), options, count);
    field(form, "role", i, text_project_partner_role(page->arena, page->lang), partner->role,
          S("text"));
    form_row_end(form);
    return OK;
}

Err page_project_partners(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Item item;
    ProjectPartner *list;
    size_t count;
    bool moved;
    (void)events;
    TRY(project_open_form(call, cx, &item, &page, &moved));
    if (moved)
        return OK;
    TRY(project_partners(cx, item.id, &list, &count));
    Str title = text_project_edit_partners(page.arena, page.lang);
    project_put_form_head(&page, &item, title, text_project_partners_note(page.arena, page.lang));
    form_begin(&form, &page, project_path(page.arena, &item, "partner"), item.version);
    size_t rows = form_rows(&form, count, ITEM_LINKS_MAX);
    for (size_t i = 0; i < rows; i++)
        TRY(partner_row(&form, i, i < count ? &list[i] : &(ProjectPartner){0}));
    end_form(&form, &page, title);
    return OK;
}

Err project_partners_decode(Call *call)
{
    ListForm *form;
    Arena *arena = call->cx->arena;
    TRY(begin_decode(call, &form));
    size_t sent = form_rows_sent(call, ITEM_LINKS_MAX);
    ProjectPartner *rows = arena_array(arena, ProjectPartner, sent);
    for (size_t i = 0; i < sent; i++) {
        ProjectPartner one = {.role = form_row_value(call, "role", i)};
        TRY(form_i64(call, form_row_name(arena, "partners", i), 0, &one.organisation.v));
        if (one.organisation.v)
            rows[form->count++] = one;
    }
    form->rows = rows;
    return OK;
}

Err project_partners_apply(Call *call, Cx *cx, struct Events *events)
{
    const ListForm *form = call->state;
    Item item;
    TRY(project_of(call, cx, &item));
    return project_set_partners(cx, &item, form->version, form->rows, form->count, events);
}

/* ---- references ---- */

static Str lines_of(Page *page, const Reference *list, size_t count, ReferenceKind kind)
{
    Buf out = buf_new(page->arena, 256 << 10);
    for (size_t i = 0; i < count; i++) {
        if (list[i].kind != kind)
            continue;
        buf_put(&out, list[i].target);
        if (list[i].title.n) {
            buf_char(&out, ' ');
            buf_put(&out, list[i].title);
        }
        buf_char(&out, '\n');
    }
    return buf_str(&out);
}

static void indicator_boxes(Form *form, const Reference *list, size_t count)
{
    Page *page = form->page;
    FormOption *options = arena_array(page->arena, FormOption, INDICATOR_COUNT);
    for (size_t i = 0; i < INDICATOR_COUNT; i++) {
        options[i] = (FormOption){INDICATORS[i].key, figure_name(page, &INDICATORS[i]).s, false};
        for (size_t k = 0; k < count; k++)
            options[i].chosen |=
                list[k].kind == REFERENCE_INDICATOR && str_eq(list[k].target, INDICATORS[i].key);
    }
    form_boxes(form, S("indicators"), text_project_indicators(page->arena, page->lang), S(""),
               options, INDICATOR_COUNT);
}

Err page_project_references(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Item item;
    Reference *list;
    size_t count;
    bool moved;
    (void)events;
    TRY(project_open_form(call, cx, &item, &page, &moved));
    if (moved)
        return OK;
    TRY(project_references(cx, item.id, &list, &count));
    Arena *arena = page.arena;
    Str title = text_project_edit_references(arena, page.lang);
    project_put_form_head(&page, &item, title, text_project_references_note(arena, page.lang));
    form_begin(&form, &page, project_path(arena, &item, "verweise"), item.version);
    indicator_boxes(&form, list, count);
    form_area(&form, S("entities"), text_project_things(arena, page.lang),
              (FormText){.given = lines_of(&page, list, count, REFERENCE_ENTITY),
                         .hint = text_project_things_hint(arena, page.lang),
                         .optional = true});
    form_area(&form, S("documents"), text_project_documents(arena, page.lang),
              (FormText){.given = lines_of(&page, list, count, REFERENCE_DOCUMENT),
                         .hint = text_project_documents_hint(arena, page.lang),
                         .optional = true});
    end_form(&form, &page, title);
    return OK;
}

typedef struct ReferencesForm {
    int64_t version;
    Reference *list;
    size_t count;
} ReferencesForm;

/* A line each: the address, a blank, and its title. */
static void decode_lines(ReferencesForm *form, size_t max, Str lines, ReferenceKind kind)
{
    while (lines.p && form->count < max) {
        Str title = str_trim(str_cut(&lines, '\n'));
        Str target = str_cut(&title, ' ');
        if (target.n)
            form->list[form->count++] = (Reference){kind, target, str_trim(title)};
    }
}

Err project_references_decode(Call *call)
{
    enum { MAX = PROJECT_REFERENCES_MAX * REFERENCE_KIND_COUNT_ + 1 };
    ReferencesForm *form = arena_new(call->cx->arena, ReferencesForm);
    Str rest = call_form_body(call), one;
    TRY(form_i64(call, S("version"), 0, &form->version));
    form->list = arena_array(call->cx->arena, Reference, MAX);
    while (form->count < MAX && call_form_next(call, S("indicators"), &rest, &one))
        form->list[form->count++] = (Reference){REFERENCE_INDICATOR, one, S("")};
    decode_lines(form, MAX, call_form(call, S("entities")), REFERENCE_ENTITY);
    decode_lines(form, MAX, call_form(call, S("documents")), REFERENCE_DOCUMENT);
    call->state = form;
    return OK;
}

Err project_references_apply(Call *call, Cx *cx, struct Events *events)
{
    const ReferencesForm *form = call->state;
    Item item;
    TRY(project_of(call, cx, &item));
    return project_set_references(cx, &item, form->version, form->list, form->count, events);
}
