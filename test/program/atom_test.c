/* Atom feeds and the sitemap from outside: well-formed XML whatever people write, entries that stay
 * the same, pages, what strangers get, and that nothing is sent twice. */
#include "db/db.h"
#include "visit.h"

static const char PASSWORD[] = "correct horse battery staple";

static int setup(void **state)
{
    if (city_setup(state) != 0)
        return -1;
    City *city = *state;
    city_add_person(city, "ada@example.org", "member", PASSWORD);
    city_add_person(city, "office@example.org", "office", PASSWORD);
    city_serve(city, "--public-url", "https://stadt.example/");
    return 0;
}

static Answer get(City *city, const char *path, Str headers)
{
    return ask(&city->client, .path = str_from(path), .headers = headers);
}

/* ---- a reader of XML that takes only what is well-formed (XML 1.0) ---- */

enum { DEPTH_MAX = 20 };

static void check_text(Str text)
{
    assert_true(str_is_utf8(text));
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        assert_true(c >= 0x20 || c == '\n' || c == '\t' || c == '\r');
        assert_true(c != '<' && c != '>');
        if (c != '&')
            continue;
        static const Str KNOWN[] = {S_INIT("&amp;"), S_INIT("&lt;"), S_INIT("&gt;"),
                                    S_INIT("&quot;")};
        bool known = false;
        for (size_t k = 0; k < COUNT_OF(KNOWN); k++)
            known |= str_starts(str_from_index(text, i), KNOWN[k]);
        assert_true(known);
    }
}

/* name="value", each once behind a blank. */
static void check_attributes(Str rest)
{
    while (rest.n) {
        assert_true(rest.p[0] == ' ');
        rest = str_from_index(rest, 1);
        Str name = str_cut(&rest, '=');
        assert_true(name.n > 0 && str_find_char(name, ' ') < 0);
        assert_true(rest.n > 1 && rest.p[0] == '"');
        rest = str_from_index(rest, 1);
        assert_true(str_find_char(rest, '"') >= 0);
        check_text(str_cut(&rest, '"'));
        if (!rest.p)
            rest.n = 0;
    }
}

