/* Logging in and out, and one's own account: sessions and password. */
#include "web/pages.h"

#include "base/str.h"
#include "core/throttle.h"
#include "text_gen.h"
#include "web/format.h"

/* ---- the login form ---- */

typedef struct Login {
    Str mail, password, next;
    Person person;
    Str secret; /* of the session to be */
    bool right;
    bool throttled;
} Login;

/* Only a page of this site may follow a login. */
static Str safe_next(Str next)
{
    Url url;
    return next.n && next.p[0] == '/' && url_parse(next, &url) ? next : S("");
}

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
               flag_of(false), TEXT("username"));
    html_field(&page->body, lang, TEXT("password"), TEXT("password"), TEXT("password"),
               text_of(text_login_password(arena, lang)), TEXT(""), TEXT(""), TEXT(""),
               flag_of(false), TEXT("current-password"));
    html_button(&page->body, lang, text_of(text_shell_login(arena, lang)), TEXT("primary"),
                ICON_NONE, TEXT(""), TEXT(""));
    buf_put(&page->body, S("</form>"));
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
    buf_put(&page.body, S("<div class=\"h-wrap h-narrow\">"));
    put_login_form(&page, login, error);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
}

Err page_login(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    Login login = {.next = safe_next(call_query(call, S("weiter")))};
    if (call->cx->actor->person.v) {
        page_redirect(call, login.next.n ? login.next : page_path(call, S("/konto")));
        return OK;
    }
    login_page(call, &login, TEXT(""));
    return OK;
}

Err login_decode(Call *call)
{
    Login *login = arena_new(call->cx->arena, Login);
    login->mail = call_form(call, S("mail"));
    login->password = call_form(call, S("password"));
    login->next = safe_next(call_form(call, S("weiter")));
    login->secret = auth_secret(call->cx->arena);
    login->throttled = !throttle_try(call->http->peer, cx_now_us(call->cx)) ||
                       !throttle_try(login->mail, cx_now_us(call->cx));
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
    return OK;
}

Err login_apply(Call *call, Cx *cx, struct Events *events)
{
    const Login *login = call->state;
    if (!login->right)
        return OK;
    return session_open(cx, login->person.id, login->secret, call_header(call, S("user-agent")),
                        web_services(call)->session_us, events);
}

static Str cookie(Call *call, Str secret, int64_t lifetime_us)
{
    bool secure = web_services(call)->secure;
    return arena_fmt(call->cx->arena, "%.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                     SARG(session_cookie_name(secure)), SARG(secret),
                     (long long)(lifetime_us / TIME_SECOND_US), secure ? "; Secure" : "");
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
    throttle_forget(login->mail);
    call_add_header(call, S("Set-Cookie"),
                    cookie(call, login->secret, web_services(call)->session_us));
    page_redirect(call, login->next.n ? login->next : page_path(call, S("/")));
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
    call_add_header(call, S("Set-Cookie"), cookie(call, S(""), 0));
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

static Html escaped(Arena *arena, Str text)
{
    Buf buf = page_buf(arena);
    html_put_text(&buf, text_of(text));
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
        Html values[4] = {
            escaped(arena, sessions[i].agent),
            escaped(arena, format_moment(arena, lang, zone, sessions[i].created_us, page->now_us)),
            escaped(arena, format_moment(arena, lang, zone, sessions[i].expires_us, page->now_us)),
            session_actions(page, &sessions[i])};
        for (size_t c = 0; c < 4; c++)
            cells[c] = html_table_rows_cells(label[c], values[c], flag_of(false), flag_of(c == 0));
        rows[i] = html_table_rows(cells, 4);
    }
    html_table(&page->body, lang, text_of(text_account_sessions(arena, lang)), flag_of(true), heads,
               4, rows, count);
}

Err page_account(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    Page page;
    Session *sessions;
    size_t count;
    TRY(session_list(cx, cx->actor->person, &sessions, &count));
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_account_title(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_shell_account(page.arena, page.lang, cx->actor->name)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    put_sessions(&page, sessions, count);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
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
