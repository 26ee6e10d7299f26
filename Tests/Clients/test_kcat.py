# SPDX-License-Identifier: Apache-2.0
"""kcat, the command line tool over librdkafka."""
import subprocess

import pytest
from conftest import CODECS


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
