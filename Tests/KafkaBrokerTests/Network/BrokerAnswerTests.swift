// SPDX-License-Identifier: Apache-2.0

import Libc
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import KafkaBroker

@Suite("Whether a broker is well")
struct BrokerAnswerTests {
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
            let hasAnswered = Atomic<Bool>(false)
            await withTaskGroup { group in
                group.addTask {
                    await broker.answer()
                    hasAnswered.store(true, ordering: .relaxed)
                }
                for other in loops where other !== hanging {
                    for _ in 0..<1000 { try? await other.submit {}.get() }
                }
                let early = hasAnswered.load(ordering: .relaxed)
                #expect(!early)
                var byte: UInt8 = 0
                #expect(write(writer, &byte, 1) == 1)
            }
            let late = hasAnswered.load(ordering: .relaxed)
            #expect(late)
            close(reader)
            close(writer)
        }
        try await broker.stop()
    }
}
