# SPDX-License-Identifier: Apache-2.0
"""A broker as a service: the tests play systemd's side of its sockets."""
import os
import re
import signal
import socket
import struct
import subprocess
import uuid

import pytest

from conftest import KAFKA

API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 7, -1)


class Manager:
    """What systemd is to a service: an environment, and a socket on which it is told things."""

    def __init__(self, directory, abstract=False):
        name = f"\0kafka-{uuid.uuid4()}" if abstract else str(directory / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(name)
        self.socket.settimeout(60)
        self.environment = {"NOTIFY_SOCKET": name.replace("\0", "@")}

    def message(self):
        """The next message, as a dictionary."""
        return dict(line.split("=", 1) for line in self.socket.recv(4096).decode().split("\n"))

    def until(self, name):
        """The messages up to the first that says something of `name`."""
        messages = [self.message()]
        while name not in messages[-1]:
            messages.append(self.message())
        return messages

    def waiting(self):
        """The messages that have come already."""
        self.socket.setblocking(False)
        messages = []
        try:
            while True:
                messages.append(self.message())
        except BlockingIOError:
            return messages


class Service:
    """`kafka broker` as a child; LISTEN_PID is its own number, as only the child itself knows it."""

    def __init__(self, directory, *options, environment, sockets=(), words=("broker", "--ephemeral")):
        def take_sockets():
            # First out of the way of the numbers that they are to have.
            for number, copy in enumerate([os.dup2(one.fileno(), 50 + index) for index, one in enumerate(sockets)]):
                os.dup2(copy, 3 + number)

        if sockets:
            environment = {**environment, "LISTEN_FDS": str(len(sockets))}
        command = 'LISTEN_PID=$$ exec "$@"' if sockets else 'exec "$@"'
        self.log = directory / "log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["sh", "-c", command, "sh", KAFKA, *words, *options], stdout=subprocess.PIPE, stderr=log, text=True,
                env={**os.environ, **environment}, preexec_fn=take_sockets,
                pass_fds=[3 + index for index in range(len(sockets))] if sockets else ())

    def address(self):
        line = self.process.stdout.readline()
        ready = re.match(r"ready on (\S+), data in ", line)
        assert ready, (line, self.log.read_text())
        return ready[1]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, self.log.read_text()

    def fail(self):
        assert self.process.wait(60) == 1
        return self.log.read_text()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def connect(address):
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host.strip("[]"), int(port)), 60)


def is_answered(connection):
    connection.sendall(API_VERSIONS)
    return connection.recv(8)[4:] == struct.pack(">i", 7)


@pytest.mark.parametrize("abstract", [False, True])
def test_ready_is_said_when_the_broker_serves_and_stopping_when_it_stops(tmp_path, abstract):
    manager = Manager(tmp_path, abstract)
    with Service(tmp_path, "--listen", "127.0.0.1:0", environment=manager.environment) as service:
        ready = manager.until("READY")[-1]
        assert ready["READY"] == "1" and ready["STATUS"].startswith("ready on 127.0.0.1:"), ready
        assert is_answered(connect(ready["STATUS"].split()[2].rstrip(",")))
        service.stop()
        assert manager.until("STOPPING")[-1]["STOPPING"] == "1"


