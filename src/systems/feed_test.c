#include "systems/feed.h"

#include "base/test.h"
#include "systems/feed_part.h"

#include <stdlib.h>

typedef struct Fixture {
    TestCx t;
    Cx *cx;
    ContextStore *contexts;
} Fixture;

static int setup(void **state)
{
    static Fixture f;
    f.cx = test_cx_init(&f.t);
    f.contexts = context_store_new();
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    context_store_free(f->contexts);
    test_cx_done(&f->t);
    return 0;
}

static const Feed *parse(Fixture *f, const char *text)
{
    Feed *feed = NULL;
    assert_ok(f->cx, feed_parse(f->cx, f->contexts, str_from(text), &feed));
    return feed;
}

/* Single quotes for double ones, so that mappings stay readable. */
static Str quoted(Fixture *f, const char *text)
{
    char *copy = arena_cstr(f->cx->arena, str_from(text));
    for (char *c = copy; *c; c++)
        if (*c == '\'')
            *c = '"';
    return str_from(copy);
}

#define HEAD "'type':'T','id':'urn:x:{a}',"

static void a_wrong_mapping_is_refused_with_its_place(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *mapping, *key, *detail;
    } ROWS[] = {
        {"", "json.syntax", ""},
        {"[]", "feed.syntax", "line 1, column 1: expected an object"},
        {"{}", "feed.syntax", "needs a type"},
        {"{'type':'T'}", "feed.syntax", "needs an id"},
        {"{" HEAD "'attributes':[]}", "feed.syntax", "a list of 1 to 256 attributes"},
        {"{'type':'T','id':'urn:x:1'}", "feed.syntax", "needs attributes or wide"},
        {"{" HEAD "\n 'sort':1}", "feed.syntax",
         "line 2, column 2: there is no such member: \"sort\""},
        {"{" HEAD "'attributes':[{'name':'n','field':'f','unitt':'X'}]}", "feed.syntax",
         "no such member"},
        {"{" HEAD "'attributes':[{'name':'n'}]}", "feed.syntax", "needs one of field, path"},
        {"{" HEAD "'attributes':[{'name':'n','field':'f','const':1}]}", "feed.syntax",
         "needs one of"},
        {"{" HEAD "'attributes':[{'name':'n','field':'f','min':1}]}", "feed.syntax",
         "belong to a number"},
        {"{" HEAD "'attributes':[{'name':'n','field':'f','number':'yes'}]}", "feed.syntax",
         "true or false"},
        {"{" HEAD "'attributes':[{'name':'n','path':'a.b'}]}", "", ""},
        {"{" HEAD "'attributes':[{'name':'n','path':'$a'}]}", "feed.syntax", "goes on with . or ["},
        {"{" HEAD "'attributes':[{'name':'n','path':'$.a['}]}", "feed.syntax", "brackets hold"},
        {"{" HEAD "'attributes':[{'name':'n','path':'$.a[-1]'}]}", "feed.syntax", "brackets hold"},
        {"{" HEAD "'attributes':[{'name':'n','path':'$..a'}]}", "feed.syntax",
         "a name after each dot"},
        {"{" HEAD "'attributes':[{'name':'n','const':null}]}", "feed.syntax", "cannot be null"},
        {"{" HEAD "'attributes':[{'name':'id','const':1}]}", "feed.syntax", "are no attributes"},
        {"{" HEAD "'attributes':[{'name':'a b','const':1}]}", "feed.syntax", "a name of letters"},
        {"{" HEAD "'attributes':[{'name':'n','const':1},{'name':'n','const':2}]}", "feed.syntax",
         "two attributes"},
        {"{" HEAD "'attributes':[{'name':'n','const':1},{'name':'https://uri.etsi.org/ngsi-ld/"
         "default-context/n','const':2}]}",
         "feed.syntax", "same name in the context"},
        {"{" HEAD "'attributes':[{'name':'n','field':'f','type':'Relation'}]}", "feed.syntax",
         "expected Property"},
        {"{" HEAD "'attributes':[{'name':'n','template':'x','type':'GeoProperty'}]}", "feed.syntax",
         "takes its geometry"},
        {"{" HEAD "'attributes':[{'name':'n','point':{'lat':'y'}}]}", "feed.syntax", "lat and lon"},
        {"{" HEAD "'attributes':[{'name':'n','field':'f','values':{'ON':null}}]}", "feed.syntax",
         "cannot be null"},
        {"{" HEAD "'attributes':[{'name':'n','const':{'type':'Point'},'type':'GeoProperty'}]}",
         "feed.syntax", "line 1"},
        {"{" HEAD "'attributes':[{'name':'n','field':'f','type':'Relationship','values':{'a':1}}]}",
         "feed.syntax", "for a Property"},
        {"{'type':'T','id':'urn:x:{a','attributes':[{'name':'n','const':1}]}", "feed.syntax",
         "not closed"},
        {"{'type':'T','id':'urn:x:{}','attributes':[{'name':'n','const':1}]}", "feed.syntax",
         "needs a name"},
        {"{" HEAD "'wide':{'name':'n'}}", "feed.syntax", "needs {column}"},
        {"{'type':'T','id':'urn:x:{column}','wide':{'name':'n','field':'f'}}", "feed.syntax",
         "from the columns"},
        {"{" HEAD "'time':{'format':'unix'},'attributes':[{'name':'n','const':1}]}", "feed.syntax",
         "needs a field"},
        {"{" HEAD "'time':{'field':'t','format':'iso'}}", "feed.syntax", "expected rfc3339"},
        {"{" HEAD "'time':{'field':'t','format':'unix','zone':'Europe/Berlin'}}", "feed.syntax",
         "belong to the format local"},
        {"{" HEAD "'time':{'field':'t','format':'local','zone':'Europe/Atlantis'}}", "zone.unknown",
         ""},
        {"{" HEAD "'time':{'field':'t','format':'local','pattern':'DD/MM'}}", "feed.syntax",
         "needs YYYY, MM and DD"},
        {"{" HEAD "'time':{'field':'t','format':'local','pattern':'DD/MM/YYYY HH:mm'}}",
         "feed.syntax", "a pattern knows"},
        {"{" HEAD "'time':{'field':'t','format':'local','pattern':'DD/MM/YYYY DD'}}", "feed.syntax",
         "once"},
        {"{" HEAD "'decimal':';','attributes':[{'name':'n','const':1}]}", "feed.syntax",
         "decimal separator"},
        {"{" HEAD "'separator':'\\n','attributes':[{'name':'n','const':1}]}", "feed.syntax",
         "separator"},
        {"{" HEAD "'except':['x'],'attributes':[{'name':'n','const':1}]}", "feed.syntax",
         "except belongs to wide"},
        {"{" HEAD "'attributes':[{'name':'n','const':1}],'mqtt':{'broker':'mqtt://h'}}",
         "feed.syntax", "broker and topics"},
        {"{" HEAD "'attributes':[{'name':'n','const':1}],'mqtt':{'broker':'mqtt://"
         "h','topics':['t'],'qos':3}}",
         "feed.syntax", "expected 0, 1 or 2"},
        {"{" HEAD "'context':'https://example.org/unknown.jsonld'}", "context.unknown", ""},
        {"{" HEAD "'skip':[{'field':'a'}]}", "feed.syntax", "field or path, and is"},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        Feed *feed = NULL;
        Err err = feed_parse(f->cx, f->contexts, quoted(f, ROWS[i].mapping), &feed);
        bool want_good = ROWS[i].key[0] == 0;
        if (want_good ? err != OK
                      : err == OK || strcmp(f->cx->error->key, ROWS[i].key) != 0 ||
                            str_find(f->cx->error->detail, str_from(ROWS[i].detail)) < 0) {
            fprintf(stderr, "# row %zu: %s: %s %.*s\n", i, ROWS[i].mapping,
                    err ? f->cx->error->key : "accepted", SARG(f->cx->error->detail));
            _fail(__FILE__, __LINE__);
        }
    }
}

