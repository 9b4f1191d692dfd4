#include "web/page.h"

#include "base/str.h"
#include "core/notice.h"
#include "text_gen.h"

Str session_cookie_name(bool secure)
{
    return secure ? S("__Host-hanse") : S("hanse");
}

/* The path without the language in front. */
static Str plain_path(Str path)
{
    if (str_eq(path, S("/en")))
        return S("/");
    return str_starts(path, S("/en/")) ? str_from_index(path, 3) : path;
}

/* What stands under one's name; only pages that exist, and that one may see. */
static const struct {
    Permission may;
    Str path;
    Str (*label)(Arena *arena, Lang lang);
} OWN_PAGES[] = {
    {MAY_CONTRIBUTE, S_INIT("/mein"), text_menu_mine},
    {MAY_OWN_ACCOUNT, S_INIT("/mein/hinweise"), NULL},
    {MAY_OWN_ACCOUNT, S_INIT("/konto"), text_menu_account},
    {MAY_OFFICE_WORK, S_INIT("/buero"), text_menu_office},
    {MAY_MODERATE, S_INIT("/buero/moderation"), text_moderation_title},
    {MAY_PERSONS, S_INIT("/buero/personen"), text_persons_title},
};
_Static_assert(COUNT_OF(OWN_PAGES) <= SHELL_LINKS_MAX, "the shell has room for them");

/* With how many are new. A page is not refused because they could not be counted. */
static Str notices_label(const Page *page)
{
    int64_t unread = 0;
    if (notice_count_unread(page->cx, page->cx->actor->person, &unread) != OK)
        unread = 0;
    return unread ? text_menu_notices(page->arena, page->lang, unread)
                  : text_notices_title(page->arena, page->lang);
}

static void put_own_pages(Page *page)
{
    PageShell *shell = &page->shell;
    for (size_t i = 0; i < COUNT_OF(OWN_PAGES); i++)
        if (actor_may(page->cx->actor, OWN_PAGES[i].may))
            shell->own[shell->own_count++] = (ShellLink){
                OWN_PAGES[i].path, OWN_PAGES[i].label ? OWN_PAGES[i].label(page->arena, page->lang)
                                                      : notices_label(page)};
}

void page_open(Call *call, MenuItem current, Page *ret)
{
    const WebServices *web = web_services(call);
    Cx *cx = call->cx;
    Str query = call->http->query;
    Str path = plain_path(call->http->path);
    if (query.n && str_eq(call->http->method, S("GET")))
        path = arena_fmt(cx->arena, "%.*s?%.*s", SARG(path), SARG(query));
    *ret = (Page){.call = call,
                  .cx = cx,
                  .arena = cx->arena,
                  .lang = cx->actor->lang,
                  .frame = web->frame,
                  .body = page_buf(cx->arena),
                  .now_us = cx_now_us(cx)};
    ret->shell =
        (PageShell){.lang = cx->actor->lang,
                    .city = city_setting(web->frame, S("city.name")),
                    .claim = city_setting(web->frame, S("city.alliance")),
                    .path = path,
                    .zone = city_setting(web->frame, S("city.zone")),
                    .user = cx->actor->person.v ? cx->actor->name : S(""),
                    .form_token = web->form_token,
                    .simulated = str_eq(city_setting(web->frame, S("city.simulated")), S("true")),
                    .current = current};
    if (cx->actor->person.v)
        put_own_pages(ret);
}

/* What says which part of a list is shown and how, and not what is in it. */
static bool is_of_view(Str pair)
{
    Str name = str_cut(&pair, '=');
    return str_eq(name, S("seite")) || str_eq(name, S("ansicht"));
}

Str page_list_query(const Call *call)
{
    Buf out = buf_new(call->cx->arena, 8192);
    for (Str rest = call->http->query, pair; rest.p;) {
        pair = str_cut(&rest, '&');
        if (!pair.n || is_of_view(pair))
            continue;
        buf_char(&out, out.n ? '&' : '?');
        buf_put(&out, pair);
    }
    return out.n ? buf_str(&out) : S("");
}

void page_feed(Page *page, Str path, Str title)
{
    Str query = page_list_query(page->call);
    page->shell.feed = arena_fmt(page->arena, "%.*s%.*s", SARG(path), SARG(query));
    page->shell.feed_title = title;
}

void page_close(Page *page, PageKind kind, Text title, Text description)
{
    page_put(&page->call->body, &page->shell, kind, title, description, html_of(&page->body));
    call_set_header(page->call, S("Content-Type"), S("text/html; charset=utf-8"));
    call_set_header(page->call, S("Content-Language"), lang_code(page->lang));
}

