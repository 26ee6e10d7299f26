# SPDX-License-Identifier: Apache-2.0
"""Directories that Apache Kafka wrote, opened by our broker: all is there, and all goes on."""
import base64
import contextlib
import hashlib
import json
import subprocess
import time

import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from conftest import GOLDEN, Broker
from security_directory import described
from test_sasl import PLAIN, SCRAM, SecuredBroker

EXPECTED = json.loads((GOLDEN / "datadir/expected.json").read_text())
RECORDS = "records [offset, timestamp type, timestamp, key, value, headers]"
# What the recordings hold is old: time limits would rightly remove it.
OLD_DATA = [
    word for setting in ["log.retention.ms=-1", "offsets.retention.minutes=2147483647",
                         "transactional.id.expiration.ms=2147483647", "log.cleaner.enable=false"]
    for word in ["--override", setting]]


def hexed(data):
    """As the recording writes bytes: long ones by their checksum."""
    if data is None:
        return None
    return data.hex() if len(data) <= 400 else "sha256:" + hashlib.sha256(data).hexdigest()


@contextlib.contextmanager
def reader(address, isolation):
    consumer = Consumer({
        "bootstrap.servers": address, "group.id": "auditor", "isolation.level": isolation,
        "enable.auto.commit": False, "auto.offset.reset": "error", "enable.partition.eof": True,
        "fetch.wait.max.ms": 10})
    yield consumer
    consumer.close()


def read(consumer, topic, partition):
    """All records of a partition as the recording lists them, and its first and last offset."""
    low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), 10)
    consumer.assign([TopicPartition(topic, partition, low)])
    records = []
    while True:
        message = consumer.poll(20)
        assert message is not None, f"no end of {topic}-{partition}"
        if message.error():
            assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
            return low, high, records
        headers = [[key, hexed(value)] for key, value in message.headers() or []]
        records.append(
            [message.offset(), *message.timestamp(), hexed(message.key()), hexed(message.value()), headers])


def expect_all(address):
    """Everything that the recording lists, once the coordinator has ended the open transaction."""
    for isolation in ["read_uncommitted", "read_committed"]:
        with reader(address, isolation) as consumer:
            for name, expected in EXPECTED[isolation].items():
                topic, _, partition = name.rpartition("-")
                low, high, records = read(consumer, topic, int(partition))
                # The marker that ended the open transaction is at 17.
                end = 18 if name == "transactions-0" else expected["high"]
                assert (low, high) == (expected["low"], end), (isolation, name)
                if topic == "small-segments":
                    assert len(records) == 2600
                    records = records[:3] + records[-3:]
                assert records == expected[RECORDS], (isolation, name)


def wait_for_abort(address):
    deadline = time.monotonic() + 30
    consumer = Consumer({
        "bootstrap.servers": address, "group.id": "auditor", "isolation.level": "read_committed"})
    while consumer.get_watermark_offsets(TopicPartition("transactions", 0), 10)[1] != 18:
        assert time.monotonic() < deadline, "the open transaction wasn't aborted"
        time.sleep(0.2)
    consumer.close()


@pytest.mark.parametrize("archive", ["kafka-4.0-clean", "kafka-4.0-killed"])
def test_a_directory_of_kafka_opens_and_goes_on(tmp_path, archive):
    directory = tmp_path / "data"
    directory.mkdir()
    subprocess.run(
        ["tar", "--sparse", "-C", directory, "--strip-components=1", "-xf",
         GOLDEN / f"datadir/{archive}.tar.zst"], check=True)
    broker = Broker(tmp_path, *OLD_DATA)
    try:
        wait_for_abort(broker.address)
        expect_all(broker.address)
        admin = AdminClient({"bootstrap.servers": broker.address})
        topics = admin.list_topics(timeout=10).topics
        assert {name: len(topic.partitions) for name, topic in topics.items()} == EXPECTED["topics"]
        for group, offsets in EXPECTED["groups"].items():
            asked = ConsumerGroupTopicPartitions(group)
            found = admin.list_consumer_group_offsets([asked])[group].result(10).topic_partitions
            assert {f"{place.topic}-{place.partition}": place.offset for place in found} == offsets
        logins = admin.describe_user_scram_credentials(["alice"])["alice"].result(10)
        assert [str(info.mechanism) for info in logins.scram_credential_infos]
        # A level that the directory has is kept until someone upgrades it.
        features = broker.kafka("features", "describe")
        assert "FinalizedVersionLevel: 4.0-IV0" in features, features

        producer = Producer({"bootstrap.servers": broker.address, "transactional.id": "tx-open"})
        producer.init_transactions(20)
        producer.begin_transaction()
        producer.produce("transactions", b"after", partition=0)
        producer.commit_transaction(20)
        producer = Producer({"bootstrap.servers": broker.address})
        for name in EXPECTED["topics"]:
            if not name.startswith("__"):
                producer.produce(name, b"new", key=b"new", partition=0)
        assert producer.flush(20) == 0
        broker.restart()
        with reader(broker.address, "read_committed") as consumer:
            for name, kept in EXPECTED["read_committed"].items():
                topic, _, partition = name.rpartition("-")
                records = read(consumer, topic, int(partition))[2]
                added = [b"after", b"new"] if name == "transactions-0" else [b"new"] if partition == "0" else []
                assert [record[4] for record in records[len(records) - len(added):]] == [item.hex() for item in added]
                if topic != "small-segments":
                    assert records[:len(records) - len(added)] == kept[RECORDS]
    finally:
        broker.stop()


class SecuredDirectory(SecuredBroker):
    def prepare(self):
        """All is there."""


def test_what_secures_a_broker_of_kafka_secures_ours(tmp_path):
    """Entries of lists, logins, quotas and tokens; all were made through Kafka's broker, and some removed again."""
    directory = tmp_path / "data"
    directory.mkdir()
    subprocess.run(["tar", "--sparse", "-C", directory, "--strip-components=1", "-xf",
                    GOLDEN / "datadir/kafka-4.4-secured.tar.zst"], check=True)
    secured = SecuredDirectory(
        tmp_path, "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        f'listener.name.sasl_plaintext.plain.sasl.jaas.config={PLAIN} user_admin="secret";',
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users=User:ANONYMOUS;User:admin", "delegation.token.secret.key=a secret of all brokers")
    try:
        expected = json.loads((GOLDEN / "datadir/secured.json").read_text())
        assert described(secured.plain, secured.secured) == expected
        token = next(token for token in expected["tokens"] if token["PrincipalName"] == "admin")
        secret = base64.b64encode(bytes.fromhex(token["Hmac"])).decode()
        for mechanism, user, password, extension in [
                ("SCRAM-SHA-256", "alice", "alice-secret", ""), ("SCRAM-SHA-512", "alice", "alice-secret", ""),
                ("SCRAM-SHA-256", token["TokenId"], secret, ' tokenauth="true"')]:
            login = f'{SCRAM} username="{user}" password="{password}"{extension};'
            properties = [("security.protocol", "SASL_PLAINTEXT"), ("sasl.mechanism", mechanism),
                          ("sasl.jaas.config", login)]
            secured.tool("topics", "--list", properties=[f"{name}={value}" for name, value in properties])
    finally:
        secured.stop()
