# SPDX-License-Identifier: Apache-2.0
"""What one client can do to the others: compression bombs, unfinished requests, all descriptors, a full log."""
import os
import re
import resource
import select
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest
from conftest import KAFKA, Broker

sys.path.insert(0, str(Path(__file__).parents[1] / "Fuzz"))
import batches  # noqa: E402
import fuzz  # noqa: E402

API_VERSIONS = struct.pack(">hhih", 18, 0, 7, 0)


@pytest.fixture
def start(tmp_path):
    """Starts a broker that is killed at the end."""
    started = []

    def start(*options):
        started.append(Broker(tmp_path, *options))
        return started[-1]

    yield start
    for broker in started:
        broker.kill()


def connect(broker):
    connection = socket.create_connection(("127.0.0.1", broker.port), timeout=120)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def send(connection, frame):
    connection.sendall(struct.pack(">i", len(frame)) + frame)


def receive(connection):
    def read(count):
        content = b""
        while len(content) < count:
            piece = connection.recv(count - len(content))
            assert piece, "the broker hung up"
            content += piece
        return content

    return read(struct.unpack(">i", read(4))[0])


def produce(*partitions, topic="orders"):
    """A Produce request of version 7 with a batch for each partition."""
    name = topic.encode()
    body = struct.pack(">hhih", 0, 7, 1, 0) + struct.pack(">hhii", -1, 1, 30000, 1)
    body += struct.pack(">h", len(name)) + name + struct.pack(">i", len(partitions))
    for partition, batch in partitions:
        body += struct.pack(">ii", partition, len(batch)) + batch
    return body


def errors(answer):
    """The error of each partition of a Produce answer of version 7 about one topic."""
    at = 4 + 4 + 2 + struct.unpack(">h", answer[8:10])[0]
    count = struct.unpack(">i", answer[at:at + 4])[0]
    return [struct.unpack(">h", answer[at + 8 + 30 * i:at + 10 + 30 * i])[0] for i in range(count)]


def bomb(value_bytes):
    """A batch that is honest in all but how much of nothing it holds."""
    now = int(time.time() * 1000)
    body = b"\0\0\0\1" + batches.varint(value_bytes) + bytes(value_bytes) + b"\0"
    deflate = zlib.compressobj(6, zlib.DEFLATED, 31)
    packed = deflate.compress(batches.varint(len(body)) + body) + deflate.flush()
    assert len(packed) < 1 << 20
    return batches.batch(packed, attributes=1, base_timestamp=now, max_timestamp=now)


def memory(broker):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{broker.process.pid}/status").read_text())[1]) << 10


def peak_memory(broker):
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{broker.process.pid}/status").read_text())[1]) << 10


def log(broker):
    return Path(broker.log.name).read_text()


def test_others_are_served_while_a_bomb_is_inflated(start):
    broker = start()
    broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "2")
    # On every event loop there are some of these.
    others = [connect(broker) for _ in range(4 * (os.cpu_count() or 1))]
    bombers = [connect(broker) for _ in range(6)]
    content = produce((0, bomb(90 << 20)))
    for bomber in bombers:
        send(bomber, content)
    for other in others:
        send(other, API_VERSIONS)
        receive(other)
    # The bombs, one after the other, take much longer.
    assert select.select(bombers, [], [], 0)[0] != bombers
    assert [errors(receive(bomber)) for bomber in bombers] == [[0]] * 6
    # What follows on the same connection came behind it, and large batches are whole.
    assert broker.kafka("get-offsets", "--topic", "orders", "--partitions", "0") == "orders:0:6\n"
    for connection in others + bombers:
        connection.close()


def test_a_batch_is_as_large_as_an_honest_one_can_be(start):
    broker = start()
    broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "3")
    connection = connect(broker)
    small = bomb(10)
    before = memory(broker)
    send(connection, produce((0, small), (1, bomb(300 << 20)), (2, bomb(4 << 20)), (0, small)))
    assert errors(receive(connection)) == [0, 10, 0, 0]
    assert memory(broker) - before < 300 << 20
    assert broker.kafka("get-offsets", "--topic", "orders") == "orders:0:2\norders:1:0\norders:2:1\n"


def test_unfinished_requests_share_a_budget(start):
    broker = start("--override", "queued.max.request.bytes=20000000")
    broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "1")
    before = memory(broker)
    connections = [connect(broker) for _ in range(12)]
    part = bytes(1 << 20)
    for connection in connections:
        connection.setblocking(False)
        connection.send(struct.pack(">i", 100_000_000))
    sent = dict.fromkeys(connections, 0)
    while True:
        writable = select.select([], [c for c in connections if sent[c] < 40 << 20], [], 1)[1]
        if not writable:
            break
        for connection in writable:
            sent[connection] += connection.send(part)
    assert sum(size >= 40 << 20 for size in sent.values()) <= 2
    assert memory(broker) - before < 220_000_000
    # Small requests are served all the same.
    assert broker.kafka("topics", "--list").split() == ["orders"]
    for connection in connections:
        connection.close()


