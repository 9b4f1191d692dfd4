#include "base/json.h"

JsonOut json_out(Buf *buf)
{
    return (JsonOut){.buf = buf};
}

static void out_comma(JsonOut *out)
{
    if (out->comma)
        buf_char(out->buf, ',');
    out->comma = true;
}

void json_begin(JsonOut *out, char bracket)
{
    ASSERT(bracket == '{' || bracket == '[');
    out_comma(out);
    buf_char(out->buf, bracket);
    out->comma = false;
}

void json_end(JsonOut *out, char bracket)
{
    ASSERT(bracket == '}' || bracket == ']');
    buf_char(out->buf, bracket);
    out->comma = true;
}

void json_name(JsonOut *out, Str name)
{
    out_comma(out);
    buf_json_string(out->buf, name);
    buf_char(out->buf, ':');
    out->comma = false;
}

void json_put_text(JsonOut *out, Str text)
{
    out_comma(out);
    buf_json_string(out->buf, text);
}

void json_put_span(JsonOut *out, Str json)
{
    out_comma(out);
    buf_put(out->buf, json);
}

void json_put_i64(JsonOut *out, int64_t v)
{
    out_comma(out);
    buf_i64(out->buf, v);
}

void json_put_f64(JsonOut *out, double v)
{
    out_comma(out);
    buf_f64(out->buf, v);
}

void json_put_bool(JsonOut *out, bool v)
{
    json_put_span(out, v ? S("true") : S("false"));
}

void json_put_null(JsonOut *out)
{
    json_put_span(out, S("null"));
}
