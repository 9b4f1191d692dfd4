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

enum { ROWS = 200 /* of a list at a time */ };

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

typedef struct Needs {
    const Redaction *redaction;
    ErasureNeed *list;
    size_t *count;
} Needs;

static Err named_in_setting(Cx *cx, void *user, const ErasureRow *row)
{
    const Needs *needs = user;
    if (*needs->count < ERASURE_NEEDS_MAX && redaction_finds(needs->redaction, row->b))
        needs->list[(*needs->count)++] =
            (ErasureNeed){ERASURE_NEED_SETTING, arena_copy(cx->arena, row->a), S("")};
    return OK;
}

/* The name and address as they are now: what else the person was called is nobody's duty. */
static Err named_in_settings(Cx *cx, const Person *person, ErasureNeed *ret, size_t *ret_count)
{
    Redaction redaction = redaction_new();
    redaction_add_name(cx, &redaction, person->name);
    redaction_add_mail(cx, &redaction, person->mail);
    TRY(redaction_ready(cx, &redaction));
    return erasure_store_each(cx, ERASURE_SETTINGS, named_in_setting,
                              &(Needs){&redaction, ret, ret_count});
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
    TRY(setting_zone(cx, &name, &zone));
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
    e->mails = arena_room(cx->arena, e->mails, e->mail_count, &e->mail_room, sizeof *e->mails);
    e->mails[e->mail_count++] = key;
}

static Err add_mails_elsewhere(Cx *cx, PersonId person, Erasure *e)
{
    Str mails[ROWS], last = S("");
    for (size_t count = ROWS; count == ROWS; last = count ? mails[count - 1] : last) {
        TRY(erasure_store_mails(cx, person, last, mails, ROWS, &count));
        for (size_t i = 0; i < count; i++)
            add_mail(cx, e, mails[i]);
    }
    return OK;
}

