/* Logging in and out, and one's own account: sessions and password. */
#include "web/account_page.h"

#include "base/str.h"
#include "core/account.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/item_page.h"
#include "web/oidc_page.h"

/* ---- the login form ---- */

typedef struct Login {
    Str mail, password, next;
    Person person;
    Str secret; /* of the session to be */
    bool right;
    bool suspended; /* right, but nobody may come in */
    bool throttled;
    bool stays; /* of apply: the account was to be erased, and is not any more */
} Login;

static void put_login_form(Page *page, const Login *login, Text error)
{
    Lang lang = page->lang;
    Arena *arena = page->arena;
    if (error.s.n)
        html_form_errors(&page->body, lang, int_of(1),
                         (HtmlFormErrorsErrors[]){html_form_errors_errors(TEXT("mail"), error)}, 1);
    buf_put(&page->body, S("<form class=\"h-form\" method=\"post\" action=\""));
    html_put_url(&page->body, url_page(arena, lang, S("/anmelden")));
    buf_put(&page->body, S("\"><input type=\"hidden\" name=\"weiter\" value=\""));
    html_put_text(&page->body, text_of(login->next));
    buf_put(&page->body, S("\">"));
    html_field(&page->body, lang, TEXT("mail"), TEXT("mail"), TEXT("email"),
               text_of(text_login_mail(arena, lang)), text_of(login->mail), TEXT(""), TEXT(""),
               flag_of(false), TEXT("username"), TEXT(""));
    html_field(&page->body, lang, TEXT("password"), TEXT("password"), TEXT("password"),
               text_of(text_login_password(arena, lang)), TEXT(""), TEXT(""), TEXT(""),
               flag_of(false), TEXT("current-password"), TEXT(""));
    html_button(&page->body, lang, text_of(text_shell_login(arena, lang)), TEXT("primary"),
                ICON_NONE, TEXT(""), TEXT(""));
    buf_put(&page->body, S("</form>"));
}

/* Told to nobody but who has the right password. */
static void put_suspended(Page *page, const Person *person)
{
    Str why = text_login_suspended_why(page->arena, page->lang, person->state_reason);
    html_alert(&page->body, page->lang, TEXT("alarm"), ICON_ALARM,
               text_of(text_login_suspended(page->arena, page->lang)),
               html_escaped(page->arena, why), flag_of(true));
}

static Str demo_role(const Page *page, Str role)
{
    static const struct {
        const char *role;
        Str (*words)(Arena *arena, Lang lang);
    } ROLES_SHOWN[] = {{"member", text_role_member},   {"partner", text_demo_login_partner},
                       {"lead", text_demo_login_lead}, {"editor", text_role_editor},
                       {"office", text_role_office},   {"operator", text_role_operator},
                       {"admin", text_role_admin}};
    for (size_t i = 0; i < COUNT_OF(ROLES_SHOWN); i++)
        if (str_eq(role, str_from(ROLES_SHOWN[i].role)))
            return ROLES_SHOWN[i].words(page->arena, page->lang);
    return role;
}

/* In a demo that nobody else reaches: who comes from the start page knows no terminal. */
static void put_demo_logins(Page *page)
{
    const WebServices *web = web_services(page->call);
    Arena *arena = page->arena;
    Lang lang = page->lang;
    if (!web->demo_login_count)
        return;
    Text label[2] = {text_of(text_demo_login_role(arena, lang)),
                     text_of(text_demo_login_mail(arena, lang))};
    HtmlTableHeads heads[2];
    for (size_t i = 0; i < 2; i++)
        heads[i] = html_table_heads(label[i], flag_of(false));
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, web->demo_login_count);
    for (size_t i = 0; i < web->demo_login_count; i++) {
        const DemoLogin *one = &web->demo_logins[i];
        Str values[2] = {demo_role(page, one->role), one->mail};
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 2);
        for (size_t c = 0; c < 2; c++)
            cells[c] = html_table_rows_cells(label[c], html_escaped(arena, values[c]),
                                             flag_of(false), flag_of(false));
        rows[i] = html_table_rows(cells, 2);
    }
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(text_demo_logins(arena, lang)));
    buf_put(&page->body, S("</h2>"));
    page_put_paragraph(page, "h-quiet",
                       text_demo_logins_lead(arena, lang, web->demo_logins[0].password));
    html_table(&page->body, lang, text_of(text_demo_logins(arena, lang)), flag_of(false), heads, 2,
               rows, web->demo_login_count);
}

