/* Persons, sessions and tokens with a real store. */
#include "core/auth.h"

#include "db/test_db.h"

#include <sodium.h>

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Actor actor;
    Events events;
} Fixture;

static int setup(void **state, DbEngine engine)
{
    Fixture *f = calloc(1, sizeof *f);
    Cx *cx = test_cx_init(&f->t);
    assert_true(sodium_init() >= 0);
    test_db_open_on(cx, engine, &f->db);
    f->actor = (Actor){.tenant = TENANT_DEFAULT};
    cx->actor = &f->actor;
    f->events = (Events){.arena = cx->arena};
    *state = f;
    return 0;
}

static int setup_sqlite(void **state)
{
    return setup(state, DB_SQLITE);
}

static int setup_postgres(void **state)
{
    return setup(state, DB_POSTGRES);
}

static int teardown(void **state)
{
    Fixture *f = *state;
    test_db_done(&f->db);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

static PersonId add(Fixture *f, Str mail, uint32_t roles)
{
    PersonId id = {0};
    assert_ok(&f->t.cx, person_add(&f->t.cx, mail, S("Erika Beispiel"), S("x"), LANG_EN, roles,
                                   &f->events, &id));
    return id;
}

static void a_password_is_known_by_its_hash_alone(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    Str hash;
    assert_ok(cx, password_hash(cx, S("correct horse"), &hash));
    assert_true(str_starts(hash, S("$argon2id$")));
    assert_true(password_verify(hash, S("correct horse")));
    assert_false(password_verify(hash, S("correct horsf")));
    assert_false(password_verify(S(""), S("correct horse")));
    assert_err(cx, ERR_INVALID, "person.password", password_hash(cx, S("short"), &hash));
}

static void an_unknown_name_takes_as_long_as_a_wrong_password(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    Str hash;
    assert_ok(cx, password_hash(cx, S("correct horse"), &hash));
    int64_t start = clock_mono_us();
    assert_false(password_verify(hash, S("wrong horse")));
    int64_t known = clock_mono_us() - start;
    start = clock_mono_us();
    assert_false(password_verify(S(""), S("wrong horse")));
    int64_t unknown = clock_mono_us() - start;
    assert_true(unknown > known / 5 && unknown < known * 5);
}

static void addresses_are_unique_without_regard_to_case(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    PersonId other;
    PersonId id = add(f, S(" Erika@Example.org "), ROLE_MEMBER);
    assert_err(cx, ERR_CONFLICT, "person.exists",
               person_add(cx, S("erika@example.ORG"), S("E"), S("x"), LANG_DE, ROLE_MEMBER,
                          &f->events, &other));
    Person person;
    assert_ok(cx, person_find_by_mail(cx, S("ERIKA@example.org"), &person));
    assert_int_equal(person.id.v, id.v);
    assert_str("Erika@Example.org", person.mail);
    assert_int_equal(person.lang, LANG_EN);
    assert_err(cx, ERR_NOT_FOUND, "person.unknown", person_find_by_mail(cx, S("x@y"), &person));
}

static void what_is_no_address_is_refused(void **state)
{
    Fixture *f = *state;
    static const Str BAD[] = {S_INIT(""),        S_INIT("a"),     S_INIT("@b"),    S_INIT("a@"),
                              S_INIT("a@b@c"),   S_INIT("a b@c"), S_INIT("a\n@b"), S_INIT("<a>@b"),
                              S_INIT("a@b,c@d"), S_INIT("\xff@b")};
    PersonId id;
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        assert_err(
            &f->t.cx, ERR_INVALID, "person.mail",
            person_add(&f->t.cx, BAD[i], S("N"), S("x"), LANG_DE, ROLE_MEMBER, &f->events, &id));
}

static void a_session_opens_the_door_until_it_ends(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id = add(f, S("op@example.org"), ROLE_MEMBER | ROLE_OPERATOR);
    Str secret = auth_secret(cx->arena);
    AuthSnapshot *snapshot;
    Actor actor;
    assert_int_equal(secret.n, AUTH_SECRET_TEXT);
    assert_ok(cx, session_open(cx, id, secret, S("Firefox"), 1000000, &f->events));
    assert_ok(cx, auth_read(cx, &snapshot));
    assert_true(auth_session(snapshot, secret, cx_now_us(cx), &actor));
    assert_true(actor_may(&actor, MAY_ENTITY_WRITE) && !actor_may(&actor, MAY_SITE_ADMIN));
    assert_str("Erika Beispiel", actor.name);
    assert_false(auth_session(snapshot, secret, cx_now_us(cx) + 1000000, &actor));
    assert_false(auth_session(snapshot, auth_secret(cx->arena), cx_now_us(cx), &actor));
    assert_false(auth_token(snapshot, secret, cx_now_us(cx), &actor));
    assert_ok(cx, session_close(cx, id, actor.session, &f->events));
    auth_free(snapshot);
    assert_ok(cx, auth_read(cx, &snapshot));
    assert_false(auth_session(snapshot, secret, cx_now_us(cx), &actor));
    auth_free(snapshot);
}

static void who_logs_in_before_the_end_of_the_account_stays(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id = add(f, S("back@example.org"), ROLE_MEMBER);
    bool stays = true;
#define LOG_IN() session_log_in(cx, id, auth_secret(cx->arena), S("a"), 1000000, &f->events, &stays)
    assert_ok(cx, LOG_IN());
    assert_false(stays);
    assert_ok(cx, person_set_erasure(cx, id, cx_now_us(cx) + 1000000, false));
    assert_ok(cx, LOG_IN());
    assert_true(stays);
    assert_ok(cx, LOG_IN());
    assert_false(stays);
    /* The time has come: nothing keeps it. */
    assert_ok(cx, person_set_erasure(cx, id, cx_now_us(cx) - 1, false));
    assert_ok(cx, LOG_IN());
    assert_false(stays);
#undef LOG_IN
}

static void nobody_ends_the_session_of_another(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    PersonId one = add(f, S("one@example.org"), ROLE_MEMBER);
    PersonId two = add(f, S("two@example.org"), ROLE_MEMBER);
    Session *list;
    size_t count;
    assert_ok(cx, session_open(cx, one, auth_secret(cx->arena), S("a"), 1000000, &f->events));
    assert_ok(cx, session_list(cx, one, &list, &count));
    assert_int_equal(count, 1);
    assert_err(cx, ERR_NOT_FOUND, "session.unknown",
               session_close(cx, two, list[0].id, &f->events));
}

static void the_oldest_session_ends_when_there_are_too_many(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id = add(f, S("many@example.org"), ROLE_MEMBER);
    Session *list;
    size_t count;
    for (int i = 0; i < AUTH_SESSIONS_PER_PERSON + 3; i++)
        assert_ok(cx, session_open(cx, id, auth_secret(cx->arena), S("a"), 1000000, &f->events));
    assert_ok(cx, session_list(cx, id, &list, &count));
    assert_int_equal(count, AUTH_SESSIONS_PER_PERSON);
    assert_int_equal(list[0].id, AUTH_SESSIONS_PER_PERSON + 3);
}

static void a_token_carries_its_scopes_and_never_more_than_its_owner(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    PersonId member = add(f, S("m@example.org"), ROLE_MEMBER);
    Str machine = auth_secret(cx->arena), owned = auth_secret(cx->arena);
    int64_t id;
    AuthSnapshot *snapshot;
    Actor actor;
    assert_ok(cx, token_add(cx, (PersonId){0}, S("gateway"), S("entity:read entity:write"), machine,
                            0, &f->events, &id));
    assert_ok(cx, token_add(cx, member, S("mine"), S("entity:write"), owned, 0, &f->events, &id));
    assert_err(cx, ERR_INVALID, "token.scope",
               token_add(cx, member, S("bad"), S("entity:fly"), owned, 0, &f->events, &id));
    assert_err(cx, ERR_INVALID, "token.scope",
               token_add(cx, member, S("none"), S(" "), owned, 0, &f->events, &id));
    assert_ok(cx, auth_read(cx, &snapshot));
    assert_true(auth_token(snapshot, machine, 0, &actor));
    assert_true(actor_may(&actor, MAY_ENTITY_WRITE) && !actor_may(&actor, MAY_SUBSCRIPTION));
    assert_true(auth_token(snapshot, owned, 0, &actor));
    assert_false(actor_may(&actor, MAY_ENTITY_WRITE));
    auth_free(snapshot);
}

static void a_form_token_belongs_to_its_session(void **state)
{
    Fixture *f = *state;
    Arena *arena = f->t.cx.arena;
    Str one = auth_secret(arena), two = auth_secret(arena);
    Str token = auth_form_token(arena, one);
    assert_true(auth_form_token_ok(one, token));
    assert_false(auth_form_token_ok(two, token));
    assert_false(auth_form_token_ok(one, S("")));
}

static size_t auth_changes(const Fixture *f)
{
    size_t count = 0;
    for (const Event *event = f->events.first; event; event = event->next)
        count += event->kind == &AUTH_CHANGED;
    return count;
}

static void all_other_sessions_end_at_once(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    PersonId one = add(f, S("one@example.org"), ROLE_MEMBER);
    PersonId two = add(f, S("two@example.org"), ROLE_MEMBER);
    Session *list;
    size_t count;
    for (int i = 0; i < 3; i++)
        assert_ok(cx, session_open(cx, one, auth_secret(cx->arena), S("a"), 1000, &f->events));
    assert_ok(cx, session_open(cx, two, auth_secret(cx->arena), S("a"), 1000, &f->events));
    size_t before = auth_changes(f);
    assert_ok(cx, session_close_others(cx, one, 2, &f->events));
    assert_int_equal(auth_changes(f), before + 1);
    assert_ok(cx, session_list(cx, one, &list, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].id, 2);
    assert_ok(cx, session_list(cx, two, &list, &count));
    assert_int_equal(count, 1);
}

static void what_has_expired_is_cleaned_and_told_once(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id = add(f, S("old@example.org"), ROLE_MEMBER);
    assert_ok(cx, session_open(cx, id, auth_secret(cx->arena), S("a"), 1000, &f->events));
    size_t before = auth_changes(f);
    assert_ok(cx, session_clean(cx, &f->events));
    assert_int_equal(auth_changes(f), before);
    f->t.clock = clock_fixed(cx_now_us(cx) + 1000);
    assert_ok(cx, session_clean(cx, &f->events));
    assert_ok(cx, session_clean(cx, &f->events));
    assert_int_equal(auth_changes(f), before + 1);
}

/* The audit and open streams name sessions by their ids. */
static void no_session_gets_the_id_of_another(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id = add(f, S("often@example.org"), ROLE_MEMBER);
    Session *list;
    size_t count;
    int64_t last = 0;
    for (int i = 0; i < 4; i++) {
        assert_ok(cx, session_open(cx, id, auth_secret(cx->arena), S("a"), 1000, &f->events));
        assert_ok(cx, session_list(cx, id, &list, &count));
        assert_int_equal(count, 1);
        assert_true(list[0].id > last);
        last = list[0].id;
        if (i == 1) { /* one ends by itself, the others by hand */
            f->t.clock = clock_fixed(cx_now_us(cx) + 1000);
        } else {
            assert_ok(cx, session_close(cx, id, last, &f->events));
            assert_err(cx, ERR_NOT_FOUND, "session.unknown",
                       session_close(cx, id, last, &f->events));
        }
        assert_ok(cx, session_clean(cx, &f->events));
        assert_ok(cx, session_list(cx, id, &list, &count));
        assert_int_equal(count, 0);
    }
}

static void a_session_that_was_let_in_is_known_by_its_id_until_it_ends(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id = add(f, S("long@example.org"), ROLE_MEMBER);
    Actor actor = {0};
    AuthSnapshot *snapshot;
    for (int i = 0; i < 5; i++)
        assert_ok(cx, session_open(cx, id, auth_secret(cx->arena), S("a"), 1000, &f->events));
    assert_ok(cx, session_close(cx, id, 3, &f->events));
    assert_ok(cx, auth_read(cx, &snapshot));
    for (int64_t session = 0; session <= 6; session++) {
        bool is_open = session >= 1 && session <= 5 && session != 3;
        assert_int_equal(
            auth_session_by_id(snapshot, TENANT_DEFAULT, session, cx_now_us(cx), &actor), is_open);
        if (is_open)
            assert_int_equal(actor.session, session);
    }
    assert_true(actor_may(&actor, MAY_OWN_ACCOUNT));
    assert_false(auth_session_by_id(snapshot, (TenantId){2}, 1, cx_now_us(cx), &actor));
    assert_false(auth_session_by_id(snapshot, TENANT_DEFAULT, 1, cx_now_us(cx) + 1000, &actor));
    auth_free(snapshot);
}

static void a_token_is_listed_until_it_is_removed(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    Str secret = auth_secret(cx->arena);
    Token *list;
    size_t count;
    int64_t id;
    AuthSnapshot *snapshot;
    Actor actor;
    assert_ok(cx, token_add(cx, (PersonId){0}, S("gate"), S("entity:read"), secret,
                            cx_now_us(cx) + 1000, &f->events, &id));
    assert_ok(cx, token_list(cx, &list, &count));
    assert_int_equal(count, 1);
    assert_str("gate", list[0].name);
    assert_str("entity:read", list[0].scopes);
    assert_int_equal(list[0].expires_us, cx_now_us(cx) + 1000);
    assert_ok(cx, auth_read(cx, &snapshot));
    assert_true(auth_token(snapshot, secret, cx_now_us(cx), &actor));
    assert_false(auth_token(snapshot, secret, cx_now_us(cx) + 1000, &actor));
    auth_free(snapshot);
    assert_ok(cx, token_remove(cx, id, &f->events));
    assert_err(cx, ERR_NOT_FOUND, "token.unknown", token_remove(cx, id, &f->events));
    assert_ok(cx, token_list(cx, &list, &count));
    assert_int_equal(count, 0);
    assert_ok(cx, auth_read(cx, &snapshot));
    assert_false(auth_token(snapshot, secret, cx_now_us(cx), &actor));
    auth_free(snapshot);
}

static void a_person_is_counted_found_and_gets_a_new_password(void **state)
{
    Fixture *f = *state;
    Cx *cx = &f->t.cx;
    Person person;
    int64_t count;
    assert_ok(cx, person_count(cx, &count));
    assert_int_equal(count, 0);
    PersonId id = add(f, S("e@example.org"), ROLE_MEMBER);
    assert_ok(cx, person_count(cx, &count));
    assert_int_equal(count, 1);
    assert_ok(cx, person_set_password(cx, id, S("another"), &f->events));
    assert_ok(cx, person_get(cx, id, &person));
    assert_str("another", person.password);
    assert_str("Erika Beispiel", person.name);
    assert_err(cx, ERR_NOT_FOUND, "person.unknown", person_get(cx, (PersonId){9}, &person));
}

static void roles_and_languages_have_names(void **state)
{
    (void)state;
    uint32_t role = 0;
    Lang lang = LANG_DE;
    assert_true(role_parse(S("office"), &role) && role == ROLE_OFFICE);
    assert_false(role_parse(S("anyone"), &role)); /* nobody is granted what all have */
    assert_false(role_parse(S("Office"), &role));
    assert_true(lang_parse(S("EN"), &lang) && lang == LANG_EN);
    assert_false(lang_parse(S("fr"), &lang));
}

static void statements_prepare_on_both_engines(void **state)
{
    Fixture *f = *state;
    assert_ok(&f->t.cx, db_prepare_all(&f->t.cx, &PERSON_STATEMENTS));
    assert_ok(&f->t.cx, db_prepare_all(&f->t.cx, &AUTH_STATEMENTS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_SQLITE(a_password_is_known_by_its_hash_alone, teardown),
        TEST_ON_SQLITE(an_unknown_name_takes_as_long_as_a_wrong_password, teardown),
        TEST_ON_BOTH(addresses_are_unique_without_regard_to_case, teardown),
        TEST_ON_SQLITE(what_is_no_address_is_refused, teardown),
        TEST_ON_BOTH(a_session_opens_the_door_until_it_ends, teardown),
        TEST_ON_BOTH(who_logs_in_before_the_end_of_the_account_stays, teardown),
        TEST_ON_BOTH(nobody_ends_the_session_of_another, teardown),
        TEST_ON_BOTH(the_oldest_session_ends_when_there_are_too_many, teardown),
        TEST_ON_BOTH(a_token_carries_its_scopes_and_never_more_than_its_owner, teardown),
        TEST_ON_BOTH(all_other_sessions_end_at_once, teardown),
        TEST_ON_BOTH(no_session_gets_the_id_of_another, teardown),
        TEST_ON_BOTH(a_session_that_was_let_in_is_known_by_its_id_until_it_ends, teardown),
        TEST_ON_BOTH(what_has_expired_is_cleaned_and_told_once, teardown),
        TEST_ON_BOTH(a_token_is_listed_until_it_is_removed, teardown),
        TEST_ON_BOTH(a_person_is_counted_found_and_gets_a_new_password, teardown),
        cmocka_unit_test(roles_and_languages_have_names),
        TEST_ON_SQLITE(a_form_token_belongs_to_its_session, teardown),
        TEST_ON_BOTH(statements_prepare_on_both_engines, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
