/* Writing to the project office without an account: a question, a barrier, illegal content; and
 * staying interested without being a partner. */
#include "people/enquiry.h"

#include "base/str.h"
#include "core/auth.h"
#include "people/interest.h"
#include "text_gen.h"
#include "web/guard.h"
#include "web/pages.h"

typedef Str Words(Arena *arena, Lang lang);

static const struct {
    Str path;
    Words *title, *lead, *message;
} FORMS[ENQUIRY_KIND_COUNT_] = {
    [ENQUIRY_CONTACT] = {S_INIT("/kontakt"), text_enquiry_contact, text_enquiry_contact_lead,
                         text_enquiry_message},
    [ENQUIRY_BARRIER] = {S_INIT("/barriere-melden"), text_enquiry_barrier,
                         text_enquiry_barrier_lead, text_enquiry_barrier_message},
    [ENQUIRY_ILLEGAL] = {S_INIT("/inhalt-melden"), text_enquiry_illegal, text_enquiry_illegal_lead,
                         text_enquiry_illegal_message},
};

static void open_page(Page *page, Call *call, Text title, Str lead)
{
    page_open(call, MENU_NONE, page);
    Buf crumbs = page_buf(page->arena);
    html_crumbs(&crumbs, page->lang, NULL, 0, title);
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, title, text_of(lead),
               HTML_NONE);
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

static void close_page(Page *page, Text title, Str description)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, title, text_of(description));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

/* A page that says one thing. */
static Err say(Call *call, Str title, Str lead)
{
    Page page;
    open_page(&page, call, text_of(title), lead);
    close_page(&page, text_of(title), S(""));
    return OK;
}

/* ---- the forms ---- */

static void put_sender(Form *form)
{
    Page *page = form->page;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    form_text(
        form, S("name"), text_apply_name(arena, lang),
        (FormText){.given = page->cx->actor->name, .optional = true, .autocomplete = S("name")});
    form_text(form, S("mail"), text_apply_mail(arena, lang),
              (FormText){.type = S("email"),
                         .hint = text_enquiry_mail_hint(arena, lang),
                         .optional = true,
                         .autocomplete = S("email")});
}

static Err enquiry_page(Call *call, EnquiryKind kind)
{
    Page page;
    Form form;
    Arena *arena = call->cx->arena;
    Lang lang = call->cx->actor->lang;
    Str title = FORMS[kind].title(arena, lang), lead = FORMS[kind].lead(arena, lang);
    int64_t days = 0;
    Str given = city_setting(web_services(call)->frame, S("enquiry.days"));
    if (!str_to_i64(given, &days))
        days = 365;
    open_page(&page, call, text_of(title), lead);
    form_begin(&form, &page, FORMS[kind].path, 0);
    form_text(&form, S("subject"), text_enquiry_subject(arena, lang), (FormText){0});
    form_area(&form, S("message"), FORMS[kind].message(arena, lang), (FormText){0});
    form_text(&form, S("place"), text_enquiry_place(arena, lang),
              (FormText){.given = call_query(call, S("seite")),
                         .hint = text_enquiry_place_hint(arena, lang),
                         .optional = kind != ENQUIRY_ILLEGAL});
    put_sender(&form);
    if (kind == ENQUIRY_ILLEGAL)
        form_box(&form, S("honest"), text_enquiry_honest(arena, lang), false);
    form_box(&form, S("consent"), text_enquiry_consent(arena, lang, days), false);
    guard_put(&form);
    form_submit(&form, text_enquiry_send(arena, lang));
    form_end(&form);
    close_page(&page, text_of(title), lead);
    return OK;
}

Err page_contact(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return enquiry_page(call, ENQUIRY_CONTACT);
}

Err page_barrier(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return enquiry_page(call, ENQUIRY_BARRIER);
}

Err page_illegal(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return enquiry_page(call, ENQUIRY_ILLEGAL);
}

static EnquiryKind kind_of(const Call *call)
{
    for (EnquiryKind kind = 0; kind < ENQUIRY_KIND_COUNT_; kind++)
        if (str_ends(call->http->path, FORMS[kind].path))
            return kind;
    return ENQUIRY_CONTACT;
}

Err enquiry_decode(Call *call)
{
    EnquiryDraft *draft = arena_new(call->cx->arena, EnquiryDraft);
    TRY(guard_admit(call));
    *draft = (EnquiryDraft){.kind = kind_of(call),
                            .subject = call_form(call, S("subject")),
                            .body = call_form(call, S("message")),
                            .place = call_form(call, S("place")),
                            .name = call_form(call, S("name")),
                            .mail = call_form(call, S("mail")),
                            .consent = call_form(call, S("consent")).n > 0,
                            .honest = call_form(call, S("honest")).n > 0};
    draft->doubts =
        guard_doubts(call, arena_fmt(call->cx->arena, "%.*s %.*s %.*s", SARG(draft->subject),
                                     SARG(draft->body), SARG(draft->name)));
    call->state = draft;
    return OK;
}

