# SPDX-License-Identifier: Apache-2.0
"""Lines into and out of a broker: our console tools and kcat against the same broker, in turns."""
import os

from harness import Broker, seconds

KCAT_QUEUE = ["-X", "queue.buffering.max.messages=1000000", "-X", "queue.buffering.max.kbytes=1000000"]


def produce(bench, broker, topic, *options):
    return [bench.kafka, "console-producer", "--bootstrap-server", broker.address, "--topic", topic, *options]


def consume(bench, broker, topic, count, *options):
    return [bench.kafka, "console-consumer", "--bootstrap-server", broker.address, "--topic", topic,
            "--from-beginning", "--max-messages", str(count), *options]


def kcat_produce(broker, topic, *options):
    return ["kcat", "-P", "-b", broker.address, "-t", topic, *KCAT_QUEUE, *options]


def kcat_consume(broker, topic, count, *options):
    return ["kcat", "-C", "-b", broker.address, "-t", topic, "-o", "beginning", "-c", str(count), "-q", *options]


def timed_out(bench, command):
    """A command whose output goes to a file, which is emptied before the time begins: that takes long if it is large."""
    with open(bench.work / "out", "wb") as out:
        return seconds(command, stdout=out)


def compare(bench, title, path, count, partitions=1, ours=(), peers=(), report_cpu=False):
    """Produces a file with both, then reads it back with both; a fresh broker each round."""
    times = {name: [] for name in ["produce", "kcat -P", "consume", "kcat -C"]}
    sizes = {}
    for _ in range(bench.rounds):
        broker = Broker(bench)
        broker.create("ours", partitions)
        broker.create("theirs", partitions)
        times["produce"].append(seconds(produce(bench, broker, "ours", *ours), path))
        sizes["ours"] = stored(broker, "ours")
        times["kcat -P"].append(seconds(kcat_produce(broker, "theirs", *peers), path))
        sizes["theirs"] = stored(broker, "theirs")
        times["consume"].append(timed_out(bench, consume(bench, broker, "ours", count)))
        times["kcat -C"].append(timed_out(bench, kcat_consume(broker, "ours", count)))
        broker.stop()
    for what, peer in [("produce", "kcat -P"), ("consume", "kcat -C")]:
        name = f"{title}: {'console-producer' if what == 'produce' else 'console-consumer'} | {peer}"
        bench.row(name, [wall for wall, _ in times[what]], [wall for wall, _ in times[peer]])
        if report_cpu:
            bench.row("  of it CPU", [cpu for _, cpu in times[what]], [cpu for _, cpu in times[peer]])
    if report_cpu:
        bench.row("  bytes stored", [sizes["ours"] / 1e6], [sizes["theirs"] / 1e6], "MB")
    return times


def stored(broker, topic):
    return sum(path.stat().st_size for path in broker.directory.glob(f"{topic}-*/*.log"))


def files(bench):
    compare(bench, f"{bench.lines:,} lines of 100 bytes", bench.file(bench.lines, 100), bench.lines)
    if bench.kafka_home:
        scripts(bench)


def scripts(bench):
    """The console tools of Apache Kafka, against our broker as ours are."""
    path, count = bench.file(bench.lines, 100), bench.lines
    times = {name: [] for name in ["produce", "sh produce", "consume", "sh consume"]}
    for _ in range(bench.rounds):
        broker = Broker(bench)
        for topic in ["ours", "theirs"]:
            broker.create(topic)
        where = ["--bootstrap-server", broker.address, "--topic"]
        times["produce"].append(seconds(produce(bench, broker, "ours"), path)[0])
        times["sh produce"].append(
            seconds([f"{bench.kafka_home}/bin/kafka-console-producer.sh", *where, "theirs"], path)[0])
        times["consume"].append(timed_out(bench, consume(bench, broker, "ours", count))[0])
        times["sh consume"].append(timed_out(
            bench, [f"{bench.kafka_home}/bin/kafka-console-consumer.sh", *where, "ours", "--from-beginning",
                    "--max-messages", str(count)])[0])
        broker.stop()
    bench.row("the same | kafka-console-producer.sh", times["produce"], times["sh produce"])
    bench.row("the same | kafka-console-consumer.sh", times["consume"], times["sh consume"])


def keyed(bench, count):
    """Lines of 100 bytes behind one of ten thousand keys."""
    path = bench.work / f"keyed-{count}"
    if not path.exists():
        with open(bench.file(count, 100), "rb") as source, open(path, "wb") as file:
            for number, line in enumerate(source):
                file.write(b"key-%d\t" % (number % 10_007) + line)
    return path


def codecs(bench):
    path = keyed(bench, bench.lines)
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"]:
        compare(
            bench, f"12 partitions, keyed, {codec}", path, bench.lines, partitions=12, report_cpu=True,
            ours=["--property", "parse.key=true", "--compression-codec", codec], peers=["-K", "\t", "-z", codec])
    os.remove(path)


def sizes(bench):
    for size, count in [(10, bench.lines), (1024, bench.lines // 5), (102_400, bench.lines // 500)]:
        path = bench.file(count, size)
        times = compare(bench, f"lines of {size:,} bytes", path, count)
        for what in ["produce", "consume"]:
            bench.row(f"  {what}", [count * size / wall / 1e9 for wall, _ in times[what]], unit="GB/s")
        os.remove(path)


def pipes(bench):
    """The same through pipes; the peer's column has our own time with files."""
    path, count = bench.file(bench.lines, 100), bench.lines
    times = {name: [] for name in ["pipe in", "file in", "pipe out", "file out", "cat"]}
    for _ in range(bench.rounds):
        broker = Broker(bench)
        for topic in ["file", "pipe"]:
            broker.create(topic)
        times["file in"].append(seconds(produce(bench, broker, "file"), path)[0])
        times["pipe in"].append(
            seconds(shell('cat "$1" | "${@:2}"', path, *produce(bench, broker, "pipe")))[0])
        times["file out"].append(timed_out(bench, consume(bench, broker, "file", count))[0])
        times["pipe out"].append(
            timed_out(bench, shell('"$@" | cat', *consume(bench, broker, "file", count)))[0])
        times["cat"].append(timed_out(bench, shell('cat "$1" | cat', path))[0])
        broker.stop()
    bench.row("cat | console-producer | our time from a file", times["pipe in"], times["file in"])
    bench.row("console-consumer | cat | our time to a file", times["pipe out"], times["file out"])
    bench.row("the same | floor: the file through two cats", times["pipe out"], times["cat"])


def shell(script, *words):
    return ["bash", "-c", "set -o pipefail; " + script, "bash", *map(str, words)]
