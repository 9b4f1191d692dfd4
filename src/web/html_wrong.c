/* Calls of a template: the compiler must refuse each but number 0, since the types differ. */
#include "html_gen.h"

void call(Buf *out, Arena *arena);

void call(Buf *out, Arena *arena)
{
    Url url = url_page(arena, LANG_DE, S("/"));
#if WRONG == 0
    html_link_button(out, LANG_DE, url, TEXT("x"), TEXT("primary"), ICON_NONE);
    html_progress(out, LANG_DE, TEXT("x"), TEXT("y"), int_of(1), int_of(2));
#elif WRONG == 1 /* text for a URL */
    html_link_button(out, LANG_DE, TEXT("/"), TEXT("x"), TEXT("primary"), ICON_NONE);
#elif WRONG == 2 /* an argument missing */
    html_link_button(out, LANG_DE, url, TEXT("x"), ICON_NONE);
#elif WRONG == 3 /* a bare slice, which nobody has called text */
    html_link_button(out, LANG_DE, url, S("x"), TEXT("primary"), ICON_NONE);
#elif WRONG == 4 /* a bare number */
    html_progress(out, LANG_DE, TEXT("x"), TEXT("y"), 1, int_of(2));
#elif WRONG == 5 /* text for markup */
    html_fold(out, LANG_DE, TEXT("x"), flag_of(true), TEXT("<p>"));
#elif WRONG == 6 /* a row without one of its values */
    (void)html_chips_chips(url, TEXT("x"), TEXT(""));
#endif
}
