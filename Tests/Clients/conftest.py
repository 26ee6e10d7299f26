# SPDX-License-Identifier: Apache-2.0
"""A broker for the tests of real clients, and the ways to stop, kill and restart it."""
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

KAFKA = os.environ.get("KAFKA") or str(Path(__file__).parents[2] / ".build/release/kafka")
GOLDEN = Path(__file__).parents[1] / "Golden"
OLD_KAFKA_PYTHON = str(Path(sys.prefix) / "old")
# Has a broker look at access control lists, which whoever is not logged in may change.
AUTHORIZER = [
    "--override", "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "--override", "super.users=User:ANONYMOUS"]

# Tests that are started in the background have these ignored, and what they start would inherit that.
for _number in [signal.SIGINT, signal.SIGQUIT, signal.SIGHUP]:
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, signal.default_int_handler if _number == signal.SIGINT else signal.SIG_DFL)

# Whoever runs the tests may have clusters with names, which are no part of them.
os.environ["KAFKA_CONFIG"] = os.devnull
for _variable in ["KAFKA_CLUSTER", "KAFKA_COMMAND_CONFIG"]:
    os.environ.pop(_variable, None)


class Broker:
    """`kafka broker` as a child process; the port stays the same over restarts."""

    def __init__(self, directory, *options):
        self.directory, self.options, self.process, self.port = directory, options, None, 0
        self.log = open(directory / "broker.log", "ab")
        self.start()

    def start(self):
        command = [KAFKA, "broker", "--data-dir", str(self.directory / "data"), "--listen", f"127.0.0.1:{self.port}"]
        started = time.monotonic()
        self.process = subprocess.Popen(
            command + list(self.options), stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        self.seconds_to_ready = time.monotonic() - started
        ready = re.match(r"ready on \S+:(\d+), data in ", line)
        assert ready, f"the broker said {line!r}; see {self.log.name}: {Path(self.log.name).read_text()[-2000:]}"
        self.port = int(ready[1])

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        assert status == 0, f"the broker ended with status {status}"

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def restart(self):
        self.stop()
        self.start()

    def kafka(self, *arguments, **options):
        """Runs one of our tools against the broker and returns its standard output."""
        return tool(*arguments, address=self.address, **options)


def tool(*arguments, address, status=0, **options):
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": address}
    options = {"text": True, "timeout": 300, **options}
    done = subprocess.run([KAFKA, *arguments], capture_output=True, env=environment, **options)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done.stdout


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    """One broker for all tests that only add topics of their own."""
    broker = Broker(tmp_path_factory.mktemp("broker"))
    yield broker
    broker.stop()


@pytest.fixture
def own_broker(tmp_path):
    """A broker that the test may stop, kill and restart."""
    broker = Broker(tmp_path)
    yield broker
    broker.kill()


_topics = iter(range(1, 1_000_000))


@pytest.fixture
def topic(broker):
    name = f"topic-{next(_topics)}"
    broker.kafka("topics", "--create", "--topic", name, "--partitions", "3")
    return name


CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
