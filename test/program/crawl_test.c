/* The role crawl: the demo city with all its people, every page that a role can find and the pages
 * of everything that it may not read. What each role may read follows here from the rows of the
 * store and from the table below, not from the program's own rule: no title of what a role may not
 * read stands in any page, list, file, feed or JSON that it is given. */
#include "store.h"

enum {
    PAGES_MAX = 700, /* of one role: lists, files, and samples of each kind of page */
    PER_PATTERN = 4, /* pages of the same kind that are looked at */
    TITLE_BYTES_MIN = 8,
    DEMO_WAIT_MS = 240000
};

#define PASSWORD "lindhafen"

/* How narrow an audience each role reads (people/item.h): 0 public, 1 alliance, 2 team, 3 office,
 * 4 only those that belong to the item. */
static const struct {
    const char *name, *mail; /* NULL: a stranger */
    int64_t reads;
    bool office;
} ROLES[] = {{"stranger", NULL, 0, false},
             {"member", "mitglied@lindhafen.example", 0, false},
             {"partner", "partner@lindhafen.example", 1, false},
             {"team lead", "team@lindhafen.example", 1, false},
             {"editor", "redaktion@lindhafen.example", 1, false},
             {"office", "buero@lindhafen.example", 3, true},
             {"operator", "leitung@lindhafen.example", 0, false},
             {"admin", "verwaltung@lindhafen.example", 0, false}};

/* Pages with a path of their own; with a hole, below the path of a noun. */
static const char *const PATHS[] = {
#define ROUTE(method, path, kind, face, may, decode, apply, encode, body_max, help)
#define PAGE(path, may, apply, help) path, "/en" path,
#define FORM(path, may, decode, prepare, apply, encode, help)
#define UPLOAD FORM
#define DOWNLOAD(path, may, prepare, encode, help)
#define OUTWARD(path, kind, may, decode, prepare, apply, encode, help)
#undef ENTITIES
#undef OPERATIONS
#undef TEMPORAL
#include "app/routes.def"
#undef ROUTE
#undef PAGE
#undef FORM
#undef UPLOAD
#undef DOWNLOAD
#undef OUTWARD
};

static const struct {
    const char *name, *path;
} NOUNS[] = {
#define NOUN(code, name, path) {name, path},
#include "people/noun.def"
#undef NOUN
};

typedef struct Item {
    int64_t id, audience, author, body;
    Str noun, slug, title;
    bool allowed, looked_for; /* for the role that crawls */
} Item;

typedef struct Crawl {
    City *city;
    Client client;
    Item *things;
    size_t thing_count;
    Str headers;
    const char *role;
    Str urls[PAGES_MAX];
    size_t url_count;
    Str patterns[PAGES_MAX]; /* of the pages found by links, and how often each was taken */
    size_t taken[PAGES_MAX], pattern_count;
    size_t allowed_seen, feeds; /* with entries */
} Crawl;

/* ---- what there is ---- */

static void read_things(Crawl *crawl)
{
    static const Statement ALL =
        SQL("SELECT i.id, i.audience, i.author, i.body, i.noun, i.slug, t.title FROM item i"
            " JOIN item_text t ON t.tenant = i.tenant AND t.item = i.id WHERE i.tenant = 1"
            " ORDER BY i.id LIMIT 20000");
    City *city = crawl->city;
    DbRows rows;
    bool row;
    crawl->things = arena_array(&city->arena, Item, 20000);
    assert_int_equal(db_start(&city->cx, &ALL, DB_NO_ARGS, &rows), OK);
    while (db_next(&city->cx, &rows, &row) == OK && row)
        crawl->things[crawl->thing_count++] =
            (Item){.id = db_i64(&rows, 0),
                   .audience = db_i64(&rows, 1),
                   .author = db_i64(&rows, 2),
                   .body = db_i64(&rows, 3),
                   .noun = arena_copy(&city->arena, db_text(&rows, 4)),
                   .slug = arena_copy(&city->arena, db_text(&rows, 5)),
                   .title = arena_copy(&city->arena, db_text(&rows, 6))};
    db_end(&rows);
    assert_true(crawl->thing_count > 1000);
}

static bool is_related(City *city, int64_t person, int64_t item)
{
    static const Statement RELATED = SQL("SELECT count(*) FROM relation WHERE tenant = 1"
                                         " AND person = ?1 AND item = ?2 AND state = 'active'");
    int64_t count;
    assert_ok(&city->cx,
              db_one_i64(&city->cx, &RELATED, DB_ARGS(V_I64(person), V_I64(item)), &count));
    return item && count > 0;
}

/* A title that also stands in something allowed gives nothing away. */
static bool is_telling(const Crawl *crawl, const Item *thing)
{
    if (thing->allowed || thing->title.n < TITLE_BYTES_MIN)
        return false;
    for (size_t i = 0; i < crawl->thing_count; i++)
        if (crawl->things[i].allowed && str_find(crawl->things[i].title, thing->title) >= 0)
            return false;
    return true;
}