static void login_page(Call *call, const Login *login, Text error)
{
    Page page;
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_shell_login(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_login_lead(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-narrow h-stack\">"));
    oidc_put_outcome(&page);
    if (login->suspended)
        put_suspended(&page, &login->person);
    if (call_query(call, S("neu")).p && !error.s.n && !login->suspended)
        html_alert(&page.body, page.lang, TEXT("ok"), ICON_OK,
                   text_of(text_account_password_changed(page.arena, page.lang)), HTML_NONE,
                   flag_of(true));
    put_login_form(&page, login, error);
    account_put_link(&page, S("/passwort-vergessen"), text_login_forgotten(page.arena, page.lang));
    account_put_next_link(&page, S("/registrieren"), login->next,
                          text_login_sign_up(page.arena, page.lang));
    oidc_put_buttons(&page, login->next);
    put_demo_logins(&page);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, text_of(text_login_lead(page.arena, page.lang)));
    call_set_header(call, S("Cache-Control"), S("no-store"));
}

Err page_login(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    Login login = {.next = account_next(call)};
    if (call->cx->actor->person.v) {
        page_redirect(call, login.next.n ? login.next : page_path(call, S("/konto")));
        return OK;
    }
    login_page(call, &login, TEXT(""));
    return OK;
}

/* Of the account, however its address is written, and of nothing else: what was typed there must
 * not use up the tries of an address or of a changed password. */
static Str mail_key(Call *call, Str mail)
{
    Str key = person_mail_key(call->cx->arena, mail);
    return arena_fmt(call->cx->arena, "mail %.*s", SARG(key));
}

Err login_decode(Call *call)
{
    Login *login = arena_new(call->cx->arena, Login);
    login->mail = call_form(call, S("mail"));
    login->password = call_form(call, S("password"));
    login->next = account_next(call);
    login->secret = auth_secret(call->cx->arena);
    int64_t now_us = cx_now_us(call->cx);
    login->throttled =
        !throttle_try(throttle_address_key(call->cx->arena, call->http->peer), now_us) ||
        !throttle_try(mail_key(call, login->mail), now_us);
    call->state = login;
    return OK;
}

/* On a worker: checking a password takes 30 ms of a core. */
Err login_prepare(Call *call, Cx *cx)
{
    Login *login = call->state;
    if (login->throttled)
        return OK;
    Err err = person_find_by_mail(cx, login->mail, &login->person);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    login->right = password_verify(err == OK ? login->person.password : S(""), login->password);
    login->suspended = login->right && login->person.state == PERSON_SUSPENDED;
    return OK;
}

Err login_apply(Call *call, Cx *cx, struct Events *events)
{
    Login *login = call->state;
    if (login->throttled)
        return OK;
    if (!login->right || login->suspended)
        return session_refused(cx, login->person.id, call->http->peer);
    return session_log_in(cx, login->person.id, login->secret, call_header(call, S("user-agent")),
                          web_services(call)->session_us, events, &login->stays);
}

Err login_encode(Call *call)
{
    Login *login = call->state;
    Arena *arena = call->cx->arena;
    Lang lang = call->cx->actor->lang;
    if (login->throttled) {
        call->status = 429;
        call_set_header(call, S("Retry-After"), S("60"));
        login_page(call, login, text_of(text_login_throttled(arena, lang)));
        return OK;
    }
    if (!login->right) {
        call->status = 422;
        login_page(call, login, text_of(text_login_wrong(arena, lang)));
        return OK;
    }
    if (login->suspended) {
        call->status = 403;
        login_page(call, login, TEXT(""));
        return OK;
    }
    throttle_forget(mail_key(call, login->mail));
    session_set_cookie(call, login->secret, web_services(call)->session_us);
    account_lead_in(call, lang, login->next, login->stays);
    return OK;
}

