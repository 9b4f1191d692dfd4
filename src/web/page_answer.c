/* What is done with an idea: support, the official answer, whom it is assigned to, its project. */
#include "web/idea_page.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/markdown.h"
#include "web/pages.h"

enum { CHOICE_MAX = 300 /* bodies and organisations of one list */ };

static Err idea_of_call(Call *call, Cx *cx, Item *ret)
{
    return item_get(cx, NOUN_IDEA, call->params[0], ret);
}

static void back_to(Call *call, const Item *item)
{
    call->location = page_path(call, item_path(call->cx->arena, item));
}

/* ---- support ---- */

Err idea_put_support_button(Page *page, Buf *out, const Item *item)
{
    SupportOwn own;
    TRY(support_own(page->cx, item, &own));
    if (!own.may)
        return OK;
    FormPair pair = {S("set"), own.supports ? S("0") : S("1")};
    form_button(page, out, idea_subpath(page->arena, item, "unterstuetzen"),
                own.supports ? text_support_take_back(page->arena, page->lang)
                             : text_support_give(page->arena, page->lang),
                own.supports ? TEXT("secondary") : TEXT("primary"),
                own.supports ? ICON_OK : ICON_NONE, &pair, 1);
    return OK;
}

static void put_organisation_button(Page *page, const Item *item, const Supporter *one)
{
    Arena *arena = page->arena;
    const FormPair pairs[] = {
        {S("organisation"), arena_fmt(arena, "%lld", (long long)one->organisation.v)},
        {S("set"), one->supports ? S("0") : S("1")}};
    buf_put(&page->body, S("<p>"));
    html_put_text(&page->body,
                  text_of(one->supports
                              ? text_support_organisation_does(arena, page->lang, one->title)
                              : text_support_organisation_not(arena, page->lang, one->title)));
    buf_put(&page->body, S("</p><div class=\"h-actions\">"));
    form_button(page, &page->body, idea_subpath(arena, item, "unterstuetzen"),
                one->supports ? text_support_take_back(arena, page->lang)
                              : text_support_give_for(arena, page->lang, one->title),
                TEXT("secondary"), ICON_NONE, pairs, COUNT_OF(pairs));
    buf_put(&page->body, S("</div>"));
}

Err page_idea_support(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    SupportOwn own;
    SupportCount count;
    (void)events;
    TRY(idea_of_call(call, cx, &item));
    TRY(support_own(cx, &item, &own));
    TRY(support_count(cx, item.id, &count));
    Str title = text_support_title(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, S(""), &page);
    if (call->fault)
        html_alert(&page.body, page.lang, TEXT("warning"), ICON_WARNING,
                   text_of(fault_words(&page, call->fault->key, call->fault->detail)), HTML_NONE,
                   flag_of(true));
    Str words = idea_support_words(&page, count);
    buf_put(&page.body, S("<p>"));
    html_put_text(&page.body, text_of(words.n ? words : text_support_none(page.arena, page.lang)));
    buf_put(&page.body, S("</p><div class=\"h-actions\">"));
    TRY(idea_put_support_button(&page, &page.body, &item));
    buf_put(&page.body, S("</div>"));
    for (size_t i = 0; i < own.organisation_count; i++)
        put_organisation_button(&page, &item, &own.organisations[i]);
    item_subpage_close(&page, title);
    return OK;
}

Err idea_support_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    ItemId organisation;
    int64_t set;
    (void)events;
    TRY(form_i64(call, S("organisation"), 0, &organisation.v));
    TRY(form_i64(call, S("set"), 1, &set));
    TRY(idea_of_call(call, cx, &item));
    TRY(support_set(cx, &item, organisation, set != 0));
    back_to(call, &item);
    return OK;
}

/* ---- the official answer ---- */

