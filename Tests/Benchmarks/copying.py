# SPDX-License-Identifier: Apache-2.0
"""A topic from one broker to another: `kafka cp`, and kcat into kcat."""
import shlex
import subprocess
import time

from console import KCAT_QUEUE
from harness import Broker, seconds


def copies(bench):
    count = bench.lines
    source, ours, peers = Broker(bench), [], []
    source.create("copied")
    fill = [bench.kafka, "producer-perf-test", "--topic", "copied", "--num-records", str(count), "--record-size",
                      "100", "--throughput", "-1", "--producer-props", f"bootstrap.servers={source.address}"]
    subprocess.run(fill, check=True, stdout=subprocess.DEVNULL)
    for _ in range(bench.rounds):
        target = Broker(bench)
        ours.append(seconds([bench.kafka, "cp", "--from", source.address, "--to", target.address, "copied"])[0])
        target.create("piped")
        reader = ["kcat", "-C", "-b", source.address, "-t", "copied", "-e", "-q"]
        writer = ["kcat", "-P", "-b", target.address, "-t", "piped", *KCAT_QUEUE]
        started = time.monotonic()
        subprocess.run(f"{shlex.join(reader)} | {shlex.join(writer)}", shell=True, check=True)
        peers.append(time.monotonic() - started)
        target.stop()
    source.stop()
    bench.row(f"{count:,} records of 100 bytes in batches of 16 KB: cp | kcat -C | kcat -P", ours, peers)
