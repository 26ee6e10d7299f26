# SPDX-License-Identifier: Apache-2.0
"""What README.md lists is what there is."""
import re
import subprocess
from pathlib import Path

from conftest import KAFKA

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_the_tools_are_those_of_help():
    said = subprocess.run([KAFKA, "--help"], capture_output=True, text=True, check=True).stdout
    assert said.strip() in README


def test_the_requests_are_those_that_the_broker_names(broker):
    listed = {
        name: None if versions == "–" else versions.replace("–", " to ")
        for name, versions in re.findall(r"^\| \d+ \| (\w+) \| (\S+) \|", README, re.M)}
    named = re.findall(r"(\w+)\(\d+\): (?:(\d+(?: to \d+)?) \[|UNSUPPORTED)", broker.kafka("broker-api-versions"))
    assert len(listed) > len(named) > 60
    for name, versions in named:
        assert listed[name] == (versions or None), name
    assert not [name for name, versions in listed.items() if versions and name not in dict(named)]
