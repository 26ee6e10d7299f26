# SPDX-License-Identifier: Apache-2.0
"""`--output json`: each line is an object with the members that the manual page tells, and with the values of the
table."""
import contextlib
import json
import re
import subprocess

import pytest
from confluent_kafka import Consumer

from conftest import KAFKA, Broker, tool


def documented(name):
    """The members of each row, of the manual page's section JSON."""
    page = subprocess.run([KAFKA, "__man", f"kafka-{name}"], check=True, capture_output=True, text=True).stdout
    section = re.search(r'^\.SH "?JSON"?\n(.*?)(?=^\.SH |\Z)', page, re.S | re.M)
    assert section, f"the page of {name} has no section JSON"
    rows = re.findall(r"^\.TP\n.*\n((?:[^.].*\n)+)", section[1], re.M)
    return [re.findall(r"\w+", row) for row in rows]


def rows(broker, name, *arguments, **options):
    """The objects, all of which the page tells, those in their lists as well."""
    known = documented(name)
    found = [json.loads(line) for line in broker.kafka(name, *arguments, "--output", "json", **options).splitlines()]
    for row in found:
        assert list(row) in known, f"{list(row)} is none of {known}"
        elements = [element for value in row.values() if isinstance(value, list) for element in value]
        for element in elements:
            assert not isinstance(element, dict) or list(element) in known, f"{list(element)} is none of {known}"
    return found


