#include "people/search.h"

#include "base/buf.h"
#include "base/stem.h"
#include "base/str.h"
#include "people/search_text.h"
#include "people/search_question.h"

#include <stdlib.h>

/* ---- an answer ---- */

static void mark_terms(const Question *question, SearchMarks *marks)
{
    for (size_t i = 0; i < question->count; i++)
        for (size_t k = 0; k < question->groups[i]->count; k++)
            search_mark(marks, question->groups[i]->terms[k].term);
}

static Err fill_hit(Cx *cx, const WeighedDoc *doc, const SearchMarks *marks, SearchHit *ret)
{
    Str body, beside;
    *ret = (SearchHit){.kind = doc->post ? SEARCH_POST : SEARCH_ITEM,
                       .item = {doc->item},
                       .noun = doc->noun,
                       .score = doc->score};
    TRY(search_store_ref(cx, doc->doc, &ret->ref, &ret->lang));
    TRY(search_store_text(cx, doc->doc, &ret->title, &body, &beside));
    search_pieces(cx->arena, marks, ret->title, 0, &ret->title_pieces, &ret->title_piece_count);
    search_pieces(cx->arena, marks, body, SEARCH_EXCERPT_BYTES, &ret->pieces, &ret->piece_count);
    return OK;
}

/* The question with what was found in the place of what was typed, as the hits write it. */
static Err correct(Cx *cx, Str typed, const Question *question, const WeighedDoc *const *docs,
                   size_t count, Str *ret)
{
    enum { HITS_ASKED = 3 };
    Buf out = buf_new(cx->arena, typed.n * 4 + 1024);
    size_t at = 0;
    bool changed = false;
    for (size_t i = 0; i < question->word_count; i++) {
        const Word *word = &question->words[i];
        Str near = {0}, written = {0};
        for (size_t g = 0; g < question->count; g++)
            if (str_eq(question->groups[g]->stem, stem_of(word->folded)))
                near = question->groups[g]->near;
        for (size_t k = 0; near.n && !written.p && k < MIN(count, (size_t)HITS_ASKED); k++) {
            Str title, body, beside;
            TRY(search_store_text(cx, docs[k]->doc, &title, &body, &beside));
            written = search_written(cx->arena, title, near);
            if (!written.p)
                written = search_written(cx->arena, body, near);
        }
        buf_put(&out, str_slice(typed, at, word->from));
        buf_put(&out, written.p ? written : str_slice(typed, word->from, word->to));
        at = word->to;
        changed |= written.p != NULL;
    }
    buf_put(&out, str_from_index(typed, at));
    *ret = changed && !out.overflow ? buf_str(&out) : S("");
    return OK;
}

static void count_kinds(const Weighing *weighing, SearchResult *ret)
{
    for (size_t i = 0; i < weighing->kept_count; i++) {
        const WeighedDoc *doc = weighing->kept[i];
        ret->all++;
        if (doc->post)
            ret->posts++;
        else
            ret->nouns[doc->noun]++;
    }
}

static bool is_asked(const SearchQuery *query, const WeighedDoc *doc)
{
    if (query->by_post)
        return doc->post;
    return !query->by_noun || (!doc->post && doc->noun == query->noun);
}

Err search_find(Cx *cx, const SearchQuery *query, SearchResult *ret)
{
    Question question;
    Weighing weighing;
    SearchResult result = {.corrected = S("")};
    SearchOnly only = {.topic = query->topic};
    Str words = str_slice(query->words, 0, SEARCH_QUESTION_BYTES_MAX);
    if (query->limit < 1 || query->limit > SEARCH_LIMIT_MAX || query->offset < 0)
        return fail(cx, ERR_INVALID, "search.limit", "an answer has 1 to %d hits",
                    SEARCH_LIMIT_MAX);
    TRY(question_read(cx, words, &question));
    TRY(weigh_begin(cx, &only, &weighing));
    TRY(question_weigh(cx, &weighing, &question));
    TRY(weigh_end(&weighing));
    count_kinds(&weighing, &result);
    SearchMarks marks = search_marks(cx->arena, question.count * SEARCH_TERMS_MAX);
    mark_terms(&question, &marks);
    result.hits = arena_array(cx->arena, SearchHit, (size_t)query->limit);
    for (size_t i = 0; i < weighing.kept_count; i++) {
        if (!is_asked(query, weighing.kept[i]))
            continue;
        if (result.total >= query->offset && (int64_t)result.count < query->limit)
            TRY(fill_hit(cx, weighing.kept[i], &marks, &result.hits[result.count++]));
        result.total++;
    }
    TRY(correct(cx, words, &question, (const WeighedDoc *const *)weighing.kept, weighing.kept_count,
                &result.corrected));
    result.more = weighing.more;
    *ret = result;
    return OK;
}
