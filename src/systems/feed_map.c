/* Applies a mapping to a record. */
#include "systems/feed_part.h"

#include "base/str.h"
#include "base/uri.h"
#include "systems/entity_kind.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHOWN_BYTES = 80 /* of a refused value */ };

/* ---- what comes out ---- */

void feed_refuse(Cx *cx, FeedBatch *batch, uint32_t row, Str field, Str value, Str reason)
{
    if (batch->refusal_count == batch->refusal_cap) {
        size_t cap = MAX(batch->refusal_cap * 2, 16);
        batch->refusals =
            arena_grow(cx->arena, batch->refusals, batch->refusal_cap * sizeof *batch->refusals,
                       cap * sizeof *batch->refusals, _Alignof(FeedRefusal));
        batch->refusal_cap = cap;
    }
    size_t n = MIN(value.n, SHOWN_BYTES);
    while (n < value.n && n && ((unsigned char)value.p[n] & 0xC0) == 0x80)
        n--;
    batch->refusals[batch->refusal_count++] =
        (FeedRefusal){.row = row,
                      .field = arena_copy(cx->arena, field),
                      .value = arena_copy(cx->arena, str_slice(value, 0, n)),
                      .reason = arena_copy(cx->arena, reason)};
}

static void reading_add(Cx *cx, FeedBatch *batch, const FeedReading *reading)
{
    if (batch->count == batch->cap) {
        size_t cap = MAX(batch->cap * 2, 64);
        batch->readings =
            arena_grow(cx->arena, batch->readings, batch->cap * sizeof *batch->readings,
                       cap * sizeof *batch->readings, _Alignof(FeedReading));
        batch->cap = cap;
    }
    batch->readings[batch->count++] = *reading;
}

/* ---- one record on its way ---- */

typedef struct Mapping {
    Cx *cx;
    const Feed *feed;
    const FeedRecord *record;
    FeedBatch *batch;
    Str column; /* of a wide file */
    Str id;
    int64_t at_us;
    bool timed;
} Mapping;

static Str field_of(const Mapping *m, const FeedAttribute *attribute)
{
    return m->column.p ? m->column : attribute->name;
}

/* ---- values ---- */

/* JSON's grammar, with a sign and a leading zero or none, as files have them. */
static bool number_text(Arena *arena, Str text, char decimal, Str *ret)
{
    double ignored;
    if (decimal == ',') {
        char *copy = arena_cstr(arena, text);
        for (size_t i = 0; i < text.n; i++)
            copy[i] = copy[i] == ',' ? '.' : copy[i] == '.' ? '?' : copy[i];
        text.p = copy;
    }
    if (text.n > 1 && text.p[0] == '+')
        text = str_from_index(text, 1);
    if (text.n > 1 && text.p[0] == '.')
        text = arena_fmt(arena, "0%.*s", SARG(text));
    else if (text.n > 2 && text.p[0] == '-' && text.p[1] == '.')
        text = arena_fmt(arena, "-0%.*s", SARG(str_from_index(text, 1)));
    if (!str_to_f64(text, &ignored))
        return false;
    *ret = text;
    return true;
}

/* Digits that print back from the double by themselves; history keeps others as text. */
static bool is_plain_integer(Str digits)
{
    size_t i = digits.n > 1 && digits.p[0] == '-';
    if (digits.n - i > 15 || (digits.p[i] == '0' && digits.n > 1))
        return false;
    for (; i < digits.n; i++)
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
    return true;
}

static void refuse_value(const Mapping *m, const FeedAttribute *attribute, Str value, Str reason)
{
    feed_refuse(m->cx, m->batch, m->record->row, field_of(m, attribute), value, reason);
}

/* Twelve digits: 288.28 - 273.15 is 15.13 and no 15.129999999999995. */
static double rounded(double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.12g", value);
    return strtod(text, NULL);
}

