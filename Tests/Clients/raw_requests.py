# SPDX-License-Identifier: Apache-2.0
"""Requests of any kind and version as dictionaries, by Golden/protocol: nothing of the code under test is in them."""
import socket
import struct

from directory_formats import NUMBERS, PROTOCOL, Field, Reader, definitions

MESSAGES = {name: (key, message) for name, key, message in definitions(PROTOCOL / "messages.txt")}


def unsigned(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def default(field):
    text, kind = field.default, field.type
    if text in (None, '""') or kind == "bool":
        empty = {"string": "", "bytes": b"", "records": b"", "uuid": bytes(16), "bool": text in ("true", "True")}
        return [] if kind.startswith("[]") else empty.get(kind, 0 if kind in NUMBERS else {})
    return None if text == "null" else int(text, 0)


def encode(message, version, values, flexible=None, structures=None):
    """What is left out gets its default; what the version hasn't is left out."""
    unknown = set(values) - {field.name for field in message.fields}
    assert not unknown, f"no such fields: {unknown}"
    structures = {**(structures or {}), **{name: own for name, own in message.structures.items() if own.fields}}
    flexible = version in message.flexible if flexible is None else flexible

    def encoded(field):
        return encode_value(field, version, values.get(field.name, default(field)), flexible, structures)

    out = b"".join(encoded(field) for field in message.fields if version in field.versions and field.tag is None)
    if flexible:
        tagged = [(field.tag, encoded(field)) for field in message.fields
                  if version in field.tagged and field.name in values]
        out += unsigned(len(tagged)) + b"".join(
            unsigned(tag) + unsigned(len(data)) + data for tag, data in sorted(tagged))
    return out


def encode_value(field, version, value, flexible, structures):
    kind = field.type
    if kind in NUMBERS:
        return struct.pack(">" + NUMBERS[kind], value)
    if kind == "bool":
        return bytes([value])
    if kind == "uuid":
        return value
    if kind in ("string", "bytes", "records") or kind.startswith("[]"):
        size = -1 if value is None else len(value.encode() if kind == "string" else value)
        head = unsigned(size + 1) if flexible else struct.pack(">h" if kind == "string" else ">i", size)
        if value is None or kind in ("bytes", "records"):
            return head + (value or b"")
        if kind == "string":
            return head + value.encode()
        element = Field(field.name, [kind[2:], "0+"])
        return head + b"".join(encode_value(element, version, item, flexible, structures) for item in value)
    if value is None:
        return b"\xff"
    presence = b"\x01" if version in field.nullable else b""
    return presence + encode(structures[kind], version, value, flexible, structures)


class Connection:
    """A connection that may log in by SASL PLAIN."""

    def __init__(self, address, user=None, password=None):
        host, _, port = address.rpartition(":")
        self.socket, self.count = socket.create_connection((host, int(port)), timeout=20), 0
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if user is not None:
            assert self.ask("SaslHandshake", 1, {"Mechanism": "PLAIN"})["ErrorCode"] == 0
            login = self.ask("SaslAuthenticate", 2, {"AuthBytes": f"\0{user}\0{password}".encode()})
            assert login["ErrorCode"] == 0, login

    def send(self, name, version, values):
        key, message = MESSAGES[name + "Request"]
        self.count += 1
        frame = struct.pack(">hhihs", key, version, self.count, 1, b"t")
        frame += (b"\0" if version in message.flexible else b"") + encode(message, version, values)
        self.socket.sendall(struct.pack(">i", len(frame)) + frame)

    def receive(self, name, version):
        """The answer's fields; nothing is left over behind them. Raises EOFError or ConnectionError if it is closed."""
        key, message = MESSAGES[name + "Response"]
        reader = Reader(self.read(struct.unpack(">i", self.read(4))[0]))
        assert reader.number("i") == self.count, "the correlation id"
        if version in message.flexible and key != 18:
            assert reader.unsigned() == 0, "tags in the header"
        values = message.read(reader, version)
        reader.end()
        return values

    def ask(self, name, version, values):
        self.send(name, version, values)
        return self.receive(name, version)

    def read(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise EOFError("the broker closed the connection")
            data += more
        return data

    def close(self):
        self.socket.close()
