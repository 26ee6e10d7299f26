# SPDX-License-Identifier: Apache-2.0
"""Access control lists as other clients make them, and what becomes of who is not on them."""
import json
import os
import subprocess

import pytest
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import (
    AclBinding, AclBindingFilter, AclOperation, AclPermissionType, AdminClient, ResourcePatternType, ResourceType)
from conftest import AUTHORIZER, KAFKA, Broker
from kafka.admin import ACL, ACLFilter, KafkaAdminClient
from kafka.admin import ACLOperation as Operation
from kafka.admin import ACLPermissionType as Permission
from kafka.admin import ACLResourcePatternType as PatternType
from kafka.admin import ResourcePattern, ResourcePatternFilter
from kafka.admin import ResourceType as Resource


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    broker = Broker(tmp_path_factory.mktemp("guarded"), *AUTHORIZER)
    yield broker
    broker.stop()


def listed(broker, *options):
    lines = broker.kafka("acls", "--list", "--output", "json", *options).splitlines()
    return [tuple(json.loads(line).values()) for line in lines]


def test_confluent_makes_lists_and_deletes(guarded):
    admin = AdminClient({"bootstrap.servers": guarded.address})
    bindings = [
        AclBinding(
            ResourceType.TOPIC, "billing", ResourcePatternType.LITERAL, "User:alice", "*", AclOperation.READ,
            AclPermissionType.ALLOW),
        AclBinding(
            ResourceType.GROUP, "billing-", ResourcePatternType.PREFIXED, "User:eve", "10.0.0.1", AclOperation.ALL,
            AclPermissionType.DENY),
    ]
    for future in admin.create_acls(bindings).values():
        future.result(30)
    assert ("TOPIC", "billing", "LITERAL", "User:alice", "*", "READ", "ALLOW") in listed(guarded)
    about = AclBindingFilter(
        ResourceType.ANY, None, ResourcePatternType.ANY, "User:eve", None, AclOperation.ANY, AclPermissionType.ANY)
    assert admin.describe_acls(about).result(30) == [bindings[1]]
    matching = AclBindingFilter(
        ResourceType.GROUP, "billing-1", ResourcePatternType.MATCH, None, None, AclOperation.ANY, AclPermissionType.ANY)
    deleted = admin.delete_acls([matching])[matching].result(30)
    assert deleted == [bindings[1]]
    assert listed(guarded, "--group", "billing-", "--resource-pattern-type", "any") == []


def test_kafka_python_makes_lists_and_deletes(guarded):
    admin = KafkaAdminClient(bootstrap_servers=guarded.address)
    pattern = ResourcePattern(Resource.TOPIC, "stock", PatternType.PREFIXED)
    acl = ACL("User:bob", "*", Operation.WRITE, Permission.ALLOW, pattern)
    assert admin.create_acls([acl])["succeeded"] == [acl]
    assert ("TOPIC", "stock", "PREFIXED", "User:bob", "*", "WRITE", "ALLOW") in listed(guarded)
    about = ACLFilter(
        "User:bob", None, Operation.ANY, Permission.ANY, ResourcePatternFilter(Resource.ANY, None, PatternType.ANY))
    assert admin.describe_acls(about)[0] == [acl]
    deleted = admin.delete_acls([about])
    assert deleted[0][1] == [acl]
    assert admin.describe_acls(about)[0] == []
    admin.close()


def test_the_deciding_entry_is_told(guarded):
    def ask(status, *options):
        done = subprocess.run(
            [KAFKA, "acls", "test", *options], capture_output=True, text=True, timeout=60,
            env={**os.environ, "KAFKA_BOOTSTRAP_SERVERS": guarded.address})
        assert done.returncode == status, done
        return done.stdout

    guarded.kafka("acls", "--add", "--allow-principal", "User:zoe", "--operation", "Write", "--topic", "zo",
                  "--resource-pattern-type", "prefixed")
    guarded.kafka("acls", "--add", "--deny-principal", "User:zoe", "--operation", "Write", "--topic", "zoo",
                  "--deny-host", "10.0.0.0")
    who = ["--principal", "User:zoe", "--topic", "zoo"]
    assert "PREFIXED" in ask(0, *who, "--operation", "describe")
    assert "permissionType=DENY" in ask(1, *who, "--operation", "write", "--host", "10.0.0.0")
    assert "DefaultDeny" in ask(1, *who, "--operation", "read")


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A broker that is open but for what has entries: whoever is not logged in may make them."""
    broker = Broker(
        tmp_path_factory.mktemp("closed"), *AUTHORIZER[:2], "--override", "allow.everyone.if.no.acl.found=true")
    for topic in ["hidden", "seen"]:
        broker.kafka("topics", "--create", "--topic", topic)
    broker.kafka("acls", "--add", "--allow-principal", "User:alice", "--operation", "All", "--topic", "hidden")
    yield broker
    broker.stop()


def test_a_topic_of_others_is_not_in_the_list(closed):
    topics = AdminClient({"bootstrap.servers": closed.address}).list_topics(timeout=30).topics
    assert "seen" in topics and "hidden" not in topics


def test_a_producer_is_told_that_it_may_not(closed):
    reports = []
    producer = Producer({"bootstrap.servers": closed.address})
    for topic in ["hidden", "seen"]:
        producer.produce(topic, b"1", on_delivery=lambda error, message: reports.append((message.topic(), error)))
    assert producer.flush(60) == 0
    errors = dict(reports)
    assert errors["seen"] is None and errors["hidden"].name() == "TOPIC_AUTHORIZATION_FAILED"


def test_a_consumer_is_told_that_it_may_not(closed):
    closed.kafka("acls", "--add", "--allow-principal", "User:alice", "--operation", "Read", "--group", "theirs")
    for group, topic, code in [
            ("ours", "hidden", "TOPIC_AUTHORIZATION_FAILED"), ("theirs", "seen", "GROUP_AUTHORIZATION_FAILED")]:
        consumer = Consumer({"bootstrap.servers": closed.address, "group.id": group})
        consumer.subscribe([topic])
        try:
            message = consumer.poll(30)
            assert message is not None and message.error().name() == code
        except KafkaException as error:
            assert error.args[0].name() == code
        finally:
            consumer.close()