static bool number_value(const Mapping *m, const FeedAttribute *attribute, Str text,
                         FeedReading *reading)
{
    Str digits;
    double num;
    Arena *arena = m->cx->arena;
    if (!number_text(arena, text, m->feed->decimal, &digits) || !str_to_f64(digits, &num)) {
        refuse_value(m, attribute, text, S("is not a number"));
        return false;
    }
    if (attribute->scaled) {
        num = rounded(num * attribute->scale + attribute->offset);
        if (!isfinite(num)) {
            refuse_value(m, attribute, text, S("is too large"));
            return false;
        }
        Buf buf = buf_new(arena, 64);
        buf_f64(&buf, num);
        digits = buf_str(&buf);
    }
    if (num < attribute->min || num > attribute->max) {
        refuse_value(m, attribute, text,
                     num < attribute->min
                         ? arena_fmt(arena, "is below the minimum of %g", attribute->min)
                         : arena_fmt(arena, "is above the maximum of %g", attribute->max));
        return false;
    }
    reading->num = num;
    reading->numeric = is_plain_integer(digits);
    reading->value = arena_copy(arena, digits);
    return true;
}

/* Compared as text, and numbers as numbers: -200 is also -200.0. */
static bool is_missing(const FeedAttribute *attribute, Str text)
{
    double a, b;
    for (size_t i = 0; i < attribute->missing_count; i++) {
        Str missing = attribute->missing[i];
        if (str_eq(missing, text) || (str_to_f64(missing, &a) && str_to_f64(text, &b) && a == b))
            return true;
    }
    return false;
}

static bool choice_value(const Mapping *m, const FeedAttribute *attribute, Str text,
                         FeedReading *reading)
{
    for (size_t i = 0; i < attribute->choice_count; i++)
        if (str_eq(attribute->choices[i].text, text)) {
            reading->value = attribute->choices[i].json;
            return true;
        }
    refuse_value(m, attribute, text, S("is none of the values that the mapping knows"));
    return false;
}

static bool geometry_value(const Mapping *m, const FeedAttribute *attribute, FeedValue value,
                           FeedReading *reading)
{
    Str text = feed_value_text(m->cx->arena, value);
    const char *fault = value.json ? geometry_fault(value.value) : "is not a GeoJSON geometry";
    if (fault) {
        refuse_value(m, attribute, text, str_from(fault));
        return false;
    }
    reading->value = feed_compact(m->cx->arena, json_span(value.value));
    return true;
}

static bool uri_value(const Mapping *m, const FeedAttribute *attribute, Str uri,
                      FeedReading *reading)
{
    if (!uri_is_absolute(uri)) {
        refuse_value(m, attribute, uri, S("is not a URI"));
        return false;
    }
    Buf buf = buf_new(m->cx->arena, FEED_VALUE_BYTES_MAX);
    buf_json_string(&buf, uri);
    reading->value = buf_str(&buf);
    return !buf.overflow;
}

static bool plain_value(const Mapping *m, const FeedAttribute *attribute, FeedValue value,
                        FeedReading *reading)
{
    Buf buf = buf_new(m->cx->arena, FEED_VALUE_BYTES_MAX);
    if (value.json)
        buf_put(&buf, feed_compact(m->cx->arena, json_span(value.value)));
    else if (str_is_utf8(value.text))
        buf_json_string(&buf, value.text);
    else
        buf.overflow = true;
    if (buf.overflow) {
        refuse_value(m, attribute, S(""), S("is not UTF-8, or larger than 1 MiB"));
        return false;
    }
    reading->value = buf_str(&buf);
    return true;
}

static bool source_value(const Mapping *m, const FeedAttribute *attribute, FeedValue value,
                         FeedReading *reading)
{
    Str text = feed_value_text(m->cx->arena, value);
    if (attribute->choice_count)
        return choice_value(m, attribute, text, reading);
    if (attribute->number)
        return number_value(m, attribute, text, reading);
    if (attribute->kind == HISTORY_GEO_PROPERTY)
        return geometry_value(m, attribute, value, reading);
    if (attribute->kind == HISTORY_RELATIONSHIP)
        return uri_value(m, attribute, text, reading);
    return plain_value(m, attribute, value, reading);
}

