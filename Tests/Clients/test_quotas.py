# SPDX-License-Identifier: Apache-2.0
"""Clients that use more than their quota: each is told, waits, and gets everything done."""
import socket

import pytest
from confluent_kafka import Consumer, Producer
from conftest import Broker, tool
from kafka import KafkaProducer
from test_confluent import read


@pytest.fixture
def own_broker(tmp_path):
    """One that looks back for two seconds, so that nobody waits for longer."""
    broker = Broker(tmp_path, "--override", "quota.window.num=2")
    yield broker
    broker.kill()


@pytest.fixture
def topic(own_broker):
    own_broker.kafka("topics", "--create", "--topic", "orders")
    return "orders"


def set_quota(broker, quota, *entity):
    broker.kafka("configs", "--alter", "--add-config", quota, *entity)


def test_librdkafka_hears_of_quotas_that_are_set_while_it_is_connected(own_broker, topic):
    waits = []
    producer = Producer({
        "bootstrap.servers": own_broker.address, "client.id": "writer", "acks": 1,
        "throttle_cb": lambda event: waits.append(event.throttle_time)})
    failures = []
    def send(size):
        producer.produce(topic, b"x" * size, on_delivery=lambda error, _: failures.append(error) if error else None)
        assert producer.flush(60) == 0
    send(100_000)
    assert not waits
    set_quota(own_broker, "producer_byte_rate=60000", "--entity-type", "clients", "--entity-name", "writer")
    # Each is more than one sample may have, however slowly they come.
    send(100_000)
    send(100_000)
    producer.poll(0)
    assert waits and not failures

    set_quota(own_broker, "consumer_byte_rate=60000", "--entity-type", "clients", "--entity-default")
    waits.clear()
    consumer = Consumer({
        "bootstrap.servers": own_broker.address, "group.id": "readers", "client.id": "reader",
        "auto.offset.reset": "earliest", "throttle_cb": lambda event: waits.append(event.throttle_time)})
    consumer.subscribe([topic])
    read([consumer], 3, seconds=120)
    consumer.close()
    assert waits


def test_kafka_python_hears_of_its_quota(own_broker, topic, caplog):
    set_quota(own_broker, "producer_byte_rate=5000", "--entity-type", "users", "--entity-default")
    producer = KafkaProducer(bootstrap_servers=own_broker.address, acks=1)
    for _ in range(2):
        producer.send(topic, b"x" * 10_000).get(60)
    producer.close()
    assert "ProduceResponse throttled by broker" in caplog.text


def test_topics_beyond_the_quota_are_refused_in_one_line(own_broker):
    set_quota(own_broker, "controller_mutation_rate=0.01", "--entity-type", "users", "--entity-default")
    own_broker.kafka("topics", "--create", "--topic", "first", "--partitions", "5")
    refused = own_broker.kafka("topics", "--create", "--topic", "second", status=1)
    assert refused == ""
    assert own_broker.kafka("topics", "--list").split() == ["first"]


def test_one_address_may_have_as_many_connections_as_the_broker_says(own_broker):
    own_broker.kafka(
        "configs", "--alter", "--add-config", "max.connections.per.ip=3", "--entity-type", "brokers",
        "--entity-default")
    port = int(own_broker.address.split(":")[1])
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
    def is_closed(one, seconds):
        one.settimeout(seconds)
        try:
            return one.recv(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False
    assert [is_closed(one, 60) for one in connections[3:]] == [True, True]
    assert [is_closed(one, 0.1) for one in connections[:3]] == [False, False, False]
    for one in connections:
        one.close()
    tool("topics", "--list", address=own_broker.address)
