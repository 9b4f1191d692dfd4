/* Texts and questions of any bytes: an excerpt's pieces are the text's, in their order, and plain
 * words have no sign of Markdown. The first line is the question, the rest the text. */
#include "people/search_text.h"

#include "base/fold.h"
#include "base/stem.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TERMS = 8 };

static void check_plain(Str plain, Str text)
{
    ASSERT(plain.n <= text.n * 2);
    for (size_t i = 0; i < plain.n; i++)
        ASSERT(!memchr("#*`~|[]>\t\r\n", plain.p[i], 11));
    ASSERT(str_is_utf8(plain) || !str_is_utf8(text));
}

/* Whole texts come back whole; a part lies in its text. */
static void check_pieces(const SearchMarks *marks, Arena *arena, Str text, size_t bytes)
{
    SearchPiece *pieces;
    size_t count, total = 0;
    search_pieces(arena, marks, text, bytes, &pieces, &count);
    Str rest = text;
    for (size_t i = 0; i < count; i++) {
        Str piece = pieces[i].text;
        total += piece.n;
        if (piece.p >= text.p && piece.p < text.p + text.n) {
            ASSERT(piece.p >= rest.p && piece.p + piece.n <= text.p + text.n);
            rest = str_from_index(text, (size_t)(piece.p + piece.n - text.p));
        }
        ASSERT(str_is_utf8(piece) || !str_is_utf8(text));
    }
    if (!bytes)
        ASSERT(total == text.n || !text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Str rest = {(const char *)data, size}, question = str_cut(&rest, '\n');
    Str text = rest.p ? rest : S("");
    arena_init(&arena, 0, 0);
    Str plain = search_plain(&arena, text);
    check_plain(plain, text);
    SearchMarks marks = search_marks(&arena, TERMS);
    for (size_t i = 0; question.p && i < TERMS; i++) {
        Str word = str_cut(&question, ' ');
        if (!word.n || word.n > SEARCH_QUESTION_BYTES_MAX || !str_is_utf8(word))
            continue;
        search_mark(&marks, word);
        Str written = search_written(&arena, plain, word);
        ASSERT(!written.p || written.n);
    }
    check_pieces(&marks, &arena, plain, SEARCH_EXCERPT_BYTES);
    check_pieces(&marks, &arena, plain, 0);
    arena_done(&arena);
    return 0;
}
