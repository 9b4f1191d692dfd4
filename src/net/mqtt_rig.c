#include "net/mqtt_rig.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_tick(uv_timer_t *timer)
{
    (void)timer;
}

void rig_init(Rig *rig)
{
    rig->cx = test_cx_init(&rig->t);
    assert_ok(rig->cx, loop_open(rig->cx, &rig->loop));
    uv_timer_init(loop_uv(rig->loop), &rig->tick);
    uv_timer_start(&rig->tick, on_tick, 5, 5);
}

void rig_done(Rig *rig)
{
    uv_close((uv_handle_t *)&rig->tick, NULL);
    loop_close(rig->loop);
    test_cx_done(&rig->t);
}

bool rig_turn(Rig *rig, uint64_t *start_ms, uint64_t limit_ms)
{
    uv_loop_t *uv = loop_uv(rig->loop);
    uv_run(uv, UV_RUN_ONCE);
    if (*start_ms == 0)
        *start_ms = uv_now(uv);
    return uv_now(uv) - *start_ms < limit_ms;
}

void rig_pass(Rig *rig, uint64_t wait_ms)
{
    uint64_t start_ms = 0;
    while (rig_turn(rig, &start_ms, wait_ms))
        ;
}

/* ---- the owner ---- */

static void on_message(void *user, const MqttMessage *m, MqttAck ack)
{
    RigOwner *o = user;
    assert_true(o->seen_count < RIG_SEEN_MAX);
    RigSeen *seen = &o->seen[o->seen_count++];
    snprintf(seen->topic, sizeof seen->topic, "%.*s", SARG(m->topic));
    snprintf(seen->payload, sizeof seen->payload, "%.*s", SARG(str_slice(m->payload, 0, 60)));
    seen->payload_bytes = m->payload.n;
    seen->qos = m->qos;
    seen->dup = m->dup;
    seen->retain = m->retain;
    seen->ack = ack;
    if (o->acks_at_once)
        mqtt_client_ack(o->client, ack);
}

static void on_status(void *user, const MqttStatus *status)
{
    RigOwner *o = user;
    if (status->connected) {
        o->connected_count++;
        o->up = *status;
        return;
    }
    o->dropped_count++;
    o->down = *status;
    snprintf(o->down_key, sizeof o->down_key, "%s", status->key);
    snprintf(o->down_detail, sizeof o->down_detail, "%.*s", SARG(status->detail));
}

static void on_subscribed(void *user, Str filter, uint8_t reason)
{
    RigOwner *o = user;
    snprintf(o->answered_filter, sizeof o->answered_filter, "%.*s", SARG(filter));
    o->answered = reason;
}

static void on_published(void *user, uint64_t tag, Err code, uint8_t reason)
{
    RigOwner *o = user;
    o->published_tag = tag;
    if (code == OK) {
        o->published_count++;
    } else {
        o->refused_count++;
        o->refused_reason = reason;
    }
}

static void on_done(void *user)
{
    RigOwner *o = user;
    o->done = true;
    o->client = NULL;
}

MqttClientOptions rig_options(Rig *rig, bool tls, const char *host, uint16_t port,
                              const char *client_id)
{
    MqttClientOptions options = mqtt_client_options_default();
    options.url = arena_fmt(&rig->t.arena, "mqtt%s://%s:%u", tls ? "s" : "", host, port);
    options.client_id = str_from(client_id);
    options.retry_min_us = 50000;
    options.retry_max_us = 400000;
    return options;
}

void rig_open(Rig *rig, RigOwner *owner, const MqttClientOptions *options)
{
    bool acks_at_once = owner->acks_at_once;
    *owner = (RigOwner){.answered = -1, .acks_at_once = acks_at_once};
    MqttClientEvents events = {.message = on_message,
                               .status = on_status,
                               .subscribed = on_subscribed,
                               .published = on_published,
                               .user = owner};
    assert_ok(rig->cx, mqtt_client_open(rig->cx, rig->loop, options, &events, &owner->client));
}

void rig_open_subscribed(Rig *rig, RigOwner *owner, const MqttClientOptions *options,
                         const char *filter, uint8_t qos)
{
    rig_open(rig, owner, options);
    assert_ok(rig->cx, mqtt_client_subscribe(rig->cx, owner->client, str_from(filter), qos));
    rig_until(rig, owner->answered >= 0);
    assert_int_equal(owner->answered, qos);
}

void rig_publish(Rig *rig, RigOwner *owner, const char *topic, const char *payload, uint8_t qos)
{
    MqttPublish message = {.topic = str_from(topic), .payload = str_from(payload), .qos = qos};
    assert_ok(rig->cx, mqtt_client_publish(rig->cx, owner->client, &message, (Str){0}, 0));
}

void rig_stop(Rig *rig, RigOwner *owner)
{
    mqtt_client_stop(owner->client, on_done, owner);
    rig_until(rig, owner->done);
}

/* ---- the broker ---- */

static int bind_loopback(uint16_t port, uint16_t *ret_port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t bytes = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, bytes), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &bytes), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

uint16_t rig_free_port(void)
{
    uint16_t port;
    close(bind_loopback(0, &port));
    return port;
}

void rig_broker_file(const RigBroker *broker, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", broker->dir, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    for (const char *p = text; *p; p++)
        if (p[0] == '%' && p[1] == 'D' && p++)
            fputs(broker->dir, file);
        else
            fputc(*p, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0600), 0);
}

void rig_broker_init(RigBroker *broker, const char *extra)
{
    *broker = (RigBroker){.port = rig_free_port()};
    snprintf(broker->dir, sizeof broker->dir, "%s/hanse-mqtt-XXXXXX", P_tmpdir);
    assert_non_null(mkdtemp(broker->dir));
    const struct passwd *self = getpwuid(geteuid());
    char conf[2048];
    snprintf(conf, sizeof conf,
             "user %s\nlistener %u 127.0.0.1\nlog_dest file %%D/log\n"
             "persistence true\npersistence_location %%D/\n%s",
             self ? self->pw_name : "root", broker->port, extra);
    rig_broker_file(broker, "conf", conf);
}

static bool answers(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool ok = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return ok;
}

void rig_broker_start(RigBroker *broker)
{
    char conf[160];
    snprintf(conf, sizeof conf, "%s/conf", broker->dir);
    broker->pid = fork();
    assert_true(broker->pid >= 0);
    if (broker->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that crashes leaves no broker behind */
        execlp("mosquitto", "mosquitto", "-c", conf, (char *)NULL);
        execl("/usr/sbin/mosquitto", "mosquitto", "-c", conf, (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 1000 && !answers(broker->port); i++) {
        assert_int_equal(waitpid(broker->pid, NULL, WNOHANG), 0);
        usleep(10000);
    }
    assert_true(answers(broker->port));
}

void rig_broker_stop(RigBroker *broker, int signal)
{
    if (broker->pid <= 0)
        return;
    kill(broker->pid, signal);
    waitpid(broker->pid, NULL, 0);
    broker->pid = 0;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *ftw)
{
    (void)info, (void)kind, (void)ftw;
    return remove(path);
}

void rig_broker_done(RigBroker *broker)
{
    rig_broker_stop(broker, SIGTERM);
    nftw(broker->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