Err idea_put_answer(Page *page, const Answer *answer)
{
    const AnswerDraft *draft = &answer->draft;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Html words;
    TRY(markdown_html(page->cx, draft->body, 3, &words));
    Buf body = page_buf(arena);
    buf_put(&body, S("<div class=\"h-prose\""));
    if (answer->lang != lang)
        buf_fmt(&body, " lang=\"%s\"", answer->lang == LANG_DE ? "de" : "en");
    buf_put(&body, S(">"));
    html_put_html(&body, words);
    buf_put(&body, S("</div><dl class=\"h-facts\">"));
    const struct {
        Str label, value;
    } ROWS[] = {
        {text_answer_by(arena, lang),
         answer->by_title.n ? answer->by_title : text_post_voice_office(arena, lang)},
        {text_answer_cost_short(arena, lang),
         money_known(draft->cost)
             ? text_contribution_money(arena, lang,
                                       format_number(arena, lang, (double)draft->cost.cent / 100,
                                                     draft->cost.cent % 100 ? 2 : 0))
             : S("")},
        {text_answer_period(arena, lang), draft->period},
        {text_answer_date(arena, lang),
         answer->published_us ? format_date(arena, lang, page->frame->zone, answer->published_us)
                              : S("")}};
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        if (!ROWS[i].value.n)
            continue;
        buf_put(&body, S("<div><dt>"));
        html_put_text(&body, text_of(ROWS[i].label));
        buf_put(&body, S("</dt><dd>"));
        html_put_text(&body, text_of(ROWS[i].value));
        buf_put(&body, S("</dd></div>"));
    }
    buf_put(&body, S("</dl>"));
    html_alert(&page->body, lang, draft->accepts ? TEXT("ok") : TEXT("info"),
               draft->accepts ? ICON_OK : ICON_INFO,
               text_of(draft->accepts ? text_answer_accepted(arena, lang)
                                      : text_answer_rejected(arena, lang)),
               html_of(&body), flag_of(false));
    return OK;
}

/* The office, and every body and organisation that answers for it. */
static Err put_by(Form *form, ItemId chosen)
{
    Page *page = form->page;
    FormOption *options = arena_array(page->arena, FormOption, 2 * CHOICE_MAX + 1);
    size_t n = 0;
    options[n++] = (FormOption){S("0"), text_post_voice_office(page->arena, page->lang), !chosen.v};
    static const Noun NOUNS[] = {NOUN_BODY, NOUN_ORGANISATION};
    for (size_t k = 0; k < COUNT_OF(NOUNS); k++) {
        Item *items;
        size_t count;
        ItemQuery query = {.noun = NOUNS[k],
                           .state = NOUNS[k] == NOUN_BODY ? S("active") : S("accepted"),
                           .order = ITEM_TITLE,
                           .limit = CHOICE_MAX};
        TRY(item_list(page->cx, &query, &items, &count, NULL));
        for (size_t i = 0; i < count; i++)
            options[n++] = (FormOption){arena_fmt(page->arena, "%lld", (long long)items[i].id.v),
                                        items[i].text.title, items[i].id.v == chosen.v};
    }
    form_select(form, S("by"), text_answer_by(page->arena, page->lang), S(""), options, n);
    return OK;
}

static Err put_answer_form(Page *page, const Item *item, const Answer *answer)
{
    Form form;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    const AnswerDraft *draft = &answer->draft;
    bool known = answer->id != 0;
    const FormOption decisions[] = {
        {S("1"), text_answer_accept(arena, lang), known && draft->accepts},
        {S("0"), text_answer_reject(arena, lang), known && !draft->accepts}};
    form_begin(&form, page, idea_subpath(arena, item, "antwort"), answer->version);
    form_radio(&form, S("accepts"), text_answer_decision(arena, lang), S(""), decisions,
               COUNT_OF(decisions));
    form_area(&form, S("body"), text_answer_body(arena, lang),
              (FormText){.given = draft->body, .hint = text_answer_body_hint(arena, lang)});
    form_text(&form, S("cost"), text_answer_cost(arena, lang),
              (FormText){.given = known
                                      ? money_plain(arena, draft->cost, lang == LANG_DE ? ',' : '.')
                                      : S(""),
                         .hint = text_answer_cost_hint(arena, lang),
                         .optional = true});
    form_text(&form, S("period"), text_answer_period(arena, lang),
              (FormText){.given = draft->period,
                         .hint = text_answer_period_hint(arena, lang),
                         .optional = true});
    TRY(put_by(&form, draft->by));
    form_submit(&form, text_answer_preview(arena, lang));
    form_end(&form);
    return OK;
}

