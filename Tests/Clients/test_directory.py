# SPDX-License-Identifier: Apache-2.0
"""The data directory, whole: the checker holds for Apache Kafka's own, notices damage, and holds for ours.

DIRECTORY_ROUNDS kills under load, DIRECTORY_SEED to repeat the dice.
"""
import os
import random
import shutil
import struct
import subprocess
import threading
import time

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions
from conftest import CODECS, GOLDEN, Broker
from directory_checker import Checker, check
from directory_formats import crc32c
from test_kafka_directory import OLD_DATA

ROUNDS = int(os.environ.get("DIRECTORY_ROUNDS", 3))
SEED = int(os.environ.get("DIRECTORY_SEED", random.randrange(1 << 32)))


def unpack(archive, directory):
    subprocess.run(
        ["tar", "--sparse", "-C", directory, "--strip-components=1", "-xf", GOLDEN / f"datadir/{archive}.tar.zst"],
        check=True)
    return directory


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    return unpack("kafka-4.0-clean", tmp_path_factory.mktemp("recorded"))


def test_what_kafka_closed_is_right(recorded):
    assert check(recorded) == []


def test_what_kafka_left_after_a_kill_is_right_for_that(tmp_path):
    unpack("kafka-4.0-killed", tmp_path)
    assert check(tmp_path, clean=False) == []
    assert check(tmp_path), "padded indexes and a missing .kafka_cleanshutdown aren't a clean stop"


# Damage: what to do to the bytes of a file.

def text(old, new):
    def edit(data):
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)
    return edit


def add(position, format, difference=1, then=None):
    """Adds to the number at a position; negative ones count from the end."""
    def edit(data):
        data = bytearray(data)
        place = position % len(data)
        value = struct.unpack_from(">" + format, data, place)[0] + difference
        struct.pack_into(">" + format, data, place, value)
        return then(data) if then else data
    return edit


def flip(position, bits=1, then=None):
    return lambda data: add(position, "B", bits if not data[position] & bits else -bits, then)(data)


def sealed(data):
    """Gives every batch the CRC that it has now."""
    position = 0
    while position < len(data):
        size = 12 + struct.unpack_from(">i", data, position + 8)[0]
        struct.pack_into(">I", data, position + 17, crc32c(bytes(data[position + 21:position + size])))
        position += size
    return data


def signed(data):
    """Gives a producer snapshot the CRC that it has now."""
    struct.pack_into(">I", data, 2, crc32c(bytes(data[6:])))
    return data


def rotated(size):
    """The entries of an index, its last one first."""
    return lambda data: data[-size:] + data[:-size]


