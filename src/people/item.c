#include "people/item.h"

#include "base/buf.h"
#include "base/fold.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/person.h"
#include "people/attachment_store.h"
#include "people/item_store.h"
#include "people/relation.h"

const EventKind ITEM_CHANGED = {"item.changed"};

static const struct {
    Str name, path;
} NOUNS[NOUN_COUNT_] = {
#define NOUN(code, name, path) [NOUN_##code] = {S_INIT(name), S_INIT(path)},
#include "people/noun.def"
#undef NOUN
};

Str noun_name(Noun noun)
{
    return NOUNS[noun].name;
}

Str noun_path(Noun noun)
{
    return NOUNS[noun].path;
}

bool noun_parse(Str name, Noun *ret)
{
    for (size_t i = 0; i < NOUN_COUNT_; i++)
        if (str_eq(name, NOUNS[i].name)) {
            *ret = (Noun)i;
            return true;
        }
    return false;
}

bool audience_parse(Str digits, Audience *ret)
{
    int64_t number;
    if (!str_to_i64(digits, &number) || number < 0 || number >= AUDIENCE_COUNT_)
        return false;
    *ret = (Audience)number;
    return true;
}

Str item_path(Arena *arena, const Item *item)
{
    Str base = noun_path(item->noun);
    return arena_fmt(arena, "%.*s/%.*s", SARG(base), SARG(item->slug));
}

/* ---- reading ---- */

