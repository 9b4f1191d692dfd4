/* Person: somebody who can log in. A person has a mail address (unique without regard to case),
 * a display name, a password (argon2id) and grants of roles. */
#ifndef HANSE_CORE_PERSON_H
#define HANSE_CORE_PERSON_H

#include "core/actor.h"
#include "core/event.h"
#include "db/db.h"

enum {
    PERSON_NAME_BYTES_MAX = 200,
    PERSON_MAIL_BYTES_MAX = 254, /* RFC 5321, 4.5.3.1.3 */
    PERSON_DISTRICT_BYTES_MAX = 100,
    PASSWORD_BYTES_MIN = 8,
    PASSWORD_BYTES_MAX = 256 /* argon2id reads all of it: no work without bound */
};

/* active <-> suspended -> erased. Who signed up and has not confirmed the address yet is no person
 * (core/account.h). */
typedef enum PersonState { PERSON_ACTIVE, PERSON_SUSPENDED, PERSON_ERASED } PersonState;

typedef struct Person {
    PersonId id;
    Str mail;
    Str name;
    Str password; /* the hash, in libsodium's text form */
    Lang lang;
    PersonState state;
    Str state_reason;     /* why it is suspended */
    int64_t erase_due_us; /* when the account is erased; 0: nobody asked for that */
    bool erase_posts;     /* and the words of its posts with it */
    Str district;         /* that the person named; shown to nobody else; empty: none */
} Person;

extern const StatementTable PERSON_STATEMENTS;
/* Grants, sessions or tokens changed: whoever keeps a snapshot of them reads it again. No data. */
extern const EventKind AUTH_CHANGED;

/* How the name is shown: control characters, characters that are not seen or that turn the
 * direction of reading, and words that mix Latin letters with Cyrillic, Greek, Armenian or Cherokee
 * ones are INVALID: "person.name", "person_hidden.name", "person_mixed.name". Such words look like
 * another name. A word that is Cyrillic as a whole is somebody's name, and is not refused. */
MUST Err person_check_name(Cx *cx, Str name);

/* Hashes a password: about 30 ms of CPU, so never on a loop or on the writer. INVALID
 * "person.password" outside the limits. */
MUST Err password_hash(Cx *cx, Str password, Str *ret);
/* Takes as long for a hash that is empty, so that an unknown name cannot be told by the clock. */
bool password_verify(Str hash, Str password);

/* Adds a person with roles (ROLE_ bits). Errors: INVALID "person.mail", "person.name"; CONFLICT
 * "person.exists". */
MUST Err person_add(Cx *cx, Str mail, Str name, Str password_hashed, Lang lang, uint32_t roles,
                    Events *events, PersonId *ret);
/* Whether it looks like a mail address, and can stand in a header as it is. */
bool person_is_mail(Str mail);
/* The address as person_find_by_mail compares it: equal for equal persons. */
Str person_mail_key(Arena *arena, Str mail);
/* NOT_FOUND "person.unknown". */
MUST Err person_find_by_mail(Cx *cx, Str mail, Person *ret);
/* The same for an address that may be nobody's. */
MUST Err person_try_mail(Cx *cx, Str mail, bool *ret_found, Person *ret);
MUST Err person_get(Cx *cx, PersonId id, Person *ret);
MUST Err person_set_password(Cx *cx, PersonId id, Str password_hashed, Events *events);
/* Errors of person_check_name. */
MUST Err person_set_name(Cx *cx, PersonId id, Str name, Lang lang, Events *events);
/* INVALID "person.district" for one that is too long, no UTF-8, or no line. */
MUST Err person_check_district(Cx *cx, Str district);
/* Empty: none any more. */
MUST Err person_set_district(Cx *cx, PersonId id, Str district);
/* CONFLICT "person.exists" for somebody else's. */
MUST Err person_set_mail(Cx *cx, PersonId id, Str mail, Events *events);
/* The reason is what the person is told. Nothing for the state that it has already. */
MUST Err person_set_state(Cx *cx, PersonId id, PersonState state, Str reason, Events *events);

/* The account is to be erased at that time, or with 0 not any more (people/erasure.h does it). */
MUST Err person_set_erasure(Cx *cx, PersonId id, int64_t due_us, bool posts);
/* The same at another time, without a row in the audit: nobody asked again. */
MUST Err person_put_off_erasure(Cx *cx, PersonId id, int64_t due_us, bool posts);
/* Who logs in before that time stays, which *ret_stays says: false for an account that nobody asked
 * to end, and where the time has come. */
MUST Err person_stay(Cx *cx, PersonId id, bool *ret_stays);
/* What the person was called and written to before: kept so that an erasure finds it too. */
typedef struct PersonFormer {
    Str value;
    bool is_mail;
} PersonFormer;
enum { PERSON_FORMER_MAX = 200 /* of one person; older ones are forgotten */ };
MUST Err person_former(Cx *cx, PersonId id, PersonFormer **ret, size_t *ret_count);
/* Leaves the number, the state and its time, and nothing else of the row. */
MUST Err person_blank(Cx *cx, PersonId id, Events *events);

typedef struct PersonQuery {
    Str text; /* part of a name or of an address; empty: all */
    bool only_suspended;
    uint32_t role; /* one of ROLES; 0: any */
    int64_t limit, offset;
} PersonQuery;
/* By name; without those that are erased. Passwords and districts are left out. */
MUST Err person_list(Cx *cx, const PersonQuery *query, Person **ret, size_t *ret_count,
                     int64_t *ret_total);
/* How many active persons hold the role. */
MUST Err person_count_role(Cx *cx, uint32_t role, int64_t *ret);
MUST Err person_count(Cx *cx, int64_t *ret);

/* Roles for the whole site (ROLE_ bits, one at a time); giving what is there changes nothing. */
MUST Err person_grant(Cx *cx, PersonId id, uint32_t role, Events *events);
MUST Err person_revoke(Cx *cx, PersonId id, uint32_t role, Events *events);
MUST Err person_roles(Cx *cx, PersonId id, uint32_t *ret);
/* An actor that may read and do what the person may, in the person's language: for what is written
 * to somebody who is not there. It has no session. */
MUST Err person_as_actor(Cx *cx, PersonId id, Actor *ret);
/* Whether the person belongs to the alliance by the organisation of that number. */
MUST Err person_set_alliance(Cx *cx, PersonId id, int64_t organisation, bool belongs,
                             Events *events);

Str role_name(uint32_t role); /* one role that is granted */
bool role_parse(Str name, uint32_t *ret_role);
bool lang_parse(Str code, Lang *ret);

#endif
