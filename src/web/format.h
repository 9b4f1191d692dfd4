/* Numbers, units, dates and times as a reader of the page's language writes them.
 *
 * German: 1.284,5 with the true minus (U+2212); English: 1,284.5. Before a unit stands a narrow
 * no-break space (U+202F, DIN 5008). Times are shown in the city's zone. Results live in the
 * arena. */
#ifndef HANSE_WEB_FORMAT_H
#define HANSE_WEB_FORMAT_H

#include "base/calendar.h"
#include "base/lang.h"

Str format_int(Arena *arena, Lang lang, int64_t v);
/* With exactly this many decimals, 0 to 9, rounded to nearest as printf does. What is not finite
 * is a dash (U+2013). */
Str format_number(Arena *arena, Lang lang, double v, int decimals);
/* As many decimals as the size of the number makes meaningful: 3 significant digits, none
 * beyond 1000. Zeros at the end are left out. */
Str format_measure(Arena *arena, Lang lang, double v);
/* Number, narrow no-break space, unit. An empty unit gives the number alone. */
Str format_with_unit(Arena *arena, Lang lang, double v, int decimals, Str unit);
/* The sign always shown: +3,1 or -3,1 with U+2212. */
Str format_change(Arena *arena, Lang lang, double v, int decimals);
/* The symbol of a UN/CEFACT Recommendation 20 code, which NGSI-LD's unitCode holds: "CEL" gives
 * "°C". An unknown code is given back as it is; an empty Str gives an empty one. */
Str format_unit_symbol(Str unit_code);

/* "22. November 2026", "22 November 2026" */
Str format_date(Arena *arena, Lang lang, const Zone *zone, int64_t at_us);
/* "22.11.2026", "22/11/2026": for tables */
Str format_date_short(Arena *arena, Lang lang, const Zone *zone, int64_t at_us);
/* "18:40" */
Str format_time(Arena *arena, const Zone *zone, int64_t at_us);
/* "Sonntag, 22. November, 18:40 Uhr", "Sunday, 22 November, 18:40"; the year is shown where it
 * is not that of now_us. */
Str format_moment(Arena *arena, Lang lang, const Zone *zone, int64_t at_us, int64_t now_us);
/* "gerade eben", "vor 5 Minuten", "vor 2 Stunden", "gestern, 18:40", then the date; the same for
 * what is to come: "in 5 Minuten". */
Str format_relative(Arena *arena, Lang lang, const Zone *zone, int64_t at_us, int64_t now_us);
/* When something began: "heute, 14:06 Uhr", "gestern, 18:40 Uhr", then the date. */
Str format_since(Arena *arena, Lang lang, const Zone *zone, int64_t at_us, int64_t now_us);
/* For <time datetime>: "2026-11-22T17:40:00Z". */
Str format_machine_time(Arena *arena, int64_t at_us);
/* "Nov", "Mai"; month 1 to 12 */
Str format_month_short(Lang lang, int month);

/* So many bytes of it at most, cut between characters, with "…" where something is left off. */
Str format_excerpt(Arena *arena, Str text, size_t bytes);

#endif
