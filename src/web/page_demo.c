/* The mails of a demo, which has no mail server: what would have been sent, for visitors to see and
 * to follow their links. Nothing is served here elsewhere. */
#include "web/pages.h"

#include "base/str.h"
#include "core/mail.h"
#include "text_gen.h"
#include "web/attachment.h"
#include "web/format.h"

static Err check_demo(Call *call, Cx *cx)
{
    if (!web_services(call)->keeps_mails)
        return fail(cx, ERR_NOT_FOUND, "request.path", "there is nothing at %.*s",
                    SARG(call->http->path));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

static Html linked(Page *page, Url url, Str label)
{
    Buf buf = page_buf(page->arena);
    buf_put(&buf, S("<a href=\""));
    html_put_url(&buf, url);
    buf_put(&buf, S("\">"));
    html_put_text(&buf, text_of(label));
    buf_put(&buf, S("</a>"));
    return html_of(&buf);
}

static Url mail_url(Page *page, int64_t id)
{
    return url_segment(page->arena, url_page(page->arena, page->lang, S("/demo/mails")),
                       arena_fmt(page->arena, "%lld", (long long)id));
}

static void put_mails(Page *page, const MailKept *mails, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Text label[3] = {text_of(text_demo_mail_subject(arena, lang)),
                     text_of(text_demo_mail_to(arena, lang)),
                     text_of(text_demo_mail_at(arena, lang))};
    HtmlTableHeads heads[3];
    for (size_t i = 0; i < 3; i++)
        heads[i] = html_table_heads(label[i], flag_of(false));
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < count; i++) {
        Html values[3] = {linked(page, mail_url(page, mails[i].id), mails[i].subject),
                          html_escaped(arena, mails[i].address),
                          html_escaped(arena, format_moment(arena, lang, page->frame->zone,
                                                            mails[i].at_us, page->now_us))};
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 3);
        for (size_t c = 0; c < 3; c++)
            cells[c] = html_table_rows_cells(label[c], values[c], flag_of(false), flag_of(c == 0));
        rows[i] = html_table_rows(cells, 3);
    }
    html_table(&page->body, lang, text_of(text_demo_mails_title(arena, lang)), flag_of(false),
               heads, 3, rows, count);
}

Err page_demo_mails(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    MailKept *mails;
    size_t count;
    (void)events;
    TRY(check_demo(call, cx));
    TRY(mail_list_kept(cx, MAIL_KEPT_MAX, &mails, &count));
    page_open(call, MENU_NONE, &page);
    Text title = text_of(text_demo_mails_title(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(text_demo_mails_lead(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page\">"));
    if (count)
        put_mails(&page, mails, count);
    else
        html_empty(&page.body, page.lang, ICON_INFO,
                   text_of(text_demo_mails_none(page.arena, page.lang)), TEXT(""), HTML_NONE);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    return OK;
}

/* The text, its links to be followed. */
static void put_body(Page *page, Lang lang, Str body)
{
    buf_fmt(&page->body, "<div class=\"h-mail\" lang=\"%.*s\">", SARG(lang_code(lang)));
    while (body.p) {
        Str line = str_cut(&body, '\n');
        Url url;
        bool is_link = (str_starts(line, S("http://")) || str_starts(line, S("https://"))) &&
                       url_parse(line, &url);
        if (is_link)
            html_put_html(&page->body, linked(page, url, line));
        else
            html_put_text(&page->body, text_of(line));
        buf_char(&page->body, '\n');
    }
    buf_put(&page->body, S("</div>"));
}

static Url calendar_url(Page *page, int64_t id)
{
    return url_segment(page->arena, mail_url(page, id), S("termin.ics"));
}

/* The appointment, to be taken into a calendar and to be read as it stands. */
static void put_calendar(Page *page, const MailKept *mail)
{
    Buf text = page_buf(page->arena);
    if (!mail->calendar.n)
        return;
    HtmlAttachmentsFiles file = html_attachments_files(
        calendar_url(page, mail->id), TEXT("termin.ics"), TEXT(""),
        text_of(text_demo_mail_calendar_kind(page->arena, page->lang)),
        text_of(attachment_size_words(page->arena, page->lang, (int64_t)mail->calendar.n)));
    html_attachments(&page->body, page->lang, NULL, 0, &file, 1, TEXT(""),
                     html_attachments_edit(URL_NONE_GIVEN, TEXT("")));
    buf_put(&text, S("<pre class=\"h-raw\">"));
    html_put_text(&text, text_of(mail->calendar));
    buf_put(&text, S("</pre>"));
    html_fold(&page->body, page->lang, text_of(text_demo_mail_calendar(page->arena, page->lang)),
              flag_of(false), html_of(&text));
}

static Err mail_of_call(Call *call, Cx *cx, MailKept *ret)
{
    int64_t id;
    TRY(check_demo(call, cx));
    if (!str_to_i64(call->params[0], &id))
        id = 0;
    return mail_get_kept(cx, id, ret);
}

Err demo_mail_ics(Call *call, Cx *cx, struct Events *events)
{
    MailKept mail;
    (void)events;
    TRY(mail_of_call(call, cx, &mail));
    if (!mail.calendar.n)
        return fail(cx, ERR_NOT_FOUND, "mail.unknown", "mail %lld has no appointment",
                    (long long)mail.id);
    buf_put(&call->body, mail.calendar);
    call_set_header(call, S("Content-Type"), S("text/calendar; charset=utf-8"));
    call_set_header(call, S("Content-Disposition"), S("attachment; filename=\"termin.ics\""));
    return OK;
}

Err page_demo_mail(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    MailKept mail;
    (void)events;
    TRY(mail_of_call(call, cx, &mail));
    page_open(call, MENU_NONE, &page);
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks up[] = {
        html_crumbs_links(url_page(page.arena, page.lang, S("/demo/mails")),
                          text_of(text_demo_mails_title(page.arena, page.lang)))};
    html_crumbs(&crumbs, page.lang, up, 1, text_of(mail.subject));
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, text_of(mail.subject),
               text_of(text_demo_mail_lead(page.arena, page.lang, mail.address,
                                           format_moment(page.arena, page.lang, page.frame->zone,
                                                         mail.at_us, page.now_us))),
               HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page\">"));
    put_body(&page, mail.lang, mail.body);
    put_calendar(&page, &mail);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(mail.subject), TEXT(""));
    return OK;
}
