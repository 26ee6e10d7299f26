# SPDX-License-Identifier: Apache-2.0
"""What the next member of a group prints follows what went out from the last one, however that one ended: by a limit, a
signal, a reader that went away, a disk that got full."""
import base64
import os
import random
import resource
import signal
import struct
import subprocess
import time

import pytest
from conftest import KAFKA

COUNT = 180_000


@pytest.fixture(scope="module")
def numbers(broker):
    """A topic with numbers in one partition, in batches of several sizes."""
    topic = "numbers-in-a-row"
    broker.kafka("topics", "--create", "--topic", topic, "--partitions", "3")
    for first in range(0, COUNT, COUNT // 3):
        lines = "".join(f"{n}\n" for n in range(first, first + COUNT // 3))
        broker.kafka("console-producer", topic, "--partition", "0", "--producer-property",
                     f"batch.size={3000 + first // 10}", input=lines)
    return topic


@pytest.fixture
def chance():
    seed = random.getrandbits(32)
    print("seed", seed)
    return random.Random(seed)


def member(broker, topic, group, *options, **popen):
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
    return subprocess.Popen(
        [KAFKA, "console-consumer", topic, "--group", group, "--from-beginning", *options], env=environment, bufsize=0,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **popen})


def rest(broker, topic, group):
    """What the group has not read yet."""
    lines = broker.kafka("console-consumer", topic, "--group", group, "--from-beginning", "--exit-at-end").split()
    return list(map(int, lines))


def whole(data):
    """The numbers of the lines that are complete."""
    return list(map(int, data[:data.rfind(b"\n") + 1].split()))


def test_signals_at_any_moment(broker, numbers, chance):
    group, printed = f"signals-{numbers}", []
    for _ in range(8):
        process = member(broker, numbers, group, "--consumer-property", "auto.commit.interval.ms=5",
                         "--consumer-property", f"max.partition.fetch.bytes={chance.choice([300, 3000, 300_000])}")
        lines = min(chance.choice([0, 1, 10, 1000]), COUNT - len(printed))
        data = b"".join(process.stdout.readline() for _ in range(lines))
        time.sleep(chance.random() * 0.05)
        number = chance.choice([signal.SIGINT, signal.SIGTERM])
        process.send_signal(number)
        if chance.random() < 0.5:
            # As GNU timeout does it.
            process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert process.returncode in (128 + number, -number), err
        if process.returncode > 0:
            assert b"committed" not in err
        printed += whole(data + out)
    printed += rest(broker, numbers, group)
    assert printed == list(range(COUNT))


def test_a_reader_that_goes_away_at_any_line(broker, numbers, chance):
    group, printed = f"head-{numbers}", []
    for _ in range(6):
        process = member(broker, numbers, group)
        wanted = chance.randrange(1, 3000)
        # As head does it, which takes a block at a time from the pipe.
        data = b""
        while data.count(b"\n") < wanted:
            data += os.read(process.stdout.fileno(), 4096)
        process.stdout.close()
        assert process.wait(60) == -signal.SIGPIPE, process.stderr.read()
        process.stderr.close()
        taken = whole(data)
        assert taken == list(range(len(printed), len(printed) + len(taken)))
        printed += taken
    assert printed + rest(broker, numbers, group) == list(range(COUNT))


def test_head_and_the_line_behind_it(broker, numbers):
    """What head has printed is not printed again, and what it has not even read is not lost."""
    command = f'"{KAFKA}" console-consumer {numbers} --group {{}} --from-beginning 2>/dev/null | head -n 7'
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
    done = subprocess.run(command.format(f"h-{numbers}"), shell=True, env=environment, capture_output=True, timeout=60)
    assert whole(done.stdout) == list(range(7))
    left = rest(broker, numbers, f"h-{numbers}")
    assert left == list(range(COUNT - len(left), COUNT))
    # The block of a pipe that head reads at a time.
    assert 7 <= left[0] < 65_536 // 2


def test_a_disk_that_gets_full_at_any_byte(broker, numbers, chance, tmp_path):
    group, printed = f"disk-{numbers}", []
    for round in range(6):
        limit = chance.randrange(1, 40_000)
        path = tmp_path / str(round)

        def limited():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        with open(path, "wb") as file:
            process = member(broker, numbers, group, stdout=file, preexec_fn=limited)
        err = process.communicate(timeout=60)[1].decode()
        assert process.returncode == 1
        written = whole(path.read_bytes())
        # The error comes first, and the count is that of the records that are there.
        first, last = err.splitlines()
        assert first == "kafka console-consumer: cannot write the output: File too large"
        assert last == f"Processed a total of {len(written)} messages"
        printed += written
    assert printed + rest(broker, numbers, group) == list(range(COUNT))


def test_records_that_cannot_be_printed_at_any_place(broker, topic, chance):
    group, printed = f"bad-{topic}", []
    bad = sorted(chance.sample(range(1000), 5))
    values = [b"not 8 bytes" if n in bad else struct.pack(">q", n) for n in range(1000)]
    lines = b"".join(b'{"value_base64": "%s"}\n' % base64.b64encode(value) for value in values)
    broker.kafka("console-producer", topic, "--partition", "0", "--format", "json", input=lines, text=False)
    for place in bad:
        process = member(broker, topic, group, "--value-deserializer", "LongDeserializer")
        out, err = process.communicate(timeout=60)
        assert process.returncode == 1 and f"{topic}-0 offset {place}".encode() in err
        printed += whole(out)
        assert printed == [n for n in range(place) if n not in bad]
        # Past it by hand.
        broker.kafka("consumer-groups", "--reset-offsets", "--group", group, "--topic", f"{topic}:0", "--shift-by", "1",
                     "--execute")
    process = member(broker, topic, group, "--value-deserializer", "LongDeserializer", "--exit-at-end")
    printed += whole(process.communicate(timeout=60)[0])
    assert printed == [n for n in range(1000) if n not in bad]


def test_copies_of_several_batches_of_one_partition(broker, numbers):
    """Each transaction has room for less than what a poll brings."""
    target, group = f"copy-{numbers}", f"copier-{numbers}"
    broker.kafka("topics", "--create", "--topic", target, "--partitions", "3")
    for transaction in (7, 1000):
        broker.kafka(
            "transactional-message-copier", "--broker-list", broker.address, "--input-topic", numbers, "--input-partition",
            "0", "--output-topic", target, "--transactional-id", group, "--consumer-group", group, "--transaction-size",
            str(transaction), "--max-messages", "70" if transaction == 7 else "930")
    copied = broker.kafka("console-consumer", target, "--from-beginning", "--exit-at-end", "--isolation-level",
                          "read_committed").split()
    assert list(map(int, copied)) == list(range(1000))


def test_an_interrupted_measurement_says_what_it_has_measured(broker, numbers):
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
    process = subprocess.Popen(
        [KAFKA, "consumer-perf-test", "--topic", numbers, "--group", f"perf-{numbers}", "--num-records", "1000000000",
         "--timeout", "600000", "--hide-header"], env=environment, stdout=subprocess.PIPE)
    while not rest_is_empty(broker, f"perf-{numbers}"):
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out = process.communicate(timeout=60)[0].decode()
    assert process.returncode == 128 + signal.SIGINT
    assert out.split(", ")[4] == str(COUNT)


def rest_is_empty(broker, group):
    """Whether the automatic commits of a member that waits have reached the end."""
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
    done = subprocess.run([KAFKA, "consumer-groups", "--describe", "--group", group], env=environment,
                          capture_output=True, text=True, timeout=60)
    return any(line.split()[3:4] == [str(COUNT)] for line in done.stdout.splitlines() if line.startswith(group))


@pytest.mark.parametrize("options", [
    "partition.assignment.strategy=range", "partition.assignment.strategy=cooperative-sticky", "group.protocol=consumer"])
def test_members_that_come_and_go_in_the_midst(broker, topic, tmp_path, options):
    count, group = 60_000, f"churn-{topic}"
    broker.kafka("console-producer", topic, input="".join(f"{n}\n" for n in range(count)))
    properties = ["--consumer-property", options, "--consumer-property", "heartbeat.interval.ms=50",
                  "--consumer-property", "max.partition.fetch.bytes=2000", "--consumer-property",
                  "auto.commit.interval.ms=100"]
    paths = [tmp_path / str(n) for n in range(4)]
    members = []
    for path in paths:
        with open(path, "wb") as file:
            members.append(member(broker, topic, group, *properties, stdout=file))
        time.sleep(0.3)
        if len(members) > 2:
            members[-3].terminate()
    deadline = time.monotonic() + 60
    while (total := sum(len(whole(path.read_bytes())) for path in paths)) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in members:
        process.terminate()
        assert b"committed" not in process.communicate(timeout=60)[1]
    printed = sorted(n for path in paths for n in whole(path.read_bytes()))
    assert total >= count and printed == list(range(count))


def test_a_description_is_watched_until_ctrl_c(broker, topic):
    """Each time there is more; a pipe gets no escapes, and an empty line between two times."""
    broker.kafka("console-producer", "--topic", topic, input="a\nb\n")
    broker.kafka("console-consumer", "--topic", topic, "--group", f"w-{topic}", "--from-beginning", "--max-messages", "1")
    watcher = subprocess.Popen(
        [KAFKA, "consumer-groups", "-b", broker.address, "--describe", "--group", f"w-{topic}", "--watch", "0.2"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        def total():
            """The lag in the next description."""
            lag = 0
            for line in watcher.stdout:
                assert "\x1b" not in line
                if line.startswith("GROUP"):
                    return lag
                if topic in line:
                    lag += int(line.split()[5].replace("-", "0"))

        total()
        before = total()
        broker.kafka("console-producer", "--topic", topic, "--partition", "0", input="c\nd\n")
        while total() < before + 1:
            pass
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(timeout=20) == 130
    finally:
        watcher.kill()
        watcher.wait()
