/* One's notices, how one wants to be told, and the link in mails that ends them. */
#include "web/account_page.h"

#include "base/str.h"
#include "core/notice.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/notice_text.h"

enum { NOTICES_PER_PAGE = 30 };

/* ---- the list ---- */

static Html read_button(Page *page, const Notice *notice)
{
    Buf out = page_buf(page->arena);
    FormPair pair = {S("id"), arena_fmt(page->arena, "%lld", (long long)notice->id)};
    if (notice->read_us)
        return HTML_NONE;
    form_button(page, &out, S("/mein/hinweise"), text_notices_read(page->arena, page->lang),
                TEXT("tertiary"), ICON_OK, &pair, 1);
    return html_of(&out);
}

static void put_notice(Page *page, const Notice *notice)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    bool fresh = !notice->read_us;
    Str words = notice_words(arena, lang, notice->kind, notice->who, notice->what, notice->more);
    Url href = notice->path.n ? url_requested(arena, lang, notice->path) : URL_NONE_GIVEN;
    html_notice_row(
        &page->body, lang, fresh ? TEXT("info") : TEXT("ok"), fresh ? ICON_INFO : ICON_OK,
        text_of(fresh ? text_notices_new(arena, lang) : text_notices_seen(arena, lang)),
        text_of(words), href, text_of(notice->reason),
        text_of(format_machine_time(arena, notice->at_us)),
        text_of(format_relative(arena, lang, page->frame->zone, notice->at_us, page->now_us)),
        read_button(page, notice));
}

