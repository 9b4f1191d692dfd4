/* Reads a mapping. */
#include "systems/feed_part.h"

#include "base/str.h"
#include "systems/entity_kind.h"

#include <math.h>

typedef struct Reader {
    Cx *cx;
    const ContextStore *contexts;
    Feed *feed;
    FeedFields fields;
} Reader;

/* ---- errors with their place ---- */

static Err refuse(Reader *rd, JsonValue at, const char *what)
{
    Str text = at.doc->text;
    size_t offset = (size_t)(json_span(at).p - text.p), line = 1, start = 0;
    for (size_t i = 0; i < offset; i++)
        if (text.p[i] == '\n') {
            line++;
            start = i + 1;
        }
    Str span = json_span(at);
    return fail(rd->cx, ERR_INVALID, "feed.syntax", "line %zu, column %zu: %s: %.*s%s", line,
                offset - start + 1, what, (int)MIN(span.n, 60), span.p, span.n > 60 ? " ..." : "");
}

/* ---- objects as tables of members ---- */

typedef struct MemberRow {
    Str name;
    Err (*read)(Reader *rd, JsonValue v, void *to);
    size_t offset;
} MemberRow;

static Err members_read(Reader *rd, JsonValue object, const MemberRow *rows, size_t n, void *to)
{
    if (!json_is(object, JSON_OBJECT))
        return refuse(rd, object, "expected an object");
    for (JsonIter it = json_iter(object); json_next(&it);) {
        size_t i = 0;
        while (i < n && !json_text_is(it.key, rows[i].name))
            i++;
        if (i == n)
            return refuse(rd, it.key, "there is no such member");
        TRY(rows[i].read(rd, it.value, (char *)to + rows[i].offset));
    }
    return OK;
}

static Err text_read(Reader *rd, JsonValue v, void *to)
{
    if (!json_is(v, JSON_STRING) || json_raw(v).n == 0)
        return refuse(rd, v, "expected a text");
    Str text = json_text(rd->cx->arena, v);
    memcpy(to, &text, sizeof text);
    return OK;
}

static Err double_read(Reader *rd, JsonValue v, void *to)
{
    double number;
    if (!json_is(v, JSON_NUMBER) || !json_f64(v, &number))
        return refuse(rd, v, "expected a number");
    memcpy(to, &number, sizeof number);
    return OK;
}

static Err bool_read(Reader *rd, JsonValue v, void *to)
{
    if (!json_is(v, JSON_TRUE) && !json_is(v, JSON_FALSE))
        return refuse(rd, v, "expected true or false");
    *(bool *)to = json_is(v, JSON_TRUE);
    return OK;
}

static Err sign_read(Reader *rd, JsonValue v, void *to)
{
    Str text = {0};
    TRY(text_read(rd, v, &text));
    if (text.n != 1)
        return refuse(rd, v, "expected one character");
    *(char *)to = text.p[0];
    return OK;
}

/* A text or a list of texts; numbers as they are written. */
typedef struct TextList {
    const Str *texts;
    size_t count;
} TextList;
static Err list_read(Reader *rd, JsonValue v, TextList *ret)
{
    bool array = json_is(v, JSON_ARRAY);
    size_t n = array ? json_count(v) : 1;
    if (n == 0 || n > FEED_LIST_MAX)
        return refuse(rd, v, "expected 1 to 256 texts");
    Str *texts = arena_array(rd->cx->arena, Str, n);
    JsonIter it = json_iter(v);
    for (size_t i = 0; i < n; i++) {
        JsonValue element = v;
        if (array && json_next(&it))
            element = it.value;
        if (!json_is(element, JSON_STRING) && !json_is(element, JSON_NUMBER))
            return refuse(rd, element, "expected a text or a number");
        texts[i] =
            json_is(element, JSON_STRING) ? json_text(rd->cx->arena, element) : json_span(element);
    }
    *ret = (TextList){texts, n};
    return OK;
}

