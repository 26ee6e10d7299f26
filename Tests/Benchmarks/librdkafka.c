// SPDX-License-Identifier: Apache-2.0
//
// A load of librdkafka's on a broker, and what it sees.
//
//   librdkafka produce BROKERS TOPIC RECORDS SIZE     seconds until all are acknowledged (acks=all)
//   librdkafka consume BROKERS TOPIC RECORDS          seconds until all have come, from the beginning
//   librdkafka latency BROKERS TOPIC RECORDS RATE     milliseconds from produce to consume: median and 99th percentile
//   librdkafka relay RECORDS RATE                     the same of threads that only hand the record on, without Kafka
#include <arpa/inet.h>
#include <librdkafka/rdkafka.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what) {
    fprintf(stderr, "librdkafka: %s\n", what);
    exit(1);
}

static long failed;

static void delivered(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
    (void)client, (void)opaque;
    if (message->err) failed++;
}

static rd_kafka_t *client(rd_kafka_type_t type, const char *brokers, const char **settings) {
    char error[512];
    rd_kafka_conf_t *configuration = rd_kafka_conf_new();
    rd_kafka_conf_set(configuration, "bootstrap.servers", brokers, error, sizeof error);
    for (; *settings; settings += 2)
        if (rd_kafka_conf_set(configuration, settings[0], settings[1], error, sizeof error)) die(error);
    if (type == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(configuration, delivered);
    rd_kafka_t *made = rd_kafka_new(type, configuration, error, sizeof error);
    if (!made) die(error);
    return made;
}

static void send_one(rd_kafka_t *producer, rd_kafka_topic_t *topic, void *bytes, size_t size) {
    while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, bytes, size, NULL, 0, NULL))
        rd_kafka_poll(producer, 10);
}

static void produce(const char *brokers, const char *name, long count, size_t size) {
    const char *settings[] = {"acks", "all", "linger.ms", "5", "queue.buffering.max.messages", "1000000",
                              "batch.num.messages", "100000", "batch.size", "1000000", NULL};
    rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, brokers, settings);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, name, NULL);
    char *bytes = malloc(size);
    memset(bytes, 'x', size);
    double start = now();
    for (long n = 0; n < count; n++) {
        send_one(producer, topic, bytes, size);
        if (n % 1000 == 0) rd_kafka_poll(producer, 0);
    }
    if (rd_kafka_flush(producer, 120000) || failed) die("not all records were delivered");
    printf("%f\n", now() - start);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
}

static rd_kafka_t *reader(const char *brokers, const char *name, int64_t offset) {
    const char *settings[] = {"group.id", "bench", "enable.auto.commit", "false", "fetch.wait.max.ms", "500",
                              "queued.min.messages", "1000000", NULL};
    rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, brokers, settings);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, name, 0)->offset = offset;
    if (rd_kafka_assign(consumer, list)) die("the partition can't be assigned");
    rd_kafka_topic_partition_list_destroy(list);
    return consumer;
}

static void consume(const char *brokers, const char *name, long count) {
    rd_kafka_t *consumer = reader(brokers, name, RD_KAFKA_OFFSET_BEGINNING);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    rd_kafka_message_t *messages[10000];
    double start = now(), last = start;
    for (long seen = 0; seen < count;) {
        ssize_t got = rd_kafka_consume_batch_queue(queue, 1000, messages, 10000);
        for (ssize_t n = 0; n < got; n++) {
            if (!messages[n]->err) seen++;
            rd_kafka_message_destroy(messages[n]);
        }
        if (got > 0) last = now();
        if (now() - last > 30) die("no records for 30 seconds");
    }
    printf("%f\n", now() - start);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(consumer);
}

struct pace {
    const char *brokers, *name;
    long count;
    double rate;
    int to;
};

/// Sleeps until it is the turn of record `n`.
static void await(double start, long n, double rate) {
    while (now() < start + n / rate) {
        struct timespec nap = {0, 50000};
        nanosleep(&nap, NULL);
    }
}

static void *produce_at_rate(void *argument) {
    struct pace *pace = argument;
    const char *settings[] = {"acks", "1", "linger.ms", "0", NULL};
    rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, pace->brokers, settings);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, pace->name, NULL);
    double start = now() + 0.5;
    for (long n = 0; n < pace->count; n++) {
        await(start, n, pace->rate);
        double sent = now();
        send_one(producer, topic, &sent, sizeof sent);
        rd_kafka_poll(producer, 0);
    }
    if (rd_kafka_flush(producer, 30000) || failed) die("not all records were delivered");
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    return NULL;
}

