#include "people/interest.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/mail.h"
#include "people/interest_store.h"

/* The secret stands in every mail, to end it: it is kept as it is. */
static Str end_path(Arena *arena, Str secret)
{
    return arena_fmt(arena, "/interessiert/beenden?code=%.*s", SARG(secret));
}

Err interest_send(Cx *cx, Str mail, bool consent, Str secret)
{
    bool known;
    mail = str_trim(mail);
    if (!person_is_mail(mail))
        flaw(cx, "interest.mail", "\"%.*s\" is no mail address", SARG(mail));
    if (!consent)
        flaw(cx, "interest.consent", "without consent nothing can be kept");
    TRY(flaws_end(cx));
    Str key = person_mail_key(cx->arena, mail);
    TRY(interest_store_has(cx, key, &known));
    if (known)
        return OK;
    TRY(interest_store_add(cx, mail, key, secret, INTEREST_CONSENT));
    return mail_add(cx,
                    &(MailDraft){.kind = MAIL_INTEREST_CONFIRM,
                                 .address = mail,
                                 .lang = cx->actor->lang,
                                 .path = arena_fmt(cx->arena, "/interessiert/bestaetigen?code=%.*s",
                                                   SARG(secret))});
}

Err interest_confirm(Cx *cx, Str secret)
{
    Interest one;
    bool found = false, known;
    if (secret.n)
        TRY(interest_store_by_secret(cx, secret, &found, &one));
    if (!found || str_eq(one.state, S("ended")))
        return fail(cx, ERR_NOT_FOUND, "interest.unknown", "the link is unknown, or has ended");
    if (!str_eq(one.state, S("sent")))
        return OK; /* a second click */
    TRY(mail_confirm(cx, one.mail));
    TRY(interest_store_has(cx, person_mail_key(cx->arena, one.mail), &known));
    if (known) /* by another link of the same address */
        return interest_store_end(cx, one.id);
    TRY(audit_add_number(cx, S("interest.confirm"), S("interest"), one.id, INTEREST_CONSENT));
    return interest_store_confirm(cx, one.id);
}

Err interest_end(Cx *cx, Str secret)
{
    Interest one;
    bool found = false;
    if (secret.n)
        TRY(interest_store_by_secret(cx, secret, &found, &one));
    if (!found || str_eq(one.state, S("ended")))
        return OK;
    TRY(audit_add_number(cx, S("interest.end"), S("interest"), one.id, S("")));
    return interest_store_end(cx, one.id);
}

Err interest_count(Cx *cx, int64_t *ret)
{
    TRY(require(cx, MAY_OFFICE_WORK));
    return interest_store_count(cx, ret);
}

Err interest_check_news(Cx *cx, Str subject, Str news)
{
    bool line = subject.n > 0 && subject.n <= 200 && str_is_utf8(subject);
    for (size_t i = 0; i < subject.n; i++)
        line &= (unsigned char)subject.p[i] >= ' ';
    TRY(require(cx, MAY_OFFICE_WORK));
    if (!line)
        flaw(cx, "interest.subject", "one line of 1 to 200 bytes");
    if (!str_trim(news).n || news.n > INTEREST_NEWS_BYTES_MAX || !str_is_utf8(news))
        flaw(cx, "interest.news", "1 to %d bytes", INTEREST_NEWS_BYTES_MAX);
    return flaws_end(cx);
}

Err interest_tell(Cx *cx, Str subject, Str news, size_t *ret_count)
{
    Interest *list;
    size_t count;
    subject = str_trim(subject);
    TRY(interest_check_news(cx, subject, news));
    TRY(interest_store_list(cx, &list, &count));
    for (size_t i = 0; i < count; i++)
        TRY(mail_add(cx, &(MailDraft){.kind = MAIL_INTEREST_NEWS,
                                      .address = list[i].mail,
                                      .lang = list[i].lang,
                                      .what = subject,
                                      .reason = str_trim(news),
                                      .unsubscribe = end_path(cx->arena, list[i].secret)}));
    *ret_count = count;
    return audit_add(cx, S("interest.tell"), S("interest"), S(""),
                     arena_fmt(cx->arena, "%zu mails", count));
}

Err interest_clean(Cx *cx)
{
    return interest_store_clean(cx, cx_now_us(cx) - INTEREST_DAYS * TIME_DAY_US);
}
