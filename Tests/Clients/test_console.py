# SPDX-License-Identifier: Apache-2.0
"""console-producer and console-consumer where they go beyond Kafka's: JSON, per-record options, places, terminals."""
import base64
import json
import os
import random
import signal
import subprocess
import time

import pytest
from confluent_kafka import Producer
from conftest import KAFKA
from terminal import Terminal

NOW = int(time.time() * 1000)
UP, CTRL_C, CTRL_D = "\x1b[A", "\x03", "\x04"


def run(broker, *arguments, stdin=b"", status=0):
    """Standard output and standard error, as bytes."""
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
    done = subprocess.run([KAFKA, *arguments], input=stdin, capture_output=True, env=environment, timeout=300)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done.stdout, done.stderr.decode()


def produce(broker, topic, lines, *options):
    run(broker, "console-producer", topic, "--format", "json", *options,
        stdin=b"".join(json.dumps(line).encode() + b"\n" for line in lines))


def consume(broker, topic, *options):
    return run(broker, "console-consumer", topic, "--exit-at-end", *options)[0]


def envelopes(broker, topic, *options):
    return consume(broker, topic, "--from-beginning", "--format", "json", *options)


def values(broker, topic, *options):
    return consume(broker, topic, "--format", "%s,", *options).decode()


def parts(lines):
    """What must survive a copy; within a partition in order."""
    records = [json.loads(line) for line in lines.splitlines()]
    records.sort(key=lambda record: (record["partition"], record["offset"]))
    for record in records:
        del record["topic"], record["offset"]
    return records


def create(broker, name, partitions=3):
    run(broker, "topics", "--create", "--topic", name, "--partitions", str(partitions))
    return name


def test_a_copy_of_a_copy_is_the_topic(broker, topic):
    seed = random.getrandbits(32)
    print("seed", seed)
    chance = random.Random(seed)

    def some_bytes():
        kind = chance.random()
        if kind < 0.2:
            return None
        if kind < 0.6:
            return chance.randbytes(chance.choice([0, 1, 7, 8, 9, 100, 5000]))
        return "".join(chance.choices("ab\"\\\n\t\0\x1f\x7fé€😀\u2028{}", k=chance.randrange(60))).encode()

    producer = Producer({"bootstrap.servers": broker.address, "linger.ms": 20})
    sent = {0: [], 1: [], 2: []}
    for number in range(1000):
        record = (some_bytes(), some_bytes(), [(chance.choice(["a", "b", "é\n\""]), some_bytes())
                                              for _ in range(chance.randrange(4))], NOW - chance.randrange(10 ** 6))
        partition = chance.randrange(3)
        producer.produce(topic, key=record[0], value=record[1], headers=record[2], timestamp=record[3],
                         partition=partition)
        sent[partition].append(record)
        producer.poll(0)
    assert producer.flush(30) == 0

    first = envelopes(broker, topic)
    copies = [create(broker, topic + "-a"), create(broker, topic + "-b")]
    run(broker, "console-producer", copies[0], "--format", "json", stdin=first)
    second = envelopes(broker, copies[0])
    run(broker, "console-producer", copies[1], "--format", "json", stdin=second)
    third = envelopes(broker, copies[1])
    assert parts(first) == parts(second) == parts(third)

    def decoded(record, name):
        if name + "_base64" in record:
            return base64.b64decode(record[name + "_base64"])
        return None if record[name] is None else record[name].encode()

    read = {0: [], 1: [], 2: []}
    for record in parts(third):
        headers = [(header["key"], decoded(header, "value")) for header in record["headers"]]
        read[record["partition"]].append(
            (decoded(record, "key"), decoded(record, "value"), headers, record["timestamp"]))
    assert read == sent


def test_lines_name_topic_partition_and_time_or_options_do(broker, topic):
    other = create(broker, topic + "-other")
    lines = [{"topic": topic, "partition": 1, "timestamp": -1, "value": "a"},
             {"topic": other, "partition": 2, "timestamp": NOW, "key": "k", "headers": {"h": "1"}, "value": {"b": [1]}},
             {"topic": topic, "partition": 0, "value": None}]
    run(broker, "console-producer", "--format", "json", stdin="\n".join(map(json.dumps, lines)).encode())
    assert consume(broker, topic, "--from-beginning", "--partition", "1", "--format", "%p %T %s") == b"1 -1 a"
    assert consume(broker, other, "--from-beginning", "--format", "%p %T %k %h %s") == \
        b'2 %d k h=1 {"b": [1]}' % NOW
    produce(broker, other, lines[:1], "--partition", "0", "--key", "x", "--header", "a=1", "--header", "a=2",
            "--timestamp", "2026-01-31T08:00:00Z")
    assert consume(broker, other, "--from-beginning", "--partition", "0", "--format", "%T %k %h %s") == \
        b"1769846400000 x a=1,a=2 a"