/* ---- sources ---- */

static Err field_read(Reader *rd, JsonValue v, FeedSource *ret)
{
    Str name = {0};
    TRY(text_read(rd, v, &name));
    const char *fault = feed_field_read(name, &rd->fields, ret);
    return fault ? refuse(rd, v, fault) : OK;
}

static Err path_read(Reader *rd, JsonValue v, FeedSource *ret)
{
    Str path = {0};
    TRY(text_read(rd, v, &path));
    const char *fault = feed_path_read(rd->cx->arena, path, ret);
    rd->fields.path = path;
    return fault ? refuse(rd, v, fault) : OK;
}

/* "name" is a field, "$.a.b" a path. */
static Err source_read(Reader *rd, JsonValue v, void *to)
{
    bool path = json_is(v, JSON_STRING) && str_starts(json_raw(v), S("$"));
    return path ? path_read(rd, v, to) : field_read(rd, v, to);
}

static Err template_read(Reader *rd, JsonValue v, void *to)
{
    Str text = {0};
    TRY(text_read(rd, v, &text));
    const char *fault = feed_template_read(rd->cx->arena, text, false, &rd->fields, to);
    return fault ? refuse(rd, v, fault) : OK;
}

/* ---- time ---- */

static Err time_source_read(Reader *rd, JsonValue v, void *to)
{
    FeedTime *time = to;
    bool array = json_is(v, JSON_ARRAY);
    JsonIter it = json_iter(v);
    for (JsonValue element = v; !array || json_next(&it);) {
        if (array)
            element = it.value;
        if (time->count == FEED_TIME_FIELDS_MAX)
            return refuse(rd, v, "a time is joined of at most 4 fields");
        TRY(source_read(rd, element, &time->sources[time->count]));
        time->count++;
        if (!array)
            break;
    }
    return time->count ? OK : refuse(rd, v, "expected a field");
}

static Err format_read(Reader *rd, JsonValue v, void *to)
{
    static const Str NAMES[] = {[FEED_TIME_RFC3339] = S_INIT("rfc3339"),
                                [FEED_TIME_UNIX] = S_INIT("unix"),
                                [FEED_TIME_UNIX_MS] = S_INIT("unix-ms"),
                                [FEED_TIME_LOCAL] = S_INIT("local")};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        if (json_is(v, JSON_STRING) && json_text_is(v, NAMES[i])) {
            ((FeedTime *)to)->format = (FeedTimeFormat)i;
            return OK;
        }
    return refuse(rd, v, "expected rfc3339, unix, unix-ms or local");
}

static Err pattern_read(Reader *rd, JsonValue v, void *to)
{
    TRY(text_read(rd, v, to));
    const char *fault = feed_pattern_fault(*(Str *)to);
    return fault ? refuse(rd, v, fault) : OK;
}

static Err zone_read(Reader *rd, JsonValue v, void *to)
{
    Str name = {0};
    TRY(text_read(rd, v, &name));
    return zone_load(rd->cx, name, to);
}

static Err time_read(Reader *rd, JsonValue v, void *to)
{
    static const MemberRow ROWS[] = {
        {S_INIT("field"), time_source_read, 0},
        {S_INIT("path"), time_source_read, 0},
        {S_INIT("format"), format_read, 0},
        {S_INIT("pattern"), pattern_read, offsetof(FeedTime, pattern)},
        {S_INIT("zone"), zone_read, offsetof(FeedTime, zone)},
    };
    FeedTime *time = to;
    TRY(members_read(rd, v, ROWS, COUNT_OF(ROWS), time));
    if (time->count == 0)
        return refuse(rd, v, "the time needs a field or a path");
    if ((time->pattern.n || time->zone) && time->format != FEED_TIME_LOCAL)
        return refuse(rd, v, "pattern and zone belong to the format local");
    return OK;
}

/* ---- attributes ---- */

