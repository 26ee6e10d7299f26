# SPDX-License-Identifier: Apache-2.0
"""One partition of a data directory: its segments, indexes, leader epochs, producers and transactions agree."""
import base64
import re
import struct
import time

from directory_formats import Malformed, batches, crc32c, require

METADATA_TOPIC = "__cluster_metadata"
PRODUCER_EXPIRATION_MS = 86_400_000


def uuid(text):
    require(re.fullmatch(r"[\w-]{22}", text, re.ASCII), f"not an id: {text!r}")
    return base64.urlsafe_b64decode(text + "==")


def checkpoint(text, columns):
    """The rows of a file that says version 0, how many rows, and the rows."""
    lines = text.split("\n")
    require(lines.pop() == "", "the last line has no end")
    require(len(lines) >= 2 and lines[0] == "0", f"version {lines[0]!r}")
    require(lines[1] == str(len(lines) - 2), f"{len(lines) - 2} rows, and it says {lines[1]!r}")
    rows = [line.split(" ") for line in lines[2:]]
    for row in rows:
        require(len(row) == columns and all(word.isdigit() for word in row[columns - 2:]), f"a row of {row}")
    return [(*row[:columns - 2], *map(int, row[columns - 2:])) for row in rows]


def whole(path):
    found, problem = batches(path.read_bytes())
    require(not problem, problem)
    return found


class Producers:
    """State of the producers of a partition as its batches tell: what snapshots and transaction indexes hold."""

    def __init__(self, sparse):
        self.sparse, self.states, self.aborted = sparse, {}, []
        self.opened, self.aborted_data = {}, []

    def add(self, batch):
        if batch.producer < 0:
            return
        state = self.states.setdefault(batch.producer, {
            "epoch": batch.producer_epoch, "sequence": -1, "offset": -1, "delta": 0, "timestamp": -1,
            "coordinator": -1, "first": -1, "new": True})
        require(batch.producer_epoch >= state["epoch"], f"producer {batch.producer}: an old epoch at {batch.base}")
        if batch.producer_epoch > state["epoch"]:
            state.update(epoch=batch.producer_epoch, sequence=-1, offset=-1, delta=0, new=False)
        if batch.control:
            self.end(batch, state)
        else:
            self.data(batch, state)

    def data(self, batch, state):
        expected = (state["sequence"] + 1) & 0x7FFFFFFF
        if not state["new"] and not self.sparse:
            require(batch.sequence == expected,
                    f"producer {batch.producer}: sequence {batch.sequence} at {batch.base}, not {expected}")
        require(batch.sequence >= 0, f"producer {batch.producer}: a batch without sequence at {batch.base}")
        # Nobody may write into a transaction of his own without being in one.
        require(self.sparse or batch.transactional or state["first"] < 0, f"no transaction at {batch.base}")
        state.update(sequence=(batch.sequence + batch.last_delta) & 0x7FFFFFFF, offset=batch.last,
                     delta=batch.last_delta, timestamp=batch.max_timestamp, new=False)
        if batch.transactional and batch.count and state["first"] < 0:
            state["first"] = batch.base
        if batch.transactional and batch.count:
            self.opened.setdefault(batch.producer, []).append(batch.base)

    def end(self, batch, state):
        if batch.count == 0:
            return
        require(batch.coordinator_epoch >= state["coordinator"], f"an old coordinator at {batch.base}")
        data = self.opened.pop(batch.producer, [])
        if batch.marker == "abort" and state["first"] >= 0:
            others = [other["first"] for other in self.states.values() if other is not state]
            stable = min((first for first in others if first >= 0), default=batch.base + 1)
            self.aborted.append((batch.producer, state["first"], batch.base, stable))
            self.aborted_data += [(batch.producer, base) for base in data]
        state.update(first=-1, coordinator=batch.coordinator_epoch, timestamp=batch.max_timestamp, new=False)

    def snapshot(self):
        return {producer: tuple(state[part] for part in (
            "epoch", "sequence", "offset", "delta", "timestamp", "coordinator", "first"))
            for producer, state in self.states.items()}