Str page_path(Call *call, Str path)
{
    return url_page(call->cx->arena, call->cx->actor->lang, path).s;
}

void page_redirect(Call *call, Str location)
{
    call->status = 303;
    call_set_header(call, S("Location"), location);
    call_set_header(call, S("Cache-Control"), S("no-store"));
}

static Url page_number_url(Page *page, Str path, int64_t number)
{
    return url_query(page->arena, url_page(page->arena, page->lang, path), S("seite"),
                     arena_fmt(page->arena, "%lld", (long long)number));
}

void page_put_link(Buf *out, Url href, Str words, Text lang)
{
    buf_put(out, S("<a href=\""));
    html_put_url(out, href);
    if (lang.s.n) {
        buf_put(out, S("\" lang=\""));
        html_put_text(out, lang);
    }
    buf_put(out, S("\">"));
    html_put_text(out, text_of(words));
    buf_put(out, S("</a>"));
}

void page_put_paragraph(Page *page, const char *class, Str words)
{
    buf_fmt(&page->body, "<p class=\"%s\">", class);
    html_put_text(&page->body, text_of(words));
    buf_put(&page->body, S("</p>"));
}

void page_put_hidden_heading(Page *page, Str words)
{
    buf_put(&page->body, S("<h2 class=\"h-visually-hidden\">"));
    html_put_text(&page->body, text_of(words));
    buf_put(&page->body, S("</h2>"));
}

void page_pager(Page *page, Str path, int64_t number, int64_t page_size, int64_t shown,
                int64_t total)
{
    int64_t last = (total + page_size - 1) / page_size, from = (number - 1) * page_size + 1;
    HtmlPagerPages pages[5];
    size_t count = 0;
    if (last <= 1)
        return;
    for (int64_t n = MAX(1, number - 2); n <= MIN(last, number + 2); n++)
        pages[count++] = html_pager_pages(page_number_url(page, path, n), int_of(n),
                                          flag_of(n == number), flag_of(false));
    Url previous = number > 1 ? page_number_url(page, path, number - 1) : URL_NONE_GIVEN;
    Url next = number < last ? page_number_url(page, path, number + 1) : URL_NONE_GIVEN;
    html_pager(&page->body, page->lang, previous, next, int_of(from), int_of(from + shown - 1),
               int_of(total), pages, count);
}

/* The words for an error: its own where the texts have some, else those of its status. */
static Str error_title(Page *page, int status)
{
    if (status == 404)
        return text_error_not_found(page->arena, page->lang);
    if (status == 403 || status == 401)
        return text_error_denied(page->arena, page->lang);
    if (status == 405)
        return text_error_method(page->arena, page->lang);
    if (status == 503)
        return text_error_unavailable(page->arena, page->lang);
    return status < 500 ? text_error_request(page->arena, page->lang)
                        : text_error_internal(page->arena, page->lang);
}

static Str error_advice(Page *page, int status, const Error *error)
{
    Str own;
    if (text_find(page->lang, arena_fmt(page->arena, "error.%s", error->key), &own))
        return own;
    if (status == 404)
        return text_error_not_found_advice(page->arena, page->lang);
    if (status == 503)
        return text_error_unavailable_advice(page->arena, page->lang);
    if (status >= 500)
        return text_error_internal_advice(page->arena, page->lang);
    return error->detail;
}

void page_error(Call *call, int status, const Error *error)
{
    Page page;
    bool reads = str_eq(call->http->method, S("GET")) || str_eq(call->http->method, S("HEAD"));
    if (strcmp(error->key, "auth.required") == 0 && reads) {
        Url login = url_page(call->cx->arena, call->cx->actor->lang, S("/anmelden"));
        page_redirect(call, url_query(call->cx->arena, login, S("weiter"), call->http->target).s);
        return;
    }
    page_open(call, MENU_NONE, &page);
    Str title = error_title(&page, status);
    Buf actions = page_buf(page.arena);
    html_link_button(&actions, page.lang, url_page(page.arena, page.lang, S("/")),
                     text_of(text_error_home(page.arena, page.lang)), TEXT("secondary"), ICON_NONE);
    html_intro(&page.body, page.lang, HTML_NONE, HTML_NONE, text_of(title),
               text_of(error_advice(&page, status, error)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-actions\">"));
    html_put_html(&page.body, html_of(&actions));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
}
