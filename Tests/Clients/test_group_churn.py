# SPDX-License-Identifier: Apache-2.0
"""Members join, leave and die, brokers restart and die: the group processes every record at least once.

GROUP_ROUNDS events for each group, GROUP_SEED to repeat the dice.
"""
import collections
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from conftest import Broker
from directory_checker import check
from group_member import GROUP, TOPIC

ROUNDS = int(os.environ.get("GROUP_ROUNDS", 5))
SEED = int(os.environ.get("GROUP_SEED", random.randrange(1 << 32)))
PARTITIONS = 5
OPTIONS = [
    word for setting in [
        "group.min.session.timeout.ms=500", "group.initial.rebalance.delay.ms=0",
        "group.consumer.min.session.timeout.ms=500", "group.consumer.session.timeout.ms=2000",
        "group.consumer.min.heartbeat.interval.ms=100", "group.consumer.heartbeat.interval.ms=200"]
    for word in ["--override", setting]]


class Group:
    def __init__(self, directory, dice):
        self.directory, self.dice, self.members, self.started = directory, dice, [], 0
        self.broker = Broker(directory, *OPTIONS)
        self.broker.kafka("topics", "--create", "--topic", TOPIC, "--partitions", str(PARTITIONS))
        self.client = {"bootstrap.servers": self.broker.address, "log_level": 0, "reconnect.backoff.ms": 10,
                       "reconnect.backoff.max.ms": 100, "metadata.recovery.strategy": "none"}
        self.producer = Producer({**self.client, "enable.idempotence": True})
        self.log = open(directory / "members.log", "wb")
        self.written, self.events = 0, collections.Counter()

    def produce(self, seconds=0.0):
        for _ in range(self.dice.randrange(200)):
            self.producer.produce(TOPIC, str(self.written), partition=self.dice.randrange(PARTITIONS))
            self.written += 1
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.producer.poll(0.05)

    def join(self, library):
        self.started += 1
        self.members.append(subprocess.Popen(
            [sys.executable, Path(__file__).with_name("group_member.py"), library, self.broker.address,
             self.directory / f"processed-{self.started}"], stdout=self.log, stderr=self.log))

    def leave(self, number=-1):
        self.expect_members()
        member = self.members.pop(number)
        member.send_signal(signal.SIGTERM)
        try:
            member.wait(30)
        except subprocess.TimeoutExpired:
            # Some clients don't come back from a close while the broker is away.
            member.kill()
            member.wait()

    def die(self, number=-1):
        member = self.members.pop(number)
        member.kill()
        member.wait()

    def happen(self, libraries):
        self.expect_members()
        event = self.dice.choice(["join", "join", "leave", "die", "die", "restart", "kill"])
        if event in ("leave", "die") and self.members:
            getattr(self, event)(self.dice.randrange(len(self.members)))
        elif event in ("restart", "kill"):
            self.broker.stop() if event == "restart" else self.broker.kill()
            time.sleep(self.dice.choice([0, 0, self.dice.random()]))
            self.broker.start()
        elif len(self.members) < PARTITIONS + 1:
            self.join(self.dice.choice(libraries))
        else:
            return
        self.events[event] += 1

    def expect_members(self):
        """A member ends when it is told to, never by itself: it might be the last one."""
        for member in self.members:
            said = (self.directory / "members.log").read_text(errors="replace")[-3000:]
            assert member.poll() is None, f"{member.args} ended with status {member.returncode}: {said}"

    def ends(self):
        consumer = Consumer({**self.client, "group.id": "auditor"})
        found = {n: consumer.get_watermark_offsets(TopicPartition(TOPIC, n), 30)[1] for n in range(PARTITIONS)}
        consumer.close()
        return {partition: end for partition, end in found.items() if end}

    def committed(self):
        admin, asked = AdminClient(self.client), ConsumerGroupTopicPartitions(GROUP)
        found = admin.list_consumer_group_offsets([asked])[GROUP].result(30).topic_partitions
        return {place.partition: place.offset for place in found if not place.error and place.offset > 0}

    def processed(self):
        """{(partition, offset): value}, from the files of all members; the dead may leave half a line."""
        found = {}
        for path in self.directory.glob("processed-*"):
            for line in path.read_bytes().split(b"\n")[:-1]:
                partition, offset, value = map(int, line.split())
                assert found.setdefault((partition, offset), value) == value, "one offset, two records"
        return found

    def catch_up(self):
        assert self.producer.flush(60) == 0
        ends, deadline = self.ends(), time.monotonic() + 120
        while self.committed() != ends:
            self.expect_members()
            assert time.monotonic() < deadline, f"the group hangs at {self.committed()} of {ends}"
            time.sleep(0.1)
        return ends

    def verify(self):
        ends, found = self.catch_up(), self.processed()
        missing = [(n, offset) for n, end in ends.items() for offset in range(end) if (n, offset) not in found]
        assert not missing, f"{len(missing)} records were skipped, such as {missing[:10]}"
        assert sorted(found.values()) == list(range(self.written))
        print(dict(self.events), f"{self.written} records, {self.started} members")

    def kind(self):
        """What `groups --list` says: name, type, protocol, state."""
        lines = self.broker.kafka("groups", "--list").splitlines()
        return next(line.split()[1] for line in lines if line.split()[0] == GROUP)

    def end(self):
        for member in self.members:
            member.kill()
            member.wait()
        self.log.close()
        self.broker.kill()


@pytest.fixture
def group(tmp_path, request):
    print("seed", SEED)
    group = Group(tmp_path, random.Random(f"{SEED} {request.node.name}"))
    yield group
    group.end()


@pytest.mark.parametrize("libraries", [
    "librdkafka range, aiokafka, kafka-python", "librdkafka cooperative-sticky", "librdkafka consumer"])
def test_every_record_is_processed_at_least_once(group, libraries):
    libraries = libraries.split(", ")
    for library in libraries:
        group.join(library)
    for _ in range(ROUNDS):
        group.produce(group.dice.uniform(0.2, 2))
        group.happen(libraries)
    if not group.members:
        group.join(libraries[0])
    group.verify()
    while group.members:
        group.leave()
    group.broker.stop()
    assert check(group.directory / "data", killed=True) == []


@pytest.mark.parametrize("strategy", ["range", "cooperative-sticky"])
def test_a_group_changes_its_protocol_while_it_runs(group, strategy):
    classic, consumer = f"librdkafka {strategy}", "librdkafka consumer"
    for _ in range(3):
        group.join(classic)
    group.produce()
    group.catch_up()
    assert group.kind() == "Classic"
    for new, kind in [(consumer, "Consumer"), (classic, "Classic")]:
        killed = group.dice.randrange(3)
        for number in range(3):
            group.join(new)
            group.produce(group.dice.uniform(0, 1))
            group.dice.choice([group.leave, group.leave, group.die])(0)
            group.produce(group.dice.uniform(0, 1))
            if number == killed:
                group.broker.kill()
                group.broker.start()
        group.catch_up()
        deadline = time.monotonic() + 60
        while group.kind() != kind:
            assert time.monotonic() < deadline, f"the group is still {group.kind()}"
            time.sleep(0.1)
    group.verify()
    while group.members:
        group.leave()
    group.broker.stop()
    assert check(group.directory / "data", killed=True) == []
