#include "systems/entity_reader.h"

#include "base/calendar.h"
#include "base/str.h"
#include "base/uri.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- Faults ---- */

static void step_put(Buf *buf, const Step *step)
{
    if (!step)
        return;
    step_put(buf, step->above);
    if (step->above)
        buf_char(buf, '.');
    buf_put(buf, str_slice(step->name, 0, 80));
}

void reader_fault(Reader *rd, const Step *step, const char *fmt, ...)
{
    char text[300];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t before = rd->faults.n;
    if (before)
        buf_put(&rd->faults, S("; "));
    if (step) {
        step_put(&rd->faults, step);
        buf_put(&rd->faults, S(": "));
    }
    buf_put(&rd->faults, str_from(text));
    if (!rd->faults.overflow)
        return;
    rd->faults.overflow = false;
    buf_truncate(&rd->faults, before);
    rd->more_faults++;
}

/* What stands there, short enough to be shown. */
Str reader_shown(JsonValue v)
{
    Str span = json_span(v);
    return span.n <= 60 ? span : str_slice(span, 0, 60);
}

/* ---- Small values ---- */

bool reader_string(Reader *rd, JsonValue v, Str *ret)
{
    if (!json_is(v, JSON_STRING))
        return false;
    *ret = json_text(rd->cx->arena, v);
    return true;
}

void reader_check_uri(Reader *rd, const Step *step, const char *what, JsonValue v)
{
    Str text;
    if (!reader_string(rd, v, &text) || !uri_is_absolute(text))
        reader_fault(rd, step, "%s is not a URI: %.*s", what, SARG(reader_shown(v)));
}

void reader_check_time(Reader *rd, const Step *step, const char *what, JsonValue v)
{
    Str text;
    int64_t at_us;
    if (!reader_string(rd, v, &text) || !time_parse(text, &at_us))
        reader_fault(rd, step, "%s is not a DateTime like 2026-01-31T12:00:00Z: %.*s", what,
                     SARG(reader_shown(v)));
}

/* "urn:ngsi-ld:null" anywhere in it, where it means nothing. */
void reader_check_no_null(Reader *rd, const Step *step, JsonValue v)
{
    Str span = json_span(v);
    if (rd->options.nulls != NULLS_MERGE &&
        memmem(span.p, span.n, "\"" NGSI_LD_NULL "\"", sizeof NGSI_LD_NULL + 1))
        reader_fault(rd, step, "\"" NGSI_LD_NULL "\" is allowed in a merge only");
}

void reader_name_put(Reader *rd, Str name)
{
    buf_json_string(&rd->out, name);
    buf_char(&rd->out, ':');
}

void reader_span_put(Reader *rd, Str name, JsonValue v)
{
    buf_put(&rd->out, S(",\""));
    buf_put(&rd->out, name);
    buf_put(&rd->out, S("\":"));
    buf_put(&rd->out, json_span(v));
}

/* A name, or an array of names, expanded. */
void reader_names_put(Reader *rd, const Step *step, const char *what, JsonValue v)
{
    Str text;
    if (reader_string(rd, v, &text)) {
        buf_json_string(&rd->out, context_expand(rd->context, rd->cx->arena, text));
        return;
    }
    bool good = json_is(v, JSON_ARRAY) && json_count(v) > 0;
    buf_char(&rd->out, '[');
    for (JsonIter it = json_iter(v); good && json_next(&it);) {
        good = reader_string(rd, it.value, &text);
        if (!good)
            break;
        if (rd->out.p[rd->out.n - 1] != '[')
            buf_char(&rd->out, ',');
        buf_json_string(&rd->out, context_expand(rd->context, rd->cx->arena, text));
    }
    buf_char(&rd->out, ']');
    if (!good)
        reader_fault(rd, step, "%s is neither a string nor an array of strings: %.*s", what,
                     SARG(reader_shown(v)));
}

/* ---- What the kinds hold ---- */

