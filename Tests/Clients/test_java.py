# SPDX-License-Identifier: Apache-2.0
"""The requests that Kafka's Java clients and tools sent, replayed: what we answer says what Kafka answered.

kafka-python's message classes read both answers: they know nothing of the code under test.
"""
import importlib
import inspect
import pkgutil
import re
import socket
import struct

import kafka.protocol
from conftest import GOLDEN
from kafka.protocol.api_message import ApiMessage
from kafka.protocol.consumer import JoinGroupRequest, JoinGroupResponse
from kafka.protocol.producer import InitProducerIdRequest

# In the order in which the tools ran: client, correlation id, API key, and which of several that share these.
STEPS = """
adminclient-1 0 18      adminclient-1 3 19      adminclient-1 1 3       adminclient-1 3 3       adminclient-1 5 37
adminclient-1 6 75      adminclient-1 4 60      GetOffsetShell 4 60     GetOffsetShell 5 75
console-producer 5 22   console-producer 6 0    adminclient-1 11 2
console-consumer 6 10   console-consumer 12 11  console-consumer 14 14  console-consumer 15 9
console-consumer 16 2   console-consumer 17 1   console-consumer 18 1   console-consumer 19 8   console-consumer 20 13
console-consumer 46 68  console-consumer 47 68  console-consumer 48 9   console-consumer 56 8
adminclient-1 7 15      adminclient-1 4 69      adminclient-1 4 16      adminclient-1 4 66
perf-producer-client 10 24      perf-producer-client 11 0       perf-producer-client 17 26      adminclient-1 4 65
adminclient-1 4 61      adminclient-1 3 32      adminclient-1 6 32      adminclient-1 4 44
adminclient-1 3 48      adminclient-1 4 49      adminclient-1 3 48 1    adminclient-1 4 50
adminclient-1 8 46      reassign-partitions-tool 3 46   reassign-partitions-tool 7 45   adminclient-1 3 43
adminclient-1 4 21      adminclient-1 4 55      adminclient-1 6 47      adminclient-1 4 42      adminclient-1 3 74
adminclient-1 4 20
"""

# What is another one's own: addresses, random names, times, the recorder's earlier records.
VOLATILE = {
    "host", "port", "cluster_id", "topic_id", "session_id", "member_id", "leader", "heartbeat_interval_ms",
    "transaction_start_time_ms", "high_watermark", "log_end_offset", "last_fetch_timestamp",
    "last_caught_up_timestamp", "replica_directory_id", "client_host", "leader_epoch", "current_leader_epoch",
    "log_start_offset", "throttle_time_ms", "nodes", "low_watermark", "last_stable_offset", "base_offset", "records",
}
# Answers that rightly differ as a whole: more versions and configurations than the recorded broker had.
ERRORS_ONLY = {18, 32, 19, 43, 75, 1, 69, 68}


def message_classes():
    found = {}
    for module in pkgutil.walk_packages(kafka.protocol.__path__, "kafka.protocol."):
        if ".old" in module.name or "generate" in module.name:
            continue
        for name, item in vars(importlib.import_module(module.name)).items():
            if inspect.isclass(item) and issubclass(item, ApiMessage) and item is not ApiMessage:
                found[item.API_KEY, name.endswith("Request")] = item
    return found