/* What a mapping makes of a JSON record, as text: "id attribute=value@time; ... | refusals". */
static Str told(Fixture *f, const Feed *feed, FeedOutcome outcome, const FeedBatch *batch)
{
    static const char *const OUTCOMES[] = {
        [FEED_TAKEN] = "taken", [FEED_SKIPPED] = "skipped", [FEED_REFUSED] = "refused"};
    Buf buf = buf_new(f->cx->arena, 1 << 16);
    (void)feed;
    buf_put(&buf, str_from(OUTCOMES[outcome]));
    for (size_t i = 0; i < batch->count; i++) {
        const FeedReading *r = &batch->readings[i];
        buf_fmt(&buf, " %.*s %.*s=%.*s", SARG(r->id), SARG(r->attribute->name), SARG(r->value));
        double num;
        assert_true(!r->attribute->number ||
                    (str_to_f64(r->value, &num) && num == r->num)); /* history keeps num */
        if (r->timed) {
            buf_char(&buf, '@');
            buf_time(&buf, r->at_us);
        }
        buf_char(&buf, ';');
    }
    for (size_t i = 0; i < batch->refusal_count; i++)
        buf_fmt(&buf, " !%.*s '%.*s' %.*s", SARG(batch->refusals[i].field),
                SARG(batch->refusals[i].value), SARG(batch->refusals[i].reason));
    return buf_str(&buf);
}

