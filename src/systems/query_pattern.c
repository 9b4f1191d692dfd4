#include "systems/query_pattern.h"

#include "base/str.h"

/* A pattern is parsed to a tree, since {m,n} needs a part several times, and the tree is written
 * out as a program of states. */
typedef enum NodeKind {
    NODE_EMPTY,
    NODE_CHAR,
    NODE_ANY,
    NODE_CLASS,
    NODE_BEGIN,
    NODE_END,
    NODE_CONCAT,
    NODE_OR,
    NODE_REPEAT
} NodeKind;

typedef struct Range {
    uint32_t from, to;
} Range;

typedef struct Class {
    const Range *ranges;
    size_t count;
    bool negated;
} Class;

typedef struct Node Node;
struct Node {
    NodeKind kind;
    uint32_t c;
    const Class *class_;
    const Node *left, *right;
    int min, max; /* max -1: without end */
};

typedef enum Op { OP_CHAR, OP_ANY, OP_CLASS, OP_BEGIN, OP_END, OP_SPLIT, OP_JUMP, OP_MATCH } Op;

typedef struct State {
    Op op;
    uint32_t c;
    const Class *class_;
    uint16_t next, other;
} State;

struct Pattern {
    const State *states;
    size_t count;
    bool first[256]; /* bytes that a match may begin with */
    bool any_first;  /* it may begin anywhere, even at the end */
    bool from_begin; /* every match begins at the text's beginning */
};

typedef struct Parser {
    Cx *cx;
    Str text;
    size_t at;
    int depth;
} Parser;

static Err wrong(Parser *ps, size_t at, const char *what)
{
    return fail(ps->cx, ERR_INVALID, "pattern.syntax", "character %zu of the pattern: %s", at + 1,
                what);
}

static bool more(const Parser *ps)
{
    return ps->at < ps->text.n;
}

static char peek(const Parser *ps)
{
    return ps->text.p[ps->at];
}

static bool take(Parser *ps, char c)
{
    bool is = more(ps) && peek(ps) == c;
    ps->at += is;
    return is;
}

static const Node *node(Parser *ps, Node n)
{
    Node *made = arena_new(ps->cx->arena, Node);
    *made = n;
    return made;
}

static const Range DIGITS[] = {{'0', '9'}};
static const Range WORDS[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}, {0xC0, 0x10FFFF}};
static const Range SPACES[] = {{'\t', '\r'}, {' ', ' '}};
static const Range LOWERS[] = {{'a', 'z'}};
static const Range UPPERS[] = {{'A', 'Z'}};
static const Range ALPHAS[] = {{'A', 'Z'}, {'a', 'z'}};
static const Range ALNUMS[] = {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}};
static const Range XDIGITS[] = {{'0', '9'}, {'A', 'F'}, {'a', 'f'}};
static const Range PUNCTS[] = {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}};
static const Range BLANKS[] = {{'\t', '\t'}, {' ', ' '}};
static const Range CNTRLS[] = {{0, 0x1F}, {0x7F, 0x7F}};
static const Range PRINTS[] = {{' ', '~'}};
static const Range GRAPHS[] = {{'!', '~'}};

typedef struct NamedClass {
    Str name;
    const Range *ranges;
    size_t count;
} NamedClass;

#define NAMED(name, ranges)                                                                        \
    {                                                                                              \
        S_INIT(name), ranges, COUNT_OF(ranges)                                                     \
    }
static const NamedClass NAMED_CLASSES[] = {
    NAMED("alpha", ALPHAS), NAMED("digit", DIGITS), NAMED("alnum", ALNUMS),
    NAMED("upper", UPPERS), NAMED("lower", LOWERS), NAMED("space", SPACES),
    NAMED("blank", BLANKS), NAMED("punct", PUNCTS), NAMED("xdigit", XDIGITS),
    NAMED("cntrl", CNTRLS), NAMED("print", PRINTS), NAMED("graph", GRAPHS),
};
static const NamedClass ESCAPED_CLASSES[] = {NAMED("d", DIGITS), NAMED("w", WORDS),
                                             NAMED("s", SPACES)};

