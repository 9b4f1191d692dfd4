/* Files of ideas through the real program: sending, describing, reading, and what must be refused.
 */
#include "people/test_file.h"
#include "program.h"

#include <stdlib.h>
#include <unistd.h>

static const char PASSWORD[] = "a good password for files";
#define BOUNDARY "----hanse-test-boundary"
#define AS_FILES S("multipart/form-data; boundary=" BOUNDARY)

typedef struct Author {
    Str cookie, token;
    int64_t item;
    Str slug;
} Author;

static Answer post(City *city, const Author *author, Str path, Str fields)
{
    return ask(&city->client, .method = "POST", .path = path, .headers = author->cookie,
               .type = AS_FORM,
               .body = str_fmt(city, "token=%.*s&%.*s", SARG(author->token), SARG(fields)));
}

/* A published idea of Ada's. */
static Author author_of(City *city, const char *mail, const char *title)
{
    Author a = {.cookie = city_login(city, &city->client, mail, PASSWORD)};
    a.token = city_form_token(city, &city->client, a.cookie);
    Answer answer = post(city, &a, S("/ideen/neu"), str_fmt(city, "title=%s&visibility=0", title));
    assert_status(303, answer);
    Str at = answer_header(&answer, S("Location"));
    a.slug = str_from_index(at, sizeof "/ideen/" - 1);
    answer = post(city, &a, str_fmt(city, "%.*s/schritt", SARG(at)), S("verb=publish"));
    assert_status(303, answer);
    Answer page = ask(&city->client, .path = at, .headers = a.cookie);
    assert_status(200, page);
    ptrdiff_t link = str_find(page.body, S("href=\"/anhaenge/"));
    assert_true(link > 0);
    Str digits = str_from_index(page.body, (size_t)link + sizeof "href=\"/anhaenge/" - 1);
    assert_true(str_to_i64(str_cut(&digits, '"'), &a.item));
    return a;
}

typedef struct Upload {
    const char *name; /* of the file; in the header as it stands here */
    Str bytes;
    const char *title, *alt, *credit, *role;
    bool no_token;
} Upload;

