# SPDX-License-Identifier: Apache-2.0
"""Every API that looks at access control lists, asked by people who may and who may not.

Whoever is allowed something has a name of their own, so that nobody waits for a change of the lists. The answers of
Apache Kafka are in Golden/authorization; with a broker of it, whose log-ins are those of `logins()`, they are made anew:

    authorization_cases.py jaas               the line of its configuration with all log-ins
    authorization_cases.py record ADDRESS     what it answers, on standard output
"""
import base64
import json
import sys
import time

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from raw_requests import MESSAGES, Connection

ADMIN, PASSWORD = "admin", "secret"
TYPES = {"topic": 2, "group": 3, "cluster": 4, "transaction": 5, "token": 6, "user": 7}
OPERATIONS = {"ALL": 2, "READ": 3, "WRITE": 4, "CREATE": 5, "DELETE": 6, "ALTER": 7, "DESCRIBE": 8,
              "CLUSTER_ACTION": 9, "DESCRIBE_CONFIGS": 10, "ALTER_CONFIGS": 11, "IDEMPOTENT_WRITE": 12,
              "CREATE_TOKENS": 13, "DESCRIBE_TOKENS": 14}
SUPPORTED = {
    "topic": "READ WRITE CREATE DELETE ALTER DESCRIBE DESCRIBE_CONFIGS ALTER_CONFIGS",
    "group": "READ DELETE DESCRIBE DESCRIBE_CONFIGS ALTER_CONFIGS",
    "cluster": "CREATE CLUSTER_ACTION DESCRIBE_CONFIGS ALTER_CONFIGS IDEMPOTENT_WRITE ALTER DESCRIBE",
    "transaction": "DESCRIBE WRITE", "token": "DESCRIBE", "user": "CREATE_TOKENS DESCRIBE_TOKENS"}
CLUSTER = "kafka-cluster"
TOPICS = ["open", "shut", "nosuch"]


def need(kind, operation, name=None):
    names = {"topic": "open", "group": "g", "cluster": CLUSTER, "transaction": "tx", "token": "*", "user": "User:carol"}
    return kind, name or names[kind], operation


def entry(need, operation=None, name=None, pattern="LITERAL", host="*", permission="ALLOW"):
    kind, own, needed = need
    return kind, own if kind == "cluster" else name or own, pattern, host, operation or needed, permission


def people(needs):
    """[(who that is, the entries of the lists about them)]"""
    def prefixed(need):
        return entry(need) if need[0] in ("cluster", "token") else entry(need, name=need[1][:1], pattern="PREFIXED")

    found = [
        ("nothing", []), ("all that is needed", [entry(n) for n in needs]),
        ("ALL", [entry(n, operation="ALL") for n in needs]), ("*", [entry(n, name="*") for n in needs]),
        ("a prefix", [prefixed(n) for n in needs]), ("from here", [entry(n, host="127.0.0.1") for n in needs])]
    for index, one in enumerate(needs):
        others = [entry(n) for place, n in enumerate(needs) if place != index]
        kind, everything = one[0], [entry(n) for n in needs]
        what = kind if [n[0] for n in needs].count(kind) == 1 else f"{kind} to {one[2]}:"
        if others:
            found.append((f"all but {what}", others))
        for operation in SUPPORTED[kind].split():
            found.append((f"{what} {operation}", [*others, entry(one, operation=operation)]))
        found += [
            (f"{what} from elsewhere", [*others, entry(one, host="10.9.9.9")]),
            (f"{what} denied", [*everything, entry(one, permission="DENY")]),
            (f"{what} denied ALL of *", [*everything, entry(one, "ALL", name="*", permission="DENY")]),
            (f"{what} ALL, denied", [*everything, entry(one, "ALL"), entry(one, permission="DENY")])]
        if one[2] == "DELETE":
            found.append((f"{what} may be seen", [*others, entry(one, "DESCRIBE")]))
    return found


class Case:
    def __init__(self, name, needs, request, version=None, answer=True, but=None):
        """`request` is the fields or makes them of the world; `name` begins with the API's; `but` is not asked."""
        self.name, self.api, self.version, self.answer = name, name.split()[0], version, answer
        self.request = request if callable(request) else lambda world: request
        self.people = [(who, entries) for who, entries in people(needs) if who != but]


