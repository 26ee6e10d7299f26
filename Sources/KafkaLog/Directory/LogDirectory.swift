// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Synchronization

/// One data directory of a broker, locked for as long as it is open.
public final class LogDirectory: Sendable {
    /// Where it is.
    public let path: String
    private let lock: Mutex<LogFile?>

    private init(path: String, lock: LogFile) {
        self.path = path
        self.lock = Mutex(lock)
    }

    /// Makes the directory if it is missing, and takes `.lock`; fails while another broker, ours or Kafka's, has it.
    public static func open(_ path: String) throws(LogError) -> LogDirectory {
        try FileSystem.makeDirectory(path)
        let file = try FileSystem.openOrCreate("\(path)/.lock")
        guard POSIX.lock(file.descriptor) else {
            throw LogError(.kafkaStorageError, "Another broker is running on \(path): it holds \(path)/.lock")
        }
        let directory = LogDirectory(path: path, lock: file)
        try directory.removeUnfinishedFiles()
        return directory
    }

    /// Removes what a kill left of a file that was being replaced; that file may not be replaced again for long.
    private func removeUnfinishedFiles() throws(LogError) {
        let files = CheckpointKind.allCases.map { "\(path)/\($0.rawValue)" } + [Self.propertiesPath(path), markerPath]
        for file in files { try FileSystem.removeUnfinished(file) }
    }

    /// Lets others have the directory.
    public func close() {
        lock.withLock { file in
            if let file { POSIX.unlock(file.descriptor) }
            file = nil
        }
    }

    /// Brings everything to disk that was written here, and whatever else is on the same file system: where thousands
    /// of logs are closed, once this and `PartitionLog.closeWithoutFlush` for each are far faster than `close`.
    public func synchronize() throws(LogError) {
        try FileSystem.open("\(path)/.lock").syncFileSystem()
    }

    /// Deletes a directory and the files in it, such as one that `PartitionLog.renameForDeletion` named.
    public static func remove(_ directory: String) throws(LogError) {
        guard try FileSystem.status(directory) != nil else { return }
        for name in try FileSystem.names(in: directory) { try FileSystem.remove("\(directory)/\(name)") }
        try FileSystem.removeDirectory(directory)
    }
}
