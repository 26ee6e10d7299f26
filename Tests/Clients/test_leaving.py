# SPDX-License-Identifier: Apache-2.0
"""Members of a group whose output or terminal goes away: they leave the group, and nothing is lost to it."""
import fcntl
import json
import os
import signal
import struct
import subprocess
import termios
import time

import pytest
from conftest import KAFKA, tool

COUNT = 200_000


@pytest.fixture
def numbers(broker, topic):
    broker.kafka("console-producer", topic, input="".join(f"{n}\n" for n in range(COUNT)))
    return topic


def consumer(broker, topic, group, tool="console-consumer", **options):
    topics = [topic, "--group", group, "--from-beginning"] if tool == "console-consumer" else [
        "--topic", topic, "--group-id", group, "--reset-policy", "earliest"]
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
    return subprocess.Popen(
        [KAFKA, tool, *topics], env=environment, **{"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, **options})


def members(broker, group):
    """How many there are; a member that died without a word would be one for its whole session timeout."""
    state = broker.kafka("consumer-groups", "--describe", "--group", group, "--state", "--output", "json")
    return json.loads(state)["members"]


def rest(broker, topic, group):
    """What the group has not read yet."""
    return broker.kafka("console-consumer", topic, "--group", group, "--from-beginning", "--exit-at-end").split()


@pytest.mark.parametrize("name", ["console-consumer", "verifiable-consumer"])
def test_a_group_is_left_when_the_reader_goes_away(broker, numbers, name):
    group = f"reader-{name}-{numbers}"
    process = consumer(broker, numbers, group, tool=name)
    assert process.stdout.readline()
    process.stdout.close()
    if name == "verifiable-consumer":
        # Its lines are few; it notices with the next one.
        broker.kafka("console-producer", numbers, input="more\n")
    assert process.wait(60) == -signal.SIGPIPE
    assert members(broker, group) == 0


def test_what_could_not_be_written_is_not_committed(broker, numbers):
    group = f"full-{numbers}"
    with open("/dev/full", "wb") as full:
        assert consumer(broker, numbers, group, stdout=full).wait(60) == 1
    assert members(broker, group) == 0
    assert sorted(map(int, rest(broker, numbers, group))) == list(range(COUNT))


def test_a_share_group_gets_again_what_could_not_be_written(own_broker):
    broker = own_broker
    for feature in "metadata.version=28", "share.version=1":
        broker.kafka("features", "upgrade", "--feature", feature)
    broker.kafka("console-producer", "shared", input="".join(f"{n}\n" for n in range(COUNT)))
    broker.kafka("configs", "--alter", "--group", "sharers", "--add-config", "share.auto.offset.reset=earliest")
    command = ["console-share-consumer", "--topic", "shared", "--group", "sharers"]
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [KAFKA, *command], env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1 and done.stderr.count("cannot write the output") == 1
    state = json.loads(broker.kafka("share-groups", "--describe", "--group", "sharers", "--state", "--output", "json"))
    assert state["members"] == 0
    found = broker.kafka(*command, "--max-messages", str(COUNT)).split()
    assert sorted(map(int, found)) == list(range(COUNT))


def test_members_of_a_share_group_that_are_interrupted_print_each_record_once(own_broker):
    broker = own_broker
    for feature in "metadata.version=28", "share.version=1":
        broker.kafka("features", "upgrade", "--feature", feature)
    broker.kafka("console-producer", "shared", input="".join(f"{n}\n" for n in range(5000)))
    broker.kafka("configs", "--alter", "--group", "sharers", "--add-config", "share.auto.offset.reset=earliest")
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
    printed = []
    for wanted in 1, 300, 1700:
        # One more, so that there is something to begin with.
        broker.kafka("console-producer", "shared", input=f"{5000 + wanted}\n")
        process = subprocess.Popen(
            [KAFKA, "console-share-consumer", "--topic", "shared", "--group", "sharers"], env=environment, bufsize=0,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines = [process.stdout.readline()]
        # What it says of the records is on its way by now; the signal comes twice, as from GNU timeout.
        time.sleep(0.1)
        process.terminate()
        process.terminate()
        out, err = process.communicate(timeout=60)
        assert process.returncode == 128 + signal.SIGTERM and b"acknowledged" not in err, err
        printed += map(int, lines + out.split())
    assert sorted(printed) == [*range(5000), 5001, 5300, 6700]


def test_a_group_reads_again_from_a_record_that_could_not_be_printed(broker, topic):
    group = f"bad-{topic}"
    broker.kafka("console-producer", topic, "--partition", "0", input="first\n")
    broker.kafka("console-producer", topic, "--partition", "0", input="second\n")
    tool("console-consumer", topic, "--group", group, "--from-beginning", "--value-deserializer", "LongDeserializer",
         address=broker.address, status=1)
    assert rest(broker, topic, group) == ["first", "second"]


def test_a_terminal_that_goes_away_ends_a_consumer_in_order(broker, numbers, tmp_path):
    group = f"hangup-{numbers}"
    process = consumer(broker, numbers, group)
    printed = [int(process.stdout.readline())]
    process.send_signal(signal.SIGHUP)
    printed += map(int, process.stdout.read().split())
    assert process.wait(60) == 128 + signal.SIGHUP
    assert members(broker, group) == 0
    printed += map(int, rest(broker, numbers, group))
    assert sorted(printed) == list(range(COUNT))


def test_under_nohup_a_consumer_goes_on(broker, numbers):
    process = consumer(
        broker, numbers, f"nohup-{numbers}", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    printed = [int(process.stdout.readline())]
    process.send_signal(signal.SIGHUP)
    printed += [int(process.stdout.readline()) for _ in range(COUNT - 1)]
    assert sorted(printed) == list(range(COUNT))
    process.terminate()
    process.communicate()
    assert process.returncode == 128 + signal.SIGTERM


def test_a_terminal_that_goes_away_ends_a_producer_in_order(broker, topic):
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
    process = subprocess.Popen([KAFKA, "console-producer", topic], env=environment, stdin=subprocess.PIPE)
    # More than a pipe holds: what has been taken from it is on its way.
    process.stdin.write(b"".join(b"%d\n" % n for n in range(COUNT)))
    process.stdin.flush()
    process.send_signal(signal.SIGHUP)
    assert process.wait(60) == 128 + signal.SIGHUP
    process.stdin.close()
    found = sorted(map(int, broker.kafka("console-consumer", topic, "--from-beginning", "--exit-at-end").split()))
    assert found and found == list(range(len(found)))


def test_a_terminal_that_goes_away_stops_a_broker_in_order(own_broker):
    own_broker.process.send_signal(signal.SIGHUP)
    assert own_broker.process.wait(60) == 0


def until_full(pipe):
    """Waits until nothing more goes into the pipe, which nobody reads; returns what lies in it."""
    before, now = -1, 0
    while now == 0 or now != before:
        time.sleep(0.5)
        before, now = now, struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"1234"))[0]
    return now


@pytest.mark.parametrize("errors", ["apart", "in the same pipe"])
@pytest.mark.parametrize("options", [[], ["--group", "{}"]])
def test_a_signal_ends_a_consumer_whose_reader_takes_nothing(broker, topic, options, errors):
    count = 400_000
    broker.kafka("console-producer", topic, input="".join(f"{n}\n" for n in range(count)))
    group = f"stuck-{topic}-{len(errors)}"
    process = subprocess.Popen(
        [KAFKA, "console-consumer", topic, "--from-beginning", "--bootstrap-server", broker.address,
         *(option.format(group) for option in options)], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if errors == "apart" else subprocess.STDOUT)
    until_full(process.stdout)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 128 + signal.SIGTERM
    out, err = process.communicate()
    # The last one may have gone out in part.
    printed = [int(line) for line in out.split(b"\n")[:-1]]
    if errors == "apart":
        assert err == f"Processed a total of {len(printed)} messages\n".encode()
    if options:
        assert members(broker, group) == 0
        assert sorted(printed + list(map(int, rest(broker, topic, group)))) == list(range(count))


def test_a_reader_that_is_slow_gets_whole_lines_after_a_signal(broker, topic):
    lines = [f"{n} ".ljust(99, "x") for n in range(30_000)]
    broker.kafka("console-producer", topic, "--partition", "0", input="\n".join(lines) + "\n")
    process = subprocess.Popen(
        [KAFKA, "console-consumer", topic, "--from-beginning", "--bootstrap-server", broker.address],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    until_full(process.stdout)
    process.send_signal(signal.SIGTERM)
    read = []
    while piece := os.read(process.stdout.fileno(), 20_000):
        read.append(piece)
        time.sleep(0.01)
    assert process.wait(60) == 128 + signal.SIGTERM
    assert lines[:b"".join(read).count(b"\n")] == b"".join(read).decode().removesuffix("\n").split("\n")


@pytest.mark.parametrize("words", [["dump-log", "--print-data-log"]])
def test_a_signal_ends_a_tool_whose_reader_takes_nothing(own_broker, words):
    own_broker.kafka("console-producer", "lines", input="".join(f"{n} ".ljust(99, "x") + "\n" for n in range(20_000)))
    own_broker.stop()
    file = own_broker.directory / "data/lines-0/00000000000000000000.log"
    process = subprocess.Popen([KAFKA, *words, str(file)], stdout=subprocess.PIPE)
    until_full(process.stdout)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == -signal.SIGTERM


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_a_member_that_gets_no_partitions_is_at_the_end(own_broker, protocol):
    broker = own_broker
    broker.stop()
    broker.options = ("--override", "group.consumer.min.heartbeat.interval.ms=200", "--override",
                      "group.consumer.heartbeat.interval.ms=200")
    broker.start()
    broker.kafka("topics", "--create", "--topic", "one", "--partitions", "1")
    broker.kafka("console-producer", "one", input="a\nb\n")
    options = ["one", "--group", "g", "--from-beginning", "--consumer-property", f"group.protocol={protocol}"]
    if protocol == "classic":
        options += ["--consumer-property", "heartbeat.interval.ms=200"]
    owner = subprocess.Popen(
        [KAFKA, "console-consumer", *options, "--bootstrap-server", broker.address], stdout=subprocess.PIPE, bufsize=0)
    try:
        assert owner.stdout.readline() == b"a\n"
        while (found := members(broker, "g")) != 1:
            assert found == 0
        # Which of the two has the partition is the group's business, but one has none.
        several = [subprocess.Popen(
            [KAFKA, "console-consumer", *options, "--exit-at-end", "--bootstrap-server", broker.address],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
        for process in several:
            assert process.wait(60) == 0, process.stderr.read()
        assert all(b"Processed a total of " in process.stderr.read() for process in several)
    finally:
        owner.terminate()
    assert owner.wait(60) == 128 + signal.SIGTERM


def test_a_member_whose_pattern_matches_no_topic_is_at_the_end(broker):
    process = subprocess.run(
        [KAFKA, "console-consumer", "--include", "nothing-like-this", "--group", "none", "--exit-at-end",
         "--consumer-property", "heartbeat.interval.ms=200", "--bootstrap-server", broker.address],
        capture_output=True, timeout=60)
    assert process.returncode == 0 and process.stderr == b"Processed a total of 0 messages\n", process.stderr
