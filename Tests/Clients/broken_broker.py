# SPDX-License-Identifier: Apache-2.0
"""A broker that is wrong: a real one behind a proxy that spoils its answers.

Each client has a misbehaviour of its own, chosen by its client.id. It begins after some good answers, so that clients are
met in the midst of what they do, and is made of a seed alone. `python broken_broker.py SEED SECONDS` runs tools against it
until the time is over; what it prints of a failure is enough to run it again.
"""
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from conftest import KAFKA, Broker

FETCH, LIST_OFFSETS, METADATA, FIND_COORDINATOR, API_VERSIONS = 1, 2, 3, 10, 18
INT16 = [-1, 0, 1, 2, 3, 6, 7, 14, 15, 16, 22, 25, 27, 79, 100, 130, 32767, -32768]
INT32 = [-1, 0, 1, 2, 1000, 65535, 65536, 2**31 - 1, -2**31]
INT64 = [-1, 0, 1, 2**31, 2**62, 2**63 - 2, 2**63 - 1, -2**63]

_crc_table = []
for _value in range(256):
    for _ in range(8):
        _value = _value >> 1 ^ (0x82F63B78 if _value & 1 else 0)
    _crc_table.append(_value)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _crc_table[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


class Close(Exception):
    """Sends these bytes and closes the connection."""


class Silence(Exception):
    """Sends these bytes and then nothing any more."""


def frame(body):
    return struct.pack(">i", len(body)) + body


def put(body, position, fmt, value):
    changed = bytearray(body)
    struct.pack_into(fmt, changed, position, value)
    return bytes(changed)


def batches(body):
    """The positions of record batches in an answer."""
    found, at = [], 0
    while (at := body.find(b"\x02", at + 1)) >= 0:
        start = at - 16
        if start < 0 or start + 61 > len(body):
            continue
        end = start + 12 + struct.unpack_from(">i", body, start + 8)[0]
        if start + 61 <= end <= len(body) and crc32c(body[start + 21:end]) == struct.unpack_from(
                ">I", body, start + 17)[0]:
            found.append((start, end))
    return found


# Misbehaviours: each gets chance, API key and the answer with its correlation id, and returns what is sent.

def close(chance, key, body):
    raise Close(b"")


def close_in_the_midst(chance, key, body):
    raise Close(frame(body)[:chance.randrange(len(body) + 4)])


def half_a_frame(chance, key, body):
    raise Silence(frame(body)[:chance.randrange(len(body) + 4)])


def silence(chance, key, body):
    raise Silence(b"")


def size(chance, key, body):
    raise Silence(struct.pack(">i", chance.choice([2**31 - 1, -1, -2**31, 0, 1, 3, 100_000_000])) + body)


def correlation(chance, key, body):
    return frame(put(body, 0, ">i", chance.choice(INT32)))


def twice(chance, key, body):
    return frame(body) * 2


def garbage(chance, key, body):
    return frame(body[:4] + chance.randbytes(chance.choice([0, 1, 10, 1000])))


def truncated(chance, key, body):
    return frame(body[:chance.randrange(4, len(body) + 1)])


def longer(chance, key, body):
    return frame(body + chance.randbytes(chance.choice([1, 100])))


def another_protocol(chance, key, body):
    raise Close(chance.choice([b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x03\x00\x02\x02\x0a", b"SSH-2.0-x\r\n"]))


def bits(chance, key, body):
    changed = bytearray(body)
    for _ in range(chance.choice([1, 1, 3, 10])):
        changed[chance.randrange(4, len(changed))] ^= 1 << chance.randrange(8)
    return frame(bytes(changed))


def numbers(chance, key, body):
    """Numbers that are far, negative, or codes of errors, in place of others."""
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        fmt, values = chance.choice([(">h", INT16), (">i", INT32), (">q", INT64), (">q", INT64)])
        places = range(4, len(body) - struct.calcsize(fmt) + 1)
        if chance.random() < 0.7:
            # Where there seems to be such a number: a count, an offset, a time.
            places = [at for at in places if -3 < struct.unpack_from(fmt, body, at)[0] < 2000
                      or 1_500_000_000_000 < struct.unpack_from(fmt, body, at)[0] < 4_000_000_000_000]
        if places:
            body = put(body, chance.choice(places), fmt, chance.choice(values))
    return frame(body)


def error(chance, key, body):
    """An error where there was none, at a place that may be that of a code."""
    zeros = [at for at in range(4, len(body) - 1) if body[at:at + 2] == b"\0\0"]
    return frame(put(body, chance.choice(zeros), ">h", chance.choice(INT16 + list(range(1, 130))))) if zeros else frame(body)


def repeated(chance, key, body):
    """A piece of the answer stands twice in it."""
    start = chance.randrange(4, len(body) + 1)
    end = chance.randrange(start, min(len(body), start + 200) + 1)
    return frame(body[:end] + body[start:end] + body[end:])


def records(chance, key, body):
    """Batches of records with other headers, their checksums right."""
    for start, end in batches(body):
        place, fmt, values = chance.choice([
            (0, ">q", INT64), (23, ">i", INT32), (21, ">h", list(range(8)) + [0x20, 0x30, 0x48, 0x7F]), (27, ">q", INT64),
            (35, ">q", INT64), (43, ">q", INT64), (57, ">i", INT32), (12, ">i", INT32)])
        body = put(body, start + place, fmt, chance.choice(values))
        if chance.random() < 0.3:
            at = chance.randrange(start + 61, end)
            body = put(body, at, ">B", chance.randrange(256))
        body = put(body, start + 17, ">I", crc32c(body[start + 21:end]))
    return frame(body)


KINDS = [close, close_in_the_midst, half_a_frame, silence, size, correlation, twice, garbage, truncated, longer,
         another_protocol, bits, numbers, numbers, numbers, error, error, repeated, records, records]


class Misbehaviour:
    """What becomes of the answers to one client."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.good = self.chance.choice([0, 1, 2, 3, 4, 5, 6, 8, 10, 15])
        self.kind = self.chance.choice(KINDS + ["same", "same", "port", "port"])
        self.share = self.chance.choice([1, 1, 1, 0.3])
        self.requests = 0
        self.first = {}

    def __str__(self):
        return f"{getattr(self.kind, '__name__', self.kind)} after {self.good}, {self.share}"

    def answer(self, key, body, port):
        self.requests += 1
        if self.kind == "same":
            # The same answer for ever, once it has said something.
            if key in (FETCH, LIST_OFFSETS, METADATA, 26, 68, 76, 78, 12):
                if len(body) > 80 or key != FETCH:
                    self.first.setdefault(key, body)
                body = body[:4] + self.first.get(key, body)[4:]
            return frame(body)
        if self.kind == "port":
            if key in (METADATA, FIND_COORDINATOR, 60):
                body = body.replace(struct.pack(">i", port), struct.pack(">i", self.chance.choice(INT32)))
            return frame(body)
        if self.requests <= self.good or self.chance.random() > self.share:
            return frame(body)
        return self.kind(self.chance, key, body)


class Proxy:
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self.listener.getsockname()[1]
        self.upstream = None
        self.misbehaviours = {}
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        server = None
        try:
            with client:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                server = socket.create_connection(("127.0.0.1", self.upstream))
                server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                stream, answers = client.makefile("rb"), server.makefile("rb")
                while (head := stream.read(4)) and len(head) == 4:
                    request = stream.read(struct.unpack(">i", head)[0])
                    key, version, _, length = struct.unpack_from(">hhih", request)
                    name = request[10:10 + max(length, 0)].decode()
                    server.sendall(head + request)
                    if key == 0 and self.has_no_acks(version, request, 10 + max(length, 0)):
                        continue
                    body = answers.read(struct.unpack(">i", answers.read(4))[0])
                    misbehaviour = self.misbehaviours.get(name)
                    client.sendall(misbehaviour.answer(key, body, self.port) if misbehaviour else frame(body))
        except Close as end:
            self.last_words(client, end)
        except Silence as end:
            # The connection stays open, and is read from.
            self.last_words(client, end, stays=True)
        except (OSError, struct.error, ValueError):
            pass
        finally:
            if server:
                server.close()

    @staticmethod
    def has_no_acks(version, request, at):
        """Whether a Produce request asks for no answer."""
        at += 1 if version >= 9 else 0
        at += 1 + max(request[at] - 1, 0) if version >= 9 else 2 + max(struct.unpack_from(">h", request, at)[0], 0)
        return struct.unpack_from(">h", request, at)[0] == 0

    @staticmethod
    def last_words(client, end, stays=False):
        try:
            client.sendall(end.args[0])
            while stays and client.recv(65536):
                pass
        except OSError:
            pass

    def stop(self):
        self.listener.close()


# What is run, against topic t with records and group g with offsets; {n} is a number that no other run has.
TOOLS = [line.split() for line in """
topics --list
topics --describe
topics --create --topic new-{n} --partitions 2
topics --alter --topic t --partitions 2
topics --delete --topic none-{n}
console-producer t
console-producer t --sync
console-consumer t --from-beginning --exit-at-end
console-consumer t --from-beginning
console-consumer t --group g{n} --from-beginning --max-messages 5
console-consumer t --group g{n} --from-beginning
console-consumer t --group g{n} --from-beginning --consumer-property group.protocol=consumer
console-consumer t --group g{n} --from-beginning --timeout-ms 1500
console-consumer t --tail 3 --exit-at-end --format json
console-consumer t --offset -1h --exit-at-end --isolation-level read_committed
console-consumer t --partition 0 --offset 3 --until 40 --where value!=x
console-consumer --include .* --from-beginning --timeout-ms 1000 --format %T%D%o\\n
consumer-groups --list --state
consumer-groups --describe --group g
consumer-groups --describe --all-groups --members --verbose
consumer-groups --describe --group g --state
consumer-groups --reset-offsets --group g --topic t --shift-by 1 --dry-run
consumer-groups --reset-offsets --group g --topic t --to-datetime 2020-01-01T00:00:00.000 --dry-run
consumer-groups --delete --group none-{n}
consumer-groups --delete-offsets --group g --topic none
groups --list
configs --describe --entity-type topics --entity-name t --all
configs --describe --entity-type brokers --all
configs --alter --entity-type topics --entity-name t --add-config retention.ms=100000000
acls --list
get-offsets
get-offsets --topic t --time -1
get-offsets --topic t --time 1
log-dirs --describe
leader-election --election-type preferred --all-topic-partitions
reassign-partitions --list
transactions list
transactions describe --transactional-id none
transactions describe-producers --topic t --partition 0
transactions find-hanging --broker-id 1
cluster cluster-id
cluster list-endpoints
features describe
metadata-quorum describe --status
metadata-quorum describe --replication
broker-api-versions
client-metrics --list
delegation-tokens --describe
producer-perf-test --topic t --num-records 200 --record-size 50 --throughput -1
consumer-perf-test --topic t --num-records 20 --timeout 1000
e2e-latency --topic e2e --num-records 3 --producer-acks all --record-size 10
verifiable-producer --topic t --max-messages 10
verifiable-consumer --topic t --group-id v{n} --max-messages 10
transactional-message-copier --input-topic t --output-topic out --input-partition 0 --transactional-id x{n} --consumer-group c{n} --max-messages 10
replica-verification --time -2
share-groups --list
share-groups --describe --all-groups
console-share-consumer t --group s --timeout-ms 1000
console-share-consumer t --group s
share-consumer-perf-test --topic t --group s --num-records 10 --timeout 1000
verifiable-share-consumer --topic t --group-id s --max-messages 10
streams-groups --list
streams-application-reset --application-id a{n} --input-topics t --dry-run
ready --timeout 2
""".strip().splitlines()]


class World:
    """A broker with a topic, a group and share groups, the proxy before it, and how tools fare."""
    patience = 6
    parting = 15
    most_memory = 700 << 20
    most_requests = 1500

    def __init__(self, directory):
        self.directory = Path(directory)
        self.proxy = Proxy()
        self.broker = Broker(self.directory, "--override", f"advertised.listeners=PLAINTEXT://{self.proxy.address}")
        self.proxy.upstream = self.broker.port
        for feature in "metadata.version=28", "share.version=1":
            self.good("features", "upgrade", "--feature", feature)
        for topic in "t", "out", "e2e":
            self.good("topics", "--create", "--topic", topic, "--partitions", "2")
        self.good("console-producer", "t", input="".join(f"line {n}\n" for n in range(100)))
        self.good("console-consumer", "t", "--group", "g", "--from-beginning", "--max-messages", "10")
        self.good("configs", "--alter", "--group", "s", "--add-config", "share.auto.offset.reset=earliest")

    def good(self, *arguments, **options):
        environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": self.proxy.address}
        subprocess.run([KAFKA, *arguments], env=environment, check=True, capture_output=True, text=True, timeout=60,
                       **options)

    def run(self, number, seed):
        """Runs one tool with one misbehaviour; what was wrong with it, or None."""
        chance = random.Random(f"{seed} {number}")
        words = [word.format(n=number) for word in chance.choice(TOOLS)]
        misbehaviour = Misbehaviour(f"{seed} {number} misbehaviour")
        name = f"client-{number}"
        self.proxy.misbehaviours[name] = misbehaviour
        config = self.directory / f"{name}.properties"
        config.write_text(f"client.id={name}\nrequest.timeout.ms=1000\ndefault.api.timeout.ms=2000\n"
                          "delivery.timeout.ms=2500\nlinger.ms=0\nmax.block.ms=2000\n")
        environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": self.proxy.address}
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(
                [KAFKA, *words, "--command-config", str(config)], env=environment, stdin=subprocess.PIPE, stdout=out,
                stderr=err)
            try:
                process.stdin.write(b"one\ntwo\n")
                process.stdin.close()
            except BrokenPipeError:
                pass
            was_stopped, usage = self.wait(process)
            err.seek(0)
            lines = err.read().decode(errors="replace").splitlines()
        del self.proxy.misbehaviours[name]
        config.unlink()
        problem = self.judge(process.returncode, was_stopped, usage, lines, misbehaviour)
        return problem and (f"{problem}\n  seed {seed}, number {number}: {' '.join(words)}\n  {misbehaviour}, "
                            f"{misbehaviour.requests} requests\n  " + "\n  ".join(lines[-15:]))

    def wait(self, process):
        """Until it ends; some go on for ever, and then a signal must do."""
        deadline, was_stopped = time.monotonic() + self.patience, False
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                return was_stopped, usage
            if time.monotonic() > deadline:
                if was_stopped:
                    process.kill()
                    process.returncode = None
                    return was_stopped, os.wait4(process.pid, 0)[2]
                process.send_signal(signal.SIGTERM)
                deadline, was_stopped = time.monotonic() + self.parting, True
            time.sleep(0.02)

    def judge(self, status, was_stopped, usage, lines, misbehaviour):
        if status is None:
            return "it did not stop"
        if status < 0 and not (was_stopped and status == -signal.SIGTERM):
            return f"it was ended by {signal.Signals(-status).name}"
        if status not in (0, 1, -signal.SIGTERM, 128 + signal.SIGTERM):
            return f"it ended with status {status}"
        if status == 1 and not was_stopped and not lines:
            return "it failed without a word"
        if any("Fatal error" in line or line.startswith(("Stack dump", "Thread ")) for line in lines):
            return "it crashed"
        if usage.ru_maxrss * 1024 > self.most_memory:
            return f"it took {usage.ru_maxrss >> 10} MiB"
        if misbehaviour.requests > self.most_requests:
            return f"it sent {misbehaviour.requests} requests"
        if usage.ru_utime + usage.ru_stime > self.patience * 0.6:
            return f"it was busy for {usage.ru_utime + usage.ru_stime:.1f} s"
        return None

    def run_for(self, seconds, seed, workers=4):
        """As many runs as fit into the time; the problems, and how many runs there were."""
        end, numbers, lock, problems = time.monotonic() + seconds, iter(range(10**9)), threading.Lock(), []
        count = 0

        def work():
            nonlocal count
            while time.monotonic() < end:
                with lock:
                    number = next(numbers)
                problem = self.run(number, seed)
                with lock:
                    count += 1
                    if problem:
                        problems.append(problem)

        with ThreadPoolExecutor(workers) as pool:
            for future in [pool.submit(work) for _ in range(workers)]:
                future.result()
        return problems, count

    def stop(self):
        self.broker.kill()
        self.proxy.stop()


def main():
    seed = sys.argv[1] if len(sys.argv) > 1 else "random"
    if seed == "random":
        seed = str(random.getrandbits(32))
    print("seed", seed, flush=True)
    with tempfile.TemporaryDirectory() as directory:
        world = World(directory)
        try:
            if len(sys.argv) > 3:
                problem = world.run(int(sys.argv[3]), seed)
                problems, count = [problem] if problem else [], 1
            else:
                problems, count = world.run_for(float(sys.argv[2]) if len(sys.argv) > 2 else 600, seed)
        finally:
            world.stop()
    for problem in problems:
        print(problem)
    print(f"{count} runs, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
