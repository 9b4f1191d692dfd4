/* Partners: what accepted means, who may what, the directory, what they brought in. */
#include "people/contribution.h"
#include "people/directory.h"
#include "people/inbox.h"

#include "base/calendar.h"
#include "base/str.h"
#include "people/test_notice.h"

static OrganisationDraft partner_draft(const char *name)
{
    OrganisationDraft draft = {.item = draft_of(name), .own = {.kind = ORGANISATION_COMPANY}};
    draft.own.agreement = S("1.0");
    draft.own.agreement_us = TIME_DAY_US;
    return draft;
}

/* An organisation in the state "review", by the office. */
static Item in_review(TestCore *f, int64_t office, const OrganisationDraft *draft)
{
    Cx *cx = &f->t.cx;
    ItemId id;
    Item item;
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, organisation_add(cx, draft, S("applied"), &f->events, &id));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx, item_step(cx, &ORGANISATION_MACHINE, &item, S("review"), S(""), &f->events));
    return item;
}

/* Some days after it applied. */
static Item accepted(TestCore *f, int64_t office, int64_t rep, const OrganisationDraft *draft)
{
    Cx *cx = &f->t.cx;
    Item item = in_review(f, office, draft);
    f->t.clock.fixed_us += 3 * TIME_DAY_US;
    assert_ok(
        cx, organisation_join(cx, &item, (PersonId){rep}, RELATION_REP, S("Leitung"), &f->events));
    assert_ok(cx, item_step(cx, &ORGANISATION_MACHINE, &item, S("accept"), S(""), &f->events));
    return item;
}

static int64_t count_alliance(TestCore *f, int64_t person)
{
    static const Statement COUNT = SQL("SELECT count(*) FROM role_grant WHERE tenant = 1"
                                       " AND person = ?1 AND role = 'alliance'");
    Cx *cx = &f->t.cx;
    DbRows rows;
    bool row;
    assert_ok(cx, db_start(cx, &COUNT, DB_ARGS(V_I64(person)), &rows));
    assert_ok(cx, db_next(cx, &rows, &row));
    int64_t count = db_i64(&rows, 0);
    db_end(&rows);
    return count;
}

static void accepted_means_kind_agreement_and_a_representative(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t office = add_person(f, "office"), rep = add_person(f, "rep"), n;
    OrganisationDraft draft = {.item = draft_of("Ohne alles"),
                               .own = {.kind = ORGANISATION_KIND_NONE}};
    Item item = in_review(f, office, &draft);
    assert_ok(cx, db_begin(cx)); /* as the unit of work does */
    assert_err(cx, ERR_INVALID, "organisation.kind_missing",
               item_step(cx, &ORGANISATION_MACHINE, &item, S("accept"), S(""), &f->events));
    db_rollback(cx);
    size_t flaws = 0;
    for (const Flaw *one = cx->error->flaws; one; one = one->next)
        flaws++;
    assert_int_equal(flaws, 3); /* all that is missing is told at once */
    cx->error->flaws = NULL;
    draft = partner_draft("Mit allem");
    item = accepted(f, office, rep, &draft);
    assert_str("accepted", item.state);
    assert_int_equal(item.audience, AUDIENCE_PUBLIC);
    OrganisationOwn own;
    assert_ok(cx, organisation_own(cx, item.id, &own));
    assert_int_equal(own.since_us, f->t.clock.fixed_us); /* the day of acceptance */
    assert_true(own.since_us - item.created_us >= 3 * TIME_DAY_US);
    act_as(f, 0, 0);
    assert_ok(cx, organisation_count(cx, S("accepted"), &n));
    assert_int_equal(n, 1);
    assert_ok(cx, organisation_count(cx, S("review"), &n));
    assert_int_equal(n, 0); /* nobody else sees what is under review, not even its number */
}

