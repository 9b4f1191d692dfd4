/* The client against a real mosquitto. What a broker cannot be made to do is in mqtt_peer_test.c.
 */
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/mqtt_link.h"
#include "net/mqtt_rig.h"

static const char OPEN_DOOR[] = "allow_anonymous true\n";

static RigOwner reader, writer;

static void messages_of_qos_0_and_1_arrive_in_both_versions(void **state)
{
    (void)state;
    Rig rig;
    RigBroker broker;
    rig_init(&rig);
    rig_broker_init(&broker, OPEN_DOOR);
    rig_broker_start(&broker);
    static const MqttVersion VERSIONS[] = {MQTT_3_1_1, MQTT_5};
    for (size_t i = 0; i < COUNT_OF(VERSIONS); i++) {
        MqttClientOptions o = rig_options(&rig, false, "127.0.0.1", broker.port, "reader");
        o.version = VERSIONS[i];
        reader.acks_at_once = true;
        rig_open_subscribed(&rig, &reader, &o, "city/+/temperature", 2);
        assert_int_equal(reader.up.version, VERSIONS[i]);
        o.client_id = S("writer");
        rig_open(&rig, &writer, &o);
        rig_publish(&rig, &writer, "city/1/temperature", "20.5", 0);
        rig_publish(&rig, &writer, "city/1/humidity", "40", 1);
        rig_publish(&rig, &writer, "city/2/temperature", "21.5", 1);
        rig_until(&rig, reader.seen_count == 2 && writer.published_count == 3);
        assert_string_equal(reader.seen[0].payload, "20.5");
        assert_int_equal(reader.seen[0].qos, 0);
        assert_int_equal(reader.seen[0].ack.seq, 0);
        assert_string_equal(reader.seen[1].topic, "city/2/temperature");
        assert_string_equal(reader.seen[1].payload, "21.5");
        assert_int_equal(reader.seen[1].qos, 1);
        assert_int_equal(mqtt_client_count_unacked(reader.client), 0);
        assert_int_equal(mqtt_client_count_queued(writer.client), 0);
        rig_stop(&rig, &reader);
        rig_stop(&rig, &writer);
    }
    rig_broker_done(&broker);
    rig_done(&rig);
}

static void many_messages_come_once_each_and_in_order(void **state)
{
    (void)state;
    Rig rig;
    RigBroker broker;
    rig_init(&rig);
    rig_broker_init(&broker, "allow_anonymous true\nmax_queued_messages 0\n");
    rig_broker_start(&broker);
    MqttClientOptions o = rig_options(&rig, false, "127.0.0.1", broker.port, "reader");
    reader.acks_at_once = true;
    rig_open_subscribed(&rig, &reader, &o, "n", 1);
    o.client_id = S("writer");
    rig_open(&rig, &writer, &o);
    for (int i = 0; i < RIG_SEEN_MAX; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        rig_publish(&rig, &writer, "n", text, 1);
    }
    rig_until(&rig, reader.seen_count == RIG_SEEN_MAX && writer.published_count == RIG_SEEN_MAX);
    for (int i = 0; i < RIG_SEEN_MAX; i++)
        assert_int_equal(strtol(reader.seen[i].payload, NULL, 10), i);
    rig_stop(&rig, &reader);
    rig_stop(&rig, &writer);
    rig_broker_done(&broker);
    rig_done(&rig);
}

/* ---- acknowledging late, or never ---- */

static void killer_message(void *user, const MqttMessage *message, MqttAck ack)
{
    (void)user, (void)message, (void)ack;
    kill(getpid(), SIGKILL);
}

static void killer_subscribed(void *user, Str filter, uint8_t reason)
{
    (void)filter, (void)reason;
    char ready = '!';
    if (write(*(int *)user, &ready, 1) != 1)
        _exit(1);
}

/* A process of its own, killed by the first message before it can acknowledge. */
static pid_t start_killer(uint16_t port, int ready_fd)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    Rig rig;
    rig_init(&rig);
    MqttClientOptions o = rig_options(&rig, false, "127.0.0.1", port, "reader");
    MqttClientEvents events = {
        .message = killer_message, .subscribed = killer_subscribed, .user = &ready_fd};
    MqttClient *client;
    if (mqtt_client_open(rig.cx, rig.loop, &o, &events, &client) != OK ||
        mqtt_client_subscribe(rig.cx, client, S("a"), 1) != OK)
        _exit(1);
    alarm(20);
    loop_run(rig.loop);
    _exit(1);
}

