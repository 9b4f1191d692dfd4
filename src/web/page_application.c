/* "Become a partner": the form without an account, its confirmation, and what the office sees. */
#include "web/account_page.h"
#include "web/partner_page.h"

#include "base/str.h"
#include "core/auth.h"
#include "people/application.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/guard.h"
#include "web/markdown.h"
#include "web/pages.h"

/* A page of its own that says one thing; actions may be empty. */
static void say(Call *call, Text title, Str lead, bool mailed)
{
    Page page;
    page_open(call, MENU_PARTNERS, &page);
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(page.arena, page.lang, S("/partner")),
                                             text_of(text_partners_title(page.arena, page.lang)));
    html_crumbs(&crumbs, page.lang, &link, 1, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title, text_of(lead), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    if (mailed)
        account_put_demo_note(&page);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
}

/* ---- the form ---- */

static void put_organisation_part(Form *form)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    FormOption kinds[ORGANISATION_KIND_COUNT_ + 1];
    form_heading(form, text_apply_part_organisation(arena, lang), S(""));
    form_hidden(form, S("lang"), lang_code(lang));
    form_text(form, S("title"), text_organisation_name(arena, lang),
              (FormText){.autocomplete = S("organization")});
    form_select(form, S("kind"), text_organisation_kind(arena, lang), S(""), kinds,
                partner_kind_options(page, ORGANISATION_KIND_NONE, kinds));
    form_area(form, S("lead"), text_organisation_lead(arena, lang),
              (FormText){.hint = text_apply_lead_hint(arena, lang), .optional = true});
    form_text(form, S("website"), text_organisation_website(arena, lang),
              (FormText){.optional = true, .autocomplete = S("url")});
    form_text(form, S("register"), text_organisation_register(arena, lang),
              (FormText){.hint = text_apply_register_hint(arena, lang), .optional = true});
    form_text(form, S("street"), text_organisation_street(arena, lang),
              (FormText){.optional = true, .autocomplete = S("address-line1")});
    form_text(form, S("postcode"), text_organisation_postcode(arena, lang),
              (FormText){.optional = true, .autocomplete = S("postal-code")});
    form_text(form, S("town"), text_organisation_town(arena, lang),
              (FormText){.optional = true, .autocomplete = S("address-level2")});
}

static Err put_work_part(Form *form)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    form_heading(form, text_apply_part_work(arena, lang), S(""));
    form_area(form, S("offers"), text_organisation_offers(arena, lang),
              (FormText){.hint = text_organisation_lines_hint(arena, lang), .optional = true});
    form_area(form, S("seeks"), text_organisation_seeks(arena, lang),
              (FormText){.hint = text_organisation_lines_hint(arena, lang), .optional = true});
    return item_put_topics(form, &(Item){0});
}

static void put_person_part(Form *form)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    form_heading(form, text_apply_part_person(arena, lang),
                 text_apply_part_person_lead(arena, lang));
    form_text(form, S("person_name"), text_apply_name(arena, lang),
              (FormText){.autocomplete = S("name")});
    form_text(form, S("email"), text_apply_mail(arena, lang),
              (FormText){.type = S("email"),
                         .hint = text_apply_mail_hint(arena, lang),
                         .autocomplete = S("email")});
    form_text(form, S("role"), text_apply_role(arena, lang),
              (FormText){.optional = true, .autocomplete = S("organization-title")});
}

/* The agreement's text as the city has set it, and the box under it. */
static Err put_agreement_part(Form *form)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Html html;
    Str text = city_setting(page->frame, S("partner.agreement"));
    Str version = city_setting(page->frame, S("partner.agreement_version"));
    form_heading(form, text_apply_part_agreement(arena, lang), S(""));
    if (text.n && version.n) {
        TRY(markdown_html(page->cx, text, 3, &html));
        html_fold(&page->body, lang, text_of(text_apply_agreement(arena, lang, version)),
                  flag_of(false), html);
        form_hidden(form, S("agreement"), version);
        form_box(form, S("agreed"), text_apply_agreed(arena, lang, version), false);
    }
    form_box(form, S("consent"), text_apply_consent(arena, lang), false);
    return OK;
}

