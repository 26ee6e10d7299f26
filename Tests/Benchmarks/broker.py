# SPDX-License-Identifier: Apache-2.0
"""The broker under a load of librdkafka's."""
import socket
import struct
import subprocess
import time
from collections import defaultdict

from harness import LIBRDKAFKA, Broker


def librdkafka(*words):
    done = subprocess.run([LIBRDKAFKA, *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"librdkafka {words}: {done.stderr}")
    return [float(word) for word in done.stdout.split()]


def throughput(bench):
    """Records of 100 bytes, acks=all; CPU seconds of the broker alone."""
    count = bench.lines
    found = {name: defaultdict(list) for name in ["in", "out", "cpu in", "cpu out", "memory"]}
    for _ in range(bench.rounds):
        for kind in bench.kinds:
            broker = kind(bench)
            broker.create("t")
            before = broker.cpu_seconds
            found["in"][kind].append(count / librdkafka("produce", broker.address, "t", count, 100)[0] / 1e6)
            between = broker.cpu_seconds
            found["out"][kind].append(count / librdkafka("consume", broker.address, "t", count)[0] / 1e6)
            gigabytes = count * 100 / 1e9
            found["cpu in"][kind].append((between - before) / gigabytes)
            found["cpu out"][kind].append((broker.cpu_seconds - between) / gigabytes)
            found["memory"][kind].append(broker.megabytes)
            broker.stop()
    for way in ["in", "out"]:
        bench.rows(f"broker, librdkafka {way}: records", found[way], "M/s")
        bench.rows(f"broker, librdkafka {way}: CPU of the broker", found[f"cpu {way}"], "s/GB")
    bench.rows("resident memory: after them", found["memory"], "MB")


def latency(bench):
    medians, tails = defaultdict(list), defaultdict(list)
    floor_medians, floor_tails = [], []
    for _ in range(bench.rounds):
        median, tail = librdkafka("relay", 10_000, 1_000)
        floor_medians.append(median)
        floor_tails.append(tail)
        for kind in bench.kinds:
            broker = kind(bench)
            broker.create("t")
            median, tail = librdkafka("latency", broker.address, "t", 10_000, 1_000)
            medians[kind].append(median)
            tails[kind].append(tail)
            broker.stop()
    bench.rows("produce to consume, 1,000 records/s, acks=1: median", medians, "ms")
    bench.rows("produce to consume: 99th percentile", tails, "ms")
    bench.row("floor: four threads that hand a record on: median", floor_medians, unit="ms")
    bench.row("floor: the same: 99th percentile", floor_tails, unit="ms")


def groups(bench):
    join(bench, "50 processes of kcat join a group: stable after")
    # The first member alone makes a generation, whose SyncGroup fails as the others join; librdkafka then waits for two
    # seconds before it joins again.
    join(bench, "  with group.initial.rebalance.delay.ms=300", "group.initial.rebalance.delay.ms=300")
    commits(bench)


def join(bench, title, *overrides):
    """Fifty members of one group, each a process of kcat's."""
    walls = []
    for _ in range(bench.rounds):
        broker = Broker(bench, overrides=overrides)
        broker.create("t", 50)
        # By its default of 3 s a member is told of the next one at its next heartbeat, whatever the broker does.
        command = ["kcat", "-b", broker.address, "-X", "heartbeat.interval.ms=100", "-G", "g", "-q", "t"]
        started = time.monotonic()
        members = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(50)]
        while not is_stable(broker, 50):
            if time.monotonic() - started > 60:
                raise SystemExit("the group of 50 didn't become stable within a minute")
            time.sleep(0.05)
        walls.append(time.monotonic() - started)
        for member in members:
            member.terminate()
        for member in members:
            member.wait()
        broker.stop()
    bench.row(title, walls)


def commits(bench):
    """A thousand groups commit, each twice, in one row on one connection."""
    totals, longest = [], []
    for _ in range(bench.rounds):
        broker = Broker(bench)
        broker.create("t")
        with broker.connect() as connection:
            # The first commit has to wait for the topic of the offsets.
            commit(connection, "first")
            started, waits = time.monotonic(), []
            for number in range(2000):
                before = time.monotonic()
                commit(connection, f"group-{number % 1000}")
                waits.append(time.monotonic() - before)
            totals.append(2000 / (time.monotonic() - started))
            longest.append(max(waits) * 1000)
        broker.stop()
    bench.row("1,000 groups commit, one request after the other", totals, unit="/s")
    bench.row("  the longest answer", longest, unit="ms")


def commit(connection, group):
    """OffsetCommit, version 2, of a group without members, until it is taken."""
    name = group.encode()
    body = struct.pack(f">h{len(name)}sihqih1siiqh", len(name), name, -1, 0, -1, 1, 1, b"t", 1, 0, 5, 0)
    request = struct.pack(">hhih", 8, 2, 1, -1) + body
    while True:
        connection.sendall(struct.pack(">i", len(request)) + request)
        size = struct.unpack(">i", connection.recv(4, socket.MSG_WAITALL))[0]
        answer = connection.recv(size, socket.MSG_WAITALL)
        if answer[-2:] == b"\0\0":
            return
        time.sleep(0.01)


def is_stable(broker, count):
    try:
        state = broker.tool("consumer-groups", "--describe", "--group", "g", "--state")
    except subprocess.CalledProcessError:
        return False
    words = state.split()
    return "Stable" in words and str(count) == words[-1]