static bool coordinate(const Mapping *m, const FeedSource *source, double limit, Str *ret)
{
    FeedValue value;
    double number;
    if (!feed_source_get(source, m->record, m->column, &value))
        return false;
    Str text = feed_value_text(m->cx->arena, value);
    return number_text(m->cx->arena, text, m->feed->decimal, ret) && str_to_f64(*ret, &number) &&
           number >= -limit && number <= limit;
}

static bool point_value(const Mapping *m, const FeedAttribute *attribute, FeedReading *reading)
{
    Str lat, lon;
    if (!coordinate(m, &attribute->source, 90, &lat) ||
        !coordinate(m, &attribute->lon, 180, &lon)) {
        refuse_value(m, attribute, S(""), S("latitude or longitude is missing or out of range"));
        return false;
    }
    reading->value = arena_fmt(m->cx->arena, "{\"type\":\"Point\",\"coordinates\":[%.*s,%.*s]}",
                               SARG(lon), SARG(lat));
    return true;
}

typedef enum Got { GOT, GOT_NOTHING, GOT_REFUSED } Got;

static Got template_value(const Mapping *m, const FeedAttribute *attribute, FeedReading *reading)
{
    Buf buf = buf_new(m->cx->arena, FEED_VALUE_BYTES_MAX);
    bool object = attribute->from == FEED_VALUE_OBJECT;
    Str hole;
    if (!feed_template_fill(&buf, &attribute->template, m->record, m->column,
                            object ? FEED_ESCAPE_URI : FEED_ESCAPE_JSON, &hole))
        return GOT_NOTHING;
    Str text = buf_str(&buf);
    if (buf.overflow || !str_is_utf8(text)) {
        refuse_value(m, attribute, S(""), S("is not UTF-8, or larger than 1 MiB"));
        return GOT_REFUSED;
    }
    reading->value = text;
    return !object || uri_value(m, attribute, text, reading) ? GOT : GOT_REFUSED;
}

static Got source_read(const Mapping *m, const FeedAttribute *attribute, FeedReading *reading)
{
    FeedValue value;
    if (!feed_source_get(&attribute->source, m->record, m->column, &value))
        return GOT_NOTHING;
    if (attribute->missing_count && is_missing(attribute, feed_value_text(m->cx->arena, value)))
        return GOT_NOTHING;
    return source_value(m, attribute, value, reading) ? GOT : GOT_REFUSED;
}

static Got value_get(const Mapping *m, const FeedAttribute *attribute, FeedReading *reading)
{
    switch (attribute->from) {
    case FEED_VALUE_CONST:
        reading->value = attribute->json;
        return GOT;
    case FEED_VALUE_TEMPLATE:
    case FEED_VALUE_OBJECT:
        return template_value(m, attribute, reading);
    case FEED_VALUE_POINT:
        return point_value(m, attribute, reading) ? GOT : GOT_REFUSED;
    case FEED_VALUE_SOURCE:
        break;
    }
    return source_read(m, attribute, reading);
}

/* ---- records ---- */

static FeedReading reading_of(const Mapping *m, const FeedAttribute *attribute)
{
    return (FeedReading){.id = m->id,
                         .attribute = attribute,
                         .at_us = m->at_us,
                         .timed = m->timed && !attribute->timeless,
                         .row = m->record->row};
}

/* Adds what the attributes say; false when a required one says nothing. */
static bool attributes_add(const Mapping *m, size_t *ret_taken, size_t *ret_refused)
{
    size_t before = m->batch->count;
    for (size_t i = 0; i < m->feed->attribute_count; i++) {
        const FeedAttribute *attribute = &m->feed->attributes[i];
        FeedReading reading = reading_of(m, attribute);
        Got got = value_get(m, attribute, &reading);
        if (got == GOT) {
            reading_add(m->cx, m->batch, &reading);
        } else if (got == GOT_REFUSED) {
            ++*ret_refused;
        }
        if (got != GOT && attribute->required) {
            m->batch->count = before;
            if (got == GOT_NOTHING)
                refuse_value(m, attribute, S(""), S("is required and missing"));
            return false;
        }
    }
    *ret_taken += m->batch->count - before;
    return true;
}