/* The class that an escape such as \d or \W names; NULL for other letters. */
static const NamedClass *escaped_class(char c)
{
    for (size_t i = 0; i < COUNT_OF(ESCAPED_CLASSES); i++)
        if ((c | 0x20) == ESCAPED_CLASSES[i].name.p[0])
            return &ESCAPED_CLASSES[i];
    return NULL;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Behind a backslash, for what is no class. */
static Err parse_escaped_char(Parser *ps, uint32_t *ret)
{
    size_t at = ps->at;
    if (!more(ps))
        return wrong(ps, at, "a backslash stands at the end");
    char c = peek(ps);
    if (c == 'n' || c == 'r' || c == 't') {
        ps->at++;
        *ret = c == 'n' ? '\n' : c == 'r' ? '\r' : '\t';
        return OK;
    }
    if (is_alnum(c))
        return wrong(ps, at, "this escape is not known; back references are not supported");
    *ret = str_next_codepoint(ps->text, &ps->at);
    return OK;
}

/* Ranges of a bracket expression under construction. */
typedef struct RangeList {
    Range *ranges;
    size_t count, cap;
} RangeList;

static void range_add(Parser *ps, RangeList *list, Range range)
{
    if (list->count == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 8;
        list->ranges = arena_grow(ps->cx->arena, list->ranges, list->cap * sizeof(Range),
                                  cap * sizeof(Range), _Alignof(Range));
        list->cap = cap;
    }
    list->ranges[list->count++] = range;
}

static void named_add(Parser *ps, RangeList *list, const NamedClass *named, bool negated)
{
    uint32_t from = 0;
    for (size_t i = 0; i < named->count; i++) {
        if (!negated)
            range_add(ps, list, named->ranges[i]);
        else if (named->ranges[i].from > from)
            range_add(ps, list, (Range){from, named->ranges[i].from - 1});
        from = named->ranges[i].to + 1;
    }
    if (negated && from <= 0x10FFFF)
        range_add(ps, list, (Range){from, 0x10FFFF});
}

/* "[:alpha:]" inside of brackets; *ret_is is false, and nothing is read, for anything else. */
static Err parse_named(Parser *ps, RangeList *list, bool *ret_is)
{
    Str rest = str_from_index(ps->text, ps->at);
    *ret_is = str_starts(rest, S("[:"));
    if (!*ret_is) {
        if (str_starts(rest, S("[.")) || str_starts(rest, S("[=")))
            return wrong(ps, ps->at, "collating symbols are not supported");
        return OK;
    }
    ptrdiff_t end = str_find(rest, S(":]"));
    Str name = str_slice(rest, 2, end < 0 ? 0 : (size_t)end);
    for (size_t i = 0; end > 0 && i < COUNT_OF(NAMED_CLASSES); i++)
        if (str_eq(name, NAMED_CLASSES[i].name)) {
            named_add(ps, list, &NAMED_CLASSES[i], false);
            ps->at += (size_t)end + 2;
            return OK;
        }
    return wrong(ps, ps->at, "a class such as [:alpha:] was expected");
}

/* One element: a class (*ret_class) or a character, the possible begin of a range. */
static Err parse_bracket_element(Parser *ps, RangeList *list, uint32_t *ret_c, bool *ret_class)
{
    TRY(parse_named(ps, list, ret_class));
    if (*ret_class)
        return OK;
    if (!take(ps, '\\')) {
        *ret_c = str_next_codepoint(ps->text, &ps->at);
        return OK;
    }
    const NamedClass *named = more(ps) ? escaped_class(peek(ps)) : NULL;
    if (!named)
        return parse_escaped_char(ps, ret_c);
    named_add(ps, list, named, peek(ps) < 'a');
    ps->at++;
    *ret_class = true;
    return OK;
}

static bool begins_range(const Parser *ps)
{
    return ps->at + 1 < ps->text.n && peek(ps) == '-' && ps->text.p[ps->at + 1] != ']';
}

/* Behind the opening bracket. */
static Err parse_bracket(Parser *ps, const Node **ret)
{
    size_t begin = ps->at;
    RangeList list = {0};
    Class *made = arena_new(ps->cx->arena, Class);
    made->negated = take(ps, '^');
    for (bool first = true; first || !take(ps, ']'); first = false) {
        uint32_t from = 0, to = 0;
        bool is_class = false;
        size_t at = ps->at;
        if (!more(ps))
            return wrong(ps, begin, "this bracket is not closed");
        TRY(parse_bracket_element(ps, &list, &from, &is_class));
        if (is_class)
            continue;
        to = from;
        if (begins_range(ps)) {
            ps->at++;
            TRY(parse_bracket_element(ps, &list, &to, &is_class));
            if (is_class || to < from)
                return wrong(ps, at, "this range has no end behind its beginning");
        }
        range_add(ps, &list, (Range){from, to});
    }
    made->ranges = list.ranges;
    made->count = list.count;
    *ret = node(ps, (Node){.kind = NODE_CLASS, .class_ = made});
    return OK;
}

static Err parse_or(Parser *ps, const Node **ret);

static Err parse_group(Parser *ps, const Node **ret)
{
    size_t begin = ps->at;
    if (take(ps, '?') && !take(ps, ':'))
        return wrong(ps, begin, "of groups that begin with (? only (?: is known");
    if (++ps->depth > PATTERN_DEPTH_MAX)
        return fail(ps->cx, ERR_LIMIT, "pattern.complex", "more than %d nested parentheses",
                    PATTERN_DEPTH_MAX);
    TRY(parse_or(ps, ret));
    ps->depth--;
    if (!take(ps, ')'))
        return wrong(ps, begin, "this parenthesis is not closed");
    return OK;
}

static Err parse_escape(Parser *ps, const Node **ret)
{
    const NamedClass *named = more(ps) ? escaped_class(peek(ps)) : NULL;
    if (named) {
        Class *made = arena_new(ps->cx->arena, Class);
        *made = (Class){named->ranges, named->count, peek(ps) < 'a'};
        ps->at++;
        *ret = node(ps, (Node){.kind = NODE_CLASS, .class_ = made});
        return OK;
    }
    uint32_t c = 0;
    TRY(parse_escaped_char(ps, &c));
    *ret = node(ps, (Node){.kind = NODE_CHAR, .c = c});
    return OK;
}

static Err parse_atom(Parser *ps, const Node **ret)
{
    size_t begin = ps->at;
    switch (peek(ps)) {
    case '(':
        ps->at++;
        return parse_group(ps, ret);
    case '[':
        ps->at++;
        return parse_bracket(ps, ret);
    case '\\':
        ps->at++;
        return parse_escape(ps, ret);
    case '*':
    case '+':
    case '?':
    case '{':
        return wrong(ps, begin, "there is nothing before it to repeat");
    case '.':
        ps->at++;
        *ret = node(ps, (Node){.kind = NODE_ANY});
        return OK;
    case '^':
        ps->at++;
        *ret = node(ps, (Node){.kind = NODE_BEGIN});
        return OK;
    case '$':
        ps->at++;
        *ret = node(ps, (Node){.kind = NODE_END});
        return OK;
    default:
        *ret = node(ps, (Node){.kind = NODE_CHAR, .c = str_next_codepoint(ps->text, &ps->at)});
        return OK;
    }
}

/* Digits, at most RE_DUP_MAX; -1 where there are none. */
static Err parse_count(Parser *ps, int *ret)
{
    size_t begin = ps->at;
    int count = -1;
    for (; more(ps) && peek(ps) >= '0' && peek(ps) <= '9'; ps->at++) {
        count = MAX(count, 0) * 10 + (peek(ps) - '0');
        if (count > PATTERN_REPEAT_MAX)
            return wrong(ps, begin, "a part can be repeated 255 times at the most");
    }
    *ret = count;
    return OK;
}

/* Behind the opening brace. */
static Err parse_interval(Parser *ps, Node *repeat)
{
    size_t begin = ps->at;
    TRY(parse_count(ps, &repeat->min));
    repeat->max = repeat->min;
    if (take(ps, ','))
        TRY(parse_count(ps, &repeat->max));
    bool reversed = repeat->max >= 0 && repeat->max < repeat->min;
    if (repeat->min < 0 || reversed || !take(ps, '}'))
        return wrong(ps, begin, "{m}, {m,} or {m,n} was expected");
    return OK;
}

static Err parse_repeat(Parser *ps, const Node **ret)
{
    bool anchor;
    TRY(parse_atom(ps, ret));
    anchor = (*ret)->kind == NODE_BEGIN || (*ret)->kind == NODE_END;
    while (more(ps) && (peek(ps) == '*' || peek(ps) == '+' || peek(ps) == '?' || peek(ps) == '{')) {
        if (anchor)
            return wrong(ps, ps->at, "an anchor cannot be repeated");
        char c = peek(ps);
        Node repeat = {
            .kind = NODE_REPEAT, .left = *ret, .min = c == '+', .max = c == '?' ? 1 : -1};
        ps->at++;
        if (c == '{')
            TRY(parse_interval(ps, &repeat));
        *ret = node(ps, repeat);
    }
    return OK;
}

static Err parse_concat(Parser *ps, const Node **ret)
{
    *ret = node(ps, (Node){.kind = NODE_EMPTY});
    while (more(ps) && peek(ps) != '|' && peek(ps) != ')') {
        const Node *right;
        TRY(parse_repeat(ps, &right));
        *ret = (*ret)->kind == NODE_EMPTY
                   ? right
                   : node(ps, (Node){.kind = NODE_CONCAT, .left = *ret, .right = right});
    }
    return OK;
}

static Err parse_or(Parser *ps, const Node **ret)
{
    TRY(parse_concat(ps, ret));
    while (take(ps, '|')) {
        const Node *right;
        TRY(parse_concat(ps, &right));
        *ret = node(ps, (Node){.kind = NODE_OR, .left = *ret, .right = right});
    }
    return OK;
}

/* Writing the program. */
typedef struct Writer {
    Cx *cx;
    State *states; /* PATTERN_PROGRAM_MAX */
    size_t count;
} Writer;

static Err put(Writer *w, State state, size_t *ret_at)
{
    if (w->count == PATTERN_PROGRAM_MAX)
        return fail(w->cx, ERR_LIMIT, "pattern.complex",
                    "the pattern needs more than %d states; repeat less", PATTERN_PROGRAM_MAX);
    if (ret_at)
        *ret_at = w->count;
    w->states[w->count++] = state;
    return OK;
}

static Err put_single(Writer *w, State state)
{
    state.next = (uint16_t)(w->count + 1);
    return put(w, state, NULL);
}

static Err write_node(Writer *w, const Node *n);

static Err write_or(Writer *w, const Node *n)
{
    size_t split, jump;
    TRY(put(w, (State){.op = OP_SPLIT}, &split));
    w->states[split].next = (uint16_t)w->count;
    TRY(write_node(w, n->left));
    TRY(put(w, (State){.op = OP_JUMP}, &jump));
    w->states[split].other = (uint16_t)w->count;
    TRY(write_node(w, n->right));
    w->states[jump].next = (uint16_t)w->count;
    return OK;
}

static Err write_repeat(Writer *w, const Node *n)
{
    size_t split;
    for (int i = 0; i < n->min; i++) {
        size_t before = w->count;
        TRY(write_node(w, n->left));
        if (w->count == before) /* nothing, however often: (){255}{255}{255} */
            break;
    }
    if (n->max < 0) {
        TRY(put(w, (State){.op = OP_SPLIT}, &split));
        w->states[split].next = (uint16_t)w->count;
        TRY(write_node(w, n->left));
        TRY(put(w, (State){.op = OP_JUMP, .next = (uint16_t)split}, NULL));
        w->states[split].other = (uint16_t)w->count;
        return OK;
    }
    for (int i = n->min; i < n->max; i++) {
        TRY(put(w, (State){.op = OP_SPLIT}, &split));
        w->states[split].next = (uint16_t)w->count;
        TRY(write_node(w, n->left));
        w->states[split].other = (uint16_t)w->count;
    }
    return OK;
}

static Err write_node(Writer *w, const Node *n)
{
    switch (n->kind) {
    case NODE_EMPTY:
        return OK;
    case NODE_CHAR:
        return put_single(w, (State){.op = OP_CHAR, .c = n->c});
    case NODE_ANY:
        return put_single(w, (State){.op = OP_ANY});
    case NODE_CLASS:
        return put_single(w, (State){.op = OP_CLASS, .class_ = n->class_});
    case NODE_BEGIN:
        return put_single(w, (State){.op = OP_BEGIN});
    case NODE_END:
        return put_single(w, (State){.op = OP_END});
    case NODE_CONCAT:
        TRY(write_node(w, n->left));
        return write_node(w, n->right);
    case NODE_OR:
        return write_or(w, n);
    case NODE_REPEAT:
        return write_repeat(w, n);
    }
    return OK;
}

static bool class_has(const Class *class_, uint32_t c)
{
    bool in = false;
    for (size_t i = 0; i < class_->count && !in; i++)
        in = c >= class_->ranges[i].from && c <= class_->ranges[i].to;
    return in != class_->negated;
}

/* The states that threads of one position are in. */
typedef struct Set {
    uint16_t list[PATTERN_PROGRAM_MAX];
    size_t count;
} Set;

typedef struct Run {
    const Pattern *pattern;
    uint32_t mark[PATTERN_PROGRAM_MAX]; /* the last position, plus one, that a state was added at */
    uint16_t stack[PATTERN_PROGRAM_MAX];
    int64_t steps;
} Run;

/* Adds a state and all that it leads to without reading. True when the end is among them. */
static bool set_add(Run *run, Set *set, uint16_t first, uint32_t mark, bool begin, bool end)
{
    size_t depth = 0;
    bool matched = false;
    if (run->mark[first] == mark)
        return false;
    run->mark[first] = mark;
    run->stack[depth++] = first;
    while (depth) {
        uint16_t at = run->stack[--depth];
        const State *s = &run->pattern->states[at];
        uint16_t to[2] = {s->next, s->other};
        size_t ways = 0;
        run->steps--;
        if (s->op == OP_MATCH)
            matched = true;
        else if (s->op == OP_SPLIT)
            ways = 2;
        else if (s->op == OP_JUMP || (s->op == OP_BEGIN && begin) || (s->op == OP_END && end))
            ways = 1;
        else if (s->op <= OP_CLASS)
            set->list[set->count++] = at;
        for (size_t i = 0; i < ways; i++)
            if (run->mark[to[i]] != mark) {
                run->mark[to[i]] = mark;
                run->stack[depth++] = to[i];
            }
    }
    return matched;
}

static bool state_takes(const State *s, uint32_t c)
{
    return s->op == OP_ANY || (s->op == OP_CHAR ? s->c == c : class_has(s->class_, c));
}

static bool run_text(Run *run, Str text)
{
    const Pattern *pattern = run->pattern;
    Set sets[2];
    Set *now = &sets[0], *then = &sets[1];
    now->count = 0;
    /* A character's set carries the mark of the position behind it; the begin has 1. */
    if (set_add(run, now, 0, 1, true, text.n == 0))
        return true;
    for (size_t at = 0; at < text.n && run->steps >= 0;) {
        if (!now->count && pattern->from_begin)
            return false;
        uint32_t c = str_next_codepoint(text, &at);
        uint32_t mark = (uint32_t)at + 1;
        bool end = at == text.n;
        then->count = 0;
        for (size_t i = 0; i < now->count; i++) {
            const State *s = &pattern->states[now->list[i]];
            run->steps--;
            if (state_takes(s, c) && set_add(run, then, s->next, mark, false, end))
                return true;
        }
        bool may_begin = pattern->any_first || (!end && pattern->first[(unsigned char)text.p[at]]);
        if (may_begin && set_add(run, then, 0, mark, false, end))
            return true;
        Set *swap = now;
        now = then;
        then = swap;
    }
    return false;
}

bool pattern_found(const Pattern *pattern, Str text, int64_t *steps)
{
    Run run = {.pattern = pattern, .steps = steps ? *steps : INT64_MAX};
    bool found = text.n < UINT32_MAX && run_text(&run, text);
    if (steps)
        *steps = run.steps - 1;
    return found && run.steps >= 0;
}

/* What a match may begin with, so that most positions need no look at the program. */
static void find_first(Pattern *pattern)
{
    Run run = {.pattern = pattern, .steps = INT64_MAX};
    Set set = {.count = 0};
    /* As if both anchors held: more is allowed than can be. */
    pattern->any_first = set_add(&run, &set, 0, 1, true, true);
    for (size_t i = 0; i < set.count; i++) {
        const State *s = &pattern->states[set.list[i]];
        for (unsigned b = 0; b < 128; b++)
            pattern->first[b] |= state_takes(s, b);
        for (unsigned b = 128; b < 256; b++)
            pattern->first[b] |= s->op != OP_CHAR || s->c >= 128;
    }
    run = (Run){.pattern = pattern, .steps = INT64_MAX};
    set.count = 0;
    pattern->from_begin =
        !set_add(&run, &set, 0, 1, false, false) && set.count == 0 && !pattern->any_first;
}

Err pattern_compile(Cx *cx, Str text, const Pattern **ret)
{
    if (text.n > PATTERN_TEXT_MAX)
        return fail(cx, ERR_LIMIT, "pattern.complex", "a pattern has %d bytes at the most",
                    PATTERN_TEXT_MAX);
    Parser ps = {.cx = cx, .text = text};
    const Node *tree;
    TRY(parse_or(&ps, &tree));
    if (more(&ps))
        return wrong(&ps, ps.at, "this parenthesis was not opened");
    State states[PATTERN_PROGRAM_MAX];
    Writer w = {.cx = cx, .states = states};
    TRY(write_node(&w, tree));
    TRY(put(&w, (State){.op = OP_MATCH}, NULL));
    Pattern *pattern = arena_new(cx->arena, Pattern);
    State *kept = arena_array(cx->arena, State, w.count);
    memcpy(kept, states, w.count * sizeof *kept);
    pattern->states = kept;
    pattern->count = w.count;
    find_first(pattern);
    *ret = pattern;
    return OK;
}
