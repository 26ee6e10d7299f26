// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

/// Bytes that no honest peer sends.
enum HostileInput {
    /// Short messages of a type: its first and last version and the first flexible one.
    static func samples(_ type: any Message.Type) throws -> [(version: Int16, bytes: [UInt8])] {
        let schema = try #require(try Schema.all()[String(describing: type)])
        let versions = Set([type.versions.lowerBound, type.versions.upperBound, type.flexibleSince ?? -1])
        return versions.filter(type.versions.contains).sorted().map { version in
            var generator = SchemaGenerator(
                schema: schema, version: version, style: .small, random: TestRandom("\(type) \(version)"))
            return (version, SchemaWriter.bytes(generator.message(), schema, version))
        }
    }

    /// Lengths, counts and varints that lie, overflow or are negative.
    static let lies: [[UInt8]] = [
        [0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xfe], [0x80, 0x00, 0x00, 0x00],
        [0x7f, 0xff], [0x80, 0x00], [0xff], [0x00],
        // Varints: 2³¹ - 1, 2³² - 1, more than 32 bits, without end, a zero in five bytes.
        [0xff, 0xff, 0xff, 0xff, 0x07], [0xff, 0xff, 0xff, 0xff, 0x0f], [0xff, 0xff, 0xff, 0xff, 0x7f],
        Array(repeating: 0xff, count: 12), [0x80, 0x80, 0x80, 0x80, 0x00],
    ]

    /// Bytes with a change or several somewhere.
    static func mutated(_ bytes: [UInt8], _ random: inout TestRandom) -> [UInt8] {
        var bytes = bytes
        repeat {
            let index = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes.removeSubrange(index...)
            case 1: bytes.insert(contentsOf: random.bytes(Int.random(in: 1...5, using: &random)), at: index)
            case 2: bytes.removeSubrange(index..<min(index + Int.random(in: 1...4, using: &random), bytes.count))
            case 3: bytes = replaced(bytes, at: index, with: lies.randomElement(using: &random)!)
            case 4 where index < bytes.count: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default: bytes = replaced(bytes, at: index, with: random.bytes(Int.random(in: 1...8, using: &random)))
            }
        } while random.oneIn(2)
        return bytes
    }

    static func replaced(_ bytes: [UInt8], at index: Int, with new: [UInt8]) -> [UInt8] {
        Array(bytes[..<index] + new + bytes.dropFirst(index + new.count))
    }

    /// Whatever is read from `bytes` without an error is a message like any other: it can be written and read again.
    /// Errors other than `WireError` do not compile; a crash ends the tests.
    @discardableResult
    static func read<T: Message>(_ type: T.Type, _ version: Int16, _ bytes: [UInt8]) -> Bool {
        guard let message = try? T.decode(ByteBuffer(bytes: bytes), version: version) else { return false }
        func note() -> Comment { "\(type) \(version) \(ByteBuffer(bytes: bytes).hex), seed \(TestRandom.seed)" }
        do throws(WireError) {
            let written = try message.encoded(version: version)
            let again = try T.decode(written, version: version)
            // Not the messages: a NaN differs from itself.
            #expect(try again.encoded(version: version) == written, note())
        } catch {
            // Bytes that are not UTF-8 become replacement characters, which can be too long for 16 bits.
            guard case .tooLong = error else {
                Issue.record("\(note()): \(error)")
                return true
            }
        }
        return true
    }
}
