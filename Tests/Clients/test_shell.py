# SPDX-License-Identifier: Apache-2.0
"""`kafka shell` at a pseudo-terminal and with lines on standard input."""
import os
import signal
import subprocess
import time

import pytest

from conftest import KAFKA
from terminal import Terminal, silence  # noqa: F401 (a fixture)

UP, DOWN, LEFT = "\x1b[A", "\x1b[B", "\x1b[D"
CTRL_A, CTRL_C, CTRL_D, CTRL_E, CTRL_R, CTRL_U = "\x01", "\x03", "\x04", "\x05", "\x12", "\x15"


@pytest.fixture
def home(tmp_path):
    return tmp_path


def environment(home, **more):
    variables = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "LC_ALL": "C.UTF-8", **more}
    variables.pop("KAFKA_BOOTSTRAP_SERVERS", None)
    return variables


def shell(home, *arguments):
    """A shell that shows its prompt."""
    terminal = Terminal([KAFKA, "shell", *arguments], environment(home))
    terminal.wait_for_prompt()
    return terminal


@pytest.fixture(scope="session")
def names(broker):
    """Topics and a group with names that nothing else has."""
    for name in ["shell-orders", "shell-payments"]:
        broker.kafka("topics", "--create", "--topic", name, "--partitions", "1")
    broker.kafka("console-producer", "--topic", "shell-orders", input="x\n")
    broker.kafka("console-consumer", "--topic", "shell-orders", "--group", "shell billing's", "--from-beginning",
                 "--max-messages", "1")
    return broker


def test_commands_run_against_the_cluster_that_the_shell_was_given(home, names):
    with shell(home, "--bootstrap-server", names.address) as terminal:
        terminal.type("topics --describe --topic shell-orders\r")
        assert "Topic: shell-orders\tPartition: 0" in terminal.wait_for_prompt()
        terminal.type("kafka-topics.sh --describe --topic 'no such topic'\r")
        assert "kafka topics: " in terminal.wait_for_prompt()
        terminal.type("exit\r")
        assert terminal.wait_for_end() == 0


def test_a_properties_file_of_the_shell_names_the_cluster_too(home, names):
    (home / "client.properties").write_text(f"bootstrap.servers={names.address}\n")
    with shell(home, "--command-config", str(home / "client.properties")) as terminal:
        terminal.type("topics describe shell-o\t\r")
        assert "Topic: shell-orders\tPartition: 0" in terminal.wait_for_prompt()


@pytest.mark.parametrize("typed, line", [
    ("topi\t", "topics "),
    ("kafka topics --desc\t", "kafka topics --describe "),
    ("topics desc\t", "topics describe "),
    ("topics --describe --topic shell-\t", "topics --describe --topic shell-"),
    ("topics --describe --topic shell-o\t", "topics --describe --topic shell-orders "),
    ("topics --describe --topic=shell-o\t", "topics --describe --topic=shell-orders "),
    ("topics --describe --topic 'shell-o\t", "topics --describe --topic 'shell-orders' "),
    ("topics describe shell-p\t", "topics describe shell-payments "),
    ("consumer-groups --describe --group shell\t", "consumer-groups --describe --group shell\\ billing\\'s "),
    ("topics --create --config retention.m\t1", "topics --create --config retention.ms=1"),
    ("configs --alter --topic shell-orders --add-config retention.ms=1,cleanup.po\t",
     "configs --alter --topic shell-orders --add-config retention.ms=1,cleanup.policy="),
    ("console-consumer --isolation-level read_c\t", "console-consumer --isolation-level read_committed "),
    ("topics --desc --topic x" + CTRL_A + "\x1b[C" * 13 + "\t", "topics --describe  --topic x"),
])
def test_tab_completes(home, names, typed, line):
    with shell(home, "-b", names.address) as terminal:
        terminal.type(typed)
        terminal.wait_for("kafka> " + line)


def test_tab_shows_a_choice(home, names):
    with shell(home, "-b", names.address) as terminal:
        terminal.type("topics --describe --topic shell-\t")
        terminal.wait_for("shell-orders    shell-payments\nkafka> topics --describe --topic shell-")
        terminal.type("o\t\r")
        assert "Partition: 0" in terminal.wait_for_prompt()


def test_tab_knows_a_topic_that_was_made_in_the_shell(home, names):
    with shell(home, "-b", names.address) as terminal:
        terminal.type("topics describe shell-n\t")
        time.sleep(0.5)
        terminal.type(CTRL_U + "topics create shell-new\r")
        terminal.wait_for_prompt()
        terminal.type("topics describe shell-n\t")
        terminal.wait_for("kafka> topics describe shell-new ")


def test_tab_does_not_wait_long_for_a_cluster(home, silence):
    with shell(home, "-b", silence) as terminal:
        # Sooner than any request to the cluster times out.
        terminal.type("topics --describe --topic \tx")
        terminal.wait_for("--topic x")


def test_tab_completes_files(home):
    (home / "client.properties").write_text("")
    with shell(home) as terminal:
        terminal.type(f"topics --command-config {home}/cl\t")
        terminal.wait_for("/client.properties ")


