/* How an organisation becomes a partner, seen from outside: a stranger applies and confirms by
 * mail, the office accepts, the representative logs in and invites a colleague, who joins; the
 * mails counted against the table of what must be sent. And what is typed with ill intent. */
#include "program.h"

#include "base/uri.h"
#include "smtp.h"

static const char PASSWORD[] = "correct horse battery staple";
static Smtp *smtp;

static void serve(City *city)
{
    city_serve(city, "--smtp-url", city_fmt(city, "smtp://127.0.0.1:%u", smtp_port(smtp)),
               "--smtp-from", "stadt@lindhafen.example", "--public-url",
               "http://lindhafen.example");
}

static int setup(void **state)
{
    smtp = smtp_start();
    city_setup(state);
    City *city = *state;
    city_add_person(city, "office@example.org", "office", PASSWORD);
    city_add_person(city, "office2@example.org", "office", PASSWORD);
    assert_ran(0, city_run(city, "setting", "set", "partner.agreement", "Wir arbeiten zusammen.",
                           "--data", city->data));
    assert_ran(0, city_run(city, "setting", "set", "partner.agreement_version", "2026-1", "--data",
                           city->data));
    serve(city);
    return 0;
}

static int teardown(void **state)
{
    int code = city_teardown(state);
    smtp_stop(smtp);
    return code;
}

/* ---- forms ---- */

typedef struct Field {
    const char *name, *value;
} Field;
enum { FIELDS_MAX = 32 };

static Str encoded(City *city, const Field *fields)
{
    Buf body = buf_new(&city->arena, 1 << 20);
    for (; fields->name; fields++) {
        buf_fmt(&body, "%s%s=", body.n ? "&" : "", fields->name);
        buf_uri_component(&body, str_from(fields->value));
    }
    return buf_str(&body);
}
#define FORM(...) ((const Field[]){__VA_ARGS__, {NULL, NULL}})

static Answer post(City *city, Client *client, Str path, Str cookie, const Field *fields)
{
    Str body = encoded(city, fields);
    if (cookie.n)
        body = str_fmt(city, "%.*s&token=%.*s", SARG(body),
                       SARG(city_form_token(city, client, cookie)));
    return ask(client, .method = "POST", .path = path, .headers = cookie, .type = AS_FORM,
               .body = body);
}

/* What the form holds, with some fields set otherwise. */
static const Field *application(City *city, const Field *changes)
{
    static const Field FILLED[] = {{"title", "Werft Nord GmbH"},
                                   {"kind", "company"},
                                   {"lead", "Wir bauen Schiffe."},
                                   {"website", "www.werft.example"},
                                   {"offers", "Hallen\nKräne"},
                                   {"seeks", "Sensoren"},
                                   {"person_name", "Enna Harms"},
                                   {"email", "enna@werft.example"},
                                   {"role", "Leitung"},
                                   {"agreement", "2026-1"},
                                   {"agreed", "1"},
                                   {"consent", "1"}};
    Field *fields = arena_array(&city->arena, Field, FIELDS_MAX);
    size_t count = COUNT_OF(FILLED);
    memcpy(fields, FILLED, sizeof FILLED);
    for (; changes && changes->name; changes++) {
        size_t i = 0;
        while (i < count && strcmp(fields[i].name, changes->name) != 0)
            i++;
        count = MAX(count, i + 1);
        fields[i] = *changes;
    }
    Answer page = ask(&city->client, .path = S("/partner-werden"));
    assert_status(200, page);
    fields[count++] =
        (Field){"stamp", arena_cstr(&city->arena, answer_field(city, &page, "stamp"))};
    fields[count++] = (Field){"key", arena_cstr(&city->arena, answer_field(city, &page, "key"))};
    return fields;
}

static void assert_leads(Answer answer, const char *path)
{
    assert_status(303, answer);
    assert_str_equal(str_from(path), answer_header(&answer, S("Location")));
}

static Answer step(City *city, Str cookie, const char *slug, const char *verb, const char *reason)
{
    return post(city, &city->client, str_fmt(city, "/partner/%s/schritt", slug), cookie,
                FORM({"verb", verb}, {"reason", reason}));
}

