# SPDX-License-Identifier: Apache-2.0
"""`kafka health` and `cub kafka-ready`: one look at a broker, and waiting for one."""
import os
import re
import socket
import subprocess

import pytest
from conftest import KAFKA
from terminal import silence  # noqa: F401: a fixture


def health(*words, **options):
    return subprocess.run([KAFKA, "health", *words], capture_output=True, text=True, timeout=60, **options)


def test_a_broker_that_serves_is_healthy_in_one_line(broker):
    done = health("-b", broker.address)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"healthy: cluster \S{22}, 1 broker\n", done.stdout)
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:1,{broker.address}"}
    assert health(env=environment).returncode == 0, "one of several bootstrap servers is enough"


def test_a_broker_that_has_stopped_is_not(own_broker):
    own_broker.stop()
    done = health("-b", own_broker.address)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"kafka health: can't reach {own_broker.address}: connection refused; no broker listens there\n"


@pytest.mark.parametrize("words", [[], ["--command-property", "security.protocol=SSL"]])
def test_a_port_that_says_nothing_takes_no_longer_than_the_limit(silence, words):  # noqa: F811
    done = health("-b", silence, "--timeout", "300ms", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1 and silence in done.stderr


def test_a_name_that_does_not_resolve_and_a_port_that_speaks_otherwise_are_not_healthy(tmp_path):
    assert health("-b", "no-such-host.invalid:9092", "--timeout", "2").returncode == 1
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = subprocess.Popen([KAFKA, "health", "-b", f"127.0.0.1:{listener.getsockname()[1]}"],
                                  stderr=subprocess.PIPE, text=True)
        connection, _ = listener.accept()
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.close()
        _, errors = server.communicate(timeout=60)
    assert server.returncode == 1 and errors.count("\n") == 1, errors


def test_a_stopped_process_is_not_healthy(own_broker):
    own_broker.process.send_signal(19)
    try:
        assert health("-b", own_broker.address, "--timeout", "0.3").returncode == 1
    finally:
        own_broker.process.send_signal(18)
    assert health("-b", own_broker.address).returncode == 0


def test_partitions_count_where_they_are_asked_for(broker, topic):
    assert health("-b", broker.address, "--partitions").returncode == 0


def link(tmp_path, name):
    path = tmp_path / name
    path.symlink_to(KAFKA)
    return str(path)


@pytest.mark.parametrize("name", ["cub", "ub"])
def test_confluents_utility_belt_waits_for_brokers(broker, tmp_path, name):
    belt = link(tmp_path, name)
    for words in [["-b", broker.address, "1", "10"], ["1", "20", "-b", broker.address]]:
        done = subprocess.run([belt, "kafka-ready", *words], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run([belt, "kafka-ready", "2", "0.2", "-b", broker.address], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 1 and "1 of 2 brokers" in done.stderr


def test_it_waits_for_a_broker_that_starts_later(own_broker, tmp_path):
    own_broker.stop()
    waiting = subprocess.Popen([link(tmp_path, "cub"), "kafka-ready", "-b", own_broker.address, "1", "60"])
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(0.5)
    own_broker.start()
    assert waiting.wait(60) == 0
