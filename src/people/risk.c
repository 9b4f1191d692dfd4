#include "people/risk.h"

#include "base/str.h"
#include "people/risk_store.h"

static const Str STATES[RISK_STATE_COUNT_] = {[RISK_OPEN] = S_INIT("open"),
                                              [RISK_OCCURRED] = S_INIT("occurred"),
                                              [RISK_CLOSED] = S_INIT("closed")};

Str risk_state_name(RiskState state)
{
    return STATES[state];
}

bool risk_state_parse(Str name, RiskState *ret)
{
    for (int s = 0; s < RISK_STATE_COUNT_; s++)
        if (str_eq(STATES[s], name)) {
            *ret = (RiskState)s;
            return true;
        }
    return false;
}

bool risk_may_read(uint32_t stand)
{
    return stand & (STAND_ALLIANCE | STAND_LEAD | STAND_MEMBER | STAND_REP | STAND_COLLEAGUE |
                    STAND_OFFICE);
}

Err risk_list(Cx *cx, ItemId project, Risk **ret, size_t *ret_count)
{
    return risk_store_list(cx, project, ret, ret_count);
}

static bool is_text(Str text, size_t least)
{
    return text.n >= least && text.n <= RISK_TEXT_BYTES_MAX && str_is_utf8(text);
}

static bool is_level(int64_t level)
{
    return level >= 1 && level <= RISK_LEVEL_MAX;
}

static void check_one(Cx *cx, const Risk *one)
{
    if (!is_text(one->text, 1))
        flaw(cx, "risk.text", "a risk has 1 to %d bytes", RISK_TEXT_BYTES_MAX);
    if (!is_text(one->measure, 0) || !is_text(one->owner, 0))
        flaw(cx, "risk.measure", "at most %d bytes", RISK_TEXT_BYTES_MAX);
    if (!is_level(one->likelihood) || !is_level(one->impact))
        flaw(cx, "risk.level", "1 low, 2 medium, 3 high");
}

static bool is_known(const Risk *old, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (old[i].number == number)
            return true;
    return false;
}

Err risk_set(Cx *cx, Item *item, int64_t version, const Risk *list, size_t count, Events *events)
{
    Risk *old;
    size_t old_count;
    TRY(project_require_edit(cx, item));
    TRY(item_expect(cx, item, version));
    if (count > RISKS_MAX)
        flaw(cx, "risk.count", "at most %d", RISKS_MAX);
    for (size_t i = 0; i < MIN(count, (size_t)RISKS_MAX); i++)
        check_one(cx, &list[i]);
    TRY(flaws_end(cx));
    TRY(risk_list(cx, item->id, &old, &old_count));
    TRY(risk_store_clear(cx, item->id));
    for (size_t i = 0; i < count; i++) {
        Risk one = list[i];
        if (!is_known(old, old_count, one.number))
            TRY(project_take_number(cx, item->id, &one.number));
        TRY(risk_store_add(cx, item->id, &one));
    }
    return item_keep(cx, item->id, NOUN_PROJECT, S("risks"), S(""), events);
}

Err risk_set_state(Cx *cx, ItemId project, int64_t number, RiskState state)
{
    int64_t changed;
    TRY(risk_store_set_state(cx, project, number, state, &changed));
    if (!changed)
        return fail(cx, ERR_NOT_FOUND, "risk.unknown", "there is no risk %lld", (long long)number);
    return OK;
}

static void put_text(JsonOut *out, Str name, Str text)
{
    json_name(out, name);
    json_put_text(out, text);
}

static void put_i64(JsonOut *out, Str name, int64_t number)
{
    json_name(out, name);
    json_put_i64(out, number);
}

Err risk_put_json(Cx *cx, ItemId project, JsonOut *out)
{
    Risk *list;
    size_t count;
    TRY(risk_list(cx, project, &list, &count));
    json_begin(out, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(out, '{');
        put_i64(out, S("number"), list[i].number);
        put_text(out, S("text"), list[i].text);
        put_i64(out, S("likelihood"), list[i].likelihood);
        put_i64(out, S("impact"), list[i].impact);
        put_text(out, S("measure"), list[i].measure);
        put_text(out, S("owner"), list[i].owner);
        put_text(out, S("state"), risk_state_name(list[i].state));
        json_end(out, '}');
    }
    json_end(out, ']');
    return OK;
}
