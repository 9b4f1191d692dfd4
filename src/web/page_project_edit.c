/* The forms of a project, in the parts that people change together. */
#include "web/project_page.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/pages.h"

enum { ORGANISATIONS = 500 /* to choose from */ };

/* ---- the frame ---- */

/* Opens the page of a form of this project; *ret_moved: it was redirected, then return OK. */
Err project_open_form(Call *call, Cx *cx, Item *item, Page *page, bool *ret_moved)
{
    TRY(item_of_call(call, cx, NOUN_PROJECT, item, ret_moved));
    if (*ret_moved)
        return OK;
    TRY(project_require_edit(cx, item));
    page_open(call, MENU_PROJECTS, page);
    return OK;
}

void project_put_form_head(Page *page, const Item *item, Str title, Str lead)
{
    Buf crumbs = page_buf(page->arena);
    HtmlCrumbsLinks links[2] = {
        html_crumbs_links(url_page(page->arena, page->lang, S("/projekte")),
                          text_of(text_projects_title(page->arena, page->lang))),
        html_crumbs_links(item ? project_url(page, item) : URL_NONE_GIVEN,
                          text_of(item ? item->text.title : S("")))};
    html_crumbs(&crumbs, page->lang, links, item ? 2 : 1, text_of(title));
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               HTML_NONE);
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

void project_close_form(Page *page, Str title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

/* ---- facts ---- */

static Err put_goals(Form *form, const Item *item)
{
    Page *page = form->page;
    Item *all, *own = NULL;
    size_t count, own_count = 0;
    ItemQuery goals = {.noun = NOUN_GOAL, .order = ITEM_TITLE, .limit = 200};
    TRY(item_list(page->cx, &goals, &all, &count, NULL));
    if (item->id.v) {
        ItemQuery mine = {.noun = NOUN_GOAL,
                          .linked = item->id,
                          .linked_kind = S("serves"),
                          .limit = PROJECT_GOALS_MAX};
        TRY(item_list(page->cx, &mine, &own, &own_count, NULL));
    }
    if (!count)
        return OK;
    FormOption *options = arena_array(page->arena, FormOption, count);
    for (size_t i = 0; i < count; i++) {
        options[i] = (FormOption){arena_fmt(page->arena, "%lld", (long long)all[i].id.v),
                                  all[i].text.title, false};
        for (size_t k = 0; k < own_count; k++)
            options[i].chosen |= own[k].id.v == all[i].id.v;
    }
    form_boxes(form, S("goals"), text_project_goals(page->arena, page->lang),
               text_project_goals_hint(page->arena, page->lang), options, count);
    return OK;
}

Err project_organisation_options(Page *page, ItemId chosen, Str none, FormOption **ret,
                                 size_t *ret_count)
{
    Item *list;
    size_t count, found = 0;
    ItemQuery query = {.noun = NOUN_ORGANISATION,
                       .state = S("accepted"),
                       .order = ITEM_TITLE,
                       .limit = ORGANISATIONS};
    TRY(item_list(page->cx, &query, &list, &count, NULL));
    FormOption *options = arena_array(page->arena, FormOption, count + 1);
    options[found++] = (FormOption){S("0"), none, !chosen.v};
    for (size_t i = 0; i < count; i++)
        options[found++] = (FormOption){arena_fmt(page->arena, "%lld", (long long)list[i].id.v),
                                        list[i].text.title, list[i].id.v == chosen.v};
    *ret = options;
    *ret_count = found;
    return OK;
}

static Err put_organisation(Form *form, const Item *item)
{
    Page *page = form->page;
    FormOption *options;
    size_t count;
    TRY(project_organisation_options(page, item->organisation,
                                     text_project_no_organisation(page->arena, page->lang),
                                     &options, &count));
    form_select(form, S("organisation"), text_project_leads(page->arena, page->lang),
                text_project_leads_hint(page->arena, page->lang), options, count);
    return OK;
}

static Str districts_text(Page *page, const Item *item)
{
    Str *list;
    size_t count;
    Buf out = buf_new(page->arena, 16 << 10);
    if (!item->id.v || project_districts(page->cx, item->id, &list, &count) != OK)
        return S("");
    for (size_t i = 0; i < count; i++) {
        buf_put(&out, i ? S(", ") : S(""));
        buf_put(&out, list[i]);
    }
    return buf_str(&out);
}

static Err put_facts(Form *form, const Item *item, const Project *project)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    TRY(item_put_fields(form, item));
    TRY(put_goals(form, item));
    TRY(put_organisation(form, item));
    form_text(form, S("start"), text_project_start(arena, lang),
              (FormText){.given = project->start_day, .type = S("date"), .optional = true});
    form_text(form, S("end"), text_project_end(arena, lang),
              (FormText){.given = project->end_day, .type = S("date"), .optional = true});
    form_text(form, S("districts"), text_project_districts(arena, lang),
              (FormText){.given = districts_text(page, item),
                         .hint = text_project_districts_hint(arena, lang),
                         .optional = true});
    return OK;
}