static void mark_allowed(Crawl *crawl, size_t role)
{
    static const Statement PERSON = SQL("SELECT id FROM person WHERE tenant = 1 AND mail = ?1");
    City *city = crawl->city;
    int64_t me = 0;
    if (ROLES[role].mail)
        assert_ok(&city->cx,
                  db_one_i64(&city->cx, &PERSON, DB_ARGS(V_TEXT(str_from(ROLES[role].mail))), &me));
    for (size_t i = 0; i < crawl->thing_count; i++) {
        Item *thing = &crawl->things[i];
        thing->allowed = thing->audience <= ROLES[role].reads || (me && thing->author == me) ||
                         (me && is_related(city, me, thing->id)) ||
                         (me && thing->audience == 2 && is_related(city, me, thing->body));
    }
    for (size_t i = 0; i < crawl->thing_count; i++) {
        Item *thing = &crawl->things[i];
        thing->looked_for = thing->allowed ? thing->audience > 0 : is_telling(crawl, thing);
    }
}

/* ---- where there are pages ---- */

static void add_url(Crawl *crawl, Str url)
{
    for (size_t i = 0; i < crawl->url_count; i++)
        if (str_eq(crawl->urls[i], url))
            return;
    if (crawl->url_count < PAGES_MAX)
        crawl->urls[crawl->url_count++] = arena_copy(&crawl->city->arena, url);
}

static Str filled(City *city, Str path, Str slug)
{
    ptrdiff_t at = str_find(path, S("{slug}"));
    Str rest = str_from_index(path, (size_t)at + 6);
    return str_fmt(city, "%.*s%.*s%.*s", (int)at, path.p, SARG(slug), SARG(rest));
}

static bool is_below(Str path, const char *noun_path)
{
    if (str_starts(path, S("/en/")))
        path = str_from_index(path, 3);
    size_t n = strlen(noun_path);
    return str_starts(path, str_from(noun_path)) &&
           str_starts(str_from_index(path, n), S("/{slug}"));
}

/* Every page of a thing: its own, its form, its files. */
static void add_pages_of(Crawl *crawl, const Item *thing)
{
    for (size_t n = 0; n < COUNT_OF(NOUNS); n++) {
        if (!str_eq(str_from(NOUNS[n].name), thing->noun))
            continue;
        for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
            Str path = str_from(PATHS[i]);
            if (is_below(path, NOUNS[n].path) &&
                str_find(filled(crawl->city, path, S("x")), S("{")) < 0)
                add_url(crawl, filled(crawl->city, path, thing->slug));
        }
    }
}

static void add_start(Crawl *crawl)
{
    size_t shown[COUNT_OF(NOUNS)] = {0};
    add_url(crawl, S("/"));
    for (size_t i = 0; i < COUNT_OF(PATHS); i++)
        if (str_find(str_from(PATHS[i]), S("{")) < 0)
            add_url(crawl, str_from(PATHS[i]));
    add_url(crawl, S("/sitemap.xml"));
    add_url(crawl, S("/sitemaps/1.xml"));
    for (size_t i = 0; i < crawl->thing_count; i++) {
        const Item *thing = &crawl->things[i];
        size_t noun = 0;
        while (noun + 1 < COUNT_OF(NOUNS) && !str_eq(str_from(NOUNS[noun].name), thing->noun))
            noun++;
        /* Of what may be read a few, of what may not be more: these are what it is about. */
        if (shown[noun] < (thing->allowed ? 1 : 4)) {
            add_pages_of(crawl, thing);
            shown[noun]++;
        }
    }
}

/* The kind of a page: its path with the last part left out, and the names of its parameters. */
static Str pattern_of(City *city, Str url)
{
    Str query = url, path = str_cut(&query, '?');
    ptrdiff_t slash = str_find_last_char(path, '/');
    Buf pattern = buf_new(&city->arena, url.n + 2);
    buf_put(&pattern, str_slice(path, 0, slash > 0 ? (size_t)slash : path.n));
    while (query.p) {
        Str pair = str_cut(&query, '&');
        buf_char(&pattern, '&');
        buf_put(&pattern, str_cut(&pair, '='));
    }
    return buf_str(&pattern);
}

static bool takes_one_more(Crawl *crawl, Str url)
{
    Str pattern = pattern_of(crawl->city, url);
    for (size_t i = 0; i < crawl->pattern_count; i++)
        if (str_eq(crawl->patterns[i], pattern))
            return crawl->taken[i]++ < PER_PATTERN;
    if (crawl->pattern_count == PAGES_MAX)
        return false;
    crawl->patterns[crawl->pattern_count] = pattern;
    crawl->taken[crawl->pattern_count++] = 1;
    return true;
}