static Str map_json(Fixture *f, const char *mapping, const char *record)
{
    Json doc;
    FeedBatch batch = {0};
    Str captures[] = {S("kitchen"), S("a/b")};
    const Feed *feed = parse(f, quoted(f, mapping).p);
    assert_ok(f->cx, json_parse(f->cx, quoted(f, record), &doc));
    FeedRecord r = {.json = json_root(&doc),
                    .topic = S("home/kitchen"),
                    .captures = captures,
                    .capture_count = 2,
                    .received_us = INT64_MIN};
    return told(f, feed, feed_map(f->cx, feed, &r, &batch), &batch);
}

static void json_records_become_readings(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *mapping, *record, *told;
    } ROWS[] = {
        {"{" HEAD "'attributes':[{'name':'n','path':'$.b.c[1]'}]}",
         "{'a':'é/1','b':{'c':[1,2.50]}}", "taken urn:x:%C3%A9%2F1 n=2.50;"},
        {"{'type':'T','id':'urn:x:{a:slug}','attributes':[{'name':'n','field':'n'}]}",
         "{'a':'HDI/Südbad St. Größe','n':'x'}", "taken urn:x:HDI-Sudbad-St-Grosse n=\"x\";"},
        {"{'type':'T','id':'urn:x:{1}:{2}:{topic}','attributes':[{'name':'n','path':'$'}]}", "21.5",
         "taken urn:x:kitchen:a%2Fb:home%2Fkitchen n=21.5;"},
        {"{" HEAD "'attributes':[{'name':'n','path':'$[\\u0027odd key\\u0027]'}]}",
         "{'a':1,'odd key':true}", "taken urn:x:1 n=true;"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n'}]}", "{'n':1}",
         "refused ! '' there is nothing for {a} in the id"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n','number':true}]}", "{'a':1,'n':'+.5'}",
         "taken urn:x:1 n=0.5;"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n','number':true}]}", "{'a':1,'n':'1e400'}",
         "refused !n '1e400' is not a number"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n','number':true}]}", "{'a':1,'n':'12 h'}",
         "refused !n '12 h' is not a number"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n','number':true}]}", "{'a':1,'n':[1]}",
         "refused !n '[1]' is not a number"},
        {"{" HEAD "'decimal':',','attributes':[{'name':'n','field':'n','number':true}]}",
         "{'a':1,'n':'-2,60'}", "taken urn:x:1 n=-2.60;"},
        {"{" HEAD "'decimal':',','attributes':[{'name':'n','field':'n','number':true}]}",
         "{'a':1,'n':'1.234,5'}", "refused !n '1.234,5' is not a number"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n','number':true,'offset':-273.15}]}",
         "{'a':1,'n':288.28}", "taken urn:x:1 n=15.13;"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n','number':true,'scale':0.01,'max':1}]}",
         "{'a':1,'n':101}", "refused !n '101' is above the maximum of 1"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n','number':true,'offset':-1}]}",
         "{'a':1,'n':1654041600000}", "taken urn:x:1 n=1654041600000;"},
        {"{" HEAD
         "'attributes':[{'name':'n','field':'n','number':true,'min':0},{'name':'m','field':'m'}]}",
         "{'a':1,'n':-1,'m':2}", "taken urn:x:1 m=2; !n '-1' is below the minimum of 0"},
        {"{" HEAD
         "'attributes':[{'name':'n','field':'n','number':true,'missing':[-200,'','n/a']}]}",
         "{'a':1,'n':-200.0}", "skipped"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n','required':true},{'name':'m','const':1}]}",
         "{'a':1}", "refused !n '' is required and missing"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n','values':{'ON':true,'OFF':false}}]}",
         "{'a':1,'n':'ON'}", "taken urn:x:1 n=true;"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n','values':{'ON':true}}]}",
         "{'a':1,'n':'on'}", "refused !n 'on' is none of the values that the mapping knows"},
        {"{" HEAD "'attributes':[{'name':'n','template':{'street':'{s}','n':[1,'{a}']}}]}",
         "{'a':1,'s':'say \\u0022x\\u0022'}",
         "taken urn:x:1 n={\"street\":\"say \\\"x\\\"\",\"n\":[1,\"1\"]};"},
        {"{" HEAD
         "'attributes':[{'name':'n','template':'{gone}'},{'name':'m','const':{'x':'{y}'}}]}",
         "{'a':1}", "taken urn:x:1 m={\"x\":\"{y}\"};"},
        {"{" HEAD "'attributes':[{'name':'r','object':'urn:r:{b}'}]}", "{'a':1,'b':'x y'}",
         "taken urn:x:1 r=\"urn:r:x%20y\";"},
        {"{" HEAD "'attributes':[{'name':'r','field':'b','type':'Relationship'}]}",
         "{'a':1,'b':'no uri'}", "refused !r 'no uri' is not a URI"},
        {"{" HEAD "'attributes':[{'name':'location','point':{'lat':'y','lon':'x'}}]}",
         "{'a':1,'y':'51.5','x':7.40}",
         "taken urn:x:1 location={\"type\":\"Point\",\"coordinates\":[7.40,51.5]};"},
        {"{" HEAD "'attributes':[{'name':'location','point':{'lat':'y','lon':'x'}}]}",
         "{'a':1,'y':91,'x':7}",
         "refused !location '' latitude or longitude is missing or out of range"},
        {"{" HEAD "'attributes':[{'name':'location','field':'g','type':'GeoProperty'}]}",
         "{'a':1,'g':{'type':'Point','coordinates':[1,2]}}",
         "taken urn:x:1 location={\"type\":\"Point\",\"coordinates\":[1,2]};"},
        {"{" HEAD "'attributes':[{'name':'n','field':'n'},{'name':'m','const':{ 'x' : '\\\\' "
         ",\n'y':' z '}}]}",
         "{'a':1,'n':[ 1,\n '\\' , '] }",
         "taken urn:x:1 n=[1,\"\\\" , \"]; urn:x:1 m={\"x\":\"\\\\\",\"y\":\" z \"};"},
        {"{" HEAD "'skip':[{'field':'k','is':['city',7]}],'attributes':[{'name':'m','const':1}]}",
         "{'a':1,'k':7}", "skipped"},
        {"{'type':'T','id':'{a}','attributes':[{'name':'m','const':1}]}", "{'a':'no scheme'}",
         "refused ! '' the id is not a URI"},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        assert_str_equal(str_from(ROWS[i].told), map_json(f, ROWS[i].mapping, ROWS[i].record));
    }
}

