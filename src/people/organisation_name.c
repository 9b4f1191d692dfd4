/* The likeness of names: what is compared when the office is told that an organisation may be
 * there already, or may pretend to be another one. */
#include "base/buf.h"
#include "base/fold.h"
#include "base/str.h"
#include "people/organisation.h"

/* Small letters of Cyrillic and Greek that look like Latin ones (after Unicode TR39). */
static const struct {
    uint32_t letter;
    char latin;
} LOOK_ALIKES[] = {
    {0x430, 'a'}, {0x435, 'e'}, {0x43e, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x445, 'x'},
    {0x443, 'y'}, {0x456, 'i'}, {0x455, 's'}, {0x458, 'j'}, {0x43a, 'k'}, {0x43c, 'm'},
    {0x442, 't'}, {0x43d, 'h'}, {0x432, 'b'}, {0x501, 'd'}, {0x51b, 'q'}, {0x51d, 'w'},
    {0x4bb, 'h'}, {0x3b1, 'a'}, {0x3bf, 'o'}, {0x3c1, 'p'}, {0x3bd, 'v'}, {0x3b9, 'i'},
    {0x3ba, 'k'}, {0x3c4, 't'}, {0x3c5, 'u'}, {0x3b5, 'e'}, {0x3b7, 'n'}, {0x3c7, 'x'},
};

/* Legal forms, which say nothing about who it is. */
static const Str LEGAL_FORMS[] = {
    S_INIT("gmbh"), S_INIT("mbh"), S_INIT("ggmbh"), S_INIT("ag"),  S_INIT("kg"),  S_INIT("kgaa"),
    S_INIT("ug"),   S_INIT("se"),  S_INIT("ev"),    S_INIT("e"),   S_INIT("v"),   S_INIT("eg"),
    S_INIT("gbr"),  S_INIT("ohg"), S_INIT("co"),    S_INIT("aor"), S_INIT("inc"), S_INIT("ltd"),
    S_INIT("llc"),  S_INIT("bv"),  S_INIT("sa"),    S_INIT("und"),
};

static bool is_legal_form(Str word)
{
    for (size_t i = 0; i < COUNT_OF(LEGAL_FORMS); i++)
        if (str_eq(word, LEGAL_FORMS[i]))
            return true;
    return false;
}

/* Letters and digits, those that look Latin as Latin; everything else parts words. */
static Str plain_words(Arena *arena, Str name)
{
    Str folded = fold_search(arena, name);
    Buf out = buf_new(arena, folded.n + 1);
    for (size_t at = 0; at < folded.n;) {
        size_t from = at;
        uint32_t c = str_next_codepoint(folded, &at);
        char latin = 0;
        for (size_t i = 0; i < COUNT_OF(LOOK_ALIKES); i++)
            if (LOOK_ALIKES[i].letter == c)
                latin = LOOK_ALIKES[i].latin;
        bool word = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (latin)
            buf_char(&out, latin);
        else if (word)
            buf_put(&out, str_slice(folded, from, at));
        else if (out.n && out.p[out.n - 1] != ' ')
            buf_char(&out, ' ');
    }
    return out.n ? str_trim(buf_str(&out)) : S("");
}

Str organisation_name_key(Arena *arena, Str name)
{
    Str key = plain_words(arena, name);
    for (;;) {
        ptrdiff_t blank = str_find_last_char(key, ' ');
        if (blank <= 0 || !is_legal_form(str_from_index(key, (size_t)blank + 1)))
            return key;
        key = str_slice(key, 0, (size_t)blank);
    }
}

static unsigned script_of(uint32_t c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c < 0x250) ||
        (c >= 0x1e00 && c < 0x1f00))
        return 1;
    if (c >= 0x370 && c < 0x400)
        return 2;
    return c >= 0x400 && c < 0x530 ? 4 : 0;
}

bool organisation_name_mixed(Str name)
{
    unsigned scripts = 0;
    for (size_t at = 0; at < name.n;) {
        uint32_t c = str_next_codepoint(name, &at);
        if (c == ' ' || c == '-' || c == '/')
            scripts = 0;
        scripts |= script_of(c);
        if (scripts & (scripts - 1))
            return true;
    }
    return false;
}

Str organisation_domain(Arena *arena, Str mail)
{
    static const Str EVERYBODYS[] = {
        S_INIT("gmail.com"),   S_INIT("googlemail.com"), S_INIT("gmx.de"),
        S_INIT("gmx.net"),     S_INIT("web.de"),         S_INIT("t-online.de"),
        S_INIT("outlook.de"),  S_INIT("outlook.com"),    S_INIT("hotmail.com"),
        S_INIT("hotmail.de"),  S_INIT("yahoo.com"),      S_INIT("yahoo.de"),
        S_INIT("icloud.com"),  S_INIT("posteo.de"),      S_INIT("freenet.de"),
        S_INIT("mailbox.org"), S_INIT("aol.com"),        S_INIT("proton.me"),
        S_INIT("live.de"),     S_INIT("live.com"),
    };
    ptrdiff_t at = str_find_last_char(mail, '@');
    if (at < 0)
        return S("");
    Str domain = fold_search(arena, str_from_index(mail, (size_t)at + 1));
    for (size_t i = 0; i < COUNT_OF(EVERYBODYS); i++)
        if (str_eq(domain, EVERYBODYS[i]))
            return S("");
    return domain;
}