static void put_field(Buf *body, const char *name, Str value)
{
    buf_fmt(body, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n", name);
    buf_put(body, value);
    buf_put(body, S("\r\n"));
}

static Answer send_to(City *city, const Author *author, Str path, Upload upload)
{
    Buf body = buf_new(&city->arena, 64 << 20);
    if (!upload.no_token)
        put_field(&body, "token", author->token);
    put_field(&body, "title", str_from(upload.title ? upload.title : ""));
    put_field(&body, "alt", str_from(upload.alt ? upload.alt : ""));
    put_field(&body, "credit", str_from(upload.credit ? upload.credit : ""));
    put_field(&body, "role", str_from(upload.role ? upload.role : "file"));
    buf_fmt(&body,
            "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
            "Content-Type: text/html\r\n\r\n",
            upload.name);
    buf_put(&body, upload.bytes);
    buf_put(&body, S("\r\n--" BOUNDARY "--\r\n"));
    return ask(&city->client, .method = "POST", .path = path, .headers = author->cookie,
               .type = AS_FILES, .body = buf_str(&body));
}

static Answer send(City *city, const Author *author, Upload upload)
{
    return send_to(city, author, str_fmt(city, "/anhaenge/%lld", (long long)author->item), upload);
}

/* The address of the first file on the idea's page whose name ends so; p NULL: none. */
static Str file_on_page(City *city, Str slug, Str headers, const char *name)
{
    Answer page =
        ask(&city->client, .path = str_fmt(city, "/ideen/%.*s", SARG(slug)), .headers = headers);
    assert_status(200, page);
    for (Str rest = page.body;;) {
        ptrdiff_t at = str_find(rest, S("=\"/dateien/"));
        if (at < 0)
            return (Str){0};
        rest = str_from_index(rest, (size_t)at + 2);
        Str tail = rest, path = str_cut(&tail, '"');
        if (str_ends(path, str_from(name)))
            return path;
    }
}

static int setup(void **state)
{
    city_setup(state);
    City *city = *state;
    city_add_person(city, "ada@example.org", "member", PASSWORD);
    city_add_person(city, "ben@example.org", "member", PASSWORD);
    city_add_person(city, "office@example.org", "office", PASSWORD);
    city_serve(city, NULL);
    return 0;
}

static void a_picture_is_sent_described_and_read_by_all(void **state)
{
    City *city = *state;
    Author ada = author_of(city, "ada@example.org", "Mehr+B%C3%A4ume");
    Str jpeg = jpeg_of(&city->arena, true);
    assert_status(303, send(city, &ada, (Upload){.name = "B\xc3\xa4ume.JPG", .bytes = jpeg}));
    /* Without words only she sees it. */
    assert_null(file_on_page(city, ada.slug, S(""), "ume.jpg").p);
    Str path = file_on_page(city, ada.slug, ada.cookie, "ume.jpg");
    assert_non_null(path.p);
    assert_status(404, ask(&city->client, .path = path));
    assert_status(200, ask(&city->client, .path = path, .headers = ada.cookie));
    Str rest = str_from_index(path, sizeof "/dateien/" - 1), number = str_cut(&rest, '/');
    Str edit = str_fmt(city, "/anhaenge/%lld/%.*s", (long long)ada.item, SARG(number));
    assert_status(200, ask(&city->client, .path = edit, .headers = ada.cookie));
    assert_status(303, post(city, &ada, edit,
                            S("verb=save&title=Die+Allee&alt=Linden+am+Kanal&credit=Foto%3A+Ada&"
                              "role=main")));
    Answer page = ask(&city->client, .path = str_fmt(city, "/en/ideen/%.*s", SARG(ada.slug)));
    assert_status(200, page);
    assert_true(answer_has(&page, S("alt=\"Linden am Kanal\" lang=\"de\"")));
    assert_true(answer_has(&page, S("Foto: Ada")));
    assert_true(answer_has(&page, S("width=\"480\" height=\"640\"")));
    Answer answer = ask(&city->client, .path = path);
    assert_status(200, answer);
    assert_true(str_starts(answer.body, S("\xff\xd8")));
    assert_true(str_find(answer.body, S("GPS")) < 0);
    assert_str("image/jpeg", answer_header(&answer, S("Content-Type")));
    assert_str("nosniff", answer_header(&answer, S("X-Content-Type-Options")));
    assert_str("default-src 'none'; sandbox", answer_header(&answer, S("Content-Security-Policy")));
    assert_str("inline; filename=\"B_ume.jpg\"; filename*=UTF-8''B%C3%A4ume.jpg",
               answer_header(&answer, S("Content-Disposition")));
    /* What the browser has is not sent again, and still asked for. */
    Str etag = answer_header(&answer, S("ETag"));
    assert_str("no-cache, private", answer_header(&answer, S("Cache-Control")));
    answer = ask(&city->client, .path = path,
                 .headers = str_fmt(city, "If-None-Match: %.*s\r\n", SARG(etag)));
    assert_status(304, answer);
    /* Another name for the same number is no address. */
    assert_status(404,
                  ask(&city->client, .path = str_fmt(city, "/dateien/%.*s/x.jpg", SARG(number))));
    /* Withdrawn with its idea. */
    assert_status(303, post(city, &ada, str_fmt(city, "/ideen/%.*s/schritt", SARG(ada.slug)),
                            S("verb=withdraw&reason=x")));
    assert_status(404, ask(&city->client, .path = path));
    answer = ask(&city->client, .path = path,
                 .headers = str_fmt(city, "If-None-Match: %.*s\r\n", SARG(etag)));
    assert_status(404, answer);
}

static void a_document_is_saved_and_never_opens_as_a_page(void **state)
{
    City *city = *state;
    Author ada = author_of(city, "ada@example.org", "Plan");
    static const struct {
        const char *name, *type;
    } DOCUMENTS[] = {{"plan.pdf", "application/pdf"},
                     {"plan.txt", "text/plain; charset=utf-8"},
                     {"plan.odt", ODT_TYPE}};
    Str bytes[] = {S("%PDF-1.7 <script>alert(1)</script>"), S("x <script>alert(1)</script>"),
                   odt_of(&city->arena, false)};
    for (size_t i = 0; i < COUNT_OF(DOCUMENTS); i++) {
        assert_status(303,
                      send(city, &ada, (Upload){.name = DOCUMENTS[i].name, .bytes = bytes[i]}));
        Str path = file_on_page(city, ada.slug, S(""), DOCUMENTS[i].name);
        assert_non_null(path.p);
        Answer answer = ask(&city->client, .path = path);
        assert_status(200, answer);
        assert_str_equal(bytes[i], answer.body);
        assert_str_equal(str_from(DOCUMENTS[i].type), answer_header(&answer, S("Content-Type")));
        assert_true(str_starts(answer_header(&answer, S("Content-Disposition")),
                               S("attachment; filename=\"plan.")));
        assert_str("default-src 'none'; sandbox",
                   answer_header(&answer, S("Content-Security-Policy")));
    }
}

static void what_is_refused_is_said_on_the_page_and_loses_no_words(void **state)
{
    City *city = *state;
    Author ada = author_of(city, "ada@example.org", "Idee");
    Str png = png_of(&city->arena, 3, 3, false);
    char *large = arena_alloc_bytes(&city->arena, 11 << 20, 1);
    memset(large, 'a', 11 << 20);
    const struct {
        const char *name;
        Str bytes;
        int status;
        const char *says;
    } BAD[] = {
        {"x.svg", S("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"), 422, "nicht an"},
        {"x.html", S("<script>alert(1)</script>"), 422, "nicht an"},
        {"x.png", S("<svg xmlns='http://www.w3.org/2000/svg'/>"), 422, "passt nicht"},
        {"x.svg%22; y=%22.png", S("<svg/>"), 422, "passt nicht"},
        {"", S(""), 422, "eine Datei aus"},
        {"x.txt", S(""), 422, "ist leer"},
        {"x.jpg", png, 422, "passt nicht"},
        {"x.png", png_of(&city->arena, 20000, 20000, false), 413, "zu viele Bildpunkte"},
        {"x.docx", docx_of(&city->arena, true), 422, "Makros"},
        {"x.txt",
         {large, 11 << 20},
         413,
         "ist gr\xc3\xb6\xc3\x9f"
         "er als 10 MiB"},
    };
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Answer answer = send(
            city, &ada,
            (Upload){.name = BAD[i].name, .bytes = BAD[i].bytes, .alt = "Was ich schrieb & <b>"});
        if (answer.status != BAD[i].status || !answer_has(&answer, str_from(BAD[i].says)))
            print_message("# %s: %d\n", BAD[i].name, answer.status);
        assert_true(answer.status == BAD[i].status ||
                    (BAD[i].status == 413 && answer.status == 422));
        assert_true(answer_has(&answer, str_from(BAD[i].says)));
        assert_true(answer_has(&answer, S("Was ich schrieb &amp; &lt;b&gt;")));
        assert_true(answer_has(&answer, S("href=\"#file\"")));
    }
    Answer page = ask(&city->client, .path = str_fmt(city, "/ideen/%.*s", SARG(ada.slug)),
                      .headers = ada.cookie);
    assert_false(answer_has(&page, S("/dateien/")));
}