/* An attribute while it is read: how often a source was named. */
typedef struct AttributeDraft {
    FeedAttribute a;
    int sources;
    bool observed;
    bool has_observed;
    bool typed;
    const char *geometry_fault; /* of a constant, where it is no geometry */
} AttributeDraft;
#define DRAFT(field) offsetof(AttributeDraft, a.field)

static Err attribute_source_read(Reader *rd, JsonValue v, void *to)
{
    AttributeDraft *draft = to;
    draft->sources++;
    return source_read(rd, v, &draft->a.source);
}

static Err const_read(Reader *rd, JsonValue v, void *to)
{
    AttributeDraft *draft = to;
    if (json_is(v, JSON_NULL))
        return refuse(rd, v, "a value cannot be null");
    draft->sources++;
    draft->geometry_fault = geometry_fault(v);
    draft->a.from = FEED_VALUE_CONST;
    draft->a.json = feed_compact(rd->cx->arena, json_span(v));
    return OK;
}

static Err value_template_read(Reader *rd, JsonValue v, void *to)
{
    AttributeDraft *draft = to;
    draft->sources++;
    draft->a.from = FEED_VALUE_TEMPLATE;
    Str text = feed_compact(rd->cx->arena, json_span(v));
    const char *fault =
        feed_template_read(rd->cx->arena, text, true, &rd->fields, &draft->a.template);
    return fault ? refuse(rd, v, fault) : OK;
}

static Err object_read(Reader *rd, JsonValue v, void *to)
{
    AttributeDraft *draft = to;
    draft->sources++;
    draft->a.from = FEED_VALUE_OBJECT;
    return template_read(rd, v, &draft->a.template);
}

static Err kind_read(Reader *rd, JsonValue v, void *to)
{
    static const HistoryKind KINDS[] = {HISTORY_PROPERTY, HISTORY_GEO_PROPERTY,
                                        HISTORY_RELATIONSHIP};
    AttributeDraft *draft = to;
    draft->typed = true;
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        if (json_is(v, JSON_STRING) && json_text_is(v, history_kind_name(KINDS[i]))) {
            draft->a.kind = KINDS[i];
            return OK;
        }
    return refuse(rd, v, "expected Property, GeoProperty or Relationship");
}

static Err scale_read(Reader *rd, JsonValue v, void *to)
{
    AttributeDraft *draft = to;
    draft->a.scaled = true;
    return double_read(rd, v, &draft->a.scale);
}

static Err offset_read(Reader *rd, JsonValue v, void *to)
{
    AttributeDraft *draft = to;
    draft->a.scaled = true;
    return double_read(rd, v, &draft->a.offset);
}

static Err missing_read(Reader *rd, JsonValue v, void *to)
{
    AttributeDraft *draft = to;
    TextList list;
    TRY(list_read(rd, v, &list));
    draft->a.missing = list.texts;
    draft->a.missing_count = list.count;
    return OK;
}

static Err choices_read(Reader *rd, JsonValue v, void *to)
{
    AttributeDraft *draft = to;
    size_t n = json_count(v), i = 0;
    if (!json_is(v, JSON_OBJECT) || n == 0 || n > FEED_LIST_MAX)
        return refuse(rd, v, "expected an object of 1 to 256 members");
    FeedChoice *choices = arena_array(rd->cx->arena, FeedChoice, n);
    for (JsonIter it = json_iter(v); json_next(&it);) {
        if (json_is(it.value, JSON_NULL))
            return refuse(rd, it.value, "a value cannot be null");
        choices[i++] = (FeedChoice){json_text(rd->cx->arena, it.key),
                                    feed_compact(rd->cx->arena, json_span(it.value))};
    }
    draft->a.choices = choices;
    draft->a.choice_count = n;
    return OK;
}

static Err observed_read(Reader *rd, JsonValue v, void *to)
{
    AttributeDraft *draft = to;
    draft->has_observed = true;
    return bool_read(rd, v, &draft->observed);
}

