# SPDX-License-Identifier: Apache-2.0
"""Members of a group whose output or terminal goes away: they leave the group, and nothing is lost to it."""
import json
import os
import signal
import subprocess
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