LOG = "00000000000000000000.log"
DAMAGE = {
    "meta.properties": [
        text("version=1", "version=0"), text("cluster.id", "cluster.di"), text("directory.id=E", "directory.id="),
        lambda data: data + b"more=1\n", None],
    "bootstrap.checkpoint": [flip(-1), flip(70), add(0, "q", 1), lambda data: b"", None],
    ".kafka_cleanshutdown": [text("0", "1"), text("{", ""), None],
    ".lock": [lambda _: b"x"],
    "recovery-point-offset-checkpoint": [
        text("0\n", "1\n"), text("112\n", "113\n"), text("compacted 0 2410", "compacted 0 2400"),
        text("compacted 0 2410", "compacted 7 2410"), text("compacted 0 2410", "plain 0 2410"), None],
    "replication-offset-checkpoint": [text("compacted 0 2410", "compacted 0 2411"), lambda data: data[:-1]],
    "log-start-offset-checkpoint": [text("12", "21"), text("trimmed", "shorn")],
    "cleaner-offset-checkpoint": [text("2400", "2411"), text("compacted", "compressed")],
    "odd.properties": [lambda _: b""],
    "plain-0/notes.txt": [lambda _: b""],
    "plain-0/00000000000000000000.log.swap": [lambda _: b""],
    "plain-0/partition.metadata": [text("version: 0", "version: 1"), text("topic_id: ", "topic_id: x"), None],
    "plain-0/leader-epoch-checkpoint": [text("0 0", "1 0"), text("0 0", "0 1"), text("1\n", "2\n"), None],
    "trimmed-0/leader-epoch-checkpoint": [text("1\n0 12", "2\n0 12\n0 13"), text("1\n0 12", "2\n0 12\n1 99")],
    f"plain-0/{LOG}": [
        add(0, "q"), add(8, "i"), add(8, "i", -1), add(12, "i"), add(16, "b"), add(17, "i"), flip(-1),
        flip(22, 128, sealed), flip(21, 1, sealed), flip(22, 32, sealed), flip(22, 64, sealed), add(23, "i", 1, sealed),
        add(27, "q", 1, sealed), add(35, "q", 1, sealed), add(53, "i", 5, sealed), add(57, "i", -1, sealed),
        add(57, "i", 1, sealed), add(61, "b", 2, sealed), add(62, "b", 1, sealed), add(63, "b", 2, sealed),
        add(64, "b", 2, sealed), add(65, "b", 2, sealed), lambda data: data[:-1], lambda data: data + bytes(70),
        lambda data: b"", None],
    # Idempotent: producer id, epoch, sequence.
    f"plain-1/{LOG}": [add(0, "q", -1)],
    f"transactions-0/{LOG}": [
        add(43, "q", 1, sealed), add(51, "h", 1, sealed), add(53, "i", 1, sealed), flip(208 + 22, 16, sealed),
        # The first marker: its control bit, type, coordinator epoch.
        flip(130 + 22, 32, sealed), add(130 + 61 + 8, "b", 1, sealed), add(130 + 61 + 15, "b", 1, sealed),
        add(208 + 53, "i", 1, sealed)],
    "small-segments-0/00000000000000001128.index": [
        add(0, "I"), add(4, "I"), add(0, "I", -1), add(-8, "I", 1 << 20), rotated(8), lambda data: data + bytes(8),
        lambda data: data[:-1], None],
    "small-segments-0/00000000000000001128.timeindex": [
        add(0, "q"), add(8, "I"), add(8, "I", -1), rotated(12), lambda data: data[:-12], lambda data: data + bytes(12),
        lambda data: data[:-1], None],
    "small-segments-0/00000000000000001129.index": [lambda _: b""],
    "transactions-0/00000000000000000000.txnindex": [
        add(0, "h"), add(2, "q"), add(10, "q"), add(18, "q"), add(26, "q"), add(26, "q", -1), rotated(34),
        lambda data: data[:34], lambda data: data[:-1], None],
    "transactions-0/00000000000000000017.snapshot": [
        add(0, "h"), add(2, "I"), flip(-1), None, lambda data: data[:-46], add(6, "i", -1, signed),
        *(add(10 + place, format, 1, signed) for place, format in [
            (0, "q"), (8, "h"), (10, "i"), (14, "q"), (22, "i"), (26, "q"), (34, "i"), (38, "q")])],
    "transactions-0/00000000000000000018.snapshot": [lambda _: signed(bytearray(struct.pack(">hIi", 1, 0, 0)))],
    "__cluster_metadata-0/quorum-state": [
        text('"leaderEpoch":2', '"leaderEpoch":1'), text('"leaderId":1', '"leaderId":2'), text("{", ""),
        text('"data_version":0', '"data_version":1'), text('"voterId":1', '"voterId":3'), None],
    "__cluster_metadata-0/leader-epoch-checkpoint": [text("2 283", "2 284"), text("2\n1 0\n", "1\n")],
    "__cluster_metadata-0/partition.metadata": [text("AAQ", "AAg")],
    f"__cluster_metadata-0/{LOG}": [flip(-1), flip(100), flip(-1, 64, sealed), lambda data: data[:-1]],
    f"__consumer_offsets-25/{LOG}": [add(67, "b", 90, sealed), add(61 + 7 + 19 + 1, "b", 9, sealed), flip(-1)],
    f"__transaction_state-15/{LOG}": [flip(70, 1, sealed), add(79, "b", 2, sealed)],
}