static Err point_read(Reader *rd, JsonValue v, void *to)
{
    static const MemberRow ROWS[] = {{S_INIT("lat"), source_read, DRAFT(source)},
                                     {S_INIT("lon"), source_read, DRAFT(lon)}};
    AttributeDraft *draft = to;
    draft->sources++;
    draft->a.from = FEED_VALUE_POINT;
    draft->a.kind = HISTORY_GEO_PROPERTY;
    TRY(members_read(rd, v, ROWS, COUNT_OF(ROWS), draft));
    return json_count(v) == 2 ? OK : refuse(rd, v, "a point needs lat and lon");
}

static const MemberRow ATTRIBUTE_ROWS[] = {
    {S_INIT("name"), text_read, DRAFT(name)},
    {S_INIT("type"), kind_read, 0},
    {S_INIT("field"), attribute_source_read, 0},
    {S_INIT("path"), attribute_source_read, 0},
    {S_INIT("const"), const_read, 0},
    {S_INIT("template"), value_template_read, 0},
    {S_INIT("object"), object_read, 0},
    {S_INIT("point"), point_read, 0},
    {S_INIT("number"), bool_read, DRAFT(number)},
    {S_INIT("unit"), text_read, DRAFT(unit)},
    {S_INIT("scale"), scale_read, 0},
    {S_INIT("offset"), offset_read, 0},
    {S_INIT("missing"), missing_read, 0},
    {S_INIT("values"), choices_read, 0},
    {S_INIT("min"), double_read, DRAFT(min)},
    {S_INIT("max"), double_read, DRAFT(max)},
    {S_INIT("required"), bool_read, DRAFT(required)},
    {S_INIT("observed"), observed_read, 0},
};

static const char *attribute_fault(const AttributeDraft *draft, bool wide)
{
    const FeedAttribute *a = &draft->a;
    bool limits = a->scaled || a->min > -INFINITY || a->max < INFINITY;
    if (!is_attribute_name(a->name))
        return "an attribute needs a name of letters, digits and _";
    if (str_eq(a->name, S("id")) || str_eq(a->name, S("type")) || str_eq(a->name, S("scope")))
        return "id, type and scope are no attributes";
    if (wide ? draft->sources != 0 : draft->sources != 1)
        return wide ? "the attribute of a wide file takes its values from the columns"
                    : "an attribute needs one of field, path, const, template, object, point";
    if (limits && !a->number)
        return "scale, offset, min and max belong to a number: \"number\": true";
    if (a->number && (a->kind != HISTORY_PROPERTY || a->choice_count))
        return "a number is a Property without \"values\"";
    if (a->choice_count && a->kind != HISTORY_PROPERTY)
        return "\"values\" are for a Property";
    if ((a->from == FEED_VALUE_OBJECT) && draft->typed && a->kind != HISTORY_RELATIONSHIP)
        return "\"object\" makes a Relationship";
    if (a->kind == HISTORY_RELATIONSHIP && a->from != FEED_VALUE_OBJECT &&
        a->from != FEED_VALUE_SOURCE)
        return "a Relationship takes its URI from object, field or path";
    if (wide && a->kind == HISTORY_GEO_PROPERTY)
        return "a cell cannot hold a geometry";
    if (a->kind == HISTORY_GEO_PROPERTY && a->from != FEED_VALUE_POINT &&
        a->from != FEED_VALUE_SOURCE && a->from != FEED_VALUE_CONST)
        return "a GeoProperty takes its geometry from path, field, const or point";
    if (a->kind == HISTORY_GEO_PROPERTY && a->from == FEED_VALUE_CONST)
        return draft->geometry_fault;
    return NULL;
}

/* Constants, templates and places stay the same over time unless the mapping says otherwise. */
static bool is_timeless(const AttributeDraft *draft)
{
    if (draft->has_observed)
        return !draft->observed;
    return draft->a.from != FEED_VALUE_SOURCE || draft->a.kind != HISTORY_PROPERTY;
}

