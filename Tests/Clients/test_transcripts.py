# SPDX-License-Identifier: Apache-2.0
"""What Apache Kafka's own tools printed, replayed against ours, each file on a fresh broker."""
import subprocess
import sys

import pytest
from conftest import GOLDEN, KAFKA

TRANSCRIPTS = ["topics.txt", "produce-consume.txt", "groups.txt", "configs.txt"]


@pytest.mark.parametrize("transcript", TRANSCRIPTS)
def test_transcript(own_broker, transcript):
    done = subprocess.run(
        [sys.executable, GOLDEN / "cli/replay.py", KAFKA, own_broker.address, GOLDEN / "cli" / transcript],
        capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
