// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// A subdirectory that holds a partition.
public struct PartitionDirectory: Sendable, Equatable {
    /// What the ending of a partition's directory says.
    public enum Kind: String, Sendable {
        /// A partition in use.
        case current = ""
        /// Its topic was deleted; its files may go.
        case delete = "-delete"
        /// Its topic isn't in the metadata.
        case stray = "-stray"
        /// A copy that is to replace a current one in another data directory.
        case future = "-future"
    }

    /// The last component of the path, such as `orders-0`.
    public var name: String
    /// Where it is; absolute if the data directory's path is.
    public var path: String
    /// The partition that the name speaks of.
    public var topicPartition: TopicPartition
    /// What the ending of the name says.
    public var kind: Kind
}

extension LogDirectory {
    /// The partitions here, by name. Throws on a subdirectory that is none, on which Kafka refuses to start as well.
    public func partitions() throws(LogError) -> [PartitionDirectory] {
        var partitions: [PartitionDirectory] = []
        for name in try FileSystem.directories(in: path) {
            let directory = "\(path)/\(name)"
            if let partition = PartitionDirectory(directory) {
                partitions.append(partition)
            } else if name != "remote-log-index-cache", name != "lost+found" {
                throw LogError(
                    .kafkaStorageError,
                    "\(directory) is not a partition's directory (topic-partition); a data directory holds nothing else"
                )
            }
        }
        return partitions.sorted { $0.name < $1.name }
    }
}

extension PartitionDirectory {
    /// Nil when the last component of `path` names no partition.
    public init?(_ path: String) {
        let name = FileSystem.name(of: path)
        var base = Substring(name)
        var kind = Kind.current
        for suffix in [Kind.delete, .stray, .future] where name.hasSuffix(suffix.rawValue) {
            // topic-partition.uniqueid-delete
            guard let dot = name.lastIndex(of: "."),
                name.index(after: dot) < name.index(name.endIndex, offsetBy: -suffix.rawValue.count)
            else { return nil }
            base = name[..<dot]
            kind = suffix
        }
        // Topics may have dashes: the last one parts topic and number.
        guard let dash = base.lastIndex(of: "-"), dash != base.startIndex,
            let partition = Int32(base[base.index(after: dash)...]), partition >= 0
        else { return nil }
        self.name = name
        self.path = path
        topicPartition = TopicPartition(String(base[..<dash]), partition)
        self.kind = kind
    }

    /// The name that takes a partition out of use. The topic is cut so that the name stays within 255 bytes.
    package static func name(_ partition: TopicPartition, marked kind: Kind) -> String {
        let id = UInt128.random(in: 0 ... .max)
        let digits = String(id, radix: 16)
        let unique = String(repeating: "0", count: 32 - digits.count) + digits
        let suffix = "-\(partition.partition).\(unique)\(kind.rawValue)"
        return partition.topic.prefix(255 - suffix.utf8.count) + suffix
    }
}

extension PartitionDirectory {
    /// Takes a partition out of use whose topic isn't in the metadata. Nobody may have its log open.
    /// - Returns: the new path.
    @discardableResult
    public func renameToStray() throws(LogError) -> String {
        let stray = "\(FileSystem.parent(of: path))/\(Self.name(topicPartition, marked: .stray))"
        try FileSystem.rename(path, to: stray)
        return stray
    }

    /// Bytes of records.
    package func byteCount() throws(LogError) -> Int64 {
        var sum: Int64 = 0
        for name in try FileSystem.names(in: path) where name.hasSuffix(FileKind.log.rawValue) {
            sum = sum.addingSaturating(Int64(try FileSystem.status("\(path)/\(name)")?.byteCount ?? 0))
        }
        return sum
    }

    /// The file that says which topic the partition is of.
    package static func metadataPath(_ directory: String) -> String { "\(directory)/partition.metadata" }

    /// The topic's id in partition.metadata; nil when that isn't there yet.
    package static func topicID(in directory: String) throws(LogError) -> KafkaUUID? {
        let path = metadataPath(directory)
        guard let bytes = try FileSystem.contents(path), !bytes.isEmpty else { return nil }
        var fields: [Substring: Substring] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        guard fields["version:"] == "0", let id = fields["topic_id:"].flatMap({ KafkaUUID(String($0)) }) else {
            throw LogError(
                .kafkaStorageError,
                "\(path) is damaged: it doesn't say which topic the records beside it are of; "
                    + "kafka storage repair --data-dir \(FileSystem.parent(of: directory)) writes it anew")
        }
        return id
    }

    /// Writes partition.metadata anew.
    package static func write(topicID: KafkaUUID, in directory: String) throws(LogError) {
        try FileSystem.replace(
            metadataPath(directory), with: Array(text(topicID).utf8), durability: .contentsAndName)
    }

    static func text(_ topicID: KafkaUUID) -> String { "version: 0\ntopic_id: \(topicID)" }
}
