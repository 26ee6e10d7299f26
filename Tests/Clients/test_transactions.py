# SPDX-License-Identifier: Apache-2.0
"""Consume, transform, produce: exactly once under SIGKILL of the broker and of the programs, and under takeovers.

TRANSACTION_ROUNDS kills for each library, TRANSACTION_SEED to repeat the dice.
"""
import collections
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from conftest import KAFKA, Broker
from directory_checker import check
from transformer import GROUP, PARTITIONS, TIMEOUT

ROUNDS = int(os.environ.get("TRANSACTION_ROUNDS", 5))
SEED = int(os.environ.get("TRANSACTION_SEED", random.randrange(1 << 32)))
OPTIONS = [
    word for setting in [
        "group.min.session.timeout.ms=500", "group.initial.rebalance.delay.ms=0",
        "group.consumer.min.session.timeout.ms=500", "group.consumer.session.timeout.ms=2000",
        "group.consumer.min.heartbeat.interval.ms=100", "group.consumer.heartbeat.interval.ms=200",
        "transaction.abort.timed.out.transaction.cleanup.interval.ms=500"]
    for word in ["--override", setting]]


class Transformers:
    """The programs: one for each partition, each a process that may die at any time."""

    def __init__(self, library, broker, log, dice):
        self.library, self.broker, self.log, self.dice = library, broker, log, dice
        self.fences_by_group = library.startswith("librdkafka") or "group" in library
        self.settings = broker.directory / "copier.properties"
        if "group" in library:
            self.settings.write_text(
                f"group.protocol={library.split()[-1]}\nsession.timeout.ms=2000\nheartbeat.interval.ms=200\n")
        self.names, self.running, self.replaced, self.kills = {}, {}, [], 0
        for partition in range(PARTITIONS):
            self.start(partition)

    def start(self, partition):
        # Where the group fences, a successor may have another id; the coordinator then ends what was left open.
        if partition not in self.names or self.fences_by_group and self.dice.random() < 0.3:
            self.names[partition] = f"transformer-{partition}-{self.kills}"
        self.running[partition] = subprocess.Popen(self.command(partition), stdout=self.log, stderr=self.log)

    def command(self, partition):
        if not self.library.startswith("kafka copier"):
            return [sys.executable, Path(__file__).with_name("transformer.py"), self.library, self.broker.address,
                    self.names[partition], str(partition)]
        # Ends when it has copied what there was; `revive` starts it again.
        source = (["--group-mode", "--use-group-metadata", "--command-config", self.settings]
                  if self.fences_by_group else ["--input-partition", str(partition)])
        return [KAFKA, "transactional-message-copier", "--bootstrap-server", self.broker.address, "--input-topic",
                "input", "--output-topic", "output", "--consumer-group", GROUP, "--transactional-id",
                self.names[partition], "--transaction-size", str(self.dice.randint(1, 40)), "--transaction-timeout",
                str(TIMEOUT), "--enable-random-aborts", *source]

    def kill(self, partition):
        self.kills += 1
        self.running[partition].kill()
        self.running[partition].wait()
        self.start(partition)

    def take_over(self, partition):
        """A successor starts while its predecessor lives."""
        self.replaced.append(self.running[partition])
        self.start(partition)

    def revive(self):
        for partition, process in self.running.items():
            if process.poll() is not None:
                self.start(partition)

    def end(self):
        for process in [*self.running.values(), *self.replaced]:
            process.kill()
            process.wait()


def committed(address):
    asked = ConsumerGroupTopicPartitions(GROUP)
    admin = AdminClient({"bootstrap.servers": address, "log_level": 0})
    found = admin.list_consumer_group_offsets([asked], require_stable=True)[GROUP].result(30).topic_partitions
    return {place.partition: place.offset for place in found if not place.error}


def read(address, isolation, topic="output"):
    """Everything in a topic: values by partition."""
    consumer = Consumer({
        "bootstrap.servers": address, "group.id": "auditor", "isolation.level": isolation,
        "enable.auto.commit": False, "auto.offset.reset": "error", "enable.partition.eof": True})
    values = {}
    for partition in range(PARTITIONS):
        values[partition] = []
        consumer.assign([TopicPartition(topic, partition, 0)])
        while True:
            message = consumer.poll(30)
            assert message is not None, f"no end of {topic}-{partition} for {isolation}"
            if message.error():
                assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
                break
            values[partition].append(message.value())
    consumer.close()
    return values


def wait_for_ended_transactions(address):
    """A program that was killed leaves its transaction open until that times out, and hides what was committed behind."""
    def ends(isolation):
        consumer = Consumer({"bootstrap.servers": address, "group.id": "auditor", "isolation.level": isolation})
        found = [consumer.get_watermark_offsets(TopicPartition("output", partition), 30)[1]
                 for partition in range(PARTITIONS)]
        consumer.close()
        return found

    deadline = time.monotonic() + 120
    while (stable := ends("read_committed")) != (all_of_it := ends("read_uncommitted")):
        assert time.monotonic() < deadline, f"a transaction stays open: {stable} of {all_of_it}"
        time.sleep(0.1)


@pytest.mark.parametrize("library", [
    "librdkafka classic", "librdkafka consumer", "aiokafka", "kafka-python", "kafka copier",
    "kafka copier group classic", "kafka copier group consumer"])