static int ascending(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/// Median and 99th percentile; frees them.
static void print_times(double *times, long count) {
    qsort(times, count, sizeof *times, ascending);
    printf("%f %f\n", times[count / 2], times[count * 99 / 100]);
    free(times);
}

static void latency(const char *brokers, const char *name, long count, double rate) {
    struct pace pace = {.brokers = brokers, .name = name, .count = count, .rate = rate};
    rd_kafka_t *consumer = reader(brokers, name, RD_KAFKA_OFFSET_END);
    // Until the reader waits at the end.
    rd_kafka_message_t *none = rd_kafka_consumer_poll(consumer, 1500);
    if (none) rd_kafka_message_destroy(none);
    pthread_t thread;
    pthread_create(&thread, NULL, produce_at_rate, &pace);
    double *times = malloc(count * sizeof *times), last = now();
    for (long seen = 0; seen < count;) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 100);
        if (message && !message->err) {
            double sent;
            memcpy(&sent, message->payload, sizeof sent);
            last = now();
            times[seen++] = (last - sent) * 1000;
        }
        if (message) rd_kafka_message_destroy(message);
        if (now() - last > 30) die("no records for 30 seconds");
    }
    pthread_join(thread, NULL);
    print_times(times, count);
    rd_kafka_destroy(consumer);
}

/// Hands on what it reads.
static void *hand_on(void *argument) {
    int *ends = argument;
    double sent;
    while (read(ends[0], &sent, sizeof sent) == sizeof sent)
        if (write(ends[1], &sent, sizeof sent) < 0) break;
    close(ends[1]);
    return NULL;
}

/// A connection over loopback, as the ends to write to and to read from.
static void connection(int *to, int *from) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    *to = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (void *)&address, size) || listen(listener, 1)
        || getsockname(listener, (void *)&address, &size) || connect(*to, (void *)&address, size)
        || (*from = accept(listener, NULL, NULL)) < 0)
        die("no connection over loopback");
    setsockopt(*to, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    close(listener);
}

static void *send_at_rate(void *argument) {
    struct pace *pace = argument;
    double start = now() + 0.5;
    for (long n = 0; n < pace->count; n++) {
        await(start, n, pace->rate);
        double sent = now();
        if (write(pace->to, &sent, sizeof sent) < 0) die("a write failed");
    }
    close(pace->to);
    return NULL;
}

/// The way of a record through the threads of two clients and a broker: a queue, a connection, another connection, a
/// queue. Four threads wake up, one after the other, and do nothing else.
static void relay(long count, double rate) {
    int queue_in[2], queue_out[2], client[2], broker[2], reader[2];
    if (pipe(queue_in) || pipe(queue_out)) die("no pipe");
    client[0] = queue_in[0], reader[1] = queue_out[1];
    connection(&client[1], &broker[0]);
    connection(&broker[1], &reader[0]);
    struct pace pace = {.count = count, .rate = rate, .to = queue_in[1]};
    pthread_t threads[4];
    pthread_create(&threads[0], NULL, hand_on, client);
    pthread_create(&threads[1], NULL, hand_on, broker);
    pthread_create(&threads[2], NULL, hand_on, reader);
    pthread_create(&threads[3], NULL, send_at_rate, &pace);
    double *times = malloc(count * sizeof *times), sent;
    for (long seen = 0; seen < count; seen++) {
        if (read(queue_out[0], &sent, sizeof sent) != sizeof sent) die("a read failed");
        times[seen] = (now() - sent) * 1000;
    }
    for (int n = 0; n < 4; n++) pthread_join(threads[n], NULL);
    print_times(times, count);
}

int main(int count, char **words) {
    if (count == 6 && !strcmp(words[1], "produce")) {
        produce(words[2], words[3], atol(words[4]), atol(words[5]));
    } else if (count == 5 && !strcmp(words[1], "consume")) {
        consume(words[2], words[3], atol(words[4]));
    } else if (count == 6 && !strcmp(words[1], "latency")) {
        latency(words[2], words[3], atol(words[4]), atof(words[5]));
    } else if (count == 4 && !strcmp(words[1], "relay")) {
        relay(atol(words[2]), atof(words[3]));
    } else {
        die("usage: librdkafka produce|consume|latency BROKERS TOPIC RECORDS [SIZE|RATE], or relay RECORDS RATE");
    }
    return 0;
}
