# SPDX-License-Identifier: Apache-2.0
"""`kafka dev`: a broker for the length of a command."""
import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import KAFKA


def dev(*words, status=0, **options):
    done = subprocess.run([KAFKA, "dev", *words], **{
        "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "timeout": 120, **options})
    assert done.returncode == status, (done.returncode, done.stderr)
    return done


def until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def test_the_command_has_a_broker_and_nothing_but_its_own_output():
    done = dev("--topic", "orders:3:cleanup.policy=compact,delete,retention.ms=1000", "--", KAFKA, "topics",
               "--describe", "--topic", "orders")
    assert done.stderr == ""
    first, *rest = done.stdout.splitlines()
    assert "PartitionCount: 3" in first and len(rest) == 3
    assert "cleanup.policy=compact,delete" in first and "retention.ms=1000" in first


def test_kcat_and_programs_find_it(tmp_path):
    code = "import os, confluent_kafka as k; p = k.Producer({'bootstrap.servers': os.environ['BOOTSTRAP_SERVERS']}); "
    code += "p.produce('t', 'from python'); print(p.flush(60))"
    script = f'"{sys.executable}" -c "{code}" && kcat -C -t t -e -q && env | grep -c "=$KAFKA_BOOTSTRAP_SERVERS$"'
    assert dev("--", "sh", "-c", script).stdout == "0\nfrom python\n10\n"


def test_another_cluster_that_the_user_works_with_is_not_meant(tmp_path):
    config = tmp_path / "config"
    config.write_text("current = production\n[production]\nbootstrap.servers = 127.0.0.1:1\n")
    properties = tmp_path / "client.properties"
    properties.write_text("bootstrap.servers=127.0.0.1:1\n")
    for variables in [{"KAFKA_CONFIG": str(config)}, {"KAFKA_CONFIG": str(config), "KAFKA_CLUSTER": "production"},
                      {"KAFKA_COMMAND_CONFIG": str(properties)}]:
        done = dev("--topic", "here", "--", KAFKA, "topics", "--list", env={**os.environ, **variables})
        assert done.stdout == "here\n"


@pytest.mark.parametrize("script, status", [
    ("exit 0", 0), ("exit 3", 3), ("exit 255", 255), ("kill -TERM $$", 143), ("kill -KILL $$", 137),
    ("kill -SEGV $$", 139)])
def test_the_status_is_that_of_the_command(script, status):
    assert dev("--", "sh", "-c", script, status=status).stderr == ""


def test_a_command_that_is_none_is_said_as_by_a_shell(tmp_path):
    assert "cannot run 'no-such-command'" in dev("--", "no-such-command", status=127).stderr
    plain = tmp_path / "plain"
    plain.write_text("#!/bin/sh\n")
    assert f"cannot run '{plain}'" in dev("--", str(plain), status=126).stderr
    assert "cannot run '/'" in dev("/", status=126).stderr


def test_a_broker_that_listens_everywhere_is_reached_here():
    done = dev("--listen", "*:0", "--", "sh", "-c", f'echo "$KAFKA_BROKER"; "{KAFKA}" health')
    assert done.stdout.startswith("127.0.0.1:") and "healthy" in done.stdout


def test_options_behind_the_command_are_its_own():
    assert dev("echo", "--help", "-h", "--topic", "x", "--version").stdout == "--help -h --topic x --version\n"
    assert dev("--", "echo", "--", "").stdout == "-- \n"
    assert "usage: kafka dev" in dev("--topic", "x", "--help").stdout


def test_the_seed_is_there_record_by_record(tmp_path):
    lines = [
        {"topic": "a", "partition": 2, "timestamp": 1000, "key": "k", "headers": [{"key": "h", "value": "1"}, {"key": "h", "value": None}], "value": None},
        {"topic": "a", "partition": 0, "timestamp": 2000, "key": None, "headers": [], "value_base64": "/w=="},
        {"topic": "b", "partition": 0, "timestamp": 3000, "key": "", "headers": [], "value": ""},
    ]
    seed = tmp_path / "seed"
    seed.write_text("".join(json.dumps(line) + "\n" for line in lines))
    read = f'for t in a b; do "{KAFKA}" console-consumer $t --from-beginning --exit-at-end --format json; done'
    done = dev("--seed", str(seed), "--", "sh", "-c", read)
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    for line in printed:
        del line["offset"]
    assert sorted(printed, key=lambda line: line["timestamp"]) == lines
    # What was printed is a seed again.
    again = dev("--seed", "-", "--", "sh", "-c", read, input=done.stdout)
    assert sorted(again.stdout.splitlines()) == sorted(done.stdout.splitlines())


def test_what_is_wrong_is_said_before_anything_runs(tmp_path):
    seed = tmp_path / "seed"
    seed.write_text('{"topic":"a","partition":3,"value":"x"}\nnonsense\n')
    assert f"'{seed}', line 2" in dev("--seed", str(seed), "--", "echo", "ran", status=1).stderr
    assert "line 1" not in dev("--topic", "a:1:nonsense=1", "--", "echo", "ran", status=1).stderr
    for words in [["--topic", "a:0"], ["--seed", str(tmp_path / "none")], ["--override", "nonsense=1"]]:
        done = dev(*words, "--", "echo", "ran", status=1)
        assert done.stdout == "" and done.stderr.count("\n") == 1, done.stderr


def test_standard_input_and_other_descriptors_are_the_commands_and_the_brokers_are_not(tmp_path):
    with open(tmp_path / "file", "w") as file:
        script = f"cat; echo kept > /dev/fd/{file.fileno()}; ls -l /proc/self/fd"
        done = dev("--", "sh", "-c", script, input="typed\n", pass_fds=[file.fileno()])
    assert done.stdout.startswith("typed\n")
    assert (tmp_path / "file").read_text() == "kept\n"
    assert "socket:" not in done.stdout and "kafka-" not in done.stdout


TRAP = """
import os, signal, sys, time
def note(number, frame):
    print(signal.Signals(number).name, flush=True)
for name in ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"]:
    signal.signal(getattr(signal, name), note)
signal.signal(signal.SIGUSR2, lambda *_: sys.exit(7))
print("up", os.environ["KAFKA_BOOTSTRAP_SERVERS"], os.getpid(), flush=True)
while True: time.sleep(60)
"""


def trap(**options):
    process = subprocess.Popen([KAFKA, "dev", "--", sys.executable, "-c", TRAP], stdout=subprocess.PIPE, text=True,
                               **options)
    _, address, pid = process.stdout.readline().split()
    return process, address, int(pid)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"])
def test_signals_are_the_commands_and_the_broker_stays(name):
    process, address, _ = trap()
    for _ in range(2):
        process.send_signal(getattr(signal, name))
        assert process.stdout.readline() == name + "\n"
    assert subprocess.run([KAFKA, "health", "-b", address], capture_output=True).returncode == 0
    process.send_signal(signal.SIGUSR2)
    assert process.wait(30) == 7
    assert subprocess.run([KAFKA, "health", "-b", address], capture_output=True).returncode == 1


def test_ctrl_c_at_a_terminal_reaches_the_command_once():
    controller, terminal = pty.openpty()

    def take_terminal():
        os.setsid()
        fcntl.ioctl(0, 0x540E, 0)  # TIOCSCTTY

    process, _, _ = trap(stdin=terminal, preexec_fn=take_terminal)
    os.write(controller, b"\x03")
    assert process.stdout.readline() == "SIGINT\n"
    process.send_signal(signal.SIGUSR1)
    assert process.stdout.readline() == "SIGUSR1\n", "no second SIGINT"
    process.send_signal(signal.SIGUSR2)
    assert process.wait(30) == 7
    os.close(controller)
    os.close(terminal)


def test_nothing_stays_behind(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    dev("--topic", "a", "--", "true", env=environment)
    assert list(tmp_path.iterdir()) == []


def test_who_is_killed_takes_the_command_along_and_the_next_one_cleans_up(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen([KAFKA, "dev", "--", "sh", "-c", "echo $$; exec sleep 600"], stdout=subprocess.PIPE,
                               text=True, env=environment)
    child = int(process.stdout.readline())
    process.kill()
    process.wait(10)
    until(lambda: not Path(f"/proc/{child}").exists() or Path(f"/proc/{child}/stat").read_text().split()[2] == "Z")
    assert list(tmp_path.glob("kafka-*"))
    dev("true", env=environment)
    assert list(tmp_path.iterdir()) == []


def test_without_a_command_it_serves_until_it_is_told_to_stop():
    process = subprocess.Popen([KAFKA, "dev", "--topic", "a"], stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    assert line.startswith("ready on 127.0.0.1:")
    address = line.split()[2].rstrip(",")
    listed = subprocess.run([KAFKA, "topics", "--list", "-b", address], capture_output=True, text=True).stdout
    assert listed == "a\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