static void times_are_read_in_every_format(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *time, *value, *at; /* at "": refused */
    } ROWS[] = {
        {"'format':'rfc3339'", "'2022-06-01T02:00:00+02:00'", "2022-06-01T00:00:00Z"},
        {"'format':'rfc3339'", "'2022-06-01 00:00'", ""},
        {"'format':'unix'", "1654041600", "2022-06-01T00:00:00Z"},
        {"'format':'unix'", "1654041600.25", "2022-06-01T00:00:00.250Z"},
        {"'format':'unix'", "'1654041600'", "2022-06-01T00:00:00Z"},
        {"'format':'unix'", "1e300", ""},
        {"'format':'unix-ms'", "1654041600001", "2022-06-01T00:00:00.001Z"},
        {"'format':'unix-ms'", "99999999999999999", ""},
        {"'format':'local'", "'2022-06-01 00:00'", "2022-06-01T00:00:00Z"},
        {"'format':'local','zone':'Europe/Berlin'", "'2022-06-01T00:00:00'",
         "2022-05-31T22:00:00Z"},
        /* A zone that is told counts more than the mapping's. */
        {"'format':'local','zone':'Europe/Berlin'", "'2022-06-01T00:00:00Z'",
         "2022-06-01T00:00:00Z"},
        /* The hour that is there twice is the first of both, the missing one moves forward. */
        {"'format':'local','zone':'Europe/Berlin'", "'2022-10-30T02:30:00'",
         "2022-10-30T00:30:00Z"},
        {"'format':'local','zone':'Europe/Berlin'", "'2022-03-27T02:30:00'",
         "2022-03-27T01:30:00Z"},
        {"'format':'local','pattern':'DD/MM/YYYY hh:mm'", "'1/06/2022 7:05'",
         "2022-06-01T07:05:00Z"},
        {"'format':'local','pattern':'DD/MM/YYYY hh:mm'", "'31/06/2022 7:05'", ""},
        {"'format':'local','pattern':'DD/MM/YYYY hh:mm'", "'29/02/2020 7:05'",
         "2020-02-29T07:05:00Z"},
        {"'format':'local','pattern':'DD/MM/YYYY hh:mm'", "'29/02/2021 7:05'", ""},
        {"'format':'local','pattern':'DD/MM/YYYY hh:mm'", "'01/06/22 7:05'", ""},
        {"'format':'local','pattern':'DD/MM/YYYY hh:mm'", "'01/06/2022 7:05x'", ""},
        {"'format':'local','pattern':'DD/MM/YYYY hh:mm'", "'01/06/2022 24:00'", ""},
        {"'format':'rfc3339'", "null", ""},
        {"'format':'rfc3339'", "''", ""},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        Str mapping = arena_fmt(f->cx->arena,
                                "{'type':'T','id':'urn:x:1','time':{'field':'t',%s},"
                                "'attributes':[{'name':'n','field':'n'}]}",
                                ROWS[i].time);
        Str record = arena_fmt(f->cx->arena, "{'n':1,'t':%s}", ROWS[i].value);
        Str got = map_json(f, mapping.p, record.p);
        if (ROWS[i].at[0]) {
            Str want = arena_fmt(f->cx->arena, "taken urn:x:1 n=1@%s;", ROWS[i].at);
            assert_str_equal(want, got);
        } else {
            assert_true(str_starts(got, S("refused ! '' the")));
        }
    }
}

