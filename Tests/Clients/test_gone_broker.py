# SPDX-License-Identifier: Apache-2.0
"""Consumers whose broker has gone, or leads to an address where nobody is: they end when they should, and say why."""
import os
import signal
import subprocess
import time

import pytest
from conftest import KAFKA, Broker

REFUSED = "connection refused"


def start(broker, *arguments):
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
    return subprocess.Popen(
        [KAFKA, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)


@pytest.fixture
def lines(own_broker):
    own_broker.kafka("topics", "--create", "--topic", "lines", "--partitions", "2")
    own_broker.kafka("console-producer", "lines", "--partition", "0", input="a\nb\n")
    return own_broker


MEMBER = ["console-consumer", "lines", "--group", "g", "--from-beginning", "--consumer-property",
          "auto.commit.interval.ms=100000"]


@pytest.mark.parametrize("options", [[], ["--group", "g"], ["--group", "g", "--consumer-property",
                                                             "group.protocol=consumer"]])
def test_a_time_limit_ends_a_consumer_whose_broker_has_gone(lines, options):
    process = start(lines, "console-consumer", "lines", "--from-beginning", "--timeout-ms", "3000", *options)
    assert process.stdout.readline() == b"a\n"
    lines.kill()
    err = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 1
    assert any(REFUSED in line and "not committed" not in line for line in err.splitlines()), err
    # What is waited for is said once, and at the end that it did not come.
    last = [line for line in err.splitlines() if line.startswith("kafka console-consumer: ")][-1]
    assert last == "kafka console-consumer: gave up waiting for broker 1", err


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
def test_a_member_whose_broker_has_gone_stops_soon_and_says_what_it_could_not_commit(lines, end, protocol):
    process = start(lines, *MEMBER, "--consumer-property", f"group.protocol={protocol}")
    assert process.stdout.readline() == b"a\n"
    lines.process.send_signal(end)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    # A few seconds; without a limit of its own it would be minutes.
    err = process.communicate(timeout=30)[1].decode()
    lines.process.send_signal(signal.SIGCONT)
    assert process.returncode == 128 + signal.SIGTERM
    assert "the last offsets were not committed, so the group will read records again: " in err
    assert (REFUSED if end == signal.SIGKILL else "not answered") in err or "closed the connection" in err


def test_a_second_signal_after_a_while_ends_a_member_at_once(lines):
    process = start(lines, *MEMBER)
    assert process.stdout.readline() == b"a\n"
    lines.process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGTERM)
    time.sleep(1.2)
    process.send_signal(signal.SIGINT)
    err = process.communicate(timeout=30)[1].decode()
    lines.process.send_signal(signal.SIGCONT)
    assert process.returncode == 128 + signal.SIGINT and err == ""


def test_two_signals_at_a_time_are_one_and_nothing_is_lost_or_twice(lines):
    for _ in range(3):
        process = start(lines, *MEMBER, "--max-messages", "9")
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 128 + signal.SIGTERM and b"committed" not in err
        if out:
            break
    assert out == b"a\nb\n"
    assert lines.kafka("console-consumer", "lines", "--group", "g", "--exit-at-end") == ""


@pytest.fixture
def astray(tmp_path):
    """A broker that tells its clients to go where nobody is."""
    broker = Broker(tmp_path)
    broker.kafka("topics", "--create", "--topic", "lines", "--partitions", "1")
    broker.kafka("console-producer", "lines", input="a\n")
    broker.stop()
    broker.options = ("--override", "advertised.listeners=PLAINTEXT://127.0.0.1:1")
    broker.start()
    yield broker
    broker.kill()


@pytest.mark.parametrize("end", [["--exit-at-end"], ["--timeout-ms", "2000"]])
@pytest.mark.parametrize("options", [["--from-beginning"], ["--group", "g"], ["--tail", "1"]])
def test_an_address_that_leads_nowhere_is_an_error(astray, options, end):
    process = start(astray, "console-consumer", "lines", *options, *end)
    out, err = process.communicate(timeout=90)
    assert process.returncode == 1 and out == b""
    assert b"can't reach 127.0.0.1:1: " in err


def test_a_share_group_s_member_whose_broker_has_gone_ends(own_broker):
    broker = own_broker
    for feature in "metadata.version=28", "share.version=1":
        broker.kafka("features", "upgrade", "--feature", feature)
    broker.kafka("configs", "--alter", "--group", "s", "--add-config", "share.auto.offset.reset=earliest")
    broker.kafka("console-producer", "shared", input="a\n")
    process = start(broker, "console-share-consumer", "shared", "--group", "s")
    limited = start(broker, "console-share-consumer", "shared", "--group", "other", "--timeout-ms", "3000")
    assert process.stdout.readline() == b"a\n"
    broker.kill()
    assert limited.wait(60) == 1 and REFUSED in limited.stderr.read().decode()
    process.send_signal(signal.SIGTERM)
    err = process.communicate(timeout=30)[1].decode()
    assert process.returncode in (1, 128 + signal.SIGTERM), err


@pytest.mark.parametrize("options", [[], ["--group", "g"]])
def test_a_time_limit_ends_a_consumer_whose_broker_is_silent(lines, options):
    process = start(lines, "console-consumer", "lines", "--from-beginning", "--timeout-ms", "4000", *options)
    assert process.stdout.readline() == b"a\n"
    lines.process.send_signal(signal.SIGSTOP)
    try:
        err = process.communicate(timeout=60)[1].decode()
    finally:
        lines.process.send_signal(signal.SIGCONT)
    assert process.returncode == 1 and "not answered" in err, err


def test_a_producer_that_waits_for_each_line_ends_with_the_first_that_nobody_takes(own_broker):
    own_broker.kafka("topics", "--create", "--topic", "never", "--config", "min.insync.replicas=2")
    process = subprocess.run(
        [KAFKA, "console-producer", "never", "--bootstrap-server", own_broker.address, "--sync", "--producer-property",
         "delivery.timeout.ms=1000", "--request-timeout-ms", "500"],
        input="".join(f"{n}\n" for n in range(2000)), capture_output=True, text=True, timeout=120)
    assert process.returncode == 1
    assert "line 2 and all behind it were not sent" in process.stderr, process.stderr


@pytest.mark.parametrize("commits", ["100", "100000"])
def test_a_waiting_member_sees_partitions_that_come_after_many_looks(lines, commits):
    process = start(
        lines, "console-consumer", "lines", "--group", "w", "--from-beginning", "--consumer-property",
        "metadata.max.age.ms=300", "--consumer-property", f"auto.commit.interval.ms={commits}", "--timeout-ms", "60000")
    assert [process.stdout.readline() for _ in range(2)] == [b"a\n", b"b\n"]
    # Several looks that find nothing new.
    time.sleep(1.5)
    lines.kafka("topics", "--alter", "--topic", "lines", "--partitions", "3")
    lines.kafka("console-producer", "lines", "--partition", "2", input="c\n")
    assert process.stdout.readline() == b"c\n"
    process.terminate()
    process.communicate(timeout=60)
