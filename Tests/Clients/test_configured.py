# SPDX-License-Identifier: Apache-2.0
"""`kafka broker` configured by the environment of Kafka's container images, and by the files that Kafka ships."""
import json
import os
import re
import signal
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from conftest import KAFKA, tool

PROPERTIES = Path(__file__).parent / "properties"
READY_OF_CONTAINERS = re.compile(r"Transitioning from RECOVERY to RUNNING")
# The variables of the usual tutorials, with ports to be filled in.
COMPOSE = {
    "tutorial": {
        "KAFKA_NODE_ID": "1", "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT",
        "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://kafka-server:{inner},PLAINTEXT_HOST://localhost:{outer}",
        "KAFKA_LISTENERS": "PLAINTEXT://0.0.0.0:{inner},CONTROLLER://kafka-server:19092,PLAINTEXT_HOST://0.0.0.0:{outer}",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@kafka-server:19092", "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "PLAINTEXT", "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1", "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0", "CLUSTER_ID": "MkU3OEVBNTcwNTJENDM2Qk"},
    "zookeeper": {
        "KAFKA_BROKER_ID": "1", "KAFKA_ZOOKEEPER_CONNECT": "zookeeper:2181",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT",
        "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://kafka-server:{inner},PLAINTEXT_HOST://localhost:{outer}",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1"},
    "wurstmeister": {
        "KAFKA_ADVERTISED_HOST_NAME": "localhost", "KAFKA_PORT": "{outer}", "KAFKA_ZOOKEEPER_CONNECT": "zookeeper:2181",
        "KAFKA_CREATE_TOPICS": "plain:1:1,compacted:2:1:compact", "KAFKA_BROKER_ID": "-1"},
    "bitnami": {
        "KAFKA_CFG_NODE_ID": "0", "KAFKA_CFG_PROCESS_ROLES": "controller,broker", "ALLOW_PLAINTEXT_LISTENER": "yes",
        "KAFKA_CFG_LISTENERS": "PLAINTEXT://:{inner},CONTROLLER://:9093,EXTERNAL://:{outer}",
        "KAFKA_CFG_ADVERTISED_LISTENERS": "PLAINTEXT://kafka:{inner},EXTERNAL://localhost:{outer}",
        "KAFKA_CFG_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,EXTERNAL:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_CFG_CONTROLLER_QUORUM_VOTERS": "0@kafka:9093", "KAFKA_CFG_CONTROLLER_LISTENER_NAMES": "CONTROLLER"},
    "testcontainers": {
        "CLUSTER_ID": "4L6g3nShT-eMCtK--X86sw",
        "KAFKA_LISTENERS": "PLAINTEXT://0.0.0.0:{outer},BROKER://0.0.0.0:{inner},CONTROLLER://0.0.0.0:9094",
        "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://localhost:{outer},BROKER://0a1b2c3d4e5f:{inner}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER", "KAFKA_PROCESS_ROLES": "broker,controller", "KAFKA_NODE_ID": "1",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9094", "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1", "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1", "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_LOG_FLUSH_INTERVAL_MESSAGES": "9223372036854775807", "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0"},
    "none": {},
}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def environment(variables=(), **more):
    """That of a container: no variables of Kafka but these."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("KAFKA_")}
    return {**own, **dict(variables), **more}


class Configured:
    """A broker that says `lines` on standard output once it can serve."""

    def __init__(self, *arguments, lines=1, env=None):
        self.process = subprocess.Popen(
            [KAFKA, "broker", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=env or environment())
        self.lines = [self.process.stdout.readline() for _ in range(lines)]
        if not all(self.lines):
            raise AssertionError(f"it said {self.lines} and {self.process.communicate(timeout=30)[1]}")

    def stop(self):
        """What it said on standard error."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=30)
        assert self.process.returncode == 0 and out == "", (out, err)
        return err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate(timeout=30)


def advertised(address):
    """Where each broker that `address` knows says it is."""
    said = tool("broker-api-versions", address=address)
    return re.findall(r"^(\S+) \(id: ", said, re.MULTILINE)


@pytest.mark.parametrize("name", COMPOSE)
def test_a_compose_file_starts_a_broker(name, tmp_path):
    ports = {"inner": free_port(), "outer": free_port() if COMPOSE[name] else 9092}
    variables = {key: value.format(**ports) for key, value in COMPOSE[name].items()}
    options = ["--env", "--data-dir", str(tmp_path / "data")]
    if not COMPOSE[name]:
        # The port of everybody may be taken.
        options += ["--listen", "127.0.0.1:0"]
    with Configured(*options, lines=2, env=environment(variables)) as broker:
        assert READY_OF_CONTAINERS.search(broker.lines[1]) and "Kafka Server started" in broker.lines[1]
        if not COMPOSE[name]:
            ports["outer"] = int(re.search(r":(\d+),", broker.lines[0])[1])
        address = f"127.0.0.1:{ports['outer']}"
        # In containers and beside them clients are told what is for them.
        assert tool("ready", "--timeout", "10", address=address) is not None
        create = ["topics", "--create", "--if-not-exists", "--partitions", "1", "--replication-factor", "1"]
        tool(*create, "--topic", "sensors", address=address)
        tool("console-producer", "--topic", "sensors", address=address, input="one\n")
        consume = ["console-consumer", "--topic", "sensors", "--from-beginning", "--max-messages", "1"]
        assert tool(*consume, address=address) == "one\n"
        listed = tool("topics", "--list", address=address).split()
        if name == "wurstmeister":
            assert {"plain", "compacted", "sensors"} <= set(listed)
            described = tool("topics", "--describe", "--topic", "compacted", address=address)
            assert "PartitionCount: 2" in described and "cleanup.policy=compact" in described
        if "CLUSTER_ID" in variables:
            said = tool("cluster", "cluster-id", address=address)
            assert said.strip().endswith(variables["CLUSTER_ID"])
        said = broker.stop()
    vain = [line for line in said.splitlines() if "without effect here" in line]
    names = vain[0].split("without effect here: ")[1] if vain else ""
    assert names == ("KAFKA_ZOOKEEPER_CONNECT" if "KAFKA_ZOOKEEPER_CONNECT" in variables else "")
    assert " warning " not in said


def test_each_listener_tells_its_own_address(tmp_path):
    inner, outer = free_port(), free_port()
    variables = {key: value.format(inner=inner, outer=outer) for key, value in COMPOSE["tutorial"].items()}
    with Configured("--env", "--ephemeral", lines=2, env=environment(variables)):
        described = tool("cluster", "list-endpoints", address=f"127.0.0.1:{outer}")
        assert re.search(rf"localhost\s+{outer}", described), described
        described = tool("cluster", "list-endpoints", address=f"127.0.0.1:{inner}")
        assert re.search(rf"kafka-server\s+{inner}", described), described


def test_a_cluster_id_that_changes_leaves_the_directory_as_it_is(tmp_path):
    options = ["--env", "--data-dir", str(tmp_path / "data"), "--listen", "127.0.0.1:0"]
    with Configured(*options, "CLUSTER_ID=first", lines=2) as broker:
        broker.stop()
    with Configured(*options, "CLUSTER_ID=second", lines=2) as broker:
        address = re.search(r"ready on (\S+),", broker.lines[0])[1]
        assert tool("cluster", "cluster-id", address=address).strip().endswith("first")
        assert "belongs to the cluster first" in broker.stop()


def test_a_change_in_vain_is_told(tmp_path):
    with Configured("--ephemeral", "--listen", "127.0.0.1:0") as broker:
        address = re.search(r"ready on (\S+),", broker.lines[0])[1]
        for change in ["num.io.threads=4,log.cleaner.backoff.ms=1000", "message.max.bytes=2000000"]:
            tool("configs", "--alter", "--entity-type", "brokers", "--entity-name", "1", "--add-config", change,
                 address=address)
        said = broker.stop()
    assert [line for line in said.splitlines() if "without effect here: num.io.threads" in line], said
    assert said.count("without effect") == 1 and "log.cleaner" not in said and "message.max" not in said, said


def test_variables_of_the_environment_do_not_reach_a_broker_that_was_not_asked_to_take_them(tmp_path):
    env = environment({"KAFKA_LISTENERS": "nonsense", "KAFKA_NUM_PARTITIONS": "many", "CLUSTER_ID": "mine"})
    with Configured("--ephemeral", "--listen", "127.0.0.1:0", env=env) as broker:
        assert "without effect" not in broker.stop()


@pytest.mark.parametrize("variables, said", [
    ({"KAFKA_NUM_PARTITIONS": "many"}, "KAFKA_NUM_PARTITIONS"),
    ({"KAFKA_LISTENERS": "PLAINTEXT://192.0.2.1:0"}, "192.0.2.1"),
    ({"KAFKA_CREATE_TOPICS": "a:b:c"}, "KAFKA_CREATE_TOPICS"),
    ({"KAFKA_PROCESS_ROLES": "controller"}, "process.roles"),
])
def test_what_cannot_be_is_said_in_one_line(variables, said, tmp_path):
    done = subprocess.run(
        [KAFKA, "broker", "--env", "--ephemeral"], capture_output=True, text=True, timeout=60,
        env=environment(variables))
    assert done.returncode == 1 and done.stdout == "" and said in done.stderr and done.stderr.count("\n") == 1, done


def test_a_listener_for_clients_with_passwords(tmp_path):
    port = free_port()
    variables = {
        "KAFKA_CFG_LISTENERS": f"SASL_PLAINTEXT://127.0.0.1:{port}", "KAFKA_CLIENT_USERS": "alice",
        "KAFKA_CLIENT_PASSWORDS": "a-secret"}
    config = tmp_path / "client.properties"
    with Configured("--env", "--ephemeral", lines=2, env=environment(variables)):
        for password, status in [("a-secret", 0), ("another", 1)]:
            config.write_text(
                "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n"
                "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
                f"username=\"alice\" password=\"{password}\";\n")
            config.chmod(0o600)
            tool("topics", "--list", "--command-config", str(config), address=f"127.0.0.1:{port}", status=status)


@pytest.mark.parametrize("file", sorted(PROPERTIES.glob("*.properties")), ids=lambda file: file.stem)
def test_a_file_that_kafka_ships_starts_a_broker(file, tmp_path):
    port = free_port()
    text = file.read_text().replace("9092", str(port)).replace("/tmp/", f"{tmp_path}/")
    own = tmp_path / "server.properties"
    own.write_text(text)
    # The oldest leaves the port of everybody, which may be taken.
    options = ["--override", f"listeners=PLAINTEXT://127.0.0.1:{port}"] if "\n#listeners" in text else []
    with Configured(str(own), *options) as broker:
        address = f"127.0.0.1:{port}"
        assert broker.lines[0].startswith("ready on ") and f":{port}" in broker.lines[0]
        tool("topics", "--create", "--topic", "t", address=address)
        said = broker.stop()
    vain = [line.split("without effect here: ")[1] for line in said.splitlines() if "without effect here" in line]
    expected = {
        "kafka-2.8-zookeeper": ["num.recovery.threads.per.data.dir, zookeeper.connect, zookeeper.connection.timeout.ms"],
        "kafka-3-kraft": ["num.recovery.threads.per.data.dir"],
        "kafka-4": ["controller.quorum.bootstrap.servers, num.recovery.threads.per.data.dir"],
        "kafka-0.10": ["inter.broker.protocol.version, log.message.format.version, zookeeper.connect"],
    }
    assert vain == expected[file.stem] and " warning " not in said, said


def printed(*arguments, env=None):
    done = subprocess.run(
        [KAFKA, "broker", "--print-config", *arguments], capture_output=True, text=True, timeout=60,
        env=env or environment())
    assert done.returncode == 0 and done.stderr == "", done
    return done.stdout


def test_the_configuration_is_printed_with_where_it_comes_from(tmp_path):
    file = tmp_path / "server.properties"
    file.write_text("num.partitions=2\nlog.retention.hours=1\nnum.io.threads=4\n"
                    "ssl.keystore.password=hidden-secret\nlistener.name.inside.ssl.keystore.password=other-secret\n")
    out = printed(
        "--output", "json", "--env", str(file), "--override", "log.retention.hours=2", "--data-dir", "/nowhere/data",
        env=environment({"KAFKA_NUM_PARTITIONS": "3"}))
    assert "hidden-secret" not in out and "other-secret" not in out
    rows = {row["name"]: row for row in map(json.loads, out.splitlines())}
    assert (rows["num.partitions"]["value"], rows["num.partitions"]["source"]) == ("3", "$KAFKA_NUM_PARTITIONS")
    assert (rows["log.retention.hours"]["value"], rows["log.retention.hours"]["source"]) == ("2", "--override")
    assert (rows["num.io.threads"]["source"], rows["log.dirs"]["source"]) == (str(file), "--data-dir")
    assert "event loop" in rows["num.io.threads"]["withoutEffect"]
    assert rows["message.max.bytes"] == {
        "name": "message.max.bytes", "value": "1048588", "source": "default", "secret": False, "withoutEffect": None}
    assert rows["ssl.keystore.password"]["secret"] and rows["ssl.keystore.password"]["value"] is None
    assert "listener.name.inside.ssl.keystore.password" in rows
    assert not os.path.exists("/nowhere")
    text = printed("--ephemeral")
    assert re.search(r"^num\.partitions +1 +default +yes$", text, re.MULTILINE)
    assert re.search(r"^num\.io\.threads +8 +default +none: this broker ", text, re.MULTILINE)


def test_what_was_changed_while_the_broker_ran_is_printed(tmp_path):
    options = ["--data-dir", str(tmp_path / "data"), "--listen", "127.0.0.1:0", "--override", "node.id=7"]
    change = ["configs", "--alter", "--entity-type", "brokers"]
    with Configured(*options) as broker:
        address = re.search(r"ready on (\S+),", broker.lines[0])[1]
        tool(*change, "--entity-name", "7", "--add-config", "message.max.bytes=2000000", address=address)
        tool(*change, "--entity-default", "--add-config", "log.retention.ms=3000,message.max.bytes=5", address=address)
        out = printed("--output", "json", "--data-dir", str(tmp_path / "data"))
        rows = {row["name"]: (row["value"], row["source"]) for row in map(json.loads, out.splitlines())}
        assert rows["message.max.bytes"] == ("2000000", "changed for this broker")
        assert rows["log.retention.ms"] == ("3000", "changed for all brokers")
        assert rows["node.id"] == ("7", "data directory")


def test_a_log_of_json_lines(tmp_path):
    process = subprocess.Popen(
        [KAFKA, "broker", "--env", "--ephemeral", "--listen", "127.0.0.1:0", "--log-format", "json",
         "KAFKA_ZOOKEEPER_CONNECT=zookeeper:2181", "KAFKA_LOG4J_LOGGERS=kafka.network=DEBUG"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
    rows = []
    while not rows or "Transitioning from RECOVERY to RUNNING" not in rows[-1]["message"]:
        rows.append(json.loads(process.stderr.readline()))
    address = next(re.search(r"ready on (\S+),", row["message"])[1] for row in rows if "ready on" in row["message"])
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port))) as client:
        # What a client does wrong is told with where it comes from.
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        client.recv(1)
    process.terminate()
    out, err = process.communicate(timeout=30)
    rows += map(json.loads, err.splitlines())
    assert out == "" and process.returncode == 0
    for row in rows:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["time"]) and row["logger"] and row["level"]
    complaint = next(row for row in rows if "speaks HTTP" in row["message"])
    assert complaint["level"] == "warning" and complaint["logger"] == "kafka.network"
    assert "127.0.0.1" in complaint["message"]
    assert {row["level"] for row in rows if row["logger"] == "kafka.network"} == {"debug", "warning"}
    assert "debug" not in {row["level"] for row in rows if row["logger"] != "kafka.network"}


def test_levels_of_loggers_change_while_the_broker_runs(tmp_path):
    process = subprocess.Popen(
        [KAFKA, "broker", "--ephemeral", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=environment())
    address = re.match(r"ready on (\S+),", process.stdout.readline())[1]
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(process.stderr))
    reader.start()
    loggers = ["configs", "--entity-type", "broker-loggers", "--entity-name", "1"]
    try:
        assert "  state.change.logger=NOTICE sensitive=false" in tool(*loggers, "--describe", address=address)
        tool("topics", "--create", "--topic", "quiet", address=address)
        tool(*loggers, "--alter", "--add-config", "state.change.logger=INFO", address=address)
        assert "  state.change.logger=INFO sensitive=false" in tool(*loggers, "--describe", address=address)
        tool("topics", "--create", "--topic", "told", address=address)
        tool(*loggers, "--alter", "--delete-config", "state.change.logger", address=address)
        tool("topics", "--create", "--topic", "quiet-again", address=address)
        tool(*loggers, "--alter", "--add-config", "no.such.logger=INFO", address=address, status=1)
    finally:
        process.terminate()
        process.wait(30)
        reader.join(30)
    said = "".join(lines)
    assert "topic told is created" in said and "quiet" not in said, said
