/* Errors as the machine faces tell them: HTTP status and ProblemDetails (RFC 7807; ETSI GS CIM 009
 * V1.9.1, 5.5.2, 5.5.3, 6.3.2, 6.3.3). One table from an error's key, with its code as default. */
#ifndef HANSE_API_PROBLEM_H
#define HANSE_API_PROBLEM_H

#include "net/call.h"

typedef struct Problem {
    int status;
    Str type;  /* URI */
    Str title; /* English, the same for every occurrence */
} Problem;

Problem problem_of(const Error *error);
int problem_status(const Error *error);
/* Appends {"type","title","detail","status"}. */
void problem_put(Buf *buf, const Error *error);
/* Sets status, Content-Type and body. 411 and 415 have no body (6.3.4). */
void problem_encode(Call *call, const Error *error);

#endif
