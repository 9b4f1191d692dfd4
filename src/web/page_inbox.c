/* The project office's inbox, and one enquiry. */
#include "people/enquiry.h"

#include "base/str.h"
#include "people/interest.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/guard.h"
#include "web/item_page.h"
#include "web/pages.h"

enum { INBOX_SHOWN = 200, ENQUIRIES_PER_PAGE = 50 };

static Str enquiry_word(const Page *page, const Enquiry *e)
{
    Str name = enquiry_state_name(e->state), words = name;
    Str key = arena_fmt(page->arena, "enquiry.state.%.*s", SARG(name));
    return text_find(page->lang, key, &words) ? words : name;
}

static Str kind_word(const Page *page, Str kind)
{
    Str words = kind;
    Str key = arena_fmt(page->arena, "inbox.kind.%.*s", SARG(kind));
    return text_find(page->lang, key, &words) ? words : kind;
}

static void open_office(Page *page, Call *call, Str title, Str lead, Html actions)
{
    page_open(call, MENU_NONE, page);
    Buf crumbs = page_buf(page->arena);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(page->arena, page->lang, S("/buero")),
                                             text_of(text_menu_office(page->arena, page->lang)));
    html_crumbs(&crumbs, page->lang, &link, 1, text_of(title));
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, text_of(title), text_of(lead),
               actions);
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

static void close_office(Page *page, Str title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

/* ---- the inbox ---- */

typedef struct InboxView {
    InboxQuery query;
    bool mine;
} InboxView;

static Url inbox_url(Page *page, const InboxView *view)
{
    Url url = url_page(page->arena, page->lang, S("/buero/eingang"));
    if (view->query.kind.n)
        url = url_query(page->arena, url, S("art"), view->query.kind);
    if (view->mine || view->query.unowned)
        url = url_query(page->arena, url, S("wer"), view->mine ? S("ich") : S("niemand"));
    return url;
}

static HtmlChipsChips inbox_chip(Page *page, const InboxView *view, Str label, int64_t count,
                                 bool current)
{
    return html_chips_chips(inbox_url(page, view), text_of(label),
                            text_of(format_int(page->arena, page->lang, count)), flag_of(current));
}

static void put_inbox_chips(Page *page, const InboxView *view, const Inbox *inbox)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    InboxView to = *view;
    HtmlChipsChips *kinds = arena_array(arena, HtmlChipsChips, INBOX_PROVIDER_COUNT + 1);
    size_t count = 0;
    to.query.kind = S("");
    kinds[count++] =
        inbox_chip(page, &to, text_inbox_all(arena, lang), inbox->total, !view->query.kind.n);
    for (size_t i = 0; i < INBOX_PROVIDER_COUNT; i++) {
        to.query.kind = str_from(INBOX_PROVIDERS[i].kind);
        bool current = str_eq(to.query.kind, view->query.kind);
        if (inbox->by_kind[i] || current)
            kinds[count++] =
                inbox_chip(page, &to, kind_word(page, to.query.kind), inbox->by_kind[i], current);
    }
    html_chips(&page->body, lang, text_of(text_inbox_by_kind(arena, lang)), TEXT(""), kinds, count);
    to = *view;
    to.mine = to.query.unowned = false;
    HtmlChipsChips who[3] = {inbox_chip(page, &to, text_inbox_anyone(arena, lang), inbox->total,
                                        !view->mine && !view->query.unowned)};
    to.mine = true;
    who[1] = inbox_chip(page, &to, text_inbox_mine(arena, lang), inbox->mine, view->mine);
    to.mine = false;
    to.query.unowned = true;
    who[2] =
        inbox_chip(page, &to, text_inbox_unowned(arena, lang), inbox->unowned, view->query.unowned);
    html_chips(&page->body, lang, text_of(text_inbox_by_owner(arena, lang)), TEXT(""), who, 3);
}

