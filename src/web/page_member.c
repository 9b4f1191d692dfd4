/* The people of a partner: who belongs to it, inviting, answering an invitation. */
#include "web/partner_page.h"

#include "base/str.h"
#include "core/auth.h"
#include "people/invitation.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/pages.h"

static Str members_path(Page *page, const Item *item)
{
    Str path = item_path(page->arena, item);
    return arena_fmt(page->arena, "%.*s/personen", SARG(path));
}

static void put_heading(Page *page, Str title)
{
    buf_put(&page->body, S("<h2>"));
    html_put_text(&page->body, text_of(title));
    buf_put(&page->body, S("</h2>"));
}

/* ---- who belongs to it ---- */

typedef struct Members {
    const Item *item;
    bool decides; /* representative or office */
} Members;

static void put_verb(Page *page, const Members *m, int64_t id, Str verb, Str label, Text kind)
{
    FormPair pairs[] = {{S("verb"), verb},
                        {S("id"), arena_fmt(page->arena, "%lld", (long long)id)}};
    form_button(page, &page->body, members_path(page, m->item), label, kind, ICON_NONE, pairs,
                COUNT_OF(pairs));
}

static void put_member(Page *page, const Members *m, const Relation *one)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    bool own = one->person.v == page->cx->actor->person.v;
    Str role = one->role == RELATION_REP ? text_relation_role_rep(arena, lang)
                                         : text_relation_role_colleague(arena, lang);
    Str title = one->title.n ? arena_fmt(arena, "%.*s, %.*s", SARG(one->title), SARG(role)) : role;
    buf_put(&page->body, S("<li><span><strong>"));
    html_put_text(&page->body, text_of(person_words(page, one->person_name)));
    buf_put(&page->body, S("</strong><br>"));
    html_put_text(&page->body, text_of(one->state == RELATION_ACTIVE
                                           ? title
                                           : arena_fmt(arena, "%.*s · %.*s", SARG(title),
                                                       SARG(text_member_waits(arena, lang)))));
    buf_put(&page->body, S("</span><div class=\"h-actions\">"));
    if (m->decides && one->state == RELATION_ACTIVE)
        put_verb(page, m, one->id, one->role == RELATION_REP ? S("colleague") : S("rep"),
                 one->role == RELATION_REP ? text_member_make_colleague(arena, lang)
                                           : text_member_make_rep(arena, lang),
                 TEXT("tertiary"));
    if (m->decides || own)
        put_verb(page, m, one->id, S("end"),
                 own ? text_member_leave(arena, lang) : text_member_end(arena, lang),
                 TEXT("tertiary"));
    buf_put(&page->body, S("</div></li>"));
}

static void put_open_invitation(Page *page, const Members *m, const Invitation *one)
{
    Arena *arena = page->arena;
    buf_put(&page->body, S("<li><span><strong>"));
    html_put_text(&page->body, text_of(one->mail));
    buf_put(&page->body, S("</strong><br>"));
    html_put_text(&page->body,
                  text_of(text_member_invited_until(
                      arena, page->lang,
                      format_date(arena, page->lang, page->frame->zone, one->expires_us))));
    buf_put(&page->body, S("</span>"));
    put_verb(page, m, one->id, S("withdraw"), text_member_withdraw(arena, page->lang),
             TEXT("tertiary"));
    buf_put(&page->body, S("</li>"));
}

static Err put_members(Page *page, const Members *m)
{
    Relation *relations;
    Invitation *open = NULL;
    size_t count, open_count = 0;
    TRY(relation_list(page->cx, m->item->id, false, &relations, &count));
    if (m->decides)
        TRY(invitation_list(page->cx, m->item, &open, &open_count));
    buf_put(&page->body, S("<ul class=\"h-rows\">"));
    for (size_t i = 0; i < count; i++)
        put_member(page, m, &relations[i]);
    for (size_t i = 0; i < open_count; i++)
        put_open_invitation(page, m, &open[i]);
    buf_put(&page->body, S("</ul>"));
    return OK;
}

static Err put_consent(Page *page, const Item *item)
{
    bool shown;
    TRY(organisation_am_shown(page->cx, item->id, &shown));
    FormPair pair = {S("verb"), shown ? S("hide") : S("show")};
    buf_put(&page->body, S("<p>"));
    html_put_text(&page->body, text_of(shown ? text_member_shown(page->arena, page->lang)
                                             : text_member_hidden(page->arena, page->lang)));
    buf_put(&page->body, S("</p>"));
    form_button(page, &page->body, members_path(page, item),
                shown ? text_member_hide(page->arena, page->lang)
                      : text_member_show(page->arena, page->lang),
                TEXT("secondary"), ICON_NONE, &pair, 1);
    return OK;
}

