// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import Synchronization
import Testing

@testable import KafkaBroker

@Suite("Memory of requests, and the time to send them")
struct RequestMemoryTests {
    /// Counts what it is told.
    private final class Calls: Sendable {
        private let list = Mutex<[Int]>([])
        func add(_ number: Int) { list.withLock { $0.append(number) } }
        func take() -> [Int] {
            list.withLock { list in
                defer { list = [] }
                return list
            }
        }
    }

    private let memory = RequestMemory(limit: 100)
    private let calls = Calls()

    private func ask(_ connection: Int, from old: Int, to new: Int) -> Bool {
        memory.change(of: connection, from: old, to: new, resume: { [calls] in calls.add(connection) })
    }

    @Test("When it is used up, one connection goes on and the others wait until some is given back")
    func favourite() {
        #expect(ask(1, from: 0, to: 60) && ask(2, from: 0, to: 40))
        #expect(!memory.isShort)
        #expect(ask(1, from: 60, to: 120), "somebody has to get to the end")
        #expect(!ask(2, from: 40, to: 80) && !ask(3, from: 0, to: 10))
        #expect(memory.isShort && memory.used == 160)
        #expect(ask(1, from: 120, to: 240), "and does so")
        #expect(calls.take().isEmpty)
        #expect(ask(1, from: 240, to: 0))
        #expect(calls.take() == [2, 3])
        #expect(!memory.isShort)
        #expect(ask(3, from: 0, to: 10) && ask(2, from: 40, to: 90))
        #expect(memory.used == 100)
    }

    @Test("Who goes beyond it is alone in that until so much is free again, whether its request is whole or served")
    func excess() {
        #expect(ask(1, from: 0, to: 90) && ask(2, from: 0, to: 150))
        // Whole by now; it waits for something else.
        #expect(ask(2, from: 150, to: 150) && ask(2, from: 150, to: 140))
        for connection in 3...9 { #expect(!ask(connection, from: 0, to: 100)) }
        #expect(memory.used == 230)
        #expect(ask(1, from: 90, to: 0) && memory.used == 140 && calls.take().isEmpty)
        #expect(!ask(1, from: 0, to: 10))
        memory.forget(2, holding: 140)
        #expect(Set(calls.take()) == Set([1] + Array(3...9)))
        #expect(ask(3, from: 0, to: 200) && !ask(4, from: 0, to: 200))
    }

    @Test("A request that is being served while others wait has to hurry")
    func hurry() {
        let hurried = Calls()
        #expect(ask(1, from: 0, to: 150))
        memory.serves(1) { hurried.add(1) }
        memory.serves(2) { hurried.add(2) }
        #expect(hurried.take().isEmpty)
        memory.served(2)
        #expect(!ask(3, from: 0, to: 50))
        #expect(hurried.take() == [1])
        memory.serves(4) { hurried.add(4) }
        #expect(hurried.take() == [4])
        memory.forget(4, holding: 0)
        #expect(!ask(5, from: 0, to: 50))
        #expect(hurried.take() == [1])
        memory.served(1)
        memory.forget(1, holding: 150)
        #expect(calls.take() == [3, 5] && hurried.take().isEmpty)
    }

    @Test("What small requests take is not counted, and is there for them always")
    func small() {
        #expect(RequestMemory.counted(RequestMemory.free) == 0)
        #expect(RequestMemory.counted(RequestMemory.free + 1) == 1)
        #expect(ask(1, from: 0, to: 500))
        #expect(ask(2, from: 0, to: 0))
    }

    @Test("A connection that closes gives back what it has, and its turn")
    func closing() {
        #expect(ask(1, from: 0, to: 500))
        #expect(!ask(2, from: 0, to: 200) && !ask(3, from: 0, to: 200))
        memory.forget(3, holding: 0)
        #expect(calls.take().isEmpty)
        memory.forget(1, holding: 500)
        #expect(calls.take() == [2])
        #expect(ask(2, from: 0, to: 200))
        memory.forget(2, holding: 200)
        #expect(memory.used == 0)
    }

    @Test("Whatever order connections ask and go in, nobody waits while nobody may go on")
    func progress() {
        let seed = UInt64.random(in: 0 ... .max)
        print("request memory seed \(seed)")
        var random = SeededRandom(seed: seed)
        var held: [Int: Int] = [:]
        var waiting: [Int: Int] = [:]
        for step in 0..<5_000 {
            let connection = Int.random(in: 0..<8, using: &random)
            let old = held[connection] ?? 0
            if waiting[connection] == nil {
                let new = Int.random(in: 0...2, using: &random) == 0 ? 0 : old + Int.random(in: 0...60, using: &random)
                if ask(connection, from: old, to: new) { held[connection] = new } else { waiting[connection] = new }
            }
            for resumed in calls.take() {
                guard let wanted = waiting.removeValue(forKey: resumed) else {
                    Issue.record("\(resumed) did not wait, step \(step), seed \(seed)")
                    continue
                }
                if ask(resumed, from: held[resumed] ?? 0, to: wanted) {
                    held[resumed] = wanted
                } else {
                    waiting[resumed] = wanted
                }
            }
            #expect(memory.used == held.values.reduce(0, +))
            #expect(waiting.count < 8, "everybody waits, step \(step), seed \(seed)")
        }
    }

    @Test("A request has a minute, and more as its bytes come; while others wait for memory it has to hurry")
    func time() {
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        var frame = UnfinishedFrame(byteCount: 100, now: start)
        #expect(!frame.isOverdue(now: start + .seconds(60), isShort: false))
        #expect(frame.isOverdue(now: start + .seconds(61), isShort: false))
        #expect(!frame.isOverdue(now: start + .seconds(10), isShort: true))
        #expect(frame.isOverdue(now: start + .seconds(11), isShort: true))
        frame.note(byteCount: 100 + 1_000_000)
        #expect(!frame.isOverdue(now: start + .seconds(304), isShort: false))
        #expect(frame.isOverdue(now: start + .seconds(305), isShort: false))
        #expect(!frame.isOverdue(now: start + .seconds(25), isShort: true))
        #expect(frame.isOverdue(now: start + .seconds(26), isShort: true))
    }
}

@Suite("Warnings that clients can provoke")
struct RepeatedWarningsTests {
    private final class Lines: Sendable {
        let list = Mutex<[String]>([])
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }
        func log(event: LogEvent) { lines.list.withLock { $0.append("\(event.message)") } }
    }

    @Test("The first is said at once, the others after a second, in one line with their number")
    func counts() async {
        let lines = Lines()
        let (seconds, clock) = AsyncStream.makeStream(of: Void.self)
        let warnings = RepeatedWarnings(Logger(label: "test") { _ in Handler(lines: lines) }) {
            for await _ in seconds { return }
            throw CancellationError()
        }
        warnings.log(.debug, "kind", "not said at this level")
        for number in 1...5 { warnings.log(.warning, "kind", "bad \(number)") }
        #expect(lines.list.withLock { $0 } == ["bad 1"])
        clock.yield()
        while lines.list.withLock({ $0.count }) < 2 { await Task.yield() }
        #expect(lines.list.withLock { $0 } == ["bad 1", "bad 5 (and 3 more like it: kind)"])
        clock.finish()
    }
}
