# SPDX-License-Identifier: Apache-2.0
"""The broker under a load of librdkafka's."""
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
    for _ in range(bench.rounds):
        for kind in bench.kinds:
            broker = kind(bench)
            broker.create("t")
            median, tail = librdkafka("latency", broker.address, "t", 10_000, 1_000)
            medians[kind].append(median)
            tails[kind].append(tail)
            broker.stop()
    bench.rows("produce to consume, 1,000 records/s, acks=1: median", medians, "ms")
    bench.rows("produce to consume: 99th percentile", tails, "ms")


def groups(bench):
    """Fifty members of one group, each a process of kcat's."""
    walls = []
    for _ in range(bench.rounds):
        broker = Broker(bench)
        broker.create("t", 50)
        command = ["kcat", "-b", broker.address, "-G", "g", "-q", "t"]
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
    bench.row("50 processes of kcat join a group: stable after", walls)


def is_stable(broker, count):
    try:
        state = broker.tool("consumer-groups", "--describe", "--group", "g", "--state")
    except subprocess.CalledProcessError:
        return False
    words = state.split()
    return "Stable" in words and str(count) == words[-1]
