#include "base/test.h"
#include "tools/template.h"

typedef struct Fixture {
    Arena arena;
    Po texts;
} Fixture;

static int setup(void **state)
{
    static Fixture f;
    arena_init(&f.arena, 0, 0);
    f.texts = po_parse(&f.arena, S("de.po"),
                       S("msgid \"greet\"\nmsgstr \"Moin\"\n\n"
                         "#. args n:int name:text\nmsgid \"count\"\nmsgid_plural \"count\"\n"
                         "msgstr[0] \"ein {name}\"\nmsgstr[1] \"{n} {name}\"\n"));
    *state = &f;
    return f.texts.error.n ? 1 : 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    arena_done(&f->arena);
    return 0;
}

static TemplateOutput compile(Fixture *f, Str text)
{
    const TemplateSource sources[] = {
        {S("x"), S("html/x.html"), text},
        {S("part"), S("html/part.html"),
         S("{{!args label:text href:url icon:icon}}\n<a href=\"{{href}}\">{{icon}}{{label}}</a>")},
    };
    return template_compile(&f->arena, &f->texts, sources, COUNT_OF(sources));
}

static void refused(Fixture *f, Str text, const char *expected)
{
    TemplateOutput out = compile(f, text);
    if (str_find(out.error, str_from(expected)) >= 0 && !out.header.n && !out.code.n)
        return;
    fprintf(stderr, "# %.*s\n# expected: %s\n# actual:   %.*s\n", SARG(text), expected,
            SARG(out.error));
    assert_true(false);
}

static Str accepted(Fixture *f, Str text)
{
    TemplateOutput out = compile(f, text);
    if (out.error.n)
        fprintf(stderr, "# %.*s\n", SARG(out.error));
    assert_int_equal(0, out.error.n);
    return arena_fmt(&f->arena, "%.*s%.*s", SARG(out.header), SARG(out.code));
}

static void contains(Str text, const char *expected)
{
    if (str_find(text, str_from(expected)) >= 0)
        return;
    fprintf(stderr, "# missing: %s\n# in: %.*s\n", expected, SARG(text));
    assert_true(false);
}

static void values_are_escaped_for_where_they_stand(void **state)
{
    Fixture *f = *state;
    Str code = accepted(
        f, S("{{!args a:text u:url h:html n:int b:flag j:json}}\n"
             "<p title=\"{{a}}\" data-n=\"{{n}}\" aria-busy=\"{{b}}\">{{a}} {{n}} {{h}}</p>"
             "<a href=\"{{u}}#{{a}}\"></a><a href=\"/x?q={{a}}&amp;n={{n}}\"></a>"
             "<a href=\"/x/{{n}}\"></a>"
             "<script type=\"application/json\">{\"a\":{{a}},\"j\":{{j}},\"n\":{{n}}}</script>"));
    contains(code, "void html_x(Buf *out, Lang lang, Text a, Url u, Html h, Int n, Flag b, "
                   "JsonHtml j);");
    contains(code, "buf_put(out, S(\"<p title=\\\"\"));\n#line 2 \"html/x.html\"\n"
                   "    html_put_text(out, a);");
    contains(code, "html_put_digits(out, n);");
    contains(code, "html_put_flag(out, b);");
    contains(code, "html_put_int(out, lang, n);");
    contains(code, "html_put_html(out, h);");
    contains(code, "html_put_url(out, u);");
    contains(code, "html_put_component(out, a);");
    contains(code, "html_put_json_text(out, a);");
    contains(code, "html_put_json(out, j);");
}