static void the_alliance_follows_acceptance_pause_and_leaving(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t office = add_person(f, "office"), rep = add_person(f, "rep"),
            colleague = add_person(f, "colleague");
    OrganisationDraft draft = partner_draft("Werft Nord GmbH");
    Item item = in_review(f, office, &draft);
    assert_ok(cx, organisation_join(cx, &item, (PersonId){rep}, RELATION_REP, S(""), &f->events));
    assert_int_equal(count_alliance(f, rep), 0);
    assert_ok(cx, item_step(cx, &ORGANISATION_MACHINE, &item, S("accept"), S(""), &f->events));
    assert_int_equal(count_alliance(f, rep), 1);
    assert_ok(cx, organisation_join(cx, &item, (PersonId){colleague}, RELATION_COLLEAGUE, S(""),
                                    &f->events));
    assert_int_equal(count_alliance(f, colleague), 1);
    act_as(f, rep, ROLE_ALLIANCE);
    assert_ok(cx, item_step(cx, &ORGANISATION_MACHINE, &item, S("pause"), S("Umzug"), &f->events));
    assert_int_equal(count_alliance(f, rep), 0);
    assert_int_equal(count_alliance(f, colleague), 0);
    act_as(f, rep, 0);
    assert_ok(cx, item_step(cx, &ORGANISATION_MACHINE, &item, S("resume"), S(""), &f->events));
    assert_int_equal(count_alliance(f, colleague), 1);
    act_as(f, colleague, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "verb.denied",
               item_step(cx, &ORGANISATION_MACHINE, &item, S("leave"), S("Nein"), &f->events));
    act_as(f, rep, ROLE_ALLIANCE);
    assert_err(cx, ERR_INVALID, "verb.reason",
               item_step(cx, &ORGANISATION_MACHINE, &item, S("leave"), S(" "), &f->events));
    assert_ok(cx, item_step(cx, &ORGANISATION_MACHINE, &item, S("leave"), S("Ende"), &f->events));
    assert_int_equal(count_alliance(f, rep), 0);
    assert_int_equal(count_alliance(f, colleague), 0);
    Relation *people;
    size_t count;
    assert_ok(cx, relation_list(cx, item.id, false, &people, &count));
    assert_int_equal(count, 0);
    assert_ok(cx, relation_list(cx, item.id, true, &people, &count));
    assert_int_equal(count, 2); /* ended, not forgotten */
}

static void the_last_representative_needs_a_successor(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t office = add_person(f, "office"), first = add_person(f, "first"),
            second = add_person(f, "second");
    OrganisationDraft draft = partner_draft("Hafenwerk");
    Item item = accepted(f, office, first, &draft);
    Relation *people;
    size_t count;
    bool needed;
    Str name;
    ItemId needing;
    act_as(f, first, ROLE_ALLIANCE);
    assert_ok(cx, organisation_join(cx, &item, (PersonId){second}, RELATION_COLLEAGUE, S(""),
                                    &f->events));
    assert_ok(cx, organisation_people(cx, item.id, &people, &count));
    assert_int_equal(count, 2);
    assert_int_equal(people[0].person.v, first); /* representatives first */
    assert_err(cx, ERR_CONFLICT, "organisation.last_rep",
               organisation_end(cx, &item, people[0].id, &f->events));
    assert_err(
        cx, ERR_CONFLICT, "organisation.last_rep",
        organisation_set_role(cx, &item, people[0].id, RELATION_COLLEAGUE, S(""), &f->events));
    assert_ok(cx, organisation_needs(cx, (PersonId){first}, &needed, &name, &needing));
    assert_true(needed);
    assert_str("Hafenwerk", name);
    assert_int_equal(needing.v, item.id.v);
    act_as(f, second, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "organisation.people",
               organisation_set_role(cx, &item, people[1].id, RELATION_REP, S(""), &f->events));
    act_as(f, first, ROLE_ALLIANCE);
    assert_ok(cx,
              organisation_set_role(cx, &item, people[1].id, RELATION_REP, S("IT"), &f->events));
    /* Who it is about is told, once, and nobody else. */
    assert_ok(cx,
              organisation_set_role(cx, &item, people[1].id, RELATION_REP, S("EDV"), &f->events));
    Notice notice = last_of(f, second, 1);
    assert_int_equal(notice.kind, NOTICE_PART);
    assert_str("Hafenwerk", notice.what);
    assert_str("/partner/hafenwerk", notice.path);
    assert_int_equal(told_in_all(f, first), 0);
    assert_int_equal(told_in_all(f, office), 0);
    assert_ok(cx, organisation_needs(cx, (PersonId){first}, &needed, &name, &needing));
    assert_false(needed);
    assert_ok(cx, organisation_end(cx, &item, people[0].id, &f->events));
    assert_int_equal(count_alliance(f, first), 0);
    assert_ok(cx, organisation_needs(cx, (PersonId){second}, &needed, &name, &needing));
    assert_true(needed);
}

