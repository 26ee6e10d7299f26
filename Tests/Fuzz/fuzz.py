#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile requests to a broker: it has to live, to answer, and to come back with what it wrote.

    KAFKA=.build/release/kafka Tests/Fuzz/fuzz.py [requests | records | frames]...

KAFKA_FUZZ_SECONDS bounds the time of each (60), KAFKA_FUZZ_COUNT the number of requests, KAFKA_FUZZ_SEED repeats a run."""
import os
import random
import struct
import sys
import tempfile
import time
from pathlib import Path

import batches
import schema
from target import Connection, Dead, Target
from values import PARKING, TEXTS, Values, boundaries

MESSAGES = schema.parse("messages.txt")
REQUESTS = {s.key: s for name, s in MESSAGES.items() if name.endswith("Request") and s.key is not None}
RESPONSES = {s.key: s for name, s in MESSAGES.items() if name.endswith("Response") and s.key is not None}
WIRE = Path(__file__).parents[1] / "Golden/wire"
# Learned from answers, by the end of a field's name.
LEARNED = ["memberid", "generationid", "topicid", "producerid", "producerepoch", "sessionid", "directoryid"]


class Fuzzer:
    def __init__(self, target, seed):
        self.target, self.dice = target, random.Random(seed)
        self.connection = Connection(target)
        self.count = self.answered = 0
        self.coverage = {}
        self.last = b""
        self.known = {
            "groupid": ["classic", "consumer", "share", "simple"], "transactionalid": ["tx", "ty"],
            "topicname": ["orders", "compacted", "__consumer_offsets", "__share_group_state", "__transaction_state"],
            "partitionindex": [0, 1, 2], "partition": [0, 1, 2], "index": [0, 1], "topic": ["orders", "compacted"],
            "partitions": [0, 1], "topics": ["orders", "compacted"], "name": ["orders", "compacted", "range"],
            "timeoutms": [6000, 10000, 60000], "maxwaitms": [0, 0, 1], "maxbytes": [1 << 20], "minbytes": [0, 1],
            "leaderepoch": [0, -1], "statefilter": ["Stable", "Empty"], "resourcetype": [2, 4, 8, 32],
            "resourcename": ["orders", "1", "", "share", "consumer"], "protocoltype": ["consumer"],
            "keytype": [0, 1, 2], "key": ["classic", "tx", "consumer"], "serverassignor": ["range", "uniform"],
            "isolationlevel": [0, 1], "acks": [-1, 0, 1], "groupinstanceid": ["i1", "i2"], "instanceid": ["i1", "i2"],
            "offset": [0, 1, -1, -2, 5], "epoch": [0, 1, 2, -1], "sessionepoch": [0, 1, 2, -1],
            "replicaid": [-1], "rackid": ["rack"], "version": [0, 1], "memberepoch": [0], "stateepoch": [0], "brokerid": [1], "upgradetype": [1], "feature": ["share.version", "metadata.version"],
            "types": [1, 2, 3], "maxrecords": [1, 500], "batchsize": [1, 500], "numpartitions": [1, 2, -1],
            "replicationfactor": [1, -1], "timestamp": [-1, -2, -3, 0], "deliverystate": [0, 2, 4], "deliverycount": [0, 1, 2]}
        for name in LEARNED:
            self.known.setdefault(name, [])

    def learn(self, name, value):
        name = name.lower()
        if name == "errorcode":
            self.errors.append(value)
        if name == "memberepoch":
            self.known[name] = [0, -1, value, value]
        for end in LEARNED:
            if name.endswith(end):
                values = self.known[end]
                if value in values:
                    values.remove(value)
                values.append(value)
                del values[:-6]

    def header(self, key, version, client="fuzz"):
        flexible = version in REQUESTS[key].flexible
        client = client.encode()
        return struct.pack(">hhih", key, version, self.count, len(client)) + client + (b"\0" if flexible else b"")

    def send(self, key, version, body, client="fuzz"):
        self.count += 1
        self.last = self.header(key, version, client) + body
        parks = key in PARKING
        answer = self.connection.exchange(self.last, 0.1 if parks else 120)
        if isinstance(answer, TimeoutError) and not parks:
            raise Dead("no answer in 120 seconds")
        self.target.check()
        if isinstance(answer, Exception):
            return None
        self.answered += 1
        correlation = struct.unpack(">i", answer[:4])[0]
        assert correlation == self.count, f"the answer to {correlation}, not {self.count}"
        rest = answer[4:]
        if version in RESPONSES[key].flexible and key != 18:
            assert rest[0] == 0
            rest = rest[1:]
        if key == 18 and rest[:2] == b"\0\x23":
            return None
        self.errors = []
        schema.Reader(RESPONSES[key], version, rest, self.learn).message()
        good, all = self.coverage.get(key, (0, 0))
        self.coverage[key] = (good + (0 in self.errors), all + 1)
        return rest

    def request(self, served):
        key = self.dice.choice(served)
        first, last = self.versions[key]
        version = self.dice.choice([first, last, self.dice.randint(first, last)])
        known = self.known
        if self.dice.random() < 0.8:
            # Groups of the kind that the request is for.
            kind = "classic" if 8 <= key <= 14 else "consumer" if key in (68, 69) else "share" if 76 <= key <= 92 else None
            known = {**known, "groupid": [kind] if kind else known["groupid"]}
        values = Values(self.dice, known)
        self.send(key, version, schema.Writer(REQUESTS[key], version, values).message())

    def discover(self):
        """The APIs that are served, and their versions."""
        self.versions = {}
        answer = self.send(18, 0, b"")
        count = struct.unpack(">i", answer[2:6])[0]
        for index in range(count):
            key, first, last = struct.unpack(">hhh", answer[6 + 6 * index:12 + 6 * index])
            schemas = REQUESTS[key].versions, RESPONSES[key].versions
            self.versions[key] = (max(first, *(s.first for s in schemas)), min(last, *(s.last for s in schemas)))

    # MARK: What is sent

    def requests(self, more):
        """Every API in every version, with boundary values among good ones."""
        served = sorted(self.versions)
        # Those that arm and move the coordinators come more often.
        favourites = [0, 1, 8, 11, 14, 19, 22, 24, 26, 28, 68, 76, 78, 79, 83, 84, 85, 90, 91]
        while more():
            self.request(served + 2 * favourites)
            if self.count % 500 == 0:
                self.settle()

    def records(self, more):
        """Records of the coordinators' topics, which anybody with the right client id may write, read back at a start."""
        kinds = schema.parse("records.txt")
        pairs = [(key, kinds[name[:-3] + "Value"]) for name, key in kinds.items() if name.endswith("Key")]
        offsets = [pair for pair in pairs if pair[0].name.startswith(("Offset", "Legacy", "Group", "ConsumerGroup", "ShareGroup"))]
        states = [pair for pair in pairs if pair[0].name.startswith(("ShareSnapshot", "ShareUpdate"))]
        transactions = [pair for pair in pairs if pair[0].name.startswith("Transaction")]
        topics = {"__consumer_offsets": offsets, "__share_group_state": states, "__transaction_state": transactions}
        partitions = {name: self.partitions(name) for name in topics}
        for name in ["group", "id"]:
            self.known.setdefault(name, self.known["groupid"])
        while more():
            for _ in range(60):
                topic = self.dice.choice(list(topics))
                values = Values(self.dice, self.known)
                group = self.dice.choice(["classic", "consumer", "share", "tx", "simple", ""])
                written = []
                for _ in range(self.dice.choice([1, 2, 5])):
                    key, value = self.dice.choice(topics[topic])
                    version = self.dice.randint(value.versions.first, value.versions.last)
                    keyBytes = struct.pack(">h", key.key) + schema.Writer(key, 0, values).message()
                    valueBytes = None if self.dice.random() < 0.1 else (
                        struct.pack(">h", version) + schema.Writer(value, version, values).message())
                    written.append(batches.record(keyBytes, valueBytes, len(written)))
                self.produce(topic, self.dice.randrange(partitions[topic]), b"".join(written), len(written))
            self.connection.close()
            self.target.restart()
            # Requests to what was read back.
            served = sorted(key for key in self.versions if key in {
                8, 9, 11, 12, 13, 14, 15, 16, 22, 24, 25, 26, 28, 42, 47, 65, 66, 68, 69, 76, 77, 78, 79, 83, 84, 85, 86, 87, 90, 91, 92})
            for _ in range(200):
                self.request(served)

    def produce(self, topic, partition, records, count):
        now = int(time.time() * 1000)
        batch = batches.batch(records, count, base_timestamp=now, max_timestamp=now)
        name = topic.encode()
        body = struct.pack(">hhii", -1, -1, 10000, 1) + struct.pack(">h", len(name)) + name
        body += struct.pack(">iii", 1, partition, len(batch)) + batch
        return self.send(0, 7, body, client="__admin_client")

    def partitions(self, topic):
        name = topic.encode()
        found = []
        answer = self.send(3, 1, struct.pack(">ih", 1, len(name)) + name)
        schema.Reader(RESPONSES[3], 1, answer, lambda field, value: found.append(value) if field == "PartitionIndex" else None).message()
        return max(len(found), 1)

    def frames(self, more):
        """Frames of real clients, damaged, cut, and with sizes that lie."""
        recorded = []
        for file in sorted(WIRE.glob("*.txt")):
            recorded += [bytes.fromhex(line.split()[1]) for line in file.read_text().splitlines() if line.startswith("request ")]
        while more():
            frame = bytearray(self.dice.choice(recorded))
            size = len(frame)
            for _ in range(self.dice.choice([1, 1, 2, 5])):
                position = self.dice.randrange(len(frame))
                kind = self.dice.randrange(4)
                if kind == 0:
                    frame[position] ^= 1 << self.dice.randrange(8)
                elif kind == 1:
                    form = self.dice.choice([">b", ">h", ">i", ">q"])
                    frame[position:position + struct.calcsize(form)] = struct.pack(form, self.dice.choice(boundaries(form)))
                elif kind == 2:
                    del frame[position:]
                    frame = frame or bytearray(1)
                else:
                    frame[position:position] = self.dice.randbytes(self.dice.randint(1, 9))
            self.count += 1
            self.last = bytes(frame)
            if self.dice.random() < 0.1:
                self.raw(struct.pack(">i", self.dice.choice(boundaries(">i") + [size, size + 1])) + frame)
            else:
                answer = self.connection.exchange(frame, 0.05)
                self.answered += not isinstance(answer, Exception)
                if isinstance(answer, TimeoutError):
                    self.connection.close()
            self.target.check()
            if self.count % 1000 == 0:
                self.settle()

    def raw(self, content):
        try:
            connection = self.connection.open()
            connection.settimeout(0.05)
            connection.sendall(content)
            connection.recv(1 << 16)
        except OSError:
            pass
        self.connection.close()

    # MARK: The broker's health

    def prepare(self):
        """Topics, and share groups that are on."""
        existing = self.target.tool("topics", "--list").split()
        for topic, options in [("orders", []), ("compacted", ["--config", "cleanup.policy=compact"])]:
            if topic not in existing:
                self.target.tool("topics", "--create", "--topic", topic, "--partitions", "3", *options)
        self.discover()
        for feature, level in [("metadata.version", 28), ("share.version", 1)]:
            name = feature.encode()
            self.send(57, 1, struct.pack(">i", 60000) + bytes([2, len(name) + 1]) + name + struct.pack(">hb", level, 1)
                      + b"\0" + b"\0\0")
        for key, version, body in [
                (10, 1, struct.pack(">h", 7) + b"classic\0"), (10, 1, struct.pack(">h", 2) + b"tx\1"),
                (10, 4, b"\2\2\x02x\0")]:
            self.send(key, version, body)

    def settle(self):
        """The broker does what it is there for."""
        self.connection.close()
        self.prepare()
        if self.target.memory > 1 << 30:
            raise Dead(f"the broker takes {self.target.memory >> 20} MiB")

    def run(self, kind, seconds, count):
        self.prepare()
        until, end = time.monotonic() + seconds, self.count + count
        getattr(self, kind)(lambda: time.monotonic() < until and self.count < end)
        self.settle()
        self.connection.close()
        # What was written is read back.
        self.target.restart()
        self.settle()