def test_every_input_comes_out_exactly_once(tmp_path, library):
    print("seed", SEED)
    dice = random.Random(f"{SEED} {library}")
    broker = Broker(tmp_path, *OPTIONS)
    for topic in ["input", "output"]:
        broker.kafka("topics", "--create", "--topic", topic, "--partitions", str(PARTITIONS),
                     "--config", "segment.bytes=1048576")
    producer = Producer({
        "bootstrap.servers": broker.address, "enable.idempotence": True, "log_level": 0,
        "reconnect.backoff.ms": 10, "reconnect.backoff.max.ms": 100, "metadata.recovery.strategy": "none"})
    log = open(tmp_path / "transformers.log", "wb")
    programs = Transformers(library, broker, log, dice)
    numbers, events = 0, collections.Counter()
    try:
        for _ in range(ROUNDS):
            for _ in range(dice.randrange(300)):
                # The copiers write what they read; the others say where they read it themselves.
                partition = dice.randrange(PARTITIONS)
                value = f"{numbers} {partition}" if library.startswith("kafka copier") else str(numbers)
                producer.produce("input", value, partition=partition)
                numbers += 1
            until = time.monotonic() + dice.uniform(0.1, 2.5)
            while time.monotonic() < until:
                producer.poll(0.05)
                programs.revive()
            event = dice.choice(["broker", "broker", "program", "program", "both", "take over"])
            events[event] += 1
            partition = dice.randrange(PARTITIONS)
            if event in ("broker", "both"):
                broker.kill()
                time.sleep(dice.choice([0, 0, dice.random()]))
            if event in ("program", "both"):
                programs.kill(partition)
            if event in ("broker", "both"):
                broker.start()
            if event == "take over":
                programs.take_over(partition)
            programs.revive()
        assert producer.flush(60) == 0
        ends = {}
        auditor = Consumer({"bootstrap.servers": broker.address, "group.id": "auditor"})
        for partition in range(PARTITIONS):
            ends[partition] = auditor.get_watermark_offsets(TopicPartition("input", partition), 30)[1]
        auditor.close()
        ends = {partition: end for partition, end in ends.items() if end}
        reached, deadline = None, 0
        while (now := committed(broker.address)) != ends:
            # However slow, as long as it goes on.
            if now != reached:
                reached, deadline = now, time.monotonic() + 120
            assert time.monotonic() < deadline, f"the group hangs at {now} of {ends}"
            programs.revive()
            time.sleep(0.1)
    finally:
        programs.end()
        log.close()
    try:
        wait_for_ended_transactions(broker.address)
        values = read(broker.address, "read_committed")
        raw = read(broker.address, "read_uncommitted")
        found = collections.Counter(value.split()[0] for part in values.values() for value in part)
        wanted = {str(number).encode() for number in range(numbers)}
        print(dict(events), f"{numbers} records, {sum(map(len, raw.values()))} written")
        assert b"aborted" not in found, "a record of an aborted transaction is visible"
        assert not wanted - set(found), f"missing: {sorted(wanted - set(found))[:10]}"
        assert not set(found) - wanted, f"never written: {sorted(set(found) - wanted)[:10]}"
        twice = [value for value, times in found.items() if times > 1]
        assert not twice, f"{len(twice)} records twice, such as {twice[:10]}"
        for part in values.values():
            for source in range(PARTITIONS):
                order = [int(value.split()[0]) for value in part if int(value.split()[1]) == source]
                assert order == sorted(order), f"the records of input-{source} are out of order"
    finally:
        broker.stop()
    assert check(tmp_path / "data") == []


def test_our_producer_outlives_its_broker_and_its_successor_cleans_up(tmp_path):
    """Transactions of producer-perf-test, which writes the numbers from 0 on."""
    print("seed", SEED)
    dice = random.Random(f"{SEED} producer")
    broker = Broker(tmp_path, *OPTIONS)
    settings = tmp_path / "client.properties"
    settings.write_text("reconnect.backoff.ms=10\nreconnect.backoff.max.ms=100\nretry.backoff.ms=10\n")
    topics = ["killed", "surviving"]
    for topic in topics:
        broker.kafka("topics", "--create", "--topic", topic, "--partitions", str(PARTITIONS))

    def start(topic):
        return subprocess.Popen(
            [KAFKA, "producer-perf-test", "--bootstrap-server", broker.address, "--topic", topic, "--num-records",
             "12000", "--payload-monotonic", "--throughput", "4000", "--transactional-id", "numbers",
             "--transaction-duration-ms", "40", "--command-config", settings],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_for_records(topic):
        while not any(int(line.split(":")[2]) for line in broker.kafka("get-offsets", "--topic", topic).split()):
            time.sleep(0.02)

    killed = start("killed")
    wait_for_records("killed")
    time.sleep(dice.uniform(0, 1.5))
    killed.kill()
    killed.communicate()
    surviving = start("surviving")
    try:
        wait_for_records("surviving")
        for _ in range(ROUNDS):
            time.sleep(dice.uniform(0.1, 0.8))
            broker.kill()
            time.sleep(dice.choice([0, dice.random()]))
            broker.start()
        out, err = surviving.communicate(timeout=120)
        assert surviving.returncode == 0 and "12000 records sent" in out, err
        values = {topic: [int(value) for part in read(broker.address, "read_committed", topic).values()
                          for value in part] for topic in topics}
        assert sorted(values["surviving"]) == list(range(12000))
        assert sorted(values["killed"]) == list(range(len(values["killed"]))), "a beginning, each number once"
        for part in read(broker.address, "read_uncommitted", "surviving").values():
            assert [int(value) for value in part] == sorted(map(int, part)), "out of order"
        assert "Ongoing" not in broker.kafka("transactions", "list")
    finally:
        surviving.kill()
        broker.stop()
    assert check(tmp_path / "data") == []
