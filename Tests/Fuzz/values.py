# SPDX-License-Identifier: Apache-2.0
"""Values for the fields of requests: what is there and valid, or what lies at a boundary."""
import struct
import time

import batches

TEXTS = ["", " ", "-1", "0", "9223372036854775807", "-9223372036854775808", "99999999999999999999", ".", "a" * 250,
         "\u00fc\U0001f986", "(a+)+b", "earliest", "none", "\0"]
# Requests that wait for others or for records, or want no answer (Produce with acks=0): none is no failure.
PARKING = {0, 1, 11, 14, 78}


def boundaries(form):
    size = struct.calcsize(form)
    signed = form[1].islower()
    low, high = (-(1 << 8 * size - 1), (1 << 8 * size - 1) - 1) if signed else (0, (1 << 8 * size) - 1)
    near = [low, low + 1, low + 2, high, high - 1, high - 2, high // 2, high // 2 + 1, 0, 1, 2, 3, 5, 127]
    if signed:
        near += [-1, -1, -2, -3, -4, low // 2]
    if size == 8:
        now = int(time.time() * 1000)
        near += [now, now - 1000, now + 1000, (1 << 31) - 1, 1 << 31, 1 << 32, -(1 << 31) - 1, high - now, high - now + 1,
                 high // 1000, high // 1000000 + 1, low // 1000000]
    if size == 4:
        near += [1000, 6000, 45000, 300000, 0x7FFF, 0x8000]
    return near


class Values:
    """Answers a `Writer`. `known` maps what a field's name ends in to values that exist."""

    def __init__(self, dice, known):
        self.dice, self.known = dice, known
        # In one message out of two most fields are good, so that it gets further than the first check.
        self.goodness = dice.choice([1, 0.98, 0.9, 0.6, 0.1])

    def wants_tag(self):
        return self.dice.random() < 0.3

    def wants_null(self, field):
        return self.dice.random() < 0.4

    def count(self):
        return self.dice.choice([0, 1, 1, 1, 1, 1, 2, 3]) if self.goodness > 0.5 else self.dice.choice([0, 0, 1, 2])

    def repeats(self):
        return self.dice.random() < 0.15

    def good(self, name, kinds):
        if self.dice.random() > self.goodness:
            return None
        name = name.lower()
        for end, values in self.known.items():
            values = [value for value in values if isinstance(value, kinds)]
            if values and (name.endswith(end) or name.endswith(end + "s")):
                # What was learned last is often what counts.
                return values[-1] if self.dice.random() < 0.4 else self.dice.choice(values)
        return None

    def integer(self, name, form):
        value = self.good(name, int)
        bits = 8 * struct.calcsize(form)
        if value is None or not -(1 << bits - 1) <= value < 1 << bits - 1:
            value = self.dice.choice(boundaries(form))
        return value

    def float(self):
        return self.dice.choice([0.0, -0.0, 1.0, -1.0, 1e308, -1e308, 5e-324, float("inf"), float("-inf"), float("nan")])

    def uuid(self, name):
        return self.good(name, bytes) or self.dice.choice([bytes(16), b"\xff" * 16, self.dice.randbytes(16), bytes(15) + b"\1"])

    def string(self, name):
        value = self.good(name, str)
        return self.dice.choice(TEXTS) if value is None else value

    def blob(self, name, type):
        if type == "records" and self.dice.random() < 0.9:
            return self.batch()
        if self.dice.random() < 0.3:
            return self.subscription()
        return self.dice.randbytes(self.dice.choice([0, 1, 2, 4, 16, 60, 300]))

    def subscription(self):
        """Of the consumer protocol, as members of classic groups send them."""
        topic = b"orders"
        owned = self.integer("partition", ">i")
        return (struct.pack(">hi", self.dice.choice([0, 1, 2, 3]), 1) + struct.pack(">h", len(topic)) + topic + b"\0\0\0\0"
                + struct.pack(">ih", 1, len(topic)) + topic + struct.pack(">ii", 1, owned)
                + struct.pack(">i", self.integer("generation", ">i")))

    def batch(self):
        """Whose header and records are right but for a number or two."""
        pick = lambda form, usual: usual if self.dice.random() < 0.8 else self.dice.choice(boundaries(form))
        now = int(time.time() * 1000)
        count = self.dice.choice([1, 1, 2, 5])
        records = b"".join(
            batches.record(
                self.dice.choice([None, b"", b"key", b"\0\0\0\0", b"\0\0\0\1"]), self.dice.choice([None, b"", b"value" * 9]),
                pick(">i", index), pick(">q", index))
            for index in range(count))
        producer = (-1, -1, -1)
        if self.dice.random() < 0.4:
            producer = (self.integer("producerid", ">q"), self.integer("producerepoch", ">h"), pick(">i", 0))
        attributes = self.dice.choice([0, 0, 0, 0, 8, 16, 16, 32, 48, 64]) | (self.dice.choice([0] * 9 + [1, 2, 3, 4, 7]))
        return batches.batch(
            records, pick(">i", count), attributes, pick(">i", count - 1), pick(">q", now), pick(">q", now + count - 1),
            producer, pick(">q", 0), pick(">i", -1))
