#include "people/mention.h"

#include "base/buf.h"
#include "base/fold.h"
#include "base/str.h"
#include "people/mention_store.h"
#include "people/relation.h"

#include <stdlib.h>

/* ---- handles ---- */

/* Names that have no Latin letter and no digit still can be called. */
static Str handle_of(Arena *arena, const Mention *mention)
{
    Str slug = slug_make(arena, mention->name);
    return slug.n ? slug : arena_fmt(arena, "p%lld", (long long)mention->person.v);
}

static bool is_taken(const Mention *list, size_t count, Str handle)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i].handle, handle))
            return true;
    return false;
}

static void make_handles(Arena *arena, Mention *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Str base = handle_of(arena, &list[i]), handle = base;
        for (int n = 2; is_taken(list, i, handle); n++)
            handle = arena_fmt(arena, "%.*s-%d", SARG(base), n);
        list[i].handle = handle;
    }
}

static int by_handle(const void *a, const void *b)
{
    return str_cmp(((const Mention *)a)->handle, ((const Mention *)b)->handle);
}

/* Who belongs to the alliance or to the item's people learns who else does. */
static Err sees_people(Cx *cx, const Item *item, bool *ret)
{
    uint32_t stand;
    TRY(item_stand(cx, item, &stand));
    *ret = stand & (STAND_ALLIANCE | STAND_EDITOR | STAND_OFFICE | STAND_LEAD | STAND_MEMBER |
                    STAND_REP | STAND_COLLEAGUE);
    return OK;
}

Err mention_candidates(Cx *cx, const Item *item, int64_t post, Mention **ret, size_t *ret_count)
{
    bool people;
    TRY(sees_people(cx, item, &people));
    TRY(mention_store_candidates(cx, item, post, people, ret, ret_count));
    make_handles(cx->arena, *ret, *ret_count);
    qsort(*ret, *ret_count, sizeof **ret, by_handle);
    return OK;
}

/* ---- words ---- */

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The handle behind the @ at `at`; empty where none can stand: in a mail address, a path, or
 * behind a letter of any script. */
static Str handle_at(Str text, size_t at)
{
    char before = at ? text.p[at - 1] : ' ';
    if (is_alnum(before) || (unsigned char)before >= 0x80 || strchr("./@_-+\\", before))
        return S("");
    size_t to = at + 1;
    while (to < text.n && (is_alnum(text.p[to]) || text.p[to] == '-'))
        to++;
    if (to < text.n && (unsigned char)text.p[to] >= 0x80)
        return S(""); /* the word goes on in letters that no handle has */
    while (to > at + 1 && text.p[to - 1] == '-')
        to--;
    return str_slice(text, at + 1, to);
}

static const Mention *find_handle(const Mention *list, size_t count, Str handle)
{
    for (size_t i = 0; handle.n && i < count; i++)
        if (str_eq_nocase(list[i].handle, handle))
            return &list[i];
    return NULL;
}

static const Mention *find_person(const Mention *list, size_t count, int64_t person)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].person.v == person)
            return &list[i];
    return NULL;
}

Str mention_encode(Cx *cx, Str typed, const Mention *candidates, size_t candidate_count,
                   Mention ret[MENTIONS_MAX], size_t *ret_count)
{
    size_t count = 0;
    Buf out = buf_new(cx->arena, typed.n * 24 + 1);
    for (size_t at = 0; at < typed.n; at++) {
        const Mention *found = NULL;
        Str handle = {0};
        if (typed.p[at] == '@') {
            handle = handle_at(typed, at);
            found = find_handle(candidates, candidate_count, handle);
        }
        if (!found) {
            buf_char(&out, typed.p[at]);
            continue;
        }
        if (!find_person(ret, count, found->person.v)) {
            if (count == MENTIONS_MAX) {
                flaw(cx, "post.mentions", "at most %d persons", MENTIONS_MAX);
                break;
            }
            ret[count++] = *found;
        }
        buf_fmt(&out, "@{%lld}", (long long)found->person.v);
        at += handle.n;
    }
    *ret_count = count;
    return out.n ? buf_str(&out) : S("");
}

/* The mention "@{7}" at `at`, and how long it is; NULL where there is none. */
static const Mention *mention_at(Str text, size_t at, const Mention *list, size_t count,
                                 size_t *ret_n)
{
    int64_t person;
    if (text.p[at] != '@' || at + 1 >= text.n || text.p[at + 1] != '{')
        return NULL;
    Str rest = str_from_index(text, at + 2);
    ptrdiff_t end = str_find_char(str_slice(rest, 0, 20), '}');
    if (end < 0 || !str_to_i64(str_slice(rest, 0, (size_t)end), &person))
        return NULL;
    *ret_n = (size_t)end + 3;
    return find_person(list, count, person);
}

Str mention_decode(Arena *arena, Str stored, const Mention *mentions, size_t count)
{
    Buf out = buf_new(arena, stored.n * (SLUG_BYTES_MAX + 8) + 1);
    for (size_t at = 0, n; at < stored.n; at++) {
        const Mention *found = mention_at(stored, at, mentions, count, &n);
        if (!found) {
            buf_char(&out, stored.p[at]);
            continue;
        }
        buf_fmt(&out, "@%.*s", SARG(found->handle));
        at += n - 1;
    }
    return out.n ? buf_str(&out) : S("");
}

/* Every sign that Markdown may read something into is escaped. */
static void put_plain(Buf *out, Str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if ((unsigned char)c < ' ')
            continue;
        if ((unsigned char)c < 0x7f && c != ' ' && !is_alnum(c))
            buf_char(out, '\\');
        buf_char(out, c);
    }
}

Str mention_markdown(Arena *arena, Str stored, const Mention *mentions, size_t count, Str erased)
{
    if (!count)
        return stored;
    Buf out = buf_new(arena, 4 << 20);
    for (size_t at = 0, n; at < stored.n; at++) {
        const Mention *found = mention_at(stored, at, mentions, count, &n);
        if (!found) {
            buf_char(&out, stored.p[at]);
            continue;
        }
        buf_put(&out, S("@"));
        put_plain(&out, found->name.n ? found->name : erased);
        at += n - 1;
    }
    return out.n ? buf_str(&out) : S("");
}

/* ---- of a post ---- */

Err mention_put(Cx *cx, int64_t post, const Mention *mentions, size_t count)
{
    TRY(mention_store_clear(cx, post));
    for (size_t i = 0; i < count; i++)
        TRY(mention_store_add(cx, post, mentions[i].person));
    return OK;
}

Err mention_list(Cx *cx, int64_t post, Mention **ret, size_t *ret_count)
{
    TRY(mention_store_list(cx, post, ret, ret_count));
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i].handle = handle_of(cx->arena, &(*ret)[i]);
    return OK;
}