def records(transactional):
    # Of a producer that never was.
    builder = DefaultRecordBatchBuilder(2, 0, transactional, *([4242, 0, 0] if transactional else [-1, -1, -1]), 1000)
    builder.append(0, int(time.time() * 1000), None, b"a", [])
    return bytes(builder.build())


def named(key, rest, names=TOPICS):
    return [{key: name, **rest} for name in names]


def produce(names=TOPICS, ids=(), transactional=False, **more):
    places = [{"Name": name} for name in names] + [{"TopicId": each} for each in ids]
    data = [{**place, "PartitionData": [{"Records": records(transactional)}]} for place in places]
    return {"Acks": -1, "TimeoutMs": 10000, "TopicData": data, **more}


def fetch(names=TOPICS, ids=(), replica=-1):
    places = [{"Topic": name} for name in names] + [{"TopicId": each} for each in ids]
    return {"ReplicaId": replica, "Topics": [
        {**place, "Partitions": [{"PartitionMaxBytes": 1000, "FetchOffset": 0}]} for place in places]}


def offsets(world, key="Partitions", by_id=False, **more):
    part = {"Partitions": [{"CommittedOffset": 1}], "PartitionIndexes": [0]}[key]
    places = [{"TopicId": each} for each in world.ids] if by_id else [{"Name": name} for name in TOPICS]
    return [{**place, key: part} for place in places]


def by_topic_id(world, partition=None):
    return [{"TopicId": each, "Partitions": [partition or {}]} for each in world.ids[:2]]


def configs(kind, name, **more):
    return {"Resources": [{"ResourceType": kind, "ResourceName": each, **more} for each in name]}


NO_ACL = {"ResourceTypeFilter": 1, "ResourceNameFilter": "nosuch", "PatternTypeFilter": 1, "PrincipalFilter": None,
          "HostFilter": None, "Operation": 1, "PermissionType": 1}
CAROL = {"PrincipalType": "User", "PrincipalName": "carol"}
topic_read, topic_write = need("topic", "READ"), need("topic", "WRITE")
topic_describe, topic_delete = need("topic", "DESCRIBE"), need("topic", "DELETE")
group_read, group_describe, group_delete = need("group", "READ"), need("group", "DESCRIBE"), need("group", "DELETE")
tx_write, tx_describe = need("transaction", "WRITE"), need("transaction", "DESCRIBE")
alter, describe = need("cluster", "ALTER"), need("cluster", "DESCRIBE")
action, create = need("cluster", "CLUSTER_ACTION"), need("cluster", "CREATE")


def group(operation, name):
    return need("group", operation, name)


def record_cases():
    return [
        Case("Produce by name", [topic_write], lambda w: produce(), 12),
        Case("Produce by id", [topic_write], lambda w: produce([], w.ids)),
        Case("Produce in a transaction", [tx_write, topic_write],
             lambda w: produce(transactional=True, TransactionalId="tx"), 12),
        Case("Produce of no transaction's records in one", [tx_write, topic_write],
             lambda w: produce(TransactionalId="tx"), 12),
        Case("Produce of a transaction's records in none", [tx_write, topic_write],
             lambda w: produce(transactional=True), 12),
        Case("Produce without answer", [topic_write], lambda w: produce(["open"], Acks=0), 12, answer=False),
        Case("Fetch by name", [topic_read], fetch(), 12),
        Case("Fetch by id", [topic_read], lambda w: fetch([], w.ids)),
        Case("Fetch of a replica", [action], fetch(replica=7), 12),
        Case("ListOffsets", [topic_describe], {"Topics": named("Name", {"Partitions": [{"Timestamp": -1}]})}),
        Case("OffsetForLeaderEpoch", [topic_describe], {"Topics": named("Topic", {"Partitions": [{}]})}),
        Case("OffsetForLeaderEpoch of a replica", [action],
             {"ReplicaId": 7, "Topics": named("Topic", {"Partitions": [{}]})}),
        Case("DeleteRecords", [topic_delete], {"TimeoutMs": 10000, "Topics": named("Name", {"Partitions": [{}]})}),
        Case("DescribeProducers", [topic_read], {"Topics": named("Name", {"PartitionIndexes": [0]})}),
        Case("DescribeLogDirs", [describe], {"Topics": [{"Topic": "open", "Partitions": [0]}]}),
        Case("DescribeLogDirs of old", [describe], {"Topics": [{"Topic": "open", "Partitions": [0]}]}, 2),
        Case("AlterReplicaLogDirs", [alter],
             {"Dirs": [{"Path": "/nowhere", "Topics": named("Name", {"Partitions": [0]}, ["open", "nosuch"])}]}),
    ]


