# SPDX-License-Identifier: Apache-2.0
"""Starting, sitting there, and requests about many topics."""
import shutil
import struct
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from broker import librdkafka
from console import produce
from harness import ApacheKafka, Broker, ask_versions, seconds


def small(bench):
    starts, memory = defaultdict(list), defaultdict(list)
    lists, peers, helps, scripts = [], [], [], []
    for number in range(max(bench.rounds, 20)):
        if bench.kafka_home and number < bench.rounds:
            broker = ApacheKafka(bench)
            starts[ApacheKafka].append(broker.milliseconds_to_answer)
            time.sleep(10)
            memory[ApacheKafka].append(broker.megabytes)
            script = [f"{bench.kafka_home}/bin/kafka-topics.sh", "--list", "--bootstrap-server", broker.address]
            scripts.append(seconds(script)[0] * 1000)
            broker.stop()
        broker = Broker(bench)
        starts[Broker].append(broker.milliseconds_to_answer)
        helps.append(seconds([bench.kafka, "topics", "--help"])[0] * 1000)
        lists.append(broker.milliseconds("topics", "--list"))
        peers.append(seconds(["kcat", "-L", "-b", broker.address])[0] * 1000)
        if number < bench.rounds:
            time.sleep(10)
            memory[Broker].append(broker.megabytes)
        broker.stop()
    bench.rows("broker, empty directory: exec to first answer", starts, "ms")
    bench.rows("resident memory: idle for 10 s", memory, "MB")
    bench.row("topics --help", helps, unit="ms")
    bench.row("topics --list | kcat -L", lists, peers, "ms")
    if scripts:
        bench.row("topics --list | kafka-topics.sh --list", lists, scripts, "ms")


def memory(bench):
    broker = Broker(bench)
    connections = [broker.connect() for _ in range(1000)]
    for connection in connections:
        ask_versions(connection)
    bench.row("resident memory: with 1,000 connections", [broker.megabytes], unit="MB")
    for connection in connections:
        connection.close()
    broker.stop()
    broker = Broker(bench)
    broker.create("t", 1, "segment.bytes=268435456")
    count = int(bench.gigabytes * 1e9 / 1000)
    librdkafka("produce", broker.address, "t", count, 1000)
    librdkafka("consume", broker.address, "t", count)
    bench.row(f"resident memory: after {bench.gigabytes:g} GB in and out", [broker.megabytes], unit="MB")
    broker.stop()


def create_topics(broker, names):
    """Milliseconds that one CreateTopics request takes, version 2, of topics with one partition each."""
    started = time.monotonic()
    body = struct.pack(">i", len(names))
    for name in names:
        body += struct.pack(f">h{len(name)}sihii", len(name), name.encode(), 1, 1, 0, 0)
    request = struct.pack(">hhih", 19, 2, 1, -1) + body + struct.pack(">ib", 60_000, 0)
    with broker.connect() as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        answer = connection.makefile("rb")
        size = struct.unpack(">i", answer.read(4))[0]
        answer.read(size)
    return (time.monotonic() - started) * 1000


def kept(bench):
    """A broker whose directory stays: ext4 is slow to make files where many were deleted a moment ago."""
    return Broker(bench, Path(tempfile.mkdtemp(dir=bench.work)))


def topics(bench):
    creates, describes, sizes = [], [], []
    for _ in range(bench.rounds):
        broker = kept(bench)
        creates.append(create_topics(broker, [f"topic-{n}" for n in range(1000)]))
        broker.create("wide", 9000)
        describes.append(broker.milliseconds("topics", "--describe"))
        sizes.append(broker.megabytes)
        broker.stop()
    bench.row("CreateTopics, 1,000 topics in one request", creates, unit="ms")
    bench.row("topics --describe, 10,000 partitions", describes, unit="ms")
    bench.row("resident memory: with 10,000 partitions", sizes, unit="MB")


def large(bench):
    """A large directory of 1,000 partitions: opened after a clean stop, and after SIGKILL."""
    broker = Broker(bench, bench.work / "large")
    broker.create("many", 1000)
    path = bench.file(1_000_000, 1000)
    for _ in range(max(int(bench.gigabytes), 1)):
        seconds(produce(bench, broker, "many"), path)
    broker.stop()
    clean, killed = [], []
    for _ in range(bench.rounds):
        broker = Broker(bench, bench.work / "large")
        clean.append(broker.milliseconds_to_answer)
        seconds(produce(bench, broker, "many"), path)
        time.sleep(30)
        broker.kill()
        broker = Broker(bench, bench.work / "large")
        killed.append(broker.milliseconds_to_answer)
        broker.stop()
    title = f"{bench.gigabytes:g} GB, 1,000 partitions: exec to first answer after"
    bench.row(f"{title} a clean stop", clean, unit="ms")
    bench.row(f"{title} SIGKILL, idle 30 s", killed, unit="ms")
    shutil.rmtree(bench.work / "large")
