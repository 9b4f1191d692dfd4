/* A forgotten password, and a new mail address: what a link in somebody's mailbox proves. */
#include "web/account_page.h"

#include "base/str.h"
#include "core/account.h"
#include "text_gen.h"

/* ---- asking for the link ---- */

Err page_password_ask(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Lang lang = cx->actor->lang;
    (void)events;
    Str title = text_forgotten_title(cx->arena, lang);
    account_page_open(call, title, text_forgotten_lead(cx->arena, lang), &page);
    form_begin(&form, &page, S("/passwort-vergessen"), 0);
    form_text(&form, S("mail"), text_login_mail(page.arena, lang),
              (FormText){.type = S("email"), .autocomplete = S("email")});
    form_submit(&form, text_forgotten_send(page.arena, lang));
    form_end(&form);
    account_page_close(&page, title);
    return OK;
}

typedef struct AskForm {
    Str mail, secret;
} AskForm;

Err password_ask_decode(Call *call)
{
    Cx *cx = call->cx;
    AskForm *form = arena_new(cx->arena, AskForm);
    *form = (AskForm){call_form(call, S("mail")), auth_secret(cx->arena)};
    call->state = form;
    if (!person_is_mail(str_trim(form->mail)))
        return fail(cx, ERR_INVALID, "account.mail", "this is no mail address");
    return form_limit(call, &FORM_RATES, S("password link"),
                      person_mail_key(cx->arena, form->mail));
}

Err password_ask_apply(Call *call, Cx *cx, struct Events *events)
{
    const AskForm *form = call->state;
    (void)events;
    TRY(account_ask_password(cx, form->mail, form->secret));
    call->location = page_path(call, S("/passwort-vergessen/gesendet"));
    return OK;
}

static Err sent_page(Call *call, Str title, Str lead)
{
    Page page;
    account_page_open(call, title, lead, &page);
    account_put_text(&page, text_mail_missing(page.arena, page.lang));
    account_put_demo_note(&page);
    account_page_close(&page, title);
    return OK;
}

Err page_password_sent(Call *call, Cx *cx, struct Events *events)
{
    Lang lang = cx->actor->lang;
    (void)events;
    return sent_page(call, text_forgotten_sent(cx->arena, lang),
                     text_forgotten_sent_lead(cx->arena, lang));
}

/* ---- the link ---- */

Err page_password_new(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Person person;
    Lang lang = cx->actor->lang;
    (void)events;
    TRY(account_find_password(cx, call->params[0], &person));
    Str title = text_account_password_new(cx->arena, lang);
    account_page_open(call, title, text_password_new_lead(cx->arena, lang, person.mail), &page);
    form_begin(&form, &page, arena_fmt(page.arena, "/passwort-neu/%.*s", SARG(call->params[0])), 0);
    form_text(&form, S("password"), title,
              (FormText){.type = S("password"),
                         .hint = text_account_password_hint(page.arena, lang, PASSWORD_BYTES_MIN),
                         .autocomplete = S("new-password")});
    form_text(&form, S("again"), text_account_password_again(page.arena, lang),
              (FormText){.type = S("password"), .autocomplete = S("new-password")});
    form_submit(&form, text_password_new_send(page.arena, lang));
    form_end(&form);
    account_page_close(&page, title);
    return OK;
}

Err password_new_decode(Call *call)
{
    Str *hash = arena_new(call->cx->arena, Str);
    call->state = hash;
    account_check_password(call->cx, call_form(call, S("password")), call_form(call, S("again")));
    TRY(flaws_end(call->cx));
    return form_limit(call, &FORM_RATES, S("new password"), call->params[0]);
}

Err password_new_prepare(Call *call, Cx *cx)
{
    Person person;
    TRY(account_find_password(cx, call->params[0], &person));
    return password_hash(cx, call_form(call, S("password")), call->state);
}