def topic_cases():
    def with_operations(**request):
        return {"IncludeTopicAuthorizedOperations": True, "AllowAutoTopicCreation": False, **request}

    return [
        Case("Metadata by name", [topic_describe], with_operations(Topics=[{"Name": name} for name in TOPICS])),
        Case("Metadata by id", [topic_describe],
             lambda w: with_operations(Topics=[{"Name": None, "TopicId": each} for each in w.ids])),
        Case("Metadata of all", [topic_describe], with_operations(Topics=None)),
        Case("Metadata with the cluster's operations", [describe],
             {"Topics": [], "IncludeClusterAuthorizedOperations": True}, 10),
        # No name of a topic, so that nothing is created.
        Case("Metadata that creates", [need("topic", "DESCRIBE", "bad/name"), need("topic", "CREATE", "bad/name")],
             {"Topics": [{"Name": "bad/name"}], "AllowAutoTopicCreation": True}),
        Case("DescribeTopicPartitions by name", [topic_describe], {"Topics": [{"Name": name} for name in TOPICS]}),
        Case("DescribeTopicPartitions of all", [topic_describe], {}),
        Case("CreateTopics by the topic", [need("topic", "CREATE", "new")],
             {"validateOnly": True, "Topics": named("Name", {"NumPartitions": 1, "ReplicationFactor": 1},
                                                    ["new", "open", "other"])}),
        Case("CreateTopics by the cluster", [create],
             {"validateOnly": True, "Topics": named("Name", {"NumPartitions": 1, "ReplicationFactor": 1},
                                                    ["new", "open"])}),
        Case("CreateTopics with its configuration", [create, need("topic", "DESCRIBE_CONFIGS", "new")],
             {"validateOnly": True, "Topics": named("Name", {"NumPartitions": 1, "ReplicationFactor": 1}, ["new"])}),
        Case("DeleteTopics by name", [need("topic", "DELETE", "nosuch")],
             {"TimeoutMs": 10000, "Topics": [{"Name": "nosuch"}, {"Name": "nosuch2"}]}),
        # Not of who may delete any, as then it would be gone.
        Case("DeleteTopics by id", [need("topic", "DELETE", "shut")],
             lambda w: {"TimeoutMs": 10000, "Topics": [{"TopicId": w.ids[0]}, {"TopicId": w.ids[2]}]}, but="*"),
        Case("DeleteTopics of old", [need("topic", "DELETE", "nosuch")],
             {"TimeoutMs": 10000, "TopicNames": ["nosuch", "nosuch2"]}, 5),
        Case("CreatePartitions", [need("topic", "ALTER")],
             {"TimeoutMs": 10000, "Topics": named("Name", {"Count": 1, "Assignments": None})}),
    ]