static void blocks_groups_and_rows_become_c(void **state)
{
    Fixture *f = *state;
    Str code =
        accepted(f, S("{{!args g:{ word:text } rows:[ name:text sub:[ n:int ] ] parts:[part]}}\n"
                      "{{#if g.word}}<b>{{g.word}}</b>{{else}}<i></i>{{/if}}"
                      "<ul{{#if rows}} class=\"full\"{{/if}}>{{#each rows}}<li>{{name}}"
                      "{{#each sub}}{{n}}{{g.word}}{{/each}}</li>{{/each}}</ul>"
                      "{{#each parts}}{{> part}}{{/each}}"));
    contains(code, "typedef struct HtmlXRowsSub {\n    Int n;\n} HtmlXRowsSub;");
    contains(code, "static inline HtmlXRows html_x_rows(Text name, const HtmlXRowsSub *sub, "
                   "size_t sub_count)");
    contains(code, "static inline HtmlPart html_part_row(Text label, Url href, Icon icon)");
    contains(code, "void html_x(Buf *out, Lang lang, HtmlXG g, const HtmlXRows *rows, size_t "
                   "rows_count, const HtmlPart *parts, size_t parts_count);");
    contains(code, "if (g.word.s.n > 0) {");
    contains(code, "for (size_t i2 = 0; i2 < row1->sub_count; i2++) {");
    contains(code, "html_part(out, lang, row3->label, row3->href, row3->icon);");
}

static void calls_become_c(void **state)
{
    Fixture *f = *state;
    Str code = accepted(f, S("{{!args n:int s:text icon:icon}}\n"
                             "{{t \"greet\"}}{{t \"count\" name=s n=n}}{{icon}}{{icon \"ok\"}}"
                             "<a href=\"{{path \"/stadt\"}}\">{{lang}}</a>"
                             "<img src=\"{{asset \"logo.svg\"}}\" alt=\"\">"
                             "{{> part label=(t \"greet\") href=(path \"/\")}}"));
    contains(code, "html_put_text(out, text_of(text_greet(out->arena, lang)));");
    contains(code, "text_of(text_count(out->arena, lang, n.v, s.s))");
    contains(code, "html_put_icon(out, ICON_OK);");
    contains(code, "html_put_url(out, url_page(out->arena, lang, S(\"/stadt\")));");
    contains(code, "html_put_url(out, url_trusted(ASSET_LOGO_SVG));");
    contains(code, "html_part(out, lang, text_of(text_greet(out->arena, lang)), "
                   "url_page(out->arena, lang, S(\"/\")), icon);");
}

static void values_in_unsafe_places_are_refused(void **state)
{
    Fixture *f = *state;
    refused(f, S("{{!args a:text}}\n\n<p class={{a}}></p>"),
            "html/x.html:3:10: error: no value may stand in an attribute without quotes");
    refused(f, S("{{!args a:text}}<p {{a}}></p>"), "no value may stand in a tag");
    refused(f, S("{{!args a:text}}<p data-{{a}}=\"\"></p>"), "no value may stand in a tag");
    refused(f, S("{{!args a:text}}<{{a}}></p>"), "< that begins no tag");
    refused(f, S("{{!args a:text}}<h{{a}}></h1>"), "no value may stand in a tag");
    refused(f, S("{{!args a:text}}<!-- {{a}} -->"), "no value may stand in a comment");
    refused(f, S("{{!args a:text}}<script src=\"/x\">{{a}}</script>"),
            "no value may stand in a script");
    refused(f, S("{{!args a:text}}<a href=\"{{a}}\"></a>"), "only a Url begins one");
    refused(f, S("{{!args a:text}}<a href=\"/x/{{a}}\"></a>"), "no Text may stand in");
    refused(f, S("{{!args n:int}}<a href=\"{{n}}\"></a>"), "only a Url begins one");
    refused(f, S("{{!args u:url}}<a href=\"/x?u={{u}}\"></a>"), "no Url may stand in");
    refused(f, S("{{!args h:html}}<p title=\"{{h}}\"></p>"), "no Html may stand in an attribute");
    refused(f, S("{{!args h:html}}<title>{{h}}</title>"), "that holds text only");
    refused(f, S("{{!args j:json}}<p>{{j}}</p>"), "no JsonHtml may stand in text");
    refused(f, S("{{!args h:html}}<script type=\"application/json\">{{h}}</script>"),
            "no Html may stand in JSON");
}

