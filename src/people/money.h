/* Money: whole cents, so that sums are exact. Typed as people write it, in German or English. */
#ifndef HANSE_PEOPLE_MONEY_H
#define HANSE_PEOPLE_MONEY_H

#include "base/base.h"
#include "db/db.h"

typedef struct Money {
    int64_t cent; /* MONEY_NONE.cent where nobody said */
} Money;

#define MONEY_NONE ((Money){-1})
/* What was typed and is no sum: the noun that it was meant for says so beside its other flaws. */
#define MONEY_BAD ((Money){-2})
#define MONEY_CENT_MAX INT64_C(10000000000000) /* a hundred thousand million euros */

static inline bool money_known(Money money)
{
    return money.cent >= 0;
}

/* "1234", "1.234,50", "1,234.5", "12,5 €", "EUR 3 000": the last comma or point with one or two
 * digits behind it parts the cents; others, and blanks, stand before groups of three digits.
 * Empty text is MONEY_NONE. False for anything else, for negative sums, and beyond
 * MONEY_CENT_MAX. */
MUST bool money_parse(Str text, Money *ret);
/* The same for what a form sends: MONEY_BAD where it is no sum. */
Money money_typed(Str text);
/* "1234.50": as files and forms have it; empty for MONEY_NONE. */
Str money_plain(Arena *arena, Money money, char point);

DbValue money_value(Money money); /* for statements: NULL for MONEY_NONE */
Money money_column(const DbRows *rows, int column);

#endif
