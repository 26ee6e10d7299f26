#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The pictures of the README, made from a broker that works: make.py KAFKA"""
import fcntl
import json
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Tests" / "Clients"))

from browser import Browser  # noqa: E402
from screen import Screen  # noqa: E402
from terminal import Terminal  # noqa: E402

KAFKA = os.path.abspath(sys.argv[1])
# Of somebody without a history.
HOME = tempfile.mkdtemp()
KEYED = ["--property", "parse.key=true"]
CITIES = ["Berlin", "Lagos", "Lima", "Osaka", "Oslo", "Pune"]


def run(address, *command, **options):
    return subprocess.run([KAFKA, *command, "--bootstrap-server", address], check=True, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, **options)


def orders(count):
    for number in range(count):
        city = random.choice(CITIES)
        total = round(random.uniform(5, 400), 2)
        yield city.lower() + "\t" + json.dumps({"order": 1000 + number, "city": city, "items": random.randint(1, 9), "total": total})


class Traffic:
    """Writes to the topics and reads behind until it is closed."""

    def __init__(self, address):
        self.address, self.over = address, threading.Event()
        self.threads = [threading.Thread(target=self._write, args=pair, daemon=True) for pair in
                        [("orders", 4000), ("payments", 900), ("clicks", 22000)]]
        self.readers = [subprocess.Popen(
            [KAFKA, "console-consumer", "--bootstrap-server", address, "--topic", topic, "--group", group],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for topic, group in
            [("orders", "billing"), ("payments", "billing-checks"), ("clicks", "dashboards")]]
        for thread in self.threads:
            thread.start()

    def _write(self, topic, rate):
        producer = subprocess.Popen(
            [KAFKA, "console-producer", "--bootstrap-server", self.address, "--topic", topic, *KEYED],
            stdin=subprocess.PIPE, text=True)
        while not self.over.wait(0.1):
            producer.stdin.write("\n".join(orders(rate // 10)) + "\n")
            producer.stdin.flush()
        producer.stdin.close()
        producer.wait(30)

    def close(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        for reader in self.readers:
            reader.terminate()
            reader.wait(30)


class Drawn(Terminal):
    """A terminal of which a picture is made."""

    def __init__(self, *command, rows, columns):
        self.rows, self.columns = rows, columns
        super().__init__([KAFKA, *command], {**os.environ, "LC_ALL": "C.UTF-8", "HOME": HOME}, columns)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def watch(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.2)

    def draw(self, name):
        screen = Screen(self.rows, self.columns)
        screen.write(self.seen)
        (HERE / name).write_text(screen.svg())


def top(address):
    with Drawn("top", "-b", address, rows=14, columns=110) as terminal:
        terminal.watch(14)
        terminal.type("2")
        terminal.watch(3)
        terminal.draw("top.svg")
        terminal.type("q")
        terminal.wait_for_end()


def shell(address):
    with Drawn("shell", "-b", address, rows=40, columns=110) as terminal:
        terminal.wait_for("kafka> ")
        for line in ["topics --create --topic refunds --partitions 2",
                     "console-consumer orders --offset -1m --where 'city = \"Oslo\" and total > 300' --max-messages 4",
                     "consumer-groups --describe --group billing"]:
            terminal.type(line + "\r")
            terminal.wait_for_prompt()
        terminal.draw("shell.svg")


def page(address):
    browser = Browser()
    try:
        tab = browser.tab(width=1000, height=560)
        tab.go(address + "/topics/orders/messages")
        tab.wait("document.querySelectorAll('main tbody tr').length > 5")
        time.sleep(1)
        tab.picture(HERE / "page.png")
    finally:
        browser.close()


def main():
    random.seed(7)
    broker = subprocess.Popen([KAFKA, "broker", "--ephemeral", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    traffic = None
    try:
        said = ""
        while not ("ready on" in said and "http://" in said):
            said += broker.stdout.readline()
        address = re.search(r"ready on (\S+:\d+)", said)[1]
        web = re.search(r"http://[^\s,]+", said)[0]
        for topic, partitions in [("orders", "6"), ("payments", "3"), ("clicks", "12")]:
            run(address, "topics", "--create", "--topic", topic, "--partitions", partitions)
        run(address, "console-producer", "--topic", "orders", *KEYED, input="\n".join(orders(40000)), text=True)
        traffic = Traffic(address)
        top(address)
        shell(address)
        page(web)
    finally:
        if traffic:
            traffic.close()
        broker.terminate()
        broker.wait(30)
        shutil.rmtree(HOME)


main()
