# SPDX-License-Identifier: Apache-2.0
"""A whole Kafka data directory, read by the definitions of its formats: `check(directory)` lists what is wrong.

After an unclean stop (`clean=False`) segments that recovery reads anew, those from the recovery point on and always
the newest, may have padded, unfinished or no indexes; what was being created or deleted may be there in part; the
checkpoints may be behind, and the producer snapshots of the last stop are missing. `killed` says that there was one
once: the beginning of a partition, moved by DeleteRecords shortly before, is then taken back, while that of its leader
epochs isn't.
"""
import json
import re
import struct
import sys
from pathlib import Path

from directory_formats import OFFSETS, SHARES, TRANSACTIONS, Malformed, coordinator_record, metadata_record, require
from partition_checker import METADATA_TOPIC, Partition, checkpoint, uuid, whole

CHECKPOINTS = ["recovery-point-offset-checkpoint", "log-start-offset-checkpoint", "replication-offset-checkpoint",
               "cleaner-offset-checkpoint"]
METADATA_ID = bytes(15) + b"\x01"
INTERNAL = {"__consumer_offsets": OFFSETS, "__transaction_state": TRANSACTIONS, "__share_group_state": SHARES}


class Image:
    """The topics, ids, partitions and configurations that the metadata log tells of."""

    def __init__(self):
        self.ids, self.partitions, self.compacted, self.pending = {}, {}, set(), None

    def apply(self, name, fields):
        if name == "BeginTransactionRecord":
            self.pending = []
        elif name in ("EndTransactionRecord", "AbortTransactionRecord"):
            require(self.pending is not None, f"{name} without a beginning")
            pending, self.pending = self.pending, None
            for record in pending if name == "EndTransactionRecord" else []:
                self.apply(*record)
        elif self.pending is not None:
            self.pending.append((name, fields))
        elif name == "TopicRecord":
            require(fields["Name"] not in self.ids, f"{fields['Name']} exists already")
            self.ids[fields["Name"]] = fields["TopicId"]
        elif name == "PartitionRecord":
            require(fields["TopicId"] in self.ids.values(), "a partition of an unknown topic")
            self.partitions.setdefault(fields["TopicId"], set()).add(fields["PartitionId"])
        elif name == "PartitionChangeRecord":
            require(fields["PartitionId"] in self.partitions.get(fields["TopicId"], ()), "an unknown partition changes")
        elif name == "RemoveTopicRecord":
            require(fields["TopicId"] in self.ids.values(), "an unknown topic is removed")
            self.ids = {name: id for name, id in self.ids.items() if id != fields["TopicId"]}
            self.partitions.pop(fields["TopicId"], None)
        elif name == "ConfigRecord" and fields["ResourceType"] == 2 and fields["Name"] == "cleanup.policy":
            (self.compacted.add if "compact" in (fields["Value"] or "") else self.compacted.discard)(
                fields["ResourceName"])

    def directories(self):
        return {f"{name}-{partition}": id for name, id in self.ids.items()
                for partition in self.partitions.get(id, ())}


