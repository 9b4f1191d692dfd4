#include "base/fold.h"

#include "base/buf.h"
#include "base/str.h"

/* The letter below the accents, lower case; '.' where it is no single one. */
static const char LATIN[] = /* U+00C0 to U+024F */
    "aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkklllllll"
    "lllnnnnnn.nnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
    "bb.....cc.d......ffg...ikkl..nnooo..pp.....ttttuu.vyyzz........."
    ".............aaiioouuuuuuuuuu.aaaa..ggggkkoooo..j...gg..nnaa..oo"
    "aaaaeeeeiiiioooorrrruuuusstt..hhnd..zzaaeeooooooooyylntj..acclts"
    "z..bu.eejj..rryy";
static const char LATIN_ADDITIONAL[] = /* U+1E00 to U+1EFF */
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwy.s....aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

/* Ascending by code point. */
static const struct {
    uint16_t from;
    char to[3];
} PAIRS[] = {
    {0xC6, "ae"},  {0xDE, "th"},  {0xDF, "ss"},  {0xE6, "ae"},   {0xFE, "th"},  {0x132, "ij"},
    {0x133, "ij"}, {0x149, "n"},  {0x152, "oe"}, {0x153, "oe"},  {0x1C4, "dz"}, {0x1C5, "dz"},
    {0x1C6, "dz"}, {0x1C7, "lj"}, {0x1C8, "lj"}, {0x1C9, "lj"},  {0x1CA, "nj"}, {0x1CB, "nj"},
    {0x1CC, "nj"}, {0x1E2, "ae"}, {0x1E3, "ae"}, {0x1F1, "dz"},  {0x1F2, "dz"}, {0x1F3, "dz"},
    {0x1FC, "ae"}, {0x1FD, "ae"}, {0x1E9A, "a"}, {0x1E9E, "ss"},
};

/* Accented lower-case letters of Greek and Cyrillic, and the final sigma. Ascending. */
static const struct {
    uint16_t from, to;
} PLAIN[] = {
    {0x390, 0x3B9}, {0x3AC, 0x3B1}, {0x3AD, 0x3B5}, {0x3AE, 0x3B7}, {0x3AF, 0x3B9}, {0x3B0, 0x3C5},
    {0x3C2, 0x3C3}, {0x3CA, 0x3B9}, {0x3CB, 0x3C5}, {0x3CC, 0x3BF}, {0x3CD, 0x3C5}, {0x3CE, 0x3C9},
    {0x439, 0x438}, {0x450, 0x435}, {0x451, 0x435}, {0x453, 0x433}, {0x457, 0x456}, {0x45C, 0x43A},
    {0x45D, 0x438}, {0x45E, 0x443}, {0x477, 0x475}, {0x4C2, 0x436}, {0x4D1, 0x430}, {0x4D3, 0x430},
    {0x4D7, 0x435}, {0x4DB, 0x4D9}, {0x4DD, 0x436}, {0x4DF, 0x437}, {0x4E3, 0x438}, {0x4E5, 0x438},
    {0x4E7, 0x43E}, {0x4EB, 0x4E9}, {0x4ED, 0x44D}, {0x4EF, 0x443}, {0x4F1, 0x443}, {0x4F3, 0x443},
    {0x4F5, 0x447}, {0x4F9, 0x44B},
};

/* What a character folds to: none, one or two code points. */
typedef struct Folded {
    uint32_t c[2];
    size_t n;
} Folded;

static Folded one(uint32_t c)
{
    return (Folded){{c, 0}, 1};
}

static uint32_t lower_greek(uint32_t c)
{
    if (c == 0x386)
        return 0x3AC;
    if (c >= 0x388 && c <= 0x38A)
        return c + 37;
    if (c == 0x38C)
        return 0x3CC;
    if (c == 0x38E || c == 0x38F)
        return c + 63;
    return c >= 0x391 && c <= 0x3AB && c != 0x3A2 ? c + 32 : c;
}

static uint32_t lower_cyrillic(uint32_t c)
{
    if (c <= 0x40F)
        return c + 80;
    if (c <= 0x42F)
        return c + 32;
    if (c == 0x4C0)
        return 0x4CF;
    if (c >= 0x4C1 && c <= 0x4CE)
        return c + (c & 1);
    bool paired = (c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF) || c >= 0x4D0;
    return paired ? c | 1 : c;
}

static Folded fold_other_script(uint32_t c)
{
    if (c >= 0x370 && c <= 0x3FF)
        c = lower_greek(c);
    else if (c >= 0x400 && c <= 0x52F)
        c = lower_cyrillic(c);
    else if (c >= 0x531 && c <= 0x556)
        return one(c + 48); /* Armenian */
    size_t low = 0, high = COUNT_OF(PLAIN);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (PLAIN[middle].from < c)
            low = middle + 1;
        else
            high = middle;
    }
    return one(low < COUNT_OF(PLAIN) && PLAIN[low].from == c ? PLAIN[low].to : c);
}

static Folded fold_latin(uint32_t c, const char *table, uint32_t first)
{
    if (table[c - first] != '.')
        return one((unsigned char)table[c - first]);
    for (size_t i = 0; i < COUNT_OF(PAIRS); i++) {
        const char *to = PAIRS[i].to;
        if (PAIRS[i].from == c)
            return (Folded){{(unsigned char)to[0], (unsigned char)to[1]}, to[1] ? 2 : 1};
    }
    return one(c);
}

