# SPDX-License-Identifier: Apache-2.0
"""What the machine can do at best: nothing that moves the same bytes is quicker."""
import os
import socket
import threading
import time

from harness import seconds


def machine(bench):
    path = bench.file(bench.lines, 100)
    size = path.stat().st_size / 1e9
    for name, command in [("wc -l", ["wc", "-l"]), ("cat to a file", ["cat"])]:
        walls = []
        for _ in range(bench.rounds):
            with open(bench.work / "out", "wb") as out:
                walls.append(seconds(command, path, out)[0])
        bench.row(f"floor: {name} of {bench.lines:,} lines", walls)
    bench.row("floor: a loopback socket", [size / loopback(int(size * 1e9)) for _ in range(bench.rounds)], unit="GB/s")
    bench.row("floor: writing and syncing a file", [write(bench, size) for _ in range(bench.rounds)])


def loopback(count):
    """Seconds to bring so many bytes from one thread to another."""
    server = socket.create_server(("127.0.0.1", 0))
    chunk = bytes(1 << 20)

    def send():
        with socket.create_connection(server.getsockname()) as connection:
            for _ in range(count >> 20):
                connection.sendall(chunk)
    thread = threading.Thread(target=send)
    started = time.monotonic()
    thread.start()
    connection, _ = server.accept()
    buffer = bytearray(1 << 20)
    while connection.recv_into(buffer):
        pass
    thread.join()
    return time.monotonic() - started


def write(bench, gigabytes):
    started = time.monotonic()
    with open(bench.work / "out", "wb") as file:
        for _ in range(int(gigabytes * 1000)):
            file.write(bytes(1_000_000))
        file.flush()
        os.fdatasync(file.fileno())
    return time.monotonic() - started
