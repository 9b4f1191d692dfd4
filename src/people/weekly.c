#include "people/weekly.h"

#include "base/str.h"
#include "people/weekly_store.h"

enum { LINES_ROOM = 2 * (WEEKLY_LINES_MAX + 1) + 3 /* headings, and what there is beside */ };

static const Str KINDS[WEEKLY_KIND_COUNT_] = {
#define WEEKLY(code, key) S_INIT(#key),
#include "people/weekly.def"
#undef WEEKLY
};

/* What happens in a district. A step that only goes back, or that is told elsewhere, is no news. */
static const WeeklyStep STEPS[] = {
    {NOUN_IDEA, "add", WEEKLY_IDEA, true, NULL},
    {NOUN_IDEA, "publish", WEEKLY_IDEA, true, NULL},
    {NOUN_IDEA, "evaluate", WEEKLY_IDEA_STATE, false, NULL},
    {NOUN_IDEA, "reconsider", WEEKLY_IDEA_STATE, false, NULL},
    {NOUN_IDEA, "realise", WEEKLY_IDEA_STATE, false, NULL},
    {NOUN_IDEA, "accept", WEEKLY_ANSWER, false, NULL},
    {NOUN_IDEA, "reject", WEEKLY_ANSWER, false, NULL},
    {NOUN_PROJECT, "add", WEEKLY_PROJECT, true, NULL},
    {NOUN_PROJECT, "approve", WEEKLY_PROJECT, true, NULL},
    {NOUN_PROJECT, "plan", WEEKLY_PROJECT_STATE, false, NULL},
    {NOUN_PROJECT, "start", WEEKLY_PROJECT_STATE, false, NULL},
    {NOUN_PROJECT, "operate", WEEKLY_PROJECT_STATE, false, NULL},
    {NOUN_PROJECT, "hold", WEEKLY_PROJECT_STATE, false, NULL},
    {NOUN_PROJECT, "resume", WEEKLY_PROJECT_STATE, false, NULL},
    {NOUN_PROJECT, "back", WEEKLY_PROJECT_STATE, false, NULL},
    {NOUN_PROJECT, "end", WEEKLY_PROJECT_STATE, false, NULL},
    {NOUN_PROJECT, "cancel", WEEKLY_PROJECT_STATE, false, NULL},
    {NOUN_PROJECT, "reopen", WEEKLY_PROJECT_STATE, false, NULL},
    {NOUN_PROJECT, "light", WEEKLY_LIGHT, false, NULL},
    {NOUN_MEETING, "invite", WEEKLY_MEETING, false, NULL},
    {NOUN_MEETING, "cancel", WEEKLY_CANCELLED, false, NULL},
    {NOUN_MEETING, "publish", WEEKLY_MINUTES, false, "published"},
};

Str weekly_kind_name(WeeklyKind kind)
{
    return KINDS[kind];
}

bool weekly_kind_parse(Str name, WeeklyKind *ret)
{
    for (WeeklyKind kind = 0; kind < WEEKLY_KIND_COUNT_; kind++)
        if (str_eq(KINDS[kind], name)) {
            *ret = kind;
            return true;
        }
    return false;
}

/* ---- lines ---- */

void weekly_put(WeeklyLines *lines, const MailLine *line)
{
    ASSERT(lines->count < lines->room);
    lines->list[lines->count++] = *line;
}

Err weekly_put_item(Cx *cx, WeeklyLines *lines, const WeeklyNews *news)
{
    Item item;
    Err err = item_get_by_id(cx, news->item, &item);
    if (err == ERR_NOT_FOUND) {
        *cx->error = (Error){0};
        return OK;
    }
    TRY(err);
    Str noun = noun_name(item.noun);
    ASSERT(lines->item_count < COUNT_OF(lines->items));
    lines->items[lines->item_count++] = item.id;
    weekly_put(lines,
               &(MailLine){.kind = KINDS[news->kind],
                           .who = arena_fmt(cx->arena, "%.*s.%.*s", SARG(noun), SARG(item.state)),
                           .what = mail_one_line(cx->arena, item.text.title, ITEM_TITLE_BYTES_MAX),
                           .path = item_path(cx->arena, &item)});
    return OK;
}

/* ---- in one's district ---- */

static const struct {
    Noun noun;
    WeeklyKind kind;
    const char *path;
    bool by_district; /* whether the list can be asked for one district */
} LISTS[] = {{NOUN_IDEA, WEEKLY_MORE_IDEAS, "/ideen", true},
             {NOUN_PROJECT, WEEKLY_MORE_PROJECTS, "/projekte", true},
             {NOUN_MEETING, WEEKLY_MORE_MEETINGS, "/teams", false}};

