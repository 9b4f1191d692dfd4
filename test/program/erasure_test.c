/* The end of an account, from outside: what was a person's is taken along, is nowhere in the data
 * directory afterwards, byte for byte, and does not come back with a backup. */
#include "smtp.h"
#include "store.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static const char PASSWORD[] = "correct horse battery staple";
#define MAIL "tilda.q@nirgendwo.example"

static Smtp *smtp;
static const Visitor stranger = {.name = "stranger"};

static void serve(City *city)
{
    city_serve(city, "--smtp-url", city_fmt(city, "smtp://127.0.0.1:%u", smtp_port(smtp)),
               "--smtp-from", "stadt@lindhafen.example");
}

static void add(City *city, const char *mail, const char *name, const char *role)
{
    city_write_file(city, "password", str_from(PASSWORD));
    assert_ran(0, city_run(city, "user", "add", mail, "--name", name, "--role", role,
                           "--password-file", city_path(city, "password"), "--data", city->data));
}

static int setup(void **state)
{
    smtp = smtp_start();
    if (city_setup(state) != 0)
        return -1;
    City *city = *state;
    add(city, "office@example.org", "Olga Amt", "office");
    add(city, MAIL, "Tilda Quastenberger", "member");
    serve(city);
    return 0;
}

static int teardown(void **state)
{
    int code = city_teardown(state);
    smtp_stop(smtp);
    return code;
}

static Visitor tilda(City *city)
{
    return visitor_of(city, MAIL, PASSWORD);
}

static Visitor office(City *city)
{
    return visitor_of(city, "office@example.org", PASSWORD);
}

/* An idea, posts under it, another name, an enquiry, mails: what one leaves behind. */
static void live(City *city)
{
    Visitor me = tilda(city);
    Str rest = visit_taken(city, &me, S("/ideen/neu"),
                           S("title=Tilda+Quastenberger+baut&lead=Von+Tilda.&body=Schreibt+an+" MAIL
                             "&lang=de&visibility=0"));
    Str idea = str_cut(&rest, '?');
    visit_taken(city, &me, str_fmt(city, "%.*s/schritt", SARG(idea)), S("verb=publish&version=1"));
    visit_taken(city, &me, S("/diskussion/1"), S("body=Ich,+Tilda+Quastenberger,+bin+da."));
    visit_taken(city, &me, S("/konto/profil"),
                S("name=Tilda+Gr%C3%BCnspecht&lang=de&district=Quastenbergwinkel"));
    visit_taken(city, &me, S("/kontakt"),
                S("subject=Frage+von+Tilda&message=Bin+die+Quastenberger"
                  "&name=Tilda+Gr%C3%BCnspecht&mail=" MAIL "&consent=1"));
    Visitor desk = office(city);
    visit_taken(city, &desk, S("/diskussion/1"),
                S("body=Frau+Gr%C3%BCnspecht,+ehemals+Tilda+Quastenberger+@%7B2%7D"));
    visit_taken(city, &desk, S("/buero/personen/2/rolle"), S("role=editor&gives=1"));
}

/* ---- every byte ---- */

/* Looked for as they are, folded, and as the search cuts them. */
static const char *const WORDS[] = {"Quastenb", "quastenb", "astenberg", "Tilda",
                                    "tilda",    "Grünspe",  "grünspe",   "gruenspech",
                                    "grunspec", "unspech",  "nirgendwo", "TILDA"};

static bool file_has(City *city, const char *path, const char **ret_word)
{
    Str bytes = city_read_file(city, path);
    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        if (str_find(bytes, str_from(WORDS[i])) >= 0) {
            *ret_word = WORDS[i];
            return true;
        }
    return false;
}

/* How many files below the folder hold one of the words. */
static int count_files(City *city, const char *dir, bool shows)
{
    int count = 0;
    DIR *folder = opendir(dir);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct stat info;
        const char *word = NULL, *path = city_fmt(city, "%s/%s", dir, entry->d_name);
        if (entry->d_name[0] == '.' || lstat(path, &info) != 0)
            continue;
        if (S_ISDIR(info.st_mode)) {
            count += count_files(city, path, shows);
        } else if (S_ISREG(info.st_mode) && file_has(city, path, &word)) {
            count++;
            if (shows)
                print_message("# %s holds \"%s\"\n", path, word);
        }
    }
    closedir(folder);
    return count;
}

