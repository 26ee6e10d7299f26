# SPDX-License-Identifier: Apache-2.0
"""producer-perf-test in transactions, consumer-perf-test, e2e-latency and the transactional copier: what they leave."""
import json
import re


def test_a_producer_writes_in_transactions_that_readers_see_whole(broker, topic):
    out = broker.kafka("producer-perf-test", "--topic", topic, "--num-records", "20000", "--payload-monotonic",
                       "--throughput", "-1", "--transactional-id", f"perf-{topic}", "--transaction-duration-ms", "5",
                       "--warmup-records", "1000", "--print-metrics")
    assert "Warmup first 1000 records." in out
    assert re.search(r"^20000 records sent, \d+\.\d{6} records/sec \(.* MB/sec\), .* ms 99\.9th\.$", out, re.M), out
    assert re.search(r"^19000 steady state records sent, ", out, re.M), out
    assert re.search(r"^producer-metrics:record-send-total:\{client-id=perf-producer-client\} +: 20000\.000$", out, re.M)
    read = broker.kafka("console-consumer", "--topic", topic, "--from-beginning", "--isolation-level", "read_committed",
                        "--max-messages", "20000", "--timeout-ms", "20000")
    assert sorted(map(int, read.split())) == list(range(20000))
    states = broker.kafka("transactions", "list")
    assert re.search(rf"perf-{topic}\s.*(CompleteCommit|Empty)", states), states


def test_a_payload_file_is_split_at_the_delimiter(broker, topic, tmp_path):
    file = tmp_path / "payloads"
    file.write_text("one,two,,three,,")
    out = broker.kafka("producer-perf-test", "--topic", topic, "--num-records", "100", "--payload-file", "payloads",
                       "--payload-delimiter", ",", "--throughput", "-1", cwd=tmp_path)
    assert out.startswith(f"Reading payloads from: {file}\nNumber of messages read: 4\n"), out
    read = broker.kafka("console-consumer", "--topic", topic, "--from-beginning", "--max-messages", "100")
    assert set(read.splitlines()) == {"one", "two", "", "three"}


def test_a_consumer_reads_the_topics_that_match(broker, topic):
    for name in [f"{topic}-a", f"{topic}-b", f"other-{topic}"]:
        broker.kafka("topics", "--create", "--topic", name)
        broker.kafka("console-producer", "--topic", name, input="x\n" * 100)
    out = broker.kafka("consumer-perf-test", "--include", f"{topic}-.*", "--num-records", "200", "--date-format",
                       "yyyy", "--hide-header", "--print-metrics", "--timeout", "20000")
    assert re.match(r"2\d{3}, 2\d{3}, 0\.0002, [\d.]+, 200, ", out), out
    assert re.search(r"^consumer-fetch-manager-metrics:records-consumed-total:\{.*\} : 200\.000$", out, re.M), out


def test_records_with_keys_and_headers_make_the_round_trip(broker, topic):
    out = broker.kafka("e2e-latency", "--topic", topic, "--num-records", "20", "--producer-acks", "all",
                       "--record-size", "10", "--record-key-size", "4", "--num-headers", "2",
                       "--record-header-key-size", "3", "--record-header-size", "-1")
    assert "Avg latency:" in out and "Percentiles:" in out
    read = broker.kafka("console-consumer", "--topic", topic, "--from-beginning", "--max-messages", "20",
                        "--property", "print.key=true", "--property", "print.headers=true")
    assert all(re.fullmatch(r"[A-Z]{3}:null,[A-Z]{3}:null\t[A-Z]{4}\t[A-Z]{10}", line) for line in read.splitlines())


def test_a_copier_does_not_wait_for_what_it_has_read(broker, topic, tmp_path):
    """Where the broker has nothing more, it lets a fetch wait: longer than this test."""
    settings = tmp_path / "copier.properties"
    settings.write_text("fetch.max.wait.ms=3600000\n")
    broker.kafka("topics", "--create", "--topic", f"{topic}-copy", "--partitions", "3")
    broker.kafka("console-producer", "--topic", topic, input="".join(f"{n}\n" for n in range(100)))
    for partition in range(3):
        broker.kafka("transactional-message-copier", "--input-topic", topic, "--input-partition", str(partition),
                     "--output-topic", f"{topic}-copy", "--consumer-group", f"copier-{topic}", "--transactional-id",
                     f"copier-{topic}", "--transaction-size", "3", "--enable-random-aborts", "--command-config",
                     settings, timeout=120)
    read = broker.kafka("console-consumer", "--topic", f"{topic}-copy", "--from-beginning", "--isolation-level",
                        "read_committed", "--exit-at-end")
    assert sorted(map(int, read.split())) == list(range(100))


def test_a_copier_copies_each_record_once(broker, topic):
    output = f"{topic}-copy"
    broker.kafka("topics", "--create", "--topic", output, "--partitions", "3")
    broker.kafka("console-producer", "--topic", topic, input="".join(f"{n}\n" for n in range(1000)))
    for _ in range(2):
        out = broker.kafka("transactional-message-copier", "--input-topic", topic, "--output-topic", output,
                           "--group-mode", "--use-group-metadata", "--consumer-group", f"copiers-{topic}",
                           "--transactional-id", f"copier-{topic}", "--transaction-size", "30", "--enable-random-aborts")
        events = [json.loads(line) for line in out.splitlines()]
        assert events[-1]["stage"] == "ShutdownComplete" and events[-1]["remaining"] == 0
        assert {"RebalanceComplete", "ProcessLoop"} <= {event["stage"] for event in events}
    read = broker.kafka("console-consumer", "--topic", output, "--from-beginning", "--isolation-level",
                        "read_committed", "--timeout-ms", "1000", "--exit-at-end")
    assert sorted(map(int, read.split())) == list(range(1000))
