#include "web/account_page.h"

#include "base/calendar.h"
#include "base/str.h"
#include "text_gen.h"

/* A whole class may sign up in one lesson, behind one address; a machine that tries names or fills
 * mailboxes gets no further than a class. */
const FormRates FORM_RATES = {
    .address = {.burst = 40, .period_s = 60},
    .net = {.burst = 120, .period_s = 20},
    .thing = {.burst = 10, .period_s = 60},
};

void account_page_open(Call *call, Str title, Str lead, Page *ret)
{
    page_open(call, MENU_NONE, ret);
    Buf crumbs = page_buf(ret->arena);
    html_crumbs(&crumbs, ret->lang, NULL, 0, text_of(title));
    html_intro(&ret->body, ret->lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               HTML_NONE);
    buf_put(&ret->body, S("<div class=\"h-wrap h-page h-narrow h-stack\">"));
}

void account_page_close(Page *page, Str title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

void account_put_text(Page *page, Str text)
{
    buf_put(&page->body, S("<p>"));
    html_put_text(&page->body, text_of(text));
    buf_put(&page->body, S("</p>"));
}

void account_put_link(Page *page, Str path, Str label)
{
    buf_put(&page->body, S("<p>"));
    page_put_link(&page->body, url_page(page->arena, page->lang, path), label, TEXT(""));
    buf_put(&page->body, S("</p>"));
}

void account_put_next_link(Page *page, Str path, Str next, Str label)
{
    Url url = url_page(page->arena, page->lang, path);
    buf_put(&page->body, S("<p>"));
    page_put_link(&page->body, next.n ? url_query(page->arena, url, S("weiter"), next) : url, label,
                  TEXT(""));
    buf_put(&page->body, S("</p>"));
}

Str account_own_path(Str path, size_t bytes_max)
{
    Url url;
    bool own = path.n && path.n <= bytes_max && path.p[0] == '/';
    return own && url_parse(path, &url) ? path : S("");
}

Str account_next(Call *call)
{
    enum { NEXT_BYTES_MAX = 600 }; /* with its escapes it has room in the path of a mail */
    Str next = call_form(call, S("weiter"));
    if (!next.n)
        next = call_query(call, S("weiter"));
    return account_own_path(next, NEXT_BYTES_MAX);
}

void account_put_demo_note(Page *page)
{
    if (web_services(page->call)->keeps_mails)
        account_put_link(page, S("/demo/mails"), text_demo_mails_here(page->arena, page->lang));
}

Err form_limit(Call *call, const FormRates *rates, Str form, Str thing)
{
    Arena *arena = call->cx->arena;
    int64_t now_us = cx_now_us(call->cx);
    Str address = throttle_address_key(arena, call->http->peer);
    Str net = throttle_net_key(arena, call->http->peer);
    Str keys[] = {arena_fmt(arena, "%.*s of %.*s", SARG(form), SARG(address)),
                  arena_fmt(arena, "%.*s of %.*s", SARG(form), SARG(net)),
                  arena_fmt(arena, "%.*s for %.*s", SARG(form), SARG(thing))};
    bool fine = throttle_try_rate(keys[0], rates->address, now_us) &&
                throttle_try_rate(keys[1], rates->net, now_us) &&
                (!thing.n || throttle_try_rate(keys[2], rates->thing, now_us));
    if (!fine)
        return fail(call->cx, ERR_LIMIT, "form.limit",
                    "this form was sent too often from here; try again in some minutes");
    return OK;
}

void session_set_cookie(Call *call, Str secret, int64_t lifetime_us)
{
    bool secure = web_services(call)->secure;
    call_add_header(call, S("Set-Cookie"),
                    arena_fmt(call->cx->arena,
                              "%.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                              SARG(session_cookie_name(secure)), SARG(secret),
                              (long long)(lifetime_us / TIME_SECOND_US), secure ? "; Secure" : ""));
}

void account_lead_in(Call *call, Lang lang, Str next, bool stays)
{
    Arena *arena = call->cx->arena;
    if (stays)
        next = url_page(arena, lang, S("/konto?bleibt=1")).s;
    page_redirect(call, next.n ? next : url_page(arena, lang, S("/")).s);
}

Str person_path(Arena *arena, PersonId id)
{
    return arena_fmt(arena, "/buero/personen/%lld", (long long)id.v);
}

Err person_id_of_call(Call *call, PersonId *ret)
{
    if (!str_to_i64(call->params[0], &ret->v) || ret->v <= 0)
        return fail(call->cx, ERR_NOT_FOUND, "person.unknown", "there is no such person");
    return OK;
}

Err person_of_call(Call *call, Cx *cx, Person *ret)
{
    PersonId id;
    TRY(person_id_of_call(call, &id));
    TRY(person_get(cx, id, ret));
    if (ret->state == PERSON_ERASED)
        return fail(cx, ERR_NOT_FOUND, "person.unknown", "there is no such person");
    return OK;
}

void account_check_password(Cx *cx, Str fresh, Str again)
{
    if (fresh.n < PASSWORD_BYTES_MIN || fresh.n > PASSWORD_BYTES_MAX)
        flaw(cx, "account.password", "a password has %d to %d bytes", PASSWORD_BYTES_MIN,
             PASSWORD_BYTES_MAX);
    else if (!str_eq(fresh, again))
        flaw(cx, "account.again", "the new password was typed differently");
}
