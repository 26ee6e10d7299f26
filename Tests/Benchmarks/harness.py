# SPDX-License-Identifier: Apache-2.0
"""A broker to measure, commands to time, and the table."""
import hashlib
import os
import re
import shutil
import socket
import statistics
import struct
import subprocess
import tempfile
import time
from pathlib import Path

LIBRDKAFKA = Path(__file__).parents[2] / ".build/bench/librdkafka"
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class Broker:
    """`kafka broker` on a free port, in a directory of its own unless one is given."""

    options = []

    def __init__(self, bench, directory=None, overrides=()):
        self.overrides = [word for setting in overrides for word in ["--override", setting]]
        self.bench, self.kept = bench, directory is not None
        self.directory = directory or Path(tempfile.mkdtemp(dir=bench.work))
        self.prepare()
        started = time.monotonic()
        self.start()
        with self.connect() as connection:
            ask_versions(connection)
        self.milliseconds_to_answer = (time.monotonic() - started) * 1000
        bench.brokers.append(self)

    def prepare(self):
        """What has to be there before the start."""

    def start(self):
        self.process = subprocess.Popen(
            [self.bench.kafka, "broker", "--data-dir", str(self.directory), "--listen", "127.0.0.1:0",
             *self.options, *self.overrides],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = re.match(r"ready on (\S+),", self.process.stdout.readline())[1]

    def connect(self):
        host, port = self.address.rsplit(":", 1)
        return socket.create_connection((host, int(port)))

    def create(self, topic, partitions=1, *configs):
        words = [word for config in configs for word in ["--config", config]]
        self.tool("topics", "--create", "--topic", topic, "--partitions", str(partitions), *words)

    def tool(self, *words):
        return subprocess.run(
            [self.bench.kafka, *words, "--bootstrap-server", self.address], check=True, capture_output=True, text=True
        ).stdout

    def milliseconds(self, *words):
        """What a tool takes."""
        return seconds([self.bench.kafka, *words, "--bootstrap-server", self.address])[0] * 1000

    @property
    def megabytes(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    @property
    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS

    @property
    def stored_bytes(self):
        return sum(path.stat().st_size for path in self.directory.glob("*/*.log"))

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.bench.brokers.remove(self)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.bench.brokers.remove(self)
        if not self.kept:
            shutil.rmtree(self.directory)


class ApacheKafka(Broker):
    """The broker of `KAFKA_HOME`, broker and controller in one, as its shipped server.properties has it."""

    def prepare(self):
        ports = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        port, controller = [server.getsockname()[1] for server in ports]
        for server in ports:
            server.close()
        self.address = f"127.0.0.1:{port}"
        self.configuration = self.directory.with_suffix(".properties")
        self.configuration.write_text(f"""process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
controller.listener.names=CONTROLLER
log.dirs={self.directory}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
""")
        if not (self.directory / "meta.properties").exists():
            subprocess.run(
                [f"{self.bench.kafka_home}/bin/kafka-storage.sh", "format", "-t", "AAAAAAAAQACAAAAAAAAAAA",
                 "-c", self.configuration], check=True, capture_output=True)

    def start(self):
        self.process = subprocess.Popen(
            [f"{self.bench.kafka_home}/bin/kafka-server-start.sh", self.configuration],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            try:
                self.connect().close()
                return
            except ConnectionRefusedError:
                time.sleep(0.001)


def ask_versions(connection):
    """ApiVersions, version 0, and its answer."""
    connection.sendall(struct.pack(">ihhih", 10, 18, 0, 1, 0))
    connection.recv(4096)


class Bench:
    def __init__(self, kafka, lines, rounds, gigabytes):
        self.kafka, self.lines, self.rounds, self.gigabytes = os.path.abspath(kafka), lines, rounds, gigabytes
        self.work = Path(tempfile.mkdtemp(prefix="kafka-bench-", dir=os.environ.get("TMPDIR")))
        self.brokers, self.cores = [], os.cpu_count()
        # An installation of Apache Kafka to measure beside; None if there is none.
        self.kafka_home = os.environ.get("KAFKA_HOME")
        said = subprocess.run(["kcat", "-V"], capture_output=True, text=True).stdout
        self.kcat_version = re.search(r"librdkafka ([\d.]+)", said)[1]

    def file(self, count, size):
        """So many JSON lines of so many bytes, the end of line included; the shortest are bare numbers."""
        path = self.work / f"lines-{count}-{size}"
        if not path.exists():
            with open(path, "wb") as file:
                for start in range(0, count, 10_000):
                    file.write(b"".join(line(n, size) for n in range(start, min(start + 10_000, count))))
        return path

    def stop(self):
        for broker in list(self.brokers):
            broker.stop()

    def heading(self):
        print(f"{'':66} {'kafka: median (least to most)':36} {'peer':36} peer / kafka", flush=True)

    @property
    def kinds(self):
        """The brokers to take turns, ours first."""
        return [Broker, ApacheKafka] if self.kafka_home else [Broker]

    def rows(self, name, found, unit="s"):
        """A row of what each kind of broker showed."""
        ours, *peers = [found[kind] for kind in self.kinds]
        self.row(name + (" | Apache Kafka" if peers else ""), ours, *peers, unit=unit)

    def row(self, name, ours, peers=None, unit="s"):
        """Ours beside the peer's; the ratio says how many times the peer's figure is ours."""
        def text(values):
            return f"{statistics.median(values):9.3f} {unit} ({min(values):.3f} to {max(values):.3f})"
        ratio = f"{statistics.median(peers) / statistics.median(ours):6.2f}" if peers else ""
        print(f"{name:66} {text(ours):36} {text(peers) if peers else '':36} {ratio}", flush=True)


def line(number, size):
    if size < 64:
        return b"%0*d\n" % (size - 1, number % 10 ** (size - 1))
    head = b'{"id": %09d, "payload": "' % number
    fill = size - len(head) - 3
    words = hashlib.md5(head).hexdigest().encode() + b" the quick brown fox jumps over the lazy dog "
    return head + (words * (fill // len(words) + 1))[:fill] + b'"}\n'


def seconds(command, stdin=None, stdout=subprocess.DEVNULL):
    """Wall and CPU seconds of one command."""
    before, started = os.times(), time.monotonic()
    with open(stdin or os.devnull, "rb") as source:
        done = subprocess.run(command, stdin=source, stdout=stdout, stderr=subprocess.PIPE)
    if done.returncode:
        raise SystemExit(f"{command} ended with status {done.returncode}: {done.stderr.decode()}")
    wall, after = time.monotonic() - started, os.times()
    return wall, after.children_user - before.children_user + after.children_system - before.children_system