def group_cases():
    def consumer_heartbeat(**more):
        return {"GroupId": "g", "MemberId": "m", "MemberEpoch": 7, **more}

    return [
        Case("FindCoordinator", [group_describe], {"CoordinatorKeys": ["g", "h"]}),
        Case("FindCoordinator of old", [group_describe], {"Key": "g"}, 3),
        Case("FindCoordinator of transactions", [tx_describe], {"KeyType": 1, "CoordinatorKeys": ["tx", "tz"]}),
        Case("FindCoordinator of shares", [action],
             lambda w: {"KeyType": 2, "CoordinatorKeys": [f"s:{w.text(w.ids[0])}:0"]}),
        Case("JoinGroup", [group("READ", "j")], {"GroupId": "j", "SessionTimeoutMs": 1}),
        Case("SyncGroup", [group_read], {"GroupId": "g", "ProtocolType": "consumer", "ProtocolName": "range"}),
        Case("Heartbeat", [group_read], {"GroupId": "g"}),
        Case("LeaveGroup", [group_read], {"GroupId": "g", "Members": [{"MemberId": "m"}]}),
        Case("LeaveGroup of old", [group_read], {"GroupId": "g", "MemberId": "m"}, 2),
        Case("DescribeGroups", [group_describe], {"Groups": ["g", "h"], "IncludeAuthorizedOperations": True}),
        Case("ListGroups by group", [group_describe], {}),
        Case("ListGroups by cluster", [describe], {}),
        Case("DeleteGroups", [group("DELETE", "gone")], {"GroupsNames": ["gone", "h"]}),
        Case("OffsetCommit by name", [group_read, topic_read],
             lambda w: {"GroupId": "g", "Topics": offsets(w)}, 9),
        Case("OffsetCommit by id", [group_read, topic_read],
             lambda w: {"GroupId": "g", "Topics": offsets(w, by_id=True)}),
        Case("OffsetFetch by name", [group_describe, topic_describe],
             lambda w: {"Groups": [{"GroupId": "g", "Topics": offsets(w, "PartitionIndexes")},
                                   {"GroupId": "h", "Topics": offsets(w, "PartitionIndexes")}]}, 9),
        Case("OffsetFetch by id", [group_describe, topic_describe],
             lambda w: {"Groups": [{"GroupId": "g", "Topics": offsets(w, "PartitionIndexes", by_id=True)}]}),
        Case("OffsetFetch of all", [group_describe, topic_describe], {"Groups": [{"GroupId": "g", "Topics": None}]}, 9),
        Case("OffsetFetch of old", [group_describe, topic_describe],
             lambda w: {"GroupId": "g", "Topics": offsets(w, "PartitionIndexes")}, 5),
        Case("OffsetFetch of the oldest", [group_describe, topic_describe],
             lambda w: {"GroupId": "g", "Topics": offsets(w, "PartitionIndexes")}, 1),
        Case("OffsetDelete", [group_delete, topic_read],
             {"GroupId": "g", "Topics": named("Name", {"Partitions": [{"PartitionIndex": 9}]})}),
        Case("ConsumerGroupHeartbeat", [group_read, topic_describe],
             consumer_heartbeat(SubscribedTopicNames=["open"])),
        Case("ConsumerGroupHeartbeat of two topics", [group_read, topic_describe],
             consumer_heartbeat(SubscribedTopicNames=["open", "nosuch"])),
        Case("ConsumerGroupHeartbeat that leaves", [group("READ", "c")],
             {"GroupId": "c", "MemberId": "nobody", "MemberEpoch": -1}),
        Case("ConsumerGroupDescribe", [group("DESCRIBE", "c"), topic_describe],
             {"GroupIds": ["c", "g"], "IncludeAuthorizedOperations": True}),
        Case("ConsumerGroupDescribe of two topics", [group("DESCRIBE", "c2"), topic_describe],
             {"GroupIds": ["c2"], "IncludeAuthorizedOperations": True}),
    ]


def transaction_cases():
    # Nobody's, so that nothing comes of it.
    stranger = {"TransactionalId": "tx", "ProducerId": 4242}
    clients = {"V3AndBelowTransactionalId": "tx", "V3AndBelowProducerId": 4242}
    marker = {"Markers": [{"Topics": [{"Name": "nosuch", "PartitionIndexes": [0]}]}]}
    return [
        Case("InitProducerId of a transaction", [tx_write], {"TransactionalId": "tx", "TransactionTimeoutMs": -1}),
        Case("InitProducerId by the cluster", [need("cluster", "IDEMPOTENT_WRITE")], {"TransactionalId": None}),
        Case("InitProducerId by any topic", [topic_write], {"TransactionalId": None}),
        Case("AddPartitionsToTxn of clients", [tx_write, topic_write],
             {**clients, "V3AndBelowTopics": named("Name", {"Partitions": [0]})}, 3),
        Case("AddPartitionsToTxn of clients to one topic", [tx_write, topic_write],
             {**clients, "V3AndBelowTopics": named("Name", {"Partitions": [0]}, ["open"])}, 3),
        Case("AddPartitionsToTxn of brokers", [action], {"Transactions": [
            {**stranger, "VerifyOnly": True, "Topics": [{"Name": "open", "Partitions": [0]}]}]}),
        Case("AddOffsetsToTxn", [tx_write, group_read], {**stranger, "GroupId": "g"}),
        Case("EndTxn", [tx_write], stranger),
        Case("TxnOffsetCommit by name", [tx_write, group_read, topic_read],
             lambda w: {**stranger, "GroupId": "g", "Topics": offsets(w)}, 5),
        Case("TxnOffsetCommit by name before transactions of version 2", [tx_write, group_read, topic_read],
             lambda w: {**stranger, "GroupId": "g", "Topics": offsets(w)}, 3),
        Case("WriteTxnMarkers of tools", [alter], marker),
        Case("WriteTxnMarkers of brokers", [action], marker),
        Case("DescribeTransactions", [tx_describe], {"TransactionalIds": ["tx", "ty"]}),
        Case("DescribeTransactions with topics", [need("transaction", "DESCRIBE", "tz"), topic_describe],
             {"TransactionalIds": ["tz"]}),
        Case("ListTransactions", [tx_describe], {}),
    ]


