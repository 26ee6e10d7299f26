# SPDX-License-Identifier: Apache-2.0
"""`kafka storage` and what a broker makes of the directories."""
import os
import re
import shutil
import signal
import socket
import subprocess

import pytest
from conftest import KAFKA, Broker


def storage(*arguments, status=0):
    done = subprocess.run([KAFKA, "storage", *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode == status, done
    return done.stdout if status == 0 else done.stdout + done.stderr


def test_a_formatted_directory_is_the_brokers(tmp_path):
    data, cluster = tmp_path / "data", storage("random-uuid").strip()
    assert storage("info", "--data-dir", str(data), status=1) == f"Found problem:\n  {data} does not exist\n\n"
    login = "SCRAM-SHA-512=[name=alice,password=secret,iterations=8192]"
    assert storage("format", "-t", cluster, "--data-dir", str(data), "--add-scram", login) == (
        f"Formatting metadata directory {data} with metadata.version 4.0-IV3.\n")
    assert re.fullmatch(
        rf"Found log directory:\n  {data}\n\nFound metadata: "
        rf"{{cluster.id={cluster}, directory.id=\S{{22}}, node.id=1, version=1}}\n\n",
        storage("info", "--data-dir", str(data)))
    assert "is already formatted" in storage("format", "-t", cluster, "--data-dir", str(data), status=1)
    assert "already formatted" in storage("format", "-t", cluster, "--data-dir", str(data), "-g")
    broker = Broker(tmp_path)
    try:
        assert broker.kafka("cluster", "cluster-id") == f"Cluster ID: {cluster}\n"
        assert "SCRAM-SHA-512=iterations=8192" in broker.kafka("configs", "--describe", "--entity-type", "users")
    finally:
        broker.stop()


@pytest.mark.parametrize("quorum", [
    ["--standalone"], ["--initial-controllers", "1@localhost:9093:3Db5QLSqSZieL3rJBUUegA"]])
def test_a_dynamic_quorum_of_one_is_served(tmp_path, quorum):
    storage("format", "-t", storage("random-uuid").strip(), "--data-dir", str(tmp_path / "data"), *quorum)
    broker = Broker(tmp_path)
    try:
        broker.kafka("topics", "--create", "--topic", "t")
        broker.restart()
        assert broker.kafka("topics", "--list") == "t\n"
        assert re.search(r"kraft.version\s.*FinalizedVersionLevel: 1\s", broker.kafka("features", "describe"))
    finally:
        broker.stop()


def test_levels_are_chosen_by_release(tmp_path):
    storage("format", "-t", storage("random-uuid").strip(), "--data-dir", str(tmp_path / "data"), "-r", "3.9")
    broker = Broker(tmp_path)
    try:
        levels = broker.kafka("features", "describe")
        assert re.search(r"metadata.version\s.*FinalizedVersionLevel: 3.9-IV0\s", levels)
        assert re.search(r"transaction.version\s.*FinalizedVersionLevel: 0\s", levels)
        broker.kafka("features", "upgrade", "--release-version", "4.0")
        assert re.search(r"transaction.version\s.*FinalizedVersionLevel: 2\s", broker.kafka("features", "describe"))
    finally:
        broker.stop()


@pytest.mark.parametrize("arguments, said", [
    (["format"], 'Missing required argument "[cluster-id]"'),
    (["format", "-t", "x", "-r", "9.9"], "Unknown release version '9.9'"),
    (["format", "-t", "x", "-f", "group.vers=1"], "did you mean 'group.version'?"),
    (["format", "-t", "x", "-f", "share.version=1"], "depends on metadata.version level 28"),
    (["format", "-t", "x", "-f", "kraft.version=1"], "Cannot set kraft.version to 1 unless"),
    (["format", "-t", "x", "-S", "SCRAM-SHA-256=[name=a]"], "one of 'password' or 'saltedpassword'"),
    (["format", "-t", "x", "-S", "PLAIN=[name=a]"], "PLAIN is not supported"),
    (["format", "-t", "x", "-I", "1@host:9093"], "ID@HOST:PORT:DIRECTORY"),
    (["format", "-t", "x", "-s", "-N"], "can't be used with"),
    (["feature-dependencies", "-f", "share.version=7"], "level 7 is not supported"),
    (["info", "-c", "/nonexistent"], "'/nonexistent'"),
])
def test_what_makes_no_sense_is_refused(tmp_path, arguments, said):
    if arguments[0] == "format":
        arguments = arguments + ["--data-dir", str(tmp_path / "data")]
    assert said in storage(*arguments, status=1)
    assert not (tmp_path / "data").exists()


# The files that Kafka ships, without what doesn't matter to a format.
SHIPPED = {
    "server": "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.bootstrap.servers=localhost:9093\n"
              "listeners=PLAINTEXT://:{port},CONTROLLER://:9093\ninter.broker.listener.name=PLAINTEXT\n"
              "advertised.listeners=PLAINTEXT://localhost:{port},CONTROLLER://localhost:9093\n"
              "controller.listener.names=CONTROLLER\n"
              "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL\n",
    "broker": "process.roles=broker\nnode.id=2\ncontroller.quorum.bootstrap.servers=localhost:9093\n"
              "listeners=PLAINTEXT://localhost:{port}\nadvertised.listeners=PLAINTEXT://localhost:{port}\n"
              "controller.listener.names=CONTROLLER\n",
    "controller": "process.roles=controller\nnode.id=1\ncontroller.quorum.bootstrap.servers=localhost:9093\n"
                  "listeners=CONTROLLER://:9093\nadvertised.listeners=CONTROLLER://localhost:9093\n"
                  "controller.listener.names=CONTROLLER\n",
}
VOTERS = "controller.quorum.voters=1@localhost:9093\n"
ADVICE = "--standalone, --initial-controllers, or --no-initial-controllers"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def shipped(tmp_path, name, more="", port=9092):
    file = tmp_path / f"{name}.properties"
    file.write_text(SHIPPED[name].format(port=port) + f"log.dirs={tmp_path}/data\n" + more)
    return str(file)


@pytest.mark.parametrize("name, more, options, said", [
    ("server", "", ["--standalone"], "Formatting dynamic metadata voter directory"),
    ("server", "", ["--no-initial-controllers"], "Formatting metadata directory"),
    ("server", "", ["-I", "1@localhost:9093:3Db5QLSqSZieL3rJBUUegA"], "Formatting dynamic metadata voter directory"),
    ("server", "", ["-I", "7@localhost:9093:3Db5QLSqSZieL3rJBUUegA"], "Formatting dynamic metadata directory"),
    ("server", VOTERS, [], "Formatting metadata directory"),
    ("server", VOTERS, ["--no-initial-controllers"], "Formatting metadata directory"),
    ("controller", "", ["--standalone"], "Formatting dynamic metadata voter directory"),
    ("broker", "", [], "Formatting metadata directory"),
    ("broker", "", ["--no-initial-controllers"], "Formatting metadata directory"),
])
def test_the_files_that_kafka_ships_are_formatted_as_it_does(tmp_path, name, more, options, said):
    file = shipped(tmp_path, name, more)
    assert said in storage("format", "-t", storage("random-uuid").strip(), "-c", file, *options)
    assert "Found metadata" in storage("info", "-c", file)


@pytest.mark.parametrize("name, more, options, said", [
    ("server", "", [], ADVICE),
    ("controller", "", [], ADVICE),
    ("server", VOTERS, ["--standalone"], "You cannot specify controller.quorum.voters"),
    ("server", VOTERS, ["-I", "1@localhost:9093:3Db5QLSqSZieL3rJBUUegA"], "You cannot specify controller.quorum.voters"),
    ("broker", "", ["--standalone"], "You can only use --standalone on a controller."),
    ("server", "", ["--standalone", "-f", "kraft.version=0"], "Cannot set kraft.version to 0"),
    ("server", VOTERS, ["-f", "kraft.version=1"], "Cannot set kraft.version to 1"),
    ("server", "process.roles=\n", [], "legacy cluster"),
    ("server", "controller.listener.names=\n", ["--standalone"], "controller.listener.names"),
    ("server", "controller.listener.names=INSIDE\n", ["--standalone"], "No controller listeners found."),
])
def test_what_kafka_does_not_format_is_refused_in_its_words(tmp_path, name, more, options, said):
    file = shipped(tmp_path, name, more)
    assert said in storage("format", "-t", storage("random-uuid").strip(), "-c", file, *options, status=1)
    assert not (tmp_path / "data").exists()


def test_the_quickstart_of_kafka_runs(tmp_path):
    port = free_port()
    file = shipped(tmp_path, "server", port=port)
    storage("format", "--standalone", "-t", storage("random-uuid").strip(), "-c", file)
    process = subprocess.Popen([KAFKA, "broker", file], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == f"ready on 0.0.0.0:{port}, data in {tmp_path}/data\n"
        for host in ["127.0.0.1", "localhost"] + (["[::1]"] if socket.has_ipv6 and has_loopback() else []):
            done = subprocess.run([KAFKA, "cluster", "cluster-id", "--bootstrap-server", f"{host}:{port}"],
                                  capture_output=True, text=True, timeout=30)
            assert done.returncode == 0, (host, done)
        # The voter that the format wrote down is this one.
        owner = re.search(r"directory.id=(\S+)", (tmp_path / "data/meta.properties").read_text())[1]
        done = subprocess.run([KAFKA, "metadata-quorum", "--bootstrap-server", f"localhost:{port}", "describe",
                               "--status"], capture_output=True, text=True, timeout=30)
        assert re.search(rf'CurrentVoters:.*"id": 1, "directoryId": "{owner}"', done.stdout), done
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def has_loopback():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
            return True
    except OSError:
        return False


@pytest.fixture
def stopped(tmp_path):
    """A directory with two topics, of a broker that has stopped."""
    broker = Broker(tmp_path)
    try:
        for topic in ["orders", "returns"]:
            broker.kafka("topics", "--create", "--topic", topic, "--config", "retention.ms=86400000")
            broker.kafka("console-producer", "--topic", topic, input="one\ntwo\n")
    finally:
        broker.stop()
    return broker


def damage(path, byte):
    content = bytearray(path.read_bytes())
    content[byte] ^= 1
    path.write_bytes(content)


def refused_start(data):
    done = subprocess.run([KAFKA, "broker", "--data-dir", str(data), "--listen", "127.0.0.1:0"], capture_output=True,
                          text=True, timeout=30)
    errors = [line for line in done.stderr.splitlines() if line.startswith("kafka broker: ")]
    assert done.returncode == 1 and done.stdout == "" and len(errors) == 1, done
    return errors[0]


def test_damaged_metadata_is_refused_shown_and_cut_on_demand_only(stopped):
    data = stopped.directory / "data"
    assert storage("check", "--data-dir", str(data)) == f"No damage found in the metadata of {data}.\n"
    log = data / "__cluster_metadata-0" / f"{0:020}.log"
    whole = log.read_bytes()
    place = whole.index(b"orders") + 2
    damage(log, place)
    said = refused_start(data)
    assert str(log) in said and "good records follow" in said and "kafka storage check" in said
    shown = storage("check", "--data-dir", str(data), status=1)
    assert "returns (1 partition)" in shown and "can't be read" in shown and f"{data}/orders-0" in shown
    assert "--accept-loss" in storage("repair", "--data-dir", str(data), status=1)
    assert log.read_bytes()[:place] == whole[:place] and (data / "orders-0").is_dir()
    storage("repair", "--accept-loss", "--data-dir", str(data))
    assert storage("check", "--data-dir", str(data)) == f"No damage found in the metadata of {data}.\n"
    names = os.listdir(data)
    assert not [name for name in ["orders-0", "returns-0"] if name in names]
    for topic in ["orders", "returns", "__cluster_metadata"]:
        kept = [name for name in names if re.fullmatch(rf"{topic}-0\.[0-9a-f]{{32}}-stray", name)]
        assert len(kept) == 1 and (data / kept[0] / f"{0:020}.log").stat().st_size > 0
    stopped.start()
    assert stopped.kafka("topics", "--list").strip() == ""
    stopped.stop()
    # The copy is what was there: put back and mended by hand, all of it is there again.
    for topic in ["orders", "returns", "__cluster_metadata"]:
        shutil.rmtree(data / f"{topic}-0", ignore_errors=True)
        next(data.glob(f"{topic}-0.*-stray")).rename(data / f"{topic}-0")
    (data / "recovery-point-offset-checkpoint").unlink()
    (data / ".kafka_cleanshutdown").unlink()
    log.write_bytes(whole)
    stopped.start()
    assert stopped.kafka("topics", "--list") == "orders\nreturns\n"
    assert stopped.kafka("get-offsets", "--topic", "orders") == "orders:0:2\n"
    stopped.stop()


def test_a_flipped_topic_id_is_repaired_without_loss(stopped):
    data = stopped.directory / "data"
    file = data / "orders-0" / "partition.metadata"
    right = file.read_bytes()
    damage(file, 25)
    assert str(file) in refused_start(data)
    assert str(file) in storage("check", "--data-dir", str(data), status=1)
    storage("repair", "--data-dir", str(data))
    assert file.read_bytes() == right
    stopped.start()
    assert stopped.kafka("get-offsets", "--topic", "orders") == "orders:0:2\n"
    stopped.stop()


def test_metadata_that_ends_too_early_after_a_clean_stop_is_missed(stopped):
    data = stopped.directory / "data"
    log = data / "__cluster_metadata-0" / f"{0:020}.log"
    whole = log.read_bytes()
    # The last batch, whose length is in its header.
    start = 0
    while (end := start + 12 + int.from_bytes(whole[start + 8:start + 12])) < len(whole):
        start = end
    log.write_bytes(whole[:start])
    assert "ends at offset" in refused_start(data)
    shutil.rmtree(data / "__cluster_metadata-0")
    assert "has no log" in refused_start(data)


def test_a_directory_in_use_is_not_checked(broker):
    assert "Another broker is running" in storage("check", "--data-dir", str(broker.directory / "data"), status=1)


@pytest.mark.parametrize("action", ["check", "repair", "info", ["format", "-t", "MkU3OEVBNTcwNTJENDM2Qg"]])
def test_no_name_is_no_directory(tmp_path, monkeypatch, action):
    monkeypatch.chdir(tmp_path)
    words = action if isinstance(action, list) else [action]
    assert "option --data-dir is empty" in storage(*words, "--data-dir", "", status=1)
    assert os.listdir(tmp_path) == []
