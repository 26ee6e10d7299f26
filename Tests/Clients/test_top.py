# SPDX-License-Identifier: Apache-2.0
"""`kafka top`: printed once, as JSON, and at a terminal."""
import fcntl
import json
import os
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time

import pytest

from conftest import KAFKA
from terminal import Terminal

PIECE = re.compile(r"\x1b\[([?0-9;]*)([a-zA-Z])|(.)", re.DOTALL)


def grid(output, rows=40, columns=120):
    """The lines of a screen on which a program places its text."""
    lines, row, column = [[" "] * columns for _ in range(rows)], 0, 0
    # Of the last sequence there may be a part only.
    for numbers, command, character in PIECE.findall(re.sub(r"\x1b(\[[?0-9;]*)?$", "", output)):
        if command == "H":
            row, column = (int(number) - 1 for number in numbers.split(";"))
        elif command == "J":
            lines = [[" "] * columns for _ in range(rows)]
        elif command == "K":
            lines[row][column:] = " " * (columns - column)
        elif character and column < columns:
            assert row < rows, "drew below the screen"
            lines[row][column] = character
            column += 1
        elif character:
            raise AssertionError("drew behind the edge")
    return ["".join(line).rstrip() for line in lines]


class Top(Terminal):
    def __init__(self, address, *options, columns=120, **environment):
        self.columns, self.rows, self.resizes = columns, 40, 0
        super().__init__([KAFKA, "top", "-b", address, "--refresh", "0.2", *options], {**os.environ, **environment}, columns)

    def resize(self, rows, columns):
        self.rows, self.columns, self.seen, self.resizes = rows, columns, "", 1
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def lines(self):
        drawn = self.seen.split("\x1b[?1049l")[0].split("\x1b[2J")
        return grid(drawn[-1] if len(drawn) > self.resizes else "", self.rows, self.columns)

    def until(self, condition, seconds=20):
        """Waits until the lines on the screen are so; returns them."""
        deadline = time.monotonic() + seconds
        while not condition(self.lines):
            left = deadline - time.monotonic()
            assert left > 0 and self._read(left), "\n".join(self.lines)
        return self.lines

    def settled(self):
        """The lines once nothing has been written for a while."""
        while select.select([self.descriptor], [], [], 0.5)[0] and self._read(0):
            pass
        return self.lines

    def until_shown(self, text):
        return self.until(lambda lines: any(text in line for line in lines))


def row(lines, name):
    return next((line.split() for line in lines if line.startswith(name)), None)


@pytest.fixture
def busy(broker, topic):
    """A topic of one partition that is written to as long as the test lasts, and a group that has read ten records."""
    topic = f"busy-{topic}"
    broker.kafka("topics", "--create", "--topic", topic, "--partitions", "1")
    broker.kafka("console-producer", "--topic", topic, input="".join(f"record {number}\n" for number in range(50)))
    broker.kafka("console-consumer", "--topic", topic, "--group", f"readers-{topic}", "--from-beginning", "--max-messages", "10")
    producer = subprocess.Popen(
        [KAFKA, "console-producer", "-b", broker.address, "--topic", topic], stdin=subprocess.PIPE, text=True)
    done = threading.Event()

    def write():
        number = 0
        while not done.wait(0.05):
            number += 1
            producer.stdin.write(f"live {number}\n")
            producer.stdin.flush()

    writer = threading.Thread(target=write)
    writer.start()
    yield topic
    done.set()
    writer.join()
    producer.stdin.close()
    assert producer.wait(timeout=30) == 0


def test_rates_lags_and_sizes_are_printed_once_as_json(broker, busy):
    rows = [json.loads(line) for line in broker.kafka("top", "--output", "json", "--refresh", "0.5").splitlines()]
    topic = next(row for row in rows if row["kind"] == "topic" and row["topic"] == busy)
    assert topic["records"] >= 50 and topic["bytes"] > 50 and topic["inPerSecond"] > 0
    assert (topic["offline"], topic["underReplicated"]) == (0, 0)
    group = next(row for row in rows if row["kind"] == "group" and row["group"] == f"readers-{busy}")
    assert group["state"] == "Empty" and group["lag"] >= 40 and group["lagPerSecond"] > 0
    assert group["secondsLeft"] is None and group["consumedPerSecond"] == 0


