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
from test_tls import Authority, TLSBroker


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


def test_brokers_and_controllers_are_told_apart(broker):
    failed = doctor("--bootstrap-controller", broker.address, status=1)[-1]
    assert failed["step"] == "session" and "is a broker, not a controller" in failed["cause"]
    assert "--bootstrap-server" in failed["cure"]
    done = subprocess.run([KAFKA, "doctor", "--bootstrap-controller", broker.address, "--topic", "x"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "Controllers know no topics and groups" in done.stderr


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


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    keys = Authority(tmp_path_factory.mktemp("keys"))
    keys.root("ca")
    keys.issue("broker")
    keys.issue("expired", end="20010101000000Z")
    keys.issue("elsewhere", names="DNS:elsewhere.example")
    return keys


@pytest.fixture(scope="module")
def encrypted(keys, tmp_path_factory):
    broker = TLSBroker(tmp_path_factory.mktemp("encrypted"), keys, {"broker": {}, "expired": {}, "elsewhere": {}})
    yield broker
    broker.stop()


def trusting(keys, *more):
    lines = ["security.protocol=SSL", f"ssl.ca.location={keys.path('ca.pem')}", *more]
    return [word for line in lines for word in ["--command-property", line]]


def test_certificates_are_shown(keys, encrypted):
    steps = doctor("-b", encrypted.address("broker"), *trusting(keys), status=0)
    assert [step["step"] for step in steps][:6] == ["settings", "resolve", "connect", "protocol", "certificate", "tls"]
    certificate, tls = steps[4:6]
    assert certificate["status"] == "info"
    for word in ["CN=broker", "localhost", "127.0.0.1", "issued by CN=ca", "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"]:
        assert word in certificate["detail"], certificate
    assert tls["detail"] == "TLSv1.3"


@pytest.mark.parametrize("listener, more, step, cause, cure", [
    ("expired", [], "tls", "has expired on 2001-01-01T00:00:00Z", "renewed"),
    ("elsewhere", [], "tls", "is for elsewhere.example, not for localhost", "ssl.endpoint.identification.algorithm"),
    ("broker", ["ssl.ca.location="], "tls", "is not trusted", "ssl.truststore.location"),
    ("broker", ["security.protocol=PLAINTEXT"], "protocol", "the listener speaks TLS", "security.protocol=SSL"),
    ("plain", [], "protocol", "there is no TLS", "security.protocol=PLAINTEXT"),
])
def test_what_is_wrong_with_encryption_is_named_with_its_cure(keys, encrypted, listener, more, step, cause, cure):
    steps = doctor("-b", encrypted.address(listener), *trusting(keys, *more), status=1)
    failed = [step for step in steps if step["status"] == "failed"]
    assert [one["step"] for one in failed] == [step]
    assert cause in failed[0]["cause"] and cure in failed[0]["cure"], failed


def test_a_refused_login_is_told_from_a_failed_handshake(keys, tmp_path):
    (tmp_path / "server.properties").write_text(f"""
listeners=SASL_SSL://127.0.0.1:0
ssl.keystore.type=PEM
ssl.keystore.location={keys.path("broker.both.pem")}
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  user_alice="right";
""")
    broker = subprocess.Popen([KAFKA, "broker", str(tmp_path / "server.properties"), "--ephemeral"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        address = broker.stdout.readline().split()[2].rstrip(",")
        login = ["security.protocol=SASL_SSL", "sasl.mechanism=PLAIN", "sasl.username=alice"]
        steps = doctor("-b", address, *trusting(keys, *login, "sasl.password=right"), status=0)
        assert "session" in [step["step"] for step in steps]
        steps = doctor("-b", address, *trusting(keys, *login, "sasl.password=wrong"), status=1)
        assert (steps[-1]["step"], steps[-1]["status"]) == ("login", "failed")
        assert "alice" in steps[-1]["cause"] and "wrong" not in steps[-1]["cause"]
        assert [step["status"] for step in steps if step["step"] == "tls"] == ["ok"]
    finally:
        broker.kill()
        broker.wait()