static void expect_pages_without(City *city)
{
    static const char *const PATHS[] = {"/ideen", "/diskussion/1", "/suche?q=quastenberger", "/"};
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        Answer answer = visit(city, &stranger, str_from(PATHS[i]));
        assert_status(200, answer);
        assert_false(answer_has(&answer, S("Tilda")));
        assert_false(answer_has(&answer, S("Quastenberger")) && i != 2);
        assert_false(answer_has(&answer, S("Grünspecht")));
    }
}

static void wait_until_erased(City *city, const Visitor *desk)
{
    for (int i = 0; i < 400; i++, sleep_ms(50))
        if (visit(city, desk, S("/buero/personen/2")).status == 404)
            return;
    assert_true(false);
}

static void erase_at_once(City *city)
{
    Visitor desk = office(city);
    assert_status(
        422, visit_post(city, &desk, S("/buero/personen/2/loeschen"), S("posts=keep&reason=x")));
    visit_taken(city, &desk, S("/buero/personen/2/loeschen"),
                S("posts=keep&sure=1&reason=Brief+von+Tilda+Gr%C3%BCnspecht"));
    wait_until_erased(city, &desk);
    expect_pages_without(city); /* also of those that were asked for a moment ago */
}

static void after_an_erasure_no_byte_names_the_person_nor_after_a_restore(void **state)
{
    City *city = *state;
    char *backup = city_path(city, "before.backup");
    live(city);
    Answer page = visit(city, &stranger, S("/ideen"));
    assert_true(answer_has(&page, S("Tilda Quastenberger baut")));
    assert_ran(0, city_run(city, "backup", backup, "--data", city->data));
    city_write_file(city, "data/before-migration.db", S("Tilda Quastenberger"));
    assert_true(count_files(city, city->data, false) > 1);
    erase_at_once(city);
    assert_int_equal(city_stop(city), 0);
    assert_int_equal(count_files(city, city->data, true), 0);

    /* The store goes, the list stays; the backup from before comes back. */
    char *list = city_path(city, "data/erasures"), *aside = city_path(city, "erasures");
    assert_int_equal(rename(list, aside), 0);
    assert_ran(0, city_run(city, "restore", backup, "--data", city_path(city, "without")));
    assert_true(count_files(city, city_path(city, "without"), false) > 0); /* it can fail */
    snprintf(city->data, sizeof city->data, "%s", city_path(city, "restored"));
    assert_int_equal(mkdir(city->data, 0700), 0);
    assert_int_equal(rename(aside, city_path(city, "restored/erasures")), 0);
    assert_ran(0, city_run(city, "restore", backup, "--data", city->data));
    assert_int_equal(count_files(city, city->data, true), 0);
    serve(city);
    expect_pages_without(city);
    assert_int_equal(city_stop(city), 0);
    assert_int_equal(count_files(city, city->data, true), 0);
    serve(city);
}

/* A list that comes later than the store is heeded when the store is served. */
static void a_list_that_is_brought_along_is_heeded_before_serving(void **state)
{
    City *city = *state;
    char *backup = city_path(city, "before.backup");
    live(city);
    assert_ran(0, city_run(city, "backup", backup, "--data", city->data));
    erase_at_once(city);
    assert_int_equal(city_stop(city), 0);
    char *list = city_path(city, "data/erasures");
    snprintf(city->data, sizeof city->data, "%s", city_path(city, "restored"));
    assert_ran(0, city_run(city, "restore", backup, "--data", city->data));
    assert_int_equal(rename(list, city_path(city, "restored/erasures")), 0);
    serve(city);
    expect_pages_without(city);
    assert_int_equal(city_stop(city), 0);
    assert_int_equal(count_files(city, city->data, true), 0);
    serve(city);
}

