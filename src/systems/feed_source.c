/* Where a record's texts come from: fields, paths, templates. */
#include "systems/feed_part.h"

#include "base/str.h"

/* ---- reading ---- */

const char *feed_field_read(Str name, FeedFields *fields, FeedSource *ret)
{
    if (name.n == 0)
        return "a field needs a name";
    size_t slot = 0;
    while (slot < fields->count && !str_eq(fields->names[slot], name))
        slot++;
    if (slot == FEED_LIST_MAX)
        return "the mapping names more than 256 fields";
    if (slot == fields->count)
        fields->names[fields->count++] = name;
    *ret = (FeedSource){.from = FEED_FROM_FIELD, .name = name, .number = (uint32_t)slot};
    return NULL;
}

/* [0] or ['name']. */
static const char *bracket_read(Str *rest, FeedStep *ret)
{
    Str s = *rest;
    if (s.n > 1 && (s.p[1] == '\'' || s.p[1] == '"')) {
        Str name = str_from_index(s, 2);
        ptrdiff_t end = str_find_char(name, s.p[1]);
        if (end < 0 || (size_t)end + 1 >= name.n || name.p[end + 1] != ']')
            return "a name in brackets ends with its quote and ]";
        *ret = (FeedStep){.name = str_slice(name, 0, (size_t)end)};
        *rest = str_from_index(name, (size_t)end + 2);
        return NULL;
    }
    ptrdiff_t end = str_find_char(s, ']');
    int64_t index;
    if (end < 0 || !str_to_i64(str_slice(s, 1, (size_t)end), &index) || index < 0 ||
        index > INT32_MAX)
        return "brackets hold an index or a quoted name";
    *ret = (FeedStep){.index = (uint32_t)index};
    *rest = str_from_index(s, (size_t)end + 1);
    return NULL;
}

static const char *step_read(Str *rest, FeedStep *ret)
{
    if (rest->p[0] == '[')
        return bracket_read(rest, ret);
    if (rest->p[0] != '.')
        return "a path goes on with . or [";
    size_t n = 1;
    while (n < rest->n && rest->p[n] != '.' && rest->p[n] != '[')
        n++;
    if (n == 1)
        return "a path has a name after each dot";
    *ret = (FeedStep){.name = str_slice(*rest, 1, n)};
    *rest = str_from_index(*rest, n);
    return NULL;
}

const char *feed_path_read(Arena *arena, Str path, FeedSource *ret)
{
    if (path.n == 0 || path.p[0] != '$')
        return "a path begins with $";
    FeedStep *steps = arena_array(arena, FeedStep, FEED_STEPS_MAX);
    size_t count = 0;
    for (Str rest = str_from_index(path, 1); rest.n;) {
        if (count == FEED_STEPS_MAX)
            return "a path has at most 16 steps";
        const char *fault = step_read(&rest, &steps[count]);
        if (fault)
            return fault;
        count++;
    }
    *ret = (FeedSource){.from = FEED_FROM_PATH, .name = path, .steps = steps, .step_count = count};
    return NULL;
}

static const char *hole_read(Arena *arena, Str text, FeedFields *fields, FeedPart *ret)
{
    FeedPart part = {.hole = true};
    int64_t number;
    if (str_ends(text, S(":slug"))) {
        part.slug = true;
        text = str_slice(text, 0, text.n - 5);
    }
    const char *fault = NULL;
    if (text.n && text.p[0] == '$') {
        fault = feed_path_read(arena, text, &part.source);
        fields->path = text;
    } else if (str_eq(text, S("column"))) {
        part.source = (FeedSource){.from = FEED_FROM_COLUMN, .name = text};
    } else if (str_eq(text, S("topic"))) {
        part.source = (FeedSource){.from = FEED_FROM_TOPIC, .name = text};
    } else if (str_to_i64(text, &number) && number >= 1 && number <= FEED_CAPTURES_MAX) {
        part.source =
            (FeedSource){.from = FEED_FROM_CAPTURE, .name = text, .number = (uint32_t)number};
    } else {
        fault = feed_field_read(text, fields, &part.source);
    }
    if (!fault)
        *ret = part;
    return fault;
}

