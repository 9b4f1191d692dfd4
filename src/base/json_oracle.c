#include "base/json_check.h"

#include <jansson.h>

static void string_meaning(Buf *buf, const char *p, size_t n)
{
    buf_fmt(buf, "s%zu:", n);
    buf_put(buf, (Str){p, n});
}

static void meaning(Buf *buf, json_t *v)
{
    const char *name;
    size_t i, length;
    json_t *inner;
    switch (json_typeof(v)) {
    case JSON_NULL:
        buf_char(buf, 'n');
        break;
    case JSON_FALSE:
        buf_char(buf, 'f');
        break;
    case JSON_TRUE:
        buf_char(buf, 't');
        break;
    case JSON_INTEGER:
        buf_fmt(buf, "i%lld;", (long long)json_integer_value(v));
        break;
    case JSON_REAL:
        buf_fmt(buf, "r%a;", json_real_value(v));
        break;
    case JSON_STRING:
        string_meaning(buf, json_string_value(v), json_string_length(v));
        break;
    case JSON_ARRAY:
        buf_char(buf, '[');
        json_array_foreach(v, i, inner) meaning(buf, inner);
        buf_char(buf, ']');
        break;
    case JSON_OBJECT:
        buf_char(buf, '{');
        json_object_keylen_foreach(v, name, length, inner)
        {
            string_meaning(buf, name, length);
            meaning(buf, inner);
        }
        buf_char(buf, '}');
        break;
    }
}

OracleAnswer json_oracle_read(Str text, Buf *ret_meaning)
{
    json_error_t why = {0};
    json_t *v = json_loadb(text.n ? text.p : "", text.n,
                           JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
    if (!v) {
        enum json_error_code code = json_error_code(&why);
        return code == json_error_numeric_overflow || code == json_error_null_byte_in_key
                   ? ORACLE_CANNOT
                   : ORACLE_REFUSES;
    }
    meaning(ret_meaning, v);
    json_decref(v);
    return ORACLE_ACCEPTS;
}
