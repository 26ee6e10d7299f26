# SPDX-License-Identifier: Apache-2.0
"""`kafka doctor` against a broker, and against what stands where a broker should be."""
import json
import socket
import subprocess
import threading
from contextlib import contextmanager

import pytest

from conftest import KAFKA, Broker
from terminal import silence  # noqa: F401 (a fixture)


def doctor(*words, status):
    done = subprocess.run([KAFKA, "doctor", *words, "--output", "json"], capture_output=True, text=True, timeout=60)
    assert done.returncode == status, done
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def listener(answer):
    """An address where everybody is answered with these bytes once he has said something, and hung up on."""
    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                if connection.recv(4096) and answer is not None:
                    connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def test_a_sound_cluster_passes_every_step(broker, topic):
    broker.kafka("console-producer", "--topic", topic, input="x\n")
    steps = doctor("-b", broker.address, "--topic", topic, "--write", "--group", "doctors", status=0)
    assert [step["step"] for step in steps] == [
        "settings", "resolve", "connect", "protocol", "session", "cluster", "advertised", "clock", "topic", "read",
        "write", "group", "read by"]
    assert {step["status"] for step in steps} == {"ok"}
    assert all(step["milliseconds"] >= 0 and step["cause"] is None for step in steps)
    assert "written by kafka doctor" in broker.kafka(
        "console-consumer", "--topic", topic, "--from-beginning", "--exit-at-end")


def test_nothing_is_written_unless_asked_for(broker, topic):
    doctor("-b", broker.address, "--topic", topic, "--group", "no-such-group", status=0)
    assert broker.kafka("console-consumer", "--topic", topic, "--from-beginning", "--exit-at-end") == ""
    assert "no-such-group" not in broker.kafka("consumer-groups", "--list").split()


def test_a_topic_that_is_not_there_fails_and_is_not_made(broker):
    steps = doctor("-b", broker.address, "--topic", "no-such-topic", "--write", status=1)
    assert steps[-1]["step"] == "topic" and "kafka topics --list" in steps[-1]["cure"]
    assert "no-such-topic" not in broker.kafka("topics", "--list").split()


@pytest.mark.parametrize("answer, protocol, cause", [
    (b"HTTP/1.1 400 Bad Request\r\n\r\n", "PLAINTEXT", "a web server answers"),
    (b"\x15\x03\x03\x00\x02\x02\x46", "PLAINTEXT", "the listener speaks TLS, though security.protocol is PLAINTEXT"),
    (b"\x15\x03\x03\x00\x02\x02\x46", "SASL_PLAINTEXT", "the listener speaks TLS, though security.protocol is SASL_"),
    (b"SSH-2.0-OpenSSH_9.6\r\n", "PLAINTEXT", "does not speak Kafka's protocol (it begins with 53 53 48"),
    (None, "PLAINTEXT", "closes the connection at the first request"),
])
def test_what_is_no_broker_is_named(answer, protocol, cause):
    login = ["sasl.mechanism=PLAIN", "sasl.username=u", "sasl.password=p"] if "SASL" in protocol else []
    properties = [word for text in [f"security.protocol={protocol}", *login] for word in ["--command-property", text]]
    with listener(answer) as address:
        failed = [step for step in doctor("-b", address, *properties, status=1) if step["status"] == "failed"]
    assert len(failed) == 1 and failed[0]["step"] == "protocol"
    assert cause in failed[0]["cause"] and failed[0]["cure"]


def test_silence_and_nobody_are_told_apart(silence):
    failed = doctor("-b", silence, "--timeout", "0.5", status=1)[-1]
    assert failed["step"] == "protocol" and "does not answer" in failed["cause"]
    failed = doctor("-b", "127.0.0.1:1", status=1)[-1]
    assert failed["step"] == "connect" and failed["cause"].startswith("connection refused")
    failed = doctor("-b", "no-such-host.invalid:9092", status=1)[-1]
    assert failed["step"] == "resolve" and "unknown host no-such-host.invalid" in failed["cause"]


def test_an_address_that_is_advertised_in_vain_is_named(tmp_path):
    astray = Broker(tmp_path, "--override", "advertised.listeners=PLAINTEXT://127.0.0.1:1")
    try:
        failed = [step for step in doctor("-b", astray.address, status=1) if step["status"] == "failed"]
        assert [step["step"] for step in failed] == ["advertised"]
        assert "127.0.0.1:1" in failed[0]["target"] and "advertised.listeners of broker 1" in failed[0]["cure"]
    finally:
        astray.kill()


def test_one_of_two_servers_will_do(broker):
    steps = doctor("-b", f"127.0.0.1:1,{broker.address}", status=1)
    assert [step["status"] for step in steps if step["step"] == "connect"] == ["failed", "ok"]
    assert steps[-1]["step"] == "clock" and steps[-1]["status"] == "ok"