/* Links of this site: href="/...". */
static void follow_links(Crawl *crawl, Str body)
{
    static const Str START = S_INIT("href=\"/");
    for (ptrdiff_t at; (at = str_find(body, START)) >= 0;) {
        body = str_from_index(body, (size_t)at + START.n - 1);
        Str url = str_slice(body, 0, (size_t)MAX(str_find_char(body, '"'), 0));
        Buf plain = buf_new(&crawl->city->arena, url.n + 1);
        for (Str rest = url; rest.n;) {
            bool amp = str_starts(rest, S("&amp;"));
            buf_char(&plain, rest.p[0]);
            rest = str_from_index(rest, amp ? 5 : 1);
        }
        Str link = buf_str(&plain);
        ptrdiff_t hash = str_find_char(link, '#');
        if (hash >= 0)
            link = str_slice(link, 0, (size_t)hash);
        if (!str_starts(link, S("/assets/")) && !str_starts(link, S("/ngsi-ld/")) &&
            !str_starts(link, S("/sse")) && takes_one_more(crawl, link))
            add_url(crawl, link);
    }
}

/* ---- looking ---- */

static void assert_tells_nothing(Crawl *crawl, Str url, const Answer *answer)
{
    for (size_t i = 0; i < crawl->thing_count; i++) {
        const Item *thing = &crawl->things[i];
        if (!thing->looked_for || str_find(answer->body, thing->title) < 0)
            continue;
        if (thing->allowed) {
            crawl->allowed_seen++;
            continue;
        }
        print_message("# %.*s tells a %s of \"%.*s\" (audience %lld)\n", SARG(url), crawl->role,
                      SARG(thing->title), (long long)thing->audience);
        assert_true(false);
    }
}

/* The sitemap names what everybody may read, all of it and nothing else, whoever asks. */
static void assert_maps_what_is_public(Crawl *crawl, const Answer *answer)
{
    City *city = crawl->city;
    size_t there = 0;
    for (size_t i = 0; i < crawl->thing_count; i++) {
        const Item *thing = &crawl->things[i];
        for (size_t n = 0; n < COUNT_OF(NOUNS); n++) {
            if (!str_eq(str_from(NOUNS[n].name), thing->noun))
                continue;
            Str german =
                str_fmt(city, "%u%s/%.*s</loc>", city->port, NOUNS[n].path, SARG(thing->slug));
            Str english = str_fmt(city, "hreflang=\"en\" href=\"http://127.0.0.1:%u/en%s/%.*s\"",
                                  city->port, NOUNS[n].path, SARG(thing->slug));
            bool mapped = str_find(answer->body, german) >= 0;
            if (mapped != (thing->audience == 0))
                print_message("# %.*s\n", SARG(german));
            assert_int_equal(mapped, thing->audience == 0);
            assert_int_equal(str_find(answer->body, english) >= 0, mapped);
            there += mapped;
        }
    }
    assert_true(there > 500);
}

static void look_at(Crawl *crawl, Str url)
{
    Arena *arena = &crawl->city->arena;
    Str kept = arena_copy(arena, url);
    Answer answer = client_ask(&crawl->client, (Request){.path = kept, .headers = crawl->headers});
    if (answer.status >= 500 || answer.status == 0)
        print_message("# %.*s as %s: %d\n", SARG(kept), crawl->role, answer.status);
    assert_in_range(answer.status, 200, 499);
    assert_tells_nothing(crawl, kept, &answer);
    if (str_eq(kept, S("/sitemaps/1.xml")))
        assert_maps_what_is_public(crawl, &answer);
    if (answer.status == 200 && str_find(kept, S(".atom")) > 0) {
        assert_true(str_ends(answer.body, S("</feed>\n")));
        crawl->feeds += str_find(answer.body, S("<entry")) > 0;
    }
    if (answer.status == 200 &&
        str_starts(answer_header(&answer, S("Content-Type")), S("text/html")))
        follow_links(crawl, answer.body);
}

static void crawl_as(City *city, Crawl *crawl, size_t role)
{
    crawl->role = ROLES[role].name;
    crawl->url_count = crawl->pattern_count = crawl->allowed_seen = crawl->feeds = 0;
    client_init(&crawl->client, &city->arena, city->port);
    crawl->client.source = (uint8_t)(20 + role);
    crawl->headers = S("");
    if (ROLES[role].mail)
        crawl->headers = city_login(city, &crawl->client, ROLES[role].mail, PASSWORD);
    mark_allowed(crawl, role);
    add_start(crawl);
    for (size_t i = 0; i < crawl->url_count; i++)
        look_at(crawl, crawl->urls[i]);
    client_done(&crawl->client);
    print_message("# %s: %zu pages, %zu sights of what is not for everybody\n", crawl->role,
                  crawl->url_count, crawl->allowed_seen);
    /* Who may read more than everybody has found some of it: else this would look at nothing. */
    if (ROLES[role].reads > 0)
        assert_true(crawl->allowed_seen > 0);
    assert_true(crawl->url_count > 100);
    assert_true(crawl->feeds >= 8); /* ideas, projects, partners, posts, in both languages */
}

static void no_role_finds_what_it_may_not_read(void **state)
{
    City *city = *state;
    Crawl *crawl = arena_new(&city->arena, Crawl);
    crawl->city = city;
    city_demo(city, false, DEMO_WAIT_MS);
    city_open_store(city, DB_READ);
    read_things(crawl);
    for (size_t role = 0; role < COUNT_OF(ROLES); role++)
        crawl_as(city, crawl, role);
    city_close_store(city);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_role_finds_what_it_may_not_read, city_setup,
                                        city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