static void assert_well_formed(Str xml)
{
    static const Str START = S_INIT("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    Str open[DEPTH_MAX];
    size_t depth = 0, elements = 0;
    assert_true(str_starts(xml, START));
    xml = str_from_index(xml, START.n);
    while (xml.n) {
        Str text = str_cut(&xml, '<');
        check_text(text);
        if (!xml.p)
            break;
        assert_true(str_find_char(xml, '>') >= 0);
        Str tag = str_cut(&xml, '>');
        if (str_starts(tag, S("/"))) {
            assert_true(depth > 0);
            assert_true(str_eq(open[--depth], str_from_index(tag, 1)));
            continue;
        }
        bool empty = str_ends(tag, S("/"));
        if (empty)
            tag.n--;
        ptrdiff_t blank = str_find_char(tag, ' ');
        Str name = blank < 0 ? tag : str_slice(tag, 0, (size_t)blank);
        if (blank >= 0)
            check_attributes(str_from_index(tag, (size_t)blank));
        elements++;
        assert_true(name.n > 0 && depth < DEPTH_MAX);
        if (!empty)
            open[depth++] = name;
    }
    assert_int_equal(depth, 0);
    assert_true(elements > 1);
}

static Answer feed(City *city, const char *path, size_t entries)
{
    Answer answer = get(city, path, S(""));
    assert_status(200, answer);
    assert_true(str_starts(answer_header(&answer, S("Content-Type")), S("application/atom+xml")));
    assert_well_formed(answer.body);
    assert_int_equal(str_count(answer.body, S("<entry")), entries);
    /* What RFC 4287 wants of each: 4.1.1 and 4.1.2. */
    assert_int_equal(str_count(answer.body, S("<id>")), entries + 1);
    assert_int_equal(str_count(answer.body, S("<updated>")), entries + 1);
    assert_int_equal(str_count(answer.body, S("<title>")), entries + 1);
    assert_int_equal(str_count(answer.body, S("rel=\"alternate\"")), entries + 1);
    assert_int_equal(str_count(answer.body, S("rel=\"self\"")), 1);
    return answer;
}

static void publish(City *city, const Visitor *author, const char *title, const char *slug)
{
    visit_taken(city, author, S("/ideen/neu"),
                str_fmt(city, "title=%s&lead=A+%%3C%%26%%3E+%%01+B&visibility=0", title));
    if (slug)
        visit_taken(city, author, str_fmt(city, "/ideen/%s/schritt", slug), S("verb=publish"));
}

static void feeds_hold_what_strangers_may_read(void **state)
{
    City *city = *state;
    feed(city, "/ideen.atom", 0);
    feed(city, "/en/projekte.atom", 0);
    feed(city, "/partner.atom", 0);
    feed(city, "/sitzungen.atom", 0);
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    publish(city, &ada, "Bank+%26+Baum", "bank-baum");
    publish(city, &ada, "Geheim", NULL);
    Answer answer = feed(city, "/ideen.atom", 1);
    assert_true(answer_has(&answer, S("<title>Bank &amp; Baum</title>")));
    assert_true(answer_has(&answer, S("A &lt;&amp;&gt; \xEF\xBF\xBD B")));
    assert_true(answer_has(&answer, S("<id>tag:stadt.example,2026:item/1</id>")));
    assert_true(answer_has(&answer, S("href=\"https://stadt.example/ideen/bank-baum\"")));
    assert_true(answer_has(&answer, S("<name>ada@example.org</name>")));
    assert_false(answer_has(&answer, S("Geheim")));
    /* The same list with its filters, in the other language. */
    feed(city, "/en/ideen.atom?suche=Baum", 1);
    feed(city, "/ideen.atom?suche=Teich", 0);
    answer = feed(city, "/en/ideen.atom?stand=published&x=%22%3C", 1);
    assert_true(answer_has(&answer, S("href=\"https://stadt.example/en/ideen/bank-baum\"")));
    /* Asked for again nothing is sent. */
    answer = get(city, "/ideen.atom", S(""));
    Str etag = answer_header(&answer, S("ETag"));
    assert_true(etag.n > 2);
    assert_status(304,
                  get(city, "/ideen.atom", str_fmt(city, "If-None-Match: %.*s\r\n", SARG(etag))));
    /* Pages say where it is. */
    answer = get(city, "/ideen?suche=Baum", S(""));
    assert_true(answer_has(&answer, S("type=\"application/atom+xml\"")));
    assert_true(answer_has(&answer, S("href=\"/ideen.atom?suche=Baum\"")));
    /* A page or a view of the list is none of its feed's. */
    answer = get(city, "/ideen?seite=1&suche=Baum&ansicht=karte", S(""));
    assert_true(answer_has(&answer, S("href=\"/ideen.atom?suche=Baum\"")));
    answer = feed(city, "/ideen.atom?ansicht=karte&suche=Baum", 1);
    assert_true(answer_has(&answer, S("<id>https://stadt.example/ideen.atom?suche=Baum</id>")));
}

static void a_discussion_has_its_newest_posts(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    publish(city, &ada, "Bank", "bank");
    visit_taken(city, &office, S("/diskussion/1"), S("body=Gut+%3Cb%3E"));
    visit_taken(city, &ada, S("/diskussion/1"), S("body=Wartet"));
    Answer answer = feed(city, "/diskussion/1/beitraege.atom", 1);
    assert_true(answer_has(&answer, S("<content type=\"html\">")));
    assert_true(answer_has(&answer, S("/beitraege/1\"")));
    assert_false(answer_has(&answer, S("Wartet")));
    answer = get(city, "/ideen/bank", S(""));
    assert_true(answer_has(&answer, S("href=\"/diskussion/1/beitraege.atom\"")));
    visit_taken(city, &office, S("/beitraege/2/moderation"), S("verb=show"));
    answer = feed(city, "/en/diskussion/1/beitraege.atom", 2);
    assert_true(str_find(answer.body, S("post/2<")) < str_find(answer.body, S("post/1<")));
    visit_taken(city, &ada, S("/ideen/bank/schritt"), S("verb=withdraw"));
    assert_status(404, get(city, "/diskussion/1/beitraege.atom", S("")));
    assert_status(404, get(city, "/diskussion/x/beitraege.atom", S("")));
}

static void long_feeds_have_pages(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    for (int i = 0; i < 52; i++)
        publish(city, &ada, city_fmt(city, "Nummer+%d", i), city_fmt(city, "nummer-%d", i));
    Answer answer = feed(city, "/ideen.atom", 50);
    assert_true(answer_has(&answer, S("rel=\"next\"")));
    assert_true(answer_has(&answer, S("https://stadt.example/ideen.atom?seite=2")));
    assert_false(answer_has(&answer, S("rel=\"previous\"")));
    answer = feed(city, "/ideen.atom?stand=published&seite=2", 2);
    assert_false(answer_has(&answer, S("rel=\"next\"")));
    assert_true(answer_has(&answer, S("rel=\"previous\" type=\"application/atom+xml\""
                                      " href=\"https://stadt.example/ideen.atom?"
                                      "stand=published\"")));
}

static void the_sitemap_names_what_is_public(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    publish(city, &ada, "Bank", "bank");
    publish(city, &ada, "Geheim", NULL);
    Answer answer = get(city, "/robots.txt", S(""));
    assert_true(answer_has(&answer, S("\nSitemap: https://stadt.example/sitemap.xml\n")));
    answer = get(city, "/sitemap.xml", S(""));
    assert_status(200, answer);
    assert_well_formed(answer.body);
    assert_true(answer_has(&answer, S("<loc>https://stadt.example/sitemaps/1.xml</loc>")));
    assert_false(answer_has(&answer, S("sitemaps/2.xml")));
    answer = get(city, "/sitemaps/1.xml", ada.cookie); /* her draft is not there either */
    assert_well_formed(answer.body);
    assert_true(answer_has(&answer, S("<loc>https://stadt.example/ideen/bank</loc><lastmod>")));
    assert_true(answer_has(&answer, S("<loc>https://stadt.example/en/ideen/bank</loc>")));
    assert_true(answer_has(&answer, S("hreflang=\"en\" href=\"https://stadt.example/en/ideen/"
                                      "bank\"")));
    assert_false(answer_has(&answer, S("geheim")));
    static const char *const NONE[] = {"/sitemaps/2.xml", "/sitemaps/0.xml", "/sitemaps/1",
                                       "/sitemaps/-1.xml", "/sitemaps/99999999999999999999.xml"};
    for (size_t i = 0; i < COUNT_OF(NONE); i++)
        assert_status(404, get(city, NONE[i], S("")));
}

#define IN_A_CITY(test) cmocka_unit_test_setup_teardown(test, setup, city_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(feeds_hold_what_strangers_may_read),
        IN_A_CITY(a_discussion_has_its_newest_posts),
        IN_A_CITY(long_feeds_have_pages),
        IN_A_CITY(the_sitemap_names_what_is_public),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
