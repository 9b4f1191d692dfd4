#include "systems/query_select.h"

#include "base/str.h"

typedef struct Parser {
    Cx *cx;
    Str text;
    size_t at;
    const char *key; /* of errors */
    const char *what;
    Str *names;
    size_t name_count;
    SelectGroup *groups;
    size_t group_count;
} Parser;

static Err expected(Parser *ps, const char *what)
{
    Str found = str_slice(ps->text, ps->at, ps->at + 20);
    return fail(ps->cx, ERR_INVALID, ps->key, "%s, character %zu: expected %s, found %s%.*s",
                ps->what, ps->at + 1, what, found.n ? "" : "the end", SARG(found));
}

static bool is_end(char c)
{
    return c == ';' || c == '|' || c == ',' || c == '(' || c == ')';
}

static Err parse_name(Parser *ps)
{
    size_t begin = ps->at;
    while (ps->at < ps->text.n && !is_end(ps->text.p[ps->at]))
        ps->at++;
    if (ps->at == begin)
        return expected(ps, "a name");
    if (ps->name_count == SELECT_NAMES_MAX)
        return fail(ps->cx, ERR_LIMIT, "query.complex", "%s has more than %d names", ps->what,
                    SELECT_NAMES_MAX);
    ps->names[ps->name_count++] = str_slice(ps->text, begin, ps->at);
    return OK;
}

static bool take(Parser *ps, char c)
{
    bool is = ps->at < ps->text.n && ps->text.p[ps->at] == c;
    ps->at += is;
    return is;
}

/* Alternatives in parentheses are alternatives all the same. */
static Err parse_alternatives(Parser *ps, size_t begin)
{
    ps->groups[ps->group_count++] = (SelectGroup){ps->names + begin, 1};
    do {
        TRY(parse_name(ps));
        ps->groups[ps->group_count++] = (SelectGroup){ps->names + ps->name_count - 1, 1};
    } while (take(ps, '|') || take(ps, ','));
    return take(ps, ')') ? OK : expected(ps, "| or )");
}

static Err parse_group(Parser *ps)
{
    size_t begin = ps->name_count;
    bool several = take(ps, '(');
    TRY(parse_name(ps));
    if (several && (take(ps, '|') || take(ps, ',')))
        return parse_alternatives(ps, begin);
    while (take(ps, ';')) /* binds closer than | and needs no parentheses */
        TRY(parse_name(ps));
    if (several && !take(ps, ')'))
        return expected(ps, "; or )");
    ps->groups[ps->group_count++] = (SelectGroup){ps->names + begin, ps->name_count - begin};
    return OK;
}

static Err parse_groups(Parser *ps)
{
    ps->names = arena_array(ps->cx->arena, Str, SELECT_NAMES_MAX);
    ps->groups = arena_array(ps->cx->arena, SelectGroup, SELECT_NAMES_MAX);
    do
        TRY(parse_group(ps));
    while (take(ps, '|') || take(ps, ','));
    return ps->at == ps->text.n ? OK : expected(ps, "| or , between alternatives");
}

Err type_selection_compile(Cx *cx, Str text, const LdContext *context, Selection *ret)
{
    Parser ps = {.cx = cx, .text = text, .key = "select.type", .what = "type"};
    if (str_eq(text, S("*"))) {
        *ret = (Selection){0};
        return OK;
    }
    TRY(parse_groups(&ps));
    for (size_t i = 0; i < ps.name_count; i++)
        ps.names[i] = context_expand(context, cx->arena, ps.names[i]);
    *ret = (Selection){ps.groups, ps.group_count};
    return OK;
}

static bool has_type(const Entity *entity, Str type)
{
    for (size_t i = 0; i < entity->type_count; i++)
        if (str_eq(entity->types[i], type))
            return true;
    return false;
}

bool type_selection_matches(const Selection *selection, const Entity *entity)
{
    for (size_t i = 0; i < selection->count; i++) {
        const SelectGroup *group = &selection->groups[i];
        size_t k = 0;
        while (k < group->count && has_type(entity, group->names[k]))
            k++;
        if (k == group->count)
            return true;
    }
    return selection->count == 0;
}

/* Levels of letters, digits and '_' (and what cities write besides: '-' and all above ASCII),
 * parted by '/'; + for any one; # at the end for all below. */
static bool is_scope_pattern(Str text)
{
    bool any_below = false;
    if (!str_starts(text, S("/")))
        return false;
    for (Str rest = str_from_index(text, 1); rest.p;) {
        Str level = str_cut(&rest, '/');
        if (any_below || level.n == 0)
            return false;
        any_below = str_eq(level, S("#"));
        if (any_below || str_eq(level, S("+")))
            continue;
        for (size_t i = 0; i < level.n; i++) {
            char c = level.p[i];
            bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                          (unsigned char)c >= 0x80;
            if (!letter)
                return false;
        }
    }
    return true;
}

Err scope_query_compile(Cx *cx, Str text, Selection *ret)
{
    Parser ps = {.cx = cx, .text = text, .key = "select.scope", .what = "scopeQ"};
    TRY(parse_groups(&ps));
    for (size_t i = 0; i < ps.name_count; i++) {
        /* The standard's own examples leave the first slash away now and then. */
        if (!str_starts(ps.names[i], S("/")))
            ps.names[i] = arena_fmt(cx->arena, "/%.*s", SARG(ps.names[i]));
        if (!is_scope_pattern(ps.names[i])) {
            ps.at = (size_t)(str_find(text, str_from_index(ps.names[i], 1)));
            return expected(&ps, "a scope such as /Madrid/Gardens/# or /Madrid/+/North");
        }
    }
    *ret = (Selection){ps.groups, ps.group_count};
    return OK;
}

bool scope_covers(Str pattern, Str scope)
{
    Str want = str_from_index(pattern, str_starts(pattern, S("/")));
    Str have = str_from_index(scope, str_starts(scope, S("/")));
    while (want.p) {
        Str level = str_cut(&want, '/');
        if (str_eq(level, S("#")))
            return true;
        if (!have.p)
            return false;
        Str is = str_cut(&have, '/');
        if (!str_eq(level, S("+")) && !str_eq(level, is))
            return false;
    }
    return !have.p;
}

static bool has_scope(const Entity *entity, Str pattern)
{
    for (size_t i = 0; i < entity->scope_count; i++)
        if (scope_covers(pattern, entity->scopes[i]))
            return true;
    return false;
}

bool scope_query_matches(const Selection *selection, const Entity *entity)
{
    for (size_t i = 0; i < selection->count; i++) {
        const SelectGroup *group = &selection->groups[i];
        size_t k = 0;
        while (k < group->count && has_scope(entity, group->names[k]))
            k++;
        if (k == group->count)
            return true;
    }
    return false;
}
