// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Libc

/// The directory of a broker whose data is gone when it stops: one below `$TMPDIR`, else /tmp. A broker that was killed
/// leaves it behind; the next one that is started so removes it.
enum EphemeralDirectory {
    private static let prefix = "kafka-"
    /// As many characters as mkdtemp puts behind the prefix.
    private static let randomCount = 6
    /// The file that says that the directory may be removed when nobody has it locked any more.
    static let marker = ".ephemeral"

    /// A new directory, locked.
    static func make() throws(LogError) -> LogDirectory {
        let parent = try parent()
        removeAbandoned(in: parent)
        var template = Array("\(parent)/\(prefix)\(String(repeating: "X", count: randomCount))".utf8CString)
        guard mkdtemp(&template) != nil else {
            let cause = String(cString: strerror(errno))
            throw LogError(
                .kafkaStorageError,
                "no temporary directory can be made in \(parent): \(cause); TMPDIR says where, or --data-dir")
        }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let directory = try LogDirectory.open(path)
        // After the lock: whoever finds the marker finds the lock taken.
        try FileSystem.replace("\(path)/\(marker)", with: [], durability: .none)
        return directory
    }

    /// From the root on: the broker may be asked for it.
    private static func parent() throws(LogError) -> String {
        guard let given = getenv("TMPDIR").map({ String(cString: $0) }), !given.isEmpty else { return "/tmp" }
        let path = DataDirectory.absolute(given)
        guard let status = try FileSystem.status(path), status.isDirectory else {
            throw LogError(.kafkaStorageError, "TMPDIR is '\(given)', which is no directory")
        }
        return path
    }

    /// Removes the directories that killed brokers of this user left.
    private static func removeAbandoned(in parent: String) {
        for name in (try? FileSystem.names(in: parent)) ?? []
        where name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + randomCount {
            let path = "\(parent)/\(name)"
            guard let facts = FileFacts(path, followsLinks: false), facts.isDirectory, facts.owner == geteuid(),
                FileFacts("\(path)/\(marker)", followsLinks: false) != nil,
                let abandoned = try? LogDirectory.open(path)
            else { continue }
            FileTree.remove(path)
            abandoned.close()
        }
    }
}
