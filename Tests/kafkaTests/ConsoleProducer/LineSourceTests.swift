// SPDX-License-Identifier: Apache-2.0

import Libc
import Testing

@testable import kafka

@Suite("Lines of standard input")
struct LineSourceTests {
    /// Writes `pieces` to a pipe from another thread and reads the lines back.
    func lines(
        of pieces: [[UInt8]], limit: Int = 1 << 20, delimiter: RecordDelimiter = .newline
    ) throws -> (lines: [[UInt8]], tooLong: [Int]) {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        let (reader, writer) = (ends[0], ends[1])
        // A thread and no task: tests that read would take all threads that tasks have.
        Thread.detach {
            for piece in pieces {
                var sent = 0
                while sent < piece.count {
                    sent += piece.withUnsafeBytes { write(writer, $0.baseAddress! + sent, $0.count - sent) }
                }
            }
            close(writer)
        }
        defer { close(reader) }
        var source = LineSource(descriptor: reader, limit: limit, delimiter: delimiter)
        var lines: [[UInt8]] = []
        var tooLong: [Int] = []
        while true {
            switch try source.fill() {
            case .end: return (lines, tooLong)
            case .tooLong:
                tooLong.append(source.nextLine)
                if try source.skipLine() == .end { return (lines, tooLong) }
            case .lines, .interrupted: break
            }
            while let line = source.next() { lines.append(Array(line)) }
        }
    }

    @Test("Empty lines, carriage returns, binary bytes and a last line without newline are kept")
    func exactness() throws {
        let text: [UInt8] = Array("a\n\n\r\nb\r\n".utf8) + [0, 255, 10, 254]
        #expect(try lines(of: [text]).lines == [[97], [], [13], [98, 13], [0, 255], [254]])
        #expect(try lines(of: [[]]).lines.isEmpty)
        #expect(try lines(of: [[10]]).lines == [[]])
        #expect(try lines(of: [Array("x".utf8)]).lines == [[120]])
    }

    @Test("Any bytes may end a line instead, several too, of which a part ends none")
    func delimiters() throws {
        func texts(_ text: String, _ delimiter: [UInt8]) throws -> [String] {
            try lines(of: [Array(text.utf8)], delimiter: .bytes(delimiter)).lines.map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        #expect(try texts("a\0b\n\0\0c", [0]) == ["a", "b\n", "", "c"])
        #expect(try texts("a--b-c---d", [45, 45]) == ["a", "b-c", "-d"])
        #expect(try texts("aaab", [97, 97, 98]) == ["a"])
        #expect(try texts("a-", [45, 45]) == ["a-"])
        #expect(try texts("--", [45, 45]) == [""])
        #expect(try texts("", [45, 45]).isEmpty)
    }

    @Test("All of the input may be one line, an empty one too")
    func whole() throws {
        #expect(
            try lines(of: [Array("a\nb\n".utf8), [0, 255]], delimiter: .end).lines == [Array("a\nb\n".utf8) + [0, 255]])
        #expect(try lines(of: [[]], delimiter: .end).lines == [[]])
        let large = [UInt8](repeating: 7, count: 900_000)
        #expect(try lines(of: [large], delimiter: .end).lines == [large])
        #expect(try lines(of: [large], limit: 500_000, delimiter: .end).tooLong == [1])
    }

    @Test("A delimiter of several bytes is found however the input is cut, and behind lines that are too long")
    func cutDelimiters() throws {
        for delimiter in [[13, 10], [1, 2, 3], [5, 5, 5, 5]] as [[UInt8]] {
            let wanted = (0..<20).map { [UInt8](repeating: 5, count: $0 % 3) + Array("line \($0)".utf8) }
            let text = Array(wanted.joined(separator: delimiter))
            for size in 1...4 {
                let pieces = stride(from: 0, to: text.count, by: size).map {
                    Array(text[$0..<min($0 + size, text.count)])
                }
                #expect(try lines(of: pieces, delimiter: .bytes(delimiter)).lines == wanted)
            }
            let long = [UInt8](repeating: 65, count: 2_000_000) + delimiter + Array("kept".utf8)
            let found = try lines(of: [long], limit: 1_000_000, delimiter: .bytes(delimiter))
            #expect(found.lines == [Array("kept".utf8)] && found.tooLong == [1])
        }
    }

    @Test("Lines are the same however the input is cut into pieces")
    func pieces() throws {
        var generator = SystemRandomNumberGenerator()
        var all: [[UInt8]] = []
        var text: [UInt8] = []
        for index in 0..<2000 {
            let line = [UInt8](repeating: UInt8(index % 200 + 20), count: Int.random(in: 0..<3000, using: &generator))
            all.append(line)
            text += line + [10]
        }
        var pieces: [[UInt8]] = []
        var rest = text[...]
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1..<70_000, using: &generator))
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(try lines(of: pieces).lines == all)
    }

    @Test("A line of many megabytes is read, one beyond the limit is named and passed over")
    func longLines() throws {
        let long = [UInt8](repeating: 120, count: 5_000_000)
        let text = [97, 10] + long + [10, 98, 10]
        #expect(try lines(of: [text], limit: 8 << 20).lines == [[97], long, [98]])
        let short = try lines(of: [text], limit: 2 << 20)
        #expect(short.lines == [[97], [98]])
        #expect(short.tooLong == [2])
        #expect(try lines(of: [long], limit: 1 << 20).tooLong == [1])
    }

    @Test("A line that was put back is returned again")
    func puttingBack() throws {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        _ = "one\ntwo".withCString { write(ends[1], $0, 7) }
        close(ends[1])
        defer { close(ends[0]) }
        var source = LineSource(descriptor: ends[0], limit: 1 << 20)
        let first = try source.fill()
        #expect(first == .lines)
        for _ in 0..<2 {
            guard let line = source.next() else {
                Issue.record("the line is gone")
                return
            }
            #expect(Array(line) == Array("one".utf8))
            source.putBack(line)
        }
        let number = source.nextLine
        #expect(number == 1)
        _ = source.next()
        let early = source.next()
        #expect(early == nil)
        let event = try source.fill()
        #expect(event == .lines)
        guard let last = source.next() else {
            Issue.record("the last line is gone")
            return
        }
        source.putBack(last)
        let again = source.next().map { Array($0) }
        #expect(again == Array("two".utf8))
        let end = try source.fill()
        #expect(end == .end)
    }
}