/* The end of the literal that begins at `from`: the next hole, or the text's end. */
static size_t literal_end(Str text, size_t from, bool json, bool *in_string)
{
    size_t i = from;
    for (; i < text.n; i++) {
        char c = text.p[i];
        if (c == '{' && (!json || *in_string))
            break;
        if (json && *in_string && c == '\\')
            i++;
        else if (json && c == '"')
            *in_string = !*in_string;
    }
    return MIN(i, text.n);
}

const char *feed_template_read(Arena *arena, Str text, bool json, FeedFields *fields,
                               FeedTemplate *ret)
{
    FeedPart *parts = arena_array(arena, FeedPart, FEED_PARTS_MAX);
    size_t count = 0;
    bool in_string = false;
    for (size_t at = 0; at < text.n;) {
        size_t end = literal_end(text, at, json, &in_string);
        if (count + 2 > FEED_PARTS_MAX)
            return "a template has at most 64 parts";
        if (end > at)
            parts[count++] = (FeedPart){.literal = str_slice(text, at, end)};
        at = end;
        if (at == text.n)
            break;
        ptrdiff_t close = str_find_char(str_from_index(text, at), '}');
        if (close < 0)
            return "a hole is not closed by }";
        const char *fault =
            hole_read(arena, str_slice(text, at + 1, at + (size_t)close), fields, &parts[count]);
        if (fault)
            return fault;
        count++;
        at += (size_t)close + 1;
    }
    *ret = (FeedTemplate){parts, count};
    return NULL;
}

/* ---- getting ---- */

static bool element_at(JsonValue array, uint32_t index, JsonValue *ret)
{
    if (!json_is(array, JSON_ARRAY) || index >= json_count(array))
        return false;
    JsonIter it = json_iter(array);
    for (uint32_t i = 0; json_next(&it); i++)
        if (i == index) {
            *ret = it.value;
            return true;
        }
    return false;
}

static bool json_get(const FeedSource *source, JsonValue value, FeedValue *ret)
{
    if (source->from == FEED_FROM_FIELD && !json_find(value, source->name, &value))
        return false;
    for (size_t i = 0; i < source->step_count; i++) {
        const FeedStep *step = &source->steps[i];
        if (step->name.p ? !json_find(value, step->name, &value)
                         : !element_at(value, step->index, &value))
            return false;
    }
    if (json_is(value, JSON_NULL))
        return false;
    *ret = (FeedValue){.json = true, .value = value};
    return true;
}

static bool cell_get(const FeedSource *source, const FeedRecord *record, FeedValue *ret)
{
    if (source->from != FEED_FROM_FIELD)
        return false;
    uint32_t column = record->binding->columns[source->number];
    if (column >= record->field_count)
        return false;
    Str cell = str_trim(record->fields[column]);
    *ret = (FeedValue){.text = cell};
    return cell.n > 0;
}

bool feed_source_get(const FeedSource *source, const FeedRecord *record, Str column, FeedValue *ret)
{
    switch (source->from) {
    case FEED_FROM_CAPTURE:
        if (source->number > record->capture_count)
            return false;
        *ret = (FeedValue){.text = record->captures[source->number - 1]};
        return ret->text.n > 0;
    case FEED_FROM_COLUMN:
        *ret = (FeedValue){.text = column};
        return column.n > 0;
    case FEED_FROM_TOPIC:
        *ret = (FeedValue){.text = record->topic};
        return record->topic.n > 0;
    case FEED_FROM_FIELD:
    case FEED_FROM_PATH:
        break;
    }
    return record->binding ? cell_get(source, record, ret) : json_get(source, record->json, ret);
}

Str feed_compact(Arena *arena, Str json)
{
    char *to = arena_alloc_raw(arena, json.n + 1, 1);
    size_t n = 0;
    bool string = false;
    for (size_t i = 0; i < json.n; i++) {
        char c = json.p[i];
        if (!string && memchr(" \t\r\n", c, 4))
            continue;
        to[n++] = c;
        if (string && c == '\\')
            to[n++] = json.p[++i];
        else if (c == '"')
            string = !string;
    }
    return (Str){to, n};
}