static Err attribute_read(Reader *rd, JsonValue v, bool wide, FeedAttribute *ret)
{
    AttributeDraft draft = {
        .a = {.kind = HISTORY_PROPERTY, .scale = 1, .min = -INFINITY, .max = INFINITY}};
    TRY(members_read(rd, v, ATTRIBUTE_ROWS, COUNT_OF(ATTRIBUTE_ROWS), &draft));
    if (draft.a.from == FEED_VALUE_OBJECT && !draft.typed)
        draft.a.kind = HISTORY_RELATIONSHIP;
    const char *fault = attribute_fault(&draft, wide);
    if (fault)
        return refuse(rd, v, fault);
    draft.a.timeless = is_timeless(&draft);
    *ret = draft.a;
    return OK;
}

static Err attributes_read(Reader *rd, JsonValue v, void *to)
{
    Feed *feed = to;
    size_t n = json_count(v), i = 0;
    if (!json_is(v, JSON_ARRAY) || n == 0 || n > FEED_ATTRIBUTES_MAX)
        return refuse(rd, v, "expected a list of 1 to 256 attributes");
    FeedAttribute *list = arena_array(rd->cx->arena, FeedAttribute, n);
    for (JsonIter it = json_iter(v); json_next(&it); i++) {
        TRY(attribute_read(rd, it.value, false, &list[i]));
        for (size_t k = 0; k < i; k++)
            if (str_eq(list[k].name, list[i].name))
                return refuse(rd, it.value, "there are two attributes of this name");
    }
    feed->attributes = list;
    feed->attribute_count = n;
    return OK;
}

static Err wide_read(Reader *rd, JsonValue v, void *to)
{
    FeedAttribute *attribute = arena_new(rd->cx->arena, FeedAttribute);
    TRY(attribute_read(rd, v, true, attribute));
    ((Feed *)to)->wide = attribute;
    return OK;
}

/* ---- the rest ---- */

static Err except_read(Reader *rd, JsonValue v, void *to)
{
    TextList list;
    TRY(list_read(rd, v, &list));
    ((Feed *)to)->except = list.texts;
    ((Feed *)to)->except_count = list.count;
    return OK;
}

static Err skip_texts_read(Reader *rd, JsonValue v, void *to)
{
    TextList list;
    TRY(list_read(rd, v, &list));
    ((FeedSkip *)to)->texts = list.texts;
    ((FeedSkip *)to)->count = list.count;
    return OK;
}

static Err skip_read(Reader *rd, JsonValue v, FeedSkip *ret)
{
    static const MemberRow ROWS[] = {
        {S_INIT("field"), source_read, offsetof(FeedSkip, source)},
        {S_INIT("path"), source_read, offsetof(FeedSkip, source)},
        {S_INIT("is"), skip_texts_read, 0},
    };
    TRY(members_read(rd, v, ROWS, COUNT_OF(ROWS), ret));
    if (!ret->source.name.p || ret->count == 0)
        return refuse(rd, v, "expected field or path, and is");
    return OK;
}

static Err skips_read(Reader *rd, JsonValue v, void *to)
{
    size_t n = json_count(v), i = 0;
    if (!json_is(v, JSON_ARRAY) || n == 0 || n > FEED_LIST_MAX)
        return refuse(rd, v, "expected a list of 1 to 256 conditions");
    FeedSkip *skips = arena_array(rd->cx->arena, FeedSkip, n);
    for (JsonIter it = json_iter(v); json_next(&it); i++)
        TRY(skip_read(rd, it.value, &skips[i]));
    ((Feed *)to)->skips = skips;
    ((Feed *)to)->skip_count = n;
    return OK;
}

static Err topics_read(Reader *rd, JsonValue v, void *to)
{
    TextList list;
    TRY(list_read(rd, v, &list));
    if (list.count > FEED_TOPICS_MAX)
        return refuse(rd, v, "at most 64 topics");
    ((FeedMqtt *)to)->topics = list.texts;
    ((FeedMqtt *)to)->topic_count = list.count;
    return OK;
}

