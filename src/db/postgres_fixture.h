/* For tests only: a PostgreSQL server of one's own, on a unix socket in a temporary folder, started
 * once per test program and stopped with it. Nothing of the machine's own server is touched. */
#ifndef HANSE_DB_POSTGRES_FIXTURE_H
#define HANSE_DB_POSTGRES_FIXTURE_H

/* The address for db_open of an empty database. The first call starts the server, each further one
 * empties the database. NULL, with the reason on standard error, when it cannot start: the test
 * then fails, for a skipped engine is an untested one. */
const char *pg_fixture_start(void);
/* Stops the server and removes its folder; harmless when none runs. For group tear-downs. */
void pg_fixture_stop(void);

#endif
