# SPDX-License-Identifier: Apache-2.0
"""What it costs to look: `kafka health`, metrics, the page in Chromium, a live view of a busy topic."""
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from console import produce
from harness import Broker, seconds

sys.path.insert(0, str(Path(__file__).parents[1] / "Clients"))

from browser import CHROMIUM, Browser  # noqa: E402

PAINTED = "performance.getEntriesByName('first-contentful-paint').length && document.querySelector('main tbody tr')"
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
RATE = 100_000


class WatchedBroker(Broker):
    options = ["--http", "127.0.0.1:0"]

    def start(self):
        super().start()
        self.page = re.search(r"http://\S+", self.process.stdout.readline())[0].rstrip("/")

    def scrape(self):
        """Milliseconds and megabytes of one answer."""
        started = time.monotonic()
        size = len(urllib.request.urlopen(self.page + "/metrics").read())
        return (time.monotonic() - started) * 1000, size / 1e6


def watching(bench):
    plain, watched = Broker(bench), WatchedBroker(bench)
    bench.row("kafka health", [plain.milliseconds("health") for _ in range(20)], unit="ms")
    time.sleep(10)
    bench.row("resident memory idle: with --http | without", [watched.megabytes], [plain.megabytes], "MB")
    path, with_page, without = bench.file(bench.lines, 100), [], []
    for number in range(bench.rounds):
        for broker, times in [(watched, with_page), (plain, without)]:
            broker.create(f"in-{number}")
            times.append(seconds(produce(bench, broker, f"in-{number}"), path)[0])
    bench.row("console-producer: into a broker with --http | without", with_page, without)
    plain.stop()
    if CHROMIUM:
        page(bench, watched)
    watched.stop()
    for title, overrides in [("each", ["http.metrics.max.series=1000000"]), ("summed up by topic", [])]:
        broker = WatchedBroker(bench, overrides=overrides)
        for number in range(10):
            broker.create(f"wide-{number}", 1000)
        broker.scrape()
        bench.row(f"scrape of 10,000 partitions, {title}", [broker.scrape()[0] for _ in range(bench.rounds)], unit="ms")
        bench.row("  its size", [broker.scrape()[1]], unit="MB")
        broker.stop()


def page(bench, broker):
    browser = Browser()
    try:
        broker.create("busy", 4)
        subprocess.run(load(bench, broker, RATE), check=True, stdout=subprocess.DEVNULL)
        paints = {name: [] for name in ["/topics", "/topics/busy/messages"]}
        for _ in range(bench.rounds):
            for name, found in paints.items():
                tab = browser.tab()
                tab.go(broker.page + name)
                tab.wait(PAINTED)
                found.append(tab.run(FIRST_PAINT))
                tab.close()
        for name, found in paints.items():
            bench.row(f"first paint of {name}", found, unit="ms")
        idle, live = [], []
        for _ in range(bench.rounds):
            idle.append(cores_of(bench, broker))
            tab = browser.tab()
            tab.go(broker.page + "/topics/busy/messages")
            tab.wait("document.querySelector('main tbody tr')")
            tab.press("l")
            tab.wait("/^Live/.test(document.querySelector('#status').innerText)")
            live.append(cores_of(bench, broker))
            said = tab.text("#status")
            tab.close()
        bench.row(f"cores of the broker at {RATE:,} records/s: with a live view | without", live, idle, "")
        print(f"  the live view says: {said}; it adds {statistics.median(live) - statistics.median(idle):.3f} of a core",
              flush=True)
    finally:
        browser.close()


def load(bench, broker, count):
    return [bench.kafka, "producer-perf-test", "--topic", "busy", "--num-records", str(count), "--record-size", "100",
            "--throughput", str(RATE), "--producer-props", f"bootstrap.servers={broker.address}"]


def cores_of(bench, broker):
    """CPU seconds a second of the broker while records come for five seconds."""
    before, started = broker.cpu_seconds, time.monotonic()
    subprocess.run(load(bench, broker, 5 * RATE), check=True, stdout=subprocess.DEVNULL)
    return (broker.cpu_seconds - before) / (time.monotonic() - started)