Err page_application(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    (void)cx, (void)events;
    page_open(call, MENU_PARTNERS, &page);
    Arena *arena = page.arena;
    Text title = text_of(text_apply_title(arena, page.lang));
    Buf crumbs = page_buf(arena), actions = page_buf(arena);
    html_link_button(&actions, page.lang, url_page(arena, page.lang, S("/interessiert")),
                     text_of(text_interest_title(arena, page.lang)), TEXT("secondary"), ICON_NONE);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(arena, page.lang, S("/partner")),
                                             text_of(text_partners_title(arena, page.lang)));
    html_crumbs(&crumbs, page.lang, &link, 1, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_apply_lead(arena, page.lang)), html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    form_begin(&form, &page, S("/partner-werden"), 0);
    put_organisation_part(&form);
    TRY(put_work_part(&form));
    put_person_part(&form);
    TRY(put_agreement_part(&form));
    guard_put(&form);
    form_submit(&form, text_apply_send(arena, page.lang));
    form_end(&form);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, text_of(text_apply_lead(arena, page.lang)));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

typedef struct ApplicationForm {
    ApplicationDraft draft;
    Str secret;
} ApplicationForm;

Err application_decode(Call *call)
{
    ApplicationForm *form = arena_new(call->cx->arena, ApplicationForm);
    ApplicationDraft *draft = &form->draft;
    TRY(guard_admit(call));
    TRY(partner_decode(call, &draft->organisation));
    draft->organisation.own.founder = false;
    draft->organisation.own.agreement = S("");
    draft->organisation.own.since_us = 0;
    draft->person_name = call_form(call, S("person_name"));
    draft->mail = call_form(call, S("email"));
    draft->role = call_form(call, S("role"));
    draft->agreement = city_setting(web_services(call)->frame, S("partner.agreement_version"));
    if (!city_setting(web_services(call)->frame, S("partner.agreement")).n)
        draft->agreement = S("");
    /* A text that was changed meanwhile has to be read once more. */
    draft->agreed = call_form(call, S("agreed")).n > 0 &&
                    str_eq(call_form(call, S("agreement")), draft->agreement);
    draft->consent = call_form(call, S("consent")).n > 0;
    draft->doubts = guard_doubts(
        call, arena_fmt(call->cx->arena, "%.*s %.*s %.*s", SARG(draft->organisation.item.text.lead),
                        SARG(draft->organisation.own.offers), SARG(draft->organisation.own.seeks)));
    form->secret = auth_secret(call->cx->arena);
    call->state = form;
    return OK;
}

Err application_apply(Call *call, Cx *cx, struct Events *events)
{
    const ApplicationForm *form = call->state;
    TRY(application_send(cx, &form->draft, form->secret, events));
    call->location = page_path(call, S("/partner-werden/gesendet"));
    return OK;
}

Err page_application_sent(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    say(call, text_of(text_apply_sent(cx->arena, cx->actor->lang)),
        text_apply_sent_lead(cx->arena, cx->actor->lang, APPLICATION_DAYS), true);
    return OK;
}

/* ---- the link of the mail ---- */

