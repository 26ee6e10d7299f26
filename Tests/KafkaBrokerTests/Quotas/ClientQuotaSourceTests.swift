// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaBroker

/// Milliseconds that pass when a test says so.
final class ManualMilliseconds: Sendable {
    private let value = Atomic<Int64>(1_000_000)

    var now: Int64 { value.load(ordering: .relaxed) }
    func pass(_ milliseconds: Int64) { value.add(milliseconds, ordering: .relaxed) }
}

@Suite("What clients use of their quotas")
struct ClientQuotaSourceTests {
    private let clock = ManualMilliseconds()
    private let source: ClientQuotaSource
    private let alice = QuotaClient(user: "alice", clientID: "app")

    init() {
        let clock = clock
        source = ClientQuotaSource(now: { clock.now })
    }

    private func set(_ quotas: [(QuotaEntity, [String: Double])]) {
        source.update(TreeDictionary(quotas) { first, _ in first })
    }

    private func use(
        _ apiKey: APIKey, _ client: QuotaClient? = nil, request: Int = 100, response: Int = 100, ms: Double = 0
    ) -> Int32 {
        source.throttleTimeMs(
            RequestUsage(
                apiKey: apiKey, requestBytes: request, responseBytes: response, nanoseconds: Int64(ms * 1_000_000)),
            of: client ?? alice)
    }

    private func fetch(_ bytes: Int, ms: Double = 0) -> (throttleTimeMs: Int32, sendsRecords: Bool) {
        source.throttleFetch(
            RequestUsage(apiKey: .fetch, requestBytes: 50, responseBytes: bytes, nanoseconds: Int64(ms * 1_000_000)),
            of: alice)
    }

    @Test("Nothing is asked for while nobody has a quota, and quotas of addresses are none of a client's")
    func inactive() {
        #expect(!source.isActive && !source.countsTime)
        set([(QuotaEntity([.init(type: QuotaEntity.address, name: nil)]), ["connection_creation_rate": 5])])
        #expect(!source.isActive)
        set([(.of(user: "alice"), ["producer_byte_rate": 100])])
        #expect(source.isActive && !source.countsTime)
        set([(.of(user: "alice"), ["request_percentage": 100])])
        #expect(source.isActive && source.countsTime)
        set([])
        #expect(!source.isActive && !source.countsTime)
    }

    @Test("Produce counts the request's bytes, whoever of the group sends them, and no other request does")
    func produce() {
        set([(.of(user: "alice"), ["producer_byte_rate": 100])])
        #expect(use(.produce, request: 600) == 0)
        #expect(use(.metadata, request: 10_000) == 0)
        // 1200 in 10 s: 120 a second, 0.2 * 10000.
        #expect(use(.produce, QuotaClient(user: "alice", clientID: "other"), request: 600) == 2000)
        #expect(use(.produce, QuotaClient(user: "bob", clientID: "app"), request: 600) == 0)
    }

    @Test("A changed quota holds at once for what was used before, and one that is taken away for nothing")
    func changed() {
        set([(.of(user: "alice"), ["producer_byte_rate": 1000])])
        #expect(use(.produce, request: 2000) == 0)
        set([(.of(user: "alice"), ["producer_byte_rate": 100])])
        #expect(use(.produce, request: 0) == 10_000)
        set([(.of(user: "alice"), ["consumer_byte_rate": 100])])
        #expect(use(.produce, request: 100_000) == 0)
    }