static void put_owner(Page *page, const InboxEntry *entry)
{
    Arena *arena = page->arena;
    bool mine = entry->owner.v == page->cx->actor->person.v;
    FormPair pairs[] = {{S("art"), entry->kind},
                        {S("id"), arena_fmt(arena, "%lld", (long long)entry->id)},
                        {S("verb"), mine ? S("abgeben") : S("nehmen")}};
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    if (entry->owner.v && !mine)
        html_put_text(&page->body, text_of(person_words(page, entry->owner_name)));
    else
        form_button(page, &page->body, S("/buero/eingang"),
                    mine ? text_inbox_drop(arena, page->lang) : text_inbox_take(arena, page->lang),
                    mine ? TEXT("tertiary") : TEXT("secondary"), ICON_NONE, pairs, COUNT_OF(pairs));
    buf_put(&page->body, S("</div>"));
}

static void put_entry(Page *page, const InboxEntry *entry)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    bool overdue = entry->due_us < page->now_us;
    buf_put(&page->body, S("<li><div><p class=\"h-badges\">"));
    html_badge(&page->body, lang, TEXT("plain"), ICON_NONE, text_of(kind_word(page, entry->kind)));
    if (overdue)
        html_badge(&page->body, lang, TEXT("alarm"), ICON_ALARM,
                   text_of(text_inbox_overdue(arena, lang)));
    if (entry->doubtful)
        html_badge(&page->body, lang, TEXT("warning"), ICON_WARNING,
                   text_of(text_guard_doubts(arena, lang)));
    buf_put(&page->body, S("</p><h3><a href=\""));
    html_put_url(&page->body, url_page(arena, lang, entry->path));
    buf_put(&page->body, S("\">"));
    html_put_text(&page->body, text_of(entry->title));
    buf_put(&page->body, S("</a></h3><p class=\"h-quiet\">"));
    html_put_text(&page->body,
                  text_of(text_inbox_since(
                      arena, lang, format_date(arena, lang, page->frame->zone, entry->since_us),
                      format_date(arena, lang, page->frame->zone, entry->due_us))));
    buf_put(&page->body, S("</p></div>"));
    put_owner(page, entry);
    buf_put(&page->body, S("</li>"));
}

static void put_entries(Page *page, const Inbox *inbox)
{
    Arena *arena = page->arena;
    if (!inbox->count) {
        html_empty(&page->body, page->lang, ICON_OK, text_of(text_inbox_empty(arena, page->lang)),
                   text_of(text_inbox_empty_advice(arena, page->lang)), HTML_NONE);
        return;
    }
    page_put_hidden_heading(page, text_inbox_title(arena, page->lang));
    buf_put(&page->body, S("<ul class=\"h-rows\">"));
    for (size_t i = 0; i < MIN(inbox->count, (size_t)INBOX_SHOWN); i++)
        put_entry(page, &inbox->entries[i]);
    buf_put(&page->body, S("</ul>"));
    if (inbox->count > INBOX_SHOWN) {
        buf_put(&page->body, S("<p>"));
        html_put_text(&page->body, text_of(text_inbox_more(arena, page->lang,
                                                           (int64_t)inbox->count - INBOX_SHOWN)));
        buf_put(&page->body, S("</p>"));
    }
}

Err page_inbox(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Inbox inbox;
    Lang lang = cx->actor->lang;
    Str who = call_query(call, S("wer"));
    InboxView view = {
        .query = {.kind = call_query(call, S("art")), .unowned = str_eq(who, S("niemand"))},
        .mine = str_eq(who, S("ich"))};
    (void)events;
    if (view.mine)
        view.query.owner = cx->actor->person;
    TRY(inbox_read(cx, &view.query, &inbox));
    Buf actions = page_buf(cx->arena);
    html_link_button(&actions, lang, url_page(cx->arena, lang, S("/buero/anfragen")),
                     text_of(text_enquiry_list(cx->arena, lang)), TEXT("secondary"), ICON_NONE);
    open_office(&page, call, text_inbox_title(cx->arena, lang),
                text_inbox_lead(cx->arena, lang, inbox.total, inbox.overdue), html_of(&actions));
    put_inbox_chips(&page, &view, &inbox);
    put_entries(&page, &inbox);
    close_office(&page, text_inbox_title(cx->arena, lang));
    return OK;
}

