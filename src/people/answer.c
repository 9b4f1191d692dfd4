#include "people/answer.h"

#include "base/json.h"
#include "base/str.h"
#include "core/audit.h"
#include "people/answer_store.h"

static Err admit(Cx *cx, const Item *idea)
{
    uint32_t stand;
    TRY(item_stand(cx, idea, &stand));
    if (!(stand & (STAND_OFFICE | STAND_LEAD)))
        return fail(cx, ERR_DENIED, "idea.answer",
                    "the office answers, and who leads the body that it is assigned to");
    if (!idea_may_answer(idea, stand))
        return fail(cx, ERR_CONFLICT, "verb.state", "it is \"%.*s\" now", SARG(idea->state));
    return OK;
}

Err answer_prepared(Cx *cx, const Item *idea, Answer *ret)
{
    TRY(admit(cx, idea));
    return answer_store_prepared(cx, idea->id, ret);
}

Err answer_list(Cx *cx, const Item *idea, Answer **ret, size_t *ret_count)
{
    return answer_store_list(cx, idea->id, ret, ret_count);
}

static bool is_text(Str text, size_t least, size_t most)
{
    return text.n >= least && text.n <= most && str_is_utf8(text) &&
           !memchr(text.n ? text.p : "", 0, text.n);
}

/* A body or an organisation that everybody may know who reads the idea. */
static Err check_by(Cx *cx, const Item *idea, ItemId id)
{
    Item by;
    if (!id.v)
        return OK;
    TRY(item_get_by_id(cx, id, &by));
    if ((by.noun != NOUN_BODY && by.noun != NOUN_ORGANISATION) || by.audience > idea->audience)
        flaw(cx, "answer.by", "a body or an organisation answers");
    return OK;
}

static Err check_draft(Cx *cx, const Item *idea, const AnswerDraft *draft)
{
    if (!is_text(draft->body, 1, ANSWER_BODY_BYTES_MAX))
        flaw(cx, "answer.body", "an answer has 1 to %d bytes", ANSWER_BODY_BYTES_MAX);
    if (!is_text(draft->period, 0, ANSWER_PERIOD_BYTES_MAX))
        flaw(cx, "answer.period", "a period has at most %d bytes", ANSWER_PERIOD_BYTES_MAX);
    if (!money_known(draft->cost) && draft->cost.cent != MONEY_NONE.cent)
        flaw(cx, "answer.cost", "this is no sum of money");
    TRY(check_by(cx, idea, draft->by));
    return flaws_end(cx);
}

static Err expect(Cx *cx, const Answer *answer, int64_t version)
{
    if (answer->version != version)
        return fail(cx, ERR_CONFLICT, "answer.version", "the answer was changed meanwhile");
    return OK;
}

Err answer_prepare(Cx *cx, const Item *idea, int64_t version, const AnswerDraft *draft)
{
    Answer answer;
    AnswerDraft trimmed = *draft;
    TRY(admit(cx, idea));
    trimmed.body = str_trim(draft->body);
    trimmed.period = str_trim(draft->period);
    TRY(check_draft(cx, idea, &trimmed));
    TRY(answer_store_prepared(cx, idea->id, &answer));
    TRY(expect(cx, &answer, version));
    answer.draft = trimmed;
    answer.lang = cx->actor->lang;
    answer.prepared_by = cx->actor->person;
    answer.prepared_us = cx_now_us(cx);
    TRY(answer.id ? answer_store_update(cx, &answer) : answer_store_add(cx, idea->id, &answer));
    return audit_add_number(cx, S("answer.prepare"), S("idea"), idea->id.v, S(""));
}

Err answer_discard(Cx *cx, const Item *idea)
{
    TRY(admit(cx, idea));
    TRY(answer_store_discard(cx, idea->id));
    return audit_add_number(cx, S("answer.discard"), S("idea"), idea->id.v, S(""));
}

Err answer_publish(Cx *cx, Item *idea, int64_t version, Events *events)
{
    Answer answer;
    TRY(admit(cx, idea));
    TRY(answer_store_prepared(cx, idea->id, &answer));
    if (!answer.id)
        return fail(cx, ERR_CONFLICT, "answer.none", "no answer is prepared");
    TRY(expect(cx, &answer, version));
    TRY(answer_store_publish(cx, answer.id));
    return item_step(cx, &IDEA_MACHINE, idea, answer.draft.accepts ? S("accept") : S("reject"),
                     S(""), events);
}

/* The newest published answer decides what the idea becomes, and none may wait behind it. */
Err answer_check_step(Cx *cx, ItemId idea, bool accepts)
{
    Answer *list, prepared;
    size_t count;
    TRY(answer_store_prepared(cx, idea, &prepared));
    TRY(answer_store_list(cx, idea, &list, &count));
    if (prepared.id || !count || list[0].draft.accepts != accepts ||
        list[0].published_us != cx_now_us(cx))
        return fail(cx, ERR_CONFLICT, "answer.none", "it is answered by publishing an answer");
    return OK;
}

static void put_answer(JsonOut *out, const Answer *answer)
{
    json_begin(out, '{');
    json_name(out, S("accepts"));
    json_put_text(out, answer->draft.accepts ? S("yes") : S("no"));
    json_name(out, S("body"));
    json_put_text(out, answer->draft.body);
    json_name(out, S("lang"));
    json_put_text(out, lang_code(answer->lang));
    json_name(out, S("cost"));
    json_put_i64(out, answer->draft.cost.cent);
    json_name(out, S("period"));
    json_put_text(out, answer->draft.period);
    json_name(out, S("by"));
    json_put_i64(out, answer->draft.by.v);
    json_name(out, S("published_us"));
    json_put_i64(out, answer->published_us);
    json_end(out, '}');
}

Err answer_own_json(Cx *cx, ItemId idea, Str *ret)
{
    Answer *list;
    size_t count;
    TRY(answer_store_list(cx, idea, &list, &count));
    Buf *buf = arena_new(cx->arena, Buf);
    *buf = buf_new(cx->arena, 1 << 20);
    JsonOut out = json_out(buf);
    json_begin(&out, '[');
    for (size_t i = 0; i < count; i++)
        put_answer(&out, &list[i]);
    json_end(&out, ']');
    *ret = buf_str(buf);
    return OK;
}
