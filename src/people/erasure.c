#include "people/erasure.h"

#include "base/calendar.h"
#include "base/fold.h"
#include "base/str.h"
#include "base/uri.h"
#include "core/account.h"
#include "core/audit.h"
#include "core/blob.h"
#include "core/mail.h"
#include "core/notice.h"
#include "core/setting.h"
#include "people/enquiry.h"
#include "people/erasure_store.h"
#include "people/file.h"
#include "people/organisation.h"
#include "people/post.h"
#include "people/project.h"

enum {
    ROWS = 200,       /* of a list at a time */
    TEXTS_MAX = 20000 /* that are put anew into the index of the search */
};

/* ---- who is needed ---- */

static bool needs_a_lead(const ErasureLead *lead)
{
    return lead->noun == NOUN_PROJECT ? project_runs(lead->state)
                                      : str_eq(lead->state, S("active"));
}

static Err needed_as_rep(Cx *cx, PersonId person, ErasureNeed *ret, size_t *ret_count)
{
    bool needed;
    Str name;
    ItemId id;
    Item item;
    TRY(organisation_needs(cx, person, &needed, &name, &id));
    if (!needed)
        return OK;
    TRY(item_get_unseen(cx, id, &item));
    ret[(*ret_count)++] =
        (ErasureNeed){ERASURE_NEED_REP, name,
                      arena_fmt(cx->arena, "%.*s/personen", SARG(item_path(cx->arena, &item)))};
    return OK;
}

static Err needed_as_lead(Cx *cx, PersonId person, ErasureNeed *ret, size_t *ret_count)
{
    ErasureLead leads[ERASURE_NEEDS_MAX];
    size_t count;
    TRY(erasure_store_leads(cx, person, leads, COUNT_OF(leads), &count));
    for (size_t i = 0; i < count && *ret_count < ERASURE_NEEDS_MAX; i++)
        if (needs_a_lead(&leads[i]))
            ret[(*ret_count)++] =
                (ErasureNeed){ERASURE_NEED_LEAD, leads[i].title,
                              arena_fmt(cx->arena, "%.*s/%.*s", SARG(noun_path(leads[i].noun)),
                                        SARG(leads[i].slug))};
    return OK;
}

/* The name and address as they are now: what else the person was called is nobody's duty. */
static Err named_in_settings(Cx *cx, const Person *person, ErasureNeed *ret, size_t *ret_count)
{
    ErasureRow *rows;
    size_t count;
    Redaction redaction = redaction_new(cx);
    redaction_add_name(cx, &redaction, person->name);
    redaction_add_mail(cx, &redaction, person->mail);
    redaction_ready(&redaction);
    TRY(erasure_store_rows(cx, ERASURE_SETTINGS, 0, SETTING_COUNT, &rows, &count));
    for (size_t i = 0; i < count && *ret_count < ERASURE_NEEDS_MAX; i++)
        if (redaction_finds(&redaction, rows[i].b))
            ret[(*ret_count)++] = (ErasureNeed){ERASURE_NEED_SETTING, rows[i].a, S("")};
    return OK;
}

Err erasure_needs(Cx *cx, PersonId id, ErasureNeed ret[ERASURE_NEEDS_MAX], size_t *ret_count)
{
    Person person;
    uint32_t roles;
    int64_t admins;
    *ret_count = 0;
    TRY(person_get(cx, id, &person));
    TRY(person_roles(cx, id, &roles));
    TRY(person_count_role(cx, ROLE_ADMIN, &admins));
    if (roles & ROLE_ADMIN && admins <= 1 && person.state == PERSON_ACTIVE)
        ret[(*ret_count)++] = (ErasureNeed){ERASURE_NEED_ADMIN, S(""), S("")};
    TRY(needed_as_rep(cx, id, ret, ret_count));
    TRY(needed_as_lead(cx, id, ret, ret_count));
    return named_in_settings(cx, &person, ret, ret_count);
}

