#include "core/audit.h"

#include "base/buf.h"
#include "base/str.h"
#include "core/audit_store.h"

/* Whole characters of valid UTF-8 without NUL, which PostgreSQL does not take. */
static Str clean_text(Arena *arena, Str text, size_t max_bytes)
{
    static const Str BROKEN = S_INIT("\xEF\xBF\xBD");
    Buf out = buf_new(arena, max_bytes);
    for (size_t i = 0; i < text.n;) {
        size_t n = text.p[i] ? str_utf8_length(str_from_index(text, i)) : 0;
        Str part = n ? str_slice(text, i, i + n) : BROKEN;
        if (out.n + part.n > max_bytes)
            break;
        buf_put(&out, part);
        i += n ? n : 1;
    }
    return out.n ? buf_str(&out) : S("");
}

Err audit_add(Cx *cx, Str verb, Str noun, Str object, Str detail)
{
    AuditRow row = {.at_us = cx_now_us(cx),
                    .person = cx->actor->person,
                    .token = cx->actor->token,
                    .verb = verb,
                    .noun = noun,
                    .object = clean_text(cx->arena, object, AUDIT_OBJECT_BYTES_MAX),
                    .detail = clean_text(cx->arena, detail, AUDIT_DETAIL_BYTES_MAX)};
    return audit_store_add(cx, &row);
}

Err audit_add_number(Cx *cx, Str verb, Str noun, int64_t number, Str detail)
{
    return audit_add(cx, verb, noun, arena_fmt(cx->arena, "%lld", (long long)number), detail);
}

Err audit_list(Cx *cx, int64_t since_us, int64_t limit, AuditRow **ret, size_t *ret_count)
{
    if (limit < 1 || limit > AUDIT_LIST_MAX)
        return fail(cx, ERR_INVALID, "audit.limit",
                    "a list of the audit has 1 to %d rows, not %lld", AUDIT_LIST_MAX,
                    (long long)limit);
    AuditRow *list;
    size_t count;
    TRY(audit_store_list(cx, since_us, limit, &list, &count));
    for (size_t i = 0; i < count / 2; i++) {
        AuditRow row = list[i];
        list[i] = list[count - 1 - i];
        list[count - 1 - i] = row;
    }
    *ret = list;
    *ret_count = count;
    return OK;
}

Err audit_clean(Cx *cx, int64_t before_us, int64_t *ret_removed)
{
    return audit_store_clean(cx, before_us, AUDIT_CLEAN_MAX, ret_removed);
}