static void what_a_killed_process_did_not_acknowledge_comes_again_marked_dup(void **state)
{
    (void)state;
    Rig rig;
    RigBroker broker;
    rig_broker_init(&broker, OPEN_DOOR);
    rig_broker_start(&broker);
    int ready[2], status;
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t killer = start_killer(broker.port, ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    rig_init(&rig);
    MqttClientOptions o = rig_options(&rig, false, "127.0.0.1", broker.port, "writer");
    rig_open(&rig, &writer, &o);
    rig_publish(&rig, &writer, "a", "precious", 1);
    rig_until(&rig, writer.published_count == 1);
    assert_int_equal(waitpid(killer, &status, 0), killer);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

    o.client_id = S("reader");
    reader.acks_at_once = true;
    rig_open(&rig, &reader, &o);
    rig_until(&rig, reader.seen_count == 1);
    assert_true(reader.up.session_present);
    assert_string_equal(reader.seen[0].payload, "precious");
    assert_true(reader.seen[0].dup);
    rig_stop(&rig, &reader);

    /* Acknowledged now: it does not come a third time. */
    rig_open_subscribed(&rig, &reader, &o, "a", 1);
    rig_publish(&rig, &writer, "a", "last", 1);
    rig_until(&rig, reader.seen_count == 1);
    assert_string_equal(reader.seen[0].payload, "last");
    rig_stop(&rig, &reader);
    rig_stop(&rig, &writer);
    rig_broker_done(&broker);
    rig_done(&rig);
}

static void messages_wait_at_the_broker_while_we_are_away(void **state)
{
    (void)state;
    Rig rig;
    RigBroker broker;
    rig_init(&rig);
    rig_broker_init(&broker, OPEN_DOOR);
    rig_broker_start(&broker);
    MqttClientOptions o = rig_options(&rig, false, "127.0.0.1", broker.port, "reader");
    reader.acks_at_once = true;
    rig_open_subscribed(&rig, &reader, &o, "a", 1);
    rig_stop(&rig, &reader);
    o.client_id = S("writer");
    rig_open(&rig, &writer, &o);
    rig_publish(&rig, &writer, "a", "meanwhile", 1);
    rig_until(&rig, writer.published_count == 1);
    o.client_id = S("reader");
    rig_open(&rig, &reader, &o);
    rig_until(&rig, reader.seen_count == 1);
    assert_false(reader.seen[0].dup);

    /* And no longer once it was unsubscribed. */
    assert_ok(rig.cx, mqtt_client_unsubscribe(rig.cx, reader.client, S("a")));
    assert_ok(rig.cx, mqtt_client_subscribe(rig.cx, reader.client, S("b"), 0));
    rig_until(&rig, reader.answered == 0);
    rig_publish(&rig, &writer, "a", "unwanted", 1);
    rig_publish(&rig, &writer, "b", "wanted", 1);
    rig_until(&rig, reader.seen_count == 2);
    assert_string_equal(reader.seen[1].payload, "wanted");
    rig_stop(&rig, &reader);
    rig_stop(&rig, &writer);
    rig_broker_done(&broker);
    rig_done(&rig);
}

static void a_broker_that_restarts_is_found_again_and_goes_on_where_it_was(void **state)
{
    (void)state;
    Rig rig;
    RigBroker broker;
    rig_init(&rig);
    rig_broker_init(&broker, OPEN_DOOR);
    rig_broker_start(&broker);
    MqttClientOptions o = rig_options(&rig, false, "127.0.0.1", broker.port, "reader");
    reader.acks_at_once = false;
    rig_open_subscribed(&rig, &reader, &o, "a", 1);
    o.client_id = S("writer");
    rig_open(&rig, &writer, &o);
    rig_publish(&rig, &writer, "a", "before", 1);
    rig_until(&rig, reader.seen_count == 1 && writer.published_count == 1);
    MqttAck old = reader.seen[0].ack;

    rig_broker_stop(&broker, SIGTERM);
    rig_until(&rig, reader.dropped_count >= 4);
    assert_string_equal(reader.down_key, "mqtt.connect");
    assert_true(reader.down.attempt >= 3);
    assert_true(reader.down.retry_wait_us >= 100000); /* grown from 50 ms, and less half */
    rig_publish(&rig, &writer, "a", "during", 1);     /* waits in the queue */
    rig_broker_start(&broker);
    rig_until(&rig, reader.seen_count == 3 && writer.published_count == 2);
    assert_int_equal(reader.connected_count, 2);
    assert_true(reader.up.session_present);
    assert_string_equal(reader.seen[1].payload, "before");
    assert_true(reader.seen[1].dup);
    assert_string_equal(reader.seen[2].payload, "during");

    mqtt_client_ack(reader.client, old); /* of the connection that ended: nothing happens */
    assert_int_equal(mqtt_client_count_unacked(reader.client), 2);
    mqtt_client_ack(reader.client, reader.seen[1].ack);
    mqtt_client_ack(reader.client, reader.seen[2].ack);
    assert_int_equal(mqtt_client_count_unacked(reader.client), 0);
    rig_stop(&rig, &reader);
    rig_stop(&rig, &writer);
    rig_broker_done(&broker);
    rig_done(&rig);
}

static void a_broker_that_forgot_the_session_is_subscribed_to_again(void **state)
{
    (void)state;
    Rig rig;
    RigBroker broker;
    rig_init(&rig);
    rig_broker_init(&broker, OPEN_DOOR);
    rig_broker_start(&broker);
    MqttClientOptions o = rig_options(&rig, false, "127.0.0.1", broker.port, "reader");
    reader.acks_at_once = true;
    rig_open_subscribed(&rig, &reader, &o, "a", 1);
    reader.answered = -1;
    rig_broker_stop(&broker, SIGKILL); /* before it saves anything */
    rig_until(&rig, reader.dropped_count >= 1);
    rig_broker_start(&broker);
    rig_until(&rig, reader.answered == 1);
    assert_false(reader.up.session_present);
    rig_publish(&rig, &reader, "a", "to myself", 1);
    rig_until(&rig, reader.seen_count == 1);
    rig_stop(&rig, &reader);
    rig_broker_done(&broker);
    rig_done(&rig);
}

/* ---- who may come in ---- */

/* mosquitto's own format: PBKDF2-SHA512, 101 rounds, of "secret". */
static void write_password(const RigBroker *broker)
{
    static const unsigned char SALT[] = "twelve bytes";
    unsigned char hash[64], salt64[32], hash64[128];
    char line[256];
    assert_int_equal(PKCS5_PBKDF2_HMAC("secret", 6, SALT, 12, 101, EVP_sha512(), 64, hash), 1);
    EVP_EncodeBlock(salt64, SALT, 12);
    EVP_EncodeBlock(hash64, hash, 64);
    snprintf(line, sizeof line, "city:$7$101$%s$%s\n", (char *)salt64, (char *)hash64);
    rig_broker_file(broker, "passwords", line);
}

static void a_wrong_password_is_told_and_tried_again_slowly(void **state)
{
    (void)state;
    Rig rig;
    RigBroker broker;
    rig_init(&rig);
    rig_broker_init(&broker, "allow_anonymous false\npassword_file %D/passwords\n");
    write_password(&broker);
    rig_broker_start(&broker);
    static const MqttVersion VERSIONS[] = {MQTT_3_1_1, MQTT_5};
    for (size_t i = 0; i < COUNT_OF(VERSIONS); i++) {
        MqttClientOptions o = rig_options(&rig, false, "127.0.0.1", broker.port, "reader");
        o.version = VERSIONS[i];
        o.user = S("city");
        o.password = S("secret");
        rig_open_subscribed(&rig, &reader, &o, "a", 1);
        assert_int_equal(reader.dropped_count, 0);
        rig_stop(&rig, &reader);

        o.password = S("guess");
        o.retry_max_us = INT64_C(60000000);
        rig_open(&rig, &reader, &o);
        rig_until(&rig, reader.dropped_count == 1);
        assert_string_equal(reader.down_key, "mqtt.refused");
        assert_int_equal(reader.down.code, ERR_DENIED);
        assert_non_null(strstr(reader.down_detail, "Not authorized"));
        assert_true(reader.down.retry_wait_us >= INT64_C(30000000));
        assert_null(strstr(reader.down_detail, "guess"));
        rig_stop(&rig, &reader);
    }
    rig_broker_done(&broker);
    rig_done(&rig);
}

/* A key and a certificate, signed by the issuer, or by itself where there is none. */
static void make_certificate(const RigBroker *broker, const char *name, const char *alt,
                             X509 *issuer, EVP_PKEY *issuer_key, X509 **ret, EVP_PKEY **ret_key)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    assert_true(key && cert);
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), issuer ? 2 : 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(issuer ? issuer : cert));
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer ? issuer : cert, cert, NULL, NULL, 0);
    int nid = alt ? NID_subject_alt_name : NID_basic_constraints;
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, alt ? alt : "critical,CA:TRUE");
    assert_non_null(ext);
    X509_add_ext(cert, ext, -1);
    X509_EXTENSION_free(ext);
    assert_true(X509_sign(cert, issuer_key ? issuer_key : key, EVP_sha256()) > 0);
    char path[160];
    snprintf(path, sizeof path, "%s/%s.crt", broker->dir, name);
    FILE *file = fopen(path, "we");
    assert_true(file && PEM_write_X509(file, cert) && fclose(file) == 0);
    snprintf(path, sizeof path, "%s/%s.key", broker->dir, name);
    file = fopen(path, "we");
    assert_true(file && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) &&
                fclose(file) == 0);
    *ret = cert;
    *ret_key = key;
}

