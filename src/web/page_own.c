/* One's own data to take along, and the end of one's account; for the office, the end of another
 * one's. */
#include "web/account_page.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/account.h"
#include "people/erasure.h"
#include "people/own_data.h"
#include "text_gen.h"
#include "web/format.h"

enum { FRESH_LOGIN_S = 600 /* of somebody without a password, who logs in elsewhere */ };

/* A document is gathered from all tables: some in an hour are more than anybody needs. */
static const FormRates OWN_RATES = {
    .address = {.burst = 20, .period_s = 120},
    .net = {.burst = 60, .period_s = 60},
    .thing = {.burst = 5, .period_s = 600},
};

/* ---- who says that it is oneself ---- */

static Err own_decode(Call *call)
{
    Str thing = arena_fmt(call->cx->arena, "%lld", (long long)call->cx->actor->person.v);
    return form_limit(call, &OWN_RATES, S("own"), thing);
}

static Err session_is_fresh(Cx *cx, bool *ret)
{
    Session *sessions;
    size_t count;
    TRY(session_list(cx, cx->actor->person, &sessions, &count));
    for (size_t i = 0; i < count; i++)
        if (sessions[i].id == cx->actor->session)
            *ret = cx_now_us(cx) - sessions[i].created_us <= FRESH_LOGIN_S * TIME_SECOND_US;
    return OK;
}

/* On a worker. The password, or where there is none a login of a moment ago. */
static Err check_self(Call *call, Cx *cx)
{
    Person person;
    bool fresh = false;
    TRY(person_get(cx, cx->actor->person, &person));
    if (person.password.n) {
        if (!password_verify(person.password, call_form(call, S("password"))))
            return fail(cx, ERR_INVALID, "own.password", "this is not the account's password");
        return OK;
    }
    TRY(session_is_fresh(cx, &fresh));
    if (!fresh)
        return fail(cx, ERR_CONFLICT, "own.fresh",
                    "the login is older than %d minutes: log out and in again", FRESH_LOGIN_S / 60);
    return OK;
}

static void put_self(Form *form, const Person *person)
{
    Page *page = form->page;
    if (person->password.n)
        form_text(form, S("password"), text_login_password(page->arena, page->lang),
                  (FormText){.type = S("password"),
                             .hint = text_own_password_hint(page->arena, page->lang),
                             .autocomplete = S("current-password")});
    else
        account_put_text(page, text_own_fresh_hint(page->arena, page->lang));
}

static void put_items(Page *page, Str title, const Str *items, size_t count)
{
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2><ul>"));
    for (size_t i = 0; i < count; i++) {
        buf_put(&page->body, S("<li>"));
        html_put_text(&page->body, text_of(items[i]));
        buf_put(&page->body, S("</li>"));
    }
    buf_put(&page->body, S("</ul>"));
}

/* ---- one's data ---- */

Err page_own_data(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Person person;
    Arena *arena = cx->arena;
    Lang lang = cx->actor->lang;
    (void)events;
    TRY(person_get(cx, cx->actor->person, &person));
    Str title = text_own_title(arena, lang);
    account_page_open(call, title, text_own_lead(arena, lang), &page);
    Str items[] = {text_own_has_account(arena, lang), text_own_has_words(arena, lang),
                   text_own_has_parts(arena, lang), text_own_has_acts(arena, lang)};
    put_items(&page, text_own_has(arena, lang), items, COUNT_OF(items));
    account_put_text(&page, text_own_files(arena, lang));
    form_begin(&form, &page, S("/konto/daten"), 0);
    put_self(&form, &person);
    form_submit(&form, text_own_take(arena, lang));
    form_end(&form);
    account_put_link(&page, S("/konto/beenden"), text_leave_title(arena, lang));
    account_page_close(&page, title);
    return OK;
}

Err own_data_decode(Call *call)
{
    return own_decode(call);
}

Err own_data_prepare(Call *call, Cx *cx)
{
    Buf *out = arena_new(cx->arena, Buf);
    TRY(check_self(call, cx));
    *out = buf_new(cx->arena, OWN_DATA_BYTES_MAX);
    TRY(own_data_put(cx, cx->actor->person, out));
    call->state = out;
    return OK;
}

Err own_data_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)call, (void)events;
    return own_data_taken(cx, cx->actor->person);
}