/* From the form to the confirmed application. */
static void apply(City *city, const Field *changes, const char *mail)
{
    size_t before = smtp_count(smtp);
    assert_leads(post(city, &city->client, S("/partner-werden"), S(""), application(city, changes)),
                 "/partner-werden/gesendet");
    smtp_expect(smtp, before + 1);
    SmtpMail confirm = smtp_last(smtp, "application_confirm", mail);
    Answer page = ask(&city->client, .path = smtp_link(&confirm));
    assert_status(200, page);
    Str code = answer_field(city, &page, "code");
    assert_leads(post(city, &city->client, S("/partner-werden/bestaetigen"), S(""),
                      FORM({"code", arena_cstr(&city->arena, code)})),
                 "/partner-werden/eingegangen");
    smtp_expect(smtp, before + 2);
}

/* ---- the whole way ---- */

static Str take_invitation(City *city, SmtpMail mail, const char *name, const char *to)
{
    Str link = smtp_link(&mail);
    assert_true(str_starts(link, S("/einladung?code=")));
    Answer page = ask(&city->client, .path = link);
    assert_status(200, page);
    assert_int_equal(answer_has(&page, S("name=\"name\"")), name != NULL);
    Str code = answer_field(city, &page, "code");
    assert_leads(post(city, &city->client, S("/einladung"), S(""),
                      FORM({"code", arena_cstr(&city->arena, code)}, {"password", PASSWORD},
                           {"name", name ? name : ""})),
                 "/anmelden?weiter=/mein");
    /* The link works once. */
    assert_status(404, ask(&city->client, .path = link));
    return city_login(city, &city->client, to, PASSWORD);
}

static void a_stranger_becomes_a_partner_whose_colleague_joins(void **state)
{
    static const struct {
        const char *kind, *to;
        size_t count;
    } TABLE[] = {{"application_confirm", "enna@werft.example", 1},
                 {"application_received", "enna@werft.example", 1},
                 {"application_accepted", "enna@werft.example", 1},
                 {"invitation", "ole@werft.example", 1},
                 {"member_joined", "enna@werft.example", 1},
                 {NULL, NULL, 5}};
    City *city = *state;
    Client *client = &city->client;
    apply(city, NULL, "enna@werft.example");
    /* Nothing that was typed goes to an address that nobody confirmed. */
    SmtpMail confirm = smtp_last(smtp, "application_confirm", "enna@werft.example");
    assert_true(str_find(confirm.body, S("Werft")) < 0 && str_find(confirm.body, S("Enna")) < 0);
    /* Before the office decides, nobody else sees it. */
    assert_status(404, ask(client, .path = S("/partner/werft-nord-gmbh")));
    Answer list = ask(client, .path = S("/partner"));
    assert_false(answer_has(&list, S("Werft")));

    Str office = city_login(city, client, "office@example.org", PASSWORD);
    list = ask(client, .path = S("/buero/partner?stand=applied"), .headers = office);
    assert_true(answer_has(&list, S("Werft Nord GmbH")));
    Answer page = ask(client, .path = S("/partner/werft-nord-gmbh"), .headers = office);
    assert_true(answer_has(&page, S("Enna Harms")) && answer_has(&page, S("enna@werft.example")));
    assert_leads(step(city, office, "werft-nord-gmbh", "review", ""), "/partner/werft-nord-gmbh");
    assert_leads(step(city, office, "werft-nord-gmbh", "accept", ""), "/partner/werft-nord-gmbh");
    smtp_expect(smtp, 3);

    list = ask(client, .path = S("/partner"));
    assert_true(answer_has(&list, S("Werft Nord GmbH")));
    assert_true(answer_has(&list, S("1 Partner")));
    page = ask(client, .path = S("/partner/werft-nord-gmbh"));
    assert_true(answer_has(&page, S("application/ld+json")) && answer_has(&page, S("Kräne")));
    assert_false(answer_has(&page, S("Enna"))); /* shown with consent only */

    Str rep = take_invitation(city, smtp_last(smtp, "application_accepted", "enna@werft.example"),
                              NULL, "enna@werft.example");
    Str people = S("/partner/werft-nord-gmbh/personen");
    assert_status(200, ask(client, .path = people, .headers = rep));
    assert_leads(post(city, client, people, rep,
                      FORM({"verb", "invite"}, {"mail", "Ole@werft.example"}, {"role", "colleague"},
                           {"title", "Technik"})),
                 "/partner/werft-nord-gmbh/personen");
    smtp_expect(smtp, 4);
    Str colleague = take_invitation(city, smtp_last(smtp, "invitation", "Ole@werft.example"),
                                    "Ole Petersen", "ole@werft.example");
    smtp_expect(smtp, 5);
    page = ask(client, .path = people, .headers = colleague);
    assert_true(answer_has(&page, S("Ole Petersen")) && answer_has(&page, S("Enna Harms")));
    assert_leads(post(city, client, people, colleague, FORM({"verb", "show"})),
                 "/partner/werft-nord-gmbh/personen");
    page = ask(client, .path = S("/partner/werft-nord-gmbh"));
    assert_true(answer_has(&page, S("Ole Petersen")));
    assert_false(answer_has(&page, S("Enna Harms")));

    for (size_t i = 0; i < COUNT_OF(TABLE); i++) {
        bool mixed = TABLE[i].kind && strcmp(TABLE[i].kind, "invitation") == 0;
        assert_int_equal(
            smtp_count_of(smtp, TABLE[i].kind, mixed ? "Ole@werft.example" : TABLE[i].to),
            TABLE[i].count);
    }
}

