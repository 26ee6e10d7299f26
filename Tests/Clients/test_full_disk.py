# SPDX-License-Identifier: Apache-2.0
"""A broker whose disk is full to the last byte: a small file system in memory, where root can mount one."""
import ctypes
import os
import time

import pytest

from conftest import Broker, tool


@pytest.fixture
def small_disk(tmp_path):
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or libc.mount(b"tmpfs", str(tmp_path).encode(), b"tmpfs", 0, b"size=6m"):
        pytest.skip("only root can mount a file system")
    yield tmp_path
    libc.umount2(str(tmp_path).encode(), 2)


def fill(directory, name):
    """Writes until nothing fits any more."""
    with open(directory / name, "wb", buffering=0) as file:
        try:
            while file.write(bytes(1024)):
                pass
        except OSError:
            pass


def produce(broker, topic, lines, status=0):
    return tool(
        "console-producer", "--topic", topic, "--producer-property", "delivery.timeout.ms=2000",
        "--request-timeout-ms", "1000", address=broker.address, status=status, input=lines, timeout=60)


@pytest.mark.parametrize("way", ["kill", "stop"])
def test_a_broker_on_a_full_disk_starts_reads_and_deletes(small_disk, way):
    broker = Broker(small_disk)
    try:
        for topic in ("kept", "doomed"):
            broker.kafka("topics", "--create", "--topic", topic, "--config", "file.delete.delay.ms=0")
        produce(broker, "kept", "a\nb\nc\n")
        produce(broker, "doomed", ("x" * 900 + "\n") * 2000)
        fill(small_disk, "fill")
        if way == "kill":
            broker.kill()
        else:
            # What it would write down has no room; it says so, and the next start checks the logs.
            broker.process.terminate()
            broker.process.wait(30)
        fill(small_disk, "fill-2")
        broker.start()
        read = broker.kafka("console-consumer", "--topic", "kept", "--from-beginning", "--max-messages", "3")
        assert read.splitlines() == ["a", "b", "c"]
        # More than what is left of the page in which the file ends.
        produce(broker, "kept", "refused" * 1000 + "\n", status=1)
        broker.kafka("topics", "--delete", "--topic", "doomed")
        while os.statvfs(small_disk).f_bavail < 100:
            time.sleep(0.1)
        produce(broker, "kept", "d\n")
        read = broker.kafka("console-consumer", "--topic", "kept", "--from-beginning", "--exit-at-end")
        lines = [line for line in read.splitlines() if not line.startswith("refused")]
        assert lines == ["a", "b", "c", "d"]
        broker.stop()
    finally:
        broker.kill()
