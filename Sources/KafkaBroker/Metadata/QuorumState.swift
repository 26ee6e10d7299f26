// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import KafkaProtocol
internal import NIOCore

/// The file `quorum-state`: which epoch the node is in, and whom it holds for the leader.
struct QuorumState: Equatable {
    var leaderID: Int32
    var leaderEpoch: Int32
    /// Version 0 is written under kraft.version 0 and names the voters; version 1 (KIP-853) does not.
    var version: Int16 = 0

    static let fileName = "quorum-state"

    /// Nil for a directory without one.
    static func read(_ directory: String) throws(MetadataError) -> QuorumState? {
        let path = directory + "/" + fileName
        guard let bytes = try MetadataFiles.contents(path), bytes.readableBytes > 0 else { return nil }
        let text = String(buffer: bytes)
        guard let epoch = number("leaderEpoch", in: text), let leaderEpoch = Int32(exactly: epoch) else {
            throw MetadataError(
                .kafkaStorageError, "\(path) is damaged: it names no leaderEpoch. \(StorageAdvice.text(directory))")
        }
        return QuorumState(
            leaderID: Int32(clamping: number("leaderId", in: text) ?? -1), leaderEpoch: leaderEpoch,
            version: Int16(clamping: number("data_version", in: text) ?? 0))
    }

    /// A power failure may bring its predecessor back, with an epoch below the log's, until the log is flushed.
    func write(_ directory: String) throws(MetadataError) {
        try MetadataFiles.replace(
            directory + "/" + Self.fileName, with: ByteBuffer(string: text), durability: .contents)
    }

    /// As Kafka writes it: one line of JSON, the fields in the order of their definition.
    var text: String {
        if version == 0 {
            return "{\"clusterId\":\"\",\"leaderId\":\(leaderID),\"leaderEpoch\":\(leaderEpoch),\"votedId\":-1,"
                + "\"appliedOffset\":0,\"currentVoters\":[{\"voterId\":\(leaderID)}],\"data_version\":0}"
        }
        return "{\"leaderId\":\(leaderID),\"leaderEpoch\":\(leaderEpoch),\"votedId\":-1,"
            + "\"votedDirectoryId\":\"\(KafkaUUID.zero)\",\"data_version\":1}"
    }

    /// The number of a field; the file is flat but for the voters, whose fields have other names.
    private static func number(_ field: String, in text: String) -> Int64? {
        let bytes = Array(text.utf8)
        let key = Array("\"\(field)\"".utf8)
        guard bytes.count > key.count else { return nil }
        for start in 0...(bytes.count - key.count) where Array(bytes[start..<start + key.count]) == key {
            let rest = bytes[(start + key.count)...].drop { $0 == 0x3a || $0 == 0x20 }
            let digits = rest.prefix { $0 == 0x2d || (0x30...0x39).contains($0) }
            return Int64(String(decoding: digits, as: UTF8.self))
        }
        return nil
    }
}