def test_a_pipe_gets_the_tables_once_without_escapes(broker, busy):
    text = broker.kafka("top", "--filter", busy)
    topics, groups = text.split("\n\n")
    assert topics.split()[:2] == ["TOPIC", "PARTITIONS"] and row(topics.splitlines(), busy)
    assert len(topics.splitlines()) == 2 and "__consumer_offsets" not in topics
    assert groups.split()[:2] == ["GROUP", "STATE"] and "never" in groups
    assert "\x1b" not in text and all(line == line.rstrip() for line in text.splitlines())


def test_enter_leads_from_topics_to_partitions_to_records_and_escape_back(broker, busy):
    with Top(broker.address, "--filter", busy) as top:
        lines = top.until(lambda lines: (row(lines, busy) or ["", "", "", "-"])[3] not in ("-", "0"))
        assert lines[0].startswith("cluster ") and lines[2].startswith("[1 Topics]") and "filter" in lines[2]
        assert row(lines, busy)[1:3] == ["1", "1"]
        top.type("\r")
        lines = top.until_shown(f"> topic {busy}")
        top.until(lambda lines: any(re.match(r" +0  1 ", line) for line in lines))
        top.type("\r")
        top.until_shown("null  live ")
        top.type("\x1b")
        top.until_shown("IN SYNC")
        top.type("\x1b")
        top.until_shown("[1 Topics]")
        top.until(lambda lines: row(lines, busy))
        top.type("q")
        assert top.wait_for_end() == 0
        assert top.seen.endswith("\x1b[?1049l") and "\x1b[?25h" in top.seen


def test_groups_show_their_lag_and_the_partitions_inside(broker, busy):
    with Top(broker.address) as top:
        top.until_shown(busy)
        top.type("2/readers-" + busy + "\r")
        lines = top.until(lambda lines: row(lines, f"readers-{busy}") and "never" in row(lines, f"readers-{busy}"))
        lag = int(row(lines, f"readers-{busy}")[4].replace(",", ""))
        top.type("\r")
        top.until(lambda lines: row(lines, busy) and int(row(lines, busy)[4].replace(",", "")) > lag)
        assert row(top.lines, busy)[2] == "10"
        top.type("\x03")
        assert top.wait_for_end() == 0


def test_sorting_pausing_and_help_do_what_their_keys_say(broker, busy):
    with Top(broker.address) as top:
        top.until_shown("IN/S▼")
        top.type("s")
        top.until_shown("RECORDS▼")
        top.type("r")
        top.until_shown("RECORDS▲")
        top.type(" ")
        top.until_shown("PAUSED")
        before = top.settled()
        assert top.settled() == before
        top.type("?")
        top.until_shown("any key goes back")
        top.type("x")
        top.until(lambda lines: lines == before)
        top.type(" ")
        top.until(lambda lines: "PAUSED" not in lines[2] and lines != before)


def test_a_terminal_that_shrinks_is_filled_and_never_overdrawn(broker, busy):
    with Top(broker.address) as top:
        top.until_shown(busy)
        for rows, columns in ((12, 50), (5, 20), (3, 10), (1, 3), (30, 200)):
            top.resize(rows, columns)
            top.until(lambda lines: lines[0].startswith("cluster "[:columns]))
        top.until_shown(busy)


@pytest.mark.parametrize("number, status", [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_gives_the_terminal_back(broker, number, status):
    with Top(broker.address) as top:
        top.until_shown("cluster ")
        os.kill(top.child, number)
        assert top.wait_for_end() == status
        assert top.seen.endswith("\x1b[?1049l")


def test_a_broker_that_goes_away_is_named_on_the_screen_and_comes_back(own_broker):
    with Top(own_broker.address) as top:
        top.until_shown("under-replicated 0")
        os.kill(own_broker.process.pid, signal.SIGSTOP)
        top.until(lambda lines: lines[1].startswith("! ") and own_broker.address in lines[1])
        os.kill(own_broker.process.pid, signal.SIGCONT)
        top.until_shown("under-replicated 0")


@pytest.mark.parametrize("seconds", ["0", "-1", "99999"])
def test_a_pause_that_makes_no_sense_is_refused(broker, seconds):
    done = subprocess.run([KAFKA, "top", "-b", broker.address, "--refresh", seconds], capture_output=True, text=True)
    assert done.returncode == 1 and "from 0.1 to 3600 seconds" in done.stderr