static void nobody_else_sends_files_to_it(void **state)
{
    City *city = *state;
    Author ada = author_of(city, "ada@example.org", "Meine");
    Author ben = author_of(city, "ben@example.org", "Seine");
    Str path = str_fmt(city, "/anhaenge/%lld", (long long)ada.item);
    Upload text = {.name = "x.txt", .bytes = S("x")};
    assert_status(403, send_to(city, &ben, path, text));
    assert_status(403, ask(&city->client, .path = path, .headers = ben.cookie));
    assert_status(404, send_to(city, &ada, S("/anhaenge/999"), text));
    assert_status(404, send_to(city, &ada, S("/anhaenge/x"), text));
    /* Somebody else's token, and none: the form comes back with its words. */
    Author forged = {.cookie = ada.cookie, .token = ben.token, .item = ada.item};
    text.alt = "Meine Worte";
    for (int i = 0; i < 2; i++) {
        text.no_token = i;
        Answer answer = send(city, &forged, text);
        assert_status(303, answer);
        Str back = answer_header(&answer, S("Location"));
        assert_true(str_find(back, S("entwurf=")) > 0);
        answer = ask(&city->client, .path = back, .headers = ada.cookie);
        assert_status(200, answer);
        assert_true(answer_has(&answer, S("Meine Worte")));
    }
    text.no_token = false;
    Answer answer =
        ask(&city->client, .method = "POST", .path = path,
            .headers = str_fmt(city, "%.*sOrigin: https://evil.example\r\n", SARG(ada.cookie)),
            .type = AS_FILES, .body = S("--x"));
    assert_status(403, answer);
    /* Her own file is not changed under his idea. */
    assert_status(303, send(city, &ada, text));
    Str file = file_on_page(city, ada.slug, S(""), "x.txt");
    Str rest = str_from_index(file, sizeof "/dateien/" - 1), number = str_cut(&rest, '/');
    assert_status(404, post(city, &ben,
                            str_fmt(city, "/anhaenge/%lld/%.*s", (long long)ben.item, SARG(number)),
                            S("verb=remove")));
    assert_status(200, ask(&city->client, .path = file));
}