Err page_answer(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    Answer answer;
    (void)events;
    TRY(idea_of_call(call, cx, &item));
    TRY(answer_prepared(cx, &item, &answer));
    Str title = text_answer_way(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, text_answer_lead(cx->arena, cx->actor->lang), &page);
    TRY(put_answer_form(&page, &item, &answer));
    item_subpage_close(&page, title);
    return OK;
}

Err answer_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    int64_t version;
    Str accepts = call_form(call, S("accepts"));
    (void)events;
    AnswerDraft draft = {.accepts = str_eq(accepts, S("1")),
                         .body = call_form(call, S("body")),
                         .cost = money_typed(call_form(call, S("cost"))),
                         .period = call_form(call, S("period"))};
    TRY(form_i64(call, S("version"), 0, &version));
    TRY(form_i64(call, S("by"), 0, &draft.by.v));
    TRY(idea_of_call(call, cx, &item));
    if (!accepts.n)
        flaw(cx, "answer.accepts", "taken up, or not?");
    TRY(answer_prepare(cx, &item, version, &draft));
    call->location = page_path(call, idea_subpath(cx->arena, &item, "antwort/vorschau"));
    return OK;
}

static void put_publish(Page *page, const Item *item, const Answer *answer)
{
    Arena *arena = page->arena;
    Str path = idea_subpath(arena, item, "antwort/vorschau");
    const FormPair pairs[] = {{S("version"), arena_fmt(arena, "%lld", (long long)answer->version)}};
    const FormPair discard[] = {{S("discard"), S("1")}};
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    form_button(page, &page->body, path, text_answer_publish(arena, page->lang), TEXT("primary"),
                ICON_NONE, pairs, COUNT_OF(pairs));
    html_link_button(&page->body, page->lang,
                     url_page(arena, page->lang, idea_subpath(arena, item, "antwort")),
                     text_of(text_item_edit(arena, page->lang)), TEXT("secondary"), ICON_NONE);
    form_button(page, &page->body, path, text_answer_discard(arena, page->lang), TEXT("tertiary"),
                ICON_NONE, discard, COUNT_OF(discard));
    buf_put(&page->body, S("</div>"));
}

Err page_answer_preview(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    Answer answer;
    (void)events;
    TRY(idea_of_call(call, cx, &item));
    TRY(answer_prepared(cx, &item, &answer));
    if (!answer.id) {
        page_redirect(call, page_path(call, idea_subpath(cx->arena, &item, "antwort")));
        return OK;
    }
    Str title = text_answer_preview_title(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, text_answer_preview_lead(cx->arena, cx->actor->lang),
                      &page);
    if (call->fault)
        html_alert(&page.body, page.lang, TEXT("warning"), ICON_WARNING,
                   text_of(fault_words(&page, call->fault->key, call->fault->detail)), HTML_NONE,
                   flag_of(true));
    TRY(idea_put_answer(&page, &answer));
    buf_put(&page.body, S("<p>"));
    html_put_text(&page.body, text_of(text_answer_prepared_by(
                                  page.arena, page.lang, person_words(&page, answer.prepared_name),
                                  format_moment(page.arena, page.lang, page.frame->zone,
                                                answer.prepared_us, page.now_us))));
    buf_put(&page.body, S("</p>"));
    put_publish(&page, &item, &answer);
    item_subpage_close(&page, title);
    return OK;
}

