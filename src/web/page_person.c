/* The office's list of persons, and one of them: roles, suspending, opening again. */
#include "web/account_page.h"

#include "base/str.h"
#include "core/account.h"
#include "core/mail.h"
#include "text_gen.h"
#include "web/format.h"

enum { PERSONS_PER_PAGE = 50, ROLE_NAMES_MAX = 8 };

static const uint32_t ROLES_SHOWN[] = {ROLE_MEMBER, ROLE_EDITOR, ROLE_OPERATOR, ROLE_OFFICE,
                                       ROLE_ADMIN};

static Str role_word(const Page *page, uint32_t role)
{
    Str words, name = role_name(role);
    Str key = arena_fmt(page->arena, "role.%.*s", SARG(name));
    return text_find(page->lang, key, &words) ? words : name;
}

static Str role_words(const Page *page, uint32_t roles)
{
    Buf out = buf_new(page->arena, 1000);
    for (size_t i = 0; i < COUNT_OF(ROLES_SHOWN); i++)
        if (roles & ROLES_SHOWN[i])
            buf_fmt(&out, "%s%.*s", out.n ? ", " : "", SARG(role_word(page, ROLES_SHOWN[i])));
    return out.n ? buf_str(&out) : text_persons_no_role(page->arena, page->lang);
}

static Html state_badge(const Page *page, const Person *person)
{
    Buf out = page_buf(page->arena);
    if (person->state == PERSON_SUSPENDED)
        html_badge(&out, page->lang, TEXT("alarm"), ICON_ALARM,
                   text_of(text_persons_suspended(page->arena, page->lang)));
    else
        html_badge(&out, page->lang, TEXT("ok"), ICON_OK,
                   text_of(text_persons_active(page->arena, page->lang)));
    return html_of(&out);
}

/* ---- the list ---- */

typedef struct Filter {
    PersonQuery query;
    int64_t number;
} Filter;

static Err read_filter(Call *call, Filter *ret)
{
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &ret->number));
    ret->query = (PersonQuery){.text = str_trim(call_query(call, S("suche"))),
                               .limit = PERSONS_PER_PAGE,
                               .offset = (ret->number - 1) * PERSONS_PER_PAGE};
    Str shown = call_query(call, S("zeige"));
    ret->query.only_suspended = str_eq(shown, S("suspended"));
    if (!role_parse(shown, &ret->query.role))
        ret->query.role = 0;
    return OK;
}

static Url list_url(const Page *page, const Filter *filter, Str shown)
{
    Url url = url_page(page->arena, page->lang, S("/buero/personen"));
    if (filter->query.text.n)
        url = url_query(page->arena, url, S("suche"), filter->query.text);
    return shown.n ? url_query(page->arena, url, S("zeige"), shown) : url;
}

static void put_filters(Page *page, const Filter *filter)
{
    HtmlChipsChips chips[COUNT_OF(ROLES_SHOWN) + 2];
    size_t count = 0;
    const PersonQuery *query = &filter->query;
    Lang lang = page->lang;
    Str label = text_persons_search(page->arena, lang);
    html_search_form(&page->body, lang, TEXT("suche"), list_url(page, &(Filter){0}, S("")),
                     text_of(label), TEXT("suche"), text_of(query->text),
                     text_of(text_persons_search_send(page->arena, lang)), NULL, 0);
    chips[count++] = html_chips_chips(list_url(page, filter, S("")),
                                      text_of(text_persons_all(page->arena, lang)), TEXT(""),
                                      flag_of(!query->role && !query->only_suspended));
    for (size_t i = 1; i < COUNT_OF(ROLES_SHOWN); i++)
        chips[count++] = html_chips_chips(list_url(page, filter, role_name(ROLES_SHOWN[i])),
                                          text_of(role_word(page, ROLES_SHOWN[i])), TEXT(""),
                                          flag_of(query->role == ROLES_SHOWN[i]));
    chips[count++] = html_chips_chips(list_url(page, filter, S("suspended")),
                                      text_of(text_persons_suspended(page->arena, lang)), TEXT(""),
                                      flag_of(query->only_suspended));
    html_chips(&page->body, lang, text_of(text_persons_filter(page->arena, lang)), TEXT(""), chips,
               count);
}

static Html name_link(const Page *page, const Person *person)
{
    Buf out = page_buf(page->arena);
    page_put_link(&out, url_page(page->arena, page->lang, person_path(page->arena, person->id)),
                  person->name, TEXT(""));
    return html_of(&out);
}

