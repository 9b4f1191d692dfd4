/* Signing up: the form, the page that a mail's link leads to, and the terms. */
#include "web/account_page.h"

#include "base/str.h"
#include "core/account.h"
#include "text_gen.h"

/* ---- the form ---- */

static void put_terms_box(Form *form)
{
    Page *page = form->page;
    if (!city_setting(page->frame, S("legal.terms")).n)
        return;
    account_put_link(page, S("/nutzungsbedingungen"), text_terms_title(page->arena, page->lang));
    form_box(form, S("terms"), text_sign_up_agree(page->arena, page->lang), false);
}

Err page_sign_up(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    (void)cx, (void)events;
    Str next = account_next(call);
    if (call->cx->actor->person.v) {
        page_redirect(call, next.n ? next : page_path(call, S("/konto")));
        return OK;
    }
    Lang lang = call->cx->actor->lang;
    Str title = text_sign_up_title(call->cx->arena, lang);
    account_page_open(call, title, text_sign_up_lead(call->cx->arena, lang), &page);
    form_begin(&form, &page, S("/registrieren"), 0);
    form_hidden(&form, S("weiter"), next);
    form_text(
        &form, S("name"), text_sign_up_name(page.arena, lang),
        (FormText){.hint = text_sign_up_name_hint(page.arena, lang), .autocomplete = S("name")});
    form_text(&form, S("mail"), text_login_mail(page.arena, lang),
              (FormText){.type = S("email"), .autocomplete = S("email")});
    form_text(&form, S("password"), text_login_password(page.arena, lang),
              (FormText){.type = S("password"),
                         .hint = text_account_password_hint(page.arena, lang, PASSWORD_BYTES_MIN),
                         .autocomplete = S("new-password")});
    FormOption langs[] = {{S("de"), S("Deutsch"), lang == LANG_DE},
                          {S("en"), S("English"), lang == LANG_EN}};
    form_select(&form, S("lang"), text_account_lang(page.arena, lang),
                text_account_lang_hint(page.arena, lang), langs, COUNT_OF(langs));
    put_terms_box(&form);
    form_submit(&form, text_sign_up_send(page.arena, lang));
    form_end(&form);
    account_put_next_link(&page, S("/anmelden"), next, text_sign_up_have(page.arena, lang));
    account_page_close(&page, title);
    return OK;
}

typedef struct SignUpForm {
    SignUp sign_up;
    Str typed; /* the password */
} SignUpForm;

Err sign_up_decode(Call *call)
{
    Cx *cx = call->cx;
    SignUpForm *form = arena_new(cx->arena, SignUpForm);
    SignUp *own = &form->sign_up;
    own->mail = call_form(call, S("mail"));
    own->name = call_form(call, S("name"));
    if (!lang_parse(call_form(call, S("lang")), &own->lang))
        own->lang = cx->actor->lang;
    own->agrees = str_eq(call_form(call, S("terms")), S("1")) ||
                  !city_setting(web_services(call)->frame, S("legal.terms")).n;
    own->secret = auth_secret(cx->arena);
    own->next = account_next(call);
    form->typed = call_form(call, S("password"));
    call->state = form;
    account_check_sign_up(cx, own);
    account_check_password(cx, form->typed, form->typed);
    TRY(flaws_end(cx));
    return form_limit(call, &FORM_RATES, S("sign-up"), person_mail_key(cx->arena, own->mail));
}

/* On a worker: hashing takes 30 ms of a core, and as long for an address that is known. */
Err sign_up_prepare(Call *call, Cx *cx)
{
    SignUpForm *form = call->state;
    TRY(account_check_room(cx));
    return password_hash(cx, form->typed, &form->sign_up.password);
}

Err sign_up_apply(Call *call, Cx *cx, struct Events *events)
{
    const SignUpForm *form = call->state;
    (void)events;
    TRY(account_sign_up(cx, &form->sign_up));
    call->location = page_path(call, S("/registrieren/gesendet"));
    return OK;
}

Err page_sign_up_sent(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    (void)events;
    Str title = text_sign_up_sent(cx->arena, cx->actor->lang);
    account_page_open(call, title, text_sign_up_sent_lead(cx->arena, cx->actor->lang), &page);
    account_put_text(&page, text_mail_missing(page.arena, page.lang));
    account_put_demo_note(&page);
    account_page_close(&page, title);
    return OK;
}

/* ---- the link ----
 *
 * Programs that look through mailboxes follow links: to look changes nothing. */

static Str confirm_path(Call *call)
{
    return arena_fmt(call->cx->arena, "/registrieren/bestaetigen/%.*s", SARG(call->params[0]));
}

Err page_sign_up_confirm(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    SignUp sign_up;
    (void)events;
    TRY(account_find_sign_up(cx, call->params[0], &sign_up));
    Lang lang = cx->actor->lang;
    Str title = text_confirm_title(cx->arena, lang);
    account_page_open(call, title, text_confirm_lead(cx->arena, lang, sign_up.mail), &page);
    form_begin(&form, &page, confirm_path(call), 0);
    form_hidden(&form, S("weiter"), account_next(call));
    form_text(&form, S("password"), text_login_password(page.arena, lang),
              (FormText){.type = S("password"),
                         .hint = text_confirm_password_hint(page.arena, lang),
                         .autocomplete = S("current-password")});
    form_submit(&form, text_confirm_send(page.arena, lang));
    form_end(&form);
    account_put_text(&page, text_confirm_forgotten(page.arena, lang));
    account_put_link(&page, S("/registrieren"), text_sign_up_again(page.arena, lang));
    account_page_close(&page, title);
    return OK;
}

Err confirm_decode(Call *call)
{
    Str *secret = arena_new(call->cx->arena, Str);
    *secret = auth_secret(call->cx->arena); /* of the session to be */
    call->state = secret;
    return form_limit(call, &FORM_RATES, S("confirm"), call->params[0]);
}

Err confirm_prepare(Call *call, Cx *cx)
{
    SignUp sign_up;
    TRY(account_find_sign_up(cx, call->params[0], &sign_up));
    if (!password_verify(sign_up.password, call_form(call, S("password"))))
        return fail(cx, ERR_INVALID, "confirm.password",
                    "this is not the password that was chosen with the sign-up");
    return OK;
}

Err confirm_apply(Call *call, Cx *cx, struct Events *events)
{
    const Str *secret = call->state;
    PersonId id;
    TRY(account_confirm(cx, call->params[0], events, &id));
    TRY(session_open(cx, id, *secret, call_header(call, S("user-agent")),
                     web_services(call)->session_us, events));
    Str next = account_next(call);
    call->location = next.n ? next : page_path(call, S("/konto?willkommen=1"));
    return OK;
}

Err confirm_encode(Call *call)
{
    const Str *secret = call->state;
    session_set_cookie(call, *secret, web_services(call)->session_us);
    page_redirect(call, call->location);
    return OK;
}
