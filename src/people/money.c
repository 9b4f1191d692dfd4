#include "people/money.h"

#include "base/str.h"

/* Steps over what may stand around an amount. */
static Str bare(Str text)
{
    static const Str AROUND[] = {S_INIT("€"), S_INIT("EUR"), S_INIT("Euro"), S_INIT("\xc2\xa0"),
                                 S_INIT("\xe2\x80\xaf")};
    for (bool cut = true; cut;) {
        cut = false;
        text = str_trim(text);
        for (size_t i = 0; i < COUNT_OF(AROUND); i++) {
            Str one = AROUND[i];
            if (str_starts(text, one)) {
                text = str_from_index(text, one.n);
                cut = true;
            } else if (str_ends(text, one)) {
                text = str_slice(text, 0, text.n - one.n);
                cut = true;
            }
        }
    }
    return text;
}

/* The bytes of a mark between groups of digits at that place; 0: none. */
static size_t mark_length(Str text, size_t at)
{
    static const Str MARKS[] = {S_INIT("."), S_INIT(","),        S_INIT(" "),
                                S_INIT("'"), S_INIT("\xc2\xa0"), S_INIT("\xe2\x80\xaf")};
    Str rest = str_from_index(text, at);
    for (size_t i = 0; i < COUNT_OF(MARKS); i++)
        if (str_starts(rest, MARKS[i]))
            return MARKS[i].n;
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(Str text, size_t at)
{
    size_t n = 0;
    while (at + n < text.n && is_digit(text.p[at + n]))
        n++;
    return n;
}

/* Adds the digits to the sum; false beyond the largest. */
static bool take_digits(Str text, size_t at, size_t n, int64_t *sum)
{
    for (size_t i = 0; i < n; i++) {
        if (*sum > MONEY_CENT_MAX / 10)
            return false;
        *sum = *sum * 10 + (text.p[at + i] - '0');
    }
    return true;
}

enum { ANY = 1, NEVER = 2 }; /* of the mark between groups, before the first one */

/* Digits behind a mark: a group of three, or at the very end the cents, whose mark no group has. */
static bool take_group(Str text, char *groups, size_t *at, int64_t *euro, int64_t *cent)
{
    char mark = text.p[*at];
    *at += mark_length(text, *at);
    size_t n = digits_at(text, *at);
    bool last = *at + n == text.n, decimal = last && (mark == '.' || mark == ',');
    if (n == 3 && (*groups == ANY || *groups == mark)) {
        *groups = mark;
        if (!take_digits(text, *at, n, euro))
            return false;
    } else if (decimal && mark != *groups && (n == 1 || n == 2)) {
        if (!take_digits(text, *at, n, cent))
            return false;
        *cent *= n == 1 ? 10 : 1;
    } else {
        return false;
    }
    *at += n;
    return true;
}

bool money_parse(Str text, Money *ret)
{
    int64_t euro = 0, cent = 0;
    text = bare(text);
    if (!text.n) {
        *ret = MONEY_NONE;
        return true;
    }
    size_t at = digits_at(text, 0);
    if (!at || !take_digits(text, 0, at, &euro))
        return false;
    char groups = at <= 3 ? ANY : NEVER; /* "1234.567" is neither */
    while (at < text.n)
        if (!mark_length(text, at) || !take_group(text, &groups, &at, &euro, &cent))
            return false;
    if (euro > MONEY_CENT_MAX / 100 - 1)
        return false;
    *ret = (Money){euro * 100 + cent};
    return true;
}

Money money_typed(Str text)
{
    Money money = MONEY_BAD;
    return money_parse(text, &money) ? money : MONEY_BAD;
}

Str money_plain(Arena *arena, Money money, char point)
{
    if (!money_known(money))
        return S("");
    long long euro = (long long)(money.cent / 100), cent = (long long)(money.cent % 100);
    return cent ? arena_fmt(arena, "%lld%c%02lld", euro, point, cent)
                : arena_fmt(arena, "%lld", euro);
}

DbValue money_value(Money money)
{
    return money_known(money) ? V_I64(money.cent) : V_NULL;
}

Money money_column(const DbRows *rows, int column)
{
    return db_is_null(rows, column) ? MONEY_NONE : (Money){db_i64(rows, column)};
}
