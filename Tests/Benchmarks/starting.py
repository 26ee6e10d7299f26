# SPDX-License-Identifier: Apache-2.0
"""Starting, sitting there, and requests about many topics."""
import shutil
import socket
import struct
import time

from broker import librdkafka
from console import produce
from harness import Broker, seconds


def connect(broker):
    host, port = broker.address.rsplit(":", 1)
    return socket.create_connection((host, int(port)))


def ask_versions(connection):
    """ApiVersions, version 0, and its answer."""
    connection.sendall(struct.pack(">ihhih", 10, 18, 0, 1, 0))
    connection.recv(4096)


def first_answer(bench, directory=None):
    """The broker, and milliseconds from exec until it has answered ApiVersions."""
    started = time.monotonic()
    broker = Broker(bench, directory)
    with connect(broker) as connection:
        ask_versions(connection)
    return broker, (time.monotonic() - started) * 1000


def small(bench):
    starts, lists, peers, helps = [], [], [], []
    for _ in range(max(bench.rounds, 20)):
        broker, milliseconds = first_answer(bench)
        starts.append(milliseconds)
        helps.append(seconds([bench.kafka, "topics", "--help"])[0] * 1000)
        lists.append(seconds([bench.kafka, "topics", "--list", "--bootstrap-server", broker.address])[0] * 1000)
        peers.append(seconds(["kcat", "-L", "-b", broker.address])[0] * 1000)
        broker.stop()
    bench.row("broker, empty directory: exec to first answer", starts, unit="ms")
    bench.row("topics --help", helps, unit="ms")
    bench.row("topics --list | kcat -L", lists, peers, "ms")


def memory(bench):
    broker = Broker(bench)
    time.sleep(1)
    bench.row("resident memory: idle", [broker.megabytes], unit="MB")
    connections = [connect(broker) for _ in range(1000)]
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
    """One CreateTopics request, version 2, of topics with one partition each."""
    body = struct.pack(">i", len(names))
    for name in names:
        body += struct.pack(f">h{len(name)}sihii", len(name), name.encode(), 1, 1, 0, 0)
    request = struct.pack(">hhih", 19, 2, 1, -1) + body + struct.pack(">ib", 60_000, 0)
    with connect(broker) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        answer = connection.makefile("rb")
        size = struct.unpack(">i", answer.read(4))[0]
        answer.read(size)


def topics(bench):
    creates, describes, sizes = [], [], []
    for number in range(bench.rounds):
        # Kept until all is done: ext4 is slow to make files where many were deleted a moment ago.
        broker = Broker(bench, bench.work / f"topics-{number}")
        started = time.monotonic()
        create_topics(broker, [f"topic-{n}" for n in range(1000)])
        creates.append((time.monotonic() - started) * 1000)
        broker.create("wide", 9000)
        describes.append(seconds(
            [bench.kafka, "topics", "--bootstrap-server", broker.address, "--describe"])[0] * 1000)
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
        broker, milliseconds = first_answer(bench, bench.work / "large")
        clean.append(milliseconds)
        seconds(produce(bench, broker, "many"), path)
        time.sleep(30)
        broker.kill()
        broker, milliseconds = first_answer(bench, bench.work / "large")
        killed.append(milliseconds)
        broker.stop()
    title = f"{bench.gigabytes:g} GB, 1,000 partitions: exec to first answer after"
    bench.row(f"{title} a clean stop", clean, unit="ms")
    bench.row(f"{title} SIGKILL, idle 30 s", killed, unit="ms")
    shutil.rmtree(bench.work / "large")