static void malformed_and_excessive_forms_are_refused(void **state)
{
    City *city = *state;
    Author ada = author_of(city, "ada@example.org", "Idee");
    Str path = str_fmt(city, "/anhaenge/%lld", (long long)ada.item);
    Buf many = buf_new(&city->arena, 8 << 20);
    put_field(&many, "token", ada.token);
    for (int i = 0; i < 10000; i++)
        put_field(&many, "x", S("1"));
    buf_put(&many, S("--" BOUNDARY "--\r\n"));
    Answer answer = ask(&city->client, .method = "POST", .path = path, .headers = ada.cookie,
                        .type = AS_FILES, .body = buf_str(&many));
    assert_true(answer.status == 413 || answer.status == 422);
    static const char *const BAD[] = {"", "--" BOUNDARY, "no boundary",
                                      "--" BOUNDARY "\r\nContent-Disposition: form-data\r\n\r\n"};
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        answer = ask(&city->client, .method = "POST", .path = path, .headers = ada.cookie,
                     .type = AS_FILES, .body = str_fmt(city, "%s ", BAD[i]));
        assert_true(answer.status == 400 || answer.status == 422);
        assert_true(answer_has(&answer, S("<html lang=\"de\"")));
    }
    /* Any form takes the other way of writing it down. */
    Buf body = buf_new(&city->arena, 1 << 16);
    put_field(&body, "token", ada.token);
    put_field(&body, "title", S("Als Datei & Formular"));
    buf_put(&body, S("--" BOUNDARY "--\r\n"));
    answer = ask(&city->client, .method = "POST", .path = S("/ideen/neu"), .headers = ada.cookie,
                 .type = AS_FILES, .body = buf_str(&body));
    assert_status(303, answer);
    assert_str("/ideen/als-datei-formular", answer_header(&answer, S("Location")));
}

