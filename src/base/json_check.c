#include "base/json_check.h"

#include "base/json.h"
#include "base/str.h"

static void string_meaning(Arena *arena, Buf *buf, JsonValue v)
{
    Str text = json_text(arena, v);
    ASSERT(json_text_is(v, text));
    buf_fmt(buf, "s%zu:", text.n);
    buf_put(buf, text);
}

static void number_meaning(Buf *buf, JsonValue v)
{
    int64_t integer;
    double number;
    if (json_i64(v, &integer))
        buf_fmt(buf, "i%lld;", (long long)integer);
    else if (json_f64(v, &number))
        buf_fmt(buf, "r%a;", number);
    else
        buf_put(buf, S("beyond"));
}

static void meaning(Arena *arena, Buf *buf, JsonValue v)
{
    static const char OPEN[] = {[JSON_NULL] = 'n',  [JSON_FALSE] = 'f',  [JSON_TRUE] = 't',
                                [JSON_ARRAY] = '[', [JSON_OBJECT] = '{', [JSON_NUMBER] = 0};
    JsonType type = json_type(v);
    uint32_t seen = 0;
    if (type == JSON_STRING) {
        string_meaning(arena, buf, v);
        return;
    }
    if (type == JSON_NUMBER) {
        number_meaning(buf, v);
        return;
    }
    buf_char(buf, OPEN[type]);
    for (JsonIter it = json_iter(v); json_next(&it); seen++) {
        if (type == JSON_OBJECT)
            string_meaning(arena, buf, it.key);
        meaning(arena, buf, it.value);
    }
    ASSERT(seen == json_count(v));
    if (type == JSON_ARRAY || type == JSON_OBJECT)
        buf_char(buf, type == JSON_OBJECT ? '}' : ']');
}

/* Containers by the writer, scalars as spans, names unescaped and escaped again. */
static void rewrite(Arena *arena, JsonOut *out, JsonValue v)
{
    bool object = json_is(v, JSON_OBJECT);
    if (!object && !json_is(v, JSON_ARRAY)) {
        json_put_span(out, json_span(v));
        return;
    }
    json_begin(out, object ? '{' : '[');
    for (JsonIter it = json_iter(v); json_next(&it);) {
        if (object)
            json_name(out, json_text(arena, it.key));
        rewrite(arena, out, it.value);
    }
    json_end(out, object ? '}' : ']');
}

static const char *check_rewritten(Cx *cx, const Json *doc)
{
    Buf buf = buf_new(cx->arena, SIZE_MAX / 4);
    JsonOut out = json_out(&buf);
    rewrite(cx->arena, &out, json_root(doc));
    Json again;
    if (json_parse(cx, buf_str(&buf), &again) != OK)
        return "what was written does not parse";
    if (!json_equal(json_root(doc), json_root(&again)))
        return "what was written is another document";
    return again.count == doc->count ? NULL : "what was written has another number of nodes";
}

const char *json_check(Cx *cx, Str text)
{
    Buf theirs = buf_new(cx->arena, SIZE_MAX / 4), ours = theirs;
    Json doc;
    OracleAnswer answer = json_oracle_read(text, &theirs);
    Err err = json_parse(cx, text, &doc);
    /* A NUL byte is nowhere allowed; jansson swallows one behind a number. */
    bool has_nul = str_find_char(text, 0) >= 0;
    if (err == ERR_INVALID && answer == ORACLE_ACCEPTS && !has_nul)
        return "we refuse what jansson accepts";
    if (err != OK)
        return err == ERR_INVALID || err == ERR_LIMIT ? NULL : "an error of the wrong kind";
    if (answer == ORACLE_REFUSES)
        return "we accept what jansson refuses";
    meaning(cx->arena, &ours, json_root(&doc));
    if (answer == ORACLE_ACCEPTS && !str_eq(buf_str(&ours), buf_str(&theirs)))
        return "both accept, but read different values";
    return check_rewritten(cx, &doc);
}