def share_cases():
    s_read, s_describe, s_delete = group("READ", "s"), group("DESCRIBE", "s"), group("DELETE", "s")
    member = "AAAAAAAAAAAAAAAAAAAAAQ"
    return [
        Case("ShareGroupHeartbeat", [s_read, topic_describe],
             {"GroupId": "s", "MemberId": "m", "MemberEpoch": 7, "SubscribedTopicNames": ["open"]}),
        Case("ShareGroupHeartbeat of two topics", [s_read, topic_describe],
             {"GroupId": "s", "MemberId": "m", "MemberEpoch": 7, "SubscribedTopicNames": ["open", "nosuch"]}),
        Case("ShareGroupDescribe", [group("DESCRIBE", "sm"), topic_describe],
             {"GroupIds": ["sm"], "IncludeAuthorizedOperations": True}),
        Case("ShareGroupDescribe of nobody", [s_describe],
             {"GroupIds": ["s", "h"], "IncludeAuthorizedOperations": True}),
        Case("ShareFetch", [s_read, topic_read],
             lambda w: {"GroupId": "s", "MemberId": member, "ShareSessionEpoch": 5, "MaxRecords": 1, "BatchSize": 1,
                        "Topics": by_topic_id(w)}),
        Case("ShareFetch that ends", [s_read], {"GroupId": "s", "MemberId": member, "ShareSessionEpoch": -1}),
        Case("ShareAcknowledge", [s_read, topic_read],
             lambda w: {"GroupId": "s", "MemberId": member, "ShareSessionEpoch": 3, "Topics": by_topic_id(w)}),
        Case("InitializeShareGroupState", [action], lambda w: {"GroupId": "x", "Topics": by_topic_id(w)}),
        Case("ReadShareGroupState", [action], lambda w: {"GroupId": "x", "Topics": by_topic_id(w)}),
        Case("WriteShareGroupState", [action], lambda w: {"GroupId": "x", "Topics": by_topic_id(w, {"StateEpoch": 9})}),
        Case("DeleteShareGroupState", [action], lambda w: {"GroupId": "x", "Topics": by_topic_id(w)}),
        Case("ReadShareGroupStateSummary", [action], lambda w: {"GroupId": "x", "Topics": by_topic_id(w)}),
        Case("DescribeShareGroupOffsets", [s_describe, topic_describe],
             {"Groups": [{"GroupId": each, "Topics": named("TopicName", {"Partitions": [0]})} for each in ["s", "h"]]}),
        Case("DescribeShareGroupOffsets of all", [s_describe, topic_describe], {"Groups": [{"GroupId": "s", "Topics": None}]}),
        Case("AlterShareGroupOffsets", [s_read, topic_read],
             {"GroupId": "s", "Topics": named("TopicName", {"Partitions": [{}]})}),
        Case("DeleteShareGroupOffsets", [group("DELETE", "h"), topic_read],
             {"GroupId": "h", "Topics": named("TopicName", {})}),
        Case("DeleteShareGroupOffsets of a group", [s_delete, topic_read],
             {"GroupId": "s", "Topics": named("TopicName", {}, ["nosuch"])}),
    ]


def configuration_cases():
    found = []
    for what, kind, names, where in [
            ("a topic", 2, TOPICS, ("topic",)), ("a group", 32, ["g", "h"], ("group",)), ("a broker", 4, ["1"], ("cluster",)),
            ("all brokers", 4, [""], ("cluster",)), ("a logger", 8, ["1"], ("cluster",)),
            ("client metrics", 16, ["m"], ("cluster",))]:
        found += [
            Case(f"DescribeConfigs of {what}", [need(*where, "DESCRIBE_CONFIGS")], configs(kind, names, ConfigurationKeys=None)),
            Case(f"IncrementalAlterConfigs of {what}", [need(*where, "ALTER_CONFIGS")], configs(kind, names)),
            Case(f"AlterConfigs of {what}", [need(*where, "ALTER_CONFIGS")], {**configs(kind, names), "ValidateOnly": True})]
    # What of them must stay is a question of features.
    return [case for case in found if case.name != "AlterConfigs of all brokers"]


