#include "db/engine.h"

Err postgres_open(Cx *cx, Str where, DbOptions options, Db **ret)
{
    (void)where;
    (void)options;
    (void)ret;
    return fail(cx, ERR_UNSUPPORTED, "db.postgres", "PostgreSQL is not compiled in: name a file");
}