def test_large_requests_all_get_to_their_end(start):
    broker = start("--override", "queued.max.request.bytes=20000000")
    broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "1", "--config", "max.message.bytes=50000000",
                 "--config", "segment.bytes=1000000000")
    now = int(time.time() * 1000)
    content = produce((0, batches.batch(batches.record(None, bytes(8 << 20)), base_timestamp=now, max_timestamp=now)))
    answers = []

    def work():
        connection = connect(broker)
        send(connection, content)
        answers.append(errors(receive(connection)))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[0]] * 12


def fetch(wait_ms, padding=0, names=0):
    """A Fetch of version 7 that waits for records, with so many numbers and long names that mean nothing."""
    content = struct.pack(">hhih", 1, 7, 1, 0) + struct.pack(">iiiibii", -1, wait_ms, 1, 1 << 20, 0, 0, -1)
    content += struct.pack(">i", 1) + b"\0\6orders" + struct.pack(">iiqqi", 1, 0, 0, 0, 1 << 20)
    content += struct.pack(">i", 1 + names) + b"\0\6orders" + struct.pack(">i", padding) + bytes(4 * padding)
    return content + names * (struct.pack(">h", 32_000) + bytes(32_000) + struct.pack(">i", 0))


def framed(content):
    return struct.pack(">i", len(content)) + content


def large_requests_are_served(broker):
    now = int(time.time() * 1000)
    content = produce((1, batches.batch(batches.record(None, bytes(500_000)), base_timestamp=now, max_timestamp=now)))
    connection = connect(broker)
    connection.settimeout(20)
    send(connection, content)
    return errors(receive(connection)) == [0]


def start_with_little_memory(start):
    broker = start("--override", "queued.max.request.bytes=100000")
    broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "2")
    return broker


def test_requests_that_wait_do_not_keep_large_ones_from_being_read(start):
    broker = start_with_little_memory(start)
    large = framed(fetch(2**31 - 1, padding=50_000))
    # One that came in parts, and one that was there when the one before it was answered.
    in_parts, whole = connect(broker), connect(broker)
    in_parts.sendall(large)
    whole.sendall(framed(fetch(1000)) + large)
    receive(whole)
    # What comes while it waits is read.
    whole.sendall(bytes(3))
    small = connect(broker)
    for _ in range(20):
        send(small, API_VERSIONS)
        receive(small)
        time.sleep(0.02)
    assert large_requests_are_served(broker)


def test_large_requests_that_wait_are_answered_when_others_need_their_memory(start):
    broker = start("--override", "queued.max.request.bytes=20000000")
    broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "2")
    large = framed(fetch(2**31 - 1, names=1000))
    before = memory(broker)
    connections = [connect(broker) for _ in range(12)]
    for connection in connections:
        connection.settimeout(60)
        connection.sendall(large)
    for connection in connections[:-1]:
        receive(connection)
    assert peak_memory(broker) - before < 300 << 20
    assert large_requests_are_served(broker)


def test_little_is_read_ahead_of_a_request_that_waits(start):
    broker = start()
    broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "2")
    before = memory(broker)
    content = memoryview(framed(fetch(2**31 - 1)) + 150_000 * framed(API_VERSIONS))
    unsent = {connect(broker): content for _ in range(200)}
    for connection in unsent:
        connection.setblocking(False)
    # Until nobody takes any more, which is more than once when the system makes more room.
    quiet = 0
    while quiet < 3:
        writable = select.select([], [c for c in unsent if unsent[c]], [], 0.5)[1]
        quiet = 0 if writable else quiet + 1
        for connection in writable:
            unsent[connection] = unsent[connection][connection.send(unsent[connection]) :]
    assert memory(broker) - before < 120 << 20


def test_a_connection_that_is_being_closed_takes_no_memory(start):
    broker = start_with_little_memory(start)
    bad = connect(broker)
    # More than is read ahead; an unknown request is the first of it.
    try:
        bad.sendall(framed(fetch(1000)) + framed(struct.pack(">hhih", 9999, 0, 1, 0) + bytes(900_000)) + bytes(600_000))
        while bad.recv(1 << 16):
            pass
    except ConnectionError:
        pass
    assert large_requests_are_served(broker)


def test_what_is_asked_for_a_thousand_times_is_answered_once(start):
    broker = start()
    broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "100")
    connection = connect(broker)
    many = 30_000
    # Metadata of version 1, DescribeGroups of version 0 and DescribeConfigs of version 1.
    names = struct.pack(">h", 6) + b"orders"
    for key, version, element, tail in [(3, 1, names, b""), (15, 0, names, b""), (32, 1, b"\2" + names + b"\xff" * 4, b"\0")]:
        sizes = []
        for count in (1, many):
            send(connection, struct.pack(">hhihi", key, version, 1, -1, count) + element * count + tail)
            sizes.append(len(receive(connection)))
        assert sizes[0] == sizes[1]