Str feed_value_text(Arena *arena, FeedValue value)
{
    if (!value.json)
        return value.text;
    return json_is(value.value, JSON_STRING) ? json_text(arena, value.value)
                                             : json_span(value.value);
}

/* ---- filling ---- */

/* The letters of Latin-1 (from U+00C0 on) without their accents. */
static const char LATIN[64][3] = {
    "A", "A", "A", "A", "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I",  "I",
    "D", "N", "O", "O", "O", "O", "O",  "",  "O", "U", "U", "U", "U", "Y", "TH", "ss",
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",
    "d", "n", "o", "o", "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "y"};

void feed_put_slug(Buf *buf, Str text)
{
    bool gap = false, any = false;
    for (size_t at = 0; at < text.n;) {
        size_t from = at;
        uint32_t c = str_next_codepoint(text, &at);
        Str piece = str_slice(text, from, at);
        bool plain =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
        if (c == '.' || c == '\'' || c == 0x2019 || (c >= 0x300 && c < 0x370))
            continue;
        if (c >= 0xC0 && c <= 0xFF)
            piece = str_from(LATIN[c - 0xC0]);
        else if (!plain)
            piece = S("");
        if (piece.n == 0) {
            gap = any;
            continue;
        }
        if (gap)
            buf_char(buf, '-');
        gap = false;
        any = true;
        buf_put(buf, piece);
    }
}

/* As the inside of a JSON string. */
static void put_json_inside(Buf *buf, Str text)
{
    size_t from = buf->n;
    buf_json_string(buf, text);
    if (buf->overflow)
        return;
    memmove(buf->p + from, buf->p + from + 1, buf->n - from - 1);
    buf_truncate(buf, buf->n - 2);
}

bool feed_template_fill(Buf *buf, const FeedTemplate *template, const FeedRecord *record,
                        Str column, FeedEscape escape, Str *ret_hole)
{
    for (size_t i = 0; i < template->count; i++) {
        const FeedPart *part = &template->parts[i];
        FeedValue value;
        if (!part->hole) {
            buf_put(buf, part->literal);
            continue;
        }
        *ret_hole = part->source.name;
        if (!feed_source_get(&part->source, record, column, &value))
            return false;
        Str text = feed_value_text(buf->arena, value);
        size_t before = buf->n;
        if (part->slug)
            feed_put_slug(buf, text);
        else if (escape == FEED_ESCAPE_URI)
            buf_uri_component(buf, text);
        else
            put_json_inside(buf, text);
        if (buf->n == before)
            return false;
    }
    return true;
}

/* ---- topics ---- */

static Str level_cut(Str *rest)
{
    return str_cut(rest, '/');
}

bool feed_topic_match(Str filter, Str topic, Str captures[FEED_CAPTURES_MAX], size_t *ret_count)
{
    size_t count = 0;
    if (str_starts(filter, S("$share/"))) {
        filter = str_from_index(filter, 7);
        level_cut(&filter);
    }
    bool hidden = topic.n && topic.p[0] == '$'; /* MQTT 5.0, 4.7.2 */
    if (hidden && filter.n && (filter.p[0] == '+' || filter.p[0] == '#'))
        return false;
    while (filter.p) {
        Str want = level_cut(&filter);
        if (str_eq(want, S("#"))) {
            if (count < FEED_CAPTURES_MAX)
                captures[count++] = topic.p ? topic : S("");
            *ret_count = count;
            return true;
        }
        if (!topic.p)
            return false;
        Str got = level_cut(&topic);
        if (str_eq(want, S("+")) && count < FEED_CAPTURES_MAX)
            captures[count++] = got;
        else if (!str_eq(want, S("+")) && !str_eq(want, got))
            return false;
    }
    *ret_count = count;
    return !topic.p;
}