/* Programs follow links in mails: the page only asks, its button confirms. */
Err page_application_confirm(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Lang lang = cx->actor->lang;
    (void)events;
    page_open(call, MENU_PARTNERS, &page);
    Text title = text_of(text_apply_confirm(cx->arena, lang));
    html_intro(&page.body, lang, HTML_NONE, HTML_NONE, title,
               text_of(text_apply_confirm_lead(cx->arena, lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    form_begin(&form, &page, S("/partner-werden/bestaetigen"), 0);
    form_hidden(&form, S("code"),
                call->fault ? call_form(call, S("code")) : call_query(call, S("code")));
    form_submit(&form, text_apply_confirm(cx->arena, lang));
    form_end(&form);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

Err application_confirm_apply(Call *call, Cx *cx, struct Events *events)
{
    TRY(application_confirm(cx, call_form(call, S("code")), events));
    call->location = page_path(call, S("/partner-werden/eingegangen"));
    return OK;
}

Err page_application_received(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    say(call, text_of(text_apply_received(cx->arena, cx->actor->lang)),
        text_apply_received_lead(cx->arena, cx->actor->lang), true);
    return OK;
}

/* ---- what the office sees on the organisation's page ---- */

static void put_like(Page *page, const OrganisationLike *like, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Buf list = page_buf(arena);
    buf_put(&list, S("<ul class=\"h-list\">"));
    for (size_t i = 0; i < count; i++) {
        const OrganisationLike *one = &like[i];
        Item item = {.noun = NOUN_ORGANISATION, .slug = one->slug, .state = one->state};
        buf_put(&list, S("<li><a href=\""));
        html_put_url(&list, url_page(arena, lang, item_path(arena, &item)));
        buf_put(&list, S("\">"));
        html_put_text(&list, text_of(one->name));
        buf_put(&list, S("</a> "));
        html_put_text(&list,
                      text_of(arena_fmt(
                          arena, "(%.*s): %.*s%.*s%.*s", SARG(item_state_word(page, &item)),
                          SARG(one->by_name ? text_apply_like_name(arena, lang) : S("")),
                          SARG(one->by_domain ? text_apply_like_domain(arena, lang) : S("")),
                          SARG(one->by_register ? text_apply_like_register(arena, lang) : S("")))));
        buf_put(&list, S("</li>"));
    }
    buf_put(&list, S("</ul>"));
    html_alert(&page->body, lang, TEXT("warning"), ICON_WARNING,
               text_of(text_apply_like(arena, lang)), html_of(&list), flag_of(false));
}

static void put_applicant(Page *page, const Application *one)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    HtmlFactsRows rows[5];
    size_t count = 0;
    rows[count++] = html_facts_rows(text_of(text_apply_name(arena, lang)),
                                    html_escaped(arena, person_words(page, one->person_name)));
    if (one->mail.n)
        rows[count++] =
            html_facts_rows(text_of(text_apply_mail(arena, lang)), html_escaped(arena, one->mail));
    if (one->role.n)
        rows[count++] =
            html_facts_rows(text_of(text_apply_role(arena, lang)), html_escaped(arena, one->role));
    rows[count++] =
        html_facts_rows(text_of(text_apply_confirmed_on(arena, lang)),
                        html_escaped(arena, format_moment(arena, lang, page->frame->zone,
                                                          one->confirmed_us, page->now_us)));
    if (one->doubts.n)
        rows[count++] = html_facts_rows(text_of(text_guard_doubts(arena, lang)),
                                        html_escaped(arena, guard_doubt_words(page, one->doubts)));
    html_facts(&page->body, lang, rows, count);
}

Err application_put(Page *page, const Item *item)
{
    Application one;
    OrganisationLike *like;
    size_t count;
    bool found;
    if (!actor_may(page->cx->actor, MAY_OFFICE_WORK))
        return OK;
    TRY(application_find(page->cx, item->id, &found, &one));
    TRY(organisation_like(page->cx, item->id, &like, &count));
    if (organisation_name_mixed(item->text.title))
        html_alert(&page->body, page->lang, TEXT("warning"), ICON_WARNING,
                   text_of(text_apply_mixed(page->arena, page->lang)),
                   html_escaped(page->arena, text_apply_mixed_advice(page->arena, page->lang)),
                   flag_of(false));
    if (count)
        put_like(page, like, count);
    if (!found)
        return OK;
    buf_put(&page->body, S("<section class=\"h-block\" aria-labelledby=\"antrag\">"
                           "<h2 id=\"antrag\">"));
    html_put_text(&page->body, text_of(text_apply_section(page->arena, page->lang)));
    buf_put(&page->body, S("</h2>"));
    put_applicant(page, &one);
    buf_put(&page->body, S("</section>"));
    return OK;
}