Err inbox_apply(Call *call, Cx *cx, struct Events *events)
{
    int64_t id;
    PersonId owner = {0};
    (void)events;
    TRY(form_i64(call, S("id"), 0, &id));
    if (str_eq(call_form(call, S("verb")), S("nehmen")))
        owner = cx->actor->person;
    TRY(inbox_assign(cx, call_form(call, S("art")), id, owner));
    call->location = page_path(call, S("/buero/eingang"));
    return OK;
}

/* ---- all enquiries ---- */

static void put_enquiry_rows(Page *page, const Enquiry *list, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    page_put_hidden_heading(page, text_enquiry_list(arena, lang));
    buf_put(&page->body, S("<ul class=\"h-rows\">"));
    for (size_t i = 0; i < count; i++) {
        const Enquiry *e = &list[i];
        buf_put(&page->body, S("<li><div><p class=\"h-badges\">"));
        html_badge(&page->body, lang, TEXT("plain"), ICON_NONE, text_of(enquiry_word(page, e)));
        buf_put(&page->body, S("</p><h3><a href=\""));
        html_put_url(
            &page->body,
            url_page(arena, lang, arena_fmt(arena, "/buero/anfragen/%.*s", SARG(e->number))));
        buf_put(&page->body, S("\">"));
        html_put_text(&page->body,
                      text_of(arena_fmt(arena, "%.*s %.*s", SARG(e->number), SARG(e->subject))));
        buf_put(&page->body, S("</a></h3></div><span class=\"h-quiet\">"));
        html_put_text(&page->body,
                      text_of(format_date_short(arena, lang, page->frame->zone, e->created_us)));
        buf_put(&page->body, S("</span></li>"));
    }
    buf_put(&page->body, S("</ul>"));
}

Err page_enquiries(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Enquiry *list;
    size_t count;
    int64_t number, total;
    Lang lang = cx->actor->lang;
    (void)events;
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    TRY(enquiry_list(cx, ENQUIRY_STATE_COUNT_, ENQUIRIES_PER_PAGE,
                     (number - 1) * ENQUIRIES_PER_PAGE, &list, &count, &total));
    open_office(&page, call, text_enquiry_list(cx->arena, lang),
                text_enquiry_list_lead(cx->arena, lang), HTML_NONE);
    if (count)
        put_enquiry_rows(&page, list, count);
    else
        html_empty(&page.body, lang, ICON_OK, text_of(text_enquiry_none(cx->arena, lang)), TEXT(""),
                   HTML_NONE);
    page_pager(&page, S("/buero/anfragen"), number, ENQUIRIES_PER_PAGE, (int64_t)count, total);
    close_office(&page, text_enquiry_list(cx->arena, lang));
    return OK;
}

/* ---- one enquiry ---- */

static Str enquiry_path(Arena *arena, const Enquiry *e)
{
    return arena_fmt(arena, "/buero/anfragen/%.*s", SARG(e->number));
}

static Html moment(Page *page, int64_t at_us)
{
    return html_escaped(page->arena, format_moment(page->arena, page->lang, page->frame->zone,
                                                   at_us, page->now_us));
}