class Partition:
    """One `topic-N` directory."""

    def __init__(self, checker, directory, compacted):
        self.checker, self.directory, self.name = checker, directory, directory.name
        self.topic = self.name.rpartition("-")[0]
        self.clean, self.compacted = checker.clean, compacted
        self.batches, self.segments, self.files = [], {}, {}

    def problem(self, file, text):
        self.checker.problem(f"{self.name}/{file}", text)

    def guarded(self, file, function, *arguments):
        try:
            return function(*arguments)
        except FileNotFoundError:
            self.problem(file, "is missing")
        except (Malformed, ValueError, KeyError, TypeError, struct.error) as problem:
            self.problem(file, str(problem) if isinstance(problem, Malformed) else repr(problem))

    def check(self):
        for path in sorted(self.directory.iterdir()):
            match = re.fullmatch(r"(\d{20})\.(log|index|timeindex|txnindex|snapshot)", path.name)
            if match:
                self.files.setdefault(match[2], {})[int(match[1])] = path
            elif not self.known(path.name):
                self.problem(path.name, "Kafka knows no such file")
        for base, path in sorted(self.files.get("log", {}).items()):
            self.segments[base] = self.guarded(path.name, self.log, base, path.read_bytes()) or []
            self.batches += self.segments[base]
        if not self.segments:
            if self.clean:
                self.problem("", "no segment")
            return
        bases = sorted(self.segments)
        self.start, self.active = bases[0], bases[-1]
        self.end = self.batches[-1].last + 1 if self.batches else self.active
        self.end = max(self.end, self.active)
        self.guarded("*.log", self.offsets)
        for name, check in [("partition.metadata", self.metadata), ("leader-epoch-checkpoint", self.epochs)]:
            # The newest of partitions may not have got them yet when a kill came.
            if self.clean or self.batches or (self.directory / name).exists():
                self.guarded(name, check)
        for kind, check in [("index", self.index), ("timeindex", self.timeindex)]:
            for base in bases:
                path = self.files.get(kind, {}).pop(base, None)
                if path is None:
                    if not self.recovered(base):
                        self.problem(f"{base:020}.{kind}", "is missing")
                else:
                    self.guarded(path.name, check, base, path.read_bytes())
        self.guarded("*.snapshot", self.producers)
        for kind in ["index", "timeindex", "txnindex"] if self.clean else []:
            for path in self.files.get(kind, {}).values():
                self.problem(path.name, "there is no such segment")

    def known(self, name):
        if name in ("partition.metadata", "leader-epoch-checkpoint"):
            return True
        if re.fullmatch(r"\d{20}\.(log|index|timeindex|txnindex|snapshot)\.deleted", name):
            return True
        if self.topic == METADATA_TOPIC and (
                name == "quorum-state" or re.fullmatch(r"\d{20}-\d{10}\.checkpoint(\.deleted)?", name)):
            return True
        return not self.clean and re.search(r"\.(cleaned|swap|tmp|part)$", name)

    def log(self, base, data):
        found, problem = batches(data)
        # A write that the stop interrupted is cut off by recovery.
        require(not problem or not self.clean and base == max(self.files["log"]), problem)
        return found

    def offsets(self):
        end, bases = self.start, sorted(self.segments)
        for base, above in zip(bases, bases[1:] + [1 << 63]):
            if not self.compacted:
                require(base == end or not self.segments[base], f"segment {base} follows offset {end}")
                end = max(end, base)
            for batch in self.segments[base]:
                require(batch.base >= max(base, end),
                        f"the batch at {batch.position} begins at {batch.base}, before {end}")
                require(batch.last < above, f"the batch at {batch.position} ends in the next segment")
                require(batch.last - base < 1 << 31, "an offset too far from the segment's")
                if not self.compacted:
                    require(batch.base == end, f"offsets {end} to {batch.base} are missing")
                    batch.check_dense()
                end = batch.last + 1

    def metadata(self):
        text = (self.directory / "partition.metadata").read_text().removesuffix("\n")
        match = re.fullmatch(r"version: 0\ntopic_id: (\S+)", text)
        require(match, f"not a partition.metadata: {text!r}")
        self.id = uuid(match[1].removesuffix("=="))

    def epochs(self):
        rows = checkpoint((self.directory / "leader-epoch-checkpoint").read_text(), 2)
        require(all(a[0] < b[0] and a[1] < b[1] for a, b in zip(rows, rows[1:])), "epochs or offsets don't rise")
        require(not rows or rows[-1][1] <= self.end, f"begins after the end, {self.end}")
        start = max(self.start, self.checker.log_starts.get(self.name, 0))
        if self.checker.killed and rows:
            start = max(start, rows[0][1])
        for batch in self.batches:
            if batch.last >= start:
                epoch = max((epoch for epoch, offset in rows if offset <= max(batch.base, start)), default=None)
                require(epoch == batch.epoch, f"offset {batch.base} has epoch {batch.epoch}, here {epoch}")

    def recovered(self, base):
        """Whether the next start reads this segment anew."""
        bases = sorted(self.segments)
        above = dict(zip(bases, bases[1:])).get(base, self.end + 1)
        return not self.clean and above > self.checker.recovery_points.get(self.name, 0)

    def entries(self, base, data, format):
        size = struct.calcsize(format)
        require(len(data) % size == 0, f"{len(data)} bytes aren't whole entries")
        if self.recovered(base):
            # Kafka makes the files of the newest segment larger beforehand.
            while len(data) >= size and not any(data[-size:]):
                data = data.rstrip(b"\0")
                data += bytes(-len(data) % size)
        return list(struct.iter_unpack(format, data))

    def index(self, base, data):
        last = (-1, 0)
        starts = {batch.position: batch for batch in self.segments[base]}
        for entry in self.entries(base, data, ">II"):
            require(entry[0] > last[0] and entry[1] > last[1], f"{entry} follows {last}")
            batch = starts.get(entry[1])
            require(batch, f"no batch begins at {entry[1]}")
            # Any offset from the batch's first on would do for a reader; Kafka notes the last.
            right = batch.last <= base + entry[0] < self.end if self.compacted else base + entry[0] == batch.last
            require(right, f"offset {base + entry[0]} isn't the last of the batch at {entry[1]}, {batch.last}")
            last = entry

    def timeindex(self, base, data):
        entries = self.entries(base, data, ">qI")
        require(all(a[0] < b[0] and a[1] < b[1] for a, b in zip(entries, entries[1:])), "entries don't rise")
        # Kafka notes the last offset of the batch that brought the largest timestamp so far.
        largest, rising = -1, set()
        for batch in self.segments[base]:
            if batch.max_timestamp > largest:
                largest = batch.max_timestamp
                rising.add((largest, batch.last - base))
        for entry in entries:
            require(entry in rising, f"{entry[0]} at {base + entry[1]} isn't the largest timestamp so far")
        if largest >= 0 and not self.recovered(base):
            require(entries and entries[-1][0] == largest, f"the segment's largest timestamp, {largest}, is missing")

    def producers(self):
        """Sequences and transactions in order; snapshots and transaction indexes against them."""
        log_start = self.checker.log_starts.get(self.name, self.start)
        lossy = self.compacted or self.start > 0 or log_start > 0
        state, snapshots = Producers(self.compacted), dict(self.files.get("snapshot", {}))
        for batch in self.batches:
            for offset in sorted(offset for offset in snapshots if offset <= batch.base):
                self.guarded(snapshots[offset].name, self.snapshot, snapshots.pop(offset), offset, state, lossy)
            state.add(batch)
        for offset, path in snapshots.items():
            if offset > self.end:
                self.problem(path.name, f"lies behind the end, {self.end}")
            self.guarded(path.name, self.snapshot, path, offset, state, lossy)
        if self.clean and self.batches and self.end > log_start and self.end not in self.files.get("snapshot", {}):
            self.problem(f"{self.end:020}.snapshot", "is missing")
        bases = sorted(self.segments)
        for base, above in zip(bases, bases[1:] + [1 << 63]):
            path = self.files.get("txnindex", {}).pop(base, None)
            data = path.read_bytes() if path else b""
            self.guarded(f"{base:020}.txnindex", self.transactions, data, base, above, state, lossy)

    def snapshot(self, path, offset, state, lossy):
        data = path.read_bytes()
        require(len(data) >= 10, f"{len(data)} bytes")
        version, crc, count = struct.unpack_from(">hIi", data)
        require(version == 1, f"version {version}")
        require(crc32c(data[6:]) == crc, "the CRC is wrong")
        require(len(data) == 10 + 46 * count, f"{count} entries in {len(data)} bytes")
        found = {}
        for producer, epoch, sequence, last, delta, timestamp, coordinator, first in struct.iter_unpack(
                ">qhiqiqiq", data[10:]):
            require(producer >= 0 and producer not in found, f"producer {producer} twice or none")
            require(epoch >= 0 and last < offset and first < offset, f"producer {producer} is ahead of the snapshot")
            found[producer] = (epoch, sequence, last, delta, timestamp, coordinator, first)
        wanted = state.snapshot()
        if lossy:
            # What was removed can't be recomputed; what is there can't be newer than the snapshot.
            for producer in set(found) & set(wanted):
                require(found[producer][:1] >= wanted[producer][:1] and found[producer][2] >= wanted[producer][2],
                        f"producer {producer} is {found[producer]}, in the log {wanted[producer]}")
        else:
            # Whoever was silent for producer.id.expiration.ms may have been forgotten.
            silent = {producer for producer, fields in wanted.items()
                      if fields[6] == -1 and fields[4] <= time.time() * 1000 - PRODUCER_EXPIRATION_MS}
            kept = {producer: fields for producer, fields in wanted.items() if producer in found or producer not in silent}
            require(found == kept, f"holds {found}, and the log {wanted}")

    def transactions(self, data, base, above, state, lossy):
        require(len(data) % 34 == 0, f"{len(data)} bytes aren't whole entries")
        found = []
        for version, *entry in struct.iter_unpack(">hqqqq", data):
            require(version == 0, f"version {version}")
            producer, first, last, stable = entry
            require(0 <= first <= last < above and base <= last and stable <= last + 1, f"an entry of {entry}")
            found.append(tuple(entry))
        wanted = [entry for entry in state.aborted if base <= entry[2] < above]
        if self.recovered(base):
            require(found == wanted[:len(found)] or lossy, f"holds {found}, and the log {wanted}")
        elif self.compacted:
            for producer, offset in state.aborted_data:
                def holds(entry):
                    return entry[0] == producer and entry[1] <= offset <= entry[2]
                marker = next(filter(holds, state.aborted))[2]
                if base <= marker < above:
                    require(any(map(holds, found)),
                            f"the aborted records of producer {producer} at {offset} aren't listed")
        elif lossy:
            # Of a transaction whose beginning was removed the log may tell another first offset, or nothing.
            def whole(entries):
                return [entry for entry in entries if entry[:1] + entry[2:3] not in begun_before]
            begun_before = {entry[:1] + entry[2:3] for entry in found if entry[1] < self.start}
            require(whole(found) == whole(wanted), f"holds {found}, and the log {wanted}")
        else:
            require(found == wanted, f"holds {found}, and the log {wanted}")
