/* Migrations: sql/NNNN.sql and, only where PostgreSQL differs, sql/NNNN.postgres.sql; embedded,
 * forward only, checksummed, run at start under a lock. */
#ifndef HANSE_DB_MIGRATION_H
#define HANSE_DB_MIGRATION_H

#include "db/db.h"

typedef struct Migration {
    int number;
    const char *name;
    Str sql;
    Str postgres; /* p NULL: the same */
} Migration;

/* Generated from sql/ at build time, in order. */
extern const Migration MIGRATIONS[];
extern const size_t MIGRATION_COUNT;

/* Brings cx->db up to date; each migration is its own transaction. backup_file (may be empty)
 * receives a copy before the first change to a schema that is not empty. Errors: CONFLICT
 * "db.newer" when the schema is newer than the program; CONFLICT "db.checksum" when a migration
 * that ran differs from the one in the program. */
MUST Err migration_run(Cx *cx, Str backup_file, int *ret_applied);

#endif