static void put_enquiry_facts(Page *page, const Enquiry *e)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    HtmlFactsRows rows[10];
    size_t n = 0;
    rows[n++] = html_facts_rows(text_of(text_partners_state(arena, lang)),
                                html_escaped(arena, enquiry_word(page, e)));
    rows[n++] = html_facts_rows(text_of(text_enquiry_from(arena, lang)),
                                html_escaped(arena, e->name.n ? e->name : S("–")));
    if (e->mail.n)
        rows[n++] =
            html_facts_rows(text_of(text_apply_mail(arena, lang)), html_escaped(arena, e->mail));
    if (e->place.n)
        rows[n++] = html_facts_rows(text_of(text_enquiry_place(arena, lang)),
                                    html_escaped(arena, e->place));
    rows[n++] =
        html_facts_rows(text_of(text_enquiry_came(arena, lang)), moment(page, e->created_us));
    rows[n++] = html_facts_rows(text_of(text_enquiry_due(arena, lang)), moment(page, e->due_us));
    rows[n++] = html_facts_rows(
        text_of(text_enquiry_delete(arena, lang)),
        html_escaped(arena, format_date(arena, lang, page->frame->zone, e->delete_us)));
    if (e->doubts.n)
        rows[n++] = html_facts_rows(text_of(text_guard_doubts(arena, lang)),
                                    html_escaped(arena, guard_doubt_words(page, e->doubts)));
    if (e->outcome.n)
        rows[n++] = html_facts_rows(text_of(text_enquiry_outcome(arena, lang)),
                                    html_escaped(arena, e->outcome));
    html_facts(&page->body, lang, rows, n);
}

static void put_quote(Page *page, Str text)
{
    buf_put(&page->body, S("<div class=\"h-quote\">"));
    html_put_text(&page->body, text_of(text));
    buf_put(&page->body, S("</div>"));
}

static void put_heading(Page *page, Str title)
{
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2>"));
}

/* The draft as the mail will say it, and the button that sends it. */
static void put_preview(Page *page, const Enquiry *e, const EnquiryNote *draft)
{
    Arena *arena = page->arena;
    FormPair pairs[] = {{S("verb"), S("senden")},
                        {S("version"), arena_fmt(arena, "%lld", (long long)e->version)}};
    Str city = city_setting(page->frame, S("city.name"));
    put_heading(page, text_enquiry_preview(arena, page->lang));
    put_quote(page,
              arena_fmt(arena, "%.*s\n\n%.*s",
                        SARG(text_mail_enquiry_answer_subject(arena, e->lang, S(""), e->number,
                                                              S(""), S(""), S(""), city)),
                        SARG(text_mail_enquiry_answer_body(arena, e->lang, S(""), e->number,
                                                           draft->body, S(""), S(""), city))));
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    form_button(page, &page->body, enquiry_path(arena, e),
                text_enquiry_answer_send(arena, page->lang, e->mail), TEXT("primary"), ICON_NONE,
                pairs, COUNT_OF(pairs));
    buf_put(&page->body, S("</div>"));
}

static void put_notes(Page *page, const EnquiryNote *notes, size_t count)
{
    Arena *arena = page->arena;
    for (size_t i = 0; i < count; i++) {
        const EnquiryNote *note = &notes[i];
        if (note->answer && !note->sent_us)
            continue;
        int64_t at_us = note->sent_us ? note->sent_us : note->at_us;
        buf_put(&page->body, S("<p class=\"h-quiet\">"));
        html_put_text(&page->body,
                      text_of(arena_fmt(arena, "%.*s, %.*s, %.*s",
                                        SARG(note->answer ? text_enquiry_answer(arena, page->lang)
                                                          : text_enquiry_note(arena, page->lang)),
                                        SARG(person_words(page, note->person_name)),
                                        SARG(format_moment(arena, page->lang, page->frame->zone,
                                                           at_us, page->now_us)))));
        buf_put(&page->body, S("</p>"));
        put_quote(page, note->body);
    }
}

static void put_text_form(Page *page, const Enquiry *e, Str verb, Str name, Str label, Str hint,
                          Str given, Str button)
{
    Form form;
    form_begin(&form, page, enquiry_path(page->arena, e), e->version);
    form_hidden(&form, S("verb"), verb);
    form_area(&form, name, label, (FormText){.given = given, .hint = hint});
    form_submit(&form, button);
    form_end(&form);
}

