#include "base/test.h"

#include "net/loop.h"

#include <pthread.h>
#include <stdlib.h>

#include <uv.h>

enum { SENDERS = 4, MESSAGES = 50000 };

typedef struct Message {
    LoopMessage base;
    int sender, number;
    struct Meeting *meeting;
} Message;

typedef struct Meeting {
    Loop *loop;
    Message *messages; /* of all senders */
    int next[SENDERS];
    int arrived, disordered;
} Meeting;

typedef struct Sender {
    Meeting *meeting;
    int number;
} Sender;

static void on_message(LoopMessage *base)
{
    Message *message = (Message *)base;
    Meeting *meeting = message->meeting;
    meeting->disordered += message->number != meeting->next[message->sender];
    meeting->next[message->sender] = message->number + 1;
    if (++meeting->arrived == SENDERS * MESSAGES)
        loop_stop(meeting->loop);
}

static void *send_messages(void *user)
{
    const Sender *sender = user;
    for (int i = 0; i < MESSAGES; i++) {
        Message *message = &sender->meeting->messages[sender->number * MESSAGES + i];
        *message = (Message){{NULL, on_message}, sender->number, i, sender->meeting};
        loop_post(sender->meeting->loop, &message->base);
    }
    return NULL;
}

static void messages_of_each_thread_arrive_in_order(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Meeting meeting = {.messages = calloc(SENDERS * MESSAGES, sizeof(Message))};
    pthread_t threads[SENDERS];
    Sender senders[SENDERS];
    assert_non_null(meeting.messages);
    assert_ok(cx, loop_open(cx, &meeting.loop));
    for (int i = 0; i < SENDERS; i++) {
        senders[i] = (Sender){&meeting, i};
        assert_int_equal(pthread_create(&threads[i], NULL, send_messages, &senders[i]), 0);
    }
    loop_run(meeting.loop);
    for (int i = 0; i < SENDERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(meeting.arrived, SENDERS * MESSAGES);
    assert_int_equal(meeting.disordered, 0);
    loop_close(meeting.loop);
    free(meeting.messages);
    test_cx_done(&t);
}

typedef struct Echo {
    LoopMessage base;
    Loop *loop;
    int left;
} Echo;

static void post_again(LoopMessage *base)
{
    Echo *echo = (Echo *)base;
    if (--echo->left > 0)
        loop_post(echo->loop, base);
    else
        loop_stop(echo->loop);
}

static void a_message_may_be_posted_again_while_it_runs(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Echo echo = {.base.run = post_again, .left = 1000};
    assert_ok(cx, loop_open(cx, &echo.loop));
    loop_post(echo.loop, &echo.base);
    loop_run(echo.loop);
    assert_int_equal(echo.left, 0);
    loop_close(echo.loop);
    test_cx_done(&t);
}

static void a_stop_before_the_run_counts(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Loop *loop;
    assert_ok(cx, loop_open(cx, &loop));
    loop_stop(loop);
    loop_run(loop); /* would never return */
    loop_close(loop);
    test_cx_done(&t);
}

static void closing_runs_what_was_posted(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Echo echo = {.base.run = post_again, .left = 1};
    assert_ok(cx, loop_open(cx, &echo.loop));
    loop_post(echo.loop, &echo.base);
    loop_close(echo.loop);
    assert_int_equal(echo.left, 0);
    test_cx_done(&t);
}

typedef struct Turns {
    LoopMessage base;
    Loop *loop;
    int left, since_rest, rests;
} Turns;

static void on_turn(LoopMessage *base)
{
    Turns *turns = (Turns *)base;
    turns->since_rest++;
    if (turns->left-- > 0)
        loop_post(turns->loop, base);
    else
        loop_stop(turns->loop);
}

static void on_rest(void *user)
{
    Turns *turns = user;
    turns->rests++;
    turns->since_rest = 0;
}

static void the_loop_tells_before_it_waits(void **state)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    (void)state;
    Turns turns = {.base.run = on_turn, .left = 100};
    assert_ok(cx, loop_open(cx, &turns.loop));
    loop_on_rest(turns.loop, on_rest, &turns);
    loop_post(turns.loop, &turns.base);
    loop_run(turns.loop);
    assert_true(turns.rests >= 100);
    assert_int_equal(turns.since_rest, 1); /* of the last turn, after which it did not wait */
    loop_close(turns.loop);
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_of_each_thread_arrive_in_order),
        cmocka_unit_test(a_message_may_be_posted_again_while_it_runs),
        cmocka_unit_test(a_stop_before_the_run_counts),
        cmocka_unit_test(closing_runs_what_was_posted),
        cmocka_unit_test(the_loop_tells_before_it_waits),
    };
    return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
