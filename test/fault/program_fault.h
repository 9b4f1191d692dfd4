/* For tests only: a server that may lose its power, clients that write to it, and what they were
 * promised.
 *
 * Each lane is a keep-alive connection that works through steps 1, 2, 3 ..., one at a time. Steps
 * of all lanes are in flight at once, so that the server commits them in groups. After a fault and
 * a new start, promises_check compares the server's answers with what each step was answered. */
#ifndef HANSE_TEST_FAULT_PROGRAM_FAULT_H
#define HANSE_TEST_FAULT_PROGRAM_FAULT_H

#include "../program/program.h"

enum { LANES = 4, STEPS_MAX = 8192, BATCH = 3, CUT_STATUS = 137 };

/* UNKNOWN: sent, but the connection ended before the answer. */
typedef enum StepState { STEP_UNSENT, STEP_UNKNOWN, STEP_STORED, STEP_REFUSED } StepState;

typedef struct Lane {
    Client client;
    int steps; /* the last one sent */
    uint8_t state[STEPS_MAX];
} Lane;

typedef struct Promises {
    Lane lanes[LANES];
    int refused;
    Answer refusal;          /* the last one */
    bool no_unknown_refusal; /* a refused step must not be in the store either */
} Promises;

void promises_init(Promises *promises);
/* Connects all lanes to the server that runs now. False where that is not possible. */
bool promises_connect(City *city, Promises *promises);
void promises_disconnect(Promises *promises);
/* Sends the next step on every lane, calls between (where it is not NULL), and waits for the
 * answers. False when a connection ended. Another answer than stored or UNAVAILABLE fails the
 * test. */
bool promises_round(City *city, Promises *promises, void (*between)(City *city));
int promises_stored(const Promises *promises);
/* How many stored steps the running server does not know any more; the first is printed. Half a
 * batch, a value that was never sent, and a current value that is not the newest fail the test. */
int promises_check(City *city, const Promises *promises);

/* As city_serve_args, under libcut.so with this control text. False when the server ended before
 * it had started. */
bool cut_serve(City *city, const char *control, const char *const *options);
/* A first start, so that what is counted later is none of the schema's. */
void store_make(City *city);
/* Fails the test unless SQLite finds the store whole. Nobody may have it open. */
void store_check(City *city);
/* 1 usually, times in ./check --long. */
int counts_factor(int times);

/* Runs this program again with these arguments, at most two at a time, and counts the exit codes;
 * a power cut takes a process of its own, and a failed assertion ends it. */
typedef struct Points {
    const char *self;
    int running, counts[256];
} Points;
void points_start(Points *points, const char *const *arguments);
void points_wait(Points *points);

#endif
