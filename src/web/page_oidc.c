/* Logging in with an account elsewhere (core/oidc.h, core/identity.h): the way to the provider, the
 * way back, and the identities of one's own account.
 *
 * The way back leads to one address whatever the language, since it has to be told to the provider;
 * what came of it is said by the login or account page in the language in which it was begun. */
#include "web/oidc_page.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/account_page.h"
#include "web/format.h"

#define START_PATH "/anmelden/oidc"

/* ---- cookies ---- */

/* Of an attempt, and then of the question whether to link. */
static Str attempt_cookie_name(bool secure)
{
    return secure ? S("__Host-hanse-oidc") : S("hanse-oidc");
}

static void put_attempt_cookie(Call *call, Str value, int64_t lifetime_s)
{
    bool secure = web_services(call)->secure;
    Str name = attempt_cookie_name(secure);
    call_add_header(
        call, S("Set-Cookie"),
        arena_fmt(call->cx->arena, "%.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                  SARG(name), SARG(value), (long long)lifetime_s, secure ? "; Secure" : ""));
}

/* ---- what other pages show ---- */

static const OidcProviders *providers_of(const Call *call)
{
    const OidcServices *oidc = web_services(call)->oidc;
    return oidc ? oidc->providers : NULL;
}

static Url start_url(Page *page, const OidcProvider *provider, Str next)
{
    Url url =
        url_segment(page->arena, url_page(page->arena, page->lang, S(START_PATH)), provider->name);
    return next.n ? url_query(page->arena, url, S("weiter"), next) : url;
}

void oidc_put_buttons(Page *page, Str next)
{
    const OidcProviders *providers = providers_of(page->call);
    if (!providers || !providers->count)
        return;
    Text title = text_of(text_oidc_title(page->arena, page->lang));
    buf_put(&page->body, S("<section class=\"h-stack\" aria-labelledby=\"oidc\"><h2 id=\"oidc\">"));
    html_put_text(&page->body, title);
    buf_put(&page->body, S("</h2><p>"));
    html_put_text(&page->body, text_of(text_oidc_lead(page->arena, page->lang)));
    buf_put(&page->body, S("</p>"));
    if (city_setting(page->frame, S("legal.terms")).n) {
        account_put_text(page, text_oidc_terms(page->arena, page->lang));
        account_put_link(page, S("/nutzungsbedingungen"),
                         text_terms_title(page->arena, page->lang));
    }
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    for (size_t i = 0; i < providers->count; i++) {
        const OidcProvider *provider = &providers->list[i];
        Str label = text_oidc_login_with(page->arena, page->lang, provider->label[page->lang]);
        html_link_button(&page->body, page->lang, start_url(page, provider, next), text_of(label),
                         TEXT("secondary"), ICON_NONE);
    }
    buf_put(&page->body, S("</div></section>"));
}

/* Only these stand in an address; what else came is not shown. */
static const struct {
    Str name;
    Text kind;
    Icon icon;
    Str (*words)(Arena *arena, Lang lang);
} OUTCOMES[] = {
    {S_INIT("linked"), {S_INIT("ok")}, ICON_OK, text_oidc_linked},
    {S_INIT("removed"), {S_INIT("ok")}, ICON_OK, text_oidc_removed},
    {S_INIT("has-account"), {S_INIT("info")}, ICON_INFO, text_oidc_has_account},
    {S_INIT("state"), {S_INIT("warning")}, ICON_WARNING, text_error_oidc_state},
    {S_INIT("late"), {S_INIT("warning")}, ICON_WARNING, text_error_oidc_late},
    {S_INIT("refused"), {S_INIT("info")}, ICON_INFO, text_error_oidc_refused},
    {S_INIT("unreachable"), {S_INIT("warning")}, ICON_WARNING, text_error_oidc_unreachable},
    {S_INIT("token"), {S_INIT("alarm")}, ICON_ALARM, text_error_oidc_token},
    {S_INIT("taken"), {S_INIT("warning")}, ICON_WARNING, text_error_oidc_taken},
    {S_INIT("suspended"), {S_INIT("alarm")}, ICON_ALARM, text_error_oidc_suspended},
    {S_INIT("mail_missing"), {S_INIT("warning")}, ICON_WARNING, text_error_oidc_mail_missing},
    {S_INIT("mail_unverified"), {S_INIT("warning")}, ICON_WARNING, text_error_oidc_mail_unverified},
    {S_INIT("throttled"), {S_INIT("warning")}, ICON_WARNING, text_login_throttled},
};

/* The outcome of an error of the flow; those that name no reason of their own are "token" where
 * something is wrong with the answer, "unreachable" where there was none. */
static Str outcome_of(Err err, const char *key)
{
    Str name = str_from(key);
    if (str_starts(name, S("oidc.")))
        name = str_from_index(name, 5);
    for (size_t i = 0; i < COUNT_OF(OUTCOMES); i++)
        if (str_eq(OUTCOMES[i].name, name))
            return name;
    return err == ERR_UNAVAILABLE ? S("unreachable") : S("token");
}

void oidc_put_outcome(Page *page)
{
    Str name = call_query(page->call, S("hinweis"));
    for (size_t i = 0; i < COUNT_OF(OUTCOMES); i++)
        if (str_eq(OUTCOMES[i].name, name))
            html_alert(&page->body, page->lang, OUTCOMES[i].kind, OUTCOMES[i].icon,
                       text_of(OUTCOMES[i].words(page->arena, page->lang)), HTML_NONE,
                       flag_of(true));
}

/* ---- to the provider ---- */

typedef struct Start {
    const OidcProvider *provider;
    OidcAttempt attempt;
    Str url;     /* at the provider */
    Str outcome; /* why not; empty: it goes there */
} Start;

static Err find_provider(Call *call, const OidcProvider **ret)
{
    *ret = oidc_provider(providers_of(call), call->params[0]);
    if (!*ret)
        return fail(call->cx, ERR_NOT_FOUND, "request.path", "there is no such login");
    return OK;
}

static Str tries_key(Call *call)
{
    Str address = throttle_address_key(call->cx->arena, call->http->peer);
    return arena_fmt(call->cx->arena, "oidc %.*s", SARG(address));
}

/* A page elsewhere neither begins a login here nor ends one that is on its way. */
static bool is_own_start(const Call *call)
{
    Str site = call_header(call, S("sec-fetch-site"));
    return !site.p || str_eq(site, S("same-origin")) || str_eq(site, S("none"));
}

Err oidc_start_decode(Call *call)
{
    Cx *cx = call->cx;
    Start *start = arena_new(cx->arena, Start);
    TRY(find_provider(call, &start->provider));
    start->attempt =
        (OidcAttempt){.provider = start->provider->name,
                      .secret = auth_secret(cx->arena),
                      .started_us = cx_now_us(cx),
                      .lang = cx->actor->lang,
                      .next = account_own_path(call_query(call, S("weiter")), OIDC_NEXT_BYTES_MAX)};
    if (!is_own_start(call))
        start->outcome = S("state");
    else if (!throttle_try(tries_key(call), cx_now_us(cx)))
        start->outcome = S("throttled");
    call->state = start;
    return OK;
}

/* On a worker for what waits: the provider may have to be asked where its pages are. */
Err oidc_start_prepare(Call *call, Cx *cx)
{
    Start *start = call->state;
    const OidcServices *oidc = web_services(call)->oidc;
    if (start->outcome.n)
        return OK;
    Err err = oidc->start(oidc->fetcher, cx, start->provider, &start->attempt, &start->url);
    if (err != OK)
        start->outcome = outcome_of(err, cx->error->key);
    return OK;
}

/* Back to the page that says what happened. */
static void lead_back(Call *call, Lang lang, Str outcome, Str next)
{
    Arena *arena = call->cx->arena;
    bool logged_in = call->cx->actor->person.v != 0;
    Url url = url_page(arena, lang, logged_in ? S("/konto") : S("/anmelden"));
    url = url_query(arena, url, S("hinweis"), outcome);
    if (next.n && !logged_in)
        url = url_query(arena, url, S("weiter"), next);
    page_redirect(call, url.s);
}

Err oidc_start_encode(Call *call)
{
    const Start *start = call->state;
    if (start->outcome.n) {
        lead_back(call, start->attempt.lang, start->outcome, start->attempt.next);
        return OK;
    }
    put_attempt_cookie(call, oidc_attempt_emit(call->cx->arena, &start->attempt), OIDC_ATTEMPT_S);
    page_redirect(call, start->url);
    return OK;
}

/* ---- and back ---- */

typedef struct Back {
    const OidcProvider *provider;
    OidcAttempt attempt;
    OidcCallback callback;
    OidcClaims claims;
    Str secret;  /* of the session to be */
    Str refused; /* an outcome, known before apply */
    /* Of apply. */
    Str outcome;
    IdentityOutcome admitted;
    bool stays; /* the account was to be erased, and is not any more */
} Back;

Err oidc_back_decode(Call *call)
{
    Cx *cx = call->cx;
    Back *back = arena_new(cx->arena, Back);
    Str cookie = call_cookie(call, attempt_cookie_name(web_services(call)->secure));
    TRY(find_provider(call, &back->provider));
    if (!str_eq(call->http->method, S("GET")))
        return fail(cx, ERR_UNSUPPORTED, "request.method", "a login is ended by GET alone");
    back->callback = (OidcCallback){.code = call_query(call, S("code")),
                                    .state = call_query(call, S("state")),
                                    .error = call_query(call, S("error")),
                                    .issuer = call_query(call, S("iss"))};
    back->secret = auth_secret(cx->arena);
    call->state = back;
    if (!oidc_attempt_parse(cx->arena, cookie, &back->attempt)) {
        back->refused = S("state");
        return OK;
    }
    Err err = oidc_callback_check(cx, back->provider, &back->attempt, &back->callback);
    if (err != OK)
        back->refused = outcome_of(err, cx->error->key);
    return OK;
}

Err oidc_back_prepare(Call *call, Cx *cx)
{
    Back *back = call->state;
    const OidcServices *oidc = web_services(call)->oidc;
    if (back->refused.n)
        return OK;
    Err err = oidc->claims(oidc->fetcher, cx, back->provider, &back->attempt, &back->callback,
                           &back->claims);
    if (err != OK)
        back->refused = outcome_of(err, cx->error->key);
    return OK;
}

/* What identity_admit refuses, it refuses before it changes anything. */
Err oidc_back_apply(Call *call, Cx *cx, struct Events *events)
{
    Back *back = call->state;
    PersonId person;
    back->outcome = back->refused;
    back->stays = false;
    if (back->refused.n)
        return OK;
    Err err = identity_admit(cx, back->provider, &back->claims, back->attempt.lang, events,
                             &back->admitted, &person);
    if (err == ERR_DENIED || err == ERR_CONFLICT || err == ERR_INVALID) {
        back->outcome = outcome_of(err, cx->error->key);
        return OK;
    }
    TRY(err);
    bool comes_in = back->admitted == IDENTITY_KNOWN || back->admitted == IDENTITY_ADDED;
    if (!comes_in || cx->actor->person.v)
        return OK;
    return session_log_in(cx, person, back->secret, call_header(call, S("user-agent")),
                          web_services(call)->session_us, events, &back->stays);
}

/* The password first; then a page of this site leads to the provider once more. (The login form
 * itself could not: browsers hold form-action against every redirect behind a form.) */
static void lead_to_password(Call *call, const Back *back)
{
    Url again = url_page(call->cx->arena, back->attempt.lang, S("/konto/verknuepfen"));
    again = url_query(call->cx->arena, again, S("mit"), back->provider->name);
    lead_back(call, back->attempt.lang, S("has-account"), again.s);
}

Err oidc_back_encode(Call *call)
{
    const Back *back = call->state;
    const WebServices *web = web_services(call);
    Cx *cx = call->cx;
    bool asks = !back->outcome.n && back->admitted == IDENTITY_ASK;
    if (!asks)
        put_attempt_cookie(call, S(""), 0);
    if (back->outcome.n) {
        lead_back(call, back->attempt.lang, back->outcome, back->attempt.next);
    } else if (asks) {
        put_attempt_cookie(call, identity_seal(cx, web->secret, back->provider, &back->claims),
                           OIDC_ATTEMPT_S);
        page_redirect(call, url_page(cx->arena, back->attempt.lang, S("/konto/verknuepfen")).s);
    } else if (back->admitted == IDENTITY_MAIL) {
        lead_to_password(call, back);
    } else {
        throttle_forget(tries_key(call));
        if (!cx->actor->person.v)
            session_set_cookie(call, back->secret, web->session_us);
        account_lead_in(call, back->attempt.lang, back->attempt.next, back->stays);
    }
    return OK;
}

/* ---- linking ---- */

static Err unseal(Call *call, Cx *cx, Str *ret_provider, OidcClaims *ret)
{
    const WebServices *web = web_services(call);
    return identity_unseal(cx, web->secret, call_cookie(call, attempt_cookie_name(web->secure)),
                           ret_provider, ret);
}

/* What a provider is called; its name where the configuration no longer has it. */
static Str label_of(const Call *call, Lang lang, Str name)
{
    const OidcProvider *provider = oidc_provider(providers_of(call), name);
    return provider ? provider->label[lang] : name;
}

static void open_narrow(Call *call, Str title, Str lead, Page *ret)
{
    Page page;
    page_open(call, MENU_NONE, &page);
    Buf crumbs = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, text_of(title));
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-narrow h-stack\">"));
    *ret = page;
}

