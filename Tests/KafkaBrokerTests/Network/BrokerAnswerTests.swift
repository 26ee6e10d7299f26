// SPDX-License-Identifier: Apache-2.0

import Libc
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import KafkaBroker

@Suite("Whether a broker is well")
struct BrokerAnswerTests {
    /// Whether something has happened.
    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)

        var isSet: Bool { value.load(ordering: .relaxed) }

        func set() { value.store(true, ordering: .relaxed) }
    }

    @Test("It doesn't answer while one of its event loops hangs, and does when that goes on")
    func hangs() async throws {
        let broker = try await Broker.start()
        await broker.answer()
        let loops = Array(broker.parts.group.makeIterator())
        for hanging in loops {
            var ends: (Int32, Int32) = (-1, -1)
            withUnsafeMutablePointer(to: &ends) { pointer in
                pointer.withMemoryRebound(to: Int32.self, capacity: 2) { #expect(pipe($0) == 0) }
            }
            let (reader, writer) = ends
            hanging.execute {
                var byte: UInt8 = 0
                _ = read(reader, &byte, 1)
            }
            let answered = Flag()
            await withTaskGroup { group in
                group.addTask {
                    await broker.answer()
                    answered.set()
                }
                for other in loops where other !== hanging {
                    for _ in 0..<1000 { try? await other.submit {}.get() }
                }
                #expect(!answered.isSet)
                var byte: UInt8 = 0
                #expect(write(writer, &byte, 1) == 1)
            }
            #expect(answered.isSet)
            close(reader)
            close(writer)
        }
        try await broker.stop()
    }
}
