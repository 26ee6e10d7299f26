# SPDX-License-Identifier: Apache-2.0
"""A broker as a child process, and connections to it that survive what is sent."""
import os
import re
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
KAFKA = os.environ.get("KAFKA") or str(ROOT / ".build/release/kafka")


class Dead(Exception):
    pass


class Target:
    def __init__(self, directory, *options):
        self.directory, self.options = Path(directory), options
        self.log = open(self.directory / "broker.log", "ab")
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [KAFKA, "broker", "--data-dir", str(self.directory / "data"), "--listen", "127.0.0.1:0", *self.options],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        ready = re.match(r"ready on \S+:(\d+), data in ", self.process.stdout.readline())
        if not ready:
            self.process.wait(60)
            raise Dead(f"the broker does not start: {self.complaint()}")
        self.port = int(ready[1])

    def check(self):
        if self.process.poll() is not None:
            raise Dead(f"the broker ended with status {self.process.returncode}: {self.complaint()}")

    def complaint(self):
        """What the log says last, or where a crash was."""
        text = (self.directory / "broker.log").read_text(errors="replace")
        fatal = text.find("Crash:") if "Crash:" in text else text.find("Fatal error")
        if fatal < 0:
            return text[-2000:]
        frames = re.findall(r"^\d+ .* in .*$", text[fatal:], re.MULTILINE)
        return "\n".join([text[max(0, fatal - 200):fatal + 200], *frames[:16]])

    def stop(self):
        """Cleanly, as an operator would."""
        self.check()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(120)
        except subprocess.TimeoutExpired:
            raise Dead("the broker does not stop")
        if status != 0:
            raise Dead(f"the broker stopped with status {status}: {self.complaint()}")

    def restart(self):
        self.stop()
        self.start()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def tool(self, *arguments):
        done = subprocess.run(
            [KAFKA, *arguments, "--bootstrap-server", f"127.0.0.1:{self.port}"], capture_output=True, text=True, timeout=300)
        self.check()
        if done.returncode != 0:
            raise Dead(f"{arguments} failed: {done.stderr}")
        return done.stdout

    @property
    def memory(self):
        """Bytes of memory in use."""
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())[1]) << 10


class Connection:
    def __init__(self, target):
        self.target, self.socket = target, None

    def open(self):
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.target.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.socket

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def exchange(self, frame, seconds):
        """The answer without its length; None if the broker hung up or, in that time, had nothing to say."""
        try:
            connection = self.open()
            connection.settimeout(seconds)
            connection.sendall(struct.pack(">i", len(frame)) + frame)
            size = struct.unpack(">i", self.read(4))[0]
            return self.read(size)
        except (ConnectionError, TimeoutError) as error:
            self.close()
            return error

    def read(self, count):
        content = bytearray()
        while len(content) < count:
            piece = self.socket.recv(min(count - len(content), 1 << 20))
            if not piece:
                raise ConnectionResetError("closed")
            content += piece
        return bytes(content)