static void the_command_line_erases_without_a_server(void **state)
{
    City *city = *state;
    live(city);
    Ran ran = city_run(city, "person", "export", MAIL, "--data", city->data);
    assert_ran(0, ran);
    assert_true(str_find(ran.out, S("Tilda Quastenberger baut")) > 0);
    assert_int_equal(city_stop(city), 0);
    assert_ran(0, city_run(city, "person", "erase", "2", "--with-posts", "--data", city->data));
    assert_int_equal(count_files(city, city->data, true), 0);
    assert_ran(66, city_run(city, "person", "erase", MAIL, "--data", city->data));
    serve(city);
    expect_pages_without(city);
}

/* ---- taking along, ending, coming back ---- */

static void ones_data_are_given_to_oneself_alone(void **state)
{
    City *city = *state;
    live(city);
    Visitor me = tilda(city);
    assert_status(422, visit_post(city, &me, S("/konto/daten"), S("password=wrong+password")));
    Answer answer =
        visit_post(city, &me, S("/konto/daten"), S("password=correct+horse+battery+staple"));
    assert_status(200, answer);
    assert_str("application/json; charset=utf-8", answer_header(&answer, S("Content-Type")));
    JsonValue root = json_of(city, answer.body);
    assert_int_equal(json_count(json_at(root, "versions")), 2);
    assert_int_equal(json_count(json_at(root, "posts")), 1);
    assert_int_equal(json_count(json_at(root, "enquiries")), 1);
    assert_int_equal(json_count(json_at(root, "notices")), 2);
    assert_true(json_count(json_at(root, "sessions")) >= 2);
    assert_true(json_count(json_at(root, "audit")) > 2);
    assert_true(answer_has(&answer, S("Tilda Quastenberger baut")));
    assert_false(answer_has(&answer, S("Olga Amt, ")));
    /* Without a login, and with the form of somebody else. */
    answer = ask(&city->client, .method = "POST", .path = S("/konto/daten"), .type = AS_FORM,
                 .body = S("password=correct+horse+battery+staple"));
    assert_true(answer.status == 303 || answer.status == 401 || answer.status == 403);
    Visitor desk = office(city);
    answer = visit_post(city, &desk, S("/konto/daten"),
                        S("password=correct+horse+battery+staple&person=2"));
    assert_status(200, answer);
    assert_false(answer_has(&answer, S(MAIL)));
    Ran ran = city_run(city, "audit", "list", "--data", city->data);
    assert_true(str_find(ran.out, S("person.export\tperson\t2")) > 0);
}

static void who_logs_in_within_the_time_stays(void **state)
{
    City *city = *state;
    Visitor desk = tilda(city), phone = tilda(city), officer = office(city);
    Answer page = visit(city, &desk, S("/konto/beenden"));
    assert_status(200, page);
    assert_true(answer_has(&page, S("Was ohne Namen bleibt")));
    Str body = S("key=abc123abc123&posts=keep&sure=1&password=correct+horse+battery+staple");
    assert_status(422, visit_post(city, &desk, S("/konto/beenden"),
                                  S("posts=keep&sure=1&password=wrong+one")));
    Answer answer = visit_post(city, &desk, S("/konto/beenden"), body);
    assert_status(303, answer);
    assert_str("/konto/beendet", answer_header(&answer, S("Location")));
    assert_status(200, visit(city, &stranger, S("/konto/beendet")));
    smtp_expect(smtp, 1);
    SmtpMail mail = smtp_last(smtp, "erasure_asked", MAIL);
    assert_true(str_find(mail.body, S("/anmelden")) > 0);
    /* Both sessions have ended; the second click of one changes nothing. */
    assert_status(303, visit(city, &desk, S("/konto")));
    assert_status(303, visit(city, &phone, S("/konto")));
    answer = visit_post(city, &desk, S("/konto/beenden"), body);
    assert_true(answer.status == 303 || answer.status == 403);
    assert_int_equal(smtp_count(smtp), 1);
    Answer office_page = visit(city, &officer, S("/buero/personen/2"));
    assert_true(answer_has(&office_page, S("Wird gelöscht")));
    Visitor again = tilda(city);
    office_page = visit(city, &officer, S("/buero/personen/2"));
    assert_false(answer_has(&office_page, S("Wird gelöscht")));
    assert_status(200, visit(city, &again, S("/konto")));
}

