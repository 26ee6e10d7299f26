// SPDX-License-Identifier: Apache-2.0

/// Where a partition's files are; shared by its segments, so that a renamed directory is renamed for all of them.
final class LogLocation {
    var directory: String

    init(_ directory: String) { self.directory = directory }
}

/// The files of a log, by the end of their names.
enum FileKind: String, CaseIterable {
    case log = ".log"
    case offsetIndex = ".index"
    case timeIndex = ".timeindex"
    case transactionIndex = ".txnindex"
    case snapshot = ".snapshot"

    /// The files that make up a segment.
    static let ofSegment: [FileKind] = [.log, .offsetIndex, .timeIndex, .transactionIndex]
}

/// The names of a segment's files.
struct SegmentFiles {
    /// What stands behind the name while a segment comes or goes.
    enum Suffix: String, CaseIterable {
        case none = ""
        case deleted = ".deleted"
        case cleaned = ".cleaned"
        case swap = ".swap"
    }

    let location: LogLocation
    let baseOffset: Int64
    var suffix = Suffix.none

    func path(_ kind: FileKind) -> String { path(kind, suffix) }

    func path(_ kind: FileKind, _ suffix: Suffix) -> String {
        "\(location.directory)/\(Self.name(baseOffset))\(kind.rawValue)\(suffix.rawValue)"
    }

    /// Twenty digits, so that names sort as offsets do.
    static func name(_ offset: Int64) -> String {
        String(unsafeUninitializedCapacity: 20) { digits in
            var rest = UInt64(offset)
            for index in stride(from: 19, through: 0, by: -1) {
                digits[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            return 20
        }
    }
}

/// The name of a file in a partition's directory, taken apart; nil for one that belongs to no offset.
struct SegmentFileName {
    var offset: Int64
    var kind: FileKind
    var suffix: SegmentFiles.Suffix

    init?(_ name: String) {
        let bytes = name.utf8
        guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")), let offset = Int64(name[..<dot]), offset >= 0 else {
            return nil
        }
        let rest = name[dot...]
        let end = rest.dropFirst().firstIndex(of: ".") ?? rest.endIndex
        guard let kind = FileKind(rawValue: String(rest[..<end])),
            let suffix = SegmentFiles.Suffix(rawValue: String(rest[end...]))
        else { return nil }
        self.offset = offset
        self.kind = kind
        self.suffix = suffix
    }
}