/* Three pairs of files: ca and broker under it, and other, which signed nothing. */
static void make_certificates(const RigBroker *broker, const char *alt)
{
    X509 *ca, *cert, *other;
    EVP_PKEY *ca_key, *key, *other_key;
    make_certificate(broker, "ca", NULL, NULL, NULL, &ca, &ca_key);
    make_certificate(broker, "broker", alt, ca, ca_key, &cert, &key);
    make_certificate(broker, "other", NULL, NULL, NULL, &other, &other_key);
    X509_free(ca), X509_free(cert), X509_free(other);
    EVP_PKEY_free(ca_key), EVP_PKEY_free(key), EVP_PKEY_free(other_key);
}

static const char TLS_DOOR[] = "allow_anonymous true\ncafile %D/ca.crt\ncertfile %D/broker.crt\n"
                               "keyfile %D/broker.key\n";

static void tls_is_verified_and_carries_messages(void **state)
{
    (void)state;
    Rig rig;
    RigBroker broker;
    rig_init(&rig);
    rig_broker_init(&broker, TLS_DOOR);
    make_certificates(&broker, "DNS:localhost,IP:127.0.0.1");
    rig_broker_start(&broker);
    char ca[160];
    snprintf(ca, sizeof ca, "%s/ca.crt", broker.dir);
    static const char *const HOSTS[] = {"localhost", "127.0.0.1"};
    static char large[200000];
    memset(large, 'x', sizeof large);
    for (size_t i = 0; i < COUNT_OF(HOSTS); i++) {
        MqttClientOptions o = rig_options(&rig, true, HOSTS[i], broker.port, "reader");
        o.ca_file = ca;
        reader.acks_at_once = true;
        rig_open_subscribed(&rig, &reader, &o, "a", 1);
        rig_publish(&rig, &reader, "a", "secretly", 1);
        MqttPublish m = {.topic = S("a"), .payload = {large, sizeof large}, .qos = 1};
        assert_ok(rig.cx, mqtt_client_publish(rig.cx, reader.client, &m, (Str){0}, 1));
        rig_until(&rig, reader.seen_count == 2 && reader.published_count == 2);
        assert_string_equal(reader.seen[0].payload, "secretly");
        assert_int_equal(reader.seen[1].payload_bytes, sizeof large);
        rig_stop(&rig, &reader);
    }
    rig_broker_done(&broker);
    rig_done(&rig);
}