def cluster_cases():
    read_configs, alter_configs = need("cluster", "DESCRIBE_CONFIGS"), need("cluster", "ALTER_CONFIGS")
    return [
        Case("ListConfigResources", [read_configs], {}),
        Case("ListConfigResources of old", [read_configs], {}, 0),
        Case("DescribeClientQuotas", [read_configs], {}),
        Case("AlterClientQuotas", [alter_configs],
             {"ValidateOnly": True, "Entries": [{"Entity": [{"EntityType": "user", "EntityName": "u"}]}]}),
        Case("DescribeUserScramCredentials", [describe], {"Users": []}),
        Case("DescribeUserScramCredentials of one", [describe], {"Users": [{"Name": "nosuch"}]}),
        Case("AlterUserScramCredentials", [alter], {"Deletions": [{"Name": "nosuch", "Mechanism": 1}]}),
        Case("DescribeAcls", [describe], NO_ACL),
        Case("CreateAcls", [alter], {"Creations": [
            {"ResourceType": 2, "ResourceName": "", "Principal": "User:a", "Host": "*", "Operation": 3, "PermissionType": 3}]}),
        Case("DeleteAcls", [alter], {"Filters": [NO_ACL]}),
        Case("ElectLeaders", [alter], {"TopicPartitions": [{"Topic": "open", "Partitions": [0]}]}),
        Case("AlterPartitionReassignments", [alter],
             {"Topics": [{"Name": "nosuch", "Partitions": [{"Replicas": [1]}]}]}),
        Case("ListPartitionReassignments", [describe], {"Topics": None}),
        Case("UpdateFeatures", [alter],
             {"FeatureUpdates": [{"Feature": "nosuch", "MaxVersionLevel": 1}], "ValidateOnly": True}),
        Case("DescribeQuorum", [describe], {"Topics": [{"TopicName": "__cluster_metadata", "Partitions": [{}]}]}),
        Case("UnregisterBroker", [alter], {"BrokerId": 9}),
        Case("DescribeCluster", [describe], {"IncludeClusterAuthorizedOperations": True}),
        Case("DescribeCluster of controllers", [alter], {"EndpointType": 2}),
        Case("CreateDelegationToken for another", [need("user", "CREATE_TOKENS", "User:dave")],
             {"OwnerPrincipalType": "User", "OwnerPrincipalName": "dave"}),
        Case("DescribeDelegationToken", [need("token", "DESCRIBE")], {"Owners": [CAROL]}),
        Case("DescribeDelegationToken by its user", [need("user", "DESCRIBE_TOKENS")], {"Owners": [CAROL]}),
        Case("RenewDelegationToken", [need("token", "DESCRIBE")], lambda w: {"Hmac": w.hmac, "RenewPeriodMs": -1}),
        Case("ExpireDelegationToken", [need("token", "DESCRIBE")], lambda w: {"Hmac": w.hmac, "ExpiryTimePeriodMs": -1}),
    ]


CASES = [*record_cases(), *topic_cases(), *group_cases(), *transaction_cases(), *share_cases(), *configuration_cases(),
         *cluster_cases()]


def users():
    """{entries: user}: who is allowed the same is the same person."""
    found = {}
    for case in CASES:
        for _, entries in case.people:
            found.setdefault(frozenset(entries), f"u{len(found)}")
    return found


def logins():
    names = [ADMIN, *users().values()]
    return "org.apache.kafka.common.security.plain.PlainLoginModule required " + " ".join(
        f'user_{name}="{PASSWORD}"' for name in names) + ";"


# What is another one's own, if there is any of it.
DROPPED = {"ThrottleTimeMs", "ErrorMessage", "Configs", "GroupEpoch", "AssignmentEpoch", "MemberEpoch", "Assignment",
           "TargetAssignment", "Listeners", "ReplicaDirectoryId"}
