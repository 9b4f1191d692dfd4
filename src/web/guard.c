#include "web/guard.h"

#include "base/str.h"
#include "core/stamp.h"
#include "core/throttle.h"
#include "text_gen.h"

/* A name that programs like to fill in. */
#define TRAP "homepage"

void guard_put(Form *form)
{
    Page *page = form->page;
    html_form_trap(&page->body, page->lang, TEXT(TRAP));
    /* Who sends it again has been reading it since the first time. */
    Str stamp = form_value(form, S("stamp"), S(""));
    form_hidden(form, S("stamp"), stamp.n ? stamp : stamp_make(page->arena, page->now_us));
}

Err guard_admit(Call *call)
{
    Cx *cx = call->cx;
    Str network = throttle_address_key(cx->arena, call->http->peer);
    Str key = arena_fmt(cx->arena, "form from %.*s", SARG(network));
    if (!throttle_try(key, cx_now_us(cx)))
        return fail(cx, ERR_LIMIT, "guard.often",
                    "too many forms from this network, wait a minute");
    return OK;
}

static size_t count_links(Str words)
{
    size_t count = 0;
    for (ptrdiff_t at; (at = str_find(words, S("://"))) >= 0; count++)
        words = str_from_index(words, (size_t)at + 3);
    return count;
}

static void doubt(Buf *out, bool doubtful, const char *word)
{
    if (doubtful)
        buf_fmt(out, "%s%s", out->n ? " " : "", word);
}

Str guard_doubts(Call *call, Str words)
{
    int64_t age_us = 0;
    Buf out = buf_new(call->cx->arena, 200);
    bool known = stamp_age(call_form(call, S("stamp")), cx_now_us(call->cx), &age_us);
    doubt(&out, call_form(call, S(TRAP)).n > 0, "trap");
    doubt(&out, known && age_us < GUARD_FILL_S_MIN * TIME_SECOND_US, "fast");
    doubt(&out, !known || age_us > GUARD_FILL_H_MAX * TIME_HOUR_US, "stale");
    doubt(&out, count_links(words) > GUARD_LINKS_MAX, "links");
    return out.n ? buf_str(&out) : S("");
}

Str guard_doubt_words(const Page *page, Str doubts)
{
    Buf out = buf_new(page->arena, 1000);
    while (doubts.n) {
        Str word = str_cut(&doubts, ' '), words = word;
        Str key = arena_fmt(page->arena, "guard.doubt.%.*s", SARG(word));
        if (!text_find(page->lang, key, &words))
            words = word;
        buf_fmt(&out, "%s%.*s", out.n ? ", " : "", SARG(words));
    }
    return out.n ? buf_str(&out) : S("");
}