@contextlib.contextmanager
def member(broker, group, topic):
    """A consumer that has got its partitions."""
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": group, "enable.auto.commit": False})
    consumer.subscribe([topic])
    while not consumer.assignment():
        consumer.poll(0.1)
    yield
    consumer.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A topic with three records, and a group that has read them."""
    broker = Broker(tmp_path_factory.mktemp("world"))
    broker.kafka("topics", "--create", "--topic", "orders", "--partitions", "2", "--config", "retention.ms=60000")
    broker.kafka("console-producer", "--topic", "orders", input="a\nb\nc\n")
    broker.kafka("console-consumer", "--topic", "orders", "--group", "billing", "--from-beginning",
                 "--max-messages", "3")
    yield broker
    broker.stop()


def test_topics(world):
    assert [(row["topic"], row["partitionCount"], row["isInternal"]) for row in rows(world, "topics", "--list")] == [
        ("__consumer_offsets", 50, True), ("orders", 2, False)]
    [topic] = rows(world, "topics", "--describe", "--topic", "orders")
    assert topic["configs"] == {"retention.ms": "60000"} and topic["replicationFactor"] == 1
    assert [(part["partition"], part["leader"], part["replicas"], part["isr"]) for part in topic["partitions"]] == [
        (0, 1, [1], [1]), (1, 1, [1], [1])]
    assert rows(world, "topics", "--describe", "--under-replicated-partitions") == []


def test_offsets(world):
    ends = rows(world, "get-offsets", "--topic", "orders")
    assert [row["partition"] for row in ends] == [0, 1] and sum(row["offset"] for row in ends) == 3


def test_groups(world):
    assert rows(world, "groups", "--list") == [
        {"group": "billing", "type": "Classic", "protocol": "consumer", "state": "Empty"}]
    assert rows(world, "consumer-groups", "--list") == [{"group": "billing", "type": "Classic", "state": "Empty"}]
    offsets = rows(world, "consumer-groups", "--describe", "--group", "billing")
    assert sum(row["currentOffset"] for row in offsets) == 3 and all(row["lag"] == 0 for row in offsets)
    assert all(row["consumerId"] is None for row in offsets)
    assert {row["leaderEpoch"] for row in offsets if row["currentOffset"]} == {0}
    [state] = rows(world, "consumer-groups", "--describe", "--group", "billing", "--state")
    assert state["state"] == "Empty" and state["members"] == 0 and state["coordinator"]["id"] == 1
    with member(world, "billing", "orders"):
        [found] = rows(world, "consumer-groups", "--describe", "--group", "billing", "--members")
        assert found["currentAssignment"] == ["orders-0", "orders-1"]
    plan = rows(world, "consumer-groups", "--reset-offsets", "--group", "billing", "--all-topics", "--to-earliest",
                "--dry-run")
    assert plan == [{"group": "billing", "topic": "orders", "partition": part, "newOffset": 0} for part in (0, 1)]


def test_configurations(world):
    [topic] = rows(world, "configs", "--describe", "--topic", "orders")
    assert [(config["name"], config["value"], config["source"]) for config in topic["configs"]] == [
        ("retention.ms", "60000", "DYNAMIC_TOPIC_CONFIG")]
    world.kafka("configs", "--alter", "--user", "alice", "--client", "app", "--add-config", "producer_byte_rate=1024")
    world.kafka("configs", "--alter", "--user", "alice", "--add-config", "SCRAM-SHA-256=[password=secret]")
    assert rows(world, "configs", "--describe", "--user", "alice", "--client", "app") == [
        {"entity": {"user": "alice", "client-id": "app"}, "quotas": {"producer_byte_rate": 1024.0}}]
    assert rows(world, "configs", "--describe", "--user", "alice")[-1] == {
        "user": "alice", "credentials": [{"mechanism": "SCRAM-SHA-256", "iterations": 4096}]}
    world.kafka("client-metrics", "--alter", "--name", "slow", "--interval", "1000")
    assert rows(world, "client-metrics", "--list") == [{"name": "slow"}]
    assert rows(world, "client-metrics", "--describe") == [{"name": "slow", "configs": {"interval.ms": "1000"}}]


def test_transactions(world):
    assert rows(world, "transactions", "list") == []
    producers = rows(world, "transactions", "describe-producers", "--topic", "orders", "--partition", "0")
    producers += rows(world, "transactions", "describe-producers", "--topic", "orders", "--partition", "1")
    assert producers and all(row["currentTransactionStartOffset"] is None for row in producers)
    assert rows(world, "transactions", "find-hanging", "--topic", "orders") == []


def test_the_cluster(world):
    [cluster] = rows(world, "cluster", "cluster-id")
    assert f"Cluster ID: {cluster['clusterId']}\n" == world.kafka("cluster", "cluster-id")
    [node] = rows(world, "cluster", "list-endpoints")
    assert (node["id"], node["host"], node["port"], node["isFenced"]) == (1, "127.0.0.1", world.port, False)
    features = {row["feature"]: row["finalizedVersionLevel"] for row in rows(world, "features", "describe")}
    assert features["metadata.version"] == "4.0-IV3" and features["group.version"] == 1
    [quorum] = rows(world, "metadata-quorum", "describe", "--status")
    assert quorum["leaderId"] == 1 and [voter["id"] for voter in quorum["currentVoters"]] == [1]
    [replica] = rows(world, "metadata-quorum", "describe", "--replication")
    assert (replica["nodeId"], replica["lag"], replica["status"]) == (1, 0, "Leader")
    [broker] = rows(world, "broker-api-versions")
    assert (18, "ApiVersions", 0) in [(api["key"], api["name"], api["minVersion"]) for api in broker["apis"]]
    [answer] = rows(world, "log-dirs", "--describe", "--topic-list", "orders")
    [directory] = answer["brokers"][0]["logDirs"]
    assert [part["partition"] for part in directory["partitions"]] == ["orders-0", "orders-1"]
    assert rows(world, "reassign-partitions", "--list") == []


def test_deleted_records(world, tmp_path):
    world.kafka("topics", "--create", "--topic", "short", "--partitions", "1")
    world.kafka("console-producer", "--topic", "short", input="a\nb\n")
    file = tmp_path / "before.json"
    file.write_text('{"partitions":[{"topic":"short","partition":0,"offset":1}]}')
    assert rows(world, "delete-records", "--offset-json-file", str(file)) == [
        {"topic": "short", "partition": 0, "lowWatermark": 1}]


def test_share_groups(world):
    assert rows(world, "share-groups", "--list") == []


def test_what_prints_no_table_has_no_json(world):
    done = subprocess.run(
        [KAFKA, "topics", "--create", "--topic", "x", "--output", "json"], capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == "" and "[output] can't be used with [create]" in done.stderr
    done = subprocess.run([KAFKA, "topics", "--list", "--output", "xml"], capture_output=True, text=True)
    assert done.returncode == 1 and "one of text, json" in done.stderr
    assert "output" in tool("topics", "--help", address="127.0.0.1:1")
