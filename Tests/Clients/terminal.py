# SPDX-License-Identifier: Apache-2.0
"""A program at a pseudo-terminal, as a person has it: keys go in, what stands on the screen is waited for."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()][A-Z0-9]|\x1b[=>]|\x07")


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
        """What was written since the last wait, without colours and the like; backspaces have been carried out."""
        text = ""
        for character in CONTROL.sub("", self.seen[self.position:]).replace("\r\n", "\n"):
            text = text[:-1] if character == "\b" else text + character
        return text

    def wait_for(self, text, seconds=15):
        """Until `text` was written; returns what was, and begins anew."""
        deadline = time.monotonic() + seconds
        while text not in self.screen:
            left = deadline - time.monotonic()
            assert left > 0 and self._read(left), f"waited for {text!r}, but saw {self.screen!r}"
        screen, self.position = self.screen, len(self.seen)
        return screen

    def wait_for_end(self, seconds=15):
        """The exit status, 128 and more after a death by signal."""
        deadline = time.monotonic() + seconds
        while self._read(0.1):
            assert time.monotonic() < deadline, f"still running; saw {self.screen!r}"
        status = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
        self.status = status if status >= 0 else 128 - status
        return self.status