static void put_invite_form(Page *page, const Item *item)
{
    Form form;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    FormOption roles[] = {
        {relation_role_name(RELATION_COLLEAGUE), text_relation_role_colleague(arena, lang), true},
        {relation_role_name(RELATION_REP), text_relation_role_rep(arena, lang), false}};
    put_heading(page, text_member_invite(arena, lang));
    form_begin(&form, page, members_path(page, item), 0);
    form_hidden(&form, S("verb"), S("invite"));
    form_text(&form, S("mail"), text_apply_mail(arena, lang),
              (FormText){.type = S("email"), .hint = text_member_invite_hint(arena, lang)});
    form_radio(&form, S("role"), text_member_as(arena, lang), text_member_as_hint(arena, lang),
               roles, COUNT_OF(roles));
    form_text(&form, S("title"), text_apply_role(arena, lang), (FormText){.optional = true});
    form_submit(&form, text_member_invite(arena, lang));
    form_end(&form);
}

static void open_page(Page *page, Call *call, Text title, Str lead, const Item *item)
{
    page_open(call, MENU_PARTNERS, page);
    Buf crumbs = page_buf(page->arena);
    HtmlCrumbsLinks links[2] = {
        html_crumbs_links(url_page(page->arena, page->lang, S("/partner")),
                          text_of(text_partners_title(page->arena, page->lang)))};
    size_t count = 1;
    if (item)
        links[count++] =
            html_crumbs_links(url_page(page->arena, page->lang, item_path(page->arena, item)),
                              text_of(item->text.title));
    html_crumbs(&crumbs, page->lang, links, count, title);
    html_intro(&page->body, page->lang, html_of(&crumbs), HTML_NONE, title, text_of(lead),
               HTML_NONE);
    buf_put(&page->body, S("<div class=\"h-wrap h-page h-stack\">"));
}

static void close_page(Page *page, Text title)
{
    buf_put(&page->body, S("</div>"));
    page_close(page, PAGE_PLAIN, title, TEXT(""));
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
}

Err page_members(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    uint32_t stand;
    bool moved;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_ORGANISATION, &item, &moved));
    TRY(item_stand(cx, &item, &stand));
    if (moved || !(stand & (STAND_COLLEAGUE | STAND_REP | STAND_OFFICE))) {
        page_redirect(call, page_path(call, item_path(cx->arena, &item)));
        return OK;
    }
    Members members = {&item, organisation_may_edit(stand)};
    Text title = text_of(text_member_title(cx->arena, cx->actor->lang));
    open_page(&page, call, title, item.text.title, &item);
    TRY(put_members(&page, &members));
    if (stand & (STAND_COLLEAGUE | STAND_REP))
        TRY(put_consent(&page, &item));
    if (members.decides)
        put_invite_form(&page, &item);
    close_page(&page, title);
    return OK;
}

typedef struct MemberForm {
    Str verb, mail, title, secret;
    RelationRole role;
    int64_t id;
} MemberForm;

Err member_decode(Call *call)
{
    MemberForm *form = arena_new(call->cx->arena, MemberForm);
    form->verb = call_form(call, S("verb"));
    form->mail = call_form(call, S("mail"));
    form->title = call_form(call, S("title"));
    form->secret = auth_secret(call->cx->arena);
    if (!relation_role_parse(call_form(call, S("role")), &form->role))
        form->role = RELATION_COLLEAGUE;
    call->state = form;
    return form_i64(call, S("id"), 0, &form->id);
}

static Err change_role(Cx *cx, const Item *item, const MemberForm *form, Events *events)
{
    Relation relation;
    RelationRole role = str_eq(form->verb, S("rep")) ? RELATION_REP : RELATION_COLLEAGUE;
    TRY(relation_get(cx, form->id, &relation));
    return organisation_set_role(cx, item, form->id, role, relation.title, events);
}

