#include "web/thing.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/figure.h"
#include "web/format.h"

Str iri_name(Str iri)
{
    ptrdiff_t slash = str_find_last_char(iri, '/'), hash = str_find_last_char(iri, '#');
    return str_from_index(iri, (size_t)(MAX(slash, hash) + 1));
}

static Str lower(Arena *arena, Str s)
{
    char *copy = arena_cstr(arena, s);
    for (size_t i = 0; i < s.n; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] + 32);
    return (Str){copy, s.n};
}

Str thing_word(Page *page, Str iri_or_name)
{
    Str name = iri_name(iri_or_name), word;
    Str key = arena_fmt(page->arena, "word.%.*s", SARG(lower(page->arena, name)));
    return text_find(page->lang, key, &word) ? word : name;
}

Err judgement_read(Page *page, Judgement *ret)
{
    IndicatorResult results[16];
    size_t total = 0;
    ASSERT(INDICATOR_COUNT <= COUNT_OF(results));
    for (size_t i = 0; i < INDICATOR_COUNT; i++) {
        results[i] = (IndicatorResult){0};
        Err err = indicator_get(page->cx, &INDICATORS[i], &results[i]);
        if (err != OK && err != ERR_NOT_FOUND)
            return err;
        total += results[i].left_out_count;
    }
    Source *sources = arena_array(page->arena, Source, total);
    size_t count = 0;
    for (size_t i = 0; i < INDICATOR_COUNT; i++)
        for (size_t s = 0; s < results[i].left_out_count; s++)
            sources[count++] = results[i].left_out[s];
    *ret = (Judgement){sources, count};
    return OK;
}

static bool text_of_attribute(Arena *arena, JsonValue instance, Str *ret)
{
    JsonValue value;
    if (!json_find(instance, S("value"), &value) || !json_is(value, JSON_STRING))
        return false;
    *ret = json_text(arena, value);
    return true;
}

static bool first_position(JsonValue value, double *lon, double *lat)
{
    JsonValue coordinates;
    if (!json_find(value, S("coordinates"), &coordinates))
        return false;
    for (int depth = 0; depth < 4; depth++) {
        JsonIter it = json_iter(coordinates);
        if (json_type(coordinates) != JSON_ARRAY || !json_next(&it))
            return false;
        if (json_is(it.value, JSON_NUMBER)) {
            JsonValue x = it.value;
            return json_next(&it) && json_f64(x, lon) && json_f64(it.value, lat);
        }
        coordinates = it.value;
    }
    return false;
}

/* The value that stands for the thing: the newest observed number; the first one on a tie. */
static void offer_value(Page *page, Thing *thing, Str attribute, JsonValue instance)
{
    JsonValue value, at, unit;
    double number;
    int64_t at_us;
    if (!json_find(instance, S("observedAt"), &at) || !time_parse(json_raw(at), &at_us) ||
        !json_find(instance, S("value"), &value))
        return;
    if (at_us <= thing->at_us)
        return;
    thing->at_us = at_us;
    if (!json_is(value, JSON_NUMBER) || !json_f64(value, &number))
        return;
    Str symbol =
        json_find(instance, S("unitCode"), &unit) ? format_unit_symbol(json_raw(unit)) : S("");
    thing->attribute = attribute;
    thing->value = format_measure(page->arena, page->lang, number);
    if (symbol.n)
        thing->value =
            arena_fmt(page->arena, "%.*s\xe2\x80\xaf%.*s", SARG(thing->value), SARG(symbol));
}

static void read_attribute(Page *page, Thing *thing, Str attribute, JsonValue instance)
{
    Str name = iri_name(attribute), text;
    JsonValue value;
    if (json_type(instance) == JSON_ARRAY) {
        JsonIter it = json_iter(instance);
        if (!json_next(&it))
            return;
        instance = it.value;
    }
    if (str_eq(name, S("name")) && text_of_attribute(page->arena, instance, &text))
        thing->name = text;
    else if (str_eq(name, S("district")) && text_of_attribute(page->arena, instance, &text))
        thing->place = text;
    else if (str_eq(name, S("location")) && json_find(instance, S("value"), &value))
        thing->has_point = first_position(value, &thing->lon, &thing->lat);
    else
        offer_value(page, thing, attribute, instance);
}

static void judge(Page *page, const Judgement *judgement, Thing *thing)
{
    if (thing->at_us && page->now_us - thing->at_us > THING_SILENT_MIN * TIME_MINUTE_US)
        thing->state = SOURCE_SILENT;
    for (size_t i = 0; i < judgement->count; i++)
        if (str_eq(judgement->sources[i].id, thing->id))
            thing->state = judgement->sources[i].state;
    if (thing->state != SOURCE_REPORTS)
        thing->value = S(""); /* a value that cannot be believed is never shown */
}

Str short_time(Page *page, int64_t at_us)
{
    return page->now_us - at_us < 12 * TIME_HOUR_US
               ? format_time(page->arena, page->frame->zone, at_us)
               : format_since(page->arena, page->lang, page->frame->zone, at_us, page->now_us);
}

const Indicator *indicator_of(Page *page, Str id)
{
    for (size_t i = 0; i < INDICATOR_COUNT; i++)
        if (str_eq(indicator_entity_id(page->arena, &INDICATORS[i]), id))
            return &INDICATORS[i];
    return NULL;
}

void thing_read(Page *page, const Judgement *judgement, const Entity *entity, Thing *ret)
{
    ptrdiff_t colon = str_find_last_char(entity->id, ':');
    *ret = (Thing){.id = entity->id,
                   .name = str_from_index(entity->id, (size_t)(colon + 1)),
                   .type = iri_name(entity->types[0]),
                   .place = S(""),
                   .value = S(""),
                   .attribute = S("")};
    for (JsonIter it = json_iter(json_root(&entity->doc)); json_next(&it);)
        read_attribute(page, ret, json_text(page->arena, it.key), it.value);
    const Indicator *indicator = indicator_of(page, entity->id);
    if (indicator)
        ret->name = figure_name(page, indicator).s;
    judge(page, judgement, ret);
}