static Err qos_read(Reader *rd, JsonValue v, void *to)
{
    int64_t qos;
    if (!json_is(v, JSON_NUMBER) || !json_i64(v, &qos) || qos < 0 || qos > 2)
        return refuse(rd, v, "expected 0, 1 or 2");
    *(uint8_t *)to = (uint8_t)qos;
    return OK;
}

static Err payload_read(Reader *rd, JsonValue v, void *to)
{
    Str text = {0};
    TRY(text_read(rd, v, &text));
    if (!str_eq(text, S("json")) && !str_eq(text, S("text")))
        return refuse(rd, v, "expected json or text");
    *(bool *)to = str_eq(text, S("text"));
    return OK;
}

static Err mqtt_read(Reader *rd, JsonValue v, void *to)
{
    static const MemberRow ROWS[] = {
        {S_INIT("broker"), text_read, offsetof(FeedMqtt, broker)},
        {S_INIT("user"), text_read, offsetof(FeedMqtt, user)},
        {S_INIT("passwordFile"), text_read, offsetof(FeedMqtt, password_file)},
        {S_INIT("ca"), text_read, offsetof(FeedMqtt, ca)},
        {S_INIT("clientId"), text_read, offsetof(FeedMqtt, client_id)},
        {S_INIT("topics"), topics_read, 0},
        {S_INIT("qos"), qos_read, offsetof(FeedMqtt, qos)},
        {S_INIT("payload"), payload_read, offsetof(FeedMqtt, text)},
    };
    FeedMqtt *mqtt = to;
    mqtt->qos = 1;
    TRY(members_read(rd, v, ROWS, COUNT_OF(ROWS), mqtt));
    if (!mqtt->broker.p || mqtt->topic_count == 0)
        return refuse(rd, v, "mqtt needs broker and topics");
    return OK;
}

static Err context_read(Reader *rd, JsonValue v, void *to)
{
    return context_resolve(rd->cx, rd->contexts, v, to);
}

static const MemberRow FEED_ROWS[] = {
    {S_INIT("context"), context_read, offsetof(Feed, context)},
    {S_INIT("type"), text_read, offsetof(Feed, type)},
    {S_INIT("id"), template_read, offsetof(Feed, id)},
    {S_INIT("time"), time_read, offsetof(Feed, time)},
    {S_INIT("attributes"), attributes_read, 0},
    {S_INIT("wide"), wide_read, 0},
    {S_INIT("except"), except_read, 0},
    {S_INIT("skip"), skips_read, 0},
    {S_INIT("records"), text_read, offsetof(Feed, records)},
    {S_INIT("separator"), sign_read, offsetof(Feed, separator)},
    {S_INIT("decimal"), sign_read, offsetof(Feed, decimal)},
    {S_INIT("mqtt"), mqtt_read, offsetof(Feed, mqtt)},
};

static bool has_column_hole(const FeedTemplate *template)
{
    for (size_t i = 0; i < template->count; i++)
        if (template->parts[i].hole && template->parts[i].source.from == FEED_FROM_COLUMN)
            return true;
    return false;
}

static const char *feed_fault(const Feed *feed)
{
    if (!is_attribute_name(feed->type))
        return "a mapping needs a type";
    if (feed->id.count == 0)
        return "a mapping needs an id";
    if (!feed->wide && feed->attribute_count == 0)
        return "a mapping needs attributes or wide";
    if (feed->wide && !has_column_hole(&feed->id))
        return "the id of a wide file needs {column}";
    if (feed->wide && feed->mqtt.broker.p)
        return "wide is for CSV files, not for mqtt";
    if (feed->except_count && !feed->wide)
        return "except belongs to wide";
    if (feed->separator &&
        (feed->separator == '"' || feed->separator == '\n' || feed->separator == '\r'))
        return "this cannot be a separator";
    if (feed->decimal != '.' && feed->decimal != ',')
        return "the decimal separator is . or ,";
    return NULL;
}