static void the_last_representative_is_told_to_find_a_successor(void **state)
{
    City *city = *state;
    Client *client = &city->client;
    apply(city, NULL, "enna@werft.example");
    Str office = city_login(city, client, "office@example.org", PASSWORD);
    assert_leads(step(city, office, "werft-nord-gmbh", "review", ""), "/partner/werft-nord-gmbh");
    assert_leads(step(city, office, "werft-nord-gmbh", "accept", ""), "/partner/werft-nord-gmbh");
    smtp_expect(smtp, 3);
    Str rep = take_invitation(city, smtp_last(smtp, "application_accepted", "enna@werft.example"),
                              NULL, "enna@werft.example");
    Str people = S("/partner/werft-nord-gmbh/personen");
    Answer page = ask(client, .path = people, .headers = rep);
    Str id = answer_field(city, &page, "id");
    page = post(city, client, people, rep,
                FORM({"verb", "end"}, {"id", arena_cstr(&city->arena, id)}));
    assert_status(409, page);
    assert_true(answer_has(&page, S("Die letzte Vertretung kann erst gehen")));
    /* Leaving with all, with a reason, is a step of its own. */
    assert_status(422, step(city, rep, "werft-nord-gmbh", "leave", ""));
    assert_leads(step(city, rep, "werft-nord-gmbh", "leave", "Wir schließen."),
                 "/partner/werft-nord-gmbh");
    Answer list = ask(client, .path = S("/partner"));
    assert_false(answer_has(&list, S("Werft Nord")));
    assert_status(404, ask(client, .path = S("/partner/werft-nord-gmbh")));
}

static void a_refusal_reaches_the_applicant_with_its_reason(void **state)
{
    City *city = *state;
    apply(city, NULL, "enna@werft.example");
    Str office = city_login(city, &city->client, "office@example.org", PASSWORD);
    assert_status(422, step(city, office, "werft-nord-gmbh", "decline", " "));
    assert_leads(step(city, office, "werft-nord-gmbh", "decline", "Der Antrag kam zweimal."),
                 "/partner/werft-nord-gmbh");
    smtp_expect(smtp, 3);
    SmtpMail mail = smtp_last(smtp, "application_declined", "enna@werft.example");
    assert_true(str_find(mail.body, S("Der Antrag kam zweimal.")) > 0);
}

/* ---- more than once, and at once ---- */

static void a_double_click_applies_and_confirms_once(void **state)
{
    City *city = *state;
    const Field *fields = application(city, NULL);
    assert_leads(post(city, &city->client, S("/partner-werden"), S(""), fields),
                 "/partner-werden/gesendet");
    assert_leads(post(city, &city->client, S("/partner-werden"), S(""), fields),
                 "/partner-werden/gesendet");
    smtp_expect(smtp, 1);
    SmtpMail mail = smtp_mail(smtp, 0);
    Answer page = ask(&city->client, .path = smtp_link(&mail));
    const Field *confirm =
        FORM({"code", arena_cstr(&city->arena, answer_field(city, &page, "code"))});
    for (int i = 0; i < 3; i++)
        assert_leads(post(city, &city->client, S("/partner-werden/bestaetigen"), S(""), confirm),
                     "/partner-werden/eingegangen");
    smtp_expect(smtp, 2);
    Str office = city_login(city, &city->client, "office@example.org", PASSWORD);
    page = ask(&city->client, .path = S("/buero/partner"), .headers = office);
    assert_true(answer_has(&page, S("Werft Nord GmbH")));
    assert_status(404,
                  ask(&city->client, .path = S("/partner/werft-nord-gmbh-2"), .headers = office));
    assert_status(404, post(city, &city->client, S("/partner-werden/bestaetigen"), S(""),
                            FORM({"code", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})));
}