static void refused_certificate(Rig *rig, const RigBroker *broker, const char *ca_name,
                                const char *words)
{
    char ca[160];
    snprintf(ca, sizeof ca, "%s/%s", broker->dir, ca_name);
    MqttClientOptions o = rig_options(rig, true, "127.0.0.1", broker->port, "reader");
    o.ca_file = ca;
    o.user = S("city");
    o.password = S("not to be sent");
    o.retry_max_us = INT64_C(60000000);
    rig_open(rig, &reader, &o);
    rig_until(rig, reader.dropped_count == 1);
    assert_int_equal(reader.connected_count, 0);
    assert_string_equal(reader.down_key, "mqtt.tls_certificate");
    assert_int_equal(reader.down.code, ERR_DENIED);
    if (!strstr(reader.down_detail, words))
        fprintf(stderr, "# %s\n", reader.down_detail);
    assert_non_null(strstr(reader.down_detail, words));
    assert_true(reader.down.retry_wait_us >= INT64_C(30000000));
    rig_stop(rig, &reader);
}

static void a_certificate_of_another_authority_or_name_is_refused(void **state)
{
    (void)state;
    Rig rig;
    RigBroker broker;
    rig_init(&rig);
    rig_broker_init(&broker, TLS_DOOR);
    make_certificates(&broker, "DNS:localhost");
    rig_broker_start(&broker);
    refused_certificate(&rig, &broker, "other.crt", "certificate");
    refused_certificate(&rig, &broker, "ca.crt", "IP address mismatch");
    MqttClientOptions o = rig_options(&rig, true, "127.0.0.1", broker.port, "reader");
    char none[160];
    snprintf(none, sizeof none, "%s/none.crt", broker.dir);
    o.ca_file = none;
    MqttClientEvents events = {0};
    MqttClient *client;
    assert_err(rig.cx, ERR_INVALID, "mqtt.ca_file",
               mqtt_client_open(rig.cx, rig.loop, &o, &events, &client));
    rig_broker_done(&broker);
    rig_done(&rig);
}