Err member_apply(Call *call, Cx *cx, struct Events *events)
{
    const MemberForm *form = call->state;
    Item item;
    TRY(item_get(cx, NOUN_ORGANISATION, call->params[0], &item));
    Str path = item_path(cx->arena, &item);
    if (str_eq(form->verb, S("invite")))
        TRY(invitation_add(cx, &item, form->mail, form->role, form->title, form->secret, events));
    else if (str_eq(form->verb, S("withdraw")))
        TRY(invitation_withdraw(cx, &item, form->id));
    else if (str_eq(form->verb, S("end")))
        TRY(organisation_end(cx, &item, form->id, events));
    else if (str_eq(form->verb, S("rep")) || str_eq(form->verb, S("colleague")))
        TRY(change_role(cx, &item, form, events));
    else if (str_eq(form->verb, S("show")) || str_eq(form->verb, S("hide")))
        TRY(organisation_show_me(cx, item.id, str_eq(form->verb, S("show"))));
    else
        return fail(cx, ERR_INVALID, "request.form", "the form names no verb");
    call->location = page_path(call, arena_fmt(cx->arena, "%.*s/personen", SARG(path)));
    return OK;
}

/* ---- invitations of persons who have an account ---- */

static void put_answer(Page *page, const Relation *one)
{
    Arena *arena = page->arena;
    Str id = arena_fmt(arena, "%lld", (long long)one->id);
    FormPair yes[] = {{S("id"), id}, {S("verb"), S("yes")}},
             no[] = {{S("id"), id}, {S("verb"), S("no")}};
    buf_put(&page->body, S("<li><span><strong>"));
    html_put_text(&page->body, text_of(one->item_title));
    buf_put(&page->body, S("</strong><br>"));
    html_put_text(&page->body, text_of(relation_words(page, one)));
    buf_put(&page->body, S("</span><div class=\"h-actions\">"));
    form_button(page, &page->body, S("/mein/einladungen"), text_invitation_yes(arena, page->lang),
                TEXT("primary"), ICON_NONE, yes, COUNT_OF(yes));
    form_button(page, &page->body, S("/mein/einladungen"), text_invitation_no(arena, page->lang),
                TEXT("tertiary"), ICON_NONE, no, COUNT_OF(no));
    buf_put(&page->body, S("</div></li>"));
}

Err page_invitations(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Relation *mine;
    size_t count;
    (void)events;
    TRY(invitation_mine(cx, &mine, &count));
    Text title = text_of(text_invitation_title(cx->arena, cx->actor->lang));
    open_page(&page, call, title, S(""), NULL);
    if (!count)
        html_empty(&page.body, page.lang, ICON_PEOPLE,
                   text_of(text_invitation_none(page.arena, page.lang)), TEXT(""), HTML_NONE);
    buf_put(&page.body, count ? S("<ul class=\"h-rows\">") : S(""));
    for (size_t i = 0; i < count; i++)
        put_answer(&page, &mine[i]);
    buf_put(&page.body, count ? S("</ul>") : S(""));
    close_page(&page, title);
    return OK;
}

Err invitations_apply(Call *call, Cx *cx, struct Events *events)
{
    int64_t id;
    bool yes = str_eq(call_form(call, S("verb")), S("yes"));
    TRY(form_i64(call, S("id"), 0, &id));
    TRY(invitation_answer(cx, id, yes, events));
    call->location = page_path(call, yes ? S("/mein") : S("/mein/einladungen"));
    return OK;
}

/* ---- invitations by mail ---- */

typedef struct InvitationForm {
    Str code, name, password, hash;
    bool decline;
} InvitationForm;

/* What the reader is asked for: nothing, a password, or name and password. */
typedef enum Asked { ASKED_NOTHING, ASKED_PASSWORD, ASKED_ACCOUNT, ASKED_LOGIN } Asked;

static void put_take_form(Page *page, Str code, Asked asked)
{
    Form form;
    Arena *arena = page->arena;
    Lang lang = page->lang;
    form_begin(&form, page, S("/einladung"), 0);
    form_hidden(&form, S("code"), code);
    if (asked == ASKED_ACCOUNT)
        form_text(&form, S("name"), text_apply_name(arena, lang),
                  (FormText){.autocomplete = S("name")});
    if (asked != ASKED_NOTHING)
        form_text(&form, S("password"), text_login_password(arena, lang),
                  (FormText){.type = S("password"),
                             .hint = text_account_password_hint(arena, lang, PASSWORD_BYTES_MIN),
                             .autocomplete = S("new-password")});
    form_submit(&form, text_invitation_yes(arena, lang));
    form_end(&form);
}