static FeedOutcome refuse_record(const Mapping *m, const char *reason)
{
    feed_refuse(m->cx, m->batch, m->record->row, S(""), S(""), str_from(reason));
    return FEED_REFUSED;
}

/* NULL, else why there is no id. */
static const char *id_set(Mapping *m)
{
    Buf buf = buf_new(m->cx->arena, FEED_ID_BYTES_MAX);
    Str hole = {0};
    if (!feed_template_fill(&buf, &m->feed->id, m->record, m->column, FEED_ESCAPE_URI, &hole))
        return arena_fmt(m->cx->arena, "there is nothing for {%.*s} in the id", SARG(hole)).p;
    if (buf.overflow)
        return "the id is longer than 2048 bytes";
    m->id = buf_str(&buf);
    return uri_is_absolute(m->id) ? NULL : "the id is not a URI";
}

static FeedOutcome narrow_map(Mapping *m)
{
    size_t taken = 0, refused = 0;
    const char *fault = id_set(m);
    if (fault)
        return refuse_record(m, fault);
    if (!attributes_add(m, &taken, &refused))
        return FEED_REFUSED;
    if (taken)
        return FEED_TAKEN;
    return refused ? FEED_REFUSED : FEED_SKIPPED;
}

static FeedOutcome wide_map(Mapping *m)
{
    size_t taken = 0, refused = 0;
    const FeedBinding *binding = m->record->binding;
    for (size_t i = 0; i < binding->wide_count; i++) {
        uint32_t column = binding->wide[i];
        Str cell = column < m->record->field_count ? str_trim(m->record->fields[column]) : S("");
        if (cell.n == 0 || is_missing(m->feed->wide, cell))
            continue;
        m->column = binding->header[column];
        const char *fault = id_set(m);
        if (fault) {
            refuse_value(m, m->feed->wide, cell, str_from(fault));
            refused++;
            continue;
        }
        FeedReading reading = reading_of(m, m->feed->wide);
        if (!source_value(m, m->feed->wide, (FeedValue){.text = cell}, &reading)) {
            refused++;
            continue;
        }
        reading_add(m->cx, m->batch, &reading);
        taken++;
        if (!attributes_add(m, &taken, &refused))
            refused++;
    }
    if (taken)
        return FEED_TAKEN;
    return refused ? FEED_REFUSED : FEED_SKIPPED;
}

static bool is_skipped(const Mapping *m)
{
    for (size_t i = 0; i < m->feed->skip_count; i++) {
        const FeedSkip *skip = &m->feed->skips[i];
        FeedValue value;
        if (!feed_source_get(&skip->source, m->record, (Str){0}, &value))
            continue;
        Str text = feed_value_text(m->cx->arena, value);
        for (size_t t = 0; t < skip->count; t++)
            if (str_eq(skip->texts[t], text))
                return true;
    }
    return false;
}

/* NULL, else why there is no time. */
static const char *time_set(Mapping *m)
{
    m->timed = true;
    if (m->feed->time.count)
        return feed_time_read(m->cx->arena, &m->feed->time, m->record, &m->at_us);
    m->at_us = m->record->received_us;
    m->timed = m->at_us != INT64_MIN;
    return NULL;
}

FeedOutcome feed_map(Cx *cx, const Feed *feed, const FeedRecord *record, FeedBatch *batch)
{
    Mapping m = {.cx = cx, .feed = feed, .record = record, .batch = batch};
    if (is_skipped(&m))
        return FEED_SKIPPED;
    if (record->binding && record->field_count != record->binding->header_count) {
        Str reason = arena_fmt(cx->arena, "the row has %zu fields, the header %zu",
                               record->field_count, record->binding->header_count);
        return refuse_record(&m, reason.p);
    }
    const char *fault = time_set(&m);
    if (fault)
        return refuse_record(&m, fault);
    if (!feed->wide)
        return narrow_map(&m);
    return record->binding ? wide_map(&m)
                           : refuse_record(&m, "\"wide\" is for CSV files; this is no row");
}
