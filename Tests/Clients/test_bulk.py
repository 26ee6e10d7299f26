# SPDX-License-Identifier: Apache-2.0
"""Five million lines, ours and kcat's tools in both directions: byte for byte, in order."""
import hashlib
import os
import subprocess

import pytest
from conftest import KAFKA

LINES = int(os.environ.get("BULK_LINES", 5_000_000))


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    path = tmp_path_factory.mktemp("bulk") / "lines.json"
    with open(path, "wb") as file:
        for start in range(0, LINES, 100_000):
            file.write(b"".join(
                b'{"id": %09d, "payload": "%s"}\n' % (n, b"abcdefghij" * 7) for n in range(start, start + 100_000)))
    yield path
    path.unlink()


def digest(stream):
    hashed = hashlib.sha256()
    while block := stream.read(1 << 20):
        hashed.update(block)
    return hashed.hexdigest()


PRODUCERS = {
    "ours": lambda b, t: [KAFKA, "console-producer", "--bootstrap-server", b.address, "--topic", t],
    "kcat": lambda b, t: ["kcat", "-P", "-b", b.address, "-t", t, "-p", "0", "-X", "queue.buffering.max.messages=1000000"]}
CONSUMERS = {
    "ours": lambda b, t: [
        KAFKA, "console-consumer", "--bootstrap-server", b.address, "--topic", t, "--from-beginning",
        "--max-messages", str(LINES)],
    "kcat": lambda b, t: ["kcat", "-C", "-b", b.address, "-t", t, "-p", "0", "-o", "beginning", "-c", str(LINES), "-q"]}


@pytest.mark.parametrize("producer", PRODUCERS)
def test_lines_arrive_byte_for_byte(own_broker, lines, producer):
    own_broker.kafka("topics", "--create", "--topic", "bulk")
    with open(lines, "rb") as file:
        expected = digest(file)
        file.seek(0)
        subprocess.run(PRODUCERS[producer](own_broker, "bulk"), stdin=file, check=True, timeout=300)
    for name, consumer in CONSUMERS.items():
        with subprocess.Popen(consumer(own_broker, "bulk"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader:
            assert digest(reader.stdout) == expected, f"{producer} to {name}"
            reader.wait(60)
