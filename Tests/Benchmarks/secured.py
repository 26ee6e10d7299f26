# SPDX-License-Identifier: Apache-2.0
"""TLS and logins: `kafka broker --secure`, our tools and kcat with the same settings, and the plaintext beside it."""
import re
import socket
import ssl
import time

from console import KCAT_QUEUE, consume, kcat_consume, kcat_produce, produce, timed_out
from harness import Broker, seconds


class SecuredBroker(Broker):
    """TLS 1.3, SCRAM-SHA-512 and access control lists; its administrator is the client."""

    options = ["--secure"]

    def start(self):
        super().start()
        self.profile = self.directory / "admin.properties"
        self.authority = self.directory / "secure-ca.pem"
        password = re.search(r'password="([^"]+)"', self.profile.read_text())[1]
        self.ours = ["--command-config", str(self.profile)]
        self.kcat = [word for setting in [
            "security.protocol=sasl_ssl", "sasl.mechanisms=SCRAM-SHA-512", "sasl.username=admin",
            f"sasl.password={password}", f"ssl.ca.location={self.authority}"] for word in ["-X", setting]]

    def tool(self, *words):
        return super().tool(*words, *self.ours)

    def handshakes(self, count):
        """So many connections that are encrypted and do nothing, and the seconds that they took."""
        context = ssl.create_default_context(cafile=self.authority)
        host, port = self.address.rsplit(":", 1)
        started = time.monotonic()
        connections = [
            context.wrap_socket(socket.create_connection((host, int(port))), server_hostname="localhost")
            for _ in range(count)]
        return connections, time.monotonic() - started


def secured(bench):
    path, count = bench.file(bench.lines, 100), bench.lines
    times = {name: [] for name in ["produce", "kcat -P", "consume", "kcat -C", "plain in", "plain out"]}
    lists, peers, handshakes, memory = [], [], [], []
    for _ in range(bench.rounds):
        broker, plain = SecuredBroker(bench), Broker(bench)
        broker.create("ours")
        broker.create("theirs")
        plain.create("ours")
        times["produce"].append(seconds(produce(bench, broker, "ours", *broker.ours), path)[0])
        times["kcat -P"].append(seconds(kcat_produce(broker, "theirs", *broker.kcat), path)[0])
        times["plain in"].append(seconds(produce(bench, plain, "ours"), path)[0])
        times["consume"].append(timed_out(bench, consume(bench, broker, "ours", count, *broker.ours))[0])
        times["kcat -C"].append(timed_out(bench, kcat_consume(broker, "ours", count, *broker.kcat))[0])
        times["plain out"].append(timed_out(bench, consume(bench, plain, "ours", count))[0])
        for _ in range(5):
            lists.append(broker.milliseconds("topics", "--list", *broker.ours))
            peers.append(seconds(["kcat", "-L", "-b", broker.address, *broker.kcat])[0] * 1000)
        before = broker.megabytes
        connections, taken = broker.handshakes(1000)
        handshakes.append(1000 / taken)
        memory.append(broker.megabytes - before)
        for connection in connections:
            connection.close()
        broker.stop()
        plain.stop()
    bench.row("SASL_SSL: console-producer | kcat -P", times["produce"], times["kcat -P"])
    bench.row("SASL_SSL: console-consumer | kcat -C", times["consume"], times["kcat -C"])
    bench.row("console-producer: SASL_SSL | plaintext", times["produce"], times["plain in"])
    bench.row("console-consumer: SASL_SSL | plaintext", times["consume"], times["plain out"])
    bench.row("SASL_SSL: topics --list | kcat -L", lists, peers, "ms")
    bench.row("TLS handshakes of one client in a second", handshakes, unit="/s")
    bench.row("memory that 1,000 TLS connections add", memory, unit="MB")
