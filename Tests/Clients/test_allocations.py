# SPDX-License-Identifier: Apache-2.0
"""No allocation for each record: what a process allocates grows with batches and requests, not with records."""
import subprocess
from pathlib import Path

import pytest

from conftest import KAFKA, Broker

FEW, MANY = 50_000, 250_000
# Batches of some hundred records and more need some allocations each.
LIMIT = 0.1


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    library = tmp_path_factory.mktemp("counter") / "count_allocations.so"
    source = Path(__file__).with_name("count_allocations.c")
    subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source], check=True)
    return library


@pytest.fixture
def lines(tmp_path):
    def file(count):
        path = tmp_path / f"lines-{count}"
        path.write_bytes(b"".join(b'{"id": %09d, "payload": "%060d"}\n' % (n, n) for n in range(count)))
        return path
    return file


def allocations(counter, report, *command, stdin=None):
    environment = {"LD_PRELOAD": str(counter), "ALLOCATIONS": str(report)}
    with open(stdin or "/dev/null", "rb") as source:
        subprocess.run([KAFKA, *command], check=True, stdin=source, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, env=environment, timeout=120)
    return int(report.read_text())


def per_record(few, many):
    print(f"{few} allocations for {FEW} records, {many} for {MANY}")
    return (many - few) / (MANY - FEW)


@pytest.mark.parametrize("options", [[], ["--property", "parse.key=true", "--property", "key.separator=:"]])
def test_the_console_producer(counter, own_broker, lines, tmp_path, options):
    own_broker.kafka("topics", "--create", "--topic", "t", "--partitions", "1")
    few, many = [
        allocations(counter, tmp_path / "count", "console-producer", "--bootstrap-server", own_broker.address,
                    "--topic", "t", *options, stdin=lines(count)) for count in (FEW, MANY)]
    assert per_record(few, many) < LIMIT


@pytest.mark.parametrize("options", [[], ["--property", "print.key=true"], ["--format", "json"]])
def test_the_console_consumer(counter, own_broker, lines, tmp_path, options):
    own_broker.kafka("topics", "--create", "--topic", "t", "--partitions", "1")
    with open(lines(MANY), "rb") as source:
        own_broker.kafka("console-producer", "--topic", "t", stdin=source)
    few, many = [
        allocations(counter, tmp_path / "count", "console-consumer", "--bootstrap-server", own_broker.address,
                    "--topic", "t", "--from-beginning", "--max-messages", str(count), *options)
        for count in (FEW, MANY)]
    assert per_record(few, many) < LIMIT


def test_the_broker(counter, lines, tmp_path, monkeypatch):
    found = []
    for count in (FEW, MANY):
        directory = tmp_path / str(count)
        directory.mkdir()
        monkeypatch.setenv("LD_PRELOAD", str(counter))
        monkeypatch.setenv("ALLOCATIONS", str(directory / "count"))
        broker = Broker(directory)
        monkeypatch.delenv("LD_PRELOAD")
        with open(lines(count), "rb") as source:
            broker.kafka("console-producer", "--topic", "t", stdin=source)
        broker.kafka("console-consumer", "--topic", "t", "--from-beginning", "--max-messages", str(count))
        broker.stop()
        found.append(int((directory / "count").read_text()))
    assert per_record(*found) < LIMIT