static Err check_needs(Cx *cx, PersonId person)
{
    ErasureNeed needs[ERASURE_NEEDS_MAX];
    size_t count;
    TRY(erasure_needs(cx, person, needs, &count));
    if (!count)
        return OK;
    static const char *const WHY[] = {"the last representative of", "the only lead of",
                                      "the last administrator", "named in the setting"};
    return fail(cx, ERR_CONFLICT, "erasure.needed", "the person is needed: %s %.*s",
                WHY[needs[0].kind], SARG(needs[0].name));
}

/* ---- asking ---- */

/* The first night after the days of grace; at once without any. */
Err erasure_due(Cx *cx, int64_t *ret_us)
{
    int64_t days;
    Str name;
    const Zone *zone;
    TRY(setting_get_i64(cx, S("account.erase_days"), &days));
    TRY(setting_get(cx, S("city.zone"), &name));
    if (zone_load(cx, name, &zone) != OK)
        TRY(zone_load(cx, S("UTC"), &zone));
    *ret_us = cx_now_us(cx);
    if (!days)
        return OK;
    Civil c = zone_civil(zone, *ret_us + days * 24 * TIME_HOUR_US);
    if (c.hour >= ERASURE_HOUR)
        c.day++;
    c.hour = ERASURE_HOUR;
    c.minute = c.second = c.us = 0;
    *ret_us = zone_to_utc(zone, time_from_civil(c));
    return OK;
}

Err erasure_ask(Cx *cx, bool posts, Events *events)
{
    PersonId id = cx->actor->person;
    int64_t due_us;
    TRY(require(cx, MAY_OWN_ACCOUNT));
    TRY(check_needs(cx, id));
    TRY(erasure_due(cx, &due_us));
    TRY(person_set_erasure(cx, id, due_us, posts));
    TRY(session_close_others(cx, id, 0, events));
    return mail_add(
        cx, &(MailDraft){
                .kind = MAIL_ERASURE_ASKED, .person = id, .at_us = due_us, .path = S("/anmelden")});
}

Err erasure_order(Cx *cx, PersonId id, Str reason, bool posts, Events *events)
{
    TRY(account_check_decides(cx, id, reason));
    TRY(check_needs(cx, id));
    TRY(person_set_erasure(cx, id, cx_now_us(cx), posts));
    TRY(audit_add_number(cx, S("erasure.order"), S("person"), id.v, str_trim(reason)));
    return session_close_others(cx, id, 0, events);
}

Err erasure_next(Cx *cx, bool *ret_found, Person *ret)
{
    PersonId id;
    TRY(erasure_store_next(cx, &id.v));
    *ret_found = id.v != 0;
    return id.v ? person_get(cx, id, ret) : OK;
}

/* ---- looking ---- */

typedef struct Names {
    Str list[PERSON_FORMER_MAX * 2 + 8];
    size_t count;
} Names;

static void add_mail(Cx *cx, Erasure *e, Str mail)
{
    Str key = person_mail_key(cx->arena, mail);
    if (!person_is_mail(key))
        return;
    redaction_add_mail(cx, &e->redaction, key);
    for (size_t i = 0; i < e->mail_count; i++)
        if (str_eq(e->mails[i], key))
            return;
    e->mails[e->mail_count++] = key;
}

/* All that the person is and was called, and the addresses. */
static Err gather(Cx *cx, const Person *person, Names *names, Erasure *e)
{
    PersonFormer *former;
    size_t count, mails;
    Str elsewhere[64];
    TRY(person_former(cx, person->id, &former, &count));
    TRY(erasure_store_mails(cx, person->id, elsewhere, COUNT_OF(elsewhere), &mails));
    e->mails = arena_array(cx->arena, Str, count + mails + 1);
    add_mail(cx, e, person->mail);
    names->list[names->count++] = person->name;
    for (size_t i = 0; i < count; i++)
        if (former[i].is_mail)
            add_mail(cx, e, former[i].value);
        else
            names->list[names->count++] = former[i].value;
    for (size_t i = 0; i < mails; i++)
        add_mail(cx, e, elsewhere[i]);
    return OK;
}

