# SPDX-License-Identifier: Apache-2.0
"""`kafka cp`: topics from one cluster to another, also when it is killed on the way."""
import json
import os
import random
import signal
import subprocess
import time

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from conftest import CODECS, KAFKA, Broker


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The cluster that is copied to."""
    broker = Broker(tmp_path_factory.mktemp("other"))
    yield broker
    broker.stop()


def start(source, destination, *words):
    return subprocess.Popen([KAFKA, "cp", "--from", source.address, "--to", destination.address, *words],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def copy(source, destination, *words, status=0):
    process = start(source, destination, *words)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == status, (words, output, errors)
    return errors if status else output


def records(broker, topic, *words):
    """All that consumers see, whatever their isolation, in the order of partitions."""
    lines = broker.kafka("console-consumer", topic, "--from-beginning", "--exit-at-end", "--format", "json", *words)
    found = [json.loads(line) for line in lines.splitlines()]
    return sorted(found, key=lambda record: (record["partition"], record["offset"]))


def without_offsets(found):
    return [{name: value for name, value in record.items() if name != "offset"} for record in found]


def offsets(broker, topic):
    return broker.kafka("get-offsets", "--topic", topic)


def test_records_come_over_byte_for_byte(broker, other, topic):
    producer = Producer({"bootstrap.servers": broker.address, "linger.ms": 50})
    headers = [("a", b"1"), ("a", None), ("b", b""), ("\u00e9", bytes(range(256)))]
    for number in range(300):
        producer.produce(
            topic, value=[b"", None, os.urandom(200)][number % 3], key=[None, b"", b"\xff\x00"][number // 3 % 3],
            headers=headers if number % 2 else None, timestamp=1_000_000 + number, partition=number % 3)
    producer.flush()
    assert copy(broker, other, topic) == f"{topic}: 300 records copied\n"
    assert records(other, topic) == records(broker, topic)
    assert offsets(other, topic) == offsets(broker, topic)
    assert copy(broker, other, topic) == f"{topic}: 0 records copied\n", "what is there is not copied again"
    broker.kafka("console-producer", topic, input="new\n")
    assert copy(broker, other, topic) == f"{topic}: 1 record copied\n"
    assert records(other, topic) == records(broker, topic)


@pytest.mark.parametrize("codec", CODECS)
def test_batches_stay_as_they_are(broker, other, topic, codec):
    broker.kafka("console-producer", topic, "--compression-codec", codec, "--partition", "1",
                 input="".join(f"value {n}\n" for n in range(5000)))
    copy(broker, other, topic)
    assert records(other, topic) == records(broker, topic)

    def batches(of):
        log = next((of.directory / "data").glob(f"{topic}-1/*.log"))
        lines = subprocess.run([KAFKA, "dump-log", "--files", str(log)], capture_output=True, text=True).stdout
        wanted = ["baseOffset", "lastOffset", "count", "CreateTime", "size", "compresscodec"]
        return [[word for word in zip(words, words[1:]) if word[0].rstrip(":") in wanted]
                for words in map(str.split, lines.splitlines()) if words[:1] == ["baseOffset:"]]

    assert batches(other) == batches(broker) != []
    assert codec in str(batches(other)).lower()


def test_topics_are_created_as_they_are(broker, other, topic):
    for number in [1, 2]:
        broker.kafka("topics", "--create", "--topic", f"made-{topic}-{number}", "--partitions", str(number + 2),
                     "--config", "cleanup.policy=compact", "--config", "retention.ms=7777")
    assert "--no-create" in copy(broker, other, "--include", f"made-{topic}-.*", "--no-create", status=1)
    copy(broker, other, "--include", f"made-{topic}-.*")
    described = other.kafka("topics", "--describe", "--topic", f"made-{topic}-.*")
    assert described.count("cleanup.policy=compact") == 2 == described.count("retention.ms=7777")
    assert "PartitionCount: 3" in described and "PartitionCount: 4" in described


def test_only_what_is_committed_is_copied(broker, other, topic):
    for round in range(6):
        producer = Producer({"bootstrap.servers": broker.address, "transactional.id": f"id-{topic}"})
        producer.init_transactions()
        producer.begin_transaction()
        for number in range(50):
            producer.produce(topic, f"{round} {number}", partition=number % 3)
        producer.flush()
        producer.commit_transaction() if round % 2 else producer.abort_transaction()
    assert copy(broker, other, topic) == f"{topic}: 150 records copied\n"
    committed = records(broker, topic, "--isolation-level", "read_committed")
    assert len(committed) == 150
    assert without_offsets(records(other, topic)) == without_offsets(committed)
    producer.begin_transaction()
    producer.produce(topic, "open")
    producer.flush()
    assert copy(broker, other, topic) == f"{topic}: 0 records copied\n"
    producer.commit_transaction()
    assert copy(broker, other, topic) == f"{topic}: 1 record copied\n"


def test_times_of_the_log_are_kept(broker, other, topic):
    name = f"log-time-{topic}"
    broker.kafka("topics", "--create", "--topic", name, "--config", "message.timestamp.type=LogAppendTime")
    broker.kafka("console-producer", name, "--compression-codec", "zstd", input="a\nb\nc\n")
    copy(broker, other, name)
    assert records(other, name) == records(broker, name)


def test_a_compacted_topic_comes_over_without_its_gaps(own_broker, other, topic):
    name = f"compacted-{topic}"
    own_broker.kafka("topics", "--create", "--topic", name, "--config", "cleanup.policy=compact", "--config",
                     "segment.ms=1", "--config", "min.cleanable.dirty.ratio=0", "--config", "max.compaction.lag.ms=1")
    for number in range(4):
        own_broker.kafka("console-producer", name, "--property", "parse.key=true", "--property", "key.separator=:",
                         input="".join(f"{key}:{number}\n" for key in range(40)))
        time.sleep(0.01)
    copy(own_broker, other, name)
    assert without_offsets(records(other, name)) == without_offsets(records(own_broker, name))


COUNT = 50_000


@pytest.fixture(scope="module")
def numbers(broker):
    """A topic with many batches."""
    broker.kafka("topics", "--create", "--topic", "numbers", "--partitions", "3")
    broker.kafka("console-producer", "numbers", "--batch-size", "2000", input="".join(f"{n}\n" for n in range(COUNT)))
    return "numbers"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_goes_on_where_it_was_ended(broker, numbers, own_broker, number, tmp_path):
    slow = tmp_path / "slow"
    slow.write_text("client.id=slow\nmax.partition.fetch.bytes=1\nfetch.max.bytes=1\n")
    # So that there is time to end it, however quick the machine is.
    broker.kafka("configs", "--alter", "--entity-type", "clients", "--entity-name", "slow", "--add-config",
                 "consumer_byte_rate=20000")
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    ended = 0
    for _ in range(5):
        process = start(broker, own_broker, numbers, "--from-config", str(slow))
        try:
            process.wait(chance.uniform(0.3, 1.2))
            assert process.returncode == 0, process.stderr.read()
            break
        except subprocess.TimeoutExpired:
            process.send_signal(number)
            assert process.wait(30) == (-number if number == signal.SIGKILL else 128 + number), process.stderr.read()
            ended += 1
    copy(broker, own_broker, numbers)
    assert ended > 0
    # Whatever isolation a reader has: nothing is missing, and nothing is there twice.
    assert records(own_broker, numbers) == records(broker, numbers)


def test_a_destination_that_goes_away_is_waited_for(broker, numbers, own_broker):
    process = start(broker, own_broker, numbers)
    time.sleep(0.5)
    own_broker.kill()
    time.sleep(0.2)
    own_broker.start()
    output, errors = process.communicate(timeout=120)
    if process.returncode != 0:
        # It had not begun to write.
        assert "can't reach" in errors, errors
        copy(broker, own_broker, numbers)
    assert records(own_broker, numbers) == records(broker, numbers)


def test_a_topic_that_somebody_else_writes_to_is_left_alone(broker, other, topic):
    broker.kafka("console-producer", topic, "--partition", "0", input="".join(f"{n}\n" for n in range(10)))
    other.kafka("topics", "--create", "--topic", topic, "--partitions", "3")
    other.kafka("console-producer", topic, "--partition", "0", input="foreign\n")
    assert "--append" in copy(broker, other, topic, status=1)
    assert len(records(other, topic)) == 1
    copy(broker, other, topic, "--append")
    assert [record["value"] for record in records(other, topic)] == ["foreign"] + [str(n) for n in range(10)]
    other.kafka("console-producer", topic, "--partition", "0", input="foreign\n")
    broker.kafka("console-producer", topic, "--partition", "0", input="one\ntwo\n")
    assert "somebody else has written there" in copy(broker, other, topic, status=1)
    other.kafka("topics", "--delete", "--topic", topic)
    assert copy(broker, other, topic) == f"{topic}: 12 records copied\n"


def test_a_topic_that_was_made_anew_is_another(broker, other, topic):
    broker.kafka("console-producer", topic, input="a\n")
    copy(broker, other, topic)
    broker.kafka("topics", "--delete", "--topic", topic)
    broker.kafka("topics", "--create", "--topic", topic, "--partitions", "3")
    broker.kafka("console-producer", topic, input="b\nc\n")
    assert "is another one than was copied before" in copy(broker, other, topic, status=1)


def test_groups_go_on_with_the_same_record(broker, other, topic):
    producer = Producer({"bootstrap.servers": broker.address, "transactional.id": f"id-{topic}"})
    producer.init_transactions()
    for round in range(4):
        producer.begin_transaction()
        for number in range(10):
            producer.produce(topic, f"{round} {number}", partition=0)
        producer.flush()
        producer.abort_transaction() if round == 1 else producer.commit_transaction()
    group = f"group-{topic}"
    wanted = Consumer({"bootstrap.servers": broker.address, "group.id": group, "enable.auto.commit": False})
    wanted.assign([TopicPartition(topic, 0, 0)])
    for _ in range(15):
        message = wanted.poll(30)
    wanted.commit(message, asynchronous=False)
    expected = wanted.poll(30).value()
    wanted.close()
    assert f"group {group}: 1 offset set" in copy(broker, other, topic, "--group", group)
    reader = Consumer({"bootstrap.servers": other.address, "group.id": group, "auto.offset.reset": "error"})
    reader.assign([TopicPartition(topic, 0)])
    assert reader.poll(30).value() == expected == b"2 5"
    reader.close()
    assert "has no offsets" in copy(broker, other, topic, "--group", "no-such-group", status=1)


def test_what_can_not_be_copied_is_said(broker, other, topic):
    assert "same cluster" in copy(broker, broker, topic, status=1)
    assert "no-such-topic" in copy(broker, other, "no-such-topic", status=1)
    assert "Kafka's own" in copy(broker, other, "__consumer_offsets", status=1)
    assert "no topic of the source matches 'none-.*'" in copy(broker, other, "--include", "none-.*", status=1).lower()
    other.kafka("topics", "--create", "--topic", topic, "--partitions", "2")
    assert "3 partitions at the source, but only 2" in copy(broker, other, topic, status=1)


def test_topics_may_have_other_names_there_in_the_same_cluster_too(broker, other, topic):
    lines = "\n".join(f"line {number}" for number in range(50))
    broker.kafka("console-producer", "--topic", topic, input=lines)
    broker.kafka("console-consumer", topic, "--from-beginning", "--group", f"{topic}-group", "--max-messages", "20")
    for number in range(2):
        told = copy(broker, other, topic, "--rename", f"{topic}:{topic}-there", "--group", f"{topic}-group")
        assert told.startswith(f"{topic}: {0 if number else 50} records copied\n")
    assert records(other, f"{topic}-there") == [
        {**record, "topic": f"{topic}-there"} for record in records(broker, topic)]
    lag = [line.split() for line in other.kafka("consumer-groups", "--describe", "--group", f"{topic}-group").splitlines()]
    assert sum(int(words[5]) for words in lag if len(words) > 5 and words[0] == f"{topic}-group") == 30
    assert copy(broker, broker, topic, "--prefix", "again.") == f"{topic}: 50 records copied\n"
    assert without_topic(records(broker, f"again.{topic}")) == without_topic(records(broker, topic))
    # Neither itself, nor in a circle, nor what was copied before.
    for words in [[topic], [topic, "--prefix", "p.", "--rename", f"{topic}:{topic}"],
                  [topic, f"again.{topic}", "--append", "--rename", f"{topic}:again.{topic}", "--rename", f"again.{topic}:{topic}"]]:
        assert "the same cluster" in copy(broker, broker, *words, status=1)
    assert copy(broker, broker, "--include", f".*{topic}", "--prefix", "again.") == f"{topic}: 0 records copied\n"


def without_topic(found):
    return [{name: value for name, value in record.items() if name != "topic"} for record in found]


def test_it_follows_until_it_is_interrupted_and_goes_on_from_there(broker, other, topic):
    expected = 0
    for _ in range(2):
        process = start(broker, other, topic, "--follow")
        for _ in range(3):
            broker.kafka("console-producer", "--topic", topic, input="\n".join(map(str, range(expected, expected + 100))))
            expected += 100
            deadline = time.monotonic() + 30
            while copied(other, topic) < expected:
                assert time.monotonic() < deadline and process.poll() is None, process.communicate()
                time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 130 and "goes on from here" in errors
    assert records(other, topic) == records(broker, topic)


def copied(broker, topic):
    """How many records the topic has, if it is there yet."""
    ended = subprocess.run([KAFKA, "get-offsets", "--topic", topic, "--bootstrap-server", broker.address],
                           capture_output=True, text=True)
    return sum(int(line.split(":")[2]) for line in ended.stdout.splitlines()) if ended.returncode == 0 else 0


def test_names_that_can_not_be_are_refused(broker, other, topic):
    for words, told in [
            (["--rename", f"{topic}:__consumer_offsets"], "Kafka's own"), (["--rename", topic], "SOURCE:DESTINATION"),
            (["--rename", f"{topic}:a/b"], "a/b"), (["--rename", "elsewhere:x"], "'elsewhere', which is not copied"),
            (["--rename", f"{topic}:a", "--rename", f"{topic}:b"], "two names"),
            (["--follow", "--group", "g"], "follow")]:
        said = copy(broker, other, topic, *words, status=1)
        assert told in said and said.count("\n") == 1, said
