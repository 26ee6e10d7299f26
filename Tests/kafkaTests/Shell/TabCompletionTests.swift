// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import kafka

@Suite("Tab in the shell")
struct TabCompletionTests {
    func complete(_ candidates: [String], _ line: String) -> LineEditor.Completion {
        TabCompletion.completion(candidates, ShellWords(line))
    }

    @Test("types a single candidate, with a blank behind it")
    func single() {
        #expect(complete(["orders"], "topics --topic or") == .init(replaced: 2, replacement: "orders "))
        #expect(complete(["retention.ms="], "r") == .init(replaced: 1, replacement: "retention.ms="))
        #expect(complete(["etc/"], "e") == .init(replaced: 1, replacement: "etc/"))
        #expect(complete([], "x") == .init())
    }

    @Test("types what several have in common, and then shows them")
    func several() {
        #expect(complete(["orders-a", "orders-b"], "o") == .init(replaced: 1, replacement: "orders-"))
        #expect(complete(["orders-a", "orders-b"], "orders-") == .init(choices: ["orders-a", "orders-b"]))
    }

    @Test("keeps the quotes that were opened, and protects what needs it")
    func quotes() {
        #expect(complete(["a group"], "--group a") == .init(replaced: 1, replacement: #"a\ group "#))
        #expect(complete(["a group"], "--group 'a") == .init(replaced: 2, replacement: "'a group' "))
        #expect(complete(["a group", "a grape"], "--group \"a") == .init(replaced: 2, replacement: "\"a gr"))
    }

    @Test("knows the options without a cluster")
    func options() {
        let completion = TabCompletion(
            ShellDefaults(bootstrapServers: "127.0.0.1:1", tools: Tools.table), Environment(variables: [:]))
        #expect(completion.complete("topics --desc") == .init(replaced: 6, replacement: "--describe "))
        #expect(completion.complete("console-pr") == .init(replaced: 10, replacement: "console-producer "))
        #expect(completion.complete("topics --list | x") == .init())
    }
}

@Suite("What the cluster answered is remembered for Tab")
struct CandidateCacheTests {
    let key = ClusterCandidates(.topics, words: [], environment: Environment(variables: [:]))

    /// Waits on a thread of its own, as the shell does: a task would take one of the few that the answer needs.
    func candidates(_ cache: CandidateCache, _ patience: Duration) async -> [String] {
        await withCheckedContinuation { continuation in
            Thread.detach { continuation.resume(returning: cache.candidates(key, patience: patience)) }
        }
    }

    @Test("An answer in time is offered, and asked for once")
    func answer() async {
        let calls = Calls()
        let cache = CandidateCache { _ in
            calls.count()
            return ["orders"]
        }
        #expect(await candidates(cache, .seconds(600)) == ["orders"])
        #expect(await candidates(cache, .seconds(600)) == ["orders"])
        #expect(calls.number == 1)
        cache.expire()
        #expect(await candidates(cache, .seconds(600)) == ["orders"])
        #expect(calls.number == 2)
    }

    @Test("A late answer is not waited for, and offered the next time")
    func late() async {
        let gate = Gate()
        let cache = CandidateCache { _ in
            await gate.wait()
            return ["orders"]
        }
        #expect(await candidates(cache, .milliseconds(50)) == [])
        await gate.open()
        #expect(await candidates(cache, .seconds(600)) == ["orders"])
    }

    @Test("A failure offers nothing, and what was known before stays known")
    func failure() async {
        let calls = Calls()
        let cache = CandidateCache { _ in
            if calls.count() > 1 { throw CommandError("no cluster") }
            return ["orders"]
        }
        #expect(await candidates(cache, .seconds(600)) == ["orders"])
        cache.expire()
        #expect(await candidates(cache, .seconds(600)) == ["orders"])
        #expect(calls.number == 2)
    }
}

private final class Calls: Sendable {
    private let state = Mutex(0)
    var number: Int { state.withLock { $0 } }
    @discardableResult
    func count() -> Int {
        state.withLock {
            $0 += 1
            return $0
        }
    }
}

private actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func wait() async {
        if isOpen { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for waiter in waiting { waiter.resume() }
        waiting = []
    }
}