NUMBERS = {
    "ProducerId", "ProducerEpoch", "CurrentProducerEpoch", "LeaderEpoch", "BaseOffset", "HighWatermark", "EndOffset",
    "LastStableOffset", "LogStartOffset", "LogAppendTimeMs", "Offset", "Timestamp", "LowWatermark", "TotalBytes",
    "UsableBytes", "PartitionSize", "IssueTimestampMs", "ExpiryTimestampMs", "MaxTimestampMs", "SessionId", "IssueTimestamp",
    "ExpiryTimestamp", "MaxTimestamp",
    "TransactionStartTimeMs", "CurrentTxnStartOffset", "LastTimestamp", "LastFetchTimestamp",
    "LastCaughtUpTimestamp", "LogEndOffset", "Port", "HeartbeatIntervalMs", "OffsetLag", "ControllerId", "Lag"}
TEXTS = {"Host", "ClusterId", "LogDir", "TokenId", "Hmac", "MemberId", "ClientHost", "RequesterPrincipalName"}


class World:
    """A broker with something to hide."""

    def __init__(self, address):
        self.address = address
        self.admin = Connection(address, ADMIN, PASSWORD)
        self.versions = {
            api["ApiKey"]: range(api["MinVersion"], api["MaxVersion"] + 1)
            for api in self.admin.ask("ApiVersions", 3, {"ClientSoftwareName": "t", "ClientSoftwareVersion": "1"})[
                "ApiKeys"]}

    def version(self, case):
        """The one that the case names, or the newest that is known here and there."""
        key, request = MESSAGES[case.api + "Request"]
        known = [version for version in self.versions.get(key, []) if version in request.versions]
        assert known, f"{case.api} isn't served"
        return known[-1] if case.version is None else case.version

    def tell(self, api, version, values, acceptable=(0,)):
        """Asks until a coordinator is there."""
        for _ in range(300):
            answer = self.admin.ask(api, version, values)
            found = set(codes(answer))
            if found <= set(acceptable):
                return answer
            assert found <= {14, 15, 16, 51, 3, 5, *acceptable}, (api, answer)
            time.sleep(0.1)
        raise AssertionError((api, answer))

    def prepare(self):
        self.tell("CreateTopics", 7, {"Topics": named("Name", {"NumPartitions": 1, "ReplicationFactor": 1}, TOPICS[:2])})
        topics = self.tell("Metadata", 12, {"Topics": [{"Name": name} for name in TOPICS[:2]]})["Topics"]
        ids = {topic["Name"]: topic["TopicId"] for topic in topics}
        self.ids = [ids["open"], ids["shut"], bytes([*range(16)])]
        self.names = {**{value: f"<{name}>" for name, value in ids.items()}, bytes(16): "0", self.ids[2]: "<nosuch>"}
        for kind, key in [(0, "g"), (1, "tx"), (2, f"s:{self.text(self.ids[0])}:0")]:
            self.tell("FindCoordinator", 6, {"KeyType": kind, "CoordinatorKeys": [key]})
        both = [{"Name": name, "Partitions": [{"CommittedOffset": 1}]} for name in TOPICS[:2]]
        self.tell("OffsetCommit", 9, {"GroupId": "g", "Topics": both})
        self.tell("InitProducerId", 5, {"TransactionalId": "tx", "TransactionTimeoutMs": 60000})
        open_one = self.tell("InitProducerId", 5, {"TransactionalId": "tz", "TransactionTimeoutMs": 900000})
        self.tell("AddPartitionsToTxn", 3, {
            "V3AndBelowTransactionalId": "tz", "V3AndBelowProducerId": open_one["ProducerId"],
            "V3AndBelowProducerEpoch": open_one["ProducerEpoch"],
            "V3AndBelowTopics": named("Name", {"Partitions": [0]}, TOPICS[:2])})
        self.tell("AlterShareGroupOffsets", 0, {
            "GroupId": "s", "Topics": named("TopicName", {"Partitions": [{}]}, TOPICS[:2])})
        for group, topics in [("c", TOPICS[:1]), ("c2", TOPICS[:2])]:
            self.tell("ConsumerGroupHeartbeat", 1, {
                "GroupId": group, "MemberId": "m", "RebalanceTimeoutMs": 60000, "SubscribedTopicNames": topics,
                "TopicPartitions": []})
        epoch, assignment = 0, None
        while not assignment or len(assignment["TopicPartitions"]) < 2:
            answer = self.tell("ShareGroupHeartbeat", 1, {
                "GroupId": "sm", "MemberId": "m", "MemberEpoch": epoch,
                "SubscribedTopicNames": TOPICS[:2] if epoch == 0 else None})
            epoch, assignment = answer["MemberEpoch"], answer["Assignment"] or assignment
            time.sleep(0.1)
        self.hmac = self.tell("CreateDelegationToken", 3, {
            "OwnerPrincipalType": "User", "OwnerPrincipalName": "carol", "MaxLifetimeMs": -1})["Hmac"]
        self.allow()

    def allow(self):
        creations = [
            {"ResourceType": TYPES[kind], "ResourceName": name, "ResourcePatternType": 3 if pattern == "LITERAL" else 4,
             "Principal": f"User:{user}", "Host": host, "Operation": OPERATIONS[operation],
             "PermissionType": 3 if permission == "ALLOW" else 2}
            for entries, user in users().items() for kind, name, pattern, host, operation, permission in entries]
        for start in range(0, len(creations), 500):
            self.tell("CreateAcls", 3, {"Creations": creations[start:start + 500]})
        for _ in range(300):
            found = self.tell("DescribeAcls", 3, {**NO_ACL, "ResourceNameFilter": None})["Resources"]
            if sum(len(resource["Acls"]) for resource in found) >= len(creations):
                return
            time.sleep(0.1)
        raise AssertionError("not all entries came")

    @staticmethod
    def text(uuid):
        return base64.urlsafe_b64encode(uuid).rstrip(b"=").decode()

    def answers(self):
        """{case: {who: answer}}"""
        by_user, found = {}, {case: {} for case in CASES}
        names = users()
        for case in CASES:
            for who, entries in case.people:
                by_user.setdefault(names[frozenset(entries)], []).append((case, who))
        for user, questions in by_user.items():
            connection = Connection(self.address, user, PASSWORD)
            for case, who in questions:
                try:
                    connection.send(case.api, self.version(case), case.request(self))
                    if case.answer:
                        found[case][who] = self.settled(connection.receive(case.api, self.version(case)))
                    else:
                        connection.ask("ApiVersions", 0, {})
                        found[case][who] = "nothing"
                except TimeoutError:
                    raise AssertionError(f"{case.name}, {who}: no answer")
                except (EOFError, ConnectionError):
                    found[case][who] = "closed"
                    connection = Connection(self.address, user, PASSWORD)
            connection.close()
        return found

    def settled(self, value, name=""):
        """An answer without words and what is another one's own, its lists in one order."""
        if isinstance(value, dict):
            return {name: self.settled(item, name) for name, item in value.items() if name not in DROPPED}
        if value and name == "Records":
            return "some"
        if isinstance(value, list):
            return sorted((self.settled(item, name) for item in value), key=repr)
        if isinstance(value, bytes) and len(value) == 16:
            return self.names.get(value, "an id")
        if name in TEXTS and value not in ("", "m", None, b""):
            return "some"
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, str):
            return value.replace(self.text(self.ids[0]), self.names[self.ids[0]])
        return "some" if name in NUMBERS and value >= 0 else value


def codes(value):
    """Every error code in a message."""
    if isinstance(value, dict):
        return [code for name, item in value.items()
                for code in ([item] if name.endswith("ErrorCode") else codes(item))]
    return [code for item in value for code in codes(item)] if isinstance(value, list) else []


def written(answers, version):
    """A case a paragraph: who gets which answer."""
    lines = []
    for case, found in answers.items():
        lines.append(f"# {case.name}, version {version(case)}")
        same = {}
        for who, answer in found.items():
            same.setdefault(json.dumps(answer), []).append(who)
        for answer, all in same.items():
            lines += ["; ".join(all), "  " + answer]
        lines.append("")
    return "\n".join(lines)


def read(text):
    """{name and version of a case: {who: answer}}"""
    found = {}
    for paragraph in text.strip().split("\n\n"):
        head, *lines = paragraph.splitlines()
        found[head[2:]] = {
            who: json.loads(answer) for all, answer in zip(lines[::2], lines[1::2]) for who in all.split("; ")}
    return found


if __name__ == "__main__":
    if sys.argv[1] == "jaas":
        print(logins())
    else:
        world = World(sys.argv[2])
        world.prepare()
        print(written(world.answers(), world.version), end="")