static void what_the_office_decides_is_not_the_representatives(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t office = add_person(f, "office"), rep = add_person(f, "rep"),
            other = add_person(f, "other");
    OrganisationDraft draft = partner_draft("Lindwerk");
    Item item = accepted(f, office, rep, &draft);
    OrganisationOwn own;
    draft.own.kind = ORGANISATION_SCIENCE;
    draft.own.founder = true;
    draft.own.agreement = S("99");
    draft.own.offers = S("- Räume\r\n\r\n* Daten \n");
    draft.own.website = S("www.lindwerk.example");
    act_as(f, other, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "organisation.edit",
               organisation_change(cx, &item, item.version, &draft, &f->events));
    act_as(f, rep, ROLE_ALLIANCE);
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_err(cx, ERR_CONFLICT, "item.version",
               organisation_change(cx, &item, item.version - 1, &draft, &f->events));
    assert_ok(cx, organisation_change(cx, &item, item.version, &draft, &f->events));
    assert_ok(cx, organisation_own(cx, item.id, &own));
    assert_int_equal(own.kind, ORGANISATION_COMPANY);
    assert_false(own.founder);
    assert_str("1.0", own.agreement);
    assert_str("Räume\nDaten", own.offers);
    assert_str("https://www.lindwerk.example", own.website);
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_ok(cx, organisation_change(cx, &item, item.version, &draft, &f->events));
    assert_ok(cx, organisation_own(cx, item.id, &own));
    assert_int_equal(own.kind, ORGANISATION_SCIENCE);
    assert_true(own.founder);
    /* An accepted one keeps what made it one. */
    draft.own.kind = ORGANISATION_KIND_NONE;
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_err(cx, ERR_INVALID, "organisation.kind_missing",
               organisation_change(cx, &item, item.version, &draft, &f->events));
}

static void what_could_do_harm_is_refused(void **state)
{
    static const char *const URLS[] = {
        "javascript:alert(1)", "data:text/html,x", "https://bank.example@evil.example/",
        "https://a b.example", "//evil.example",   "https://x\r\nSet-Cookie: a",
        "file:///etc/passwd",  "https:/x.example", "https://localhost"};
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    act_as(f, add_person(f, "office"), ROLE_OFFICE);
    ItemId id;
    for (size_t i = 0; i < COUNT_OF(URLS); i++) {
        OrganisationDraft draft = partner_draft("Firma");
        draft.own.website = str_from(URLS[i]);
        assert_err(cx, ERR_INVALID, "organisation.website",
                   organisation_add(cx, &draft, S("applied"), &f->events, &id));
        cx->error->flaws = NULL;
    }
    OrganisationDraft draft = partner_draft("Firma");
    draft.own.mail = S("a@example.org\r\nBcc: all@example.org");
    draft.own.phone = S("1\nX-Evil: 1");
    draft.own.town = S("Lind\rhafen");
    draft.own.offers = S("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13");
    assert_err(cx, ERR_INVALID, "organisation.offers",
               organisation_add(cx, &draft, S("applied"), &f->events, &id));
    size_t flaws = 0;
    for (const Flaw *one = cx->error->flaws; one; one = one->next)
        flaws++;
    assert_int_equal(flaws, 4);
}