static void what_the_security_policy_forbids_is_refused(void **state)
{
    Fixture *f = *state;
    refused(f, S("{{!args}}<p style=\"color:red\"></p>"), "style attributes are refused");
    refused(f, S("{{!args}}<p onclick=\"x()\"></p>"), "event attributes are refused");
    refused(f, S("{{!args}}<p onclick></p>"), "event attributes are refused");
    refused(f, S("{{!args}}<script>x()</script>"), "a script in the page is refused");
    refused(f, S("{{!args}}<style>p{}</style>"), "<style> is refused");
    refused(f, S("{{!args}}<iframe srcdoc=\"\"></iframe>"), "srcdoc is not offered");
    refused(f, S("{{!args}}<script src=\"/x\">x()</script>"), "a script in the page is refused");
}

static void html_that_a_browser_would_repair_is_refused(void **state)
{
    Fixture *f = *state;
    refused(f, S("{{!args}}<p><b></p></b>"), "</p> where <b> of line 1 is open");
    refused(f, S("{{!args}}<p>"), "<p> is not closed");
    refused(f, S("{{!args}}</p>"), "nothing is open");
    refused(f, S("{{!args}}<p/>"), "does not close itself");
    refused(f, S("{{!args}}<p class='x'></p>"), "needs double quotes");
    refused(f, S("{{!args}}<p class=\"x\"id=\"y\"></p>"), "a space is missing");
    refused(f, S("{{!args}}a < b"), "write &lt;");
    refused(f, S("{{!args}}<p title=\"x"), "ends in an attribute");
    refused(f, S("{{!args}}<textarea><b></textarea>"), "holds text only");
}

static void branches_must_end_where_they_begin(void **state)
{
    Fixture *f = *state;
    refused(f, S("{{!args b:flag}}{{#if b}}<p>{{/if}}</p>"), "not closed inside of the branch");
    refused(f, S("{{!args b:flag}}<p>{{#if b}}</p>{{/if}}"), "opened outside of the branch");
    refused(f, S("{{!args b:flag}}<p{{#if b}} class=\"{{/if}}\"></p>"), "the branch begins in");
    refused(f, S("{{!args b:flag}}<a href=\"/x{{#if b}}?y{{/if}}\"></a>"), "the branch begins in");
    refused(f, S("{{!args b:flag}}<p {{#if b}}x{{/if}}></p>"), "a space is missing");
    refused(f, S("{{!args b:flag}}{{#if b}}<p>{{else}}</p>{{/if}}"), "not closed inside");
    refused(f, S("{{!args b:flag}}{{#if b}}"), "without {{/if}}");
    refused(f, S("{{!args b:flag}}{{#if b}}{{/each}}"), "without {{/if}}");
    refused(f, S("{{!args}}{{/if}}"), "a block that was not begun");
    accepted(f, S("{{!args b:flag}}<p{{#if b}} hidden{{/if}}><input{{#if b}} checked{{/if}}></p>"));
}

