# SPDX-License-Identifier: Apache-2.0
"""The container image's root file system, run in namespaces as a container engine would run it."""
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import KAFKA

ROOT = Path(__file__).parents[2]
UNSHARE = ["unshare", "--map-root-user", "--mount", "--net"]

pytestmark = pytest.mark.skipif(
    subprocess.run([*UNSHARE, "true"], capture_output=True).returncode != 0, reason="namespaces can't be made here")


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    folder = tmp_path_factory.mktemp("image")
    executable = folder / "kafka"
    subprocess.run(["strip", "-o", executable, KAFKA], check=True)
    done = subprocess.run([ROOT / "Packaging/container/rootfs.sh", executable, folder / "root"], capture_output=True,
                          text=True)
    assert done.returncode == 0, done
    return folder / "root"


class Container:
    """A command in an image, with a network of its own and nothing of this environment."""

    def __init__(self, image, *command, volumes="", **variables):
        (image / "etc/hosts").write_text("127.0.0.1 localhost kafka-server kafka tc-host\n")
        self.environment = {"PATH": "/usr/bin:/usr/sbin", "HOME": "/home/appuser", "LANG": "C.UTF-8"}
        # Programs of this system are found before the root changes.
        self.process = subprocess.Popen(
            [*UNSHARE, sys.executable, Path(__file__).with_name("container.py"), image, volumes, *command],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**self.environment, **variables},
            start_new_session=True)
        self.output = []
        assert self.process.stdout.readline() == "inside\n"

    def until(self, text):
        for line in self.process.stdout:
            self.output.append(line)
            if text in line:
                return line
        pytest.fail(f"it never said {text!r}: {''.join(self.output)}")

    def run(self, *command, status=0, **variables):
        """As `docker exec` runs a command; its standard output."""
        done = subprocess.run(
            ["nsenter", "--target", str(self.process.pid), "--user", "--preserve-credentials", "--mount", "--net",
             "--root", "--wd", "env", *command],
            capture_output=True, text=True, timeout=60, env={**self.environment, **variables})
        if done.returncode != status:
            self.kill()
            pytest.fail(f"{done}, and the container said {''.join(self.output + self.process.stdout.readlines())}")
        return done.stdout

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.output += self.process.stdout.readlines()
        assert self.process.wait(60) == 0, self.output

    def __enter__(self):
        return self

    def kill(self):
        """With all that a shell in it has started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    def __exit__(self, *_):
        self.kill()
        # At its end nobody has the other end of the pipe any more.
        self.process.stdout.read()
        self.process.stdout.close()
        self.process.wait()


@pytest.fixture(autouse=True)
def empty(image):
    """A container begins with nothing but its image."""
    yield
    for place in ["var/lib/kafka/data", "tmp", "bitnami/kafka"]:
        subprocess.run(["find", image / place, "-mindepth", "1", "-delete"], check=True)


def test_the_tools_are_under_every_name_of_the_usual_images(image):
    def tool(path):
        # Links lead from the image's root.
        assert os.readlink(image / path) in ("kafka", "/usr/bin/kafka"), path

    names = {path.name for path in (image / "usr/bin").glob("kafka-*.sh")}
    assert {"kafka-topics.sh", "kafka-console-consumer.sh", "kafka-server-start.sh", "kafka-storage.sh"} <= names
    for folder in ["opt/kafka/bin", "opt/bitnami/kafka/bin"]:
        assert {path.name for path in (image / folder).iterdir()} == names
        for name in names:
            tool(f"{folder}/{name}")
    for name in ["cub", "ub", "kafka-topics", "kafka-broker-api-versions"]:
        tool(f"usr/bin/{name}")
    with Container(image, "sh", "-c", "kafka-topics --version && /opt/kafka/bin/kafka-topics.sh --version && bash -c "
                   "'kafka --version'; id -un; exit 0") as container:
        assert container.process.stdout.read().count("kafka 0.") == 3


def test_the_licences_of_all_that_is_in_it_are_in_it(image):
    for name in ["kafka/THIRD-PARTY", "kafka/LICENSE", "bash/copyright", "coreutils/copyright", "libc6/copyright"]:
        assert (image / "usr/share/doc" / name).stat().st_size > 0


def test_without_a_variable_a_broker_runs_that_is_reached_at_localhost(image):
    with Container(image, "/etc/kafka/docker/run") as container:
        container.until("Kafka Server started")
        container.run("kafka", "health")
        container.run("/opt/kafka/bin/kafka-topics.sh", "--bootstrap-server", "localhost:9092", "--create", "--topic", "t")
        assert (image / "var/lib/kafka/data/t-0").is_dir()
        container.stop()


def test_testcontainers_starts_a_broker(image):
    """The command and the script of its Kafka modules, which wait for a certain line of the output."""
    variables = {
        "KAFKA_LISTENERS": "PLAINTEXT://0.0.0.0:9092,BROKER://0.0.0.0:9093,CONTROLLER://0.0.0.0:9094",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER", "KAFKA_PROCESS_ROLES": "broker,controller", "KAFKA_NODE_ID": "1",
        "KAFKA_BROKER_ID": "1", "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9094",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER", "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "1", "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1", "KAFKA_LOG_FLUSH_INTERVAL_MESSAGES": "9223372036854775807",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0", "CLUSTER_ID": "4L6g3nShT-eMCtK--X86sw"}
    for path in ["/etc/kafka/docker/run", "/etc/confluent/docker/run"]:
        command = "while [ ! -f /tmp/testcontainers_start.sh ]; do sleep 0.1; done; /tmp/testcontainers_start.sh"
        with Container(image, "sh", "-c", command, **variables) as container:
            copied = image / "tmp/copied"
            copied.write_text(
                "#!/bin/bash\nexport KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://localhost:9092,BROKER://tc-host:9093\n" + path)
            copied.chmod(0o777)
            copied.rename(image / "tmp/testcontainers_start.sh")
            container.until("Transitioning from RECOVERY to RUNNING")
            container.run("sh", "-c", "echo value | kafka-console-producer --bootstrap-server localhost:9092 --topic t")
            said = container.run(
                "kafka-console-consumer", "--bootstrap-server", "tc-host:9093", "--topic", "t", "--from-beginning",
                "--max-messages", "1", "--group", "g")
            assert said == "value\n"
            assert "4L6g3nShT-eMCtK--X86sw" in container.run("kafka-cluster.sh", "cluster-id", "--bootstrap-server", "localhost:9092")
        (image / "tmp/testcontainers_start.sh").unlink()
        subprocess.run(["find", image / "var/lib/kafka/data", "-mindepth", "1", "-delete"], check=True)


def test_the_usual_tutorial_works(image):
    """Its compose file's variables, and the commands of its second service."""
    variables = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT",
        "KAFKA_LISTENERS": "PLAINTEXT://kafka-server:29092,CONTROLLER://kafka-server:19092,PLAINTEXT_HOST://0.0.0.0:9092",
        "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://kafka-server:29092,PLAINTEXT_HOST://localhost:9092",
        "KAFKA_PROCESS_ROLES": "broker,controller", "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@kafka-server:19092",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "PLAINTEXT", "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1", "CLUSTER_ID": "MkU3OEVBNTcwNTJENDM2Qk"}
    with Container(image, "/etc/confluent/docker/run", **variables) as container:
        container.run("cub", "kafka-ready", "-b", "kafka-server:29092", "1", "30")
        container.run("kafka-topics", "--create", "--if-not-exists", "--bootstrap-server", "kafka-server:29092",
                      "--partitions", "1", "--replication-factor", "1", "--topic", "sensors")
        assert container.run("kafka-topics", "--list", "--bootstrap-server", "localhost:9092") == "sensors\n"
        container.stop()


def test_the_volume_of_bitnami_keeps_the_data(image):
    script = "/opt/bitnami/scripts/kafka/"
    with Container(image, script + "entrypoint.sh", script + "run.sh", volumes="bitnami/kafka",
                   KAFKA_CFG_NUM_PARTITIONS="2", ALLOW_PLAINTEXT_LISTENER="yes") as container:
        container.until("Kafka Server started")
        container.run("/opt/bitnami/kafka/bin/kafka-topics.sh", "--bootstrap-server", "localhost:9092", "--create",
                      "--topic", "t")
        assert (image / "bitnami/kafka/data/t-1").is_dir()
        container.stop()