/* ---- out ---- */

Err logout_apply(Call *call, Cx *cx, struct Events *events)
{
    const Actor *actor = cx->actor;
    (void)call;
    if (!actor->session)
        return OK;
    Err err = session_close(cx, actor->person, actor->session, events);
    return err == ERR_NOT_FOUND ? OK : err;
}

Err logout_encode(Call *call)
{
    session_set_cookie(call, S(""), 0);
    call_add_header(call, S("Clear-Site-Data"), S("\"cache\""));
    page_redirect(call, page_path(call, S("/")));
    return OK;
}

/* ---- one's account ---- */

static Html session_actions(Page *page, const Session *session)
{
    Buf buf = page_buf(page->arena);
    if (session->id == page->cx->actor->session) {
        html_badge(&buf, page->lang, TEXT("ok"), ICON_OK,
                   text_of(text_account_this_session(page->arena, page->lang)));
        return html_of(&buf);
    }
    buf_put(&buf, S("<form method=\"post\" action=\""));
    html_put_url(&buf, url_page(page->arena, page->lang, S("/konto/sitzung")));
    buf_put(&buf, S("\"><input type=\"hidden\" name=\"token\" value=\""));
    html_put_text(&buf, text_of(page->shell.form_token));
    buf_fmt(&buf, "\"><input type=\"hidden\" name=\"id\" value=\"%lld\">", (long long)session->id);
    html_button(&buf, page->lang, text_of(text_account_end_session(page->arena, page->lang)),
                TEXT("tertiary"), ICON_CLOSE, TEXT(""), TEXT(""));
    buf_put(&buf, S("</form>"));
    return html_of(&buf);
}

static void put_sessions(Page *page, const Session *sessions, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Text label[4] = {
        text_of(text_account_device(arena, lang)), text_of(text_account_since(arena, lang)),
        text_of(text_account_until(arena, lang)), text_of(text_account_action(arena, lang))};
    HtmlTableHeads heads[4];
    for (size_t i = 0; i < 4; i++)
        heads[i] = html_table_heads(label[i], flag_of(false));
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < count; i++) {
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 4);
        const Zone *zone = page->frame->zone;
        Html values[4] = {html_escaped(arena, sessions[i].agent),
                          html_escaped(arena, format_moment(arena, lang, zone,
                                                            sessions[i].created_us, page->now_us)),
                          html_escaped(arena, format_moment(arena, lang, zone,
                                                            sessions[i].expires_us, page->now_us)),
                          session_actions(page, &sessions[i])};
        for (size_t c = 0; c < 4; c++)
            cells[c] = html_table_rows_cells(label[c], values[c], flag_of(false), flag_of(c == 0));
        rows[i] = html_table_rows(cells, 4);
    }
    html_table(&page->body, lang, text_of(text_account_sessions(arena, lang)), flag_of(true), heads,
               4, rows, count);
}

/* What a person typed to change the password, and what was wrong with it. */
typedef enum PasswordFault {
    PASSWORD_FINE,
    PASSWORD_THROTTLED,
    PASSWORD_WRONG,
    PASSWORD_LENGTH,
    PASSWORD_DIFFERS
} PasswordFault;

typedef struct PasswordForm {
    Str current, fresh, again;
    Str checked; /* the hash that the current password was compared with */
    Str hash;    /* of the new password */
    PasswordFault fault;
} PasswordForm;

static Text password_fault_text(const Page *page, PasswordFault fault)
{
    switch (fault) {
    case PASSWORD_FINE:
        break;
    case PASSWORD_THROTTLED:
        return text_of(text_login_throttled(page->arena, page->lang));
    case PASSWORD_WRONG:
        return text_of(text_account_password_wrong(page->arena, page->lang));
    case PASSWORD_LENGTH:
        return text_of(text_account_password_length(page->arena, page->lang, PASSWORD_BYTES_MIN,
                                                    PASSWORD_BYTES_MAX));
    case PASSWORD_DIFFERS:
        return text_of(text_account_password_differs(page->arena, page->lang));
    }
    return TEXT("");
}