static void close_narrow(Page *page, Str title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

static void link_page_open(Call *call, Str label, Page *ret)
{
    Arena *arena = call->cx->arena;
    Lang lang = call->cx->actor->lang;
    open_narrow(call, text_oidc_ask(arena, lang, label), text_oidc_ask_lead(arena, lang, label),
                ret);
}

static void link_page_close(Page *page, Str label)
{
    html_link_button(&page->body, page->lang, url_page(page->arena, page->lang, S("/konto")),
                     text_of(text_confirm_cancel(page->arena, page->lang)), TEXT("tertiary"),
                     ICON_NONE);
    buf_put(&page->body, S("</div>"));
    close_narrow(page, text_oidc_ask(page->arena, page->lang, label));
}

/* Who is there at the provider is not known yet. */
static void put_way(Call *call, const OidcProvider *provider)
{
    Page page;
    Str label = provider->label[call->cx->actor->lang];
    link_page_open(call, label, &page);
    buf_put(&page.body, S("<div class=\"h-actions\">"));
    html_link_button(&page.body, page.lang, start_url(&page, provider, S("")),
                     text_of(text_oidc_go_on(page.arena, page.lang, label)), TEXT("primary"),
                     ICON_NONE);
    link_page_close(&page, label);
}

/* There is no question, or no longer one: what is linked, and what can be. */
static Err put_no_question(Call *call)
{
    Page page;
    Str title = text_oidc_identities(call->cx->arena, call->cx->actor->lang);
    open_narrow(call, title, S(""), &page);
    if (call->fault)
        html_alert(&page.body, page.lang, TEXT("warning"), ICON_WARNING,
                   text_of(fault_words(&page, call->fault->key, call->fault->detail)), HTML_NONE,
                   flag_of(true));
    TRY(oidc_put_identities(&page));
    close_narrow(&page, title);
    return OK;
}

Err page_identity_link(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    OidcClaims claims;
    Str name;
    const OidcProvider *wanted = oidc_provider(providers_of(call), call_query(call, S("mit")));
    (void)events;
    if (wanted) {
        put_way(call, wanted);
        return OK;
    }
    if (call->fault || unseal(call, cx, &name, &claims) != OK)
        return put_no_question(call);
    Str label = label_of(call, cx->actor->lang, name);
    link_page_open(call, label, &page);
    HtmlFactsRows rows[] = {
        html_facts_rows(text_of(label),
                        html_escaped(page.arena, claims.mail.n ? claims.mail : claims.sub)),
        html_facts_rows(text_of(text_oidc_here(page.arena, page.lang)),
                        html_escaped(page.arena, cx->actor->name))};
    html_facts(&page.body, page.lang, rows, COUNT_OF(rows));
    buf_put(&page.body, S("<div class=\"h-actions\">"));
    form_button(&page, &page.body, S("/konto/verknuepfen"), text_oidc_link(page.arena, page.lang),
                TEXT("primary"), ICON_NONE, NULL, 0);
    link_page_close(&page, label);
    return OK;
}

Err identity_link_apply(Call *call, Cx *cx, struct Events *events)
{
    OidcClaims claims;
    Str provider;
    (void)events;
    TRY(unseal(call, cx, &provider, &claims));
    TRY(identity_link(cx, provider, &claims));
    call->location = page_path(call, S("/konto?hinweis=linked"));
    return OK;
}

Err identity_remove_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    TRY(identity_remove(cx, cx->actor->person, call_form(call, S("issuer")),
                        call_form(call, S("sub"))));
    call->location = page_path(call, S("/konto?hinweis=removed"));
    return OK;
}