@pytest.mark.parametrize("file", DAMAGE)
def test_damage_is_noticed(recorded, file):
    path = recorded / file
    before = path.read_bytes() if path.exists() else None
    for number, edit in enumerate(DAMAGE[file]):
        if edit:
            path.write_bytes(edit(before))
        else:
            path.unlink()
        try:
            problems = check(recorded)
        finally:
            path.unlink() if before is None else path.write_bytes(before)
        assert any(problem.startswith(path.parent.name if path.parent != recorded else "") for problem in problems), (
            f"damage {number} of {file} goes unnoticed, {problems}")


@pytest.mark.parametrize("kind", ["log", "snapshot"])
def test_any_flipped_byte_is_noticed_where_a_checksum_is(recorded, kind):
    print("seed", SEED)
    dice = random.Random(SEED)
    files = [path for path in recorded.glob(f"[pt]*/*.{kind}") if path.stat().st_size]
    for _ in range(10):
        path = dice.choice(files)
        before = path.read_bytes()
        place, bit = dice.randrange(len(before)), 1 << dice.randrange(8)
        path.write_bytes(flip(place, bit)(before))
        problems = check(recorded)
        path.write_bytes(before)
        assert problems, f"bit {bit} of byte {place} of {path} goes unnoticed"


@pytest.mark.parametrize("name, like", [
    ("plain-9", "plain-0"), ("unknown-0", "plain-0"), ("lost+found", "plain-0"), ("backup", None),
    ("plain-0.0123456789abcdef0123456789abcdef-stray", "plain-0")])
def test_a_directory_that_the_metadata_does_not_know_is_noticed(recorded, name, like):
    path = recorded / name
    shutil.copytree(recorded / like, path) if like else path.mkdir()
    problems = check(recorded)
    shutil.rmtree(path)
    assert any(problem.startswith(name) for problem in problems), problems


def test_a_missing_partition_is_noticed(recorded):
    (recorded / "grown-2").rename(recorded.parent / "away")
    problems = check(recorded)
    (recorded.parent / "away").rename(recorded / "grown-2")
    assert any(problem.startswith("grown-2") for problem in problems), problems


# Ours

OPTIONS = [
    word for setting in [
        "log.cleaner.backoff.ms=300", "group.initial.rebalance.delay.ms=0", "log.segment.delete.delay.ms=500",
        "log.initial.task.delay.ms=500", "offsets.topic.segment.bytes=4000", "transaction.state.log.segment.bytes=4000",
        "log.retention.check.interval.ms=1000",
        "metadata.log.max.record.bytes.between.snapshots=4096", "metadata.log.max.snapshot.interval.ms=2000"]
    for word in ["--override", setting]]
# Segments are a megabyte at least, but end when their index is full.
SMALL = {"segment.index.bytes": 64, "index.interval.bytes": 256}
TOPICS = {
    **{f"codec-{codec}": {**SMALL} for codec in CODECS},
    "stamped": {**SMALL, "message.timestamp.type": "LogAppendTime"},
    "recoded": {**SMALL, "compression.type": "gzip"},
    "transactions": {**SMALL},
    "compacted": {**SMALL, "cleanup.policy": "compact", "segment.ms": 1000, "min.cleanable.dirty.ratio": 0.01,
                  "delete.retention.ms": 100},
    "expired": {**SMALL, "retention.bytes": 40000},
    "trimmed": {**SMALL},
}


