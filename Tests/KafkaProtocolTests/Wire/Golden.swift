// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// Files that the tests compare with, and the sources that they check.
enum Golden {
    /// The root of the repository.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try source("Tests/Golden/" + path)
    }

    /// A file of the repository.
    static func source(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Names of the files in a directory of the repository, sorted.
    static func files(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(directory).path).sorted()
    }
}

struct NotHexadecimal: Error {}

extension ByteBuffer {
    /// - Parameter hex: pairs of digits; spaces are skipped.
    init(hex: some StringProtocol) throws {
        let digits = hex.utf8.filter { $0 != UInt8(ascii: " ") }
        guard digits.count.isMultiple(of: 2) else { throw NotHexadecimal() }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                throw NotHexadecimal()
            }
            bytes.append(byte)
        }
        self.init(bytes: bytes)
    }

    var bytes: [UInt8] { Array(readableBytesView) }

    var hex: String {
        bytes.map { String(UInt16($0) | 0x100, radix: 16).dropFirst() }.joined()
    }
}
