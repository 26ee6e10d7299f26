// SPDX-License-Identifier: Apache-2.0

import Glibc
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
            guard let path else {
                return DataDirectory(logs: try LogDirectory.open(try temporary()), isEphemeral: true)
            }
            return DataDirectory(logs: try LogDirectory.open(absolute(path)), isEphemeral: false)
        } catch {
            throw BrokerError(error.message)
        }
    }

    /// As Kafka names a directory to its clients: where it is, whatever links and `..` lead there.
    private static func absolute(_ path: String) -> String {
        var absolute = FilePath("/")
        if !path.hasPrefix("/"), let current = getcwd(nil, 0) {
            absolute = FilePath(String(cString: current))
            free(current)
        }
        absolute.append(FilePath(path).components.filter { $0.kind != .currentDirectory })
        return absolute.string
    }

    private static func temporary() throws(LogError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((parent + "/kafka-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            let cause = String(cString: strerror(errno))
            throw LogError(.kafkaStorageError, "no temporary directory can be made in \(parent): \(cause)")
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Releases the lock, and removes a temporary directory.
    func close() {
        logs.close()
        if isEphemeral { removeTree(path) }
    }
}

/// Removes a directory and all below it; what can't be removed stays.
private func removeTree(_ path: String) {
    guard let stream = opendir(path) else { return }
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        let child = path + "/" + name
        if entry.pointee.d_type == UInt8(DT_DIR) { removeTree(child) } else { unlink(child) }
    }
    closedir(stream)
    rmdir(path)
}