/* A form that opens when it is wanted, or was refused. */
static void put_folded_form(Page *page, const Enquiry *e, Str verb, Str name, Str label, Str hint,
                            Str button)
{
    Buf body = page->body;
    bool open = page->call->fault && str_eq(call_form(page->call, S("verb")), verb);
    page->body = page_buf(page->arena);
    put_text_form(page, e, verb, name, label, hint, S(""), button);
    Html form = html_of(&page->body);
    page->body = body;
    html_fold(&page->body, page->lang, text_of(button), flag_of(open), form);
}

static void put_work(Page *page, const Enquiry *e, const EnquiryNote *draft)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    if (e->state == ENQUIRY_ERASED)
        return;
    if (draft)
        put_preview(page, e, draft);
    if (e->state < ENQUIRY_CLOSED && e->mail.n)
        put_text_form(page, e, S("entwurf"), S("answer"), text_enquiry_answer(arena, lang),
                      text_enquiry_answer_hint(arena, lang), draft ? draft->body : S(""),
                      text_enquiry_answer_check(arena, lang));
    buf_put(&page->body, S("<div>"));
    if (e->state < ENQUIRY_CLOSED)
        put_folded_form(page, e, S("abschliessen"), S("reason"), text_enquiry_outcome(arena, lang),
                        S(""), text_enquiry_close(arena, lang));
    put_folded_form(page, e, S("notiz"), S("note"), text_enquiry_note(arena, lang),
                    text_enquiry_note_hint(arena, lang), text_enquiry_note_add(arena, lang));
    buf_put(&page->body, S("</div>"));
}

static void put_owner_buttons(Page *page, const Enquiry *e, PersonId owner)
{
    Arena *arena = page->arena;
    bool mine = owner.v == page->cx->actor->person.v;
    FormPair pairs[] = {{S("verb"), mine ? S("abgeben") : S("nehmen")}};
    FormPair again[] = {{S("verb"), S("oeffnen")},
                        {S("version"), arena_fmt(arena, "%lld", (long long)e->version)}};
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    if (e->state < ENQUIRY_CLOSED)
        form_button(page, &page->body, enquiry_path(arena, e),
                    mine ? text_inbox_drop(arena, page->lang) : text_inbox_take(arena, page->lang),
                    TEXT("secondary"), ICON_NONE, pairs, COUNT_OF(pairs));
    if (e->state == ENQUIRY_CLOSED || e->state == ENQUIRY_ANSWERED)
        form_button(page, &page->body, enquiry_path(arena, e),
                    text_enquiry_reopen(arena, page->lang), TEXT("secondary"), ICON_NONE, again,
                    COUNT_OF(again));
    buf_put(&page->body, S("</div>"));
}

Err page_enquiry(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Enquiry e;
    EnquiryNote *notes;
    const EnquiryNote *draft = NULL;
    size_t count;
    PersonId owner;
    (void)events;
    TRY(enquiry_get(cx, call->params[0], &e));
    TRY(enquiry_notes(cx, e.id, &notes, &count));
    TRY(inbox_owner(cx, S("enquiry"), e.id, &owner));
    for (size_t i = 0; i < count; i++)
        if (notes[i].answer && !notes[i].sent_us)
            draft = &notes[i];
    Str title = arena_fmt(cx->arena, "%.*s %.*s", SARG(e.number), SARG(e.subject));
    open_office(&page, call, title, S(""), HTML_NONE);
    put_owner_buttons(&page, &e, owner);
    put_enquiry_facts(&page, &e);
    put_quote(&page,
              e.state == ENQUIRY_ERASED ? text_enquiry_erased(cx->arena, page.lang) : e.body);
    put_notes(&page, notes, count);
    put_work(&page, &e, draft);
    close_office(&page, title);
    return OK;
}

