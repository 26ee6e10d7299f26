# SPDX-License-Identifier: Apache-2.0
"""The messages of the protocol, as Golden/protocol lists them, and how values of theirs become bytes."""
import struct
from pathlib import Path

PROTOCOL = Path(__file__).parents[1] / "Golden/protocol"
INTEGERS = {"int8": ">b", "bool": ">b", "int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "int64": ">q"}


class Versions:
    def __init__(self, text):
        first, _, last = text.rstrip("+").partition("-")
        self.first = 1 << 15 if text == "none" else int(first)
        self.last = 1 << 15 if text.endswith("+") else int(last or first) if text != "none" else -1

    def __contains__(self, version):
        return self.first <= version <= self.last


class Field:
    def __init__(self, words):
        self.name, self.type = words[0].rstrip(":"), words[1]
        options = dict(zip(words[3:], words[4:]))
        self.versions = Versions(words[2])
        self.nullable = Versions(options.get("nullable", "none"))
        self.tag = int(options["tag"]) if "tag" in options else None
        self.tagged = Versions(words[words.index("tag") + 2]) if "tag" in options else None
        self.flexible = options.get("flexible")


class Schema:
    def __init__(self, words):
        self.name = words[0]
        self.key = int(words[words.index("key") + 1]) if "key" in words else None
        self.versions = Versions(words[words.index("versions") + 1])
        self.flexible = Versions(words[words.index("flexible") + 1])
        self.structures = {"": []}


def parse(file):
    """All messages of a file by name."""
    schemas = {}
    for line in (PROTOCOL / file).read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        depth = (len(line) - len(line.lstrip())) // 2
        words = line.split()
        if depth == 0:
            schema = schemas[words[0]] = Schema(words)
            owners = [""]
        elif words[0] == "struct":
            schema.structures[words[1]] = []
            owners = owners[:depth] + [words[1]]
        else:
            field = Field(words)
            schema.structures[owners[depth - 1]].append(field)
            structure = field.type.replace("[]", "")
            if structure[0].isupper():
                schema.structures.setdefault(structure, [])
            owners = owners[:depth] + [structure]
    return schemas


class Writer:
    """Writes one message of a version; `values` is asked for the value of each field."""

    def __init__(self, schema, version, values):
        self.schema, self.version, self.values = schema, version, values
        self.isFlexible = version in schema.flexible
        self.bytes = bytearray()

    def message(self):
        self.structure("")
        return bytes(self.bytes)

    def structure(self, name):
        tags = {}
        for field in self.schema.structures[name]:
            if field.tagged is not None and self.version in field.tagged:
                if self.isFlexible and self.values.wants_tag():
                    inner = Writer(self.schema, self.version, self.values)
                    inner.field(field)
                    tags[field.tag] = bytes(inner.bytes)
            elif self.version in field.versions:
                self.field(field)
        if self.isFlexible:
            self.varint(len(tags))
            for tag, content in sorted(tags.items()):
                self.varint(tag)
                self.varint(len(content))
                self.bytes += content

    def field(self, field):
        nullable = self.version in field.nullable
        isStructure = field.type in self.schema.structures
        if nullable and self.values.wants_null(field):
            if isStructure:
                self.bytes += b"\0" if field.tagged is not None else b"\xff"
            else:
                self.length(None, 2 if field.type == "string" else 4)
            return
        if nullable and isStructure:
            self.bytes += b"\1"
        self.value(field, field.type)

    def value(self, field, type):
        if type.startswith("[]"):
            repeats = self.values.repeats()
            count = self.values.count()
            elements = []
            for index in range(count):
                inner = Writer(self.schema, self.version, self.values)
                inner.value(field, type[2:])
                elements.append(bytes(inner.bytes))
            if repeats and elements:
                elements += elements[:1]
            self.length(len(elements), 4)
            self.bytes += b"".join(elements)
        elif type in INTEGERS:
            form = INTEGERS[type]
            self.bytes += struct.pack(form, self.values.integer(field.name, form))
        elif type == "float64":
            self.bytes += struct.pack(">d", self.values.float())
        elif type == "uuid":
            self.bytes += self.values.uuid(field.name)
        elif type == "string":
            text = self.values.string(field.name).encode()
            self.length(len(text), 2)
            self.bytes += text
        elif type in ("bytes", "records"):
            content = self.values.blob(field.name, type)
            self.length(len(content), 4)
            self.bytes += content
        else:
            self.structure(type)

    def length(self, count, width):
        if self.isFlexible:
            self.varint(0 if count is None else count + 1)
        else:
            self.bytes += struct.pack(">h" if width == 2 else ">i", -1 if count is None else count)

    def varint(self, value):
        while value > 127:
            self.bytes.append(value & 127 | 128)
            value >>= 7
        self.bytes.append(value)


class Reader:
    """Reads one message of a version and tells `found` of each number, text and id by its field's name."""

    def __init__(self, schema, version, data, found):
        self.schema, self.version, self.data, self.found = schema, version, data, found
        self.isFlexible = version in schema.flexible
        self.at = 0

    def message(self):
        self.structure("")
        assert self.at == len(self.data), f"{self.schema.name} {self.version}: {len(self.data) - self.at} bytes too many"

    def take(self, count):
        assert self.at + count <= len(self.data), f"{self.schema.name} {self.version} ends too early"
        self.at += count
        return self.data[self.at - count:self.at]

    def structure(self, name):
        tags = {}
        for field in self.schema.structures[name]:
            if field.tagged is not None and self.version in field.tagged:
                tags[field.tag] = field
            elif self.version in field.versions:
                self.field(field)
        if self.isFlexible:
            for _ in range(self.varint()):
                tag, size = self.varint(), self.varint()
                end = self.at + size
                if tag in tags:
                    self.field(tags[tag])
                    assert self.at == end, f"{self.schema.name} {self.version}: tag {tag} has another size"
                self.at = end

    def field(self, field):
        isStructure = field.type in self.schema.structures
        if self.version in field.nullable and isStructure:
            presence = struct.unpack(">b", self.take(1))[0]
            if presence < 0 or field.tagged is not None and presence == 0:
                return
        self.value(field, field.type)

    def value(self, field, type):
        if type.startswith("[]"):
            for _ in range(self.length(4) or 0):
                self.value(field, type[2:])
        elif type in INTEGERS:
            form = INTEGERS[type]
            self.found(field.name, struct.unpack(form, self.take(struct.calcsize(form)))[0])
        elif type == "float64":
            self.take(8)
        elif type == "uuid":
            self.found(field.name, bytes(self.take(16)))
        elif type in ("string", "bytes", "records"):
            count = self.length(2 if type == "string" else 4)
            content = self.take(count or 0)
            if count is not None and type == "string":
                self.found(field.name, bytes(content).decode())
        else:
            self.structure(type)

    def length(self, width):
        count = self.varint() - 1 if self.isFlexible else struct.unpack(">h" if width == 2 else ">i", self.take(width))[0]
        assert count >= -1, f"{self.schema.name} {self.version}: a length of {count}"
        return None if count == -1 else count

    def varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
