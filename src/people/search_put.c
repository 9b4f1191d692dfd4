/* The index: what words a text has, and what they weigh. */
#include "base/buf.h"
#include "base/str.h"
#include "people/post.h"
#include "people/search_count.h"
#include "people/search_store.h"
#include "people/search_text.h"
#include "people/verb.h"

enum { LANGS_KEPT_MAX = 8 };

static Err add_postings(Cx *cx, const Counting *counting, const SearchText *text, int64_t doc)
{
    SearchRow row = {.doc = doc,
                     .words = counting->words,
                     .item = text->item.v,
                     .post = text->kind == SEARCH_POST};
    for (size_t i = 0; i < counting->size; i++) {
        const Count *one = &counting->slots[i];
        if (!one->term.n)
            continue;
        TRY(search_store_term(cx, one->term, &row.term));
        row.weight = one->weight;
        TRY(search_store_add_posting(cx, &row));
    }
    return OK;
}

/* What the text had before, whose terms may be nobody's afterwards. */
typedef struct Old {
    int64_t *terms;
    size_t count;
} Old;

static Err remove_old(Cx *cx, int64_t doc, Old *ret)
{
    ret->terms = arena_array(cx->arena, int64_t, COUNT_TERMS_MAX);
    TRY(search_store_terms_of(cx, doc, ret->terms, COUNT_TERMS_MAX, &ret->count));
    return search_store_remove_doc(cx, doc);
}

static Err prune_old(Cx *cx, const Old *old)
{
    for (size_t i = 0; i < old->count; i++)
        TRY(search_store_prune(cx, old->terms[i]));
    return OK;
}

