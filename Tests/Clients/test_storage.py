# SPDX-License-Identifier: Apache-2.0
"""`kafka storage` and what a broker makes of the directories."""
import re
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
        assert re.search(r"kraft.version\t.*FinalizedVersionLevel: 1\t", broker.kafka("features", "describe"))
    finally:
        broker.stop()


def test_levels_are_chosen_by_release(tmp_path):
    storage("format", "-t", storage("random-uuid").strip(), "--data-dir", str(tmp_path / "data"), "-r", "3.9")
    broker = Broker(tmp_path)
    try:
        levels = broker.kafka("features", "describe")
        assert re.search(r"metadata.version\t.*FinalizedVersionLevel: 3.9-IV0\t", levels)
        assert re.search(r"transaction.version\t.*FinalizedVersionLevel: 0\t", levels)
        broker.kafka("features", "upgrade", "--release-version", "4.0")
        assert re.search(r"transaction.version\t.*FinalizedVersionLevel: 2\t", broker.kafka("features", "describe"))
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
