#include "core/outbox.h"

#include "base/str.h"
#include "core/outbox_store.h"

#define SECOND_US INT64_C(1000000)

Err outbox_add(Cx *cx, Str kind, Str payload, int64_t due_us, int64_t *ret)
{
    ASSERT(kind.n > 0 && kind.n <= OUTBOX_KIND_BYTES_MAX);
    if (payload.n > OUTBOX_PAYLOAD_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "outbox.large", "a message has at most %d bytes, not %zu",
                    OUTBOX_PAYLOAD_BYTES_MAX, payload.n);
    if (!str_is_utf8(payload) || str_find_char(payload, 0) >= 0)
        return fail(cx, ERR_INVALID, "outbox.payload", "a message is UTF-8 without NUL");
    return outbox_store_add(cx, kind, payload.p ? payload : S(""), due_us ? due_us : cx_now_us(cx),
                            ret);
}

Err outbox_take(Cx *cx, Str kind, size_t limit, OutboxRow **ret, size_t *ret_count)
{
    OutboxRow *list;
    size_t count;
    ASSERT(limit > 0 && limit <= OUTBOX_TAKE_MAX);
    TRY(outbox_store_due(cx, kind, limit, &list, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(outbox_store_lease(cx, list[i].id, cx_now_us(cx) + OUTBOX_LEASE_S * SECOND_US));
        list[i].tries++;
    }
    *ret = list;
    *ret_count = count;
    return OK;
}

static Err check_known(Cx *cx, int64_t id)
{
    bool known;
    TRY(outbox_store_exists(cx, id, &known));
    if (!known)
        return fail(cx, ERR_NOT_FOUND, "outbox.unknown", "there is no message %lld", (long long)id);
    return OK;
}

Err outbox_done(Cx *cx, int64_t id)
{
    int64_t changed;
    TRY(outbox_store_done(cx, id, &changed));
    return changed ? OK : check_known(cx, id);
}

int64_t outbox_wait_us(int64_t id, int64_t tries)
{
    int64_t wait_s = OUTBOX_WAIT_FIRST_S;
    for (int64_t i = 1; i < tries && wait_s < OUTBOX_WAIT_LAST_S; i++)
        wait_s *= 2;
    wait_s = MIN(wait_s, OUTBOX_WAIT_LAST_S);
    int64_t seed[2] = {id, tries};
    uint64_t thousandth = str_hash((Str){(const char *)seed, sizeof seed}) % 501;
    return wait_s * SECOND_US / 1000 * (750 + (int64_t)thousandth);
}

/* The beginning of a text that may be anything. */
static Str shortened(Str text)
{
    size_t n = 0;
    while (n < text.n && text.p[n]) {
        size_t length = str_utf8_length(str_from_index(text, n));
        if (length == 0 || n + length > OUTBOX_ERROR_BYTES_MAX)
            break;
        n += length;
    }
    return n ? str_slice(text, 0, n) : S("");
}

Err outbox_failed(Cx *cx, const OutboxRow *row, Str error)
{
    TRY(check_known(cx, row->id));
    error = shortened(error);
    if (row->tries >= OUTBOX_TRIES_MAX)
        return outbox_store_end(cx, row->id, row->tries, error);
    int64_t due_us = cx_now_us(cx) + outbox_wait_us(row->id, row->tries);
    return outbox_store_put_off(cx, row->id, row->tries, due_us, error);
}

Err outbox_give_up(Cx *cx, const OutboxRow *row, Str error)
{
    TRY(check_known(cx, row->id));
    return outbox_store_end(cx, row->id, row->tries, shortened(error));
}

Err outbox_is_due(Cx *cx, Str kind, bool *ret)
{
    return outbox_store_is_due(cx, kind, ret);
}

Err outbox_clean(Cx *cx)
{
    int64_t before_us = cx_now_us(cx) - OUTBOX_KEEP_DAYS * 86400 * SECOND_US;
    TRY(outbox_store_end_lost(cx, S("the last sender ended without a word")));
    return outbox_store_clean(cx, before_us, OUTBOX_CLEAN_MAX);
}

Err outbox_count(Cx *cx, OutboxCounts *ret)
{
    return outbox_store_count(cx, ret);
}

Err outbox_drop(Cx *cx, Str kind)
{
    return outbox_store_drop(cx, kind);
}
