#include "core/identity.h"

#include "core/account.h"
#include "core/setting.h"
#include "core/test_core.h"

static const OidcProvider STADT = {.name = S_INIT("stadt"),
                                   .issuer = S_INIT("https://login.example.org")};

static OidcClaims claims_of(const char *sub, const char *mail, bool verified)
{
    return (OidcClaims){.issuer = STADT.issuer,
                        .sub = str_from(sub),
                        .mail = str_from(mail),
                        .mail_verified = verified,
                        .name = S("Ada Lovelace")};
}

static PersonId add(TestCore *f, const char *mail, Str password)
{
    PersonId id;
    assert_ok(&f->t.cx, person_add(&f->t.cx, str_from(mail), S("Ada"), password, LANG_DE,
                                   ROLE_MEMBER, &f->events, &id));
    return id;
}

static Err admit(TestCore *f, OidcClaims claims, IdentityOutcome *outcome, PersonId *person)
{
    return identity_admit(&f->t.cx, &STADT, &claims, LANG_EN, &f->events, outcome, person);
}

static void a_stranger_with_a_checked_address_becomes_a_person_once(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    IdentityOutcome outcome;
    PersonId first, again;
    Person person;
    uint32_t roles;
    assert_ok(cx, admit(f, claims_of("1", "ada@example.org", true), &outcome, &first));
    assert_int_equal(outcome, IDENTITY_ADDED);
    assert_ok(cx, person_get(cx, first, &person));
    assert_str("Ada Lovelace", person.name);
    assert_str("ada@example.org", person.mail);
    assert_int_equal(person.state, PERSON_ACTIVE);
    assert_int_equal(person.lang, LANG_EN);
    assert_int_equal(person.password.n, 0);
    assert_false(password_verify(person.password, S("")));
    assert_ok(cx, person_roles(cx, first, &roles));
    assert_int_equal(roles, ROLE_ANYONE | ROLE_MEMBER);
    /* From then on by issuer and sub alone, whatever the mail is. */
    assert_ok(cx, admit(f, claims_of("1", "", false), &outcome, &again));
    assert_int_equal(outcome, IDENTITY_KNOWN);
    assert_int_equal(first.v, again.v);
}

static void an_unchecked_address_makes_nobody_and_tells_nothing(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    IdentityOutcome outcome;
    PersonId person;
    int64_t count;
    add(f, "known@example.org", S(""));
    assert_err(cx, ERR_INVALID, "oidc.mail_unverified",
               admit(f, claims_of("1", "ada@example.org", false), &outcome, &person));
    assert_err(cx, ERR_INVALID, "oidc.mail_unverified",
               admit(f, claims_of("1", "known@example.org", false), &outcome, &person));
    assert_err(cx, ERR_INVALID, "oidc.mail_missing",
               admit(f, claims_of("1", "", false), &outcome, &person));
    assert_ok(cx, person_count(cx, &count));
    assert_int_equal(count, 1);
}

static void an_address_that_has_an_account_is_never_linked_by_itself(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    IdentityOutcome outcome;
    PersonId person, ada = add(f, "ada@example.org", S("$hash"));
    Identity *list;
    size_t count;
    assert_ok(cx, admit(f, claims_of("1", "ADA@example.org", true), &outcome, &person));
    assert_int_equal(outcome, IDENTITY_MAIL);
    assert_ok(cx, identity_list(cx, ada, &list, &count));
    assert_int_equal(count, 0);
    /* Logged in with the password, the person is asked, and links. */
    OidcClaims claims = claims_of("1", "ada@example.org", true);
    f->actor.person = ada;
    assert_ok(cx, admit(f, claims, &outcome, &person));
    assert_int_equal(outcome, IDENTITY_ASK);
    assert_ok(cx, identity_link(cx, S("stadt"), &claims));
    assert_ok(cx, identity_link(cx, S("stadt"), &claims));
    assert_ok(cx, identity_list(cx, ada, &list, &count));
    assert_int_equal(count, 1);
    assert_str("ada@example.org", list[0].mail);
    f->actor.person.v = 0;
    assert_ok(cx, admit(f, claims, &outcome, &person));
    assert_int_equal(outcome, IDENTITY_KNOWN);
    assert_int_equal(person.v, ada.v);
}

static void an_identity_is_one_persons(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    IdentityOutcome outcome;
    PersonId ada, person, ben = add(f, "ben@example.org", S("$hash"));
    OidcClaims claims = claims_of("1", "ada@example.org", true);
    assert_ok(cx, admit(f, claims, &outcome, &ada));
    f->actor.person = ben;
    assert_err(cx, ERR_CONFLICT, "oidc.taken", admit(f, claims, &outcome, &person));
    assert_err(cx, ERR_CONFLICT, "oidc.taken", identity_link(cx, S("stadt"), &claims));
    /* The same sub of another issuer is somebody else. */
    claims.issuer = S("https://other.example");
    assert_ok(cx, identity_link(cx, S("other"), &claims));
}

