# SPDX-License-Identifier: Apache-2.0
"""Every API, allowed and denied in every way: what is answered, and hidden, is what Apache Kafka answers and hides."""
import re
import subprocess

from authorization_cases import World, logins, read, written
from conftest import GOLDEN, KAFKA

# What differs on purpose, by case: the fields.
ON_PURPOSE = {
    # Kafka tells who may not read a topic what its id is.
    "AlterShareGroupOffsets": {"TopicId"},
    # There are no loggers that could be set, which is said after who may not is refused.
    "IncrementalAlterConfigs of a logger": {"ErrorCode"},
    "AlterConfigs of a logger": {"ErrorCode"},
    # Kafka repeats the refusal for a user without name.
    "DescribeUserScramCredentials of one": {"Results"},
}


def without(answer, fields):
    if isinstance(answer, dict):
        return {name: without(value, fields) for name, value in answer.items() if name not in fields}
    return [without(value, fields) for value in answer] if isinstance(answer, list) else answer


def test_answers_are_those_of_kafka(tmp_path):
    (tmp_path / "server.properties").write_text("\n".join([
        "listeners=SASL_PLAINTEXT://127.0.0.1:0", "sasl.enabled.mechanisms=PLAIN", "super.users=User:admin",
        f"listener.name.sasl_plaintext.plain.sasl.jaas.config={logins()}",
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "delegation.token.secret.key=a secret of all brokers", "group.initial.rebalance.delay.ms=0",
        "offsets.topic.num.partitions=1", "transaction.state.log.num.partitions=1",
        "share.coordinator.state.topic.num.partitions=1", ""]))
    broker = subprocess.Popen(
        [KAFKA, "broker", str(tmp_path / "server.properties"), "--data-dir", str(tmp_path / "data")],
        stdout=subprocess.PIPE, stderr=open(tmp_path / "broker.log", "wb"), text=True)
    try:
        ready = re.match(r"ready on (\S+), data in ", broker.stdout.readline())
        assert ready, (tmp_path / "broker.log").read_text()
        world = World(ready[1])
        # As Kafka has them from the start.
        for feature, level in [("metadata.version", 29), ("share.version", 1)]:
            world.tell("UpdateFeatures", 1, {
                "FeatureUpdates": [{"Feature": feature, "MaxVersionLevel": level, "UpgradeType": 1}]})
        world.prepare()
        found = read(written(world.answers(), world.version))
    finally:
        broker.kill()
        broker.wait()
    expected = read((GOLDEN / "authorization/answers.txt").read_text())
    assert found.keys() == expected.keys()
    differences = []
    for case, answers in expected.items():
        fields = ON_PURPOSE.get(case.rsplit(", version", 1)[0], set())
        for who, answer in answers.items():
            if without(found[case].get(who), fields) != without(answer, fields):
                differences.append(f"{case}, {who}:\n  Kafka {answer}\n  here  {found[case].get(who)}")
    assert not differences, f"{len(differences)} differ\n" + "\n".join(differences)
