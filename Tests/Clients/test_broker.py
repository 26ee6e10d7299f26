# SPDX-License-Identifier: Apache-2.0
"""`kafka broker` as a command: what it says when it can't start, and of its configuration."""
import os
import re
import signal
import socket
import stat
import subprocess
from pathlib import Path

import pytest
from conftest import KAFKA, Broker


def refused(*arguments):
    """Standard error of a broker that must not start, a single line."""
    done = subprocess.run([KAFKA, "broker", *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1, done
    return done.stderr


def test_a_second_broker_on_the_directory_is_refused(broker):
    said = refused("--data-dir", str(broker.directory / "data"), "--listen", "127.0.0.1:0")
    assert "Another broker is running on" in said and str(broker.directory / "data") in said


def test_it_serves_without_privileges(tmp_path, monkeypatch):
    """Nothing that it does takes a capability, such as root has, which the other tests may run as."""
    program = tmp_path / "unprivileged"
    drop = "setpriv --bounding-set=-all --inh-caps=-all" if os.geteuid() == 0 else ""
    program.write_text(f'#!/bin/sh\nexec {drop} {KAFKA} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr("conftest.KAFKA", str(program))
    broker = Broker(tmp_path)
    try:
        held = Path(f"/proc/{broker.process.pid}/status").read_text()
        assert os.geteuid() != 0 or "CapEff:\t0000000000000000" in held
        broker.kafka("topics", "--create", "--topic", "t")
        broker.kafka("console-producer", "--topic", "t", input="one\ntwo\n")
        broker.restart()
        consume = ["console-consumer", "--topic", "t", "--group", "g", "--from-beginning", "--max-messages", "2"]
        assert broker.kafka(*consume) == "one\ntwo\n"
    finally:
        broker.kill()


def test_a_taken_port_is_named(broker):
    said = refused("--ephemeral", "--listen", broker.address)
    assert broker.address in said and "the port is taken" in said


def test_a_taken_port_leaves_a_directory_as_clean_as_it_was(broker, own_broker):
    own_broker.stop()
    marker = own_broker.directory / "data/.kafka_cleanshutdown"
    assert marker.exists()
    assert "the port is taken" in refused(
        "--data-dir", str(own_broker.directory / "data"), "--listen", broker.address)
    assert marker.exists()


@pytest.mark.parametrize("override, hint", [
    ("log.retention.hour=3", "did you mean 'log.retention.hours'?"),
    ("log.retention.hours=soon", "log.retention.hours"),
    ("num.partitions=0", "num.partitions"),
    ("num.partitions", "num.partitions"),
])
def test_an_override_that_means_nothing_is_refused(override, hint):
    assert hint in refused("--ephemeral", "--listen", "127.0.0.1:0", "--override", override)


@pytest.mark.parametrize("directory", ["/proc/none", "/dev/null/data"])
def test_a_directory_that_cannot_be_made_is_named(directory):
    assert directory in refused("--data-dir", directory, "--listen", "127.0.0.1:0")


@pytest.mark.parametrize("listen", ["127.0.0.1", "127.0.0.1:port", "127.0.0.1:70000", "no such host:0"])
def test_an_address_that_cannot_be_listened_on_is_named(listen):
    assert listen in refused("--ephemeral", "--listen", listen)


@pytest.mark.parametrize("protocol, missing", [
    ("SSL", "set ssl.keystore.location"), ("SASL_PLAINTEXT", "sasl.enabled.mechanisms is not set"),
    ("SASL_SSL", "sasl.enabled.mechanisms is not set")])
def test_a_listener_that_is_to_be_secure_is_not_opened_to_all(protocol, missing):
    said = refused("--ephemeral", "--override", f"listeners={protocol}://127.0.0.1:0")
    assert f"listener {protocol}" in said and missing in said
    said = refused("--ephemeral", "--override", "listeners=PLAINTEXT://127.0.0.1:0,INSIDE://127.0.0.1:0",
                   "--override", f"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INSIDE:{protocol}")
    assert "listener INSIDE" in said and missing in said


def test_an_unknown_property_in_a_file_is_one_warning(tmp_path):
    file = tmp_path / "server.properties"
    file.write_text(f"log.retention.hour=3\nnode.id=4\nlisteners=PLAINTEXT://127.0.0.1:0\nlog.dirs={tmp_path}/data\n")
    process = subprocess.Popen(
        [KAFKA, "broker", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert re.fullmatch(rf"ready on 127\.0\.0\.1:\d+, data in {tmp_path}/data\n", process.stdout.readline())
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0 and out == ""
    warnings = [line for line in err.splitlines() if " warning " in line]
    assert len(warnings) == 1 and "did you mean 'log.retention.hours'?" in warnings[0]


def test_a_temporary_directory_is_gone_afterwards():
    process = subprocess.Popen(
        [KAFKA, "broker", "--ephemeral", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL)
    directory = re.search(r"data in (.*)\n", process.stdout.readline())[1]
    assert os.path.isdir(directory)
    process.terminate()
    assert process.wait(30) == 0 and not os.path.exists(directory)


def test_a_file_size_limit_refuses_records_and_keeps_the_broker(tmp_path):
    """As a full disk does: the log can't grow."""
    process = subprocess.Popen(
        ["sh", "-c", "trap '' XFSZ; ulimit -f 4000; exec \"$@\"", "sh",
         KAFKA, "broker", "--data-dir", str(tmp_path / "data"), "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    address = re.match(r"ready on (\S+),", process.stdout.readline())[1]
    lines = b"".join(b"%07d %s\n" % (n, b"x" * 90) for n in range(40_000))

    def produce(data):
        return subprocess.run(
            [KAFKA, "console-producer", "--topic", "t", "--bootstrap-server", address,
             "--message-send-max-retries", "2",
             "--batch-size", "200000"], input=data, capture_output=True, timeout=60)
    done = produce(lines)
    assert done.returncode == 1 and b"could not be delivered" in done.stderr, done.stderr
    assert process.poll() is None
    read = subprocess.run(
        [KAFKA, "console-consumer", "--topic", "t", "--from-beginning", "--bootstrap-server", address,
         "--timeout-ms", "2000"], capture_output=True, timeout=60)
    assert read.stdout and lines.startswith(read.stdout), "what was stored is a beginning of what was sent"
    process.terminate()
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0 and err.count("Cannot write") == 1, err


def test_a_relative_data_directory_is_named_by_its_absolute_path(tmp_path):
    process = subprocess.Popen(
        [KAFKA, "broker", "--data-dir", "./kept//data/", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True,
        cwd=tmp_path)
    try:
        assert re.fullmatch(rf"ready on 127\.0\.0\.1:\d+, data in {tmp_path}/kept/data\n", process.stdout.readline())
    finally:
        process.terminate()
        assert process.wait(30) == 0


@pytest.mark.parametrize("action", ["--create", "--alter"])
def test_no_number_of_partitions_is_too_large_to_be_refused(broker, action):
    topic = "bomb" + action
    if action == "--alter":
        broker.kafka("topics", "--create", "--topic", topic)
    done = subprocess.run(
        [KAFKA, "topics", "--bootstrap-server", broker.address, action, "--topic", topic, "--partitions", "2147483647"],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "xcessively large" in done.stderr, done.stderr


def test_access_control_lists_are_refused_as_by_kafka_without_an_authorizer(broker):
    done = subprocess.run(
        [KAFKA, "acls", "--list", "--bootstrap-server", broker.address], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and "No Authorizer is configured on the broker" in done.stderr


def test_partitions_move_to_the_one_data_directory_only(broker, tmp_path):
    broker.kafka("topics", "--create", "--topic", "stays")
    for directory, status in [(broker.directory / "data", 0), ("/nowhere", 1)]:
        plan = tmp_path / "plan.json"
        plan.write_text(
            '{"version":1,"partitions":[{"topic":"stays","partition":0,"replicas":[1],"log_dirs":["%s"]}]}' % directory)
        broker.kafka("reassign-partitions", "--execute", "--reassignment-json-file", str(plan), status=status)


def test_no_name_is_no_data_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "option --data-dir is empty" in refused("--data-dir", "", "--listen", "127.0.0.1:0")
    assert "log.dirs" in refused("--listen", "127.0.0.1:0", "--override", "log.dirs=")
    assert "log.dir" in refused("--listen", "127.0.0.1:0", "--override", "log.dir=")
    assert os.listdir(tmp_path) == []


def serving(*options, **environment):
    """A broker with an ephemeral directory, and its line that says so."""
    process = subprocess.Popen([KAFKA, "broker", "--ephemeral", *options], stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.DEVNULL, env={**os.environ, **environment})
    ready = re.fullmatch(r"ready on (\S+):(\d+), data in (.*)\n", process.stdout.readline())
    assert ready, "the broker did not start"
    return process, int(ready[2]), ready[3]


def addresses(family):
    """Addresses of this machine, as far as one of a loopback tells."""
    try:
        with socket.socket(family) as probe:
            probe.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
            return [probe.getsockname()[0]]
    except OSError:
        return []


@pytest.mark.parametrize("listen", ["*:0", "[::]:0", ":0"])
def test_a_star_listens_on_all_addresses_and_tells_each_client_the_one_it_came_by(listen):
    process, port, _ = serving("--listen", listen)
    try:
        for host in addresses(socket.AF_INET) + addresses(socket.AF_INET6):
            address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            done = subprocess.run([KAFKA, "broker-api-versions", "--bootstrap-server", address], capture_output=True,
                                  text=True, timeout=30)
            assert done.returncode == 0 and f"{host}:{port} (id: 1 " in done.stdout, done
    finally:
        process.terminate()
        assert process.wait(30) == 0


def test_ipv4_alone_and_one_address_of_ipv6_are_listened_on(broker):
    for listen, host in [("0.0.0.0:0", "127.0.0.1"), ("localhost:0", "127.0.0.1")] + (
            [("::1:0", "::1")] if addresses(socket.AF_INET6) else []):
        process, port, _ = serving("--listen", listen)
        try:
            socket.create_connection((host, port), 10).close()
        finally:
            process.terminate()
            assert process.wait(30) == 0


def test_what_the_broker_creates_is_its_owners_whatever_the_umask(tmp_path):
    old = os.umask(0)
    try:
        broker = Broker(tmp_path)
        try:
            broker.kafka("topics", "--create", "--topic", "t", "--config", "segment.bytes=1048576")
            for _ in range(3):
                broker.kafka("console-producer", "--topic", "t", input="x" * 700_000 + "\n")
            broker.kafka("console-consumer", "--topic", "t", "--group", "g", "--from-beginning", "--max-messages", "1")
            # What was there keeps its mode, when it is replaced too.
            public = tmp_path / "data/recovery-point-offset-checkpoint"
            broker.stop()
            public.chmod(0o644)
            broker.start()
            broker.kafka("console-producer", "--topic", "t", input="more\n")
        finally:
            broker.stop()
    finally:
        os.umask(old)
    modes = {}
    for path in [tmp_path / "data", *(tmp_path / "data").rglob("*")]:
        modes.setdefault(stat.S_IMODE(path.stat().st_mode), []).append((path, path.is_dir()))
    assert modes.pop(0o644) == [(public, False)]
    assert all(is_directory for _, is_directory in modes.pop(0o700))
    assert not any(is_directory for _, is_directory in modes.pop(0o600)) and not modes


def test_what_a_killed_broker_left_in_the_temporary_directory_goes_with_the_next_start(tmp_path):
    environment = {"TMPDIR": str(tmp_path)}
    # Of somebody else: kept in spite of its name, as is a link.
    (tmp_path / "kafka-abcdef").mkdir()
    (tmp_path / "kafka-abcdeg").symlink_to(tmp_path)
    killed, _, left = serving("--listen", "127.0.0.1:0", **environment)
    running, _, used = serving("--listen", "127.0.0.1:0", **environment)
    try:
        killed.kill()
        killed.wait(10)
        assert os.path.isdir(left)
        next_one, _, mine = serving("--listen", "127.0.0.1:0", **environment)
        assert not os.path.exists(left) and os.path.isdir(used) and os.path.isdir(mine)
        next_one.terminate()
        assert next_one.wait(30) == 0
    finally:
        running.terminate()
        assert running.wait(30) == 0
    assert sorted(os.listdir(tmp_path)) == ["kafka-abcdef", "kafka-abcdeg"]


def test_the_temporary_directory_is_where_tmpdir_says_or_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "relative").mkdir()
    for given, begins in [("", "/tmp/kafka-"), ("relative", f"{tmp_path}/relative/kafka-")]:
        process, _, directory = serving("--listen", "127.0.0.1:0", TMPDIR=given)
        process.terminate()
        assert process.wait(30) == 0 and directory.startswith(begins), directory
    (tmp_path / "file").write_text("")
    for missing in [str(tmp_path / "missing"), str(tmp_path / "file")]:
        monkeypatch.setenv("TMPDIR", missing)
        assert missing in refused("--ephemeral", "--listen", "127.0.0.1:0")


def test_control_characters_in_errors_are_shown_and_not_sent(broker):
    hostile = "a\x1b[31m\x07\x9bb"
    done = subprocess.run([KAFKA, "topics", "--bootstrap-server", broker.address, "--create", "--topic", hostile],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and "a\\x1b[31m\\x07\\x9bb" in done.stderr, done
    for group in [["consumer-groups", "--delete", "--group", hostile], ["topics", "--describe", "--topic", hostile],
                  ["get-offsets", "--topic", hostile], ["configs", "--describe", "--entity-type", hostile]]:
        done = subprocess.run([KAFKA, *group, "--bootstrap-server", broker.address], capture_output=True, text=True,
                              timeout=30)
        assert not set("\x1b\x07\x9b") & set(done.stderr), (group, done.stderr)


def test_security_settings_of_a_broker_are_taken_and_shown(broker):
    change = ["configs", "--alter", "--entity-type", "brokers", "--entity-name", "1"]
    broker.kafka(*change, "--add-config", "sasl.enabled.mechanisms=[PLAIN,SCRAM-SHA-256],ssl.client.auth=required,"
                 "listener.name.external.ssl.keystore.location=/k.p12,ssl.cipher.suites=TLS_AES_128_GCM_SHA256")
    shown = broker.kafka("configs", "--describe", "--entity-type", "brokers", "--entity-name", "1")
    for text in ["sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256 ", "ssl.client.auth=required ",
                 "listener.name.external.ssl.keystore.location=/k.p12 ", "ssl.cipher.suites=TLS_AES_128_GCM_SHA256 "]:
        assert text in shown, shown
    broker.kafka(*change, "--delete-config", "sasl.enabled.mechanisms,ssl.client.auth,ssl.cipher.suites,"
                 "listener.name.external.ssl.keystore.location")
    assert "ssl.client.auth" not in broker.kafka(
        "configs", "--describe", "--entity-type", "brokers", "--entity-name", "1")
