// SPDX-License-Identifier: Apache-2.0

import SystemPackage

enum FileText {
    /// The bytes of a file; `what` names it in the message of an error.
    static func readBytes(_ path: String, for what: String) throws -> [UInt8] {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 1 << 16)
                while true {
                    let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
                    if count == 0 { return bytes }
                    bytes += chunk[..<count]
                }
            }
        } catch let error as Errno {
            throw CommandError("Cannot read \(what), '\(path)': \(error)")
        }
    }

    enum Kind { case missing, file, directory }

    /// What stands under a path.
    static func kind(of path: String) throws -> Kind {
        do {
            try FileDescriptor.open(FilePath(path), .readOnly, options: .directory).close()
            return .directory
        } catch let error as Errno {
            switch error {
            case .noSuchFileOrDirectory: return .missing
            case .notDirectory: return .file
            default: throw CommandError("Cannot open '\(path)': \(error)")
            }
        }
    }

    static func read(_ path: String, for what: String) throws -> String {
        let bytes = try readBytes(path, for: what)
        guard !bytes.contains(0) else { throw CommandError("Cannot read \(what), '\(path)': it is not a text file") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
