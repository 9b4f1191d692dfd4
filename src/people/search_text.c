#include "people/search_text.h"

#include "base/buf.h"
#include "base/stem.h"
#include "base/str.h"

/* ---- Markdown as plain words ---- */

enum { TAG_BYTES_MAX = 2000, SCANNED_BYTES_MAX = 8 << 10 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The length of a tag, an address or another thing that is not shown; 0: none begins here. */
static size_t hidden_length(Str rest)
{
    if (rest.n > 2 && rest.p[0] == '<' &&
        (is_letter(rest.p[1]) || rest.p[1] == '/' || rest.p[1] == '!')) {
        ptrdiff_t end = str_find_char(str_slice(rest, 0, TAG_BYTES_MAX), '>');
        return end > 0 ? (size_t)end + 1 : 0;
    }
    if (str_starts(rest, S("](")) || str_starts(rest, S("]:"))) {
        ptrdiff_t end =
            str_find_char(str_slice(rest, 0, TAG_BYTES_MAX), rest.p[1] == '(' ? ')' : '\n');
        return end > 0 ? (size_t)end + 1 : 2;
    }
    if (str_starts(rest, S("http://")) || str_starts(rest, S("https://"))) {
        size_t n = 0;
        while (n < rest.n && !memchr(" \t\r\n)>\"'", rest.p[n], 9))
            n++;
        return n;
    }
    return 0;
}

Str search_plain(Arena *arena, Str markdown)
{
    Buf out = buf_new(arena, markdown.n * 2 + 1);
    bool heading = false;
    for (size_t at = 0; at < markdown.n;) {
        size_t hidden = hidden_length(str_from_index(markdown, at));
        char c = markdown.p[at];
        bool blank = hidden || memchr(" \t\r\n", c, 4);
        at += hidden ? hidden : 1;
        heading |= c == '#' && (out.n == 0 || out.p[out.n - 1] == ' ');
        if (heading && c == '\n') {
            buf_char(&out, ':'); /* what stood in a line of its own stays apart */
            heading = false;
        }
        if (blank) {
            if (out.n && out.p[out.n - 1] != ' ')
                buf_char(&out, ' ');
        } else if (!memchr("#*`~|[]>", c, 8)) {
            buf_char(&out, c);
        }
    }
    return out.n ? str_trim(buf_str(&out)) : S("");
}

/* ---- marks ---- */

SearchMarks search_marks(Arena *arena, size_t most)
{
    SearchMarks marks = {.size = 16};
    while (marks.size < most * 2)
        marks.size *= 2;
    marks.slots = arena_array(arena, Str, marks.size);
    return marks;
}

static size_t slot_of(const SearchMarks *marks, Str term)
{
    size_t at = str_hash(term) & (marks->size - 1);
    while (marks->slots[at].n && !str_eq(marks->slots[at], term))
        at = (at + 1) & (marks->size - 1);
    return at;
}

void search_mark(SearchMarks *marks, Str term)
{
    size_t at = slot_of(marks, term);
    if (marks->slots[at].n || marks->count * 2 >= marks->size)
        return;
    marks->slots[at] = term;
    marks->count++;
}

static bool is_marked(const SearchMarks *marks, const Word *word)
{
    return marks->count && marks->slots[slot_of(marks, stem_of(word->folded))].n;
}

Str search_written(Arena *arena, Str text, Str term)
{
    WordReader reader = {.arena = arena, .text = str_slice(text, 0, SCANNED_BYTES_MAX)};
    Word word;
    while (word_next(&reader, &word))
        if (str_eq(stem_of(word.folded), term))
            return str_slice(text, word.from, word.to);
    return (Str){0};
}

/* ---- pieces ---- */

enum { FOUND_MAX = 256 };

typedef struct Found {
    size_t from, to;
} Found;

static size_t find_marked(Arena *arena, const SearchMarks *marks, Str text, Found *ret)
{
    WordReader reader = {.arena = arena, .text = text};
    Word word;
    size_t count = 0;
    while (count < FOUND_MAX && word_next(&reader, &word))
        if (is_marked(marks, &word))
            ret[count++] = (Found){word.from, word.to};
    return count;
}

/* The first of the found words with which the part begins that has most of them. */
static size_t best_start(const Found *found, size_t count, size_t bytes)
{
    size_t best = 0, most = 0;
    for (size_t i = 0; i < count; i++) {
        size_t within = 0;
        while (i + within < count && found[i + within].to - found[i].from <= bytes)
            within++;
        if (within > most) {
            most = within;
            best = i;
        }
    }
    return best;
}

/* Moves to the beginning of a word, at most a few bytes back. */
static size_t word_start(Str text, size_t at)
{
    enum { BACK_MAX = 40 };
    size_t from = at > BACK_MAX ? at - BACK_MAX : 0;
    for (size_t i = at; i > from; i--)
        if (text.p[i - 1] == ' ')
            return i;
    if (from == 0)
        return 0;
    while (at < text.n && ((unsigned char)text.p[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static Str choose_part(Str text, const Found *found, size_t count, size_t bytes, size_t *ret_from)
{
    enum { BEFORE = 60 };
    size_t from = 0, to;
    if (bytes == 0 || text.n <= bytes) {
        *ret_from = 0;
        return text;
    }
    if (count) {
        size_t first = found[best_start(found, count, bytes - BEFORE)].from;
        from = first > BEFORE ? word_start(text, first - BEFORE) : 0;
    }
    to = from + bytes >= text.n ? text.n : word_start(text, from + bytes);
    *ret_from = from;
    return str_slice(text, from, to);
}

void search_pieces(Arena *arena, const SearchMarks *marks, Str text, size_t bytes,
                   SearchPiece **ret, size_t *ret_count)
{
    Found *found = arena_array(arena, Found, FOUND_MAX);
    Str scanned =
        bytes ? str_slice(text, 0, word_start(text, MIN(text.n, SCANNED_BYTES_MAX))) : text;
    if (bytes && text.n <= SCANNED_BYTES_MAX)
        scanned = text;
    size_t found_count = find_marked(arena, marks, scanned, found), from, count = 0;
    Str part = choose_part(scanned, found, found_count, bytes, &from);
    SearchPiece *pieces = arena_array(arena, SearchPiece, 2 * SEARCH_MARKS_MAX + 3);
    size_t at = from, marked = 0;
    if (from > 0)
        pieces[count++] = (SearchPiece){S("\xe2\x80\xa6 "), false};
    for (size_t i = 0; i < found_count && marked < SEARCH_MARKS_MAX; i++) {
        if (found[i].from < at || found[i].to > from + part.n)
            continue;
        if (found[i].from > at)
            pieces[count++] = (SearchPiece){str_slice(text, at, found[i].from), false};
        pieces[count++] = (SearchPiece){str_slice(text, found[i].from, found[i].to), true};
        at = found[i].to;
        marked++;
    }
    if (at < from + part.n)
        pieces[count++] = (SearchPiece){str_slice(text, at, from + part.n), false};
    if (from + part.n < text.n)
        pieces[count++] = (SearchPiece){S(" \xe2\x80\xa6"), false};
    *ret = pieces;
    *ret_count = count;
}