static void names_are_compared_as_people_would(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Arena *arena = cx->arena;
    int64_t office = add_person(f, "office");
    assert_str("werft nord", organisation_name_key(arena, S("Werft-Nord GmbH & Co. KG")));
    assert_str("werft nord", organisation_name_key(arena, S("WERFT NORD e. V.")));
    /* "Lindwerk" with a Cyrillic i-like letter, and with a Greek one. */
    assert_str("lindwerk", organisation_name_key(arena, S("L\xd1\x96ndw\xd0\xb5rk")));
    assert_true(organisation_name_mixed(S("L\xd1\x96ndwerk")));
    assert_false(organisation_name_mixed(S("Lindwerk \xd0\x9c\xd0\xb8\xd1\x80")));
    assert_false(organisation_name_mixed(S("Größe & Straße")));
    assert_str("werft.example", organisation_domain(arena, S("a@WERFT.example")));
    assert_str("", organisation_domain(arena, S("werft@gmail.com")));
    OrganisationDraft draft = partner_draft("Lindwerk AG");
    draft.own.mail = S("info@lindwerk.example");
    Item item = in_review(f, office, &draft);
    draft = partner_draft("L\xd1\x96ndwerk");
    draft.own.mail = S("chef@lindwerk.example");
    Item fake = in_review(f, office, &draft);
    OrganisationLike *like;
    size_t count;
    assert_ok(cx, organisation_like(cx, fake.id, &like, &count));
    assert_int_equal(count, 1);
    assert_int_equal(like[0].id.v, item.id.v);
    assert_true(like[0].by_name && like[0].by_domain && !like[0].by_register);
    act_as(f, office, 0);
    assert_err(cx, ERR_DENIED, "auth.denied", organisation_like(cx, fake.id, &like, &count));
}

static void the_directory_filters_counts_and_sorts(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t office = add_person(f, "office"), rep = add_person(f, "rep"), light, water;
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, topic_add(cx, S("Licht"), S("Light"), &light));
    assert_ok(cx, topic_add(cx, S("Wasser"), S("Water"), &water));
    static const struct {
        const char *name;
        OrganisationKind kind;
        const char *district;
        bool light, water, founder;
    } ROWS[] = {{"Zeche Öl", ORGANISATION_COMPANY, "Altstadt", true, false, true},
                {"Ärztekammer", ORGANISATION_CHAMBER, "Altstadt", false, true, false},
                {"Agentur", ORGANISATION_START_UP, "Hafen", true, true, false},
                {"Bad", ORGANISATION_COMPANY, "", false, false, false}};
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        OrganisationDraft draft = partner_draft(ROWS[i].name);
        int64_t topics[2];
        draft.own.kind = ROWS[i].kind;
        draft.own.founder = ROWS[i].founder;
        draft.own.offers = i == 0 ? S("Messräume") : S("");
        draft.item.district = str_from(ROWS[i].district);
        draft.item.topics = topics;
        if (ROWS[i].light)
            topics[draft.item.topic_count++] = light;
        if (ROWS[i].water)
            topics[draft.item.topic_count++] = water;
        accepted(f, office, rep, &draft);
    }
    OrganisationDraft waiting = partner_draft("Wartet noch");
    in_review(f, office, &waiting);
    act_as(f, 0, 0);
    Directory d;
    DirectoryQuery query = {.kind = ORGANISATION_KIND_NONE};
    assert_ok(cx, directory_read(cx, &query, &d));
    assert_int_equal(d.count, 4);
    assert_int_equal(d.all, 4);
    assert_str("Agentur", d.partners[0].name);
    assert_str("Ärztekammer", d.partners[1].name);
    assert_str("Bad", d.partners[2].name);
    assert_str("Zeche Öl", d.partners[3].name);
    assert_int_equal(d.kinds[ORGANISATION_COMPANY], 2);
    assert_int_equal(d.topic_count, 2);
    assert_int_equal(d.topics[0].count, 2);
    assert_int_equal(d.district_count, 2);
    query.topic = S("licht");
    assert_ok(cx, directory_read(cx, &query, &d));
    assert_int_equal(d.count, 2);
    assert_int_equal(d.kinds[ORGANISATION_COMPANY], 1);
    assert_int_equal(d.topics[1].count, 2); /* a chip counts without its own filter */
    assert_int_equal(d.districts[0].count, 1);
    query.district = S("Hafen");
    assert_ok(cx, directory_read(cx, &query, &d));
    assert_int_equal(d.count, 1);
    assert_str("Agentur", d.partners[0].name);
    query = (DirectoryQuery){.kind = ORGANISATION_KIND_NONE, .words = S("  MESSRAUME ol ")};
    assert_ok(cx, directory_read(cx, &query, &d));
    assert_int_equal(d.count, 1);
    query = (DirectoryQuery){.kind = ORGANISATION_KIND_NONE, .founders = true};
    assert_ok(cx, directory_read(cx, &query, &d));
    assert_int_equal(d.count, 1);
}

