# SPDX-License-Identifier: Apache-2.0
"""The broker's HTTP: health, metrics, logins, and those who mean it ill."""
import base64
import gzip
import http.client
import json
import re
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from conftest import KAFKA, Broker
from metrics_text import parse, value

NAMES = Path(__file__).parent / "metric_names.txt"
PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"


class HTTPBroker(Broker):
    """A broker that serves HTTP on a free port."""

    def __init__(self, directory, *options, http="127.0.0.1:0"):
        super().__init__(directory, "--http", http, *options)

    def start(self):
        super().start()
        found = re.fullmatch(r"HTTP on (https?)://127\.0\.0\.1:(\d+)\n", self.process.stdout.readline())
        assert found
        self.scheme, self.http_port = found[1], int(found[2])

    def connection(self, context=None):
        if self.scheme == "https":
            return http.client.HTTPSConnection("127.0.0.1", self.http_port, timeout=60, context=context)
        return http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=60)

    def get(self, path, context=None, **headers):
        """Status, header and body of an answer."""
        connection = self.connection(context)
        connection.request("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, body

    def metrics(self):
        status, headers, body = self.get("/metrics")
        assert status == 200 and headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        return parse(body)[0]


@pytest.fixture
def start(tmp_path):
    """Starts brokers that are killed at the end."""
    started = []

    def start(*options, **more):
        directory = tmp_path / str(len(started))
        directory.mkdir()
        started.append(HTTPBroker(directory, *options, **more))
        return started[-1]

    yield start
    for broker in started:
        broker.kill()


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    broker = HTTPBroker(tmp_path_factory.mktemp("http"))
    yield broker
    broker.stop()


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def produce(broker, topic, count, partition=0, size=10):
    producer = Producer({"bootstrap.servers": broker.address, "compression.type": "none"})
    for _ in range(count):
        producer.produce(topic, b"x" * size, partition=partition)
    assert producer.flush(60) == 0


def test_healthy_broker_says_so(web):
    for path in ["/healthz", "/livez"]:
        assert web.get(path)[::2] == (200, "ok\n")
    status, headers, body = web.get("/readyz")
    assert status == 200 and body.startswith("ok\ndata directory: ok\n")
    assert headers["Cache-Control"] == "no-store" and headers["Date"]
    status, headers, body = web.get("/readyz", Accept="application/json")
    assert headers["Content-Type"] == "application/json"
    answer = json.loads(body)
    assert answer["status"] == "ready" and all(check["ok"] for check in answer["checks"])


def test_broker_that_cannot_serve_says_why(start):
    broker = start()
    broker.kafka("topics", "--create", "--topic", "t")
    # As after somebody moved the directory away.
    data = broker.directory / "data"
    data.rename(broker.directory / "elsewhere")
    status, _, body = broker.get("/readyz")
    assert status == 503 and "data directory" in body and "can't be written to" in body
    assert broker.get("/healthz")[0] == 200
    (broker.directory / "elsewhere").rename(data)
    assert broker.get("/readyz")[0] == 200


def test_every_name_of_dashboards_is_there_or_said_to_be_missing(web):
    web.kafka("topics", "--create", "--topic", "named")
    web.kafka("configs", "--alter", "--entity-type", "clients", "--entity-default", "--add-config",
              "producer_byte_rate=100000000,request_percentage=1000")
    produce(web, "named", 10)
    consumer = Consumer({"bootstrap.servers": web.address, "group.id": "named-group"})
    consumer.commit(offsets=[TopicPartition("named", 0, 3)], asynchronous=False)
    consumer.close()
    status, headers, body = web.get("/metrics", Accept="application/openmetrics-text")
    assert headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    newer, newer_kinds = parse(body, is_open=True)
    samples, kinds = parse(web.get("/metrics")[2])
    assert set(samples) == set(newer), "both formats have the same"
    assert {name.removesuffix("_total") for name in kinds} == set(newer_kinds)
    expected, missing = set(), set()
    for line in NAMES.read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, reason = line.partition(": ")
            (missing if reason else expected).add(name)
    assert expected <= set(samples), sorted(expected - set(samples))
    assert not missing & set(samples), "what is there isn't missing"
    for quantile in ["0.50", "0.75", "0.95", "0.98", "0.99", "0.999"]:
        assert value(samples, "kafka_network_requestmetrics_totaltimems", request="Produce", quantile=quantile) > 0


def test_metrics_are_compressed_for_who_takes_that(web):
    status, headers, plain = web.get("/metrics")
    assert status == 200 and "Content-Encoding" not in headers and headers["Vary"] == "Accept-Encoding"
    connection = web.connection()
    connection.request("GET", "/metrics", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.headers["Content-Encoding"] == "gzip" and int(answer.headers["Content-Length"]) == len(body)
    text = gzip.decompress(body).decode()
    names = [{line.split("{")[0].split(" ")[0] for line in page.splitlines()} for page in (plain, text)]
    assert names[0] == names[1] and len(body) * 4 < len(text)


def test_produced_and_consumed_records_are_counted(web):
    web.kafka("topics", "--create", "--topic", "counted", "--partitions", "2")
    produce(web, "counted", 100, partition=1, size=1000)
    before = web.metrics()
    of_topic = {"topic": "counted"}
    assert value(before, "kafka_server_brokertopicmetrics_messagesin_total", **of_topic) == 100
    assert 100_000 < value(before, "kafka_server_brokertopicmetrics_bytesin_total", **of_topic) < 120_000
    assert value(before, "kafka_server_brokertopicmetrics_bytesout_total", **of_topic) == 0
    assert value(before, "kafka_topic_partition_current_offset", topic="counted", partition="1") == 100
    assert value(before, "kafka_log_log_logendoffset", topic="counted", partition="0") == 0
    size = value(before, "kafka_log_log_size", topic="counted", partition="1")
    assert size == value(before, "kafka_server_brokertopicmetrics_bytesin_total", **of_topic)
    out = web.kafka("console-consumer", "--topic", "counted", "--from-beginning", "--max-messages", "100")
    assert out.count("\n") == 100
    after = web.metrics()
    assert value(after, "kafka_server_brokertopicmetrics_bytesout_total", **of_topic) >= size
    assert value(after, "kafka_server_brokertopicmetrics_totalfetchrequests_total", **of_topic) > 0
    fetches = {name: sum(count for labels, count in samples["kafka_network_requestmetrics_requests_total"].items()
                         if ("request", "Fetch") in labels) for name, samples in [("before", before), ("after", after)]}
    assert fetches["after"] > fetches["before"]
    times = "kafka_network_requestmetrics_totaltimems_count"
    assert value(after, times, request="Fetch") == fetches["after"] == value(after, times, request="FetchConsumer")
    # The bytes of a batch that is too large are rejected, and the request fails.
    with pytest.raises(AssertionError):
        web.kafka("topics", "--alter", "--topic", "counted", "--partitions", "1")
    web.kafka("configs", "--alter", "--entity-type", "topics", "--entity-name", "counted", "--add-config",
              "max.message.bytes=500")
    failures = []
    producer = Producer({"bootstrap.servers": web.address})
    producer.produce("counted", b"x" * 5000, partition=0, callback=lambda error, _: failures.append(error))
    producer.flush(60)
    assert failures[0].name() == "MSG_SIZE_TOO_LARGE"
    refused = web.metrics()
    assert value(refused, "kafka_server_brokertopicmetrics_failedproducerequests_total", **of_topic) == 1
    assert value(refused, "kafka_server_brokertopicmetrics_bytesrejected_total", **of_topic) > 5000
    assert value(refused, "kafka_server_brokertopicmetrics_messagesin_total", **of_topic) == 100


def test_counters_never_fall_when_topics_go(web):
    web.kafka("topics", "--create", "--topic", "short-lived")
    produce(web, "short-lived", 50)
    last = web.metrics()
    web.kafka("topics", "--delete", "--topic", "short-lived")
    produced = False
    for _ in range(3):
        samples, kinds = parse(web.get("/metrics")[2])
        for name, kind in kinds.items():
            series = [name] if kind == "counter" else [name + "_count", name + "_sum"] if kind == "summary" else []
            for name in series:
                for labels, earlier in last.get(name, {}).items():
                    if labels in samples[name]:
                        assert samples[name][labels] >= earlier, (name, labels)
                    else:
                        assert ("topic", "short-lived") in labels
        last = samples
    assert not any(("topic", "short-lived") in labels for of_name in last.values() for labels in of_name)


def test_lag_of_a_group_is_told_in_records_and_seconds(web):
    web.kafka("topics", "--create", "--topic", "late", "--partitions", "3")
    produce(web, "late", 20, partition=0)
    produce(web, "late", 5, partition=1)
    consumer = Consumer({"bootstrap.servers": web.address, "group.id": 'odd "group"\\'})
    consumer.commit(offsets=[TopicPartition("late", 0, 8), TopicPartition("late", 1, 5), TopicPartition("late", 2, 0)],
                    asynchronous=False)
    time.sleep(0.2)
    samples = web.metrics()
    group = {"consumergroup": 'odd "group"\\', "topic": "late"}
    for partition, offset, lag in [("0", 8, 12), ("1", 5, 0), ("2", 0, 0)]:
        place = {**group, "partition": partition}
        assert value(samples, "kafka_consumergroup_current_offset", **place) == offset
        assert value(samples, "kafka_consumergroup_lag", **place) == lag
        seconds = value(samples, "kafka_consumergroup_lag_seconds", **place)
        assert 0.2 <= seconds < 3600 if lag else seconds == 0
    assert value(samples, "kafka_consumergroup_lag_sum", **group) == 12
    assert value(samples, "kafka_consumergroup_current_offset_sum", **group) == 13
    assert value(samples, "kafka_consumergroup_members", consumergroup=group["consumergroup"]) == 0
    consumer.commit(offsets=[TopicPartition("late", 0, 20)], asynchronous=False)
    assert value(web.metrics(), "kafka_consumergroup_lag_seconds", **group, partition="0") == 0
    consumer.close()


def test_connections_members_and_quotas_are_told(web):
    web.kafka("topics", "--create", "--topic", "busy")
    web.kafka("configs", "--alter", "--entity-type", "clients", "--entity-name", "greedy", "--add-config",
              "producer_byte_rate=1000")
    producer = Producer({"bootstrap.servers": web.address, "client.id": "greedy", "batch.size": 5000})
    for _ in range(8):
        producer.produce("busy", b"x" * 4000)
        producer.poll(0)
    consumer = Consumer({"bootstrap.servers": web.address, "group.id": "members", "auto.offset.reset": "latest"})
    consumer.subscribe(["busy"])
    deadline = time.monotonic() + 60
    while not consumer.assignment() and time.monotonic() < deadline:
        consumer.poll(0.1)
    samples = web.metrics()
    assert value(samples, "kafka_consumergroup_members", consumergroup="members") == 1
    assert value(samples, "kafka_coordinator_group_groupmetadatamanager_numgroupsstable") >= 1
    assert value(samples, "kafka_server_socket_server_metrics_connection_count", listener="PLAINTEXT") >= 2
    client = {"resource": "Produce", "user": "", "clientId": "greedy"}
    assert value(samples, "kafka_server_quota_byte_rate", **client) > 1000
    assert value(samples, "kafka_server_quota_throttle_time", **client) > 0
    consumer.close()
    producer.purge()
    producer.flush(60)


def test_series_are_bounded(start):
    broker = start("--override", "http.metrics.max.series=100")
    broker.kafka("topics", "--create", "--topic", "wide", "--partitions", "40")
    produce(broker, "wide", 10, partition=0)
    produce(broker, "wide", 7, partition=39)
    samples = broker.metrics()
    # Summed up by topic, and what can't be is left out.
    assert samples["kafka_topic_partition_current_offset"] == {(("topic", "wide"),): 17}
    assert value(samples, "kafka_log_log_logendoffset", topic="wide") == 17
    assert "kafka_topic_partition_leader" not in samples
    assert value(samples, "kafka_metrics_series_omitted") > 300
    assert value(samples, "kafka_server_brokertopicmetrics_messagesin_total") == 17
    assert value(samples, "kafka_controller_kafkacontroller_globalpartitioncount") == 40


def test_logins_over_http_are_those_of_the_listeners(start, tmp_path):
    file = tmp_path / "server.properties"
    file.write_text("\n".join([
        "listeners=PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0",
        "listener.name.sasl_plaintext.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256",
        f'listener.name.sasl_plaintext.plain.sasl.jaas.config={PLAIN} user_alice="alice:secret" user_bob="b";',
        "connection.failed.authentication.delay.ms=300",
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users=User:ANONYMOUS;User:alice;User:carol", ""]))
    directory = tmp_path / "own"
    directory.mkdir()
    process = subprocess.Popen(
        [KAFKA, "broker", str(file), "--data-dir", str(directory), "--http", "127.0.0.1:0"], text=True,
        stdout=subprocess.PIPE, stderr=open(tmp_path / "log", "w"))
    try:
        plain = re.match(r"ready on (\S+) and ", process.stdout.readline())[1]
        port = int(process.stdout.readline().rpartition(":")[2])

        def get(path, authorization=None):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", path, headers={"Authorization": authorization} if authorization else {})
            return connection.getresponse()

        assert get("/healthz").status == 200 and get("/readyz").status == 200
        refused = get("/metrics")
        assert refused.status == 401 and refused.headers["WWW-Authenticate"].startswith('Basic realm="kafka"')
        assert get("/metrics", basic("alice", "alice:secret")).status == 200
        # Bob may log in, and may not describe the cluster.
        answer = get("/metrics", basic("bob", "b"))
        assert (answer.status, answer.read()) == (403, b"User:bob may not DESCRIBE the cluster\n")
        for user, password in [("alice", "wrong"), ("nobody", "alice:secret"), ("carol", "c-secret"), ("", "")]:
            began = time.monotonic()
            assert get("/metrics", basic(user, password)).status == 401
            assert time.monotonic() - began >= 0.3, "whoever guesses has to wait"
        environment_address = ["--bootstrap-server", plain]
        subprocess.run([KAFKA, "configs", *environment_address, "--alter", "--entity-type", "users", "--entity-name",
                        "carol", "--add-config", "SCRAM-SHA-256=[password=c-secret]"], check=True)
        assert get("/metrics", basic("carol", "c-secret")).status == 200
        assert get("/metrics", "Bearer abc").status == 401
        assert "unknown user" in (tmp_path / "log").read_text()
        assert "c-secret" not in (tmp_path / "log").read_text()
    finally:
        process.terminate()
        assert process.wait(30) == 0


def test_https_has_the_certificate_and_users_of_a_secure_broker(start):
    broker = start("--secure", http="https://127.0.0.1:0")
    data = broker.directory / "data"
    properties = dict(line.split("=", 1) for line in (data / "admin.properties").read_text().splitlines()
                      if "=" in line and not line.startswith("#"))
    context = ssl.create_default_context(cafile=properties["ssl.truststore.location"])
    assert broker.get("/healthz", context)[0] == 200
    assert broker.get("/metrics", context)[0] == 401
    password = re.search(r'password="([^"]+)"', properties["sasl.jaas.config"])[1]
    status, _, body = broker.get("/metrics", context, Authorization=basic("admin", password))
    assert status == 200 and parse(body)
    # Plaintext is no way in.
    with socket.create_connection(("127.0.0.1", broker.http_port), timeout=60) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"HTTP/1.1 200" not in plain.recv(1 << 16)
    assert broker.get("/healthz", context)[0] == 200


def raw(broker, data, *, half_close=False):
    """All that comes back until the server closes, or nothing more comes for a while."""
    with socket.create_connection(("127.0.0.1", broker.http_port), timeout=1) as connection:
        try:
            connection.sendall(data)
            received = b""
            while part := connection.recv(1 << 16):
                received += part
        except (socket.timeout, ConnectionError):
            pass
        return received


@pytest.mark.parametrize("data", [
    b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n\r\n",
    b"\x00" * 5000, b"\xff" * 5000, b"\n" * 100_000,
    b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: rebound.example\r\n\r\n",
])
def test_hostile_requests_get_nothing_and_do_no_harm(web, data):
    answer = raw(web, data)
    assert b"HTTP/1.1 2" not in answer and b"root:" not in answer
    assert web.get("/healthz")[::2] == (200, "ok\n")


def test_many_connections_and_scrapes_at_once_are_served(web):
    idle = [socket.create_connection(("127.0.0.1", web.http_port)) for _ in range(100)]
    scrapes = [web.connection() for _ in range(20)]
    for scrape in scrapes:
        scrape.request("GET", "/metrics")
    for scrape in scrapes:
        assert parse(scrape.getresponse().read().decode())
        scrape.close()
    for connection in idle:
        connection.close()


def test_connection_is_kept_and_ends_with_the_broker(start):
    broker = start()
    connection = broker.connection()
    for _ in range(3):
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b"ok\n"
    local = connection.sock
    began = time.monotonic()
    broker.stop()
    assert time.monotonic() - began < 5, "an idle connection holds nobody up"
    assert local.recv(1) == b""


def test_nothing_listens_unless_asked(broker):
    listening = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True)
    if listening.returncode:
        pytest.skip("there is no ss")
    own = [line for line in listening.stdout.splitlines() if f"pid={broker.process.pid}," in line]
    assert len(own) <= 1


@pytest.mark.parametrize("address, reason", [
    ("nonsense", "must have the form HOST:PORT"), ("ftp://127.0.0.1:1", "must have the form HOST:PORT"),
    ("127.0.0.1:99999", "must have the form HOST:PORT"),
])
def test_wrong_addresses_are_said_to_be_so(address, reason):
    done = subprocess.run([KAFKA, "broker", "--ephemeral", "--http", address], capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == "" and reason in done.stderr and done.stderr.count("\n") == 1


def test_taken_port_ends_the_start(web):
    done = subprocess.run(
        [KAFKA, "broker", "--ephemeral", "--listen", "127.0.0.1:0", "--http", f"127.0.0.1:{web.http_port}"],
        capture_output=True, text=True)
    assert done.returncode == 1 and "the port is taken" in done.stderr and done.stderr.count("\n") == 1


def test_names_of_confluent_are_given_to_who_asks_for_them(web):
    status, _, body = web.get("/metrics?compat=confluent")
    # Their counters have names of their own, which the older format allows.
    assert status == 200
    assert "\nkafka_server_brokertopicmetrics_messagesinpersec " in body
    assert "\nkafka_network_socketserver_networkprocessoravgidlepercent " in body
    assert "brokertopicmetrics_messagesin_total" not in body
    status, _, body = web.get("/metrics?compat=other")
    assert status == 400 and "strimzi and confluent" in body


def test_certificate_of_a_client_is_a_login(start, tmp_path):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca")
    (tmp_path / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    for name in ["server", "client"]:
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", f"{name}.pem", "-extfile", "names")
        both = (tmp_path / f"{name}.key").read_text() + (tmp_path / f"{name}.pem").read_text()
        (tmp_path / f"{name}.both").write_text(both)
    properties = {
        "ssl.keystore.type": "PEM", "ssl.keystore.location": tmp_path / "server.both", "ssl.truststore.type": "PEM",
        "ssl.truststore.location": tmp_path / "ca.pem", "listener.name.http.ssl.client.auth": "requested",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:CN=client"}
    options = [word for pair in properties.items() for word in ("--override", "=".join(map(str, pair)))]
    broker = start(*options, http="https://127.0.0.1:0")
    context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    status, _, body = broker.get("/metrics", context)
    assert (status, body) == (403, "User:ANONYMOUS may not DESCRIBE the cluster\n")
    context.load_cert_chain(tmp_path / "client.both")
    assert broker.get("/metrics", context)[0] == 200
