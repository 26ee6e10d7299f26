# SPDX-License-Identifier: Apache-2.0
"""Clusters with names, references to secrets, and what a protected cluster asks, as a person has them."""
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import KAFKA
from terminal import Terminal, silence  # noqa: F401 (a fixture)

SECRET = "hunter-two"


@pytest.fixture
def config(tmp_path, broker):
    file = tmp_path / "config"
    file.write_text(f"""# Mine.
[local]
bootstrap.servers = {broker.address}

[shop]
protected = true
bootstrap.servers = {broker.address.replace("127.0.0.1", "localhost")}
client.id = ${{env:WHO}}
""")
    file.chmod(0o600)
    return file


def environment(config, **more):
    variables = {**os.environ, "KAFKA_CONFIG": str(config), "HOME": str(config.parent), "WHO": "me", "LC_ALL": "C.UTF-8",
                 **more}
    variables.pop("KAFKA_BOOTSTRAP_SERVERS", None)
    return variables


def kafka(config, *words, status=0, **more):
    done = subprocess.run([KAFKA, *words], capture_output=True, text=True, env=environment(config, **more), timeout=60,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == status, (words, done)
    return done


def test_a_named_cluster_is_used_once_current_always(config, topic):
    assert topic in kafka(config, "--cluster", "local", "topics", "--list").stdout.split()
    assert topic in kafka(config, "topics", "--list", "--cluster-profile", "local").stdout.split()
    assert topic in kafka(config, "topics", "--list", KAFKA_CLUSTER="local").stdout.split()
    before = config.read_text()
    assert kafka(config, "clusters", "use", "local").stdout == "The current cluster is local.\n"
    assert config.read_text() == "current = local\n" + before
    assert config.stat().st_mode & 0o777 == 0o600
    assert topic in kafka(config, "topics", "--list").stdout.split()
    rows = [json.loads(line) for line in kafka(config, "clusters", "list", "--output", "json").stdout.splitlines()]
    assert [(row["name"], row["current"], row["protected"]) for row in rows] == [
        ("local", True, False), ("shop", False, True)]


def test_check_connects_to_each_and_names_what_fails(config):
    with open(config, "a") as file:
        file.write("[gone]\nbootstrap.servers=127.0.0.1:1\n[lost]\nsasl.password=${env:NOBODY_SETS_THIS}\n")
    done = kafka(config, "clusters", "check", status=1)
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["local", "shop"]
    assert "gone: can't reach 127.0.0.1:1: connection refused" in done.stderr
    assert "lost: ${env:NOBODY_SETS_THIS}" in done.stderr


def test_a_reference_is_followed_only_where_it_is_used(config, tmp_path, topic):
    mark = tmp_path / "ran"
    with open(config, "a") as file:
        file.write(f"[asks]\nbootstrap.servers=127.0.0.1:1\nclient.id=${{command:echo x; touch '{mark}'}}\n")
    for words in [["clusters", "list"], ["clusters", "show", "asks"], ["--cluster", "local", "topics", "--list"]]:
        assert SECRET not in kafka(config, *words).stdout and not mark.exists()
    kafka(config, "--cluster", "asks", "topics", "--list", status=1)
    assert mark.exists()


def test_completion_runs_no_command(config, tmp_path, broker):
    mark = tmp_path / "ran"
    with open(config, "a") as file:
        file.write(f"[asks]\nbootstrap.servers={broker.address}\nclient.id=${{command:echo x; touch '{mark}'}}\n")
    assert kafka(config, "__complete", "clusters", "kafka", "--cluster").stdout.split() == ["local", "shop", "asks"]
    kafka(config, "__complete", "topics", "kafka", "--cluster", "asks", "topics", "--topic", status=1)
    assert not mark.exists()


def test_a_protected_cluster_asks_for_its_name_at_a_terminal(config, own_broker):
    config.write_text(f"[shop]\nprotected=true\nbootstrap.servers={own_broker.address}\n")
    own_broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "1")
    for answer, status in [("orders", 1), ("", 1), ("shop", 0)]:
        assert "orders" in own_broker.kafka("topics", "--list").split()
        with Terminal([KAFKA, "--cluster", "shop", "topics", "delete", "orders"], environment(config)) as terminal:
            terminal.wait_for("'shop' is a protected cluster, and this is to delete topics")
            terminal.type(answer + "\r")
            assert terminal.wait_for_end() == status
    assert "orders" not in own_broker.kafka("topics", "--list").split()


def test_a_protected_cluster_wants_yes_elsewhere(config, own_broker):
    config.write_text(f"[shop]\nprotected=true\nbootstrap.servers={own_broker.address}\n")
    own_broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "1")
    for words in [["--cluster", "shop", "topics", "delete", "orders"],
                  ["topics", "delete", "orders", "-b", own_broker.address]]:
        assert "--yes confirms it; nothing was done" in kafka(config, *words, status=1).stderr
    assert "orders" in own_broker.kafka("topics", "--list").split()
    kafka(config, "--cluster", "shop", "topics", "delete", "orders", "--yes")
    assert "orders" not in own_broker.kafka("topics", "--list").split()


