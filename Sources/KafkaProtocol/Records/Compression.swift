// SPDX-License-Identifier: Apache-2.0

/// The codec of a batch's records: the lowest three bits of its attributes.
public enum Compression: Int8, Sendable, Hashable, CaseIterable {
    /// As it is.
    case none = 0
    /// Gzip (RFC 1952); the smallest of the old ones, and slow.
    case gzip = 1
    /// Snappy, in the blocks of Java's library or as one.
    case snappy = 2
    /// LZ4 frames; quick on both sides.
    case lz4 = 3
    /// Since KIP-110.
    case zstd = 4

    /// As `compression.type` spells it.
    public var name: String {
        switch self {
        case .none: "none"
        case .gzip: "gzip"
        case .snappy: "snappy"
        case .lz4: "lz4"
        case .zstd: "zstd"
        }
    }

    /// The codec of this name, as `compression.type` has it; nil if there is none.
    public init?(name: String) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    /// The levels that `compression.<codec>.level` takes (KIP-390), nil for codecs without levels.
    public var levels: ClosedRange<Int>? {
        switch self {
        case .none, .snappy: nil
        case .gzip: 1...9
        case .lz4: 1...17
        case .zstd: -131_072...22
        }
    }

    /// Kafka's default level; gzip's -1, outside its range, means zlib's own choice.
    public var defaultLevel: Int? {
        switch self {
        case .none, .snappy: nil
        case .gzip: -1
        case .lz4: 9
        case .zstd: 3
        }
    }
}

extension Compression: CustomStringConvertible {
    public var description: String { name }
}

/// How to compress: a codec and, where it has them, a level.
public struct CompressionSettings: Sendable, Hashable {
    /// The codec.
    public var type: Compression
    /// Nil stands for the codec's default level in Kafka; a level out of range is moved into it.
    public var level: Int?

    /// A codec, at its own default level if nil.
    public init(_ type: Compression, level: Int? = nil) {
        self.type = type
        self.level = level
    }

    /// No compression.
    public static let none = CompressionSettings(.none)

    /// The level in force, nil for codecs without levels.
    var effectiveLevel: Int? {
        guard let levels = type.levels, let level, level != type.defaultLevel else { return type.defaultLevel }
        return min(max(level, levels.lowerBound), levels.upperBound)
    }
}
