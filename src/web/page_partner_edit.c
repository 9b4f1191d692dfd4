/* What representatives and the office change of a partner: its profile, what it brought in. */
#include "web/attachment.h"
#include "web/partner_page.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/pages.h"

/* ---- fields ---- */

size_t partner_kind_options(const Page *page, OrganisationKind chosen,
                            FormOption ret[ORGANISATION_KIND_COUNT_ + 1])
{
    size_t count = 0;
    ret[count++] = (FormOption){S(""), text_form_choose(page->arena, page->lang),
                                chosen == ORGANISATION_KIND_NONE};
    for (OrganisationKind kind = 0; kind < ORGANISATION_KIND_COUNT_; kind++)
        ret[count++] = (FormOption){organisation_kind_name(kind), partner_kind_word(page, kind),
                                    kind == chosen};
    return count;
}

/* For <input type="date">. */
static Str date_value(const Page *page, int64_t at_us)
{
    Civil day = zone_civil(page->frame->zone, at_us);
    return at_us ? arena_fmt(page->arena, "%04d-%02d-%02d", day.year, day.month, day.day) : S("");
}

static void put_office_fields(Form *form, const OrganisationOwn *own)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    FormOption kinds[ORGANISATION_KIND_COUNT_ + 1];
    form_heading(form, text_organisation_decided(arena, page->lang), S(""));
    form_select(form, S("kind"), text_organisation_kind(arena, page->lang), S(""), kinds,
                partner_kind_options(page, own->kind, kinds));
    form_box(form, S("founder"), text_organisation_founder_box(arena, page->lang), own->founder);
    form_text(form, S("register"), text_organisation_register(arena, page->lang),
              (FormText){.given = own->register_number, .optional = true});
    form_text(form, S("agreement"), text_organisation_agreement(arena, page->lang),
              (FormText){.given = own->agreement, .optional = true});
    form_text(form, S("agreed_on"), text_organisation_agreed_on(arena, page->lang),
              (FormText){.given = date_value(page, own->agreement_us),
                         .type = S("date"),
                         .optional = true});
    form_text(
        form, S("since"), text_organisation_since(arena, page->lang),
        (FormText){.given = date_value(page, own->since_us), .type = S("date"), .optional = true});
}

static void put_contact_fields(Form *form, const OrganisationOwn *own)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    const struct {
        Str name, label, given, type;
    } FIELDS[] = {
        {S("website"), text_organisation_website(arena, lang), own->website, S("text")},
        {S("mail"), text_organisation_mail(arena, lang), own->mail, S("email")},
        {S("phone"), text_organisation_phone(arena, lang), own->phone, S("tel")},
        {S("street"), text_organisation_street(arena, lang), own->street, S("text")},
        {S("postcode"), text_organisation_postcode(arena, lang), own->postcode, S("text")},
        {S("town"), text_organisation_town(arena, lang), own->town, S("text")},
    };
    form_heading(form, text_organisation_contact(arena, lang),
                 text_organisation_contact_hint(arena, lang));
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        form_text(form, FIELDS[i].name, FIELDS[i].label,
                  (FormText){.given = FIELDS[i].given, .type = FIELDS[i].type, .optional = true});
}

Err partner_put_fields(Form *form, const Item *item, const OrganisationOwn *own, bool office)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    form_hidden(form, S("lang"), lang_code(item->id.v ? item->text.lang : lang));
    form_text(form, S("title"), text_organisation_name(arena, lang),
              (FormText){.given = item->text.title, .autocomplete = S("organization")});
    form_area(form, S("lead"), text_organisation_lead(arena, lang),
              (FormText){.given = item->text.lead,
                         .hint = text_item_lead_hint(arena, lang),
                         .optional = true});
    form_area(form, S("body"), text_organisation_body(arena, lang),
              (FormText){.given = item->text.body,
                         .hint = text_item_body_hint(arena, lang),
                         .optional = true});
    form_area(form, S("offers"), text_organisation_offers(arena, lang),
              (FormText){.given = own->offers,
                         .hint = text_organisation_lines_hint(arena, lang),
                         .optional = true});
    form_area(form, S("seeks"), text_organisation_seeks(arena, lang),
              (FormText){.given = own->seeks,
                         .hint = text_organisation_lines_hint(arena, lang),
                         .optional = true});
    TRY(item_put_topics(form, item));
    item_put_place(form, item);
    put_contact_fields(form, own);
    if (office)
        put_office_fields(form, own);
    return OK;
}

