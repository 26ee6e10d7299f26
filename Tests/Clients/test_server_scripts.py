# SPDX-License-Identifier: Apache-2.0
"""server-start -daemon and server-stop --node-id: brokers in the background."""
import os
import subprocess
import time

from conftest import KAFKA


def run(*arguments, directory, **environment):
    return subprocess.run([KAFKA, *arguments], cwd=directory, capture_output=True, text=True, timeout=60,
                          env={**os.environ, **environment})


def properties(directory, node):
    """A broker's file in a directory of its own; the number tells its broker from those of other tests."""
    directory.mkdir()
    file = directory / "server.properties"
    file.write_text(f"node.id={node}\nlog.dirs={directory}/data\nlisteners=PLAINTEXT://127.0.0.1:0\n")
    return file


def test_a_broker_runs_in_the_background_until_it_is_stopped_by_its_number(tmp_path):
    numbers = [730_000_000 + os.getpid() * 2 + index for index in range(2)]
    addresses = []
    for number in numbers:
        directory = tmp_path / str(number)
        file = properties(directory, number)
        started = run("server-start", "-daemon", file.name, directory=directory, LOG_DIR=str(directory / "out"))
        assert started.returncode == 0 and started.stdout.startswith("ready on 127.0.0.1:"), started
        assert (directory / "out" / "kafkaServer.out").read_text().count(started.stdout) == 1
        addresses.append(started.stdout.split()[2].rstrip(","))
    try:
        for address in addresses:
            assert run("topics", "--list", "--bootstrap-server", address, directory=tmp_path).returncode == 0
        stopped = run("server-stop", "--node-id", str(numbers[0]), directory=tmp_path)
        assert stopped.returncode == 0 and not stopped.stderr, stopped
        while (tmp_path / str(numbers[0]) / "out" / "kafkaServer.out").read_text().count("stopping") == 0:
            time.sleep(0.01)
        assert run("topics", "--list", "--bootstrap-server", addresses[1], directory=tmp_path).returncode == 0
    finally:
        run("server-stop", "--node-id", str(numbers[1]), directory=tmp_path)
        run("server-stop", "--node-id", str(numbers[0]), directory=tmp_path)


def test_a_broker_that_cannot_start_in_the_background_says_why(tmp_path):
    file = properties(tmp_path / "broken", 730_000_000)
    file.write_text("node.id=730000000\nnum.partitions=none\n")
    done = run("server-start", "-daemon", file.name, directory=file.parent)
    assert done.returncode == 1 and not done.stdout
    assert done.stderr.count("\n") == 1 and "num.partitions" in done.stderr, done
    assert (file.parent / "logs" / "kafkaServer.out").exists()


def test_a_number_that_no_broker_has_is_an_error(tmp_path, broker):
    done = run("server-stop", "--node-id", "730000001", directory=tmp_path)
    assert done.returncode == 1 and "730000001" in done.stderr and done.stderr.count("\n") == 1, done