/* Whether the account of somebody else has all of these words in its name. */
static Err is_others(Cx *cx, PersonId person, const Str *parts, size_t count, bool *ret)
{
    Str *others, their[REDACTION_PARTS_MAX];
    size_t n, their_n;
    *ret = false;
    if (!count)
        return OK;
    TRY(erasure_store_names(cx, person, parts[0], &others, &n));
    for (size_t i = 0; i < n && !*ret; i++) {
        size_t same = 0;
        their_n = redaction_parts(cx, others[i], their);
        for (size_t k = 0; k < count; k++)
            for (size_t j = 0; j < their_n; j++)
                if (str_eq(parts[k], their[j])) {
                    same++;
                    break;
                }
        *ret = same == count;
    }
    return OK;
}

/* In how many rows of the list the word stands. */
static Err count_rows(Cx *cx, ErasureList list, const Redaction *one, int64_t max, int64_t *ret)
{
    ErasureRow *rows;
    size_t count = ROWS;
    for (int64_t from = 0; count == ROWS && *ret <= max; from += ROWS) {
        ArenaMark mark = arena_mark(cx->arena);
        TRY(erasure_store_rows(cx, list, from, ROWS, &rows, &count));
        for (size_t i = 0; i < count; i++)
            *ret += redaction_finds(one, rows[i].a) || redaction_finds(one, rows[i].b);
        arena_rewind(cx->arena, mark);
    }
    return OK;
}

static Err is_rare(Cx *cx, PersonId person, Str part, bool *ret)
{
    bool others;
    int64_t texts = 0, words = 0;
    Redaction one = redaction_new(cx);
    redaction_add_name(cx, &one, part);
    redaction_ready(&one);
    *ret = false;
    TRY(is_others(cx, person, &part, 1, &others));
    if (others)
        return OK;
    TRY(count_rows(cx, ERASURE_SETTINGS, &one, 0, &words));
    TRY(count_rows(cx, ERASURE_TOPICS, &one, 0, &words));
    TRY(count_rows(cx, ERASURE_TEXTS, &one, ERASURE_PART_TEXTS_MAX, &texts));
    *ret = !words && texts <= ERASURE_PART_TEXTS_MAX;
    return OK;
}

static Err choose_names(Cx *cx, PersonId person, const Names *names, Erasure *e)
{
    for (size_t n = 0; n < names->count; n++) {
        Str parts[REDACTION_PARTS_MAX];
        bool others, rare;
        size_t count = redaction_parts(cx, names->list[n], parts);
        TRY(is_others(cx, person, parts, count, &others));
        if (!others && count > 1)
            redaction_add_name(cx, &e->redaction, names->list[n]);
        for (size_t i = 0; i < count; i++) {
            TRY(is_rare(cx, person, parts[i], &rare));
            if (rare)
                redaction_add_name(cx, &e->redaction, parts[i]);
        }
    }
    return OK;
}

/* Files keep their length: what lies where in them is part of many formats. */
static Str blanked(Cx *cx, const Redaction *redaction, Str bytes)
{
    char *copy = arena_alloc_raw(cx->arena, bytes.n + 1, 1);
    memcpy(copy, bytes.p, bytes.n);
    for (size_t at = 0; at < bytes.n;) {
        size_t n = redaction_match(redaction, bytes, at);
        memset(copy + at, '.', n);
        at += n ? n : 1;
    }
    return (Str){copy, bytes.n};
}

static Err look_at_file(Cx *cx, Erasure *e, Str dir, Str hash)
{
    Str bytes, fresh;
    if (!blob_exists(cx, dir, hash))
        return OK;
    TRY(blob_get(cx, dir, hash, FILE_BYTES_MAX * 2, &bytes));
    if (!redaction_finds(&e->redaction, bytes))
        return OK;
    TRY(blob_put(cx, dir, blanked(cx, &e->redaction, bytes), &fresh));
    e->files[e->file_count++] = (ErasureFile){arena_copy(cx->arena, hash), fresh};
    return OK;
}