def test_plain_lines_take_options_too(broker, topic):
    run(broker, "console-producer", topic, "--partition", "1", "--header", "a=b=c", "--key", "k", stdin=b"v\n\nw")
    assert consume(broker, topic, "--from-beginning", "--format", "%p %k %h %s;") == b"1 k a=b=c v;1 k a=b=c ;1 k a=b=c w;"
    run(broker, "console-producer", topic, "--key", "gone", "--partition", "2", "--tombstone", stdin=b"not read\n")
    run(broker, "console-producer", topic, "--tombstone", "--partition", "2", stdin=b"a\nb\n")
    assert consume(broker, topic, "--from-beginning", "--partition", "2", "--format", "%k %S;") == b"gone -1;a -1;b -1;"
    assert "no partition 9, only 0 to 2" in run(broker, "console-producer", topic, "--partition", "9", stdin=b"x\n",
                                               status=1)[1]


def test_a_partition_that_the_target_lacks_is_warned_of_once(broker, topic):
    small = create(broker, topic + "-small", 1)
    lines = [{"partition": 2, "value": "a"}, {"partition": 1, "value": "b"}, {"partition": 0, "value": "c"}]
    error = run(broker, "console-producer", small, "--format", "json",
                stdin="\n".join(map(json.dumps, lines)).encode())[1]
    assert error.count("\n") == 1 and "line 1" in error and "no partition 2" in error
    assert consume(broker, small, "--from-beginning", "--format", "%s") == b"abc"


@pytest.mark.parametrize("line, words", [
    (b"{", "the text ends too early"), (b"plain text", "a value expected"), (b'{"valu":1}', "did you mean 'value'?"),
    (b'{"value":"\xff"}', "no UTF-8"), (b'{"value":"a"}}', "more text"), (b'{"value_base64":"a"}', "no base64"),
    (b'{"value":"a","partition":9}', None)])
def test_a_bad_line_is_named_and_nothing_before_it_is_lost(broker, topic, line, words):
    lines = b'{"value":"1"}\n \n{"value":"2"}\n' + line + b'\n{"value":"3"}\n'
    if words is None:
        assert "line 4" in run(broker, "console-producer", topic, "--format", "json", stdin=lines)[1]
        return
    error = run(broker, "console-producer", topic, "--format", "json", stdin=lines, status=1)[1]
    assert error.count("\n") == 1 and "line 4: " in error and words in error.replace("an object", "a value")
    assert sorted(values(broker, topic, "--from-beginning").split(",")) == ["", "1", "2"]


def test_a_line_may_be_many_megabytes(broker, topic):
    run(broker, "configs", "--alter", "--topic", topic, "--add-config", "max.message.bytes=40000000")
    text = ("ä\n\"x\\" * 2_000_000)[:8_000_000]
    binary = os.urandom(5_000_000)
    lines = [{"value": text, "partition": 0}, {"value_base64": base64.b64encode(binary).decode(), "partition": 0}]
    produce(broker, topic, lines, "--producer-property", "max.request.size=30000000")
    read = [json.loads(line) for line in envelopes(broker, topic, "--partition", "0").splitlines()]
    assert read[0]["value"] == text and base64.b64decode(read[1]["value_base64"]) == binary
    error = run(broker, "console-producer", topic, "--format", "json", status=1,
                stdin=json.dumps({"value": text}).encode() + b'\n{"value":"small"}\n')[1]
    assert "line 1" in error and "max.request.size" in error


@pytest.fixture
def hourly(broker, topic):
    """Ten records, one an hour, over three partitions; the last is half an hour old."""
    produce(broker, topic, [
        {"partition": n % 3, "timestamp": NOW - 1_800_000 - (9 - n) * 3_600_000, "key": f"k{n}", "value": {"n": n}}
        for n in range(10)])
    return topic


def numbers(output):
    return sorted(int(line) for line in output.split())