/* The id of the field that the fault is in, which is its name too. */
static Text password_fault_field(PasswordFault fault)
{
    return fault == PASSWORD_LENGTH    ? TEXT("fresh")
           : fault == PASSWORD_DIFFERS ? TEXT("again")
                                       : TEXT("current");
}

/* What was typed is never sent back. */
static void put_password_field(Page *page, Text id, Str label, Str hint, PasswordFault fault,
                               Text autocomplete)
{
    bool here = fault != PASSWORD_FINE && str_eq(password_fault_field(fault).s, id.s);
    html_field(&page->body, page->lang, id, id, TEXT("password"), text_of(label), TEXT(""),
               text_of(hint), here ? password_fault_text(page, fault) : TEXT(""), flag_of(false),
               autocomplete, TEXT(""));
}

static void put_password_form(Page *page, PasswordFault fault)
{
    Lang lang = page->lang;
    Arena *arena = page->arena;
    Str title = text_account_password(arena, lang);
    buf_put(&page->body, S("<section class=\"h-narrow\" aria-labelledby=\"passwort\">"
                           "<h2 id=\"passwort\">"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2><form class=\"h-form\" method=\"post\" action=\""));
    html_put_url(&page->body, url_page(arena, lang, S("/konto/passwort")));
    buf_put(&page->body, S("\"><input type=\"hidden\" name=\"token\" value=\""));
    html_put_text(&page->body, text_of(page->shell.form_token));
    buf_put(&page->body, S("\">"));
    put_password_field(page, TEXT("current"), text_account_password_current(arena, lang), S(""),
                       fault, TEXT("current-password"));
    put_password_field(page, TEXT("fresh"), text_account_password_new(arena, lang),
                       text_account_password_hint(arena, lang, PASSWORD_BYTES_MIN), fault,
                       TEXT("new-password"));
    put_password_field(page, TEXT("again"), text_account_password_again(arena, lang), S(""), fault,
                       TEXT("new-password"));
    html_button(&page->body, lang, text_of(title), TEXT("primary"), ICON_NONE, TEXT(""), TEXT(""));
    buf_put(&page->body, S("</form></section>"));
}

/* Of somebody who logs in with an account elsewhere. */
static void put_no_password(Page *page)
{
    buf_put(&page->body, S("<section class=\"h-narrow\" aria-labelledby=\"passwort\">"
                           "<h2 id=\"passwort\">"));
    html_put_text(&page->body, text_of(text_login_password(page->arena, page->lang)));
    buf_put(&page->body, S("</h2>"));
    account_put_text(page, text_oidc_no_password(page->arena, page->lang));
    account_put_link(page, S("/passwort-vergessen"),
                     text_oidc_set_password(page->arena, page->lang));
    buf_put(&page->body, S("</section>"));
}

static void put_password_outcome(Page *page, PasswordFault fault, bool changed)
{
    if (fault != PASSWORD_FINE)
        html_form_errors(&page->body, page->lang, int_of(1),
                         (HtmlFormErrorsErrors[]){html_form_errors_errors(
                             password_fault_field(fault), password_fault_text(page, fault))},
                         1);
    else if (changed)
        html_alert(&page->body, page->lang, TEXT("ok"), ICON_OK,
                   text_of(text_account_password_changed(page->arena, page->lang)), HTML_NONE,
                   flag_of(true));
}

static Html change_link(Page *page, Str value, Str path, Str label)
{
    Buf out = page_buf(page->arena);
    html_put_text(&out, text_of(value));
    buf_put(&out, S(" <a href=\""));
    html_put_url(&out, url_page(page->arena, page->lang, path));
    buf_put(&out, S("\">"));
    html_put_text(&out, text_of(label));
    buf_put(&out, S("</a>"));
    return html_of(&out);
}