def test_idle_connections_are_closed_and_waiting_ones_are_not(start):
    broker = start("--override", "connections.max.idle.ms=300")
    broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "1")
    idle, waiting = connect(broker), connect(broker)
    # A Fetch of version 4 that waits for records for two seconds.
    fetch = struct.pack(">hhih", 1, 4, 1, 0) + struct.pack(">iiiib", -1, 2000, 1, 1 << 20, 0)
    fetch += struct.pack(">i", 1) + b"\0\6orders" + struct.pack(">iiqi", 1, 0, 0, 1 << 20)
    send(waiting, fetch)
    assert idle.recv(1) == b""
    assert len(receive(waiting)) > 4


def test_the_broker_rests_at_the_descriptor_limit_and_goes_on_by_itself(tmp_path):
    class Limited(Broker):
        def start(self):
            command = [KAFKA, "broker", "--data-dir", str(self.directory / "data"), "--listen", "127.0.0.1:0"]
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=self.log, text=True,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60)))
            self.port = int(re.match(r"ready on \S+:(\d+)", self.process.stdout.readline())[1])

    def ticks():
        fields = Path(f"/proc/{broker.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    broker = Limited(tmp_path)
    try:
        connections = [connect(broker) for _ in range(80)]
        while "can't be accepted" not in log(broker):
            time.sleep(0.05)
        before = ticks()
        time.sleep(2)
        # A loop that tries without end takes a core.
        assert ticks() - before < os.sysconf("SC_CLK_TCK")
        assert 1 <= log(broker).count("can't be accepted") <= 20
        assert "raise the limit (ulimit -n)" in log(broker)
        # The last ones wait for others to go.
        for connection in connections[:60]:
            connection.close()
        for connection in connections[60:]:
            send(connection, API_VERSIONS)
            receive(connection)
    finally:
        broker.kill()


def test_bad_connections_do_not_fill_the_log(start):
    broker = start()
    for _ in range(400):
        connection = connect(broker)
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert connection.recv(1) == b""
        connection.close()

    def said():
        lines = [line for line in log(broker).splitlines() if line.split("/127.0.0.1: ")[-1].startswith("the client speaks HTTP")]
        more = [re.search(r"and (\d+) more like it", line) for line in lines]
        return len(lines), len(lines) + sum(int(found[1]) for found in more if found)

    until = time.monotonic() + 60
    while said()[1] < 400 and time.monotonic() < until:
        time.sleep(0.1)
    lines, count = said()
    assert count == 400
    assert lines <= 40
    assert "closing the connection of /127.0.0.1: the client speaks HTTP" in log(broker)


def test_log_levels(start):
    quiet = start()
    quiet.kafka("topics", "--create", "--topic", "orders", "--partitions", "1")
    quiet.stop()
    assert [line.split("] ")[1] for line in log(quiet).splitlines()] == ["stopping"]

    broker = start("--log-level", "info")
    broker.kafka("topics", "--create", "--topic", "payments", "--partitions", "2")
    broker.kafka("console-producer", "--topic", "payments", input="one\n")
    broker.kafka("console-consumer", "--topic", "payments", "--group", "readers", "--from-beginning", "--max-messages", "1")
    broker.kafka("topics", "--delete", "--topic", "payments")
    broker.stop()
    text = log(broker)
    for said in [
        "has 1 topics with 1 partitions", "listening on PLAINTEXT://127.0.0.1:", "topic payments is created: 2 partitions",
        "group readers: generation 1 of 1 members", "group readers: generation 1 is stable", "is gone, 0 members are left",
        "topic payments with 2 partitions is deleted",
    ]:
        assert said in text
    assert "debug broker" not in text and "trace broker" not in text

    loud = start("--log-level", "trace")
    loud.kafka("topics", "--list")
    loud.stop()
    assert re.search(r"request \d+ of connection \d+: \S+ \d+, \d+ bytes", log(loud))


def test_log_levels_that_do_not_exist_are_refused():
    for arguments, environment in [(["--log-level", "loud"], {}), ([], {"KAFKA_LOG_LEVEL": "loud"})]:
        done = subprocess.run(
            [KAFKA, "broker", "--ephemeral", "--listen", "127.0.0.1:0", *arguments], capture_output=True, text=True,
            env={**os.environ, **environment}, timeout=60)
        assert done.returncode == 1 and done.stdout == ""
        assert "it must be one of trace, debug, info, notice, warning, error." in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("kind,count", [("requests", 4000), ("records", 1500), ("frames", 1500)])
def test_boundary_values_and_damaged_frames(tmp_path, kind, count):
    fuzz.fuzz(kind, tmp_path, os.environ.get("KAFKA_FUZZ_SEED") or str(time.time_ns()), count=count)