static Str map_row(Fixture *f, const char *mapping, const char *header, const char *row)
{
    Str names[16], cells[16];
    size_t n = 0, c = 0;
    for (Str rest = str_from(header); rest.p;)
        names[n++] = str_cut(&rest, ',');
    for (Str rest = str_from(row); rest.p;)
        cells[c++] = str_cut(&rest, ',');
    const Feed *feed = parse(f, quoted(f, mapping).p);
    FeedBinding binding;
    FeedBatch batch = {0};
    assert_ok(f->cx, feed_bind(f->cx, feed, names, n, &binding));
    FeedRecord r = {
        .binding = &binding, .fields = cells, .field_count = c, .received_us = INT64_MIN};
    return told(f, feed, feed_map(f->cx, feed, &r, &batch), &batch);
}

#define WIDE                                                                                       \
    "{'type':'T','id':'urn:x:{column}','time':{'field':'t'},'except':['note'],"                    \
    "'wide':{'name':'n','number':true,'min':0}}"

static void each_cell_of_a_wide_row_is_a_reading(void **state)
{
    Fixture *f = *state;
    assert_str("taken urn:x:A n=1@2022-06-01T00:00:00Z; urn:x:C%20D n=3@2022-06-01T00:00:00Z;",
               map_row(f, WIDE, "t,A,note,B,C D", "2022-06-01T00:00:00Z,1,hello,,3"));
    assert_str("taken urn:x:A n=1@2022-06-01T00:00:00Z; !B '-1' is below the minimum of 0 "
               "!C 'x' is not a number",
               map_row(f, WIDE, "t,A,B,C", "2022-06-01T00:00:00Z,1,-1,x"));
    assert_str("refused !A 'x' is not a number", map_row(f, WIDE, "t,A", "2022-06-01T00:00:00Z,x"));
    assert_str("skipped", map_row(f, WIDE, "t,A,B", "2022-06-01T00:00:00Z,,"));
    assert_str("refused ! '' the time is not like 2026-01-31T12:00:00Z",
               map_row(f, WIDE, "t,A", "yesterday,1"));
    assert_str("refused ! '' the row has 3 fields, the header 2",
               map_row(f, WIDE, "t,A", "2022-06-01T00:00:00Z,1,2"));
}

static void a_mapping_must_find_its_columns(void **state)
{
    Fixture *f = *state;
    const Feed *feed = parse(f, quoted(f, WIDE).p);
    Str none[] = {S("time"), S("A")}, twice[] = {S("t"), S("t ")};
    FeedBinding binding;
    assert_err(f->cx, ERR_INVALID, "feed.column", feed_bind(f->cx, feed, none, 2, &binding));
    assert_true(str_find(f->cx->error->detail, S("\"t\"")) >= 0);
    assert_err(f->cx, ERR_INVALID, "feed.column", feed_bind(f->cx, feed, twice, 2, &binding));
    feed = parse(f, quoted(f, "{'type':'T','id':'urn:x:{$.t}','attributes':["
                              "{'name':'n','field':'t'}]}")
                        .p);
    assert_err(f->cx, ERR_INVALID, "feed.column", feed_bind(f->cx, feed, twice, 1, &binding));
    assert_true(str_find(f->cx->error->detail, S("the path $.t leads into JSON")) >= 0);
}

