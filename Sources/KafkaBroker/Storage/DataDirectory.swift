// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import SystemPackage

/// The data directory of a broker, temporary or kept.
struct DataDirectory: Sendable {
    let logs: LogDirectory
    let isEphemeral: Bool

    var path: String { logs.path }

    /// Opens the directory and takes its lock.
    /// - Parameter path: nil for a new temporary directory.
    static func open(_ path: String?) throws(BrokerError) -> DataDirectory {
        do throws(LogError) {
            guard let path else { return DataDirectory(logs: try EphemeralDirectory.make(), isEphemeral: true) }
            return DataDirectory(logs: try LogDirectory.open(absolute(path)), isEphemeral: false)
        } catch {
            throw BrokerError(error.message)
        }
    }

    /// As Kafka names a directory to its clients: where it is, whatever links and `..` lead there.
    static func absolute(_ path: String) -> String {
        var absolute = FilePath("/")
        absolute.append(FilePath(FileSystem.absolute(path)).components.filter { $0.kind != .currentDirectory })
        return absolute.string
    }

    /// Releases the lock, and removes a temporary directory.
    func close() {
        // While it is locked, so that nobody else takes it for abandoned.
        if isEphemeral { FileTree.remove(path) }
        logs.close()
    }
}