Err page_project_new(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Item item = {0};
    Project project = {0};
    (void)cx, (void)events;
    page_open(call, MENU_PROJECTS, &page);
    Str title = text_project_new(page.arena, page.lang);
    project_put_form_head(&page, NULL, title, text_project_new_lead(page.arena, page.lang));
    form_begin(&form, &page, S("/projekte/neu"), 0);
    TRY(put_facts(&form, &item, &project));
    form_submit(&form, text_project_propose(page.arena, page.lang));
    form_end(&form);
    project_close_form(&page, title);
    return OK;
}

Err page_project_edit(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Item item;
    Project project;
    bool moved;
    (void)events;
    TRY(project_open_form(call, cx, &item, &page, &moved));
    if (moved)
        return OK;
    TRY(project_get(cx, item.id, &project));
    Str title = text_project_edit_facts(page.arena, page.lang);
    project_put_form_head(&page, &item, title, S(""));
    form_begin(&form, &page, project_path(page.arena, &item, "bearbeiten"), item.version);
    TRY(put_facts(&form, &item, &project));
    form_submit(&form, text_item_save(page.arena, page.lang));
    form_end(&form);
    project_close_form(&page, title);
    return OK;
}

typedef struct FactsForm {
    ProjectDraft draft;
    int64_t version;
} FactsForm;

static Err decode_goals(Call *call, ProjectDraft *draft)
{
    Str rest = call_form_body(call), one;
    ItemId *goals = arena_array(call->cx->arena, ItemId, PROJECT_GOALS_MAX + 1);
    while (draft->goal_count <= PROJECT_GOALS_MAX && call_form_next(call, S("goals"), &rest, &one))
        if (!str_to_i64(one, &goals[draft->goal_count++].v))
            return fail(call->cx, ERR_INVALID, "request.form", "the form names no goal");
    draft->goals = goals;
    return OK;
}

static void decode_districts(Call *call, ProjectDraft *draft)
{
    Str rest = call_form(call, S("districts"));
    Str *list = arena_array(call->cx->arena, Str, PROJECT_DISTRICTS_MAX + 1);
    while (rest.p && draft->district_count <= PROJECT_DISTRICTS_MAX) {
        Str one = str_trim(str_cut(&rest, ','));
        if (one.n)
            list[draft->district_count++] = one;
    }
    draft->districts = list;
}

Err project_decode(Call *call)
{
    FactsForm *form = arena_new(call->cx->arena, FactsForm);
    TRY(form_i64(call, S("version"), 0, &form->version));
    TRY(item_decode_fields(call, &form->draft.item));
    TRY(form_i64(call, S("organisation"), 0, &form->draft.item.organisation.v));
    TRY(decode_goals(call, &form->draft));
    decode_districts(call, &form->draft);
    form->draft.start_day = call_form(call, S("start"));
    form->draft.end_day = call_form(call, S("end"));
    call->state = form;
    return OK;
}

Err project_new_apply(Call *call, Cx *cx, struct Events *events)
{
    FactsForm *form = call->state;
    Item item;
    ItemId id;
    form->draft.item.body = (ItemId){0};
    TRY(project_add(cx, &form->draft, events, &id));
    TRY(item_get_by_id(cx, id, &item));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

Err project_edit_apply(Call *call, Cx *cx, struct Events *events)
{
    FactsForm *form = call->state;
    Item item;
    TRY(item_get(cx, NOUN_PROJECT, call->params[0], &item));
    form->draft.item.body = item.body; /* it moves by other ways */
    TRY(project_change(cx, &item, form->version, &form->draft, events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}