class Checker:
    def __init__(self, directory, clean=True, killed=False):
        self.directory, self.clean, self.killed, self.problems = Path(directory), clean, killed or not clean, []
        self.node, self.metadata_end = None, 0
        self.log_starts, self.recovery_points, self.image, self.statistics = {}, {}, Image(), {}

    def problem(self, file, text):
        self.problems.append(f"{file}: {text}")

    def guarded(self, file, function, *arguments):
        try:
            return function(*arguments)
        except FileNotFoundError:
            self.problem(file, "is missing")
        except (Malformed, ValueError, KeyError, TypeError, struct.error) as problem:
            self.problem(file, str(problem) if isinstance(problem, Malformed) else repr(problem))

    def check(self):
        self.guarded("meta.properties", self.properties)
        self.guarded("bootstrap.checkpoint", self.bootstrap)
        if self.clean or (self.directory / ".kafka_cleanshutdown").exists():
            self.guarded(".kafka_cleanshutdown", self.clean_shutdown)
        rows = {name: self.guarded(name, self.checkpoint, name) or {} for name in CHECKPOINTS}
        self.recovery_points, self.log_starts = rows[CHECKPOINTS[0]], rows[CHECKPOINTS[1]]
        self.guarded(f"{METADATA_TOPIC}-0", self.cluster_metadata)
        partitions = {}
        for path in sorted(self.directory.iterdir()):
            if path.is_dir():
                if re.fullmatch(r"[\w.-]{1,249}-\d+", path.name, re.ASCII):
                    topic = path.name.rpartition("-")[0]
                    compacted = topic in self.image.compacted or topic in INTERNAL
                    partitions[path.name] = Partition(self, path, compacted)
                    partitions[path.name].check()
                elif not re.fullmatch(r"[\w.-]+-\d+\.[0-9a-f]{32}-(delete|future|stray)", path.name, re.ASCII):
                    self.problem(path.name, "isn't a partition: Kafka would refuse to start")
                elif path.name.endswith("-stray"):
                    self.guarded(path.name, self.stray, path)
            elif path.name == ".lock":
                if path.stat().st_size:
                    self.problem(".lock", "isn't empty")
            elif not self.clean and path.name.removesuffix(".tmp") in CHECKPOINTS:
                continue
            elif path.name not in ["meta.properties", "bootstrap.checkpoint", ".kafka_cleanshutdown", *CHECKPOINTS]:
                self.problem(path.name, "Kafka knows no such file")
        self.against_image(partitions)
        for name, offsets in rows.items():
            self.guarded(name, self.checkpointed, name, offsets, partitions)
        for name, partition in partitions.items():
            if partition.topic in INTERNAL:
                self.guarded(name, self.internal, partition)
        found = [batch for partition in partitions.values() for batch in partition.batches]
        self.statistics = {
            "partitions": len(partitions), "segments": sum(len(p.segments) for p in partitions.values()),
            "batches": len(found), "records": sum(batch.count for batch in found),
            "codecs": sorted({batch.codec for batch in found})}
        return self.problems

    def text(self, name):
        return (self.directory / name).read_text()

    def properties(self):
        lines = [line for line in self.text("meta.properties").splitlines() if line and not line.startswith("#")]
        values = dict(line.split("=", 1) for line in lines)
        require(len(values) == len(lines), "a property twice")
        require(set(values) == {"version", "node.id", "cluster.id", "directory.id"}, f"properties {sorted(values)}")
        require(values["version"] == "1" and values["node.id"].isdigit(), f"{values}")
        uuid(values["cluster.id"])
        uuid(values["directory.id"])
        self.node = int(values["node.id"])

    def clean_shutdown(self):
        said = json.loads(self.text(".kafka_cleanshutdown"))
        require(set(said) == {"version", "brokerEpoch"}, f"{said}")
        require(said["version"] == 0 and said["brokerEpoch"] >= -1, f"{said}")

    def checkpoint(self, name):
        # Kafka makes these files empty, writes the cleaner's with its first pass, and all at a stop.
        path = self.directory / name
        optional = not self.clean or name == CHECKPOINTS[3]
        if optional and not (path.exists() and path.stat().st_size):
            return {}
        rows = checkpoint(self.text(name), 3)
        require(len({row[:2] for row in rows}) == len(rows), "a partition twice")
        return {f"{topic}-{partition}": offset for topic, partition, offset in (
            (row[0], int(row[1]), row[2]) for row in rows)}

    def snapshot(self, path):
        """The records of a snapshot, between its header and its footer."""
        found = whole(path)
        require(found and found[0].control and found[0].marker == "SnapshotHeaderRecord", "no header")
        require(found[-1].control and found[-1].marker == "SnapshotFooterRecord", "no footer")
        end = 0
        for batch in found:
            require(batch.base == end, f"a batch at {batch.base}, not {end}")
            batch.check_dense()
            end = batch.last + 1
        return [record for batch in found if not batch.control for record in batch.records]

    def bootstrap(self):
        records = [metadata_record(record.value) for record in self.snapshot(self.directory / "bootstrap.checkpoint")]
        features = [fields["Name"] for name, fields in records if name == "FeatureLevelRecord"]
        require("metadata.version" in features, "no metadata.version")

    def cluster_metadata(self):
        """The image, from the newest snapshot and the log behind it."""
        directory = self.directory / f"{METADATA_TOPIC}-0"
        quorum = json.loads((directory / "quorum-state").read_text())
        fields = {
            0: {"clusterId", "leaderId", "leaderEpoch", "votedId", "appliedOffset", "currentVoters", "data_version"},
            1: {"leaderId", "leaderEpoch", "votedId", "votedDirectoryId", "data_version"}}
        require(set(quorum) == fields.get(quorum.get("data_version")), f"quorum-state: {quorum}")
        leader = quorum["leaderId"]
        require(leader in (-1, self.node) or self.node is None, f"quorum-state: led by {leader}")
        if quorum["data_version"] == 0:
            voters = [voter["voterId"] for voter in quorum["currentVoters"]]
            require(voters == [self.node] or self.node is None, f"quorum-state: voters {voters}")
        found = [batch for path in sorted(directory.glob("*.log")) for batch in whole(path)]
        epoch, start, end = 0, 0, found[-1].last + 1 if found else 0
        self.metadata_end = end
        for path in sorted(directory.glob("*.checkpoint")):
            start, epoch = map(int, path.name.removesuffix(".checkpoint").split("-"))
            require(start <= end, f"{path.name} lies behind the log's end, {end}")
            self.image = Image()
            for record in self.snapshot(path):
                require(record.key is None, "a metadata record with a key")
                self.image.apply(*metadata_record(record.value))
        require(not found or found[0].base <= start, f"the log begins at {found[0].base}, the snapshot at {start}")
        last = -1
        for batch in found:
            require(batch.epoch >= last, f"epoch {batch.epoch} after {last} at {batch.base}")
            if batch.epoch > last and (last >= 0 or batch.base == 0):
                elected = batch.control and batch.marker == "LeaderChangeMessage"
                require(elected, f"no leader begins epoch {batch.epoch}")
                require(batch.controls[0][1]["LeaderId"] == self.node, f"another leader at {batch.base}")
            last = batch.epoch
            for record in [] if batch.control else batch.records:
                name_and_fields = metadata_record(record.value)
                if batch.base + record.offset_delta >= start:
                    self.image.apply(*name_and_fields)
        require(quorum["leaderEpoch"] >= last, f"quorum-state: epoch {quorum['leaderEpoch']}, in the log {last}")

    def stray(self, path):
        """As Kafka names what it can't delete any more: of a removed topic, when a kill came before its deletion."""
        match = re.search(r"topic_id: (\S+)", (path / "partition.metadata").read_text())
        require(self.killed and match, "a partition that the metadata doesn't know")
        require(uuid(match[1]) not in self.image.ids.values(), "the metadata knows its topic")

    def against_image(self, partitions):
        wanted = self.image.directories()
        for name, partition in partitions.items():
            if name == f"{METADATA_TOPIC}-0":
                wanted[name] = METADATA_ID
            if name not in wanted and not self.clean:
                continue
            if name not in wanted:
                self.problem(name, "the metadata doesn't know this partition")
            elif getattr(partition, "id", wanted[name]) != wanted[name]:
                self.problem(f"{name}/partition.metadata", "another id than in the metadata")
        for name in sorted(set(wanted) - set(partitions)) if self.clean else []:
            self.problem(name, "the metadata has this partition, and there is no directory")

    def checkpointed(self, name, offsets, partitions):
        logs = {key: value for key, value in partitions.items() if value.topic != METADATA_TOPIC and value.segments}
        # Ours has a line for the metadata log, which Kafka reads over.
        metadata = f"{METADATA_TOPIC}-0"
        if name == CHECKPOINTS[0] and metadata in offsets:
            offsets, known = {key: value for key, value in offsets.items() if key != metadata}, offsets[metadata]
            require(known <= self.metadata_end, f"{metadata} at {known}, and the log ends at {self.metadata_end}")
            require(known == self.metadata_end or not self.clean, f"{metadata} at {known}, not {self.metadata_end}")
        for key, offset in offsets.items():
            require(key in logs or not self.clean, f"{key} isn't there")
            if key in logs and not any(logs[key].directory.glob("*.swap")):
                log = logs[key]
                require(log.start <= offset <= log.end, f"{key} at {offset}, outside of {log.start} to {log.end}")
                if self.clean and name in CHECKPOINTS[::2]:
                    require(offset == log.end, f"{key} at {offset}, and the log ends at {log.end}")
        if self.clean and name in CHECKPOINTS[::2]:
            require(set(offsets) == set(logs), f"not listed: {sorted(set(logs) - set(offsets))}")

    def internal(self, partition):
        """Keys and values of the coordinators' topics, each in the partition of its group or transactional id."""
        count = len(self.image.partitions.get(self.image.ids.get(partition.topic), ()))
        for batch in partition.batches:
            for record in batch.records or [] if not batch.control else []:
                name, key, _ = coordinator_record(INTERNAL[partition.topic], record.key, record.value)
                owner = key.get("TransactionalId") or key.get("group") or key.get("GroupId")
                if count and partition.topic != "__share_group_state":
                    home = java_hash(owner) % count
                    at_home = partition.name.endswith(f"-{home}")
                    require(at_home, f"{name} of {owner!r} at {batch.base} belongs to {home}")


def java_hash(text):
    """The absolute value of String.hashCode, over UTF-16; 0 where Java has none."""
    value = 0
    for unit, in struct.iter_unpack(">H", text.encode("utf-16-be")):
        value = (31 * value + unit) & 0xFFFFFFFF
    return min(value, (1 << 32) - value) & 0x7FFFFFFF


def check(directory, clean=True, killed=False):
    return Checker(directory, clean, killed).check()


if __name__ == "__main__":
    checker = Checker(sys.argv[1], "--unclean" not in sys.argv)
    print(*checker.check(), sep="\n")
    print(checker.statistics)