static Err put_persons(Page *page, const Person *persons, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Text label[4] = {text_of(text_sign_up_name(arena, lang)), text_of(text_login_mail(arena, lang)),
                     text_of(text_persons_roles(arena, lang)),
                     text_of(text_persons_state(arena, lang))};
    HtmlTableHeads heads[4];
    for (size_t i = 0; i < 4; i++)
        heads[i] = html_table_heads(label[i], flag_of(false));
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < count; i++) {
        uint32_t roles;
        TRY(person_roles(page->cx, persons[i].id, &roles));
        Html values[4] = {name_link(page, &persons[i]), html_escaped(arena, persons[i].mail),
                          html_escaped(arena, role_words(page, roles)),
                          state_badge(page, &persons[i])};
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 4);
        for (size_t c = 0; c < 4; c++)
            cells[c] = html_table_rows_cells(label[c], values[c], flag_of(false), flag_of(c == 0));
        rows[i] = html_table_rows(cells, 4);
    }
    html_table(&page->body, lang, text_of(text_persons_title(arena, lang)), flag_of(false), heads,
               4, rows, count);
    return OK;
}

Err page_persons(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Filter filter;
    Person *persons;
    size_t count;
    int64_t total;
    (void)events;
    TRY(read_filter(call, &filter));
    TRY(person_list(cx, &filter.query, &persons, &count, &total));
    page_open(call, MENU_NONE, &page);
    Str title = text_persons_title(page.arena, page.lang);
    Buf crumbs = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, text_of(title));
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, text_of(title),
               text_of(text_persons_count(page.arena, page.lang, total)), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    put_filters(&page, &filter);
    if (count)
        TRY(put_persons(&page, persons, count));
    else
        html_empty(&page.body, page.lang, ICON_USER,
                   text_of(text_persons_none(page.arena, page.lang)), TEXT(""), HTML_NONE);
    Str shown = filter.query.only_suspended ? S("suspended")
                : filter.query.role         ? role_name(filter.query.role)
                                            : S("");
    Str path = S("/buero/personen");
    if (filter.query.text.n || shown.n)
        path = url_query(page.arena,
                         url_query(page.arena, url_trusted(path), S("suche"), filter.query.text),
                         S("zeige"), shown)
                   .s;
    page_pager(&page, path, filter.number, PERSONS_PER_PAGE, (int64_t)count, total);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(title), TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

/* ---- one person ---- */

static Str date_words(const Page *page, int64_t at_us)
{
    return format_moment(page->arena, page->lang, page->frame->zone, at_us, page->now_us);
}

static Err put_facts(Page *page, const Person *person, uint32_t roles)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    HtmlFactsRows rows[8];
    size_t count = 0;
    MailAddress address;
    Consent *consents;
    size_t consent_count;
    TRY(mail_address(page->cx, person->mail, &address));
    TRY(account_consents(page->cx, person->id, &consents, &consent_count));
    rows[count++] =
        html_facts_rows(text_of(text_login_mail(arena, lang)), html_escaped(arena, person->mail));
    if (address.bounced_us)
        rows[count++] = html_facts_rows(
            text_of(text_persons_bounced(arena, lang)),
            html_escaped(arena,
                         arena_fmt(arena, "%.*s: %.*s", SARG(date_words(page, address.bounced_us)),
                                   SARG(address.bounce))));
    rows[count++] =
        html_facts_rows(text_of(text_persons_state(arena, lang)), state_badge(page, person));
    if (person->state == PERSON_SUSPENDED)
        rows[count++] = html_facts_rows(text_of(text_persons_reason(arena, lang)),
                                        html_escaped(arena, person->state_reason));
    rows[count++] = html_facts_rows(text_of(text_persons_roles(arena, lang)),
                                    html_escaped(arena, role_words(page, roles)));
    if (consent_count)
        rows[count++] = html_facts_rows(
            text_of(text_terms_title(arena, lang)),
            html_escaped(arena, text_persons_agreed(
                                    arena, lang, consents[consent_count - 1].version,
                                    date_words(page, consents[consent_count - 1].given_us))));
    if (person->erase_due_us)
        rows[count++] =
            html_facts_rows(text_of(text_persons_leaves(arena, lang)),
                            html_escaped(arena, date_words(page, person->erase_due_us)));
    html_facts(&page->body, lang, rows, count);
    return OK;
}