def test_history_is_kept_between_runs(home, names):
    for run in range(2):
        with shell(home, "-b", names.address) as terminal:
            if run == 0:
                terminal.type("topics --list --exclude-internal\r")
                terminal.wait_for_prompt()
                terminal.type("help nonsense\r")
                terminal.wait_for_prompt()
                terminal.type(" help blank\r")
                terminal.wait_for_prompt()
            else:
                terminal.type(UP + UP)
                terminal.wait_for("kafka> help nonsense")
                terminal.type(UP)
                terminal.wait_for("kafka> topics --list --exclude-internal")
                terminal.type("\r")
                assert "shell-orders" in terminal.wait_for_prompt()
                terminal.type(CTRL_R + "nons")
                terminal.wait_for("help nonsense")
                terminal.type(CTRL_C)
                terminal.wait_for_prompt()
            terminal.type("exit\r")
            assert terminal.wait_for_end() == 0
    file = home / "state/kafka/history"
    assert file.read_text().splitlines()[:2] == ["topics --list --exclude-internal", "help nonsense"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_ctrl_c_drops_the_line_and_ctrl_d_leaves(home):
    with shell(home) as terminal:
        terminal.type("topics --cre" + LEFT * 3 + CTRL_C)
        assert "kafka> topics --cre^C\n" in terminal.wait_for_prompt()
        terminal.type("help nonsense\r")
        assert "no tool 'nonsense'" in terminal.wait_for_prompt()
        terminal.type(CTRL_D)
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize("command, started", [
    ("console-consumer --topic shell-orders --from-beginning", "  -  x\n"),
    ("console-producer --topic shell-orders", "\n>"),
])
def test_ctrl_c_ends_the_command_and_not_the_shell(home, names, command, started):
    with shell(home, "-b", names.address) as terminal:
        terminal.type(command + "\r")
        terminal.wait_for(started)
        terminal.type(CTRL_C)
        terminal.wait_for("^C")
        terminal.wait_for("kafka> ")
        terminal.type("topics --list\r")
        assert "shell-orders" in terminal.wait_for_prompt()
        terminal.type(CTRL_D)
        assert terminal.wait_for_end() == 0


def test_a_command_has_the_terminal(home, names):
    names.kafka("topics", "--create", "--topic", "shell-typed")
    with shell(home, "-b", names.address) as terminal:
        terminal.type("console-producer --topic shell-typed\r")
        terminal.wait_for("\n>")
        terminal.type("typed here\r")
        terminal.wait_for(">typed here\n>")
        terminal.type(CTRL_D)
        terminal.wait_for("kafka> ")
        terminal.type("console-consumer --topic shell-typed --from-beginning --max-messages 1\r")
        assert "  -  typed here\n" in terminal.wait_for_prompt()


def test_exit_has_a_status_and_a_terminated_shell_leaves_the_terminal_in_order(home):
    with shell(home) as terminal:
        terminal.type("exit 7\r")
        assert terminal.wait_for_end() == 7
    with Terminal(["bash", "--norc", "--noprofile"], environment(home, PS1="OUTER> ")) as terminal:
        terminal.type(f"{KAFKA} shell\r")
        terminal.wait_for_prompt()
        shell_process = subprocess.check_output(["pgrep", "-P", str(terminal.child)], text=True).split()[0]
        os.kill(int(shell_process), signal.SIGTERM)
        terminal.wait_for("\nOUTER> ")
        terminal.type("stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(echo|icanon|isig)' | tr '\\n' ' '\r")
        terminal.wait_for("\nisig icanon echo ")


def test_lines_may_be_continued_and_quoted(home, names):
    with shell(home, "-b", names.address) as terminal:
        terminal.type("topics --describe \\\r")
        terminal.wait_for("\n> ")
        terminal.type("--topic \"shell-orders\" # a comment\r")
        assert "Topic: shell-orders\tPartition: 0" in terminal.wait_for_prompt()
        terminal.type("topics --list | grep shell\r")
        assert "no pipes" in terminal.wait_for_prompt()
        terminal.type("topics describe shell-ü\r")
        assert "shell-ü" in terminal.wait_for_prompt()


def script(home, lines, *arguments, status=0):
    done = subprocess.run([KAFKA, "shell", *arguments], input=lines, capture_output=True, text=True, timeout=60,
                          env=environment(home))
    assert done.returncode == status, done
    return done


def test_a_script_runs_line_by_line_and_tells_of_the_last_failure(home, names):
    done = script(home, "# first\n\ntopics describe shell-orders\ntopics describe shell-missing\ntopics --list\n",
                  "-b", names.address, status=1)
    assert "Topic: shell-orders" in done.stdout and "shell-payments" in done.stdout
    assert "shell-missing" in done.stderr and "kafka>" not in done.stdout + done.stderr
    assert not (home / "state").exists()
    assert "unfinished" in script(home, "topics 'open\n", status=1).stderr
    assert script(home, "exit 5\ntopics --list\n", status=5).stderr == ""
    assert "did you mean topics?" in script(home, "topisc --list\n", status=1).stderr


def test_a_command_of_a_script_reads_the_lines_behind_it(home, names):
    names.kafka("topics", "--create", "--topic", "shell-script")
    script(home, "console-producer --topic shell-script\nfirst\nsecond\n", "-b", names.address)
    found = names.kafka("console-consumer", "--topic", "shell-script", "--from-beginning", "--max-messages", "2")
    assert found == "first\nsecond\n"