def test_the_shell_names_the_cluster_and_works_with_it(config, topic, broker):
    with Terminal([KAFKA, "--cluster", "shop", "shell"], environment(config)) as terminal:
        terminal.wait_for_prompt("kafka shop (protected)> ")
        terminal.type(f"topics describe {topic}\r")
        assert f"Topic: {topic}\tPartition: 0" in terminal.wait_for_prompt("kafka shop (protected)> ")
        terminal.type(f"topics delete {topic}\r")
        terminal.wait_for("Its name confirms it: ")
        terminal.type("no\r")
        terminal.wait_for_prompt("kafka shop (protected)> ")
        terminal.type("--cluster local topics --list\r")
        assert topic in terminal.wait_for_prompt("kafka shop (protected)> ")
        terminal.type("--cluster lo\t")
        terminal.wait_for("--cluster local ")


def test_the_prompt_follows_the_current_cluster(config):
    with Terminal([KAFKA, "shell"], environment(config)) as terminal:
        terminal.wait_for_prompt("kafka> ")
        terminal.type("clusters use local\r")
        terminal.wait_for_prompt("kafka local> ")


def test_a_password_is_asked_for_and_not_shown(config, broker):
    add = ["configs", "--alter", "--user", "typist", "--add-config", "SCRAM-SHA-256=[password=-]"]
    with Terminal([KAFKA, *add, "-b", broker.address], environment(config)) as terminal:
        terminal.wait_for("password: ")
        terminal.type(SECRET + "\r")
        assert terminal.wait_for_end() == 0
        assert SECRET not in terminal.seen
    assert "SCRAM-SHA-256" in broker.kafka("configs", "--describe", "--user", "typist")
    done = subprocess.run([KAFKA, *add, "-b", broker.address], capture_output=True, text=True, env=environment(config),
                          stdin=subprocess.DEVNULL, start_new_session=True, timeout=60)
    assert done.returncode == 1 and "there is none" in done.stderr


def test_a_password_may_be_a_reference(config, broker):
    add = ["configs", "--alter", "--user", "referrer", "--add-config", "SCRAM-SHA-512=[password=${env:PASSWORD}]"]
    kafka(config, *add, "-b", broker.address, status=1)
    kafka(config, *add, "-b", broker.address, PASSWORD=SECRET)
    assert "SCRAM-SHA-512" in broker.kafka("configs", "--describe", "--user", "referrer")


def command_lines():
    """Of all processes."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield file.read_bytes()
        except OSError:  # ended meanwhile
            pass


def test_secrets_of_the_shell_are_in_no_list_of_processes_and_no_history(config, silence, tmp_path):
    state = tmp_path / "state"
    with Terminal([KAFKA, "shell"], environment(config, XDG_STATE_HOME=str(state))) as terminal:
        terminal.wait_for_prompt("kafka> ")
        terminal.type("topics --version\r")
        terminal.wait_for_prompt("kafka> ")
        terminal.type(f"topics --list -b {silence} --command-property sasl.Password={SECRET}\r")
        terminal.wait_for("waiting for")
        assert not [line for line in command_lines() if SECRET.encode() in line]
        assert [line for line in command_lines() if b"__line" in line]
        terminal.wait_for_prompt("kafka> ")
        # Nor do the arrow keys bring it back.
        terminal.type("\x1b[A")
        assert SECRET not in terminal.wait_for("kafka> topics --version")
    assert (state / "kafka" / "history").read_text() == "topics --version\n"


def test_a_file_that_others_read_is_warned_of_if_it_holds_a_secret(config, tmp_path, broker):
    file = tmp_path / "client.properties"
    file.write_text(f"bootstrap.servers={broker.address}\nssl.key.password={SECRET}\n")
    for mode, warned in [(0o644, True), (0o640, True), (0o600, False)]:
        file.chmod(mode)
        for words, more in [(["--command-config", str(file)], {}), ([], {"KAFKA_COMMAND_CONFIG": str(file)})]:
            done = kafka(config, "topics", "--list", *words, **more)
            assert ("chmod 600" in done.stderr) == warned, done.stderr
            assert SECRET not in done.stderr


def test_the_file_of_clusters_costs_nothing_where_there_is_none(tmp_path, broker):
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    variables = {**os.environ, "HOME": str(tmp_path)}
    for name in ["KAFKA_CONFIG", "XDG_CONFIG_HOME", "KAFKA_BOOTSTRAP_SERVERS"]:
        variables.pop(name, None)
    log = tmp_path / "log"
    subprocess.run(["strace", "-f", "-o", log, "-e", "trace=%file", KAFKA, "topics", "--list", "-b", broker.address],
                   check=True, env=variables, capture_output=True)
    assert ".config/kafka" not in log.read_text()
    subprocess.run(["strace", "-f", "-o", log, "-e", "trace=%file", KAFKA, "topics", "--list"],
                   env=variables, capture_output=True)
    assert log.read_text().count(".config/kafka") == 1