static Err look_at_files(Cx *cx, Erasure *e, Str dir)
{
    ErasureRow *rows;
    size_t count = ROWS;
    e->files = arena_array(cx->arena, ErasureFile, ERASURE_FILES_MAX);
    for (int64_t from = 0; count == ROWS; from += ROWS) {
        TRY(erasure_store_rows(cx, ERASURE_HASHES, from, ROWS, &rows, &count));
        for (size_t i = 0; i < count && e->file_count < ERASURE_FILES_MAX; i++) {
            size_t before = e->file_count;
            ArenaMark mark = arena_mark(cx->arena);
            TRY(look_at_file(cx, e, dir, rows[i].a));
            if (e->file_count == before)
                arena_rewind(cx->arena, mark);
        }
    }
    return OK;
}

static Err has_to_stay(Cx *cx, const Person *person, bool *ret)
{
    ErasureNeed needs[ERASURE_NEEDS_MAX];
    size_t count;
    TRY(erasure_needs(cx, person->id, needs, &count));
    *ret = count > 0 || !person->erase_due_us;
    return OK;
}

Err erasure_look(Cx *cx, const Person *person, bool again, const Str *also, size_t also_count,
                 Str files_dir, Erasure *ret)
{
    Names *names = arena_new(cx->arena, Names);
    Erasure e = {
        .person = person->id, .posts = person->erase_posts, .again = again, .reason = S("")};
    if (!again)
        TRY(has_to_stay(cx, person, &e.stays));
    if (e.stays) {
        *ret = e;
        return OK;
    }
    e.redaction = redaction_new(cx);
    TRY(gather(cx, person, names, &e));
    TRY(choose_names(cx, person->id, names, &e));
    for (size_t i = 0; i < also_count; i++)
        redaction_add_name(cx, &e.redaction, also[i]);
    redaction_ready(&e.redaction);
    TRY(look_at_files(cx, &e, files_dir));
    e.lines = arena_array(cx->arena, ErasureLine, e.mail_count);
    for (size_t i = 0; i < e.mail_count; i++)
        e.lines[e.line_count++] = erasure_line(cx, e.person, e.posts, e.mails[i]);
    *ret = e;
    return OK;
}

Err erasure_is_of(Cx *cx, const ErasureLine *line, const Person *person, bool *ret)
{
    Names *names = arena_new(cx->arena, Names);
    Erasure e = {.redaction = redaction_new(cx)};
    *ret = false;
    TRY(gather(cx, person, names, &e));
    for (size_t i = 0; i < e.mail_count; i++)
        *ret |= line->person.v == person->id.v && erasure_line_is(line, e.mails[i]);
    return OK;
}

static bool is_named(const ErasureLine *lines, size_t count, const ErasureRow *trace, Str key)
{
    for (size_t i = 0; i < count; i++)
        if (trace->number <= lines[i].at_us && erasure_line_is(&lines[i], key))
            return true;
    return false;
}

Err erasure_look_for_traces(Cx *cx, const ErasureLine *lines, size_t line_count, Str files_dir,
                            bool *ret_found, Erasure *ret)
{
    ErasureRow *rows;
    size_t count = ROWS;
    Erasure e = {.redaction = redaction_new(cx), .reason = S("")};
    e.mails = arena_array(cx->arena, Str, REDACTION_NAMES_MAX);
    for (int64_t from = 0; count == ROWS; from += ROWS) {
        TRY(erasure_store_rows(cx, ERASURE_TRACES, from, ROWS, &rows, &count));
        for (size_t i = 0; i < count && e.mail_count < REDACTION_NAMES_MAX; i++) {
            Str key = person_mail_key(cx->arena, rows[i].a);
            if (!is_named(lines, line_count, &rows[i], key))
                continue;
            add_mail(cx, &e, key);
            Str parts[REDACTION_PARTS_MAX]; /* one word may be anything */
            if (redaction_parts(cx, rows[i].b, parts) > 1)
                redaction_add_name(cx, &e.redaction, rows[i].b);
        }
    }
    redaction_ready(&e.redaction);
    *ret_found = e.mail_count > 0;
    if (e.mail_count)
        TRY(look_at_files(cx, &e, files_dir));
    *ret = e;
    return OK;
}

