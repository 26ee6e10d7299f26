# SPDX-License-Identifier: Apache-2.0
"""One process that is three brokers to its clients, while nodes are stopped and started."""
import collections
import re
import signal
import subprocess
import threading
import time

import kafka as kafka_python
import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from conftest import KAFKA, tool


class Nodes:
    def __init__(self):
        self.process = subprocess.Popen(
            [KAFKA, "broker", "--ephemeral", "--nodes", "3", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.addresses = re.findall(r"127\.0\.0\.1:\d+", line)
        assert len(self.addresses) == 3, line
        self.note = self.process.stdout.readline()
        self.address = ",".join(self.addresses)

    def kafka(self, *arguments, **options):
        return tool(*arguments, address=self.address, **options)

    def roll(self):
        """Each node goes down and comes back, and leads again."""
        for node in ["1", "2", "3"]:
            self.kafka("nodes", "stop", node)
            time.sleep(0.7)
            self.kafka("nodes", "start", node)
            self.kafka("leader-election", "--election-type", "preferred", "--all-topic-partitions")
            time.sleep(0.3)

    def create(self, topic, partitions=6, replicas=3, **configs):
        admin = AdminClient({"bootstrap.servers": self.address})
        created = admin.create_topics([NewTopic(topic, partitions, replicas, config=configs)])
        created[topic].result(10)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0


@pytest.fixture
def nodes():
    nodes = Nodes()
    yield nodes
    nodes.stop()


def produce(nodes, topic, stop, acknowledged):
    """Numbers, until told to stop; those that were acknowledged are told."""
    producer = Producer({
        "bootstrap.servers": nodes.address, "enable.idempotence": True, "linger.ms": 5, "topic.metadata.refresh.interval.ms": 1000})
    failures = []

    def delivered(error, message):
        if error:
            failures.append(error)
        else:
            acknowledged.append(int(message.value()))

    number = 0
    while not stop.is_set():
        producer.produce(topic, str(number).encode(), key=str(number % 50).encode(), on_delivery=delivered)
        number += 1
        producer.poll(0)
        time.sleep(0.0005)
    assert producer.flush(30) == 0 and not failures, failures
    assert len(acknowledged) == number


def test_it_says_that_nothing_is_replicated(nodes):
    assert "nothing is replicated" in nodes.note
    metadata = AdminClient({"bootstrap.servers": nodes.addresses[1]}).list_topics(timeout=10)
    assert {broker.port for broker in metadata.brokers.values()} == {int(a.rsplit(":")[-1]) for a in nodes.addresses}


def test_a_producer_and_a_group_lose_and_double_nothing_while_every_node_goes_down_once(nodes):
    nodes.create("moved", **{"min.insync.replicas": "2"})
    stop, acknowledged = threading.Event(), []
    thread = threading.Thread(target=produce, args=(nodes, "moved", stop, acknowledged))
    seen, ended = [], threading.Event()

    def consume():
        consumer = Consumer({
            "bootstrap.servers": nodes.address, "group.id": "readers", "auto.offset.reset": "earliest",
            "session.timeout.ms": 6000, "heartbeat.interval.ms": 500})
        consumer.subscribe(["moved"])
        while not ended.is_set() or len(seen) < len(acknowledged):
            message = consumer.poll(0.2)
            if message is not None and message.error() is None:
                seen.append((message.partition(), message.offset(), int(message.value())))
            if ended.is_set() and time.monotonic() > ended.deadline:
                break
        consumer.close()

    reader = threading.Thread(target=consume)
    thread.start()
    reader.start()
    time.sleep(0.5)
    nodes.roll()
    stop.set()
    thread.join(60)
    ended.deadline = time.monotonic() + 20
    ended.set()
    reader.join(60)
    assert len(acknowledged) > 100
    # What was read twice, was at the same place: the log has each number once.
    places = {(partition, offset): value for partition, offset, value in seen}
    assert sorted(places.values()) == sorted(acknowledged)
    by_partition = collections.defaultdict(list)
    for (partition, _), value in sorted(places.items()):
        by_partition[partition].append(value)
    assert all(values == sorted(values) for values in by_partition.values())


def test_transactions_are_whole_while_nodes_go_down(nodes):
    nodes.create("whole", partitions=3)
    producer = Producer({"bootstrap.servers": nodes.address, "transactional.id": "t", "transaction.timeout.ms": 20000})
    producer.init_transactions(20)
    mover = threading.Thread(target=nodes.roll)
    mover.start()
    committed, count = 0, 0
    while mover.is_alive():
        producer.begin_transaction()
        for partition in range(3):
            producer.produce("whole", str(count).encode(), partition=partition)
        for _ in range(20):
            try:
                producer.commit_transaction(10)
                committed += 1
                break
            except KafkaException as error:
                if error.args[0].retriable():
                    continue
                assert error.args[0].txn_requires_abort(), error
                producer.abort_transaction(10)
                break
        count += 1
    mover.join()
    lines = nodes.kafka(
        "console-consumer", "--topic", "whole", "--from-beginning", "--exit-at-end",
        "--isolation-level", "read_committed").split()
    assert committed > 3 and len(lines) == 3 * committed
    assert set(collections.Counter(lines).values()) == {3}


def test_too_few_replicas_in_sync_are_an_error_until_they_are_back(nodes):
    nodes.create("few", partitions=1, **{"min.insync.replicas": "2"})
    nodes.kafka("nodes", "stop", "2", "3")
    producer = Producer({"bootstrap.servers": nodes.address, "acks": "all", "retries": 0})
    errors = []
    producer.produce("few", b"x", on_delivery=lambda error, _: errors.append(error))
    producer.flush(10)
    assert errors[0].code() == KafkaError.NOT_ENOUGH_REPLICAS
    lax = Producer({"bootstrap.servers": nodes.address, "acks": 1})
    lax.produce("few", b"y", on_delivery=lambda error, _: errors.append(error))
    assert lax.flush(10) == 0 and errors[1] is None
    assert "few" in nodes.kafka("topics", "--describe", "--under-min-isr-partitions")
    refused = nodes.kafka("nodes", "stop", "1", status=1)
    assert refused == ""
    nodes.kafka("nodes", "start", "3")
    producer.produce("few", b"z", on_delivery=lambda error, _: errors.append(error))
    assert producer.flush(10) == 0 and errors[2] is None


def test_kafka_python_and_kcat_follow_a_leader_that_moves(nodes):
    nodes.create("followed", partitions=3)
    producer = kafka_python.KafkaProducer(bootstrap_servers=nodes.addresses, acks="all", retries=20)
    consumer = kafka_python.KafkaConsumer(
        "followed", bootstrap_servers=nodes.addresses, group_id="python", auto_offset_reset="earliest",
        consumer_timeout_ms=15000)
    sent = []
    for number in range(60):
        if number == 20:
            nodes.kafka("nodes", "stop", "1")
        if number == 40:
            nodes.kafka("nodes", "start", "1")
            nodes.kafka("leader-election", "--election-type", "preferred", "--all-topic-partitions")
        sent.append(producer.send("followed", str(number).encode(), partition=number % 3))
        sent[-1].get(20)
    values = set()
    for message in consumer:
        values.add(int(message.value))
        if len(values) == 60:
            break
    assert values == set(range(60))
    consumer.close()
    producer.close()
    read = subprocess.run(
        ["kcat", "-C", "-b", nodes.addresses[2], "-t", "followed", "-o", "beginning", "-e", "-q"],
        capture_output=True, text=True, timeout=30)
    assert sorted(map(int, read.stdout.split())) == list(range(60)), read.stderr


def test_the_tools_tell_of_a_node_that_is_down(nodes):
    nodes.create("alone", partitions=3, replicas=1)
    nodes.kafka("nodes", "stop", "2")
    described = nodes.kafka("topics", "--describe", "--unavailable-partitions")
    assert described.count("alone") == 1 and "Leader: none" in described
    with pytest.raises(AssertionError, match="INVALID_REPLICATION_FACTOR|replication factor of 4"):
        nodes.kafka("topics", "--create", "--topic", "wide", "--replication-factor", "4")
    nodes.kafka("topics", "--create", "--topic", "wide", "--replication-factor", "3")
    described = nodes.kafka("topics", "--describe", "--topic", "wide")
    assert re.search(r"Isr: \d,\d\s", described) and "2" not in re.search(r"Isr: (\S+)", described)[1]
    assert AdminClient({"bootstrap.servers": nodes.addresses[0]}).list_topics(timeout=10).brokers.keys() == {1, 3}
