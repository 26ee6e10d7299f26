# SPDX-License-Identifier: Apache-2.0
"""Every arrangement of certificates, right and wrong, with real clients and our tools against our broker."""
import asyncio
import re
import signal
import socket
import ssl
import subprocess
import time

import aiokafka
import confluent_kafka
import kafka
import pytest
from confluent_kafka.admin import AdminClient

from conftest import KAFKA

FOREVER = ["-days", "36500"]
OLD, YOUNG, END = "20000101000000Z", "20900101000000Z", "21000101000000Z"


class Authority:
    """Certificates made with openssl, in a directory."""

    def __init__(self, directory):
        self.directory = directory

    def openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], cwd=self.directory, check=True, capture_output=True)

    def path(self, name):
        return str(self.directory / name)

    def root(self, name):
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem",
                     *FOREVER, "-subj", f"/O=test/CN={name}")

    def issue(self, name, issuer="ca", names="DNS:localhost,IP:127.0.0.1", start=OLD, end=END, extra="",
              subject=None):
        """A key and a certificate, and both in one file."""
        subject = subject or f"/C=DE/O=example/CN={name}"
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                     "-subj", subject)
        (self.directory / f"{name}.index").write_text("")
        (self.directory / f"{name}.cnf").write_text(
            f"[ca]\ndefault_ca = d\n[d]\ndatabase = {name}.index\nrand_serial = yes\nunique_subject = no\n"
            f"new_certs_dir = .\ndefault_md = sha256\npolicy = p\ncopy_extensions = none\nx509_extensions = x\n"
            f"[p]\ncountryName = optional\norganizationName = optional\ncommonName = supplied\n"
            f"[x]\nsubjectAltName = {names}\n{extra}\n")
        self.openssl("ca", "-batch", "-notext", "-config", f"{name}.cnf", "-cert", f"{issuer}.pem", "-keyfile",
                     f"{issuer}.key", "-in", f"{name}.csr", "-out", f"{name}.pem", "-startdate", start, "-enddate", end)
        self.join(f"{name}.both.pem", f"{name}.key", f"{name}.pem")

    def join(self, target, *names):
        (self.directory / target).write_text("".join((self.directory / name).read_text() for name in names))


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    keys = Authority(tmp_path_factory.mktemp("keys"))
    keys.root("ca")
    keys.root("stranger")
    keys.issue("broker")
    keys.issue("between", extra="basicConstraints = critical,CA:TRUE", names="DNS:between")
    keys.issue("below", issuer="between")
    keys.join("chain.pem", "below.both.pem", "between.pem")
    keys.issue("expired", end="20010101000000Z")
    keys.issue("young", start=YOUNG)
    keys.issue("elsewhere", names="DNS:elsewhere.example")
    keys.issue("alice", names="DNS:alice", subject="/C=DE/O=example/CN=alice")
    keys.issue("mallory", issuer="stranger", names="DNS:mallory")
    keys.openssl("pkcs12", "-export", "-in", "broker.pem", "-inkey", "broker.key", "-passout", "pass:secret", "-out",
                 "broker.p12")
    return keys


class TLSBroker:
    """Listeners with a certificate each, and one in plaintext, by their names."""

    def __init__(self, directory, keys, listeners, *properties):
        self.names = [*listeners, "plain"]
        lines = ["listeners=" + ",".join(f"{name.upper()}://127.0.0.1:0" for name in self.names),
                 "listener.security.protocol.map=" + ",".join(f"{name.upper()}:SSL" for name in listeners)
                 + ",PLAIN:PLAINTEXT"]
        for name, own in listeners.items():
            own = {"ssl.keystore.location": f"{name}.both.pem", **own}
            lines += [f"listener.name.{name}.{key}={keys.path(value) if value.endswith(('.pem', '.p12')) else value}"
                      for key, value in own.items()]
        self.log_path = directory / "broker.log"
        (directory / "server.properties").write_text("\n".join([*lines, *properties]) + "\n")
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            [KAFKA, "broker", str(directory / "server.properties"), "--data-dir", str(directory / "data"),
             "--log-level", "info"], stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        ready = re.match(r"ready on (.*), data in ", line)
        assert ready, f"the broker said {line!r}: {self.log_path.read_text()[-2000:]}"
        self.ports = {name: int(address.rsplit(":")[-1])
                      for name, address in zip(self.names, ready[1].split(" and "))}

    def address(self, name, host="localhost"):
        return f"{host}:{self.ports[name]}"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0