class Workload:
    """A bit of everything, as often as asked; what fails because the broker is gone is left."""

    def __init__(self, broker, dice):
        self.broker, self.dice, self.round, self.open = broker, dice, 0, []
        self.client = {"bootstrap.servers": broker.address, "log_level": 0, "metadata.recovery.strategy": "none"}
        self.admin, self.stopping = AdminClient(self.client), threading.Event()

    def create(self):
        for topic, configuration in TOPICS.items():
            settings = [word for name, value in configuration.items() for word in ["--config", f"{name}={value}"]]
            self.broker.kafka("topics", "--create", "--topic", topic, "--partitions", "2", *settings)

    def producer(self, **more):
        return Producer({**self.client, "linger.ms": 5, "message.timeout.ms": 5000, **{
            name.replace("_", "."): value for name, value in more.items()}})

    def fill(self, producer, topic, count, keys=20):
        for _ in range(count):
            if self.stopping.is_set():
                raise KafkaException("the broker is gone")
            value = None if self.dice.random() < 0.1 else self.dice.randbytes(8).hex() * self.dice.randrange(30)
            producer.produce(
                topic, value, key=f"k{self.dice.randrange(keys)}", headers=[("h", b"1")] if count % 2 else None,
                partition=self.dice.randrange(2), timestamp=int(time.time() * 1000) - self.dice.randrange(10000))
            if self.dice.random() < 0.2:
                producer.flush(5)
        producer.flush(5)

    def produce(self):
        for codec in CODECS:
            self.fill(self.producer(compression_type=codec, enable_idempotence=self.dice.random() < 0.7),
                      f"codec-{codec}", 60)
        for topic in ["stamped", "recoded", "compacted", "expired", "trimmed"]:
            self.fill(self.producer(compression_type=self.dice.choice(CODECS), enable_idempotence=True), topic, 80)

    def transact(self):
        """Committed, aborted, one inside the other, and one left open."""
        self.round += 1
        producers = [self.producer(transactional_id=f"id-{self.dice.randrange(4)}-{n}") for n in range(3)]
        for producer in producers:
            producer.init_transactions(10)
        for _ in range(4):
            for producer in producers:
                producer.begin_transaction()
            for _ in range(6):
                self.fill(self.dice.choice(producers), self.dice.choice(["transactions", "compacted"]), 5)
            for producer in producers:
                (producer.commit_transaction if self.dice.random() < 0.5 else producer.abort_transaction)(10)
        producers[0].begin_transaction()
        self.fill(producers[0], "transactions", 3)
        self.open.append(producers[0])

    def administer(self):
        kafka = self.broker.kafka
        name = f"passing-{self.dice.randrange(1 << 32)}"
        for topic in [name, f"{name}.2", "again"]:
            kafka("topics", "--create", "--if-not-exists", "--topic", topic, "--partitions", "2")
            self.fill(self.producer(), topic, 5)
        count = len(self.admin.list_topics(name, 10).topics[name].partitions)
        self.admin.create_partitions([NewPartitions(name, count + 2)])[name].result(10)
        for topic in [f"{name}.2", "again"]:
            self.admin.delete_topics([topic])[topic].result(10)
        end = self.offsets("trimmed", 0)[1]
        place = TopicPartition("trimmed", 0, self.dice.randrange(end + 1))
        if place.offset > self.offsets("trimmed", 0)[0]:
            self.admin.delete_records([place])[place].result(10)
        kafka("configs", "--alter", "--entity-type", "topics", "--entity-name", name,
              "--add-config", "retention.ms=12345678")
        kafka("configs", "--alter", "--entity-type", "users", "--entity-name", "alice",
              "--add-config", "producer_byte_rate=100000000")

    def offsets(self, topic, partition):
        consumer = Consumer({**self.client, "group.id": "x"})
        found = consumer.get_watermark_offsets(TopicPartition(topic, partition), 10)
        consumer.close()
        return found

    def consume(self):
        for protocol in ["classic", "consumer"]:
            consumer = Consumer({
                **self.client, "group.id": f"{protocol}-{self.dice.randrange(3)}", "group.protocol": protocol,
                "auto.offset.reset": "earliest"})
            consumer.subscribe(["codec-none", "transactions"])
            messages, until = [], time.monotonic() + 5
            while len(messages) < 5 and time.monotonic() < until:
                messages += consumer.consume(20, 0.2)
            try:
                consumer.commit(asynchronous=False)
            except KafkaException:
                pass
            consumer.close()

    def all(self):
        for part in [self.produce, self.transact, self.administer, self.consume, self.produce]:
            part()


def right(broker, clean=True, killed=False):
    checker = Checker(broker.directory / "data", clean, killed)
    assert checker.check() == [], f"seed {SEED}"
    return checker.statistics


@pytest.fixture
def workload(tmp_path):
    print("seed", SEED)
    broker = Broker(tmp_path, *OPTIONS)
    workload = Workload(broker, random.Random(SEED))
    try:
        workload.create()
        yield workload
    finally:
        broker.kill()