def recorded():
    """Request and response of each recording by client, correlation id and API key."""
    found = {}
    lines = (GOLDEN / "wire/java.txt").read_text().split("\n")
    for head, request, response in zip(lines, lines[1:], lines[2:]):
        named = re.fullmatch(r"java api (\d+) version (\d+)", head)
        if not named:
            continue
        request, response = bytes.fromhex(request.split()[1]), bytes.fromhex(response.split()[1])
        key, version, correlation, length = struct.unpack(">hhih", request[:10])
        client = request[10:10 + length].decode()
        found.setdefault((client, correlation, key), []).append((version, request, response))
    return found


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)

    def ask(self, request):
        self.socket.sendall(struct.pack(">i", len(request)) + request)
        return self.read(struct.unpack(">i", self.read(4))[0])

    def read(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            assert more, "the broker closed the connection"
            data += more
        return data


def errors(value):
    """Every error code in a message, in order."""
    if isinstance(value, dict):
        return [code for name, item in value.items()
                for code in ([item] if name.endswith("error_code") else errors(item))]
    return [code for item in value for code in errors(item)] if isinstance(value, list) else []


def settled(value):
    """A message without what differs from broker to broker, its lists in one order."""
    if isinstance(value, dict):
        return {name: settled(item) for name, item in value.items() if name not in VOLATILE}
    return sorted((settled(item) for item in value), key=repr) if isinstance(value, list) else value


class Replay:
    def __init__(self, port):
        self.port, self.connections, self.replaced = port, {}, {}
        self.classes, self.recorded = message_classes(), recorded()

    def connection(self, client):
        if client not in self.connections:
            self.connections[client] = Connection(self.port)
        return self.connections[client]

    def step(self, client, correlation, key, index=0):
        version, request, response = self.recorded[client, correlation, key][index]
        for old, new in self.replaced.items():
            request = request.replace(old, new)
        answer = self.connection(client).ask(request)
        assert answer[:4] == request[4:8], "the correlation id"
        self.learn(key, response, answer)
        reader = self.classes.get((key, False))
        if reader is None:  # kafka-python doesn't know the new groups' messages: throttle time, then the error.
            assert answer[5:11] == response[5:11]
            return
        theirs, ours = (reader[version].decode(data, header=True).to_dict() for data in (response, answer))
        assert errors(ours) == errors(theirs), ours
        if key not in ERRORS_ONLY:
            assert settled(ours) == settled(theirs)

    def join(self):
        """The classic consumer joins again with the member id that it was given; the recording has its first try."""
        version, request, _ = self.recorded["console-consumer", 12, 11][0]
        join = JoinGroupRequest[version].decode(request, header=True)
        pattern = rb"console-consumer-[0-9a-f-]{36}"
        join.member_id = next(new for old, new in self.replaced.items() if re.fullmatch(pattern, old)).decode()
        join.with_header(correlation_id=13, client_id="console-consumer")
        answer = JoinGroupResponse[version].decode(
            self.connection("console-consumer").ask(join.encode(header=True)), header=True)
        assert (answer.error_code, answer.generation_id, answer.protocol_name) == (0, 1, "range")
        assert answer.leader == answer.member_id == join.member_id and len(answer.members) == 1

    def leave(self):
        """The consumer of the new protocol leaves: its heartbeat again, with member epoch -1."""
        _, request, _ = self.recorded["console-consumer", 47, 68][0]
        theirs, ours = next((old, new) for old, new in self.replaced.items() if request.find(old) > 0 and len(old) == 22)
        beat = request.replace(theirs + struct.pack(">i", 1), ours + struct.pack(">i", -1))
        assert beat != request
        answer = self.connection("console-consumer").ask(beat)
        assert answer[9:11] == b"\0\0"

    def learn(self, key, response, answer):
        """Names that the broker chose: topic ids, member ids, fetch sessions."""
        if key == 19:
            theirs, ours = (
                self.classes[19, False][7].decode(data, header=True).topics[0].topic_id.bytes
                for data in (response, answer))
            self.replaced[theirs] = ours
        if key == 11:
            pattern = rb"console-consumer-[0-9a-f-]{36}"
            theirs, ours = re.search(pattern, response), re.search(pattern, answer)
            if theirs and ours:
                self.replaced[theirs[0]] = ours[0]
        if key == 68 and response[13:35] != answer[13:35]:
            self.replaced[response[13:35]] = answer[13:35]
        if key == 1 and response[11:15] != answer[11:15]:
            self.replaced[response[11:15]] = answer[11:15]


def steps():
    for step in re.findall(r"(\S+) (\d+) (\d+)(?: (\d+)(?= |$))?", STEPS, re.M):
        yield step[0], int(step[1]), int(step[2]), int(step[3] or 0)


def test_java_requests_are_answered_as_kafka_answered_them(own_broker):
    replay = Replay(own_broker.port)
    failures = []
    for step in steps():
        if step[:1] == ("perf-producer-client",) and "ptx" not in replay.connections:
            # The recording holds no InitProducerId of this producer.
            request = InitProducerIdRequest[5](
                transactional_id="ptx", transaction_timeout_ms=60000, producer_id=-1, producer_epoch=-1)
            replay.connections["ptx"] = Connection(own_broker.port)
            request.with_header(correlation_id=1, client_id="ptx")
            replay.connections["ptx"].ask(request.encode(header=True))
        try:
            if step[2] == 14:
                replay.join()
            if step[2] == 15:
                replay.leave()
            replay.step(*step)
        except AssertionError as error:
            failures.append(f"{step}: {error}")
    assert not failures, "\n\n".join(failures)