def test_a_broker_that_cannot_start_is_not_ready_and_says_why(tmp_path):
    manager = Manager(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "127.0.0.1:%d" % taken.getsockname()[1]
        with Service(tmp_path, "--listen", address, environment=manager.environment) as service:
            assert "the port is taken" in service.fail()
    messages = manager.waiting()
    assert not [message for message in messages if "READY" in message], messages
    assert "the port is taken" in messages[-1]["STATUS"], messages


def test_the_watchdog_hears_of_the_broker_again_and_again_until_it_stops(tmp_path):
    manager = Manager(tmp_path)
    environment = {**manager.environment, "WATCHDOG_USEC": "100000"}
    with Service(tmp_path, "--listen", "127.0.0.1:0", environment=environment) as service:
        manager.until("READY")
        for _ in range(5):
            assert manager.message() == {"WATCHDOG": "1"}
        service.stop()
        # Systemd looks no more for signs of life then, and they would only hide that a stop hangs.
        manager.until("STOPPING")
        assert manager.waiting() == []


@pytest.mark.parametrize("variables", [{"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "soon"}])
def test_a_watchdog_that_is_for_somebody_else_hears_nothing(tmp_path, variables):
    manager = Manager(tmp_path)
    environment = {**manager.environment, **variables}
    with Service(tmp_path, "--listen", "127.0.0.1:0", environment=environment) as service:
        manager.until("READY")
        service.stop()
        assert manager.until("STOPPING")[:-1] == []


@pytest.mark.parametrize("listen, names", [
    ("127.0.0.1:{port}", None), ("127.0.0.1:0", "kafka.socket"), ("localhost:{port}", ""), ("127.0.0.1:1", "plaintext")])
def test_a_socket_that_is_passed_is_that_of_a_listener(tmp_path, listen, names):
    """By the listener's address or, whatever that is, its name; who connected before the start is served."""
    with socket.create_server(("127.0.0.1", 0)) as passed:
        port = passed.getsockname()[1]
        environment = {} if names is None else {"LISTEN_FDNAMES": names}
        early = connect(f"127.0.0.1:{port}")
        for _ in range(2):
            # The second broker finds the first one's socket as it was.
            with Service(tmp_path, "--listen", listen.format(port=port), environment=environment,
                         sockets=[passed]) as service:
                assert service.address() == f"127.0.0.1:{port}"
                assert is_answered(early)
                subprocess.run([KAFKA, "topics", "--create", "--topic", "t", "--bootstrap-server", f"127.0.0.1:{port}"],
                               check=True, capture_output=True)
                service.stop()
            early = connect(f"127.0.0.1:{port}")


def test_sockets_find_their_listeners_in_any_order(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("0.0.0.0", 0)) as second:
        ports = [one.getsockname()[1] for one in (first, second)]
        with Service(tmp_path, "--listen", f"127.0.0.1:{ports[0]}", "--listen", f"*:{ports[1]}", environment={},
                     sockets=[second, first]) as service:
            line = service.process.stdout.readline()
            assert line.startswith(f"ready on 127.0.0.1:{ports[0]} and 0.0.0.0:{ports[1]}, "), line
            assert all(is_answered(connect(f"127.0.0.1:{port}")) for port in ports)
            service.stop()


def test_a_socket_for_no_listener_is_refused(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as passed:
        port = passed.getsockname()[1]
        with Service(tmp_path, "--listen", "127.0.0.1:1", environment={"LISTEN_FDNAMES": "other"},
                     sockets=[passed]) as service:
            said = service.fail()
    assert f"127.0.0.1:{port} (other)" in said and "PLAINTEXT://127.0.0.1:1" in said and said.count("\n") == 1, said


def test_what_is_no_listening_socket_is_refused(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as passed:
        with Service(tmp_path, environment={}, sockets=[passed]) as service:
            said = service.fail()
    assert "descriptor 3" in said and said.count("\n") == 1, said


def test_sockets_of_another_process_are_left_alone(tmp_path):
    environment = {"LISTEN_FDS": "1", "LISTEN_PID": "1"}
    with Service(tmp_path, "--listen", "127.0.0.1:0", environment=environment) as service:
        assert is_answered(connect(service.address()))
        service.stop()


def test_a_command_that_the_broker_starts_finds_nothing_of_all_this(tmp_path):
    manager = Manager(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as passed:
        environment = {**manager.environment, "WATCHDOG_USEC": "10000000", "LISTEN_FDNAMES": "plaintext"}
        with Service(tmp_path, "--listen", "127.0.0.1:0", "--override",
                     f"broker.rack=${{command:env >{tmp_path}/env; ls -l /proc/self/fd >>{tmp_path}/env; echo r}}",
                     environment=environment, sockets=[passed]) as service:
            service.address()
            service.stop()
    seen = (tmp_path / "env").read_text()
    assert "HOME=" in seen or "PATH=" in seen
    assert not re.findall("NOTIFY_SOCKET|WATCHDOG|LISTEN_|socket:", seen), seen


def test_the_journal_gets_priorities_and_nobody_else(tmp_path):
    log = tmp_path / "log"
    log.touch()
    status = log.stat()
    for stream, form in [(f"{status.st_dev}:{status.st_ino}", r"(<[2-7]>\[[\w.]+\] .*\n)+"), (f"{status.st_dev}:1", r"[^<].*\n")]:
        with Service(tmp_path, "--listen", "127.0.0.1:0",
                     environment={"JOURNAL_STREAM": stream}) as service:
            service.address()
            service.stop()
        text = log.read_text()
        assert re.fullmatch(form, text) and "stopping" in text, text


def test_properties_may_be_credentials(tmp_path):
    (tmp_path / "rack").write_text("the third\n")
    file = tmp_path / "server.properties"
    file.write_text("broker.rack=${credential:rack}\nlisteners=PLAINTEXT://127.0.0.1:0\n")
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    with Service(tmp_path, str(file), environment=environment) as service:
        said = subprocess.run(
            [KAFKA, "configs", "--describe", "--all", "--entity-type", "brokers", "--entity-name", "1",
             "--bootstrap-server", service.address()], check=True, capture_output=True, text=True).stdout
        service.stop()
    assert "broker.rack=the third " in said, said
    for value, reason in [("${credential:none}", "none"), ("${credential:../x}", "name is expected"),
                          ("${command:echo x}", "only the command line")]:
        file.write_text(f"broker.rack={value}\n")
        with Service(tmp_path, str(file), environment=environment) as service:
            said = service.fail()
        assert value in said and reason in said and said.count("\n") == 1, said