@pytest.mark.parametrize("options, expected", [
    (["--from-beginning"], range(10)), (["--offset", "earliest"], range(10)), (["--offset", "latest"], []),
    (["--offset", "-1"], [7, 8, 9]), (["--offset", "-100"], range(10)), (["--partition", "0", "--offset", "2"], [6, 9]),
    (["--partition", "0,2", "--offset", "-2"], [5, 6, 8, 9]), (["--partition", "0-1", "--offset", "-1"], [7, 9]),
    (["--offset", "-2h"], [8, 9]), (["--offset", f"@{NOW - 6_000_000}"], [8, 9]), (["--offset", "-1m"], []),
    (["--from-beginning", "--until", "-2h"], range(8)), (["--from-beginning", "--until", "now"], range(10)),
    (["--offset", "-5h", "--until", "-2h"], [5, 6, 7]), (["--from-beginning", "--until", "-1"], range(7)),
    (["--partition", "1", "--from-beginning", "--until", "2"], [1, 4]), (["--from-beginning", "--until", "earliest"], []),
    (["--from-beginning", "--where", "n >= 7 or key == 'k2'"], [2, 7, 8, 9]),
    (["--from-beginning", "--where", "timestamp < '-5h'", "--where", "partition == 0"], [0, 3]),
    (["--tail", "2", "--where", "n < 5"], [3, 4]), (["--tail", "4", "--until", "-2h"], [4, 5, 6, 7]),
    (["--from-beginning", "--max-messages", "0"], []),
])
def test_reading_begins_and_ends_where_options_say(broker, hourly, options, expected):
    assert numbers(consume(broker, hourly, *options, "--select", "n")) == list(expected)


@pytest.mark.parametrize("zone, texts", [
    ("UTC0", ["2023-11-14 22:13:20.000", "2023-11-14T22:13:20"]), ("JST-9", ["2023-11-15 07:13:20.000"]),
    ("NST3:30", ["2023-11-14 18:43:20.000", "2023-11-14T22:13:20Z", "2023-11-14 18:43:20 -03:30"]),
])
def test_a_time_that_a_terminal_shows_is_taken_back(broker, topic, zone, texts):
    produce(broker, topic, [{"value": name, "timestamp": 1_700_000_000_000 + time}
                            for name, time in [("before", -1), ("then", 0), ("after", 1)]])
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address, "TZ": zone}
    for text in texts:
        for options in [["--offset", text], ["--from-beginning", "--where", f"timestamp >= '{text}'"],
                        ["--from-beginning", "--where", f"not timestamp < '{text}'"]]:
            command = [KAFKA, "console-consumer", topic, "--exit-at-end", "--format", "%s\n", *options]
            done = subprocess.run(command, capture_output=True, env=environment, check=True, timeout=60)
            assert sorted(done.stdout.split()) == [b"after", b"then"], (zone, options)
        reset = [KAFKA, "consumer-groups", "--reset-offsets", "--group", "g", "--topic", topic, "--dry-run",
                 "--to-datetime", text]
        # Kafka's own form is UTC there.
        if "T" not in text:
            done = subprocess.run(reset, capture_output=True, env=environment, check=True, timeout=60)
            assert sum(int(line.split()[3]) for line in done.stdout.splitlines() if topic.encode() in line) == 1


def test_without_standard_output_nothing_is_written_to_what_has_its_number(broker, topic):
    produce(broker, topic, [{"value": "one"}])
    for command in ["console-consumer --topic {} --from-beginning --exit-at-end", "topics --describe --topic {}"]:
        environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
        done = subprocess.run(["sh", "-c", f"exec {KAFKA} {command.format(topic)} >&-"], capture_output=True,
                              env=environment, timeout=60)
        assert done.returncode == 1 and b"cannot write the output: Bad file descriptor" in done.stderr, done


