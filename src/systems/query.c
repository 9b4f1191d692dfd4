#include "systems/query.h"

#include "base/calendar.h"
#include "base/str.h"
#include "systems/query_part.h"

/* Parsing gives a tree; the tree is written out as terms that each know where to go next. */
typedef enum NodeKind { NODE_TERM, NODE_AND, NODE_OR } NodeKind;
typedef struct Node Node;
struct Node {
    NodeKind kind;
    Term term;
    const Node *left, *right;
};

typedef struct Parser {
    Cx *cx;
    Str text;
    size_t at;
    int depth;
    size_t terms;
    QueryOptions options;
} Parser;

static Err expected(Parser *ps, size_t at, const char *what)
{
    Str found = str_slice(ps->text, at, at + 20);
    if (at >= ps->text.n)
        return fail(ps->cx, ERR_INVALID, "query.syntax",
                    "q, character %zu: expected %s, found the end", at + 1, what);
    return fail(ps->cx, ERR_INVALID, "query.syntax",
                "q, character %zu: expected %s, found \"%.*s\"", at + 1, what, SARG(found));
}

static Err complex(Parser *ps, const char *what, int max)
{
    return fail(ps->cx, ERR_LIMIT, "query.complex", "q has more than %d %s", max, what);
}

static bool more(const Parser *ps)
{
    return ps->at < ps->text.n;
}

static char peek(const Parser *ps)
{
    return more(ps) ? ps->text.p[ps->at] : 0;
}

static bool take(Parser *ps, char c)
{
    bool is = more(ps) && peek(ps) == c;
    ps->at += is;
    return is;
}

