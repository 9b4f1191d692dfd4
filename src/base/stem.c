#include "base/stem.h"

#include "base/fold.h"
#include "base/str.h"

#include <stdlib.h>

/* ---- stems ---- */

static bool ends_behind(Str word, const char *ending, size_t least)
{
    Str end = str_from(ending);
    return word.n > least && str_ends(word, end);
}

static Str without(Str word, size_t n)
{
    return str_slice(word, 0, word.n - n);
}

/* A plural's s: behind most consonants, and behind the vowels that words from elsewhere end with
 * ("Kitas", "Autos", "Handys"), but not that of "Haus", "Kreis", "Glas". */
static bool is_plural_s(Str word)
{
    if (word.n < 4 || word.p[word.n - 1] != 's')
        return false;
    char before = word.p[word.n - 2];
    return memchr("bdfgklmnprt", before, 11) || (word.n > 4 && memchr("aoy", before, 3));
}

/* What an inflected noun or adjective ends with. */
static Str first_step(Str word)
{
    if (ends_behind(word, "ern", 5) && !ends_behind(word, "stern", 0))
        return without(word, 3);
    if (ends_behind(word, "innen", 7))
        return without(word, 5);
    if (ends_behind(word, "em", 4) || ends_behind(word, "en", 4) || ends_behind(word, "er", 4) ||
        ends_behind(word, "es", 4))
        return without(word, 2);
    if (ends_behind(word, "e", 3))
        return without(word, 1);
    return is_plural_s(word) ? without(word, 1) : word;
}

/* What stands before that in comparisons and of those who do something: "neuesten", "Fahrern". */
static Str second_step(Str word)
{
    if (ends_behind(word, "est", 5))
        return without(word, 3);
    if (ends_behind(word, "er", 4) || ends_behind(word, "en", 4))
        return without(word, 2);
    return word;
}

Str stem_of(Str folded)
{
    for (size_t i = 0; i < folded.n; i++)
        if (folded.p[i] >= '0' && folded.p[i] <= '9')
            return folded;
    return second_step(first_step(folded));
}

/* ---- words that say nothing ---- */

/* Sorted. German as fold_search folds it: "fur", "uber"; and the most common English ones. */
static const char *const STOP[] = {
    "ab",      "aber",    "all",     "alle",    "allem",   "allen",    "aller",      "alles",
    "als",     "also",    "am",      "an",      "and",     "any",      "are",        "as",
    "at",      "auch",    "auf",     "aus",     "be",      "bei",      "beim",       "bin",
    "bis",     "bist",    "but",     "by",      "can",     "da",       "dabei",      "dadurch",
    "dafur",   "damit",   "dan",     "dann",    "daran",   "darauf",   "daraus",     "darin",
    "darum",   "das",     "dass",    "davon",   "dazu",    "dein",     "deine",      "deinen",
    "deiner",  "dem",     "den",     "denn",    "der",     "deren",    "des",        "dessen",
    "dich",    "die",     "dies",    "diese",   "diesem",  "diesen",   "dieser",     "dieses",
    "dir",     "do",      "doch",    "dort",    "du",      "durch",    "eigentlich", "ein",
    "eine",    "einem",   "einen",   "einer",   "eines",   "einfach",  "er",         "es",
    "etwas",   "eu",      "euch",    "fand",    "fast",    "for",      "from",       "fur",
    "gab",     "ganz",    "gar",     "geht",    "gerade",  "gibt",     "habe",       "haben",
    "hat",     "hatte",   "hatten",  "have",    "hier",    "how",      "i",          "ich",
    "ihm",     "ihn",     "ihnen",   "ihr",     "ihre",    "ihrem",    "ihren",      "ihrer",
    "im",      "immer",   "in",      "innen",   "ins",     "irgendwo", "is",         "ist",
    "it",      "its",     "ja",      "je",      "jede",    "jedem",    "jeden",      "jeder",
    "jedes",   "jetzt",   "kan",     "kann",    "kannst",  "kein",     "keine",      "keinen",
    "konnen",  "konnte",  "konnten", "lasst",   "mal",     "man",      "mehr",       "mein",
    "meine",   "meinem",  "meinen",  "meiner",  "mich",    "mir",      "mit",        "mochte",
    "mochten", "muss",    "mussen",  "my",      "nach",    "near",     "nicht",      "noch",
    "nun",     "nur",     "ob",      "oder",    "of",      "ohne",     "on",         "or",
    "our",     "schon",   "sehr",    "sein",    "seine",   "seinem",   "seinen",     "seiner",
    "seit",    "sich",    "sie",     "sind",    "so",      "soll",     "sollen",     "sollte",
    "sollten", "sowie",   "that",    "the",     "their",   "there",    "this",       "to",
    "uber",    "um",      "und",     "uns",     "unser",   "unsere",   "unserem",    "unseren",
    "unserer", "unter",   "viel",    "viele",   "vielen",  "vom",      "von",        "vor",
    "wan",     "wann",    "war",     "waren",   "warum",   "was",      "we",         "weil",
    "welche",  "welchem", "welchen", "welcher", "welches", "wem",      "wen",        "wenn",
    "wer",     "werd",    "werde",   "werden",  "what",    "when",     "where",      "which",
    "wie",     "wir",     "wird",    "with",    "wo",      "wohin",    "wurd",       "wurde",
    "wurden",  "you",     "your",    "z",       "zu",      "zum",      "zur",        "zwischen",
};

static int compare(const void *key, const void *element)
{
    return str_cmp(*(const Str *)key, str_from(*(const char *const *)element));
}

bool is_stop_word(Str folded)
{
    return bsearch(&folded, STOP, COUNT_OF(STOP), sizeof STOP[0], compare) != NULL;
}

/* ---- words of a text ---- */

/* Signs and punctuation above ASCII; all else there is taken for a letter. */
static bool is_sign(uint32_t c)
{
    return (c >= 0x80 && c <= 0xBF && c != 0xAA && c != 0xAD && c != 0xB5 && c != 0xBA) ||
           c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x2BFF && c != 0x200C && c != 0x200D) ||
           (c >= 0x2E00 && c <= 0x2E7F) || (c >= 0x3000 && c <= 0x303F) || c == 0xFFFD ||
           (c >= 0xFE10 && c <= 0xFE6F) || c >= 0x1F000;
}

static bool is_word_char(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return !is_sign(c);
}

static bool is_hyphen(uint32_t c)
{
    return c == '-' || c == 0x2010 || c == 0x2011;
}

static Str cut(Str word)
{
    size_t n = MIN(word.n, WORD_BYTES_MAX);
    while (n < word.n && n > 0 && ((unsigned char)word.p[n] & 0xC0) == 0x80)
        n--;
    return str_slice(word, 0, n);
}

bool word_next(WordReader *reader, Word *ret)
{
    Str text = reader->text;
    uint32_t before = 0;
    while (reader->at < text.n) {
        size_t from = reader->at, at = from;
        uint32_t c = str_next_codepoint(text, &at);
        if (!is_word_char(c)) {
            reader->hyphen = is_hyphen(c) && reader->hyphen && before == 0;
            before = c;
            reader->at = at;
            continue;
        }
        while (at < text.n) {
            size_t next = at;
            if (!is_word_char(str_next_codepoint(text, &next)))
                break;
            at = next;
        }
        *ret = (Word){.folded = cut(fold_search(reader->arena, str_slice(text, from, at))),
                      .from = from,
                      .to = at,
                      .hyphen = reader->hyphen && before != 0};
        reader->at = at;
        reader->hyphen = true; /* a hyphen right behind it would join the next word */
        return true;
    }
    return false;
}