/* ---- in one's account ---- */

/* Instead of a button that would be refused. */
static Html remove_button(Page *page, const Identity *identity, bool is_last)
{
    Buf buf = page_buf(page->arena);
    if (is_last)
        return html_escaped(page->arena, text_oidc_is_last(page->arena, page->lang));
    FormPair pairs[] = {{S("issuer"), identity->issuer}, {S("sub"), identity->sub}};
    form_button(page, &buf, S("/konto/identitaet"), text_oidc_remove(page->arena, page->lang),
                TEXT("tertiary"), ICON_CLOSE, pairs, COUNT_OF(pairs));
    return html_of(&buf);
}

static void put_table(Page *page, const Identity *list, size_t count, bool is_last)
{
    enum { COLUMNS = 5 };
    Arena *arena = page->arena;
    Lang lang = page->lang;
    const Zone *zone = page->frame->zone;
    Text label[COLUMNS] = {
        text_of(text_oidc_provider(arena, lang)), text_of(text_login_mail(arena, lang)),
        text_of(text_oidc_since(arena, lang)), text_of(text_oidc_used(arena, lang)),
        text_of(text_oidc_action(arena, lang))};
    HtmlTableHeads heads[COLUMNS];
    for (size_t c = 0; c < COLUMNS; c++)
        heads[c] = html_table_heads(label[c], flag_of(false));
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < count; i++) {
        const Identity *one = &list[i];
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, COLUMNS);
        Html values[COLUMNS] = {
            html_escaped(arena, label_of(page->call, lang, one->provider)),
            html_escaped(arena, one->mail),
            html_escaped(arena, format_moment(arena, lang, zone, one->created_us, page->now_us)),
            html_escaped(arena, format_moment(arena, lang, zone, one->used_us, page->now_us)),
            remove_button(page, one, is_last)};
        for (size_t c = 0; c < COLUMNS; c++)
            cells[c] = html_table_rows_cells(label[c], values[c], flag_of(false), flag_of(c == 0));
        rows[i] = html_table_rows(cells, COLUMNS);
    }
    html_table(&page->body, lang, text_of(text_oidc_identities(arena, lang)), flag_of(true), heads,
               COLUMNS, rows, count);
}

static bool is_linked(const OidcProvider *provider, const Identity *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i].issuer, provider->issuer))
            return true;
    return false;
}

Err oidc_put_identities(Page *page)
{
    const OidcProviders *providers = providers_of(page->call);
    Identity *list;
    Person person;
    size_t count;
    TRY(person_get(page->cx, page->cx->actor->person, &person));
    TRY(identity_list(page->cx, person.id, &list, &count));
    if (count)
        put_table(page, list, count, count == 1 && !person.password.n);
    if (!providers || !providers->count)
        return OK;
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    for (size_t i = 0; i < providers->count; i++)
        if (!is_linked(&providers->list[i], list, count))
            html_link_button(&page->body, page->lang, start_url(page, &providers->list[i], S("")),
                             text_of(text_oidc_link_with(page->arena, page->lang,
                                                         providers->list[i].label[page->lang])),
                             TEXT("secondary"), ICON_NONE);
    buf_put(&page->body, S("</div>"));
    return OK;
}