static void names_neither_leave_the_folder_nor_the_header(void **state)
{
    City *city = *state;
    Author ada = author_of(city, "ada@example.org", "Idee");
    static const char *const NAMES[] = {"../../../../tmp/hanse-evil.txt", "..\\..\\x.txt",
                                        "a%22; x=y.txt", "CON .txt", "%0d%0aX-Evil: 1.txt"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        assert_status(303, send(city, &ada,
                                (Upload){.name = NAMES[i], .bytes = str_fmt(city, "text %zu", i)}));
    assert_int_equal(access("/tmp/hanse-evil.txt", F_OK), -1);
    Answer page = ask(&city->client, .path = str_fmt(city, "/ideen/%.*s", SARG(ada.slug)));
    size_t count = 0;
    for (Str rest = page.body;;) {
        ptrdiff_t at = str_find(rest, S("href=\"/dateien/"));
        if (at < 0)
            break;
        rest = str_from_index(rest, (size_t)at + 6);
        Str tail = rest, path = str_cut(&tail, '"');
        Answer answer = ask(&city->client, .path = path);
        assert_status(200, answer);
        assert_null(answer_header(&answer, S("X-Evil")).p);
        Str said = answer_header(&answer, S("Content-Disposition"));
        assert_true(str_starts(said, S("attachment; filename=\"")));
        assert_true(str_find(said, S("..")) < 0);
        count++;
    }
    assert_int_equal(count, COUNT_OF(NAMES));
}

static void files_are_in_the_backup_and_come_back(void **state)
{
    City *city = *state;
    Author ada = author_of(city, "ada@example.org", "Idee");
    assert_status(303, send(city, &ada, (Upload){.name = "a.txt", .bytes = S("kept bytes")}));
    Str path = file_on_page(city, ada.slug, S(""), "a.txt");
    char *file = city_path(city, "city.backup"), *other = city_path(city, "restored");
    Ran ran = city_run(city, "backup", file, "--data", city->data);
    assert_ran(0, ran);
    assert_true(str_find(ran.out, S(", 1 of them uploaded")) > 0);
    assert_int_equal(city_stop(city), 0);
    ran = city_run(city, "restore", file, "--data", other);
    assert_ran(0, ran);
    assert_true(str_find(ran.out, S(", 1 of them uploaded")) > 0);
    snprintf(city->data, sizeof city->data, "%s", other);
    city_serve(city, NULL);
    Answer answer = ask(&city->client, .path = path);
    assert_status(200, answer);
    assert_str("kept bytes", answer.body);
    assert_int_equal(city_stop(city), 0);
    /* A backup that lacks what a row names is none. */
    assert_int_equal(system(city_fmt(city, "rm -r '%s'/files/??", other)), 0);
    ran = city_run(city, "backup", city_path(city, "second.backup"), "--data", other);
    assert_ran(69, ran);
    assert_true(str_find(ran.err, S("is not there")) >= 0);
    assert_int_equal(access(city_path(city, "second.backup"), F_OK), -1);
    city_serve(city, NULL);
}

#define IN_A_CITY(test) cmocka_unit_test_setup_teardown(test, setup, city_teardown)

/* ---- the logo of a partner ---- */

static Author office_of_a_partner(City *city)
{
    Author office = {.cookie = city_login(city, &city->client, "office@example.org", PASSWORD),
                     .slug = S("hafenwerke-gmbh")};
    office.token = city_form_token(city, &city->client, office.cookie);
    assert_status(303, post(city, &office, S("/buero/partner/einlesen"),
                            S("take=1&columns=name%2Ckind%2Cstate%2Cagreement%2Cagreed_on%2C"
                              "rep_mail%2Crep_name%0AHafenwerke+GmbH%2Ccompany%2Caccepted%2C1%2C"
                              "1.2.2026%2Cr%40x.example%2CR")));
    Answer page =
        ask(&city->client, .path = S("/partner/hafenwerke-gmbh"), .headers = office.cookie);
    assert_status(200, page);
    ptrdiff_t at = str_find(page.body, S("/anhaenge/"));
    assert_true(at >= 0);
    Str rest = str_from_index(page.body, (size_t)at + sizeof "/anhaenge/" - 1);
    size_t n = 0;
    while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9')
        n++;
    assert_true(str_to_i64(str_slice(rest, 0, n), &office.item));
    assert_true(answer_has(&page, S("Logo hinzuf\xc3\xbcgen")));
    return office;
}

static Answer partner_page(City *city, const char *path)
{
    Answer page = ask(&city->client, .path = str_from(path));
    assert_status(200, page);
    return page;
}

static void a_partner_s_logo_stands_on_profile_and_card_with_its_credit(void **state)
{
    City *city = *state;
    Author office = office_of_a_partner(city);
    Author ada = author_of(city, "ada@example.org", "Etwas");
    Answer page = partner_page(city, "/partner");
    assert_true(answer_has(&page, S("aria-hidden=\"true\">HG<"))); /* initials without one */
    Upload logo = {.name = "logo.jpg", .bytes = jpeg_of(&city->arena, true), .role = "logo"};
    assert_status(303, send(city, &office, logo));
    page = partner_page(city, "/partner/hafenwerke-gmbh");
    assert_false(answer_has(&page, S("/logo.jpg\""))); /* nobody said what it shows */
    logo.name = "logo2.jpg";
    logo.alt = "Anker der Hafenwerke";
    logo.credit = "Atelier Kai";
    Str ada_path = str_fmt(city, "/anhaenge/%lld", (long long)office.item);
    assert_status(403, send_to(city, &ada, ada_path, logo)); /* she does not belong to it */
    assert_status(303, send(city, &office, logo));
    page = partner_page(city, "/partner/hafenwerke-gmbh");
    assert_true(answer_has(&page, S("alt=\"Anker der Hafenwerke\"")));
    assert_true(answer_has(&page, S("Logo: Atelier Kai")));
    assert_false(answer_has(&page, S("Logo \xc3\xa4ndern"))); /* not for strangers */
    assert_false(answer_has(&page, S("id=\"dateien\"")));     /* nothing but the logo to show */
    page = partner_page(city, "/partner");
    assert_true(answer_has(&page, S("h-partner__mark--logo\"><img src=\"/dateien/")));
    assert_true(answer_has(&page, S("/logo2.jpg\"")));
    /* Another one takes its place; it goes by being removed. */
    logo.name = "logo3.jpg";
    assert_status(303, send(city, &office, logo));
    page = partner_page(city, "/partner");
    assert_true(answer_has(&page, S("/logo3.jpg\"")));
    assert_false(answer_has(&page, S("/logo2.jpg\"")));
    page = ask(&city->client, .path = S("/partner/hafenwerke-gmbh/bearbeiten"),
               .headers = office.cookie);
    assert_status(200, page);
    assert_true(answer_has(&page, S("Logo \xc3\xa4ndern oder entfernen")));
    ptrdiff_t at = str_find(page.body, str_fmt(city, "/anhaenge/%lld/", (long long)office.item));
    assert_true(at >= 0);
    Str rest = str_from_index(page.body, (size_t)at), edit = str_cut(&rest, '"');
    assert_status(303, post(city, &office, edit, S("verb=remove")));
    page = partner_page(city, "/partner");
    assert_true(answer_has(&page, S("aria-hidden=\"true\">HG<")));
}

/* The team has a place for its papers: those who may change it put them there, all read them. */
static void a_team_has_a_section_for_its_files(void **state)
{
    City *city = *state;
    Author office = {.cookie = city_login(city, &city->client, "office@example.org", PASSWORD)};
    office.token = city_form_token(city, &city->client, office.cookie);
    Author ada = author_of(city, "ada@example.org", "Etwas");
    Answer answer =
        post(city, &office, S("/teams/neu"), S("title=Team+Energie&lead=x&kind=expert"));
    assert_status(303, answer);
    Str path = answer_header(&answer, S("Location"));
    assert_status(303, post(city, &office, str_fmt(city, "%.*s/einladen", SARG(path)),
                            S("mail=ben%40example.org&role=lead&placed=1")));
    assert_status(
        303, post(city, &office, str_fmt(city, "%.*s/schritt", SARG(path)), S("verb=activate")));
    Answer page = ask(&city->client, .path = path, .headers = office.cookie);
    assert_status(200, page);
    ptrdiff_t link = str_find(page.body, S("href=\"/anhaenge/"));
    assert_true(link > 0);
    Str rest = str_from_index(page.body, (size_t)link + sizeof "href=\"" - 1);
    Str files = str_cut(&rest, '"');
    Upload paper = {.name = "Arbeitsplan.pdf", .bytes = S("%PDF-1.7\n%%EOF\n")};
    assert_status(403, send_to(city, &ada, files, paper)); /* she does not lead it */
    page = ask(&city->client, .path = path, .headers = ada.cookie);
    assert_true(str_find(page.body, files) < 0);
    assert_status(303, send_to(city, &office, files, paper));
    page = ask(&city->client, .path = path);
    assert_status(200, page);
    assert_true(answer_has(&page, S("id=\"dateien\"")));
    assert_true(answer_has(&page, S("/Arbeitsplan.pdf\"")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(a_picture_is_sent_described_and_read_by_all),
        IN_A_CITY(a_document_is_saved_and_never_opens_as_a_page),
        IN_A_CITY(what_is_refused_is_said_on_the_page_and_loses_no_words),
        IN_A_CITY(nobody_else_sends_files_to_it),
        IN_A_CITY(malformed_and_excessive_forms_are_refused),
        IN_A_CITY(names_neither_leave_the_folder_nor_the_header),
        IN_A_CITY(files_are_in_the_backup_and_come_back),
        IN_A_CITY(a_partner_s_logo_stands_on_profile_and_card_with_its_credit),
        IN_A_CITY(a_team_has_a_section_for_its_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
