// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Libc

/// The text of a small file.
package enum FileText {
    /// - Parameter property: who names the file, for the message.
    package static func read(_ path: String, for property: String) throws(SecurityError) -> String {
        let limit = 1 << 20
        func failure(_ reason: String) -> SecurityError {
            SecurityError("\(path.printable), which \(property) names, can't be read: \(reason)")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Libc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(String(cString: strerror(errno))) }
            if count == 0 { break }
            bytes += piece[..<count]
            guard bytes.count <= limit else { throw failure("it is larger than \(limit) bytes") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("it is no UTF-8") }
        return text
    }
}