static void put_profile(Page *page, const Person *person)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Str words = person->lang == LANG_DE ? S("Deutsch") : S("English");
    HtmlFactsRows rows[] = {
        html_facts_rows(text_of(text_sign_up_name(arena, lang)),
                        change_link(page, person->name, S("/konto/profil"),
                                    text_account_change_name(arena, lang))),
        html_facts_rows(text_of(text_account_lang(arena, lang)), html_escaped(arena, words)),
        html_facts_rows(text_of(text_account_district(arena, lang)),
                        change_link(page,
                                    person->district.n ? person->district
                                                       : text_account_district_none(arena, lang),
                                    S("/konto/profil"), text_account_change_district(arena, lang))),
        html_facts_rows(text_of(text_login_mail(arena, lang)),
                        change_link(page, person->mail, S("/konto/adresse"),
                                    text_account_change_mail(arena, lang))),
        html_facts_rows(text_of(text_notices_title(arena, lang)),
                        change_link(page, S(""), S("/konto/benachrichtigungen"),
                                    text_paces_title(arena, lang)))};
    html_facts(&page->body, lang, rows, COUNT_OF(rows));
}

static void put_end_others(Page *page, size_t count)
{
    if (count < 2)
        return;
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    form_button(page, &page->body, S("/konto/sitzungen"),
                text_account_end_others(page->arena, page->lang), TEXT("secondary"), ICON_CLOSE,
                NULL, 0);
    buf_put(&page->body, S("</div>"));
}

