# SPDX-License-Identifier: Apache-2.0
"""Logins by SASL: real clients and our tools against our broker, right and wrong."""
import asyncio
import base64
import http.server
import json
import re
import socket
import ssl
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest

from conftest import KAFKA

PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required"
OAUTH = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"
MECHANISMS = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class SecuredBroker:
    """A broker with one listener that wants a login and one that doesn't."""

    def __init__(self, directory, *properties):
        self.log = directory / "broker.log"
        file = directory / "server.properties"
        file.write_text("\n".join([
            "listeners=SASL_PLAINTEXT://127.0.0.1:0,PLAINTEXT://127.0.0.1:0",
            "connection.failed.authentication.delay.ms=20",
            f'listener.name.sasl_plaintext.plain.sasl.jaas.config={PLAIN} user_alice="alice-secret" user_bob=123/4;',
            *properties, ""]))
        self.process = subprocess.Popen(
            [KAFKA, "broker", str(file), "--data-dir", str(directory / "data")], stdout=subprocess.PIPE,
            stderr=open(self.log, "ab"), text=True)
        line = self.process.stdout.readline()
        found = re.match(r"ready on (\S+) and (\S+), data in ", line)
        assert found, f"the broker said {line!r}: {self.log.read_text()}"
        self.secured, self.plain = found[1], found[2]
        self.prepare()

    def prepare(self):
        for mechanism in MECHANISMS[1:]:
            self.tool("configs", "--alter", "--entity-type", "users", "--entity-name", "alice", "--add-config",
                      f"{mechanism}=[password=alice-secret]", address=self.plain)
        self.tool("topics", "--create", "--topic", "orders", address=self.plain)

    def tool(self, *arguments, address=None, properties=(), status=0, stdin=None, environment=None):
        """Standard output of a tool of ours; standard error if it fails as it should."""
        options = [word for pair in properties for word in ("--command-property", pair)]
        ended = subprocess.run([KAFKA, *arguments, "--bootstrap-server", address or self.secured, *options],
                               capture_output=True, text=True, input=stdin, timeout=60, env=environment)
        assert ended.returncode == status, ended.stderr
        return ended.stdout if status == 0 else ended.stderr

    def stop(self):
        self.process.terminate()
        assert self.process.wait(30) == 0


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    broker = SecuredBroker(
        tmp_path_factory.mktemp("sasl"), "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
        "delegation.token.secret.key=a secret of all brokers")
    yield broker
    broker.stop()


def properties(directory, *lines):
    """A file that others can't read, of which our tools would warn."""
    file = directory / "client.properties"
    file.touch(mode=0o600)
    file.write_text("\n".join(("security.protocol=SASL_PLAINTEXT", *lines, "")))
    return file


def list_topics(broker, tmp_path, *lines, status=0, environment=None):
    file = properties(tmp_path, *lines)
    ended = subprocess.run([KAFKA, "topics", "--list", "--bootstrap-server", broker.secured, "--command-config", str(file)],
                           capture_output=True, text=True, timeout=60, env=environment)
    assert ended.returncode == status, ended.stderr
    return ended.stdout if status == 0 else ended.stderr


def librdkafka(mechanism, password="alice-secret"):
    return {"security.protocol": "sasl_plaintext", "sasl.mechanism": mechanism, "sasl.username": "alice",
            "sasl.password": password}


def for_kafka_python(mechanism, password="alice-secret"):
    return {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": mechanism, "sasl_plain_username": "alice",
            "sasl_plain_password": password}


def unsecured_token(subject, seconds=300):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
    now = int(time.time())
    return f"{part({'alg': 'none'})}.{part({'sub': subject, 'iat': now, 'exp': now + seconds})}."