static void of_two_who_decide_at_once_one_is_told(void **state)
{
    City *city = *state;
    apply(city, NULL, "enna@werft.example");
    Str one = city_login(city, &city->client, "office@example.org", PASSWORD);
    Str two = city_login(city, &city->client, "office2@example.org", PASSWORD);
    assert_leads(step(city, one, "werft-nord-gmbh", "review", ""), "/partner/werft-nord-gmbh");
    assert_leads(step(city, one, "werft-nord-gmbh", "accept", ""), "/partner/werft-nord-gmbh");
    /* The other one still had the page with the button. */
    Answer late = step(city, two, "werft-nord-gmbh", "decline", "Zu spät");
    assert_int_equal(late.status, 409);
    smtp_expect(smtp, 3);
    assert_int_equal(smtp_count_of(smtp, "application_declined", NULL), 0);
    Answer list = ask(&city->client, .path = S("/partner"));
    assert_true(answer_has(&list, S("Werft Nord GmbH")));
}

/* ---- ill intent ---- */

static void what_is_typed_is_shown_as_text(void **state)
{
    City *city = *state;
    static const char EVIL[] = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>";
    apply(city,
          FORM({"title", EVIL}, {"lead", EVIL}, {"offers", EVIL}, {"seeks", EVIL},
               {"person_name", EVIL}, {"role", EVIL}, {"register", EVIL}, {"street", EVIL},
               {"town", EVIL}, {"phone", EVIL}, {"district", EVIL},
               {"body", "<script>alert(1)</script> [x](javascript:alert(1))"}),
          "enna@werft.example");
    Str office = city_login(city, &city->client, "office@example.org", PASSWORD);
    Answer list = ask(&city->client, .path = S("/buero/partner"), .headers = office);
    ptrdiff_t at = str_find(list.body, S("href=\"/partner/script"));
    assert_true(at > 0);
    Str rest = str_from_index(list.body, (size_t)at + 6), path = str_cut(&rest, '"');
    Str slug = str_from_index(path, 9);
    static const char *const VERBS[] = {"review", "accept"};
    for (size_t i = 0; i < COUNT_OF(VERBS); i++)
        assert_status(303, step(city, office, arena_cstr(&city->arena, slug), VERBS[i], ""));
    const Str PATHS[] = {path,
                         str_fmt(city, "%.*s/bearbeiten", SARG(path)),
                         str_fmt(city, "%.*s/personen", SARG(path)),
                         S("/partner"),
                         S("/partner?ansicht=karte"),
                         S("/buero/partner")};
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        Answer page = ask(&city->client, .path = PATHS[i], .headers = office);
        assert_status(200, page);
        assert_false(answer_has(&page, S("<script>alert")));
        assert_false(answer_has(&page, S("<img src=x")));
        assert_false(answer_has(&page, S("href=\"javascript:")));
    }
    /* In JSON-LD nothing can end the element. */
    Answer page = ask(&city->client, .path = path);
    assert_true(answer_has(&page, S("\\u003cscript")));
}

