# SPDX-License-Identifier: Apache-2.0
"""Kafka's formats on disk, read from their definitions: record batches, and messages by Golden/protocol."""
import functools
import gzip
import re
import shutil
import struct
import subprocess
from pathlib import Path

from aiokafka.record.util import calc_crc32c as crc32c

PROTOCOL = Path(__file__).parents[1] / "Golden/protocol"


class Malformed(Exception):
    pass


def require(holds, problem):
    if not holds:
        raise Malformed(problem)


class Reader:
    def __init__(self, data, position=0):
        self.data, self.position = data, position

    def take(self, count):
        require(0 <= count <= len(self.data) - self.position, f"{count} bytes wanted at {self.position}")
        self.position += count
        return self.data[self.position - count:self.position]

    def number(self, format):
        return struct.unpack(">" + format, self.take(struct.calcsize(">" + format)))[0]

    def unsigned(self):
        value = 0
        for shift in range(0, 70, 7):
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise Malformed("an endless varint")

    def zigzag(self):
        value = self.unsigned()
        return value >> 1 ^ -(value & 1)

    def end(self):
        require(self.position == len(self.data), f"{len(self.data) - self.position} bytes too many")


# Messages

NUMBERS = {"int8": "b", "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "q", "float64": "d"}


def versions(text):
    """"3+" and "1-2" and "none" as a range."""
    if text == "none":
        return range(0)
    first, _, last = text.rstrip("+").partition("-")
    return range(int(first), 1 << 15 if text.endswith("+") else int(last or first) + 1)


class Field:
    def __init__(self, name, words):
        self.name, self.type, self.versions = name, words[0], versions(words[1])
        options = dict(zip(words, words[1:]))
        self.nullable = versions(options["nullable"] if "nullable" in words else "none")
        self.tag = int(options["tag"]) if "tag" in words else None
        self.tagged = versions(words[words.index("tag") + 2] if "tag" in words else "none")
        self.default = options.get("default")


class Message:
    """The fields of a message or of a structure in it."""

    def __init__(self):
        self.fields, self.structures, self.versions, self.flexible = [], {}, None, None

    def read(self, reader, version, flexible=None, structures=None):
        # One without fields only names a struct that is defined further out.
        own = {name: message for name, message in self.structures.items() if message.fields}
        structures = {**(structures or {}), **own}
        flexible = version in self.flexible if flexible is None else flexible
        values = {}
        for field in self.fields:
            if version in field.versions and field.tag is None:
                values[field.name] = self.value(reader, field, version, flexible, structures)
        if flexible:
            last = -1
            for _ in range(reader.unsigned()):
                tag, size = reader.unsigned(), reader.unsigned()
                require(tag > last, "tags are not in order")
                last = tag
                inner = Reader(reader.take(size))
                field = next((f for f in self.fields if f.tag == tag and version in f.tagged), None)
                require(field, f"unknown tag {tag}")
                values[field.name] = self.value(inner, field, version, flexible, structures)
                inner.end()
        return values

    def value(self, reader, field, version, flexible, structures):
        kind, nullable = field.type, version in field.nullable
        if kind in NUMBERS:
            return reader.number(NUMBERS[kind])
        if kind == "bool":
            byte = reader.take(1)[0]
            require(byte < 2, f"{field.name}: a boolean of {byte}")
            return byte == 1
        if kind == "uuid":
            return reader.take(16)
        if kind in ("string", "bytes", "records") or kind.startswith("[]"):
            size = reader.unsigned() - 1 if flexible else reader.number("h" if kind == "string" else "i")
            if size < 0:
                require(size == -1 and nullable, f"{field.name}: a length of {size}")
                return None
            if not kind.startswith("[]"):
                data = bytes(reader.take(size))
                return data.decode() if kind == "string" else data
            element = Field(field.name, [kind[2:], "0+"])
            return [self.value(reader, element, version, flexible, structures) for _ in range(size)]
        if nullable:
            # Among the tagged fields null is 0, elsewhere -1 (KIP-893).
            null, present = 0 if field.tag is not None else -1, reader.number("b")
            require(present in (null, 1), f"{field.name}: a presence of {present}")
            if present == null:
                return None
        return structures[kind].read(reader, version, flexible, structures)


def definitions(file):
    """[(name, key or None, message)] of a file in the notation of Golden/protocol/README.md."""
    found, stack = [], []
    for line in file.read_text().splitlines():
        line = line.split(" # ")[0]
        if not line.strip() or line.startswith("#"):
            continue
        indent, words = len(line) - len(line.lstrip()), line.split()
        del stack[indent // 2:]
        if indent == 0:
            message, options = Message(), dict(zip(words, words[1:]))
            message.versions, message.flexible = versions(options["versions"]), versions(options["flexible"])
            found.append((words[0], int(options["key"]) if "key" in options else None, message))
        elif words[0] == "struct":
            message = stack[0].structures[words[1]] = Message()
        else:
            field = Field(words[0].rstrip(":"), words[1:])
            stack[-1].fields.append(field)
            message = Message()
            if re.fullmatch(r"(\[\])?[A-Z]\w*", field.type):
                # Its fields may follow, one step deeper, or stand in a struct at the end.
                stack[-1].structures.setdefault(field.type.removeprefix("[]"), message)
                message = stack[-1].structures[field.type.removeprefix("[]")]
        stack.append(message)
    return found


RECORDS = definitions(PROTOCOL / "records.txt")
_names = [name for name, _, _ in RECORDS]
METADATA = {key: (name, message) for name, key, message in RECORDS[:_names.index("LegacyOffsetCommitKey")]}


def coordinator(first, last):
    """key type -> (key name, key, value) of the records between two names."""
    part = {name: (key, message) for name, key, message in RECORDS[_names.index(first):_names.index(last)]}
    return {key: (name, message, part[name[:-3] + "Value"][1])
            for name, (key, message) in part.items() if name.endswith("Key")}


OFFSETS = coordinator("LegacyOffsetCommitKey", "TransactionLogKey")
TRANSACTIONS = coordinator("TransactionLogKey", "ShareSnapshotKey")
SHARES = coordinator("ShareSnapshotKey", "RemoteLogSegmentMetadataRecord")
CONTROLS = {name: message for name, _, message in definitions(PROTOCOL / "messages.txt")}
CONTROL_TYPES = {2: "LeaderChangeMessage", 3: "SnapshotHeaderRecord", 4: "SnapshotFooterRecord",
                 5: "KRaftVersionRecord", 6: "VotersRecord"}


def metadata_record(value):
    """(name, fields) of a record of __cluster_metadata: frame version, key, version, fields."""
    reader = Reader(value)
    frame, key, version = reader.unsigned(), reader.unsigned(), reader.unsigned()
    require(frame == 1, f"frame version {frame}")
    require(key in METADATA, f"unknown metadata record {key}")
    name, message = METADATA[key]
    require(version in message.versions, f"{name} of version {version}")
    fields = message.read(reader, version)
    reader.end()
    return name, fields


def coordinator_record(types, key, value):
    """(name of the key, its fields, those of the value or None)."""
    reader = Reader(key)
    kind = reader.number("h")
    require(kind in types, f"unknown key type {kind}")
    name, key_message, value_message = types[kind]
    fields = key_message.read(reader, 0)
    reader.end()
    if value is None:
        return name, fields, None
    reader = Reader(value)
    version = reader.number("h")
    require(version in value_message.versions, f"{name}: value of version {version}")
    found = value_message.read(reader, version)
    reader.end()
    return name, fields, found


# Record batches

def snappy(data):
    """Raw snappy, or the blocks that snappy-java writes."""
    if data.startswith(b"\x82SNAPPY\x00"):
        reader, out = Reader(data, 16), b""
        while reader.position < len(data):
            out += snappy_block(bytes(reader.take(reader.number("i"))))
        return out
    return snappy_block(data)


def snappy_block(data):
    reader, out = Reader(data), bytearray()
    size = reader.unsigned()
    while reader.position < len(data):
        tag = reader.take(1)[0]
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:
                length = int.from_bytes(reader.take(length - 59), "little")
            out += reader.take(length + 1)
            continue
        if tag & 3 == 1:
            length, distance = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | reader.take(1)[0]
        else:
            length, distance = (tag >> 2) + 1, int.from_bytes(reader.take(2 if tag & 3 == 2 else 4), "little")
        require(0 < distance <= len(out), "snappy copies from before the beginning")
        for _ in range(length):
            out.append(out[-distance])
    require(len(out) == size, "snappy has another size than it says")
    return bytes(out)


def decompress(codec, data):
    """The records' bytes, or None where nothing here can read them."""
    if codec == 0:
        return data
    try:
        if codec == 1:
            return gzip.decompress(data)
        if codec == 2:
            return snappy(data)
        command = "lz4" if codec == 3 else "zstd"
        if not shutil.which(command):
            return None
        return subprocess.run([command, "-dc"], input=data, capture_output=True, check=True).stdout
    except (OSError, EOFError, subprocess.CalledProcessError) as error:
        raise Malformed(f"codec {codec}: {error!r}") from None


class Record:
    def __init__(self, reader):
        size = reader.zigzag()
        end = reader.position + size
        require(size > 0 and end <= len(reader.data), f"a record of {size} bytes")
        require(reader.take(1)[0] == 0, "a record with attributes")
        self.timestamp_delta, self.offset_delta = reader.zigzag(), reader.zigzag()
        self.key, self.value = self.nullable(reader), self.nullable(reader)
        count = reader.zigzag()
        require(count >= 0, f"{count} headers")
        self.headers = [(self.nullable(reader), self.nullable(reader)) for _ in range(count)]
        require(all(key is not None for key, _ in self.headers), "a header without key")
        require(reader.position == end, f"a record of {size} bytes ends {end - reader.position} from there")

    @staticmethod
    def nullable(reader):
        size = reader.zigzag()
        require(size >= -1, f"a length of {size}")
        return None if size < 0 else bytes(reader.take(size))


class Batch:
    HEADER = struct.Struct(">qiibIhiqqqhii")

    def __init__(self, data, position):
        require(len(data) - position >= 61, f"{len(data) - position} bytes are no batch")
        (self.base, length, self.epoch, magic, crc, attributes, self.last_delta, self.base_timestamp,
         self.max_timestamp, self.producer, self.producer_epoch, self.sequence, self.count,
         ) = self.HEADER.unpack_from(data, position)
        require(magic == 2, f"magic {magic}")
        require(length >= 49 and position + 12 + length <= len(data), f"a length of {length}")
        self.position, self.size = position, 12 + length
        raw = data[position:position + self.size]
        require(crc32c(raw[21:]) == crc, "the CRC is wrong")
        self.codec, self.append_time = attributes & 7, attributes >> 3 & 1
        self.transactional, self.control, self.horizon = (attributes >> bit & 1 for bit in [4, 5, 6])
        require(attributes < 128 and self.codec <= 4, f"attributes {attributes:#x}")
        require(self.last_delta >= 0 and self.base >= 0, f"offsets {self.base} + {self.last_delta}")
        require(0 <= self.count <= self.last_delta + 1, f"{self.count} records in {self.last_delta + 1} offsets")
        require(self.producer >= -1 and (self.producer >= 0) == (self.producer_epoch >= 0), "half a producer")
        # Kafka's coordinators begin at sequence 0, without a producer.
        require(self.producer >= 0 or self.sequence in (-1, 0) and not self.transactional, "a sequence of nobody")
        self.last = self.base + self.last_delta
        self.records = self.read_records(raw[61:])
        if self.records:
            self.check_records()

    def read_records(self, data):
        if self.count == 0:
            require(not data and self.codec == 0, "an empty batch with data")
            return []
        data = decompress(self.codec, data)
        if data is None:
            return None
        reader = Reader(data)
        records = [Record(reader) for _ in range(self.count)]
        reader.end()
        return records

    def check_records(self):
        deltas = [record.offset_delta for record in self.records]
        require(all(a < b for a, b in zip(deltas, deltas[1:])), "offset deltas don't rise")
        require(deltas[0] >= 0 and deltas[-1] <= self.last_delta, "offset deltas leave the batch")
        if not self.append_time:
            last = max(self.base_timestamp + record.timestamp_delta for record in self.records)
            require(last == self.max_timestamp, f"maximum timestamp {self.max_timestamp}, in the records {last}")
        if self.control:
            self.read_control()

    def check_dense(self):
        """What holds as long as nobody compacted: no gap, and the first timestamp is the base."""
        require(self.count == self.last_delta + 1 and not self.horizon, "gaps, and nothing compacts here")
        if self.records:
            require(not self.records[0].timestamp_delta, "the base timestamp isn't the first")

    def read_control(self):
        """`marker`: "commit", "abort" or the name of a KRaft control record; `coordinator_epoch`, `fields`."""
        self.controls = []
        for record in self.records:
            key = Reader(record.key)
            version, kind = key.number("h"), key.number("h")
            key.end()
            require(version == 0 and self.codec == 0, f"a control record of version {version}")
            value = Reader(record.value)
            if kind in (0, 1):
                require(self.transactional and self.count == 1 and self.sequence == -1, "a marker out of transaction")
                version, self.coordinator_epoch = value.number("h"), value.number("i")
                require(version == 0, f"a marker of version {version}")
                self.controls.append((["abort", "commit"][kind], {}))
            else:
                require(kind in CONTROL_TYPES and not self.transactional, f"control type {kind}")
                message = CONTROLS[CONTROL_TYPES[kind]]
                version = struct.unpack_from(">h", record.value)[0]
                require(version in message.versions, f"{CONTROL_TYPES[kind]} of version {version}")
                self.controls.append((CONTROL_TYPES[kind], message.read(value, version)))
            value.end()
        self.marker = self.controls[0][0]


@functools.lru_cache(maxsize=1000)
def batches(data):
    """The batches of a file, and what is wrong with the bytes behind them."""
    found, position = [], 0
    while position < len(data):
        try:
            found.append(Batch(data, position))
        except Malformed as problem:
            return found, f"the batch at {position}: {problem}"
        position += found[-1].size
    return found, None