Err item_get_by_id(Cx *cx, ItemId id, Item *ret)
{
    bool found;
    TRY(item_store_get(cx, id, true, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "item.unknown", "there is no such page");
    return OK;
}

Err item_get(Cx *cx, Noun noun, Str slug, Item *ret)
{
    ItemId id;
    TRY(item_store_slug(cx, noun, slug, &id));
    return item_get_by_id(cx, id, ret);
}

Err item_get_unseen(Cx *cx, ItemId id, Item *ret)
{
    bool found;
    TRY(item_store_get(cx, id, false, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "item.unknown", "there is no item %lld", (long long)id.v);
    return OK;
}

Err item_list(Cx *cx, const ItemQuery *query, Item **ret, size_t *ret_count, int64_t *ret_total)
{
    if (query->limit < 1 || query->limit > ITEM_LIST_MAX || query->offset < 0)
        return fail(cx, ERR_INVALID, "item.limit", "a list has 1 to %d items", ITEM_LIST_MAX);
    if (ret_total)
        TRY(item_store_count(cx, query, ret_total));
    return item_store_list(cx, query, ret, ret_count);
}

Err item_count(Cx *cx, const ItemQuery *query, int64_t *ret)
{
    return item_store_count(cx, query, ret);
}

Err item_list_public(Cx *cx, int64_t limit, int64_t offset, Item **ret, size_t *ret_count)
{
    return item_store_list_public(cx, limit, offset, ret, ret_count);
}

Err item_count_public(Cx *cx, int64_t *ret)
{
    return item_store_count_public(cx, ret);
}

Err item_texts(Cx *cx, ItemId id, ItemTexts *ret)
{
    return item_store_texts(cx, id, ret);
}

Err topic_list(Cx *cx, Topic **ret, size_t *ret_count)
{
    return item_store_topics(cx, (ItemId){0}, ret, ret_count);
}

Err item_topics(Cx *cx, ItemId id, Topic **ret, size_t *ret_count)
{
    return item_store_topics(cx, id, ret, ret_count);
}

Err topic_add(Cx *cx, Str de, Str en, int64_t *ret)
{
    de = str_trim(de);
    en = str_trim(en);
    Str slug = slug_make(cx->arena, de);
    bool added;
    if (!slug.n || de.n > ITEM_TITLE_BYTES_MAX || en.n > ITEM_TITLE_BYTES_MAX)
        return fail(cx, ERR_INVALID, "topic.name", "a topic's name has 1 to %d bytes",
                    ITEM_TITLE_BYTES_MAX);
    TRY(topic_store_add(cx, slug, de, en.n ? en : de, ret, &added));
    if (!added)
        return fail(cx, ERR_CONFLICT, "topic.exists", "there is a topic %.*s already", SARG(de));
    return audit_add_number(cx, S("topic.add"), S("topic"), *ret, de);
}

Err topic_retire(Cx *cx, int64_t id, bool retired)
{
    int64_t changed;
    TRY(topic_store_retire(cx, id, retired ? cx_now_us(cx) : 0, &changed));
    if (!changed)
        return fail(cx, ERR_NOT_FOUND, "topic.unknown", "there is no topic %lld", (long long)id);
    return audit_add_number(cx, S("topic.retire"), S("topic"), id,
                            retired ? S("retired") : S("back"));
}

/* How narrow an audience the actor is of, for this item: the same as item_read_rule, for one. */
static Audience audience_of(uint32_t stand, bool related)
{
    return stand & STAND_AUTHOR || related           ? AUDIENCE_OWN
           : stand & STAND_OFFICE                    ? AUDIENCE_OFFICE
           : stand & (STAND_LEAD | STAND_MEMBER)     ? AUDIENCE_TEAM
           : stand & (STAND_ALLIANCE | STAND_EDITOR) ? AUDIENCE_ALLIANCE
                                                     : AUDIENCE_PUBLIC;
}

Err item_versions(Cx *cx, const Item *item, ItemVersion **ret, size_t *ret_count)
{
    uint32_t stand;
    bool related;
    TRY(item_stand_related(cx, item, &stand, &related));
    Audience reads = audience_of(stand, related);
    TRY(item_store_versions(cx, item->id, reads, ret, ret_count));
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i].named = stand & ~(uint32_t)(STAND_ANYONE | STAND_PERSON | STAND_ADMIN);
    return OK;
}

Err item_at_unseen(Cx *cx, ItemId id, int64_t at_us, Str *ret_doc)
{
    Str doc;
    TRY(item_store_doc(cx, id, at_us, 0, &doc));
    if (!doc.p)
        return fail(cx, ERR_NOT_FOUND, "item.then", "it did not exist at that time");
    *ret_doc = doc;
    return OK;
}

Err item_version_unseen(Cx *cx, ItemId id, int64_t version, Str *ret_doc)
{
    Str doc = {0};
    if (version > 0)
        TRY(item_store_doc(cx, id, 0, version, &doc));
    if (!doc.p)
        return fail(cx, ERR_NOT_FOUND, "item.then", "there is no version %lld", (long long)version);
    *ret_doc = doc;
    return OK;
}

/* ---- changing ---- */

static void check_text(Cx *cx, const char *key, Str text, size_t least, size_t most)
{
    if (!str_is_utf8(text) || memchr(text.n ? text.p : "", 0, text.n))
        flaw(cx, key, "this is no text");
    else if (text.n < least || text.n > most)
        flaw(cx, key, "%zu to %zu characters, and these are %zu", least, most, text.n);
}

void item_check(Cx *cx, const ItemDraft *draft)
{
    const ItemPlace *place = &draft->place;
    check_text(cx, "item.title", str_trim(draft->text.title), 1, ITEM_TITLE_BYTES_MAX);
    check_text(cx, "item.lead", draft->text.lead, 0, ITEM_LEAD_BYTES_MAX);
    check_text(cx, "item.body", draft->text.body, 0, ITEM_BODY_BYTES_MAX);
    check_text(cx, "item.district", draft->district, 0, ITEM_DISTRICT_BYTES_MAX);
    if (place->known &&
        !(place->lon >= -180 && place->lon <= 180 && place->lat >= -90 && place->lat <= 90))
        flaw(cx, "item.place", "longitude is -180 to 180 and latitude -90 to 90 degrees");
    if (draft->topic_count > ITEM_TOPICS_MAX)
        flaw(cx, "item.topics", "at most %d topics", ITEM_TOPICS_MAX);
}

/* The first of slug, slug-2, slug-3 ... that is free or the item's own already. */
static Err free_slug(Cx *cx, Noun noun, Str title, ItemId own, Str *ret)
{
    Str base = slug_make(cx->arena, title), slug;
    if (!base.n)
        base = noun_name(noun);
    /* Where the form for a new one lies, and what is like it. */
    bool reserved = str_eq(base, S("neu")) || str_eq(base, S("aehnlich"));
    for (int n = reserved ? 2 : 1;; n++) {
        ItemId of;
        slug = n == 1 ? base : arena_fmt(cx->arena, "%.*s-%d", SARG(base), n);
        TRY(item_store_slug(cx, noun, slug, &of));
        if (of.v == 0 || of.v == own.v)
            break;
    }
    *ret = slug;
    return OK;
}

static Err put_topics(Cx *cx, ItemId id, const ItemDraft *draft)
{
    TRY(item_store_clear_topics(cx, id));
    for (size_t i = 0; i < draft->topic_count; i++)
        TRY(item_store_add_topic(cx, id, draft->topics[i]));
    return OK;
}

static ItemText trimmed(ItemText text)
{
    text.title = str_trim(text.title);
    text.lead = str_trim(text.lead);
    text.body = str_trim(text.body);
    return text;
}

/* A draft is not published; what others can read for the first time is, from then on. */
static void note_published(Cx *cx, Item *item)
{
    if (!item->published_us && item->audience < AUDIENCE_OFFICE)
        item->published_us = cx_now_us(cx);
}

Err item_add(Cx *cx, Noun noun, Str state, Audience audience, const ItemDraft *draft, ItemId *ret)
{
    item_check(cx, draft);
    TRY(flaws_end(cx));
    ItemText text = trimmed(draft->text);
    Item item = {.noun = noun,
                 .state = state,
                 .visibility = draft->visibility,
                 .audience = audience,
                 .author = cx->actor->person,
                 .organisation = draft->organisation,
                 .body = draft->body,
                 .lang = text.lang,
                 .place = draft->place,
                 .district = str_trim(draft->district),
                 .created_us = cx_now_us(cx)};
    note_published(cx, &item);
    TRY(free_slug(cx, noun, text.title, (ItemId){0}, &item.slug));
    TRY(item_store_add(cx, &item, &item.id));
    TRY(item_store_put_slug(cx, noun, item.slug, item.id));
    TRY(item_store_put_text(cx, item.id, &text));
    TRY(put_topics(cx, item.id, draft));
    *ret = item.id;
    return OK;
}

Err item_expect(Cx *cx, const Item *item, int64_t version)
{
    if (item->version != version)
        return fail(cx, ERR_CONFLICT, "item.version",
                    "version %lld was changed meanwhile, now there is version %lld",
                    (long long)version, (long long)item->version);
    return OK;
}

Err item_change(Cx *cx, Item *item, const ItemDraft *draft, Audience floor)
{
    item_check(cx, draft);
    TRY(flaws_end(cx));
    ItemText text = trimmed(draft->text);
    item->visibility = draft->visibility;
    item->audience = MAX(draft->visibility, floor);
    item->organisation = draft->organisation;
    item->body = draft->body;
    item->place = draft->place;
    item->district = str_trim(draft->district);
    item->text = text;
    note_published(cx, item);
    if (text.lang == item->lang) {
        TRY(free_slug(cx, item->noun, text.title, item->id, &item->slug));
        TRY(item_store_put_slug(cx, item->noun, item->slug, item->id));
    }
    TRY(item_store_put_text(cx, item->id, &text));
    TRY(item_store_update(cx, item));
    return put_topics(cx, item->id, draft);
}

Err item_add_text(Cx *cx, ItemId id, const ItemText *text)
{
    return item_store_put_text(cx, id, text);
}

Err item_drop_text(Cx *cx, Item *item, Lang lang)
{
    if (lang == item->lang)
        return fail(cx, ERR_INVALID, "item.lang", "the text in its first language stays");
    return item_store_drop_text(cx, item->id, lang);
}

Err item_set_state(Cx *cx, Item *item, Str state, Audience audience)
{
    item->state = state;
    item->audience = audience;
    note_published(cx, item);
    return item_store_update(cx, item);
}

Err item_set_body(Cx *cx, Item *item, ItemId body)
{
    item->body = body;
    return item_store_update(cx, item);
}

/* ---- versions ---- */

static void put_text_field(JsonOut *out, Str name, Str text)
{
    json_name(out, name);
    json_put_text(out, text);
}

static void put_i64_field(JsonOut *out, Str name, int64_t number)
{
    json_name(out, name);
    json_put_i64(out, number);
}

static void put_common(JsonOut *out, const Item *item)
{
    put_i64_field(out, S("id"), item->id.v);
    put_text_field(out, S("noun"), noun_name(item->noun));
    put_text_field(out, S("slug"), item->slug);
    put_text_field(out, S("state"), item->state);
    put_i64_field(out, S("visibility"), item->visibility);
    put_i64_field(out, S("audience"), item->audience);
    put_i64_field(out, S("author"), item->author.v);
    put_i64_field(out, S("organisation"), item->organisation.v);
    put_i64_field(out, S("body"), item->body.v);
    put_text_field(out, S("lang"), lang_code(item->lang));
    if (item->place.known) {
        json_name(out, S("place"));
        json_begin(out, '[');
        json_put_f64(out, item->place.lon);
        json_put_f64(out, item->place.lat);
        json_end(out, ']');
    }
    put_text_field(out, S("district"), item->district);
    put_i64_field(out, S("created_us"), item->created_us);
    put_i64_field(out, S("published_us"), item->published_us);
}

static Err put_texts(Cx *cx, JsonOut *out, ItemId id)
{
    ItemTexts texts;
    TRY(item_store_texts(cx, id, &texts));
    json_name(out, S("texts"));
    json_begin(out, '{');
    for (size_t i = 0; i < texts.count; i++) {
        json_name(out, lang_code(texts.texts[i].lang));
        json_begin(out, '{');
        put_text_field(out, S("title"), texts.texts[i].title);
        put_text_field(out, S("lead"), texts.texts[i].lead);
        put_text_field(out, S("body"), texts.texts[i].body);
        json_end(out, '}');
    }
    json_end(out, '}');
    return OK;
}

static Err put_topics_json(Cx *cx, JsonOut *out, ItemId id)
{
    Topic *topics;
    size_t count;
    TRY(item_store_topics(cx, id, &topics, &count));
    json_name(out, S("topics"));
    json_begin(out, '[');
    for (size_t i = 0; i < count; i++)
        json_put_text(out, topics[i].slug);
    json_end(out, ']');
    return OK;
}

enum { VERSION_BYTES_MAX = 1 << 20 };

static Err whole_doc(Cx *cx, const Item *item, Str own, Str *ret)
{
    Buf doc = buf_new(cx->arena, VERSION_BYTES_MAX), links = buf_new(cx->arena, VERSION_BYTES_MAX);
    Buf files = buf_new(cx->arena, VERSION_BYTES_MAX);
    JsonOut out = json_out(&doc);
    json_begin(&out, '{');
    put_common(&out, item);
    TRY(put_texts(cx, &out, item->id));
    TRY(put_topics_json(cx, &out, item->id));
    TRY(item_store_links_json(cx, item->id, &links));
    json_name(&out, S("links"));
    json_put_span(&out, buf_str(&links));
    TRY(attachment_store_json(cx, item->id, &files));
    json_name(&out, S("attachments"));
    json_put_span(&out, buf_str(&files));
    json_name(&out, S("own"));
    json_put_span(&out, own);
    json_end(&out, '}');
    if (doc.overflow || links.overflow || files.overflow)
        return fail(cx, ERR_LIMIT, "item.large", "all of it together is larger than %d bytes",
                    VERSION_BYTES_MAX);
    *ret = buf_str(&doc);
    return OK;
}

/* The audience that the last version had; OWN before the first. */
static Err audience_before(Cx *cx, const Item *item, Audience *ret)
{
    Str doc = {0};
    Json json;
    JsonValue value;
    int64_t number;
    *ret = AUDIENCE_OWN;
    if (item->version)
        TRY(item_store_doc(cx, item->id, 0, item->version, &doc));
    if (!doc.p)
        return OK;
    TRY(json_parse(cx, doc, &json));
    if (json_find(json_root(&json), S("audience"), &value) && json_i64(value, &number))
        *ret = (Audience)number;
    return OK;
}

Err item_record_read(Cx *cx, Item *item, Str verb, Str reason, Str own, Events *events)
{
    Str doc;
    Audience before;
    TRY(audience_before(cx, item, &before));
    item->version++;
    item->changed_us = cx_now_us(cx);
    TRY(whole_doc(cx, item, own, &doc));
    TRY(item_store_update(cx, item));
    TRY(item_store_keep(cx, item, verb, reason, doc));
    Str noun = noun_name(item->noun);
    TRY(audit_add_number(cx, arena_fmt(cx->arena, "%.*s.%.*s", SARG(noun), SARG(verb)), noun,
                         item->id.v, S("")));
    ItemEvent *event = arena_new(cx->arena, ItemEvent);
    *event = (ItemEvent){.id = item->id,
                         .noun = item->noun,
                         .verb = verb,
                         .reason = reason,
                         .before = before,
                         .after = item->audience};
    event_add(events, &ITEM_CHANGED, event);
    return OK;
}

Err item_record(Cx *cx, ItemId id, Str verb, Str reason, Str own, Events *events)
{
    Item item;
    TRY(item_get_unseen(cx, id, &item));
    return item_record_read(cx, &item, verb, reason, own, events);
}

Err item_link(Cx *cx, ItemId source, Str kind, ItemId target, Str note)
{
    int64_t count = 0;
    TRY(item_store_count_links(cx, source, &count));
    if (count >= ITEM_LINKS_MAX)
        return fail(cx, ERR_LIMIT, "item.links", "at most %d links", ITEM_LINKS_MAX);
    return item_store_link(cx, source, kind, target, note);
}

Err item_unlink(Cx *cx, ItemId source, Str kind, ItemId target)
{
    return item_store_unlink(cx, source, kind, target);
}
