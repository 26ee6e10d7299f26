// SPDX-License-Identifier: Apache-2.0

import Libc
import SystemPackage

/// A file with a text, which goes with this object.
final class TemporaryFile: Sendable {
    let path: String

    init(_ text: String) {
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(directory)/kafka-test-XXXXXX".utf8CString)
        let file = FileDescriptor(rawValue: name.withUnsafeMutableBufferPointer { mkstemp($0.baseAddress!) })
        path = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        _ = try? file.closeAfter { try file.writeAll(text.utf8) }
    }

    deinit { unlink(path) }
}
