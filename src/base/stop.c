#include "base/stop.h"

#include <errno.h>
#include <time.h>

void stop_init(Stop *stop)
{
    pthread_condattr_t how;
    *stop = (Stop){.asked = false};
    pthread_mutex_init(&stop->mutex, NULL);
    pthread_condattr_init(&how);
    pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
    pthread_cond_init(&stop->wake, &how);
    pthread_condattr_destroy(&how);
}

void stop_done(Stop *stop)
{
    pthread_cond_destroy(&stop->wake);
    pthread_mutex_destroy(&stop->mutex);
}

void stop_ask(Stop *stop)
{
    pthread_mutex_lock(&stop->mutex);
    stop->asked = true;
    pthread_cond_broadcast(&stop->wake);
    pthread_mutex_unlock(&stop->mutex);
}

bool stop_is_asked(Stop *stop)
{
    return !stop_rest(stop, 0);
}

static struct timespec time_in(int64_t us)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(us / 1000000);
    until.tv_nsec += (long)(us % 1000000) * 1000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return until;
}

bool stop_rest(Stop *stop, int64_t us)
{
    struct timespec until = time_in(MAX(us, 0));
    int waited = us > 0 ? 0 : ETIMEDOUT;
    pthread_mutex_lock(&stop->mutex);
    while (!stop->asked && waited == 0)
        waited = pthread_cond_timedwait(&stop->wake, &stop->mutex, &until);
    bool goes_on = !stop->asked;
    pthread_mutex_unlock(&stop->mutex);
    return goes_on;
}
