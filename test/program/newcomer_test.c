/* What newcomers stumbled over on the pages (doc/usability.md): each thing once, from outside, as
 * the one saw it who did not get on. */
#include "visit.h"

static const char PASSWORD[] = "correct horse battery staple";

static int setup(void **state)
{
    city_setup(state);
    City *city = *state;
    city_add_person(city, "ada@example.org", "member", PASSWORD);
    city_add_person(city, "ben@example.org", "member", PASSWORD);
    city_add_person(city, "editor@example.org", "editor", PASSWORD);
    city_add_person(city, "office@example.org", "office", PASSWORD);
    city_serve(city, NULL);
    return 0;
}

static Answer page_of(City *city, const Visitor *reader, Str path)
{
    Answer page = visit(city, reader, path);
    assert_status(200, page);
    return page;
}

/* Its path. */
static Str published_idea(City *city, const Visitor *author, const char *title)
{
    Str path = visit_taken(city, author, S("/ideen/neu"), str_fmt(city, "title=%s&lead=x", title));
    visit_taken(city, author, path_below(city, path, "schritt"), S("verb=publish"));
    return path;
}

/* The page's text from the label of a field to the field itself. */
static Str label_of(const Answer *page, Str field)
{
    char name[64];
    (void)snprintf(name, sizeof name, "for=\"%.*s\">", SARG(field));
    ptrdiff_t at = str_find(page->body, str_from(name));
    assert_true(at >= 0);
    Str rest = str_from_index(page->body, (size_t)at), end = S("</label>");
    ptrdiff_t length = str_find(rest, end);
    assert_true(length > 0);
    return str_slice(rest, 0, (size_t)length);
}

static void assert_label(const Answer *page, Str field, Str words)
{
    Str label = label_of(page, field);
    assert_true(str_find(label, words) > 0);
    assert_true(str_find(label, S("(optional)")) < 0);
}

static void a_reason_that_hiding_needs_is_not_called_optional(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    Visitor ben = visitor_of(city, "ben@example.org", PASSWORD);
    Visitor editor = visitor_of(city, "editor@example.org", PASSWORD);
    (void)published_idea(city, &ada, "Mehr+Licht");
    visit_taken(city, &ben, S("/diskussion/1"), S("body=Gut"));
    Answer page = page_of(city, &editor, S("/beitraege/1/moderation"));
    assert_label(&page, S("reason"), S("(nötig zum Ausblenden und Sperren)"));
    page = page_of(city, &editor, S("/en/buero/moderation"));
    assert_label(&page, S("reason"), S("(needed for hiding and blocking)"));
    /* It says the truth: showing goes without, hiding does not. */
    Answer refused =
        visit_post(city, &editor, S("/beitraege/1/moderation"), S("verb=hide&ground=spam&reason="));
    assert_status(422, refused);
    visit_taken(city, &editor, S("/beitraege/1/moderation"), S("verb=show&reason="));
}

static void what_a_picture_needs_to_be_shown_is_not_called_optional(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    (void)published_idea(city, &ada, "Mehr+Licht");
    Answer page = page_of(city, &ada, S("/anhaenge/1"));
    assert_label(&page, S("credit"), S("(nötig, damit andere das Bild sehen)"));
    assert_label(&page, S("alt"), S("(nötig, damit andere das Bild sehen)"));
    assert_true(str_find(label_of(&page, S("title")), S("(optional)")) > 0);
    page = page_of(city, &ada, S("/en/anhaenge/1"));
    assert_label(&page, S("credit"), S("(needed for others to see the picture)"));
}

#define IN_A_CITY(f) cmocka_unit_test_setup_teardown(f, setup, city_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(a_reason_that_hiding_needs_is_not_called_optional),
        IN_A_CITY(what_a_picture_needs_to_be_shown_is_not_called_optional),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