static void people_are_named_with_their_consent(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t office = add_person(f, "office"), rep = add_person(f, "rep"),
            colleague = add_person(f, "colleague");
    OrganisationDraft draft = partner_draft("Offen");
    Item item = accepted(f, office, rep, &draft);
    Relation *people;
    size_t count;
    bool shown;
    assert_ok(cx, organisation_join(cx, &item, (PersonId){colleague}, RELATION_COLLEAGUE, S(""),
                                    &f->events));
    act_as(f, 0, 0);
    assert_ok(cx, organisation_people(cx, item.id, &people, &count));
    assert_int_equal(count, 0);
    act_as(f, rep, ROLE_ALLIANCE);
    assert_ok(cx, organisation_people(cx, item.id, &people, &count));
    assert_int_equal(count, 2);
    assert_ok(cx, organisation_show_me(cx, item.id, true));
    assert_ok(cx, organisation_show_me(cx, item.id, true));
    assert_ok(cx, organisation_am_shown(cx, item.id, &shown));
    assert_true(shown);
    act_as(f, 0, 0);
    assert_ok(cx, organisation_people(cx, item.id, &people, &count));
    assert_int_equal(count, 1);
    assert_str("rep", people[0].person_name);
    act_as(f, rep, ROLE_ALLIANCE);
    assert_ok(cx, organisation_show_me(cx, item.id, false));
    act_as(f, 0, 0);
    assert_ok(cx, organisation_people(cx, item.id, &people, &count));
    assert_int_equal(count, 0);
}

static void what_was_brought_in_is_dated_summed_and_kept(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t office = add_person(f, "office"), rep = add_person(f, "rep"),
            other = add_person(f, "other");
    OrganisationDraft draft = partner_draft("Bringt ein");
    Item item = accepted(f, office, rep, &draft);
    int64_t now_us = f->t.clock.fixed_us;
    Contribution hours = {.kind = CONTRIBUTION_HOURS,
                          .amount = 90,
                          .on_us = now_us - TIME_DAY_US,
                          .what = S("Workshop")},
                 money = {.kind = CONTRIBUTION_MONEY,
                          .amount = 123456,
                          .on_us = now_us,
                          .what = S("Zuschuss")};
    act_as(f, other, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "organisation.edit",
               contribution_add(cx, &item, &hours, &f->events));
    act_as(f, rep, ROLE_ALLIANCE);
    assert_ok(cx, contribution_add(cx, &item, &hours, &f->events));
    assert_ok(cx, contribution_add(cx, &item, &hours, &f->events));
    assert_ok(cx, contribution_add(cx, &item, &money, &f->events));
    Contribution bad = {.kind = CONTRIBUTION_DATA, .on_us = now_us + 1, .what = S("")};
    assert_err(cx, ERR_INVALID, "contribution.amount",
               contribution_add(cx, &item, &bad, &f->events));
    cx->error->flaws = NULL;
    ContributionSums sums;
    Contribution *list;
    size_t count;
    assert_ok(cx, contribution_sums(cx, item.id, &sums));
    assert_int_equal(sums.amount[CONTRIBUTION_HOURS], 180);
    assert_int_equal(sums.amount[CONTRIBUTION_MONEY], 123456);
    assert_int_equal(sums.entries, 3);
    assert_ok(cx, contribution_list(cx, item.id, &list, &count));
    assert_int_equal(count, 3);
    assert_int_equal(list[0].kind, CONTRIBUTION_MONEY); /* the newest first */
    assert_ok(cx, contribution_remove(cx, &item, list[2].id, &f->events));
    assert_err(cx, ERR_NOT_FOUND, "contribution.unknown",
               contribution_remove(cx, &item, list[2].id, &f->events));
    assert_ok(cx, contribution_sums_of_all(cx, &sums));
    assert_int_equal(sums.amount[CONTRIBUTION_HOURS], 90);
    /* The version before still knows the entry. */
    ItemVersion *versions;
    Str now, then;
    assert_ok(cx, item_versions(cx, &item, &versions, &count));
    assert_ok(cx, item_version_unseen(cx, item.id, versions[0].version, &now));
    assert_ok(cx, item_version_unseen(cx, item.id, versions[1].version, &then));
    assert_true(str_find(then, S("\"what\":\"Workshop\"")) > 0);
    assert_true(then.n > now.n);
}