static Str cut_text(Str text)
{
    size_t n = MIN(text.n, (size_t)SEARCH_DOC_BYTES_MAX);
    while (n < text.n && n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--;
    return text.p ? str_slice(text, 0, n) : S("");
}

Err search_put(Cx *cx, const SearchText *given)
{
    SearchText text = *given;
    int64_t doc;
    Old old = {0};
    text.title = cut_text(text.title);
    text.beside = cut_text(text.beside);
    Str lead = search_plain(cx->arena, cut_text(text.lead));
    Str rest = search_plain(cx->arena, cut_text(text.body));
    Str body =
        arena_fmt(cx->arena, "%.*s%s%.*s", SARG(lead), lead.n && rest.n ? "\n" : "", SARG(rest));
    TRY(search_store_doc(cx, &text, &doc));
    if (doc) {
        bool same;
        TRY(search_store_same(cx, doc, text.title, body, text.beside, &same));
        if (same)
            return OK;
        TRY(remove_old(cx, doc, &old));
    }
    Counting counting = counting_new(cx->arena, COUNT_TERMS_MAX);
    count_words(&counting, text.title, COUNT_TITLE_WEIGHT);
    count_words(&counting, lead, COUNT_LEAD_WEIGHT);
    count_words(&counting, rest, COUNT_BODY_WEIGHT);
    count_words(&counting, text.beside, COUNT_BESIDE_WEIGHT);
    TRY(search_store_add_doc(cx, &text, body, counting.words, &doc));
    TRY(add_postings(cx, &counting, &text, doc));
    return prune_old(cx, &old);
}

Err search_drop(Cx *cx, SearchKind kind, int64_t ref)
{
    int64_t docs[LANGS_KEPT_MAX];
    size_t count;
    TRY(search_store_docs(cx, kind, ref, docs, LANGS_KEPT_MAX, &count));
    for (size_t i = 0; i < count; i++) {
        Old old;
        TRY(remove_old(cx, docs[i], &old));
        TRY(prune_old(cx, &old));
    }
    return OK;
}

/* ---- items ---- */

/* Topics in that language, district, and what the noun has of its own. */
static Err beside_of(Cx *cx, const Item *item, Lang lang, Str own, Str *ret)
{
    Actor actor = *cx->actor;
    Cx other = *cx;
    Topic *topics;
    size_t count;
    Buf beside = buf_new(cx->arena, SEARCH_DOC_BYTES_MAX);
    actor.lang = lang;
    other.actor = &actor;
    TRY(item_topics(&other, item->id, &topics, &count));
    for (size_t i = 0; i < count; i++)
        buf_fmt(&beside, "%.*s\n", SARG(topics[i].name));
    buf_fmt(&beside, "%.*s\n%.*s", SARG(item->district), SARG(own));
    *ret = beside.overflow ? S("") : buf_str(&beside);
    return OK;
}

static Err drop_other_langs(Cx *cx, ItemId id, const ItemTexts *texts)
{
    for (Lang lang = 0; lang < LANG_COUNT; lang++) {
        SearchText text = {.kind = SEARCH_ITEM, .ref = id.v, .lang = lang};
        int64_t doc;
        bool kept = false;
        Old old;
        for (size_t i = 0; i < texts->count; i++)
            kept |= texts->texts[i].lang == lang;
        TRY(search_store_doc(cx, &text, &doc));
        if (kept || !doc)
            continue;
        TRY(remove_old(cx, doc, &old));
        TRY(prune_old(cx, &old));
    }
    return OK;
}

static Err put_item(Cx *cx, ItemId id)
{
    Item item;
    ItemTexts texts;
    Str own = S("");
    TRY(item_get_unseen(cx, id, &item));
    TRY(item_texts(cx, id, &texts));
    const Machine *machine = machine_of(item.noun);
    if (machine->words)
        TRY(machine->words(cx, id, &own));
    for (size_t i = 0; i < texts.count; i++) {
        const ItemText *one = &texts.texts[i];
        SearchText text = {.kind = SEARCH_ITEM,
                           .ref = id.v,
                           .item = id,
                           .noun = item.noun,
                           .lang = one->lang,
                           .title = one->title,
                           .lead = one->lead,
                           .body = one->body};
        TRY(beside_of(cx, &item, one->lang, own, &text.beside));
        TRY(search_put(cx, &text));
    }
    return drop_other_langs(cx, id, &texts);
}

/* Mentions are numbers in the words ("@{7}"): no name is put into the index. */
static Str without_mentions(Arena *arena, Str body)
{
    Buf out = buf_new(arena, body.n + 1);
    while (body.n) {
        ptrdiff_t at = str_find(body, S("@{"));
        ptrdiff_t end = at < 0 ? -1 : str_find_char(str_from_index(body, (size_t)at), '}');
        if (end < 0) {
            buf_put(&out, body);
            break;
        }
        buf_put(&out, str_slice(body, 0, (size_t)at));
        body = str_from_index(body, (size_t)(at + end + 1));
    }
    return out.n ? buf_str(&out) : S("");
}

static Err put_post(Cx *cx, PostId id)
{
    Post post;
    Item item;
    TRY(post_get_unseen(cx, id, &post));
    if (post.state != POST_VISIBLE)
        return search_drop(cx, SEARCH_POST, id.v);
    TRY(item_get_unseen(cx, post.item, &item));
    SearchText text = {.kind = SEARCH_POST,
                       .ref = id.v,
                       .item = post.item,
                       .noun = item.noun,
                       .lang = post.lang,
                       .title = S(""),
                       .lead = S(""),
                       .body = without_mentions(cx->arena, post.body),
                       .beside = S("")};
    return search_put(cx, &text);
}

Err search_project(void *user, Cx *cx, const Events *events)
{
    (void)user;
    for (const Event *event = events->first; event; event = event->next) {
        if (event->kind == &ITEM_CHANGED)
            TRY(put_item(cx, ((const ItemEvent *)event->data)->id));
        if (event->kind == &POST_CHANGED)
            TRY(put_post(cx, ((const PostEvent *)event->data)->id));
    }
    return OK;
}

/* ---- what is missing, and all of it again ---- */

static Err put_ref(Cx *cx, SearchKind kind, int64_t ref)
{
    return kind == SEARCH_ITEM ? put_item(cx, (ItemId){ref}) : put_post(cx, (PostId){ref});
}

Err search_missing(Cx *cx, size_t limit, SearchMissing *ret)
{
    SearchMissing missing = {.refs = arena_array(cx->arena, int64_t, limit),
                             .kinds = arena_array(cx->arena, SearchKind, limit)};
    for (SearchKind kind = 0; kind < SEARCH_KIND_COUNT_; kind++) {
        size_t count = 0, room = limit - missing.count;
        if (room)
            TRY(search_store_missing(cx, kind, room, missing.refs + missing.count, &count));
        for (size_t i = 0; i < count; i++)
            missing.kinds[missing.count++] = kind;
    }
    *ret = missing;
    return OK;
}

Err search_fill(Cx *cx, const SearchMissing *missing)
{
    for (size_t i = 0; i < missing->count; i++)
        TRY(put_ref(cx, missing->kinds[i], missing->refs[i]));
    return OK;
}

Err search_rebuild(Cx *cx, SearchKind kind, int64_t after, size_t limit, int64_t *ret_last,
                   size_t *ret_count)
{
    int64_t *refs = arena_array(cx->arena, int64_t, limit);
    size_t count;
    TRY(search_store_refs(cx, kind, after, limit, refs, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(search_drop(cx, kind, refs[i]));
        TRY(put_ref(cx, kind, refs[i]));
    }
    *ret_last = count ? refs[count - 1] : 0;
    *ret_count = count;
    return OK;
}
