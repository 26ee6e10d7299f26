# SPDX-License-Identifier: Apache-2.0
"""`kafka expect`: what a shell test says of what has been written."""
import json
import os
import signal
import subprocess
import threading

import pytest
from confluent_kafka import Producer
from conftest import KAFKA


def start(broker, *words):
    return subprocess.Popen([KAFKA, "expect", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address})


def expect(broker, *words, status=0):
    process = start(broker, *words)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == status, (words, errors)
    return output if status == 0 else errors


def produce(broker, topic, *lines):
    broker.kafka("console-producer", topic, "--property", "parse.key=true", "--property", "key.separator=:",
                 input="".join(line + "\n" for line in lines))


@pytest.fixture
def orders(broker, topic):
    produce(broker, topic, 'a:{"n": 1}', 'b:{"n": 2}', 'a:{"n": 3}')
    return topic


def test_what_is_there_is_found_at_once(broker, orders):
    assert expect(broker, orders, "--within", "30000s") == ""
    assert expect(broker, orders, "--count", "3", "--within", "30000s") == ""
    assert expect(broker, orders, "--count", "2", "--where", "n >= 2", "--within", "30000s") == ""
    assert expect(broker, orders, "--key", "a", "--value", '{"n": 3}', "--within", "30000s") == ""
    assert expect(broker, orders, "--exactly", "3", "--settle", "0", "--within", "30000s") == ""
    assert expect(broker, orders, "--exactly", "2", "--key", "a", "--settle", "0.1", "--within", "30000s") == ""
    assert expect(broker, orders, "--none", "--where", "n > 3", "--settle", "0", "--within", "30000s") == ""


def test_what_is_not_there_is_said_with_what_was(broker, orders):
    errors = expect(broker, orders, "--count", "4", "--within", "0.5", status=1).splitlines()
    assert errors[0] == f"kafka expect: expected at least 4 records in '{orders}' within 500 ms, found 3"
    assert errors[1] == "the last ones:"
    assert sorted(json.loads(line)["value"] for line in errors[2:]) == ['{"n": 1}', '{"n": 2}', '{"n": 3}']
    errors = expect(broker, orders, "--where", "n == 9", "--within", "0.5", status=1)
    assert "found 0 of 3 records read\n" in errors
    errors = expect(broker, orders, "--exactly", "1", "--key", "a", "--within", "60s", status=1).splitlines()
    assert "expected exactly 1 record in" in errors[0] and "found 2 of " in errors[0]
    assert [json.loads(line)["key"] for line in errors[2:]] == ["a", "a"], "those that count are shown"
    assert "found 3" in expect(broker, orders, "--none", "--within", "60s", status=1)


def test_a_key_is_no_number_and_an_empty_one_is_one(broker, topic):
    produce(broker, topic, "01:x", ":y")
    assert expect(broker, topic, "--key", "1", "--none", "--settle", "0", "--within", "60s") == ""
    assert json.loads(expect(broker, topic, "--key", "", "--print"))["value"] == "y"


def test_what_comes_later_is_waited_for(broker, topic):
    waiting = start(broker, topic, "--count", "2", "--print", "--within", "60s")
    produce(broker, topic, "k:first")
    line = json.loads(waiting.stdout.readline())
    assert (line["key"], line["value"]) == ("k", "first")
    produce(broker, topic, "k:second")
    assert waiting.wait(60) == 0


def test_a_topic_and_a_broker_may_come_later(own_broker):
    own_broker.stop()
    waiting = start(own_broker, "later", "--within", "60s")
    own_broker.start()
    own_broker.kafka("topics", "--create", "--topic", "later", "--partitions", "5")
    own_broker.kafka("console-producer", "later", input="x\n")
    assert waiting.wait(60) == 0
    own_broker.stop()
    errors = expect(own_broker, "later", "--within", "0.3", status=1)
    assert "connection refused" in errors and errors.count("\n") == 1


def test_a_topic_that_never_comes_is_named(broker):
    errors = expect(broker, "no-such-topic", "--within", "0.3", status=1)
    assert errors.endswith("found 0; 'no-such-topic' does not exist\n")


def test_what_could_not_be_read_is_not_absent(broker, own_broker, topic):
    own_broker.kafka("topics", "--create", "--topic", "t")
    waiting = start(own_broker, "t", "--none", "--within", "3s")
    own_broker.process.send_signal(signal.SIGSTOP)
    _, errors = waiting.communicate(timeout=60)
    own_broker.process.send_signal(signal.SIGCONT)
    assert waiting.returncode == 1, errors


def test_an_open_transaction_does_not_count(broker, topic):
    producer = Producer({"bootstrap.servers": broker.address, "transactional.id": f"id-{topic}"})
    producer.init_transactions()
    producer.begin_transaction()
    producer.produce(topic, "held back")
    producer.flush()
    expect(broker, topic, "--within", "0.5", status=1)
    assert expect(broker, topic, "--within", "60s", "--isolation-level", "read_uncommitted") == ""
    producer.abort_transaction()
    assert expect(broker, topic, "--none", "--settle", "0", "--within", "60s") == ""


def test_only_what_comes_from_now_on_may_count(broker, orders):
    assert expect(broker, orders, "--offset", "latest", "--none", "--within", "0.5") == ""
    waiting = start(broker, orders, "--offset", "latest", "--within", "60s")
    stop = threading.Event()

    def write():
        while not stop.wait(0.2):
            produce(broker, orders, "k:new")

    writer = threading.Thread(target=write)
    writer.start()
    assert waiting.wait(60) == 0
    stop.set()
    writer.join()


def test_ctrl_c_ends_it(broker, topic):
    waiting = start(broker, topic, "--count", "2", "--within", "60s", "--print")
    produce(broker, topic, "k:one")
    assert waiting.stdout.readline()
    waiting.send_signal(signal.SIGINT)
    assert waiting.wait(30) == 130


def test_it_joins_no_group(broker, orders, tmp_path):
    properties = tmp_path / "properties"
    properties.write_text("group.id=expecting\n")
    expect(broker, orders, "--command-config", str(properties))
    assert "expecting" not in broker.kafka("consumer-groups", "--list").split()