Err enquiry_work_apply(Call *call, Cx *cx, struct Events *events)
{
    Enquiry e;
    int64_t version;
    Str verb = call_form(call, S("verb"));
    (void)events;
    TRY(form_i64(call, S("version"), 0, &version));
    TRY(enquiry_get(cx, call->params[0], &e));
    if (str_eq(verb, S("nehmen")) || str_eq(verb, S("abgeben")))
        TRY(enquiry_assign(cx, &e, str_eq(verb, S("nehmen")) ? cx->actor->person : (PersonId){0}));
    else if (str_eq(verb, S("entwurf")))
        TRY(enquiry_draft(cx, &e, version, call_form(call, S("answer"))));
    else if (str_eq(verb, S("senden")))
        TRY(enquiry_answer(cx, &e, version));
    else if (str_eq(verb, S("abschliessen")))
        TRY(enquiry_close(cx, &e, version, call_form(call, S("reason"))));
    else if (str_eq(verb, S("oeffnen")))
        TRY(enquiry_reopen(cx, &e, version));
    else if (str_eq(verb, S("notiz")))
        TRY(enquiry_note(cx, &e, call_form(call, S("note"))));
    else
        return fail(cx, ERR_INVALID, "request.form", "the form names no verb");
    call->location = page_path(call, enquiry_path(cx->arena, &e));
    return OK;
}

/* ---- news to those who are interested ---- */

typedef struct NewsForm {
    Str subject, news;
    bool send;
} NewsForm;

static Err news_page(Call *call, const NewsForm *checked)
{
    Page page;
    Form form;
    int64_t count;
    Arena *arena = call->cx->arena;
    Lang lang = call->cx->actor->lang;
    TRY(interest_count(call->cx, &count));
    open_office(&page, call, text_interest_office(arena, lang),
                text_interest_office_lead(arena, lang, count), HTML_NONE);
    if (checked) {
        FormPair pairs[] = {
            {S("subject"), checked->subject}, {S("news"), checked->news}, {S("send"), S("1")}};
        put_heading(&page, text_enquiry_preview(arena, lang));
        put_quote(&page,
                  arena_fmt(arena, "%.*s\n\n%.*s", SARG(checked->subject), SARG(checked->news)));
        buf_put(&page.body, S("<div class=\"h-actions\">"));
        form_button(&page, &page.body, S("/buero/interessierte"),
                    text_interest_tell(arena, lang, count), TEXT("primary"), ICON_NONE, pairs,
                    COUNT_OF(pairs));
        buf_put(&page.body, S("</div>"));
    }
    form_begin(&form, &page, S("/buero/interessierte"), 0);
    form_text(&form, S("subject"), text_enquiry_subject(arena, lang),
              (FormText){.given = checked ? checked->subject : S("")});
    form_area(&form, S("news"), text_interest_news(arena, lang),
              (FormText){.given = checked ? checked->news : S("")});
    form_submit(&form, text_import_preview(arena, lang));
    form_end(&form);
    close_office(&page, text_interest_office(arena, lang));
    return OK;
}

Err page_news(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    return news_page(call, NULL);
}

Err news_decode(Call *call)
{
    NewsForm *form = arena_new(call->cx->arena, NewsForm);
    *form = (NewsForm){.subject = str_trim(call_form(call, S("subject"))),
                       .news = str_trim(call_form(call, S("news"))),
                       .send = call_form(call, S("send")).n > 0};
    call->state = form;
    return OK;
}

Err news_apply(Call *call, Cx *cx, struct Events *events)
{
    const NewsForm *form = call->state;
    size_t count;
    (void)events;
    if (!form->send)
        return interest_check_news(cx, form->subject, form->news);
    TRY(interest_tell(cx, form->subject, form->news, &count));
    call->location = page_path(call, S("/buero"));
    return OK;
}

Err news_encode(Call *call)
{
    const NewsForm *form = call->state;
    if (!form->send)
        return news_page(call, form);
    page_redirect(call, call->location);
    return OK;
}