static Err account_page(Call *call, Cx *cx, PasswordFault fault, bool changed)
{
    Page page;
    Person person;
    Session *sessions;
    size_t count;
    TRY(person_get(cx, cx->actor->person, &person));
    TRY(session_list(cx, cx->actor->person, &sessions, &count));
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_account_title(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_shell_account(page.arena, page.lang, cx->actor->name)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    put_password_outcome(&page, fault, changed);
    oidc_put_outcome(&page);
    if (call_query(call, S("willkommen")).p)
        html_alert(&page.body, page.lang, TEXT("ok"), ICON_OK,
                   text_of(text_account_welcome(page.arena, page.lang)),
                   html_escaped(page.arena, text_account_welcome_next(page.arena, page.lang)),
                   flag_of(true));
    if (call_query(call, S("bleibt")).p)
        html_alert(&page.body, page.lang, TEXT("ok"), ICON_OK,
                   text_of(text_left_stays(page.arena, page.lang)), HTML_NONE, flag_of(true));
    put_profile(&page, &person);
    put_sessions(&page, sessions, count);
    put_end_others(&page, count);
    TRY(oidc_put_identities(&page));
    if (person.password.n)
        put_password_form(&page, fault);
    else
        put_no_password(&page);
    account_put_link(&page, S("/konto/daten"), text_own_title(page.arena, page.lang));
    account_put_link(&page, S("/konto/beenden"), text_leave_title(page.arena, page.lang));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

Err page_account(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    return account_page(call, cx, PASSWORD_FINE, call_query(call, S("geaendert")).p != NULL);
}

Err session_end_decode(Call *call)
{
    int64_t *id = arena_new(call->cx->arena, int64_t);
    if (!str_to_i64(call_form(call, S("id")), id))
        return fail(call->cx, ERR_INVALID, "request.form", "the form names no session");
    call->state = id;
    return OK;
}

Err session_end_apply(Call *call, Cx *cx, struct Events *events)
{
    Err err = session_close(cx, cx->actor->person, *(int64_t *)call->state, events);
    return err == ERR_NOT_FOUND ? OK : err; /* ended already: a second click */
}

Err session_end_encode(Call *call)
{
    page_redirect(call, page_path(call, S("/konto")));
    return OK;
}

Err sessions_end_apply(Call *call, Cx *cx, struct Events *events)
{
    TRY(session_close_others(cx, cx->actor->person, cx->actor->session, events));
    call->location = page_path(call, S("/konto"));
    return OK;
}

/* ---- name and language ---- */

Err page_profile(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Person person;
    Lang lang = cx->actor->lang;
    (void)events;
    TRY(person_get(cx, cx->actor->person, &person));
    Str title = text_account_change_name(cx->arena, lang);
    account_page_open(call, title, S(""), &page);
    form_begin(&form, &page, S("/konto/profil"), 0);
    form_text(&form, S("name"), text_sign_up_name(page.arena, lang),
              (FormText){.given = person.name,
                         .hint = text_sign_up_name_hint(page.arena, lang),
                         .autocomplete = S("name")});
    FormOption langs[] = {{S("de"), S("Deutsch"), person.lang == LANG_DE},
                          {S("en"), S("English"), person.lang == LANG_EN}};
    form_select(&form, S("lang"), text_account_lang(page.arena, lang),
                text_account_lang_hint(page.arena, lang), langs, COUNT_OF(langs));
    item_put_district(&form, text_account_district(page.arena, lang),
                      text_account_district_hint(page.arena, lang),
                      text_account_district_none(page.arena, lang), person.district);
    form_submit(&form, text_item_save(page.arena, lang));
    form_end(&form);
    account_page_close(&page, title);
    return OK;
}

Err profile_decode(Call *call)
{
    Lang *lang = arena_new(call->cx->arena, Lang);
    if (!lang_parse(call_form(call, S("lang")), lang))
        return fail(call->cx, ERR_INVALID, "request.form", "the form names no language");
    call->state = lang;
    TRY(person_check_name(call->cx, str_trim(call_form(call, S("name")))));
    return person_check_district(call->cx, str_trim(call_form(call, S("district"))));
}

Err profile_apply(Call *call, Cx *cx, struct Events *events)
{
    const Lang *lang = call->state;
    TRY(person_set_name(cx, cx->actor->person, call_form(call, S("name")), *lang, events));
    TRY(person_set_district(cx, cx->actor->person, call_form(call, S("district"))));
    call->location = page_path(call, S("/konto"));
    return OK;
}

/* ---- a new password ---- */

static Str password_key(Cx *cx)
{
    return arena_fmt(cx->arena, "password of person %lld", (long long)cx->actor->person.v);
}

Err password_decode(Call *call)
{
    PasswordForm *form = arena_new(call->cx->arena, PasswordForm);
    form->current = call_form(call, S("current"));
    form->fresh = call_form(call, S("fresh"));
    form->again = call_form(call, S("again"));
    if (form->fresh.n < PASSWORD_BYTES_MIN || form->fresh.n > PASSWORD_BYTES_MAX)
        form->fault = PASSWORD_LENGTH;
    else if (!str_eq(form->fresh, form->again))
        form->fault = PASSWORD_DIFFERS;
    else if (!throttle_try(password_key(call->cx), cx_now_us(call->cx)))
        form->fault = PASSWORD_THROTTLED;
    call->state = form;
    return OK;
}

/* On a worker: checking one password and hashing the other. */
Err password_prepare(Call *call, Cx *cx)
{
    PasswordForm *form = call->state;
    Person person;
    if (form->fault != PASSWORD_FINE)
        return OK;
    TRY(person_get(cx, cx->actor->person, &person));
    form->checked = person.password;
    if (!password_verify(person.password, form->current)) {
        form->fault = PASSWORD_WRONG;
        return OK;
    }
    return password_hash(cx, form->fresh, &form->hash);
}

/* Whoever else was logged in with the old password is out. */
Err password_apply(Call *call, Cx *cx, struct Events *events)
{
    const PasswordForm *form = call->state;
    Person person;
    if (form->fault != PASSWORD_FINE)
        return OK;
    TRY(person_get(cx, cx->actor->person, &person));
    if (!str_eq(person.password, form->checked))
        return fail(cx, ERR_CONFLICT, "person.changed",
                    "the password was changed elsewhere at the same time");
    return account_change_password(cx, form->hash, events);
}

Err password_encode(Call *call)
{
    const PasswordForm *form = call->state;
    if (form->fault == PASSWORD_FINE) {
        throttle_forget(password_key(call->cx));
        page_redirect(call, page_path(call, S("/konto?geaendert=1")));
        return OK;
    }
    call->status = form->fault == PASSWORD_THROTTLED ? 429 : 422;
    if (call->status == 429)
        call_set_header(call, S("Retry-After"), S("60"));
    return account_page(call, call->cx, form->fault, false);
}
