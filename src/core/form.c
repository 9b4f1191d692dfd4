#include "core/form.h"

#include "base/str.h"
#include "base/uri.h"
#include "core/form_store.h"

static int64_t since_us(const Cx *cx)
{
    return cx_now_us(cx) - FORM_KEEP_S * INT64_C(1000000);
}

Err form_sent(Cx *cx, Str key, Str *ret_location)
{
    if (key.n == 0 || key.n > FORM_KEY_BYTES_MAX || !str_is_utf8(key)) {
        *ret_location = (Str){0};
        return OK;
    }
    return form_store_location(cx, key, since_us(cx), ret_location);
}

Err form_keep_key(Cx *cx, Str key, Str location)
{
    if (key.n == 0 || key.n > FORM_KEY_BYTES_MAX || !str_is_utf8(key))
        return OK;
    return form_store_put_key(cx, key, location);
}

static bool is_secret(Str name)
{
    return str_eq(name, S("token")) || str_find(name, S("pass")) >= 0 || str_eq(name, S("fresh")) ||
           str_eq(name, S("again")) || str_eq(name, S("current"));
}

static Str without_secrets(Arena *arena, Str body)
{
    Str key, value;
    Buf kept = buf_new(arena, body.n + 1);
    for (Str rest = body; uri_next_pair(&rest, &key, &value);)
        if (!is_secret(key))
            buf_fmt(&kept, "%s%.*s=%.*s", kept.n ? "&" : "", SARG(key), SARG(value));
    return buf_str(&kept);
}

Err form_keep_draft(Cx *cx, Str key, Str path, Str body)
{
    if (body.n > FORM_DRAFT_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "form.draft", "more than %d bytes are not kept",
                    FORM_DRAFT_BYTES_MAX);
    return form_store_put_draft(cx, key, path, without_secrets(cx->arena, body), FORM_DRAFTS_MAX);
}

Err form_find_draft(Cx *cx, Str key, Str path, Str *ret_body)
{
    if (key.n == 0 || key.n > FORM_KEY_BYTES_MAX || !str_is_utf8(key)) {
        *ret_body = (Str){0};
        return OK;
    }
    return form_store_draft(cx, key, path, since_us(cx), ret_body);
}

Err form_clean(Cx *cx)
{
    return form_store_clean(cx, since_us(cx));
}