static void what_is_no_such_thing_is_refused_with_all_faults_at_once(void **state)
{
    City *city = *state;
    Answer page =
        post(city, &city->client, S("/partner-werden"), S(""),
             application(city, FORM({"title", ""}, {"kind", ""}, {"website", "javascript:alert(1)"},
                                    {"email", "a@b.example\r\nBcc: c@d.example"},
                                    {"role", "x\r\ny"}, {"agreement", "2025-9"}, {"consent", ""},
                                    {"lead", "Das soll nicht verloren gehen."})));
    assert_status(422, page);
    static const Str FIELDS[] = {S_INIT("#title"),  S_INIT("#kind"), S_INIT("#website"),
                                 S_INIT("#email"),  S_INIT("#role"), S_INIT("#agreed"),
                                 S_INIT("#consent")};
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        assert_true(answer_has(&page, str_fmt(city, "href=\"%.*s\"", SARG(FIELDS[i]))));
    assert_true(answer_has(&page, S("Das soll nicht verloren gehen.")));
    assert_false(answer_has(&page, S("href=\"javascript:")));
    smtp_expect(smtp, 0);
    /* Far too much of it. */
    char *large = arena_alloc_bytes(&city->arena, 70000, 1);
    memset(large, 'x', 69999);
    page = post(city, &city->client, S("/partner-werden"), S(""),
                application(city, FORM({"lead", large})));
    assert_status(422, page);
    Buf flood = buf_new(&city->arena, 1 << 20);
    buf_put(&flood, S("title="));
    for (int i = 0; i < 300 << 10; i++)
        buf_char(&flood, 'x');
    assert_status(413, ask(&city->client, .method = "POST", .path = S("/partner-werden"),
                           .type = AS_FORM, .body = buf_str(&flood)));
    smtp_expect(smtp, 0);
}

static void what_looks_like_spam_is_marked_and_kept(void **state)
{
    City *city = *state;
    apply(city,
          FORM({"homepage", "https://spam.example"},
               {"offers", "http://a.example\nhttp://b.example\nhttp://c.example"}),
          "enna@werft.example");
    Str office = city_login(city, &city->client, "office@example.org", PASSWORD);
    Answer page = ask(&city->client, .path = S("/partner/werft-nord-gmbh"), .headers = office);
    assert_true(answer_has(&page, S("verstecktes Feld ausgefüllt, sehr schnell ausgefüllt, "
                                    "viele Links")));
}

static void who_sends_many_forms_is_told_to_wait_and_loses_nothing(void **state)
{
    City *city = *state;
    int taken = 0;
    Answer page = {0};
    for (int i = 0; i < 14; i++) {
        page = post(city, &city->client, S("/partner-werden"), S(""),
                    application(city, FORM({"lead", "Bitte behalten"})));
        taken += page.status == 303;
    }
    assert_int_equal(taken, 10);
    assert_int_equal(page.status, 429);
    assert_true(answer_has(&page, S("Bitte behalten")));
    assert_true(answer_has(&page, S("Bitte warten Sie eine Minute")));
    smtp_expect(smtp, 10);
}

/* A name that a spreadsheet would run, from the import to the export and back. */
static void exported_names_are_no_formulas(void **state)
{
    City *city = *state;
    Str office = city_login(city, &city->client, "office@example.org", PASSWORD);
    static const char TABLE[] =
        "name;kind;state;agreement;agreed_on;rep_mail;rep_name;lead\n"
        "=HYPERLINK(\"http://evil.example\");company;accepted;1;1.2.2026;r@x.example;R;@SUM(A1)\n";
    Answer page =
        post(city, &city->client, S("/buero/partner/einlesen"), office, FORM({"columns", TABLE}));
    assert_status(422, page);                          /* a quote inside of a field */
    assert_true(answer_has(&page, S("evil.example"))); /* what was pasted is still there */
    static const char GOOD[] = "name;kind;state;agreement;agreed_on;rep_mail;rep_name;lead\n"
                               "=1+1 Firma;company;accepted;1;1.2.2026;r@x.example;R;@SUM(A1)\n";
    assert_leads(post(city, &city->client, S("/buero/partner/einlesen"), office,
                      FORM({"columns", GOOD}, {"take", "1"})),
                 "/buero/partner");
    Answer csv = ask(&city->client, .path = S("/partner.csv"));
    assert_status(200, csv);
    assert_true(answer_has(&csv, S("\n'=1+1 Firma,company,")));
    assert_true(answer_has(&csv, S(",'@SUM(A1),")));
    Answer card = ask(&city->client, .path = S("/partner/1-1-firma/kontakt.vcf"));
    assert_status(200, card);
    assert_true(str_starts(card.body, S("BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\n")));
    smtp_expect(smtp, 0); /* a table sends no mails */
}