    @Test("A Fetch that has to wait is answered empty, and its bytes don't count")
    func fetches() {
        set([(.of(clientID: "*"), ["consumer_byte_rate": 100])])
        #expect(source.fetchLimit(of: alice) == 1000)
        #expect(fetch(900) == (0, true))
        // 1500 in 10 s are 150 a second; again and again, as they are not sent.
        for _ in 0..<3 { #expect(fetch(600) == (5000, false)) }
        #expect(fetch(100) == (0, true))
        clock.pass(11_000)
        #expect(fetch(600) == (0, true))
    }

    @Test("One batch that is larger than the window has is sent when nothing else was, and paid for afterwards")
    func largeBatch() {
        set([(.of(clientID: "*"), ["consumer_byte_rate": 100])])
        // 500 a second: 4 * 10000.
        #expect(fetch(5000) == (40_000, true))
        #expect(fetch(5000) == (90_000, false))
        #expect(fetch(1) == (40_010, false))
        clock.pass(11_000)
        #expect(fetch(5000) == (40_000, true))
    }

    @Test("Requests count the time for which they keep a thread, and nobody waits for longer than a sample")
    func time() {
        set([(.of(user: "alice"), ["request_percentage": 1])])
        // 4 ms of each second are 0.4 percent.
        for _ in 0..<10 {
            #expect(use(.metadata, ms: 4) == 0)
            clock.pass(1000)
        }
        clock.pass(500)
        // (40 + 67.1) ms in 10.5 s are 1.02 percent: 0.02 * 10500.
        #expect(use(.metadata, ms: 67.1) == 210)
        #expect(use(.metadata, ms: 5000) == 1000)
        #expect(fetch(10) == (1000, false))
        #expect(use(.writeTxnMarkers, ms: 1) == 0)
        #expect(use(.produce, response: 0, ms: 1) == 0)
    }

    @Test("The longer one of two times counts")
    func both() {
        set([(.of(user: "alice"), ["request_percentage": 1, "producer_byte_rate": 100])])
        #expect(use(.produce, request: 1200, ms: 101) == 2000)
        #expect(use(.produce, request: 0, ms: 1000) == 2000)
        clock.pass(20_000)
        #expect(use(.produce, request: 10, ms: 1000) == 1000)
    }

    @Test("A share of records is sent whatever the quota says, because it is locked")
    func shares() {
        set([(.of(user: "alice"), ["consumer_byte_rate": 100])])
        #expect(use(.shareFetch, response: 1200) == 2000)
    }

    @Test("Strict changes of topics are refused once the tokens are used up; older requests only wait")
    func mutations() {
        set([(.of(user: "alice"), ["controller_mutation_rate": 1])])
        let strict = source.mutationQuota(of: alice, isStrict: true)
        // There are 11 tokens; what is more is owed.
        #expect(strict.admits(partitions: 11) && strict.admits(partitions: 3))
        #expect(strict.throttleTimeMs == 0)
        #expect(!strict.admits(partitions: 1))
        #expect(strict.throttleTimeMs == 3000)
        clock.pass(1000)
        #expect(strict.throttleTimeMs == 2000, "the time that the request takes counts")
        let permissive = source.mutationQuota(of: alice, isStrict: false)
        #expect(permissive.admits(partitions: 2))
        #expect(permissive.throttleTimeMs == 4000)
        clock.pass(3999)
        #expect(!source.mutationQuota(of: alice, isStrict: true).admits(partitions: 1))
        clock.pass(1)
        #expect(source.mutationQuota(of: alice, isStrict: true).admits(partitions: 1))
        #expect(source.mutationQuota(of: QuotaClient(user: "bob", clientID: ""), isStrict: true).admits(partitions: 99))
    }

    @Test("Clients that aren't heard of for an hour are forgotten")
    func expiry() {
        set([(.of(clientID: "*"), ["producer_byte_rate": 100])])
        for name in 0..<10 { _ = use(.produce, QuotaClient(user: "u", clientID: "\(name)")) }
        clock.pass(3_000_000)
        _ = use(.produce, QuotaClient(user: "u", clientID: "0"))
        #expect(source.sensorCount == 10)
        clock.pass(600_000)
        _ = use(.produce, QuotaClient(user: "u", clientID: "new"))
        #expect(source.sensorCount == 2)
    }

    @Test("A client that invents names takes bounded memory, and those that come again are remembered")
    func invented() {
        set([(.of(clientID: "*"), ["producer_byte_rate": 100])])
        let long = String(repeating: "x", count: 30_000)
        for name in 0..<2000 {
            clock.pass(1)
            _ = use(.produce, QuotaClient(user: "u", clientID: "\(name)\(long)"), request: 1)
            _ = use(.produce, request: 1)
        }
        #expect(source.sensorCount * 30_512 <= 17 << 20)
        // 2000 bytes of the known one within 2 s, none forgotten: 2000 of 10 * 100 to spare.
        #expect(use(.produce, request: 0) > 0)
    }
}