@pytest.fixture(scope="module")
def broker(tmp_path_factory, keys):
    trust = {"ssl.truststore.location": "ca.pem"}
    broker = TLSBroker(
        tmp_path_factory.mktemp("tls"), keys,
        {"broker": {}, "below": {}, "chain": {"ssl.keystore.location": "chain.pem"}, "expired": {}, "young": {},
         "elsewhere": {}, "store": {"ssl.keystore.location": "broker.p12", "ssl.keystore.password": "secret"},
         "older": {"ssl.keystore.location": "broker.both.pem", "ssl.protocol": "TLSv1.2"},
         "mutual": {"ssl.keystore.location": "broker.both.pem", "ssl.client.auth": "required", **trust},
         "maybe": {"ssl.keystore.location": "broker.both.pem", "ssl.client.auth": "requested", **trust}})
    yield broker
    broker.stop()


def ours(tmp_path, address, properties, status=0):
    """What `kafka topics --list` says, within the time that a person waits."""
    config = tmp_path / "client.properties"
    # Its owner's alone, or the tool warns of that.
    config.touch(0o600)
    config.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
    start = time.monotonic()
    done = subprocess.run([KAFKA, "topics", "--bootstrap-server", address, "--command-config", str(config), "--list"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == status, done.stderr
    if status:
        lines = [line for line in done.stderr.splitlines() if ": waiting for " not in line]
        assert time.monotonic() - start < 10 and done.stdout == "" and len(lines) == 1, done
        return lines[0]
    return done.stdout


def ssl_properties(keys, **more):
    return {"security.protocol": "SSL", "ssl.truststore.location": keys.path("ca.pem"),
            **{name.replace("_", "."): value for name, value in more.items()}}


@pytest.mark.parametrize("listener", ["broker", "chain", "store", "older", "maybe"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_our_tools_reach_it(broker, keys, tmp_path, listener, host):
    ours(tmp_path, broker.address(listener, host), ssl_properties(keys))


@pytest.mark.parametrize("listener, words", [
    ("below", "is issued by CN=between,O=example,C=DE, which is not trusted"),
    ("expired", "has expired on 2001-01-01T00:00:00Z"),
    ("young", "is not valid before 2090-01-01T00:00:00Z"),
    ("elsewhere", "its certificate is for elsewhere.example, not for localhost"),
    ("mutual", "certificate of the client"),
    ("plain", "set security.protocol=PLAINTEXT"),
])
def test_our_tools_say_what_is_wrong(broker, keys, tmp_path, listener, words):
    assert words in ours(tmp_path, broker.address(listener), ssl_properties(keys), status=1)


def test_our_tools_say_what_is_wrong_with_themselves(broker, keys, tmp_path):
    def error(**properties):
        return ours(tmp_path, broker.address("broker"), {**ssl_properties(keys), **properties}, status=1)

    assert "CN=ca,O=test, which is not trusted" in error(**{"ssl.truststore.location": keys.path("stranger.pem")})
    assert "set security.protocol=SSL" in error(**{"security.protocol": "PLAINTEXT"})
    assert "does not exist" in error(**{"ssl.truststore.location": "/none"})
    assert "no version of TLS in common" in ours(
        tmp_path, broker.address("older"), {**ssl_properties(keys), "ssl.enabled.protocols": "TLSv1.3"}, status=1)


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_our_tools_show_a_certificate(broker, keys, tmp_path, version):
    def properties(name):
        return {**ssl_properties(keys), "ssl.keystore.location": keys.path(f"{name}.both.pem"),
                "ssl.enabled.protocols": version}

    ours(tmp_path, broker.address("mutual"), properties("alice"))
    assert "this client's certificate" in ours(tmp_path, broker.address("mutual"), properties("mallory"), status=1)
    assert "this client's certificate" in ours(tmp_path, broker.address("maybe"), properties("mallory"), status=1)


def test_a_broker_that_cannot_encrypt_says_why(keys, tmp_path):
    for properties, words in [
        ("ssl.keystore.location=" + keys.path("broker.p12"), "set ssl.keystore.password"),
        (f"ssl.keystore.location={keys.path('broker.p12')}\nssl.keystore.password=guess", "the password is wrong"),
        ("ssl.keystore.location=" + keys.path("broker.key"), "holds no certificate"),
        ("", "needs a certificate"),
    ]:
        (tmp_path / "server.properties").write_text(f"listeners=SSL://127.0.0.1:0\n{properties}\n")
        done = subprocess.run([KAFKA, "broker", str(tmp_path / "server.properties"), "--ephemeral"],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and words in done.stderr and done.stderr.count("\n") == 1, done


# MARK: Who may

def test_a_certificate_is_a_principal_that_the_lists_know(tmp_path, keys):
    broker = TLSBroker(
        tmp_path, keys,
        {"mutual": {"ssl.keystore.location": "broker.both.pem", "ssl.truststore.location": "ca.pem",
                    "ssl.client.auth": "required"}},
        "ssl.principal.mapping.rules=RULE:^CN=(.*?),O=example,.*$/$1/U,DEFAULT",
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:ANONYMOUS")

    def listed(name):
        shown = {"ssl.keystore.location": keys.path(f"{name}.both.pem")}
        return ours(tmp_path, broker.address("mutual"), {**ssl_properties(keys), **shown}).split()

    def admin(*words):
        subprocess.run([KAFKA, *words, "--bootstrap-server", broker.address("plain")], check=True, capture_output=True)

    for topic in ["hers", "others"]:
        admin("topics", "--create", "--topic", topic)
    # Without the rules, who shows this certificate would have its whole name.
    admin("acls", "--add", "--allow-principal", "User:ALICE", "--operation", "Describe", "--topic", "hers")
    admin("acls", "--add", "--allow-principal", "User:CN=broker,O=example,C=DE", "--operation", "Describe",
          "--topic", "others")
    assert listed("alice") == ["hers"]
    assert listed("broker") == []
    broker.stop()


class Renewal:
    """A broker whose certificate is changed while it runs."""

    def __init__(self, directory, keys, *properties):
        self.keys = keys
        self.broker = TLSBroker(directory, keys, {"broker": {}}, *properties)

    def change(self, certificate, **more):
        """What `kafka configs` says if the change is refused; None if not."""
        values = {"keystore.location": self.keys.path(f"{certificate}.both.pem"), **more}
        config = ",".join(f"listener.name.broker.ssl.{name}={value}" for name, value in values.items())
        done = subprocess.run(
            [KAFKA, "configs", "--bootstrap-server", self.broker.address("plain"), "--alter", "--entity-type", "brokers",
             "--entity-name", "1", "--add-config", config], capture_output=True, text=True, timeout=60)
        return done.stderr if done.returncode else None

    def connect(self):
        context = ssl.create_default_context(cafile=self.keys.path("ca.pem"))
        raw = socket.create_connection(("127.0.0.1", self.broker.ports["broker"]), timeout=20)
        return context.wrap_socket(raw, server_hostname="localhost")

    def serial(self):
        with self.connect() as connection:
            return connection.getpeercert()["serialNumber"]


def test_a_certificate_is_renewed_by_a_request(tmp_path, keys):
    subject = "/C=DE/O=example/CN=broker"
    keys.issue("renewed", subject=subject)
    keys.issue("wider", subject=subject, names="DNS:localhost,IP:127.0.0.1,DNS:more.example")
    keys.issue("narrower", subject=subject, names="DNS:localhost")
    keys.issue("another", subject="/C=DE/O=example/CN=another")
    renewal = Renewal(tmp_path, keys)
    first = renewal.serial()
    with renewal.connect() as old:
        assert renewal.change("renewed") is None
        second = renewal.serial()
        assert second != first
        # Who is there goes on.
        old.sendall(b"\0\0\0\x0a\0\x12\0\0\0\0\0\7\xff\xff")
        assert old.recv(4)
    for certificate, words in [
            ("another", "the certificate's subject is CN=another,O=example,C=DE and was CN=broker,O=example,C=DE"),
            ("narrower", "the certificate is for localhost and was for"), ("mallory", "the certificate's subject is"),
            ("nosuch", "does not exist")]:
        refused = renewal.change(certificate)
        assert refused and words in refused, refused
        assert renewal.serial() == second
    # More names are no fewer.
    assert renewal.change("wider") is None
    assert renewal.serial() not in (first, second)
    renewal.broker.stop()


def test_another_name_is_taken_where_that_is_allowed(tmp_path, keys):
    keys.issue("another", subject="/C=DE/O=example/CN=another", names="DNS:localhost")
    renewal = Renewal(tmp_path, keys, "ssl.allow.dn.changes=true", "ssl.allow.san.changes=true")
    first = renewal.serial()
    assert renewal.change("another") is None
    assert renewal.serial() != first
    renewal.broker.stop()


# MARK: Real clients

def kcat(address, *properties):
    return subprocess.run(["kcat", "-b", address, "-L", "-m", "5",
                           *[word for text in properties for word in ("-X", text)]],
                          capture_output=True, text=True, timeout=60)


def test_kcat(broker, keys):
    trust = ["security.protocol=ssl", "ssl.ca.location=" + keys.path("ca.pem")]
    alice = ["ssl.certificate.location=" + keys.path("alice.pem"), "ssl.key.location=" + keys.path("alice.key")]
    for listener, properties in [("broker", trust), ("chain", trust), ("mutual", trust + alice), ("older", trust)]:
        done = kcat(broker.address(listener), *properties)
        assert done.returncode == 0, done.stderr
    for listener, properties in [("expired", trust), ("below", trust), ("elsewhere", trust), ("broker", trust[:1]),
                                 ("broker", []), ("mutual", trust)]:
        assert kcat(broker.address(listener), *properties).returncode != 0, (listener, properties)


def test_records_go_through(broker, keys):
    """Large ones, in both directions, with four clients."""
    config = {"bootstrap.servers": broker.address("broker"), "security.protocol": "ssl",
              "ssl.ca.location": keys.path("ca.pem")}
    values = [bytes([index]) * 900_000 for index in range(1, 6)]
    producer = confluent_kafka.Producer(config)
    for value in values:
        producer.produce("through", value)
    assert producer.flush(60) == 0
    consumer = confluent_kafka.Consumer({**config, "group.id": "g", "auto.offset.reset": "earliest"})
    consumer.subscribe(["through"])
    got = []
    deadline = time.monotonic() + 60
    while len(got) < len(values) and time.monotonic() < deadline:
        message = consumer.poll(1)
        if message is not None and message.error() is None:
            got.append(message.value())
    consumer.close()
    assert got == values

    python = kafka.KafkaConsumer(
        "through", bootstrap_servers=broker.address("broker"), security_protocol="SSL",
        ssl_cafile=keys.path("ca.pem"), auto_offset_reset="earliest", consumer_timeout_ms=30_000)
    assert [next(python).value for _ in values] == values
    python.close()

    async def aio():
        context = ssl.create_default_context(cafile=keys.path("ca.pem"))
        producer = aiokafka.AIOKafkaProducer(
            bootstrap_servers=broker.address("mutual"), security_protocol="SSL", ssl_context=alice_context(context))
        await producer.start()
        await producer.send_and_wait("through", b"last")
        await producer.stop()

    def alice_context(context):
        context.load_cert_chain(keys.path("alice.pem"), keys.path("alice.key"))
        return context

    asyncio.run(aio())
    config = keys.directory / "console.properties"
    config.write_text(f"security.protocol=SSL\nssl.truststore.location={keys.path('ca.pem')}\n")
    out = subprocess.run(
        [KAFKA, "console-consumer", "--bootstrap-server", broker.address("chain"), "--consumer.config", str(config),
         "--topic", "through", "--from-beginning", "--max-messages", "6"], capture_output=True, timeout=60)
    assert out.stdout == b"".join(value + b"\n" for value in [*values, b"last"]), out.stderr


def test_real_clients_are_refused(broker, keys):
    admin = AdminClient({"bootstrap.servers": broker.address("expired"), "security.protocol": "ssl",
                         "ssl.ca.location": keys.path("ca.pem"), "log_level": 0})
    with pytest.raises(confluent_kafka.KafkaException):
        admin.list_topics(timeout=3)
    with pytest.raises(kafka.errors.KafkaError):
        kafka.KafkaAdminClient(bootstrap_servers=broker.address("mutual"), security_protocol="SSL",
                               ssl_cafile=keys.path("ca.pem"), api_version_auto_timeout_ms=3000,
                               bootstrap_timeout_ms=3000)


# MARK: Strangers

def test_half_open_handshakes_leave_others_alone(broker, keys, tmp_path):
    hello = bytes.fromhex("16030102000100")
    idle = []
    for _ in range(300):
        connection = socket.create_connection(("127.0.0.1", broker.ports["broker"]))
        connection.sendall(hello)
        idle.append(connection)
    ours(tmp_path, broker.address("broker"), ssl_properties(keys))
    for connection in idle:
        connection.close()


def test_what_is_no_tls_hears_an_alert_and_is_named_in_the_log(tmp_path, keys):
    # A broker of its own: what comes often is logged once in a while.
    broker = TLSBroker(tmp_path, keys, {"broker": {}})
    for words in [b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\x10\0\x12\0\0", bytes(range(100, 200))]:
        with socket.create_connection(("127.0.0.1", broker.ports["broker"]), timeout=20) as connection:
            connection.sendall(words)
            answer = b""
            while part := connection.recv(100):
                answer += part
            assert answer[:2] == b"\x15\x03"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and "speaks HTTP" not in broker.log_path.read_text():
        time.sleep(0.1)
    assert "speaks HTTP" in broker.log_path.read_text()
    broker.stop()


def test_garbage_after_the_handshake_ends_that_connection_alone(broker, keys, tmp_path):
    context = ssl.create_default_context(cafile=keys.path("ca.pem"))
    for garbage in [b"\x17\x03\x03\x00\x20" + b"x" * 32, b"\xff" * 64]:
        with socket.create_connection(("127.0.0.1", broker.ports["broker"]), timeout=20) as raw:
            secured = context.wrap_socket(raw, server_hostname="localhost", do_handshake_on_connect=True)
            plain = socket.socket(fileno=secured.detach())
            plain.settimeout(20)
            plain.sendall(garbage)
            try:
                while plain.recv(1000):
                    pass
            except ConnectionError:
                pass
            plain.close()
    ours(tmp_path, broker.address("broker"), ssl_properties(keys))


# MARK: kafka broker --secure

class SecureBroker:
    """`kafka broker --secure` on a free port, with its administrator's profile."""

    def __init__(self, directory, port=0):
        self.data = directory / "data"
        self.process = subprocess.Popen(
            [KAFKA, "broker", "--secure", "--data-dir", str(self.data), "--listen", f"127.0.0.1:{port}"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        ready = re.match(r"ready on \S+:(\d+), data in ", self.process.stdout.readline())
        assert ready, self.process.stderr.read()
        self.port = int(ready[1])
        self.profile = dict(line.split("=", 1) for line in (self.data / "admin.properties").read_text().splitlines()
                            if not line.startswith("#"))

    @property
    def password(self):
        return re.search('password="(.*?)"', self.profile["sasl.jaas.config"])[1]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0
        return self.process.stderr.read()


def test_a_secured_broker_is_one_option_away(tmp_path):
    broker = SecureBroker(tmp_path)
    address = f"127.0.0.1:{broker.port}"
    ours(tmp_path, address, broker.profile)
    ours(tmp_path, f"localhost:{broker.port}", broker.profile)
    wrong = {**broker.profile, "sasl.jaas.config": broker.profile["sasl.jaas.config"].replace(broker.password, "x")}
    ours(tmp_path, address, wrong, status=1)
    line = ours(tmp_path, address, {**broker.profile, "security.protocol": "SSL"}, status=1)
    assert "expects a login (SCRAM-SHA-512" in line and "set security.protocol=SASL_SSL" in line
    assert "set security.protocol=SSL or SASL_SSL" in ours(tmp_path, address, {}, status=1)
    trust = "ssl.ca.location=" + broker.profile["ssl.truststore.location"]
    login = ["security.protocol=sasl_ssl", "sasl.mechanism=SCRAM-SHA-512", "sasl.username=admin", trust]
    done = kcat(address, *login, "sasl.password=" + broker.password)
    assert done.returncode == 0, done.stderr
    assert kcat(address, *login, "sasl.password=guess").returncode != 0
    for name in ["admin.properties", "secure-ca.key.pem", "secure-ca.pem", "secure-broker.pem"]:
        assert (broker.data / name).stat().st_mode & 0o777 == 0o600, name
    files = {name: (broker.data / name).read_text() for name in ["admin.properties", "secure-broker.pem"]}
    assert broker.password not in broker.stop()
    # The next start goes on with what there is.
    again = SecureBroker(tmp_path, broker.port)
    assert {name: (again.data / name).read_text() for name in files} == files
    ours(tmp_path, address, again.profile)
    again.stop()


def test_listeners_of_a_file_and_secure_ones_are_not_mixed(tmp_path):
    (tmp_path / "server.properties").write_text("listeners=PLAINTEXT://127.0.0.1:0\n")
    done = subprocess.run([KAFKA, "broker", "--secure", "--ephemeral", str(tmp_path / "server.properties")],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "--secure makes listeners of its own" in done.stderr, done