def test_the_tail_is_in_the_order_of_time_and_then_follows(broker, hourly):
    assert values(broker, hourly, "--tail", "4") == \
        '{"n": 6},{"n": 7},{"n": 8},{"n": 9},'
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
    with subprocess.Popen([KAFKA, "console-consumer", hourly, "--tail", "2", "--max-messages", "3", "--select", "n"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as follower:
        assert [follower.stdout.readline(), follower.stdout.readline()] == [b"8\n", b"9\n"]
        produce(broker, hourly, [{"value": {"n": 10}}])
        assert follower.stdout.readline() == b"10\n"
        assert follower.wait(30) == 0


def test_the_tail_goes_back_as_far_as_it_must(broker, topic):
    produce(broker, topic, [{"partition": 0, "value": {"n": n}} for n in range(3000)])
    assert numbers(consume(broker, topic, "--tail", "3", "--where", "n in (5, 700, 1500)", "--select", "n")) == \
        [5, 700, 1500]
    assert consume(broker, topic, "--tail", "3", "--where", "n == 7", "--select", "n") == b"7\n"


def test_several_topics_and_partitions(broker, hourly):
    other = create(broker, hourly + "-second", 1)
    produce(broker, other, [{"value": {"n": 99}}])
    for topics in [[hourly, other], [f"{hourly},{other}"], ["--topic", hourly, "--topic", other],
                   ["--include", f"{hourly}(-second)?"]]:
        out = run(broker, "console-consumer", *topics, "--from-beginning", "--exit-at-end", "--format", "%t\n")[0]
        assert sorted(out.decode().split()) == [hourly] * 10 + [other]
    error = run(broker, "console-consumer", hourly, other, "--partition", "2", "--exit-at-end", status=1)[1]
    assert f"Topic '{other}' has no partition 2" in error


def test_a_group_ends_at_the_end_and_goes_on_from_there(broker, hourly):
    options = ["--group", f"group-{hourly}", "--from-beginning", "--select", "n"]
    assert numbers(consume(broker, hourly, *options)) == list(range(10))
    produce(broker, hourly, [{"value": {"n": 10}}])
    assert numbers(consume(broker, hourly, *options)) == [10]


def test_an_end_behind_what_a_transaction_left_is_reached(broker, topic):
    producer = Producer({"bootstrap.servers": broker.address, "transactional.id": f"id-{topic}"})
    producer.init_transactions()
    for commits in [True, False]:
        producer.begin_transaction()
        producer.produce(topic, b"committed" if commits else b"aborted", partition=0)
        producer.flush()
        producer.commit_transaction() if commits else producer.abort_transaction()
    assert values(broker, topic, "--from-beginning", "--isolation-level", "read_committed") == "committed,"
    assert values(broker, topic, "--from-beginning") == "committed,aborted,"
    assert values(broker, topic, "--tail", "5", "--isolation-level", "read_committed") == "committed,"


def test_a_tail_is_found_however_long_a_fetch_may_wait_for_more(broker, topic):
    producer = Producer({"bootstrap.servers": broker.address, "transactional.id": f"id-{topic}"})
    producer.init_transactions()
    for n in range(20):
        producer.begin_transaction()
        producer.produce(topic, str(n).encode(), partition=n % 3)
        producer.commit_transaction()
    # Every other offset is a marker's, so that the search must go back several times.
    for options, found in [(["1"], "19,"), (["3"], "17,18,19,"), (["2", "--where", "value in ('1', '2')"], "1,2,")]:
        assert values(broker, topic, "--command-property", "fetch.max.wait.ms=3600000", "--tail", *options) == found


@pytest.mark.parametrize("arguments", [
    ["console-consumer", "nearby-topik"], ["console-consumer", "nearby-topik", "--group", "g"],
    ["topics", "--describe", "--topic", "nearby-topik"], ["get-offsets", "--topic", "nearby-topik"],
    ["configs", "--describe", "--topic", "nearby-topik"], ["transactions", "describe-producers", "--partition", "0",
                                                          "--topic", "nearby-topik"],
    ["configs", "--alter", "--topic", "nearby-topik", "--add-config", "retention.ms=1"],
    ["leader-election", "--election-type", "preferred", "--partition", "0", "--topic", "nearby-topik"],
    ["consumer-groups", "--delete-offsets", "--group", "nearby-group", "--topic", "nearby-topik"],
])
def test_an_unknown_topic_is_answered_with_the_nearest(broker, arguments):
    run(broker, "topics", "--create", "--if-not-exists", "--topic", "nearby-topic")
    assert "did you mean 'nearby-topic'?" in run(broker, *arguments, status=1)[1]


@pytest.mark.parametrize("action", ["--describe", "--delete", "--delete-offsets --topic nearby-topic"])
def test_an_unknown_group_is_answered_with_the_nearest(broker, action):
    run(broker, "topics", "--create", "--if-not-exists", "--topic", "nearby-topic")
    run(broker, "console-producer", "nearby-topic", stdin=b"x\n")
    run(broker, "console-consumer", "nearby-topic", "--group", "nearby-group", "--from-beginning", "--max-messages", "1")
    error = run(broker, "consumer-groups", "--group", "nearby-gruop", *action.split(), status=1)[1]
    assert "did you mean 'nearby-group'?" in error


# At a terminal


def environment(home, broker, **more):
    return {**os.environ, "XDG_STATE_HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "KAFKA_BOOTSTRAP_SERVERS": broker.address, **more}


def test_typed_lines_are_edited_and_remembered(broker, topic, tmp_path):
    command = [KAFKA, "console-producer", topic, "--history"]
    with Terminal(command, environment(tmp_path, broker)) as terminal:
        terminal.wait_for(">")
        terminal.type("hallo\x1b[D\x1b[D\x1b[D\x7fe\r")
        terminal.wait_for(">hello\n>")
        terminal.type(UP + "!\r")
        terminal.wait_for(">hello!\n>")
        terminal.type(CTRL_D)
        assert terminal.wait_for_end() == 0
    with Terminal(command, environment(tmp_path, broker)) as terminal:
        terminal.wait_for(">")
        terminal.type(UP + UP + "?\r")
        terminal.wait_for(">hello?\n>")
        terminal.type(CTRL_C)
        assert terminal.wait_for_end() == 130
    assert sorted(values(broker, topic, "--from-beginning").split(",")) == ["", "hello", "hello!", "hello?"]


def test_typed_lines_are_kept_for_later_runs_only_where_that_is_asked_for(broker, topic, tmp_path):
    with Terminal([KAFKA, "console-producer", topic], environment(tmp_path, broker)) as terminal:
        terminal.wait_for(">")
        terminal.type("confidential\r")
        terminal.wait_for(">confidential\n>")
        terminal.type(UP + "!\r")
        terminal.wait_for(">confidential!\n>")
        terminal.type(CTRL_D)
        assert terminal.wait_for_end() == 0
    assert list(tmp_path.rglob("*")) == []


def test_a_typed_line_that_is_wrong_may_be_typed_again(broker, topic, tmp_path):
    with Terminal([KAFKA, "console-producer", topic, "--format", "json"], environment(tmp_path, broker)) as terminal:
        terminal.wait_for(">")
        terminal.type('{"valeu":1}\r')
        terminal.wait_for("line 1: unknown field 'valeu'; did you mean 'value'?\n>")
        terminal.type('{"value":1}\r')
        terminal.wait_for("\n>")
        terminal.type(CTRL_D)
        assert terminal.wait_for_end() == 1
    assert values(broker, topic, "--from-beginning") == "1,"


def test_a_terminated_producer_leaves_the_terminal_in_order(broker, topic, tmp_path):
    with Terminal(["bash", "--norc", "--noprofile"], environment(tmp_path, broker, PS1="OUTER> ")) as terminal:
        terminal.type(f"{KAFKA} console-producer {topic}\r")
        terminal.wait_for("\n>")
        producer = subprocess.check_output(["pgrep", "-P", str(terminal.child)], text=True).split()[0]
        os.kill(int(producer), signal.SIGTERM)
        terminal.wait_for("OUTER> ")
        terminal.type("stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(echo|icanon|isig)' | tr '\\n' ' '\r")
        terminal.wait_for("\nisig icanon echo ")


def test_records_are_in_columns_at_a_terminal_and_plain_where_that_is_asked(broker, topic, tmp_path):
    produce(broker, topic, [{"partition": 0, "key": "k", "value": "a\nb\x1b[31m", "timestamp": 1_700_000_000_000},
                            {"partition": 0, "headers": {"h": "1"}, "value": None, "timestamp": 1_700_000_000_000}])
    command = [KAFKA, "console-consumer", topic, "--from-beginning", "--exit-at-end"]
    with Terminal(command, environment(tmp_path, broker, NO_COLOR="1")) as terminal:
        assert terminal.wait_for_end() == 0
        assert "2023-11-14 22:13:20.000  0:0  k  a\\nb\\x1b[31m\r\n" in terminal.seen
        assert "2023-11-14 22:13:20.000  0:1  -  [h=1]  null\r\n" in terminal.seen
    with Terminal(command, environment(tmp_path, broker)) as terminal:
        assert terminal.wait_for_end() == 0
        assert "\x1b[36mk  \x1b[0ma\\nb" in terminal.seen
    with Terminal(command + ["--format", "plain"], environment(tmp_path, broker)) as terminal:
        assert terminal.wait_for_end() == 0
        assert terminal.seen.startswith("a\r\nb\x1b[31m\r\nnull\r\n")


def test_progress_is_shown_only_at_a_terminal(broker, topic, tmp_path):
    script = f"(for n in 1 2 3 4 5 6; do echo line; sleep 0.4; done) | {KAFKA} console-producer {topic}"
    with Terminal(["bash", "-c", script], environment(tmp_path, broker)) as terminal:
        assert terminal.wait_for_end() == 0
        assert " lines, 0.0 MB, 0.0 MB/s" in terminal.seen
        assert terminal.seen.endswith("\r\x1b[K"), terminal.seen
    with Terminal(["bash", "-c", script + " 2>&1 | cat"], environment(tmp_path, broker)) as terminal:
        assert terminal.wait_for_end() == 0
        assert terminal.seen == ""