/* ---- limits ---- */

static void a_packet_beyond_the_limit_ends_the_connection(void **state)
{
    (void)state;
    Rig rig;
    RigBroker broker;
    rig_init(&rig);
    rig_broker_init(&broker, OPEN_DOOR);
    rig_broker_start(&broker);
    MqttClientOptions o = rig_options(&rig, false, "127.0.0.1", broker.port, "writer");
    rig_open(&rig, &writer, &o);
    o.client_id = S("reader");
    o.version = MQTT_3_1_1; /* 5.0 tells the broker, which then keeps it back */
    o.packet_max = 1000;
    reader.acks_at_once = true;
    rig_open_subscribed(&rig, &reader, &o, "a", 0);
    static char large[2000];
    memset(large, 'x', sizeof large);
    MqttPublish m = {.topic = S("a"), .payload = {large, sizeof large}, .qos = 0};
    assert_ok(rig.cx, mqtt_client_publish(rig.cx, writer.client, &m, (Str){0}, 1));
    rig_until(&rig, reader.dropped_count == 1);
    assert_string_equal(reader.down_key, "mqtt.packet_size");
    rig_until(&rig, reader.connected_count == 2);
    rig_publish(&rig, &writer, "a", "small", 0);
    rig_until(&rig, reader.seen_count == 1);
    assert_string_equal(reader.seen[0].payload, "small");
    assert_err(rig.cx, ERR_LIMIT, "mqtt.packet_size",
               mqtt_client_publish(rig.cx, reader.client, &m, (Str){0}, 1));
    rig_stop(&rig, &reader);
    rig_stop(&rig, &writer);
    rig_broker_done(&broker);
    rig_done(&rig);
}