/* What was typed comes back after the login. */
static void an_expired_session_loses_no_profile(void **state)
{
    City *city = *state;
    Client *client = &city->client;
    Str office = city_login(city, client, "office@example.org", PASSWORD);
    Str gone = S("Cookie: hanse=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n");
    Answer answer = ask(client, .method = "POST", .path = S("/buero/partner/neu"), .headers = gone,
                        .type = AS_FORM, .body = S("title=Lange+getippt&lead=Sehr+lange"));
    assert_status(303, answer);
    Str to = answer_header(&answer, S("Location"));
    assert_true(str_starts(to, S("/anmelden?weiter=")));
    Str path;
    Str rest = str_from_index(to, 17);
    assert_true(uri_decode(&city->arena, rest, true, &path));
    Answer page = ask(client, .path = path, .headers = office);
    assert_status(200, page);
    assert_true(answer_has(&page, S("value=\"Lange getippt\"")));
    assert_true(answer_has(&page, S("Sehr lange")));
}

/* ---- enquiries, and staying interested ---- */

static Answer send_contact(City *city, const char *path, const Field *fields)
{
    Answer page = ask(&city->client, .path = str_from(path));
    assert_status(200, page);
    Field *all = arena_array(&city->arena, Field, FIELDS_MAX);
    size_t count = 0;
    for (; fields->name; fields++)
        all[count++] = *fields;
    all[count++] = (Field){"stamp", arena_cstr(&city->arena, answer_field(city, &page, "stamp"))};
    all[count] = (Field){"key", arena_cstr(&city->arena, answer_field(city, &page, "key"))};
    return post(city, &city->client, str_from(path), S(""), all);
}

/* The preview of an answer says which message it is about in its subject, and not again. */
static void assert_answer_names_once(const Answer *page, Str number)
{
    ptrdiff_t at = str_find(page->body, S("Antwort auf Ihre Nachricht"));
    assert_true(at > 0);
    Str preview = str_from_index(page->body, (size_t)at);
    ptrdiff_t end = str_find(preview, S("</div>"));
    assert_true(end > 0);
    preview = str_slice(preview, 0, (size_t)end);
    assert_true(str_find(preview, S("Wir haben es behoben.")) > 0);
    assert_int_equal(str_count(preview, number), 1);
}

static void a_message_is_numbered_and_answered_by_a_second_action(void **state)
{
    City *city = *state;
    Client *client = &city->client;
    Answer page =
        send_contact(city, "/barriere-melden",
                     FORM({"subject", "<script>alert(1)</script>"},
                          {"message", "Das Menü <b>fehlt</b>."}, {"place", "/stadt/karte"},
                          {"name", "Enna"}, {"mail", "enna@werft.example"}, {"consent", "1"}));
    assert_status(303, page);
    Str location = answer_header(&page, S("Location"));
    assert_true(str_starts(location, S("/kontakt/gesendet?nummer=20")));
    Str number = str_from_index(location, 25);
    page = ask(client, .path = location);
    assert_true(answer_has(&page, number));
    smtp_expect(smtp, 1);
    SmtpMail receipt = smtp_last(smtp, "enquiry_receipt", "enna@werft.example");
    assert_true(str_find(receipt.body, number) > 0 && str_find(receipt.body, S("Menü")) < 0);
    page = ask(client, .path = S("/kontakt/gesendet?nummer=<script>"));
    assert_false(answer_has(&page, S("<script>\"")) || answer_has(&page, S("&lt;script")));

    Str office = city_login(city, client, "office@example.org", PASSWORD);
    Answer inbox = ask(client, .path = S("/buero/eingang"), .headers = office);
    assert_true(answer_has(&inbox, number));
    assert_false(answer_has(&inbox, S("<script>alert")));
    Str path = str_fmt(city, "/buero/anfragen/%.*s", SARG(number));
    assert_leads(post(city, client, path, office, FORM({"verb", "nehmen"})),
                 arena_cstr(&city->arena, path));
    page = ask(client, .path = path, .headers = office);
    assert_true(answer_has(&page, S("Das Menü &lt;b&gt;fehlt&lt;/b&gt;.")));
    Str version = answer_field(city, &page, "version");
    post(city, client, path, office,
         FORM({"verb", "entwurf"}, {"version", arena_cstr(&city->arena, version)},
              {"answer", "Wir haben es behoben."}));
    smtp_expect(smtp, 1);
    page = ask(client, .path = path, .headers = office);
    assert_true(answer_has(&page, S("Antwort an enna@werft.example senden")));
    assert_answer_names_once(&page, number);
    version = answer_field(city, &page, "version");
    const Field *second = FORM({"verb", "senden"}, {"version", arena_cstr(&city->arena, version)});
    assert_status(303, post(city, client, path, office, second));
    smtp_expect(smtp, 2);
    SmtpMail answer = smtp_last(smtp, "enquiry_answer", "enna@werft.example");
    assert_true(str_find(answer.body, S("Wir haben es behoben.")) > 0);
    assert_true(str_find(answer.body, S("zu Ihrer Nachricht")) < 0);
    /* The other one of the office had the same page open. */
    Str other = city_login(city, client, "office2@example.org", PASSWORD);
    assert_int_equal(post(city, client, path, other, second).status, 409);
    smtp_expect(smtp, 2);
    inbox = ask(client, .path = S("/buero/eingang"), .headers = office);
    assert_false(answer_has(&inbox, number));
}