static void put_roles(Page *page, const Person *person, uint32_t roles)
{
    uint32_t may = account_may_give(page->cx->actor);
    Str path = arena_fmt(page->arena, "%.*s/rolle", SARG(person_path(page->arena, person->id)));
    buf_put(&page->body, S("<section class=\"h-stack\"><h2>"));
    html_put_text(&page->body, text_of(text_persons_roles(page->arena, page->lang)));
    buf_put(&page->body, S("</h2><div class=\"h-actions\">"));
    for (size_t i = 0; i < COUNT_OF(ROLES_SHOWN); i++) {
        uint32_t role = ROLES_SHOWN[i];
        bool has = (roles & role) != 0;
        FormPair pairs[] = {{S("role"), role_name(role)}, {S("gives"), has ? S("") : S("1")}};
        Str word = role_word(page, role);
        if (may & role)
            form_button(page, &page->body, path,
                        has ? text_persons_take(page->arena, page->lang, word)
                            : text_persons_give(page->arena, page->lang, word),
                        TEXT("secondary"), has ? ICON_CLOSE : ICON_NONE, pairs, COUNT_OF(pairs));
    }
    buf_put(&page->body, S("</div></section>"));
}

static void put_state_form(Page *page, const Person *person)
{
    Form form;
    bool suspended = person->state == PERSON_SUSPENDED;
    Lang lang = page->lang;
    Str title = suspended ? text_persons_reactivate(page->arena, lang)
                          : text_persons_suspend(page->arena, lang);
    buf_put(&page->body, S("<section class=\"h-narrow h-stack\"><h2>"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2>"));
    form_begin(&form, page, person_path(page->arena, person->id), 0);
    form_hidden(&form, S("to"), suspended ? S("active") : S("suspended"));
    form_area(&form, S("reason"), text_persons_reason(page->arena, lang),
              (FormText){.hint = suspended ? text_persons_reactivate_hint(page->arena, lang)
                                           : text_persons_suspend_hint(page->arena, lang)});
    form_submit(&form, title);
    form_end(&form);
    buf_put(&page->body, S("</section>"));
}

Err page_person(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Person person;
    uint32_t roles;
    (void)events;
    TRY(person_of_call(call, cx, &person));
    TRY(person_roles(cx, person.id, &roles));
    page_open(call, MENU_NONE, &page);
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks up = html_crumbs_links(url_page(page.arena, page.lang, S("/buero/personen")),
                                           text_of(text_persons_title(page.arena, page.lang)));
    html_crumbs(&crumbs, page.lang, &up, 1, text_of(person.name));
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, text_of(person.name), TEXT(""),
               HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    TRY(put_facts(&page, &person, roles));
    bool high = roles & (ROLE_OFFICE | ROLE_ADMIN) && !(cx->actor->roles & ROLE_ADMIN);
    if (person.id.v == cx->actor->person.v || high) {
        account_put_text(&page, high ? text_persons_rank(page.arena, page.lang)
                                     : text_persons_own(page.arena, page.lang));
    } else {
        put_roles(&page, &person, roles);
        put_state_form(&page, &person);
        account_put_link(
            &page, arena_fmt(page.arena, "%.*s/loeschen", SARG(person_path(page.arena, person.id))),
            text_erase_link(page.arena, page.lang));
    }
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(person.name), TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

Err person_state_apply(Call *call, Cx *cx, struct Events *events)
{
    PersonId id;
    Str to = call_form(call, S("to")), reason = call_form(call, S("reason"));
    TRY(person_id_of_call(call, &id));
    if (str_eq(to, S("suspended")))
        TRY(account_suspend(cx, id, reason, events));
    else if (str_eq(to, S("active")))
        TRY(account_reactivate(cx, id, reason, events));
    else
        return fail(cx, ERR_INVALID, "request.form", "the form names no state");
    call->location = page_path(call, person_path(cx->arena, id));
    return OK;
}

Err person_role_apply(Call *call, Cx *cx, struct Events *events)
{
    PersonId id;
    uint32_t role;
    TRY(person_id_of_call(call, &id));
    if (!role_parse(call_form(call, S("role")), &role))
        return fail(cx, ERR_INVALID, "request.form", "the form names no role");
    TRY(account_grant(cx, id, role, str_eq(call_form(call, S("gives")), S("1")), events));
    call->location = page_path(call, person_path(cx->arena, id));
    return OK;
}