static void who_is_suspended_stays_out(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    IdentityOutcome outcome;
    PersonId ada;
    OidcClaims claims = claims_of("1", "ada@example.org", true);
    assert_ok(cx, admit(f, claims, &outcome, &ada));
    assert_ok(cx, person_set_state(cx, ada, PERSON_SUSPENDED, S("spam"), &f->events));
    assert_err(cx, ERR_DENIED, "oidc.suspended", admit(f, claims, &outcome, &ada));
    /* Nor by another identity with the same address. */
    claims.sub = S("2");
    assert_err(cx, ERR_DENIED, "oidc.suspended", admit(f, claims, &outcome, &ada));
}

static void terms_are_agreed_to_with_the_first_login(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    IdentityOutcome outcome;
    PersonId ada;
    Consent *consents;
    size_t count;
    assert_ok(cx, setting_set(cx, S("legal.terms"), S("Be kind."), &f->events));
    assert_ok(cx, admit(f, claims_of("1", "ada@example.org", true), &outcome, &ada));
    assert_ok(cx, account_consents(cx, ada, &consents, &count));
    assert_int_equal(count, 1);
    assert_int_equal(consents[0].given_us, cx_now_us(cx));
}

static void the_last_way_in_stays(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    IdentityOutcome outcome;
    PersonId ada;
    OidcClaims one = claims_of("1", "ada@example.org", true), two = claims_of("2", "", false);
    assert_ok(cx, admit(f, one, &outcome, &ada));
    f->actor.person = ada;
    assert_err(cx, ERR_CONFLICT, "oidc.last", identity_remove(cx, ada, one.issuer, one.sub));
    assert_ok(cx, identity_remove(cx, ada, two.issuer, two.sub)); /* not hers: nothing happens */
    assert_ok(cx, identity_link(cx, S("stadt"), &two));
    assert_ok(cx, identity_remove(cx, ada, one.issuer, one.sub));
    assert_err(cx, ERR_CONFLICT, "oidc.last", identity_remove(cx, ada, two.issuer, two.sub));
    assert_ok(cx, person_set_password(cx, ada, S("$hash"), &f->events));
    assert_ok(cx, identity_remove(cx, ada, two.issuer, two.sub));
    Identity *list;
    size_t count;
    assert_ok(cx, identity_list(cx, ada, &list, &count));
    assert_int_equal(count, 0);
}

static void a_person_links_so_many_and_no_more(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    f->actor.person = add(f, "ada@example.org", S("$hash"));
    for (int i = 0; i <= IDENTITIES_PER_PERSON; i++) {
        OidcClaims claims = claims_of(arena_fmt(cx->arena, "%d", i).p, "", false);
        Err err = identity_link(cx, S("stadt"), &claims);
        if (i < IDENTITIES_PER_PERSON)
            assert_ok(cx, err);
        else
            assert_err(cx, ERR_LIMIT, "oidc.identities", err);
    }
}

static void a_sealed_question_is_of_one_session_and_of_its_time(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    OidcClaims claims = claims_of("s\"1", "ada@example.org", true), back;
    Str provider, secret = auth_secret(cx->arena);
    Str sealed = identity_seal(cx, secret, &STADT, &claims);
    assert_ok(cx, identity_unseal(cx, secret, sealed, &provider, &back));
    assert_str("stadt", provider);
    assert_str("s\"1", back.sub);
    assert_str("https://login.example.org", back.issuer);
    assert_str("ada@example.org", back.mail);
    assert_err(cx, ERR_CONFLICT, "oidc.seal",
               identity_unseal(cx, auth_secret(cx->arena), sealed, &provider, &back));
    assert_err(cx, ERR_CONFLICT, "oidc.seal", identity_unseal(cx, S(""), sealed, &provider, &back));
    for (size_t i = 0; i < sealed.n; i++) {
        char *text = arena_cstr(cx->arena, sealed);
        text[i] = text[i] == 'A' ? 'B' : 'A';
        assert_err(cx, ERR_CONFLICT, "oidc.seal",
                   identity_unseal(cx, secret, str_from(text), &provider, &back));
    }
    f->t.clock.fixed_us += (OIDC_ATTEMPT_S + 1) * INT64_C(1000000);
    assert_err(cx, ERR_CONFLICT, "oidc.seal",
               identity_unseal(cx, secret, sealed, &provider, &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_stranger_with_a_checked_address_becomes_a_person_once, teardown),
        TEST_ON_BOTH(an_unchecked_address_makes_nobody_and_tells_nothing, teardown),
        TEST_ON_BOTH(an_address_that_has_an_account_is_never_linked_by_itself, teardown),
        TEST_ON_BOTH(an_identity_is_one_persons, teardown),
        TEST_ON_BOTH(who_is_suspended_stays_out, teardown),
        TEST_ON_BOTH(terms_are_agreed_to_with_the_first_login, teardown),
        TEST_ON_BOTH(the_last_way_in_stays, teardown),
        TEST_ON_BOTH(a_person_links_so_many_and_no_more, teardown),
        TEST_ON_SQLITE(a_sealed_question_is_of_one_session_and_of_its_time, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
