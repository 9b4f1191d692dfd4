/* The SQL of subscriptions; private to subscription*.c. */
#ifndef HANSE_SYSTEMS_SUBSCRIPTION_STORE_H
#define HANSE_SYSTEMS_SUBSCRIPTION_STORE_H

#include "db/db.h"
#include "systems/subscription.h"

extern const StatementTable SUBSCRIPTION_STATEMENTS;

/* CONFLICT "subscription.exists". */
MUST Err subscription_insert(Cx *cx, TenantId tenant, Str id, Str doc, Str context);
MUST Err subscription_set_doc(Cx *cx, TenantId tenant, Str id, Str doc, Str context);
MUST Err subscription_delete(Cx *cx, TenantId tenant, Str id, bool *ret_there);
MUST Err subscription_start_one(Cx *cx, TenantId tenant, Str id, DbRows *ret);
MUST Err subscription_start_list(Cx *cx, TenantId tenant, size_t limit, size_t offset, DbRows *ret);
MUST Err subscription_start_all(Cx *cx, DbRows *ret);
MUST Err subscription_count(Cx *cx, TenantId tenant, uint64_t *ret);
/* The row that a started query stands on; texts are copied, the document is parsed. */
MUST Err subscription_read(Cx *cx, const DbRows *rows, TenantId *ret_tenant, SubscriptionRow *ret);
MUST Err subscription_add_count(Cx *cx, const DeliveryCount *count);

#endif
