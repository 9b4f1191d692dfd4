#include "core/notice.h"

#include "base/str.h"
#include "core/notice_store.h"
#include "core/setting.h"

#include <sodium.h>

const NoticeCategoryRow NOTICE_CATEGORIES[NOTICE_CATEGORY_COUNT_] = {
#define NOTICE_CATEGORY(code, key, pace, alone, help) {S_INIT(#key), NOTICE_PACE_##pace, alone},
#include "core/notice.def"
};

const NoticeRow NOTICES[NOTICE_KIND_COUNT_] = {
#define NOTICE(code, key, category, help) {S_INIT(#key), NOTICE_CATEGORY_##category},
#include "core/notice.def"
};

static const Str PACES[NOTICE_PACE_COUNT_] = {S_INIT("once"), S_INIT("daily"), S_INIT("weekly"),
                                              S_INIT("off")};
static const Str KEY_NAME = S_INIT("unsubscribe");

Str notice_pace_name(NoticePace pace)
{
    return PACES[pace];
}

bool notice_pace_parse(Str name, NoticePace *ret)
{
    for (NoticePace pace = 0; pace < NOTICE_PACE_COUNT_; pace++)
        if (str_eq(PACES[pace], name)) {
            *ret = pace;
            return true;
        }
    return false;
}

/* ---- when ---- */

int64_t notice_due_us(const Zone *zone, NoticePace pace, int64_t now_us)
{
    if (pace == NOTICE_PACE_OFF)
        return 0;
    if (pace == NOTICE_PACE_ONCE)
        return now_us;
    Civil c = zone_civil(zone, now_us);
    int32_t weekday = c.weekday;
    c.hour = NOTICE_HOUR;
    c.minute = c.second = c.us = 0;
    if (pace == NOTICE_PACE_WEEKLY)
        c.day += (8 - weekday) % 7;
    int64_t due_us = zone_to_utc(zone, time_from_civil(c));
    if (due_us > now_us)
        return due_us;
    c.day += pace == NOTICE_PACE_WEEKLY ? 7 : 1;
    return zone_to_utc(zone, time_from_civil(c));
}

static Err due_us_of(Cx *cx, NoticePace pace, int64_t *ret)
{
    Str name;
    const Zone *zone;
    TRY(setting_zone(cx, &name, &zone));
    *ret = notice_due_us(zone, pace, cx_now_us(cx));
    return OK;
}

/* ---- telling ---- */

