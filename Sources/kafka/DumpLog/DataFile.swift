// SPDX-License-Identifier: Apache-2.0

import SystemPackage

/// Parts of a path, as text.
enum FilePathText {
    static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The file beside it that has another ending.
    static func sibling(_ path: String, ending: String) -> String {
        let name = name(path)
        let stem = name.split(separator: ".", omittingEmptySubsequences: false)[0]
        return path.dropLast(name.count) + stem + ending
    }

    /// The base offset that a segment's file is named by.
    static func baseOffset(_ path: String) -> Int64 {
        Int64(name(path).split(separator: ".", omittingEmptySubsequences: false)[0]) ?? 0
    }
}

/// A file that is read at positions, and never written.
final class DataFile: Sendable {
    let path: String
    let byteCount: Int64
    private let file: FileDescriptor

    init(_ path: String) throws {
        self.path = path
        do {
            file = try FileDescriptor.open(FilePath(path), .readOnly)
            byteCount = try file.seek(offset: 0, from: .end)
        } catch let error as Errno {
            throw CommandError("Cannot read '\(path)': \(error)")
        }
    }

    deinit { try? file.close() }

    /// Up to `count` bytes; fewer at the end, none outside of the file.
    func read(at position: Int64, count: Int) throws -> [UInt8] {
        guard position >= 0 else { return [] }
        let available = Int(max(0, min(Int64(count), byteCount - position)))
        do {
            return try [UInt8](unsafeUninitializedCapacity: available) { buffer, initialized in
                while initialized < available {
                    let rest = UnsafeMutableRawBufferPointer(
                        UnsafeMutableBufferPointer(rebasing: buffer[initialized..<available]))
                    let count = try file.read(fromAbsoluteOffset: position + Int64(initialized), into: rest)
                    if count == 0 { break }
                    initialized += count
                }
            }
        } catch let error as Errno {
            throw CommandError("Cannot read '\(path)' at \(position): \(error)")
        }
    }
}

extension [UInt8] {
    /// A big-endian number.
    func integer<Number: FixedWidthInteger>(at index: Int, _: Number.Type = Number.self) -> Number {
        withUnsafeBytes { Number(bigEndian: $0.loadUnaligned(fromByteOffset: index, as: Number.self)) }
    }
}