/* What typewriters have no key for, and what nobody sees. */
static Folded fold_sign(uint32_t c)
{
    if (c == 0xAD || (c >= 0x200B && c <= 0x200D) || c == 0x2060 || c == 0xFEFF)
        return (Folded){.n = 0}; /* soft hyphen, zero-width characters */
    if (c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x3000)
        return one(' ');
    if (c >= 0x2010 && c <= 0x2015)
        return one('-');
    if (c == 0x2018 || c == 0x2019)
        return one('\'');
    return one(c);
}

static Folded fold_char(uint32_t c)
{
    if (c < 0x80)
        return one(c >= 'A' && c <= 'Z' ? c + 32 : c >= '\t' && c <= '\r' ? ' ' : c);
    if (c >= 0xC0 && c < 0xC0 + sizeof LATIN - 1)
        return fold_latin(c, LATIN, 0xC0);
    if (c >= 0x300 && c <= 0x36F)
        return (Folded){.n = 0};
    if (c >= 0x370 && c <= 0x556)
        return fold_other_script(c);
    if (c >= 0x1E00 && c <= 0x1EFF)
        return fold_latin(c, LATIN_ADDITIONAL, 0x1E00);
    if (c >= 0xFF21 && c <= 0xFF3A)
        return one(c - 0xFF21 + 'a'); /* full width */
    return fold_sign(c);
}

static size_t utf8_write(uint32_t c, char *to)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char LEAD[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3F));
    to[0] = (char)(LEAD[n] | c);
    return n;
}

static bool is_umlaut_vowel(uint32_t c)
{
    return c == 'a' || c == 'o' || c == 'u';
}

Str fold_search(Arena *arena, Str text)
{
    /* A broken byte, the longest growth, becomes the three bytes of U+FFFD. */
    size_t room = arena_times(text.n, 3) + 1, n = 0;
    char *folded = arena_alloc_raw(arena, room, 1);
    uint32_t before = ' '; /* the character before, where an e was left out still the vowel */
    for (size_t at = 0; at < text.n;) {
        Folded f = fold_char(str_next_codepoint(text, &at));
        for (size_t i = 0; i < f.n; i++) {
            if ((f.c[i] == 'e' && is_umlaut_vowel(before)) || (f.c[i] == ' ' && before == ' '))
                continue;
            before = f.c[i];
            n += utf8_write(before, folded + n);
        }
    }
    if (n > 0 && folded[n - 1] == ' ')
        n--;
    folded[n] = 0;
    arena_grow(arena, folded, room, n + 1, 1);
    return (Str){folded, n};
}

typedef struct FoldReader {
    Str text;
    size_t at;
    Folded ready;
    size_t taken;
} FoldReader;

/* The next folded code point, or -1 at the end. */
static int64_t fold_next(FoldReader *reader)
{
    while (reader->taken == reader->ready.n) {
        if (reader->at >= reader->text.n)
            return -1;
        reader->ready = fold_char(str_next_codepoint(reader->text, &reader->at));
        reader->taken = 0;
    }
    return reader->ready.c[reader->taken++];
}

size_t fold_match(Str text, size_t at, Str folded)
{
    size_t from = at, want = 0;
    uint32_t before = ' ';
    while (at < text.n) {
        size_t next = at;
        Folded f = fold_char(str_next_codepoint(text, &next));
        bool marks = f.n == 0;
        if (want == folded.n && !marks)
            break;
        for (size_t i = 0; i < f.n; i++) {
            if (f.c[i] == 'e' && is_umlaut_vowel(before))
                continue;
            before = f.c[i];
            size_t wanted = want;
            if (want == folded.n || str_next_codepoint(folded, &wanted) != before)
                return 0;
            want = wanted;
        }
        at = next;
    }
    return want == folded.n ? at - from : 0;
}

int fold_compare_de(Str a, Str b)
{
    FoldReader left = {.text = a}, right = {.text = b};
    for (;;) {
        int64_t l = fold_next(&left), r = fold_next(&right);
        if (l != r)
            return l < r ? -1 : 1;
        if (l < 0)
            return str_cmp(a, b);
    }
}

static bool is_umlaut(uint32_t c)
{
    return c == 0xC4 || c == 0xD6 || c == 0xDC || c == 0xE4 || c == 0xF6 || c == 0xFC;
}

/* Cut between words where the first word leaves a place for it. */
static Str slug_cut(Str slug)
{
    if (slug.n > SLUG_BYTES_MAX) {
        Str head = str_slice(slug, 0, SLUG_BYTES_MAX + 1);
        ptrdiff_t hyphen = str_find_last_char(head, '-');
        slug = str_slice(slug, 0, hyphen > 0 ? (size_t)hyphen : SLUG_BYTES_MAX);
    }
    return slug.n && slug.p[slug.n - 1] == '-' ? str_slice(slug, 0, slug.n - 1) : slug;
}

Str slug_make(Arena *arena, Str title)
{
    Buf buf = buf_new(arena, SLUG_BYTES_MAX + 8);
    for (size_t at = 0; at < title.n && buf.n <= SLUG_BYTES_MAX;) {
        uint32_t c = str_next_codepoint(title, &at);
        Folded f = fold_char(c);
        bool first = buf.n == 0;
        uint32_t before = first ? 0 : (unsigned char)buf.p[buf.n - 1];
        if (is_umlaut(c) || (c == 0x308 && is_umlaut_vowel(before)))
            f.c[f.n++] = 'e'; /* U+0308: the umlaut's dots as a combining mark */
        for (size_t i = 0; i < f.n; i++) {
            if ((f.c[i] >= 'a' && f.c[i] <= 'z') || (f.c[i] >= '0' && f.c[i] <= '9'))
                buf_char(&buf, (char)f.c[i]);
            else if (!first && before != '-')
                buf_char(&buf, '-');
        }
    }
    return slug_cut(buf_str(&buf));
}