/* ---- the change ---- */

/* As the person would: others are told nothing, replies keep their place. */
static Err erase_posts(Cx *cx, PersonId person, Events *events)
{
    Actor actor = {.tenant = cx->actor->tenant, .person = person, .may = UINT32_MAX};
    Cx own = *cx;
    int64_t posts[ROWS], last = 0;
    size_t count = ROWS;
    own.actor = &actor;
    while (count == ROWS) {
        TRY(erasure_store_posts(cx, person, last, ROWS, posts, &count));
        for (size_t i = 0; i < count; i++)
            TRY(post_erase(&own, (PostId){posts[i]}, events));
        last = count ? posts[count - 1] : last;
    }
    return OK;
}

static Err forget_mails(Cx *cx, const Erasure *e)
{
    for (size_t i = 0; i < e->mail_count; i++) {
        TRY(enquiry_forget(cx, e->person, e->mails[i]));
        TRY(erasure_store_mail(cx, e->person, e->mails[i]));
        TRY(mail_forget(cx, e->mails[i]));
    }
    return OK;
}

static Err erase_personal(Cx *cx, const Erasure *e)
{
    TRY(notice_forget(cx, e->person));
    TRY(enquiry_forget(cx, e->person, S("")));
    TRY(forget_mails(cx, e));
    TRY(erasure_store_person(cx, e->person));
    for (size_t i = 0; i < PERSONAL_COLUMN_COUNT; i++)
        if (PERSONAL_COLUMNS[i].act == PERSONAL_REMOVE ||
            PERSONAL_COLUMNS[i].act == PERSONAL_NOBODY)
            TRY(erasure_store_act(cx, &PERSONAL_COLUMNS[i], e->person));
    return OK;
}

/* What the form would send: readable again. */
static Err drop_drafts(Cx *cx, const Redaction *redaction)
{
    ErasureRow *rows;
    size_t count = ROWS;
    Buf keys = buf_new(cx->arena, 8 << 20);
    for (int64_t from = 0; count == ROWS; from += ROWS) {
        TRY(erasure_store_rows(cx, ERASURE_DRAFTS, from, ROWS, &rows, &count));
        for (size_t i = 0; i < count; i++) {
            Str body;
            bool read = uri_decode(cx->arena, rows[i].b, true, &body);
            if (!read || redaction_finds(redaction, body))
                buf_fmt(&keys, "%.*s\n", SARG(rows[i].a));
        }
    }
    for (Str rest = buf_str(&keys); rest.n;)
        TRY(erasure_store_drop_draft(cx, str_cut(&rest, '\n')));
    return OK;
}

static Err redact_slugs(Cx *cx, const Redaction *redaction)
{
    ErasureRow *rows, *found = arena_array(cx->arena, ErasureRow, ERASURE_FILES_MAX);
    size_t count = ROWS, found_count = 0;
    for (int64_t from = 0; count == ROWS; from += ROWS) {
        TRY(erasure_store_rows(cx, ERASURE_SLUGS, from, ROWS, &rows, &count));
        for (size_t i = 0; i < count && found_count < ERASURE_FILES_MAX; i++)
            if (redaction_finds(redaction, rows[i].b))
                found[found_count++] = rows[i];
    }
    for (size_t i = 0; i < found_count; i++) {
        Str left = slug_make(cx->arena, redaction_apply(cx->arena, redaction, found[i].b));
        Str fresh = arena_fmt(cx->arena, "%.*s%s%lld", SARG(left), left.n ? "-" : "",
                              (long long)found[i].number);
        TRY(erasure_store_slug(cx, found[i].a, found[i].b, fresh, found[i].number));
    }
    return OK;
}

