# SPDX-License-Identifier: Apache-2.0
"""What Apache Kafka's own tools printed, replayed against ours, each file on a fresh broker."""
import re
import subprocess
import sys

import pytest
from conftest import AUTHORIZER, GOLDEN, KAFKA, Broker

# Which tools each is about; topics, and the console's, stand in others to have something there.
TOOLS = {
    "topics.txt": {"topics"},
    "produce-consume.txt": {"console-producer", "console-consumer", "get-offsets"},
    "groups.txt": {"consumer-groups"},
    "configs.txt": {
        "configs", "delete-records", "log-dirs", "cluster", "transactions", "leader-election", "reassign-partitions",
        "storage", "get-offsets"},
    "acls.txt": {"acls"},
}
# What the broker is started with that such a transcript is about.
OPTIONS = {"acls.txt": AUTHORIZER}
HELPERS = {"topics", "console-producer", "console-consumer"}


@pytest.mark.parametrize("transcript", TOOLS)
def test_transcript(tmp_path, transcript):
    broker = Broker(tmp_path, *OPTIONS.get(transcript, []))
    done = subprocess.run(
        [sys.executable, GOLDEN / "cli/replay.py", KAFKA, broker.address, GOLDEN / "cli" / transcript],
        capture_output=True, text=True, timeout=300)
    broker.kill()
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("transcript", TOOLS)
def test_a_transcript_is_about_the_tools_that_it_names(transcript):
    commands = re.findall(r"^\$ .*$", (GOLDEN / "cli" / transcript).read_text(), re.M)
    used = {tool for command in commands for tool in re.findall(r"kafka-([a-z-]+)\.sh", command)}
    assert TOOLS[transcript] <= used <= TOOLS[transcript] | HELPERS
