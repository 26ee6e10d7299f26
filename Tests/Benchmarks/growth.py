# SPDX-License-Identifier: Apache-2.0
"""What twice as much costs: the second figure of a row is that of twice as many, and the ratio says how many times the
first it is. 2 means that cost grows as the work does, 1 that it does not grow."""
from console import consume, keyed, produce, timed_out
from harness import Broker, ask_versions, seconds
from starting import create_topics, kept


def growth(bench):
    records(bench)
    partitions(bench)
    topics(bench)
    segments(bench)
    connections(bench)


def pairs(bench, measure, *counts):
    """What `measure` returns for each of the counts, by turns: a list of values for each of its figures and counts."""
    found = [[measure(count) for count in counts] for _ in range(bench.rounds)]
    figures = range(len(found[0][0]))
    return [[[turn[place][figure] for turn in found] for place in range(len(counts))] for figure in figures]


def show(bench, title, values, unit="s"):
    bench.row(f"growth: {title}", *values, unit=unit)


def restarted(bench, broker):
    """Milliseconds from exec to first answer on a broker's directory after a clean stop, and that broker."""
    broker.stop()
    again = Broker(bench, broker.directory)
    return again.milliseconds_to_answer, again


def records(bench):
    few = bench.lines // 2

    def measure(count):
        broker = Broker(bench)
        broker.create("t")
        wall_in = seconds(produce(bench, broker, "t"), bench.file(count, 100))[0]
        cpu = broker.cpu_seconds
        wall_out = timed_out(bench, consume(bench, broker, "t", count))[0]
        broker.stop()
        return wall_in, wall_out, cpu

    wall_in, wall_out, cpu = pairs(bench, measure, few, 2 * few)
    show(bench, f"console-producer, {few:,} lines | twice as many", wall_in)
    show(bench, "  CPU of the broker", cpu)
    show(bench, "console-consumer of them", wall_out)


def partitions(bench):
    """The same lines, spread over more partitions; then a restart."""
    count, few = bench.lines // 5, 500

    def measure(partitions):
        broker = kept(bench)
        broker.create("t", partitions)
        wall = seconds(produce(bench, broker, "t", "--property", "parse.key=true"), keyed(bench, count))[0]
        described = broker.milliseconds("topics", "--describe")
        megabytes = broker.megabytes
        milliseconds, broker = restarted(bench, broker)
        broker.stop()
        return wall, described, megabytes, milliseconds

    wall, described, megabytes, milliseconds = pairs(bench, measure, few, 2 * few)
    show(bench, f"{count:,} lines into {few} partitions | twice as many", wall)
    show(bench, "  topics --describe", described, "ms")
    show(bench, "  resident memory", megabytes, "MB")
    show(bench, "  exec to first answer after a clean stop", milliseconds, "ms")


def topics(bench):
    few = 1000

    def measure(count):
        broker = kept(bench)
        created = create_topics(broker, [f"topic-{number}" for number in range(count)])
        listed = broker.milliseconds("topics", "--list")
        milliseconds, broker = restarted(bench, broker)
        broker.stop()
        return created, listed, milliseconds

    created, listed, milliseconds = pairs(bench, measure, few, 2 * few)
    show(bench, f"CreateTopics of {few:,} topics | twice as many", created, "ms")
    show(bench, "  topics --list", listed, "ms")
    show(bench, "  exec to first answer after a clean stop", milliseconds, "ms")


def segments(bench):
    """The same records in one partition, cut into more segments."""
    count, size = bench.lines // 5, 2 << 20

    def measure(segment_bytes):
        broker = kept(bench)
        broker.create("t", 1, f"segment.bytes={segment_bytes}")
        wall_in = seconds(produce(bench, broker, "t", "--batch-size", "100000"), bench.file(count, 100))[0]
        milliseconds, broker = restarted(bench, broker)
        wall_out = timed_out(bench, consume(bench, broker, "t", count))[0]
        broker.stop()
        return wall_in, wall_out, milliseconds

    wall_in, wall_out, milliseconds = pairs(bench, measure, size, size // 2)
    show(bench, f"{count:,} lines into segments of 2 MiB | of half that", wall_in)
    show(bench, "  console-consumer of them", wall_out)
    show(bench, "  exec to first answer after a clean stop", milliseconds, "ms")


def connections(bench):
    """Idle connections, and a tool beside them."""
    few = 500

    def measure(count):
        broker = Broker(bench)
        idle = [broker.connect() for _ in range(count)]
        for connection in idle:
            ask_versions(connection)
        listed = broker.milliseconds("topics", "--list")
        megabytes = broker.megabytes
        for connection in idle:
            connection.close()
        broker.stop()
        return megabytes, listed

    megabytes, listed = pairs(bench, measure, few, 2 * few)
    show(bench, f"resident memory with {few} connections | twice as many", megabytes, "MB")
    show(bench, "  topics --list beside them", listed, "ms")
