# SPDX-License-Identifier: Apache-2.0
"""confluent-kafka, Python over librdkafka."""
import time

import pytest
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic
from conftest import CODECS


# Records of long ago would be past their retention at once.
NOW = int(time.time() * 1000)


def consumer(broker, group, **more):
    return Consumer({
        "bootstrap.servers": broker.address, "group.id": group, "auto.offset.reset": "earliest",
        "session.timeout.ms": 6000, "heartbeat.interval.ms": 500, **more})


def read(consumers, count, seconds=30):
    """Polls the consumers in turn until they got `count` messages."""
    messages, deadline = [], time.monotonic() + seconds
    while len(messages) < count and time.monotonic() < deadline:
        for one in consumers:
            message = one.poll(0.05)
            if message is None:
                continue
            assert message.error() is None or message.error().code() == KafkaError._PARTITION_EOF, message.error()
            messages.append(message)
    assert len(messages) == count
    return messages


@pytest.mark.parametrize("codec", CODECS)
def test_every_field_of_a_record_survives(broker, topic, codec):
    producer = Producer({"bootstrap.servers": broker.address, "compression.type": codec, "enable.idempotence": True})
    failures = []
    records = [
        (b"key", b"value", [("a", b"1"), ("a", None), ("b", b"")], NOW),
        (None, b"", [], NOW + 1),
        (b"", None, [("\u00e4", b"\x00\xff")], NOW + 2),
        (b"big", bytes(range(256)) * 1000, [], NOW + 3)]
    for key, value, headers, timestamp in records:
        producer.produce(
            topic, key=key, value=value, headers=headers, timestamp=timestamp, partition=2,
            on_delivery=lambda error, _: failures.append(error) if error else None)
    assert producer.flush(30) == 0 and not failures
    one = consumer(broker, f"every-field-{topic}")
    one.assign([TopicPartition(topic, 2, 0)])
    got = [(m.key(), m.value(), m.headers() or [], m.timestamp()[1]) for m in read([one], len(records))]
    one.close()
    assert got == records


def test_members_share_the_partitions_and_rebalance(broker, topic):
    producer = Producer({"bootstrap.servers": broker.address})
    for n in range(300):
        producer.produce(topic, str(n), partition=n % 3)
    producer.flush()
    group = f"shared-{topic}"
    for strategy in ["range", "cooperative-sticky"]:
        first, second = (consumer(
            broker, f"{group}-{strategy}", **{"partition.assignment.strategy": strategy}) for _ in range(2))
        first.subscribe([topic])
        read([first], 300)
        second.subscribe([topic])
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            first.poll(0.05), second.poll(0.05)
            sizes = sorted([len(first.assignment()), len(second.assignment())])
            if sizes == [1, 2]:
                break
        assert sizes == [1, 2], strategy
        second.close()
        while time.monotonic() < deadline and len(first.assignment()) < 3:
            first.poll(0.05)
        assert len(first.assignment()) == 3
        first.close()


def test_committed_offsets_survive_a_restart(own_broker):
    own_broker.kafka("topics", "--create", "--topic", "kept")
    producer = Producer({"bootstrap.servers": own_broker.address})
    for n in range(10):
        producer.produce("kept", str(n))
    producer.flush()
    one = consumer(own_broker, "keeper", **{"enable.auto.commit": False})
    one.subscribe(["kept"])
    read([one], 5)
    one.commit(offsets=[TopicPartition("kept", 0, 5)], asynchronous=False)
    one.close()
    own_broker.restart()
    again = consumer(own_broker, "keeper")
    assert again.committed([TopicPartition("kept", 0)], 10)[0].offset == 5
    again.subscribe(["kept"])
    assert [m.value() for m in read([again], 5)] == [b"5", b"6", b"7", b"8", b"9"]
    again.close()


def test_static_member_keeps_its_partitions(broker, topic):
    settings = {"group.instance.id": "one", "enable.auto.commit": False}
    one = consumer(broker, f"static-{topic}", **settings)
    one.subscribe([topic])
    while len(one.assignment()) < 3:
        one.poll(0.1)
    one.close()
    again = consumer(broker, f"static-{topic}", **settings)
    again.subscribe([topic])
    deadline = time.monotonic() + 20
    while len(again.assignment()) < 3 and time.monotonic() < deadline:
        again.poll(0.1)
    assert len(again.assignment()) == 3
    again.close()


def test_admin(broker):
    admin = AdminClient({"bootstrap.servers": broker.address})
    for future in admin.create_topics([NewTopic("made", 2, 1, config={"retention.ms": "1000"})]).values():
        future.result(10)
    resource = ConfigResource(ConfigResource.Type.TOPIC, "made")
    assert admin.describe_configs([resource])[resource].result(10)["retention.ms"].value == "1000"
    admin.create_partitions([NewPartitions("made", 4)])["made"].result(10)
    assert len(admin.list_topics("made", 10).topics["made"].partitions) == 4
    assert admin.list_consumer_groups().result(10).errors == []
    assert len(admin.describe_cluster().result(10).nodes) == 1
    admin.delete_topics(["made"])["made"].result(10)
    deadline = time.monotonic() + 10
    while "made" in admin.list_topics(timeout=10).topics and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "made" not in admin.list_topics(timeout=10).topics