Err password_new_apply(Call *call, Cx *cx, struct Events *events)
{
    const Str *hash = call->state;
    TRY(account_reset_password(cx, call->params[0], *hash, events));
    call->location = page_path(call, S("/anmelden?neu=1"));
    return OK;
}

/* ---- a new address ---- */

Err page_address(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Person person;
    Lang lang = cx->actor->lang;
    (void)events;
    TRY(person_get(cx, cx->actor->person, &person));
    Str title = text_address_title(cx->arena, lang);
    account_page_open(call, title, text_address_lead(cx->arena, lang, person.mail), &page);
    form_begin(&form, &page, S("/konto/adresse"), 0);
    form_text(&form, S("mail"), text_address_new(page.arena, lang),
              (FormText){.type = S("email"), .autocomplete = S("email")});
    form_text(&form, S("password"), text_account_password_current(page.arena, lang),
              (FormText){.type = S("password"), .autocomplete = S("current-password")});
    form_submit(&form, text_address_send(page.arena, lang));
    form_end(&form);
    account_page_close(&page, title);
    return OK;
}

Err address_decode(Call *call)
{
    Cx *cx = call->cx;
    AskForm *form = arena_new(cx->arena, AskForm);
    *form = (AskForm){call_form(call, S("mail")), auth_secret(cx->arena)};
    call->state = form;
    if (!person_is_mail(str_trim(form->mail)))
        return fail(cx, ERR_INVALID, "account.mail", "this is no mail address");
    return form_limit(call, &FORM_RATES, S("address"),
                      arena_fmt(cx->arena, "%lld", (long long)cx->actor->person.v));
}

Err address_prepare(Call *call, Cx *cx)
{
    Person person;
    TRY(person_get(cx, cx->actor->person, &person));
    if (!password_verify(person.password, call_form(call, S("password"))))
        return fail(cx, ERR_INVALID, "address.password", "this is not your password");
    return OK;
}

Err address_apply(Call *call, Cx *cx, struct Events *events)
{
    const AskForm *form = call->state;
    (void)events;
    TRY(account_ask_mail(cx, form->mail, form->secret));
    call->location = page_path(call, S("/konto/adresse/gesendet"));
    return OK;
}

Err page_address_sent(Call *call, Cx *cx, struct Events *events)
{
    Lang lang = cx->actor->lang;
    (void)events;
    return sent_page(call, text_address_sent(cx->arena, lang),
                     text_address_sent_lead(cx->arena, lang));
}

/* Whoever reads the new mailbox has the right link, in whatever browser it is opened. */
Err page_address_confirm(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Str mail;
    Lang lang = cx->actor->lang;
    (void)events;
    TRY(account_find_mail(cx, call->params[0], &mail));
    Str title = text_address_confirm(cx->arena, lang);
    account_page_open(call, title, text_address_confirm_lead(cx->arena, lang, mail), &page);
    form_begin(&form, &page,
               arena_fmt(page.arena, "/adresse-bestaetigen/%.*s", SARG(call->params[0])), 0);
    form_submit(&form, text_address_confirm_send(page.arena, lang));
    form_end(&form);
    account_page_close(&page, title);
    return OK;
}

Err address_confirm_decode(Call *call)
{
    return form_limit(call, &FORM_RATES, S("confirm address"), call->params[0]);
}

Err address_confirm_apply(Call *call, Cx *cx, struct Events *events)
{
    TRY(account_change_mail(cx, call->params[0], events));
    call->location = page_path(call, S("/adresse-bestaetigt"));
    return OK;
}

Err page_address_confirmed(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Lang lang = cx->actor->lang;
    (void)events;
    Str title = text_address_confirmed(cx->arena, lang);
    account_page_open(call, title, text_address_confirmed_lead(cx->arena, lang), &page);
    account_put_link(&page, S("/konto"), text_menu_account(page.arena, lang));
    account_page_close(&page, title);
    return OK;
}
