# SPDX-License-Identifier: Apache-2.0
"""SIGKILL of the broker under load: what was acknowledged is there, once, and in order."""
import random
import time

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from conftest import Broker

ROUNDS = 100
SEED = random.randrange(1 << 32)


@pytest.mark.parametrize("codec", ["none"])
def test_acknowledged_records_survive_kills(tmp_path, codec):
    print("seed", SEED)
    dice = random.Random(SEED)
    broker = Broker(tmp_path)
    broker.kafka("topics", "--create", "--topic", "survivors", "--partitions", "2", "--config", "segment.bytes=1048576")
    producer = Producer({
        "bootstrap.servers": broker.address, "enable.idempotence": True, "linger.ms": 1, "compression.type": codec,
        "retry.backoff.ms": 10, "reconnect.backoff.ms": 10, "reconnect.backoff.max.ms": 50,
        "message.timeout.ms": 60000,
        # Else a client whose only broker is down starts over, which takes seconds.
        "metadata.recovery.strategy": "none"})
    acknowledged, failed, restarts = {0: [], 1: []}, [], []

    def delivered(error, message):
        if error:
            failed.append(error)
        else:
            acknowledged[message.partition()].append((message.offset(), int(message.value().split()[0])))

    # The first record makes the client get its producer id, which it keeps; librdkafka takes its time for that.
    producer.produce("survivors", "0", partition=0, on_delivery=delivered)
    assert producer.flush(30) == 0
    number = 1
    for _ in range(ROUNDS):
        until = time.monotonic() + dice.uniform(0.05, 1.0)
        while time.monotonic() < until:
            value = f"{number} {'x' * dice.randrange(500)}"
            try:
                producer.produce("survivors", value, partition=number % 2, on_delivery=delivered)
            except BufferError:
                producer.poll(0.01)
                continue
            number += 1
            if number % 50 == 0:
                producer.poll(0.001)
        broker.kill()
        broker.start()
        restarts.append(broker.seconds_to_ready)
    assert producer.flush(60) == 0
    assert len(acknowledged[0]) + len(acknowledged[1]) == number
    print(f"{number} records, slowest restart {max(restarts):.3f} s")

    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": "auditor"})
    for partition, told in acknowledged.items():
        _, end = consumer.get_watermark_offsets(TopicPartition("survivors", partition), 10)
        consumer.assign([TopicPartition("survivors", partition, 0)])
        found = []
        while not found or found[-1][0] < end - 1:
            for message in consumer.consume(10000, 5):
                assert message.error() is None, message.error()
                found.append((message.offset(), int(message.value().split()[0])))
        values = [value for _, value in found]
        assert values == sorted(values), "records are out of order"
        assert len(values) == len(set(values)), "a record is there twice"
        missing = set(told) - set(found)
        assert not missing, f"{len(missing)} acknowledged records are missing, such as {sorted(missing)[:3]}"
    consumer.close()
    assert not failed, failed[:3]
    broker.stop()


def test_deleted_records_stay_deleted(own_broker, tmp_path):
    own_broker.kafka("topics", "--create", "--topic", "trimmed")
    own_broker.kafka("console-producer", "--topic", "trimmed", input="one\ntwo\nthree\n")
    wanted = tmp_path / "offsets.json"
    wanted.write_text('{"partitions": [{"topic": "trimmed", "partition": 0, "offset": 2}], "version": 1}')
    own_broker.kafka("delete-records", "--offset-json-file", str(wanted))
    own_broker.kill()
    own_broker.start()
    assert own_broker.kafka("get-offsets", "--topic", "trimmed", "--time", "earliest") == "trimmed:0:2\n"
    assert own_broker.kafka("console-consumer", "--topic", "trimmed", "--from-beginning", "--exit-at-end") == "three\n"
