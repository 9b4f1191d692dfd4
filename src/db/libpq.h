/* Private to db/: libpq, loaded when the first PostgreSQL address is opened.
 *
 * Linking it would cost every start of the program 6 MB and some milliseconds, and most
 * installations have no PostgreSQL at all. */
#ifndef HANSE_DB_LIBPQ_H
#define HANSE_DB_LIBPQ_H

#include "base/err.h"

#include <libpq-fe.h>

#define LIBPQ_FUNCTIONS(X)                                                                         \
    X(PQconnectdbParams)                                                                           \
    X(PQfinish)                                                                                    \
    X(PQreset)                                                                                     \
    X(PQstatus)                                                                                    \
    X(PQerrorMessage)                                                                              \
    X(PQtransactionStatus)                                                                         \
    X(PQsetNoticeProcessor)                                                                        \
    X(PQexec)                                                                                      \
    X(PQprepare)                                                                                   \
    X(PQdescribePrepared)                                                                          \
    X(PQexecPrepared)                                                                              \
    X(PQresultStatus)                                                                              \
    X(PQresultErrorField)                                                                          \
    X(PQresultErrorMessage)                                                                        \
    X(PQntuples)                                                                                   \
    X(PQnfields)                                                                                   \
    X(PQftype)                                                                                     \
    X(PQnparams)                                                                                   \
    X(PQparamtype)                                                                                 \
    X(PQgetvalue)                                                                                  \
    X(PQgetlength)                                                                                 \
    X(PQgetisnull)                                                                                 \
    X(PQcmdStatus)                                                                                 \
    X(PQcmdTuples)                                                                                 \
    X(PQresultAlloc)                                                                               \
    X(PQclear)

typedef struct Libpq {
#define LIBPQ_MEMBER(name) __typeof__(&name) name;
    LIBPQ_FUNCTIONS(LIBPQ_MEMBER)
#undef LIBPQ_MEMBER
} Libpq;

/* UNAVAILABLE "db.open" when the library is not installed. */
MUST Err libpq_load(Cx *cx, Libpq *ret);

#endif
