/* What a name may look like: it stands beside what a person writes, and must not pass for another
 * one. A small rule of our own; UTS #39 has the long one. */
#include "base/str.h"
#include "core/person.h"

typedef struct Range {
    uint32_t from, to;
} Range;

/* Not seen, or not characters: controls, soft hyphen, joiners and marks of direction, separators of
 * lines, byte order mark, tags, private use, noncharacters. The zero width (non-)joiner is needed
 * in Persian and Indic names, so they stay out of this list; between Latin letters they are seen as
 * little as the others, and is_joiner finds them there. */
static const Range HIDDEN[] = {
    {0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},     {0x034F, 0x034F}, {0x061C, 0x061C},
    {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F}, {0x200B, 0x200B}, {0x200E, 0x200F},
    {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164}, {0xE000, 0xF8FF}, {0xFE00, 0xFE0F},
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFD}, {0xFFFE, 0xFFFF}, {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF}};

typedef enum Script {
    SCRIPT_OTHER,
    SCRIPT_LATIN,
    SCRIPT_GREEK,
    SCRIPT_CYRILLIC,
    SCRIPT_MORE
} Script;

/* Scripts whose letters look like Latin ones. */
static const struct {
    Range range;
    Script script;
} LETTERS[] = {{{'A', 'Z'}, SCRIPT_LATIN},          {{'a', 'z'}, SCRIPT_LATIN},
               {{0xAA, 0xAA}, SCRIPT_LATIN},        {{0xBA, 0xBA}, SCRIPT_LATIN},
               {{0xC0, 0xD6}, SCRIPT_LATIN},        {{0xD8, 0xF6}, SCRIPT_LATIN},
               {{0xF8, 0x2AF}, SCRIPT_LATIN},       {{0x370, 0x3FF}, SCRIPT_GREEK},
               {{0x400, 0x52F}, SCRIPT_CYRILLIC},   {{0x531, 0x587}, SCRIPT_MORE},
               {{0x13A0, 0x13FD}, SCRIPT_MORE},     {{0x1C80, 0x1C8F}, SCRIPT_CYRILLIC},
               {{0x1D00, 0x1D25}, SCRIPT_LATIN},    {{0x1E00, 0x1EFF}, SCRIPT_LATIN},
               {{0x1F00, 0x1FFF}, SCRIPT_GREEK},    {{0x2C60, 0x2C7F}, SCRIPT_LATIN},
               {{0x2DE0, 0x2DFF}, SCRIPT_CYRILLIC}, {{0xA640, 0xA69F}, SCRIPT_CYRILLIC},
               {{0xA720, 0xA7FF}, SCRIPT_LATIN},    {{0xAB30, 0xAB6F}, SCRIPT_LATIN},
               {{0xAB70, 0xABBF}, SCRIPT_MORE},     {{0xFF21, 0xFF3A}, SCRIPT_LATIN},
               {{0xFF41, 0xFF5A}, SCRIPT_LATIN}};

static bool is_hidden(uint32_t c)
{
    for (size_t i = 0; i < COUNT_OF(HIDDEN); i++)
        if (c >= HIDDEN[i].from && c <= HIDDEN[i].to)
            return true;
    return false;
}

static Script script_of(uint32_t c)
{
    for (size_t i = 0; i < COUNT_OF(LETTERS); i++)
        if (c >= LETTERS[i].range.from && c <= LETTERS[i].range.to)
            return LETTERS[i].script;
    return SCRIPT_OTHER;
}

static bool is_joiner(uint32_t c)
{
    return c == 0x200C || c == 0x200D;
}

/* A space of any kind, or a sign: what parts words. */
static bool parts_words(uint32_t c)
{
    return c == ' ' || c == '-' || c == '\'' || c == '.' || c == ',' || c == 0xA0 ||
           (c >= 0x2000 && c <= 0x206F && !is_joiner(c)) || c == 0x3000 || c == '(' || c == ')' ||
           c == '/' || c == '&';
}

Err person_check_name(Cx *cx, Str name)
{
    Script word = SCRIPT_OTHER;
    bool any = false, begun = false; /* a word was */
    if (name.n == 0 || name.n > PERSON_NAME_BYTES_MAX || !str_is_utf8(name))
        return fail(cx, ERR_INVALID, "person.name", "a name has 1 to %d bytes",
                    PERSON_NAME_BYTES_MAX);
    for (size_t at = 0; at < name.n;) {
        uint32_t c = str_next_codepoint(name, &at);
        Script script = script_of(c);
        if (is_hidden(c) || (is_joiner(c) && (!begun || word != SCRIPT_OTHER)))
            return fail(cx, ERR_INVALID, "person_hidden.name",
                        "the name has a character that is not seen: U+%04X", c);
        begun = c > ' ' && !parts_words(c);
        any |= begun;
        if (parts_words(c))
            word = SCRIPT_OTHER;
        else if (script != SCRIPT_OTHER && word != SCRIPT_OTHER && script != word)
            return fail(cx, ERR_INVALID, "person_mixed.name",
                        "a word of the name mixes letters of different scripts: U+%04X", c);
        else if (script != SCRIPT_OTHER)
            word = script;
    }
    if (!any)
        return fail(cx, ERR_INVALID, "person.name", "a name has at least one letter");
    return OK;
}
