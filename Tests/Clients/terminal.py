# SPDX-License-Identifier: Apache-2.0
"""A program at a pseudo-terminal, as a person has it: keys go in, what stands on the screen is waited for."""
import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import termios
import time

import pytest

TOKEN = re.compile(r"\x1b\[([0-9;?]*)([a-zA-Z@])|\x1b[()][A-Z0-9]|\x1b[=>]|\x07|(.)", re.DOTALL)


def shown(output):
    """What stands on the screen after `output`: cursor movements within a line are carried out."""
    lines, line, at = [], [], 0
    for token in TOKEN.finditer(output):
        number, command, character = token.groups()
        count = int(number) if number and number.isdigit() else 1
        if character == "\n":
            lines, line, at = lines + ["".join(line)], [], 0
        elif character == "\r":
            at = 0
        elif character == "\b" or command == "D":
            at = max(0, at - (count if command else 1))
        elif command == "G":
            at = count - 1
        elif command == "C":
            at += count
        elif command == "K" and number in ("", "0"):
            del line[at:]
        elif command == "P":
            del line[at:at + count]
        elif command == "@":
            line[at:at] = " " * count
        elif character:
            line += " " * (at + 1 - len(line))
            line[at] = character
            at += 1
    return "\n".join(lines + ["".join(line)])


class Terminal:
    def __init__(self, command, environment, columns=160):
        self.seen, self.position, self.status = "", 0, None
        self.child, self.descriptor = pty.fork()
        if self.child == 0:
            os.execvpe(command[0], command, {**environment, "TERM": "xterm"})
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
        os.close(self.descriptor)

    def type(self, keys):
        os.write(self.descriptor, keys.encode())

    def _read(self, seconds):
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:  # Linux says so when the program has gone
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)

    @property
    def screen(self):
        """What was written since the last wait, with the line in which that ended."""
        return shown(self.seen[self.seen.rfind("\n", 0, self.position) + 1:])

    def wait_for(self, text, seconds=15):
        """Until `text` was written; returns what was, and begins anew."""
        deadline = time.monotonic() + seconds
        while text not in self.screen:
            left = deadline - time.monotonic()
            assert left > 0 and self._read(left), f"waited for {text!r}, but saw {self.screen!r}"
        screen, self.position = self.screen, len(self.seen)
        return screen

    def wait_for_prompt(self, prompt="kafka> ", seconds=15):
        """Until a line behind the one that was typed in holds the prompt and nothing else."""
        return self.wait_for("\n" + prompt, seconds)

    def wait_for_end(self, seconds=15):
        """The exit status, 128 and more after a death by signal."""
        deadline = time.monotonic() + seconds
        while self._read(0.1):
            assert time.monotonic() < deadline, f"still running; saw {self.screen!r}"
        status = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
        self.status = status if status >= 0 else 128 - status
        return self.status


@pytest.fixture
def silence():
    """The address of a listener that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
