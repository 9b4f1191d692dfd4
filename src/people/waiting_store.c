#include "people/waiting_store.h"

#define ACTIVE_OF_PERSON                                                                           \
    "EXISTS (SELECT 1 FROM relation r WHERE r.tenant = i.tenant AND r.state = 'active'"            \
    " AND r.person = "

void waiting_store_led(DbDynamic *query, const void *user)
{
    const PersonId *person = user;
    db_dynamic_sql(query, " AND (" ACTIVE_OF_PERSON);
    db_dynamic_bind(query, V_I64(person->v));
    db_dynamic_sql(query, " AND r.role = 'lead' AND (r.item = i.id OR (i.body > 0"
                          " AND r.item = i.body))) OR (" ACTIVE_OF_PERSON);
    db_dynamic_bind(query, V_I64(person->v));
    db_dynamic_sql(query, " AND r.role = 'rep' AND r.item = i.organisation) AND NOT EXISTS"
                          " (SELECT 1 FROM relation l WHERE l.tenant = i.tenant AND l.item = i.id"
                          " AND l.role = 'lead' AND l.state = 'active')))");
}