static void check_object(Reader *rd, const Step *step, JsonValue v)
{
    if (json_is(v, JSON_STRING)) {
        reader_check_uri(rd, step, "object", v);
        return;
    }
    if (!json_is(v, JSON_ARRAY) || json_count(v) == 0)
        reader_fault(rd, step, "object is neither a URI nor an array of URIs: %.*s",
                     SARG(reader_shown(v)));
    else
        for (JsonIter it = json_iter(v); json_next(&it);)
            reader_check_uri(rd, step, "object", it.value);
}

static void check_object_list(Reader *rd, const Step *step, JsonValue v)
{
    if (!json_is(v, JSON_ARRAY)) {
        reader_fault(rd, step, "objectList is not an array: %.*s", SARG(reader_shown(v)));
        return;
    }
    for (JsonIter it = json_iter(v); json_next(&it);) {
        JsonValue object = it.value;
        if (json_is(it.value, JSON_OBJECT) && !json_find(it.value, S("object"), &object))
            reader_fault(rd, step, "an element of objectList has no object");
        else
            reader_check_uri(rd, step, "an element of objectList", object);
    }
}

/* RFC 5646 as far as its shape goes, or "@none". */
static bool is_language(Str tag)
{
    if (str_eq(tag, S("@none")))
        return true;
    size_t run = 0;
    for (size_t i = 0; i <= tag.n; i++) {
        char c = i < tag.n ? tag.p[i] : '-';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (c == '-' ? run == 0 : !letter || run == 8)
            return false;
        run = c == '-' ? 0 : run + 1;
    }
    return true;
}

static bool is_words(JsonValue v)
{
    if (!json_is(v, JSON_ARRAY))
        return json_is(v, JSON_STRING);
    for (JsonIter it = json_iter(v); json_next(&it);)
        if (!json_is(it.value, JSON_STRING))
            return false;
    return true;
}

static void check_language_map(Reader *rd, const Step *step, JsonValue v)
{
    if (!json_is(v, JSON_OBJECT)) {
        reader_fault(rd, step, "languageMap is not an object: %.*s", SARG(reader_shown(v)));
        return;
    }
    for (JsonIter it = json_iter(v); json_next(&it);) {
        Str tag = json_text(rd->cx->arena, it.key);
        if (!is_language(tag))
            reader_fault(rd, step, "languageMap: not a language tag: %.*s",
                         SARG(reader_shown(it.key)));
        if (!is_words(it.value) && !(rd->options.nulls == NULLS_MERGE && is_ngsi_ld_null(it.value)))
            reader_fault(rd, step,
                         "languageMap: \"%.*s\" is neither a string nor an array of strings",
                         SARG(str_slice(tag, 0, 40)));
    }
}

void reader_check_geometry(Reader *rd, const Step *step, JsonValue v)
{
    const char *what = geometry_fault(v);
    if (what && rd->options.nulls != NULLS_MERGE)
        reader_fault(rd, step, "GeoProperty with a bad geometry: %s", what);
    else if (what && !json_is(v, JSON_OBJECT))
        reader_fault(rd, step, "GeoProperty with a bad geometry: %s", what);
}

/* Writes the main member, name and all. */
void reader_main_put(Reader *rd, const Step *step, AttributeKind kind, JsonValue v)
{
    if (kind == KIND_VOCAB) {
        buf_put(&rd->out, S(",\"vocab\":"));
        reader_names_put(rd, step, "vocab", v);
        return;
    }
    if (kind == KIND_RELATIONSHIP)
        check_object(rd, step, v);
    else if (kind == KIND_GEO)
        reader_check_geometry(rd, step, v);
    else if (kind == KIND_LANGUAGE)
        check_language_map(rd, step, v);
    else if (kind == KIND_LIST && !json_is(v, JSON_ARRAY))
        reader_fault(rd, step, "valueList is not an array: %.*s", SARG(reader_shown(v)));
    else if (kind == KIND_LIST_RELATIONSHIP)
        check_object_list(rd, step, v);
    if (kind != KIND_JSON)
        reader_check_no_null(rd, step, v);
    reader_span_put(rd, ATTRIBUTE_KINDS[kind].main_name, v);
}
