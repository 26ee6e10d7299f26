// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Libc

/// A file or a property that key material comes from, as errors name it.
package struct KeySource: Sendable, Equatable {
    package var property: String
    /// Nil where the property's value is the material itself.
    package var path: String?

    package init(_ property: String, path: String? = nil) {
        self.property = property
        self.path = path
    }

    /// Files of keys are small; what is larger is something else.
    private static let maximumBytes = 64 << 20

    /// The file and its property, or the property.
    var name: String { path.map { "\($0.printable) (\(property))" } ?? property }

    func error(_ reason: String) -> SecurityError {
        SecurityError("\(name) \(reason)")
    }

    /// The file's bytes.
    func read() throws(SecurityError) -> [UInt8] {
        guard let path else { throw error("names no file") }
        guard !path.isEmpty else { throw SecurityError("\(property) is empty; name a file or take it out") }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable() }
        defer { _ = close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes { Libc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable() }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= Self.maximumBytes else { throw error("is too large for a file of keys") }
        }
    }

    private func unreadable() -> SecurityError {
        switch errno {
        case ENOENT, ENOTDIR: error("does not exist")
        case EACCES, EPERM: error("can't be read: no permission for user \(geteuid())")
        case EISDIR: error("is a directory; name a file")
        case let code: error("can't be read: \(String(cString: strerror(code)))")
        }
    }
}