int64_t partner_day_us(Call *call, Str text)
{
    int64_t at_us;
    return zone_day(web_services(call)->frame->zone, text, &at_us) ? at_us : 0;
}

/* What is typed and no day is told, and does not take away what stood there. */
static int64_t day_typed(Call *call, Str text)
{
    int64_t at_us;
    if (!str_trim(text).n)
        return 0;
    return zone_day(web_services(call)->frame->zone, text, &at_us) ? at_us
                                                                   : ORGANISATION_DAY_UNREAD;
}

Err partner_decode(Call *call, OrganisationDraft *ret)
{
    OrganisationOwn *own = &ret->own;
    TRY(item_decode_fields(call, &ret->item));
    *own = (OrganisationOwn){.kind = ORGANISATION_KIND_NONE,
                             .founder = call_form(call, S("founder")).n > 0,
                             .offers = call_form(call, S("offers")),
                             .seeks = call_form(call, S("seeks")),
                             .website = call_form(call, S("website")),
                             .register_number = call_form(call, S("register")),
                             .mail = call_form(call, S("mail")),
                             .phone = call_form(call, S("phone")),
                             .street = call_form(call, S("street")),
                             .postcode = call_form(call, S("postcode")),
                             .town = call_form(call, S("town")),
                             .since_us = day_typed(call, call_form(call, S("since"))),
                             .agreement = call_form(call, S("agreement")),
                             .agreement_us = day_typed(call, call_form(call, S("agreed_on")))};
    OrganisationKind kind;
    if (organisation_kind_parse(call_form(call, S("kind")), &kind))
        own->kind = kind;
    ret->item.visibility = AUDIENCE_PUBLIC;
    return OK;
}

/* ---- the profile ---- */

typedef struct PartnerForm {
    OrganisationDraft draft;
    int64_t version;
} PartnerForm;

static void open_form_page(Page *page, Call *call, Text title, Str lead, const Item *item)
{
    page_open(call, MENU_PARTNERS, page);
    Buf crumbs = page_buf(page->arena);
    HtmlCrumbsLinks links[2] = {
        html_crumbs_links(url_page(page->arena, page->lang, S("/partner")),
                          text_of(text_partners_title(page->arena, page->lang)))};
    size_t count = 1;
    if (item)
        links[count++] =
            html_crumbs_links(url_page(page->arena, page->lang, item_path(page->arena, item)),
                              text_of(item->text.title));
    html_crumbs(&crumbs, page->lang, links, count, title);
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, title, text_of(lead),
               HTML_NONE);
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