static void wildcards_of_topics_are_captured(void **state)
{
    (void)state;
    static const struct {
        const char *filter, *topic, *captures; /* "-": no match */
    } ROWS[] = {
        {"a/b", "a/b", ""},
        {"a/b", "a/c", "-"},
        {"a/+/c", "a/x/c", "x|"},
        {"+/+", "a/b", "a|b|"},
        {"+/+", "a/b/c", "-"},
        {"a/#", "a/b/c", "b/c|"},
        {"a/#", "a", "|"},
        {"#", "a/b", "a/b|"},
        {"#", "$SYS/x", "-"},
        {"+/x", "$SYS/x", "-"},
        {"$SYS/#", "$SYS/x", "x|"},
        {"a/+", "a/", "|"},
        {"$share/g/a/+", "a/b", "b|"},
        {"a/b/c", "a/b", "-"},
        {"a", "a/b", "-"},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        Str captures[FEED_CAPTURES_MAX];
        size_t count = 0, n = 0;
        char text[64] = "-";
        if (feed_topic_match(str_from(ROWS[i].filter), str_from(ROWS[i].topic), captures, &count)) {
            text[0] = 0;
            for (size_t c = 0; c < count; c++)
                n += (size_t)snprintf(text + n, sizeof text - n, "%.*s|", SARG(captures[c]));
        }
        assert_string_equal(ROWS[i].captures, text);
    }
}

static void messages_without_time_have_that_of_their_receipt(void **state)
{
    Fixture *f = *state;
    Json doc;
    FeedBatch batch = {0};
    const Feed *feed = parse(f, quoted(f, "{'type':'T','id':'urn:x:1','attributes':["
                                          "{'name':'n','path':'$'},{'name':'c','const':1},"
                                          "{'name':'d','path':'$','observed':false},"
                                          "{'name':'e','const':2,'observed':true}]}")
                                    .p);
    assert_ok(f->cx, json_parse(f->cx, S("1"), &doc));
    FeedRecord r = {.json = json_root(&doc), .received_us = INT64_C(1654041600000000)};
    FeedOutcome outcome = feed_map(f->cx, feed, &r, &batch);
    assert_str("taken urn:x:1 n=1@2022-06-01T00:00:00Z; urn:x:1 c=1; urn:x:1 d=1; "
               "urn:x:1 e=2@2022-06-01T00:00:00Z;",
               told(f, feed, outcome, &batch));
}

static void the_examples_of_the_tree_are_good(void **state)
{
    Fixture *f = *state;
    static const char *const FILES[] = {
        "dortmund/parking-series.json", "dortmund/parking-places.json",
        "dortmund/stops.json",          "feeds/ttn-uplink.json",
        "feeds/number-topic.json",      "feeds/air-quality-csv.json",
        "feeds/traffic-csv.json"};
    const char *source = getenv("HANSE_SOURCE");
    assert_non_null(source);
    Str dir = arena_fmt(f->cx->arena, "%s/contexts", source);
    assert_ok(f->cx, context_store_load(f->cx, f->contexts, dir));
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        static char text[1 << 16];
        FILE *file = fopen(arena_fmt(f->cx->arena, "%s/demo/%s", source, FILES[i]).p, "re");
        assert_non_null(file);
        size_t n = fread(text, 1, sizeof text, file);
        fclose(file);
        Feed *feed;
        assert_ok(f->cx, feed_parse(f->cx, f->contexts, (Str){text, n}, &feed));
        assert_true(str_starts(feed->id.parts[0].literal, S("urn:ngsi-ld:")));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_wrong_mapping_is_refused_with_its_place),
        TEST(json_records_become_readings),
        TEST(times_are_read_in_every_format),
        TEST(each_cell_of_a_wide_row_is_a_reading),
        TEST(a_mapping_must_find_its_columns),
        TEST(wildcards_of_topics_are_captured),
        TEST(messages_without_time_have_that_of_their_receipt),
        TEST(the_examples_of_the_tree_are_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
