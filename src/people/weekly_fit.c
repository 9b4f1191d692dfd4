/* What fits an organisation that the reader represents: of the week's news, what shares its topics,
 * is near, or is written in its words. */
#include "base/json.h"
#include "base/str.h"
#include "people/idea.h"
#include "people/organisation.h"
#include "people/search.h"
#include "people/weekly_store.h"

#include <stdlib.h>

enum { LIKE_MAX = 20 };

/* How much a topic in common weighs beside a likeness, which is 0 to 1; and how much the district
 * does, which alone makes nothing fit. */
static const double TOPIC_SCORE = 0.2, DISTRICT_SCORE = 0.1;

static const WeeklyStep STEPS[] = {
    {NOUN_IDEA, "add", WEEKLY_IDEA, true, NULL},
    {NOUN_IDEA, "publish", WEEKLY_IDEA, true, NULL},
    {NOUN_PROJECT, "add", WEEKLY_PROJECT, true, NULL},
    {NOUN_PROJECT, "approve", WEEKLY_PROJECT, true, NULL},
    {NOUN_ORGANISATION, "add", WEEKLY_PARTNER, false, "accepted"},
    {NOUN_ORGANISATION, "accept", WEEKLY_PARTNER, false, "accepted"},
    {NOUN_ORGANISATION, "change", WEEKLY_PARTNER, false, "accepted"},
};

/* One that the reader represents, and what is like it. */
typedef struct Fitted {
    Item item;
    Topic *topics;
    size_t topic_count;
    SearchLike like[LIKE_MAX];
    size_t like_count;
} Fitted;

typedef struct Reader {
    Fitted *list;
    size_t count;
    Str district; /* the person's own */
} Reader;

/* ---- what the reader represents ---- */

/* What it seeks and offers matters most: it stands where a draft has its title. */
static Err get_fitted(Cx *cx, ItemId id, int64_t since_us, Fitted *ret)
{
    OrganisationOwn own;
    TRY(item_get_by_id(cx, id, &ret->item));
    TRY(organisation_own(cx, id, &own));
    TRY(item_topics(cx, id, &ret->topics, &ret->topic_count));
    SearchDraft draft = {.title =
                             arena_fmt(cx->arena, "%.*s\n%.*s", SARG(own.seeks), SARG(own.offers)),
                         .lead = ret->item.text.lead,
                         .body = ret->item.text.body,
                         .district = ret->item.district,
                         .without = id,
                         .changed_since_us = since_us};
    return search_like(cx, &draft, ret->like, LIKE_MAX, &ret->like_count);
}

static Err get_reader(Cx *cx, int64_t since_us, Reader *ret)
{
    int64_t ids[WEEKLY_ORGANISATIONS_MAX];
    TRY(weekly_store_organisations(cx, ids, WEEKLY_ORGANISATIONS_MAX, &ret->count));
    ret->list = arena_array(cx->arena, Fitted, ret->count);
    for (size_t i = 0; i < ret->count; i++)
        TRY(get_fitted(cx, (ItemId){ids[i]}, since_us, &ret->list[i]));
    return OK;
}

static bool is_own(const Reader *reader, const Item *item)
{
    for (size_t i = 0; i < reader->count; i++) {
        int64_t id = reader->list[i].item.id.v;
        if (item->id.v == id || item->organisation.v == id)
            return true;
    }
    return false;
}

/* ---- what others seek and offer ---- */

static Str member_text(Cx *cx, JsonValue object, Str name)
{
    JsonValue value;
    bool found = json_find(object, name, &value) && json_is(value, JSON_STRING);
    return found ? json_text(cx->arena, value) : S("");
}

/* Whether it seeks or offers something else than it did then: not each change of a page is told. */
static Err has_new_lines(Cx *cx, ItemId id, int64_t then_us, bool *ret)
{
    Str doc;
    Json json;
    JsonValue past;
    OrganisationOwn own;
    TRY(organisation_own(cx, id, &own));
    Err err = item_at_unseen(cx, id, then_us, &doc);
    if (err == ERR_NOT_FOUND) {
        *cx->error = (Error){0};
        *ret = own.seeks.n > 0 || own.offers.n > 0;
        return OK;
    }
    TRY(err);
    TRY(json_parse(cx, doc, &json));
    *ret = json_find(json_root(&json), S("own"), &past) &&
           (!str_eq(own.seeks, member_text(cx, past, S("seeks"))) ||
            !str_eq(own.offers, member_text(cx, past, S("offers"))));
    return OK;
}

