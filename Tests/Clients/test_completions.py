# SPDX-License-Identifier: Apache-2.0
"""Completion as bash, zsh and fish do it, with a cluster to ask."""
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from conftest import KAFKA
from terminal import Terminal, silence  # noqa: F401 (a fixture)


@pytest.fixture(scope="session")
def scripts(tmp_path_factory):
    """A directory for $PATH with kafka, and the three scripts."""
    directory = tmp_path_factory.mktemp("completions")
    (directory / "kafka").symlink_to(Path(KAFKA).resolve())
    for shell, name in [("bash", "kafka.bash"), ("zsh", "_kafka"), ("fish", "kafka.fish")]:
        done = subprocess.run([KAFKA, "__completions", shell], check=True, capture_output=True)
        (directory / name).write_bytes(done.stdout)
    return directory


@pytest.fixture(scope="session")
def cluster(broker):
    """Topics and a group with names that nothing else has."""
    for name in ["compl-orders", "compl-payments"]:
        broker.kafka("topics", "--create", "--topic", name, "--partitions", "1")
    broker.kafka("console-producer", "--topic", "compl-orders", input="x\n")
    broker.kafka("console-consumer", "--topic", "compl-orders", "--group", "compl-billing", "--from-beginning",
                 "--max-messages", "1")
    return broker


def environment(scripts, cluster=None):
    variables = {**os.environ, "PATH": f"{scripts}:{os.environ['PATH']}", "HOME": str(scripts), "LC_ALL": "C.UTF-8"}
    variables.pop("KAFKA_BOOTSTRAP_SERVERS", None)
    if cluster:
        variables["KAFKA_BOOTSTRAP_SERVERS"] = cluster.address
    return variables


BASH = """
COMP_WORDBREAKS=${BREAKS-$COMP_WORDBREAKS}
source "$1"
COMP_LINE=$2 COMP_POINT=${#2}
_kafka
printf '%s\\n' "${COMPREPLY[@]}"
"""


def bash(scripts, line, cluster=None, breaks=None):
    variables = environment(scripts, cluster)
    if breaks is not None:
        variables["BREAKS"] = breaks
    done = subprocess.run(["bash", "--norc", "-c", BASH, "bash", str(scripts / "kafka.bash"), line],
                          capture_output=True, text=True, env=variables, timeout=20)
    assert not done.stderr, done.stderr
    return done.stdout.split()


def fish(scripts, line, cluster=None):
    if not shutil.which("fish"):
        pytest.skip("fish is not installed")
    done = subprocess.run(["fish", "--no-config", "-c", 'source $argv[1]; complete -C $argv[2]',
                           str(scripts / "kafka.fish"), line],
                          capture_output=True, text=True, env=environment(scripts, cluster), timeout=20)
    assert not done.stderr, done.stderr
    return [found.split("\t")[0] for found in done.stdout.splitlines()]


EVERYWHERE = [
    ("kafka topi", {"topics"}),
    ("kafka help console-pr", {"console-producer"}),
    ("kafka topics --desc", {"--describe"}),
    ("kafka topics cre", {"create"}),
    ("kafka-topics.sh --desc", {"--describe"}),
    ("kafka-topics --under", {"--under-replicated-partitions", "--under-min-isr-partitions"}),
    ("kafka-topic.sh --alt", {"--alter"}),
    ("kafka console-consumer --isolation-level read_", {"read_committed", "read_uncommitted"}),
    ("kafka cluster list", {"list-endpoints"}),
    ("kafka consumer-groups --list --state Sta", {"Stable"}),
    ("kafka topics --partitions ", set()),
]


@pytest.mark.parametrize("complete", [bash, fish])
@pytest.mark.parametrize("line, expected", EVERYWHERE)
def test_words_are_completed_without_a_cluster(scripts, complete, line, expected):
    assert set(complete(scripts, line)) == expected


FROM_CLUSTER = [
    ("kafka topics --describe --topic compl-", {"compl-orders", "compl-payments"}),
    ("kafka topics describe compl-o", {"compl-orders"}),
    ("kafka-topics.sh --delete --topic compl-p", {"compl-payments"}),
    ("kafka console-consumer --topic compl-p", {"compl-payments"}),
    ("kafka consumer-groups --describe --group compl-", {"compl-billing"}),
    ("kafka topics --create --topic x --config retention.m", {"retention.ms="}),
    ("kafka configs --alter --topic compl-orders --delete-config cleanup.", {"cleanup.policy"}),
    ("kafka configs --describe --entity-type topics --entity-name compl-o", {"compl-orders"}),
    ("kafka configs --describe --entity-type brokers --entity-name ", {"1"}),
]


@pytest.mark.parametrize("complete", [bash, fish])
@pytest.mark.parametrize("line, expected", FROM_CLUSTER)
def test_names_come_from_the_cluster(scripts, cluster, complete, line, expected):
    assert set(complete(scripts, line, cluster)) == expected


@pytest.mark.parametrize("complete", [bash, fish])
def test_the_cluster_is_the_one_on_the_line(scripts, cluster, complete):
    line = f"kafka topics --bootstrap-server {cluster.address} --topic compl-o"
    assert complete(scripts, line) == ["compl-orders"]