static void names_and_types_are_checked(void **state)
{
    Fixture *f = *state;
    refused(f, S("<p></p>"), "begins with {{!args");
    refused(f, S("{{!args a:number}}"), "unknown type number");
    refused(f, S("{{!args a:text a:text}}"), "stands twice");
    refused(f, S("{{!args for:text}}"), "is taken");
    refused(f, S("{{!args a}}"), "expected : and a type");
    refused(f, S("{{!args a:[nobody]}}"), "there is no such template");
    refused(f, S("{{!args a:[x]}}"), "holds itself");
    refused(f, S("{{!args}}{{b}}"), "nothing is called b");
    refused(f, S("{{!args a:text}}{{a.b}}"), "is no group");
    refused(f, S("{{!args a:text}}{{#each a}}{{/each}}"), "is no array");
    refused(f, S("{{!args}}{{> nobody}}"), "there is no template nobody");
    refused(f, S("{{!args label:text href:text icon:icon}}{{> part}}"), "href wants Url");
    refused(f, S("{{!args href:url icon:icon}}{{> part}}"), "nothing is called label");
    refused(f, S("{{!args label:text href:url icon:icon}}{{> part x=label}}"),
            "the template has no argument x");
    refused(f, S("{{!args}}{{t \"nokey\"}}"), "text/ has no key nokey");
    refused(f, S("{{!args}}{{t \"count\" n=3}}"), "the text wants name=");
    refused(f, S("{{!args s:text}}{{t \"count\" n=s name=s}}"), "n wants Int");
    refused(f, S("{{!args}}{{t \"greet\" n=3}}"), "the text has no argument n");
    refused(f,
            S("{{!args a:text b:text c:text d:text e:text f:text g:text h:text i:text j:text "
              "k:text l:text m:text}}"),
            "more than 10 arguments");
}

static void catalogues_are_checked(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *text, *error;
    } BAD[] = {
        {"msgid \"a\"\nmsgstr \"{n}\"\n", "{n} is not declared"},
        {"#. args n:int\nmsgid \"a\"\nmsgstr \"x\"\n", "{n} is missing"},
        {"msgid \"a\"\nmsgstr \"\"\n", "the text is empty"},
        {"msgid \"a b\"\nmsgstr \"x\"\n", "a key has letters"},
        {"msgid \"a\"\nmsgstr \"x\"\n\nmsgid \"a\"\nmsgstr \"x\"\n", "stands twice"},
        {"msgid \"a\"\nmsgstr \"x\"\nmsgid \"b\"\n", "an empty line belongs"},
        {"msgid \"a\"\nmsgid_plural \"a\"\nmsgstr[0] \"x\"\nmsgstr[1] \"y\"\n",
         "a plural needs an int"},
        {"#, fuzzy\nmsgid \"a\"\nmsgstr \"x\"\n", "fuzzy"},
        {"msgid \"\"\nmsgstr \"charset=UTF-8\"\n", "Plural-Forms"},
        {"msgid \"a\"\nmsgstr \"x}\"\n", "} without {"},
        {"msgid \"a\"\nmsgstr \"x\n", "expected \"..\""},
        {"#. args n:float\nmsgid \"a\"\nmsgstr \"{n}\"\n", "expected name:int"},
    };
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Po po = po_parse(&f->arena, S("de.po"), str_from(BAD[i].text));
        contains(po.error, BAD[i].error);
    }
}

static void catalogues_of_two_languages_must_agree(void **state)
{
    Fixture *f = *state;
    Po a = po_parse(&f->arena, S("de.po"), S("#. args n:int\nmsgid \"a\"\nmsgstr \"{n}\"\n"));
    Po b = po_parse(&f->arena, S("en.po"), S("msgid \"b\"\nmsgstr \"x\"\n"));
    Po c = po_parse(&f->arena, S("en.po"), S("#. args n:text\nmsgid \"a\"\nmsgstr \"{n}\"\n"));
    assert_str("", po_compare(&f->arena, &a, &a));
    assert_str("en.po: error: the key a of de.po:2 is missing", po_compare(&f->arena, &a, &b));
    contains(po_compare(&f->arena, &a, &c), "has other args");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_escaped_for_where_they_stand),
        cmocka_unit_test(blocks_groups_and_rows_become_c),
        cmocka_unit_test(calls_become_c),
        cmocka_unit_test(values_in_unsafe_places_are_refused),
        cmocka_unit_test(what_the_security_policy_forbids_is_refused),
        cmocka_unit_test(html_that_a_browser_would_repair_is_refused),
        cmocka_unit_test(branches_must_end_where_they_begin),
        cmocka_unit_test(names_and_types_are_checked),
        cmocka_unit_test(catalogues_are_checked),
        cmocka_unit_test(catalogues_of_two_languages_must_agree),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