static void close_form_page(Page *page, Text title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

/* The item of the call, if the actor may edit it; else the answer leads to its page. */
static Err editable(Call *call, Cx *cx, Item *ret, uint32_t *ret_stand, bool *ret_moved)
{
    TRY(item_of_call(call, cx, NOUN_ORGANISATION, ret, ret_moved));
    TRY(item_stand(cx, ret, ret_stand));
    if (*ret_moved || !organisation_may_edit(*ret_stand)) {
        page_redirect(call, page_path(call, item_path(cx->arena, ret)));
        *ret_moved = true;
    }
    return OK;
}

Err page_partner_edit(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Item item;
    OrganisationOwn own;
    uint32_t stand;
    bool moved;
    Url logo;
    Str label;
    (void)events;
    TRY(editable(call, cx, &item, &stand, &moved));
    if (moved)
        return OK;
    TRY(organisation_own(cx, item.id, &own));
    Text title = text_of(text_item_edit(cx->arena, cx->actor->lang));
    open_form_page(&page, call, title, item.text.title, &item);
    TRY(attachment_logo_way(&page, &item, &logo, &label));
    html_link_button(&page.body, page.lang, logo, text_of(label), TEXT("secondary"), ICON_NONE);
    Str path = item_path(cx->arena, &item);
    form_begin(&form, &page, arena_fmt(cx->arena, "%.*s/bearbeiten", SARG(path)), item.version);
    TRY(partner_put_fields(&form, &item, &own, (stand & STAND_OFFICE) != 0));
    form_submit(&form, text_item_save(page.arena, page.lang));
    form_end(&form);
    close_form_page(&page, title);
    return OK;
}

Err partner_form_decode(Call *call)
{
    PartnerForm *form = arena_new(call->cx->arena, PartnerForm);
    TRY(form_i64(call, S("version"), 0, &form->version));
    TRY(partner_decode(call, &form->draft));
    call->state = form;
    return OK;
}

Err partner_edit_apply(Call *call, Cx *cx, struct Events *events)
{
    const PartnerForm *form = call->state;
    Item item;
    TRY(item_get(cx, NOUN_ORGANISATION, call->params[0], &item));
    TRY(organisation_change(cx, &item, form->version, &form->draft, events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

/* ---- the office adds one ---- */

Err page_partner_new(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    (void)cx, (void)events;
    Text title = text_of(text_organisation_new(call->cx->arena, call->cx->actor->lang));
    open_form_page(&page, call, title,
                   text_organisation_new_lead(call->cx->arena, call->cx->actor->lang), NULL);
    form_begin(&form, &page, S("/buero/partner/neu"), 0);
    TRY(partner_put_fields(&form, &(Item){0}, &(OrganisationOwn){.kind = ORGANISATION_KIND_NONE},
                           true));
    form_submit(&form, text_item_save(page.arena, page.lang));
    form_end(&form);
    close_form_page(&page, title);
    return OK;
}

Err partner_new_apply(Call *call, Cx *cx, struct Events *events)
{
    const PartnerForm *form = call->state;
    ItemId id;
    Item item;
    TRY(organisation_add(cx, &form->draft, S("interested"), events, &id));
    TRY(item_get_by_id(cx, id, &item));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

/* ---- what it brought in ---- */

static void put_entries(Page *page, const Item *item, const Contribution *entries, size_t count)
{
    Arena *arena = page->arena;
    Str path = item_path(arena, item);
    if (!count)
        return;
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(text_organisation_brought(arena, page->lang)));
    buf_put(&page->body, S("</h2><ul class=\"h-rows\">"));
    for (size_t i = 0; i < count; i++) {
        const Contribution *one = &entries[i];
        FormPair pairs[] = {{S("verb"), S("remove")},
                            {S("id"), arena_fmt(arena, "%lld", (long long)one->id)}};
        buf_put(&page->body, S("<li><span>"));
        html_put_text(
            &page->body,
            text_of(arena_fmt(
                arena, "%.*s · %.*s · %.*s",
                SARG(format_date_short(arena, page->lang, page->frame->zone, one->on_us)),
                SARG(contribution_words(page, one->kind, one->amount)), SARG(one->what))));
        buf_put(&page->body, S("</span>"));
        form_button(page, &page->body, arena_fmt(arena, "%.*s/beitrag", SARG(path)),
                    text_contribution_remove(arena, page->lang), TEXT("tertiary"), ICON_CLOSE,
                    pairs, COUNT_OF(pairs));
        buf_put(&page->body, S("</li>"));
    }
    buf_put(&page->body, S("</ul>"));
}

static void put_contribution_form(Page *page, const Item *item)
{
    Form form;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    FormOption kinds[CONTRIBUTION_KIND_COUNT_];
    for (ContributionKind kind = 0; kind < CONTRIBUTION_KIND_COUNT_; kind++)
        kinds[kind] = (FormOption){contribution_kind_name(kind), contribution_kind_word(page, kind),
                                   kind == CONTRIBUTION_HOURS};
    Str path = item_path(arena, item);
    form_begin(&form, page, arena_fmt(arena, "%.*s/beitrag", SARG(path)), 0);
    form_radio(&form, S("kind"), text_contribution_kind(arena, lang), S(""), kinds,
               COUNT_OF(kinds));
    form_text(&form, S("amount"), text_contribution_amount(arena, lang),
              (FormText){.hint = text_contribution_amount_hint(arena, lang)});
    form_text(&form, S("date"), text_contribution_date(arena, lang),
              (FormText){.given = date_value(page, page->now_us), .type = S("date")});
    form_text(&form, S("what"), text_contribution_what(arena, lang),
              (FormText){.hint = text_contribution_what_hint(arena, lang)});
    form_submit(&form, text_contribution_add(arena, lang));
    form_end(&form);
}

Err page_contribution(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    uint32_t stand;
    bool moved;
    Contribution *entries;
    size_t count;
    (void)events;
    TRY(editable(call, cx, &item, &stand, &moved));
    if (moved)
        return OK;
    TRY(contribution_list(cx, item.id, &entries, &count));
    Text title = text_of(text_contribution_add(cx->arena, cx->actor->lang));
    open_form_page(&page, call, title, text_contribution_lead(cx->arena, cx->actor->lang), &item);
    put_contribution_form(&page, &item);
    put_entries(&page, &item, entries, count);
    close_form_page(&page, title);
    return OK;
}

typedef struct ContributionForm {
    Contribution entry;
    int64_t removed; /* 0: one is added */
} ContributionForm;

/* Whole units as people write them, "12,5" or "1.200,50", in units of `per`. 0 where it is none. */
static int64_t read_amount(Arena *arena, Str text, int64_t per)
{
    text = str_trim(text);
    char *copy = arena_cstr(arena, text);
    size_t n = 0;
    ptrdiff_t comma = str_find_last_char(text, ',');
    double value;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (comma >= 0 && c == '.')
            continue; /* groups thousands beside a decimal comma */
        copy[n++] = c == ',' ? '.' : c;
    }
    if (!str_to_f64((Str){copy, n}, &value) || !(value > 0) ||
        value * (double)per > (double)CONTRIBUTION_AMOUNT_MAX)
        return 0;
    return (int64_t)(value * (double)per + 0.5);
}

Err contribution_decode(Call *call)
{
    static const int64_t PER[] = {
        [CONTRIBUTION_HOURS] = 60, [CONTRIBUTION_MONEY] = 100, [CONTRIBUTION_DATA] = 1};
    ContributionForm *form = arena_new(call->cx->arena, ContributionForm);
    Contribution *entry = &form->entry;
    call->state = form;
    if (str_eq(call_form(call, S("verb")), S("remove")))
        return form_i64(call, S("id"), 0, &form->removed);
    *entry = (Contribution){.kind = CONTRIBUTION_KIND_COUNT_,
                            .on_us = partner_day_us(call, call_form(call, S("date"))),
                            .what = call_form(call, S("what"))};
    ContributionKind kind;
    if (contribution_kind_parse(call_form(call, S("kind")), &kind)) {
        entry->kind = kind;
        entry->amount = read_amount(call->cx->arena, call_form(call, S("amount")), PER[kind]);
    }
    return OK;
}

Err contribution_apply(Call *call, Cx *cx, struct Events *events)
{
    const ContributionForm *form = call->state;
    Item item;
    TRY(item_get(cx, NOUN_ORGANISATION, call->params[0], &item));
    if (form->removed) {
        Err err = contribution_remove(cx, &item, form->removed, events);
        if (err != OK && err != ERR_NOT_FOUND) /* removed already: a second click */
            return err;
    } else {
        TRY(contribution_add(cx, &item, &form->entry, events));
    }
    Str path = item_path(cx->arena, &item);
    call->location = page_path(call, arena_fmt(cx->arena, "%.*s/beitrag", SARG(path)));
    return OK;
}