/* ---- the inbox ---- */

static void applications_wait_in_the_inbox_until_they_are_decided(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t office = add_person(f, "office"), rep = add_person(f, "rep");
    act_as(f, office, 0);
    assert_ok(cx, person_grant(cx, (PersonId){office}, ROLE_OFFICE, &f->events));
    OrganisationDraft draft = partner_draft("Erste");
    Item first = in_review(f, office, &draft);
    f->t.clock.fixed_us += TIME_DAY_US;
    draft = partner_draft("Zweite");
    Item second = in_review(f, office, &draft);
    Inbox inbox;
    f->t.clock.fixed_us += 14 * TIME_DAY_US - 1; /* the first one is overdue now */
    assert_ok(cx, inbox_read(cx, &(InboxQuery){0}, &inbox));
    assert_int_equal(inbox.count, 2);
    assert_int_equal(inbox.total, 2);
    assert_str("Erste", inbox.entries[0].title);
    assert_int_equal(inbox.overdue, 1);
    assert_int_equal(inbox.unowned, 2);
    assert_ok(cx, inbox_assign(cx, S("partner"), second.id.v, (PersonId){office}));
    assert_err(cx, ERR_INVALID, "inbox.owner",
               inbox_assign(cx, S("partner"), second.id.v, (PersonId){rep}));
    assert_err(cx, ERR_INVALID, "inbox.kind",
               inbox_assign(cx, S("weather"), 1, (PersonId){office}));
    assert_ok(cx, inbox_read(cx, &(InboxQuery){.owner = {office}}, &inbox));
    assert_int_equal(inbox.count, 1);
    assert_int_equal(inbox.total, 2);
    assert_str("office", inbox.entries[0].owner_name);
    assert_ok(cx, inbox_read(cx, &(InboxQuery){.unowned = true}, &inbox));
    assert_int_equal(inbox.count, 1);
    assert_ok(cx,
              item_step(cx, &ORGANISATION_MACHINE, &first, S("decline"), S("Doppelt"), &f->events));
    assert_ok(cx, inbox_read(cx, &(InboxQuery){.kind = S("partner")}, &inbox));
    assert_int_equal(inbox.count, 1);
    act_as(f, rep, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "auth.denied", inbox_read(cx, &(InboxQuery){0}, &inbox));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(accepted_means_kind_agreement_and_a_representative, teardown),
        TEST_ON_BOTH(the_alliance_follows_acceptance_pause_and_leaving, teardown),
        TEST_ON_BOTH(the_last_representative_needs_a_successor, teardown),
        TEST_ON_BOTH(what_the_office_decides_is_not_the_representatives, teardown),
        TEST_ON_BOTH(what_could_do_harm_is_refused, teardown),
        TEST_ON_BOTH(names_are_compared_as_people_would, teardown),
        TEST_ON_BOTH(the_directory_filters_counts_and_sorts, teardown),
        TEST_ON_BOTH(people_are_named_with_their_consent, teardown),
        TEST_ON_BOTH(what_was_brought_in_is_dated_summed_and_kept, teardown),
        TEST_ON_BOTH(applications_wait_in_the_inbox_until_they_are_decided, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