@pytest.mark.parametrize("complete", [bash, fish])
def test_without_an_answer_nothing_is_offered(scripts, complete, silence):
    assert complete(scripts, f"kafka topics --bootstrap-server {silence} --topic x") == []
    assert complete(scripts, "kafka topics --bootstrap-server 127.0.0.1:1 --topic x") == []


@pytest.fixture
def clusters(tmp_path, cluster, monkeypatch):
    """A file that names two, of which one is there."""
    file = tmp_path / "config"
    file.write_text(f"[compl-here]\nbootstrap.servers={cluster.address}\n[compl-gone]\nbootstrap.servers=127.0.0.1:1\n")
    monkeypatch.setenv("KAFKA_CONFIG", str(file))


@pytest.mark.parametrize("complete", [bash, fish])
@pytest.mark.parametrize("line, expected", [
    ("kafka --cluster ", {"compl-here", "compl-gone"}),
    ("kafka --cluster compl-h", {"compl-here"}),
    ("kafka topics --cluster-profile compl-g", {"compl-gone"}),
    ("kafka --cluster compl-here topi", {"topics"}),
    ("kafka --cluster compl-here topics --desc", {"--describe"}),
    ("kafka --cluster compl-here topics --topic compl-o", {"compl-orders"}),
    ("kafka --cluster=compl-here topics --topic compl-o", {"compl-orders"}),
    ("kafka topics --cluster-profile compl-here --topic compl-o", {"compl-orders"}),
    ("kafka --cluster compl-gone topics --topic compl-o", set()),
    ("kafka clusters use compl-h", {"compl-here"}),
])
def test_clusters_with_names_are_offered_and_asked(scripts, clusters, complete, line, expected):
    assert set(complete(scripts, line)) == expected


def test_bash_completes_behind_an_equals_sign_whatever_its_word_breaks_are(scripts, cluster):
    for breaks, expected in [(" \t\n\"'><=;|&(:", "compl-orders"), (" \t\n", "--topic=compl-orders")]:
        assert bash(scripts, "kafka topics --describe --topic=compl-o", cluster, breaks) == [expected]
    line = "kafka configs --alter --topic compl-orders --add-config retention.ms=1,cleanup.p"
    assert bash(scripts, line, cluster, " \t\n") == ["retention.ms=1,cleanup.policy="]
    assert bash(scripts, line, cluster, "=:") == ["1,cleanup.policy="]


def test_bash_offers_files_and_no_word_twice(scripts, cluster):
    line = f"kafka topics --list --command-config {scripts}/kafka.b"
    assert bash(scripts, line) == [f"{scripts}/kafka.bash"]
    assert bash(scripts, "kafka topics --create --config retention.ms=", cluster) == []


def test_bash_at_a_terminal(scripts, cluster):
    with Terminal(["bash", "--norc", "--noprofile", "-i"], environment(scripts, cluster)) as terminal:
        terminal.type(f"PS1='RE''ADY> '; source {scripts}/kafka.bash\r")
        terminal.wait_for("READY> ")
        terminal.type("kafka topics --describe --topic=compl-o\t")
        terminal.wait_for("--topic=compl-orders ")
        terminal.type("--under-rep\t")
        terminal.wait_for("--under-replicated-partitions ")


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
@pytest.mark.parametrize("typed, shown", [
    ("kafka topi\t", "kafka topics "),
    ("kafka topics --desc\t", "kafka topics --describe "),
    ("kafka topics --topic compl-o\t", "--topic compl-orders "),
    ("kafka topics --topic=compl-o\t", "--topic=compl-orders "),
    ("kafka-topics.sh --topic compl-p\t", "--topic compl-payments "),
    ("kafka consumer-groups --describe --group compl-\t", "--group compl-billing "),
    ("kafka console-consumer --isolation-level read_c\t", "read_committed "),
    ("kafka topics --create --config retention.m\t1", "--config retention.ms=1"),
    ("kafka configs --topic compl-orders --add-config retention.ms=1,cleanup.p\t", "retention.ms=1,cleanup.policy="),
    ("kafka cluster list\t", "kafka cluster list-endpoints "),
    ("kafka topics describe compl-o\t", "kafka topics describe compl-orders "),
])
def test_zsh_at_a_terminal(scripts, cluster, typed, shown):
    with Terminal(["zsh", "-f", "-i"], environment(scripts, cluster)) as terminal:
        terminal.type(f"PS1='RE''ADY> '; fpath=({scripts} $fpath); autoload -Uz compinit; compinit -D -u\r")
        terminal.wait_for("READY> ")
        terminal.type(typed)
        terminal.wait_for(shown)


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
@pytest.mark.parametrize("typed, shown", [
    ("kafka --cluster compl-h\t", "kafka --cluster compl-here "),
    ("kafka --cluster compl-here topi\t", "compl-here topics "),
    ("kafka --cluster compl-here topics --topic compl-o\t", "--topic compl-orders "),
    ("kafka --cluster=compl-here topics --topic compl-o\t", "--topic compl-orders "),
    ("kafka topics --cluster-profile compl-g\t", "--cluster-profile compl-gone "),
])
def test_zsh_offers_clusters_with_names(scripts, clusters, typed, shown):
    test_zsh_at_a_terminal(scripts, None, typed, shown)