/* All that the person is and was called, and the addresses. */
static Err gather(Cx *cx, const Person *person, Names *names, Erasure *e)
{
    PersonFormer *former;
    size_t count;
    TRY(person_former(cx, person->id, &former, &count));
    add_mail(cx, e, person->mail);
    names->list[names->count++] = person->name;
    for (size_t i = 0; i < count; i++)
        if (former[i].is_mail)
            add_mail(cx, e, former[i].value);
        else
            names->list[names->count++] = former[i].value;
    return add_mails_elsewhere(cx, person->id, e);
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

/* A word of the names that no other account has. */
typedef struct Part {
    Str word;
    Redaction redaction; /* of it alone */
    int64_t rows;        /* in which it stands */
    bool common;
} Part;

typedef struct Parts {
    Part *list;
    size_t count, room;
    Redaction any;
    int64_t max; /* rows in which a rare one stands */
} Parts;

static Part *find_part(const Parts *parts, Str word)
{
    for (size_t i = 0; i < parts->count; i++)
        if (str_eq(parts->list[i].word, word))
            return &parts->list[i];
    return NULL;
}

static Err add_part(Cx *cx, PersonId person, Str word, Parts *parts)
{
    Part part = {.word = word, .redaction = redaction_new()};
    if (find_part(parts, word))
        return OK;
    TRY(is_others(cx, person, &word, 1, &part.common));
    redaction_add_name(cx, &part.redaction, word);
    redaction_add_name(cx, &parts->any, word);
    TRY(redaction_ready(cx, &part.redaction));
    parts->list =
        arena_room(cx->arena, parts->list, parts->count, &parts->room, sizeof *parts->list);
    parts->list[parts->count++] = part;
    return OK;
}

static Err count_parts(Cx *cx, void *user, const ErasureRow *row)
{
    (void)cx;
    Parts *parts = user;
    if (!redaction_finds(&parts->any, row->a) && !redaction_finds(&parts->any, row->b))
        return OK;
    for (size_t i = 0; i < parts->count; i++) {
        Part *part = &parts->list[i];
        if (!part->common && (redaction_finds(&part->redaction, row->a) ||
                              redaction_finds(&part->redaction, row->b)))
            part->common = ++part->rows > parts->max;
    }
    return OK;
}

/* Each list is gone through once for all words. */
static Err find_parts(Cx *cx, PersonId person, const Names *names, Parts *parts)
{
    for (size_t n = 0; n < names->count; n++) {
        Str words[REDACTION_PARTS_MAX];
        size_t count = redaction_parts(cx, names->list[n], words);
        for (size_t i = 0; i < count; i++)
            TRY(add_part(cx, person, words[i], parts));
    }
    TRY(redaction_ready(cx, &parts->any));
    TRY(erasure_store_each(cx, ERASURE_SETTINGS, count_parts, parts));
    TRY(erasure_store_each(cx, ERASURE_TOPICS, count_parts, parts));
    parts->max = ERASURE_PART_TEXTS_MAX;
    return erasure_store_each(cx, ERASURE_TEXTS, count_parts, parts);
}

static Err choose_names(Cx *cx, PersonId person, const Names *names, Erasure *e)
{
    Parts parts = {.any = redaction_new()};
    TRY(find_parts(cx, person, names, &parts));
    for (size_t n = 0; n < names->count; n++) {
        Str words[REDACTION_PARTS_MAX];
        bool others;
        size_t count = redaction_parts(cx, names->list[n], words);
        TRY(is_others(cx, person, words, count, &others));
        if (!others && count > 1)
            redaction_add_name(cx, &e->redaction, names->list[n]);
    }
    for (size_t i = 0; i < parts.count; i++)
        if (!parts.list[i].common)
            redaction_add_name(cx, &e->redaction, parts.list[i].word);
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

typedef struct FileSearch {
    Erasure *erasure;
    Str dir;
} FileSearch;

/* *ret_after: without the person; p NULL where nobody is named. */
static Err blank_file(Cx *cx, const Redaction *redaction, Str dir, Str hash, Str *ret_after)
{
    Str bytes;
    *ret_after = (Str){0};
    TRY(blob_get(cx, dir, hash, FILE_BYTES_MAX * 2, &bytes));
    return redaction_finds(redaction, bytes)
               ? blob_put(cx, dir, blanked(cx, redaction, bytes), ret_after)
               : OK;
}

static Err look_at_file(Cx *cx, void *user, const ErasureRow *row)
{
    const FileSearch *search = user;
    Erasure *e = search->erasure;
    Arena scratch;
    Str after;
    Cx own = *cx;
    if (!blob_exists(cx, search->dir, row->a))
        return OK;
    arena_init(&scratch, 0, 0);
    own.arena = &scratch;
    Err err = blank_file(&own, &e->redaction, search->dir, row->a, &after);
    if (err == OK && after.p) {
        e->files = arena_room(cx->arena, e->files, e->file_count, &e->file_room, sizeof *e->files);
        e->files[e->file_count++] =
            (ErasureFile){arena_copy(cx->arena, row->a), arena_copy(cx->arena, after)};
    }
    arena_done(&scratch);
    return err;
}

static Err look_at_files(Cx *cx, Erasure *e, Str dir)
{
    return erasure_store_each(cx, ERASURE_HASHES, look_at_file, &(FileSearch){e, dir});
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
    e.redaction = redaction_new();
    TRY(gather(cx, person, names, &e));
    TRY(choose_names(cx, person->id, names, &e));
    for (size_t i = 0; i < also_count; i++)
        redaction_add_name(cx, &e.redaction, also[i]);
    TRY(redaction_ready(cx, &e.redaction));
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
    Erasure e = {.redaction = redaction_new()};
    *ret = false;
    TRY(gather(cx, person, names, &e));
    for (size_t i = 0; i < e.mail_count; i++)
        *ret |= line->person.v == person->id.v && erasure_line_is(line, e.mails[i]);
    return OK;
}

typedef struct TraceLook {
    const ErasureLine *lines;
    size_t line_count;
    Erasure *erasure;
} TraceLook;

static bool is_named(const TraceLook *look, const ErasureRow *trace, Str key)
{
    for (size_t i = 0; i < look->line_count; i++)
        if (trace->number <= look->lines[i].at_us && erasure_line_is(&look->lines[i], key))
            return true;
    return false;
}

static Err look_at_trace(Cx *cx, void *user, const ErasureRow *trace)
{
    const TraceLook *look = user;
    Erasure *e = look->erasure;
    Str parts[REDACTION_PARTS_MAX], key = person_mail_key(cx->arena, trace->a);
    if (e->mail_count == ERASURE_TRACES_MAX || !is_named(look, trace, key))
        return OK;
    add_mail(cx, e, key);
    if (redaction_parts(cx, trace->b, parts) > 1) /* one word may be anything */
        redaction_add_name(cx, &e->redaction, trace->b);
    return OK;
}

Err erasure_look_for_traces(Cx *cx, const ErasureLine *lines, size_t count, Str files_dir,
                            bool *ret_found, Erasure *ret)
{
    Erasure e = {.redaction = redaction_new(), .reason = S("")};
    TraceLook look = {lines, count, &e};
    for (ErasureList list = ERASURE_TRACES_SIGN_UP; list <= ERASURE_TRACES_INVITATION; list++)
        TRY(erasure_store_each(cx, list, look_at_trace, &look));
    TRY(redaction_ready(cx, &e.redaction));
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
static Err drop_draft(Cx *cx, void *user, const ErasureRow *draft)
{
    const Redaction *redaction = user;
    Str body;
    ArenaMark mark = arena_mark(cx->arena);
    bool drops = !uri_decode(cx->arena, draft->b, true, &body) || redaction_finds(redaction, body);
    arena_rewind(cx->arena, mark);
    return drops ? erasure_store_drop_draft(cx, draft->a) : OK;
}

/* What is left over may have come to name the person itself; then the number alone stays. */
static Err redact_slug(Cx *cx, void *user, const ErasureRow *slug)
{
    const Redaction *redaction = user;
    ArenaMark mark = arena_mark(cx->arena);
    if (!redaction_finds(redaction, slug->b))
        return OK;
    Str left = slug_make(cx->arena, redaction_apply(cx->arena, redaction, slug->b));
    bool tells = left.n && !redaction_finds(redaction, left);
    Str fresh = arena_fmt(cx->arena, "%.*s%s%lld", tells ? (int)left.n : 0, left.p ? left.p : "",
                          tells ? "-" : "", (long long)slug->number);
    Err err = erasure_store_slug(cx, slug->a, slug->b, fresh, slug->number);
    arena_rewind(cx->arena, mark);
    return err;
}

/* Texts of the index that are put anew when the words are gone. */
typedef struct Texts {
    const Redaction *redaction;
    SearchMissing all;
    size_t ref_room, kind_room;
} Texts;

static void add_text(Cx *cx, Texts *texts, SearchKind kind, int64_t ref)
{
    SearchMissing *all = &texts->all;
    all->refs = arena_room(cx->arena, all->refs, all->count, &texts->ref_room, sizeof ref);
    all->kinds = arena_room(cx->arena, all->kinds, all->count, &texts->kind_room, sizeof kind);
    all->refs[all->count] = ref;
    all->kinds[all->count++] = kind;
}

static Err find_text(Cx *cx, void *user, const ErasureRow *row)
{
    Texts *texts = user;
    if (redaction_finds(texts->redaction, row->b))
        add_text(cx, texts, str_eq(row->a, S("post")) ? SEARCH_POST : SEARCH_ITEM, row->number);
    return OK;
}

/* Drafts that are emptied stand in the index too. */
static Err add_drafts(Cx *cx, PersonId person, Texts *texts)
{
    int64_t drafts[ROWS], last = 0;
    for (size_t count = ROWS; count == ROWS; last = count ? drafts[count - 1] : last) {
        TRY(erasure_store_own(cx, person, last, ROWS, drafts, &count));
        for (size_t i = 0; i < count; i++)
            add_text(cx, texts, SEARCH_ITEM, drafts[i]);
    }
    return OK;
}

static Err put_anew(Cx *cx, const SearchMissing *all)
{
    for (size_t from = 0; from < all->count; from += ROWS) {
        ArenaMark mark = arena_mark(cx->arena);
        SearchMissing some = {all->refs + from, all->kinds + from, MIN(all->count - from, ROWS)};
        for (size_t i = 0; i < some.count; i++)
            TRY(search_drop(cx, some.kinds[i], some.refs[i]));
        TRY(search_fill(cx, &some));
        arena_rewind(cx->arena, mark);
    }
    return OK;
}

static Err redact(Cx *cx, const Erasure *e, Texts *texts)
{
    Redaction redaction = e->redaction;
    int64_t changed;
    texts->redaction = &redaction;
    TRY(erasure_store_each(cx, ERASURE_TEXTS, find_text, texts));
    TRY(redaction_pass(cx, &redaction, &changed));
    TRY(erasure_store_each(cx, ERASURE_SLUGS, redact_slug, &redaction));
    TRY(erasure_store_each(cx, ERASURE_DRAFTS, drop_draft, &redaction));
    for (size_t i = 0; i < e->file_count; i++)
        TRY(erasure_store_file(cx, &e->files[i]));
    return put_anew(cx, &texts->all);
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
    Texts texts = {0};
    TRY(forget_mails(cx, e));
    TRY(redact(cx, e, &texts));
    *ret_done = true;
    return erasure_store_set_rest(cx, true);
}

Err erasure_run(Cx *cx, const Erasure *e, Events *events, bool *ret_done)
{
    Person person;
    ErasureNeed needs[ERASURE_NEEDS_MAX];
    Texts texts = {0};
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
    TRY(add_drafts(cx, e->person, &texts));
    TRY(erase_personal(cx, e));
    TRY(person_set_state(cx, e->person, PERSON_ERASED, e->reason, events));
    TRY(person_blank(cx, e->person, events));
    TRY(redact(cx, e, &texts));
    *ret_done = true;
    return erasure_store_set_rest(cx, true);
}

void erasure_remove_files(Cx *cx, const Erasure *e, Str files_dir)
{
    for (size_t i = 0; i < e->file_count; i++)
        blob_remove(cx, files_dir, e->files[i].before);
}

Err erasure_rest(Cx *cx, int64_t *ret_since_us)
{
    return erasure_store_rest(cx, ret_since_us);
}

Err erasure_rested(Cx *cx)
{
    return erasure_store_set_rest(cx, false);
}
