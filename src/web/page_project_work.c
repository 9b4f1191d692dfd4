/* What is done on a project with one form: its light, its result, taking part, its people. */
#include "web/project_page.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/pages.h"

static Err project_of(Call *call, Cx *cx, Item *ret)
{
    TRY(item_get(cx, NOUN_PROJECT, call->params[0], ret));
    call->location = page_path(call, item_path(cx->arena, ret));
    return OK;
}

/* ---- the light ---- */

void project_put_light_fields(Form *form, const ProjectLight *light)
{
    Page *page = form->page;
    FormOption options[LIGHT_COUNT_];
    size_t count = 0;
    for (int l = LIGHT_GREEN; l < LIGHT_COUNT_; l++)
        options[count++] = (FormOption){light_name((Light)l), light_word(page, (Light)l),
                                        light->light == (Light)l};
    form_radio(form, S("light"), text_project_light_now(page->arena, page->lang), S(""), options,
               count);
    form_area(form, S("reason"), text_project_light_reason(page->arena, page->lang),
              (FormText){.given = light->reason,
                         .hint = text_project_light_hint(page->arena, page->lang),
                         .optional = true});
}

void project_put_light_form(Page *page, const Item *item, const ProjectLight *light)
{
    Form form;
    form_begin(&form, page, project_path(page->arena, item, "ampel"), 0);
    project_put_light_fields(&form, light);
    form_submit(&form, text_project_light_save(page->arena, page->lang));
    form_end(&form);
}

Err page_project_light(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    Project project;
    bool moved;
    (void)events;
    TRY(project_open_form(call, cx, &item, &page, &moved));
    if (moved)
        return OK;
    TRY(project_get(cx, item.id, &project));
    Str title = text_project_light_set(page.arena, page.lang);
    project_put_form_head(&page, &item, title, S(""));
    project_put_light_form(&page, &item, &project.light);
    project_close_form(&page, title);
    return OK;
}

Err project_light_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    Light light = LIGHT_NONE;
    TRY(project_of(call, cx, &item));
    if (!light_parse(call_form(call, S("light")), &light))
        return fail(cx, ERR_INVALID, "project.light", "the form names no light");
    return project_set_light(cx, &item, light, call_form(call, S("reason")), events);
}

/* ---- the result ---- */

Err page_project_result(Call *call, Cx *cx, struct Events *events)
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
    Str title = text_project_edit_result(page.arena, page.lang);
    project_put_form_head(&page, &item, title, text_project_result_note(page.arena, page.lang));
    form_begin(&form, &page, project_path(page.arena, &item, "ergebnis"), item.version);
    form_area(
        &form, S("result"), text_project_result(page.arena, page.lang),
        (FormText){.given = project.result, .hint = text_item_body_hint(page.arena, page.lang)});
    form_submit(&form, text_item_save(page.arena, page.lang));
    form_end(&form);
    project_close_form(&page, title);
    return OK;
}

Err project_result_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    int64_t version;
    TRY(form_i64(call, S("version"), 0, &version));
    TRY(project_of(call, cx, &item));
    return project_set_result(cx, &item, version, call_form(call, S("result")), events);
}

/* ---- taking part ---- */

Err page_project_join(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Item item;
    bool moved;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_PROJECT, &item, &moved));
    if (moved)
        return OK;
    page_open(call, MENU_PROJECTS, &page);
    Str title = text_project_join(page.arena, page.lang);
    project_put_form_head(&page, &item, title, text_project_join_note(page.arena, page.lang));
    form_begin(&form, &page, project_path(page.arena, &item, "mitarbeiten"), 0);
    form_text(&form, S("title"), text_project_join_as(page.arena, page.lang),
              (FormText){.hint = text_project_join_hint(page.arena, page.lang), .optional = true});
    form_submit(&form, text_project_join_ask(page.arena, page.lang));
    form_end(&form);
    project_close_form(&page, title);
    return OK;
}

Err project_join_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    TRY(project_of(call, cx, &item));
    return project_ask(cx, &item, str_trim(call_form(call, S("title"))), events);
}

/* ---- its people ---- */

static void pair_button(Page *page, const Item *item, const Relation *one, Str does, Str label)
{
    FormPair pairs[2] = {{S("relation"), arena_fmt(page->arena, "%lld", (long long)one->id)},
                         {S("do"), does}};
    form_button(page, &page->body, project_path(page->arena, item, "menschen"), label,
                TEXT("secondary"), ICON_NONE, pairs, 2);
}

static void put_choices(Page *page, const Item *item, const Relation *one)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    if (one->state == RELATION_ASKED)
        pair_button(page, item, one, S("in"), text_project_take_in(arena, lang));
    if (one->state == RELATION_ACTIVE && one->role == RELATION_MEMBER)
        pair_button(page, item, one, S("lead"), text_project_make_lead(arena, lang));
    if (one->state == RELATION_ACTIVE && one->role == RELATION_LEAD)
        pair_button(page, item, one, S("member"), text_project_make_member(arena, lang));
    pair_button(page, item, one, S("out"),
                one->state == RELATION_ASKED ? text_project_turn_away(arena, lang)
                                             : text_project_end_member(arena, lang));
}

static void put_person(Page *page, const Item *item, const Relation *one)
{
    Arena *arena = page->arena;
    Str words, role = one->state == RELATION_ACTIVE ? relation_role_name(one->role)
                                                    : relation_state_name(one->state);
    bool known = text_find(page->lang, arena_fmt(arena, "project.person.%.*s", SARG(role)), &words);
    buf_put(&page->body, S("<li><span><strong>"));
    html_put_text(&page->body, text_of(person_words(page, one->person_name)));
    buf_put(&page->body, S("</strong><br><span class=\"h-quiet\">"));
    html_put_text(&page->body, text_of(known ? words : role));
    if (one->title.n) {
        buf_put(&page->body, S(" · "));
        html_put_text(&page->body, text_of(one->title));
    }
    buf_put(&page->body, S("</span></span><div class=\"h-actions\">"));
    put_choices(page, item, one);
    buf_put(&page->body, S("</div></li>"));
}