def test_ours_is_right_after_a_stop(workload):
    broker = workload.broker
    workload.all()
    broker.stop()
    statistics = right(broker)
    print(statistics)
    assert statistics["codecs"] == [0, 1, 2, 3, 4] and statistics["segments"] > statistics["partitions"] + 10
    broker.start()
    workload.all()
    broker.stop()
    print(right(broker))
    snapshot = max((broker.directory / "data/__cluster_metadata-0").glob("*.checkpoint"))
    before = snapshot.read_bytes()
    for edit in [flip(70), flip(-1), lambda data: data[:-1], lambda data: data[:100], add(0, "q")]:
        snapshot.write_bytes(edit(before))
        assert check(broker.directory / "data"), "damage of a metadata snapshot goes unnoticed"


@pytest.mark.parametrize("archive", ["kafka-4.0-clean", "kafka-4.0-killed"])
def test_a_directory_of_kafka_is_right_after_we_went_on_with_it(tmp_path, archive):
    (tmp_path / "data").mkdir()
    unpack(archive, tmp_path / "data")
    broker = Broker(tmp_path, *OLD_DATA)
    try:
        producer = Producer({"bootstrap.servers": broker.address, "transactional.id": "tx-open"})
        producer.init_transactions(20)
        for end in [producer.commit_transaction, producer.abort_transaction]:
            producer.begin_transaction()
            for topic in ["plain", "transactions", "compacted", "trimmed", "small-segments"]:
                producer.produce(topic, b"more", key=b"more", partition=0)
            end(20)
        broker.stop()
        assert check(tmp_path / "data", killed=True) == []
    finally:
        broker.kill()


def test_the_partition_of_a_former_topic_of_that_name_is_set_aside(tmp_path):
    """As Kafka may leave it that was killed after it recreated a topic, before it deleted the old one's files."""
    broker = Broker(tmp_path)
    try:
        broker.kafka("topics", "--create", "--topic", "again")
        broker.stop()
        path = tmp_path / "data/again-0/partition.metadata"
        path.write_text("version: 0\ntopic_id: QUJDREVGR0hJSktMTU5PUA")
        broker.start()
        producer = Producer({"bootstrap.servers": broker.address})
        producer.produce("again", b"new")
        assert producer.flush(20) == 0
        broker.stop()
        assert check(tmp_path / "data", killed=True) == []
        assert len(list((tmp_path / "data").glob("again-0.*-stray"))) == 1
    finally:
        broker.kill()


def test_a_topic_that_is_created_again_after_a_kill_begins_at_zero(tmp_path):
    """The checkpoint of the log start offsets is still that of the topic of that name before it."""
    broker = Broker(tmp_path)
    try:
        broker.kafka("topics", "--create", "--topic", "again")
        producer = Producer({"bootstrap.servers": broker.address})
        for _ in range(10):
            producer.produce("again", b"old")
        assert producer.flush(20) == 0
        admin, place = AdminClient({"bootstrap.servers": broker.address}), TopicPartition("again", 0, 5)
        admin.delete_records([place])[place].result(10)
        broker.restart()
        broker.kafka("topics", "--delete", "--topic", "again")
        broker.kill()
        broker.start()
        broker.kafka("topics", "--create", "--topic", "again")
        assert broker.kafka("get-offsets", "--topic", "again", "--time", "-2") == "again:0:0\n"
    finally:
        broker.kill()


def test_ours_is_right_after_kills(workload):
    broker, dice = workload.broker, workload.dice
    parts = [workload.produce, workload.transact, workload.administer, workload.consume]
    for _ in range(ROUNDS):
        workload.stopping.clear()

        def work(part):
            while not workload.stopping.is_set():
                try:
                    part()
                except (KafkaException, AssertionError, BufferError, subprocess.SubprocessError):
                    pass

        threads = [threading.Thread(target=work, args=[part]) for part in dice.sample(parts, 2)]
        for thread in threads:
            thread.start()
        time.sleep(dice.uniform(0.2, 3))
        broker.kill()
        workload.stopping.set()
        right(broker, clean=False)
        broker.start()
        for thread in threads:
            thread.join()
        if dice.random() < 0.5:
            broker.stop()
            print(right(broker, killed=True))
            broker.start()
    broker.stop()
    print(right(broker, killed=True))