static void put_login_link(Page *page, Str code)
{
    Arena *arena = page->arena;
    Url here = url_query(arena, url_page(arena, page->lang, S("/einladung")), S("code"), code);
    Url login = url_query(arena, url_page(arena, page->lang, S("/anmelden")), S("weiter"), here.s);
    buf_put(&page->body, S("<div class=\"h-actions\">"));
    html_link_button(&page->body, page->lang, login, text_of(text_shell_login(arena, page->lang)),
                     TEXT("primary"), ICON_NONE);
    buf_put(&page->body, S("</div>"));
}

static Str asked_words(Page *page, const Invitation *one, Asked asked)
{
    switch (asked) {
    case ASKED_PASSWORD:
        return text_invitation_password(page->arena, page->lang, one->mail);
    case ASKED_ACCOUNT:
        return text_invitation_new(page->arena, page->lang, one->mail);
    case ASKED_LOGIN:
        return text_invitation_known(page->arena, page->lang, one->mail);
    case ASKED_NOTHING:
        break;
    }
    return text_invitation_as(page->arena, page->lang, page->cx->actor->name);
}

static Err what_is_asked(Cx *cx, const Invitation *one, Asked *ret)
{
    bool exists, password;
    TRY(invitation_account(cx, one, &exists, &password));
    *ret = cx->actor->person.v ? ASKED_NOTHING
           : !exists           ? ASKED_ACCOUNT
           : password          ? ASKED_LOGIN
                               : ASKED_PASSWORD;
    return OK;
}

/* Somebody came without the link of a mail. */
static Err say_no_code(Call *call)
{
    Page page;
    Text title = text_of(text_invitation_title(call->cx->arena, call->cx->actor->lang));
    open_page(&page, call, title, S(""), NULL);
    html_empty(&page.body, page.lang, ICON_PEOPLE,
               text_of(text_invitation_none(page.arena, page.lang)),
               text_of(text_invitation_by_mail(page.arena, page.lang)), HTML_NONE);
    close_page(&page, title);
    return OK;
}

Err page_invitation(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Invitation one;
    Asked asked;
    (void)events;
    Str code = call->fault ? call_form(call, S("code")) : call_query(call, S("code"));
    if (!code.n)
        return say_no_code(call);
    TRY(invitation_find(cx, code, &one));
    TRY(what_is_asked(cx, &one, &asked));
    Lang lang = cx->actor->lang;
    Text title = text_of(text_invitation_to(cx->arena, lang, one.organisation_name));
    Str by = one.by.v && one.by_name.n ? text_invitation_by(cx->arena, lang, one.by_name) : S("");
    open_page(&page, call, title, by, NULL);
    buf_put(&page.body, S("<p>"));
    html_put_text(&page.body, text_of(asked_words(&page, &one, asked)));
    buf_put(&page.body, S("</p>"));
    if (asked == ASKED_LOGIN)
        put_login_link(&page, code);
    else
        put_take_form(&page, code, asked);
    FormPair no[] = {{S("code"), code}, {S("verb"), S("no")}};
    form_button(&page, &page.body, S("/einladung"), text_invitation_no(cx->arena, lang),
                TEXT("tertiary"), ICON_NONE, no, COUNT_OF(no));
    close_page(&page, title);
    return OK;
}

Err invitation_decode(Call *call)
{
    InvitationForm *form = arena_new(call->cx->arena, InvitationForm);
    *form = (InvitationForm){.code = call_form(call, S("code")),
                             .name = call_form(call, S("name")),
                             .password = call_form(call, S("password")),
                             .decline = str_eq(call_form(call, S("verb")), S("no"))};
    call->state = form;
    return OK;
}

/* On a worker: the password's hash, for somebody who really was invited. */
Err invitation_prepare(Call *call, Cx *cx)
{
    InvitationForm *form = call->state;
    Invitation one;
    if (form->decline || cx->actor->person.v)
        return OK;
    TRY(invitation_find(cx, form->code, &one));
    return password_hash(cx, form->password, &form->hash);
}

Err invitation_apply(Call *call, Cx *cx, struct Events *events)
{
    const InvitationForm *form = call->state;
    if (form->decline) {
        TRY(invitation_decline(cx, form->code));
        call->location = page_path(call, S("/partner"));
        return OK;
    }
    if (cx->actor->person.v) {
        TRY(invitation_take(cx, form->code, events));
        call->location = page_path(call, S("/mein"));
        return OK;
    }
    TRY(invitation_take_new(cx, form->code, form->name, form->hash, events));
    call->location = page_path(call, S("/anmelden?weiter=/mein"));
    return OK;
}