Err enquiry_apply(Call *call, Cx *cx, struct Events *events)
{
    Str number;
    (void)events;
    TRY(enquiry_send(cx, call->state, &number));
    call->location =
        page_path(call, arena_fmt(cx->arena, "/kontakt/gesendet?nummer=%.*s", SARG(number)));
    return OK;
}

/* "2026-0042" and nothing else is shown again. */
static bool is_number(Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (i == 4 ? text.p[i] != '-' : text.p[i] < '0' || text.p[i] > '9')
            return false;
    return text.n >= 9 && text.n <= 20;
}

Err page_enquiry_sent(Call *call, Cx *cx, struct Events *events)
{
    Str number = call_query(call, S("nummer"));
    Lang lang = cx->actor->lang;
    (void)events;
    return say(call, text_enquiry_sent(cx->arena, lang),
               is_number(number) ? text_enquiry_sent_lead(cx->arena, lang, number) : S(""));
}

/* ---- staying interested ---- */

Err page_interest(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Lang lang = cx->actor->lang;
    (void)events;
    Str title = text_interest_title(cx->arena, lang), lead = text_interest_lead(cx->arena, lang);
    open_page(&page, call, text_of(title), lead);
    form_begin(&form, &page, S("/interessiert"), 0);
    form_text(&form, S("mail"), text_apply_mail(cx->arena, lang),
              (FormText){.type = S("email"),
                         .hint = text_apply_mail_hint(cx->arena, lang),
                         .autocomplete = S("email")});
    form_box(&form, S("consent"), text_interest_consent(cx->arena, lang), false);
    guard_put(&form);
    form_submit(&form, text_interest_send(cx->arena, lang));
    form_end(&form);
    close_page(&page, text_of(title), lead);
    return OK;
}

typedef struct InterestForm {
    Str mail, secret;
    bool consent;
} InterestForm;

Err interest_decode(Call *call)
{
    InterestForm *form = arena_new(call->cx->arena, InterestForm);
    TRY(guard_admit(call));
    *form = (InterestForm){.mail = call_form(call, S("mail")),
                           .secret = auth_secret(call->cx->arena),
                           .consent = call_form(call, S("consent")).n > 0};
    call->state = form;
    return OK;
}

Err interest_apply(Call *call, Cx *cx, struct Events *events)
{
    const InterestForm *form = call->state;
    (void)events;
    TRY(interest_send(cx, form->mail, form->consent, form->secret));
    call->location = page_path(call, S("/interessiert/stand?schritt=gesendet"));
    return OK;
}

/* What has just happened. */
Err page_interest_state(Call *call, Cx *cx, struct Events *events)
{
    Str step = call_query(call, S("schritt"));
    Lang lang = cx->actor->lang;
    Arena *arena = cx->arena;
    (void)events;
    if (str_eq(step, S("dabei")))
        return say(call, text_interest_in(arena, lang), text_interest_in_lead(arena, lang));
    if (str_eq(step, S("beendet")))
        return say(call, text_interest_out(arena, lang), text_interest_out_lead(arena, lang));
    return say(call, text_apply_sent(arena, lang),
               text_interest_sent_lead(arena, lang, INTEREST_DAYS));
}

/* A button for the link of a mail: programs follow links, people press buttons. */
static Err ask_page(Call *call, Str path, Str title, Str lead)
{
    Page page;
    Form form;
    Str code = call->fault ? call_form(call, S("code")) : call_query(call, S("code"));
    open_page(&page, call, text_of(title), lead);
    form_begin(&form, &page, path, 0);
    form_hidden(&form, S("code"), code);
    form_submit(&form, title);
    form_end(&form);
    close_page(&page, text_of(title), S(""));
    return OK;
}

Err page_interest_confirm(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    return ask_page(call, S("/interessiert/bestaetigen"),
                    text_interest_confirm(cx->arena, cx->actor->lang),
                    text_interest_lead(cx->arena, cx->actor->lang));
}

Err page_interest_end(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    return ask_page(call, S("/interessiert/beenden"), text_interest_end(cx->arena, cx->actor->lang),
                    text_interest_end_lead(cx->arena, cx->actor->lang));
}

Err interest_confirm_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    TRY(interest_confirm(cx, call_form(call, S("code"))));
    call->location = page_path(call, S("/interessiert/stand?schritt=dabei"));
    return OK;
}

/* Mail programs post to the link itself (RFC 8058): then the secret stands in the address. */
Err interest_end_apply(Call *call, Cx *cx, struct Events *events)
{
    Str code = call_form(call, S("code"));
    (void)events;
    TRY(interest_end(cx, code.n ? code : call_query(call, S("code"))));
    call->location = page_path(call, S("/interessiert/stand?schritt=beendet"));
    return OK;
}