typedef struct Candidates {
    FormOption *options;
    size_t count, room;
} Candidates;

static bool is_there(const Relation *people, size_t count, PersonId person)
{
    for (size_t i = 0; i < count; i++)
        if (people[i].person.v == person.v)
            return true;
    return false;
}

/* The active people of one item, with the item that sends them: "7/3" is person 7 through 3. */
static Err add_candidates(Page *page, ItemId of, const Relation *there, size_t there_count,
                          Candidates *c)
{
    Relation *list;
    size_t count;
    TRY(relation_list(page->cx, of, false, &list, &count));
    for (size_t i = 0; i < count && c->count < c->room; i++) {
        if (list[i].state != RELATION_ACTIVE || !list[i].person_name.n ||
            is_there(there, there_count, list[i].person))
            continue;
        c->options[c->count++] = (FormOption){
            arena_fmt(page->arena, "%lld/%lld", (long long)list[i].person.v, (long long)of.v),
            list[i].person_name, false};
    }
    return OK;
}

enum { CANDIDATES_MAX = 500 };

/* Those who belong to its organisations and to its body: nobody is found by a mail address. */
static Err read_candidates(Page *page, const Item *item, const Relation *people, size_t count,
                           Candidates *c)
{
    ProjectPartner *partners;
    size_t partner_count;
    c->room = CANDIDATES_MAX;
    c->options = arena_array(page->arena, FormOption, CANDIDATES_MAX);
    if (item->organisation.v)
        TRY(add_candidates(page, item->organisation, people, count, c));
    if (item->body.v)
        TRY(add_candidates(page, item->body, people, count, c));
    TRY(project_partners(page->cx, item->id, &partners, &partner_count));
    for (size_t i = 0; i < partner_count; i++)
        TRY(add_candidates(page, partners[i].organisation, people, count, c));
    return OK;
}

static void put_invitation(Page *page, const Item *item, const Candidates *c)
{
    Form form;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    FormOption roles[2] = {{S("member"), text_project_person_member(arena, lang), true},
                           {S("lead"), text_project_person_lead(arena, lang), false}};
    page_open_block(page, "einladen", text_project_invite(arena, lang));
    if (!c->count) {
        page_put_paragraph(page, "h-quiet", text_project_invite_nobody(arena, lang));
    } else {
        form_begin(&form, page, project_path(arena, item, "menschen"), 0);
        form_hidden(&form, S("do"), S("invite"));
        form_select(&form, S("person"), text_project_invite_whom(arena, lang),
                    text_project_invite_hint(arena, lang), c->options, c->count);
        form_radio(&form, S("role"), text_project_invite_as(arena, lang), S(""), roles, 2);
        form_submit(&form, text_project_invite(arena, lang));
        form_end(&form);
    }
    page_close_block(page);
}

Err page_project_people(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    Relation *people;
    size_t count;
    Candidates candidates = {0};
    bool moved;
    (void)events;
    TRY(project_open_form(call, cx, &item, &page, &moved));
    if (moved)
        return OK;
    TRY(relation_list(cx, item.id, false, &people, &count));
    TRY(read_candidates(&page, &item, people, count, &candidates));
    Str title = text_project_edit_people(page.arena, page.lang);
    project_put_form_head(&page, &item, title, S(""));
    if (call->fault)
        html_alert(&page.body, page.lang, TEXT("alarm"), ICON_ALARM,
                   text_of(fault_words(&page, call->fault->key, call->fault->detail)), HTML_NONE,
                   flag_of(true));
    buf_put(&page.body, S("<ul class=\"h-rows\">"));
    for (size_t i = 0; i < count; i++)
        put_person(&page, &item, &people[i]);
    buf_put(&page.body, S("</ul>"));
    put_invitation(&page, &item, &candidates);
    project_close_form(&page, title);
    return OK;
}

typedef struct PeopleForm {
    Str does;
    int64_t relation;
    PersonId person;
    ItemId through;
    RelationRole role;
} PeopleForm;

Err project_people_decode(Call *call)
{
    PeopleForm *form = arena_new(call->cx->arena, PeopleForm);
    Str person = call_form(call, S("person")), role = call_form(call, S("role"));
    form->does = call_form(call, S("do"));
    TRY(form_i64(call, S("relation"), 0, &form->relation));
    form->role = RELATION_MEMBER;
    if (role.n && !relation_role_parse(role, &form->role))
        return fail(call->cx, ERR_INVALID, "request.form", "the form names no role");
    if (person.n) {
        Str id = str_cut(&person, '/');
        if (!str_to_i64(id, &form->person.v) || !str_to_i64(person, &form->through.v))
            return fail(call->cx, ERR_INVALID, "request.form", "the form names no person");
    }
    call->state = form;
    return OK;
}

Err project_people_apply(Call *call, Cx *cx, struct Events *events)
{
    const PeopleForm *form = call->state;
    Item item;
    TRY(project_of(call, cx, &item));
    if (str_eq(form->does, S("invite")))
        return project_invite(cx, &item, form->person, form->role, form->through, events);
    if (str_eq(form->does, S("lead")))
        return project_set_role(cx, &item, form->relation, RELATION_LEAD, events);
    if (str_eq(form->does, S("member")))
        return project_set_role(cx, &item, form->relation, RELATION_MEMBER, events);
    return project_decide(cx, &item, form->relation, str_eq(form->does, S("in")), events);
}
