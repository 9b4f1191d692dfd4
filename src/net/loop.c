#include "net/loop.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <uv.h>

/* Messages are pushed onto a stack by compare-and-swap, and taken from it all at once; the batch
 * is turned round before it runs, which restores each sender's order. There is no ABA problem,
 * since nobody pops a single message. */
struct Loop {
    uv_loop_t uv;
    uv_async_t async;
    uv_prepare_t prepare;
    void (*rest)(void *user);
    void *rest_user;
    _Atomic(LoopMessage *) posted; /* newest first */
    atomic_bool stop;
};

static void run_posted(Loop *loop)
{
    LoopMessage *newest = atomic_exchange_explicit(&loop->posted, NULL, memory_order_acquire);
    LoopMessage *oldest = NULL;
    while (newest) {
        LoopMessage *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest) {
        LoopMessage *message = oldest;
        oldest = message->next; /* run may free the message or post it again */
        message->run(message);
    }
}

static void on_async(uv_async_t *async)
{
    Loop *loop = async->data;
    run_posted(loop);
    if (atomic_load(&loop->stop))
        uv_stop(&loop->uv);
}

static void ignore_sigpipe(void)
{
    struct sigaction now;
    if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
        signal(SIGPIPE, SIG_IGN);
}

Err loop_open(Cx *cx, Loop **ret)
{
    ignore_sigpipe();
    Loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        abort();
    int rc = uv_loop_init(&loop->uv);
    if (rc != 0) {
        free(loop);
        return fail(cx, ERR_UNAVAILABLE, "loop.open",
                    "cannot make an event loop: %s; raise the "
                    "limit of open files",
                    uv_strerror(rc));
    }
    rc = uv_async_init(&loop->uv, &loop->async, on_async);
    if (rc != 0) {
        uv_loop_close(&loop->uv);
        free(loop);
        return fail(cx, ERR_UNAVAILABLE, "loop.open",
                    "cannot make an event loop's wake-up: %s; "
                    "raise the limit of open files",
                    uv_strerror(rc));
    }
    loop->async.data = loop;
    loop->uv.data = loop;
    uv_prepare_init(&loop->uv, &loop->prepare); /* never fails */
    loop->prepare.data = loop;
    *ret = loop;
    return OK;
}

void loop_run(Loop *loop)
{
    while (!atomic_load(&loop->stop))
        uv_run(&loop->uv, UV_RUN_DEFAULT);
    atomic_store(&loop->stop, false);
}

void loop_stop(Loop *loop)
{
    atomic_store(&loop->stop, true);
    uv_async_send(&loop->async);
}

void loop_settle(Loop *loop)
{
    run_posted(loop);
}

/* How often loop_close lets closing handles finish; each needs one or two turns. */
enum { CLOSE_TURNS_MAX = 1000 };

void loop_close(Loop *loop)
{
    run_posted(loop);
    uv_close((uv_handle_t *)&loop->async, NULL);
    uv_close((uv_handle_t *)&loop->prepare, NULL);
    int rc = UV_EBUSY;
    for (int i = 0; i < CLOSE_TURNS_MAX && rc == UV_EBUSY; i++) {
        uv_run(&loop->uv, UV_RUN_NOWAIT);
        rc = uv_loop_close(&loop->uv);
    }
    ASSERT(rc == 0 && "a handle of the loop was not closed before loop_close");
    free(loop);
}

void loop_post(Loop *loop, LoopMessage *message)
{
    LoopMessage *head = atomic_load_explicit(&loop->posted, memory_order_relaxed);
    do
        message->next = head;
    while (!atomic_compare_exchange_weak_explicit(&loop->posted, &head, message,
                                                  memory_order_release, memory_order_relaxed));
    /* Whoever found messages waiting leaves the waking to the one who put the first there. */
    if (!head)
        uv_async_send(&loop->async);
}

static void on_prepare(uv_prepare_t *prepare)
{
    Loop *loop = prepare->data;
    loop->rest(loop->rest_user);
}

void loop_on_rest(Loop *loop, void (*rest)(void *user), void *user)
{
    loop->rest = rest;
    loop->rest_user = user;
    uv_prepare_start(&loop->prepare, on_prepare);
    uv_unref((uv_handle_t *)&loop->prepare);
}

struct uv_loop_s *loop_uv(Loop *loop)
{
    return &loop->uv;
}