/* Expanded names, which also tells two names for one attribute. */
static const char *names_expand(Reader *rd, Feed *feed)
{
    FeedAttribute *list = arena_array(rd->cx->arena, FeedAttribute, feed->attribute_count + 1);
    size_t n = feed->attribute_count;
    for (size_t i = 0; i < n; i++)
        list[i] = feed->attributes[i];
    if (feed->wide)
        list[n] = *feed->wide;
    for (size_t i = 0; i < n + (feed->wide != NULL); i++) {
        list[i].iri = context_expand(feed->context, rd->cx->arena, list[i].name);
        for (size_t k = 0; k < i; k++)
            if (str_eq(list[k].iri, list[i].iri))
                return "two attributes are the same name in the context";
    }
    feed->attributes = list;
    if (feed->wide)
        feed->wide = &list[n];
    return NULL;
}

Err feed_parse(Cx *cx, const ContextStore *contexts, Str text, Feed **ret)
{
    if (text.n > FEED_FILE_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "feed.large", "a mapping has at most %d bytes",
                    FEED_FILE_BYTES_MAX);
    Json *doc = arena_new(cx->arena, Json);
    TRY(json_parse(cx, arena_copy(cx->arena, text), doc));
    Feed *feed = arena_new(cx->arena, Feed);
    feed->decimal = '.';
    Reader rd = {.cx = cx,
                 .contexts = contexts,
                 .feed = feed,
                 .fields = {.names = arena_array(cx->arena, Str, FEED_LIST_MAX)}};
    TRY(members_read(&rd, json_root(doc), FEED_ROWS, COUNT_OF(FEED_ROWS), feed));
    if (!feed->context)
        feed->context = context_core(contexts);
    const char *fault = feed_fault(feed);
    if (!fault)
        fault = names_expand(&rd, feed);
    if (fault)
        return refuse(&rd, json_root(doc), fault);
    feed->fields = rd.fields.names;
    feed->field_count = rd.fields.count;
    feed->path = rd.fields.path;
    *ret = feed;
    return OK;
}

/* ---- binding ---- */

static bool in_list(const Str *list, size_t n, Str text)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i], text))
            return true;
    return false;
}

Err feed_bind(Cx *cx, const Feed *feed, const Str *header, size_t count, FeedBinding *ret)
{
    Str *names = arena_array(cx->arena, Str, count);
    uint32_t *columns = arena_array(cx->arena, uint32_t, feed->field_count);
    uint32_t *wide = arena_array(cx->arena, uint32_t, count);
    size_t wide_count = 0;
    if (feed->path.p)
        return fail(cx, ERR_INVALID, "feed.column",
                    "the path %.*s leads into JSON, and a row has none; use \"field\"",
                    SARG(feed->path));
    for (size_t i = 0; i < count; i++) {
        names[i] = arena_copy(cx->arena, str_trim(header[i]));
        if (in_list(names, i, names[i]) && in_list(feed->fields, feed->field_count, names[i]))
            return fail(cx, ERR_INVALID, "feed.column", "there are two columns \"%.*s\"",
                        SARG(names[i]));
    }
    for (size_t i = 0; i < feed->field_count; i++) {
        size_t c = 0;
        while (c < count && !str_eq(names[c], feed->fields[i]))
            c++;
        if (c == count)
            return fail(cx, ERR_INVALID, "feed.column",
                        "there is no column \"%.*s\"; the separator may be another one",
                        SARG(feed->fields[i]));
        columns[i] = (uint32_t)c;
    }
    for (size_t i = 0; feed->wide && i < count; i++)
        if (names[i].n && !in_list(feed->fields, feed->field_count, names[i]) &&
            !in_list(feed->except, feed->except_count, names[i]))
            wide[wide_count++] = (uint32_t)i;
    *ret = (FeedBinding){names, count, columns, wide, wide_count};
    return OK;
}