Err page_notices(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Notice *notices;
    size_t count;
    int64_t number, total, unread;
    (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    TRY(notice_list(cx, cx->actor->person, NOTICES_PER_PAGE, (number - 1) * NOTICES_PER_PAGE,
                    &notices, &count, &total));
    TRY(notice_count_unread(cx, cx->actor->person, &unread));
    page_open(call, MENU_NONE, &page);
    Lang lang = page.lang;
    Str title = text_notices_title(page.arena, lang);
    Buf crumbs = page_buf(page.arena), actions = page_buf(page.arena);
    html_crumbs(&crumbs, lang, NULL, 0, text_of(title));
    html_link_button(&actions, lang, url_page(page.arena, lang, S("/konto/benachrichtigungen")),
                     text_of(text_paces_title(page.arena, lang)), TEXT("secondary"), ICON_NONE);
    html_link_button(&actions, lang, url_page(page.arena, lang, S("/mein/folgen")),
                     text_of(text_followed_title(page.arena, lang)), TEXT("secondary"), ICON_NONE);
    if (unread)
        form_button(&page, &actions, S("/mein/hinweise"), text_notices_read_all(page.arena, lang),
                    TEXT("secondary"), ICON_NONE, NULL, 0);
    html_intro(&page.body, lang, html_of(&crumbs), HTML_NONE, text_of(title),
               text_of(text_notices_lead(page.arena, lang, unread)), html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    if (count) {
        page_put_hidden_heading(&page, title);
        buf_put(&page.body, S("<ul class=\"h-notices\">"));
        for (size_t i = 0; i < count; i++)
            put_notice(&page, &notices[i]);
        buf_put(&page.body, S("</ul>"));
    } else {
        html_empty(&page.body, lang, ICON_INFO, text_of(text_notices_none(page.arena, lang)),
                   text_of(text_notices_none_advice(page.arena, lang)), HTML_NONE);
    }
    page_pager(&page, S("/mein/hinweise"), number, NOTICES_PER_PAGE, (int64_t)count, total);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

Err notices_read_apply(Call *call, Cx *cx, struct Events *events)
{
    int64_t id;
    (void)events;
    TRY(form_i64(call, S("id"), 0, &id));
    TRY(notice_read(cx, cx->actor->person, id));
    call->location = page_path(call, S("/mein/hinweise"));
    return OK;
}

/* ---- how one wants to be told ---- */

static Str category_word(const Page *page, NoticeCategory category, const char *what)
{
    Str words, key = arena_fmt(page->arena, "notice_category.%.*s%s",
                               SARG(NOTICE_CATEGORIES[category].key), what);
    return text_find(page->lang, key, &words) ? words : NOTICE_CATEGORIES[category].key;
}

static Str pace_word(const Page *page, NoticePace pace)
{
    Str words, key = arena_fmt(page->arena, "pace.%.*s", SARG(notice_pace_name(pace)));
    return text_find(page->lang, key, &words) ? words : notice_pace_name(pace);
}

Err page_paces(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Form form;
    NoticePace paces[NOTICE_CATEGORY_COUNT_];
    (void)events;
    TRY(notice_choices(cx, cx->actor->person, paces));
    Str title = text_paces_title(cx->arena, cx->actor->lang);
    account_page_open(call, title, text_paces_lead(cx->arena, cx->actor->lang), &page);
    if (call_query(call, S("gespeichert")).p)
        html_alert(&page.body, page.lang, TEXT("ok"), ICON_OK,
                   text_of(text_paces_saved(page.arena, page.lang)), HTML_NONE, flag_of(true));
    form_begin(&form, &page, S("/konto/benachrichtigungen"), 0);
    for (NoticeCategory category = 0; category < NOTICE_CATEGORY_COUNT_; category++) {
        FormOption options[NOTICE_PACE_COUNT_];
        size_t count = 0;
        for (NoticePace pace = 0; pace < NOTICE_PACE_COUNT_; pace++)
            if (notice_pace_fits(category, pace))
                options[count++] = (FormOption){notice_pace_name(pace), pace_word(&page, pace),
                                                paces[category] == pace};
        form_select(&form, NOTICE_CATEGORIES[category].key, category_word(&page, category, ""),
                    category_word(&page, category, "_hint"), options, count);
    }
    form_submit(&form, text_item_save(page.arena, page.lang));
    form_end(&form);
    account_put_link(&page, S("/konto/profil"),
                     text_account_change_district(page.arena, page.lang));
    account_page_close(&page, title);
    return OK;
}

Err paces_decode(Call *call)
{
    NoticePace *paces = arena_array(call->cx->arena, NoticePace, NOTICE_CATEGORY_COUNT_);
    for (NoticeCategory category = 0; category < NOTICE_CATEGORY_COUNT_; category++)
        if (!notice_pace_parse(call_form(call, NOTICE_CATEGORIES[category].key),
                               &paces[category]) ||
            !notice_pace_fits(category, paces[category]))
            return fail(call->cx, ERR_INVALID, "request.form", "the form says nothing of %.*s",
                        SARG(NOTICE_CATEGORIES[category].key));
    call->state = paces;
    return OK;
}

Err paces_apply(Call *call, Cx *cx, struct Events *events)
{
    const NoticePace *paces = call->state;
    (void)events;
    for (NoticeCategory category = 0; category < NOTICE_CATEGORY_COUNT_; category++)
        TRY(notice_choose(cx, cx->actor->person, category, paces[category]));
    call->location = page_path(call, S("/konto/benachrichtigungen?gespeichert=1"));
    return OK;
}

/* ---- the link in a mail ----
 *
 * The page asks, since programs follow links; a mail program's own button posts here by itself
 * (RFC 8058), without a session and without having seen the page. */

static Str categories_words(const Page *page, uint32_t categories)
{
    Buf out = buf_new(page->arena, 2000);
    for (NoticeCategory category = 0; category < NOTICE_CATEGORY_COUNT_; category++)
        if (categories >> category & 1)
            buf_fmt(&out, "%s%.*s", out.n ? ", " : "", SARG(category_word(page, category, "")));
    return out.n ? buf_str(&out) : S("");
}

/* What becomes of what they told: notices stay on their page. */
static bool have_notices(uint32_t categories)
{
    for (NoticeCategory category = 0; category < NOTICE_CATEGORY_COUNT_; category++)
        if (categories >> category & 1 && !NOTICE_CATEGORIES[category].alone)
            return true;
    return false;
}

static Err unsubscribe_page(Call *call, bool done)
{
    Page page;
    PersonId person;
    uint32_t categories;
    Cx *cx = call->cx;
    TRY(notice_find_link(cx, call->params[0], &person, &categories));
    Lang lang = cx->actor->lang;
    Str title =
        done ? text_unsubscribe_done(cx->arena, lang) : text_unsubscribe_title(cx->arena, lang);
    account_page_open(call, title, S(""), &page);
    Str words = categories_words(&page, categories);
    account_put_text(&page, done ? text_unsubscribe_done_lead(page.arena, lang, words)
                            : have_notices(categories)
                                ? text_unsubscribe_lead(page.arena, lang, words)
                                : text_unsubscribe_lead_alone(page.arena, lang, words));
    if (!done)
        form_button(&page, &page.body,
                    arena_fmt(page.arena, "/abmelden-von/%.*s", SARG(call->params[0])),
                    text_unsubscribe_send(page.arena, lang), TEXT("primary"), ICON_NONE, NULL, 0);
    account_put_link(&page, S("/konto/benachrichtigungen"), text_paces_title(page.arena, lang));
    account_page_close(&page, title);
    return OK;
}

Err page_unsubscribe(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return unsubscribe_page(call, false);
}

Err unsubscribe_apply(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    return notice_unsubscribe(cx, call->params[0]);
}

/* No redirect: who posts may be a program (RFC 8058, 3.2). */
Err unsubscribe_encode(Call *call)
{
    return unsubscribe_page(call, true);
}