Err answer_publish_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    int64_t version;
    TRY(form_i64(call, S("version"), 0, &version));
    TRY(idea_of_call(call, cx, &item));
    if (call_form(call, S("discard")).n)
        TRY(answer_discard(cx, &item));
    else
        TRY(answer_publish(cx, &item, version, events));
    back_to(call, &item);
    return OK;
}

/* ---- whose matter it is ---- */

Err page_idea_assign(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item, *bodies;
    Form form;
    size_t count;
    (void)events;
    TRY(idea_of_call(call, cx, &item));
    ItemQuery query = {
        .noun = NOUN_BODY, .state = S("active"), .order = ITEM_TITLE, .limit = CHOICE_MAX};
    TRY(item_list(cx, &query, &bodies, &count, NULL));
    FormOption *options = arena_array(cx->arena, FormOption, count + 1);
    options[0] =
        (FormOption){S("0"), text_post_voice_office(cx->arena, cx->actor->lang), !item.body.v};
    for (size_t i = 0; i < count; i++)
        options[i + 1] = (FormOption){arena_fmt(cx->arena, "%lld", (long long)bodies[i].id.v),
                                      bodies[i].text.title, bodies[i].id.v == item.body.v};
    Str title = text_idea_assign(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, text_idea_assign_lead(cx->arena, cx->actor->lang), &page);
    form_begin(&form, &page, idea_subpath(page.arena, &item, "zuweisen"), 0);
    form_select(&form, S("body"), text_idea_body(page.arena, page.lang), S(""), options, count + 1);
    form_submit(&form, text_item_save(page.arena, page.lang));
    form_end(&form);
    item_subpage_close(&page, title);
    return OK;
}

Err idea_assign_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    ItemId body;
    TRY(form_i64(call, S("body"), 0, &body.v));
    TRY(idea_of_call(call, cx, &item));
    TRY(idea_assign(cx, &item, body, events));
    back_to(call, &item);
    return OK;
}

/* ---- into a project ---- */

Err page_idea_project(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    Form form;
    uint32_t stand;
    (void)events;
    TRY(idea_of_call(call, cx, &item));
    TRY(item_stand(cx, &item, &stand));
    if (!call->fault && !idea_may_become_project(&item, stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, &item)));
        return OK;
    }
    Str title = text_idea_make_project(cx->arena, cx->actor->lang);
    item_subpage_open(call, &item, title, text_idea_project_lead(cx->arena, cx->actor->lang),
                      &page);
    form_begin(&form, &page, idea_subpath(page.arena, &item, "projekt"), 0);
    form_submit(&form, title);
    form_end(&form);
    item_subpage_close(&page, title);
    return OK;
}

Err idea_project_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item, project;
    ItemId id;
    TRY(idea_of_call(call, cx, &item));
    TRY(idea_become_project(cx, &item, events, &id));
    TRY(item_get_by_id(cx, id, &project));
    back_to(call, &project);
    return OK;
}

/* ---- on whose behalf one writes ---- */

Err idea_organisation_options(Page *page, FormOption **ret, size_t *ret_count)
{
    Relation *list;
    size_t count, n = 0;
    TRY(relation_of_person(page->cx, page->cx->actor->person, &list, &count));
    *ret = arena_array(page->arena, FormOption, count + 1);
    (*ret)[n++] = (FormOption){S("0"), text_idea_for_myself(page->arena, page->lang), true};
    for (size_t i = 0; i < count; i++)
        if (list[i].item_noun == NOUN_ORGANISATION && list[i].state == RELATION_ACTIVE)
            (*ret)[n++] = (FormOption){arena_fmt(page->arena, "%lld", (long long)list[i].item.v),
                                       list[i].item_title, false};
    *ret_count = n;
    return OK;
}
