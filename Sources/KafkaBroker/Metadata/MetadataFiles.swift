// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import NIOCore

/// Whole files, with the metadata's errors.
enum MetadataFiles {
    /// The first bytes of a file, all by default; nil if there is no such file.
    static func contents(_ path: String, maxBytes: Int = .max) throws(MetadataError) -> ByteBuffer? {
        do throws(LogError) {
            return try FileSystem.contents(path, maxBytes: maxBytes).map { ByteBuffer(bytes: $0) }
        } catch {
            throw MetadataError(error)
        }
    }

    /// Puts a file in place as a whole.
    static func replace(
        _ path: String, with bytes: ByteBuffer, durability: Durability = .contentsAndName
    ) throws(MetadataError) {
        do throws(LogError) {
            try FileSystem.replace(path, with: Array(buffer: bytes), durability: durability)
        } catch {
            throw MetadataError(error)
        }
    }

    /// The names in a directory; none if there is no such directory.
    static func names(in directory: String) -> [String] { (try? FileSystem.names(in: directory)) ?? [] }

    /// The base offsets of the segments in a partition's directory, in order.
    static func segments(in directory: String) -> [Int64] {
        names(in: directory).compactMap { name in
            guard name.hasSuffix(".log"), name.utf8.count == 24, let offset = Int64(name.dropLast(4)), offset >= 0
            else { return nil }
            return offset
        }.sorted()
    }

    static func segmentPath(_ directory: String, _ offset: Int64, _ ending: String = ".log") -> String {
        let digits = String(offset)
        return "\(directory)/\(String(repeating: "0", count: max(0, 20 - digits.count)))\(digits)\(ending)"
    }

    /// A file that can't be removed stays: it is found again at the next start.
    static func remove(_ path: String) { _ = try? FileSystem.remove(path) }

    static func byteCount(_ path: String) -> Int64 { Int64((try? FileSystem.status(path))??.byteCount ?? 0) }
}