static Str list_path(Arena *arena, size_t list, Str district)
{
    Buf out = buf_new(arena, 200 + 3 * district.n);
    buf_put(&out, str_from(LISTS[list].path));
    if (LISTS[list].by_district) {
        buf_put(&out, S("?stadtteil="));
        buf_uri_component(&out, district);
    }
    return buf_str(&out);
}

static void put_rest(Cx *cx, WeeklyLines *lines, const WeeklyNews *news, size_t count, Str district)
{
    for (size_t list = 0; list < COUNT_OF(LISTS); list++) {
        int64_t more = 0;
        for (size_t i = 0; i < count; i++)
            more += news[i].noun == LISTS[list].noun;
        if (more)
            weekly_put(lines, &(MailLine){.kind = KINDS[LISTS[list].kind],
                                          .what = district,
                                          .more = more,
                                          .path = list_path(cx->arena, list, district)});
    }
}

static Err put_district(Cx *cx, WeeklyLines *lines, int64_t since_us, int64_t until_us,
                        Str district)
{
    WeeklyNews *news;
    size_t count;
    if (!district.n)
        return OK;
    TRY(weekly_store_news(cx,
                          &(WeeklyQuery){.steps = STEPS,
                                         .step_count = COUNT_OF(STEPS),
                                         .district = district,
                                         .since_us = since_us,
                                         .until_us = until_us,
                                         .limit = WEEKLY_NEWS_MAX},
                          &news, &count));
    if (!count)
        return OK;
    weekly_put(lines, &(MailLine){.kind = KINDS[WEEKLY_IN_DISTRICT], .what = district});
    size_t shown = MIN(count, (size_t)WEEKLY_LINES_MAX);
    for (size_t i = 0; i < shown; i++)
        TRY(weekly_put_item(cx, lines, &news[i]));
    put_rest(cx, lines, news + shown, count - shown, district);
    return OK;
}

/* ---- mails ---- */

static Err gather_one(Cx *cx, WeeklyMail *mail)
{
    Cx own = *cx;
    Actor reader;
    Person person;
    int64_t since_us = mail->until_us - WEEKLY_DAYS * TIME_DAY_US;
    WeeklyLines lines = {.list = arena_array(cx->arena, MailLine, LINES_ROOM), .room = LINES_ROOM};
    TRY(person_get(cx, mail->due.person, &person));
    TRY(person_as_actor(cx, mail->due.person, &reader));
    own.actor = &reader;
    if (mail->due.told_us)
        since_us = MAX(mail->due.told_us, mail->until_us - WEEKLY_DAYS_MAX * TIME_DAY_US);
    TRY(put_district(&own, &lines, since_us, mail->until_us, person.district));
    TRY(weekly_put_fits(&own, &lines, since_us, mail->until_us, person.district));
    mail->lines = lines.list;
    mail->line_count = lines.count;
    return OK;
}

Err weekly_gather(Cx *cx, WeeklyRun *ret)
{
    NoticeDue *due;
    size_t count;
    int64_t last_us;
    TRY(notice_list_due(cx, NOTICE_CATEGORY_WEEKLY, WEEKLY_MAILS_MAX, &due, &count));
    *ret = (WeeklyRun){.mails = arena_array(cx->arena, WeeklyMail, count),
                       .count = count,
                       .more = count == WEEKLY_MAILS_MAX};
    /* What is being committed meanwhile is later than what can be read here, and next week's. */
    TRY(weekly_store_last(cx, &last_us));
    for (size_t i = 0; i < count; i++) {
        ret->mails[i] = (WeeklyMail){.due = due[i], .until_us = MIN(last_us, cx_now_us(cx))};
        TRY(gather_one(cx, &ret->mails[i]));
    }
    return OK;
}

Err weekly_send(Cx *cx, const WeeklyRun *run, size_t *ret_count)
{
    size_t sent = 0;
    for (size_t i = 0; i < run->count; i++) {
        const WeeklyMail *mail = &run->mails[i];
        bool due;
        TRY(notice_set_told(cx, NOTICE_CATEGORY_WEEKLY, &mail->due,
                            MAX(mail->until_us, mail->due.told_us), &due));
        if (!due || !mail->line_count)
            continue;
        TRY(mail_add(cx, &(MailDraft){.kind = MAIL_WEEKLY,
                                      .person = mail->due.person,
                                      .path = S("/konto/benachrichtigungen"),
                                      .lines = mail->lines,
                                      .line_count = mail->line_count}));
        sent++;
    }
    *ret_count = sent;
    return OK;
}