static void who_is_interested_gets_news_until_one_click(void **state)
{
    City *city = *state;
    Client *client = &city->client;
    assert_leads(
        send_contact(city, "/interessiert", FORM({"mail", "enna@werft.example"}, {"consent", "1"})),
        "/interessiert/stand?schritt=gesendet");
    smtp_expect(smtp, 1);
    SmtpMail confirm = smtp_last(smtp, "interest_confirm", "enna@werft.example");
    Answer page = ask(client, .path = smtp_link(&confirm));
    Str code = answer_field(city, &page, "code");
    assert_leads(post(city, client, S("/interessiert/bestaetigen"), S(""),
                      FORM({"code", arena_cstr(&city->arena, code)})),
                 "/interessiert/stand?schritt=dabei");
    Str office = city_login(city, client, "office@example.org", PASSWORD);
    page = post(city, client, S("/buero/interessierte"), office,
                FORM({"subject", "Neues"}, {"news", "Zwei neue Partner."}));
    assert_status(200, page);
    smtp_expect(smtp, 1); /* only looked at */
    assert_leads(post(city, client, S("/buero/interessierte"), office,
                      FORM({"subject", "Neues"}, {"news", "Zwei neue Partner."}, {"send", "1"})),
                 "/buero");
    smtp_expect(smtp, 2);
    SmtpMail news = smtp_last(smtp, "interest_news", "enna@werft.example");
    assert_true(str_find(news.head, S("List-Unsubscribe-Post: List-Unsubscribe=One-Click")) > 0);
    Str end = str_fmt(city, "/interessiert/beenden?code=%.*s", SARG(code));
    assert_true(str_find(news.body, end) > 0);
    /* As a mail program does it. */
    Answer ended = ask(client, .method = "POST", .path = end, .type = AS_FORM,
                       .body = S("List-Unsubscribe=One-Click"));
    assert_leads(ended, "/interessiert/stand?schritt=beendet");
    assert_leads(post(city, client, S("/buero/interessierte"), office,
                      FORM({"subject", "Mehr"}, {"news", "Noch etwas."}, {"send", "1"})),
                 "/buero");
    assert_int_equal(smtp_count_of(smtp, "interest_news", NULL), 1);
}

#define IN_A_CITY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(a_stranger_becomes_a_partner_whose_colleague_joins),
        IN_A_CITY(the_last_representative_is_told_to_find_a_successor),
        IN_A_CITY(a_refusal_reaches_the_applicant_with_its_reason),
        IN_A_CITY(a_double_click_applies_and_confirms_once),
        IN_A_CITY(of_two_who_decide_at_once_one_is_told),
        IN_A_CITY(what_is_typed_is_shown_as_text),
        IN_A_CITY(what_is_no_such_thing_is_refused_with_all_faults_at_once),
        IN_A_CITY(what_looks_like_spam_is_marked_and_kept),
        IN_A_CITY(who_sends_many_forms_is_told_to_wait_and_loses_nothing),
        IN_A_CITY(exported_names_are_no_formulas),
        IN_A_CITY(an_expired_session_loses_no_profile),
        IN_A_CITY(a_message_is_numbered_and_answered_by_a_second_action),
        IN_A_CITY(who_is_interested_gets_news_until_one_click),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