static bool take_text(Parser *ps, Str text)
{
    bool is = str_starts(str_from_index(ps->text, ps->at), text);
    ps->at += is ? text.n : 0;
    return is;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_name_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Where a name in a q ends that is an absolute IRI, which may hold dots. */
static bool ends_iri(char c)
{
    return c == ';' || c == '|' || c == '(' || c == ')' || c == '[' || c == '{' || c == '}' ||
           c == '=' || c == '!' || c == '<' || c == '>' || c == '~' || c == ',';
}

/* One name: letters, digits, '_' (and '-', which the grammar does not know but the field uses);
 * with a prefix before ':', or an absolute IRI. */
static Err parse_name(Parser *ps, bool prefixes, Str *ret)
{
    size_t begin = ps->at;
    if (!is_letter(peek(ps)) && peek(ps) != '_' && peek(ps) != '@')
        return expected(ps, begin, "the name of an attribute");
    ps->at++;
    while (is_name_char(peek(ps)))
        ps->at++;
    Str name = str_slice(ps->text, begin, ps->at), rest = str_from_index(ps->text, ps->at);
    if (prefixes && (str_starts(rest, S("://")) || (str_eq(name, S("urn")) && peek(ps) == ':'))) {
        while (more(ps) && !ends_iri(peek(ps)))
            ps->at++;
    } else if (prefixes && peek(ps) == ':' && is_letter(rest.n > 1 ? rest.p[1] : 0)) {
        ps->at++;
        while (is_name_char(peek(ps)))
            ps->at++;
    }
    *ret = str_slice(ps->text, begin, ps->at);
    return OK;
}

static Str expand(Parser *ps, Str name)
{
    return context_expand(ps->options.context, ps->cx->arena, name);
}

/* Members of instances that a path may end with, besides sub-attributes. */
static bool is_member(Str name)
{
    static const Str MEMBERS[] = {S_INIT("observedAt"), S_INIT("createdAt"), S_INIT("modifiedAt"),
                                  S_INIT("expiresAt"),  S_INIT("unitCode"),  S_INIT("datasetId"),
                                  S_INIT("objectType"), S_INIT("valueType")};
    for (size_t i = 0; i < COUNT_OF(MEMBERS); i++)
        if (str_eq(name, MEMBERS[i]))
            return true;
    return false;
}

/* Times of the entity itself, as far as they are columns. */
static bool is_entity_member(Str name)
{
    return str_eq(name, S("createdAt")) || str_eq(name, S("modifiedAt")) ||
           str_eq(name, S("expiresAt"));
}

static Err parse_path(Parser *ps, Term *term)
{
    Segment *path = arena_array(ps->cx->arena, Segment, QUERY_PATH_MAX);
    size_t count = 0;
    do {
        Str name;
        if (count == QUERY_PATH_MAX)
            return complex(ps, "names in a path", QUERY_PATH_MAX);
        TRY(parse_name(ps, term->link_count == 0, &name));
        bool member = count ? is_member(name) : is_entity_member(name);
        path[count++] = (Segment){member ? name : expand(ps, name), member};
    } while (take(ps, '.'));
    term->path = path;
    term->path_count = count;
    return OK;
}

static Err parse_trail(Parser *ps, Term *term)
{
    Str *trail = arena_array(ps->cx->arena, Str, QUERY_PATH_MAX);
    size_t count = 0;
    do {
        size_t begin = ps->at;
        if (count == QUERY_PATH_MAX)
            return complex(ps, "names in a path", QUERY_PATH_MAX);
        while (more(ps) && peek(ps) != '.' && peek(ps) != ']')
            ps->at++;
        if (ps->at == begin)
            return expected(ps, begin, "the name of a member");
        trail[count++] = str_slice(ps->text, begin, ps->at);
    } while (take(ps, '.'));
    if (!take(ps, ']'))
        return expected(ps, ps->at, "]");
    term->trail = trail;
    term->trail_count = count;
    return OK;
}

/* "Type1,Type2:" before a name within braces; nothing is read where there is no ':' behind. */
static Err parse_link_types(Parser *ps, Link *link)
{
    size_t end = ps->at, count = 1;
    for (; end < ps->text.n; end++) {
        char c = ps->text.p[end];
        if (c == ',')
            count++;
        else if (!is_name_char(c))
            break;
    }
    if (end >= ps->text.n || ps->text.p[end] != ':')
        return OK;
    if (count > QUERY_PATH_MAX)
        return complex(ps, "types of a linked entity", QUERY_PATH_MAX);
    Str *types = arena_array(ps->cx->arena, Str, count);
    for (size_t i = 0; i < count; i++) {
        Str name;
        TRY(parse_name(ps, false, &name));
        types[i] = expand(ps, name);
        if (!take(ps, i + 1 < count ? ',' : ':'))
            return expected(ps, ps->at, "a type and ':'");
    }
    link->types = types;
    link->type_count = count;
    return OK;
}

/* The relationships before braces; their number is that of the braces to be closed. */
static Err parse_links(Parser *ps, Term *term)
{
    Link *links = arena_array(ps->cx->arena, Link, QUERY_LINKS_MAX);
    for (;;) {
        size_t begin = ps->at;
        Str name;
        TRY(parse_name(ps, term->link_count == 0, &name));
        if (!take(ps, '{')) {
            ps->at = begin;
            break;
        }
        if (term->link_count == QUERY_LINKS_MAX)
            return complex(ps, "linked entities in a term", QUERY_LINKS_MAX);
        Link *link = &links[term->link_count++];
        link->relationship = expand(ps, name);
        TRY(parse_link_types(ps, link));
    }
    term->links = links;
    return OK;
}

static Err parse_attribute(Parser *ps, Term *term)
{
    TRY(parse_links(ps, term));
    TRY(parse_path(ps, term));
    if (take(ps, '['))
        TRY(parse_trail(ps, term));
    for (size_t i = 0; i < term->link_count; i++)
        if (!take(ps, '}'))
            return expected(ps, ps->at, "}");
    return OK;
}

static bool two_digits(Str s, size_t at, int *ret)
{
    if (at + 2 > s.n || s.p[at] < '0' || s.p[at] > '9' || s.p[at + 1] < '0' || s.p[at + 1] > '9')
        return false;
    *ret = (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
    return true;
}

/* A time of day is read as that of a day in 1970. */
bool literal_time(Str text, LiteralKind *ret_kind, int64_t *ret_us)
{
    char padded[48];
    int digits;
    if (text.n < 8 || text.n > 36 || !two_digits(text, 0, &digits))
        return false;
    if (text.p[2] == ':') {
        memcpy(padded, "1970-01-01T", 11);
        memcpy(padded + 11, text.p, text.n);
        *ret_kind = LITERAL_TIME;
        return time_parse((Str){padded, text.n + 11}, ret_us);
    }
    if (text.n == 10) {
        memcpy(padded, text.p, 10);
        memcpy(padded + 10, "T00:00:00Z", 10);
        *ret_kind = LITERAL_DATE;
        return time_parse((Str){padded, 20}, ret_us);
    }
    *ret_kind = LITERAL_DATETIME;
    return time_parse(text, ret_us);
}

/* From the quote on, escapes as in JSON. */
static Err parse_quoted(Parser *ps, Str *ret)
{
    size_t begin = ps->at++;
    while (more(ps) && peek(ps) != '"')
        ps->at += peek(ps) == '\\' ? 2 : 1;
    if (!take(ps, '"'))
        return expected(ps, MIN(ps->at, ps->text.n), "a closing quote");
    Json doc;
    Str quoted = str_slice(ps->text, begin, ps->at);
    if (json_parse(ps->cx, quoted, &doc) != OK)
        return expected(ps, begin, "a text with JSON's escapes");
    *ret = json_text(ps->cx->arena, json_root(&doc));
    return OK;
}

static bool ends_bare(char c)
{
    return c == ';' || c == '|' || c == ')' || c == ',';
}

/* Where a number, date or time ends: before the dots of a range, or where a bare text would. */
static size_t bare_end(const Parser *ps)
{
    size_t end = ps->at;
    while (end < ps->text.n && !ends_bare(ps->text.p[end]) &&
           !str_starts(str_from_index(ps->text, end), S("..")))
        end++;
    return end;
}

/* Whether the texts of this term are to become IRIs. */
static bool expands(Parser *ps, const Term *term)
{
    for (Str rest = ps->options.expand_values; rest.p;) {
        Str name = str_trim(str_cut(&rest, ','));
        if (name.n && str_eq(expand(ps, name), term->path[0].name))
            return true;
    }
    return false;
}

static void literal_set_text(Parser *ps, const Term *term, Str text, Literal *ret)
{
    LiteralKind kind;
    *ret = (Literal){.kind = LITERAL_TEXT, .text = text};
    if (expands(ps, term))
        ret->text = expand(ps, text);
    else
        ret->is_datetime = literal_time(text, &kind, &ret->us) && kind == LITERAL_DATETIME;
}

static Err parse_bare(Parser *ps, const Term *term, Literal *ret)
{
    size_t begin = ps->at, end = bare_end(ps);
    Str text = str_slice(ps->text, begin, end);
    Literal value = {.text = text};
    char c = peek(ps);
    if ((c >= '0' && c <= '9') || c == '-') {
        if (str_to_f64(text, &value.number))
            value.kind = LITERAL_NUMBER;
        else if (!literal_time(text, &value.kind, &value.us))
            return expected(ps, begin, "a number, date or time; texts need quotes");
    } else if (str_eq(text, S("true")) || str_eq(text, S("false"))) {
        value.kind = LITERAL_BOOL;
        value.boolean = text.n == 4;
    } else if (is_letter(c)) {
        while (more(ps) && !ends_bare(peek(ps)))
            ps->at++;
        literal_set_text(ps, term, str_slice(ps->text, begin, ps->at), ret);
        return OK;
    } else {
        return expected(ps, begin, "a value");
    }
    ps->at = end;
    *ret = value;
    return OK;
}

static Err parse_literal(Parser *ps, const Term *term, Literal *ret)
{
    if (peek(ps) != '"')
        return parse_bare(ps, term, ret);
    Str text;
    TRY(parse_quoted(ps, &text));
    literal_set_text(ps, term, text, ret);
    return OK;
}

static Err literal_add(Parser *ps, Term *term, Literal **list, size_t *cap)
{
    if (term->value_count == *cap) {
        size_t grown = *cap ? *cap * 4 : 2;
        *list = arena_grow(ps->cx->arena, *list, *cap * sizeof **list, grown * sizeof **list,
                           _Alignof(Literal));
        *cap = grown;
    }
    if (term->value_count == QUERY_VALUES_MAX)
        return complex(ps, "values in a list", QUERY_VALUES_MAX);
    TRY(parse_literal(ps, term, &(*list)[term->value_count++]));
    return OK;
}

static Err parse_values(Parser *ps, Term *term)
{
    Literal *list = NULL;
    size_t cap = 0, begin = ps->at;
    bool equality = term->op == QUERY_EQ || term->op == QUERY_NE;
    TRY(literal_add(ps, term, &list, &cap));
    if (!equality && list[0].kind == LITERAL_BOOL)
        return expected(ps, begin, "something that has an order");
    if (equality && take_text(ps, S(".."))) {
        TRY(literal_add(ps, term, &list, &cap));
        if (list[0].kind != list[1].kind || list[0].kind == LITERAL_BOOL)
            return expected(ps, begin, "a range of two values of one type that has an order");
        term->range = true;
    }
    while (equality && !term->range && take(ps, ','))
        TRY(literal_add(ps, term, &list, &cap));
    term->values = list;
    return OK;
}

static Str pattern_unquoted(Parser *ps)
{
    size_t begin = ps->at;
    int parens = 0;
    bool bracket = false;
    for (; more(ps); ps->at++) {
        char c = peek(ps);
        if (c == '\\' && ps->at + 1 < ps->text.n)
            ps->at++;
        else if (bracket)
            bracket = c != ']';
        else if (c == '[')
            bracket = true;
        else if (c == '(')
            parens++;
        else if (c == ';' || (parens == 0 && (c == '|' || c == ')')))
            break;
        else if (c == ')')
            parens--;
    }
    return str_slice(ps->text, begin, ps->at);
}

/* From the quote on; only \" and \\ are the query's own escapes. */
static Err pattern_quoted(Parser *ps, Str *ret)
{
    Buf buf = buf_new(ps->cx->arena, QUERY_TEXT_MAX);
    ps->at++;
    while (more(ps) && peek(ps) != '"') {
        char next = ps->at + 1 < ps->text.n ? ps->text.p[ps->at + 1] : 0;
        if (peek(ps) == '\\' && (next == '"' || next == '\\'))
            ps->at++;
        else if (peek(ps) == '\\' && next)
            buf_char(&buf, ps->text.p[ps->at++]);
        buf_char(&buf, ps->text.p[ps->at++]);
    }
    if (!take(ps, '"'))
        return expected(ps, ps->at, "a closing quote");
    *ret = buf_str(&buf);
    return OK;
}

static Err parse_pattern(Parser *ps, Term *term)
{
    Str text;
    size_t begin = ps->at;
    if (peek(ps) == '"')
        TRY(pattern_quoted(ps, &text));
    else
        text = pattern_unquoted(ps);
    if (ps->at == begin)
        return expected(ps, begin, "a pattern");
    return pattern_compile(ps->cx, text, &term->pattern);
}

/* Longest first. */
static const struct {
    Str text;
    QueryOp op;
} OPERATORS[] = {
    {S_INIT("!~="), QUERY_NOT_FOUND}, {S_INIT("~="), QUERY_FOUND}, {S_INIT("=="), QUERY_EQ},
    {S_INIT("!="), QUERY_NE},         {S_INIT(">="), QUERY_GE},    {S_INIT("<="), QUERY_LE},
    {S_INIT(">"), QUERY_GT},          {S_INIT("<"), QUERY_LT},
};

static bool take_operator(Parser *ps, QueryOp *ret)
{
    for (size_t i = 0; i < COUNT_OF(OPERATORS); i++)
        if (take_text(ps, OPERATORS[i].text)) {
            *ret = OPERATORS[i].op;
            return true;
        }
    return false;
}

static Err parse_term(Parser *ps, const Node **ret)
{
    Node *node = arena_new(ps->cx->arena, Node);
    Term *term = &node->term;
    node->kind = NODE_TERM;
    if (++ps->terms > QUERY_TERMS_MAX)
        return complex(ps, "conditions", QUERY_TERMS_MAX);
    bool absent = take(ps, '!');
    TRY(parse_attribute(ps, term));
    if (absent)
        term->op = QUERY_ABSENT;
    else if (!take_operator(ps, &term->op))
        term->op = QUERY_EXISTS;
    else if (term->op >= QUERY_FOUND)
        TRY(parse_pattern(ps, term));
    else
        TRY(parse_values(ps, term));
    *ret = node;
    return OK;
}

static Err parse_or(Parser *ps, const Node **ret);

static Err parse_factor(Parser *ps, const Node **ret)
{
    if (!take(ps, '('))
        return parse_term(ps, ret);
    if (++ps->depth > QUERY_DEPTH_MAX)
        return complex(ps, "nested parentheses", QUERY_DEPTH_MAX);
    TRY(parse_or(ps, ret));
    ps->depth--;
    if (!take(ps, ')'))
        return expected(ps, ps->at, "an operator, ; | or )");
    return OK;
}

static const Node *join(Parser *ps, NodeKind kind, const Node *left, const Node *right)
{
    Node *node = arena_new(ps->cx->arena, Node);
    node->kind = kind;
    node->left = left;
    node->right = right;
    return node;
}

static Err parse_and(Parser *ps, const Node **ret)
{
    TRY(parse_factor(ps, ret));
    while (take(ps, ';')) {
        const Node *right;
        TRY(parse_factor(ps, &right));
        *ret = join(ps, NODE_AND, *ret, right);
    }
    return OK;
}

static Err parse_or(Parser *ps, const Node **ret)
{
    TRY(parse_and(ps, ret));
    while (take(ps, '|')) {
        const Node *right;
        TRY(parse_and(ps, &right));
        *ret = join(ps, NODE_OR, *ret, right);
    }
    return OK;
}

/* Writes the terms of a node, last ones first, and gives the place of its first. */
static int write_terms(const Node *node, Term *terms, size_t *count, int yes, int no)
{
    if (node->kind == NODE_TERM) {
        terms[*count] = node->term;
        terms[*count].on_true = yes;
        terms[*count].on_false = no;
        return (int)(*count)++;
    }
    int right = write_terms(node->right, terms, count, yes, no);
    return node->kind == NODE_AND ? write_terms(node->left, terms, count, right, no)
                                  : write_terms(node->left, terms, count, yes, right);
}

static Err check_names(Parser *ps, Str names, const char *parameter)
{
    for (Str rest = names; rest.p;) {
        Parser name = {.cx = ps->cx, .text = str_trim(str_cut(&rest, ','))};
        Str read;
        if (parse_name(&name, true, &read) != OK || more(&name))
            return fail(ps->cx, ERR_INVALID, "query.syntax",
                        "%s: expected names of attributes, found \"%.*s\"", parameter,
                        (int)MIN(name.text.n, 100), name.text.p ? name.text.p : "");
    }
    return OK;
}

Err query_compile(Cx *cx, Str text, QueryOptions options, const Query **ret)
{
    Parser ps = {.cx = cx, .text = text, .options = options};
    const Node *tree;
    if (text.n > QUERY_TEXT_MAX)
        return complex(&ps, "bytes", QUERY_TEXT_MAX);
    if (!str_is_utf8(text))
        return fail(cx, ERR_INVALID, "query.syntax", "q is not UTF-8");
    TRY(check_names(&ps, options.expand_values, "expandValues"));
    TRY(check_names(&ps, options.json_keys, "jsonKeys"));
    TRY(parse_or(&ps, &tree));
    if (more(&ps))
        return expected(&ps, ps.at, "an operator, ; or |");
    Term *terms = arena_array(cx->arena, Term, ps.terms);
    Query *query = arena_new(cx->arena, Query);
    query->first = write_terms(tree, terms, &query->count, QUERY_YES, QUERY_NO);
    query->terms = terms;
    *ret = query;
    return OK;
}

bool query_has_links(const Query *query)
{
    for (size_t i = 0; i < query->count; i++)
        if (query->terms[i].link_count)
            return true;
    return false;
}

size_t query_attributes(const Query *query, Str *ret, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < query->count && count < max; i++) {
        const Term *term = &query->terms[i];
        Str name = term->link_count ? term->links[0].relationship : term->path[0].name;
        bool known = !term->link_count && term->path[0].member;
        for (size_t k = 0; k < count && !known; k++)
            known = str_eq(ret[k], name);
        if (!known)
            ret[count++] = name;
    }
    return count;
}