/* Whoever the imprint names is needed there; the page says so, and the form is refused. */
static void who_is_needed_is_told_where(void **state)
{
    City *city = *state;
    Visitor me = tilda(city), officer = office(city);
    assert_ran(0, city_run(city, "setting", "set", "legal.imprint",
                           "Verantwortlich: Tilda Quastenberger", "--data", city->data));
    Answer page = visit(city, &me, S("/konto/beenden"));
    for (int i = 0; i < 200 && !answer_has(&page, S("legal.imprint")); i++, sleep_ms(10))
        page = visit(city, &me, S("/konto/beenden"));
    assert_true(answer_has(&page, S("legal.imprint")));
    assert_false(answer_has(&page, S("name=\"password\"")));
    Str body = S("posts=keep&sure=1&password=correct+horse+battery+staple");
    assert_status(409, visit_post(city, &me, S("/konto/beenden"), body));
    assert_status(200, visit(city, &me, S("/konto")));
    assert_status(409, visit_post(city, &officer, S("/buero/personen/2/loeschen"),
                                  S("posts=keep&sure=1&reason=x")));
    assert_ran(73, city_run(city, "person", "erase", "2", "--data", city->data));
}

/* What is put off stands in no list: neither a start nor a restore erases the account. */
static void who_is_needed_when_the_night_comes_is_there_after_a_start(void **state)
{
    City *city = *state;
    assert_int_equal(city_stop(city), 0);
    assert_ran(0, city_run(city, "setting", "set", "legal.imprint",
                           "Verantwortlich: Tilda Quastenberger", "--data", city->data));
    city_store_run(city, S("UPDATE person SET erase_due_us = 1 WHERE id = 2"));
    serve(city);
    Visitor desk = office(city);
    Answer page = visit(city, &desk, S("/buero/personen/2"));
    for (int i = 0; i < 400 && answer_has(&page, S("1970")); i++, sleep_ms(50))
        page = visit(city, &desk, S("/buero/personen/2"));
    assert_status(200, page);
    assert_true(answer_has(&page, S("Wird gelöscht")));
    assert_false(answer_has(&page, S("1970")));
    assert_int_equal(city_stop(city), 0);
    assert_int_equal(access(city_path(city, "data/erasures"), F_OK), -1);
    serve(city);
    Visitor me = tilda(city);
    assert_status(200, visit(city, &me, S("/konto")));
}

/* Nobody but the office and administrators, and not the office its own. */
static void nobody_erases_somebody_else(void **state)
{
    City *city = *state;
    Visitor me = tilda(city), officer = office(city);
    Str body = S("posts=keep&sure=1&reason=x");
    assert_status(403, visit_post(city, &me, S("/buero/personen/1/loeschen"), body));
    assert_status(403, visit_post(city, &officer, S("/buero/personen/1/loeschen"), body));
    assert_status(403, visit(city, &me, S("/buero/personen/1/loeschen")));
    assert_status(200, visit(city, &officer, S("/konto")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            after_an_erasure_no_byte_names_the_person_nor_after_a_restore, setup, teardown),
        cmocka_unit_test_setup_teardown(a_list_that_is_brought_along_is_heeded_before_serving,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(the_command_line_erases_without_a_server, setup, teardown),
        cmocka_unit_test_setup_teardown(ones_data_are_given_to_oneself_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(who_is_needed_is_told_where, setup, teardown),
        cmocka_unit_test_setup_teardown(who_is_needed_when_the_night_comes_is_there_after_a_start,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(nobody_erases_somebody_else, setup, teardown),
        cmocka_unit_test_setup_teardown(who_logs_in_within_the_time_stays, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