# Right


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_our_tools_log_in(broker, tmp_path, mechanism):
    module = PLAIN if mechanism == "PLAIN" else SCRAM
    assert "orders" in list_topics(
        broker, tmp_path, f"sasl.mechanism={mechanism}",
        f'sasl.jaas.config={module} username="alice" password="alice-secret";')
    assert "orders" in list_topics(
        broker, tmp_path, f"sasl.mechanisms={mechanism}", "sasl.username=alice", "sasl.password=alice-secret")


def test_a_password_of_numbers_and_slashes_needs_no_quotes(broker, tmp_path):
    assert "orders" in list_topics(broker, tmp_path, f"sasl.jaas.config={PLAIN} username=bob password=123/4;")


def test_a_jaas_file_of_kafka_opts_logs_in(broker, tmp_path):
    jaas = tmp_path / "jaas.conf"
    jaas.write_text(f"KafkaClient {{\n  {PLAIN}\n  username=\"alice\"\n  password=\"alice-secret\";\n}};\n")
    environment = {"KAFKA_OPTS": f"-Xmx64m -Djava.security.auth.login.config={jaas}", "HOME": str(tmp_path)}
    assert "orders" in list_topics(broker, tmp_path, "sasl.mechanism=PLAIN", environment=environment)


def test_a_delegation_token_logs_in_as_its_owner(broker, tmp_path):
    file = properties(tmp_path, "sasl.mechanism=PLAIN", "sasl.username=alice", "sasl.password=alice-secret")
    ended = subprocess.run([KAFKA, "delegation-tokens", "--bootstrap-server", broker.secured, "--command-config", str(file),
                            "--create", "--max-life-time-period", "-1"], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    token, key = re.search(r"^(\S{22}) (\S{86}==) User:alice", ended.stdout, re.M).groups()
    for mechanism in MECHANISMS[1:]:
        right = (f"sasl.mechanism={mechanism}",
                 f'sasl.jaas.config={SCRAM} username="{token}" password="{key}" tokenauth="true";')
        assert "orders" in list_topics(broker, tmp_path, *right)
        assert "refused the login" in list_topics(broker, tmp_path, right[0], right[1].replace(key, "no"), status=1)
        # Without the mark it is a user's name, and nobody's.
        assert "refused the login" in list_topics(
            broker, tmp_path, right[0], right[1].replace(' tokenauth="true"', ""), status=1)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_kcat_logs_in(broker, mechanism):
    settings = [word for pair in librdkafka(mechanism).items() for word in ("-X", "=".join(pair))]
    ended = subprocess.run(["kcat", "-b", broker.secured, "-L", *settings], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0 and '"orders"' in ended.stdout, ended.stderr


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_confluent_kafka_writes_and_reads(broker, mechanism):
    from confluent_kafka import Consumer, Producer
    settings = {"bootstrap.servers": broker.secured, **librdkafka(mechanism)}
    producer = Producer(settings)
    producer.produce("orders", value=mechanism)
    assert producer.flush(30) == 0
    consumer = Consumer({**settings, "group.id": mechanism, "auto.offset.reset": "earliest"})
    consumer.subscribe(["orders"])
    deadline, values = time.monotonic() + 60, []
    while mechanism.encode() not in values and time.monotonic() < deadline:
        message = consumer.poll(1)
        if message and not message.error():
            values.append(message.value())
    consumer.close()
    assert mechanism.encode() in values


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_kafka_python_logs_in(broker, mechanism):
    from kafka import KafkaConsumer
    consumer = KafkaConsumer(bootstrap_servers=broker.secured, **for_kafka_python(mechanism))
    assert "orders" in consumer.topics()
    consumer.close()


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_aiokafka_logs_in(broker, mechanism):
    from aiokafka import AIOKafkaProducer

    async def send():
        producer = AIOKafkaProducer(bootstrap_servers=broker.secured, **for_kafka_python(mechanism))
        await producer.start()
        try:
            return (await producer.send_and_wait("orders", b"x")).offset
        finally:
            await producer.stop()

    assert asyncio.run(send()) >= 0


def test_unsecured_tokens_log_in(broker, tmp_path):
    assert "orders" in list_topics(
        broker, tmp_path, "sasl.mechanism=OAUTHBEARER", f'sasl.jaas.config={OAUTH} unsecuredLoginStringClaim_sub="alice";')
    assert "orders" in list_topics(
        broker, tmp_path, "sasl.mechanism=OAUTHBEARER", "enable.sasl.oauthbearer.unsecure.jwt=true",
        "sasl.oauthbearer.config=principal=alice lifeSeconds=60")
    token = tmp_path / "token"
    token.write_text(unsecured_token("alice") + "\n")
    assert "orders" in list_topics(
        broker, tmp_path, "sasl.mechanism=OAUTHBEARER", f"sasl.oauthbearer.token.endpoint.url=file://{token}")
    assert "orders" in list_topics(
        broker, tmp_path, "sasl.mechanism=OAUTHBEARER", f"sasl.oauthbearer.token.command=cat {token}")
    token.write_text(unsecured_token("alice", -1))
    assert "invalid_token" in list_topics(
        broker, tmp_path, "sasl.mechanism=OAUTHBEARER", f"sasl.oauthbearer.token.endpoint.url=file://{token}", status=1)
    assert "status 3" in list_topics(
        broker, tmp_path, "sasl.mechanism=OAUTHBEARER", "sasl.oauthbearer.token.command=exit 3", status=1)


def test_librdkafka_and_aiokafka_log_in_with_unsecured_tokens(broker):
    from aiokafka import AIOKafkaProducer
    from aiokafka.abc import AbstractTokenProvider
    settings = ["security.protocol=sasl_plaintext", "sasl.mechanism=OAUTHBEARER",
                "enable.sasl.oauthbearer.unsecure.jwt=true", "sasl.oauthbearer.config=principal=alice"]
    ended = subprocess.run(["kcat", "-b", broker.secured, "-L", *[word for s in settings for word in ("-X", s)]],
                           capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0 and '"orders"' in ended.stdout, ended.stderr

    class Provider(AbstractTokenProvider):
        async def token(self):
            return unsecured_token("alice")

    async def send():
        producer = AIOKafkaProducer(bootstrap_servers=broker.secured, security_protocol="SASL_PLAINTEXT",
                                    sasl_mechanism="OAUTHBEARER", sasl_oauth_token_provider=Provider())
        await producer.start()
        try:
            return (await producer.send_and_wait("orders", b"x")).offset
        finally:
            await producer.stop()

    assert asyncio.run(send()) >= 0


# Wrong


def test_what_is_wrong_is_said_in_one_line_at_once(broker, tmp_path):
    for lines, words in [
        (["sasl.mechanism=PLAIN", "sasl.username=alice", "sasl.password=wrong-pw"], "Invalid username or password"),
        (["sasl.mechanism=PLAIN", "sasl.username=nobody", "sasl.password=wrong-pw"], "Invalid username or password"),
        (["sasl.mechanism=SCRAM-SHA-256", "sasl.username=alice", "sasl.password=wrong-pw"], "due to invalid credentials"),
        (["sasl.mechanism=SCRAM-SHA-512", "sasl.username=nobody", "sasl.password=wrong-pw"], "due to invalid credentials"),
        (["sasl.mechanism=AWS_MSK_IAM"], "AWS"),
        (["sasl.username=alice", "sasl.password=wrong-pw"], "sasl.mechanism is missing"),
        (["sasl.mechanism=PLAIN"], "sasl.username"),
    ]:
        error = list_topics(broker, tmp_path, *lines, status=1)
        assert words in error and error.count("\n") == 1, error
        assert "wrong-pw" not in error
    log = broker.log.read_text()
    assert re.search(r"failed login of /127\.0\.0\.1 on SASL_PLAINTEXT, client [\w-]+: ", log) and "wrong-pw" not in log


def test_a_debug_log_has_no_secret(broker, tmp_path):
    file = properties(tmp_path, "sasl.mechanism=PLAIN", "sasl.username=alice", "sasl.password=alice-secret")
    ended = subprocess.run([KAFKA, "topics", "--list", "--bootstrap-server", broker.secured, "--command-config", str(file),
                            "--debug", "broker,protocol,admin"], capture_output=True, text=True, timeout=60)
    assert "SaslAuthenticate" in ended.stderr and "alice-secret" not in ended.stderr


def test_the_wrong_listener_is_named(broker, tmp_path):
    file = properties(tmp_path, "sasl.mechanism=PLAIN", "sasl.username=alice", "sasl.password=x")
    ended = subprocess.run([KAFKA, "topics", "--list", "--bootstrap-server", broker.plain, "--command-config", str(file)],
                           capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and "takes no login; set security.protocol=PLAINTEXT" in ended.stderr
    error = broker.tool("topics", "--list", status=1)
    assert "expects a login (PLAIN, " in error and "set security.protocol=SASL_PLAINTEXT" in error
    assert len([line for line in error.splitlines() if ": waiting for " not in line]) == 1, error


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_other_clients_are_refused_with_a_wrong_password(broker, mechanism):
    from kafka import KafkaConsumer
    from kafka.errors import KafkaError
    with pytest.raises(KafkaError):
        KafkaConsumer(bootstrap_servers=broker.secured, **for_kafka_python(mechanism, "wrong"), request_timeout_ms=5000,
                      session_timeout_ms=4000, api_version_auto_timeout_ms=3000)
    settings = [word for pair in librdkafka(mechanism, "wrong").items() for word in ("-X", "=".join(pair))]
    ended = subprocess.run(["kcat", "-b", broker.secured, "-L", "-m", "5", *settings], capture_output=True, text=True,
                           timeout=60)
    assert ended.returncode != 0 and "SASL authentication error" in ended.stderr


# Strangers


def connect(broker):
    host, port = broker.secured.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=20)


def request(key, version, body, correlation=1):
    frame = struct.pack(">hhih", key, version, correlation, -1) + body
    return struct.pack(">i", len(frame)) + frame


def read_frame(stream):
    data = b""
    while len(data) < 4 or len(data) < 4 + struct.unpack(">i", data[:4])[0]:
        more = stream.recv(65536)
        if not more:
            return None
        data += more
    return data[4:]


def is_closed(stream):
    try:
        return stream.recv(65536) == b""
    except ConnectionResetError:
        return True


def handshake(stream, mechanism, version=1):
    name = mechanism.encode()
    stream.sendall(request(17, version, struct.pack(">h", len(name)) + name))
    return struct.unpack(">h", read_frame(stream)[4:6])[0]


@pytest.mark.parametrize("data", [
    struct.pack(">i", 0x7FFFFFFF), struct.pack(">i", 600_000), struct.pack(">i", -1), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/1.1\r\n\r\n", request(3, 1, struct.pack(">i", -1)), request(0, 3, b""), request(36, 0, struct.pack(">i", 0)),
    request(18, 0, b"") * 2 + request(3, 1, struct.pack(">i", -1)), b"\0\0\0\x04abcd",
])
def test_nothing_is_taken_from_strangers(broker, data):
    with connect(broker) as stream:
        stream.sendall(data)
        deadline = time.monotonic() + 20
        while not is_closed(stream):
            assert time.monotonic() < deadline


def test_a_thousand_who_never_log_in_keep_nobody_out(broker, tmp_path):
    def megabytes():
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{broker.process.pid}/status").read_text())[1]) >> 10

    lines = ["sasl.mechanism=PLAIN", "sasl.username=alice", "sasl.password=alice-secret"]
    before = megabytes()
    idle = [connect(broker) for _ in range(1000)]
    try:
        # Some have said what they speak, and some half of what they want.
        for stream in idle[::3]:
            stream.sendall(request(18, 0, b""))
            assert read_frame(stream) is not None
        for stream in idle[1::3]:
            stream.sendall(request(17, 1, b"\0\5PLAIN")[:9])
        assert "orders" in list_topics(broker, tmp_path, *lines)
        assert megabytes() - before < 100
    finally:
        for stream in idle:
            stream.close()
    assert "orders" in list_topics(broker, tmp_path, *lines)


def test_a_wrong_token_ends_the_connection(broker):
    for mechanism in MECHANISMS + ["OAUTHBEARER"]:
        for token in [b"", b"\0", b"\xff" * 1000, b"n,,n=alice,r=", b"\x01"]:
            with connect(broker) as stream:
                assert handshake(stream, mechanism) == 0
                stream.sendall(request(36, 0, struct.pack(">i", len(token)) + token))
                assert struct.unpack(">h", read_frame(stream)[4:6])[0] == 58
                assert is_closed(stream)
    with connect(broker) as stream:
        assert handshake(stream, "NONE") == 33
        assert is_closed(stream)


def test_clients_of_before_kafka_1_send_raw_tokens(broker):
    with connect(broker) as stream:
        assert handshake(stream, "PLAIN", version=0) == 0
        token = b"\0alice\0alice-secret"
        stream.sendall(struct.pack(">i", len(token)) + token)
        assert read_frame(stream) == b""
        stream.sendall(request(3, 1, struct.pack(">i", 0), correlation=7))
        assert struct.unpack(">i", read_frame(stream)[:4])[0] == 7
    with connect(broker) as stream:
        assert handshake(stream, "PLAIN", version=0) == 0
        token = b"\0alice\0wrong"
        stream.sendall(struct.pack(">i", len(token)) + token)
        assert is_closed(stream)


def test_a_handshake_on_a_listener_without_logins_is_answered(broker):
    host, port = broker.plain.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=20) as stream:
        assert handshake(stream, "PLAIN") == 34
        assert handshake(stream, "PLAIN") == 34


# Sessions that end


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    broker = SecuredBroker(tmp_path_factory.mktemp("short"), "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
                           "connections.max.reauth.ms=2000")
    yield broker
    broker.stop()


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_our_consumer_goes_on_over_many_sessions(short, tmp_path, mechanism):
    file = properties(tmp_path, f"sasl.mechanism={mechanism}", "sasl.username=alice", "sasl.password=alice-secret")
    topic = f"t-{mechanism}"
    short.tool("topics", "--create", "--topic", topic, address=short.plain)
    consumer = subprocess.Popen(
        [KAFKA, "console-consumer", "--topic", topic, "--from-beginning", "--bootstrap-server", short.secured, "--max-messages",
         "7", "--consumer.config", str(file), "--debug", "broker,protocol,admin"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    producer = subprocess.Popen(
        [KAFKA, "console-producer", "--topic", topic, "--bootstrap-server", short.secured, "--producer.config", str(file)],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for number in range(7):
        producer.stdin.write(f"{number}\n")
        producer.stdin.flush()
        time.sleep(1)
    producer.stdin.close()
    assert producer.wait(30) == 0 and producer.stderr.read() == ""
    out, err = consumer.communicate(timeout=60)
    assert out.split() == [str(number) for number in range(7)]
    assert err.count("sent SaslHandshake") >= 4, "it logs in again and again"
    assert "closed the connection" not in err


def test_a_session_ends_for_who_does_not_log_in_again(short):
    with connect(short) as stream:
        assert handshake(stream, "PLAIN") == 0
        token = b"\0alice\0alice-secret"
        stream.sendall(request(36, 1, struct.pack(">i", len(token)) + token))
        answer = read_frame(stream)
        assert answer[4:6] == b"\0\0" and struct.unpack(">q", answer[-8:])[0] == 2000
        stream.sendall(request(3, 1, struct.pack(">i", 0)))
        assert read_frame(stream)
        time.sleep(2.1)
        stream.sendall(request(3, 1, struct.pack(">i", 0)))
        assert is_closed(stream)


# Signed tokens


class Issuer(http.server.BaseHTTPRequestHandler):
    """Issues tokens for an id and a secret, and shows the key that they are signed with."""
    key = None
    lifetime = 300
    requests = []

    @classmethod
    def sign(cls, claims, header=None):
        def part(value):
            return base64.urlsafe_b64encode(value).rstrip(b"=")
        text = part(json.dumps(header or {"alg": "RS256", "kid": "k1"}).encode()) + b"." + part(json.dumps(claims).encode())
        signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", cls.key], input=text, capture_output=True, check=True)
        return (text + b"." + part(signed.stdout)).decode()

    @classmethod
    def claims(cls, **more):
        now = int(time.time())
        return {"sub": "alice", "aud": "kafka", "iss": "issuer", "iat": now, "exp": now + cls.lifetime, **more}

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        shown = subprocess.run(["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], capture_output=True, text=True,
                               check=True).stdout
        modulus = base64.urlsafe_b64encode(bytes.fromhex(shown.strip().split("=")[1])).rstrip(b"=").decode()
        self.answer(200, {"keys": [{"kty": "RSA", "kid": "k1", "use": "sig", "n": modulus, "e": "AQAB"}]})

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.requests.append((form, dict(self.headers)))
        expected = "Basic " + base64.b64encode(b"client:s3cret").decode()
        if self.headers["Authorization"] != expected:
            return self.answer(401, {"error": "invalid_client", "error_description": "Bad credentials"})
        self.answer(200, {"access_token": self.sign(self.claims()), "expires_in": self.lifetime})

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    Issuer.key = str(tmp_path_factory.mktemp("issuer") / "key.pem")
    subprocess.run(["openssl", "genrsa", "-out", Issuer.key, "2048"], check=True, capture_output=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="module")
def signed(issuer, tmp_path_factory):
    broker = SecuredBroker(
        tmp_path_factory.mktemp("signed"), "sasl.enabled.mechanisms=OAUTHBEARER,PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        f"sasl.oauthbearer.jwks.endpoint.url={issuer}/keys", "sasl.oauthbearer.expected.audience=kafka",
        "sasl.oauthbearer.expected.issuer=issuer")
    yield broker
    broker.stop()


def test_issued_tokens_log_in(signed, issuer, tmp_path):
    def settings(secret):
        return ("sasl.mechanism=OAUTHBEARER", f"sasl.oauthbearer.token.endpoint.url={issuer}/token",
                "sasl.oauthbearer.client.credentials.client.id=client",
                f"sasl.oauthbearer.client.credentials.client.secret={secret}", "sasl.oauthbearer.scope=kafka read")
    assert "orders" in list_topics(signed, tmp_path, *settings("s3cret"))
    form, headers = Issuer.requests[-1]
    assert form == "grant_type=client_credentials&scope=kafka%20read" and headers["Accept"] == "application/json"
    error = list_topics(signed, tmp_path, *settings("wr0ng"), status=1)
    assert "answered 401: Bad credentials" in error and "wr0ng" not in error


def test_an_issuer_is_trusted_by_its_certificate(signed, issuer, tmp_path):
    certificate = tmp_path / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-key", Issuer.key, "-out", str(certificate), "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(str(certificate), Issuer.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = ("sasl.mechanism=OAUTHBEARER", f"sasl.oauthbearer.token.endpoint.url=https://localhost:{server.server_address[1]}/",
                "sasl.oauthbearer.client.id=client", "sasl.oauthbearer.client.secret=s3cret")
    assert "orders" in list_topics(signed, tmp_path, *settings, f"https.ca.location={certificate}")
    error = list_topics(signed, tmp_path, *settings, status=1)
    assert "can't get a token" in error.splitlines()[-1]
    server.shutdown()


def test_an_issuer_that_does_not_answer_is_not_waited_for(signed, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = list_topics(
            signed, tmp_path, "sasl.mechanism=OAUTHBEARER",
            f"sasl.oauthbearer.token.endpoint.url=http://127.0.0.1:{silent.getsockname()[1]}/",
            "sasl.oauthbearer.client.id=client", "sasl.oauthbearer.client.secret=s3cret", status=1)
        assert "no token within" in error.splitlines()[-1]


def test_tokens_of_others_are_refused(signed, tmp_path):
    token = tmp_path / "token"
    settings = ("sasl.mechanism=OAUTHBEARER", f"sasl.oauthbearer.token.endpoint.url=file://{token}")
    token.write_text(Issuer.sign(Issuer.claims()))
    assert "orders" in list_topics(signed, tmp_path, *settings)
    good = Issuer.sign(Issuer.claims()).split(".")
    for bad in [
        Issuer.sign(Issuer.claims(aud="other")), Issuer.sign(Issuer.claims(iss="other")),
        Issuer.sign(Issuer.claims(exp=int(time.time()) - 60)), Issuer.sign(Issuer.claims(), {"alg": "RS256", "kid": "k2"}),
        Issuer.sign(Issuer.claims(), {"alg": "none"}), unsecured_token("alice"), ".".join(good[:2]) + ".AAAA",
        ".".join([good[0], Issuer.sign(Issuer.claims(sub="root")).split(".")[1], good[2]]), "opaque",
    ]:
        token.write_text(bad)
        error = list_topics(signed, tmp_path, *settings, status=1)
        assert "invalid_token" in error and error.count("\n") == 1, error


def test_a_session_ends_with_its_token(signed):
    claims = Issuer.claims(exp=int(time.time()) + 20)
    with connect(signed) as stream:
        assert handshake(stream, "OAUTHBEARER") == 0
        token = b"n,,\x01auth=Bearer " + Issuer.sign(claims).encode() + b"\x01\x01"
        stream.sendall(request(36, 1, struct.pack(">i", len(token)) + token))
        answer = read_frame(stream)
        assert answer[4:6] == b"\0\0" and 0 < struct.unpack(">q", answer[-8:])[0] <= 20_000


# What a broker refuses to start with


@pytest.mark.parametrize("lines, words", [
    ([], "sasl.enabled.mechanisms is not set"),
    (["sasl.enabled.mechanisms=GSSAPI"], "'GSSAPI'"),
    (["sasl.enabled.mechanisms=PLAIN"], "PLAIN has no users"),
    (["sasl.enabled.mechanisms=PLAIN", f"listener.name.sasl_plaintext.plain.sasl.jaas.config={SCRAM};"], "ScramLoginModule"),
    (["sasl.enabled.mechanisms=PLAIN", f"listener.name.sasl_plaintext.plain.sasl.jaas.config={PLAIN} a=\"b"], "no end"),
    (["sasl.enabled.mechanisms=OAUTHBEARER", "sasl.oauthbearer.jwks.endpoint.url=http://127.0.0.1:1/"], "expected.audience"),
    (["sasl.enabled.mechanisms=SCRAM-SHA-256", "sasl.server.callback.handler.class=com.example.Users"], "com.example.Users"),
])
def test_a_listener_that_could_not_log_in_is_refused(tmp_path, lines, words):
    file = tmp_path / "server.properties"
    file.write_text("\n".join(["listeners=SASL_PLAINTEXT://127.0.0.1:0", *lines]))
    ended = subprocess.run([KAFKA, "broker", str(file), "--data-dir", str(tmp_path / "data")], capture_output=True, text=True,
                           timeout=60)
    assert ended.returncode == 1 and words in ended.stderr, ended.stderr
