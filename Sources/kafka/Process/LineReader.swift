// SPDX-License-Identifier: Apache-2.0

import Libc

/// Lines of a descriptor that others read as well: not a byte behind the end of the line is taken, as a shell does, so
/// that a command finds the lines that follow its own.
struct LineReader {
    let descriptor: Int32

    /// Nil at the end.
    mutating func next() -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
            if byte == 10 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
    }
}