def fuzz(kind, directory, seed, seconds=1e9, count=1 << 60):
    print(f"KAFKA_FUZZ_SEED={seed} {kind}", flush=True)
    target = Target(directory, "--override", "log.cleaner.backoff.ms=500", "--override", "offsets.topic.num.partitions=3",
                    "--override", "transaction.state.log.num.partitions=3", "--override", "share.coordinator.state.topic.num.partitions=3")
    fuzzer = Fuzzer(target, f"{seed} {kind}")
    try:
        fuzzer.run(kind, seconds, count)
        target.stop()
        assert fuzzer.answered > fuzzer.count // 20, "hardly anything was answered"
    except (Dead, AssertionError) as error:
        frame = fuzzer.last
        if len(frame) > 4000:
            frame = frame[:4000]
        raise Dead(f"{kind}, seed {seed}, request {fuzzer.count}, {frame.hex()}\n{error}") from error
    finally:
        target.kill()
    print(f"{kind}: {fuzzer.count} sent, {fuzzer.answered} answered", flush=True)
    if os.environ.get("KAFKA_FUZZ_VERBOSE"):
        for key, (good, all) in sorted(fuzzer.coverage.items()):
            print(f"  {REQUESTS[key].name}: {good} of {all} had something to say but errors")
    return fuzzer


def main():
    seed = os.environ.get("KAFKA_FUZZ_SEED") or str(random.SystemRandom().randrange(1 << 32))
    seconds = float(os.environ.get("KAFKA_FUZZ_SECONDS", "60"))
    count = int(os.environ.get("KAFKA_FUZZ_COUNT", 1 << 60))
    failed = 0
    for kind in sys.argv[1:] or ["requests", "records", "frames"]:
        with tempfile.TemporaryDirectory() as directory:
            try:
                fuzzer = fuzz(kind, directory, seed, seconds, count)
            except Dead as error:
                print(error, file=sys.stderr)
                failed = 1
    sys.exit(failed)


if __name__ == "__main__":
    main()
