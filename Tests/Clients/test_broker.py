# SPDX-License-Identifier: Apache-2.0
"""`kafka broker` as a command: what it says when it can't start, and of its configuration."""
import os
import re
import signal
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


@pytest.mark.parametrize("protocol", ["SSL", "SASL_PLAINTEXT", "SASL_SSL"])
def test_a_listener_that_is_to_be_secure_is_not_opened_to_all(protocol):
    said = refused("--ephemeral", "--override", f"listeners={protocol}://127.0.0.1:0")
    assert f"{protocol}://127.0.0.1:0" in said and "only PLAINTEXT" in said
    said = refused("--ephemeral", "--override", "listeners=PLAINTEXT://127.0.0.1:0,INSIDE://127.0.0.1:0",
                   "--override", f"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INSIDE:{protocol}")
    assert protocol in said


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
