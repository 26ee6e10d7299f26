# SPDX-License-Identifier: Apache-2.0
"""kcat, the command line tool over librdkafka."""
import subprocess

import pytest
from conftest import CODECS, KAFKA


def kcat(broker, *arguments, stdin=None):
    done = subprocess.run(
        ["kcat", "-b", broker.address, *arguments], input=stdin, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("codec", CODECS)
def test_lines_in_are_lines_out(broker, topic, codec):
    lines = b"".join(b'{"line": %d, "text": "%s"}\n' % (n, b"x" * (n % 50)) for n in range(5000))
    kcat(broker, "-P", "-t", topic, "-p", "1", "-z", codec, stdin=lines)
    assert kcat(broker, "-C", "-t", topic, "-p", "1", "-o", "beginning", "-e", "-q") == lines


def test_keys_and_headers(broker, topic):
    kcat(broker, "-P", "-t", topic, "-p", "0", "-K", ":", "-H", "trace=abc", stdin=b"k1:v1\nk2:v2\n")
    out = kcat(broker, "-C", "-t", topic, "-p", "0", "-o", "beginning", "-e", "-q", "-f", "%k %h %s %o\n")
    assert out == b"k1 trace=abc v1 0\nk2 trace=abc v2 1\n"


def test_metadata_lists_broker_and_topic(broker, topic):
    out = kcat(broker, "-L").decode()
    assert f"broker 1 at {broker.address}" in out and f'topic "{topic}" with 3 partitions' in out


def test_offsets_by_timestamp(broker, topic):
    kcat(broker, "-P", "-t", topic, "-p", "0", stdin=b"a\nb\n")
    assert b"offset 0" in kcat(broker, "-Q", "-t", f"{topic}:0:1000")
    assert b"offset 2" in kcat(broker, "-Q", "-t", f"{topic}:0:-1")


def test_balanced_consumer_reads_all_partitions(broker, topic):
    kcat(broker, "-P", "-t", topic, "-K", ":", stdin=b"".join(b"%d:%d\n" % (n, n) for n in range(300)))
    out = kcat(broker, "-G", f"group-{topic}", "-c", "300", "-X", "auto.offset.reset=earliest", topic)
    assert sorted(map(int, out.split())) == list(range(300))


@pytest.mark.parametrize("codec", CODECS)
def test_our_tools_and_kcat_read_each_other(broker, topic, codec):
    lines = "".join(f'{{"n": {n}}}\n' for n in range(2000))
    broker.kafka("console-producer", "--topic", topic, "--compression-codec", codec, input=lines)
    theirs = kcat(broker, "-C", "-t", topic, "-o", "beginning", "-e", "-q").decode()
    assert sorted(theirs.splitlines()) == sorted(lines.splitlines())
    kcat(broker, "-P", "-t", topic, "-z", codec, stdin=b"from kcat\n")
    ours = broker.kafka("console-consumer", "--topic", topic, "--from-beginning", "--max-messages", "2001")
    assert sorted(ours.splitlines()) == sorted(lines.splitlines() + ["from kcat"])


def test_what_kcat_writes_as_json_makes_the_same_records(broker, topic):
    copy = f"{topic}-copy"
    broker.kafka("topics", "--create", "--topic", copy, "--partitions", "3")
    values = [bytes([n]) for n in range(256)] + [b"", "é€😀".encode(), b'quote " backslash \\ slash /', bytes(range(256))]
    for n, value in enumerate(values):
        where = ["-t", topic, "-p", str(n % 3), "-D", "no such text"]
        if n % 4 == 0:
            where += ["-k", "key-\xff", "-H", "a=1", "-H", "b=", "-H", "c", "-H", "a=2"]
        if value:
            kcat(broker, "-P", *where, stdin=value)
    kcat(broker, "-P", "-t", topic, "-p", "0", "-K", ":", "-Z", stdin=b"gone:\n")
    lines = kcat(broker, "-C", "-t", topic, "-e", "-q", "-J")
    broker.kafka("console-producer", copy, "--format", "json", input=lines, text=False)
    copied = kcat(broker, "-C", "-t", copy, "-e", "-q", "-J")
    assert sorted(copied.replace(copy.encode(), topic.encode()).splitlines()) == sorted(lines.splitlines())


@pytest.mark.parametrize("delimiter, text", [
    ("\\0", b"a\0b\n\0\0c"), ("--", b"a--b-c---d"), ("\\r\\n", b"a\r\nb\nc\r\n"), ("\\x1e", b"a\x1eb")])
def test_other_delimiters_split_as_kcat_splits(broker, topic, delimiter, text):
    broker.kafka("console-producer", topic, "--partition", "0", "-D", delimiter, input=text, text=False)
    raw = delimiter.encode().decode("unicode_escape")
    expected = [part for part in text.split(raw.encode())]
    if not expected[-1]:
        expected.pop()
    found = broker.kafka("console-consumer", topic, "--partition", "0", "--from-beginning", "--exit-at-end", "--format",
                         "%S:%s;", text=False)
    assert found == b"".join(b"%d:%s;" % (len(part), part) for part in expected)


def test_all_of_the_input_may_be_one_record(broker, topic):
    for content in [b"two\nlines\n", bytes(range(256)) * 2000, b""]:
        broker.kafka("console-producer", topic, "--partition", "1", "--whole", "--key", "k", input=content, text=False)
        found = broker.kafka("console-consumer", topic, "--partition", "1", "--tail", "1", "--exit-at-end", "--format",
                             "%s", text=False)
        assert found == content
    done = subprocess.run([KAFKA, "console-producer", topic, "-b", broker.address, "--whole"], capture_output=True,
                          input=bytes(1_200_000))
    assert done.returncode == 1 and b"longer than 1048576 bytes, the most that max.request.size allows" in done.stderr
