/* Audit: who did what to whom, written in the commit of what was done.
 *
 * Rows are added and, when their time is over, removed by a job; nothing changes a row. A row is
 * for what persons and administrators do: telemetry and other writes by tokens leave none. A
 * number is never given twice, so the newest row stays whatever its age. Rows hold numbers of
 * persons, not their names or addresses, and never a secret.
 *
 *   verb             noun     object              detail
 *   session.open     session  number              the browser's name for itself
 *   session.close    session  number              -
 *   session.close    person   number              "all", "all but session 7"
 *   login.failed     person   number, or empty    the address that it came from
 *   person.add       person   number              roles
 *   person.password  person   number              -
 *   person.name      person   number              -
 *   person.mail      person   number              -
 *   person.suspend   person   number              the reason
 *   person.reactivate person  number              the reason
 *   person.leave     person   number              -: asked to end the account, or was asked
 *   person.stay      person   number              -: came back in time, or is needed
 *   person.export    person   number              -: the own data were taken along
 *   person.erase     person   number              -
 *   erasure.order    person   number              the office's reason
 *   password.ask     person   number              -
 *   identity.link    person   number              the provider's name
 *   identity.remove  person   number              -
 *   token.add        token    number              name: scopes
 *   token.remove     token    number              -
 *   setting.set      setting  name                {"from":"...","to":"..."}, 200 bytes of each
 *   entity.remove    entity   id                  types */
#ifndef HANSE_CORE_AUDIT_H
#define HANSE_CORE_AUDIT_H

#include "core/actor.h"
#include "db/db.h"

enum {
    AUDIT_OBJECT_BYTES_MAX = 2048, /* an entity's id */
    AUDIT_DETAIL_BYTES_MAX = 2560, /* two values of a setting, each byte as \u00XX */
    AUDIT_LIST_MAX = 10000,        /* rows of one answer */
    AUDIT_CLEAN_MAX = 10000        /* rows removed by one run: the writer has others to serve */
};

extern const StatementTable AUDIT_STATEMENTS;

typedef struct AuditRow {
    int64_t id;
    int64_t at_us;
    PersonId person; /* 0 with token 0: a stranger, a job, or the command line */
    int64_t token;
    Str verb, noun, object, detail;
} AuditRow;

/* Adds a row about what cx->actor does now. Objects and details that are too long are cut between
 * characters, for what is written down must not prevent what it is about; bytes that are no UTF-8
 * become U+FFFD. */
MUST Err audit_add(Cx *cx, Str verb, Str noun, Str object, Str detail);
/* The same for a noun's number. */
MUST Err audit_add_number(Cx *cx, Str verb, Str noun, int64_t number, Str detail);
/* The newest `limit` (1 to AUDIT_LIST_MAX) rows since a time, the oldest of them first. INVALID
 * "audit.limit". */
MUST Err audit_list(Cx *cx, int64_t since_us, int64_t limit, AuditRow **ret, size_t *ret_count);
/* Removes rows from before a time, AUDIT_CLEAN_MAX of them at the most, the oldest first. */
MUST Err audit_clean(Cx *cx, int64_t before_us, int64_t *ret_removed);

#endif