/* The beginning that has so many bytes at the most, cut between characters. */
static Str shortened(Arena *arena, Str text, size_t most)
{
    size_t n = MIN(text.n, most - 3);
    while (n < text.n && n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--;
    return n < text.n ? arena_fmt(arena, "%.*s…", (int)n, text.p) : text.p ? text : S("");
}

static Str one_line(Arena *arena, Str text)
{
    return shortened(arena, mail_one_line(arena, text, text.n), MAIL_TEXT_BYTES_MAX);
}

static Err send_one(Cx *cx, const NoticeDraft *draft)
{
    MailLine line = {
        NOTICES[draft->kind].key, draft->who, draft->what, draft->reason, draft->path, draft->more};
    return mail_add(cx, &(MailDraft){.kind = MAIL_NOTICE,
                                     .person = draft->person,
                                     .path = draft->path,
                                     .thread = draft->thread,
                                     .lines = &line,
                                     .line_count = 1});
}

Err notice_add(Cx *cx, const NoticeDraft *draft)
{
    NoticeDraft own = *draft;
    NoticePace paces[NOTICE_CATEGORY_COUNT_];
    Person person;
    int64_t due_us = 0;
    ASSERT((size_t)draft->kind < NOTICE_KIND_COUNT_);
    if (own.person.v == cx->actor->person.v || !own.person.v)
        return OK;
    TRY(person_get(cx, own.person, &person));
    if (person.state != PERSON_ACTIVE)
        return OK;
    own.by = own.by.v ? own.by : cx->actor->person;
    own.who = one_line(cx->arena, own.who);
    own.what = one_line(cx->arena, own.what);
    own.reason = shortened(cx->arena, mail_lines(cx->arena, own.reason, own.reason.n),
                           NOTICE_REASON_BYTES_MAX);
    own.path = own.path.n ? own.path : S("");
    TRY(notice_choices(cx, own.person, paces));
    NoticePace pace = paces[NOTICES[own.kind].category];
    if (pace == NOTICE_PACE_ONCE)
        TRY(send_one(cx, &own));
    else
        TRY(due_us_of(cx, pace, &due_us));
    return notice_store_add(cx, &own, due_us);
}

Err notice_list(Cx *cx, PersonId person, int64_t limit, int64_t offset, Notice **ret,
                size_t *ret_count, int64_t *ret_total)
{
    TRY(notice_store_count(cx, person, false, ret_total));
    return notice_store_list(cx, person, limit, offset, ret, ret_count);
}

Err notice_count_unread(Cx *cx, PersonId person, int64_t *ret)
{
    return notice_store_count(cx, person, true, ret);
}

Err notice_read(Cx *cx, PersonId person, int64_t id)
{
    return notice_store_read(cx, person, id);
}

/* ---- choices ---- */

Err notice_choices(Cx *cx, PersonId person, NoticePace ret[NOTICE_CATEGORY_COUNT_])
{
    for (NoticeCategory category = 0; category < NOTICE_CATEGORY_COUNT_; category++)
        ret[category] = NOTICE_CATEGORIES[category].pace;
    return notice_store_choices(cx, person, ret);
}

bool notice_pace_fits(NoticeCategory category, NoticePace pace)
{
    return !NOTICE_CATEGORIES[category].alone || pace == NOTICE_PACE_WEEKLY ||
           pace == NOTICE_PACE_OFF;
}

Err notice_choose(Cx *cx, PersonId person, NoticeCategory category, NoticePace pace)
{
    int64_t due_us;
    bool alone = NOTICE_CATEGORIES[category].alone;
    if (!notice_pace_fits(category, pace))
        return fail(cx, ERR_INVALID, "notice.pace", "mails of this kind come weekly or not at all");
    TRY(due_us_of(cx, pace, &due_us));
    TRY(notice_store_choose(cx, person, category, pace, alone ? due_us : 0));
    for (NoticeKind kind = 0; kind < NOTICE_KIND_COUNT_; kind++)
        if (NOTICES[kind].category == category)
            TRY(notice_store_put_off(cx, person, kind, due_us));
    return OK;
}

/* ---- links that end mails ----
 *
 * They stand in mails for years and must work without a login, so they are signed instead of
 * stored: who they are for, which categories, and a MAC over both. */

enum { MAC_BYTES = 16, LINK_BYTES = 9 + MAC_BYTES };

Err notice_keep_key(Cx *cx, Str random)
{
    ASSERT(random.n == NOTICE_KEY_BYTES);
    return notice_store_keep_key(cx, KEY_NAME, random);
}

static Err link_mac(Cx *cx, const unsigned char link[9], unsigned char mac[MAC_BYTES])
{
    bool found;
    Str key;
    TRY(notice_store_key(cx, KEY_NAME, &found, &key));
    if (!found)
        return fail(cx, ERR_INTERNAL, "notice.key", "no key was made to sign links with");
    crypto_generichash(mac, MAC_BYTES, link, 9, (const unsigned char *)key.p, key.n);
    return OK;
}

_Static_assert(NOTICE_CATEGORY_COUNT_ <= 8, "a link has a byte for them");

static uint32_t all_categories(void)
{
    return (1u << NOTICE_CATEGORY_COUNT_) - 1;
}

static uint32_t categories_of(const MailDraft *mail)
{
    uint32_t with_notices = 0;
    if (mail->kind == MAIL_WEEKLY)
        return 1u << NOTICE_CATEGORY_WEEKLY;
    for (NoticeCategory category = 0; category < NOTICE_CATEGORY_COUNT_; category++)
        if (!NOTICE_CATEGORIES[category].alone)
            with_notices |= 1u << category;
    for (NoticeKind kind = 0; kind < NOTICE_KIND_COUNT_ && mail->kind == MAIL_NOTICE; kind++)
        if (mail->line_count && str_eq(mail->lines[0].kind, NOTICES[kind].key))
            return 1u << NOTICES[kind].category;
    return with_notices;
}

Err notice_unsubscribe_path(Cx *cx, const MailDraft *mail, Str *ret)
{
    unsigned char link[LINK_BYTES];
    char text[2 * LINK_BYTES];
    for (size_t i = 0; i < 8; i++)
        link[i] = (unsigned char)((uint64_t)mail->person.v >> (8 * i));
    link[8] = (unsigned char)categories_of(mail);
    TRY(link_mac(cx, link, link + 9));
    sodium_bin2base64(text, sizeof text, link, sizeof link,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    *ret = arena_fmt(cx->arena, "/abmelden-von/%s", text);
    return OK;
}

Err notice_find_link(Cx *cx, Str secret, PersonId *ret, uint32_t *ret_categories)
{
    unsigned char link[LINK_BYTES], mac[MAC_BYTES];
    size_t n = 0;
    uint64_t person = 0;
    bool fine = sodium_base642bin(link, sizeof link, secret.p, secret.n, NULL, &n, NULL,
                                  sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
                n == sizeof link;
    if (fine)
        TRY(link_mac(cx, link, mac));
    if (!fine || sodium_memcmp(mac, link + 9, MAC_BYTES) != 0)
        return fail(cx, ERR_NOT_FOUND, "notice.link", "this is no link of one of our mails");
    for (size_t i = 0; i < 8; i++)
        person |= (uint64_t)link[i] << (8 * i);
    *ret = (PersonId){(int64_t)person};
    *ret_categories = link[8] & all_categories();
    return OK;
}

Err notice_unsubscribe(Cx *cx, Str secret)
{
    PersonId person;
    uint32_t categories;
    TRY(notice_find_link(cx, secret, &person, &categories));
    for (NoticeCategory category = 0; category < NOTICE_CATEGORY_COUNT_; category++)
        if (categories >> category & 1)
            TRY(notice_choose(cx, person, category, NOTICE_PACE_OFF));
    return OK;
}

/* ---- categories that stand alone ---- */

Err notice_list_due(Cx *cx, NoticeCategory category, size_t limit, NoticeDue **ret,
                    size_t *ret_count)
{
    return notice_store_list_due(cx, category, limit, ret, ret_count);
}

Err notice_set_told(Cx *cx, NoticeCategory category, const NoticeDue *due, int64_t told_us,
                    bool *ret)
{
    int64_t next_us, changed;
    TRY(due_us_of(cx, NOTICE_PACE_WEEKLY, &next_us));
    TRY(notice_store_set_told(cx, category, due, next_us, told_us, &changed));
    *ret = changed > 0;
    return OK;
}

/* ---- jobs, and the end ---- */

static Err send_digest(Cx *cx, PersonId person)
{
    MailLine *lines;
    size_t count;
    int64_t total;
    TRY(notice_store_due_of(cx, person, MAIL_LINES_MAX, &lines, &count, &total));
    TRY(notice_store_sent(cx, person));
    if (!count)
        return OK;
    for (size_t i = 0; i < count; i++)
        lines[i].reason = shortened(cx->arena, lines[i].reason, NOTICE_LINE_REASON_BYTES_MAX);
    return mail_add(cx, &(MailDraft){.kind = MAIL_DIGEST,
                                     .person = person,
                                     .path = S("/mein/hinweise"),
                                     .lines = lines,
                                     .line_count = count,
                                     .line_total = total});
}

Err notice_send_digests(Cx *cx, size_t *ret_count)
{
    PersonId *persons;
    size_t count;
    TRY(notice_store_due(cx, NOTICE_DIGESTS_MAX, &persons, &count));
    for (size_t i = 0; i < count; i++)
        TRY(send_digest(cx, persons[i]));
    *ret_count = count;
    return OK;
}

Err notice_clean(Cx *cx)
{
    return notice_store_clean(cx, cx_now_us(cx) - NOTICE_KEEP_DAYS * TIME_DAY_US, NOTICE_CLEAN_MAX);
}

Err notice_forget(Cx *cx, PersonId person)
{
    return notice_store_forget(cx, person);
}
