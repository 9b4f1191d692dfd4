#include "people/project_own.h"

#include "people/funding.h"
#include "people/milestone.h"
#include "people/risk.h"

enum { OWN_BYTES_MAX = 768 << 10 /* a version has room for as much beside it */ };

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

static void put_money(JsonOut *out, Str name, Money money)
{
    json_name(out, name);
    if (money_known(money))
        json_put_i64(out, money.cent);
    else
        json_put_null(out);
}

static void put_columns(JsonOut *out, const Project *p)
{
    put_text(out, S("start"), p->start_day);
    put_text(out, S("end"), p->end_day);
    put_money(out, S("investment_cent"), p->investment);
    put_money(out, S("running_cent"), p->running);
    put_money(out, S("spent_cent"), p->spent);
    put_i64(out, S("lifetime_years"), p->lifetime_years);
    put_text(out, S("light"), light_name(p->light.light));
    put_text(out, S("light_reason"), p->light.reason);
    put_i64(out, S("light_us"), p->light.at_us);
    put_i64(out, S("light_person"), p->light.person.v);
    put_text(out, S("result"), p->result);
    put_text(out, S("result_lang"), lang_code(p->result_lang));
}

static Err put_districts(Cx *cx, ItemId id, JsonOut *out)
{
    Str *list;
    size_t count;
    TRY(project_districts(cx, id, &list, &count));
    json_name(out, S("districts"));
    json_begin(out, '[');
    for (size_t i = 0; i < count; i++)
        json_put_text(out, list[i]);
    json_end(out, ']');
    return OK;
}

static Err put_references(Cx *cx, ItemId id, JsonOut *out)
{
    static const Str KINDS[REFERENCE_KIND_COUNT_] = {S_INIT("entity"), S_INIT("indicator"),
                                                     S_INIT("document")};
    Reference *list;
    size_t count;
    TRY(project_references(cx, id, &list, &count));
    json_name(out, S("references"));
    json_begin(out, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(out, '{');
        put_text(out, S("kind"), KINDS[list[i].kind]);
        put_text(out, S("target"), list[i].target);
        put_text(out, S("title"), list[i].title);
        json_end(out, '}');
    }
    json_end(out, ']');
    return OK;
}

/* By number alone: names are looked up, so that an erased account leaves none behind. */
static Err put_people(Cx *cx, ItemId id, JsonOut *out)
{
    Relation *list;
    size_t count;
    TRY(relation_list(cx, id, false, &list, &count));
    json_name(out, S("people"));
    json_begin(out, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(out, '{');
        put_i64(out, S("person"), list[i].person.v);
        put_text(out, S("role"), relation_role_name(list[i].role));
        put_text(out, S("state"), relation_state_name(list[i].state));
        json_end(out, '}');
    }
    json_end(out, ']');
    return OK;
}

Err project_own(Cx *cx, ItemId id, Str *ret_json)
{
    Project project;
    Buf buf = buf_new(cx->arena, OWN_BYTES_MAX);
    JsonOut out = json_out(&buf);
    TRY(project_get(cx, id, &project));
    json_begin(&out, '{');
    put_columns(&out, &project);
    TRY(put_districts(cx, id, &out));
    TRY(put_references(cx, id, &out));
    json_name(&out, S("funding"));
    TRY(funding_put_json(cx, id, &out));
    json_name(&out, S("milestones"));
    TRY(milestone_put_json(cx, id, &out));
    json_name(&out, S("risks"));
    TRY(risk_put_json(cx, id, &out));
    TRY(put_people(cx, id, &out));
    json_end(&out, '}');
    if (buf.overflow)
        return fail(cx, ERR_LIMIT, "item.large", "all of it together is larger than %d bytes",
                    OWN_BYTES_MAX);
    *ret_json = buf_str(&buf);
    return OK;
}