/* Texts of the index that name the person; they are put anew when the words are gone. */
static Err find_texts(Cx *cx, const Redaction *redaction, SearchMissing *ret)
{
    ErasureRow *rows;
    size_t count = ROWS;
    for (int64_t from = 0; count == ROWS; from += ROWS) {
        ArenaMark mark = arena_mark(cx->arena);
        TRY(erasure_store_rows(cx, ERASURE_TEXTS, from, ROWS, &rows, &count));
        for (size_t i = 0; i < count; i++) {
            if (!redaction_finds(redaction, rows[i].b) || ret->count == TEXTS_MAX)
                continue;
            ret->kinds[ret->count] = str_eq(rows[i].a, S("post")) ? SEARCH_POST : SEARCH_ITEM;
            ret->refs[ret->count++] = rows[i].number;
        }
        arena_rewind(cx->arena, mark);
    }
    return OK;
}

/* Drafts that are emptied stand in the index too. */
static Err texts_of_drafts(Cx *cx, PersonId person, SearchMissing *ret)
{
    ret->refs = arena_array(cx->arena, int64_t, TEXTS_MAX);
    ret->kinds = arena_array(cx->arena, SearchKind, TEXTS_MAX);
    TRY(erasure_store_own(cx, person, TEXTS_MAX, ret->refs, &ret->count));
    for (size_t i = 0; i < ret->count; i++)
        ret->kinds[i] = SEARCH_ITEM;
    return OK;
}

static Err redact(Cx *cx, const Erasure *e, SearchMissing texts)
{
    int64_t changed;
    TRY(find_texts(cx, &e->redaction, &texts));
    TRY(redaction_pass(cx, &e->redaction, &changed));
    TRY(redact_slugs(cx, &e->redaction));
    TRY(drop_drafts(cx, &e->redaction));
    for (size_t i = 0; i < e->file_count; i++)
        TRY(erasure_store_file(cx, &e->files[i]));
    for (size_t i = 0; i < texts.count; i++)
        TRY(search_drop(cx, texts.kinds[i], texts.refs[i]));
    return search_fill(cx, &texts);
}

/* Somebody is needed since it was asked for: another day, on which it is looked at again. */
static Err put_off(Cx *cx, const Person *person)
{
    int64_t later_us = cx_now_us(cx) + ERASURE_LATER_H * TIME_HOUR_US;
    return person_put_off_erasure(cx, person->id, MAX(later_us, person->erase_due_us),
                                  person->erase_posts);
}

static Err erase_address(Cx *cx, const Erasure *e, bool *ret_done)
{
    SearchMissing texts = {.refs = arena_array(cx->arena, int64_t, TEXTS_MAX),
                           .kinds = arena_array(cx->arena, SearchKind, TEXTS_MAX)};
    TRY(forget_mails(cx, e));
    TRY(redact(cx, e, texts));
    *ret_done = true;
    return erasure_store_set_rest(cx, true);
}

Err erasure_run(Cx *cx, const Erasure *e, Events *events, bool *ret_done)
{
    Person person;
    ErasureNeed needs[ERASURE_NEEDS_MAX];
    SearchMissing texts = {0};
    size_t count = 0;
    *ret_done = false;
    if (!e->person.v)
        return erase_address(cx, e, ret_done);
    TRY(person_get(cx, e->person, &person));
    if (person.state == PERSON_ERASED || (!e->again && !person.erase_due_us))
        return OK; /* who came back meanwhile stays */
    if (!e->again)
        TRY(erasure_needs(cx, e->person, needs, &count));
    if (count || e->stays)
        return put_off(cx, &person);
    if (e->posts)
        TRY(erase_posts(cx, e->person, events));
    TRY(texts_of_drafts(cx, e->person, &texts));
    TRY(erase_personal(cx, e));
    TRY(person_set_state(cx, e->person, PERSON_ERASED, e->reason, events));
    TRY(person_blank(cx, e->person, events));
    TRY(redact(cx, e, texts));
    *ret_done = true;
    return erasure_store_set_rest(cx, true);
}

void erasure_remove_files(Cx *cx, const Erasure *e, Str files_dir)
{
    for (size_t i = 0; i < e->file_count; i++)
        blob_remove(cx, files_dir, e->files[i].before);
}

Err erasure_rest(Cx *cx, bool *ret)
{
    return erasure_store_rest(cx, ret);
}

Err erasure_rested(Cx *cx)
{
    return erasure_store_set_rest(cx, false);
}
