# SPDX-License-Identifier: Apache-2.0
"""Record batches, honest and otherwise."""
import struct

POLYNOMIAL = 0x82F63B78
TABLE = []
for _byte in range(256):
    for _ in range(8):
        _byte = _byte >> 1 ^ (POLYNOMIAL if _byte & 1 else 0)
    TABLE.append(_byte)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def varint(value):
    value = (value << 1 ^ value >> 63) & (1 << 64) - 1
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    return bytes(encoded + bytes([value]))


def nullable(content):
    return varint(-1) if content is None else varint(len(content)) + content


def record(key, value, offset_delta=0, timestamp_delta=0, headers=b"\0"):
    body = b"\0" + varint(timestamp_delta) + varint(offset_delta) + nullable(key) + nullable(value) + headers
    return varint(len(body)) + body


def batch(records, count=None, attributes=0, last_offset_delta=None, base_timestamp=0, max_timestamp=0,
          producer=(-1, -1, -1), base_offset=0, epoch=-1):
    """`records` are bytes that are written already, compressed where the attributes say so."""
    count = 1 if count is None else count
    tail = struct.pack(
        ">hiqqqhii", attributes, count - 1 if last_offset_delta is None else last_offset_delta, base_timestamp,
        max_timestamp, *producer, count) + records
    return struct.pack(">qiibI", base_offset, len(tail) + 9, epoch, 2, crc32c(tail)) + tail