static void the_queue_is_bounded_and_keeps_its_order(void **state)
{
    (void)state;
    Rig rig;
    RigBroker broker;
    rig_init(&rig);
    rig_broker_init(&broker, OPEN_DOOR);
    MqttClientOptions o = rig_options(&rig, false, "127.0.0.1", broker.port, "writer");
    o.queue_max = 3;
    rig_open(&rig, &writer, &o);
    rig_publish(&rig, &writer, "a", "1", 1);
    rig_publish(&rig, &writer, "a", "2", 0);
    rig_publish(&rig, &writer, "a", "3", 1);
    MqttPublish m = {.topic = S("a"), .payload = S("4")};
    assert_err(rig.cx, ERR_LIMIT, "mqtt.queue",
               mqtt_client_publish(rig.cx, writer.client, &m, (Str){0}, 0));
    assert_int_equal(mqtt_client_count_queued(writer.client), 3);
    m.topic = S("a/#");
    assert_err(rig.cx, ERR_INVALID, "mqtt.topic",
               mqtt_client_publish(rig.cx, writer.client, &m, (Str){0}, 0));
    rig_until(&rig, writer.dropped_count >= 1);
    assert_string_equal(writer.down_key, "mqtt.connect");

    assert_ok(rig.cx, mqtt_client_subscribe(rig.cx, writer.client, S("a"), 1));
    writer.acks_at_once = true;
    rig_broker_start(&broker);
    rig_until(&rig, writer.published_count == 3 && writer.seen_count == 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(strtol(writer.seen[i].payload, NULL, 10), i + 1);
    rig_stop(&rig, &writer);
    rig_broker_done(&broker);
    rig_done(&rig);
}

static void addresses_of_brokers_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *host; /* NULL: refused */
        uint16_t port;
        bool tls;
    } ROWS[] = {
        {"mqtt://broker.example", "broker.example", 1883, false},
        {"mqtts://broker.example", "broker.example", 8883, true},
        {"mqtt://10.0.0.1:2000", "10.0.0.1", 2000, false},
        {"mqtts://[::1]:65535", "::1", 65535, true},
        {"mqtt://[::1]", "::1", 1883, false},
        {"mqtt://", NULL, 0, false},
        {"http://broker.example", NULL, 0, false},
        {"broker.example", NULL, 0, false},
        {"mqtt://a:0", NULL, 0, false},
        {"mqtt://a:65536", NULL, 0, false},
        {"mqtt://a:", NULL, 0, false},
        {"mqtt://a:-1", NULL, 0, false},
        {"mqtt://a/path", NULL, 0, false},
        {"mqtt://user:secret@a", NULL, 0, false},
        {"mqtt://a b", NULL, 0, false},
        {"mqtt://::1", NULL, 0, false},
        {"mqtt://[::1]x", NULL, 0, false},
        {"mqtt://[::1", NULL, 0, false},
    };
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        MqttUrl url;
        Err err = mqtt_url_parse(cx, str_from(ROWS[i].url), &url);
        if ((err == OK) != (ROWS[i].host != NULL))
            fprintf(stderr, "# %s\n", ROWS[i].url);
        assert_int_equal(err, ROWS[i].host ? OK : ERR_INVALID);
        if (err)
            continue;
        assert_str_equal(str_from(ROWS[i].host), url.host);
        assert_int_equal(url.port, ROWS[i].port);
        assert_int_equal(url.tls, ROWS[i].tls);
    }
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* first: it forks, and no thread of the resolver must run then */
        cmocka_unit_test(what_a_killed_process_did_not_acknowledge_comes_again_marked_dup),
        cmocka_unit_test(messages_of_qos_0_and_1_arrive_in_both_versions),
        cmocka_unit_test(many_messages_come_once_each_and_in_order),
        cmocka_unit_test(messages_wait_at_the_broker_while_we_are_away),
        cmocka_unit_test(a_broker_that_restarts_is_found_again_and_goes_on_where_it_was),
        cmocka_unit_test(a_broker_that_forgot_the_session_is_subscribed_to_again),
        cmocka_unit_test(a_wrong_password_is_told_and_tried_again_slowly),
        cmocka_unit_test(tls_is_verified_and_carries_messages),
        cmocka_unit_test(a_certificate_of_another_authority_or_name_is_refused),
        cmocka_unit_test(a_packet_beyond_the_limit_ends_the_connection),
        cmocka_unit_test(the_queue_is_bounded_and_keeps_its_order),
        cmocka_unit_test(addresses_of_brokers_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
