# SPDX-License-Identifier: Apache-2.0
"""What tools say, and when they end, while brokers don't take what they send."""
import os
import re
import signal
import socketserver
import subprocess
import threading
import time

import pytest

from conftest import KAFKA, Broker
from terminal import Terminal, silence  # noqa: F401: a fixture

CTRL_D = "\x04"


def start(address, *words, **options):
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": address}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([KAFKA, *words], env=environment, **{**pipes, **options})


@pytest.fixture
def refusing(broker, topic):
    """A topic that takes nothing, as it wants more replicas than there are brokers."""
    broker.kafka("configs", "--alter", "--topic", topic, "--add-config", "min.insync.replicas=2")
    return topic


LINES = "".join(f"{n} ".ljust(999, "x") + "\n" for n in range(2000))
SOON = ["--producer-property", "delivery.timeout.ms=2000", "--request-timeout-ms", "1000"]


@pytest.mark.parametrize("idempotence", ["true", "false"])
def test_a_producer_whose_lines_are_not_taken_ends_and_says_which(broker, refusing, idempotence):
    producer = start(broker.address, "console-producer", refusing, *SOON, "--partition", "0",
                     "--producer-property", f"enable.idempotence={idempotence}")
    _, errors = producer.communicate(LINES, timeout=60)
    assert producer.returncode == 1
    assert re.search(r"waiting for delivery to \S+-0: min.insync.replicas .*; 2000 lines wait\n", errors)
    assert "line 1 could not be delivered to topic" in errors
    assert "2000 lines were not delivered: lines 1 to 2000\n" in errors


def test_a_long_input_ends_when_brokers_take_nothing(broker, refusing):
    producer = start(broker.address, "console-producer", refusing, *SOON, "--max-memory-bytes", "200000",
                     "--partition", "0", "--batch-size", "20000")
    _, errors = producer.communicate(LINES, timeout=60)
    assert producer.returncode == 1
    assert re.search(r"(\d+) lines were not delivered: lines 1 to \1\n", errors), errors
    assert "and all behind it were not sent: brokers took nothing for delivery.timeout.ms" in errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_a_producer_that_waits(broker, refusing, number):
    producer = start(broker.address, "console-producer", refusing, "--max-memory-bytes", "200000")
    assert "waiting for delivery" in (producer.stdin.write(LINES[:150_000]), producer.stdin.flush(),
                                      producer.stderr.readline())[2]
    producer.send_signal(number)
    assert producer.wait(60) == 128 + number
    assert "interrupted before brokers took it" in producer.stderr.read()


def test_a_signal_ends_a_producer_that_connects(silence):
    producer = start(silence, "console-producer", "t")
    assert "takes connections, but does not answer" in producer.stderr.readline()
    producer.terminate()
    assert producer.wait(60) == 128 + signal.SIGTERM


@pytest.mark.parametrize("words", [
    ["topics", "--list"], ["console-consumer", "t"], ["consumer-groups", "--list"], ["configs", "--describe", "--topic", "t"],
    ["get-offsets"], ["replica-verification"], ["log-dirs", "--describe"], ["cluster", "cluster-id"], ["broker-api-versions"],
    ["producer-perf-test", "--topic", "t", "--num-records", "1", "--record-size", "1", "--throughput", "-1",
     "--bootstrap-server", "{}"], ["ready", "--timeout", "1"]], ids=lambda words: words[0])
def test_every_tool_says_what_it_waits_for_and_ends_with_status_1(silence, words):
    tool = start(silence, *[word.format(silence) for word in words])
    out, errors = tool.communicate(timeout=60)
    assert tool.returncode == 1 and out == ""
    told = [line for line in errors.splitlines() if "waiting for" in line]
    assert len(told) == 1 and f"waiting for {silence}: {silence} takes connections, but does not answer" in told[0]