Err own_data_encode(Call *call)
{
    call_set_header(call, S("Content-Type"), S("application/json; charset=utf-8"));
    call_set_header(call, S("Content-Disposition"), S("attachment; filename=\"meine-daten.json\""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    buf_put(&call->body, buf_str(call->state));
    return OK;
}

/* ---- the end of an account ---- */

static Str need_words(const Page *page, const ErasureNeed *need)
{
    switch (need->kind) {
    case ERASURE_NEED_REP:
        return text_leave_need_rep(page->arena, page->lang, need->name);
    case ERASURE_NEED_LEAD:
        return text_leave_need_lead(page->arena, page->lang, need->name);
    case ERASURE_NEED_ADMIN:
        return text_leave_need_admin(page->arena, page->lang);
    case ERASURE_NEED_SETTING:
        return text_leave_need_setting(page->arena, page->lang, need->name);
    }
    return S("");
}

static void put_needs(Page *page, const ErasureNeed *needs, size_t count)
{
    html_alert(&page->body, page->lang, TEXT("warning"), ICON_WARNING,
               text_of(text_leave_needed(page->arena, page->lang)), HTML_NONE, flag_of(true));
    buf_put(&page->body, S("<ul>"));
    for (size_t i = 0; i < count; i++) {
        Str words = need_words(page, &needs[i]);
        buf_put(&page->body, S("<li>"));
        if (needs[i].path.n) {
            page_put_link(&page->body, url_page(page->arena, page->lang, needs[i].path), words,
                          TEXT(""));
        } else {
            html_put_text(&page->body, text_of(words));
        }
        buf_put(&page->body, S("</li>"));
    }
    buf_put(&page->body, S("</ul>"));
}

static void put_consequences(Page *page)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Str goes[] = {text_leave_goes_account(arena, lang), text_leave_goes_name(arena, lang),
                  text_leave_goes_mails(arena, lang), text_leave_goes_drafts(arena, lang)};
    Str stays[] = {text_leave_stays_items(arena, lang), text_leave_stays_parts(arena, lang),
                   text_leave_stays_acts(arena, lang), text_leave_stays_backups(arena, lang)};
    put_items(page, text_leave_goes(arena, lang), goes, COUNT_OF(goes));
    put_items(page, text_leave_stays(arena, lang), stays, COUNT_OF(stays));
}

static void put_posts_choice(Form *form)
{
    Arena *arena = form->page->arena;
    Lang lang = form->page->lang;
    FormOption options[] = {{S("keep"), text_leave_posts_keep(arena, lang), true},
                            {S("erase"), text_leave_posts_erase(arena, lang), false}};
    form_radio(form, S("posts"), text_leave_posts(arena, lang), S(""), options, COUNT_OF(options));
}

static Err put_leave_form(Page *page, const Person *person)
{
    Form form;
    int64_t due_us;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    TRY(erasure_due(page->cx, &due_us));
    put_consequences(page);
    account_put_text(
        page, text_leave_when(arena, lang,
                              format_moment(arena, lang, page->frame->zone, due_us, page->now_us)));
    form_begin(&form, page, S("/konto/beenden"), 0);
    put_posts_choice(&form);
    put_self(&form, person);
    form_box(&form, S("sure"), text_leave_sure(arena, lang), false);
    form_submit(&form, text_leave_title(arena, lang));
    form_end(&form);
    return OK;
}

Err page_leave(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Person person;
    ErasureNeed needs[ERASURE_NEEDS_MAX];
    size_t count;
    (void)events;
    TRY(person_get(cx, cx->actor->person, &person));
    TRY(erasure_needs(cx, cx->actor->person, needs, &count));
    Str title = text_leave_title(cx->arena, cx->actor->lang);
    account_page_open(call, title, text_leave_lead(cx->arena, cx->actor->lang), &page);
    account_put_link(&page, S("/konto/daten"), text_own_title(page.arena, page.lang));
    if (count)
        put_needs(&page, needs, count);
    else
        TRY(put_leave_form(&page, &person));
    account_page_close(&page, title);
    return OK;
}

static Err check_sure(Call *call)
{
    if (!str_eq(call_form(call, S("sure")), S("1")))
        return fail(call->cx, ERR_INVALID, "leave.sure", "the box below must be ticked");
    return OK;
}

Err leave_decode(Call *call)
{
    TRY(check_sure(call));
    return own_decode(call);
}

Err leave_prepare(Call *call, Cx *cx)
{
    return check_self(call, cx);
}

Err leave_apply(Call *call, Cx *cx, struct Events *events)
{
    TRY(erasure_ask(cx, str_eq(call_form(call, S("posts")), S("erase")), events));
    call->location = page_path(call, S("/konto/beendet"));
    return OK;
}

/* For whoever comes there: the session has ended. */
Err page_left(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    (void)events;
    Str title = text_left_title(cx->arena, cx->actor->lang);
    account_page_open(call, title, text_left_lead(cx->arena, cx->actor->lang), &page);
    account_put_demo_note(&page);
    account_put_link(&page, S("/anmelden"), text_left_stay(page.arena, page.lang));
    account_page_close(&page, title);
    return OK;
}

/* ---- the office ---- */

Err page_person_erase(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    Person person;
    ErasureNeed needs[ERASURE_NEEDS_MAX];
    size_t count;
    (void)events;
    TRY(person_of_call(call, cx, &person));
    TRY(account_check_decides(cx, person.id, S("-")));
    TRY(erasure_needs(cx, person.id, needs, &count));
    Str title = text_erase_title(cx->arena, cx->actor->lang, person.name);
    account_page_open(call, title, text_erase_lead(cx->arena, cx->actor->lang), &page);
    if (count) {
        put_needs(&page, needs, count);
    } else {
        put_consequences(&page);
        Str path = person_path(page.arena, person.id);
        form_begin(&form, &page, arena_fmt(page.arena, "%.*s/loeschen", SARG(path)), 0);
        put_posts_choice(&form);
        form_area(&form, S("reason"), text_persons_reason(page.arena, page.lang),
                  (FormText){.hint = text_erase_reason_hint(page.arena, page.lang)});
        form_box(&form, S("sure"), text_leave_sure(page.arena, page.lang), false);
        form_submit(&form, text_erase_now(page.arena, page.lang));
        form_end(&form);
    }
    account_page_close(&page, title);
    return OK;
}

Err person_erase_decode(Call *call)
{
    return check_sure(call);
}

Err person_erase_apply(Call *call, Cx *cx, struct Events *events)
{
    Person person;
    TRY(person_of_call(call, cx, &person));
    TRY(erasure_order(cx, person.id, call_form(call, S("reason")),
                      str_eq(call_form(call, S("posts")), S("erase")), events));
    call->location = page_path(call, S("/buero/personen"));
    return OK;
}