/* ---- how well it fits ---- */

static double likeness(const Fitted *fitted, ItemId id)
{
    for (size_t i = 0; i < fitted->like_count; i++)
        if (fitted->like[i].item.v == id.v)
            return fitted->like[i].likeness >= IDEA_SIMILAR_LIKENESS ? fitted->like[i].likeness : 0;
    return 0;
}

static double fit(const Reader *reader, const Fitted *fitted, const Item *item, const Topic *topics,
                  size_t count)
{
    double score = likeness(fitted, item->id);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < fitted->topic_count; k++)
            score += topics[i].id == fitted->topics[k].id ? TOPIC_SCORE : 0;
    bool near = item->district.n && (str_eq(item->district, fitted->item.district) ||
                                     str_eq(item->district, reader->district));
    return score > 0 && near ? score + DISTRICT_SCORE : score;
}

/* 0: not at all. */
static Err score_of(Cx *cx, const Reader *reader, const WeeklyNews *news, int64_t since_us,
                    double *ret)
{
    Item item;
    Topic *topics;
    size_t count;
    bool fresh = true;
    double best = 0;
    *ret = 0;
    Err err = item_get_by_id(cx, news->item, &item);
    if (err == ERR_NOT_FOUND) {
        *cx->error = (Error){0};
        return OK;
    }
    TRY(err);
    if (is_own(reader, &item) || (item.noun != NOUN_ORGANISATION && !idea_is_offered(&item)))
        return OK;
    TRY(item_topics(cx, item.id, &topics, &count));
    for (size_t i = 0; i < reader->count; i++) {
        double score = fit(reader, &reader->list[i], &item, topics, count);
        best = MAX(best, score);
    }
    if (best > 0 && item.noun == NOUN_ORGANISATION)
        TRY(has_new_lines(cx, item.id, since_us, &fresh));
    *ret = fresh ? best : 0;
    return OK;
}

static int by_score(const void *a, const void *b)
{
    const WeeklyNews *one = a, *two = b;
    if (one->score != two->score)
        return one->score < two->score ? 1 : -1;
    return one->at_us < two->at_us ? 1 : one->at_us > two->at_us ? -1 : 0;
}

static bool is_told(const WeeklyLines *lines, ItemId id)
{
    for (size_t i = 0; i < lines->item_count; i++)
        if (lines->items[i].v == id.v)
            return true;
    return false;
}

static Str names_of(Cx *cx, const Reader *reader)
{
    Buf out = buf_new(cx->arena, MAIL_TEXT_BYTES_MAX);
    for (size_t i = 0; i < reader->count; i++)
        buf_fmt(&out, "%s%.*s", i ? ", " : "", SARG(reader->list[i].item.text.title));
    return mail_one_line(cx->arena, buf_str(&out), MAIL_TEXT_BYTES_MAX);
}

Err weekly_put_fits(Cx *cx, WeeklyLines *lines, int64_t since_us, int64_t until_us, Str district)
{
    Reader reader = {.district = district};
    WeeklyNews *news;
    size_t count, fitting = 0;
    TRY(get_reader(cx, since_us, &reader));
    if (!reader.count)
        return OK;
    TRY(weekly_store_news(cx,
                          &(WeeklyQuery){.steps = STEPS,
                                         .step_count = COUNT_OF(STEPS),
                                         .since_us = since_us,
                                         .until_us = until_us,
                                         .limit = WEEKLY_NEWS_MAX},
                          &news, &count));
    for (size_t i = 0; i < count; i++) {
        if (is_told(lines, news[i].item))
            continue;
        TRY(score_of(cx, &reader, &news[i], since_us, &news[i].score));
        if (news[i].score > 0)
            news[fitting++] = news[i];
    }
    if (!fitting)
        return OK;
    qsort(news, fitting, sizeof news[0], by_score);
    weekly_put(lines,
               &(MailLine){.kind = weekly_kind_name(WEEKLY_FITS), .what = names_of(cx, &reader)});
    for (size_t i = 0; i < MIN(fitting, (size_t)WEEKLY_LINES_MAX); i++)
        TRY(weekly_put_item(cx, lines, &news[i]));
    return OK;
}