def test_consumers_and_producers_say_that_an_advertised_address_leads_nowhere(tmp_path):
    broker = Broker(tmp_path, "--override", "advertised.listeners=PLAINTEXT://127.0.0.1:1")
    try:
        found = subprocess.run(["ss", "-ltnpH"], capture_output=True, text=True).stdout
        address = re.search(rf"(127\.0\.0\.1:\d+) .*pid={broker.process.pid},", found)
        if not address:
            pytest.skip("ss does not tell which port the broker has")
        broker_tool = lambda *words: start(address[1], *words)  # noqa: E731
        assert broker_tool("topics", "--create", "--topic", "t").wait(60) == 0
        for words in (["console-consumer", "t"], ["console-consumer", "t", "--group", "g"], ["console-producer", "t"]):
            tool = broker_tool(*words)
            if words[0] == "console-producer":
                tool.stdin.write("line\n")
                tool.stdin.flush()
            told = tool.stderr.readline()
            assert re.search(
                rf"waiting for broker 1: can't reach 127.0.0.1:1: connection refused; no broker listens there \(broker 1 "
                rf"advertises this address; {address[1]} was reached: see advertised.listeners\)", told), told
            tool.kill()
            tool.communicate()
    finally:
        broker.kill()


@pytest.fixture
def web_server():
    """Answers whatever it is asked as a web server does."""
    class Refusal(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(1000)
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusal) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield "127.0.0.1:%d" % server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize("words", [
    ["console-consumer", "t", "--group", "g"],
    ["console-consumer", "t", "--group", "g", "--consumer-property", "group.protocol=consumer"],
    ["consumer-perf-test", "--topic", "t", "--num-records", "1", "--bootstrap-server", "{}"],
    ["verifiable-consumer", "--topic", "t", "--group-id", "g"],
    ["console-consumer", "t", "--from-beginning", "--exit-at-end"]],
    ids=lambda words: " ".join(words[:1] + words[-1:]))
def test_an_advertised_address_where_no_broker_is_but_somebody_else_is_named_with_the_cure(
        own_broker, web_server, words):
    own_broker.kafka("console-producer", "t", input="a\n")
    own_broker.stop()
    reached = own_broker.address
    own_broker.options = ("--override", f"advertised.listeners=PLAINTEXT://{web_server}")
    own_broker.start()
    tool = start(reached, *[word.format(reached) for word in words])
    _, errors = tool.communicate(timeout=60)
    assert tool.returncode == 1
    assert (f"{web_server} is a web server (it answers in HTTP), not a Kafka broker (broker 1 advertises this address; "
            f"{reached} was reached: see advertised.listeners)") in errors, errors


def test_a_typed_line_that_waits_for_a_broker_says_so(own_broker, tmp_path):
    own_broker.kafka("topics", "--create", "--topic", "t")
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "KAFKA_BOOTSTRAP_SERVERS": own_broker.address}
    with Terminal([KAFKA, "console-producer", "t"], environment, columns=300) as terminal:
        terminal.wait_for(">")
        terminal.type("one\r")
        terminal.wait_for(">one\n>")
        while "one" not in own_broker.kafka("console-consumer", "t", "--from-beginning", "--exit-at-end"):
            time.sleep(0.1)
        own_broker.stop()
        terminal.type("two\r")
        terminal.wait_for("connection refused; no broker listens there; 1 line waits\n>", 30)
        terminal.type("three\r")
        terminal.wait_for("(not delivered yet: 2 lines)\n>", 30)
        own_broker.start()
        terminal.wait_for("broker 1 is back; going on\n>", 30)
        terminal.type(CTRL_D)
        assert terminal.wait_for_end(60) == 0
    assert own_broker.kafka("console-consumer", "t", "--from-beginning", "--exit-at-end") == "one\ntwo\nthree\n"


def test_debug_says_on_standard_error_what_the_client_does(broker, topic):
    producer = start(broker.address, "console-producer", topic, "--debug", "broker,msg,eos")
    out, errors = producer.communicate("one\n", timeout=60)
    assert producer.returncode == 0 and out == ""
    lines = errors.splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (broker|msg|eos): ", line) for line in lines), errors
    assert any(re.search(rf"broker: connected to {broker.address} in \d+ ms$", line) for line in lines)
    assert any(re.search(rf"msg: {topic}-\d: 1 records are stored from offset 0$", line) for line in lines)
    assert any(re.search(r"msg: received Produce v\d+ #\d+ from \S+, \d+ bytes, \d+\.\d\d ms$", line) for line in lines)
    assert not any("Metadata" in line for line in lines)
    wrong = start(broker.address, "topics", "--list", "--debug", "broker,nosuch")
    assert wrong.communicate(timeout=60)[1].count("there is no category 'nosuch'") == 1 and wrong.returncode == 1
