// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore
internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The few things that are done with whole files.
enum MetadataFiles {
    /// The first bytes of a file, all by default; nil if there is no such file.
    static func contents(_ path: String, maxBytes: Int = .max) throws(MetadataError) -> ByteBuffer? {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly)
            defer { try? file.close() }
            let size = min(Int(try file.seek(offset: 0, from: .end)), maxBytes)
            try file.seek(offset: 0, from: .start)
            var buffer = ByteBuffer()
            buffer.reserveCapacity(size)
            while buffer.readableBytes < maxBytes {
                let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 65_536) {
                    try file.read(into: $0)
                }
                if count == 0 { break }
            }
            return buffer
        } catch let error as Errno where error == .noSuchFileOrDirectory {
            return nil
        } catch {
            throw failure("read", path, error)
        }
    }

    /// Puts a file in place as a whole, on disk when the call returns.
    static func replace(_ path: String, with bytes: ByteBuffer) throws(MetadataError) {
        let temporary = path + ".part"
        do {
            let file = try FileDescriptor.open(
                FilePath(temporary), .writeOnly, options: [.create, .truncate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            do {
                _ = try bytes.withUnsafeReadableBytes { try file.writeAll($0) }
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            } catch {
                try? file.close()
                throw error
            }
            try file.close()
            guard rename(temporary, path) == 0 else { throw Errno(rawValue: errno) }
            try syncDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        } catch {
            unlink(temporary)
            throw failure("write", path, error)
        }
    }

    /// The names in a directory; none if there is no such directory.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.filter { $0 != "." && $0 != ".." }
    }

    static func remove(_ path: String) { unlink(path) }

    static func byteCount(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    private static func syncDirectory(_ path: String) throws {
        let directory = try FileDescriptor.open(FilePath(path.isEmpty ? "." : path), .readOnly)
        defer { try? directory.close() }
        guard fsync(directory.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }

    private static func failure(_ verb: String, _ path: String, _ error: any Error) -> MetadataError {
        MetadataError(.kafkaStorageError, "can't \(verb) \(path): \(error)")
    }
}
