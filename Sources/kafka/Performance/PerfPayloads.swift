// SPDX-License-Identifier: Apache-2.0

import KafkaLog

/// What is written.
struct PerfPayloads: Sendable {
    private enum Source: Sendable {
        case random([UInt8])
        case lines([[UInt8]])
        case numbers
    }

    private var source: Source
    private var file: String?
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(_ arguments: Arguments) throws {
        let given = ["record-size", "payload-file", "payload-monotonic"].filter(arguments.has)
        guard given.count == 1 else {
            throw CommandError("Exactly one of --record-size, --payload-file and --payload-monotonic must be given.")
        }
        if let size = try arguments.integer("record-size", Int32.self).map(Int.init) {
            guard size > 0 else { throw CommandError("--record-size should be greater than zero, not \(size).") }
            source = .random([UInt8](repeating: 65, count: size))
        } else if let path = arguments.string("payload-file") {
            let delimiter = (arguments.string("payload-delimiter") ?? "\n").replacing("\\n", with: "\n")
            guard !delimiter.isEmpty else { throw CommandError("--payload-delimiter should not be empty.") }
            let bytes = try FileText.readBytes(path, for: "the file of --payload-file")
            if bytes.isEmpty { throw CommandError("The file of --payload-file, '\(path)', is empty.") }
            source = .lines(Self.payloads(in: bytes, delimiter: Array(delimiter.utf8)))
            file = path
        } else {
            source = .numbers
        }
    }

    /// The texts between delimiters; those at the end that are empty don't count, as in Java.
    static func payloads(in bytes: [UInt8], delimiter: [UInt8]) -> [[UInt8]] {
        var parts = bytes.split(separator: delimiter, omittingEmptySubsequences: false).map(Array.init)
        while parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        return parts
    }

    /// Says which payloads there are, as Kafka's tool does.
    func announce(_ context: Context) {
        guard let file, case .lines(let lines) = source else { return }
        context.out.line("Reading payloads from: \(FileSystem.absolute(file))")
        context.out.line("Number of messages read: \(lines.count)")
    }

    private mutating func next() -> UInt64 {
        // xorshift64*: quick, and letters need no better.
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func withPayload<Result>(_ number: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        switch source {
        case .numbers: return try Array(String(number).utf8).withUnsafeBytes(body)
        case .lines(let lines): return try lines[Int(next() % UInt64(lines.count))].withUnsafeBytes(body)
        case .random(var bytes):
            source = .numbers
            var index = 0
            while index < bytes.count {
                var letters = next()
                for _ in 0..<min(8, bytes.count - index) {
                    bytes[index] = 65 + UInt8(truncatingIfNeeded: letters & 255) % 26
                    letters >>= 8
                    index += 1
                }
            }
            defer { source = .random(bytes) }
            return try bytes.withUnsafeBytes(body)
        }
    }
}
